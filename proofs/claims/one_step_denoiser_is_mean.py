"""The L2-optimal denoiser is the posterior mean, so one step of it from much noise is the mean of the data.

    D(x; σ) = arg-min_c E[(X-c)² | X+σN=x] = E[X | X+σN=x] = x + σ² ∇ln p_σ(x)       p_σ = p * N(0, σ²I)

A denoiser trained by squared error is a regression, and averages all X that could have become x (Robbins, Miyasawa,
Tweedie). Under little noise these agree and D is sharp; under much noise x says nothing of X any more, and

    D(x; σ) = EX + [(x-EX) Var X - ½ E(X-EX)³]/σ² + O(σ⁻⁴).

One-shot regression from noise is the blur of the folk sentences, whether or not anything lies near EX. What a chain of
such steps does is another claim.
"""

from itertools import cycle
import numpy as np

from proofs.core import Claim, Positive, Real, Root, Unit
from proofs.textbook import denoising as textbook
from proofs.words import slope_at, sp
from proofs.words.arithmetic import DOUBLE
from theory import GaussianMixture, probability_flow, symmetric_pair

claim = Claim(
    topic="ways-out",
    after="iterated_denoiser_samples",
    references=("robbins1956 (Tweedie's formula)", "miyasawa1961", "karras2022 appendix B"),
)


def pair(w, m, s, n, u):
    """w N(m, s²) + (1-w) N(n, u²)."""
    return GaussianMixture([w, 1 - w], [m, n], stds=[s, u])


def closed(x, b, w, m, s, n, u, pull=lambda s, b: s**2 / (s**2 + b**2)):
    """Σ r_k [μ_k + s_k²/(s_k²+σ²) (x-μ_k)] of the pair, in symbols."""
    return textbook.shared(((w, m, s), (1 - w, n, u)), x, lambda m, s: m + pull(s, b) * (x - m), 1, b)


# --- the L2 optimum ---------------------------------------------------------------------------------------------------


@claim.states(GaussianMixture.denoise, at=lambda x, b, w, m, s, n, u: (pair(w, m, s, n, u), x, b))
def l2_optimum_in_closed_form(x: Real, b: Positive, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """arg-min_c E[|X-c|² | X+σN=x] = E[X|x] = Σ r_k(x) [μ_k + Σ_k(Σ_k+σ²I)⁻¹(x-μ_k)],  r_k ∝ w_k N(x; μ_k, Σ_k+σ²I)

    N ~ N(0, I) independent of X; derived for two modes, in each of which E[X|x] is linear regression; the slope grows
    with c, so its root is the one minimum; σ = b"""
    X, N, c = sp.symbols("X N c")

    def in_mode(m, s):
        return textbook.regression(X, X + b * N, x, {X: m, N: 0, X**2: s**2 + m**2, N**2: 1, X * N: 0})

    best = yield Root(closed(x, b, w, m, s, n, u))
    yield slope_at(c**2 - 2 * c * textbook.shared(((w, m, s), (1 - w, n, u)), x, in_mode, 1, b), c, best)
    yield "Cov(X, Y) = s², Var Y = s² + σ² in either mode", 2 * best - 2 * closed(x, b, w, m, s, n, u)


l2_optimum_in_closed_form.check(
    textbook.least_loss, on=textbook.places, error=1e-10, claimed_error=1e-12, scale=textbook.reach
)
l2_optimum_in_closed_form.wrong(
    "deviations, not variances",
    symbolic=lambda x, b, w, m, s, n, u: closed(x, b, w, m, s, n, u, lambda s, b: s / (s + b)),
)
l2_optimum_in_closed_form.wrong(
    "the noise's share for the mode's",
    symbolic=lambda x, b, w, m, s, n, u: closed(x, b, w, m, s, n, u, lambda s, b: b**2 / (s**2 + b**2)),
)
l2_optimum_in_closed_form.wrong(
    "1 % more noise", b=lambda b: 101 * b / 100, claimed=lambda p, x, std: p.denoise(x, 1.01 * std)
)
l2_optimum_in_closed_form.wrong("σ for σ²", b=lambda b: sp.sqrt(b), claimed=lambda p, x, std: p.denoise(x, std**0.5))

# --- Tweedie ----------------------------------------------------------------------------------------------------------


@claim.states(probability_flow.tweedie, at=lambda x, b, w, m, s, n, u: (pair(w, m, s, n, u), x, b))
def tweedie(x: Real, b: Positive, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """E[X | X+σN=x] = x + σ² ∇ln p_σ(x)

    derived for two modes, in the closed form of l2_optimum_in_closed_form; σ = b"""
    modes = (w, m, s), (1 - w, n, u)
    density = sum(v * sp.exp(-((x - a) ** 2) / (2 * (c**2 + b**2))) / sp.sqrt(c**2 + b**2) for v, a, c in modes)
    score = textbook.shared(modes, x, lambda m, s: -(x - m) / (s**2 + b**2), 1, b)
    yield x + b**2 * sp.Derivative(sp.log(density), x)
    yield "the score is the shared score of the modes", x + b**2 * score
    yield "x - σ²(x-m)/(s²+σ²) = m + s²/(s²+σ²) (x-m)", closed(x, b, w, m, s, n, u)


tweedie.check(textbook.denoised, on=textbook.places, error=1e-11, scale=textbook.reach)
tweedie.wrong(
    "against the score", symbolic=lambda x, b, w, m, s, n, u: 2 * x - closed(x, b, w, m, s, n, u),
    claimed=lambda p, x, std: 2 * np.asarray(x) - probability_flow.tweedie(p, x, std),
)  # fmt: skip
tweedie.wrong(
    "the score of p without its noise", claimed=lambda p, x, std: np.asarray(x) + std**2 * p.score(np.asarray(x))
)
tweedie.wrong(
    "½σ², as Langevin", symbolic=lambda x, b, w, m, s, n, u: (x + closed(x, b, w, m, s, n, u)) / 2,
    claimed=lambda p, x, std: (np.asarray(x) + probability_flow.tweedie(p, x, std)) / 2,
)  # fmt: skip

# --- much noise -------------------------------------------------------------------------------------------------------

FAR = 1e8
"""A noise level in sizes of the law and of the point: D is off EX by 1e-16 of it."""


@claim.states(
    lambda p, x, std: probability_flow.euler(p, x, [std, 0.0]),
    at=lambda x, w, m, s, n, u: (pair(w, m, s, n, u), x, FAR * (abs(x) + abs(m) + abs(n) + s + u)),
)
def much_noise_gives_the_mean(x: Real, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """D(x; σ) → EX as σ → ∞: one Euler step from σ to 0 is D, and lands on the mean

    derived for two modes; computed at σ = 1e8 times the size of law and point"""
    e = sp.Symbol("e", positive=True)
    yield sp.Limit(textbook.at_precision(e, x, w, m, s, n, u), e, 0, "+")
    yield "all weights are the prior's", (w * m + (1 - w) * n) / (w + 1 - w)


much_noise_gives_the_mean.check(
    textbook.expected, on=textbook.under_much_noise, at=lambda p, x: (p, x, FAR), scale=textbook.reach
)
much_noise_gives_the_mean.wrong("the middle: forgets the weights", symbolic=lambda m, n: (m + n) / 2)
much_noise_gives_the_mean.wrong(
    "stops at σ/2, half way from x to D", symbolic=lambda x, w, m, n: (x + w * m + (1 - w) * n) / 2,
    claimed=lambda p, x, std: probability_flow.euler(p, x, [std, std / 2]),
)  # fmt: skip
much_noise_gives_the_mean.wrong(
    "little noise: still remembers x", symbolic=lambda x, w, m, s, n, u: closed(x, 10, w, m, s, n, u),
    claimed=lambda p, x, std: p.denoise(x, 10.0),
)  # fmt: skip


@claim.states(probability_flow.far_noise, at=lambda x, w, m, s, n, u: (pair(w, m, s, n, u), x))
def how_it_forgets(x: Real, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """σ²(D(x; σ) - EX) → (x-EX) Var X - ½ E(X-EX)³

    on the line; derived for two modes"""
    e = sp.Symbol("e")
    mean, var, third = textbook.moments_of_two(w, m, s, n, u)
    cube = w * (m**3 + 3 * m * s**2) + (1 - w) * (n**3 + 3 * n * u**2)
    yield slope_at(textbook.at_precision(e, x, w, m, s, n, u), e, 0)
    yield "weights exp((xX - X²/2)/σ²): Cov(X, xX - X²/2)", x * var - (cube - mean * (var + mean**2)) / 2
    yield "E X³ = E(X-EX)³ + 3 EX Var X + (EX)³", (x - mean) * var - third / 2


how_it_forgets.check(
    textbook.slope_by_tilting, on=textbook.nearer, error=1e-9, claimed_error=1e-12,
    scale=lambda p, x: textbook.reach(p, x) ** 3,
)  # fmt: skip
how_it_forgets.wrong(
    "no skewness: as if p were symmetric",
    symbolic=lambda x, w, m, s, n, u: (x - (law := textbook.moments_of_two(w, m, s, n, u))[0]) * law[1],
)
how_it_forgets.wrong("x Var X: forgets EX", claimed=lambda p, x: probability_flow.far_noise(p, x) + p.mean * p.var)
how_it_forgets.wrong("mirrored law", claimed=lambda p, x: 2 * (x - p.mean) * p.var - probability_flow.far_noise(p, x))

# --- what the figure draws --------------------------------------------------------------------------------------------

A, S, W, LEVELS = 2.0, 0.3, 0.7, (0.4, 1.2, 4.0)


@claim.curves
def denoisers(*, levels=LEVELS, a=A, s=S, w=W):
    """D by Bayes' rule, and the posterior median: what L1 learns."""
    x, few = np.linspace(-6, 6, 241), np.linspace(-5.5, 5.5, 12)
    data = symmetric_pair(a, s, weight=w)
    median = [textbook.posterior_median(data, at, levels[-1]) for at in x]
    bayes = [[textbook.denoised(DOUBLE, data, at, std) for at in few] for std in levels]
    return {"x": x, "few": few, "median": np.array(median), "bayes": np.array(bayes)}


@claim.figure(
    "Under much noise the best denoiser predicts nearly the mean of the data",
    where=r"$X$: data; $x$: the same with noise of deviation $\sigma$; $D$: the best denoiser",
)
def draw(saved, panels, *, levels=LEVELS, a=A, s=S, w=W):
    found, stds = saved["curves"], np.geomspace(0.1, 100, 121)
    (left, right), data = panels(2), symmetric_pair(a, s, weight=w)
    for std, style in zip(levels, cycle((":", "--", "-")), strict=False):
        left.exact(found["x"], data.denoise(found["x"], std), rf"exact, $\sigma={std:g}$", style)
    left.line(found["x"], found["median"], "control", rf"control: median, $\sigma={levels[-1]:g}$", "-.")
    for k, (std, marker) in enumerate(zip(levels, cycle("^so"), strict=False)):
        left.points(
            found["few"], found["bayes"][k], "data", rf"Bayes' rule, $\sigma={std:g}$", marker=marker, ms=3, mfc="none"
        )
    left.level(data.mean, "data", "mean $EX$", lw=0.6)
    left.axes("$x$ (data units)", r"$D(x;\sigma)$ (data units)", legend="above", columns=2)
    for z, name, style in zip((-1, 0, 1), (r"-\sigma", "0", r"\sigma"), ("--", ":", "-"), strict=True):
        shift = [np.abs(data.denoise(z * std, std) - data.mean) for std in stds]
        right.exact(stds, shift, f"$x={name}$", style)
    right.axes(r"noise $\sigma$ (data units)", r"$|D-EX|$ (data units)", log="xy", legend="above", columns=3)
    modes, weights = np.ravel(data.means), data.weights
    inside = np.abs(found["x"]) <= levels[-1]
    off = np.abs(data.denoise(found["x"], levels[-1]) - data.mean)[inside].max()
    last = max(abs(float(data.denoise(z * stds[-1], stds[-1])) - data.mean) for z in (-1, 0, 1))
    return (
        f"Data of two modes, at {modes[0]:g} and {modes[1]:g}, with weights of {weights[0]:g} and {weights[1]:g}. (a) The best "
        f"denoiser under squared error: with little noise it goes towards the nearer mode, with noise of {levels[-1]:g} it "
        f"stays within {off:.2f} of the mean for all |x| ≤ {levels[-1]:g}; the best under absolute error (control) "
        f"goes to a mode. (b) Its distance to the mean, from three places, falls with the noise (the dip: it crosses "
        f"the mean), to {last:.2g} at {stds[-1]:.0f}."
    )
