"""Divergences enclosed by ball arithmetic: textbook integrands, guaranteed quadrature, guaranteed tails.

Between two ends the integrand is integrated by Arb (acb.integral, Petras' algorithm: Gauss-Legendre rules
with an error bound from the integrand's size on complex ellipses; Johansson 2018).  Beyond the ends the
integral is bounded with p ≥ w_k N_k for one component, p ≤ Σ w_k/(s_k √2π), and Gaussian tail moments:

    |ln q(x)| ≤ |ln Σ v_j/(t_j √2π)| + |ln (v_k/(t_k √2π))| + (x-ν_k)²/2t_k².

Weights are exactly w_k/Σw.  Nothing is shared with the floating-point route but the mixtures' parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from flint import acb, arb, ctx, fmpq

from theory.estimate import Estimate
from theory.numerics.coupling import couple
from theory.numerics.law import Law
from theory.validation import inputs as valid
from theory.validation.inputs import Array

BITS = 128
TOLERANCE, TINY = 2.0**-90, 2.0**-110  # asked of each panel; what was reached is in the ball
SPAN = 14  # standard deviations between the outermost mean and the ends: 1e-44 of a component lies beyond
FINE, DEPTH = 2.0**-66, 80  # share of the whole at which a cell of unknown sign is left alone, and halvings at most
Form = Callable[["Balls", "Balls"], arb]


class Balls:
    """Σ_k w_k N(μ_k, s_k²) for complex balls, with bounds on its tails outside [low, high]."""

    def __init__(
        self,
        weights: list[arb],
        means: list[float],
        stds: list[float],
        ends: tuple[float, float],
        mixture: Law | None = None,
    ) -> None:
        self.mixture = mixture
        self.w, self.m, self.s = weights, [arb(x) for x in means], [arb(x) for x in stds]
        self.ends = ends
        self.logs = [(w / s / (2 * arb.pi()).sqrt()).log() for w, s in zip(self.w, self.s, strict=True)]
        self.plain = np.array([float(a) for a in self.logs]), np.array(means), np.array(stds)

    def exponents(self, z: acb) -> list[acb]:
        """ln w_k N_k(z)."""
        return [c - ((z - m) / s) ** 2 / 2 for c, m, s in zip(self.logs, self.m, self.s, strict=True)]

    def __call__(self, z: acb) -> acb:
        """p(z)."""
        return sum((e.exp() for e in self.exponents(z)), acb(0))

    def log(self, z: acb, analytic: bool) -> acb:
        """ln p(z), by the component that is the largest near z; off the branch cut where that one dominates."""
        c, m, s = self.plain
        top = int(np.argmax(c - 0.5 * ((float(z.real.mid()) - m) / s) ** 2))
        e = self.exponents(z)
        return e[top] + sum(((x - e[top]).exp() for x in e), acb(0)).log(analytic=analytic)

    def shape(self) -> tuple[Array, Array]:
        """Means and stds as floats."""
        return self.plain[1], self.plain[2]

    def mass(self) -> arb:
        """P(X outside [low, high])."""
        return sum((w * t[0] for w, t in zip(self.w, self._tails(), strict=True)), arb(0))

    def log_tail(self, q: "Balls") -> arb:
        """A bound on ∫ p |ln q| outside [low, high]."""
        ceiling = sum((c.exp() for c in q.logs), arb(0)).log()
        k = int(np.argmax(q.plain[2]))
        constant = abs(ceiling) + abs(q.logs[k])
        total = arb(0)
        for w, m, (q0, q1, q2) in zip(self.w, self.m, self._tails(), strict=True):
            d = m - q.m[k]
            total += w * (constant * q0 + (q2 + 2 * abs(d) * q1 + d * d * q0) / (2 * q.s[k] ** 2))
        return total

    def _tails(self) -> list[tuple[arb, arb, arb]]:
        """∫ |x-μ_k|^j N_k outside [low, high] for j = 0, 1, 2."""
        out = []
        for m, s in zip(self.m, self.s, strict=True):
            parts = []
            for z in ((m - arb(self.ends[0])) / s, (arb(self.ends[1]) - m) / s):
                density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
                beyond = (z / arb(2).sqrt()).erfc() / 2
                parts.append((beyond, s * density, s * s * (z * density + beyond)))
            lower, upper = parts
            out.append((lower[0] + upper[0], lower[1] + upper[1], lower[2] + upper[2]))
        return out


def enclose(form: Form, p: Law, q: Law, a: float) -> Estimate:
    """The divergence of p and q by `form`, with a radius that certainly holds it; a < 0 where p^a is in it."""
    with ctx.workprec(BITS):
        ball = form(*balls(p, q, a))
        middle = float(ball.mid())
        radius = float((ball - arb(middle)).abs_upper()) if np.isfinite(middle) else np.inf
        log_value = float(ball.log().mid()) if ball > 0 else -np.inf
    return Estimate(middle, float(np.nextafter(radius, np.inf)), "enclosed", log_value)


def balls(p: Law, q: Law, a: float) -> tuple[Balls, Balls]:
    """Both mixtures with common ends."""
    reach = SPAN * max(p.stds.max(), q.stds.max())
    means = np.concatenate([p.means, q.means])
    ends = [means.min() - reach, means.max() + reach, *(tilted_reach(p, q, a) if a < 0 else [])]
    out = []
    for g in (p, q):
        total = sum((arb(w) for w in g.weights.tolist()), arb(0))
        weights = [arb(w) / total for w in g.weights.tolist()]
        out.append(Balls(weights, g.means.tolist(), g.stds.tolist(), (float(min(ends)), float(max(ends))), g))
    return out[0], out[1]


def half_sum(p: Balls, q: Balls) -> Balls:
    """(p+q)/2."""
    means, stds = (np.concatenate([p.plain[i], q.plain[i]]).tolist() for i in (1, 2))
    return Balls([w / 2 for w in p.w + q.w], means, stds, p.ends)


def panels(p: Balls, q: Balls) -> list[tuple[float, float]]:
    """What lies between the ends, cut at all means."""
    return list(pairwise(sorted({*p.ends, *p.shape()[0].tolist(), *q.shape()[0].tolist()})))


def integral(f: Callable[[acb, bool], acb], p: Balls, q: Balls, tail: arb) -> arb:
    """∫ f between the ends, panel by panel, and a tail of absolute value at most `tail`."""
    parts = [acb.integral(f, a, b, rel_tol=TOLERANCE, abs_tol=TINY).real for a, b in panels(p, q)]
    return sum(parts, arb(0)) + (-tail).union(tail)


def kl(p: Balls, q: Balls) -> arb:
    """∫ p (ln p - ln q)."""

    def f(z: acb, analytic: bool) -> acb:
        lp = p.log(z, analytic)
        return lp.exp() * (lp - q.log(z, analytic))

    return integral(f, p, q, p.log_tail(p) + p.log_tail(q))


def js(p: Balls, q: Balls) -> arb:
    """½ KL(p‖m) + ½ KL(q‖m)."""
    m = half_sum(p, q)
    return (kl(p, m) + kl(q, m)) / 2


def nonsaturating(p: Balls, q: Balls) -> arb:
    """2 KL(m‖p)."""
    return 2 * kl(half_sum(p, q), p)


def jeffrey(p: Balls, q: Balls) -> arb:
    """KL(p‖q) + KL(q‖p)."""
    return kl(p, q) + kl(q, p)


@dataclass(frozen=True)
class Link:
    """Mass π that N(μ, s²) of p gives to N(ν, t²) of q."""

    mass: arb
    mu: arb
    s: arb
    nu: arb
    t: arb

    def gap(self, x: arb) -> arb:
        """π (N - M) over the ball x, as M (e^d - 1) or N (1 - e^{-d}) with d = ln(N/M) in the form of `numerics.coupling`."""
        z, other = (x - self.mu) / self.s, (x - self.nu) / self.t
        step = z * (self.s - self.t) / self.t + (self.mu - self.nu) / self.t  # z' - z
        d = ((self.t - self.s) / self.s).log1p() + step * (2 * z + step) / 2
        if d.mid() < 0:
            return self.mass * normal(other) / self.t * d.expm1()
        return -self.mass * normal(z) / self.s * (-d).expm1()

    def tail_gap(self, x: arb) -> arb:
        """π times the difference of their distribution functions at x."""
        root = arb(2).sqrt()
        tails = ((c - x) / (w * root) for c, w in ((self.mu, self.s), (self.nu, self.t)))
        lower, other = (z.erfc() for z in tails)
        return self.mass * (lower - other) / 2


def tv(p: Balls, q: Balls) -> arb:
    """½ ∫ |p-q|: over cells where p - q keeps its sign what F - G gains, elsewhere between that and width times
    height; Σ π (N - M) over a coupling keeps the digits of nearly equal mixtures."""
    assert p.mixture is not None
    assert q.mixture is not None
    links = [
        Link(arb(fmpq(i.mass.numerator, i.mass.denominator)), p.m[i.k], p.s[i.k], q.m[i.j], q.s[i.j])
        for i in couple(p.mixture, q.mixture)
    ]
    cells, total, undecided = panels(p, q), arb(0), arb(0)
    for depth in range(DEPTH):
        least, left = float(total.abs_lower()) * FINE, []
        for a, b in cells:
            height = sum((i.gap(arb(a).union(arb(b))) for i in links), arb(0))
            change = abs(sum((i.tail_gap(arb(b)) - i.tail_gap(arb(a)) for i in links), arb(0)))
            if not height.contains(0):
                total += change
            elif depth == DEPTH - 1 or (b - a) * height.abs_upper() <= least:
                undecided += change.union((b - a) * height.abs_upper())
            else:
                left += [(a, (a + b) / 2), ((a + b) / 2, b)]
        cells = left
    return (total + undecided + arb(0).union(p.mass() + q.mass())) / 2


def normal(z: arb) -> arb:
    """φ(z), with no more than its range over the ball z."""
    ends = (arb(z.abs_lower()), arb(z.abs_upper()))
    low, high = ((-(x**2) / 2).exp() for x in ends)
    return low.union(high) / (2 * arb.pi()).sqrt()


def hellinger2(p: Balls, q: Balls) -> arb:
    """1 - ∫ √(pq)."""
    return 1 - power_integral(p, q, 0.5)


def alpha(a: float, p: Balls, q: Balls) -> arb:
    """(1 - ∫ p^a q^{1-a})/(a(1-a)) for a ≤ ½."""
    if a == 0:
        return kl(q, p)
    return (1 - power_integral(p, q, a)) / (arb(a) * (1 - arb(a)))


def power_integral(p: Balls, q: Balls, a: float) -> arb:
    """∫ p^a q^{1-a}, a ≤ 1."""
    x, y = arb(a), 1 - arb(a)
    tail = x * p.mass() + y * q.mass() if a >= 0 else power_tail(p, q, a)
    return integral(lambda z, on: (x * p.log(z, on) + y * q.log(z, on)).exp(), p, q, tail)


def power_tail(p: Balls, q: Balls, a: float) -> arb:
    """A bound on ∫ p^a q^{1-a} outside the ends for a < 0: p ≥ w_k N_k, (Σ v_j N_j)^b ≤ Σ v_j N_j^b, b = 1-a.

    N_k^a N_j^b is a Gaussian of precision A = a/s_k² + b/t_j², times a constant; any k will do, and may
    depend on j.
    """
    x, y = arb(a), 1 - arb(a)
    total = arb(0)
    for j, k in enumerate(partners(*p.shape(), *q.shape(), a)):
        v, n, t = q.w[j], q.m[j], q.s[j]
        A = x / p.s[k] ** 2 + y / t**2
        B = x * p.m[k] / p.s[k] ** 2 + y * n / t**2
        C = x * p.m[k] ** 2 / p.s[k] ** 2 + y * n**2 / t**2
        scale = (x * p.logs[k] + y * (q.logs[j] - v.log()) + (B * B / A - C) / 2).exp() * (2 * arb.pi() / A).sqrt()
        root = (A / 2).sqrt()
        low, high = arb(p.ends[0]) - B / A, arb(p.ends[1]) - B / A
        total += v * scale * ((-low * root).erfc() + (high * root).erfc()) / 2
    return total


def partners(means: Array, stds: Array, nus: Array, ts: Array, a: float) -> list[int]:
    """For each component j of q the k of p for which N_k^a N_j^{1-a} is a Gaussian nearest to N_j."""
    A = a / stds**2 + (1 - a) / ts[:, None] ** 2
    if (A.max(axis=1) <= 0).any():
        valid.reject("rigorous", "tails of p and q that do not tie", f"precisions {A} at a = {a}")
    shift = np.abs((a / stds**2) * (means - nus[:, None])) / np.where(A > 0, A, np.nan)
    return np.nanargmin(shift, axis=1).tolist()


def tilted_reach(p: Law, q: Law, a: float) -> list[float]:
    """Where the Gaussians of `power_tail` end."""
    ends: list[float] = []
    for j, k in enumerate(partners(p.means, p.stds, q.means, q.stds, a)):
        x, y = a / p.stds[k] ** 2, (1 - a) / q.stds[j] ** 2
        centre, std = (x * p.means[k] + y * q.means[j]) / (x + y), (x + y) ** -0.5
        ends += [centre - SPAN * std, centre + SPAN * std]
    return ends
