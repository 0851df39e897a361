"""A picture of one person: baselines, reports against estimates, traits, what helped, who consented."""

from __future__ import annotations

import contextlib
import io
import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.person import EXPRESSIVENESS_STDDEV, SENSITIVITY_STDDEV, PersonTraits
from solamen.people.baseline import MODALITIES, Baseline
from solamen.people.chain import Entry
from solamen.people.episodes import Course, ReportEpisode, courses_of, eased, reports_of
from solamen.people.keys import write_private
from solamen.people.memory import Memory
from solamen.people.profile import Profile
from solamen.people.runs import PICTURE
from solamen.people.times import day

_REPORT, _ESTIMATE, _QUIET = "#b03a2e", "#1f5f8b", "#8a8a8a"
_ENTRIES_SHOWN = 8
_BAR = 0.5
_TICKS_MOST = 14
_LETTERS_MOST = 76
_PNG = b"\x89PNG\r\n\x1a\n"
_HEAD_BYTES = 65536
"""The mark stands in a picture before its points."""


@dataclass(frozen=True)
class Known:
    """All that a picture shows of one person."""

    person_id: str
    baselines: tuple[Baseline, ...]
    reports: tuple[ReportEpisode, ...]
    courses: tuple[Course, ...]
    traits: PersonTraits
    log: tuple[Entry, ...]
    mark: str = ""
    """The pseudonym, which stands in the file, so that it is known again when the person is forgotten."""

    @classmethod
    def of(cls, memory: Memory, person_id: str) -> Known:
        """What the store keeps of a person."""
        profile = Profile(memory, person_id)
        newest = [profile.baseline(modality) for modality in MODALITIES]
        return cls(
            person_id,
            tuple(baseline for baseline in newest if baseline is not None),
            tuple(reports_of(memory, person_id)),
            tuple(courses_of(memory, person_id)),
            profile.traits(),
            tuple(memory.history(person_id)),
            key.pseudonym if (key := memory.keys.find(person_id)) else "",
        )

    def figures(self) -> dict[str, Any]:
        """The same as plain values, without the measurements of the baselines."""
        gaps = [abs(each.mean - each.pair.reported) for each in self.reports if each.mean is not None]
        inside = [each for each in self.reports if each.lower is not None and each.upper is not None]
        held = [each for each in inside if (each.lower or 0.0) <= each.pair.reported <= (each.upper or 0.0)]
        return {
            "person": self.person_id,
            "baselines": {each.modality: {"version": each.version, "quality": each.quality} for each in self.baselines},
            "reports": len(self.reports),
            "mean_error": math.fsum(gaps) / len(gaps) if gaps else None,
            "interval_holds": len(held) / len(inside) if inside else None,
            "expressiveness": math.exp(self.traits.log_expressiveness),
            "sensitivity": math.exp(self.traits.log_sensitivity),
            "learned_from": self.traits.n_reports,
            "helped": {name: {"courses": n, "eased": total / n} for name, (n, total) in eased(self.courses).items()},
        }


def draw(known: Known) -> bytes:
    """The picture, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 8.0), layout="constrained")
    FigureCanvasAgg(figure)
    axes: dict[str, Any] = figure.subplot_mosaic([["reports", "reports"], ["baselines", "traits"], ["helped", "log"]])
    figure.suptitle(f"What is kept of {known.person_id}")
    _draw_reports(axes["reports"], known.reports)
    _draw_baselines(axes["baselines"], known.baselines)
    _draw_traits(axes["traits"], known.traits)
    _draw_helped(axes["helped"], known.courses)
    _draw_log(axes["log"], known.log)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Comment": known.mark})
    return out.getvalue()


def keep_picture(memory: Memory, person_id: str, path: Path, stamp_s: float) -> None:
    """Writes the picture for its owner alone, and notes where, so that it is forgotten with the person.

    Raises:
        OutsideError: it cannot be written, or what stands there is no picture of this person; it is not noted then.
    """
    known, file = Known.of(memory, person_id), {"file": str(path.absolute())}
    picture, number = draw(known), 0
    try:
        if path.exists() and not _is_picture(path, known.mark):
            what = f"there is such a {'folder' if path.is_dir() else 'file'}, and it is no picture of this person"
            raise OutsideError(what, str(path), "Give another name: --out PNG.")
        if file not in memory.all(person_id, PICTURE):  # before it is there, so that no picture is ever unknown
            number = memory.add(person_id, PICTURE, file, stamp_s)
        write_private(path, picture)
    except OSError as error:
        if number and not _is_picture(path, known.mark):
            _note_no_longer(memory, person_id, number, stamp_s)
        remedy = "Choose another place, or make room."
        raise OutsideError(f"the picture cannot be written ({error.strerror or error})", str(path), remedy) from error


def _is_picture(path: Path, mark: str) -> bool:
    """Whether a file is a picture of whom this mark stands for."""
    try:
        if not mark or not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return head.startswith(_PNG) and mark.encode() in head


def _note_no_longer(memory: Memory, person_id: str, number: int, stamp_s: float) -> None:
    """Takes back the note of a picture that could not be written; where that fails, too, the note does no harm."""
    with contextlib.suppress(OutsideError):
        with memory.writing():
            memory.connection.execute("DELETE FROM record WHERE number = ?", (number,))
        memory.note(person_id, "the picture could not be written", stamp_s)


def _draw_reports(axes: Any, reports: Sequence[ReportEpisode]) -> None:
    axes.set_title("pain: what the person said, and the estimate before it, with its 90 % interval", loc="left")
    axes.set_ylim(-0.3, 10.3)
    axes.set_ylabel("points of 10")
    if not reports:
        _say(axes, "none is kept yet; with consent to learn, each is")
        return
    places = range(1, len(reports) + 1)
    axes.plot(places, [each.pair.reported for each in reports], "o", color=_REPORT, label="said", zorder=3)
    known = [(place, each) for place, each in zip(places, reports, strict=True) if each.mean is not None]
    for place, each in known:
        axes.plot([place, place], [each.lower, each.upper], color=_ESTIMATE, linewidth=5.0, alpha=0.35)
    axes.plot([place for place, _ in known], [each.mean for _, each in known], "_", color=_ESTIMATE, label="estimated")
    every = math.ceil(len(reports) / _TICKS_MOST)
    axes.set_xticks(list(places)[::every], _labels(reports)[::every], rotation=20, fontsize=7)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8, frameon=False)


def _labels(reports: Sequence[ReportEpisode]) -> list[str]:
    """When each was given, with the seconds where several were within one minute."""
    days = [day(each.pair.stamp_s) for each in reports]
    often = Counter(days)
    return [day(each.pair.stamp_s, seconds=often[label] > 1) for each, label in zip(reports, days, strict=True)]


def _draw_baselines(axes: Any, baselines: Sequence[Baseline]) -> None:
    axes.set_title("own neutral, per modality: quality of the newest version")
    axes.set_xlim(0.0, 1.0)
    if not baselines:
        _say(axes, "none was calibrated")
        return
    places = range(len(baselines))
    axes.barh(places, [each.quality for each in baselines], _BAR, color=_ESTIMATE, alpha=0.6)
    axes.set_ylim(-0.6, max(len(baselines), 3) - 0.4)
    words = [f"{each.modality} v{each.version}" for each in baselines]
    axes.set_yticks(list(places), words)
    for place, each in zip(places, baselines, strict=True):
        axes.text(0.02, place, f"{day(each.stamp_s)}, {len(each.name)} measures", va="center", fontsize=8)


def _draw_traits(axes: Any, traits: PersonTraits) -> None:
    axes.set_title(f"how pain is shown, {traits.n_reports} reports (grey: anybody)")
    rows = [
        ("expressiveness", traits.log_expressiveness, traits.log_expressiveness_stddev, EXPRESSIVENESS_STDDEV),
        ("sensitivity", traits.log_sensitivity, traits.log_sensitivity_stddev, SENSITIVITY_STDDEV),
    ]
    for place, (_, mean, stddev, anybody) in enumerate(rows):
        axes.plot([math.exp(-anybody), math.exp(anybody)], [place - 0.15] * 2, color=_QUIET, linewidth=4.0)
        axes.plot(
            [math.exp(mean - stddev), math.exp(mean + stddev)], [place + 0.15] * 2, color=_ESTIMATE, linewidth=4.0
        )
        axes.plot(math.exp(mean), place + 0.15, "o", color=_ESTIMATE)
    axes.axvline(1.0, color=_QUIET, linewidth=0.8)
    axes.set_yticks([0, 1], [name for name, *_ in rows])
    axes.set_ylim(-0.6, 1.6)
    axes.set_xlabel("as a factor; 1 is usual")


def _draw_helped(axes: Any, courses: Sequence[Course]) -> None:
    axes.set_title("how far pain fell during each activity (a hint, no proof)")
    found = sorted(eased(courses).items())
    if not found:
        _say(axes, "none is kept yet; with consent to learn, each is when it ends")
        return
    places = range(len(found))
    axes.barh(places, [total / count for _, (count, total) in found], _BAR, color=_ESTIMATE, alpha=0.6)
    axes.set_ylim(-0.6, max(len(found), 3) - 0.4)
    axes.set_xlabel("points of 10; below 0, pain rose")
    axes.set_yticks(list(places), [f"{name} ({count})" for name, (count, _) in found])
    axes.axvline(0.0, color=_QUIET, linewidth=0.8)


def _draw_log(axes: Any, log: Sequence[Entry]) -> None:
    axes.set_title("consent and access, newest last")
    axes.axis("off")
    told = [entry for entry in log if not entry.event.startswith("kept ")][-_ENTRIES_SHOWN:]
    for place, entry in enumerate(told):
        line = textwrap.shorten(f"{day(entry.stamp_s)} {entry.event}", _LETTERS_MOST, placeholder=" …")
        # What somebody wrote is no formula, and decides on no layout.
        words = axes.text(0.0, 0.92 - 0.115 * place, line, fontsize=7, family="monospace", parse_math=False)
        words.set_in_layout(False)


def _say(axes: Any, words: str) -> None:
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=_QUIET)
    axes.set_xticks([])
