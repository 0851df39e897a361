"""All that the voice process hears: sounds of pain, phrases and transcripts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.core.states import SelfReport
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.keywords import CONFIDENCE, LANGUAGES, Keywords
from solamen.voice.lexicon import lexicon
from solamen.voice.parse import Meaning, parse
from solamen.voice.prosody import Prosody
from solamen.voice.reader import VoiceReader
from solamen.voice.recogniser import LANGUAGES as RECOGNISED
from solamen.voice.recogniser import Recogniser
from solamen.voice.sound_input import SoundInput
from solamen.voice.spectrum import Sound
from solamen.voice.speech_gate import SpeechGate, Stretch
from solamen.voice.stop_said import StopSaid
from solamen.voice.stop_word import CONFIDENCE as STOP_CONFIDENCE
from solamen.voice.stop_word import LANGUAGES as STOP_LANGUAGES
from solamen.voice.stop_word import StopWord
from solamen.voice.transcripts import Recognise, Transcriber, Transcript, english, whisper

TOLD_FOR_S = 4.0
"""A transcript comes so long after the word at most, but for long speeches."""


@dataclass
class Heard:
    """What came of a piece of sound.

    Attributes:
        estimates: of expressed pain, oldest first.
        cues: sounds and words.
        reports: what the person said of their pain.
    """

    estimates: list[PainEstimate] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    reports: list[SelfReport] = field(default_factory=list)

    def add(self, meaning: Meaning) -> None:
        """Adds what an utterance says."""
        self.cues += meaning.cues
        if meaning.report is not None:
            self.reports.append(meaning.report)


def understood(text: str, language: str, stamp_s: float, confidence: float = 1.0) -> Heard:
    """What a transcript says, from whatever recogniser it comes."""
    heard = Heard()
    heard.add(parse(text, language, stamp_s, confidence))
    return heard


class Listener:
    """Hears one person. What it lacks is kept in `lacks`, in words; it goes on with what it has.

    Args:
        settings: see there.

    Raises:
        OutsideError: there is no lexicon for the language.
    """

    def __init__(self, settings: HearingSettings) -> None:
        lexicon(settings.language)
        self._settings = settings
        self._short = settings.language.lower()[:2]
        self.input = SoundInput()
        self._reader = VoiceReader(settings)
        self._gate = SpeechGate(settings.speech_threshold)
        self.lacks: list[str] = []
        recogniser = self._made_recogniser()
        self._transcriber = self._made_transcriber(recogniser)
        spot = settings.keywords and self._transcriber is None and self._short in LANGUAGES
        self._keywords = Keywords() if spot else None
        self._stop_said = StopSaid(recogniser) if settings.stop_word and recogniser is not None else None
        net = settings.stop_net and self._stop_said is None and self._short in STOP_LANGUAGES
        self._stop_word = StopWord() if net else None
        self.level_db = self.floor_db = -100.0
        self._stopped_s, self._talk_odds = -math.inf, 0.0

    def forget(self) -> None:
        """Begins anew, as with another person or another recording."""
        self.input = SoundInput()
        self._stopped_s = -math.inf
        self._reader.reset()
        self._gate.close()
        for stop in (self._stop_word, self._stop_said):
            if stop is not None:
                stop.reset()

    @property
    def prosody(self) -> Prosody:
        """How the person speaks."""
        return self._reader.prosody

    def close(self) -> None:
        """Ends what runs beside."""
        if self._transcriber is not None:
            self._transcriber.close()

    def hear(
        self,
        samples: NDArray[np.float32],
        rate_hz: int,
        channels: int,
        start_s: float,
        robot_speaking: bool = False,
        source: str = "",
        robot_says_stop: bool = True,
    ) -> Heard:
        """Takes the next piece of sound; see `SoundInput.take` for what it must be.

        While the robot speaks no word is heard but a stop, and that only where `robot_says_stop` is no.

        Raises:
            ValueError: it is malformed.
        """
        sound = self.input.take(samples, rate_hz, channels, start_s, source)
        end_s = start_s + len(samples) / channels / rate_hz
        heard = Heard()
        if len(sound):
            reading = self._reader.hear(sound, end_s, robot_speaking)
            self.level_db, self.floor_db = reading.level_db, reading.floor_db
            heard.cues += self._stops(sound, reading.speech, end_s, robot_speaking, robot_says_stop)
            heard.cues += reading.cues
            if reading.estimate is not None:
                heard.estimates.append(reading.estimate)
            if reading.heard is not None:
                self._talk_odds = reading.heard.talk_odds
            self._words(sound, reading.speech, end_s, robot_speaking, heard)
            for made_out in self._transcriber.texts() if self._transcriber is not None else ():
                self._read(made_out, end_s, heard)
        return heard

    def _stops(self, sound: Sound, speech: float, end_s: float, robot_speaking: bool, its_own: bool) -> list[Cue]:
        """A stop that was said, by the sound alone."""
        told = False
        if self._stop_said is not None:
            told = self._stop_said.hear(np.nan_to_num(sound), speech, robot_speaking and its_own)
        elif self._stop_word is not None:
            told = self._stop_word.hear(self._reader.recall, speech, robot_speaking)
        if not told:
            return []
        self._stopped_s = end_s
        return [Cue(end_s, "stop", confidence=STOP_CONFIDENCE, source="voice")]

    def _read(self, made_out: Transcript, end_s: float, heard: Heard) -> None:
        """Adds what a transcript says; a stop that was told as it was said is not told again."""
        meaning = parse(made_out.text, self._settings.language, end_s, made_out.confidence)
        told = 0.0 <= end_s - self._stopped_s <= TOLD_FOR_S
        heard.add(replace(meaning, cues=tuple(c for c in meaning.cues if not (told and c.kind == "stop"))))

    def _words(self, sound: Sound, speech: float, end_s: float, robot_speaking: bool, heard: Heard) -> None:
        """Looks for words where somebody speaks; while the robot speaks they may be its own."""
        if robot_speaking:
            self._gate.close()
            return
        stretch = self._gate.push(np.nan_to_num(sound), speech)
        if not len(stretch.sound) and not stretch.ends:
            return
        if stretch.begins:
            self._talk_odds = 0.0  # of what was heard before
        self._spot(stretch, end_s, heard)
        if self._transcriber is not None:
            self._transcriber.hear(stretch, self._talk_odds)

    def _spot(self, stretch: Stretch, end_s: float, heard: Heard) -> None:
        if self._keywords is None:
            return
        phrase = self._keywords.hear(stretch.sound, stretch.begins, stretch.ends)
        if phrase:
            heard.add(parse(phrase, self._settings.language, end_s, CONFIDENCE))

    def _made_recogniser(self) -> Recogniser | None:
        if not self._settings.recogniser or self._short not in RECOGNISED:
            return None
        try:
            return Recogniser()
        except OutsideError as error:
            self.lacks.append(str(error))
            return None

    def _made_transcriber(self, recogniser: Recogniser | None) -> Transcriber | None:
        how: Recognise | None = english(recogniser) if recogniser is not None else None
        if self._settings.whisper_model:
            try:
                how = whisper(self._settings.whisper_model, self._short)
            except OutsideError as error:
                self.lacks.append(str(error))
        return Transcriber(how) if how is not None else None
