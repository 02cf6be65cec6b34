"""One pass through a learner on given parameters and draws: its loss, and what it puts out. No seed, no training.

Numbers go in and come out in double precision; each function says which network the parameters describe. Claims hold
these against the same formulas in their own words.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from jaxtyping import Float, Real
from numpy.typing import ArrayLike

from toys.validation import door, positive, require


@door
def denoiser(
    spread: float,
    levels: Sequence[float],
    x: ArrayLike,
    noise: ArrayLike,
    u: ArrayLike,
    weights: Real[np.ndarray, "k 2"],
    bias: float,
) -> Float[np.ndarray, " numbers"]:
    """`toys.learners.denoiser` on a minibatch of x - EX: y = x + σε, σ, the loss, and where Heun's method leads from x.

    Its network is Σ max(0, w·(y, ¼ ln σ) + ¼) + bias, only the bias for weights zero; the target has deviation
    `spread` and mean -spread/5; training levels reach from the last to the first of `levels`. `x`, `noise` (normal) and
    `u` (uniform) are (n,), `weights` (k, 2); returned are n + n + 1 + n numbers.
    Raises ValueError unless `spread` and the last level are positive, and the first not below it.
    """
    import torch

    from toys.learners.denoiser import Denoiser
    from toys.targets import symmetric_pair

    x, noise, u = (np.atleast_1d(np.asarray(drawn, float)) for drawn in (x, noise, u))
    fits = x.ndim == 1 and x.shape == noise.shape == u.shape and x.size > 0
    require(fits, "x, noise, u", "vectors, equally long", (x.shape, noise.shape, u.shape))
    require(weights.shape[1:] == (2,), "weights", "shape (k, 2)", weights.shape)
    require(len(levels) > 0, "levels", "at least one", levels)
    positive(levels, "levels")
    require(levels[0] >= levels[-1], "levels", "numbers of which the first is not below the last", levels)
    target, k = symmetric_pair(spread / 2, spread * math.sqrt(1 - 0.84 / 4), 0.7), len(weights)
    learner = Denoiser(target, levels[-1], levels[0], (k,))

    def uniform(low: float, high: float, shape: tuple[int, ...]) -> np.ndarray:
        return (low + (high - low) * u).reshape(shape)

    written: Any = SimpleNamespace(standard_normal=noise.reshape, uniform=uniform)
    batch = learner.draw(1, len(x), lambda n: (x + target.mean).reshape(n, 1), written)
    active = float(weights.any())
    blocks = weights, np.full((k, 1), 0.25), np.full((1, k), active), np.full((1, 1), bias)
    rows = {"denoiser": torch.tensor(learner.net.layout.row(*blocks)[None])}
    loss = learner.loss("denoiser", rows, {name: torch.tensor(drawn[0][None]) for name, drawn in batch.items()}, {})
    begin, way = torch.tensor((x + target.mean).reshape(1, -1, 1)), torch.tensor(np.array([levels]))
    ends = learner.sample(rows, {}, begin, way)
    return np.concatenate([batch["noisy"].ravel(), batch["std"].ravel(), loss.numpy(), ends.numpy().ravel()])


@door
def flow_matching(
    share: float,
    x0: ArrayLike,
    x1: ArrayLike,
    t: ArrayLike,
    u: ArrayLike,
    weights: Real[np.ndarray, "k 2"],
    times: ArrayLike,
) -> np.ndarray:
    """`toys.learners.flow_matching` on pairs x₀, x₁, t put at 0 where u < `share`: x_t, t, v, the loss, and where Euler's
    steps along `times` lead from x₀. Its network is Σ max(0, w·(x, t) + ¼).
    Raises ValueError unless the draws are vectors, equally long, `weights` (k, 2) and 0 ≤ share < 1.
    """
    import torch

    from toys.learners.flow_matching import FlowMatching
    from toys.targets import symmetric_pair

    x0, x1, t, u = (np.atleast_1d(np.asarray(drawn, float)) for drawn in (x0, x1, t, u))
    shapes = {drawn.shape for drawn in (x0, x1, t, u)}
    require(len(shapes) == 1 and x0.ndim == 1 and x0.size > 0, "x0, x1, t, u", "vectors, equally long", sorted(shapes))
    require(weights.shape[1:] == (2,), "weights", "shape (k, 2)", weights.shape)
    times = np.asarray(times, float)
    require(times.ndim == 1 and times.size > 0, "times", "a vector", times.shape)
    require(0 <= share < 1, "share", "a number in [0, 1)", share)
    learner, k = FlowMatching(symmetric_pair(2.0, 0.3), (len(weights),), start_share=share), len(weights)
    uniform = iter((t, u))
    written: Any = SimpleNamespace(standard_normal=x0.reshape, random=lambda shape: next(uniform).copy().reshape(shape))
    batch = learner.draw(1, len(x0), lambda n: x1.reshape(n, 1), written)
    blocks = weights, np.full((k, 1), 0.25), np.ones((1, k)), np.zeros((1, 1))
    rows = {"velocity": torch.tensor(learner.net.layout.row(*blocks)[None])}
    loss = learner.loss("velocity", rows, {name: torch.tensor(drawn) for name, drawn in batch.items()}, {})
    ends = learner.transport(rows, {}, torch.tensor(x0.reshape(1, -1, 1)), torch.tensor(np.array([times])))
    return np.concatenate([*batch["input"][0], batch["velocity"].ravel(), loss.numpy(), ends.numpy().ravel()])


@door
def mixture_network(
    logits: Sequence[float] | Real[np.ndarray, " K"], means: ArrayLike, log_stds: ArrayLike, rows: ArrayLike
) -> Float[np.ndarray, " numbers"]:
    """Loss on rows in the plane, ln p of each and w, μ, σ of the head, for a network that puts out its last biases.

    `logits` (K,), `means` and `log_stds` (K, 2), `rows` (n, 2); returned are 1 + n + 5K numbers, densities in nats.
    Raises ValueError unless the arrays have these shapes.
    """
    import torch

    from toys.learners.mixture_network import MixtureNetwork
    from toys.targets import ring

    shapes, K = [np.shape(part) for part in (logits, means, log_stds, rows)], np.size(logits)
    fits = shapes[:3] == [(K,), (K, 2), (K, 2)] and shapes[3][1:] == (2,)
    require(fits, "logits, means, log_stds, rows", "shapes (K,), (K, 2), (K, 2) and (n, 2)", shapes)
    learner = MixtureNetwork(ring(), len(logits), (1,))
    rows, biases = np.array(rows, float), np.concatenate([np.ravel(part) for part in (logits, means, log_stds)])
    blocks = np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((len(biases), 1)), biases[:, None]
    player = {"network": torch.tensor(learner.net.layout.row(*blocks)[None])}
    batch = {
        k: torch.tensor(v) for k, v in learner.draw(1, len(rows), lambda n: rows, np.random.default_rng(0)).items()
    }
    head = learner.mixture(player, {}, batch["x"].mT)[0, 0].numpy()
    logpdf = learner.logpdf(player, {}, batch["x"].mT, batch["y"].mT)[0].numpy()
    return np.concatenate([learner.loss("network", player, batch, {}).numpy(), logpdf, head])


@door
def vae(x: float, gain: float, std: float, weight: float, noise_var: float, beta: float) -> float:
    """Loss of a `VAE` without hidden layers, with one σ for all outputs, at one x: z = gx + sε, ε = ±1, output N(wz, σ²).

    Raises ValueError unless the deviation s of the code and the variance of the noise are positive.
    """
    import torch

    from toys.learners.vae import VAE
    from toys.targets import symmetric_pair

    positive(std, "std")
    positive(noise_var, "noise_var")
    learner = VAE(symmetric_pair(1.0, 1.0), 1, (), noise="isotropic", std=0.5)
    encoder = learner.encoder.layout.row(np.array([[gain], [0.0]]), np.array([[0.0], [np.log(std)]]))
    decoder = learner.decoder.layout.row(np.array([[weight]]), np.zeros((1, 1)))
    players = {"encoder": encoder, "decoder": learner.layout.row(decoder, np.log(np.array([noise_var**0.5 / 0.5])))}
    batch = {"x": np.array([[x, x]], dtype=float), "noise": np.array([[1.0, -1.0]])}
    hyper = {"beta": torch.tensor([float(beta)], dtype=torch.float64), "std": torch.tensor([0.5], dtype=torch.float64)}
    rows, draws = ({k: torch.tensor(v)[None] for k, v in part.items()} for part in (players, batch))
    return learner.loss("encoder", rows, draws, hyper).item()


@door
def linear_vae(
    W: Real[np.ndarray, "D k"],
    M: Real[np.ndarray, "k D"],
    L: Real[np.ndarray, "k k"],
    noise_var: float,
    beta: float,
    exponent: float = 1.5,
) -> Float[np.ndarray, " 3"]:
    """Loss in nats, rate in nats and distortion of a `LinearVAE` with these parameters, on signals with spectrum k^-α.

    Decoder W (D, k), encoder M (k, D), root L (k, k) of its covariance, lower triangular with positive diagonal.
    Raises ValueError unless the exponent α is positive.
    """
    import torch

    from toys.learners.linear_vae import LinearVAE
    from toys.targets.power_law_signal import power_law_signal

    D, k = W.shape
    fits = (M.shape, L.shape) == ((k, D), (k, k)) and bool((np.diag(L) > 0).all())
    require(fits, "M, L", f"({k}, {D}), and ({k}, {k}) with positive diagonal", (M.shape, L.shape))
    positive(noise_var, "noise_var")
    learner = LinearVAE(power_law_signal(len(W), exponent), len(M), full=True, sampled=True, population=True)
    nets = ((learner.decoder_net, W), (learner.encoder_net, M))
    affine = (net.layout.row(A, np.zeros((len(A), 1))) for net, A in nets)
    scale = np.tril(L, -1) + np.diag(np.log(np.diag(L)))
    players = {"vae": torch.tensor(learner.layout.row(*affine, scale, np.zeros(1)))[None]}
    hyper = {"beta": torch.as_tensor(np.array([beta])), "std": torch.as_tensor(np.array([noise_var**0.5]))}
    x = learner.draw(1, 16, lambda n: np.zeros((n, len(W))), np.random.default_rng(0))["x"]
    signs = np.array(list(itertools.product((1, -1), repeat=len(M))))  # their second moments are those of N(0, I)
    noise = signs.T[None]  # every x with every sign of ε: the loss of this batch is its expectation
    batch = {"x": np.repeat(x, noise.shape[2], axis=2), "noise": np.tile(noise, x.shape[2])}
    drawn = {name: torch.tensor(part, dtype=torch.float64) for name, part in batch.items()}
    return np.array([learner.loss("vae", players, drawn, hyper).item(), *learner.rate_distortion(players, hyper)[0]])
