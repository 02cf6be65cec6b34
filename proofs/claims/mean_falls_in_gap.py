"""The mean of separated modes falls where there is next to nothing; of modes that overlap it is the mode itself.

    pair at ±a, r = a/s       p(0)/p(a) = 2e^{-r²/2}/(1+e^{-2r²});   s² (ln p)'' = r²/cosh²(ax/s²) - 1 ≤ r² - 1
    ring of K, radius ρ       p(0)/max p ≤ K e^{-ρ²/2s²}

The best prediction under squared error is the mean, here 0. Up to r = 1 the density of the pair is log-concave and 0
its one mode: averaging then shows the likeliest output. Beyond, 0 is the lowest point between two modes, and its
density falls like e^{-r²/2} beside theirs. (For 1 < r < 1.1040 there are two modes and yet p(0) > p(a): the modes lie
inside ±a.) On a ring the same happens at ρ = √2 s; at that very radius the centre of K ≥ 4 modes still is a maximum,
by its fourth derivative.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, integers
from proofs.textbook.gap import pair_modes, pair_score, ring_centre, ring_cumulant, ring_falls
from theory import gap, ring, symmetric_pair

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "Euclidean distance is minimised by averaging all plausible outputs, which causes blurring.",
        "A3, quoting Isola et al. 2017, section 3.2",
        Conditional(
            "the modes lie more than one deviation from their mean (r > 1); up to r = 1 the mean is the mode",
            true_when=("density_at_the_mean", "bimodal_from_r_1", "ring_centre_is_empty"),
            false_when=("one_mode_up_to_r_1", "ring_hollow_from_√2"),
        ),
    ),
    references=("robertson1969", "isola2017"),
)


def _pair(x, t, a, s):
    """Its density at t, to be summed over the modes, but for the factor 1/(2s√2π)."""
    k = x.Symbol("k")
    return x.Sum(x.exp(-((t - (2 * k - 1) * a) ** 2) / (2 * s**2)), (k, 0, 1))


def _bend(x, t, f, at=0, order=2):
    """The derivative of f(t) of that order, at a point, to be worked out."""
    return x.Subs(x.Derivative(f, (t, order)), t, at)


def _pairs(s):
    """a and s: the modes from 0.05 to 12 deviations from their mean."""
    return s.tuples(s.scales(0.05, 12.0), s.scales(0.1, 10.0)).map(lambda p: (p[0] * p[1], p[1]))


# --- the pair: how little -----------------------------------------------------------------------------------------------

density = claim.statement(
    "density_at_the_mean",
    "p(0)/p(a) = 2e^{-r²/2}/(1+e^{-2r²})",
    claimed=gap.centre_against_component,
    domain=Domain(r=POSITIVE),
    definition=lambda x: _pair(x, 0, x.r, 1) / _pair(x, x.r, x.r, 1),
    symbolic=lambda x: 2 * x.exp(-(x.r**2) / 2) / (1 + x.exp(-2 * x.r**2)),
    anchor=lambda claimed, r: claimed(r),
    assumptions="equal weights and deviations",
)


@density.derivation
def mode_by_mode(x):
    return [
        (
            "both modes at 0; one at its top and the other 2r away",
            2 * x.exp(-(x.r**2) / 2) / (1 + x.exp(-((2 * x.r) ** 2) / 2)),
        )
    ]


mode_by_mode.control("exponent r²", lambda x: 2 * x.exp(-(x.r**2)) / (1 + x.exp(-2 * x.r**2)), why="r²/2")


@density.observed(instances=_pairs, error=lambda a, s: 1e-14 * (1 + (a / s) ** 2), call=lambda f, a, s: f(a / s))
def by_densities(m, a, s):
    p = symmetric_pair(float(a), float(s))
    return m.pdf(p, m.number(0)) / m.pdf(p, a)


by_densities.control("far modes", lambda r: 2 * np.exp(-(r**2) / 2), why="forgets the other mode's tail at a")

# --- the pair: from where -----------------------------------------------------------------------------------------------

one_mode = claim.statement(
    "one_mode_up_to_r_1",
    "s² (ln p)''(x) ≤ r² - 1 everywhere, with equality at the mean: log-concave, so with one mode, up to r = 1",
    claimed=gap.greatest_curvature,
    relation="<=",
    domain=Domain(r=POSITIVE, u=REAL),
    definition=lambda x: x.Derivative(x.log(_pair(x, x.u, x.r, 1)), (x.u, 2)),
    symbolic=lambda x: x.r**2 - 1,
    anchor=lambda claimed, r, u: claimed(r),
    assumptions="u = x/s",
)


@one_mode.derivation
def by_the_hyperbolic_cosine(x):
    return [
        ("ln p = ln cosh(ru) - u²/2 + const", x.r**2 / x.cosh(x.r * x.u) ** 2 - 1),
        Step("cosh ≥ 1", x.r**2 - 1, "<="),
    ]


by_the_hyperbolic_cosine.control("half", lambda x: x.r**2 / 2 - 1, why="r² against r²/2")


def _points(s):
    """r from 0.2 to 4, and a point of the line, in half of the instances the mean."""
    return s.tuples(s.scales(0.2, 4.0), s.either(s.one_of((0.0,)), s.reals(-4.0, 4.0)))


@one_mode.observed(
    instances=_points, error=1e-9, scale=lambda r, u: 1 + r**4, call=lambda f, r, u: f(r), resolution=1e-8
)
def by_differences(m, r, u):
    return m.slope(lambda t: pair_score(m, r, t), u, 1 / (1 + r))


by_differences.control("half", lambda r: r**2 / 2 - 1, why="r² against r²/2")

threshold = claim.statement(
    "bimodal_from_r_1",
    "(ln p)''(0) changes its sign at a = s: two modes beyond, one up to there",
    claimed=gap.bimodal_from,
    domain=Domain(s=POSITIVE),
    anchor=lambda claimed, s: claimed(s),
    definition=lambda x, a: _bend(x, x.Symbol("t"), x.log(_pair(x, x.Symbol("t"), a, x.s))),
    symbolic=lambda x: x.s,
    root=True,
    assumptions="a > 0; counted in the check",
)


@threshold.derivation
def where_the_mean_turns(x, a):
    return [("one_mode_up_to_r_1, at the mean", (a**2 / x.s**2 - 1) / x.s**2)]


where_the_mean_turns.control("2s", lambda x: 2 * x.s, why="the distance between the modes, not from their mean")


def _about(s, at):
    """A ratio about `at`, off it by 10⁻² to 10⁻⁷ of it, and s."""
    off = s.tuples(s.one_of((-1, 1)), s.reals(2.0, 7.0)).map(lambda t: at * (1 + t[0] * 10 ** -t[1]))
    return s.tuples(off, s.scales(0.1, 10.0)).map(lambda p: (p[0] * p[1], p[1]))


@threshold.observed(instances=lambda s: _about(s, 1.0), call=lambda f, a, s: 1.0 + (a > f(s)))
def by_counting(m, a, s):
    return pair_modes(m, a / s)


by_counting.control("2s", lambda s: 2 * s, why="the distance between the modes, not from their mean")

ties = claim.statement(
    "mean_ties_with_a_component",
    "p(0) = p(a) at a = √(2 ln T) s = 1.1040 s, T³ = T² + T + 1: until there p(0) > p(a), though from s on bimodal",
    claimed=gap.centre_ties_at,
    domain=Domain(s=POSITIVE),
    anchor=lambda claimed, s: claimed(s),
    definition=lambda x, a: _pair(x, 0, a, x.s) - _pair(x, a, a, x.s),
    symbolic=lambda x: x.sqrt(2 * x.log((1 + 4 * x.cosh(x.log((19 + 3 * x.sqrt(33)) / 8) / 3)) / 3)) * x.s,
    root=True,
)


@ties.derivation
def a_quartic(x, a):
    y = x.exp(-((a / x.s) ** 2) / 2)
    return [
        ("y = e^{-a²/2s²}", 2 * y - 1 - y**4),
        ("y ≠ 1; 1/y = T by Cardano's formula", (1 - y) * (y**3 + y**2 + y - 1)),
    ]


a_quartic.control("1.1 s", lambda x: x.s * x.Rational(11, 10), why="off by 0.4 %")


@ties.observed(instances=lambda s: s.scales(0.05, 20.0))
def by_root_finding(m, s):
    excess = lambda r: 2 * m.exp(-(r**2) / 2) - 1 - m.exp(-2 * r**2)  # noqa: E731
    return s * m.root(excess, 0.5, 3)


by_root_finding.control("√(2 ln 2)", lambda s: s * np.sqrt(2 * np.log(2)), why="forgets the other mode's tail at a")

# --- the ring -----------------------------------------------------------------------------------------------------------

empty = claim.statement(
    "ring_centre_is_empty",
    "p(0)/max p ≤ K e^{-ρ²/2s²}",
    claimed=gap.ring_centre_bound,
    relation="<=",
    domain=Domain(K=integers(1), r=POSITIVE, o=NONNEGATIVE),
    definition=lambda x: _ring_centre(x, x.K) / (1 + x.o),
    symbolic=lambda x: x.K * x.exp(-(x.r**2) / 2),
    anchor=lambda claimed, K, r, o: claimed(K, r),
    assumptions="r = ρ/s; max p = (1+o)/2πs²K: at a mode's centre that mode alone gives 1, what comes on top is o ≥ 0",
)


def _ring_centre(x, K):
    """2πs²K p(0): every mode at its distance r."""
    return x.Sum(x.exp(-(x.r**2) / 2), (x.Symbol("k"), 1, K))


@empty.derivation
def one_mode_alone(x):
    return [
        ("every mode at the distance r", x.K * x.exp(-(x.r**2) / 2) / (1 + x.o)),
        Step("max p ≥ what one mode has at its centre", x.K * x.exp(-(x.r**2) / 2), "<="),
    ]


one_mode_alone.control("exponent r²", lambda x: x.K * x.exp(-(x.r**2)), why="r²/2")


def _rings(s):
    return s.tuples(s.integers(1, 9), s.scales(0.1, 9.0))


by_ascent = empty.observed(instances=_rings, error=1e-13)(ring_centre)
by_ascent.control("without K", lambda K, r: np.exp(-(r**2) / 2), why="all K modes reach the centre")

hollow = claim.statement(
    "ring_hollow_from_√2",
    "for K ≥ 3 the centre turns from a maximum to a minimum at ρ = √2 s",
    claimed=gap.ring_hollow_from,
    domain=Domain(s=POSITIVE),
    anchor=lambda claimed, s: claimed(s),
    definition=lambda x, rho: x.Expectation(
        _bend(x, x.Symbol("t"), x.exp((2 * rho * x.Symbol("c") * x.Symbol("t") - x.Symbol("t") ** 2) / (2 * x.s**2))),
        x.Tuple((x.Symbol("c"), 0), (x.Symbol("c") ** 2, x.Rational(1, 2))),
    ),
    symbolic=lambda x: x.sqrt(2) * x.s,
    root=True,
    assumptions="c = cos of the angle between a mode and the direction; roots of unity: E c = 0 and E c² = ½ for K ≥ 3",
)


@hollow.derivation
def along_any_direction(x, rho):
    c = x.Symbol("c")
    moments = x.Tuple((c, 0), (c**2, x.Rational(1, 2)))
    return [
        ("two derivatives", x.Expectation(rho**2 * c**2 / x.s**4 - 1 / x.s**2, moments)),
        ("E c² = ½", rho**2 / (2 * x.s**4) - 1 / x.s**2),
    ]


along_any_direction.control("s", lambda x: x.s, why="that of the pair, along its axis")


@hollow.observed(
    instances=lambda s: s.tuples(s.integers(4, 9), _about(s, 2**0.5), s.reals(0.0, 6.0)),
    call=lambda f, K, at, angle: 2.0 * (at[0] <= f(at[1])) - 1,
)  # fmt: skip
def by_stepping_aside(m, K, at, angle):
    return ring_falls(m, K, m.number(at[0]) / m.number(at[1]), angle)


by_stepping_aside.control("s", lambda s: s + 0.0, why="that of the pair, along its axis")

fourth = claim.statement(
    "ring_centre_at_√2",
    "at ρ = √2 s, s⁴ d⁴(ln p)/dt⁴ = -(1 + sin² 2ψ) for K = 4 and -3/2 for K ≥ 5: still a maximum",
    claimed=gap.ring_fourth_derivative,
    domain=Domain(e=UNIT),
    definition=lambda x: _bend(x, x.Symbol("t"), _four_modes(x, x.Symbol("t")), order=4),
    symbolic=lambda x: -(1 + 4 * x.e * (1 - x.e)),
    anchor=lambda claimed, e: claimed(4, np.arccos(np.sqrt(e))),
    assumptions="e = cos² ψ, ψ the direction; derived for K = 4, checked up to 9",
)


def _four_modes(x, t):
    """ln p along a direction, in units of s, but for a constant."""
    along, across = (x.cosh(x.sqrt(2) * t * x.sqrt(share)) for share in (x.e, 1 - x.e))
    return x.log(along + across) - t**2 / 2


@fourth.derivation
def fourth_cumulant(x):
    return [("κ₄ = E X⁴ - 3 (E X²)², X = √2 cos", 4 * (x.e**2 + (1 - x.e) ** 2) / 2 - 3)]


fourth_cumulant.control("K ≥ 5", lambda x: -x.Rational(3, 2) + 0 * x.e, why="four modes are not yet isotropic")


@fourth.observed(instances=lambda s: s.tuples(s.integers(4, 9), s.reals(0.0, 6.3)), error=1e-13, scale=1.0)
def by_moments(m, K, angle):
    return ring_cumulant(m, K, m.sqrt(m.number(2)), angle)


by_moments.control("K ≥ 5", lambda K, angle: -1.5, why="four modes are not yet isotropic")


@claim.curves
def exact():
    rng = np.random.default_rng(5)
    u, r, few = np.linspace(-4.5, 4.5, 361), np.linspace(0.05, 4.0, 160), np.linspace(0.25, 3.5, 14)
    rings = [ring(8, a, 1.0) for a in r]
    return {
        "u": u,
        "pairs": [symmetric_pair(a, 1.0).pdf(u) for a in SHOWN],
        "r": r,
        "ratio": gap.centre_against_component(r),
        "few": few,
        "counted": [_counted(symmetric_pair(a, 1.0).sample(400_000, rng), a) for a in few],
        "ring": [p.pdf(np.zeros(2)) / p.pdf(p.modes()).max() for p in rings],
        "bound": gap.ring_centre_bound(8, r),
    }


SHOWN = (0.8, 1.5, 3.0)
"""Separations r in the figure."""


def _counted(y, a):
    """Draws within 0.1 of the mean, for each one within 0.1 of a mode."""
    return 2 * np.sum(np.abs(y) < 0.1) / max(1, np.sum(np.abs(np.abs(y) - a) < 0.1))


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    left, right = panels(figure, 2)
    for r, pair, style in zip(SHOWN, exact["pairs"], ("-", "--", ":"), strict=True):
        left.plot(exact["u"], pair, style, color=COLOUR["exact"], label=f"$r$ = {r}")
        left.plot(0, pair[len(pair) // 2], "o", color=COLOUR["network"])
    left.plot([], [], "o", color=COLOUR["network"], label="the mean")
    left.set(xlabel="$x/s$", ylabel="density of the pair", ylim=(0, 0.47))
    left.legend(loc="upper left", ncols=2)
    right.plot(exact["r"], exact["ratio"], color=COLOUR["exact"], label="pair: $p(0)/p(a)$")
    right.plot(exact["few"], exact["counted"], "o", color=COLOUR["data"], label="pair: 400 000 draws")
    right.plot(exact["r"], exact["ring"], "--", color=COLOUR["other"], label=r"ring of 8: $p(0)/\max\,p$")
    right.plot(exact["r"], exact["bound"], ":", color=COLOUR["other"], label="its bound")
    right.set(xlabel=r"$a/s$ or $\rho/s$", ylabel="density at the mean, relative", yscale="log", ylim=(3e-4, 12))
    right.legend(loc="lower left")
