"""The voice node: sound in, expressed pain, cues and reports out. Sound and text stay in its memory.

It opens the microphone of this machine, or hears the topic `audio`, on which a film, the virtual patient or a robot's
own microphone tells its sound. Without consent it hears nothing at all, but while the person is asked
for it: then a yes, a no or a stop is told, and nothing else.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
from solamen_msgs import msg
from std_msgs.msg import String

from solamen.core.cues import WITHOUT_STOP
from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.nodes.calibration_server import CalibrationServer
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import estimate_message, report_message
from solamen.nodes.convert_person import cue_message
from solamen.nodes.qos import ESTIMATE, SOUND, STATE
from solamen.nodes.shell import Shell, main_of
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.lexicon import lexicon
from solamen.voice.listener import Heard, Listener, understood
from solamen.voice.microphone import Microphone
from solamen.voice.pain import abstain

DRAIN_S = 0.05
SILENT_S = 1.0
"""Where no sound comes for so long, that is told once a second."""
NOTES_MAX = 3
ANSWERS = frozenset({"yes", "no", "stop"})
"""What is told of somebody who is asked for consent that they have not given yet."""


class VoiceNode(Shell[HearingSettings]):
    """Hears the person."""

    settings_type = HearingSettings
    options = {"consent": "none", "sound": "topic", "microphone": -1, "hear_stop": False}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._listener: Listener | None = None
        self._calibration: CalibrationServer | None = None
        self._thread: threading.Thread | None = None
        self._leaving = threading.Event()
        self._pieces: list[tuple[Any, ...]] = []
        self._lock = threading.Lock()
        super().__init__("voice", **arguments)

    def start(self) -> None:
        """Listens, where there is consent to it and something to listen to."""
        self._estimate = self.create_publisher(msg.PainEstimate, "voice/pain", ESTIMATE)
        self._cues = self.create_publisher(msg.PersonCue, "cues", ESTIMATE)
        self._reports = self.create_publisher(msg.SelfReport, "self_report", ESTIMATE)
        self._robot_speaking, self._robot_says_stop, self._state, self._heard_ns = False, True, "", 0
        self._source = self.option("sound")
        self._consent = self.obey_consent(self._on_consent)
        lexicon(self.settings.language)
        self._listen_to_texts()
        if self._source == "none":
            self._state = "hears nothing: no microphone was asked for"
            return
        chosen = replace(self.settings, stop_word=True, stop_net=True) if self.option("hear_stop") else self.settings
        self._listener = Listener(chosen)
        for lack in self._listener.lacks:
            self.get_logger().warning(lack)
        self._hears_of, self._baseline = self._consent.person_id, msg.Baseline()
        prosody = self._listener.prosody
        self._calibration = CalibrationServer(self, "voice", prosody.calibrate, self._no_calibration, prosody.known)
        self.listen(msg.Baseline, "voice/baseline", self._on_baseline, STATE)
        self.listen(msg.SpeechStatus, "robot/speech", self._on_speech, ESTIMATE)
        self._heard_ns = self.solamen_clock.monotonic_ns()
        self.every(SILENT_S, self._tell_silence)
        if self._source == "microphone":
            self._leaving.clear()
            self._thread = threading.Thread(target=self.guard(self._watch_microphone), name="microphone", daemon=True)
            self._thread.start()
            self.every(DRAIN_S, self._drain)
        else:
            self.listen(msg.AudioChunk, "audio", self._on_chunk, SOUND)

    def finish(self) -> None:
        """Lets go of the microphone and forgets what was heard."""
        self._leaving.set()
        if self._calibration is not None:
            self._calibration.destroy()
            self._calibration = None
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout=3.0)
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def figures(self) -> dict[str, Any]:
        """Where sound comes from, how loud it is, and what is missing."""
        if not self.active:
            return {}
        if self._listener is None:
            return {"state": self._state}
        listener = self._listener
        found = {"sound": self._source, "state": self._state or "hears", "gaps": listener.input.gaps}
        found |= {"level_db": f"{listener.level_db:.0f}", "floor_db": f"{listener.floor_db:.0f}"}
        found |= {"lacks": "; ".join(listener.lacks)} if listener.lacks else {}
        notes = listener.input.notes[-NOTES_MAX:]
        return found | ({"notes": "; ".join(notes)} if notes else {})

    def _listen_to_texts(self) -> None:
        """Transcripts of any recogniser."""
        if self.settings.transcripts:
            self.listen(String, self.settings.transcripts, lambda text: self._on_text(text.data), ESTIMATE)
        if not self.settings.live_speech:
            return
        try:
            from hri_msgs.msg import LiveSpeech
        except ImportError:
            self.problem("live_speech is set, but hri_msgs is not installed. Install it, or leave live_speech empty.")
            return
        self.listen(LiveSpeech, self.settings.live_speech, lambda said: self._on_text(said.final), ESTIMATE)

    def _on_speech(self, status: msg.SpeechStatus) -> None:
        self._robot_speaking = status.speaking
        self._robot_says_stop = not status.utterance_id.endswith(WITHOUT_STOP)

    def _on_consent(self) -> None:
        """Where consent ends, what was heard is forgotten at once, and the microphone is closed.

        How somebody speaks is forgotten then too, and where another person is in care than before.
        """
        with self._lock:
            self._pieces = []
        if self._listener is None:
            return
        if not self._may_hear():
            self._listener.forget()
        if not self._consent.allows(Consent.OBSERVE) or self._consent.person_id not in ("", self._hears_of):
            self._listener.prosody.reset()
        self._hears_of = self._consent.person_id or self._hears_of
        self._recall()

    def _on_baseline(self, message: msg.Baseline) -> None:
        """How the person in care was found to speak; an empty one: no profile is in use."""
        self._baseline = message
        self._recall()

    def _recall(self) -> None:
        """Takes the baseline once, when it is that of the person in care: it may come before they are named."""
        known = self._baseline
        if self._listener is None or not known.person_id or known.person_id != self._consent.person_id:
            return
        self._baseline = msg.Baseline()
        measures = zip(known.name, zip(known.mean, known.stddev, strict=True), strict=True)
        self._listener.prosody.recall(dict(measures))

    def _no_calibration(self) -> str:
        return "" if self._consent.allows(Consent.OBSERVE) else "the person did not consent to be observed"

    def _may_hear(self) -> bool:
        return self._consent.allows(Consent.OBSERVE) or self._consent.asked

    def _on_text(self, text: str) -> None:
        if text.strip() and self._may_hear():
            self._publish(understood(text, self.settings.language, self.solamen_clock.now_s()))

    def _on_chunk(self, chunk: msg.AudioChunk) -> None:
        samples = np.asarray(chunk.samples, np.float32)
        self._hear(samples, chunk.sampling_rate_hz, len(chunk.channel), to_seconds(chunk.header.stamp), chunk.source)

    def _hear(self, samples: Any, rate_hz: int, channels: int, start_s: float, source: str) -> None:
        if self._listener is None or not self._may_hear():
            return
        self._heard_ns = self.solamen_clock.monotonic_ns()
        notes = len(self._listener.input.notes)
        speaking, says_stop = self._robot_speaking, self._robot_says_stop
        heard = self._listener.hear(samples, rate_hz, channels, start_s, speaking, source, says_stop)
        for note in self._listener.input.notes[notes:]:
            self.get_logger().warning(note)
        if self._state:
            self._state = ""
            self.solved()
        self._publish(heard)

    def _publish(self, heard: Heard) -> None:
        agreed = self._consent.allows(Consent.OBSERVE)
        for cue in heard.cues:  # first: a stop waits for nothing
            if agreed or cue.kind in ANSWERS:
                self._cues.publish(cue_message(cue))
        if not agreed:
            return
        for report in heard.reports:
            self._reports.publish(report_message(report))
        for estimate in heard.estimates:
            message = estimate_message(estimate)
            message.answers_monotonic_ns = self._heard_ns
            self._estimate.publish(message)

    def _tell_silence(self) -> None:
        """A source that gives nothing at all is no silent person."""
        silent_s = (self.solamen_clock.monotonic_ns() - self._heard_ns) * 1e-9
        if not self._consent.allows(Consent.OBSERVE) or silent_s < SILENT_S:
            return
        self._state = self._state or "no sound comes"
        self._estimate.publish(estimate_message(abstain(self.solamen_clock.now_s(), self._state, self.settings)))

    def _watch_microphone(self) -> None:
        number = int(self.option("microphone"))
        while not self._leaving.is_set():
            if not self._may_hear():
                self._leaving.wait(DRAIN_S)
                continue
            try:
                with Microphone(number) as microphone:
                    self.solved()
                    self._read(microphone)
                if not self._leaving.is_set() and self._may_hear():
                    self._state = f"the microphone stopped: {microphone.device.name}"
                    self.problem(f"{self._state}; trying again every {self.settings.retry_s:g} s. Check its cable.")
            except OutsideError as error:
                self._state = str(error)
                self.problem(self._state)
            self._leaving.wait(self.settings.retry_s)

    def _read(self, microphone: Microphone) -> None:
        while not self._leaving.is_set() and self._may_hear():
            samples = microphone.read(SILENT_S)
            if samples is None:
                return
            start_s = self.solamen_clock.now_s() - len(samples) / microphone.channels / microphone.rate_hz
            with self._lock:
                self._pieces.append((samples, microphone.rate_hz, microphone.channels, start_s, microphone.device.name))

    def _drain(self) -> None:
        with self._lock:
            pieces, self._pieces = self._pieces, []
        for piece in pieces:
            self._hear(*piece)


main = main_of("voice", VoiceNode)

if __name__ == "__main__":
    main()
