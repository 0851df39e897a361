import numpy as np
import pytest

from solamen.core.action_units import UNITS, pain_index
from solamen.face.pain_window import CHANNELS, RECENT, STEPS
from solamen.face.train_acts import DECOYS, ROW, Person, pain
from solamen.face.train_sequences import LENGTH_S, RATE_HZ, draw_sequence, draw_windows, guarded, true_terms


@pytest.fixture(scope="module")
def sequences():
    return [draw_sequence(np.random.default_rng(seed)) for seed in range(30)]


def test_the_same_seed_gives_the_same_person():
    one, other = draw_windows("a", 5, 20), draw_windows("a", 5, 20)
    assert np.array_equal(one.features, other.features)
    assert np.array_equal(one.terms, other.terms)


def test_windows_have_their_shapes_and_ranges():
    drawn = draw_windows("a", 1, 25)
    assert drawn.features.shape == (25, STEPS, CHANNELS)
    assert drawn.recent.shape == (25, RECENT, 4)
    assert set(drawn.person.tolist()) == {"a"}
    assert 0.0 <= drawn.features.min() <= drawn.features.max() <= 1.0


def test_frames_come_unevenly_at_eight_to_thirty_a_second(sequences):
    for sequence in sequences:
        steps = np.diff(sequence.times_s)
        assert (steps > 0.0).all()
        assert 1 / 30 - 1e-9 <= np.median(steps) <= 0.25
        assert sequence.times_s[-1] <= LENGTH_S


def test_only_pain_makes_terms_of_pain(sequences):
    for sequence in sequences:
        other = sequence.kind != "pain"
        assert (sequence.terms[other].sum(axis=1) <= 0.5).all()
    assert any((sequence.terms.sum(axis=1) > 5.0).any() for sequence in sequences)


def test_true_terms_sum_to_the_pain_index():
    shown = np.random.default_rng(0).uniform(0.0, 5.0, (50, len(UNITS)))
    for row in shown:
        index = pain_index({unit: row[place] for unit, place in ROW.items()})
        assert true_terms(row).sum() == pytest.approx(index.value)


@pytest.mark.parametrize("name", sorted(DECOYS))
def test_a_decoy_begins_and_ends_with_a_calm_face(name):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        shown = DECOYS[name][0](rng, RATE_HZ, Person.draw(rng))
        assert shown.shape[1] == len(UNITS)
        assert 0.0 <= shown.min() <= shown.max() <= 5.0
        assert np.median(np.abs(shown[0])) < 0.5


def test_pain_moves_the_units_of_pain_in_every_face():
    peaks = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        peaks.append(true_terms(pain(rng, RATE_HZ, Person.draw(rng))).sum(axis=1).max())
    assert np.median(peaks) > 3.0
    assert max(peaks) <= 16.0


def test_a_blink_is_never_read_as_lasting_closure():
    rng = np.random.default_rng(3)
    for _ in range(20):
        lids = DECOYS["blink"][0](rng, RATE_HZ, Person.draw(rng))[:, ROW[45]] >= 2.5
        edges = np.flatnonzero(np.diff(np.concatenate([[0], lids.astype(int), [0]])))
        assert ((edges[1::2] - edges[::2]) / RATE_HZ <= 0.5).all()


def test_under_falling_lids_no_unit_of_pain_rises_as_the_reader_holds_it_back():
    read = np.zeros((60, len(UNITS)))
    read[10:, [ROW[4], ROW[6], ROW[9]]] = 4.0
    closed = np.zeros(60)
    closed[8:40] = 1.0
    seen = guarded(read, closed)
    assert seen[8:22].max() == 0.0
    assert seen[26, ROW[4]] == seen[26, ROW[9]] == 4.0
    rise = np.diff(seen[:, ROW[6]]).max()
    assert rise == pytest.approx(6.0 / RATE_HZ)


def test_open_eyes_hold_nothing_back_but_the_orbits_haste():
    read = np.random.default_rng(0).uniform(0.0, 5.0, (40, len(UNITS)))
    seen = guarded(read, np.zeros(40))
    rest = [row for unit, row in ROW.items() if unit not in (6, 7)]
    assert np.array_equal(seen[:, rest], read[:, rest])
