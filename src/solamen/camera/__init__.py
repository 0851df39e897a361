"""Where pictures come from: a camera of the machine or a video file. The newest picture waits in a slot."""
