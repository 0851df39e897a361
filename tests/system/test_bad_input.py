"""Bad input: one sentence of what, where and what to do, status 2, and nothing left behind."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

pytestmark = pytest.mark.system


def solamen(*arguments, cwd):
    command = [sys.executable, "-m", "solamen.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=cwd)


def faceless_video(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for level in range(20):
            image = np.full((240, 320, 3), 5 * level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def refused(tmp_path, *arguments):
    """What a refused run says, after checking that it is one sentence with status 2 and left nothing."""
    before = sorted(tmp_path.rglob("*"))
    result = solamen("run", "--headless", "--duration", "1", *arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    told = [line for line in result.stderr.splitlines() if line.startswith("solamen: ")]
    assert len(told) == 1
    assert "Traceback" not in result.stderr
    assert sorted(tmp_path.rglob("*")) == before
    return told[0]


def test_a_missing_file(tmp_path):
    assert "there is no such file" in refused(tmp_path, "--input", tmp_path / "none.mp4")


def test_a_file_that_is_no_video(tmp_path):
    path = tmp_path / "words.mp4"
    path.write_text("these are words")
    assert "no video that can be read" in refused(tmp_path, "--input", path)


def test_a_video_without_a_face(tmp_path):
    assert "no face was found" in refused(tmp_path, "--input", faceless_video(tmp_path / "wall.mp4"))


@pytest.mark.skipif(Path("/dev/video63").exists(), reason="there is a camera 63")
def test_no_camera(tmp_path):
    assert "the camera does not open: camera 63" in refused(tmp_path, "--input", "camera:63")


def test_an_unknown_key_of_a_scenario(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text("person: adult\nperiod_s: 30\nweather: rain\n")
    told = refused(tmp_path, "--scenario", path)
    assert "weather" in told
    assert str(path) in told


def test_a_missing_scenario(tmp_path):
    assert "cannot read the file" in refused(tmp_path, "--scenario", tmp_path / "none.yaml")


def test_a_folder_that_holds_other_things(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").write_text("dear")
    assert "holds no earlier run" in refused(tmp_path, "--out", tmp_path / "letters")


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file" in refused(tmp_path, "--out", tmp_path / "file" / "run")


@contextlib.contextmanager
def mounted(folder, options):
    """A small file system of its own; only root can make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a file system can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_read_only_folder(tmp_path):
    with mounted(tmp_path / "disk", "ro,size=300m") as disk:
        assert "cannot write the output folder (read-only)" in refused(tmp_path, "--out", disk / "run")


def test_a_nearly_full_disk(tmp_path):
    with mounted(tmp_path / "disk", "size=1m") as disk:
        assert "MB are needed" in refused(tmp_path, "--out", disk / "run")


def test_inspect_of_no_run(tmp_path):
    result = solamen("inspect", tmp_path / "none", cwd=tmp_path)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--duration", "-3"], ["--duration", "nan"], ["--input", "camera:x"]])
def test_arguments_that_cannot_be(tmp_path, arguments):
    assert solamen("run", *arguments, cwd=tmp_path).returncode == 2
