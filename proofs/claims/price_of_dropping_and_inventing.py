"""Each divergence has its own price for a lost mode and for invented mass, and the price depends on the mass alone.

    drop w      q = p(·|Aᶜ), p(A) = w: the model loses a part of weight w
    invent w    q = (1-w) p + w·junk, junk ⊥ p: drop with p and q exchanged

Both laws are known once the mass on either part is, so a price is a function of w; where one law lacks what the other
divides by, it is ∞. Maximum likelihood pays ∞ for a dropped mode and -ln(1-w) for junk (ln 100 = 4.6 nats at 99 % junk,
in any dimension); reverse KL the other way round; the symmetric ones charge the same for both. So a generator that
meets the exact JS has no reason to drop rather than to invent. Under the non-saturating loss it has: KL(q‖p) - 2JS
charges (1-ln 2) w = 0.307 w for a small drop, less than reverse KL's w, and ∞ for an invention.
For Gaussian modes r deviations from their middle, ∞ is only large: r² - ln 2 nats, and e^{4r²}/4 for ∫(p-q)²/q.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain
from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES, symbols
from theory import GaussianMixture, divergence, prices, symmetric_pair

claim = Claim(
    topic="mass-diffusion",
    folk=Folk(
        "The generator tends to drop modes to make fooling the adversary easier.",
        "A4",
        Conditional(
            "the generator descends the non-saturating loss; the exact Jensen-Shannon divergence does not pay it to drop",
            true_when=("drop_nonsaturating", "invent_nonsaturating", "nonsaturating_drops_below_reverse_kl"),
            false_when=("drop_js", "invent_js"),
        ),
    ),
    references=("theis2016 section 3.2", "arjovsky2017principled theorem 2.5"),
)

# --- the table --------------------------------------------------------------------------------------------------------


class Price(NamedTuple):
    """A price of w, the part of it that the mass w on A (or of the junk) brings, and a near miss; m speaks SymPy."""

    says: str
    value: Callable[..., Any]
    on_A: Callable[..., Any]
    near_miss: Callable[..., Any]
    why: str


def _js(m, w):
    return (w * m.log(2) + (1 - w) * m.log(2 * (1 - w) / (2 - w)) + m.log(2 / (2 - w))) / 2


def _nonsaturating(m, w):
    return (2 - w) * m.log((2 - w) / (1 - w)) - 2 * m.log(2)


INFINITE = Price("∞", lambda m, w: m.oo, lambda m, w: m.oo, lambda m, w: w / (1 - w), "finite, as across the table")
LOG = Price("-ln(1-w)", lambda m, w: -m.log(1 - w), lambda m, w: 0, lambda m, w: -m.log(w), "w and 1-w exchanged")
JS = Price("½[w ln 2 + (1-w) ln(2(1-w)/(2-w)) + ln(2/(2-w))]", _js, lambda m, w: w * m.log(2) / 2,
           lambda m, w: 2 * _js(m, w), "a sum in place of the half-sum")  # fmt: skip
TV = Price("w", lambda m, w: w, lambda m, w: w / 2, lambda m, w: 2 * w, "∫|p-q| without the half")
HELLINGER2 = Price("1-√(1-w)", lambda m, w: 1 - m.sqrt(1 - w), lambda m, w: w / 2, lambda m, w: w / 2, "its first term")
CHI2 = Price("w/(1-w)", lambda m, w: w / (1 - w), lambda m, w: w, lambda m, w: w, "forgets the part that stays")
NONSATURATING = Price("(2-w) ln((2-w)/(1-w)) - 2 ln 2", _nonsaturating, lambda m, w: -w * m.log(2),
                      lambda m, w: -m.log(1 - w) - _js(m, w), "one JS subtracted, not two")  # fmt: skip
TABLE = {  # to drop w, to invent w
    "kl": (INFINITE, LOG), "reverse_kl": (LOG, INFINITE), "js": (JS, JS), "tv": (TV, TV),
    "hellinger2": (HELLINGER2, HELLINGER2), "pearson": (INFINITE, CHI2), "neyman": (CHI2, INFINITE),
    "nonsaturating": (NONSATURATING, INFINITE),
}  # fmt: skip
CHARGED = {"drop": prices.drop, "invent": prices.invent}


def _weights(s):
    """w from tiny to nearly one, either end in detail."""
    return s.reals(-16.0, 16.0).map(lambda t: 1 / (1 + math.exp(-t)))


def _masses(w, a):
    """Four atoms, w (a, 1-a) on A (or of the junk) and (1-w) (a², 1-a²) off it; and without A."""
    b = a * a
    return np.array([w * a, w * (1 - a), (1 - w) * b, (1 - w) * (1 - b)]), np.array([0 * a, 0 * a, b, 1 - b])


def declare(side: str, row: str, price: Price) -> None:
    """State one cell: what the divergence of that row charges, by parts and by summation over four atoms."""

    def contribution(m, full, less):
        """What masses contribute, with and without A: p and q of a drop, q and p of an invention."""
        return DIVERGENCES[row].contribution(m, *((full, less) if side == "drop" else (less, full)))

    def off_A(x):
        return contribution(symbols(), 1 - x.w, 1)

    def by_parts(x):
        """On either part p/q is constant, so that masses suffice; e is what is left on A."""
        e = x.Symbol("e", positive=True)
        return x.Limit(contribution(symbols(), x.w, e), e, 0, "+") + off_A(x)

    statement = claim.statement(
        f"{side}_{row}", f"{DIVERGENCES[row].symbol} = {price.says} when the model {side}s w",
        claimed=partial(CHARGED[side], row), domain=Domain(w=UNIT), infinite=price is INFINITE,
        definition=by_parts, symbolic=lambda x: price.value(x, x.w),
        assumptions="p(A) = w" if side == "drop" else "junk ⊥ p",
    )  # fmt: skip

    @statement.derivation
    def part_by_part(x):
        return [("what vanishes from one law leaves a multiple of w", price.on_A(x, x.w) + off_A(x))]

    @statement.observed(
        instances=lambda s: s.tuples(_weights(s), s.reals(0.0, 1.0)), call=lambda claimed, w, a: claimed(w),
        error=1e-14, scale=lambda w, a: 1 / (1 - w),
    )  # fmt: skip
    def by_summation(m, w, a):
        return contribution(m, *_masses(w, a)).sum()

    part_by_part.control("near miss", lambda x: price.near_miss(x, x.w), why=price.why)
    by_summation.control("near miss", lambda w: price.near_miss(DOUBLE, w), why=price.why)


for row, (dropped, invented) in TABLE.items():
    declare("drop", row, dropped)
    declare("invent", row, invented)

# --- its last row, which asks how far: W1 and MMD ---------------------------------------------------------------------


def _wasserstein(m, v, x):
    """∫|F - G| over the line, for the differences v of the masses at the points x."""
    points = sorted(zip(x, v, strict=True))
    steps = zip(points, points[1:], np.cumsum([v for _, v in points]), strict=False)
    return sum(m.size(total) * (right - left) for (left, _), (right, _), total in steps)


def _mmd(m, v, x):
    """‖E_p k(x, ·) - E_q k(x, ·)‖ for the kernel e^{-(x-y)²/2}."""
    kernel = m.exp(-((x[:, None] - x) ** 2) / 2)
    return m.sqrt(m.size(v @ kernel @ v))


def _mean(x, weight, value):
    """weight · E f(Y), where E f(Y) = value."""
    f = x.Symbol("f")
    return weight * x.Expectation(f, x.Tuple((f, value)))


def declare_distance(side: str, between: str, row: str, symbol: str, metric: Callable[..., Any]) -> None:
    """Both are sup over test functions f, closed under sign, of E_p f - E_q f: linear in p - q."""
    statement = claim.statement(
        f"{side}_{row}", f"{symbol}(p, q) = w·{symbol}({between}) when the model {side}s w",
        claimed=partial(CHARGED[side], row), domain=Domain(w=UNIT, d=NONNEGATIVE, b=REAL),
        definition=lambda x: _mean(x, x.w, x.b + x.d) + _mean(x, 1 - x.w, x.b) - _mean(x, 1, x.b),
        symbolic=lambda x: x.w * x.d, anchor=lambda claimed, w, d, b: claimed(w, d),
        assumptions="W1: f 1-Lipschitz (Kantorovich-Rubinstein); MMD: f in the kernel's unit ball; f is the best test "
        "function between the parts, where E f differs by d",
    )  # fmt: skip

    def by_atoms(m, w, a, y, z):
        """Between the same laws, A at y and y + 1, the rest at z and z + 2; w = 1: between the parts."""
        return metric(m, np.subtract(*_masses(w, a)), np.array([y, y + 1, z, z + 2]))

    @statement.derivation
    def by_linearity(x):
        return [("E_p f - E_q f = w (E f on A - E f off A)", _mean(x, x.w, x.b + x.d) - _mean(x, x.w, x.b))]

    by_linearity.control("its square", lambda x: x.w**2 * x.d, why="MMD² scales with w², MMD with w")
    statement.observed(
        instances=lambda s: s.tuples(_weights(s), s.reals(0.0, 1.0), s.reals(-3.0, 3.0), s.reals(-3.0, 2.0)),
        call=lambda claimed, w, *atoms: claimed(w, by_atoms(DOUBLE, 1.0, *atoms)), scale=1.0,
        error=lambda w, *atoms: 3e-14 / max(by_atoms(DOUBLE, 1.0, *atoms), 1e-9),  # of a sum under a root
    )(by_atoms).control("its square", lambda w, d: w**2 * d, why="MMD² scales with w², MMD with w")  # fmt: skip


for side, between in (("drop", "p|A, p|Aᶜ"), ("invent", "junk, p")):
    declare_distance(side, between, "wasserstein", "W1", _wasserstein)
    declare_distance(side, between, "mmd", "MMD", _mmd)

# --- the folk sentence: what a drop costs under the non-saturating loss -------------------------------------------------


def bound(
    id: str, formula: str, relation: str, law: Callable[..., Any], near_miss: Callable[..., Any], slip: str,
    factor: Callable[..., Any] | None = None, **detects: Any,
) -> None:  # fmt: skip
    """State that `law` lies below or above the price of a drop; they meet at w = 0."""
    statement = claim.statement(
        id, formula, claimed=partial(prices.drop, "nonsaturating"), relation=relation, domain=Domain(w=UNIT),
        symbolic=lambda x: _nonsaturating(x, x.w),
    )  # fmt: skip

    @statement.enclosure(change={"w": (lambda t: 1 - t, (0, 1))}, contact={"w_t": 1}, factor=factor, **detects)
    def on_all_drops(x):
        return law(x, x.w)

    @statement.observed(instances=_weights, error=1e-15, scale=lambda w: 1 / (1 - w), **detects)
    def near_both_ends(m, w):
        return law(m, w)

    on_all_drops.control("near miss", lambda x: near_miss(x, x.w), why=slip)
    near_both_ends.control("near miss", lambda w: near_miss(DOUBLE, w), why=slip)


bound(
    "nonsaturating_drops_below_reverse_kl", "-ln(1-w) = KL(q‖p) ≥ KL(q‖p) - 2JS for every drop w", ">=", LOG.value,
    lambda m, w: -m.log(1 - w) + 2 * _js(m, w), "two JS added, not subtracted",
    detects=0.2, why="the gap, 2JS, is small beside both near w = 1 only",
)  # fmt: skip
bound(
    "small_drops_cost_0.307w_or_more", "(1 - ln 2) w ≤ KL(q‖p) - 2JS of a drop of w",
    "<=", lambda m, w: (1 - m.log(2)) * w,
    lambda m, w: -m.log(1 - w) - 3 * _js(m, w), "three JS subtracted, not two",
)  # fmt: skip
bound(
    "small_drops_cost_0.307w_to_first_order", "(1 - ln 2) w + w²/(1-w) ≥ KL(q‖p) - 2JS of a drop of w",
    ">=", lambda m, w: (1 - m.log(2)) * w + w**2 / (1 - w),
    lambda m, w: -m.log(1 - w) - _js(m, w), "one JS subtracted, not two", factor=lambda w_t: w_t,
)  # fmt: skip

# --- what ∞ becomes for Gaussian modes: p = ½N(-a,s²) + ½N(a,s²), q = N(a,s²), r = a/s ----------------------------------


def _modes(r, s=2.5):
    return symmetric_pair(r * s, s), GaussianMixture([1.0], [r * s], stds=[s])


def _far_kl(x):
    """E_p ln(p/q), mode by mode: with X ~ N(r, 1), in units of s, ln(p/q) is L - ln 2 at X and 2rX + L - ln 2 at -X."""
    X, L = x.Symbol("X"), x.Symbol("L")  # L = ln(1 + e^{-2rX}) ≥ 0
    moments = x.Tuple((X, x.r), (L, x.Symbol("E L", nonnegative=True)))
    return x.Expectation(L - x.log(2), moments) / 2 + x.Expectation(2 * x.r * X + L - x.log(2), moments) / 2


def _far_chi2(x):
    """ln E_q (p/q-1)², p/q = (1 + U)/2, U = e^{-2rX}: E e^{kX} = e^{kr + k²/2}."""
    U = x.Symbol("U")
    moments = x.Tuple((U, x.exp(-2 * x.r**2 + (2 * x.r) ** 2 / 2)), (U**2, x.exp(-4 * x.r**2 + (4 * x.r) ** 2 / 2)))
    return x.log(x.Expectation(((1 + U) / 2 - 1) ** 2, moments))


far = claim.statement(
    "far_mode_costs_likelihood_r_squared", "KL(p‖q) ≥ r² - ln 2, nearly equal for large r",
    claimed=prices.far_mode_kl, relation=">=", domain=Domain(r=POSITIVE),
    definition=_far_kl, symbolic=lambda x: x.r**2 - x.log(2),
)  # fmt: skip
huge = claim.statement(
    "far_mode_overflows_chi2", "ln ∫(p-q)²/q = 4r² - 2 ln 2 + ln(1 - e^{-4r²}): beyond doubles from r = 13.34",
    claimed=lambda r: divergence.pearson(*_modes(r)).log_value, domain=Domain(r=POSITIVE),
    definition=_far_chi2, symbolic=lambda x: 4 * x.r**2 - 2 * x.log(2) + x.log(1 - x.exp(-4 * x.r**2)),
)  # fmt: skip


@far.derivation
def mode_by_mode(x):
    kept = x.r**2 - x.log(2)
    return [("E X = r", kept + x.Symbol("E L", nonnegative=True)), Step("L ≥ 0", kept, ">=")]


@huge.derivation
def three_gaussians(x):
    return [("E (U-1)²/4 = (E U² - 2 E U + 1)/4", x.log((x.exp(4 * x.r**2) - 1) / 4))]


@far.observed(instances=lambda s: s.reals(1.0, 8.0), error=1e-13)
def by_quadrature(m, r):
    p = lambda z: (m.normal(z, -r) + m.normal(z, r)) / 2  # noqa: E731
    return m.integrate(lambda z: m.kl(p(z), m.normal(z, r)), (-9 - r, 0, 9 + r), panels=4)


@huge.observed(instances=lambda s: s.reals(0.3, 40.0), error=1e-13, scale=lambda r: 1 + 4 * r**2)
def by_logarithms(m, r):
    """ln of (p-q)²/q, which peaks at -3r, kept in logarithms where it overflows."""

    def log(z):
        kept, lost = -((z - r) ** 2) / 2, -((z + r) ** 2) / 2
        return 2 * m.largest(kept, lost) + 2 * m.log(1 - m.exp(-m.size(kept - lost))) - kept

    top = log(-3 * r)
    total = m.integrate(lambda z: m.exp(log(z) - top), (-3 * r - 9, -3 * r, -3 * r + 9, r + 9), panels=2)
    return top + m.log(total / (4 * m.sqrt(2 * m.pi)))


mode_by_mode.control("2r²", lambda x: 2 * x.r**2 - x.log(2), why="forgets that only half the mass is lost")
three_gaussians.control("2r²", lambda x: 2 * x.r**2 - 2 * x.log(2) + x.log(1 - x.exp(-4 * x.r**2)), why="a factor 2")
by_quadrature.control("2r²", lambda r: 2 * r**2 - math.log(2), why="forgets that only half the mass is lost")
by_logarithms.control("KL", lambda r: r**2 - math.log(2), why="grows like r² where χ² grows like e^{4r²}")

# --- figure -------------------------------------------------------------------------------------------------------------

LOOKS = {
    "reverse_kl": ("exact", "-"), "kl": ("exact", "-"), "neyman": ("network", "--"), "pearson": ("network", "--"),
    "js": ("data", "-"), "hellinger2": ("other", "-."), "tv": ("control", ":"),
    "nonsaturating": ("fifth", (0, (4, 1, 1, 1))),
}  # fmt: skip
"""Colour and dash of each row, in the order of the legends."""


@claim.curves
def priced():
    """Prices over w, beside divergences of two Gaussian modes 16 deviations apart; and one mode lost over r."""
    w, few = np.linspace(0.005, 0.97, 120), np.linspace(0.1, 0.9, 5)
    r, far = np.linspace(1.0, 16.0, 61), np.arange(2.0, 17.0, 3.5)
    both, one = [symmetric_pair(8.0, 1.0, v) for v in few], [_modes(8.0, 1.0)[1]] * len(few)
    data = {"w": w, "few": few, "r": r, "far": far, "far_kl": prices.far_mode_kl(r)}
    data["far_pearson"] = 4 * r**2 - 2 * np.log(2) + np.log1p(-np.exp(-4 * r**2))
    data["far_kl_measured"] = np.array([float(divergence.kl(*_modes(v))) for v in far])
    data["far_pearson_measured"] = np.array([huge.claimed(v) for v in far])
    for row in TABLE:
        for side, price, pair in zip(CHARGED, TABLE[row], ((both, one), (one, both)), strict=True):
            if price is not INFINITE:
                data[f"{side}_{row}"] = CHARGED[side](row, w)
                data[f"{side}_{row}_measured"] = np.array([float(e) for e in getattr(divergence, row).many(*pair)])
    return data


@claim.figure
def draw(saved, figure):
    from textwrap import wrap

    from proofs.words.drawing import COLOUR, panels

    data = saved["curves"]
    a, b, c = panels(figure, 3)

    def plot(axes, x, points, row, name, label):
        colour, dash = LOOKS[row]
        axes.plot(data[x], data[name], color=COLOUR[colour], ls=dash, label=label)
        axes.plot(data[points], data[f"{name}_measured"], "o", color=COLOUR[colour], ms=2.5)

    for axes, side in ((a, "drop"), (b, "invent")):
        finite = [row for row in LOOKS if f"{side}_{row}" in data]
        for row in finite:
            plot(axes, "w", "few", row, f"{side}_{row}", DIVERGENCES[row].symbol)
        infinite = ", ".join(DIVERGENCES[row].symbol for row in LOOKS if row not in finite)
        axes.set_title("\n".join((f"the model {side}s $w$", *wrap(f"∞: {infinite}", 25))), fontsize=7)
        axes.set(xlabel="$w$", ylabel="price (nats or pure number)", ylim=(0, 3), xlim=(0, 1))
        axes.legend(loc="upper left", handlelength=2.2, labelspacing=0.2)
    plot(c, "r", "far", "pearson", "far_pearson", "ln ∫(p-q)²/q")
    plot(c, "r", "far", "kl", "far_kl", "KL(p‖q) ≈ $r^2$ - ln 2")
    c.axhline(np.log(np.finfo(float).max), color=COLOUR["control"], ls=":", lw=0.8)
    c.text(1.2, 800, "ln of the largest double", fontsize=7, color="#555555")
    c.set(xlabel="$r = a/s$", ylabel="nats", yscale="log", ylim=(0.2, 3000))
    c.set_title("one of two modes lost", fontsize=7)
    c.legend(loc="lower right", title="lines: closed forms,\npoints: quadrature", title_fontsize=7)
