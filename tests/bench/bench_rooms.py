"""Time of each room beside what it rests on, in one run: `make bench`. Ratios count; milliseconds drift."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("MUJOCO_GL", "egl")
os.environ.setdefault("LP_NUM_THREADS", "1")

import numpy as np
import py_trees

from solamen.core.action_units import PAIN_UNITS, ActionUnits, pain_index
from solamen.core.clock import SteppedClock
from solamen.core.estimates import PainEstimate
from solamen.core.intents import Expression
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent
from solamen.empathy.companion import Companion
from solamen.empathy.settings import EmpathySettings
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.adapters.scene import RobotRenderer
from solamen.robot.description import load_robot
from solamen.robot.motion import Motion
from solamen.robot.safety.layer import SafetyLayer
from solamen.session.picture import SideBySide

RATE_HZ = 20.0
FRAMES = 160
WARM_UP = 20


def milliseconds(
    work: Callable[[int], object], times: int = 400, prepare: Callable[[int], object] = lambda index: None
) -> tuple[float, float]:
    """Median and 95 % of the wall time of `work(index)`, ms; what `prepare` takes is not counted."""
    spent = []
    for index in range(times + WARM_UP):
        prepare(index)
        begun = time.perf_counter()
        work(index)
        spent.append((time.perf_counter() - begun) * 1e3)
    kept = sorted(spent[WARM_UP:])
    return statistics.median(kept), kept[int(0.95 * len(kept))]


def line(what: str, figures: tuple[float, float], bound: str = "") -> None:
    print(f"{what:<52}{figures[0]:9.3f} ms median{figures[1]:9.3f} ms p95   {bound}", flush=True)


def bench_patient() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    with VirtualPatient(scenario, load(PatientSettings, resource("config", "patient.yaml")), 0) as patient:
        line("patient: one frame drawn", milliseconds(lambda index: patient.frame(index / RATE_HZ), 100), "≤ 22")


def bench_fusion() -> None:
    fusion = FusionFilter(load(FusionSettings, resource("config", "fusion.yaml")))
    fusion.consent = Consent.RECORD

    def step(index: int) -> None:
        now_s = 100.0 + index / 10.0  # of what comes more often, some is left
        for modality in ("face", "voice", "body", "biosignals"):
            fusion.add(PainEstimate(now_s, modality, 4.0 + np.sin(index / 9), 1.0, 0.5, 0.3, 0.5, 0.9, abstained=False))
        fusion.state(now_s)

    line("fusion: one step, four modalities", milliseconds(step), "≤ 0.3")


def bench_empathy() -> None:
    """A tick of the tree beside a bare py_trees tree of the same size."""
    clock = SteppedClock(100.0)
    companion = Companion(load(EmpathySettings, resource("config", "behavior.yaml")), clock)

    def see(index: int) -> None:
        clock.advance(1.0 / RATE_HZ)
        level = 2.5 + 2.5 * np.sin(index / 15)
        intensity = dict.fromkeys(PAIN_UNITS, level)
        companion.see(ActionUnits(clock.now_s(), True, intensity, {}, pain_index(intensity), 1.0), (0.7, 0.0, 0.5))

    line("empathy: a frame answered", milliseconds(see))
    own = milliseconds(lambda index: companion.tick(), prepare=see)
    line("empathy: one tick of the tree", own, "≤ 2")
    size = sum(1 for _ in companion.tree.iterate())
    bare = py_trees.composites.Selector("bare", memory=False)
    bare.add_children([py_trees.behaviours.Failure(str(index)) for index in range(size - 1)])
    other = milliseconds(lambda index: bare.tick_once())
    line(f"empathy: bare py_trees tree of {size} nodes", other)
    print(f"{'empathy: tick / bare tree':<52}{own[0] / other[0]:9.2f} ×")


def bench_robot() -> None:
    robot = load_robot("sol")
    motion = Motion(robot)
    safety = SafetyLayer(robot.limits(), robot.neutral())
    safety.joint_states(robot.neutral(), {}, 100.0)

    def tick(index: int) -> None:
        now_s = 100.0 + 0.02 * index
        if index % 10 == 0:
            level = 0.3 * ((index // 10) % 2)
            motion.set_expression(Expression(now_s, {4: level, 7: level, 12: 0.5 - level}, (0.7, 0.1 * level, 0.5)))
        command = motion.tick(now_s)
        safety.joint_states(command.position, command.velocity, now_s)
        safety.command(command, now_s)

    joints = len(robot.joints)
    line(f"robot: retarget, motion and safety, {joints} joints", milliseconds(tick), "≤ 1 per 20 ms")
    backend = MujocoBackend(robot)
    second = milliseconds(lambda index: backend.advance(0.02), 200)
    line("robot: 20 ms of MuJoCo with contacts", second, f"{20.0 / second[0]:.0f} × real time")
    with RobotRenderer(robot, 480, 360) as renderer:
        line("robot: one picture drawn", milliseconds(lambda index: renderer.render(robot.neutral()), 60))


def bench_session() -> None:
    drawing = SideBySide(480, 360)
    image = np.zeros((480, 640, 3), np.uint8)
    line("session: one picture of the film", milliseconds(lambda index: drawing.picture(index / 10, image, image), 100))


def main() -> None:
    print(f"{Path(__file__).name}: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    bench_patient()
    bench_fusion()
    bench_empathy()
    bench_robot()
    bench_session()


if __name__ == "__main__":
    main()
