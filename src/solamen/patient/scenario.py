"""Scenarios: what a virtual patient feels and does over time, read from YAML and checked strictly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from solamen.core.action_units import PAIN_UNITS
from solamen.core.errors import OutsideError
from solamen.core.settings import Checked, from_mapping, read_yaml, setting
from solamen.patient.response_happenings import Happening
from solamen.patient.response_temper import TEMPERS

AT_REMEDY = "Give every event its own at_s, seconds from the start of the loop."
LONGEST_S = 3600.0
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PainEpisode(Checked):
    """Pain that rises, holds and falls; the rise and the fall are smooth."""

    kind: ClassVar[str] = "pain"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    height: float = setting(5.0, low=0.0, high=10.0, doc="points of 0–10")
    rise_s: float = setting(1.5, low=0.05, high=LONGEST_S)
    hold_s: float = setting(1.5, low=0.0, high=LONGEST_S)
    fall_s: float = setting(1.5, low=0.05, high=LONGEST_S)

    @property
    def length_s(self) -> float:
        """From the first sign to the last."""
        return self.rise_s + self.hold_s + self.fall_s


@dataclass(frozen=True, kw_only=True)
class Smile(Checked):
    """A smile that reaches the eyes (AU12 with half as much AU6); a decoy."""

    kind: ClassVar[str] = "smile"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    intensity: float = setting(3.5, low=0.0, high=5.0, doc="AU12")
    rise_s: float = setting(0.5, low=0.05, high=60.0)
    hold_s: float = setting(1.0, low=0.0, high=60.0)
    fall_s: float = setting(0.7, low=0.05, high=60.0)

    @property
    def length_s(self) -> float:
        """From the first sign to the last."""
        return self.rise_s + self.hold_s + self.fall_s


@dataclass(frozen=True, kw_only=True)
class Blink(Checked):
    """One or more blinks of about 0.3 s each (AU45); a decoy."""

    kind: ClassVar[str] = "blink"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    count: int = setting(1, low=1, high=10)

    @property
    def length_s(self) -> float:
        """From the first closing to the last opening; 0.45 s from blink to blink."""
        return 0.45 * (self.count - 1) + 0.32


@dataclass(frozen=True, kw_only=True)
class Speech(Checked):
    """Talking: the jaw and the lips move at the rate of syllables; a decoy."""

    kind: ClassVar[str] = "speech"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    length_s: float = setting(2.0, low=0.2, high=120.0)
    rate_hz: float = setting(4.5, low=1.0, high=8.0, doc="syllables a second")


@dataclass(frozen=True, kw_only=True)
class Glance(Checked):
    """A look to the side with the eyes and a little of the head; a decoy."""

    kind: ClassVar[str] = "glance"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    length_s: float = setting(1.2, low=0.2, high=60.0)
    yaw_rad: float = setting(0.4, low=-0.8, high=0.8, doc="positive to the patient's left")
    pitch_rad: float = setting(0.0, low=-0.5, high=0.5, doc="positive is down")


@dataclass(frozen=True, kw_only=True)
class HeadMovement(Checked):
    """A turn of the head that holds and comes back."""

    kind: ClassVar[str] = "head"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    yaw_rad: float = setting(0.0, low=-0.8, high=0.8, doc="positive to the patient's left")
    pitch_rad: float = setting(0.0, low=-0.5, high=0.5, doc="positive is down")
    roll_rad: float = setting(0.0, low=-0.5, high=0.5, doc="positive towards the patient's right shoulder")
    rise_s: float = setting(0.7, low=0.1, high=60.0)
    hold_s: float = setting(1.0, low=0.0, high=60.0)
    fall_s: float = setting(0.7, low=0.1, high=60.0)

    @property
    def length_s(self) -> float:
        """From the first motion to the last."""
        return self.rise_s + self.hold_s + self.fall_s


GRIMACES = ("disgust", "effort", "yawn", "sneeze", "surprise", "sad")


@dataclass(frozen=True, kw_only=True)
class Grimace(Checked):
    """A face that is made for another reason than pain, as `patient.acts` draws them; a decoy."""

    kind: ClassVar[str] = "grimace"
    at_s: float = setting(0.0, low=0.0, high=LONGEST_S)
    act: str = setting("sneeze", choices=GRIMACES)
    level: float = setting(0.6, low=0.0, high=1.0)
    rise_s: float = setting(0.4, low=0.05, high=60.0)
    hold_s: float = setting(0.6, low=0.0, high=60.0)
    fall_s: float = setting(0.5, low=0.05, high=60.0)

    @property
    def length_s(self) -> float:
        """From the first sign to the last."""
        return self.rise_s + self.hold_s + self.fall_s


Event = PainEpisode | Smile | Blink | Speech | Glance | Grimace | HeadMovement
Decoy = Smile | Blink | Speech | Glance | Grimace


@dataclass(frozen=True, kw_only=True)
class Variation(Checked):
    """How much episodes differ from loop to loop, drawn from the seed."""

    height: float = setting(0.5, low=0.0, high=3.0, doc="points, greatest difference to either side")
    time_s: float = setting(0.3, low=0.0, high=10.0, doc="greatest shift of an event to either side")


@dataclass(frozen=True, kw_only=True)
class Idle(Checked):
    """What nobody holds still: blinks, eyes and head."""

    blink_interval_s: float = setting(4.0, low=1.0, high=60.0, doc="mean time between spontaneous blinks")
    head_rad: float = setting(0.03, low=0.0, high=0.3, doc="amplitude of slow head motion")
    gaze_rad: float = setting(0.03, low=0.0, high=0.3, doc="amplitude of small eye movements")


_LISTS: dict[str, type[Checked]] = {
    "pain": PainEpisode,
    "smiles": Smile,
    "blinks": Blink,
    "speech": Speech,
    "glances": Glance,
    "grimaces": Grimace,
    "head": HeadMovement,
    "happenings": Happening,
}
_BLOCKS: dict[str, type[Checked]] = {"variation": Variation, "idle": Idle}


@dataclass(frozen=True, kw_only=True)
class Scenario(Checked):
    """What a patient feels and does in one loop of `period_s`, which repeats with small differences.

    `expressiveness` scales how much of felt pain the face shows (0 a stoic, 1 usual, 2 open); pain below about
    `threshold` points shows nothing. `unit_weights` (FACS number to 0–2) makes a face favour some units of pain.
    `stay_s` is for the library's simulation alone; a rendered patient answers too (`nodes.patient_reaction`).
    """

    person: str = setting("adult", doc="a baked person's name, or the path of its file")
    period_s: float = setting(30.0, low=1.0, high=LONGEST_S)
    baseline: float = setting(0.0, low=0.0, high=10.0, doc="pain between the episodes")
    expressiveness: float = setting(1.0, low=0.0, high=2.0)
    threshold: float = setting(1.0, low=0.0, high=5.0, doc="points of pain that the face keeps to itself")
    unit_weights: Mapping[int, float] = field(default_factory=dict)
    variation: Variation = field(default_factory=Variation)
    idle: Idle = field(default_factory=Idle)
    pain: tuple[PainEpisode, ...] = ()
    smiles: tuple[Smile, ...] = ()
    blinks: tuple[Blink, ...] = ()
    speech: tuple[Speech, ...] = ()
    glances: tuple[Glance, ...] = ()
    grimaces: tuple[Grimace, ...] = ()
    head: tuple[HeadMovement, ...] = ()
    temper: str = setting("usual", choices=tuple(TEMPERS), doc="how the patient answers")
    happenings: tuple[Happening, ...] = ()
    stay_s: float = setting(180.0, low=10.0, high=86400.0, doc="its share among the scenarios of a simulation")

    def __post_init__(self) -> None:
        super().__post_init__()
        for event in (*self.events, *self.happenings):
            if event.at_s >= self.period_s or event.length_s > self.period_s:
                raise ValueError(
                    f"the {event.kind} at {event.at_s:g} s lasts {event.length_s:g} s, but must begin within "
                    f"the period of {self.period_s:g} s and be no longer than it"
                )

    @property
    def decoys(self) -> tuple[Decoy, ...]:
        """What is not pain but moves the face."""
        return (*self.smiles, *self.blinks, *self.speech, *self.glances, *self.grimaces)

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event of one loop."""
        return (*self.pain, *self.decoys, *self.head)

    @classmethod
    def load(cls, path: Path) -> Scenario:
        """Reads a scenario file.

        Raises:
            OutsideError: the file cannot be read, a key is unknown, or a value is not as it must be.
        """
        content = _mapping(read_yaml(path), str(path))
        values = dict(content)
        for key, kind in _LISTS.items():
            if key in content:
                values[key] = _events(kind, content[key], f"{path}, {key}")
        for key, kind in _BLOCKS.items():
            if key in content:
                values[key] = from_mapping(kind, _mapping(content[key], f"{path}, {key}"), f"{path}, {key}")
        if "unit_weights" in content:
            values["unit_weights"] = _unit_weights(content["unit_weights"], f"{path}, unit_weights")
        return from_mapping(cls, values, str(path))


def _mapping(content: Any, where: str, *, keys: type = str) -> Mapping[Any, Any]:
    """The content, if it is keys and values."""
    if isinstance(content, dict) and all(type(key) is keys for key in content):
        return content
    kind = "names" if keys is str else "FACS numbers"
    raise OutsideError(f"expected {kind} with values", where, "Write one `key: value` on each line.")


def _events(kind: type[T], content: Any, where: str) -> tuple[T, ...]:
    """A list of events; each must say when it begins."""
    if not isinstance(content, list):
        raise OutsideError("expected a list of events", where, "Write one `- {at_s: …}` on each line.")
    events = []
    for number, item in enumerate(content):
        place = f"{where}, event {number + 1}"
        values = _mapping(item, place)
        if "at_s" not in values:
            raise OutsideError("the key 'at_s' is missing", place, AT_REMEDY)
        events.append(from_mapping(kind, values, place))
    return tuple(events)


def _unit_weights(content: Any, where: str) -> Mapping[int, float]:
    """FACS numbers of pain with weights from 0 to 2."""
    weights = _mapping(content, where, keys=int)
    for unit, weight in weights.items():
        if unit not in PAIN_UNITS:
            known = ", ".join(map(str, PAIN_UNITS))
            raise OutsideError(f"unknown key {unit}", where, f"Remove it or use one of: {known}.")
        if type(weight) not in (int, float) or not math.isfinite(weight) or not 0.0 <= weight <= 2.0:
            raise OutsideError(f"{unit} is {weight!r}, but must be a number from 0 to 2", where, "Correct the value.")
    return {unit: float(weight) for unit, weight in weights.items()}
