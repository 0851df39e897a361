"""Settings of fusion."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class FusionSettings(Checked):
    """What the filter assumes of people and of the modalities. Points are those of the 0–10 scale.

    The figures of the link between what is shown and what is felt are assumptions, wide on purpose; they wait for a
    fit.
    """

    drift_per_sqrt_s: float = setting(3.0, low=0.1, high=20.0, doc="points per root second that expression drifts")
    jump_rate_hz: float = setting(1.0, low=0.0, high=20.0, doc="jumps of expression to any level, per second")
    jitter_share: float = setting(
        0.25, low=0.05, high=1.0, doc="share of a modality's stddev that is new in each estimate; the rest persists"
    )
    jitter_floor: float = setting(0.25, low=0.1, high=2.0, doc="points, least jitter of an estimate")
    quality_widening: float = setting(1.0, low=0.0, high=5.0, doc="stddev grows by this factor more at quality 0")
    quality_least: float = setting(0.05, low=0.0, high=1.0, doc="estimates below it are not used")

    expressiveness_stddev: float = setting(
        1.0, low=0.0, high=5.0, doc="points between what is shown and what would be reported, person by person"
    )
    hiding_share: float = setting(
        0.1, low=0.0, high=0.5, doc="how often a person shows less than is felt, by any amount"
    )
    rest_odds: float = setting(
        3.0,
        low=0.1,
        high=100.0,
        doc="prior odds of a report of 0, as a factor on all severities below",
    )

    hold_s: float = setting(0.5, low=0.0, high=10.0, doc="age up to which an estimate counts in full")
    staleness_per_s: float = setting(2.0, low=0.0, high=20.0, doc="points of spread per second beyond that age")
    abstain_after_s: float = setting(2.5, low=0.1, high=60.0, doc="age from which an estimate is not used")
    late_s: float = setting(2.0, low=0.0, high=60.0, doc="an estimate later than this behind its modality is dropped")
    ahead_s: float = setting(0.5, low=0.0, high=10.0, doc="a stamp further in the future is not believed")
    clock_jump_s: float = setting(0.5, low=0.01, high=60.0, doc="a step back of the clock that clears everything")
    presence_timeout_s: float = setting(3.0, low=0.1, high=60.0, doc="after it, presence is not known to last")

    report_stddev: float = setting(0.6, low=0.1, high=5.0, doc="points, of the person's own word")
    proxy_stddev: float = setting(1.5, low=0.1, high=5.0, doc="points, of a caregiver's word")
    report_half_life_s: float = setting(300.0, low=1.0, high=86400.0, doc="the weight of a report halves in this time")
    report_least_weight: float = setting(0.25, low=0.01, high=1.0, doc="below it a report alone is not enough")

    trend_window_s: float = setting(25.0, low=2.0, high=600.0, doc="over which the trend is taken")
    trend_least_s: float = setting(5.0, low=1.0, high=600.0, doc="least span of a trend; unknown below it")
