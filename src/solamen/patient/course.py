"""The course of a scenario: what the patient feels and does at any time, as a function of that time alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from solamen.core.action_units import MAX_INTENSITY, UNITS
from solamen.core.estimates import PAIN_MAX
from solamen.patient.acts import pose_of
from solamen.patient.expression import Style, drive, pain_units, smoothstep
from solamen.patient.scenario import (
    Blink,
    Event,
    Glance,
    Grimace,
    HeadMovement,
    PainEpisode,
    Scenario,
    Smile,
    Speech,
)

_PRECEDENCE = ("pain", "smile", "grimace", "speech", "glance", "blink", "head")
_FELT = 0.05
_SACCADE_S = 0.06
_FIXATION_S = 1.4
_IDLE_HZ = (0.07, 0.16, 0.31)
_LOOPS, _BLINKS, _FIXATIONS, _PHASES = range(4)


@dataclass
class Moment:
    """What the patient feels and does at one time.

    Angles are positive to the left, down, and to the right shoulder. The gaze is as the camera sees it: 0 is a look at
    the camera, however the head is turned.
    """

    pain: float = 0.0
    intensity: dict[int, float] = field(default_factory=lambda: dict.fromkeys(UNITS, 0.0))
    gaze_yaw_rad: float = 0.0
    gaze_pitch_rad: float = 0.0
    head_yaw_rad: float = 0.0
    head_pitch_rad: float = 0.0
    head_roll_rad: float = 0.0
    event: str = "rest"

    def show(self, unit: int, intensity: float) -> None:
        """Lets a unit show at least so strongly."""
        self.intensity[unit] = min(max(self.intensity[unit], intensity), MAX_INTENSITY)


@dataclass(frozen=True)
class _Run:
    """One event of one loop, with what varies from loop to loop."""

    event: Event
    start_s: float
    height: float
    salt: int


def hill(since_s: float, rise_s: float, hold_s: float, fall_s: float) -> float:
    """0 to 1 and back: a smooth rise, a hold, a smooth fall."""
    if since_s <= rise_s + hold_s:
        return smoothstep(since_s, 0.0, rise_s)
    return 1.0 - smoothstep(since_s, rise_s + hold_s, rise_s + hold_s + fall_s)


def lids_shut(since_s: float) -> float:
    """How far one blink has shut the lids, 0 to 1: it shuts within 0.09 s, stays 0.05 s, opens over 0.18 s."""
    return hill(since_s, 0.09, 0.05, 0.18)


class Course:
    """What happens in a scenario at any time; the same seed and time always give the same moment."""

    def __init__(self, scenario: Scenario, seed: int, style: Style) -> None:
        """Takes the scenario, a seed of at least 0 for all that varies, and the person's style."""
        self._scenario, self._seed, self._style = scenario, seed, style
        self._loops: dict[int, tuple[_Run, ...]] = {}
        self._kept: dict[tuple[int, int], tuple[float, ...]] = {}
        self._phases = self._rng(_PHASES, 0).uniform(0.0, 2.0 * math.pi, (4, len(_IDLE_HZ)))

    def at(
        self, time_s: float, feel: Callable[[float], tuple[float, float]] | None = None, *, face_alone: bool = False
    ) -> Moment:
        """The moment at a time since the scenario began, in seconds; before 0 counts as 0.

        Args:
            time_s: the time.
            feel: turns the pain of the scenario into the pain that is felt, and a factor on what the face shows of it;
                None where nothing eases it.
            face_alone: leaves out how the head and the eyes move at rest, which is faster.
        """
        time_s = max(time_s, 0.0)
        moment = Moment(pain=self._scenario.baseline)
        moment.show(45, MAX_INTENSITY * self._blink(time_s))
        if not face_alone:
            self._idle(moment, time_s)
        kinds = set()
        for run in self._running(time_s):
            kinds.add(run.event.kind)
            self._apply(moment, run, time_s - run.start_s)
        moment.pain, shows = feel(moment.pain) if feel is not None else (moment.pain, 1.0)
        self._show_pain(moment, shows)
        if moment.pain <= _FELT:
            kinds.discard("pain")
        elif "pain" not in kinds and self._scenario.baseline > _FELT:
            kinds.add("pain")
        moment.event = next((kind for kind in _PRECEDENCE if kind in kinds), "rest")
        return moment

    def _rng(self, stream: int, number: int) -> np.random.Generator:
        """A generator of its own for each stream and number, so that any moment can be had alone."""
        return np.random.default_rng((self._seed, stream, number))

    def _drawn(self, stream: int, number: int, count: int) -> tuple[float, ...]:
        """Random numbers 0–1 that are always the same for a stream and number; the last ones are kept."""
        key = stream, number
        if key not in self._kept:
            if len(self._kept) > 16:
                self._kept.clear()
            self._kept[key] = tuple(self._rng(stream, number).random(count).tolist())
        return self._kept[key]

    def _running(self, time_s: float) -> Iterator[_Run]:
        """What runs at a time; an event may reach over the end of its loop."""
        loop = int(time_s // self._scenario.period_s)
        for number in (loop - 1, loop, loop + 1):
            if number >= 0:
                for run in self._loop(number):
                    if 0.0 <= time_s - run.start_s < run.event.length_s:
                        yield run

    def _loop(self, number: int) -> tuple[_Run, ...]:
        """The events of one loop."""
        if number not in self._loops:
            if len(self._loops) > 4:
                self._loops.clear()
            rng = self._rng(_LOOPS, number)
            self._loops[number] = tuple(self._vary(event, number, rng) for event in self._scenario.events)
        return self._loops[number]

    def _vary(self, event: Event, loop: int, rng: np.random.Generator) -> _Run:
        """One event with the height and the start that it has in a loop."""
        variation = self._scenario.variation
        shift_s = float(rng.uniform(-variation.time_s, variation.time_s))
        change = float(rng.uniform(-variation.height, variation.height))
        salt = int(rng.integers(2**31))
        height = event.height + change if isinstance(event, PainEpisode) else 0.0
        start_s = loop * self._scenario.period_s + max(event.at_s + shift_s, 0.0)
        return _Run(event, start_s, min(max(height, 0.0), PAIN_MAX), salt)

    def _apply(self, moment: Moment, run: _Run, since_s: float) -> None:
        """Lets one event act on the moment."""
        event = run.event
        if isinstance(event, PainEpisode):
            felt = run.height * hill(since_s, event.rise_s, event.hold_s, event.fall_s)
            moment.pain = max(moment.pain, felt)
        elif isinstance(event, Smile):
            smile = event.intensity * hill(since_s, event.rise_s, event.hold_s, event.fall_s)
            moment.show(12, smile)
            moment.show(6, 0.5 * smile)
        elif isinstance(event, Blink):
            moment.show(45, MAX_INTENSITY * lids_shut(since_s % 0.45))
        elif isinstance(event, Speech):
            _speak(moment, event, since_s, run.salt)
        elif isinstance(event, Glance):
            _glance(moment, event, since_s)
        elif isinstance(event, Grimace):
            _grimace(moment, event, since_s, run.salt)
        else:
            _move_head(moment, event, since_s)

    def _show_pain(self, moment: Moment, shows: float) -> None:
        """Lets the face and the head show what is felt."""
        scenario = self._scenario
        force = drive(moment.pain, scenario.threshold, shows * scenario.expressiveness)
        for unit, intensity in pain_units(force, self._style, scenario.unit_weights).items():
            moment.show(unit, intensity)
        moment.head_pitch_rad += 0.10 * force**2
        moment.head_roll_rad += 0.05 * force**2
        moment.gaze_pitch_rad += 0.12 * force

    def _idle(self, moment: Moment, time_s: float) -> None:
        """Adds what nobody holds still."""
        idle = self._scenario.idle
        yaw, pitch, roll, _ = (
            sum(math.sin(2.0 * math.pi * hz * time_s + phase) for hz, phase in zip(_IDLE_HZ, row, strict=True))
            for row in self._phases
        )
        moment.head_yaw_rad = 0.6 * idle.head_rad * yaw
        moment.head_pitch_rad = 0.4 * idle.head_rad * pitch
        moment.head_roll_rad = 0.3 * idle.head_rad * roll
        moment.gaze_yaw_rad, moment.gaze_pitch_rad = self._fixation(time_s)

    def _fixation(self, time_s: float) -> tuple[float, float]:
        """Where the eyes rest: a new point now and then, reached in a jump."""
        number, since_s = divmod(time_s, _FIXATION_S)
        amplitude = self._scenario.idle.gaze_rad
        share = smoothstep(since_s, 0.0, _SACCADE_S)
        before, now = self._drawn(_FIXATIONS, int(max(number - 1, 0)), 2), self._drawn(_FIXATIONS, int(number), 2)
        yaw, pitch = (2.0 * (a + (b - a) * share) - 1.0 for a, b in zip(before, now, strict=True))
        return amplitude * yaw, 0.5 * amplitude * pitch

    def _blink(self, time_s: float) -> float:
        """How far a spontaneous blink has shut the lids: one in each interval, at a random time in it."""
        interval_s = self._scenario.idle.blink_interval_s
        number, since_s = divmod(time_s, interval_s)
        start_s = (0.05 + 0.55 * self._drawn(_BLINKS, int(number), 1)[0]) * interval_s
        return lids_shut(since_s - start_s)


def _speak(moment: Moment, speech: Speech, since_s: float, salt: int) -> None:
    """Jaw and lips at the rate of syllables, each of its own strength."""
    syllable, phase = divmod(since_s * speech.rate_hz, 1.0)
    strength = float(np.random.default_rng((salt, int(syllable))).uniform(0.4, 1.0))
    ends = smoothstep(since_s, 0.0, 0.15) * (1.0 - smoothstep(since_s, speech.length_s - 0.15, speech.length_s))
    open_share = ends * strength * math.sin(math.pi * phase) ** 2
    moment.show(26, 2.2 * open_share)
    moment.show(25, ends * (0.8 + 2.0 * open_share))


def _glance(moment: Moment, glance: Glance, since_s: float) -> None:
    """The eyes jump, the head follows a little and late."""
    eyes = hill(since_s, 0.08, glance.length_s - 0.16, 0.08)
    head = hill(since_s, 0.35 * glance.length_s, 0.3 * glance.length_s, 0.35 * glance.length_s)
    moment.gaze_yaw_rad += glance.yaw_rad * eyes
    moment.gaze_pitch_rad += glance.pitch_rad * eyes
    moment.head_yaw_rad += 0.35 * glance.yaw_rad * head
    moment.head_pitch_rad += 0.35 * glance.pitch_rad * head


def _grimace(moment: Moment, grimace: Grimace, since_s: float, salt: int) -> None:
    """A face made for another reason than pain, drawn anew in each loop."""
    share = hill(since_s, grimace.rise_s, grimace.hold_s, grimace.fall_s)
    pose = pose_of(grimace.act, grimace.level, np.random.default_rng(salt))
    for unit, intensity in pose.intensity.items():
        moment.show(unit, share * intensity)


def _move_head(moment: Moment, event: HeadMovement, since_s: float) -> None:
    """The head turns and comes back; the eyes stay on the camera."""
    share = hill(since_s, event.rise_s, event.hold_s, event.fall_s)
    moment.head_yaw_rad += event.yaw_rad * share
    moment.head_pitch_rad += event.pitch_rad * share
    moment.head_roll_rad += event.roll_rad * share
