"""The diagnosis of samples against a law that is known: a mixture of Gaussians."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from theory.diagnosis import energy, judge
from theory.diagnosis.copies import MOST, copied, with_train
from theory.diagnosis.counts import Counts, counted
from theory.diagnosis.modes import Modes, modes_of
from theory.diagnosis.report import Check, Diagnosis
from theory.diagnosis.rows import Rows, against, around, tubes
from theory.diagnosis.words import FAMILY
from theory.mixture import GaussianMixture
from theory.validation.inputs import LARGEST, Array, between, floats, integer, reject
from theory.validation.laws import mixture
from theory.validation.shapes import Samples
from theory.validation.unchanging import Unchanging

LEAST = 30
"""Samples, with fewer of which nothing is said."""


@dataclass(frozen=True)
class Looked(Unchanging):
    """Samples x in the law's unit, as rows of its modes, and what was counted of them."""

    x: Array
    modes: Modes
    rows: Rows
    counts: Counts
    outside: judge.Outside
    points: list[judge.AtPoint]
    labels: np.ndarray


def diagnose(
    samples: Samples, law: GaussianMixture, *, confidence: float = 0.99, train: Samples | None = None, seed: int = 0
) -> Diagnosis:
    """What is wrong with samples of a law that is known; with a training set also whether its points are repeated.

    confidence: that every interval holds at once. seed: of the draws that calibrate the energy distance and the nearness to
    training points. An end of an interval, or a smallest size, of which so many samples tell nothing, is infinite.

    Raises ValueError unless samples are at least 30 finite points of the law's space, law is a mixture, 0 < confidence < 1,
    train is None or points of that space too, and seed is an integer ≥ 0.
    """
    p = mixture("law", law)
    x = taken("samples", samples, p.dim)
    level = between("confidence", confidence, 0, 1, open=True)
    start = integer("seed", seed, 0, 2**128)
    known = None if train is None else taken("train", train, p.dim)
    q, unit, shift, modes = prepared(p)
    seen = look((x - shift) / unit, modes)
    alpha = (1 - level) / FAMILY
    names = mode_names(modes)
    blurred, shrunk, spreads = judge.spreads(seen.counts, names, alpha)
    bridged, invented = judge.outside(seen.outside, alpha)
    volumes = np.maximum(np.linalg.det(seen.counts.covs), 0)[modes.group] ** (0.5 / p.dim)
    same = copied(seen.x, modes, seen.rows.mode, volumes, alpha, seen.counts.inside, x)
    if known is not None:
        rng = np.random.default_rng(start)
        held = q.sample(min(len(known), MOST), rng).reshape(-1, p.dim)
        same = with_train(same, seen.x, (known - shift) / unit, held, alpha, rng)
    faults = [
        judge.dropped(seen.counts, names, alpha),
        judge.reweighted(seen.counts, names, alpha),
        blurred,
        shrunk,
        judge.shifted(seen.counts, names, alpha),
        bridged,
        invented,
        judge.collapsed(seen.points, alpha),
        same,
    ]
    check = energy_check(seen.x, q, alpha, start)
    share, low, high, *_ = judge.masses(seen.counts, alpha)
    group, part = modes.group, modes.weights / modes.shares[modes.group]
    return Diagnosis(
        len(x),
        p.dim,
        level,
        f"a mixture of {len(p)} in {p.dim} dimension{'s' if p.dim > 1 else ''}",
        judge.with_causes(faults),
        (check,),
        seen.labels,
        p.means.reshape(len(p), p.dim),
        share[group] * part,
        low[group] * np.where(modes.single[group], 1, 0),
        high[group],
        p.weights,
        *(spreads[:, group]),
    )


def look(x: Array, modes: Modes) -> Looked:
    """Samples in the law's unit, counted; refused where they lie so far out that powers of their distance are no floats."""
    if np.abs(x).max() > LARGEST / max(1.0, float(np.abs(modes.roots).max())):
        reject(
            "samples",
            f"samples within {LARGEST:g} deviations of the law",
            f"{float(np.abs(x).max()):g} units, the narrowest mode being {1 / max(1.0, float(np.abs(modes.roots).max())):g} wide",
        )
    rows = against(x, modes)
    counts = counted(rows)
    away = np.flatnonzero(~counts.inside)
    tube, rind = tubes(x[away], modes)
    labels = rows.mode.copy()
    labels[away] = np.where(tube, -1, -2)
    points = list[judge.AtPoint]()
    for each in modes.points:
        ball, shell = around(x, each)
        points.append(judge.AtPoint(each.name, len(x), int(ball.sum()), int(shell.sum()), each.due))
        if np.isfinite(each.due) and each.due <= judge.TOLD and ball.sum() > shell.sum() + judge.MANY * np.sqrt(len(x)):
            labels[
                ball & (labels == -2)
            ] = -1  # a mean between modes is between them, though no neighbours' tube holds it
    return Looked(x, modes, rows, counts, outside_of(labels, away, rind, x.shape[1]), points, labels)


def outside_of(labels: np.ndarray, away: np.ndarray, rind: np.ndarray, dim: int) -> judge.Outside:
    """Counts of rows outside every mode; rind: (n outside,)."""
    tube = labels[away] == -1
    return judge.Outside(len(labels), int(tube.sum()), int((rind & ~tube).sum()) if dim > 1 else None, len(away))


@lru_cache(32)
def prepared(p: GaussianMixture) -> tuple[GaussianMixture, float, Array, Modes]:
    """A law in its unit and about its mean, as `standard` has it, and its modes."""
    q, unit, shift = standard(p)
    return q, unit, shift, modes_of(q)


def standard(p: GaussianMixture) -> tuple[GaussianMixture, float, Array]:
    """The law about its mean in the unit of its deviation, √(tr Cov/D), that unit, and the mean."""
    unit, shift = deviation(np.asarray(p.std)), np.asarray(p.mean)
    if not (np.isfinite(unit) and unit > 0):
        reject("law", "a mixture whose deviations are floats", p)
    means = (p.means - shift) / unit
    if p.scalar:
        return GaussianMixture(p.weights, means, stds=p.stds / unit), unit, shift
    return GaussianMixture(p.weights, means, covs=p.covs / unit / unit), unit, shift


def deviation(stds: Array) -> float:
    """The root mean square of deviations along the axes, whatever their unit."""
    most = float(np.max(stds))
    return most * float(np.sqrt(np.mean((stds / most) ** 2))) if 0 < most < np.inf else most


def taken(name: str, value: ArrayLike, dim: int | None = None, least: int = LEAST) -> Array:
    """(n, D) samples that came in; what is not finite is refused with its count."""
    x = floats(name, value)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[1] == 0:
        reject(name, "samples of shape (n, D)", f"shape {x.shape}")
    if dim is not None and x.shape[1] != dim:
        reject(name, f"samples in {dim} dimension{'s' if dim > 1 else ''}, like the law", f"shape {x.shape}")
    wrong = int((~np.isfinite(x)).any(axis=1).sum())
    if wrong:
        reject(name, "finite numbers", f"{wrong} of {len(x)} samples that are not")
    if len(x) < least:
        reject(name, f"at least {least} samples", len(x))
    return x


def mode_names(modes: Modes) -> list[str]:
    """What groups are called: mode 3, modes 1, 2."""
    members = [np.flatnonzero(modes.group == g) for g in range(modes.groups)]
    return [f"mode{'s' if len(k) > 1 else ''} {', '.join(map(str, k))}" for k in members]


def energy_check(x: Array, p: GaussianMixture, alpha: float, seed: int) -> Check:
    """The energy distance from the law, of at most 1,000 of the samples."""
    rng = np.random.default_rng(seed)
    some = x if len(x) <= energy.MOST else x[np.sort(rng.choice(len(x), energy.MOST, replace=False))]
    weights = energy.weights(p, seed)
    value = energy.statistic(some, p)
    p_value = energy.tail(value, weights)
    root = lambda v: float(np.sqrt(max(v, 0.0) / len(some)))  # noqa: E731
    low, high = energy.band(weights, judge.BAND)
    said = "present" if p_value < alpha else "absent" if value <= high else "undecided"
    says = "Energy distance from the law, its square in units of the law's deviation."
    return Check("energy distance", root(value), (root(low), root(high)), p_value, said, len(some), says)
