"""The best single Gaussian for a mixture, under each divergence: which unimodal fit averages and which
picks a mode.

    minimise D(p, N(m, s²)) over m and s, or over m alone

Under KL(p‖q) the answer is the mean and the variance of p.  Under most others D has several local minima,
typically one that covers and one at every mode, and the global one jumps from the first kind to the second
as the modes part (a first-order transition).  So all of them are sought: descents start at the Gaussian
that matches every run of neighbouring components (one mode, two modes, …, all) and at every local minimum
of a coarse lattice in (m, ln s). Values are adaptive quadratures at full accuracy, so the order of two
minima is decided on the right side of a jump.

A descent is Newton's method in (m/s, ln s), all starts at once, with the derivatives of `theory.numerics.tangents`:

    ∇D = ∫ g u,    ∇²D = ∫ g' uuᵀ + g ∂u,    u = (z, z²-1),  z = (x-m)/s,   ∂u = -[[1, 2z], [2z, 2z²]]

turned downhill where ∇²D is not positive, and shortened until D falls.  What ends on a saddle is discarded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from theory import divergence as d
from theory.mixture import GaussianMixture
from theory.numerics import tangents
from theory.numerics.pairs import pairs
from theory.numerics.quadrature import T, W
from theory.numerics.tangents import Tangent
from theory.validation import inputs as valid
from theory.validation.inputs import Array
from theory.validation.laws import on_line
from theory.validation.told import told

FAMILY: dict[str, tuple[d.Divergence, Tangent]] = {
    "reverse_kl": (d.reverse_kl, partial(tangents.alpha, 0.0)),
    "js": (d.js, tangents.js),
    "jeffrey": (d.jeffrey, tangents.jeffrey),
    "pearson": (d.pearson, partial(tangents.alpha, 2.0)),
    "neyman": (d.neyman, partial(tangents.alpha, -1.0)),
    "hellinger2": (d.hellinger2, partial(tangents.alpha, 0.5)),
    "nonsaturating": (d.nonsaturating, tangents.nonsaturating),
}
ALL_RUNS, MOST = 100, 100  # runs that are all started from; components whose runs are looked at
LATTICE = 12, 8  # starts in m and in ln s
ROUNDS = 60
SETTLED = 1e-9  # a Newton step this short, in units of s, squares to less than rounding
CLOSE = 1e-5  # steps shorter than this change D by less than its rounding: taken without asking
EQUAL = 1e-12  # values this close, relatively, are one value


@dataclass(frozen=True)
class Minimum:
    """A local minimum of D(p, N(mean, std²)) and the divergence there, nats."""

    mean: float
    std: float
    value: float


@dataclass(frozen=True)
class Projection:
    """The global minimum, and all local minima that were found, best first (of equals, the leftmost)."""

    mean: float
    std: float
    value: float
    minima: tuple[Minimum, ...]


def best_gaussian(
    p: GaussianMixture,
    name: str,
    *,
    std: float | None = None,
    a: float | None = None,
    starts: Sequence[tuple[float, float]] | None = None,
) -> Projection:
    """The Gaussian N(m, s²) that minimises a divergence from the 1D mixture p.

    name: kl, reverse_kl, js, jeffrey, pearson, neyman, hellinger2, nonsaturating, or alpha, which takes its
    `a`. std: the width, where it is fixed. starts: (mean, std) pairs from which to descend, in place of the
    search for every minimum.

    Raises ValueError unless p is a mixture on the line, name one of these, `a` finite and given exactly with alpha, std
    > 0 where the divergence is finite, and starts pairs with widths > 0, a minimum reached from some, given where p has more than
    100 components.
    """
    p = on_line("p", p)
    name = valid.choice("name", name, ["kl", *FAMILY, "alpha"])
    if (a is None) == (name == "alpha"):
        valid.reject("a", "a number with alpha, and with nothing else", f"{a!r} with {name}")
    if name == "kl":
        return _matched(p, p.std if std is None else valid.positive("std", std))
    if a is None:
        divergence, tangent = FAMILY[name]
    else:
        divergence, tangent = d.alpha_family(a), partial(tangents.alpha, valid.real("a", a))
    low, high = _finite_widths(p, divergence)
    std = None if std is None else valid.positive("std", std)
    if std is not None and not low < std < high:
        valid.reject("std", f"a width in ({low}, {high}), where the divergence is finite", std)
    if starts is None and len(p) > MOST:
        valid.reject("p", f"at most {MOST} components, or starts", f"{len(p)} components")
    descent = Descent(p, divergence, tangent, (low, high) if std is None else (std, std))
    found = descent.minima(*(descent.starts() if starts is None else _checked_starts(starts)))
    if not len(found):
        valid.reject("starts", "starts from which a minimum is reached", starts)
    return _ranked(p, divergence, found)


def _checked_starts(starts: Sequence[tuple[float, float]]) -> Array:
    """Means and widths, (2, N)."""
    pairs_of = valid.array("starts", starts, ndim=2)
    if pairs_of.shape[1] != 2 or (pairs_of[:, 1] <= 0).any():
        valid.reject("starts", "pairs of a mean and a width > 0", starts)
    return pairs_of.T.copy()


def _matched(p: GaussianMixture, std: float) -> Projection:
    """Under KL(p‖q) the mean is that of p, and so is the width if it is free: D is convex in (m/s², 1/s²)."""
    return _ranked(p, d.kl, np.array([[p.mean, std]]))


def _ranked(p: GaussianMixture, divergence: d.Divergence, found: Array) -> Projection:
    """The minima (M, 2) with their values, best first."""
    values = [e.value for e in divergence.many([p] * len(found), _normals(*found.T))]
    minima = [Minimum(float(m), float(s), v) for (m, s), v in zip(found, values, strict=True)]
    minima.sort(key=lambda at: at.value)
    rank = np.cumsum([False, *(b.value > a.value * (1 + EQUAL) for a, b in pairwise(minima))])
    minima = [at for _, at in sorted(zip(rank, minima, strict=True), key=lambda pair: (pair[0], pair[1].mean))]
    return Projection(minima[0].mean, minima[0].std, minima[0].value, tuple(minima))


@told
@dataclass(frozen=True)
class Descent:
    """Newton descents of D(p, N(m, s²)) in (m/s, ln s), s between two widths (equal where it is fixed)."""

    p: GaussianMixture
    divergence: d.Divergence
    tangent: Tangent
    widths: tuple[float, float]

    def starts(self) -> tuple[Float[Array, " S"], Float[Array, " S"]]:
        """Means and widths of the Gaussians from which to descend."""
        runs = self._run_minima()
        mean, std = (a.ravel() for a in self._lattice_minima())
        return np.append(runs[:, 0], mean), np.clip(np.append(runs[:, 1], std), *self._inside())

    def _run_minima(self) -> Array:
        """Mean and width of every run of neighbouring components; of many, of those not above the runs one longer or shorter."""
        K, runs = len(self.p), np.array([(r.mean, r.std) for r in _runs(self.p)])
        if len(runs) <= ALL_RUNS:
            return runs
        width = np.clip(runs[:, 1], *self._inside())
        value = np.full((K + 2, K + 2), np.inf)
        at = np.triu_indices(K)
        inner = value[1:-1, 1:-1]
        inner[at] = [e.log_value for e in self.divergence.many([self.p] * len(runs), _normals(runs[:, 0], width))]
        around = np.minimum.reduce([value[:-2, 1:-1], value[2:, 1:-1], value[1:-1, :-2], value[1:-1, 2:]])
        return runs[(inner <= around)[at]]

    def minima(self, m: Array, s: Array) -> Float[Array, "M 2"]:
        """The distinct local minima (m, s) to which the starts descend, shape (M, 2)."""
        s = np.clip(s, *self._inside())
        value, gradient, hessian = self.at(m, s)
        radius, active = np.ones(len(m)), np.ones(len(m), dtype=bool)
        for _ in range(ROUNDS):
            step = _downhill(gradient[active], hessian[active])
            length = np.abs(step).max(axis=1)
            step *= np.minimum(1, radius[active] / np.maximum(length, SETTLED))[:, None]
            new_m = m[active] + s[active] * step[:, 0]
            new_s = np.clip(s[active] * np.exp(step[:, 1]), *self._inside())
            results = self.at(new_m, new_s)
            better = (results[0] <= value[active]) | (length < CLOSE)
            taken = np.flatnonzero(active)[better]
            m[taken], s[taken] = new_m[better], new_s[better]
            for old, new in zip((value, gradient, hessian), results, strict=True):
                old[taken] = new[better]
            radius[active] = np.where(better, 1.0, radius[active] / 4)
            active[active] = length > SETTLED
            if not active.any():
                break
        convex = np.linalg.eigvalsh(hessian)[:, 0] > 0
        low, high = self._inside()
        free = (low == high) | (s > low) & (s < high)  # what was stopped at an edge is no minimum
        return _distinct(np.stack([m, s], axis=1)[convex & free & ~active])

    def at(self, m: Array, s: Array) -> tuple[Float[Array, " B"], Float[Array, "B 2"], Float[Array, "B 2 2"]]:
        """ln D or D, with gradient (B, 2) and Hessian (B, 2, 2) in (m/s, ln s), at B Gaussians, some at a time."""
        parts = [self._at(m[i : i + d.BATCH], s[i : i + d.BATCH]) for i in range(0, len(m), d.BATCH)]
        value, gradient, hessian = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return value, gradient, hessian

    def _at(self, m: Array, s: Array) -> tuple[Array, Array, Array]:
        batch = pairs([self.p] * len(m), _normals(m, s))
        exchanged = replace(batch, p=batch.q, q=batch.p) if self.divergence.exchanged else batch
        log_unit, value, _, panels = self.divergence.integrals(exchanged)
        unit = log_unit[panels.owner, None]
        lp, lq = batch.log_densities(panels)
        g, g2 = self.tangent(lp - unit, lq - unit)
        z = ((panels.centre - (batch.q.means[0, panels.owner] - panels.anchor))[:, None] + panels.half[:, None] * T) / (
            batch.q.stds[0, panels.owner, None]
        )

        def integral(f: Array) -> Array:
            return np.bincount(panels.owner, panels.half * (f @ W), len(m)).astype(np.float64)

        u = z, z * z - 1
        gradient = np.stack([integral(g * u_i) for u_i in u], axis=-1)
        curvature = [g2 * z * z - g, g2 * z * u[1] - 2 * g * z, g2 * u[1] ** 2 - 2 * g * z * z]
        hessian = np.stack([integral(curvature[i]) for i in (0, 1, 1, 2)], axis=-1).reshape(-1, 2, 2)
        if self.widths[0] == self.widths[1]:
            gradient[:, 1] = hessian[:, 0, 1] = hessian[:, 1, 0] = 0
            hessian[:, 1, 1] = hessian[:, 0, 0]
        return value, gradient, hessian

    def _inside(self) -> tuple[float, float]:
        """The widths, a little away from where the divergence becomes infinite."""
        low, high = self.widths
        return (low, high) if low == high else (low * (1 + 1e-9), high * (1 - 1e-9))

    def _lattice_minima(self) -> tuple[Array, Array]:
        """Points of a coarse lattice of (m, s) not above their neighbours."""
        low, high = self._inside()
        m = np.linspace(self.p.means.min(), self.p.means.max(), LATTICE[0])
        s = np.geomspace(low, high, LATTICE[1]) if low < high else np.array([low])
        m, s = (a.ravel() for a in np.meshgrid(m, s, indexing="ij"))
        logs = [e.log_value for e in self.divergence.many([self.p] * len(m), _normals(m, s))]
        value = np.pad(np.reshape(logs, (LATTICE[0], -1)), 1, constant_values=np.inf)
        around = np.lib.stride_tricks.sliding_window_view(value, (3, 3)).min(axis=(2, 3))
        lowest = (value[1:-1, 1:-1] == around).ravel()
        return m[lowest], s[lowest]


def _finite_widths(p: GaussianMixture, divergence: d.Divergence) -> tuple[float, float]:
    """The open interval of widths that are searched; where D is infinite is left out exactly."""
    low, high = p.stds.min() / 4, 2 * (np.ptp(p.means) + p.stds.max())
    a = divergence.power
    if a < 0 and divergence.exchanged:
        low = max(low, p.stds.max() * np.sqrt(-a / (1 - a)))
    elif a < 0:
        high = min(high, p.stds.max() * np.sqrt((1 - a) / -a))
    return float(low), float(high)


def _runs(p: GaussianMixture) -> list[GaussianMixture]:
    """Every run of neighbouring components, renormalised."""
    order = np.argsort(p.means, kind="stable")
    w, m, s = p.weights[order], p.means[order], p.stds[order]
    ends = [(i, j) for i in range(len(p)) for j in range(i + 1, len(p) + 1)]
    return [GaussianMixture(w[i:j] / w[i:j].sum(), m[i:j], stds=s[i:j]) for i, j in ends]


def _normals(m: Array, s: Array) -> list[GaussianMixture]:
    """N(m_i, s_i²) for each i."""
    return [GaussianMixture([1.0], [m_i], stds=[s_i]) for m_i, s_i in zip(m, s, strict=True)]


def _downhill(gradient: Array, hessian: Array) -> Array:
    """-|H|⁻¹ g with |H| the Hessian whose negative eigenvalues changed sign."""
    values, vectors = np.linalg.eigh(hessian)
    size = np.maximum(np.abs(values), 1e-12 * np.abs(values).max(axis=1, keepdims=True))
    along = np.einsum("bij,bi->bj", vectors, gradient)
    return -np.einsum("bij,bj->bi", vectors, along / np.maximum(size, np.finfo(float).tiny))


def _distinct(found: Array) -> Array:
    """Minima (M, 2) further apart than 1e-6 widths from each other."""
    kept: list[Array] = []
    for m, s in found:
        if all(abs(m - other[0]) > 1e-6 * s or abs(s - other[1]) > 1e-6 * s for other in kept):
            kept.append(np.array([m, s]))
    return np.array(kept).reshape(-1, 2)
