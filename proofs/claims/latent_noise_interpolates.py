"""Noise in the code makes the decoder smooth and fills the prior's holes; what it decodes from the prior spreads less.

    g(z) = E[x|z],  z = m(x) + √v N:   g'(z) = Cov(x, m(x)|z)/v                  two modes: at most am/v
    from the prior, m² + v = 1:        Var g = a² E tanh²(mN/v) ≤ a² (1-v)/v²  → 0 as v → 1
    holes, γ = (1-v)/v:                d KL(q(z)‖p(z))/dγ = ½[1/(1+γ) - E(x-E[x|z])²/a²] ≥ 0

The last is the excess of the best linear decoder's error over the best one's, so KL falls as noise grows. Smoothness
and filled holes are bought with diversity of what is shown: at v = 1 every code decodes to the mean. Noise makes the
latent space interpolable; it does not make what is decoded more diverse.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, between
from proofs.textbook import noisy_code as textbook
from theory import encoder_noise

claim = Claim(
    topic="kl-pressure",
    folk=Folk(
        "The noise makes the latent space interoperable which increases generation diversity.",
        "A4",
        Conditional(
            "what counts is smoothness between codes and filled holes, not the spread of what is decoded",
            true_when=("slope_is_a_covariance", "slope_between_two_modes", "holes_fill", "linear_is_no_better"),
            false_when=("spread_over_the_prior", "spread_vanishes"),
        ),
    ),
    references=("hatsell1971", "guo2005"),
)

# --- slope ----------------------------------------------------------------------------------------------------------------


def _two(x):
    """Log odds of two modes with outputs p, p + d and codes m, m + e, and E[x|z]."""
    z = x.Symbol("z")
    log_odds = x.log(x.w / (1 - x.w)) + ((z - x.m) ** 2 - (z - x.m - x.e) ** 2) / (2 * x.v)
    return z, log_odds, x.p + x.d / (1 + x.exp(-log_odds))


def _covariance(x):
    """p(1-p) de/v for the posterior p of the second mode."""
    z, log_odds, _ = _two(x)
    share = 1 / (1 + x.exp(-log_odds.subs(z, x.z)))
    return share * (1 - share) * x.d * x.e / x.v


slope = claim.statement(
    "slope_is_a_covariance",
    "g(z) = E[x|z] has g'(z) = Cov(x, m(x)|z)/v",
    claimed=encoder_noise.best_decoder_slope,
    domain=Domain(w=UNIT, v=between(1, 9), z=between(-3, 3), p=REAL, d=POSITIVE, m=between(-2, 2), e=between(0, 3)),
    definition=lambda x: x.Subs(x.Derivative(_two(x)[2], _two(x)[0]), _two(x)[0], x.z),
    symbolic=_covariance,
    anchor=lambda claimed, w, v, z, p, d, m, e: claimed(z, [1 - w, w], [p, p + d], [m, m + e], v),
    assumptions="z = m(x) + √v N, x with second moments; derived for two values of x and moderate odds, checked up to five",
)


@slope.derivation
def by_the_posterior(x):
    z, log_odds, _ = _two(x)
    odds = x.exp(-log_odds.subs(z, x.z))
    return [("the log odds of two codes have slope e/v", x.d * odds / (1 + odds) ** 2 * x.e / x.v)]


by_the_posterior.control("without 1/v", lambda x: _covariance(x) * x.v, why="the covariance itself")


def _laws(s):
    """z, and weights, values and codes of x, and v."""
    values = s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.vectors(s.reals(-3.0, 3.0), n, n), s.vectors(s.reals(-2.0, 2.0), n, n))
    )
    return s.tuples(s.reals(-3.0, 3.0), values, s.scales(0.3, 3.0)).map(lambda d: (d[0], *d[1], d[2]))


def _decoded(m, z, weights, outputs, codes, v):
    """E[x|z] by Bayes."""
    weights, outputs, codes = ([m.number(value) for value in values] for values in (weights, outputs, codes))
    masses = [w * m.exp(-((z - c) ** 2) / (2 * m.number(v))) for w, c in zip(weights, codes, strict=True)]
    return sum(mass * x for mass, x in zip(masses, outputs, strict=True)) / sum(masses)


@slope.observed(instances=_laws, error=1e-9, claimed_error=1e-13, scale=lambda z, w, x, c, v: 3 / v)
def by_differences(m, z, weights, outputs, codes, v):
    return m.slope(lambda at: _decoded(m, at, weights, outputs, codes, v), m.number(z), 0.3)


by_differences.control("over √v", lambda *law: encoder_noise.best_decoder_slope(*law) * law[-1] ** 0.5, why="a square")

steepest = claim.statement(
    "slope_between_two_modes",
    "two modes: g'(z) = (am/v) sech²(mz/v), at most am/v, in the middle",
    claimed=encoder_noise.decoder_slope,
    domain=Domain(z=REAL, a=POSITIVE, m=POSITIVE, v=POSITIVE),
    definition=lambda x: x.Derivative(x.a * x.tanh(x.m * x.z / x.v), x.z),
    symbolic=lambda x: x.a * x.m / x.v / x.cosh(x.m * x.z / x.v) ** 2,
)


@steepest.derivation
def by_the_square(x):
    return [("tanh' = 1 - tanh²", x.a * x.m / x.v * (1 - x.tanh(x.m * x.z / x.v) ** 2))]


by_the_square.control("am/v everywhere", lambda x: x.a * x.m / x.v, why="the bound in place of the slope")


def _modes(s):
    """z, often 0, and a, m, v."""
    z = s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))
    return s.tuples(z, s.scales(0.2, 5.0), s.scales(0.2, 2.0), s.scales(0.3, 3.0))


@steepest.observed(
    instances=_modes, error=1e-8, claimed_error=1e-14, scale=lambda z, a, m, v: a * m / v, resolution=2e-8
)
def by_differences_between_modes(m, z, a, spread, v):
    law = ((0.5, 0.5), (-a, a), (-spread, spread), v)
    return m.slope(lambda at: _decoded(m, at, *law), m.number(z), 0.2 * min(1.0, float(v) / float(spread)))


by_differences_between_modes.control("a/m", lambda z, a, m, v: a / m, why="from mode to mode over the codes' distance")

# --- what is decoded from the prior ---------------------------------------------------------------------------------------


def _sech2(x):
    """E sech²(rN)."""
    from proofs.words.gaussian_averages import mean_of

    return mean_of("sech2")(0, x.r)


spread = claim.statement(
    "spread_over_the_prior",
    "Var g(z) = a² E tanh²(mN/v) = a²(1 - E sech²(mN/v)) for z ~ N(0, 1)",
    claimed=encoder_noise.prior_decoded_var,
    domain=Domain(a=POSITIVE, r=between(0.5, 6)),
    definition=lambda x: x.Expectation(
        (x.a * x.Symbol("T")) ** 2, x.Tuple((x.Symbol("T"), 0), (x.Symbol("T") ** 2, 1 - _sech2(x)))
    ),
    symbolic=lambda x: x.a**2 * (1 - _sech2(x)),
    anchor=lambda claimed, a, r: claimed(a, r, 1.0),
    assumptions="T = tanh(rN) is odd, r = m/v; derived for r from ½ to 6, checked from 0.01 to 60",
)


@spread.derivation
def by_oddness(x):
    second = x.Tuple((x.Symbol("T") ** 2, 1 - _sech2(x)))
    return [("E T = 0, T² = 1 - sech²", x.a**2 * x.Expectation(x.Symbol("T") ** 2, second))]


by_oddness.control("E sech²", lambda x: x.a**2 * _sech2(x), why="the complement")


def _prior_spread(m, a, spread, v):
    """∫φ g², g by Bayes: a tanh(½ ln N(z; m, v)/N(z; -m, v)), on panels of its width."""
    spread, v = m.number(spread), m.number(v)
    ratio = float(spread / v)
    edges = sorted({*np.linspace(-12, 12, 13), *(np.linspace(-20, 20, 17) / max(ratio, 20 / 12))})
    odds = lambda z: ((z + spread) ** 2 - (z - spread) ** 2) / (4 * v)  # noqa: E731
    return m.number(a) ** 2 * m.integrate(lambda z: m.normal(z) * m.tanh(odds(z)) ** 2, edges)


@spread.observed(
    instances=lambda s: s.tuples(s.scales(0.2, 5.0), s.scales(0.03, 3.0), s.scales(0.05, 3.0)), error=1e-11
)
def by_quadrature(m, a, spread, v):
    return _prior_spread(m, a, spread, v)


by_quadrature.control("√v", lambda a, m, v: encoder_noise.prior_decoded_var(a, m, v**0.5), why="a missing square")

vanishes = claim.statement(
    "spread_vanishes",
    "m² + v = 1: Var g(z) ≤ a²m²/v² = a²(1-v)/v², which falls to 0 as v → 1",
    claimed=lambda a, v: encoder_noise.prior_decoded_bound(a, (1 - v) ** 0.5, v),
    relation="<=",
    domain=Domain(a=POSITIVE, v=UNIT),
    definition=lambda x: x.Expectation((x.a * x.Symbol("T")) ** 2, x.Tuple((x.Symbol("T"), 0))),
    symbolic=lambda x: x.a**2 * (1 - x.v) / x.v**2,
    anchor=lambda claimed, a, v: claimed(a, v),
    assumptions="T = tanh(mN/v); the larger v, the smaller m/v and with it every tanh²",
)


@vanishes.derivation
def by_the_tangent(x):
    N = x.Symbol("N")
    line = x.Expectation((x.a * x.sqrt(1 - x.v) / x.v * N) ** 2, x.Tuple((N, 0), (N**2, 1)))
    return [Step("|tanh y| ≤ |y|", line, "<=", "|tanh y| ≤ |y|")]


by_the_tangent.control("half of it", lambda x: x.a**2 * (1 - x.v) / (2 * x.v**2), why="a factor 2")


@vanishes.observed(
    instances=lambda s: s.tuples(s.scales(0.2, 5.0), s.scales(1e-8, 0.9)), error=1e-11, claimed_error=1e-8,
    resolution=2e-8, call=lambda claimed, a, rest: claimed(a, 1 - rest),
)  # fmt: skip
def by_quadrature_when_balanced(m, a, rest):
    return _prior_spread(m, a, m.sqrt(m.number(rest)), 1 - m.number(rest))


by_quadrature_when_balanced.control("half", lambda *at: vanishes.claimed(*at) / 2, why="a factor 2")

# --- holes ------------------------------------------------------------------------------------------------------------------


def _divergence(m, gamma):
    """KL(q(z)‖N(0, 1)) at m² + v = 1, nats: E z² = 1."""

    def own(plus, minus):
        q = (plus + minus) / 2
        return q * m.log(q)

    spread, v = m.sqrt(gamma / (1 + gamma)), 1 / (1 + gamma)
    return textbook.over_codes(m, spread, v, own) + (m.log(2 * m.pi) + 1) / 2


def _gain(x):
    """dI/dγ at fixed N = (Y-γ)/√γ."""
    drift = lambda Y: 1 + (Y - x.g) / x.sqrt(x.g) / (2 * x.sqrt(x.g))  # noqa: E731
    return 1 - textbook.given_plus(x, lambda tanh, Y: tanh * drift(Y))


def _error(x):
    """E(x-E[x|z])²/a², to be worked out."""
    return textbook.given_plus(x, lambda tanh, _: (1 - tanh) ** 2)


fills = claim.statement(
    "holes_fill",
    "m² + v = 1, γ = m²/v: 2 dKL(q(z)‖p(z))/dγ = 1/(1+γ) - E(x-E[x|z])²/a², the excess of the best linear decoder",
    claimed=lambda gamma: encoder_noise.linear_error(1.0, gamma),
    domain=Domain(g=POSITIVE),
    definition=lambda x: x.Derivative(x.log(1 + x.g), x.g) - 2 * _gain(x) + _error(x),
    symbolic=lambda x: 1 / (1 + x.g),
    anchor=lambda claimed, g: claimed(g),
    assumptions="KL(q‖p) is rate ½ ln(1+γ) less information, whose slope is 1 - E tanh(Y) dY/dγ, Y = γ+√γN; "
    "stated with E(x-E[x|z])²/a² on the left",
)


@fills.derivation
def by_parts(x):
    left = x.exp(-x.g / 2) * textbook.mean_sech(x)
    return [("dI/dγ is half the error (encoder_noise_averages)", x.Derivative(x.log(1 + x.g), x.g) - left + left)]


by_parts.control("m = 1", lambda x: 1 / x.g, why="another path to v = 1")


@fills.observed(
    instances=lambda s: s.tuples(s.scales(0.05, 10.0)), error=1e-8, claimed_error=1e-14, scale=1.0, resolution=2e-8
)
def by_differences_of_kl(m, gamma):
    g = m.number(gamma)
    return 2 * m.slope(lambda at: _divergence(m, at), g, gamma) + textbook.error(m, 1.0, m.sqrt(g), 1.0)


by_differences_of_kl.control("at 2γ", lambda g: encoder_noise.linear_error(1.0, 2 * g), why="a factor 2")

linear = claim.statement(
    "linear_is_no_better",
    "E(x-E[x|z])² ≤ a²/(1+γ), so that KL(q(z)‖p(z)) falls as noise grows",
    claimed=encoder_noise.linear_error,
    relation="<=",
    domain=Domain(a=POSITIVE, g=POSITIVE),
    definition=lambda x: x.a**2 * _error(x),
    symbolic=lambda x: x.a**2 / (1 + x.g),
    anchor=lambda claimed, a, g: claimed(a, g),
)


@linear.derivation
def by_a_line(x):
    Y = x.Symbol("Y")
    line = x.Expectation((1 - Y / (1 + x.g)) ** 2, x.Tuple((Y, x.g), (Y**2, x.g + x.g**2)))
    given = "E[x|z] has the least squared error of all functions of z (l2_optimum_is_mean)"
    return [Step("aY/(1+γ) is one", x.a**2 * line, "<=", given)]


by_a_line.control("1/(1+2γ)", lambda x: x.a**2 / (1 + 2 * x.g), why="γ = m²/v against 2m²/v")


@linear.observed(
    instances=lambda s: textbook.codes(s, 1e-3, 60.0), error=1e-11, call=lambda claimed, a, m, v: claimed(a, m**2 / v)
)
def by_quadrature_of_codes(m, a, spread, v):
    return textbook.error(m, a, spread, v)


by_quadrature_of_codes.control("at 2γ", lambda a, g: encoder_noise.linear_error(a, 2 * g), why="a factor 2")

# --- figure -----------------------------------------------------------------------------------------------------------------

NOISES = (0.1, 0.4, 0.8)


@claim.curves
def exact():
    from proofs.words.arithmetic import DOUBLE

    z, v, some = np.linspace(-3, 3, 301), np.linspace(0.02, 0.999, 200), np.linspace(0.05, 0.95, 10)
    m = np.sqrt(1 - v)
    return {
        "z": z, "v": v, "some": some, "gap": encoder_noise.prior_gap(m, v),
        "decoders": np.array([encoder_noise.decoder(z, 1.0, (1 - noise) ** 0.5, noise) for noise in NOISES]),
        "spread": encoder_noise.prior_decoded_var(1.0, m, v), "bound": encoder_noise.prior_decoded_bound(1.0, m, v),
        "spreads": np.array([_prior_spread(DOUBLE, 1.0, (1 - noise) ** 0.5, noise) for noise in some]),
        "gaps": np.array([_divergence(DOUBLE, (1 - noise) / noise) for noise in some]),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    smooth, price = panels(figure, 2)
    for decoded, noise, style in zip(exact["decoders"], NOISES, ("-", "--", ":"), strict=True):
        smooth.plot(exact["z"], decoded, style, color=COLOUR["exact"], label=f"$v = {noise:g}$")
    smooth.set(xlabel="code $z$", ylabel="decoded $g(z)/a$", ylim=(-1.1, 1.1), yticks=(-1, 0, 1))
    smooth.legend(loc="upper left")
    low = exact["bound"] < 0.75
    price.plot(
        exact["v"], exact["spread"], color=COLOUR["exact"], label=r"spread of $g(z)$, $z \sim N(0, 1)$, over $a^2$"
    )
    price.plot(exact["some"], exact["spreads"], "o", color=COLOUR["data"], label="by quadrature")
    price.plot(exact["v"][low], exact["bound"][low], "--", color=COLOUR["control"], lw=0.8, label="$(1-v)/v^2$")
    price.plot(exact["v"], exact["gap"], color=COLOUR["other"], label=r"holes, $KL(q(z)\Vert p(z))$ (nats)")
    price.plot(exact["some"], exact["gaps"], "^", color=COLOUR["other"], label="by quadrature")
    price.set(xlabel="encoder noise $v$, $m^2 + v = 1$", ylabel="spread; nats", ylim=(0, 2.1), xlim=(0, 1))
    price.legend(loc="upper right")
