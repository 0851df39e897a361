"""Settings of empathy (node `behavior`)."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting

PAIN_GAIN_MAX = 0.4
"""No gain on a unit of pain may be above this."""


@dataclass(frozen=True, kw_only=True)
class EmpathySettings(Checked):
    """Gains and times of mirroring, the poses that follow it, and the patience of the tree.

    Activations are 0–1 of the robot's face, intensities 0–5 (FACS), levels 0–16 (as PSPI).
    """

    pain_gain: float = setting(0.4, low=0.0, high=PAIN_GAIN_MAX, doc="on AU4, 6 without 12, 7, 9, 10, 43")
    smile_gain: float = setting(0.7, low=0.0, high=0.9, doc="on AU12, and on AU6 with it")
    brow_gain: float = setting(0.5, low=0.0, high=0.9, doc="on AU1, 2, 5")
    mouth_gain: float = setting(0.25, low=0.0, high=0.9, doc="on AU15, 17, 20, 25, 26")
    deadband: float = setting(0.4, low=0.0, high=2.0, doc="intensity below which nothing is mirrored")
    smile_from: float = setting(1.0, low=0.1, high=5.0, doc="intensity of AU12 from which a face smiles")
    rise_s: float = setting(0.05, low=0.0, high=1.0, doc="time constant of a mirrored unit that rises")
    fall_s: float = setting(0.15, low=0.0, high=1.0, doc="time constant of a mirrored unit that falls")
    unseen_hold_s: float = setting(0.6, low=0.0, high=2.0, doc="a unit unseen for longer fades")

    onset_rise: float = setting(1.0, low=0.1, high=8.0, doc="rise of the level that counts as an onset of pain")
    onset_rise_share: float = setting(0.25, low=0.0, high=2.0, doc="where it is high already, by this share of it")
    first_sight_level: float = setting(
        3.0, low=0.0, high=16.0, doc="level that may be a new face's own; only more than it is an onset at first sight"
    )
    onset_gap_s: float = setting(4.0, low=2.0, high=60.0, doc="least time from onset to onset")
    mirror_full_s: float = setting(1.1, low=0.1, high=2.0, doc="pain is mirrored in full until then")
    mirror_fade_s: float = setting(1.7, low=0.2, high=2.0, doc="and fades to nothing until then")
    mirror_end_s: float = setting(2.0, low=0.2, high=2.0, doc="no trace of it is left after")
    level_damping: float = setting(0.5, low=0.0, high=1.0, doc="share of the gain that is lost at pain 10 of 10")
    quality_full: float = setting(0.5, low=0.01, high=1.0, doc="quality from which a face is mirrored in full")
    unsure_share: float = setting(0.5, low=0.0, high=1.0, doc="share of the gain while the state is not known")
    sure_stddev: float = setting(3.0, low=0.1, high=10.0, doc="points; a wider state counts as less sure")

    acknowledge_after_s: float = setting(0.5, low=0.0, high=5.0, doc="after the onset of pain")
    acknowledge_gap_s: float = setting(10.0, low=0.0, high=600.0, doc="least time between two")
    acknowledge_level: float = setting(1.5, low=0.0, high=16.0, doc="level that an onset must reach")
    nod_s: float = setting(0.8, low=0.2, high=3.0, doc="both dips of a nod together")
    nod_depth_m: float = setting(0.15, low=0.0, high=0.5, doc="how far the gaze dips")
    concern_after_s: float = setting(1.2, low=0.2, high=2.0, doc="after the onset of pain")
    concern_s: float = setting(3.0, low=0.5, high=30.0, doc="how long concern is shown")
    calm_after_s: float = setting(3.0, low=0.0, high=60.0, doc="calm goes on after the last sign of pain")
    hurting_level: float = setting(1.5, low=0.1, high=16.0, doc="level from which a face shows pain")
    hurting_points: float = setting(3.0, low=0.1, high=10.0, doc="mean of the state from which pain is likely")
    dwell_s: float = setting(1.0, low=0.0, high=10.0, doc="least time in a behaviour that is not preempted")

    pose_s: float = setting(0.35, low=0.0, high=5.0, doc="time constant of the robot's own poses")
    concern_inner_brow: float = setting(0.8, low=0.0, high=1.0, doc="AU1")
    concern_brow_lower: float = setting(0.15, low=0.0, high=0.4, doc="AU4")
    concern_lip_corner: float = setting(0.5, low=0.0, high=1.0, doc="AU15")
    calm_lids: float = setting(0.12, low=0.0, high=0.4, doc="AU43, lids that rest a little")
    calm_concern_share: float = setting(0.5, low=0.0, high=1.0, doc="of concern, that stays while it hurts")
    calm_smile: float = setting(0.15, low=0.0, high=1.0, doc="AU12")
    attend_brows: float = setting(0.08, low=0.0, high=1.0, doc="AU1 and AU2")
    acknowledge_brows: float = setting(0.25, low=0.0, high=1.0, doc="AU1, with lips that part")

    frame_timeout_s: float = setting(0.3, low=0.05, high=5.0, doc="after it, the tree speaks without a frame")
    blind_after_s: float = setting(0.8, low=0.1, high=10.0, doc="without frames for so long, the robot waits")
    frame_stale_s: float = setting(1.0, low=0.1, high=10.0, doc="an older frame is not answered by mirroring")
    state_timeout_s: float = setting(2.5, low=0.1, high=60.0, doc="an older state is not known any more")
    face_memory_s: float = setting(1.5, low=0.0, high=30.0, doc="how long a lost face is still looked at")
    search_s: float = setting(12.0, low=0.0, high=600.0, doc="how long a lost face is looked for")
    search_yaw_rad: float = setting(0.35, low=0.0, high=1.5, doc="how far to each side")
    search_period_s: float = setting(8.0, low=1.0, high=60.0, doc="there and back")
    gaze_s: float = setting(0.12, low=0.0, high=2.0, doc="time constant of the gaze")
    gaze_distance_m: float = setting(1.0, low=0.1, high=10.0, doc="where the robot looks when it knows no face")
    gaze_height_m: float = setting(0.55, low=0.0, high=3.0, doc="above the floor of base_link")
    learned_weight: float = setting(0.5, low=0.0, high=2.0, doc="utility of a point of ease seen before")
    learned_most: float = setting(0.5, low=0.0, high=2.0, doc="most that what was learned adds to a utility")
    language: str = setting("en", doc="of what the robot says: a folder of config/content")
    audience: str = setting("adult", choices=("adult", "child"), doc="whom the words are for")
    patience_s: float = setting(8.0, low=1.0, high=60.0, doc="how long an answer is waited for before asking again")
    stop_s: float = setting(600.0, low=10.0, high=86400.0, doc="after stop, nothing but quiet company for so long")
    broken_s: float = setting(120.0, low=1.0, high=86400.0, doc="what failed is not tried again for so long")
    gone_s: float = setting(10.0, low=1.0, high=600.0, doc="without the person for so long, an activity ends")
    offer_after_s: float = setting(4.0, low=0.0, high=15.0, doc="of pain of at least 4 of 10 before help is offered")
    offer_gap_s: float = setting(30.0, low=0.0, high=3600.0, doc="least time from the end of one activity to another")

    mirror_delay_s: float = setting(0.0, low=0.0, high=1.0, doc="programmed delay of all mirroring")
    sham_lag_s: float = setting(60.0, low=5.0, high=600.0, doc="sham mirroring shows what was so long ago")
    script: str = setting("", doc="for scripted mode: a file, or a name in config/scripts")

    severe_points: float = setting(7.0, low=4.0, high=7.0, doc="of 10: pain for which a human is called")
    severe_s: float = setting(60.0, low=1.0, high=60.0, doc="so long the state is severe before a human is called")
    abstain_ask_s: float = setting(30.0, low=1.0, high=30.0, doc="severe, then unknown for so long: ask the person")
    answer_s: float = setting(30.0, low=5.0, high=30.0, doc="without an answer for so long, a human is called")
    escalate_s: float = setting(60.0, low=5.0, high=60.0, doc="a call that nobody acknowledges grows louder")
    call_again_s: float = setting(300.0, low=60.0, high=3600.0, doc="after an acknowledgement the state may call again")
    call_command: list[str] = setting(  # noqa: RUF009 (each object gets a list of its own)
        [""], doc="program and arguments that call a human; the reason is added to them"
    )
    call_command_s: float = setting(10.0, low=0.5, high=120.0, doc="after so long that program is ended")

    clock_jump_s: float = setting(0.5, low=0.01, high=60.0, doc="a step back of the clock that clears what is cached")
