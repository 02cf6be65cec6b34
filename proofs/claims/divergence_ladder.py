"""Which divergence makes the best single Gaussian cover two modes, and which makes it pick one.

    p = ½N(-a, s²) + ½N(a, s²), r = a/s;   q = N(m, σ²), mean and width free;   minimise D(p, q)

Two fits compete: one covers both modes (m = 0, wide), one sits on a mode. Under forward KL the covering fit, mean and
variance of p, is the only optimum at every r. Under reverse KL it always *stays* a local minimum (there
∂²D/∂m² = 1/σ² exactly), but the fit on a mode overtakes it at r = 2.80008: a first-order jump, not a gradual
loss of a mode, and a descent that starts by covering never notices. The others jump at 2.38 (non-saturating), 4.24 (JS)
and 4.74 (Hellinger); along the α-divergences the jump moves to infinity as α → 1, maximum likelihood. For reverse KL
and KL all is proved; the other jumps are searched only: their integrals have no ball evaluation that is cheap enough.

The best Gaussian for a mixture of your own, and the jump of a divergence:

    from theory import GaussianMixture, ladder, projection
    p = GaussianMixture([0.3, 0.7], [-2.0, 3.0], stds=[0.5, 1.0])
    projection.best_gaussian(p, "js")            # or kl, reverse_kl, nonsaturating, hellinger2, jeffrey, pearson, neyman
    projection.best_gaussian(p, "alpha", a=0.3)  # .mean, .std, .value; .minima holds its rivals
    ladder.jump("js")                            # 4.2447
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, REAL, Domain, above, between
from proofs.textbook.projection import descend, least_curvature, named, pair, value
from proofs.words import reverse_kl
from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES
from theory import GaussianMixture, divergence, ladder, projection, symmetric_pair

claim = Claim(
    topic="trade-offs",
    references=("minka2005", "trefethen2014 theorem 5.1"),
)


def _asked(function, name, *arguments, **options):
    """A function of `theory` for a divergence by that name."""
    kind, *a = name.split()
    return function(*arguments, kind, a=float(a[0]) if a else None, **options)


def _normal(mean, std):
    return GaussianMixture([1.0], [mean], stds=[std])


# --- forward KL has one optimum, at every r ---------------------------------------------------------------------------


def _cross_entropy(x, m, v):
    """E_p of -ln N(X; m, v), all of KL(p‖N(m, v)) that depends on m and v."""
    X = x.Symbol("X")
    return x.log(2 * x.pi * v) / 2 + x.Expectation((X - m) ** 2, x.Tuple((X, x.M), (X**2, x.V + x.M**2))) / (2 * v)


def _between_normals(x, m, v, M, V):
    """KL(N(M, V)‖N(m, v))."""
    return x.log(v / V) / 2 + (V + (M - m) ** 2) / (2 * v) - x.Rational(1, 2)


def _excess(p, m, s):
    """KL(q*‖N(m, s²)) for the best Gaussian q*."""
    best = projection.best_gaussian(p, "kl")
    return float(divergence.kl(_normal(best.mean, best.std), _normal(m, s)))


def _two_moments(M, V):
    """An asymmetric mixture with mean M and variance V."""
    d = math.sqrt(V) / 2
    return GaussianMixture([0.75, 0.25], [M - d, M + 3 * d], stds=[d, d])


alone = claim.statement(
    "forward_kl_has_one_optimum",
    "KL(p‖q) - KL(p‖q*) = KL(q*‖q) for Gaussian q and q* = N(E_p X, Var_p X): positive unless q = q*",
    claimed=_excess,
    domain=Domain(M=REAL, V=POSITIVE, m=REAL, v=POSITIVE),
    definition=lambda x: _cross_entropy(x, x.m, x.v) - _cross_entropy(x, x.M, x.V),
    symbolic=lambda x: _between_normals(x, x.m, x.v, x.M, x.V),
    anchor=lambda claimed, M, V, m, v: claimed(_two_moments(M, V), m, math.sqrt(v)),
    assumptions="E_p X² finite",
)


@alone.derivation
def by_completing_the_square(x):
    return [("E(X-m)² = V + (M-m)²", x.log(x.v / x.V) / 2 + (x.V + (x.M - x.m) ** 2) / (2 * x.v) - x.V / (2 * x.V))]


class Law(NamedTuple):
    """Two modes: weights, means, standard deviations."""

    weights: tuple[float, float]
    means: tuple[float, float]
    stds: tuple[float, float]

    def mixture(self) -> GaussianMixture:
        return GaussianMixture(self.weights, self.means, stds=self.stds)


def _laws(s):
    """Two modes that are off-centre, unequal, in no particular order, and now and then almost one."""
    parts = s.tuples(s.reals(0.25, 0.48), s.reals(0.5, 3.5), s.scales(0.8, 1.25), s.one_of((-1, 1)), s.reals(-5.0, 5.0))
    return parts.map(lambda t: Law((t[0], 1 - t[0]), (t[4] - t[3] * t[1], t[4] + t[3] * t[1]), (1.0, t[2])))


@alone.observed(
    instances=lambda s: s.tuples(_laws(s).map(Law.mixture), s.reals(-4.0, 4.0), s.scales(0.3, 3.0)),
    error=1e-11, scale=lambda p, m, s: 1 + (p.var + (p.mean - m) ** 2) / s**2,
)  # fmt: skip
def by_quadrature(m, p, mean, std):
    """E_p ln(q*/q), the moments of p by quadrature too."""
    M = m.expect(p, lambda X: X)
    S = m.sqrt(m.expect(p, lambda X: (X - M) ** 2))
    return m.expect(p, lambda X: ((X - mean) / std) ** 2 - ((X - M) / S) ** 2) / 2 + m.log(std / S)


by_completing_the_square.control("KL(q‖q*)", lambda x: _between_normals(x, x.M, x.V, x.m, x.v), why="swapped")
by_quadrature.control(
    "q* on a mode", lambda p, m, s: float(divergence.kl(_normal(p.means[1], p.stds[1]), _normal(m, s))), why="a mode"
)


def _rivals(name, r, rounds=6):
    """The local optima below the covering Gaussian and the one on the right mode."""
    return descend(name, pair(r), (0.0, 0.9 * math.hypot(r, 1)), (r, 1.02), rounds=rounds)


# --- under reverse KL the covering fit stays a local minimum -----------------------------------------------------------


def _curvature_less_slope(x):
    m, w = x.Symbol("mean", real=True), x.Symbol("width", positive=True)
    D = -x.log(w) / 2 + x.b * (m**2 + w) / 2 - x.c * x.exp(-(x.k**2) * w / 2) * x.cos(x.k * m)
    return x.Subs(x.Derivative(D, m, 2) - 2 * x.Derivative(D, w), (m, w), (x.m, x.v))


def _cover(r):
    """The local minimum of reverse KL at mean 0, from where E sech² rX is that of two far modes."""
    start = (0.0, 0.4 * r + math.sqrt(0.16 * r**2 + 1))
    found = projection.best_gaussian(symmetric_pair(r, 1.0), "reverse_kl", starts=[start])
    if abs(found.mean) > 1e-6:
        raise ValueError(f"r: expected a covering fit at mean 0, got {found}")
    return found


def _width(m, y):
    """The variance v of the covering fit where r√v = y: ∂D/∂v = 0 says 1/v = E(-ln p)''(√v Z) = 1 - r² E sech²(yZ)."""
    z = m.grid(-9, 9, 1201)
    return 1 + y**2 * (m.normal(z) * (1 / m.cosh(y * z)) ** 2).sum() * 18 / 1200


def _separation(v):
    """The r at which the covering fit has variance v."""
    from scipy.optimize import brentq

    return brentq(lambda y: _width(DOUBLE, y) - v, 1e-3, 40.0) / math.sqrt(v)  # type: ignore[operator]


stays = claim.statement(
    "reverse_kl_cover_stays_a_minimum",
    "∂²D/∂m² - 2 ∂D/∂(σ²) = 1/σ² for D = KL(N(m,σ²)‖p): at a fit of free width ∂²D/∂m² = 1/σ² > 0, at every r",
    claimed=lambda r: 1 / _cover(r).std ** 2,
    domain=Domain(v=above(1), m=REAL, b=REAL, c=REAL, k=POSITIVE),
    definition=_curvature_less_slope,
    symbolic=lambda x: 1 / x.v,
    anchor=lambda claimed, v, m, b, c, k: claimed(_separation(v)),
    assumptions="derived for ln p = -bx²/2 + c cos kx, one frequency at a time: both sides are linear in ln p, so it holds "
    "for superpositions; at m = 0 the pair's mixed derivative vanishes, and the covering width is the best one",
)


@stays.derivation
def frequency_by_frequency(x):
    """E cos k(m + σZ) = e^{-k²σ²/2} cos km: it obeys the heat equation, whose time is σ²/2."""
    wave = x.c * x.k**2 * x.exp(-(x.k**2) * x.v / 2) * x.cos(x.k * x.m)
    return [("twice in m, once in σ²", (x.b + wave) - 2 * (x.b / 2 - 1 / (2 * x.v) + wave / 2))]


@stays.observed(
    instances=lambda s: s.scales(0.3, 15.0), error=1e-10, claimed_error=1e-9,
    call=lambda claimed, y: claimed(y / math.sqrt(_width(DOUBLE, y))),
)  # fmt: skip
def by_parts(m, y):
    """∂²D/∂m² = -∫(∂²q/∂m²) ln p at m = 0 and the covering width."""
    v, z = _width(m, y), m.grid(-9, 9, 1201)
    log_p = m.log(m.cosh(y * z)) - v * z**2 / 2
    return -(m.normal(z) * (z**2 - 1) * log_p).sum() * 18 / 1200 / v


frequency_by_frequency.control("half", lambda x: 1 / (2 * x.v), why="a factor 2")
by_parts.control("moments", lambda r: 1 / (1 + r**2), why="the width of forward KL's covering fit")

# --- and is overtaken at r = 2.80008 -----------------------------------------------------------------------------------

CENTRE, RADIUS = Fraction("2.80008"), Fraction(1, 10**4)
convex = claim.statement(
    "both_fits_lie_in_convex_basins",
    "∇²D ≥ ½ for reverse KL, m and σ within 1e-4 of either fit, |r - 2.80008| ≤ 2e-5 (of the covering one: along σ)",
    claimed=lambda r, dm, ds: 0.5,
    relation=">=",
    domain=Domain(r=between(CENTRE - RADIUS / 5, CENTRE + RADIUS / 5), dm=between(-RADIUS, RADIUS),
                  ds=between(-RADIUS, RADIUS)),
    symbolic=lambda x: x.Rational(1, 2),
)  # fmt: skip


@convex.enclosure(detects=1.0, why="what is enclosed, by Gershgorin's circles, is 0.7 at least")
def gershgorin(x):
    return reverse_kl.least_curvature(x)


def _by_differences(r, dm, ds):
    (_, wide), (mean, std) = (
        [float(at) + float(by) * (r - 2.80008) for at, by in fit] for fit in reverse_kl.FITS.values()
    )
    return least_curvature("reverse_kl", pair(r), wide + ds, mean + dm, std + ds)


@convex.observed(
    instances=lambda s: s.tuples(s.reals(2.80006, 2.8001), s.reals(-1e-4, 1e-4), s.reals(-1e-4, 1e-4)),
    confirm=lambda at: _by_differences(*at),
    error=1e-4, claimed_error=0.0, resolution=1e-3, detects=1.0, why="as above",
)  # fmt: skip
def by_second_differences(_, r, dm, ds):
    return _by_differences(r, dm, ds)


gershgorin.control("1", lambda x: x.S(1), why="the curvature across if p were one Gaussian")
by_second_differences.control("1", lambda r, dm, ds: 1.0, why="the curvature across if p were one Gaussian")


def _fit_value(fit, r):
    (mean, _), (std, _) = reverse_kl.FITS[fit]
    return projection.best_gaussian(symmetric_pair(r, 1.0), "reverse_kl", starts=[(float(mean), float(std))]).value


def declare_order(better: str, worse: str, at: str) -> None:
    """State and enclose that one fit's local optimum lies below the other's, next to some r."""
    side = "below" if better == "cover" else "above"
    statement = claim.statement(
        f"{better}_wins_{side}_the_jump",
        f"reverse KL at r = {at}: the least value near the {better} fit ≤ the least near the {worse} fit",
        claimed=partial(_fit_value, worse), relation="<=",
        domain=Domain(r=between(Fraction(at) - RADIUS / 10**5, Fraction(at) + RADIUS / 10**5)),
        symbolic=lambda x: reverse_kl.lower_bound(x, worse),
        assumptions="r to 1e-9; least values within 1e-4 of the fits, by both_fits_lie_in_convex_basins",
    )  # fmt: skip
    why = "the two values differ by 1e-5 of themselves here"

    @statement.enclosure(detects=1e-4, why=why)
    def by_balls(x):
        return reverse_kl.trial_value(x, better)

    @statement.observed(
        instances=lambda s: s.reals(float(at) - 1e-9, float(at) + 1e-9), error=1e-11, detects=1e-4, why=why
    )
    def by_descent(m, r):
        mean, std, _ = _rivals("reverse_kl", float(r))[("cover", "mode").index(better)]
        return value(m, "reverse_kl", pair(float(r)), m.number(mean), m.number(std))

    by_balls.control(
        "2e-5 lower",
        lambda x: reverse_kl.lower_bound(x, worse) - x.Rational(2, 10**5),
        why="the jump 3e-5 further on",
    )
    by_descent.control("2e-5 lower", lambda r: _fit_value(worse, r) - 2e-5, why="the jump 3e-5 further on")


declare_order("cover", "mode", "2.80007")
declare_order("mode", "cover", "2.80009")

# --- the jumps --------------------------------------------------------------------------------------------------------

JUMPS = {"nonsaturating": 2.379548, "reverse_kl": 2.800082, "alpha 0.25": 3.328168, "js": 4.244711,
         "hellinger2": 4.741417, "kl": math.inf}  # fmt: skip

jumps = claim.statement(
    "where_the_best_gaussian_jumps",
    "below r it covers both modes, above it sits on one: r = "
    + ", ".join(f"{r:g} under {named(name).symbol}" for name, r in JUMPS.items()),
    claimed=partial(_asked, ladder.jump),
    infinite=True,
)


def _about_the_jump(s):
    """Separations on both sides of a jump, 5 % to 3e-7 away; anywhere where there is none."""
    near = s.tuples(s.one_of(tuple(JUMPS)), s.one_of((-1, 1)), s.reals(1.3, 6.5))
    return near.map(lambda t: (t[0], min(JUMPS[t[0]], t[2]) * (1 + t[1] * 10 ** -t[2])))


@jumps.observed(
    instances=_about_the_jump,
    call=lambda claimed, name, r: np.array([np.sign(r - claimed(name)), np.round(claimed(name), 6)]),
)
def by_the_values_of_both(m, name, r):
    """On either side, however near, the values of the two fits decide."""
    cover, mode = (
        (mean, value(m, name, pair(float(r)), m.number(mean), m.number(std)))
        for mean, std, _ in _rivals(name, float(r))
    )
    return np.array([1.0 if mode[0] > float(r) / 2 and mode[1] < cover[1] else -1.0, JUMPS[name]])


by_the_values_of_both.control("1e-5 further", lambda name: JUMPS[name] * (1 + 1e-5), why="the sixth digit")

# --- for two modes of any weights and widths ---------------------------------------------------------------------------

SEARCHED = ("kl", "reverse_kl", "nonsaturating", "js", "hellinger2", "jeffrey", "alpha 0.3", "alpha 0.8")


def _best(name, law):
    """Mean, width and value from theory.projection."""
    found = _asked(partial(projection.best_gaussian, law.mixture()), name)
    return np.array([found.mean, found.std, found.value])


best = claim.statement(
    "best_gaussian_is_the_least",
    "arg-min of D(p, N(m,σ²)) over m and σ, and its value, for two modes of unequal weight and width",
    claimed=_best,
)


@cache
def _least(name, law):
    """The best of the descents from both modes and from between them, and how far the next one is."""
    p = law.mixture()
    middle = float(p.weights @ p.means)
    std = math.sqrt(p.weights @ (p.stds**2 + (p.means - middle) ** 2))
    fits = descend(name, p, (middle, 0.9 * std), *zip(law.means, law.stds, strict=True), rounds=14)
    first = fits[np.argmin(fits[:, 2])]
    others = fits[np.abs(fits[:, 0] - first[0]) > 1e-3, 2]
    return first, min(others, default=math.inf) - first[2]


def _error(name, law):
    """A tie: either may be called the best."""
    return np.array([1e-6, 1e-6, 1e-11]) if _least(name, law)[1] > 1e-6 else 1.0


@best.observed(
    instances=lambda s: s.tuples(s.one_of(SEARCHED), _laws(s)), error=_error, claimed_error=1e-9, resolution=2e-6,
    scale=lambda name, law: np.array([1.0, 1.0, _least(name, law)[0][2]]),
)  # fmt: skip
def by_descents(m, name, law):
    mean, std, _ = _least(name, law)[0]
    return np.array([mean, std, value(m, name, law.mixture(), m.number(mean), m.number(std))])


def _moments(name, law):
    return np.array([law.mixture().mean, law.mixture().std, _best(name, law)[2]])


by_descents.control("moments", _moments, why="right for forward KL only")

# --- figure -----------------------------------------------------------------------------------------------------------

DRAWN = ("nonsaturating", "reverse_kl", "js", "hellinger2", "kl")


@claim.curves
def ladders():
    """The jump of each divergence and over α, and under reverse KL the values of both fits; beside descents of our own."""
    few, alphas = np.arange(1.25, 6.0, 0.5), np.linspace(0.0, 0.84, 13)
    data = {"few": few, "alpha": alphas, "few_alphas": np.array([0.1, 0.3, 0.5]), "v": np.linspace(2.45, 3.6, 24)}
    data["rungs"] = np.array([ladder.jump(name) for name in DRAWN])
    data["rungs_measured"] = np.array([[_gives_up(name, r) for r in few] for name in DRAWN])
    data["jumps"] = np.array([ladder.jump("alpha", a=float(v), tolerance=1e-4) for v in alphas])
    data["jumps_measured"] = np.array([_measured_jump(f"alpha {v}") for v in data["few_alphas"]])
    data["few_v"] = np.linspace(2.5, 3.5, 6)
    for row, fit in enumerate(("cover", "mode")):
        data[fit] = np.array([_fit_value(fit, r) for r in data["v"]])
        data[f"{fit}_measured"] = np.array([_rivals("reverse_kl", r)[row, 2] for r in data["few_v"]])
    return data


def _gives_up(name, r):
    """Whether the fit on a mode is better, by descents of our own."""
    cover, mode = _rivals(name, r, rounds=20)[:, 2]
    return mode < cover - 1e-9


def _measured_jump(name):
    low, high = 2.0, 8.0
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (low, middle) if _gives_up(name, middle) else (middle, high)
    return (low + high) / 2


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    data, end = saved["curves"], 6.0
    a, b, c = panels(figure, 3)
    butt = {"solid_capstyle": "butt"}
    for rung, (jump, gone) in enumerate(zip(data["rungs"], data["rungs_measured"], strict=True)):
        first = {} if rung else {"both": "covers both modes", "one": "sits on one", "dots": "our own descents"}
        a.plot(
            [1, min(jump, end)], [rung, rung], color=COLOUR["exact"], lw=5, alpha=0.45, label=first.get("both"), **butt
        )
        a.plot([min(jump, end), end], [rung, rung], color=COLOUR["network"], lw=5, label=first.get("one"), **butt)
        a.plot(data["few"][~gone], np.full((~gone).sum(), rung), "o", color="black", ms=2.5, label=first.get("dots"))
        a.plot(data["few"][gone], np.full(gone.sum(), rung), "^", color="black", ms=3)
    a.set_yticks(range(len(DRAWN)), [DIVERGENCES[name].symbol for name in DRAWN])
    a.set(xlabel="$r = a/s$", ylim=(-0.6, len(DRAWN) + 2.2), xlim=(1, end))
    a.legend(loc="upper left", labelspacing=0.2)
    alphas, jumps = np.append(data["alpha"], 1.0), np.append(data["jumps"], 1e3)
    b.fill_between(alphas, 2, jumps, color=COLOUR["exact"], alpha=0.15, lw=0)
    b.fill_between(alphas, jumps, 1e3, color=COLOUR["network"], alpha=0.45, lw=0)
    b.plot(data["alpha"], data["jumps"], color=COLOUR["data"])
    b.plot(data["few_alphas"], data["jumps_measured"], "o", color="black", ms=2.5)
    b.text(0.1, 12.0, "sits on one")
    b.text(0.36, 2.4, "covers both modes")
    b.set(xlabel="α  (0 reverse KL, ½ Hellinger, 1 KL)", ylabel="$r = a/s$", yscale="log", xlim=(0, 1), ylim=(2, 60))
    b.set_yticks([2, 3, 5, 10, 20, 50], ["2", "3", "5", "10", "20", "50"])
    b.minorticks_off()
    best = data["v"] <= data["rungs"][DRAWN.index("reverse_kl")]
    for fit, colour, label in (("cover", "exact", "covering fit"), ("mode", "network", "fit on a mode")):
        c.plot(data["v"], data[fit], "--", color=COLOUR[colour], lw=0.8)
        c.plot(data["v"][best], data[fit][best], color=COLOUR[colour], lw=1.6, label=label)
        c.plot(data["few_v"], data[f"{fit}_measured"], "o", color="black", ms=2.5)
        best = ~best
    c.set(xlabel="$r = a/s$", ylabel="KL(q‖p) at either fit, nats")
    c.legend(loc="upper left", title="solid: the better one", title_fontsize=7)
