"""Empathy: action units and the person's state in, expressions and reasons out (two systems; Heyes 2018)."""

from solamen.empathy.companion import Companion
from solamen.empathy.settings import EmpathySettings

__all__ = ["Companion", "EmpathySettings"]
