"""Reads a stream of sound: estimates of expressed pain, and what kind of sound was heard."""

from __future__ import annotations

import math

import numpy as np

from solamen.core.estimates import PainEstimate
from solamen.voice.activity import HOP_S, Activity, Burst, VoiceActivity, quality_of
from solamen.voice.front_end import Frames, FrontEnd, Memory
from solamen.voice.pain import abstain, estimate
from solamen.voice.reading import VoiceReading
from solamen.voice.settings import VoiceSettings
from solamen.voice.soundness import Soundness
from solamen.voice.spectrum import RATE_HZ, Sound

# A burst is read from a little before its onset.
_LEAD_FRAMES = 5
# Chunks longer than this are read in pieces, so that memory stays bounded.
_PIECE = RATE_HZ // 10


class VoiceReader:
    """Reads 16 kHz mono sound piece by piece.

    Silence, noise, the robot's own voice and broken sound give estimates that abstain, with the reason: not to hear
    pain is no sign that there is none.

    Args:
        settings: see there.
    """

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self._front, self._voice = FrontEnd(), VoiceActivity()
        self._soundness, self._activity = Soundness(settings), Activity(settings)
        self._memory = Memory(int(settings.context_s / HOP_S) + 50)
        self._newest_s = math.nan
        self._due_frame = 0
        self._robot_frames = 0

    def reset(self) -> None:
        """Forgets what was heard before."""
        for part in (self._front, self._voice, self._soundness, self._activity):
            part.reset()
        self._memory.clear()
        self._newest_s, self._due_frame, self._robot_frames = math.nan, 0, 0

    def hear(self, samples: Sound, stamp_s: float, robot_speaking: bool = False) -> VoiceReading:
        """Takes the next samples.

        Args:
            samples: (n,) float32, 16 kHz mono, -1 to 1, of any length; what is not finite counts as broken.
            stamp_s: capture time of the newest sample, seconds.
            robot_speaking: the robot's own voice is in them.

        Raises:
            ValueError: the samples are not one-dimensional, or the stamp is not finite.
        """
        samples = np.asarray(samples, np.float32)
        if samples.ndim != 1 or not math.isfinite(stamp_s):
            raise ValueError(f"samples of shape {samples.shape} with the stamp {stamp_s}")
        self._notice_gap(len(samples) / RATE_HZ, stamp_s)
        speech, told, pitch = 0.0, None, math.nan
        for start in range(0, len(samples), _PIECE):
            piece = self._soundness.mend(samples[start : start + _PIECE])
            frames = self._front.push(piece)
            speech = self._voice.push(piece)
            self._memory.add(frames)
            self._activity.push(frames.spectra.level_db, speech)
            if len(frames):
                pitch = float(frames.pitches.hz[-1])
            self._hush(robot_speaking, len(frames))
            piece_end_s = stamp_s - (len(samples) - start - len(piece)) / RATE_HZ
            told = self._tell(piece_end_s) or told
        at = self._activity
        return VoiceReading(told, (), speech, at.level_db, at.floor_db, pitch)

    def _notice_gap(self, length_s: float, stamp_s: float) -> None:
        """Starts anew where sound is missing or time went back."""
        if math.isfinite(self._newest_s):
            off_s = stamp_s - length_s - self._newest_s
            if abs(off_s) > self._settings.max_gap_s:
                self.reset()
        self._newest_s = stamp_s

    def _hush(self, robot_speaking: bool, count: int) -> None:
        """Counts down since the robot has spoken; what is heard then belongs to no burst."""
        if robot_speaking:
            self._robot_frames = round(self._settings.after_robot_s / HOP_S)
        elif self._robot_frames:
            self._robot_frames = max(0, self._robot_frames - count)
        self._robot = robot_speaking or self._robot_frames > 0
        if self._robot:
            self._activity.burst = None

    def _tell(self, stamp_s: float) -> PainEstimate | None:
        """An estimate where one is due."""
        if self._activity.frame < self._due_frame:
            return None
        self._due_frame = self._activity.frame + round(self._settings.estimate_every_s / HOP_S)
        reason, burst = self._reason_to_abstain(), self._activity.burst
        if reason or burst is None:
            return abstain(stamp_s, reason, self._settings)
        quality = quality_of(burst.snr_db, self._settings)
        return estimate(stamp_s, self._pain(burst), quality, self._settings, ("voice-rule", "0", ""))

    def _reason_to_abstain(self) -> str:
        """Why nothing can be said now; empty where something can."""
        complaint = self._soundness.complaint()
        if complaint:
            return complaint
        if self._robot:
            return "the robot is speaking"
        burst = self._activity.burst
        if burst is None:
            return "nothing is heard; silence is no sign that there is no pain"
        if (self._activity.frame - burst.onset) * HOP_S < self._settings.shortest_burst_s:
            return "the sound has only just begun"
        if burst.snr_db < self._settings.least_snr_db:
            return "noise hides the voice"
        if burst.speech < self._settings.speech_threshold and not self._voiced(burst):
            return "what is heard is not a voice"
        return ""

    def _heard(self, burst: Burst) -> Frames:
        """The frames of a burst so far, at most `context_s` of them."""
        most = round(self._settings.context_s / HOP_S)
        return self._memory.last(min(most, self._activity.frame - burst.onset + _LEAD_FRAMES))

    def _voiced(self, burst: Burst) -> bool:
        frames = self._heard(burst)
        return bool(np.mean(np.isfinite(frames.pitches.hz)) > 0.5)

    def _pain(self, burst: Burst) -> float:
        """A first, rough rule: loud, high and lasting voiced sound is more often pain than not."""
        frames = self._heard(burst)
        pitch = frames.pitches.hz[np.isfinite(frames.pitches.hz)]
        high = math.log2(float(np.median(pitch)) / 220.0) if len(pitch) else -0.5
        loud = (burst.snr_db - 25.0) / 15.0
        return 1.0 / (1.0 + math.exp(-max(-1.0, min(1.0, 0.6 * high + 0.4 * loud))))
