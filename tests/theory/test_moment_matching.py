"""The best Gaussian by projection and by distribution functions, and bad input."""

import numpy as np
import pytest

from theory import GaussianMixture, divergence, projection, symmetric_pair
from theory import moment_matching as matching


def test_excess_is_a_difference_of_divergences():
    """KL(p‖N(m, v)) less that of the best Gaussian."""
    p = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])
    other = GaussianMixture([1.0], [0.4], stds=[1.7])
    difference = float(divergence.kl(p, other)) - projection.best_gaussian(p, "kl").value
    assert matching.excess(p.mean, p.var, 0.4, 1.7**2) == pytest.approx(difference, rel=1e-9)
    assert matching.excess(1.3, 2.0, 1.3, 2.0) == 0


@pytest.mark.parametrize("r", [0.3, 1.0, 4.0, 20.0])
def test_masses_are_those_of_the_laws(r):
    """Between ±a/2, of the pair and of its best Gaussian."""
    p = symmetric_pair(1.0, 1 / r)
    q = GaussianMixture([1.0], [0.0], stds=[p.std])
    assert matching.pair_between(r) == pytest.approx(p.cdf(0.5) - p.cdf(-0.5), rel=1e-9, abs=1e-14)
    assert matching.fitted_between(r) == pytest.approx(q.cdf(0.5) - q.cdf(-0.5), rel=1e-12)


def test_limit():
    """0.38292 and nothing."""
    assert matching.far_fitted_between() == pytest.approx(0.38292, abs=5e-6)
    np.testing.assert_allclose(matching.fitted_between(1e9), matching.far_fitted_between(), rtol=1e-14)


BAD = [
    (lambda: matching.excess(0.0, 0.0, 0.0, 1.0), "var"),
    (lambda: matching.excess(0.0, 1.0, 0.0, -1.0), "v"),
    (lambda: matching.fitted_between(0.0), "r"),
    (lambda: matching.pair_between(-1.0), "r"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
