"""All that the voice process hears: sounds of pain, phrases and transcripts."""

from __future__ import annotations

from dataclasses import dataclass, field

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
from solamen.voice.sound_input import SoundInput
from solamen.voice.spectrum import Sound
from solamen.voice.speech_gate import SpeechGate, Stretch
from solamen.voice.stop_word import CONFIDENCE as STOP_CONFIDENCE
from solamen.voice.stop_word import LANGUAGES as STOP_LANGUAGES
from solamen.voice.stop_word import StopWord
from solamen.voice.transcripts import Transcriber


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
        self._keywords = Keywords() if settings.keywords and self._short in LANGUAGES else None
        self._stop_word = StopWord() if settings.stop_word and self._short in STOP_LANGUAGES else None
        self._transcriber = self._made_transcriber()
        self.level_db = self.floor_db = -100.0

    def forget(self) -> None:
        """Begins anew, as with another person or another recording."""
        self.input = SoundInput()
        self._reader.reset()
        self._gate.close()
        if self._stop_word is not None:
            self._stop_word.reset()

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
    ) -> Heard:
        """Takes the next piece of sound; see `SoundInput.take` for what it must be.

        Raises:
            ValueError: it is malformed.
        """
        sound = self.input.take(samples, rate_hz, channels, start_s, source)
        end_s = start_s + len(samples) / channels / rate_hz
        heard = Heard()
        if len(sound):
            reading = self._reader.hear(sound, end_s, robot_speaking)
            self.level_db, self.floor_db = reading.level_db, reading.floor_db
            heard.cues += self._stops(reading.speech, end_s, robot_speaking)
            heard.cues += reading.cues
            if reading.estimate is not None:
                heard.estimates.append(reading.estimate)
            self._words(sound, reading.speech, end_s, robot_speaking, heard)
        return heard

    def _stops(self, speech: float, end_s: float, robot_speaking: bool) -> list[Cue]:
        """A stop that was said, by the sound alone."""
        if self._stop_word is None or not self._stop_word.hear(self._reader.recall, speech, robot_speaking):
            return []
        return [Cue(end_s, "stop", confidence=STOP_CONFIDENCE, source="voice")]

    def _words(self, sound: Sound, speech: float, end_s: float, robot_speaking: bool, heard: Heard) -> None:
        """Looks for words where somebody speaks; while the robot speaks they may be its own."""
        if robot_speaking:
            self._gate.close()
            return
        stretch = self._gate.push(np.nan_to_num(sound), speech)
        if not len(stretch.sound) and not stretch.ends:
            return
        self._spot(stretch, end_s, heard)
        if self._transcriber is not None:
            self._transcriber.hear(stretch)
            for text in self._transcriber.texts():
                heard.add(parse(text, self._settings.language, end_s))

    def _spot(self, stretch: Stretch, end_s: float, heard: Heard) -> None:
        if self._keywords is None:
            return
        phrase = self._keywords.hear(stretch.sound, stretch.begins, stretch.ends)
        if phrase:
            heard.add(parse(phrase, self._settings.language, end_s, CONFIDENCE))

    def _made_transcriber(self) -> Transcriber | None:
        if not self._settings.whisper_model:
            return None
        try:
            return Transcriber(self._settings.whisper_model, self._short)
        except OutsideError as error:
            self.lacks.append(str(error))
            return None
