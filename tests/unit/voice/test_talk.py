"""Whether people who talk are taken to be in pain."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from solamen.cli import main
from solamen.core.errors import OutsideError
from solamen.voice.evaluate_talk import Talk, figures, in_turn, people_in
from solamen.voice.spectrum import RATE_HZ
from tests.unit.voice.sounds import voice
from tests.unit.voice.test_evaluate_voice import write_wave

SECOND = np.ones(RATE_HZ, np.float32)


def talk(speaker: str, intensity: list[float], first: int = 0) -> Talk:
    tick = np.arange(first, first + len(intensity), dtype=np.float64)
    return Talk(speaker, tick, np.array(intensity), np.ones(len(intensity)))


def test_seconds_episodes_and_people_called_pain_are_counted() -> None:
    often = talk("a", [5.0] * 3 + [2.0] * 5 + [5.0] * 2 + [2.0] * 15 + [5.0] + [np.nan] * 4)
    found = figures([often, talk("b", [2.0] * 30)])
    assert often.episodes == 2  # half a second of calm between two calls does not make them two
    assert found["called_pain"] == pytest.approx(6.0 / 60.0)
    assert found["episodes_per_10_min"] == pytest.approx(600.0 * 2.0 / 6.0)
    assert (found["people_called"], found["people"]) == (1, 2)
    assert found["abstained"] == pytest.approx(4.0 / 60.0)
    assert found["by_person"] == {"a": pytest.approx(0.2), "b": 0.0}


def test_a_person_s_recordings_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    for name in ("ann/one.wav", "ann/deep/two.OGG", "bob/three.flac", "bob/readme.txt", "loose.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    found = people_in(tmp_path)
    assert {name: [path.name for path in paths] for name, paths in found.items()} == {
        "ann": ["two.OGG", "one.wav"],
        "bob": ["three.flac"],
    }
    with pytest.raises(OutsideError, match="no recording"):
        people_in(tmp_path / "ann" / "deep")


def test_recordings_follow_each_other_with_short_pauses_for_twenty_seconds_at_most() -> None:
    whole = in_turn(iter([SECOND, SECOND]), np.random.default_rng(0))
    assert 2.6 <= len(whole) / RATE_HZ <= 4.4
    assert whole.sum() == pytest.approx(2.0 * RATE_HZ)
    assert len(in_turn(iter([SECOND] * 100), np.random.default_rng(0))) == 20 * RATE_HZ


def test_recordings_of_people_who_talk_are_judged_to_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ann").mkdir()
    write_wave(tmp_path / "ann" / "a.wav", voice(0.8, 200.0, 0.3))
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "voice", "--talk", str(tmp_path), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert not ended.value.code
    assert found["people"] == 1 and found["minutes"] > 0.0
    assert 0.0 <= found["called_pain"] <= 1.0
