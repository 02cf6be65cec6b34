"""∫ min(λp, q) and ∫ min(p, q/λ), summed over cells or by quadrature; knows no closed form.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `precision_recall`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def common(m: Any, p: Any, q: Any, slope: Any) -> Any:
    """(Σ min(λp, q), Σ min(p, q/λ)), min(a, b) = (a + b - |a-b|)/2."""
    lesser = lambda a, b: sum(u + v - m.size(u - v) for u, v in zip(a, b, strict=True)) / 2  # noqa: E731
    return np.array([lesser([slope * u for u in p], q), lesser(p, [v / slope for v in q])])


def one_more_cell(s: Any) -> Any:
    """A law on cells, the share w of one more, and a slope."""
    return s.tuples(s.weights(2, 5), s.inside(0.02, 0.98), s.scales(0.02, 50.0))


def dropped(m: Any, law: Any, w: Any, slope: Any) -> Any:
    """Of data that have that cell and a generator that has not."""
    return common(m, [w, *((1 - w) * law)], [m.number(0), *law], slope)


def invented(m: Any, law: Any, w: Any, slope: Any) -> Any:
    """The other way round."""
    return common(m, [m.number(0), *law], [w, *((1 - w) * law)], slope)


def mass_of_the_set(p: Any, _q: Any, slope: Any) -> tuple[float, Any]:
    """p's mass on the set, all but the first cell; λ."""
    return float(p[1:].sum()), slope


def on_a_set(s: Any) -> Any:
    """p on cells, q on all but the first of them; every other q is p given these."""
    laws = s.integers(3, 5).flatmap(lambda n: s.tuples(s.weights(n, n), s.weights(n - 1, n - 1), s.steps(2)))
    return s.tuples(laws, s.scales(0.02, 50.0)).map(
        lambda a: (a[0][0], a[0][1] if a[0][2] else a[0][0][1:] / a[0][0][1:].sum(), a[1])
    )


def of_laws_on_a_set(m: Any, p: Any, q: Any, slope: Any) -> Any:
    """Where the generator lacks the first cell."""
    return common(m, p, [m.number(0), *q], slope)


def blurs(s: Any) -> Any:
    """By what the deviation is multiplied, and a slope."""
    return s.tuples(s.scales(1.1, 6.0), s.scales(0.05, 20.0))


def crossing(m: Any, b: Any, slope: Any, dim: int) -> Any:
    """Where λp = q, by bisection; 0 where it is nowhere."""
    gap = lambda r: m.log(slope) - r**2 / 2 + dim * m.log(b) + (r / b) ** 2 / 2  # noqa: E731
    return m.root(gap, 0, 40) if gap(m.number(0)) > 0 else m.number(0)


def on_the_line(m: Any, b: Any, slope: Any) -> Any:
    """2 ∫ min(λp, q), cut where they cross."""
    c = crossing(m, b, slope, 1)
    wide = m.integrate(lambda t: m.normal(t, 0, b), m.grid(0, c, 7)) if c else 0
    total = 2 * wide + 2 * slope * m.integrate(m.normal, m.grid(c, c + 12, 13))
    return np.array([total, total / slope])


def by_radius(m: Any, b: Any, slope: Any) -> Any:
    """The same in the plane, over distances from the mean."""
    c = crossing(m, b, slope, 2)
    wide = m.integrate(lambda t: t / b**2 * m.exp(-((t / b) ** 2) / 2), m.grid(0, c, 7)) if c else 0
    total = wide + slope * m.integrate(lambda t: t * m.exp(-(t**2) / 2), m.grid(c, c + 12, 13))
    return np.array([total, total / slope])


def two_laws(s: Any) -> Any:
    """On the same cells, and a slope."""
    return s.integers(3, 6).flatmap(lambda n: s.tuples(s.weights(n, n), s.weights(n, n), s.scales(0.05, 20.0)))


def merged(m: Any, p: Any, q: Any, slope: Any) -> Any:
    """With the first two cells in one."""
    one = lambda law: [law[0] + law[1], *law[2:]]  # noqa: E731
    return common(m, one(p), one(q), slope)
