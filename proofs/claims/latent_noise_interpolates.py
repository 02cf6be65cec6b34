"""Noise in the code makes the decoder smooth and fills the prior's holes; what it decodes from the prior spreads less.

    g(z) = E[x|z],  z = m(x) + √v N:   g'(z) = Cov(x, m(x)|z)/v                  two modes: at most am/v
    from the prior, m² + v = 1:        Var g = a² E tanh²(mN/v) ≤ a² (1-v)/v²  → 0 as v → 1
    holes, γ = (1-v)/v:                d KL(q(z)‖p(z))/dγ = ½[1/(1+γ) - E(x-E[x|z])²/a²] ≥ 0

The last is the excess of the best linear decoder's error over the best one's, so KL falls as noise grows. Smoothness
and filled holes are bought with diversity of what is shown: at v = 1 every code decodes to the mean. Noise makes the
latent space interpolable; it does not make what is decoded more diverse.
"""

from itertools import cycle
from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, Unit, between, given
from proofs.sentences import noise_makes_the_latent_interpolable
from proofs.textbook import noisy_code as textbook
from proofs.words import expectation, sp
from proofs.words.arithmetic import DOUBLE
from theory import encoder_noise

claim = Claim(topic="kl-pressure", after="encoder_noise_averages", references=("hatsell1971", "guo2005"))
Noise = Annotated[Letter, between(1, 9)]
Place = Annotated[Letter, between(-3, 3)]
Code = Annotated[Letter, between(-2, 2)]
Apart = Annotated[Letter, between(0, 3)]

# --- slope ----------------------------------------------------------------------------------------------------------------


@claim.states(
    encoder_noise.best_decoder_slope, at=lambda w, v, z, p, d, m, e: (z, [1 - w, w], [p, p + d], [m, m + e], v)
)
def slope_is_a_covariance(w: Unit, v: Noise, z: Place, p: Real, d: Positive, m: Code, e: Apart):
    """g(z) = E[x|z] has g'(z) = Cov(x, m(x)|z)/v

    z = m(x) + √v N, E x² finite; derived for two values p, p+d of x, codes m, m+e and moderate odds, checked to five"""
    y = sp.Symbol("z")
    log_odds = sp.log(w / (1 - w)) + ((y - m) ** 2 - (y - m - e) ** 2) / (2 * v)
    odds = sp.exp(-log_odds).subs(y, z)
    yield sp.Subs(sp.Derivative(p + d / (1 + sp.exp(-log_odds)), y), y, z)
    yield "the log odds of two codes have slope e/v", d * odds / (1 + odds) ** 2 * e / v
    yield "p(1-p) de/v for the posterior p of the second value", textbook.covariance(w, v, z, d, m, e) / v


slope_is_a_covariance.check(
    textbook.slope_of_mean, on=textbook.laws, error=1e-9, claimed_error=1e-13, scale=lambda z, w, x, c, v: 3 / v
)
slope_is_a_covariance.wrong(
    "without 1/v", symbolic=textbook.covariance, claimed=lambda *law: encoder_noise.best_decoder_slope(*law) * law[-1]
)  # fmt: skip
slope_is_a_covariance.wrong(
    "over √v: a missing square", symbolic=lambda w, v, z, d, m, e: textbook.covariance(w, v, z, d, m, e) / sp.sqrt(v),
    claimed=lambda *law: encoder_noise.best_decoder_slope(*law) * law[-1] ** 0.5,
)  # fmt: skip


@claim.states(encoder_noise.decoder_slope)
def slope_between_two_modes(z: Real, a: Positive, m: Positive, v: Positive):
    """two modes: g'(z) = (am/v) sech²(mz/v), at most am/v, in the middle"""
    yield sp.Derivative(a * sp.tanh(m * z / v), z)
    yield "tanh' = 1 - tanh²", a * m / v * (1 - sp.tanh(m * z / v) ** 2)
    yield "1 - tanh² = sech²", a * m / v / sp.cosh(m * z / v) ** 2


slope_between_two_modes.check(
    textbook.slope_between_modes, on=textbook.between_modes, error=1e-8, claimed_error=1e-14,
    scale=lambda z, a, m, v: a * m / v, resolution=2e-8,
)  # fmt: skip
slope_between_two_modes.wrong("the bound", symbolic=lambda a, m, v: a * m / v, claimed=lambda z, a, m, v: a * m / v)
slope_between_two_modes.wrong("a/m: from mode to mode", symbolic=lambda a, m: a / m, claimed=lambda z, a, m, v: a / m)


@claim.reads(
    noise_makes_the_latent_interpolable, "between two codes the output changes no faster than twice as fast as the code"
)
def is_smooth(v):
    """In the middle, where it is steepest, at m² + v = 1."""
    return slope_between_two_modes(0, 1, (1 - v) ** 0.5, v) <= 2


# --- what is decoded from the prior ---------------------------------------------------------------------------------------


@claim.states(encoder_noise.prior_decoded_var, at=lambda a, r: (a, r, 1.0))
def spread_over_the_prior(a: Positive, r: Positive):
    """Var g(z) = a² E tanh²(mN/v) = a²(1 - E sech²(mN/v)) for z ~ N(0, 1)

    T = tanh(rN) is odd, r = m/v"""
    T, left = sp.Symbol("T"), 1 - textbook.mean_sech(r**2, 2)
    yield expectation((a * T) ** 2, {T: 0, T**2: left})
    yield "E T = 0, T² = 1 - sech²", a**2 * left


spread_over_the_prior.check(textbook.prior_spread, on=textbook.any_codes, at=lambda a, m, v: (a, m, v), error=1e-11)
spread_over_the_prior.wrong(
    "E sech²: the complement", symbolic=lambda a, r: a**2 * textbook.mean_sech(r**2, 2),
    claimed=lambda a, m, v: a**2 - encoder_noise.prior_decoded_var(a, m, v),
)  # fmt: skip
spread_over_the_prior.wrong(
    "√v: a missing square", claimed=lambda a, m, v: encoder_noise.prior_decoded_var(a, m, v**0.5)
)


@claim.reads(
    noise_makes_the_latent_interpolable, "what is decoded from the prior has half of the variance of the data, or more"
)
def is_diverse(v):
    return spread_over_the_prior(1, (1 - v) ** 0.5 / v) >= 0.5


@claim.states(lambda a, v: encoder_noise.prior_decoded_bound(a, (1 - v) ** 0.5, v), relation="<=")
def spread_vanishes(a: Positive, v: Unit):
    """m² + v = 1: Var g(z) ≤ a²m²/v² = a²(1-v)/v², which falls to 0 as v → 1

    T = tanh(mN/v); the larger v, the smaller m/v and with it every tanh²"""
    (T, N), r = sp.symbols("T N"), sp.sqrt(1 - v) / v
    yield expectation((a * T) ** 2, {T: 0, T**2: 1 - textbook.mean_sech(r**2, 2)})
    yield given("tanh_under_the_diagonal"), expectation((a * r * N) ** 2, {N: 0, N**2: 1})
    yield "E N² = 1", a**2 * (1 - v) / v**2


spread_vanishes.check(textbook.balanced_spread, on=textbook.signals, error=1e-11, claimed_error=1e-8, resolution=2e-8)
spread_vanishes.wrong("half of it", a=lambda a: a / sp.sqrt(2))

# --- holes ------------------------------------------------------------------------------------------------------------------


@claim.states(lambda gamma: encoder_noise.linear_error(1.0, gamma))
def holes_fill(g: Positive):
    """m² + v = 1, γ = m²/v: 2 dKL(q(z)‖p(z))/dγ = 1/(1+γ) - E(x-E[x|z])²/a², the excess of the best linear decoder

    KL(q‖p) is rate ½ ln(1+γ) less information, whose slope is 1 - E tanh(Y) dY/dγ, Y = γ+√γN; stated with
    E(x-E[x|z])²/a² on the left"""
    rise, left = sp.Derivative(sp.log(1 + g), g), textbook.in_middle(g)
    yield rise - 2 * textbook.gained(g) + textbook.missed(g)
    yield "dI/dγ is half the error (encoder_noise_averages)", rise - left + left
    yield "differentiate", 1 / (1 + g)


holes_fill.check(textbook.filling, on=textbook.not_too_noisy, error=1e-8, claimed_error=1e-14, resolution=2e-8)
holes_fill.wrong("m = 1: another path to v = 1", symbolic=lambda g: 1 / g, claimed=lambda gamma: 1 / gamma)
holes_fill.wrong("at 2γ: a factor 2", g=lambda g: 2 * g)


@claim.states(encoder_noise.linear_error, relation="<=")
def linear_is_no_better(a: Positive, g: Positive):
    """E(x-E[x|z])² ≤ a²/(1+γ), so that KL(q(z)‖p(z)) falls as noise grows"""
    Y = sp.Symbol("Y")
    line = expectation((1 - Y / (1 + g)) ** 2, {Y: g, Y**2: g + g**2})
    yield a**2 * textbook.missed(g)
    yield given("mean_is_best", "E[x|z] errs least (l2_optimum_is_mean), aY/(1+γ) is one guess"), a**2 * line
    yield "E Y² = γ + γ²", a**2 / (1 + g)


linear_is_no_better.check(textbook.error_of, on=lambda s: textbook.codes(s, 1e-3, 60.0), error=1e-11)
linear_is_no_better.wrong("at 2γ: γ = m²/v against 2m²/v", g=lambda g: 2 * g)


@claim.curves
def by_quadrature(*, points=10):
    some = np.linspace(0.05, 0.95, points)
    spreads = [textbook.prior_spread(DOUBLE, 1.0, (1 - v) ** 0.5, v) for v in some]
    gaps = [textbook.divergence(DOUBLE, (1 - v) / v) for v in some]
    return {"some": some, "spreads": np.array(spreads), "gaps": np.array(gaps)}


@claim.figure(
    "Noise smooths the decoder and fills the prior's holes, but outputs spread less",
    where=r"data $\pm a$ with codes $N(\pm m, v)$; $g$: the decoder",
)
def draw(saved, panels, *, noises=(0.1, 0.4, 0.8)):
    found, z, v = saved["curves"], np.linspace(-3, 3, 301), np.linspace(0.02, 0.999, 200)
    smooth, spread, holes = panels(3)
    for noise, style in zip(noises, cycle(("-", "--", ":")), strict=False):
        smooth.exact(z, encoder_noise.decoder(z, 1.0, (1 - noise) ** 0.5, noise), f"$v = {noise:g}$", style)
    smooth.axes("code $z$", "decoded $g(z)/a$", y_ticks=(-1, 0, 1), legend="above")
    m = np.sqrt(1 - v)
    bound = encoder_noise.prior_decoded_bound(1.0, m, v)
    low = bound < 1
    spread.exact(v, encoder_noise.prior_decoded_var(1.0, m, v), "exact")
    spread.exact(v[low], bound[low], "bound, where below 1", ":")
    spread.points(found["some"], found["spreads"], "data", "by quadrature", marker="o")
    spread.axes("encoder noise $v$", "variance of outputs / $a^2$", legend="above")
    holes.exact(v, encoder_noise.prior_gap(m, v), "exact")
    holes.points(found["some"], found["gaps"], "data", "by quadrature", marker="o")
    holes.axes("encoder noise $v$", "misfit of codes and prior (nats)", legend="above")
    some, first, last = found["some"], 0, -1
    return (
        f"Two modes ±a, codes of variance 1 of which v is noise. (a) The more noise, the more gradually the best decoder passes "
        f"from one mode to the other. (b) Of what is decoded from the prior, the variance falls from "
        f"{found['spreads'][first]:.2f} a² at v = {some[first]:.2f} to {found['spreads'][last]:.3f} a² at v = {some[last]:.2f}. "
        f"(c) So does the divergence of the codes' law from the prior, the holes that codes leave in it, from "
        f"{found['gaps'][first]:.2f} to {found['gaps'][last]:.1g} nats."
    )
