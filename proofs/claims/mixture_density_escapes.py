"""A mixture head keeps the modes that squared error averages, and its likelihood gains what they are worth.

    least -E ln q(Y|X)   mixture head E h(Y|x)     Gaussian head E ½ ln 2πe V(x)     squared error ½ ln 2πe E V(x)

V(x) = Var(Y|x). The network, its data and its width may be the same: what differs is the law whose parameters it puts
out. With a variance for each x an L2 head still averages, and a mixture gains E KL(p(·|x)‖moment-matched) over it; with
one constant variance, as in plain regression, ½[ln E V - E ln V] besides. At its optimum the head gives each mode its
own weight: none is dropped, and nothing lies between.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Positive, Real, Root, Run, Slack, Unit, integers
from proofs.textbook import mixture_head as textbook
from proofs.textbook.predictions import branches
from proofs.words import expectation, slope_at, sp
from theory import GaussianMixture, mixture_density
from toys import one_pass

ONE_MODE = "a gain of nats that is 0 where all modes are one, a difference of losses of size 1"

claim = Claim(topic="ways-out", after="one_step_flow_matching_is_mean", references=("bishop1994",))

# --- over a Gaussian with its own variance ----------------------------------------------------------------------------


def cross_entropy(mean, var):
    """-E ln N(Y; mean, var) of a Y with these moments, to be worked out."""
    y = sp.Symbol("Y")
    return expectation(sp.log(2 * sp.pi * var) / 2 + (y - mean) ** 2 / (2 * var), {y: mean, y**2: var + mean**2})


def pair_and_mode(w, q, s, d):
    """P(x), and given x two modes of weights q, 1-q that are ds apart, or a single one."""
    pair, mode = GaussianMixture([q, 1 - q], [0.0, d * s], stds=[s, s]), GaussianMixture([1.0], [1.0], stds=[s])
    return [w, 1 - w], [pair, mode]


@claim.states(mixture_density.own_variance_gain)
def over_a_variance_for_each_x():
    """inf_{m,v} -E ln N(Y; m(X), v(X)) - E h(Y|X) = E_x KL(p(·|x)‖N(E[Y|x], V(x)))

    E Y² finite; checked by a search over m and v for up to three overlapping modes"""


over_a_variance_for_each_x.check(textbook.excess_of_own_variances, on=textbook.problems, error=1e-10)
over_a_variance_for_each_x.wrong(
    "the first law for all", claimed=lambda w, laws: mixture_density.own_variance_gain(w, laws[:1] * len(laws))
)
over_a_variance_for_each_x.wrong(
    "what a variance for each x gains over one", claimed=lambda w, laws: mixture_density.constant_variance_gain(w, laws)
)


@claim.states(mixture_density.own_variance_floor, at=pair_and_mode, relation=">=")
def parted_modes_gain_the_most(w: Unit, q: Unit, s: Positive, d: Positive, n: Slack):
    """of modes k of weights π_k and variances s_k²: that gain is ≥ E_x[½ ln V - Σ π_k ln s_k - H(π)], and is it as they part

    derived for one x with two modes ds apart and one with a single mode, at the moments of Y, which a_variance_is_the_mean and
    l2_optimum_is_mean say are best; n = H(k|Y)"""
    mean, var = (1 - q) * d * s, s**2 + q * (1 - q) * (d * s) ** 2
    told = q * sp.log(q) + (1 - q) * sp.log(1 - q)
    one_mode = sp.log(2 * sp.pi * sp.E * s**2) / 2
    yield w * (cross_entropy(mean, var) - one_mode + told + n) + (1 - w) * (cross_entropy(1, s**2) - one_mode)
    yield (
        "E(Y-m)² = v: ½ ln 2πe v, which is h for one mode",
        w * (sp.log(2 * sp.pi * sp.E * var) / 2 - one_mode + told + n),
    )
    yield "v/s² = 1 + q(1-q)d²", w * (sp.log(1 + q * (1 - q) * d**2) / 2 + told + n)
    yield "n ≥ 0", w * (sp.log(1 + q * (1 - q) * d**2) / 2 + told)


parted_modes_gain_the_most.check(
    textbook.excess_of_own_variances, on=textbook.near_and_far, error=1e-10, scale=1.0, why=ONE_MODE
)
parted_modes_gain_the_most.wrong(
    "without H(π)",
    symbolic=lambda w, q, d: w * sp.log(1 + q * (1 - q) * d**2) / 2,
    claimed=lambda w, laws: mixture_density.own_variance_floor(w, laws) + textbook.entropy_of_modes(w, laws),
)

# --- over a constant variance -----------------------------------------------------------------------------------------


def two_modes(w, v, u):
    """P(x), and given x one mode of variance v, or u."""
    return [w, 1 - w], [GaussianMixture([1.0], [0.0], stds=[np.sqrt(var)]) for var in (v, u)]


@claim.states(mixture_density.mean_variance, at=two_modes)
def a_variance_is_the_mean(w: Unit, v: Positive, u: Positive):
    """arg-min_c E[½ ln 2πc + V(X)/2c] = E V: the one variance, for one x or for all

    derived for X of two values; the slope in ln c is ½(1 - E V/c), which grows with c; checked by search"""
    c = sp.Symbol("c", positive=True)
    best = yield Root(w * v + (1 - w) * u)
    yield slope_at(w * (sp.log(c) + v / c) / 2 + (1 - w) * (sp.log(c) + u / c) / 2, c, best)
    yield "the slope", (best - w * v - (1 - w) * u) / (2 * best**2)


a_variance_is_the_mean.check(textbook.best_variance, on=textbook.problems, error=2e-9)
a_variance_is_the_mean.wrong(
    "the deviations' mean, squared", symbolic=lambda w, v, u: (w * sp.sqrt(v) + (1 - w) * sp.sqrt(u)) ** 2
)
a_variance_is_the_mean.wrong("P(x) = ½", symbolic=lambda v, u: (v + u) / 2)
a_variance_is_the_mean.wrong("of the first law", claimed=lambda w, laws: laws[0].var)


@claim.states(mixture_density.constant_variance_gain, at=two_modes)
def over_a_constant_variance(w: Unit, v: Positive, u: Positive):
    """inf_{m,v} -E ln N(Y; m(X), v) - inf_{m,v} -E ln N(Y; m(X), v(X)) = ½[ln E V - E ln V]

    E Y² finite; derived for X of two values, by a_variance_is_the_mean; checked by search"""
    c, mean = sp.Symbol("c"), w * v + (1 - w) * u
    yield sp.Subs((sp.log(c) + mean / c) / 2, c, mean) - (w * (sp.log(v) + 1) + (1 - w) * (sp.log(u) + 1)) / 2
    yield "each loss is ½ ln v + ½", (sp.log(mean) + 1 - w * sp.log(v) - (1 - w) * sp.log(u) - 1) / 2
    yield "the halves cancel", (sp.log(mean) - w * sp.log(v) - (1 - w) * sp.log(u)) / 2


over_a_constant_variance.check(
    textbook.excess_of_one_variance, on=textbook.problems, error=1e-11, scale=1.0, why=ONE_MODE
)
over_a_constant_variance.wrong("P(x) = ½", symbolic=lambda v, u: sp.log((v + u) ** 2 / (4 * v * u)) / 4)
over_a_constant_variance.wrong(
    "twice: σ for σ²", claimed=lambda w, laws: 2 * mixture_density.constant_variance_gain(w, laws)
)

# --- modes are kept ---------------------------------------------------------------------------------------------------


def weight_of_mode_1(p):
    """The weight of the first component."""
    return p.weights[0]


@claim.states(weight_of_mode_1, at=lambda w: GaussianMixture([w, 1 - w], [0.0, 1.0], stds=[0.3, 2.0]))
def each_mode_keeps_its_weight(w: Unit):
    """arg-min_q -E ln(q N(Y; μ₁, s₁²) + (1-q) N(Y; μ₂, s₂²)) = the weight of mode 1

    components at the modes; the loss is convex in q; derived for modes apart, checked for overlapping ones"""
    q = sp.Symbol("q")
    value = yield Root(w)
    yield slope_at(-w * sp.log(q) - (1 - w) * sp.log(1 - q), q, value)
    yield "the slope", -w / value + (1 - w) / (1 - value)


each_mode_keeps_its_weight.check(textbook.best_weight, on=textbook.modes_apart, error=1e-11)
each_mode_keeps_its_weight.wrong("the other mode's", w=lambda w: 1 - w, claimed=lambda p: p.weights[1])
each_mode_keeps_its_weight.wrong("1 % pulled towards ½", claimed=lambda p: 0.99 * p.weights[0] + 0.005)

# --- what networks do: two_branch() has N(∓g, s²) with weights 0.7 and 0.3 ---------------------------------------------

PLACES = (np.arange(64) + 0.5) / 64
EVENLY, LAWS = np.full(64, 1 / 64), branches(PLACES)


@over_a_variance_for_each_x.experiment(
    rule=Agreement(0.15, "of the gain"),
    seeds=(32, 48),
    effect=0.9,
    steps=(400, 5000),
    batch=64,
    looks_at={"network": ("two", "one"), "control": ("one", "one, reversed")},
    reason="400 steps leave an excess of a few hundredths of a nat in either loss; the gain is half a nat and more",
    detects=0.3,
    why="both losses carry what their networks did not learn, up to a tenth of the gain together",
    history={1: "24 quick seeds; of 64 fresh ones 61, 62 and 60 had been seen within the margins"},
)
def three_heads(run: Run):
    """Held-out losses of networks that differ in their heads alone; controls set a seed against another one."""
    from toys.learners.mixture_network import MixtureNetwork
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.two_branch import two_branch

    problem, rule, seen, losses = two_branch(), Adam(0.02, decay="cosine"), {"x": PLACES}, []
    arms = {"two": MixtureNetwork(problem, 2, (16, 16)), "one": MixtureNetwork(problem, 1, (16, 16)),
            "squares": Regressor(problem, (16, 16))}  # fmt: skip
    for name, learner in arms.items():
        fitted = run.fit(learner, rule, arm=name)
        rows = np.stack([problem.sample(2048, rng) for rng in fitted.generators()])
        if name == "squares":
            off = fitted.evaluate(learner.predict, own=[rows[..., :1]])[..., 0] - rows[..., 1]
            losses.append(np.log(2 * np.pi * np.e * (off**2).mean(1)) / 2)
        else:
            losses.append(-fitted.evaluate(learner.logpdf, own=[rows[..., :1], rows[..., 1:]]).mean(1))
            seen[name] = fitted.evaluate(learner.mixture, PLACES[:, None])
        if name != "two":
            run.note(fitted.diverged[::-1] >= 0, f"{name}, reversed")
    return seen | {"loss": np.stack(losses, 1)}


@three_heads.measure
def gain(claimed, data):
    mixture, single, _ = data["loss"].T
    exact = claimed(EVENLY, LAWS)
    return {"network": (single - mixture) / exact - 1, "control": (single - single[::-1]) / exact - 1}


@over_a_constant_variance.measured_on(
    three_heads,
    rule=Agreement(0.25, "of the gain"),
    effect=0.9,
    reason="the gain is a tenth of a nat, of which the variance head may miss a hundredth or two",
    detects=0.5,
    why="what the networks did not learn is up to a fifth of so small a gain",
    looks_at={"network": ("one", "squares"), "control": ("squares", "squares, reversed")},
)
def gain_of_a_variance(claimed, data):
    _, single, plain = data["loss"].T
    exact = claimed(EVENLY, LAWS)
    return {"network": (plain - single) / exact - 1, "control": (plain - plain[::-1]) / exact - 1}


@each_mode_keeps_its_weight.measured_on(
    three_heads,
    rule=Agreement(0.05, "of probability"),
    effect=0.9,
    reason="400 minibatches of 64 give a share to half a percent, and it must hold at every x",
    detects=0.2,
    why="the mean distance over x does not see a small error of the same sign",
    looks_at={"network": "two", "control": "one"},
)
def weights_of_the_modes(claimed, data):
    """Mean distance over x of the lowest component's weight from its branch's; the control arm has one component."""
    exact = np.array([claimed(p) for p in LAWS])

    def lowest(head):
        w, mean, _ = np.split(head, 3, axis=2)
        return np.take_along_axis(w, mean.argmin(2)[..., None], 2)[..., 0]

    return {arm: np.abs(lowest(data[k]) - exact).mean(1) for arm, k in (("network", "two"), ("control", "one"))}


# --- the toy ----------------------------------------------------------------------------------------------------------


@claim.states(one_pass.mixture_network, at=lambda y, m, t: ([1.0], [[m, 0.0]], [[t, 0.0]], [[y, 0.0]]), part=0)
def networks_put_out_mixtures(y: Real, m: Real, t: Real):
    """the toy: -ln Σ_k softmax(l)_k Π_d N(y_d; μ_kd, e^{2t_kd}); one component: (y-m)² e^{-2t}/2 + t + ½ ln 2π a dimension

    derived for one component, checked in the plane for up to three"""
    z = sp.Symbol("z", real=True)
    mass, of_one = (sp.Integral(sp.exp(-((z * scale) ** 2) / 2), (z, -sp.oo, sp.oo)) for scale in (sp.exp(-t), 1))
    yield ((y - m) * sp.exp(-t)) ** 2 / 2 + sp.log(mass) + sp.log(of_one)
    yield "∫exp(-z²/2σ²) = σ√2π, and ln e^t = t", ((y - m) * sp.exp(-t)) ** 2 / 2 + t + sp.log(2 * sp.pi)
    yield "square the exponential", (y - m) ** 2 * sp.exp(-2 * t) / 2 + t + sp.log(2 * sp.pi)


networks_put_out_mixtures.check(textbook.head, on=textbook.heads, error=1e-13)
networks_put_out_mixtures.wrong(
    "t = ln σ²",
    t=lambda t: t / 2,
    claimed=lambda logits, means, log_stds, rows: one_pass.mixture_network(logits, means, log_stds / 2, rows),
)
networks_put_out_mixtures.wrong(
    "logits 1 % off", claimed=lambda logits, *rest: one_pass.mixture_network(1.01 * logits, *rest)
)
networks_put_out_mixtures.wrong(
    "deviations 1 % off", claimed=lambda a, b, log_stds, d: one_pass.mixture_network(a, b, log_stds + 0.01, d)
)

# --- what the figure draws --------------------------------------------------------------------------------------------

SHOWN = 16  # of 64 places of x: where the branches are farthest apart


@claim.curves
def least_losses():
    gains = mixture_density.own_variance_gain(EVENLY, LAWS), mixture_density.constant_variance_gain(EVENLY, LAWS)
    worst = (
        1 + np.log(2 * np.pi * mixture_density.mean_variance(EVENLY, LAWS))
    ) / 2  # squared error, its best variance
    return {"loss": worst - np.array([sum(gains), gains[1], 0])}


@claim.figure(
    "A head of two components keeps both modes, and gains likelihood by it",
    where="$y$ is predicted from $x$; $p$: the law; $q$: what a network says it is",
)
def draw(saved, panels, *, shown: Annotated[int, integers(0, len(PLACES) - 1)] = SHOWN, every=12):
    nets, y, few = saved["three_heads"], np.linspace(-3.0, 3.0, 301), slice(None, None, every)
    left, right = panels(2)
    left.exact(y, LAWS[shown].pdf(y), "exact")
    for name, role, label in (("two", "network", "two components"), ("one", "control", "control: one component")):
        w, mean, std = np.split(nets[name][:, shown, :, None], 3, axis=1)
        normal = np.exp(-(((y - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
        left.seeds(y[few], (w * normal).sum(1)[:, few], role, label)
    left.axes("$y$ (data units)", f"$p(y\\,|\\,x={PLACES[shown]:.2f})$ (1/data unit)", legend="above", columns=2)
    exact, loss = saved["curves"]["loss"], nets["loss"]
    for k, least in enumerate(exact):
        right.exact([k - 0.3, k + 0.3], [least, least], "exact least loss" * (k == 0))
    right.seeds([0], loss[:, :1], "network", "two components")
    right.seeds([1, 2], loss[:, 1:], "control", "control: Gaussian heads")
    heads = {0: "two\ncomponents", 1: "one\ncomponent", 2: "squared\nerror"}
    right.axes("", r"held-out $-\ln q(y|x)$ (nats)", x=(-0.5, 2.5), x_ticks=heads, legend="above", columns=2)
    two, one, squares = np.median(loss, axis=0)
    return (
        f"(a) What networks say of y at one x with two outcomes: a head of two components follows both modes, a "
        f"Gaussian one (control) puts its mass between them. (b) Held-out losses of the same networks with three "
        f"heads: {two:.2f} nats with two components, {one:.2f} with one, {squares:.2f} for squared error. The exact "
        f"gain of two over one is {exact[1] - exact[0]:.2f} nats, that of the networks {one - two:.2f}; their losses "
        f"lie up to {max(np.median(loss, axis=0) - exact):.2f} above the least."
    )
