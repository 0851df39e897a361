"""How much of a belief the 90 % interval leaves out at each end, by how wide the belief is.

A belief that is not quite right is not wrong by the same at every width: what is seen by one slow modality is known
better than it seems, and what four agree on is known worse. The shares are those at which persons who fitted nothing
else lay outside as often as they should (conformal by bins of the spread; Lei et al. 2018), by `solamen train fusion`.
"""

from __future__ import annotations

import json
from bisect import bisect
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from solamen.core.errors import OutsideError

KEPT = Path(__file__).parent / "weights" / "interval.json"


@dataclass(frozen=True)
class Tails:
    """Shares of a belief left out below and above, at some spreads; between them they change evenly.

    Attributes:
        stddev: of the belief, points, rising.
        below: 0–0.5, left out at the lower end.
        above: likewise, at the upper end.
    """

    stddev: tuple[float, ...] = (1.0,)
    below: tuple[float, ...] = (0.05,)
    above: tuple[float, ...] = (0.05,)

    def __post_init__(self) -> None:
        if not self.stddev or not len(self.stddev) == len(self.below) == len(self.above):
            raise ValueError("stddev, below and above must be lists of the same length, not empty")
        if any(later <= earlier for earlier, later in zip(self.stddev, self.stddev[1:], strict=False)):
            raise ValueError("stddev must rise")
        if not all(0.0 < share < 0.5 for share in (*self.below, *self.above)):
            raise ValueError("each share must be above 0 and under 0.5")

    def at(self, stddev: float) -> tuple[float, float]:
        """Shares left out below and above by a belief of that spread."""
        # Without numpy: this is done at every step, and twenty times faster.
        at = bisect(self.stddev, stddev)
        if at == 0 or at == len(self.stddev):
            return self.below[max(at - 1, 0)], self.above[max(at - 1, 0)]
        low, high = self.stddev[at - 1], self.stddev[at]
        part = (stddev - low) / (high - low)
        below, above = ((1.0 - part) * each[at - 1] + part * each[at] for each in (self.below, self.above))
        return below, above

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")


EVEN = Tails()
"""5 % at each end, for beliefs that are right."""


@lru_cache(maxsize=4)
def calibrated(path: Path = KEPT) -> Tails:
    """The shares that were fitted.

    Raises:
        OutsideError: the file is missing or is none of ours.
    """
    try:
        return Tails(**{name: tuple(values) for name, values in json.loads(path.read_text()).items()})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise OutsideError(
            f"the widths of the interval cannot be read ({error})", str(path), "Run `solamen train fusion`."
        ) from error
