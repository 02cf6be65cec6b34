"""What Gaussian codes of two modes save for what they tell, as a SymPy function that balls can evaluate over all codes.

Codes z ~ N(m₁, v₁), N(m₂, v₂) of modes ±1 of weight w and 1-w tell them apart by their shape alone: by g = |m₁-m₂|/√v₂ and
v = v₁/v₂ = e^{2ρ}, whose letters in (0, 1) are d = g/(4+g) and c = v/(1+v). With the origin and the unit of z that cost least,
and k = w(1-w), S = wv + 1-w + kg²,

    R = ½ ln S - wρ nats,    of the error 4k they leave e = 4 ∫ ab/(a+b) dz,    a = w N(z; g, v), b = (1-w) N(z; 0, 1)

and saved/2R = (4k-e)/2R is 1/u for the coupling u from which on the code pays. Over a box of codes it is, of these, at most

    2k/R                           as no code saves more than 4k; R grows with g, and with |ρ - ½ ln(1+wg²)|
    2kwX / (1+wX)R                 if v < 2, by Jensen for b/(a+b) under N(g, v); X = ∫ N(g, v)²/N(0, 1) - 1, log-convex in v
    2kw max(X_ρρ/R_ρρ, X_t/R_t)    next to collapse, v = 1 and t = g² = 0, where X and R vanish
    q + C/2R                       q the most at the corners, C = ⅛ Σ h² sup(e'' + 2qR'') over the sides h in g and ρ

The last, as a function of which -f'' ≤ C'' nowhere exceeds what its corners let expect by more than C''h²/8. With π = b/(a+b)
and ∂²e = 4 ∫ aπ² (∂² ln a + (2π-1)(∂ ln a)²), or the same with b and 1-π, and x for the normal z,

    R_gg ≤ k/S,   R_ρρ = 2s(1-s), s = wv/S,   e_gg ≤ 4 min(w/v, 1-w) E(x²-1)₊,   e_ρρ ≤ 4w E(x⁴-4x²+1)₊

Where g = 0 codes tell by variance alone; those are stationary at u = 1/q for q = saved_ρ/2R_ρ, and with p = x²-1

    saved_ρ = -4 ∫ aπ²p dz,   |e_ρρρ| ≤ 4w E(4x² + 6x²|p| + |p|³) ≤ 4w·48,   R_ρ = s-w,   |R_ρρρ| ≤ ½
    |saved_ρ| ≤ 4w E p₊,   or, as aπ = b(1-π),   ≤ 8√v (1-w) φ(0) ∫₁ min(¼, a/b) p dx,   or its slope by |ρ|: 16k² + 192w|ρ|

bound q over far, narrow and nearly collapsed codes, and corners elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sympy as sp
from flint import acb, arb, ctx

SPREAD = 4
BITS, GRID, NEAR = 64, 2**20, arb(2) ** -26
"""Corners of boxes are multiples of 1/GRID, known to NEAR: what a ball's radius is rounded by."""
POINT = 1e-12
"""Letters known better than this are one code."""
PLAIN = 0.5
"""A code that is surely below it is not worked out."""
REACH, OFF = 8, 1e-8
KEPT = 20000
_KNOWN: dict[Any, tuple[arb, arb]] = {}


class saved_per_rate(sp.Function):  # noqa: N801  as SymPy names functions
    """(w, c, d) ↦ saved/2R; over a box of codes an upper bound, and 0 as a lower one."""

    nargs = 3

    @staticmethod
    def ball(w: acb, c: acb, d: acb) -> acb:
        if not (c.real.is_finite() and d.real.is_finite()):
            return acb("nan")
        with ctx.workprec(BITS):
            return acb(_over(w.real, c.real, d.real))


class saved_per_rate_by_variance(sp.Function):  # noqa: N801
    """(w, c) ↦ saved_ρ/2R_ρ where g = 0; over a range of codes bounds on both sides."""

    nargs = 2

    @staticmethod
    def ball(w: acb, c: acb) -> acb:
        if not c.real.is_finite():
            return acb("nan")
        with ctx.workprec(BITS):
            return acb(_by_variance(w.real, c.real))


class _Codes(NamedTuple):
    """A box of codes, from the first corner to the last: v = v₁/v₂ and g."""

    w: arb
    low: tuple[arb, arb]
    high: tuple[arb, arb]

    @property
    def k(self) -> arb:
        return self.w * (1 - self.w)

    def size(self, v: arb, g: arb) -> arb:
        return self.w * v + 1 - self.w + self.k * g**2

    def rate(self, v: arb, g: arb) -> arb:
        return (self.size(v, g).log() - self.w * v.log()) / 2

    def least_rate(self) -> arb:
        """R at the least g, and the v nearest to its best."""
        (v, g), (top, _) = self.low, self.high
        if not g.is_finite():
            return g
        best = (1 + self.w * g**2).max(v).min(top)
        return self.rate(best, g) if best > 0 and best.is_finite() else arb("inf")


def _over(w: arb, c: arb, d: arb) -> arb:
    point = max(float(c.rad()), float(d.rad())) < POINT
    (c0, c1), (d0, d1) = _corners(c, point), _corners(d, point)
    box = _Codes(w, (_odds(c0), SPREAD * _odds(d0)), (_odds(c1), SPREAD * _odds(d1)))
    sure = _surely(box)
    if sure < PLAIN:
        return arb(0).union(sure)
    if point:
        saved, rate = _code(w, c0, d0)
        return saved / (2 * rate)
    return arb(0).union(sure.min(_by_corners(box, [_code(w, c, d) for c in (c0, c1) for d in (d0, d1)])))


def _corners(letter: arb, point: bool) -> tuple[arb, arb]:
    return (_corner(letter), _corner(letter)) if point else (_corner(letter.lower()), _corner(letter.upper()))


def _corner(letter: arb) -> arb:
    """A ball around the letter, the same for all letters next to a multiple of 1/GRID; within [0, 1]."""
    if letter <= 0 or letter >= 1:
        return arb(0) if letter <= 0 else arb(1)
    near = arb(round(float(letter) * GRID)) / GRID
    around = arb(near, NEAR)
    return letter if near in (0, 1) or not around.contains(letter) else around


def _odds(letter: arb) -> arb:
    return letter / (1 - letter) if letter < 1 else arb("inf")


def _surely(box: _Codes) -> arb:
    """The bounds without integrals."""
    (v0, _), (v1, g1), least = box.low, box.high, box.least_rate()
    far = 2 * box.k / least if least > 0 else arb("inf")
    if not (v0 > 0 and v1 < 2 and g1.is_finite()):
        return arb(far.upper())
    X = _chi2(v0, g1**2).max(_chi2(v1, g1**2))
    most = 2 * box.k * box.w
    bound = most * X / ((1 + box.w * X) * least) if least > 0 else most * _next_to_collapse(box)
    return arb(far.upper()).min(arb(bound.upper())) if bound.is_finite() else arb(far.upper())


def _chi2(v: arb, t: arb) -> arb:
    return (t / (2 - v)).exp() / (v * (2 - v)).sqrt() - 1


def _next_to_collapse(box: _Codes) -> arb:
    """Of X/R, v from any of the box to 1; R_t falls with the size, X_ρ and R_ρ vanish at v = 1."""
    (v0, _), (v1, g1) = box.low, box.high
    v, steep = v0.union(v1).union(arb(1)), (2 - v0.union(v1).union(arb(1))) ** 3
    bend = 4 * (v / steep).sqrt() * (1 + (v - 1) * (3 / (2 - v) - 1 / v) / 2)
    share = box.w * v / box.size(v, arb(0))
    rising = (g1**2 / (2 - v)).exp() / (steep * v).sqrt() * 2 * box.size(v, g1) / box.k
    return (bend / (2 * share * (1 - share))).max(rising)


def _by_corners(box: _Codes, corners: list[tuple[arb, arb]]) -> arb:
    """q + C/2R; no bound where a corner lies at the edge of all codes, or R may vanish."""
    (v0, g0), (v1, g1), least = box.low, box.high, box.least_rate()
    if not (v0 > 0 and v1.is_finite() and g1.is_finite() and least > 0):
        return arb("inf")
    w, k, size = box.w, box.k, box.size(v0, g0)
    q = arb(0)
    for saved, rate in corners:
        q = q.max(saved / (2 * rate))
    share = (w * v1 / (w * v1 + 1 - w + k * g0**2)).min(arb(0.5))
    along_g = 2 * q * k / size + 4 * (w / v0).min(1 - w) * 2 * _normal(arb(1))
    low, high = ((2 + sign * arb(3).sqrt()).sqrt() for sign in (-1, 1))
    outside = 2 * ((low - low**3) * _normal(low) + (high**3 - high) * _normal(high))  # of ±0.52 and ±1.93
    along_ratio = 4 * q * share * (1 - share) + 4 * w * outside
    excess = ((g1 - g0) ** 2 * along_g + ((v1 / v0).log() / 2) ** 2 * along_ratio) / 8
    return arb((q + excess / (2 * least)).upper())


def _normal(x: arb) -> arb:
    return (-(x**2) / 2).exp() / (2 * arb.pi()).sqrt()


def _code(w: arb, c: arb, d: arb) -> tuple[arb, arb]:
    """Saved and R of one code."""

    def worked_out() -> tuple[arb, arb]:
        v, g = _odds(c), SPREAD * _odds(d)
        code = _Codes(w, (v, g), (v, g))
        return 4 * (code.k - _left(w, v, g)), code.rate(v, g)

    return _once((w, c, d), worked_out) if 0 < c < 1 and d < 1 else (arb("nan"), arb("nan"))


def _once(letters: tuple[arb, ...], worked_out: Callable[[], tuple[arb, arb]]) -> tuple[arb, arb]:
    key = tuple(part.man_exp() for letter in letters for part in (letter.mid(), letter.rad()))
    if key not in _KNOWN:
        if len(_KNOWN) >= KEPT:
            _KNOWN.clear()
        _KNOWN[key] = worked_out()
    return _KNOWN[key]


def _left(w: arb, v: arb, g: arb) -> arb:
    """∫ ab/(a+b) dz, to `REACH` deviations of either code: beyond, it is at most what lies there of that one."""
    std, none = v.sqrt(), (arb(REACH) / arb(2).sqrt()).erfc()
    low, high = ((g + sign * REACH * std).mid() for sign in (-1, 1))
    low, high = low.max(arb(-REACH)), high.min(arb(REACH))
    beyond = arb(0).union(none)
    if low >= high:
        return beyond
    lead, logit = w / (std * (2 * arb.pi()).sqrt()), (w / ((1 - w) * std)).log()

    def integrand(z: acb, _analytic: bool) -> acb:
        exponent = -((z - g) ** 2) / (2 * v)
        return lead * exponent.exp() / (1 + (exponent + z * z / 2 + logit).exp())

    return acb.integral(integrand, low, high, abs_tol=arb(OFF), rel_tol=arb(OFF)).real + beyond


def _by_variance(w: arb, c: arb) -> arb:
    point = float(c.rad()) < POINT
    ends = _corners(c, point)
    v0, v1 = map(_odds, ends)
    sure = _surely_by_variance(w, v0, v1)
    if sure < PLAIN:
        return (-sure).union(sure)
    told = [_slopes(w, end) for end in ends]
    q0, q1 = (saved / (2 * rate) for saved, rate in told)
    if point or not (v0 > 0 and v1.is_finite() and (v0 > 1 or v1 < 1)):
        return q0 if point else (-sure).union(sure)
    excess = ((v1 / v0).log() / 2) ** 2 * (192 * w + q0.max(q1)) / 8
    spread = excess / (2 * min((abs(rate) for _, rate in told), key=lambda rate: float(rate.lower())))
    return (q0.min(q1) - spread).union(q0.max(q1) + spread)


def _surely_by_variance(w: arb, v0: arb, v1: arb) -> arb:
    """The bounds of |q| without integrals."""
    bounds, most = [arb("inf")], 8 * w * _normal(arb(1))
    if v0 > 1:
        bounds.append(most / (2 * _rate_slope(w, v0)))
    if v1 < 1:
        bounds.append(_narrow(w, v1).min(most) / (2 * -_rate_slope(w, v1)))
    if v0 > 0 and v1.is_finite():
        v = v0.union(v1).union(arb(1))
        share = w * v / (w * v + 1 - w)
        bounds.append((16 * (w * (1 - w)) ** 2 + 192 * w * abs(v.log() / 2)) / (4 * share * (1 - share)))
    return min((arb(bound.upper()) for bound in bounds if not bound.is_nan()), key=float)


def _rate_slope(w: arb, v: arb) -> arb:
    return w * v / (w * v + 1 - w) - w if v.is_finite() else 1 - w


def _narrow(w: arb, v: arb) -> arb:
    """Of |saved_ρ|; it grows with v. √v min(¼, a/b), a/b = w/(1-w)√v e^{-κx²} with κ = (1-v)/2, falls from x = X on; 1/6 = ∫ (1-x²)/4 to 1."""
    lead, kappa = w / (1 - w), (1 - v) / 2
    std = v.sqrt()
    X = ((4 * lead / std).log() / kappa).sqrt() if 4 * lead > std * kappa.exp() else arb(1)
    flat = std * (X**3 / 3 - X + arb(2) / 3) / 4
    tail = lead * (X / (2 * kappa) + (1 / (4 * kappa**2 * X))) * (-kappa * X**2).exp()
    return 8 * (1 - w) * _normal(arb(0)) * (flat + tail).max(std / 6)


def _slopes(w: arb, c: arb) -> tuple[arb, arb]:
    """saved_ρ and R_ρ of one code."""
    v = _odds(c)
    known = 0 < c < 1
    return _once((w, c), lambda: (-4 * _left_slope(w, v), _rate_slope(w, v))) if known else (arb("nan"), arb("nan"))


def _left_slope(w: arb, v: arb) -> arb:
    """∫ aπ²p dz, by x as far as `REACH`: beyond, no more than w ∫ pφ dx = 2w REACH φ(REACH)."""
    logit, beyond = (w / ((1 - w) * v.sqrt())).log(), 2 * w * REACH * _normal(arb(REACH))

    def integrand(x: acb, _analytic: bool) -> acb:
        square = x * x
        return (-square / 2).exp() * (square - 1) / (1 + (logit + square * (v - 1) / 2).exp()) ** 2

    seen = acb.integral(integrand, arb(0), arb(REACH), abs_tol=arb(OFF), rel_tol=arb(OFF)).real
    return 2 * w * seen / (2 * arb.pi()).sqrt() + arb(0).union(beyond)
