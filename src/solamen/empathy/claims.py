"""What the robot must never say, in any language: a list of forbidden claims that every text is tested against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml


@dataclass(frozen=True)
class Claim:
    """A forbidden claim: a pattern that finds it, and why it is forbidden, in plain words."""

    pattern: re.Pattern[str]
    why: str


class Claims:
    """The forbidden claims of all languages. A text in a language without a list of its own cannot be checked."""

    def __init__(self, claims: Mapping[str, tuple[Claim, ...]]) -> None:
        self._claims = claims

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a list."""
        return tuple(sorted(self._claims))

    def problem(self, language: str, text: str) -> str:
        """What is claimed in a text that must not be, in words; empty where nothing is.

        Every list is applied, whatever the language, since a text may mix them.
        """
        flat = " ".join(text.replace("’", "'").split())
        for name in (language, *(other for other in self.languages if other != language)):
            for claim in self._claims.get(name, ()):
                found = claim.pattern.search(flat)
                if found:
                    return f"{found.group(0)!r} {claim.why}"
        return ""


@lru_cache(maxsize=4)
def load_claims(path: Path | None = None) -> Claims:
    """Reads the list; without a path Solamen's own, `config/content/forbidden.yaml`.

    Raises:
        OutsideError: it cannot be read, is not laid out as it must be, or holds a pattern that is none.
    """
    file = path or resource("config", "content", "forbidden.yaml")
    content: Any = read_yaml(file)
    if not isinstance(content, dict) or not content:
        remedy = "Write a language such as en, below it why, and below that a list of patterns."
        raise OutsideError("the list of forbidden claims is empty or no mapping", str(file), remedy)
    return Claims({str(language): _claims(groups, f"{file}, {language}") for language, groups in content.items()})


def _claims(groups: Any, where: str) -> tuple[Claim, ...]:
    if not isinstance(groups, dict) or not all(isinstance(patterns, list) for patterns in groups.values()):
        raise OutsideError("forbidden claims must be lists below a reason", where, "Write `reason: [pattern, …]`.")
    return tuple(Claim(_pattern(pattern, where), str(why)) for why, patterns in groups.items() for pattern in patterns)


def _pattern(text: Any, where: str) -> re.Pattern[str]:
    """A pattern that begins and ends at the edge of a word."""
    try:
        return re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise OutsideError(f"{text!r} is no regular expression ({error})", where, "Correct the pattern.") from error
