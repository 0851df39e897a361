"""The tree of behaviours, on one page. What stands first comes first; each behaviour is a module of its own."""

from __future__ import annotations

import py_trees

from solamen.empathy.behaviours.acknowledge import Acknowledge
from solamen.empathy.behaviours.attend import Attend
from solamen.empathy.behaviours.calm import Calm
from solamen.empathy.behaviours.concern import Concern
from solamen.empathy.behaviours.mirror import Mirror
from solamen.empathy.behaviours.rest import Rest, Wait
from solamen.empathy.scene import Desk


def grow(desk: Desk) -> py_trees.behaviour.Behaviour:
    """The tree; every tick goes from the top, so that what matters more preempts what matters less."""
    companion = py_trees.composites.Selector("companion", memory=False)
    companion.add_children(
        [
            Wait("wait", desk),  # never act on input that has stopped
            Acknowledge("acknowledge", desk),
            soothe(desk),
            Mirror("mirror", desk),
            Attend("attend", desk),
            Rest("rest", desk),
        ]
    )
    return companion


def soothe(desk: Desk) -> py_trees.behaviour.Behaviour:
    """What follows mirrored pain. What may help (breathing, distraction, a hand to hold) joins here, before concern."""
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
