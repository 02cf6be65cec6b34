"""The diagnosis of a conditional law: samples y, each of its own law given x.

The modes of y given x are its *branches*, pooled over x by how many there are and their number among them. At an x whose
branches overlap nothing is said of them one by one: these rows are one group of their own. In one dimension F(y|x) must be
uniform, whatever the x (the quantile residuals of Dunn and Smyth 1996; nothing is left to randomise where the law has no
atoms).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr
from scipy.stats import kstest, kstwo

from theory.diagnosis import judge
from theory.diagnosis.counts import counted
from theory.diagnosis.known import outside_of, taken
from theory.diagnosis.modes import SIZES, TENTHS, TIE, radius
from theory.diagnosis.pieces import Pieces
from theory.diagnosis.report import Check, Diagnosis, Fault
from theory.diagnosis.rows import Rows
from theory.diagnosis.words import FAMILY, OVERLAP
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, between, integer, reject
from theory.validation.shapes import Samples
from theory.validation.unchanging import Unchanging

Law = GaussianMixture | Pieces
EVEN = np.sqrt(3.0)  # deviations from the middle of an interval to its ends


@dataclass(frozen=True)
class Branches(Unchanging):
    """m rows whose laws have K branches alike: weights (m, K), means (m, K, D), covs and roots (m, K, D, D); uniform where even."""

    rows: np.ndarray
    even: bool
    weights: Array
    means: Array
    covs: Array
    roots: Array

    @property
    def reach(self) -> float:
        """The radius of a branch, in its deviations."""
        return float(EVEN) if self.even else radius(self.means.shape[2])

    @property
    def outer(self) -> float:
        """That of the rind around a tube."""
        dim = self.means.shape[2]
        return self.reach * 2 ** (1 / (dim - 1)) if dim > 1 else self.reach

    def distances(self, y: Array) -> tuple[Array, Array]:
        """Rows (m, D) whitened about every branch, (m, K, D), and their lengths (m, K)."""
        z = np.einsum("mkd,mkde->mke", y[:, None] - self.means, self.roots)
        return z, np.linalg.norm(z, axis=2)

    def overlapping(self) -> np.ndarray:
        """(m,) whether two branches' ellipsoids meet."""
        found, r = np.zeros(len(self.rows), dtype=bool), self.reach
        for i in range(self.weights.shape[1]):
            for j in range(i):
                offset, apart = self.means[:, i] - self.means[:, j], np.zeros(len(self.rows), dtype=bool)
                for share in TENTHS if not self.even else (0.0,):
                    if self.even:
                        widths = np.sqrt(self.covs[:, i, 0, 0]) + np.sqrt(self.covs[:, j, 0, 0])
                        apart |= np.abs(offset[:, 0]) > r * widths * (1 + TIE)
                        continue
                    sums = self.covs[:, i] / share + self.covs[:, j] / (1 - share)
                    apart |= np.einsum("md,md->m", offset, np.linalg.solve(sums, offset[:, :, None])[:, :, 0]) > r**2
                found |= ~apart
        return found

    def room(self) -> Array:
        """(m, K) deviations of a branch to where another is as near, ∞ where it is alone."""
        m, count = self.weights.shape
        room = np.full((m, count), np.inf)
        for i in range(count):
            for j in range(count):
                if i != j:
                    offset = self.means[:, j] - self.means[:, i]
                    a, b = (np.linalg.norm(np.einsum("md,mde->me", offset, self.roots[:, k]), axis=1) for k in (i, j))
                    room[:, i] = np.minimum(room[:, i], a * b / (a + b))
        return room

    def tubes(self, y: Array) -> tuple[np.ndarray, np.ndarray]:
        """Which rows (m, D) lie in a tube between neighbours, and which in a rind around one."""
        m, count = self.weights.shape
        best = np.full(m, np.inf)
        for i in range(count):
            for j in range(i):
                along = self.means[:, j] - self.means[:, i]
                middle, half = 0.5 * (self.means[:, i] + self.means[:, j]), 0.5 * np.linalg.norm(along, axis=1)
                others = [k for k in range(count) if k not in (i, j)]
                gaps = [np.linalg.norm(self.means[:, k] - middle, axis=1) > half * (1 + TIE) for k in others]
                metric = np.linalg.inv(0.5 * (self.covs[:, i] + self.covs[:, j]))
                offset, turned = y - self.means[:, i], np.einsum("mde,me->md", metric, along)
                length = (along * turned).sum(axis=1)
                at = (offset * turned).sum(axis=1) / length
                square = np.maximum(np.einsum("md,mde,me->m", offset, metric, offset) - at**2 * length, 0)
                ours = (at > 0) & (at < 1) & np.all(gaps, axis=0) if gaps else (at > 0) & (at < 1)
                best[ours] = np.minimum(best[ours], square[ours])
        return best <= self.reach**2, (best > self.reach**2) & (best <= self.outer**2)

    def at_mean(self, y: Array) -> tuple[np.ndarray, np.ndarray, Array]:
        """Which rows lie in the ball around E[y|x], which in its shell, and the law's share in both, at most; ∞ where untold."""
        mean = np.einsum("mk,mkd->md", self.weights, self.means)
        cov = np.einsum("mk,mkde->mde", self.weights, self.covs)
        offset = y - mean
        square = (offset * np.linalg.solve(cov, offset[:, :, None])[:, :, 0]).sum(axis=1)
        distance = np.linalg.norm(np.einsum("mkd,mkde->mke", mean[:, None] - self.means, self.roots), axis=2)
        stretch = np.sqrt(np.linalg.eigvalsh(self.roots @ cov[:, None] @ self.roots)[:, :, -1])
        size, due = np.zeros(len(y)), np.full(len(y), np.inf)
        for each in SIZES if self.weights.shape[1] > 1 else ():
            near = distance - 2 * each * self.reach * stretch
            held = self.weights * (near < self.reach if self.even else ndtr(-np.maximum(near, 0)))
            told = np.isinf(due) & (held.sum(axis=1) <= OVERLAP)
            size[told], due[told] = each * self.reach, held.sum(axis=1)[told]
        return square <= size**2, (square > size**2) & (square <= 4 * size**2), due

    def quantiles(self, y: Array) -> Array:
        """F(y|x) on the line, (m,)."""
        z = self.distances(y)[0][:, :, 0]
        parts = np.clip(0.5 + z / (2 * EVEN), 0, 1) if self.even else ndtr(z)
        return np.clip((self.weights * parts).sum(axis=1), 0, 1)


def diagnose_given(
    samples: Samples,
    given: Samples,
    law: Callable[[Array], Law] | Sequence[Law],
    *,
    confidence: float = 0.99,
    seed: int = 0,
) -> Diagnosis:
    """What is wrong with samples y, one for each given x, of a conditional law.

    given: (n,) or (n, I). law: a function of one x, (I,), that gives the law of y, a mixture or `Pieces`; or the n laws.
    seed: taken as by the other diagnoses; nothing here is drawn. An end of an interval, or a smallest size, of which so many
    samples tell nothing, is infinite.

    Raises ValueError unless samples are at least 30 finite points, given is finite with as many rows, law gives mixtures or
    pieces in the dimension of the samples, 0 < confidence < 1, and seed is an integer ≥ 0.
    """
    y = taken("samples", samples)
    x = taken("given", given)
    level = between("confidence", confidence, 0, 1, open=True)
    integer("seed", seed, 0, 2**128)
    if len(x) != len(y):
        reject("given", f"as many rows as there are samples, {len(y)}", len(x))
    classes = _classes(law, x, y.shape[1])
    alpha = (1 - level) / FAMILY
    rows, names, branch = _rows(y, classes)
    counts = counted(rows)
    away = np.flatnonzero(~counts.inside)
    n, dim = y.shape
    tube, rind = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    ball, shell, due = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), np.full(n, np.inf)
    for each in classes:
        tube[each.rows], rind[each.rows] = each.tubes(y[each.rows])
        ball[each.rows], shell[each.rows], due[each.rows] = each.at_mean(y[each.rows])
    told = np.isfinite(due)
    points = list[judge.AtPoint]()
    if told.any():
        at = judge.AtPoint(
            "of y given x", int(told.sum()), int(ball[told].sum()), int(shell[told].sum()), float(due[told].mean())
        )
        points = [at]
    labels = branch.astype(np.int64)
    labels[away] = np.where(tube[away], -1, -2)
    blurred, shrunk, spreads = judge.spreads(counts, names, alpha)
    faults: list[Fault] = [
        judge.dropped(counts, names, alpha),
        judge.reweighted(counts, names, alpha),
        blurred,
        shrunk,
        judge.shifted(counts, names, alpha),
        *judge.outside(outside_of(labels, away, rind[away], dim), alpha),
        judge.collapsed(points, alpha),
    ]
    checks = (_residuals(y, classes, alpha),) if dim == 1 else ()
    share, low, high, *_ = judge.masses(counts, alpha)
    return Diagnosis(
        n,
        dim,
        level,
        f"laws of y given x in {dim} dimension{'s' if dim > 1 else ''}",
        judge.with_causes(faults),
        checks,
        labels,
        None,
        share,
        low,
        high,
        counts.expected / n,
        *spreads,
    )


def _classes(law: Callable[[Array], Law] | Sequence[Law], x: Array, dim: int) -> list[Branches]:
    """The rows, by the kind and number of their branches."""
    first, index = np.unique(x, axis=0, return_inverse=True)
    laws = [_called(law, each, dim) for each in first] if callable(law) else _listed(law, len(x), dim)
    index = np.ravel(index) if callable(law) else np.arange(len(x))
    kinds = dict[tuple[bool, int], list[int]]()
    for k, each in enumerate(laws):
        kinds.setdefault((isinstance(each, Pieces), len(each)), []).append(k)
    classes = list[Branches]()
    for (even, count), members in sorted(kinds.items()):
        weights = np.array([laws[k].weights for k in members])
        means, covs = (np.array(v) for v in zip(*(_moments(laws[k]) for k in members), strict=True))
        place = np.full(len(laws), -1)
        place[members] = np.arange(len(members))
        rows = np.flatnonzero(place[index] >= 0)
        at = place[index[rows]]
        values, vectors = np.linalg.eigh(covs)
        roots = (vectors / np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
        shape = (len(members), count, dim)
        classes.append(
            Branches(
                rows,
                even,
                weights[at],
                means.reshape(shape)[at],
                covs.reshape(*shape, dim)[at],
                roots.reshape(*shape, dim)[at],
            )
        )
    return classes


def _moments(law: Law) -> tuple[Array, Array]:
    """Means (K, D) and covariances (K, D, D) of branches."""
    if isinstance(law, Pieces):
        half = 0.5 * (law.high - law.low)
        return (law.low + half)[:, None], ((half / EVEN) ** 2)[:, None, None]
    return law.means.reshape(len(law), law.dim), law.covs


def _called(law: Callable[[Array], Law], x: Array, dim: int) -> Law:
    try:
        found = law(x)
    except Exception as error:  # whatever a stranger's function raises
        reject("law", f"a law of y given x = {x.tolist()}", error)
    return _fitting(found, dim)


def _listed(law: Sequence[Law], count: int, dim: int) -> list[Law]:
    if isinstance(law, (str, GaussianMixture, Pieces)) or not isinstance(law, Sequence) or len(law) != count:
        reject("law", f"a function of x, or a sequence of {count} laws", law)
    return [_fitting(each, dim) for each in law]


def _fitting(found: object, dim: int) -> Law:
    if not isinstance(found, (GaussianMixture, Pieces)):
        reject("law", "a GaussianMixture or Pieces for each x", found)
    own = 1 if isinstance(found, Pieces) else found.dim
    return (
        found if own == dim else reject("law", f"laws in {dim} dimension{'s' if dim > 1 else ''}, like samples", found)
    )


def _rows(y: Array, classes: list[Branches]) -> tuple[Rows, list[str], np.ndarray]:
    """All samples from their branches, the names of groups, and each one's branch."""
    (n, dim), start = y.shape, 0
    mode, group, z = np.zeros(n, dtype=int), np.zeros(n, dtype=int), np.zeros((n, dim))
    distance, median, reach = np.zeros(n), np.zeros(n), np.zeros(n)
    names, single, even = list[str](), list[bool](), list[bool]()
    room, expected = list[float](), list[float]()
    gaussian = float(np.sqrt(2 * gammaincinv(dim / 2, 0.5)))
    for each in classes:
        here, count = each.rows, each.weights.shape[1]
        apart, lengths = each.distances(y[here])
        nearest = lengths.argmin(axis=1)
        mode[here], distance[here] = nearest, lengths.min(axis=1)
        median[here], reach[here] = EVEN / 2 if each.even else gaussian, each.reach
        z[here] = np.take_along_axis(apart, nearest[:, None, None], 1)[:, 0]
        joined = each.overlapping()
        group[here] = start + nearest
        rooms = each.room()
        if not joined.all():
            for k in range(count):
                names.append(f"branch {k + 1} of {count}")
                single.append(True)
                even.append(each.even)
                room.append(float(np.median(rooms[~joined, k])))
                expected.append(float(each.weights[~joined, k].sum()))
            start += count
        if joined.any():
            group[here[joined]] = start
            z[here[joined]] = _about_all(each, y[here], joined)
            names.append(f"{count} branches that overlap")
            single.append(False)
            even.append(False)
            room.append(np.inf)
            expected.append(float(joined.sum()))
            start += 1
    rows = Rows(
        mode, group, z, distance, median, reach, np.array(single), np.array(room), np.array(expected), np.array(even)
    )
    return rows, names, mode


def _about_all(each: Branches, y: Array, joined: np.ndarray) -> Array:
    """Rows whitened about the mean and covariance of their law."""
    w, means = each.weights[joined], each.means[joined]
    mean = np.einsum("mk,mkd->md", w, means)
    offset = means - mean[:, None]
    cov = np.einsum("mk,mkde->mde", w, each.covs[joined] + offset[..., :, None] * offset[..., None, :])
    values, vectors = np.linalg.eigh(cov)
    roots = (vectors / np.sqrt(values)[:, None]) @ vectors.transpose(0, 2, 1)
    return np.einsum("md,mde->me", y[joined] - mean, roots)


def _residuals(y: Array, classes: list[Branches], alpha: float) -> Check:
    """Whether F(y|x) is uniform: Kolmogorov and Smirnov, exact."""
    u = np.empty(len(y))
    for each in classes:
        u[each.rows] = each.quantiles(y[each.rows])
    found = kstest(u, "uniform")
    value, p = float(found.statistic), float(found.pvalue)
    low, high = kstwo.ppf([(1 - judge.BAND) / 2, (1 + judge.BAND) / 2], len(y))
    said = "present" if p <= alpha else "absent" if value <= high else "undecided"
    says = "Largest distance of the distribution of F(y|x) from the uniform one."
    return Check("quantile residuals", value, (float(low), float(high)), p, said, len(y), says)
