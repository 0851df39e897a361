"""Faces and states for the tests of empathy, and a companion that is shown them frame by frame."""

from solamen.core.action_units import ActionUnits, pain_index
from solamen.core.clock import SteppedClock
from solamen.core.states import Consent, UserState
from solamen.empathy import Companion, EmpathySettings

FRAME_S = 0.05
HEAD = (0.8, 0.1, 0.6)
STILL = dict.fromkeys((1, 2, 4, 6, 7, 9, 10, 12, 25, 43, 45), 0.0)


def face(stamp_s, quality=0.9, face_present=True, **units):
    """A face at rest but for units given as au4=3.0."""
    intensity = {**STILL, **{int(name[2:]): value for name, value in units.items()}} if face_present else {}
    return ActionUnits(
        stamp_s, face_present, intensity, dict.fromkeys(intensity, 0.9), pain_index(intensity), quality, monotonic_ns=7
    )


def grimace(strength):
    """Units of pain, strength 0–5."""
    return {"au4": strength, "au6": strength, "au7": strength, "au9": 0.6 * strength, "au10": 0.7 * strength}


def state(stamp_s, pain, stddev=2.0, consent=Consent.OBSERVE, abstained=False):
    return UserState(
        stamp_s, True, consent, pain_mean=pain, pain_stddev=stddev, abstained=abstained, words="signs of some pain"
    )


class Run:
    """A companion that sees 20 frames and ticks 10 times a second; keeps what it showed and told."""

    def __init__(self, settings=None, start_s=100.0):
        self.clock = SteppedClock(start_s)
        self.companion = Companion(settings or EmpathySettings(), self.clock)
        self.shown, self.told, self.turns = [], [], []
        self._frames = 0

    def see(self, seconds, head=HEAD, pain=None, quality=0.9, face_present=True, stddev=2.0, **units):
        """Shows a face for some time; gives back what was shown meanwhile."""
        first = len(self.shown)
        for _ in range(round(seconds / FRAME_S)):
            self.clock.advance(FRAME_S)
            seen = face(self.clock.now_s(), quality, face_present, **units)
            self.shown.append(self.companion.see(seen, head))
            self._tick(pain, stddev)
        return self.shown[first:]

    def wait(self, seconds):
        """Shows nothing for some time; gives back the statuses."""
        first = len(self.told)
        for _ in range(round(seconds / FRAME_S)):
            self.clock.advance(FRAME_S)
            self._tick(None)
        return self.told[first:]

    def behaviors(self):
        """What was done, one name for each stretch."""
        names = [status.behavior for status in self.told]
        return [name for name, before in zip(names, ["", *names], strict=False) if name != before]

    def _tick(self, pain, stddev=2.0):
        self._frames += 1
        if self._frames % 2:
            return
        if pain is not None:
            self.companion.know(state(self.clock.now_s(), pain, stddev))
        turn = self.companion.tick()
        self.turns.append(turn)
        self.told.append(turn.status)
        if turn.expression is not None:
            self.shown.append(turn.expression)
