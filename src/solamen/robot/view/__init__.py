"""The moving robot in the browser. It needs the extra `view`; nothing in here is loaded without it."""

from solamen.robot.view.page import view

__all__ = ["view"]
