"""Decision rules hold their error at small n: simulated, and against exact answers."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from proofs.core.rules import (
    AGREE,
    Agreement,
    Each,
    Mean,
    Share,
    Trend,
    bernstein_interval,
    median_interval,
    no_spread,
    page,
    share_interval,
)


@pytest.mark.parametrize(("k", "n"), [(0, 8), (3, 16), (64, 64), (31, 64)])
def test_share_interval_inverts_the_binomial_tails(k: int, n: int) -> None:
    """Clopper-Pearson: at the ends of the interval the tail beyond k has probability error/2."""
    low, high = share_interval(k, n, 0.01)
    if k > 0:
        assert binom.sf(k - 1, n, low) == pytest.approx(0.005, rel=1e-6)
    if k < n:
        assert binom.cdf(k, n, high) == pytest.approx(0.005, rel=1e-6)
    assert (low == 0) == (k == 0)
    assert (high == 1) == (k == n)


def test_sixty_four_of_sixty_four_shows_no_more_than_0_92() -> None:
    """All of 64 seeds: at 1 % error the probability is above 0.92, and above 0.93 is not shown two-sidedly."""
    low, _ = share_interval(64, 64, 0.01)
    assert 0.92 < low < 0.93


@pytest.mark.parametrize("n", [4, 7])
def test_few_seeds_give_no_median_interval(n: int) -> None:
    """Below 8 seeds no order statistics enclose the median at 1 %."""
    assert median_interval(np.arange(n, dtype=float), 0.01) == (-math.inf, math.inf)


@pytest.mark.parametrize("n", [8, 16, 33])
def test_median_interval_covers_exactly_as_often_as_the_sign_test_says(n: int) -> None:
    """Coverage of the order-statistic interval is the binomial one and at least 99 %, for a skewed law."""
    rng = np.random.default_rng(n)
    draws = np.exp(rng.standard_normal((4000, n)))
    inside = [low <= 1.0 <= high for low, high in (median_interval(row, 0.01) for row in draws)]
    assert np.mean(inside) > 0.985


@pytest.mark.parametrize("error", [0.2, 0.01, 1e-3 / 7, 1e-6])
def test_median_interval_ends_at_the_last_order_statistic_allowed(error: float) -> None:
    """With f failures among n its ends are the finite numbers k-f from either side, k the largest with P(B(n, ½) ≤ k) ≤ error/2."""
    for n in range(1, 121):
        within = [k for k in range(n) if sum(math.comb(n, i) for i in range(k + 1)) * 2 <= error * 2**n]
        for failures in {0, 1, n // 4, n}:
            values = np.where(np.arange(n) < failures, np.nan, np.arange(n, dtype=float))
            k = max(within, default=-1)
            expected = (float(k), float(n - 1 - k + failures)) if k >= failures else (-math.inf, math.inf)
            assert median_interval(values, error) == expected


def test_a_failure_widens_both_ends() -> None:
    """A diverged seed may lie on either side, so it widens the interval and is never dropped from n."""
    rng = np.random.default_rng(5)
    values = rng.standard_normal(16)
    low, high = median_interval(values, 0.01)
    values[3] = np.nan
    wide_low, wide_high = median_interval(values, 0.01)
    assert wide_low <= low
    assert wide_high >= high
    assert np.isinf(median_interval(np.where(np.arange(16) < 4, np.nan, values), 0.01)).all()


def test_bernstein_interval_covers_a_mean_and_stays_in_range() -> None:
    """99 % coverage for a lopsided law on [0, 1], inside the range."""
    rng = np.random.default_rng(1)
    rows = rng.random((2000, 20)) ** 4
    intervals = [bernstein_interval(row, (0.0, 1.0), 0.01) for row in rows]
    assert np.mean([low <= 0.2 <= high for low, high in intervals]) > 0.99
    assert min(low for low, _ in intervals) >= 0
    assert max(high for _, high in intervals) <= 1


def test_agreement_is_an_equivalence_test() -> None:
    """Inside the margin with the whole interval: holds; outside with it: refuted; else undecided."""
    rng = np.random.default_rng(2)
    noise = 0.1 * rng.standard_normal(32)
    rule = Agreement(0.2)
    assert rule.decide(noise, AGREE, 1e-3).outcome == "holds"
    assert rule.decide(noise + 0.2, AGREE, 1e-3).outcome == "inconclusive"
    assert rule.decide(noise + 0.6, AGREE, 1e-3).outcome == "refuted"
    assert rule.rejects_control(noise + 0.5) == "undecided"
    assert rule.rejects_control(noise + 1.0) == "rejected"
    assert rule.rejects_control(noise) == "passed"


@pytest.mark.parametrize("direction", [">=", "<="])
def test_shares_and_means_decide_in_their_direction(direction: str) -> None:
    """Turning the direction round turns holds into refuted."""
    ones, flip = np.ones(64), {">=": "holds", "<=": "refuted"}[direction]
    assert Share(0.8, direction).decide(ones, AGREE, 1e-3).outcome == flip
    assert Mean(0.5, (0, 1), direction).decide(0.9 + 0 * ones, AGREE, 1e-3).outcome == flip


def test_a_mean_outside_its_declared_range_is_an_error() -> None:
    """The Bernstein bound holds on the declared range only."""
    with pytest.raises(ValueError, match="range"):
        Mean(0.5, (0, 1)).decide(np.array([0.2, 1.4]), AGREE, 1e-3)


def test_page_sees_a_trend_and_no_trend() -> None:
    """Rows that rise have a small p; the same rows reversed have a large one; noise is uniform."""
    rng = np.random.default_rng(3)
    rising = np.arange(4) + 0.5 * rng.standard_normal((12, 4))
    assert page(rising) < 1e-4
    assert page(rising[:, ::-1]) > 0.99
    assert np.mean([page(rng.standard_normal((10, 4))) < 0.05 for _ in range(200)]) < 0.12


def test_a_trend_needs_its_factor_as_well() -> None:
    """Numbers that fall, but not by the declared factor, do not follow the trend."""
    rng = np.random.default_rng(4)
    falls = np.array([1.0, 0.5, 0.2]) * (1 + 0.02 * rng.standard_normal((16, 3)))
    settles = np.array([1.0, 0.9, 0.88]) * (1 + 0.02 * rng.standard_normal((16, 3)))
    rule = Trend((1, 2, 3), "falls", factor=0.5)
    assert rule.decide(falls, AGREE, 1e-3).outcome == "holds"
    assert rule.decide(settles, AGREE, 1e-3).outcome == "refuted"
    assert rule.rejects_control(settles) == "rejected"
    assert Trend((1, 2, 3), "rises", factor=2.0).decide(falls, AGREE, 1e-3).outcome == "refuted"


def test_identical_seeds_have_no_spread() -> None:
    """The very same number from every seed is told apart from nearly the same."""
    assert no_spread(np.ones(5))
    assert not no_spread(np.array([1.0, 1.0 + 1e-15]))


def test_each_column_must_hold() -> None:
    """One column that fails refutes; one that is open leaves all open; a control must be rejected everywhere."""
    high, low = np.ones(64), np.zeros(64)
    open_ = np.r_[np.ones(32), np.zeros(32)]
    rule = Each(Share(0.5))
    outcome = lambda *columns: rule.decide(np.column_stack(columns), AGREE, 1e-3).outcome  # noqa: E731
    assert (outcome(high, high), outcome(high, open_), outcome(high, low)) == ("holds", "inconclusive", "refuted")
    assert rule.decide(np.column_stack([high, open_]), AGREE, 1e-3).observed == 0.5
    assert rule.rejects_control(np.column_stack([low, low])) == "rejected"
    assert rule.rejects_control(np.column_stack([low, high])) == "passed"
    assert rule.rejects_control(np.column_stack([low, open_])) == "undecided"


def test_an_arm_that_diverges_refutes() -> None:
    """Where nearly all seeds diverged no median agrees with anything; a few of them only widen the interval."""
    agreed = np.linspace(-0.01, 0.01, 24)
    lost = np.where(np.arange(24) < 23, np.nan, 0.0)
    some = np.where(np.arange(24) < 2, np.nan, agreed)
    outcome = lambda values: Agreement(0.05).decide(values, AGREE, 1e-4).outcome  # noqa: E731
    assert (outcome(agreed), outcome(some), outcome(lost)) == ("holds", "holds", "refuted")
