import pytest

from .stage import Stage


def asked(**scene):
    stage = Stage("ask", **scene)
    assert stage.go(1.0, until=lambda: stage.activity.under_way)
    return stage


def test_a_number_by_voice_is_passed_on_as_the_persons_own_word():
    stage = asked()
    stage.go(3.0)
    stage.hear("number", value=6.0)
    assert stage.finish() == "succeeded"
    (report,) = stage.reports
    assert (report.scale, report.value, report.normalised, report.by_proxy, report.source) == (
        "NRS",
        6.0,
        6.0,
        False,
        "voice",
    )
    assert stage.said[-1] == "Thank you. I noted 6 out of ten."


def test_a_high_number_is_thanked_for_without_promises():
    stage = asked()
    stage.go(3.0)
    stage.hear("number", value=8.0)
    stage.finish()
    assert stage.said[-1] == "Thank you for telling me. 8 out of ten is a lot."


@pytest.mark.parametrize("true", range(11))
def test_by_nods_and_shakes_every_number_is_found_with_four_questions_at_most(true):
    stage = asked()
    assert stage.go(60.0, until=lambda: "nod for yes" in stage.said[-1])
    asked_before = 0
    for _ in range(300):
        questions = [text for text in stage.said if "more than" in text]
        if len(questions) > asked_before:
            asked_before = len(questions)
            limit = int(questions[-1].split("more than ")[1].rstrip("?"))
            stage.go(1.0)
            stage.hear("nod" if true > limit else "shake")
        stage.go(0.2)
        if stage.ends:
            break
    assert stage.ends == ["succeeded"] and stage.reports[0].value == true and stage.reports[0].source == "face"
    assert asked_before <= 4


def test_the_first_question_by_head_is_more_than_five():
    stage = asked()
    stage.go(60.0, until=lambda: "nod for yes" in stage.said[-1])
    assert stage.said[-1].endswith("Is it more than 5?")


def test_an_answer_that_stays_away_is_not_guessed():
    stage = asked()
    assert stage.finish() == "failed"
    assert stage.reports == [] and stage.said[-1] == "All right. You can tell me later, if you like."


def test_an_answer_that_stays_away_halfway_is_not_guessed_either():
    stage = asked()
    stage.go(60.0, until=lambda: "nod for yes" in stage.said[-1])
    stage.go(1.0)
    stage.hear("nod")
    assert stage.finish() == "failed" and stage.reports == []


def test_a_number_instead_of_a_nod_is_taken():
    stage = asked()
    stage.go(60.0, until=lambda: "nod for yes" in stage.said[-1])
    stage.go(1.0)
    stage.hear("number", value=3.0)
    assert stage.finish() == "succeeded" and stage.reports[0].value == 3.0


def test_a_number_on_the_console_ends_it_and_is_not_reported_twice():
    stage = asked()
    stage.go(3.0)
    stage.facts |= {"report": 4.0, "report_age_s": 0.1}
    assert stage.finish() == "succeeded" and stage.reports == []
    assert stage.said[-1] == "Thank you. I noted 4 out of ten."


def test_a_no_to_the_first_question_is_respected():
    stage = asked()
    stage.go(3.0)
    stage.hear("no")
    stage.go(0.2)
    assert stage.ends == ["refused"] and stage.reports == []


def test_nobody_is_asked_who_has_told_it_lately_or_whose_pain_is_low_or_new():
    for scene, why in (
        ({"report": 5.0, "report_age_s": 60.0}, "the person told it not long ago"),
        ({"pain": 1.0}, "nothing calls for a number"),
        ({"aching_s": 5.0}, "pain has not lasted for long"),
    ):
        stage = Stage("ask", **scene)
        stage.go(1.0)
        assert not stage.begun and stage.desk.options[0].why == why


def test_who_must_be_asked_is_asked_at_once():
    stage = asked(pain=float("nan"), aching_s=0.0, must_ask=True)
    assert stage.said[0].startswith("How strong is the pain")
