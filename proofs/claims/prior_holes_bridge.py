"""A decoder that reconstructs almost perfectly still draws bridges: between the modes it must cross the prior's hole.

    x = ±a equally likely,  z | x ~ N(±m, v),  g(z) = a tanh(mz/v),  fed with z ~ N(0, 1) instead of codes

    P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1                         half-way, f = ½: artanh ½ = 0.549
    m² + v = 1:      2Φ(artanh(f)/√(γ(1+γ))) - 1 ~ √(2/π) artanh(f)/γ        0.438/γ half-way, γ = m²/v
    reconstruction:  a² e^{-γ/2} E sech √γN

The decoder is continuous, so it passes through every value between the modes, on a stretch of width ~ 1/γ around 0
where codes never come but the prior has density 1/√2π. A wider band makes reconstructions exponentially better, and
draws from the prior only as 1/γ: at γ = 20 the error is 1e-5 a² while one draw in fifty is neither mode.
"""

import numpy as np

from proofs.core import Claim, Positive, Unit, given
from proofs.sentences import bandwidth_gives_quality
from proofs.textbook import noisy_code as textbook
from proofs.textbook import separate_codes as codes
from proofs.words import gaussian_mass, sp
from theory import GaussianMixture, encoder_noise, holes, symmetric_pair

claim = Claim(topic="kl-pressure", after="latent_noise_interpolates", references=("rezende2018", "dai2019"))


def edge(f, g):
    """artanh(f) v/m at m² + v = 1."""
    return sp.atanh(f) / sp.sqrt(g * (1 + g))


# --- drawn from the prior -------------------------------------------------------------------------------------------------


@claim.states(holes.bridged, at="m v f")
def bridged_from_the_prior(f: Unit, m: Positive, v: Positive):
    """P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1 for z ~ N(0, 1)

    g = a tanh(mz/v), the best decoder (encoder_noise_averages), rises: |g| < fa iff |z| < artanh(f) v/m"""
    yield gaussian_mass(-sp.atanh(f) * v / m, sp.atanh(f) * v / m)
    yield "φ is even", 2 * gaussian_mass(0, sp.atanh(f) * v / m)
    yield "Φ(t) = ½(1 + erf(t/√2))", sp.erf(sp.atanh(f) * v / (sp.sqrt(2) * m))


bridged_from_the_prior.check(textbook.drawn_between, on=textbook.codes_and_bands)
bridged_from_the_prior.wrong("m/v for v/m", m=lambda m: 1 / m, v=lambda v: 1 / v)
bridged_from_the_prior.wrong(
    "fed with codes", symbolic=lambda f, m, v: sp.erf(sp.atanh(f) * v / (sp.sqrt(2) * m)) * sp.exp(-(m**2) / (2 * v)),
    claimed=lambda m, v, f: holes.bridged(m, v, f) * np.exp(-(m**2) / (2 * v)),
)  # fmt: skip
bridged_from_the_prior.wrong("f for artanh f: a linear decoder", f=lambda f: sp.tanh(f))


@claim.states(holes.balanced_bridged, at="g f")
def bridged_when_balanced(f: Unit, g: Positive):
    """m² + v = 1: P(|g(z)| < fa) = 2Φ(artanh(f)/√(γ(1+γ))) - 1

    of all codes with this γ these cost least rate: q(z) has the prior's variance"""
    m, v = sp.sqrt(g / (1 + g)), 1 / (1 + g)
    yield gaussian_mass(-sp.atanh(f) * v / m, sp.atanh(f) * v / m)
    yield "v/m = 1/√(γ(1+γ))", 2 * gaussian_mass(0, edge(f, g))
    yield "Φ(t) = ½(1 + erf(t/√2))", sp.erf(edge(f, g) / sp.sqrt(2))


bridged_when_balanced.check(textbook.drawn_when_balanced, on=lambda s: textbook.bands(s, 0.05, 100.0))
bridged_when_balanced.wrong(
    "1/γ: m = 1 in place of m² + v = 1", symbolic=lambda f, g: sp.erf(sp.atanh(f) / (sp.sqrt(2) * g)),
    claimed=lambda g, f: holes.bridged(1.0, 1 / g, f),
)  # fmt: skip
bridged_when_balanced.wrong("m/√v for γ: a missing square", g=lambda g: sp.sqrt(g))


@claim.states(holes.far_bridged, at="g f", relation="<=")
def bridging_is_at_most(f: Unit, g: Positive):
    """m² + v = 1: P(|g(z)| < fa) ≤ √(2/π) artanh(f)/γ"""
    yield gaussian_mass(-edge(f, g), edge(f, g))
    yield given("positive_integrand", "φ > 0, and γ(1+γ) ≥ γ²"), gaussian_mass(-sp.atanh(f) / g, sp.atanh(f) / g)
    yield given("flat_density", "φ(z) ≤ φ(0)"), sp.sqrt(2 / sp.pi) * sp.atanh(f) / g


bridging_is_at_most.check(
    textbook.drawn_when_balanced, on=lambda s: textbook.bands(s, 0.2, 1e6), error=1e-8,
    resolution=1e-7, detects=1e-4, why="the bound is approached like 1 - 1/2γ, to 1e-6",
)  # fmt: skip
bridging_is_at_most.wrong("√(1/2π): one side of the hole only", symbolic=lambda f, g: sp.atanh(f) / (sp.sqrt(2 * sp.pi) * g),
                          claimed=lambda g, f: holes.far_bridged(g, f) / 2)  # fmt: skip


@claim.states(holes.far_bridged, at=lambda f: (1.0, f))
def bridging_falls_like_one_over_gamma(f: Unit):
    """γ P(|g(z)| < fa) → √(2/π) artanh(f) as γ → ∞, m² + v = 1: 0.438 half-way, and no faster"""
    g = sp.Symbol("gamma", positive=True)
    yield sp.Limit(g * sp.erf(edge(f, g) / sp.sqrt(2)), g, sp.oo)
    yield "erf u ~ 2u/√π as u → 0", sp.Limit(g * sp.sqrt(2 / sp.pi) * edge(f, g), g, sp.oo)
    yield "γ/√(γ(1+γ)) → 1", sp.sqrt(2 / sp.pi) * sp.atanh(f)


bridging_falls_like_one_over_gamma.check(
    textbook.drawn_when_balanced, on=lambda s: textbook.bands(s, 1e5, 1e7),
    at="gamma f", error=lambda gamma, f: 1 / gamma, claimed_error=0.0, resolution=2e-5, detects=1e-4,
    why="the limit, seen from γ = 1e5 on",
)  # fmt: skip
bridging_falls_like_one_over_gamma.wrong(
    "√(1/2π): one side of the hole only", symbolic=lambda f: sp.atanh(f) / sp.sqrt(2 * sp.pi),
    claimed=lambda g, f: holes.far_bridged(g, f) / 2,
)  # fmt: skip
for far in (bridging_is_at_most, bridging_falls_like_one_over_gamma):
    far.wrong("half-way for every f", f=lambda f: sp.Rational(1, 2), claimed=lambda g, f: holes.far_bridged(g, 0.5))

# --- reconstructed --------------------------------------------------------------------------------------------------------


@claim.states(encoder_noise.error)
def reconstruction_error(a: Positive, g: Positive):
    """E(x - g(z))² = a² e^{-γ/2} E sech √γN for codes z | x ~ N(±m, v): it vanishes exponentially"""
    yield a**2 * textbook.missed(g)
    yield "E tanh² = E tanh", a**2 * (1 - textbook.given_plus(lambda tanh, _: tanh, g))
    yield "seen from the middle", a**2 * textbook.in_middle(g)


reconstruction_error.check(textbook.error_of, on=lambda s: textbook.codes(s, 0.05, 60.0), error=1e-11)
reconstruction_error.wrong(
    "e^{-γ}: a factor 2 above", symbolic=lambda a, g: a**2 * textbook.in_middle(g) * sp.exp(-g / 2)
)
reconstruction_error.wrong("at 2γ: γ = m²/v against 2m²/v", g=lambda g: 2 * g)

# --- figure ---------------------------------------------------------------------------------------------------------------


@claim.curves
def counted(*, draws=200_000):
    """How many of so many draws from the prior are bridges, and the mean squared error of as many reconstructions."""
    some, rng = np.geomspace(0.5, 40, 8), np.random.default_rng(6)
    drawn, sign, noise = rng.standard_normal(draws), rng.choice([-1.0, 1.0], draws), rng.standard_normal(draws)
    m, std = codes.balanced(np, some[:, None])
    bridges = np.abs(encoder_noise.decoder(drawn, 1.0, m, std**2)) < 0.5
    errors = (sign - encoder_noise.decoder(m * sign + std * noise, 1.0, m, std**2)) ** 2
    return {"some": some, "bridges": bridges.mean(axis=1), "errors": errors.mean(axis=1)}


@claim.reads(
    bandwidth_gives_quality,
    "a hundredth is lost at most: of the variance in a reconstruction, of the samples to the gap",
)
def a_hundredth_is_lost(shown, g):
    return (reconstruction_error(1, g) if shown == "reconstruction" else bridged_when_balanced(g, 0.5)) <= 0.01


@claim.figure(
    "Almost perfect reconstructions, and still samples between the modes",
    where=r"data $\pm a$ with codes $N(\pm m, v)$",
)
def draw(saved, panels, *, gamma=8.0, draws=200_000):
    found, apart, z = saved["curves"], np.geomspace(0.3, 60, 150), np.linspace(-3, 3, 601)
    m, std = codes.balanced(np, gamma)
    side = np.arctanh(0.5) * std**2 / m
    (hole, falls, errors), drawn = panels(3), f"{draws:,} draws".replace(",", " ")
    prior, coded = GaussianMixture([1.0], [0.0], stds=[1.0]).pdf(z), symmetric_pair(m, std).pdf(z)
    hole.band((-side, side), 0, coded.max(), "control", "decoded between the modes", alpha=0.5)
    hole.line(z, prior, "data", "prior of $z$")
    hole.exact(z, coded, rf"codes, $\gamma = {gamma:g}$", "--")
    hole.axes("code $z$", "density", legend="above")
    falls.exact(apart, holes.balanced_bridged(apart), "exact")
    falls.exact(apart, holes.far_bridged(apart), r"bound, $0.438/\gamma$", "--", lw=0.8)
    falls.points(found["some"], found["bridges"], "data", drawn, marker="o")
    falls.axes(r"$\gamma = m^2/v$", "share between the modes", log="xy", legend="above")
    errors.exact(apart, encoder_noise.error(1.0, apart), "exact")
    errors.points(found["some"], found["errors"], "data", drawn, marker="o")
    errors.axes(r"$\gamma = m^2/v$", "reconstruction error / $a^2$", log="xy", y=(1e-15, 3), legend="above")
    at, bridges, error = (found[name][-2] for name in ("some", "bridges", "errors"))
    rare = (found["errors"] / encoder_noise.error(1.0, found["some"]))[-1]
    return (
        f"(a) Between the codes of two modes ±a (dashed) lies a hole, but not in the prior (black): in the grey stretch, where codes "
        f"hardly come, the best decoder gives less than half of a, and {float(holes.balanced_bridged(gamma)):.3f} of the prior "
        f"lie there. (b) This share falls like 1/γ, γ the squared distance of the codes over their noise; (c) the error of "
        f"reconstructions falls exponentially. At γ = {at:.1f} one draw in {1 / bridges:.0f} is a bridge while the error is "
        f"{error:.0e} a². At γ = {found['some'][-1]:.0f} errors are so rare that all draws missed them: their mean, beyond the axis, "
        f"is {rare:.0e} of the exact one."
    )
