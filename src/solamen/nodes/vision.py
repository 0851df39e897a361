"""The process `vision`: camera and face share their frames in memory."""

from __future__ import annotations

from solamen.camera.slot import FrameSlot
from solamen.nodes.camera import CameraNode
from solamen.nodes.face import FaceNode
from solamen.nodes.shell import main_of

_slot = FrameSlot()
main = main_of("vision", lambda: CameraNode(_slot), lambda: FaceNode(_slot))

if __name__ == "__main__":
    main()
