"""Reverse KL of a student from the pair under noise, from its definition: a student that moves, and one whose shares are free.

    q_σ = N(μ, v) or vN(a, ·) + (1-v)N(-a, ·),   p_σ = ½N(-a, v) + ½N(a, v) or wN(a, ·) + (1-w)N(-a, ·),   v = s²+σ²

In numbers ∂KL = ∫ ∂q ln(q/p), as ∫ ∂q = 0, by the trapezoidal rule; in symbols averages over Z ~ N(0, 1), point by point.
For `distillation_by_reverse_kl`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook.score_matching import weight
from proofs.words import sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.translation import Known, averaged, mean_of

# --- in symbols ---------------------------------------------------------------------------------------------------------


def of_the_pull(m: Any, a: Any, s: Any, b: Any, z: Any) -> Known:
    """tanh(ax/v) at x = μ + √v z, and z."""
    v = s**2 + b**2
    inside = a * (m + sp.sqrt(v) * z) / v
    return [(-a, sp.tanh(inside), mean_of("tanh")(a * m / v, a / sp.sqrt(v))), (sp.sqrt(v), z, 0)]


def pulled(m: Any, a: Any, s: Any, b: Any, z: Any) -> Any:
    """v ∂KL(q_σ‖p_σ)/∂μ, to be worked out: at fixed z only ln p_σ(μ + √v z) depends on μ."""
    v = s**2 + b**2
    x = m + sp.sqrt(v) * z
    log_p = sp.log(sp.exp(-((x - a) ** 2) / (2 * v)) / 2 + sp.exp(-((x + a) ** 2) / (2 * v)) / 2)
    return averaged(v * sp.Derivative(-log_p, m), of_the_pull(m, a, s, b, z))


def pull_known(m: Any, a: Any, s: Any, b: Any) -> Any:
    """The same in closed form."""
    v = s**2 + b**2
    return m - a * mean_of("tanh")(a * m / v, a / sp.sqrt(v))


def of_the_shares(v: Any, w: Any, r: Any, z: Any, empty: bool = False) -> Known:
    """ln of either law on either mode: ln cosh(rx + ½ ln w/(1-w)), or -rx where the mode is empty."""

    def term(share: Any, sign: int, factor: int) -> tuple[Any, Any, Any]:
        seen = sp.log(weight(share, r, z + sign * r) / (2 * sp.sqrt(share * (1 - share))))
        return sign * factor, seen, mean_of("log_cosh")(sp.log(share / (1 - share)) / 2 + sign * r**2, r)

    own = [] if empty else [term(v, sign, 1) for sign in (1, -1)]
    return [*own, *(term(w, sign, -1) for sign in (1, -1))]


def share_sloped(v: Any, w: Any, r: Any, z: Any) -> Any:
    """∂KL(q‖p)/∂v = ∫ ∂q ln(q/p), to be worked out, as ∫ ∂q = 0: over a label k, the mode at a and less that at -a, x = s(z ± r)."""
    k = sp.Symbol("k")
    x = z + (2 * k - 1) * r
    nats = sp.Sum((2 * k - 1) * sp.log(weight(v, r, x) / weight(w, r, x)), (k, 0, 1))
    return averaged(nats, of_the_shares(v, w, r, z, v == 0))


def share_slope_known(v: Any, w: Any, r: Any) -> Any:
    """The same in closed form."""
    means = sum(c * average for c, _, average in of_the_shares(v, w, r, 0, v == 0))
    return means - 2 * r**2 if v == 0 else means


# --- in numbers ---------------------------------------------------------------------------------------------------------


def levels(s: Any) -> Any:
    """μ, a, s and σ, a at most seven deviations."""
    drawn = s.tuples(s.reals(-1.5, 1.5), s.scales(0.3, 7.0), s.scales(0.3, 3.0), s.scales(0.05, 10.0))
    return drawn.map(lambda d: (d[0] * d[1] * d[2], d[1] * d[2], d[2], d[3] * d[2]))


def positive_levels(s: Any) -> Any:
    """The same with μ > 0."""
    drawn = s.tuples(s.scales(0.05, 1.5), s.scales(0.3, 7.0), s.scales(0.3, 3.0), s.scales(0.05, 10.0))
    return drawn.map(lambda d: (d[0] * d[1] * d[2], d[1] * d[2], d[2], d[3] * d[2]))


def _line(m: Any, r: Any) -> tuple[Any, Any]:
    """z and its step, fine enough for a posterior of width 1/r, up to r = 60, from where on no draw sees it."""
    count = 2 * int(30 * min(max(1.5, float(r)), 60.0)) + 1
    z = m.grid(-9, 9, count)
    return z, m.number(18) / (count - 1)


def pull(m: Any, mu: Any, a: Any, s: Any, std: Any) -> Any:
    """∫ (x-μ) q ln(q/p)."""
    mu, a, s, std = map(m.number, (mu, a, s, std))
    return _pulls(m, mu, a, m.sqrt(s**2 + std**2))


def _pulls(m: Any, mu: Any, a: Any, root: Any) -> Any:
    z, step = _line(m, a / root)
    x = z * root + mu
    near, far = -(((x - a) / root) ** 2) / 2, -(((x + a) / root) ** 2) / 2
    most = m.largest(near, far)
    log_p = most + m.log((m.exp(near - most) + m.exp(far - most)) / 2)
    return (m.normal(z) * z * (-(z**2) / 2 - log_p)).sum() * step * root


def places(s: Any) -> Any:
    """a from 4 to 6, the lowest level from 0.01 to 0.1 and the highest from 1 to 80, of s, often next to an end."""

    def inside(low: float, high: float) -> Any:
        near = s.scales(1e-5, 0.5).map(lambda t: low + t * (high - low))
        return s.either(near, s.scales(1e-5, 0.5).map(lambda t: high - t * (high - low)))

    return s.tuples(inside(4.0, 6.0), inside(0.01, 0.1), inside(1.0, 80.0))


def place(m: Any, a: Any, low: Any, high: Any) -> Any:
    """The positive root of that averaged over ln σ, s = 1."""
    a, low, high = map(m.number, (a, low, high))

    def average(mu: Any) -> Any:
        def seen(log: Any) -> Any:
            noise = [m.exp(at) for at in np.ravel(log)]
            return np.array([_pulls(m, mu, a, m.sqrt(1 + std**2)) for std in noise]).reshape(np.shape(log))

        return m.integrate(seen, [m.log(low), m.log(high)])

    return m.root(average, a / 4, a)


def place_confirmed(a: Any, low: Any, high: Any) -> Any:
    """Where μ is a times the average of E tanh(ax/v): by the trapezoidal rule in z, and Simpson's in ln σ."""
    root = np.sqrt(1 + np.exp(2 * np.linspace(np.log(low), np.log(high), 401)))[:, None]
    z = np.linspace(-9, 9, 801)
    shares = np.where(np.arange(401) % 2, 4.0, 2.0) / 1200
    shares[[0, -1]] /= 2

    def short(mu: Any) -> Any:
        return mu - a * shares @ (np.tanh(a * (mu + root * z) / root**2) @ DOUBLE.normal(z)) * 18 / 800

    return DOUBLE.root(short, a / 4, a)


def shares(s: Any) -> Any:
    """v, w and r."""
    return s.tuples(s.inside(0.01, 0.99), s.inside(0.01, 0.99), s.scales(0.1, 6.0))


def shares_and_more(s: Any) -> Any:
    """w, k and r: v = w(1-k); half of them near ½, with modes apart."""
    return s.either(shares(s), s.tuples(s.inside(0.48, 0.52), s.scales(1e-3, 0.05), s.reals(3.0, 5.0)))


def empty(s: Any) -> Any:
    """w and r."""
    return s.tuples(s.inside(0.01, 0.99), s.scales(0.1, 6.0))


def share_slope(m: Any, v: Any, w: Any, r: Any) -> Any:
    """∫ (N(x; r, 1) - N(x; -r, 1)) ln(q/p)."""
    v, w, r = map(m.number, (v, w, r))
    z, step = _line(m, r)

    def log(share: Any, x: Any) -> Any:
        near, far = -((x - r) ** 2) / 2, -((x + r) ** 2) / 2
        most = m.largest(near, far)
        return most + m.log(share * m.exp(near - most) + (1 - share) * m.exp(far - most)) if share else far

    return sum(side * (m.normal(z) * (log(v, z + side * r) - log(w, z + side * r))).sum() for side in (1, -1)) * step


def empty_slope(m: Any, w: Any, r: Any) -> Any:
    """At v = 0."""
    return share_slope(m, 0.0, w, r)


def filling(m: Any, w: Any, k: Any, r: Any) -> Any:
    """Less the slope at v = w(1-k)."""
    w, k = m.number(w), m.number(k)
    return -share_slope(m, w * (1 - k), w, r)
