"""The parts of a letter's range at which what is said of it must be looked at: tiny, ordinary and huge, near each finite
end, and on equality.

A half-line is cut into the decades of the distance from its end, an interval into those of the distance from either end
relative to its length, the whole line into those of |x| on either side; closed ends are parts of their own. The decades
from a thousandth to a thousand count one by one; what lies beyond them is one part, and is drawn from down to 1e-8 and up
to 1e8. Of integers the parts are the least, those next to it, and those ten and more above it, as far as a hundred.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofs.core.letters import Interval

LOOKED_AT, REACH = 3, 8
"""Decades that count one by one, down and up; decades that are drawn from."""
HALF = math.log10(0.5 - 1e-9)
"""Either end of an interval has the half that is nearer to it."""
INTEGERS = 2
"""Decades of integers above the least."""


@dataclass(frozen=True)
class Stratum:
    """A part of a range: the distance from an `end` ("lower", "upper", or "-" and "+" of the whole line) in a decade.

    decade None: the end itself.
    """

    end: str
    decade: int | None = None

    def __str__(self) -> str:
        if self.decade is None:
            return f"the {self.end} end"
        low, high = f"1e{self.decade}", f"1e{self.decade + 1}"
        size = (
            f"below {high}"
            if self.decade < -LOOKED_AT
            else f"beyond {low}"
            if self.decade >= LOOKED_AT
            else f"{low} to {high}"
        )
        return f"{self.end}{size}" if self.end in ("-", "+") else f"{size} from the {self.end} end"


def strata(interval: Interval) -> list[Stratum]:
    """The parts of a range that must be looked at."""
    below, above = interval.lower != -math.inf, interval.upper != math.inf
    ends = [Stratum("lower")] * interval.closed_below + [Stratum("upper")] * interval.closed_above
    if interval.lower == interval.upper:
        return ends[:1]
    if interval.integer:
        low, high = interval.lower, interval.upper
        most = math.inf if isinstance(low, str) or isinstance(high, str) else high - low
        return [*ends, *(Stratum("lower", k) for k in range(INTEGERS) if 10**k < most)]
    if below and above:
        return [*ends, *(Stratum(end, k) for end in ("lower", "upper") for k in range(-LOOKED_AT - 1, 0))]
    sides = ["lower"] if below else ["upper"] if above else ["-", "+"]
    return [*ends, *(Stratum(side, k) for side in sides for k in range(-LOOKED_AT - 1, LOOKED_AT + 1))]


def stratum(interval: Interval, lower: Fraction | float, upper: Fraction | float, value: Fraction) -> Stratum:
    """The part of the range, whose ends are at `lower` and `upper`, in which a value lies."""
    if interval.closed_below and value == lower:
        return Stratum("lower")
    if interval.closed_above and value == upper:
        return Stratum("upper")
    if interval.integer:
        return Stratum("lower", min(_power(Fraction(value - lower)), INTEGERS - 1))
    if math.isinf(lower) and math.isinf(upper):
        return Stratum("-" if value < 0 else "+", _clipped(abs(value)))
    if math.isinf(lower) or math.isinf(upper):
        return (
            Stratum("lower", _clipped(value - lower))
            if math.isinf(upper)
            else Stratum("upper", _clipped(upper - value))
        )
    share = (value - lower) / (upper - lower)
    return Stratum("lower", _clipped(share)) if share <= Fraction(1, 2) else Stratum("upper", _clipped(1 - share))


def drawn(part: Stratum, interval: Interval, lower: Any, upper: Any, draw: random.Random) -> Fraction:
    """A value of the part, where the ends are at `lower` and `upper`."""
    if part.decade is None:
        return Fraction(lower if part.end == "lower" else upper)
    if interval.integer:
        high = int(min(upper - interval.closed_above, lower + 10 ** (part.decade + 1) - 1))
        return Fraction(draw.randint(min(int(lower) + 10**part.decade, high), high))
    bounded = not math.isinf(lower) and not math.isinf(upper)
    outermost = {-LOOKED_AT - 1: (-REACH, -LOOKED_AT), LOOKED_AT: (LOOKED_AT, REACH)}
    least, most = outermost.get(part.decade, (part.decade, part.decade + 1))
    size = Fraction(10.0 ** draw.uniform(least, min(most, HALF) if bounded else most))
    if part.end in ("-", "+"):
        return -size if part.end == "-" else size
    if bounded:
        size *= upper - lower
    return lower + size if part.end == "lower" else upper - size


def _power(size: Fraction | float) -> int:
    return math.floor(math.log10(size)) if size > Fraction(1, 10**300) else -300


def _clipped(size: Fraction | float) -> int:
    return max(-LOOKED_AT - 1, min(_power(size), LOOKED_AT))
