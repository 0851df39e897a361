"""The simulator's window, in a thread of its own, so that drawing never holds the simulation up."""

from __future__ import annotations

import os
import threading
from typing import Any

import mujoco
import mujoco.viewer

from solamen.robot.adapters.scene import BODY

PERIOD_S = 0.05


def there_is_a_display() -> bool:
    """Whether a window can be opened."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Window:
    """Shows a MuJoCo model; `show` hands it the newest joint positions. A closed window stays closed."""

    def __init__(self, model: Any) -> None:
        self._model, self._data = model, mujoco.MjData(model)
        self._place: Any = None
        self._leaving = threading.Event()
        self._viewer = mujoco.viewer.launch_passive(model, self._data, show_left_ui=False, show_right_ui=False)
        camera = self._viewer.cam
        camera.lookat[:] = BODY.look_at
        camera.distance, camera.azimuth, camera.elevation = BODY.distance_m, BODY.azimuth_deg, BODY.elevation_deg
        self._thread = threading.Thread(target=self._run, name="window", daemon=True)
        self._thread.start()

    def show(self, qpos: Any) -> None:
        """Takes a copy of generalised positions, to be drawn with the next picture."""
        self._place = qpos.copy()

    def close(self) -> None:
        """Closes the window."""
        self._leaving.set()
        self._thread.join(timeout=2.0)
        self._viewer.close()

    def _run(self) -> None:
        while self._viewer.is_running() and not self._leaving.wait(PERIOD_S):
            if self._place is not None:
                self._data.qpos[:] = self._place
                mujoco.mj_kinematics(self._model, self._data)
                mujoco.mj_camlight(self._model, self._data)
                self._viewer.sync()
