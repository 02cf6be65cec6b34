"""The diagnosis of samples beside samples of the truth, where no law is known.

Without modes: whether they are of one law (energy distance under permutation, and nearest neighbours of one half asked for
the other), and whether they are copies. With a number of modes these are fitted on one half of the reference, and both the
other half and the samples are held against them: what is said is how the samples differ from that half, as surely as both allow.
"""

import numpy as np
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from scipy.stats import hypergeom

from theory.diagnosis import judge
from theory.diagnosis.copies import beside, some, with_train
from theory.diagnosis.fit import fitted
from theory.diagnosis.known import Looked, deviation, look, mode_names, taken
from theory.diagnosis.modes import Modes, modes_of
from theory.diagnosis.report import Check, Diagnosis, Fault
from theory.diagnosis.words import FAMILY
from theory.validation.inputs import Array, between, integer, reject
from theory.validation.shapes import Samples

SUBSAMPLE = 500  # of each, whose energy distance is permuted
PERMUTATIONS = (999, 9_999)  # at least, at most; two of one over the error between them
ASKED = 5_000  # of each, for the neighbours


def diagnose_reference(
    samples: Samples,
    reference: Samples,
    *,
    modes: int | None = None,
    confidence: float = 0.99,
    train: Samples | None = None,
    seed: int = 0,
) -> Diagnosis:
    """What is wrong with samples, beside samples of the truth; about modes where their number is given.

    seed: of the halves, the fit, subsamples and permutations. The reference must not hold points of the training set. An end
    of an interval, or a smallest size, of which so many samples tell nothing, is infinite.

    Raises ValueError unless samples and reference are at least 30 finite points each, of one space, modes is None or an
    integer ≥ 1 with ten points a dimension of half the reference, 0 < confidence < 1, train is None or points of that
    space, and seed is an integer ≥ 0.
    """
    x = taken("samples", samples)
    y = taken("reference", reference, x.shape[1])
    level = between("confidence", confidence, 0, 1, open=True)
    rng = np.random.default_rng(integer("seed", seed, 0, 2**128))
    known = None if train is None else taken("train", train, x.shape[1])
    count = None if modes is None else integer("modes", modes, 1, 1_000)
    shift, unit = y.mean(axis=0), deviation(y.std(axis=0))
    if unit <= 0 or not np.isfinite(unit):
        reject("reference", "samples that are not all equal", reference)
    x, y = (x - shift) / unit, (y - shift) / unit
    alpha = (1 - level) / FAMILY
    order = rng.permutation(len(y))
    first, other = y[order[: len(y) // 2]], y[order[len(y) // 2 :]]
    same = beside(x, y, alpha, rng)
    if known is not None:
        same = with_train(same, x, (known - shift) / unit, y, alpha, rng)
    checks = (_energy(x, y, alpha / 2, rng), _neighbours(x, y, alpha / 2, rng))
    law = f"{len(y)} samples in {x.shape[1]} dimension{'s' if x.shape[1] > 1 else ''}"
    if count is None:
        return Diagnosis(
            len(x), x.shape[1], level, law, judge.with_causes([same]), checks, np.full(len(x), -2, dtype=np.int64)
        )
    p = fitted(first, count, rng)
    found = modes_of(p)
    ours, theirs = look(x, found), look(other, found)
    faults, spreads = _faults(ours, theirs, found, alpha)
    share, low, high, *_ = judge.masses(ours.counts, alpha, theirs.counts)
    group, part = found.group, p.weights / found.shares[found.group]
    return Diagnosis(
        len(x),
        x.shape[1],
        level,
        f"{law}, {count} mode{'s' if count > 1 else ''} of one half",
        judge.with_causes([*faults, same]),
        checks,
        ours.labels,
        p.means.reshape(len(p), -1) * unit + shift,
        share[group] * part,
        low[group] * np.where(found.single[group], 1, 0),
        high[group],
        (theirs.counts.members / len(other))[group] * part,
        *(spreads[:, group]),
    )


def _faults(ours: Looked, theirs: Looked, modes: Modes, alpha: float) -> tuple[list[Fault], Array]:
    """The faults that modes can tell, beside those of the half held out."""
    names = mode_names(modes)
    a, b = ours.counts, theirs.counts
    blurred, shrunk, spreads = judge.spreads(a, names, alpha, b)
    return [
        judge.dropped(a, names, alpha, b),
        judge.reweighted(a, names, alpha, b),
        blurred,
        shrunk,
        judge.shifted(a, names, alpha, b),
        *judge.outside(ours.outside, alpha, theirs.outside),
        judge.collapsed(ours.points, alpha, theirs.points),
    ], spreads


def _energy(x: Array, y: Array, alpha: float, rng: np.random.Generator) -> Check:
    """The energy distance of some of both, among those of random divisions of the two together."""
    a, b = (some(each, SUBSAMPLE, rng) for each in (x, y))
    m, n = len(a), len(a) + len(b)
    both = np.concatenate([a, b])
    kernel = cdist(both, both)
    signs = np.empty((min(max(PERMUTATIONS[0], int(2 / alpha)), PERMUTATIONS[1]) + 1, n))
    own = np.where(np.arange(n) < m, 1 / m, -1 / (n - m))
    signs[0] = own
    for row in signs[1:]:
        row[:] = rng.permutation(own)
    # With v = 1/m on the one and -1/(n - m) on the other, -vᵀKv is 2E|x-y| - E|x-x'| - E|y-y'|.
    values = np.sqrt(np.maximum(-((signs @ kernel) * signs).sum(axis=1), 0))
    p = float((values >= values[0] * (1 - 1e-12)).mean())
    low, high = np.quantile(values[1:], [(1 - judge.BAND) / 2, (1 + judge.BAND) / 2])
    said = "present" if p <= alpha else "absent" if values[0] <= high else "undecided"
    says = "Energy distance from the reference, its square in units of the reference's deviation, under permutation."
    return Check("energy distance", float(values[0]), (float(low), float(high)), p, said, m, says)


def _neighbours(x: Array, y: Array, alpha: float, rng: np.random.Generator) -> Check:
    """Whether the nearest of one half tell of which the other half's are: the share that they get right."""
    size = min(len(x), len(y), ASKED) // 2
    a, b = (rng.permutation(some(each, 2 * size, rng)) for each in (x, y))
    told, asked = (np.concatenate([a[part], b[part]]) for part in (slice(size), slice(size, 2 * size)))
    k = 2 * int(np.sqrt(size) / 2) + 1
    votes = (np.asarray(KDTree(told).query(asked, k=k)[1]) < size).sum(axis=1) > k / 2
    called, right = int(votes.sum()), int(votes[:size].sum())
    law = hypergeom(2 * size, size, called)  # of the samples among those called so, whichever they are
    share = lambda hits: float((2 * hits + size - called) / (2 * size))  # noqa: E731
    p, high = float(law.sf(right - 1)), share(law.ppf((1 + judge.BAND) / 2))
    said = "present" if p <= alpha else "absent" if share(right) <= high else "undecided"
    says = f"Share of samples and reference told apart by their {k} nearest of the other halves."
    return Check(
        "nearest neighbours", share(right), (share(law.ppf((1 - judge.BAND) / 2)), high), p, said, 2 * size, says
    )
