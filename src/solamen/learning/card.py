"""Model cards: what a model is for, what it learned from, how good it is and where it fails (Mitchell et al. 2019)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from solamen.core.errors import OutsideError


@dataclass(frozen=True)
class ModelCard:
    """What stands beside a model's weights.

    Attributes:
        name: of the model.
        version: of the model.
        purpose: what it is for, and what it is not for.
        inputs: what goes in, with units and shapes.
        outputs: what comes out.
        data: what it learned from, and by what seed.
        figures: what was measured to its value.
        how_measured: on whom and by which command.
        limits: where it fails or was not tried.
        sha256: of the weights.
        parameters: how many numbers were learned.
    """

    name: str
    version: str
    purpose: str
    inputs: str
    outputs: str
    data: str
    figures: Mapping[str, float] = field(default_factory=dict)
    how_measured: str = ""
    limits: tuple[str, ...] = ()
    sha256: str = ""
    parameters: int = 0

    def markdown(self) -> str:
        """The card as a page."""
        rows = "\n".join(f"| {name} | {value:.4g} |" for name, value in self.figures.items())
        sections = {
            "Purpose": self.purpose,
            "In and out": f"In: {self.inputs}\n\nOut: {self.outputs}",
            "Data": self.data,
            "Figures": f"{self.how_measured}\n\n| figure | value |\n| --- | --- |\n{rows}",
            "Limits": "\n".join(f"* {limit}" for limit in self.limits),
        }
        head = f"# {self.name} {self.version}\n\n{self.parameters} learned numbers, sha256 `{self.sha256}`.\n"
        return head + "".join(f"\n## {title}\n\n{text}\n" for title, text in sections.items())

    def write(self, weights: Path) -> None:
        """Writes the card beside its weights, as `.json` to read back and as `.md` to look at; fills in the hash."""
        card = dataclasses.replace(self, sha256=digest(weights))
        text = json.dumps(dataclasses.asdict(card), indent=1, ensure_ascii=False)
        weights.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        weights.with_suffix(".md").write_text(card.markdown(), encoding="utf-8")

    @classmethod
    def read(cls, weights: Path) -> ModelCard:
        """The card of a model, checked against its weights.

        Raises:
            OutsideError: it is missing, is no card, or belongs to other weights.
        """
        path = weights.with_suffix(".json")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            card = cls(**{**content, "limits": tuple(content["limits"])})
            found = digest(weights)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise OutsideError(
                f"the model card cannot be read ({error})", str(path), "Train the model anew."
            ) from error
        if card.sha256 != found:
            raise OutsideError("the model card belongs to other weights", str(weights), "Train the model anew.")
        return card


def digest(path: Path) -> str:
    """sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
