"""A model close to the data in KL(p‖q) must keep a share of every set that has some: maximum likelihood may not drop.

    KL(p‖q) ≥ kl(w‖q(A)),  w = p(A),  kl(w‖v) = w ln(w/v) + (1-w) ln((1-w)/(1-v))

so KL ≤ ε forces q(A) to at least the smaller root v of kl(w‖v) = ε, and that is at least e^{-(ε + h_b(w))/w} > 0: a
mode of weight w can be thinned, exponentially in ε/w, but not be lost. Thinning it without touching anything else, q
is p reweighted inside and outside of A, costs exactly kl(w‖v), so the root is attained. All in nats.
"""

import numpy as np

from proofs.core.claim import Claim, Step
from proofs.core.letters import NONNEGATIVE, UNIT, Domain, between
from theory import binary, leak

claim = Claim(
    topic="mass-diffusion",
    references=("cover2006 sections 2.5 and 2.8", "csiszar2011 chapter 3"),
)


def _kl(x, w, v):
    """kl(w‖v)."""
    return w * x.log(w / v) + (1 - w) * x.log((1 - w) / (1 - v))


def _mean(x, value):
    """E L for a random L of this mean, to be worked out."""
    return x.Expectation(x.Symbol("L"), x.Tuple((x.Symbol("L"), value)))


def _full(x):
    """KL(p‖q) on four atoms: A has two with shares c, 1-c under p and e, 1-e under q; its complement d and h."""
    inside = x.c * x.log(x.w * x.c / (x.v * x.e)) + (1 - x.c) * x.log(x.w * (1 - x.c) / (x.v * (1 - x.e)))
    outside = x.d * x.log((1 - x.w) * x.d / ((1 - x.v) * x.h))
    outside += (1 - x.d) * x.log((1 - x.w) * (1 - x.d) / ((1 - x.v) * (1 - x.h)))
    return x.w * _mean(x, inside) + (1 - x.w) * _mean(x, outside)


# --- laws on atoms, the first `count` of which are A ------------------------------------------------------------------


def _laws(s):
    """p, q, count and u in [q(A), p(A)] on 3 to 7 atoms, q(A) ≤ p(A); the conditional laws often those of p, u often q(A)."""

    def build(drawn):
        seed, inside, outside, kept, alike, between_them = drawn
        rng = np.random.default_rng(seed)
        p_in, p_out, q_in, q_out = (rng.dirichlet(np.ones(n)) + 0.01 for n in (inside, outside) * 2)
        p_in, p_out, q_in, q_out = (law / law.sum() for law in (p_in, p_out, q_in, q_out))
        w = rng.uniform(0.02, 0.98)
        q_in, q_out = (p_in, p_out) if alike else (q_in, q_out)
        v = kept * w
        p, q = np.append(w * p_in, (1 - w) * p_out), np.append(v * q_in, (1 - v) * q_out)
        return p, q, inside, v + between_them * (w - v)

    middle = s.either(s.one_of((0.0,)), s.inside(0.0, 1.0))
    return s.tuples(
        s.steps(2**31), s.integers(1, 3), s.integers(2, 4), s.scales(1e-3, 0.98), s.one_of((True, False)), middle
    ).map(build)


def _divergence(m, p, q, count, u):
    """Σ p ln p/q."""
    p, q = (np.array([m.number(v) for v in law]) for law in (p, q))
    return m.kl(p, q).sum()


def _share(law, count):
    return float(law[:count].sum())


# --- statements -------------------------------------------------------------------------------------------------------

merged = claim.statement(
    "merging_loses_divergence",
    "KL(p‖q) ≥ kl(p(A)‖q(A))",
    claimed=binary.kl,
    relation=">=",
    domain=Domain(w=UNIT, v=UNIT, c=UNIT, e=UNIT, d=UNIT, h=UNIT),
    definition=_full,
    symbolic=lambda x: _kl(x, x.w, x.v),
    anchor=lambda claimed, w, v, c, e, d, h: claimed(w, v),
    assumptions="any p and q; derived for two atoms in A and two outside, checked for up to seven; equality where q is p "
    "reweighted in and out of A",
)


@merged.derivation
def by_the_chain_rule(x):
    split = _kl(x, x.w, x.v) + x.w * _kl(x, x.c, x.e) + (1 - x.w) * _kl(x, x.d, x.h)
    return [
        ("split the logarithms", split),
        Step(
            "drop what is inside",
            _kl(x, x.w, x.v),
            ">=",
            "data processing: Cover & Thomas 2006, theorem 2.6.3 and §2.8",
        ),
    ]


by_the_chain_rule.control("kl(v‖w)", lambda x: _kl(x, x.v, x.w), why="swapped arguments")


@merged.observed(
    instances=_laws, error=1e-14, scale=1.0, call=lambda claimed, p, q, n, u: claimed(_share(p, n), _share(q, n))
)
def by_summation(m, *instance):
    return _divergence(m, *instance)


by_summation.control("kl(v‖w)", lambda w, v: binary.kl(v, w), why="swapped arguments")

falls = claim.statement(
    "keeping_less_costs_more",
    "q(A) ≤ u ≤ p(A) implies KL(p‖q) ≥ kl(p(A)‖u): with less divergence than that, q(A) > u",
    claimed=binary.kl,
    relation=">=",
    domain=Domain(u=UNIT, w=between("u", 1), v=between(0, "u"), g=NONNEGATIVE),
    definition=lambda x: _mean(x, _kl(x, x.w, x.v) + x.g),
    symbolic=lambda x: _kl(x, x.w, x.u),
    anchor=lambda claimed, u, w, v, g: claimed(w, u),
    assumptions="w = p(A), v = q(A), g = KL(p‖q) - kl(w‖v) ≥ 0 by merging_loses_divergence",
)


@falls.derivation
def by_tangents(x):
    steps = x.w * x.log(x.u / x.v) + (1 - x.w) * x.log((1 - x.u) / (1 - x.v))
    slope = (x.u - x.v) * (x.w - x.u) / (x.u * (1 - x.u))
    return [
        ("kl(w‖v) = kl(w‖u) + the rest", _kl(x, x.w, x.u) + steps + x.g),
        Step("ln t ≥ 1 - 1/t", _kl(x, x.w, x.u) + slope, ">=", "ln t ≥ 1 - 1/t, the tangent of ln"),
        Step("v ≤ u ≤ w", _kl(x, x.w, x.u), ">="),
    ]


by_tangents.control("kl(u‖w)", lambda x: _kl(x, x.u, x.w), why="swapped arguments")


@falls.observed(instances=_laws, error=1e-14, scale=1.0, call=lambda claimed, p, q, n, u: claimed(_share(p, n), u))
def by_summation_too(m, *instance):
    return _divergence(m, *instance)


by_summation_too.control("in bits", lambda w, u: binary.kl(w, u) / np.log(2), why="another unit")


def _kept(w, v):
    """`least_kept` at the divergence that keeping v costs."""
    return leak.least_kept(w, binary.kl(w, v))


root = claim.statement(
    "least_share_is_the_smaller_root",
    "the least q(A) at KL(p‖q) ≤ ε is the v < w with kl(w‖v) = ε, attained by p reweighted in and out of A",
    claimed=leak.least_kept,
    domain=Domain(w=UNIT, v=between(0, "w")),
    definition=lambda x, value: _mean(x, _kl(x, x.w, value)) - _kl(x, x.w, x.v),
    symbolic=lambda x: x.v,
    root=True,
    anchor=lambda claimed, w, v: claimed(w, float(binary.kl(w, v))),
    assumptions="ε = kl(w‖v), which takes every value as v falls from w; by keeping_less_costs_more there is one root",
)


@root.derivation
def by_ratio(x, value):
    return [("w ln w cancels", x.w * x.log(x.v / value) + (1 - x.w) * x.log((1 - x.v) / (1 - value)))]


by_ratio.control("the larger root's side", lambda x: 1 - x.v, why="the complement")


@root.observed(
    instances=lambda s: s.tuples(s.inside(0.02, 0.98), s.scales(1e-6, 6.0)), error=1e-10, claimed_error=1e-10
)
def by_halvings(m, w, epsilon):
    """In ln v, of the divergence from the reweighted law: w ln(w/v) + (1-w) ln((1-w)/(1-v))."""
    excess = lambda t: m.kl(w, m.exp(t)) + m.kl(1 - w, 1 - m.exp(t)) - epsilon  # noqa: E731
    return m.exp(m.root(excess, -(epsilon + 1) / w, m.log(w)))


by_halvings.control("root of kl(v‖w)", lambda w, epsilon: _other_root(w, epsilon), why="swapped arguments")


def _other_root(w, epsilon):
    v = np.linspace(1e-12, w, 4001)
    return v[np.argmin(np.abs(binary.kl(v, w) - epsilon))]


simple = claim.statement(
    "share_is_never_lost",
    "KL(p‖q) ≤ ε implies -ln q(A) ≤ (ε + h_b(w))/w",
    claimed=lambda w, epsilon: -leak.log_simple_bound(w, epsilon),
    relation="<=",
    domain=Domain(w=UNIT, v=UNIT, g=NONNEGATIVE),
    definition=lambda x: _mean(x, -x.log(x.v)),
    symbolic=lambda x: _exponent(x),
    anchor=lambda claimed, w, v, g: claimed(w, float(binary.kl(w, v)) + g),
    assumptions="w > 0; ε = kl(w‖v) + g with g ≥ 0; nearly attained where q(A) is small",
)


def _exponent(x):
    """(ε + h_b(w))/w."""
    return (_kl(x, x.w, x.v) + x.g - x.w * x.log(x.w) - (1 - x.w) * x.log(1 - x.w)) / x.w


@simple.derivation
def by_dropping_a_term(x):
    left = (x.g - (1 - x.w) * x.log(1 - x.v)) / x.w
    return [
        ("kl(w‖v) + h_b(w) = -w ln v - (1-w) ln(1-v)", _exponent(x) - left),
        Step("ln(1-v) ≤ 0", _exponent(x), "<="),
    ]


by_dropping_a_term.control(
    "without h_b", lambda x: (_kl(x, x.w, x.v) + x.g) / x.w, why="the entropy of the split forgotten"
)


@simple.observed(
    instances=lambda s: s.either(_laws(s), _thinned(s)),
    error=1e-12,
    scale=lambda p, q, n, u: 1 + 1 / _share(p, n),
    call=lambda claimed, p, q, n, u: claimed(_share(p, n), _summed(p, q)),
)
def logarithm_of_the_share(m, p, q, count, u):
    return -m.log(sum(m.number(v) for v in q[:count]))


def _thinned(s):
    """p reweighted so that next to nothing of A is left: where the bound is nearly attained."""
    return s.tuples(s.inside(0.3, 0.9), s.scales(1e-13, 1e-7)).map(
        lambda t: (np.array([t[0], 1 - t[0]]), np.array([t[1], 1 - t[1]]), 1, t[1])
    )


def _summed(p, q):
    return float((p * np.log(p / q)).sum())


logarithm_of_the_share.control(
    "without h_b", lambda w, e: -leak.log_simple_bound(w, e) - binary.entropy(w) / w, why="the entropy of the split"
)

# --- figure -----------------------------------------------------------------------------------------------------------

SHARES = (0.5, 0.1)


@claim.curves
def bounds():
    """The bounds for two shares, and random models of six atoms of which the first carries that share."""
    epsilon, rng = np.linspace(0, 1.5, 121), np.random.default_rng(3)
    models = []
    for w in SHARES:
        p = np.append(w, np.full(5, (1 - w) / 5))
        q = np.array([(p * rng.gamma(0.7, size=6) ** rng.uniform(0, 2)) for _ in range(400)]) + 1e-9
        q /= q.sum(axis=1, keepdims=True)
        models.append([(p * np.log(p / q)).sum(axis=1), q[:, 0]])
    return {
        "epsilon": epsilon, "models": np.array(models),
        "least": np.array([leak.least_kept(w, epsilon) for w in SHARES]),
        "simple": np.exp([leak.log_simple_bound(w, epsilon) for w in SHARES]),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    for k, panel in enumerate(panels(figure, 2)):
        panel.plot(*exact["models"][k], "o", color=COLOUR["control"], ms=1.5, label="random models")
        panel.plot(
            exact["epsilon"], exact["least"][k], color=COLOUR["exact"], label=r"smaller root of $kl(w\|v) = \epsilon$"
        )
        panel.plot(
            exact["epsilon"], exact["simple"][k], "--", color=COLOUR["other"], label=r"$e^{-(\epsilon + h_b(w))/w}$"
        )
        panel.set(xlabel=r"$\epsilon = KL(p\|q)$ (nats)", ylabel="$q(A)$", xlim=(0, 1.5), yscale="log")
        bottom = exact["simple"][k].min() / 1.5
        panel.set_ylim(bottom, bottom**-0.9)  # room for the legend
        panel.legend(loc="upper right", title=rf"$w = p(A) = {SHARES[k]:g}$")
