"""What the tree asks of the robot besides an expression, gathered until the tick ends."""

from __future__ import annotations

from solamen.core.intents import GestureRequest, Utterance
from solamen.core.states import SelfReport


class Outbox:
    """Utterances, gestures, answers of the person and markers, in the order in which they were asked for."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._spoken = 0
        self._utterances: list[tuple[str, Utterance]] = []
        self._gestures: list[tuple[str, GestureRequest]] = []
        self._reports: list[SelfReport] = []
        self._markers: list[tuple[str, str]] = []

    def say(self, text: str, *, rate: float = 1.0, interruptible: bool = True, owner: str = "") -> str:
        """Asks for an utterance and gives its id; an empty text asks for silence at once.

        The owner is the behaviour that says it.
        """
        self._spoken += 1
        utterance_id = f"say-{self._spoken}"
        utterance = Utterance(utterance_id, text, self.language, rate, interruptible)
        self._utterances.append((owner, utterance))
        return utterance_id

    def gesture(self, request: GestureRequest, owner: str = "") -> None:
        """Asks for a gesture."""
        self._gestures.append((owner, request))

    def hush(self, owner: str | None = None) -> None:
        """Asks for silence and stillness at once, before all else that is asked for.

        What the owner (all, where none is named) asked for in this tick is dropped.
        """
        kept = [(who, item) for who, item in self._utterances if item.text and owner not in (None, who)]
        self._utterances.clear()
        self.say("")
        self._utterances += kept
        played = [(who, gesture) for who, gesture in self._gestures if gesture.name and owner not in (None, who)]
        self._gestures = [("", GestureRequest("")), *played]

    def report(self, report: SelfReport) -> None:
        """Passes on what the person answered."""
        self._reports.append(report)

    def mark(self, name: str, value: str) -> None:
        """Leaves a marker for the record."""
        self._markers.append((name, value))

    def empty(
        self,
    ) -> tuple[tuple[Utterance, ...], tuple[GestureRequest, ...], tuple[SelfReport, ...], tuple[tuple[str, str], ...]]:
        """All that was asked for since the last time: utterances, gestures, reports, markers."""
        utterances = tuple(item for _, item in self._utterances)
        gestures = tuple(item for _, item in self._gestures)
        reports, markers = tuple(self._reports), tuple(self._markers)
        self._utterances, self._gestures, self._reports, self._markers = [], [], [], []
        return utterances, gestures, reports, markers
