"""Gaussian decoders against the mixtures that they are, their limits, and bad input."""

import numpy as np
import pytest

from theory import gaussian_decoder as decoder

W, G = [0.2, 0.5, 0.3], [[0.3, -1.0], [2.0, 0.4], [-1.5, 0.9]]


def test_samples_have_the_moments_and_the_characteristic_function_of_the_mixture():
    """Two ways to the same law."""
    law, omega = decoder.samples(W, G, 0.7), np.array([[0.3, -0.8], [1.1, 0.2]])
    np.testing.assert_allclose(law.cov, decoder.covariance(W, G, 0.7), rtol=1e-13)
    np.testing.assert_allclose(law.characteristic(omega), decoder.characteristic(W, G, 0.7, omega), rtol=1e-13)


def test_a_constant_decoder_attains_every_bound():
    """With one mean all three bounds are equalities."""
    law, omega = decoder.samples([1.0], [[0.4, 0.1]], 0.6), np.array([[0.7, -0.2]])
    assert float(law.pdf([0.4, 0.1])) == pytest.approx(float(decoder.greatest_density(2, 0.6)), rel=1e-13)
    assert float(law.entropy()) == pytest.approx(float(decoder.least_entropy(2, 0.6)), rel=1e-6)
    assert np.abs(law.characteristic(omega)) == pytest.approx(decoder.damping(omega, 0.6), rel=1e-13)


def test_means_are_the_samples_of_no_noise():
    """σ → 0."""
    omega = np.array([[0.7, -0.2]])
    noisy = decoder.characteristic(W, G, 1e-9, omega)
    np.testing.assert_allclose(decoder.means_characteristic(W, G, omega), noisy, rtol=1e-12)


BAD = [
    (lambda: decoder.samples(W, G[:2], 0.5), "means"),
    (lambda: decoder.samples([0.2, 0.2], G[:2], 0.5), "weights"),
    (lambda: decoder.samples(W, G, 0.0), "std"),
    (lambda: decoder.characteristic(W, G, 0.5, [1.0, 2.0, 3.0]), "omega"),
    (lambda: decoder.least_entropy(0, 0.5), "dim"),
    (lambda: decoder.greatest_density(2, -1.0), "std"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
