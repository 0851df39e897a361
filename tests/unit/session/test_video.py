from pathlib import Path

import av
import numpy as np
import pytest

from solamen.session.video import FragmentedVideo, merge_video, video_parts

WIDTH, HEIGHT = 64, 48


def grey(level: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), level, np.uint8)


def write(video: FragmentedVideo, times_s: list[float], level: int = 100) -> None:
    for time_s in times_s:
        video.write(grey(level), time_s)


def shown(path: Path) -> list[tuple[float, int]]:
    """Time and mean brightness of each picture."""
    with av.open(str(path)) as source:
        return [
            (round(float(frame.pts * frame.time_base), 3), round(frame.to_ndarray(format="rgb24").mean()))
            for frame in source.decode(video=0)
        ]


def tenths(begin: int, end: int) -> list[float]:
    return [1000.0 + index / 10 for index in range(begin, end)]


def test_pictures_stand_at_the_times_of_their_stamps(tmp_path):
    with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
        write(video, [1000.0, 1000.1, 1000.25, 1001.7])
    assert [time_s for time_s, _ in shown(video.part)] == [0.0, 0.1, 0.25, 1.7]


def test_a_video_whose_process_was_killed_plays_up_to_its_last_second(tmp_path):
    video = FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10)
    write(video, tenths(0, 50))
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(video.part.read_bytes())
    assert shown(copy)[-1][0] >= 4.9 - 1.1
    video.close()


def test_a_video_cut_in_the_middle_of_a_fragment_still_plays(tmp_path):
    with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
        write(video, tenths(0, 50))
    content = video.part.read_bytes()
    video.part.write_bytes(content[: int(0.7 * len(content))])
    merged = merge_video(tmp_path)
    assert merged is not None
    assert len(shown(merged)) >= 10


def test_a_recorder_that_starts_again_overwrites_nothing(tmp_path):
    for _ in range(2):
        with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
            write(video, tenths(0, 5))
    assert [path.name for path in video_parts(tmp_path)] == ["robot-000.mp4", "robot-001.mp4"]


def test_joined_parts_keep_their_pictures_and_their_places_in_time(tmp_path):
    for begin, level in ((0, 50), (80, 200)):
        with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
            write(video, tenths(begin, begin + 20), level)
    merged = merge_video(tmp_path)
    assert merged == tmp_path / "robot.mp4"
    found = shown(merged)
    assert len(found) == 40
    assert found[20][0] == pytest.approx(8.0, abs=0.002)
    assert found[0][1] == pytest.approx(50, abs=4)
    assert found[-1][1] == pytest.approx(200, abs=4)
    assert video_parts(tmp_path) == []


def test_a_clock_that_stepped_back_between_parts_does_not_mix_them(tmp_path):
    for begin in (100, 0):
        with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
            write(video, tenths(begin, begin + 10))
    times = [time_s for time_s, _ in shown(merge_video(tmp_path))]
    assert len(times) == 20
    assert times == sorted(set(times))


def test_a_picture_that_is_not_later_is_dropped(tmp_path):
    with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
        write(video, [1000.0, 1000.1, 1000.1, 999.0, float("nan"), 1000.2])
    assert video.dropped == 3
    assert len(shown(video.part)) == 3


def test_without_pictures_there_is_no_video(tmp_path):
    with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10):
        pass
    assert merge_video(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_video_is_readable_by_its_owner_alone(tmp_path):
    with FragmentedVideo(tmp_path / "robot.mp4", WIDTH, HEIGHT, 10) as video:
        write(video, tenths(0, 3))
    assert video.part.stat().st_mode & 0o077 == 0
    assert merge_video(tmp_path).stat().st_mode & 0o077 == 0


def test_a_folder_that_is_gone_is_a_failure_and_no_exception(tmp_path):
    with FragmentedVideo(tmp_path / "gone" / "robot.mp4", WIDTH, HEIGHT, 10) as video:
        write(video, tenths(0, 3))
    assert video.failed.startswith("The video stopped (No such file or directory)")
    assert video.dropped == 3


def test_an_odd_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="even width"):
        FragmentedVideo(tmp_path / "robot.mp4", 63, 48, 10)
