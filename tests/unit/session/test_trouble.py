"""What a process leaves to be told is told once, and half a file is no trouble."""

import json

from solamen.session.trouble import TroubleWatch


def test_each_trouble_is_told_once(tmp_path):
    watch = TroubleWatch(tmp_path)
    assert list(watch.news()) == []
    (tmp_path / "recorder.trouble").write_text(json.dumps({"what": "Recording stopped."}))
    assert list(watch.news()) == [("recorder", "Recording stopped.")]
    assert list(watch.news()) == []
    (tmp_path / "recorder.trouble").write_text(json.dumps({"what": "The film stopped, too."}))
    assert list(watch.news()) == [("recorder", "The film stopped, too.")]


def test_what_cannot_be_read_is_passed_over(tmp_path):
    for name, text in (("a", ""), ("b", "[1]"), ("c", "{}"), ("d", '{"what": "it is"}')):
        (tmp_path / f"{name}.trouble").write_text(text)
    assert list(TroubleWatch(tmp_path).news()) == [("d", "it is")]
