"""The learned model of action units: its weights, its answers, and what an unknown neutral does to them."""

import math

import numpy as np
import pytest

from solamen.core.action_units import PAIN_UNITS, UNITS
from solamen.core.errors import OutsideError
from solamen.face.features import FEATURES, FaceFeatures, features
from solamen.face.geometry import frontal
from solamen.face.landmarks import FaceLandmarks
from solamen.face.look_model import LOOK_WEIGHTS, look_model
from solamen.face.pain_model import WEIGHTS as PAIN_WEIGHTS
from solamen.face.reader import UnitReader, unit_model
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker
from solamen.face.unit_model import MODEL_UNITS, WEIGHTS, UnitModel, neutral_of, population_file
from solamen.learning.card import ModelCard
from solamen.patient.variety import VariedPatient


def features_of(image: np.ndarray, found: FaceLandmarks) -> FaceFeatures:
    face = frontal(found.points.astype(np.float64))
    return features(found.points, found.blendshapes, face, look_model().look(image, found.points, face))


@pytest.fixture(scope="module")
def faces(model_file) -> dict[str, list[FaceFeatures]]:
    """Features of one generated person, by kind."""
    rng, out = np.random.default_rng(3), {}
    with VariedPatient(8, "test") as patient, SteadyLandmarker(FaceSettings()) as landmarker:
        for kind, count in (("neutral", 6), ("pain", 4), ("smile", 3), ("blink", 2)):
            stills = [patient.still(kind, 1.0, rng, calm=0.3, cover=0.0).image for _ in range(count)]
            found = [landmarker.find(image) for image in stills]
            seen = [(image, f) for image, f in zip(stills, found, strict=True) if f is not None]
            out[kind] = [features_of(image, f) for image, f in seen]
    return out


@pytest.fixture
def reader(faces) -> UnitReader:
    opened = UnitReader(FaceSettings())
    opened.settle_on_pictures(faces["neutral"][:3])
    return opened


@pytest.mark.parametrize("weights", [WEIGHTS, LOOK_WEIGHTS, PAIN_WEIGHTS])
def test_each_net_has_a_card_that_belongs_to_it(weights):
    card = ModelCard.read(weights)
    assert card.figures and card.how_measured and card.limits


def test_weights_and_card_are_small_and_belong_together():
    model = unit_model()
    files = (WEIGHTS, population_file(WEIGHTS), LOOK_WEIGHTS, PAIN_WEIGHTS)
    assert sum(file.stat().st_size for file in files) <= 3_000_000
    assert len(model.sha256) == 64 and model.name == "face-units"


def test_missing_weights_are_one_clear_sentence(tmp_path):
    with pytest.raises(OutsideError, match="solamen train face"):
        UnitModel(tmp_path / "none.onnx")


def test_answers_are_within_the_scale_whatever_comes_in():
    model, rng = unit_model(), np.random.default_rng(0)
    people = model.population
    for scale in (0.0, 1.0, 30.0, 1e6):
        values = (people.mean + scale * rng.standard_normal(len(FEATURES))).astype(np.float32)
        said = model.read(values, people.mean, people.spread, (0.1, -0.2, 0.0))
        assert np.isfinite(said.intensity).all() and (said.intensity >= 0.0).all() and (said.intensity <= 5.0).all()
        assert np.isfinite(said.stddev).all() and (said.stddev > 0.0).all()
    said = model.read(np.full(len(FEATURES), np.nan, np.float32), people.mean, people.spread, (math.nan, 0.0, 0.0))
    assert np.isfinite(said.intensity).all()


def test_features_of_another_length_are_refused():
    people = unit_model().population
    with pytest.raises(ValueError, match="shapes"):
        unit_model().read(people.mean[:5], people.mean, people.spread, (0.0, 0.0, 0.0))


def test_pain_shows_in_the_units_of_pain_and_a_calm_face_does_not(reader, faces):
    pained = [sum(reader.read_still(face, 1.0)[0][unit] for unit in (4, 6, 7, 9, 10)) for face in faces["pain"]]
    calm = [sum(reader.read_still(face, 1.0)[0][unit] for unit in (4, 6, 7, 9, 10)) for face in faces["neutral"][3:]]
    assert np.mean(pained) > np.mean(calm) + 4.0


def test_a_smile_is_a_smile(reader, faces):
    smiles = [reader.read_still(face, 1.0)[0] for face in faces["smile"]]
    assert np.mean([units[12] for units in smiles]) > 1.5
    assert np.mean([units[4] for units in smiles]) < 1.0


def test_in_a_still_a_closed_eye_counts(reader, faces):
    units, _ = reader.read_still(faces["blink"][0], 1.0)
    assert units[43] > 2.5 and units[45] == 0.0 and set(units) == set(UNITS)


def test_in_a_film_a_blink_does_not_count(reader, faces):
    cues = np.full(27, np.nan)
    for _ in range(4):
        units, _ = reader.read(cues, 0.0, 1.0, 0.05, faces["blink"][0])
    assert units[43] == 0.0 and units[45] > 2.5
    for _ in range(14):
        units, _ = reader.read(cues, 0.0, 1.0, 0.05, faces["blink"][0])
    assert units[43] > 2.5 and units[45] == 0.0


def test_an_unknown_neutral_widens_the_spread(reader, faces):
    reader.read_still(faces["neutral"][4], 1.0)
    known = reader.index_spread
    stranger = UnitReader(FaceSettings())
    stranger.read_still(faces["neutral"][4], 1.0)
    assert stranger.index_spread > known


def test_more_neutral_pictures_narrow_the_neutral(faces):
    people = unit_model().population
    none, one, three = (neutral_of(people, np.array([f.values for f in faces["neutral"][:n]])) for n in (0, 1, 3))
    assert np.allclose(none[0], people.mean) and np.allclose(none[1], people.spread)
    assert (one[1] < none[1]).all() and (three[1] < one[1]).all()


def test_every_unit_of_the_pain_index_is_the_models():
    assert set(PAIN_UNITS) <= set(MODEL_UNITS)


def test_where_the_rules_know_nothing_the_model_speaks(faces):
    both, alone = (UnitReader(FaceSettings(units_in_film=way)) for way in ("both", "model"))
    cues = np.full(27, np.nan)
    together, _ = both.read(cues, 0.0, 1.0, 0.05, faces["pain"][0])
    model, _ = alone.read(cues, 0.0, 1.0, 0.05, faces["pain"][0])
    assert together[4] == pytest.approx(model[4])
    assert together[43] == model[43]
