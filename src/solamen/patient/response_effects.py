"""What is published about things that may ease pain or distress, and what the virtual patient makes of it.

Sizes are standardised mean differences (SMD; negative is less). The means used here are our reading of the sources,
mostly smaller than the largest that is published, as those come from partners, children or trials of low certainty.
The patient is a model to test the loop with: nothing that it feels is evidence that a robot helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """One thing that may help, and how people differ in it.

    Attributes:
        pain, distress, arousal: mean SMD over persons.
        spread: standard deviation of the SMD between persons; beyond the mean's size, so that some get worse.
        no_response: 0–1, share of persons whom it does nothing to.
        rise_s, fade_s: time constants of its coming and going; our assumption.
        source: author, year, what was found, nulls among it.
    """

    pain: float
    distress: float
    arousal: float
    spread: float
    no_response: float
    rise_s: float
    fade_s: float
    source: str


EFFECTS: Mapping[str, Effect] = {
    "breathing": Effect(
        -0.35,
        -0.40,
        -0.50,
        0.40,
        0.25,
        45.0,
        60.0,
        "Jafari 2020 (n 48, heat): less pain with any paced breathing, most at 6 a minute with a long breath out. "
        "Joseph 2022 (7 trials, acute pain): less pain, very heterogeneous, very low certainty. Miri 2022 (burns, 3 "
        "randomised trials): -1.17 points, 95 % interval -2.54 to 0.21, so no clear effect; clear in trials without "
        "randomisation (-1.38). Null: 0.1 Hz against 0.23 Hz breathing with electrical pain, d < 0.2 "
        "(Gholamrezaei 2021).",
    ),
    "distraction": Effect(
        -0.30,
        -0.45,
        -0.20,
        0.45,
        0.25,
        12.0,
        15.0,
        "Birnie 2018 (Cochrane, needles, children): less pain and distress, low certainty (pain about -0.6). Robots: "
        "Ali 2021 (n 86): distress 0.78 against 1.49, pain no different (p 0.13). Trost 2019 (8 studies): 3 of 4 less "
        "distress, pain mixed (d 0.49-0.62 in one). Littler 2021 (10 studies): less anxiety or distress, early.",
    ),
    "touch": Effect(
        -0.30,
        -0.35,
        -0.30,
        0.50,
        0.30,
        10.0,
        20.0,
        "Che 2018: touch of a romantic partner -0.95 in pain. Goldstein 2018 (about 20 couples): less pain, correlates "
        "with coupling. Coan 2006 (16 wives): a husband's hand calms more than a stranger's. Reddan 2020: less pain in "
        "women, not in men. Robots: Geva 2020 (n 83, PARO): less pain, more so in those who liked it; Geva 2022: mild "
        "pain only when the robot was on, strong pain also when it was off.",
    ),
    "words": Effect(
        -0.15,
        -0.30,
        -0.30,
        0.30,
        0.30,
        4.0,
        30.0,
        "Che 2018: spoken support -0.69 in pain, -0.99 in arousal, by humans; about a quarter is assumed of a robot.",
    ),
    "trusted": Effect(
        0.0,
        -0.20,
        0.0,
        0.30,
        0.30,
        10.0,
        20.0,
        "Che 2018: mere presence does not change pain; the presence of a significant other raises the expression "
        "of pain (0.21).",
    ),
    "stranger": Effect(
        0.0,
        0.10,
        -0.31,
        0.35,
        0.30,
        10.0,
        20.0,
        "Che 2018: mere presence does not change pain; a stranger's presence lowers arousal (-0.31).",
    ),
}
"""What it is to what it does."""

EXPRESSION_WITH_TRUSTED = 0.21
"""SMD of the facial expression of pain beside a significant other (Che 2018)."""

SHARE_PER_SD = 0.4
"""Of pain, per SMD of 1: two points at a pain of 5, the usual spread of ratings. Assumed to grow with pain."""

MIRROR_SENSITIVE_SHARE = 0.2
"""Of persons, who get worse when their pain is shown back to them for long; to nobody does it do good.

A face in pain raised ratings of one's own, against a happy one (Khatibi 2015, n 22); or not (Goeller 2024, n 56).
No trial of a face that mirrors one's own pain is known. So the share is assumed, in order that too much of it costs.
"""
