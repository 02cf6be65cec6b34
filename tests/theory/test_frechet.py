"""The Fréchet distance, the cubic kernel and their samples, against matrix roots, pairs of points and simulation."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.special import gammaln

from theory import frechet, ring
from theory.mixture import GaussianMixture

P = GaussianMixture([0.4, 0.6], [[0.0, 1.0], [2.0, -1.0]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, 0.0], [0.0, 0.3]]])
Q = GaussianMixture([0.3, 0.7], [[1.0, 0.0], [-0.5, 0.4]], stds=[0.5, 0.8])


def test_distance_is_that_of_matrix_roots():
    """|Δμ|² + tr(Σ_p + Σ_q - 2(Σ_p Σ_q)^½)."""
    expected = np.sum((P.mean - Q.mean) ** 2) + np.trace(P.cov + Q.cov - 2 * np.real(sqrtm(P.cov @ Q.cov)))
    assert frechet.squared_distance(P, Q) == pytest.approx(expected, rel=1e-10, abs=0)
    assert frechet.squared_distance(P, P) < 1e-29


def test_distance_scales_and_does_not_mind_the_order():
    """Quadratic in the unit, symmetric, and good to the last digits of near laws."""
    assert frechet.squared_distance(P.affine(3.0, 5.0), Q.affine(3.0, 5.0)) == pytest.approx(
        9 * frechet.squared_distance(P, Q), rel=1e-12
    )
    assert frechet.squared_distance(Q, P) == pytest.approx(frechet.squared_distance(P, Q), rel=1e-12)
    near = [GaussianMixture([1.0], [0.0], stds=[s]) for s in (1.0, 1.0 + 1e-7)]
    assert frechet.squared_distance(*near) == pytest.approx(1e-14, rel=1e-7, abs=0)


def test_cubic_kernel_by_pairs_of_draws():
    """The unbiased estimate of 4000 draws each, over 20 repeats, to five standard errors."""
    found, rng = [], np.random.default_rng(3)
    for _ in range(20):
        x, y = P.sample(2000, rng), Q.sample(2000, rng)
        k = lambda a, b: (a @ b.T / 2 + 1) ** 3  # noqa: E731
        own = [(k(z, z).sum() - np.trace(k(z, z))) / (len(z) * (len(z) - 1)) for z in (x, y)]
        found.append(sum(own) - 2 * k(x, y).mean())
    assert frechet.cubic_mmd2(P, Q) == pytest.approx(np.mean(found), abs=5 * np.std(found) / np.sqrt(20))


@pytest.mark.parametrize("K", [3, 4, 5, 8])
def test_a_ring_and_its_gaussian(K):
    """Three modes alone are told from the Gaussian of their moments, by R⁶/32."""
    law = ring(K, 1.5, 0.1)
    fitted = GaussianMixture([1.0], [law.mean], covs=[law.cov])
    assert frechet.cubic_mmd2(law, fitted) == pytest.approx(1.5**6 / 32 if K == 3 else 0, abs=1e-12)


def test_the_pair_is_a_case_of_the_cubic_kernel():
    """Off centre in its weights, against the general formula."""
    p = GaussianMixture([0.2, 0.8], [-1.3, 1.3], stds=[0.4, 0.4])
    fitted = GaussianMixture([1.0], [p.mean], stds=[p.std])
    assert frechet.cubic_mmd2(p, fitted) == pytest.approx(frechet.pair_cubic_mmd2(1.3, 0.2), rel=1e-10, abs=0)


@pytest.mark.parametrize("n", [2, 3, 10, 25, 26, 60, 10**3])
def test_mean_deviation_by_gamma(n):
    """√(2/(n-1)) Γ(n/2)/Γ((n-1)/2)."""
    expected = np.sqrt(2 / (n - 1)) * np.exp(gammaln(n / 2) - gammaln((n - 1) / 2))
    assert frechet.mean_deviation(n) == pytest.approx(expected, rel=1e-12, abs=0)


def test_bias_of_many_samples():
    """2(1 - c₄²) = 1/(n-1) - 1/4(n-1)² + O(n⁻³), where digits would be lost to 1 - c₄²."""
    for n in (10**6, 10**8, 10**12):
        bias = frechet.expected_squared_distance(n, 1.0)
        assert bias == pytest.approx(2 / n + 1 / (n - 1) - 1 / (4 * (n - 1) ** 2), rel=1e-10, abs=0)


def test_expected_distance_by_simulation():
    """Averaged over 40,000 pairs of five samples, to five standard errors."""
    rng, tau = np.random.default_rng(4), 0.7
    x, y = rng.normal(size=(40_000, 5)), tau * rng.normal(size=(40_000, 5))
    seen = (x.mean(1) - y.mean(1)) ** 2 + (x.std(1, ddof=1) - y.std(1, ddof=1)) ** 2
    assert frechet.expected_squared_distance(5, tau) == pytest.approx(seen.mean(), abs=5 * seen.std() / 200)


def test_favoured_deviation_is_where_it_is_least():
    """Lower than a thousandth to either side, below 1, and rising to 1."""
    for n in (2, 7, 300):
        best = frechet.favoured_deviation(n)
        beside = frechet.expected_squared_distance(n, np.array([0.999, 1.001]) * best)
        assert (frechet.expected_squared_distance(n, best) < beside).all()
    assert frechet.favoured_deviation(2) < frechet.favoured_deviation(50) < frechet.favoured_deviation(10**6) < 1


BAD = [
    (lambda: frechet.squared_distance(P, GaussianMixture([1.0], [0.0], stds=[1.0])), "q"),
    (
        lambda: frechet.cubic_mmd2(
            GaussianMixture([1.0], [1e60], stds=[1.0]), GaussianMixture([1.0], [0.0], stds=[1.0])
        ),
        "p",
    ),
    (lambda: frechet.pair_cubic_mmd2(-1.0, 0.5), "a"),
    (lambda: frechet.pair_cubic_mmd2(1.0, 1.1), "w"),
    (lambda: frechet.mean_deviation(1), "n"),
    (lambda: frechet.expected_squared_distance(5, -0.1), "tau"),
    (lambda: frechet.favoured_deviation(1.5), "n"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Dimensions, sizes, shares and counts out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
