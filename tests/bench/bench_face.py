"""Time of a face on one core, in one run and in turn: the bare landmark model, the face room, the face node under ROS.

The ratios count; milliseconds drift with the machine. Run it where nothing else runs.
"""

from __future__ import annotations

import os

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ.setdefault("MUJOCO_GL", "egl")
os.environ.setdefault("LP_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from solamen.core.frames import Frame
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.face.backends import backend, open_landmarker
from solamen.face.landmarks import FaceLandmarker
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.session.environment import own_domain, return_shared_memory, run_environment, runtime_folder

RATE_HZ = 20.0
FRAMES = 240
WARM_UP = 40

Work = Callable[[Frame], object]


def patient_frames() -> list[Frame]:
    """Pictures of the virtual patient, 640 × 480, as a camera would give them: never twice the same."""
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    rng = np.random.default_rng(0)
    frames = []
    with VirtualPatient(scenario, load(PatientSettings, resource("config", "patient.yaml")), 0) as patient:
        for index in range(FRAMES):
            image = patient.frame(index / RATE_HZ)[0]
            noisy = np.clip(image + rng.integers(-2, 3, image.shape), 0, 255).astype(np.uint8)
            frames.append(Frame(noisy, index / RATE_HZ, 0, index))
    return frames


def in_turn(frames: list[Frame], works: dict[str, Work]) -> dict[str, list[float]]:
    """Milliseconds of each work on each frame, without the first ones."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for frame in frames:
        for name, work in works.items():
            begun = time.perf_counter()
            work(frame)
            spent[name].append((time.perf_counter() - begun) * 1e3)
    return {name: values[WARM_UP:] for name, values in spent.items()}


def print_figures(spent: dict[str, list[float]]) -> None:
    bare = statistics.median(next(iter(spent.values())))
    for name, values in spent.items():
        median, p95 = statistics.median(values), sorted(values)[int(0.95 * len(values))]
        print(
            f"{name:<44}{median:9.2f} ms median{p95:9.2f} ms p95{1000.0 / median:8.1f} frames/s{median / bare:7.2f} ×"
        )
    print("bounds: face room and face node ≤ 1.3 × bare, ≥ 25 frames/s on one core")


def main() -> None:
    settings = load(FaceSettings, resource("config", "face.yaml"))
    print(f"{Path(__file__).name}: one core, load {os.getloadavg()[0]:.1f}, back end {backend(settings)}")
    frames = patient_frames()
    with own_domain() as domain, runtime_folder() as runtime:
        os.environ.update(run_environment(runtime, domain, network=False))
        print_figures(_measure(frames, settings))
    return_shared_memory()


def _measure(frames: list[Frame], settings: FaceSettings) -> dict[str, list[float]]:
    import rclpy
    from rclpy.parameter import Parameter

    from solamen.camera.slot import FrameSlot
    from solamen.nodes.face import FaceNode

    rclpy.init()
    node = FaceNode(FrameSlot(), parameter_overrides=[Parameter("consent", value="observe")])
    node.trigger_configure()
    node.trigger_activate()
    try:
        with open_landmarker(settings) as bare, FacePipeline(settings) as room:
            # By mediapipe's own call, as anybody would; the room takes 1 ms less by reading the result from memory.
            alone = bare._run if isinstance(bare, FaceLandmarker) else bare.find
            # The node's own thread waits for its slot meanwhile; what it would do with a frame is done here, in turn.
            return in_turn(
                frames,
                {
                    "face: landmark model alone": lambda frame: alone(frame.image),
                    "face: landmark model, read as the room does": lambda frame: bare.find(frame.image),
                    "face: whole room, without ROS": room.process,
                    "face: node, with messages published": node._answer,
                },
            )
    finally:
        node.close()
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == "__main__":
    main()
