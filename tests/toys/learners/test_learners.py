"""Losses are right to the constant, and each learner reaches its closed form where there is one."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.special import expit, ndtri
from scipy.stats import multivariate_normal, norm

from tests.toys.twins import LinearTwin
from theory import dirac, divergence, flow, relativistic, water_filling
from toys import exact
from toys.learners.denoiser import Denoiser
from toys.learners.dirac_gan import METHODS, DiracGAN, at_their_rates, trajectories
from toys.learners.discriminator import Discriminator
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.learners.mixture_network import MixtureNetwork
from toys.learners.regressor import Regressor
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE, VectorQuantiser
from toys.ode import euler, heun
from toys.optimisers import SGD, Adam
from toys.targets import LabelledMoons, power_law_signal, ring, symmetric_pair, two_branch
from toys.targets.pairs import Pairs
from toys.targets.point import Point
from toys.train import fit, fitting

PAIR = symmetric_pair(2.0, 0.3, 0.3)
FAST = Adam(1e-2, decay="cosine")


def members(learner, seeds=(3, 8, 2), dtype=torch.float64):
    """Untrained members, perturbed so that nothing is zero, and one minibatch: players, batch, rng."""
    rows = [learner.initialise(np.random.default_rng(s)) for s in seeds]
    rng = np.random.default_rng(5)
    players = {k: torch.tensor(np.stack([r[k] for r in rows]), dtype=dtype) for k in learner.players}
    players = {k: v + 0.3 * torch.tensor(rng.standard_normal(v.shape)) for k, v in players.items()}
    draws = [learner.draw(1, 48, lambda n: learner.target.sample(n, rng), rng) for _ in seeds]
    return players, {k: torch.tensor(np.stack([d[k][0] for d in draws]), dtype=dtype) for k in draws[0]}


def numbers(**values):
    return {k: torch.full((3,), v, dtype=torch.float64) for k, v in values.items()}


# Losses to the constant.


@pytest.mark.parametrize("full", [False, True])
def test_the_linear_vae_loss_is_the_closed_form_negative_elbo(full):
    """At arbitrary parameters with c = μ = 0 it equals `theory.water_filling.objective`, to 1e-10."""
    target = power_law_signal(5)
    learner = LinearVAE(target, 3, full=full, population=True)
    players, batch = members(learner)
    hyper = numbers(beta=1.7, std=0.4)
    decoder, encoder, _, _ = learner.layout.unpack(players["vae"])
    learner.decoder_net.unpack(decoder)[0][1].zero_()
    learner.encoder_net.unpack(encoder)[0][1].zero_()
    loss = learner.loss("vae", players, batch, hyper)
    parts = [f(players, hyper) for f in (learner.decoder, learner.encoder, learner.encoder_cov)]
    for value, *parameters in zip(loss, *parts, strict=True):
        vae = water_filling.LinearVAE(*(p.numpy() for p in parameters))
        assert float(value) == pytest.approx(water_filling.objective(vae, target.cov, 0.16, 1.7), abs=1e-10)


@pytest.mark.parametrize("full", [False, True])
def test_the_encoder_covariance_is_that_of_its_root(full):
    """LLᵀ with L the exponential of its diagonal and, if full, all below it as in the row."""
    learner = LinearVAE(power_law_signal(5), 3, full=full)
    players, _ = members(learner)
    scale = learner.layout.unpack(players["vae"])[2].numpy()
    for found, a in zip(learner.encoder_cov(players, {}), scale, strict=True):
        root = np.array(
            [[np.exp(a[i, i]) if i == j else a[i, j] * (full and j < i) for j in range(3)] for i in range(3)]
        )
        assert np.allclose(found, root @ root.T, rtol=1e-12)


def test_a_linear_vae_is_its_textbook_twin():
    """Forty steps of Adam of one member among three equal a plain PyTorch loop, to 1e-9 in float64."""
    learner = LinearVAE(power_law_signal(5), 3, beta=1.7, std=0.4)
    fitted = fit(learner, seeds=[5, 9, 2], steps=40, batch=32, optimiser=Adam(1e-2), dtype="float64")
    twin = LinearTwin(learner, 9, 32, 1e-2)
    twin.train(40)
    weights = twin.decoder[0].weight, twin.encoder[0].weight, twin.log_scale.mul(2).exp().diag()
    for found, peer in zip((learner.decoder, learner.encoder, learner.encoder_cov), weights, strict=True):
        assert np.allclose(fitted.evaluate(found)[1], peer.detach(), atol=1e-9)


def test_the_exact_expectation_is_the_mean_of_the_sampled_one():
    """The linear VAE's loss with sampled noise averages to the analytic one within five standard errors."""
    target = power_law_signal(4)
    exactly, sampled = LinearVAE(target, 2, full=True), LinearVAE(target, 2, full=True, sampled=True)
    players, batch = members(exactly)
    hyper = numbers(beta=0.8, std=0.5)
    rng = np.random.default_rng(1)
    draws = [
        sampled.loss("vae", players, {**batch, "noise": torch.tensor(rng.standard_normal((3, 2, 48)))}, hyper)
        for _ in range(400)
    ]
    found = torch.stack(draws)
    error = found.std(0) / math.sqrt(400)
    assert ((found.mean(0) - exactly.loss("vae", players, batch, hyper)).abs() < 5 * error).all()


@pytest.mark.parametrize("learned", [False, True])
def test_the_derivative_of_the_vae_losses_in_beta_is_the_kl(learned):
    """d(loss)/dβ equals the rate, by autograd, for the linear VAE; and for the nonlinear one its KL term."""
    learner = LinearVAE(power_law_signal(4), 2, learned_std=learned, population=True)
    players, batch = members(learner)
    hyper = numbers(beta=1.3, std=0.5)
    hyper["beta"].requires_grad_()
    (slope,) = torch.autograd.grad(learner.loss("vae", players, batch, hyper).sum(), hyper["beta"])
    with torch.no_grad():
        rate = learner.rate_distortion(players, hyper)[:, 0]
    assert torch.allclose(slope, rate, rtol=1e-12)
    vae = VAE(PAIR, 2, hidden=(4,), noise="isotropic" if learned else "fixed")
    players, batch = members(vae)
    (slope,) = torch.autograd.grad(vae.loss("encoder", players, batch, hyper).sum(), hyper["beta"])
    with torch.no_grad():
        kl = vae.terms(players, hyper, batch["x"].mT, batch["noise"].mT)[..., 1].mean(1)
    assert torch.allclose(slope, kl, rtol=1e-12)


@pytest.mark.parametrize("noise", ["fixed", "isotropic", "factorised"])
def test_the_vae_loss_is_likelihood_plus_kl_written_out(noise):
    """-ln N(x; g, σ²) and KL(N(m, s²)‖N(0, I)) from scipy, sample by sample, for a conditional target."""
    learner = VAE(two_branch(), 2, hidden=(5,), noise=noise)
    players, batch = members(learner)
    hyper = numbers(beta=1.3, std=0.4)
    x, eps = batch["x"].mT, batch["noise"].mT
    encoded = learner.encode(players, hyper, x)
    mean, std = encoded[..., :2], encoded[..., 2:]
    decoded = learner.decode(players, hyper, mean + std * eps, x[..., :1])
    likelihood = norm.logpdf(x[..., 1], decoded[..., 0].detach(), decoded[..., 1].detach())
    m, s = mean.detach().numpy(), std.detach().numpy()
    kl = (np.log(1 / s) + (s**2 + m**2) / 2 - 0.5).sum(-1)
    expected = (1.3 * kl - likelihood).mean(1)
    assert np.allclose(learner.loss("encoder", players, batch, hyper).detach(), expected, rtol=1e-12)


def test_the_isotropic_noise_is_its_start_times_the_exponential_of_its_number():
    """σ(z) = std·e^ρ with ρ the last number of the decoder's row, at every z."""
    learner = VAE(PAIR, 2, hidden=(4,), noise="isotropic")
    players, _ = members(learner)
    ratio = learner.layout.unpack(players["decoder"])[1]
    std = learner.decode(players, numbers(std=0.4), torch.ones(3, 16, 2, dtype=torch.float64))[..., 1]
    assert torch.allclose(std, (0.4 * ratio.exp()).expand(3, 16), rtol=1e-12)


def test_the_vae_gradient_in_one_pass_is_that_of_each_player():
    """The shared backward pass gives what each player's own loss gives."""
    learner = VAE(PAIR, 2, hidden=(5,), noise="isotropic")
    players, batch = members(learner)
    hyper = numbers(beta=1.3, std=0.4)
    (move,) = learner.moves(hyper)
    _, shared = learner.gradients(move, players, batch, hyper)
    _, apart = super(VAE, learner).gradients(move, players, batch, hyper)
    assert all(torch.allclose(shared[k], apart[k], rtol=1e-12, atol=1e-14) for k in players)


def test_the_mixture_network_loss_is_the_log_density_written_out():
    """-E ln Σ w N(y; μ, σ²) with scipy's normal density, in two output dimensions."""
    learner = MixtureNetwork(ring(5, 1.0, 0.3), 3, hidden=(4,))
    players, batch = members(learner)
    heads = learner.mixture(players, {}, batch["x"].mT).numpy()
    for i, value in enumerate(learner.loss("network", players, batch, {})):
        w, mu, sd = heads[i][:, :3], heads[i][:, 3:9].reshape(-1, 3, 2), heads[i][:, 9:].reshape(-1, 3, 2)
        y = batch["y"][i].T.numpy()
        density = (w * np.prod(norm.pdf(y[:, None], mu, sd), axis=2)).sum(1)
        assert float(value) == pytest.approx(-np.log(density).mean(), rel=1e-12)
        assert np.allclose(w.sum(1), 1)


def test_draws_from_a_row_have_its_moments():
    """Two components in two dimensions: means and variances of 20000 draws."""
    row = np.array([0.2, 0.8, -1.0, 2.0, 1.0, 0.0, 0.5, 0.1, 0.3, 0.2])
    x = MixtureNetwork(ring(), 2).draw_from(row, 20000, np.random.default_rng(0))
    assert x.mean(0) == pytest.approx([0.6, 0.4], abs=0.03)
    assert x.var(0) == pytest.approx([0.2 * 0.25 + 0.8 * 0.09 + 0.16 * 4, 0.2 * 0.01 + 0.8 * 0.04 + 0.16 * 4], rel=0.05)


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0, 4.0])
def test_the_regression_loss_is_the_mean_power_of_the_error(power):
    """mean Σ_j |y_j - f_j|^p, no half."""
    learner = Regressor(ring(), hidden=(4,))
    players, batch = members(learner)
    out = learner.predict(players, {}, batch["x"].mT).mT
    expected = ((batch["y"] - out).abs() ** power).sum(1).mean(1)
    assert torch.allclose(learner.loss("network", players, batch, numbers(power=power)), expected, rtol=1e-12)


def test_the_denoiser_loss_is_the_weighted_error_of_what_it_returns():
    """E |D(x+σε, σ) - x|² (1/σ² + 1/c²), with D as evaluated from outside."""
    learner = Denoiser(PAIR, hidden=(4,))
    players, batch = members(learner)
    centre, std = float(PAIR.mean[0]), batch["std"]
    out = learner.denoise(players, {}, (batch["noisy"] + centre).mT, std.mT).mT - centre
    expected = ((out - batch["x"]) ** 2 * (1 / std**2 + 1 / PAIR.cov[0, 0])).mean((1, 2))
    assert torch.allclose(learner.loss("denoiser", players, batch, {}), expected, rtol=1e-12)


def test_flow_matching_regresses_on_the_line_between_noise_and_data():
    """(x_t - t v, x_t + (1-t) v) are the ends: noise of unit size and data; sorting pairs them in order."""
    learner = FlowMatching(PAIR, coupling="sorted")
    draws = learner.draw(2, 4096, lambda n: PAIR.sample(n, np.random.default_rng(0)), np.random.default_rng(1))
    x, t, v = draws["input"][:, :1], draws["input"][:, 1:], draws["velocity"]
    x0, x1 = x - t * v, x + (1 - t) * v
    assert np.allclose([x0.mean(), x0.std()], [0, 1], atol=0.05)
    assert np.allclose([x1.mean(), x1.std()], [PAIR.mean[0], PAIR.cov[0, 0] ** 0.5], atol=0.1)
    assert (np.diff(x0, axis=2) >= 0).all()
    assert (np.diff(x1, axis=2) >= -1e-12).all()
    apart = FlowMatching(PAIR).draw(
        2, 4096, lambda n: PAIR.sample(n, np.random.default_rng(0)), np.random.default_rng(1)
    )
    x, t, v = apart["input"][:, :1], apart["input"][:, 1:], apart["velocity"]
    assert abs(np.corrcoef((x - t * v).ravel(), (x + (1 - t) * v).ravel())[0, 1]) < 5 / math.sqrt(8192)


def test_flow_matching_takes_the_pairs_that_it_is_given():
    """x₀ is the target's own, which the network is not shown; after a reflow one step leads where many do."""
    pairs = Pairs(PAIR.mixture, None)
    learner = FlowMatching(pairs, (32, 32), coupling="given", start_share=0.2)
    rows = pairs.sample(128, np.random.default_rng(0))
    draws = learner.draw(2, 64, lambda n: rows, np.random.default_rng(1))
    assert draws["input"].shape == (2, 2, 64)
    x, t, v = draws["input"][:, :1], draws["input"][:, 1:], draws["velocity"]
    assert np.allclose((x - t * v).ravel(), rows[:, 0], atol=1e-12)
    assert np.allclose((x + (1 - t) * v).ravel(), rows[:, 1], atol=1e-12)
    fitted = fit(learner, seeds=range(4), steps=800, optimiser=FAST)
    start = ndtri((np.arange(64) + 0.5) / 64)
    target, std = flow.exact_map(PAIR.mixture, start), PAIR.cov[0, 0] ** 0.5
    for steps in (1, 16):
        ends = fitted.evaluate(learner.transport, start[:, None], np.linspace(0, 1, steps + 1))[..., 0]
        assert (np.abs(ends - target).mean(1) < 0.1 * std).all()


def test_flow_matching_transports_its_minibatch():
    """On the line as sorting does; in the plane the least cost of all orders, among rows of equal labels if conditional."""
    rows, line = PAIR.sample(64, np.random.default_rng(0)), []
    for coupling in ("sorted", "transport"):
        drawn = FlowMatching(PAIR, coupling=coupling).draw(1, 64, lambda n: rows, np.random.default_rng(1))
        x, t, v = drawn["input"][0, :1], drawn["input"][0, 1:], drawn["velocity"][0]
        line.append(sorted(zip((x - t * v)[0].round(9), (x + (1 - t) * v)[0].round(9), strict=True)))
    assert line[0] == line[1]
    rows = LabelledMoons().sample(7, np.random.default_rng(2))
    for coupling in ("transport", "conditional transport"):
        learner = FlowMatching(LabelledMoons(), coupling=coupling, source=ring(8, 2.0, 0.3))
        drawn = learner.draw(1, 7, lambda n: rows, np.random.default_rng(3))["velocity"][0]
        start = learner.start(7, np.random.default_rng(3))
        groups = [np.arange(7)] if coupling == "transport" else [np.flatnonzero(rows[:, 0] == k) for k in (0, 1)]
        least = sum(
            min(((rows[at, 1:] - start[list(order)]) ** 2).sum() for order in itertools.permutations(at))
            for at in groups
        )
        assert (drawn**2).sum() == pytest.approx(least)
    assert 0 < rows[:, 0].sum() < 7


# Exact dynamics.


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize("method", [m for m in METHODS if m not in ("instance_noise", "paired")])
def test_the_dirac_gan_follows_its_closed_form_field(method, alternating):
    """Twenty autograd steps from (0.9, -0.6) are those of `theory.dirac.orbit`, to 1e-12."""
    strength = 0.0 if method in ("minimax", "nonsaturating", "wgan") else 0.7
    learner = DiracGAN(method, strength, start=(0.9, -0.6), alternating=alternating)
    fitted = fit(learner, seeds=[4], steps=20, batch=16, optimiser=SGD(0.2), record=range(20), dtype="float64")
    points = np.stack([fitted.evaluate(learner.point, at=i)[0] for i in range(21)])
    orbit = dirac.orbit(method, 0.9, -0.6, 0.2, 20, strength, alternating=alternating)
    assert np.allclose(points, orbit, atol=1e-12)


@pytest.mark.parametrize("alternating", [False, True])
@pytest.mark.parametrize(("method", "strength", "field"), [
    ("paired", 0.35, relativistic.field), ("r1", 0.7, relativistic.plain_field), ("r2", 0.7, relativistic.plain_field),
])  # fmt: skip
def test_data_off_the_centre_follow_their_closed_form_field(method, strength, field, alternating):
    """Twenty autograd steps from (0.9, -0.6), data at -1.3, are those of Euler along the field of γ₁+γ₂ = 0.7, to 1e-12.

    The learner's discriminator is high on what is generated: its ψ is minus the other.
    """
    learner = DiracGAN(method, strength, start=(0.9, -0.6), alternating=alternating, target=Point(-1.3))
    fitted = fit(learner, seeds=[4], steps=20, batch=16, optimiser=SGD(0.2), record=range(20), dtype="float64")
    theta, psi = 0.9, 0.6
    for i in range(21):
        assert np.allclose(fitted.evaluate(learner.point, at=i)[0], (theta, -psi), atol=1e-12)
        down, up = field(theta, psi, -1.3, 0.7)
        theta += 0.2 * down
        psi += 0.2 * (field(theta, psi, -1.3, 0.7)[1] if alternating else up)


def test_the_dirac_gan_descends_on_a_given_minibatch():
    """`descend` is what `fit` does with plain gradient descent; with noise ±1 the mean of two values is exact."""
    learner = DiracGAN("r1", 0.7, start=(0.9, -0.6), alternating=True, discriminator_steps=2)
    fitted = fit(learner, seeds=[4], steps=5, batch=16, optimiser=SGD(0.2), dtype="float64")
    ends = learner.descend(0.2, 5, np.zeros(3), np.zeros(3))
    assert np.allclose(trajectories(learner, fitting([4, 5]), [0, 5], 9, 0.2), [[(0.9, -0.6), ends]] * 2, atol=1e-14)
    assert np.allclose(ends, fitted.evaluate(learner.point)[0], atol=1e-14)
    noisy = DiracGAN("instance_noise", 0.8, start=(0.9, -0.6)).descend(0.2, 1, np.array([-1.0, 1.0]), np.zeros(2))
    assert np.isclose(noisy[0], 0.9 + 0.2 * np.mean([0.6 / (1 + np.exp(-0.6 * (0.9 + e))) for e in (-0.8, 0.8)]))


def test_a_seed_is_at_its_rates_if_every_path_is():
    """θ²+ψ² by e^-2 and e^1, of the second seed by e^-3 and e^1: within a quarter the first only, within a half both."""
    ends = np.exp([[-1.0, 0.5], [-1.5, 0.5]])
    paths = [np.array([[[3.0, 4.0], [9.0, 9.0], [3.0 * e, 4.0 * e]] for e in column]) for column in ends.T]
    assert at_their_rates(paths, (-2.0, 1.0), 0.25).tolist() == [True, False]
    assert at_their_rates(paths, (-2.0, 1.0), 0.51).tolist() == [True, True]
    assert at_their_rates(paths[::-1], (-2.0, 1.0), 0.51).tolist() == [False, False]


def test_instance_noise_averages_to_its_closed_form_field():
    """One step with 4096 noise draws moves by h times the field, within five standard errors of either player."""
    learner = DiracGAN("instance_noise", 0.8, start=(0.9, -0.6))
    fitted = fit(learner, seeds=range(64), steps=1, batch=4096, optimiser=SGD(1.0), dtype="float64")
    moves = fitted.evaluate(learner.point) - [0.9, -0.6]
    error = moves.std(0) / 8
    assert (np.abs(moves.mean(0) - np.array(dirac.field("instance_noise", 0.9, -0.6, 0.8))) < 5 * error).all()


# Closed forms reached by training: within the margin, which the wrong answer misses by three.


def test_regression_reaches_the_conditional_mean_and_median():
    """L2 comes within 0.12 of E[y|x] and L1 of the median; each is 0.36 and more from the other's answer."""
    target = two_branch()
    learner = Regressor(target, hidden=(24, 24), power=[2.0, 2.0, 1.0, 1.0], activation="relu")
    fitted = fit(learner, seeds=range(4), steps=1200, batch=128, optimiser=Adam(2e-2, decay="cosine"))
    x = np.linspace(0.02, 0.98, 96)[:, None]
    found = fitted.evaluate(learner.predict, x)[..., 0]
    mean, median = target.conditional_mean(x[:, 0]), target.conditional_median(x[:, 0])
    rms = np.sqrt(np.stack([((found - t) ** 2).mean(1) for t in (mean, median)]))
    assert (rms[0, :2] < 0.12).all()
    assert (rms[1, 2:] < 0.12).all()
    assert (rms[1, :2] > 0.36).all()
    assert (rms[0, 2:] > 0.36).all()


def test_the_linear_vae_reaches_the_water_level():
    """Rate and distortion after training are those of reverse water-filling; at another β they are not."""
    target, beta = power_law_signal(4), np.array([0.5, 1.0, 2.0])
    learner = LinearVAE(target, 2, beta=beta, std=0.4, population=True, spread=0.3)
    fitted = fit(learner, seeds=[1, 2, 3], steps=800, batch=16, optimiser=Adam(3e-2, decay="cosine"), dtype="float64")
    found = fitted.evaluate(learner.rate_distortion)

    def expected(b):
        rate = water_filling.rate(target.spectrum[:2], 0.16, b).sum()
        return np.array([rate, water_filling.bottleneck_distortion(target.spectrum, 2, 0.16, b)])

    for pair, b in zip(found, beta, strict=True):
        assert np.allclose(pair, expected(b), atol=0.02)
        assert np.abs(pair - expected(1.4 * b)).max() > 0.06


def test_vector_quantisation_reaches_lloyd_max():
    """Two levels for N(0, 1): distortion 1 - 2/π, codewords ±√(2/π) within 0.03, from which the quartiles are 0.12."""
    learner = VectorQuantiser(symmetric_pair(0.0, 1.0), 2)
    fitted = fit(learner, seeds=range(4), steps=800, batch=256, optimiser=Adam(5e-2, decay="cosine"))
    words = np.sort(fitted.evaluate(learner.codebook)[..., 0], axis=1)
    assert np.allclose(words, np.array([-1, 1]) * math.sqrt(2 / math.pi), atol=0.03)
    assert (np.abs(words - np.array([-1, 1]) * ndtri(0.75)) > 0.09).all()
    x = ndtri((np.arange(4000) + 0.5) / 4000)[:, None]
    error = ((fitted.evaluate(learner.reconstruct, x) - x) ** 2).mean((1, 2))
    assert np.allclose(error, 1 - 2 / math.pi, atol=2e-3)


def test_a_vq_autoencoder_reaches_the_means_of_its_cells_and_not_lloyd_max():
    """Decoded codes are within 0.02 (rms) of the means of their cells, medians more than 0.06 away; the cells differ.

    Four codes of N(0, 1): the best quantiser has distortion 0.11748 and thresholds half-way between its levels.
    """
    learner = VQVAE(symmetric_pair(0.0, 1.0), 4, hidden=(16,))
    fitted = fit(learner, seeds=range(6), steps=1500, batch=128, optimiser=FAST)
    x = ndtri((np.arange(8000) + 0.5) / 8000)
    out = fitted.evaluate(learner.reconstruct, x[:, None])[..., 0]
    excess = ((out - x) ** 2).mean(1) / 0.11748 - 1
    for found in out:
        cells = [found.round(5) == level for level in np.unique(found.round(5))]
        assert len(cells) == 4
        means, medians = (sum(np.where(c, centre(x[c]), 0) for c in cells) for centre in (np.mean, np.median))
        assert np.sqrt(((found - means) ** 2).mean()) < 0.02
        assert np.sqrt(((found - medians) ** 2).mean()) > 0.06
    assert (excess > -1e-3).all()
    assert 0.005 < np.median(excess) < 0.1


@pytest.mark.parametrize("threshold", [-0.4, 0.0, 0.9])
def test_the_gradient_of_a_vq_encoder_is_blind_to_thresholds(threshold):
    """Wherever the threshold of two cells lies, with decoded means of the cells what passes straight through sums to 0."""
    x = torch.linspace(-2, 2, 48, dtype=torch.float64)[None, None].expand(3, 1, 48)
    learner = VQVAE(PAIR, 2, hidden=(), commitment=0.0)
    low, high = (float(x[0, 0][side].mean()) for side in (x[0, 0] <= threshold, x[0, 0] > threshold))
    layers = {
        "encoder": learner.encoder.layout.row(np.ones((1, 1)), np.full((1, 1), -threshold)),
        "decoder": learner.decoder.layout.row(np.full((1, 1), (high - low) / 2), np.full((1, 1), (low + high) / 2)),
        "codebook": learner.layout.row(np.array([[-1.0, 1.0]])),
    }
    players = {k: torch.tensor(v[None]).expand(3, -1).clone() for k, v in layers.items()}
    _, gradients = learner.gradients(learner.moves({})[0], players, {"x": x}, numbers(commitment=0.0))
    bias = learner.encoder.unpack(gradients["encoder"])[0][1]
    assert torch.allclose(bias, torch.zeros_like(bias), atol=1e-12)
    distortion = ((learner.reconstruct(players, {}, x.mT) - x.mT) ** 2).mean()
    assert (float(distortion) > 0.35) == (threshold != 0)


def test_a_vq_autoencoder_with_a_code_per_mode_keeps_the_modes():
    """Two codes on a far pair: the distortion is the variance within modes, not that of the whole."""
    learner = VQVAE(PAIR, 2, hidden=(16,))
    fitted = fit(learner, seeds=range(6), steps=1200, batch=128, optimiser=FAST)
    x = PAIR.sample(4000, np.random.default_rng(0))
    error = ((fitted.evaluate(learner.reconstruct, x) - x) ** 2).mean((1, 2))
    assert np.median(error) < 0.12
    assert (error > 0.08).all()


def test_the_mixture_network_finds_the_mixture():
    """Weight, mean and deviation of each mode of the pair, within 0.05; those of the whole or of a twin are 0.2 away."""
    learner = MixtureNetwork(PAIR, 2, hidden=(8,))
    fitted = fit(learner, seeds=range(4), steps=800, batch=256, optimiser=FAST)
    w, mu, sd = np.split(fitted.evaluate(learner.mixture, np.ones((16, 1)))[:, 0], 3, axis=1)
    order = np.argsort(mu, axis=1)
    found = [np.take_along_axis(a, order, 1) for a in (w, mu, sd)]
    for value, truth in zip(found, ([0.3, 0.7], [-2, 2], [0.3, 0.3]), strict=True):
        assert np.allclose(value, truth, atol=0.05)
    whole = [0.5, float(PAIR.mean[0]), math.sqrt(PAIR.cov[0, 0])]
    assert all((np.abs(value - wrong) > 0.15).all() for value, wrong in zip(found, whole, strict=True))


def test_a_discriminator_reaches_the_optimal_one():
    """σ(D) against p/(p+q) where there is data: within 0.05 in mean; against q/(p+q) more than 0.15."""
    real, fake = symmetric_pair(1.0, 0.6, 0.3), symmetric_pair(0.5, 1.0, 0.5)
    learner = Discriminator(real, fake, hidden=(24,))
    fitted = fit(learner, seeds=range(4), steps=700, batch=256, optimiser=FAST)
    x = np.concatenate([real.sample(2000, np.random.default_rng(0)), fake.sample(2000, np.random.default_rng(1))])
    found, best = expit(fitted.evaluate(learner.logit, x)), expit(exact.discriminator(real, fake)(x))
    assert (np.abs(found - best).mean(1) < 0.05).all()
    assert (np.abs(found - (1 - best)).mean(1) > 0.15).all()
    js = float(divergence.js(real.mixture, fake.mixture))
    assert fitted.loss["discriminator"][:, -300:].mean() == pytest.approx(math.log(4) - 2 * js, abs=0.02)


def test_a_denoiser_reaches_the_posterior_mean():
    """At three noise levels its RMS distance over noisy data is below 0.1 σ; the best linear denoiser misses by 0.3 σ."""
    learner = Denoiser(PAIR, lowest=0.3, highest=4.0, hidden=(32, 32))
    fitted = fit(learner, seeds=range(4), steps=1500, batch=256, optimiser=FAST)
    rng, mean, var = np.random.default_rng(0), PAIR.mean[0], PAIR.cov[0, 0]
    for std in (0.5, 1.0, 1.5):
        y = PAIR.sample(2000, rng) + std * rng.standard_normal((2000, 1))
        truth, linear = exact.denoiser(PAIR)(y, std), mean + var / (var + std**2) * (y - mean)
        found = fitted.evaluate(learner.denoise, y, np.full((2000, 1), std))
        assert (np.sqrt(((found - truth) ** 2).mean((1, 2))) < 0.1 * std).all()
        assert (np.sqrt(((found - linear) ** 2).mean((1, 2))) > 0.3 * std).all()


def test_flow_matching_reaches_the_conditional_velocity():
    """RMS over x_t within 0.2 of E[x₁ - x₀ | x_t]; the field of a Gaussian with the same moments is 0.6 and more away."""
    learner = FlowMatching(PAIR, hidden=(32, 32))
    fitted = fit(learner, seeds=range(4), steps=1500, batch=256, optimiser=FAST)
    rng, mean, var = np.random.default_rng(0), PAIR.mean[0], PAIR.cov[0, 0]
    for time in (0.4, 0.7):
        x = (1 - time) * rng.standard_normal((2000, 1)) + time * PAIR.sample(2000, rng)
        truth = exact.velocity(PAIR)(x, time)
        gain = (time * var - (1 - time)) / (time**2 * var + (1 - time) ** 2)
        gaussian = mean + gain * (x - time * mean)
        found = fitted.evaluate(learner.velocity, x, np.full((2000, 1), time))
        assert (np.sqrt(((found - truth) ** 2).mean((1, 2))) < 0.2).all()
        assert (np.sqrt(((found - gaussian) ** 2).mean((1, 2))) > 0.6).all()


def test_a_vae_without_hidden_layers_reaches_the_water_level():
    """Its loss is the optimum of the linear VAE within 0.2 nats; with one latent fewer it would be 0.6 and more above."""
    target = power_law_signal(4, 1.0)
    learner = VAE(target, 2, hidden=(), std=0.3)
    fitted = fit(learner, seeds=range(3), steps=2000, batch=256, optimiser=FAST)
    rng = np.random.default_rng(0)
    x, noise = target.sample(40_000, rng), rng.standard_normal((40_000, 2))
    found = fitted.evaluate(learner.terms, x, noise).sum(2).mean(1)
    best, fewer = (
        water_filling.objective(water_filling.optimum(target.cov, k, 0.09, 1.0), target.cov, 0.09, 1.0) for k in (2, 1)
    )
    assert np.allclose(found, best, atol=0.2)
    assert fewer - best > 0.6


def test_no_vae_codes_below_the_entropy():
    """Negative ELBO = -E ln p + what is lost ≥ entropy of the target, nearly attained by a trained one."""
    target = symmetric_pair(1.0, 0.5)
    learner = VAE(target, 1, noise="isotropic", std=0.5)
    fitted = fit(learner, seeds=range(4), steps=1500, batch=256, optimiser=FAST)
    rng = np.random.default_rng(0)
    x, noise = target.sample(20_000, rng), rng.standard_normal((20_000, 1))
    bound = fitted.evaluate(learner.terms, x, noise).sum(2).mean(1)
    gap = bound + target.logpdf(x).mean()
    assert (gap > -0.01).all()
    assert np.median(gap) < 0.1


def test_the_slope_of_a_discriminator_is_that_of_its_logit():
    """∇D at rows in the plane against central differences along random directions."""
    learner = Discriminator(ring(5, 1.0, 0.3), ring(3, 1.0, 0.3))
    players, _ = members(learner)
    rng = np.random.default_rng(0)
    x, direction = (torch.tensor(rng.standard_normal((3, 16, 2))) for _ in range(2))
    ahead, behind = (learner.logit(players, {}, x + h * direction) for h in (1e-6, -1e-6))
    slope = (learner.logit_slope(players, {}, x) * direction).sum(2)
    assert torch.allclose(slope, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-8)


# Exact members and integrators.


def test_the_exact_velocity_carries_noise_onto_the_target():
    """Heun with 400 steps takes quantiles of N(0,1) to quantiles of the target; one Euler step to its mean."""
    levels = (np.arange(200) + 0.5) / 200
    start = ndtri(levels)[:, None]
    end = heun(exact.velocity(PAIR), start, [*np.linspace(0, 0.9999, 400)])
    assert np.abs(end[:, 0] - PAIR.mixture.ppf(levels)).max() < 0.02
    assert np.allclose(euler(exact.velocity(PAIR), start, [0, 1]), PAIR.mean, atol=1e-12)


def test_the_probability_flow_carries_the_noisy_law_onto_the_target():
    """From quantiles at σ = 20 down to 0.001 the exact denoiser's ODE is monotone and exact."""
    levels = (np.arange(100) + 0.5) / 100
    start = PAIR.mixture.smooth(20.0).ppf(levels)[:, None]
    end = heun(exact.score_flow(PAIR), start, [*np.geomspace(20, 1e-3, 400)])
    assert np.abs(end[:, 0] - PAIR.mixture.ppf(levels)).max() < 0.02


def test_exact_members_stand_where_trained_ones_do():
    """(fitted, learner) and (member, member) are evaluated by the same calls, to the closed forms."""
    x, std = np.linspace(-3, 3, 32)[:, None], np.repeat([0.4, 1.0], 16)[:, None]
    denoiser = exact.ExactDenoiser(PAIR)
    found = denoiser.evaluate(denoiser.denoise, x, std)
    assert (
        found.shape == fit(Denoiser(PAIR), seeds=[1], steps=1, batch=16).evaluate(Denoiser(PAIR).denoise, x, std).shape
    )
    assert np.allclose(found[0, 16:], exact.denoiser(PAIR)(x[16:], 1.0))
    start = PAIR.mixture.smooth(20.0).ppf((np.arange(50) + 0.5) / 50)[:, None]
    end = denoiser.evaluate(denoiser.sample, start, np.geomspace(20, 1e-3, 400))
    assert np.abs(end[0, :, 0] - PAIR.mixture.ppf((np.arange(50) + 0.5) / 50)).max() < 0.02
    flow = exact.ExactVelocity(PAIR)
    assert np.allclose(flow.evaluate(flow.velocity, x, std / 2)[0, :16], exact.velocity(PAIR)(x[:16], 0.2))
    assert np.allclose(flow.evaluate(flow.transport, x, np.array([0.0, 1.0])), PAIR.mean)
    judge = exact.ExactDiscriminator(PAIR, symmetric_pair(1.0, 0.5))
    assert np.allclose(judge.evaluate(judge.logit, x)[0], PAIR.logpdf(x) - symmetric_pair(1.0, 0.5).logpdf(x))
    given, problem = np.linspace(0, 1, 16)[:, None], two_branch()
    for power, best in [(2.0, problem.conditional_mean), (1.0, problem.conditional_median)]:
        member = exact.ExactRegressor(problem, power)
        assert np.allclose(member.evaluate(member.predict, given)[0, :, 0], best(given[:, 0]))


@pytest.mark.parametrize("full", [False, True])
def test_the_exact_linear_vae_has_the_optimal_loss_and_no_slope(full):
    """As parameters of the learner: rate and distortion of water-filling, and a loss at rest."""
    target = power_law_signal(5)
    learner = LinearVAE(target, 3, beta=1.3, std=0.4, full=full, population=True)
    best = exact.linear_vae(learner)
    rate, distortion = best.evaluate(learner.rate_distortion)[0]
    assert rate == pytest.approx(water_filling.rate(target.spectrum[:3], 0.16, 1.3).sum(), abs=1e-12)
    assert distortion == pytest.approx(water_filling.bottleneck_distortion(target.spectrum, 3, 0.16, 1.3), abs=1e-12)
    players = {"vae": torch.tensor(best.players["vae"][-1])}
    draws = learner.draw(1, 16, lambda n: target.sample(n, np.random.default_rng(0)), np.random.default_rng(1))
    batch = {k: torch.tensor(v[:1].copy()) for k, v in draws.items()}
    hyper = {k: torch.tensor(v) for k, v in best.hyper.items()}
    losses, slopes = learner.gradients(learner.moves(hyper)[0], players, batch, hyper)
    optimum = water_filling.optimum(target.cov, 3, 0.16, 1.3)
    assert float(losses["vae"].detach()) == pytest.approx(
        water_filling.objective(optimum, target.cov, 0.16, 1.3), abs=1e-10
    )
    assert float(slopes["vae"].abs().max()) < 1e-10


@pytest.mark.parametrize("make", [Regressor, MixtureNetwork, VAE, VQVAE, Denoiser, FlowMatching, GAN,
                                  lambda target, **style: Discriminator(target, target, **style)])  # fmt: skip
def test_width_depth_activation_and_initialisation_are_options(make):
    """Every network of every learner is built as asked; gain 0.5 halves orthogonal frames."""
    shape = {"generator_hidden": (7, 5, 3), "discriminator_hidden": (7, 5, 3)} if make is GAN else {"hidden": (7, 5, 3)}
    learner = make(PAIR, activation="leaky_relu", init="orthogonal", gain=0.5, **shape)
    nets = [
        getattr(learner, n) for n in ("net", "encoder", "decoder", "generator", "discriminator") if hasattr(learner, n)
    ]
    assert nets
    for net in nets:
        assert net.sizes[1:-1] == (7, 5, 3)
        assert net.activation == "leaky_relu"
        row = torch.tensor(net.initialise(np.random.default_rng(0))[None])
        weight = net.unpack(row)[1][0][0]
        assert torch.allclose(weight @ weight.T, 0.25 * torch.eye(5, dtype=torch.float64), atol=1e-12)


def test_integrators_have_their_orders():
    """For x' = -2tx halving the step divides Euler's error by two and Heun's by four."""
    for method, order in [(euler, 1), (heun, 2)]:
        errors = [
            abs(method(lambda x, t: -2 * t * x, 1.0, np.linspace(0, 1, n + 1)) - math.exp(-1)) for n in (200, 400)
        ]
        assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.02)


def test_the_exact_discriminator_is_the_log_ratio():
    """In two dimensions, against scipy's densities."""
    p, q = ring(3, 1.0, 0.5), ring(1, 1.0, 0.8)
    x = np.array([[0.3, 0.1], [-1.0, 0.4]])
    lp = np.log(np.mean([multivariate_normal.pdf(x, m, 0.25 * np.eye(2)) for m in p.centres], axis=0))
    lq = multivariate_normal.logpdf(x, q.centres[0], 0.64 * np.eye(2))
    assert np.allclose(exact.discriminator(p, q)(x), lp - lq, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Regressor(PAIR, power=0.5), lambda: Regressor(PAIR, activation="gelu").net,
        lambda: LinearVAE(PAIR, 0), lambda: LinearVAE(PAIR, beta=[1.0, -0.1]), lambda: LinearVAE(PAIR, std=-1.0),
        lambda: VAE(PAIR, beta=-0.1), lambda: VAE(PAIR, noise="none"), lambda: VectorQuantiser(PAIR, 0),
        lambda: VQVAE(PAIR, latents=0), lambda: DiracGAN("gan"), lambda: DiracGAN(discriminator_steps=2),
        lambda: DiracGAN(target=PAIR), lambda: DiracGAN(target=Point(np.inf)),
        lambda: FlowMatching(ring(), coupling="sorted"), lambda: FlowMatching(PAIR, coupling="optimal"),
        lambda: FlowMatching(PAIR, coupling="given"), lambda: FlowMatching(PAIR, source=ring()),
        lambda: FlowMatching(Pairs(PAIR.mixture), coupling="given", source=PAIR), lambda: FlowMatching(PAIR, source=Pairs()),
        lambda: FlowMatching(PAIR, start_share=1.0), lambda: MixtureNetwork(PAIR, 0),
        lambda: Denoiser(PAIR, lowest=0.0), lambda: Denoiser(PAIR, lowest=2.0, highest=1.0),
        lambda: Discriminator(PAIR, ring()),
        lambda: exact.ExactRegressor(ring()), lambda: exact.ExactRegressor(two_branch(), 3.0),
        lambda: exact.denoiser(two_branch()), lambda: exact.velocity(PAIR)(np.zeros((1, 1)), 1.0),
    ],
)  # fmt: skip
def test_bad_learners_are_refused(make):
    """Each learner checks its settings."""
    with pytest.raises(ValueError, match="expected"):
        make()


def test_the_weight_of_the_kl_may_start_at_nothing() -> None:
    """KL annealing: β grows from 0 to 1, one weight a step, and the network trains."""
    fitted = fit(VAE(ring(), beta=np.linspace(0, 1, 24)[None]), seeds=[0], steps=24, batch=16)
    assert fitted.diverged[0] == -1
