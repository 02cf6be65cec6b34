"""Failures of the surroundings: they are no results, and no verdict is made of them."""

from __future__ import annotations


class SurroundingsError(Exception):
    """What a run stands on gave way: a full disk, a stream without a reader, a ledger that was deleted. One line says which.

    What was finished before is kept; the command ends with exit code 4.
    """


def cause(error: OSError) -> str:
    """What the system says, without number and path."""
    return error.strerror or str(error)
