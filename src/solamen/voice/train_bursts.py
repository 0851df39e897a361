"""Bursts of recordings as the reader comes upon them in a stream, whole files at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solamen.voice import pitch
from solamen.voice.activity import Activity, VoiceActivity
from solamen.voice.front_end import Frames, cut
from solamen.voice.pitch import pitches
from solamen.voice.settings import VoiceSettings
from solamen.voice.sound_embedding import WEIGHTS, WINDOW
from solamen.voice.spectrum import FRAME, HOP, RATE_HZ, Sound, Spectra, spectra
from solamen.voice.steps import EMBEDDING, FRAMES_PER_STEP, MOST_STEPS, steps_of

CHUNK = RATE_HZ // 10
# As the reader: a burst is read from a little before its onset until a little after its last loud frame.
_MARGIN = 5
# Of sounds that last, the burst so far is taken so often.
_EVERY_CHUNKS = 8


class ReadBurst(NamedTuple):
    """A burst as the reader has it.

    Attributes:
        steps: (m, 164) of `steps_of`.
        speech: (m,) highest probability of a voice by silero so far, at the end of each step.
    """

    steps: Sound
    speech: Sound


class Stretch(NamedTuple):
    """What is known of a burst when an estimate would be given.

    Attributes:
        first: its first frame.
        last: its last one so far.
        number: of the burst.
        speech: highest probability of a voice by silero so far.
        frame: at which that is known.
    """

    first: int
    last: int
    number: int
    speech: float
    frame: int


class LongEmbedding:
    """The speech embedding of whole recordings: the same numbers as window by window, at a ninth of the work.

    The net is a stack of convolutions without padding in time, so that overlapping windows share most of their work.
    """

    def __init__(self) -> None:
        self._session = _session_of_any_length()

    def of(self, narrow: Sound) -> Sound:
        """Embeddings (m, 96) of the windows that end with each step of 8 frames of `narrow` (n, 32)."""
        before = np.repeat(narrow[:3].mean(axis=0, keepdims=True), WINDOW - FRAMES_PER_STEP, axis=0)
        (found,) = self._session.run(None, {"input_1": np.concatenate([before, narrow])[None, ..., None]})
        return np.asarray(found, np.float32).reshape(-1, EMBEDDING)


def _session_of_any_length() -> Any:
    """The shipped net with its fixed lengths freed."""
    import onnx
    import onnxruntime

    model = onnx.load(WEIGHTS)
    shape = model.graph.input[0].type.tensor_type.shape.dim[1]
    shape.ClearField("dim_value")
    shape.dim_param = "time"
    del model.graph.value_info[:]
    first, last = [node for node in model.graph.node if node.op_type == "Reshape"]
    rest = onnx.numpy_helper.to_array(next(t for t in model.graph.initializer if t.name == first.input[1]))
    free = onnx.numpy_helper.from_array(np.array([1, 1, -1, rest[-1]], np.int64), "any_length")
    model.graph.initializer.append(free)
    first.input[1] = "any_length"
    model.graph.node.remove(last)
    model.graph.node.append(onnx.helper.make_node("Transpose", [last.input[0]], [last.output[0]], perm=[0, 2, 3, 1]))
    model.graph.output[0].type.tensor_type.shape.dim[1].ClearField("dim_value")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def stretches(samples: Sound, levels: Sound, voice: VoiceActivity, settings: VoiceSettings) -> list[Stretch]:
    """The burst so far, each tenth of a second that an estimate would be given."""
    activity = Activity(settings)
    voice.reset()
    found: list[Stretch] = []
    burst, number = None, -1
    for chunk in range(len(samples) // CHUNK):
        speech = voice.push(samples[chunk * CHUNK : (chunk + 1) * CHUNK])
        activity.push(levels[chunk * CHUNK // HOP : (chunk + 1) * CHUNK // HOP], speech)
        at = activity.burst
        if at is None or at.length_s < settings.shortest_burst_s or at.snr_db < settings.least_snr_db:
            continue
        number, burst = (number if at is burst else number + 1), at
        found.append(Stretch(at.onset, at.last, number, at.speech, (chunk + 1) * CHUNK // HOP))
    return found


def bursts_of(
    samples: Sound, settings: VoiceSettings, net: LongEmbedding, voice: VoiceActivity, lasting: bool
) -> list[ReadBurst]:
    """Bursts as the reader has them when it estimates; empty where it hears none.

    Args:
        samples: 16 kHz mono, with the room before and after it.
        settings: of the reader.
        net: the embedding.
        voice: voice activity; it begins anew.
        lasting: each burst is taken every 0.8 s, as of sounds around; else the longest one at its end alone.
    """
    pieces = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (pitch.FRAME - HOP, 0)), pitch.FRAME)[::HOP]
    found_spectra = spectra(pieces[:, -FRAME:])
    found = stretches(samples, found_spectra.level_db, voice, settings)
    if not found:
        return []
    kept = [found[i] for i in _kept([at.number for at in found], lasting)]
    bursts = [(at, *_steps_within(at.first, at.last, len(pieces) // FRAMES_PER_STEP)) for at in kept]
    first = FRAMES_PER_STEP * min(start for _, start, _ in bursts)
    last = FRAMES_PER_STEP * max(end for _, _, end in bursts)
    of_all = Spectra(**{name: value[first:last] for name, value in vars(found_spectra).items()})
    frames = Frames(of_all, pitches(pieces[first:last]))
    embedded = net.of(found_spectra.narrow_mel)
    return [
        ReadBurst(
            steps_of(cut(frames, FRAMES_PER_STEP * start - first, FRAMES_PER_STEP * end - first), embedded[start:end]),
            _speech_by([one for one in found if one.number == at.number], range(start, end)),
        )
        for at, start, end in bursts
        if end > start
    ]


def _speech_by(burst: list[Stretch], steps: range) -> Sound:
    """(m,) what is known of silero's probability at the end of each step, or as soon as an estimate is given."""
    frames = np.array([at.frame for at in burst])
    ends = FRAMES_PER_STEP * (np.array(steps) + 1)
    places = np.minimum(np.searchsorted(frames, ends), len(burst) - 1)
    return np.array([at.speech for at in burst], np.float32)[places]


def _kept(numbers: list[int], lasting: bool) -> list[int]:
    """Places, among the numbers of bursts, of those that are taken."""
    if lasting:
        return [i for i, n in enumerate(numbers) if i % _EVERY_CHUNKS == 0 or n not in numbers[i + 1 :]]
    longest = max(set(numbers), key=numbers.count)
    return [max(i for i, n in enumerate(numbers) if n == longest)]


def _steps_within(onset: int, last: int, count: int) -> tuple[int, int]:
    """First step, and the one after the last, that the reader reads of a burst; there are `count` in all."""
    end = min(count, -(-(last + _MARGIN) // FRAMES_PER_STEP))
    return max((onset - _MARGIN) // FRAMES_PER_STEP, end - MOST_STEPS, 0), end


def spoilt(samples: Sound, rng: np.random.Generator) -> Sound:
    """Another size of mouth and throat (played up to an eighth faster or slower), another microphone, another gain."""
    factor = float(2.0 ** rng.uniform(-0.17, 0.17))
    count = max(CHUNK, round(len(samples) / factor))
    played = np.interp(np.linspace(0.0, len(samples) - 1.0, count), np.arange(len(samples)), samples)
    spectrum = np.fft.rfft(played)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(count, 1.0 / RATE_HZ), 50.0) / 1000.0)
    bump = rng.normal(0.0, 4.0) * np.exp(-np.square(octaves - rng.uniform(-3.0, 2.5)))
    changed_db = rng.normal(0.0, 1.2) * octaves + bump + rng.uniform(-14.0, 4.0)
    found = np.fft.irfft(spectrum * 10.0 ** (changed_db / 20.0), count)
    return np.asarray(np.clip(found, -1.0, 1.0), np.float32)


def in_room(
    samples: Sound, room_db: float, lead_s: float, tail_s: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """With a quiet room before and after it."""
    scale = 10.0 ** (room_db / 20.0)
    lead, tail = (rng.normal(0.0, scale, round(s * RATE_HZ)).astype(np.float32) for s in (lead_s, tail_s))
    rest = -(len(lead) + len(samples) + len(tail)) % CHUNK
    return np.concatenate([lead, samples, tail, rng.normal(0.0, scale, rest).astype(np.float32)])
