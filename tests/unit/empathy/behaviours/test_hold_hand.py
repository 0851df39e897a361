import pytest

from solamen.empathy import RobotFeedback

from .stage import CHANNELS, GESTURES, Stage


def names(stage):
    return [request.name for request in stage.gestures]


def holding(**own):
    stage = Stage("hold_hand", own=own)
    stage.hand_s = 100.0
    assert stage.go(30.0, until=lambda: stage.desk.robot.held)
    stage.go(2.0)
    return stage


def test_the_hand_is_offered_held_and_taken_home():
    stage = Stage("hold_hand")
    stage.hand_s = 12.0
    assert stage.finish() == "succeeded"
    assert names(stage) == ["offer_hand", "rest_hand", "withdraw_hand"]


def test_the_reach_is_slow():
    stage = holding()
    assert stage.gestures[0].speed == 0.5


def test_no_hand_moves_before_a_yes():
    stage = Stage("hold_hand")
    stage.answer = ""
    stage.go(10.0)
    assert stage.activity.under_way and stage.gestures == []


def test_a_yes_that_is_not_clear_is_asked_for_again():
    stage = Stage("hold_hand")
    stage.answer = ""
    stage.go(2.0)
    stage.hear("nod", confidence=0.6)
    stage.go(1.0)
    assert stage.said[-1].startswith("I did not catch that") and stage.gestures == []
    stage.hear("yes", confidence=0.9)
    stage.go(0.5)
    assert names(stage) == ["offer_hand"]


def test_a_yes_that_stays_unclear_is_a_no():
    stage = Stage("hold_hand")
    stage.answer = ""
    stage.go(2.0)
    stage.hear("nod", confidence=0.6)
    assert stage.finish(60.0) == "refused" and "offer_hand" not in names(stage)


def test_a_hand_that_is_not_taken_goes_home_without_blame():
    stage = Stage("hold_hand")
    assert stage.finish(60.0) == "failed"
    assert names(stage) == ["offer_hand", "withdraw_hand"] and "That is fine. I am taking my hand back." in stage.said


def test_who_lets_go_is_let_go():
    stage = Stage("hold_hand")
    stage.hand_s = 3.0
    stage.go(30.0, until=lambda: stage.desk.robot.held)
    stage.go(5.0)
    assert stage.said[-1] == "I am opening my hand now. Thank you."
    assert stage.finish() == "failed"  # too short to count


@pytest.mark.parametrize("kind", ["stop", "no", "shake"])
def test_a_word_is_enough_to_take_the_hand_home_at_once(kind):
    stage = holding()
    stage.hear(kind)
    stage.go(0.2)
    assert stage.ends == ["refused"] and names(stage)[-2:] == ["", "withdraw_hand"]


def test_what_takes_over_takes_the_hand_home():
    stage = holding()
    stage.chooser.stop()
    stage._take()
    assert names(stage)[-1] == "withdraw_hand"


def test_the_hand_opens_after_a_set_time():
    stage = holding(hold_s=10.0)
    begun_s = stage.clock.now_s()
    stage.finish()
    assert stage.clock.now_s() - begun_s < 20.0 and names(stage)[-1] == "withdraw_hand"


@pytest.mark.parametrize("gesture", ["offer_hand", "rest_hand"])
def test_a_hand_that_fails_is_taken_home_and_not_tried_again_at_once(gesture):
    stage = Stage("hold_hand")
    stage.fails, stage.hand_s = gesture, 20.0
    if gesture == "offer_hand":
        stage.hand_s = 0.0
    assert stage.finish(60.0) == "failed"
    assert names(stage)[-1] == "withdraw_hand" and "RobotFailed" in stage.desk.refusals.why_not("hold_hand")


@pytest.mark.parametrize("missing", ["offer_hand", "rest_hand", "withdraw_hand"])
def test_a_robot_without_the_gestures_offers_no_hand(missing):
    stage = Stage("hold_hand")
    stage.desk.robot.take(RobotFeedback(channels=CHANNELS, gesture_names=GESTURES - {missing}))
    stage.go(5.0)
    assert not stage.begun


def test_a_robot_that_feels_no_touch_never_closes_its_hand():
    stage = Stage("hold_hand")
    stage.finish(60.0)
    assert "rest_hand" not in names(stage)
