"""A mixture head keeps the modes that squared error averages, and its likelihood gains what they are worth.

    least -E ln q(Y|X)   mixture head E h(Y|x)     Gaussian head E ½ ln 2πe V(x)     squared error ½ ln 2πe E V(x)

V(x) = Var(Y|x). The network, its data and its width may be the same: what differs is the law whose parameters it puts
out. With a variance for each x an L2 head still averages, and a mixture gains E KL(p(·|x)‖moment-matched) over it; with
one constant variance, as in plain regression, ½[ln E V - E ln V] besides. At its optimum the head gives each mode its
own weight: none is dropped, and nothing lies between.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, between
from proofs.core.rules import Agreement
from proofs.textbook.mixture_head import best_weight, head, heads
from theory import GaussianMixture, mixture_density
from toys import one_pass

claim = Claim(topic="ways-out", references=("bishop1994",))


def _problems(s):
    """P(x) and the laws of Y given x."""
    law = s.mixtures(1, 3, spread=3.0, std=(0.4, 2.0))
    return s.integers(2, 3).flatmap(lambda n: s.tuples(s.weights(n, n), s.tuples(*[law] * n)))


def _gaussian_loss(m, variances, weights):
    """The least E [½ ln 2πv + V(x)/2v] over one v."""
    mean = sum(w * v for w, v in zip(weights, variances, strict=True))
    return m.least(lambda t: (m.log(2 * m.pi) + t + mean / m.exp(t)) / 2, -12, 12)[1]


def _variance(m, p):
    """The least E(Y-c)²."""
    loss = lambda c: m.expect(p, lambda y: (y - c) ** 2)  # noqa: E731
    return loss(m.vertex(loss, m.number(p.means[0]), 1.0))


# --- over a Gaussian with its own variance ----------------------------------------------------------------------------


def _far_pair(x):
    mean = (1 - x.q) * x.d * x.s
    return mean, x.s**2 + x.q * (1 - x.q) * (x.d * x.s) ** 2


def _two_laws(w, q, s, d):
    return [w, 1 - w], [GaussianMixture([q, 1 - q], [0.0, d * s], stds=[s, s]), GaussianMixture([1.0], [1.0], stds=[s])]


def _cross_entropy(x, mean, var):
    y = x.Symbol("Y")
    loss = x.log(2 * x.pi * var) / 2 + (y - mean) ** 2 / (2 * var)
    return x.Expectation(loss, x.Tuple((y, mean), (y**2, var + mean**2)))


def _entropy(x, q=None):
    """½ ln 2πe s², and what tells far modes apart."""
    apart = 0 if q is None else -q * x.log(q) - (1 - q) * x.log(1 - q)
    return x.log(2 * x.pi * x.E * x.s**2) / 2 + apart


own = claim.statement(
    "over_a_variance_for_each_x",
    "inf_{m,v} -E ln N(Y; m(X), v(X)) - E h(Y|X) = E_x KL(p(·|x)‖N(E[Y|x], V(x)))",
    claimed=mixture_density.own_variance_gain,
    domain=Domain(w=UNIT, q=UNIT, s=POSITIVE, d=between(20, 40)),
    definition=lambda x: (
        x.w * (_cross_entropy(x, *_far_pair(x)) - _entropy(x, x.q))
        + (1 - x.w) * (_cross_entropy(x, 1, x.s**2) - _entropy(x))
    ),
    symbolic=lambda x: x.w * (x.log(1 + x.q * (1 - x.q) * x.d**2) / 2 + x.q * x.log(x.q) + (1 - x.q) * x.log(1 - x.q)),
    anchor=lambda claimed, **letters: claimed(*_two_laws(**letters)),
    assumptions="E Y² finite; derived at the moments of Y, for one x with two modes at least 20 s apart, whose overlap is "
    "below e⁻⁵⁰, and one with a single mode; checked by a search over m and v for up to three overlapping modes",
)


@own.derivation
def law_by_law(x):
    pair = x.log(2 * x.pi * x.E * _far_pair(x)[1]) / 2 - _entropy(x, x.q)
    return [("E(Y-m)² = v: ½ ln 2πe v, which is h for one mode", x.w * pair)]


law_by_law.control("modes untold", lambda x: x.w * x.log(1 + x.q * (1 - x.q) * x.d**2) / 2, why="no h_b(q)")


@own.observed(instances=_problems, error=1e-10, scale=1.0)
def by_search(m, weights, laws):
    gain = 0
    for w, p in zip(weights, laws, strict=True):
        entropy = -m.integrate(lambda y, p=p: m.pdf(p, y) * m.logpdf(p, y), m.line(p), panels=4)
        gain = gain + w * (_gaussian_loss(m, [_variance(m, p)], [1]) - entropy)
    return gain


by_search.control(
    "one law for all", lambda w, p: mixture_density.own_variance_gain(w, p[:1] * len(p)), why="Y independent of X"
)
by_search.control("constant v", lambda w, p: mixture_density.constant_variance_gain(w, p), why="the neighbour")

# --- over a constant variance -----------------------------------------------------------------------------------------


def _mean(x):
    return x.w * x.v + (1 - x.w) * x.u


def _one_mode(var):
    return GaussianMixture([1.0], [0.0], stds=[np.sqrt(var)])


constant = claim.statement(
    "over_a_constant_variance",
    "inf_{m,v} -E ln N(Y; m(X), v) - inf_{m,v} -E ln N(Y; m(X), v(X)) = ½[ln E V - E ln V]",
    claimed=mixture_density.constant_variance_gain,
    domain=Domain(w=UNIT, v=POSITIVE, u=POSITIVE),
    definition=lambda x: (
        x.Subs((x.log(x.Symbol("c")) + _mean(x) / x.Symbol("c")) / 2, x.Symbol("c"), _mean(x))
        - (x.w * (x.log(x.v) + 1) + (1 - x.w) * (x.log(x.u) + 1)) / 2
    ),
    symbolic=lambda x: (x.log(_mean(x)) - x.w * x.log(x.v) - (1 - x.w) * x.log(x.u)) / 2,
    anchor=lambda claimed, w, v, u: claimed([w, 1 - w], [_one_mode(v), _one_mode(u)]),
    assumptions="E Y² finite; derived for X of two values at v = E V, where ½ ln v + E V/2v is least; checked by search",
)


@constant.derivation
def at_the_mean_variance(x):
    return [("each loss is ½ ln v + ½", (x.log(_mean(x)) + 1 - x.w * x.log(x.v) - (1 - x.w) * x.log(x.u) - 1) / 2)]


at_the_mean_variance.control("unweighted", lambda x: x.log((x.v + x.u) ** 2 / (4 * x.v * x.u)) / 4, why="P(x) = ½")


@constant.observed(instances=_problems, error=1e-11, scale=1.0)
def by_search_over_one(m, weights, laws):
    variances = [_variance(m, p) for p in laws]
    own = sum(w * _gaussian_loss(m, [v], [1]) for w, v in zip(weights, variances, strict=True))
    return _gaussian_loss(m, variances, weights) - own


by_search_over_one.control("twice", lambda w, p: 2 * mixture_density.constant_variance_gain(w, p), why="σ for σ²")

# --- modes are kept ---------------------------------------------------------------------------------------------------


def _loss(x, q):
    return -x.w * x.log(q) - (1 - x.w) * x.log(1 - q)


kept = claim.statement(
    "each_mode_keeps_its_weight",
    "arg-min_q -E ln(q N(Y; μ₁, s₁²) + (1-q) N(Y; μ₂, s₂²)) = the weight of mode 1",
    claimed=lambda p: p.weights[0],
    domain=Domain(w=UNIT),
    definition=lambda x, value: x.Subs(x.Derivative(_loss(x, x.Symbol("q")), x.Symbol("q")), x.Symbol("q"), value),
    symbolic=lambda x: x.w,
    root=True,
    anchor=lambda claimed, w: claimed(GaussianMixture([w, 1 - w], [0.0, 1.0], stds=[0.3, 2.0])),
    assumptions="components at the modes; the loss is convex in q; derived for modes apart, checked for overlapping ones",
)


@kept.derivation
def by_stationarity(x, value):
    return [("the slope", -x.w / value + (1 - x.w) / (1 - value))]


by_stationarity.control("the other mode", lambda x: 1 - x.w, why="weights swapped")


def _apart(p):
    return abs(p.means[0] - p.means[1]) > 0.5


@kept.observed(instances=lambda s: s.mixtures(2, 2, spread=2.0, std=(0.5, 1.5)).filter(_apart), error=1e-11, scale=1.0)
def by_a_root(m, p):
    return best_weight(m, p)


by_a_root.control("1 % even", lambda p: 0.99 * p.weights[0] + 0.005, why="pulled towards ½")

# --- what networks do -------------------------------------------------------------------------------------------------


def _branches():
    """The laws of Y at even places of x, for two_branch(): N(∓g, s²) with weights 0.7 and 0.3."""
    x = (np.arange(64) + 0.5) / 64
    g = 1 + 0.5 * np.sin(2 * np.pi * x)
    return x, np.full(64, 1 / 64), [GaussianMixture([0.7, 0.3], [-at, at], stds=[0.2, 0.2]) for at in g]


@own.experiment(
    rule=Agreement(0.15, "of the gain"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 400, "full": 5000},
    batch=64,
    looks_at={"network": ("two", "one"), "control": ("one", "one, reversed")},
    reason="400 steps leave an excess of a few hundredths of a nat in either loss; the gain is half a nat and more",
    detects=0.3,
    why="both losses carry what their networks did not learn, up to a tenth of the gain together",
)
def three_heads(run):
    """Held-out losses of networks that differ in their heads alone; controls set a seed against another one."""
    from toys.learners.mixture_network import MixtureNetwork
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.two_branch import two_branch

    problem, (x, _, _) = two_branch(), _branches()
    rule, fits, losses = Adam(0.02, decay="cosine"), [], []
    for k, name in ((2, "two"), (1, "one")):
        learner = MixtureNetwork(problem, k, (16, 16))
        fits.append(run.fit(learner, rule, arm=name))
        rows = np.stack([problem.sample(2048, rng) for rng in fits[-1].generators()])
        losses.append(-fits[-1].evaluate(learner.logpdf, own=[rows[..., :1], rows[..., 1:]]).mean(1))
    regressor = Regressor(problem, (16, 16))
    fitted = run.fit(regressor, rule, arm="squares")
    squares = (fitted.evaluate(regressor.predict, own=[rows[..., :1]])[..., 0] - rows[..., 1]) ** 2
    losses.append(np.log(2 * np.pi * np.e * squares.mean(1)) / 2)
    heads = [
        f.evaluate(MixtureNetwork(problem, k, (16, 16)).mixture, x[:, None]) for k, f in zip((2, 1), fits, strict=True)
    ]
    for name, plain in (("one", fits[1]), ("squares", fitted)):
        run.note(plain.diverged[::-1] >= 0, f"{name}, reversed")
    return {"loss": np.stack(losses, 1), "two": heads[0], "one": heads[1], "x": x}


@three_heads.measure
def gain(claimed, data):
    _, weights, laws = _branches()
    mixture, single, _ = data["loss"].T
    exact = claimed(weights, laws)
    return {"network": (single - mixture) / exact - 1, "control": (single - single[::-1]) / exact - 1}


@constant.measured_on(
    three_heads,
    rule=Agreement(0.25, "of the gain"),
    reason="the gain is a tenth of a nat, of which the variance head may miss a hundredth or two",
    detects=0.5,
    why="what the networks did not learn is up to a fifth of so small a gain",
    looks_at={"network": ("one", "squares"), "control": ("squares", "squares, reversed")},
)
def gain_of_a_variance(claimed, data):
    _, weights, laws = _branches()
    _, single, plain = data["loss"].T
    exact = claimed(weights, laws)
    return {"network": (plain - single) / exact - 1, "control": (plain - plain[::-1]) / exact - 1}


@kept.measured_on(
    three_heads,
    rule=Agreement(0.05, "of probability"),
    reason="400 minibatches of 64 give a share to half a percent, and it must hold at every x",
    detects=0.2,
    why="the mean distance over x does not see a small error of the same sign",
    looks_at={"network": ("two",), "control": ("one",)},
)
def weights_of_the_modes(claimed, data):
    """Mean distance over x of the lowest component's weight from its branch's; the control arm has one component."""
    exact = np.array([claimed(p) for p in _branches()[2]])

    def lowest(head):
        w, mean, _ = np.split(head, 3, axis=2)
        return np.take_along_axis(w, mean.argmin(2)[..., None], 2)[..., 0]

    return {arm: np.abs(lowest(data[k]) - exact).mean(1) for arm, k in (("network", "two"), ("control", "one"))}


# --- the toy ----------------------------------------------------------------------------------------------------------


def _nats(x, std):
    """-ln N(y; m, std²) N(0; 0, 1)."""
    return ((x.y - x.m) / std) ** 2 / 2 + x.log(std) + x.log(2 * x.pi)


toy = claim.statement(
    "networks_put_out_mixtures",
    "the toy: -ln Σ_k softmax(l)_k Π_d N(y_d; μ_kd, e^{2t_kd}); one component: (y-m)² e^{-2t}/2 + t + ½ ln 2π a dimension",
    claimed=one_pass.mixture_network,
    domain=Domain(y=REAL, m=REAL, t=REAL),
    definition=lambda x: x.Subs(_nats(x, x.Symbol("S")), x.Symbol("S"), x.exp(x.t)),
    symbolic=lambda x: (x.y - x.m) ** 2 * x.exp(-2 * x.t) / 2 + x.t + x.log(2 * x.pi),
    anchor=lambda claimed, y, m, t: claimed([1.0], [[m, 0.0]], [[t, 0.0]], [[y, 0.0]])[0],
    assumptions="derived for one component, checked in the plane for up to three",
)


@toy.derivation
def by_the_exponent(x):
    return [("ln e^t = t", ((x.y - x.m) * x.exp(-x.t)) ** 2 / 2 + x.t + x.log(2 * x.pi))]


by_the_exponent.control("t = ln σ²", lambda x: _nats(x, x.exp(x.t / 2)), why="variances")
in_words = toy.observed(instances=heads, error=1e-13, scale=10.0)(head)
in_words.control("no softmax", lambda logits, *rest: one_pass.mixture_network(1.01 * logits, *rest), why="other logits")
in_words.control("deviations 1 % off", lambda a, b, c, d: one_pass.mixture_network(a, b, c + 0.01, d), why="near")

# --- what the figure draws --------------------------------------------------------------------------------------------

SHOWN = 16  # of 64 places of x: where the branches are farthest apart


@claim.curves
def exact():
    _, weights, laws = _branches()
    y = np.linspace(-3.0, 3.0, 301)
    own, constant = (
        mixture_density.own_variance_gain(weights, laws),
        mixture_density.constant_variance_gain(weights, laws),
    )
    entropy = float(weights @ [p.entropy().value for p in laws])
    return {"y": y, "pdf": laws[SHOWN].pdf(y), "loss": entropy + np.array([0, own, own + constant])}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, curves = saved["three_heads"], saved["curves"]
    y, (left, right) = curves["y"], panels(figure, 2)
    left.plot(y, curves["pdf"], color=COLOUR["exact"], label="exact")
    few = slice(None, None, 12)
    for key, role, label, marker in (
        ("two", "network", "two components", "o"),
        ("one", "control", "one component", "s"),
    ):
        w, mean, std = np.split(nets[key][:, SHOWN, :, None], 3, axis=1)
        normal = np.exp(-(((y - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
        spread(left, y[few], (w * normal).sum(1)[:, few], COLOUR[role], label, marker)
    left.set(
        xlabel="$y$ (data units)", ylabel=f"$p(y\\,|\\,x={nets['x'][SHOWN]:.2f})$ (1/data unit)", ylim=(-0.05, 1.9)
    )
    left.legend(loc="upper right", title=f"{len(nets['loss'])} seeds, median and range")
    right.hlines(
        curves["loss"], np.arange(3) - 0.3, np.arange(3) + 0.3, color=COLOUR["exact"], label="exact least loss"
    )
    spread(right, [0], nets["loss"][:, :1], COLOUR["network"], "mixture head")
    spread(right, [1, 2], nets["loss"][:, 1:], COLOUR["control"], "control: Gaussian heads", "s")
    right.set(ylabel=r"held-out $-\ln q(y|x)$ (nats)", xticks=range(3), xlim=(-0.5, 2.5), ylim=(0.2, 1.7))
    right.set_xticklabels(["two\ncomponents", "one\ncomponent", "squared\nerror"])
    right.legend(loc="lower right")
