"""The Dirac-GAN by definition: its numbers, by hand and in both precisions."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from proofs.textbook import dirac as game
from proofs.words.arithmetic import DOUBLE, PRECISE

METHODS = (*game.PLAIN, *game.FIXED, "wgan_gp")


def knob(method: str) -> float:
    """0.7, or 0 for the methods without."""
    return 0.0 if method in game.PLAIN else 0.7


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("minimax", (-0.5 / (1 + np.exp(-0.2)), -0.4 / (1 + np.exp(-0.2)))),
        ("nonsaturating", (-0.5 / (1 + np.exp(0.2)), -0.4 / (1 + np.exp(-0.2)))),
        ("wgan", (-0.5, -0.4)),
        ("r1", (-0.5 / (1 + np.exp(-0.2)), -0.4 / (1 + np.exp(-0.2)) - 0.35)),
        ("wgan_r1", (-0.5, -0.4 - 0.35)),
        ("wgan_gp", (-0.5, -0.4 + 0.35)),
    ],
)
def test_fields_by_hand(method, expected):
    """At θ = -0.4, ψ = 0.5 the fields are what one differentiates on paper."""
    np.testing.assert_allclose(game.observed(DOUBLE, method, knob(method), -0.4, 0.5), expected, rtol=1e-14)


def test_noise_is_averaged_or_drawn():
    """Averaged over N(0, 1), or over the very draws of a minibatch."""
    fake, real = np.array([-1.0, 0.3]), np.array([0.2, -2.0])
    slope = lambda t: 1 / (1 + np.exp(t))  # noqa: E731
    at = -0.4 + 0.7 * fake
    drawn = (-0.5 * slope(0.5 * at)).mean(), (at * slope(0.5 * at) - 0.7 * real * slope(-0.35 * real)).mean()
    got = game.observed(DOUBLE, "instance_noise", 0.7, -0.4, 0.5, noise=(fake, real, np.full(2, 0.5)))
    np.testing.assert_allclose(got, drawn, rtol=1e-14)
    rng = np.random.default_rng(0).standard_normal(400_000)
    averaged = (-0.5 * slope(0.5 * (-0.4 + 0.7 * rng))).mean()
    assert game.observed(DOUBLE, "instance_noise", 0.7, -0.4, 0.5)[0] == pytest.approx(averaged, abs=3e-4)


@pytest.mark.parametrize("method", METHODS)
def test_both_precisions_agree(method):
    """numpy and mpmath walk alike, to rounding."""
    instance = [0.1, knob(method), -0.4, 0.5, method, (True, 2, 2)]
    with PRECISE.digits():
        exact = np.array(game.walk(PRECISE, *map(PRECISE.number, instance[:4]), *instance[4:]))
    assert isinstance(exact[0], mp.mpf)
    np.testing.assert_allclose(game.walk(DOUBLE, *instance), exact.astype(float), rtol=1e-14)


@pytest.mark.parametrize("method", METHODS[:-1])
def test_characteristic_is_that_of_the_jacobian(method):
    """The symbolic determinant and the numerical Jacobian say the same about every level."""
    l = sp.Symbol("l", real=True)
    symbolic = game.characteristic(*game.field(method, sp.Rational(int(10 * knob(method)), 10)), l).doit()
    j = game.jacobian(DOUBLE, method, knob(method))
    for level in (-1.3, 0.2):
        assert float(symbolic.subs(l, level)) == pytest.approx(game.determinant(j, level), abs=1e-13)


def test_steps_of_the_linear_game():
    """Simultaneous: I + hj; alternating: the discriminator against the moved generator; sizes by eigenvalues."""
    j = [[-0.3, -0.5], [0.7, -0.1]]
    np.testing.assert_allclose(game.linear_step(j, 0.4, False), np.eye(2) + 0.4 * np.array(j))
    generator, discriminator = np.eye(2), np.eye(2)
    generator[0] += 0.4 * np.array(j[0])
    discriminator[1] += 0.4 * np.array(j[1])
    np.testing.assert_allclose(game.linear_step(j, 0.4, True), discriminator @ generator)
    for m in ([[0.9, -0.5], [0.4, 0.8]], [[0.9, 0.5], [0.4, -1.8]]):
        assert game.modulus2(m) == pytest.approx(np.abs(np.linalg.eigvals(m)).max() ** 2)
        assert game.stays(m) == (game.modulus2(m) < 1)
        assert game.apart(m) == pytest.approx(abs(np.subtract(*np.linalg.eigvals(m))))


def test_edge_of_a_step():
    """R1 with γ = 0.3 leaves the disc at h = 1.2; there the growth is 1, and below it is less."""
    edge = game.edge(DOUBLE, 0.3, "r1", False)
    assert edge == pytest.approx(1.2, abs=1e-10)
    assert game.growth(DOUBLE, edge, 0.3, "r1", False) == pytest.approx(1, abs=1e-10)
    assert game.growth(DOUBLE, 0.9 * edge, 0.3, "r1", False) < 1


def test_drain_of_the_nonsaturating_loss():
    """⟨cos² sin²⟩ = 1/8 times the coefficient 1 of y² in 2y tanh(y/2)."""
    assert game.drain(DOUBLE) == pytest.approx(1 / 8, rel=1e-12)
