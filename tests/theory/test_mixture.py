"""Laws of Gaussian mixtures, with slow textbook twins."""

import copy
import math
import pickle
import tracemalloc

import mpmath as mp
import numpy as np
import pytest
from sklearn.mixture import GaussianMixture as PeerMixture

from theory import GaussianMixture, grid, ring, symmetric_pair
from theory.numerics import quantile

EPS = np.finfo(float).eps
LINE = GaussianMixture([0.2, 0.5, 0.3], [-3.0, 0.1, 4.0], stds=[0.3, 1.0, 0.5])
HARD = GaussianMixture([0.3, 1e-12, 0.7 - 1e-12], [-1.0, 2.0, 39.0], stds=[0.5, 1e-4, 1.0])
COVS = [[[2.0, 0.5], [0.5, 1.0]], [[0.3, -0.2], [-0.2, 0.4]], [[1.0, 0.0], [0.0, 0.01]]]
FULL = GaussianMixture([0.3, 0.5, 0.2], [[0.0, 1.0], [2.0, 3.0], [-1.0, -2.0]], covs=COVS)
DIAGONAL = GaussianMixture([0.4, 0.6], [[0.0, 1.0], [2.0, -1.0]], stds=[[0.5, 2.0], [1.5, 0.1]])
SPACE = GaussianMixture([0.4, 0.6], [[0.0, 1.0, 2.0], [2.0, -1.0, 0.5]], stds=[0.5, 2.0])
PLANE = pytest.mark.parametrize("p", [FULL, DIAGONAL, SPACE, ring(5, 2.0, 0.3)])


def log_density_twin(p, x):
    """ln Σ w_k N(x; μ_k, Σ_k) at 40 digits, and its largest exponent ½ zᵀΣ⁻¹z that matters."""
    with mp.workdps(40):
        x = mp.matrix(np.atleast_1d(x).tolist())
        total, exponents = mp.mpf(0), []
        for w, m, C in zip(p.weights, p.means, p.covs, strict=True):
            C = mp.matrix(C.tolist())
            d = x - mp.matrix(np.atleast_1d(m).tolist())
            e = (d.T * mp.inverse(C) * d)[0] / 2
            exponents.append(e)
            total += mp.mpf(float(w)) * mp.exp(-e) / mp.sqrt((2 * mp.pi) ** p.dim * mp.det(C))
        return float(mp.log(total)), float(max(exponents))


@pytest.mark.parametrize("p", [LINE, HARD, FULL, DIAGONAL, SPACE])
def test_log_density_is_the_textbook_sum(p):
    """logpdf equals the sum over components at 40 digits, to 16 ε (1 + largest exponent)."""
    x = np.concatenate([p.sample(20, 0), 50 * p.sample(3, 1)])
    for point, value in zip(x, p.logpdf(x), strict=True):
        expected, exponent = log_density_twin(p, point)
        assert abs(value - expected) <= 16 * EPS * (1 + exponent)


@pytest.mark.parametrize(("p", "kind"), [(FULL, "full"), (DIAGONAL, "diag"), (SPACE, "diag")])
def test_log_density_is_scikit_learns(p, kind):
    """The log density of scikit-learn's mixture with the same parameters."""
    peer = PeerMixture(len(p), covariance_type=kind)
    peer.weights_, peer.means_ = p.weights, p.means
    factors = np.linalg.inv(np.linalg.cholesky(p.covs)).transpose(0, 2, 1)
    peer.precisions_cholesky_ = factors if kind == "full" else 1 / p.stds
    x = p.sample(1000, 5)
    np.testing.assert_allclose(p.logpdf(x), peer.score_samples(x), rtol=0, atol=1e-11)


def test_far_log_density_is_finite_and_density_zero():
    """A million deviations out the logarithm is still right while the density is 0."""
    assert symmetric_pair(3.0, 2.0).logpdf(2e6) == pytest.approx(
        np.log(0.5) - 0.5 * ((2e6 - 3) / 2) ** 2 - np.log(2 * np.sqrt(2 * np.pi)), rel=4 * EPS, abs=0
    )
    assert LINE.pdf(1e6) == 0
    assert LINE.logpdf(-np.inf) == -np.inf


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL, SPACE])
def test_score_is_the_gradient_of_the_log_density(p):
    """The score is the central difference of logpdf, to the h² of the difference."""
    x, h = p.sample(10, 3), 1e-5
    for i, e in enumerate(np.eye(p.dim) * h):
        step = e[0] if p.scalar else e
        slope = (p.logpdf(x + step) - p.logpdf(x - step)) / (2 * h)
        got = p.score(x) if p.scalar else p.score(x)[:, i]
        np.testing.assert_allclose(got, slope, rtol=2e-6, atol=2e-6)


def test_any_batch_gives_the_same_numbers_point_by_point():
    """A batch of 70,000 points (several chunks), any shape, and single points agree bit for bit."""
    x = FULL.sample(70_000, 0)
    whole, scores = FULL.logpdf(x), FULL.score(x)
    for i in (0, 12_345, 69_999):
        assert FULL.logpdf(x[i]) == whole[i]
        np.testing.assert_array_equal(FULL.score(x[i]), scores[i])
    assert FULL.logpdf(x.reshape(700, 100, 2)).shape == (700, 100)
    assert np.isscalar(FULL.logpdf(x[0])) or FULL.logpdf(x[0]).shape == ()
    assert LINE.logpdf(np.zeros((3, 1, 2))).shape == (3, 1, 2)
    assert LINE.logpdf(np.zeros(0)).shape == (0,)


def test_many_points_are_those_of_their_parts_in_bounded_memory():
    """Half a million points among 25 modes, shared by threads, agree bit for bit with their parts; K·n is never held."""
    p = grid(5, 2.0, 0.05)
    x = p.sample(500_000, 0)
    tracemalloc.start()
    whole = p.logpdf(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.6 * 8 * len(p) * len(x)
    np.testing.assert_array_equal(whole, np.concatenate([p.logpdf(part) for part in np.array_split(x, 50)]))


@pytest.mark.parametrize("p", [LINE, HARD])
def test_distribution_function_is_the_textbook_sum(p):
    """cdf, sf and logcdf equal Σ w Φ at 40 digits, relatively, in both tails."""
    x = np.array([-30.0, -6.3, -1.2, 0.4, 2.0001, 7.7, 44.0])
    with mp.workdps(40):
        for t in x:
            F = mp.fsum(
                mp.mpf(float(w)) * mp.ncdf((mp.mpf(float(t)) - mp.mpf(float(m))) / mp.mpf(float(s)))
                for w, m, s in zip(p.weights, p.means, p.stds, strict=True)
            )
            S = mp.fsum(
                mp.mpf(float(w)) * mp.ncdf((mp.mpf(float(m)) - mp.mpf(float(t))) / mp.mpf(float(s)))
                for w, m, s in zip(p.weights, p.means, p.stds, strict=True)
            )
            # The relative condition of Φ at z is about z²: rounding of z costs z² ε.
            bound = 8 * EPS * (1 + 0.5 * np.max(((t - p.means) / p.stds) ** 2))
            assert abs(p.cdf(t) - float(F)) <= bound * float(F) + 1e-308
            assert abs(p.sf(t) - float(S)) <= bound * float(S) + 1e-308
            assert abs(p.logcdf(t) - float(mp.log(F))) <= bound
            assert abs(p.logsf(t) - float(mp.log(S))) <= bound


def test_log_distribution_function_beyond_the_smallest_float():
    """ln F(x) = -½z² - ln(-z√2π) + ln w + O(z⁻²) far below, where F itself is 0."""
    z = (-1e4 + 3.0) / 0.3
    widest = (-1e4 - 0.1) / 1.0
    assert z < widest
    expected = -0.5 * widest**2 - np.log(-widest * np.sqrt(2 * np.pi)) + np.log(0.5)
    assert LINE.logcdf(-1e4) == pytest.approx(expected, abs=2e-8)
    assert LINE.cdf(-1e4) == 0


@pytest.mark.parametrize("p", [LINE, HARD, symmetric_pair(20.0, 1.0, 0.3)])
def test_quantile_inverts_the_distribution_function(p):
    """F(F⁻¹(u)) = u to 1e-12 relative to min(u, 1-u), or as far as neighbouring floats x allow."""
    u = np.concatenate([10.0 ** -np.arange(1, 300, 13.0), np.random.default_rng(0).random(300), [0.3, 0.7, 0.5]])
    for inverse, tail, other in ((p.ppf, p.cdf, p.sf), (p.isf, p.sf, p.cdf)):
        x = inverse(u)
        grain = p.pdf(x) * np.spacing(np.abs(x))
        low = u <= 0.5
        assert (np.abs(tail(x) - u) <= 1e-12 * u + grain)[low].all()
        assert (np.abs(other(x) - (1 - u)) <= 1e-12 * (1 - u) + grain)[~low].all()


@pytest.mark.parametrize("p", [LINE, symmetric_pair(3.0, 1.0, 0.3)])
def test_quantiles_are_found_by_newtons_method(p, monkeypatch):
    """Twelve rounds nearly always do what bisection alone could not: the slope in the step is the right one."""
    monkeypatch.setattr(quantile, "ROUNDS", 12)
    u = np.random.default_rng(0).random(50)
    assert np.mean(np.abs(p.cdf(p.ppf(u)) - u) < 1e-13) > 0.9
    monkeypatch.setattr(quantile, "ROUNDS", 60)
    assert np.abs(p.cdf(p.ppf(u)) - u).max() < 1e-13


def test_quantile_at_the_ends_and_mirrored():
    """F⁻¹ is -∞ at 0 and ∞ at 1; isf(u) of p is -ppf(u) of the mirrored p."""
    mirrored = LINE.affine(-1)
    u = np.array([1e-200, 1e-9, 0.2, 0.5, 0.9])
    np.testing.assert_array_equal(LINE.ppf([0.0, 1.0]), [-np.inf, np.inf])
    np.testing.assert_array_equal(LINE.isf([0.0, 1.0]), [np.inf, -np.inf])
    np.testing.assert_allclose(LINE.isf(u), -mirrored.ppf(u), rtol=1e-13)


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL])
def test_moments_are_those_of_the_components(p):
    """Mean and covariance are E X and E XXᵀ - EX EXᵀ, summed component by component."""
    means = p.means.reshape(len(p), p.dim)
    second = sum(w * (C + np.outer(m, m)) for w, C, m in zip(p.weights, p.covs, means, strict=True))
    mean = sum(w * m for w, m in zip(p.weights, means, strict=True))
    np.testing.assert_allclose(p.mean, mean[0] if p.scalar else mean, rtol=4 * EPS)
    np.testing.assert_allclose(p.cov, second - np.outer(mean, mean), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(p.var, p.cov[0, 0] if p.scalar else np.diag(p.cov), rtol=4 * EPS)
    np.testing.assert_allclose(np.square(p.std), p.var, rtol=4 * EPS)
    assert isinstance(p.mean, float) is p.scalar
    assert isinstance(p.var, float) is p.scalar
    assert isinstance(p.std, float) is p.scalar


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL])
def test_samples_have_the_law(p):
    """Sample moments are within five standard errors, and every half of a batch holds every component."""
    n = 40_000
    x = p.sample(n, 7).reshape(n, p.dim)
    assert (np.abs(x.mean(axis=0) - p.mean) < 5 * np.sqrt(np.diag(p.cov) / n)).all()
    fourth = ((x - p.mean) ** 4).mean(axis=0)
    assert (np.abs(x.var(axis=0) - np.diag(p.cov)) < 5 * np.sqrt(fourth / n)).all()
    off = np.prod(x - p.mean, axis=1)
    if p.dim == 2:
        assert abs(off.mean() - p.cov[0, 1]) < 5 * off.std() / np.sqrt(n)
    whitened = [np.linalg.solve(np.linalg.cholesky(C), (x - m).T) for C, m in zip(p.covs, p.means, strict=True)]
    nearest = np.argmin([(z**2).sum(axis=0) for z in whitened], axis=0)
    for half in (nearest[: n // 2], nearest[n // 2 :]):
        assert set(half) == set(range(len(p)))


def test_samples_depend_on_the_seed_alone():
    """The same seed gives the same sample; the shape is (n,) or (n, D)."""
    np.testing.assert_array_equal(LINE.sample(5, 3), LINE.sample(5, np.random.default_rng(3)))
    assert LINE.sample(5, 3).shape == (5,)
    assert FULL.sample(5, 3).shape == (5, 2)
    assert LINE.sample(0, 3).shape == (0,)


def test_components_of_weight_zero_carry_nothing():
    """A component of weight zero, however wide, changes neither density nor moments nor length."""
    q = GaussianMixture([0.2, 0.0, 0.5, 0.3], [-3.0, 1e3, 0.1, 4.0], stds=[0.3, 1e6, 1.0, 0.5])
    assert len(q) == 3
    assert q.logpdf(50.0) == LINE.logpdf(50.0)
    assert q.mean == LINE.mean


def test_order_of_components_does_not_matter():
    """Permuting components changes no density, score, quantile or mode by more than rounding."""
    order = [2, 0, 1]
    q = GaussianMixture(LINE.weights[order], LINE.means[order], stds=LINE.stds[order])
    x = LINE.sample(50, 0)
    np.testing.assert_allclose(q.logpdf(x), LINE.logpdf(x), rtol=1e-14)
    np.testing.assert_allclose(q.ppf([0.1, 0.8]), LINE.ppf([0.1, 0.8]), rtol=1e-14)
    np.testing.assert_allclose(q.modes(), LINE.modes(), atol=1e-12)


@PLANE
def test_isotropic_and_diagonal_are_special_cases_of_full(p):
    """A mixture given by stds and the same given by covs have the same density, score and denoiser."""
    q = GaussianMixture(p.weights, p.means, covs=p.covs)
    x = p.sample(20, 0)
    np.testing.assert_allclose(q.logpdf(x), p.logpdf(x), rtol=1e-12)
    np.testing.assert_allclose(q.score(x), p.score(x), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(q.denoise(x, 0.4), p.denoise(x, 0.4), rtol=1e-12)
    np.testing.assert_allclose(q.smooth(0.4).covs, p.smooth(0.4).covs, rtol=1e-14)


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL])
def test_smoothing_adds_independent_noise(p):
    """The characteristic function of X + σN is that of X times e^{-σ²|ω|²/2}."""
    omega = np.random.default_rng(0).normal(size=7 if p.scalar else (7, 2))
    noise = np.exp(-0.5 * 0.49 * (omega**2 if p.scalar else (omega**2).sum(axis=1)))
    np.testing.assert_allclose(p.smooth(0.7).characteristic(omega), p.characteristic(omega) * noise, rtol=1e-13)
    assert p.characteristic(0.0 if p.scalar else np.zeros(2)) == pytest.approx(1, abs=4 * EPS)


@pytest.mark.parametrize("name", ["logpdf", "score", "characteristic", "denoise"])
def test_memory_does_not_grow_with_the_number_of_modes(name):
    """Of 200,000 points among 100 modes no method holds as much as one number a point and mode."""
    p, x = grid(10, 2.0, 0.3), np.random.default_rng(0).normal(size=(200_000, 2))
    more = (0.4,) if name == "denoise" else ()
    tracemalloc.start()
    getattr(p, name)(x, *more)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.5 * 8 * len(p) * len(x)


def test_characteristic_function_is_the_mean_of_the_wave():
    """E e^{iωX} by a fine Riemann sum over the density."""
    x = np.linspace(-15, 15, 200_001)
    wave = np.exp(1.3j * x) * LINE.pdf(x)
    assert LINE.characteristic(1.3) == pytest.approx(wave.sum() * (30 / 200_000), abs=1e-13)


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL, SPACE])
def test_denoiser_is_tweedies(p):
    """E[X|x] = x + σ² ∇ln p_σ(x) (Robbins 1956), and tends to x and to EX as σ → 0 and ∞."""
    x = p.sample(15, 4)
    np.testing.assert_allclose(p.denoise(x, 0.8), x + 0.64 * p.smooth(0.8).score(x), rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(p.denoise(x, 0.0), x, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(p.denoise(x, 1e8), np.broadcast_to(p.mean, x.shape), rtol=1e-6, atol=1e-6)


@PLANE
def test_density_is_marginal_times_conditional(p):
    """p(x, y) = p(x) p(y|x) at sampled points, for the first coordinate and for the others given it."""
    for point in p.sample(5, 2):
        rest = p.conditional({0: point[0]})
        value = rest.logpdf(point[1]) if rest.scalar else rest.logpdf(point[1:])
        assert p.marginal(0).logpdf(point[0]) + value == pytest.approx(p.logpdf(point), abs=1e-10)


def test_marginals_keep_their_shape_and_order():
    """An integer axis gives a mixture on the line; a list gives one in space, coordinates in the order asked."""
    assert FULL.marginal(1).scalar
    assert FULL.marginal([1]).means.shape == (3, 1)
    x = np.array([0.3, -0.2, 1.1])
    assert SPACE.marginal([2, 0, 1]).logpdf(x[[2, 0, 1]]) == pytest.approx(SPACE.logpdf(x), rel=1e-13, abs=0)
    assert SPACE.conditional({1: -0.2}).logpdf(x[[0, 2]]) + SPACE.marginal(1).logpdf(-0.2) == pytest.approx(
        SPACE.logpdf(x), rel=1e-13, abs=0
    )


def test_entropy_of_gaussians():
    """½ ln(2πe)^D det Σ on the line and in the plane; two far modes add ln 2; scaling adds ln of the scale."""
    one = GaussianMixture([1.0], [3.0], stds=[0.7])
    assert float(one.entropy()) == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 0.49), rel=1e-12, abs=0)
    assert float(symmetric_pair(50.0, 0.7).entropy()) == pytest.approx(
        float(one.entropy()) + np.log(2), rel=1e-12, abs=0
    )
    scaled = LINE.affine(1e3)
    assert float(scaled.entropy()) == pytest.approx(float(LINE.entropy()) + np.log(1e3), rel=1e-11, abs=0)
    plane = GaussianMixture([1.0], [[3.0, -1.0]], covs=[COVS[1]])
    expected = np.log(2 * np.pi * np.e) + 0.5 * np.log(np.linalg.det(COVS[1]))
    found = plane.entropy()
    assert abs(found.value - expected) <= found.error <= 1e-6
    assert found.error >= 1e-15 * abs(expected)


def test_entropy_is_the_mean_of_minus_the_log_density():
    """A fine Riemann sum of -p ln p gives the entropy, within the error it claims."""
    x = np.linspace(-16, 16, 400_001)
    expected = -(LINE.pdf(x) * LINE.logpdf(x)).sum() * (32 / 400_000)
    found = LINE.entropy()
    assert abs(found.value - expected) < found.error + 1e-14
    assert found.error < 1e-11


def test_modes_on_the_line_are_all_maxima():
    """On random mixtures the modes are the local maxima that a fine grid shows, each to the spacing of the grid."""
    rng = np.random.default_rng(0)
    for _ in range(40):
        k = rng.integers(1, 7)
        p = GaussianMixture(rng.dirichlet(np.ones(k)), 3 * rng.normal(size=k), stds=np.exp(0.7 * rng.normal(size=k)))
        x = np.linspace(p.means.min() - 1, p.means.max() + 1, 100_001)
        y = p.logpdf(x)
        peaks = x[1:-1][(y[1:-1] > y[:-2]) & (y[1:-1] > y[2:])]
        modes = p.modes()
        assert len(modes) == len(peaks)
        np.testing.assert_allclose(modes, peaks, atol=x[1] - x[0])


@pytest.mark.parametrize(("r", "count"), [(0.5, 1), (0.9999, 1), (1.0001, 2), (1.1, 2), (30.0, 2)])
def test_pair_is_bimodal_iff_r_exceeds_one(r, count):
    """The symmetric pair, moved off the origin, has two modes iff a/s > 1."""
    p = GaussianMixture([0.5, 0.5], [7.3 - 0.2 * r, 7.3 + 0.2 * r], stds=[0.2, 0.2])
    assert len(p.modes()) == count


def test_a_thin_spike_of_tiny_weight_is_a_mode():
    """A component of weight 1e-12 and width 1e-10 on the flank of another is found."""
    p = GaussianMixture([1 - 1e-12, 1e-12], [0.0, 3.0], stds=[1.0, 1e-10])
    np.testing.assert_allclose(p.modes(), [0.0, 3.0], atol=1e-9)


def test_three_close_components_have_a_fourth_mode_at_their_centre():
    """Three equal Gaussians at s = 0.715 of their radius have four modes, at s = 0.5 three; all are stationary."""
    for s, count in ((0.5, 3), (0.715, 4), (0.8, 1)):
        q = ring(3, 1.0, s).affine(1, [3.0, -1.0])
        modes = q.modes()
        assert modes.shape == (count, 2)
        assert np.abs(q.score(modes)).max() < 1e-8


def test_the_saddle_between_two_modes_in_space_is_none():
    """In three dimensions a start that rests on the saddle, with one direction up, is discarded."""
    p = GaussianMixture([0.5, 0.5], [[-1.0, 0.3, 0.2], [1.0, 0.3, 0.2]], stds=[0.4, 0.4])
    assert p.modes().shape == (2, 3)
    assert GaussianMixture([1.0], [[1.0, 2.0, 3.0]], stds=[0.5]).modes().tolist() == [[1.0, 2.0, 3.0]]


def test_two_crossed_ellipses_have_three_modes():
    """Two elongated Gaussians at right angles have a third mode where their long axes cross."""
    p = GaussianMixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], covs=[np.diag([1, 0.01]), np.diag([0.01, 1])])
    assert len(p.modes()) == 3


@pytest.mark.parametrize(("p", "count"), [(ring(), 8), (ring(5, 2.0, 0.1), 5), (grid(3, 2.0, 0.05), 9)])
def test_named_mixtures_have_their_modes(p, count):
    """Ring and grid have as many distinct modes as components, at the components when those are far apart."""
    modes = p.modes()
    assert len(modes) == count
    assert (np.linalg.norm(modes[:, None] - p.means, axis=2).min(axis=1) < 1e-6).all()
    np.testing.assert_allclose(p.weights, 1 / count)


def test_named_mixtures_are_as_described():
    """Radius, spacing, width, weight and centre of ring, grid and pair."""
    np.testing.assert_allclose(np.linalg.norm(ring(7, 2.5, 0.1).means, axis=1), 2.5)
    gaps = np.linalg.norm(np.diff(np.vstack([ring(7, 2.5).means, ring(7, 2.5).means[:1]]), axis=0), axis=1)
    np.testing.assert_allclose(gaps, 5 * np.sin(np.pi / 7))
    np.testing.assert_allclose(grid(4, 3.0).mean, [0, 0], atol=1e-15)
    np.testing.assert_allclose(np.unique(grid(4, 3.0).means[:, 1]), [-4.5, -1.5, 1.5, 4.5])
    pair = symmetric_pair(2.0, 0.3, weight=0.9)
    assert pair.mean == pytest.approx(-2 * 0.8)
    assert pair.stds.tolist() == [0.3, 0.3]
    assert grid(3).stds[0, 0] == 0.05
    assert ring().stds[0, 0] == 0.01
    assert ring(modes=1, radius=2.0).means.tolist() == [[2.0, 0.0]]
    assert grid(side=1).means.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: GaussianMixture([0.5, 0.6], [0, 1], stds=[1, 1]), "weights"),
        (lambda: GaussianMixture([], [], stds=[]), "weights"),
        (lambda: GaussianMixture([1.0], [0, 1], stds=[1]), "means"),
        (lambda: GaussianMixture([1.0], [np.nan], stds=[1]), "means"),
        (lambda: GaussianMixture([1.0], [0], stds=[0]), "stds"),
        (lambda: GaussianMixture([1.0], [0], stds=[1, 1]), "stds"),
        (lambda: GaussianMixture([1.0], [[0, 0]], stds=[[1, 1, 1]]), "stds"),
        (lambda: GaussianMixture([1.0], [0]), "stds, covs"),
        (lambda: GaussianMixture([1.0], [[0]], stds=[1], covs=[[[1]]]), "stds, covs"),
        (lambda: GaussianMixture([1.0], [0], covs=[[[1]]]), "covs"),
        (lambda: GaussianMixture([1.0], [[0, 0]], covs=[[[1, 2], [2, 1]]]), "covs"),
        (lambda: GaussianMixture([1.0], [[0, 0]], covs=[[[1, 0.5], [0.4, 1]]]), "covs"),
        (lambda: LINE.pdf(np.nan), "x"),
        (lambda: FULL.pdf([1.0, 2.0, 3.0]), "x"),
        (lambda: FULL.cdf([1.0, 2.0]), "mixture"),
        (lambda: LINE.ppf(1.5), "u"),
        (lambda: LINE.isf(-0.1), "u"),
        (lambda: LINE.sample(-1, 0), "n"),
        (lambda: LINE.sample(3, "seed"), "rng"),
        (lambda: LINE.smooth(-1), "std"),
        (lambda: LINE.denoise(0.0, -1), "std"),
        (lambda: FULL.marginal(2), "axes"),
        (lambda: FULL.marginal([0, 0]), "axes"),
        (lambda: FULL.conditional({}), "given"),
        (lambda: FULL.conditional({0: 1.0, 1: 1.0}), "given"),
        (lambda: SPACE.entropy(), "mixture"),
        (lambda: symmetric_pair(1.0, 0.0), "s"),
        (lambda: symmetric_pair(1.0, 1.0, weight=1.1), "weight"),
        (lambda: ring(modes=0), "modes"),
        (lambda: ring(radius=-1), "radius"),
        (lambda: grid(side=2.5), "side"),
        (lambda: grid(std=0), "std"),
    ],
)
def test_bad_input_is_named(call, name):
    """A bad argument raises ValueError that begins with its name."""
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()


def test_mixtures_cannot_be_changed():
    """Parameters are read-only, and the printed form makes the same mixture again."""
    with pytest.raises(ValueError, match="read-only"):
        LINE.means[0] = 1.0
    again = eval(repr(FULL))
    assert again.logpdf([0.3, 0.4]) == FULL.logpdf([0.3, 0.4])


MAPS = [
    (LINE, -2.5, 1.3), (HARD, 1e3, 0.0), (FULL, [[1.0, 2.0], [-0.5, 0.3]], [3.0, -1.0]), (DIAGONAL, -0.7, [0.2, 5.0]),
    (DIAGONAL, [[0.0, -1.0], [1.0, 0.0]], 2.0), (SPACE, np.diag([1.0, -2.0, 0.1]), [1.0, 0.0, 2.0]), (FULL, 3.0, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("p", "matrix", "shift"), MAPS)
def test_affine_changes_variables(p, matrix, shift):
    """The density of AX + b at Ax + b is p(x)/|det A|, its mean A EX + b, its covariance A Cov Aᵀ."""
    A = np.asarray(matrix) if np.ndim(matrix) else matrix * np.eye(p.dim)
    q, x = p.affine(matrix, shift), p.sample(50, 3)
    there = A[0, 0] * x + shift if p.scalar else x @ A.T + shift
    lost = np.log(abs(np.linalg.det(A)))
    np.testing.assert_allclose(q.logpdf(there), p.logpdf(x) - lost, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        q.mean, (A @ np.atleast_1d(p.mean) + shift)[()] if not p.scalar else A[0, 0] * p.mean + shift, rtol=1e-13
    )
    np.testing.assert_allclose(q.cov, A @ p.cov @ A.T, rtol=1e-12, atol=1e-12 * np.abs(q.cov).max())


@pytest.mark.parametrize(("p", "matrix", "shift"), MAPS)
def test_affine_composes_and_is_undone(p, matrix, shift):
    """B(AX + b) + c has the law of BAX + (Bb + c), and A⁻¹(AX + b) - A⁻¹b that of X."""
    A = np.asarray(matrix, dtype=float)
    B = 0.3 * np.eye(p.dim) + np.triu(np.ones((p.dim, p.dim)), 1) if A.ndim else np.asarray(-0.3)
    inverse = np.linalg.inv(A) if A.ndim else 1 / A
    b = np.broadcast_to(shift, p.means.shape[1:])
    through = lambda M, y: M @ y if M.ndim else M * y  # noqa: E731
    twice, once = p.affine(A, shift).affine(B, 0.9), p.affine(through(B, A), through(B, b) + 0.9)
    back = p.affine(A, shift).affine(inverse, -through(inverse, b))
    for q, r in ((twice, once), (back, p)):
        np.testing.assert_array_equal(q.weights, r.weights)
        np.testing.assert_allclose(q.means, r.means, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(q.covs, r.covs, rtol=1e-10, atol=1e-12)


def test_affine_keeps_what_a_scale_keeps():
    """A common scale leaves standard deviations standard deviations, exact to a rounding; samples move with the law."""
    q = DIAGONAL.affine(-3.0, 1.0)
    np.testing.assert_array_equal(q.stds, 3 * DIAGONAL.stds)
    np.testing.assert_array_equal(q.means, 1 - 3 * DIAGONAL.means)
    assert "stds=" in repr(q)
    np.testing.assert_allclose(LINE.affine(2.0, 1.0).sample(9, 4), 2 * LINE.sample(9, 4) + 1, rtol=1e-13)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: LINE.affine(0.0), "matrix"),
        (lambda: LINE.affine([[1.0]]), "matrix"),
        (lambda: LINE.affine(1.0, [0.0, 1.0]), "shift"),
        (lambda: LINE.affine(np.nan), "matrix"),
        (lambda: LINE.affine(1.0, np.inf), "shift"),
        (lambda: FULL.affine([[1.0, 2.0], [2.0, 4.0]]), "matrix"),
        (lambda: FULL.affine(np.zeros((2, 2))), "matrix"),
        (lambda: FULL.affine(0), "matrix"),
        (lambda: FULL.affine([1.0, 2.0]), "matrix"),
        (lambda: FULL.affine(np.eye(3)), "matrix"),
        (lambda: FULL.affine([[1.0, 2.0]]), "matrix"),
        (lambda: FULL.affine(np.eye(2), [1.0]), "shift"),
        (lambda: FULL.affine(np.eye(2), [1.0, 2.0, 3.0]), "shift"),
    ],
)
def test_affine_refuses_by_name(call, named):
    """Singular, misshapen and infinite maps raise ValueError with the argument's name."""
    with pytest.raises(ValueError, match=f"^{named}: expected .*, got "):
        call()


EXTREMES = [
    (-1e308, 1e308, 1e308, 2.0),
    (0.0, 1e-310, 1e-310, 1.0),
    (3e307, 7e306, 1e307, -20 / 7),
    (0.0, 1e-200, -3e-200, -3.0),
]


@pytest.mark.parametrize(("mean", "std", "x", "z"), EXTREMES)
def test_arguments_are_standardised_without_overflow(mean, std, x, z) -> None:
    """Where z = (x-μ)/σ is a number, so are sf = Φ(-z), ln p = -z²/2 - ln σ - ½ ln 2π and their inverses, though x - μ overflows."""
    p = GaussianMixture([1.0], [mean], stds=[std])
    tail = math.erfc(z / math.sqrt(2)) / 2
    assert float(p.sf(x)) == pytest.approx(tail, rel=1e-9)
    assert float(p.isf(tail)) == pytest.approx(x, rel=1e-9)
    assert float(p.logpdf(x)) == pytest.approx(-z * z / 2 - math.log(std) - math.log(2 * math.pi) / 2, rel=1e-9)
    assert p.std == std
    assert p.mean == mean
    assert float(p.entropy()) == pytest.approx(math.log(std) + math.log(2 * math.pi * math.e) / 2, rel=1e-9)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL])
def test_numbers_of_any_size_are_those_of_a_unit(p, size):
    """Of a mixture stretched by 1e±200 (1e±100 where covariances are given) all is that of the mixture, stretched."""
    size = np.exp2(np.round(np.log2(size if p is not FULL else np.sqrt(size))))
    stretched, x, D = p.affine(size), p.sample(7, 0), p.dim
    np.testing.assert_allclose(stretched.logpdf(size * x), p.logpdf(x) - D * np.log(size), rtol=1e-13)
    np.testing.assert_allclose(stretched.score(size * x) * size, p.score(x), rtol=1e-12)
    np.testing.assert_allclose(stretched.denoise(size * x, 0.3 * size) / size, p.denoise(x, 0.3), rtol=1e-12)
    np.testing.assert_allclose(stretched.characteristic(x / size), p.characteristic(x), rtol=1e-12)
    np.testing.assert_allclose(stretched.modes() / size, p.modes(), rtol=1e-9)
    np.testing.assert_allclose(stretched.std / size, p.std, rtol=1e-14)
    np.testing.assert_allclose(stretched.mean / size, p.mean, rtol=1e-14)
    np.testing.assert_array_equal(stretched.sample(5, 1) / size, p.sample(5, 1))
    assert float(stretched.entropy()) == pytest.approx(float(p.entropy()) + D * np.log(size), rel=1e-7)
    if D > 1:
        np.testing.assert_allclose(stretched.marginal(1).stds / size, p.marginal(1).stds, rtol=1e-14)
        rest, expected = (g.conditional({0: c * 0.4}) for g, c in ((stretched, size), (p, 1.0)))
        np.testing.assert_allclose(rest.stds / size, expected.stds, rtol=1e-13)
        np.testing.assert_allclose(rest.weights, expected.weights, rtol=1e-12)


@pytest.mark.parametrize("p", [LINE, FULL, DIAGONAL])
@pytest.mark.parametrize("far", [1e100, 1e160, 1e300])
def test_far_away_the_widest_component_is_all_there_is(p, far):
    """Where every density is below the floats the score is that of the component that falls slowest, and so is the denoiser."""
    x = far * np.array([0.6, -0.8])[: p.dim] if p.dim > 1 else np.float64(far)
    precisions = np.linalg.inv(p.covs)
    u = np.atleast_1d(x / far)
    slowest = np.argmin(np.einsum("i,kij,j->k", u, precisions, u))
    np.testing.assert_allclose(np.atleast_1d(p.score(x)) / far, -precisions[slowest] @ u, rtol=1e-9)
    C = p.covs[slowest]
    found = np.atleast_1d(p.denoise(x, 0.0)) / far
    np.testing.assert_allclose(found, u, rtol=1e-9)
    noisy = C + np.eye(p.dim)
    if np.argmin(np.einsum("i,kij,j->k", u, np.linalg.inv(p.covs + np.eye(p.dim)), u)) == slowest:
        np.testing.assert_allclose(np.atleast_1d(p.denoise(x, 1.0)) / far, C @ np.linalg.inv(noisy) @ u, rtol=1e-9)
    assert p.logpdf(x) < -1e100


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: GaussianMixture([1.0], [1e308], stds=[1e-10]), "stds"),
        (lambda: GaussianMixture([1.0], [[0.0, 0.0]], stds=[[1e200, 1e-200]]), "stds"),
        (lambda: GaussianMixture([1.0], [[1e200, 0.0]], covs=[1e-300 * np.eye(2)]), "covs"),
        (lambda: LINE.score(np.inf), "x"),
        (lambda: LINE.denoise([0.0, -np.inf], 1.0), "x"),
        (lambda: FULL.characteristic([np.inf, 0.0]), "omega"),
        (lambda: FULL.smooth(1e200), "std"),
        (lambda: FULL.conditional({0: 1e308}), "given"),
    ],
)
def test_what_has_no_float_is_refused(call, name):
    """Widths too unlike each other for any unit, and places without a limit: ValueError with the argument's name."""
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()


CHANGES = {
    "weights": lambda p: p.weights.__setitem__(0, 0.9),
    "means": lambda p: p.means.__setitem__((0, 0), 9.0),
    "stds": lambda p: p.stds.__setitem__((0, 0), 9.0),
    "covs": lambda p: p.covs.__setitem__((0, 0, 0), 100.0),
}
COPIES = {
    "itself": lambda p: p,
    "a copy": copy.copy,
    "a deep copy": copy.deepcopy,
    "pickled": lambda p: pickle.loads(pickle.dumps(p)),
    "a pickled copy": lambda p: copy.copy(pickle.loads(pickle.dumps(p, protocol=2))),
}


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("given", ["stds", "covs"])
def test_a_mixture_never_changes(change, copied, given) -> None:
    """What a mixture hands out cannot be written to, nor replaced, nor can that of its copies, which are equal to it."""
    spread = [1.0, 2.0] if given == "stds" else [[[1.0, 0.2], [0.2, 1.0]], np.eye(2)]
    p = GaussianMixture([0.3, 0.7], [[0.0, 1.0], [3.0, 0.5]], **{given: spread})
    p.logpdf([0.0, 0.0])
    q = COPIES[copied](p)
    assert repr(p) == repr(q)
    assert p.logpdf([0.3, 0.2]) == q.logpdf([0.3, 0.2])
    with pytest.raises(ValueError, match="read-only"):
        CHANGES[change](q)
    with pytest.raises(AttributeError, match=change):
        setattr(q, change, 1.0)
