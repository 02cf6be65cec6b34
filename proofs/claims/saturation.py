"""Where real and fake share no point, JS and KL say nothing about how far apart they are; what moves a fake is its logit.

    parallel lines at distance θ ≠ 0: JS = ln 2, KL = ∞, W1 = |θ|;    descent σ(ℓ)∇ℓ (minimax) or (1-σ(ℓ))∇ℓ (non-saturating)

Moving one line nearer changes neither JS nor KL until the lines coincide, while W1 falls all the way. With a discriminator
of logit ℓ the generator gets ∇ℓ times a weight: under the minimax loss it dies with σ(ℓ) where the fake is recognised
(ℓ → -∞), under the non-saturating one it tends to 1 there, and dies only where the fake passes for real.
"""

import itertools

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, REAL, Domain
from theory import GaussianMixture, discriminator, divergence, parallel_lines

claim = Claim(
    topic="mode-dropping",
    references=("arjovsky2017wasserstein example 1", "goodfellow2014 section 3"),
)


def _lines(s):
    """θ, off zero on either side and at it, and heights of two to five points on each line."""
    theta = s.either(s.reals(-3.0, -0.001), s.reals(0.001, 3.0), s.one_of((0.0, 1e-6, -1e-9)))
    return s.tuples(theta, s.vectors(s.reals(0.0, 1.0), 2, 5))


def _laws(m, theta, heights):
    """The laws of a point on either line, over all places of both: weights (places,) twice."""
    n, one = len(heights), m.number(1)
    places = sorted({(c, float(h)) for c in (0.0, float(theta)) for h in heights})
    law = lambda c: np.array([sum(one for h in heights if (c, float(h)) == place) / n for place in places])  # noqa: E731
    return law(0.0) + 0 * one, law(float(theta)) + 0 * one


# --- two lines ------------------------------------------------------------------------------------------------------------

jensen = claim.statement(
    "jensen_shannon_is_flat",
    "parallel lines at distance θ ≠ 0: JS = ln 2, however near",
    claimed=parallel_lines.js,
    anchor=lambda claimed, t: claimed(t),
    domain=Domain(t=POSITIVE),
    definition=lambda x: (
        (
            x.Integral(x.log(1 / (x.Rational(1, 2) * 1)) / 2, (x.Symbol("u"), 0, x.t))
            + x.Integral(x.log(1 / (x.Rational(1, 2) * 1)) / 2, (x.Symbol("u"), 0, x.t))
        )
        / x.t
    ),
    symbolic=lambda x: x.log(2),
    assumptions="on either line m = ½p or ½q; the integral runs over lines of length t, their distance being t as well",
)


@jensen.derivation
def line_by_line(x):
    return [("p/m = 2 on its line, q/m = 2 on the other", x.log(2) / 2 + x.log(2) / 2)]


line_by_line.control("2 ln 2", lambda x: 2 * x.log(2), why="the sum for the half-sum")
line_by_line.control("ln 2/(1+t)", lambda x: x.log(2) / (1 + x.t), why="falls with the distance")


@jensen.observed(instances=_lines, error=1e-14, scale=1.0, call=lambda f, t, _u: f(t))
def over_places(m, theta, heights):
    p, q = _laws(m, theta, heights)
    return (m.kl(p, (p + q) / 2).sum() + m.kl(q, (p + q) / 2).sum()) / 2


over_places.control("the sum", lambda t: 2 * parallel_lines.js(t), why="KL(p‖m) + KL(q‖m)")
over_places.control(
    "nearly zero counts as zero", lambda t: parallel_lines.js(t if abs(t) > 1e-5 else 0.0), why="flat to 0"
)

divergent = claim.statement(
    "kl_is_infinite",
    "parallel lines at distance θ ≠ 0: KL(p‖q) = KL(q‖p) = ∞",
    claimed=parallel_lines.kl,
    anchor=lambda claimed, t: claimed(t),
    domain=Domain(t=POSITIVE),
    definition=lambda x: x.Limit(x.log(1 / x.Symbol("e", positive=True)), x.Symbol("e", positive=True), 0, "+"),
    symbolic=lambda x: x.oo,
    infinite=True,
    assumptions="e is the mass that q has on the line of p",
)


@divergent.derivation
def no_mass_there(x):
    return [
        ("nothing stays below", x.Limit(-x.log(x.Symbol("e", positive=True)), x.Symbol("e", positive=True), 0, "+"))
    ]


no_mass_there.control("θ²/2", lambda x: x.t**2 / 2, why="lines of width one")


@divergent.observed(instances=_lines, call=lambda f, t, _u: [f(t), f(t)])
def over_places_both_ways(m, theta, heights):
    p, q = _laws(m, theta, heights)
    return np.array([m.kl(p, q).sum(), m.kl(q, p).sum()])


over_places_both_ways.control("θ²/2", lambda t: t**2 / 2, why="lines of width one")

moved = claim.statement(
    "transport_sees_the_distance",
    "parallel lines at distance θ: W1 = |θ|",
    claimed=parallel_lines.wasserstein,
    anchor=lambda claimed, t: claimed(t),
    domain=Domain(t=POSITIVE),
    definition=lambda x: (
        (
            x.Integral(x.sqrt(x.t**2 + (x.Symbol("u") - x.Symbol("u")) ** 2), (x.Symbol("u"), 0, 1))
            + x.Integral(x.t, (x.Symbol("u"), 0, 1))
        )
        / 2
    ),
    symbolic=lambda x: x.t,
    assumptions="between the cost of moving straight across and the gain |θ| of the 1-Lipschitz ±x₁: both are equal; "
    "derived for θ > 0, of which θ < 0 is the mirror image",
)


@moved.derivation
def plan_and_potential(x):
    return [("cost of the plan, and gain of the potential", x.sqrt(x.t**2) / 2 + x.t / 2)]


plan_and_potential.control("squared", lambda x: x.t**2, why="W2²")


@moved.observed(instances=_lines, error=1e-13, scale=1.0, call=lambda f, t, _u: f(t))
def by_all_plans(m, theta, heights):
    """The cheapest assignment of points (0, u) to points (θ, u), of all n!."""
    cost = [[m.sqrt(theta**2 + (m.number(a) - m.number(b)) ** 2) for b in heights] for a in heights]
    n = len(heights)
    return min(sum(cost[i][j] for i, j in enumerate(plan)) for plan in itertools.permutations(range(n))) / n


by_all_plans.control("signed", lambda t: t, why="no modulus")
by_all_plans.control("squared", lambda t: t**2, why="W2²")

# --- one fake --------------------------------------------------------------------------------------------------------------

minimax = claim.statement(
    "minimax_pull_dies",
    "minimax: -∇ ln(1-σ(ℓ)) = σ(ℓ)∇ℓ, → 0 where the fake is recognised",
    claimed=discriminator.minimax_pull,
    anchor=lambda claimed, l: claimed(l),
    domain=Domain(l=REAL),
    definition=lambda x: -x.Derivative(x.log(1 - 1 / (1 + x.exp(-x.l))), x.l),
    symbolic=lambda x: 1 / (1 + x.exp(-x.l)),
)
nonsaturating = claim.statement(
    "nonsaturating_pull_stays",
    "non-saturating: ∇ ln σ(ℓ) = (1-σ(ℓ))∇ℓ, → 1 there",
    claimed=discriminator.nonsaturating_pull,
    anchor=lambda claimed, l: claimed(l),
    domain=Domain(l=REAL),
    definition=lambda x: x.Derivative(x.log(1 / (1 + x.exp(-x.l))), x.l),
    symbolic=lambda x: 1 / (1 + x.exp(x.l)),
)


@minimax.derivation
def slope_of_ln_one_minus(x):
    return [("ln(1-σ(ℓ)) = -ln(1+e^ℓ)", x.exp(x.l) / (1 + x.exp(x.l)))]


@nonsaturating.derivation
def slope_of_ln(x):
    return [("ln σ(ℓ) = -ln(1+e^-ℓ)", x.exp(-x.l) / (1 + x.exp(-x.l)))]


slope_of_ln_one_minus.control("the other", lambda x: 1 / (1 + x.exp(x.l)), why="1 - σ(ℓ)")
slope_of_ln.control("the other", lambda x: 1 / (1 + x.exp(-x.l)), why="σ(ℓ)")


def _in_two_directions(m, loss, slopes, l):
    """How a loss of the logit l + slopes·x falls along either axis, as a multiple of that slope of the logit."""
    return np.array([-m.slope(lambda t, a=a: loss(l + a * t), m.number(0)) / a for a in slopes])


def _logits(s):
    """Slopes of the logit in two directions, and a logit."""
    return s.tuples(s.tuples(s.scales(0.3, 2.0), s.scales(0.3, 2.0).map(lambda a: -a)), s.reals(-12.0, 12.0))


def _both(claimed, _slopes, l):
    return [claimed(l), claimed(l)]


@minimax.observed(instances=_logits, error=1e-9, scale=1.0, call=_both)
def of_the_minimax_loss(m, slopes, l):
    return _in_two_directions(m, lambda t: m.log(m.exp(-t) / (1 + m.exp(-t))), map(m.number, slopes), l)


@nonsaturating.observed(instances=_logits, error=1e-9, scale=1.0, call=_both)
def of_the_nonsaturating_loss(m, slopes, l):
    return _in_two_directions(m, lambda t: -m.log(1 / (1 + m.exp(-t))), map(m.number, slopes), l)


of_the_minimax_loss.control("σ(1-σ)", lambda l: np.exp(l) / (1 + np.exp(l)) ** 2, why="the slope of σ itself")
of_the_nonsaturating_loss.control("σ(-ℓ/2)", lambda l: discriminator.nonsaturating_pull(l / 2), why="a factor 2")


@claim.curves
def exact():
    theta, logits = np.linspace(-1.0, 1.0, 201), np.linspace(-8.0, 8.0, 161)
    few, h = np.linspace(-7.0, 7.0, 15), 1e-4
    softplus = lambda t: np.logaddexp(0, t)  # noqa: E731
    wall = lambda at: GaussianMixture([1.0], [at], stds=[0.1])  # noqa: E731
    return {
        "theta": theta,
        "js": parallel_lines.js(theta),
        "w1": parallel_lines.wasserstein(theta),
        "thick": [float(divergence.js(wall(0.0), wall(t))) for t in theta],
        "logits": logits,
        "minimax": discriminator.minimax_pull(logits),
        "nonsaturating": discriminator.nonsaturating_pull(logits),
        "few": few,
        "fall_minimax": (softplus(few + h) - softplus(few - h)) / (2 * h),
        "fall_nonsaturating": (softplus(h - few) - softplus(-h - few)) / (2 * h),
    }


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    left, right = panels(figure, 2)
    off = exact["theta"] != 0
    for side in (exact["theta"] < 0, exact["theta"] > 0):
        left.plot(
            exact["theta"][side], exact["js"][side], color=COLOUR["exact"], label="JS, nats" if side[-1] else None
        )
    left.plot([0], exact["js"][~off], "o", color=COLOUR["exact"])
    left.plot(exact["theta"], exact["w1"], "--", color=COLOUR["other"], label="W1")
    left.plot(exact["theta"], exact["thick"], ":", color=COLOUR["control"], label="control: JS, lines of width 0.1")
    left.set(xlabel=r"distance $\theta$ of the lines", ylabel="JS (nats), W1", ylim=(-0.05, 1.5))
    left.legend(loc="upper center")
    right.plot(exact["logits"], exact["minimax"], "--", color=COLOUR["other"], label=r"minimax, $\sigma(\ell)$")
    right.plot(
        exact["logits"], exact["nonsaturating"], color=COLOUR["exact"], label=r"non-saturating, $1-\sigma(\ell)$"
    )
    right.plot(
        exact["few"], exact["fall_minimax"], "s", color=COLOUR["data"], label="falls of the losses, by differences"
    )
    right.plot(exact["few"], exact["fall_nonsaturating"], "o", color=COLOUR["data"])
    right.set(
        xlabel=r"logit $\ell$ of a fake: recognised to the left", ylabel=r"weight of $\nabla\ell$", ylim=(-0.05, 1.6)
    )
    right.set_yticks((0, 0.5, 1))
    right.legend(loc="upper center")
