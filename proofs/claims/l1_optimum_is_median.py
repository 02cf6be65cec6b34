"""The best prediction under absolute error is a median: on the heavier mode, unless the modes tie.

    d/dc E|Y-c| = 2F(c) - 1, so F = ½ at the arg-min

For w N(-a, s²) + (1-w) N(a, s²), w > ½, half of all mass lies inside the heavier mode: with r = a/s growing, the median
rises to -a + s t*, t* = Φ⁻¹(1/2w), from below, and nothing of the other mode is mixed in. At w = ½ it is the mean, in the
gap, like L2's. The two limits do not commute: for every r there is a w > ½ whose median is still halfway into the gap.
Networks under L1 land on the conditional median, the same networks under L2 on the conditional mean.
"""

from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, Domain, above, between
from proofs.core.rules import Agreement
from theory import GaussianMixture, location, symmetric_pair

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "The reason is because of L1 (or L2) reconstruction loss used in VAEs.",
        "A3",
        Conditional(
            "L1 averages the modes only where their weights tie; otherwise it shows the heavier one",
            true_when=("at_equal_weights_the_mean", "halfway_for_some_weight"),
            false_when=("level_of_the_far_limit", "gap_to_the_far_limit"),
        ),
    ),
    references=("laplace1774 problem 3", "isola2017 section 3.1"),
)


def _mass(x, high):
    """P(N(0, 1) < high), to be integrated from the median."""
    t = x.Symbol("t", real=True)
    return x.Rational(1, 2) + x.Integral(x.exp(-(t**2) / 2) / x.sqrt(2 * x.pi), (t, 0, high))


def _phi(x, t):
    """Φ(t)."""
    return (1 + x.erf(t / x.sqrt(2))) / 2


# --- the arg-min --------------------------------------------------------------------------------------------------------

arg_min = claim.statement(
    "arg_min_is_median",
    "arg-min_c E|Y-c| = med Y: F = ½ there",
    claimed=location.median,
    domain=Domain(w=between(0, 1), a=between(0, 6), s=above(1)),
    definition=lambda x, level: x.Integral(1, (x.Symbol("u"), 0, level)) - x.Integral(1, (x.Symbol("u"), level, 1)),
    symbolic=lambda x: x.Rational(1, 2),
    root=True,
    anchor=lambda claimed, w, a, s: symmetric_pair(a, s, w).cdf(claimed(symmetric_pair(a, s, w))),
    assumptions="u = F(Y) is uniform; |Y-c| grows with c at the rate 1 where Y < c, that is u < F(c), and -1 elsewhere",
)


@arg_min.derivation
def by_stationarity(x, level):
    return [("d/dc E|Y-c| = 2F(c) - 1", 2 * level - 1)]


by_stationarity.control("two thirds", lambda x: x.Rational(2, 3), why="another quantile: what a tilted |Y-c| finds")


def _laws(s):
    """Asymmetric mixtures whose median is not in a gap: there the arg-min is not to be had to all digits."""
    return s.mixtures(2, 3, std=(0.4, 2.0)).filter(lambda p: p.pdf(p.ppf(0.5)) > 0.02)


def _size(p):
    return float(np.abs(p.means).max() + p.stds.max())


@arg_min.observed(instances=_laws, error=1e-12, scale=_size)
def by_weighing(m, p):
    """Where E|Y-c| stops falling: as much mass on either side of c, by quadrature."""
    low, high = float((p.means - 9 * p.stds).min()), float((p.means + 9 * p.stds).max())
    cuts = [low, *(t for t in m.line(p) if low < t < high), high]
    below = m.number(0)
    for a, b in pairwise(cuts):
        mass = m.integrate(lambda y: m.pdf(p, y), [a, b], 1)
        if below + mass > m.number(1) / 2:
            break
        below += mass
    return m.root(lambda c: below + m.integrate(lambda y: m.pdf(p, y), [a, c], 1) - m.number(1) / 2, a, b)


by_weighing.control("mean", lambda p: p.mean, why="L2")
by_weighing.control("likeliest component", lambda p: p.means[np.argmax(p.weights)], why="its centre, not the median")

# --- far modes ----------------------------------------------------------------------------------------------------------

level = claim.statement(
    "level_of_the_far_limit",
    "F(-a + s t*) = ½ + (1-w) Φ(t*-2r) > ½, t* = Φ⁻¹(1/2w): the median lies below, on the heavier mode",
    claimed=location.far_median,
    domain=Domain(t=between(0, 4), r=POSITIVE),
    definition=lambda x: _weight(x) * _mass(x, x.t) + (1 - _weight(x)) * _mass(x, x.t - 2 * x.r),
    symbolic=lambda x: x.Rational(1, 2) + (1 - _weight(x)) * _phi(x, x.t - 2 * x.r),
    anchor=lambda claimed, t, r: symmetric_pair(r, 1.0, 0.5 / ndtr(t)).cdf(claimed(r, 1.0, 0.5 / ndtr(t))),
    assumptions="w > ½, written as w = 1/2Φ(t), t > 0; in units of s from -a",
)


def _weight(x):
    return 1 / (2 * _phi(x, x.t))


@level.derivation
def mode_by_mode(x):
    return [("wΦ(t*) = ½", _weight(x) * _phi(x, x.t) + (1 - _weight(x)) * _phi(x, x.t - 2 * x.r))]


mode_by_mode.control(
    "the other mode at r", lambda x: x.Rational(1, 2) + (1 - _weight(x)) * _phi(x, x.t - x.r), why="2r"
)


def _far(s):
    """r and w > ½: the first-order error between 1e-8 and a half."""
    return s.tuples(s.scales(0.7, 2.8), s.reals(0.52, 0.95))


@level.observed(instances=_far, call=lambda f, r, w: f(r, 1.0, w), error=1e-13, scale=1.0)
def by_quantile(m, r, w):
    """Where the heavier mode alone has half of all mass."""
    return -r + m.root(lambda t: w * m.normal_cdf(t) - m.number(1) / 2, -9, 9)


by_quantile.control(
    "w in place of 1/2w", lambda a, s, w: -a + s * location.far_median(1e-9, 1.0, 1 / (2 * w)), why="Φ⁻¹(w)"
)
by_quantile.control("the mode itself", lambda a, s, w: -a, why="half of all mass is more than half of the mode's")

gap = claim.statement(
    "gap_to_the_far_limit",
    "(-a + s t* - med Y)/s ≤ (1-w) Φ(t*-2r)/wφ(t*), and → 1 times that as r grows",
    claimed=location.far_median_gap,
    relation="<=",
    domain=Domain(t=between(0, 4), r=POSITIVE, d=NONNEGATIVE),
    definition=lambda x: (1 - _weight(x)) * _mass(x, x.t - 2 * x.r) / (_weight(x) * _bell(x) + x.d),
    symbolic=lambda x: (1 - _weight(x)) * _phi(x, x.t - 2 * x.r) / (_weight(x) * _bell(x)),
    anchor=lambda claimed, t, r, d: claimed(r, 0.5 / ndtr(t)),
    assumptions="the level falls by (1-w)Φ(t*-2r) across the gap, on which the density is wφ(t*) + d on average: d ≥ 0, "
    "for φ is least at t* on [-t*, t*], where the median lies",
)


def _bell(x):
    return x.exp(-(x.t**2) / 2) / x.sqrt(2 * x.pi)


@gap.derivation
def level_over_density(x):
    excess = (1 - _weight(x)) * _phi(x, x.t - 2 * x.r)
    return [
        ("integrate", excess / (_weight(x) * _bell(x) + x.d)),
        Step("d ≥ 0", excess / (_weight(x) * _bell(x)), "<=", given="Φ > 0 and Φ(t) > ½ for t > 0"),
    ]


level_over_density.control(
    "half", lambda x: (1 - _weight(x)) * _phi(x, x.t - 2 * x.r) / (2 * _weight(x) * _bell(x)), why="a factor 2"
)


@gap.observed(instances=_far, error=1e-9, claimed_error=1e-12)
def by_bisection(m, r, w):
    """t* - (med Y + a)/s, from what the heavier mode must give up for the other's tail."""
    limit = m.root(lambda t: w * m.normal_cdf(t) - m.number(1) / 2, -9, 9)

    def short(g):
        return w * m.integrate(m.normal, [limit - g, limit], 1) - (1 - w) * m.normal_cdf(limit - g - 2 * r)

    return m.root(short, m.number(1) / 10**12, 2 * limit + 1)


by_bisection.control(
    "without w", lambda r, w: w * location.far_median_gap(r, w), why="the density is that of the whole law"
)
by_bisection.control("half", lambda r, w: location.far_median_gap(r, w) / 2, why="a factor 2")

# --- modes that tie -----------------------------------------------------------------------------------------------------

tie = claim.statement(
    "at_equal_weights_the_mean",
    "w = ½: med Y = EY, in the gap, like L2",
    claimed=location.median,
    domain=Domain(b=REAL, a=between(0, 4), s=above(1)),
    definition=lambda x, c: sum(_mass(x, (c - x.b + side * x.a) / x.s) for side in (1, -1)) / 2 - x.Rational(1, 2),
    symbolic=lambda x: x.b,
    root=True,
    anchor=lambda claimed, b, a, s: claimed(GaussianMixture([0.5, 0.5], [b - a, b + a], stds=[s, s])),
    assumptions="modes at b ± a",
)


@tie.derivation
def by_symmetry(x, c):
    up, down = ((c - x.b + side * x.a) / x.s for side in (1, -1))
    return [("erf is odd", (_phi(x, up) + _phi(x, down) - 1) / 2)]


by_symmetry.control("a mode", lambda x: x.b - x.a, why="what unequal weights would do")


def _twins(s):
    parts = s.tuples(s.reals(-5.0, 5.0), s.reals(0.0, 4.0), s.scales(0.5, 2.0))
    return parts.map(lambda t: GaussianMixture([0.5, 0.5], [t[0] - t[1] * t[2], t[0] + t[1] * t[2]], stds=[t[2]] * 2))


@tie.observed(instances=_twins, error=1e-11, claimed_error=1e-11, scale=lambda p: _size(p) + 1)
def by_the_mean(m, p):
    return m.expect(p, lambda y: y)


by_the_mean.control("left mode", lambda p: p.means[0], why="what unequal weights would do")

halfway = claim.statement(
    "halfway_for_some_weight",
    "for every r, med Y = -a/2 at w = (½-Φ(-3r/2))/(Φ(r/2)-Φ(-3r/2)) > ½: far from its limit, however large r",
    claimed=location.median,
    domain=Domain(r=between(0, 6)),
    definition=lambda x, c: _tilted(x) * _mass(x, c + x.r) + (1 - _tilted(x)) * _mass(x, c - x.r) - x.Rational(1, 2),
    symbolic=lambda x: -x.r / 2,
    root=True,
    anchor=lambda claimed, r: claimed(symmetric_pair(r, 1.0, _tilt(r))),
    assumptions="s = 1; so the limit of level_of_the_far_limit is not uniform as w → ½",
)


def _tilted(x):
    return (x.Rational(1, 2) - _phi(x, -3 * x.r / 2)) / (_phi(x, x.r / 2) - _phi(x, -3 * x.r / 2))


def _tilt(r):
    return float((ndtr(1.5 * r) - 0.5) / (ndtr(r / 2) - ndtr(-1.5 * r)))


@halfway.derivation
def half_of_the_mass(x, c):
    return [("integrate", _tilted(x) * _phi(x, c + x.r) + (1 - _tilted(x)) * _phi(x, c - x.r) - x.Rational(1, 2))]


half_of_the_mass.control("on the mode", lambda x: -x.r, why="as the limit would have it for w just above ½")


@halfway.observed(
    instances=lambda s: s.scales(0.05, 6.0), call=lambda f, r: f(symmetric_pair(r, 1.0, _tilt(r))),
    error=lambda r: 1e-15 * np.exp(r * r / 8) * (1 + 1 / r),
)  # fmt: skip
def halfway_down(m, r):
    return -r / 2


halfway_down.control("mean", lambda p: p.mean, why="L2")

# --- networks -----------------------------------------------------------------------------------------------------------


@arg_min.experiment(
    rule=Agreement(0.03, "of the median's size"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 2 * 24 * 800, "full": 2 * 48 * 4000},
    reason="the median over seeds of an offset averaged over x; at L2 the same networks are off by more than a third",
)
def two_branches(run):
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.two_branch import two_branch
    from toys.train import fit

    x, steps, rule = np.linspace(0.02, 0.98, 32), 800 if run.quick else 4000, Adam(0.05, decay="cosine")
    shown = {"x": x}
    for name, power in (("l1", 1.0), ("l2", 2.0)):
        learner = Regressor(two_branch(), (16, 16), power)
        fitted = fit(learner, seeds=run.seeds, steps=steps, batch=64, optimiser=rule)
        shown[name] = fitted.evaluate(learner.predict, x[:, None])[..., 0]
    return shown


def _given(x):
    """The laws of y given x of the two-branch problem, written out."""
    g = 1 + np.sin(2 * np.pi * x) / 2
    return [GaussianMixture([0.7, 0.3], [-h, h], stds=[0.2, 0.2]) for h in g]


@two_branches.measure
def offset(claimed, data):
    medians = np.array([claimed(p) for p in _given(data["x"])])
    arms = {"network": data["l1"], "control": data["l2"]}
    return {arm: (medians - shown).mean(axis=1) / np.abs(medians).mean() for arm, shown in arms.items()}


@claim.curves
def exact():
    r, x = np.linspace(0.05, 4.0, 160), np.linspace(0, 1, 201)
    return {
        "r": r,
        "medians": [[location.median(symmetric_pair(a, 1.0, w)) / a for a in r] for w in WEIGHTS],
        "limits": [location.far_median(r, 1.0, w) / r for w in WEIGHTS[1:]],
        "x": x,
        "median": [location.median(p) for p in _given(x)],
        "mean": [p.mean for p in _given(x)],
    }


WEIGHTS = (0.5, 0.52, 0.6, 0.8)
"""Of the heavier mode, in the figure."""


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["two_branches"]
    left, right = panels(figure, 2)
    for w, median, style in zip(WEIGHTS, exact["medians"], ("-", "-.", "--", ":"), strict=True):
        left.plot(exact["r"], median, style, color=COLOUR["exact"], label=f"median, $w$ = {w}")
    for k, limit in enumerate(exact["limits"]):
        left.plot(
            exact["r"][limit < 0],
            limit[limit < 0],
            color=COLOUR["control"],
            lw=0.6,
            label="limit for far modes" if k == 0 else None,
        )
    left.set(xlabel="$r=a/s$", ylabel="best prediction / $a$", ylim=(-1.05, 0.55))
    left.legend(loc="upper left", ncols=2)
    right.plot(exact["x"], exact["median"], color=COLOUR["exact"], label=r"median of $Y\,|\,x$, exact")
    right.plot(exact["x"], exact["mean"], "--", color=COLOUR["data"], lw=0.8, label=r"$E[Y\,|\,x]$, exact")
    spread(right, nets["x"], nets["l1"], COLOUR["network"], "networks under L1")
    spread(right, nets["x"], nets["l2"], COLOUR["control"], "control: under L2", "s")
    right.set(xlabel="$x$", ylabel="prediction", ylim=(-1.6, 1.6))
    right.legend(loc="upper left", title=f"{len(nets['l1'])} seeds, median and range")
