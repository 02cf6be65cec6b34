"""A decoder that reconstructs almost perfectly still draws bridges: between the modes it must cross the prior's hole.

    x = ±a equally likely,  z | x ~ N(±m, v),  g(z) = a tanh(mz/v),  fed with z ~ N(0, 1) instead of codes

    P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1                         half-way, f = ½: artanh ½ = 0.549
    m² + v = 1:      2Φ(artanh(f)/√(γ(1+γ))) - 1 ~ √(2/π) artanh(f)/γ        0.438/γ half-way, γ = m²/v
    reconstruction:  a² e^{-γ/2} E sech √γN

The decoder is continuous, so it passes through every value between the modes; it does so on a stretch of width ~ 1/γ
around 0, where codes never come but where the prior has density 1/√2π. A wider band makes reconstructions exponentially
better, and draws from the prior only as 1/γ: at γ = 20 the error is 1e-5 a² while one draw in fifty is neither mode.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import POSITIVE, UNIT, Domain
from proofs.textbook import noisy_code as textbook
from theory import encoder_noise, holes

claim = Claim(
    topic="kl-pressure",
    folk=Folk(
        "If you increase the bandwidth of the bottleneck, VAE can get a high reconstruction quality.",
        "A1",
        Conditional(
            "what is meant is reconstruction, not generation",
            true_when=("reconstruction_error",),
            false_when=("bridged_from_the_prior", "bridging_falls_like_one_over_gamma"),
        ),
    ),
    references=("rezende2018", "dai2019"),
)

# --- from the definition --------------------------------------------------------------------------------------------------


def _mass(x, low, high):
    """∫φ, to be worked out."""
    z = x.Symbol("z", real=True)
    return x.Integral(x.exp(-(z**2) / 2) / x.sqrt(2 * x.pi), (z, low, high))


def _drawn_between(m, spread, var, f):
    """P(|E[x|z]| < fa) for z ~ N(0, 1): E[x|z] = a tanh(½ ln N(z; m, v)/N(z; -m, v)) rises, so look where it reaches fa."""
    spread, var, f = m.number(spread), m.number(var), m.number(f)
    log_odds = lambda z: ((z + spread) ** 2 - (z - spread) ** 2) / (2 * var)  # noqa: E731
    edge = m.root(lambda z: m.tanh(log_odds(z) / 2) - f, 0, 20 * var / spread)
    return m.integrate(m.normal, [-min(edge, 38), 0, min(edge, 38)], panels=int(min(edge, 38)) + 1)


def _balanced(gamma):
    """(m, v) with m² + v = 1."""
    return (gamma / (1 + gamma)) ** 0.5, 1 / (1 + gamma)


def _edge(x):
    """artanh(f) v/m at m² + v = 1."""
    return x.atanh(x.f) / x.sqrt(x.g * (1 + x.g))


# --- statements -----------------------------------------------------------------------------------------------------------

bridged = claim.statement(
    "bridged_from_the_prior",
    "P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1 for z ~ N(0, 1)",
    claimed=holes.bridged,
    domain=Domain(f=UNIT, m=POSITIVE, v=POSITIVE),
    definition=lambda x: _mass(x, -x.atanh(x.f) * x.v / x.m, x.atanh(x.f) * x.v / x.m),
    symbolic=lambda x: x.erf(x.atanh(x.f) * x.v / (x.sqrt(2) * x.m)),
    anchor=lambda claimed, f, m, v: claimed(m, v, f),
    assumptions="g = a tanh(mz/v), the best decoder (encoder_noise_averages), rises: |g| < fa iff |z| < artanh(f) v/m",
)


@bridged.derivation
def by_symmetry(x):
    return [("φ is even", 2 * _mass(x, 0, x.atanh(x.f) * x.v / x.m))]


by_symmetry.control("m/v", lambda x: x.erf(x.atanh(x.f) * x.m / (x.sqrt(2) * x.v)), why="swapped")


@bridged.observed(
    instances=lambda s: s.tuples(s.scales(0.1, 5.0), s.scales(0.05, 3.0), s.inside(0.02, 0.95)), error=1e-12
)
def by_crossings(m, spread, var, f):
    return _drawn_between(m, spread, var, f)


by_crossings.control(
    "fed with codes", lambda m, v, f: holes.bridged(m, v, f) * np.exp(-(m**2) / (2 * v)), why="γ counts"
)
by_crossings.control("linear decoder", lambda m, v, f: holes.bridged(m, v, np.tanh(f)), why="f for artanh f")

balanced = claim.statement(
    "bridged_when_balanced",
    "m² + v = 1: P(|g(z)| < fa) = 2Φ(artanh(f)/√(γ(1+γ))) - 1",
    claimed=holes.balanced_bridged,
    domain=Domain(f=UNIT, g=POSITIVE),
    definition=lambda x: _mass(
        x,
        -x.atanh(x.f) * (1 / (1 + x.g)) / x.sqrt(x.g / (1 + x.g)),
        x.atanh(x.f) * (1 / (1 + x.g)) / x.sqrt(x.g / (1 + x.g)),
    ),
    symbolic=lambda x: x.erf(_edge(x) / x.sqrt(2)),
    anchor=lambda claimed, f, g: claimed(g, f),
    assumptions="of all codes with this γ these cost least rate: q(z) has the prior's variance",
)


@balanced.derivation
def by_the_ratio(x):
    return [("v/m = 1/√(γ(1+γ))", 2 * _mass(x, 0, _edge(x)))]


by_the_ratio.control("1/γ", lambda x: x.erf(x.atanh(x.f) / (x.sqrt(2) * x.g)), why="m = 1 in place of m² + v = 1")


@balanced.observed(instances=lambda s: s.tuples(s.scales(0.05, 100.0), s.inside(0.02, 0.95)), error=1e-12)
def by_crossings_when_balanced(m, gamma, f):
    return _drawn_between(m, m.sqrt(gamma / (1 + gamma)), 1 / (1 + m.number(gamma)), f)


by_crossings_when_balanced.control("γ = m/v", lambda g, f: holes.balanced_bridged(g**0.5, f), why="a missing square")

at_most = claim.statement(
    "bridging_is_at_most",
    "m² + v = 1: P(|g(z)| < fa) ≤ √(2/π) artanh(f)/γ",
    claimed=holes.far_bridged,
    relation="<=",
    domain=Domain(f=UNIT, g=POSITIVE),
    definition=lambda x: _mass(x, -_edge(x), _edge(x)),
    symbolic=lambda x: x.sqrt(2 / x.pi) * x.atanh(x.f) / x.g,
    anchor=lambda claimed, f, g: claimed(g, f),
)


@at_most.derivation
def by_the_density_at_the_centre(x):
    flat = x.sqrt(2 / x.pi) * x.atanh(x.f)
    return [
        Step("φ(z) ≤ φ(0)", flat / x.sqrt(x.g * (1 + x.g)), "<=", "φ(z) ≤ φ(0) under the integral"),
        Step("1 + γ ≥ γ", flat / x.g, "<=", "the square root is monotone"),
    ]


by_the_density_at_the_centre.control(
    "√(1/2π)", lambda x: x.atanh(x.f) / (x.sqrt(2 * x.pi) * x.g), why="one side of the hole only"
)


@at_most.observed(
    instances=lambda s: s.tuples(s.scales(0.2, 1e6), s.inside(0.02, 0.95)), error=1e-8, resolution=1e-7, detects=1e-4,
    why="the bound is approached like 1 - 1/2γ, to 1e-6",
)  # fmt: skip
def by_crossings_below(m, gamma, f):
    return _drawn_between(m, m.sqrt(gamma / (1 + gamma)), 1 / (1 + m.number(gamma)), f)


by_crossings_below.control("half-way only", lambda g, f: holes.far_bridged(g, 0.5), why="f = ½ for every f")

falls = claim.statement(
    "bridging_falls_like_one_over_gamma",
    "γ P(|g(z)| < fa) → √(2/π) artanh(f) as γ → ∞, m² + v = 1: 0.438 half-way, and no faster",
    claimed=holes.far_bridged,
    domain=Domain(f=UNIT),
    definition=lambda x: x.Limit(
        _large(x) * x.erf(x.atanh(x.f) / x.sqrt(2 * _large(x) * (1 + _large(x)))), _large(x), x.oo
    ),
    symbolic=lambda x: x.sqrt(2 / x.pi) * x.atanh(x.f),
    anchor=lambda claimed, f: claimed(1.0, f),
)


def _large(x):
    return x.Symbol("gamma", positive=True)


@falls.derivation
def by_the_slope_of_erf(x):
    g = _large(x)
    line = x.Limit(g * 2 / x.sqrt(x.pi) * x.atanh(x.f) / x.sqrt(2 * g * (1 + g)), g, x.oo)
    return [Step("erf u ~ 2u/√π as u → 0", line, given="the derivative of erf at 0 is 2/√π")]


by_the_slope_of_erf.control("φ(0)", lambda x: x.atanh(x.f) / x.sqrt(2 * x.pi), why="one side of the hole only")


@falls.observed(
    instances=lambda s: s.tuples(s.scales(1e5, 1e7), s.inside(0.02, 0.95)),
    error=lambda gamma, f: 1 / gamma, claimed_error=0.0, resolution=2e-5, detects=1e-4, why="the limit, seen from γ = 1e5 on",
)  # fmt: skip
def by_far_crossings(m, gamma, f):
    return _drawn_between(m, m.sqrt(gamma / (1 + gamma)), 1 / (1 + m.number(gamma)), f)


by_far_crossings.control("half-way only", lambda g, f: holes.far_bridged(g), why="f = ½ for every f")

reconstruction = claim.statement(
    "reconstruction_error",
    "E(x - g(z))² = a² e^{-γ/2} E sech √γN for codes z | x ~ N(±m, v): it vanishes exponentially",
    claimed=encoder_noise.error,
    domain=Domain(a=POSITIVE, g=POSITIVE),
    definition=lambda x: x.a**2 * textbook.given_plus(x, lambda tanh, _: (1 - tanh) ** 2),
    symbolic=textbook.in_middle,
    anchor=lambda claimed, a, g: claimed(a, g),
)


@reconstruction.derivation
def seen_from_the_middle(x):
    return [("E tanh² = E tanh", x.a**2 * (1 - textbook.given_plus(x, lambda tanh, _: tanh)))]


seen_from_the_middle.control("e^{-γ}", lambda x: textbook.in_middle(x) * x.exp(-x.g / 2), why="a factor 2 above")


@reconstruction.observed(
    instances=lambda s: textbook.codes(s, 0.05, 60.0), error=1e-11, call=lambda claimed, a, m, v: claimed(a, m**2 / v)
)
def by_quadrature(m, a, spread, var):
    return textbook.error(m, a, spread, var)


by_quadrature.control("at 2γ", lambda a, g: encoder_noise.error(a, 2 * g), why="γ = m²/v against 2m²/v")

# --- figure ---------------------------------------------------------------------------------------------------------------


@claim.curves
def exact():
    gamma, some, rng = np.geomspace(0.3, 60, 150), np.geomspace(0.5, 40, 8), np.random.default_rng(6)
    z, (m, v) = np.linspace(-3, 3, 601), _balanced(8.0)
    normal = lambda at, mean, var: np.exp(-((at - mean) ** 2) / (2 * var)) / np.sqrt(2 * np.pi * var)  # noqa: E731
    drawn, sign, noise = rng.standard_normal(200_000), rng.choice([-1.0, 1.0], 200_000), rng.standard_normal(200_000)
    counted = []
    for spread, var in map(_balanced, some):
        seen = np.tanh(spread * (spread * sign + np.sqrt(var) * noise) / var)
        counted.append([np.mean(np.abs(np.tanh(spread * drawn / var)) < 0.5), np.mean((sign - seen) ** 2)])
    return {
        "gamma": gamma, "some": some, "counted": np.array(counted), "bridged": holes.balanced_bridged(gamma),
        "far": holes.far_bridged(gamma), "error": encoder_noise.error(1.0, gamma), "z": z,
        "decoder": encoder_noise.decoder(z, 1.0, m, v), "prior": normal(z, 0, 1),
        "codes": (normal(z, m, v) + normal(z, -m, v)) / 2, "edge": np.arctanh(0.5) * v / m,
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    hole, falls = panels(figure, 2)
    hole.axvspan(-exact["edge"], exact["edge"], color=COLOUR["control"], alpha=0.5, lw=0, label="bridge, $|g| < a/2$")
    hole.plot(exact["z"], exact["prior"], color=COLOUR["data"], label=r"prior of $z$")
    hole.plot(exact["z"], exact["codes"], ":", color=COLOUR["other"], label=r"codes, $\gamma = 8$")
    hole.plot(exact["z"], exact["decoder"], color=COLOUR["exact"], label="decoder $g(z)/a$")
    hole.set(xlabel="$z$", ylabel="density; decoded $x/a$", ylim=(-1.15, 2.6), yticks=(-1, 0, 1))
    hole.legend(loc="upper left")
    falls.plot(exact["gamma"], exact["bridged"], color=COLOUR["exact"], label="drawn between the modes")
    falls.plot(exact["gamma"], exact["far"], "--", color=COLOUR["exact"], lw=0.8, label=r"$0.438/\gamma$")
    falls.plot(exact["some"], exact["counted"][:, 0], "o", color=COLOUR["network"], label="counted in 200 000 draws")
    falls.plot(exact["gamma"], exact["error"], ":", color=COLOUR["other"], label=r"reconstruction error / $a^2$")
    shown = exact["some"] < 20
    falls.plot(exact["some"][shown], exact["counted"][shown, 1], "^", color=COLOUR["other"], label="measured")
    falls.set(xlabel=r"$\gamma = m^2/v$", ylabel=r"probability; error / $a^2$", xscale="log", yscale="log")
    falls.set_ylim(1e-13, 5)
    falls.legend(loc="lower left")
