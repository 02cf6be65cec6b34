"""Laws on two parallel lines, and what moves one fake, from the definition; knows no distance in closed form.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `saturation`.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def lines(s: Any) -> Any:
    """θ, off zero on either side and at it, and heights of two to five points on each line."""
    theta = s.either(s.reals(-3.0, -0.001), s.reals(0.001, 3.0), s.one_of((0.0, 1e-6, -1e-9)))
    return s.tuples(theta, s.vectors(s.reals(0.0, 1.0), 2, 5))


def laws(m: Any, theta: Any, heights: Any) -> tuple[Any, Any]:
    """The laws of a point on either line, over all places of both: weights (places,) twice."""
    n, one = len(heights), m.number(1)
    places = sorted({(c, float(h)) for c in (0.0, float(theta)) for h in heights})
    law = lambda c: np.array([sum(one for h in heights if (c, float(h)) == place) / n for place in places])  # noqa: E731
    return law(0.0) + 0 * one, law(float(theta)) + 0 * one


def jensen_shannon(m: Any, theta: Any, heights: Any) -> tuple[Any, Any]:
    """½KL(p‖m) + ½KL(q‖m) over all places; then θ."""
    p, q = laws(m, theta, heights)
    return (m.kl(p, (p + q) / 2).sum() + m.kl(q, (p + q) / 2).sum()) / 2, theta


def kl_both_ways(m: Any, theta: Any, heights: Any) -> Any:
    """KL(p‖q) and KL(q‖p) over all places."""
    p, q = laws(m, theta, heights)
    return np.array([m.kl(p, q).sum(), m.kl(q, p).sum()])


def cheapest_plan(m: Any, theta: Any, heights: Any) -> tuple[Any, Any]:
    """The cheapest assignment of points (0, u) to points (θ, u), of all n!; then θ."""
    cost = [[m.sqrt(theta**2 + (m.number(a) - m.number(b)) ** 2) for b in heights] for a in heights]
    n = len(heights)
    return min(sum(cost[i][j] for i, j in enumerate(plan)) for plan in itertools.permutations(range(n))) / n, theta


def logits(s: Any) -> Any:
    """Slopes of the logit in two directions, and a logit."""
    return s.tuples(s.tuples(s.scales(0.3, 2.0), s.scales(0.3, 2.0).map(lambda a: -a)), s.reals(-12.0, 12.0))


def falls(m: Any, loss: Any, slopes: Any, l: Any) -> Any:
    """How a loss of the logit l + slopes·x falls along either axis, as a multiple of that slope of the logit."""
    slopes = [m.number(a) for a in slopes]
    return np.array([-m.slope(lambda t, a=a: loss(l + a * t), m.number(0)) / a for a in slopes])


def of_the_minimax_loss(m: Any, slopes: Any, l: Any) -> tuple[Any, Any]:
    """Of ln(1-σ(ℓ)); then the logit."""
    return falls(m, lambda t: m.log(m.exp(-t) / (1 + m.exp(-t))), slopes, l), l


def of_the_nonsaturating_loss(m: Any, slopes: Any, l: Any) -> tuple[Any, Any]:
    """Of -ln σ(ℓ); then the logit."""
    return falls(m, lambda t: -m.log(1 / (1 + m.exp(-t))), slopes, l), l
