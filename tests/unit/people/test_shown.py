"""What a person shows through a session teaches how they show pain, and is used where it foretells what came later."""

import math

import numpy as np
import pytest

from solamen.core.person import Level, Moment, PersonTraits, ReportPair, gain
from solamen.core.states import ModalityWeight, UserState
from solamen.people.memory import Memory
from solamen.people.moments import SHOWN, Showing, in_sessions, sessions_of
from solamen.people.profile import Profile
from solamen.people.refit_shown import refit_shown
from solamen.people.relearn import relearn
from solamen.people.shown import Session, ShownBelief

MODALITIES = ("face", "voice", "body", "biosignals")


def a_session(expressiveness, seconds=150, seed=0, offset=0.0, said=True, begins_s=0.0):
    """Pain that changes now and then, what each modality shows of it, and five reports."""
    rng = np.random.default_rng(seed)
    pain, moments, reports = 5.0, [], []
    for second in range(seconds):
        if rng.random() < 0.08:
            pain = 0.0 if rng.random() < 0.45 else float(rng.uniform(2.0, 9.0))
        levels = tuple(
            Level(name, float(np.clip(gain(name, expressiveness) * pain + offset + 0.4 * rng.normal(), 0.0, 10.0)), 1.5)
            for name in MODALITIES
        )
        moments.append(Moment(begins_s + second, levels))
        if said and second % 30 == 20:
            reports.append(ReportPair(begins_s + second, float(round(pain)), levels))
    return Session(moments, reports)


def learned(session, start=None):
    belief = ShownBelief(start or PersonTraits())
    belief.live(session)
    return belief.traits()


@pytest.mark.parametrize("expressiveness", [0.3, 0.6, 1.0, 1.7])
def test_how_much_a_person_shows_is_learned_from_a_session_and_five_reports(expressiveness):
    traits = learned(a_session(expressiveness))

    assert math.exp(traits.log_expressiveness) == pytest.approx(expressiveness, rel=0.3)
    assert traits.log_expressiveness_stddev < 0.3
    assert traits.n_reports == 5


def test_much_is_learned_where_nothing_is_said_at_all():
    """What the body does by itself tells of pain that the face shows little of."""
    little, much = (learned(a_session(each, said=False)) for each in (0.4, 1.7))

    assert math.exp(little.log_expressiveness) < 0.65
    assert math.exp(much.log_expressiveness) > 1.2
    assert little.n_reports == 0


def test_what_a_modality_reads_too_high_is_learned():
    traits = learned(a_session(1.0, offset=1.2))

    assert all(0.4 < traits.offset(name).mean < 1.6 for name in ("face", "body"))
    assert traits.offset("face").stddev < 0.35


def test_of_a_session_in_which_nothing_is_shown_little_is_learned():
    still = Session([Moment(float(at), (Level("face", 0.3 + 0.01 * (at % 7), 1.5),)) for at in range(60)])
    traits = learned(still)

    assert traits.log_expressiveness_stddev > 0.3
    assert 0.6 < math.exp(traits.log_expressiveness) < 1.5


def test_a_level_that_has_not_moved_tells_nothing_new():
    level = Level("voice", 3.0, 1.5)
    once, often = ShownBelief(PersonTraits()), ShownBelief(PersonTraits())
    once.live(Session([Moment(0.0, (level,))]))
    often.live(Session([Moment(0.01 * at, (level,)) for at in range(20)]))

    assert often.log_evidence == pytest.approx(once.log_evidence)


def test_the_longer_somebody_was_watched_the_less_they_are_drawn_to_the_population():
    short, long = (math.exp(learned(a_session(0.3, seconds)).log_expressiveness) for seconds in (40, 240))

    assert long < short - 0.03
    assert long == pytest.approx(0.3, rel=0.25)


def test_a_second_session_makes_it_surer():
    first, second = a_session(0.5, 60, seed=1), a_session(0.5, 60, seed=2, begins_s=5000.0)
    belief = ShownBelief(PersonTraits())
    belief.live(first)
    before = belief.traits().offset("face").stddev
    belief.live(second)

    assert belief.traits().offset("face").stddev < before
    assert belief.traits().n_reports == 4


def test_what_was_learned_of_an_unusual_person_is_adopted_and_says_by_what():
    found = refit_shown([a_session(0.35, seed=4)], PersonTraits())

    assert found.adopted and found.pairs == 5
    assert math.isfinite(found.error_before) and found.error_after < 1.0
    assert math.exp(found.traits.log_expressiveness) < 0.55
    assert "times as likely" in found.reason


def test_what_a_session_teaches_of_a_usual_person_is_adopted_where_it_foretells_better():
    found = refit_shown([a_session(1.0, seed=2)], PersonTraits())

    assert found.adopted
    assert math.exp(found.traits.log_expressiveness) == pytest.approx(1.0, abs=0.2)


def test_a_short_session_is_adopted_where_two_thirds_of_it_foretell_the_other_third_better():
    found = refit_shown([a_session(0.6, 70, seed=4, said=False)], PersonTraits())

    assert found.adopted and math.exp(found.traits.log_expressiveness) < 0.9


def test_a_second_session_teaches_more_of_who_is_known_from_the_first():
    first, second = a_session(0.4, 90, seed=1), a_session(0.4, 150, seed=2, begins_s=5000.0)
    known = refit_shown([first], PersonTraits()).traits
    found = refit_shown([first, second], known)

    assert found.adopted and found.traits.n_reports == 8
    assert found.traits.offset("face").stddev < known.offset("face").stddev


def test_where_the_halves_of_what_was_shown_are_of_different_people_nothing_is_adopted():
    found = refit_shown([a_session(0.25, seed=1), a_session(2.2, seed=2, begins_s=5000.0)], PersonTraits())

    assert not found.adopted
    assert found.traits == PersonTraits()
    assert found.reason.startswith("left as it was")


def test_who_is_known_already_is_left_as_known():
    known = refit_shown([a_session(0.35)], PersonTraits()).traits
    found = refit_shown([a_session(0.35)], known)

    assert not found.adopted and found.traits == known


def test_a_profile_of_somebody_else_is_taken_back_by_what_is_shown():
    found = refit_shown([a_session(1.0)], PersonTraits(math.log(0.3), 0.1, hiding_share=0.02))

    assert found.adopted
    assert math.exp(found.traits.log_expressiveness) > 0.7


def test_of_less_than_a_minute_nothing_is_learned():
    found = refit_shown([a_session(0.3, 40)], PersonTraits())

    assert not found.adopted
    assert "40 of 60 seconds" in found.reason


def test_a_long_break_begins_a_session_and_reports_go_where_they_were_given():
    whole = [*a_session(1.0, 20).moments, *a_session(1.0, 20, begins_s=500.0).moments]
    reports = [ReportPair(at, 3.0, ()) for at in (5.0, 300.0, 510.0)]
    first, second = in_sessions(whole, reports)

    assert (len(first.moments), len(second.moments)) == (20, 20)
    assert [each.stamp_s for each in (*first.reports, *second.reports)] == [5.0, 510.0]


def state(level):
    return UserState(0.0, True, weights=(ModalityWeight("face", 1.0, "", level, 1.2),))


def test_one_moment_a_second_is_kept_half_a_minute_at_a_time():
    showing = Showing()
    kept = [showing.see(state(3.0), 0.1 * tick) for tick in range(320)]
    parts = [part for part in kept if part is not None]

    assert len(parts) == 1
    assert len(parts[0]["moments"]) == 30
    assert parts[0]["moments"][0] == [0.0, [["face", 3.0, 1.2]]]


def test_what_was_not_kept_yet_is_gone_once_it_is_wiped():
    showing = Showing()
    showing.see(state(3.0), 1.0)
    showing.wipe()

    assert showing.take() is None


def test_a_state_without_a_level_is_no_moment():
    showing = Showing()
    showing.see(state(math.nan), 1.0)

    assert showing.take() is None


def test_a_profile_is_learned_off_line_from_what_was_kept_in_the_store(tmp_path):
    session = a_session(0.35, said=False)
    plain = [
        [each.stamp_s, [[level.modality, level.shown, level.stddev] for level in each.levels]]
        for each in session.moments
    ]
    with Memory(tmp_path, bytes(range(32))) as memory:
        for at in range(0, len(plain), 30):
            memory.add("p-17", SHOWN, {"moments": plain[at : at + 30]}, float(at))
        assert sum(len(each.moments) for each in sessions_of(memory, "p-17")) == 150
        told, traits = relearn(memory, "p-17", 1000.0)

        assert told["adopted"] and told["error_before"] is None
        assert math.exp(traits.log_expressiveness) < 0.6
        assert Profile(memory, "p-17").traits() == traits
