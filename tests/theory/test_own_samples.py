"""Generations of samples, against simulation, the product of many factors and SciPy's digamma."""

import numpy as np
import pytest
from scipy.special import digamma

from theory import own_samples


def diversity(n, steps, pooled, runs=20_000):
    """Simulated H over that of two modes of weights 0.3 and 0.7, and its standard error."""
    rng = np.random.default_rng(5)
    count, size = rng.binomial(n, 0.3, runs), n
    for _ in range(steps - 1):
        new = rng.binomial(n, count / size)
        count, size = (count + new, size + n) if pooled else (new, n)
    H = 2 * (count / size) * (1 - count / size) / 0.42
    return H.mean(), H.std() / np.sqrt(runs)


@pytest.mark.parametrize("steps", [1, 2, 8])
def test_diversity_by_simulation(steps):
    """Twenty thousand histories of seven samples a generation, to five standard errors."""
    mean, error = diversity(7, steps, pooled=False)
    assert own_samples.kept_replaced(7, steps) == pytest.approx(mean, abs=5 * error)
    mean, error = diversity(7, steps, pooled=True)
    assert own_samples.kept_pooled(7, steps) == pytest.approx(mean, abs=5 * error)


def test_pooled_diversity_falls_to_its_limit():
    """From above, by 1/nt; more of it for more samples; all of it before the first batch."""
    for n in (2, 10, 1000):
        t = 10**5
        assert own_samples.kept_pooled(n, t) / own_samples.kept_for_ever(n) == pytest.approx(1 + 1 / (n * t), abs=2e-10)
        assert own_samples.kept_pooled(n, 0) == own_samples.kept_replaced(n, 0) == 1
    assert own_samples.kept_for_ever(2) == pytest.approx(np.sin(np.pi / 2**0.5) / (np.pi / 2**0.5))
    assert 1 - own_samples.kept_for_ever(10**10) == pytest.approx(np.pi**2 / 6e10, rel=1e-5)


def test_replaced_diversity_dies_out():
    """At once for many generations, e^{-1} after n of them for large n."""
    assert own_samples.kept_replaced(5, 10**5) == 0
    assert own_samples.kept_replaced(10**9, 10**9) == pytest.approx(np.exp(-1), rel=1e-8)


def test_missed_modes():
    """The power itself, and where 1-w would lose digits."""
    assert own_samples.missed([0.1, 0.5], 3) == pytest.approx([0.9**3, 0.125])
    assert 1 - own_samples.missed(1e-12, 10**6) == pytest.approx(1e-6, rel=1e-6)


@pytest.mark.parametrize("n", [2, 3, 24, 25, 26, 100, 10**4])
def test_drift_is_that_of_digamma(n):
    """ψ((n-1)/2) + ln(2/n), below ln(1-1/n), which is below 0."""
    drift = own_samples.log_variance_drift(n)
    assert drift == pytest.approx(digamma((n - 1) / 2) + np.log(2 / n), rel=1e-10, abs=1e-14)
    assert drift < np.log1p(-1 / n) < 0


def test_drift_of_many_samples():
    """-2/n to first order, where a difference of logarithms would lose digits."""
    assert 1e12 * own_samples.log_variance_drift(10**12) == pytest.approx(-2, rel=1e-10)


BAD = [
    (lambda: own_samples.kept_replaced(1, 3), "n"),
    (lambda: own_samples.kept_pooled(5, 10**8), "steps"),
    (lambda: own_samples.kept_for_ever(1.5), "n"),
    (lambda: own_samples.missed(0.0, 3), "w"),
    (lambda: own_samples.log_variance_drift(1), "n"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Counts and weights out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
