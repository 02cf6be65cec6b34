"""A model close to the data in KL(p‖q) must keep a share of every set that has some: maximum likelihood may not drop.

    KL(p‖q) ≥ kl(w‖q(A)),  w = p(A),  kl(w‖v) = w ln(w/v) + (1-w) ln((1-w)/(1-v))

so KL ≤ ε forces q(A) to at least the smaller root v of kl(w‖v) = ε, and that is at least e^{-(ε + h_b(w))/w} > 0: a
mode of weight w can be thinned, exponentially in ε/w, but not be lost. Thinning it without touching anything else, q
is p reweighted inside and outside of A, costs exactly kl(w‖v), so the root is attained. All in nats.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, NonNegative, Root, Slack, Unit, between, given
from proofs.textbook import atoms as textbook
from proofs.words import expectation, sp
from proofs.words.information import kl
from theory import binary, leak

claim = Claim(
    topic="mass-diffusion",
    after="forward_kl_is_moment_matching",
    references=("cover2006 sections 2.5 and 2.8", "csiszar2011 chapter 3"),
)
Above = Annotated[Letter, between("u", 1)]
Below = Annotated[Letter, between(0, "u")]
Kept = Annotated[Letter, between(0, "w")]


def mean(value):
    """E L for a random L of this mean, to be worked out."""
    L = sp.Symbol("L")
    return expectation(L, {L: value})


# --- what a set costs -------------------------------------------------------------------------------------------------


@claim.states(binary.kl, at="w v", relation=">=")
def merging_loses_divergence(w: Unit, v: Unit, c: Unit, e: Unit, d: Unit, h: Unit):
    """KL(p‖q) ≥ kl(p(A)‖q(A))

    any p and q; derived for two atoms in A, of shares c, 1-c under p and e, 1-e under q, and two outside, d and h; checked
    for up to seven; equality where q is p reweighted in and out of A"""
    inside = c * sp.log(w * c / (v * e)) + (1 - c) * sp.log(w * (1 - c) / (v * (1 - e)))
    outside = d * sp.log((1 - w) * d / ((1 - v) * h))
    outside += (1 - d) * sp.log((1 - w) * (1 - d) / ((1 - v) * (1 - h)))
    yield w * mean(inside) + (1 - w) * mean(outside)
    yield "split the logarithms", kl(w, v) + w * kl(c, e) + (1 - w) * kl(d, h)
    yield given("gibbs", "drop what is inside"), kl(w, v)


merging_loses_divergence.check(textbook.divergence, on=textbook.laws, error=1e-14)
merging_loses_divergence.wrong("swapped: kl(v‖w)", symbolic=lambda w, v: kl(v, w), claimed=lambda w, v: binary.kl(v, w))


@claim.states(binary.kl, at="w u", relation=">=")
def keeping_less_costs_more(u: Unit, w: Above, v: Below, g: Slack):
    """q(A) ≤ u ≤ p(A) implies KL(p‖q) ≥ kl(p(A)‖u): with less divergence than that, q(A) > u

    w = p(A), v = q(A), g = KL(p‖q) - kl(w‖v) ≥ 0 by merging_loses_divergence"""
    yield mean(kl(w, v) + g)
    yield "kl(w‖v) = kl(w‖u) + the rest", kl(w, u) + w * sp.log(u / v) + (1 - w) * sp.log((1 - u) / (1 - v)) + g
    yield given("tangent_of_ln", "ln t ≥ 1 - 1/t, and g ≥ 0"), kl(w, u) + (u - v) * (w - u) / (u * (1 - u))
    yield "v ≤ u ≤ w", kl(w, u)


keeping_less_costs_more.check(textbook.divergence_below, on=textbook.laws, error=1e-14)
keeping_less_costs_more.wrong("swapped: kl(u‖w)", symbolic=lambda w, u: kl(u, w))
keeping_less_costs_more.wrong(
    "in bits", symbolic=lambda w, u: kl(w, u) / sp.log(2), claimed=lambda w, u: binary.kl(w, u) / np.log(2)
)

# --- what is left of it -----------------------------------------------------------------------------------------------


def other_root(w, epsilon):
    """About the v < w with kl(v‖w) = ε."""
    v = np.linspace(1e-12, w, 4001)
    return v[np.argmin(np.abs(binary.kl(v, w) - epsilon))]


@claim.states(leak.least_kept, at=lambda w, v: (w, float(binary.kl(w, v))))
def least_share_is_the_smaller_root(w: Unit, v: Kept):
    """the least q(A) at KL(p‖q) ≤ ε is the v < w with kl(w‖v) = ε, attained by p reweighted in and out of A

    ε = kl(w‖v), which takes every value as v falls from w; by keeping_less_costs_more there is one root"""
    kept = yield Root(v)
    yield mean(kl(w, kept)) - kl(w, v)
    yield "w ln w cancels", w * sp.log(v / kept) + (1 - w) * sp.log((1 - v) / (1 - kept))


least_share_is_the_smaller_root.check(textbook.least_share, on=textbook.shares_and_divergences, error=1e-10)
least_share_is_the_smaller_root.wrong("the complement", symbolic=lambda v: 1 - v)
least_share_is_the_smaller_root.wrong("the root of kl(v‖w): swapped", claimed=other_root)


@claim.states(
    lambda w, epsilon: -leak.log_simple_bound(w, epsilon),
    at=lambda w, v, g: (w, float(binary.kl(w, v)) + g),
    relation="<=",
)
def share_is_never_lost(w: Unit, v: Unit, g: NonNegative):
    """KL(p‖q) ≤ ε implies -ln q(A) ≤ (ε + h_b(w))/w

    w > 0; ε = kl(w‖v) + g with g ≥ 0; nearly attained where q(A) is small"""
    most = (kl(w, v) + g - w * sp.log(w) - (1 - w) * sp.log(1 - w)) / w
    yield mean(-sp.log(v))
    yield "kl(w‖v) + h_b(w) = -w ln v - (1-w) ln(1-v)", most - (g - (1 - w) * sp.log(1 - v)) / w
    yield "ln(1-v) ≤ 0", most


share_is_never_lost.check(
    textbook.log_share, on=textbook.thinned, at=textbook.share_and_divergence,
    scale=lambda p, q, n, u: 1 + 1 / textbook.share(p, n),
)  # fmt: skip
share_is_never_lost.wrong(
    "without h_b, the entropy of the split", symbolic=lambda w, v, g: (kl(w, v) + g) / w,
    claimed=lambda w, e: -leak.log_simple_bound(w, e) - binary.entropy(w) / w,
)  # fmt: skip

# --- figure -----------------------------------------------------------------------------------------------------------


@claim.curves
def random_models(*, shares=(0.5, 0.1), models=400):
    """KL(p‖q) and q(A) of models of six atoms, the first of which is A and carries each of the shares under p."""
    rng, found = np.random.default_rng(3), []
    for w in shares:
        p = np.append(w, np.full(5, (1 - w) / 5))
        q = np.array([(p * rng.gamma(0.7, size=6) ** rng.uniform(0, 2)) for _ in range(models)]) + 1e-9
        q /= q.sum(axis=1, keepdims=True)
        found.append([(p * np.log(p / q)).sum(axis=1), q[:, 0]])
    return {"models": np.array(found)}


@claim.figure(
    "A model near the data in KL keeps some of every mode",
    where="$A$: a part of weight $w$ in the data $p$; $q$: a model; $v$: what it keeps of $A$; $kl$, $h_b$: of coins",
)
def draw(saved, panels, *, shares=(0.5, 0.1), furthest=1.5):
    told = []
    for w, (cost, kept), panel in zip(shares, saved["curves"]["models"], panels(len(shares)), strict=True):
        epsilon = np.linspace(0, furthest, 121)
        panel.points(cost, kept, "control", "random models", ms=1.5, marker="o")
        panel.exact(epsilon, leak.least_kept(w, epsilon), r"least share, $kl(w\|v) = \epsilon$")
        panel.line(epsilon, np.exp(leak.log_simple_bound(w, epsilon)), "third", r"$e^{-(\epsilon + h_b(w))/w}$", "--")
        panel.axes(
            r"$\epsilon = KL(p\|q)$ (nats)",
            "$q(A)$",
            log="y",
            x=(0, furthest),
            legend="above",
            heading=rf"$w = p(A) = {w:g}$",
        )
        told.append(f"w = {w:g} leaves at least {float(leak.least_kept(w, 0.5)):.2g} at half a nat")
    parts = [f"({letter}) {part}" for letter, part in zip("abcdef", told, strict=False)]
    return (
        f"Share that {len(cost)} random models keep of a set A, against their divergence from the data; none lies below the "
        f"exact least share (line), nor that below its simple bound (dashed). {'; '.join(parts)}."
    )
