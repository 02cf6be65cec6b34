"""Denoisers and kernel estimates of a few training points from their definitions, for observed sides; `m` is an arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import GaussianMixture


def places(s: Any) -> Any:
    """Training points, x within three deviations of the first of them, σ."""
    drawn = s.tuples(s.vectors(s.reals(-3.0, 3.0), 1, 6), s.reals(-3.0, 3.0), s.scales(0.15, 5.0))
    return drawn.map(lambda d: (d[0], float(d[0][0] + d[1] * d[2]), d[2]))


def best(m: Any, points: Any, x: Any, std: Any) -> Any:
    """arg-min_c Σ (c - x_i)² N(x; x_i, σ²), a parabola in c."""
    near = [m.normal(m.number(x), m.number(point), m.number(std)) for point in points]
    largest = max(near)

    def risk(c: Any) -> Any:
        return sum((c - m.number(point)) ** 2 * weight / largest for point, weight in zip(points, near, strict=True))

    return m.vertex(risk, m.number(0), 4.0)[()]


def along_a_level(m: Any, points: Any, x: Any, std: Any) -> Any:
    """-∂_σF/∂_xF of the distribution function of the kernel estimate, by differences."""
    x, std = m.number(x), m.number(std)
    level = lambda at, s: sum(m.normal_cdf((at - m.number(point)) / s) for point in points)  # noqa: E731
    return -m.slope(lambda s: level(x, s), std, std / 4) / m.slope(lambda at: level(at, std), x, std / 4)


def away(points: Any, x: Any, std: Any) -> float:
    """How large a velocity may be, over how much density there is."""
    off = float(np.abs(x - points).min() / std)
    return float((1 + np.abs(x - points).max() / std) * np.exp(off**2 / 2))


def from_the_nearest(m: Any, points: Any, x: Any, std: Any) -> Any:
    """|D - u|, D = Σ x_i N(x; x_i, σ²)/Σ N(x; x_i, σ²)."""
    x, std, known = m.number(x), m.number(std), [m.number(point) for point in points]
    nearest = min(known, key=lambda point: abs(x - point))
    shares = [m.exp(((x - nearest) ** 2 - (x - point) ** 2) / (2 * std**2)) for point in known]
    return abs(sum(share * (point - nearest) for share, point in zip(shares, known, strict=True)) / sum(shares))


def others(points: Any, x: Any, std: Any) -> tuple[Any, Any, Any]:
    """Distances of all points from the nearest one, by how much their squares to x are larger, and σ."""
    nearest = points[np.abs(x - points).argmin()]
    return np.abs(points - nearest), np.maximum((nearest - points) * (2 * x - nearest - points), 0.0), std


def held_out(m: Any, p: GaussianMixture, points: Any, std: Any) -> Any:
    """-E_p ln (1/n) Σ N(X; x_i, σ²)."""
    estimate = GaussianMixture(np.full(len(points), 1 / len(points)), points, stds=np.full(len(points), std))
    return -m.integrate(lambda x: m.pdf(p, x) * m.logpdf(estimate, x), m.line(p, estimate))


def laws_and_points(s: Any) -> Any:
    """A law, a few training points, σ."""
    return s.tuples(s.mixtures(1, 3, spread=2.0), s.vectors(s.reals(-3.0, 3.0), 1, 4), s.scales(0.2, 10.0))


def size(p: GaussianMixture, points: Any, std: Any) -> float:
    """What the terms of that loss may come to."""
    return float(1 + (np.max(np.abs(p.means)) + np.max(p.stds) * 3 + 3) ** 2 / std**2)


def one_point(m: Any, x: Any, std: Any) -> Any:
    """KL(N(0, 1)‖N(x, σ²)) by quadrature."""
    p = GaussianMixture([1.0], [0.0], stds=[1.0])
    x, std = m.number(x), m.number(std)
    return m.expect(p, lambda z: m.log(std) + ((z - x) / std) ** 2 / 2 - z**2 / 2)


def one_point_best(m: Any, x: Any) -> Any:
    """Where that is least, as the zero of its slope in ln σ."""
    return m.exp(m.root(lambda t: m.slope(lambda u: one_point(m, x, m.exp(u)), t), -3, 5))
