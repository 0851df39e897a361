"""The action say: each goal is spoken in its turn, and its end is told honestly."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from solamen_msgs.action import Say

from solamen.core.cues import WITHOUT_STOP
from solamen.nodes.shell import Shell
from solamen.robot.speech_engines import Voices
from solamen.robot.speech_sound import Sound
from solamen.robot.speech_text import known_language, known_rate, speakable
from solamen.robot.speech_turns import Ended, SpeechTurns

SAID = "said"


class SayServer:
    """Serves say; nothing here waits. A goal stays accepted until its end is told from `tell`.

    Args:
        node: that owns the action.
        turns: who speaks when.
        voices: that make the sounds, in a thread of their own.
        asked: called when something is to be said, so that the node begins to tick.
    """

    def __init__(self, node: Shell[Any], turns: SpeechTurns, voices: Voices, asked: Callable[[], None]) -> None:
        self._node, self._turns, self._voices, self._asked = node, turns, voices, asked
        self._goals: dict[str, Any] = {}
        self._making = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._server = ActionServer(
            node,
            Say,
            "say",
            execute_callback=_never,
            goal_callback=lambda _: GoalResponse.ACCEPT,
            handle_accepted_callback=node.guard(self._begin),
            cancel_callback=self._cancel,
        )

    def destroy(self) -> None:
        """Ends the action; what is being said is given up."""
        self._turns.hush("the speech node ends", all_of_it=True)
        self.tell(self._turns.tick(self._now_s()))
        self._making.shutdown(wait=False, cancel_futures=True)
        self._server.destroy()

    def make(self, sound: Callable[[], Sound]) -> Future[Sound]:
        """Begins to make a sound, beside the node's own thread."""
        return self._making.submit(sound)

    def tell(self, ended: list[Ended]) -> None:
        """Ends the goals of what ended."""
        for one in ended:
            goal = self._goals.pop(one.key, None)
            if goal is not None:
                message = one.message or f"said by {self._voices.name}"
                _finish(
                    goal,
                    Say.Result(success=one.ending == SAID, message=message, interrupted=one.ending == "interrupted"),
                )

    def feedback(self, key: str, progress: float, loudness: float) -> None:
        """Tells how far the utterance is that is said, and how loud it is."""
        if key in self._goals:
            self._goals[key].publish_feedback(Say.Feedback(progress=progress, loudness=loudness))

    def _begin(self, goal: Any) -> None:
        key = key_of(goal)
        request = goal.request
        try:
            text, language = speakable(request.text), known_language(request.language)
            rate = known_rate(request.rate)
        except ValueError as error:
            _finish(goal, Say.Result(success=False, message=str(error)))
            return
        self._goals[key] = goal
        self._turns.ask(
            key, lambda: self.make(lambda: self._voices.say(text, language, rate)), request.interruptible, self._now_s()
        )
        self._asked()

    def _cancel(self, goal: Any) -> CancelResponse:
        """Silence comes at once; the goal itself is ended at the next tick, when it counts as cancelled."""
        self._turns.drop(key_of(goal), "it was cancelled")
        return CancelResponse.ACCEPT

    def _now_s(self) -> float:
        return self._node.solamen_clock.monotonic_ns() * 1e-9


def key_of(goal: Any) -> str:
    """The id of an utterance: the beginning of its goal's own, with a mark where "stop" is not said in it."""
    mark = "" if "stop" in goal.request.text.lower() else WITHOUT_STOP
    return bytes(goal.goal_id.uuid).hex()[:12] + mark


def _never(goal: Any) -> Any:
    raise AssertionError("each goal is ended by `_finish`")


def _finish(goal: Any, result: Say.Result) -> None:
    def end(handle: Any) -> Say.Result:
        if result.success:
            handle.succeed()
        elif handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return result

    goal.execute(end)
