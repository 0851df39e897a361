"""The safety layer: every joint command passes it, and it moves the robot on its own when commands stop.

Each trajectory that it gives out covers at most 0.2 s and ends at rest, so that even its own death stops the motion.
It raises nothing on bad input: what is wrong is dropped, counted, and said in `status()`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import JointCommand, TrajectoryPoint
from solamen.robot.safety.checks import is_finite, reason_to_drop
from solamen.robot.safety.collision import CollisionModel
from solamen.robot.safety.contact import ContactGuard, Hand
from solamen.robot.safety.limits import JointLimit
from solamen.robot.safety.plan import STEP_S, Plan, Planner, Vector
from solamen.robot.safety.settings import SafetySettings


@dataclass(frozen=True)
class SafetyState:
    """What the safety layer does.

    Attributes:
        stopped, stop_reason: a stop is latched, and why.
        command_silent, joints_silent: no valid command, or no joint states, for longer than allowed.
        limits_hit: joints that were asked to go beyond a limit since the last status.
        accepted, limited, rejected: commands since the start; those limited are accepted too.
        last_rejection: why the last one was dropped, in words.
        in_contact: a hand touches a person, or did within the dwell time.
    """

    stopped: bool
    stop_reason: str
    command_silent: bool
    joints_silent: bool
    limits_hit: tuple[str, ...]
    accepted: int
    limited: int
    rejected: int
    last_rejection: str
    in_contact: bool = False


class SafetyLayer:
    """Judges commands, limits them, and stops. Time is passed in, in seconds of one clock.

    Args:
        limits: one per joint, names unique.
        neutral: joint name to the calm position that it goes to in silence.
        settings: windows of time, margins, shares.
        start_stopped: begin with a latched stop, as a safety process that was started anew must.
        collision: what of the robot could touch what, and its hands; None where that is not known, and then contact
            is neither avoided nor guarded.

    Raises:
        ValueError: no joint, a joint twice, or a joint of the collision model that has no limit.
    """

    def __init__(
        self,
        limits: Sequence[JointLimit],
        neutral: Mapping[str, float],
        settings: SafetySettings | None = None,
        *,
        start_stopped: bool = False,
        collision: CollisionModel | None = None,
    ) -> None:
        self._settings = settings or SafetySettings()
        self._names = tuple(limit.name for limit in limits)
        if len(set(self._names)) != len(self._names) or not self._names:
            raise ValueError("the safety layer needs at least one joint, and each once")
        self._index = {name: index for index, name in enumerate(self._names)}
        self._collision = collision
        hands = collision.hands if collision is not None else ()
        self._guard = ContactGuard(hands, self._settings)
        self._measured: dict[str, float] = {}
        if collision is not None:
            grips = {hand.grip for hand in hands}
            if (collision.joints_of(collision.pairs) | grips) - set(self._index):
                raise ValueError("the collision model has joints that the safety layer does not know")
        self._range = np.array([limit.upper - limit.lower for limit in limits])
        self._planner = Planner(limits, self._settings.margin_share, self._settings.velocity_share)
        self._neutral = self._planner.clip(np.array([float(neutral[name]) for name in self._names]))
        self._target = self._neutral.copy()
        self._plan = Plan(-math.inf, self._neutral[None, :], np.zeros((1, len(self._names))))
        self._unseen = set(self._names)
        self._stray_since_s: dict[str, float] = {}
        self._measured_anew: dict[int, float] = {}
        self._stopped, self._stop_reason = start_stopped, "the safety process was restarted" if start_stopped else ""
        self._last_stamp_s = -math.inf
        self._last_command_s = math.nan
        self._last_joints_s = math.nan
        self._now_s = math.nan
        self._accepted = self._limited = self._rejected = 0
        self._last_rejection = ""
        self._limits_hit: set[str] = set()

    def joint_states(self, positions: Mapping[str, float], velocities: Mapping[str, float], now_s: float) -> None:
        """Takes in where the joints are; the first full set is where motion starts from.

        Args:
            positions: joint name to rad or m; unknown names and values that are no number are passed over.
            velocities: joint name to rad/s or m/s; may lack joints.
            now_s: the clock.
        """
        if not is_finite(now_s):
            return
        seen = {name: float(positions[name]) for name in self._names if is_finite(positions.get(name))}
        if not seen:
            return
        self._now_s = self._last_joints_s = now_s
        self._measured.update(seen)
        if self._unseen:
            self._begin(seen, velocities, now_s)
        else:
            self._watch_tracking(seen, now_s)

    def command(self, command: JointCommand, now_s: float) -> list[TrajectoryPoint] | None:
        """Passes, limits or drops a command; None where it is dropped.

        Args:
            command: joints that it does not name keep their last target.
            now_s: the clock.
        """
        if is_finite(now_s):
            self._now_s = now_s
        if self._last_stamp_s > self._now_s + self._settings.newest_command_s:
            self._last_stamp_s = -math.inf  # the clock was set back
        reason = self._reason_to_drop(command, now_s)
        if reason:
            self._rejected += 1
            self._last_rejection = reason
            return None
        self._last_stamp_s, self._last_command_s = float(command.stamp_s), now_s
        return self._pass(command, now_s)

    def contact(self, hand: str, force: Sequence[float], now_s: float) -> list[TrajectoryPoint] | None:
        """Takes in the force of a person on a hand; a plan to send at once where contact begins or the hand lets go.

        A hand lets go in a latched stop too: nobody is held fast by a robot that stands still.

        Args:
            hand: "left" or "right".
            force: N, in the frame of the hand; a reading of nothing ends a contact.
            now_s: the clock.
        """
        if not self._guard.feel(hand, force, now_s) or self._unseen:
            return None
        self._now_s = now_s
        for touched in self._guard.in_contact():
            # From where the joints are, not from where they were sent: what the servos push with is gone at once.
            grip = () if self._guard.releasing(touched) else (touched.grip,)
            arm = touched.arm if self._guard.pressing(touched) else ()
            self._measured_anew |= {self._index[name]: self._measured[name] for name in (*grip, *arm)}
        self._follow(now_s, (self._target, np.zeros(len(self._names))), frozen=self._stopped or self._silent(now_s))
        return self._plan.points(self._names)

    def stop(self, reason: str, now_s: float) -> list[TrajectoryPoint]:
        """Latches a stop and brakes at once; empty where no joint state is known yet."""
        self._now_s = now_s if is_finite(now_s) else self._now_s
        if not self._stopped:
            self._stopped, self._stop_reason = True, str(reason) or "stop"
        if self._unseen or not is_finite(self._now_s):
            return []
        return self._brake(self._now_s)

    def reset_stop(self) -> None:
        """The only way out of a stop; the robot stays where it is until the next command or the watchdog."""
        self._stopped, self._stop_reason = False, ""
        self._target = self._plan.position[-1].copy()
        self._last_command_s = self._now_s

    def tick(self, now_s: float) -> list[TrajectoryPoint] | None:
        """Continues a stop, or goes slowly to neutral in silence; None where there is nothing to send.

        Args:
            now_s: the clock; call it at the rate of the settings.
        """
        if not is_finite(now_s):
            return None
        self._now_s = now_s
        if self._unseen:
            return None
        if self._guard.in_contact() and (self._stopped or self._silent(now_s)):
            return self._hold_still(now_s)
        if self._stopped:
            return self._brake(now_s) if self._plan.moving(now_s) else None
        return self._calm_down(now_s) if self._silent(now_s) else None

    def status(self) -> SafetyState:
        """The state; `limits_hit` begins anew with each call."""
        hit, self._limits_hit = tuple(sorted(self._limits_hit)), set()
        joints_silent = not self._now_s - self._last_joints_s <= self._settings.joints_silence_s
        return SafetyState(
            stopped=self._stopped,
            stop_reason=self._stop_reason,
            command_silent=self._silent(self._now_s),
            joints_silent=joints_silent,
            limits_hit=hit,
            accepted=self._accepted,
            limited=self._limited,
            rejected=self._rejected,
            last_rejection=self._last_rejection,
            in_contact=bool(self._guard.in_contact()),
        )

    def _begin(self, seen: Mapping[str, float], velocities: Mapping[str, float], now_s: float) -> None:
        """Gathers where the joints are until all have been seen; the plan then brakes from there."""
        position, velocity = self._plan.position[-1].copy(), np.zeros(len(self._names))
        for name, value in seen.items():
            position[self._index[name]] = value
            speed = velocities.get(name)
            velocity[self._index[name]] = float(speed) if speed is not None and is_finite(speed) else 0.0
        self._unseen -= set(seen)
        self._plan = self._planner.brake(now_s, (position, self._planner.clip_velocity(velocity)))
        self._target = self._plan.position[-1].copy()
        self._last_command_s = now_s

    def _watch_tracking(self, seen: Mapping[str, float], now_s: float) -> None:
        """A joint that stays far from the plan was moved by something else: plan on from where it is."""
        planned = self._plan.state(now_s)[0]
        for name, value in seen.items():
            index = self._index[name]
            if abs(value - planned[index]) <= self._settings.tracking_tolerance_share * self._range[index]:
                self._stray_since_s.pop(name, None)
            elif now_s - self._stray_since_s.setdefault(name, now_s) >= self._settings.tracking_patience_s:
                del self._stray_since_s[name]
                self._measured_anew[index] = value

    def _state(self, now_s: float) -> tuple[Vector, Vector]:
        """The planned state, with joints that were moved by something else taken from where they are."""
        position, velocity = (values.copy() for values in self._plan.state(now_s))
        for index, value in self._measured_anew.items():
            position[index], velocity[index] = value, 0.0
        self._measured_anew.clear()
        return position, velocity

    def _reason_to_drop(self, command: JointCommand, now_s: float) -> str:
        if not is_finite(now_s):
            return "the clock is no finite number"
        reason = reason_to_drop(command, now_s, self._last_stamp_s, self._index, self._settings)
        if not reason and self._stopped:
            return "stopped: only reset_stop lets commands pass again"
        if not reason and self._unseen:
            return f"no joint state of {min(self._unseen)} yet"
        return reason

    def _pass(self, command: JointCommand, now_s: float) -> list[TrajectoryPoint]:
        wanted, speed = self._target.copy(), np.zeros(len(self._names))
        for name, value in command.position.items():
            wanted[self._index[name]] = float(value)
        for name, value in command.velocity.items():
            speed[self._index[name]] = float(value)
        outside = self._planner.outside(wanted)
        self._limits_hit.update(self._names[index] for index in np.flatnonzero(outside))
        self._target, bounded = self._planner.clip(wanted), self._planner.clip_velocity(speed)
        held = self._follow(now_s, (self._target, bounded))
        self._accepted += 1
        self._limited += int(held or bool(np.any(outside)) or not np.allclose(bounded, speed, rtol=1e-6, atol=1e-9))
        return self._plan.points(self._names)

    def _brake(self, now_s: float) -> list[TrajectoryPoint]:
        self._plan = self._planner.brake(now_s, self._state(now_s))
        self._target = self._plan.position[-1].copy()
        return self._plan.points(self._names)

    def _calm_down(self, now_s: float) -> list[TrajectoryPoint] | None:
        position, velocity = self._state(now_s)
        self._target = self._neutral.copy()
        if np.all(np.abs(position - self._neutral) < 1e-3 * self._range) and not np.any(velocity):
            return None
        self._follow(now_s, (self._neutral, np.zeros(len(self._names))), self._settings.neutral_velocity_share)
        return self._plan.points(self._names)

    def _hold_still(self, now_s: float) -> list[TrajectoryPoint] | None:
        """In silence or a stop while a hand is in contact: nothing moves but hands that open."""
        before = self._plan
        self._follow(now_s, (self._target, np.zeros(len(self._names))), frozen=True)
        resting = not np.any(self._plan.velocity) and not before.moving(now_s)
        return None if resting else self._plan.points(self._names)

    def _follow(self, now_s: float, target: tuple[Vector, Vector], share: float = 1.0, *, frozen: bool = False) -> bool:
        """Plans towards a target; joints whose links would come too near to others brake. Whether any was held.

        Args:
            now_s: the clock.
            target: position and velocity.
            share: 0–1, of the limits.
            frozen: nothing may move but hands that open.
        """
        state = self._state(now_s)
        target, ceiling = self._gentle(state[0], target, frozen)
        plan, held = self._planner.follow(now_s, state, target, share, ceiling)
        blocked = self._blocked(state[0], plan.position[-1])
        if np.any(blocked):
            ceiling = np.where(blocked, 0.0, ceiling)
            plan, held = self._planner.follow(now_s, state, target, share, ceiling)[0], True
            self._target = np.where(blocked, plan.position[-1], self._target)
            self._limits_hit.update(self._names[index] for index in np.flatnonzero(blocked))
        self._plan = plan
        return held

    def _gentle(
        self, present: Vector, target: tuple[Vector, Vector], frozen: bool
    ) -> tuple[tuple[Vector, Vector], Vector]:
        """The target and the greatest velocities that contact allows: slow arms, and hands that never close."""
        wanted, speed = target[0].copy(), target[1].copy()
        ceiling = np.full(len(wanted), 0.0 if frozen else math.inf)
        for hand in self._guard.in_contact():
            arm, grip = [self._index[name] for name in hand.arm], self._index[hand.grip]
            ceiling[arm] = np.minimum(ceiling[arm], self._guard.fastest(hand))
            if self._guard.releasing(hand) or (frozen and not self._stopped):
                wanted[grip], ceiling[grip] = hand.open_at, math.inf
            elif self._closes(hand, present, wanted):
                wanted[grip] = present[grip]
            speed[grip] = 0.0
            self._target[grip] = wanted[grip]
        for hand in self._guard.hands:
            if self._closes(hand, present, wanted):
                grip = self._index[hand.grip]
                ceiling[grip] = min(ceiling[grip], self._settings.closing_rad_s)
        return (wanted, speed), ceiling

    def _closes(self, hand: Hand, present: Vector, wanted: Vector) -> bool:
        grip = self._index[hand.grip]
        return bool(abs(wanted[grip] - hand.open_at) > abs(present[grip] - hand.open_at))

    def _blocked(self, present: Vector, rest: Vector) -> NDArray[np.bool_]:
        """Which joints must not go to where this plan ends. Plans are short, so that their ends tell enough."""
        if self._collision is None:
            return np.zeros(len(self._names), dtype=bool)
        now, then = (dict(zip(self._names, place.tolist(), strict=True)) for place in (present, rest))
        held = self._collision.to_hold(now, then)
        return np.array([name in held for name in self._names])

    def _silent(self, now_s: float) -> bool:
        return not now_s - self._last_command_s < self._settings.command_silence_s


TRAJECTORY_S = 10 * STEP_S
"""The longest time that a trajectory of the safety layer covers."""
