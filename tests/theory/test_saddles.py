"""Stationary points of the linear VAE, against the objective of `water_filling` at the same parameters."""

import itertools

import numpy as np
import pytest

from theory import saddles, water_filling

SPECTRUM, NOISE_VAR, BETA = np.array([5.0, 3.0, 1.7, 0.4]), 0.5, 1.6
ABOVE = [c for c in itertools.product((0, 1), repeat=4) if not c[3]]


def decoder(coded, latents):
    """W with √(λ - θ) for each coded direction, columns of 0 behind."""
    W = np.zeros((4, latents))
    for column, i in enumerate(np.flatnonzero(coded)):
        W[i, column] = np.sqrt(SPECTRUM[i] - NOISE_VAR * BETA)
    return W


def reduced(W):
    """The objective at the best encoder."""
    return water_filling.objective(water_filling.best_encoder(W, NOISE_VAR, BETA), np.diag(SPECTRUM), NOISE_VAR, BETA)


def hessian(W, h=1e-3):
    """Of the reduced objective, by central differences."""
    E = h * np.eye(W.size).reshape(W.size, *W.shape)
    pairs = [[reduced(W + a + b) - reduced(W + a - b) - reduced(W - a + b) + reduced(W - a - b) for a in E] for b in E]
    return np.array(pairs) / (4 * h * h)


@pytest.mark.parametrize("coded", ABOVE)
def test_objective_is_that_of_the_parameters(coded):
    """Whatever is coded."""
    assert saddles.objective(SPECTRUM, coded, NOISE_VAR, BETA) == pytest.approx(reduced(decoder(coded, 3)), rel=1e-12)


@pytest.mark.parametrize("coded", [c for c in ABOVE if sum(c) <= 2])
def test_escape_is_the_least_eigenvalue(coded):
    """Of the Hessian at the stationary point, with idle latents and without, where it is negative."""
    least = np.linalg.eigvalsh(hessian(decoder(coded, 2)))[0]
    assert saddles.escape(SPECTRUM, coded, 2, NOISE_VAR, BETA) == pytest.approx(min(least, 0.0), abs=1e-6, rel=2e-5)


def test_only_the_leading_directions_leave_nothing_to_gain():
    """The one choice of two directions without escape is the optimum of `water_filling`."""
    stable = [c for c in ABOVE if sum(c) <= 2 and saddles.escape(SPECTRUM, c, 2, NOISE_VAR, BETA) == 0]
    best = water_filling.objective(
        water_filling.optimum(np.diag(SPECTRUM), 2, NOISE_VAR, BETA), np.diag(SPECTRUM), NOISE_VAR, BETA
    )
    assert stable == [(1, 1, 0, 0)]
    assert saddles.objective(SPECTRUM, stable[0], NOISE_VAR, BETA) == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("angle", [0.2, 0.9, 1.4])
def test_turning_costs_in_proportion_to_the_squared_sine(angle):
    """Whatever the weight of the latent."""
    W = lambda phi: 1.3 * np.array([[np.cos(phi)], [np.sin(phi)], [0.0], [0.0]])  # noqa: E731
    gap = reduced(W(angle)) - reduced(W(0.0))
    assert saddles.turning(5.0, 3.0, 1.3, NOISE_VAR, BETA) * np.sin(angle) ** 2 == pytest.approx(gap, rel=1e-11)


def test_what_is_coded_lies_above_the_level():
    """Directions under water, masks of another length and latents too few are refused."""
    for bad in ([0, 0, 0, 1], [1, 0], [0.5, 0, 0, 0]):
        with pytest.raises(ValueError, match=r"^coded: expected a 0 or 1"):
            saddles.objective(SPECTRUM, bad, NOISE_VAR, BETA)
    with pytest.raises(ValueError, match=r"^latents: expected at least 2"):
        saddles.escape(SPECTRUM, [1, 1, 0, 0], 1, NOISE_VAR, BETA)
