"""What can be sent to a run."""

import pytest

from solamen.core.errors import OutsideError
from solamen.session.order import CUES, USAGE, read_order


@pytest.mark.parametrize("word", CUES)
def test_what_the_person_does_is_one_word(word: str) -> None:
    assert read_order([word]) == {"do": "cue", "kind": word, "value": None}


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("number 7", {"do": "cue", "kind": "number", "value": 7.0}),
        ("report 6", {"do": "report", "value": 6.0, "by_proxy": False}),
        ("report 7,5", {"do": "report", "value": 7.5, "by_proxy": False}),
        ("report 6 caregiver", {"do": "report", "value": 6.0, "by_proxy": True}),
        ("respiration 12", {"do": "respiration", "breaths_per_min": 12.0, "length_s": 30.0}),
        ("company alone", {"do": "context", "company": 1, "place": "", "procedure": ""}),
        ("context place=ward company=trusted", {"do": "context", "company": 2, "place": "ward", "procedure": ""}),
        ("acknowledge", {"do": "acknowledge", "call_id": "", "by": "caregiver"}),
        ("acknowledge call-2 by=nurse", {"do": "acknowledge", "call_id": "call-2", "by": "nurse"}),
        ("mode mirror_only", {"do": "mode", "mode": "mirror_only", "delay_s": 0.0, "study_id": "", "experimenter": ""}),
        (
            "mode delayed delay=0.5",
            {"do": "mode", "mode": "delayed", "delay_s": 0.5, "study_id": "", "experimenter": ""},
        ),
        ("forbid distraction story", {"do": "locks", "forbidden": ["distraction", "story"], "locked": ""}),
        ("lock attend", {"do": "locks", "forbidden": [], "locked": "attend"}),
        ("free", {"do": "locks", "forbidden": [], "locked": ""}),
        ("say Hello. de", {"do": "say", "text": "Hello.", "language": "de"}),
        ("gesture nod", {"do": "gesture", "name": "nod"}),
        ("breathe 6 60", {"do": "breathe", "breaths_per_min": 6.0, "length_s": 60.0}),
    ],
)
def test_orders_are_read(words: str, order: dict[str, object]) -> None:
    assert read_order(words.split()) == order


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "nothing to send"),
        (["dance"], "'dance' cannot be sent"),
        (["report"], "missing"),
        (["report", "eleven"], "0 to 10"),
        (["report", "nan"], "0 to 10"),
        (["number", "-1"], "0 to 10"),
        (["nod", "twice"], "one word too many"),
        (["company", "crowd"], "alone, trusted"),
        (["context", "ward"], "not understood"),
        (["mode"], "missing"),
        (["mode", "delayed", "delay=7"], "0 to 1"),
        (["say", " "], "nothing to say"),
        (["forbid"], "missing"),
        (["breathe", "40"], "4 to 12"),
    ],
)
def test_what_is_no_order_is_told_in_one_sentence(words: list[str], reason: str) -> None:
    with pytest.raises(OutsideError, match=reason) as caught:
        read_order(words)
    assert "\n" not in str(caught.value)


def test_the_help_names_every_order() -> None:
    for name in (
        *CUES,
        "number",
        "report",
        "respiration",
        "company",
        "context",
        "acknowledge",
        "mode",
        "forbid",
        "say",
    ):
        assert name in USAGE
