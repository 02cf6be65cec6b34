"""Faults from counts: sizes, intervals that hold together, what the truth scores, the smallest that could be found.

Each of the faults has an equal share of the error, and within a fault its parts have equal shares again (half of it is that
of all modes together, where there is such a part). Shares have Clopper-Pearson intervals. A spread of freedom ν has the
interval of a χ² variable; the widest and narrowest direction that of Davidson and Szarek (2001), √λ of a white sample
in 1 ± (√D + √(2 ln 1/α))/√m; a centre Hotelling's. Where a law is known by samples only, the same quantities of a held-out
half stand in the place of the law's, with intervals of their own, and differences and ratios are judged.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom, chi2, f

from theory.diagnosis.counts import Counts
from theory.diagnosis.intervals import clopper_pearson, smallest_share, spread_factors, worst
from theory.diagnosis.report import Fault, Part
from theory.diagnosis.words import FAULTS, KEPT, TAIL
from theory.validation.inputs import Array

DRAWS, CELLS = 4_000, 100_000  # of shares of modes: how many at most, and how many numbers at once
BAND = 0.99  # of right samples lie in a null band
FOUND = 0.95  # how surely the smallest fault is found
SEED = 0
TOLD, MANY = 0.005, 3.0  # a collapse is labelled where the ball holds so many roots of n more than its shell


@dataclass(frozen=True)
class Outside:
    """How many of n rows lie outside every mode: in tubes, in the rinds around them (None on the line), anywhere."""

    n: int
    tube: int
    rind: int | None
    every: int


@dataclass(frozen=True)
class AtPoint:
    """How many of n rows lie in the ball around a mean and in its shell; the law's share there, at most; ∞ if untold."""

    name: str
    n: int
    ball: int
    shell: int
    due: float


def fault(name: str, parts: list[Part], head: Part, null: tuple[float, float], smallest: float, said: str) -> Fault:
    """A fault of a known kind, of the size of one of its parts."""
    kind = FAULTS[name]
    band = (float(null[0]), float(null[1]))
    return Fault(
        name,
        kind.says,
        kind.unit,
        said,
        head.size,
        head.low,
        head.high,
        band,
        float(smallest),
        tuple(parts),
        (),
        kind.claims,
    )


def part(
    name: str, mark: str, size: float, low: float, high: float, mode: int | None = None, most: str = "present"
) -> Part:
    """A part with the word of its interval; `most` caps it, for what cannot be told."""
    kind = FAULTS[name]
    said = "present" if low > kind.least else "absent" if high <= kind.most else "undecided"
    said = "undecided" if said == "present" and most != "present" else said
    return Part(mark, float(size), float(low), float(high), said, mode)


def masses(counts: Counts, alpha: float, base: Counts | None = None) -> tuple[Array, Array, Array, Array, Array]:
    """(G,) shares of all rows, their ends, and what is due, with ends where it is known by samples only: (share, low, high, due low, due high)."""
    share = counts.members / counts.n
    low, high = clopper_pearson(counts.members, counts.n, alpha / counts.groups)
    if base is None:
        due = counts.expected / counts.n
        return share, low, high, due, due
    low, high = clopper_pearson(counts.members, counts.n, alpha / counts.groups / 2)
    return share, low, high, *clopper_pearson(base.members, base.n, alpha / counts.groups / 2)


def dropped(counts: Counts, names: list[str], alpha: float, base: Counts | None = None) -> Fault:
    """Modes of which surely less than `KEPT` is left."""
    share, low, high, due_low, due_high = masses(counts, alpha, base)
    due = counts.expected / counts.n if base is None else base.members / base.n
    due = np.maximum(due, 1e-300)
    parts = list[Part]()
    for g in range(counts.groups):
        ends = low[g] / due_high[g], high[g] / due_low[g] if due_low[g] > 0 else np.inf
        said = "present" if ends[1] < KEPT else "absent" if ends[0] >= KEPT else "undecided"
        left = float(share[g] / due[g])
        parts.append(Part(names[g], 1 - left, float(1 - ends[1]), float(1 - ends[0]), said, g))
    gone = lambda *words: float(sum(due[p.mode] for p in parts if p.word in words))  # noqa: E731
    size = float(due[share < KEPT * due].sum())
    head = Part("all", size, gone("present"), gone("present", "undecided"), "", None)
    null = binom.cdf(np.ceil(KEPT * counts.expected) - 1, counts.n, np.minimum(due, 1))
    rare = float(due[null > (1 - BAND) / counts.groups].sum())
    # Of a mode that is dropped as a whole nothing is seen: it is found where the upper end of no sample is low enough.
    least = float(clopper_pearson(0, counts.n, alpha / counts.groups * (1 if base is None else 0.5))[1]) / KEPT
    findable = due[due > least]
    smallest = float(findable.min()) if len(findable) else np.inf
    return fault("dropped", parts, head, (0.0, rare), smallest, worst([p.word for p in parts]))


def reweighted(counts: Counts, names: list[str], alpha: float, base: Counts | None = None) -> Fault:
    """Total variation between the shares of modes among members and the weights.

    TV(p̂, w) differs from TV(p, w) by at most TV(p̂, p), whose quantile is simulated, at w and at p̂, and the larger taken:
    under the law itself the interval is exact but for the simulation.
    """
    rng = np.random.default_rng(SEED)
    inside, due = int(counts.members.sum()), counts.expected / counts.expected.sum()
    if base is not None:
        due = base.members / max(int(base.members.sum()), 1)
    share = counts.members / max(inside, 1)
    apart = 0.5 * float(np.abs(share - due).sum()) if inside else 1.0
    null = _distances(inside, due, rng)
    reach = max(_tail(null, alpha), _tail(_distances(inside, share, rng), alpha)) if inside else 1.0
    if base is not None:
        reach += _tail(_distances(int(base.members.sum()), due, rng), alpha)
    head = part("reweighted", "all modes", apart, max(apart - reach, 0.0), min(apart + reach, 1.0))
    low, high = clopper_pearson(counts.members, max(inside, 1), alpha / counts.groups)
    parts = [head]
    for g in range(counts.groups):
        ends = float(low[g] - due[g]), float(high[g] - due[g])
        least = 0.0 if ends[0] <= 0 <= ends[1] else min(abs(ends[0]), abs(ends[1]))
        size = abs(float(share[g] - due[g]))
        if base is None:
            parts.append(part("reweighted", names[g], size, least, max(abs(ends[0]), abs(ends[1])), g))
    smallest = FAULTS["reweighted"].least + reach + 1.645 * 0.5 / np.sqrt(max(inside, 1))
    band = np.quantile(null, [(1 - BAND) / 2, (1 + BAND) / 2])
    return fault(
        "reweighted", parts, head, tuple(band), smallest if smallest < 1 else np.inf, worst([p.word for p in parts])
    )


def _distances(n: int, p: Array, rng: np.random.Generator) -> Array:
    """TV(p̂, p) of draws of n rows, sorted."""
    if n == 0 or p.sum() <= 0:
        return np.zeros(2)
    p = np.sort(p)[::-1] / p.sum()  # in an order of its own, lest that of the modes matter
    drawn = rng.multinomial(n, p, size=min(DRAWS, max(CELLS // len(p), 500)))
    return np.sort(0.5 * np.abs(drawn / n - p).sum(axis=1))


def _tail(drawn: Array, alpha: float) -> float:
    """The upper quantile at 1 - alpha/2 of what was drawn, by a normal tail where there are too few."""
    if len(drawn) * alpha / 2 >= 2:
        return float(drawn[-int(len(drawn) * alpha / 2)])
    return float(max(drawn[-1], drawn.mean() + np.sqrt(2 * np.log(2 / alpha)) * drawn.std()))


@dataclass(frozen=True)
class _Spread:
    """A spread, its widest and narrowest direction, each with an interval."""

    size: tuple[float, float, float]
    widest: tuple[float, float, float]
    narrowest: tuple[float, float, float]


def _spread(cov: Array, freedom: float, alpha: float) -> _Spread:
    """The ends at a level of √(tr S/D), and of √λ of the widest and narrowest direction."""
    dim = len(cov)
    values = np.sqrt(np.maximum(np.linalg.eigvalsh(cov), 0))
    size = float(np.sqrt(np.trace(cov) / dim))
    low, high = (float(v) for v in spread_factors(freedom, alpha / 2))
    m = max(freedom / dim, 1e-12)
    away = (np.sqrt(dim) + np.sqrt(2 * np.log(4 / alpha))) / np.sqrt(m)
    up, down = 1 / (1 + away), 1 / (1 - away) if away < 1 else np.inf
    ends = lambda v: (float(v), float(v * up), float(v * down) if v else 0.0 if down < np.inf else np.inf)  # noqa: E731
    whole = (size, size * low, size * high if size else 0.0 if freedom else np.inf)
    return _Spread(whole, ends(values[-1]), ends(values[0]))


def pooled(counts: Counts) -> tuple[Array, Array, float, float]:
    """All single groups together: mean centre, covariance about their own centres, freedom, members."""
    one = counts.single & (counts.members > 1)
    m = counts.members[one]
    if not len(m):
        dim = counts.centres.shape[1]
        return np.zeros(dim), np.eye(dim), 0.0, 0.0
    cov = np.tensordot(m - 1, counts.covs[one], 1) / (m - 1).sum()
    # Freedom adds as variances do: that of Σ (m-1) f² is Σ ((m-1) f²)² 2/ν.
    total, each = (m - 1) @ counts.spreads[one] ** 2, ((m - 1) * counts.spreads[one] ** 2) ** 2
    freedom = float(counts.freedom[one].sum())
    if total > 0:
        freedom = min(freedom, float(total**2 / (each / counts.freedom[one]).sum()))
    return m @ counts.centres[one] / m.sum(), cov, freedom, float(m.sum())


def spreads(counts: Counts, names: list[str], alpha: float, base: Counts | None = None) -> tuple[Fault, Fault, Array]:
    """Blurred, shrunk, and the (3, G) spreads of modes with their ends."""
    level = alpha if base is None else alpha / 2
    told = np.flatnonzero(counts.single)
    wide, narrow, table = list[Part](), list[Part](), np.tile(np.array([[1.0], [0.0], [np.inf]]), (1, counts.groups))

    def add(mark: str, s: _Spread, mode: int | None, cap: str) -> None:
        for parts, name, way, sign in ((wide, "blurred", s.widest, 1), (narrow, "shrunk", s.narrowest, -1)):
            low, high = sorted((sign * (s.size[1] - 1), sign * (s.size[2] - 1)))
            parts.append(part(name, mark, sign * (s.size[0] - 1), low, high, mode, cap))
            low, high = sorted((sign * (way[1] - 1), sign * (way[2] - 1)))
            if counts.centres.shape[1] > 1 and low > max(FAULTS[name].least, parts[-1].low) and cap == "present":
                parts.append(part(name, f"{mark}, in one direction", sign * (way[0] - 1), low, high, mode))

    _, cov, freedom, _ = pooled(counts)
    whole = _spread(cov, freedom, level / 4)
    if base is not None:
        _, other, free, _ = pooled(base)
        whole = _over(whole, _spread(other, free, level / 4))
    if len(told):
        add("all modes", whole, None, "present")
    for g in range(counts.groups):
        share = level / 4 / counts.groups
        s = _spread(counts.covs[g], float(counts.freedom[g]), share)
        if base is not None:
            s = _over(s, _spread(base.covs[g], float(base.freedom[g]), share))
        enough = counts.members[g] > 1
        table[:, g] = s.size if enough else (1.0, 0.0, np.inf)
        add(names[g], s, g, "present" if counts.single[g] and enough else "undecided")
    v = max(freedom, 1.0)
    band = np.sqrt(chi2.ppf([(1 - BAND) / 2, (1 + BAND) / 2], v) / v)
    least = [1 + FAULTS["blurred"].least, 1 - FAULTS["shrunk"].least]
    low, high = spread_factors(v, level / 8)
    up = least[0] / low / np.sqrt(chi2.ppf(1 - FOUND, v) / v) - 1
    down = 1 - least[1] / high / np.sqrt(chi2.ppf(FOUND, v) / v)
    up, down = (up if freedom else np.inf), (down if freedom and down < 1 else np.inf)
    blurred = fault("blurred", wide, _strongest(wide), (band[0] - 1, band[1] - 1), up, worst([p.word for p in wide]))
    shrunk = fault(
        "shrunk", narrow, _strongest(narrow), (1 - band[1], 1 - band[0]), down, worst([p.word for p in narrow])
    )
    return blurred, shrunk, table


def _over(s: _Spread, base: _Spread) -> _Spread:
    """The ratio of two spreads, with the ends that follow from those of both."""

    def ratio(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
        size = a[0] / b[0] if b[0] > 0 else 1.0
        return size, a[1] / b[2] if b[2] > 0 else 0.0, a[2] / b[1] if b[1] > 0 else np.inf

    return _Spread(ratio(s.size, base.size), ratio(s.widest, base.widest), ratio(s.narrowest, base.narrowest))


def _strongest(parts: list[Part]) -> Part:
    """The part of the largest lower end, where one is present; else the first."""
    found = [p for p in parts if p.word == "present"]
    return max(found, key=lambda p: p.low) if found else parts[0]


def shifted(counts: Counts, names: list[str], alpha: float, base: Counts | None = None) -> Fault:
    """How far the centres of modes lie from their places, in deviations of the law."""
    level = alpha if base is None else alpha / 2
    dim = counts.centres.shape[1]

    def moved(
        mark: str,
        m: float,
        centre: Array,
        cov: Array,
        a: float,
        mode: int | None,
        cap: str,
        other: tuple[Array, Array, float] | None,
    ) -> Part:
        away = _ball(m, cov, a)
        if other is not None:
            centre, away = centre - other[0], away + _ball(other[2], other[1], a)
        size = float(np.linalg.norm(centre))
        return part("shifted", mark, size, max(size - away, 0.0), size + away, mode, cap)

    centre, cov, _, m = pooled(counts)
    other = None
    if base is not None:
        b = pooled(base)
        other = (b[0], b[1], b[3])
    parts = [moved("all modes", m, centre, cov, level / 2, None, "present" if m > dim + 1 else "undecided", other)]
    for g in range(counts.groups):
        other = None if base is None else (base.centres[g], base.covs[g], float(base.members[g]))
        cap = "present" if counts.single[g] else "undecided"
        m_g = float(counts.members[g])
        parts.append(moved(names[g], m_g, counts.centres[g], counts.covs[g], level / 2 / counts.groups, g, cap, other))
    v = max(m, 1.0)
    band = np.sqrt(chi2.ppf([(1 - BAND) / 2, (1 + BAND) / 2], dim) / v)
    smallest = FAULTS["shifted"].least + _ball(m, np.eye(dim), level / 2) + 1.645 / np.sqrt(v)
    return fault("shifted", parts, _strongest(parts), tuple(band), smallest, worst([p.word for p in parts]))


def _ball(m: float, cov: Array, alpha: float) -> float:
    """Hotelling: √(λ D(m-1)/(m(m-D)) F), the half-width of a mean's ellipsoid in its widest direction."""
    dim = len(cov)
    if m <= dim + 1:
        return np.inf
    widest = float(np.linalg.eigvalsh(cov)[-1])
    return float(np.sqrt(max(widest, 0.0) * dim * (m - 1) / (m * (m - dim)) * f.isf(alpha, dim, m - dim)))


def outside(seen: Outside, alpha: float, base: Outside | None = None, due: float = TAIL) -> tuple[Fault, Fault]:
    """Bridged: what tubes hold beyond their rinds, which are as large; invented: the rest. Both beyond what right samples have."""
    level = alpha if base is None else alpha / 2
    one, other = _shares(seen, level), None if base is None else _shares(base, level)
    faults = list[Fault]()
    for k, name in enumerate(("bridged", "invented")):
        size, low, high = one[k]
        right = (due, 0.0, due) if other is None else other[k]
        size, low, high = max(size - right[0], 0.0), max(low - right[2], 0.0), max(high - right[1], 0.0)
        head = part(name, "all", size, low, high)
        top = max(float(binom.ppf((1 + BAND) / 2, seen.n, right[0])) / seen.n - right[0], 0.0)
        smallest = smallest_share(seen.n, level / 2, FAULTS[name].least, right[2])
        faults.append(fault(name, [head], head, (0.0, top), smallest, head.word))
    return faults[0], faults[1]


def _shares(seen: Outside, alpha: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """(size, low, high) of what is in tubes beyond their rinds, and of what is outside otherwise.

    Spread evenly, as many fall into rinds as into tubes: the excess is bounded by both shares, and by the share of the
    two together and what part of it tubes have.
    """
    n, rest = seen.n, seen.every - seen.tube
    ends = lambda count, of=n: tuple(float(v) for v in clopper_pearson(count, of, alpha / 2))  # noqa: E731
    tube, free, every = ends(seen.tube), ends(rest), ends(seen.every)
    if seen.rind is None:
        return (seen.tube / n, *tube), (rest / n, *free)
    rind, both = ends(seen.rind), ends(seen.tube + seen.rind)
    ours = ends(seen.tube, max(seen.tube + seen.rind, 1))
    low = max(tube[0] - rind[1], (2 * ours[0] - 1) * both[0], 0.0)
    excess, even = max(seen.tube - seen.rind, 0) / n, min(seen.tube, seen.rind) / n
    return (excess, low, tube[1]), (rest / n + even, free[0], min(free[1] + rind[1], every[1] - low))


def collapsed(points: list[AtPoint], alpha: float, base: list[AtPoint] | None = None) -> Fault:
    """What the balls around means hold beyond their shells and beyond the law's share; undecided where a mode is too near."""
    parts, count = list[Part](), max(len(points), 1)
    level = alpha / count / (2 if base is None else 4)
    for k, p in enumerate(points):
        told = np.isfinite(p.due)
        low, high = (float(v) for v in clopper_pearson(p.ball, p.n, level))
        rim = float(clopper_pearson(p.shell, p.n, level)[1]) if p.shell else 0.0
        due, right = (p.due if told else 0.0), 0.0
        if base is not None:
            b = base[k]
            due, right = float(clopper_pearson(b.ball, b.n, level)[1]), b.ball / b.n
        size = max((p.ball - p.shell) / p.n - right, 0.0)
        one = part("collapsed", p.name, size, max(low - rim - due, 0.0), high, None)
        parts.append(one if told else replace(one, size=0.0, low=0.0, word="undecided"))
    if not parts:
        parts = [Part("of all", 0.0, 0.0, 1.0, "undecided", None)]
    head = _strongest(parts)
    n = points[0].n if points else 1
    decided = [p for p in points if np.isfinite(p.due)]
    smallest = smallest_share(n, level, FAULTS["collapsed"].least, min(p.due for p in decided)) if decided else np.inf
    top = max((float(binom.ppf((1 + BAND) / 2, n, p.due)) / n for p in decided), default=1.0)
    said = worst([p.word for p in parts])
    return fault("collapsed", parts, head, (0.0, top), smallest, said)


def with_causes(faults: list[Fault]) -> tuple[Fault, ...]:
    """The faults, each told which of those present imply it."""
    present = [each.name for each in faults if each.word == "present"]
    return tuple(
        replace(each, implied_by=tuple(cause for cause in present if each.name in FAULTS[cause].implies))
        for each in faults
    )
