"""What is known exactly of the regression targets, by their name; a target is made only when it is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toys.validation import door, require

TARGETS = ("bishop_inverse", "noisy_code", "two_branch")


@door
def conditional_mean(problem: str, x: ArrayLike) -> np.ndarray:
    """The analytic E[Y|X=x] of a target of `toys.targets`, for every number of x: what L2 learns.

    Raises ValueError for the name of none that has one.
    """
    return _target(problem).conditional_mean(np.atleast_1d(x))


@door
def conditional_median(problem: str, x: ArrayLike) -> np.ndarray:
    """The analytic median of Y given X=x of a target of `toys.targets`, for every number of x: what L1 learns.

    Raises ValueError for the name of none that has one.
    """
    return _target(problem).conditional_median(np.atleast_1d(x))


def _target(problem: str) -> Any:
    from toys import targets

    require(problem in TARGETS, "problem", f"one of {', '.join(TARGETS)}", problem)
    return getattr(targets, problem)()
