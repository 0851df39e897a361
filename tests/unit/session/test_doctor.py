"""What the doctor finds on machines that lack something."""

import json
import sys
from pathlib import Path

import pytest

from solamen.core.clock import SteppedClock
from solamen.core.errors import OutsideError
from solamen.session import doctor
from solamen.session.doctor import Check
from solamen.voice.microphone import Device


def test_a_missing_library_is_named() -> None:
    check = doctor.check_libraries(("json", "no_such_library"))
    assert not check.ok
    assert check.detail == "missing: no_such_library"
    assert check.remedy


def test_installed_libraries_are_counted() -> None:
    assert doctor.check_libraries(("json", "math")).detail == "2 of 2 installed"


def test_a_failing_program_is_told_by_its_last_line() -> None:
    check = doctor.timed(SteppedClock(), "ROS 2", "raise ImportError('no librcl.so')", "Install it.")
    assert check == Check("ROS 2", False, "ImportError: no librcl.so", "Install it.")


def test_a_working_program_has_no_remedy() -> None:
    assert doctor.timed(SteppedClock(), "ROS 2", "pass", "Install it.") == Check("ROS 2", True, "works (0.0 s)")


def test_a_program_that_hangs_is_given_up() -> None:
    assert doctor.problem_of("import signal; signal.pause()", timeout_s=0.2) == "no answer within 0.2 s"


def test_a_program_that_dies_silently_is_told_by_its_status() -> None:
    assert doctor.problem_of("import os; os._exit(9)") == "ended with status 9"


def test_no_camera_is_no_fault(tmp_path: Path) -> None:
    check = doctor.check_cameras(tmp_path)
    assert check.ok
    assert check.detail == "none"


def test_a_device_that_does_not_answer_is_a_fault(tmp_path: Path) -> None:
    for number in (10, 2):
        (tmp_path / f"video{number}").touch()
    check = doctor.check_cameras(tmp_path)
    assert not check.ok
    assert check.detail.startswith("video2 (no answer: ")
    assert "video10 (no answer: " in check.detail


def test_microphones_are_listed_by_the_number_that_a_run_takes(tmp_path: Path) -> None:
    check = doctor.check_microphones(tmp_path, lambda: [Device(3, "USB", 1, 48000)])
    assert check.detail == "3 (USB, 1 channels, 48000 Hz)" and check.ok
    assert doctor.check_microphones(tmp_path, lambda: []).detail == "none"


def test_without_pyaudio_microphones_are_counted_and_it_is_said_what_to_type(tmp_path: Path) -> None:
    (tmp_path / "card0" / "pcm0c").mkdir(parents=True)
    (tmp_path / "card0" / "pcm0p").mkdir()

    def ask() -> list[Device]:
        raise OutsideError("they cannot be opened without PyAudio", "this environment", "Install it.")

    check = doctor.check_microphones(tmp_path, ask)
    assert check.detail == "1 found, but they cannot be opened without PyAudio. Install it."
    assert check.ok


@pytest.mark.parametrize(("available_mb", "ok"), [(doctor.LEAST_MEMORY_MB, True), (doctor.LEAST_MEMORY_MB - 1, False)])
def test_too_little_memory_is_a_fault(available_mb: int, ok: bool) -> None:
    check = doctor.check_memory(available_mb)
    assert (check.ok, bool(check.remedy)) == (ok, not ok)


def test_missing_shared_memory_is_a_fault(tmp_path: Path) -> None:
    assert not doctor.check_shared_memory(tmp_path / "absent").ok


def test_too_little_shared_memory_is_a_fault(tmp_path: Path) -> None:
    assert not doctor.check_shared_memory(tmp_path, least_mb=10**12).ok


def test_a_fault_outside_becomes_a_check_with_its_remedy() -> None:
    def look() -> str:
        raise OutsideError("the model is missing", "/nowhere", "Fetch it.")

    assert doctor.outside("model", look) == Check("model", False, "the model is missing: /nowhere", "Fetch it.")


def test_the_report_in_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.print_report([Check("disk", False, "full", "Free some.")], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["checks"] == [{"name": "disk", "ok": False, "detail": "full", "remedy": "Free some."}]


def test_the_report_in_words_tells_the_remedy_of_a_fault_alone(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.print_report(
        [Check("disk", False, "full", "Free some."), Check("cameras", True, "none", "hint")], as_json=False
    )
    out = capsys.readouterr().out
    assert "Free some." in out
    assert "hint" not in out


def test_the_doctor_does_not_import_ros() -> None:
    assert doctor.problem_of("import sys, solamen.session.doctor; sys.exit('rclpy' in sys.modules)") == ""


def test_the_interpreter_is_named() -> None:
    assert sys.prefix in doctor.check_python().detail
