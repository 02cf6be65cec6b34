"""Fine-tuning under a KL penalty keeps the odds of equally rewarded modes; a gap Δ multiplies them by e^{Δ/β}.

    arg-max_π E_π R - β KL(π‖π_ref) ∝ π_ref e^{R/β}

Nothing is dropped for being a minority: where R is one constant on two modes their odds stay, whatever β. Equal mean
rewards do not suffice, for what multiplies odds is E e^{R/β}, and by Jensen's inequality the noisier mode wins.

The direction of the divergence does matter where rewards are not equal: KL(π‖π_ref) leaves e^{-Δ/β} of a mode that falls
short, KL(π_ref‖π) about β/Δ. The best of n draws lies at KL = ln n - (n-1)/n from one of them, with ties nearer.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Letter, Positive, Real, Root, Run, Unit, between, given, integers
from proofs.sentences import kl_penalty_drops_modes
from proofs.textbook import rewards as textbook
from proofs.words import information, sp
from theory import rewards

claim = Claim(
    topic="after-the-gan", references=("korbak2022 (the question)", "beirami2024 (the question of best of n)")
)
Minority = Annotated[Letter, between(0, 0.5)]
Draws = Annotated[Letter, integers(2)]

# --- the optimum --------------------------------------------------------------------------------------------------------


@claim.states(rewards.best_value, at=lambda w, R, Q, b: ([w, 1 - w], [R, Q], b), relation="<=")
def no_law_is_worth_more(w: Unit, R: Real, Q: Real, b: Positive, v: Unit):
    """E_π R - β KL(π‖π_ref) ≤ β ln E_ref e^{R/β}, with equality at π ∝ π_ref e^{R/β}

    derived for two modes with rewards R and Q, π_ref = (w, 1-w), π = (v, 1-v); checked for up to six"""
    Z = w * sp.exp(R / b) + (1 - w) * sp.exp(Q / b)
    best = w * sp.exp(R / b) / Z
    yield information.total(v * (R - b * sp.log(v / w)), (1 - v) * (Q - b * sp.log((1 - v) / (1 - w))))
    yield "R = β ln(e^{R/β})", b * sp.log(Z) - b * information.kl(v, best)
    yield given("gibbs", "KL(π‖π*) ≥ 0"), b * sp.log(Z)


no_law_is_worth_more.check(
    textbook.value,
    on=textbook.policies,
    at=lambda reference, rewards, beta, other: (reference, rewards, beta),
    error=1e-13,
    scale=lambda reference, rewards, beta, other: 1 + beta + np.abs(rewards).max(),
)
no_law_is_worth_more.wrong(
    "the mean reward: never left", symbolic=lambda w, R, Q: w * R + (1 - w) * Q, claimed=lambda w, R, b: np.dot(w, R)
)
no_law_is_worth_more.wrong("β for β/2", b=lambda b: 2 * b, claimed=lambda w, R, b: rewards.best_value(w, R, 2 * b))


@claim.states(rewards.log_odds)
def a_gap_multiplies_odds(w: Unit, D: Real, b: Positive):
    """ln π*₁/π*₂ = ln w/(1-w) + Δ/β: odds stay at Δ = 0, whatever w and β

    R is constant on either of two modes, higher by Δ on the one of share w"""
    t, v = (yield Root(sp.log(w / (1 - w)) + D / b)), sp.Symbol("v")
    yield sp.Subs(sp.Derivative(v * D - b * information.kl(v, w), v), v, 1 / (1 + sp.exp(-t)))
    yield "kl' = ln odds - ln odds of w", D - b * (t - sp.log(w / (1 - w)))


a_gap_multiplies_odds.check(
    textbook.log_odds, on=textbook.gaps, error=1e-8, claimed_error=1e-13, resolution=1e-6,
    scale=lambda w, gap, beta: 1 + abs(gap / beta),
)  # fmt: skip
a_gap_multiplies_odds.wrong("β for 1/β", symbolic=lambda w, D, b: sp.log(w / (1 - w)) + D * b,
                            claimed=lambda w, D, b: rewards.log_odds(w, D * b * b, b))  # fmt: skip
a_gap_multiplies_odds.wrong("the reference is forgotten", symbolic=lambda D, b: D / b, claimed=lambda w, D, b: D / b)
a_gap_multiplies_odds.wrong(
    "the reference is squared", symbolic=lambda w, D, b: 2 * sp.log(w / (1 - w)) + D / b,
    claimed=lambda w, D, b: 2 * rewards.log_odds(w, 0.0, b) + D / b,
)  # fmt: skip


@claim.reads(
    kl_penalty_drops_modes, "the less likely of two equally rewarded modes loses a hundredth of its odds, or more"
)
def equal_modes_are_dropped(w, b):
    """As if it fell short by a hundredth of β."""
    return a_gap_multiplies_odds(w, 0, b) <= a_gap_multiplies_odds(w, -b / 100, b)


@claim.states(rewards.noisy_log_odds)
def equal_means_do_not_suffice(w: Unit, t: Positive, b: Positive):
    """R ~ N(μ, τ²) on one mode and μ on the other: ln odds grow by ln E e^{(R-μ)/β} = τ²/2β²

    t = τ"""
    z = sp.Symbol("z", real=True)
    weight = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    yield sp.log(w * sp.Integral(sp.exp(t * z / b) * weight, (z, -sp.oo, sp.oo)) / (1 - w))
    yield "complete the square", sp.log(w / (1 - w)) + t**2 / (2 * b**2)


equal_means_do_not_suffice.check(
    textbook.noisy_log_odds,
    on=textbook.noises,
    error=1e-10,
    claimed_error=1e-13,
    scale=lambda w, tau, beta: 1 + abs(np.log(w / (1 - w))) + (tau / beta) ** 2,
)
equal_means_do_not_suffice.wrong(
    "odds are kept", symbolic=lambda w: sp.log(w / (1 - w)), claimed=lambda w, t, b: rewards.log_odds(w, 0.0, b)
)
equal_means_do_not_suffice.wrong(
    "τ²/β²", t=lambda t: sp.sqrt(2) * t, claimed=lambda w, t, b: rewards.noisy_log_odds(w, 2**0.5 * t, b)
)

# --- the direction ------------------------------------------------------------------------------------------------------


@claim.states(rewards.share_left)
def reverse_leaves_e_to_the_minus_gap(w: Unit, x: Positive):
    """arg-max E_π R - β KL(π‖π_ref): of a share w that falls short by Δ is left we^{-x}/(1-w+we^{-x}), x = Δ/β"""
    v = sp.Symbol("v")
    share = yield Root(w * sp.exp(-x) / (1 - w + w * sp.exp(-x)))
    yield sp.Subs(sp.Derivative((1 - v) * x - information.kl(v, w), v), v, share)
    yield "ln odds", -x - sp.log(share / (1 - share)) + sp.log(w / (1 - w))


reverse_leaves_e_to_the_minus_gap.check(textbook.left, on=textbook.shares, error=1e-13)
reverse_leaves_e_to_the_minus_gap.wrong(
    "we^{-x}: not normalised", symbolic=lambda w, x: w * sp.exp(-x), claimed=lambda w, x: w * np.exp(-x)
)
reverse_leaves_e_to_the_minus_gap.wrong(
    "half the gap", x=lambda x: x / 2, claimed=lambda w, x: rewards.share_left(w, x / 2)
)


@claim.states(rewards.forward_share_left)
def forward_leaves_one_over_gap(w: Unit, x: Positive):
    """arg-max E_π R - β KL(π_ref‖π): what is left is v with w/v - (1-w)/(1-v) = x, that is
    2w/(1+x+√((1+x)²-4wx)), about w/x for large x = Δ/β"""
    v = sp.Symbol("v")
    share = yield Root(2 * w / (1 + x + sp.sqrt((1 + x) ** 2 - 4 * w * x)))
    yield sp.Subs(sp.Derivative(textbook.forward(v, w, x), v), v, share)
    yield "differentiate", -x + w / share - (1 - w) / (1 - share)


forward_leaves_one_over_gap.check(
    textbook.forward_share, on=textbook.shares, error=1e-8, claimed_error=1e-13, resolution=1e-6
)
forward_leaves_one_over_gap.wrong(
    "w/(1+x), which is less", symbolic=lambda w, x: w / (1 + x), claimed=lambda w, x: w / (1 + x)
)
forward_leaves_one_over_gap.wrong(
    "what the other direction leaves",
    symbolic=lambda w, x: w * sp.exp(-x) / (1 - w + w * sp.exp(-x)),
    claimed=rewards.share_left,
)


@claim.states(rewards.forward_pull, relation=">=")
def forward_leaves_more_of_a_minority(w: Minority, k: Unit):
    """where KL(π‖π_ref) leaves a share kw of a minority w, E_π R/β - KL(π_ref‖π) still rises with the share: by
    A - B - ln A/B ≥ (1-k)²(1-2w)/2k > 0, A = 1/k, B = (1-w)/(1-kw)

    the latter is concave in the share, so that its maximum lies at more than kw"""
    v, A, B = sp.Symbol("v"), 1 / k, (1 - w) / (1 - k * w)
    gap = sp.log((1 - k * w) / (k * (1 - w)))
    yield sp.Subs(sp.Derivative(textbook.forward(v, w, gap), v), v, k * w)
    yield "x = ln A/B", A - B - sp.log(A / B)
    yield given("logarithmic_mean"), (A - B) * (1 - 1 / (A * B)) / 2
    yield given("larger_denominator", "(1-kw)(1-w) ≤ 1"), (1 - k) ** 2 * (1 - w * (1 + k)) / (2 * k)
    yield "k ≤ 1", (1 - k) ** 2 * (1 - 2 * w) / (2 * k)


forward_leaves_more_of_a_minority.check(
    textbook.pull, on=textbook.minorities, error=1e-9, scale=lambda w, k: 1 / k, detects=0.1,
    why="the bound is attained only as k → 1, where both sides vanish",
)  # fmt: skip
forward_leaves_more_of_a_minority.wrong(
    "twice as much",
    symbolic=lambda w, k: (1 - k) ** 2 * (1 - 2 * w) / k,
    claimed=lambda w, k: 2 * rewards.forward_pull(w, k),
)
forward_leaves_more_of_a_minority.wrong(
    "whatever the share", symbolic=lambda k: (1 - k) ** 2 / (2 * k), claimed=lambda w, k: (1 - k) ** 2 / (2 * k)
)


@claim.reads(
    kl_penalty_drops_modes,
    "the direction matters: where it leaves k of a less rewarded minority, KL in the other direction leaves more",
)
def the_direction_matters(w, k):
    return forward_leaves_more_of_a_minority(w, k) > 0


# --- what policies learn --------------------------------------------------------------------------------------------------

W, GAPS, ARMS = 0.2, (0.0, 2.0), ("network", "control")


@a_gap_multiplies_odds.experiment(
    rule=Agreement(0.1, "nats of log odds, the farthest of the gaps"),
    seeds=(39, 48),
    effect=0.85,
    steps=(300, 3000),
    reason="a tenth changes odds by a tenth; at the larger gap the other direction keeps odds that are three times as high",
    detects=0.2,
    why="a twentieth of the log odds is within what minibatches of 128 leave open",
    history={
        1: "policies began at the reference, where without a gap nothing moves them: equal rewards could not fail"
    },
)
def fine_tuned(run: Run):
    """The minority's share of policies on two modes, of which it falls short by Δ, at β = 1, from anywhere about the reference.

    The control arm has the penalty in the other direction. Without a gap both lead back to the odds of the reference.
    """
    from toys import targets
    from toys.learners.policy_gradient import DIRECTIONS, PolicyGradient
    from toys.optimisers import Adam

    target, rule = targets.symmetric_pair(2.0, 0.3, W), Adam(0.05, decay="cosine")
    shares = {}
    for arm, direction in zip(ARMS, DIRECTIONS, strict=True):
        learners = [PolicyGradient(target, (-gap, 0.0), direction, jitter=1.0) for gap in GAPS]
        left = [run.fit(learner, rule, arm=arm).evaluate(learner.shares)[:, 0] for learner in learners]
        shares[arm] = np.stack(left, axis=1)
    return shares


def off(share, log_odds):
    """How far log odds are off at the gap where they are farthest off."""
    from toys.regressions import farthest

    return farthest(np.log(share / (1 - share)) - log_odds)


@fine_tuned.measure
def log_odds_off(claimed, data):
    """Of either arm, from what KL(π‖π_ref) leaves."""
    left = [claimed(W, -gap, 1.0) for gap in GAPS]
    return {arm: off(data[arm], left) for arm in ARMS}


@forward_leaves_one_over_gap.measured_on(
    fine_tuned, rule=Agreement(0.1, "nats of log odds, the farthest of the gaps"), looks_at={"network": "control", "control": "network"},
    reason="as for the other direction, which is the control", effect=0.85, detects=0.2, why="as there",
)  # fmt: skip
def forward_log_odds_off(claimed, data):
    """The arms change places: the control is the penalty KL(π‖π_ref)."""
    left = np.array([claimed(W, gap) for gap in GAPS])
    return {arm: off(data[other], np.log(left / (1 - left))) for arm, other in zip(ARMS, ARMS[::-1], strict=True)}


# --- best of n ----------------------------------------------------------------------------------------------------------


@claim.states(rewards.best_of_kl)
def best_of_n_lies_at_ln_n(n: Draws):
    """KL(best of n‖one draw) = ln n - (n-1)/n

    rewards without ties: the rank of the best, u = F(R), has density nu^{n-1}"""
    u = sp.Symbol("u", positive=True)
    yield sp.Integral(n * u ** (n - 1) * (sp.log(n) + (n - 1) * sp.log(u)), (u, 0, 1))
    yield "∫ nu^{n-1} ln u = -1/n", sp.log(n) - (n - 1) / n


best_of_n_lies_at_ln_n.check(textbook.continuous_best, on=lambda s: s.integers(2, 200), error=1e-11)
best_of_n_lies_at_ln_n.wrong("ln n", symbolic=lambda n: sp.log(n), claimed=lambda n: np.log(n))
best_of_n_lies_at_ln_n.wrong("one draw more", n=lambda n: n + 1, claimed=lambda n: rewards.best_of_kl(n + 1))


@claim.states(rewards.best_of_kl, at="n", relation="<=")
def ties_bring_it_nearer(n: Draws, c: Unit):
    """with ties KL(best of n‖one draw) ≤ ln n - (n-1)/n

    derived for two rewards, the lower one of probability c; checked for up to five, and nearly attained by many"""
    u, low = sp.Symbol("u", positive=True), c**n
    yield information.total(low * sp.log(low / c), (1 - low) * sp.log((1 - low) / (1 - c)))
    yield (
        given("data_processing", "the reward is made of the rank, and merging ranks lowers KL"),
        sp.Integral(n * u ** (n - 1) * (sp.log(n) + (n - 1) * sp.log(u)), (u, 0, 1)),
    )
    yield "∫ nu^{n-1} ln u = -1/n", sp.log(n) - (n - 1) / n


ties_bring_it_nearer.check(textbook.best_of, on=textbook.draws, at="n", error=1e-10)
ties_bring_it_nearer.wrong(
    "two thirds of it",
    symbolic=lambda n: 2 * (sp.log(n) - (n - 1) / n) / 3,
    claimed=lambda n: 2 * rewards.best_of_kl(n) / 3,
)
ties_bring_it_nearer.wrong(
    "half a draw", symbolic=lambda n: (sp.log(n) - (n - 1) / n) / 2, claimed=lambda n: rewards.best_of_kl(n) / 2
)

# --- the figure ---------------------------------------------------------------------------------------------------------


@claim.figure(
    "A KL penalty keeps the odds of equal modes; a gap in reward is what empties one",
    where=r"$\Delta$: gap in reward; $\beta$: strength of the penalty; $\pi$, $\pi_{ref}$: law after and before; $n$: draws of which the best is kept",
)
def draw(saved, panels, *, w=0.2, largest=12.0, ties=(2, 10)):
    x, n = np.linspace(0, largest, 200), np.arange(1, 33)
    gone, noisy, best = panels(3)
    gone.exact(x, rewards.share_left(w, x), r"$\mathrm{KL}(\pi\|\pi_{ref})$")
    gone.exact(x, rewards.forward_share_left(w, x), r"$\mathrm{KL}(\pi_{ref}\|\pi)$", "--")
    gone.level(w, "data", "equal rewards", ":")
    if w == W:
        for arm, label in zip(ARMS, ("policies", ""), strict=True):
            gone.seeds(GAPS, saved["fine_tuned"][arm], "network", label)
    gone.axes(r"gap over penalty, $\Delta/\beta$", "share that is left", log="y", legend="above", columns=2)
    spread = np.linspace(0, 3, 100)
    mean = 1 / (1 + np.exp(-rewards.noisy_log_odds(w, spread, 1.0)))
    noisy.exact(spread, mean, "rewards of equal mean")
    noisy.level(w, "data", "equal rewards", ":")
    noisy.axes(r"spread of the reward over $\beta$", "share of the noisier mode", y=(0, 1), legend="above")
    best.exact(n, [rewards.best_of_kl(int(k)) for k in n], "no ties")
    for count, style in zip(ties, ("--", ":"), strict=False):
        ladder = np.arange(count + 1) / count
        rows = [np.diff(ladder ** int(k)) for k in n]
        best.exact(
            n, [float(np.sum(row * np.log(np.maximum(row * count, 1e-300)))) for row in rows], f"{count} rewards", style
        )
    best.axes("draws $n$", "KL to one draw (nats)", legend="above", columns=2)
    at, ends = min(10.0, largest), [np.median(saved["fine_tuned"][arm][:, -1]) for arm in ARMS]
    return (
        f"(a) Of a mode of share {w:g} that falls short by Δ the penalty KL(π‖π_ref) leaves {rewards.share_left(w, at):.1g} at "
        f"Δ/β = {at:g}, and KL(π_ref‖π) {rewards.forward_share_left(w, at):.2g}; of one with the same reward either leaves {w:g}. Policies "
        f"trained at Δ/β = {GAPS[-1]:g} on a mode of {W:g}: {ends[0]:.3f} and {ends[1]:.3f} in the middle seed. "
        f"(b) With the same mean reward a mode whose reward varies by 2β ends with {mean[np.abs(spread - 2).argmin()]:.2f}. (c) The best "
        f"of {n[-1]} draws lies {rewards.best_of_kl(int(n[-1])):.2f} nats away, with ties less."
    )
