"""Entropic transport, against Sinkhorn's scalings, linear algebra for Gaussians, and a grid of models."""

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import minimize

from theory import GaussianMixture, collapse, entropic

X, P = np.array([[0.0, 1.0], [2.0, -1.0], [-1.0, 0.5]]), np.array([0.5, 0.2, 0.3])
Y, Q = np.array([[0.5, 0.5], [1.5, -1.0]]), np.array([0.35, 0.65])


def squares(x, y):
    return ((x[:, None] - y) ** 2).sum(axis=-1)


def transport(p, x, q, y, epsilon, sweeps=2000):
    """Of the coupling to which Sinkhorn's scalings lead."""
    kernel, right = np.exp(-squares(x, y) / epsilon), np.ones(len(q))
    for _ in range(sweeps):
        left = 1 / (kernel @ (q * right))
        right = 1 / (kernel.T @ (p * left))
    pi = p[:, None] * left[:, None] * kernel * right * q
    return float((pi * squares(x, y)).sum() + epsilon * (pi * np.log(pi / np.outer(p, q))).sum())


@pytest.mark.parametrize("epsilon", [0.3, 1.0, 5.0])
def test_likelihood_is_below_transport(epsilon):
    """Strictly for a model that is not its best, and it is the cross-entropy of a mixture, less a constant."""
    bound = entropic.least_cost(P, X, Q, Y, epsilon)
    assert bound < transport(P, X, Q, Y, epsilon)
    model = GaussianMixture(Q, Y, stds=np.full(2, (epsilon / 2) ** 0.5))
    assert bound == pytest.approx(-epsilon * P @ model.logpdf(X) - epsilon * np.log(np.pi * epsilon), rel=1e-12)


def test_both_are_least_at_one_model():
    """Shares on a fixed grid of places, by descent on either; there they agree."""
    grid = np.array([[0.1, 0.6], [1.6, -0.8], [-0.7, 0.4], [3.0, 3.0]])
    law = lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()  # noqa: E731
    by = {
        name: law(minimize(lambda z, f=f: f(P, X, law(z), grid, 0.8), np.zeros(4), method="BFGS", tol=1e-10).x)
        for name, f in (("transport", lambda *a: transport(*a, sweeps=300)), ("likelihood", entropic.least_cost))
    }
    assert by["transport"] == pytest.approx(by["likelihood"], abs=1e-3)
    both = transport(P, X, by["likelihood"], grid, 0.8), entropic.least_cost(P, X, by["likelihood"], grid, 0.8)
    assert both[0] == pytest.approx(both[1], rel=1e-6)


def test_cost_moves_with_the_points():
    """A shift of all changes nothing; all distances doubled and ε times four is four times as much."""
    cost = entropic.least_cost(P, X, Q, Y, 0.7)
    assert entropic.least_cost(P, X + 3, Q, Y + 3, 0.7) == pytest.approx(cost, rel=1e-12)
    assert entropic.least_cost(P, 2 * X, Q, 2 * Y, 2.8) == pytest.approx(4 * cost, rel=1e-12)
    assert entropic.least_cost([1.0], [[1e3]], [0.5, 0.5], [[0.0], [1.0]], 1e-3) == pytest.approx(999**2, rel=1e-8)


@pytest.mark.parametrize(("std", "epsilon"), [(1.0, 0.5), (0.3, 0.05), (2.0, 10.0)])
def test_gaussian_variance_by_a_grid(std, epsilon):
    """The variance at which the cross-entropy with N(0, v + ε/2) is least, or 0."""
    v = np.linspace(0, 2 * std**2, 200_001)
    cross = np.log(v + epsilon / 2) + std**2 / (v + epsilon / 2)
    assert entropic.gaussian_variance(std, epsilon) == pytest.approx(v[cross.argmin()], abs=2e-5 * std**2)


def gain(y, a, s, w, e):
    """ln E e^{(2(X-m)y - y²)/ε} at 40 digits."""
    with mp.workdps(40):
        y, a, s, w, e = map(mp.mpf, (y, a, s, w, e))
        m, t = (1 - 2 * w) * a, 2 * y / e
        mean = w * mp.exp(t * (-a - m)) + (1 - w) * mp.exp(t * (a - m))
        return float(mp.log(mean) + s**2 * t**2 / 2 - y**2 / e)


@pytest.mark.parametrize("w", [1e-4, 0.1, 0.49, 0.8])
def test_gain_of_moved_mass(w):
    """Below the bound wherever it is moved, and at it where that touches."""
    a, s, e = 1.3, 0.4, 2.1
    for y in (-5.0, -0.7, 0.01, 3.0):
        assert gain(y, a, s, w, e) <= float(entropic.largest_gain(y, a, s, w, e)) + 1e-12
    y = -e * np.arctanh(1 - 2 * w) / a
    assert float(entropic.largest_gain(y, a, s, w, e)) == pytest.approx(gain(y, a, s, w, e), rel=1e-10)


@pytest.mark.parametrize("w", [0.03, 0.2, 0.5, 0.9])
def test_threshold_is_that_of_collapse(w):
    """At s → 0 u = 2a²/ε is artanh(τ)/τ; with equal weights ε/2 = a² + s²."""
    from_ = float(entropic.collapse_from(1.7, 1e-9, w))
    assert 2 * 1.7**2 / from_ == pytest.approx(float(collapse.global_threshold(w)), rel=1e-12)
    assert entropic.collapse_from(1.7, 0.6) == pytest.approx(2 * (1.7**2 + 0.6**2), rel=1e-14)
    assert entropic.largest_gain(0.4, 1.7, 0.6, w, entropic.collapse_from(1.7, 0.6, w)) == 0


@pytest.mark.parametrize("w", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("epsilon", [0.3, 1.1, 4.0])
def test_two_points_by_a_grid(w, epsilon):
    """Shares of 161 places found by Blahut's steps cost as much, to the grid; one place at the mean not less."""
    a, y = 1.0, np.linspace(-1, 1, 161)[:, None]
    x, p, q = np.array([[-a], [a]]), np.array([w, 1 - w]), np.full(161, 1 / 161)
    kernel = np.exp(-squares(x, y) / epsilon)
    for _ in range(4000):
        q = q * (p / (kernel @ q) @ kernel)
    found, least = entropic.least_cost(p, x, q / q.sum(), y, epsilon), float(entropic.two_points_cost(a, w, epsilon))
    assert least - 1e-12 <= found <= least + 1e-3
    mean = (1 - 2 * w) * a
    assert entropic.least_cost(p, x, [1.0], [[mean]], epsilon) >= least - 1e-12
    if epsilon >= entropic.collapse_from(a, 1e-9, w):
        assert least == pytest.approx(4 * w * (1 - w) * a**2, rel=1e-12)


BAD = [
    (lambda: entropic.least_cost(P, X[:2], Q, Y, 1.0), "points"),
    (lambda: entropic.least_cost(P, X, Q, Y[:, :1], 1.0), "q_points"),
    (lambda: entropic.least_cost(P, X, Q, Y, 0.0), "epsilon"),
    (lambda: entropic.gaussian_variance(0.0, 1.0), "std"),
    (lambda: entropic.collapse_from(1.0, 0.0), "s"),
    (lambda: entropic.two_points_cost(1.0, 1.0, 1.0), "weight"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
