"""Which divergence makes the best single Gaussian cover two modes, and which makes it pick one.

    p = ½N(-a, s²) + ½N(a, s²), r = a/s;   q = N(m, σ²), mean and width free;   minimise D(p, q)

Two fits compete: one covers both modes (m = 0, wide), one sits on a mode. Under forward KL the covering fit, mean and
variance of p, is the only optimum at every r. Under reverse KL it always *stays* a local minimum (there ∂²D/∂m² = 1/σ²
exactly), but the fit on a mode overtakes it at r = 2.80008: a first-order jump, which a descent that starts by covering
never notices. The others jump at 2.38 (non-saturating), 4.24 (JS) and 4.74 (Hellinger); along the α-divergences the jump
moves to infinity as α → 1, maximum likelihood. For reverse KL and KL all is proved; the other jumps are searched only:
their integrals have no ball evaluation that is cheap enough. For mixtures of your own: `projection.best_gaussian(p, "js")`,
or with "alpha", a=0.3 (.mean, .std, .value, its rivals in .minima), and `ladder.jump("js")`, both in `theory`.
"""

import math
from fractions import Fraction
from functools import partial
from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, between, one_of, over
from proofs.textbook import projection as textbook
from proofs.textbook.projection import JUMPS, Law
from proofs.words import reverse_kl, sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES, between_normals, cross_entropy
from theory import GaussianMixture, divergence, ladder, projection, symmetric_pair

claim = Claim(topic="trade-offs", references=("minka2005", "trefethen2014 theorem 5.1"))


def normal(mean, std):
    """N(mean, std²)."""
    return GaussianMixture([1.0], [mean], stds=[std])


def asked(function, name, *arguments):
    """A function of `theory` for a divergence by its name here, "alpha 0.3" for α = 0.3."""
    kind, *a = name.split()
    return function(*arguments, kind, a=float(a[0]) if a else None)


# --- forward KL has one optimum, at every r ---------------------------------------------------------------------------


def excess(p, m, s):
    """KL(q*‖N(m, s²)) for the best Gaussian q*."""
    best = projection.best_gaussian(p, "kl")
    return float(divergence.kl(normal(best.mean, best.std), normal(m, s)))


@claim.states(excess, at=lambda M, V, m, v: (textbook.with_moments(M, V), m, math.sqrt(v)))
def forward_kl_has_one_optimum(M: Real, V: Positive, m: Real, v: Positive):
    """KL(p‖q) - KL(p‖q*) = KL(q*‖q) for Gaussian q and q* = N(E_p X, Var_p X): positive unless q = q*

    E_p X² finite"""
    yield cross_entropy(m, v, M, V) - cross_entropy(M, V, M, V)
    yield "E(X-m)² = V + (M-m)²", sp.log(v / V) / 2 + (V + (M - m) ** 2) / (2 * v) - V / (2 * V)
    yield "that of two Gaussians", between_normals(m, v, M, V)


forward_kl_has_one_optimum.check(
    textbook.more_than_the_best, on=textbook.laws_and_normals, error=1e-11,
    scale=lambda p, m, s: 1 + (p.var + (p.mean - m) ** 2) / s**2,
)  # fmt: skip
forward_kl_has_one_optimum.wrong("swapped: KL(q‖q*)", symbolic=lambda M, V, m, v: between_normals(M, V, m, v))
forward_kl_has_one_optimum.wrong(
    "a mode for q*", claimed=lambda p, m, s: float(divergence.kl(normal(p.means[1], p.stds[1]), normal(m, s)))
)

# --- under reverse KL the covering fit stays a local minimum -----------------------------------------------------------


def across(var):
    """1/σ²."""
    return 1 / var


@claim.states(across, at="v")
def reverse_kl_cover_stays_a_minimum(v: Positive, m: Real, b: Real, c: Real, k: Positive):
    """∂²D/∂m² - 2 ∂D/∂(σ²) = 1/σ² for D = KL(N(m,σ²)‖p): at a fit of free width ∂²D/∂m² = 1/σ² > 0, at every r

    derived for ln p = -bx²/2 + c cos kx, one frequency at a time, by E cos k(m + σZ) = e^{-k²σ²/2} cos km, which obeys the
    heat equation, whose time is σ²/2; both sides are linear in ln p, so it holds for superpositions; at m = 0 the pair's mixed
    derivative vanishes, and the covering width is the best one"""
    mean, width = sp.Symbol("mean", real=True), sp.Symbol("width", positive=True)
    D = -sp.log(width) / 2 + b * (mean**2 + width) / 2 - c * sp.exp(-(k**2) * width / 2) * sp.cos(k * mean)
    wave = c * k**2 * sp.exp(-(k**2) * v / 2) * sp.cos(k * m)
    yield sp.Subs(sp.Derivative(D, mean, 2) - 2 * sp.Derivative(D, width), (mean, width), (m, v))
    yield "twice in m, once in σ²", (b + wave) - 2 * (b / 2 - 1 / (2 * v) + wave / 2)
    yield "all but one term cancels", 1 / v


reverse_kl_cover_stays_a_minimum.check(
    textbook.across_the_cover, on=lambda s: s.scales(0.3, 15.0), error=1e-10, claimed_error=1e-14
)
reverse_kl_cover_stays_a_minimum.wrong("1/2σ²: a factor 2", v=lambda v: 2 * v)
reverse_kl_cover_stays_a_minimum.wrong("1/σ: a missing square", v=lambda v: v ** sp.Rational(1, 2))


def covering_var(r):
    """σ² of the local minimum of reverse KL at mean 0, from where E sech² rX is that of two far modes."""
    start = (0.0, 0.4 * r + math.sqrt(0.16 * r**2 + 1))
    found = projection.best_gaussian(symmetric_pair(r, 1.0), "reverse_kl", starts=[start])
    if abs(found.mean) > 1e-6:
        raise ValueError(f"r: expected a covering fit at mean 0, got {found}")
    return found.std**2


@claim.states(covering_var)
def reverse_kl_has_a_covering_fit():
    """the width of that fit, of mean 0: σ² = 1 + y² E sech²(yZ), y = rσ, where ∂D/∂(σ²) = 0

    no closed form; the right side rises with y from 1, r = y/σ from 0.3 to 4 in the check"""


reverse_kl_has_a_covering_fit.check(
    textbook.covering_width, on=lambda s: s.scales(0.3, 15.0), error=1e-10, claimed_error=1e-9,
    at=lambda y: y / math.sqrt(textbook.covering_width(DOUBLE, y)),
)  # fmt: skip
reverse_kl_has_a_covering_fit.wrong("1 + r², that of forward KL's covering fit", claimed=lambda r: 1 + r**2)

# --- and is overtaken at r = 2.80008 -----------------------------------------------------------------------------------

CENTRE, RADIUS = Fraction("2.80008"), Fraction(1, 10**4)
Beside = Annotated[Letter, between(-RADIUS, RADIUS)]


@claim.states(
    lambda r, dm, ds: 0.5,
    relation=">=",
    enclosed=over(detects=1.0, why="what is enclosed, by Gershgorin's circles, is 0.7 at least"),
)
def both_fits_lie_in_convex_basins(
    r: Annotated[Letter, between(CENTRE - RADIUS / 5, CENTRE + RADIUS / 5)], dm: Beside, ds: Beside
):
    """∇²D ≥ ½ for reverse KL, m and σ within 1e-4 of either fit, |r - 2.80008| ≤ 2e-5 (of the covering one: along σ)"""
    yield reverse_kl.least_curvature(r, dm, ds)
    yield "Gershgorin's circles", sp.Rational(1, 2)


both_fits_lie_in_convex_basins.check(
    textbook.near_both_fits, on=lambda s: s.tuples(s.reals(2.80006, 2.8001), s.reals(-1e-4, 1e-4), s.reals(-1e-4, 1e-4)),
    confirm=textbook.by_second_differences, error=1e-4, claimed_error=0.0, resolution=1e-3, detects=1.0, why="as above",
)  # fmt: skip
both_fits_lie_in_convex_basins.wrong(
    "1: the curvature across if p were one Gaussian", symbolic=lambda: sp.S(1), claimed=lambda r, dm, ds: 1.0
)


def fit_value(fit, r):
    """The value of reverse KL at either fit."""
    (mean, _), (std, _) = reverse_kl.FITS[fit]
    return projection.best_gaussian(symmetric_pair(r, 1.0), "reverse_kl", starts=[(float(mean), float(std))]).value


def declare_order(better, worse, at):
    """State and enclose that one fit's local optimum lies below the other's, next to some r."""
    near = {"detects": 1e-4, "why": "the two values differ by 1e-5 of themselves here"}

    @claim.states(
        partial(fit_value, worse),
        relation="<=",
        enclosed=over(**near),
        name=f"{better}_wins_{'below' if better == 'cover' else 'above'}_the_jump",
        formula=f"reverse KL at r = {at}: the least value near the {better} fit ≤ the least near the {worse} fit\n\n"
        "r to 1e-9; least values within 1e-4 of the fits, by both_fits_lie_in_convex_basins",
    )
    def order(r: Annotated[Letter, between(Fraction(at) - RADIUS / 10**5, Fraction(at) + RADIUS / 10**5)]):
        yield reverse_kl.trial_value(r, better)
        yield "no more than any value nearby, where D is convex", reverse_kl.lower_bound(r, worse)

    order.check(
        textbook.value_of(better), on=lambda s: s.reals(float(at) - 1e-9, float(at) + 1e-9), error=1e-11, **near
    )
    order.wrong(
        "2e-5 lower: the jump 3e-5 further on",
        symbolic=lambda r: reverse_kl.lower_bound(r, worse) - sp.Rational(2, 10**5),
        claimed=lambda r: fit_value(worse, r) - 2e-5,
    )


declare_order("cover", "mode", "2.80007")
declare_order("mode", "cover", "2.80009")

# --- the jumps, and the best Gaussian for two modes of any weights and widths ----------------------------------------------


def against(jump, r):
    """On which side of the jump r is, and the jump to six digits."""
    return np.array([np.sign(r - jump), np.round(jump, 6)])


@claim.states(
    lambda name, r: against(asked(ladder.jump, name), r),
    infinite=True,
    formula="below r it covers both modes, above it sits on one: r = "
    + ", ".join(f"{r:g} under {textbook.named(name).symbol}" for name, r in JUMPS.items()),
)
def where_the_best_gaussian_jumps():
    """On either side, however near, the values of the two fits decide."""


where_the_best_gaussian_jumps.check(textbook.which_is_better, on=textbook.about_the_jump)
where_the_best_gaussian_jumps.wrong("1e-5 further", claimed=lambda name, r: against(JUMPS[name] * (1 + 1e-5), r))


def pair(law: Law):
    """The two modes as a mixture."""
    return GaussianMixture(law.weights, law.means, stds=law.stds)


def best(name, law: Law):
    """Mean, width and value from theory.projection."""
    found = asked(partial(projection.best_gaussian, pair(law)), name)
    return np.array([found.mean, found.std, found.value])


@claim.states(best)
def best_gaussian_is_the_least():
    """arg-min of D(p, N(m,σ²)) over m and σ, and its value, for two modes of unequal weight and width"""


best_gaussian_is_the_least.check(
    textbook.by_descents, on=textbook.searches, error=textbook.least_error, claimed_error=1e-9, resolution=2e-6,
    scale=textbook.least_scale,
)  # fmt: skip
best_gaussian_is_the_least.wrong(
    "moments, right for forward KL only",
    claimed=lambda name, law: np.array([pair(law).mean, pair(law).std, best(name, law)[2]]),
)

# --- figure -----------------------------------------------------------------------------------------------------------

DRAWN = ("nonsaturating", "reverse_kl", "js", "hellinger2", "kl")
FEW, ALPHAS, FEW_ALPHAS = np.arange(1.25, 6.0, 0.5), np.linspace(0.0, 0.84, 13), np.array([0.1, 0.3, 0.5])
NEAR, FEW_NEAR = np.linspace(2.45, 3.6, 24), np.linspace(2.5, 3.5, 6)


@claim.curves
def ladders(*, divergences: Annotated[tuple[str, ...], one_of(*DRAWN)] = DRAWN):
    """The jump of each divergence and over α, and under reverse KL the values of both fits; beside descents of our own."""
    data = {
        "rungs": np.array([ladder.jump(name) for name in divergences]),
        "reverse_kl": np.array(ladder.jump("reverse_kl")),
        "rungs_measured": np.array([[textbook.gives_up(name, r) for r in FEW] for name in divergences]),
        "jumps": np.array([ladder.jump("alpha", a=float(v), tolerance=1e-4) for v in ALPHAS]),
        "jumps_measured": np.array([textbook.jump(f"alpha {v}") for v in FEW_ALPHAS]),
    }
    for row, fit in enumerate(("cover", "mode")):
        data[fit] = np.array([fit_value(fit, r) for r in NEAR])
        data[f"{fit}_measured"] = np.array([textbook.rivals("reverse_kl", r)[row, 2] for r in FEW_NEAR])
    return data


@claim.figure(
    "Under most divergences the best Gaussian jumps onto one mode; under KL never",
    where=r"data $p$: modes at $\pm a$ of deviation $s$; $q$: the best Gaussian",
)
def draw(saved, panels, *, divergences: Annotated[tuple[str, ...], one_of(*DRAWN)] = DRAWN, end=6.0):
    data = saved["curves"]
    rungs, alphas, values = panels(3)
    for rung, (jump, gone) in enumerate(zip(data["rungs"], data["rungs_measured"], strict=True)):
        both, one, covering, sitting = (
            ("", "", "", "") if rung else ("covers both", "sits on one", "searched", "searched")
        )
        rungs.exact([1, min(jump, end)], [rung, rung], both, lw=5, alpha=0.45, solid_capstyle="butt")
        rungs.line([min(jump, end), end], [rung, rung], "second", one, lw=7, alpha=0.75, solid_capstyle="butt")
        rungs.points(FEW[~gone], np.full((~gone).sum(), rung), "data", covering, marker="o", ms=2.5)
        rungs.points(FEW[gone], np.full(gone.sum(), rung), "data", sitting, marker="^", ms=3)
    names = {rung: DIVERGENCES[name].symbol for rung, name in enumerate(divergences)}
    rungs.axes("$r = a/s$", "", x=(1, end), y=(-0.5, len(divergences) - 0.5), y_ticks=names, legend="above", columns=2)
    jumps = data["jumps"]
    alphas.band(ALPHAS, np.full(len(ALPHAS), 2.0), jumps, "exact", alpha=0.15)
    alphas.band(ALPHAS, jumps, np.full(len(ALPHAS), jumps.max()), "second", alpha=0.4)
    alphas.exact(ALPHAS, jumps, "jump")
    alphas.points(FEW_ALPHAS, data["jumps_measured"], "data", "searched", marker="o", ms=2.5)
    alphas.note("sits on one", 0.06, 0.55 * jumps.max())
    alphas.note("covers\nboth", 0.6, 2.3)
    alphas.axes("α  (0: KL(q‖p), 1: KL(p‖q))", "$r = a/s$", log="y", y_ticks=[t for t in (2, 3, 5, 10, 20, 50) if t < jumps.max()],
                legend="above", columns=2)  # fmt: skip
    alphas.ax.minorticks_off()
    best = data["reverse_kl"] >= NEAR
    for fit, role, label in (("cover", "exact", "covers both"), ("mode", "second", "sits on one")):
        values.line(NEAR, data[fit], role, style="--", lw=0.8)
        values.line(NEAR[best], data[fit][best], role, label, lw=1.6 if fit == "cover" else 2.4)
        dots = "searched" if fit == "mode" else ""
        values.points(FEW_NEAR, data[f"{fit}_measured"], "data", dots, marker="o", ms=2.5)
        best = ~best
    values.axes("$r = a/s$", "KL(q‖p) of the fit (nats)", legend="above", columns=2, heading="solid: the better fit")
    told = [
        f"{jump:.2f} under {DIVERGENCES[name].symbol}"
        for name, jump in zip(divergences, data["rungs"], strict=True)
        if np.isfinite(jump)
    ]
    agree = sum(
        int((gone == (jump < FEW)).sum()) for jump, gone in zip(data["rungs"], data["rungs_measured"], strict=True)
    )
    return (
        f"One Gaussian fitted to two modes of width s at ±a. (a) The best one covers both up to some r and sits on one beyond: it jumps at "
        f"r = {', '.join(told)}, under KL(p‖q) nowhere; our own descents (points; triangles on one mode) agree at {agree} of {data['rungs_measured'].size} places. "
        f"(b) Along the α-divergences the jump moves from {jumps[0]:.2f} at α = 0 to {jumps[-1]:.0f} at α = {ALPHAS[-1]:g}. (c) Both fits "
        f"are local minima of KL(q‖p) on either side of the jump; at it the better one changes."
    )
