"""The best constant prediction under squared error is the mean; the best function of x is E[Y|x].

    E(Y-c)² = Var Y + (c-EY)²                         E(Y-f(X))² = E Var(Y|X) + E(f(X)-E[Y|X])²

Whatever else Y is (bimodal, skewed, with nothing near its mean), the excess over Var Y is the squared distance to the
mean and nothing else, so arg-min is the mean: all plausible outputs are averaged. On a symmetric law the mean is also
the median, hence the random laws here are asymmetric, lest a wrong arg-min survive. Networks under L2 approach the
analytic E[Y|X] as data grow; the same networks under L1 do not.
"""

from __future__ import annotations

import math

import numpy as np

from proofs.claim import Claim, Folk, Holds
from proofs.domain import NONNEGATIVE, REAL, UNIT, Domain
from proofs.rules import Agreement, Trend
from proofs.sides import Sides
from theory import GaussianMixture, location

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "Euclidean distance is minimised by averaging all plausible outputs, which causes blurring.",
        "A3, quoting Isola et al. 2017, section 3.2",
        Holds(),
    ),
    references=(
        "Isola, Zhu, Zhou & Efros 2017, Image-to-image translation with conditional adversarial networks",
        "Bishop 1994",
    ),
)

# --- one prediction ---------------------------------------------------------------------------------------------------

risk = claim.statement(
    "risk_splits",
    "E|Y-c|² = Var Y + |c-EY|²",
    claimed=location.squared_risk,
    domain=Domain(c=REAL, m=REAL, v=NONNEGATIVE),
    definition=lambda x: x.Expectation((x.Symbol("Y") - x.c) ** 2, _moments(x, "Y", x.m, x.v)),
    symbolic=lambda x: x.v + (x.c - x.m) ** 2,
    anchor=lambda claimed, c, m, v: claimed(_two_moments(m, v), c),
    assumptions="E Y² finite",
)


def _moments(x, letter, mean, variance):
    """E Y and E Y², for the expectation operator."""
    y = x.Symbol(letter)
    return x.Tuple((y, mean), (y**2, variance + mean**2))


def _two_moments(m: float, v: float) -> GaussianMixture:
    """An asymmetric mixture with mean m and variance v: modes at m - d and m + 3d, weights ¾ and ¼."""
    d = np.sqrt(max(v, 1e-12) / 4)
    return GaussianMixture([0.75, 0.25], [m - d, m + 3 * d], stds=[d, d])


@risk.derivation
def by_linearity(x):
    y, moments = x.Symbol("Y"), _moments(x, "Y", x.m, x.v)
    return [
        ("expand the square", x.Expectation(y**2 - 2 * x.c * y + x.c**2, moments)),
        ("E is linear", x.Expectation(y**2, moments) - 2 * x.c * x.Expectation(y, moments) + x.c**2),
        ("E Y = m, E Y² = v + m²", x.v + x.m**2 - 2 * x.c * x.m + x.c**2),
    ]


by_linearity.control("no bias", lambda x: x.v + 0 * x.c, why="forgets the squared distance")
by_linearity.control("wrong sign", lambda x: x.v - (x.c - x.m) ** 2, why="a sign")


def _predictions(s):
    """A mixture, on the line or in the plane, and a prediction."""
    line = s.tuples(s.mixtures(2, 4), s.reals(-6.0, 6.0))
    plane = s.tuples(s.planar_mixtures(2, 3), s.tuples(s.reals(-6.0, 6.0), s.reals(-6.0, 6.0)))
    return s.either(line, plane)


def _squared_distance(c):
    return lambda y: (y - c) ** 2 if np.ndim(c) == 0 else ((y - np.array(c)) ** 2).sum(-1)


def _risk_precisely(instance):
    from proofs.reference import expect_polynomial, expect_precisely

    p, c = instance
    if p.scalar:
        return expect_precisely(p, lambda y: (y - c) ** 2)
    return expect_polynomial(p, _squared_distance(c))  # a polynomial: exact up to rounding


@risk.check(instances=_predictions, confirm=_risk_precisely)
def by_quadrature(claimed, instance):
    from proofs.reference import expect_polynomial

    p, c = instance
    observed = float(expect_polynomial(p, _squared_distance(c)))
    return Sides(observed, claimed(p, c), observed_error=1e-12 * observed, claimed_error=1e-12 * observed)


by_quadrature.control(
    "E|Y-c| squared", lambda p, c: location.squared_risk(p, c) - np.sum(p.var) / 2, why="half the variance"
)
by_quadrature.control("distance to the origin", lambda p, c: np.sum(p.var) + np.sum(np.square(c)), why="forgets E Y")

# --- its arg-min ------------------------------------------------------------------------------------------------------

arg_min = claim.statement(
    "arg_min_is_mean",
    "arg-min_c E|Y-c|² = EY",
    claimed=lambda p: p.mean,
    domain=Domain(m=REAL, v=NONNEGATIVE),
    definition=lambda x, value: x.Subs(_slope(x), x.Symbol("c", real=True), value),
    symbolic=lambda x: x.m,
    root=True,
    anchor=lambda claimed, m, v: claimed(_two_moments(m, v)),
    assumptions="E Y² finite; the slope grows with c, so the root is the one minimum",
)


def _slope(x):
    """d/dc E(Y-c)²."""
    c = x.Symbol("c", real=True)
    return x.Derivative(x.Expectation((x.Symbol("Y") - c) ** 2, _moments(x, "Y", x.m, x.v)), c)


@arg_min.derivation
def by_stationarity(x, value):
    y = x.Symbol("Y")
    return [("the slope is 2 E(c-Y)", x.Expectation(2 * (value - y), _moments(x, "Y", x.m, x.v)))]


by_stationarity.control("twice the mean", lambda x: 2 * x.m, why="a factor 2")


def _risk_curve(p, centre, width):
    """E|Y-c|² at centre - width, centre, centre + width, coordinate by coordinate; (3,) or (D, 3)."""
    from proofs.reference import expect_polynomial

    steps = np.array([-width, 0.0, width])
    if p.scalar:
        return np.array([expect_polynomial(p, _squared_distance(centre + h)) for h in steps])
    axes = np.eye(p.dim)
    return np.array([[expect_polynomial(p, _squared_distance(centre + h * axis)) for h in steps] for axis in axes])


def _vertex(values, width):
    """Where the parabola through three equally spaced points is least, from the middle one."""
    low, middle, high = np.moveaxis(values, -1, 0)
    return width * (low - high) / (2 * (low - 2 * middle + high))


def _brute_force(p):
    """arg-min of the quadrature risk: the best point of a coarse grid, then parabolas."""
    means = p.means.reshape(len(p), -1)
    width = float(np.ptp(means) + p.stds.max())
    centre = means[0, 0] if p.scalar else means[0]
    for _ in range(3):
        centre = centre + _vertex(_risk_curve(p, centre, width), width)
    return centre


def _arg_min_precisely(p):
    import mpmath as mp

    from proofs.reference import expect_precisely

    if not p.scalar:
        return _brute_force(p)
    with mp.workdps(50):
        low, middle, high = (expect_precisely(p, lambda y, c=c: (y - c) ** 2) for c in (-1, 0, 1))
        return (low - high) / (2 * (low - 2 * middle + high))


@arg_min.check(
    instances=lambda s: s.either(s.mixtures(2, 4), s.planar_mixtures(2, 3)),
    confirm=_arg_min_precisely,
)
def by_brute_force(claimed, p):
    size = float(np.abs(p.means).max() + p.stds.max())
    return Sides(_brute_force(p), claimed(p), observed_error=1e-11 * size, claimed_error=1e-14 * size, scale=size)


by_brute_force.control(
    "median", lambda p: location.median(p) if p.scalar else np.median(p.means, axis=0), why="minimises E|Y-c|"
)
by_brute_force.control("mode", lambda p: p.means[np.argmax(p.weights)], why="the likeliest component")

# --- a prediction for every x -------------------------------------------------------------------------------------------

function_risk = claim.statement(
    "risk_of_a_function_splits",
    "E|Y-f(X)|² = E Var(Y|X) + E|f(X)-E[Y|X]|²",
    claimed=location.conditional_risk,
    domain=Domain(w=UNIT, f=REAL, m=REAL, v=NONNEGATIVE, g=REAL, n=REAL, u=NONNEGATIVE),
    definition=lambda x: x.w * _inner(x, x.f, x.m, x.v) + (1 - x.w) * _inner(x, x.g, x.n, x.u),
    symbolic=lambda x: x.w * x.v + (1 - x.w) * x.u + x.w * (x.f - x.m) ** 2 + (1 - x.w) * (x.g - x.n) ** 2,
    anchor=lambda claimed, w, f, m, v, g, n, u: claimed([w, 1 - w], [_two_moments(m, v), _two_moments(n, u)], [f, g]),
    assumptions="derived for X with two values, checked for up to five; E Y² finite",
)


def _inner(x, prediction, mean, variance):
    """E[(Y-f)² | X] for one value of X."""
    return x.Expectation((x.Symbol("Y") - prediction) ** 2, _moments(x, "Y", mean, variance))


@function_risk.derivation
def value_by_value(x):
    within = x.w * (x.v + (x.f - x.m) ** 2) + (1 - x.w) * (x.u + (x.g - x.n) ** 2)
    return [("risk_splits, given each x", within)]


value_by_value.control(
    "unweighted", lambda x: (x.v + x.u) / 2 + (x.f - x.m) ** 2 / 2 + (x.g - x.n) ** 2 / 2, why="forgets P(x)"
)


def _finite_problems(s):
    """P(x), the laws of Y given x, and predictions f(x)."""
    return s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 3)] * n), s.vectors(s.reals(-5.0, 5.0), n, n))
    )


def _function_risk_precisely(instance):
    from proofs.reference import expect_precisely

    return sum(w * expect_precisely(p, lambda y, f=f: (y - f) ** 2) for w, p, f in zip(*instance, strict=True))


@function_risk.check(instances=_finite_problems, confirm=_function_risk_precisely)
def by_quadrature_over_x(claimed, instance):
    from proofs.reference import expect_polynomial

    observed = sum(w * expect_polynomial(p, _squared_distance(f)) for w, p, f in zip(*instance, strict=True))
    return Sides(observed, claimed(*instance), observed_error=1e-12 * observed, claimed_error=1e-12 * observed)


by_quadrature_over_x.control(
    "total variance",
    lambda w, laws, f: location.squared_risk(_marginal(w, laws), float(np.dot(w, f))),
    why="Var Y in place of E Var(Y|X)",
)


def _marginal(w, laws):
    """The law of Y."""
    parts = [np.concatenate([getattr(p, name) for p in laws]) for name in ("weights", "means", "stds")]
    return GaussianMixture(np.repeat(w, [len(p) for p in laws]) * parts[0], parts[1], stds=parts[2])


# --- networks ---------------------------------------------------------------------------------------------------------

SIZES = (64, 512, 4096)
"""Points in a member's training set."""


def _regression_mean(problem, x):
    """The analytic E[Y|X=x] of a regression target of toys."""
    from toys import targets

    return getattr(targets, problem)().conditional_mean(x)


conditional_mean = claim.statement(
    "conditional_means_are_exact",
    "E[y|x] of the two regression problems on which networks are trained",
    claimed=_regression_mean,
)


def _inputs(s):
    return s.either(
        s.tuples(s.one_of(("two_branch",)), s.vectors(s.inside(0.0, 1.0), 3, 3)),
        s.tuples(s.one_of(("bishop_inverse",)), s.vectors(s.inside(-0.09, 1.09), 3, 3)),
    )


def _regression_mean_observed(problem, x, number, maths, halvings):
    """E[y|x] from the papers' definitions, their constants written out; numbers and sin of any precision."""
    if problem == "two_branch":
        g = 1 + maths.sin(2 * maths.pi * x) / 2
        return number(7) / 10 * -g + number(3) / 10 * g

    def possible(t):  # t is possible given x exactly where |x - h(t)| ≤ 0.1, and then it is uniform
        return abs(x - t - number(3) / 10 * maths.sin(2 * maths.pi * t)) <= number(1) / 10

    knots = [number(k) / 400 for k in range(401)]
    inside = [possible(t) for t in knots]
    ends = [number(0)] if inside[0] else []
    for a, b, here, there in zip(knots, knots[1:], inside, inside[1:], strict=False):
        if here != there:
            ends.append(_boundary(possible, a, b, halvings))
    ends += [number(1)] if inside[-1] else []
    pieces = list(zip(ends[::2], ends[1::2], strict=True))
    return sum((b**2 - a**2) / 2 for a, b in pieces) / sum(b - a for a, b in pieces)


def _boundary(possible, a, b, halvings):
    """Where `possible` changes between a and b."""
    at_a = possible(a)
    for _ in range(halvings):
        middle = (a + b) / 2
        a, b = (middle, b) if possible(middle) == at_a else (a, middle)
    return (a + b) / 2


def _regression_means_precisely(instance):
    import mpmath as mp

    problem, x = instance
    with mp.workdps(50):
        values = [_regression_mean_observed(problem, mp.mpf(float(v)), mp.mpf, mp, 170) for v in x]
    return np.array(values, dtype=object)


@conditional_mean.check(instances=_inputs, confirm=_regression_means_precisely, resolution=1e-6)
def by_the_definition(claimed, instance):
    problem, x = instance
    observed = np.array([_regression_mean_observed(problem, float(v), float, math, 50) for v in x])
    return Sides(observed, claimed(problem, x), observed_error=1e-10, claimed_error=1e-10, scale=1.0)


by_the_definition.control(
    "conditional median", lambda problem, x: _regression_median(problem, x), why="what L1 would learn"
)


def _regression_median(problem, x):
    from toys import targets

    return getattr(targets, problem)().conditional_median(x)


learned = claim.statement(
    "networks_approach_it",
    "RMS distance of an MLP under L2 to E[Y|X] shrinks with data",
    claimed=_regression_mean,
    relation="trend",
)


@learned.experiment(
    rule=Trend(SIZES, "falls", factor=0.7),
    seeds={"quick": [16], "full": [64]},
    budget={"quick": 2 * 16 * 3 * 700, "full": 2 * 64 * 3 * 4000},
    reason="errors of a consistent estimator fall like n^-1/2 until the optimiser's floor; one that aims elsewhere keeps them",
    detects=None,
    why="a distance that shrinks tells direction, not size: the size of E[Y|X] is pinned by the check above",
)
def perceptrons(run):
    from toys.optimisers import Adam
    from toys.regressor import Regressor
    from toys.targets import two_branch
    from toys.train import fit

    x = np.linspace(0.005, 0.995, 199)
    shown: dict[str, list[np.ndarray]] = {"l2": [], "l1": []}
    for power, name in ((2.0, "l2"), (1.0, "l1")):
        learner = Regressor(two_branch(), (16, 16), power)
        for points in SIZES:
            steps = 700 if run.quick else 4000
            fitted = fit(
                learner, seeds=run.seeds, steps=steps, batch=64, points=points, optimiser=Adam(0.02, decay="cosine")
            )
            shown[name].append(fitted.evaluate(learner.predict, x[:, None])[..., 0])
    return {"x": x, **{name: np.stack(rows, axis=1) for name, rows in shown.items()}}


@perceptrons.measure
def distance(claimed, data):
    target = claimed("two_branch", data["x"])
    return {
        arm: np.sqrt(np.mean((data[loss] - target) ** 2, axis=-1))
        for arm, loss in (("network", "l2"), ("control", "l1"))
    }


def _bishop_floor():
    """E Var(t|x) of the Bishop problem, 0.0383."""
    from toys.targets import bishop_inverse

    return bishop_inverse().bayes_risk


floor = claim.statement(
    "networks_reach_the_floor",
    "on the Bishop problem the held-out L2 risk of an MLP comes down to E Var(t|x)",
    claimed=_bishop_floor,
)


@floor.experiment(
    rule=Agreement(0.1, "of the floor"),
    seeds={"quick": [16], "full": [48]},
    budget={"quick": 16 * 1000, "full": 48 * 6000},
    reason="short training leaves an excess of a few percent; a plausible but random answer costs 100 % more",
    detects=0.25,
    why="the optimiser's own excess, 4 % after 1,000 steps, hides smaller errors of the floor",
)
def bishop(run):
    from toys.optimisers import Adam
    from toys.regressor import Regressor
    from toys.targets import bishop_inverse
    from toys.train import fit

    problem, steps = bishop_inverse(), 1000 if run.quick else 6000
    learner = Regressor(problem, (32, 32), activation="relu")
    fitted = fit(learner, seeds=run.seeds, steps=steps, batch=64, optimiser=Adam(0.02, decay="cosine"))
    held_out = np.stack([problem.sample(4000, rng) for rng in fitted.generators()])
    others = np.stack([problem.sample(4000, rng) for rng in fitted.generators(1)])
    x, t = held_out[..., 0], held_out[..., 1]
    predicted = fitted.evaluate(learner.predict, own=[x[..., None]])[..., 0]
    possible = np.stack([_nearest(a, b) for a, b in zip(x, others, strict=True)])
    return {
        "network": np.mean((predicted - t) ** 2, axis=1),
        "random_answer": np.mean((possible - t) ** 2, axis=1),
        "off_support": np.array([1 - problem.on_support(a, b).mean() for a, b in zip(x, predicted, strict=True)]),
        "diverged": fitted.diverged >= 0,
    }


def _nearest(x, pairs):
    """The t of the pair whose x is nearest: a draw of t given x, nearly."""
    ordered = pairs[np.argsort(pairs[:, 0])]
    return ordered[np.clip(np.searchsorted(ordered[:, 0], x), 0, len(pairs) - 1), 1]


@bishop.measure
def excess(claimed, data):
    return {"network": data["network"] / claimed() - 1, "control": data["random_answer"] / claimed() - 1}


@claim.curves
def analytic():
    x = np.linspace(0.0, 1.0, 201)
    return {"x": x, "mean": _regression_mean("two_branch", x), "median": _regression_median("two_branch", x)}


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels, spread

    nets, exact = saved["perceptrons"], saved["curves"]
    left, right = panels(figure, 2)
    left.plot(exact["x"], exact["mean"], color=COLOUR["exact"], label=r"$E[Y\,|\,x]$, exact")
    left.plot(exact["x"], exact["median"], "--", color=COLOUR["data"], lw=0.8, label=r"median of $Y\,|\,x$, exact")
    every = slice(6, None, 17)
    spread(left, nets["x"][every], nets["l2"][:, -1, every], COLOUR["network"], "networks under L2")
    spread(left, nets["x"][every], nets["l1"][:, -1, every], COLOUR["control"], "control: under L1", "s")
    left.set(xlabel="$x$", ylabel="prediction", ylim=(-1.6, 1.0))
    left.legend(loc="upper left")
    spread(right, SIZES, nets["measured_network"], COLOUR["network"], "under L2")
    spread(right, SIZES, nets["measured_control"], COLOUR["control"], "control: under L1", "s")
    right.set_ylim(0.012, 1.5)
    right.set(xlabel="training points", ylabel=r"RMS distance to $E[Y\,|\,x]$", xscale="log", yscale="log")
    right.legend(loc="lower left", title=f"{len(nets['l2'])} seeds, median and range")
