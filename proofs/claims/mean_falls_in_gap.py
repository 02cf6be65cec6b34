"""The mean of separated modes falls where there is next to nothing; of modes that overlap it is the mode itself.

    pair at ±a, r = a/s       p(0)/p(a) = 2e^{-r²/2}/(1+e^{-2r²});   s² (ln p)'' = r²/cosh²(ax/s²) - 1 ≤ r² - 1
    ring of K, radius ρ       p(0)/max p ≤ K e^{-ρ²/2s²}

The best prediction under squared error is the mean, here 0. Up to r = 1 the density of the pair is log-concave and 0
its one mode: averaging then shows the likeliest output. Beyond, 0 is the lowest point between two modes, and its
density falls like e^{-r²/2} beside theirs. (For 1 < r < 1.1040 there are two modes and yet p(0) > p(a): the modes lie
inside ±a.) On a ring the same happens at ρ = √2 s; at that very radius the centre of K ≥ 4 modes still is a maximum,
by its fourth derivative.
"""

from itertools import cycle
import numpy as np

from proofs.core import Claim, Count, Positive, Real, Root, Slack, Unit
from proofs.sentences import averaging_causes_blur
from proofs.textbook import gap as textbook
from proofs.words import expectation, slope_at, sp
from theory import gap, ring, symmetric_pair

claim = Claim(topic="mean-collapse", references=("robertson1969", "isola2017"))


# --- the pair -----------------------------------------------------------------------------------------------------------


@claim.states(gap.centre_against_component)
def density_at_the_mean(r: Positive):
    """p(0)/p(a) = 2e^{-r²/2}/(1+e^{-2r²})

    equal weights and deviations"""
    yield textbook.pair(0, r, 1) / textbook.pair(r, r, 1)
    yield "both modes at 0; one at its top and the other 2r away", 2 * sp.exp(-(r**2) / 2) / (1 + sp.exp(-2 * r**2))


density_at_the_mean.check(textbook.centre_over_mode, on=textbook.pairs, error=lambda a, s: 1e-14 * (1 + (a / s) ** 2))
density_at_the_mean.wrong("exponent r²", symbolic=lambda r: 2 * sp.exp(-(r**2)) / (1 + sp.exp(-2 * r**2)))
density_at_the_mean.wrong(
    "forgets the other tail", symbolic=lambda r: 2 * sp.exp(-(r**2) / 2), claimed=lambda r: 2 * np.exp(-(r**2) / 2)
)


@claim.reads(averaging_causes_blur, "the average of two outputs is less likely than either of them")
def average_is_unlikely(r):
    return density_at_the_mean(r) < 1


@claim.states(gap.greatest_curvature, at="r", relation="<=")
def one_mode_up_to_r_1(r: Positive, u: Real):
    """s² (ln p)''(x) ≤ r² - 1 everywhere, with equality at the mean: log-concave, so with one mode, up to r = 1

    u = x/s"""
    yield sp.Derivative(sp.log(textbook.pair(u, r, 1)), (u, 2))
    yield "ln p = ln cosh(ru) - u²/2 + const", r**2 / sp.cosh(r * u) ** 2 - 1
    yield "cosh ≥ 1", r**2 - 1


one_mode_up_to_r_1.check(textbook.curvature, on=textbook.points, error=1e-9, scale=textbook.bend, resolution=1e-8)
one_mode_up_to_r_1.wrong("r²/2 for r²", r=lambda r: r / sp.sqrt(2))


@claim.states(gap.bimodal_from)
def bimodal_from_r_1(s: Positive):
    """(ln p)''(0) changes its sign at a = s: two modes beyond, one up to there

    a > 0; counted in the check"""
    t = sp.Symbol("t")
    a = yield Root(s)
    yield slope_at(sp.log(textbook.pair(t, a, s)), t, 0, 2)
    yield "one_mode_up_to_r_1, at the mean", (a**2 / s**2 - 1) / s**2


bimodal_from_r_1.check(textbook.second_mode_from, on=textbook.near_bimodal, error=5e-9, claimed_error=0)
bimodal_from_r_1.wrong("the distance between the modes, not from their mean", s=lambda s: 2 * s)


@claim.states(gap.centre_ties_at)
def mean_ties_with_a_component(s: Positive):
    """p(0) = p(a) at a = √(2 ln T) s = 1.1040 s, T³ = T² + T + 1: until there p(0) > p(a), though from s on bimodal"""
    tribonacci = (1 + 4 * sp.cosh(sp.log((19 + 3 * sp.sqrt(33)) / 8) / 3)) / 3
    a = yield Root(sp.sqrt(2 * sp.log(tribonacci)) * s)
    y = sp.exp(-((a / s) ** 2) / 2)
    yield textbook.pair(0, a, s) - textbook.pair(a, a, s)
    yield "y = e^{-a²/2s²}", 2 * y - 1 - y**4
    yield "y ≠ 1; 1/y = T by Cardano's formula", (1 - y) * (y**3 + y**2 + y - 1)


mean_ties_with_a_component.check(textbook.tie, on=textbook.deviations)
mean_ties_with_a_component.wrong(
    "1.1 s: off by 0.4 %", symbolic=lambda s: s * sp.Rational(11, 10), claimed=lambda s: 1.1 * s
)
mean_ties_with_a_component.wrong(
    "√(2 ln 2) s: forgets the other mode's tail at a",
    symbolic=lambda s: sp.sqrt(2 * sp.log(2)) * s,
    claimed=lambda s: s * np.sqrt(2 * np.log(2)),
)

# --- the ring -----------------------------------------------------------------------------------------------------------


@claim.states(gap.ring_centre_bound, at="K r", relation="<=")
def ring_centre_is_empty(K: Count, r: Positive, o: Slack):
    """p(0)/max p ≤ K e^{-ρ²/2s²}

    r = ρ/s; max p = (1+o)/2πs²K: at a mode's centre that mode alone gives 1, what comes on top is o ≥ 0"""
    far = sp.exp(-(r**2) / 2)
    yield sp.Sum(far, (sp.Symbol("k"), 1, K)) / (1 + o)
    yield "every mode at the distance r", K * far / (1 + o)
    yield "max p ≥ what one mode has at its centre", K * far


ring_centre_is_empty.check(textbook.ring_centre, on=textbook.rings, error=1e-13)
ring_centre_is_empty.wrong("exponent r²", r=lambda r: sp.sqrt(2) * r)
ring_centre_is_empty.wrong(
    "without K: one mode", symbolic=lambda r: sp.exp(-(r**2) / 2), claimed=lambda K, r: np.exp(-(r**2) / 2)
)


@claim.states(gap.ring_hollow_from, name="ring_hollow_from_√2")
def ring_hollow_from_root_2(s: Positive):
    """for K ≥ 3 the centre turns from a maximum to a minimum at ρ = √2 s

    c = cos of the angle between a mode and the direction; roots of unity: E c = 0 and E c² = ½ for K ≥ 3"""
    c, t = sp.symbols("c t")
    moments = {c: 0, c**2: sp.Rational(1, 2)}
    rho = yield Root(sp.sqrt(2) * s)
    yield expectation(slope_at(sp.exp((2 * rho * c * t - t**2) / (2 * s**2)), t, 0, 2), moments)
    yield "two derivatives", expectation(rho**2 * c**2 / s**4 - 1 / s**2, moments)
    yield "E c² = ½", rho**2 / (2 * s**4) - 1 / s**2


ring_hollow_from_root_2.check(textbook.hollow_from, on=textbook.near_hollow, error=5e-9, claimed_error=0)
ring_hollow_from_root_2.wrong("s: that of the pair, along its axis", s=lambda s: s / sp.sqrt(2))


@claim.states(gap.ring_fourth_derivative, at=lambda e: (4, np.arccos(np.sqrt(e))), name="ring_centre_at_√2")
def ring_centre_at_root_2(e: Unit):
    """at ρ = √2 s, s⁴ d⁴(ln p)/dt⁴ = -(1 + sin² 2ψ) for K = 4 and -3/2 for K ≥ 5: still a maximum

    e = cos² ψ, ψ the direction; derived for K = 4, checked up to 9"""
    t = sp.Symbol("t")
    along, across = (sp.cosh(sp.sqrt(2) * t * sp.sqrt(share)) for share in (e, 1 - e))
    yield slope_at(sp.log(along + across) - t**2 / 2, t, 0, 4)
    yield "κ₄ = E X⁴ - 3 (E X²)², X = √2 cos", 4 * (e**2 + (1 - e) ** 2) / 2 - 3
    yield "e² + (1-e)² = 1 - 2e(1-e)", -(1 + 4 * e * (1 - e))


ring_centre_at_root_2.check(textbook.fourth_cumulant, on=textbook.directions, error=1e-13)
ring_centre_at_root_2.wrong(
    "K ≥ 5: four modes are not yet isotropic", symbolic=lambda: -sp.Rational(3, 2), claimed=lambda K, angle: -1.5
)

FEW = np.linspace(0.25, 3.5, 14)


def ratios(furthest):
    """r = a/s."""
    return np.linspace(0.05, furthest, 160)


@claim.curves
def counted_and_climbed(*, furthest=4.0, modes=8, draws=400_000):
    """Draws within 0.1 of the mean for each one within 0.1 of a mode, and p(0)/max p of rings."""
    rng = np.random.default_rng(5)
    counted = []
    for a in FEW:
        off = np.abs(symmetric_pair(a, 1.0).sample(draws, rng))
        counted.append(2 * np.sum(off < 0.1) / max(1, np.sum(np.abs(off - a) < 0.1)))
    rays = [np.linspace(0, [a, 0], 401) for a in ratios(furthest)]  # the highest point lies on the way to a component
    on_rays = [ring(modes, a, 1.0).pdf(ray) for a, ray in zip(ratios(furthest), rays, strict=True)]
    return {"counted": counted, "ring": [p[0] / p.max() for p in on_rays]}


def _at_the_mean(a, who):
    """What the mean of modes at ±a s has of the density of one, in words."""
    has = f"has {100 * gap.centre_against_component(a):.0f} % of the density of a mode" if a > 1 else "is the top"
    return f"of modes at ±{a:g} s {who} {has}"


@claim.figure(
    "Of two modes far apart the mean falls where there is next to nothing",
    where="$s$: deviation of a mode; the mean is at 0",
)
def draw(saved, panels, *, shown=(0.8, 1.5, 3.0), furthest=4.0, modes=8, draws=400_000):
    u, found, r = np.linspace(-4.5, 4.5, 361), saved["curves"], ratios(furthest)
    left, right = panels(2)
    for a, style in zip(shown, cycle(("-", "--", ":")), strict=False):
        left.exact(u, symmetric_pair(a, 1.0).pdf(u), f"modes at ±{a:g} $s$", style)
        at_mean = float(symmetric_pair(a, 1.0).pdf(0.0))
        left.points([0], [at_mean], "exact", "the mean" if a == shown[-1] else "", ms=5, mfc="white", zorder=3)
    left.axes("$x/s$", "density of the pair", legend="above", columns=2)
    pair, far = gap.centre_against_component(r), gap.centre_against_component(FEW)
    right.exact(r, pair, "pair, to its modes")
    right.points(FEW, found["counted"], "data", f"pair, {draws:,} draws", marker="o")
    right.exact(r, found["ring"], f"ring of {modes}, to its top", "--")
    right.exact(r, gap.ring_centre_bound(modes, r), "bound for the ring", ":")
    right.axes(
        r"distance of modes from the mean / $s$", "density at the mean, relative", log="y", legend="above", columns=2
    )
    off = np.abs(np.asarray(found["counted"]) / far - 1)
    return (
        f"(a) Two modes of width s at ±a: {_at_the_mean(shown[0], 'the mean (circle)')}, {_at_the_mean(shown[-1], 'it')}. (b) Density at the mean against that of the modes: it falls "
        f"to {pair[-1]:.1g} for a pair at ±{furthest:g} s and to {found['ring'][-1]:.1g} for a ring of {modes}. Draws within 0.1 s of the mean and of a "
        f"mode, counted, agree to {100 * np.median(off):.1f} % in the median, and to {100 * off.max():.0f} % at worst, where few fall near the mean."
    )
