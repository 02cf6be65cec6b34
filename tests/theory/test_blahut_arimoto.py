"""Blahut-Arimoto against closed forms, random channels, and its own certificate."""

import numpy as np
import pytest

from theory.blahut_arimoto import blahut_arimoto

SOURCE = np.array([0.2, 0.5, 0.3])
COST = np.array([[0.0, 1.0, 4.0, 2.0], [1.0, 0.2, 1.0, 0.7], [4.0, 1.0, 0.0, 0.5]])


def objective(channel, temperature):
    marginal = SOURCE @ channel
    rate = np.sum(SOURCE[:, None] * channel * np.log(channel / marginal))
    return rate + np.sum(SOURCE[:, None] * channel * COST) / temperature


@pytest.mark.parametrize("temperature", [0.2, 0.6, 1.3])
def test_random_channels_never_beat_it(temperature):
    """No channel, random or next to the optimum, has a lower R + D/T."""
    point = blahut_arimoto(SOURCE, COST, temperature)
    least = point.rate + point.distortion / temperature
    rng = np.random.default_rng(0)
    for _ in range(300):
        mix = rng.choice([1.0, 0.1, 0.001])
        channel = (1 - mix) * point.channel + mix * rng.dirichlet(np.ones(4), size=3)
        assert objective(channel, temperature) >= least - point.gap


def test_rate_and_distortion_are_those_of_the_channel():
    """The channel's rows sum to one and its mutual information and mean cost are the ones reported."""
    point = blahut_arimoto(SOURCE, COST, 0.9)
    np.testing.assert_allclose(point.channel.sum(axis=1), 1, rtol=1e-14)
    assert point.rate + point.distortion / 0.9 == pytest.approx(
        objective(point.channel + 1e-300, 0.9), rel=1e-12, abs=0
    )
    assert point.distortion == pytest.approx(np.sum(SOURCE[:, None] * point.channel * COST), rel=1e-14, abs=0)
    assert 0 <= point.gap <= 1e-10


def test_gap_bounds_the_excess():
    """Stopped early, the excess over the optimum is within the gap reported."""
    best = blahut_arimoto(SOURCE, COST, 0.5, tolerance=1e-13)
    least = best.rate + best.distortion / 0.5
    for most in (1, 3, 10):
        point = blahut_arimoto(SOURCE, COST, 0.5, most=most)
        assert point.gap > 1e-10
        assert 0 < point.rate + point.distortion / 0.5 - least <= point.gap


@pytest.mark.parametrize("temperature", [0.05, 0.5, 1.5])
def test_bernoulli_source_with_hamming_cost(temperature):
    """R = h_b(w) - h_b(D) at D = 1/(1+e^{1/T}) while D < w, else rate 0 (Cover & Thomas 2006, theorem 10.3.1)."""
    h = lambda x: -x * np.log(x) - (1 - x) * np.log(1 - x)  # noqa: E731
    point = blahut_arimoto([0.3, 0.7], [[0.0, 1.0], [1.0, 0.0]], temperature, tolerance=1e-13)
    flip = 1 / (1 + np.exp(1 / temperature))
    rate, distortion = (h(0.3) - h(flip), flip) if flip < 0.3 else (0.0, 0.3)
    assert point.rate == pytest.approx(rate, abs=1e-8)
    assert point.distortion == pytest.approx(distortion, rel=1e-7, abs=0)


def test_cold_and_hot_ends():
    """Cold, every x goes to its cheapest y, even where e^{-d/T} underflows; hot, everything to the best single y."""
    cold = blahut_arimoto(SOURCE, COST + 50, 1e-3)
    assert cold.distortion == pytest.approx(50.1, rel=1e-9, abs=0)
    hot = blahut_arimoto(SOURCE, COST, 1e3, tolerance=1e-6)
    assert hot.rate < 1e-4
    assert hot.distortion == pytest.approx((SOURCE @ COST).min(), rel=1e-2, abs=0)


BAD = [
    (lambda: blahut_arimoto([0.5, 0.6], np.ones((2, 2)), 1.0), "source"),
    (lambda: blahut_arimoto([0.5, 0.5], np.ones((3, 2)), 1.0), "cost"),
    (lambda: blahut_arimoto([0.5, 0.5], -np.ones((2, 2)), 1.0), "cost"),
    (lambda: blahut_arimoto([0.5, 0.5], np.ones(2), 1.0), "cost"),
    (lambda: blahut_arimoto([0.5, 0.5], np.ones((2, 2)), 0.0), "temperature"),
    (lambda: blahut_arimoto([0.5, 0.5], np.ones((2, 2)), 1.0, tolerance=0.0), "tolerance"),
    (lambda: blahut_arimoto([0.5, 0.5], np.ones((2, 2)), 1.0, most=0), "most"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Wrong weights, costs and temperatures are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
