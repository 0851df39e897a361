"""Whatever comes in, in whatever order: it goes on, it says why, and it calls whom it must."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solamen.core.cues import Cue
from solamen.core.states import Company, Consent, SelfReport, UserState
from solamen.empathy import RobotFeedback
from solamen.empathy.modes import MODES

from .faces import FRAME_S, Run

number = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0.0, 10.0)
share = st.floats(0.0, 1.0) | number
kinds = st.sampled_from(["nod", "shake", "yes", "no", "stop", "help", "call", "number", "reach", "moan", ""])
event = st.one_of(
    st.tuples(st.just("hear"), kinds, number, share),
    st.tuples(st.just("know"), number, number, st.sampled_from(Consent), st.booleans()),
    st.tuples(st.just("report"), number),
    st.tuples(st.just("breathe"), number, number),
    st.tuples(st.just("robot"), st.booleans(), st.booleans(), st.sampled_from(["ended", "interrupted", "failed"])),
    st.tuples(st.just("mode"), st.sampled_from(MODES), number),
    st.tuples(st.just("locks"), st.sampled_from(["concern", "mirror", "ask", ""])),
    st.tuples(st.just("guide"), number, number),
    st.tuples(st.just("see"), number, share),
    st.tuples(st.just("wall"), st.floats(-7200.0, 7200.0)),
    st.tuples(st.just("wait"), st.floats(0.1, 20.0)),
)


def do(run, name, *values):
    """One event."""
    companion, now_s = run.companion, run.clock.now_s()
    if name == "hear":
        companion.hear(Cue(now_s, values[0], values[1], confidence=values[2]))
    elif name == "know":
        pain, stddev, consent, abstained = values
        companion.know(UserState(now_s, True, consent, Company.ALONE, pain, stddev, pain, pain, abstained=abstained))
    elif name == "report":
        companion.report(SelfReport(now_s, "NRS", values[0], values[0]))
    elif name == "breathe":
        companion.breathing(values[0], now_s - abs(values[1]))
    elif name == "robot":
        can, held, end = values
        said = {f"say-{k}": end for k in range(40)}
        channels = frozenset({"speech", "breath", "glow", "lean", "arms", "sound"} if can else ())
        companion.robot(RobotFeedback(False, said, {"nod": end}, {"right": held}, channels, channels))
    elif name == "mode":
        companion.set_mode(values[0], values[1], "S1", "E1")
    elif name == "locks":
        companion.set_locks([values[0]] if values[0] else [], "")
    elif name == "guide":
        companion.guide_breathing(*values)
    elif name == "see":
        run.see(FRAME_S, quality=values[1], au4=values[0], au9=values[0])
    elif name == "wall":
        run.clock.step_wall(values[0])
    else:
        run.wait(values[0])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(event, max_size=25))
def test_no_order_of_events_breaks_it_or_keeps_it_from_calling(events):
    run = Run(start_s=1e6)
    for name, *values in events:
        asked = name == "hear" and values[0] in ("help", "call") and not values[2] < 0.3
        do(run, name, *values)
        run.clock.advance(FRAME_S)
        turn = run.companion.tick()
        status = turn.status
        assert status.reason and "failed" not in status.reason and 0.0 <= status.mirror_gain <= 0.4
        assert not asked or turn.calls
        assert all(not item.text or item.text.strip() for item in turn.utterances)
        expression = run.shown[-1] if run.shown else None
        if expression is not None:
            assert all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in expression.activation.values())
