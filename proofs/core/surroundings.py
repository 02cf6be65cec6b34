"""Surroundings are not results: a disk that fills, a reader that goes away, a ledger that is deleted.

What fails around a run in mid-work is named and told in one line. No verdict follows from it and nothing of it is kept;
what had been found before is. Causes are named ones: any other exception is a fault of a claim, or of ours.
"""

from __future__ import annotations

import errno

FAILING = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "ENOMEM", "EMFILE", "ENFILE", "ESTALE")
    if hasattr(errno, name)
)
"""Errors of the system that no claim can be blamed for: no room, no memory, no handles, a disk that fails."""


class Surroundings(Exception):
    """Something around the run failed in mid-work; the message names it."""


def cause(error: OSError) -> str:
    """What the system says, without number and path."""
    return error.strerror or str(error)
