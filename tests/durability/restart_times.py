"""How soon each process of a run is back after it was killed: `python tests/durability/restart_times.py [ROUNDS]`."""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))

from live_run import LiveRun

PROCESSES = (
    "fusion",
    "behavior",
    "people",
    "voice",
    "speech",
    "robot",
    "sim",
    "recorder",
    "vision",
    "patient",
    "safety",
)


def main() -> None:
    """Kills each process so often, one after the other, and prints seconds until it was ready again."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, LiveRun(Path(folder) / "run") as run:
        run.wait_up()
        for _ in range(rounds):
            for name in PROCESSES:
                run.kill(name)
        run.interrupt()
        run.end()
    print(f"{'process':10} median  most   (s, {rounds} rounds, load of the machine {os.getloadavg()[0]:.1f})")
    for name in PROCESSES:
        print(f"{name:10} {median(run.back_s[name]):6.1f} {max(run.back_s[name]):5.1f}")


if __name__ == "__main__":
    main()
