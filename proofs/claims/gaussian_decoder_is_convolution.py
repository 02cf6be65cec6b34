"""A Gaussian decoder with one σ shows its means through a Gaussian lens: samples are blurred, the means are not.

    x = g(z) + σε:   E e^{iω·x} = E e^{iω·g(z)} e^{-σ²|ω|²/2},   Cov x = Cov g(z) + σ²I
                     H(x) ≥ (D/2) ln 2πeσ²,   p(x) ≤ (2πσ²)^{-D/2}

Given z the outputs are independent, so what is generated is the law of g(z) convolved with N(0, σ²I), whatever the
network g and the prior are: no sample has detail finer than σ. A constant g attains the three bounds, so none can be
improved. That is all the independence does: the means g(z) by themselves, which is what papers print, may follow
any law at all, and with two of them at a distance d the frequency 2π/d comes through whole.
"""

from itertools import cycle, islice
from typing import Annotated

import numpy as np

from proofs.core import Claim, Count, Letter, Positive, Real, Unit, given
from proofs.core.letters import Interval
from proofs.sentences import independence_diffuses_mass
from proofs.textbook import decoder as textbook
from proofs.words import expectation, phi, sp
from proofs.words.information import gaussian_told
from theory import gaussian_decoder as decoder

claim = Claim(topic="mass-diffusion", references=("dumoulin2017 section 1", "kingma2014"))

# --- the characteristic function --------------------------------------------------------------------------------------


def over_noise(f):
    """E f(ε), ε ~ N(0, 1), to be worked out."""
    t = sp.Symbol("t", real=True)
    return sp.Integral(f(t) * phi(t), (t, -sp.oo, sp.oo))


def characteristic(weights, means, std, omega):
    """Real and imaginary part of E e^{iω·x}."""
    value = decoder.characteristic(weights, means, std, omega)
    return np.array([value.real, value.imag])


@claim.states(characteristic, at=lambda w, g, h, f, s: ([w, 1 - w], [[g], [h]], s, [f]), part=0)
def characteristic_factorises(w: Unit, g: Real, h: Real, f: Real, s: Positive):
    """E e^{iω·x} = E e^{iω·g(z)} · e^{-σ²|ω|²/2}: the law of x is that of g(z) convolved with N(0, σ²I)

    one σ for all z; derived for the real part, two latents, D = 1 (the imaginary part: shift g and h by -π/2ω), checked for
    both parts, up to four latents, D ≤ 2"""
    even, odd = over_noise(lambda t: sp.cos(f * s * t)), over_noise(lambda t: sp.sin(f * s * t))
    seen = [sp.cos(f * mean) * even - sp.sin(f * mean) * odd for mean in (g, h)]  # E cos ω(g+σε), written out
    means = w * sp.cos(f * g) + (1 - w) * sp.cos(f * h)
    yield w * seen[0] + (1 - w) * seen[1]
    yield "E sin ωσε = 0: a common factor is left", means * even
    yield "E cos ωσε", means * sp.exp(-((f * s) ** 2) / 2)


characteristic_factorises.check(textbook.wave, on=textbook.with_frequencies, error=1e-11, claimed_error=1e-14)
characteristic_factorises.wrong(
    "e^{-σ²ω²}: the missing ½",
    s=lambda s: sp.sqrt(2) * s,
    claimed=lambda w, g, s, omega: characteristic(w, g, np.sqrt(2) * s, omega),
)
characteristic_factorises.wrong(
    "σ for σ²", s=lambda s: sp.sqrt(s), claimed=lambda w, g, s, omega: characteristic(w, g, np.sqrt(s), omega)
)


@claim.states(decoder.damping, at=lambda f, s: ([f], s), relation="<=")
def fine_detail_is_damped(c: Annotated[Letter, Interval(0, 1, True, True)], f: Real, s: Positive):
    """|E e^{iω·x}| ≤ e^{-σ²|ω|²/2}, with equality where g is constant

    any g and prior: with α the phase of E e^{iω·g(z)}, its modulus is E C, C = cos(ω·g(z) - α) ≤ 1, and c = E C lies in
    [0, 1]; σ²|ω|² is all of D dimensions that counts"""
    C, bound = sp.Symbol("C"), sp.exp(-((f * s) ** 2) / 2)
    yield expectation(C * bound, {C: c})
    yield "the factor is the same for all z", c * bound
    yield "C ≤ 1", bound


fine_detail_is_damped.check(
    textbook.modulus, on=textbook.with_frequencies, at="omega std", error=1e-11, claimed_error=1e-14
)
fine_detail_is_damped.wrong(
    "e^{-σ²ω²}: the missing ½", s=lambda s: sp.sqrt(2) * s, claimed=lambda omega, std: decoder.damping(omega, std) ** 2
)

# --- covariance, entropy, density -------------------------------------------------------------------------------------


def along(weights, means, std, direction):
    """The covariance of x as seen along the columns of `direction`."""
    return np.transpose(direction) @ decoder.covariance(weights, means, std) @ direction


@claim.states(along, at=lambda w, g, h, p, q, s: ([w, 1 - w], [[g, 0], [h, 0]], s, [p, q]))
def covariance_grows_by_the_noise(w: Unit, g: Real, h: Real, p: Real, q: Real, s: Positive):
    """Cov x = Cov g(z) + σ²I

    E|g(z)|² finite; derived as the variance along any direction (p, q), for the two latents (g, 0) and (h, 0); checked entry
    by entry for up to four latents"""
    E, F = sp.symbols("E F")

    def moment(power):
        """E (p x₁ + q x₂)^power."""
        mean = lambda g: expectation((p * (g + s * E) + q * s * F) ** power, {E: 0, F: 0, E * F: 0, E**2: 1, F**2: 1})  # noqa: E731
        return w * mean(g) + (1 - w) * mean(h)

    of_means = p**2 * (w * g**2 + (1 - w) * h**2 - (w * g + (1 - w) * h) ** 2)
    yield moment(2) - moment(1) ** 2
    yield "E ε_iε_j = [i = j]", of_means + s**2 * (p**2 + q**2)
    yield "variance of two values", w * (1 - w) * p**2 * (g - h) ** 2 + s**2 * (p**2 + q**2)


covariance_grows_by_the_noise.check(
    textbook.covariance, on=textbook.decoders, at=lambda w, g, s: (w, g, s, np.eye(g.shape[1])), error=1e-11,
    claimed_error=1e-13, scale=lambda w, g, s: float(np.max(g**2) + s**2),
)  # fmt: skip
covariance_grows_by_the_noise.wrong(
    "one noise for both outputs, which are independent given z",
    symbolic=lambda w, g, h, p, q, s: w * (1 - w) * p**2 * (g - h) ** 2 + s**2 * (p + q) ** 2,
)
covariance_grows_by_the_noise.wrong(
    "of the means: forgets the noise",
    symbolic=lambda w, g, h, p: w * (1 - w) * p**2 * (g - h) ** 2,
    claimed=lambda w, g, s, axes: along(w, g, 1e-9, axes),
)


@claim.states(decoder.least_entropy, at="D s", relation=">=")
def entropy_of_the_noise(D: Count, s: Positive, k: Positive):
    """H(x) ≥ (D/2) ln 2πeσ² nats, with equality where g is constant

    any g and prior with I(x; z) finite; derived for two means, ±√k σ on one of the axes and equally likely, where x = σY there
    and -ln p(x) = ln √2πσ + Y²/2 + k/2 - ln cosh √k Y; checked for up to four means"""
    E, Y, L = sp.symbols("E Y L")
    noise, axis = D / 2 * (sp.log(2 * sp.pi * s**2) + 1), sp.log(2 * sp.pi * s**2) / 2
    seen = expectation((Y**2 + k) / 2 - L + axis, {Y**2: 1 + k, L: k - gaussian_told(sp.sqrt(k), 1)})
    yield (D - 1) * expectation(E**2 / 2 + axis, {E: 0, E**2: 1}) + seen
    yield "E ε² = 1, E Y² = 1 + k: H(x|z) + I(x; z)", noise + gaussian_told(sp.sqrt(k), 1)
    yield given("information_is_nonnegative", "not knowing z adds entropy: H(x) = H(x|z) + I(x; z)"), noise


entropy_of_the_noise.check(
    textbook.entropy, on=textbook.decoders, at=lambda w, g, s: (1, s), error=1e-11, claimed_error=1e-14
)
entropy_of_the_noise.wrong("a factor 2: (D/2) ln 2πσ² + D", s=lambda s: s * sp.exp(sp.Rational(1, 2)))


def density(weights, means, std, x):
    """p(x), x (D,)."""
    return float(decoder.samples(weights, means, std).pdf(np.atleast_2d(x))[0])


@claim.states(density, at=lambda w, u, v, s: ([w, 1 - w], [[s * u], [s * v]], s, [0.0]))
def density_is_a_sum_of_peaks(w: Unit, u: Real, v: Real, s: Positive):
    """p(x) = E N(x; g(z), σ²I), what inverting the characteristic function gives: as many peaks as means, all of width σ

    derived for two latents, D = 1, at x = 0; u = g₀/σ, v = g₁/σ; checked for up to four latents, D ≤ 2"""
    f = sp.Symbol("f", real=True)
    waves = [sp.Integral(sp.cos(f * mean) * phi(f), (f, -sp.oo, sp.oo)) for mean in (u, v)]
    yield (w * waves[0] + (1 - w) * waves[1]) / (sp.sqrt(2 * sp.pi) * s)
    yield "a normal law is its own transform", (w * phi(u) + (1 - w) * phi(v)) / s


density_is_a_sum_of_peaks.check(textbook.density, on=textbook.with_points, error=1e-12)
density_is_a_sum_of_peaks.wrong("the same weight for all", symbolic=lambda u, v, s: (phi(u) + phi(v)) / (2 * s))
density_is_a_sum_of_peaks.wrong("σ² for σ", claimed=lambda w, g, s, x: density(w, g, s**2, x))


@claim.states(decoder.greatest_density, at="D s", relation="<=")
def density_is_capped(D: Count, s: Positive, f: Annotated[Letter, Interval(0, 1, False, True)]):
    """p(x) ≤ (2πσ²)^{-D/2}, with equality where g is constant and x there

    any g and prior: p(x) is the mean over z of (2πσ²)^{-D/2} F, F = e^{-|x-g(z)|²/2σ²} in (0, 1], f = E F"""
    F, peak = sp.Symbol("F"), (2 * sp.pi * s**2) ** (-D / 2)
    yield expectation(F * peak, {F: f})
    yield "the peak is the same for all z", f * peak
    yield "F ≤ 1", peak


density_is_capped.check(
    textbook.density, on=textbook.with_points, at=lambda w, g, s, x: (len(x), s), error=1e-12, claimed_error=1e-14,
    scale=lambda w, g, s, x: s ** -len(x),
)  # fmt: skip
density_is_capped.wrong("(2πeσ²)^{-D/2}: that of the entropy", s=lambda s: s * sp.exp(sp.Rational(1, 2)))
density_is_capped.wrong("(4πσ²)^{-D/2}: a factor 2", s=lambda s: sp.sqrt(2) * s)

# --- the other side: means --------------------------------------------------------------------------------------------


def modulus_at(j, weight, d):
    """|E e^{iωg(z)}| at ω = 2πj/d, means 0 and d."""
    return np.abs(decoder.means_characteristic([weight, 1 - weight], [[0.3], [0.3 + d]], [2 * np.pi * j / d]))


@claim.states(modulus_at)
def means_keep_every_frequency(j: Count, w: Unit, d: Positive):
    """decoder means have no such limit: with two of them a distance d apart |E e^{iωg(z)}| = 1 at every ω = 2πj/d

    the sines vanish: the modulus is the real part, seen from the first mean"""
    k = sp.Symbol("k")
    weight = sp.Piecewise((w, sp.Eq(k, 0)), (1 - w, True))
    yield sp.Sum(weight * sp.cos(2 * sp.pi * j / d * k * d), (k, 0, 1))
    yield "j whole turns", w + (1 - w) * sp.cos(2 * sp.pi * j)
    yield "cos 2πj = 1", sp.Integer(1)


means_keep_every_frequency.check(textbook.two_means, on=textbook.turns, error=1e-11)
means_keep_every_frequency.wrong("half turns", symbolic=lambda j, w: w + (1 - w) * sp.cos(sp.pi * j))
means_keep_every_frequency.wrong(
    "samples: σ a thousandth of d",
    claimed=lambda j, w, d: modulus_at(j, w, d) * decoder.damping([2 * np.pi * j / d], d / 1000),
)

# --- figure -----------------------------------------------------------------------------------------------------------


@claim.reads(independence_diffuses_mass, "of detail as fine as the noise of the outputs less than two thirds is left")
def loses_fine_detail(shown):
    return (fine_detail_is_damped(1, 1) if shown == "sample" else means_keep_every_frequency(1, 0.3, 1)) < 2 / 3


DECODER, FREQUENCIES = ([0.3, 0.3, 0.4], [[-1.0], [0.2], [1.0]]), np.linspace(0, 20, 21)


@claim.curves
def drawn(*, stds=(0.1, 0.3), draws=20000):
    """|mean of e^{iωx}| over draws from a decoder of three means on the line, for two σ."""
    rng, waves = np.random.default_rng(5), 1j * FREQUENCIES[:, None]
    laws = [decoder.samples(*DECODER, std) for std in stds]
    return {"seen": np.array([np.abs(np.exp(waves * law.sample(draws, rng)[:, 0]).mean(axis=1)) for law in laws])}


@claim.figure(
    "A decoder's noise wipes fine detail out of its samples; its means keep it",
    where=r"a sample $x$ is a mean of the decoder plus noise of deviation $\sigma$",
)
def draw(saved, panels, *, stds=(0.1, 0.3), draws=20000):
    omega, x, g = np.linspace(0, 20, 401), np.linspace(-2, 2, 801), np.ravel(DECODER[1])
    left, right = panels(2)
    looks, bounded = list(islice(cycle((("--", "o"), ("-.", "s"), (":", "D"))), len(stds))), "most that is possible"

    def waves(std, omega):
        return np.abs(decoder.characteristic(*DECODER, std, omega[:, None]))

    left.exact(omega, np.abs(decoder.means_characteristic(*DECODER, omega[:, None])), "decoder means")
    for std, (style, _) in zip(stds, looks, strict=True):
        left.exact(omega, waves(std, omega), rf"samples, $\sigma = {std:g}$", style, lw=1.0)
        right.exact(x, decoder.samples(*DECODER, std).pdf(x[:, None]), rf"samples, $\sigma = {std:g}$", style, lw=1.0)
    for std in stds:
        left.exact(omega, decoder.damping(omega[:, None], std), bounded * (std == stds[0]), ":", lw=0.7)
        cap = decoder.greatest_density(1, std)
        right.exact(x[[0, -1]], [cap, cap], bounded * (std == stds[0]), ":", lw=0.7)
        right.note(rf"$\sigma = {std:g}$", x[0], cap, xytext=(2, 2))
    for std, seen, (_, marker) in zip(stds, saved["curves"]["seen"], looks, strict=True):
        label = rf"draws, $\sigma = {std:g}$"
        left.points(FREQUENCIES, seen, "data", label, marker=marker, ms=2.5, mfc="none", mew=0.6)
    left.axes(r"frequency $\omega$", r"what is left, $|E\,e^{i\omega x}|$", legend="above", columns=2)
    right.points(g, 0 * g, "exact", "decoder means", marker="^", clip_on=False, zorder=3)
    right.axes("$x$", "density", legend="above", columns=2)
    pairs = zip(stds, saved["curves"]["seen"], strict=True)
    at, off = np.array([10.0]), max(np.abs(seen - waves(std, FREQUENCIES)).max() for std, seen in pairs)
    whole, kept = np.abs(decoder.means_characteristic(*DECODER, at[:, None]))[0], [waves(std, at)[0] for std in stds]
    left_over = " and ".join(f"{one:.2g} at σ = {std:g}" for std, one in zip(stds, kept, strict=True))
    return (
        f"(a) Detail of frequency ω in three decoder means, and in samples about them with noise σ: at ω = {at[0]:g} the means have "
        f"{whole:.2f}, samples {left_over}; whatever the means, no samples "
        f"have more than the dotted lines. {draws:,} draws keep to the closed forms to within {off:.3f}. (b) The density of the samples, "
        f"a peak of width σ about every mean (triangles), and the most that it can be (dotted, for either σ)."
    )
