"""Every number that the catalogue of claims prints and that theory can compute, computed, to the digits printed.

One entry: where the number stands, the number, half a unit of its last digit (or, for a limit, how near it must be), and
what gives it. Numbers that need a trained network or a regression target are tested in tests/toys.
"""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import ndtr

from theory import (
    GaussianMixture,
    binary,
    collapse,
    dirac,
    discriminator,
    divergence,
    edges,
    encoder_noise,
    hilbert,
    holes,
    isoperimetry,
    kernel_discriminator,
    ladder,
    landscapes,
    leak,
    location,
    packing,
    perception,
    prices,
    projection,
    quantisation,
    rate_distortion,
    ring,
    scores,
    symmetric_pair,
    total_correlation,
    water_filling,
)

PI, LN2, LN4 = np.pi, np.log(2), np.log(4)
UNIT = GaussianMixture([1.0], [0.0], stds=[1.0])
X = GaussianMixture([0.2, 0.8], [-1.0, 2.0], stds=[0.5, 1.0]), GaussianMixture([1.0], [0.3], stds=[0.7])


def normal(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def density(r):
    return np.exp(-(r**2) / 2) / np.sqrt(2 * PI)


def slope(f, x, h=1e-3):
    """f'(x) by central differences of fourth order."""
    return (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)


def tie_of_centre_and_component():
    """The r at which p(0) = p(a) on the pair."""
    gap = lambda r: float(np.diff(symmetric_pair(r, 1.0).logpdf([0.0, r]))[0])  # noqa: E731
    return brentq(gap, 1.01, 1.5)


def bimodal_from():
    """The r at which the pair becomes bimodal, by bisection of the number of modes."""
    low, high = 0.5, 1.5
    while high - low > 1e-5:
        r = (low + high) / 2
        low, high = (r, high) if len(symmetric_pair(r, 1.0).modes()) == 1 else (low, r)
    return high


def hollow_ring(modes):
    """The radius, in s, at which the score beside the centre of a ring turns outwards."""
    return brentq(lambda rho: float(ring(modes, rho, 1.0).score([1e-3, 0.0])[0]), 1.0, 2.0)


def fit(r, name="js", width=1.0):
    """The best Gaussian of fixed width that starts on the right mode of the pair."""
    return projection.best_gaussian(symmetric_pair(r, 1.0), name, std=width, starts=[(r, width)])


def pitchfork(name):
    """The r at which the fixed-width fit at the centre stops being a minimum: D(h) = D(0), as h → 0."""

    def at(h):
        d = lambda r, m: getattr(divergence, name)(symmetric_pair(r, 1.0), normal(m, 1.0)).value  # noqa: E731
        return brentq(lambda r: d(r, h) - d(r, 0.0), 1.2, 1.8, xtol=1e-9)

    return (4 * at(0.02) - at(0.04)) / 3  # what is of order h² cancels


def js_of_shift(r):
    return lambda m: divergence.js(symmetric_pair(r, 1.0), normal(m, 1.0)).value


def share_pull(r):
    """dJS/dα at α = 0 for q = α N(-r, 1) + (1-α) N(r, 1): ½ ∫ (N(-r, 1) - N(r, 1)) ln(2q/(p+q))."""
    x, step = np.linspace(-r - 12, r + 12, 20_001, retstep=True)
    p, left, right = symmetric_pair(r, 1.0), normal(-r, 1.0), normal(r, 1.0)
    bend = np.log(2) + right.logpdf(x) - np.logaddexp(p.logpdf(x), right.logpdf(x))
    return 0.5 * step * (left.pdf(x) - right.pdf(x)) @ bend


def collapsed(u, weight):
    return u / 2 * (1 - (1 - 2 * weight) ** 2)


def global_switch():
    """The u at which the separated branch of Gaussian encoders becomes better than collapse, w = 0.9."""
    return brentq(lambda u: collapse.separated_branch(u, 0.9).value - collapsed(u, 0.9), 1.94, 2.1, xtol=1e-12)


def diffuse(r=4.0):
    """min KL(0.9/0.1 pair ‖ ½N + ½N) over both means and widths."""
    p = symmetric_pair(r, 1.0, 0.9)

    def loss(x):
        return divergence.kl(p, GaussianMixture([0.5, 0.5], x[:2], stds=np.exp(x[2:]))).value

    starts = ([-r, r, 0.0, 0.0], [-r, -r + 1, 0.0, 1.0], [-r - 0.2, -2.0, -0.2, 1.2])
    return min(
        minimize(loss, s, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-9, "maxfev": 1500}).fun
        for s in starts
    )


def eigen(method, strength=0.0, part=0):
    return complex(dirac.eigenvalues(method, strength)[part])


def crossing_of_step(method, strength, alternating):
    """The h at which the spectral radius of the step passes 1."""
    f = lambda h: dirac.spectral_radius(method, h, strength, alternating=alternating) - 1  # noqa: E731
    return brentq(f, 0.05, 3.9)


U1, U2, U3 = np.full(10, 0.1), np.r_[0, 0, np.full(8, 0.125)], np.repeat([0.06, 0.14], 5)

NUMBERS = [
    ("mean_falls_in_gap: p(0)/p(a) at r = 2", 2 * np.exp(-2) / (1 + np.exp(-8)), 1e-14, lambda: np.divide(*symmetric_pair(2.0, 1.0).pdf([0.0, 2.0]))),
    ("mean_falls_in_gap: bimodal iff r > 1", 1, 1e-4, bimodal_from),
    ("mean_falls_in_gap: p(0) > p(a) up to r = 1.104", 1.104, 5e-4, tie_of_centre_and_component),
    ("mean_falls_in_gap: centre of a ring of 4 hollow from √2 s", np.sqrt(2), 1e-5, lambda: hollow_ring(4)),
    ("mean_falls_in_gap: centre of a ring of 7 hollow from √2 s", np.sqrt(2), 1e-5, lambda: hollow_ring(7)),
    ("l1_optimum_is_median: error over its leading term, w = 0.6, r = 3", 1, 1e-3, lambda: (location.far_median(3.0, 1.0, 0.6) - location.median(symmetric_pair(3.0, 1.0, 0.6))) / location.far_median_gap(3.0, 0.6)),
    ("l1_optimum_is_median: 0 at w = ½", 0, 1e-12, lambda: location.median(symmetric_pair(3.0, 1.0))),
    ("lp_ladder: a tanh(ln((1-w)/w)/2(p-1)) at p = 3, w = 0.2", 1.5 * np.tanh(np.log(4) / 4), 1e-14, lambda: location.two_point_lp_minimiser(1.5, 0.2, 3.0)),
    ("edge_blur: 10-90 % rise 2.5631 σ", 2.5631, 5e-5, lambda: edges.rise(1.0)),
    ("edge_blur: lines up to 1.349 σ vanish", 1.349, 5e-4, lambda: edges.vanishing_width(1.0)),
    ("mean_is_caught: accuracy → 1", 1, 1e-9, lambda: discriminator.best_accuracy(divergence.tv(symmetric_pair(15.0, 1.0), UNIT).value)),
    ("mean_is_caught: one mode kept, TV = Φ(r) - ½", ndtr(2.0) - 0.5, 1e-11, lambda: divergence.tv(symmetric_pair(2.0, 1.0), normal(2.0, 1.0)).value),
    ("mean_is_caught: one mode kept, accuracy → ¾", 0.75, 1e-9, lambda: discriminator.best_accuracy(discriminator.one_mode_tv(9.0))),
    ("sharp_costs_distortion: twice the L2 floor", 2, 1e-13, lambda: perception.posterior_sampling_risk([0.3, 0.7], X) / location.irreducible_risk([0.3, 0.7], X)),
    ("forward_kl_is_moment_matching: 0.38292", 0.38292, 5e-6, lambda: 1 - 2 * normal(0.0, projection.best_gaussian(symmetric_pair(1.0, 1e-6), "kl").std).cdf(-0.5)),
    ("price list: KL of dropping 0.99 in reverse, ln 100", np.log(100), 1e-12, lambda: prices.drop("reverse_kl", 0.99)),
    ("price list: 99 % junk cost at most 4.6 nats", 4.6, 0.05, lambda: prices.invent("kl", 0.99)),
    ("price list: non-saturating drops cost 0.307 w", 0.307, 5e-4, lambda: prices.drop("nonsaturating", 1e-9) / 1e-9),
    ("price list: reverse KL costs w", 1, 1e-8, lambda: prices.drop("reverse_kl", 1e-9) / 1e-9),
    ("price list: JS at w = ½", 0.5 * (0.5 * LN2 + 0.5 * np.log(2 / 3) + np.log(4 / 3)), 1e-14, lambda: prices.drop("js", 0.5)),
    ("price list: KL(p‖one mode) = r² - ln 2", 36 - LN2, 1e-7, lambda: divergence.kl(symmetric_pair(6.0, 1.0), normal(6.0, 1.0)).value),
    ("price list: ∫p²/q overflows doubles", np.inf, 0, lambda: divergence.pearson(symmetric_pair(20.0, 1.0), normal(20.0, 1.0)).value),
    ("leak_bound: kl at the root is ε", 0.4, 1e-12, lambda: binary.kl(0.3, leak.least_kept(0.3, 0.4))),
    ("independence: (D-1) ln 2 at D = 5", 4 * LN2, 1e-14, lambda: total_correlation.two_point_total_correlation(5)),
    ("independence: off-target mass 1 - 2^{1-D} at D = 5", 0.9375, 1e-14, lambda: total_correlation.off_target_mass(5)),
    ("independence: hole cost at D = 2", 0.21, 5e-3, lambda: total_correlation.least_gaussian_excess(2)),
    ("independence: hole cost at D = 4", 0.34, 5e-3, lambda: total_correlation.least_gaussian_excess(4)),
    ("independence: hole cost at D = 16", 0.51, 5e-3, lambda: total_correlation.least_gaussian_excess(16)),
    ("learned_variance_sharpens: mean of the discarded", 1.5, 1e-14, lambda: water_filling.learned_noise_var([9.0, 2.0, 1.0], 1, 1.0)),
    ("learned_variance_sharpens: 0 on a subspace", 0, 0, lambda: water_filling.learned_noise_var([9.0, 0.0, 0.0], 1, 1.0)),
    ("mean_versus_sample: samples have λ at β = 1", 4, 1e-14, lambda: water_filling.sample_var(4.0, 0.5, 1.0)),
    ("mean_versus_sample: means have λ - σ²", 3.5, 1e-14, lambda: water_filling.squared_weight(4.0, 0.5, 1.0)),
    ("linear_vae: rate ½ ln(λ/βσ²)", np.log(2), 1e-14, lambda: water_filling.rate(4.0, 0.5, 2.0)),
    ("linear_vae: mean distortion (βσ²)²/λ", 0.25, 1e-14, lambda: water_filling.mean_distortion(4.0, 0.5, 2.0)),
    ("two_mode_rate_distortion: dD/dR = -2a² at 0", -2 * 9, 1e-6, lambda: rate_distortion.two_modes_slope(1e-14, 3.0)),
    ("two_mode_rate_distortion: R_c of K = 5", 0.6 * np.log(4), 1e-14, lambda: rate_distortion.critical_rate(5)),
    ("encoder_noise_averages: a²√(π/2γ) e^{-γ/2} at γ = 400", 1, 5e-3, lambda: encoder_noise.error(1.0, 400.0) / encoder_noise.far_error(1.0, 400.0)),
    ("encoder_noise_averages: dI/dγ = MSE/2a²", 0, 1e-9, lambda: slope(encoder_noise.information, 1.7) - encoder_noise.error(2.0, 1.7) / 8),
    ("latent_noise_interpolates: variance of means falls to 0", 0, 2e-3, lambda: encoder_noise.prior_decoded_var(1.0, np.sqrt(1e-3), 1 - 1e-3)),
    ("collapse_threshold: u = 1", 1, 1e-14, lambda: collapse.global_threshold(0.5)),
    ("collapse_order: global artanh(τ)/τ at w = 0.9", 1.3733, 5e-5, lambda: collapse.global_threshold(0.9)),
    ("collapse_order: collapsed one up to 2.78", 2.78, 5e-3, lambda: collapse.local_threshold(0.9)),
    ("collapse_order: global switch near 1.98", 1.98, 5e-3, global_switch),
    ("collapse_order: separated branch down to 1.91958", 1.91958, 5e-6, lambda: collapse.separated_branch_end(0.9).value),
    ("collapse_order: K = 3 jumps at (K-1)ln(K-1)/(K-2)", 2 * LN2, 1e-14, lambda: collapse.equidistant_global_threshold(3)),
    ("collapse_order: local threshold K/2", 1.5, 0, lambda: collapse.equidistant_local_threshold(3)),
    ("small_noise_beats_kl: two modes, rate ½ ln(1+γ)", np.log(4) / 2, 1e-14, lambda: encoder_noise.rate(np.sqrt(0.75), 0.25)),
    ("prior_holes_bridge: 0.438/γ", 0.438, 5e-4, lambda: 1e6 * holes.balanced_bridged(1e6)),
    ("optimal_discriminator: -ln 4 when q = p", -LN4, 1e-14, lambda: discriminator.value([0.3, 0.7], [0.3, 0.7], [0.5, 0.5])),
    ("nonsaturating: KL(q‖p) - 2 JS = 2 KL(m‖p)", 0, 1e-11, lambda: divergence.reverse_kl(*X).value - 2 * divergence.js(*X).value - divergence.nonsaturating(*X).value),
    ("dropped_mode: dJS/dμ at μ = a over (π/2√3) φ(r)", 1, 0.05, lambda: slope(js_of_shift(5.0), 5.0) / (PI / (2 * np.sqrt(3)) * density(5.0))),
    ("dropped_mode: minimum at a - √3π s φ(r)", 1, 0.05, lambda: (5.0 - fit(5.0).mean) / (np.sqrt(3) * PI * density(5.0))),
    ("dropped_mode: curvature 1/6", 1 / 6, 1e-4, lambda: slope(lambda m: slope(js_of_shift(6.0), m), 6.0)),
    ("dropped_mode: strict minimum from r = 1.62624", 1.62624, 5e-6, lambda: pitchfork("js")),
    ("dropped_mode: reverse KL pitchfork 1.46083", 1.46083, 5e-6, lambda: pitchfork("reverse_kl")),
    ("dropped_mode: non-saturating pitchfork 1.31268", 1.31268, 5e-6, lambda: pitchfork("nonsaturating")),
    ("dropped_mode: forward KL pulls by a/s²", 3, 1e-8, lambda: slope(lambda m: divergence.kl(symmetric_pair(3.0, 1.0), normal(m, 1.0)).value, 3.0)),
    ("dropped_mode: dJS/dα at 0 → ½ ln 3 - r²", np.log(3) / 2 - 36, 1e-6, lambda: share_pull(6.0)),
    ("best_response: value -ln 4", -LN4, 1e-14, lambda: discriminator.optimal_value(0.0)),
    ("dirac_gan: none i/2", 0.5j, 1e-15, lambda: eigen("minimax")),
    ("dirac_gan: non-saturating i/2", 0.5j, 1e-15, lambda: eigen("nonsaturating")),
    ("dirac_gan: WGAN i", 1j, 1e-15, lambda: eigen("wgan")),
    ("dirac_gan: instance noise at σ = 1", -0.25 + 0.5j * np.sqrt(0.75), 1e-15, lambda: eigen("instance_noise", 1.0)),
    ("dirac_gan: consensus at γ = 0.6", -0.15 + 0.5j, 1e-15, lambda: eigen("consensus", 0.6)),
    ("dirac_gan: R1 at γ = 0.6", -0.3 + 0.4j, 1e-15, lambda: eigen("r1", 0.6)),
    ("dirac_gan: R2 at γ = 2", -1 + np.sqrt(3) / 2, 1e-14, lambda: eigen("r2", 2.0)),
    ("dirac_gan: WGAN+R1 at γ = 1.2", -0.6 + 0.8j, 1e-15, lambda: eigen("wgan_r1", 1.2)),
    ("dirac_gan: simultaneous none, √(1+h²/4) at h = 0.6", np.sqrt(1.09), 1e-14, lambda: dirac.spectral_radius("minimax", 0.6, alternating=False)),
    ("dirac_gan: R1 converges iff h < 4γ, γ = 0.3", 1.2, 1e-9, lambda: crossing_of_step("r1", 0.3, False)),
    ("dirac_gan: alternating none, modulus 1 at h = 3.9", 1, 1e-12, lambda: dirac.spectral_radius("minimax", 3.9, alternating=True)),
    ("dirac_gan: alternating none, h < 4", 4, 1e-14, lambda: dirac.largest_step("minimax", alternating=True)),
    ("dirac_gan: radius² ≈ 8/t", 8, 1e-4, lambda: 1e6 * dirac.nonsaturating_radius2(1.0, 1e6)),
    ("bridges_or_drops: β_A = 0.9, d/L = 2 leaves 0.0995", 0.0995, 5e-5, lambda: isoperimetry.least_outside(0.9, 2.0)),
    ("bridges_or_drops: equal masses leave 0.683", 0.683, 5e-4, lambda: isoperimetry.least_equal_outside(2.0)),
    ("bridges_or_drops: slope σ e^{m²/2σ²}", 0.5 * np.exp(8), 1e-8, lambda: isoperimetry.monotone_slope(symmetric_pair(2.0, 0.5), 0.0)),
    ("saturation: JS = ln 2 of what does not overlap", LN2, 1e-14, lambda: divergence.js(normal(0.0, 1.0), normal(60.0, 1.0)).value),
    ("packing: TV 0.2, one mode dropped", 0.2, 1e-14, lambda: packing.pack_tv(U1, U2, 1)),
    ("packing: TV 0.2, spread thin", 0.2, 1e-14, lambda: packing.pack_tv(U1, U3, 1)),
    ("packing: pairs 0.36", 0.36, 1e-14, lambda: packing.pack_tv(U1, U2, 2)),
    ("packing: pairs 0.24", 0.24, 1e-14, lambda: packing.pack_tv(U1, U3, 2)),
    ("packing: m = 3, 0.488", 0.488, 1e-14, lambda: packing.pack_tv(U1, U2, 3)),
    ("packing: m = 3, 0.284", 0.284, 1e-14, lambda: packing.pack_tv(U1, U3, 3)),
    ("packing: upper end 1 - (1-τ)^m", 0.488, 1e-14, lambda: packing.largest_pack_tv(0.2, 3)),
    ("finite_discriminators: 39 % at m = √n", 0.39, 5e-3, lambda: kernel_discriminator.duplicate_probability(10_000, 100_000_000)),
    ("finite_discriminators: 50 % at 1.18 √n", 1.18, 5e-3, lambda: kernel_discriminator.birthday_draws(1.0)),
    ("finite_discriminators: half at 1.1774 √n draws", 0.5, 1e-3, lambda: kernel_discriminator.duplicate_probability(11_774, 100_000_000)),
    ("paired_loss: covered -ln 2", -LN2, 1e-14, lambda: landscapes.separable([0, 1])),
    ("paired_loss: collapsed -0.4774", -0.4774, 5e-5, lambda: landscapes.separable([0, 0])),
    ("paired_loss: one covered, one astray -0.3466", -0.3466, 5e-5, lambda: landscapes.separable([0, -1])),
    ("paired_loss: leaving climbs 0.1308", 0.1308, 5e-5, lambda: landscapes.climb(landscapes.separable, [[0, 0], [0, -1], [0, 1]])),
    ("paired_loss: relativistic collapsed -½ ln 2", -LN2 / 2, 1e-14, lambda: landscapes.fixed_pairs([0, 0])),
    ("paired_loss: fixed pairs, no barrier", 0, 0, lambda: landscapes.climb(landscapes.fixed_pairs, [[0, 0], [0, -1], [0, 1]])),
    ("paired_loss: all pairs collapse to -0.3466", -0.3466, 5e-5, lambda: landscapes.all_pairs([0, 0])),
    ("paired_loss: all pairs climb to -0.1733", -0.1733, 5e-5, lambda: landscapes.all_pairs([0, -1])),
    ("paired_loss: a barrier of 0.1733", 0.1733, 5e-5, lambda: landscapes.climb(landscapes.all_pairs, [[0, 0], [0, -1], [0, 1]])),
    ("paired_loss: 3³ - 3! bad minima", 21, 0, lambda: landscapes.bad_minima(3)),
    ("narrow_latent: within 2⁻ⁿ/√2 at n = 3", 0.125 / np.sqrt(2), 1e-15, lambda: hilbert.covering_radius(3)),
    ("narrow_latent: Lipschitz constant of order 2ⁿ", 1, 1e-5, lambda: hilbert.lipschitz(9) / 2**9),
    ("vector_quantisation: uniform 1/(12K²)", 1 / 108, 1e-15, lambda: quantisation.uniform_distortion(3)),
    ("vector_quantisation: Gaussian K = 2, 1 - 2/π", 1 - 2 / PI, 1e-13, lambda: quantisation.lloyd_max(UNIT, 2).distortion),
    ("vector_quantisation: Panter-Dite √3π/(2K²)", np.sqrt(3) * PI / 200, 1e-10, lambda: quantisation.panter_dite(UNIT, 10)),
    ("divergence_ladder: reverse KL 2.80008", 2.80008, 5e-6, lambda: ladder.jump("reverse_kl")),
    ("divergence_ladder: non-saturating near 2.38", 2.38, 5e-3, lambda: ladder.jump("nonsaturating")),
    ("divergence_ladder: JS near 4.24", 4.24, 5e-3, lambda: ladder.jump("js")),
    ("divergence_ladder: Hellinger near 4.74", 4.74, 5e-3, lambda: ladder.jump("hellinger2")),
    ("divergence_ladder: forward KL never", np.inf, 0, lambda: ladder.jump("kl")),
    ("discrete_latent: fixed widths misweight, 0.3681", 0.3681, 5e-5, lambda: LN2 - binary.entropy(0.9)),
    ("discrete_latent: free widths diffuse, 0.234", 0.234, 5e-4, diffuse),
    ("gans_drop: true data score 98.9 %", 0.989, 5e-4, lambda: scores.due_quality(3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("value", "slack", "compute"), [n[1:] for n in NUMBERS], ids=[n[0] for n in NUMBERS])
def test_a_number_of_the_catalogue(value, slack, compute):
    """What theory computes is what the catalogue prints, to its last digit."""
    found = complex(compute())
    assert found == value or abs(found - value) <= slack
