"""Straight paths before and after a reflow, and the turn of a map in the plane."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory import GaussianMixture, flow, straightness

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])
TRIANGLE = GaussianMixture([0.5, 0.3, 0.2], [[0.0, 0.0], [3.0, 0.0], [0.5, 2.0]], covs=[0.25 * np.eye(2)] * 3)
SKEW = GaussianMixture(
    [0.7, 0.3], [[1.0, -2.0], [-1.0, 0.5]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, -0.3], [-0.3, 0.2]]]
)
X = np.array([-6.0, -1.5, -0.2, 0.9, 6.0])


def carried(p, start):
    """The end of the flow in the plane, integrated."""
    return solve_ivp(lambda t, x: flow.velocity(p, x, t), (0, 1), start, rtol=1e-10, atol=1e-11).y[:, -1]


@pytest.mark.parametrize("t", [0.0, 0.01, 0.3, 0.5, 0.8, 1.0])
def test_joined_pairs_move_at_constant_speed(t):
    """Where the pair from x passes at t, the reflowed velocity is T(x) - x."""
    end = flow.exact_map(P, X)
    np.testing.assert_allclose(straightness.reflowed_velocity(P, (1 - t) * X + t * end, t), end - X, atol=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 9])
def test_any_number_of_steps_is_exact(steps):
    """Euler's steps of it end at T(x)."""
    np.testing.assert_allclose(straightness.reflowed_euler(P, X, steps), flow.exact_map(P, X), atol=1e-9)


def test_a_path_is_straight_where_it_ends_at_the_mean():
    """What a path misses is what one Euler step misses."""
    np.testing.assert_allclose(straightness.bend(P, X), flow.exact_map(P, X) - flow.euler(P, X, 1), atol=1e-12)


@pytest.mark.parametrize("p", [TRIANGLE, SKEW])
def test_the_turn_by_differences(p):
    """J₁₂ - J₂₁ is what differences of integrated ends say, to 1e-6."""
    at, h = np.array([0.3, 0.7]), 1e-3
    up, down, right, left = (carried(p, at + h * np.array(step)) for step in ((0, 1), (0, -1), (1, 0), (-1, 0)))
    seen = (up[0] - down[0] - right[1] + left[1]) / (2 * h)
    assert straightness.asymmetry(p, at) == pytest.approx(seen, abs=1e-5)


def test_the_turn_of_three_modes():
    """At (0.3, 0.7) it is 0.0980, as enclosed."""
    assert straightness.asymmetry(TRIANGLE, [0.3, 0.7]) == pytest.approx(0.0980408, abs=1e-7)


def test_two_modes_of_one_width_do_not_turn():
    """Their map is that of the line and a factor, and its Jacobian is symmetric."""
    first, second = [1.0, 0.5], [-0.5, -1.0]
    p = GaussianMixture([0.3, 0.7], [first, second], covs=[0.25 * np.eye(2)] * 2)
    start = np.array([0.4, -1.1])
    np.testing.assert_allclose(straightness.two_mode_map(0.3, first, second, 0.5, start), carried(p, start), atol=1e-8)
    assert straightness.asymmetry(p, start) == pytest.approx(0.0, abs=1e-8)
