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
from typing import Any, NamedTuple

import numpy as np

from proofs.claim import Claim, Conditional, Folk, Step
from proofs.contributions import DIVERGENCES, NUMBERS, precise, symbols
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


def _js(m, w):
    return (w * m.log(2) + (1 - w) * m.log(2 * (1 - w) / (2 - w)) + m.log(2 / (2 - w))) / 2


def _nonsaturating(m, w):
    return (2 - w) * m.log((2 - w) / (1 - w)) - 2 * m.log(2)


class Cell(NamedTuple):
    """A price, the part of it that the mass w on A brings, and a near miss; in the words m of SymPy or NumPy."""

    side: str
    row: str
    says: str
    price: Callable[..., Any]
    on_A: Callable[..., Any]
    near_miss: Callable[..., Any]
    why: str


CELLS = (
    Cell("drop", "kl", "∞", lambda m, w: m.oo, lambda m, w: m.oo,
         lambda m, w: -m.log(1 - w), "that is reverse KL"),
    Cell("drop", "reverse_kl", "-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: 0,
         lambda m, w: -m.log(w), "w and 1-w exchanged"),
    Cell("drop", "js", "½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))]", _js, lambda m, w: w * m.log(2) / 2,
         lambda m, w: 2 * _js(m, w), "a sum in place of the half-sum"),
    Cell("drop", "tv", "w", lambda m, w: w, lambda m, w: w / 2,
         lambda m, w: 2 * w, "∫|p-q| without the half"),
    Cell("drop", "hellinger2", "1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: w / 2,
         lambda m, w: w / 2, "its first term"),
    Cell("drop", "pearson", "∞", lambda m, w: m.oo, lambda m, w: m.oo,
         lambda m, w: w / (1 - w), "that is Neyman"),
    Cell("drop", "neyman", "w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w,
         lambda m, w: w, "forgets the part that stays"),
    Cell("drop", "nonsaturating", "(2-w) ln((2-w)/(1-w)) - 2 ln 2", _nonsaturating, lambda m, w: -w * m.log(2),
         lambda m, w: -m.log(1 - w) - _js(m, w), "one JS subtracted, not two"),
    Cell("invent", "kl", "-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: 0,
         lambda m, w: w, "its first term"),
    Cell("invent", "reverse_kl", "∞", lambda m, w: m.oo, lambda m, w: m.oo,
         lambda m, w: -m.log(1 - w), "that is KL"),
    Cell("invent", "js", "½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))]", _js, lambda m, w: w * m.log(2) / 2,
         lambda m, w: w * m.log(2) / 2, "its first term"),
    Cell("invent", "tv", "w", lambda m, w: w, lambda m, w: w / 2,
         lambda m, w: w / (1 - w), "relative to what is left"),
    Cell("invent", "hellinger2", "1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: w / 2,
         lambda m, w: m.sqrt(w), "√w in place of 1-√(1-w)"),
    Cell("invent", "pearson", "w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w,
         lambda m, w: w**2 / (1 - w), "only what is lost elsewhere"),
    Cell("invent", "neyman", "∞", lambda m, w: m.oo, lambda m, w: m.oo,
         lambda m, w: w / (1 - w), "that is Pearson"),
    Cell("invent", "nonsaturating", "∞", lambda m, w: m.oo, lambda m, w: m.oo,
         _nonsaturating, "the price of a drop"),
)  # fmt: skip
ROUNDING = 4e-15
"""Of a sum over four atoms, against masses and logarithms of order one."""


def _summed(cell, m, full, less):
    """What masses contribute, with and without A: p and q of a drop, q and p of an invention."""
    p, q = (full, less) if cell.side == "drop" else (less, full)
    return DIVERGENCES[cell.row].contribution(m, p, q)


def _on_A(x, cell):
    """What masses w and e → 0 contribute: on either part p/q is constant, so that only the masses count."""
    e = x.Symbol("e", positive=True)
    return x.Limit(_summed(cell, symbols(), x.w, e), e, 0, "+")


def _off_A(x, cell):
    return _summed(cell, symbols(), 1 - x.w, 1)


def _discrete(s):
    """w, from tiny to nearly one, and the share of the first of two atoms on A (or of the junk), and off A."""
    return s.tuples(s.reals(-9.0, 12.0).map(lambda t: 1 / (1 + math.exp(-t))), s.reals(0.0, 1.0), s.reals(0.0, 1.0))


def _masses(w, a, b):
    """Four atoms: w (a, 1-a) on A and (1-w) (b, 1-b) off it; and without A."""
    return np.array([w * a, w * (1 - a), (1 - w) * b, (1 - w) * (1 - b)]), np.array([0 * a, 0 * a, b, 1 - b])


def _precisely(cell, instance):
    import mpmath as mp

    with mp.workdps(50):
        return mp.fsum(_summed(cell, precise(), *atom) for atom in zip(*_masses(*map(mp.mpf, instance)), strict=True))


def declare(name: str, formula: str, cell: Cell, claimed: Callable[..., Any]) -> None:
    """State that `cell`'s divergence comes to what `claimed` says, with derivation, check and controls."""
    statement = claim.statement(
        name,
        formula,
        claimed=claimed,
        domain=Domain(w=UNIT),
        definition=lambda x: _on_A(x, cell) + _off_A(x, cell),
        symbolic=lambda x: cell.price(x, x.w),
        infinite=cell.says == "∞",
        assumptions="p(A) = w, or junk ⊥ p" if cell.side == "invent" else "p(A) = w",
    )

    @statement.derivation
    def part_by_part(x):
        return [("what vanishes from one law leaves a multiple of w", cell.on_A(x, x.w) + _off_A(x, cell))]

    part_by_part.control("near miss", lambda x: cell.near_miss(x, x.w), why=cell.why)

    @statement.check(instances=_discrete, confirm=partial(_precisely, cell), examples=110)
    def by_summation(claimed, instance):
        observed = float(np.sum(_summed(cell, NUMBERS, *_masses(*instance))))
        error = ROUNDING * (1 + observed) if np.isfinite(observed) else 0.0
        return Sides(observed, claimed(instance[0]), observed_error=error)

    by_summation.control("near miss", lambda w: cell.near_miss(NUMBERS, w), why=cell.why)


for cell in CELLS:
    formula = f"{DIVERGENCES[cell.row].symbol} = {cell.says} when the model {cell.side}s w"
    declare(f"{cell.side}_{cell.row}", formula, cell, partial(getattr(prices, cell.side), cell.row))

declare("js_charges_alike", "JS of a drop of w = JS of an invention of w", CELLS[2], partial(prices.invent, "js"))

# --- distances that ask how far: W1 and MMD ---------------------------------------------------------------------------


def _placed(s):
    """The same laws, and where their four atoms lie on the line."""
    return s.tuples(_discrete(s), s.tuples(*[s.reals(-4.0, 4.0)] * 4))


def _wasserstein(m, v, x):
    """∫|F - G| over the line, for the differences v of the masses at the points x."""
    points = sorted(zip(x, v, strict=True))
    steps = zip(points, points[1:], np.cumsum([v for _, v in points]), strict=False)
    return sum(abs(total) * (right - left) for (left, _), (right, _), total in steps)


def _mmd(m, v, x):
    """‖E_p k(x, ·) - E_q k(x, ·)‖ for the kernel e^{-(x-y)²/2}."""
    atoms = list(zip(v, x, strict=True))
    return m.sqrt(abs(sum(s * t * m.exp(-((y - z) ** 2) / 2) for s, y in atoms for t, z in atoms)))


def _precise_distance(metric, instance):
    import mpmath as mp

    with mp.workdps(50):
        full, less = _masses(*map(mp.mpf, instance[0]))
        return metric(mp, full - less, [mp.mpf(t) for t in instance[1]])


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
        apart = metric(math, np.array([a, 1 - a, -b, b - 1]), x)
        error = ROUNDING * (1 + w / max(apart, ROUNDING)) * (1 + max(x) - min(x))
        return Sides(metric(math, full - less, x), claimed(w, apart), observed_error=error, claimed_error=error * w)

    by_atoms.control("its square", lambda w, d: w**2 * d, why="MMD² scales with w², MMD with w")


def _mean(x, weight, value):
    """weight · E f(Y), where E f(Y) = value."""
    f = x.Symbol("f")
    return weight * x.Expectation(f, x.Tuple((f, value)))


for side in ("drop", "invent"):
    declare_distance(side, "wasserstein", "W1", _wasserstein)
    declare_distance(side, "mmd", "MMD", _mmd)

# --- the folk sentence: what a small drop costs under the non-saturating loss -------------------------------------------

cheaper = claim.statement(
    "nonsaturating_drops_below_reverse_kl",
    "KL(q‖p) - 2JS ≤ -ln(1-w) = KL(q‖p) for every drop w",
    claimed=partial(prices.drop, "reverse_kl"),
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: -x.log(1 - x.w),
)
FROM_ONE = {"w": (lambda t: 1 - t, (0, 1))}
NONSATURATING = CELLS[7]


@cheaper.enclosure(change=FROM_ONE, contact={"w_t": 1}, detects=0.1, why="near w = 1 the gap 2JS is small beside both")
def price_of_a_drop(x):
    return _nonsaturating(x, x.w)


@cheaper.check(
    instances=_discrete, confirm=partial(_precisely, NONSATURATING),
    detects=0.75, why="as w → 0 the bound is 1/0.307 times too large",
)  # fmt: skip
def by_summation(claimed, instance):
    observed = float(np.sum(_summed(NONSATURATING, NUMBERS, *_masses(*instance))))
    return Sides(observed, claimed(instance[0]), observed_error=ROUNDING * (1 + observed))


price_of_a_drop.control("half", lambda x: -x.log(1 - x.w) / 2, why="near w = 1 both grow alike")
by_summation.control("JS", partial(prices.drop, "js"), why="cheaper than reverse KL, not than everything")


def _tangent(m, w):
    return (1 - m.log(2)) * w


def _parabola(m, w):
    return _tangent(m, w) + w**2 / (2 * (1 - w))


def declare_law(where: str, formula: str, relation: str, law: Callable[..., Any], **options: Any) -> None:
    """Bound the price of a drop by its law for small w; they meet at w = 0."""
    statement = claim.statement(
        f"small_drops_cost_0.307w_{where}",
        formula,
        claimed=partial(prices.drop, "nonsaturating"),
        relation=relation,
        domain=Domain(w=UNIT),
        symbolic=lambda x: _nonsaturating(x, x.w),
    )

    @statement.enclosure(change=FROM_ONE, contact={"w_t": 1}, **options)
    def on_all_drops(x):
        return law(x, x.w)

    @statement.check(instances=lambda s: s.scales(1e-8, 0.9), confirm=partial(_law_precisely, law))
    def near_zero(claimed, w):
        return Sides(law(NUMBERS, w), claimed(w))

    count = 3 if relation == "<=" else 1
    wrong = lambda m, w: -m.log(1 - w) - count * _js(m, w)  # noqa: E731
    on_all_drops.control(f"{count} JS", lambda x: wrong(x, x.w), why="not two JS subtracted")
    near_zero.control(f"{count} JS", lambda w: wrong(NUMBERS, w), why="not two JS subtracted")


def _law_precisely(law, w):
    import mpmath as mp

    with mp.workdps(50):
        return law(mp, mp.mpf(w))


declare_law("or_more", "(1 - ln 2) w ≤ KL(q‖p) - 2JS of a drop of w", "<=", _tangent)
declare_law(
    "to_first_order", "(1 - ln 2) w + w²/2(1-w) ≥ KL(q‖p) - 2JS of a drop of w", ">=", _parabola,
    factor=lambda w_t: w_t,
)  # fmt: skip

# --- junk is cheap for maximum likelihood -------------------------------------------------------------------------------

junk = claim.statement(
    "junk_costs_likelihood_at_most_its_log",
    "KL(p‖(1-w) p + w·junk) ≤ -ln(1-w), whatever the junk; at w = 0.99 that is ln 100 = 4.605 nats, in any dimension",
    claimed=partial(prices.invent, "kl"),
    relation="<=",
    domain=Domain(w=UNIT, v=UNIT, j=NONNEGATIVE, k=NONNEGATIVE),
    definition=lambda x: _junk_kl(x, x.j, x.k),
    symbolic=lambda x: -x.log(1 - x.w),
    anchor=lambda claimed, w, v, j, k: claimed(w),
    assumptions="derived where junk/p takes two values, j with probability v and k; checked for five",
)


def _junk_kl(x, j, k):
    """E_p ln(p/q), q/p = 1-w + w junk/p, over a uniform variable that says which value junk/p takes."""
    t, share = x.Symbol("t"), lambda ratio: -x.log(1 - x.w + x.w * ratio)
    return x.Integral(share(j), (t, 0, x.v)) + x.Integral(share(k), (t, x.v, 1))


@junk.derivation
def by_dropping_the_junk(x):
    return [Step("the logarithm grows: without the junk, q is less", _junk_kl(x, 0, 0), "<=")]


by_dropping_the_junk.control("w", lambda x: x.w, why="the first term of -ln(1-w)")


def _five_atoms(s):
    """w, 0.99 among its values; p on the first three of five atoms, the junk on all or the last two."""
    masses = s.tuples(*[s.reals(0.1, 1.0)] * 3)
    return s.tuples(s.either(s.inside(0.0, 1.0), s.one_of((0.99,))), masses, masses, s.one_of((0, 1)))


def _five_masses(w, p, other, overlap):
    p, other = [v / sum(p) for v in p], [other[0] * overlap, 0, 0, *other[1:]]
    return [*p, 0, 0], [(1 - w) * a + w * b / sum(other) for a, b in zip([*p, 0, 0], other, strict=True)]


def _junk_precisely(instance):
    import mpmath as mp

    w, p, other, overlap = instance
    with mp.workdps(50):
        p, q = _five_masses(mp.mpf(w), [mp.mpf(v) for v in p], [mp.mpf(v) for v in other], overlap)
        return mp.fsum(a * mp.log(a / b) for a, b in zip(p[:3], q[:3], strict=True))


@junk.check(instances=_five_atoms, confirm=_junk_precisely)
def over_five_atoms(claimed, instance):
    p, q = _five_masses(*instance)
    observed = sum(a * math.log(a / b) for a, b in zip(p[:3], q[:3], strict=True))
    return Sides(observed, claimed(instance[0]), observed_error=ROUNDING * (1 + observed))


over_five_atoms.control("w", lambda w: w, why="the first term of -ln(1-w)")

# --- what ∞ becomes for Gaussian modes ----------------------------------------------------------------------------------

at_least = claim.statement(
    "far_mode_costs_likelihood_r_squared",
    "KL(p‖one mode) ≥ r² - ln 2 for p = ½N(-a,s²) + ½N(a,s²), r = a/s",
    claimed=prices.far_mode_kl,
    relation=">=",
    domain=Domain(r=POSITIVE),
    definition=lambda x: _far_kl(x),
    symbolic=lambda x: x.r**2 - x.log(2),
)
at_most = claim.statement(
    "far_mode_costs_no_more",
    "KL(p‖one mode) ≤ r² - ln 2 + e^{-r²/2}",
    claimed=lambda r: prices.far_mode_kl(r) + np.exp(-(r**2) / 2),
    relation="<=",
    domain=Domain(r=POSITIVE),
    definition=lambda x: _far_kl(x),
    symbolic=lambda x: x.r**2 - x.log(2) + x.exp(-(x.r**2) / 2),
)
huge = claim.statement(
    "far_mode_overflows_chi2",
    "ln ∫(p-q)²/q = 4r² - 2 ln 2 + ln(1 - e^{-4r²}) for q = N(a,s²): beyond doubles from r = 13.34",
    claimed=lambda r: divergence.pearson(*_pair_and_mode(r)).log_value,
    domain=Domain(r=POSITIVE),
    definition=lambda x: x.log(x.Expectation(((1 + x.Symbol("U")) / 2 - 1) ** 2, _powers(x))),
    symbolic=lambda x: 4 * x.r**2 - 2 * x.log(2) + x.log(1 - x.exp(-4 * x.r**2)),
)


def _pair_and_mode(r):
    return symmetric_pair(r, 1.0), GaussianMixture([1.0], [r], stds=[1.0])


def _far_kl(x):
    """E_p ln(p/q), mode by mode: with X ~ N(r, 1), in units of s, ln(p/q) is L - ln 2 at X and 2rX + L - ln 2 at -X."""
    X, L = x.Symbol("X"), x.Symbol("L")  # L = ln(1 + e^{-2rX}) ≥ 0
    moments = x.Tuple((X, x.r), (L, _remainder(x)))
    kept, lost = x.Expectation(L - x.log(2), moments), x.Expectation(2 * x.r * X + L - x.log(2), moments)
    return kept / 2 + lost / 2


def _remainder(x):
    """E L."""
    return x.Symbol("remainder", nonnegative=True)


def _powers(x):
    """E U = 1 and E U² for p/q = (1 + U)/2, U = e^{-2rX}: E e^{kX} = e^{kr + k²/2}."""
    U = x.Symbol("U")
    return x.Tuple((U, x.exp(-2 * x.r**2 + (2 * x.r) ** 2 / 2)), (U**2, x.exp(-4 * x.r**2 + (4 * x.r) ** 2 / 2)))


@at_least.derivation
def mode_by_mode(x):
    return [("E X = r", x.r**2 - x.log(2) + _remainder(x)), Step("L ≥ 0", x.r**2 - x.log(2), ">=")]


@at_most.derivation
def with_its_remainder(x):
    V = x.Symbol("V")
    mean = x.Expectation(V, x.Tuple((V, x.exp(-x.r * x.r + x.r**2 / 2))))
    lemma = "ln(1+u²) ≤ u for u ≥ 0: equal at 0, and the slopes differ by (1-u)²/(1+u²)"
    return [Step("L ≤ V = e^{-rX}", x.r**2 - x.log(2) + mean, "<=", given=lemma)]


mode_by_mode.control("2r²", lambda x: 2 * x.r**2 - x.log(2), why="forgets that only half the mass is lost")
with_its_remainder.control("ln 4", lambda x: x.r**2 - 2 * x.log(2), why="a factor 2 in the logarithm")


@huge.derivation
def three_gaussians(x):
    return [("E (U-1)²/4 = (E U² - 2 E U + 1)/4", x.log((x.exp(4 * x.r**2) - 1) / 4))]


three_gaussians.control("2r²", lambda x: 2 * x.r**2 - 2 * x.log(2) + x.log(1 - x.exp(-4 * x.r**2)), why="a factor 2")


def _log_normal(z):
    return -0.5 * z**2 - 0.5 * math.log(2 * math.pi)


def _kl_by_sum(r):
    """∫p ln(p/q) by a trapezoidal sum, which is exact to rounding at this step for analytic functions of this width."""
    z = np.arange(-12.0 - r, 12.0 + r, 1 / 16)
    log_p = np.logaddexp(_log_normal(z + r), _log_normal(z - r)) - math.log(2)
    return float(np.exp(log_p) @ (log_p - _log_normal(z - r))) / 16


def _far_precisely(r, f):
    import mpmath as mp

    with mp.workdps(50):
        r = mp.mpf(r)
        points = [mp.mpf(k) / 32 for k in range(int(-32 * (3 * r + 16)), int(32 * (r + 16)))]
        return f(mp, r, lambda g: mp.fsum(g(z) for z in points) / 32)


def _kl_precisely(mp, r, integral):
    p = lambda z: (mp.npdf(z, -r) + mp.npdf(z, r)) / 2  # noqa: E731
    return integral(lambda z: p(z) * mp.log(p(z) / mp.npdf(z, r)))


def _chi2_precisely(mp, r, integral):
    return mp.log(integral(lambda z: (mp.npdf(z, -r) - mp.npdf(z, r)) ** 2 / 4 / mp.npdf(z, r)))


@at_least.check(instances=lambda s: s.reals(1.0, 8.0), confirm=lambda r: _far_precisely(r, _kl_precisely))
def by_trapezoids(claimed, r):
    return Sides(_kl_by_sum(r), claimed(r), observed_error=1e-14 * (1 + r**2))


@at_most.check(instances=lambda s: s.reals(1.0, 8.0), confirm=lambda r: _far_precisely(r, _kl_precisely))
def by_trapezoids_again(claimed, r):
    return Sides(_kl_by_sum(r), claimed(r), observed_error=1e-14 * (1 + r**2))


@huge.check(instances=lambda s: s.reals(0.3, 40.0), confirm=lambda r: _far_precisely(r, _chi2_precisely))
def by_log_sum(claimed, r):
    """ln(∫p²/q - 1); p²/q peaks at -3r."""
    z = np.arange(-3 * r - 12, r + 12, 1 / 16)
    logs = 2 * (np.logaddexp(_log_normal(z + r), _log_normal(z - r)) - math.log(2)) - _log_normal(z - r)
    total = logs.max() + math.log(np.exp(logs - logs.max()).sum() / 16)
    error = 1e-13 * (1 + 4 * r**2)
    return Sides(total + math.log(-math.expm1(-total)), claimed(r), observed_error=error, claimed_error=error)


by_trapezoids.control("2r²", lambda r: 2 * r**2 - math.log(2), why="forgets that only half the mass is lost")
by_trapezoids_again.control("ln 4", lambda r: r**2 - math.log(4), why="a factor 2 in the logarithm")
by_log_sum.control("KL", lambda r: r**2 - math.log(2), why="grows like r² where χ² grows like e^{4r²}")

# --- figure -------------------------------------------------------------------------------------------------------------

SHOWN = ("reverse_kl", "kl", "neyman", "pearson", "js", "hellinger2", "tv", "nonsaturating")


@claim.curves
def priced():
    """Prices over w, beside divergences of two Gaussian modes 16 deviations apart; and one mode lost over r."""
    w, few = np.linspace(0.005, 0.97, 120), np.linspace(0.1, 0.9, 5)
    r, far = np.linspace(1.0, 16.0, 61), np.array([2.0, 4.0, 8.0, 12.0, 16.0])
    both, one = [symmetric_pair(8.0, 1.0, v) for v in few], [GaussianMixture([1.0], [8.0], stds=[1.0])] * len(few)
    data = {"w": w, "few": few, "r": r, "far": far}
    for row in SHOWN:
        for side, pair in (("drop", (both, one)), ("invent", (one, both))):
            price = getattr(prices, side)(row, w)
            if np.isfinite(price).all():
                data[f"{side}_{row}"] = price
                data[f"{side}_{row}_measured"] = np.array([float(e) for e in getattr(divergence, row).many(*pair)])
    data["far_kl"], data["far_chi2"] = prices.far_mode_kl(r), 4 * r**2 - 2 * np.log(2) + np.log1p(-np.exp(-4 * r**2))
    data["far_kl_measured"] = np.array([float(divergence.kl(*_pair_and_mode(v))) for v in far])
    data["far_chi2_measured"] = np.array([divergence.pearson(*_pair_and_mode(v)).log_value for v in far])
    return data


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels

    data = saved["curves"]
    looks = dict(zip(SHOWN, _looks(COLOUR), strict=True))
    a, b, c = panels(figure, 3)
    for axes, side, title in ((a, "drop", "the model drops $w$"), (b, "invent", "the model invents $w$")):
        for row in SHOWN:
            if f"{side}_{row}" in data:
                axes.plot(data["w"], data[f"{side}_{row}"], label=DIVERGENCES[row].symbol, **looks[row])
                axes.plot(data["few"], data[f"{side}_{row}_measured"], "o", color=looks[row]["color"], ms=2.5)
        infinite = [DIVERGENCES[row].symbol for row in SHOWN if f"{side}_{row}" not in data]
        axes.plot([], [], " ", label="∞ for\n" + "\n".join(infinite))
        axes.set(xlabel="$w$", ylabel="price (nats or pure number)", ylim=(0, 3), xlim=(0, 1))
        axes.set_title(title, fontsize=8)
        axes.legend(loc="upper left", handlelength=2.2, labelspacing=0.2)
    c.plot(data["r"], data["far_chi2"], label="ln ∫(p-q)²/q", **looks["pearson"])
    c.plot(data["far"], data["far_chi2_measured"], "o", color=looks["pearson"]["color"], ms=2.5)
    c.plot(data["r"], data["far_kl"], label="KL(p‖q) = $r^2$ - ln 2", **looks["kl"])
    c.plot(data["far"], data["far_kl_measured"], "o", color=looks["kl"]["color"], ms=2.5)
    c.axhline(np.log(np.finfo(float).max), color=COLOUR["control"], ls=":", lw=0.8)
    c.text(1.2, 800, "ln of the largest double", fontsize=6.5, color="#555555")
    c.set(xlabel="$r = a/s$", ylabel="nats", yscale="log", ylim=(0.2, 3000))
    c.set_title("one of two modes lost", fontsize=8)
    c.legend(loc="lower right", title="lines: closed forms,\npoints: quadrature", title_fontsize=7)


def _looks(colour):
    """Colour and dash of each divergence, in the order of SHOWN."""
    names = ("exact", "exact", "network", "network", "data", "other", "control", "fifth")
    dashes = ("-", "-", "--", "--", "-", "-.", ":", (0, (4, 1, 1, 1)))
    return [{"color": colour[name], "ls": dash} for name, dash in zip(names, dashes, strict=True)]
