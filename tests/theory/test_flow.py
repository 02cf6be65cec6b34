"""Flow matching: the velocity as a conditional expectation, the Euler maps and the exact one."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.special import ndtr

from theory import flow
from theory.mixture import GaussianMixture

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])
PLANE = GaussianMixture(
    [0.7, 0.3], [[1.0, -2.0], [-1.0, 0.5]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, -0.3], [-0.3, 0.2]]]
)


def velocity_by_quadrature(p, x, t):
    """E[X_1 - X_0 | X_t = x], t < 1, integrating over X_1 with X_0 = (x - tX_1)/(1-t)."""
    noise = lambda y: np.exp(-(((x - t * y) / (1 - t)) ** 2) / 2)  # noqa: E731
    edges = np.unique(np.concatenate([p.means + k * p.stds for k in (-9, -3, 0, 3, 9)]))

    def integral(g):
        return sum(quad(lambda y: g(y) * noise(y) * p.pdf(y), a, b, epsabs=1e-15)[0] for a, b in pairwise(edges))

    return integral(lambda y: y - (x - t * y) / (1 - t)) / integral(lambda y: 1.0)


@pytest.mark.parametrize("t", [0.0, 0.2, 0.55, 0.8])
@pytest.mark.parametrize("x", [-1.7, 0.1, 2.4])
def test_velocity_by_quadrature(t, x):
    """The closed form is the conditional expectation of X_1 - X_0."""
    assert flow.velocity(P, x, t) == pytest.approx(velocity_by_quadrature(P, x, t), rel=1e-8, abs=0)


def test_velocity_at_the_ends():
    """v(x, 0) = EX_1 - x and v(x, 1) = x - E[X_0] = x, in one dimension and in two."""
    x = np.array([[-3.0, 0.4], [2.0, 7.0]])
    np.testing.assert_allclose(flow.velocity(P, x, 0.0), P.mean - x, rtol=1e-13)
    np.testing.assert_allclose(flow.velocity(P, x, 1.0), x, rtol=1e-12)
    np.testing.assert_allclose(flow.velocity(PLANE, x, 0.0), PLANE.mean - x, rtol=1e-13)
    np.testing.assert_allclose(flow.velocity(PLANE, x, 1.0), x, rtol=1e-12)


@pytest.mark.parametrize("t", [0.1, 0.5, 0.9])
def test_velocity_from_the_score(t):
    """v = x/t + (1-t)/t · ∇ln p_t(x), by Tweedie on the noise, for full covariances."""
    x = np.random.default_rng(1).normal(size=(5, 2))
    score = PLANE.affine(t).smooth(1 - t).score(x)
    np.testing.assert_allclose(flow.velocity(PLANE, x, t), x / t + (1 - t) / t * score, rtol=1e-10, atol=1e-12)


def test_velocity_satisfies_the_continuity_equation():
    """∂p_t/∂t + ∂(p_t v)/∂x = 0 for the laws p_t of X_t."""
    law = lambda t: P.affine(t).smooth(1 - t)  # noqa: E731
    x, t, h = np.linspace(-2, 2, 9), 0.4, 1e-4
    by_time = (law(t + h).pdf(x) - law(t - h).pdf(x)) / (2 * h)
    flux = lambda y: law(t).pdf(y) * flow.velocity(P, y, t)  # noqa: E731
    np.testing.assert_allclose(by_time, -(flux(x + h) - flux(x - h)) / (2 * h), atol=1e-6)


def test_one_euler_step_is_the_mean():
    """One step from any start, near or far, ends at EX_1."""
    np.testing.assert_allclose(flow.euler(P, [-40.0, 0.3, 5.0], 1), P.mean, atol=1e-13)
    np.testing.assert_allclose(flow.euler(PLANE, [[9.0, -7.0], [0.0, 1.0]], 1), [PLANE.mean] * 2, atol=1e-14)


def test_two_euler_steps_by_hand():
    """Two steps are a half step to t = ½ and another from there."""
    x = np.array([-0.7, 1.1])
    half = x + (P.mean - x) / 2
    np.testing.assert_allclose(flow.euler(P, x, 2), half + flow.velocity(P, half, 0.5) / 2, rtol=1e-14)


def test_euler_converges_to_the_exact_map():
    """The error falls like 1/n to the quantile map."""
    x = np.array([-1.5, -0.2, 0.9, 1.8])
    error = [np.abs(flow.euler(P, x, n) - flow.exact_map(P, x)).max() for n in (200, 400, 800)]
    assert error[0] < 0.1
    assert error[0] / error[1] == pytest.approx(2, rel=0.1, abs=0)
    assert error[1] / error[2] == pytest.approx(2, rel=0.1, abs=0)


def test_exact_map_is_the_flow():
    """Integrating the velocity to high order ends on F⁻¹(Φ(x))."""
    x = np.array([-2.0, -0.4, 0.6, 2.5])
    end = solve_ivp(lambda t, y: flow.velocity(P, y, min(t, 1.0)), (0, 1), x, rtol=1e-9, atol=1e-10).y[:, -1]
    np.testing.assert_allclose(flow.exact_map(P, x), end, atol=1e-7)


def test_exact_map_keeps_probabilities():
    """F(map(x)) = Φ(x), in both tails to relative accuracy."""
    x = np.array([-8.0, -1.0, 0.0, 0.5])
    np.testing.assert_allclose(P.cdf(flow.exact_map(P, x)), ndtr(x), rtol=1e-11)
    np.testing.assert_allclose(P.sf(flow.exact_map(P, -x)), ndtr(x), rtol=1e-11)


BAD = [
    (lambda: flow.velocity(P, 0.0, 1.1), "t"),
    (lambda: flow.velocity(P, 0.0, -0.1), "t"),
    (lambda: flow.velocity(P, np.nan, 0.5), "x"),
    (lambda: flow.velocity(PLANE, [1.0, 2.0, 3.0], 0.5), "x"),
    (lambda: flow.euler(P, 0.0, 0), "steps"),
    (lambda: flow.exact_map(PLANE, 0.0), "p"),
    (lambda: flow.exact_map(P, np.nan), "start"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Times outside [0, 1], wrong shapes and no steps are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
