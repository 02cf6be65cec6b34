"""Guided by a worse version of itself a model comes nearer only if that one errs the same way, and farther.

    ln(Var/s²) = ln(u/s²) - (γ-1) ln(v/u),   data N(0, s²), the model N(0, u), its worse version N(0, v)

The guided ODE extrapolates in the logarithm of the variance, from the worse model through the better one, and knows of no
target. It comes nearer iff ln(u/s²) ln(v/u) > 0 and 0 < γ-1 < 2 ln(u/s²)/ln(v/u), and hits at half of that.

So two models that are too narrow help one another like two that are too wide. But with s² < v < u, where both err the
same way and the guide is the better one, guidance leads away at every strength; and so does a guide on the other side.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Root, between
from proofs.sentences import worse_version_repairs
from proofs.textbook import guided as textbook
from proofs.words import sp
from theory import guidance

claim = Claim(topic="after-the-gan", after="guidance_is_not_tilting", references=("karras2024 (the question)",))
Strong = Annotated[Letter, between(1, 20)]


@claim.states(lambda u, v, g: guidance.log_error(1.0, u, v, g), at=lambda u, v, g, b: (u + b**2, v + b**2, g))
def it_extrapolates(u: Positive, v: Positive, g: Strong, b: Positive):
    """ln Var x_σ = ln(u+σ²) - (γ-1) ln((v+σ²)/(u+σ²)): at σ = 0 the error is ln(u/s²) - (γ-1) ln(v/u)

    (γ = g, σ = b) by the ODE, d ln Var/dσ² = γ/(u+σ²) + (1-γ)/(v+σ²), from a variance of σ² as σ → ∞"""
    log = yield Root(sp.log(u + b**2) - (g - 1) * sp.log((v + b**2) / (u + b**2)))
    yield sp.Derivative(log, b) - 2 * b * (g / (u + b**2) + (1 - g) / (v + b**2))
    yield "differentiate", sp.diff(log, b) - 2 * b / (u + b**2) - 2 * b * (1 - g) * (1 / (v + b**2) - 1 / (u + b**2))


it_extrapolates.check(
    textbook.model_error, on=textbook.guided_models, at=lambda target, good, bad, gamma: (good / target, bad / target, gamma), error=1e-10, scale=1.0,
    why="it passes through 0, where guidance is exact",
)  # fmt: skip
it_extrapolates.wrong(
    "towards the worse model", symbolic=lambda u, v, g, b: sp.log(u + b**2) + (g - 1) * sp.log((v + b**2) / (u + b**2)),
    claimed=lambda u, v, g: guidance.log_error(1.0, u, v, 2 - g),
)  # fmt: skip
it_extrapolates.wrong("γ for γ-1", g=lambda g: g + 1, claimed=lambda u, v, g: guidance.log_error(1.0, u, v, g + 1))


@claim.states(guidance.exact_strength)
def one_strength_is_exact(p: Positive, u: Positive, v: Positive):
    """Var x₀ = s² at γ = 1 + ln(u/s²)/ln(v/u)

    s² = p; v ≠ u, and more than no guidance where that is > 1"""
    x = sp.Symbol("x", real=True)
    g = yield Root(1 + sp.log(u / p) / sp.log(v / u))
    yield sp.log(u / p) - (g - 1) * sp.Integral(1 / x, (x, u, v))
    yield "∫ dx/x", sp.log(u / p) - (g - 1) * sp.log(v / u)


one_strength_is_exact.check(textbook.strength_found, on=textbook.apart_models, at="target good bad", error=1e-9)
one_strength_is_exact.wrong(
    "the distance of the worse model", symbolic=lambda p, u, v: 1 + sp.log(v / p) / sp.log(v / u),
    claimed=lambda p, u, v: 1 + np.log(v / p) / np.log(v / u),
)  # fmt: skip
one_strength_is_exact.wrong(
    "twice as far, where nothing is gained", symbolic=lambda p, u, v: 1 + 2 * sp.log(u / p) / sp.log(v / u),
    claimed=lambda p, u, v: 2 * guidance.exact_strength(p, u, v) - 1,
)  # fmt: skip


def gain(p, u, v, g):
    """The square of the error with guidance, less that without."""
    return guidance.log_error(p, u, v, g) ** 2 - guidance.log_error(p, u, v, 1.0) ** 2


@claim.states(gain)
def nearer_up_to_twice_that(p: Positive, u: Positive, v: Positive, g: Strong):
    """ln²(Var/s²) - ln²(u/s²) = (γ-1) ln(v/u) [(γ-1) ln(v/u) - 2 ln(u/s²)]: < 0 iff ln(u/s²)/ln(v/u) > ½(γ-1)

    s² = p, γ = g"""
    x = sp.Symbol("x", real=True)
    own, apart = sp.Integral(1 / x, (x, p, u)), sp.Integral(1 / x, (x, u, v))
    yield (own - (g - 1) * apart) ** 2 - own**2
    yield "∫ dx/x", (sp.log(u / p) - (g - 1) * sp.log(v / u)) ** 2 - sp.log(u / p) ** 2
    yield "a difference of squares", (g - 1) * sp.log(v / u) * ((g - 1) * sp.log(v / u) - 2 * sp.log(u / p))


nearer_up_to_twice_that.check(
    textbook.gained, on=textbook.guided_models, error=1e-9, scale=1.0,
    why="it is 0 without guidance and at twice the exact strength",
)  # fmt: skip
nearer_up_to_twice_that.wrong(
    "once for twice", symbolic=lambda p, u, v, g: (g - 1) * sp.log(v / u) * ((g - 1) * sp.log(v / u) - sp.log(u / p)),
    claimed=lambda p, u, v, g: (g - 1) * np.log(v / u) * ((g - 1) * np.log(v / u) - np.log(u / p)),
)  # fmt: skip
nearer_up_to_twice_that.wrong(
    "always nearer: minus the square", symbolic=lambda u, v, g: -(((g - 1) * sp.log(v / u)) ** 2),
    claimed=lambda p, u, v, g: -(((g - 1) * np.log(v / u)) ** 2),
)  # fmt: skip


@claim.reads(
    worse_version_repairs, "the guided variance is nearer to that of the data, as a ratio, than the model's own"
)
def comes_nearer(p, u, v, g):
    return nearer_up_to_twice_that(p, u, v, g) < 0


@claim.figure(
    "A worse version helps only if it errs the same way, and farther",
    where=r"$\gamma$: strength of guidance, 1 if none; $s^2$: variance of the data",
)
def draw(saved, panels, *, good=1.3, farther=1.6, nearer=1.1):
    left, right = panels(2)
    gammas, guides = np.linspace(1.0, 4.0, 90), np.geomspace(0.4, 3.0, 181)
    guided = (
        (farther, "exact", "worse, too wide", "-"), (nearer, "control", "better, too wide", "--"), (1 / farther, "gan", "worse, too narrow", "-."),
    )  # fmt: skip
    for guide, role, name, style in guided:
        error = guidance.log_error(1.0, good, guide, gammas)
        left.line(gammas, np.exp(error), role, f"guide {name}: {guide:.2f} $s^2$", style)
    left.line(gammas, np.ones_like(gammas), "data", "data", ":")
    left.axes(r"guidance $\gamma$", "variance of the samples over $s^2$", log="y", legend="above")
    for gamma, role, style in ((1.5, "gan", "--"), (2.0, "exact", "-"), (3.0, "vae", "-.")):
        error = np.abs(guidance.log_error(1.0, good, guides, gamma))
        right.line(guides, error, role, rf"$\gamma$ = {gamma:g}", style)
    right.line(guides, np.full_like(guides, np.log(good)), "data", "without guidance", ":")
    right.axes("variance of the guide over $s^2$", r"error $|\ln$ variance$/s^2|$", log="x", legend="above", columns=2)
    best = float(guidance.exact_strength(1.0, good, farther))
    off = [float(np.exp(guidance.log_error(1.0, good, guide, best))) for guide in (nearer, 1 / farther)]
    return (
        f"A model of {good:g} times the variance of the data. (a) Guided by one of {farther:g} times it is exact at "
        f"γ = {best:.2f}, and nearer than without up to {2 * best - 1:.2f}; by a better one, {nearer:g} times, it comes to "
        f"{off[0]:.2f} at that strength, by one on the other side to {off[1]:.1f}. (b) Only guides to the right of the "
        f"model gain."
    )
