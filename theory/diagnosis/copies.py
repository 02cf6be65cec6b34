"""Copies: samples nearer to each other, or to points of the training set, than independent ones are.

Two draws of N(μ, Σ) lie within ε of each other, in its deviations, with probability F(ε²/2), F that of χ² with D degrees of
freedom. So of m samples in a mode m(m-1)/2 F(ε²/2) pairs are due (the birthday problem, Arora and Zhang 2018). ε is such that
`DUE` of all samples have such a partner, and not below what samples are rounded to; a mode that is wider or narrower than
the law's is taken as it is.
"""

from dataclasses import replace

import numpy as np
from scipy.spatial import KDTree
from scipy.stats import chi2, poisson

from theory.diagnosis.intervals import clopper_pearson, smallest_share
from theory.diagnosis.judge import fault, part
from theory.diagnosis.modes import Modes
from theory.diagnosis.report import Fault
from theory.diagnosis.rows import against
from theory.diagnosis.words import FAULTS
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array

DUE = 1e-4
WIDEST = 0.1  # of ε, in deviations: farther apart nothing is a copy
NARROWEST = 0.05  # of a spread: a mode narrower than this repeats itself
NEAR = 0.01  # the share of held-out truth that is as near to a training point as a copy must be
SOME = 5_000  # samples, and held-out ones, whose nearest training point is looked for
DIGITS = range(1, 9)  # decimals to which samples may have been rounded


def copied(
    x: Array, modes: Modes, mode: np.ndarray, volumes: Array, alpha: float, inside: np.ndarray, given: Array
) -> Fault:
    """The share of samples (n, D) that repeat another, beyond what is due.

    mode: (n,) components. volumes: (K,) spreads √det^(1/D) of the components relative to the law's. inside: (n,) whether in a
    mode; outside of all only equal samples count. given: (n, D) samples as they came, which tell what they are rounded to.
    """
    n, dim = x.shape
    first = np.unique(x, axis=0, return_index=True)[1]
    own = first[inside[first]]
    f = np.maximum(volumes, NARROWEST)
    members = np.bincount(mode[inside], minlength=len(f)).astype(float)
    due = lambda e: float((members * (members - 1) / 2) @ chi2.cdf(e**2 / (2 * f**2), dim))  # noqa: E731
    low, high = 0.0, WIDEST
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if due(middle) < DUE * n else (low, middle)
    grain = _grain(given) * _unit(x, given)
    reach = max(low, 2 * np.sqrt(dim) * grain * float(np.linalg.norm(modes.roots, 2, axis=(1, 2)).max()))
    near = 0
    for k in range(len(f)):
        z = (x[own[mode[own] == k]] - modes.means[k]) @ modes.roots[k]
        if len(z) > 1:
            near += int(np.isfinite(KDTree(z).query(z, k=2, distance_upper_bound=reach)[0][:, 1]).sum())
    count, expected = n - len(first) + (near + 1) // 2, due(reach)
    ends = [float(v) for v in clopper_pearson(count, n, alpha)]
    most = float(poisson.isf(alpha / 4, expected)) / n
    found = part(
        "copied",
        "of each other",
        max(count - expected, 0.0) / n,
        max(ends[0] - most, 0.0),
        max(ends[1] - expected / n, 0.0),
    )
    smallest = smallest_share(n, alpha, FAULTS["copied"].least, most)
    return fault("copied", [found], found, (0.0, float(poisson.isf(0.01, expected)) / n), smallest, found.word)


def with_train(
    found: Fault, x: Array, law: GaussianMixture, modes: Modes, train: Array, alpha: float, seed: int
) -> Fault:
    """The same with a second part: samples as near to a training point as one in a hundred of held-out draws of the law."""
    rng = np.random.default_rng(seed)
    some = x if len(x) <= SOME else x[rng.choice(len(x), SOME, replace=False)]
    held = law.sample(SOME, rng).reshape(SOME, -1)
    return _trained(found, some, held, modes, train, alpha)


def with_train_beside(
    found: Fault, x: Array, held: Array, modes: Modes, train: Array, alpha: float, seed: int
) -> Fault:
    """The same, where held-out samples stand for the law."""
    rng = np.random.default_rng(seed)
    some = x if len(x) <= SOME else x[rng.choice(len(x), SOME, replace=False)]
    return _trained(found, some, held[:SOME], modes, train, alpha)


def _trained(found: Fault, some: Array, held: Array, modes: Modes, train: Array, alpha: float) -> Fault:
    trees = _trees(train, modes)
    right, ours = _distances(held, modes, trees), _distances(some, modes, trees)
    limit = float(np.quantile(right, NEAR))
    a, b = int((ours < limit).sum()), int((right < limit).sum())
    low, high = (float(v) for v in clopper_pearson(a, len(some), alpha / 2))
    right_low, right_high = (float(v) for v in clopper_pearson(b, len(held), alpha / 2))
    excess = max(a / len(some) - b / len(held), 0.0)
    one = part("copied", "of the training set", excess, max(low - right_high, 0.0), max(high - right_low, 0.0))
    head = max((found.parts[0], one), key=lambda p: (p.word == "present", p.low, p.size))
    words = {found.word, one.word}
    said = next((w for w in ("present", "undecided") if w in words), "absent")
    return replace(found, parts=(*found.parts, one), word=said, size=head.size, low=head.low, high=head.high)


def _trees(train: Array, modes: Modes) -> list[KDTree | None]:
    """Training points by component, in its deviations."""
    mode = against(train, modes).mode
    return [
        KDTree((train[mode == k] - mean) @ root) if (mode == k).any() else None
        for k, (mean, root) in enumerate(zip(modes.means, modes.roots, strict=True))
    ]


def _distances(x: Array, modes: Modes, trees: list[KDTree | None]) -> Array:
    """From each sample to the nearest training point of its component, in deviations; ∞ where it has none."""
    mode, found = against(x, modes).mode, np.full(len(x), np.inf)
    for k, tree in enumerate(trees):
        here = mode == k
        if tree is not None and here.any():
            found[here] = tree.query((x[here] - modes.means[k]) @ modes.roots[k])[0]
    return found


def _grain(x: Array) -> float:
    """What samples are rounded to: so many decimals, single precision, or double."""
    for digits in DIGITS:
        if (np.round(x, digits) == x).all():
            return 10.0**-digits
    single = np.abs(x).max() < np.finfo(np.float32).max and (x.astype(np.float32) == x).all()
    return float(np.abs(x).max() * np.finfo(np.float32 if single else np.float64).eps)


def _unit(x: Array, given: Array) -> float:
    """How much smaller x is than the samples as they came."""
    spread = float(np.ptp(given, axis=0).max())
    return float(np.ptp(x, axis=0).max()) / spread if spread > 0 else 1.0
