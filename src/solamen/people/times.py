"""Times as they are told to people: those of the place where this machine stands."""

from __future__ import annotations

import datetime
import math


def day(stamp_s: float, *, seconds: bool = False) -> str:
    """Day and time of so many seconds since 1970."""
    return _local(stamp_s).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def until(expires_s: float, now_s: float) -> str:
    """Until when a consent holds, in words; with the date where it is another day. NaN: with the session."""
    if not math.isfinite(expires_s):
        return "until the run ends"
    end = _local(expires_s)
    return f"until {end:%H:%M}" if end.date() == _local(now_s).date() else f"until {day(expires_s)}"


def _local(stamp_s: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(stamp_s, datetime.UTC).astimezone()
