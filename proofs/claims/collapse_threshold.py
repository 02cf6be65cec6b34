"""Two equal modes share one code if and only if u = a²/βσ² ≤ 1: posterior collapse is a continuous phase transition.

    (distortion/2σ² + β rate)/β = E F(T),   F(t) = (u/2)(1-t²) + ln 2 - h_b((1+t)/2),   T = 2 P(x=a|z) - 1

Whatever the encoder and the width of its latent: a code costs the mean of F over how far it separates the modes. Up to
u = 1, F is least at t = 0, and no encoder does better than none; beyond, F curves downwards there, and every faint
signal pays, that of a Gaussian encoder which merely shifts the prior included. The best separation is Curie and Weiss'
magnetisation t = tanh(ut), with u as inverse temperature: it leaves 0 like √(3(u-1)), without a jump.
The decoder mean is free, σ² and β fixed. Rates are I(x; z): for a given prior they are larger by KL(q(z)‖p(z)).
"""

from itertools import cycle
import numpy as np

from proofs.core import Claim, Positive, Root, Unit, carried, over
from proofs.sentences import sharp_images_are_unlikely
from proofs.textbook import collapse_transition as textbook
from proofs.textbook import modes
from proofs.words import codes, expectation, slope_at, sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.information import total
from theory import collapse

claim = Claim(
    topic="kl-pressure", after="linear_vae_is_water_filling", references=("rose1990", "lucas2019", "alemi2018")
)
EVERY = carried(lambda w: 1 - w, 0, 1, contact=1)
"""Separation t = 1 - w, where there is contact at t = 0."""


def mean_cost(channel, u):
    """E F(T) of a channel (2, outputs), T of each output."""
    marginal = np.mean(channel, axis=0)
    separation = np.abs(channel[1] - channel[0]) / (2 * marginal)
    return marginal @ collapse.objective(np.minimum(separation, 1.0), u)


def curvature_at_collapse(u):
    """1 - u/u*, u* the coupling at which collapse of two modes ceases to be a local minimum."""
    return 1 - u / collapse.equidistant_local_threshold(2)


# --- every code -------------------------------------------------------------------------------------------------------


@claim.states(mean_cost, at=lambda p, q, a, v: (np.array([[p], [q]]), a**2 / v))
def a_code_costs_a_mean(p: Unit, q: Unit, a: Positive, v: Positive):
    """E|x-E[x|z]|²/2βσ² + I(x; z) = E F(T), T = 2 P(x=a|z) - 1 with E T = 0

    two equal modes ±a, θ = βσ² = v; derived for one output z, over which both sides add up"""
    marginal, t = (p + q) / 2, (q - p) / (p + q)
    either = (p / 2, -a), (q / 2, a)
    told = [(1 + s * t) / 2 * (a**2 / (2 * v) * (1 - s * t) ** 2 + sp.log(1 + s * t)) for s in (1, -1)]
    yield total(*[at * ((x - a * t) ** 2 / (2 * v) + sp.log(2 * at / marginal)) for at, x in either])
    yield "±a - E[x|z] = ±a(1∓T), q(z|±a)/q(z) = 1±T", marginal * sum(told)
    yield "which is marginal × F(T)", marginal * codes.cost(t, a**2 / v)


a_code_costs_a_mean.check(textbook.summed, on=textbook.any_codes, at=lambda channel, a, v: (channel, a**2 / v), error=1e-13,
                          scale=lambda channel, a, v: 1 + a**2 / v)  # fmt: skip
a_code_costs_a_mean.wrong("a²/2βσ² for u", a=lambda a: a / sp.sqrt(2), claimed=lambda c, u: mean_cost(c, u / 2))
a_code_costs_a_mean.wrong("mean outside", claimed=lambda c, u: collapse.objective(np.abs(c[1] - c[0]).sum() / 2, u))

# --- up to u = 1 ------------------------------------------------------------------------------------------------------


@claim.states(lambda u: collapse.objective(0.0, u), at=lambda t: 1.0, relation=">=", enclosed=over(t=EVERY))
def nothing_beats_collapse_up_to_one(t: Unit):
    """u ≤ 1: E|x-E[x|z]|²/2βσ² + rate ≥ u/2, what the collapsed code costs

    enclosed for every t at u = 1; F(t) - u/2 = ρ(t) - ut²/2 falls with u, so that it is ≥ 0 for all u ≤ 1: E F(T) ≥ u/2"""
    yield codes.cost(t, sp.Integer(1))
    yield "tightest at t = 0", sp.Rational(1, 2)


for seen, on, error in (
    (textbook.of_channel, textbook.faint, 1e-13),
    (textbook.of_gaussian_code, textbook.gaussian, 1e-11),
):
    nothing_beats_collapse_up_to_one.check(seen, on=on, at=lambda _, below: textbook.up_to_one(below), error=error)
nothing_beats_collapse_up_to_one.wrong("1 % more than the collapsed code costs", symbolic=lambda: sp.Rational(101, 200))
nothing_beats_collapse_up_to_one.wrong("u for u/2", claimed=lambda u: u)

# --- beyond it --------------------------------------------------------------------------------------------------------


@claim.states(curvature_at_collapse)
def faint_signals_pay_beyond_one(u: Positive):
    """F''(0) = 1 - u: a code that begins to tell the modes apart costs (1-u) E T²/2 more than none

    for every family of encoders in which some code begins to tell the modes apart; F'(0) = 0 by symmetry"""
    t = sp.Symbol("t")
    yield slope_at(codes.guesses(t, u), t, 0, 2)
    yield "ρ'' = 1/(1-t²)", sp.Subs(1 / (1 - t**2) - u, t, 0)
    yield "at t = 0", 1 - u


faint_signals_pay_beyond_one.check(textbook.curved, on=textbook.couplings, error=1e-12, scale=lambda u: 1 + u)
faint_signals_pay_beyond_one.wrong("a factor 2: half the error", u=lambda u: u / 2)
faint_signals_pay_beyond_one.wrong("a power: agrees at the threshold only", u=lambda u: u**2)


@claim.reads(
    sharp_images_are_unlikely,
    "up to the threshold a code that begins to tell two modes apart costs more than it is worth",
)
def faint_signals_do_not_pay(u):
    return faint_signals_pay_beyond_one(u) >= 0


@claim.states(curvature_at_collapse)
def shifting_the_prior_pays_beyond_one(u: Positive):
    """z | ±a ~ N(±m, 1), prior N(0, 1): d²/dm² (objective) = 1 - u at m = 0

    differentiated under the integral; the Gaussian encoders of VAEs contain these"""
    z, m = sp.symbols("z m")  # per φ(z) the error is 2 q₋q₊/(q₋+q₊), q± = φ e^{±mz-m²/2}
    lost = 2 * sp.exp(-(m**2) / 2) / (sp.exp(m * z) + sp.exp(-m * z))
    yield expectation(slope_at(u / 2 * lost + m**2 / 2, m, 0, 2), {z**2: 1})
    yield "of e^{-m²/2}/cosh mz it is -(1+z²)", expectation(1 - u / 2 * (1 + z**2), {z**2: 1})
    yield "E z² = 1", 1 - u


shifting_the_prior_pays_beyond_one.check(
    textbook.curved_in_shifts, on=textbook.couplings, error=1e-11, scale=lambda u: 1 + u
)
shifting_the_prior_pays_beyond_one.wrong("a factor 2: half the error", u=lambda u: u / 2)
shifting_the_prior_pays_beyond_one.wrong("a power: agrees at the threshold only", u=lambda u: u**2)

# --- how far the best code separates ----------------------------------------------------------------------------------


@claim.states(collapse.separation_beyond, at=lambda y: collapse.self_coupled(y))
def best_separation_is_curie_weiss(y: Positive):
    """arg-min_t F(t) is the largest root of t = tanh(ut); it is 0 up to u = 1

    derived for u > 1, by y = ut: u - 1 = y coth y - 1 rises from 0 to ∞ with y; what is claimed takes u - 1"""
    s, u = sp.Symbol("t"), y / sp.tanh(y)
    t = yield Root(sp.tanh(y))
    yield slope_at(codes.guesses(s, u), s, t)
    yield "F' = artanh t - ut", (sp.log(1 + t) - sp.log(1 - t)) / 2 - u * t


best_separation_is_curie_weiss.check(
    textbook.where_the_slope_vanishes, on=textbook.either_side, at=lambda u: u - 1, error=1e-9, claimed_error=1e-13
)
best_separation_is_curie_weiss.wrong("tanh 2ut: a factor 2", symbolic=lambda y: sp.tanh(2 * y))
best_separation_is_curie_weiss.wrong("√(3(u-1)), the onset, for all u", claimed=lambda e: np.sqrt(np.maximum(3 * e, 0)))


@claim.states(lambda u: collapse.objective(collapse.separation(u), u), at=lambda y: y / np.tanh(y))
def least_cost(y: Positive):
    """min over all codes of E|x-E[x|z]|²/2βσ² + I(x; z) = (u/2)(1+t²) - ln cosh ut, t = tanh(ut)

    E F(T) ≥ min F, with equality at T = ±t"""
    t = sp.tanh(y)
    yield codes.guesses(t, y / t)
    yield "F at t = tanh y", codes.cost(t, y / t)
    yield "u = y/t", y * (t + 1 / t) / 2 - sp.log(sp.cosh(y))


least_cost.check(textbook.descended, on=textbook.starts, at="u", error=1e-11, claimed_error=1e-14)
least_cost.wrong("u(1+t²) without its ½", symbolic=lambda y: y * (sp.tanh(y) + 1 / sp.tanh(y)) - sp.log(sp.cosh(y)))
least_cost.wrong("u/2: true up to u = 1", claimed=lambda u: u / 2)


@claim.states(
    collapse.onset,
    at=lambda t: collapse.self_coupled(np.arctanh(t)),
    relation="<=",
    enclosed=over(t=EVERY, factor=lambda t: 1 - t),
)
def second_order(t: Unit):
    """u ≥ 1: t² ≤ 3(u-1), and t²/(u-1) → 3: the separation leaves 0 without a jump, by a critical exponent ½

    by t: u = artanh(t)/t"""
    yield t**2
    yield "both vanish at t = 0", 3 * (codes.artanh(t) / t - 1)


second_order.check(textbook.squared_root, on=textbook.beyond, error=1e-12, detects=1e-6)
second_order.wrong("2 for 3", symbolic=lambda t: 2 * (codes.artanh(t) / t - 1), claimed=lambda e: 2 * e)


@claim.curves
def descended(*, points=21, furthest=2.45):
    few = np.linspace(0.45, furthest, points)
    start = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    left = [modes.error(textbook.EQUAL, textbook.MODES, textbook.descent(DOUBLE, start, one, 400)) for one in few]
    best = [collapse.separated_branch(float(one)) for one in few]
    gaussian = [[(mean, var**0.5) for mean, var in (code.minor, code.major)] for code in best]
    lost = [modes.gaussian_error(DOUBLE, textbook.EQUAL, code) for code in gaussian]
    told, told_by_gaussian = (np.sqrt(np.maximum(1 - np.array(error), 0)) for error in (left, lost))
    return {"few": few, "descended": told, "gaussian": told_by_gaussian}


def _saved(t, couplings):
    """At which couplings every code costs more, and what the best one saves at the others, in words."""
    saved = {u: -np.min(collapse.objective(np.abs(t), u) - u / 2) for u in couplings}
    dear = " and ".join(f"{u:g}" for u in couplings if u <= 1)
    cheap = (f"at u = {u:g} the best one saves {saved[u]:.2f} nats" for u in couplings if u > 1)
    return ", ".join((f"at u = {dear} every code costs more", *cheap) if dear else cheap)


@claim.figure(
    "Up to a threshold no code of two modes pays; beyond it they part without a jump",
    where=r"modes at $\pm a$; $\beta$ weighs the KL term; $\sigma^2$: variance of the decoder",
)
def draw(saved, panels, *, couplings=(0.6, 1.0, 1.4)):
    found, t, u = saved["curves"], np.linspace(-1, 1, 201), np.linspace(0.3, 2.5, 221)
    left, right = panels(2)
    for one, dashes in zip(couplings, cycle(("-", "--", ":")), strict=False):
        left.exact(t, collapse.objective(np.abs(t), one) - one / 2, f"$u$ = {one:g}", dashes)
    left.axes(
        "separation $t$ of the modes",
        "cost beyond collapse (nats)",
        x_ticks=(-1, -0.5, 0, 0.5, 1),
        legend="above",
        columns=3,
    )
    right.exact(u, collapse.separation(u), "best code, exact")
    right.upright(1.0, "exact", "threshold", ":")
    right.points(found["few"], found["descended"], "data", "any code, by descent", marker="o")
    right.points(found["few"], found["gaussian"], "second", "best Gaussian", marker="s", mfc="none", ms=5)
    right.axes(r"coupling $u=a^2/\beta\sigma^2$", "separation of the modes", legend="above", columns=2)
    few, behind = found["few"], found["descended"] - found["gaussian"]
    off = np.abs(found["descended"] - collapse.separation(few)).max()
    return (
        f"(a) What a code costs that tells two equal modes apart by t, against none (t = 0): {_saved(t, couplings)}. (b) How far the best "
        f"code separates them, the root of the share of the variance that it explains: nothing up to u = 1, then continuously "
        f"more. Codes found by descent lie within {off:.1g} of the exact curve; the best Gaussian encoder starts at the same "
        f"place and stays up to {behind.max():.2f} behind, at u = {few[behind.argmax()]:.2f}."
    )
