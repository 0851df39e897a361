"""Reads a stream of sound: estimates of expressed pain, and what kind of sound was heard."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from solamen.core.cues import Cue
from solamen.core.estimates import PainEstimate
from solamen.voice.activity import HOP_S, Activity, Burst, VoiceActivity, quality_of, sureness, talk_share
from solamen.voice.front_end import FrontEnd
from solamen.voice.model import JUDGE_WEIGHTS, WEIGHTS, Heard, VoiceJudge, VoiceModel
from solamen.voice.pain import abstain, estimate
from solamen.voice.prosody import Prosody
from solamen.voice.reading import VoiceReading
from solamen.voice.recall import Recall
from solamen.voice.settings import VoiceSettings
from solamen.voice.sound_embedding import SoundEmbedding
from solamen.voice.soundness import Soundness
from solamen.voice.sounds import infant_cries, name_of, shape_of
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.steps import pitch_of
from solamen.voice.strength import strength_of

# A burst is read from a little before its onset until a little after its last loud frame.
_MARGIN = 5
# Chunks longer than this are read in pieces, so that memory stays bounded.
_PIECE = RATE_HZ // 10
# Below this share of a voice a sound is none's.
_LEAST_SURE = 0.015
_JUST_BEGUN = "the sound has only just begun"
# An utterance, for prosody: surely a voice, and of so many seconds; it is calm below this probability of pain. The
# model knows cries better than words, so one who was asked to speak as usual is believed more.
_SPEECH, _UTTERANCE_S, _CALM, _CALM_WHEN_ASKED = 0.8, 0.8, 0.4, 0.8
# Who has just talked likely goes on: log odds that are added to those of talk, and fade in so many seconds. What is
# shorter or less like talk does not start it.
_TALKS_ON, _TALKS_ON_S, _LIKE_TALK_S, _LIKE_TALK = 3.0, 8.0, 0.3, -1.0
# A sound that goes on for longer is named before it ends.
_LASTING_S = 1.5


class VoiceReader:
    """Reads 16 kHz mono sound piece by piece.

    Silence, noise, the robot's own voice and broken sound give estimates that abstain, with the reason: not to hear
    pain is no sign that there is none.

    Args:
        settings: see there.
        weights: of the model; the shipped ones by default.
        judge: weights of what tells voices from other sounds, and talk; the shipped ones by default.

    Attributes:
        prosody: how the person speaks.

    Raises:
        OutsideError: the weights are missing or cannot be used.
    """

    def __init__(self, settings: VoiceSettings, weights: Path = WEIGHTS, judge: Path = JUDGE_WEIGHTS) -> None:
        self._settings = settings
        self._front, self._voice = FrontEnd(), VoiceActivity()
        self._soundness, self._activity = Soundness(settings), Activity(settings)
        self._recall, self._model = Recall(SoundEmbedding()), VoiceModel(weights)
        self._judge = VoiceJudge(judge)
        self.prosody = Prosody()
        self.reset()

    @property
    def recall(self) -> Recall:
        """The newest seconds of what was heard."""
        return self._recall

    def forget_person(self) -> None:
        """Forgets how the person speaks, as when another one comes."""
        self.prosody.reset()

    def reset(self) -> None:
        """Forgets what was heard before, but not how the person speaks."""
        for part in (self._front, self._voice, self._soundness, self._activity):
            part.reset()
        self._recall.clear()
        self._newest_s, self._due_frame, self._robot_frames = math.nan, 0, 0
        self._robot = False
        self._latest: tuple[Burst, Heard] | None = None
        self._named: Burst | None = None
        self._talking: Burst | None = None
        self._talked_frame = -math.inf

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
        reading = VoiceReading(level_db=self._activity.level_db, floor_db=self._activity.floor_db)
        for start in range(0, len(samples), _PIECE):
            piece = samples[start : start + _PIECE]
            piece_end_s = stamp_s - (len(samples) - start - len(piece)) / RATE_HZ
            found = self._hear_piece(piece, piece_end_s, robot_speaking)
            kept = reading if found.estimate is None else found
            reading = replace(found, estimate=kept.estimate, heard=kept.heard, cues=(*reading.cues, *found.cues))
        return reading

    def _hear_piece(self, samples: Sound, stamp_s: float, robot_speaking: bool) -> VoiceReading:
        piece = self._soundness.mend(samples)
        frames, speech = self._front.push(piece), self._voice.push(piece)
        self._recall.add(frames)
        self.prosody.wait(len(samples) / RATE_HZ)
        self._activity.push(frames.spectra.level_db, speech)
        self._hush(robot_speaking, len(frames))
        told, heard = self._tell(stamp_s)
        at = self._activity
        return VoiceReading(
            told,
            self._cues(stamp_s),
            speech,
            at.level_db,
            at.floor_db,
            float(frames.pitches.hz[-1]) if len(frames) else math.nan,
            at.burst.length_s if at.burst else 0.0,
            heard,
        )

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
            self._activity.burst, self._latest = None, None

    def _tell(self, stamp_s: float) -> tuple[PainEstimate | None, Heard | None]:
        """An estimate and what it rests on, where an estimate is due."""
        if self._activity.frame < self._due_frame:
            return None, None
        self._due_frame = self._activity.frame + round(self._settings.estimate_every_s / HOP_S)
        reason, burst = self._reason_to_abstain(), self._activity.burst
        if reason or burst is None:
            return abstain(stamp_s, reason, self._settings), None
        listened = self._listen(burst)
        if listened is None:
            return abstain(stamp_s, _JUST_BEGUN, self._settings), None
        heard, steps = listened
        sure, talk = sureness(heard.voice_odds, self._settings), talk_share(heard.talk_odds, self._settings)
        quality = sure * (1.0 - talk) * quality_of(burst.snr_db, self._settings)
        reason = _not_for_the_model(infant_cries(heard, pitch_of(steps)), sure)
        if reason:
            return abstain(stamp_s, reason, self._settings, quality), heard
        change = self.prosody.change(stamp_s)
        strength = strength_of(steps)
        told = estimate(
            stamp_s, heard.pain, quality, self._settings, self._model.identity, change, sure, strength, talk
        )
        return told, heard

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
        if burst.length_s < self._settings.shortest_burst_s:
            return _JUST_BEGUN
        if burst.snr_db < self._settings.least_snr_db:
            return "noise hides the voice"
        return ""

    def _listen(self, burst: Burst) -> tuple[Heard, Sound] | None:
        """What the model says of a burst so far, and the steps of it; None where there is not yet one."""
        steps = self._recall.steps(burst.onset - _MARGIN, burst.last + _MARGIN)
        if not len(steps):
            return None
        voice_odds, talk_odds = self._judge.tell(steps, burst.speech)
        since_s = (self._activity.frame - self._talked_frame) * HOP_S
        expected = _TALKS_ON * math.exp(-since_s / _TALKS_ON_S)
        if talk_odds > _LIKE_TALK and burst.length_s > _LIKE_TALK_S:
            self._talking = burst
        heard = replace(self._model.tell(steps), voice_odds=voice_odds, talk_odds=talk_odds + expected)
        self._latest = (burst, heard)
        return heard, steps

    def _cues(self, stamp_s: float) -> tuple[Cue, ...]:
        """The name of a burst that has just ended, or that lasts, once, where it has one."""
        ended, burst = self._activity.take_ended(), self._activity.burst
        if ended is not None:
            self._voice.rest()
            self._talked_frame = self._activity.frame if ended is self._talking else self._talked_frame
        if ended is not None and self._latest is not None and self._latest[0] is ended:
            self._follow_speech(ended, self._latest[1], stamp_s)
        lasting = burst is not None and burst is not self._named and burst.length_s > _LASTING_S
        over = ended if ended is not self._named else None
        named = over or (burst if lasting else None)
        if named is None or self._latest is None or self._latest[0] is not named:
            return ()
        self._named = named
        heard, frames = self._latest[1], self._recall.between(named.onset, named.last)
        name, sure = name_of(shape_of(frames), heard)
        if not name:
            return ()
        onset_s = stamp_s - (self._activity.frame - named.onset) * HOP_S
        return (Cue(stamp_s, name, heard.pain, "", onset_s, named.length_s if over else math.nan, sure, "voice"),)

    def _follow_speech(self, ended: Burst, heard: Heard, stamp_s: float) -> None:
        """An utterance has ended: it may tell how the person speaks."""
        if ended.speech > _SPEECH and ended.length_s > _UTTERANCE_S:
            frames = self._recall.between(ended.onset, ended.last)
            most = _CALM_WHEN_ASKED if self.prosody.calibrating else _CALM
            pain = heard.pain * (1.0 - talk_share(heard.talk_odds, self._settings))
            self.prosody.hear(frames, ended.length_s, calm=pain < most, now_s=stamp_s)


def _not_for_the_model(infant: bool, sure: float) -> str:
    """Why nothing is said of pain in such a sound; empty where something is."""
    if infant:
        return "an infant cries; whether from pain cannot be told from the sound"
    return "what is heard is not a voice" if sure < _LEAST_SURE else ""
