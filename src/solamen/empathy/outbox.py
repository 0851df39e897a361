"""What the tree asks of the robot besides an expression, gathered until the tick ends."""

from __future__ import annotations

from solamen.core.intents import GestureRequest, Utterance
from solamen.core.states import SelfReport


class Outbox:
    """Utterances, gestures, answers of the person and markers, in the order in which they were asked for."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._spoken = 0
        self._utterances: list[Utterance] = []
        self._gestures: list[GestureRequest] = []
        self._reports: list[SelfReport] = []
        self._markers: list[tuple[str, str]] = []

    def say(self, text: str, *, rate: float = 1.0, interruptible: bool = True) -> str:
        """Asks for an utterance and gives its id; an empty text asks for silence at once."""
        self._spoken += 1
        utterance_id = f"say-{self._spoken}"
        self._utterances.append(Utterance(utterance_id, text, self.language, rate, interruptible))
        return utterance_id

    def gesture(self, request: GestureRequest) -> None:
        """Asks for a gesture."""
        self._gestures.append(request)

    def hush(self) -> None:
        """Asks for silence and for stillness at once; what was asked for in this tick is not said any more."""
        self._utterances.clear()
        self._gestures.clear()
        self.say("")
        self._gestures.append(GestureRequest(""))

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
        gathered = tuple(self._utterances), tuple(self._gestures), tuple(self._reports), tuple(self._markers)
        for items in (self._utterances, self._gestures, self._reports, self._markers):
            items.clear()
        return gathered
