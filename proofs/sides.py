"""The two sides of one compared instance, and the comparison: one place decides what a relation means.

Kept apart from the check runner so that claims can import it without importing Hypothesis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Sides:
    """What was observed and what is claimed for one instance, with the numerical error of each (absolute).

    `scale` is the natural size of the quantity, against which the resolution is held; by default the larger side.
    Arrays are compared entry by entry.
    """

    observed: Any
    claimed: Any
    observed_error: Any = 0.0
    claimed_error: Any = 0.0
    scale: Any = None

    @property
    def tolerance(self) -> Array:
        """Numerical error of both sides and of their last digits."""
        size = self._size()
        rounding = 8 * np.finfo(float).eps * np.where(np.isfinite(size), size, 0.0)
        return np.asarray(self.observed_error, float) + np.asarray(self.claimed_error, float) + rounding

    def _size(self) -> Array:
        return np.maximum(np.abs(np.asarray(self.observed, float)), np.abs(np.asarray(self.claimed, float)))

    def coarse(self, resolution: float) -> bool:
        """Whether the tolerance exceeds the resolution, so that the instance decides nothing."""
        size = np.abs(np.asarray(self.scale, float)) if self.scale is not None else self._size()
        finite = np.isfinite(size)
        return bool(np.any(np.where(finite, self.tolerance > resolution * np.where(finite, size, 1.0) + 1e-300, False)))

    def undefined(self) -> bool:
        """Whether either side holds a NaN."""
        return bool(np.isnan(np.asarray(self.observed, float)).any() or np.isnan(np.asarray(self.claimed, float)).any())

    def agree(self, relation: str) -> bool:
        """Whether observed `relation` claimed, up to the tolerance, in every entry."""
        observed, claimed = np.asarray(self.observed, float), np.asarray(self.claimed, float)
        same = observed == claimed
        with np.errstate(invalid="ignore"):
            gap = np.where(same, 0.0, observed - claimed)
        tolerance = np.where(np.isfinite(gap), self.tolerance, 0.0)
        if relation == "<=":
            return bool(np.all(gap <= tolerance))
        if relation == ">=":
            return bool(np.all(gap >= -tolerance))
        return bool(np.all(np.abs(gap) <= tolerance))


def off_by(value: Any, relative: float) -> Any:
    """`value` × (1 + relative), entry by entry; a zero becomes `relative`, an infinity a huge finite number."""
    array = np.asarray(value, float)
    wrong = np.where(array == 0, relative, np.where(np.isinf(array), np.sign(array) * 1e6, array * (1 + relative)))
    return wrong if wrong.ndim else float(wrong)
