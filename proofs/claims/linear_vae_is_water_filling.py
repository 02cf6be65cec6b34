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

import math

import numpy as np

from proofs import symbolic_vae as symbols
from proofs import textbook_rate as rates
from proofs import textbook_vae as textbook
from proofs.claim import Claim, Folk, Holds
from proofs.domain import POSITIVE, REAL, UNIT, Domain, above
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

# --- one direction: decoder weight w, encoder N(mx, s²), β = b, σ² = v, λ = βσ² + g above water and fβσ² under it -------

ABOVE = Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE)
UNDER = Domain(b=POSITIVE, v=POSITIVE, f=UNIT)
CODE = Domain(w=REAL, m=REAL, s=POSITIVE)


def _level(x):
    return x.b * x.v


def _above(x):
    return _level(x) + x.g


def _optimum(x):
    """(w, m, s) above water."""
    return x.sqrt(x.g), x.sqrt(x.g) / _above(x), x.sqrt(_level(x) / _above(x))


def _closed_objective(x, lam, w, m, s, price=1):
    """[λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²)."""
    fit = (lam * (1 - w * m) ** 2 + w**2 * s**2) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2
    return fit + price * x.b / 2 * (m**2 * lam + s**2 - 1 - x.log(s**2))


def _directions(s, *parts, sides=("above", "under")):
    """λ, σ², β, then `parts`: λ up to 60 times above or under the level, 2 % off it, as there w turns like a root."""
    ratios = {"above": s.scales(1.02, 60.0), "under": s.scales(1 / 60, 0.98)}
    ratio = s.either(*[ratios[side] for side in sides])
    drawn = s.tuples(ratio, s.scales(0.05, 5.0), s.scales(0.1, 8.0), *parts)
    return drawn.map(lambda d: (d[0] * d[1] * d[2], *d[1:]))


def _codes(s, **options):
    return _directions(s, s.reals(-3.0, 3.0), s.reals(-3.0, 3.0), s.scales(0.05, 3.0), **options)


def _in_nats(direction, code, observed, claimed):
    digits = direction.digits(*code) + direction.digits(0, 0, 1)
    return Sides(observed, claimed, digits, digits, scale=1e14 * digits)


cost = claim.statement(
    "objective_of_a_direction",
    "E(x-wz)²/2σ² + ½ ln 2πσ² + β E KL(q(z|x)‖p(z)) = [λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²)",
    claimed=vae.direction_objective,
    domain=Domain(b=POSITIVE, v=POSITIVE, lam=POSITIVE, **CODE),
    definition=lambda x: symbols.objective(x, x.lam, x.w, x.m, x.s),
    symbolic=lambda x: _closed_objective(x, x.lam, x.w, x.m, x.s),
    anchor=lambda claimed, b, v, lam, w, m, s: claimed(lam, w, m, s**2, v, b),
)


@cost.derivation
def by_moments(x):
    error = symbols.expect(x, x.lam, lambda X, E: X**2 * (1 - x.w * x.m) ** 2 + (x.w * x.s * E) ** 2)
    kl = symbols.expect(x, x.lam, lambda X, E: (x.m**2 * X**2 + (x.s**2 - 1) * E**2) / 2) - x.log(x.s)
    return [("E xε = 0", error / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * kl)]


by_moments.control("KL without its ½", lambda x: _closed_objective(x, x.lam, x.w, x.m, x.s, 2), why="a factor 2")


@cost.check(instances=_codes, confirm=textbook.at_50_digits(lambda d, *code: d.objective(*code)))
def by_averaging(claimed, instance):
    var, noise_var, beta, w, m, s = instance
    direction = textbook.Direction(var, noise_var, beta)
    return _in_nats(direction, (w, m, s), direction.objective(w, m, s), claimed(var, w, m, s**2, noise_var, beta))


by_averaging.control("s for s²", lambda a, w, m, s2, *level: cost.claimed(a, w, m, s2**0.5, *level), why="a root")

# --- how far any parameters are from the optimum ------------------------------------------------------------------------


def _excess(var, w, m, s, noise_var, beta):
    return vae.direction_objective(var, w, m, s**2, noise_var, beta) - vae.optimal_objective(var, noise_var, beta)


def _gap(x, t):
    """h(t) = t - 1 - ln t, which is zero at t = 1 and else positive."""
    return t - 1 - x.log(t)


def _sum_of_gaps(x, lam, decoder, square=2):
    """λV(m-w/V)²/2σ² + (β/2)[h(s²V/θ) + decoder(V)], V = w² + θ."""
    V = x.w**2 + _level(x)
    encoder = lam * V * (x.m - x.w / V) ** square / (2 * x.v)
    return encoder + x.b / 2 * (_gap(x, x.s**2 * V / _level(x)) + decoder(x, V))


def _excess_is_a_sum_of_gaps(side, formula, domain, lam, best, decoder):
    statement = claim.statement(
        f"only_minimum_{side}_water",
        f"objective - optimum = λV(m-w/V)²/2σ² + (β/2)[h(s²V/θ) + {formula}], h(t) = t-1-ln t ≥ 0, V = w²+θ, θ = βσ²",
        claimed=_excess,
        domain=Domain(**domain, **CODE),
        definition=lambda x: symbols.objective(x, lam(x), x.w, x.m, x.s) - symbols.objective(x, lam(x), *best(x)),
        symbolic=lambda x: _sum_of_gaps(x, lam(x), decoder),
        anchor=lambda claimed, b, v, w, m, s, f=1, g=0: claimed(f * b * v + g, w, m, s, v, b),
    )

    @statement.derivation
    def both_by_moments(x):
        here, there = (_closed_objective(x, lam(x), *code) for code in ((x.w, x.m, x.s), best(x)))
        return [("E xε = 0", here - there)]

    both_by_moments.control("no square", lambda x: _sum_of_gaps(x, lam(x), decoder, 1), why="a power")

    def observe(direction, *code):
        return direction.objective(*code) - direction.objective(*direction.optimum())

    @statement.check(instances=lambda s: _codes(s, sides=(side,)), confirm=textbook.at_50_digits(observe))
    def by_search(claimed, instance):
        var, noise_var, beta, *code = instance
        direction = textbook.Direction(var, noise_var, beta)
        return _in_nats(direction, code, observe(direction, *code), claimed(var, *code, noise_var, beta))

    by_search.control("β = 1", lambda a, w, m, s, v, b: _excess(a, w, m, s, v, 1.0), why="another water level")


_excess_is_a_sum_of_gaps("above", "h(λ/V)", ABOVE, _above, _optimum, lambda x, V: _gap(x, _above(x) / V))
_excess_is_a_sum_of_gaps(
    "under", "h(θ/V) + (1-λ/θ)(1-θ/V)", UNDER, lambda x: x.f * _level(x), lambda x: (0, 0, 1),
    lambda x, V: _gap(x, _level(x) / V) + (1 - x.f) * (1 - _level(x) / V),
)  # fmt: skip

least = claim.statement(
    "nothing_does_better",
    "objective ≥ ½ ln 2πσ² + (β/2)(1 + ln(λ/βσ²)), or ½ ln 2πσ² + λ/2σ² under water",
    claimed=vae.optimal_objective,
    relation=">=",
    domain=Domain(t=POSITIVE),
    symbolic=lambda x: (x.log(2 * x.pi) + 1) / 2,
    anchor=lambda claimed, t: claimed(1.0, 1 / (1 + t), 1.0),
    assumptions="enclosed at λ = β = 1 > σ² with Bayes' encoder, t = λ/V: ½ h(t) ≥ 0, which is all the identities need",
)


@least.enclosure(change={"t": (lambda u: u / (1 - u), (0, 1))}, contact={"t_t": 0.5}, factor=lambda t_t: 1 - t_t)
def reduced_objective(x):
    return (x.log(2 * x.pi) - x.log(x.t) + x.t) / 2


reduced_objective.control("1 for ½", lambda x: x.log(2 * x.pi) / 2 + 1, why="a factor 2")


def _shifted(direction, dw, dm, ds):
    w, m, s = direction.optimum()
    return direction.objective(w + dw, m + dm, s * direction.maths.exp(ds))


@least.check(
    instances=lambda s: _directions(s, *[s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))] * 3),
    confirm=textbook.at_50_digits(_shifted),
)
def beside_the_optimum(claimed, instance):
    *at, dw, dm, ds = instance
    direction = textbook.Direction(*at)
    return _in_nats(direction, (0, 0, 1), _shifted(direction, dw, dm, ds), claimed(*at))


beside_the_optimum.control("β = 1", lambda var, noise_var, _: least.claimed(var, noise_var, 1.0), why="forgets β")

# --- what the optimum is ------------------------------------------------------------------------------------------------


def _entry(id, formula, claimed, *, definition, symbolic, step, observe, wrong, unit=lambda var, level, beta: 1.0):
    """One entry of the table: derived above water, checked on both sides; `definition(x, value)` makes it a root."""
    statement = claim.statement(
        id, formula, claimed=claimed, domain=ABOVE, definition=definition, symbolic=symbolic,
        root=definition.__code__.co_argcount == 2, anchor=lambda claimed, b, v, g: claimed(b * v + g, v, b),
    )  # fmt: skip

    @statement.derivation
    def at_the_optimum(x, *value):
        return [step(x, *value)]

    at_the_optimum.control(*wrong, why="a near miss")

    @statement.check(instances=_directions, confirm=textbook.at_50_digits(observe))
    def by_search(claimed, instance):
        var, noise_var, beta = instance
        size, observed = unit(var, noise_var * beta, beta), observe(textbook.Direction(*instance))
        error = textbook.OPTIMUM_ERROR * size
        return Sides(observed, claimed(*instance), error, error / 1000, scale=size)

    by_search.control("β = 1", lambda var, noise_var, _: claimed(var, noise_var, 1.0), why="another water level")


def _u(x):
    return x.Symbol("u", positive=True)


def _slope(x, code, value):
    """Of the objective in u at u = value, the code depending on u."""
    return x.Subs(x.Derivative(symbols.objective(x, _above(x), *code), _u(x)), _u(x), value)


def _with_bayes(x, w):
    """The code of weight w with the best encoder."""
    V = w**2 + _level(x)
    return w, w / V, x.sqrt(_level(x) / V)


_entry(
    "squared_weight",
    "w² = λ - βσ², or 0",
    vae.squared_weight,
    definition=lambda x, value: _slope(x, _with_bayes(x, x.sqrt(_u(x))), value),
    step=lambda x, value: ("½β(ln V + λ/V) + const, V = w² + θ", x.b / 2 * (value - x.g) / (value + _level(x)) ** 2),
    symbolic=lambda x: x.g,
    observe=lambda d: d.optimum()[0] ** 2,
    wrong=("λ - σ²: probabilistic PCA", lambda x: _above(x) - x.v),
    unit=lambda var, level, beta: max(var, level),
)
_entry(
    "encoder_gain",
    "m = √(λ - βσ²)/λ, or 0",
    vae.encoder_gain,
    definition=lambda x, value: _slope(x, (_optimum(x)[0], _u(x), _optimum(x)[2]), value),
    step=lambda x, value: ("a parabola in m", _above(x) * (value * _above(x) - x.sqrt(x.g)) / x.v),
    symbolic=lambda x: _optimum(x)[1],
    observe=lambda d: d.optimum()[1],
    wrong=("1/w: the inverse of the decoder", lambda x: 1 / x.sqrt(x.g)),
    unit=lambda var, level, beta: min(var, level) ** -0.5,
)
_entry(
    "encoder_var",
    "s² = βσ²/λ, or 1",
    vae.encoder_var,
    definition=lambda x, value: _slope(x, (*_optimum(x)[:2], x.sqrt(_u(x))), value),
    step=lambda x, value: ("w²/2σ² + (β/2)(1 - 1/s²)", (x.g / x.v + x.b * (1 - 1 / value)) / 2),
    symbolic=lambda x: _level(x) / _above(x),
    observe=lambda d: d.optimum()[2] ** 2,
    wrong=("σ²/λ", lambda x: x.v / _above(x)),
)
_entry(
    "rate",
    "E KL(q(z|x)‖p(z)) = ½ ln(λ/βσ²) nats, or 0",
    vae.rate,
    definition=lambda x: symbols.kl(x, _above(x), *_optimum(x)[1:]),
    step=lambda x: ("m²λ + s² = 1", -x.log(_optimum(x)[2])),
    symbolic=lambda x: x.log(_above(x) / _level(x)) / 2,
    observe=lambda d: d.kl(*d.optimum()[1:]),
    wrong=("without the ½", lambda x: x.log(_above(x) / _level(x))),
)
_entry(
    "distortion",
    "E(x-wz)² = βσ², or λ",
    vae.distortion,
    definition=lambda x: symbols.error(x, _above(x), *_optimum(x)),
    step=lambda x: ("λ(1-wm)² + w²s²", (_level(x) ** 2 + x.g * _level(x)) / _above(x)),
    symbolic=lambda x: _level(x),
    observe=lambda d: d.error(*d.optimum()),
    wrong=("σ²: the decoder's own variance", lambda x: x.v),
    unit=lambda var, level, beta: level,
)
_entry(
    "distortion_of_the_mean",
    "E(x-wmx)² = (βσ²)²/λ, or λ",
    vae.mean_distortion,
    definition=lambda x: symbols.error(x, _above(x), *_optimum(x)[:2], 0),
    step=lambda x: ("λ(1-wm)²", _above(x) * (1 - x.g / _above(x)) ** 2),
    symbolic=lambda x: _level(x) ** 2 / _above(x),
    observe=lambda d: d.error(*d.optimum()[:2], 0),
    wrong=("βσ²: decodes a draw", _level),
    unit=lambda var, level, beta: level,
)
_entry(
    "minimum_is_strict",
    "curvature in w, encoder at its best: 2βm² above water, β(βσ² - λ)/(βσ²)² at w = 0 under it",
    lambda *at: _curvature(*at),
    definition=lambda x: x.Subs(
        x.Derivative(symbols.objective(x, _above(x), *_with_bayes(x, _u(x))), (_u(x), 2)), _u(x), x.sqrt(x.g)
    ),
    step=lambda x: (
        "the slope is βw(V - λ)/V²",
        x.Subs(
            x.Derivative(x.b * _u(x) * (_u(x) ** 2 - x.g) / (_u(x) ** 2 + _level(x)) ** 2, _u(x)), _u(x), x.sqrt(x.g)
        ),
    ),
    symbolic=lambda x: 2 * x.b * x.g / _above(x) ** 2,
    observe=textbook.curvature,
    wrong=("without the 2", lambda x: x.b * x.g / _above(x) ** 2),
    unit=lambda var, level, beta: beta / min(var, level),
)


def _curvature(var, noise_var, beta):
    depth = noise_var * beta - vae.distortion(var, noise_var, beta)
    return 2 * beta * vae.encoder_gain(var, noise_var, beta) ** 2 + depth / (noise_var**2 * beta)


# --- all directions at once: x in D dimensions, decoder W (D, k), encoder N(Mx, LLᵀ) ------------------------------------


def _marginal(x, C, first, second):
    """By Bayes' rule the best encoder leaves β E[-ln N(x; 0, C)], C = WWᵀ + θI, counted from C = θI."""
    fit = x.Trace(x.diag(first, second) * C.inv())
    return x.log(2 * x.pi * x.v) + x.b / 2 * (x.log(x.Determinant(C) / _level(x) ** 2) + fit)


def _turned(x):
    """C for W = √(q+r), √q along two axes turned by φ, a = tan φ/2."""
    turn = x.Matrix([[1 - x.a**2, -2 * x.a], [2 * x.a, 1 - x.a**2]]) / (1 + x.a**2)
    return turn * x.diag(*_widths(x)) * turn.T


def _widths(x):
    """V₁ > V₂."""
    return x.q + x.r + _level(x), x.q + _level(x)


def _turning(x, power=2):
    """Σᵢ[½ ln 2πσ² + (β/2)(ln(Vᵢ/θ) + λᵢ/Vᵢ)] + (β/2) sin²φ (λ₁-λ₂)(1/V₂-1/V₁)."""
    (high, low), sin2 = _widths(x), (2 * x.a / (1 + x.a**2)) ** power
    aligned = x.log(high / _level(x)) + (x.l + x.h) / high + x.log(low / _level(x)) + x.l / low
    return x.log(2 * x.pi * x.v) + x.b / 2 * (aligned + sin2 * x.h * (1 / low - 1 / high))


def _bayes_objective(A, W, noise_var, beta):
    return vae.objective(vae.best_encoder(W, noise_var, beta), A @ A.T, noise_var, beta)


turned = claim.statement(
    "turned_decoders_cost_more",
    "best encoder: Σᵢ[½ ln 2πσ² + (β/2)(ln(Vᵢ/θ) + λᵢ/Vᵢ)] + (β/2) sin²φ (λ₁-λ₂)(1/V₂-1/V₁), Vᵢ = wᵢ²+θ, w₁ ≥ w₂",
    claimed=_bayes_objective,
    domain=Domain(b=POSITIVE, v=POSITIVE, l=POSITIVE, h=POSITIVE, q=POSITIVE, r=POSITIVE, a=REAL),
    definition=lambda x: _marginal(x, _turned(x), x.l + x.h, x.l),
    symbolic=_turning,
    anchor=lambda claimed, b, v, l, h, q, r, a: claimed(
        np.diag([l + h, l]) ** 0.5, _rotation(2 * math.atan(a)) * np.sqrt([q + r, q]), v, b
    ),
    assumptions="derived for D = k = 2, checked up to D = 3; turning the latents changes nothing, as W enters by WWᵀ",
)


def _rotation(angle):
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@turned.derivation
def by_trace_and_determinant(x):
    (high, low), sin2 = _widths(x), (2 * x.a / (1 + x.a**2)) ** 2
    trace = (x.l + x.h) * ((1 - sin2) / high + sin2 / low) + x.l * (sin2 / high + (1 - sin2) / low)
    log_det = x.log(low * high / _level(x) ** 2)
    return [("C has the eigenvalues V₁ and V₂", x.log(2 * x.pi * x.v) + x.b / 2 * (log_det + trace))]


by_trace_and_determinant.control("sin φ", lambda x: _turning(x, 1), why="a power")


@turned.check(
    instances=lambda s: textbook.decoders(s),
    confirm=lambda instance: textbook.bayes_objective(*instance, evaluate=textbook.precise_objective),
)
def by_conditioning(claimed, instance):
    return textbook.sides(textbook.bayes_objective(*instance), claimed(*instance), instance[2])


def _untempered(A, W, noise_var, beta):
    return vae.objective(vae.best_encoder(W, noise_var, 1.0), A @ A.T, noise_var, beta)


by_conditioning.control("encoder of β = 1", _untempered, why="Bayes' rule without tempering")


@least.check(instances=lambda s: textbook.vaes(s), confirm=lambda instance: textbook.precise_objective(*instance))
def turned_and_correlated(claimed, instance):
    A, W, *_, noise_var, beta = instance
    var, k = np.linalg.svd(A, compute_uv=False) ** 2, W.shape[1]
    uncoded = sum(textbook.Direction(lost, noise_var, beta).objective(0, 0, 1) for lost in var[k:])
    return textbook.sides(textbook.objective(*instance), claimed(var[:k], noise_var, beta).sum() + uncoded, noise_var)


turned_and_correlated.control("β = 1", lambda var, noise_var, _: least.claimed(var, noise_var, 1.0), why="forgets β")


def _water_filled(x, half=1):
    """Σᵢ[½ ln 2πσ² + (β/2)(1 + ln(λᵢ/θ))] for λ₂ = θ + g, λ₁ = λ₂ + h."""
    terms = (1 + x.log(lam / _level(x)) for lam in (_above(x) + x.h, _above(x)))
    return x.log(2 * x.pi * x.v) + half * x.b / 2 * sum(terms)


def _least(A, latents, noise_var, beta):
    return vae.objective(vae.optimum(A @ A.T, latents, noise_var, beta), A @ A.T, noise_var, beta)


attained = claim.statement(
    "an_optimiser_gets_there",
    "W = directions · √(λ - βσ²)⁺ with Bayes' encoder has the least objective, and gradients lead there from anywhere",
    claimed=_least,
    domain=Domain(**ABOVE, h=POSITIVE),
    definition=lambda x: _marginal(x, x.diag(_above(x) + x.h, _above(x)), _above(x) + x.h, _above(x)),
    symbolic=_water_filled,
    anchor=lambda claimed, b, v, g, h: claimed(np.diag([b * v + g, b * v + g + h]) ** 0.5, 2, v, b),
)


@attained.derivation
def at_the_water_level(x):
    log_det = x.log((_above(x) + x.h) * _above(x) / _level(x) ** 2)
    return [("Vᵢ = λᵢ", x.log(2 * x.pi * x.v) + x.b / 2 * (log_det + 2))]


at_the_water_level.control("without the ½", lambda x: _water_filled(x, 2), why="a factor 2")


@attained.check(
    instances=lambda s: textbook.decoders(s),
    confirm=lambda instance: textbook.descended(*instance, evaluate=textbook.precise_objective),
)
def by_descent(claimed, instance):
    A, W, noise_var, beta = instance
    return textbook.sides(textbook.descended(*instance), claimed(A, W.shape[1], noise_var, beta), noise_var)


def _ppca(A, latents, noise_var, beta):
    return _bayes_objective(A, vae.optimum(A @ A.T, latents, noise_var, 1.0).decoder, noise_var, beta)


by_descent.control("the decoder of β = 1", _ppca, why="probabilistic PCA")

# --- the rate-distortion function ---------------------------------------------------------------------------------------


def _rate_on_the_curve(spectrum, noise_var, beta):
    return vae.gaussian_rate(spectrum, vae.distortion(spectrum, noise_var, beta).sum())


on_curve = claim.statement(
    "rate_is_the_least_at_its_distortion",
    "Σ rate = R(Σ distortion), R(D) = min ½ Σ ln(λᵢ/Dᵢ) over Σ Dᵢ ≤ D, Dᵢ ≤ λᵢ: the Gaussian rate-distortion function",
    claimed=_rate_on_the_curve,
    domain=Domain(**ABOVE, h=POSITIVE),
    definition=lambda x: _two_codes(x, lambda lam, w, m, s: symbols.kl(x, lam, m, s)),
    symbolic=lambda x: x.log((_above(x) + x.h) * _above(x) / _level(x) ** 2) / 2,
    anchor=lambda claimed, b, v, g, h: claimed([b * v + g, b * v + g + h], v, b),
    assumptions="derived for two directions above water, checked for up to four anywhere",
)


def _two_codes(x, term):
    """Σ of term(λ, code) over two optimal codes, λ₂ = θ + g and λ₁ = λ₂ + h."""
    lams = (_above(x), _above(x) + x.h)
    return sum(term(lam, *_with_bayes(x, x.sqrt(lam - _level(x)))) for lam in lams)


@on_curve.derivation
def code_by_code(x):
    return [("m²λ + s² = 1", _two_codes(x, lambda lam, w, m, s: -x.log(s)))]


code_by_code.control("without the ½", lambda x: x.log((_above(x) + x.h) * _above(x) / _level(x) ** 2), why="a factor 2")


def _searched_and_convex(spectrum, noise_var, beta, least=rates.least_rate, maths=math):
    rate, distortion = textbook.totals(spectrum, noise_var, beta, maths)
    return np.array([rate, least(spectrum, distortion)])


def _curve_precisely(instance):
    import mpmath as mp

    with mp.workdps(50):
        spectrum, *level = [mp.mpf(var) for var in instance[0]], *map(mp.mpf, instance[1:])
        return _searched_and_convex(spectrum, *level, least=rates.precise_rate, maths=mp)


@on_curve.check(
    instances=lambda s: s.tuples(s.spectra(1, 4), s.scales(0.1, 3.0), s.scales(0.2, 4.0)), confirm=_curve_precisely
)
def by_convex_minimisation(claimed, instance):
    return Sides(_searched_and_convex(*instance), claimed(*instance), 1e-9, 1e-13, scale=1.0)


by_convex_minimisation.control(
    "at the distortion of the means",
    lambda spectrum, *level: vae.gaussian_rate(spectrum, vae.mean_distortion(spectrum, *level).sum()),
    why="the neighbouring distortion",
)


def _drowning(frequency, exponent, beta):
    """The σ² from which on frequency k of a spectrum k^-α is no longer coded, by bisection."""
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        coded = vae.active(frequency**-exponent, math.exp(middle), beta)
        low, high = (middle, high) if coded else (low, middle)
    return math.exp(low)


frequencies = claim.statement(
    "high_frequencies_go_first",
    "frequency k of a spectrum λ_k = k^-α is coded iff σ² < k^-α/β: as σ² or β rises, the highest drown first",
    claimed=_drowning,
    domain=Domain(k=above(1), e=POSITIVE, b=POSITIVE),
    definition=lambda x, value: x.Subs(x.Derivative(_reduced(x, value), (_u(x), 2)), _u(x), 0),
    symbolic=lambda x: x.k**-x.e / x.b,
    root=True,
    anchor=lambda claimed, k, e, b: claimed(k, e, b),
)


def _reduced(x, noise_var):
    """The objective at weight u and the best encoder, up to a constant."""
    V = _u(x) ** 2 + x.b * noise_var
    return x.b / 2 * (x.log(V) + symbols.expect(x, x.k**-x.e, lambda X, E: X**2) / V)


@frequencies.derivation
def by_curvature(x, value):
    return [("at w = 0 it is β(θ - λ)/θ²", x.b * (x.b * value - x.k**-x.e) / (x.b * value) ** 2)]


by_curvature.control("amplitude for power", lambda x: x.k ** (-x.e / 2) / x.b, why="a square root")


def _last_coded(frequency, exponent, beta, maths=math, halvings=50):
    """The σ² at which the slope of the objective at w = √λ/10⁴ changes sign: where w² + βσ² passes λ."""
    var, low, high = frequency**-exponent, 0 * beta - 60, 0 * beta + 60
    for _ in range(halvings):
        middle = (low + high) / 2
        falling = textbook.Direction(var, maths.exp(middle), beta, maths).slope(maths.sqrt(var) / 10**4) < 0
        low, high = (middle, high) if falling else (low, middle)
    return maths.exp(low) + var / beta / 10**8


def _last_coded_precisely(instance):
    import mpmath as mp

    with mp.workdps(50):
        return _last_coded(*map(mp.mpf, instance), maths=mp, halvings=170)


@frequencies.check(
    instances=lambda s: s.tuples(s.reals(1.0, 64.0), s.reals(0.5, 3.0), s.scales(0.1, 8.0)),
    confirm=_last_coded_precisely,
    resolution=1e-6,
)
def by_slope(claimed, instance):
    observed = _last_coded(*instance)
    return Sides(observed, claimed(*instance), 1e-7 * observed, 1e-13 * observed)


by_slope.control("β = 1", lambda frequency, exponent, _: _drowning(frequency, exponent, 1.0), why="another water level")

# --- networks -------------------------------------------------------------------------------------------------------------


def _toy(W, M, L, noise_var, beta, exponent=1.5):
    """Loss, rate and distortion of the toy with given parameters, on signals with spectrum k^-α."""
    import torch

    from toys.linear_vae import LinearVAE
    from toys.targets import power_law_signal

    learner = LinearVAE(power_law_signal(len(W), exponent), len(M), full=True, sampled=True, population=True)
    affine = (
        net.layout.row(A, np.zeros((len(A), 1))) for net, A in ((learner.decoder_net, W), (learner.encoder_net, M))
    )
    scale = np.tril(L, -1) + np.diag(np.log(np.diag(L)))
    players = {"vae": torch.tensor(learner.layout.row(*affine, scale, np.zeros(1)))[None]}
    hyper = {"beta": torch.from_numpy(np.array([beta])), "std": torch.from_numpy(np.array([noise_var**0.5]))}
    x = learner.draw(1, 16, lambda n: np.zeros((n, len(W))), np.random.default_rng(0))["x"]
    signs = textbook.signs(len(M)).T[None]  # every x with every sign of ε: the loss of this batch is its expectation
    batch = {"x": np.repeat(x, signs.shape[2], axis=2), "noise": np.tile(signs, x.shape[2])}
    loss = learner.loss(
        "vae", players, {name: torch.tensor(draws, dtype=torch.float64) for name, draws in batch.items()}, hyper
    )
    return np.array([loss.item(), *learner.rate_distortion(players, hyper)[0].tolist()])


toy = claim.statement(
    "networks_descend_this_objective",
    "the loss of the toy is the objective",
    claimed=_toy,
    domain=Domain(b=POSITIVE, v=POSITIVE, **CODE),
    definition=lambda x: symbols.objective(x, 1, x.w, x.m, x.s),
    symbolic=lambda x: _closed_objective(x, 1, x.w, x.m, x.s),
    anchor=lambda claimed, b, v, w, m, s: claimed(*(np.array([[t]]) for t in (w, m, s)), v, b)[0],
    assumptions="derived for one direction of variance 1; checked with rate and distortion for D = 3, k = 2 and k^-α",
)


@toy.derivation
def with_unit_variance(x):
    error, kl = (1 - x.w * x.m) ** 2 + (x.w * x.s) ** 2, (x.m**2 + x.s**2 - 1) / 2 - x.log(x.s)
    return [("E xε = 0", error / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * kl)]


with_unit_variance.control("KL without its ½", lambda x: _closed_objective(x, 1, x.w, x.m, x.s, 2), why="a factor 2")


def _toy_observed(instance, objective=textbook.objective):
    from scipy.fft import idct

    *code, noise_var, beta, exponent = instance
    A = idct(np.eye(3), axis=0, norm="ortho") * np.arange(1.0, 4.0) ** (-exponent / 2)
    error, kl = textbook.terms(A, *code)
    return np.array([objective(A, *code, noise_var, beta), kl, error])


@toy.check(
    instances=lambda s: s.tuples(
        textbook.codes(s, 3, 2), s.scales(0.1, 3.0), s.scales(0.2, 4.0), s.reals(0.5, 3.0)
    ).map(lambda t: (*t[0], *t[1:])),
    confirm=lambda instance: _toy_observed(instance, textbook.precise_objective),
)
def by_textbook(claimed, instance):
    return textbook.sides(_toy_observed(instance), claimed(*instance), instance[3])


by_textbook.control("objective/β", lambda W, M, L, v, b, e: _toy(W, M, L, v * b, 1.0, e), why="a scale")

NOISE_VAR, BETAS = 0.1, (0.4, 1.5, 5.0)


@on_curve.experiment(
    rule=Agreement(0.03, "of the closed form"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 4 * 24 * 500, "full": 4 * 48 * 2500},
    reason="minibatches and drawn codes leave one or two percent; training at 1.5β changes every entry by far more",
)
def linear_vaes(run):
    from toys.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets import power_law_signal
    from toys.train import fit

    target, arms, n = power_law_signal(4, 1.5), (*BETAS, 1.5 * BETAS[1]), len(run.seeds)
    learner = LinearVAE(target, 4, np.repeat(arms, n), NOISE_VAR**0.5, full=True, sampled=True, spread=0.3)
    members = [seed + (arm << 31) for arm in range(len(arms)) for seed in run.seeds]
    steps, rule = 500 if run.quick else 2500, Adam(0.05, beta2=0.95, decay="cosine")
    fitted = fit(learner, seeds=members, steps=steps, batch=128, optimiser=rule, device=run.device)
    W, M, S = (fitted.evaluate(part) for part in (learner.decoder, learner.encoder, learner.encoder_cov))
    left = np.eye(4) - W @ M
    error = left @ target.cov @ left.mT + W @ S @ W.mT

    def by_arm(values):
        return np.moveaxis(values.reshape(len(arms), n, *values.shape[1:]), 0, 1)

    return {
        "spectrum": target.spectrum,
        "squared_weights": by_arm(np.linalg.eigvalsh(W @ W.mT)[:, ::-1]),
        "distortions": by_arm(np.einsum("dk,ndc,ck->nk", target.basis, error, target.basis)),
        "totals": by_arm(fitted.evaluate(learner.rate_distortion)),
        "diverged": by_arm(fitted.diverged >= 0).any(axis=1),
    }


@linear_vaes.measure
def farthest(claimed, data):
    """The relative deviation from the table, averaged over β: the largest of squared weights, distortions and rate."""
    spectrum, arms = data["spectrum"], {"network": list(enumerate(BETAS)), "control": [(len(BETAS), BETAS[1])]}

    def deviations(arm, beta):
        at = (spectrum, NOISE_VAR, beta)
        weights = (data["squared_weights"][:, arm] - vae.squared_weight(*at)) / np.linalg.norm(spectrum)
        distortions = data["distortions"][:, arm] / vae.distortion(*at) - 1
        rate = data["totals"][:, arm, 0] / claimed(*at) - 1
        return [np.linalg.norm(weights, axis=1), np.sqrt(np.mean(distortions**2, axis=1)), np.abs(rate)]

    return {name: np.mean([deviations(*arm) for arm in members], axis=0).max(axis=0) for name, members in arms.items()}


@claim.curves
def water_filling():
    from toys.targets import power_law_signal

    spectrum, signal = power_law_signal(4, 1.5).spectrum, power_law_signal(64, 2.0)
    codes = np.sqrt(signal.spectrum) * np.random.default_rng(7).standard_normal(64)
    level = (signal.spectrum, NOISE_VAR, 0.1)
    seen = np.sqrt(vae.squared_weight(*level)) * vae.encoder_gain(*level) * codes
    D = np.linspace(0.08, 1, 80) * spectrum.sum()
    return {
        "filled": np.array([vae.distortion(spectrum, NOISE_VAR, beta) for beta in BETAS]),
        "curve": np.array([[vae.gaussian_rate(spectrum, d) for d in D], D]),
        "totals": np.array([[f(spectrum, NOISE_VAR, b).sum() for f in (vae.rate, vae.distortion)] for b in BETAS]),
        "signal": signal.basis @ codes,
        "seen": signal.basis @ seen,
        "coded": vae.active(*level).sum(),
    }


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels, spread

    nets, exact, k = saved["linear_vaes"], saved["curves"], np.arange(1, 5)
    water, curve, signal = panels(figure, 3)
    water.plot(k, nets["spectrum"], "D:", color=COLOUR["data"], ms=3, lw=0.8, label=r"data, $\lambda_k$")
    left = r"left over, $\min(\lambda_k, \beta\sigma^2)$"
    for arm, filled in enumerate(exact["filled"]):
        water.plot(k, filled, color=COLOUR["exact"], label="" if arm else left)
        spread(water, k, nets["distortions"][:, arm], COLOUR["network"], "" if arm else "linear VAEs")
        water.annotate(rf"$\beta = {BETAS[arm]:g}$", (1.15, filled[0] * 0.8), va="top")
    spread(water, k + 0.08, nets["distortions"][:, 3], COLOUR["control"], r"control: $\beta = 2.25$", "s")
    water.set(xlabel="frequency $k$", ylabel="variance", yscale="log", xticks=k, ylim=(0.02, 20))
    water.legend(loc="upper right")
    curve.plot(*exact["curve"], color=COLOUR["exact"], label="$D(R)$ of a Gaussian")
    curve.plot(*exact["totals"].T, "o", mfc="none", ms=8, color=COLOUR["exact"], label="closed form")
    for arm, (name, marker) in enumerate([("network", "o")] * 3 + [("control", "s")]):
        curve.plot(*nets["totals"][:, arm].T, marker, color=COLOUR[name], ms=2)
    curve.set(xlabel="rate (nats)", ylabel="distortion", ylim=(0, 2))
    curve.legend(loc="upper right")
    signal.plot(exact["signal"], color=COLOUR["data"], lw=0.6, label="signal")
    signal.plot(
        exact["seen"], color=COLOUR["exact"], label=f"mean decoded\nfrom {int(exact['coded'])} of 64\nfrequencies"
    )
    signal.set(xlabel="sample", ylabel="value", ylim=(-0.2, 0.4))
    signal.legend(loc="upper left")
