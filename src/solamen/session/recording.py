"""Recordings of messages: MCAP in parts while a session runs, one file when it has ended."""

from __future__ import annotations

import contextlib
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zstandard
from mcap.exceptions import McapError
from mcap.records import Channel, Chunk, Message, Schema
from mcap.stream_reader import StreamReader
from mcap.writer import CompressionType, Writer

from solamen.core.errors import OutsideError
from solamen.session.definition import message_definition
from solamen.session.folder import open_private

__all__ = ["MessageRecorder", "Recorded", "merge_parts", "message_definition", "part_paths", "recorded_messages"]

SESSION_FILE = "session.mcap"
PARTS_FOLDER = "parts"
FLUSH_S = 0.5
"""So much of a recording is lost at most when its process is killed."""

_CHUNK_BYTES = 256 * 1024
_DAMAGE = (McapError, struct.error, ValueError, LookupError, OverflowError, MemoryError, zstandard.ZstdError)
"""What reading a file that was cut off or damaged may raise."""


@dataclass(frozen=True)
class Recorded:
    """One message of a recording: CDR bytes, its type and definition, publish and log time in nanoseconds."""

    topic: str
    type_name: str
    definition: bytes
    cdr: bytes
    stamp_ns: int
    log_ns: int


class _McapFile:
    """One MCAP file being written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._writer = Writer(stream, chunk_size=_CHUNK_BYTES, compression=CompressionType.ZSTD)
        self._schemas: dict[str, int] = {}
        self._channels: dict[tuple[str, str], int] = {}
        self._writer.start(profile="ros2", library="solamen")

    def write(self, message: Recorded) -> None:
        key = (message.topic, message.type_name)
        if key not in self._channels:
            self._channels[key] = self._new_channel(message)
        self._writer.add_message(
            channel_id=self._channels[key], log_time=message.log_ns, data=message.cdr, publish_time=message.stamp_ns
        )

    def _new_channel(self, message: Recorded) -> int:
        if message.type_name not in self._schemas:
            self._schemas[message.type_name] = self._writer.register_schema(
                name=message.type_name, encoding="ros2msg", data=message.definition
            )
        channel: int = self._writer.register_channel(
            topic=message.topic, message_encoding="cdr", schema_id=self._schemas[message.type_name]
        )
        return channel

    def flush(self) -> None:
        self._writer.flush()

    def close(self) -> None:
        try:
            self._writer.finish()
        finally:
            self._stream.close()

    def abandon(self) -> None:
        """Closes the file as it is, without index."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.close()


class MessageRecorder:
    """Writes messages to `parts/000.mcap`, `parts/001.mcap`, … of a run's folder.

    Each part is whole as soon as the next one begins, and what is in the current one reaches the file system every
    half second, so that a killed process loses less than a second. A recorder that is started again goes on with the
    next free number. Trouble with the disk never reaches the caller: it stands in `failed`, and `dropped` counts.

    Attributes:
        failed: one sentence of what went wrong, empty where nothing did.
        written: messages handed to the file.
        dropped: messages that could not be written.
    """

    def __init__(
        self, folder: Path, part_s: float = 10.0, *, open_file: Callable[[Path], IO[bytes]] = open_private
    ) -> None:
        """Makes the folder of the parts; the first file is opened with the first message.

        Args:
            folder: the run's folder.
            part_s: length of a part, seconds of log time.
            open_file: opens a new file for writing.
        """
        self._parts = folder / PARTS_FOLDER
        self._part_ns = round(part_s * 1e9)
        self._open_file = open_file
        self._file: _McapFile | None = None
        self._begun_ns = self._flushed_ns = 0
        self.failed = ""
        self.written = self.dropped = 0
        with self._disk():
            self._parts.mkdir(mode=0o700, exist_ok=True)

    def __enter__(self) -> MessageRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, topic: str, type_name: str, definition: str, cdr: bytes, stamp_ns: int, log_ns: int) -> None:
        """Adds a message.

        Args:
            topic: its full name.
            type_name: such as `std_msgs/msg/Header`.
            definition: see `message_definition`.
            cdr: the message as serialized by ROS 2, with its 4 byte header.
            stamp_ns: its time of publishing, nanoseconds since 1970.
            log_ns: when it was received, nanoseconds since 1970.
        """
        if not self.failed:
            with self._disk():
                self._part_for(log_ns).write(
                    Recorded(topic, type_name, definition.encode(), cdr, max(stamp_ns, 0), max(log_ns, 0))
                )
                # abs: after a step of the wall clock the next flush must not wait for the old time to come again.
                if abs(log_ns - self._flushed_ns) >= FLUSH_S * 1e9:
                    self._flush_at(log_ns)
                self.written += 1
                return
        self.dropped += 1

    def flush(self) -> None:
        """Hands all that was written so far to the file system; to be called in silence, too."""
        if self._file is not None and not self.failed:
            with self._disk():
                self._file.flush()

    def close(self) -> None:
        """Ends the current part."""
        file, self._file = self._file, None
        if file is not None:
            with self._disk():
                file.close()

    def _part_for(self, log_ns: int) -> _McapFile:
        """The current part, or the next one where its time is over."""
        if self._file is None or abs(log_ns - self._begun_ns) >= self._part_ns:
            self.close()
            self._file = _McapFile(self._open_file(_next_part(self._parts)))
            self._begun_ns = self._flushed_ns = log_ns
        return self._file

    def _flush_at(self, log_ns: int) -> None:
        if self._file is not None:
            self._file.flush()
        self._flushed_ns = log_ns

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        """Keeps trouble with the disk away from the caller; the first one is told about in `failed`."""
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            self.failed = self.failed or f"Recording stopped ({why}): {self._parts}. Free some space; the run goes on."
            if self._file is not None:
                self._file.abandon()
                self._file = None


def part_paths(run: Path) -> list[Path]:
    """The parts of a run's recording, in the order in which they were begun."""
    return sorted((run / PARTS_FOLDER).glob("*.mcap"), key=lambda path: (len(path.stem), path.stem))


def _next_part(parts: Path) -> Path:
    taken = [int(path.stem) for path in parts.glob("*.mcap") if path.stem.isdigit()]
    return parts / f"{max(taken, default=-1) + 1:03d}.mcap"


def recorded_messages(path: Path, damaged: Callable[[Path], None] = lambda _: None) -> Iterator[Recorded]:
    """The messages of an MCAP file in the order in which they stand, up to where it was cut off or damaged.

    Args:
        path: of the file.
        damaged: is told of a file that was.

    Raises:
        OSError: the file cannot be opened.
    """
    schemas: dict[int, Schema] = {}
    channels: dict[int, Channel] = {}
    try:
        for record in _records(path):
            if isinstance(record, Schema):
                schemas[record.id] = record
            elif isinstance(record, Channel):
                channels[record.id] = record
            elif isinstance(record, Message):
                channel = channels[record.channel_id]
                schema = schemas[channel.schema_id]
                yield Recorded(
                    channel.topic, schema.name, schema.data, record.data, record.publish_time, record.log_time
                )
    except _DAMAGE:
        damaged(path)


def _records(path: Path, emit_chunks: bool = False) -> Iterator[Any]:
    with path.open("rb") as stream:
        # A damaged length must not ask for more memory than the file has bytes.
        limit = path.stat().st_size
        yield from StreamReader(stream, emit_chunks=emit_chunks, validate_crcs=True, record_size_limit=limit).records


def merge_parts(run: Path) -> Path:
    """Joins the parts of a run into `session.mcap`, sorted by log time, and then removes them.

    The file appears whole or not at all. Parts that were cut off are read up to where they end. Calling it again is
    harmless. Memory: one part at a time, more only where the log times of parts overlap.

    Raises:
        OutsideError: nothing was recorded, or the file cannot be written; the parts then stay.
    """
    target = run / SESSION_FILE
    parts = part_paths(run)
    if not parts and target.is_file():
        return target
    if not parts:
        raise OutsideError("nothing was recorded", str(run), "Check that this is the folder of a recorded run.")
    temporary = run / f".{SESSION_FILE}.part"
    try:
        _write_merged(temporary, parts)
        temporary.replace(target)
        # Renamed before it is removed: parts are either all there or not at all, so an interrupted end can be repeated.
        done = run / f".{PARTS_FOLDER}.done"
        (run / PARTS_FOLDER).rename(done)
        shutil.rmtree(done)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        what = f"cannot join the recording ({error.strerror or error})"
        raise OutsideError(what, str(run), "Free some space; the parts are kept and can be inspected.") from error
    return target


def _write_merged(path: Path, parts: list[Path]) -> None:
    with open_private(path) as stream:
        merged = _McapFile(stream)
        for group in _overlapping(parts):
            messages = [message for part in group for message in recorded_messages(part)]
            for message in sorted(messages, key=lambda each: each.log_ns):
                merged.write(message)
        merged.close()


def keep_messages(path: Path, wanted: Callable[[Recorded], bool]) -> None:
    """Leaves of an MCAP file the messages that are wanted, and no file where none is.

    Raises:
        OSError: it cannot be read or written; the file then stays as it was.
    """
    temporary = path.with_name(f".{path.name}.part")
    kept = _McapFile(open_private(temporary))
    left = 0
    try:
        for message in filter(wanted, recorded_messages(path)):
            kept.write(message)
            left += 1
        kept.close()
        temporary.replace(path)
    except OSError:
        kept.abandon()
        temporary.unlink(missing_ok=True)
        raise
    if not left:
        path.unlink()


def _overlapping(parts: list[Path]) -> list[list[Path]]:
    """Parts in the order of their log times, those that overlap together."""
    spans = sorted((*span, part) for part in parts if (span := _span_ns(part)))
    groups: list[list[Path]] = []
    end_ns = -1
    for first_ns, last_ns, part in spans:
        if not groups or first_ns > end_ns:
            groups.append([])
        groups[-1].append(part)
        end_ns = max(end_ns, last_ns)
    return groups


def _span_ns(part: Path) -> tuple[int, int] | None:
    """First and last log time of a part; None where nothing in it can be read."""
    chunks: list[tuple[int, int]] = []
    with contextlib.suppress(*_DAMAGE):
        for record in _records(part, emit_chunks=True):
            if isinstance(record, Chunk):
                chunks.append((record.message_start_time, record.message_end_time))
    return (min(first for first, _ in chunks), max(last for _, last in chunks)) if chunks else None
