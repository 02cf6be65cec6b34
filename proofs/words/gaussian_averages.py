"""Gaussian averages as SymPy functions that balls can evaluate: E[Z^j f(a + bZ)], Z ~ N(0, 1), f = ln cosh, tanh, sech, sech², sech³.

They meet where a Gaussian looks at two modes: ln p(x) = ln cosh(ax/s²) + a parabola. The trapezoidal rule is used,

    E[Z^j f(a + bZ)] = h Σ_k φ(kh) (kh)^j f(a + b kh) ± 2M/(e^{2πw/h} - 1)

where M bounds ∫|φ z^j f| on the edges of the strip |Im z| ≤ w (Trefethen & Weideman 2014, theorem 5.1). With w = 1.5/b,
at most 1, the poles of f, at ±iπ/2, stay outside. a and b may be wide balls: the sum is then an enclosure over them.
Where b is large, f = sech, sech², sech³ are summed over X = a + bz in place of z, with w = 1.5.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import sympy as sp
from flint import acb, arb, ctx

FUNCTIONS = {
    "log_cosh": lambda X: X.cosh().log(),
    "tanh": lambda X: X.tanh(),
    "sech": lambda X: 1 / X.cosh(),
    "sech2": lambda X: 1 / X.cosh() ** 2,
    "sech3": lambda X: 1 / X.cosh() ** 3,
}
ON_THE_STRIP = {"log_cosh": 4.15, "tanh": 14.2, "sech": 14.2, "sech2": 200.0, "sech3": 2830.0}
"""Where |Im X| ≤ 1.5: |ln cosh X| ≤ |Re X| + 1.5 - ln cos 1.5, |tanh X|, |sech X| ≤ 1/cos 1.5, |sech² X| ≤ 1/cos² 1.5, |sech³ X| ≤ 1/cos³ 1.5."""
REACH = 10
"""Nodes beyond it weigh less than 1e-19 together, times what f grows by."""
WIDE, FAR = 8, 50
"""The b from which on X is the variable, and how far it goes: sech 50 < 4e-22."""
ON_THE_EDGE = {"sech": 9.0, "sech2": 128.0, "sech3": 1820.0}
"""∫|f| where |Im X| = 1.5, |cosh X|² = sinh² Re X + c², c = cos 1.5: of sech 2 asinh(1/c) + 2 ∫₁^∞ 1/sinh < 9; each power more brings 1/c."""
SHARPNESS = 50
"""2πw/h, so that the error is about 2M e^{-50} = 4e-22 M."""
DIGITS, MOST, ROUGH = 30, 50, 0.4
"""Of balls for which this is fine enough, up to which all is so much finer as they have more, and the share of wide ones."""


@cache
def mean_of(f: str, power: int = 0) -> Any:
    """The SymPy function (a, b) ↦ E[Z^power f(a + bZ)], power ≤ 2, f one of FUNCTIONS, b > 0."""

    class GaussianMean(sp.Function):
        nargs = 2

        @staticmethod
        def ball(a: acb, b: acb) -> acb:
            return acb(average(f, power, a.real, b.real))

    GaussianMean.__name__ = f"E[Z^{power} {f}]"
    return GaussianMean


def average(f: str, power: int, a: arb, b: arb) -> arb:
    """A ball around E[Z^power f(a + bZ)]."""
    with ctx.workdps(min(ctx.dps, MOST)):
        return (
            _over_the_bump(f, a, b) if f in ON_THE_EDGE and power == 0 and b > WIDE else _over_the_line(f, power, a, b)
        )


def _over_the_line(f: str, power: int, a: arb, b: arb) -> arb:
    """By steps of Z."""
    widest, finer = arb(b.upper()), _finer(b)
    strip = 1 / (2 * widest / 3).max(arb(1))
    step = arb(2 * math.pi * float(strip) / (SHARPNESS * finer))
    last, twice = int(REACH * math.sqrt(finer) / float(step)), a == 0 and power % 2 == 0 and f != "tanh"
    total = arb(0)
    for k in range(0 if twice else -last, last + 1):
        z = k * step
        total += (-z * z / 2).exp() * z**power * FUNCTIONS[f](a + b * z) * (2 if twice and k else 1)
    # E (|Z|+w)^j (c + b|Z|) ≤ (1+w)² (c + 2b) for j ≤ 2, where c + b|Z| bounds |f|
    bound = (1 + strip) ** 2 * (abs(a) + 2 * widest + ON_THE_STRIP[f])
    aliased = 2 * (strip**2 / 2).exp() * bound / ((2 * arb.pi() * strip / step).exp() - 1)
    error = aliased + arb("1e-19") ** finer * (1 + strip) ** 2 * (
        abs(a) + 2 * widest + 1
    )  # on the line |f(X)| ≤ 1 + |X|
    return total * step / (2 * arb.pi()).sqrt() + (-error).union(error)


def _over_the_bump(f: str, a: arb, b: arb) -> arb:
    """By steps of X, for power 0, where φ is the wider: ∫ f(X) φ((X-a)/b)/b dX."""
    finer = _finer(b)
    step = arb(2 * math.pi * 1.5 / (SHARPNESS * finer))
    last = int(FAR * finer / float(step)) + 1
    total = arb(0)
    for k in range(-last, last + 1):
        x = k * step
        total += FUNCTIONS[f](x) * (-(((x - a) / b) ** 2) / 2).exp()
    edge = ON_THE_EDGE[f] * (arb("1.125") / b**2).exp()  # |φ((X-a)/b)| is less than e^{w²/2b²}/√2π there
    error = (
        2 * edge / ((3 * arb.pi() / step).exp() - 1) + arb("1e-20") ** finer
    )  # beyond the last node the sums of 2e^{-|X|} are less
    return (total * step + (-error).union(error)) / (b * (2 * arb.pi()).sqrt())


def _finer(b: arb) -> float:
    """How much finer than for `DIGITS`; coarser where b is so wide that it does not matter."""
    return ROUGH if b.rad() > b.mid() / 1000 else max(1.0, ctx.dps / DIGITS)
