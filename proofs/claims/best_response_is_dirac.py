"""Against a fixed discriminator the best generator is a point; against one that answers, it is the data's law.

    min_q V(D, q) by any law on arg-max D           max_D V(D, q) ≥ -ln 4 + TV(p, q)², so q = p is best
    min_q max_D V = max_D min_q V = -ln 4           Var(x|z) = 0, and yet Var x = Var p

The ideal game has one value whoever moves first: the order matters to the iterates, not to the value. What tends to a
Dirac is a generator that runs ahead of its discriminator, the more steps the more: modes and variance fall (against a
frozen network some run off instead to where its logit still rises: arg-max D then lies at infinity). That the
network is deterministic makes p(x|z) a Dirac and says nothing of p(x): a deterministic map of noise can have any law.
"""

from typing import Any

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, between
from proofs.core.rules import Trend
from theory import GaussianMixture, discriminator, divergence

claim = Claim(
    topic="mode-dropping",
    folk=Folk(
        "Due to the deterministic nature of neural networks, GANs tend to learn a Dirac Delta function.",
        "A2",
        Conditional(
            "the discriminator is fixed, or answers too slowly; determinism makes p(x|z) a Dirac, not p(x)",
            true_when=("fixed_discriminator", "variance_falls", "modes_fall"),
            false_when=("answering_discriminator", "order_of_play", "deterministic_and_spread"),
        ),
    ),
    references=("goodfellow2014 theorem 1", "metz2017 section 2"),
)

# --- the generator's best answers -----------------------------------------------------------------------------------------

fixed = claim.statement(
    "fixed_discriminator",
    "D fixed: -E_q ln(1-D) ≤ -ln(1 - max D) for every q, attained by every law on arg-max D, a point mass among them",
    claimed=lambda d: -discriminator.best_response_loss(d),
    relation="<=",
    domain=Domain(l=POSITIVE, g=between(0, "l"), q=UNIT),
    definition=lambda x: x.Sum(
        x.Piecewise((x.q * x.l, x.Eq(x.Symbol("k"), 0)), ((1 - x.q) * (x.l - x.g), True)), (x.Symbol("k"), 0, 1)
    ),
    symbolic=lambda x: x.l,
    anchor=lambda claimed, l, g, q: claimed([-np.expm1(-float(l)), -np.expm1(float(g - l))]),
    assumptions="derived for two cells with ln(1-D) = -l and -l+g; checked up to six, ties among them",
)


@fixed.derivation
def less_fooled_elsewhere(x):
    return [("collect", x.l - (1 - x.q) * x.g), ("g > 0", x.l, "<=")]


less_fooled_elsewhere.control("half", lambda x: x.l / 2, why="a factor 2")


def _laws_on_cells(s):
    """D on cells, its largest value perhaps twice, and q: at random, or on arg-max D alone."""

    def build(d, q, tie, only):
        d = np.append(d, d.max()) if tie else np.append(d, d.min())
        q = np.append(q, q[0])
        q = np.where(d == d.max(), q, 0.0) if only else q
        return d, q / q.sum()

    cells = lambda n: s.tuples(s.vectors(s.inside(0.0, 1.0), n, n), s.weights(n, n), s.integers(0, 1), s.integers(0, 1))  # noqa: E731
    return s.integers(2, 5).flatmap(cells).map(lambda a: build(*a))


@fixed.observed(instances=_laws_on_cells, error=1e-13, call=lambda f, d, _q: f(d))
def by_summing(m, d, q):
    return -sum(b * m.log(1 - m.number(a)) for a, b in zip(d, q, strict=True))


by_summing.control("least fooled", lambda d: -float(np.log(1 - d.min())), why="arg-min D")
by_summing.control("the mean", lambda d: -float(np.log(1 - d.mean())), why="as if q had to stay spread")

answering = claim.statement(
    "answering_discriminator",
    "D optimal: max_D V(D, q) + ln 4 = 2JS ≥ TV(p, q)²: least, 0, at q = p and nowhere else",
    claimed=lambda p, q: float(discriminator.optimal_value(float(divergence.tv(p, q)) ** 2 / 2)) + np.log(4),
    relation=">=",
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: (
        x.Sum(
            x.Piecewise((_at_best(x, x.p, x.q), x.Eq(x.Symbol("k"), 0)), (_at_best(x, 1 - x.p, 1 - x.q), True)),
            (x.Symbol("k"), 0, 1),
        )
        + x.log(4)
    ),
    symbolic=lambda x: (x.p - x.q) ** 2,
    anchor=lambda claimed, p, q: claimed(_far(p), _far(q)),
    assumptions="derived for two cells, checked on densities",
)


def _at_best(x, p, q):
    """p ln D* + q ln(1-D*)."""
    return p * x.log(p / (p + q)) + q * x.log(q / (p + q))


def _far(weight):
    """Two modes so far apart that they are two cells."""
    return GaussianMixture([float(weight), 1 - float(weight)], [-60.0, 60.0], stds=[1.0, 1.0])


@answering.derivation
def by_pinsker(x):
    pairs = ((x.p, x.q), (1 - x.p, 1 - x.q))
    to_middle = sum(a * x.log(2 * a / (a + b)) + b * x.log(2 * b / (a + b)) for a, b in pairs)
    pinsker = Step("KL ≥ 2TV², and TV(p, m) = ½TV(p, q)", (x.p - x.q) ** 2, ">=", given="Pinsker 1964; Csiszár 1967")
    return [("KL(p‖m) + KL(q‖m)", to_middle), pinsker]  # fmt: skip


by_pinsker.control("4 TV²", lambda x: 4 * (x.p - x.q) ** 2, why="TV(p, q) for TV(p, m)")


def _pairs(s):
    """Densities at random, and two far modes whose weights change a little: nearly equality."""
    near = s.tuples(s.reals(0.45, 0.55), s.reals(0.45, 0.55)).map(lambda w: (_far(w[0]), _far(w[1])))
    return s.either(near, s.pairs(low=1, high=3, std=(0.5, 2.0)))


@answering.observed(
    instances=_pairs, error=1e-10, scale=1.0, detects=0.05, why="equality is reached in the limit p, q → ½ only"
)
def by_quadrature(m, p, q):
    """∫ p ln 2D* + q ln 2(1-D*)."""
    softplus = lambda t: m.largest(t, 0 * t) + m.log(1 + m.exp(-m.size(t)))  # noqa: E731

    def loss(x):
        t = m.logpdf(p, x) - m.logpdf(q, x)
        return m.pdf(p, x) * softplus(-t) + m.pdf(q, x) * softplus(t)

    return m.log(m.number(4)) - m.integrate(loss, m.line(p, q))


by_quadrature.control("2 TV²", lambda p, q: 2 * float(divergence.tv(p, q)) ** 2, why="a factor 2")

order = claim.statement(
    "order_of_play",
    "max_D min_q V = -ln 4 too, at D = ½: -E_p ln D - ln(1 - max D) ≥ ln 4 for every D: minimax = maximin",
    claimed=lambda js: -float(discriminator.optimal_value(js)),
    relation=">=",
    domain=Domain(v=UNIT),
    symbolic=lambda x: x.log(4),
    anchor=lambda claimed, v: claimed(0.0),
    assumptions="E_p ln D ≤ ln max D, so only max D = ½(1±v) matters; fixed_discriminator gives min_q",
)


@order.enclosure(change={"v": (lambda s: 1 - s, (0, 1))}, contact={"v_t": 1})
def at_the_best_maximum(x):
    return -x.log((1 + x.v) / 2) - x.log((1 - x.v) / 2)


at_the_best_maximum.control("ln 5", lambda x: x.log(5), why="a higher value")


@order.observed(
    instances=lambda s: s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.either(s.vectors(s.inside(0.0, 1.0), n, n), s.one_of((np.full(n, 0.5),))))
    ),
    error=1e-13, call=lambda f, _p, _d: f(0.0),
)  # fmt: skip
def against_every_point(m, p, d):
    """-E_p ln D, and the most over point masses of -ln(1-D)."""
    d = [m.number(a) for a in d]
    return -sum(a * m.log(b) for a, b in zip(p, d, strict=True)) + max(-m.log(1 - b) for b in d)


against_every_point.control("2 ln 2.1", lambda _js: 2 * np.log(2.1), why="a slightly higher value")

# --- p(x|z) and p(x) --------------------------------------------------------------------------------------------------------

spread_out = claim.statement(
    "deterministic_and_spread",
    "g(k, ε) = m_k + s_k ε: Var(x|z) = 0 given z = (k, ε), and Var x = Var p, for p = Σ w_k N(m_k, s_k²)",
    claimed=lambda p: float(p.var),
    domain=Domain(w=UNIT, a=REAL, b=REAL, s=POSITIVE, t=POSITIVE),
    definition=lambda x: _moment(x, 2) - _moment(x, 1) ** 2,
    symbolic=lambda x: x.w * x.s**2 + (1 - x.w) * x.t**2 + x.w * (1 - x.w) * (x.a - x.b) ** 2,
    anchor=lambda claimed, w, a, b, s, t: claimed(
        GaussianMixture([float(w), float(1 - w)], [float(a), float(b)], stds=[float(s), float(t)])
    ),
    assumptions="derived for two modes, checked up to four",
)


def _moment(x, power):
    """E g(k, ε)^power, k = 0 with probability w."""
    e = x.Symbol("e")
    normal = x.Tuple((e, 0), (e**2, 1))
    first, second = (x.Expectation((m + s * e) ** power, normal) for m, s in ((x.a, x.s), (x.b, x.t)))
    return x.w * first + (1 - x.w) * second


@spread_out.derivation
def by_moments(x):
    square = x.w * (x.a**2 + x.s**2) + (1 - x.w) * (x.b**2 + x.t**2)
    return [("E ε = 0, E ε² = 1", square - (x.w * x.a + (1 - x.w) * x.b) ** 2)]


by_moments.control("within modes", lambda x: x.w * x.s**2 + (1 - x.w) * x.t**2, why="one Dirac a mode")


@spread_out.observed(
    instances=lambda s: s.mixtures(1, 4), error=1e-12, scale=lambda p: float(np.abs(p.means).max() + p.stds.max()) ** 2
)
def over_latents(m, p):
    """∫ over ε, Σ over k, of what the map gives."""
    moment = lambda f: sum(  # noqa: E731
        w * m.integrate(lambda e, a=a, s=s: f(a + s * e) * m.normal(e), [-12, -6, -3, 0, 3, 6, 12])
        for w, a, s in m.parts(p)
    )
    return moment(lambda x: x**2) - moment(lambda x: x) ** 2


over_latents.control("second moment", lambda p: float(p.var + p.mean**2), why="about 0, not the mean")

# --- generators that run ahead ------------------------------------------------------------------------------------------------

AHEAD = (1.0, 5.0, 25.0, 100.0)
"""Generator steps for each of the discriminator's; the last stands for one that is frozen after a quarter of the time."""
CELL: dict[str, Any] = {"generator_hidden": (16, 16), "discriminator_hidden": (16, 16), "rate": 8e-3}

varies = claim.statement(
    "variance_falls",
    "ring of 8: the generator's variance falls with its steps per discriminator step, 1, 5, 25, to less than a tenth",
    claimed=lambda: 0.1,
    relation="trend",
)
counted = claim.statement(
    "modes_fall",
    "and so do, from 1 to a frozen discriminator, the modes next to which it puts 1 % of its samples, to less than a half",
    claimed=lambda: 0.5,
    relation="trend",
)


@varies.experiment(
    rule=Trend(AHEAD[:3], "falls", factor=0.1),
    seeds={"quick": [32], "full": [48]},
    budget={"quick": 8 * 32 * 160, "full": 8 * 48 * 1000},
    reason="a point has no variance, the ring has 1; the same GAN left at one step, seeds anew, keeps what it has",
    detects=None,
    why="a trend tells direction and a factor, not size",
)
def ahead(run):
    from toys import contest
    from toys.targets import ring
    from toys.train import fit

    target, steps = ring(8, 1.0, 0.05), 160 if run.quick else 1000
    early = np.where(np.arange(steps) < steps // 4, 1.0, 1e-9)[None]  # rates of 0 are refused
    settings: list[dict[str, Any]] = [{"generator_steps": int(k)} for k in AHEAD[:3]] + [
        {"generator_steps": 5, "ratio": early}
    ]

    def drawn(setting, seeds):
        arm = contest.gan(**CELL, **setting)(target)
        fitted = fit(arm.learner, seeds=seeds, steps=steps, batch=32, optimiser=arm.optimiser)
        return arm.draw(fitted, np.empty((1008, 0)))

    others = (np.arange(1, len(settings) + 1)[:, None] << 31) + np.array(run.seeds)  # those of a run are below 2³¹
    return {
        "samples": np.stack([drawn(setting, run.seeds) for setting in settings], axis=1),
        "control": np.stack([drawn(settings[0], seeds) for seeds in others], axis=1),
        "centres": target.centres,
    }


def _arms(of, data, columns):
    """A number for each network: of those along the grid, and of those left at one step, fresh ones in every column."""
    return {"network": of(data["samples"][:, :columns]), "control": of(data["control"][:, :columns])}


def _variance(samples):
    return samples.var(axis=2).sum(axis=-1)


@ahead.measure
def variance(claimed, data):
    return _arms(_variance, data, 3)


@counted.measured_on(
    ahead, rule=Trend(AHEAD, "falls", factor=0.5), reason="one of several modes is left where a point is", detects=None,
    why="a trend tells direction and a factor, not size",
)  # fmt: skip
def modes(claimed, data):
    def kept(samples):
        gaps = np.linalg.norm(samples[..., None, :] - data["centres"], axis=-1)
        share = np.eye(len(data["centres"]))[gaps.argmin(axis=-1)].mean(axis=2)
        return (share >= 0.01).sum(axis=-1) * 1.0

    return _arms(kept, data, len(AHEAD))


@claim.curves
def exact():
    w = np.linspace(0.005, 0.995, 199)
    p, d = np.array([0.5, 0.5]), np.array([0.55, 0.45])
    return {
        "w": w,
        "fixed": [discriminator.value(p, [a, 1 - a], d) for a in w],
        "floor": p @ np.log(d) + discriminator.best_response_loss(d),
        "best": [discriminator.optimal_value(float(divergence.js(_far(0.5), _far(a)))) for a in w],
    }


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact, nets = saved["curves"], saved["ahead"]
    left, right = panels(figure, 2)
    left.plot(exact["w"], exact["best"], color=COLOUR["exact"], label="discriminator answers: best at $q=p$")
    left.plot(exact["w"], exact["fixed"], "--", color=COLOUR["other"], label="$D$ fixed at 0.55, 0.45: best at a point")
    left.plot([1], [exact["floor"]], "D", color=COLOUR["other"])
    left.axhline(-np.log(4), color=COLOUR["data"], ls=":", lw=0.7, label=r"$-\ln 4$")
    left.set(xlabel="what $q$ gives the first of two modes", ylabel="$V(D,q)$, nats", ylim=(-1.55, -0.4))
    left.legend(loc="upper center")
    x = np.arange(len(AHEAD))
    for shift, arm, colour, label, marker in (
        (-0.08, "samples", "network", "GAN", "o"), (0.08, "control", "control", "control: left at 1", "s"),
    ):  # fmt: skip
        low, middle, high = np.quantile(_variance(nets[arm]), (0.25, 0.5, 0.75), axis=0)
        right.errorbar(
            x + shift, middle, [middle - low, high - middle], fmt=marker, color=COLOUR[colour], capsize=1.5, label=label
        )
    right.axhline(1.005, color=COLOUR["exact"], label="ring, exact")
    right.set(
        xlabel="generator steps per discriminator step", ylabel="variance of samples", yscale="log", ylim=(1e-6, 1e7)
    )
    right.set_xticks(x, ["1", "5", "25", "frozen"])
    right.legend(loc="upper left", title=f"{len(nets['samples'])} seeds, median and quartiles", ncols=2)
