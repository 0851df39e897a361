"""Workers do what they are asked, and are gone with the process that asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from solamen.core.workers import worker_pool

ASKS = """
import os, sys, time
from solamen.core.workers import worker_pool

if __name__ == "__main__":
    with worker_pool(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"


def test_work_comes_back():
    with worker_pool(2, begin=os.getpid) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]


def test_a_worker_ends_with_the_process_that_was_terminated(tmp_path):
    script = tmp_path / "asks.py"
    script.write_text(ASKS, encoding="utf-8")
    asking = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    try:
        worker = int(asking.stdout.readline())
        assert _alive(worker)
        asking.send_signal(signal.SIGTERM)
        asking.wait(30)
        until_s = time.monotonic() + 30.0
        while _alive(worker) and time.monotonic() < until_s:
            time.sleep(0.05)
        assert not _alive(worker)
    finally:
        asking.kill()
        asking.stdout.close()
