"""The L2-optimal denoiser is the posterior mean, so one step of it from much noise is the mean of the data.

    D(x; σ) = arg-min_c E[(X-c)² | X+σN=x] = E[X | X+σN=x] = x + σ² ∇ln p_σ(x)       p_σ = p * N(0, σ²I)

A denoiser trained by squared error is a regression, and averages all X that could have become x (Robbins, Miyasawa,
Tweedie). Under little noise these agree and D is sharp; under much noise x says nothing of X any more, and

    D(x; σ) = EX + [(x-EX) Var X - ½ E(X-EX)³]/σ² + O(σ⁻⁴).

One-shot regression from noise is the blur of the folk sentences, whether or not anything lies near EX. What a chain of
such steps does is another claim.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain
from proofs.textbook.denoising import posterior, posterior_mean, shared
from theory import GaussianMixture, probability_flow, symmetric_pair

claim = Claim(
    topic="ways-out",
    references=("robbins1956 (Tweedie's formula)", "miyasawa1961", "karras2022 appendix B"),
)


def _size(p):
    return float(np.abs(p.means).max() + p.stds.max())


def _pair(w, m, s, n, u):
    return GaussianMixture([w, 1 - w], [m, n], stds=[s, u])


MODES = Domain(x=REAL, b=POSITIVE, w=UNIT, m=REAL, s=POSITIVE, n=REAL, u=POSITIVE)
"""A point, σ = b, and X ~ w N(m, s²) + (1-w) N(n, u²)."""

# --- the L2 optimum ---------------------------------------------------------------------------------------------------


def _regression(x, m, s):
    """E X + Cov(X, Y)/Var Y · (x - E Y) for Y = X + σN, X ~ N(m, s²)."""
    a, n = x.Symbol("X"), x.Symbol("N")
    moments = x.Tuple((a, m), (n, 0), (a**2, s**2 + m**2), (n**2, 1), (a * n, 0))
    y, mean = a + x.b * n, lambda e: x.Expectation(e, moments)
    return mean(a) + (mean(a * y) - mean(a) * mean(y)) / (mean(y**2) - mean(y) ** 2) * (x.x - mean(y))


def _closed(x, pull=None):
    """Σ r_k [μ_k + s_k²/(s_k²+σ²) (x-μ_k)]."""
    pull = pull or (lambda s: s**2 / (s**2 + x.b**2))
    return shared(x, lambda m, s: m + pull(s) * (x.x - m), 1, x.b)


def _loss(x, c):
    """E[(X-c)²|x] - E[X²|x] = c² - 2c E[X|x]."""
    return c**2 - 2 * c * shared(x, lambda m, s: _regression(x, m, s), 1, x.b)


optimum = claim.statement(
    "l2_optimum_in_closed_form",
    "arg-min_c E[|X-c|² | X+σN=x] = E[X|x] = Σ r_k(x) [μ_k + Σ_k(Σ_k+σ²I)⁻¹(x-μ_k)],  r_k ∝ w_k N(x; μ_k, Σ_k+σ²I)",
    claimed=GaussianMixture.denoise,
    domain=MODES,
    definition=lambda x, value: x.Subs(x.Derivative(_loss(x, x.Symbol("c")), x.Symbol("c")), x.Symbol("c"), value),
    symbolic=lambda x: _closed(x),
    root=True,
    anchor=lambda claimed, x, b, **modes: claimed(_pair(**modes), x, b),
    assumptions="N ~ N(0, I) independent of X; derived for two modes, in each of which E[X|x] is linear regression; the "
    "slope grows with c, so its root is the one minimum",
)


@optimum.derivation
def by_stationarity(x, value):
    return [("Cov(X, Y) = s², Var Y = s² + σ² in either mode", 2 * value - 2 * _closed(x))]


by_stationarity.control("deviations", lambda x: _closed(x, lambda s: s / (s + x.b)), why="variances, not deviations")
by_stationarity.control("the noise's share", lambda x: _closed(x, lambda s: x.b**2 / (s**2 + x.b**2)), why="E[x-X|x]")


def _places(s):
    """A law, a noisy point and the noise, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 3), s.reals(-6.0, 6.0), s.scales(0.5, 8.0))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    return s.either(line, line, s.tuples(s.planar_mixtures(2, 2, spread=2.0), point, s.scales(1.0, 4.0)))


def _reach(p, x, std):
    return _size(p) + float(np.abs(x).max())


@optimum.observed(instances=_places, error=1e-10, claimed_error=1e-12, scale=_reach)
def by_brute_force(m, p, x, std):
    points, mass = posterior(m, p, x, 1, std)
    loss = lambda c: (mass * ((points - c) ** 2).sum(1)).sum()  # noqa: E731
    centre = np.array([m.number(v) for v in np.atleast_1d(p.means[0])])
    best = m.vertex(loss, centre, _size(p))
    return best[0] if p.scalar else best


by_brute_force.control("1 % more noise", lambda p, x, std: p.denoise(x, 1.01 * std), why="a neighbouring level")
by_brute_force.control("σ for σ²", lambda p, x, std: p.denoise(x, np.sqrt(std)), why="a missing square")

# --- Tweedie ----------------------------------------------------------------------------------------------------------


def _log_density(x):
    """ln p_σ(x) of two modes, up to a constant."""
    parts = ((x.w, x.m, x.s), (1 - x.w, x.n, x.u))
    return x.log(sum(w * x.exp(-((x.x - m) ** 2) / (2 * (s**2 + x.b**2))) / x.sqrt(s**2 + x.b**2) for w, m, s in parts))


tweedie = claim.statement(
    "tweedie",
    "E[X | X+σN=x] = x + σ² ∇ln p_σ(x)",
    claimed=probability_flow.tweedie,
    domain=MODES,
    definition=lambda x: x.x + x.b**2 * x.Derivative(_log_density(x), x.x),
    symbolic=lambda x: _closed(x),
    anchor=lambda claimed, x, b, **modes: claimed(_pair(**modes), x, b),
    assumptions="derived for two modes, in the closed form of l2_optimum_in_closed_form",
)


@tweedie.derivation
def by_the_score(x):
    score = shared(x, lambda m, s: -(x.x - m) / (s**2 + x.b**2), 1, x.b)
    return [("the score is the shared score of the modes", x.x + x.b**2 * score)]


by_the_score.control("against the score", lambda x: 2 * x.x - _closed(x), why="a sign")


@tweedie.observed(instances=_places, error=1e-11, scale=_reach)
def by_bayes(m, p, x, std):
    return posterior_mean(m, p, x, 1, std)


by_bayes.control(
    "score of p", lambda p, x, std: np.asarray(x) + std**2 * p.score(np.asarray(x)), why="p without its noise"
)
by_bayes.control(
    "half a step", lambda p, x, std: (np.asarray(x) + probability_flow.tweedie(p, x, std)) / 2, why="½σ², as Langevin"
)

# --- much noise -------------------------------------------------------------------------------------------------------


def _at_precision(x, e):
    """D(x; σ) of two modes, in e = 1/σ²: analytic at e = 0."""
    total = first = 0
    for w, m, s in ((x.w, x.m, x.s), (1 - x.w, x.n, x.u)):
        mass = w * x.exp(-((x.x - m) ** 2) * e / (2 * (1 + e * s**2))) / x.sqrt(1 + e * s**2)
        total, first = total + mass, first + mass * (m + e * s**2 / (1 + e * s**2) * (x.x - m))
    return first / total


def _moments(x):
    """EX, Var X and E(X-EX)³ of two modes."""
    mean = x.w * x.m + (1 - x.w) * x.n
    d, c = x.m - mean, x.n - mean
    var = x.w * (d**2 + x.s**2) + (1 - x.w) * (c**2 + x.u**2)
    return mean, var, x.w * (d**3 + 3 * d * x.s**2) + (1 - x.w) * (c**3 + 3 * c * x.u**2)


FIXED = Domain(**{name: interval for name, interval in MODES.items() if name != "b"})
FAR = 1e8
"""A noise level in sizes of the law: D is off EX by 1e-8 of it at points x of the order of the noise."""

forgets = claim.statement(
    "much_noise_gives_the_mean",
    "D(x; σ) → EX as σ → ∞: one Euler step from σ to 0 is D, and lands on the mean",
    claimed=lambda p, x, std: probability_flow.euler(p, x, [std, 0.0]),
    domain=FIXED,
    definition=lambda x: x.Subs(_at_precision(x, x.Symbol("e")), x.Symbol("e"), 0),
    symbolic=lambda x: _moments(x)[0],
    anchor=lambda claimed, x, **modes: claimed(_pair(**modes), x, FAR),
    assumptions="derived for two modes, whose D is continuous in 1/σ² at 0; checked at σ = 1e8",
)


@forgets.derivation
def at_no_precision(x):
    return [("all weights are the prior's", (x.w * x.m + (1 - x.w) * x.n) / (x.w + 1 - x.w))]


at_no_precision.control("the middle", lambda x: (x.m + x.n) / 2, why="forgets the weights")


@forgets.observed(
    instances=lambda s: s.tuples(s.mixtures(2, 4), s.reals(-6.0, 6.0)),
    call=lambda claimed, p, x: claimed(p, x, FAR),
    scale=lambda p, x: _reach(p, x, FAR),
)
def by_quadrature(m, p, x):
    return m.expect(p, lambda y: y)


by_quadrature.control(
    "stops at σ/2", lambda p, x, std: probability_flow.euler(p, x, [std, std / 2]), why="half way from x to D"
)
by_quadrature.control("little noise", lambda p, x, std: p.denoise(x, 10.0), why="still remembers x")

rate = claim.statement(
    "how_it_forgets",
    "σ²(D(x; σ) - EX) → (x-EX) Var X - ½ E(X-EX)³",
    claimed=probability_flow.far_noise,
    domain=FIXED,
    definition=lambda x: x.Subs(x.Derivative(_at_precision(x, x.Symbol("e")), x.Symbol("e")), x.Symbol("e"), 0),
    symbolic=lambda x: (x.x - _moments(x)[0]) * _moments(x)[1] - _moments(x)[2] / 2,
    anchor=lambda claimed, x, **modes: claimed(_pair(**modes), x),
    assumptions="on the line; derived for two modes",
)


@rate.derivation
def to_first_order(x):
    mean, var, _ = _moments(x)
    square = var + mean**2
    cube = x.w * (x.m**3 + 3 * x.m * x.s**2) + (1 - x.w) * (x.n**3 + 3 * x.n * x.u**2)
    return [("weights exp((xX - X²/2)/σ²): Cov(X, xX - X²/2)", x.x * var - (cube - mean * square) / 2)]


to_first_order.control("no skewness", lambda x: (x.x - _moments(x)[0]) * _moments(x)[1], why="as if p were symmetric")


@rate.observed(
    instances=lambda s: s.tuples(s.mixtures(2, 4, spread=2.0), s.reals(-3.0, 3.0)),
    error=1e-9,
    claimed_error=1e-12,
    scale=lambda p, x: _reach(p, x, None) ** 3,
)
def by_tilting(m, p, x):
    """The slope of E[X|x] in e = 1/σ² at 0, every X weighed by exp(e (xX - X²/2))."""

    def mean(e):
        weight = lambda y: m.exp(e * (x * y - y**2 / 2))  # noqa: E731
        return m.expect(p, lambda y: y * weight(y)) / m.expect(p, weight)

    return m.slope(mean, 0, 1 / _reach(p, float(x), None) ** 2)


by_tilting.control("forgets E X", lambda p, x: probability_flow.far_noise(p, x) + p.mean * p.var, why="x Var X")
by_tilting.control(
    "mirrored law", lambda p, x: 2 * (x - p.mean) * p.var - probability_flow.far_noise(p, x), why="a sign"
)

# --- what the figure draws --------------------------------------------------------------------------------------------

LEVELS = (0.4, 1.2, 4.0)


@claim.curves
def denoisers():
    """D by closed form and by Bayes' rule, and the posterior median: what L1 learns."""
    from proofs.words.arithmetic import DOUBLE

    p, x, few = symmetric_pair(2.0, 0.3, weight=0.7), np.linspace(-6, 6, 241), np.linspace(-5.5, 5.5, 12)

    def median(at, std):
        points, mass = posterior(DOUBLE, p, at, 1, std)
        order = np.argsort(points[:, 0])
        return np.interp(0.5, np.cumsum(mass[order]), points[order, 0])

    tables = {
        "exact": np.array([p.denoise(x, std) for std in LEVELS]),
        "bayes": np.array([[posterior_mean(DOUBLE, p, at, 1, std) for at in few] for std in LEVELS]),
        "median": np.array([median(at, LEVELS[-1]) for at in x]),
    }
    stds = np.geomspace(0.1, 100, 121)
    shift = np.array([np.abs(p.denoise(std * np.array([-1.0, 0.0, 1.0]), std) - p.mean) for std in stds])
    return {"x": x, "few": few, "stds": stds, "shift": shift, "mean": np.array(p.mean), **tables}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    left, right = panels(figure, 2)
    for k, (std, style, marker) in enumerate(zip(LEVELS, ("-", "--", ":"), "os^", strict=True)):
        left.plot(exact["x"], exact["exact"][k], style, color=COLOUR["exact"], label=rf"$\sigma={std:g}$, exact")
        label = "by Bayes' rule" if marker == "o" else None
        left.plot(exact["few"], exact["bayes"][k], marker, color=COLOUR["data"], label=label)
    left.plot(exact["x"], exact["median"], color=COLOUR["control"], lw=0.8, label="control: median at $\\sigma=4$")
    left.axhline(exact["mean"], color=COLOUR["other"], lw=0.8, label="$EX$")
    left.set(xlabel="$x$ (data units)", ylabel=r"$D(x;\sigma)$ (data units)", ylim=(-4.2, 7.5))
    left.legend(loc="upper left", ncol=2)
    for column, (z, style) in enumerate(zip((r"-\sigma", "0", r"\sigma"), ("--", ":", "-"), strict=True)):
        right.plot(exact["stds"], exact["shift"][:, column], style, color=COLOUR["exact"], label=f"$x={z}$")
    right.set(xlabel=r"noise $\sigma$ (data units)", ylabel=r"$|D-EX|$ (data units)", xscale="log", yscale="log")
    right.set_ylim(1e-5, 10)
    right.legend(loc="lower left")
