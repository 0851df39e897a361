import io
import json
import math
import re

import made_run
import pytest
from rich.console import Console

from solamen.core.errors import OutsideError
from solamen.session.definition import message_definition
from solamen.session.folder import in_use
from solamen.session.inspect import finish, inspect, print_table
from solamen.session.reading import read_run
from solamen.session.recording import MessageRecorder, merge_parts, part_paths
from solamen.session.summary import finish_run


def messages(seconds: float = 6.0):
    """A short run: pain waxes and wanes, the estimate follows 0.2 s later, the robot answers."""
    for tick in range(round(seconds * 10)):
        at_s = tick / 10
        pain, seen = (4 + 4 * math.sin(at_s - late_s) for late_s in (0.0, 0.2))
        yield made_run.truth(at_s, pain, {4: pain / 2})
        yield made_run.face(at_s + 0.02, {4: pain / 2, 6: math.nan})
        yield made_run.state(at_s + 0.03, seen if 1.0 < at_s < 5.0 else math.nan, reason="<the face is turned>")
        yield made_run.expression(at_s + 0.04, {4: 0.2})
        yield made_run.trace(at_s + 0.05, 1000.0 + at_s * 1000.0, 80.0)
        yield made_run.joints(at_s, brow_raise_left=0.0, neck_yaw=0.0)
        yield made_run.behavior(at_s, "mirror" if at_s < 3.0 else "calm", "<b>signs</b> in the brow & eyes")
        yield made_run.frame_status(at_s, tick, 0)
        yield made_run.sim_speed(at_s, "0.99")


@pytest.fixture
def run(tmp_path):
    made_run.note(tmp_path, ended_s=made_run.EPOCH_S + 6.0, restarts={"sim": 1})
    made_run.record(tmp_path, messages())
    return tmp_path


def test_every_topic_is_read_into_its_arrays(run):
    series = read_run(run)
    assert series.truth.pain[0] == pytest.approx(4.0)
    assert series.truth.event[0] == "pain"
    assert series.face.intensity.shape == (60, 16)
    assert math.isnan(series.face.intensity[0, 4])
    assert series.user_state.abstained[:3].tolist() == [True, True, True]
    assert series.joints.name == ("brow_raise_left", "neck_yaw")
    assert series.behavior.behavior[0] == "mirror"
    assert series.trace.command_ns[0] - series.trace.answers_ns[0] == 80_000_000
    assert series.sim.realtime_factor[0] == 0.99
    assert series.truth.stamp_s[10] == pytest.approx(made_run.EPOCH_S + 1.0, abs=1e-6)


def test_topics_are_found_in_any_namespace(tmp_path):
    at_s, topic, kind, fields = made_run.truth(0.0, 3.0)
    made_run.record(tmp_path, [(at_s, "/ward_7/robot_2" + topic, kind, fields)])
    assert read_run(tmp_path).truth.pain.tolist() == [3.0]


def test_a_topic_that_only_ends_alike_is_another_topic(tmp_path):
    at_s, _, kind, fields = made_run.truth(0.0, 3.0)
    made_run.record(tmp_path, [(at_s, "/untruth/face", kind, fields)])
    assert len(read_run(tmp_path).truth) == 0


def test_a_simulator_that_tells_no_number_is_left_out(tmp_path):
    made_run.record(tmp_path, [made_run.sim_speed(0.0, "fast"), made_run.sim_speed(1.0, "nan")])
    assert len(read_run(tmp_path).sim) == 0


def test_a_run_in_parts_gives_the_same_figures_as_a_joined_one(run):
    in_parts = inspect(run)
    merge_parts(run)
    joined = inspect(run)
    assert in_parts.pop("cut_off")
    assert not joined.pop("cut_off")
    assert in_parts == joined


def test_where_the_file_of_the_robot_is_gone_only_its_figures_are_not_known(tmp_path):
    made_run.note(tmp_path, options={"source": "patient", "robot": "/nowhere/own.yaml"})
    made_run.record(tmp_path, messages())
    found = finish_run(tmp_path)
    assert found["joint_limit_violations"] is None and found["pain_pcc"] > 0.9


def test_the_end_of_a_run_leaves_one_recording_a_summary_and_a_page(run):
    figures = finish_run(run)
    assert sorted(path.name for path in run.iterdir()) == ["run.json", "session.mcap", "summary.html", "summary.json"]
    assert json.loads((run / "summary.json").read_text()) == figures
    assert figures["latency_ms"]["p50"] == 80.0
    assert figures["restarts"] == 1
    assert figures["pain_pcc"] > 0.9
    assert figures["joint_limit_violations"] == 0


def test_a_recording_that_cannot_be_joined_still_gives_a_summary(run):
    (run / "session.mcap").mkdir()
    figures = finish_run(run)
    assert "cannot join the recording" in figures["problems"][0]
    assert figures["latency_ms"]["n"] == 60
    assert part_paths(run)


def test_a_run_that_was_cut_off_is_finished_when_asked_but_not_while_it_goes_on(run):
    with in_use(run), pytest.raises(OutsideError, match="another run is recording"):
        finish(run)
    assert part_paths(run)
    finish(run)
    assert inspect(run)["duration_s"] == 6.0 and not part_paths(run)
    with pytest.raises(OutsideError, match="there is no such folder"):
        finish(run / "none")


def test_inspect_reads_the_summary_that_is_there(run):
    (run / "summary.json").write_text('{"frames": 7}')
    assert inspect(run) == {"frames": 7}


@pytest.mark.parametrize("content", ["{", "[1]", ""])
def test_a_spoilt_summary_is_told_about(run, content):
    (run / "summary.json").write_text(content)
    with pytest.raises(OutsideError, match="summary"):
        inspect(run)


def test_the_table_names_figure_budget_and_that_the_patient_is_synthetic(run):
    finish_run(run)
    shown = io.StringIO()
    print_table(run, Console(file=shown, width=120))
    assert re.search(r"frame to joint command, 95 %\W+80 ms\W+≤ 250", shown.getvalue())
    assert "virtual patient (synthetic)" in shown.getvalue()
    assert "Not a medical device" in " ".join(shown.getvalue().split())  # the title may be broken into lines


def test_a_missing_folder_is_told_in_one_sentence(tmp_path):
    with pytest.raises(OutsideError, match="there is no such folder"):
        inspect(tmp_path / "gone")


def test_a_folder_without_a_run_is_told_about(tmp_path):
    with pytest.raises(OutsideError, match="holds no run"):
        inspect(tmp_path)


def test_a_recording_that_is_none_is_told_about(tmp_path):
    (tmp_path / "session.mcap").write_text("not a recording at all")
    with pytest.raises(OutsideError, match="cannot be read"):
        inspect(tmp_path)


def test_a_message_that_cannot_be_decoded_is_told_with_its_topic(tmp_path):
    definition = message_definition("solamen_msgs/msg/UserState")
    with MessageRecorder(tmp_path) as recorder:
        recorder.write("/user_state", "solamen_msgs/msg/UserState", definition, b"\x00\x01\x00\x00\x01", 0, 0)
    with pytest.raises(OutsideError, match=r"UserState cannot be decoded.*: /user_state"):
        inspect(tmp_path)


def test_spoilt_notes_are_told_about(run):
    (run / "run.json").write_text("{")
    with pytest.raises(OutsideError, match=r"run\.json"):
        inspect(run)


def test_the_page_needs_no_other_file(run):
    finish_run(run)
    page = (run / "summary.html").read_text()
    assert not re.search(r"https?:|src=|href=|url\((?!#)|@import|<script|<link", page)


def test_the_page_says_that_the_patient_is_synthetic_and_that_it_is_no_medical_device(run):
    finish_run(run)
    page = (run / "summary.html").read_text()
    assert "virtual patient (synthetic)" in page
    assert "not a medical device" in page


def test_the_page_of_a_person_does_not_call_them_synthetic(tmp_path):
    made_run.note(tmp_path, options={"source": "camera", "robot": "sol"}, ended_s=made_run.EPOCH_S + 6.0)
    made_run.record(tmp_path, [message for message in messages() if message[1] != "/truth/face"])
    finish_run(tmp_path)
    page = (tmp_path / "summary.html").read_text()
    assert "synthetic" not in page
    assert "correlation" not in page


def test_reasons_are_written_as_text_and_not_as_markup(run):
    finish_run(run)
    page = (run / "summary.html").read_text()
    assert (
        page.count("&lt;b&gt;signs&lt;/b&gt; in the brow &amp; eyes") == 4
    )  # in the table, and where bars are pointed at
    assert "<b>signs" not in page
    assert "<the face" not in page


def test_a_run_of_which_nothing_was_recorded_still_has_a_page(tmp_path):
    made_run.note(tmp_path, ended_s=made_run.EPOCH_S + 1.0)
    figures = finish_run(tmp_path)
    assert figures["pain_pcc"] is None
    assert "No estimate of pain was given" in (tmp_path / "summary.html").read_text()
