"""A ten-minute recording lived through again: at least 20 times faster than real time, twice the same bytes."""

import sys
from pathlib import Path

from solamen.core.clock import SystemClock
from solamen.session.replay import replay

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "session"))
LEAST_TIMES_REAL_TIME = 20.0


def test_ten_minutes_are_replayed_in_less_than_half_a_minute(tmp_path):
    from made_run import record
    from test_replay import session

    record(tmp_path, session(600.0, 25.0))
    one, two = replay(tmp_path, SystemClock()), replay(tmp_path, SystemClock())
    print(f"replay: {one.as_dict()['times_real_time']:.0f} times real time, {one.messages} messages")
    assert one.sha256 == two.sha256
    assert one.as_dict()["times_real_time"] >= LEAST_TIMES_REAL_TIME
