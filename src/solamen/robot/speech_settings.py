"""Settings of the robot's voice (node `speech`)."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class SpeechSettings(Checked):
    """Which voice speaks, how fast, through what, and when it falls silent."""

    engine: str = setting(
        "auto",
        choices=("auto", "espeak", "piper", "text"),
        doc="auto: piper where it has a voice for the language, else espeak-ng, else text only",
    )
    piper_en: str = setting("", doc="file of an English voice of piper (.onnx); empty: none")
    piper_de: str = setting("", doc="file of a German voice of piper (.onnx); empty: none")
    player: str = setting(
        "auto", choices=("auto", "none", "paplay", "pw-cat", "aplay"), doc="none: the robot speaks without sound"
    )
    words_per_min: float = setting(140.0, low=80.0, high=260.0, doc="calm speech, at rate 1")
    status_rate_hz: float = setting(20.0, low=10.0, high=50.0, doc="of robot/speech while the robot speaks")
    heeded: float = setting(0.3, low=0.0, high=1.0, doc="confidence from which a word of the person silences the robot")
    synthesis_s: float = setting(8.0, low=0.5, high=60.0, doc="a voice that takes longer has failed")
    wait_s: float = setting(10.0, low=0.0, high=60.0, doc="what waits for its turn for longer is not said any more")
    chime: bool = setting(True, doc="three tones when a human is called at level 2 or 3")
