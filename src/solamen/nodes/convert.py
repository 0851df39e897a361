"""Messages to the library's own types and back. What comes in malformed raises ValueError with one clear sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from geometry_msgs.msg import Point as PointMessage
from geometry_msgs.msg import Pose
from solamen_msgs import msg
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from solamen.core.action_units import ActionUnits, PainIndex
from solamen.core.estimates import Evidence, PainEstimate
from solamen.core.intents import BehaviorStatus, Expression, HeadPose, JointCommand, Option, Point, TrajectoryPoint
from solamen.core.states import Company, Consent, ModalityWeight, SelfReport, UserState
from solamen.nodes.clock import answered_s, to_seconds, to_stamp

SCALES = ("NRS", "VAS", "FPS-R", "VRS")
BODY_PARTS = ("breath", "glow", "lean")
"""Of an expression, each of which may be led or left to the robot."""


def _same_length(message: object, **columns: Sequence[object]) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{type(message).__name__} has columns of unequal length: {lengths}")


def units_message(units: ActionUnits, frame_id: str) -> msg.ActionUnits:
    """Action units as a message."""
    message = msg.ActionUnits(face_present=units.face_present, answers_monotonic_ns=units.monotonic_ns)
    message.header.stamp = to_stamp(units.stamp_s)
    message.header.frame_id = frame_id
    numbers = sorted(units.intensity)
    message.unit = numbers
    message.intensity = [float(units.intensity[unit]) for unit in numbers]
    message.confidence = [float(units.confidence.get(unit, 0.0)) for unit in numbers]
    message.observable = [units.observable(unit) for unit in numbers]
    message.pspi = float(units.index.value)
    message.pspi_lower = float(units.index.lower)
    message.pspi_upper = float(units.index.upper)
    message.quality = float(units.quality)
    message.quality_reason = units.quality_reason
    return message


def units_from(message: msg.ActionUnits) -> ActionUnits:
    """Action units from a message; a unit that was not observable is NaN whatever its number says."""
    _same_length(message, unit=message.unit, intensity=message.intensity, observable=message.observable)
    seen = zip(message.unit, message.intensity, message.observable, strict=True)
    intensity = {int(unit): float(value) if ok else math.nan for unit, value, ok in seen}
    confidence = dict(zip((int(unit) for unit in message.unit), map(float, message.confidence), strict=False))
    return ActionUnits(
        stamp_s=to_seconds(message.header.stamp),
        face_present=message.face_present,
        intensity=intensity,
        confidence=confidence,
        index=PainIndex(message.pspi, message.pspi_lower, message.pspi_upper),
        quality=message.quality,
        quality_reason=message.quality_reason,
        monotonic_ns=message.answers_monotonic_ns,
    )


def pose_message(head: HeadPose | None) -> Pose:
    """A head as a pose; NaN where it is not known."""
    pose = Pose()
    _tell_head(pose, head)
    return pose


def _tell_head(pose: Pose, head: HeadPose | None) -> None:
    place, turn = pose.position, pose.orientation
    place.x, place.y, place.z = map(float, head.position if head else (math.nan,) * 3)
    turn.w, turn.x, turn.y, turn.z = map(float, head.rotation if head else (math.nan,) * 4)


def head_from(pose: Pose) -> HeadPose | None:
    """A head from a pose, or None where it is not known."""
    position = (pose.position.x, pose.position.y, pose.position.z)
    turn = pose.orientation
    rotation = (turn.w, turn.x, turn.y, turn.z)
    if not all(map(math.isfinite, position + rotation)):
        return None
    return HeadPose(position, rotation)


def unknown_pose_message(frame_id: str) -> msg.PersonPose:
    """A person of whom nothing is known."""
    message = msg.PersonPose()
    message.header.frame_id = frame_id
    unknown = PointMessage(x=math.nan, y=math.nan, z=math.nan)
    message.keypoints = [unknown] * 33
    return message


def head_told(message: msg.PersonPose, head: HeadPose | None, stamp_s: float, monotonic_ns: int) -> msg.PersonPose:
    """A person's pose with what the face alone tells of it, the head, written into it."""
    message.present, message.answers_monotonic_ns = head is not None, monotonic_ns
    message.header.stamp = to_stamp(stamp_s)
    _tell_head(message.head, head)
    message.head_visibility = 1.0 if head else 0.0
    return message


def estimate_message(estimate: PainEstimate) -> msg.PainEstimate:
    """A pain estimate as a message."""
    message = msg.PainEstimate(
        modality=estimate.modality,
        partial=estimate.partial,
        abstained=estimate.abstained,
        reason=estimate.reason,
        calibration=estimate.calibration,
        answers_monotonic_ns=estimate.monotonic_ns,
    )
    message.header.stamp = to_stamp(estimate.stamp_s)
    for name in ("intensity", "stddev", "probability", "prior", "log_likelihood_ratio", "quality"):
        setattr(message, name, float(getattr(estimate, name)))
    message.model_name, message.model_version, message.model_hash = estimate.model
    message.evidence = _evidence_messages(estimate.evidence)
    return message


def estimate_from(message: msg.PainEstimate) -> PainEstimate:
    """A pain estimate from a message."""
    return PainEstimate(
        stamp_s=to_seconds(message.header.stamp),
        modality=message.modality,
        intensity=message.intensity,
        stddev=message.stddev,
        probability=message.probability,
        prior=message.prior,
        log_likelihood_ratio=message.log_likelihood_ratio,
        quality=message.quality,
        partial=message.partial,
        abstained=message.abstained,
        reason=message.reason,
        evidence=_evidence_from(message.evidence),
        model=(message.model_name, message.model_version, message.model_hash),
        calibration=message.calibration,
        monotonic_ns=message.answers_monotonic_ns,
    )


_STATE_NUMBERS = (
    "pain_mean",
    "pain_stddev",
    "pain_lower",
    "pain_upper",
    "pain_probability",
    "pain_trend_per_min",
    "arousal",
    "valence",
    "dominance",
)


def state_message(state: UserState) -> msg.UserState:
    """The person's state as a message."""
    message = msg.UserState(present=state.present, abstained=state.abstained, reason=state.reason, words=state.words)
    message.header.stamp = to_stamp(state.stamp_s)
    message.consent = int(state.consent)
    message.company = int(state.company)
    for name in _STATE_NUMBERS:
        setattr(message, name, float(getattr(state, name)))
    message.weights = [_weight_message(weight) for weight in state.weights]
    message.contributions = _evidence_messages(state.contributions)
    if state.last_self_report is not None:
        message.has_self_report = True
        message.last_self_report = report_message(state.last_self_report)
    return message


def _weight_message(weight: ModalityWeight) -> msg.ModalityWeight:
    return msg.ModalityWeight(
        modality=weight.modality,
        weight=float(weight.weight),
        reason=weight.reason,
        level=float(weight.level),
        level_stddev=float(weight.level_stddev),
    )


def _evidence_messages(evidence: Sequence[Evidence]) -> list[msg.Evidence]:
    return [
        msg.Evidence(cue=e.cue, value=float(e.value), unit=e.unit, contribution=float(e.contribution)) for e in evidence
    ]


def _evidence_from(messages: Sequence[msg.Evidence]) -> tuple[Evidence, ...]:
    return tuple(Evidence(e.cue, e.value, e.unit, e.contribution) for e in messages)


def state_from(message: msg.UserState) -> UserState:
    """The person's state from a message."""
    return UserState(
        stamp_s=to_seconds(message.header.stamp),
        present=message.present,
        consent=Consent(message.consent),
        company=Company(message.company),
        abstained=message.abstained,
        reason=message.reason,
        words=message.words,
        last_self_report=report_from(message.last_self_report) if message.has_self_report else None,
        weights=tuple(ModalityWeight(w.modality, w.weight, w.reason, w.level, w.level_stddev) for w in message.weights),
        contributions=_evidence_from(message.contributions),
        **{name: getattr(message, name) for name in _STATE_NUMBERS},
    )


def report_message(report: SelfReport) -> msg.SelfReport:
    """A self-report as a message."""
    message = msg.SelfReport(by_proxy=report.by_proxy, source=report.source)
    message.header.stamp = to_stamp(report.stamp_s)
    message.scale = SCALES.index(report.scale)
    message.value = float(report.value)
    message.normalised = float(report.normalised)
    return message


def report_from(message: msg.SelfReport) -> SelfReport:
    """A self-report from a message."""
    if message.scale >= len(SCALES):
        raise ValueError(f"SelfReport has scale {message.scale}; use 0 (NRS), 1 (VAS), 2 (FPS-R) or 3 (VRS)")
    if not 0.0 <= message.normalised <= 10.0:
        raise ValueError(f"SelfReport has normalised {message.normalised}; it must be 0 to 10")
    stamp_s = to_seconds(message.header.stamp)
    scale = SCALES[message.scale]
    return SelfReport(stamp_s, scale, message.value, message.normalised, message.by_proxy, message.source)


def expression_message(expression: Expression) -> msg.Expression:
    """An expression as a message."""
    message = msg.Expression(cause=expression.cause, answers_monotonic_ns=expression.answers_monotonic_ns)
    message.header.stamp = to_stamp(expression.stamp_s)
    message.header.frame_id = "base_link"
    message.answers = to_stamp(expression.answers_s)
    numbers = sorted(expression.activation)
    message.unit = numbers
    message.activation = [float(expression.activation[unit]) for unit in numbers]
    message.blend_s = float(expression.blend_s)
    if expression.gaze_target is not None:
        message.has_gaze = True
        x, y, z = map(float, expression.gaze_target)
        message.gaze_target = PointMessage(x=x, y=y, z=z)
    for name in BODY_PARTS:
        value = float(getattr(expression, name))
        if math.isfinite(value):
            setattr(message, f"has_{name}", True)
            setattr(message, name, min(max(value, 0.0), 1.0))
    return message


def expression_from(message: msg.Expression) -> Expression:
    """An expression from a message."""
    _same_length(message, unit=message.unit, activation=message.activation)
    gaze: Point | None = None
    if message.has_gaze:
        gaze = (message.gaze_target.x, message.gaze_target.y, message.gaze_target.z)
        if not all(map(math.isfinite, gaze)):
            raise ValueError("Expression has a gaze target that is not finite; leave has_gaze false instead")
    return Expression(
        stamp_s=to_seconds(message.header.stamp),
        activation=dict(zip(map(int, message.unit), map(float, message.activation), strict=True)),
        gaze_target=gaze,
        blend_s=message.blend_s,
        cause=message.cause,
        answers_s=answered_s(message.answers),
        answers_monotonic_ns=message.answers_monotonic_ns,
        **{name: _share(message, name) for name in BODY_PARTS},
    )


def _share(message: msg.Expression, name: str) -> float:
    """A part of the body that is led, 0–1; NaN where it is not."""
    value = float(getattr(message, name))
    return min(max(value, 0.0), 1.0) if getattr(message, f"has_{name}") and math.isfinite(value) else math.nan


def behavior_message(status: BehaviorStatus) -> msg.BehaviorStatus:
    """What the robot does and why, as a message."""
    message = msg.BehaviorStatus(
        behavior=status.behavior,
        system=status.system,
        tree_path=status.tree_path,
        reason=status.reason,
        mode=status.mode,
        mirror_gain=float(status.mirror_gain),
        option=[option.name for option in status.options],
        utility=[float(option.utility) for option in status.options],
        why=[option.why for option in status.options],
    )
    message.header.stamp = to_stamp(status.stamp_s)
    message.answers = to_stamp(status.answers_s)
    message.since = to_stamp(status.since_s)
    return message


def behavior_from(message: msg.BehaviorStatus) -> BehaviorStatus:
    """What the robot does and why, from a message."""
    return BehaviorStatus(
        stamp_s=to_seconds(message.header.stamp),
        behavior=message.behavior,
        system=message.system,
        tree_path=message.tree_path,
        reason=message.reason,
        mirror_gain=message.mirror_gain,
        since_s=to_seconds(message.since),
        mode=message.mode,
        answers_s=answered_s(message.answers),
        options=_options(message),
    )


def _options(message: msg.BehaviorStatus) -> tuple[Option, ...]:
    """What was weighed, best first."""
    _same_length(message, option=message.option, utility=message.utility, why=message.why)
    columns = zip(message.option, message.utility, message.why, strict=True)
    return tuple(Option(name, float(utility), why) for name, utility, why in columns)


def command_message(command: JointCommand) -> msg.JointCommand:
    """A request for joints as a message."""
    names = list(command.position)
    message = msg.JointCommand(name=names, answers_monotonic_ns=command.answers_monotonic_ns)
    message.header.stamp = to_stamp(command.stamp_s)
    message.answers = to_stamp(command.answers_s)
    message.position = [float(command.position[name]) for name in names]
    if command.velocity:
        message.velocity = [float(command.velocity.get(name, 0.0)) for name in names]
    return message


def command_from(message: msg.JointCommand) -> JointCommand:
    """A request for joints from a message; what it asks for is checked by the safety layer."""
    _same_length(message, name=message.name, position=message.position)
    velocity: Mapping[str, float] = {}
    if len(message.velocity):
        _same_length(message, name=message.name, velocity=message.velocity)
        velocity = dict(zip(message.name, message.velocity, strict=True))
    return JointCommand(
        stamp_s=to_seconds(message.header.stamp),
        position=dict(zip(message.name, message.position, strict=True)),
        velocity=velocity,
        answers_s=answered_s(message.answers),
        answers_monotonic_ns=message.answers_monotonic_ns,
    )


def trajectory_message(points: Sequence[TrajectoryPoint], stamp_s: float) -> JointTrajectory:
    """A trajectory as a message; all points name the same joints."""
    names = list(points[0].position)
    message = JointTrajectory(joint_names=names)
    message.header.stamp = to_stamp(stamp_s)
    for point in points:
        entry = JointTrajectoryPoint()
        entry.positions = [float(point.position[name]) for name in names]
        entry.velocities = [float(point.velocity.get(name, 0.0)) for name in names]
        whole = int(point.time_from_start_s)
        entry.time_from_start.sec = whole
        entry.time_from_start.nanosec = round((point.time_from_start_s - whole) * 1e9)
        message.points.append(entry)
    return message


def trajectory_from(message: JointTrajectory) -> list[TrajectoryPoint]:
    """The points of a trajectory."""
    names = message.joint_names
    points = []
    for entry in message.points:
        _same_length(message, joint_names=names, positions=entry.positions)
        time_s = entry.time_from_start.sec + entry.time_from_start.nanosec * 1e-9
        velocity = dict(zip(names, entry.velocities, strict=True)) if len(entry.velocities) else {}
        points.append(TrajectoryPoint(time_s, dict(zip(names, entry.positions, strict=True)), velocity))
    return points
