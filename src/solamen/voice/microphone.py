"""A microphone of this machine, by PyAudio (the extra `microphone`)."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.quiet import quiet
from solamen.voice.spectrum import RATE_HZ, Sound

DEFAULT = -1
"""The microphone that the system has chosen."""
CHUNK_S = 0.05
_QUEUED = 40
INSTALL = "Type: sudo apt-get install portaudio19-dev && .venv/bin/pip install 'PyAudio==0.2.14'"


@dataclass(frozen=True)
class Device:
    """A microphone: its number, name, channels and rate."""

    number: int
    name: str
    channels: int
    rate_hz: int


def microphones() -> list[Device]:
    """The microphones that answer.

    Raises:
        OutsideError: PyAudio is not installed.
    """
    with _portaudio() as audio:
        infos = [audio.get_device_info_by_index(number) for number in range(audio.get_device_count())]
    return [_device(info) for info in infos if info["maxInputChannels"] > 0]


class Microphone:
    """A microphone as a context manager; `read` gives what came in.

    Raises:
        OutsideError: PyAudio is not installed, there is no such microphone, or it is in use.
    """

    def __init__(self, number: int = DEFAULT) -> None:
        self._stack = contextlib.ExitStack()
        self._pieces: queue.Queue[bytes] = queue.Queue(_QUEUED)
        self.lost = 0
        audio = self._stack.enter_context(_portaudio())
        try:
            info = (
                audio.get_default_input_device_info() if number == DEFAULT else audio.get_device_info_by_index(number)
            )
            self.device = _device(info)
            if not self.device.channels:
                raise OSError("it has no input")
            self._stream = self._open(audio)
        except OSError as error:
            self._stack.close()
            where = "the default microphone" if number == DEFAULT else f"microphone {number}"
            remedy = "Plug it in, close other programs that use it, or see `solamen doctor` for those that answer."
            raise OutsideError(f"the microphone does not open ({error})", where, remedy) from error

    def _open(self, audio: Any) -> Any:
        """At 16 kHz where the device can, else at its own rate."""
        for rate_hz in (RATE_HZ, self.device.rate_hz):
            with contextlib.suppress(OSError, ValueError):
                self.rate_hz, self.channels = rate_hz, min(2, self.device.channels)
                return audio.open(
                    rate_hz,
                    self.channels,
                    1,  # paFloat32
                    input=True,
                    input_device_index=self.device.number,
                    frames_per_buffer=round(rate_hz * CHUNK_S),
                    stream_callback=self._on_sound,
                )
        raise OSError("it takes no rate that it says it has")

    def _on_sound(self, data: bytes, frames: int, times: Any, status: int) -> tuple[None, int]:
        try:
            self._pieces.put_nowait(data)
        except queue.Full:
            self.lost += 1
        return None, 0

    def read(self, timeout_s: float) -> Sound | None:
        """The next piece, interleaved; None where none came in time, as when the microphone was unplugged."""
        try:
            return np.frombuffer(self._pieces.get(timeout=timeout_s), np.float32)
        except queue.Empty:
            return None

    def __enter__(self) -> Microphone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the microphone."""
        with contextlib.suppress(OSError):
            self._stream.close()
        self._stack.close()


@contextlib.contextmanager
def _portaudio() -> Iterator[Any]:
    try:
        import pyaudio
    except ImportError as error:
        raise OutsideError("microphones cannot be opened without PyAudio", "this environment", INSTALL) from error
    with quiet():
        audio = pyaudio.PyAudio()
    try:
        yield audio
    finally:
        audio.terminate()


def _device(info: Any) -> Device:
    channels, rate_hz = int(info["maxInputChannels"]), round(float(info["defaultSampleRate"]))
    return Device(int(info["index"]), str(info["name"]), channels, rate_hz)
