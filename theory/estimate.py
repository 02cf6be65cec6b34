"""A number together with what is known of its error.

    |true value - value| ≤ error

``kind`` says how far to trust the right-hand side: ``exact`` (a closed form, the error is rounding),
``enclosed`` (proved by ball arithmetic) or ``estimated`` (the quadrature's own judgement).  Infinity is a
value like any other: a divergence that is infinite is ``inf`` with error 0.  A value that is finite but
above 1e308 does not fit a float; its natural logarithm does, and is what `Estimate` then carries.
"""

import math
from dataclasses import dataclass
from typing import Literal

from theory.validation import shown

Kind = Literal["exact", "enclosed", "estimated"]


@dataclass(frozen=True)
class Estimate:
    """A value, an absolute error and the kind of that error.

    value: the number; `inf` where the quantity is infinite or too large for a float.
    error: bound (``exact``, ``enclosed``) or estimate (``estimated``) of |true - value|.
    log_value: ln(value), finite wherever the quantity is finite and positive.
    """

    value: float
    error: float
    kind: Kind
    log_value: float = math.nan

    def __post_init__(self) -> None:
        if math.isnan(self.log_value):
            log_value = math.log(self.value) if self.value > 0 else -math.inf
            object.__setattr__(self, "log_value", log_value)

    def _repr_html_(self) -> str:
        """The number with its error: what a notebook shows."""
        return shown.estimate(self)

    def __float__(self) -> float:
        """The value; `OverflowError` where it is finite but above the largest float."""
        if math.isinf(self.value) and math.isfinite(self.log_value):
            raise OverflowError(f"finite, but above the largest float: its logarithm is {self.log_value!r}")
        return self.value
