"""A latent of K values resolves K modes if its prior is learned; under a fixed uniform prior it may blur them.

    q(x) = Σ_k π_k N(x; μ_k, s_k²),       p = w N(-a, s²) + (1-w) N(a, s²),       r = a/s

With π learned, least KL(p‖q) is 0 at q = p: nothing is dropped, nothing lies between. With π_k = ½ either the weights
are wrong, which costs ln 2 - h_b(w) for far modes or fixed widths (0.3681 at w = 0.9), or, widths free, both components
share the heavy mode and one is so wide that it reaches the light one. At w = 0.9, r = 4 that is better: 0.2340. So a
discrete code blurs not because it is quantised, but where its prior cannot count.
"""

from functools import cache

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.letters import UNIT, Domain
from proofs.textbook.mixture_head import best_weight
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture, discrete_latent, symmetric_pair

claim = Claim(
    topic="ways-out",
    folk=Folk(
        "VAEs (even VQ-VAEs!) always introduce some kind of noise to their encoder's output; the added noise "
        "introduces some error/blur.",
        "A4",
        Conditional(
            "a fixed uniform prior over the codes blurs unequal modes that are near; a learned prior does not",
            true_when=("uniform_prior_has_a_diffuse_optimum", "near_modes_are_better_diffused"),
            false_when=("learned_prior_has_the_modes_weights",),
        ),
    ),
    references=("oord2017 section 3.2",),
)

# --- a learned prior --------------------------------------------------------------------------------------------------


def _weights(x):
    """w of mode 0 and 1-w of mode 1."""
    return x.Piecewise((x.w, x.Eq(x.Symbol("k"), 0)), (1 - x.w, True))


def _loss(x, q):
    """-E ln π_k up to a constant, where the mode tells k."""
    return -x.w * x.log(q) - (1 - x.w) * x.log(1 - q)


learned = claim.statement(
    "learned_prior_has_the_modes_weights",
    "arg-min_π KL(p‖π₁ N(μ₁, s₁²) + π₂ N(μ₂, s₂²)) = the modes' weights, where it is 0",
    claimed=lambda p: p.weights[0],
    domain=Domain(w=UNIT),
    definition=lambda x, value: x.Subs(x.Derivative(_loss(x, x.Symbol("q")), x.Symbol("q")), x.Symbol("q"), value),
    symbolic=lambda x: x.w,
    root=True,
    anchor=lambda claimed, w: claimed(symmetric_pair(4.0, 1.0, w)),
    assumptions="a component on each mode; KL is convex in π and 0 only at q = p, hence more components change nothing; "
    "derived for modes that do not overlap, checked for modes that do",
)


@learned.derivation
def by_stationarity(x, value):
    return [("the slope", -x.w / value + (1 - x.w) / (1 - value))]


by_stationarity.control("uniform", lambda x: x.Rational(1, 2) + 0 * x.w, why="the fixed prior")
by_stationarity.control("swapped", lambda x: 1 - x.w, why="the other mode's weight")


def _apart(p):
    return abs(p.means[0] - p.means[1]) > 0.5


@learned.observed(
    instances=lambda s: s.mixtures(2, 2, spread=2.0, std=(0.5, 1.5)).filter(_apart), error=1e-11, scale=1.0
)
def by_a_root(m, p):
    return best_weight(m, p)


by_a_root.control("1 % uniform", lambda p: 0.99 * p.weights[0] + 0.005, why="pulled towards ½")

# --- a uniform prior --------------------------------------------------------------------------------------------------


def _em(m, w, r, means, stds, rounds):
    """KL, means and widths after EM with weights ½ on the law itself: each round lowers KL(p‖½N+½N)."""
    x = m.grid(-r - 12, r + 12, 401)
    p = w * m.normal(x, -r) + (1 - w) * m.normal(x, r)
    mass = p * (x[1] - x[0])
    for _ in range(rounds):
        parts = [m.normal(x, mean, std) for mean, std in zip(means, stds, strict=True)]
        shares = [mass * part / sum(parts) for part in parts]
        means = [(share * x).sum() / share.sum() for share in shares]
        stds = [m.sqrt((s * (x - c) ** 2).sum() / s.sum()) for s, c in zip(shares, means, strict=True)]
    q = sum(m.normal(x, mean, std) for mean, std in zip(means, stds, strict=True)) / 2
    return m.kl(p, q).sum() * (x[1] - x[0]), means, stds


@cache
def _optimum(w, r, wide):
    """EM in floats, from a component on each mode or one that is wide."""
    start = ([-r, (1 - 2 * w) * r], [1.0, r]) if wide else ([-r, r], [1.0, 1.0])
    return _em(DOUBLE, w, r, *start, rounds=70)


def _precise(instance, wide):
    """KL and the greater width, the last rounds at 50 digits."""
    w, r = instance
    _, means, stds = _optimum(w, r, wide)
    with PRECISE.digits():
        w, r, *found = (PRECISE.number(v) for v in (w, r, *means, *stds))
        value, _, stds = _em(PRECISE, w, r, found[:2], found[2:], rounds=2)
    return np.array([value, max(stds)], dtype=object)


far = claim.statement(
    "uniform_prior_misweights_far_modes",
    "KL(p‖½N(-a, s²) + ½N(a, s²)) → kl(w‖½) = ln 2 - h_b(w) as r → ∞: 0.3681 at w = 0.9",
    claimed=discrete_latent.misweighting,
    domain=Domain(w=UNIT),
    definition=lambda x: x.Sum(_weights(x) * x.log(2 * _weights(x)), (x.Symbol("k"), 0, 1)),
    symbolic=lambda x: x.log(2) + x.w * x.log(x.w) + (1 - x.w) * x.log(1 - x.w),
    anchor=lambda claimed, w: claimed(w),
    assumptions="derived where the mode tells k, so that KL is that of the weights; checked with free widths at r from 14 on",
)


@far.derivation
def mode_by_mode(x):
    return [("both terms", x.w * x.log(2 * x.w) + (1 - x.w) * x.log(2 * (1 - x.w)))]


mode_by_mode.control("the entropy", lambda x: -x.w * x.log(x.w) - (1 - x.w) * x.log(1 - x.w), why="h_b for ln 2 - h_b")


@far.observed(
    instances=lambda s: s.tuples(s.inside(0.02, 0.98), s.reals(14.0, 18.0)),
    call=lambda claimed, w, r: claimed(w),
    error=1e-10,
    scale=1.0,
    confirm=lambda instance: _precise(instance, False)[0],
)
def by_em(m, w, r):
    return _optimum(w, r, False)[0]


by_em.control("the other KL", lambda w: -np.log(2) - np.log(w * (1 - w)) / 2, why="kl(½‖w)")


def _diffuse(w, r):
    fit = discrete_latent.diffusing(w, r)
    return np.array([fit.value, fit.stds[1]])


diffuse = claim.statement(
    "uniform_prior_has_a_diffuse_optimum",
    "min KL(p‖½N(μ₁, s₁²) + ½N(μ₂, s₂²)) over means and widths, one component reaching both modes: 0.2340 at w = 0.9, r = 4, "
    "of width 3.75 s",
    claimed=_diffuse,
    assumptions="a local optimum, KL and the greater width: found by BFGS, observed by EM; no closed form",
)


def _near(s):
    return s.tuples(s.reals(0.86, 0.96), s.reals(3.0, 5.0))


@diffuse.observed(
    instances=_near,
    error=np.array([1e-11, 1e-6]),
    scale=1.0,
    resolution=1e-5,
    confirm=lambda instance: _precise(instance, True),
    why="widths are as good as a flat minimum allows; the KL is compared to 1e-11",
)
def by_em_from_a_wide_one(m, w, r):
    value, _, stds = _optimum(w, r, True)
    return np.array([value, max(stds)])


by_em_from_a_wide_one.control("r a thousandth off", lambda w, r: _diffuse(w, 1.001 * r), why="a neighbouring pair")
by_em_from_a_wide_one.control(
    "fixed widths", lambda w, r: np.array([discrete_latent.misweighting(w), 1.0]), why="the other optimum"
)

better = claim.statement(
    "near_modes_are_better_diffused",
    "the diffuse optimum ≤ that with a component on each mode, for w ≥ 0.9, r from 3 to 6",
    claimed=lambda w, r: discrete_latent.separate(w, r).value,
    relation="<=",
    assumptions="relation of two local optima; at r = 6, w = 0.9 they are within 4 %, at r = 10 the order is reversed",
)


@better.observed(
    instances=lambda s: s.either(
        s.tuples(s.reals(0.9, 0.97), s.reals(3.0, 6.0)), s.tuples(s.reals(0.9, 0.901), s.reals(5.9, 6.0))
    ),
    error=1e-9,
    scale=1.0,
    detects=0.05,
    why="two optima are compared, which come within 4 % of each other at the corner of the domain",
    confirm=lambda instance: _precise(instance, True)[0],
)
def by_two_ems(m, w, r):
    return _optimum(w, r, True)[0]


by_two_ems.control("half the cost", lambda w, r: discrete_latent.misweighting(w) / 2, why="a factor 2")

# --- what the figure draws --------------------------------------------------------------------------------------------


@claim.curves
def fits():
    x, w, r = np.linspace(-8, 8, 401), 0.9, 4.0
    few, many = np.linspace(3.5, 10.0, 9), np.linspace(3.5, 10.0, 41)
    p = symmetric_pair(r, 1.0, w)
    best, apart = discrete_latent.diffusing(w, r), discrete_latent.separate(w, r)
    pdfs = [GaussianMixture([0.5, 0.5], fit.means, stds=fit.stds).pdf(x) for fit in (best, apart)]
    kinds = ("wide", discrete_latent.diffusing, True), ("apart", discrete_latent.separate, False)
    exact = {name: np.array([fit(w, v).value for v in many]) for name, fit, _ in kinds}
    seen = {f"{name}_em": np.array([_optimum(w, v, wide)[0] for v in few]) for name, _, wide in kinds}
    return {"x": x, "p": p.pdf(x), "best": pdfs[0], "worse": pdfs[1], "few": few, "many": many, **exact, **seen}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    data = saved["curves"]
    left, right = panels(figure, 2)
    left.plot(data["x"], data["p"], color=COLOUR["exact"], label="data; control: learned prior")
    left.plot(data["x"], data["best"], color=COLOUR["network"], label=r"$\pi_k=\frac{1}{2}$, diffuse: best")
    left.plot(data["x"], data["worse"], "--", color=COLOUR["other"], label=r"$\pi_k=\frac{1}{2}$, one on each")
    left.set(xlabel="$x$ (units of $s$)", ylabel=r"density (1/$s$), $w=0.9$, $r=4$", yscale="log", ylim=(1e-5, 100))
    left.legend(loc="upper right")
    for name, role, style, marker, label in (
        ("wide", "network", "-", "o", "diffuse"),
        ("apart", "other", "--", "s", "one on each mode"),
    ):
        right.plot(data["many"], data[name], style, color=COLOUR[role], label=label)
        right.plot(data["few"], data[f"{name}_em"], marker, color=COLOUR[role], label="by EM")
    right.axhline(0, color=COLOUR["control"], ls=":", label="control: learned prior")
    right.set(xlabel="$r$", ylabel=r"$KL(p\Vert q)$ (nats), $w=0.9$", ylim=(-0.03, 0.75))
    right.legend(loc="upper left", ncol=2)
