"""The two clocks of one sampler: fields, maps, and what steps keep."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory import GaussianMixture, flow, probability_flow, schedules

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])
PLANE = GaussianMixture(
    [0.7, 0.3], [[1.0, -2.0], [-1.0, 0.5]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, -0.3], [-0.3, 0.2]]]
)


@pytest.mark.parametrize("t", [0.01, 0.4, 0.9])
def test_velocity_is_that_of_flow_matching(t):
    """Written with the denoiser, the velocity is the conditional mean that `flow` computes."""
    x = np.random.default_rng(1).normal(size=(5, 2))
    np.testing.assert_allclose(schedules.velocity(PLANE, x, t), flow.velocity(PLANE, x, t), rtol=1e-10)
    np.testing.assert_allclose(schedules.velocity(P, x, t), flow.velocity(P, x, t), rtol=1e-10)


def test_from_the_start_the_map_is_that_of_flow_matching():
    """As t → 0, what starts at x is carried where `flow.exact_map` says."""
    x = np.array([-2.0, -0.4, 0.6, 2.5])
    np.testing.assert_allclose(schedules.carried(P, x, 1e-9, 1.0), flow.exact_map(P, x), rtol=1e-6)


def test_there_and_back():
    """Carried to a later time and back again, a point stands where it stood."""
    x = np.array([-1.5, 0.2, 2.0])
    np.testing.assert_allclose(schedules.carried(P, schedules.carried(P, x, 0.3, 0.9), 0.9, 0.3), x, rtol=1e-10)


def test_the_map_by_integration():
    """Integrating the velocity from t = 0.2 to 0.9 ends where the quantiles say, to 1e-7."""
    x = np.array([-2.0, -0.4, 0.6, 2.5])
    end = solve_ivp(lambda t, y: flow.velocity(P, y, t), (0.2, 0.9), x, rtol=1e-10, atol=1e-11).y[:, -1]
    np.testing.assert_allclose(schedules.carried(P, x, 0.2, 0.9), end, atol=1e-7)


@pytest.mark.parametrize("std", [0.01, 1.0, 30.0])
def test_shares_are_those_of_euler_steps(std):
    """What even times keep is what `flow.euler` leaves of the spread, what levels keep what `probability_flow.euler` does."""
    law = GaussianMixture([1.0], [0.5], stds=[std])
    left = (flow.euler(law, 2.0, 7) - 0.5) / (2 * std)
    assert schedules.kept(std, schedules.even_times(7)) == pytest.approx(left, rel=1e-9, abs=0)
    levels = schedules.falling_levels(7, 0.4, top=5.0)
    left = (probability_flow.euler(law, 0.5 + 2 * np.hypot(5.0, std), levels) - 0.5) / (2 * std)
    assert schedules.kept_down(std, levels) == pytest.approx(left, rel=1e-9, abs=0)


def test_times_and_levels_are_two_names_of_one_ladder():
    """Along times, and along the levels (1-t)/t, the same share is kept."""
    times = np.array([0.1, 0.3, 0.35, 0.9, 1.0])
    assert schedules.kept(0.7, times) == pytest.approx(schedules.kept_down(0.7, (1 - times) / times), rel=1e-13, abs=0)


def test_many_steps_keep_all():
    """The share lost falls like 1/n, and one step keeps nothing."""
    lost = [1 - schedules.kept(0.5, schedules.even_times(n)) for n in (1000, 2000)]
    assert lost[0] / lost[1] == pytest.approx(2, rel=1e-2, abs=0)
    assert schedules.kept(0.5, schedules.even_times(1)) == 0


def test_wide_and_narrow_data_do_not_overflow():
    """Shares stay shares at the ends of the range."""
    for std in (1e-70, 1e-6, 1e6, 1e70):
        assert 0 <= schedules.kept(std, schedules.even_times(9)) <= 1
        assert 0 <= schedules.kept_down(std, schedules.falling_levels(9, 1e-4)) <= 1
