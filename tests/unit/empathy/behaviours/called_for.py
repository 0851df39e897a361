"""Activities on a stage where they are called for, and a person who goes along with them."""

from solamen.core.states import Consent
from solamen.empathy.behaviours.offered import OFFERED
from solamen.empathy.scene import OpenCall

from .stage import Stage

CALL = OpenCall("The person asked for someone.", 1, 2.0, False)
SHORT = {
    "paced_breathing": {"duration_s": 60.0},
    "neurofeedback": {"baseline_s": 10.0, "block_s": 10.0, "rest_s": 2.0},
}
ALL = [name for name, _, _ in OFFERED] + ["call"]
OFFERS = ["paced_breathing", "distraction", "hold_hand", "neurofeedback"]


def stage(name, **arguments):
    """A stage on which the activity is called for, and the person goes along with it."""
    scene = {"call": {"call": CALL}, "neurofeedback": {"pain": 5.0}}.get(name, {})
    made = Stage(name, own=SHORT.get(name), **{**scene, **arguments})
    if name == "paced_breathing":
        made.breathes_per_min = "along"
    if name == "neurofeedback":
        made.breathes_per_min = 14
        made.activity.barrier, barrier = (lambda: "not yet"), made.activity.barrier
        made.go(30.0)
        made.activity.barrier = barrier
    if name == "hold_hand":
        made.hand_s = 12.0
    if name == "ask_consent":
        made.desk.consent_asked = Consent.RECORD
    if name == "farewell":
        made.go(0.2)
        made.hear("goodbye")
    if name == "praise":
        made.go(12.0)
        made.facts["pain"] = 2.0
    return made


def begin(name, **arguments):
    """The same, when it has begun."""
    made = stage(name, **arguments)
    assert made.go(20.0, until=lambda: made.activity.under_way), made.desk.options
    return made


def at_work(name, **arguments):
    """The same, when the person has accepted it, or its first words are under way."""
    made = begin(name, **arguments)
    if name in OFFERS:
        assert made.go(20.0, until=lambda: bool(made.told("accepted")))
        made.go(6.0)
    else:
        made.go(0.3)
    assert made.activity.under_way
    return made


def end_of(made):
    """How it ended where the person goes along."""
    if made.activity.name == "ask":
        made.go(3.0)
        made.hear("number", value=6.0)
    if made.activity.name == "ask_consent":
        made.go(3.0)
        made.hear("yes")
    return made.finish()
