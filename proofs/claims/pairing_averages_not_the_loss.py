"""What a one-step model averages under squared error is what its pairs leave open, and that is for the pairing to say.

    min_f E|X₁ - f(X₀)|² = E tr Var(X₁|X₀),  at f(x) = E[X₁|X₀=x]

Noise and data that are drawn independently leave all of it, Var X₁: the model gives the mean. Pairs that a flow has joined,
X₁ = T(X₀), leave nothing, and the same loss teaches the map T, which gives the data without blur. In between lie minibatches
of B whose noise and data are sorted against one another, as transport within the batch does on the line: from uniform noise
to uniform data the partner of x is the k-th of B, k = 1 + Bin(B-1, x), hence Beta(k, B+1-k), and what is left open is

    E Var(X₁|X₀) = B/(3(B+1)²):    1/12 at B = 1,  ~ 1/(3B)

so that outputs keep a share (B-1)/(B+1) of the spread. The loss is the same in all three.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Each, Letter, Positive, Real, Root, Run, Unit, integers
from proofs.sentences import one_step_models_must_blur
from proofs.textbook import denoising
from proofs.textbook import pairing as textbook
from proofs.textbook.denoising import equally_likely, one_mode, regression
from proofs.words import expectation, sp
from theory import flow, pairing, symmetric_pair

claim = Claim(topic="after-the-gan", after="flow_matching_is_diffusion", references=("liu2023", "tong2024"))
Draws = Annotated[Letter, integers(1)]


# --- any pairs --------------------------------------------------------------------------------------------------------


def table(w, f, g):
    """P(X₀ = 1) = w, P(X₁ = 1) = f or g as X₀ is 0 or 1."""
    return [[(1 - w) * (1 - f), (1 - w) * f], [w * (1 - g), w * g]]


def loss_of(c, f):
    """E(X₁-c)², X₁ = 1 with probability f, to be worked out."""
    one = sp.Symbol("X1")
    return expectation((one - c) ** 2, {one: f, one**2: f})


@claim.states(
    lambda joint, ends, off: pairing.excess(joint, ends),
    at=lambda w, f, g: (table(w, f, g), [0.0, 1.0], None),
    relation=">=",
)
def loss_pays_what_is_open(w: Unit, f: Unit, g: Unit, c: Real, d: Real):
    """E|X₁ - f(X₀)|² ≥ E tr Var(X₁|X₀), with equality at f(x) = E[X₁|X₀=x]

    derived for two starts and two ends, outputs f + c and g + d; checked for up to three, four, and in the plane"""
    yield (1 - w) * loss_of(f + c, f) + w * loss_of(g + d, g)
    yield "E(X₁-f-c)² = f(1-f) + c²", (1 - w) * (f * (1 - f) + c**2) + w * (g * (1 - g) + d**2)
    yield "squares are not negative", (1 - w) * f * (1 - f) + w * g * (1 - g)


loss_pays_what_is_open.check(textbook.risk, on=textbook.tables, error=1e-13)
loss_pays_what_is_open.wrong(
    "Var X₁, as if the pairs were independent",
    symbolic=lambda w, f, g: ((1 - w) * f + w * g) * (1 - (1 - w) * f - w * g),
    claimed=lambda joint, ends, off: pairing.excess(np.sum(joint, axis=0)[None], ends),
)
loss_pays_what_is_open.wrong("twice as much: |X₁-X₁'|² of two partners", symbolic=lambda w, f, g: 2 * (1 - w) * f * (1 - f) + 2 * w * g * (1 - g),
                             claimed=lambda joint, ends, off: 2 * pairing.excess(joint, ends))  # fmt: skip


@claim.states(
    lambda starts, shares, ends: pairing.excess(np.outer(starts, shares), ends),
    at=lambda w, f: ([1 - w, w], [1 - f, f], [0, 1]),
)
def independent_pairs_leave_all(w: Unit, f: Unit):
    """independent pairs: E tr Var(X₁|X₀) = tr Var X₁: the best one step is the mean, from every start

    derived for two starts and two ends, checked for up to three, four, and in the plane"""
    yield (1 - w) * loss_of(f, f) + w * loss_of(f, f)
    yield "the same at either start", f * (1 - f)


independent_pairs_leave_all.check(textbook.spread_of_ends, on=textbook.independent, error=1e-13)
independent_pairs_leave_all.wrong("E|X₁|²: forgets the mean", symbolic=lambda f: f,
                                  claimed=lambda starts, shares, ends: float(np.sum(shares * np.sum(np.reshape(ends, (len(ends), -1)) ** 2, axis=1))))  # fmt: skip
independent_pairs_leave_all.wrong("twice as much: |X₁-X₁'|² of two partners", symbolic=lambda f: 2 * f * (1 - f),
                                  claimed=lambda starts, shares, ends: 2 * pairing.excess(np.outer(starts, shares), ends))  # fmt: skip

# --- Gaussian pairs, and pairs of a flow -------------------------------------------------------------------------------------


@claim.states(lambda s, r, *_: pairing.gaussian_excess(s, r), at="s r", relation=">=")
def correlated_pairs_leave(s: Positive, r: Unit, b: Real):
    """X₁ = s(ρX₀ + √(1-ρ²) Z): E(X₁ - f(X₀))² ≥ s²(1-ρ²), with equality at f = sρx; b: another slope, off by as much times s

    ρ = 0: independent pairs; ρ → 1: pairs that a flow has joined"""
    x0, z = sp.symbols("X0 Z")
    moments = {x0: 0, z: 0, x0**2: 1, z**2: 1, x0 * z: 0}
    yield expectation((s * (r * x0 + sp.sqrt(1 - r**2) * z) - s * (r + b) * x0) ** 2, moments)
    yield "E X₀² = E Z² = 1, E X₀Z = 0", s**2 * (b**2 + 1 - r**2)
    yield "b² ≥ 0", s**2 * (1 - r**2)


correlated_pairs_leave.check(textbook.gaussian_risk, on=textbook.correlated, error=1e-12)
correlated_pairs_leave.wrong("1-ρ for 1-ρ²: a deviation", symbolic=lambda s, r: s**2 * sp.sqrt(1 - r**2),
                             claimed=lambda s, r, *_: s**2 * np.sqrt(1 - r**2))  # fmt: skip
correlated_pairs_leave.wrong("all of it", symbolic=lambda s, r: s**2, claimed=lambda s, r, *_: s**2)


@claim.states(flow.exact_map, at=lambda x, m, s, t: (one_mode(t * m, np.hypot(1 - t, t * s)), x))
def joined_pairs_teach_the_map(x: Real, m: Real, s: Positive, t: Unit):
    """pairs joined by the flow of independent ones: X₁ = T(X₀), so Var(X₁|X₀) = 0 and the best one step is T = F⁻¹∘Φ

    on the line, X_t in the place of X₁; derived for one mode, by integration for up to three"""
    x0, x1 = sp.symbols("X0 X1")
    moments = {x0: 0, x1: m, x0**2: 1, x1**2: s**2 + m**2, x0 * x1: 0}
    end = yield Root(t * m + sp.sqrt((1 - t) ** 2 + t**2 * s**2) * x)
    yield sp.Derivative(end, t) - regression(x1 - x0, (1 - t) * x0 + t * x1, end, moments)
    velocity = m + (t * s**2 - (1 - t)) / ((1 - t) ** 2 + t**2 * s**2) * (end - t * m)
    yield "v = E[X₁-X₀|X_t]", sp.diff(end, t) - velocity


joined_pairs_teach_the_map.check(
    denoising.flowing_path, on=denoising.starts, error=1e-9, claimed_error=1e-11,
    scale=lambda p, x: denoising.size(p), confirm=denoising.quantile,
)  # fmt: skip
joined_pairs_teach_the_map.wrong(
    "straight to the mean, as of independent pairs",
    symbolic=lambda x, m, t: (1 - t) * x + t * m,
    claimed=lambda p, x: p.mean,
)
joined_pairs_teach_the_map.wrong(
    "moments alone, deviations added",
    symbolic=lambda x, m, s, t: t * m + (1 - t + t * s) * x,
    claimed=lambda p, x: p.mean + p.std * x,
)

# --- sorted minibatches ------------------------------------------------------------------------------------------------


def rank_moments(x, B):
    """Of k = 1 + Bin(B-1, x)."""
    n, k = B - 1, sp.Symbol("k")
    return k, {k: 1 + n * x, k**2: 1 + 2 * n * x + n * x * (1 - x) + n**2 * x**2}


@claim.states(pairing.sorted_mean)
def sorted_pairs_pull_to_the_middle(x: Unit, B: Draws):
    """X₀, X₁ uniform, paired in sorted batches of B: E[X₁|X₀=x] = (1 + (B-1)x)/(B+1)

    below x lie Bin(B-1, x) of the others, and the k-th of B uniform draws has the mean k/(B+1)"""
    k, moments = rank_moments(x, B)
    yield expectation(k / (B + 1), moments)
    yield "E k = 1 + (B-1)x", (1 + (B - 1) * x) / (B + 1)


sorted_pairs_pull_to_the_middle.check(textbook.partner_mean, on=textbook.batches, error=1e-12)
sorted_pairs_pull_to_the_middle.wrong("x itself", symbolic=lambda x: x, claimed=lambda x, B: x)
sorted_pairs_pull_to_the_middle.wrong(
    "one draw more", B=lambda B: B + 1, claimed=lambda x, B: pairing.sorted_mean(x, B + 1)
)


@claim.states(lambda h, B: pairing.sorted_excess(B, h))
def sorted_pairs_leave(h: Positive, B: Draws):
    """the same pairs, data of width h: E Var(X₁|X₀) = h² B/(3(B+1)²), a share 4B/(B+1)² of the variance: 1 at B = 1, ~ 4/B

    the k-th of B has the variance h² k(B+1-k)/((B+1)²(B+2)); over k it and the variance of hk/(B+1) are added"""
    x = sp.Symbol("x")
    k, moments = rank_moments(x, B)
    within = expectation(h**2 * k * (B + 1 - k) / ((B + 1) ** 2 * (B + 2)), moments)
    between = expectation((h * k / (B + 1)) ** 2, moments) - expectation(h * k / (B + 1), moments) ** 2
    yield sp.Integral(within + between, (x, 0, 1))
    yield "∫ x(1-x) dx = 1/6", h**2 * B / (3 * (B + 1) ** 2)


sorted_pairs_leave.check(textbook.partner_spread, on=textbook.widths_and_sizes, error=1e-12)
sorted_pairs_leave.wrong(
    "h²/(12B): as if batches averaged", symbolic=lambda h, B: h**2 / (12 * B), claimed=lambda h, B: h**2 / (12 * B)
)
sorted_pairs_leave.wrong(
    "between ranks alone", symbolic=lambda h, B: h**2 * (B - 1) / (6 * (B + 1) ** 2),
    claimed=lambda h, B: h**2 * (B - 1) / (6 * (B + 1) ** 2),
)  # fmt: skip


@claim.reads(one_step_models_must_blur, "sorted batches leave a fifth of the variance open", universal=True)
def sorted_pairs_leave_a_fifth(B):
    return sorted_pairs_leave(1, B) > 1 / 60


@claim.reads(one_step_models_must_blur, "Gaussian pairs leave a fifth of the variance open", universal=True)
def correlated_pairs_leave_a_fifth(r):
    return correlated_pairs_leave(1, r) > 0.2


# --- what networks do ------------------------------------------------------------------------------------------------------

A, S = 2.0, 0.3
DATA = symmetric_pair(A, S, weight=0.7)
SIZES = (1, 4, 16)
"""Sorted batches of the uniform pairs that networks are trained on; 1: independent."""


@sorted_pairs_leave.experiment(
    rule=Each(Agreement(0.03)),
    seeds=(16, 48),
    effect=0.98,
    steps=(200, 3000),
    reason="minibatches of 128 leave the network a hundredth of what is open off its mean; taught by independent pairs it leaves 56 % more, or 4.5 times it",
    looks_at={"network": "sorted", "control": "alone"},
    history={
        1: "a margin of 0.04 on 16 seeds, which lets an error of 5 % in what is claimed pass; 16 had been seen, 0.001 and 0.010 off",
        2: "24 seeds of 300 steps, and 0.15 for the map, which took three times as long; 48 had been seen, all of them within",
    },
)
def regressors(run: Run):
    """What networks taught by one pairing leave of fresh pairs of another, and what they show of two modes."""
    from toys import regressions
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.pairs import Pairs

    rule, start = Adam(0.02, decay="cosine"), equally_likely(one_mode(0.0, 1.0))

    def taught(data, batch, hidden, arm):
        learner = Regressor(Pairs(data, batch), hidden, activation="relu" if data else "tanh")
        return run.fit(learner, rule, arm=arm)

    def left(fitted, batch):
        fresh = np.stack([Pairs(None, batch).sample(16_384, rng) for rng in fitted.generators(batch)])
        return np.mean((regressions.outputs(fitted, fresh[..., :1]) - fresh[..., 1]) ** 2, axis=1)

    uniform = [taught(None, batch, (8,), "sorted" if batch > 1 else "alone") for batch in SIZES]
    modes = {arm: taught(DATA, batch, (32, 32), arm) for arm, batch in (("joined", None), ("independent", 1))}
    shown = {arm: regressions.shown(fitted, start) for arm, fitted in modes.items()}
    own = [left(fitted, batch) for fitted, batch in zip(uniform, SIZES, strict=True)]
    other = [left(uniform[0], batch) for batch in SIZES]
    return {"start": start, **shown, "sorted": np.stack(own, axis=1), "alone": np.stack(other, axis=1)}


@regressors.measure
def of_fresh_pairs(claimed, data):
    """The control arm was taught by independent pairs."""
    exact = np.array([float(claimed(1.0, batch)) for batch in SIZES[1:]])
    arms = {"network": data["sorted"], "control": data["alone"]}
    return {arm: left[:, 1:] / exact - 1 for arm, left in arms.items()}


@joined_pairs_teach_the_map.measured_on(
    regressors,
    rule=Agreement(0.2, "standard deviations of the data, RMS over starts"),
    effect=0.98,
    reason="between the modes the map is nearly a jump, of which a network of this size makes a slope over a hundredth of the starts; the mean is 1 off",
    detects=0.5,
    why="an RMS distance adds an error of the claim to the slope's in squares",
    looks_at={"network": "joined", "control": "independent"},
)
def from_the_map(claimed, data):
    """The control arm was taught by independent pairs, and gives their mean."""
    target = claimed(DATA, data["start"])
    arms = {"network": data["joined"], "control": data["independent"]}
    return {arm: np.sqrt(np.mean((shown - target) ** 2, axis=1)) / DATA.std for arm, shown in arms.items()}


@independent_pairs_leave_all.measured_on(
    regressors,
    rule=Agreement(0.03),
    effect=0.98,
    reason="a network of this size fits a constant to a few hundredths of a deviation; the map of joined pairs doubles the error",
    looks_at={"network": "independent", "control": "joined"},
)
def of_independent_pairs(claimed, data):
    """Over all pairs of 200 equally likely starts and ends; the control arm was taught by joined pairs."""
    ends = equally_likely(DATA)
    open_ = claimed(np.ones(1), np.full(200, 1 / 200), ends)
    arms = {"network": data["independent"], "control": data["joined"]}
    return {arm: np.mean((shown[..., None] - ends) ** 2, axis=(1, 2)) / open_ - 1 for arm, shown in arms.items()}


# --- figure ------------------------------------------------------------------------------------------------------------

PAIRS = 400


def paired(rng, law, batch, count):
    """Noise and data (count,) in sorted batches, of `law`."""
    noise, data = rng.standard_normal((count // batch, batch)), law.sample(count // batch * batch, rng)
    return np.sort(noise, axis=1).ravel(), np.sort(data.reshape(-1, batch), axis=1).ravel()


@claim.curves
def simulated(*, batch=16, bins=40, draws=400_000):
    """Mean partners of binned starts, and what sorted uniform batches leave open about them."""
    rng, law, sizes = np.random.default_rng(8), DATA, np.array([1, 2, 4, 8, 16, 32, 64])
    noise, data = paired(rng, law, batch, draws)
    place = np.clip(np.floor((noise + 2.5) / 5 * bins), -1, bins).astype(int)
    means = np.array([data[place == k].mean() for k in range(bins)])
    left = []
    for size in sizes.tolist():
        x, y = (np.sort(rng.random((draws // size, size)), axis=1).ravel() for _ in range(2))
        left.append(np.mean((y - pairing.sorted_mean(x, size)) ** 2))
    shown = paired(rng, law, batch, PAIRS)
    return {"centres": (np.arange(bins) + 0.5) / bins * 5 - 2.5, "means": means, "sizes": sizes, "left": np.array(left),
            "noise": shown[0], "data": shown[1], "others": law.sample(len(shown[0]), rng)}  # fmt: skip


@claim.figure(
    "Squared error averages what the pairs leave open, not what the loss is",
    where="pairs of noise and data, from two modes or, in the last panel, uniform ones",
)
def draw(saved, panels, *, batch=16, draws=400_000):
    found, nets, x = saved["curves"], saved["regressors"], np.linspace(-2.5, 2.5, 201)
    noise, mapped, start = found["noise"], flow.exact_map(DATA, x), nets["start"]
    some = slice(7, None, 15)
    free, batches, left = panels(3)
    free.points(noise, found["others"], "data", "independent pairs", ms=1)
    free.exact(x, np.full_like(x, DATA.mean), "best one step")
    free.seeds(start[some], nets["independent"][:, some], "control", "networks", ms=2.5)
    batches.points(noise, found["data"], "data", f"pairs sorted in batches of {batch}", ms=1)
    batches.exact(found["centres"], found["means"], "best one step")
    batches.exact(x, mapped, "for pairs of a flow", "--")
    batches.seeds(start[some], nets["joined"][:, some], "network", "networks, pairs of a flow", ms=2.5)
    for panel in (free, batches):
        panel.axes("noise $x_0$", "data $x_1$", legend="above")
    many = np.geomspace(1, 100, 100)
    left.exact(many, 12 * pairing.sorted_excess(many), "exact")
    left.points(found["sizes"], 12 * found["left"], "data", f"{draws:,} pairs".replace(",", " "), marker="o", ms=3)
    left.seeds(SIZES, 12 * nets["sorted"], "network", "networks")
    left.seeds(SIZES[1:], 12 * nets["alone"][:, 1:], "control", "taught by independent pairs")
    left.axes("sorted in batches of", "share of the variance left open", log="xy", legend="above")
    off = np.abs(np.interp(found["centres"], x, mapped) - found["means"]).mean()
    astray = [np.median(np.abs(nets["joined"] - end).mean(axis=1)) for end in (flow.exact_map(DATA, start), DATA.mean)]
    learned = 12 * np.median(nets["sorted"][:, -1])
    return (
        f"(a) Independent pairs: the best one-step model under squared error gives the mean of both modes, and so do networks. (b) "
        f"Pairs sorted in batches of {batch}: it follows the map that pairs of a flow teach (dashed), {off:.2f} off it on average; "
        f"networks taught by pairs of a flow, under the same loss, are {astray[0]:.2f} off the map and {astray[1]:.1f} off the mean. "
        f"(c) What uniform pairs leave open: all of the variance at 1, {12 * pairing.sorted_excess(16):.3f} at 16 (networks "
        f"{learned:.3f}), {12 * pairing.sorted_excess(64):.3f} at 64; pairs of a flow leave nothing. Networks taught by independent "
        f"pairs (control) leave all of it, whatever pairs they meet."
    )
