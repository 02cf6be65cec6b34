"""The observed sides of the claims on stability, against slow twins: differences, sums, and the full objective."""

import numpy as np
import pytest

from proofs.textbook import saddles as textbook_saddles
from proofs.textbook import translation as textbook_translation
from proofs.textbook import vae as textbook_vae
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture, divergence, symmetric_pair


@pytest.mark.parametrize("name", ["js", "kl", "reverse_kl", "nonsaturating"])
def test_a_moved_gaussian_costs_its_divergence(name):
    """By theory's quadrature, and with derivatives that are differences of it."""

    def value(at):
        return getattr(divergence, name)(symmetric_pair(2.2, 1.0), GaussianMixture([1.0], [at], stds=[1.0])).value

    assert textbook_translation.moved(DOUBLE, name, 2.2, np.array([0.7]))[0] == pytest.approx(value(0.7), rel=1e-10)
    slope, bend = textbook_translation.derivatives(DOUBLE, name, 2.2, 0.7)
    assert slope == pytest.approx((value(0.701) - value(0.699)) / 0.002, rel=1e-5)
    assert bend == pytest.approx((value(0.71) - 2 * value(0.7) + value(0.69)) / 1e-4, rel=1e-3)


def test_both_arithmetics_find_the_same_minimum():
    """And descent comes to rest there."""
    with PRECISE.digits():
        precise = float(textbook_translation.minimum(PRECISE, PRECISE.number(2.0)))
    assert textbook_translation.minimum(DOUBLE, 2.0) == pytest.approx(precise, rel=1e-12)
    assert textbook_translation.descended(DOUBLE, "js", 2.0) == pytest.approx(precise, rel=1e-4)


def test_a_mixed_generator_costs_its_divergence():
    """JS of two pairs of the same modes; its slope at no weight is a difference, for near modes."""
    mixed = lambda share: textbook_translation.mixed(DOUBLE, 0.8, share)  # noqa: E731
    exact = divergence.js(symmetric_pair(0.8, 1.0), symmetric_pair(0.8, 1.0, 0.3)).value
    assert mixed(0.3) == pytest.approx(exact, rel=1e-10)
    assert textbook_translation.shared(DOUBLE, 0.8) == pytest.approx((mixed(1e-5) - mixed(0.0)) / 1e-5, rel=1e-3)


def test_the_hessian_is_that_of_the_full_objective_at_the_best_encoder():
    """By second differences, off any stationary point."""
    rng = np.random.default_rng(3)
    A, W, h = rng.standard_normal((3, 3)), rng.standard_normal((3, 2)), 1e-3

    def objective(at):
        return textbook_vae.objective(DOUBLE, A, at, *textbook_vae.posterior(at, 0.7 * 1.5), 0.7, 1.5)

    E = h * np.eye(6).reshape(6, 3, 2)
    slow = [
        [objective(W + a + b) - objective(W + a - b) - objective(W - a + b) + objective(W - a - b) for a in E]
        for b in E
    ]
    np.testing.assert_allclose(
        textbook_saddles.hessian(DOUBLE, A, W, 0.7, 1.5), np.array(slow) / (4 * h * h), rtol=1e-4, atol=1e-4
    )
