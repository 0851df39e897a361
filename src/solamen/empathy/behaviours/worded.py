"""What activities with words and settings of their own have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import Checked, from_mapping, read_yaml, setting
from solamen.empathy.activity import Activity, RobotFailed, Show, Steps
from solamen.empathy.appeal import Appeal
from solamen.empathy.content import Words
from solamen.empathy.scene import Desk
from solamen.empathy.timers import seconds

S = TypeVar("S", bound=Appeal)
C = TypeVar("C", bound=Checked)


@dataclass(frozen=True, kw_only=True)
class HelpSettings(Appeal):
    """What all that may help has in common: when it is called a success, and when it is given up."""

    eased_points: float = setting(1.0, low=0.0, high=10.0, doc="pain lower by so much at its end counts as eased")
    worse_points: float = setting(2.0, low=0.5, high=10.0, doc="given up where pain rises by so much meanwhile")
    worse_s: float = setting(10.0, low=1.0, high=120.0, doc="and stays there for so long")


class WordedActivity(Activity, Generic[S]):
    """An activity whose words stand in config/content and whose settings in config/behaviors, below its name."""

    needs: ClassVar[frozenset[str]] = frozenset({"speech"})

    def __init__(self, name: str, desk: Desk, own: S, words: Words) -> None:
        super().__init__(name, desk, own)
        self.own = own
        self.words = words

    def text(self, key: str, **values: object) -> str:
        """The next variant of one of its texts."""
        return self.words.text(f"{self.name}.{key}", **values)

    def tell(self, key: str, show: Show, rate: float = 1.0, **values: object) -> Steps[None]:
        """Says one of its texts to the end.

        Raises:
            RobotFailed: it could not be said.
        """
        if (yield from self.speak(self.text(key, **values), show, rate)) == "failed":
            raise RobotFailed("the robot could not speak")

    def offered(self, show: Show, **values: object) -> Steps[bool]:
        """Offers it in its own words (`offer`, then `again`); ends the course where it is a no."""
        accepted = yield from self.offer(self.text("offer", **values), self.text("again", **values), show)
        return accepted

    def measure(self, **values: float) -> None:
        """Leaves the measures of its success for the record; what is not known is said to be so."""
        told = ", ".join(
            f"{name} {'not known' if math.isnan(value) else f'{value:.2f}'}" for name, value in values.items()
        )
        self._desk.outbox.mark("measure", f"{self.name}: {told}")

    @property
    def now_s(self) -> float:
        """Monotonic seconds."""
        return seconds(self._desk.clock)


H = TypeVar("H", bound=HelpSettings)


class HelpingActivity(WordedActivity[H]):
    """A worded activity that may ease pain or distress: it is given up where pain gets clearly worse meanwhile."""

    def initialise(self) -> None:
        """Notes the pain at its beginning."""
        super().initialise()
        self._start_pain = self.scene.pain
        self._worse_since_s = math.inf

    def worse(self) -> bool:
        """Whether pain has been clearly above its beginning for a while; never where it is not known."""
        risen = self.scene.pain - self._start_pain >= self.own.worse_points
        self._worse_since_s = min(self._worse_since_s, self.now_s) if risen else math.inf
        return self.now_s - self._worse_since_s >= self.own.worse_s

    def ease(self) -> float:
        """Points of pain that are gone since the beginning; NaN where it is not known."""
        return self._start_pain - self.scene.pain

    def measure_ease(self, **values: float) -> None:
        """Leaves its measures, pain among them, and whether it counts as eased."""
        ease = self.ease()
        self.measure(**values, pain_before=self._start_pain, pain_after=self.scene.pain)
        if math.isfinite(ease):
            self._desk.outbox.mark("eased" if ease >= self.own.eased_points else "not_eased", self.name)


def own_settings(kind: type[C], name: str) -> C:
    """Settings of a behaviour from `config/behaviors/<name>.yaml`.

    Raises:
        OutsideError: the file cannot be read, or a key or a value is wrong.
    """
    path = resource("config", "behaviors", f"{name}.yaml")
    content = _read_once(path)
    if not isinstance(content, dict):
        raise OutsideError("the settings of a behaviour must be keys and values", str(path), "Write key: value.")
    return from_mapping(kind, content, str(path))


@lru_cache(maxsize=64)
def _read_once(path: Path) -> Any:
    """Every companion of a process reads the same files."""
    return read_yaml(path) or {}
