import math

import pytest

from solamen.core.action_units import PAIN_UNITS
from solamen.core.cues import Cue
from solamen.empathy import EmpathySettings
from solamen.empathy.modes import MODES

from .faces import FRAME_S, Run, grimace


def run_in(mode, settings=None, **fields):
    run = Run(settings)
    fields = {"study_id": "S1", "experimenter": "E1", **fields}
    assert run.companion.set_mode(mode, fields.pop("delay_s", 0.0), **fields) == ""
    return run


def pain(expression):
    return max(expression.activation.get(unit, 0.0) for unit in PAIN_UNITS)


def first(shown, unit, above=0.05):
    return next((k for k, item in enumerate(shown) if item.activation.get(unit, 0.0) > above), None)


def markers(run):
    return [marker for turn in run.turns for marker in turn.markers]


@pytest.mark.parametrize("mode", MODES[:-1])
def test_the_mode_is_told_and_logged_with_its_stamp(mode):
    run = run_in(mode)
    run.see(0.2)
    assert run.told[-1].mode == mode
    assert (
        "mode",
        f"{mode} after companion, at 100.000 s, by E1, study S1",
    ) in markers(run)


def test_still_shows_nothing_whatever_the_person_shows():
    run = run_in("still")
    run.see(4.0)
    shown = run.see(2.0, pain=0.5) + run.see(6.0, pain=7.0, **grimace(4.0)) + run.see(1.0, au12=4.0)
    assert all(expression.activation == {} for expression in shown)
    assert all(math.dist(expression.gaze_target, (1.0, 0.0, 0.55)) < 0.001 for expression in shown)
    assert run.behaviors() == ["still"]


def test_mirror_only_mirrors_and_does_nothing_else():
    run = run_in("mirror_only")
    run.see(2.0, pain=0.5)
    shown = run.see(8.0, pain=6.0, **grimace(3.5))
    assert run.behaviors() == ["attend", "mirror", "attend"] and max(map(pain, shown)) > 0.1


@pytest.mark.parametrize("delay_s", [0.0, 0.25, 1.0])
def test_a_programmed_delay_is_kept_to_within_a_frame_and_the_answered_frame_is_the_older_one(delay_s):
    onsets = []
    for mode, delay in (("companion", 0.0), ("delayed", delay_s)):
        run = run_in(mode, delay_s=delay)
        run.see(2.0)
        shown = run.see(2.5, **grimace(4.0))
        onsets.append(first(shown, 9))
        if mode == "delayed":
            assert shown[-1].stamp_s - shown[-1].answers_s == pytest.approx(delay_s, abs=FRAME_S)
    assert (onsets[1] - onsets[0]) * FRAME_S == pytest.approx(delay_s, abs=FRAME_S)


@pytest.mark.parametrize(
    ("mode", "cause"),
    [("companion", "mirror"), ("delayed", "mirror_delayed"), ("incongruent", "mirror_incongruent")],
)
def test_the_cause_tells_whether_posture_may_go_with_what_is_mirrored(mode, cause):
    run = run_in(mode, EmpathySettings(acknowledge_level=16.0), delay_s=0.25)
    run.see(2.0)
    causes = {shown.cause for shown in run.see(1.0, **grimace(4.0)) if shown.cause.startswith("mirror")}
    assert causes - {"mirror"} == {cause} - {"mirror"} and cause in causes


def test_the_companion_may_be_delayed_by_its_settings():
    run = Run(EmpathySettings(mirror_delay_s=0.5))
    run.see(2.0)
    assert first(run.see(2.0, **grimace(4.0)), 9) * FRAME_S >= 0.5


def test_delayed_pain_ends_two_seconds_and_the_delay_after_the_onset():
    run = run_in("delayed", EmpathySettings(concern_brow_lower=0.0, calm_lids=0.0), delay_s=1.0)
    run.see(2.0)
    shown = run.see(6.0, **grimace(4.0))
    assert max(map(pain, shown[round(3.0 / FRAME_S) + 1 :])) == 0.0


def test_incongruent_smiles_at_pain_and_shows_concern_for_a_smile():
    run = run_in("incongruent", EmpathySettings(acknowledge_level=16.0))
    run.see(2.0)
    shown = run.see(1.0, **grimace(4.0))
    assert max(item.activation.get(12, 0.0) for item in shown) > 0.1 and max(map(pain, shown)) < 0.05
    run.see(4.0)
    assert max(item.activation.get(15, 0.0) for item in run.see(2.0, au12=4.0)) > 0.1


def test_sham_shows_what_was_long_ago():
    run = run_in("sham", EmpathySettings(sham_lag_s=5.0))
    run.see(2.0)
    shown = run.see(2.0, **grimace(4.0))
    assert first(shown, 9) is None
    later = run.see(4.0)
    assert 2.5 < first(later, 9) * FRAME_S < 3.7


@pytest.mark.parametrize("mode", ["incongruent", "sham"])
@pytest.mark.parametrize("missing", ["study_id", "experimenter"])
def test_misleading_modes_need_a_study_and_an_experimenter(mode, missing):
    run = Run()
    told = {"study_id": "S1", "experimenter": "E1", missing: " "}
    assert "needs a study_id and an experimenter" in run.companion.set_mode(mode, **told)
    run.see(0.2)
    assert run.told[-1].mode == "companion" and markers(run) == []


@pytest.mark.parametrize("mode", ["incongruent", "sham"])
def test_misleading_modes_leave_a_marker_for_the_debriefing(mode):
    run = run_in(mode)
    run.see(0.2)
    assert ("debriefing", f"study S1: tell the person what {mode} mode was") in markers(run)


@pytest.mark.parametrize("mode", MODES[:-1])
def test_stop_silences_every_mode(mode):
    run = run_in(mode)
    run.see(2.0, pain=0.5)
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    shown = run.see(3.0, pain=6.0, **grimace(4.0))
    assert all(expression.activation.get(9, 0.0) == 0.0 for expression in shown[round(1.0 / FRAME_S) :])
    assert run.told[-1].behavior == "quiet_company" and run.told[-1].mirror_gain == 0.0


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"mode": "loud"}, "there is no mode 'loud'"),
        ({"mode": "delayed", "delay_s": 1.5}, "delay_s is 1.5, but must be a number from 0 to 1"),
        ({"mode": "delayed", "delay_s": math.nan}, "delay_s is nan"),
        ({"mode": "scripted"}, "no script is set"),
    ],
)
def test_a_mode_that_cannot_be_is_refused_in_words(request_, problem):
    run = Run()
    assert problem in run.companion.set_mode(**request_)


def test_a_script_plays_its_behaviours_at_their_times():
    run = run_in("scripted", EmpathySettings(script="example"))
    run.see(15.0, pain=0.5)
    run.see(10.0, pain=6.0, **grimace(3.5))
    run.see(40.0, pain=6.0, **grimace(3.5))
    run.see(40.0, pain=0.5)
    begun = [(run.told[0].behavior, 0)]
    for before, status in zip(run.told, run.told[1:], strict=False):
        if status.behavior != before.behavior:
            begun.append((status.behavior, round(status.stamp_s - 100.0)))
    assert begun == [("attend", 0), ("mirror", 20), ("concern", 60), ("calm", 70), ("attend", 100)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {at_s: 0, behavior: juggle}", "no behaviour 'juggle'"),
        ("- {at_s: 5, behavior: calm}\n- {at_s: 5, behavior: attend}", "at_s must rise"),
        ("behavior: calm", "must be a list"),
        ("- {at: 5}", "unknown key 'at'"),
        ("- {at_s: .nan, behavior: calm}", "at_s"),
    ],
)
def test_a_script_with_a_mistake_is_refused_with_its_place(tmp_path, text, problem):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    told = Run(EmpathySettings(script=str(path))).companion.set_mode("scripted")
    assert problem in told and "mine.yaml" in told


def test_what_is_forbidden_is_never_done():
    run = Run()
    assert run.companion.set_locks(["concern", "acknowledge"], "") == ""
    run.see(2.0, pain=0.5)
    run.see(8.0, pain=6.0, **grimace(3.5))
    assert run.behaviors() == ["attend", "mirror", "calm"]


def test_what_is_locked_is_the_only_thing_done_besides_company():
    run = Run()
    assert run.companion.set_locks([], "calm") == ""
    run.see(2.0, pain=0.5)
    shown = run.see(8.0, pain=6.0, **grimace(3.5))
    assert set(run.behaviors()) == {"attend", "calm"} and shown[1].activation.get(9, 0.0) == 0.0


@pytest.mark.parametrize(
    ("forbidden", "locked", "problem"),
    [
        (["juggle"], "", "there is no behaviour 'juggle'"),
        (["quiet_company"], "", "cannot be forbidden"),
        (["calm"], "calm", "both locked and forbidden"),
    ],
)
def test_locks_that_cannot_be_are_refused_in_words(forbidden, locked, problem):
    assert problem in Run().companion.set_locks(forbidden, locked)
