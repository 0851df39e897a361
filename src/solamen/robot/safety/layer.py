"""The safety layer: every joint command passes it, and it moves the robot on its own when commands stop.

Each trajectory that it gives out covers at most 0.2 s and ends at rest, so that even its own death stops the motion.
It raises nothing on bad input: what is wrong is dropped, counted, and said in `status()`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from solamen.core.intents import JointCommand, TrajectoryPoint
from solamen.robot.safety.calm_way import CalmWay
from solamen.robot.safety.chains import Numbers
from solamen.robot.safety.checks import is_finite, reason_to_drop
from solamen.robot.safety.collision import CollisionModel, Sweep
from solamen.robot.safety.contact import ContactGuard
from solamen.robot.safety.effort import EffortWatch
from solamen.robot.safety.free_plan import FreePlanner
from solamen.robot.safety.gentle import Gentleness
from solamen.robot.safety.homeward import Homeward
from solamen.robot.safety.limits import JointLimit
from solamen.robot.safety.plan import STEP_S, Plan, Planner, Vector
from solamen.robot.safety.settings import SafetySettings
from solamen.robot.safety.state import SafetyState
from solamen.robot.safety.tracking import Tracking

__all__ = ["TRAJECTORY_S", "SafetyLayer", "SafetyState"]


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
        hands = collision.hands if collision is not None else ()
        if {hand.grip for hand in hands} - set(self._index):
            raise ValueError("the collision model has joints that the safety layer does not know")
        self._guard = ContactGuard(hands, self._settings)
        self._gentleness = Gentleness(self._guard, self._names, self._settings)
        self._effort = EffortWatch(limits, self._settings)
        self._tracking = Tracking(limits, self._settings)
        self._measured: dict[str, float] = {}
        self._range = np.array([limit.upper - limit.lower for limit in limits])
        self._planner = Planner(limits, self._settings.margin_share, self._settings.velocity_share)
        sweep = Sweep(collision, self._names) if collision is not None else None
        self._free_planner = FreePlanner(self._planner, sweep)
        self._neutral = self._planner.clip(np.array([float(neutral[name]) for name in self._names]))
        self._calm_way = self._way_home(sweep)
        self._target = self._neutral.copy()
        self._plan = Plan(-math.inf, self._neutral[None, :], np.zeros((1, len(self._names))))
        self._unseen = set(self._names)
        self._stopped, self._stop_reason = start_stopped, "the safety process was restarted" if start_stopped else ""
        self._last_stamp_s = -math.inf
        self._last_command_s = math.nan
        self._last_joints_s = math.nan
        self._now_s = math.nan
        self._accepted = self._limited = self._rejected = 0
        self._last_rejection = ""
        self._limits_hit: set[str] = set()

    def joint_states(
        self,
        positions: Mapping[str, float],
        velocities: Mapping[str, float],
        now_s: float,
        efforts: Mapping[str, float] | None = None,
    ) -> None:
        """Takes in where the joints are; the first full set, also after a silence, is where motion starts from.

        Args:
            positions: joint name to rad or m; unknown names and values that are no number are passed over.
            velocities: joint name to rad/s or m/s; may lack joints.
            now_s: the clock.
            efforts: joint name to Nm or N; what is missing or no number is not known, and then not watched.
        """
        if not is_finite(now_s):
            return
        seen = {name: float(positions[name]) for name in self._names if is_finite(positions.get(name))}
        if not seen:
            return
        if self._blind(now_s):  # the body may stand elsewhere by now: all is begun anew from there
            self._unseen = set(self._names)
        self._now_s = self._last_joints_s = now_s
        self._measured.update(seen)
        if self._unseen:
            self._begin(seen, velocities, now_s)
            return
        self._tracking.watch(seen, self._plan.state(now_s)[0], now_s)
        self._tracking.begin_anew(self._effort.feel(efforts or {}, self._measured, now_s))

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
            self._tracking.begin_anew({name: self._measured[name] for name in (*grip, *arm)})
        self._calm_way.forget()
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

    def reset_stop(self) -> bool:
        """The only way out of a stop; the robot stays where it is until the next command or the watchdog.

        Returns:
            Whether there was a stop.
        """
        if not self._stopped:
            return False
        self._stopped, self._stop_reason = False, ""
        self._calm_way.forget()
        self._target = self._plan.position[-1].copy()
        self._last_command_s = self._now_s
        return True

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
        if self._blind(now_s) and not self._stopped and not self._guard.in_contact():
            return None  # what was sent last ends at rest
        if self._guard.in_contact() and (self._stopped or self._silent(now_s)):
            return self._hold_still(now_s)
        if self._stopped:
            return self._brake(now_s) if self._plan.moving(now_s) or self._tracking.waits else None
        return self._calm_down(now_s) if self._silent(now_s) else None

    def status(self) -> SafetyState:
        """The state; `limits_hit` begins anew with each call."""
        hit, self._limits_hit = tuple(sorted(self._limits_hit)), set()
        return SafetyState(
            stopped=self._stopped,
            stop_reason=self._stop_reason,
            command_silent=self._silent(self._now_s),
            joints_silent=self._blind(self._now_s),
            limits_hit=hit,
            accepted=self._accepted,
            limited=self._limited,
            rejected=self._rejected,
            last_rejection=self._last_rejection,
            in_contact=bool(self._guard.in_contact()),
            yielded=self._effort.count,
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

    def _reason_to_drop(self, command: JointCommand, now_s: float) -> str:
        if not is_finite(now_s):
            return "the clock is no finite number"
        reason = reason_to_drop(command, now_s, self._last_stamp_s, self._index, self._settings)
        if not reason and self._stopped:
            return "stopped: only reset_stop lets commands pass again"
        if not reason and self._unseen:
            return f"no joint state of {min(self._unseen)} yet"
        if not reason and self._blind(now_s):
            return f"no joint states for more than {self._settings.joints_silence_s:g} s"
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
        self._calm_way.forget()
        held = self._follow(now_s, (self._target, bounded))
        self._accepted += 1
        self._limited += int(held or bool(np.any(outside)) or not np.allclose(bounded, speed, rtol=1e-6, atol=1e-9))
        return self._plan.points(self._names)

    def _brake(self, now_s: float) -> list[TrajectoryPoint]:
        self._plan = self._planner.brake(now_s, self._tracking.state(self._plan.state(now_s)))
        self._target = self._plan.position[-1].copy()
        return self._plan.points(self._names)

    def _calm_down(self, now_s: float) -> list[TrajectoryPoint] | None:
        position, velocity = self._plan.state(now_s)
        self._target = self._neutral.copy()
        near = np.all(np.abs(position - self._neutral) < 1e-3 * self._range)
        if near and np.all(np.abs(velocity) < 1e-3 * self._planner.fastest) and not self._tracking.waits:
            return None
        if self._tracking.waits:
            self._calm_way.forget()
        target = self._calm_way.target(position, now_s)
        self._follow(now_s, target, self._settings.neutral_velocity_share)
        return self._plan.points(self._names)

    def _hold_still(self, now_s: float) -> list[TrajectoryPoint] | None:
        """In silence or a stop while a hand is in contact: nothing moves but hands that open."""
        before = self._plan
        self._calm_way.forget()
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
        state = self._tracking.state(self._plan.state(now_s))
        self._guard.expire(now_s)
        target, ceiling = self._gentleness.bound(state[0], target, self._measured, frozen)
        grips = self._gentleness.touched_grips()
        self._target[grips] = target[0][grips]
        wanted, yielding = self._effort.bound(target[0], now_s)
        self._plan, held, blocked = self._free_planner.follow(now_s, state, (wanted, target[1]), share, ceiling)
        self._target[blocked] = self._plan.position[-1][blocked]
        self._limits_hit.update(yielding, (self._names[index] for index in blocked))
        return held or bool(yielding)

    def _way_home(self, sweep: Sweep | None) -> CalmWay:
        low, high = self._planner.ends
        homeward = Homeward(sweep, low, high, self._neutral) if sweep is not None else None
        joints: Numbers = sweep.joints if sweep is not None else np.empty(0, dtype=np.int64)
        # Somewhat slower than the plans that follow it, so that they keep up.
        fastest = 0.9 * self._settings.neutral_velocity_share * self._planner.fastest
        return CalmWay(homeward, joints, self._neutral, fastest, self._settings.calm_way_looks)

    def _silent(self, now_s: float) -> bool:
        return self._passed(self._last_command_s, now_s, self._settings.command_silence_s)

    def _blind(self, now_s: float) -> bool:
        """Whether nobody has told for too long where the joints are."""
        return self._passed(self._last_joints_s, now_s, self._settings.joints_silence_s)

    def _passed(self, since_s: float, now_s: float, within_s: float) -> bool:
        """Whether so long has passed; where the clock was set back, nobody knows how long it was."""
        return not -self._settings.newest_command_s <= now_s - since_s <= within_s


TRAJECTORY_S = 10 * STEP_S
"""The longest time that a trajectory of the safety layer covers."""
