"""Starts the processes of a run, starts them again when they die, and ends them together. Built on Circus."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from circus.arbiter import Arbiter
from circus.exc import ConflictError
from circus.watcher import Watcher
from tornado.ioloop import IOLoop, PeriodicCallback

from solamen.core.clock import Clock
from solamen.session.graph import ProcessSpec, command
from solamen.session.run_clock import begin_run_clock
from solamen.session.trouble import TroubleWatch

CHECK_S = 0.2
SAMPLE_S = 2.0
MEMORY_AT_ONCE = 2
"""Processes whose memory is counted at each sample: some 50 ms each, in which a dead process waits to be noticed."""
GRACE_S = 6.0
"""A process that has not ended this long after it was asked to is killed."""
START_LIMIT_S = 60.0
RESTART_LIMIT = 6
RESTART_WINDOW_S = 30.0
"""A process that dies this often within this time will not recover; the run ends."""


@dataclass
class RunLog:
    """What happened to the processes of a run; becomes run.json.

    Attributes:
        started_s: when all processes were up, seconds since 1970 (as all times here, of the `RunClock`).
        ended_s: when the end began.
        restarts: process name to how often it was started again.
        events: each with t_s (seconds since 1970), process, what.
        usage: each with t_s, process, cpu_percent (of one core), pss_mb.
        problem: one sentence where the run could not go on.
    """

    started_s: float = 0.0
    ended_s: float = 0.0
    restarts: dict[str, int] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    usage: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""


class Supervisor:
    """Runs a set of processes for a while.

    The run ends after its duration, when a process says that it is complete (a file came to its end), on SIGINT,
    SIGTERM, SIGQUIT or SIGHUP (the terminal was closed; not under `nohup`), or when a process keeps dying.
    Its control is a unix socket in the runtime folder.
    """

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        values: Mapping[str, Any],
        environment: Mapping[str, str],
        logs: Path,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._clock, self._tell, self._logs = clock, tell, logs
        self._runtime = Path(environment["SOLAMEN_RUNTIME_DIR"])
        self.log, self._run_clock = RunLog(), begin_run_clock(self._runtime, clock)
        self._trouble = TroubleWatch(self._runtime)
        self._pids: dict[str, int] = {}
        self._probes: dict[int, psutil.Process] = {}
        self._spawned_s: dict[str, list[float]] = {name: [] for name in self._specs}
        self._waiting: set[str] = set()
        self._pss_mb: dict[int, float] = {}
        self._turn = 0
        self._ending = False
        # Circus refuses one of its own commands while another is under way, and tries again; that is no news.
        for library in ("circus", "tornado.application"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        watchers = [self._watcher(spec, values, environment) for spec in specs]
        # Asked before Circus takes the signal, which to it means to start all anew.
        self._outlives_terminal = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        # No multicast endpoint: Circus would otherwise listen on the network to be found.
        self._loop = IOLoop.current()
        control, events = f"ipc://{self._runtime}/control", f"ipc://{self._runtime}/events"
        self._arbiter = Arbiter(watchers, control, events, check_delay=CHECK_S, loop=self._loop)

    def run(self, duration_s: float, progress: Callable[[float], None]) -> RunLog:
        """Runs until the end and returns what happened.

        Args:
            duration_s: seconds from the moment that all processes are up; may be infinite.
            progress: called about five times a second with the seconds that the run has lasted.
        """
        self._duration_s, self._progress = duration_s, progress
        self._begun_s = self._clock.monotonic_ns() * 1e-9
        timers = [PeriodicCallback(self._watch, CHECK_S * 1000), PeriodicCallback(self._sample, SAMPLE_S * 1000)]
        for timer in timers:
            timer.start()
        # Circus refuses what a signal asks for while it starts a process again; ours wait until it has.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._loop.add_callback_from_signal(self._end))
        if self._outlives_terminal:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._loop.add_callback(self._arbiter.start)
        self._loop.add_callback(self._quit_when_stopped)
        self._loop.start()
        for timer in timers:
            timer.stop()
        self.log.ended_s = self.log.ended_s or self._run_clock.now_s()
        return self.log

    def _watcher(self, spec: ProcessSpec, values: Mapping[str, Any], environment: Mapping[str, str]) -> Watcher:
        log = self._logs / f"{spec.name}.log"
        hooks: dict[str, Any] = {"before_spawn": (self._may_spawn, False), "after_spawn": (self._on_spawn, False)}
        return Watcher(
            spec.name,
            command(spec, values),
            env={**environment, "SOLAMEN_LOG_FILE": str(log)},
            working_dir=str(Path.cwd()),
            graceful_timeout=GRACE_S,
            hooks=hooks,
            max_retry=5,
            loop=IOLoop.current(),
        )

    def _may_spawn(self, **_: Any) -> bool:
        """A process that has done all that there was to do is not started again."""
        return not self._ending and not any(self._runtime.glob("*.complete"))

    def _on_spawn(self, watcher: Watcher, pid: int, **_: Any) -> bool:
        name, now_s = watcher.name, self._run_clock.now_s()
        (self._runtime / f"{name}.ready").unlink(missing_ok=True)
        self._pids[name] = pid
        self._waiting.add(name)
        self._spawned_s[name].append(self._clock.monotonic_ns() * 1e-9)
        if len(self._spawned_s[name]) > 1:
            self.log.restarts[name] = self.log.restarts.get(name, 0) + 1
            self._note(name, "restarted", now_s)
            self._give_up_on(name)
        return True

    def _give_up_on(self, name: str) -> None:
        now_s = self._clock.monotonic_ns() * 1e-9
        recent = [at_s for at_s in self._spawned_s[name] if now_s - at_s < RESTART_WINDOW_S]
        if len(recent) > RESTART_LIMIT:
            last_words = _last_line(self._logs / f"{name}.log")
            self._fail(f"{name} ended {RESTART_LIMIT} times within {RESTART_WINDOW_S:.0f} s{last_words}")

    def _fail(self, what: str) -> None:
        self.log.problem = what
        self._end()

    def _note(self, name: str, what: str, at_s: float) -> None:
        self.log.events.append({"t_s": at_s, "process": name, "what": what})
        if what not in ("complete", "ready"):
            self._tell(f"{name} {what}")

    def _watch(self) -> None:
        """Notices readiness, completion, the end of the time, and processes that never come up."""
        for path in self._runtime.glob("*.complete"):
            if not self._ending:
                self._note(path.stem, "complete", self._run_clock.now_s())
                self._end()
        for name in sorted(self._waiting):
            if (self._runtime / f"{name}.ready").is_file():
                self._waiting.discard(name)
                self._note(name, "ready", self._run_clock.now_s())
        for name, what in self._trouble.news():
            self.log.events.append({"t_s": self._run_clock.now_s(), "process": name, "what": what})
            self._tell(what)
        now_s = self._clock.monotonic_ns() * 1e-9
        if not self.log.started_s:
            self._watch_start(now_s)
        elif not self._ending:
            lasted_s = now_s - self._up_s
            self._progress(lasted_s)
            if lasted_s >= self._duration_s:
                self._end()

    def _watch_start(self, now_s: float) -> None:
        if len(self._pids) == len(self._specs) and not self._waiting:
            self._up_s, self.log.started_s = now_s, self._run_clock.now_s()
            (self._runtime / "go").touch()
            self._tell(f"all {len(self._specs)} processes are up after {now_s - self._begun_s:.1f} s")
        elif now_s - self._begun_s > START_LIMIT_S and not self._ending:
            self._fail(f"{', '.join(sorted(self._waiting))} did not come up within {START_LIMIT_S:.0f} s")

    def _sample(self) -> None:
        """Takes the CPU of each process, and the memory of some in turn, since the kernel counts it page by page."""
        names = sorted(self._pids)
        due = {names[(self._turn + step) % len(names)] for step in range(MEMORY_AT_ONCE)} if names else set()
        self._turn += MEMORY_AT_ONCE
        for name, pid in self._pids.items():
            self._take_usage(name, pid, name in due or pid not in self._pss_mb)

    def _take_usage(self, name: str, pid: int, with_memory: bool) -> None:
        try:
            probe = self._probes.setdefault(pid, psutil.Process(pid))
            cpu_percent = probe.cpu_percent()
            if with_memory:
                self._pss_mb[pid] = probe.memory_full_info().pss / 1e6
        except psutil.Error:
            return
        if self.log.started_s and not self._ending and cpu_percent > 0.0:
            entry = {"t_s": self._run_clock.now_s(), "process": name, "cpu_percent": cpu_percent}
            self.log.usage.append(entry | {"pss_mb": self._pss_mb[pid]})

    def _end(self) -> None:
        if not self._ending:
            self._ending = True
            self.log.ended_s = self._run_clock.now_s()
            for watcher in self._arbiter.watchers:
                watcher.respawn = False
            self._loop.add_callback(self._stop)

    async def _stop(self) -> None:
        """Asks all processes to end, as soon as Circus has finished what it is doing."""
        while True:
            try:
                await self._arbiter.stop()
                return
            except ConflictError:
                await asyncio.sleep(0.05)

    async def _quit_when_stopped(self) -> None:
        while not self._arbiter._stopping or any(watcher.processes for watcher in self._arbiter.watchers):
            await asyncio.sleep(CHECK_S / 2)
        self._ending = True
        await asyncio.sleep(CHECK_S)
        self._loop.stop()


def _last_line(log: Path) -> str:
    """What a process said last, to be put behind a sentence."""
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return f"; it said: {lines[-1]}" if lines else ""
