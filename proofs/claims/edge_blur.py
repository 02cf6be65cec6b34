"""Edges whose place is uncertain: L2 blurs them, L1 keeps them sharp and deletes thin lines instead.

    E 1[t ≥ U] = F_U(t)          the edge convolved with the density of U; for U ~ N(μ, σ²) its 10-90 % rise is 2.5631 σ
    E f(·-U) has spectrum f̂(ω) φ_U(-ω), whatever the template f
    med 1[t ≥ U] = 1[t ≥ med U], and med f(t-U) = f(t - med U) for monotone f

A regressor that does not know U learns the mean under L2, the pixelwise median under L1. The median is an edge again. A
line of width b is on with probability at most 2Φ(b/2σ) - 1, reached at its centre: lines up to b = 2Φ⁻¹(¾)σ = 1.349 σ are
off more often than on everywhere, and vanish entirely.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, between
from proofs.core.rules import Agreement
from theory import edges

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "The reason is because of L1 (or L2) reconstruction loss: the CNN will tend to produce blurry results.",
        "A3, quoting Isola et al. 2017, section 3.2",
        Conditional(
            "the loss is L2; under L1 edges stay sharp, and thin lines are deleted instead of blurred",
            true_when=("mean_edge_is_blurred", "rise_of_the_mean_edge", "spectrum_of_the_mean"),
            false_when=("median_edge_is_sharp", "median_deletes_thin_lines"),
        ),
    ),
    references=("isola2017 section 3.1", "justusson1981"),
)


def _share(x, t):
    """Φ(t), to be integrated from the median."""
    v = x.Symbol("v", real=True)
    return x.Rational(1, 2) + x.Integral(x.exp(-(v**2) / 2) / x.sqrt(2 * x.pi), (v, 0, t))


def _phi(x, t):
    return (1 + x.erf(t / x.sqrt(2))) / 2


# --- what the mean does -------------------------------------------------------------------------------------------------

blurred = claim.statement(
    "mean_edge_is_blurred",
    "E 1[t ≥ U] = F_U(t), the edge convolved with the density of U: Φ((t-μ)/σ) for U ~ N(μ, σ²)",
    claimed=edges.mean_edge,
    domain=Domain(z=between(-3, 3), mu=REAL, sigma=POSITIVE),
    definition=lambda x: _share(x, x.z),
    symbolic=lambda x: (1 + x.erf(x.z / x.sqrt(2))) / 2,
    anchor=lambda claimed, z, mu, sigma: claimed(mu + sigma * z, mu, sigma),
    assumptions="z = (t-μ)/σ",
)


@blurred.derivation
def by_substitution(x):
    return [("∫φ is an error function", _phi(x, x.z))]


by_substitution.control("without √2", lambda x: (1 + x.erf(x.z)) / 2, why="erf is not Φ")


def _places(s):
    """t within four deviations of μ, μ, σ."""
    return s.tuples(s.reals(-4.0, 4.0), s.reals(-3.0, 3.0), s.scales(0.05, 5.0)).map(
        lambda p: (p[1] + p[0] * p[2], *p[1:])
    )


@blurred.observed(instances=_places, error=1e-11, scale=1.0)
def by_convolution(m, t, mu, sigma):
    """∫ 1[t-u ≥ 0] p(u) du."""
    return m.integrate(lambda u: m.normal(u, mu, sigma), [min(mu, t) - 9 * sigma, min(mu, t), t], 4)


by_convolution.control("variance for σ", lambda t, mu, s: edges.mean_edge(t, mu, s**2), why="σ against σ²")
by_convolution.control("mirrored", lambda t, mu, s: edges.mean_edge(mu, t, s), why="E 1[t ≤ U]")

rise = claim.statement(
    "rise_of_the_mean_edge",
    "the mean edge climbs from 10 % to 90 % over 2Φ⁻¹(0.9)σ = 2.5631 σ",
    claimed=edges.rise,
    domain=Domain(sigma=POSITIVE),
    definition=lambda x, length: (
        _share(x, length / (2 * x.sigma)) - _share(x, -length / (2 * x.sigma)) - x.Rational(8, 10)
    ),
    symbolic=lambda x: 2 * x.sqrt(2) * x.erfinv(x.Rational(4, 5)) * x.sigma,
    root=True,
    anchor=lambda claimed, sigma: claimed(sigma),
    assumptions="U ~ N(μ, σ²); about μ",
)


@rise.derivation
def by_symmetry(x, length):
    return [("Φ(t) - Φ(-t) = erf(t/√2)", x.erf(length / (2 * x.sqrt(2) * x.sigma)) - x.Rational(8, 10))]


by_symmetry.control("one side", lambda x: x.sqrt(2) * x.erfinv(x.Rational(4, 5)) * x.sigma, why="a factor 2")


@rise.observed(instances=lambda s: s.tuples(s.scales(0.05, 5.0), s.one_of((0.75, 0.9, 0.95, 0.99))), error=1e-12)
def by_crossings(m, sigma, fraction):
    """The distance between the places where the mean edge crosses 1-f and f."""
    level = m.number(0.9) if fraction == 0.9 else m.number(fraction)
    low, high = (m.root(lambda t, f=f: m.normal_cdf(t) - f, -9, 9) for f in (1 - level, level))
    return sigma * (high - low)


by_crossings.control("one side", lambda sigma, f: edges.rise(sigma, f) / 2, why="a factor 2")
by_crossings.control("10-90 %, always", lambda sigma, f: edges.rise(sigma), why="another fraction")

# --- any template -------------------------------------------------------------------------------------------------------

spectrum = claim.statement(
    "spectrum_of_the_mean",
    "E f(·-U) = the inverse transform of f̂(ω) φ_U(-ω): on a ring of n samples Σ_j P(U=j) f(i-j), exactly",
    claimed=edges.mean_template,
    domain=Domain(f0=REAL, f1=REAL, f2=REAL, f3=REAL, p=UNIT, q=UNIT, r=UNIT),
    definition=lambda x: _through_spectra(x, [x.f0, x.f1, x.f2, x.f3], _four_weights(x.p, x.q, x.r)),
    symbolic=lambda x: sum(w * f for w, f in zip(_four_weights(x.p, x.q, x.r), (x.f1, x.f0, x.f3, x.f2), strict=True)),
    anchor=lambda claimed, f0, f1, f2, f3, p, q, r: claimed([f0, f1, f2, f3], _four_weights(p, q, r))[1],
    assumptions="derived for sample 1 of a ring of four, checked for all of up to sixteen",
)


def _four_weights(p, q, r):
    """Four weights that sum to one."""
    return [p * q, p * (1 - q), (1 - p) * r, (1 - p) * (1 - r)]


def _through_spectra(x, f, w):
    """¼ Σ_k i^k f̂_k ŵ_k, f̂_k = Σ_j f_j (-i)^{jk}."""
    k = x.Symbol("k", integer=True)
    transform = lambda values: sum(v * (-x.I) ** (j * k) for j, v in enumerate(values))  # noqa: E731
    return x.Sum(x.I**k * transform(f) * transform(w), (k, 0, 3)) / 4


@spectrum.derivation
def four_frequencies(x):
    f, w = (x.f0, x.f1, x.f2, x.f3), _four_weights(x.p, x.q, x.r)
    even, odd = ([sum((-1) ** (j * k) * v for j, v in enumerate(u)) for u in (f, w)] for k in (0, 1))
    up, down = ([sum((sign * x.I) ** j * v for j, v in enumerate(u)) for u in (f, w)] for sign in (-1, 1))
    each = even[0] * even[1] - odd[0] * odd[1] + x.I * up[0] * up[1] - x.I * down[0] * down[1]
    return [("k = 0, 2, 1, 3", each / 4)]


four_frequencies.control(
    "f(i+j)",
    lambda x: sum(w * f for w, f in zip(_four_weights(x.p, x.q, x.r), (x.f1, x.f2, x.f3, x.f0), strict=True)),
    why="φ_U(ω) in place of φ_U(-ω)",
)


def _templates(s):
    def both(n):
        return s.tuples(s.vectors(s.reals(-2.0, 2.0), n, n), s.weights(n, n))

    return s.integers(2, 16).flatmap(both)


@spectrum.observed(instances=_templates, error=1e-13, scale=1.0)
def shift_by_shift(m, f, w):
    return np.array([sum(p * f[(i - j) % len(f)] for j, p in enumerate(w)) for i in range(len(f))])


shift_by_shift.control("f(i+j)", lambda f, w: edges.mean_template(f[::-1], w)[::-1], why="φ_U(ω) in place of φ_U(-ω)")

# --- what the median does -----------------------------------------------------------------------------------------------

sharp = claim.statement(
    "median_edge_is_sharp",
    "med 1[t ≥ U] = 1[t ≥ med U], and med f(t-U) = f(t - med U) for monotone f: half of all U lie on either side of it",
    claimed=edges.median_shift,
    domain=Domain(mu=REAL, sigma=POSITIVE),
    definition=lambda x, place: _share(x, (place - x.mu) / x.sigma) - x.Rational(1, 2),
    symbolic=lambda x: x.mu,
    root=True,
    anchor=lambda claimed, mu, sigma: -claimed(lambda age: age, 0.0, mu),
    assumptions="the step of the median lies where P(on) = F(t) passes ½",
)


@sharp.derivation
def half_on(x, place):
    return [("F - ½ is odd about μ", x.erf((place - x.mu) / (x.sqrt(2) * x.sigma)) / 2)]


half_on.control("one deviation later", lambda x: x.mu + x.sigma, why="where 84 % are on")


def _monotone(s):
    """Knots and heights of a rising or falling function, t, μ, σ."""
    heights = s.vectors(s.reals(0.01, 1.0), 4, 7).map(np.cumsum)
    return s.tuples(heights, s.one_of((1, -1)), s.reals(-2.0, 2.0), s.reals(-1.0, 1.0), s.scales(0.1, 2.0))


def _ramp(heights, direction):
    """Piecewise linear between -2, ..., 2, and constant beyond."""
    return lambda age: direction * np.interp(age, np.linspace(-2, 2, len(heights)), heights)


@sharp.observed(
    instances=_monotone, call=lambda f, h, d, t, mu, sigma: f(_ramp(h, d), t, mu), error=1e-12, scale=1.0,
)  # fmt: skip
def by_sorting(m, heights, direction, t, mu, sigma):
    """The middle one of f(t-U) over the 1/1000 quantiles of U, sorted."""
    z = np.linspace(-3.0, 3.0, 1001)
    ages = np.array([float(t) - (float(mu) + float(sigma) * v) for v in z])
    return m.number(np.sort(_ramp(heights, direction)(ages))[500])


by_sorting.control("mean of two edges", lambda f, t, mu: (f(t - mu - 1) + f(t - mu + 1)) / 2, why="averages")

lines = claim.statement(
    "median_deletes_thin_lines",
    "a line of width b at U ~ N(μ, σ²) is off more often than on, everywhere, iff b ≤ 2Φ⁻¹(¾)σ = 1.349 σ",
    claimed=edges.vanishing_width,
    domain=Domain(sigma=POSITIVE),
    definition=lambda x, width: _share(x, width / (2 * x.sigma)) - _share(x, -width / (2 * x.sigma)) - x.Rational(1, 2),
    symbolic=lambda x: 2 * x.sqrt(2) * x.erfinv(x.Rational(1, 2)) * x.sigma,
    root=True,
    anchor=lambda claimed, sigma: claimed(sigma),
    assumptions="P(on) is greatest at t = μ: its slope is [φ((t-μ+b/2)/σ) - φ((t-μ-b/2)/σ)]/σ; all t in the check",
)


@lines.derivation
def at_its_centre(x, width):
    return [("Φ(t) - Φ(-t) = erf(t/√2)", x.erf(width / (2 * x.sqrt(2) * x.sigma)) - x.Rational(1, 2))]


at_its_centre.control("half", lambda x: x.sqrt(2) * x.erfinv(x.Rational(1, 2)) * x.sigma, why="a factor 2")
THRESHOLD = 1.3489795003921634


def _lines(s):
    """Widths about the threshold, off it by 10⁻¹ to 10⁻⁷ of it, μ and σ."""
    off = s.tuples(s.one_of((-1, 1)), s.reals(1.0, 7.0)).map(lambda t: THRESHOLD * (1 + t[0] * 10 ** -t[1]))
    return s.tuples(off, s.reals(-2.0, 2.0), s.scales(0.1, 5.0))


@lines.observed(instances=_lines, call=lambda f, b, mu, sigma: 1.0 * (b > f(1.0)))
def by_scanning(m, b, mu, sigma):
    """Whether it is on more often than off anywhere on a grid of t through μ; b in units of σ."""
    t = [mu + sigma * v for v in m.grid(-3, 3, 61)]
    on = [m.normal_cdf((v - mu) / sigma + b / 2) - m.normal_cdf((v - mu) / sigma - b / 2) for v in t]
    return m.number(any(p > m.number(1) / 2 for p in on))


by_scanning.control("half", lambda s: edges.vanishing_width(s) / 2, why="a factor 2")
by_scanning.control("10-90 %", lambda s: edges.rise(s), why="the rise of an edge")

# --- networks -----------------------------------------------------------------------------------------------------------

SIGMA, THIN, THICK = 0.1, 0.1, 0.2


def _learn(run, powers, width=np.inf, batch=32):
    """What networks that see no input predict for 64-sample signals, one row of samples a seed, by power."""
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.random_edge import random_edge
    from toys.train import fit

    steps, learned = 200 if run.quick else 2000, []
    for power in powers:
        learner = Regressor(random_edge(width=width, std=SIGMA), (8,), power)
        fitted = fit(learner, seeds=run.seeds, steps=steps, batch=batch, optimiser=Adam(0.05, decay="cosine"))
        learned.append(fitted.evaluate(learner.predict, np.ones((1, 1)))[:, 0])
    return learned


@blurred.experiment(
    rule=Agreement(0.03, "of the blur"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 2 * 24 * 200, "full": 2 * 48 * 2000},
    reason="an area summed over samples; a sharp edge has none; of 128 fresh draws a step, the last few hundred leave 2 % a seed",
)
def random_edges(run):
    l2, l1 = _learn(run, (2.0, 1.0), batch=128)
    return {"l2": l2, "l1": l1, "t": (np.arange(64) + 0.5) / 64}


@random_edges.measure
def blur(claimed, data):
    """The area between the sharp edge and what is shown, against that of the mean edge."""
    side = np.where(data["t"] < 0.45, 1.0, -1.0)
    area = lambda shown: (side * shown).sum(axis=-1) + (side < 0).sum()  # noqa: E731
    arms = {"network": data["l2"], "control": data["l1"]}
    return {arm: area(shown) / area(claimed(data["t"], 0.45, SIGMA)) - 1 for arm, shown in arms.items()}


@lines.experiment(
    rule=Agreement(0.1, "of the line's height"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 4 * 24 * 200, "full": 4 * 48 * 2000},
    reason="the peak of what was learned is 0 or 1 under L1; under L2 it is P(on), 0.38 and 0.68",
    detects=0.6,
    why="two widths, 1 and 2 deviations, tell only on which side of the threshold they lie",
)
def random_lines(run):
    thin, thick = _learn(run, (1.0, 2.0), THIN), _learn(run, (1.0, 2.0), THICK)
    return {"l1": np.stack([thin[0], thick[0]], axis=1), "l2": np.stack([thin[1], thick[1]], axis=1)}


@random_lines.measure
def peak(claimed, data):
    visible = np.array([b > claimed(SIGMA) for b in (THIN, THICK)])
    off = {arm: data[name].max(axis=2) - visible for arm, name in (("network", "l1"), ("control", "l2"))}
    return {arm: np.take_along_axis(d, np.abs(d).argmax(axis=1)[:, None], axis=1)[:, 0] for arm, d in off.items()}


@claim.curves
def exact():
    t = np.linspace(0, 1, 401)
    return {
        "t": t,
        "mean_edge": edges.mean_edge(t, 0.45, SIGMA),
        "median_edge": edges.median_edge(t, 0.45),
        "mean_lines": [edges.mean_line(t, b, 0.45 + b / 2, SIGMA) for b in (THIN, THICK)],
        "median_lines": [edges.median_line(t, b, 0.45 + b / 2, SIGMA) for b in (THIN, THICK)],
    }


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets, lit = saved["curves"], saved["random_edges"], saved["random_lines"]
    t, some, (left, middle, right) = nets["t"], slice(1, None, 3), panels(figure, 3)
    left.plot(exact["t"], exact["mean_edge"], color=COLOUR["exact"], label="mean")
    left.plot(exact["t"], exact["median_edge"], "--", color=COLOUR["data"], lw=0.8, label="median")
    spread(left, t[some], nets["l2"][:, some], COLOUR["network"], "networks, L2")
    spread(left, t[some], nets["l1"][:, some], COLOUR["control"], "control: L1", "s")
    left.set(xlabel="$t$", ylabel="edge", ylim=(-0.15, 1.5))
    left.legend(loc="upper left", ncols=2)
    for axes, k, b in ((middle, 0, THIN), (right, 1, THICK)):
        axes.plot(exact["t"], exact["mean_lines"][k], color=COLOUR["exact"])
        axes.plot(exact["t"], exact["median_lines"][k], "--", color=COLOUR["data"], lw=0.8)
        spread(axes, t[some], lit["l2"][:, k, some], COLOUR["control"], "control: L2", "s")
        spread(axes, t[some], lit["l1"][:, k, some], COLOUR["network"], "networks, L1")
        axes.set(xlabel="$t$", ylabel=rf"line, $b$ = {b / SIGMA:.0f} $\sigma$", ylim=(-0.15, 1.5))
        axes.legend(loc="upper left")
