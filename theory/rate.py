"""The rate of a finite encoder: what it tells of x, what the prior wastes, and how well modes can then be told.

Source p(x) of shape (n,), channel q(z|x) (n, m), prior p(z) (m,), decoder p(x|z) (m, n). Nats.

    E KL(q(z|x)‖p(z)) = I(x; z) + KL(q(z)‖p(z))        Hoffman & Johnson (2016)
    h_b(P_e) + P_e ln(K-1) ≥ H(C|Z)                    Fano (1961), K equiprobable modes C guessed with error P_e
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, rel_entr, xlogy

from theory.binary import entropy
from theory.validation.arrays import at_least, from_to
from theory.validation.inputs import Array, array, integer, reject, sum_to_one, weights
from theory.validation.shapes import Matrix, Numbers, Values, Weights

BISECTIONS = 60


def information(source: Weights, channel: Matrix) -> float:
    """I(x; z) = Σ p(x) q(z|x) ln q(z|x)/q(z), nats.

    Raises ValueError unless source is a distribution and channel has one in each of n rows.
    """
    p, q = _encoder(source, channel)
    return float(p @ rel_entr(q, p @ q).sum(1))


def prior_gap(source: Weights, channel: Matrix, prior: Weights) -> float:
    """KL(q(z)‖p(z)) of the aggregated posterior q(z) = Σ p(x) q(z|x), nats.

    Raises ValueError unless source is a distribution, channel has one in each of n rows, and prior is one of length m.
    """
    p, q = _encoder(source, channel)
    return float(rel_entr(p @ q, _prior(prior, q)).sum())


def source_entropy(source: Weights) -> float:
    """H = -Σ p(x) ln p(x), nats.

    Raises ValueError unless source is a distribution.
    """
    return float(entr(weights("source", source)).sum())


def model_gap(source: Weights, channel: Matrix, prior: Weights, decoder: Matrix) -> float:
    """KL(p(x) q(z|x)‖p(z) p(x|z)): how far rate plus distortion lie above the entropy of the source, nats; ∞ where the model
    excludes an x and a code that go together.

    Raises ValueError unless source is a distribution, channel has one in each of n rows, prior is one of length m, and
    decoder has one of length n in each of m rows.
    """
    p, q = _encoder(source, channel)
    model = _prior(prior, q)[:, None] * _rows("decoder", decoder, q.T.shape)
    return float(rel_entr(p[:, None] * q, model.T).sum())


def fano(error: Numbers, modes: int) -> Values:
    """h_b(P_e) + P_e ln(K-1) nats: the most that can be unknown of a mode guessed wrongly with probability P_e.

    Raises ValueError unless 0 ≤ error ≤ 1 and modes is an integer ≥ 2.
    """
    e, K = from_to("error", error, 0, 1), integer("modes", modes, 2)
    return entropy(e) + xlogy(e, K - 1)


def least_error(rate: Numbers, modes: int) -> Values:
    """The least P_e of K equiprobable modes at a rate: h_b(P_e) + P_e ln(K-1) = ln K - R, 0 from R = ln K on.

    Raises ValueError unless rate ≥ 0 and modes is an integer ≥ 2.
    """
    R, K = at_least("rate", rate), integer("modes", modes, 2)
    low, high = np.zeros_like(R), np.full_like(R, 1 - 1 / K)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = fano(middle, K) < np.log(K) - R
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(R == 0, 1 - 1 / K, np.where(np.log(K) > R, high, 0.0))


def _prior(prior: ArrayLike, channel: Array) -> Array:
    w = weights("prior", prior)
    return w if len(w) == channel.shape[1] else reject("prior", f"{channel.shape[1]} weights", f"{len(w)}")


def _encoder(source: ArrayLike, channel: ArrayLike) -> tuple[Array, Array]:
    p = weights("source", source)
    return p, _rows("channel", channel, (len(p), np.shape(channel)[-1] if np.ndim(channel) else 0))


def _rows(name: str, value: ArrayLike, shape: tuple[int, ...]) -> Array:
    rows = array(name, value, ndim=2)
    if rows.shape != shape:
        reject(name, f"shape {shape}", f"shape {rows.shape}")
    if (rows < 0).any() or not sum_to_one(value, rows, 1):
        reject(name, f"{len(rows)} rows of probabilities that sum to one", rows)
    return rows
