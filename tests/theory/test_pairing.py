"""What pairs of noise and data leave open to a one-step model."""

import numpy as np
import pytest

from theory import pairing


def test_extremes_of_a_table():
    """Independent pairs leave the variance, pairs that are told leave nothing."""
    ends = np.array([[0.0, 1.0], [2.0, -1.0], [4.0, 0.5]])
    shares = np.array([0.5, 0.3, 0.2])
    spread = (shares @ (ends - shares @ ends) ** 2).sum()
    assert pairing.excess(np.outer([0.4, 0.6], shares), ends) == pytest.approx(spread, rel=1e-12, abs=0)
    assert pairing.excess(np.diag(shares), ends) == 0


def test_a_row_without_mass_adds_nothing():
    """A start that never comes leaves nothing open."""
    table = np.array([[0.2, 0.8], [0.0, 0.0]])
    assert pairing.excess(table, [0.0, 1.0]) == pytest.approx(0.16, rel=1e-12, abs=0)


def test_gaussian_pairs():
    """Nothing is told at ρ = 0, all at ±1, and no digits are lost next to it."""
    assert pairing.gaussian_excess(3.0, 0.0) == 9.0
    assert (pairing.gaussian_excess(2.0, [-1.0, 1.0]) == 0).all()
    assert pairing.gaussian_excess(1.0, 1 - 2.0**-40) == pytest.approx(2.0**-39, rel=1e-9, abs=0)


@pytest.mark.parametrize("batch", [1, 2, 7, 1000])
def test_what_is_open_and_what_is_output_share_the_variance(batch):
    """E Var(X₁|X₀) + Var E[X₁|X₀] = 1/12."""
    slope = pairing.sorted_mean(1.0, batch) - pairing.sorted_mean(0.0, batch)
    assert pairing.sorted_excess(batch) + slope**2 / 12 == pytest.approx(1 / 12, rel=1e-12, abs=0)


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_sorted_pairs_by_simulation(batch):
    """So it is for 200,000 pairs, to five standard errors."""
    rng = np.random.default_rng(batch)
    x, y = (np.sort(rng.random((200_000 // batch, batch)), axis=1) for _ in range(2))
    off = (y - pairing.sorted_mean(x, batch)) ** 2
    error = off.mean(axis=1).std() / np.sqrt(len(off))
    assert off.mean() == pytest.approx(pairing.sorted_excess(batch), abs=5 * error)
