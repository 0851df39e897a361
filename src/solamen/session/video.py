"""Video of a run: fragmented MP4 in parts while it goes on, one plain MP4 when it has ended."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av.video.frame import PictureType

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.session.folder import open_private

KEYFRAME_S = 1.0
"""A fragment begins with each key frame: so much is lost at most when the process is killed."""

LEAST_GAP_S = 0.04
"""Between the last picture of a part and the first of the next."""

_TIME_BASE = Fraction(1, 90_000)
_START = "start_ns="


class FragmentedVideo:
    """Writes pictures to `<name>-000.mp4`, or the next free number, beside `path`.

    The file can be played up to its last second even where its process was killed. Trouble with the disk never
    reaches the caller: it stands in `failed`, and `dropped` counts.

    Attributes:
        part: the file that is written.
        failed: one sentence of what went wrong, empty where nothing did.
        dropped: pictures that could not be written.
    """

    def __init__(self, path: Path, width: int, height: int, rate_hz: float) -> None:
        """Nothing is opened before the first picture.

        Args:
            path: what the parts are joined into later, such as `<run>/robot.mp4`.
            width: pixels, even.
            height: pixels, even.
            rate_hz: pictures per second that are expected; their stamps decide.
        """
        if width % 2 or height % 2:
            raise ValueError(f"a video needs an even width and height, not {width}×{height}")
        self.part = _next_part(path)
        self.failed = ""
        self.dropped = 0
        self._size, self._rate_hz = (width, height), rate_hz
        self._container: Any = None
        self._stream: Any = None
        self._start_s = self._keyframe_s = self._last_ticks = -math.inf

    def __enter__(self) -> FragmentedVideo:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, image: Image, stamp_s: float) -> None:
        """Adds a picture.

        Args:
            image: height × width × 3, RGB.
            stamp_s: its time, seconds since 1970; a picture that is not later than the one before is dropped.
        """
        if self.failed or not math.isfinite(stamp_s):
            self.dropped += 1
            return
        with self._disk():
            if self._container is None:
                self._open(stamp_s)
            ticks = round((stamp_s - self._start_s) / _TIME_BASE)
            if ticks <= self._last_ticks:
                self.dropped += 1
                return
            self._last_ticks = ticks
            self._container.mux(self._stream.encode(self._frame(image, ticks, stamp_s)))

    def close(self) -> None:
        """Ends the file."""
        container, self._container = self._container, None
        if container is not None:
            with self._disk():
                container.mux(self._stream.encode(None))
                container.close()

    def _frame(self, image: Image, ticks: int, stamp_s: float) -> Any:
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts, frame.time_base = ticks, _TIME_BASE
        if stamp_s - self._keyframe_s >= KEYFRAME_S:
            frame.pict_type = PictureType.I
            self._keyframe_s = stamp_s
        return frame

    def _open(self, stamp_s: float) -> None:
        open_private(self.part).close()
        flags = "frag_keyframe+empty_moov+default_base_moof"
        self._container = av.open(str(self.part), "w", format="mp4", options={"movflags": flags, "flush_packets": "1"})
        # Parts of one run are put at their place in time by this when they are joined.
        self._container.metadata["comment"] = f"{_START}{round(stamp_s * 1e9)}"
        self._stream = _h264_stream(self._container, *self._size, self._rate_hz)
        self._start_s = stamp_s

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except (OSError, av.error.FFmpegError) as error:
            why = getattr(error, "strerror", "") or str(error)
            self.failed = self.failed or f"The video stopped ({why}): {self.part}. Free some space; the run goes on."
            self._container = None
            self.dropped += 1


def _h264_stream(container: Any, width: int, height: int, rate_hz: float) -> Any:
    """H.264 for little work: one thread, no look-ahead, key frames only where they are asked for."""
    stream = container.add_stream("libx264", rate=Fraction(rate_hz).limit_denominator(1000))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = _TIME_BASE
    stream.codec_context.thread_count = 1
    stream.codec_context.gop_size = 10_000
    stream.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "24", "forced-idr": "1", "threads": "1"}
    return stream


def video_parts(run: Path, name: str = "robot") -> list[Path]:
    """The parts of a run's video, in the order in which they were begun."""
    parts = [path for path in run.glob(f"{name}-*.mp4") if path.stem[len(name) + 1 :].isdigit()]
    return sorted(parts, key=lambda path: int(path.stem[len(name) + 1 :]))


def _next_part(path: Path) -> Path:
    taken = [int(part.stem[len(path.stem) + 1 :]) for part in video_parts(path.parent, path.stem)]
    return path.with_name(f"{path.stem}-{max(taken, default=-1) + 1:03d}.mp4")


def merge_video(run: Path, name: str = "robot") -> Path | None:
    """Joins the parts of a run's video into `<name>.mp4` without encoding again, and then removes them.

    Each part stands at its own place in time, so that a restart shows as a still. The file appears whole or not at all.

    Returns:
        The file; None where there is no picture.

    Raises:
        OutsideError: the file cannot be written; the parts then stay.
    """
    target, parts = run / f"{name}.mp4", video_parts(run, name)
    if not parts:
        return target if target.is_file() else None
    temporary = run / f".{name}.mp4.part"
    try:
        found = _remux(parts, temporary)
        if found:
            temporary.replace(target)
        for part in parts:
            part.unlink()
    except (OSError, av.error.FFmpegError) as error:
        what = f"cannot join the video ({getattr(error, 'strerror', '') or error})"
        raise OutsideError(what, str(run), "Free some space; the parts are kept and can be played.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return target if found else None


def _remux(parts: list[Path], target: Path) -> bool:
    """Copies the packets of all parts, each part moved to its time; whether there was any."""
    open_private(target).close()
    joined: _Joined | None = None
    for part in parts:
        offset: int | None = None
        for packet, start_s in _packets(part):
            joined = joined or _Joined(target, packet, start_s)
            offset = joined.offset(packet, start_s) if offset is None else offset
            joined.add(packet, offset)
    if joined is not None:
        joined.close()
    return joined is not None


class _Joined:
    """The file that packets are copied into."""

    def __init__(self, target: Path, packet: Any, start_s: float) -> None:
        """Opens it for packets like the first one, of a part that began at `start_s`."""
        self._container = av.open(str(target), "w", format="mp4", options={"movflags": "faststart"})
        self._stream: Any = self._container.add_stream_from_template(packet.stream)
        self._stream.time_base = packet.time_base
        self._start_s, self._last = start_s, 0

    def offset(self, packet: Any, start_s: float) -> int:
        """By how many ticks a part is moved: never before the end of the one before, whatever the clock did between."""
        late_s = start_s - self._start_s
        wanted = round(late_s / packet.time_base) if math.isfinite(late_s) else 0
        soonest = self._last + round(LEAST_GAP_S / packet.time_base) - packet.dts
        return max(wanted, soonest) if self._last else wanted

    def add(self, packet: Any, offset: int) -> None:
        """Copies a packet."""
        packet.pts, packet.dts, packet.stream = packet.pts + offset, packet.dts + offset, self._stream
        self._last = packet.dts
        self._container.mux(packet)

    def close(self) -> None:
        """Ends the file."""
        self._container.close()


def _packets(part: Path) -> Iterator[tuple[Any, float]]:
    """The packets of one part up to where it ends, each with the time in seconds at which the part began."""
    with contextlib.suppress(av.error.FFmpegError, IndexError), av.open(str(part)) as source:
        comment = source.metadata.get("comment", "")
        start_s = int(comment.removeprefix(_START)) / 1e9 if comment.startswith(_START) else math.nan
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                yield packet, start_s
