"""What a replay is fed with: estimates, units, reports and cues of a recording, in the order in which they came."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mcap.records import Schema
from mcap_ros2.decoder import DecoderFactory

from solamen.core.action_units import ActionUnits, PainIndex
from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.core.states import Company, Consent, SelfReport
from solamen.session.recording import SESSION_FILE, Recorded, part_paths, recorded_messages
from solamen.session.run_clock import ClockSteps

SCALES = ("NRS", "VAS", "FPS-R")

Told = ActionUnits | PainEstimate | SelfReport | Cue | Company | Consent


def told(run: Path, damaged: Callable[[Path], None] = lambda _: None) -> Iterator[tuple[int, Told]]:
    """Log time in nanoseconds, and what was told; sorted by log time within the recording.

    Args:
        run: folder of a recorded run.
        damaged: is told of a file that was cut off or damaged, after what stands before that.

    Raises:
        OutsideError: the folder holds no recording, or a message cannot be decoded.
    """
    files = [run / SESSION_FILE] if (run / SESSION_FILE).is_file() else part_paths(run)
    if not files:
        raise OutsideError("the folder holds no recording", str(run), "Give the folder of a recorded run.")
    decoders: dict[str, Callable[[bytes], Any]] = {}
    steps = ClockSteps()
    for path in files:
        for message in recorded_messages(path, damaged):
            make = _maker(message.topic)
            steps.see(message.stamp_ns, message.log_ns)
            if make is None:
                continue
            if message.type_name not in decoders:
                decoders[message.type_name] = _decoder(message)
            try:
                heard = make(decoders[message.type_name](message.cdr))
                yield message.log_ns, _settled(heard, message.log_ns * 1e-9, steps)
            except (struct.error, ValueError, LookupError, AttributeError) as error:
                what = f"a message of type {message.type_name} cannot be decoded ({error})"
                raise OutsideError(what, f"{path}, {message.topic}", "Record the run with this version.") from error


def _settled(what: Told, log_s: float, steps: ClockSteps) -> Told:
    """With its stamps in the time of the run, whoever set the machine's clock."""
    if len(steps.seconds) == 1 or isinstance(what, Company | Consent):
        return what
    settled = replace(what, stamp_s=steps.settled_one(what.stamp_s, log_s))
    if isinstance(settled, Cue):
        return replace(settled, onset_s=steps.settled_one(settled.onset_s, log_s))
    return settled


def _maker(topic: str) -> Callable[[Any], Told] | None:
    return next((make for suffix, make in _MAKERS.items() if topic == suffix or topic.endswith("/" + suffix)), None)


def _decoder(message: Recorded) -> Callable[[bytes], Any]:
    schema = Schema(id=1, name=message.type_name, encoding="ros2msg", data=message.definition)
    decoder: Callable[[bytes], Any] | None = DecoderFactory().decoder_for("cdr", schema)
    if decoder is None:
        raise OutsideError(f"cannot decode {message.type_name}", message.topic, "Record the run again.")
    return decoder


def _seconds(stamp: Any) -> float:
    return float(stamp.sec) + float(stamp.nanosec) * 1e-9


def _units(message: Any) -> ActionUnits:
    seen = list(zip(message.unit, message.intensity, message.observable, strict=True))
    return ActionUnits(
        stamp_s=_seconds(message.header.stamp),
        face_present=bool(message.face_present),
        intensity={int(unit): float(value) if ok else math.nan for unit, value, ok in seen},
        confidence=dict(zip(map(int, message.unit), map(float, message.confidence), strict=False)),
        index=PainIndex(message.pspi, message.pspi_lower, message.pspi_upper),
        quality=float(message.quality),
        quality_reason=message.quality_reason,
        monotonic_ns=int(message.answers_monotonic_ns),
    )


def _estimate(message: Any) -> PainEstimate:
    names = ("intensity", "stddev", "probability", "prior", "log_likelihood_ratio", "quality")
    numbers: dict[str, Any] = {name: float(getattr(message, name)) for name in names}
    return PainEstimate(
        stamp_s=_seconds(message.header.stamp),
        modality=message.modality,
        partial=bool(message.partial),
        abstained=bool(message.abstained),
        reason=message.reason,
        calibration=message.calibration,
        **numbers,
    )


def _report(message: Any) -> SelfReport:
    scale = SCALES[message.scale] if message.scale < len(SCALES) else SCALES[0]
    stamp_s = _seconds(message.header.stamp)
    value, normalised = float(message.value), float(message.normalised)
    return SelfReport(stamp_s, scale, value, normalised, bool(message.by_proxy), message.source)


def _cue(message: Any) -> Cue:
    onset_s = _seconds(message.onset)
    return Cue(
        stamp_s=_seconds(message.header.stamp),
        kind=message.kind,
        value=float(message.value),
        place=message.place,
        onset_s=onset_s if onset_s > 0.0 else math.nan,
        duration_s=float(message.duration_s),
        confidence=float(message.confidence),
        source=message.source,
    )


def _company(message: Any) -> Company:
    return Company(message.company) if message.company in set(Company) else Company.UNKNOWN


def _consent(message: Any) -> Consent:
    return Consent(message.consent) if message.consent in set(Consent) else Consent.NONE


_MAKERS: dict[str, Callable[[Any], Told]] = {
    "face/action_units": _units,
    "face/pain": _estimate,
    "voice/pain": _estimate,
    "body/pain": _estimate,
    "biosignals/pain": _estimate,
    "self_report": _report,
    "cues": _cue,
    "context": _company,
    "person": _consent,
}
"""End of the topic's name, and what makes a value of a message."""
