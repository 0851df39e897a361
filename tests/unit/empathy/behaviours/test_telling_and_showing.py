"""Introduce, farewell, shared concern, praise, call, distraction, neurofeedback: what is particular to each."""

import itertools
import math

import pytest

from solamen.core.states import Consent
from solamen.empathy import RobotFeedback
from solamen.empathy.behaviours.praise import Easing, PraiseSettings
from solamen.empathy.scene import OpenCall

from .stage import CHANNELS, Stage


def words_for_a_robot(stage):
    return [text for text in stage.said if "I am a robot" in text]


# Introduce and farewell.


def test_whoever_comes_is_told_once_that_it_is_a_robot():
    stage = Stage("introduce")
    assert stage.finish() == "succeeded"
    stage.go(600.0)
    assert len(words_for_a_robot(stage)) == 1


def test_whoever_comes_back_after_a_long_time_is_told_again():
    stage = Stage("introduce", own={"new_after_s": 60.0})
    stage.finish()
    stage.facts["present_age_s"] = 100.0
    stage.go(70.0)
    stage.facts["present_age_s"] = 0.0
    stage.go(5.0)
    assert len(words_for_a_robot(stage)) == 2


def test_whoever_asks_is_told_at_once_also_without_consent_and_at_any_pain():
    stage = Stage("introduce", consent=Consent.NONE, pain=9.0)
    stage.finish()
    stage.go(10.0)
    stage.hear("who")
    stage.go(0.2)
    assert stage.said[-1].startswith("I am a robot.") and "say help" in stage.said[-1]


def test_a_goodbye_is_answered_with_a_wave():
    stage = Stage("farewell")
    stage.go(5.0)
    assert not stage.begun
    stage.hear("goodbye")
    assert stage.finish() == "succeeded"
    assert [request.name for request in stage.gestures] == ["wave"] and stage.said[0].startswith("Goodbye.")


# Shared concern.


def test_concern_is_damped_by_what_the_person_bears():
    poses = []
    for pain in (4.0, 10.0):
        stage = Stage("shared_concern", pain=pain)
        stage.finish()
        poses.append(stage.shown[0][1].pose)
    assert poses[1][1] == pytest.approx(0.4) and poses[0][1] == pytest.approx(0.64)
    assert all(4 not in pose and pose[1] <= 0.8 for pose in poses)


def test_concern_waits_until_pain_has_lasted_and_its_onset_was_answered():
    for scene, why in (
        ({"aching_s": 0.5}, "pain has not lasted yet"),
        ({"onset_age_s": 1.0}, "I still answer the onset"),
        ({"pain": 3.0}, "pain is below 4"),
        ({"pain": math.nan}, "pain is not known"),
    ):
        stage = Stage("shared_concern", **scene)
        stage.go(1.0)
        assert not stage.begun and stage.desk.options[0].why == why


# Praise.


def eased(*course):
    """Whether this course of pain, told as (points, seconds), ends in ease."""
    easing, now_s = Easing(PraiseSettings()), 0.0
    for points, length_s in course:
        for _ in range(round(length_s / 0.5)):
            easing.watch(points, now_s)
            now_s += 0.5
    return easing.eased(now_s)


def test_ease_is_pain_that_lasted_and_then_fell_for_a_while():
    assert eased((6.0, 20.0), (2.0, 10.0))


@pytest.mark.parametrize(
    "course",
    [
        [(6.0, 20.0), (2.0, 2.0)],  # it fell only just now
        [(6.0, 2.0), (2.0, 20.0)],  # it did not last
        [(6.0, 20.0), (5.0, 20.0)],  # it fell by too little
        [(9.0, 20.0), (6.0, 20.0)],  # it still hurts
        [(6.0, 20.0), (math.nan, 20.0)],  # nobody knows
        [(6.0, 20.0), (2.0, 4.0), (math.nan, 1.0), (2.0, 4.0)],
        [(6.0, 20.0), (math.nan, 400.0), (2.0, 20.0)],  # it was too long ago
        [(2.0, 60.0)],
    ],
)
def test_anything_else_is_no_ease(course):
    assert not eased(*course)


def test_ease_is_spoken_of_once():
    stage = Stage("praise", own={"again_after_s": 0.0})
    stage.go(12.0)
    stage.facts["pain"] = 2.0
    assert stage.finish() == "succeeded"
    stage.go(60.0)
    assert stage.ends == ["succeeded"] and stage.said == ["It looks a little easier now. I am glad."]


# Call.


def call(level=1, age_s=2.0, acknowledged=False):
    return OpenCall("The person asked for someone.", level, age_s, acknowledged)


def test_a_call_is_told_from_its_beginning_to_its_end():
    stage = Stage("call", call=call())
    stage.finish()
    stage.facts["call"] = call(2, 61.0)
    stage.go(10.0)
    stage.facts["call"] = call(2, 70.0, acknowledged=True)
    stage.go(10.0)
    stage.go(60.0)
    assert stage.said == [
        "I am calling someone for you.",
        "Nobody has answered yet. I keep on calling.",
        "Someone has answered and is coming. I am staying with you.",
    ]


def test_somebody_who_comes_while_the_call_is_still_told_is_told_right_after_it():
    stage = Stage("call", call=call())
    stage.go(0.3)
    stage.facts["call"] = call(1, 3.0, acknowledged=True)
    stage.go(10.0)
    assert stage.said[1:] == ["Someone has answered and is coming. I am staying with you."]
    assert stage.ends == ["succeeded"]  # in one go, without anything else in between


def test_a_call_lights_up_and_names_its_reason():
    stage = Stage("call", call=call())
    stage.go(0.2)
    assert stage.desk.choice.glow == 0.9
    assert stage.desk.choice.reason == "A human is called: The person asked for someone."


def test_after_a_stop_a_call_is_shown_but_not_said_unless_it_was_asked_for_just_now():
    stage = Stage("call")
    stage.hear("stop")
    stage.go(1.0)
    stage.facts["call"] = call()
    stage.go(5.0)
    assert stage.ends == ["succeeded"] and not any(stage.said)
    stage.facts["call"] = None
    stage.go(1.0)
    stage.hear("help")
    stage.facts["call"] = call()
    stage.go(5.0)
    assert any("reach someone" in text or "calling someone" in text for text in stage.said)


@pytest.mark.parametrize("ends", ["no", "a voice that fails"])
def test_whatever_ended_the_words_of_a_call_its_next_step_is_told(ends):
    stage = Stage("call", call=call())
    stage.go(0.3)
    if ends == "no":
        stage.hear("no")
    else:
        stage.fails = "utterance"
    stage.go(10.0)
    stage.fails = ""
    stage.facts["call"] = call(2, 61.0)
    stage.go(10.0)
    assert stage.said[-1] == "Nobody has answered yet. I keep on calling." and stage.ends[-1] == "succeeded"


def test_a_call_is_told_in_the_midst_of_what_goes_on():
    stage = Stage("call")
    stage.desk.active = "hold_hand"
    stage.facts["call"] = call()
    stage.go(1.0)
    assert stage.said == ["I am calling someone for you."] and not stage.begun


# Distraction.


def told(stage):
    """The titles that were offered."""
    return [text.split("I could offer ")[1].rstrip(".") for text in stage.said if "I could offer" in text]


def test_every_piece_is_told_once_before_any_comes_again_and_kinds_take_turns():
    stage = Stage("distraction", own={"again_after_s": 0.0, "refused_s": 10.0})
    stage.answer = "no"
    stage.go(200.0, until=lambda: len(told(stage)) == 7)
    titles = told(stage)
    assert len(set(titles[:6])) == 6 and titles[6] in titles[:6]
    kinds = ["a path through a forest", "a short story about a lighthouse", "a little game with numbers"]
    assert titles[:4] == [*kinds, "some quiet tones"]


def test_a_robot_without_sound_offers_no_tones():
    stage = Stage("distraction", own={"again_after_s": 0.0, "refused_s": 10.0})
    stage.desk.robot.take(RobotFeedback(channels=CHANNELS - {"sound"}))
    stage.answer = "no"
    stage.go(200.0, until=lambda: len(told(stage)) == 7)
    assert len(told(stage)) == 7 and "some quiet tones" not in told(stage)


def test_tones_are_played_and_waited_for():
    stage = Stage("distraction")
    piece = next(piece for piece in stage.activity.words.pieces if piece.kind == "tones")
    stage.activity._next = lambda: piece
    assert stage.finish() == "succeeded" and any(text.startswith("♪") for text in stage.said)


def test_children_get_pieces_for_children():
    stage = Stage("distraction", audience="child")
    assert "lighthouse" not in {piece.name for piece in stage.activity.words.pieces}


def counting(stage):
    """Begins the game with numbers."""
    piece = next(piece for piece in stage.activity.words.pieces if piece.kind == "counting")
    stage.activity._next = lambda: piece
    assert stage.go(60.0, until=lambda: "Two, four, six. What comes next?" in stage.said)
    stage.go(2.0)


def test_a_right_answer_is_confirmed_at_once():
    stage = Stage("distraction")
    counting(stage)
    stage.hear("number", value=8.0)
    stage.go(0.2)
    assert stage.said[-1] == "Yes, 8."


@pytest.mark.parametrize("answer", [3.0, None])
def test_any_other_answer_and_none_is_taken_kindly(answer):
    stage = Stage("distraction")
    counting(stage)
    if answer is not None:
        stage.hear("number", value=answer)
    assert stage.go(12.0, until=lambda: "I make it 8." in stage.said)
    assert not any("wrong" in text.lower() for text in stage.said)


def test_the_light_swells_slowly_while_it_tells():
    stage = Stage("distraction")
    stage.finish()
    lights = [choice.glow for _, choice in stage.shown if math.isfinite(choice.glow)]
    steps = [abs(after - before) for before, after in itertools.pairwise(lights)]
    assert max(lights) - min(lights) > 0.2 and max(steps) < 0.02


# Neurofeedback.


def feedback(rates, **own):
    """A session in which the person breathes at one rate in the baseline, and at others in the rounds."""
    stage = Stage(
        "neurofeedback",
        own={"baseline_s": 35.0, "block_s": 60.0, "rest_s": 5.0, **own},
        pain=4.0,
    )
    stage.breathes_per_min = rates[0]
    stage.activity.barrier, barrier = (lambda: "not yet"), stage.activity.barrier
    stage.go(31.0)
    stage.activity.barrier = barrier
    for number, rate in enumerate(rates[1:], 1):
        assert stage.go(200.0, until=lambda number=number: any(f"Round {number}." in text for text in stage.said))
        stage.breathes_per_min = rate
    return stage


def test_the_light_grows_as_breathing_gets_slower_and_the_record_says_so():
    stage = feedback([16, 16, 12, 8])
    assert stage.finish() == "succeeded"
    means = [float(value.split("mean score ")[1]) for value in stage.told("neurofeedback")]
    assert means[0] == pytest.approx(0.5, abs=0.08) and means[0] < means[1] < means[2]
    assert stage.told("learned") == ["neurofeedback"]
    assert max(choice.glow for _, choice in stage.shown if math.isfinite(choice.glow)) > 0.75


def test_sham_feedback_knows_nothing_of_the_person_and_is_recorded_as_sham():
    def lights(rates):
        made = Stage("neurofeedback", own={"baseline_s": 10.0, "block_s": 30.0, "rest_s": 2.0}, pain=4.0, sham=True)
        made.breathes_per_min = 14
        made.activity.barrier, barrier = (lambda: "not yet"), made.activity.barrier
        made.go(31.0)
        made.activity.barrier = barrier
        made.go(60.0, until=lambda: any("Round 1." in text for text in made.said))
        made.breathes_per_min = rates
        assert made.finish() == "succeeded"
        assert all("sham" in value for value in made.told("neurofeedback")) and not made.told("learned")
        return made.said, [choice.glow for _, choice in made.shown if math.isfinite(choice.glow)]

    (slow_words, slow), (fast_words, fast) = lights(8), lights(20)
    assert slow_words == fast_words and slow == pytest.approx(fast)
    assert max(slow) - min(slow) > 0.2  # it moves as a real one does


def test_it_is_not_offered_without_a_signal():
    stage = Stage("neurofeedback", pain=4.0)
    stage.go(5.0)
    assert not stage.begun and stage.desk.options[0].why == "there is no signal of breathing"


def test_a_signal_that_is_lost_ends_it_kindly():
    stage = feedback([14, 14])
    stage.go(5.0)
    stage.breathes_per_min = 0
    assert stage.finish() == "failed"
    assert stage.said[-1] == "I cannot see the signal any more, so we stop here. Thank you."


def test_arousal_may_be_shown_instead():
    stage = Stage(
        "neurofeedback",
        own={"measure": "arousal", "baseline_s": 10.0, "block_s": 10.0, "rest_s": 0.0},
        pain=4.0,
        arousal=0.6,
    )
    stage.go(60.0, until=lambda: any("Round 2." in text for text in stage.said))
    stage.facts["arousal"] = 0.4
    assert stage.finish() == "succeeded" and stage.told("learned") == ["neurofeedback"]
