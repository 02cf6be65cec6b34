"""What codes of modes cost, and what is known of targets by their name."""

import numpy as np
import pytest

from toys.mode_codes import rate_and_error
from toys.problems import conditional_mean, conditional_median


def test_codes_that_are_alike_and_far_apart() -> None:
    """The prior itself for every mode costs nothing and tells nothing; codes ten apart are never confused."""
    noise = np.random.default_rng(0).standard_normal((50, 4, 2))
    rate, error = rate_and_error(np.tile([0.0, 0.0, 1.0, 1.0], (4, 1)), noise)
    assert (rate, error) == pytest.approx((0.0, 0.75))
    apart = np.array([[10.0 * k, 0.0, 0.5, 1.0] for k in range(4)])
    rate, error = rate_and_error(apart, noise)
    assert rate == pytest.approx(np.mean(apart[:, 0] ** 2) / 2 + (0.25 - 1) / 2 + np.log(2))
    assert error == pytest.approx(0.0, abs=1e-9)


def test_codes_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="code: expected rows"):
        rate_and_error(np.ones((3, 3)), np.ones((5, 3, 2)))
    with pytest.raises(ValueError, match="noise: expected draws of 3 modes"):
        rate_and_error(np.ones((3, 4)), np.ones((5, 2, 2)))


def test_targets_by_name() -> None:
    """At x = 0 the two branches are ∓1 with weights 0.7 and 0.3."""
    assert conditional_mean("two_branch", 0.0) == pytest.approx(-0.4)
    assert -1 < conditional_median("two_branch", 0.0)[0] < -0.8
    with pytest.raises(ValueError, match="problem: expected one of"):
        conditional_mean("no_such_problem", 0.0)
