"""The face room: a frame goes in; action units, the pain index, the head's pose and a PainEstimate come out."""
