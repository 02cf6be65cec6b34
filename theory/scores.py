"""Scores of samples, the published ones by their definitions.

On arrays of samples (n, D):
    `mode_report`         modes captured, share of high-quality samples, reverse KL over modes (VEEGAN, PacGAN)
    `precision_recall`    improved precision and recall (Kynkäänniemi et al. 2019), k = 3
    `density_coverage`    density and coverage (Naeem et al. 2020), k = 5
    `sample_prd`          the PRD curve on clusters (Sajjadi et al. 2018)
    `birthday_test`       how often a few samples show a near duplicate (Arora & Zhang 2018)

Nearest-neighbour balls are open (distance < radius, as in the `prdc` package), so identical points, whose
radius is 0, contain nothing: two equal constants score 0 on everything.

What they cannot say, and how sure one can be of it, `theory.diagnosis` says.

k-d trees throughout: memory is linear in the number of points.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.spatial import KDTree
from scipy.special import rel_entr

from theory import prd
from theory.mixture import GaussianMixture
from theory.validation.inputs import LARGEST, Array, array, generator, integer, points, positive, reject
from theory.validation.laws import mixture
from theory.validation.shapes import Samples

CHUNK = 256  # balls asked for at once where whole lists of members are needed
OPEN = 1 - 1e-12  # turns the closed balls of the tree into open ones, well above its rounding


@dataclass(frozen=True)
class ModeReport:
    """Modes with at least one high-quality sample, the share of such samples, KL(samples‖weights) over modes (nats)."""

    captured: int
    high_quality: float
    reverse_kl: float


def mode_report(samples: Samples, p: GaussianMixture, deviations: float = 3.0) -> ModeReport:
    """VEEGAN's and PacGAN's counts: a sample is of high quality within 3 standard deviations of its nearest mode.

    Nearest in Euclidean distance; the deviation is that of the mode along an axis (isotropic p), and
    reverse KL compares the share of all samples nearest to each mode with its weight.

    Raises ValueError unless p is a mixture of isotropic components, samples are finite points of its space, and
    deviations > 0.
    """
    x, modes = _samples("samples", samples, mixture("p", p).dim), p.means.reshape(len(p), p.dim)
    stds = p.stds.reshape(len(p), -1)
    if not np.allclose(stds, stds[:, :1], rtol=1e-12):
        reject("p", "isotropic components", p)
    distance, nearest = map(np.asarray, KDTree(modes).query(x))
    good = distance <= positive("deviations", deviations) * stds[:, 0][nearest]
    share = np.bincount(nearest, minlength=len(p)) / len(x)
    captured = len(np.unique(nearest[good]))
    return ModeReport(captured, float(good.mean()), float(rel_entr(share, p.weights).sum()))


def due_quality(deviations: float = 3.0) -> float:
    """The share of true samples of high quality in the plane, 1 - e^{-k²/2}, of isotropic modes far apart.

    Raises ValueError unless deviations > 0.
    """
    return float(-np.expm1(-(positive("deviations", deviations) ** 2) / 2))


def precision_recall(real: Samples, fake: Samples, k: int = 3) -> tuple[float, float]:
    """The shares of fakes in some real's ball, and of reals in some fake's; a ball reaches to the k-th neighbour.

    Raises ValueError unless real and fake are finite samples of one dimension, more than k of each, and k is an integer
    ≥ 1.
    """
    real, fake = _pair(real, fake, integer("k", k, 1))
    return _inside_some(fake, real, _radii(real, k)), _inside_some(real, fake, _radii(fake, k))


def density_coverage(real: Samples, fake: Samples, k: int = 5) -> tuple[float, float]:
    """(1/k) the mean number of real balls around a fake, and the share of reals whose ball holds a fake.

    Raises ValueError unless real and fake are finite samples of one dimension, more than k of each, and k is an integer
    ≥ 1.
    """
    real, fake = _pair(real, fake, integer("k", k, 1))
    radii = _radii(real, k) * OPEN
    tree = KDTree(fake)
    members = np.where(radii > 0, tree.query_ball_point(real, radii, return_length=True), 0)
    return float(members.sum() / (k * len(fake))), float((tree.query(real)[0] < radii).mean())


def sample_prd(
    real: Samples, fake: Samples, rng: np.random.Generator | int, *, clusters: int = 20, count: int = 1001
) -> tuple[Float[Array, " {count}"], Float[Array, " {count}"]]:
    """(α, β) of the PRD curve at `count` slopes, of histograms over k-means clusters of both sets together.

    Raises ValueError unless real and fake are finite samples of one dimension, rng is a Generator or a seed, and
    clusters, count are integers ≥ 1.
    """
    from scipy.cluster.vq import kmeans2

    real, fake = _pair(real, fake, 0)
    both = np.concatenate([real, fake])
    n = min(integer("clusters", clusters, 1), len(np.unique(both, axis=0)))
    label = kmeans2(both, n, minit="++", rng=generator("rng", rng), missing="warn")[1]
    share = lambda part: np.bincount(part, minlength=n) / len(part)  # noqa: E731
    precision, recall = prd.curve(share(label[: len(real)]), share(label[len(real) :]), prd.slopes(count))
    return np.asarray(precision), np.asarray(recall)


def birthday_test(samples: Samples, draws: int, radius: float) -> float:
    """The share of groups of `draws` consecutive samples in which two lie within `radius` of each other.

    A support of n equal atoms shows it with probability 1 - Π_{i<m} (1-i/n), m = `draws` (Arora & Zhang 2018).

    Raises ValueError unless samples are finite (n, D), draws is an integer from 2 to n, and radius > 0.
    """
    x, m = _samples("samples", samples), integer("draws", draws, 2)
    if len(x) < m:
        reject("draws", f"at most the {len(x)} samples", draws)
    groups = x[: len(x) // m * m].reshape(-1, m, x.shape[1])
    first, second = np.triu_indices(m, 1)
    apart = np.linalg.norm(groups[:, first] - groups[:, second], axis=2)
    return float((apart <= positive("radius", radius)).any(axis=1).mean())


def _radii(x: Array, k: int) -> Array:
    """Distance of every point to its k-th neighbour, itself not counted."""
    return KDTree(x).query(x, k=k + 1)[0][:, -1]


def _inside_some(x: Array, centres: Array, radii: Array) -> float:
    """The share of points x inside the open ball of some centre: most are in a near one, the rest is searched for."""
    radii = radii * OPEN
    distance, near = KDTree(centres).query(x, k=min(4, len(centres)))
    inside = np.any(distance < radii[near], axis=1)
    rest = np.flatnonzero(~inside)
    if len(rest):
        tree, found = KDTree(x[rest]), np.zeros(len(rest), dtype=bool)
        open_balls = np.flatnonzero(radii > 0)
        for start in range(0, len(open_balls), CHUNK):
            some = open_balls[start : start + CHUNK]
            for members in tree.query_ball_point(centres[some], radii[some]):
                found[members] = True
        inside[rest] = found
    return float(inside.mean())


def _samples(name: str, value: ArrayLike, dim: int | None = None, within: float = LARGEST) -> Array:
    """(n, D) samples; (n,) in one dimension."""
    x = array(name, value, within=within)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2:
        reject(name, "samples of shape (n, D)", f"shape {x.shape}")
    return points(name, x, x.shape[1] if dim is None else dim, within=within)


def _pair(real: ArrayLike, fake: ArrayLike, k: int) -> tuple[Array, Array]:
    real = _samples("real", real, within=np.inf)
    fake = _samples("fake", fake, real.shape[1], within=np.inf)
    if min(len(real), len(fake)) <= integer("k", k, 0):
        reject("k", f"fewer neighbours than the {min(len(real), len(fake))} samples", k)
    exponent = int(np.frexp(max(np.abs(real).max(), np.abs(fake).max()))[1])
    return np.ldexp(real, -exponent), np.ldexp(fake, -exponent)  # exactly, and squares are floats whatever the unit was
