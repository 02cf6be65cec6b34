"""The linear VAE: its closed forms against its objective, minimised and perturbed."""

import numpy as np
import pytest
from scipy.optimize import minimize

from theory import water_filling as wf

SPECTRUM = np.array([0.3, 4.1, 0.09, 1.7, 0.6])
NOISE_VAR, BETA = 0.35, 1.6  # level 0.56: three directions active, one only just
CASES = [
    (2.3, 0.4, 1.0),
    (2.3, 0.4, 3.0),
    (2.3, 0.4, 6.1),
    (0.7, 1.3, 0.5),
    (0.6, 1.3, 0.5),
    (5.0, 1e-3, 2.0),
]


def covariance(seed=3):
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))[0]
    return rotation @ np.diag(SPECTRUM) @ rotation.T


@pytest.mark.parametrize(("var", "noise_var", "beta"), CASES)
def test_direction_optimum_by_descent(var, noise_var, beta):
    """The best (w, m, s²) that a numerical minimiser finds attains the closed optimum."""
    f = lambda x: float(wf.direction_objective(var, x[0], x[1], np.exp(x[2]), noise_var, beta))  # noqa: E731
    starts = np.random.default_rng(1).normal(size=(4, 3))
    found = min(minimize(f, x, tol=1e-12).fun for x in starts)
    assert found == pytest.approx(float(wf.optimal_objective(var, noise_var, beta)), abs=1e-8)


@pytest.mark.parametrize(("var", "noise_var", "beta"), CASES)
def test_direction_optimum_is_attained_at_the_stated_parameters(var, noise_var, beta):
    """The objective at (w, m, s²) of the closed forms is the closed optimum."""
    w = np.sqrt(wf.squared_weight(var, noise_var, beta))
    m, s2 = wf.encoder_gain(var, noise_var, beta), wf.encoder_var(var, noise_var, beta)
    at = wf.direction_objective(var, w, m, s2, noise_var, beta)
    assert at == pytest.approx(float(wf.optimal_objective(var, noise_var, beta)), rel=1e-13, abs=0)


@pytest.mark.parametrize(("var", "noise_var", "beta"), CASES)
def test_moments_by_definition(var, noise_var, beta):
    """Rate and distortions are KL and squared errors of the stated channel; sampling adds the noise to w²."""
    w = np.sqrt(wf.squared_weight(var, noise_var, beta))
    m, s2 = wf.encoder_gain(var, noise_var, beta), wf.encoder_var(var, noise_var, beta)
    assert wf.rate(var, noise_var, beta) == pytest.approx((m**2 * var + s2 - 1 - np.log(s2)) / 2, abs=1e-14)
    assert wf.distortion(var, noise_var, beta) == pytest.approx(var * (1 - w * m) ** 2 + w**2 * s2, rel=1e-13, abs=0)
    assert wf.mean_distortion(var, noise_var, beta) == pytest.approx(var * (1 - w * m) ** 2, rel=1e-11, abs=0)
    assert wf.sample_var(var, noise_var, beta) == pytest.approx(w**2 + noise_var, rel=1e-14, abs=0)
    np.testing.assert_allclose(wf.shown_vars(var, noise_var, beta), [w**2, w**2 + noise_var], rtol=1e-14)


def test_share_of_power_of_a_power_law():
    """Means have 1 - βσ²k^α of the data's power, and none from k = (βσ²)^{-1/α} on."""
    k = np.array([1.0, 2.0, 4.0, 9.0])
    np.testing.assert_allclose(wf.power_share(k, 1.5, 0.05, 2.0), np.maximum(1 - 0.1 * k**1.5, 0), rtol=1e-13)


def test_direction_objective_by_quadrature():
    """The direction objective is the expected negative log likelihood plus β KL, by Gauss-Hermite sums."""
    var, w, m, s2, noise_var, beta = 1.9, 0.8, 0.5, 0.3, 0.45, 1.7
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    x, e = np.sqrt(var) * nodes[:, None], np.sqrt(s2) * nodes
    nll = (x - w * (m * x + e)) ** 2 / (2 * noise_var) + np.log(2 * np.pi * noise_var) / 2
    z = m * x + e
    kl = -(e**2) / (2 * s2) - np.log(s2) / 2 + z**2 / 2
    expected = weights @ (nll + beta * kl) @ weights
    assert wf.direction_objective(var, w, m, s2, noise_var, beta) == pytest.approx(expected, rel=1e-13, abs=0)


def test_activity_has_its_edge_at_the_water_level():
    """A direction is active iff λ > βσ², strictly."""
    assert wf.active([0.5, 0.5 + 1e-15, 0.4999], 0.25, 2.0).tolist() == [False, True, False]


def test_power_law_loses_high_frequencies_first():
    """As β grows the active directions of a power law are always a leading block, ever shorter."""
    spectrum = 1.0 / np.arange(1, 30) ** 2
    counts = [np.flatnonzero(wf.active(spectrum, 0.01, beta)) for beta in (0.2, 1, 5, 20)]
    assert all(c.tolist() == list(range(len(c))) for c in counts)
    assert [len(c) for c in counts] == [22, 9, 4, 2]


@pytest.mark.parametrize("latents", [1, 2, 3, 5])
def test_matrix_optimum_is_stationary_and_unbeaten(latents):
    """Perturbing W, M and S (not only along axes) by δ never lowers the objective below its optimum."""
    cov, rng = covariance(), np.random.default_rng(8)
    best = wf.optimum(cov, latents, NOISE_VAR, BETA)
    least = wf.objective(best, cov, NOISE_VAR, BETA)
    for scale in (1e-4, 1e-2, 0.5):
        for _ in range(20):
            a = rng.normal(size=(latents, latents)) * scale
            other = wf.LinearVAE(
                best.decoder + scale * rng.normal(size=(5, latents)),
                best.encoder + scale * rng.normal(size=(latents, 5)),
                (np.eye(latents) + a) @ best.encoder_cov @ (np.eye(latents) + a).T,
            )
            assert wf.objective(other, cov, NOISE_VAR, BETA) > least


@pytest.mark.parametrize("latents", [2, 5])
def test_matrix_optimum_by_descent_over_decoders(latents):
    """Over every decoder with its best encoder, W non-orthogonal, descent ends at the closed optimum."""
    cov = covariance()
    profile = lambda x: wf.objective(  # noqa: E731
        wf.best_encoder(x.reshape(5, latents), NOISE_VAR, BETA), cov, NOISE_VAR, BETA
    )
    start = np.random.default_rng(0).normal(size=5 * latents)
    found = minimize(profile, start, tol=1e-10).fun
    assert found == pytest.approx(wf.objective(wf.optimum(cov, latents, NOISE_VAR, BETA), cov, NOISE_VAR, BETA))


@pytest.mark.parametrize("latents", [1, 3, 5])
def test_matrix_optimum_splits_into_directions(latents):
    """The matrix optimum is the sum of the directions' optima; those beyond k stay uncoded."""
    var = np.sort(SPECTRUM)[::-1]
    uncoded = var[latents:] / (2 * NOISE_VAR) + np.log(2 * np.pi * NOISE_VAR) / 2
    expected = wf.optimal_objective(var[:latents], NOISE_VAR, BETA).sum() + uncoded.sum()
    best = wf.optimum(covariance(), latents, NOISE_VAR, BETA)
    assert wf.objective(best, covariance(), NOISE_VAR, BETA) == pytest.approx(expected, rel=1e-13, abs=0)


def test_best_encoder_is_the_posterior_at_beta_one():
    """At β = 1 the best encoder is the exact posterior of z given x, by Bayes on the joint Gaussian."""
    W = np.random.default_rng(4).normal(size=(4, 2))
    vae = wf.best_encoder(W, 0.7, 1.0)
    gain = W.T @ np.linalg.inv(W @ W.T + 0.7 * np.eye(4))
    np.testing.assert_allclose(vae.encoder, gain, rtol=1e-12)
    np.testing.assert_allclose(vae.encoder_cov, np.eye(2) - gain @ W, atol=1e-13)


def test_best_rank_loses_the_trailing_singular_values():
    """Σ_{i>k} λ_i is what a truncated singular value decomposition of a root of the covariance leaves."""
    U, d, V = np.linalg.svd(np.linalg.cholesky(covariance()))
    for k in range(6):
        left = np.linalg.cholesky(covariance()) - U[:, :k] * d[:k] @ V[:k]
        assert wf.best_rank_distortion(SPECTRUM, k) == pytest.approx((left**2).sum(), abs=1e-13)


def test_bottleneck_helps_down_to_the_water_level_only():
    """Distortion falls with every latent above the level, and not at all below it."""
    steps = np.diff([wf.bottleneck_distortion(SPECTRUM, k, NOISE_VAR, BETA) for k in range(6)])
    np.testing.assert_allclose(steps, [0.56 - 4.1, 0.56 - 1.7, 0.56 - 0.6, 0, 0], atol=1e-14)


@pytest.mark.parametrize("beta", [0.5, 1.0, 1.4, 4.0])
@pytest.mark.parametrize("latents", [0, 1, 2, 4])
def test_learned_noise_by_scan(latents, beta):
    """The learned σ² minimises the objective over σ² on a fine grid around it, at every bottleneck and β."""
    best = wf.learned_noise_var(SPECTRUM, latents, beta)
    var = np.sort(SPECTRUM)[::-1]

    def profile(noise_var):
        coded = wf.optimal_objective(var[:, None], noise_var, beta)
        uncoded = var[:, None] / (2 * noise_var) + np.log(2 * np.pi * noise_var) / 2
        return coded[:latents].sum(0) + uncoded[latents:].sum(0)

    grid = best * np.geomspace(0.02, 50, 4001)
    assert profile(grid).min() >= profile(np.array([best]))[0] - 1e-13
    assert grid[np.argmin(profile(grid))] == pytest.approx(best, rel=3e-3, abs=0)


def test_learned_noise_is_probabilistic_pca():
    """At β = 1 it is the mean of the discarded eigenvalues; with none left it is the edge."""
    assert wf.learned_noise_var(SPECTRUM, 2, 1.0) == pytest.approx((0.6 + 0.3 + 0.09) / 3)
    assert wf.learned_noise_var(SPECTRUM, 5, 1.0) == pytest.approx(0.09)
    assert wf.learned_noise_var(SPECTRUM, 5, 0.9) == 0
    assert wf.learned_noise_var([2.0, 1.0, 0.0], 2, 1.0) == 0


@pytest.mark.parametrize("level", [0.05, 0.3, 0.56, 1.0, 4.0])
def test_linear_vae_lies_on_the_rate_distortion_function(level):
    """Total rate and distortion at βσ² are a point of the Gaussian rate-distortion function, both ways."""
    rate, distortion = wf.rate(SPECTRUM, level, 1.0).sum(), wf.distortion(SPECTRUM, level, 1.0).sum()
    assert wf.gaussian_rate(SPECTRUM, distortion) == pytest.approx(rate, abs=1e-13)
    assert wf.gaussian_distortion(SPECTRUM, rate) == pytest.approx(distortion, rel=1e-13, abs=0)


def test_rate_distortion_is_convex_with_slope_of_the_level():
    """dD/dR = -2θ, and the ends are (0, Σλ): the textbook properties."""
    assert wf.gaussian_rate(SPECTRUM, SPECTRUM.sum()) == 0
    assert wf.gaussian_distortion([*SPECTRUM, 0.0], 0.0) == pytest.approx(SPECTRUM.sum(), rel=1e-14, abs=0)
    h, rate = 1e-5, 2.0
    left, mid, right = (wf.gaussian_distortion(SPECTRUM, rate + d) for d in (-h, 0, h))
    levels = np.linspace(0, 1, 100001)
    level = np.interp(mid, np.minimum(SPECTRUM[:, None], levels).sum(0), levels)
    assert (right - left) / (2 * h) == pytest.approx(-2 * level, rel=1e-8, abs=0)


def test_single_gaussian():
    """One direction: D(R) = λ e^{-2R}."""
    assert wf.gaussian_distortion([2.5], 0.8) == pytest.approx(2.5 * np.exp(-1.6), rel=1e-14, abs=0)
    assert wf.gaussian_rate([2.5], 0.4) == pytest.approx(np.log(2.5 / 0.4) / 2, rel=1e-14, abs=0)


COV = np.eye(2)
BAD = [
    (lambda: wf.rate(-1.0, 1.0, 1.0), "var"),
    (lambda: wf.active(1.0, 0.0, 1.0), "noise_var"),
    (lambda: wf.distortion(1.0, 1.0, [1.0, 0.0]), "beta"),
    (lambda: wf.direction_objective(1.0, 1.0, 1.0, 0.0, 1.0, 1.0), "encoder_var"),
    (lambda: wf.optimum([[1.0, 2.0]], 1, 1.0, 1.0), "data_cov"),
    (lambda: wf.optimum([[1.0, 2.0], [0.0, 1.0]], 1, 1.0, 1.0), "data_cov"),
    (lambda: wf.optimum(COV, 3, 1.0, 1.0), "latents"),
    (lambda: wf.optimum(COV, 0, 1.0, 1.0), "latents"),
    (lambda: wf.bottleneck_distortion([1.0, -1.0], 1, 1.0, 1.0), "spectrum"),
    (lambda: wf.learned_noise_var([0.0, 0.0], 1, 1.0), "spectrum"),
    (lambda: wf.gaussian_rate([1.0, 2.0], 3.1), "total_distortion"),
    (lambda: wf.gaussian_rate([1.0, 2.0], 0.0), "total_distortion"),
    (lambda: wf.gaussian_distortion([1.0, 2.0], -0.1), "total_rate"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Negative variances, bad matrices and impossible distortions are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
