"""Slow twins: intervals from binomial sums, the energy distance from distribution functions and from draws, rows by loops."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, ks_1samp

from tests.power import TARGETS
from theory import GaussianMixture
from theory.diagnosis import FAULTS, Diagnosis, diagnose, energy, intervals, several
from theory.diagnosis.copies import apart
from theory.diagnosis.faults import dropped, invented
from theory.diagnosis.modes import modes_of, radius


@pytest.mark.parametrize(("k", "n"), [(0, 40), (3, 40), (40, 40), (17, 1_000)])
def test_an_interval_holds_exactly_its_level(k, n):
    """At its ends as few or as many successes have probability α/2."""
    low, high = (float(v) for v in intervals.clopper_pearson(k, n, 0.01))
    assert low == 0 if k == 0 else binom.sf(k - 1, n, low) == pytest.approx(0.005)
    assert high == 1 if k == n else binom.cdf(k, n, high) == pytest.approx(0.005)


def test_the_smallest_share_is_found_in_nineteen_of_twenty():
    """By the sum over all counts; below it in fewer; none where even all samples would not do."""
    n, alpha, threshold = 300, 1e-3, 0.01
    size = intervals.smallest_share(n, alpha, threshold)
    found = intervals.clopper_pearson(np.arange(n + 1), n, alpha)[0] > threshold
    assert binom.pmf(np.arange(n + 1), n, size)[found].sum() == pytest.approx(0.95)
    assert intervals.smallest_share(3, alpha, 0.9) == np.inf


def test_energy_on_the_line_is_the_integral_of_squared_differences():
    """E² = 2 ∫ (F_n - F)²."""
    p = TARGETS["pair"]
    x = np.sort(p.sample(40, 2))
    steps = np.concatenate([[-np.inf], x, [np.inf]])
    due = 0.0
    for k, (a, b) in enumerate(pairwise(steps)):
        a, b = max(a, 0.0), min(b, 6.0)  # beyond 20 deviations of both modes
        due += 2 * quad(lambda v, k=k: (k / 40 - p.cdf(v)) ** 2, a, b, epsabs=1e-12, limit=200)[0]
    assert energy.statistic(x[:, None], p) / 40 == pytest.approx(due, rel=1e-4)


def test_energy_in_eight_dimensions_is_that_of_draws():
    """2E|x-Y| - E|x-x'| - E|Y-Y'| with 40,000 draws for Y."""
    p = TARGETS["eight"]
    x, y = p.sample(20, 3) + 1, p.sample(40_000, 4)
    cross = np.mean([np.linalg.norm(each - y, axis=1).mean() for each in x])
    own = np.linalg.norm(x[:, None] - x, axis=2).mean()
    due = 2 * cross - own - np.linalg.norm(y[::2] - y[1::2], axis=1).mean()
    assert energy.statistic(x, p) / 20 == pytest.approx(due, rel=0.05)


def test_the_energy_of_right_samples_has_uniform_p():
    """Two hundred p of right samples: not further from uniform than Kolmogorov's 1e-3 quantile."""
    p = GaussianMixture([0.3, 0.7], [[0.0, 1.0], [3.0, 2.0]], stds=[0.5, 0.2])
    weights = energy.weights(p, 0)
    found = [energy.tail(energy.statistic(p.sample(100, seed), p), weights) for seed in range(200)]
    assert ks_1samp(found, lambda v: v).pvalue > 1e-3


def test_rows_by_loops():
    """Labels: the nearest component in its own deviations where within the radius, else in a tube, else nothing."""
    p = TARGETS["unequal"]
    x = invented(p, 400, 5, 0.3)
    found, modes = diagnose(x, p), modes_of(p)
    precisions = np.linalg.inv(p.covs)
    for one, label in zip(x, found.labels, strict=True):
        each = [float(np.sqrt((one - m) @ q @ (one - m))) for m, q in zip(p.means, precisions, strict=True)]
        if label >= 0:
            assert np.argmin(each) == label
        elif label == -2:
            assert min(each) > modes.radius
    within = np.mean([label >= 0 for label in found.labels])
    assert found.masses.sum() == pytest.approx(within)
    assert radius(2) == pytest.approx(np.sqrt(-2 * np.log(1e-3)))


def test_neighbours_have_no_third_in_their_ball():
    """By all triples; of a grid the sides and no diagonals, of a ring the polygon."""
    assert len(modes_of(TARGETS["grid"]).pairs) == 40
    assert len(modes_of(TARGETS["ring"]).pairs) == 8
    means = TARGETS["unequal"].means
    due = [
        (i, j)
        for j in range(4)
        for i in range(j)
        if all(
            np.linalg.norm(means[k] - (means[i] + means[j]) / 2) > np.linalg.norm(means[i] - means[j]) / 2
            for k in range(4)
            if k not in (i, j)
        )
    ]
    assert sorted(map(tuple, modes_of(TARGETS["unequal"]).pairs)) == sorted(due)


def test_distances_to_the_nearest_other_by_all_pairs():
    """Equal samples are at 0 from each other, all but the first of them."""
    x = np.random.default_rng(0).normal(size=(50, 3))
    x[40:] = x[0]
    each = np.linalg.norm(x[:, None] - x, axis=2) + np.diag(np.full(50, np.inf))
    due = np.sort(np.where(np.arange(50) >= 40, 0, np.where(each > 0, each, np.inf).min(axis=1)))
    np.testing.assert_allclose(np.sort(apart(x)), due)


def test_several_seeds_have_an_exact_rate():
    """Three of four: the interval of Clopper and Pearson, at an equal share of the error for each fault and the check."""
    p = TARGETS["pair"]
    each = [diagnose(dropped(p, 400, s) if s else p.sample(400, 1), p) for s in range(4)]
    found = several(each, confidence=0.9)
    assert all(isinstance(one, Diagnosis) for one in found.diagnoses)
    rate = found.rate("dropped")
    assert (rate.k, rate.n) == (3, 4)
    assert binom.sf(2, 4, rate.low) == pytest.approx(0.1 / (len(FAULTS) + 1) / 2)
    with pytest.raises(ValueError, match="name: expected one of"):
        found.rate("bent")
