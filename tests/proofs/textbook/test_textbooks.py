"""Observed sides by definition: known values, brute force, and both precisions, each against the textbooks' words."""

import math

import mpmath as mp
import numpy as np
import pytest

from proofs.textbook import (
    collapse,
    decoder,
    denoising,
    independence,
    learned_variance,
    modes,
    noisy_code,
    rate,
    separate_codes,
)
from proofs.textbook import mixture_head as head
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture

TABLE = np.array([[0.1, 0.2, 0.05], [0.3, 0.15, 0.2]])
PAIR = GaussianMixture([0.3, 0.7], [-1.0, 0.8], stds=[0.5, 0.7])
DECODER = np.array([0.25, 0.75]), np.array([[-1.0, 0.5], [2.0, -0.3]]), 0.6
WORDS = {
    "collapse.where_the_slope_vanishes": lambda m: collapse.where_the_slope_vanishes(m, m.number(0.3), m.number(1.3)),
    "collapse.blahut_arimoto": lambda m: collapse.blahut_arimoto(m, np.array([[0.97, 0.03], [0.1, 0.9]]), 0.3, 2.0),
    "collapse.of_random_codes": lambda m: collapse.of_random_codes(m, ((-0.5, 0.8), (0.6, 0.7)), m.number(2), 0.4),
    "decoder.wave": lambda m: decoder.wave(m, *DECODER, np.array([0.7, -0.4])).sum(),
    "decoder.covariance": lambda m: decoder.covariance(m, *DECODER).sum(),
    "decoder.density": lambda m: decoder.density(m, *DECODER, [0.1, 0.2]),
    "decoder.entropy": lambda m: decoder.entropy(m, *DECODER),
    "decoder.loss": lambda m: decoder.loss(m, np.array([[0.3, -1.0], [0.2, 2.0]]), m.number(0.4)),
    "independence.divergence": lambda m: independence.divergence(m, TABLE, None),
    "independence.conditional": lambda m: independence.conditional(m, independence.symmetric(3, 0.1)),
    "independence.excess": lambda m: independence.excess(
        m, np.stack([TABLE, TABLE[::-1] ** 2]) / (1 + (TABLE**2).sum()), np.array([0.4, 0.6]), None
    ),
    "independence.channel_excess": lambda m: independence.channel_excess(m, 3, m.number(0.2)),
    "independence.gaussian_excess": lambda m: independence.gaussian_excess(m, 4, 0.9, 0.2),
    "learned_variance.objective": lambda m: learned_variance.objective(m, [1.5, 0.4], m.number(0.3), m.number(0.5)),
    "noisy_code.error": lambda m: noisy_code.error(m, 1.3, 0.8, 0.4),
    "noisy_code.information": lambda m: noisy_code.information(m, 0.8, 0.4),
    "rate.by_differences": lambda m: rate.by_differences(m, m.number(0.3), m.number(0.6), m.number(1.5)),
    "rate.blahut_arimoto": lambda m: rate.blahut_arimoto(m, 0.3, np.array([[0.97, 0.03], [0.1, 0.9]]), 4.0),
    "separate_codes.rate": lambda m: separate_codes.rate(m, 0.8, m.number(0.6)),
    "separate_codes.cost": lambda m: separate_codes.cost(m, 3.0, 1.2),
    "denoising.posterior_mean": lambda m: denoising.posterior_mean(m, PAIR, 0.4, 0.7, 0.9),
    "head.best_weight": lambda m: head.best_weight(m, PAIR),
}


@pytest.mark.parametrize("name", WORDS)
def test_both_precisions_agree(name: str) -> None:
    """numpy and mpmath come to the same, to rounding."""
    with PRECISE.digits():
        exact = WORDS[name](PRECISE)
        assert isinstance(exact, mp.mpf)
    assert float(WORDS[name](DOUBLE)) == pytest.approx(float(exact), rel=1e-9)


def test_codes_that_begin_to_pay_by_hand() -> None:
    """t = tanh(ut); artanh(τ)/τ before 1/(1-τ²); (K-1) ln(K-1)/(K-2) before K/2, at t = (K-2)/(K-1), ½ for three."""
    t = collapse.where_the_slope_vanishes(DOUBLE, 0.3, 1.3)
    assert t == pytest.approx(math.tanh(1.3 * t), rel=1e-9)
    assert collapse.of_rare_outputs(DOUBLE, 0.2) == pytest.approx(math.atanh(0.6) / 0.6, rel=1e-8)
    assert collapse.of_faint_signals(DOUBLE, 0.2) == pytest.approx(1 / (1 - 0.36), rel=1e-8)
    assert collapse.by_its_slope(DOUBLE, 3) == pytest.approx(0.5, rel=1e-8)
    assert collapse.by_golden_sections(DOUBLE, 3) == pytest.approx(2 * math.log(2), rel=1e-10)
    assert collapse.of_faint_favours(DOUBLE, 3, 0.7) == pytest.approx(1.5, rel=1e-8)
    assert collapse.any_code_of_many(DOUBLE, modes.favoured(3, 0.5)) == pytest.approx(4 * math.log(2) / 3, rel=1e-10)


def test_rates_and_errors_by_hand() -> None:
    """Posteriors 0.9 and 0.1 leave 4·0.09 a² and tell ln 2 - h_b(0.1); an erasure halves what is told and saved."""
    told = math.log(2) + 0.1 * math.log(0.1) + 0.9 * math.log(0.9)
    assert rate.by_summation(DOUBLE, 0.5, 0.8, 2.0) == pytest.approx(4 * 0.09 * 4, rel=1e-12)
    assert rate.by_posterior(DOUBLE, 0.5, 0.8, 2.0) == pytest.approx(1.6, rel=1e-12)
    assert rate.rate(modes.favouring(0.8, 0.5), 0.5) == pytest.approx(told, rel=1e-12)
    assert rate.curvature_of_information(DOUBLE, 0.6, 1.0) == pytest.approx(1 / (1 - 0.36), rel=1e-9)
    whole, half = (rate.point(*rate.shared(DOUBLE, 3, share, 0.0, 1.0)) for share in (1.0, 0.5))
    assert half == pytest.approx((whole[0] / 2, (whole[1] + 1 / 3) / 2), rel=1e-12)
    assert rate.of_the_posterior(DOUBLE, 3) == pytest.approx(whole[0], rel=1e-12)


def test_a_valley_of_equal_means() -> None:
    """Codes that differ in variance alone hold out down to u = 1.91958 at w = 0.9, and to 1 + ¾τ² near equal weights."""
    assert collapse.end_at_equal_means(DOUBLE, 0.9) == pytest.approx(1.91958, abs=5e-6)
    assert collapse.end_at_equal_means(DOUBLE, 0.51) == pytest.approx(1 + 0.75 * 0.02**2, abs=2e-7)


def test_decoders_by_hand() -> None:
    """E e^{iωx} = e^{-σ²ω²/2} Σ w e^{iωg}, Cov = Cov g + σ², h of one Gaussian = ½ ln 2πe σ²."""
    weights, means, std = DECODER
    omega = np.array([0.7, -0.4])
    wave = np.exp(-(std**2) * (omega @ omega) / 2) * (weights * np.exp(1j * means @ omega)).sum()
    np.testing.assert_allclose(decoder.wave(DOUBLE, *DECODER, omega), [wave.real, wave.imag], rtol=1e-12)
    spread = np.cov(means.T, aweights=weights, ddof=0) + std**2 * np.eye(2)
    np.testing.assert_allclose(decoder.covariance(DOUBLE, *DECODER), spread, rtol=1e-12)
    one = decoder.entropy(DOUBLE, np.array([1.0]), np.array([[0.3]]), 0.6)
    assert one == pytest.approx(0.5 * math.log(2 * math.pi * math.e * 0.36), rel=1e-12)
    assert decoder.density(DOUBLE, *DECODER, [0.1, 0.2]) == pytest.approx(
        float(GaussianMixture(weights, means, stds=[std, std]).pdf(np.array([0.1, 0.2]))), rel=1e-12
    )


def test_dependence_by_hand() -> None:
    """KL to the marginals is mutual information; copies told by a sure bit leave nothing; a useless bit leaves all."""
    rows, columns = TABLE.sum(axis=1), TABLE.sum(axis=0)
    mutual = sum(TABLE[i, j] * math.log(TABLE[i, j] / rows[i] / columns[j]) for i in range(2) for j in range(3))
    assert independence.divergence(DOUBLE, TABLE, None) == pytest.approx(mutual, rel=1e-12)
    assert independence.conditional(DOUBLE, independence.symmetric(3, 0.0)) == pytest.approx(0, abs=1e-15)
    assert independence.conditional(DOUBLE, independence.symmetric(3, 0.5)) == pytest.approx(2 * math.log(2))
    p, product = independence.two_points(DOUBLE, np.array([0, 1, 1]))
    assert DOUBLE.kl(p, product).sum() == pytest.approx(2 * math.log(2))


@pytest.mark.parametrize("error", [0.01, 0.2, 0.5])
def test_the_channel_s_excess_is_that_of_its_table(error: float) -> None:
    """One formula for D bits behind a noisy bit against enumeration of the joint table."""
    table = independence.symmetric(3, error) + 1e-300  # ln 0 where the mass is 0
    by_table = independence.rate(independence.symmetric(3, error), np.array([0.5, 0.5]))
    loss = -sum(
        cell.sum() * (np.log([error, 1 - error] if z else [1 - error, error]) * [c[0].sum(), c[1].sum()]).sum() * 3
        for z, cell in enumerate(table)
        for c in [cell / cell.sum()]
    )
    assert independence.channel_excess(DOUBLE, 3, error) == pytest.approx(by_table + loss - math.log(2), rel=1e-9)


def test_sure_and_useless_codes() -> None:
    """Far codes: no error and ln 2 nats; codes on top of each other: the prior's variance a² and none."""
    assert noisy_code.error(DOUBLE, 1.3, 6.0, 0.4) == pytest.approx(0, abs=1e-6)
    assert noisy_code.information(DOUBLE, 6.0, 0.4) == pytest.approx(math.log(2), rel=1e-6)
    assert noisy_code.error(DOUBLE, 1.3, 1e-4, 0.4) == pytest.approx(1.3**2, rel=1e-6)
    assert noisy_code.information(DOUBLE, 1e-4, 0.4) == pytest.approx(0, abs=1e-6)
    assert separate_codes.rate(DOUBLE, 0.0, 1.0) == pytest.approx(0, abs=1e-14)


def test_learned_variance_balances() -> None:
    """One direction, one latent, β ½: Dσ² = E|x-wz|² at the optimum, on the closed form σ² = (λ₂ + βσ²·1)/D."""
    var = learned_variance.learned(DOUBLE, [2.0, 0.3], 1, 0.5)
    _, error = learned_variance.totals(DOUBLE, [2.0], var, 0.5)
    assert error + 0.3 == pytest.approx(2 * var, rel=1e-10)
    assert var == pytest.approx(0.3 / (2 - 0.5), rel=1e-8)


def test_denoising_one_gaussian() -> None:
    """E[X|gX+σN=x] = m + g s²(x-gm)/(g²s²+σ²); the path from σ contracts by s/√(s²+σ²)."""
    one = GaussianMixture([1.0], [0.5], stds=[0.8])
    gain, std, x = 0.7, 0.9, 1.1
    shrunk = 0.5 + gain * 0.64 * (x - gain * 0.5) / (gain**2 * 0.64 + std**2)
    assert denoising.posterior_mean(DOUBLE, one, x, gain, std) == pytest.approx(shrunk, rel=1e-10)
    arrived = denoising.denoising_path(DOUBLE, one, x, 3.0)
    assert arrived == pytest.approx(0.5 + (x - 0.5) * 0.8 / math.sqrt(0.64 + 9), rel=1e-9)


def test_the_weight_of_the_mass_is_the_best() -> None:
    """-E ln(q a + (1-q) b) is least at the law's own weight."""
    assert head.best_weight(DOUBLE, PAIR) == pytest.approx(0.3, abs=1e-12)
