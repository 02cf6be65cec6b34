"""One Euler step of an L2-trained flow lands on the mean; many steps carry noise onto the data.

    X_t = (1-t) X₀ + t X₁,    v(x, t) = E[X₁ - X₀ | X_t = x],    v(x, 0) = EX₁ - x

The velocity is an L2 optimum, hence a conditional mean, and at t = 0 nothing is known of X₁: one step gives EX₁ exactly,
from every start. But the velocity changes along the way, and the ODE that follows it carries N(0, 1) onto p; on the line
its map is F⁻¹(Φ(x)). L2 blurs in one shot, not step by step. A coupling that says where each start is to go (sorted
pairs) takes the average away, and then one step is as good as many.
"""

from itertools import pairwise

import numpy as np

from proofs.claim import Claim
from proofs.domain import POSITIVE, REAL, UNIT, Domain
from proofs.rules import Agreement, Trend
from proofs.sides import Sides
from theory import GaussianMixture, flow, symmetric_pair

claim = Claim(
    topic="ways-out",
    references=(
        "Lipman, Chen, Ben-Hamu, Nickel & Le 2023, Flow matching for generative modeling",
        "Liu, Gong & Liu 2023, Flow straight and fast",
        "Tong et al. 2024, Improving and generalizing flow-based generative models with minibatch optimal transport",
    ),
)
TARGET = (2.0, 0.3, 0.7)
"""Half distance, deviation and left weight of the pair on which networks are trained."""
STEPS = (1, 2, 4, 8, 16, 32)
"""Euler steps from noise to data."""


def _one_mode(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


# --- the velocity -----------------------------------------------------------------------------------------------------

velocity = claim.statement(
    "velocity_is_a_conditional_mean",
    "v(x, t) = E[X₁-X₀ | X_t=x] = Σ r_k(x) [μ_k + (tΣ_k - (1-t)I) C_k⁻¹ (x - tμ_k)],  C_k = (1-t)²I + t²Σ_k",
    claimed=flow.velocity,
    domain=Domain(x=REAL, t=UNIT, m=REAL, s=POSITIVE),
    definition=lambda x: _regression(x),
    symbolic=lambda x: x.m + (x.t * x.s**2 - (1 - x.t)) * (x.x - x.t * x.m) / ((1 - x.t) ** 2 + x.t**2 * x.s**2),
    anchor=lambda claimed, x, t, m, s: claimed(_one_mode(m, s), x, t),
    assumptions="X₀ ~ N(0, I) independent of X₁; derived for one mode, where E[·|X_t] is linear regression",
)


def _regression(x):
    """E A + Cov(A, X_t)/Var X_t · (x - E X_t) for A = X₁ - X₀ of one Gaussian mode."""
    x0, x1 = x.Symbol("X0"), x.Symbol("X1")
    second = x.s**2 + x.m**2
    moments = x.Tuple((x0, 0), (x1, x.m), (x0**2, 1), (x1**2, second), (x0 * x1, 0))
    a, at = x1 - x0, (1 - x.t) * x0 + x.t * x1

    def mean(e):
        return x.Expectation(e, moments)

    return mean(a) + (mean(a * at) - mean(a) * mean(at)) / (mean(at**2) - mean(at) ** 2) * (x.x - mean(at))


@velocity.derivation
def by_regression(x):
    cov = x.t * x.s**2 - (1 - x.t)
    var = (1 - x.t) ** 2 + x.t**2 * x.s**2
    return [("E X₀X₁ = 0, Var X₀ = 1, Var X₁ = s²", x.m + cov / var * (x.x - x.t * x.m))]


by_regression.control(
    "a sign",
    lambda x: x.m + (x.t * x.s**2 + 1 - x.t) * (x.x - x.t * x.m) / ((1 - x.t) ** 2 + x.t**2 * x.s**2),
    why="X₁+X₀",
)


def _places(s):
    """A law, a point and a time before the end, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 4), s.reals(-4.0, 4.0), s.reals(0.0, 0.7))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    plane = s.tuples(s.planar_mixtures(2, 3, spread=2.0), point, s.reals(0.0, 0.6))
    return s.either(line, plane)


def _by_bayes(p, x, t):
    """(E[X₁|X_t=x] - x)/(1-t), X₁ weighed by p(x₁) φ((x - t x₁)/(1-t)): trapezoids about every mode."""
    x = np.atleast_1d(np.asarray(x, float))
    nodes = np.linspace(-16, 16, 641) if p.dim == 1 else np.linspace(-9, 9, 81)
    u = np.stack(np.meshgrid(*[nodes] * p.dim, indexing="ij"), -1).reshape(-1, p.dim)
    total, first = 0.0, np.zeros(p.dim)
    for w, m, cov in zip(p.weights, p.means.reshape(len(p), -1), p.covs.reshape(len(p), p.dim, p.dim), strict=True):
        x1 = m + u @ np.linalg.cholesky(cov).T
        mass = w * np.exp(-0.5 * (u**2).sum(1) - 0.5 * (((x - t * x1) / (1 - t)) ** 2).sum(1))
        total, first = total + mass.sum(), first + mass @ x1
    observed = (first / total - x) / (1 - t)
    return observed[0] if p.scalar else observed


def _by_bayes_precisely(instance):
    import mpmath as mp

    from proofs.reference import integrate_precisely, precise_density

    p, x, t = instance
    if not p.scalar:
        return _by_bayes(p, x, t)
    with mp.workdps(50):
        x, t = mp.mpf(x), mp.mpf(t)
        mass = integrate_precisely(lambda y: precise_density(p, y) * mp.npdf((x - t * y) / (1 - t)), p)
        first = integrate_precisely(lambda y: y * precise_density(p, y) * mp.npdf((x - t * y) / (1 - t)), p)
        return (first / mass - x) / (1 - t)


@velocity.check(instances=_places, confirm=_by_bayes_precisely)
def by_bayes(claimed, instance):
    p, x, t = instance
    size = float(np.abs(p.means).max() + p.stds.max() + np.abs(x).max()) / (1 - t)
    return Sides(
        _by_bayes(p, x, t), claimed(p, x, t), observed_error=1e-10 * size, claimed_error=1e-12 * size, scale=size
    )


by_bayes.control("one Gaussian for all", lambda p, x, t: flow.velocity(_lumped(p), x, t), why="forgets the modes")
by_bayes.control("X₁ alone", lambda p, x, t: flow.velocity(p, x, t) * (1 - t) + x, why="E[X₁|x], not the velocity")


def _lumped(p):
    """The Gaussian with the moments of p."""
    return (
        GaussianMixture([1.0], [p.mean], stds=[p.std]) if p.scalar else GaussianMixture([1.0], [p.mean], covs=[p.cov])
    )


def _densities(x):
    """Weight, mean, deviation, (x - tm)/√C and √C of either of two modes in X_t."""
    for w, m, s in ((x.w, x.m, x.s), (1 - x.w, x.n, x.u)):
        root = x.sqrt((1 - x.t) ** 2 + x.t**2 * s**2)
        yield w, m, s, (x.x - x.t * m) / root, root


def _moved(x, value):
    """∂ₜ P(X_t ≤ x) + v ∂ₓ P(X_t ≤ x)."""
    below = sum(w * (1 + x.erf(z / x.sqrt(2))) / 2 for w, _, _, z, _ in _densities(x))
    return x.Derivative(below, x.t) + value * x.Derivative(below, x.x)


def _two_modes(x, power=1):
    """Σ r_k v_k, the shares r_k as w_k e^{-z²/2}/√C."""
    shares = [w * x.exp(-(z**2) / 2) / root**power for w, _, _, z, root in _densities(x)]
    pulls = [m + (x.t * s**2 - (1 - x.t)) * z / root for _, m, s, z, root in _densities(x)]
    return sum(r * v for r, v in zip(shares, pulls, strict=True)) / sum(shares)


quantiles = claim.statement(
    "points_that_follow_it_keep_their_quantile",
    "∂ₜ P(X_t ≤ x) + v(x, t) ∂ₓ P(X_t ≤ x) = 0 on the line",
    claimed=flow.velocity,
    domain=Domain(x=REAL, t=UNIT, w=UNIT, m=REAL, s=POSITIVE, n=REAL, u=POSITIVE),
    definition=_moved,
    symbolic=_two_modes,
    root=True,
    anchor=lambda claimed, x, t, w, m, s, n, u: claimed(GaussianMixture([w, 1 - w], [m, n], stds=[s, u]), x, t),
    assumptions="derived for two modes, checked for up to four",
)


@quantiles.derivation
def by_conservation(x, value):
    return [("what moves with the modes is what v carries", x.Integer(0))]


by_conservation.control("shares without 1/√C", lambda x: _two_modes(x, 0), why="densities not normalised")


def _quantile_speed(instance, maths=np):
    """-∂ₜF/∂ₓF of F = P(X_t ≤ x), by Cauchy's formula on small circles."""
    from scipy.special import erf

    p, x, t = instance
    below = erf if maths is np else np.vectorize(maths.erf, otypes="O")
    circle = np.array([maths.exp(2j * maths.pi * k / 8) / 400 for k in range(8)])

    def slope(x, t):
        z = [(x - t * m) / ((1 - t) ** 2 + (t * s) ** 2) ** 0.5 for m, s in zip(p.means, p.stds, strict=True)]
        return sum((w * below(z_k / 2**0.5) / circle).sum().real for w, z_k in zip(p.weights, z, strict=True))

    return -slope(x, t + circle) / slope(x + circle, t)


def _quantile_speed_precisely(instance):
    from proofs.reference import precisely

    return precisely(lambda exact, maths: [_quantile_speed(exact, maths)])(instance)[0]


def _likely_places(s):
    """A law, a point near one that X_t passes, a time before the end."""
    parts = s.tuples(s.mixtures(1, 4), s.reals(-2.0, 2.0), s.reals(-2.0, 2.0), s.reals(0.0, 0.9))
    return parts.map(lambda d: (d[0], (1 - d[3]) * d[1] + d[3] * (d[0].means[0] + d[0].stds[0] * d[2]), d[3]))


@quantiles.check(instances=_likely_places, confirm=_quantile_speed_precisely)
def by_the_distribution(claimed, instance):
    return Sides(_quantile_speed(instance), claimed(*instance), observed_error=1e-8, claimed_error=1e-11, scale=10.0)


by_the_distribution.control("one Gaussian for all", lambda p, x, t: flow.velocity(_lumped(p), x, t), why="modes")


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


def _starts(s):
    line = s.tuples(s.mixtures(2, 4), s.reals(-4.0, 4.0))
    plane = s.tuples(s.planar_mixtures(2, 3), s.tuples(s.reals(-3.0, 3.0), s.reals(-3.0, 3.0)))
    return s.either(line, plane)


def _mean_precisely(instance):
    from proofs.reference import expect_polynomial, expect_precisely

    p, _ = instance
    return expect_precisely(p, lambda y: y) if p.scalar else expect_polynomial(p, lambda y: y)


@one_step.check(instances=_starts, confirm=_mean_precisely)
def by_quadrature(claimed, instance):
    from proofs.reference import expect_polynomial

    p, x = instance
    size = float(np.abs(p.means).max() + p.stds.max())
    observed = expect_polynomial(p, lambda y: y)
    return Sides(observed, claimed(p, x), observed_error=1e-12 * size, claimed_error=1e-12 * size, scale=size)


by_quadrature.control(
    "two steps", lambda p, x: flow.euler(p, x, 2), why="the second step knows where the first one led"
)
by_quadrature.control("likeliest mode", lambda p, x: p.means[np.argmax(p.weights)], why="a mode is no mean")


@one_step.experiment(
    rule=Agreement(0.15, "standard deviations of the data, RMS over starts"),
    seeds={"quick": [16], "full": [48]},
    budget={"quick": 2 * 16 * 600, "full": 2 * 48 * 6000},
    reason="a network of this size fits a constant to a few percent; starts that keep apart are off by one deviation",
    detects=0.5,
    why="an RMS distance grows with the square of a small error: 5 % of the mean, 0.02 deviations, do not show",
)
def one_jump(run):
    return {"start": _quantiles(), **{kind: _carried(*_fitted(run, kind)) for kind in ("independent", "sorted")}}


@one_jump.measure
def from_the_mean(claimed, data):
    p = symmetric_pair(*TARGET[:2], weight=TARGET[2])
    target = claimed(p, data["start"])
    arms = {"network": data["independent"], "control": data["sorted"]}
    return {arm: np.sqrt(np.mean((ends[:, 0] - target) ** 2, axis=1)) / p.std for arm, ends in arms.items()}


# --- many steps -------------------------------------------------------------------------------------------------------


def _velocity(x, at, t):
    """v towards N(m, s²), s = 1 unless the domain has a letter s."""
    var = x.s**2 if hasattr(x, "s") and x.s.is_Symbol else 1
    return x.m + (t * var - (1 - t)) * (at - t * x.m) / ((1 - t) ** 2 + t**2 * var)


def _two_velocities(x):
    """v at (x, 0) and at (x + v/2, ½), by the number i of the step."""
    first = _velocity(x, x.x, 0)
    second = _velocity(x, x.x + first / 2, x.Rational(1, 2))
    return x.Piecewise((first, x.Eq(x.Symbol("i"), 0)), (second, True))


steps_add_up = claim.statement(
    "steps_add_up",
    "Euler: x ← x + v(x, i/n)/n, i = 0 ... n-1; two steps towards N(m, 1) end at m + x/2",
    claimed=flow.euler,
    domain=Domain(x=REAL, m=REAL),
    definition=lambda x: x.x + x.Sum(_two_velocities(x) / 2, (x.Symbol("i"), 0, 1)),
    symbolic=lambda x: x.m + x.x / 2,
    anchor=lambda claimed, x, m: claimed(_one_mode(m, 1.0), x, 2),
    assumptions="derived for two steps and one mode, checked for up to six steps and four modes",
)


@steps_add_up.derivation
def step_by_step(x):
    return [("v(x, 0) = m - x, v(·, ½) = m", x.x + (x.m - x.x) / 2 + x.m / 2)]


step_by_step.control("one step", lambda x: x.m, why="the second step does something")


def _walks(s):
    return s.tuples(s.mixtures(1, 4), s.reals(-3.0, 3.0), s.integers(1, 6))


def _walk(instance):
    """Euler's steps with the velocity from Bayes' rule."""
    p, x, n = instance
    for i in range(n):
        x = x + _by_bayes(p, x, i / n) / n
    return x


@steps_add_up.check(instances=_walks, confirm=_walk, resolution=1e-7)
def by_walking(claimed, instance):
    p, x, n = instance
    size = float(np.abs(p.means).max() + p.stds.max() + abs(x))
    return Sides(_walk(instance), claimed(p, x, n), observed_error=1e-9 * size, claimed_error=1e-11 * size, scale=size)


by_walking.control("one step too many", lambda p, x, n: flow.euler(p, x, n + 1), why="an index")

carried = claim.statement(
    "many_steps_give_the_law",
    "the ODE dx/dt = v(x, t) carries x to F_t⁻¹(Φ(x)), F_t the law of X_t; n Euler steps converge to it",
    claimed=flow.exact_map,
    domain=Domain(x=REAL, m=REAL, s=POSITIVE, t=UNIT),
    definition=lambda x, value: x.Derivative(value, x.t) - _velocity(x, value, x.t),
    symbolic=lambda x: x.t * x.m + x.sqrt((1 - x.t) ** 2 + x.t**2 * x.s**2) * x.x,
    root=True,
    anchor=lambda claimed, x, m, s, t: claimed(_one_mode(t * m, np.hypot(1 - t, t * s)), x),
    assumptions="on the line, from x at t = 0; derived for one mode, integrated numerically for up to three",
)


@carried.derivation
def along_the_path(x, value):
    slope = x.diff(value, x.t)
    return [("put the path into v", slope - _velocity(x, value, x.t))]


along_the_path.control(
    "deviations interpolated", lambda x: x.t * x.m + (1 - x.t + x.t * x.s) * x.x, why="deviations add in squares"
)


def _journeys(s):
    return s.tuples(s.mixtures(1, 3, spread=3.0), s.reals(-2.5, 2.5))


def _integrated(instance):
    """dx/dt = v(x, t) by a Runge-Kutta pair of order 8, v written out mode by mode."""
    from scipy.integrate import solve_ivp

    p, x = instance

    def v(t, at):
        var = (1 - t) ** 2 + t**2 * p.stds**2
        share = p.weights * np.exp(-0.5 * (at[0] - t * p.means) ** 2 / var) / np.sqrt(var)
        pull = p.means + (t * p.stds**2 - (1 - t)) * (at[0] - t * p.means) / var
        return [float(share @ pull / share.sum())]

    return float(solve_ivp(v, (0.0, 1.0), [x], method="DOP853", rtol=1e-11, atol=1e-12).y[0, -1])


def _quantile_precisely(instance):
    import mpmath as mp

    p, x = instance
    with mp.workdps(50):
        parts = [tuple(mp.mpf(float(v)) for v in part) for part in zip(p.weights, p.means, p.stds, strict=True)]
        return mp.findroot(
            lambda y: sum(w * mp.ncdf((y - m) / s) for w, m, s in parts) - mp.ncdf(x), _integrated(instance)
        )


@carried.check(instances=_journeys, confirm=_quantile_precisely, resolution=1e-6)
def by_integration(claimed, instance):
    p, x = instance
    size = float(np.abs(p.means).max() + p.stds.max())
    return Sides(
        _integrated(instance), claimed(p, x), observed_error=2e-8 * size, claimed_error=1e-11 * size, scale=size
    )


by_integration.control("matched moments", lambda p, x: p.mean + p.std * x, why="the map onto one Gaussian")


@carried.experiment(
    rule=Trend(STEPS, "falls", factor=0.3),
    seeds={"quick": [16], "full": [48]},
    budget={"quick": 16 * 600, "full": 48 * 6000},
    reason="from one mean (W1 of 1.7) to the data, up to the network's own error; the field at t = 0 only ever contracts",
    detects=None,
    why="a distance that shrinks tells direction; the size of the map is pinned by the check",
)
def more_steps(run):
    learner, fitted = _fitted(run, "independent")
    start = _quantiles()
    return {"start": start, "network": _carried(learner, fitted), "frozen": _frozen(learner, fitted, start)}


def _frozen(learner, fitted, start):
    """The same steps along the field at t = 0: what following a one-shot average comes to."""
    ends = []
    for n in STEPS:
        x = np.broadcast_to(start[:, None], (len(fitted.seeds), len(start), 1))
        for _ in range(n):
            x = x + fitted.evaluate(learner.velocity, own=[x, np.zeros_like(x)]) / n
        ends.append(x[..., 0])
    return np.stack(ends, axis=1)


@more_steps.measure
def w1_to_the_data(claimed, data):
    """Mean |end - F⁻¹Φ(start)|: W1, since the flow on the line keeps the order of the starts."""
    target = claimed(symmetric_pair(*TARGET[:2], weight=TARGET[2]), data["start"])
    arms = {"network": data["network"], "control": data["frozen"]}
    return {arm: np.mean(np.abs(ends - target), axis=2) for arm, ends in arms.items()}


# --- the toy ----------------------------------------------------------------------------------------------------------


class _Written:
    """A generator whose draws are written down."""

    def __init__(self, normal, *uniform):
        self.normal, self.uniform = normal, list(uniform)

    def standard_normal(self, shape):
        return self.normal.reshape(shape)

    def random(self, shape):
        return self.uniform.pop(0).copy().reshape(shape)


def _drawn(coupling, share, x0, x1, t, u):
    """The toy's minibatch made of x₀, x₁, t, and of u, which puts t at 0 where it is below `share`: x_t, t, v."""
    from toys.flow_matching import FlowMatching
    from toys.targets import symmetric_pair as pair

    learner = FlowMatching(pair(*TARGET), coupling=coupling, start_share=share)
    batch = learner.draw(1, len(x0), lambda n: x1.reshape(n, 1), _Written(x0, t, u))  # type: ignore[arg-type]
    return np.concatenate([batch["input"][0], batch["velocity"][0]])


def _line(x):
    return (1 - x.t) * x.x + x.t * x.y


pairs = claim.statement(
    "networks_are_shown_lines",
    "the toy: x_t = (1-t) x₀ + t x₁ and v = dx_t/dt, so that x_t + (1-t) v = x₁",
    claimed=_drawn,
    domain=Domain(x=REAL, y=REAL, t=UNIT),
    definition=lambda x: _line(x) + (1 - x.t) * x.Derivative(_line(x), x.t),
    symbolic=lambda x: x.y,
    anchor=lambda claimed, x, y, t: np.dot(
        claimed("independent", 0.0, *(np.array([v]) for v in (x, y, t, 0.5)))[:, 0], [1, 0, 1 - t]
    ),
    assumptions="checked for both couplings, with a share of the minibatch at t = 0",
)


@pairs.derivation
def along_the_line(x):
    return [("dx_t/dt = x₁ - x₀", _line(x) + (1 - x.t) * (x.y - x.x))]


along_the_line.control("x₀", lambda x: x.x, why="the other end")


def _minibatches(s):
    return s.tuples(
        s.reals(0.0, 0.9), *[s.vectors(s.reals(-3.0, 3.0), 4, 4)] * 2, *[s.vectors(s.inside(0.0, 1.0), 4, 4)] * 2
    )


def _paired(instance, number=float):
    """The minibatch by hand, independent and then sorted."""
    share, x0, x1, t, u = instance
    batches = []
    for ends in (zip(x0, x1, strict=True), zip(sorted(x0), sorted(x1), strict=True)):
        rows = [(number(a), number(b), number(v) * (r >= share)) for (a, b), v, r in zip(ends, t, u, strict=True)]
        batches.append([[a + v * (b - a) for a, b, v in rows], [v for *_, v in rows], [b - a for a, b, _ in rows]])
    return batches


def _paired_precisely(instance):
    import mpmath as mp

    with mp.workdps(50):
        return np.array(_paired(instance, mp.mpf), dtype=object)


@pairs.check(instances=_minibatches, confirm=_paired_precisely)
def pair_by_pair(claimed, instance):
    batches = [claimed(coupling, *instance) for coupling in ("independent", "sorted")]
    return Sides(_paired(instance), batches, observed_error=1e-14, claimed_error=1e-14, scale=1.0)


pair_by_pair.control("never at 0", lambda c, share, *draws: _drawn(c, 0.0, *draws), why="forgets the share")


def _travelled(layers, start, times):
    """Where the toy carries `start` with the network of these (weights, biases)."""
    import torch

    from toys.flow_matching import FlowMatching
    from toys.targets import symmetric_pair as pair

    learner = FlowMatching(pair(*TARGET), tuple(len(b) for _, b in layers[:-1]))
    row = learner.net.layout.row(*[block for w, b in layers for block in (w, b[:, None])])
    rows = {"velocity": torch.tensor(row[None])}
    at, when = (torch.from_numpy(np.array(v, float)) for v in ([[[start]]], [list(times)]))
    return learner.transport(rows, {}, at, when)[0, 0, 0].numpy()


def _half_step(x, at, t):
    return at + (x.a * at + x.b * t + x.c) / 2


travels = claim.statement(
    "networks_take_euler_steps",
    "the toy: x ← x + (t' - t) v(x, t); two half steps along v = ax + bt + c end at (1+a/2)²x + (4+a)c/4 + b/4",
    claimed=_travelled,
    domain=Domain(x=REAL, a=REAL, b=REAL, c=REAL),
    definition=lambda x: x.Subs(_half_step(x, x.Symbol("y"), x.S.Half), x.Symbol("y"), _half_step(x, x.x, 0)),
    symbolic=lambda x: (1 + x.a / 2) ** 2 * x.x + (4 + x.a) * x.c / 4 + x.b / 4,
    anchor=lambda claimed, x, a, b, c: claimed([(np.array([[a, b]]), np.array([c]))], x, [0.0, 0.5, 1.0]),
    assumptions="derived for a linear field, checked for networks with a hidden layer and unequal steps",
)


@travels.derivation
def half_by_half(x):
    return [("the first half step", _half_step(x, (1 + x.a / 2) * x.x + x.c / 2, x.S.Half))]


half_by_half.control("a whole step", lambda x: x.x + x.a * x.x + x.c, why="one step, from t = 0")


def _networks(s):
    """A start, weights of a network with three hidden units, and one to four steps, shorter at first."""
    parts = s.tuples(s.reals(-2.0, 2.0), *[s.reals(-1.5, 1.5)] * 4, s.integers(1, 4))
    return parts.map(lambda d: (d[0], np.outer(d[1:4], [1.0, d[4]]), np.linspace(0.0, 1.0, d[5] + 1) ** 1.5))


def _stepped(instance, maths=np):
    """Euler's steps along Σ max(0, w·(x, t) + ¼) for weights w, hidden unit by hidden unit."""
    x, weights, times = instance
    for t, after in pairwise(times):
        x = x + (after - t) * sum(max(0, w[0] * x + w[1] * t + 0.25) for w in weights)
    return [x]


def _stepped_precisely(instance):
    from proofs.reference import precisely

    return precisely(_stepped)(instance)[0]


@travels.check(instances=_networks, confirm=_stepped_precisely)
def unit_by_unit(claimed, instance):
    x, weights, times = instance
    layers = [(weights, np.full(3, 0.25)), (np.ones((1, 3)), np.zeros(1))]
    return Sides(
        _stepped(instance)[0], claimed(layers, x, times), observed_error=1e-12, claimed_error=1e-12, scale=10.0
    )


unit_by_unit.control("one step", lambda layers, x, times: _travelled(layers, x, times[[0, -1]]), why="no steps between")


# --- what the experiments train and the figure draws ------------------------------------------------------------------


def _fitted(run, coupling):
    """Velocity networks trained with this coupling, one a seed."""
    from toys.flow_matching import FlowMatching
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair as pair
    from toys.train import fit

    learner = FlowMatching(pair(*TARGET), (32, 32), coupling, start_share=0.1)
    steps = 600 if run.quick else 6000
    return learner, fit(learner, seeds=run.seeds, steps=steps, batch=128, optimiser=Adam(0.01, decay="cosine"))


def _carried(learner, fitted):
    """Where the networks carry the same starts, (seeds, STEPS, starts)."""
    start = _quantiles()[:, None]
    ends = [fitted.evaluate(learner.transport, start, np.linspace(0, 1, n + 1)) for n in STEPS]
    return np.stack(ends, axis=1)[..., 0]


def _quantiles():
    """200 equally likely starts of N(0, 1)."""
    from scipy.special import ndtri

    return ndtri((np.arange(200) + 0.5) / 200)


def _off_support(ends):
    """Share of the last axis further than 3 deviations from both modes."""
    a, s, _ = TARGET
    return np.mean(np.minimum(np.abs(ends - a), np.abs(ends + a)) > 3 * s, axis=-1)


@claim.curves
def exact_steps():
    p, start = symmetric_pair(*TARGET[:2], weight=TARGET[2]), _quantiles()
    ends = np.stack([flow.euler(p, start, n) for n in STEPS])
    end = flow.exact_map(p, start)
    return {"end": end, "w1": np.mean(np.abs(ends - end), axis=1), "off": _off_support(ends)}


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels, spread

    nets, jump, exact = saved["more_steps"], saved["one_jump"], saved["curves"]
    sorted_w1 = np.mean(np.abs(jump["sorted"] - exact["end"]), axis=2)
    left, right = panels(figure, 2)
    left.plot(STEPS, exact["w1"], color=COLOUR["exact"], label="exact velocity")
    spread(left, STEPS, nets["measured_network"], COLOUR["network"], "networks")
    spread(left, STEPS, nets["measured_control"], COLOUR["control"], "control: field at $t=0$", "s")
    spread(left, STEPS, sorted_w1, COLOUR["other"], "sorted pairs", "^")
    left.set(xlabel="Euler steps", ylabel=r"$W_1$ to the data", ylim=(0, 3.4))
    left.legend(loc="upper right", title=f"{len(nets['network'])} seeds, median and range")
    right.plot(STEPS, exact["off"], color=COLOUR["exact"])
    spread(right, STEPS, _off_support(nets["network"]), COLOUR["network"], "networks")
    spread(right, STEPS, _off_support(nets["frozen"]), COLOUR["control"], "field at t = 0", "s")
    spread(right, STEPS, _off_support(jump["sorted"]), COLOUR["other"], "sorted pairs", "^")
    right.set(xlabel="Euler steps", ylabel="mass off support", ylim=(-0.03, 1.08))
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.set_xticks(STEPS, STEPS)
