"""A quantiser averages within its cells; it adds no noise.

    x ↦ nearest of K levels:    H(z|x) = 0,    best levels are the means of their cells

What is lost is what many-to-one must lose: uniform on [0, 1], 1/(12K²); a Gaussian at K = 2, 1 - 2/π; any density as K
grows, (∫p^{1/3})³/(12K²), which is √3π/(2K²) for a Gaussian. With as many levels as modes at most the within-mode
variance remains. So the folk sentence is right about the averaging and wrong about the noise: given x, nothing is random.

Codewords that descend E|x - e_k|² become the best levels. A VQ autoencoder need not get there: every output of its
decoder is the mean of its cell, but the straight-through encoder may leave the border of the cells at a worse place, for
ever: of 24 seeds, 18 came within 4 % of the least distortion in 4,000 steps and three stayed above seven times of it.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, integers
from proofs.core.rules import Agreement, Share
from proofs.textbook.quantiser import cells, least, moments
from proofs.words.arithmetic import DOUBLE
from theory import GaussianMixture, location, quantisation

claim = Claim(
    topic="bottleneck",
    folk=Folk(
        "For VQ-VAEs the noise is introduced by the vector quantisation and limited codebook size, which causes a "
        "many-to-one (i.e. noisy) mapping.",
        "A4, postscript",
        Conditional(
            "blur by averaging within cells, yes; noise, no",
            true_when=("two_levels_on_a_gaussian", "levels_are_cell_means"),
            false_when=("no_noise",),
        ),
    ),
    references=("max1960", "lloyd1982", "panter1951", "oord2017"),
)


def _normal(mean, std):
    return GaussianMixture([1.0], [mean], stds=[std])


def _squared_error(x, level, mean, std):
    """E[(Y-level)² | cell], mean and deviation of Y given its cell."""
    y = x.Symbol("Y")
    return x.Expectation((y - level) ** 2, x.Tuple((y, mean), (y**2, std**2 + mean**2)))


# --- known sources ------------------------------------------------------------------------------------------------------


def _gaussian(x, root=1):
    """The letter y and the density of N(0, s²) at y to the power 1/root."""
    y = x.Symbol("y", real=True)
    return y, x.exp(-(y**2) / (2 * root * x.s**2)) / (x.s * x.sqrt(2 * x.pi)) ** x.Rational(1, root)


def _half_risk(x):
    """E[(Y-level)²; Y > 0] for N(0, s²) and the level s√(2/π)."""
    y, density = _gaussian(x)
    return x.Integral((y - x.sqrt(2 / x.pi) * x.s) ** 2 * density, (y, 0, x.oo))


def _cube_root_mass(x):
    y, root = _gaussian(x, 3)
    return x.Integral(root, (y, -x.oo, x.oo))


uniform = claim.statement(
    "uniform_levels",
    "Y ~ U[0, 1], K levels: least E(Y-level)² = 1/(12K²)",
    claimed=lambda K: quantisation.uniform_distortion(K),
    domain=Domain(K=integers(1)),
    definition=lambda x: x.K * x.Integral((x.Symbol("y") - 1 / (2 * x.K)) ** 2, (x.Symbol("y"), 0, 1 / x.K)),
    symbolic=lambda x: 1 / (12 * x.K**2),
    assumptions="equal cells, which Lloyd's conditions force on a constant density",
)
two_levels = claim.statement(
    "two_levels_on_a_gaussian",
    "Y ~ N(m, s²), K = 2: least E(Y-level)² = (1 - 2/π) s²",
    claimed=lambda m, s: quantisation.lloyd_max(_normal(m, s), 2).distortion,
    domain=Domain(m=REAL, s=POSITIVE),
    definition=lambda x: 2 * _half_risk(x),
    symbolic=lambda x: (1 - 2 / x.pi) * x.s**2,
    assumptions="levels at m ± s√(2/π), the means of the halves; a log-concave density has no other stationary pair",
)
fine = claim.statement(
    "panter_dite",
    "K → ∞, levels of density λ ∝ p^{1/3}: K² E(Y-level)² → ∫p/(12λ²) = (∫p^{1/3})³/12; for N(m, s²), √3π s²/2",
    claimed=quantisation.panter_dite,
    domain=Domain(K=integers(1), s=POSITIVE),
    definition=lambda x: _cube_root_mass(x) ** 3 / (12 * x.K**2),
    symbolic=lambda x: x.sqrt(3) * x.pi * x.s**2 / (2 * x.K**2),
    anchor=lambda claimed, K, s: claimed(_normal(0.0, s), K),
    assumptions="derived for N(m, s²); that no other levels do better is Zador's theorem",
)


@uniform.derivation
def cell_by_cell(x):
    return [("integrate over one cell", x.K * (2 * (1 / (2 * x.K)) ** 3 / 3))]


@two_levels.derivation
def half_by_half(x):
    return [("∫y²φ, ∫yφ, ∫φ over a half", 2 * (x.s**2 / 2 - 2 * (2 / x.pi) * x.s**2 / 2 + (2 / x.pi) * x.s**2 / 2))]


@fine.derivation
def by_a_wider_gaussian(x):
    width = x.sqrt(6 * x.pi) * x.s
    return [("∫exp(-y²/6s²) = s√(6π)", width**3 / (x.s * x.sqrt(2 * x.pi)) / (12 * x.K**2))]


@uniform.observed(
    instances=lambda s: s.vectors(s.inside(0.0, 1.0), 1, 4), error=1e-10, call=lambda claimed, c: claimed(len(c))
)
def from_random_levels(m, levels):
    """Lloyd's steps for a constant density."""
    levels, ends = np.sort(levels), [m.number(0), m.number(1)]
    for _ in range(100):
        cuts = np.array([ends[0], *(levels[1:] + levels[:-1]) / 2, ends[1]])
        levels = (cuts[1:] + cuts[:-1]) / 2
    return (np.diff(cuts) ** 3).sum() / 12


@two_levels.observed(instances=lambda s: s.tuples(s.reals(-3.0, 3.0), s.scales(0.05, 20.0)), error=1e-11)
def half_a_parabola(m, _, s):
    """The vertex of E[(Y-c)² | Y > mean], a parabola in c."""
    risk = lambda c: m.integrate(lambda y: 2 * m.normal(y) * (y - c) ** 2, [0, 1, 2, 4, 7, 12, 39])  # noqa: E731
    return s**2 * risk(m.vertex(risk, m.number(1), 0.5))


@fine.observed(instances=lambda s: s.tuples(s.mixtures(1, 3, spread=3, std=(0.5, 1.5)), s.integers(1, 64)), error=1e-10)
def by_trapezoids(m, p, K):
    """Steps that see where one component takes over from another, πs²/gap from singularities of p^{1/3}."""
    low, high = float((p.means - 15 * p.stds).min()), float((p.means + 15 * p.stds).max())
    count = int((high - low) * (np.ptp(p.means) + 4.5) / p.stds.min() ** 2 * 2)
    step = (high - low) / (count - 1)
    return ((m.pdf(p, m.grid(low, high, count)) ** (m.number(1) / 3)).sum() * step) ** 3 / (12 * K**2)


@fine.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 2, spread=1.5, std=(0.5, 1.5)), s.integers(200, 300)),
    error=lambda p, K: 3 / K, claimed_error=0.0, resolution=0.015, detects=0.03, why="the limit, seen at K ≥ 200",
)  # fmt: skip
def by_companding(m, p, K):
    """What K levels of density ∝ p^{1/3} leave."""
    y = np.linspace((p.means - 15 * p.stds).min(), (p.means + 15 * p.stds).max(), 8001)
    grown = np.cumsum(DOUBLE.pdf(p, y) ** (1 / 3))
    at = np.interp(np.arange(2 * K + 1) / (2 * K), grown / grown[-1], y)
    level = lambda t: at[1::2][np.searchsorted(at[::2], t.astype(float)) - 1]  # noqa: E731
    return m.integrate(lambda t: m.pdf(p, t) * (t - level(t)) ** 2, at[::2], panels=1)


cell_by_cell.control("levels at the edges", lambda x: 1 / (3 * x.K**2), why="a level at the end of its cell")
from_random_levels.control("one level more", lambda K: quantisation.uniform_distortion(K + 1), why="an index")
half_by_half.control("mean absolute deviation", lambda x: (1 - x.sqrt(2 / x.pi)) * x.s**2, why="a missing square")
half_a_parabola.control("one level", lambda m, s: s**2 * (1 - 1 / np.pi), why="half of the gain")
by_a_wider_gaussian.control("a missing ½", lambda x: x.sqrt(3) * x.pi * x.s**2 / x.K**2, why="a factor 2")
by_trapezoids.control("square root", lambda p, K: quantisation.panter_dite(p, K) ** 0.5, why="the neighbouring power")
by_companding.control(
    "K - 1 in place of K", lambda p, K: quantisation.panter_dite(p, K - 5), why="an index, five times"
)

# --- the best quantiser of a mixture ------------------------------------------------------------------------------------


def _cell_mean(p, low, high):
    mass, first, _ = quantisation.partial_moments(p, [low, high], [p.means[0]])
    return float(p.means[0] + first[0] / mass[0])


def _slope(x, value):
    """Of E[(Y-c)² | cell] along c, at c = value."""
    c = x.Symbol("c")
    return x.Subs(x.Derivative(_squared_error(x, c, x.m, x.s), c), c, value)


def _own_mode(x):
    """E(Y-level)² with the level of every mode, or cell, at its mean."""
    return x.w * _squared_error(x, x.a, x.a, x.s) + (1 - x.w) * _squared_error(x, x.b, x.b, x.u)


cell_means = claim.statement(
    "levels_are_cell_means",
    "the best level for a cell is E[Y | cell]",
    claimed=_cell_mean,
    domain=Domain(m=REAL, s=POSITIVE),
    definition=_slope,
    symbolic=lambda x: x.m,
    root=True,
    anchor=lambda claimed, m, s: claimed(_normal(m, s), -np.inf, np.inf),
    assumptions="m and s are mean and deviation of Y given its cell; the slope grows with the level",
)
optimum = claim.statement(
    "least_is_the_variance_within_cells",
    "least E(Y-level)² over K levels = Σ_z P(z) Var(Y | z), at the best cells",
    claimed=lambda p, K: quantisation.lloyd_max(p, K).distortion,
    domain=Domain(w=UNIT, a=REAL, b=REAL, s=POSITIVE, u=POSITIVE),
    definition=_own_mode,
    symbolic=lambda x: x.w * x.s**2 + (1 - x.w) * x.u**2,
    anchor=lambda claimed, w, a, b, s, u: claimed(GaussianMixture([w, 1 - w], [0.0, 99 * (s + u)], stds=[s, u]), 2),
    assumptions="derived for two cells of means a and b; which cells are best is searched by brute force",
)
bound = claim.statement(
    "a_level_a_mode",
    "K ≥ modes: least E(Y-level)² ≤ Σ w_k s_k², attained as the modes part",
    claimed=location.within_mode_var,
    relation="<=",
    domain=Domain(w=UNIT, a=REAL, b=REAL, s=POSITIVE, u=POSITIVE, saved=NONNEGATIVE),
    definition=lambda x: _own_mode(x) - x.saved,
    symbolic=lambda x: x.w * x.s**2 + (1 - x.w) * x.u**2,
    anchor=lambda claimed, w, a, b, s, u, saved: claimed(GaussianMixture([w, 1 - w], [a, b], stds=[s, u])),
    assumptions="saved: by levels nearer than the own mode's; derived for two modes, checked for up to three",
)


@cell_means.derivation
def by_stationarity(x, value):
    return [("the slope is 2(c - E[Y | cell])", 2 * (value - x.m))]


@optimum.derivation
def level_at_the_mean(x):
    return [("E[(Y - E[Y|z])² | z] = Var(Y | z)", x.w * x.s**2 + (1 - x.w) * x.u**2)]


@bound.derivation
def by_the_own_mode(x):
    return [Step("the nearest level is no farther than the own mode's", _own_mode(x), "<=")]


@cell_means.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 3, std=(0.4, 2.0)), s.reals(-3.0, 0.0), s.reals(0.5, 4.0)),
    error=1e-11, claimed_error=1e-9, scale=1.0,
)  # fmt: skip
def by_quadrature(m, p, low, high):
    mass, first, _ = moments(m, p, low, high)
    return first / mass


@optimum.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.integers(1, 3)), error=1e-8, resolution=1e-7
)
def by_brute_force(m, p, K):
    return least(m, p, K)


def _near_and_far(s):
    """Modes next to each other, and 60 deviations apart."""
    far = s.tuples(s.weights(2, 2), s.reals(-5.0, 5.0), s.scales(0.3, 1.0), s.scales(0.3, 1.0), s.reals(60.0, 90.0))
    apart = far.map(lambda g: GaussianMixture(g[0], [g[1], g[1] + g[4]], stds=[g[2], g[3]]))
    return s.either(s.mixtures(1, 3, std=(0.4, 1.5)), apart)


@bound.observed(instances=_near_and_far, error=1e-8, resolution=1e-7)
def with_a_level_a_mode(m, p):
    return least(m, p, len(p))


by_stationarity.control("shrunk levels", lambda x: x.m / 2, why="a factor 2")
by_quadrature.control("middle of the cell", lambda p, low, high: (low + high) / 2, why="right for a constant density")
level_at_the_mean.control("deviations", lambda x: x.w * x.s + (1 - x.w) * x.u, why="a missing square")
by_brute_force.control("one level more", lambda p, K: quantisation.lloyd_max(p, K + 1).distortion, why="an index")
by_the_own_mode.control("deviations", lambda x: x.w * x.s + (1 - x.w) * x.u, why="a missing square")
with_a_level_a_mode.control("half of it", lambda p: location.within_mode_var(p) / 2, why="a factor 2")

# --- no noise -----------------------------------------------------------------------------------------------------------


def _code_entropy(p, levels):
    """H(z) of the code of Y, nats."""
    code = quantisation.quantise(p, levels)
    return float(-(code.masses * np.log(np.diff([0, *p.cdf(code.thresholds), 1]))).sum())


silent = claim.statement(
    "no_noise",
    "I(x; z) = H(z), so H(z|x) = 0: given x, nothing about its code is random",
    claimed=_code_entropy,
    domain=Domain(m=UNIT),
    definition=lambda x: (
        x.Integral(-x.log(x.m), (x.Symbol("t"), 0, x.m)) + x.Integral(-x.log(1 - x.m), (x.Symbol("t"), x.m, 1))
    ),
    symbolic=lambda x: -x.m * x.log(x.m) - (1 - x.m) * x.log(1 - x.m),
    anchor=lambda claimed, m: claimed(_normal(0.0, 1.0), float(_normal(0.0, 1.0).ppf(m)) + np.array([-1.0, 1.0])),
    assumptions="t = F(x), so p(t) = 1 and ln p(t, z)/p(t)p(z) = -ln p(z); derived for two codes",
)


@silent.derivation
def cells_of_quantiles(x):
    return [("constant on each cell", x.m * -x.log(x.m) + (1 - x.m) * -x.log(1 - x.m))]


def _codebooks(s):
    """A law and levels, half a deviation apart and a little more or less."""
    laws = s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.vectors(s.reals(-0.2, 0.2), 2, 4), s.reals(-1.0, 0.0))
    return laws.map(lambda g: (g[0], g[0].mean + g[0].std * (g[1] + g[2] + np.arange(len(g[1])) / 2)))


@silent.observed(instances=_codebooks, error=1e-10, scale=1.0)
def by_information(m, p, levels):
    """∫Σ_z p(x, z) ln p(x, z)/p(x)p(z), where p(x, z) is p(x) for the nearest level and 0 for the others."""
    return -sum(mass * m.log(mass) for mass, _, _ in cells(m, p, (levels[1:] + levels[:-1]) / 2))


cells_of_quantiles.control("two equal codes", lambda x: x.log(2) + 0 * x.m, why="ln K is the most, not the value")
by_information.control("ln K", lambda p, levels: np.log(len(levels)), why="as if every code were as frequent")

# --- networks -----------------------------------------------------------------------------------------------------------

PAIR = GaussianMixture([0.7, 0.3], [-2.0, 2.0], stds=[0.5, 0.5])
FULL = 4000


@cache
def _inputs():
    """Quantiles, each standing for as much of the mass."""
    return PAIR.ppf((np.arange(4000) + 0.5) / 4000)


def _excess(outputs, best):
    return np.mean((outputs - _inputs()) ** 2, axis=1) / best - 1


def _trained(learner, run, arm, steps, batch, rate):
    """Reconstructions of the inputs before training and after it."""
    from toys.optimisers import Adam

    fitted = run.fit(learner, Adam(rate, decay="cosine"), arm=arm, steps=steps if run.quick else FULL, batch=batch,
                     record=[0])  # fmt: skip
    return (fitted.evaluate(learner.reconstruct, _inputs()[:, None], at=at)[..., 0] for at in (0, -1))


@optimum.experiment(
    rule=Agreement(0.05, "of the optimum"),
    seeds={"quick": [32], "full": [48]}, looks_at={"network": ("codebook",), "control": ("codebook",)},
    reason="steps of 64 points leave the codewords off by a hundredth; 5 % of noisy codes triple the distortion",
    detects=0.2, why="the optimiser's last steps and the margin that allows for them",
)  # fmt: skip
def networks(run):
    from toys.learners.vq import VQVAE, VectorQuantiser
    from toys.targets.mixtures import MixtureTarget

    target = MixtureTarget("two unequal modes", PAIR, "blurproof")
    _, codes = _trained(VectorQuantiser(target, 2), run, "codebook", 300, 64, 0.05)
    before, after = _trained(VQVAE(target, 2, hidden=(16,)), run, "autoencoder", 500, 32, 0.02)
    noisy = codes.copy()
    noisy[:, ::20] = noisy[:, ::20][:, ::-1]
    return {"codes": codes, "noisy": noisy, "before": before, "after": after}


@networks.measure
def excess(claimed, data):
    return {"network": _excess(data["codes"], claimed(PAIR, 2)), "control": _excess(data["noisy"], claimed(PAIR, 2))}


@cell_means.measured_on(
    networks,
    rule=Agreement(0.1, "of the deviation within a mode"),
    reason="short training leaves the outputs off by a few hundredths; before it they are off by several deviations",
    looks_at={"network": ("autoencoder",), "control": ()},
)
def off_cell_means(claimed, data):
    """Largest distance of an output of the autoencoder from the mean of its cell."""
    return {"network": [_off(claimed, row) for row in data["after"]],
            "control": [_off(claimed, row) for row in data["before"]]}  # fmt: skip


def _off(claimed, row):
    """A cell is a union of intervals; infinitely far off where one code serves all."""
    x, ends = _inputs(), np.flatnonzero(np.abs(np.diff(row)) > 1e-6)
    borders = [-np.inf, *(x[ends] + x[ends + 1]) / 2, np.inf]
    means, counts = [claimed(PAIR, *cell) for cell in pairwise(borders)], np.diff(np.array([0, *(ends + 1), len(x)]))
    outputs, of = np.unique(row[[*ends, -1]].round(5), return_inverse=True)
    sums = np.bincount(of, counts * means) / np.bincount(of, counts)
    return np.abs(outputs - sums).max() / 0.5 if len(outputs) == 2 else np.inf


@optimum.measured_on(
    networks, rule=Share(0.5), detects=0.9, why="tells that the border lies between the modes, not where",
    reason="a border between the modes costs up to the least once more, one inside a mode several times of it",
    looks_at={"network": ("autoencoder",), "control": ("autoencoder",)},
)  # fmt: skip
def within_twice_the_least(claimed, data):
    """Whether the autoencoder leaves the least at least and twice it at most; for the control, one level's."""
    excess = {"network": _excess(data["after"], claimed(PAIR, 2)), "control": _excess(data["after"], claimed(PAIR, 1))}
    return {arm: (e > -0.01) & (e < 1) for arm, e in excess.items()}


@claim.curves
def exact():
    K, few, y, p = np.arange(1, 17), np.array([1, 2, 3, 4, 6, 8]), np.linspace(-4.0, 4.0, 401), _normal(0.0, 1.0)
    curves = {"gaussian": lambda k: quantisation.lloyd_max(p, k).distortion,
              "panter_dite": lambda k: quantisation.panter_dite(p, k),
              "uniform": lambda k: 12 * quantisation.uniform_distortion(k)}  # fmt: skip
    data = {name: np.array([curve(int(k)) for k in K]) for name, curve in curves.items()}
    best = quantisation.lloyd_max(PAIR, 2)
    return {**data, "levels": K, "few": few, "searched": np.array([least(DOUBLE, p, int(k)) for k in few]),
            "y": y, "density": PAIR.pdf(y), "best": best.levels, "least": best.distortion}  # fmt: skip


def film(run):
    """Two codewords of a direct quantiser, and of an autoencoder's decoder, on two unequal modes."""
    from proofs.words.drawing import moments
    from theory import GaussianMixture, quantisation
    from toys.learners.vq import VQVAE, VectorQuantiser
    from toys.optimisers import Adam
    from toys.targets.mixtures import MixtureTarget

    p, steps = GaussianMixture([0.7, 0.3], [-2.0, 2.0], stds=[0.5, 0.5]), moments(500, 36)
    target, y = MixtureTarget("two unequal modes", p, "blurproof"), np.linspace(-4, 4, 512)
    shown = {"steps": np.array(steps), "y": y, "density": p.pdf(y), "best": quantisation.lloyd_max(p, 2).levels}
    for name, learner, batch, rate in (
        ("direct", VectorQuantiser(target, 2), 64, 0.05), ("autoencoder", VQVAE(target, 2, hidden=(16,)), 32, 0.02),
    ):  # fmt: skip
        rule = Adam(rate, decay="cosine")
        fitted = run.fit(learner, rule, steps=steps[-1], batch=batch, record=steps)
        rows = [fitted.evaluate(learner.reconstruct, y[:, None], at=k)[..., 0] for k in range(len(steps))]
        shown[name] = np.stack([row[:, [0, -1]] for row in rows])  # what the outermost points are replaced by
    return shown


moving = claim.animation(film)


@moving.frame
def draw_frame(data, figure, k):
    """Each row of points is one network."""
    from proofs.words.drawing import COLOUR, panels

    (axes,) = panels(figure, 1)
    axes.plot(data["y"], data["density"], color=COLOUR["data"], lw=0.9, label="data")
    axes.vlines(data["best"], 0, 0.75, color=COLOUR["exact"], lw=0.9, label="best levels")
    for name, colour, marker, low in (("direct", "network", "o", 0.03), ("autoencoder", "vae", "s", 0.33)):
        rows = low + np.linspace(0, 0.26, data[name].shape[1])
        for end in (0, 1):
            label = f"codewords, {name}" if end else ""
            axes.plot(data[name][k, :, end], rows, marker, color=COLOUR[colour], ms=2.5, label=label)
    axes.set(xlabel="$y$ (data units)", ylabel="density", xlim=(-4, 4), ylim=(0, 1.15))
    axes.legend(loc="upper center", ncols=2)


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact, nets = saved["curves"], saved["networks"]
    a, b, c = panels(figure, 3)
    a.plot(exact["levels"], exact["gaussian"], color=COLOUR["exact"], label="Gaussian, Lloyd-Max")
    a.plot(exact["few"], exact["searched"], "o", color=COLOUR["data"], label="by brute force")
    a.plot(exact["levels"], exact["panter_dite"], "--", color=COLOUR["exact"], lw=0.8, label="Panter-Dite")
    a.plot(exact["levels"], exact["uniform"], ":", color=COLOUR["other"], label="uniform, $1/K^2$")
    a.set(xlabel="levels $K$", ylabel="distortion / variance", xscale="log", yscale="log", ylim=(2e-4, 4))
    a.set_xticks((1, 2, 4, 8, 16), (1, 2, 4, 8, 16))
    a.minorticks_off()
    a.legend(loc="lower left")
    b.plot(exact["y"], exact["density"], color=COLOUR["data"], lw=0.8, label="data")
    b.vlines(exact["best"], 0, 0.6, color=COLOUR["exact"], lw=0.9, label="best levels")
    kinds = {"codewords": ("codes", "network", "."), "decoder outputs": ("after", "other", "x")}
    for low, (label, (rows, colour, marker)) in zip((0.02, 0.2), kinds.items(), strict=True):
        height = np.linspace(low, low + 0.14, len(nets[rows]))
        for end in (0, -1):
            b.plot(nets[rows][:, end], height, marker, color=COLOUR[colour], ms=2.5, label=label if end else None)
    b.set(xlabel="$y$", ylabel="density", ylim=(0, 1.0))
    b.legend(loc="upper center")
    columns = {
        "codebook": (nets["measured_network"], "network", "."),
        "5 % noisy": (nets["measured_control"], "control", "s"),
        "VQ-VAE": (_excess(nets["after"], exact["least"]), "other", "x"),
        "outputs": (nets["off_cell_means_network"], "other", "x"),
        "untrained": (nets["off_cell_means_control"], "control", "s"),
    }
    for at, (values, colour, marker) in enumerate(columns.values()):
        c.plot(at + np.linspace(-0.25, 0.25, len(values)), np.maximum(values, 1e-4), marker, color=COLOUR[colour], ms=2)
    c.axvline(2.5, color=COLOUR["data"], lw=0.5)
    c.set_xticks(range(len(columns)), list(columns), rotation=35, ha="right", rotation_mode="anchor")
    for at, text in ((1, "excess over\nthe least"), (3.5, "distance to\ncell mean / $s$")):
        c.text(at, 60, text, ha="center", fontsize=7)
    c.set(ylabel="relative error", yscale="log", ylim=(5e-5, 400))
