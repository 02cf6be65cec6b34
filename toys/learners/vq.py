"""Vector quantisation: every input is replaced by the nearest of K codewords.

    direct (`VectorQuantiser`)   loss = E|x - e_k|²,  k = arg-min_j |x - e_j|
    autoencoder (`VQVAE`)        loss = E[|x - g(e_k)|² + |sg(z) - e_k|² + c |z - sg(e_k)|²],  z = f(x) nearest to e_k

sg stops the gradient; the encoder receives the decoder's gradient "straight through" e_k. Squared data units,
averaged over the minibatch, summed over dimensions. The direct quantiser descends the distortion itself, whose
minimisers are the Lloyd-Max quantisers: codewords are the means of their cells, and cells nearest to them.

The autoencoder meets the first of these two conditions and not the second. Its decoder descends the distortion, so
that g(e_k) becomes the mean of cell k; but how the distortion changes when a threshold t between two cells moves,
p(t)[(t-g_j)² - (t-g_k)²], is no part of any gradient: what passes straight through to the encoder, -2(x - g(e_k))·∇g(e_k),
averages to zero over a cell as soon as g(e_k) is its mean, wherever its thresholds lie, and commitment measures
distances of latents. Every partition that the encoder can hold is thus nearly at rest, and more steps do not help: four
codes of N(0, 1) end with a distortion a few per cent above that of Lloyd-Max after 1,500 steps as after 6,000.

Of a target with inputs the autoencoder codes the outputs: its encoder sees both, its decoder is given the inputs too.

Source: van den Oord et al. (2017), equation 3; Max (1960) and Lloyd (1982) for the direct one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from toys.layout import Layout
from toys.learner import (
    Batch,
    Hyper,
    Learner,
    Move,
    Players,
    Source,
    Values,
    columns,
    members_in_cache,
    shared_gradients,
)
from toys.networks import MLP, ActivationName, InitName
from toys.targets.target import Target
from toys.validation import positive_integer


@dataclass(frozen=True)
class VectorQuantiser(Learner):
    """Player "codebook": K codewords in data space, started at data points.

    Raises ValueError unless `codewords` is an integer ≥ 1.
    """

    target: Target
    codewords: int = 2

    def __post_init__(self) -> None:
        positive_integer(self.codewords, "codewords")

    @cached_property
    def layout(self) -> Layout:
        """The codewords, in columns."""
        return Layout(((self.target.dim, self.codewords),))

    @property
    def players(self) -> dict[str, int]:
        return {"codebook": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"codebook": self.layout.row(self.target.sample(self.codewords, rng).T)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"x": columns(data(steps * batch), steps)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        (codebook,) = self.layout.unpack(players["codebook"])
        return (batch["x"] - _nearest(batch["x"], codebook)[0]).square().sum(1).mean(1)

    def codebook(self, players: Players, hyper: Values) -> Float[Tensor, "members {self.codewords} {self.target.dim}"]:
        """The codewords, (members, K, dim)."""
        return self.layout.unpack(players["codebook"])[0].mT

    def reconstruct(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n dim"]
    ) -> Float[Tensor, "members n dim"]:
        """e_k for inputs x, both (members, n, dim)."""
        return _nearest(x.mT, self.layout.unpack(players["codebook"])[0])[0].mT


@dataclass(frozen=True)
class VQVAE(Learner):
    """Players "encoder", "decoder" and "codebook", K codewords in `latents` dimensions, all descending the one loss.

    Raises ValueError unless `codewords` and `latents` are integers ≥ 1, and for what `MLP` refuses.
    """

    target: Target
    codewords: int = 2
    latents: int = 1
    hidden: tuple[int, ...] = (32,)
    commitment: Hyper = 0.25
    activation: ActivationName = "relu"
    init: InitName = "uniform"
    gain: float = 1.0
    encoder: MLP = field(init=False)
    decoder: MLP = field(init=False)

    def __post_init__(self) -> None:
        positive_integer(self.codewords, "codewords")
        positive_integer(self.latents, "latents")
        style = self.activation, self.init, self.gain
        encoder = MLP((self.target.dim, *self.hidden, self.latents), *style)
        given = self.target.inputs
        decoder = MLP((self.latents + given, *self.hidden, self.target.dim - given), *style)
        object.__setattr__(self, "encoder", encoder)
        object.__setattr__(self, "decoder", decoder)

    @property
    def chunk(self) -> int:
        return members_in_cache(self.encoder)

    @cached_property
    def layout(self) -> Layout:
        """The codewords, in columns."""
        return Layout(((self.latents, self.codewords),))

    @property
    def players(self) -> dict[str, int]:
        return {
            "encoder": self.encoder.length, "decoder": self.decoder.length, "codebook": self.layout.length,
        }  # fmt: skip

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        rows = {"encoder": self.encoder.initialise(rng), "decoder": self.decoder.initialise(rng)}
        x = torch.as_tensor(self.target.sample(self.codewords, rng).T)[None]
        # Codewords begin where the encoder puts data; far from them, most would never be the nearest to anything.
        codebook = self.encoder(torch.as_tensor(rows["encoder"])[None], x)[0].numpy()
        return {**rows, "codebook": self.layout.row(codebook)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"x": columns(data(steps * batch), steps)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        x = batch["x"]
        (codebook,) = self.layout.unpack(players["codebook"])
        z = self.encoder(players["encoder"], x)
        e, _ = _nearest(z, codebook)
        through = z + (e - z).detach()
        coded = x[:, self.target.inputs :]
        error = (coded - self.decoder(players["decoder"], self._fed(through, x))).square().sum(1).mean(1)
        follow, commit = (z.detach() - e).square().sum(1).mean(1), (z - e.detach()).square().sum(1).mean(1)
        return error + follow + hyper["commitment"] * commit

    def gradients(self, move: Move, players: Players, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        if type(self) is VQVAE:  # a subclass's loss may tell its players apart
            return shared_gradients(self, players, batch, hyper)
        return super().gradients(move, players, batch, hyper)

    def reconstruct(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n dim"]
    ) -> Float[Tensor, "members n outputs"]:
        """g(e_k) for rows x (members, n, dim), inputs included: (members, n, outputs)."""
        (codebook,) = self.layout.unpack(players["codebook"])
        e, _ = _nearest(self.encoder(players["encoder"], x.mT.contiguous()), codebook)
        e = self._fed(e, x.mT)
        return self.decoder(players["decoder"], e).mT

    def _fed(self, e: Tensor, x: Tensor) -> Tensor:
        """What the decoder sees: the codeword, and the inputs of x (members, dim, n)."""
        return torch.cat([e, x[:, : self.target.inputs]], 1) if self.target.inputs else e


def _nearest(z: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest codeword (members, d, batch) to each z, and its index (members, batch)."""
    distance = (z.detach()[:, :, None] - codebook.detach()[..., None]).square().sum(1)
    index = distance.argmin(1)
    return torch.gather(codebook, 2, index[:, None].expand(-1, codebook.shape[1], -1)), index
