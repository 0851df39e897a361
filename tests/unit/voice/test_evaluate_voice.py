from __future__ import annotations

import json
import math
import wave
from pathlib import Path

import numpy as np
import pytest

from solamen.cli import main
from solamen.learning.card import ModelCard
from solamen.learning.sounds_on_disk import LabelledSound, SoundFile
from solamen.voice.evaluate_figures import balanced, figures
from solamen.voice.evaluate_stream import EVEN, Judged, judge
from solamen.voice.model import JUDGE_WEIGHTS, WEIGHTS
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import VoiceSettings, reader_settings
from solamen.voice.sound_embedding import WEIGHTS as EMBEDDING
from solamen.voice.spectrum import RATE_HZ, Sound
from tests.unit.voice.sounds import noise, voice

MOST_BYTES = 5_000_000


def write_wave(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((sound * 32767.0).astype("<i2").tobytes())


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def judged(pain: bool, chance: float, speaker: str, abstained: bool = False) -> Judged:
    at = dict.fromkeys(("0.3", "1.0", "end"), EVEN if abstained else chance)
    called = not abstained and chance >= 0.5
    return Judged(pain, speaker, "Pain" if pain else "Fear", at, abstained, called, int(called), (), 0.0)


def test_a_recording_of_nothing_abstains_and_a_voice_is_judged() -> None:
    reader = VoiceReader(VoiceSettings())
    sound = LabelledSound(SoundFile(Path("a.wav")), "p", "Pain", True)
    quiet = judge(sound, noise(0.5, 1e-5), reader)
    assert quiet.abstained and quiet.at["end"] == EVEN and not quiet.called
    spoken = judge(sound, voice(1.2, 180.0, 0.3), reader)
    assert not spoken.abstained and set(spoken.at) == {"0.3", "1.0", "end"}


def test_figures_count_an_abstained_pain_as_missed() -> None:
    found = figures(
        [judged(True, 0.9, "a"), judged(True, 0.9, "b", True), judged(False, 0.2, "a"), judged(False, 0.1, "b")]
    )
    assert found["sensitivity"] == 0.5
    assert found["specificity"] == 1.0
    assert found["abstained"] == 0.25
    assert found["auc"] == 1.0
    assert found["auc_against"] == {"Fear": 1.0}
    assert found["n"] == 4


def test_balancing_repeats_the_rarer_answer() -> None:
    truth, chance = balanced(np.array([True, False, False, False]), np.array([0.9, 0.1, 0.2, 0.3]))
    assert truth.sum() == 3 and len(truth) == 6
    assert np.allclose(chance[truth], 0.9)


def test_recordings_of_one_s_own_are_judged_to_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wave(tmp_path / "a.wav", voice(0.8, 400.0, 0.5))
    write_wave(tmp_path / "b.wav", voice(0.8, 120.0, 0.2))
    (tmp_path / "labels.csv").write_text("file,pain,speaker,category\na.wav,1,p,Pain\nb.wav,0,q,Neutral\n")
    status, out, _ = run(
        capsys, "evaluate", "voice", "--dir", str(tmp_path), "--labels", str(tmp_path / "labels.csv"), "--json"
    )
    found = json.loads(out)
    wanted = {"auc", "auc_against", "auc_at", "brier_skill", "ece", "sensitivity", "specificity", "abstained", "n"}
    assert status == 0 and wanted <= set(found)
    assert found["n"] == 2 and set(found["auc_at"]) == {"0.3", "1.0", "end"}


def test_what_is_missing_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOLAMEN_VOICE_DATA", raising=False)
    status, out, err = run(capsys, "evaluate", "voice", "--json")
    assert (status, out) == (2, "") and "--data DIR" in err
    status, _, err = run(capsys, "evaluate", "voice", "--dir", str(tmp_path))
    assert status == 2 and "--labels" in err
    status, _, err = run(capsys, "explain", "voice", str(tmp_path / "none.wav"), "-o", str(tmp_path / "a.png"))
    assert status == 2 and "none.wav" in err


def test_a_recording_is_explained_in_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wave(tmp_path / "a.wav", voice(0.6, 300.0, 0.4))
    status, _, _ = run(capsys, "explain", "voice", str(tmp_path / "a.wav"), "-o", str(tmp_path / "a.png"))
    assert status == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_the_models_are_small_and_belong_to_their_cards() -> None:
    assert WEIGHTS.stat().st_size + JUDGE_WEIGHTS.stat().st_size + EMBEDDING.stat().st_size <= MOST_BYTES
    for path in WEIGHTS.parent.glob("voice_pain*.onnx"):
        assert ModelCard.read(path).name == "voice-pain"
    for path in WEIGHTS.parent.glob("voice_judge*.onnx"):
        assert ModelCard.read(path).name == "voice-judge"


def test_the_settings_file_says_what_the_reader_is_made_for() -> None:
    assert reader_settings() == VoiceSettings()
    assert math.isclose(reader_settings().estimate_every_s, 0.1)
