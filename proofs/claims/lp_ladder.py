"""L1 and L2 are two rungs of one ladder: from the majority to the mean to the midrange as the power of the error grows.

    Y = -a with probability w, else a:    arg-min_c E|Y-c|^p = a tanh( ln((1-w)/w) / 2(p-1) ),   p > 1

The pulls of the two values balance where w(c+a)^{p-1} = (1-w)(a-c)^{p-1}; for p > 1 the risk is convex, so this is the one
minimum. As p → 1⁺ it is the majority value, sharp; at p = 2 the mean; as p → ∞ the midrange 0, whatever the weights. How
much of the other value is mixed in is a matter of degree, set by p-1. Networks under |·|^p land on the curve.
"""

from itertools import cycle
from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Letter, Positive, Root, Run, Unit, above, carried, over
from proofs.textbook import medians as textbook
from proofs.words import slope_at, sp
from theory import location

claim = Claim(
    topic="mean-collapse",
    after="l1_optimum_is_median",
    references=("jackson1921", "isola2017 section 3.1 (L1 against L2)"),
)
Power = Annotated[Letter, above(1)]


def log_odds(w):
    """ln((1-w)/w)."""
    return sp.log((1 - w) / w)


# --- the curve ----------------------------------------------------------------------------------------------------------


@claim.states(location.two_point_lp_minimiser)
def arg_min_is_a_tanh(a: Positive, w: Unit, p: Power):
    """arg-min_c w(c+a)^p + (1-w)(a-c)^p = a tanh( ln((1-w)/w) / 2(p-1) )

    the two parts of the slope balance where their logarithms are the same; one minimum, for p > 1 is convex"""
    t = sp.Symbol("t")
    c = yield Root(a * sp.tanh(log_odds(w) / (2 * (p - 1))))
    yield sp.log(slope_at(w * (t + a) ** p, t, c)) - sp.log(-slope_at((1 - w) * (a - t) ** p, t, c))
    yield "what the derivatives share cancels", sp.log(w / (1 - w)) + (p - 1) * sp.log((a + c) / (a - c))
    yield "artanh y = ½ ln((1+y)/(1-y))", 2 * (p - 1) * sp.atanh(c / a) - log_odds(w)


arg_min_is_a_tanh.check(textbook.balance, on=textbook.rungs, error=1e-12, scale=lambda a, w, p: a)
arg_min_is_a_tanh.wrong("p for p-1, the power of the pull", p=lambda p: p + 1)
arg_min_is_a_tanh.wrong("weights exchanged: the minority", w=lambda w: 1 - w)
arg_min_is_a_tanh.wrong(
    "the mean, whatever p: L2", symbolic=lambda a, w: a * (1 - 2 * w), claimed=lambda a, w, p: a * (1 - 2 * w)
)

# --- its rungs ----------------------------------------------------------------------------------------------------------


def nearly_1(o):
    """A p at which the odds 1 + o are as good as decided: p - 1 a hundredth of their logarithm."""
    return 1 + np.log1p(o) / 100


@claim.states(location.two_point_lp_minimiser, at=lambda a, o: (a, (1 + o) / (2 + o), nearly_1(o)))
def majority_as_p_falls_to_1(a: Positive, o: Positive):
    """w > ½: the arg-min → -a as p → 1⁺, the arg-min of E|Y-c|

    1 + o = w/(1-w) > 1, e = p-1"""
    e, k, l = sp.Symbol("e"), sp.Symbol("k", positive=True), sp.log(1 + o)
    yield sp.Limit(-a * sp.tanh(l / (2 * e)), e, 0, "+")
    yield "l/2e → ∞", -a * sp.Limit(sp.tanh(k), k, sp.oo)
    yield "tanh saturates", -a


majority_as_p_falls_to_1.check(
    textbook.least_absolute_error,
    on=textbook.majorities,
    at=lambda a, w: (a, w, nearly_1(w / (1 - w) - 1)),
    error=1e-11,
)
majority_as_p_falls_to_1.wrong(
    "the mean: p = 2", symbolic=lambda a, o: -a * o / (2 + o), claimed=lambda a, w, p: a * (1 - 2 * w)
)


def at_two(a, w):
    """The arg-min for p = 2."""
    return location.two_point_lp_minimiser(a, w, 2.0)


@claim.states(at_two)
def mean_at_2(a: Positive, w: Unit):
    """p = 2: EY = a(1-2w)"""
    k = sp.Symbol("k")
    yield sp.Sum((w + k * (1 - 2 * w)) * (2 * k - 1) * a, (k, 0, 1))
    yield "add up", a * (1 - 2 * w)
    yield "tanh of half the log odds is 1-2w", a * sp.tanh(log_odds(w) / 2)


mean_at_2.check(textbook.averaged, on=textbook.two_values, error=1e-14, scale=lambda a, w: a)
mean_at_2.wrong("half of it", a=lambda a: a / 2)
mean_at_2.wrong("the majority: p = 1", claimed=lambda a, w: -a if w > 0.5 else a)


def tanh_argument(y):
    """a, w and p for which |ln((1-w)/w)|/2(p-1) = y, a = 1."""
    return (1.0, 1 / (1 + np.exp(-2 * y)), 2.0) if y < 8 else (1.0, 1 / (1 + np.exp(-2)), 1 + 1 / y)


@claim.states(
    location.two_point_lp_bound,
    at=tanh_argument,
    relation="<=",
    enclosed=over(y=carried(lambda t: -sp.log(t) / 2, 0, 1, contact=1)),
)
def midrange_as_p_grows(y: Positive):
    """|arg-min| ≤ a |ln((1-w)/w)| / 2(p-1) → 0, the midrange, as p → ∞; nearly attained there

    a = 1 and y = |ln((1-w)/w)|/2(p-1)"""
    yield (1 - sp.exp(-2 * y)) / (1 + sp.exp(-2 * y))
    yield "tanh y ≤ y, equal at 0", y


midrange_as_p_grows.check(textbook.distance_from_midrange, on=textbook.far_up, error=1e-12, scale=lambda a, w, p: a / p)
midrange_as_p_grows.wrong(
    "nine tenths: tanh' = 1 at 0",
    y=lambda y: 9 * y / 10,
    claimed=lambda a, w, p: 0.9 * location.two_point_lp_bound(a, w, p),
)
midrange_as_p_grows.wrong(
    "p+1 for p-1: only asymptotically the same", claimed=lambda a, w, p: location.two_point_lp_bound(a, w, p + 2)
)

# --- networks -----------------------------------------------------------------------------------------------------------

POWERS = (1.3, 1.6, 2.0, 3.0, 6.0)
A, W, S = 1.0, 0.7, 0.02
ARMS = {f"p = {p}": p for p in POWERS}


@arg_min_is_a_tanh.experiment(
    rule=Agreement(0.03, "of a, at the worst power"),
    seeds=(24, 48),
    steps=(300, 2000),
    looks_at={"network": tuple(ARMS), "control": "p = 2.0"},
    reason="a constant learnt from fresh draws is off by about 0.01 at the last, small learning rates; modes 0.02 wide add less",
    detects=0.1,
    why="the claimed value at p = 1.3 is 0.89, of which 5 % is little more than the margin",
)
def constants(run: Run):
    from toys.regressions import best_constants
    from toys.targets import symmetric_pair

    learned = best_constants(run.fit, symmetric_pair(A, S, W), ARMS, rate=0.03)
    return {"learned": np.stack([learned[arm][:, 0] for arm in ARMS], axis=1)}


def under_l2(data):
    """What the networks under L2 show, once for every power."""
    return np.repeat(data["learned"][:, [POWERS.index(2.0)]], len(POWERS), axis=1)


@constants.measure
def worst(claimed, data):
    from toys.regressions import farthest

    exact = np.array([claimed(A, W, p) for p in POWERS])
    return {"network": farthest(data["learned"] - exact) / A, "control": farthest(under_l2(data) - exact) / A}


@claim.figure(
    "The power of the error decides: majority near 1, mean at 2, then the midrange",
    where="$p$: power of the error; $w$: weight of the majority",
)
def draw(saved, panels, *, weights=(0.55, W, 0.9), points=200):
    nets, powers, (panel,) = saved["constants"], 1 + np.geomspace(0.03, 30.0, points), panels(1)
    for w, style in zip(weights, cycle(("--", "-", ":")), strict=False):
        panel.exact(powers - 1, location.two_point_lp_minimiser(1.0, w, powers), f"exact, $w$ = {w}", style)
    at = np.array(POWERS) - 1
    panel.seeds(at, nets["learned"], "network", f"networks, $w$ = {W}")
    panel.seeds(at * 1.08, under_l2(nets), "control", "control: trained at $p$ = 2")
    names = {-1: "majority", 1 - 2 * W: f"mean,\n$w$ = {W}", 0: "midrange"}
    panel.axes(
        "power of the error less one, $p-1$", "best prediction", log="x", y_ticks=names, legend="above", columns=2
    )
    exact = np.array([location.two_point_lp_minimiser(A, W, p) for p in POWERS])
    middle = np.median(nets["learned"], axis=0)
    off = np.abs(middle - exact)
    return (
        f"The best constant prediction of an outcome at -a (the majority, of weight w) or a, under the error's p-th power: near -a "
        f"for p near 1, the mean at p = 2, towards the midrange 0 for large p. Networks at w = {W:g} follow the closed form from "
        f"{middle[0]:.2f} a at p = {POWERS[0]:g} to {middle[-1]:.2f} a at p = {POWERS[-1]:g}; their median misses it by at most "
        f"{off.max() / A:.3f} a, at p = {POWERS[off.argmax()]:g}. The control, trained at p = 2, shows the mean whatever p is asked "
        f"for (drawn a little to the right)."
    )
