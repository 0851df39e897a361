"""The speech node: the robot's voice. It falls silent the moment that the person speaks or says stop."""

from __future__ import annotations

import math
import os
from concurrent.futures import Future
from typing import Any

from solamen_msgs import msg
from std_msgs.msg import Bool

from solamen.nodes.clock import to_stamp
from solamen.nodes.qos import ESTIMATE, FROM_ANYBODY, STATE
from solamen.nodes.say_server import SayServer
from solamen.nodes.shell import Shell, main_of
from solamen.robot.speech_engines import Voices
from solamen.robot.speech_player import Player, find_player
from solamen.robot.speech_settings import SpeechSettings
from solamen.robot.speech_sound import Sound, chime
from solamen.robot.speech_turns import SpeechTurns

IDLE_PERIOD_S = 1.0
SPOKEN = frozenset({"speech", "yes", "no", "help", "call", "number"})
"""Kinds of cues that are words where they come from the voice."""
STOP = "stop"
AUDIBLE_LEVEL = 2
CHIME = "chime"


class SpeechNode(Shell[SpeechSettings]):
    """Says one thing at a time, and tells how loud it is, so that the mouth can follow."""

    settings_type = SpeechSettings

    def __init__(self, **arguments: Any) -> None:
        self._server: SayServer | None = None
        self._player: Player | None = None
        super().__init__("speech", **arguments)

    def start(self) -> None:
        """Looks for a voice and for a sound device; without either the robot goes on, and says so."""
        self._voices = Voices(self.settings)
        program, self._soundless = find_player(self.settings.player, os.environ)
        self._player = Player(program)
        self._turns = SpeechTurns(self._play, self._player.stop, self._voices.cancel, self.settings.wait_s)
        self._status = self.create_publisher(msg.SpeechStatus, "robot/speech", ESTIMATE)
        self.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        for qos in (STATE, FROM_ANYBODY):
            self.listen(Bool, "robot/stop", self._on_stop, qos)
        self.listen(msg.HumanCall, "human_call", self._on_call, STATE)
        self._quick = self.timer(1.0 / self.settings.status_rate_hz, self.guard(self._tick))
        self._quick.cancel()
        self.every(IDLE_PERIOD_S, self._tell)
        self._server = SayServer(self, self._turns, self._voices, self._wake)
        for lack in filter(None, (self._voices.lacks, self._soundless)):
            self.get_logger().warning(lack)

    def finish(self) -> None:
        """Falls silent and ends the action."""
        server, self._server = self._server, None
        if server is not None:
            server.destroy()
        if self._player is not None:
            self._player.stop()

    def figures(self) -> dict[str, Any]:
        """Which voice speaks, through what, and what is missing."""
        if not self.active or self._player is None:
            return {}
        found = {"voice": self._voices.name, "player": self._player.program or "none"}
        problem = self._voices.problem or self._player.problem()
        lacks = {"no_voice": self._voices.lacks, "no_sound": self._soundless, "voice_problem": problem}
        return found | {key: text for key, text in lacks.items() if text}

    def _on_cue(self, cue: msg.PersonCue) -> None:
        if cue.confidence < self.settings.heeded:  # one that is not known counts
            return
        if cue.kind == STOP:
            self._hush("the person said stop", all_of_it=True)
        elif cue.kind == "speech" or (cue.source == "voice" and cue.kind in SPOKEN):
            self._hush("the person speaks", all_of_it=False)

    def _on_stop(self, stop: Bool) -> None:
        if stop.data:
            self._hush("the robot was stopped", all_of_it=True)

    def _on_call(self, call: msg.HumanCall) -> None:
        """A call that should be heard is heard, and nothing that may be interrupted comes before it."""
        if not self.settings.chime or call.acknowledged or call.level < AUDIBLE_LEVEL:
            return
        self._turns.ask(CHIME, _made_chime, interruptible=False, now_s=self._now_s())
        self._wake()

    def _hush(self, why: str, all_of_it: bool) -> None:
        if self._turns.busy:
            self._turns.hush(why, all_of_it)
            self._tick()  # told at once, not only at the next tick

    def _play(self, sound: Sound) -> None:
        if self._player is not None and (problem := self._player.play(sound)):
            self.mishap(problem)

    def _wake(self) -> None:
        self._quick.reset()
        self._tick()

    def _tick(self) -> None:
        """What there is to tell while something is said; between two utterances this timer rests."""
        server, now_s = self._server, self._now_s()
        if server is None:
            return
        server.tell(self._turns.tick(now_s))
        if self._turns.key:
            loudness = self._turns.loudness(now_s)
            server.feedback(self._turns.key, self._turns.progress(now_s), loudness if math.isfinite(loudness) else 0.0)
        self._tell()
        if not self._turns.busy:
            self._quick.cancel()

    def _tell(self) -> None:
        key = self._turns.key
        message = msg.SpeechStatus(speaking=bool(key), utterance_id=key)
        message.header.stamp = to_stamp(self.solamen_clock.now_s())
        message.loudness = self._turns.loudness(self._now_s())
        self._status.publish(message)

    def _now_s(self) -> float:
        return self.solamen_clock.monotonic_ns() * 1e-9


def _made_chime() -> Future[Sound]:
    made: Future[Sound] = Future()
    made.set_result(chime())
    return made


main = main_of("speech", SpeechNode)

if __name__ == "__main__":
    main()
