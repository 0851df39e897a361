"""Whether the body tells of pain that nothing which the will governs shows: then nobody can say how much it is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from solamen.core.person import CONTROL
from solamen.fusion.seen import Seen

_LEVEL, _ABOVE, _STAYS = 4.0, 2.0, 0.5
"""Points of what is not governed by the will from which on it speaks, by how much it must exceed all that is, and how
much less keeps it so. On generated persons who hide strong pain; the levels are those of the last ten seconds."""
_GOVERNED_FROM = 0.5
_REMEMBERED_S = 12.0
"""A sensor of signals that is gone for so long has not taken back what it told last."""


class Unseen:
    """Remembers whether it was so.

    Attributes:
        reason: why nothing can be said, in words; empty where face, voice and body fit what the body does by itself.
    """

    def __init__(self) -> None:
        self.reason, self._told_s = "", -math.inf

    def look(self, live: Mapping[str, Seen], stuck: Collection[str], now_s: float) -> str:
        """What holds now; gives the reason.

        Args:
            live: the modalities that count now.
            stuck: those among them that read the very same for long, and are not believed.
            now_s: the time.
        """
        told = unseen({name: seen for name, seen in live.items() if name not in stuck}, bool(self.reason))
        if told:
            self._told_s = now_s
        elif now_s - self._told_s <= _REMEMBERED_S and all(_governed(name) for name in live):
            told = self.reason
        self.reason = told
        return told

    def forget(self) -> None:
        """Begins anew."""
        self.reason, self._told_s = "", -math.inf


def unseen(live: Mapping[str, Seen], before: bool) -> str:
    """Why nothing can be said, in words; empty where face, voice and body fit what the body does by itself.

    People who hide their pain, and signals that err, look alike to every sensor. Only the person can tell.

    Args:
        live: the modalities that count now.
        before: whether it was so at the last state.
    """
    willed = [name for name, seen in live.items() if _governed(name) and not seen.silent]
    bodily = [name for name in live if not _governed(name)]
    if not willed or not bodily:
        return ""
    told = max(live[name].slow for name in bodily)
    shown = max(live[name].slow for name in willed)
    less = _STAYS if before else 0.0
    if told < _LEVEL - less or told - shown < _ABOVE - less:
        return ""
    return f"{' and '.join(sorted(bodily))}: {told:.0f} of 10, but little of it in {', '.join(sorted(willed))}"


def _governed(modality: str) -> bool:
    return CONTROL.get(modality, 1.0) >= _GOVERNED_FROM
