"""The decoder's variance by brute force, two ways to the same objective, and bad input."""

import numpy as np
import pytest

from theory import decoder_variance as variance


def loss(squared_error, dim, noise_var):
    """M/2σ² + (D/2) ln 2πσ²."""
    return squared_error / (2 * noise_var) + dim / 2 * np.log(2 * np.pi * noise_var)


@pytest.mark.parametrize(("squared_error", "dim"), [(0.3, 1), (7.0, 3), (1e-6, 12)])
def test_no_variance_does_better_than_the_best(squared_error, dim):
    """The profile is the loss at the best variance, and no other one has less."""
    best = variance.best_noise_var(squared_error, dim)
    assert loss(squared_error, dim, best) == pytest.approx(variance.profile_loss(squared_error, dim), rel=1e-13)
    others = best * np.geomspace(0.01, 100, 51)
    assert (loss(squared_error, dim, others) >= variance.profile_loss(squared_error, dim) - 1e-12).all()


def test_beta_is_noise():
    """The shift is what is left of the objective at error 0 and KL 0, β times that at βσ² taken away; none at β = 1."""
    left = loss(0, 3, 0.2) - 1.7 * loss(0, 3, 0.34)
    assert variance.beta_shift(3, 0.2, 1.7) == pytest.approx(left, rel=1e-13)
    assert variance.beta_shift(3, 0.2, 1.0) == pytest.approx(0, abs=1e-13)


def test_offset_is_the_loss_of_nothing_at_one_half():
    """(D/2) ln π."""
    assert variance.summed_loss_offset(5) == pytest.approx(loss(0, 5, 0.5), rel=1e-13)


def test_gain_vanishes_at_beta_one():
    """And is D/4 a fold at β = ½."""
    np.testing.assert_allclose(variance.gain_below(3, [0.5, 1.0], 2.0), [1.5, 0.0])


def test_a_subspace_gains_by_its_codimension():
    """Half a nat a fold and missing dimension."""
    np.testing.assert_allclose(variance.subspace_gain(5, 2, [0.0, 2.0]), [0.0, 3.0])


BAD = [
    (lambda: variance.subspace_gain(2, 3, 1.0), "latents"),
    (lambda: variance.best_noise_var(0.0, 2), "squared_error"),
    (lambda: variance.best_noise_var(1.0, 0), "dim"),
    (lambda: variance.beta_shift(2, -1.0, 1.0), "noise_var"),
    (lambda: variance.beta_shift(2, 1.0, 0.0), "beta"),
    (lambda: variance.gain_below(2, 0.0, 1.0), "beta"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
