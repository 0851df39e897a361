"""Jerk-limited motion at a fixed rate from layers: posture, breathing, idle life, gaze, face, gesture, speech."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from ruckig import InputParameter, OutputParameter, Result, Ruckig, Synchronization

from solamen.core.intents import Expression, JointCommand, Point
from solamen.robot.description import RobotDescription
from solamen.robot.gestures import Gesture, GesturePlayer
from solamen.robot.leading import Led
from solamen.robot.life import Blinking, Breathing, Fidgeting
from solamen.robot.retarget import Retargeter, is_target
from solamen.robot.settings import MotionSettings

Vector = NDArray[np.float64]

BLINK_UNIT = 45

RELAX_S = 1.5
"""How long the face takes to come to rest when no expressions come any more."""

AT_REST_SHARE = 0.01
"""Of a channel's range; nearer than this to where it should be, it has arrived."""

VELOCITY_SHARE = 0.95
"""Of the velocity that a joint may have, for a target that moves on: the rest is for catching up with it."""


class Motion:
    """The robot's motion: layers that each add to where the channels rest.

    Posture is what mimicry asks of head and arms; breathing, blinks and small movements of the eyes come by themselves;
    gaze and face follow the newest expression; a gesture is played once; the mouth follows the loudness of speech.

    Args:
        description: of the robot.
        rate_hz: rate at which `tick` is called.
        settings: of the motion.
        seed: of the robot's own blinks and small movements.
    """

    def __init__(
        self,
        description: RobotDescription,
        rate_hz: float = 50.0,
        settings: MotionSettings | None = None,
        seed: int = 0,
    ) -> None:
        self._settings = settings or MotionSettings()
        self._description, self._gaze = description, description.gaze
        self._retargeter = Retargeter(description, self._settings.head_share)
        self._names = description.names()
        self._index = {name: index for index, name in enumerate(self._names)}
        self._neutral = np.array([joint.neutral for joint in description.joints])
        self._lower = np.array([joint.lower for joint in description.joints])
        self._upper = np.array([joint.upper for joint in description.joints])
        self._ruckig = Ruckig(len(self._names), 1.0 / rate_hz)
        self._input, self._output = self._parameters(), OutputParameter(len(self._names))
        self._fastest = VELOCITY_SHARE * np.array(self._input.max_velocity)
        self._hardest = np.array(self._input.max_acceleration)
        self._jerk_time_s = self._hardest / np.array(self._input.max_jerk)
        self._prepare_layers(seed)

    def _prepare_layers(self, seed: int) -> None:
        rng, description = np.random.default_rng(seed), self._description
        self._breathing = Breathing(self._settings)
        self._blinking = Blinking(self._settings, rng)
        self._fidgeting = Fidgeting(self._settings, rng)
        share, fade_s = self._settings.limits_share, self._settings.gesture_fade_s
        self._gestures = GesturePlayer(description, share, fade_s, self._jerk_time_s)
        self._blink_way = self._vector(description.units.get(BLINK_UNIT, {}))
        self._breath_way, self._speech_way = self._vector(description.breathing), self._vector(description.speech)
        step_s = self._ruckig.delta_time
        self._breath, self._glow, self._lean = (Led(self._settings.led_time_s, step_s) for _ in range(3))
        self._lean_way = self._vector(description.lean)
        self._lights = np.array(
            [joint.kind == "light" and joint.name in description.glow for joint in description.joints]
        )
        self._expression: Expression | None = None
        self._face_goal = self._face_start = self._face_now = self._neutral
        self._face_since_s: float | None = None
        turning = (self._gaze.body_yaw, self._gaze.head_yaw, self._gaze.head_pitch)
        self._head_goal = {name: description.joint(name).neutral for name in turning if name is not None}
        self._posture = self._posture_goal = self._neutral
        self._posture_s = -math.inf
        self._loudness, self._loudness_s = 0.0, -math.inf

    def start_from(self, positions: Mapping[str, float]) -> None:
        """Begins at measured positions (rad, m or 0–1), at rest; channels that are not named begin at neutral."""
        measured = np.array([float(positions.get(name, np.nan)) for name in self._names])
        start = np.where(np.isfinite(measured), measured, self._neutral)
        self._input.current_position = np.clip(start, self._lower, self._upper).tolist()
        self._input.current_velocity = self._input.current_acceleration = [0.0] * len(self._names)

    def set_expression(self, expression: Expression) -> None:
        """Takes a new expression; the face blends from where it is asked to be now, linearly over `blend_s`."""
        self._expression = expression
        self._face_start = self._face_now
        self._face_goal = self._vector(self._retargeter.face(expression.activation), self._neutral)
        self._face_since_s = None

    def set_posture(self, positions: Mapping[str, float], now_s: float) -> None:
        """Takes places of channels from mimicry (see `mimicry`); those not named or not finite go to neutral.

        The posture is forgotten when no new one comes for `expression_silence_s`.
        """
        known = {name: place for name, place in positions.items() if name in self._index and math.isfinite(place)}
        self._posture_goal = np.clip(self._vector(known, self._neutral), self._lower, self._upper)
        self._posture_s = now_s

    def set_loudness(self, loudness: float, now_s: float) -> None:
        """Takes the loudness of the robot's own voice, 0–1; NaN is silence, and so is no new value for a while."""
        self._loudness = min(max(loudness, 0.0), 1.0) if math.isfinite(loudness) else 0.0
        self._loudness_s = now_s

    def play_gesture(self, gesture: Gesture, now_s: float, amplitude: float = 1.0, speed: float = 1.0) -> float:
        """Begins a gesture over whatever the robot does and returns how long it takes, s; see `GesturePlayer.play`."""
        return self._gestures.play(gesture, now_s, amplitude, speed)

    def stop_gesture(self, now_s: float) -> None:
        """Lets the present gesture fade out."""
        self._gestures.stop(now_s)

    def gesture_progress(self, now_s: float) -> tuple[str | None, float]:
        """Name of the gesture that is being played, or None, and how far it is, 0–1."""
        return self._gestures.active(now_s), self._gestures.progress(now_s)

    def gesture_at_rest(self, now_s: float, channels: Collection[str]) -> bool:
        """Whether no gesture is played or fades, and these channels have come to where they should be now."""
        if not self._gestures.at_rest(now_s):
            return False
        goal, place = self._input.target_position, self._input.current_position
        rows = [self._index[name] for name in channels]
        return all(abs(goal[i] - place[i]) <= AT_REST_SHARE * (self._upper[i] - self._lower[i]) for i in rows)

    def tick(self, now_s: float) -> JointCommand:
        """The next joint command, one step of the rate after the last; `answers` is that of the newest expression."""
        if self._face_since_s is not None and now_s - self._face_since_s > self._settings.expression_silence_s:
            # Whoever spoke has fallen silent: no grimace is held for someone who is no longer mirrored.
            self.set_expression(Expression(now_s, blend_s=RELAX_S))
        target, speed = self._layers(now_s)
        self._input.target_position = np.clip(target, self._lower, self._upper).tolist()
        self._input.target_velocity = speed.tolist()
        if self._ruckig.update(self._input, self._output) in (Result.Working, Result.Finished):
            self._output.pass_to_input(self._input)
        else:  # a state that it cannot solve: begin anew from here, at rest
            self._input.current_velocity = self._input.current_acceleration = [0.0] * len(self._names)
        return self._command(now_s)

    def _command(self, now_s: float) -> JointCommand:
        # Rounding may leave a joint a millionth beyond its end.
        places = np.clip(self._input.current_position, self._lower, self._upper).tolist()
        positions = dict(zip(self._names, places, strict=True))
        velocities = dict(zip(self._names, self._input.current_velocity, strict=True))
        if self._expression is None:
            return JointCommand(now_s, positions, velocities)
        answers_s, answers_ns = self._expression.answers_s, self._expression.answers_monotonic_ns
        return JointCommand(now_s, positions, velocities, answers_s, answers_ns)

    def _layers(self, now_s: float) -> tuple[Vector, Vector]:
        """Where the channels should be, and how fast they should go there on."""
        self._lead()
        own, change = self._breathing.level(now_s)
        level, change = self._breath.over(own), change * (1.0 - self._breath.weight)
        gesture, speed = self._gestures.at(now_s)
        target = self._shine(self._face(now_s)) + self._hold_posture(now_s) + level * self._breath_way + gesture
        target += self._lean.over(0.0) * self._lean_way
        speed = speed + change * self._breath_way
        if self._blinking.closed(now_s):
            target += self._blink_way
        if now_s - self._loudness_s <= self._settings.speech_silence_s:
            target += self._loudness * self._speech_way
        self._look(target, now_s)
        return target, self._with_room(target, speed)

    def _lead(self) -> None:
        """Breath, light and lean go on towards what the expression asks of them."""
        asked = self._expression
        self._breath.follow(asked.breath if asked is not None else math.nan)
        self._glow.follow(asked.glow if asked is not None else math.nan)
        self._lean.follow(asked.lean if asked is not None else math.nan)

    def _shine(self, face: Vector) -> Vector:
        """The lights as they are led, from dark to bright, in place of what the units ask of them."""
        led = self._lower + self._glow.level * (self._upper - self._lower)
        return np.asarray(np.where(self._lights, face + self._glow.weight * (led - face), face))

    def _hold_posture(self, now_s: float) -> Vector:
        """The way from neutral to the posture, which follows its goal softly: what is mimicked is noisy."""
        if now_s - self._posture_s > self._settings.expression_silence_s:
            self._posture_goal = self._neutral
        share = 1.0 - math.exp(-self._ruckig.delta_time / self._settings.posture_time_s)
        self._posture = self._posture + share * (self._posture_goal - self._posture)
        return np.asarray(self._posture - self._neutral)

    def _with_room(self, target: Vector, speed: Vector) -> Vector:
        """The velocity at the target, where a channel has it and can still brake before the end of its range."""
        speed = np.clip(speed, -self._fastest, self._fastest)
        braking = speed**2 / (2.0 * self._hardest) + np.abs(speed) * self._jerk_time_s
        free = (target - braking >= self._lower) & (target + braking <= self._upper)
        return np.asarray(np.where(free, speed, 0.0), dtype=np.float64)

    def _face(self, now_s: float) -> Vector:
        """The face between the last expression and the newest one."""
        if self._expression is None:
            return self._neutral
        if self._face_since_s is None:
            self._face_since_s = now_s - 1e-9
        blend_s = self._expression.blend_s
        # The first tick after an expression already moves: the onset matters most to the one who is answered.
        passed_s = now_s - self._face_since_s + self._ruckig.delta_time
        share = min(max(passed_s / blend_s, 0.0), 1.0) if blend_s > 0.0 else 1.0
        self._face_now = self._face_start + share * (self._face_goal - self._face_start)
        return self._face_now

    def _look(self, target: Vector, now_s: float) -> None:
        """Head and eyes towards the gaze target: the head goes slowly, the eyes are there at once and counter-turn."""
        point: Point | None = self._expression.gaze_target if self._expression else None
        if point is not None and is_target(point):
            for name, angle in self._retargeter.head(point).items():
                if abs(angle - self._head_goal[name]) > self._settings.head_deadband_rad:
                    self._head_goal[name] = angle
            for name, angle in self._head_goal.items():
                target[self._index[name]] += angle - self._neutral[self._index[name]]
            standing = dict(zip(self._names, self._input.current_position, strict=True))
            self._write(target, self._retargeter.eyes(point, standing))
        yaw, pitch = self._fidgeting.offset(now_s)
        for name in self._gaze.eyes_yaw:
            target[self._index[name]] += yaw
        if self._gaze.eyes_pitch is not None:
            target[self._index[self._gaze.eyes_pitch]] += pitch

    def _write(self, target: Vector, positions: Mapping[str, float]) -> None:
        for name, position in positions.items():
            target[self._index[name]] = position

    def _vector(self, values: Mapping[str, float], base: Vector | None = None) -> Vector:
        vector = np.zeros(len(self._names)) if base is None else base.copy()
        self._write(vector, values)
        return vector

    def _parameters(self) -> InputParameter:
        share = self._settings.limits_share
        given = InputParameter(len(self._names))
        given.synchronization = Synchronization.No
        given.max_velocity = [share * joint.limit.max_velocity for joint in self._description.joints]
        given.max_acceleration = [share * joint.limit.max_acceleration for joint in self._description.joints]
        quick = self._quick()
        times = [
            self._settings.face_jerk_time_s if name in quick else self._settings.limb_jerk_time_s
            for name in self._names
        ]
        given.max_jerk = [value / time_s for value, time_s in zip(given.max_acceleration, times, strict=True)]
        given.current_position = self._neutral.tolist()
        return given

    def _quick(self) -> set[str]:
        """Channels that move as a face does; head and arms are gentle even where they stand for a face."""
        quick = {name for joints in self._description.units.values() for name in joints} | set(self._gaze.eyes_yaw)
        quick |= {self._gaze.eyes_pitch} if self._gaze.eyes_pitch else set()
        quick |= {joint.name for joint in self._description.joints if joint.kind == "light"}
        gentle = set(self._gaze.head.values())
        for arm in self._description.arms.values():
            gentle |= {name for name in arm.hanging if self._description.joint(name).in_model}
        return quick - gentle
