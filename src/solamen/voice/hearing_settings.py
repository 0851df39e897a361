"""Settings of all that the voice process hears: sounds and words. `config/voice.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import setting
from solamen.voice.settings import VoiceSettings


@dataclass(frozen=True, kw_only=True)
class HearingSettings(VoiceSettings):
    """Beside how sounds are read: where sound comes from, and how words are understood."""

    language: str = setting("en", doc="of the person: en, de, es, fr, it, pt, zh or another with a lexicon")
    retry_s: float = setting(1.0, low=0.1, high=60.0, doc="seconds between tries to reach a microphone that is gone")
    recogniser: bool = setting(True, doc="make out English words with Moonshine, where the set-up brought it")
    keywords: bool = setting(True, doc="spot phrases with pocketsphinx (English), where no recogniser is at work")
    stop_word: bool = setting(True, doc='hear "stop" at once by the recogniser (English)')
    stop_net: bool = setting(False, doc="where there is no recogniser, by a net of our own, which is less sure")
    whisper_model: str = setting("", doc="folder of a faster-whisper model; empty: no transcripts of its own")
    transcripts: str = setting("transcript", doc="topic of another recogniser (std_msgs/String); empty: none")
    live_speech: str = setting("", doc="topic of hri_msgs/LiveSpeech, where that is installed; empty: none")
