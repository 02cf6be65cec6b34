"""Entropic transport is likelihood under a Gaussian decoder: its best model is deconvolved, and collapses as a VAE does.

    min_q OT_ε(p, q) = min_q ε E_p[-ln q * N(0, ε/2)] - ε(D/2) ln πε,   OT_ε = min_π E|X-Y|² + ε KL(π‖p⊗q)

by the same q, as the best π(y|x) for given q is the posterior of a decoder of variance ε/2 (with -ε times the entropy of π
for the divergence it would be another q). So N(0, σ²) is answered by N(0, (σ²-ε/2)₊), and two modes ±a by a single point
from ε/2 = s² + a²τ/artanh τ on, τ = |1-2w|: for s = 0 the cost is ε times that of the best code at u = 2a²/ε, and the
threshold that of posterior collapse, u = artanh(τ)/τ (`collapse_threshold`, `collapse_order`).

As a Wasserstein distance it would be least at q = p. So is what is left when half of OT_ε(p, p) and of OT_ε(q, q) is taken
off: of Gaussians it finds σ² for every ε (in general: Feydy et al. 2019).
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, Root, Unit, between, given
from proofs.sentences import entropic_transport_is_smoother
from proofs.textbook import entropic as textbook
from proofs.words import codes, expectation, information, slope_at, sp
from theory import collapse, entropic

claim = Claim(topic="after-the-gan", references=("rigollet2018", "janati2020", "kearns1998", "feydy2019 (in general)"))
Minority = Annotated[Letter, between(0, 0.5)]

# --- a likelihood -------------------------------------------------------------------------------------------------------


def claimed_cost(p, x, q, y, e, best):
    """At the q that the observed side uses."""
    q = textbook.settled(p, x, q, y, e) if best else q
    return entropic.least_cost(p, x, q / np.sum(q), y, e)


@claim.states(
    claimed_cost, relation=">=",
    at=lambda w, v, b, c, e: ([1.0], [[0.0]], np.array([w, 1 - w]), [[b], [c]], e, False),
)  # fmt: skip
def value_is_a_likelihood(w: Unit, v: Unit, b: Real, c: Real, e: Positive):
    """OT_ε(p, q) ≥ ε E_p[-ln q * N(0, ε/2)] - ε(D/2) ln πε, with equality where the posteriors have the law q

    where q is best they do; derived for x = 0 and y = b or c with probabilities w and 1-w, under π v and 1-v; checked in
    the plane for up to four points each, at the coupling that Sinkhorn finds and at the best q"""
    Z = w * sp.exp(-(b**2) / e) + (1 - w) * sp.exp(-(c**2) / e)
    best = w * sp.exp(-(b**2) / e) / Z
    yield information.total(v * (b**2 + e * sp.log(v / w)), (1 - v) * (c**2 + e * sp.log((1 - v) / (1 - w))))
    yield "d = -ε ln e^{-d/ε}", -e * sp.log(Z) + e * information.kl(v, best)
    yield given("gibbs", "KL(π‖posterior) ≥ 0"), -e * sp.log(Z)


value_is_a_likelihood.check(
    textbook.transport, on=textbook.couplings, error=1e-12, scale=lambda p, x, q, y, e, best: 1 + e
)
value_is_a_likelihood.wrong(
    "a decoder of variance ε", symbolic=lambda w, b, c, e: -2 * e * sp.log(w * sp.exp(-(b**2) / (2 * e)) + (1 - w) * sp.exp(-(c**2) / (2 * e))),
    claimed=lambda p, x, q, y, e, best: claimed_cost(p, x, q, y, 2 * e, best),
)  # fmt: skip
value_is_a_likelihood.wrong(
    "ε/2 nats of it more", symbolic=lambda w, b, c, e: e / 2 - e * sp.log(w * sp.exp(-(b**2) / e) + (1 - w) * sp.exp(-(c**2) / e)),
    claimed=lambda p, x, q, y, e, best: claimed_cost(p, x, q, y, e, best) + e / 2,
)  # fmt: skip

# --- one Gaussian -------------------------------------------------------------------------------------------------------


def half_square(s, wide, x):
    """E x²/2v, x ~ N(0, s²), to be worked out."""
    return expectation(x**2, {x**2: s**2}) / (2 * wide)


@claim.states(entropic.gaussian_variance, at=lambda s, f: (s, 2 * f * s**2))
def one_gaussian_is_narrowed(s: Positive, f: Unit):
    """p = N(0, s²): arg-min over Var q is s² - ε/2, and 0 from ε = 2s² on

    ε = 2fs²; the cross-entropy of p with N(0, v + ε/2), which has the entropy of p as its least, where v + ε/2 = s²"""
    v, x = sp.Symbol("v"), sp.Symbol("x")
    best = yield Root(s**2 * (1 - f))
    wide = v + f * s**2
    yield slope_at(sp.log(2 * sp.pi * wide) / 2 + half_square(s, wide, x), v, best)
    yield "E x² = s²", 1 / (2 * (best + f * s**2)) - s**2 / (2 * (best + f * s**2) ** 2)


one_gaussian_is_narrowed.check(
    textbook.best_variance, on=textbook.widths, error=1e-7, claimed_error=1e-13, resolution=1e-5,
    scale=lambda s, e: s**2, at=lambda s, e: (s, e),
)  # fmt: skip
one_gaussian_is_narrowed.wrong("s² - ε", symbolic=lambda s, f: s**2 * (1 - 2 * f), claimed=lambda s, e: s**2 - e)
one_gaussian_is_narrowed.wrong("s² itself", symbolic=lambda s: s**2, claimed=lambda s, e: s**2)


def own_cost(one, two, e):
    """OT_ε of centred Gaussians of these variances."""
    c = sp.sqrt(e**2 / 16 + one * two) - e / 4
    return one + two - 2 * c - e / 2 * sp.log(1 - c**2 / (one * two))


@claim.states(lambda s, e: s**2)
def debiased_keeps_the_variance(s: Positive, e: Positive):
    """arg-min over Var q of OT_ε(p, q) - ½ OT_ε(p, p) - ½ OT_ε(q, q) is s², for every ε

    Gaussians of variances s² and v: OT_ε = s² + v - 2c - (ε/2) ln(1 - c²/s²v) at c² + εc/2 = s²v"""
    v = sp.Symbol("v", positive=True)
    best = yield Root(s**2)
    yield slope_at(own_cost(s**2, v, e) - own_cost(v, v, e) / 2, v, best)
    c = lambda product: sp.sqrt(e**2 / 16 + product) - e / 4  # noqa: E731
    yield "dOT/dv = 1 - c/v", (c(best**2) - c(s**2 * best)) / best


debiased_keeps_the_variance.check(
    textbook.debiased_variance, on=textbook.any_widths, error=1e-8, claimed_error=1e-14, resolution=1e-6
)
debiased_keeps_the_variance.wrong("s² - ε/2", symbolic=lambda s, e: s**2 - e / 2, claimed=lambda s, e: s**2 - e / 2)
debiased_keeps_the_variance.wrong("s² + ε/2", symbolic=lambda s, e: s**2 + e / 2, claimed=lambda s, e: s**2 + e / 2)


@claim.reads(entropic_transport_is_smoother, "its best model of one Gaussian has the variance of the data, to a tenth")
def a_gaussian_is_kept(s, e, form):
    found = debiased_keeps_the_variance(s, e) if form == "debiased" else one_gaussian_is_narrowed(s, e / (2 * s**2))
    return found >= 0.9 * s**2


# --- two modes ----------------------------------------------------------------------------------------------------------


@claim.states(entropic.largest_gain, at=lambda z, a, s, w, e: (e * z, a, s, w, e), relation="<=")
def one_point_is_best_from(z: Real, a: Positive, s: Positive, w: Minority, e: Positive):
    """ln E e^{(2(X-m)y - y²)/ε} ≤ (ε₀-ε)y²/ε², ε₀ = 2(s² + a²τ/artanh τ), with equality at y = -ε artanh(τ)/a

    z = y/ε; modes at -a and a of weights w and 1-w, m their mean, τ = 1-2w: what mass moved from m to m + y gains, over what
    it costs; the likelihood is convex in q, so that no q beats the point iff none of these is above 0: iff ε ≥ ε₀"""
    G, A = sp.Symbol("G"), sp.log((1 - w) / w) / 2  # G = e^{2szN}
    centres = w * sp.exp(-4 * a * z) + 1 - w  # at m - 2a(1-w) and m + 2aw
    yield sp.log(expectation(centres * sp.exp(4 * a * w * z - e * z**2) * G, {G: sp.exp(2 * s**2 * z**2)}))
    yield "E e^{cN} = e^{c²/2}", sp.log(centres) + 4 * a * w * z - e * z**2 + 2 * s**2 * z**2
    yield given("ln_cosh_of_a_root", "at 2az + A, A = artanh τ"), (2 * (s**2 + a**2 * (1 - 2 * w) / A) - e) * z**2


one_point_is_best_from.check(
    textbook.gain, on=textbook.moves, at=lambda y, a, s, w, e: (y, a, s, w, e), error=1e-11,
    scale=lambda y, a, s, w, e: 1 + (y * a / e) ** 2 + y**2 / e,
)  # fmt: skip
one_point_is_best_from.wrong(
    "the variance 4w(1-w)a² for a²τ/artanh τ", symbolic=lambda z, a, s, w, e: (2 * (s**2 + 4 * w * (1 - w) * a**2) - e) * z**2,
    claimed=lambda y, a, s, w, e: (2 * (s**2 + 4 * w * (1 - w) * a**2) - e) * (y / e) ** 2,
)  # fmt: skip
one_point_is_best_from.wrong(
    "forgets s", symbolic=lambda z, a, w, e: (4 * a**2 * (1 - 2 * w) / sp.log((1 - w) / w) - e) * z**2,
    claimed=lambda y, a, s, w, e: entropic.largest_gain(y, a, s, w, e) - 2 * s**2 * (y / e) ** 2,
)  # fmt: skip


@claim.reads(entropic_transport_is_smoother, "its best model of two modes is not one point between them")
def modes_are_kept(e, a, s, w):
    return one_point_is_best_from(1, a, s, w, e) > 0


@claim.states(
    entropic.two_points_cost, at=lambda y, f, e: (np.sqrt(y / np.tanh(y) * e / 2), (1 - f * np.tanh(y)) / 2, e)
)
def two_points_cost_as_a_code(y: Positive, f: Unit, e: Positive):
    """min_q OT_ε of points ±a is ε [(u/2)(1-t²) + ρ(t) - ρ(τ)] at u = 2a²/ε, t = tanh(ut) ≥ τ: that of the best code

    y = ut, τ = ft; collapsed, u(1-τ²)/2, where t ≤ τ; OT_ε at the best q is E|X-Y|² + ε I(X;Y), Y = E[X|Y] = ±at"""
    t = sp.tanh(y)
    yield e * (codes.guesses(t, y / t) - sp.log(2) + codes.entropy(f * t))
    yield "h_b = ln 2 - ρ", e * (codes.cost(t, y / t) - codes.gain(f * t))
    yield "F(t) at u = y/t", e * (y * (t + 1 / t) / 2 - sp.log(sp.cosh(y)) - codes.gain(f * t))


two_points_cost_as_a_code.check(
    textbook.descended, on=textbook.pairs, error=1e-10, claimed_error=1e-13, scale=lambda a, w, e: e
)
two_points_cost_as_a_code.wrong("a²/ε for u", symbolic=lambda y, f, e: e / 2 * (y * (sp.tanh(y) + 1 / sp.tanh(y)) / 2 - sp.log(sp.cosh(y)) - codes.gain(f * sp.tanh(y))),
                                claimed=lambda a, w, e: entropic.two_points_cost(a, w, 2 * e))  # fmt: skip
two_points_cost_as_a_code.wrong(
    "of equal weights", symbolic=lambda y, e: e * (y * (sp.tanh(y) + 1 / sp.tanh(y)) / 2 - sp.log(sp.cosh(y))),
    claimed=lambda a, w, e: entropic.two_points_cost(a, 0.5, e),
)  # fmt: skip


# --- figure ------------------------------------------------------------------------------------------------------------


@claim.curves
def descended(*, a=1.0, w=0.3, points=24):
    """Where alternating between posteriors and their means ends, on two points, and what Gaussians do."""
    from proofs.words.arithmetic import DOUBLE

    strengths = np.linspace(0.1, 1.25, points) * float(entropic.collapse_from(a, 1e-9, w))
    spread = [textbook.told(DOUBLE, a, w, float(e)) for e in strengths]
    few = np.linspace(0.15, 1.85, 12)
    return {"strengths": strengths, "told": np.array(spread), "few": few,
            "found": np.array([textbook.best_variance(DOUBLE, 1.0, float(e)) for e in few])}  # fmt: skip


@claim.figure(
    "Entropic transport narrows and merges modes, as a Gaussian decoder does",
    where=r"$\varepsilon$: strength of the entropy; $\sigma$: deviation of the data; $\pm a$, $w$: two points and the weight of the rarer one",
)
def draw(saved, panels, *, a=1.0, w=0.3):
    found, e = saved["curves"], np.linspace(0.0, 2.6, 200)
    one, two = panels(2)
    one.exact(e, entropic.gaussian_variance(1.0, e), r"$(\sigma^2-\varepsilon/2)_+$")
    one.points(found["few"], found["found"], "data", "found", marker="o", ms=3)
    one.line(e, np.ones_like(e), "control", "debiased", "--")
    one.axes(
        r"$\varepsilon/\sigma^2$", r"variance of the best model, $/\sigma^2$", y=(-0.03, 1.1), legend="above", columns=2
    )
    ends = float(entropic.collapse_from(a, 1e-9, w))
    many = np.linspace(0.02, 1.3, 400) * ends
    tau = abs(1 - 2 * w)
    t = collapse.separation(2 * a**2 / many, w)
    two.exact(many, np.where(t > tau, 2 * a * t, 0.0), "best, exact")
    two.points(found["strengths"], found["told"], "data", "found", marker="o", ms=3)
    two.upright(ends, "exact", "one point from here on", ":")
    two.axes(
        r"$\varepsilon$ (in units of $a^2$)" if a == 1 else r"$\varepsilon$",
        "distance of the model's two points",
        legend="above",
        columns=2,
    )
    return (
        f"(a) The best model of a Gaussian loses ε/2 of its variance and is a point from 2σ² on; the debiased divergence keeps all. "
        f"(b) Of two points ±{a:g}, the rarer of weight {w:g}, the best model has two nearer ones, and from ε = {ends:.2f} on one alone: "
        f"the threshold of posterior collapse. Dots: minimised without these formulas."
    )
