import io
import math

import pytest
from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.learning.card import ModelCard, digest
from solamen.learning.labelled import LabelledFace
from solamen.learning.progress import progress

CARD = ModelCard(
    "face-pain", "2", "Expressed pain.", "units", "points", "generated", {"pcc": 0.91234}, "by a test", ("faces alone",)
)


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"weights")
    return path


def test_a_card_is_read_back_with_the_hash_of_its_weights(weights):
    CARD.write(weights)
    card = ModelCard.read(weights)
    assert card.sha256 == digest(weights)
    assert (card.name, card.figures, card.limits) == ("face-pain", {"pcc": 0.91234}, ("faces alone",))


def test_a_card_of_other_weights_is_refused(weights):
    CARD.write(weights)
    weights.write_bytes(b"others")
    with pytest.raises(OutsideError, match="other weights"):
        ModelCard.read(weights)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1, "limits": 3}'])
def test_a_broken_card_is_one_sentence(weights, text):
    weights.with_suffix(".json").write_text(text)
    with pytest.raises(OutsideError, match="the model card cannot be read"):
        ModelCard.read(weights)


def test_the_page_shows_figures_and_limits():
    page = CARD.markdown()
    assert "| pcc | 0.9123 |" in page
    assert "* faces alone" in page


def test_progress_without_a_terminal_is_one_line():
    text = io.StringIO()
    with progress("judging", 3, Console(file=text, highlight=False)) as step:
        step(2, "well")
        step()
    assert text.getvalue() == "judging: 3 of 3. well\n"


def test_a_neutral_without_an_identity_teaches_nothing(tmp_path):
    assert LabelledFace(tmp_path, "a", "neutral").is_neutral
    assert not LabelledFace(tmp_path, "", "neutral").is_neutral
    assert math.isnan(LabelledFace(tmp_path).pspi)
