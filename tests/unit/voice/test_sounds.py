from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solamen.learning import sounds_on_disk
from solamen.voice import model
from solamen.voice.front_end import FrontEnd
from solamen.voice.model import CATEGORIES, KINDS, Heard
from solamen.voice.sounds import name_of, shape_of
from solamen.voice.spectrum import Sound
from tests.unit.voice.sounds import noise, silence, voice

A_VOICE = Heard(0.5, dict.fromkeys(CATEGORIES, 1.0 / 30.0), {"voice": 1.0, "cry": 0.0, "sneeze": 0.0, "other": 0.0})


def name(sound: Sound, heard: Heard = A_VOICE) -> str:
    return name_of(shape_of(FrontEnd().push(sound)), heard)[0]


def fading(sound: Sound) -> Sound:
    return (sound * np.linspace(1.0, 0.2, len(sound))).astype(np.float32)


def test_a_long_low_vowel_is_a_moan() -> None:
    assert name(voice(1.0, 200.0, 0.15)) == "moan"


def test_a_loud_high_vowel_is_a_scream() -> None:
    assert name(voice(0.8, 700.0, 0.9)) == "scream"


def test_a_quiet_high_vowel_is_a_whimper() -> None:
    assert name(voice(0.6, 350.0, 0.05)) == "whimper"


def test_a_low_and_rough_vowel_is_a_groan() -> None:
    assert name(voice(0.8, 110.0, 0.15) + noise(0.8, 0.03)) == "groan"


def test_a_short_breath_is_a_gasp_and_a_long_fading_one_a_sigh() -> None:
    assert name(noise(0.35, 0.05)) == "gasp"
    assert name(fading(noise(1.0, 0.05))) == "sigh"


@pytest.mark.parametrize("kind", ["cry", "sneeze"])
def test_what_was_learned_goes_before_rules(kind: str) -> None:
    heard = Heard(0.5, A_VOICE.categories, {**A_VOICE.kinds, "voice": 0.1, kind: 0.9})
    assert name(voice(1.0, 400.0, 0.15), heard) == kind


def test_a_low_voice_is_no_infant_s_whatever_the_model_says() -> None:
    heard = Heard(0.5, A_VOICE.categories, {**A_VOICE.kinds, "voice": 0.1, "cry": 0.9})
    assert name(voice(1.0, 200.0, 0.15), heard) == "moan"


def test_what_is_no_voice_has_no_name() -> None:
    heard = Heard(0.5, A_VOICE.categories, {**A_VOICE.kinds, "voice": 0.1, "other": 0.9})
    assert name(voice(1.0, 200.0, 0.15), heard) == ""


def test_amusement_is_a_laugh() -> None:
    heard = Heard(0.1, {**A_VOICE.categories, "Amusement": 0.7}, A_VOICE.kinds)
    assert name(voice(0.3, 300.0), heard) == "laugh"


def test_a_rule_is_never_very_sure() -> None:
    sounds = [voice(0.2 + 0.2 * i, 100.0 * (i + 1)) for i in range(7)] + [noise(0.4), silence(0.4)]
    assert all(name_of(shape_of(FrontEnd().push(sound)), A_VOICE)[1] <= 0.6 for sound in sounds)


def test_the_model_s_answers_are_in_the_order_of_its_examples() -> None:
    assert sounds_on_disk.CATEGORIES == model.CATEGORIES
    assert KINDS[0] == "voice"


def test_talk_has_no_name_however_much_a_vowel_of_it_is_like_a_moan() -> None:
    assert name(voice(1.0, 200.0, 0.15), replace(A_VOICE, talk_odds=3.0)) == ""
    assert name(voice(1.0, 200.0, 0.15), replace(A_VOICE, talk_odds=-3.0)) == "moan"
