"""Lets a sound be heard, where there is a sound card; the sound stays in memory and is never written to a disc."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from solamen.robot.speech_sound import Sound

CARDS = Path("/proc/asound/cards")


class Player:
    """Plays one sound at a time with a program of the system.

    Attributes:
        program: paplay, pw-cat or aplay; empty: nothing can be heard.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self._playing: subprocess.Popen[bytes] | None = None

    def play(self, sound: Sound) -> str:
        """Begins to play; gives back what went wrong in words, or an empty string."""
        self.stop()
        if not (self.program and len(sound.samples)):
            return ""
        memory = os.memfd_create("solamen-speech")
        try:
            with os.fdopen(memory, "wb", closefd=False) as stream:
                stream.write(sound.pcm())
            os.lseek(memory, 0, os.SEEK_SET)
            quiet = subprocess.DEVNULL
            self._playing = subprocess.Popen(
                _command(self.program, sound.rate_hz), stdin=memory, stdout=quiet, stderr=quiet
            )
        except OSError as error:
            return f"{self.program} cannot be started ({error.strerror}), so nothing is heard"
        finally:
            os.close(memory)
        return ""

    def problem(self) -> str:
        """What went wrong with the last sound, or an empty string."""
        status = self._playing.poll() if self._playing is not None else None
        failed = status is not None and status > 0
        return f"{self.program} failed with status {status}, so nothing is heard" if failed else ""

    def stop(self) -> None:
        """Falls silent at once: a program that is killed leaves nothing in the sound card's buffer to be played."""
        playing, self._playing = self._playing, None
        if playing is not None:
            if playing.poll() is None:
                playing.kill()
            playing.wait()


def find_player(wanted: str, environment: Mapping[str, str], cards: Path = CARDS) -> tuple[str, str]:
    """The program to play with, and why there is none, in one sentence.

    Args:
        wanted: auto, none, paplay, pw-cat or aplay.
        environment: variables of the process, that tell where the desktop's sound is.
        cards: where Linux lists its sound cards.
    """
    if wanted == "none":
        return "", "sound is switched off by `player: none`"
    runtime = Path(environment.get("XDG_RUNTIME_DIR", "/nowhere"))
    pulse = (runtime / "pulse" / "native").exists() or bool(environment.get("PULSE_SERVER"))
    there = {"paplay": pulse, "pw-cat": (runtime / "pipewire-0").exists(), "aplay": _has_card(cards)}
    usable = [name for name, device in there.items() if device and wanted in ("auto", name)]
    for name in usable:
        if shutil.which(name):
            return name, ""
    if usable:
        return "", f"there is sound, but no program to play it: install {usable[0]} (pulseaudio-utils or alsa-utils)"
    return "", "this machine has no sound device, so the robot moves its mouth without sound"


def _has_card(cards: Path) -> bool:
    try:
        return "[" in cards.read_text(encoding="utf-8")
    except OSError:
        return False


def _command(program: str, rate_hz: int) -> list[str]:
    rate = str(rate_hz)
    return {
        "paplay": ["paplay", "--raw", "--format=s16le", "--channels=1", f"--rate={rate}"],
        "pw-cat": ["pw-cat", "--playback", "--format", "s16", "--channels", "1", "--rate", rate, "-"],
        "aplay": ["aplay", "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", rate],
    }[program]
