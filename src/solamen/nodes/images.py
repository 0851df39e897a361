"""Pictures to messages and back, without a copy that could be saved."""

from __future__ import annotations

import array

import numpy as np
from sensor_msgs.msg import Image as ImageMessage

from solamen.core.frames import Image
from solamen.nodes.clock import to_stamp

CHANNELS = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4, "mono8": 1}


def image_message(image: Image, stamp_s: float, frame_id: str) -> ImageMessage:
    """A picture (height × width × 3, RGB) as a message."""
    height, width, _ = image.shape
    message = ImageMessage(height=height, width=width, encoding="rgb8", step=3 * width)
    message.header.stamp = to_stamp(stamp_s)
    message.header.frame_id = frame_id
    data = array.array("B")
    data.frombytes(memoryview(np.ascontiguousarray(image)).cast("B"))
    message.data = data
    return message


def image_from(message: ImageMessage) -> Image:
    """A picture (height × width × 3, RGB) from a message.

    Raises:
        ValueError: an encoding that is not known, or fewer bytes than the size asks for.
    """
    channels = CHANNELS.get(message.encoding)
    if channels is None:
        raise ValueError(f"image encoding {message.encoding!r} is not known; use one of {', '.join(CHANNELS)}")
    height, width, step = message.height, message.width, message.step
    data = np.frombuffer(message.data, np.uint8)
    if height * width == 0 or step < width * channels or data.size < height * step:
        raise ValueError(f"an image of {width} x {height} needs more than {data.size} bytes with step {step}")
    rows = data[: height * step].reshape(height, step)[:, : width * channels].reshape(height, width, channels)
    if message.encoding.startswith("bgr"):
        rows = rows[:, :, 2::-1]
    return np.ascontiguousarray(np.repeat(rows, 3, axis=2) if channels == 1 else rows[:, :, :3])
