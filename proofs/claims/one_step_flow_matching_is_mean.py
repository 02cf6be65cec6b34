"""One Euler step of an L2-trained flow lands on the mean; many steps carry noise onto the data.

    X_t = (1-t) X₀ + t X₁,    v(x, t) = E[X₁ - X₀ | X_t = x],    v(x, 0) = EX₁ - x

The velocity is an L2 optimum, hence a conditional mean, and at t = 0 nothing is known of X₁: one step gives EX₁ exactly,
from every start. But the velocity changes along the way, and the ODE that follows it carries N(0, 1) onto p; on the
line its map is F⁻¹(Φ(x)). Towards N(m, s²) one sees it happen: n Euler steps end at m + s x Π cos θᵢ, where the angles
sum to a right angle. One step takes all of it, and cos π/2 = 0; n steps share it, and since

    1 ≥ Π cos θᵢ ≥ 1 - ½ Σ θᵢ² ≥ 1 - (π/4) max θᵢ,

they lose O(1/n). L2 blurs in one shot, not step by step.
"""

import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain
from proofs.core.rules import Agreement, Trend
from proofs.textbook.denoising import posterior_mean, shared
from proofs.words.arithmetic import PRECISE
from theory import GaussianMixture, flow, symmetric_pair

claim = Claim(
    topic="ways-out",
    references=("lipman2023", "liu2023"),
)
TARGET = (2.0, 0.3, 0.7)
"""Half distance, deviation and left weight of the pair on which networks are trained."""
STEPS = (1, 2, 4, 8, 16, 32)
"""Euler steps from noise to data."""


def _target():
    return symmetric_pair(*TARGET[:2], weight=TARGET[2])


def _size(p):
    return float(np.abs(p.means).max() + p.stds.max())


# --- the velocity -----------------------------------------------------------------------------------------------------


def _towards(m, s, at, t, sign=-1):
    """v(at, t) for X₁ ~ N(m, s²)."""
    return m + (t * s**2 + sign * (1 - t)) * (at - t * m) / ((1 - t) ** 2 + t**2 * s**2)


def _regression(x, m, s):
    """E A + Cov(A, X_t)/Var X_t · (x - E X_t) for A = X₁ - X₀, X₁ ~ N(m, s²)."""
    x0, x1 = x.Symbol("X0"), x.Symbol("X1")
    moments = x.Tuple((x0, 0), (x1, m), (x0**2, 1), (x1**2, s**2 + m**2), (x0 * x1, 0))
    a, at = x1 - x0, (1 - x.t) * x0 + x.t * x1
    mean = lambda e: x.Expectation(e, moments)  # noqa: E731
    return mean(a) + (mean(a * at) - mean(a) * mean(at)) / (mean(at**2) - mean(at) ** 2) * (x.x - mean(at))


velocity = claim.statement(
    "velocity_is_a_conditional_mean",
    "v(x, t) = E[X₁-X₀ | X_t=x] = Σ r_k(x) [μ_k + (tΣ_k - (1-t)I) C_k⁻¹ (x - tμ_k)],  C_k = (1-t)²I + t²Σ_k",
    claimed=flow.velocity,
    domain=Domain(x=REAL, t=UNIT, w=UNIT, m=REAL, s=POSITIVE, n=REAL, u=POSITIVE),
    definition=lambda x: shared(x, lambda m, s: _regression(x, m, s), x.t, 1 - x.t),
    symbolic=lambda x: _two_modes(x),
    anchor=lambda claimed, x, t, w, m, s, n, u: claimed(GaussianMixture([w, 1 - w], [m, n], stds=[s, u]), x, t),
    assumptions="X₀ ~ N(0, I) independent of X₁; derived for two modes, in each of which E[·|X_t] is linear regression",
)


def _two_modes(x, sign=-1):
    return shared(x, lambda m, s: _towards(m, s, x.x, x.t, sign), x.t, 1 - x.t)


@velocity.derivation
def by_regression(x):
    return [("E X₀X₁ = 0, Var X₀ = 1, Var X₁ = s² in either mode", _two_modes(x))]


by_regression.control("a sign", lambda x: _two_modes(x, 1), why="X₁+X₀")


def _places(s):
    """A law, a point and a time before the end, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 3), s.reals(-4.0, 4.0), s.reals(0.0, 0.7))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    return s.either(line, line, s.tuples(s.planar_mixtures(2, 2, spread=2.0), point, s.reals(0.0, 0.5)))


@velocity.observed(
    instances=_places, error=1e-10, claimed_error=1e-12, scale=lambda p, x, t: (_size(p) + np.abs(x).max()) / (1 - t)
)
def by_bayes(m, p, x, t):
    """(E[X₁|X_t=x] - x)/(1-t), X₁ weighed by p(x₁) φ((x - t x₁)/(1-t))."""
    return (posterior_mean(m, p, x, t, 1 - t) - np.asarray(x)) / (1 - t)


by_bayes.control("at another time", lambda p, x, t: flow.velocity(p, x, 0.99 * t), why="1 % earlier")
by_bayes.control("X₁ alone", lambda p, x, t: flow.velocity(p, x, t) * (1 - t) + x, why="E[X₁|x], not the velocity")

# --- one step ---------------------------------------------------------------------------------------------------------

one_step = claim.statement(
    "one_step_gives_the_mean",
    "x + v(x, 0) = EX₁ for every start x",
    claimed=lambda p, x: flow.euler(p, x, 1),
    domain=Domain(x=REAL, m=REAL),
    definition=lambda x: x.x + x.Expectation(x.Symbol("X1") - x.x, x.Tuple((x.Symbol("X1"), x.m))),
    symbolic=lambda x: x.m,
    anchor=lambda claimed, x, m: claimed(GaussianMixture([0.75, 0.25], [m - 1, m + 3], stds=[0.5, 2.0]), x),
    assumptions="independent coupling: given X₀ = x, X₁ keeps its law",
)


@one_step.derivation
def by_independence(x):
    return [("v(x, 0) = E[X₁ - x] = EX₁ - x", x.x + (x.m - x.x))]


by_independence.control("the start remains", lambda x: x.m + x.x, why="forgets -X₀")


@one_step.observed(instances=lambda s: s.tuples(s.mixtures(2, 3), s.reals(-4.0, 4.0)), scale=lambda p, x: _size(p))
def by_quadrature(m, p, x):
    return m.expect(p, lambda y: y)


by_quadrature.control("two steps", lambda p, x: flow.euler(p, x, 2), why="the second one knows where the first one led")


@one_step.experiment(
    rule=Agreement(0.15, "standard deviations of the data, RMS over starts"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 400, "full": 6000},
    reason="a network of this size fits a constant to a few percent; after a second step starts are 0.65 deviations off",
    detects=0.5,
    why="an RMS distance grows with the square of a small error: 5 % of the mean, 0.02 deviations, do not show",
)
def one_jump(run):
    """Where trained networks carry 200 equally likely starts, and where the field that they have at t = 0 does."""
    from scipy.special import ndtri

    from toys.learners.flow_matching import FlowMatching
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair as pair

    learner, start = FlowMatching(pair(*TARGET), (32, 32), start_share=0.25), ndtri((np.arange(200) + 0.5) / 200)
    fitted = run.fit(learner, Adam(0.01, decay="cosine"))
    ends = [fitted.evaluate(learner.transport, start[:, None], np.linspace(0, 1, n + 1)) for n in STEPS]
    frozen = [np.broadcast_to(start[:, None], ends[0].shape)] * len(STEPS)
    for k, n in enumerate(STEPS):
        for _ in range(n):
            at_0 = fitted.evaluate(learner.velocity, own=[frozen[k], np.zeros_like(frozen[k])])
            frozen[k] = frozen[k] + at_0 / n
    moved = {name: np.stack(x, axis=1)[..., 0] for name, x in (("network", ends), ("frozen", frozen))}
    return {"start": start, **moved}


@one_jump.measure
def from_the_mean(claimed, data):
    """The control arm is a second step of the same networks."""
    p = _target()
    off = np.sqrt(np.mean((data["network"] - claimed(p, data["start"])) ** 2, axis=2)) / p.std
    return {"network": off[:, 0], "control": off[:, 1]}


# --- many steps -------------------------------------------------------------------------------------------------------


def _one_mode(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def _half_step(x, at, t):
    """y + v(y, t)/2 towards N(m, s²)."""
    return at + _towards(x.m, x.s, at, t) / 2


n_steps = claim.statement(
    "n_steps_share_a_right_angle",
    "x ← x + v(x, i/n)/n, i = 0 ... n-1, towards N(m, s²) ends at m + s x Π cos θᵢ, θᵢ the angle between the vectors "
    "(1-τ, sτ) at τ = i/n and (i+1)/n, Σθᵢ = π/2: m for n = 1, m + s²x/(1+s²) for n = 2, and → m + sx",
    claimed=flow.euler,
    domain=Domain(x=REAL, m=REAL, s=POSITIVE),
    definition=lambda x: x.Subs(_half_step(x, x.Symbol("y"), x.S.Half), x.Symbol("y"), _half_step(x, x.x, 0)),
    symbolic=lambda x: x.m + x.s**2 * x.x / (1 + x.s**2),
    anchor=lambda claimed, x, m, s: claimed(_one_mode(m, s), x, 2),
    assumptions="derived for two steps",
)


@n_steps.derivation
def step_by_step(x):
    return [("v(x, 0) = m - x", _half_step(x, (x.x + x.m) / 2, x.S.Half))]


step_by_step.control("one step", lambda x: x.m, why="the second step does something")


@n_steps.observed(
    instances=lambda s: s.tuples(s.reals(-3.0, 3.0), s.scales(0.1, 5.0), s.reals(-3.0, 3.0), s.integers(1, 40)),
    call=lambda claimed, mean, std, x, n: claimed(_one_mode(mean, std), x, n),
    scale=10.0,
)
def by_angles(m, mean, std, x, n):
    turned = [(n - i, std * i) for i in range(n + 1)]
    cosines = ((a * c + b * d) / m.sqrt((a**2 + b**2) * (c**2 + d**2)) for (a, b), (c, d) in pairwise(turned))
    return mean + std * x * math.prod(cosines)


by_angles.control("one step too many", lambda p, x, n: flow.euler(p, x, n + 1), why="an index")
by_angles.control("the limit", lambda p, x, n: flow.exact_map(p, x), why="n steps fall short of it by O(1/n)")

carried = claim.statement(
    "many_steps_give_the_law",
    "the ODE dx/dt = v(x, t), to which n steps converge, carries x to F_t⁻¹(Φ(x)), F_t the law of X_t: N(0, 1) onto p",
    claimed=flow.exact_map,
    domain=Domain(x=REAL, m=REAL, s=POSITIVE, t=UNIT),
    definition=lambda x, value: x.Derivative(value, x.t) - _towards(x.m, x.s, value, x.t),
    symbolic=lambda x: x.t * x.m + x.sqrt((1 - x.t) ** 2 + x.t**2 * x.s**2) * x.x,
    root=True,
    anchor=lambda claimed, x, m, s, t: claimed(_one_mode(t * m, np.hypot(1 - t, t * s)), x),
    assumptions="on the line, from x at t = 0; derived for one mode, integrated numerically for up to three",
)


@carried.derivation
def along_the_path(x, value):
    return [("put the path into v", x.diff(value, x.t) - _towards(x.m, x.s, value, x.t))]


along_the_path.control(
    "deviations interpolated", lambda x: x.t * x.m + (1 - x.t + x.t * x.s) * x.x, why="deviations add in squares"
)


def _quantile(instance):
    p, x = instance
    with PRECISE.digits():
        return PRECISE.root(lambda y: PRECISE.cdf(p, y) - PRECISE.normal_cdf(PRECISE.number(x)), -40, 40)


@carried.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-2.5, 2.5)),
    error=1e-9,
    claimed_error=1e-11,
    scale=lambda p, x: _size(p),
    confirm=_quantile,
)
def by_integration(m, p, x):
    """dx/dt = Σ r_k v_k by a Runge-Kutta pair of order 8."""
    from scipy.integrate import solve_ivp

    modes = [tuple(map(float, mode)) for mode in zip(p.weights, p.means, p.stds, strict=True)]

    def v(t, at):
        pushed = total = 0.0
        for w, mean, std in modes:
            var = (1 - t) ** 2 + (t * std) ** 2
            share = w * math.exp(-((at[0] - t * mean) ** 2) / (2 * var)) / math.sqrt(var)
            total, pushed = total + share, pushed + share * _towards(mean, std, at[0], t)
        return (pushed / total,)

    return solve_ivp(v, (0.0, 1.0), (x,), method="DOP853", rtol=1e-12, atol=1e-12).y[0, -1]


by_integration.control("matched moments", lambda p, x: p.mean + p.std * x, why="the map onto one Gaussian")


@carried.measured_on(
    one_jump,
    rule=Trend(STEPS, "falls", factor=0.3),
    reason="from one mean (W1 of 1.7) to the data, up to the network's own error; the field at t = 0 only ever contracts",
    detects=None,
    why="a distance that shrinks tells direction; the size of the map is pinned by the check",
)
def w1_to_the_data(claimed, data):
    """Mean |end - F⁻¹Φ(start)|: W1, since the flow on the line keeps the order of the starts."""
    target = claimed(_target(), data["start"])
    arms = {"network": data["network"], "control": data["frozen"]}
    return {arm: np.mean(np.abs(ends - target), axis=2) for arm, ends in arms.items()}


# --- the toy ----------------------------------------------------------------------------------------------------------


def _toy(share, *drawn):
    """x_t, t and v of a minibatch, t put at 0 where u < `share`; the loss of Σ max(0, w·(x, t) + ¼) on it; the way of x₀."""
    import torch

    from toys.learners.flow_matching import FlowMatching
    from toys.targets import symmetric_pair as pair

    x0, x1, t, u, weights, times = drawn
    learner = FlowMatching(pair(*TARGET), (len(weights),), start_share=share)
    uniform = iter((t, u))
    written = SimpleNamespace(standard_normal=x0.reshape, random=lambda shape: next(uniform).copy().reshape(shape))
    batch = learner.draw(1, len(x0), lambda n: x1.reshape(n, 1), written)  # type: ignore[arg-type]
    blocks = weights, np.full((len(weights), 1), 0.25), np.ones((1, len(weights))), np.zeros((1, 1))
    rows = {"velocity": torch.tensor(learner.net.layout.row(*blocks)[None])}
    loss = learner.loss("velocity", rows, {name: torch.tensor(drawn) for name, drawn in batch.items()}, {})
    ends = learner.transport(rows, {}, torch.tensor(x0.reshape(1, -1, 1)), torch.tensor(times[None]))
    return np.concatenate([*batch["input"][0], batch["velocity"].ravel(), loss.numpy(), ends.numpy().ravel()])


def _line(x):
    return (1 - x.t) * x.x + x.t * x.y


toy = claim.statement(
    "networks_follow_lines",
    "the toy: x_t = (1-t) x₀ + t x₁, v = dx_t/dt, so that x_t + (1-t) v = x₁; loss E|v_θ - v|²; x ← x + (t'-t) v_θ(x, t)",
    claimed=_toy,
    domain=Domain(x=REAL, y=REAL, t=UNIT),
    definition=lambda x: _line(x) + (1 - x.t) * x.Derivative(_line(x), x.t),
    symbolic=lambda x: x.y,
    anchor=lambda claimed, x, y, t: np.dot(
        claimed(0.0, *np.array([[x], [y], [t], [0.5]]), np.zeros((1, 2)), np.ones(2))[:3], [1, 0, 1 - t]
    ),
    assumptions="derived for the pair, checked with a share at t = 0 and one to four unequal steps",
)


@toy.derivation
def along_the_line(x):
    return [("dx_t/dt = x₁ - x₀", _line(x) + (1 - x.t) * (x.y - x.x))]


along_the_line.control("x₀", lambda x: x.x, why="the other end")


def _minibatches(s):
    def build(drawn):
        rng = np.random.default_rng(drawn[0])  # one draw, since dozens of numbers would be dear to draw singly
        pairs, uniform, weights = rng.uniform(-3, 3, (2, 4)), rng.random((2, 4)), rng.uniform(-1, 1, (3, 2))
        return drawn[1], *pairs, *uniform, weights, np.linspace(0.0, 1.0, drawn[2] + 1) ** 1.5

    return s.tuples(s.steps(2**31), s.reals(0.0, 0.9), s.integers(1, 4)).map(build)


@toy.observed(instances=_minibatches, error=1e-13, scale=100.0)
def by_hand(m, share, x0, x1, t, u, weights, times):
    x0, x1, t = (np.array([m.number(v) for v in drawn]) for drawn in (x0, x1, t))
    net = lambda x, t: sum(np.maximum(0, w[0] * x + w[1] * t + 0.25) for w in weights)  # noqa: E731
    t, v = t * (u >= share), x1 - x0
    shown = [*(x0 + t * v), *t, *v, ((net(x0 + t * v, t) - v) ** 2).mean()]
    for before, after in pairwise(times):
        x0 = x0 + (after - before) * net(x0, before)
    return np.array([*shown, *x0])


by_hand.control("never at 0", lambda share, *draws: _toy(0.0, *draws), why="forgets the share")
by_hand.control("one step", lambda *given: _toy(*given[:-1], given[-1][[0, -1]]), why="no steps between")

# --- what the figure draws --------------------------------------------------------------------------------------------


def _off_support(ends):
    """Share of the last axis further than 3 deviations from both modes, ±a."""
    return np.mean(np.abs(np.abs(ends) - TARGET[0]) > 3 * TARGET[1], axis=-1)


@claim.curves
def exact_steps():
    from scipy.special import ndtri

    start = ndtri((np.arange(200) + 0.5) / 200)
    ends = np.stack([flow.euler(_target(), start, n) for n in STEPS])
    return {"w1": np.mean(np.abs(ends - flow.exact_map(_target(), start)), axis=1), "off": _off_support(ends)}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["one_jump"], saved["curves"]
    w1 = exact["w1"], nets["w1_to_the_data_network"], nets["w1_to_the_data_control"]
    off = exact["off"], _off_support(nets["network"]), _off_support(nets["frozen"])
    names = r"$W_1$ to the data (data units)", r"mass beyond $3s$ of both modes"
    for axes, (line, network, control), name in zip(panels(figure, 2), (w1, off), names, strict=True):
        axes.plot(STEPS, line, color=COLOUR["exact"], label="exact velocity")
        spread(axes, STEPS, network, COLOUR["network"], "networks")
        spread(axes, 1.08 * np.array(STEPS), control, COLOUR["control"], "control: field at $t=0$", "s")
        axes.set_xscale("log", base=2)
        axes.set(xlabel="Euler steps", ylabel=name, ylim=(-0.03 * line[0], 1.08 * line[0]), xticks=STEPS)
        axes.set_xticklabels(STEPS)
    axes.legend(loc="center right", title=f"{len(nets['network'])} seeds, median and range")
