"""The ladder of divergences: how far apart must two equal modes be before the best Gaussian gives one of them up?

For p = ½N(-a, s²) + ½N(a, s²), r = a/s, a Gaussian of free mean and width can cover both modes (mean 0) or sit on one.
Under most divergences both are local minima over a range of r, and at one r their values cross: there the global
optimum jumps, a first-order transition. In the order of that r,

    non-saturating 2.38   reverse KL 2.80   JS 4.24   Hellinger 4.74   Jeffrey 6.53   KL(p‖q) never

(under Jeffrey to a wide Gaussian that only leans towards one).

Along the α-divergences it rises from reverse KL's at α = 0 through Hellinger's at ½ and to infinity as α → 1, about
exponentially in 1/(1-α): any departure from maximum likelihood drops a mode that is far enough.
"""

import math
from functools import cache

from theory.numerics.zero import zero
from theory.projection import Projection, best_gaussian
from theory.standard import symmetric_pair
from theory.validation import inputs as valid

FARTHEST = 1e3
"""Separations are searched up to here."""


def rivals(name: str, r: float, *, a: float | None = None) -> Projection:
    """The best Gaussian for the pair with s = 1, and its rival: the covering one and the one on the right mode.

    `minima` holds those of the two that are local minima. name and a: as in `projection.best_gaussian`.

    Raises ValueError unless r > 0 and name and a suit `projection.best_gaussian`.
    """
    p = symmetric_pair(valid.positive("r", r), 1.0)
    return best_gaussian(p, name, a=a, starts=[(0.0, p.std), (r, 1.0)])


def jump(name: str, *, a: float | None = None, tolerance: float = 1e-8) -> float:
    """The separation r above which the best Gaussian sits on one mode, to a relative `tolerance`; inf for kl.

    name: reverse_kl, js, jeffrey, hellinger2, nonsaturating, kl, or alpha with its `a` in [0, 1].

    Raises ValueError unless name is one of these, `a` goes with it and leaves the jump infinite or below r = 1000 (up
    to about α = 0.9), and tolerance > 0.
    """
    name = valid.choice("name", name, ["reverse_kl", "js", "jeffrey", "hellinger2", "nonsaturating", "kl", "alpha"])
    if (name == "kl" and a is None) or (name == "alpha" and valid.between("a", a, 0, 1) == 1):
        return math.inf
    return _jump(name, None if a is None else valid.real("a", a), valid.positive("tolerance", tolerance))


@cache
def _jump(name: str, a: float | None, tolerance: float) -> float:
    low, high = 1.0, 2.0
    while _advantage(name, high, a) < 0:
        low, high = high, 2 * high
        if high > FARTHEST:
            valid.reject("a", f"an α whose jump lies below r = {FARTHEST:g}", a)
    while high - low > tolerance * high and math.isinf(_advantage(name, low, a)):
        middle = (low + high) / 2
        low, high = (middle, high) if _advantage(name, middle, a) < 0 else (low, middle)
    return zero(lambda r: _advantage(name, r, a), low, high, rtol=tolerance)


def _advantage(name: str, r: float, a: float | None) -> float:
    """How much lower the divergence is off the centre than at it; -inf where nothing off the centre is a minimum."""
    values = {fit.mean > r / 100: fit.value for fit in rivals(name, r, a=a).minima}
    return values.get(False, math.inf) - values.get(True, math.inf)
