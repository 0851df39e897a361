"""Bodies that can execute a trajectory, behind one interface, and the picture of the robot."""

import os

os.environ.setdefault("MUJOCO_GL", "egl")  # mujoco reads it when it is imported: drawing must need no display
