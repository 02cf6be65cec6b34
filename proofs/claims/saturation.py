"""Where real and fake share no point, JS and KL say nothing about how far apart they are; what moves a fake is its logit.

    parallel lines at distance θ ≠ 0: JS = ln 2, KL = ∞, W1 = |θ|;    descent σ(ℓ)∇ℓ (minimax) or (1-σ(ℓ))∇ℓ (non-saturating)

Moving one line nearer changes neither JS nor KL until the lines coincide, while W1 falls all the way. With a discriminator
of logit ℓ the generator gets ∇ℓ times a weight: under the minimax loss it dies with σ(ℓ) where the fake is recognised
(ℓ → -∞), under the non-saturating one it tends to 1 there, and dies only where the fake passes for real.
"""

import numpy as np

from proofs.core import Claim, Positive, Real
from proofs.textbook import lines as textbook
from proofs.words import expectation, sp
from theory import GaussianMixture, discriminator, parallel_lines
from theory.divergence import js

claim = Claim(
    topic="mode-dropping",
    after="nonsaturating_is_a_divergence",
    references=("arjovsky2017wasserstein example 1", "goodfellow2014 section 3"),
)

# --- two lines ------------------------------------------------------------------------------------------------------------


@claim.states(parallel_lines.js)
def jensen_shannon_is_flat(t: Positive):
    """parallel lines at distance θ ≠ 0: JS = ln 2, however near

    on either line m = ½p or ½q; the integral runs over lines of length t, their distance being t as well"""
    line = sp.Integral(sp.log(1 / (sp.Rational(1, 2) * 1)) / 2, (sp.Symbol("u"), 0, t))
    yield (line + line) / t
    yield "p/m = 2 on its line, q/m = 2 on the other", sp.log(2) / 2 + sp.log(2) / 2


jensen_shannon_is_flat.check(textbook.jensen_shannon, on=textbook.lines, error=1e-14)
jensen_shannon_is_flat.wrong(
    "the sum for the half-sum", symbolic=lambda: 2 * sp.log(2), claimed=lambda t: 2 * parallel_lines.js(t)
)
jensen_shannon_is_flat.wrong("falls with the distance", symbolic=lambda t: sp.log(2) / (1 + t))
jensen_shannon_is_flat.wrong(
    "nearly zero counts as zero", claimed=lambda t: parallel_lines.js(t if abs(t) > 1e-5 else 0.0)
)


@claim.states(parallel_lines.kl, infinite=True)
def kl_is_infinite(t: Positive):
    """parallel lines at distance θ ≠ 0: KL(p‖q) = KL(q‖p) = ∞

    as of lines blurred across to N(0, e²), e → 0"""
    e, X = sp.Symbol("e", positive=True), sp.Symbol("X")
    yield sp.Limit(expectation(((X - t) ** 2 - X**2) / (2 * e**2), {X: 0}), e, 0, "+")
    yield "E ln p/q = θ²/2e²", sp.Limit(t**2 / (2 * e**2), e, 0, "+")
    yield "nothing stays below", sp.oo


kl_is_infinite.check(textbook.kl_both_ways, on=textbook.lines, at="theta")
kl_is_infinite.wrong("θ²/2, lines of width one", symbolic=lambda t: t**2 / 2, claimed=lambda t: t**2 / 2)


@claim.states(parallel_lines.wasserstein)
def transport_sees_the_distance(t: Real):
    """parallel lines at distance θ: W1 = |θ|

    at most the cost of moving straight across, at least W1 of x₁ alone, which is ∫|F-G|: the mean of both"""
    x = sp.Symbol("x")
    yield (sp.sqrt(t**2) + sp.Integral(1, (x, 0, sp.sqrt(t**2)))) / 2
    yield "|F-G| = 1 between the lines, 0 elsewhere", abs(t)


transport_sees_the_distance.check(textbook.cheapest_plan, on=textbook.lines, error=1e-13)
transport_sees_the_distance.wrong("W2²", symbolic=lambda t: t**2, claimed=lambda t: t**2)
transport_sees_the_distance.wrong("no modulus", symbolic=lambda t: t, claimed=lambda t: t)

# --- one fake --------------------------------------------------------------------------------------------------------------


@claim.states(discriminator.minimax_pull)
def minimax_pull_dies(l: Real):
    """minimax: -∇ ln(1-σ(ℓ)) = σ(ℓ)∇ℓ, → 0 where the fake is recognised"""
    yield -sp.Derivative(sp.log(1 - 1 / (1 + sp.exp(-l))), l)
    yield "ln(1-σ(ℓ)) = -ln(1+e^ℓ)", sp.exp(l) / (1 + sp.exp(l))
    yield "divide by e^ℓ", 1 / (1 + sp.exp(-l))


@claim.states(discriminator.nonsaturating_pull)
def nonsaturating_pull_stays(l: Real):
    """non-saturating: ∇ ln σ(ℓ) = (1-σ(ℓ))∇ℓ, → 1 there"""
    yield sp.Derivative(sp.log(1 / (1 + sp.exp(-l))), l)
    yield "ln σ(ℓ) = -ln(1+e^-ℓ)", sp.exp(-l) / (1 + sp.exp(-l))
    yield "divide by e^-ℓ", 1 / (1 + sp.exp(l))


minimax_pull_dies.check(textbook.of_the_minimax_loss, on=textbook.logits, error=1e-9)
minimax_pull_dies.wrong("the other's, 1 - σ(ℓ)", l=lambda l: -l)
minimax_pull_dies.wrong("the slope of σ itself", claimed=lambda l: np.exp(l) / (1 + np.exp(l)) ** 2)
nonsaturating_pull_stays.check(textbook.of_the_nonsaturating_loss, on=textbook.logits, error=1e-9)
nonsaturating_pull_stays.wrong("the other's, σ(ℓ)", l=lambda l: -l)
nonsaturating_pull_stays.wrong("half the logit", l=lambda l: l / 2)


@claim.figure(
    "JS does not see how far apart two lines are, nor minimax a recognised fake",
    where=r"$W_1$: transport distance; $\sigma(\ell) = 1/(1+e^{-\ell})$; $\nabla\ell$: the logit's slope",
)
def draw(saved, panels, *, blur=0.1, logit=-4.0):
    theta, logits, few = np.linspace(-1.0, 1.0, 201), np.linspace(-8.0, 8.0, 161), np.linspace(-7.0, 7.0, 15)
    thick = np.array(
        [
            float(js(GaussianMixture([1.0], [0.0], stds=[blur]), GaussianMixture([1.0], [at], stds=[blur])))
            for at in theta
        ]
    )
    left, right = panels(2)
    for side, label in ((theta < 0, ""), (theta > 0, "JS")):
        left.exact(theta[side], parallel_lines.js(theta[side]), label)
    left.points([0], [parallel_lines.js(0.0)], "exact", r"JS at $\theta=0$")
    left.exact(theta, parallel_lines.wasserstein(theta), "$W_1$", "--")
    left.line(theta, thick, "control", f"control: JS, {blur:g} wide", ":")
    left.axes(
        r"distance $\theta$ of the lines",
        "JS (nats), $W_1$ (data units)",
        x_ticks=(-1, -0.5, 0, 0.5, 1),
        legend="above",
        columns=2,
    )
    right.exact(logits, discriminator.nonsaturating_pull(logits), r"non-saturating, $1-\sigma(\ell)$")
    right.exact(logits, discriminator.minimax_pull(logits), r"minimax, $\sigma(\ell)$", "--")
    fall = lambda loss, h=1e-4: -(loss(few + h) - loss(few - h)) / (2 * h)  # noqa: E731
    right.points(few, fall(lambda t: np.logaddexp(0, -t)), "data", "by differences", marker="o", ms=3)
    right.points(few, fall(lambda t: -np.logaddexp(0, t)), "data", "by differences", marker="x", ms=3)
    right.axes(
        r"logit $\ell$ of a fake", r"weight of $\nabla\ell$", y_ticks=(0, 0.5, 1), legend="above", columns=2
    )  # fmt: skip
    return (
        f"(a) Two parallel lines, one real, one fake: their JS is {parallel_lines.js(0.5):.3f} nats at any distance "
        f"but 0, W1 falls with it. Lines that are blurred (control) overlap, and JS falls once they are within "
        f"{theta[thick < 0.99 * np.log(2)].max():.2f}. (b) What moves a fake is the slope of its logit, with a weight: "
        f"at a logit of {logit:g} it is {float(discriminator.minimax_pull(logit)):.3f} under the minimax loss and "
        f"{float(discriminator.nonsaturating_pull(logit)):.3f} under the non-saturating one, which lets go only where "
        f"the fake passes for real."
    )
