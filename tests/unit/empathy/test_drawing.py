import itertools
import xml.etree.ElementTree as ET

import pytest

from solamen.cli import main
from solamen.core.clock import SteppedClock
from solamen.core.resources import resource
from solamen.empathy import Companion, EmpathySettings
from solamen.empathy.companion import leaves
from solamen.empathy.drawing import as_svg
from solamen.empathy.scene import Desk, Scene
from solamen.empathy.tree import grow
from solamen.empathy.tree_file import write_tree
from solamen.empathy.tree_words import as_dot, as_text, lines

SVG = "{http://www.w3.org/2000/svg}"


def grown(**scene):
    desk = Desk(EmpathySettings(), SteppedClock(5.0), Scene(**scene))
    return grow(desk)


def test_every_behaviour_has_words_that_say_when():
    tree = grown()
    told = {line.name: line for line in lines(tree)}
    assert leaves(tree) - {"help"} <= set(told)
    assert [name for name, line in told.items() if line.depth and not line.when] == []


def test_the_page_names_every_behaviour_within_its_edges():
    tree = grown()
    page = ET.fromstring(as_svg(tree))
    words = " ".join(text.text for text in page.iter(f"{SVG}text"))
    assert all(line.title in words for line in lines(tree))
    width, height = float(page.get("width")), float(page.get("height"))
    for text in page.iter(f"{SVG}text"):
        wide = 0.5 * float(text.get("font-size")) * len(text.text)
        assert (
            float(text.get("x")) + (0.0 if text.get("text-anchor") else wide) <= width
            and 0.0 <= float(text.get("y")) <= height
        )


def test_no_box_covers_another():
    boxes = [box for box in ET.fromstring(as_svg(grown())).iter(f"{SVG}rect") if box.get("rx")]
    places = sorted((float(box.get("y")), float(box.get("height"))) for box in boxes)
    assert all(y + height <= lower for (y, height), (lower, _) in itertools.pairwise(places))


def test_what_is_done_at_this_moment_is_marked():
    tree = grown(frame_age_s=0.0, face_age_s=0.0)
    assert as_svg(tree).count('stroke-width="4"') == 0
    tree.tick_once()
    assert [line.name for line in lines(tree) if line.active] == ["companion", "attend"]
    assert "▸ Attend" in as_text(tree) and as_svg(tree).count('stroke-width="4"') == 1


def test_the_companion_tells_its_tree_live():
    companion = Companion(EmpathySettings(), SteppedClock(5.0))
    companion.tick()
    assert "▸ Wait" in companion.tree_text()


def test_every_line_but_the_first_hangs_below_another_in_dot():
    tree = grown()
    dot = as_dot(tree)
    assert dot.count("->") == len(list(lines(tree))) - 1 and dot.startswith("digraph companion {")


@pytest.mark.parametrize(("name", "begins"), [("tree.svg", "<svg"), ("tree.dot", "digraph"), ("tree.txt", "· What")])
def test_the_command_writes_what_the_ending_says(tmp_path, capsys, name, begins):
    path = tmp_path / name
    with pytest.raises(SystemExit) as left:
        main(["tree", "-o", str(path)])
    assert left.value.code == 0 and path.read_text().startswith(begins)
    assert capsys.readouterr().out == f"{path}\n"


def test_the_command_prints_text_and_refuses_other_endings(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["tree"])
    assert "Attend" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["tree", "-o", str(tmp_path / "tree.png")])
    assert left.value.code == 2 and "Use .svg, .dot, .txt or -." in capsys.readouterr().err


def test_the_page_in_the_documents_is_the_tree_as_it_ships(tmp_path):
    write_tree(str(tmp_path / "tree.svg"))
    assert resource("docs", "tree.svg").read_text(encoding="utf-8") == (tmp_path / "tree.svg").read_text(
        encoding="utf-8"
    ), "the tree has changed: solamen tree -o docs/tree.svg"
