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
from proofs.claim import Claim, Folk, Holds, Step
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
PARAMETERS = Domain(w=REAL, m=REAL, s=POSITIVE)


def _level(x):
    return x.b * x.v


def _above(x):
    return _level(x) + x.g


def _under(x):
    return _level(x) * x.f


def _expect(x, lam, f):
    """E f(x, ε) for x of variance λ and ε of variance 1."""
    X, E = x.Symbol("X"), x.Symbol("E")
    return x.Expectation(f(X, E), x.Tuple((X, 0), (E, 0), (X**2, lam), (X * E, 0), (E**2, 1)))


def _error(x, lam, w, m, s):
    return _expect(x, lam, lambda X, E: (X - w * (m * X + s * E)) ** 2)


def _kl(x, lam, m, s):
    """E[ln q(z|x) - ln p(z)] at z = mx + sε."""
    return _expect(x, lam, lambda X, E: -(E**2) / 2 - x.log(s) + (m * X + s * E) ** 2 / 2)


def _objective(x, lam, w, m, s):
    return _error(x, lam, w, m, s) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * _kl(x, lam, m, s)


def _optimum(x):
    """(w, m, s) above water."""
    return x.sqrt(x.g), x.sqrt(x.g) / _above(x), x.sqrt(_level(x) / _above(x))


def _closed_objective(x, lam, w, m, s, price=1):
    """[λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²)."""
    fit = (lam * (1 - w * m) ** 2 + w**2 * s**2) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2
    return fit + price * x.b / 2 * (m**2 * lam + s**2 - 1 - x.log(s**2))


def _directions(s, sides=("above", "under")):
    """λ, σ², β: λ up to a factor 60 above or under the level, 2 % off it at least, where w turns as steeply as a root."""
    ratios = {"above": s.scales(1.02, 60.0), "under": s.scales(1 / 60, 0.98)}
    parts = s.tuples(s.either(*[ratios[side] for side in sides]), s.scales(0.05, 5.0), s.scales(0.1, 8.0))
    return parts.map(lambda d: (d[0] * d[1] * d[2], d[1], d[2]))


def _beside(s, *parts, **sides):
    return s.tuples(_directions(s, **sides), *parts).map(lambda t: (*t[0], *t[1:]))


def _parameters(s, **sides):
    return _beside(s, s.reals(-3.0, 3.0), s.reals(-3.0, 3.0), s.scales(0.05, 3.0), **sides)


def _in_nats(direction, parameters, observed, claimed):
    digits = direction.digits(*parameters) + direction.digits(0, 0, 1)
    return Sides(observed, claimed, digits, digits, scale=1e14 * digits)


cost = claim.statement(
    "objective_of_a_direction",
    "E(x-wz)²/2σ² + ½ ln 2πσ² + β E KL(q(z|x)‖p(z)) = [λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²)",
    claimed=vae.direction_objective,
    domain=Domain(b=POSITIVE, v=POSITIVE, lam=POSITIVE, **PARAMETERS),
    definition=lambda x: _objective(x, x.lam, x.w, x.m, x.s),
    symbolic=lambda x: _closed_objective(x, x.lam, x.w, x.m, x.s),
    anchor=lambda claimed, b, v, lam, w, m, s: claimed(lam, w, m, s**2, v, b),
)


@cost.derivation
def by_moments(x):
    error = _expect(x, x.lam, lambda X, E: X**2 * (1 - x.w * x.m) ** 2 + (x.w * x.s * E) ** 2)
    kl = _expect(x, x.lam, lambda X, E: (x.m**2 * X**2 + (x.s**2 - 1) * E**2) / 2) - x.log(x.s)
    return [("E xε = 0", error / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * kl)]


by_moments.control("KL without its ½", lambda x: _closed_objective(x, x.lam, x.w, x.m, x.s, 2), why="a factor 2")


@cost.check(instances=_parameters, confirm=textbook.at_50_digits(lambda d, w, m, s: d.objective(w, m, s)))
def by_averaging(claimed, instance):
    var, noise_var, beta, w, m, s = instance
    direction = textbook.Direction(var, noise_var, beta)
    return _in_nats(direction, (w, m, s), direction.objective(w, m, s), claimed(var, w, m, s**2, noise_var, beta))


by_averaging.control("s for s²", lambda a, w, m, s2, *level: cost.claimed(a, w, m, s2**0.5, *level), why="a root")

# --- how far any parameters are from the optimum ------------------------------------------------------------------------


def _excess(var, w, m, s, noise_var, beta):
    return vae.direction_objective(var, w, m, s**2, noise_var, beta) - vae.optimal_objective(var, noise_var, beta)


def _gap(x, t):
    """t - 1 - ln t, which is zero at t = 1 and else positive."""
    return t - 1 - x.log(t)


def _sum_of_gaps(x, lam, decoder, square=2):
    """λV(m-w/V)²/2σ² + (β/2)[g(s²V/θ) + decoder(V)], V = w² + θ."""
    V = x.w**2 + _level(x)
    return lam * V * (x.m - x.w / V) ** square / (2 * x.v) + x.b / 2 * (_gap(x, x.s**2 * V / _level(x)) + decoder(V))


def _excess_is_a_sum_of_gaps(side, formula, lam, decoder, best, domain):
    statement = claim.statement(
        f"only_minimum_{side}_water",
        f"objective - optimum = λV(m-w/V)²/2σ² + (β/2)[h(s²V/θ) + {formula}], h(t) = t-1-ln t ≥ 0, V = w²+θ, θ = βσ²",
        claimed=_excess,
        domain=domain,
        definition=lambda x: _objective(x, lam(x), x.w, x.m, x.s) - _objective(x, lam(x), *best(x)),
        symbolic=lambda x: _sum_of_gaps(x, lam(x), lambda V: decoder(x, V)),
        anchor=lambda claimed, b, v, w, m, s, **at: claimed(b * v + at["g"] if "g" in at else b * v * at["f"], w, m, s, v, b),
    )

    @statement.derivation
    def both_by_moments(x):
        here, there = (_closed_objective(x, lam(x), *at) for at in ((x.w, x.m, x.s), best(x)))
        return [("E xε = 0", here - there)]

    both_by_moments.control("no square", lambda x: _sum_of_gaps(x, lam(x), lambda V: decoder(x, V), 1), why="a power")

    def observe(direction, *parameters):
        return direction.objective(*parameters) - direction.objective(*direction.optimum())

    @statement.check(instances=lambda s: _parameters(s, sides=(side,)), confirm=textbook.at_50_digits(observe))
    def by_search(claimed, instance):
        var, noise_var, beta, *parameters = instance
        direction = textbook.Direction(var, noise_var, beta)
        return _in_nats(direction, parameters, observe(direction, *parameters), claimed(var, *parameters, noise_var, beta))

    by_search.control("β = 1", lambda a, w, m, s, v, b: _excess(a, w, m, s, v, 1.0), why="another water level")


_excess_is_a_sum_of_gaps(
    "above", "h(λ/V)", _above, lambda x, V: _gap(x, _above(x) / V), _optimum, Domain(**ABOVE, **PARAMETERS)
)
_excess_is_a_sum_of_gaps(
    "under",
    "h(θ/V) + (1-λ/θ)(1-θ/V)",
    _under,
    lambda x, V: _gap(x, _level(x) / V) + (1 - x.f) * (1 - _level(x) / V),
    lambda x: (0, 0, 1),
    Domain(b=POSITIVE, v=POSITIVE, f=UNIT, **PARAMETERS),
)

least = claim.statement(
    "nothing_does_better",
    "objective ≥ ½ ln 2πσ² + (β/2)(1 + ln(λ/βσ²)), or ½ ln 2πσ² + λ/2σ² under water",
    claimed=vae.optimal_objective,
    relation=">=",
    domain=Domain(t=POSITIVE),
    symbolic=lambda x: (x.log(2 * x.pi) + 1) / 2,
    anchor=lambda claimed, t: claimed(1.0, 1 / (1 + t), 1.0),
    assumptions="enclosed at λ = β = 1 > σ² with Bayes' encoder and t = λ/V: ½ h(t) ≥ 0, all that the identities need",
)


@least.enclosure(change={"t": (lambda u: u / (1 - u), (0, 1))}, contact={"t_t": 0.5}, factor=lambda t_t: 1 - t_t)
def reduced_objective(x):
    return (x.log(2 * x.pi) - x.log(x.t) + x.t) / 2


reduced_objective.control("1 for ½", lambda x: x.log(2 * x.pi) / 2 + 1, why="a factor 2")


def _shifted(direction, dw, dm, ds):
    w, m, s = direction.optimum()
    return direction.objective(w + dw, m + dm, s * direction.maths.exp(ds))


@least.check(
    instances=lambda s: _beside(s, *[s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))] * 3),
    confirm=textbook.at_50_digits(_shifted),
)
def beside_the_optimum(claimed, instance):
    *at, dw, dm, ds = instance
    direction = textbook.Direction(*at)
    return _in_nats(direction, (0, 0, 1), _shifted(direction, dw, dm, ds), claimed(*at))


beside_the_optimum.control("β = 1", lambda var, noise_var, _: least.claimed(var, noise_var, 1.0), why="forgets β")

# --- what the optimum is ------------------------------------------------------------------------------------------------


def _closed_form(id, formula, claimed, *, definition, symbolic, step, observe, unit, wrong, why, root=False):
    """One entry of the table: derived above water, checked on both sides."""
    statement = claim.statement(
        id,
        formula,
        claimed=claimed,
        domain=ABOVE,
        definition=definition,
        symbolic=symbolic,
        root=root,
        anchor=lambda claimed, b, v, g: claimed(b * v + g, v, b),
    )

    @statement.derivation
    def at_the_optimum(x, *value):
        return [step(x, *value)]

    at_the_optimum.control("near miss", wrong, why=why)

    @statement.check(instances=_directions, confirm=textbook.at_50_digits(observe))
    def by_search(claimed, instance):
        error = textbook.OPTIMUM_ERROR * unit(*instance)
        observed = observe(textbook.Direction(*instance))
        return Sides(observed, claimed(*instance), error, error / 1000, scale=unit(*instance))

    by_search.control("β = 1", lambda var, noise_var, _: claimed(var, noise_var, 1.0), why="another water level")


def _slope(x, objective, letter, value):
    return x.Subs(x.Derivative(objective, letter), letter, value)


def _free(x):
    return x.Symbol("u", positive=True)


def _reduced(x, u):
    """The objective at w² = u and Bayes' encoder."""
    V = u + _level(x)
    return _objective(x, _above(x), x.sqrt(u), x.sqrt(u) / V, x.sqrt(_level(x) / V))


_closed_form(
    "squared_weight",
    "w² = λ - βσ², or 0",
    vae.squared_weight,
    root=True,
    definition=lambda x, value: _slope(x, _reduced(x, _free(x)), _free(x), value),
    symbolic=lambda x: x.g,
    step=lambda x, value: (
        "the objective is (β/2)(ln V + λ/V) + const, V = w² + βσ²",
        x.b / 2 * (value - x.g) / (value + _level(x)) ** 2,
    ),
    wrong=lambda x: _above(x) - x.v,
    why="probabilistic PCA: the formula at β = 1",
    observe=lambda d: d.optimum()[0] ** 2,
    unit=lambda var, noise_var, beta: max(var, noise_var * beta),
)
_closed_form(
    "encoder_gain",
    "m = √(λ - βσ²)/λ, or 0",
    vae.encoder_gain,
    root=True,
    definition=lambda x, value: _slope(
        x, _objective(x, _above(x), _optimum(x)[0], x.Symbol("m"), _optimum(x)[2]), x.Symbol("m"), value
    ),
    symbolic=lambda x: _optimum(x)[1],
    step=lambda x, value: ("a parabola in m", _above(x) * (value * _above(x) - x.sqrt(x.g)) / x.v),
    wrong=lambda x: 1 / x.sqrt(x.g),
    why="the inverse of the decoder",
    observe=lambda d: d.optimum()[1],
    unit=lambda var, noise_var, beta: 1 / math.sqrt(min(var, noise_var * beta)),
)
_closed_form(
    "encoder_var",
    "s² = βσ²/λ, or 1",
    vae.encoder_var,
    root=True,
    definition=lambda x, value: _slope(
        x, _objective(x, _above(x), *_optimum(x)[:2], x.sqrt(_free(x))), _free(x), value
    ),
    symbolic=lambda x: _level(x) / _above(x),
    step=lambda x, value: ("w²/2σ² + (β/2)(1 - 1/s²)", (x.g / x.v + x.b * (1 - 1 / value)) / 2),
    wrong=lambda x: x.v / _above(x),
    why="forgets β",
    observe=lambda d: d.optimum()[2] ** 2,
    unit=lambda var, noise_var, beta: 1.0,
)
_closed_form(
    "rate",
    "E KL(q(z|x)‖p(z)) = ½ ln(λ/βσ²) nats, or 0",
    vae.rate,
    definition=lambda x: _kl(x, _above(x), *_optimum(x)[1:]),
    symbolic=lambda x: x.log(_above(x) / _level(x)) / 2,
    step=lambda x: ("m²λ + s² = 1", -x.log(_optimum(x)[2])),
    wrong=lambda x: x.log(_above(x) / _level(x)),
    why="a factor 2",
    observe=lambda d: d.kl(*d.optimum()[1:]),
    unit=lambda var, noise_var, beta: 1.0,
)
_closed_form(
    "distortion",
    "E(x-wz)² = βσ², or λ",
    vae.distortion,
    definition=lambda x: _error(x, _above(x), *_optimum(x)),
    symbolic=lambda x: _level(x),
    step=lambda x: ("λ(1-wm)² + w²s²", (_level(x) ** 2 + x.g * _level(x)) / _above(x)),
    wrong=lambda x: x.v,
    why="the decoder's own variance",
    observe=lambda d: d.error(*d.optimum()),
    unit=lambda var, noise_var, beta: noise_var * beta,
)
_closed_form(
    "distortion_of_the_mean",
    "E(x-wmx)² = (βσ²)²/λ, or λ",
    vae.mean_distortion,
    definition=lambda x: _error(x, _above(x), *_optimum(x)[:2], 0),
    symbolic=lambda x: _level(x) ** 2 / _above(x),
    step=lambda x: ("λ(1-wm)²", _above(x) * (1 - x.g / _above(x)) ** 2),
    wrong=lambda x: _level(x),
    why="decodes a draw, not the mean",
    observe=lambda d: d.error(*d.optimum()[:2], 0),
    unit=lambda var, noise_var, beta: noise_var * beta,
)
_closed_form(
    "minimum_is_strict",
    "curvature in w, encoder at its best: 2βm² above water, β(βσ² - λ)/(βσ²)² at w = 0 under it",
    lambda var, noise_var, beta: _curvature(var, noise_var, beta),
    definition=lambda x: x.Subs(x.Derivative(_reduced(x, _w(x) ** 2), (_w(x), 2)), _w(x), x.sqrt(x.g)),
    symbolic=lambda x: 2 * x.b * x.g / _above(x) ** 2,
    step=lambda x: (
        "the slope is βw(V - λ)/V²",
        _slope(x, x.b * _w(x) * (_w(x) ** 2 - x.g) / (_w(x) ** 2 + _level(x)) ** 2, _w(x), x.sqrt(x.g)),
    ),
    wrong=lambda x: x.b * x.g / _above(x) ** 2,
    why="a factor 2",
    observe=lambda d: _second_difference(d),
    unit=lambda var, noise_var, beta: beta / min(var, noise_var * beta),
)


def _w(x):
    return x.Symbol("w", positive=True)


def _curvature(var, noise_var, beta):
    depth = noise_var * beta - vae.distortion(var, noise_var, beta)
    return 2 * beta * vae.encoder_gain(var, noise_var, beta) ** 2 + depth / (noise_var**2 * beta)


def _second_difference(direction):
    """Of the objective in w, at its least, with the best encoder for each w; 30 digits carry the small step."""
    import mpmath as mp

    with mp.workdps(30):
        exact = textbook.Direction(*(mp.mpf(t) for t in (direction.var, direction.noise_var, direction.beta)), mp)
        w, h = mp.mpf(direction.optimum()[0]), mp.mpf(10) ** -9 * mp.sqrt(exact.noise_var * exact.beta)
        below, at, above = (exact.objective(t, *exact.encoder(t)) for t in (w - h, w, w + h))
        return (below - 2 * at + above) / h**2


# --- all directions at once: x in D dimensions, decoder W (D, k), encoder N(Mx, LLᵀ) ------------------------------------


def _bayes_objective(A, W, noise_var, beta):
    return vae.objective(vae.best_encoder(W, noise_var, beta), A @ A.T, noise_var, beta)


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


def _aligned(x, first, second):
    """Σᵢ [½ ln 2πσ² + (β/2)(ln(Vᵢ/θ) + λᵢ/Vᵢ)]."""
    terms = (x.log(V / _level(x)) + lam / V for lam, V in zip((first, second), _widths(x), strict=True))
    return x.log(2 * x.pi * x.v) + x.b / 2 * sum(terms)


def _turning(x, power=2):
    """(β/2) sin²φ (λ₁-λ₂)(1/V₂-1/V₁), which is never negative."""
    high, low = _widths(x)
    return x.b / 2 * (2 * x.a / (1 + x.a**2)) ** power * x.h * (1 / low - 1 / high)


turned = claim.statement(
    "turned_decoders_cost_more",
    "best encoder: Σᵢ[½ ln 2πσ² + (β/2)(ln(Vᵢ/θ) + λᵢ/Vᵢ)] + (β/2) sin²φ (λ₁-λ₂)(1/V₂-1/V₁), Vᵢ = wᵢ²+θ, w₁ ≥ w₂",
    claimed=_bayes_objective,
    domain=Domain(b=POSITIVE, v=POSITIVE, l=POSITIVE, h=POSITIVE, q=POSITIVE, r=POSITIVE, a=REAL),
    definition=lambda x: _marginal(x, _turned(x), x.l + x.h, x.l),
    symbolic=lambda x: _aligned(x, x.l + x.h, x.l) + _turning(x),
    anchor=lambda claimed, b, v, l, h, q, r, a: claimed(
        np.diag([(l + h) ** 0.5, l**0.5]), _rotation(2 * math.atan(a)) * np.sqrt([q + r, q]), v, b
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


by_trace_and_determinant.control("sin φ", lambda x: _aligned(x, x.l + x.h, x.l) + _turning(x, 1), why="a power")


def _entries(s, size, *sizes):
    """Random matrices of these sizes."""
    parts = [s.vectors(s.reals(-1.5, 1.5), m * n, m * n) for m, n in (size, *sizes)]
    return s.tuples(*parts).map(lambda p: [v.reshape(n) for v, n in zip(p, (size, *sizes), strict=True)])


def _sizes(s):
    return s.tuples(s.integers(2, 3), s.integers(1, 3)).filter(lambda n: n[0] >= n[1])


def _decoders(s):
    """A root A of the covariance, W, σ², β."""
    matrices = _sizes(s).flatmap(lambda n: _entries(s, (n[0], n[0]), n))
    return s.tuples(matrices, s.scales(0.1, 3.0), s.scales(0.2, 4.0)).map(lambda t: (*t[0], *t[1:]))


def _at_the_posterior(instance, objective=textbook.objective):
    A, W, noise_var, beta = instance
    return objective(A, W, *textbook.posterior(W, noise_var * beta), noise_var, beta)


def _matrix_sides(observed, claimed, noise_var):
    return Sides(observed, claimed, 1e-12 / noise_var, 1e-12 / noise_var, scale=1 / noise_var)


@turned.check(instances=_decoders, confirm=lambda instance: _at_the_posterior(instance, textbook.precise_objective))
def by_conditioning(claimed, instance):
    return _matrix_sides(_at_the_posterior(instance), claimed(*instance), instance[2])


def _wrong_encoder(A, W, noise_var, beta):
    return vae.objective(vae.best_encoder(W, noise_var, 1.0), A @ A.T, noise_var, beta)


by_conditioning.control("encoder of β = 1", _wrong_encoder, why="Bayes' rule without tempering")


def _least_by_direction(A, latents, noise_var, beta):
    var = np.linalg.svd(A, compute_uv=False) ** 2
    lost = [vae.direction_objective(lam, 0, 0, 1, noise_var, beta) for lam in var[latents:]]
    return vae.optimal_objective(var[:latents], noise_var, beta).sum() + sum(lost)


def _water_filled(x, half=1):
    """Σᵢ [½ ln 2πσ² + (β/2)(1 + ln(λᵢ/θ))] for λ₂ = θ + g, λ₁ = λ₂ + h."""
    terms = (1 + x.log(lam / _level(x)) for lam in (_above(x) + x.h, _above(x)))
    return x.log(2 * x.pi * x.v) + half * x.b / 2 * sum(terms)


BOTH_ABOVE = {
    "symbolic": _water_filled,
    "anchor": lambda claimed, b, v, g, h, **_: claimed(np.diag([b * v + g, b * v + g + h]) ** 0.5, 2, v, b),
}
none_better = claim.statement(
    "no_linear_vae_does_better",
    "any W, M and covariance LLᵀ: objective ≥ Σ over the k leading directions of their optimum + Σ of the others uncoded",
    claimed=_least_by_direction,
    relation=">=",
    domain=Domain(**ABOVE, h=POSITIVE, q=POSITIVE, r=POSITIVE, a=REAL),
    definition=lambda x: _marginal(x, _turned(x), _above(x) + x.h, _above(x)),
    assumptions="derived for D = k = 2 above water with the best encoder, checked for any parameters up to D = 3",
    **BOTH_ABOVE,
)


@none_better.derivation
def turn_then_fill(x):
    return [
        Step("turned_decoders_cost_more", _aligned(x, _above(x) + x.h, _above(x)), ">="),
        Step("direction by direction", _water_filled(x), ">=", given="nothing_does_better, enclosed in this claim"),
    ]


turn_then_fill.control("without the ½", lambda x: _water_filled(x, 2), why="a factor 2")


def _vaes(s):
    """A, W, M, L, σ², β: the optimum in a turned basis of latents, and what lies farther and farther from it."""

    def build(t):
        (A, turn, dW, dM, dL), noise_var, beta, far = t
        var, axes = np.linalg.eigh(A @ A.T)
        k = len(turn)
        W = axes[:, ::-1][:, :k] * np.sqrt(np.maximum(var[::-1][:k] - noise_var * beta, 0)) @ np.linalg.qr(turn)[0]
        W = W + far * dW
        M, L = textbook.posterior(W, noise_var * beta)
        L = (L + far * np.tril(dL, -1)) * np.exp(far * np.diag(np.diag(dL)))
        return A, W, M + far * dM, L, noise_var, beta

    def matrices(n):
        D, k = n
        return _entries(s, (D, D), (k, k), (D, k), (k, D), (k, k))

    far = s.either(s.one_of((0.0,)), s.scales(1e-3, 1.0))
    return s.tuples(_sizes(s).flatmap(matrices), s.scales(0.1, 3.0), s.scales(0.2, 4.0), far).map(build)


@none_better.check(instances=_vaes, confirm=lambda instance: textbook.precise_objective(*instance))
def near_and_far(claimed, instance):
    A, W, _, _, noise_var, beta = instance
    return _matrix_sides(textbook.objective(*instance), claimed(A, W.shape[1], noise_var, beta), noise_var)


near_and_far.control("one latent more", lambda A, k, *level: _least_by_direction(A, k + 1, *level), why="an index")


def _least(A, latents, noise_var, beta):
    return vae.objective(vae.optimum(A @ A.T, latents, noise_var, beta), A @ A.T, noise_var, beta)


attained = claim.statement(
    "an_optimiser_gets_there",
    "W = directions · √(λ - βσ²)⁺ with Bayes' encoder has that objective, and gradient descent from anywhere finds it",
    claimed=_least,
    domain=Domain(**ABOVE, h=POSITIVE),
    definition=lambda x: _marginal(x, x.diag(_above(x) + x.h, _above(x)), _above(x) + x.h, _above(x)),
    **BOTH_ABOVE,
)


@attained.derivation
def at_the_water_level(x):
    log_det = x.log((_above(x) + x.h) * _above(x) / _level(x) ** 2)
    return [("Vᵢ = λᵢ", x.log(2 * x.pi * x.v) + x.b / 2 * (log_det + 2))]


at_the_water_level.control("without the ½", lambda x: _water_filled(x, 2), why="a factor 2")


def _descended(instance, objective=textbook.objective):
    """The objective where quasi-Newton steps on W end, with Bayes' encoder along the way."""
    from scipy.optimize import minimize

    A, start, noise_var, beta = instance

    def marginal(flat):
        W = flat.reshape(start.shape)
        C = W @ W.T + noise_var * beta * np.eye(len(W))
        precision = np.linalg.inv(C)
        gradient = precision @ W - precision @ A @ A.T @ precision @ W
        return (np.linalg.slogdet(C)[1] + np.trace(precision @ A @ A.T)) / 2, gradient.ravel()

    end = minimize(marginal, start.ravel(), jac=True, method="L-BFGS-B", options={"gtol": 1e-10, "ftol": 1e-16})
    return _at_the_posterior((A, end.x.reshape(start.shape), noise_var, beta), objective)


@attained.check(instances=_decoders, confirm=lambda instance: _descended(instance, textbook.precise_objective))
def by_descent(claimed, instance):
    A, W, noise_var, beta = instance
    return _matrix_sides(_descended(instance), claimed(A, W.shape[1], noise_var, beta), noise_var)


by_descent.control("the formula at β = 1", lambda A, k, v, b: _bayes_objective(A, _ppca(A, k, v), v, b), why="forgets β")


def _ppca(A, latents, noise_var):
    return vae.optimum(A @ A.T, latents, noise_var, 1.0).decoder

# --- the rate-distortion function ---------------------------------------------------------------------------------------


def _rate_on_the_curve(spectrum, noise_var, beta):
    return vae.gaussian_rate(spectrum, vae.distortion(spectrum, noise_var, beta).sum())


def _distortion_on_the_curve(spectrum, noise_var, beta):
    return vae.gaussian_distortion(spectrum, vae.rate(spectrum, noise_var, beta).sum())


def _searched(spectrum, noise_var, beta, direction=textbook.Direction):
    """(Σ rate, Σ distortion) of a linear VAE at the minimum of its objective."""
    directions = [direction(var, noise_var, beta) for var in spectrum]
    optima = [d.optimum() for d in directions]
    pairs = list(zip(directions, optima, strict=True))
    return sum(d.kl(*at[1:]) for d, at in pairs), sum(d.error(*at) for d, at in pairs)


def _convex(spectrum, rate=None, distortion=None):
    """The least ½ Σ tᵢ with Σ λᵢ e^-tᵢ ≤ distortion, or the least such sum at that rate, over t ≥ 0."""
    from scipy.optimize import minimize

    left, n = lambda t: spectrum * np.exp(-t), len(spectrum)
    if rate is None:
        bound = {"type": "ineq", "fun": lambda t: distortion - left(t).sum(), "jac": left}
        cost, slope, start = lambda t: t.sum() / 2, lambda t: np.full(n, 0.5), np.full(n, 0.1)
    else:
        bound = {"type": "eq", "fun": lambda t: t.sum() / 2 - rate, "jac": lambda t: np.full(n, 0.5)}
        cost, slope, start = lambda t: left(t).sum(), lambda t: -left(t), np.full(n, 2 * rate / n)
    options = {"ftol": 1e-14, "maxiter": 300}
    return minimize(cost, start, jac=slope, bounds=[(0, None)] * n, constraints=bound, method="SLSQP", options=options).fun


def _curve_precisely(instance, wanted):
    """The same two sides at 50 digits: the searched VAE, and the best choice of which directions are coded at all."""
    import mpmath as mp

    with mp.workdps(50):
        spectrum, (v, b) = [mp.mpf(t) for t in instance[0]], map(mp.mpf, instance[1:])
        totals = _searched(spectrum, v, b, lambda *at: textbook.Direction(*at, mp, 9))
        choices = [
            _coded(spectrum, set(choice), *totals, wanted, mp)
            for k in range(1, len(spectrum) + 1)
            for choice in itertools.combinations(range(len(spectrum)), k)
        ]
        return np.array([totals[wanted], min(c for c in choices if c is not None)], dtype=object)


def _coded(spectrum, choice, rate, distortion, wanted, mp):
    """Rate or distortion with exactly these directions coded, all to one level; None if that is above one of them."""
    chosen = [spectrum[i] for i in choice]
    lost = sum(var for i, var in enumerate(spectrum) if i not in choice)
    level = mp.exp((sum(map(mp.log, chosen)) - 2 * rate) / len(chosen)) if wanted else (distortion - lost) / len(chosen)
    if not 0 < level <= min(chosen) * (1 + mp.mpf(10) ** -40):
        return None
    return len(chosen) * level + lost if wanted else sum(mp.log(var / level) for var in chosen) / 2


def _two_codes(x, term):
    """Σ of a term over two optimal codes, λ₂ = θ + g and λ₁ = λ₂ + h."""
    total = 0
    for lam in (_above(x), _above(x) + x.h):
        w = x.sqrt(lam - _level(x))
        total += term(lam, w, w / lam, x.sqrt(_level(x) / lam))
    return total


def _on_the_curve(id, formula, claimed, wanted, *, definition, symbolic, step, unit):
    statement = claim.statement(
        id,
        formula,
        claimed=claimed,
        domain=Domain(**ABOVE, h=POSITIVE),
        definition=definition,
        symbolic=symbolic,
        anchor=lambda claimed, b, v, g, h: claimed([b * v + g, b * v + g + h], v, b),
        assumptions="derived for two directions above water, checked for up to four anywhere",
    )

    @statement.derivation
    def code_by_code(x):
        return [step(x)]

    code_by_code.control("a factor 2", lambda x: 2 * symbolic(x), why="a factor 2")

    @statement.check(
        instances=lambda s: s.tuples(s.spectra(1, 4), s.scales(0.1, 3.0), s.scales(0.2, 4.0)),
        confirm=lambda instance: _curve_precisely(instance, wanted),
    )
    def by_convex_minimisation(claimed, instance):
        totals = _searched(*instance)
        least = _convex(instance[0], **{("distortion", "rate")[wanted]: totals[1 - wanted]})
        error = 1e-9 * unit(*instance)
        return Sides([totals[wanted], least], claimed(*instance), error, error, scale=unit(*instance))

    by_convex_minimisation.control("β = 1", lambda spectrum, v, b: claimed(spectrum, v, 1.0), why="another water level")
    return statement


on_curve = _on_the_curve(
    "rate_is_the_least_at_its_distortion",
    "Σ rate = R(Σ distortion), R(D) = min ½ Σ ln(λᵢ/Dᵢ) over Σ Dᵢ ≤ D, Dᵢ ≤ λᵢ: the Gaussian rate-distortion function",
    _rate_on_the_curve,
    0,
    definition=lambda x: _two_codes(x, lambda lam, w, m, s: _kl(x, lam, m, s)),
    symbolic=lambda x: x.log((_above(x) + x.h) * _above(x) / _level(x) ** 2) / 2,
    step=lambda x: ("m²λ + s² = 1", _two_codes(x, lambda lam, w, m, s: -x.log(s))),
    unit=lambda spectrum, v, b: 1.0,
)
_on_the_curve(
    "distortion_is_the_least_at_its_rate",
    "Σ distortion = D(Σ rate), D(R) = min Σ λᵢ e^-2Rᵢ over Σ Rᵢ = R, Rᵢ ≥ 0",
    _distortion_on_the_curve,
    1,
    definition=lambda x: _two_codes(x, lambda lam, w, m, s: _error(x, lam, w, m, s)),
    symbolic=lambda x: 2 * _level(x),
    step=lambda x: ("λ(1-wm)² + w²s²", _two_codes(x, lambda lam, w, m, s: lam * (1 - w * m) ** 2 + (w * s) ** 2)),
    unit=lambda spectrum, v, b: spectrum.sum(),
)


def _drowning(frequency, exponent, beta):
    """The σ² from which on frequency k of a spectrum k^-α is no longer coded."""
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        coded = vae.active(float(frequency) ** -exponent, math.exp(middle), beta)
        low, high = (middle, high) if coded else (low, middle)
    return math.exp(low)


frequencies = claim.statement(
    "high_frequencies_go_first",
    "frequency k of a spectrum λ_k = k^-α is coded while σ² < k^-α/β: as σ² rises, the highest drown first",
    claimed=_drowning,
    domain=Domain(k=above(1), e=POSITIVE, b=POSITIVE),
    definition=lambda x, value: _curvature_at_zero(x, value),
    symbolic=lambda x: x.k**-x.e / x.b,
    root=True,
    anchor=lambda claimed, k, e, b: claimed(k, e, b),
)


def _curvature_at_zero(x, value):
    """Of the objective in w at w = 0, with Bayes' encoder."""
    V = _w(x) ** 2 + x.b * value
    reduced = x.b / 2 * (x.log(V) + _expect(x, x.k**-x.e, lambda X, E: X**2) / V)
    return x.Subs(x.Derivative(reduced, (_w(x), 2)), _w(x), 0)


@frequencies.derivation
def by_curvature(x, value):
    return [("β(θ - λ)/θ²", x.b * (x.b * value - x.k**-x.e) / (x.b * value) ** 2)]


by_curvature.control("amplitude for power", lambda x: x.k ** (-x.e / 2) / x.b, why="a square root")


def _last_coded(frequency, exponent, beta, maths=math, halvings=48):
    """The σ² at which the objective's slope in w², near w = 0, changes sign."""
    var = frequency**-exponent
    low, high = -60, 60
    w = maths.sqrt(var) / 10**4
    for _ in range(halvings):
        middle = (low + high) / maths.mpf(2) if maths is not math else (low + high) / 2
        falling = textbook.Direction(var, maths.exp(middle), beta, maths).slope(w) < 0
        low, high = (middle, high) if falling else (low, middle)
    return maths.exp(low) + w**2 / beta  # the slope is that of V = w² + βσ² through λ


@frequencies.check(
    instances=lambda s: s.tuples(s.reals(1.0, 64.0), s.reals(0.5, 3.0), s.scales(0.1, 8.0)),
    confirm=lambda instance: _last_coded_precisely(*instance),
    resolution=1e-6,
)
def by_slope(claimed, instance):
    observed = _last_coded(*instance)
    return Sides(observed, claimed(*instance), 2e-8 * observed, 1e-13 * observed)


by_slope.control("β = 1", lambda frequency, exponent, _: _drowning(frequency, exponent, 1.0), why="another water level")


def _last_coded_precisely(*instance):
    import mpmath as mp

    with mp.workdps(50):
        return _last_coded(*map(mp.mpf, instance), mp, 170)
