"""A person's pose from a message, for mirroring it."""

from __future__ import annotations

from solamen_msgs import msg

from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import head_from
from solamen.robot.mirror import SeenPerson


def seen_person_from(message: msg.PersonPose, with_arms: bool = True) -> SeenPerson:
    """A look at a person from a message; without arms the keypoints are left alone, which is quicker."""
    points = [(point.x, point.y, point.z) for point in message.keypoints] if with_arms else None
    return SeenPerson(
        stamp_s=to_seconds(message.header.stamp),
        head=head_from(message.head),
        head_visibility=float(message.head_visibility),
        keypoints=points,
        visibility=tuple(map(float, message.visibility)) if with_arms else (),
    )
