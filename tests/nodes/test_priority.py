"""Which processes go first."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from solamen.nodes.priority import give_way

GIVES_WAY = """
import json, os, threading
from pathlib import Path
from solamen.nodes.priority import give_way
held = threading.Event()
threading.Thread(target=held.wait, daemon=True).start()
given = give_way(5)
nice = [os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path("/proc/self/task").iterdir()]
group = Path("/proc/self/autogroup")
print(json.dumps([given, nice, group.read_text().split()[-1] if group.exists() else None]))
"""


def test_threads_that_are_there_already_give_way_too_and_so_does_the_session():
    with subprocess.Popen(
        [sys.executable, "-c", GIVES_WAY], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        given, nice, group = json.loads(process.communicate()[0])
    assert len(nice) >= 2
    assert set(nice) == {5}
    assert group in ("5", None) or not given


@pytest.fixture
def proc(tmp_path):
    """A process of no threads in a folder, so that this test gives way to nobody."""
    (tmp_path / "task").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("error", "done"),
    [(BlockingIOError("busy"), False), (PermissionError("no"), True), (FileNotFoundError("no such sharing"), True)],
)
def test_it_is_tried_again_only_where_the_kernel_asks_for_that(proc, monkeypatch, error, done):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(Path, "write_text", refuse)
    assert give_way(5, proc) is done
