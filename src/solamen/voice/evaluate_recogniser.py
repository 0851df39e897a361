"""Judges what becomes of spoken answers, and of sounds that are no words; through the gate and the parser, as in a run.

All speech here is synthetic; the bursts of sound are acted by people, and hold no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from solamen.voice.activity import VoiceActivity
from solamen.voice.parse import Meaning, parse
from solamen.voice.reader import VoiceReader
from solamen.voice.recogniser import Recogniser
from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.speech_gate import SpeechGate
from solamen.voice.stop_said import StopSaid
from solamen.voice.train_words_data import bursts, in_noise, noises
from solamen.voice.train_words_speech import Synthesiser
from solamen.voice.transcripts import LESS_SURE, SHORTEST_S, doubted, english

PIECE = RATE_HZ // 10
ANSWERS = (
    "yes", "yes, please", "no", "no, thank you", "help me, please", "call a nurse", "I need a doctor", "it hurts a lot",
    "it hurts a little", "my back hurts", "my head is aching", "I am in terrible pain", "the pain is unbearable",
    "my knee hurts a bit", "it doesn't hurt any more", "I have no pain", "leave me alone", "please stop", "stop it",
    "seven out of ten", "four out of ten", "I would say five", "my pain is eight", "zero", "one", "two", "three",
    "four", "five", "six", "seven", "eight", "nine", "ten", "it was bad yesterday", "my mother has pain",
)  # fmt: skip
"""What people answer, or say of pain; the last ones mean nothing for the robot, and so do those of no pain."""

BURSTS, EACH = 400, 10
"""Acted bursts, and answers of each voice."""


class Hearer:
    """Plays sound to the gate, the recogniser and the parser, and to what hears a stop at once."""

    def __init__(self) -> None:
        recogniser = Recogniser()
        self._recognise, self._stop = english(recogniser), StopSaid(recogniser)
        self._voice = VoiceActivity()

    def meanings(self, samples: Sound, talk_odds: float = 0.0) -> list[Meaning]:
        """What is made of each stretch of speech; the log odds are those that it is talk and no moan."""
        made_out = [doubted(self._recognise(stretch), talk_odds) for stretch in self._stretches(samples)]
        return [parse(found.text, confidence=found.confidence) for found in made_out if found.text]

    def stops_s(self, samples: Sound, piece: int = PIECE) -> list[float]:
        """When stops are told at once, seconds from the beginning."""
        self._stop.reset()
        self._voice.reset()
        found = []
        for start in range(0, len(samples), piece):
            part = samples[start : start + piece]
            if self._stop.hear(part, self._voice.push(part)):
                found.append((start + len(part)) / RATE_HZ)
        return found

    def _stretches(self, samples: Sound) -> list[Sound]:
        self._voice.reset()
        gate, found, pieces = SpeechGate(VoiceSettings().speech_threshold), [], list[Sound]()
        for start in range(0, len(samples), PIECE):
            part = samples[start : start + PIECE]
            stretch = gate.push(part, self._voice.push(part))
            pieces = [] if stretch.begins else pieces
            pieces.append(stretch.sound)
            if stretch.ends:
                found.append(np.concatenate(pieces))
        return [sound for sound in found if len(sound) >= SHORTEST_S * RATE_HZ]


def of_words(meaning: Meaning) -> tuple[Any, ...]:
    """What of a meaning the robot acts on: kinds of cues, a number, a report."""
    numbers = [round(cue.value, 1) for cue in meaning.cues if cue.kind == "number"]
    report = None if meaning.report is None else round(meaning.report.normalised, 1)
    return (frozenset(cue.kind for cue in meaning.cues), tuple(numbers), report)


def answers(
    voices: Sequence[Synthesiser], noise: Sequence[Sound], rng: np.random.Generator
) -> dict[str, dict[str, float]]:
    """Of spoken answers, by program: the share understood as the text itself would be, otherwise, and not at all."""
    hearer, rows = Hearer(), list[tuple[str, str]]()
    for voice in voices:
        texts = [str(text) for text in rng.choice(ANSWERS, EACH, replace=False)]
        for text, said in zip(texts, voice.say(texts), strict=True):
            found = [of_words(meaning) for meaning in hearer.meanings(in_noise(said, noise, rng)[0])]
            told = [item for item in found if item != of_words(Meaning())]
            wanted = [item for item in (of_words(parse(text)),) if item != of_words(Meaning())]
            rows.append((voice.program, "right" if told == wanted else "otherwise" if told else "not at all"))
    return {
        program: {"said": float(len(some))} | {kind: some.count(kind) / len(some) for kind in sorted(set(some))}
        for program in ["all", *sorted({row[0] for row in rows})]
        if (some := [kind for of, kind in rows if program in ("all", of)])
    }


def sounds(data: Path) -> dict[str, dict[str, Any]]:
    """What is taken for words in acted bursts without words, and in noise: kinds of cues with how often they came.

    `surely` are those that are told with full confidence, of which nobody asks again.
    """
    hearer, reader = Hearer(), VoiceReader(VoiceSettings())
    gap: Sound = np.random.default_rng(10).normal(0.0, 1e-4, RATE_HZ).astype(np.float32)
    found: dict[str, dict[str, Any]] = {}
    for name, some in (("acted bursts", bursts(data, BURSTS)), ("noise", noises(data, judging=True))):
        counts: dict[str, Any] = {"sounds": len(some), "hours": sum(map(len, some)) / RATE_HZ / 3600.0}
        for sound in some:
            around = np.concatenate([gap, sound, gap])
            cues = [cue for meaning in hearer.meanings(around, talk_odds_of(around, reader)) for cue in meaning.cues]
            kinds = [cue.kind for cue in cues] + [f"{cue.kind}, surely" for cue in cues if cue.confidence > LESS_SURE]
            for kind in [*kinds, *["stop at once"] * len(hearer.stops_s(around))]:
                counts[kind] = counts.get(kind, 0) + 1
        found[name] = counts
    return found


def talk_odds_of(samples: Sound, reader: VoiceReader) -> float:
    """The last log odds of talk that a reader gives of a sound; 0 where it gives none."""
    reader.reset()
    odds = 0.0
    for start in range(0, len(samples), PIECE):
        part = samples[start : start + PIECE]
        reading = reader.hear(part, (start + len(part)) / RATE_HZ)
        odds = odds if reading.heard is None else reading.heard.talk_odds
    return odds
