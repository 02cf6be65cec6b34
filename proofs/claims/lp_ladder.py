"""L1 and L2 are two rungs of one ladder: from the majority to the mean to the midrange as the power of the error grows.

    Y = -a with probability w, else a:    arg-min_c E|Y-c|^p = a tanh( ln((1-w)/w) / 2(p-1) ),   p > 1

The pulls of the two values balance where w(c+a)^{p-1} = (1-w)(a-c)^{p-1}; for p > 1 the risk is convex, so this is the one
minimum. As p → 1⁺ it is the majority value, sharp; at p = 2 the mean; as p → ∞ the midrange 0, whatever the weights. How
much of the other value is mixed in is a matter of degree, set by p-1. Networks under |·|^p land on the curve.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, UNIT, Domain, above
from proofs.core.rules import Agreement
from theory import location

claim = Claim(
    topic="mean-collapse",
    references=("jackson1921", "isola2017 section 3.1 (L1 against L2)"),
)


def _log_odds(x):
    return x.log((1 - x.w) / x.w)


# --- the curve ----------------------------------------------------------------------------------------------------------

ladder = claim.statement(
    "arg_min_is_a_tanh",
    "arg-min_c w(c+a)^p + (1-w)(a-c)^p = a tanh( ln((1-w)/w) / 2(p-1) )",
    claimed=location.two_point_lp_minimiser,
    domain=Domain(a=POSITIVE, w=UNIT, p=above(1)),
    definition=lambda x, c: (
        x.log(_pull(x, x.w, x.Symbol("t") + x.a, c)) - x.log(-_pull(x, 1 - x.w, x.a - x.Symbol("t"), c))
    ),
    symbolic=lambda x: x.a * x.tanh(_log_odds(x) / (2 * (x.p - 1))),
    root=True,
    anchor=lambda claimed, a, w, p: claimed(a, w, p),
    assumptions="the two parts of the slope balance where their logarithms are the same; one minimum, for p > 1 is convex",
)


def _pull(x, weight, distance, c):
    """d/dc of weight · distance^p, to be worked out."""
    return x.Subs(x.Derivative(weight * distance**x.p, x.Symbol("t")), x.Symbol("t"), c)


@ladder.derivation
def by_balance(x, c):
    return [
        ("what the derivatives share cancels", x.log(x.w / (1 - x.w)) + (x.p - 1) * x.log((x.a + c) / (x.a - c))),
        ("artanh y = ½ ln((1+y)/(1-y))", 2 * (x.p - 1) * x.atanh(c / x.a) - _log_odds(x)),
    ]


by_balance.control("p for p-1", lambda x: x.a * x.tanh(_log_odds(x) / (2 * x.p)), why="the power of the pull is p-1")
by_balance.control("weights exchanged", lambda x: x.a * x.tanh(-_log_odds(x) / (2 * (x.p - 1))), why="the minority")


def _rungs(s):
    """a, w and p from 1.03 to 40."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98), s.scales(0.03, 39.0).map(lambda t: 1 + t))


@ladder.observed(instances=_rungs, error=1e-12, scale=lambda a, w, p: a)
def by_root_finding(m, a, w, p):
    """Where the slope of E|Y-c|^p changes its sign."""
    return a * m.root(lambda t: w * (1 + t) ** (p - 1) - (1 - w) * (1 - t) ** (p - 1), -1, 1)


by_root_finding.control(
    "p for p-1", lambda a, w, p: location.two_point_lp_minimiser(a, w, p + 1), why="the power of the pull is p-1"
)
by_root_finding.control("mean", lambda a, w, p: a * (1 - 2 * w), why="L2, whatever p")

# --- its rungs ----------------------------------------------------------------------------------------------------------

majority = claim.statement(
    "majority_as_p_falls_to_1",
    "w > ½: the arg-min → -a as p → 1⁺, the arg-min of E|Y-c|",
    claimed=location.two_point_lp_minimiser,
    domain=Domain(a=POSITIVE, l=POSITIVE),
    definition=lambda x: x.Limit(-x.a * x.tanh(x.l / (2 * x.Symbol("e"))), x.Symbol("e"), 0, "+"),
    symbolic=lambda x: -x.a,
    anchor=lambda claimed, a, l: claimed(a, 1 / (1 + np.exp(-l)), 1 + 1e-6),
    assumptions="l = ln(w/(1-w)) > 0, e = p-1",
)


@majority.derivation
def tanh_saturates(x):
    k = x.Symbol("k", positive=True)
    return [("l/2e → ∞", -x.a * x.Limit(x.tanh(k), k, x.oo))]


tanh_saturates.control("mean", lambda x: -x.a * x.tanh(x.l / 2), why="p = 2")


@majority.observed(
    instances=lambda s: s.tuples(s.scales(0.1, 10.0), s.reals(0.51, 0.98)),
    call=lambda f, a, w: f(a, w, 1 + 1e-6), error=1e-11,
)  # fmt: skip
def by_absolute_error(m, a, w):
    return m.least(lambda c: w * m.size(c + a) + (1 - w) * m.size(c - a), -2 * a, 2 * a)[0]


by_absolute_error.control("mean", lambda a, w, p: a * (1 - 2 * w), why="p = 2")

mean = claim.statement(
    "mean_at_2",
    "p = 2: EY = a(1-2w)",
    claimed=lambda a, w: location.two_point_lp_minimiser(a, w, 2.0),
    domain=Domain(a=POSITIVE, w=UNIT),
    definition=lambda x: x.Sum(
        (x.w + x.Symbol("k") * (1 - 2 * x.w)) * (2 * x.Symbol("k") - 1) * x.a, (x.Symbol("k"), 0, 1)
    ),
    symbolic=lambda x: x.a * (1 - 2 * x.w),
)


@mean.derivation
def by_the_tanh(x):
    return [("tanh of half the log odds is 1-2w", x.a * x.tanh(_log_odds(x) / 2))]


by_the_tanh.control("half", lambda x: x.a * (1 - 2 * x.w) / 2, why="a factor 2")


@mean.observed(
    instances=lambda s: s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98)), error=1e-14, scale=lambda a, w: a
)
def by_averaging(m, a, w):
    return w * -a + (1 - w) * a


by_averaging.control("majority", lambda a, w: -a if w > 0.5 else a, why="p = 1")


def _ln(t):
    """y = -½ ln t, so that tanh y = (1-t)/(1+t)."""
    from sympy import log

    return log(t)


midrange = claim.statement(
    "midrange_as_p_grows",
    "|arg-min| ≤ a |ln((1-w)/w)| / 2(p-1) → 0, the midrange, as p → ∞; nearly attained there",
    claimed=location.two_point_lp_bound,
    relation="<=",
    domain=Domain(y=POSITIVE),
    symbolic=lambda x: x.y,
    anchor=lambda claimed, y: (
        claimed(1.0, 1 / (1 + np.exp(-2 * y)), 2.0) if y < 8 else claimed(1.0, 1 / (1 + np.exp(-2)), 1 + 1 / y)
    ),
    assumptions="a = 1 and y = |ln((1-w)/w)|/2(p-1)",
)


@midrange.enclosure(change={"y": (lambda t: -_ln(t) / 2, (0, 1))}, contact={"y_t": 1})
def below_its_argument(x):
    return (1 - x.exp(-2 * x.y)) / (1 + x.exp(-2 * x.y))


below_its_argument.control("nine tenths", lambda x: x.y * x.Rational(9, 10), why="tanh' = 1 at 0")


def _far_up(s):
    """a, w and p up to 1000."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98), s.scales(1.0, 1000.0).map(lambda t: 1 + t))


@midrange.observed(instances=_far_up, error=1e-12, scale=lambda a, w, p: a / p)
def by_root_finding_again(m, a, w, p):
    """Where the slopes of the two parts balance, to all digits near 0."""
    balance = lambda t: m.log(w / (1 - w)) + (p - 1) * m.log((1 + t) / (1 - t))  # noqa: E731
    return m.size(a * m.root(balance, -1 + m.number(1) / 10**15, 1 - m.number(1) / 10**15))


by_root_finding_again.control(
    "p+1 for p-1", lambda a, w, p: location.two_point_lp_bound(a, w, p + 2), why="only asymptotically the same"
)

# --- networks -----------------------------------------------------------------------------------------------------------

POWERS = (1.3, 1.6, 2.0, 3.0, 6.0)
A, W, S = 1.0, 0.7, 0.02


@ladder.experiment(
    rule=Agreement(0.03, "of a, at the worst power"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 300, "full": 2000},
    looks_at={"network": [f"p = {p}" for p in POWERS], "control": ["p = 2.0"]},
    reason="a constant learnt from fresh draws is off by about 0.01 at the last, small learning rates; modes 0.02 wide add less",
    detects=0.1,
    why="the claimed value at p = 1.3 is 0.89, of which 5 % is little more than the margin",
)
def constants(run):
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair

    learned = []
    for power in POWERS:
        learner = Regressor(symmetric_pair(A, S, W), (8,), power)
        fitted = run.fit(learner, Adam(0.03, decay="cosine"), arm=f"p = {power}")
        learned.append(fitted.evaluate(learner.predict, np.ones((1, 1)))[:, 0, 0])
    return {"learned": np.stack(learned, axis=1)}


@constants.measure
def worst(claimed, data):
    exact = np.array([claimed(A, W, p) for p in POWERS])
    arms = {
        "network": data["learned"],
        "control": np.repeat(data["learned"][:, [POWERS.index(2.0)]], len(POWERS), axis=1),
    }
    off = {arm: shown - exact for arm, shown in arms.items()}
    return {arm: np.take_along_axis(d, np.abs(d).argmax(axis=1)[:, None], axis=1)[:, 0] / A for arm, d in off.items()}


@claim.curves
def exact():
    p = 1 + np.geomspace(0.03, 30.0, 200)
    return {"p": p, "rungs": [location.two_point_lp_minimiser(1.0, w, p) for w in (0.55, 0.7, 0.9)]}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["constants"]
    (axes,), wide = panels(figure, 1), figure.get_figwidth() > 5
    for w, rung, style in zip((0.55, 0.7, 0.9), exact["rungs"], ("--", "-", ":"), strict=True):
        axes.plot(exact["p"] - 1, rung, style, color=COLOUR["exact"], label=f"exact, $w$ = {w}")
    at = np.array(POWERS) - 1
    spread(axes, at, nets["learned"], COLOUR["network"], r"networks under $|\cdot|^p$, $w$ = 0.7")
    control = np.repeat(nets["learned"][:, [POWERS.index(2.0)]], len(POWERS), axis=1)
    spread(axes, at * 1.06, control, COLOUR["control"], "control: under L2 for every $p$", "s")
    axes.set(xlabel="$p-1$", ylabel="best prediction / $a$", xscale="log", ylim=(-1.05, 0.55 if wide else 1.3))
    axes.set_yticks((-1, -0.4, 0), ("majority", "mean", "midrange"))
    axes.legend(
        loc="upper left",
        title=f"{len(nets['learned'])} seeds, median and range",
        ncols=2 if wide else 1,
    )
