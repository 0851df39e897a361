import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.core.states import Consent
from solamen.empathy import Companion, EmpathySettings

from .faces import FRAME_S, HEAD, Run, face, grimace, state


def statuses(run, behavior):
    return [status for status in run.told if status.behavior == behavior]


def test_it_rests_when_nothing_ever_comes():
    run = Run()
    status = run.wait(1.0)[-1]
    assert status.behavior == "rest" and status.reason == "No fresh picture has come yet, so I rest."
    assert run.shown[-1].cause == "rest" and math.isnan(run.shown[-1].answers_s)


def test_it_attends_to_a_face_at_rest():
    run = Run()
    shown = run.see(2.0, pain=0.5)
    assert run.told[-1].behavior == "attend" and shown[-1].gaze_target == pytest.approx(HEAD)
    assert run.told[-1].mirror_gain == 0.0


def test_an_episode_runs_from_mirroring_over_concern_to_calm_and_back():
    run = Run()
    run.see(3.0, pain=0.5)
    run.see(8.0, pain=6.0, **grimace(3.5))
    run.see(6.0, pain=0.5)
    assert run.behaviors() == ["attend", "mirror", "acknowledge", "concern", "calm", "attend"]


def test_pain_that_hovers_at_the_bound_lets_the_robot_stay():
    run = Run()
    run.see(3.0, pain=0.5)
    run.see(4.0, pain=3.2)
    before = len(run.behaviors())
    for pain in (2.8, 3.1, 2.7, 3.0):
        run.see(4.0, pain=pain)
    assert len(run.behaviors()) == before and run.told[-1].behavior == "calm"
    run.see(6.0, pain=2.0)
    assert run.told[-1].behavior == "attend"


def test_the_reason_names_the_pain_that_is_mirrored():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(0.4, pain=6.0, **grimace(3.5))
    status = run.told[-1]
    assert status.reason == "Pain seemed to rise to about 6 of 10, so I mirror a little."
    assert status.system == 1 and 0.2 < status.mirror_gain <= 0.4 and status.tree_path == "companion/mirror"


def test_no_number_is_told_while_the_state_has_none_that_matters():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(0.4, pain=1.0, **grimace(2.0))
    assert run.told[-1].reason == "The face shows signs of pain, so I mirror a little."


def test_a_smile_ends_calm():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(6.0, pain=6.0, **grimace(3.5))
    run.see(1.0, pain=0.5)
    assert run.told[-1].behavior == "calm"
    run.see(1.0, pain=0.5, au12=3.0, au6=2.0)
    assert run.told[-1].reason == "The person smiles, so I smile back."


def test_the_gain_told_is_nothing_once_the_onset_is_over():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(4.0, pain=6.0, **grimace(3.5))
    assert run.told[-1].mirror_gain == 0.0 and run.told[-1].tree_path == "companion/soothe/concern"


def test_concern_lifts_the_inner_brows_and_lets_the_lip_corners_fall():
    run = Run()
    run.see(2.0, pain=0.5)
    shown = run.see(3.5, pain=6.0, **grimace(3.5))[-1]
    assert shown.cause == "concern" and shown.activation[1] > 0.6 and shown.activation[15] > 0.35
    assert shown.activation[4] <= 0.16


def test_calm_does_not_smile_at_someone_in_pain():
    run = Run()
    run.see(2.0, pain=0.5)
    shown = run.see(20.0, pain=6.0, **grimace(3.5))[-1]
    assert shown.cause == "calm" and shown.activation.get(12, 0.0) < 0.01 and 9 not in shown.activation
    assert 0.3 < shown.activation[1] < 0.5


def test_calm_smiles_a_little_when_the_pain_has_eased():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(20.0, pain=6.0, **grimace(3.5))
    shown = run.see(2.0, pain=0.5)[-1]
    assert shown.cause == "calm" and 0.1 < shown.activation[12] < 0.25


def test_pain_that_no_face_shows_is_met_with_calm():
    run = Run()
    run.see(3.0, pain=6.0)
    assert run.told[-1].behavior == "calm"


def test_a_state_that_is_wide_says_nothing_of_pain():
    run = Run()
    run.see(3.0, pain=3.3, stddev=3.2)
    assert run.behaviors() == ["attend"]


def test_the_folds_of_a_new_face_are_not_spoken_of_as_pain():
    run = Run()
    run.see(3.0, pain=1.0, au10=2.0)
    assert run.behaviors() == ["attend"]


def test_each_onset_is_acknowledged_once():
    run = Run()
    for _ in range(2):
        run.see(6.0, pain=0.5)
        run.see(8.0, pain=6.0, **grimace(3.5))
    assert run.behaviors().count("acknowledge") == 2


def test_one_onset_is_acknowledged_once_even_without_a_gap():
    run = Run(EmpathySettings(acknowledge_gap_s=0.0))
    run.see(2.0, pain=0.5)
    run.see(8.0, pain=6.0, **grimace(3.5))
    assert run.behaviors().count("acknowledge") == 1


def test_two_acknowledgements_keep_their_distance():
    run = Run(EmpathySettings(acknowledge_gap_s=60.0))
    for _ in range(3):
        run.see(6.0, pain=0.5)
        run.see(6.0, pain=6.0, **grimace(3.5))
    assert run.behaviors().count("acknowledge") == 1 and run.behaviors().count("concern") == 3


def test_an_acknowledgement_comes_within_a_second_and_nods_twice():
    run = Run()
    run.see(2.0, pain=0.5)
    shown = run.see(2.0, pain=6.0, **grimace(3.5))
    nod = [k for k, expression in enumerate(shown) if expression.cause == "acknowledge"]
    assert nod and nod[0] * FRAME_S <= 1.0
    heights = [HEAD[2], *(shown[k].gaze_target[2] for k in nod), HEAD[2]]
    dips = [k for k in range(1, len(heights) - 1) if heights[k - 1] > heights[k] <= heights[k + 1]]
    assert len(dips) == 2 and min(heights) == pytest.approx(HEAD[2] - 0.15, abs=0.02)


def test_a_twitch_is_not_acknowledged():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(0.1, pain=0.5, **grimace(3.0))
    run.see(3.0, pain=0.5)
    assert "acknowledge" not in run.behaviors()


def test_input_that_stops_preempts_everything():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(2.5, pain=6.0, **grimace(3.5))
    assert run.told[-1].behavior == "concern"
    run.wait(1.0)
    assert run.told[-1].behavior == "rest" and run.told[-1].tree_path == "companion/wait"


def test_mirrored_pain_ends_when_frames_stop():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(0.5, pain=6.0, **grimace(4.0))
    run.wait(1.0)
    assert run.shown[-1].activation.get(9, 0.0) == 0.0


def test_a_lost_face_is_looked_for_and_then_given_up():
    run = Run()
    run.see(2.0, pain=0.5)
    search = run.see(9.0, face_present=False)
    assert run.told[-1].reason == "The face is out of sight, so I look around."
    sideways = [expression.gaze_target[1] for expression in search]
    assert max(sideways) > 0.3 and min(sideways) < 0.0
    run.see(6.0, face_present=False)
    assert run.told[-1].reason == "Nobody is seen, so I rest."


def test_the_gaze_never_jumps():
    run = Run()
    run.see(2.0)
    run.see(9.0, face_present=False)
    run.wait(2.0)
    run.see(1.0)
    points = [expression.gaze_target for expression in run.shown]
    assert max(math.dist(before, later) for before, later in itertools.pairwise(points)) < 0.2


def test_a_face_that_comes_back_is_attended_to_at_once():
    run = Run()
    run.see(2.0)
    run.see(9.0, face_present=False)
    run.see(0.2)
    assert run.told[-1].behavior == "attend"


def test_it_knows_when_a_behaviour_began():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(2.0, pain=6.0, **grimace(3.5))
    concern = statuses(run, "concern")
    assert concern[-1].since_s == concern[0].stamp_s < concern[-1].stamp_s


def test_no_behaviour_flaps_when_a_smile_comes_and_goes():
    run = Run()
    run.see(2.0, pain=0.5)
    for k in range(100):
        run.see(FRAME_S, pain=0.5, au12=1.0 + 0.3 * (-1) ** k)
    assert run.behaviors() == ["attend", "mirror"]


def test_without_consent_nothing_is_mirrored_and_company_is_kept():
    run = Run()
    run.see(1.0)
    run.companion.know(state(run.clock.now_s(), math.nan, consent=Consent.NONE, abstained=True))
    shown = run.see(3.0, **grimace(5.0))
    assert all(expression.activation.get(unit, 0.0) == 0.0 for expression in shown for unit in (4, 7, 9, 10))
    assert run.told[-1].behavior == "attend" and "consent" in run.told[-1].reason


def test_withdrawn_consent_ends_concern():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(2.5, pain=6.0, **grimace(3.5))
    run.companion.know(state(run.clock.now_s(), math.nan, consent=Consent.NONE, abstained=True))
    run.see(1.2, **grimace(3.5))
    assert run.told[-1].behavior == "attend"


def test_what_was_mirrored_goes_to_rest_with_the_next_tick_when_consent_is_taken_back():
    run = Run()
    run.see(2.0, pain=0.5)
    assert max(run.see(2.0, pain=0.5, au12=4.0, au25=2.0)[-1].activation.values()) > 0.3
    shown = len(run.shown)
    run.companion.know(state(run.clock.now_s(), math.nan, consent=Consent.NONE, abstained=True))
    run.wait(0.1)
    (rest,) = run.shown[shown:]
    assert max(rest.activation.values(), default=0.0) < 0.05  # what the tree itself shows of attention


@pytest.mark.parametrize("pain", [math.nan, math.inf, -math.inf])
def test_a_state_that_is_no_number_is_not_acted_on(pain):
    run = Run()
    run.see(3.0, pain=pain)
    assert run.told[-1].behavior == "attend"


def test_a_state_that_grows_old_is_not_named_any_more():
    run = Run()
    run.see(2.0, pain=6.0)
    assert "6 of 10" in run.told[-1].reason
    run.see(3.0, **grimace(2.0))
    run.see(3.0, **grimace(2.0))
    assert "6 of 10" not in run.told[-1].reason


def test_an_unsure_state_lowers_the_gain():
    gains = []
    for stddev in (1.5, 6.0):
        run = Run()
        run.see(2.0)
        for _ in range(8):
            run.companion.know(state(run.clock.now_s(), 4.0, stddev))
            run.see(FRAME_S, **grimace(3.5))
        gains.append(run.told[-1].mirror_gain)
    assert 0.0 < gains[1] <= 0.6 * gains[0]


def test_an_error_in_a_behaviour_ends_in_rest_and_the_tree_goes_on():
    run = Run()
    run.see(1.0)
    attend = next(node for node in run.companion.tree.iterate() if node.name == "attend")
    wanted = attend.wanted
    attend.wanted = lambda: 1 / 0
    run.see(2.0)
    assert run.told[-1].behavior == "rest" and "ZeroDivisionError" in run.told[-1].reason
    attend.wanted = wanted
    run.see(1.0)
    assert run.told[-1].behavior == "attend"


def test_a_guide_that_a_stop_forbids_is_refused_at_once_in_words():
    run = Run()
    run.see(1.0)
    assert run.companion.guide_breathing(6.0, 60.0) == ""
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    run.see(0.5)
    assert run.companion.guide_breathing(6.0, 60.0) == "the person said stop, so not for another 10 min"


def test_a_backward_jump_of_the_clock_clears_what_is_cached():
    run = Run()
    run.see(2.0, pain=6.0)
    run.clock.step_wall(-3600.0)
    status = run.companion.tick().status
    assert "6 of 10" not in status.reason
    shown = run.see(1.0, pain=0.5)
    assert shown[-1].gaze_target == pytest.approx(HEAD) and run.told[-1].behavior in ("attend", "calm")


@pytest.mark.parametrize("step_s", [3600.0, -3600.0])
def test_a_step_of_the_wall_time_changes_no_sequence_of_behaviours(step_s):
    sequences = []
    for jump_s in (0.0, step_s):
        run = Run(start_s=10_000.0)
        run.see(3.0, pain=0.5)
        run.see(2.5, pain=6.0, **grimace(3.5))
        run.clock.step_wall(jump_s)
        run.see(6.0, pain=6.0, **grimace(3.5))
        run.see(6.0, pain=0.5)
        sequences.append([status.behavior for status in run.told])
    assert sequences[0] == sequences[1]


def test_the_same_input_gives_the_same_output():
    runs = [Run(), Run()]
    for run in runs:
        run.see(2.0, pain=0.5)
        run.see(4.0, pain=6.0, **grimace(3.5))
    assert runs[0].shown == runs[1].shown and repr(runs[0].told) == repr(runs[1].told)


def test_a_head_that_is_no_number_is_not_looked_at():
    run = Run()
    run.see(1.0)
    shown = run.see(1.0, head=(math.nan, 0.0, math.inf))
    assert shown[-1].gaze_target == pytest.approx(HEAD)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats(), st.booleans()), max_size=30))
def test_no_input_breaks_it(inputs):
    clock = SteppedClock(50.0)
    companion = Companion(EmpathySettings(), clock)
    for stamp_s, pain, quality, present in inputs:
        clock.advance(FRAME_S)
        companion.see(face(stamp_s, quality, present, au4=pain), (pain, pain, pain))
        companion.know(state(stamp_s, pain, stddev=quality))
        status = companion.tick().status
        assert status.reason and 0.0 <= status.mirror_gain <= 0.4


def test_what_was_said_is_forgotten_when_consent_is_taken_back_and_an_answer_after_that_counts():
    run = Run()
    ear = run.companion._desk.ear
    run.companion.know(state(run.clock.now_s(), 3.0))
    run.companion.hear(Cue(run.clock.now_s(), "number", 7.0))
    run.companion.know(state(run.clock.now_s(), 3.0, consent=Consent.NONE))
    assert math.isnan(ear.number(0.0)) and ear.answer(0.0) == "none"
    run.companion.hear(Cue(run.clock.now_s(), "yes"))
    run.companion.know(state(run.clock.now_s(), 3.0, consent=Consent.NONE))
    assert ear.answer(0.0) != "none"
