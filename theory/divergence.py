"""Divergences between two mixtures, in nats.

    KL(p‖q) = ∫ p ln(p/q)                              reverse KL = KL(q‖p)
    JS = ½ KL(p‖m) + ½ KL(q‖m) ≤ ln 2, m = (p+q)/2      Jeffrey = KL(p‖q) + KL(q‖p)
    total variation ½ ∫ |p-q|                          squared Hellinger 1 - ∫ √(pq)
    Pearson ∫ (p-q)²/q                                 Neyman ∫ (p-q)²/p
    non-saturating KL(q‖p) - 2 JS = 2 KL(m‖p)          α: (1 - ∫ p^a q^{1-a})/(a(1-a))

``kl(p, q)`` returns an `Estimate`; ``kl.many(ps, qs)`` integrates any number of pairs at once, many times
faster.  One dimension: relative error 1e-10 down to values of 1e-13, however far apart. Whether an integral
diverges is decided exactly, from the widest components of p and q; `inf` means infinite.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from theory.estimate import Estimate
from theory.mixture import GaussianMixture
from theory.numerics import integrands, plane
from theory.numerics import rigorous as balls
from theory.numerics.gaussians import THREADS, side_by_side
from theory.numerics.integrands import Integrand
from theory.numerics.pairs import EPS, VAST, Pairs, called, matched_pair, pairs
from theory.numerics.quadrature import GOAL, Panels, Places, Sampler, between, integrate, joined, roots
from theory.numerics.rigorous import Form, enclose
from theory.validation import inputs as valid
from theory.validation.inputs import Array
from theory.validation.laws import alike, on_line, sequence
from theory.validation.told import told

INFINITE = Estimate(np.inf, 0.0, "exact", np.inf)
UNSURE = 1e-11  # relative error from which on a pair is taken for nearly equal, and integrated with more care
OMITTED = 1e-13  # share of an integral below which a faint panel is left out
LEEWAY = 4.0  # every integrand with a power of 0 or more is at most so many (p+q)(1+|L|)
BATCH = 128  # pairs integrated together: memory stays bounded however many are asked for


@told
@dataclass(frozen=True)
class Divergence:
    """factor · ∫ f(ln p, ln q) dx, or with p and q exchanged.

    integrand: f ≥ 0, homogeneous of degree one in (p, q).
    balls: the same divergence (before factor and exchange) in ball arithmetic.
    factor: what the integral is multiplied by.
    exchanged: whether f belongs to (q, p).
    power: a, where f is of the α-family; below 0 the integral may be infinite, or huge.
    kinks: whether f has a kink where p = q.
    most: the greatest value there is.
    """

    integrand: Integrand
    balls: Form
    factor: float = 1.0
    exchanged: bool = False
    power: float = 0.0
    kinks: bool = False
    most: float = np.inf

    def __call__(self, p: GaussianMixture, q: GaussianMixture, *, rigorous: bool = False) -> Estimate:
        """The divergence between p and q, nats; both on the line, or both in the plane.

        rigorous: enclose it by ball arithmetic (line only, slow): the error is then proved.

        Raises ValueError unless p and q are mixtures both on the line or both in the plane (rigorous: on the line, with tails that do not tie),
        at most some 1e150 of their narrowest widths apart (where the divergence has a greatest value, 1e270), and rigorous is a bool.
        """
        if valid.flag("rigorous", rigorous):
            return self._enclosed(on_line("p", p), on_line("q", q))
        p, q = alike(p, q)
        if not p.scalar and p.dim != 2:
            valid.reject("p", "a GaussianMixture on the line or in the plane", p)
        return self.many([p], [q])[0] if p.scalar else self._in_plane(*((q, p) if self.exchanged else (p, q)))

    def many(self, ps: Sequence[GaussianMixture], qs: Sequence[GaussianMixture]) -> list[Estimate]:
        """The divergences between ps[i] and qs[i], i = 0..B-1, in one vectorised computation.

        Raises ValueError unless ps and qs are sequences of mixtures on the line, of one length, not empty, and, where the divergence has no
        greatest value, at most some 1e150 of their narrowest widths apart.
        """
        ps = [on_line("ps", p) for p in sequence("ps", ps)]
        qs = [on_line("qs", q) for q in sequence("qs", qs)]
        if len(ps) != len(qs) or not ps:
            valid.reject("ps, qs", "two sequences of one length, not empty", f"{len(ps)} and {len(qs)}")
        if self.exchanged:
            ps, qs = qs, ps
        finite = [self.power >= 0 or converges(p, q, self.power) for p, q in zip(ps, qs, strict=True)]
        results = [INFINITE] * len(ps)
        # Neighbours of equal size: what is evaluated together then needs little padding.
        chosen: list[int] = sorted(np.flatnonzero(finite).tolist(), key=lambda i: (len(ps[i]), len(qs[i])))
        parts = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]

        def work(part: Sequence[int]) -> Integrals:
            return self.integrals(self._within_floats(pairs([ps[i] for i in part], [qs[i] for i in part])))

        for part, found in zip(parts, side_by_side(work, parts, min(THREADS, len(parts) or 1)), strict=True):
            for i, *numbers in zip(part, found.value, found.error, found.log_unit, strict=True):
                results[i] = self._estimate(*numbers)
                if results[i].error > UNSURE * results[i].value:
                    results[i] = self._closer(ps[i], qs[i], results[i])
        return results

    def _within_floats(self, batch: Pairs) -> Pairs:
        """The same, or ValueError: what grows like the square of a distance has an end where the squares of floats have."""
        most = VAST / 32 / math.sqrt(1 + abs(self.power))
        if self.most == np.inf and self.power <= 0 and batch.reach.max() > most:
            valid.reject(
                called(len(batch)),
                f"mixtures at most {most:.0e} of their narrowest widths wide and apart",
                f"{batch.reach.max():.0e}",
            )
        return batch

    def _closer(self, p: GaussianMixture, q: GaussianMixture, first: Estimate) -> Estimate:
        """The estimate of smaller error: the first, or that of the pair with its components matched."""
        found = self.integrals(matched_pair(p, q))
        return min(first, self._estimate(found.value[0], found.error[0], found.log_unit[0]), key=lambda e: e.error)

    def integrals(self, batch: Pairs, goal: float = GOAL) -> "Integrals":
        """∫ f / e^M, its error (relative `goal` of truncation), M, and the panels that were needed, for each pair of the batch."""
        knots = batch.knots()
        if self.power < 0:
            knots = joined(knots, _tilted_knots(batch, self.power))
        panels, bound = between(knots), np.inf
        if self.power >= 0:
            panels, bound = batch.visible(panels)
        log_unit = np.zeros(len(batch))
        if self.power < 0:
            lp, lq = batch.log_densities(panels)
            np.maximum.at(log_unit, panels.owner, (lq + self.power * (lp - lq)).max(axis=1))
        if self.kinks:
            zeros = roots(batch.log_ratio, panels, len(batch))
            panels, bound = batch.visible(between(joined(knots, zeros)))

        def sample(panels: Panels) -> tuple[Array, Array]:
            return self._sample(*batch.compared(panels), log_unit[panels.owner, None])

        return Integrals(log_unit, *_with_faint(sample, panels, LEEWAY * bound, len(batch), goal))

    def _sample(self, lp: Array, lq: Array, L: Array, noise: Array, unit: Array | float) -> tuple[Array, Array]:
        """f / e^unit and its rounding error: f is of the size of the greater density, and reacts to the error of L
        like L² near 0, else like a power of p/q."""
        value = self.integrand(lp - unit, lq - unit, L)
        reaction = 2 / np.maximum(np.abs(L), np.finfo(float).tiny) + abs(self.power)
        with np.errstate(over="ignore"):  # beyond any float is beyond 1/ε
            noise = noise * reaction
        return value, value * (EPS * (2 + np.abs(np.maximum(lp, lq))) + np.minimum(noise, 1 / EPS))

    def _enclosed(self, p: GaussianMixture, q: GaussianMixture) -> Estimate:
        """The divergence on the line with a proved error."""
        if self.exchanged:
            p, q = q, p
        if self.power < 0 and not converges(p, q, self.power):
            return INFINITE
        found = enclose(self.balls, p, q, self.power)
        if math.isnan(found.value):
            valid.reject("rigorous", "False for mixtures of scales so far apart that no balls tell them", True)
        log_value = found.log_value + math.log(self.factor)
        return Estimate(self.factor * found.value, self.factor * found.error, "enclosed", log_value)

    def _in_plane(self, p: GaussianMixture, q: GaussianMixture) -> Estimate:
        """The divergence between mixtures in the plane, to 1e-6 and better."""
        if self.power < 0 and not plane.converges(p, q, self.power):
            return Estimate(np.inf, 0.0, "estimated", np.inf)

        def on_lines(batch: Pairs) -> tuple[Array, Array, Array]:
            found = self.integrals(self._within_floats(batch), plane.ALONG)
            return found.log_unit, found.value, found.error

        return self._estimate(*plane.lines(p, q).integral(on_lines, self.power, self.kinks))

    def _estimate(self, value: float, error: float, log_unit: float) -> Estimate:
        """factor · (value ± error) e^M."""
        value, error = min(float(self.factor * value), self.most), float(self.factor * error)
        if log_unit == 0:
            return Estimate(value, error, "estimated")
        log_value = math.log(value) + float(log_unit)
        with np.errstate(over="ignore"):
            size = float(np.exp(log_value))
        return Estimate(size, size * (error / value), "estimated", log_value)


def _with_faint(
    sample: Sampler, panels: Panels, bound: Array | float, owners: int, goal: float
) -> tuple[Array, Array, Panels]:
    """`integrate`, but what is faint is left out where its bound is nothing to what was found."""
    bright = np.broadcast_to(np.isinf(bound), panels.owner.shape)
    value, error, used = integrate(sample, panels.take(bright), owners, goal=goal)
    wanted = ~bright & (bound > OMITTED * value[panels.owner])
    if wanted.any():
        more, doubt, rest = integrate(sample, panels.take(wanted), owners, goal=goal)
        value, error = value + more, error + doubt
        used = Panels(*(np.concatenate(parts) for parts in zip(used, rest, strict=True)))
    left_out = np.bincount(panels.owner, np.where(bright | wanted, 0, bound), owners)
    return value, error + left_out, used


class Integrals(NamedTuple):
    """ln of the unit, integrals in that unit, their errors, (B,) each; and the panels."""

    log_unit: Array
    value: Array
    error: Array
    panels: Panels


kl = Divergence(integrands.kl, balls.kl)
reverse_kl = Divergence(integrands.kl, balls.kl, exchanged=True)
js = Divergence(integrands.js, balls.js, most=math.log(2))
jeffrey = Divergence(integrands.jeffrey, balls.jeffrey)
tv = Divergence(integrands.tv, balls.tv, kinks=True, most=1.0)
hellinger2 = Divergence(integrands.hellinger2, balls.hellinger2, most=1.0)
nonsaturating = Divergence(integrands.nonsaturating, balls.nonsaturating)


def alpha_family(a: float, factor: float = 1.0) -> Divergence:
    """factor · (1 - ∫ p^a q^{1-a})/(a(1-a)), with the limits KL(q‖p) at a = 0 and KL(p‖q) at a = 1.

    Raises ValueError unless |a| ≤ 10⁶, beyond which a rounding of a logarithm would be all there is, and factor > 0.
    """
    a, factor = valid.between("a", a, -1e6, 1e6), valid.positive("factor", factor)
    power = min(a, 1 - a)
    return Divergence(
        partial(integrands.alpha, power), partial(balls.alpha, power), factor, exchanged=a > 0.5, power=power
    )


pearson = alpha_family(2, factor=2)
neyman = alpha_family(-1, factor=2)


def alpha(p: GaussianMixture, q: GaussianMixture, a: float, *, rigorous: bool = False) -> Estimate:
    """The α-divergence (1 - ∫ p^a q^{1-a})/(a(1-a)) for real a (Amari 1985; Cichocki & Amari 2010).

    Raises ValueError unless |a| ≤ 10⁶, p and q are mixtures both on the line or both in the plane, and rigorous is a
    bool.
    """
    return alpha_family(a)(p, q, rigorous=rigorous)


def converges(p: GaussianMixture, q: GaussianMixture, a: float) -> bool:
    """Whether ∫ p^a q^{1-a} < ∞, decided in rational arithmetic.

    Towards ±∞ the widest component of a mixture outweighs the others, and among equally wide ones the
    outermost:

        ln p^a q^{1-a} = -½ A x² + B x + const + o(1),   A = a/s² + (1-a)/t²,   B = a μ/s² + (1-a) ν/t²,

    which is integrable iff A > 0, or A = 0 and B pulls back on that side.

    Raises ValueError unless p and q are mixtures on the line and a is finite.
    """
    b, p, q = Fraction(valid.real("a", a)), on_line("p", p), on_line("q", q)
    for side in (-1, 1):
        (mu, s2), (nu, t2) = (_outermost(m, side) for m in (p, q))
        A, B = b * t2 + (1 - b) * s2, b * mu * t2 + (1 - b) * nu * s2
        if A < 0 or (A == 0 and side * B >= 0):
            return False
    return True


def _outermost(p: GaussianMixture, side: int) -> tuple[Fraction, Fraction]:
    """Mean and variance, as fractions, of the component that rules the tail towards side·∞."""
    std, mean = max(zip(p.stds.tolist(), (side * p.means).tolist(), strict=True))
    return Fraction(side * mean), Fraction(std) ** 2


def _tilted_knots(batch: Pairs, a: float) -> Places:
    """Knots of the Gaussians p_i^a q_k^{1-a}, every component of p with every one of q: peaks are there."""
    p, q = a / batch.p.real_stds[:, None] ** 2, (1 - a) / batch.q.real_stds**2
    with np.errstate(invalid="ignore", divide="ignore"):
        std = np.where(p + q > 0, p + q, np.nan) ** -0.5
        mean = (p * batch.p.means[:, None] + q * batch.q.means) * std**2
    return batch.lattice(mean.reshape(-1, len(batch)), std.reshape(-1, len(batch)))
