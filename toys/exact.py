"""The exact members of each family of learners: closed forms that can stand wherever a trained network does.

    denoiser        D(y, σ) = E[x | x + σε = y]
    discriminator   logit D(x) = ln p(x) - ln q(x), so that σ(D) = p/(p+q)
    velocity        v(x, t) = E[x₁ - x₀ | (1-t)x₀ + t x₁ = x], x₀ ~ N(0, I) independent of x₁ ~ target, 0 ≤ t < 1

As functions they take rows (n, dim), the fields also a number σ or t, and go with `toys.ode`. As classes they have the
methods of the trained learner, and `evaluate` as `toys.train.Fitted` has: what is written for (fitted, learner) takes
(member, member) too. `ExactRegressor` is the conditional mean or median of a target, `linear_vae` the optimum of
`theory.water_filling` as the parameters of a `LinearVAE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real
from numpy.typing import ArrayLike

from theory import GaussianMixture, water_filling
from theory.validation.inputs import floats
from toys.learner import hyper_table
from toys.learners.linear_vae import LinearVAE
from toys.ode import euler, heun
from toys.targets.target import Target
from toys.train import Fitted
from toys.validation import door, hold, require

Field = Callable[[np.ndarray, float], np.ndarray]


@door
def denoiser(target: Target) -> Field:
    """D(y, σ) = E[x | x + σε = y] of a mixture target: (rows (n, dim), σ > 0) ↦ (n, dim).

    Raises ValueError unless the target is a Gaussian mixture. Source: Miyasawa (1961).
    """
    mixture = _mixture(target)

    def denoise(y: np.ndarray, std: float) -> np.ndarray:
        return mixture.denoise(y[:, 0] if mixture.scalar else y, std).reshape(y.shape)

    return denoise


@door
def score_flow(target: Target) -> Field:
    """The slope (x - D(x, σ))/σ of the probability-flow ODE dx/dσ: (rows (n, dim), σ > 0) ↦ (n, dim).

    Raises ValueError unless the target is a Gaussian mixture. Source: Karras et al. (2022), equation 1.
    """
    denoise = denoiser(target)
    return lambda x, std: (x - denoise(x, std)) / std


@door
def discriminator(real: Target, fake: Target) -> Callable[[np.ndarray], np.ndarray]:
    """The optimal logit ln p(x) - ln q(x) in nats between two laws with densities: rows (n, dim) ↦ (n,).

    Where it is asked for a law without density it raises ValueError. Source: Goodfellow et al. (2014), proposition 1.
    """
    return lambda x: real.logpdf(x) - fake.logpdf(x)


@door
def velocity(target: Target) -> Field:
    """The flow-matching field of the independent coupling: (rows (n, dim), 0 ≤ t < 1) ↦ (n, dim).

    With m = E[x₁|x_t], which is the posterior mean of x₁ given x₁ + x₀(1-t)/t = x/t: v = (m - x)/(1-t).
    Raises ValueError unless the target is a Gaussian mixture, and, where it is asked, outside 0 ≤ t < 1.
    Source: Lipman et al. (2023).
    """
    denoise = denoiser(target)

    def v(x: np.ndarray, t: float) -> np.ndarray:
        require(0 <= t < 1, "t", "a number in [0, 1)", t)
        m = denoise(x / t, (1 - t) / t) if t > 0 else target.mean
        return (m - x) / (1 - t)

    return v


def _mixture(target: Target) -> GaussianMixture:
    mixture = getattr(target, "mixture", None)
    if not isinstance(mixture, GaussianMixture):
        raise ValueError(f"target: expected one that is a Gaussian mixture, got {target.name}")
    return mixture


class Exact:
    """One exact member: `evaluate` calls its methods as `Fitted.evaluate` calls a learner's, answers (1, …)."""

    def evaluate(
        self, fn: Callable[..., np.ndarray], *shared: ArrayLike, own: Sequence[np.ndarray] = (), at: int = -1
    ) -> np.ndarray:
        """fn({}, {}, *shared, *own): rows in `shared` (…) are given to all, those in `own` (1, …) to the only member.

        `at` is there for `Fitted.evaluate`: every checkpoint is the same.
        Raises ValueError unless fn is a function, own a sequence, and they hold numbers; what fn gives back, NaN too, is given back.
        """
        require(callable(fn), "fn", "a method of the member", fn)
        alone = isinstance(own, str | np.ndarray) or not isinstance(own, Sequence)
        require(not alone, "own", "a sequence of arrays", own)
        given = (floats("shared", array)[None] for array in shared)
        return fn({}, {}, *given, *(floats("own", array) for array in own))


@dataclass(frozen=True)
@hold
class ExactDenoiser(Exact):
    """The posterior mean, in the place of a trained `Denoiser`."""

    target: Target

    def denoise(
        self, players: object, hyper: object, x: Float[np.ndarray, "1 n dim"], std: Real[np.ndarray, "1 n 1"]
    ) -> Float[np.ndarray, "1 n dim"]:
        """D(x, σ) for rows x (1, n, dim) and levels σ (1, n, 1).

        Raises ValueError unless the target is a Gaussian mixture.
        """
        return _by_level(denoiser(self.target), x, std)

    def sample(
        self, players: object, hyper: object, start: Float[np.ndarray, "1 n dim"], levels: Real[np.ndarray, "1 levels"]
    ) -> Float[np.ndarray, "1 n dim"]:
        """Where Heun's method along `levels` (1, n_levels), highest first, takes rows `start` (1, n, dim).

        Raises ValueError unless the target is a Gaussian mixture.
        """
        return heun(score_flow(self.target), start[0], levels[0].tolist())[None]


@dataclass(frozen=True)
@hold
class ExactDiscriminator(Exact):
    """The optimal discriminator, in the place of a trained `Discriminator`."""

    target: Target
    fake: Target

    def logit(self, players: object, hyper: object, x: Real[np.ndarray, "1 n dim"]) -> Float[np.ndarray, "1 n"]:
        """ln p - ln q, (1, n), at rows x (1, n, dim)."""
        return discriminator(self.target, self.fake)(x[0])[None]


@dataclass(frozen=True)
@hold
class ExactVelocity(Exact):
    """The optimal field of the independent coupling, in the place of a trained `FlowMatching`."""

    target: Target

    def velocity(
        self, players: object, hyper: object, x: Float[np.ndarray, "1 n dim"], t: Real[np.ndarray, "1 n 1"]
    ) -> Float[np.ndarray, "1 n dim"]:
        """v(x, t) for points x (1, n, dim) and times t (1, n, 1).

        Raises ValueError unless 0 ≤ t < 1 and the target is a Gaussian mixture.
        """
        return _by_level(velocity(self.target), x, t)

    def transport(
        self, players: object, hyper: object, start: Float[np.ndarray, "1 n dim"], times: Real[np.ndarray, "1 times"]
    ) -> Float[np.ndarray, "1 n dim"]:
        """Where Euler steps along `times` (1, n_times) take rows `start` (1, n, dim); the last time may be 1.

        Raises ValueError unless the others are in [0, 1) and the target is a Gaussian mixture.
        """
        return euler(velocity(self.target), start[0], times[0].tolist())[None]


@dataclass(frozen=True)
@hold
class ExactRegressor(Exact):
    """The conditional mean (`power` 2) or median (1) of a target with one output, in the place of a `Regressor`.

    Raises ValueError for another power, and for a target without conditional mean.
    """

    target: Target
    power: float = 2.0

    def __post_init__(self) -> None:
        require(self.power in (1, 2), "power", "1 or 2", self.power)
        require(hasattr(self.target, "conditional_mean"), "target", "one with a conditional mean", self.target.name)

    def predict(self, players: object, hyper: object, x: Real[np.ndarray, "1 n 1"]) -> Float[np.ndarray, "1 n 1"]:
        """f(x), (1, n, 1), for inputs x (1, n, 1)."""
        name = "conditional_mean" if self.power == 2 else "conditional_median"
        return getattr(self.target, name)(x[0, :, 0])[None, :, None]


@door
def linear_vae(learner: LinearVAE) -> Fitted:
    """The best linear VAE of the learner's target, β and σ, as if it had been trained: one member.

    Raises ValueError where the best encoder's covariance is not diagonal and the learner is not `full`.
    Source: Lucas et al. (2019); `theory.water_filling.optimum`.
    """
    beta, std = (float(np.asarray(value)) for value in (learner.beta, learner.std))
    best = water_filling.optimum(learner.target.cov, learner.latents, std**2, beta)
    require(learner.full or _diagonal(best.encoder_cov), "full", "True where the best encoder needs it", learner.full)
    decoder = learner.decoder_net.layout.row(best.decoder, np.zeros((learner.target.dim, 1)))
    encoder = learner.encoder_net.layout.row(best.encoder, np.zeros((learner.latents, 1)))
    root = np.linalg.cholesky(best.encoder_cov)
    scale = np.tril(root, -1) + np.diag(np.log(np.diagonal(root)))
    row = learner.layout.row(decoder, encoder, scale, np.zeros(1))
    hyper = {name: table[-1] for name, table in hyper_table(learner, 1, 1).items()}
    nobody, now = np.array([0]), np.array([0])
    return Fitted(
        learner, nobody, now, {"vae": row[None, None]}, {"vae": np.zeros((1, 0))}, np.array([-1]), hyper, "cpu"
    )


def _by_level(field: Field, x: np.ndarray, level: np.ndarray) -> np.ndarray:
    """A field at rows x (1, n, dim), each at a level of its own (1, n, 1)."""
    out = np.empty_like(x)
    for value in np.unique(level):
        rows = level[0, :, 0] == value
        out[0, rows] = field(x[0, rows], float(value))
    return out


def _diagonal(a: np.ndarray) -> bool:
    return bool(np.abs(a - np.diag(np.diagonal(a))).max() < 1e-12)
