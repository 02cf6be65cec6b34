"""A latent of K values resolves K modes if its prior is learned; under a fixed uniform prior it may blur them.

    q(x) = Σ_k π_k N(x; μ_k, s_k²),       p = w N(-a, s²) + (1-w) N(a, s²),       r = a/s

With π learned, least KL(p‖q) is 0 at q = p: nothing is dropped, nothing lies between. With π_k = ½ either the weights
are wrong, which costs ln 2 - h_b(w) for far modes or fixed widths (0.3681 at w = 0.9), or, widths free, both components
share the heavy mode and one is so wide that it reaches the light one. At w = 0.9, r = 4 that is better: 0.2340. So a
discrete code blurs not because it is quantised, but where its prior cannot count.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Root, Unit, between
from proofs.sentences import vq_adds_noise
from proofs.textbook import uniform_prior as textbook
from proofs.textbook.mixture_head import best_weight
from proofs.words import slope_at, sp
from proofs.words.information import total
from theory import GaussianMixture, discrete_latent, symmetric_pair

claim = Claim(topic="ways-out", after="mixture_density_escapes", references=("oord2017 section 3.2",))
Heavy = Annotated[Letter, between(0.9, 0.99)]
Near = Annotated[Letter, between(3, 6)]

# --- a learned prior --------------------------------------------------------------------------------------------------


@claim.states(lambda p: p.weights[0], at=lambda w: symmetric_pair(4.0, 1.0, w))
def learned_prior_has_the_modes_weights(w: Unit):
    """arg-min_π KL(p‖π₁ N(μ₁, s₁²) + π₂ N(μ₂, s₂²)) = the modes' weights, where it is 0

    a component on each mode; KL is convex in π and 0 only at q = p, hence more components change nothing; derived for modes
    that do not overlap, checked for modes that do"""
    s = sp.Symbol("q")
    q = yield Root(w)
    yield slope_at(-w * sp.log(s) - (1 - w) * sp.log(1 - s), s, q)
    yield "the slope of -E ln π_k, where the mode tells k", -w / q + (1 - w) / (1 - q)


learned_prior_has_the_modes_weights.check(best_weight, on=textbook.two_modes, error=1e-11)
learned_prior_has_the_modes_weights.wrong("the fixed prior", symbolic=lambda: sp.Rational(1, 2), claimed=lambda p: 0.5)
learned_prior_has_the_modes_weights.wrong("the other mode's weight", w=lambda w: 1 - w, claimed=lambda p: p.weights[1])
learned_prior_has_the_modes_weights.wrong(
    "pulled towards ½ by 1 %",
    symbolic=lambda w: sp.Rational(99, 100) * w + sp.Rational(1, 200),
    claimed=lambda p: 0.99 * p.weights[0] + 0.005,
)

# --- a uniform prior --------------------------------------------------------------------------------------------------


@claim.states(discrete_latent.misweighting)
def uniform_prior_misweights_far_modes(w: Unit):
    """KL(p‖½N(-a, s²) + ½N(a, s²)) → kl(w‖½) = ln 2 - h_b(w) as r → ∞: 0.3681 at w = 0.9

    derived where the mode tells k, so that KL is that of the weights; checked with free widths at r from 14 on"""
    yield total(w * sp.log(2 * w), (1 - w) * sp.log(2 * (1 - w)))
    yield "both terms", sp.log(2) + w * sp.log(w) + (1 - w) * sp.log(1 - w)


uniform_prior_misweights_far_modes.check(
    textbook.by_em, on=textbook.far, at="w", error=1e-10, confirm=textbook.by_em_precisely
)
uniform_prior_misweights_far_modes.wrong(
    "h_b for ln 2 - h_b",
    symbolic=lambda w: -w * sp.log(w) - (1 - w) * sp.log(1 - w),
    claimed=lambda w: np.log(2) - discrete_latent.misweighting(w),
)
uniform_prior_misweights_far_modes.wrong(
    "the other KL, kl(½‖w)",
    symbolic=lambda w: -sp.log(2) - sp.log(w * (1 - w)) / 2,
    claimed=lambda w: -np.log(2) - np.log(w * (1 - w)) / 2,
)


def diffuse(w, r):
    """KL and the greater width."""
    fit = discrete_latent.diffusing(w, r)
    return np.array([fit.value, fit.stds[1]])


@claim.reads(
    vq_adds_noise, "a code for each of two far modes, whose prior is uniform, costs a hundredth of a nat or more"
)
def uniform_prior_is_dear(w):
    return uniform_prior_misweights_far_modes(w) >= 0.01


@claim.states(diffuse)
def uniform_prior_has_a_diffuse_optimum():
    """min KL(p‖½N(μ₁, s₁²) + ½N(μ₂, s₂²)) over means and widths, one component reaching both modes: 0.2340 at w = 0.9, r = 4, of
    width 3.75 s

    a local optimum, KL and the greater width: found by BFGS, observed by EM; no closed form"""


uniform_prior_has_a_diffuse_optimum.check(
    textbook.by_em_from_a_wide_one, on=textbook.near, error=np.array([1e-11, 1e-6]), resolution=1e-5,
    why="widths are as good as a flat minimum allows; the KL is compared to 1e-11", confirm=textbook.wide_precisely,
)  # fmt: skip
uniform_prior_has_a_diffuse_optimum.wrong("r a thousandth off", claimed=lambda w, r: diffuse(w, 1.001 * r))
uniform_prior_has_a_diffuse_optimum.wrong(
    "the other optimum, of fixed widths", claimed=lambda w, r: np.array([discrete_latent.misweighting(w), 1.0])
)


@claim.states(lambda w, r: discrete_latent.separate(w, r).value, relation="<=")
def near_modes_are_better_diffused(w: Heavy, r: Near):
    """the diffuse optimum ≤ that with a component on each mode, for w from 0.9 to 0.99, r from 3 to 6

    relation of two local optima; at r = 6, w = 0.9 they are within 4 %, at r = 10 the order is reversed; where the modes are
    too near or too unequal for a component on each both are the same one"""


near_modes_are_better_diffused.check(
    textbook.by_a_wide_one, on=textbook.unequal_and_near, error=1e-9, detects=0.05,
    why="two optima are compared, which come within 4 % of each other at the corner of the domain",
    confirm=textbook.least_precisely,
)  # fmt: skip
near_modes_are_better_diffused.wrong(
    "half of what equal weights cost far modes", claimed=lambda w, r: discrete_latent.misweighting(w) / 2
)

# --- what the figure draws --------------------------------------------------------------------------------------------

FEW, MANY = np.linspace(3.5, 10.0, 9), np.linspace(3.5, 10.0, 41)


@claim.curves
def fits(*, w=0.9):
    kinds = ("wide", discrete_latent.diffusing, True), ("apart", discrete_latent.separate, False)
    exact = {name: np.array([fit(w, v).value for v in MANY]) for name, fit, _ in kinds}
    seen = {f"{name}_em": np.array([textbook.optimum(w, v, wide)[0] for v in FEW]) for name, _, wide in kinds}
    return exact | seen


@claim.figure(
    "A code whose prior is fixed does better by blurring, where two modes are near",
    where=r"modes at $\pm rs$ of deviation $s$; $p$: data; $q$: model",
)
def draw(saved, panels, *, w=0.9, r=4.0):
    found, x = saved["curves"], np.linspace(-8, 8, 401)
    fits = {"wide": discrete_latent.diffusing(w, r), "apart": discrete_latent.separate(w, r)}
    looks = {"wide": ("one diffuse", "-", "o"), "apart": ("one on each", "--", "s")}
    left, right = panels(2)
    left.line(x, symmetric_pair(r, 1.0, w).pdf(x), "data", "data; learned prior", lw=1.6)
    for name, (label, style, _) in looks.items():
        left.exact(x, GaussianMixture([0.5, 0.5], fits[name].means, stds=fits[name].stds).pdf(x), label, style)
    left.axes("$x$ (units of $s$)", "density (1/$s$)", log="y", legend="above", columns=2)
    for name, (label, style, _) in looks.items():
        right.exact(MANY, found[name], label, style)
    right.line(MANY, 0 * MANY, "control", "control: learned prior", ":", lw=1.6)
    for name, (label, _, marker) in looks.items():
        right.points(FEW, found[f"{name}_em"], "data", f"{label}, by EM", marker=marker, ms=3, mfc="none")
    right.axes(
        "half the distance of the modes, $r$ (units of $s$)", r"KL$(p\Vert q)$ (nats)", legend="above", columns=2
    )
    better = MANY[found["wide"] < found["apart"]]
    until = f"up to r = {better.max():.1f}" if len(better) else "nowhere"
    return (
        f"Two modes of weights {w:g} and {1 - w:.1f}, of which two Gaussian components of weight ½ each make what they "
        f"can. (a) Their best density at r = {r:g}: both share the heavy mode, and one of them, "
        f"{fits['wide'].stds[1]:.2f} wide, reaches across; one on each mode misweighs both. (b) What that costs: "
        f"{fits['wide'].value:.3f} nats diffuse, {fits['apart'].value:.3f} with one on each, at r = {r:g}; diffuse is "
        f"the better one {until}. A learned prior (control) costs nothing."
    )
