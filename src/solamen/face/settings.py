"""Settings of the face room; `config/face.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class FaceSettings(Checked):
    """What the face room may be told; lengths in pixels are at the size of the incoming frame."""

    horizontal_fov_deg: float = setting(60.0, low=10.0, high=170.0, doc="field of view of the camera, across")
    interpupillary_distance_m: float = setting(0.063, low=0.03, high=0.09, doc="mean of adults (Dodgson 2004)")
    min_detection_confidence: float = setting(0.5, low=0.05, high=0.99)
    min_tracking_confidence: float = setting(0.5, low=0.05, high=0.99)
    max_side_px: int = setting(1280, low=160, high=8192, doc="larger frames are halved until they fit")

    backend: str = setting("auto", choices=("auto", "mediapipe", "litert"), doc="what runs the landmark model's nets")
    confirm: str = setting(
        "lone", choices=("manual", "lone"), doc="a lost face: nothing until confirmed, or, if ever alone, anonymous"
    )
    lost_after_s: float = setting(1.0, low=0.1, high=60.0, doc="a face unseen for so long is anonymous afterwards")
    look_every_s: float = setting(0.2, low=0.0, high=1.0, doc="all faces are looked for so often; always in company")
    min_bystander_confidence: float = setting(0.3, low=0.05, high=0.99, doc="from here a face is painted over")

    min_eye_distance_px: float = setting(24.0, low=4.0, high=500.0, doc="outer eye corners; smaller faces are not read")
    good_eye_distance_px: float = setting(60.0, low=8.0, high=1000.0, doc="from here size costs no quality")
    max_yaw_deg: float = setting(50.0, low=5.0, high=80.0, doc="a face turned further is not read")
    max_pitch_deg: float = setting(50.0, low=5.0, high=80.0, doc="a face nodded further is not read")
    min_luminance: float = setting(22.0, low=0.0, high=255.0, doc="mean of the face; darker faces are not read")
    min_sharpness: float = setting(0.004, low=0.0, high=1.0, doc="blurred faces below are not read")
    max_glare: float = setting(0.5, low=0.05, high=1.0, doc="share of the face at full white; beyond, it is not read")
    cover_every_s: float = setting(0.2, low=0.0, high=5.0, doc="so often it is checked what of the face is covered")
    frozen_after_s: float = setting(1.0, low=0.1, high=60.0, doc="identical frames for longer are a frozen camera")

    blink_max_s: float = setting(0.5, low=0.1, high=2.0, doc="a closure up to here is a blink, beyond it AU43")
    smoothing_s: float = setting(0.08, low=0.0, high=5.0, doc="time constant of the causal filter over pain")
    max_gap_s: float = setting(1.0, low=0.05, high=60.0, doc="after a longer gap, time starts anew")

    units_in_film: str = setting(
        "both",
        choices=("rules", "both", "model"),
        doc="what reads units from films; the model alone told crying from smiling less well in a real one",
    )
    adapt_s: float = setting(20.0, low=1.0, high=3600.0, doc="seconds of calm in which a neutral face is learned")
    forget_s: float = setting(900.0, low=10.0, high=1e6, doc="in which an unseen neutral widens again")

    person_age_years: float = setting(
        30.0, low=0.0, high=120.0, doc="of the person in care; below three years no pain index is told"
    )
    settle_s: float = setting(0.2, low=0.0, high=5.0, doc="a face must be seen for so long before pain is told")
    index_scale: float = setting(4.5, low=0.5, high=50.0, doc="pain index at which intensity is 6.3 of 10")
    prior: float = setting(0.2, low=0.001, high=0.999, doc="of pain of at least 4, before the face is seen")
