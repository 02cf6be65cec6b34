"""Kernel and threshold discriminators and the birthday test, against integration, simulation and counting."""

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import kstwo

from theory import kernel_discriminator as kd
from theory.mixture import GaussianMixture

P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])
Q = GaussianMixture([1.0], [0.5], stds=[0.8])
PLANE = GaussianMixture(
    [0.4, 0.6], [[0.0, 1.0], [2.0, -1.0]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, 0.0], [0.0, 0.3]]]
)


def test_mean_kernel_by_integration():
    """E k(X, Y) as a double integral."""
    f = lambda y, x: np.exp(-((x - y) ** 2) / (2 * 0.49)) * P.pdf(x) * Q.pdf(y)  # noqa: E731
    assert kd.mean_kernel(P, Q, 0.7) == pytest.approx(dblquad(f, -6, 8, -6, 7, epsabs=1e-9)[0], rel=1e-7)
    assert kd.mean_kernel(Q, P, 0.7) == pytest.approx(kd.mean_kernel(P, Q, 0.7), rel=1e-14, abs=0)


def test_mean_kernel_in_the_plane_by_simulation():
    """The average over independent draws, to five standard errors."""
    x, y = PLANE.sample(200_000, 1), PLANE.sample(200_000, 2)
    k = np.exp(-((x - y) ** 2).sum(1) / (2 * 0.81))
    assert kd.mean_kernel(PLANE, PLANE, 0.9) == pytest.approx(k.mean(), abs=5 * k.std() / np.sqrt(len(k)))


def test_mmd_is_a_distance_that_scales():
    """Zero on the diagonal, symmetric, and w times the parts' distance for a mixture of the two."""
    assert kd.mmd(P, P, 0.7) == pytest.approx(0, abs=1e-7)
    assert kd.mmd(P, Q, 0.7) == pytest.approx(kd.mmd(Q, P, 0.7))
    mixed = GaussianMixture([0.75 * 0.3, 0.75 * 0.7, 0.25], [-1.0, 2.0, 0.5], stds=[0.5, 1.0, 0.8])
    assert kd.mmd(P, mixed, 0.7) == pytest.approx(0.25 * kd.mmd(P, Q, 0.7), rel=1e-10, abs=0)
    squared = kd.mean_kernel(P, P, 0.7) + kd.mean_kernel(Q, Q, 0.7) - 2 * kd.mean_kernel(P, Q, 0.7)
    assert kd.mmd(P, Q, 0.7) ** 2 == pytest.approx(squared, rel=1e-12, abs=0)


def test_expected_mmd_of_samples_by_simulation():
    """E MMD²(p, p̂_n) averaged over 4000 sample sets of size 5."""
    n, h = 5, 0.7
    x = P.sample(n * 4000, 3).reshape(4000, n)
    within = np.exp(-((x[:, :, None] - x[:, None]) ** 2) / (2 * h**2)).mean((1, 2))
    smooth = GaussianMixture(P.weights, P.means, stds=np.sqrt(P.stds**2 + h**2))
    across = h * np.sqrt(2 * np.pi) * smooth.pdf(x).mean(1)
    mmd2 = within + kd.mean_kernel(P, P, h) - 2 * across
    assert kd.sample_mmd2(P, n, h) == pytest.approx(mmd2.mean(), abs=5 * mmd2.std() / np.sqrt(4000))


def test_thresholds_are_fooled_within_the_bound():
    """sup|F - F̂_n| exceeds the bound no more often than δ, and its scale is right."""
    n, rng = 50, np.random.default_rng(4)
    u = np.sort(rng.uniform(size=(4000, n)))
    worst = np.maximum(np.arange(1, n + 1) / n - u, u - np.arange(n) / n).max(1)
    exceeded = (worst > kd.threshold_bound(n, 0.1)).mean()
    assert 0.04 < exceeded <= 0.1
    assert kd.threshold_bound(200, 0.05) == pytest.approx(np.sqrt(np.log(40) / 400))


def test_expected_mmd_of_any_kernel():
    """Every sample of two from three atoms, with a kernel that is no function of distance."""
    law, root = np.array([0.2, 0.3, 0.5]), np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.3], [0.0, 1.0, 1.0]])
    gram, total = root @ root.T, 0.0
    for i in range(3):
        for j in range(3):
            gap = (np.eye(3)[i] + np.eye(3)[j]) / 2 - law
            total += law[i] * law[j] * gap @ gram @ gap
    assert kd.expected_mmd2(law @ np.diag(gram), law @ gram @ law, 2) == pytest.approx(total, rel=1e-12, abs=0)


def test_threshold_bound_is_nearly_attained():
    """Of 10,000 samples (Kolmogorov's exact law) more than δ - δ⁴/8, less 2 %, are told from p by more; never more than δ."""
    for delta in (0.05, 0.4):
        missed = kstwo.sf(kd.threshold_bound(10_000, delta), 10_000)
        assert 0.98 * kd.threshold_miss(delta) < missed < delta


def test_birthdays():
    """23 people share a birthday with probability 0.507; counting all draws of three from four agrees."""
    assert kd.duplicate_probability(23, 365) == pytest.approx(0.507297, abs=1e-6)
    assert kd.duplicate_probability(3, 4) == pytest.approx(1 - 4 * 3 * 2 / 4**3)
    assert [kd.duplicate_probability(m, 4) for m in (0, 1, 5)] == [0, 0, 1]


def test_birthday_limits():
    """39 % at m = √n, one half at 1.18√n."""
    n = 10**8
    assert kd.duplicate_probability(10**4, n) == pytest.approx(1 - np.exp(-0.5), abs=1e-4)
    assert kd.duplicate_probability(15_000, n) == pytest.approx(kd.duplicate_limit(1.5), abs=1e-4)
    assert kd.duplicate_limit(kd.birthday_draws(1, 0.3)) == pytest.approx(0.3, rel=1e-12, abs=0)
    assert kd.birthday_draws(n) / 10**4 == pytest.approx(1.1774, abs=1e-4)
    assert kd.duplicate_probability(int(kd.birthday_draws(n, 0.9)), n) == pytest.approx(0.9, abs=1e-3)


BAD = [
    (lambda: kd.mean_kernel(P, PLANE, 1.0), "q"),
    (lambda: kd.mean_kernel(P, Q, 0.0), "bandwidth"),
    (lambda: kd.mmd(P, Q, -1.0), "bandwidth"),
    (lambda: kd.sample_mmd2(P, 0, 1.0), "n"),
    (lambda: kd.threshold_bound(0, 0.1), "n"),
    (lambda: kd.threshold_bound(10, 1.0), "delta"),
    (lambda: kd.expected_mmd2(1.0, np.nan, 3), "cross"),
    (lambda: kd.threshold_miss(1.0), "delta"),
    (lambda: kd.duplicate_limit(-0.1), "ratio"),
    (lambda: kd.duplicate_probability(-1, 3), "draws"),
    (lambda: kd.duplicate_probability(1, 0), "atoms"),
    (lambda: kd.birthday_draws(0.5), "atoms"),
    (lambda: kd.birthday_draws(10, 1.0), "probability"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Bandwidths, counts and probabilities out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
