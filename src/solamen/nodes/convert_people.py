"""What is known of a person, as messages and back."""

from __future__ import annotations

from collections.abc import Mapping

from solamen_msgs import msg

from solamen.core.person import Offset, PersonTraits
from solamen.nodes.clock import to_stamp
from solamen.people.baseline import Baseline


def traits_message(person_id: str, traits: PersonTraits, stamp_s: float) -> msg.PersonTraits:
    """Traits as a message."""
    message = msg.PersonTraits(person_id=person_id, n_reports=traits.n_reports)
    message.header.stamp = to_stamp(stamp_s)
    message.log_expressiveness = traits.log_expressiveness
    message.log_expressiveness_stddev = traits.log_expressiveness_stddev
    message.log_sensitivity, message.log_sensitivity_stddev = traits.log_sensitivity, traits.log_sensitivity_stddev
    message.hiding_share = traits.hiding_share
    message.offset_modality = [offset.modality for offset in traits.offsets]
    message.offset_mean = [offset.mean for offset in traits.offsets]
    message.offset_stddev = [offset.stddev for offset in traits.offsets]
    return message


def traits_from(message: msg.PersonTraits) -> PersonTraits:
    """Traits from a message.

    Raises:
        ValueError: a number is out of range, or the columns differ in length.
    """
    columns = zip(message.offset_modality, message.offset_mean, message.offset_stddev, strict=True)
    return PersonTraits(
        log_expressiveness=float(message.log_expressiveness),
        log_expressiveness_stddev=float(message.log_expressiveness_stddev),
        log_sensitivity=float(message.log_sensitivity),
        log_sensitivity_stddev=float(message.log_sensitivity_stddev),
        offsets=tuple(Offset(modality, float(mean), float(stddev)) for modality, mean, stddev in columns),
        hiding_share=float(message.hiding_share),
        n_reports=int(message.n_reports),
    )


def helped_message(person_id: str, courses: Mapping[str, tuple[int, float]], stamp_s: float) -> msg.WhatHelped:
    """What helped, as a message."""
    message = msg.WhatHelped(person_id=person_id, activity=list(courses))
    message.header.stamp = to_stamp(stamp_s)
    message.courses = [count for count, _ in courses.values()]
    message.eased = [total for _, total in courses.values()]
    return message


def baseline_message(person_id: str, baseline: Baseline) -> msg.Baseline:
    """A baseline that is kept, as a message."""
    message = msg.Baseline(person_id=person_id, modality=baseline.modality, baseline_id=baseline.baseline_id)
    message.header.stamp = to_stamp(baseline.stamp_s)
    message.version, message.quality = baseline.version, baseline.quality
    message.name, message.mean, message.stddev = list(baseline.name), list(baseline.mean), list(baseline.stddev)
    return message
