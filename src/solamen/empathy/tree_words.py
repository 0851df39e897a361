"""The tree in words that need no manual: what each of its nodes is called, and when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import py_trees
from py_trees.common import Status

from solamen.empathy.chooser import Chooser

TITLE = "What the companion does"
RULE = "Ten times a second it looks from the top: the first line that applies is what it does."
ALWAYS = (
    ("Calls a human", "when asked to, at pain of 7 or more, or when it cannot tell any more; whatever stands below."),
    ("Answers a face", "within a quarter of a second: a little of pain for at most 2 s, a smile more freely."),
    ("Takes a no", "a no, a shake of the head or “stop” ends what it says or does at once, and for a while."),
)
"""What stands beside the tree and waits for none of its lines."""
LEGEND = (
    "Red: comes before all else. Green: what it says, and offers before it is done. Blue: what its face shows.",
    "Not a medical device. Names in grey are those that the status tells.",
)
"""How to read the page."""

_WORDS = {
    "companion": (TITLE, ""),
    "duty": ("A human is called", "the person is told so before all else"),
    "call": ("Say that someone is called", "a human was called and is not there yet"),
    "quiet_company": ("Quiet company", "the person said stop, for the set time: nothing is said, offered or mirrored"),
    "still": ("Still", "a study asks for a robot that does nothing; a human is called as ever"),
    "introduce": ("Say who it is", "someone new is there: says that it is a robot, and how to make it stop"),
    "ask": ("Ask how it is", "pain lasts and no number was told lately, or it cannot be read: 0 to 10, or yes and no"),
    "ask_consent": ("Ask what it may do", "someone wants the person asked; no answer changes nothing"),
    "help": ("Talk, ask, offer help", "the one thing that is called for most, begun and brought to its end"),
    "paced_breathing": ("Breathe together", "pain or tension; follows the person's breath first, then leads it slower"),
    "distraction": ("Take the mind off it", "pain that goes on: a story, a walk in the mind, a game with numbers"),
    "hold_hand": ("Hold my hand", "pain or being alone: a slow hand after a yes; lets go at any pull"),
    "shared_concern": ("Share the concern", "pain is seen: says that it looks hard, and waits"),
    "neurofeedback": ("Training with a light", "a signal is there, pain is not strong: the light shows it, in rounds"),
    "praise": ("Say that it is easing", "pain has fallen: a warm word, once"),
    "farewell": ("Say goodbye", "someone says goodbye: a wave and a word"),
    "wait": ("Wait", "no fresh picture comes: never act on input that has stopped"),
    "acknowledge": ("Nod", "pain begins: shows that it was noticed, once"),
    "soothe": ("Stay with the pain", "signs of pain, and the mirroring is over"),
    "concern": ("Show concern", "for some seconds after the mirroring"),
    "calm": ("Stay calm and near", "for as long as signs of pain last, and a little longer"),
    "mirror": ("Mirror", "pain begins, or the person smiles"),
    "attend": ("Attend", "someone is there and nothing more is asked for: an open face and a gaze"),
    "rest": ("Look around, then rest", "nobody is seen"),
}


@dataclass(frozen=True)
class Line:
    """One node of the tree as a line.

    Attributes:
        name: as in the tree and in `BehaviorStatus`.
        title, when: in words.
        depth: 0 for the root.
        kind: first (its first child that applies), best (the child that is called for most) or leaf.
        active: it is what is done at this moment, or leads to it.
    """

    name: str
    title: str
    when: str
    depth: int
    kind: str
    active: bool


def lines(root: py_trees.behaviour.Behaviour, depth: int = 0) -> Iterator[Line]:
    """The tree line by line, from the top; a group of none or one child is left out."""
    title, when = _WORDS.get(root.name, (root.name.replace("_", " ").capitalize(), ""))
    is_group = isinstance(root, py_trees.composites.Composite)
    if is_group and not root.children:
        return
    if is_group and depth and len(root.children) == 1:
        yield from lines(root.children[0], depth)
        return
    kind = "best" if isinstance(root, Chooser) else "first" if is_group else "leaf"
    yield Line(root.name, title, when, depth, kind, root.status == Status.RUNNING)
    for child in root.children:
        yield from lines(child, depth + 1)


def as_text(root: py_trees.behaviour.Behaviour) -> str:
    """The tree as text, with an arrow at what is done at this moment."""
    width = max(len(line.title) + 2 * line.depth for line in lines(root)) + 2
    rows = []
    for line in lines(root):
        mark = "▸" if line.active else "·"
        title = f"{'  ' * line.depth}{mark} {line.title}"
        rows.append(f"{title:<{width}}  {line.when}".rstrip())
    return "\n".join(rows) + "\n"


def as_dot(root: py_trees.behaviour.Behaviour) -> str:
    """The tree in the language of Graphviz."""
    rows = ["digraph companion {", '  node [shape=box, style=rounded, fontname="sans-serif"];', "  rankdir=LR;"]
    parents: list[str] = []
    for line in lines(root):
        words = f"{line.title}\\n{line.when}" if line.when else line.title
        style = ", penwidth=3" if line.active else ""
        rows.append(f'  "{line.name}" [label="{_escaped(words)}"{style}];')
        del parents[line.depth :]
        if parents:
            rows.append(f'  "{parents[-1]}" -> "{line.name}";')
        parents.append(line.name)
    return "\n".join([*rows, "}"]) + "\n"


def _escaped(text: str) -> str:
    return text.replace('"', '\\"')
