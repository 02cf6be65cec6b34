"""Gaussian averages as SymPy functions that balls can evaluate: E[Z^j f(a + bZ)], Z ~ N(0, 1), f = ln cosh, tanh, sech, sech², sech³.

They meet where a Gaussian looks at two modes: ln p(x) = ln cosh(ax/s²) + a parabola. Where b is small the trapezoidal rule
is used in z,

    E[Z^j f(a + bZ)] = h Σ_k φ(kh) (kh)^j f(a + b kh) ± 2M/(e^{2πw/h} - 1)

where M bounds ∫|φ z^j f| on the edges of the strip |Im z| ≤ w (Trefethen & Weideman 2014, theorem 5.1). With w = 1.5/b,
at most 1, the poles of f, at ±iπ/2, stay outside. Where b is large it is used in y = a + bz, with |Im y| ≤ 1.5, and of f
only what is left of it when a smooth likeness with a mean in closed form is taken away: that falls like e^{-|y|}, so that
no node is needed beyond, however large b. The likenesses are the averages of sgn and | | over a further N ~ N(0, 1),

    erf(y/√2) = E sgn(y + N) for tanh y,   y erf(y/√2) + 2φ(y) - ln 2 = E|y + N| - ln 2 for ln cosh y,   0 for sech^k y

of which B² = 1 + b² gives the means, those with Z and Z² by E Z g(Z) = E g'(Z). a and b may be wide balls: the sum is then
an enclosure over them.
"""

from __future__ import annotations

import math
from functools import lru_cache
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
GROWS = {"log_cosh"}
ON_THE_STRIP = {"log_cosh": 6.4, "tanh": 14.2, "sech": 14.2, "sech2": 200.0, "sech3": 2830.0}
"""c of |f(X)| ≤ c, or |Re X| + c if f grows, and |f - its likeness| ≤ twice that, where |Im X| ≤ 1.5.

|ln cosh X| ≤ |Re X| + 1.5 - ln cos 1.5, |tanh X|, |sech X| ≤ 1/cos 1.5, |sech² X| ≤ 1/cos² 1.5, |sech³ X| ≤ 1/cos³ 1.5. Of the
likenesses |erf(X/√2)| ≤ 1 + 1.5 √(2/π) e^{1.5²/2} ≤ 4.7, and that of ln cosh, whose slope it is, ≤ |Re X| + 0.8 + 1.5 × 4.7.
"""
FALL = {"log_cosh": 2.0, "tanh": 2.0, "sech": 1.0, "sech2": 2.0, "sech3": 2.5}
"""λ of |f - its likeness| ≤ 4e^{-λ|y|} for real |y| ≥ 4; it is ≤ 1 at every real y."""
STRIP = 1.5
KEPT = 20000
_KNOWN: dict[Any, arb] = {}
LEAST, MOST, DIGITS = 50, 90, 160
"""S and bits: the rule is off by about e^{-S}, the most of them where a and b are known as well."""
WIDE = 1.5
"""From this b on the sum is over y."""


def mean_of(f: str, power: int = 0) -> Any:
    """The SymPy function (a, b) ↦ E[Z^power f(a + bZ)], power ≤ 2, f one of FUNCTIONS, b > 0."""
    return MEANS[f, power]


def _as_function(f: str, power: int) -> Any:
    class GaussianMean(sp.Function):
        nargs = 2

        @staticmethod
        def ball(a: acb, b: acb) -> acb:
            return acb(average(f, power, a.real, b.real))

    GaussianMean.__name__ = f"E[Z^{power} {f}]"
    return GaussianMean


MEANS = {(f, power): _as_function(f, power) for f in FUNCTIONS for power in range(3)}
"""Each once and for all: SymPy tells functions apart by their classes."""


def average(f: str, power: int, a: arb, b: arb) -> arb:
    """A ball around E[Z^power f(a + bZ)]."""
    if not (a.is_finite() and b.is_finite()):
        return arb("nan")
    with ctx.workprec(min(ctx.prec, DIGITS)):
        key = (f, power, ctx.prec, *(part.man_exp() for x in (a, b) for part in (x.mid(), x.rad())))
        if key not in _KNOWN:
            if len(_KNOWN) >= KEPT:
                _KNOWN.clear()
            _KNOWN[key] = _averaged(f, power, a, b)
        return _KNOWN[key]


def _averaged(f: str, power: int, a: arb, b: arb) -> arb:
    sharp = _sharpness(a, b)
    return sum_over_y(f, power, a, b, sharp) if b.lower() >= WIDE else sum_over_z(f, power, a, b, sharp)


def _sharpness(a: arb, b: arb) -> int:
    """S: what the working precision allows, and a little more than a and b are known to."""
    blur = max(float(a.rad()), float(b.rad()))
    known = 10 - math.log(blur) if blur else MOST
    return int(max(LEAST, min(MOST, ctx.prec * math.log(2), known)))


def sum_over_z(f: str, power: int, a: arb, b: arb, sharp: int) -> arb:
    """Nodes z = kh as far as |z| ≤ R, beyond which |f(a + bz)| ≤ 1, or (|a| + b)|z| if f grows."""
    widest = arb(b.upper())
    strip = min(1.0, 1.5 / max(float(widest), 1.0))
    step, reach = 2 * math.pi * strip / sharp, math.sqrt(2 * sharp)
    total = arb(0)
    for z, weight in _half(f, power, a, _weights(power, step, math.ceil(reach / step) + 1, ctx.prec)):
        total += weight * FUNCTIONS[f](a + b * z)
    error = _aliased(f, a, widest, arb(strip), step / arb(strip)) + _grown(f, 1, abs(a) + widest) * _beyond(reach)
    return total * step + (-error).union(error)


def sum_over_y(f: str, power: int, a: arb, b: arb, sharp: int) -> arb:
    """Nodes y = kh as far as |y| ≤ Y, beyond which |z^j φ(z)| ≤ 0.4 and the rest of f is small, and |z| ≤ R, beyond which it is ≤ 1."""
    step, reach, far = 2 * math.pi * STRIP / sharp, math.sqrt(2 * sharp), sharp / FALL[f]
    most = math.ceil(far / step) + 1
    low, high = (float((a + sign * (reach + step) * b) / step) for sign in (-1, 1))
    first = max(-most, math.floor(min(low, most)) - 1)
    last = min(most, math.ceil(max(high, -most)) + 1)
    total, half, scale = arb(0), -1 / (2 * b**2), 1 / b
    for y, rest in _half(f, power, a, _rests(f, step, most, ctx.prec)[first + most : last + most + 1]):
        off = y - a
        weighted = rest * (off * off * half).exp()
        total += weighted * (off * scale) ** power if power else weighted
    narrow, widest = arb(b.lower()), arb(b.upper())
    aliased = 2 * _aliased(f, a, widest, STRIP / narrow, step / arb(STRIP))
    error = aliased + _beyond(reach) + 4 * arb(-sharp).exp() / narrow  # 2 × 0.4 × 4e^{-S}/λb
    return total * step / (b * (2 * arb.pi()).sqrt()) + _likeness(f, power, a, b) + (-error).union(error)


def _half(f: str, power: int, a: arb, nodes: list[tuple[arb, arb]]) -> list[tuple[arb, arb]]:
    """Where a = 0: the nodes from 0 on, those beyond it for both sides; none where both sides cancel."""
    if not a.is_zero():
        return nodes
    if (f == "tanh") != (power == 1):
        return []
    middle = len(nodes) // 2
    return [(nodes[middle][0], nodes[middle][1]), *((x, 2 * weight) for x, weight in nodes[middle + 1 :])]


def _aliased(f: str, a: arb, b: arb, strip: arb, step: arb) -> arb:
    """2M/(e^{2π/step} - 1), step in units of the strip; E(|Z|+w)^j (c + b|Z|) ≤ (1+w)² (c + 2b) for j ≤ 2."""
    bound = (strip**2 / 2).exp() * (1 + strip) ** 2 * _grown(f, ON_THE_STRIP[f], abs(a) + 2 * b)
    return 2 * bound / ((2 * arb.pi() / step).exp() - 1)


def _grown(f: str, least: float, more: arb) -> arb:
    return least + more if f in GROWS else arb(least)


def _beyond(reach: float) -> arb:
    """2 ∫ z³ φ(z) from R on: the nodes beyond R + h weigh no more, as z³ φ(z) falls from √3 on."""
    R = arb(reach)
    return 2 * (R**2 + 2) * (-(R**2) / 2).exp() / (2 * arb.pi()).sqrt()


@lru_cache(maxsize=32)
def _weights(power: int, step: float, most: int, _precision: int) -> list[tuple[arb, arb]]:
    """z and φ(z) z^j at the nodes."""
    nodes = (k * arb(step) for k in range(-most, most + 1))
    return [(z, (-z * z / 2).exp() * z**power / (2 * arb.pi()).sqrt()) for z in nodes]


@lru_cache(maxsize=32)
def _rests(f: str, step: float, most: int, _precision: int) -> list[tuple[arb, arb]]:
    """y and f(y) less its likeness at the nodes."""
    nodes = (k * arb(step) for k in range(-most, most + 1))
    return [(y, FUNCTIONS[f](y) - _likeness(f, 0, y, arb(0))) for y in nodes]


def _likeness(f: str, power: int, a: arb, b: arb) -> arb:
    """E Z^j of the likeness of f at a + bZ."""
    if f not in ("tanh", "log_cosh"):
        return arb(0)
    width = (1 + b**2).sqrt()
    sign = (a / (arb(2).sqrt() * width)).erf()
    density = 2 * (-((a / width) ** 2) / 2).exp() / ((2 * arb.pi()).sqrt() * width)
    if f == "tanh":
        return (sign, b * density, sign - a * (b / width) ** 2 * density)[power]
    size = a * sign + width**2 * density
    return (size - arb(2).log(), b * sign, size + b**2 * density - arb(2).log())[power]
