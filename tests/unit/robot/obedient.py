"""A body that is always where it was sent, and says so."""

import math

from solamen.robot.safety.layer import SafetyLayer


class ObedientLayer(SafetyLayer):
    """A safety layer that hears of such a body before whatever it is asked for."""

    def command(self, command, now_s):
        self._hear(now_s)
        return super().command(command, now_s)

    def contact(self, hand, force, now_s):
        self._hear(now_s)
        return super().contact(hand, force, now_s)

    def tick(self, now_s):
        self._hear(now_s)
        return super().tick(now_s)

    def _hear(self, now_s):
        if not self._unseen and math.isfinite(now_s) and self._blind_soon(now_s):
            position, velocity = (values.tolist() for values in self._plan.state(now_s))
            told = dict(zip(self._names, position, strict=True))
            self.joint_states(told, dict(zip(self._names, velocity, strict=True)), now_s)

    def _blind_soon(self, now_s):
        """Only where the test itself tells nothing: what it tells of the body stands."""
        return not 0.0 <= now_s - self._last_joints_s < 0.4
