"""Workers do what they are asked, and are gone with the process that asked."""

import os
import select
import signal
import subprocess
import sys

import pytest

from solamen.core.workers import shared, worker_pool

ASKS = """
import os, signal
from solamen.core.workers import worker_pool

if __name__ == "__main__":
    with worker_pool(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(signal.pause).result()
"""


def test_work_comes_back():
    with worker_pool(2, begin=os.getpid) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_with_the_number_of_their_job(workers):
    assert sorted(shared(abs, [-3, 2, -1], workers)) == [(0, 3), (1, 2), (2, 1)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_fails_is_told(workers):
    with pytest.raises(TypeError, match="abs"):
        list(shared(abs, ["no number"], workers))


def test_a_worker_ends_with_the_process_that_was_terminated(tmp_path):
    script = tmp_path / "asks.py"
    script.write_text(ASKS, encoding="utf-8")
    asking = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    try:
        worker = os.pidfd_open(int(asking.stdout.readline()))
        asking.send_signal(signal.SIGTERM)
        asking.wait(30)
        ended, _, _ = select.select([worker], [], [], 30.0)
        os.close(worker)
        assert ended
    finally:
        asking.kill()
        asking.stdout.close()
