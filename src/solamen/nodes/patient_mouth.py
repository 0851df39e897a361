"""The virtual patient's mouth: moans with pain, speaks words, and tells the sound on the topic `audio`."""

from __future__ import annotations

import array
import threading
from typing import Any

import numpy as np
from solamen_msgs.msg import AudioChunk

from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.nodes.clock import to_stamp
from solamen.nodes.qos import SOUND
from solamen.nodes.shell import Shell
from solamen.patient.speech import Speaker, can_speak, speak
from solamen.patient.voice import RATE_HZ, PatientVoice, Sound

WORDS = {
    "stop": "stop!",
    "help": "help me, please!",
    "yes": "yes, please",
    "no": "no, thank you",
    "number": "{value:g}",
    "talk": "the weather was so nice this morning",
}
EXCLAMATIONS = ("ouch!", "aaah, owww!", "ow, ouch!")
BREATH_S, QUIET = 0.3, 0.005
LONGEST_S = 0.5
"""A busy machine gives longer steps; more than this is left out, and heard as a gap."""


class PatientMouth:
    """Words are made ahead, in a thread: espeak-ng takes longer than a picture.

    Args:
        node: of the patient.
        seed: of at least 0.
    """

    def __init__(self, node: Shell[Any], seed: int) -> None:
        self._node = node
        self._voice = PatientVoice(seed)
        self._sound = node.create_publisher(AudioChunk, "audio", SOUND)
        self._made: dict[str, Sound] = {}
        self._told_s: float | None = None
        self._event = ""
        self.speaks = can_speak()
        if self.speaks:
            texts = [WORDS[kind] for kind in ("stop", "help", "yes", "no", "talk")] + [str(n) for n in range(11)]
            threading.Thread(target=self._make, args=(texts,), name="mouth", daemon=True).start()
        else:
            node.get_logger().warning("the patient speaks no words: espeak-ng is not installed")

    def say(self, cue: Cue) -> float:
        """Says what a cue stands for; gives its length, seconds, 0 where it cannot be said."""
        text = WORDS.get(cue.kind, "").format(value=cue.value)
        if text not in self._made:
            return 0.0
        # After a breath, as people do who break off a moan to speak.
        said = np.pad(self._made[text], (round(BREATH_S * RATE_HZ), 0))
        self._voice.say(said)
        return len(said) / RATE_HZ

    def utter(self, pain: float, event: str, now_s: float) -> None:
        """Tells the sound from the last time until now."""
        if event == "speech" and self._event != "speech" and WORDS["talk"] in self._made:
            self._voice.say(self._made[WORDS["talk"]])
        self._event = event
        begun_s = self._told_s if self._told_s is not None and 0.0 < now_s - self._told_s < LONGEST_S else now_s - 0.05
        count = round((now_s - begun_s) * RATE_HZ)
        if count < 1:
            return
        chunk = AudioChunk(sampling_rate_hz=RATE_HZ, channel=["mono"], source="patient")
        chunk.header.stamp = to_stamp(begun_s)
        chunk.samples = array.array("f", self._voice.sound(pain, count / RATE_HZ).tobytes())
        self._told_s = begun_s + count / RATE_HZ
        self._sound.publish(chunk)

    def _make(self, texts: list[str]) -> None:
        try:
            for text in texts:
                self._made[text] = _bare(speak(text, Speaker("en-us+f2", 150, 45)) * 0.7)
            self._voice.exclamations = [speak(text, Speaker("en-us+f2", 110, 60)) for text in EXCLAMATIONS]
        except OutsideError as error:
            self._node.get_logger().warning(str(error))


def _bare(sound: Sound) -> Sound:
    """Without the silence that espeak-ng puts before and behind words, so that their times are known."""
    loud = np.flatnonzero(np.abs(sound) > QUIET)
    return sound[loud[0] : loud[-1] + 1] if len(loud) else sound
