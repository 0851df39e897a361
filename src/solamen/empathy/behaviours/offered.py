"""All that has words or settings of its own, made with settings from config/behaviors and words from config/content."""

from __future__ import annotations

from typing import Any

from solamen.empathy.activity import Activity
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.acknowledge import Acknowledge, AcknowledgeSettings
from solamen.empathy.behaviours.ask import Ask, AskSettings
from solamen.empathy.behaviours.ask_consent import AskConsent, AskConsentSettings
from solamen.empathy.behaviours.attend import Attend, AttendSettings
from solamen.empathy.behaviours.call_human import CallHuman, CallSettings
from solamen.empathy.behaviours.distraction import Distraction, DistractionSettings
from solamen.empathy.behaviours.farewell import Farewell, FarewellSettings
from solamen.empathy.behaviours.hold_hand import HoldHand, HoldHandSettings
from solamen.empathy.behaviours.introduce import Introduce, IntroduceSettings
from solamen.empathy.behaviours.neurofeedback import Neurofeedback, NeurofeedbackSettings
from solamen.empathy.behaviours.paced_breathing import BreathingSettings, PacedBreathing
from solamen.empathy.behaviours.praise import Praise, PraiseSettings
from solamen.empathy.behaviours.shared_concern import SharedConcern, SharedConcernSettings
from solamen.empathy.behaviours.worded import WordedActivity, own_settings
from solamen.empathy.content import Words, load_content
from solamen.empathy.scene import Desk

OFFERED: tuple[tuple[str, type[WordedActivity[Any]], type[Appeal]], ...] = (
    ("introduce", Introduce, IntroduceSettings),
    ("farewell", Farewell, FarewellSettings),
    ("ask", Ask, AskSettings),
    ("ask_consent", AskConsent, AskConsentSettings),
    ("shared_concern", SharedConcern, SharedConcernSettings),
    ("paced_breathing", PacedBreathing, BreathingSettings),
    ("distraction", Distraction, DistractionSettings),
    ("hold_hand", HoldHand, HoldHandSettings),
    ("neurofeedback", Neurofeedback, NeurofeedbackSettings),
    ("praise", Praise, PraiseSettings),
)
"""Name, class and settings of what the chooser chooses among; what is urgent stands first."""


def words_for(desk: Desk) -> Words:
    """The words in the language and for the audience of the settings.

    Raises:
        OutsideError: a text or a file is wrong, or the language is not there.
    """
    return Words(load_content(desk.settings.language), desk.settings.audience)


def offered(desk: Desk, words: Words) -> list[Activity]:
    """All that is chosen among.

    Raises:
        OutsideError: a file of settings is wrong.
    """
    return [kind(name, desk, own_settings(own, name), words) for name, kind, own in OFFERED]


def call_human(desk: Desk, words: Words) -> CallHuman:
    """What is said and shown while a human is called; it comes before all that is chosen."""
    return CallHuman("call", desk, own_settings(CallSettings, "call"), words)


def acknowledge(desk: Desk, words: Words) -> Acknowledge:
    """The nod with a short warm word."""
    return Acknowledge("acknowledge", desk, own_settings(AcknowledgeSettings, "acknowledge"), words)


def attend(desk: Desk) -> Attend:
    """The open face and the gaze."""
    return Attend("attend", desk, own_settings(AttendSettings, "attend"))
