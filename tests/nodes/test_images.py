import array

import numpy as np
import pytest
from sensor_msgs.msg import Image

from solamen.nodes.images import image_from, image_message


def picture():
    return np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)


def test_a_picture_comes_back_as_it_went():
    assert np.array_equal(image_from(image_message(picture(), 1.0, "camera")), picture())


def test_rows_may_be_padded():
    padded = np.zeros((4, 20), np.uint8)
    padded[:, :18] = picture().reshape(4, 18)
    message = Image(height=4, width=6, encoding="rgb8", step=20, data=array.array("B", padded.tobytes()))
    assert np.array_equal(image_from(message), picture())


@pytest.mark.parametrize(("encoding", "channels"), [("bgr8", 3), ("bgra8", 4), ("rgba8", 4), ("mono8", 1)])
def test_other_encodings_become_rgb(encoding, channels):
    rows = np.full((2, 2, channels), 7, np.uint8)
    if channels > 1:
        rows[:, :, 0] = 200
    data = array.array("B", rows.tobytes())
    image = image_from(Image(height=2, width=2, encoding=encoding, step=2 * channels, data=data))
    expected = {"bgr8": [7, 7, 200], "bgra8": [7, 7, 200], "rgba8": [200, 7, 7], "mono8": [7, 7, 7]}[encoding]
    assert image.shape == (2, 2, 3)
    assert image[0, 0].tolist() == expected


@pytest.mark.parametrize(
    "message",
    [
        Image(height=2, width=2, encoding="yuv422", step=4),
        Image(height=2, width=2, encoding="rgb8", step=6, data=array.array("B", [0] * 11)),
        Image(height=2, width=2, encoding="rgb8", step=3, data=array.array("B", [0] * 12)),
        Image(height=0, width=0, encoding="rgb8"),
    ],
)
def test_a_malformed_image_is_told_about(message):
    with pytest.raises(ValueError, match="image"):
        image_from(message)
