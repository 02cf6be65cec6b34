"""Unmasking several tokens at once costs their total correlation given what is revealed, however exact the conditionals are.

    KL(p‖q) = Σ over steps of E TC(X_S | revealed),  q = Π over steps of Π_{d in S} p(x_d | revealed)

What masked diffusion draws in one step it draws independently, as the outputs of a VAE given its latent; the revealed
tokens are that latent. k copies of one bit contradict one another with probability 1 - θ^k - (1-θ)^k, and cost
(k-1) h_b(θ). One token at a time is free, and so are tokens that are independent given the revealed ones.

So it is a question of which. Of a chain every second bit, far from the others, can go first at a small price, and those
between are free after it. The choice may depend on the tokens that are revealed, on nothing else.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Unit, integers
from proofs.sentences import many_tokens_at_once_are_free
from proofs.textbook import parallel_decoding as textbook
from proofs.words import information, sp
from proofs.words.information import bit
from theory import binary, parallel_decoding, total_correlation

claim = Claim(topic="after-the-gan", references=("watanabe1960", "benhamu2025 (the question)"))
Tokens = Annotated[Letter, integers(1)]

# --- any law, any schedule ----------------------------------------------------------------------------------------------


def in_steps(table, first, then):
    """The cost of a first step, and of those that follow, which its tokens choose."""
    p = np.asarray(table)
    seen = np.moveaxis(p, first, range(len(first)))
    rest = [axis for axis in range(p.ndim) if axis not in first]
    mass = seen.reshape(*seen.shape[: len(first)], -1).sum(axis=-1)
    spent = total_correlation.total_correlation(mass)
    for value, steps in then.items():
        if steps:
            left = [[rest.index(axis) for axis in step] for step in steps]
            spent += mass[value] * parallel_decoding.cost(seen[value] / mass[value], left)
    return spent


def three_bits(w, *given):
    """p(x1, x2, x3): x2 and x3 given x1 by their own letters."""
    return [[[share * a * b for b in (1 - rest, rest)] for a, rest in ((1 - u, f), (u, g))]
            for share, (u, f, g) in zip((1 - w, w), (given[:3], given[3:]), strict=True)]  # fmt: skip


@claim.states(
    in_steps, at=lambda w, u, f, g, v, h, i: (three_bits(w, u, f, g, v, h, i), [0], {(0,): [[1, 2]], (1,): [[1, 2]]})
)
def steps_cost_total_correlation(w: Unit, u: Unit, f: Unit, g: Unit, v: Unit, h: Unit, i: Unit):
    """KL(p‖q) = Σ over steps of E TC(X_S | revealed)

    exact conditionals, and what is revealed next depends on revealed tokens only; derived for three bits, X₁ before X₂ and X₃:
    w = P(X₁), u or v = P(X₂|X₁), f, g or h, i = P(X₃|X₁, X₂); checked for up to six tokens and any such choice"""
    parts = [(share, information.against(*row, row[0], information.second(*row)))
             for share, row in ((1 - w, (u, f, g)), (w, (v, h, i)))]  # fmt: skip
    yield information.total(*[share * term for share, terms in parts for term in terms])
    yield "x₁ is drawn from p: its factor cancels", sum(share * sum(terms) for share, terms in parts)
    yield "E TC(X₂, X₃ | X₁)", sum(
        share * (bit(row[0]) + bit(information.second(*row)) - bit(row[0]) - (1 - row[0]) * bit(row[1]) - row[0] * bit(row[2]))
        for share, row in ((1 - w, (u, f, g)), (w, (v, h, i)))
    )  # fmt: skip


steps_cost_total_correlation.check(textbook.divergence, on=textbook.adaptive, error=1e-12, scale=lambda *_: 1.0,
                                   why="sums of a few terms p ln p/q of order one")  # fmt: skip
steps_cost_total_correlation.wrong("free", symbolic=lambda w: 0 * w, claimed=lambda table, first, then: 0.0)
steps_cost_total_correlation.wrong(
    "all at once: TC(X₁, X₂, X₃)",
    symbolic=lambda w, u, f, g, v, h, i: bit(w) + bit((1 - w) * u + w * v)
    + bit((1 - w) * information.second(u, f, g) + w * information.second(v, h, i))
    - bit(w) - (1 - w) * (bit(u) + (1 - u) * bit(f) + u * bit(g)) - w * (bit(v) + (1 - v) * bit(h) + v * bit(i)),
    claimed=lambda table, first, then: total_correlation.total_correlation(table),
)  # fmt: skip

# --- copies of one bit --------------------------------------------------------------------------------------------------


@claim.states(parallel_decoding.copies_cost)
def copies_cost_entropies(t: Unit, k: Tokens):
    """k of D copies of one bit of bias θ at once: KL = (k-1) h_b(θ); the rest is then known

    t = θ"""
    yield sp.Sum(bit(t), (sp.Symbol("j"), 1, k)) - bit(t)
    yield "k entropies, and one of them all", (k - 1) * bit(t)


copies_cost_entropies.check(textbook.copies, on=textbook.biased, error=1e-13, scale=lambda t, k: 1.0 * k,
                            why="k terms of order one")  # fmt: skip
copies_cost_entropies.wrong(
    "k of them", k=lambda k: k + 1, claimed=lambda t, k: parallel_decoding.copies_cost(t, k + 1)
)
copies_cost_entropies.wrong(
    "in bits",
    symbolic=lambda t, k: (k - 1) * bit(t) / sp.log(2),
    claimed=lambda t, k: parallel_decoding.copies_cost(t, k) / np.log(2),
)


@claim.reads(many_tokens_at_once_are_free, "the tokens that are unmasked at once lose less than a hundredth of a nat")
def nothing_is_lost(t, k):
    return copies_cost_entropies(t, k) < 0.01


@claim.states(parallel_decoding.contradiction)
def copies_contradict_one_another(t: Unit, k: Tokens):
    """k copies of one bit, drawn at once, are not all alike with probability 1 - θ^k - (1-θ)^k

    t = θ"""
    j = sp.Symbol("j")
    yield 1 - sp.Product(t, (j, 1, k)) - sp.Product(1 - t, (j, 1, k))
    yield "independent draws", 1 - t**k - (1 - t) ** k


copies_contradict_one_another.check(textbook.contradictions, on=textbook.biased, error=1e-13, scale=lambda t, k: 1.0,
                                    why="a probability")  # fmt: skip
copies_contradict_one_another.wrong(
    "a token more", k=lambda k: k + 1, claimed=lambda t, k: parallel_decoding.contradiction(t, k + 1)
)
copies_contradict_one_another.wrong(
    "zeros alone count as coherent", symbolic=lambda t, k: 1 - (1 - t) ** k, claimed=lambda t, k: 1 - (1 - t) ** k
)

# --- a chain ------------------------------------------------------------------------------------------------------------


@claim.states(parallel_decoding.chain_cost, at=lambda e: (2, e))
def far_tokens_first_cost_little(e: Unit):
    """a chain of 2m-1 fair bits that flips with probability e, every second bit first: KL = (m-1)(ln 2 - h_b(2e(1-e)));
    those between are independent given them, and free

    derived for three bits, checked up to seven"""
    stays, half = 1 - 2 * e * (1 - e), sp.Rational(1, 2)
    ways = (
        (2 * half * (1 - e) ** 2, stays / 2, (1 - e) ** 2 / stays), (2 * half * e**2, stays / 2, e**2 / stays),
        (4 * half * e * (1 - e), (1 - stays) / 2, half),
    )  # fmt: skip
    probabilities = ((1 - e) ** 2 / 2, e**2 / 2, e * (1 - e) / 2)
    yield information.total(*[
        mass * sp.log(p / (sp.Rational(1, 4) * middle))
        for (mass, _, middle), p in zip(ways, probabilities, strict=True)
    ])  # fmt: skip
    yield "ends agree with probability 1 - 2e(1-e); between them the bit is exact", sp.log(2) - bit(2 * e * (1 - e))


far_tokens_first_cost_little.check(textbook.alternating, on=textbook.chains, error=1e-12, scale=lambda m, e: 1.0 * m,
                                   why="sums of terms p ln p/q of order one")  # fmt: skip
far_tokens_first_cost_little.wrong(
    "as if they were neighbours: ln 2 - h_b(e)",
    symbolic=lambda e: sp.log(2) - bit(e),
    claimed=parallel_decoding.chain_cost_at_once,
)
far_tokens_first_cost_little.wrong(
    "those between cost as much again",
    symbolic=lambda e: 2 * (sp.log(2) - bit(2 * e * (1 - e))),
    claimed=lambda m, e: 2 * parallel_decoding.chain_cost(m, e),
)

# --- the figure ---------------------------------------------------------------------------------------------------------


@claim.figure(
    "Tokens that belong together contradict one another when they are drawn at once",
    where=r"$\theta$: probability of the bit that all tokens copy; $e$: of a flip from one bit of a chain to the next",
)
def draw(saved, panels, *, biases=(0.5, 0.1, 0.01), flip=0.1, most=16):
    k = np.arange(1, most + 1)
    ticks = np.unique(np.linspace(1, most, 4).astype(int))
    apart, price, chain = panels(3)
    for theta, style in zip(biases, ("-", "--", ":"), strict=False):
        name = rf"$\theta = {theta:g}$"
        apart.exact(k, [parallel_decoding.contradiction(theta, int(j)) for j in k], name, style)
        price.exact(k, [parallel_decoding.copies_cost(theta, int(j)) for j in k], name, style)
    apart.axes("copies drawn at once", "probability of a contradiction", y=(0, 1.02), x_ticks=ticks, legend="above")
    price.axes("copies drawn at once", "KL divergence (nats)", x_ticks=ticks, legend="above")
    m = np.arange(1, most // 2 + 2)
    length = 2 * m - 1
    once = (length - 1) * (np.log(2) - binary.entropy(flip))
    twice = [parallel_decoding.chain_cost(int(j), flip) for j in m]
    chain.line(length, once, "gan", "one step")
    chain.line(length, twice, "exact", "two, every other first", "--", marker=".")
    chain.line(length, 0 * length, "data", "one bit a step", ":")
    chain.axes(f"bits of a chain, $e = {flip:g}$", "KL divergence (nats)", legend="above")
    four = min(4, most)
    return (
        f"(a) {four} copies of a fair bit, drawn at once, are not all alike with probability {parallel_decoding.contradiction(0.5, four):.3f}. "
        f"(b) They cost {parallel_decoding.copies_cost(0.5, four):.2f} nats, of a bit of probability {biases[-1]:g} "
        f"{parallel_decoding.copies_cost(biases[-1], four):.2f}. (c) A chain of {length[-1]} bits costs {once[-1]:.2f} nats in one step, and "
        f"{twice[-1]:.2f} in two, if every second bit comes first; those between are then free."
    )
