"""What happens in a scenario beside the face: words of the patient's own, company, and senses that fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import Checked, setting

SAID = ("help", "stop", "yes", "no", "nod", "shake", "report")
SEEN = ("away", "dark", "silence")
AROUND = ("alone", "trusted", "stranger", "procedure")


@dataclass(frozen=True, kw_only=True)
class Happening(Checked):
    """Something that happens once in a loop.

    help, stop, yes, no, nod, shake: a cue of the patient. report: the patient (or `by`) says a number. away: the face
    is turned away. dark: it is too dark to read a face. silence: no frame comes at all. alone, trusted, stranger: who
    is with the patient from then on. procedure: one is going on.
    """

    kind: ClassVar[str] = "happening"
    at_s: float = setting(0.0, low=0.0, high=3600.0)
    what: str = setting("help", choices=(*SAID, *SEEN, *AROUND))
    length_s: float = setting(0.0, low=0.0, high=3600.0, doc="of away, dark, silence and procedure")
    value: float = setting(0.0, low=0.0, high=10.0, doc="of a report")
    by: str = setting("patient", choices=("patient", "caregiver"), doc="who reports")
