"""What keeps mirrored pain short and small: the part of system II that holds at every frame, whatever the tree does."""

from __future__ import annotations

import math

from solamen.empathy.settings import EmpathySettings

_FORGET_S = 0.5
"""Time constant by which the level that counts as usual follows a falling face."""


class Regulation:
    """Finds onsets of pain in the level of a face and gives the factor on the gain of mirrored pain.

    Attributes:
        onset_s: monotonic time of the last onset; -inf before the first.
        onsets: how many there were.
        level: 0–16, the last that was seen; 0 before.
    """

    def __init__(self, settings: EmpathySettings) -> None:
        self._settings = settings
        self.onset_s = -math.inf
        self.onsets = 0
        self.level = 0.0
        self._usual = math.nan

    def observe(self, level: float, now_s: float, dt_s: float, blinking: bool = False) -> None:
        """Takes the level 0–16 of a frame, `dt_s` after the one before; NaN is left out.

        During a blink less is seen than there is, so that the level may rise but does not fall.
        """
        if not math.isfinite(level) or (blinking and level < self.level):
            return
        self.level = level
        if math.isnan(self._usual):
            # The folds of a face that is new are no onset; a plain grimace at first sight is.
            self._usual = min(level, self._settings.first_sight_level)
        if self.age_s(now_s) < self._settings.mirror_end_s:
            # What is reached within the onset becomes usual at its end; only a further rise is an onset again.
            self._usual = level
        elif level < self._usual:
            self._usual += (1.0 - math.exp(-dt_s / _FORGET_S)) * (level - self._usual)
        rise = max(self._settings.onset_rise, self._settings.onset_rise_share * self._usual)
        if level - self._usual >= rise and self.age_s(now_s) >= self._settings.onset_gap_s:
            self.onset_s, self.onsets = now_s, self.onsets + 1

    def age_s(self, now_s: float) -> float:
        """Seconds since the last onset."""
        return now_s - self.onset_s

    def factor(self, now_s: float, pain_points: float) -> float:
        """0–1 on the gain of the units of pain; falls with pain (0–10; NaN: taken from the level) and with time.

        0 outside an onset. Within it 1 at first, then a smooth fall to 0, all times a share that falls with the pain.
        """
        settings = self._settings
        age_s = self.age_s(now_s)
        if not 0.0 <= age_s < settings.mirror_fade_s:
            return 0.0
        points = pain_points if math.isfinite(pain_points) else self.level * 10.0 / 16.0
        damped = 1.0 - settings.level_damping * min(max(points / 10.0, 0.0), 1.0)
        fading_s = max(settings.mirror_fade_s - settings.mirror_full_s, 1e-6)
        faded = min(max((age_s - settings.mirror_full_s) / fading_s, 0.0), 1.0)
        return damped * 0.5 * (1.0 + math.cos(math.pi * faded))

    def over(self, now_s: float) -> bool:
        """Whether no trace of mirrored pain may be left."""
        return self.age_s(now_s) >= self._settings.mirror_end_s

    def reset(self) -> None:
        """Forgets the onset and what is usual."""
        self.onset_s, self.level, self._usual = -math.inf, 0.0, math.nan
