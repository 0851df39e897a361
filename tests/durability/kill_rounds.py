"""Kills a writer of the store in mid-write, round after round; what was committed must be there each time.

    .venv/bin/python tests/durability/kill_rounds.py 200

Writers are forked from this small process, which loads neither ROS nor pytest.
"""

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from solamen.people.memory import Memory

KEY = bytes(range(32))


def write_on(folder: Path, number: int, pipe: int) -> None:
    """Writes records without end; each number is told only when it is committed."""
    with Memory(folder, KEY) as memory:
        while True:
            memory.add("p-1", "episode", {"number": number, "filling": "x" * 2000}, float(number))
            os.write(pipe, f"{number}\n".encode())
            number += 1


def one_round(folder: Path, next_number: int, wait_s: float) -> int:
    """Lets a writer write for a while, kills it, and gives the last number that it said was committed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        write_on(folder, next_number, writing)
    os.close(writing)
    first = os.read(reading, 20)  # the writer is writing
    time.sleep(wait_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = first
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    return int(told.split(b"\n")[-2])


def main(rounds: int) -> None:
    """Prints what was found; leaves with 1 where anything was lost."""
    rng = random.Random(7)
    last = -1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "people"
        for _ in range(rounds):
            last = one_round(folder, last + 1, rng.uniform(0.0, 0.02))
            with Memory(folder, KEY) as memory:
                kept = [record["number"] for record in memory.all("p-1", "episode")[-3:]]
                # The one that was being written may be there, or not.
                if last not in kept[-2:]:
                    sys.exit(f"record {last} was committed and is gone; the last ones are {kept}")
                last = kept[-1]
        with Memory(folder, KEY) as memory:
            numbers = [record["number"] for record in memory.all("p-1", "episode")]
            problem = memory.log.problem()
    if numbers != list(range(len(numbers))) or problem:
        sys.exit(f"something was lost: {len(numbers)} records, {problem or 'the log is whole'}")
    print(f"{rounds} kills, {len(numbers)} records, none lost, the log is whole")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
