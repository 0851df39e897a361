"""Settings of fusion."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting

FAMILIES = (
    "bayes",
    "early_forest",
    "early_boosting",
    "early_bayes_chain",
    "late_mean",
    "late_weighted",
    "late_product",
    "hierarchical",
    "stacked",
)


@dataclass(frozen=True, kw_only=True)
class FusionSettings(Checked):
    """What the filter assumes of people and of the modalities. Points are those of the 0–10 scale.

    The figures of the link between what is shown and what is felt are assumptions, wide on purpose; no data set of
    self-reports stands behind them.
    """

    family: str = setting("bayes", choices=FAMILIES, doc="what fuses the modalities; all but bayes are trained models")

    move_hz: float = setting(0.6, low=0.0, high=20.0, doc="moves of pain by a little, per second")
    move_points: float = setting(3.0, low=0.1, high=10.0, doc="points of such a move; larger ones are rarer")
    jump_rate_hz: float = setting(0.05, low=0.0, high=20.0, doc="jumps of pain to any level, per second")
    ahead_share: float = setting(0.25, low=0.0, high=1.0, doc="how much slower it moves ahead of the newest estimate")
    rest_share: float = setting(0.45, low=0.01, high=0.99, doc="share of time at which a person would report 0")
    decay_points: float = setting(10.0, low=0.5, high=100.0, doc="above 0, more pain is rarer; 1/e in so many points")

    ripple_share: float = setting(
        0.6, low=0.0, high=0.95, doc="share of a modality's stddev that ripples; the rest wanders slowly"
    )
    ripple_most: float = setting(0.6, low=0.0, high=5.0, doc="points, the ripple of however unsure a modality")
    ripple_keeps_s: float = setting(0.3, low=0.05, high=10.0, doc="the ripple renews itself in this time")
    jitter_floor: float = setting(0.7, low=0.05, high=2.0, doc="points, error that is new in each estimate")
    error_keeps_s: float = setting(60.0, low=0.5, high=3600.0, doc="the slow error renews itself in this time")
    wander_points: float = setting(2.0, low=0.1, high=10.0, doc="spread of a slow error that renews itself so fast")
    thin_s: float = setting(0.1, low=0.0, high=10.0, doc="of estimates of one modality within this time one is weighed")
    link_stddev: float = setting(0.4, low=0.0, high=5.0, doc="points by which what is shown of the same pain differs")
    quality_widening: float = setting(1.0, low=0.0, high=5.0, doc="stddev grows by this factor more at quality 0")
    quality_least: float = setting(0.05, low=0.0, high=1.0, doc="estimates below it are not used")
    fails_once_in_s: float = setting(900.0, low=1.0, high=1e6, doc="a modality sticks or drifts away once in this time")
    heals_after_s: float = setting(30.0, low=0.1, high=1e6, doc="and is right again after this time")
    bias_points: float = setting(4.0, low=0.1, high=10.0, doc="by which a face or body comes to read wrong for good")
    bias_once_in_s: float = setting(300.0, low=1.0, high=1e6, doc="that begins once in this time")
    bias_keeps_s: float = setting(90.0, low=1.0, high=1e6, doc="and is over after this time")
    expressiveness_keeps_s: float = setting(
        3.0, low=0.01, high=1e6, doc="how they moved tells of a person's way of showing for so long"
    )

    entry_points_per_s: float = setting(
        0.8, low=0.01, high=100.0, doc="by which a modality that comes may move the mean"
    )
    abstain_after_s: float = setting(2.5, low=0.1, high=60.0, doc="age from which an estimate is not used")
    late_s: float = setting(2.5, low=0.0, high=60.0, doc="an estimate that is later than this is dropped")
    ahead_s: float = setting(0.5, low=0.0, high=10.0, doc="a stamp further in the future is not believed")
    clock_jump_s: float = setting(0.5, low=0.01, high=60.0, doc="a step back of the clock that clears everything")
    presence_timeout_s: float = setting(3.0, low=0.1, high=60.0, doc="after it, presence is not known to last")

    report_stddev: float = setting(0.6, low=0.1, high=5.0, doc="points, of the person's own word")
    proxy_stddev: float = setting(1.5, low=0.1, high=5.0, doc="points, of a caregiver's word")
    report_half_life_s: float = setting(300.0, low=1.0, high=86400.0, doc="the weight of a report halves in this time")
    report_drift: float = setting(
        0.3, low=0.0, high=5.0, doc="points by which pain moves on from a report in a second; more by the root of time"
    )
    report_least_weight: float = setting(0.25, low=0.01, high=1.0, doc="below it a report alone is not enough")

    trend_window_s: float = setting(25.0, low=2.0, high=600.0, doc="over which the trend is taken")
    trend_least_s: float = setting(5.0, low=1.0, high=600.0, doc="least span of a trend; unknown below it")

    procedure_odds: float = setting(2.0, low=0.1, high=100.0, doc="odds of pain in a named procedure, over usual ones")
    social_terms: bool = setting(False, doc="let company change how much of pain is expected to show")
    alone_log_shift: float = setting(0.0, low=-2.0, high=2.0, doc="of expressiveness, where social terms are on")
    trusted_log_shift: float = setting(0.1, low=-2.0, high=2.0, doc="likewise, with somebody trusted")
    stranger_log_shift: float = setting(-0.2, low=-2.0, high=2.0, doc="likewise, with a stranger")
    affect: bool = setting(False, doc="tell valence and dominance, which are inferences of emotion")
