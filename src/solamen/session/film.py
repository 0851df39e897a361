"""The film of a run, drawn in a thread of its own while the run goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from solamen.core.clock import Clock
from solamen.core.frames import Image
from solamen.core.intents import BehaviorStatus
from solamen.core.states import UserState
from solamen.session.picture import SideBySide
from solamen.session.video import FragmentedVideo

END_TIMEOUT_S = 5.0


class Renderer(Protocol):
    """Draws the robot from its joint positions; used in one thread only."""

    def render(self, positions: Mapping[str, float]) -> Image | None:
        """Height × width × 3, RGB; None where there is nothing to draw."""
        ...


class NoRenderer:
    """For a robot without a model: its half of the film stays empty."""

    def render(self, positions: Mapping[str, float]) -> None:
        """Nothing."""


class Film:
    """Camera and robot side by side at a fixed rate, until `end`.

    What is told to it from other threads is drawn with the next picture. The renderer is made and used in the film's
    own thread, as graphics contexts ask for.

    Attributes:
        failed: one sentence of what went wrong, empty where nothing did.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: float,
        clock: Clock,
        drawing: SideBySide,
        open_renderer: Callable[[], contextlib.AbstractContextManager[Renderer]],
    ) -> None:
        self._drawing, self._rate_hz, self._clock = drawing, rate_hz, clock
        self._open_renderer = open_renderer
        self._video = FragmentedVideo(path, *drawing.size, rate_hz)
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._jpeg: bytes | None = None
        self._joints: Mapping[str, float] = {}
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)

    @property
    def failed(self) -> str:
        """What went wrong, in a sentence."""
        return self._trouble or self._video.failed

    def begin(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def end(self) -> None:
        """Ends the film; the file can be played."""
        self._leaving.set()
        if self._thread.is_alive():
            self._thread.join(END_TIMEOUT_S)

    def see_camera(self, jpeg: bytes) -> None:
        """The newest picture of the camera, as JPEG."""
        with self._lock:
            self._jpeg = jpeg

    def see_joints(self, positions: Mapping[str, float]) -> None:
        """The newest joint positions, rad or m."""
        with self._lock:
            self._joints = positions

    def see_truth(self, stamp_s: float, pain: float) -> None:
        """What the virtual patient feels, 0–10."""
        with self._lock:
            self._drawing.add_truth(stamp_s, pain)

    def see_state(self, state: UserState) -> None:
        """What is estimated."""
        with self._lock:
            self._drawing.add_state(state)

    def see_behavior(self, status: BehaviorStatus) -> None:
        """What the robot does."""
        with self._lock:
            self._drawing.add_behavior(status)

    def _run(self) -> None:
        try:
            with self._open_renderer() as renderer:
                while not self._leaving.is_set():
                    begun_ns = self._clock.monotonic_ns()
                    self._draw(renderer)
                    spent_s = (self._clock.monotonic_ns() - begun_ns) * 1e-9
                    self._leaving.wait(max(0.0, 1.0 / self._rate_hz - spent_s))
        except Exception as error:  # the film is a by-product: it must never end the recording
            self._trouble = f"The film stopped ({type(error).__name__}: {error}). The recording of messages goes on."
        finally:
            self._video.close()

    def _draw(self, renderer: Renderer) -> None:
        with self._lock:
            jpeg, joints = self._jpeg, self._joints
        camera = _decoded(jpeg)
        robot = renderer.render(joints) if joints else None
        now_s = self._clock.now_s()
        with self._lock:
            picture = self._drawing.picture(now_s, camera, robot)
        self._video.write(picture, now_s)


def _decoded(jpeg: bytes | None) -> Image | None:
    if jpeg is None:
        return None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return None if picture is None else np.ascontiguousarray(picture[:, :, ::-1])
