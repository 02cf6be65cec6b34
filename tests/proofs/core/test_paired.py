"""Two arms on the same seeds: exact tests against enumeration, intervals against the laws that they must cover."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from proofs.core import Fewer, Smaller
from proofs.core.paired import hodges_lehmann, mcnemar, rank_bound, sign_test, walsh_interval
from proofs.core.rules import AGREE, REFUTE


def pairs(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Flags of so many seeds of each kind."""
    kinds = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    a, b = np.array(kinds).T
    return a, b


def tail(m: int, x: int) -> float:
    """P(B(m, ½) ≥ x), term by term."""
    return sum(math.comb(m, k) for k in range(x, m + 1)) / 2**m


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (3, 11), (7, 7), (12, 2)])
def test_mcnemar_is_a_fair_coin_on_the_pairs_that_differ(first: int, second: int) -> None:
    """p is a sum of binomial coefficients over the discordant pairs; the concordant ones change nothing of it."""
    m = first + second
    few, many = mcnemar(*pairs(1, first, second, 2)), mcnemar(*pairs(30, first, second, 9))
    for found in (few, many):
        assert (found.first, found.second) == (first, second)
        assert found.fewer == pytest.approx(tail(m, second))
        assert found.p == pytest.approx(min(1, 2 * tail(m, max(first, second))))
    assert few.difference == (second - first) / (m + 3)


@pytest.mark.parametrize(("p", "q"), [(0.0, 0.0), (0.1, 0.0), (0.05, 0.05), (0.5, 0.3), (0.9, 0.1), (0.2, 0.6)])
def test_the_interval_of_the_difference_covers_it(p: float, q: float) -> None:
    """Summed over every outcome of 14 pairs, it holds P(b) - P(a) with the confidence asked for, whatever differs how often."""
    n, covered = 14, 0.0
    for x in range(n + 1):
        for y in range(n + 1 - x):
            ways = math.comb(n, x) * math.comb(n - x, y)
            found = mcnemar(*pairs(0, y, x, n - x - y), error=0.1)
            covered += (
                ways * p**x * q**y * (1 - p - q) ** (n - x - y) * (found.low - 1e-12 <= p - q <= found.high + 1e-12)
            )
    assert 0.9 <= covered <= 1 + 1e-9


def test_exchanging_the_arms_turns_everything_round() -> None:
    """McNemar's interval, the shift and its interval change sign, two-sided p stays."""
    a, b = pairs(4, 3, 12, 20)
    one, other = mcnemar(a, b), mcnemar(b, a)
    assert (one.low, one.high, one.p) == pytest.approx((-other.high, -other.low, other.p))
    d = np.random.default_rng(3).normal(0.4, 1, 25)
    shift, back = hodges_lehmann(d), hodges_lehmann(-d)
    assert (shift.low, shift.high, shift.estimate, shift.p) == (-back.high, -back.low, -back.estimate, back.p)


@pytest.mark.parametrize(
    "d", [[1.0, -2.0, 3.0], [1.0, 1.0, -1.0, 2.0, 0.0], [0.0, 0.0], [2.0, 2.0, 2.0, 2.0, -0.5, 0.0, 7.0, -7.0]]
)
def test_signed_ranks_are_those_of_all_signs(d: list[float]) -> None:
    """With ties and zeros: p is the share of all 2ⁿ assignments of signs whose sum of shared ranks is as large."""
    sizes = [abs(x) for x in d]
    ranks = [sum(s < t for s in sizes) + (1 + sum(s == t for s in sizes)) / 2 for t in sizes]
    signed = [rank for rank, size in zip(ranks, sizes, strict=True) if size > 0]
    seen = sum(rank for rank, x in zip(ranks, d, strict=True) if x > 0)
    sums = [sum(r for r, up in zip(signed, ups, strict=True) if up) for ups in product((0, 1), repeat=len(signed))]
    assert hodges_lehmann(d).above == pytest.approx(np.mean([s >= seen for s in sums]))


def test_the_shift_is_the_median_of_all_means_of_two() -> None:
    """By a double loop; the ends of its interval are the k-th of them, where k is counted over all signs."""
    d, n = np.random.default_rng(1).standard_t(3, 11), 11
    means = sorted((d[i] + d[j]) / 2 for i in range(n) for j in range(i, n))
    sums = [sum(k + 1 for k in range(n) if up[k]) for up in product((0, 1), repeat=n)]
    k = max(k for k in range(60) if np.mean([s < k for s in sums]) <= 0.05)
    found = hodges_lehmann(d, error=0.1)
    assert rank_bound(n, 0.1) == k
    assert found.estimate == pytest.approx(np.median(means))
    assert (found.low, found.high) == (pytest.approx(means[k - 1]), pytest.approx(means[-k]))


@pytest.mark.parametrize(
    "draw",
    [
        lambda g, n: g.normal(0, 1, n),
        lambda g, n: g.standard_cauchy(n),
        lambda g, n: g.integers(-1, 2, n).astype(float),
        lambda g, n: g.choice([-3.0, 0.0, 0.0, 0.0, 3.0], n),
    ],
    ids=["normal", "heavy", "ties", "zeros"],
)
def test_the_interval_of_the_shift_covers_it(draw) -> None:
    """Nine times in ten, with ties and zeros too, and hardly more often where there are none."""
    g = np.random.default_rng(5)
    intervals = [walsh_interval(draw(g, 15) + 2, 0.1) for _ in range(1000)]
    assert np.mean([low <= 2 <= high for low, high in intervals]) > 0.87


def test_what_broke_down_may_lie_on_either_side() -> None:
    """A difference that is no number widens both ends, and its sign is against what p says."""
    d = np.random.default_rng(2).normal(1, 1, 20)
    whole, hurt = hodges_lehmann(d), hodges_lehmann(np.where(np.arange(20) == 4, np.nan, d))
    assert hurt.low < whole.low
    assert hurt.high > whole.high
    assert hurt.above > whole.above
    assert hodges_lehmann([1.0, np.inf, -np.inf, np.nan]).low == -math.inf


def test_few_pairs_give_no_interval() -> None:
    """Seven pairs have no 99 % interval, eight have; no pair that differs gives p = 1."""
    assert hodges_lehmann(np.arange(7.0)).low == -math.inf
    assert math.isfinite(hodges_lehmann(np.arange(8.0)).low)
    assert mcnemar([0, 1], [0, 1]).p == 1
    assert sign_test([0.0, 0.0]).p == 1


def test_the_sign_test_counts() -> None:
    """Zeros and what is no number have no sign."""
    found = sign_test([1.0, 2.0, -1.0, 0.0, np.nan, 3.0])
    assert (found.n, found.positive, found.negative) == (6, 3, 1)
    assert found.above == pytest.approx(5 / 16)
    assert found.p == pytest.approx(10 / 16)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: mcnemar([0, 2], [0, 1]), "a: expected 1 to 1000 flags"),
        (lambda: mcnemar([0, 1], [0, 1, 1]), "b: expected as many flags as a has, 2"),
        (lambda: mcnemar([0], [1], error=0), "error"),
        (lambda: sign_test([]), "differences"),
        (lambda: hodges_lehmann([np.nan, np.inf]), "differences: expected at least one finite"),
        (lambda: Fewer(1.5), "by of a rule"),
        (lambda: Fewer(0.5, 0.4), "rate of a rule"),
        (lambda: Smaller(0.0), "by of a rule"),
        (lambda: Fewer(0.2, least=0.2), "least of a rule: expected a number from 0 to less than by, 0.2"),
        (lambda: Smaller(1.0, least=-1.0), "least of a rule"),
        (lambda: Fewer(0.2).decide(np.zeros(4), 0.01, 1e-5), "values of a rule"),
    ],
)
def test_what_is_no_comparison_is_refused(call, named: str) -> None:
    """By name, with what was expected."""
    with pytest.raises(ValueError, match=named):
        call()


def test_fewer_holds_refutes_and_waits() -> None:
    """Shown fewer; shown to be fewer by less than what counts; neither; and a seed that is no number counts against it."""
    rule = Fewer(0.2)

    def said(*kinds: int, lost: int = 0) -> str:
        values = np.stack(pairs(*kinds), axis=1).astype(float)
        values[len(values) - lost :] = np.nan
        return rule.decide(values, AGREE, REFUTE).outcome

    assert said(2, 1, 20, 41) == "holds"
    assert said(2, 1, 20, 41, lost=12) == "inconclusive"
    assert said(0, 0, 0, 64) == "refuted"
    assert said(0, 20, 1, 43) == "refuted"
    assert said(0, 2, 5, 20) == "inconclusive"
    assert said(0, 0, 8, 492) == "refuted"  # fewer, but by far less than what counts


def test_smaller_holds_refutes_and_waits() -> None:
    """A shift that is shown; one below the effect; too much scatter; and most seeds broken down."""
    rule, g = Smaller(1.0, "nats"), np.random.default_rng(4)
    a = g.normal(0, 1, 64)

    def said(b: np.ndarray) -> str:
        return rule.decide(np.stack([a, b], 1), AGREE, REFUTE).outcome

    assert said(a + 1 + 0.5 * g.normal(size=64)) == "holds"
    assert said(a + 0.1 * g.normal(size=64)) == "refuted"
    assert said(a + 0.5 + 8 * g.normal(size=64)) == "inconclusive"
    assert said(np.where(np.arange(64) < 56, np.nan, a)) == "refuted"
    assert rule.rejects_control(np.stack([a, a - 3], 1)) == "rejected"


def test_by_at_least_is_judged_by_the_lower_end() -> None:
    """A difference that is shown, though less than what is claimed, holds only where no least one is; the words say which."""
    flags = np.stack(pairs(2, 1, 20, 41), axis=1).astype(float)  # 19 of 64 seeds, 99 %: 0.062 to 0.52
    low, _ = Fewer(0.4).decide(flags, AGREE, REFUTE).interval
    outcomes = {least: Fewer(0.4, least=least).decide(flags, AGREE, REFUTE).outcome for least in (0.0, low, low + 1e-9)}
    assert list(outcomes.values()) == ["holds", "holds", "inconclusive"]
    assert "at least 0.1 claimed, at least 0.062 shown" in Fewer(0.4, least=0.1).decide(flags, AGREE, REFUTE).detail
    numbers = np.stack([np.zeros(40), 1 + 0.5 * np.random.default_rng(5).normal(size=40)], 1)
    low, _ = Smaller(0.9).decide(numbers, AGREE, REFUTE).interval
    assert 0 < low < 0.9
    assert Smaller(0.9, least=low - 1e-9).decide(numbers, AGREE, REFUTE).outcome == "holds"
    assert Smaller(0.9, least=low).decide(numbers, AGREE, REFUTE).outcome == "inconclusive"


@pytest.mark.parametrize("rule", [Fewer(0.5, least=0.2), Smaller(1.0, least=0.5)])
def test_at_the_least_difference_holds_is_said_as_seldom_as_allowed(rule: Fewer | Smaller) -> None:
    """Of arms that differ by just what is claimed at least, or less, in one run of a hundred at most."""
    g, runs = np.random.default_rng(18), 300
    if isinstance(rule, Fewer):
        many = (g.random((runs, 60, 2)) < (0.4, 0.6)).astype(float)
    else:
        many = g.normal(loc=(0.0, 0.5), size=(runs, 60, 2))
    held = sum(rule.decide(values, AGREE, REFUTE).outcome == "holds" for values in many)
    assert held <= 9  # P(B(300, 0.01) > 9) < 1e-3


def test_at_no_difference_holds_is_said_as_seldom_as_allowed() -> None:
    """Two arms of one law: at most one run in a hundred, for flags and for numbers."""
    g, runs = np.random.default_rng(8), 300
    flags = g.random((runs, 40, 2)) < 0.4
    numbers = g.standard_t(3, (runs, 24, 2))
    for rule, many in ((Fewer(0.3), flags.astype(float)), (Smaller(1.0), numbers)):
        held = sum(rule.decide(values, AGREE, REFUTE).outcome == "holds" for values in many)
        assert held <= 9  # P(B(300, 0.01) > 9) < 1e-3


def test_the_plan_agrees_with_the_usual_formula() -> None:
    """The seeds for a shift of half a deviation are those of the normal test, 3 % more for ranks, to a tenth."""
    from proofs.evidence import power

    z = norm.ppf(0.995) + norm.ppf(0.99)
    needed = power.pairs_needed(Smaller(1.0, spread=2.0))
    assert needed == pytest.approx(z**2 * 4 * math.pi / 3, rel=0.1)
