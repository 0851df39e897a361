"""A run in the background that a test can look at and disturb."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

WAIT_S = 60.0


def until(condition, what, timeout_s=WAIT_S):
    """Polls a condition of another process; there is no event to wait for."""
    end_s = time.monotonic() + timeout_s
    while time.monotonic() < end_s:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {timeout_s:.0f} s in vain: {what}")


class LiveRun:
    def __init__(self, out: Path, *arguments: str):
        self.out = out
        command = [sys.executable, "-m", "solamen.cli", "run", "--headless", "--out", str(out), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started_s = time.time()
        self.back_s = {}
        self._runtime = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def pids(self):
        """Process name to process id."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                words = child.cmdline()
            except psutil.Error:
                continue
            if "-m" in words:
                found[words[words.index("-m") + 1].rpartition(".")[2]] = child.pid
        return found

    def runtime(self):
        """The folder of the run's small state; looked for once, as looking takes time from what is measured."""
        if self._runtime is not None:
            return self._runtime
        for pid in self.pids().values():
            environment = psutil.Process(pid).environ()
            if "SOLAMEN_RUNTIME_DIR" in environment:
                self._runtime = Path(environment["SOLAMEN_RUNTIME_DIR"])
                return self._runtime
        return None

    def domain(self):
        return int(psutil.Process(next(iter(self.pids().values()))).environ()["ROS_DOMAIN_ID"])

    def wait_up(self):
        """Until all processes are up."""
        runtime = until(self.runtime, "no process started")
        until((runtime / "go").exists, "the run did not begin")

    def ready_pid(self, name):
        """The process id under which a process last said that it is ready."""
        try:
            return json.loads((self.runtime() / f"{name}.ready").read_text())["pid"]
        except (OSError, ValueError, TypeError):
            return None

    def kill(self, name):
        """Kills a process as a crash would, and waits until another one is ready in its place.

        How long that took is added to `back_s[name]`: by the time at which the new process wrote that it is ready, not
        by when this one looked.
        """
        pid, ready = self.pids()[name], self.runtime() / f"{name}.ready"
        killed_s = time.time()
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.ready_pid(name) not in (None, pid), f"{name} did not come back")
        self.back_s.setdefault(name, []).append(ready.stat().st_mtime - killed_s)

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self):
        """Waits for the end; exit status and what was printed."""
        out, err = self.process.communicate(timeout=WAIT_S + 60)
        return self.process.returncode, out, err

    def file(self, name):
        return json.loads((self.out / name).read_text())
