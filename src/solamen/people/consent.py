"""What a person agreed to, who said so, and until when."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from solamen.core.states import Consent

TEXT_MOST = 200
"""Letters of a role, a relation or a scope."""

AS_STARTED = "as the run was started"
NOT_SAID = "nobody has said yet what this person agrees to"
NAME_PROXY = "Give --proxy ROLE and --relation WORDS, or neither"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One thing that somebody said of consent.

    Attributes:
        level: what was agreed to; NONE is a refusal.
        stamp_s: when, seconds since 1970.
        by_proxy: somebody else said it for the person.
        who: the proxy's role, never a name.
        relation: of the proxy to the person.
        scope: what it is for, in words.
        expires_s: when it ends by itself; NaN: with the session.
    """

    level: Consent
    stamp_s: float
    by_proxy: bool = False
    who: str = ""
    relation: str = ""
    scope: str = ""
    expires_s: float = math.nan

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `from_dict` reads."""
        expires_s = self.expires_s if math.isfinite(self.expires_s) else None
        return {**asdict(self), "level": int(self.level), "expires_s": expires_s}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Statement:
        """A statement from plain values.

        Raises:
            ValueError, TypeError, KeyError: they are none.
        """
        expires_s = math.nan if values["expires_s"] is None else float(values["expires_s"])
        return cls(**{**values, "level": Consent(values["level"]), "expires_s": expires_s})

    def over(self, now_s: float) -> bool:
        """Whether it has ended. A refusal never ends by itself."""
        return self.level > Consent.NONE and now_s >= self.expires_s

    def earlier(self, seconds: float) -> Statement:
        """The same on a clock that was set back."""
        return replace(self, stamp_s=self.stamp_s - seconds, expires_s=self.expires_s - seconds)

    def problem(self, now_s: float, holds: Consent = Consent.NONE) -> str:
        """What is wrong with it, and what to do, in one or two sentences; empty where nothing is.

        Args:
            now_s: seconds since 1970.
            holds: what may be done so far. A proxy who takes back needs no relation: no missing word may keep what
                was agreed to.
        """
        if not self.by_proxy and (self.who.strip() or self.relation.strip()):
            return (
                f"a role or a relation to the person is a proxy's, and here the person themselves speaks. {NAME_PROXY}"
            )
        takes_back = self.level == Consent.NONE or self.level < holds
        if self.by_proxy and not (self.who.strip() and (takes_back or self.relation.strip())):
            needs = "consent by proxy needs who consents (a role, never a name) and their relation to the person"
            return f"{needs}. {NAME_PROXY}"
        if max(len(self.who), len(self.relation), len(self.scope)) > TEXT_MOST:
            return f"who, relation and scope may have {TEXT_MOST} letters at most. Say it in fewer words"
        if not math.isfinite(self.stamp_s) or math.isinf(self.expires_s):
            return "the times of a consent must be finite. Give until when it holds, or no end"
        if self.over(now_s):
            return "the consent has expired already. Give a later time"
        return ""


@dataclass(frozen=True)
class Standing:
    """What holds at a moment.

    Attributes:
        level: what may be done.
        withdrawn: it was taken back or has ended: not even presence may be told.
        reason: in words.
        statement: the one that decides; None where nobody said anything.
        expires_s: when it ends by itself, whoever's word ends first; NaN: with the session, or it is a refusal.
    """

    level: Consent
    withdrawn: bool
    reason: str
    statement: Statement | None = None
    expires_s: float = math.nan

    @property
    def as_started(self) -> bool:
        """Nobody said anything: it is what the run was started with."""
        return self.statement is None and self.reason == AS_STARTED


class ConsentLedger:
    """The last words of the person and of their proxy.

    The person's own refusal wins over any proxy until the person says otherwise. Their own consent replaces what a
    proxy said before; a proxy may lower it afterwards, never raise it. What has ended counts as taken back.

    Args:
        default: what holds while nobody has said anything.

    Attributes:
        why: that holds, in words.
    """

    def __init__(self, default: Consent = Consent.NONE) -> None:
        self.default, self.why = default, AS_STARTED
        self.own: Statement | None = None
        self.proxy: Statement | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `from_dict` reads."""
        said = {"own": self.own, "proxy": self.proxy}
        return {name: statement.as_dict() for name, statement in said.items() if statement is not None}

    @classmethod
    def from_dict(cls, values: dict[str, Any], default: Consent = Consent.NONE) -> ConsentLedger:
        """A ledger from plain values; what ends with the session is to be left out by the caller."""
        ledger = cls(default)
        ledger.own = Statement.from_dict(values["own"]) if "own" in values else None
        ledger.proxy = Statement.from_dict(values["proxy"]) if "proxy" in values else None
        return ledger

    def say(self, statement: Statement, now_s: float) -> str:
        """Takes a statement; gives back what was wrong with it, or an empty text.

        A proxy's consent to more than the person's own is refused rather than kept for later.
        """
        problem = statement.problem(now_s, self.standing(now_s).level)
        if problem:
            return problem
        if not statement.by_proxy:
            self.own, self.proxy = statement, None
            return ""
        if self.own is not None and statement.level > self.own.level:
            own, more = self.own.level.name.lower(), statement.level.name.lower()
            what = f"the person's own word is {own}, and no proxy can raise it; only the person can"
            return f"{what}. In a run with them, have them asked: solamen consent ask {more}"
        self.proxy = statement
        return ""

    def clock_set_back(self, seconds: float) -> bool:
        """Moves the end of what was agreed to with the clock, so that nothing holds longer; whether anything ends."""
        self.own = self.own.earlier(seconds) if self.own is not None else None
        self.proxy = self.proxy.earlier(seconds) if self.proxy is not None else None
        return any(said is not None and math.isfinite(said.expires_s) for said in (self.own, self.proxy))

    def standing(self, now_s: float) -> Standing:
        """What holds now."""
        said = [statement for statement in (self.own, self.proxy) if statement is not None]
        if not said:
            return Standing(self.default, False, self.why)
        for statement in said:
            if statement.over(now_s):
                reason = f"the consent {_by(statement)} has ended"
                return Standing(Consent.NONE, True, reason, statement, statement.expires_s)
        decides = min(said, key=lambda statement: statement.level)
        verb = "refused" if decides.level == Consent.NONE else f"agreed to {decides.level.name.lower()}"
        subject = "the person" if not decides.by_proxy else f"the {decides.who}"
        if decides.level == Consent.NONE:
            return Standing(Consent.NONE, True, f"{subject} {verb}", decides)
        ends = [each.expires_s for each in said if math.isfinite(each.expires_s)]
        return Standing(decides.level, False, f"{subject} {verb}", decides, min(ends, default=math.nan))


def _by(statement: Statement) -> str:
    return f"by the {statement.who}" if statement.by_proxy else "of the person"
