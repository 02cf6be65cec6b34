"""Gaussian averages as SymPy functions that balls can evaluate: E[Z^j f(a + bZ)], Z ~ N(0, 1), f = ln cosh, tanh, sech, sech², sech³.

They meet where a Gaussian looks at two modes: ln p(x) = ln cosh(ax/s²) + a parabola. The trapezoidal rule is used,

    E[Z^j f(a + bZ)] = h Σ_k φ(kh) (kh)^j f(a + b kh) ± 2M/(e^{2πw/h} - 1)

where M bounds ∫|φ z^j f| on the edges of the strip |Im z| ≤ w (Trefethen & Weideman 2014, theorem 5.1). With w = 1.5/b,
at most 1, the poles of f, at ±iπ/2, stay outside. a and b may be wide balls: the sum is then an enclosure over them.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import sympy as sp
from flint import acb, arb

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
SHARPNESS = 50
"""2πw/h, so that the error is about 2M e^{-50} = 4e-22 M."""


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
    widest = arb(b.upper())
    strip = 1 / (2 * widest / 3).max(arb(1))
    step = arb(2 * math.pi * float(strip) / SHARPNESS)
    total = arb(0)
    for k in range(-int(REACH / float(step)), int(REACH / float(step)) + 1):
        z = k * step
        total += (-z * z / 2).exp() * z**power * FUNCTIONS[f](a + b * z)
    # E (|Z|+w)^j (c + b|Z|) ≤ (1+w)² (c + 2b) for j ≤ 2, where c + b|Z| bounds |f|
    bound = (1 + strip) ** 2 * (abs(a) + 2 * widest + ON_THE_STRIP[f])
    aliased = 2 * (strip**2 / 2).exp() * bound / ((2 * arb.pi() * strip / step).exp() - 1)
    error = aliased + arb("1e-19") * (1 + strip) ** 2 * (abs(a) + 2 * widest + 1)  # on the line |f(X)| ≤ 1 + |X|
    return total * step / (2 * arb.pi()).sqrt() + (-error).union(error)
