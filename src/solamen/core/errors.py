"""Errors that come from outside: a file, a device, the network, a message."""

from __future__ import annotations


class OutsideError(Exception):
    """Something outside Solamen is not as it must be; the command line prints it and ends with status 2.

    The text is one sentence: what was wrong, where, and what to do about it.
    """

    def __init__(self, what: str, where: str, remedy: str) -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(f"{what}: {where}. {remedy}")

    def __reduce__(self) -> tuple[type[OutsideError], tuple[str, str, str]]:
        """So that it can be raised in one process and told in another."""
        return type(self), (self.what, self.where, self.remedy)


def of_words(told: str, where: str, remedy: str) -> OutsideError:
    """An error from words whose last sentence may be a remedy of their own; where they are one alone, the one given."""
    words = told.strip().removesuffix(".")
    what, _, advice = words.rpartition(". ")
    return OutsideError(what, where, f"{advice}.") if what else OutsideError(words, where, remedy)


def of_file(error: OSError) -> OutsideError:
    """What is told of a file that nothing else has told of."""
    what = f"the file cannot be read or written ({error.strerror or error})"
    return OutsideError(what, str(error.filename), "Check its path, who may write there, and the free space.")
