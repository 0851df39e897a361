"""Empathy: action units and the person's state in, expressions, words and calls out (two systems; Heyes 2018)."""

from solamen.empathy.companion import Companion
from solamen.empathy.feedback import RobotFeedback
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.turn import Turn

__all__ = ["Companion", "EmpathySettings", "RobotFeedback", "Turn"]
