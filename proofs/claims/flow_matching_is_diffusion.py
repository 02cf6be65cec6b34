"""Flow matching is diffusion in another clock: the same paths, the same Euler steps, at other noise levels.

    x_t = (1-t) x₀ + t x₁,   z = x_t/t,   σ = (1-t)/t:    v(x, t) = (E[x₁|x_t=x] - x)/(1-t),    dz/dσ = (z - E[x₁|z])/σ

x₀ ~ N(0, I) independent of x₁. The network that is trained by flow matching is a denoiser in other units, and its ODE
that of diffusion: from the law of x_t/t it leads to the same ends. Even a step of Euler's is the same step, since
x'/t' = z + (σ'-σ)(z - E[x₁|z])/σ. What is left of "straighter" is where the steps go: evenly in t are the levels
σ = n/i - 1, which leave (1-t, st) by the same angles as any others, Π cos Δθ of the spread.

That many steps evenly in t beat as many down levels that fall from 80 to 0.002 by one factor where the data are about as wide
as the noise, or steps are few; where the data are narrow and steps are not, they lose.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, Root, Unit, integers
from proofs.sentences import flow_matching_is_another_thing
from proofs.textbook import schedules as textbook
from proofs.textbook.denoising import one_mode, regression, shared, size, velocity_scale
from proofs.words import sp
from theory import GaussianMixture, flow, probability_flow, schedules, symmetric_pair

claim = Claim(topic="after-the-gan", references=("lipman2023", "liu2023", "karras2022 eq. 1"))
Steps = Annotated[Letter, integers(2, 64)]


def mixed(w, m, s, n, u):
    """w N(m, s²) + (1-w) N(n, u²)."""
    return GaussianMixture([w, 1 - w], [m, n], stds=[s, u])


def definition(x, t, *modes):
    """E[X₁-X₀ | X_t=x], to be worked out: linear regression in either mode."""
    x0, x1 = sp.symbols("X0 X1")

    def in_mode(m, s):
        moments = {x0: 0, x1: m, x0**2: 1, x1**2: s**2 + m**2, x0 * x1: 0}
        return regression(x1 - x0, (1 - t) * x0 + t * x1, x, moments)

    return shared(_both(*modes), x, in_mode, t, 1 - t)


def denoised(x, t, *modes):
    """E[X₁ | X₁+σN=x/t], σ = (1-t)/t, of two modes: shares are those of X_t = t(X₁+σN) at x."""
    std = (1 - t) / t
    return shared(_both(*modes), x, lambda m, s: m + s**2 / (s**2 + std**2) * (x / t - m), t, 1 - t)


def _both(w, m, s, n, u):
    return (w, m, s), (1 - w, n, u)


# --- one field --------------------------------------------------------------------------------------------------------


@claim.states(schedules.velocity, at=lambda x, t, w, m, s, n, u: (mixed(w, m, s, n, u), x, t))
def velocity_is_a_denoiser(x: Real, t: Unit, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """v(x, t) = E[X₁-X₀ | X_t=x] = (D(x/t; (1-t)/t) - x)/(1-t),  D(z; σ) = E[X₁ | X₁+σN=z]

    X₀ ~ N(0, I) independent of X₁; derived for two modes, checked for up to three and in the plane"""
    yield definition(x, t, w, m, s, n, u)
    yield ("X_t = x: X₀ = (x - tX₁)/(1-t), and X_t/t = X₁ + σX₀", (denoised(x, t, w, m, s, n, u) - x) / (1 - t))


velocity_is_a_denoiser.check(
    textbook.velocity, on=textbook.points, error=1e-10, claimed_error=1e-12, scale=velocity_scale
)
velocity_is_a_denoiser.wrong(
    "the denoiser at x, not at x/t",
    symbolic=lambda x, t, w, m, s, n, u: (denoised(x * t, t, w, m, s, n, u) - x) / (1 - t),
    claimed=lambda p, x, t: (p.denoise(x, (1 - t) / t) - np.asarray(x)) / (1 - t),
)
velocity_is_a_denoiser.wrong(
    "σ = 1-t", symbolic=lambda x, t, w, m, s, n, u: (denoised(x / t / (2 - t), 1 / (2 - t), w, m, s, n, u) - x) / (1 - t),
    claimed=lambda p, x, t: (p.denoise(np.asarray(x) / t, 1 - t) - np.asarray(x)) / (1 - t),
)  # fmt: skip


def slope_in_noise(p, z, std):
    """(z - D(z; σ))/σ by Tweedie's score, which loses no digits where z is almost clean."""
    return -std * p.smooth(std).score(z)


@claim.states(slope_in_noise, at=lambda x, t, w, m, s, n, u: (mixed(w, m, s, n, u), x / t, (1 - t) / t))
def slopes_are_one(x: Real, t: Unit, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """dx/dt = v(x, t): z = x/t, σ = (1-t)/t obey dz/dσ = (z - D(z; σ))/σ, the ODE of diffusion

    dz/dσ = (dz/dt)/(dσ/dt) = x - t v; derived for two modes, checked for up to three and in the plane"""
    yield (definition(x, t, w, m, s, n, u) / t - x / t**2) / sp.Derivative((1 - t) / t, t)
    yield "dσ/dt = -1/t²", x - t * (denoised(x, t, w, m, s, n, u) - x) / (1 - t)
    yield "x - t(D - x)/(1-t) = (x/t - D)/σ", (x / t - denoised(x, t, w, m, s, n, u)) / ((1 - t) / t)


slopes_are_one.check(
    textbook.slope_in_noise, on=textbook.points, at=lambda p, x, t: (p, np.asarray(x) / t, (1 - t) / t),
    error=1e-10, claimed_error=1e-12, scale=lambda p, x, t: velocity_scale(p, x, t) / t,
)  # fmt: skip
slopes_are_one.wrong(
    "of variance exploding by its square: half of it",
    symbolic=lambda x, t, w, m, s, n, u: (x - t * denoised(x, t, w, m, s, n, u)) / (1 - t) / 2,
    claimed=lambda p, z, std: slope_in_noise(p, z, std) / 2,
)
slopes_are_one.wrong(
    "at σ = 1-t", symbolic=lambda x, t, w, m, s, n, u: (x / t - denoised(x / t / (2 - t), 1 / (2 - t), w, m, s, n, u)) / (1 - t),
    claimed=lambda p, z, std: slope_in_noise(p, z, std / (1 + std)),
)  # fmt: skip

# --- one step ---------------------------------------------------------------------------------------------------------


def step_in_noise(p, x, t, later):
    """t' (z + (σ'-σ)(z - D)/σ)."""
    return later * probability_flow.euler(p, np.asarray(x) / t, [(1 - t) / t, (1 - later) / later])


@claim.states(step_in_noise, at=lambda x, t, k, w, m, s, n, u: (mixed(w, m, s, n, u), x, t, t + k * (1 - t)))
def steps_are_one(x: Real, t: Unit, k: Unit, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """x + (t'-t) v(x, t) = t' [z + (σ'-σ)(z - D(z; σ))/σ], t' = t + k(1-t): Euler's steps are the same, x/t' for z

    derived for two modes, checked for up to three and in the plane"""
    later = t + k * (1 - t)
    d = denoised(x, t, w, m, s, n, u)
    yield x + (later - t) * definition(x, t, w, m, s, n, u)
    yield "v = (D - x)/(1-t)", (1 - k) * x + k * d
    yield "(1-k)t/t' = σ'/σ", later * (x / t + ((1 - later) / later - (1 - t) / t) * (x / t - d) / ((1 - t) / t))


steps_are_one.check(
    textbook.euler_step, on=textbook.points_and_steps, error=1e-10, claimed_error=1e-12,
    scale=lambda p, x, t, later: velocity_scale(p, x, t),
)  # fmt: skip
steps_are_one.wrong(
    "still in z: forgets t'",
    symbolic=lambda x, t, k, w, m, s, n, u: ((1 - k) * x + k * denoised(x, t, w, m, s, n, u)) / (t + k * (1 - t)),
    claimed=lambda p, x, t, later: step_in_noise(p, x, t, later) / later,
)  # fmt: skip
steps_are_one.wrong(
    "all the way to the denoised", symbolic=lambda x, t, k, w, m, s, n, u: denoised(x, t, w, m, s, n, u),
    claimed=lambda p, x, t, later: step_in_noise(p, x, t, 1.0),
)  # fmt: skip

# --- one map ----------------------------------------------------------------------------------------------------------


def on_the_way(m, s, t, q):
    """Of X_t for N(m, s²), the point q deviations from its mean."""
    return t * m + np.hypot(1 - t, t * s) * q


@claim.states(schedules.carried, at=lambda q, m, s, t, e: (one_mode(m, s), on_the_way(m, s, e, q), e, t))
def maps_are_one(q: Real, m: Real, s: Positive, t: Unit, e: Unit):
    """the flow from x at t = e leads to t F_{p_σ}⁻¹(F_{p_σ_e}(x/e)), σ = (1-t)/t: where diffusion leads from x/e, times t

    on the line; derived for one mode, q deviations from the mean of X_e; by quantiles and integrated in t and in σ for up to
    three. The laws are those of X_t, so both end in p where they start in the law of X_e"""
    std = (1 - t) / t
    x = yield Root(t * (m + sp.sqrt(s**2 + std**2) * q))
    yield sp.Derivative(x, t) - definition(x, t, sp.Rational(1, 2), m, s, m, s)
    velocity = m + (t * s**2 - (1 - t)) / ((1 - t) ** 2 + t**2 * s**2) * (x - t * m)
    yield "put the path into v", sp.diff(x, t) - velocity


for seen in (textbook.along_the_flow, textbook.along_the_noise):
    maps_are_one.check(
        seen, on=textbook.stretches, error=1e-9, claimed_error=1e-11, confirm=textbook.quantile,
        scale=lambda p, x, first, last: size(p) + abs(x),
    )  # fmt: skip
maps_are_one.wrong(
    "deviations add up", symbolic=lambda q, m, s, t: t * m + (1 - t + t * s) * q,
    claimed=lambda p, x, first, last: schedules.carried(p, x, first, last) + (last - first) * p.std,
)  # fmt: skip
maps_are_one.wrong(
    "still in z: forgets t", symbolic=lambda q, m, s, t: m + sp.sqrt(s**2 + ((1 - t) / t) ** 2) * q,
    claimed=lambda p, x, first, last: schedules.carried(p, x, first, last) / first,
)  # fmt: skip

# --- other steps ------------------------------------------------------------------------------------------------------


def at_even_times(s, n):
    return schedules.kept(s, schedules.even_times(n))


def turned(s, high, low):
    """What a step from one level to another keeps of the distance to the mean, in z."""
    return (s**2 + high * low) / (s**2 + high**2)


@claim.states(at_even_times)
def even_times_keep(s: Positive, n: Steps):
    """x ← x + v(x, i/n)/n towards N(0, s²), i = 0 ... n-1, leaves a share Π cos Δθ of the spread s, θ the angle of (1-t, st)

    v(x, t) = (ts² - (1-t)) x/((1-t)²+t²s²)"""
    i = sp.Symbol("i")
    t, later = i / n, (i + 1) / n
    lengths = (1 - t) ** 2 + t**2 * s**2
    yield sp.Product(1 + (t * s**2 - (1 - t)) / lengths / n, (i, 0, n - 1)) / s
    yield "t' = t + 1/n", sp.Product(((1 - t) * (1 - later) + t * later * s**2) / lengths, (i, 0, n - 1)) / s


even_times_keep.check(textbook.kept_at_even_times, on=textbook.deviations_and_steps, error=1e-12)
even_times_keep.wrong("one step too many", n=lambda n: n + 1, claimed=lambda s, n: at_even_times(s, n + 1))
even_times_keep.wrong("all of the spread", symbolic=lambda: 1, claimed=lambda s, n: 1.0)


@claim.states(lambda s, n: (n - 1) / np.hypot(n - 1, s) * schedules.kept(s, schedules.even_times(n)[1:]))
def the_same_levels_keep(s: Positive, n: Steps):
    """z ← z + (σ'-σ)(z - D(z; σ))/σ from N(0, (n-1)²) along σ = n/i - 1, i = 1 ... n, leaves the same share

    D(z; σ) = s²z/(s²+σ²)"""
    i = sp.Symbol("i")
    high, low = n / i - 1, n / (i + 1) - 1
    slope = (1 - s**2 / (s**2 + high**2)) / high
    yield (n - 1) * sp.Product(1 + (low - high) * slope, (i, 1, n - 1)) / s
    yield "1 - s²/(s²+σ²) = σ²/(s²+σ²)", (n - 1) * sp.Product(turned(s, high, low), (i, 1, n - 1)) / s


the_same_levels_keep.check(textbook.kept_at_even_levels, on=textbook.deviations_and_steps, error=1e-12)
the_same_levels_keep.wrong(
    "one step too many", n=lambda n: n + 1,
    claimed=lambda s, n: at_even_times(s, n + 1),
)  # fmt: skip
the_same_levels_keep.wrong("all of the spread", symbolic=lambda: 1, claimed=lambda s, n: 1.0)


def at_falling_levels(s, c, n):
    return schedules.kept_down(s, schedules.falling_levels(n, c))


def usual(n):
    """The factor by which levels fall from 80 to 0.002."""
    return 40000 ** (-1 / (n - 1))


@claim.states(at_falling_levels)
def falling_levels_keep(s: Positive, c: Unit, n: Steps):
    """z ← z + (σ'-σ)(z - D(z; σ))/σ from N(0, s²+80²) along σ = 80 cⁱ, i = 0 ... n-1, and 0, leaves a share Π cos Δθ of s

    D(z; σ) = s²z/(s²+σ²)"""
    i = sp.Symbol("i")
    high, low = 80 * c**i, 80 * c ** (i + 1)
    slope = (1 - s**2 / (s**2 + high**2)) / high
    last = sp.sqrt(s**2 + 80**2) * s / (s**2 + (80 * c ** (n - 1)) ** 2)
    yield last * sp.Product(1 + (low - high) * slope, (i, 0, n - 2))
    yield "1 - s²/(s²+σ²) = σ²/(s²+σ²)", last * sp.Product(turned(s, high, low), (i, 0, n - 2))


falling_levels_keep.check(textbook.kept_at_falling_levels, on=textbook.deviations_and_factors, error=1e-11)
falling_levels_keep.wrong(
    "one step too many", n=lambda n: n + 1, claimed=lambda s, c, n: at_falling_levels(s, c, n + 1)
)
falling_levels_keep.wrong("all of the spread", symbolic=lambda: 1, claimed=lambda s, c, n: 1.0)


@claim.reads(
    flow_matching_is_another_thing,
    "at the same levels its samples differ, by a thousandth of their spread",
    universal=True,
)
def samples_differ(s, n):
    return abs(even_times_keep(s, n) - the_same_levels_keep(s, n)) > 0.001


@claim.reads(
    flow_matching_is_another_thing,
    "n steps evenly in t keep more of the spread than n down levels that fall from 80 to 0.002 by one factor",
)
def even_times_keep_more(s, n):
    return even_times_keep(s, n) > falling_levels_keep(s, usual(n), n)


# --- figure -----------------------------------------------------------------------------------------------------------


STARTS, PARTS = np.linspace(-1.8, 1.8, 9), 600


@claim.curves
def followed(*, a=2.0, s=0.3):
    """Paths of dx/dt = v(x, t) from t = 0, by the rule of the middle."""
    law, t = symmetric_pair(a, s, weight=0.7), np.linspace(0, 1, PARTS + 1)
    way = [STARTS]
    for now in t[:-1]:
        middle = way[-1] + flow.velocity(law, way[-1], now) / (2 * PARTS)
        way.append(way[-1] + flow.velocity(law, middle, now + 1 / (2 * PARTS)) / PARTS)
    return {"times": t, "way": np.array(way)}


def diffused(law, marks):
    """t z(σ) at these times from the same starts: of p_σ, σ → ∞, z is at the quantile of the start."""
    ends = flow.exact_map(law, STARTS)
    return np.array([t * probability_flow.exact_map(law, ends, 0.0, (1 - t) / t) for t in marks])


@claim.figure(
    "Flow matching walks the paths of diffusion; only where its steps go is its own",
    where=r"$t$: share of the data in a noisy sample; $s$: deviation of the data; $z$: a sample of diffusion at the noise $\sigma$",
)
def draw(saved, panels, *, a=2.0, s=0.3, wide=1.0, narrow=0.03):
    paths, steps = panels(2)
    found, marks = saved["curves"], np.linspace(0.05, 1, 12)
    points = diffused(symmetric_pair(a, s, weight=0.7), marks)
    for k, (way, at) in enumerate(zip(found["way"].T, points.T, strict=True)):
        paths.exact(found["times"], way, "flow matching" if k == 0 else "")
        paths.points(marks, at, "network", r"diffusion, $t\,z(\sigma)$" if k == 0 else "", ms=3)
    paths.axes("time $t$", "sample on its way to two modes", legend="above", columns=2)
    off = np.abs([np.interp(marks, found["times"], way) for way in found["way"].T] - points.T).max()
    counts = np.unique(np.geomspace(2, 128, 25).astype(int))
    lost = {}
    for std, styles in ((wide, ("-", "-.")), (narrow, ("--", ":"))):
        lost[std, "exact"] = [1 - at_even_times(std, n) for n in counts.tolist()]
        lost[std, "network"] = [1 - at_falling_levels(std, usual(n), n) for n in counts.tolist()]
        for role, name, style in zip(
            ("exact", "network"), ("even in $t$", r"even in $\ln\sigma$"), styles, strict=True
        ):
            steps.line(counts, lost[std, role], role, f"{name}, $s={std:g}$", style)
    steps.axes("steps", "share of the spread lost", log="xy", legend="above", columns=2)
    at = int(np.argmin(np.abs(counts - 16)))
    told = {std: [lost[std, role][at] for role in ("exact", "network")] for std in (wide, narrow)}
    return (
        f"(a) Paths of flow matching from noise to two modes of deviation s = {s:g}, and on them those of diffusion, shrunk by t: "
        f"they differ by {off:.0e} at most, as integrated. (b) Euler's steps towards one mode: {counts[at]} of them evenly in t "
        f"lose {told[wide][0]:.3f} of a spread of {wide:g} and {told[narrow][0]:.3f} of one of {narrow:g}; as many down levels "
        f"that fall from 80 to 0.002 by one factor lose {told[wide][1]:.3f} and {told[narrow][1]:.3f}."
    )
