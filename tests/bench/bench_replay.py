"""A ten-minute recording lived through again: at least 20 times faster than real time, twice the same bytes."""

import sys
import tempfile
from pathlib import Path

from solamen.core.clock import SystemClock
from solamen.session.replay import replay

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "session"))
LEAST_TIMES_REAL_TIME = 20.0


def main() -> None:
    from made_run import record
    from test_replay import session

    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder), session(600.0, 25.0))
        one, two = replay(Path(folder), SystemClock()), replay(Path(folder), SystemClock())
    same = "the same bytes" if one.sha256 == two.sha256 else "OTHER BYTES"
    times = min(one.as_dict()["times_real_time"], two.as_dict()["times_real_time"])
    print(f"replay: {times:.0f} × real time, {one.messages} messages, twice {same}   ≥ {LEAST_TIMES_REAL_TIME:.0f} ×")


if __name__ == "__main__":
    main()
