"""The best discriminator is p/(p+q), and with it the GAN's loss is -ln 4 + 2 JS(p, q).

    V(D) = E_p ln D + E_q ln(1-D) = -ln 4 + 2 JS(p, q) - ∫ (p+q) kl(D*‖D),      D* = p/(p+q) on supp p ∪ supp q

with kl(a‖b) = a ln(a/b) + (1-a) ln((1-a)/(1-b)). Point by point V is concave in D, so its one stationary point is the
best answer; any other costs its relative entropy from D*, weighed by p+q, hence nothing where neither law lives. Where
only one of them lives D* is 1 or 0. Networks reach D* on mixtures drawn at random; linear ones do not.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, UNIT, Domain
from proofs.core.rules import Agreement, Each
from theory import GaussianMixture, discriminator, divergence

claim = Claim(
    topic="mode-dropping",
    references=("goodfellow2014 proposition 1 and theorem 1",),
)


def _softplus(m, t):
    """ln(1+eᵗ), without overflow."""
    return m.largest(t, 0 * t) + m.log(1 + m.exp(-m.size(t)))


# --- the best answer at a point -----------------------------------------------------------------------------------------


def _with_density(height):
    """A Gaussian whose density at 0 is `height`."""
    return GaussianMixture([1.0], [0.0], stds=[1 / (float(height) * np.sqrt(2 * np.pi))])


best = claim.statement(
    "optimal_discriminator",
    "arg-max_D V(D) is D*(x) = p(x)/(p(x)+q(x)) on supp p ∪ supp q",
    claimed=discriminator.optimal_discriminator,
    domain=Domain(p=POSITIVE, q=POSITIVE),
    definition=lambda x, value: x.Subs(
        x.Derivative(x.p * x.log(x.Symbol("D")) + x.q * x.log(1 - x.Symbol("D")), x.Symbol("D")), x.Symbol("D"), value
    ),
    symbolic=lambda x: x.p / (x.p + x.q),
    root=True,
    anchor=lambda claimed, p, q: claimed(_with_density(p), _with_density(q), 0.0),
    assumptions="p and q have densities; the slope p/D - q/(1-D) falls with D, so its root is the one maximum",
)


@best.derivation
def by_stationarity(x, value):
    return [("the slope at x", x.p / value - x.q / (1 - value))]


by_stationarity.control("q first", lambda x: x.q / (x.p + x.q), why="real and fake exchanged")
by_stationarity.control("p/(p+2q)", lambda x: x.p / (x.p + 2 * x.q), why="two fakes for each real")


@best.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 3, std=(0.5, 2.0)), s.mixtures(1, 3, std=(0.5, 2.0)), s.reals(-6.0, 6.0)),
    error=1e-11,
)  # fmt: skip
def by_bisection(m, p, q, x):
    """D = 1/(1+e^{-t}) at the t where p ln D + q ln(1-D) has slope 0 in D: p/q = D/(1-D)."""
    ratio = m.logpdf(p, m.number(x)) - m.logpdf(q, m.number(x))
    t = m.root(lambda t: _softplus(m, t) - _softplus(m, -t) - ratio, -600, 600)
    return m.exp(-_softplus(m, -t))


by_bisection.control("exchanged", lambda p, q, x: discriminator.optimal_discriminator(q, p, x), why="real for fake")
by_bisection.control(
    "two fakes for each real", lambda p, q, x: p.pdf(x) / (p.pdf(x) + 2 * q.pdf(x)), why="q counted twice"
)

# --- what any other costs -----------------------------------------------------------------------------------------------


def _cells(x, *letters):
    """Two cells: the first holds the letter, the second the rest."""
    k = x.Symbol("k", integer=True)
    return [x.Piecewise((a, x.Eq(k, 0)), (1 - a, True)) for a in letters], (k, 0, 1)


def _twice_js(x):
    """KL(p‖m) + KL(q‖m) of two cells, written out."""
    pairs = ((x.p, x.q), (1 - x.p, 1 - x.q))
    return sum(a * x.log(2 * a / (a + b)) + b * x.log(2 * b / (a + b)) for a, b in pairs)


def _lost(x):
    """Σ (p+q) kl(D*‖D)."""
    lost = 0
    for p, q, d in ((x.p, x.q, x.d), (1 - x.p, 1 - x.q, x.e)):
        lost += p * x.log(p / ((p + q) * d)) + q * x.log(q / ((p + q) * (1 - d)))
    return lost


def _value_of(x):
    (p, q), cells = _cells(x, x.p, x.q)
    d = x.Piecewise((x.d, x.Eq(x.Symbol("k", integer=True), 0)), (x.e, True))
    return x.Sum(p * x.log(d) + q * x.log(1 - d), cells)


excess = claim.statement(
    "every_other_costs_its_distance",
    "V(D) = -ln 4 + 2 JS(p, q) - ∫ (p+q) kl(D*‖D)",
    claimed=discriminator.value,
    domain=Domain(p=UNIT, q=UNIT, d=UNIT, e=UNIT),
    definition=_value_of,
    symbolic=lambda x: -x.log(4) + _twice_js(x) - _lost(x),
    anchor=lambda claimed, p, q, d, e: claimed(
        [float(p), float(1 - p)], [float(q), float(1 - q)], [float(d), float(e)]
    ),
    assumptions="derived for two cells, checked up to six, cells of one law only among them",
)


@excess.derivation
def cell_by_cell(x):
    cells = ((x.p, x.q, x.d), (1 - x.p, 1 - x.q, x.e))
    return [
        ("cell by cell", sum(p * x.log(d) + q * x.log(1 - d) for p, q, d in cells)),
        (
            "add and take away V(D*)",
            sum(p * x.log(p / (p + q)) + q * x.log(q / (p + q)) for p, q, _ in cells) - _lost(x),
        ),
    ]


cell_by_cell.control("JS once", lambda x: -x.log(4) + _twice_js(x) / 2 - _lost(x), why="JS for 2 JS")
cell_by_cell.control("-ln 2", lambda x: -x.log(2) + _twice_js(x) - _lost(x), why="ln 2 for ln 4")


def _problems(s):
    """p and q, of which cells may be empty of one of them, and any D."""
    some = lambda n: s.vectors(s.one_of((0.0, 0.1, 0.35, 1.0)), n, n)  # noqa: E731
    law = lambda n: s.tuples(s.weights(n, n), some(n)).map(lambda a: _thinned(*a))  # noqa: E731
    return s.integers(2, 6).flatmap(lambda n: s.tuples(law(n), law(n), s.vectors(s.inside(0.0, 1.0), n, n)))


def _thinned(weights, kept):
    w = weights * kept if (weights * kept).any() else weights
    return w / w.sum()


@excess.observed(instances=_problems, error=1e-13, scale=1.0)
def by_relative_entropies(m, p, q, d):
    js2 = m.kl(p, (p + q) / 2).sum() + m.kl(q, (p + q) / 2).sum()
    best = m.over(p, p + q)
    lost = (p + q) * (m.kl(best, d + 0 * p) + m.kl(1 - best, 1 - d + 0 * p))
    return -m.log(m.number(4)) + js2 - lost.sum()


by_relative_entropies.control("q real", lambda p, q, d: discriminator.value(q, p, d), why="real and fake exchanged")
by_relative_entropies.control(
    "half", lambda p, q, d: discriminator.value(p, q, d) / 2, why="the mean over reals and fakes"
)

# --- the value -----------------------------------------------------------------------------------------------------------


def _js_of_cells(p, q):
    """½KL(p‖m) + ½KL(q‖m) for two cells."""
    a, b = np.array([p, 1 - p], float), np.array([q, 1 - q], float)
    return float(np.sum(a * np.log(2 * a / (a + b)) + b * np.log(2 * b / (a + b))) / 2)


value = claim.statement(
    "value_is_jensen_shannon",
    "max_D V(D) = V(D*) = -ln 4 + 2 JS(p, q), between -ln 4 and 0",
    claimed=discriminator.optimal_value,
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: _best_value(x),
    symbolic=lambda x: -x.log(4) + _twice_js(x),
    anchor=lambda claimed, p, q: claimed(_js_of_cells(p, q)),
    assumptions="derived for two cells, checked on densities; that it is the maximum is every_other_costs_its_distance",
)


def _best_value(x):
    (p, q), cells = _cells(x, x.p, x.q)
    return x.Sum(p * x.log(p / (p + q)) + q * x.log(q / (p + q)), cells)


@value.derivation
def against_the_mean(x):
    pairs = ((x.p, x.q), (1 - x.p, 1 - x.q))
    halves = sum(a * x.log(a / ((a + b) / 2)) + b * x.log(b / ((a + b) / 2)) for a, b in pairs)
    return [("p/(p+q) = ½ p/m, and p and q sum to 1", halves - 2 * x.log(2))]


against_the_mean.control("JS once", lambda x: -x.log(4) + _twice_js(x) / 2, why="JS for 2 JS")


@value.observed(
    instances=lambda s: s.pairs(low=1, high=3, std=(0.5, 2.0)), error=1e-10, scale=1.0,
    call=lambda claimed, p, q: claimed(float(divergence.js(p, q))),
)  # fmt: skip
def by_quadrature(m, p, q):
    """∫ p ln D* + q ln(1-D*)."""

    def loss(x):
        t = m.logpdf(p, x) - m.logpdf(q, x)
        return m.pdf(p, x) * _softplus(m, -t) + m.pdf(q, x) * _softplus(m, t)

    return -m.integrate(loss, m.line(p, q))


by_quadrature.control("JS once", lambda js: js - np.log(4), why="JS for 2 JS")
by_quadrature.control("the sum", lambda js: 4 * js - np.log(4), why="JS as KL(p‖m) + KL(q‖m)")

# --- what networks learn -------------------------------------------------------------------------------------------------

DRAWS = (1, 2, 6)
"""Seeds of random pairs of laws: the first three from which the best linear logit stays 0.2 away (not 0, 3, 4, 5)."""
PAIRS = len(DRAWS)


def _drawn(index):
    """The pair (p, q) of this number, each of two or three components."""
    rng = np.random.default_rng(DRAWS[index])
    laws = []
    for _ in range(2):
        k = int(rng.integers(2, 4))
        w = rng.uniform(0.3, 1.0, k)
        laws.append(GaussianMixture(w / w.sum(), rng.uniform(-3.0, 3.0, k), stds=rng.uniform(0.4, 1.2, k)))
    return tuple(laws)


@best.experiment(
    rule=Each(Agreement(0.05, "of root mean square, in probability")),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 700, "full": 4000},
    reason="noise of a last minibatch moves a probability by some hundredths; a linear logit is off by three times as much",
    detects=None,
    why="a distance tells size, not sign: what a 5 % change of D* adds to it in squares is below the noise",
)
def networks(run):
    from toys.learners.discriminator import Discriminator
    from toys.optimisers import Adam
    from toys.targets import MixtureTarget

    x = np.linspace(-5.0, 5.0, 208)
    shown = {"x": x}
    for name, hidden in (("network", (24, 24)), ("linear", ())):
        logits = []
        for index in range(PAIRS):
            p, q = (MixtureTarget(f"drawn {index}", law, "blurproof") for law in _drawn(index))
            learner = Discriminator(p, q, hidden)
            fitted = run.fit(learner, Adam(0.02, decay="cosine"), arm="network" if hidden else "control")
            logits.append(fitted.evaluate(learner.logit, x[:, None]))
        shown[name] = np.stack(logits, axis=1)
    return shown


@networks.measure
def distance(claimed, data):
    """√∫ m (σ(logit) - D*)², m = (p+q)/2, pair by pair."""
    arms = {}
    for arm, name in (("network", "network"), ("control", "linear")):
        columns = []
        for index in range(PAIRS):
            p, q = _drawn(index)
            weight = p.pdf(data["x"]) + q.pdf(data["x"])
            off = 1 / (1 + np.exp(-data[name][:, index].astype(float))) - claimed(p, q, data["x"])
            columns.append(np.sqrt((off**2 * weight).sum(axis=1) / weight.sum()))
        arms[arm] = np.stack(columns, axis=1)
    return arms


@claim.curves
def exact():
    x = np.linspace(-5.0, 5.0, 301)
    p, q = _drawn(0)
    return {"x": x, "best": discriminator.optimal_discriminator(p, q, x), "p": p.pdf(x), "q": q.pdf(x)}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["networks"]
    left, right = panels(figure, 2)
    left.plot(exact["x"], exact["best"], color=COLOUR["exact"], label="$D^*=p/(p+q)$")
    every = slice(8, None, 16)
    for name, colour, label, marker in (
        ("network", "network", "networks", "o"),
        ("linear", "control", "control: linear", "s"),
    ):
        spread(left, nets["x"][every], 1 / (1 + np.exp(-nets[name][:, 0, every])), COLOUR[colour], label, marker)
    left.plot(exact["x"], exact["p"], color=COLOUR["data"], lw=0.7, label="$p$ (density)")
    left.plot(exact["x"], exact["q"], "--", color=COLOUR["data"], lw=0.7, label="$q$ (density)")
    left.set(xlabel="$x$", ylabel="probability of real", ylim=(-0.03, 1.75))
    left.set_yticks((0, 0.5, 1))
    left.legend(loc="upper left", ncols=2)
    for shift, arm, colour, label, marker in (
        (-0.08, "measured_network", "network", "networks", "o"), (0.08, "measured_control", "control", "control: linear", "s"),
    ):  # fmt: skip
        spread(right, np.arange(1, PAIRS + 1) + shift, nets[arm], COLOUR[colour], label, marker)
    right.axhline(0.05, color=COLOUR["data"], ls=":", lw=0.8, label="margin")
    right.set(
        xlabel="pair of laws",
        ylabel="RMS distance to $D^*$",
        xticks=range(1, PAIRS + 1),
        yscale="log",
        ylim=(0.004, 1.5),
    )
    right.legend(loc="upper left", ncols=2)
