"""Two modes behind a noisy encoder: every expectation against tanh-sinh quadrature of its definition."""

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad

from theory import encoder_noise as en

GAMMAS = [0.0, 1e-6, 0.03, 0.7, 1.0, 4.0, 60.0, 900.0]
A, M, V = 1.3, 0.8, 0.5


def expected(f, gamma):
    """E f(γ+√γN) at 40 digits: Gauss on short panels around y = 0, where f bends, and around its mean γ."""
    with mp.workdps(40):
        g, root = mp.mpf(gamma), mp.sqrt(gamma)
        if gamma == 0:
            return float(f(mp.mpf(0)))
        bend = [mp.mpf(k) for k in range(-60, 61, 2) if root > 1]
        edges = sorted({*bend, *(g + root * k for k in range(-14, 15) if root <= 1 or g + root * k > 60)})
        integrand = lambda y: mp.exp(g / 2) * mp.npdf((y - g) / root) / root * f(y)  # noqa: E731
        return float(mp.exp(-g / 2) * mp.quad(integrand, edges, method="gauss-legendre", maxdegree=6))


@pytest.mark.parametrize("gamma", GAMMAS)
def test_error_is_one_minus_expected_tanh(gamma):
    """a²(1 - E tanh(γ+√γN)) to relative accuracy, however small."""
    twin = A**2 * expected(lambda y: 2 / (1 + mp.exp(2 * y)), gamma)
    assert en.error(A, gamma) == pytest.approx(twin, rel=1e-12, abs=0)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_information_and_what_is_left(gamma):
    """I = γ - E ln cosh(γ+√γN) by its definition, and H(x|z) = E ln(1+e^{-2(γ+√γN)}), each to relative accuracy."""
    left = expected(lambda y: mp.log1p(mp.exp(-2 * y)), gamma)
    assert en.mode_entropy(gamma) == pytest.approx(left, rel=1e-12, abs=0)
    if gamma >= 0.03:
        assert en.information(gamma) == pytest.approx(np.log(2) - left, rel=1e-12, abs=0)
    assert en.information(gamma) == pytest.approx(gamma / 2, rel=2 * gamma, abs=0) or gamma > 0.1


def test_immse():
    """dI/dγ = error/2a²."""
    gamma, h = np.array([0.1, 1.0, 5.0]), 1e-4
    slope = (en.information(gamma + h) - en.information(gamma - h)) / (2 * h)
    np.testing.assert_allclose(slope, en.error(A, gamma) / (2 * A**2), rtol=1e-7)


def test_far_error():
    """√(π/2γ) e^{-γ/2} is approached from below with relative gap π²/8γ."""
    gamma = np.array([100.0, 400.0])
    gap = 1 - en.error(A, gamma) / en.far_error(A, gamma)
    np.testing.assert_allclose(gap * gamma, np.pi**2 / 8, rtol=0.05)


def test_slope_of_any_best_decoder():
    """Cov(x, m|z)/v is the difference quotient of E[x|z]; for two modes it is `decoder_slope`, far out it stays finite."""
    w, x, m, z, h = np.array([0.2, 0.5, 0.3]), np.array([1.0, -0.4, 2.0]), np.array([-0.7, 0.1, 1.2]), 0.35, 1e-5

    def decoder(at):
        p = w * np.exp(-((at - m) ** 2) / (2 * V))
        return p @ x / p.sum()

    slope = (decoder(z + h) - decoder(z - h)) / (2 * h)
    assert en.best_decoder_slope(z, w, x, m, V) == pytest.approx(slope, rel=1e-8, abs=0)
    both = en.best_decoder_slope([z, 1e3], [0.5, 0.5], [-A, A], [-M, M], V)
    np.testing.assert_allclose(both, [en.decoder_slope(z, A, M, V), 0], rtol=1e-12, atol=1e-300)


def test_bounds_hold_and_are_met_at_the_ends():
    """The linear decoder's error is met at γ = 0, the bound on the prior's spread where m ≪ v."""
    gamma, ratio = np.array([0.0, 0.3, 5.0]), np.array([1e-4, 0.5, 3.0])
    assert (en.error(A, gamma) <= en.linear_error(A, gamma) * (1 + 1e-14)).all()
    assert en.linear_error(A, 0.0) == pytest.approx(float(en.error(A, 0.0)), rel=1e-14, abs=0)
    spread, bound = en.prior_decoded_var(A, ratio, 1.0), en.prior_decoded_bound(A, ratio, 1.0)
    assert (spread <= bound).all()
    assert spread[0] == pytest.approx(bound[0], rel=1e-7, abs=0)


def test_far_error_has_a_floor():
    """The error lies between √(π/2γ) e^{-γ/2} (1 - π²/8γ) and the limit, and nearer and nearer to the floor."""
    gamma = np.array([0.3, 2.0, 50.0, 200.0])
    error, floor = en.error(A, gamma), en.far_error_floor(A, gamma)
    assert (floor < error).all()
    assert (error < en.far_error(A, gamma)).all()
    np.testing.assert_allclose(floor[2:], error[2:], rtol=2e-3)


def test_decoder_is_the_posterior_mean():
    """a tanh(mz/v) by Bayes, and its slope by differences and as Cov(x, m|z)/v."""
    z = np.array([-1.1, 0.0, 0.3, 2.0])
    odds = np.exp(-((z - M) ** 2) / (2 * V)) / np.exp(-((z + M) ** 2) / (2 * V))
    mean = A * (odds - 1) / (odds + 1)
    np.testing.assert_allclose(en.decoder(z, A, M, V), mean, rtol=1e-13, atol=1e-15)
    slope = (en.decoder(z + 1e-5, A, M, V) - en.decoder(z - 1e-5, A, M, V)) / 2e-5
    np.testing.assert_allclose(en.decoder_slope(z, A, M, V), slope, rtol=1e-8)
    np.testing.assert_allclose(en.decoder_slope(z, A, M, V), A * M * (1 - (mean / A) ** 2) / V, rtol=1e-12)


def test_error_is_the_mean_squared_error():
    """E(x - g(z))² for the decoder above, by integration over z."""
    loss = lambda z: (A - en.decoder(z, A, M, V)) ** 2 * np.exp(-((z - M) ** 2) / (2 * V))  # noqa: E731
    mse = quad(loss, -8, 8, epsabs=1e-14)[0] / np.sqrt(2 * np.pi * V)
    assert en.error(A, M**2 / V) == pytest.approx(mse, rel=1e-11, abs=0)


def test_rate_is_information_plus_prior_gap():
    """KL(q(z)‖N(0,1)) of the mixture by integration is the rate less the information."""
    q = lambda z: sum(np.exp(-((z - s * M) ** 2) / (2 * V)) for s in (-1, 1)) / (2 * np.sqrt(2 * np.pi * V))  # noqa: E731
    prior = lambda z: np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)  # noqa: E731
    kl = quad(lambda z: q(z) * np.log(q(z) / prior(z)), -9, 9, epsabs=1e-13)[0]
    assert en.prior_gap(M, V) == pytest.approx(kl, rel=1e-10, abs=0)
    assert en.rate(M, V) == pytest.approx((M**2 + V - 1 - np.log(V)) / 2, rel=1e-15, abs=0)


def test_tiny_signals_and_far_slopes_keep_their_digits():
    """E tanh²(mN/v) → (m/v)² for small m, and the slope falls like 4e^{-2mz/v}: to all digits."""
    assert en.prior_decoded_var(A, 1e-9, 1.0) == pytest.approx(A**2 * 1e-18, rel=1e-12, abs=0)
    assert en.prior_decoded_var(A, 0.9999999, 1.0) == pytest.approx(en.prior_decoded_var(A, 1.0000001, 1.0), rel=1e-6)
    assert en.decoder_slope(40.0, A, M, V) == pytest.approx(4 * A * M / V * np.exp(-80 * M / V), rel=1e-12, abs=0)


def test_rate_is_least_on_the_balanced_line():
    """At given γ the rate is least where m² + v = 1, and is ½ ln(1+γ) there."""
    gamma = 3.0
    v = np.linspace(0.05, 1, 2000)
    rates = en.rate(np.sqrt(gamma * v), v)
    assert v[np.argmin(rates)] == pytest.approx(0.25, abs=1e-3)
    assert rates.min() == pytest.approx(np.log(4) / 2, abs=1e-6)


@pytest.mark.parametrize(("m", "v"), [(0.8, 0.5), (0.1, 0.99), (0.999, 0.002)])
def test_prior_decoded_variance(m, v):
    """a² E tanh²(mN/v) by integration."""
    f = lambda z: np.tanh(m * z / v) ** 2 * np.exp(-(z**2) / 2)  # noqa: E731
    twin = 2 * (quad(f, 0, 0.1, epsabs=1e-14)[0] + quad(f, 0.1, 12, epsabs=1e-14)[0]) / np.sqrt(2 * np.pi)
    assert en.prior_decoded_var(A, m, v) == pytest.approx(A**2 * twin, rel=1e-11, abs=0)
    assert en.prior_decoded_var(A, -m, v) == en.prior_decoded_var(A, m, v)


def test_diversity_and_gap_fall_with_noise():
    """Along m² + v = 1, more noise means less variance of prior means and a smaller prior gap."""
    v = np.geomspace(1e-3, 0.999, 60)
    assert (np.diff(en.prior_decoded_var(1.0, np.sqrt(1 - v), v)) < 0).all()
    assert (np.diff(en.prior_gap(np.sqrt(1 - v), v)) < 0).all()


BAD = [
    (lambda: en.decoder(np.nan, 1.0, 1.0, 1.0), "z"),
    (lambda: en.decoder(0.0, 0.0, 1.0, 1.0), "a"),
    (lambda: en.decoder_slope(0.0, 1.0, np.inf, 1.0), "m"),
    (lambda: en.error(1.0, -1.0), "gamma"),
    (lambda: en.far_error(1.0, 0.0), "gamma"),
    (lambda: en.information(-1.0), "gamma"),
    (lambda: en.mode_entropy(-1.0), "gamma"),
    (lambda: en.rate(1.0, 0.0), "v"),
    (lambda: en.prior_gap(1.0, -1.0), "v"),
    (lambda: en.prior_decoded_var(1.0, 1.0, 0.0), "v"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Noises and signal-to-noise ratios out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_infinitely_far_off_one_code_is_certain() -> None:
    """There the best decoder is flat; on the way to it the slope falls."""
    weights, outputs, codes = [0.2, 0.3, 0.5], [-1.0, 2.0, 5.0], [-1.0, 0.5, 0.7]
    slopes = en.best_decoder_slope([-np.inf, -40.0, 0.6, 40.0, np.inf], weights, outputs, codes, 0.5)
    assert slopes[[0, -1]].tolist() == [0.0, 0.0]
    assert np.all(slopes[1:4] > 0)
    assert max(slopes[1], slopes[3]) < 1e-5 * slopes[2]


def test_codes_in_one_place_tell_nothing_however_far_off():
    """Where both modes have the code 0 the best decoder is flat at 0, at infinity too."""
    z = [-np.inf, -1.0, np.inf]
    assert en.decoder(z, 2.0, 0.0, 0.5).tolist() == [0.0, 0.0, 0.0]
    assert en.decoder_slope(z, 2.0, 0.0, 0.5).tolist() == [0.0, 0.0, 0.0]
    assert en.decoder(np.inf, 2.0, [[0.0], [1.0]], 0.5).tolist() == [[0.0], [2.0]]
