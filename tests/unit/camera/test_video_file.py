from fractions import Fraction

import av
import numpy as np
import pytest

from solamen.camera.video_file import SOUND_RATE_HZ, Picture, Sound, VideoFile
from solamen.core.errors import OutsideError

SECONDS = 2
RATE_HZ = 10


def write_video(path, *, with_sound=True, width=320, height=240):
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE_HZ)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=48_000) if with_sound else None
        for index in range(SECONDS * RATE_HZ):
            image = np.full((height, width, 3), 10 * index, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(video.encode(None))
        if sound is not None:
            tone = np.sin(2 * np.pi * 440 * np.arange(SECONDS * 48_000) / 48_000).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return path


def test_pictures_come_at_their_own_times(tmp_path):
    with VideoFile(write_video(tmp_path / "a.mp4")) as video:
        pictures = [item for item in video.play() if isinstance(item, Picture)]
    times = [picture.time_s for picture in pictures]
    assert times == pytest.approx([index / RATE_HZ for index in range(SECONDS * RATE_HZ)], abs=1e-3)
    assert abs(int(pictures[12].image.mean()) - 120) <= 3


def test_sound_comes_as_mono_at_16_khz_and_as_long_as_it_is(tmp_path):
    with VideoFile(write_video(tmp_path / "a.mp4")) as video:
        sounds = [item for item in video.play() if isinstance(item, Sound)]
    samples = np.concatenate([sound.samples for sound in sounds])
    assert samples.size == pytest.approx(SECONDS * SOUND_RATE_HZ, rel=0.05)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(1 / np.sqrt(2), rel=0.1)


def test_pictures_and_sound_come_in_the_order_of_their_times(tmp_path):
    with VideoFile(write_video(tmp_path / "a.mp4")) as video:
        items = list(video.play())
    times = [item.time_s for item in items]
    assert times == sorted(times)
    assert {type(item) for item in items[:6]} == {Picture, Sound}


def test_a_large_picture_is_scaled_down_in_proportion(tmp_path):
    with VideoFile(write_video(tmp_path / "a.mp4", with_sound=False), max_width_px=160) as video:
        picture = next(item for item in video.play() if isinstance(item, Picture))
    assert picture.image.shape == (120, 160, 3)


def test_a_missing_file_is_told_about(tmp_path):
    with pytest.raises(OutsideError, match="there is no such file"):
        VideoFile(tmp_path / "none.mp4")


@pytest.mark.parametrize("content", [b"", b"these are words and no pictures", bytes(range(256)) * 40])
def test_a_file_that_is_no_video_is_told_about(tmp_path, content):
    path = tmp_path / "words.mp4"
    path.write_bytes(content)
    with pytest.raises(OutsideError, match=r"words\.mp4"):
        VideoFile(path)


def test_a_video_that_is_cut_off_plays_up_to_there(tmp_path):
    whole = write_video(tmp_path / "whole.ts", with_sound=False)
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    with VideoFile(cut) as video:
        count = sum(isinstance(item, Picture) for item in video.play())
    assert 1 <= count < SECONDS * RATE_HZ
