"""Copies: samples nearer to each other, or to points of the training set, than independent ones are.

Two draws of N(μ, Σ) lie within ε of each other, in its deviations, with probability F(ε²/2), F that of χ² with D degrees of
freedom. So of m samples in a mode m(m-1)/2 F(ε²/2) pairs are due (the birthday problem, Arora and Zhang 2018). ε is such that
`DUE` of all samples have such a partner, and not below what samples are rounded to; a mode that is wider or narrower than
the law's is taken as it is.
"""

from dataclasses import replace

import numpy as np
from scipy.spatial import KDTree
from scipy.stats import binom, chi2, poisson

from theory.diagnosis.intervals import clopper_pearson, smallest_share, worst
from theory.diagnosis.judge import fault, part
from theory.diagnosis.modes import Modes
from theory.diagnosis.report import Fault, Part
from theory.diagnosis.words import FAULTS
from theory.validation.inputs import Array

DUE = 1e-4
WIDEST = 0.1  # of ε, in deviations: farther apart nothing is a copy
NARROWEST = 0.05  # of a spread: a mode narrower than this repeats itself
MUCH = 0.01  # the share of right samples that is so much nearer to the training set than to held-out points, or less
TOUCH = 1e-4  # of the median distance to the nearest neighbour
SOME, MOST = 5_000, 50_000  # samples whose nearest training point is looked for, and points among which
FEW = 30  # different numbers, that are round by chance
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


def beside(x: Array, other: Array, alpha: float, rng: np.random.Generator) -> Fault:
    """The same where no law is known, beside as many samples of the truth: what share has a neighbour at `TOUCH` of theirs."""
    count = min(len(x), len(other))
    ours, theirs = (apart(some(each, count, rng)) for each in (x, other))
    grain = max(_grain(x), _grain(other))
    limit = max(TOUCH * float(np.median(theirs)), 2 * np.sqrt(x.shape[1]) * grain)
    a, b = int((ours <= limit).sum()), int((theirs <= limit).sum())
    found = _difference("of each other", a, b, count, alpha)
    smallest = smallest_share(count, alpha / 2, FAULTS["copied"].least, found.high - found.size)
    band = (0.0, float(binom.isf(0.01, count, b / count)) / count)
    return fault("copied", [found], found, band, smallest, found.word)


def with_train(found: Fault, x: Array, train: Array, held: Array, alpha: float, rng: np.random.Generator) -> Fault:
    """The same with a second part, from points of the training set and as many that were held out of it.

    Whatever is wrong with samples that know neither, they are as often much nearer to the one as to the other. Much nearer is a
    ratio c of distances with c^D = `MUCH`. The part is the difference of the two shares.
    """
    size = min(len(train), len(held), MOST)
    trees = [KDTree(some(each, size, rng)) for each in (train, held)]
    few = some(x, min(size, SOME), rng)  # not more than there are points, or they share their neighbours
    ours, theirs = (np.asarray(tree.query(few)[0]) for tree in trees)
    ratio = MUCH ** (1 / x.shape[1])
    a, b = int((ours < ratio * theirs).sum()), int((theirs < ratio * ours).sum())
    one = _difference("of the training set", a, b, len(few), alpha)
    head = max((found.parts[0], one), key=lambda each: (each.word == "present", each.low, each.size))
    said = worst([found.word, one.word])
    return replace(found, parts=(*found.parts, one), word=said, size=head.size, low=head.low, high=head.high)


def some(x: Array, count: int, rng: np.random.Generator) -> Array:
    """So many of the samples, drawn without repetition."""
    return x if count >= len(x) else x[np.sort(rng.choice(len(x), count, replace=False))]


def _difference(mark: str, a: int, b: int, n: int, alpha: float) -> Part:
    """By how much the share a/n exceeds b/n."""
    low, high = (float(v) for v in clopper_pearson(a, n, alpha / 2))
    least, most = (float(v) for v in clopper_pearson(b, n, alpha / 2))
    return part("copied", mark, max(a - b, 0) / n, max(low - most, 0.0), max(high - least, 0.0))


def apart(x: Array) -> Array:
    """(n,) from each sample to the nearest other: 0 for equal ones."""
    first, count = np.unique(x, axis=0, return_counts=True)
    alone = np.asarray(KDTree(first).query(first, k=2)[0][:, 1]) if len(first) > 1 else np.full(len(first), np.inf)
    # Of m equal samples all but one repeat another.
    return np.concatenate([alone, np.zeros(int((count - 1).sum()))])


def _grain(x: Array) -> float:
    """What samples are rounded to: so many decimals, single precision, or double."""
    for digits in DIGITS if len(np.unique(x[:, 0])) > FEW else ():
        if (np.round(x, digits) == x).all():
            return 10.0**-digits
    single = np.abs(x).max() < np.finfo(np.float32).max and (x.astype(np.float32) == x).all()
    return float(np.abs(x).max() * np.finfo(np.float32 if single else np.float64).eps)


def _unit(x: Array, given: Array) -> float:
    """How much smaller x is than the samples as they came."""
    spread = float(np.ptp(given, axis=0).max())
    return float(np.ptp(x, axis=0).max()) / spread if spread > 0 else 1.0
