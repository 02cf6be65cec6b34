"""Gaussian fits to a mixture by trapezoidal sums and Newton's steps: the observed side, apart from `theory.projection`.

m is an arithmetic (proofs.words.arithmetic); a divergence goes by its name in proofs.words.divergences, "alpha 0.3" for α = 0.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from proofs.words import reverse_kl
from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES, Divergence, alpha
from theory import GaussianMixture


def named(name: str) -> Divergence:
    """A divergence by name; "alpha 0.3" is the α-divergence at 0.3."""
    return alpha(float(name.split()[1])) if name.startswith("alpha") else DIVERGENCES[name]


def pair(r: float) -> GaussianMixture:
    """The symmetric pair, s = 1."""
    return GaussianMixture([0.5, 0.5], [-r, r], stds=[1.0, 1.0])


def value(m: Any, name: str, p: GaussianMixture, mean: Any, std: Any) -> Any:
    """D(p, N(mean, std²)) by the trapezoidal rule, fine enough for ln p, which is singular where p vanishes."""
    wide = 8 * max(float(np.max(std)), p.stds.max())
    low, high = min(float(np.min(mean)), p.means.min()) - wide, max(float(np.max(mean)), p.means.max()) + wide
    count = int((high - low) * max(2.0, np.ptp(p.means) / p.stds.min()) / p.stds.min() / 0.75) + 2
    x = m.grid(low, high, count)
    # 37 deviations out, where only a step too far looks
    p_x, q_x = (m.largest(density, m.number(1e-300)) for density in (m.pdf(p, x), m.normal(x, mean, std)))
    return named(name).contribution(m, p_x, q_x).sum(-1) * ((high - low) / (count - 1))


CROSS = 2e-4 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]])


def slopes(name: str, p: GaussianMixture, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients (n, 2) and Hessians (n, 2, 2) of D at n points (mean, ln std), by differences."""
    h, points = CROSS[1, 0], (at[:, None] + CROSS).reshape(-1, 2, 1)
    here, right, left, up, down, both, neither = value(
        DOUBLE, name, p, points[:, 0], np.exp(points[:, 1])
    ).reshape(-1, 7).T  # fmt: skip
    mixed = (both + neither + 2 * here - right - left - up - down) / 2
    hessian = np.array([[right + left - 2 * here, mixed], [mixed, up + down - 2 * here]]) / h**2
    return np.stack([right - left, up - down], axis=1) / (2 * h), np.moveaxis(hessian, 2, 0)


def descend(name: str, p: GaussianMixture, *starts: tuple[float, float], rounds: int = 9) -> np.ndarray:
    """Newton's steps from each (mean, std), downhill and no longer than half: rows of mean, std and value."""
    at = np.array([(mean, math.log(std)) for mean, std in starts])
    lowest, highest = (
        [p.means.min(), math.log(p.stds.min() / 2)],
        [p.means.max(), math.log(np.ptp(p.means) + p.stds.max())],
    )
    for _ in range(rounds):
        gradient, hessian = slopes(name, p, at)
        sizes, axes = np.linalg.eigh(hessian)
        step = np.einsum("nij,nj,nkj,nk->ni", axes, 1 / np.maximum(np.abs(sizes), 1e-6), axes, gradient)
        at = np.clip(at - np.clip(step, -0.5, 0.5), lowest, highest)
    std = np.exp(at[:, 1:])
    return np.column_stack([at[:, :1], std, value(DOUBLE, name, p, at[:, :1], std)])


def least_curvature(name: str, p: GaussianMixture, wide: float, mean: float, std: float) -> float:
    """The least eigenvalue of ∇²D in m and σ at N(mean, std²), and ∂²D/∂σ² at N(0, wide²), by differences."""
    stds = np.array([wide, std])
    gradient, hessian = slopes(name, p, np.column_stack([[0.0, mean], np.log(stds)]))
    hessian[:, 1, 1] -= gradient[:, 1]  # from ln σ to σ
    hessian[:, 1] /= stds[:, None]
    hessian[:, :, 1] /= stds[:, None]
    return min(float(np.linalg.eigvalsh(hessian[1])[0]), float(hessian[0, 1, 1]))


# --- for the observed sides of `divergence_ladder` ----------------------------------------------------------------------


class Law(NamedTuple):
    """Two modes: weights, means, standard deviations."""

    weights: tuple[float, float]
    means: tuple[float, float]
    stds: tuple[float, float]

    def mixture(self) -> GaussianMixture:
        """As a mixture."""
        return GaussianMixture(self.weights, self.means, stds=self.stds)


def laws(s: Any) -> Any:
    """Two modes that are off-centre, unequal, in no particular order, and now and then almost one."""
    parts = s.tuples(s.reals(0.25, 0.48), s.reals(0.5, 3.5), s.scales(0.8, 1.25), s.one_of((-1, 1)), s.reals(-5.0, 5.0))
    return parts.map(lambda t: Law((t[0], 1 - t[0]), (t[4] - t[3] * t[1], t[4] + t[3] * t[1]), (1.0, t[2])))


def with_moments(mean: float, variance: float) -> GaussianMixture:
    """An asymmetric mixture of this mean and variance: modes at mean - d and mean + 3d, weights ¾ and ¼."""
    d = math.sqrt(variance) / 2
    return GaussianMixture([0.75, 0.25], [mean - d, mean + 3 * d], stds=[d, d])


def laws_and_normals(s: Any) -> Any:
    """Two modes, and a Gaussian."""
    return s.tuples(laws(s).map(Law.mixture), s.reals(-4.0, 4.0), s.scales(0.3, 3.0))


def more_than_the_best(m: Any, p: GaussianMixture, mean: Any, std: Any) -> Any:
    """E_p ln(q*/q), the moments of p by quadrature too."""
    M = m.expect(p, lambda X: X)
    S = m.sqrt(m.expect(p, lambda X: (X - M) ** 2))
    return m.expect(p, lambda X: ((X - mean) / std) ** 2 - ((X - M) / S) ** 2) / 2 + m.log(std / S)


def covering_width(m: Any, y: Any) -> Any:
    """The variance v of reverse KL's covering fit where r√v = y: ∂D/∂v = 0 says 1/v = E(-ln p)''(√v Z) = 1 - r² E sech²(yZ)."""
    z = m.grid(-9, 9, 1201)
    return 1 + y**2 * (m.normal(z) * (1 / m.cosh(y * z)) ** 2).sum() * 18 / 1200


def across_the_cover(m: Any, y: Any) -> tuple[Any, Any]:
    """∂²D/∂m² = -∫(∂²q/∂m²) ln p at m = 0 and the covering width; then that width."""
    v, z = covering_width(m, y), m.grid(-9, 9, 1201)
    log_p = m.log(m.cosh(y * z)) - v * z**2 / 2
    return -(m.normal(z) * (z**2 - 1) * log_p).sum() * 18 / 1200 / v, v


def by_second_differences(r: float, dm: float, ds: float) -> float:
    """The least curvature of reverse KL that far away from either fit."""
    (_, wide), (mean, std) = (
        [float(at) + float(by) * (r - 2.80008) for at, by in fit] for fit in reverse_kl.FITS.values()
    )
    return least_curvature("reverse_kl", pair(r), wide + ds, mean + dm, std + ds)


def near_both_fits(m: Any, r: Any, dm: Any, ds: Any) -> Any:
    """The same, for differences are no better in another arithmetic."""
    return by_second_differences(r, dm, ds)


def rivals(name: str, r: float, rounds: int = 6) -> np.ndarray:
    """The local optima below the covering Gaussian and the one on the right mode."""
    return descend(name, pair(r), (0.0, 0.9 * math.hypot(r, 1)), (r, 1.02), rounds=rounds)


def value_of(fit: str) -> Callable[[Any, Any], Any]:
    """The value of reverse KL at its fit that covers, or at that on a mode."""

    def by_descent(m: Any, r: Any) -> Any:
        mean, std, _ = rivals("reverse_kl", float(r))[("cover", "mode").index(fit)]
        return value(m, "reverse_kl", pair(float(r)), m.number(mean), m.number(std))

    return by_descent


JUMPS = {"nonsaturating": 2.379548, "reverse_kl": 2.800082, "alpha 0.25": 3.328168, "js": 4.244711,
         "hellinger2": 4.741417, "kl": math.inf}  # fmt: skip
"""Where the two fits change places, to the sixth digit, for strategies to draw on both sides of it."""


def about_the_jump(s: Any) -> Any:
    """Separations on both sides of a jump, 5 % to 3e-7 away; anywhere where there is none."""
    near = s.tuples(s.one_of(tuple(JUMPS)), s.one_of((-1, 1)), s.reals(1.3, 6.5))
    return near.map(lambda t: (t[0], min(JUMPS[t[0]], t[2]) * (1 + t[1] * 10 ** -t[2])))


def which_is_better(m: Any, name: str, r: Any) -> Any:
    """1 where the fit on a mode has the smaller value, -1 where the covering one has; and the jump."""
    cover, mode = (
        (mean, value(m, name, pair(float(r)), m.number(mean), m.number(std))) for mean, std, _ in rivals(name, float(r))
    )
    return np.array([1.0 if mode[0] > float(r) / 2 and mode[1] < cover[1] else -1.0, JUMPS[name]])


def gives_up(name: str, r: float) -> bool:
    """Whether the fit on a mode is better."""
    cover, mode = rivals(name, r, rounds=20)[:, 2]
    return bool(mode < cover - 1e-9)


def jump(name: str) -> float:
    """Where it begins to be, by ten halvings."""
    low, high = 2.0, 8.0
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (low, middle) if gives_up(name, middle) else (middle, high)
    return (low + high) / 2


SEARCHED = ("kl", "reverse_kl", "nonsaturating", "js", "hellinger2", "jeffrey", "alpha 0.3", "alpha 0.8")


def searches(s: Any) -> Any:
    """A divergence, and two modes."""
    return s.tuples(s.one_of(SEARCHED), laws(s))


@cache
def least(name: str, law: Law) -> tuple[np.ndarray, float]:
    """The best of the descents from both modes and from between them, and how far the next one is."""
    p = law.mixture()
    middle = float(p.weights @ p.means)
    std = math.sqrt(p.weights @ (p.stds**2 + (p.means - middle) ** 2))
    fits = descend(name, p, (middle, 0.9 * std), *zip(law.means, law.stds, strict=True), rounds=14)
    first = fits[np.argmin(fits[:, 2])]
    others = fits[np.abs(fits[:, 0] - first[0]) > 1e-3, 2]
    return first, min(others, default=math.inf) - first[2]


def least_error(name: str, law: Law) -> Any:
    """Of mean, width and value; at a tie either may be called the best."""
    return np.array([1e-6, 1e-6, 1e-11]) if least(name, law)[1] > 1e-6 else 1.0


def least_scale(name: str, law: Law) -> Any:
    """Of the same."""
    return np.array([1.0, 1.0, least(name, law)[0][2]])


def by_descents(m: Any, name: str, law: Law) -> Any:
    """Mean, width and value of the best Gaussian."""
    mean, std, _ = least(name, law)[0]
    return np.array([mean, std, value(m, name, law.mixture(), m.number(mean), m.number(std))])
