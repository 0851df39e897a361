"""Synthetic speech for training, judging and the virtual patient: espeak-ng, in many voices."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from dataclasses import dataclass

import numpy as np
import soxr

from solamen.core.errors import OutsideError
from solamen.patient.voice import RATE_HZ, Sound

PROGRAM = "espeak-ng"
TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Speaker:
    """A voice of espeak-ng.

    Attributes:
        voice: language and variant, such as en-us+f2.
        words_per_min: 80–300.
        pitch: 0–99.
    """

    voice: str = "en-us"
    words_per_min: int = 160
    pitch: int = 50


def can_speak() -> bool:
    """Whether espeak-ng is installed."""
    return shutil.which(PROGRAM) is not None


def speak(text: str, speaker: Speaker) -> Sound:
    """The sound of a text, 16 kHz mono.

    Raises:
        OutsideError: espeak-ng is not installed or fails.
    """
    command = [PROGRAM, "--stdout", "--stdin", "-b", "1", "-v", speaker.voice]
    command += ["-s", str(speaker.words_per_min), "-p", str(speaker.pitch)]
    try:
        answer = subprocess.run(
            command, input=text.encode() + b"\n", capture_output=True, timeout=TIMEOUT_S, check=True
        )
        with wave.open(io.BytesIO(answer.stdout)) as made:
            # espeak-ng writes a length that it does not know; the bytes that are there count.
            pcm, rate_hz = made.readframes(len(answer.stdout) // 2), made.getframerate()
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        remedy = "Type: sudo apt-get install espeak-ng"
        raise OutsideError(f"nothing can be spoken ({type(error).__name__})", PROGRAM, remedy) from error
    sound = np.frombuffer(pcm[: len(pcm) // 2 * 2], np.int16).astype(np.float32) / 32768.0
    return np.asarray(soxr.resample(sound, rate_hz, RATE_HZ), np.float32)
