"""The whole tree on a desk, and the scenes in which a behaviour without a course is active."""

from solamen.core.clock import SteppedClock
from solamen.empathy import EmpathySettings
from solamen.empathy.scene import Desk, Scene
from solamen.empathy.tree import grow, path_to_tip

SEEN = {"frame_age_s": 0.0, "face_age_s": 0.0}
HURT = {**SEEN, "hurt_age_s": 0.0, "onsets": 1, "peak_level": 6.0}
WHEN = {
    "attend": SEEN,
    "acknowledge": {**HURT, "onset_age_s": 0.6},
    "concern": {**HURT, "onset_age_s": 3.0},
    "calm": {**HURT, "onset_age_s": 30.0},
    "mirror": {**SEEN, "smile_age_s": 0.0},
    "quiet_company": {**SEEN, "quiet": True},
    "still": {**SEEN, "mode": "still"},
    "wait": {"frame_age_s": 2.0, "face_age_s": 2.0},
    "rest": {"frame_age_s": 0.0, "face_age_s": 5.0},
}
ENDS = dict.fromkeys(WHEN, SEEN) | {"attend": {**SEEN, "face_age_s": 20.0}}


class Tree:
    """The tree as it ships, ticked ten times a second in a scene that the test gives."""

    def __init__(self, **scene):
        self.clock = SteppedClock(50.0)
        self.desk = Desk(EmpathySettings(), self.clock, Scene(**scene))
        self.root = grow(self.desk)
        self.said = []

    def go(self, seconds_, **scene):
        """Ticks for a while in a scene; what is active then."""
        self.desk.scene = Scene(**scene)
        for _ in range(round(seconds_ / 0.1)):
            self.clock.advance(0.1)
            self.root.tick_once()
            utterances, *_ = self.desk.outbox.empty()
            self.said += [utterance.text for utterance in utterances]
        return path_to_tip(self.root).split("/")[-1]
