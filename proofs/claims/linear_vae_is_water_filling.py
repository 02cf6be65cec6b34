"""A linear VAE codes each principal direction of the data down to the water level βσ², or not at all.

    λ > βσ²:  w² = λ - βσ²,  s² = βσ²/λ,  rate ½ ln(λ/βσ²),  distortion βσ²   (decoding the mean: (βσ²)²/λ)
    else      w = 0, s² = 1, rate 0, distortion λ

In one direction the objective exceeds its optimum by a square and two terms t - 1 - ln t ≥ 0, so there is no other
minimum; turned decoders and correlated posteriors only cost more. Summed over directions, rate and distortion lie on
the Gaussian rate-distortion function: reconstruction and KL are antagonists, and β says where on that curve they
settle. With a power-law spectrum it is the high frequencies that drown: blur in the literal sense.
σ² is fixed, data are centred, and only their covariance matters.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from proofs import textbook_vae as textbook
from proofs.claim import Claim, Folk, Holds
from proofs.domain import POSITIVE, REAL, Domain, above, between
from proofs.rules import Agreement
from proofs.sides import Sides
from theory import water_filling as vae

claim = Claim(
    topic="kl-pressure",
    folk=Folk("Minimising reconstruction loss and minimising KL divergence are antagonistic.", "A5", Holds()),
    references=(
        "Lucas, Tucker, Grosse & Norouzi 2019, Don't blame the ELBO!",
        "Alemi, Poole, Fischer, Dillon, Saurous & Murphy 2018, Fixing a broken ELBO",
        "Cover & Thomas 2006, Elements of information theory, §10.3",
    ),
)

# --- one direction: λ = lam, σ² = v, β = b, decoder weight w, encoder N(mx, s²) -----------------------------------------

ABOVE = Domain(b=POSITIVE, v=POSITIVE, lam=above("b*v"))
ANYWHERE = Domain(b=POSITIVE, v=POSITIVE, lam=POSITIVE, w=REAL, m=REAL, s=POSITIVE)


def _expect(x, f):
    """E f(x, ε) for x of variance λ and ε of variance 1."""
    X, E = x.Symbol("X"), x.Symbol("E")
    return x.Expectation(f(X, E), x.Tuple((X, 0), (E, 0), (X**2, x.lam), (X * E, 0), (E**2, 1)))


def _error(x, w, m, s):
    return _expect(x, lambda X, E: (X - w * (m * X + s * E)) ** 2)


def _kl(x, m, s):
    """E[ln q(z|x) - ln p(z)]."""
    return _expect(x, lambda X, E: -(E**2) / 2 - x.log(s) + (m * X + s * E) ** 2 / 2)


def _objective(x, w, m, s):
    return _error(x, w, m, s) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * _kl(x, m, s)


def _optimum(x):
    """(w, m, s) above water."""
    w = x.sqrt(x.lam - x.b * x.v)
    return w, w / x.lam, x.sqrt(x.b * x.v / x.lam)


def _directions(s, low=0.02, high=60.0):
    """(λ, σ², β): λ far below to far above the level, never within 2 %: there w turns as steeply as a root."""
    ratio = s.either(*[s.scales(1.02, high)] * (high > 1), *[s.scales(low, 0.98)] * (low < 1))
    return s.tuples(ratio, s.scales(0.05, 5.0), s.scales(0.1, 8.0)).map(lambda d: (d[0] * d[1] * d[2], *d[1:]))


def _parameters(s, **limits):
    return s.tuples(_directions(s, **limits), s.reals(-3.0, 3.0), s.reals(-3.0, 3.0), s.scales(0.05, 3.0))


def _at_50_digits(observe):
    """`confirm`: the same definition in mpmath numbers, bisected further."""

    def confirm(instance):
        import mpmath as mp

        with mp.workdps(50):
            direction, *rest = instance if isinstance(instance[0], tuple) else (instance,)
            numbers = textbook.Direction(*(mp.mpf(t) for t in direction), mp)
            return observe(numbers, *(mp.mpf(t) for t in rest), halvings=170)

    return confirm


def _digits(direction, w, m, s):
    """What float64 leaves of error in an objective, nats."""
    error, kl = direction.terms(w, m, s)
    return 1e-14 * (1 + error / direction.noise_var + direction.beta * (abs(kl) + 20))


cost = claim.statement(
    "objective_of_a_direction",
    "E(x-wz)²/2σ² + ½ ln 2πσ² + β E KL(q(z|x)‖p(z)) = [λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²)",
    claimed=vae.direction_objective,
    domain=ANYWHERE,
    definition=lambda x: _objective(x, x.w, x.m, x.s),
    symbolic=lambda x: _closed(x, x.b / 2),
    anchor=lambda claimed, b, v, lam, w, m, s: claimed(lam, w, m, s**2, v, b),
)


def _closed(x, price):
    fit = (x.lam * (1 - x.w * x.m) ** 2 + x.w**2 * x.s**2) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2
    return fit + price * (x.m**2 * x.lam + x.s**2 - 1 - x.log(x.s**2))


@cost.derivation
def by_moments(x):
    error = _expect(x, lambda X, E: X**2 * (1 - x.w * x.m) ** 2 + (x.w * x.s * E) ** 2) / (2 * x.v)
    kl = _expect(x, lambda X, E: (x.m**2 * X**2 + (x.s**2 - 1) * E**2) / 2) - x.log(x.s)
    return [("E xε = 0", error + x.log(2 * x.pi * x.v) / 2 + x.b * kl)]


by_moments.control("KL without its ½", lambda x: _closed(x, x.b), why="a factor 2")


@cost.check(instances=_parameters, confirm=_at_50_digits(lambda d, w, m, s, halvings: d.objective(w, m, s)))
def by_averaging(claimed, instance):
    (var, noise_var, beta), w, m, s = instance
    direction = textbook.Direction(var, noise_var, beta)
    digits = _digits(direction, w, m, s)
    observed = direction.objective(w, m, s)
    return Sides(observed, claimed(var, w, m, s**2, noise_var, beta), digits, digits, scale=max(1, digits * 1e14))


by_averaging.control("standard deviation", lambda a, w, m, s2, v, b: vae.direction_objective(a, w, m, s2**0.5, v, b), why="s for s²")  # fmt: skip

# --- how far any parameters are from the optimum ------------------------------------------------------------------------


def _excess(var, w, m, s, noise_var, beta):
    return vae.direction_objective(var, w, m, s**2, noise_var, beta) - vae.optimal_objective(var, noise_var, beta)


def _tangent_gap(x, t):
    return t - 1 - x.log(t)


def _sum_of_gaps(x, drowned, square=2):
    """λV(m - w/V)²/2σ² + (β/2)[gap(s²V/θ) + what w costs], V = w² + θ, θ = βσ²."""
    level, V = x.b * x.v, x.w**2 + x.b * x.v
    if drowned:
        last = _tangent_gap(x, level / V) + (1 - x.lam / level) * (1 - level / V)
    else:
        last = _tangent_gap(x, x.lam / V)
    encoder = x.lam * V * (x.m - x.w / V) ** square / (2 * x.v)
    return encoder + x.b / 2 * (_tangent_gap(x, x.s**2 * V / level) + last)


def _excess_statement(drowned):
    where, best = ("under", lambda x: (0, 0, 1)) if drowned else ("above", _optimum)
    last = "g(θ/V) + (1-λ/θ)(1-θ/V)" if drowned else "g(λ/V)"
    lam = between(0, "b*v") if drowned else above("b*v")
    statement = claim.statement(
        f"only_minimum_{where}_water",
        f"objective - optimum = λV(m-w/V)²/2σ² + (β/2)[g(s²V/θ) + {last}], g(t) = t-1-ln t, V = w²+θ, θ = βσ²",
        claimed=_excess,
        domain=Domain(b=POSITIVE, v=POSITIVE, lam=lam, w=REAL, m=REAL, s=POSITIVE),
        definition=lambda x: _objective(x, x.w, x.m, x.s) - _objective(x, *best(x)),
        symbolic=lambda x: _sum_of_gaps(x, drowned),
        anchor=lambda claimed, b, v, lam, w, m, s: claimed(lam, w, m, s, v, b),
    )

    def encoder_then_decoder(x):
        V = x.w**2 + x.b * x.v
        bayes = (x.w, x.w / V, x.sqrt(x.b * x.v / V))
        encoder = x.lam * V * (x.m - x.w / V) ** 2 / (2 * x.v) + x.b / 2 * _tangent_gap(x, x.s**2 * V / (x.b * x.v))
        return [("Bayes' encoder for w", encoder + _objective(x, *bayes) - _objective(x, *best(x)))]

    derived = statement.derivation(encoder_then_decoder)
    derived.control("the other side of the water", lambda x: _sum_of_gaps(x, not drowned), why="the neighbouring case")
    derived.control("not squared", lambda x: _sum_of_gaps(x, drowned, square=1), why="a power")

    def observe(d, w, m, s, halvings=50):
        return d.objective(w, m, s) - d.objective(*d.optimum(halvings))

    def by_bisection(claimed, instance):
        (var, noise_var, beta), *at = instance
        d = textbook.Direction(var, noise_var, beta)
        digits = _digits(d, *at) + _digits(d, 0, 0, 1)
        return Sides(observe(d, *at), claimed(var, *at, noise_var, beta), digits, digits, scale=max(1, digits * 1e14))

    limits = {"high": 1.0} if drowned else {"low": 1.0}
    checked = statement.check(instances=lambda s: _parameters(s, **limits), confirm=_at_50_digits(observe))(by_bisection)
    checked.control("β = 1", lambda a, w, m, s, v, b: _excess(a, w, m, s, v, 1.0), why="another water level")


_excess_statement(drowned=False)
_excess_statement(drowned=True)

least = claim.statement(
    "nothing_does_better",
    "objective ≥ ½ ln 2πσ² + (β/2)(1 + ln(λ/βσ²)) above water, ½ ln 2πσ² + λ/2σ² under it",
    claimed=vae.optimal_objective,
    relation=">=",
    domain=Domain(t=POSITIVE),
    symbolic=lambda x: (x.log(2 * x.pi) + 1) / 2,
    anchor=lambda claimed, t: claimed(1.0, 1 / (1 + t), 1.0),
    assumptions="enclosed at λ = β = 1 > σ², t = λ/V: that is ½ g(t) ≥ 0, of which the two identities before consist",
)


@least.enclosure(
    change={"t": (lambda u: u / (1 - u), (0, 1))}, contact={"t_t": 0.5}, factor=lambda t_t: 1 - t_t
)  # fmt: skip
def bayes_encoder(x):
    return (x.log(2 * x.pi / x.t) + x.t) / 2


bayes_encoder.control("without the 1", lambda x: x.log(2 * x.pi) / 2 + 1, why="½ in place of 1")


def _shifted(d, dw, dm, ds, halvings=50):
    w, m, s = d.optimum(halvings)
    return d.objective(w + dw, m + dm, s * d.maths.exp(ds))


@least.check(
    instances=lambda s: s.tuples(_directions(s), *[s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))] * 3),
    confirm=_at_50_digits(_shifted),
)
def beside_the_optimum(claimed, instance):
    direction, *shift = instance
    d = textbook.Direction(*direction)
    digits = _digits(d, 0, 0, 1)
    return Sides(_shifted(d, *shift), claimed(*direction), digits, digits, scale=max(1, digits * 1e14))


beside_the_optimum.control("β = 1", lambda var, noise_var, _: vae.optimal_objective(var, noise_var, 1.0), why="forgets β")

# --- what the optimum is ------------------------------------------------------------------------------------------------


def _closed_form(id, formula, claimed, *, definition, symbolic, step, observe, wrong, unit, root=False):
    """One entry of the water-filling table: derived above water, checked on both sides of it."""
    statement = claim.statement(
        id, formula, claimed=claimed, domain=ABOVE, definition=definition, symbolic=symbolic, root=root,
        anchor=lambda claimed, b, v, lam: claimed(lam, v, b),
    )  # fmt: skip

    def by_moments(x, *value):
        return [step(x, *value)]

    def by_bisection(claimed, direction):
        size = unit(*direction)
        d = textbook.Direction(*direction)
        return Sides(observe(d), claimed(*direction), textbook.ERROR * size, textbook.ERROR * size, scale=size)

    name, false, why = wrong
    statement.derivation(by_moments).control(name, false, why=why)
    checked = statement.check(instances=_directions, confirm=_at_50_digits(observe))(by_bisection)
    checked.control("β = 1", lambda var, noise_var, _: claimed(var, noise_var, 1.0), why="another water level")
