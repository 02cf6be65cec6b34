"""Adaptive Gauss-Legendre quadrature of many integrals at once.

The integrals stand side by side: a panel is (owner, centre, half-width) and all panels of all owners are
evaluated in one vectorised call.  On a panel the integrand is sampled at the n Gauss nodes; the last few
Legendre coefficients of its interpolant say how well n nodes resolve it:

    c_j = (j+½) Σ_i w_i f(t_i) P_j(t_i),     τ = max(|c_{n-4}|, …, |c_{n-1}|),     S = max_i |f(t_i)|.

Coefficients of an analytic function fall geometrically, and Gauss' rule is wrong by those beyond 2n: its
error is of order S (τ/S)².  We charge h τ (100 τ/S)^{1/2}, which is larger; of a bend that the nodes do not resolve, where
coefficients fall like a power and τ > S/100, h τ.  Panels that are charged more than their share are halved, until every owner's charge is below its goal.  Nothing is random, and owners do not
influence each other.

Panel ends start on a dyadic lattice, so that centres and half-widths are exact, halving included. Where floats are too
coarse for that, a panel is told by its distance from an anchor beside it, and a place is a pair, anchor + offset.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from theory.validation.inputs import Array

NODES = 20
T, W = np.polynomial.legendre.leggauss(NODES)
SIGNS = np.concatenate([[-1.0], T, [1.0]])  # where the signs of a function are taken
LAST = 4  # coefficients looked at: beside a complex singularity they oscillate, and two may both be small
_P = np.polynomial.legendre.legvander(T, NODES - 1)[:, -LAST:]
TAIL = (_P * W[:, None] * (np.arange(NODES - LAST, NODES) + 0.5)).T.copy()  # (LAST, n): f -> c_{n-4}, …, c_{n-1}
RESOLVED = 1e-2  # of the greatest value: where the last coefficients are larger, nodes are too few for what they see
SUMMING = 8 * float(np.finfo(np.float64).eps)  # what rounding does to a sum over nodes, relative to its terms
GOAL = 1e-12  # truncation asked for, relative to the integral
ROUNDS = 60  # halvings; a panel reaches the spacing of floats before
BISECTIONS = 50  # of a panel, or what lies between two of its nodes
MOST = 1 << 14  # panels an owner: where they run out, the error says so
CHUNK = 1 << 9  # panels evaluated together


class Panels(NamedTuple):
    """Panels a + [c-h, c+h], each belonging to one integral: owner (P,) integers, anchor a, centre c, half h (P,)."""

    owner: np.ndarray
    anchor: Array
    centre: Array
    half: Array

    def take(self, index: np.ndarray | slice) -> "Panels":
        return Panels(*(part[index] for part in self))

    def halves(self) -> "Panels":
        """Every panel cut in two."""
        h = 0.5 * self.half
        centre = np.concatenate([self.centre - h, self.centre + h])
        return Panels(np.tile(self.owner, 2), np.tile(self.anchor, 2), centre, np.tile(h, 2))


class Places(NamedTuple):
    """Places anchor + offset on the line, (B, N) each, NaN where a row has fewer: more digits than one float has."""

    anchor: Array
    offset: Array

    def moved(self, by: Array) -> "Places":
        """All places moved."""
        return Places(self.anchor, self.offset + by)

    def rounded(self) -> tuple[Array, Array]:
        """The float next to each, and what it is off by (Knuth's sum)."""
        high = self.anchor + self.offset
        part = high - self.anchor
        return high, (self.anchor - (high - part)) + (self.offset - part)


def joined(*parts: Places) -> Places:
    """All places of each row."""
    return Places(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


Sampler = Callable[[Panels], tuple[Array, Array]]  # f and its rounding error at the nodes (P, n)

GridSampler = Callable[[Panels, Array], tuple[Array, Array]]  # the same at centre + half·grid


def between(knots: Places) -> Panels:
    """Panels between consecutive distinct knots of each row, each told from the anchor next to it."""
    high, low = knots.rounded()
    order = np.lexsort((low, high), axis=1)
    high, low, anchor, offset = (np.take_along_axis(a, order, axis=1) for a in (high, low, *knots))
    anchor = _next_anchor(anchor, offset, high, low)
    offset = (high - anchor) + low
    width = (high[:, 1:] - high[:, :-1]) + (low[:, 1:] - low[:, :-1])
    owner, i = np.nonzero(width > 0)
    a, b, left, right, width = (
        anchor[owner, i],
        anchor[owner, i + 1],
        offset[owner, i],
        offset[owner, i + 1],
        width[owner, i],
    )
    one, two, quarter = a == b, a != b, 0.25 * width  # halfway between two anchors a panel is cut
    parts = [
        Panels(owner[one], a[one], 0.5 * (left + right)[one], 0.5 * (right - left)[one]),
        Panels(owner[two], a[two], (left + quarter)[two], quarter[two]),
        Panels(owner[two], b[two], (right - quarter)[two], quarter[two]),
    ]
    whole = Panels(*map(np.concatenate, zip(*parts, strict=True)))
    return whole.take(np.argsort(whole.owner, kind="stable"))


def _next_anchor(anchor: Array, offset: Array, high: Array, low: Array) -> Array:
    """Of the anchors that are knots themselves the one next to each of the sorted knots, (B, N); in a row without, its own."""
    place, last = np.arange(offset.shape[1]), offset.shape[1] - 1
    before = np.maximum.accumulate(np.where(offset == 0, place, 0), axis=1)
    after = np.minimum.accumulate(np.where(offset == 0, place, last)[:, ::-1], axis=1)[:, ::-1]
    near, far = (np.take_along_axis(np.where(offset == 0, anchor, anchor[:, :1]), at, axis=1) for at in (before, after))
    away = [np.abs((high - a) + low) for a in (near, far)]
    return np.where(away[1] < away[0], far, near)


def integrate(
    sample: Sampler, panels: Panels, owners: int, trust: float = 0.5, goal: float = GOAL
) -> tuple[Array, Array, Panels]:
    """∫ f over the panels of each owner, its error (truncation and rounding), and the panels it took.

    trust: the power of τ/S in the charge; 0 where f is not analytic between the knots.  goal: relative.
    """
    value, charge, noise = _rule(sample, panels, trust)
    for _ in range(ROUNDS):
        total = np.bincount(panels.owner, value, owners)
        allowed = goal * np.abs(total) / np.maximum(np.bincount(panels.owner, minlength=owners), 1)
        late = np.bincount(panels.owner, charge, owners) > goal * np.abs(total)
        # Below its own rounding noise a charge does not fall any more.
        cut = late[panels.owner] & (charge > allowed[panels.owner]) & (charge > noise)
        if not cut.any() or len(cut) > MOST * owners:
            break
        keep = ~cut
        new = panels.take(cut).halves()
        results = _rule(sample, new, trust)
        panels = Panels(*(np.concatenate([a[keep], b]) for a, b in zip(panels, new, strict=True)))
        value, charge, noise = (
            np.concatenate([a[keep], b]) for a, b in zip((value, charge, noise), results, strict=True)
        )
    total = np.bincount(panels.owner, value, owners)
    error = np.bincount(panels.owner, charge + noise, owners)
    return total.astype(np.float64), error.astype(np.float64), panels


def roots(sample: GridSampler, panels: Panels, owners: int) -> Places:
    """The zeros of a function that its signs at the nodes and the ends betray, as knots (owners, N), NaN-padded.

    Signs within the rounding error are not believed.  Zeros are rounded to 2⁻²⁶: a panel end that misses the kink of
    |f| by δ costs an error δ² only.
    """
    row, low, high, sign = [], [], [], []
    for start in range(0, len(panels.owner), CHUNK):
        f, noise = sample(panels.take(slice(start, start + CHUNK)), SIGNS)
        s = np.where(np.abs(f) > 8 * noise, np.sign(f), 0)
        sure = np.maximum.accumulate(np.where(s != 0, np.arange(len(SIGNS)), 0), axis=1)  # the last believed sign
        before = np.take_along_axis(s, sure, axis=1)[:, :-1]
        change, i = np.nonzero(before * s[:, 1:] < 0)
        row.append(start + change)
        low.append(SIGNS[sure[change, i]])
        high.append(SIGNS[i + 1])
        sign.append(before[change, i])
    at, before = panels.take(np.concatenate(row)), np.concatenate(sign)
    left, right = (at.centre + at.half * np.concatenate(ends) for ends in (low, high))
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        same = np.sign(sample(at._replace(centre=middle), np.zeros(1))[0][:, 0]) == before
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    anchor, offset = np.full((2, owners, np.bincount(at.owner, minlength=1).max()), np.nan)
    column = np.arange(len(left)) - np.searchsorted(at.owner, at.owner)
    anchor[at.owner, column], offset[at.owner, column] = at.anchor, np.round(left * 2.0**26) * 2.0**-26
    return Places(anchor, offset)


def _rule(sample: Sampler, panels: Panels, trust: float) -> tuple[Array, Array, Array]:
    """Integral, truncation charge and rounding noise of each panel, CHUNK panels at a time."""
    value, charge, noise = np.empty((3, len(panels.owner)))
    for start in range(0, len(panels.owner), CHUNK):
        part = slice(start, start + CHUNK)
        h = panels.half[part]
        f, rounding = sample(panels.take(part))
        value[part] = h * (f @ W)
        noise[part] = h * (rounding @ W + SUMMING * (np.abs(f) @ W))
        tail = np.abs(f @ TAIL.T).max(axis=1)
        size = np.abs(f).max(axis=1)
        charge[part] = h * tail * np.minimum(tail / np.maximum(RESOLVED * size, np.finfo(float).tiny), 1) ** trust
    return value, charge, noise
