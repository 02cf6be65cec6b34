"""Iterated, the L2-optimal denoiser samples: the ODE that follows it carries noise onto the data, without blur.

    dx/dσ = (x - D(x; σ))/σ,     D(x; σ) = E[X | X+σN=x],     p_σ = p * N(0, σ²)

D is a conditional mean, and one step from σ_max to 0 lands on it; but D changes along the way, and the ODE carries
p_σmax onto p: on the line by F_p⁻¹∘F_{p_σmax}. Towards N(m, s²), Euler's steps along σ₀ > ... > σ_n fall short of it by
a factor Π cos Δθᵢ, tan θᵢ = σᵢ/s: one step to 0 turns through all of θ₀, n steps share it and lose O(1/n).

What no number of steps removes is the start: p_σmax is not N(0, σ_max²), and a monotone map keeps the distance
sup_t |Φ(t/σ) - F_{p_σ}(t)|, about |EX|/(√2π σ) for large σ.
"""

import math
from itertools import pairwise

import numpy as np

from proofs.core.claim import Claim, Fails, Folk
from proofs.core.letters import POSITIVE, REAL, Domain
from proofs.core.rules import Agreement, Trend
from proofs.textbook.denoising import denoiser, denoisers, denoising_path
from proofs.words.arithmetic import PRECISE
from theory import GaussianMixture, probability_flow, symmetric_pair
from toys import one_pass

claim = Claim(
    topic="ways-out",
    folk=Folk(
        "L1 (or L2) reconstruction loss: Euclidean distance is minimized by averaging, which causes blurring.",
        "A3, quoting Isola et al. 2017, section 3.2",
        Fails(counterexample="the_flow_carries_noise_onto_the_data"),
    ),
    references=("karras2022 eq. 1",),
)
TARGET = (2.0, 0.3, 0.7)
"""Half distance, deviation and left weight of the pair on which networks are trained."""
STEPS = (1, 2, 4, 8, 16, 32)
"""Euler steps from noise to data."""
HIGHEST, LOWEST = 10.0, 0.1


def _target():
    return symmetric_pair(*TARGET[:2], weight=TARGET[2])


def _levels(n):
    """n steps from the highest noise level: geometrically to the lowest, and to 0."""
    return np.append(np.geomspace(HIGHEST, LOWEST, n), 0.0)


def _starts():
    """Equally likely points of p_σmax, as many of p, and as many of N(0, σ_max²)."""
    from scipy.special import ndtri

    u = (np.arange(200) + 0.5) / 200
    return _target().smooth(HIGHEST).ppf(u), _target().ppf(u), HIGHEST * ndtri(u)


def _one_mode(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def _size(p):
    return float(np.abs(p.means).max() + p.stds.max())


# --- the flow ---------------------------------------------------------------------------------------------------------


def _slope(x, at, std):
    """(at - D(at; std))/std towards N(m, s²)."""
    return (at - (x.m + x.s**2 / (x.s**2 + std**2) * (at - x.m))) / std


carried = claim.statement(
    "the_flow_carries_noise_onto_the_data",
    "dx/dσ = (x - D(x; σ))/σ from x at σ_max leads to F_{p_σ}⁻¹(F_{p_σmax}(x)), hence p_σmax onto p",
    claimed=probability_flow.exact_map,
    domain=Domain(z=REAL, m=REAL, s=POSITIVE, b=POSITIVE, h=POSITIVE),
    definition=lambda x, value: x.Derivative(value, x.b) - _slope(x, value, x.b),
    symbolic=lambda x: x.m + x.sqrt(x.s**2 + x.b**2) * x.z,
    root=True,
    anchor=lambda claimed, z, m, s, b, h: claimed(_one_mode(m, s), m + z * np.hypot(s, h), h, b),
    assumptions="on the line; derived for one mode, from z deviations of p_σmax (σ = b, σ_max = h); integrated for up to 3",
)


@carried.derivation
def along_the_path(x, value):
    return [("x - D is a share σ²/(s²+σ²) of x - m", x.diff(value, x.b) - x.b / (x.s**2 + x.b**2) * (value - x.m))]


along_the_path.control("deviations add up", lambda x: x.m + (x.s + x.b) * x.z, why="they add in squares")
along_the_path.control("twice the drift", lambda x: x.m + (x.s**2 + x.b**2) * x.z, why="a factor 2")


def _quantile(instance):
    p, x, high = instance
    with PRECISE.digits():
        reached = PRECISE.cdf(p.smooth(high), PRECISE.number(x))
        return PRECISE.root(lambda y: PRECISE.cdf(p, y) - reached, -40, 40)


@carried.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-5.0, 5.0), s.scales(2.0, 8.0)),
    error=1e-9,
    scale=lambda p, x, high: _size(p),
    confirm=_quantile,
)
def by_integration(m, p, x, high):
    return denoising_path(p, x, high)


by_integration.control("from N(0, σ²)", lambda p, x, high: p.ppf(_one_mode(0.0, high).cdf(x)), why="the start error")
by_integration.control(
    "one Gaussian", lambda p, x, h: p.mean + p.std * (x - p.mean) / np.hypot(p.std, h), why="moments"
)

# --- steps ------------------------------------------------------------------------------------------------------------


def _step(x, at, high, low):
    """One Euler step from σ = high to low, towards N(m, s²)."""
    return at + (low - high) * _slope(x, at, high)


steps = claim.statement(
    "n_steps_share_an_angle",
    "x ← x + (σ' - σ)(x - D(x; σ))/σ along σ₀ > ... > σ_n, towards N(m, s²), ends at "
    "m + √((s²+σ_n²)/(s²+σ₀²)) (x-m) Π cos Δθᵢ, tan θᵢ = σᵢ/s: D(x; σ₀) for one step to 0, and the flow as max Δθᵢ → 0",
    claimed=probability_flow.euler,
    domain=Domain(x=REAL, m=REAL, s=POSITIVE, b=POSITIVE, d=POSITIVE),
    definition=lambda x: x.Subs(_step(x, x.Symbol("y"), x.b, 0), x.Symbol("y"), _step(x, x.x, x.b + x.d, x.b)),
    symbolic=lambda x: (
        x.m + (x.s**2 + x.b * (x.b + x.d)) / (x.s**2 + (x.b + x.d) ** 2) * x.s**2 / (x.s**2 + x.b**2) * (x.x - x.m)
    ),
    anchor=lambda claimed, x, m, s, b, d: claimed(_one_mode(m, s), x, [b + d, b, 0.0]),
    assumptions="derived for two steps, σ₀ = b + d, σ₁ = b, σ₂ = 0; checked for up to six",
)


@steps.derivation
def step_by_step(x):
    high = x.b + x.d
    first = x.m + (x.s**2 + high * x.b) / (x.s**2 + high**2) * (x.x - x.m)
    return [("x - m shrinks by (s²+σσ')/(s²+σ²)", _step(x, first, x.b, 0))]


step_by_step.control("the flow", lambda x: x.m + x.s / x.sqrt(x.s**2 + (x.b + x.d) ** 2) * (x.x - x.m), why="its limit")


def _ladders(s):
    ratios = s.vectors(s.reals(0.3, 0.9), 0, 5)
    return s.tuples(s.scales(1.0, 8.0), ratios).map(lambda d: np.append(d[0] * np.cumprod(np.append(1.0, d[1])), 0.0))


@steps.observed(
    instances=lambda s: s.tuples(s.reals(-3.0, 3.0), s.scales(0.1, 5.0), s.reals(-3.0, 3.0), _ladders(s)),
    call=lambda claimed, mean, std, *way: claimed(_one_mode(mean, std), *way),
    scale=10.0,
)
def by_angles(m, mean, std, x, levels):
    levels = [m.number(v) for v in levels]
    radius = [m.sqrt(std**2 + v**2) for v in levels]
    cosines = [(std**2 + a * b) / (u * v) for (a, u), (b, v) in pairwise(zip(levels, radius, strict=True))]
    return mean + radius[-1] / radius[0] * (x - mean) * math.prod(cosines)


by_angles.control(
    "the flow", lambda p, x, levels: probability_flow.exact_map(p, x, levels[0]), why="steps fall short of it"
)
by_angles.control("no last step", lambda p, x, levels: probability_flow.euler(p, x, levels[:-1]), why="noise is left")

# --- where to start ---------------------------------------------------------------------------------------------------


start = claim.statement(
    "start_error_remains",
    "from N(0, σ²) instead of p_σ the flow ends with sup_y |P(arrival ≤ y) - F_p(y)| = sup_t |Φ(t/σ) - F_{p_σ}(t)|; "
    "for p at a point m it is erf(|m|/2√2σ), in general ~ |EX|/√2πσ for large σ",
    claimed=probability_flow.start_error,
    domain=Domain(m=POSITIVE, b=POSITIVE),
    definition=lambda x: x.Integral(
        x.exp(-((x.Symbol("t") / x.b) ** 2) / 2) / (x.b * x.sqrt(2 * x.pi)), (x.Symbol("t"), -x.m / 2, x.m / 2)
    ),
    symbolic=lambda x: x.erf(x.m / (2 * x.sqrt(2) * x.b)),
    anchor=lambda claimed, m, b: claimed(_one_mode(m, 1e-12 * b), b),
    assumptions="on the line: the flow is monotone and keeps probabilities; derived for a point, "
    "where the densities cross at m/2",
)


@start.derivation
def up_to_the_crossing(x):
    z = x.m / (2 * x.sqrt(2) * x.b)
    return [("Φ(m/2σ) - Φ(-m/2σ)", (1 + x.erf(z)) / 2 - (1 - x.erf(z)) / 2)]


up_to_the_crossing.control("at 0", lambda x: x.erf(x.m / (x.sqrt(2) * x.b)) / 2, why="not where the densities cross")


@start.observed(instances=lambda s: s.tuples(s.mixtures(1, 3, spread=3.0), s.scales(1.0, 20.0)), error=1e-11, scale=1.0)
def by_crossings(m, p, std):
    """The largest difference lies where the densities are equal."""
    noisy, reach = p.smooth(std), 8 * (_size(p) + float(std))
    level = lambda t: m.normal_cdf(t / std) - m.cdf(noisy, t)  # noqa: E731
    pieces = m.where_positive(lambda t: m.normal(t, 0, std) - m.pdf(noisy, t), -reach, reach)
    return max(abs(level(t)) for piece in pieces for t in piece)


by_crossings.control("half the noise", lambda p, std: probability_flow.start_error(p, std / 2), why="σ is a divisor")
by_crossings.control("its first order", lambda p, std: abs(p.mean) / (np.sqrt(2 * np.pi) * std), why="true for large σ")

FAR = 1e6  # the next order of the error, (EX²/EX)²/σ², is lost


@start.observed(
    instances=lambda s: s.mixtures(1, 3).filter(lambda p: abs(p.mean) > 0.3),
    call=lambda claimed, p: FAR * claimed(p, FAR),
    error=1e-13,
    claimed_error=2e-9,
    scale=_size,
)
def by_the_mean(m, p):
    return abs(m.expect(p, lambda y: y)) / m.sqrt(2 * m.pi)


by_the_mean.control("1 % more noise", lambda p, std: probability_flow.start_error(p, 1.01 * std), why="σ, not near σ")


# --- what networks do -------------------------------------------------------------------------------------------------


@steps.experiment(
    rule=Agreement(0.15, "standard deviations of the data, RMS over starts"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 24 * 400, "full": 48 * 6000},
    reason="a network of this size fits D to a few percent; after four steps most starts are on the modes",
    detects=0.5,
    why="an RMS distance grows with the square of a small error: 5 % of D, 0.03 deviations, do not show",
)
def one_jump(run):
    """Where trained networks carry equally likely points of p_σmax, and where the slope that they have at σ_max does."""
    from toys.learners.denoiser import Denoiser
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair as pair
    from toys.train import fit

    learner, begin = Denoiser(pair(*TARGET), LOWEST, HIGHEST, (32, 32)), _starts()[0]
    rule = Adam(0.02, decay="cosine")
    fitted = fit(learner, seeds=run.seeds, steps=400 if run.quick else 6000, batch=128, optimiser=rule)

    def end(n, frozen):
        x = np.broadcast_to(begin[:, None], (len(run.seeds), len(begin), 1))
        for high, low in pairwise(_levels(n)):
            std = np.full_like(x, HIGHEST if frozen else high)
            x = x + (low - high) * (x - fitted.evaluate(learner.denoise, own=[x, std])) / std
        return x[..., 0]

    network, frozen = (np.stack([end(n, at_highest) for n in STEPS], axis=1) for at_highest in (False, True))
    return {"start": begin, "network": network, "frozen": frozen, "diverged": fitted.diverged >= 0}


@one_jump.measure
def from_one_step(claimed, data):
    """The control arm is four steps of the same networks."""
    distance = data["network"] - claimed(_target(), data["start"], [HIGHEST, 0.0])
    off = np.sqrt(np.mean(distance**2, axis=2)) / _target().std
    return {"network": off[:, 0], "control": off[:, 2]}


@carried.measured_on(
    one_jump,
    rule=Trend(STEPS, "falls", factor=0.3),
    reason="from conditional means (W1 of 1.4) to the data, up to the network's own error; the slope at σ_max only contracts",
    detects=None,
    why="a distance that shrinks tells direction; the size of the map is pinned by the check",
)
def w1_to_the_data(claimed, data):
    """Mean |end - F_p⁻¹F_{p_σmax}(start)|: W1, since the flow on the line keeps the order of the starts."""
    target = claimed(_target(), data["start"], HIGHEST)
    arms = {"network": data["network"], "control": data["frozen"]}
    return {arm: np.mean(np.abs(ends - target), axis=2) for arm, ends in arms.items()}


# --- the toy ----------------------------------------------------------------------------------------------------------


def _task(x, sign=1):
    return (x.f - sign * (x.b * x.x / x.c - x.c * x.n) / x.sqrt(x.c**2 + x.b**2)) ** 2


def _weighed(x, y):
    root = x.sqrt(1 + x.b**2 / x.c**2)
    return (1 / x.b**2 + 1 / x.c**2) * (y / root**2 + x.b / root * x.f - x.x) ** 2


unit = claim.statement(
    "networks_have_tasks_of_unit_size",
    "the toy: D = y/(1+σ²/c²) + σ/√(1+σ²/c²) F, weighed by 1/σ² + 1/c²: |D - x|² becomes |F - (σx/c - cε)/√(c²+σ²)|²",
    claimed=one_pass.denoiser,
    domain=Domain(x=REAL, n=REAL, f=REAL, b=POSITIVE, c=POSITIVE),
    definition=lambda x: x.Subs(_weighed(x, x.Symbol("y")), x.Symbol("y"), x.x + x.b * x.n),
    symbolic=_task,
    anchor=lambda claimed, x, n, f, b, c: claimed(c, (b, b), x, n, 0.5, np.zeros((1, 2)), f)[2],
    assumptions="x about the target's mean, of deviation c, ε = n; checked with a network and Heun's steps",
)


@unit.derivation
def weight_by_weight(x):
    off, scale = (x.x * x.b**2 / x.c**2 - x.b * x.n) / (1 + x.b**2 / x.c**2), x.b / x.sqrt(1 + x.b**2 / x.c**2)
    return [("D - x = scale F - off, and scale² (1/σ² + 1/c²) = 1", (x.f - off / scale) ** 2)]


weight_by_weight.control("wrong sign", lambda x: _task(x, -1), why="a sign")
in_words = unit.observed(instances=denoisers, error=1e-12, scale=100.0)(denoiser)
in_words.control(
    "another deviation", lambda c, *given: one_pass.denoiser(1.001 * c, *given), why="c is the target's own"
)
in_words.control(
    "one step", lambda c, levels, *given: one_pass.denoiser(c, (levels[0], *levels[-1:]), *given), why="none between"
)


def _off_support(ends):
    return np.mean(np.abs(np.abs(ends) - TARGET[0]) > 3 * TARGET[1], axis=-1)


@claim.curves
def exact_steps():
    begin, data, wrong = _starts()
    ends, astray = (np.stack([probability_flow.euler(_target(), x, _levels(n)) for n in STEPS]) for x in (begin, wrong))
    w1, astray_w1 = (np.mean(np.abs(x - data), axis=1) for x in (ends, astray))
    return {"w1": w1, "off": _off_support(ends), "astray_w1": astray_w1, "astray_off": _off_support(astray)}


def film(run):
    """Samples of one trained denoiser along the probability-flow ODE, and of one step from where each began."""
    from theory import symmetric_pair
    from toys import targets
    from toys.learners.denoiser import Denoiser
    from toys.optimisers import Adam
    from toys.train import fit

    a, s, weight = 2.0, 0.3, 0.7
    p, highest, lowest = symmetric_pair(a, s, weight), 10.0, 0.1
    learner = Denoiser(targets.symmetric_pair(a, s, weight), lowest, highest, (32, 32))
    fitted = fit(learner, seeds=run.seeds, steps=1500, batch=128, optimiser=Adam(0.02, decay="cosine"))
    stds = np.append(np.geomspace(highest, lowest, 40), 0.0)
    x = np.broadcast_to(p.smooth(highest).ppf((np.arange(1024) + 0.5) / 1024)[:, None], (len(run.seeds), 1024, 1))
    denoise = lambda x, std: fitted.evaluate(learner.denoise, own=[x, np.full_like(x, std)])  # noqa: E731
    once, passed = denoise(x, highest)[0, :, 0], [x[0, :, 0]]
    for high, low in pairwise(stds.tolist()):
        x = x + (low - high) * (x - denoise(x, high)) / high
        passed.append(x[0, :, 0])
    line = np.linspace(-6, 6, 241)
    exact = [p.smooth(std).pdf(line) if std else p.pdf(line) for std in stds.tolist()]
    edges = np.linspace(-6, 6, 81)
    counts = [np.histogram(v, edges)[0] / len(v) / np.diff(edges) for v in (*passed, once)]
    return {
        "steps": np.arange(len(stds)), "stds": stds, "line": line, "exact": np.array(exact), "edges": edges,
        "counts": np.array(counts[:-1]), "once": counts[-1],
    }  # fmt: skip


moving = claim.animation(film, counts="Euler step")


@moving.frame
def draw_frame(data, figure, k):
    """The law of the samples so far, beside the exact one at that noise and what one step would have made."""
    from proofs.words.drawing import COLOUR, panels

    (axes,) = panels(figure, 1)
    axes.stairs(data["once"], data["edges"], color=COLOUR["control"], lw=0.9, ls="--", label="one step (control)")
    axes.stairs(data["counts"][k], data["edges"], color=COLOUR["network"], fill=True, alpha=0.5, label="samples")
    axes.plot(data["line"], data["exact"][k], color=COLOUR["exact"], label=rf"exact, $\sigma = {data['stds'][k]:.2f}$")
    highest = max(data[name].max() for name in ("once", "counts", "exact"))
    axes.set(xlabel="$x$ (data units)", ylabel="density", xlim=(-6, 6), ylim=(0, 1.1 * highest))
    axes.legend(loc="upper right")


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["one_jump"], saved["curves"]
    w1 = "w1", nets["w1_to_the_data_network"], nets["w1_to_the_data_control"]
    off = "off", _off_support(nets["network"]), _off_support(nets["frozen"])
    names = r"$W_1$ to the data (data units)", r"mass beyond $3s$ of both modes"
    for axes, (line, network, control), name in zip(panels(figure, 2), (w1, off), names, strict=True):
        axes.plot(STEPS, exact[line], color=COLOUR["exact"], label="exact denoiser")
        axes.plot(STEPS, exact[f"astray_{line}"], "--", color=COLOUR["other"], label=r"from $N(0,\sigma_{max}^2)$")
        spread(axes, STEPS, network, COLOUR["network"], "networks")
        spread(axes, 1.08 * np.array(STEPS), control, COLOUR["control"], r"control: field at $\sigma_{max}$", "s")
        axes.set_xscale("log", base=2)
        axes.set(xlabel="Euler steps", ylabel=name, xticks=STEPS)
        axes.set_xticklabels(STEPS)
    figure.axes[0].set(yscale="log", ylim=(0.02, 3))
    axes.set_ylim(0, 1.6)
    axes.legend(loc="upper right", ncols=2, title=f"{len(nets['network'])} seeds, median and range")
