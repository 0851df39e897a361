"""Steps are done once, again when their inputs change, and again when they were interrupted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.places import Site
from bootstrap.steps import Step, digest, perform


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "checkout", tmp_path / "cache")


def counting(counts: list[str], name: str = "model", inputs: str = "a") -> Step:
    return Step(name, [inputs], lambda: counts.append(inputs))


def failing() -> None:
    raise KeyboardInterrupt


def test_a_step_is_done_once(site: Site) -> None:
    counts: list[str] = []
    assert [perform(counting(counts), site) for _ in range(3)] == [True, False, False]
    assert counts == ["a"]


def test_a_step_is_done_again_when_its_inputs_change_and_when_they_change_back(site: Site) -> None:
    counts: list[str] = []
    for inputs in ("a", "b", "a"):
        perform(counting(counts, inputs=inputs), site)
    assert counts == ["a", "b", "a"]


def test_an_interrupted_step_is_done_again(site: Site) -> None:
    with pytest.raises(KeyboardInterrupt):
        perform(Step("model", ["a"], failing), site)
    counts: list[str] = []
    assert perform(counting(counts), site)


def test_a_step_that_fails_over_a_finished_one_leaves_no_stamp(site: Site) -> None:
    counts: list[str] = []
    perform(counting(counts, inputs="a"), site)
    with pytest.raises(KeyboardInterrupt):
        perform(Step("model", ["b"], failing), site)
    assert perform(counting(counts, inputs="a"), site)


def test_a_step_is_done_again_when_what_it_made_is_gone(site: Site) -> None:
    made = site.root / "model"

    def work() -> None:
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()

    step = Step("model", ["a"], work, made.exists)
    perform(step, site)
    made.unlink()
    assert perform(step, site)


def test_steps_whose_names_begin_alike_do_not_disturb_each_other(site: Site) -> None:
    counts: list[str] = []
    perform(counting(counts, name="model"), site)
    perform(counting(counts, name="model files"), site)
    assert not perform(counting(counts, name="model"), site)


def test_a_changed_file_in_a_folder_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = digest([tmp_path])
    (tmp_path / "a").write_text("2")
    assert digest([tmp_path]) != before


def test_a_renamed_file_in_a_folder_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = digest([tmp_path])
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest([tmp_path]) != before


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_different_inputs_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_what_is_done_is_told_in_one_line(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    perform(counting([]), site)
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("model ")
    assert told.endswith(" s\n")
