"""A quantiser averages within its cells; it adds no noise.

    x ↦ nearest of K levels:    H(z|x) = 0,    best levels are the means of their cells

What is lost is what many-to-one must lose: uniform on [0, 1], 1/(12K²); a Gaussian at K = 2, 1 - 2/π; any density as K
grows, (∫p^{1/3})³/(12K²), which is √3π/(2K²) for a Gaussian. With as many levels as modes at most the within-mode variance
remains. So the folk sentence is right about the averaging and wrong about the noise: given x, nothing is random.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from proofs.claim import Claim, Conditional, Folk, Step
from proofs.domain import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, integers
from proofs.rules import Agreement
from proofs.sides import Sides
from theory import GaussianMixture, location, quantisation, symmetric_pair

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
    references=(
        "Max 1960, Quantizing for minimum distortion; Lloyd 1982, Least squares quantization in PCM",
        "Panter & Dite 1951, Quantization distortion in pulse-count modulation with nonuniform spacing of levels",
        "van den Oord, Vinyals & Kavukcuoglu 2017, Neural discrete representation learning",
    ),
)
PAIR = (2.0, 0.5, 0.7)
"""Half distance, deviation and left weight of the pair that networks quantise."""


@cache
def _nodes(count):
    """Gauss-Legendre nodes and weights."""
    return np.polynomial.legendre.leggauss(count)


def _normal(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def _by_lloyd(p, levels, starts=None):
    """Slow twin: cell means and distortion by sums over a fine grid, from the best of a few starts."""
    y = np.linspace((p.means - 9 * p.stds).min(), (p.means + 9 * p.stds).max(), 4001)
    mass = (p.weights / p.stds * np.exp(-0.5 * ((y[:, None] - p.means) / p.stds) ** 2)).sum(1)
    sums = np.stack([np.append(0, np.cumsum(mass * y**k)) / mass.sum() for k in range(3)])
    edges = np.append(y - (y[1] - y[0]) / 2, y[-1] + (y[1] - y[0]) / 2)
    best = (np.inf, None)
    for start in starts if starts is not None else _partitions(p, levels):
        c = np.sort(np.asarray(start, float))
        for _ in range(300):
            cuts = np.concatenate([[edges[0]], (c[1:] + c[:-1]) / 2, [edges[-1]]])
            m0, m1, m2 = (np.diff(np.interp(cuts, edges, row)) for row in sums)
            moved = m1 / np.maximum(m0, 1e-300)
            if np.abs(moved - c).max() < 1e-8:  # the distortion is flat there
                break
            c = np.sort(moved)
        distortion = float((m2 - 2 * c * m1 + c**2 * m0).sum())
        best = min(best, (distortion, tuple(c)))
    return best


def _partitions(p, levels):
    """Starts: levels shared out over the modes in every way, and quantiles."""
    from itertools import combinations_with_replacement

    modes = np.sort(p.means)
    spread = float(p.stds.mean())
    for shared in combinations_with_replacement(range(len(modes)), levels):
        offsets = np.array([shared[:i].count(k) for i, k in enumerate(shared)], float)
        yield modes[list(shared)] + spread * (0.3 + 0.8 * offsets)


# --- one cell after another --------------------------------------------------------------------------------------------

uniform = claim.statement(
    "uniform_levels",
    "Y ~ U[0, 1], K levels: least E(Y-level)² = 1/(12K²)",
    claimed=lambda K: quantisation.uniform_distortion(K),
    domain=Domain(K=integers(1)),
    definition=lambda x: x.K * x.Integral((x.Symbol("y") - 1 / (2 * x.K)) ** 2, (x.Symbol("y"), 0, 1 / x.K)),
    symbolic=lambda x: 1 / (12 * x.K**2),
    assumptions="equal cells, which Lloyd's conditions force on a constant density",
)


@uniform.derivation
def cell_by_cell(x):
    return [("integrate over one cell", x.K * (2 * (1 / (2 * x.K)) ** 3 / 3))]


cell_by_cell.control("levels at the edges", lambda x: 1 / (3 * x.K**2), why="a level at the end of its cell")


def _descended(instance):
    """Lloyd's steps on U[0, 1] from random levels, in closed form for a constant density."""
    c = np.sort(instance)
    for _ in range(1500):
        cuts = np.concatenate([[0.0], (c[1:] + c[:-1]) / 2, [1.0]])
        c = (cuts[1:] + cuts[:-1]) / 2
    return float((np.diff(cuts) ** 3).sum() / 12)


@uniform.check(
    instances=lambda s: s.vectors(s.inside(0.0, 1.0), 1, 4),
    confirm=_descended,
    resolution=1e-6,
)
def from_random_levels(claimed, levels):
    return Sides(_descended(levels), claimed(len(levels)), observed_error=1e-9 / len(levels) ** 2)


from_random_levels.control("one level more", lambda K: quantisation.uniform_distortion(K + 1), why="an index")

two_levels = claim.statement(
    "two_levels_on_a_gaussian",
    "Y ~ N(m, s²), K = 2: least E(Y-level)² = (1 - 2/π) s²",
    claimed=lambda m, s: quantisation.lloyd_max(_normal(m, s), 2).distortion,
    domain=Domain(m=REAL, s=POSITIVE),
    definition=lambda x: (
        2 * x.Integral(_gaussian_square(x, x.sqrt(2 / x.pi) * x.s), (x.Symbol("y", real=True), 0, x.oo))
    ),
    symbolic=lambda x: (1 - 2 / x.pi) * x.s**2,
    assumptions="levels at m ± s√(2/π), the means of the halves; a log-concave density has no other stationary pair",
)


def _gaussian_square(x, level):
    """(y-level)² φ(y/s)/s."""
    y = x.Symbol("y", real=True)
    return (y - level) ** 2 * x.exp(-(y**2) / (2 * x.s**2)) / (x.s * x.sqrt(2 * x.pi))


@two_levels.derivation
def half_by_half(x):
    return [("∫y²φ, ∫yφ, ∫φ over a half", 2 * (x.s**2 / 2 - 2 * (2 / x.pi) * x.s**2 / 2 + (2 / x.pi) * x.s**2 / 2))]


half_by_half.control("mean absolute deviation", lambda x: (1 - x.sqrt(2 / x.pi)) * x.s**2, why="a missing square")


def _two_level_risk(instance):
    """min over c of E min((Y-c)², (Y+c)²), Y ~ N(0, s²), by quadrature and parabolas."""
    from proofs.reference import parabola_minimum

    _, s = instance
    y = (np.arange(40000) + 0.5) * 9 / 40000
    weights = np.exp(-0.5 * y**2)
    weights /= weights.sum()
    c = parabola_minimum(lambda level: weights @ (y - level) ** 2, 0.5, 0.3)
    return s**2 * float(weights @ (y - c) ** 2)


@two_levels.check(
    instances=lambda s: s.tuples(s.reals(-3.0, 3.0), s.scales(0.05, 20.0)), confirm=_two_level_risk, resolution=1e-6
)
def by_midpoints(claimed, instance):
    observed = _two_level_risk(instance)
    return Sides(observed, claimed(*instance), observed_error=2e-8 * observed, claimed_error=1e-11 * observed)


by_midpoints.control("one level", lambda m, s: s**2 * (1 - 1 / np.pi), why="half of the gain")

# --- the best quantiser of a mixture ---------------------------------------------------------------------------------------

cell_means = claim.statement(
    "levels_are_cell_means",
    "the best level for a cell is E[Y | cell]",
    claimed=lambda p, low, high: _cell_mean(p, low, high),
    domain=Domain(m=REAL, s=POSITIVE),
    definition=lambda x, value: x.Subs(x.Derivative(_squared_error(x), x.Symbol("c")), x.Symbol("c"), value),
    symbolic=lambda x: x.m,
    root=True,
    anchor=lambda claimed, m, s: claimed(_normal(m, s), m - 12 * s, m + 12 * s),
    assumptions="m and s are mean and deviation of Y given its cell; the slope grows with the level",
)


def _squared_error(x):
    """E[(Y-c)² | cell]."""
    y = x.Symbol("Y")
    return x.Expectation((y - x.Symbol("c")) ** 2, x.Tuple((y, x.m), (y**2, x.s**2 + x.m**2)))


def _cell_mean(p, low, high):
    mass, first, _ = quantisation.partial_moments(p, [low, high], [p.means[0]])
    return float(p.means[0] + first[0] / mass[0])


@cell_means.derivation
def by_stationarity(x, value):
    return [("the slope is 2(c - E[Y | cell])", 2 * (value - x.m))]


by_stationarity.control("shrunk levels", lambda x: x.m / 2, why="a factor 2")


def _cells(s):
    return s.tuples(s.mixtures(1, 3), s.reals(-4.0, 0.0), s.reals(0.5, 4.0))


def _cell_mean_precisely(instance):
    import mpmath as mp

    from proofs.reference import precise_density

    p, low, high = instance
    with mp.workdps(50):
        edges = sorted({mp.mpf(low), mp.mpf(high), *(mp.mpf(float(m)) for m in p.means if low < m < high)})
        edges = [edges[0] + (edges[-1] - edges[0]) * k / 12 for k in range(13)]
        sums = [mp.quad(lambda y, k=k: y**k * precise_density(p, y), edges) for k in (0, 1)]
        return mp.fdiv(sums[1], sums[0])


@cell_means.check(instances=_cells, confirm=_cell_mean_precisely, resolution=1e-7)
def by_quadrature(claimed, instance):
    from proofs.reference import density

    p, low, high = instance
    nodes, weights = _nodes(40)
    panels = np.linspace(low, high, 61)
    y = panels[:-1, None] + np.diff(panels)[:, None] * (nodes + 1) / 2
    mass = density(p, y) * weights
    observed = float(np.sum(mass * y) / np.sum(mass))
    return Sides(
        observed, claimed(*instance), observed_error=1e-10, claimed_error=_centroid_error(mass, panels), scale=1.0
    )


def _centroid_error(mass, panels):
    """Rounding of a difference of two distribution functions, over the mass of the cell."""
    return 1e-14 / max(float(mass.sum() * np.diff(panels)[0] / 2), 1e-300)


by_quadrature.control("middle of the cell", lambda p, low, high: (low + high) / 2, why="right for a constant density")

optimum = claim.statement(
    "lloyd_max_is_the_optimum",
    "least E(Y-level)² over K levels, Y a mixture",
    claimed=lambda p, K: quantisation.lloyd_max(p, K).distortion,
)


@optimum.check(
    instances=lambda s: s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.integers(1, 4)),
    confirm=lambda i: _by_lloyd(*i)[0],
    resolution=1e-4,
    detects=1e-3,
    why="the twin sums over a grid of 4,001 points and finds its levels by slow steps",
)
def by_slow_descent(claimed, instance):
    observed, _ = _by_lloyd(*instance)
    return Sides(observed, claimed(*instance), observed_error=4e-5 * observed)


by_slow_descent.control("one level more", lambda p, K: quantisation.lloyd_max(p, K + 1).distortion, why="an index")

bound = claim.statement(
    "a_level_a_mode",
    "K ≥ modes: least E(Y-level)² ≤ Σ w_k s_k²",
    claimed=lambda p: location.within_mode_var(p),
    relation="<=",
    domain=Domain(w=UNIT, a=REAL, b=REAL, s=POSITIVE, u=POSITIVE, d=NONNEGATIVE, e=NONNEGATIVE),
    definition=lambda x: x.w * (_own(x, x.a, x.s) - x.d) + (1 - x.w) * (_own(x, x.b, x.u) - x.e),
    symbolic=lambda x: x.w * x.s**2 + (1 - x.w) * x.u**2,
    anchor=lambda claimed, w, a, b, s, u, d, e: claimed(GaussianMixture([w, 1 - w], [a, b], stds=[s, u])),
    assumptions="d, e ≥ 0: what a level nearer than the own mode's saves; derived for two modes, checked for up to three",
)


def _own(x, mean, std):
    """E(Y-mean)² within one mode, the level at its mean."""
    y = x.Symbol("Y")
    return x.Expectation((y - mean) ** 2, x.Tuple((y, mean), (y**2, std**2 + mean**2)))


@bound.derivation
def by_the_own_mode(x):
    own = x.w * _own(x, x.a, x.s) + (1 - x.w) * _own(x, x.b, x.u)
    return [Step("the nearest level is no farther than the own mode's", own, "<=")]


by_the_own_mode.control("deviations", lambda x: x.w * x.s + (1 - x.w) * x.u, why="a missing square")


@bound.check(
    instances=lambda s: s.mixtures(1, 3, std=(0.4, 1.5)),
    confirm=lambda p: _by_lloyd(p, len(p))[0],
    resolution=1e-4,
    detects=None,
    why="a bound with a gap: how tight it is stands in the next statement",
)
def with_a_level_a_mode(claimed, p):
    observed, _ = _by_lloyd(p, len(p))
    return Sides(observed, claimed(p), observed_error=4e-5 * observed)


with_a_level_a_mode.control("half of it", lambda p: location.within_mode_var(p) / 2, why="a factor 2")

attained = claim.statement(
    "far_modes_attain_it",
    "modes 60 deviations apart: least E(Y-level)² → Σ w_k s_k²",
    claimed=lambda p: location.within_mode_var(p),
)


def _far(s):
    gaps = s.tuples(s.weights(2, 2), s.reals(-5.0, 5.0), s.scales(0.2, 1.0), s.scales(0.2, 1.0), s.reals(60.0, 90.0))
    return gaps.map(lambda g: GaussianMixture(g[0], [g[1], g[1] + g[4]], stds=[g[2], g[3]]))


@attained.check(
    instances=_far,
    confirm=lambda p: _by_lloyd(p, 2, [p.means])[0],
    resolution=1e-4,
    detects=1e-3,
    why="the twin sums over a grid of 4,001 points",
)
def far_apart(claimed, p):
    observed, _ = _by_lloyd(p, 2, [p.means])
    return Sides(observed, claimed(p), observed_error=4e-5 * observed)


far_apart.control("variance of the whole", lambda p: p.var, why="one level for both")

# --- many levels ------------------------------------------------------------------------------------------------------------

fine = claim.statement(
    "panter_dite",
    "(∫p^{1/3})³/(12K²), for N(m, s²): √3π s²/(2K²)",
    claimed=quantisation.panter_dite,
    domain=Domain(K=integers(1), s=POSITIVE),
    definition=lambda x: x.Integral(_cube_root(x), (x.Symbol("y", real=True), -x.oo, x.oo)) ** 3 / (12 * x.K**2),
    symbolic=lambda x: x.sqrt(3) * x.pi * x.s**2 / (2 * x.K**2),
    anchor=lambda claimed, K, s: claimed(_normal(0.0, s), K),
)


def _cube_root(x):
    y = x.Symbol("y", real=True)
    return x.exp(-(y**2) / (6 * x.s**2)) / (x.s * x.sqrt(2 * x.pi)) ** x.Rational(1, 3)


@fine.derivation
def by_a_wider_gaussian(x):
    width = x.sqrt(6 * x.pi) * x.s
    return [("∫exp(-y²/6s²) = s√(6π)", width**3 / (x.s * x.sqrt(2 * x.pi)) / (12 * x.K**2))]


by_a_wider_gaussian.control("a missing ½", lambda x: x.sqrt(3) * x.pi * x.s**2 / x.K**2, why="a factor 2")


def _cube_root_precisely(instance):
    import mpmath as mp

    from proofs.reference import integrate_precisely, precise_density

    p, K = instance
    wide = GaussianMixture(p.weights, p.means, stds=2 * p.stds)
    with mp.workdps(50):
        return integrate_precisely(lambda y: precise_density(p, y) ** (mp.mpf(1) / 3), p, wide) ** 3 / (12 * K**2)


@fine.check(instances=lambda s: s.tuples(s.mixtures(1, 4), s.integers(1, 64)), confirm=_cube_root_precisely)
def by_trapezoids(claimed, instance):
    from proofs.reference import density

    p, K = instance
    y = np.linspace((p.means - 24 * p.stds).min(), (p.means + 24 * p.stds).max(), 6001)
    observed = float((density(p, y) ** (1 / 3)).sum() * (y[1] - y[0])) ** 3 / (12 * K**2)
    return Sides(observed, claimed(p, K), observed_error=1e-10 * observed, claimed_error=1e-10 * observed)


by_trapezoids.control("square root", lambda p, K: quantisation.panter_dite(p, K) ** 0.5, why="the neighbouring power")

limit_above = claim.statement(
    "panter_dite_from_below",
    "Y Gaussian: least E(Y-level)² ≤ Panter-Dite at every K",
    claimed=lambda s, K: quantisation.panter_dite(_normal(0.0, s), K),
    relation="<=",
)
limit_below = claim.statement(
    "panter_dite_is_the_limit",
    "Y Gaussian: least E(Y-level)² ≥ (K/(K+1))² × Panter-Dite, so their ratio tends to 1",
    claimed=lambda s, K: (K / (K + 1)) ** 2 * quantisation.panter_dite(_normal(0.0, s), K),
    relation=">=",
)


def _sizes(s):
    return s.tuples(s.scales(0.1, 10.0), s.integers(1, 24))


def _gaussian_lloyd(instance):
    """Slow twin for N(0, s²), from a start at the quantiles of the optimal point density."""
    from scipy.special import ndtri

    s, K = instance
    start = np.sqrt(3) * ndtri((np.arange(K) + 0.5) / K)
    return s**2 * _by_lloyd(_normal(0.0, 1.0), K, [start])[0]


def _against_the_twin(claimed, instance):
    observed = _gaussian_lloyd(instance)
    return Sides(observed, claimed(*instance), observed_error=1e-4 * observed)


GAP = "a bound with a gap of up to (1 + 1/K)²: small errors do not show in it"


@limit_above.check(instances=_sizes, confirm=_gaussian_lloyd, resolution=1e-3, detects=0.9, why=GAP)
def by_the_twin(claimed, instance):
    return _against_the_twin(claimed, instance)


by_the_twin.control("a tenth", lambda s, K: quantisation.panter_dite(_normal(0.0, s), K) / 10, why="a wrong constant")


@limit_below.check(instances=_sizes, confirm=_gaussian_lloyd, resolution=1e-3, detects=0.9, why=GAP)
def by_the_twin_again(claimed, instance):
    return _against_the_twin(claimed, instance)


by_the_twin_again.control("twice", lambda s, K: 2 * quantisation.panter_dite(_normal(0.0, s), K), why="a factor 2")

# --- no noise ---------------------------------------------------------------------------------------------------------


def _code_entropy(p, levels):
    """H(z) of the code of Y, nats."""
    masses = quantisation.quantise(p, levels).masses
    return float(-(masses * np.log(masses)).sum())


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


cells_of_quantiles.control("two equal codes", lambda x: x.log(2) + 0 * x.m, why="ln K is the most, not the value")


def _codebooks(s):
    return s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.vectors(s.reals(-4.0, 4.0), 2, 5)).filter(_populated)


def _populated(instance):
    """Levels apart, each with some of the mass next to it."""
    p, levels = instance
    gaps = np.diff(np.sort(levels))
    return gaps.min() > 0.05 and np.abs(levels[:, None] - p.means).min(axis=1).max() < 1.5


def _information(instance):
    """Σ p(x, z) ln p(x, z)/p(x)p(z) over cells of a fine grid, z the nearest level."""
    from proofs.reference import density

    p, levels = instance
    levels = np.sort(levels)
    cuts = (levels[1:] + levels[:-1]) / 2
    ends = np.concatenate([[(p.means - 9 * p.stds).min()], cuts, [(p.means + 9 * p.stds).max()]])
    total = 0.0
    for low, high in pairwise(ends):
        nodes, weights = _nodes(200)
        y = low + (high - low) * (nodes + 1) / 2
        mass = max(float((density(p, y) * weights).sum() * (high - low) / 2), 0.0)
        total -= mass * np.log(mass) if mass > 0 else 0.0
    return total


@silent.check(instances=_codebooks, confirm=_information, resolution=1e-6)
def by_information(claimed, instance):
    return Sides(_information(instance), claimed(*instance), observed_error=1e-8, claimed_error=1e-12, scale=1.0)


by_information.control("ln K", lambda p, levels: np.log(len(levels)), why="as if every code were as frequent")


# --- networks ---------------------------------------------------------------------------------------------------------


@optimum.experiment(
    rule=Agreement(0.08, "of the optimum"),
    seeds={"quick": [16], "full": [48]},
    budget={"quick": 16 * 800, "full": 48 * 4000},
    reason="4,000 held-out points measure the distortion to 3 %; codewords left at data points cost tenfold",
    detects=0.3,
    why="held-out sampling error and the margin that allows for it",
)
def codebooks(run):
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair as pair
    from toys.train import fit
    from toys.vq import VectorQuantiser

    target = pair(*PAIR)
    learner, steps = VectorQuantiser(target, 2), 800 if run.quick else 4000
    fitted = fit(learner, seeds=run.seeds, steps=steps, batch=64, optimiser=Adam(0.02, decay="cosine"), record=[0])
    held_out = np.stack([target.sample(4000, rng) for rng in fitted.generators()])
    before, after = (fitted.evaluate(learner.reconstruct, own=[held_out], at=at) for at in (0, -1))
    return {
        "codewords": fitted.evaluate(learner.codebook)[..., 0],
        "untrained": np.mean((before - held_out) ** 2, axis=(1, 2)),
        "trained": np.mean((after - held_out) ** 2, axis=(1, 2)),
        "swapped": np.mean((_other_code(after, held_out) - held_out) ** 2, axis=(1, 2)),
    }


def _other_code(codes, x):
    """The same reconstructions with the code of every twentieth point drawn from another: what noise would do."""
    noisy = codes.copy()
    noisy[:, ::20] = np.roll(codes[:, ::20], 1, axis=1)
    return noisy


@codebooks.measure
def excess(claimed, data):
    best = claimed(symmetric_pair(*PAIR[:2], weight=PAIR[2]), 2)
    return {"network": data["trained"] / best - 1, "control": data["swapped"] / best - 1}


@claim.curves
def exact():
    levels = np.arange(1, 17)
    p = _normal(0.0, 1.0)
    two = symmetric_pair(*PAIR[:2], weight=PAIR[2])
    y = np.linspace(-4.0, 4.0, 401)
    return {
        "levels": levels,
        "gaussian": [quantisation.lloyd_max(p, int(k)).distortion for k in levels],
        "panter_dite": [quantisation.panter_dite(p, int(k)) for k in levels],
        "uniform": [12 * quantisation.uniform_distortion(int(k)) for k in levels],
        "twin": [_gaussian_lloyd((1.0, int(k))) for k in levels[1::2]],
        "y": y,
        "density": two.pdf(y),
        "best": quantisation.lloyd_max(two, 2).levels,
    }


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["codebooks"]
    left, right = panels(figure, 2)
    left.plot(exact["levels"], exact["gaussian"], color=COLOUR["exact"], label="Gaussian, Lloyd-Max")
    left.plot(exact["levels"][1::2], exact["twin"], "o", color=COLOUR["data"], label="the same by slow descent")
    left.plot(exact["levels"], exact["panter_dite"], "--", color=COLOUR["exact"], lw=0.8, label="Panter-Dite")
    left.plot(exact["levels"], exact["uniform"], ":", color=COLOUR["other"], label="uniform, $1/K^2$")
    left.set(xlabel="levels $K$", ylabel="distortion / variance", xscale="log", yscale="log")
    left.set_xticks((1, 2, 4, 8, 16), (1, 2, 4, 8, 16))
    left.minorticks_off()
    left.legend(loc="lower left")
    right.plot(exact["y"], exact["density"], color=COLOUR["data"], lw=0.8, label="data")
    for level in exact["best"]:
        right.axvline(level, color=COLOUR["exact"], lw=0.9)
    height = np.linspace(0.02, 0.12, len(nets["codewords"]))
    for k in range(2):
        label = f"codewords of {len(height)} seeds" if k == 0 else None
        right.plot(np.sort(nets["codewords"], axis=1)[:, k], height, ".", color=COLOUR["network"], label=label)
    right.plot([], [], color=COLOUR["exact"], lw=0.9, label="best levels")
    right.set(xlabel="$y$", ylabel="density", ylim=(0, 0.95))
    right.legend(loc="upper center")
    inset = right.inset_axes((0.72, 0.42, 0.27, 0.3))
    spread(inset, [0], nets["measured_network"][:, None], COLOUR["network"], "trained")
    spread(inset, [1], nets["measured_control"][:, None], COLOUR["control"], "5 % noisy codes", "s")
    inset.set_xticks((0, 1), ("trained", "5 % of codes\nnoisy"), fontsize=6)
    inset.set(ylabel="excess", xlim=(-0.5, 1.5))
