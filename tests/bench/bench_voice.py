"""Time of the voice room on one core per 10 ms of sound, time to a first estimate, and memory: `make bench`.

The sound is a synthetic moan that comes and goes; the room hears it in pieces of 100 ms, as the node does. Processor
time is counted, as wall time drifts with what else the machine does.
"""

from __future__ import annotations

import os
import resource as usage
import statistics
import time

import numpy as np

from solamen.patient.speech import Speaker, can_speak, speak
from solamen.patient.voice import Utterance, synthesise
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Listener
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import reader_settings
from solamen.voice.spectrum import RATE_HZ, Sound

SECONDS, CHUNK = 60, 1600
HOPS = CHUNK // 160


def sound() -> Sound:
    """A minute in which a voice moans for two of each three seconds, in a quiet room."""
    rng = np.random.default_rng(0)
    samples = rng.normal(0.0, 3e-4, SECONDS * RATE_HZ).astype(np.float32)
    for start in range(0, len(samples), 3 * RATE_HZ):
        moan = synthesise(Utterance("moan", 2.0, 250.0, 0.4), rng)
        samples[start : start + len(moan)] += moan
    return samples


def onset_to_estimate(reader: VoiceReader, samples: Sound, stamp_s: float) -> list[float]:
    """Seconds from each onset of the voice to the stamp of the first estimate after it, in pieces of 10 ms."""
    found, waiting = [], False
    for start in range(0, 15 * RATE_HZ, 160):
        now_s = (start + 160) / RATE_HZ
        if start % (3 * RATE_HZ) == 0 and start:
            waiting, since_s = True, start / RATE_HZ
        told = reader.hear(samples[start : start + 160], stamp_s + now_s).estimate
        if waiting and told is not None and not told.abstained:
            found.append(now_s - since_s)
            waiting = False
    return found


def speech() -> Sound:
    """A minute in which somebody says a short sentence each six seconds, and "stop" once."""
    samples = np.random.default_rng(1).normal(0.0, 3e-4, SECONDS * RATE_HZ).astype(np.float32)
    texts = ("my back hurts a lot", "yes, please", "seven out of ten", "the weather was so nice this morning", "stop!")
    for number, start in enumerate(range(RATE_HZ, len(samples) - 4 * RATE_HZ, 6 * RATE_HZ)):
        said = speak(texts[number % len(texts)], Speaker("en-us+f2", 150, 45))
        samples[start : start + len(said)] += np.float32(0.5) * said
    return samples


def with_words() -> None:
    """Prints the time per hop and the memory of all that hears, words too; its threads are counted."""
    before_mb = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024.0
    listener, samples = Listener(HearingSettings()), speech() if can_speak() else sound()
    begun = time.process_time()
    for start in range(0, len(samples), CHUNK):
        listener.hear(samples[start : start + CHUNK], RATE_HZ, 1, 10.0 + start / RATE_HZ)
    listener.close()
    spent_ms = (time.process_time() - begun) * 1e3 / (len(samples) / 160)
    after_mb = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024.0
    lacks = "; ".join(listener.lacks)
    print(f"{'voice with words: processor time per 10 ms hop':<48}{spent_ms:8.3f} ms mean   ≤ 1  {lacks}")
    print(
        f"{'voice with words: memory of the process':<48}{after_mb:8.0f} MB ({before_mb:.0f} before the room)   ≤ 300"
    )


def main() -> None:
    """Prints time per hop against its bound, memory, and time to a first estimate."""
    print(f"voice: pieces of 100 ms, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with_words()
    reader, samples = VoiceReader(reader_settings()), sound()
    spent = []
    for start in range(0, len(samples), CHUNK):
        begun = time.process_time()
        reader.hear(samples[start : start + CHUNK], 10.0 + (start + CHUNK) / RATE_HZ)
        spent.append((time.process_time() - begun) * 1e3 / HOPS)
    spent = sorted(spent[10:])
    print(f"{'voice: processor time per 10 ms hop':<48}{statistics.fmean(spent):8.3f} ms mean   ≤ 1")
    print(f"{'':<48}{spent[len(spent) // 2]:8.3f} ms median{spent[int(0.95 * len(spent))]:8.3f} ms p95")
    first = onset_to_estimate(reader, samples, 100.0)
    print(f"{'voice: onset of a burst to its first estimate':<48}{1e3 * max(first):8.0f} ms at most   ≤ 300")


if __name__ == "__main__":
    main()
