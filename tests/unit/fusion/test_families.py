import subprocess
import sys

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent
from solamen.fusion import FusionFilter, FusionSettings
from solamen.fusion.families import ORDER, features_of, load_models, own_features
from solamen.fusion.settings import FAMILIES

TRAINED = FAMILIES[1:]


def fed(family, levels, seconds=3.0):
    fusion = FusionFilter(FusionSettings(family=family), Consent.OBSERVE)
    for k in range(round(seconds * 5)):
        for modality, level in levels.items():
            fusion.add(PainEstimate(k / 5, modality, level, 1.5, quality=0.9, abstained=False))
    return fusion.state(seconds)


@pytest.mark.parametrize("family", TRAINED)
def test_more_shown_pain_is_more_pain_in_every_family(family):
    low, high = (fed(family, dict.fromkeys(ORDER, level)) for level in (0.5, 8.0))
    assert high.pain_mean > low.pain_mean + 2.5
    assert 0.0 <= low.pain_lower <= low.pain_mean <= low.pain_upper <= 10.0


@pytest.mark.parametrize("family", TRAINED)
@pytest.mark.parametrize("modality", ORDER)
def test_one_modality_is_enough_for_every_family(family, modality):
    state = fed(family, {modality: 7.0})
    assert not state.abstained
    assert state.pain_mean > fed(family, {modality: 0.0}).pain_mean


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_abstains_when_nothing_is_seen_and_tells_what_its_answer_is_made_of(family):
    empty = FusionFilter(FusionSettings(family=family), Consent.OBSERVE).state(1.0)
    assert empty.abstained
    state = fed(family, {"face": 5.0, "voice": 4.0})
    assert sum(part.contribution for part in state.contributions) == pytest.approx(state.pain_mean)


def test_features_are_those_of_each_modality_in_its_place():
    row = features_of({}, 0.0)
    assert (row == -1.0).all() and len(row) == 4 * len(ORDER)
    assert own_features(np.arange(16.0), "body").tolist() == [8.0, 9.0, 10.0, 11.0]


def test_an_unknown_family_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match="late_mean"):
        FusionSettings(family="magic")


def test_weights_that_are_none_of_ours_are_refused_in_one_sentence(tmp_path):
    path = tmp_path / "families.npz"
    np.savez(path, nothing=np.zeros(3))
    with pytest.raises(OutsideError, match="solamen train fusion"):
        load_models(path)
    path.write_bytes(b"no archive")
    with pytest.raises(OutsideError, match="cannot be read"):
        load_models(path)


def test_models_come_back_as_they_were_stored(tmp_path):
    models = load_models()
    path = tmp_path / "families.npz"
    models.save(path)
    again = load_models(path)
    row = np.random.default_rng(0).uniform(0.0, 8.0, 16)
    assert [again.predict(family, row) for family in TRAINED] == [models.predict(family, row) for family in TRAINED]


def test_the_shipped_filter_needs_neither_scikit_learn_nor_scipy():
    code = (
        "import sys; from solamen.core.states import Consent; from solamen.fusion.filter import FusionFilter;"
        "from solamen.fusion.settings import FusionSettings; from solamen.core.estimates import PainEstimate;"
        "f = FusionFilter(FusionSettings(), Consent.OBSERVE);"
        "f.add(PainEstimate(0.0, 'face', 4.0, 1.5, quality=0.9, abstained=False)); f.state(0.1);"
        "print([name for name in ('scipy', 'sklearn') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
