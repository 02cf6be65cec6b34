"""Parallel lines against thin Gaussian walls and matched points."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from theory import divergence, parallel_lines
from theory.mixture import GaussianMixture

THETA = np.array([-1.5, -0.2, 0.0, 0.7])


def test_thin_walls_come_near():
    """N(0, s²) against N(θ, s²): as s falls, JS → ln 2 and KL grows beyond bounds."""
    at = lambda c, s: GaussianMixture([1.0], [c], stds=[s])  # noqa: E731
    js = [divergence.js(at(0.0, 0.01), at(t, 0.01)).value for t in THETA]
    np.testing.assert_allclose(js, parallel_lines.js(THETA), atol=1e-10)
    for t, kl in zip(THETA, parallel_lines.kl(THETA), strict=True):
        found = divergence.kl(at(0.0, 0.01), at(t, 0.01)).value
        assert found > 100 if np.isinf(kl) else found == kl


def test_points_on_lines_are_matched_straight_across():
    """The best assignment of points at the same heights costs |θ| a point."""
    u = np.sort(np.random.default_rng(0).random(40))
    for t, w1 in zip(THETA, parallel_lines.wasserstein(THETA), strict=True):
        costs = np.hypot(t, u[:, None] - u)
        assert costs[linear_sum_assignment(costs)].mean() == pytest.approx(w1, abs=1e-12)


@pytest.mark.parametrize("function", [parallel_lines.js, parallel_lines.kl, parallel_lines.wasserstein])
def test_bad_input_is_named(function):
    """A distance that is not a number is refused by name."""
    with pytest.raises(ValueError, match=r"^theta: "):
        function(np.nan)
