"""Children under about three years: no pain index, but the cues of the Neonatal Facial Coding System."""

import math

import numpy as np
import pytest

from solamen.core.frames import Frame
from solamen.face.infant import REASON, is_small_child, neonatal_cues
from solamen.face.landmarks import FaceLandmarks
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings
from solamen.patient.variety import VariedPatient

CRY = {4: 4.0, 6: 4.5, 7: 3.0, 9: 2.0, 10: 3.5, 20: 2.5, 25: 4.0, 26: 3.0}


def test_a_cry_shows_every_cue():
    cues = neonatal_cues(CRY)
    assert cues["brow bulge"] == pytest.approx(0.8) and cues["eye squeeze"] == pytest.approx(0.9)
    assert cues["nasolabial furrow"] == pytest.approx(0.7) and cues["open lips"] == pytest.approx(0.8)
    assert cues["vertical mouth stretch"] == pytest.approx(0.6)
    assert cues["horizontal mouth stretch"] == pytest.approx(0.5)


def test_a_cue_that_cannot_be_seen_is_not_absent():
    cues = neonatal_cues({4: 2.0, 6: math.nan})
    assert (
        math.isnan(cues["eye squeeze"]) and math.isnan(cues["open lips"]) and cues["brow bulge"] == pytest.approx(0.4)
    )


@pytest.mark.parametrize(("years", "small"), [(0.1, True), (2.9, True), (3.0, False), (40.0, False), (math.nan, False)])
def test_the_age_is_told_and_decides(years, small):
    assert is_small_child(years) is small


def test_a_baby_gets_units_and_cues_but_no_pain_index(model_file):
    with VariedPatient(2, "test") as patient:
        image = patient.still("pain", 0.9, np.random.default_rng(0), calm=0.1, cover=0.0).image
    with FacePipeline(FaceSettings(person_age_years=0.5)) as pipeline:
        for number in range(5):
            result = pipeline.process(Frame(image, 0.05 * number, 0, number))
    assert result.action_units.observable(4)
    assert math.isnan(result.action_units.index.value) and result.pain.abstained
    assert result.pain.reason == REASON
    assert {e.cue for e in result.pain.evidence} >= {"brow bulge", "eye squeeze", "nasolabial furrow"}


def test_landmarks_alone_never_tell_the_age():
    assert "age" not in FaceLandmarks.__dataclass_fields__
