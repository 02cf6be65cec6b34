"""A Gaussian decoder with one σ shows its means through a Gaussian lens: samples are blurred, the means are not.

    x = g(z) + σε:   E e^{iω·x} = E e^{iω·g(z)} e^{-σ²|ω|²/2},   Cov x = Cov g(z) + σ²I
                     H(x) ≥ (D/2) ln 2πeσ²,   p(x) ≤ (2πσ²)^{-D/2}

Given z the outputs are independent, so what is generated is the law of g(z) convolved with N(0, σ²I), whatever the
network g and the prior are: no sample has detail finer than σ. A constant g attains the three bounds, so none can be
improved. That is all the independence does: the means g(z) by themselves, which is what papers print, may follow
any law at all, and with two of them at a distance d the frequency 2π/d comes through whole.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, Interval, integers
from proofs.textbook import decoder as textbook
from theory import gaussian_decoder as decoder

claim = Claim(
    topic="mass-diffusion",
    folk=Folk(
        "The generated samples from VAE models are blurry because of the independence assumption of the samples given "
        "latent variables.",
        "a comment on A2, citing Dumoulin et al. 2017, page 1",
        Conditional(
            "what is shown are samples x ~ N(g(z), σ²I); shown are decoder means g(z), and it is false",
            true_when=("fine_detail_is_damped", "entropy_of_the_noise", "density_is_capped"),
            false_when=("means_keep_every_frequency",),
        ),
    ),
    references=("dumoulin2017 section 1", "kingma2014"),
)


# --- the characteristic function --------------------------------------------------------------------------------------


def _parts(value):
    return np.array([value.real, value.imag])


def _characteristic(weights, means, std, omega):
    return _parts(decoder.characteristic(weights, means, std, omega))


factorises = claim.statement(
    "characteristic_factorises",
    "E e^{iω·x} = E e^{iω·g(z)} · e^{-σ²|ω|²/2}: the law of x is that of g(z) convolved with N(0, σ²I)",
    claimed=_characteristic,
    domain=Domain(w=UNIT, g=REAL, h=REAL, f=REAL, s=POSITIVE),
    definition=lambda x: x.w * _seen(x, x.g) + (1 - x.w) * _seen(x, x.h),
    symbolic=lambda x: (x.w * x.cos(x.f * x.g) + (1 - x.w) * x.cos(x.f * x.h)) * x.exp(-((x.f * x.s) ** 2) / 2),
    anchor=lambda claimed, w, g, h, f, s: claimed([w, 1 - w], [[g], [h]], s, [f])[0],
    assumptions="one σ for all z; derived for the real part, two latents, D = 1 (the imaginary part: shift g and h by "
    "-π/2ω), checked for both parts, up to four latents, D ≤ 2",
)


def _noise_average(x, f):
    t = x.Symbol("t", real=True)
    return x.Integral(f(t) * x.exp(-(t**2) / 2) / x.sqrt(2 * x.pi), (t, -x.oo, x.oo))


def _seen(x, g):
    """E cos ω(g+σε), the cosine of the sum written out."""
    even = _noise_average(x, lambda t: x.cos(x.f * x.s * t))
    odd = _noise_average(x, lambda t: x.sin(x.f * x.s * t))
    return x.cos(x.f * g) * even - x.sin(x.f * g) * odd


@factorises.derivation
def noise_by_noise(x):
    means = x.w * x.cos(x.f * x.g) + (1 - x.w) * x.cos(x.f * x.h)
    return [("E sin ωσε = 0: a common factor is left", means * _noise_average(x, lambda t: x.cos(x.f * x.s * t)))]


noise_by_noise.control(
    "e^{-σ²ω²}",
    lambda x: (x.w * x.cos(x.f * x.g) + (1 - x.w) * x.cos(x.f * x.h)) * x.exp(-((x.f * x.s) ** 2)),
    why="the missing ½",
)


@factorises.observed(instances=textbook.with_frequencies, error=1e-11, claimed_error=1e-14, scale=1.0)
def by_quadrature(m, *instance):
    return textbook.wave(m, *instance)


by_quadrature.control("σ for σ²", lambda w, g, s, omega: _characteristic(w, g, np.sqrt(s), omega), why="a square root")

damped = claim.statement(
    "fine_detail_is_damped",
    "|E e^{iω·x}| ≤ e^{-σ²|ω|²/2}, with equality where g is constant",
    claimed=decoder.damping,
    relation="<=",
    domain=Domain(c=Interval(0, 1, True, True), f=REAL, s=POSITIVE),
    definition=lambda x: _mean_below(x, x.c, x.exp(-((x.f * x.s) ** 2) / 2)),
    symbolic=lambda x: x.exp(-((x.f * x.s) ** 2) / 2),
    anchor=lambda claimed, c, f, s: claimed([f], s),
    assumptions="any g and prior: with α the phase of E e^{iω·g(z)}, its modulus is E C, C = cos(ω·g(z) - α) ≤ 1, and "
    "c = E C lies in [0, 1]; σ²|ω|² is all of D dimensions that counts",
)


def _mean_below(x, mean, factor):
    """E C·factor, C at most 1 and of this mean."""
    return x.Expectation(x.Symbol("C") * factor, x.Tuple((x.Symbol("C"), mean)))


@damped.derivation
def by_phase(x):
    bound = x.exp(-((x.f * x.s) ** 2) / 2)
    return [("the factor is the same for all z", x.c * bound), Step("C ≤ 1", bound, "<=")]


by_phase.control("e^{-σ²ω²}", lambda x: x.exp(-((x.f * x.s) ** 2)), why="the missing ½")


@damped.observed(
    instances=textbook.with_frequencies,
    error=1e-11,
    claimed_error=1e-14,
    scale=1.0,
    call=lambda claimed, weights, means, std, omega: claimed(omega, std),
)
def modulus_by_quadrature(m, *instance):
    return m.sqrt((textbook.wave(m, *instance) ** 2).sum())


modulus_by_quadrature.control("e^{-σ²ω²}", lambda omega, std: decoder.damping(omega, std) ** 2, why="the missing ½")

# --- covariance, entropy, density -------------------------------------------------------------------------------------

covariance = claim.statement(
    "covariance_grows_by_the_noise",
    "Cov x = Cov g(z) + σ²I",
    claimed=decoder.covariance,
    domain=Domain(w=UNIT, g=REAL, h=REAL, p=REAL, q=REAL, s=POSITIVE),
    definition=lambda x: _moment(x, 2) - _moment(x, 1) ** 2,
    symbolic=lambda x: x.w * (1 - x.w) * x.p**2 * (x.g - x.h) ** 2 + x.s**2 * (x.p**2 + x.q**2),
    anchor=lambda claimed, w, g, h, p, q, s: [p, q] @ claimed([w, 1 - w], [[g, 0], [h, 0]], s) @ [p, q],
    assumptions="E|g(z)|² finite; derived as the variance along any direction (p, q), for the two latents (g, 0) and "
    "(h, 0); checked entry by entry for up to four latents",
)


def _moment(x, power):
    """E (p x₁ + q x₂)^power."""
    E, F = x.Symbol("E"), x.Symbol("F")
    noise = x.Tuple((E, 0), (F, 0), (E * F, 0), (E**2, 1), (F**2, 1))
    along = lambda g: (x.p * (g + x.s * E) + x.q * x.s * F) ** power  # noqa: E731
    return x.w * x.Expectation(along(x.g), noise) + (1 - x.w) * x.Expectation(along(x.h), noise)


@covariance.derivation
def latent_by_latent(x):
    of_means = x.p**2 * (x.w * x.g**2 + (1 - x.w) * x.h**2 - (x.w * x.g + (1 - x.w) * x.h) ** 2)
    return [("E ε_iε_j = [i = j]", of_means + x.s**2 * (x.p**2 + x.q**2))]


latent_by_latent.control(
    "one noise for both outputs",
    lambda x: x.w * (1 - x.w) * x.p**2 * (x.g - x.h) ** 2 + x.s**2 * (x.p + x.q) ** 2,
    why="they are independent given z",
)


@covariance.observed(
    instances=textbook.decoders, error=1e-11, claimed_error=1e-13, scale=lambda w, g, s: float(np.max(g**2) + s**2)
)
def moments_by_quadrature(m, *instance):
    return textbook.covariance(m, *instance)


moments_by_quadrature.control("of the means", lambda w, g, s: decoder.covariance(w, g, 1e-9), why="forgets the noise")

entropy = claim.statement(
    "entropy_of_the_noise",
    "H(x) ≥ (D/2) ln 2πeσ² nats, with equality where g is constant",
    claimed=decoder.least_entropy,
    relation=">=",
    domain=Domain(D=integers(1), s=POSITIVE, i=NONNEGATIVE),
    definition=lambda x: (
        x.i + x.D * x.Expectation(x.Symbol("E") ** 2 / 2 + x.log(2 * x.pi * x.s**2) / 2, _unit_noise(x))
    ),
    symbolic=lambda x: x.D / 2 * (x.log(2 * x.pi * x.s**2) + 1),
    anchor=lambda claimed, D, s, i: claimed(D, s),
    assumptions="any g and prior; i = I(x; z) ≥ 0, finite",
)


def _unit_noise(x):
    return x.Tuple((x.Symbol("E"), 0), (x.Symbol("E") ** 2, 1))


@entropy.derivation
def by_conditioning(x):
    noise = x.D / 2 * (x.log(2 * x.pi * x.s**2) + 1)
    source = "H(x) = H(x|z) + I(x; z), I ≥ 0: Cover & Thomas 2006, §2.4 and §8.6"
    return [("E ε² = 1", x.i + noise), Step("not knowing z adds entropy", noise, ">=", source)]


by_conditioning.control("(D/2) ln 2πσ² + D", lambda x: x.D / 2 * (x.log(2 * x.pi * x.s**2) + 2), why="a factor 2")


@entropy.observed(
    instances=textbook.decoders,
    error=1e-11,
    claimed_error=1e-14,
    scale=1.0,
    call=lambda claimed, w, g, std: claimed(1, std),
)
def entropy_by_quadrature(m, *instance):
    return textbook.entropy(m, *instance)


entropy_by_quadrature.control(
    "(D/2) ln 2πe²σ²", lambda D, std: decoder.least_entropy(D, std) + D / 2, why="an e too many"
)

density = claim.statement(
    "density_is_capped",
    "p(x) ≤ (2πσ²)^{-D/2}, with equality where g is constant and x there",
    claimed=decoder.greatest_density,
    relation="<=",
    domain=Domain(D=integers(1), s=POSITIVE, f=Interval(0, 1, False, True)),
    definition=lambda x: x.Expectation(
        x.Symbol("F") * (2 * x.pi * x.s**2) ** (-x.D / 2), x.Tuple((x.Symbol("F"), x.f))
    ),
    symbolic=lambda x: (2 * x.pi * x.s**2) ** (-x.D / 2),
    anchor=lambda claimed, D, s, f: claimed(D, s),
    assumptions="any g and prior: p(x) is the mean over z of (2πσ²)^{-D/2} F, F = e^{-|x-g(z)|²/2σ²} in (0, 1], f = E F",
)


@density.derivation
def peak_by_peak(x):
    peak = (2 * x.pi * x.s**2) ** (-x.D / 2)
    return [("the peak is the same for all z", x.f * peak), Step("F ≤ 1", peak, "<=")]


peak_by_peak.control(
    "(2πeσ²)^{-D/2}", lambda x: (2 * x.pi * x.exp(1) * x.s**2) ** (-x.D / 2), why="that of the entropy"
)


@density.observed(
    instances=textbook.with_points,
    error=1e-12,
    claimed_error=1e-14,
    scale=lambda w, g, s, x: s ** -len(x),
    call=lambda claimed, w, g, std, x: claimed(len(x), std),
)
def mean_over_latents(m, *instance):
    return textbook.density(m, *instance)


mean_over_latents.control("(4πσ²)^{-D/2}", lambda D, s: decoder.greatest_density(D, s * 2**0.5), why="a factor 2")

# --- the other side: means --------------------------------------------------------------------------------------------


def _modulus_at(j, weight, d):
    """|E e^{iωg(z)}| at ω = 2πj/d, means 0 and d."""
    return np.abs(decoder.means_characteristic([weight, 1 - weight], [[0.3], [0.3 + d]], [2 * np.pi * j / d]))


means = claim.statement(
    "means_keep_every_frequency",
    "decoder means have no such limit: with two of them a distance d apart |E e^{iωg(z)}| = 1 at every ω = 2πj/d",
    claimed=_modulus_at,
    domain=Domain(j=integers(1), w=UNIT, d=POSITIVE),
    definition=lambda x: x.Sum(
        x.Piecewise((x.w, x.Eq(x.Symbol("k"), 0)), (1 - x.w, True)) * x.cos(2 * x.pi * x.j / x.d * x.Symbol("k") * x.d),
        (x.Symbol("k"), 0, 1),
    ),
    symbolic=lambda x: x.Integer(1),
    anchor=lambda claimed, j, w, d: claimed(j, w, d),
    assumptions="the sines vanish: the modulus is the real part, seen from the first mean",
)


@means.derivation
def turn_by_turn(x):
    return [("j whole turns", x.w + (1 - x.w) * x.cos(2 * x.pi * x.j))]


turn_by_turn.control("half turns", lambda x: x.w + (1 - x.w) * x.cos(x.pi * x.j), why="a factor 2")


@means.observed(instances=lambda s: s.tuples(s.integers(1, 9), s.inside(0.0, 1.0), s.scales(0.05, 10.0)), error=1e-11)
def by_trigonometry(m, j, weight, d):
    angles = [2 * m.pi * j / d * (m.number(0.3) + k * d) for k in (0, 1)]
    parts = [weight * f(angles[0]) + (1 - weight) * f(angles[1]) for f in (m.cos, m.sin)]
    return m.sqrt(parts[0] ** 2 + parts[1] ** 2)


by_trigonometry.control(
    "samples",
    lambda j, w, d: _modulus_at(j, w, d) * decoder.damping([2 * np.pi * j / d], d / 1000),
    why="σ a thousandth of d",
)

# --- figure -----------------------------------------------------------------------------------------------------------

STDS, DECODER = (0.1, 0.3), ([0.3, 0.3, 0.4], [[-1.0], [0.2], [1.0]])


@claim.curves
def lens():
    """A decoder of three means on the line, through two lenses."""
    omega, x, rng = np.linspace(0, 20, 401)[:, None], np.linspace(-2, 2, 801), np.random.default_rng(5)
    laws = [decoder.samples(*DECODER, std) for std in STDS]
    seen = [np.abs(np.exp(1j * omega[::20] * law.sample(20000, rng)[:, 0]).mean(axis=1)) for law in laws]
    return {
        "omega": omega[:, 0], "x": x, "seen": np.array(seen), "g": np.ravel(DECODER[1]),
        "means": np.abs(decoder.means_characteristic(*DECODER, omega)),
        "samples": np.array([np.abs(decoder.characteristic(*DECODER, s, omega)) for s in STDS]),
        "bound": np.array([decoder.damping(omega, s) for s in STDS]),
        "density": np.array([law.pdf(x[:, None]) for law in laws]),
        "cap": np.array([decoder.greatest_density(1, s) for s in STDS]),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact, (left, right) = saved["curves"], panels(figure, 2)
    omega = exact["omega"]
    left.plot(omega, exact["means"], color=COLOUR["control"], label="decoder means")
    for k, (std, colour) in enumerate(zip(STDS, (COLOUR["exact"], COLOUR["other"]), strict=True)):
        left.plot(
            omega, exact["bound"][k], ":", color=colour, label=rf"$e^{{-\sigma^2\omega^2/2}}$, $\sigma = {std:g}$"
        )
        left.plot(omega, exact["samples"][k], color=colour, lw=0.8)
        left.plot(omega[::20], exact["seen"][k], "os"[k], color=colour, label=rf"draws, $\sigma = {std:g}$")
        right.plot(exact["x"], exact["density"][k], color=colour, label=rf"density, $\sigma = {std:g}$")
        right.axhline(exact["cap"][k], color=colour, ls=":", lw=0.8, label=r"$(2\pi\sigma^2)^{-1/2}$" if k else "")
    left.set(xlabel=r"frequency $\omega$", ylabel=r"$|E\,e^{i\omega x}|$", ylim=(0, 1.75), xlim=(0, 20))
    left.legend(loc="upper right", ncols=2)
    right.plot(exact["g"], 0 * exact["g"], "^", color=COLOUR["control"], label="decoder means", clip_on=False)
    right.set(xlabel="$x$", ylabel="density", ylim=(0, 6))
    right.legend(loc="upper right", ncols=2)
