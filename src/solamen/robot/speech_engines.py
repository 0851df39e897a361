"""Voices: each turns text into sound. Engines are processes of their own that get the text by standard input.

No shell reads what is said, and no engine is imported: piper is under the GPL, Solamen is not.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from solamen.core.tunes import is_tune
from solamen.robot.speech_settings import SpeechSettings
from solamen.robot.speech_sound import Sound, silent_words, sound_from_pcm, sound_from_wav
from solamen.robot.speech_tune import tune_sound

ESPEAK = "espeak-ng"
LANGUAGES = ("en", "de")
"""That the robot's words are written in; espeak-ng knows many more."""


class SpeechError(Exception):
    """A voice failed; the text is one sentence."""


class Voice(Protocol):
    """Turns text into sound."""

    name: str

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for a language (en, de, …)."""

    def say(self, text: str, language: str, rate: float) -> Sound:
        """The sound of a text that `speakable` let through.

        Raises:
            SpeechError: it failed.
        """

    def cancel(self) -> None:
        """Ends what is being made; `say` then fails in its own thread."""


class _Process:
    """Runs one program at a time, which another thread may end."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._running: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(self, command: Sequence[str], text: str) -> bytes:
        with self._lock:
            try:
                pipe = subprocess.PIPE
                self._running = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
            except OSError as error:
                raise SpeechError(f"{command[0]} cannot be started ({error.strerror})") from error
        try:
            out, _ = self._running.communicate(text.encode() + b"\n", timeout=self._timeout_s)
        except subprocess.TimeoutExpired as error:
            self._running.kill()
            self._running.communicate()
            raise SpeechError(f"{Path(command[0]).name} took longer than {self._timeout_s:g} s") from error
        if self._running.returncode:
            raise SpeechError(f"{Path(command[0]).name} failed with status {self._running.returncode}")
        return out

    def cancel(self) -> None:
        with self._lock:
            if self._running is not None and self._running.poll() is None:
                self._running.kill()


class EspeakVoice:
    """espeak-ng: small, quick, plain, and in many languages."""

    name = ESPEAK

    def __init__(self, settings: SpeechSettings, program: str = ESPEAK) -> None:
        self._words_per_min, self._program = settings.words_per_min, program
        self._process = _Process(settings.synthesis_s)
        self._known: dict[str, bool] = {}

    def speaks(self, language: str) -> bool:
        """Asks espeak-ng once for each language."""
        if language not in self._known:
            asked = subprocess.run(
                [self._program, "-q", "-v", language, "--stdin"], input=b"a\n", capture_output=True, check=False
            )
            self._known[language] = asked.returncode == 0
        return self._known[language]

    def say(self, text: str, language: str, rate: float) -> Sound:
        """The sound; see `Voice`."""
        speed = str(round(self._words_per_min * rate))
        command = [self._program, "--stdout", "--stdin", "-b", "1", "-v", language, "-s", speed]
        return _checked(lambda: sound_from_wav(self._process.run(command, text)))

    def cancel(self) -> None:
        """See `Voice`."""
        self._process.cancel()


class PiperVoice:
    """piper: a voice learned from a person, warmer than espeak-ng. Each language needs a voice file."""

    name = "piper"

    def __init__(self, settings: SpeechSettings, program: str) -> None:
        files = {"en": settings.piper_en, "de": settings.piper_de}
        self._program = program
        self._voices = {language: Path(file) for language, file in files.items() if file}
        self._process = _Process(settings.synthesis_s)

    def speaks(self, language: str) -> bool:
        """Whether the files of a voice are there."""
        voice = self._voices.get(language)
        return voice is not None and voice.is_file() and voice.with_name(voice.name + ".json").is_file()

    def say(self, text: str, language: str, rate: float) -> Sound:
        """The sound; see `Voice`."""
        voice = self._voices[language]
        command = [self._program, "--model", str(voice), "--output-raw", "--length-scale", f"{1.0 / rate:.3f}"]
        return _checked(lambda: sound_from_pcm(self._process.run(command, text), _rate_hz(voice)))

    def cancel(self) -> None:
        """See `Voice`."""
        self._process.cancel()


class TextVoice:
    """No sound: what is said can be read, and lasts about as long as it would if it were spoken."""

    name = "text only"

    def __init__(self, settings: SpeechSettings) -> None:
        self._words_per_min = settings.words_per_min

    def speaks(self, language: str) -> bool:
        """Every language can be read."""
        return True

    def say(self, text: str, language: str, rate: float) -> Sound:
        """Silence that lasts as long as the words; see `Voice`."""
        return silent_words(text, self._words_per_min, rate)

    def cancel(self) -> None:
        """Nothing is under way."""


class Voices:
    """The voices that are installed; the best one that knows the language speaks, the next one where it fails.

    Attributes:
        lacks: what is missing, in one sentence; empty where nothing is.
        name: of the voice that spoke last, or would speak first.
        problem: why a voice failed last; empty where none did.
    """

    def __init__(self, settings: SpeechSettings) -> None:
        self._voices, self.lacks = _installed(settings)
        self.name, self.problem = self._voices[0].name, ""

    def say(self, text: str, language: str, rate: float) -> Sound:
        """The sound of a text that `speakable` let through; at worst silence that lasts as long. A tune is played."""
        self.problem = ""
        if is_tune(text):
            try:
                return tune_sound(text)
            except ValueError as error:
                self.problem = str(error)
        for voice in self._voices[:-1]:
            if not voice.speaks(language):
                continue
            try:
                sound = voice.say(text, language, rate)
            except SpeechError as error:
                self.problem = str(error)
                continue
            self.name = voice.name
            return sound
        self.name = self._voices[-1].name
        return self._voices[-1].say(text, language, rate)

    def cancel(self) -> None:
        """Ends what is being made."""
        for voice in self._voices:
            voice.cancel()


def _installed(settings: SpeechSettings) -> tuple[list[Voice], str]:
    """The voices to try, best first, and what is missing in one sentence; empty where nothing is."""
    found: list[Voice] = []
    lacks = ""
    piper, espeak = shutil.which("piper"), shutil.which(ESPEAK)
    if settings.engine in ("auto", "piper") and piper and (settings.piper_en or settings.piper_de):
        found.append(PiperVoice(settings, piper))
    elif settings.engine == "piper":
        lacks = "piper has no voice here: install piper-tts and set piper_en or piper_de in config/speech.yaml"
    if settings.engine != "text" and espeak:
        found.append(EspeakVoice(settings, espeak))
    elif settings.engine != "text" and not found:
        lacks = "no voice is installed, so what the robot says is text only: sudo apt-get install espeak-ng"
    return [*found, TextVoice(settings)], lacks


def _checked(make: Callable[[], Sound]) -> Sound:
    """What a voice made; sound that is none is a failure of the voice."""
    try:
        return make()
    except ValueError as error:
        raise SpeechError(str(error)) from error


def _rate_hz(voice: Path) -> int:
    """The sampling rate of a voice of piper.

    Raises:
        ValueError: its description does not tell.
    """
    try:
        rate_hz = int(
            json.loads(voice.with_name(voice.name + ".json").read_text(encoding="utf-8"))["audio"]["sample_rate"]
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the description of the voice {voice.name} does not tell its sampling rate") from error
    if not 8000 <= rate_hz <= 48000:
        raise ValueError(f"the voice {voice.name} has a sampling rate of {rate_hz} Hz")
    return rate_hz
