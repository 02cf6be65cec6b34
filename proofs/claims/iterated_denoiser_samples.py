"""Iterated, the L2-optimal denoiser samples: the ODE that follows it carries noise onto the data, without blur.

    dx/dσ = (x - D(x; σ))/σ,     D(x; σ) = E[X | X+σN=x],     p_σ = p * N(0, σ²)

D is a conditional mean, and one step from σ_max to 0 lands on it; but D changes along the way, and the ODE carries
p_σmax onto p: on the line by F_p⁻¹∘F_{p_σmax}. Towards N(m, s²), Euler's steps along σ₀ > ... > σ_n fall short of it by
a factor Π cos Δθᵢ, tan θᵢ = σᵢ/s: one step to 0 turns through all of θ₀, n steps share it and lose O(1/n).

What no number of steps removes is the start: p_σmax is not N(0, σ_max²), and a monotone map keeps the distance
sup_t |Φ(t/σ) - F_{p_σ}(t)|, about |EX|/(√2π σ) for large σ.
"""

from itertools import pairwise

import numpy as np

from proofs.core import Agreement, Claim, Positive, Real, Root, Run, Share, Trend
from proofs.sentences import averaging_causes_blur
from proofs.textbook import denoising as textbook
from proofs.textbook.denoising import equally_likely, one_mode
from proofs.words import Phi, gaussian_mass, sp
from theory import symmetric_pair
from theory.probability_flow import euler, exact_map, start_error
from toys import one_pass

claim = Claim(topic="ways-out", references=("karras2022 eq. 1",))


def away(m, s, x, std):
    """(x - D(x; σ))/σ towards N(m, s²)."""
    return (x - (m + s**2 / (s**2 + std**2) * (x - m))) / std


# --- the flow ---------------------------------------------------------------------------------------------------------


@claim.states(exact_map, at=lambda z, m, s, b, h: (one_mode(m, s), m + z * np.hypot(s, h), h, b))
def the_flow_carries_noise_onto_the_data(z: Real, m: Real, s: Positive, b: Positive, h: Positive):
    """dx/dσ = (x - D(x; σ))/σ from x at σ_max leads to F_{p_σ}⁻¹(F_{p_σmax}(x)), hence p_σmax onto p

    on the line; derived for one mode, from z deviations of p_σmax (σ = b, σ_max = h); integrated for up to 3"""
    x = yield Root(m + sp.sqrt(s**2 + b**2) * z)
    yield sp.Derivative(x, b) - away(m, s, x, b)
    yield "x - D is a share σ²/(s²+σ²) of x - m", sp.diff(x, b) - b / (s**2 + b**2) * (x - m)


the_flow_carries_noise_onto_the_data.check(
    textbook.denoising_path, on=textbook.noisy_points, error=1e-9, scale=lambda p, x, high: textbook.size(p),
    confirm=textbook.denoised_quantile,
)  # fmt: skip
the_flow_carries_noise_onto_the_data.wrong("deviations add up", symbolic=lambda z, m, s, b: m + (s + b) * z)
the_flow_carries_noise_onto_the_data.wrong("twice the drift", symbolic=lambda z, m, s, b: m + (s**2 + b**2) * z)
the_flow_carries_noise_onto_the_data.wrong(
    "the start error: from N(0, σ²)", claimed=lambda p, x, high: p.ppf(one_mode(0.0, high).cdf(x))
)
the_flow_carries_noise_onto_the_data.wrong(
    "moments alone: onto one Gaussian", claimed=lambda p, x, h: p.mean + p.std * (x - p.mean) / np.hypot(p.std, h)
)

# --- steps ------------------------------------------------------------------------------------------------------------


@claim.states(euler, at=lambda x, m, s, b, d: (one_mode(m, s), x, [b + d, b, 0.0]))
def n_steps_share_an_angle(x: Real, m: Real, s: Positive, b: Positive, d: Positive):
    """x ← x + (σ' - σ)(x - D(x; σ))/σ along σ₀ > ... > σ_n, towards N(m, s²), ends at
    m + √((s²+σ_n²)/(s²+σ₀²)) (x-m) Π cos Δθᵢ, tan θᵢ = σᵢ/s: D(x; σ₀) for one step to 0, and the flow as max Δθᵢ → 0

    derived for two steps, σ₀ = b + d, σ₁ = b, σ₂ = 0; checked for up to six"""
    high, y = b + d, sp.Symbol("y")
    shrunk = (s**2 + high * b) / (s**2 + high**2)
    yield sp.Subs(y - b * away(m, s, y, b), y, x - d * away(m, s, x, high))
    yield "x - m shrinks by (s²+σσ')/(s²+σ²)", sp.Subs(y - b * away(m, s, y, b), y, m + shrunk * (x - m))
    yield "twice", m + shrunk * s**2 / (s**2 + b**2) * (x - m)


n_steps_share_an_angle.check(
    textbook.denoised_by_angles, on=textbook.ladders, at=lambda mean, std, *way: (one_mode(mean, std), *way)
)
n_steps_share_an_angle.wrong(
    "the flow, which steps fall short of",
    symbolic=lambda x, m, s, b, d: m + s / sp.sqrt(s**2 + (b + d) ** 2) * (x - m),
    claimed=lambda p, x, levels: exact_map(p, x, levels[0]),
)
n_steps_share_an_angle.wrong(
    "no last step: noise is left",
    symbolic=lambda x, m, s, b, d: m + (s**2 + (b + d) * b) / (s**2 + (b + d) ** 2) * (x - m),
    claimed=lambda p, x, levels: euler(p, x, levels[:-1]),
)

# --- where to start ---------------------------------------------------------------------------------------------------


@claim.states(start_error, at=lambda m, b: (one_mode(m, 1e-12 * b), b))
def start_error_remains(m: Positive, b: Positive):
    """from N(0, σ²) instead of p_σ the flow ends with sup_y |P(arrival ≤ y) - F_p(y)| = sup_t |Φ(t/σ) - F_{p_σ}(t)|;
    for p at a point m it is erf(|m|/2√2σ), in general ~ |EX|/√2πσ for large σ

    on the line: the flow is monotone and keeps probabilities; derived for a point, where the densities cross at m/2"""
    yield gaussian_mass(-m / (2 * b), m / (2 * b))
    yield "Φ(m/2σ) - Φ(-m/2σ)", Phi(m / (2 * b)) - Phi(-m / (2 * b))
    yield "erf is odd", sp.erf(m / (2 * sp.sqrt(2) * b))


start_error_remains.check(textbook.difference_at_crossings, on=textbook.noises, error=1e-11)
start_error_remains.check(
    textbook.difference_by_the_mean, on=textbook.off_centre, at=lambda p: (p, textbook.FAR), error=1e-13,
    claimed_error=2e-9, scale=lambda p: textbook.size(p) / textbook.FAR,
)  # fmt: skip
start_error_remains.wrong(
    "at 0, where the densities do not cross", symbolic=lambda m, b: sp.erf(m / (sp.sqrt(2) * b)) / 2
)
start_error_remains.wrong("half the noise", b=lambda b: b / 2, claimed=lambda p, std: start_error(p, std / 2))
start_error_remains.wrong(
    "its first order, true for large σ",
    symbolic=lambda m, b: m / (sp.sqrt(2 * sp.pi) * b),
    claimed=lambda p, std: abs(p.mean) / (np.sqrt(2 * np.pi) * std),
    on="derivation difference_at_crossings",
)
start_error_remains.wrong(
    "1 % more noise", b=lambda b: 101 * b / 100, claimed=lambda p, std: start_error(p, 1.01 * std)
)

# --- what networks do -------------------------------------------------------------------------------------------------

A, S = 2.0, 0.3
DATA = symmetric_pair(A, S, weight=0.7)
HIGHEST, LOWEST = 10.0, 0.1
STEPS = (1, 2, 4, 8, 16, 32)
"""Euler steps from noise to data."""


def levels(n):
    """n steps from the highest noise level: geometrically to the lowest, and to 0."""
    return np.append(np.geomspace(HIGHEST, LOWEST, n), 0.0)


def trained(run, count=200, steps=None):
    """Fitted networks as x, σ ↦ D(x; σ), and `count` equally likely points of p_σmax for each of them."""
    from toys import targets
    from toys.learners.denoiser import Denoiser
    from toys.optimisers import Adam

    learner = Denoiser(targets.symmetric_pair(A, S, 0.7), LOWEST, HIGHEST, (32, 32))
    fitted = run.fit(learner, Adam(0.02, decay="cosine"), steps=steps)

    def denoise(x, std):
        return fitted.evaluate(learner.denoise, own=[x, np.full_like(x, std)])

    start = equally_likely(DATA.smooth(HIGHEST), count)
    return denoise, np.broadcast_to(start[:, None], (len(run.seeds), count, 1))


@n_steps_share_an_angle.experiment(
    rule=Agreement(0.15, "standard deviations of the data, RMS over starts"),
    seeds=(24, 48),
    steps=(400, 6000),
    reason="a network of this size fits D to a few percent; after four steps most starts are on the modes",
    detects=0.5,
    why="an RMS distance grows with the square of a small error: 5 % of D, 0.03 deviations, do not show",
)
def one_jump(run: Run):
    """Where networks carry equally likely points of p_σmax, and where the slope that they have at σ_max does."""
    from toys import ode

    denoise, start = trained(run)
    fields = {
        "network": lambda x, std: (x - denoise(x, std)) / std,
        "frozen": lambda x, _: (x - denoise(x, HIGHEST)) / HIGHEST,
    }
    ends = {arm: np.stack([ode.euler(v, start, levels(n))[..., 0] for n in STEPS], axis=1) for arm, v in fields.items()}
    return {"start": start[0, :, 0], **ends}


@one_jump.reads(
    averaging_causes_blur,
    "what a network trained under L2 shows lies between the modes more often than on them",
    rule=Share(0.5),
)
def lies_between(data):
    between = np.mean(np.abs(data["network"]) < A - 3 * S, axis=2) > 0.5
    return [({"shots": "one"}, between[:, 0]), ({"shots": "many"}, between[:, -1])]


@one_jump.measure
def from_one_step(claimed, data):
    """The control arm is four steps of the same networks."""
    distance = data["network"] - claimed(DATA, data["start"], [HIGHEST, 0.0])
    off = np.sqrt(np.mean(distance**2, axis=2)) / DATA.std
    return {"network": off[:, 0], "control": off[:, 2]}


@the_flow_carries_noise_onto_the_data.measured_on(
    one_jump,
    rule=Trend(STEPS, "falls", factor=0.3),
    reason="from conditional means (W1 of 1.4) to the data, up to the network's own error; the slope at σ_max only contracts",
    why="a distance that shrinks tells direction; the size of the map is pinned by the check",
)
def w1_to_the_data(claimed, data):
    """Mean |end - F_p⁻¹F_{p_σmax}(start)|: W1, since the flow on the line keeps the order of the starts."""
    target = claimed(DATA, data["start"], HIGHEST)
    arms = {"network": data["network"], "control": data["frozen"]}
    return {arm: np.mean(np.abs(ends - target), axis=2) for arm, ends in arms.items()}


# --- the toy ----------------------------------------------------------------------------------------------------------


@claim.states(one_pass.denoiser, at=lambda x, n, f, b, c: (c, (b, b), x, n, 0.5, np.zeros((1, 2)), f), part=2)
def networks_have_tasks_of_unit_size(x: Real, n: Real, f: Real, b: Positive, c: Positive):
    """the toy: D = y/(1+σ²/c²) + σ/√(1+σ²/c²) F, weighed by 1/σ² + 1/c²: |D - x|² becomes |F - (σx/c - cε)/√(c²+σ²)|²

    x about the target's mean, of deviation c, ε = n; checked with a network and Heun's steps"""
    y, root = sp.Symbol("y"), sp.sqrt(1 + b**2 / c**2)
    off, scale = (x * b**2 / c**2 - b * n) / root**2, b / root
    yield sp.Subs((1 / b**2 + 1 / c**2) * (y / root**2 + b / root * f - x) ** 2, y, x + b * n)
    yield "D - x = scale F - off, and scale² (1/σ² + 1/c²) = 1", (f - off / scale) ** 2
    yield "divide", (f - (b * x / c - c * n) / sp.sqrt(c**2 + b**2)) ** 2


networks_have_tasks_of_unit_size.check(textbook.denoiser, on=textbook.denoisers, error=1e-12)
networks_have_tasks_of_unit_size.wrong(
    "a sign", symbolic=lambda x, n, f, b, c: (f + (b * x / c - c * n) / sp.sqrt(c**2 + b**2)) ** 2
)
networks_have_tasks_of_unit_size.wrong(
    "another deviation", c=lambda c: 1001 * c / 1000, claimed=lambda c, *given: one_pass.denoiser(1.001 * c, *given)
)
networks_have_tasks_of_unit_size.wrong(
    "one step in place of all",
    claimed=lambda c, levels, *given: one_pass.denoiser(c, (levels[0], *levels[-1:]), *given),
)


def film(run):
    """Samples of one trained denoiser along the probability-flow ODE, and of one step from where each began."""
    denoise, x = trained(run, count=1024, steps=1500)
    stds, line, edges = levels(40).tolist(), np.linspace(-6, 6, 241), np.linspace(-6, 6, 81)
    once, passed = denoise(x, HIGHEST)[0, :, 0], [x[0, :, 0]]
    for high, low in pairwise(stds):
        x = x + (low - high) * (x - denoise(x, high)) / high
        passed.append(x[0, :, 0])
    counts = [np.histogram(v, edges)[0] / len(v) / np.diff(edges) for v in (*passed, once)]
    exact = np.array([(DATA.smooth(std) if std else DATA).pdf(line) for std in stds])
    axes = {"steps": np.arange(len(stds)), "stds": np.array(stds), "line": line, "edges": edges}
    return {**axes, "once": counts[-1], "exact": exact, "counts": np.array(counts[:-1])}


moving = claim.animation(film, counts="Euler step")


@moving.frame
def draw_frame(data, figure, k):
    """The law of the samples so far, beside the exact one at that noise and what one step would have made."""
    from proofs.words.drawing import Panels

    (panel,) = Panels(figure)(1)
    panel.stairs(data["once"], data["edges"], "control", "one step (control)", lw=0.9, ls="--")
    panel.stairs(data["counts"][k], data["edges"], "network", "samples", fill=True, alpha=0.5)
    panel.exact(data["line"], data["exact"][k], rf"exact, $\sigma = {data['stds'][k]:.2f}$")
    highest = max(data[name].max() for name in ("once", "counts", "exact"))
    panel.axes("$x$ (data units)", "density", x=(-6, 6), y=(0, 1.1 * highest), legend="upper right")


@claim.figure(
    "Many small steps of the L2 denoiser come to the data; one step stops between",
    where=r"$\sigma$: deviation of the noise, from $\sigma_{max}$ to 0; $s$: of a mode; $W_1$: transport distance",
)
def draw(saved, panels, *, beyond=3.0):
    nets, starts, data = saved["one_jump"], (DATA.smooth(HIGHEST), one_mode(0.0, HIGHEST)), equally_likely(DATA)
    exact, astray = (np.stack([euler(DATA, equally_likely(law), levels(n)) for n in STEPS]) for law in starts)

    def off_support(ends):
        return np.mean(np.abs(np.abs(ends) - A) > beyond * S, axis=-1)

    def distance(ends):
        return np.mean(np.abs(ends - data), axis=-1)

    near, on = panels(2)
    for panel, judge in ((near, distance), (on, off_support)):
        panel.exact(STEPS, judge(exact), "exact denoiser")
        panel.exact(STEPS, judge(astray), r"exact, from $N(0,\sigma_{max}^2)$", "--")
        panel.seeds(STEPS, judge(nets["network"]), "network", "networks")
        panel.seeds(1.08 * np.array(STEPS), judge(nets["frozen"]), "control", r"control: slope at $\sigma_{max}$")
    near.axes("Euler steps", "$W_1$ to the data (data units)", log="xy", x_ticks=STEPS, legend="above", columns=2)
    on.axes(
        "Euler steps", f"mass beyond ${beyond:g}s$ of both modes", log="x", x_ticks=STEPS, legend="above", columns=2
    )
    far, off = (np.median(judge(nets["network"]), axis=0) for judge in (distance, off_support))
    return (
        f"Two modes of deviation s = {S:g}, started from the data under noise of {HIGHEST:g}. (a) Distance to the "
        f"data: {far[0]:.2f} after one step of the networks, {far[-1]:.3f} after {STEPS[-1]}, where the exact denoiser "
        f"leaves {distance(exact)[-1]:.3f}, and {distance(astray)[-1]:.2f} if it starts from a Gaussian. (b) Mass on "
        f"neither mode: {off[0]:.2f} after one step of the networks, {off[-1]:.3f} after {STEPS[-1]}, "
        f"{off_support(exact)[-1]:.3f} with the exact denoiser. Keeping to the first slope (control) never arrives."
    )
