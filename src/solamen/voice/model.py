"""The learned part of the voice room: what a burst of sound expresses, run by ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from solamen.core.errors import OutsideError
from solamen.voice.sound_embedding import session
from solamen.voice.spectrum import Sound
from solamen.voice.steps import CHANNELS

WEIGHTS = Path(__file__).parent / "weights" / "voice_pain.onnx"
JUDGE_WEIGHTS = WEIGHTS.with_name("voice_judge.onnx")

CATEGORIES = (
    "Adoration", "Amusement", "Anger", "Awe", "Confusion", "Contempt", "Contentment", "Desire", "Disappointment",
    "Disgust", "Distress", "Ecstasy", "Elation", "Embarrassment", "Fear", "Guilt", "Interest", "Neutral", "Pain",
    "Pride", "Realization", "Relief", "Romantic Love", "Sadness", "Serenity", "Shame", "Surprise (Negative)",
    "Surprise (Positive)", "Sympathy", "Triumph",
)  # fmt: skip
"""What the speakers of EmoGator (arXiv 2301.00508) acted, in the order of the model's answers."""

KINDS = ("voice", "cry", "sneeze", "other")
"""Kinds of sound, in the order of the model's answers: a voice, an infant's cry, a sneeze, anything else."""

JUDGED = ("burst", "talk", "other")
"""What the judge of voices tells apart: a sound of a voice without words, talk, and a sound that is no voice's."""


@dataclass(frozen=True)
class Heard:
    """What a burst is like.

    Attributes:
        pain: probability of pain where pain is as frequent as everything else, 0–1.
        categories: probability of each of the thirty acted categories.
        kinds: probability of voice, infant cry, sneeze and other sound.
        voice_odds: log odds that it is a voice's, by the judge.
        talk_odds: log odds that it is talk where it is a voice's, by the judge.
    """

    pain: float
    categories: Mapping[str, float]
    kinds: Mapping[str, float]
    voice_odds: float = 0.0
    talk_odds: float = -30.0


class VoiceModel:
    """Tells what a burst expresses from its steps.

    Args:
        weights: the ONNX file; its card stands beside it as `.json`.

    Raises:
        OutsideError: the weights or their card are missing or cannot be used.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        try:
            card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
            self.identity: tuple[str, str, str] = (str(card["name"]), str(card["version"]), str(card["sha256"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            remedy = "Install Solamen anew, or train the model with `solamen train voice`."
            raise OutsideError(f"the voice model's card cannot be read ({error})", str(weights), remedy) from error
        self._session = session(weights)

    def tell(self, steps: Sound) -> Heard:
        """What a burst expresses.

        Args:
            steps: (m, 164) of `steps_of`, m ≥ 1.
        """
        if steps.ndim != 2 or steps.shape[1] != CHANNELS or not len(steps):
            raise ValueError(f"steps of shape {steps.shape}")
        pain, categories, kinds = self._session.run(None, {"steps": steps[None].astype(np.float32)})
        return Heard(
            float(pain[0]),
            dict(zip(CATEGORIES, categories[0].tolist(), strict=True)),
            dict(zip(KINDS, kinds[0].tolist(), strict=True)),
        )


class VoiceJudge:
    """Tells a voice from other sounds, and talk from moans, cries and other sounds without words.

    Args:
        weights: the ONNX file.

    Raises:
        OutsideError: the weights are missing or cannot be used.
    """

    def __init__(self, weights: Path = JUDGE_WEIGHTS) -> None:
        self._session = session(weights)

    def tell(self, steps: Sound, speech: float) -> tuple[float, float]:
        """Log odds that it is a voice's, and that it is talk where it is a voice's.

        Args:
            steps: (m, 164) of `steps_of`, m ≥ 1.
            speech: highest probability of a voice so far by the detector, 0–1.
        """
        given = {"steps": steps[None].astype(np.float32), "speech": np.array([speech], np.float32)}
        voice, talk = self._session.run(None, given)
        return float(voice[0]), float(talk[0])
