"""A person's word while what the sensors tell changes, stays, or does not fit."""

from solamen.core.estimates import PainEstimate
from solamen.core.person import ReportPair
from solamen.core.states import Consent, SelfReport
from solamen.fusion import FusionFilter, FusionSettings


def watching():
    return FusionFilter(FusionSettings(), Consent.OBSERVE)


def estimate(stamp_s, intensity, modality="face"):
    return PainEstimate(stamp_s, modality, intensity, 1.5, quality=0.9, abstained=False)


def feed(fusion, intensity, start_s, seconds):
    for k in range(round(seconds * 20.0)):
        fusion.add(estimate(start_s + k / 20.0, intensity))
    return start_s + seconds


def test_who_said_none_and_grimaces_later_has_not_said_none_of_that():
    fusion = watching()
    now_s = feed(fusion, 0.0, 0.0, 5.0)
    fusion.report(SelfReport(now_s, "NRS", 0.0, 0.0))
    assert fusion.state(now_s).pain_mean < 0.5
    now_s = feed(fusion, 8.0, now_s, 5.0)
    assert fusion.state(now_s).pain_mean > 6.0


def test_a_word_against_the_sensors_stands_while_they_see_the_same():
    fusion = watching()
    now_s = feed(fusion, 1.0, 0.0, 5.0)
    fusion.report(SelfReport(now_s, "NRS", 8.0, 8.0))
    fusion.state(now_s)
    assert fusion.state(feed(fusion, 1.0, now_s, 30.0)).pain_mean > 6.5


def test_what_is_shown_is_told_with_the_silence_about_pain_that_is_hidden():
    fusion = watching()
    for k in range(200):
        fusion.add(estimate(k / 10, 0.2 + 0.01 * (k % 2)))
        fusion.add(estimate(k / 10, 7.0 + 0.01 * (k % 3), modality="biosignals"))
    state = fusion.state(20.0)
    assert state.abstained
    pair = ReportPair.of(SelfReport(20.0, "NRS", 7.0, 7.0), state)
    assert {level.modality for level in pair.levels} == {"face", "biosignals"}


def test_a_word_told_just_before_pain_leaps_up_is_not_held_against_what_is_seen():
    """What the sensors told when it was said is what counts, not what they tell at the next state."""
    fusion = watching()
    now_s = feed(fusion, 1.0, 0.0, 5.0)
    fusion.state(now_s)
    fusion.report(SelfReport(now_s, "NRS", 1.0, 1.0))
    now_s = feed(fusion, 8.0, now_s, 2.0)
    assert fusion.state(now_s).pain_mean > 6.0


def after_a_word(shown, said, seconds, **settings):
    """What the state is at once, and after a time in which all modalities go on showing the same."""
    fusion = FusionFilter(FusionSettings(**settings), Consent.OBSERVE)
    now_s = feed(fusion, shown, 0.0, 5.0)
    fusion.state(now_s)
    fusion.report(SelfReport(now_s, "NRS", said, said))
    first = fusion.state(now_s + 0.01).pain_mean
    return first, fusion.state(feed(fusion, shown, now_s, seconds)).pain_mean


def test_pain_moves_on_from_a_word_that_the_sensors_agreed_with():
    first, later = after_a_word(shown=4.0, said=6.0, seconds=60.0)
    _, stays = after_a_word(shown=4.0, said=6.0, seconds=60.0, report_drift=0.0)

    assert first > 5.5
    assert later < stays - 0.3


def test_sensors_that_were_wrong_at_the_word_do_not_soon_take_it_back():
    first, later = after_a_word(shown=1.0, said=8.0, seconds=60.0)

    assert first > 7.0
    assert later > 6.5


def test_a_caregivers_word_does_not_replace_the_persons_own_while_that_counts():
    fusion = watching()
    fusion.report(SelfReport(0.0, "NRS", 7.0, 7.0))
    fusion.report(SelfReport(60.0, "NRS", 2.0, 2.0, by_proxy=True))
    assert fusion.state(61.0).last_self_report == SelfReport(0.0, "NRS", 7.0, 7.0)
    assert fusion.state(61.0).pain_mean > 5.0 and fusion.outranked == 1


def test_a_caregivers_word_counts_once_the_persons_own_has_faded_and_the_persons_always():
    fusion = watching()
    fusion.report(SelfReport(0.0, "NRS", 7.0, 7.0))
    fusion.report(SelfReport(400.0, "NRS", 2.0, 2.0, by_proxy=True))
    assert fusion.state(401.0).pain_mean < 3.0
    fusion.report(SelfReport(402.0, "NRS", 6.0, 6.0))
    assert fusion.state(403.0).pain_mean > 5.0 and fusion.outranked == 0
