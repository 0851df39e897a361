"""Draws the tree of behaviours as a page that can be followed from top to bottom, in SVG."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from xml.sax.saxutils import escape

import py_trees

from solamen.empathy.tree_words import ALWAYS, LEGEND, RULE, TITLE, Line, lines

_WIDTH, _MARGIN, _INDENT = 1080, 36, 28
_TITLE_WIDTH, _GAP = 350, 10
_LINE_PX, _PAD = 20, 12
_LETTER_PX = 7.4
"""Mean width of a letter at 15 px in common sans-serif faces, on the wide side."""
_INK, _SOFT, _PAPER, _EDGE = "#1f2933", "#52606d", "#ffffff", "#cbd2d9"
_DUTY, _HELP, _NEAR, _LIVE = "#fde8e8", "#e3f4ea", "#e8f0fb", "#f7b955"
_ALWAYS_PX = 30 * len(ALWAYS) + 36
_HELPS = frozenset({"help"})
_DUTIES = frozenset({"call", "quiet_company", "still", "wait"})


@dataclass(frozen=True)
class _Row:
    """A line of the tree with its place on the page, in pixels."""

    line: Line
    words: list[str]
    top: float
    height: float
    fill: str


def as_svg(root: py_trees.behaviour.Behaviour) -> str:
    """The tree as SVG; what is done at this moment has a broad edge."""
    head = _head()
    top = _MARGIN + 56.0 + _ALWAYS_PX + 62.0
    rows = _rows(root, top)
    bottom = rows[-1].top + rows[-1].height
    parts = [*head, _ladder(top, bottom), *_groups(rows)]
    number = 0
    for row in rows:
        number += row.line.depth == 1
        parts += _row(row, str(number) if row.line.depth == 1 else "")
    height = bottom + _MARGIN + 20 * len(LEGEND)
    foot = [_text(_MARGIN, bottom + 32 + 20 * index, words, 13, _SOFT) for index, words in enumerate(LEGEND)]
    return "\n".join([_open(height), *parts, _heading(top - 8), *foot, "</svg>"]) + "\n"


def _open(height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {_WIDTH} {height:.0f}" font-family="Helvetica, Arial, sans-serif" role="img">\n'
        f"<title>{escape(TITLE)}</title>\n"
        f'<rect width="{_WIDTH}" height="{height:.0f}" fill="{_PAPER}"/>'
    )


def _head() -> list[str]:
    """The title, what always holds, and how to read the rest."""
    top = _MARGIN + 24
    parts = [_text(_MARGIN, top, TITLE, 26, _INK, bold=True)]
    parts.append(_box(_MARGIN, top + 18, _WIDTH - 2 * _MARGIN, _ALWAYS_PX, _DUTY))
    parts.append(_text(_MARGIN + _PAD, top + 42, "Always, beside all that stands below", 15, _SOFT))
    for index, (title, words) in enumerate(ALWAYS):
        y = top + 70 + 30 * index
        parts.append(_text(_MARGIN + _PAD, y, title, 16, _INK, bold=True))
        parts.append(_text(_MARGIN + _PAD + 150, y, words, 15, _INK))
    parts.append(_text(_MARGIN, top + 18 + _ALWAYS_PX + 32, RULE, 15, _SOFT))
    return parts


def _heading(y: float) -> str:
    """What stands in the columns."""
    left = _MARGIN + _INDENT + _PAD
    return _text(left, y, "what it does", 13, _SOFT) + _text(left + _TITLE_WIDTH, y, "when", 13, _SOFT)


def _rows(root: py_trees.behaviour.Behaviour, top: float) -> list[_Row]:
    """All lines but the root, each below the one before."""
    rows: list[_Row] = []
    fill = _NEAR
    for line in lines(root):
        if line.depth == 0:
            continue
        if line.depth == 1:
            fill = _DUTY if line.name in _DUTIES else _HELP if line.name in _HELPS else _NEAR
        room = _WIDTH - 2 * _MARGIN - _INDENT * line.depth - _TITLE_WIDTH - 2 * _PAD
        words = textwrap.wrap(_when(line), int(room / _LETTER_PX)) or [""]
        height = _LINE_PX * max(len(words), 1) + 2 * _PAD
        rows.append(_Row(line, words, top, height, fill))
        top += height + _GAP
    return rows


def _when(line: Line) -> str:
    rule = {"first": "; the first that applies:", "best": ":"}.get(line.kind, "")
    return f"{line.when}{rule}"


def _row(row: _Row, number: str) -> list[str]:
    """A box with a title, its name, and when it applies."""
    line = row.line
    left = _MARGIN + _INDENT * line.depth
    edge, width = (_LIVE, 4) if line.active else (_EDGE, 1)
    parts = [_box(left, row.top, _WIDTH - _MARGIN - left, row.height, row.fill, edge, width)]
    baseline = row.top + _PAD + 15
    if number:
        parts.append(_text(_MARGIN, baseline, number, 15, _SOFT, bold=True))
    parts.append(_text(left + _PAD, baseline, line.title, 16, _INK, bold=True))
    shift = _TITLE_WIDTH - _INDENT * (line.depth - 1)
    name = _text(left + _PAD + shift - 16, baseline, line.name, 12, _SOFT)
    parts.append(name.replace("<text", '<text text-anchor="end"'))
    parts += [
        _text(left + _PAD + shift, baseline + _LINE_PX * index, words, 15, _INK)
        for index, words in enumerate(row.words)
    ]
    return parts


def _groups(rows: list[_Row]) -> list[str]:
    """A line down the side of each group, from its head to its last child."""
    parts = []
    for index, row in enumerate(rows):
        if row.line.kind == "leaf":
            continue
        inside = [other for other in rows[index + 1 :] if other.line.depth > row.line.depth]
        count = next(
            (k for k, other in enumerate(rows[index + 1 :]) if other.line.depth <= row.line.depth), len(inside)
        )
        last = rows[index + count]
        x = _MARGIN + _INDENT * row.line.depth + _INDENT / 2
        parts.append(_stroke(x, row.top + row.height, x, last.top + last.height / 2))
        for child in rows[index + 1 : index + 1 + count]:
            if child.line.depth == row.line.depth + 1:
                y = child.top + child.height / 2
                parts.append(_stroke(x, y, x + _INDENT / 2, y))
    return parts


def _ladder(top: float, bottom: float) -> str:
    """An arrow from the first line to the last."""
    x = _MARGIN - 12
    tip = f"M{x - 5} {bottom - 9:.0f} L{x} {bottom:.0f} L{x + 5} {bottom - 9:.0f}"
    return _stroke(x, top, x, bottom, _SOFT) + f'<path d="{tip}" fill="none" stroke="{_SOFT}"/>'


def _stroke(x: float, y: float, to_x: float, to_y: float, colour: str = _EDGE) -> str:
    return f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{to_x:.0f}" y2="{to_y:.0f}" stroke="{colour}" stroke-width="1.5"/>'


def _box(x: float, y: float, width: float, height: float, fill: str, edge: str = _EDGE, stroke: float = 1) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="8" fill="{fill}" '
        f'stroke="{edge}" stroke-width="{stroke}"/>'
    )


def _text(x: float, y: float, words: str, size: int, colour: str, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{colour}"{weight}>{escape(words)}</text>'
