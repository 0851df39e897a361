"""What ends the set-up early."""

from __future__ import annotations


class SetupError(Exception):
    """Something outside is not as it must be; its text is the one line that the user reads. Status 2."""
