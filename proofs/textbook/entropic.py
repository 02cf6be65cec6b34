"""Entropic transport from its definition, a coupling and its divergence, for observed sides; `m` is an arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

# --- couplings of points --------------------------------------------------------------------------------------------------


def _scaled(m: Any, p: Any, q: Any, squares: Any, e: Any, sweeps: int) -> Any:
    """Sinkhorn's scalings of p⊗q e^{-d/ε} to both marginals, the first one last."""
    kernel = np.asarray(m.exp(-squares / e))
    left, right = 1 / (kernel @ q), np.ones(len(q))
    for _ in range(sweeps):
        right = 1 / (kernel.T @ (p * left))
        left = 1 / (kernel @ (q * right))
    return p[:, None] * left[:, None] * kernel * right * q


def transport(m: Any, p: Any, x: Any, q: Any, y: Any, e: Any, best: bool) -> Any:
    """E|X-Y|² + ε KL(π‖p⊗q) of the coupling that Sinkhorn finds; of `best`, q is the law of Y under its own posteriors."""
    p, x, q, y, e = m.table(p), m.table(x), m.table(q), m.table(y), m.number(e)
    squares = ((x[:, None] - y) ** 2).sum(axis=-1)
    if best:
        for _ in range(25):
            coupled = _scaled(m, p, q, squares, e, 0)
            q = coupled.sum(axis=0)
    coupled = _scaled(m, p, q, squares, e, 0 if best else 10)
    return (coupled * squares).sum() + e * m.kl(coupled, p[:, None] * q).sum()


def couplings(s: Any) -> Any:
    """Up to four points each in the plane, ε; in a half q is so near to its posteriors' law that all agree."""

    def build(drawn: Any) -> Any:
        seed, n, k, e, best = drawn
        rng = np.random.default_rng(seed)
        p, q = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(k))
        x, y = rng.normal(size=(n, 2)), rng.normal(size=(k, 2))
        return p, x, q, y, e, bool(best)

    return s.tuples(s.steps(2**31), s.integers(1, 4), s.integers(1, 4), s.scales(0.3, 5.0), s.steps(2)).map(build)


def settled(p: Any, x: Any, q: Any, y: Any, e: float) -> Any:
    """The q to which twenty-five steps lead."""
    squares = ((np.asarray(x)[:, None] - y) ** 2).sum(axis=-1)
    for _ in range(25):
        weights = q * np.exp(-squares / e)
        q = p @ (weights / weights.sum(axis=1)[:, None])
    return q


# --- Gaussians ------------------------------------------------------------------------------------------------------------


def best_variance(m: Any, s: Any, e: Any) -> Any:
    """Var Y of the Gaussian pair with E|X-Y|² - (ε/2) ln(1-ρ²) least, over its correlation ρ and deviation."""
    s, e = m.number(s), m.number(e)

    def deviation(rho: Any) -> Any:
        return m.vertex(lambda y: s**2 + y[0] ** 2 - 2 * rho * s * y[0], [s], 0.5)[0]

    def cost(rho: Any) -> Any:
        y = deviation(rho)
        return s**2 + y**2 - 2 * rho * s * y - e / 2 * m.log(1 - rho**2)

    return deviation(m.least(cost, 0, 1 - 1e-9)[0]) ** 2


def widths(s: Any) -> Any:
    """σ and ε < 2σ²."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98)).map(lambda d: (d[0], 2 * d[1] * d[0] ** 2))


def _gaussian(m: Any, one: Any, two: Any, e: Any) -> Any:
    """OT_ε of two centred Gaussians of these variances: the covariance c of both solves c² + εc/2 = product."""
    c = m.sqrt(e**2 / 16 + one * two) - e / 4
    return one + two - 2 * c - e / 2 * m.log(1 - c**2 / (one * two))


def debiased_variance(m: Any, s: Any, e: Any) -> Any:
    """The variance at which OT_ε(p, q) - ½ OT_ε(p, p) - ½ OT_ε(q, q) has slope 0."""
    own, e = m.number(s) ** 2, m.number(e)
    divergence = lambda v: _gaussian(m, own, v, e) - _gaussian(m, v, v, e) / 2  # noqa: E731
    return own * m.exp(m.root(lambda t: m.slope(lambda u: divergence(own * m.exp(u)), t), -1.5, 1.7))


def any_widths(s: Any) -> Any:
    """σ and ε up to 4σ²."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 2.0)).map(lambda d: (d[0], 2 * d[1] * d[0] ** 2))


# --- two modes ------------------------------------------------------------------------------------------------------------


def gain(m: Any, y: Any, a: Any, s: Any, w: Any, e: Any) -> Any:
    """ln of the mean over p of what a mass at mean + y gives x, over what one at the mean gives it, by quadrature."""
    from theory import GaussianMixture

    y, a, s, w, e = (m.number(z) for z in (y, a, s, w, e))
    mean = (1 - 2 * w) * a
    z = GaussianMixture([1.0], [0.0], stds=[1.0])
    near = lambda x: ((x - mean) ** 2 - (x - mean - y) ** 2) / e  # noqa: E731
    place = 2 * s * y / e  # where the integrand is largest: its Gaussian is moved there
    sides = [
        weight * m.expect(z, lambda t, c=centre: m.exp(near(c + s * (t + place)) - place * t - place**2 / 2))
        for weight, centre in ((w, -a), (1 - w, a))
    ]
    return m.log(sides[0] + sides[1])


def moves(s: Any) -> Any:
    """y, a, s, w < ½ and ε about the threshold; in a third y is where the bound is attained."""

    def build(drawn: Any) -> Any:
        part, a, spread, w, off, touching = drawn
        half = np.log((1 - w) / w) / 2
        e = off * 2 * (a**2 * (1 - 2 * w) / half + spread**2)
        return (-e * half / a if touching == 0 else part * e / a), a, spread, w, e

    return s.tuples(
        s.reals(-3.0, 3.0),
        s.scales(0.3, 3.0),
        s.scales(0.05, 2.0),
        s.inside(0.02, 0.49),
        s.scales(0.5, 2.0),
        s.steps(3),
    ).map(build)


def _alternated(m: Any, a: Any, w: Any, e: Any, steps: int) -> Any:
    """Posteriors, and their means and shares, in turns from near ±a: p, the coupling, its law of Y, squares, places of Y."""
    p, x = np.array([w, 1 - w]), np.array([-a, a])
    q, y = p, x * m.number(0.99)
    for _ in range(steps):
        coupled = _scaled(m, p, q, (x[:, None] - y) ** 2, e, 0)
        q = coupled.sum(axis=0)
        y = (coupled * x[:, None]).sum(axis=0) / q
    squares = (x[:, None] - y) ** 2
    return p, _scaled(m, p, q, squares, e, 0), squares, y


def descended(m: Any, a: Any, w: Any, e: Any) -> Any:
    """E|X-Y|² + ε KL(π‖p⊗q) where that leads."""
    e = m.number(e)
    p, coupled, squares, _ = _alternated(m, m.number(a), m.number(w), e, 150)
    return (coupled * squares).sum() + e * m.kl(coupled, p[:, None] * coupled.sum(axis=0)).sum()


def told(m: Any, a: Any, w: Any, e: Any) -> Any:
    """How far the two places are apart then; 0 where one of them has no share."""
    _, coupled, _, y = _alternated(m, a, w, e, 3000)
    return (y[1] - y[0]) * (coupled.sum(axis=0).min() > 1e-6)


def pairs(s: Any) -> Any:
    """a, w and ε, 2a²/ε a third and more off the threshold, where the steps settle fast."""

    def build(drawn: Any) -> Any:
        a, w, off = drawn
        u = np.log((1 - w) / w) / 2 / (1 - 2 * w) * off
        return a, w, 2 * a**2 / u

    return s.tuples(s.scales(0.1, 10.0), s.inside(0.05, 0.49), s.either(s.scales(1.35, 3.0), s.scales(0.3, 0.65))).map(
        build
    )
