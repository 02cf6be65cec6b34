"""Rate-distortion of a few modes against Blahut-Arimoto and random channels."""

import numpy as np
import pytest

from theory import rate_distortion as rd
from theory.blahut_arimoto import blahut_arimoto


def entropy(p):
    p = np.asarray(p)
    return -np.sum(p[p > 0] * np.log(p[p > 0]))


def two_mode_point(weight, a, temperature):
    """Blahut-Arimoto over a fine grid of reproductions between the modes."""
    y = np.linspace(-a, a, 801)
    cost = (np.array([-a, a])[:, None] - y) ** 2
    return blahut_arimoto([weight, 1 - weight], cost, temperature, tolerance=1e-7)


@pytest.mark.parametrize(("weight", "temperature"), [(0.5, 0.8), (0.5, 2.5), (0.8, 1.0), (0.1, 1.5)])
def test_two_modes_by_blahut_arimoto(weight, temperature):
    """At the rate of the computed optimum the closed D(R) agrees, to the grid of reproductions."""
    point = two_mode_point(weight, 1.3, temperature)
    assert point.rate > 0.05
    assert rd.two_modes(point.rate, 1.3, weight) == pytest.approx(point.distortion, abs=2e-5)


def test_two_modes_are_equal_unless_told_otherwise():
    """Without a weight the modes are equally likely."""
    assert rd.two_modes(0.2, 1.3) == rd.two_modes(0.2, 1.3, 0.5)
    assert rd.two_modes_slope(0.2, 1.3) == rd.two_modes_slope(0.2, 1.3, 0.5)
    assert rd.crossover(0.2) == rd.crossover(0.2, 0.5)


@pytest.mark.parametrize("weight", [0.5, 0.23])
def test_random_channels_never_beat_two_modes(weight):
    """A random binary-input channel with the best decoder lies on or above D(R)."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        channel = rng.dirichlet(np.full(rng.integers(2, 5), 0.5), size=2).T
        joint = channel * [weight, 1 - weight]
        marginal = joint.sum(axis=1)
        share = joint[:, 0] / marginal
        rate = entropy([weight, 1 - weight]) - marginal @ [entropy([s, 1 - s]) for s in share]
        distortion = 4 * 1.7**2 * marginal @ (share * (1 - share))
        assert distortion >= rd.two_modes(max(rate, 0), 1.7, weight) - 1e-12


def test_two_modes_are_attained_by_reproductions_at_a_share_of_a():
    """The channel with posteriors ε, 1-ε has rate R, and decoding ±a(1-2ε) its distortion."""
    e = float(rd.crossover(0.2, 0.3))
    assert entropy([0.3, 0.7]) - entropy([e, 1 - e]) == pytest.approx(0.2, rel=1e-12, abs=0)
    y = 1.1 * (1 - 2 * e)
    distortion = (1 - e) * (1.1 - y) ** 2 + e * (1.1 + y) ** 2
    assert rd.two_modes(0.2, 1.1, 0.3) == pytest.approx(distortion, rel=1e-12, abs=0)


def test_ends_of_two_modes():
    """At rate 0 the variance is left, from the entropy on nothing; exchanging the weights changes nothing."""
    assert rd.two_modes(0.0, 2.0, 0.3) == pytest.approx(4 * 4 * 0.21, rel=1e-12, abs=0)
    assert rd.two_modes([np.log(2), 5.0], 2.0).tolist() == [0, 0]
    assert rd.two_modes(0.1, 2.0, 0.2) == pytest.approx(float(rd.two_modes(0.1, 2.0, 0.8)))


@pytest.mark.parametrize("weight", [0.5, 0.85])
def test_slope_by_differences(weight):
    """dD/dR in closed form; -2a² at rate 0 for equal weights."""
    for rate in (0.05, 0.2, 0.38):
        h = 1e-6
        twin = (rd.two_modes(rate + h, 1.4, weight) - rd.two_modes(rate - h, 1.4, weight)) / (2 * h)
        assert rd.two_modes_slope(rate, 1.4, weight) == pytest.approx(twin, rel=1e-6, abs=0)
    assert rd.two_modes_slope(0.0, 1.4) == pytest.approx(-2 * 1.96, rel=1e-9, abs=0)


def test_favour_rate_is_the_missing_entropy():
    """ρ(t) = ln K - H of the tilted posterior."""
    posterior = np.array([1 + 0.4 * 4, 0.6, 0.6, 0.6, 0.6]) / 5
    assert rd.favour_rate(0.4, 5) == pytest.approx(np.log(5) - entropy(posterior), rel=1e-13, abs=0)
    assert rd.favour_rate([0.0, 1.0], 3).tolist() == pytest.approx([0, np.log(3)], abs=1e-15)


@pytest.mark.parametrize("modes", [3, 4, 7])
def test_equidistant_modes_by_their_lower_hull(modes):
    """D(R) is the lower convex hull of the tilted posteriors' curve: no chord goes below, no point above it."""
    t = np.linspace(0, 1, 4001)
    rate, left = rd.favour_rate(t, modes), 1.7**2 / 2 * (1 - 1 / modes) * (1 - t**2)
    claimed = rd.equidistant_modes(rate, 1.7, modes)
    assert (claimed <= left + 1e-9).all()
    tangent = np.min((left[1:] - left[0]) / rate[1:])
    R_c = rd.critical_rate(modes)
    below = np.linspace(0, R_c, 20)
    np.testing.assert_allclose(rd.equidistant_modes(below, 1.7, modes), left[0] + tangent * below, rtol=1e-6)
    above = rate[rate > R_c]
    np.testing.assert_allclose(rd.equidistant_modes(above, 1.7, modes), left[rate > R_c], atol=1e-9)


@pytest.mark.parametrize("temperature", [0.6, 0.85, 0.95])
def test_three_modes_by_blahut_arimoto(temperature):
    """For a triangle with reproductions on a grid over it, the computed points lie on the closed curve."""
    corners = np.array([[0.0, 0.0], [1.3, 0.0], [0.65, 1.3 * np.sqrt(3) / 2]])
    bary = np.array([(i, j, 60 - i - j) for i in range(61) for j in range(61 - i)]) / 60
    cost = ((corners[:, None] - bary @ corners) ** 2).sum(-1)
    point = blahut_arimoto(np.full(3, 1 / 3), cost, temperature * 1.3**2 / 2, tolerance=1e-6, most=20000)
    assert point.distortion == pytest.approx(float(rd.equidistant_modes(point.rate, 1.3, 3)), abs=2e-3)


def test_two_is_the_smallest_k():
    """K = 2 at distance 2a is the pair ±a: no time sharing."""
    rate = np.array([0.0, 0.1, 0.5, 0.69, 0.8])
    assert rd.critical_rate(2) == 0
    np.testing.assert_allclose(rd.equidistant_modes(rate, 2.6, 2), rd.two_modes(rate, 1.3), atol=1e-14)


BAD = [
    (lambda: rd.two_modes(-0.1, 1.0), "rate"),
    (lambda: rd.two_modes(0.1, 0.0), "a"),
    (lambda: rd.two_modes(0.1, 1.0, 1.0), "weight"),
    (lambda: rd.crossover(-0.1), "rate"),
    (lambda: rd.two_modes_slope(0.7, 1.0), "rate"),
    (lambda: rd.favour_rate(1.1, 3), "t"),
    (lambda: rd.favour_rate(0.1, 1), "modes"),
    (lambda: rd.critical_rate(1), "modes"),
    (lambda: rd.equidistant_modes(0.1, 0.0, 3), "side"),
    (lambda: rd.equidistant_modes(-0.1, 1.0, 3), "rate"),
    (lambda: rd.equidistant_modes(0.1, 1.0, 1), "modes"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Rates, distances and numbers of modes out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
