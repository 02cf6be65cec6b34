"""Failures of the surroundings: they are no results, and no verdict is made of them."""

from __future__ import annotations


class SurroundingsError(Exception):
    """What a run stands on gave way: a worker that cannot start, a scheduler that is gone. One line says which.

    What was finished before is kept; the command ends with exit code 4.
    """
