"""One Euler step of an L2-trained flow lands on the mean; many steps carry noise onto the data.

    X_t = (1-t) X₀ + t X₁,    v(x, t) = E[X₁ - X₀ | X_t = x],    v(x, 0) = EX₁ - x

The velocity is an L2 optimum, hence a conditional mean, and at t = 0 nothing is known of X₁: one step gives EX₁ exactly,
from every start. But the velocity changes along the way, and the ODE that follows it carries N(0, 1) onto p; on the
line its map is F⁻¹(Φ(x)). Towards N(m, s²) one sees it happen: n Euler steps end at m + s x Π cos θᵢ, where the angles
sum to a right angle. One step takes all of it, and cos π/2 = 0; n steps share it, and since

    1 ≥ Π cos θᵢ ≥ 1 - ½ Σ θᵢ² ≥ 1 - (π/4) max θᵢ,

they lose O(1/n). L2 blurs in one shot, not step by step.
"""

import numpy as np

from proofs.core import Agreement, Claim, Positive, Real, Root, Run, Trend, Unit
from proofs.textbook import denoising as textbook
from proofs.textbook.denoising import equally_likely, one_mode
from proofs.words import expectation, sp
from theory import GaussianMixture, flow, symmetric_pair
from toys import one_pass

claim = Claim(topic="ways-out", after="one_step_denoiser_is_mean", references=("lipman2023", "liu2023"))


def towards(m, s, x, t, sign=-1):
    """v(x, t) for X₁ ~ N(m, s²)."""
    return m + (t * s**2 + sign * (1 - t)) * (x - t * m) / ((1 - t) ** 2 + t**2 * s**2)


def two_modes(x, t, w, m, s, n, u, sign=-1):
    """v(x, t) for X₁ ~ w N(m, s²) + (1-w) N(n, u²)."""
    modes = (w, m, s), (1 - w, n, u)
    return textbook.shared(modes, x, lambda m, s: towards(m, s, x, t, sign), t, 1 - t)


# --- the velocity -----------------------------------------------------------------------------------------------------


@claim.states(flow.velocity, at=lambda x, t, w, m, s, n, u: (GaussianMixture([w, 1 - w], [m, n], stds=[s, u]), x, t))
def velocity_is_a_conditional_mean(x: Real, t: Unit, w: Unit, m: Real, s: Positive, n: Real, u: Positive):
    """v(x, t) = E[X₁-X₀ | X_t=x] = Σ r_k(x) [μ_k + (tΣ_k - (1-t)I) C_k⁻¹ (x - tμ_k)],  C_k = (1-t)²I + t²Σ_k

    X₀ ~ N(0, I) independent of X₁; derived for two modes, in each of which E[·|X_t] is linear regression"""
    x0, x1 = sp.symbols("X0 X1")

    def in_mode(m, s):
        moments = {x0: 0, x1: m, x0**2: 1, x1**2: s**2 + m**2, x0 * x1: 0}
        return textbook.regression(x1 - x0, (1 - t) * x0 + t * x1, x, moments)

    yield textbook.shared(((w, m, s), (1 - w, n, u)), x, in_mode, t, 1 - t)
    yield "E X₀X₁ = 0, Var X₀ = 1, Var X₁ = s² in either mode", two_modes(x, t, w, m, s, n, u)


velocity_is_a_conditional_mean.check(
    textbook.velocity_by_bayes,
    on=textbook.flowing_points,
    error=1e-10,
    claimed_error=1e-12,
    scale=textbook.velocity_scale,
)
velocity_is_a_conditional_mean.wrong(
    "a sign: E[X₁+X₀|x]", symbolic=lambda x, t, w, m, s, n, u: two_modes(x, t, w, m, s, n, u, 1)
)
velocity_is_a_conditional_mean.wrong(
    "1 % earlier", t=lambda t: 99 * t / 100, claimed=lambda p, x, t: flow.velocity(p, x, 0.99 * t)
)
velocity_is_a_conditional_mean.wrong(
    "E[X₁|x], not the velocity",
    symbolic=lambda x, t, w, m, s, n, u: two_modes(x, t, w, m, s, n, u) * (1 - t) + x,
    claimed=lambda p, x, t: flow.velocity(p, x, t) * (1 - t) + x,
)

# --- one step ---------------------------------------------------------------------------------------------------------


@claim.states(
    lambda p, x: flow.euler(p, x, 1),
    at=lambda x, m: (GaussianMixture([0.75, 0.25], [m - 1, m + 3], stds=[0.5, 2.0]), x),
)
def one_step_gives_the_mean(x: Real, m: Real):
    """x + v(x, 0) = EX₁ for every start x

    independent coupling: given X₀ = x, X₁ keeps its law"""
    x1 = sp.Symbol("X1")
    yield x + expectation(x1 - x, {x1: m})
    yield "v(x, 0) = E[X₁ - x] = EX₁ - x", m


one_step_gives_the_mean.check(textbook.expected, on=textbook.laws_and_starts, scale=lambda p, x: textbook.size(p))
one_step_gives_the_mean.wrong(
    "forgets -X₀: the start remains", symbolic=lambda x, m: m + x, claimed=lambda p, x: x + flow.euler(p, x, 1)
)
one_step_gives_the_mean.wrong(
    "two steps, of which the second knows where the first one led", claimed=lambda p, x: flow.euler(p, x, 2)
)

# --- many steps -------------------------------------------------------------------------------------------------------


@claim.states(flow.euler, at=lambda x, m, s: (one_mode(m, s), x, 2))
def n_steps_share_a_right_angle(x: Real, m: Real, s: Positive):
    """x ← x + v(x, i/n)/n, i = 0 ... n-1, towards N(m, s²) ends at m + s x Π cos θᵢ, θᵢ the angle between the vectors
    (1-τ, sτ) at τ = i/n and (i+1)/n, Σθᵢ = π/2: m for n = 1, m + s²x/(1+s²) for n = 2, and → m + sx

    derived for two steps"""
    y, half = sp.Symbol("y"), sp.Rational(1, 2)
    yield sp.Subs(y + towards(m, s, y, half) / 2, y, x + towards(m, s, x, 0) / 2)
    yield "v(x, 0) = m - x", sp.Subs(y + towards(m, s, y, half) / 2, y, (x + m) / 2)
    yield "v(y, ½) = m + (s²-1)(2y-m)/(1+s²)", m + s**2 * x / (1 + s**2)


n_steps_share_a_right_angle.check(
    textbook.flowing_by_angles, on=textbook.many_steps, at=lambda mean, std, *way: (one_mode(mean, std), *way)
)
n_steps_share_a_right_angle.wrong("one step", symbolic=lambda m: m)
n_steps_share_a_right_angle.wrong("one step too many", claimed=lambda p, x, n: flow.euler(p, x, n + 1))
n_steps_share_a_right_angle.wrong(
    "the limit, which n steps fall short of by O(1/n)",
    symbolic=lambda x, m, s: m + s * x,
    claimed=lambda p, x, n: flow.exact_map(p, x),
)


@claim.states(flow.exact_map, at=lambda x, m, s, t: (one_mode(t * m, np.hypot(1 - t, t * s)), x))
def many_steps_give_the_law(x: Real, m: Real, s: Positive, t: Unit):
    """the ODE dx/dt = v(x, t), to which n steps converge, carries x to F_t⁻¹(Φ(x)), F_t the law of X_t: N(0, 1) onto p

    on the line, from x at t = 0; derived for one mode, integrated numerically for up to three"""
    y = yield Root(t * m + sp.sqrt((1 - t) ** 2 + t**2 * s**2) * x)
    yield sp.Derivative(y, t) - towards(m, s, y, t)
    yield "put the path into v", sp.diff(y, t) - towards(m, s, y, t)


many_steps_give_the_law.check(
    textbook.flowing_path, on=textbook.starts, error=1e-9, claimed_error=1e-11, scale=lambda p, x: textbook.size(p),
    confirm=textbook.quantile,
)  # fmt: skip
many_steps_give_the_law.wrong(
    "deviations interpolated, not their squares", symbolic=lambda x, m, s, t: t * m + (1 - t + t * s) * x
)
many_steps_give_the_law.wrong("matched moments: onto one Gaussian", claimed=lambda p, x: p.mean + p.std * x)

# --- what networks do -------------------------------------------------------------------------------------------------

A, S = 2.0, 0.3
DATA = symmetric_pair(A, S, weight=0.7)
STEPS = (1, 2, 4, 8, 16, 32)
"""Euler steps from noise to data."""


@one_step_gives_the_mean.experiment(
    rule=Agreement(0.15, "standard deviations of the data, RMS over starts"),
    seeds=(39, 48),
    effect=0.85,
    steps=(400, 6000),
    reason="a network of this size fits a constant to a few percent; after a second step starts are 0.65 deviations off",
    detects=0.5,
    why="an RMS distance grows with the square of a small error: 5 % of the mean, 0.02 deviations, do not show",
    history={
        1: "24 quick seeds; of 64 fresh ones 58 had been seen within the margin, at which share one run in forty is undecided"
    },
)
def one_jump(run: Run):
    """Where trained networks carry 200 equally likely starts, and where the field that they have at t = 0 does."""
    from toys import ode, targets
    from toys.learners.flow_matching import FlowMatching
    from toys.optimisers import Adam

    learner, start = (
        FlowMatching(targets.symmetric_pair(A, S, 0.7), (32, 32), start_share=0.25),
        equally_likely(one_mode(0.0, 1.0)),
    )
    fitted = run.fit(learner, Adam(0.01, decay="cosine"))
    begin = np.broadcast_to(start[:, None], (len(run.seeds), len(start), 1))

    def at_0(x, _):
        return fitted.evaluate(learner.velocity, own=[x, np.zeros_like(x)])

    times = [np.linspace(0, 1, n + 1) for n in STEPS]
    ends = [fitted.evaluate(learner.transport, start[:, None], way) for way in times]
    frozen = [ode.euler(at_0, begin, way) for way in times]
    moved = {name: np.stack(x, axis=1)[..., 0] for name, x in (("network", ends), ("frozen", frozen))}
    return {"start": start, **moved}


@one_jump.measure
def from_the_mean(claimed, data):
    """The control arm is a second step of the same networks."""
    off = np.sqrt(np.mean((data["network"] - claimed(DATA, data["start"])) ** 2, axis=2)) / DATA.std
    return {"network": off[:, 0], "control": off[:, 1]}


@many_steps_give_the_law.measured_on(
    one_jump,
    rule=Trend(STEPS, "falls", factor=0.3),
    reason="from one mean (W1 of 1.7) to the data, up to the network's own error; the field at t = 0 only ever contracts",
    why="a distance that shrinks tells direction; the size of the map is pinned by the check",
)
def w1_to_the_data(claimed, data):
    """Mean |end - F⁻¹Φ(start)|: W1, since the flow on the line keeps the order of the starts."""
    target = claimed(DATA, data["start"])
    arms = {"network": data["network"], "control": data["frozen"]}
    return {arm: np.mean(np.abs(ends - target), axis=2) for arm, ends in arms.items()}


# --- the toy ----------------------------------------------------------------------------------------------------------


@claim.states(one_pass.flow_matching, at=lambda x, y, t: (0.25, x, y, t, 0.5, np.zeros((1, 2)), np.ones(2)), part=2)
def networks_follow_lines(x: Real, y: Real, t: Unit):
    """the toy: x_t = (1-t) x₀ + t x₁, v = dx_t/dt, so that x_t + (1-t) v = x₁; loss E|v_θ - v|²; x ← x + (t'-t) v_θ(x, t)

    derived for the pair, checked with a share at t = 0 and one to four unequal steps"""
    line = (1 - t) * x + t * y
    yield sp.Derivative(line, t)
    yield "x_t + (1-t) v = x₁", (y - line) / (1 - t)
    yield "v = x₁ - x₀", y - x


networks_follow_lines.check(textbook.flow_matching, on=textbook.minibatches, error=1e-13)
networks_follow_lines.wrong("from x₁ to x₀", symbolic=lambda x, y: x - y)
networks_follow_lines.wrong(
    "never at t = 0: forgets the share", claimed=lambda share, *draws: one_pass.flow_matching(0.0, *draws)
)
networks_follow_lines.wrong(
    "one step in place of all", claimed=lambda *draws: one_pass.flow_matching(*draws[:-1], times=draws[-1][[0, -1]])
)


@claim.figure(
    "One step of a flow lands on the mean of the data, many steps on the data",
    where="$s$: deviation of a mode; $W_1$: transport distance; $t$: time, 0 where all is noise",
)
def draw(saved, panels, *, beyond=3.0):
    nets, start = saved["one_jump"], equally_likely(one_mode(0.0, 1.0))
    exact, data = np.stack([flow.euler(DATA, start, n) for n in STEPS]), flow.exact_map(DATA, start)

    def off_support(ends):
        return np.mean(np.abs(np.abs(ends) - A) > beyond * S, axis=-1)

    def distance(ends):
        return np.mean(np.abs(ends - data), axis=-1)

    names = "$W_1$ to the data (data units)", f"mass beyond ${beyond:g}s$ of both modes"
    for panel, judge, name in zip(panels(2), (distance, off_support), names, strict=True):
        panel.exact(STEPS, judge(exact), "exact velocity")
        panel.seeds(STEPS, judge(nets["network"]), "network", "networks")
        panel.seeds(1.08 * np.array(STEPS), judge(nets["frozen"]), "control", "control: field at $t=0$")
        panel.axes("Euler steps", name, log="x", x_ticks=STEPS, legend="above", columns=2)
    far, off = (np.median(judge(nets["network"]), axis=0) for judge in (distance, off_support))
    return (
        f"Noise carried to two modes of deviation s = {S:g}, of mean {DATA.mean:g}. (a) Distance to the data: "
        f"{far[0]:.2f} after one step of the networks, {far[-1]:.2f} after {STEPS[-1]}, where the exact velocity "
        f"leaves {distance(exact)[-1]:.2f}. (b) Mass on neither mode: {off[0]:.2f} after one step, {off[-1]:.2f} after "
        f"{STEPS[-1]} ({off_support(exact)[-1]:.2f} if exact). The velocity at the start, kept (control), stays near "
        f"the mean."
    )
