"""A video file, decoded with its sound, in the order of their times."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image

SOUND_RATE_HZ = 16_000
APART_S = 2.0
"""Sound and picture that stand further apart in the file than this are not waited for."""
REMEDY = "Give a video file that plays elsewhere, such as MP4, WebM or AVI."


@dataclass(frozen=True)
class Picture:
    """One picture of a video: seconds since its start, height × width × 3 RGB."""

    time_s: float
    image: Image


@dataclass(frozen=True)
class Sound:
    """A piece of a video's sound: seconds since the video's start, mono samples −1 to 1 at 16 kHz."""

    time_s: float
    samples: NDArray[np.float32]


class VideoFile:
    """A video file as a context manager; `play` yields what is in it.

    Raises:
        OutsideError: the file is missing, cannot be read, or holds no picture.
    """

    def __init__(self, path: Path, max_width_px: int = 960) -> None:
        if not path.is_file():
            raise OutsideError("there is no such file", str(path), "Check the path given to --input.")
        try:
            self._container: Any = av.open(str(path))
            streams = self._container.streams.video
            if not streams or not streams[0].codec_context.width:
                raise OutsideError("the file holds no picture", str(path), REMEDY)
            next(self._container.decode(streams[0]))
            self._container.seek(0)
        except (av.FFmpegError, StopIteration, OSError) as error:
            raise OutsideError("the file is no video that can be read", str(path), REMEDY) from error
        self._path = path
        context = streams[0].codec_context
        self.width = min(context.width, max_width_px)
        self.height = max(2, round(context.height * self.width / context.width))
        self._origin_s: float | None = None

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._container.close()

    def play(self) -> Iterator[Picture | Sound]:
        """All pictures and sounds to the end, in the order of their times; a damaged piece is passed over."""
        waiting: list[tuple[float, int, Picture | Sound]] = []
        newest = {Picture: -math.inf, Sound: -math.inf}
        if not self._container.streams.audio:
            newest[Sound] = math.inf
        for count, item in enumerate(self._decoded()):
            # A file holds half a second of the one, then half a second of the other; each waits for the other here.
            heapq.heappush(waiting, (item.time_s, count, item))
            newest[type(item)] = max(newest[type(item)], item.time_s)
            while waiting and (waiting[0][0] <= min(newest.values()) or item.time_s - waiting[0][0] > APART_S):
                yield heapq.heappop(waiting)[2]
        while waiting:
            yield heapq.heappop(waiting)[2]

    def _decoded(self) -> Iterator[Picture | Sound]:
        """Pictures and sounds in the order of the file."""
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE_HZ)
        chosen = [self._container.streams.video[0], *self._container.streams.audio[:1]]
        for packet in self._container.demux(chosen):
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                continue
            for item in decoded:
                if item.time is not None:
                    yield from self._piece(item, resampler)

    def _piece(self, item: Any, resampler: Any) -> Iterator[Picture | Sound]:
        if self._origin_s is None:
            self._origin_s = item.time
        time_s = max(0.0, item.time - self._origin_s)
        if isinstance(item, av.VideoFrame):
            yield Picture(time_s, item.to_ndarray(format="rgb24", width=self.width, height=self.height))
        else:
            for piece in resampler.resample(item):
                yield Sound(time_s, piece.to_ndarray().reshape(-1).astype(np.float32))
