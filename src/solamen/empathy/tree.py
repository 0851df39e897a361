"""The tree of behaviours, on one page. What stands first comes first; each behaviour is a module of its own."""

from __future__ import annotations

import py_trees

from solamen.empathy.behaviours.calm import Calm
from solamen.empathy.behaviours.concern import Concern
from solamen.empathy.behaviours.mirror import Mirror
from solamen.empathy.behaviours.offered import acknowledge, attend, call_human, offered, words_for
from solamen.empathy.behaviours.quiet import Quiet
from solamen.empathy.behaviours.rest import Rest, Wait
from solamen.empathy.behaviours.still import Still
from solamen.empathy.chooser import Chooser
from solamen.empathy.content import Words
from solamen.empathy.scene import Desk


def grow(desk: Desk) -> py_trees.behaviour.Behaviour:
    """The tree; every tick goes from the top, so that what matters more preempts what matters less.

    Raises:
        OutsideError: a file of settings or of words is wrong.
    """
    words = words_for(desk)
    companion = py_trees.composites.Selector("companion", memory=False)
    companion.add_children(
        [
            Chooser("duty", desk, [call_human(desk, words)]),  # while a human is called, the person is told
            Quiet("quiet_company", desk),  # the person said stop
            Still("still", desk),  # the control condition of studies
            help_(desk, words),  # what was begun goes on to its end; what may help is begun when it is called for
            Wait("wait", desk),  # never act on input that has stopped
            acknowledge(desk, words),
            soothe(desk),
            Mirror("mirror", desk),
            attend(desk),
            Rest("rest", desk),
        ]
    )
    return companion


def help_(desk: Desk, words: Words) -> py_trees.behaviour.Behaviour:
    """What may help: the one that is called for most (see `Appeal`) is begun, and goes on to its end."""
    return Chooser("help", desk, offered(desk, words))


def soothe(desk: Desk) -> py_trees.behaviour.Behaviour:
    """What follows mirrored pain."""
    selector = py_trees.composites.Selector("soothe", memory=False)
    selector.add_children([Concern("concern", desk), Calm("calm", desk)])
    return selector


def path_to_tip(root: py_trees.behaviour.Behaviour) -> str:
    """Names from the root to the active leaf, joined by /."""
    names = []
    node: py_trees.behaviour.Behaviour | None = root.tip() or root
    while node is not None:
        names.append(node.name)
        node = node.parent
    return "/".join(reversed(names))
