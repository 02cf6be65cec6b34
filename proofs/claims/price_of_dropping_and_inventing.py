"""Each divergence has its own price for a lost mode and for invented mass, and the price depends on the mass alone.

    drop w      q = p(·|Aᶜ), p(A) = w: the model loses a part of weight w
    invent w    q = (1-w) p + w·junk, junk ⊥ p: drop with p and q exchanged

Both laws are known once the mass on either part is, so a price is a function of w; where one law lacks what the other
divides by, it is ∞. Maximum likelihood pays ∞ for a dropped mode and -ln(1-w) for junk (at most ln 100 = 4.6 nats at
99 % junk, in any dimension); reverse KL the other way round; the symmetric ones charge the same for both. So a
generator that meets the exact JS has no reason to drop rather than to invent. Under the non-saturating loss it has:
KL(q‖p) - 2JS charges (1-ln 2) w = 0.307 w for a small drop, less than reverse KL's w, and ∞ for an invention.
For Gaussian modes r deviations from their middle, ∞ is only large: r² - ln 2 nats, and e^{4r²}/4 for ∫(p-q)²/q.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from proofs.claim import Claim, Conditional, Folk
from proofs.claim import Step
from proofs.domain import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain
from proofs.sides import Sides
from theory import GaussianMixture, divergence, prices, symmetric_pair

claim = Claim(
    topic="mass-diffusion",
    folk=Folk(
        "The generator tends to drop modes to make fooling the adversary easier.",
        "A4",
        Conditional(
            "the generator descends the non-saturating loss; the exact Jensen-Shannon divergence does not pay it to drop",
            true_when=("drop_nonsaturating", "invent_nonsaturating", "nonsaturating_drops_below_reverse_kl"),
            false_when=("js_charges_alike",),
        ),
    ),
    references=(
        "Theis, van den Oord & Bethge 2016, A note on the evaluation of generative models, section 3.2",
        "Arjovsky & Bottou 2017, Towards principled methods for training GANs, theorem 2.5",
    ),
)

# --- the table --------------------------------------------------------------------------------------------------------

DIVERGENCES: dict[str, tuple[str, Callable[..., Any]]] = {
    "kl": ("KL(p‖q)", lambda m, p, q: m.kl(p, q)),
    "reverse_kl": ("KL(q‖p)", lambda m, p, q: m.kl(q, p)),
    "js": ("JS", lambda m, p, q: (m.kl(p, (p + q) / 2) + m.kl(q, (p + q) / 2)) / 2),
    "tv": ("TV", lambda m, p, q: m.size(p - q) / 2),
    "hellinger2": ("squared Hellinger", lambda m, p, q: (m.sqrt(p) - m.sqrt(q)) ** 2 / 2),
    "pearson": ("∫(p-q)²/q", lambda m, p, q: m.over((p - q) ** 2, q)),
    "neyman": ("∫(p-q)²/p", lambda m, p, q: m.over((p - q) ** 2, p)),
    "nonsaturating": ("KL(q‖p) - 2JS", lambda m, p, q: m.kl(q, p) - m.kl(p, (p + q) / 2) - m.kl(q, (p + q) / 2)),
}
"""What a point with masses p and q contributes: the definitions, in the words m of SymPy, NumPy or mpmath."""


def _js(m, w):
    return (w * m.log(2) + (1 - w) * m.log(2 * (1 - w) / (2 - w)) + m.log(2 / (2 - w))) / 2


def _nonsaturating(m, w):
    return (2 - w) * m.log((2 - w) / (1 - w)) - 2 * m.log(2)


class Cell(NamedTuple):
    """A price and a near miss of it, in the words m of SymPy or NumPy."""

    side: str
    row: str
    says: str
    price: Callable[..., Any]
    near_miss: Callable[..., Any]
    why: str


CELLS = (
    Cell("drop", "kl", "∞", lambda m, w: m.oo, lambda m, w: -m.log(1 - w), "that is reverse KL"),
    Cell("drop", "reverse_kl", "-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: -m.log(w), "w and 1-w exchanged"),
    Cell("drop", "js", "½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))]", _js, lambda m, w: 2 * _js(m, w), "no half"),
    Cell("drop", "tv", "w", lambda m, w: w, lambda m, w: 2 * w, "∫|p-q| without the half"),
    Cell("drop", "hellinger2", "1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: w / 2, "its first term"),
    Cell("drop", "pearson", "∞", lambda m, w: m.oo, lambda m, w: w / (1 - w), "that is Neyman"),
    Cell("drop", "neyman", "w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w, "forgets the part that stays"),
    Cell(
        "drop", "nonsaturating", "(2-w) ln((2-w)/(1-w)) - 2 ln 2", _nonsaturating,
        lambda m, w: -m.log(1 - w) - _js(m, w), "one JS subtracted, not two",
    ),
    Cell("invent", "kl", "-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: w, "its first term"),
    Cell("invent", "reverse_kl", "∞", lambda m, w: m.oo, lambda m, w: -m.log(1 - w), "that is KL"),
    Cell("invent", "js", "the price of a drop", _js, lambda m, w: w * m.log(2) / 2, "its first term"),
    Cell("invent", "tv", "w", lambda m, w: w, lambda m, w: w / (1 - w), "relative to what is left"),
    Cell("invent", "hellinger2", "1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: m.sqrt(w), "√w"),
    Cell("invent", "pearson", "w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w**2 / (1 - w), "only the junk's part"),
    Cell("invent", "neyman", "∞", lambda m, w: m.oo, lambda m, w: w / (1 - w), "that is Pearson"),
    Cell("invent", "nonsaturating", "∞", lambda m, w: m.oo, _nonsaturating, "the price of a drop"),
)  # fmt: skip


def _over(a, b):
    """a/b, where 0/0 = 0 and a/0 = ∞: the limits that the derivations take."""
    return np.where(b > 0, a / np.where(b > 0, b, 1), np.where(a > 0, np.inf, 0.0))


def _rel_entr(p, q):
    from scipy.special import rel_entr

    return rel_entr(p, q)


NUMBERS = SimpleNamespace(kl=_rel_entr, over=_over, size=np.abs, sqrt=np.sqrt, log=np.log, oo=np.inf)
ROUNDING = 4e-15
"""Of a sum over at most eight atoms, against masses and logarithms of order one."""


def _precise_numbers():
    import mpmath as mp

    over = lambda a, b: a / b if b else mp.inf if a else mp.mpf(0)  # noqa: E731
    return SimpleNamespace(kl=lambda p, q: p * mp.log(over(p, q)) if p else mp.mpf(0), over=over, size=abs, sqrt=mp.sqrt)


def _definition(cell):
    """∫ of the contributions, A and its complement carried to (0, 1) and (1, 2), as the mass e on A goes to 0."""

    def definition(x):
        t, e = x.Symbol("t"), x.Symbol("e", positive=True)
        on_A, elsewhere = _contributions(x, cell, e)
        return x.Limit(x.Integral(on_A, (t, 0, 1)) + x.Integral(elsewhere, (t, 1, 2)), e, 0, "+")

    return definition


def _contributions(x, cell, e):
    m = SimpleNamespace(
        kl=lambda p, q: p * x.log(p / q),
        over=lambda a, b: a / b,
        size=lambda d: x.sqrt(x.expand(d**2)),
        sqrt=x.sqrt,
    )
    contribution = DIVERGENCES[cell.row][1]
    if cell.side == "drop":
        return contribution(m, x.w, e), contribution(m, 1 - x.w, 1 - e)
    return contribution(m, e, x.w), contribution(m, 1 - e, 1 - x.w)


def _discrete(s):
    """w, from tiny to nearly one; a law of two atoms on A (or of the junk) and one off it."""
    w = s.reals(-9.0, 12.0).map(lambda t: 1 / (1 + math.exp(-t)))
    law = s.reals(0.0, 1.0).map(lambda v: np.array([v, 1 - v]))
    return s.tuples(w, law, law)


def _masses(w, a, b):
    """The atoms of w·a + (1-w) b, and of b."""
    return np.concatenate([w * a, (1 - w) * b]), np.concatenate([0 * a, b])


def _summed(cell, m, masses):
    full, less = masses
    p, q = (full, less) if cell.side == "drop" else (less, full)
    return DIVERGENCES[cell.row][1](m, p, q)


def _precisely(cell, instance):
    import mpmath as mp

    m = _precise_numbers()
    with mp.workdps(50):
        w, a, b = mp.mpf(instance[0]), *([mp.mpf(float(v)) for v in law] for law in instance[1:])
        atoms = [(w * v, mp.mpf(0)) for v in a] + [((1 - w) * v, v) for v in b]
        return mp.fsum(_summed(cell, m, atom) for atom in atoms)


def declare(name: str, formula: str, cell: Cell, claimed: Callable[..., Any]) -> None:
    """State that `cell`'s divergence comes to what `claimed` says, with derivation, check and controls."""
    statement = claim.statement(
        name,
        formula,
        claimed=claimed,
        domain=Domain(w=UNIT),
        definition=_definition(cell),
        symbolic=lambda x: cell.price(x, x.w),
        infinite=cell.says == "∞",
        assumptions="p(A) = w, or junk ⊥ p" if cell.side == "invent" else "p(A) = w",
    )

    @statement.derivation
    def part_by_part(x):
        e = x.Symbol("e", positive=True)
        on_A, elsewhere = _contributions(x, cell, e)
        return [("both densities are constant on either part", x.Limit(on_A, e, 0, "+") + elsewhere.subs(e, 0))]

    part_by_part.control("near miss", lambda x: cell.near_miss(x, x.w), why=cell.why)

    @statement.check(instances=_discrete, confirm=partial(_precisely, cell))
    def by_summation(claimed, instance):
        w, a, b = instance
        observed = float(np.sum(_summed(cell, NUMBERS, _masses(w, a, b))))
        return Sides(observed, claimed(w), observed_error=0.0 if np.isinf(observed) else ROUNDING * (1 + observed))

    by_summation.control("near miss", lambda w: cell.near_miss(NUMBERS, w), why=cell.why)


for cell in CELLS:
    formula = f"{DIVERGENCES[cell.row][0]} = {cell.says} when the model {cell.side}s w"
    declare(f"{cell.side}_{cell.row}", formula, cell, partial(getattr(prices, cell.side), cell.row))

declare("js_charges_alike", "JS of a drop of w = JS of an invention of w", CELLS[2], partial(prices.invent, "js"))

# --- distances that ask how far: W1 and MMD ---------------------------------------------------------------------------


def _placed(s):
    """The same laws, and where their four atoms lie on the line."""
    return s.tuples(_discrete(s), s.tuples(*[s.reals(-4.0, 4.0)] * 4).map(np.array))


def _wasserstein(p, q, x):
    """∫|F - G| over the line, for masses p and q at the points x."""
    order = np.argsort(x)
    return float(np.abs(np.cumsum((p - q)[order]))[:-1] @ np.diff(x[order]))


def _mmd(p, q, x):
    """‖E_p k(x, ·) - E_q k(x, ·)‖ for the kernel e^{-(x-y)²/2}."""
    return math.sqrt(max(float((p - q) @ np.exp(-((x[:, None] - x) ** 2) / 2) @ (p - q)), 0.0))


def _precise_distance(metric, instance):
    import mpmath as mp

    with mp.workdps(50):
        (w, *laws), x = instance
        w, (a, b), x = mp.mpf(w), ([mp.mpf(float(v)) for v in law] for law in laws), [mp.mpf(float(t)) for t in x]
        v = [w * m for m in a] + [-w * m for m in b]
        if metric is _mmd:
            return mp.sqrt(mp.fsum(s * t * mp.exp(-((y - z) ** 2) / 2) for s, y in zip(v, x) for t, z in zip(v, x)))
        points = sorted(zip(x, v))
        sums = [abs(mp.fsum(m for _, m in points[: k + 1])) for k in range(len(points) - 1)]
        return mp.fsum(s * (points[k + 1][0] - points[k][0]) for k, s in enumerate(sums))


def declare_distance(side: str, row: str, symbol: str, metric: Callable[..., float]) -> None:
    """Both are sup over test functions f, closed under sign, of E_p f - E_q f: linear in p - q."""
    statement = claim.statement(
        f"{side}_{row}",
        f"{symbol}(p, q) = w·{symbol}({'p|A, p|Aᶜ' if side == 'drop' else 'junk, p'}) when the model {side}s w",
        claimed=partial(getattr(prices, side), row),
        domain=Domain(w=UNIT, d=NONNEGATIVE, b=REAL),
        definition=lambda x: _mean(x, x.w, x.b + x.d) + _mean(x, 1 - x.w, x.b) - _mean(x, 1, x.b),
        symbolic=lambda x: x.w * x.d,
        anchor=lambda claimed, w, d, b: claimed(w, d),
        assumptions="for W1 by Kantorovich-Rubinstein duality: f 1-Lipschitz; for MMD: f in the kernel's unit ball; "
        "f is the best test function between the parts, where E f differs by d",
    )

    @statement.derivation
    def by_linearity(x):
        return [("E_p f - E_q f = w (E f on A - E f off A)", _mean(x, x.w, x.b + x.d) - _mean(x, x.w, x.b))]

    by_linearity.control("its square", lambda x: x.w**2 * x.d, why="MMD² scales with w², MMD with w")

    @statement.check(instances=_placed, confirm=partial(_precise_distance, metric))
    def by_atoms(claimed, instance):
        (w, a, b), x = instance
        full, less = _masses(w, a, b)
        apart = metric(np.concatenate([a, 0 * b]), less, x)
        error = ROUNDING * (1 + w / max(apart, ROUNDING)) * (1 + float(np.ptp(x)))
        return Sides(metric(full, less, x), claimed(w, apart), observed_error=error, claimed_error=error * w)

    by_atoms.control("its square", lambda w, d: w**2 * d, why="MMD² scales with w², MMD with w")


def _mean(x, weight, value):
    """weight · E f(Y), where E f(Y) = value."""
    f = x.Symbol("f")
    return weight * x.Expectation(f, x.Tuple((f, value)))


for side in ("drop", "invent"):
    declare_distance(side, "wasserstein", "W1", _wasserstein)
    declare_distance(side, "mmd", "MMD", _mmd)

