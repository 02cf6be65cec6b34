"""Transport between batches drops a minority that more than half of the batches miss, and gives every other one too little.

    E W₁(p̂_B, q̂_B) is least at a share of 0  iff  (1-w)^B ≥ ½,  that is, w ≤ 1 - 2^{-1/B}

W₁ vanishes at q = p, but its mean over two independent batches of B does not, and is least elsewhere: of two points the
best share of the rarer one is 0 up to B = ln 2/ln(1/(1-w)), and below its weight w at every B. At B = 1 the best q is one
point, a median: mean collapse of a transport loss. On the line W₁ = ∫ |F̂_p - F̂_q| dx is least at every x by itself, so that
every optimal q has F_q = h_B(F_p), with h_B(w) the best share of w: both tails of mass 1 - 2^{-1/B} are gone, of any law.

It is the samples and not the distance: the energy distance without its bias (U-statistic) is least at the true share
whatever the batch; with it (V-statistic) a minority up to 1/2B is dropped.
"""

from typing import Annotated

import numpy as np

from proofs.core import (
    Agreement,
    Claim,
    Count,
    Each,
    Letter,
    Positive,
    Root,
    Run,
    Share,
    Slack,
    Unit,
    between,
    given,
    integers,
)
from proofs.sentences import transport_losses_drop_nothing
from proofs.textbook import minibatches as textbook
from proofs.words import expectation, information, slope_at, sp
from theory import minibatch_transport as transport

claim = Claim(topic="after-the-gan", references=("bellemare2017 (the bias)",))
Minority = Annotated[Letter, between(0, 0.5)]
Several = Annotated[Letter, integers(2)]
Kept = Annotated[Letter, between(0.3, 0.5)]


def missed(w, B):
    """P(none of B is at the rarer point), to be worked out."""
    return sp.Product(1 - w, (sp.Symbol("i"), 1, B))


def count(w, B):
    """E K, to be worked out."""
    return sp.Sum(w, (sp.Symbol("i"), 1, B))


# --- the threshold ------------------------------------------------------------------------------------------------------


@claim.states(transport.least_growth, relation=">=")
def shares_cost_at_least(w: Unit, t: Unit, B: Count, d: Positive, s: Slack):
    """E W₁ ≥ d(w + θ(2(1-w)^B - 1)), with equality at θ = 0: where (1-w)^B ≥ ½ no share is better than none

    two points at a distance d, the second of weight w and of share θ = t in the model; K of B true samples are there and
    J of B others: |K-J| is J at K = 0 and at least K - J else"""
    K, J, Z = sp.symbols("K J Z")  # Z = 1 at K = 0
    moments = {K: count(w, B).doit(), J: count(t, B).doit(), J * Z: count(t, B).doit() * missed(w, B).doit()}
    yield d / B * expectation(K + J * (2 * Z - 1), moments) + s
    yield "E K = Bw, E J = Bθ, E Z = (1-w)^B", d * (w + t * (2 * (1 - w) ** B - 1)) + s
    yield "s ≥ 0", d * (w + t * (2 * (1 - w) ** B - 1))


shares_cost_at_least.check(textbook.expected, on=textbook.two_points, error=1e-12, scale=lambda w, t, n, d: d)
shares_cost_at_least.wrong(
    "(1-w)^{B-1} of the others", symbolic=lambda w, t, B, d: d * (w + t * (2 * (1 - w) ** (B - 1) - 1)),
    claimed=lambda w, t, B, d: d * (w + t * (2 * (1 - w) ** (B - 1) - 1)),
)  # fmt: skip
shares_cost_at_least.wrong(
    "as if every batch missed it: d(w+θ)", symbolic=lambda w, t, d: d * (w + t), claimed=lambda w, t, B, d: d * (w + t)
)


@claim.states(transport.slope_at_zero)
def first_share_pays_or_not(w: Unit, B: Count, d: Positive):
    """d/dθ E W₁ = d(2(1-w)^B - 1) at θ = 0: a first share pays iff less than half of the batches miss the minority

    one of the B generated samples is at the second point with probability Bθ(1-θ)^{B-1}, more with order θ²: R"""
    K, Z, t = sp.symbols("K Z t")
    moments = {K: count(w, B).doit(), Z: missed(w, B).doit()}
    none, one = (d / B * expectation(e, moments) for e in (K, K + 2 * Z - 1))
    yield slope_at((1 - t) ** B * none + B * t * (1 - t) ** (B - 1) * one + t**2 * sp.Symbol("R"), t, 0)
    yield "E|K-1| - E K = 2P(K = 0) - 1", d * (2 * (1 - w) ** B - 1)


first_share_pays_or_not.check(textbook.slope_at_zero, on=textbook.weights_and_sizes, error=1e-11, claimed_error=1e-13,
                              scale=lambda w, n, d: d)  # fmt: skip
first_share_pays_or_not.wrong(
    "a sample more", B=lambda B: B + 1, claimed=lambda w, B, d: transport.slope_at_zero(w, B + 1, d)
)
first_share_pays_or_not.wrong(
    "e^{-Bw}",
    symbolic=lambda w, B, d: d * (2 * sp.exp(-B * w) - 1),
    claimed=lambda w, B, d: d * (2 * np.exp(-B * w) - 1),
)


@claim.reads(transport_losses_drop_nothing, "between batches of B the best share of a minority is not 0")
def a_share_is_kept(w, B):
    return first_share_pays_or_not(w, B, 1) < 0


@claim.states(transport.dropped_tail)
def tails_are_dropped(B: Count):
    """the largest w with a best share of 0 is 1 - 2^{-1/B}, about ln 2/B

    on the line: both tails of that mass, F_q = h_B(F_p) being 0 where F_p is up to it; at B = 1 all but a median"""
    w = yield Root(1 - 2 ** (-1 / B))
    yield 2 * missed(w, B) - 1
    yield "B samples", 2 * (1 - w) ** B - 1


tails_are_dropped.check(textbook.just_dropped, on=lambda s: s.integers(1, 120), error=1e-11, claimed_error=1e-14)
tails_are_dropped.wrong("ln 2/B", symbolic=lambda B: sp.log(2) / B, claimed=lambda B: np.log(2) / B)
tails_are_dropped.wrong("1/2B, as of the V-statistic", symbolic=lambda B: 1 / (2 * B), claimed=lambda B: 0.5 / B)

# --- beyond it ----------------------------------------------------------------------------------------------------------


@claim.states(transport.slope_at_own_share, relation=">=")
def own_share_is_never_the_best(w: Minority, B: Count, d: Positive, e: Slack):
    """d/dθ E W₁ = d(1-2w) P(K' = J') ≥ d(1-2w)/B > 0 at θ = w, so that less than w is better, at every B

    one sample moved: d times P(K ≤ J') - P(K > J'), J' and K' of B-1 samples alike, K one more than K' with probability w;
    P(K' = J') = 1/B + e"""
    same = 1 / B + e
    yield d * information.total((1 - same) / 2, same * (1 - w), -same * w, -(1 - same) / 2)
    yield "K' < J' as often as K' > J'", d * (1 - 2 * w) * same
    yield given("cauchy_schwarz", "Σ p_k² ≥ 1/B over B counts: e ≥ 0"), d * (1 - 2 * w) / B


own_share_is_never_the_best.check(textbook.slope_at_own, on=textbook.minorities, error=1e-10, claimed_error=1e-13,
                                  scale=lambda w, n, d: d)  # fmt: skip
own_share_is_never_the_best.wrong("twice that", symbolic=lambda w, B, d: 2 * d * (1 - 2 * w) / B,
                                  claimed=lambda w, B, d: 2 * transport.slope_at_own_share(w, B, d))  # fmt: skip
own_share_is_never_the_best.wrong("whatever the batch", symbolic=lambda w, d: d * (1 - 2 * w),
                                  claimed=lambda w, B, d: d * (1 - 2 * w))  # fmt: skip


@claim.reads(transport_losses_drop_nothing, "between batches of B the best share of a minority is its own weight")
def the_share_is_right(w, B):
    return own_share_is_never_the_best(w, B, 1) <= 0


def of_two(w, t):
    """E|K-J|/2, batches of two, to be worked out."""
    i, j = sp.symbols("i j")
    law = lambda u, k: sp.binomial(2, k) * u**k * (1 - u) ** (2 - k)  # noqa: E731
    return sp.Sum(sp.Sum(law(w, i) * law(t, j) * sp.Abs(i - j) / 2, (i, 0, 2)), (j, 0, 2))


@claim.states(transport.share, at=lambda w: (w, 2))
def best_share(w: Kept):
    """arg-min_θ E W₁ is the θ with Σ_j P(J' = j) P(K ≤ j) = ½, unique for B ≥ 2: E W₁ is convex in θ

    derived for B = 2, (1-2(1-w)²)/4w(1-w); checked for up to 16, where it is not 0"""
    t = sp.Symbol("t")
    best = yield Root((1 - 2 * (1 - w) ** 2) / (4 * w * (1 - w)))
    yield slope_at(of_two(w, t), t, best)
    yield "E W₁ is a parabola in θ", 4 * w * (1 - w) * best - (1 - 2 * (1 - w) ** 2)


best_share.check(textbook.best_share, on=textbook.kept, error=1e-11, claimed_error=1e-12)
best_share.wrong("its own weight", symbolic=lambda w: w, claimed=lambda w, B: w)
best_share.wrong(
    "that of the V-statistic", symbolic=lambda w: 2 * w - sp.Rational(1, 2), claimed=transport.energy_share
)


@claim.states(
    lambda weights, places, batch, other: transport.least_on_line(weights, places, batch), relation=">=",
    at=lambda w, t: ([1 - w, w], [0.0, 1.0], 2, [1 - t, t]),
)  # fmt: skip
def line_is_solved_point_by_point(w: Kept, t: Unit):
    """on the line E W₁ ≥ ∫ min_θ E|K_x - J_x|/B dx, K_x ~ Bin(B, F_p(x)), with equality at F_q = h_B(F_p)

    derived for two points and B = 2, checked for up to four points and B = 3"""
    best = (1 - 2 * (1 - w) ** 2) / (4 * w * (1 - w))
    yield of_two(w, t)
    yield "complete the square", w - 2 * w * (1 - w) * best**2 + 2 * w * (1 - w) * (t - best) ** 2
    yield "squares are not negative", w - 2 * w * (1 - w) * best**2


line_is_solved_point_by_point.check(textbook.on_line, on=textbook.lines, error=1e-12)
line_is_solved_point_by_point.wrong("as of batches of one", symbolic=lambda w: w,
                                    claimed=lambda w, x, n, q: transport.least_on_line(w, x, 1))  # fmt: skip
line_is_solved_point_by_point.wrong(
    "twice as much", symbolic=lambda w: 2 * w - 4 * w * (1 - w) * ((1 - 2 * (1 - w) ** 2) / (4 * w * (1 - w))) ** 2,
    claimed=lambda w, x, n, q: 2 * transport.least_on_line(w, x, n),
)  # fmt: skip

# --- the energy distance -------------------------------------------------------------------------------------------------


def energy(w, t, B, d, pairs):
    """2E|x-y| less the mean of |x-x'| and |y-y'| over B² or B(B-1) pairs, by the shares k and j of both batches."""
    k, j = sp.symbols("k j")
    moments = {k: w, j: t, k * j: w * t, k**2: w**2 + w * (1 - w) / B, j**2: t**2 + t * (1 - t) / B}
    return 2 * d * expectation(k * (1 - j) + j * (1 - k) - B**2 / pairs * (k * (1 - k) + j * (1 - j)), moments)


@claim.states(transport.energy, at="w t d")
def unbiased_energy_drops_nothing(w: Unit, t: Unit, B: Several, d: Positive):
    """the U-statistic of the energy distance: E = 2d(θ-w)², least at θ = w whatever the batch"""
    yield energy(w, t, B, d, B * (B - 1))
    yield "E k(1-k) = w(1-w)(B-1)/B", 2 * d * (t - w) ** 2


unbiased_energy_drops_nothing.check(textbook.unbiased, on=textbook.energies, at=lambda w, t, n, d: (w, t, d), error=1e-13,
                                    scale=lambda w, t, n, d: d)  # fmt: skip
unbiased_energy_drops_nothing.wrong("without the square", symbolic=lambda w, t, d: 2 * d * sp.Abs(t - w),
                                    claimed=lambda w, t, d: 2 * d * abs(t - w))  # fmt: skip
unbiased_energy_drops_nothing.wrong(
    "half of it", symbolic=lambda w, t, d: d * (t - w) ** 2, claimed=lambda w, t, d: d * (t - w) ** 2
)


@claim.states(transport.energy_share, at="w B")
def biased_energy_drops_some(B: Several, w: Annotated[Letter, between("1/(2*B)", 0.5)]):
    """the V-statistic: arg-min_θ E = (2Bw-1)/2(B-1) above w = 1/2B, where it reaches 0"""
    t = sp.Symbol("t")
    best = yield Root((2 * B * w - 1) / (2 * (B - 1)))
    yield slope_at(energy(w, t, B, 1, B**2), t, best)
    yield "a parabola in θ", 4 * (best - w) + 2 * (1 - 2 * best) / B


biased_energy_drops_some.check(textbook.biased_best, on=textbook.weights_and_pairs, at="w n", error=1e-12)
biased_energy_drops_some.wrong("as if unbiased", symbolic=lambda w: w, claimed=lambda w, B: w)
biased_energy_drops_some.wrong(
    "w - 1/2B", symbolic=lambda w, B: w - 1 / (2 * B), claimed=lambda w, B: max(w - 0.5 / B, 0.0)
)

# --- shares that are learned ----------------------------------------------------------------------------------------------

WEIGHT, SIZES, JUDGED = 0.1, (1, 2, 4, 8, 16, 32, 64), (2, 4, 8)
LOSSES = {"network": "wasserstein", "control": "unbiased"}


def looked_at(sizes):
    return {arm: tuple(f"{loss} {size}" for size in sizes) for arm, loss in LOSSES.items()}


@best_share.experiment(
    rule=Each(Agreement(0.1, "of the weight")),
    seeds=(24, 32),
    steps=(250, 1000),
    batch=64,
    reason="a tenth of the weight is what the last steps leave of the way down to 0; the control, whose best share is the "
    "weight, is off by seven tenths and more; batches of 2 and 4 miss the minority more often than not, of 8 do not",
    history={
        1: "16 seeds decide too seldom where one in twenty fails; of 16 all had been seen within the margin, medians within half of it"
    },
    detects=0.5,
    why="at a batch of 8 the best share is 0.27 of the weight, and 0 below",
    looks_at=looked_at(JUDGED),
)
def descents(run: Run):
    from toys.learners.batch_share import BatchShare
    from toys.optimisers import Adam
    from toys.targets.two_points import TwoPoints

    found = {}
    for loss in LOSSES.values():
        sizes = [size for size in SIZES if size > 1 or loss == "wasserstein"]
        learner = BatchShare(TwoPoints(WEIGHT), loss, np.repeat(sizes, len(run.seeds)).astype(float))
        fitted = run.fit(learner, Adam(0.2, decay="cosine"), arm=[f"{loss} {size}" for size in sizes])
        learnt = fitted.evaluate(learner.share).reshape(len(sizes), -1)
        found |= {f"{loss}_{size}": row for size, row in zip(sizes, learnt, strict=True)}
    return found


@descents.measure
def off_the_best(claimed, data):
    """In units of the weight, by size."""
    return {
        arm: [(data[f"{loss}_{size}"] - claimed(WEIGHT, size)) / WEIGHT for size in JUDGED]
        for arm, loss in LOSSES.items()
    }


DROPPED = (2, 4)


@first_share_pays_or_not.measured_on(
    descents,
    rule=Each(Share(0.5)),
    reason="a share is dropped when a tenth of the weight is left of it; half of 24 seeds is beyond doubt where nearly all do",
    looks_at=looked_at(DROPPED),
)
def is_dropped(claimed, data):
    """Where no share pays, and it is gone."""
    return {arm: [(data[f"{loss}_{size}"] < WEIGHT / 10) & (claimed(WEIGHT, size, 1.0) >= 0) for size in DROPPED]
            for arm, loss in LOSSES.items()}  # fmt: skip


# --- figure ------------------------------------------------------------------------------------------------------------


@claim.figure(
    "Minibatch transport drops what most batches miss; the unbiased energy distance does not",
    where="$w$: weight of the rarer of two points; $B$: samples in a batch; $F_p$, $F_q$: distribution functions of data and best model",
)
def draw(saved, panels, *, sizes=(1, 4, 16)):
    data, every, cuts = saved["descents"], np.arange(1, SIZES[-1] + 1), np.linspace(0.002, 0.998, 499)
    learnt = {
        loss: np.column_stack([data[key] for B in SIZES if (key := f"{loss}_{B}") in data]) for loss in LOSSES.values()
    }
    shares, line = panels(2)
    shares.exact(every, [transport.share(WEIGHT, int(B)) for B in every], "best, transport")
    shares.line(
        every[1:], [transport.energy_share(WEIGHT, int(B)) for B in every[1:]], "second", "best, V-statistic", "--"
    )
    shares.seeds(SIZES, learnt["wasserstein"], "network", "transport")
    shares.seeds(SIZES[1:], learnt["unbiased"], "control", "U-statistic")
    shares.level(WEIGHT, "data", "data", ":")
    shares.axes(
        "samples in a batch $B$",
        "share of the minority",
        log="x",
        x_ticks=SIZES,
        y=(-0.005, 0.135),
        legend="above",
        columns=2,
    )
    for B, style in zip(sizes, ("-", "--", "-.", ":"), strict=False):
        line.exact(cuts, transport.share(cuts, B), f"$B = {B}$", style)
    line.line((0, 1), (0, 1), "data", "data", ":")
    line.axes("data $F_p(x)$", "best model $F_q(x)$", equal=True, legend="above", columns=2)
    held = np.median(data["wasserstein_64"])
    return (
        f"(a) Shares of a minority of w = {WEIGHT:g} that descent on batches finds: by transport {np.median(data['wasserstein_2']):.1g} at "
        f"B = 2, and more than 0 only beyond B = {np.log(2) / -np.log1p(-WEIGHT):.1f}, where half of the batches miss it; "
        f"{held:.3f} at 64, where {float(transport.share(WEIGHT, 64)):.3f} is best. By the U-statistic of the energy distance "
        f"{np.median(data['unbiased_2']):.3f} at B = 2. (b) What is best on the line, for any law: of each tail {transport.dropped_tail(sizes[0]):.2g} of the "
        f"mass is dropped at B = {sizes[0]}, {transport.dropped_tail(sizes[-1]):.2g} at {sizes[-1]}."
    )
