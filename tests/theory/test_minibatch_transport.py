"""Transport between batches, against 40 digits, brute force over the share, and simulated batches."""

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import binom, wasserstein_distance

from theory import minibatch_transport as transport


def cost(w, theta, n):
    """E|K - J|/n from both laws of counts."""
    k = np.arange(n + 1)
    return float(binom.pmf(k, n, w) @ np.abs(k[:, None] - k) @ binom.pmf(k, n, theta)) / n


def slope(w, theta, n):
    """2 P(K ≤ J') - 1, J' of n - 1 samples, at the working precision of mpmath."""
    pmf = lambda n, p: [mp.binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]  # noqa: E731
    total, below = mp.mpf(0), mp.mpf(0)
    for mass, other in zip(pmf(n, w), pmf(n - 1, theta), strict=False):
        below += mass
        total += other * (2 * below - 1)
    return total


@pytest.mark.parametrize(
    ("w", "n"), [(0.3, 2), (0.1, 7), (0.1, 8), (0.1, 64), (0.4999, 3), (0.01, 300), (0.0067, 104), (0.3, 1000)]
)
def test_best_share_to_twelve_digits(w, n):
    """Where the slope vanishes, to 1e-12 of 40 digits, just above the threshold and far above it."""
    found = float(transport.share(w, n))
    assert 0 < found < w
    with mp.workdps(40):
        exact = mp.findroot(lambda theta: slope(mp.mpf(w), theta, n), found)
    assert found == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_share_of_a_tenth():
    """0 up to B = 6, then 0.0099 and 0.0273, towards a tenth from below by (1-2w)/2B."""
    shares = [float(transport.share(0.1, n)) for n in (1, 6, 7, 8)]
    assert shares == pytest.approx([0, 0, 0.009884970415800732, 0.027294638021125185], rel=1e-12)
    assert 2e4 * (0.1 - float(transport.share(0.1, 10**4))) == pytest.approx(0.8, rel=1e-3)


@pytest.mark.parametrize("w", [0.03, 0.2, 0.45, 0.7])
@pytest.mark.parametrize("n", [2, 3, 10])
def test_no_other_share_is_better(w, n):
    """By a bounded search over all of them."""
    best = minimize_scalar(lambda theta: cost(w, theta, n), bounds=(0, 1), method="bounded", options={"xatol": 1e-9})
    assert cost(w, float(transport.share(w, n)), n) <= best.fun + 1e-9
    assert float(transport.share(w, n)) == pytest.approx(best.x, abs=1e-4)


def test_shares_are_symmetric_and_rise():
    """h(1-w) = 1 - h(w), h(½) = ½, and a distribution function stays one."""
    w = np.linspace(0.01, 0.99, 99)
    for n in (1, 2, 5, 40):
        h = transport.share(w, n)
        assert h + h[::-1] == pytest.approx(1, abs=1e-14)
        assert (np.diff(h) >= 0).all()
        assert transport.share(0.5, n) == 0.5


@pytest.mark.parametrize("n", [1, 2, 6, 50])
def test_share_is_zero_up_to_the_tail(n):
    """And the slope at none changes its sign there."""
    tail = transport.dropped_tail(n)
    assert transport.share(tail * (1 - 1e-9), n) == 0
    assert transport.slope_at_zero(tail, n) == pytest.approx(0, abs=1e-14)
    if n > 1:
        assert 0 < transport.share(tail * (1 + 1e-6), n) < 1e-4
    assert transport.dropped_tail(10**9) == pytest.approx(np.log(2) / 1e9, rel=1e-9)


@pytest.mark.parametrize("w", [1e-6, 0.02, 0.3, 0.49])
@pytest.mark.parametrize("n", [1, 2, 9])
def test_slopes_are_differences(w, n):
    """At none and at the weight itself, where it is at least the bound."""
    h = 1e-6 * w
    at_none = (cost(w, h, n) - cost(w, 0.0, n)) / h
    assert 2.5 * at_none == pytest.approx(float(transport.slope_at_zero(w, n, 2.5)), abs=1e-3)
    own = float(slope(mp.mpf(w), mp.mpf(w), n))
    assert own >= float(transport.slope_at_own_share(w, n)) * (1 - 1e-12)
    if n == 1:
        assert own == pytest.approx(float(transport.slope_at_own_share(w, n)), rel=1e-12)


def test_tangent_lies_below_everywhere():
    """On the whole unit square, touching at θ = 0."""
    for n in (1, 3, 12):
        for w in (0.01, 0.3, 0.8):
            theta = np.linspace(0, 1, 21)
            costs = np.array([cost(w, t, n) for t in theta])
            bound = transport.least_growth(w, theta, n)
            assert (costs >= bound - 1e-12).all()
            assert bound[0] == pytest.approx(costs[0], rel=1e-12)


def test_line_by_simulation():
    """Unequal weights at unsorted places: the mean of scipy's distance at the best law, and more at that of the data."""
    rng, w, x, n = np.random.default_rng(4), np.array([0.5, 0.12, 0.38]), np.array([1.0, -2.0, 4.0]), 4
    order = np.argsort(x)
    h = transport.share(np.cumsum(w[order])[:-1], n)
    q = np.diff([0.0, *h, 1.0])

    def simulated(law):
        draws = [
            wasserstein_distance(rng.choice(x, n, p=w), rng.choice(x[order], n, p=law / law.sum())) for _ in range(4000)
        ]
        return np.mean(draws), np.std(draws) / 4000**0.5

    least = transport.least_on_line(w, x, n)
    mean, error = simulated(q)
    assert mean == pytest.approx(least, abs=5 * error)
    mean, error = simulated(w[order])
    assert mean > least + 5 * error


def test_line_of_one_sample_is_about_the_median():
    """E|X - median|; a shift changes nothing, a scale all alike, and points without weight do not count."""
    w, x = [0.1, 0.35, 0.3, 0.25], np.array([-3.0, 0.0, 1.0, 7.0])
    assert transport.least_on_line(w, x, 1) == pytest.approx(np.dot(w, np.abs(x - 1)), rel=1e-14)
    for n in (1, 2, 5):
        least = transport.least_on_line(w, x, n)
        assert transport.least_on_line(w, 3 * x + 5, n) == pytest.approx(3 * least, rel=1e-13)
        assert transport.least_on_line([*w, 0.0], [*x, 50.0], n) == pytest.approx(least, rel=1e-13)
        assert transport.least_on_line(w[::-1], -x[::-1], n) == pytest.approx(least, rel=1e-13)
    fall = [transport.least_on_line(w, x, n) for n in (4, 16, 64, 256)]
    assert all(b < a for a, b in pairwise(fall))
    assert transport.least_on_line([1.0], [2.0], 3) == 0


def test_energy_by_simulation():
    """The U-statistic has the mean 2d(θ-w)², the V-statistic is least where it should be."""
    rng, w, theta, n, d = np.random.default_rng(9), 0.2, 0.35, 5, 3.0
    k, j = (rng.binomial(n, p, 400_000) / n for p in (w, theta))
    u = 2 * d * ((k - j) ** 2 - (k * (1 - k) + j * (1 - j)) / (n - 1))
    assert u.mean() == pytest.approx(float(transport.energy(w, theta, d)), abs=5 * u.std() / 400_000**0.5)
    biased = lambda t: (t - w) ** 2 + (w * (1 - w) + t * (1 - t)) / n  # noqa: E731
    best = minimize_scalar(biased, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x
    assert transport.energy_share(w, n) == pytest.approx(best, abs=1e-6)
    assert list(transport.energy_share([0.05, 0.1, 0.5, 0.9, 0.95], 5)) == pytest.approx([0, 0, 0.5, 1, 1])


BAD = [
    (lambda: transport.share(0.0, 3), "w"),
    (lambda: transport.share(0.1, 0), "batch"),
    (lambda: transport.share(0.1, 10**5), "batch"),
    (lambda: transport.least_on_line([0.5, 0.5], [1.0], 2), "places"),
    (lambda: transport.slope_at_own_share(0.5, 2), "w"),
    (lambda: transport.energy_share(0.1, 1), "batch"),
    (lambda: transport.least_growth(0.1, 1.2, 2), "theta"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Weights, shares and sizes out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
