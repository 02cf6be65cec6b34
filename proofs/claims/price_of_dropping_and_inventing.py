"""Each divergence has its own price for a lost mode and for invented mass, and the price depends on the mass alone.

    drop w      q = p(·|Aᶜ), p(A) = w: the model loses a part of weight w
    invent w    q = (1-w) p + w·junk, junk ⊥ p: drop with p and q exchanged

The masses on either part say all, so a price is a function of w, ∞ where one law lacks what the other divides by.
Maximum likelihood pays ∞ for a dropped mode and -ln(1-w) for junk (ln 100 = 4.6 nats at 99 % junk, in any dimension),
reverse KL the other way round; symmetric ones charge the same for both: the exact JS gives no reason to drop rather
than to invent. The non-saturating loss does: KL(q‖p) - 2JS charges (1-ln 2) w = 0.307 w for a small drop, less than
reverse KL's w, and ∞ for an invention. For Gaussian modes r deviations from their middle, ∞ is only large: r² - ln 2
nats, and e^{4r²}/4 for ∫(p-q)²/q.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from proofs.core import Claim, NonNegative, Positive, Real, Slack, Unit, carried, over
from proofs.sentences import generators_drop_modes
from proofs.textbook import prices as textbook
from proofs.words import expectation, sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES, symbols
from theory import GaussianMixture, divergence, prices, symmetric_pair
from theory.validation.told import told

claim = Claim(
    topic="mass-diffusion",
    after="leak_bound",
    references=("theis2016 section 3.2", "arjovsky2017principled theorem 2.5"),
)

# --- the table --------------------------------------------------------------------------------------------------------


@told
class Price(NamedTuple):
    """A price of w, the part of it that the mass w on A (or of the junk) brings, and a near miss; m speaks SymPy."""

    says: str
    value: Callable[..., Any]
    on_A: Callable[..., Any]
    near_miss: Callable[..., Any]
    why: str


def js(m, w):
    return (w * m.log(2) + (1 - w) * m.log(2 * (1 - w) / (2 - w)) + m.log(2 / (2 - w))) / 2


def nonsaturating(m, w):
    return (2 - w) * m.log((2 - w) / (1 - w)) - 2 * m.log(2)


INFINITE = Price("∞", lambda m, w: m.oo, lambda m, w: m.oo, lambda m, w: w / (1 - w), "finite, as across the table")
LOG = Price("-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: 0, lambda m, w: -m.log(w), "w and 1-w exchanged")
JS = Price("½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))]", js, lambda m, w: w * m.log(2) / 2,
           lambda m, w: 2 * js(m, w), "a sum in place of the half-sum")  # fmt: skip
TV = Price("w", lambda m, w: w, lambda m, w: w / 2, lambda m, w: 2 * w, "∫|p-q| without the half")
HELLINGER2 = Price("1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: w / 2, lambda m, w: w / 2, "its first term")
CHI2 = Price("w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w, lambda m, w: w, "forgets the part that stays")
NONSATURATING = Price("(2-w) ln((2-w)/(1-w)) - 2 ln 2", nonsaturating, lambda m, w: -w * m.log(2),
                      lambda m, w: -m.log(1 - w) - js(m, w), "one JS subtracted, not two")  # fmt: skip
TABLE = {  # to drop w, to invent w
    "kl": (INFINITE, LOG), "reverse_kl": (LOG, INFINITE), "js": (JS, JS), "tv": (TV, TV),
    "hellinger2": (HELLINGER2, HELLINGER2), "pearson": (INFINITE, CHI2), "neyman": (CHI2, INFINITE),
    "nonsaturating": (NONSATURATING, INFINITE),
}  # fmt: skip
CHARGED = {"drop": prices.drop, "invent": prices.invent}


def declare(side, row, price):
    """State one cell: what the divergence of that row charges, by parts and by summation over four atoms."""

    def contribution(full, less):
        """What masses contribute, with and without A: p and q of a drop, q and p of an invention."""
        return DIVERGENCES[row].contribution(symbols(), *((full, less) if side == "drop" else (less, full)))

    @claim.states(
        partial(CHARGED[side], row),
        infinite=price is INFINITE,
        name=f"{side}_{row}",
        formula=f"{DIVERGENCES[row].symbol} = {price.says} when the model {side}s w\n\n"
        + ("p(A) = w" if side == "drop" else "junk ⊥ p"),
    )
    def charged(w: Unit):
        e, off_A = sp.Symbol("e", positive=True), contribution(1 - w, 1)
        yield sp.Limit(contribution(w, e), e, 0, "+") + off_A
        yield "p/q is constant on either part; what one law lacks leaves a multiple of w", price.on_A(sp, w) + off_A
        yield "both parts together", price.value(sp, w)

    charged.check(textbook.summed(row, side), on=textbook.atoms, at="w", error=1e-14, scale=lambda w, a: 1 / (1 - w))
    charged.wrong(price.why, symbolic=lambda w: price.near_miss(sp, w), claimed=lambda w: price.near_miss(DOUBLE, w))


for row, (dropped, invented) in TABLE.items():
    declare("drop", row, dropped)
    declare("invent", row, invented)

# --- its last row, which asks how far: W1 and MMD ---------------------------------------------------------------------


def declare_distance(side, parts, row, symbol, metric):
    """Both are sup over test functions f, closed under sign, of E_p f - E_q f: linear in p - q."""

    @claim.states(
        partial(CHARGED[side], row),
        at="w d",
        name=f"{side}_{row}",
        formula=f"{symbol}(p, q) = w·{symbol}({parts}) when the model {side}s w\n\n"
        "W1: f 1-Lipschitz (Kantorovich-Rubinstein); MMD: f in the kernel's unit ball; f is the best test function between the "
        "parts, where E f differs by d",
    )
    def distance(w: Unit, d: NonNegative, b: Real):
        f = sp.Symbol("f")
        on_A, off_A = expectation(f, {f: b + d}), expectation(f, {f: b})
        yield w * on_A + (1 - w) * off_A - off_A
        yield "E_p f - E_q f = w (E f on A - E f off A)", w * (on_A - off_A)
        yield "which differ by d", w * d

    error = textbook.of_a_sum_under_a_root(metric)
    distance.check(
        textbook.by_atoms(metric),
        on=textbook.places,
        error=error,
        scale=1.0,
        why="of places of size 1; it is 0 where both parts lie alike",
    )
    distance.wrong("its square: MMD² scales with w², MMD with w", w=lambda w: w**2)


for side, parts in (("drop", "p|A, p|Aᶜ"), ("invent", "junk, p")):
    declare_distance(side, parts, "wasserstein", "W1", textbook.wasserstein)
    declare_distance(side, parts, "mmd", "MMD", textbook.mmd)

# --- the folk sentence: what a drop costs under the non-saturating loss -------------------------------------------------


def declare_bound(id, formula, relation, law, slip, near_miss, factor=None, scale=None, **detects):
    """State that `law` lies below or above the price of a drop; they meet at w = 0."""

    close = over(w=carried(lambda t: 1 - t, 0, 1, contact=1), factor=factor, **detects)

    @claim.states(partial(prices.drop, "nonsaturating"), relation=relation, enclosed=close, name=id, formula=formula)
    def bound(w: Unit):
        yield law(sp, w)
        yield "both vanish at w = 0", nonsaturating(sp, w)

    bound.check(lambda m, w: law(m, w), on=textbook.shares, name="near_both_ends", error=1e-15, scale=scale, **detects)
    bound.wrong(slip, symbolic=lambda w: near_miss(sp, w), claimed=lambda w: near_miss(DOUBLE, w))


declare_bound(
    "nonsaturating_drops_below_reverse_kl", "-ln(1-w) = KL(q‖p) ≥ KL(q‖p) - 2JS for every drop w", ">=", LOG.value,
    "two JS added, not subtracted", lambda m, w: -m.log(1 - w) + 2 * js(m, w),
    scale=lambda w: 1 / (1 - w), detects=0.2, why="the gap, 2JS, is small beside both near w = 1 only",
)  # fmt: skip
declare_bound(
    "small_drops_cost_0.307w_or_more", "(1 - ln 2) w ≤ KL(q‖p) - 2JS of a drop of w", "<=", lambda m, w: (1 - m.log(2)) * w,
    "three JS subtracted, not two", lambda m, w: -m.log(1 - w) - 3 * js(m, w),
)  # fmt: skip
declare_bound(
    "small_drops_cost_0.307w_to_first_order", "(1 - ln 2) w + w²/(1-w) ≥ KL(q‖p) - 2JS of a drop of w",
    ">=", lambda m, w: (1 - m.log(2)) * w + w**2 / (1 - w),
    "one JS subtracted, not two", lambda m, w: -m.log(1 - w) - js(m, w), factor=lambda w_t: w_t,
)  # fmt: skip

# --- what ∞ becomes for Gaussian modes: p = ½N(-a,s²) + ½N(a,s²), q = N(a,s²), r = a/s ----------------------------------


def modes(r, s=2.5):
    """The pair, and its right mode."""
    return symmetric_pair(r * s, s), GaussianMixture([1.0], [r * s], stds=[s])


@claim.states(prices.far_mode_kl, at="r", relation=">=")
def far_mode_costs_likelihood_r_squared(r: Positive, e: Slack):
    """KL(p‖q) ≥ r² - ln 2, nearly equal for large r

    mode by mode, with X ~ N(r, 1), ln(p/q) is L - ln 2 at X and 2rX + L - ln 2 at -X, L = ln(1 + e^{-2rX}) ≥ 0; e = E L
    """
    X, L = sp.symbols("X L")
    kept, lost = (expectation(t + L - sp.log(2), {X: r, L: e}) for t in (0, 2 * r * X))
    yield kept / 2 + lost / 2
    yield "E X = r", r**2 - sp.log(2) + e
    yield "L ≥ 0", r**2 - sp.log(2)


far_mode_costs_likelihood_r_squared.check(textbook.lost_mode, on=lambda s: s.reals(1.0, 8.0), error=1e-13)
far_mode_costs_likelihood_r_squared.wrong("2r²: forgets that only half the mass is lost", r=lambda r: sp.sqrt(2) * r)


@claim.states(lambda r: divergence.pearson(*modes(r)).log_value)
def far_mode_overflows_chi2(r: Positive):
    """ln ∫(p-q)²/q = 4r² - 2 ln 2 + ln(1 - e^{-4r²}): beyond doubles from r = 13.34"""
    U = sp.Symbol("U")  # e^{-2rX}: p/q = (1 + U)/2
    moments = {U: sp.exp(-2 * r**2 + (2 * r) ** 2 / 2), U**2: sp.exp(-4 * r**2 + (4 * r) ** 2 / 2)}
    yield sp.log(expectation(((1 + U) / 2 - 1) ** 2, moments))
    yield "E e^{kX} = e^{kr + k²/2}, E (U-1)²/4 = (E U² - 2 E U + 1)/4", sp.log((sp.exp(4 * r**2) - 1) / 4)
    yield "e^{4r²} taken out", 4 * r**2 - 2 * sp.log(2) + sp.log(1 - sp.exp(-4 * r**2))


far_mode_overflows_chi2.check(
    textbook.by_logarithms, on=lambda s: s.reals(0.3, 40.0), error=1e-13, scale=lambda r: 1 + 4 * r**2
)
far_mode_overflows_chi2.wrong(
    "a factor 2 in the exponent", symbolic=lambda r: 2 * r**2 - 2 * sp.log(2) + sp.log(1 - sp.exp(-4 * r**2))
)
far_mode_overflows_chi2.wrong("KL, which grows like r²", claimed=lambda r: r**2 - math.log(2))

# --- figure -------------------------------------------------------------------------------------------------------------

DASHES = {
    "reverse_kl": "-", "kl": "-", "neyman": "--", "pearson": "--", "js": (0, (1, 1)), "hellinger2": "-.", "tv": ":",
    "nonsaturating": (0, (4, 1, 1, 1)),
}  # fmt: skip
"""Of each row, in the order of the labels."""
FEW, FAR = np.linspace(0.1, 0.9, 5), np.arange(2.0, 17.0, 3.5)


@claim.curves
def measured():
    """Divergences of two Gaussian modes 16 deviations apart; and of one mode lost over r."""
    both, one = [symmetric_pair(8.0, 1.0, v) for v in FEW], [modes(8.0, 1.0)[1]] * len(FEW)
    lost = {"kl": lambda r: float(divergence.kl(*modes(r))), "pearson": far_mode_overflows_chi2.claimed}
    data = {row: np.array([of(r) for r in FAR]) for row, of in lost.items()}
    for row in TABLE:
        for side, price, pair in zip(CHARGED, TABLE[row], ((both, one), (one, both)), strict=True):
            if price is not INFINITE:
                data[f"{side}_{row}"] = np.array([float(e) for e in getattr(divergence, row).many(*pair)])
    return data


@claim.reads(generators_drop_modes, "to drop a share of the data costs less than to invent as much")
def dropping_is_cheaper(loss, w):
    row = "js" if loss == "minimax" else "nonsaturating"
    return claim[f"drop_{row}"](w) < claim[f"invent_{row}"](w)


@claim.figure(
    "A lost mode costs little under one divergence and infinitely much under another",
    where=r"modes at $\pm a$ of deviation $s$",
)
def draw(saved, panels, *, share=0.1, furthest=16.0):
    data, w, r = saved["curves"], np.linspace(0.05, 0.95, 120), np.linspace(1.0, furthest, 61)
    drop, invent, lost = panels(3)
    for panel, side, name in ((drop, "drop", "dropped"), (invent, "invent", "invented")):
        finite = [row for row in DASHES if f"{side}_{row}" in data]
        for row in finite:
            panel.exact(w, CHARGED[side](row, w), DIVERGENCES[row].symbol, DASHES[row], lw=1.0)
            panel.points(FEW, data[f"{side}_{row}"], "data", ms=2)
        infinite = [DIVERGENCES[row].symbol for row in DASHES if row not in finite]
        panel.note("\n".join(("∞ for", *infinite)), 0.03, 1.0, xycoords="axes fraction", va="top", xytext=(0, 0))
        panel.axes(f"{name} share $w$", "price (nats or pure number)", log="y", legend="ends")
    chi2 = 4 * r**2 - 2 * np.log(2) + np.log1p(-np.exp(-4 * r**2))
    for row, exact, label in (("pearson", chi2, "ln ∫(p-q)²/q"), ("kl", prices.far_mode_kl(r), "KL(p‖q)")):
        lost.exact(r, exact, label, DASHES[row], lw=1.0)
        lost.points(FAR, data[row], "data", ms=2)
    most = float(np.log(np.finfo(float).max))
    lost.line(r[[0, -1]], [most, most], "control", "largest double", ":", lw=0.8)
    lost.axes("place of the modes, $a/s$", "price of one of two modes (nats)", log="y", legend="ends")
    nats = {row: float(prices.drop(row, share)) for row in ("nonsaturating", "reverse_kl", "js")}
    return (
        f"Prices by closed forms (lines) and by quadrature (points). (a) A model that drops a share w of the data: at w = {share:g} it pays "
        f"{nats['js']:.3f} nats of JS, {nats['nonsaturating']:.3f} under the non-saturating loss, KL(q‖p) - 2JS, and {nats['reverse_kl']:.3f} "
        f"of KL(q‖p), but ∞ of KL(p‖q). (b) One that invents w: JS, TV and Hellinger² charge the same as for a drop, KL(p‖q) and KL(q‖p) "
        f"change places, and the non-saturating loss charges ∞. (c) For Gaussian modes at ±a of width s, one of them lost, ∞ is only "
        f"large: at a = {r[-1]:g} s KL(p‖q) is {float(prices.far_mode_kl(r[-1])):.0f} nats, and ∫(p-q)²/q beyond the largest double."
    )
