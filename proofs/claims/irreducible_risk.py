"""The blur of a squared-error optimum is not a lack of capacity: its floor E Var(Y|X) stands whatever the width.

    inf_f E|Y-f(X)|² = E Var(Y|X) = E within-mode variance + E between-mode variance > 0

No network, however wide, predicts better than E[Y|X], which averages the modes of Y given X: the second term is what that
averaging costs, and it does not shrink with capacity. What a bottleneck T(X) adds is another term,
E|E[Y|X] - E[Y|T]|², and that one does vanish as the bottleneck opens. So a wide network is left with the blur of
averaging. Trained at widths from 4 to 256, networks come down to the floor, alike, and not below it.
"""

import numpy as np

from proofs.core.claim import Claim, Fails, Folk, Step
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain
from proofs.core.rules import Agreement
from theory import GaussianMixture, location

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "VAE usually use a small latent dimension, the information of input is so hard to pass through this bottleneck: "
        "VAE can only have a mean and blurry output.",
        "A1",
        Fails("no_width_goes_below"),
    ),
    references=("bishop2006 section 1.5.5", "isola2017"),
)


def _second_moment(x, prediction, mean, variance):
    """E(Y-c)² of a law with this mean and variance, to be worked out."""
    y = x.Symbol("Y")
    return x.Expectation((y - prediction) ** 2, x.Tuple((y, mean), (y**2, variance + mean**2)))


def _law(mean, variance):
    """An asymmetric mixture with this mean and variance: modes at m - d and m + 3d, weights ¾ and ¼."""
    d = np.sqrt(variance / 4)
    return GaussianMixture([0.75, 0.25], [mean - d, mean + 3 * d], stds=[d, d])


# --- the floor ----------------------------------------------------------------------------------------------------------

below = claim.statement(
    "no_width_goes_below",
    "E|Y-f(X)|² ≥ E Var(Y|X) for every f, with equality at E[Y|X]",
    claimed=location.irreducible_risk,
    relation=">=",
    domain=Domain(w=UNIT, d=REAL, e=REAL, m=REAL, n=REAL, v=POSITIVE, u=POSITIVE),
    definition=lambda x: (
        x.w * _second_moment(x, x.m + x.d, x.m, x.v) + (1 - x.w) * _second_moment(x, x.n + x.e, x.n, x.u)
    ),
    symbolic=lambda x: x.w * x.v + (1 - x.w) * x.u,
    anchor=lambda claimed, w, d, e, m, n, v, u: claimed([w, 1 - w], [_law(m, v), _law(n, u)]),
    assumptions="E Y² finite; f is off by d and e; derived for X of two values, checked up to four",
)


@below.derivation
def squares_are_positive(x):
    excess = x.w * x.d**2 + (1 - x.w) * x.e**2
    return [
        ("risk splits, given each x", x.w * x.v + (1 - x.w) * x.u + excess),
        Step("squares are ≥ 0", x.w * x.v + (1 - x.w) * x.u, ">="),
    ]


squares_are_positive.control("unweighted", lambda x: (x.v + x.u) / 2, why="forgets P(x)")


def _problems(s):
    """P(x), the laws of Y given x, and how far predictions are from E[Y|x]: in half of the instances not at all."""

    def of(n):
        off = s.either(s.one_of(((0.0,) * n,)), s.tuples(*[s.reals(-2.0, 2.0)] * n))
        return s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 2)] * n), off)

    return s.integers(2, 4).flatmap(of)


@below.observed(instances=_problems, call=lambda f, w, laws, off: f(w, laws))
def any_prediction(m, weights, laws, off):
    means = [m.expect(p, lambda y: y) for p in laws]
    risks = [m.expect(p, lambda y, c=c + d: (y - c) ** 2) for p, c, d in zip(laws, means, off, strict=True)]
    return sum(w * r for w, r in zip(weights, risks, strict=True))


any_prediction.control("Var Y", lambda w, laws: np.sum(_all(w, laws).var), why="forgets what X tells")
any_prediction.control("unweighted", lambda w, laws: np.mean([np.sum(p.var) for p in laws]), why="forgets P(x)")


def _all(weights, laws):
    """The law of Y."""
    shares = np.concatenate([w * p.weights for w, p in zip(weights, laws, strict=True)])
    return GaussianMixture(shares, np.concatenate([p.means for p in laws]), stds=np.concatenate([p.stds for p in laws]))


parts = claim.statement(
    "within_and_between_modes",
    "Var(Y|x) = within-mode + between-mode variance: averaging modes costs the latter, at any width",
    claimed=lambda p: location.within_mode_var(p) + location.between_mode_var(p),
    domain=Domain(w=UNIT, m=REAL, n=REAL, v=POSITIVE, u=POSITIVE),
    definition=lambda x: (
        x.w * _second_moment(x, _centre(x), x.m, x.v) + (1 - x.w) * _second_moment(x, _centre(x), x.n, x.u)
    ),
    symbolic=lambda x: x.w * x.v + (1 - x.w) * x.u + x.w * (1 - x.w) * (x.m - x.n) ** 2,
    anchor=lambda claimed, w, m, n, v, u: claimed(GaussianMixture([w, 1 - w], [m, n], stds=[np.sqrt(v), np.sqrt(u)])),
    assumptions="derived for two modes, checked up to four, in the plane too",
)


def _centre(x):
    return x.w * x.m + (1 - x.w) * x.n


@parts.derivation
def mode_by_mode(x):
    within, c = x.w * x.v + (1 - x.w) * x.u, _centre(x)
    return [("risk_splits, mode by mode", within + x.w * (x.m - c) ** 2 + (1 - x.w) * (x.n - c) ** 2)]


mode_by_mode.control(
    "without w(1-w)", lambda x: x.w * x.v + (1 - x.w) * x.u + (x.m - x.n) ** 2 / 4, why="right at w = ½ only"
)


@parts.observed(instances=lambda s: s.either(s.mixtures(1, 4), s.planar_mixtures(1, 3)))
def by_quadrature(m, p):
    axes = [lambda y: y] if p.scalar else [lambda y: y[..., 0], lambda y: y[..., 1]]
    return sum(m.expect(p, lambda y, f=f: f(y) ** 2) - m.expect(p, f) ** 2 for f in axes)


by_quadrature.control("within modes", location.within_mode_var, why="forgets that the modes are apart")
by_quadrature.control("between modes", location.between_mode_var, why="forgets the width of the modes")

# --- what a bottleneck adds ---------------------------------------------------------------------------------------------


def _bottlenecked(weights, laws, codes):
    """The risk of the best prediction from codes T(x)."""
    w, codes = np.asarray(weights), np.asarray(codes)
    best = [
        float(w[codes == c] @ [laws[k].mean for k in np.flatnonzero(codes == c)] / w[codes == c].sum()) for c in codes
    ]
    return location.conditional_risk(w, laws, best)


narrow = claim.statement(
    "what_a_bottleneck_adds",
    "E|Y-E[Y|T]|² = E Var(Y|X) + E|E[Y|X]-E[Y|T]|², T = T(X): only the second term is the bottleneck's",
    claimed=_bottlenecked,
    domain=Domain(w=UNIT, m=REAL, n=REAL, v=POSITIVE, u=POSITIVE),
    definition=lambda x: (
        x.w * _second_moment(x, _centre(x), x.m, x.v) + (1 - x.w) * _second_moment(x, _centre(x), x.n, x.u)
    ),
    symbolic=lambda x: (
        x.w * x.v + (1 - x.w) * x.u + x.w * (x.m - _centre(x)) ** 2 + (1 - x.w) * (x.n - _centre(x)) ** 2
    ),
    anchor=lambda claimed, w, m, n, v, u: claimed([w, 1 - w], [_law(m, v), _law(n, u)], [0, 0]),
    assumptions="derived for two values of X with the same code, checked for four and any codes",
)


@narrow.derivation
def value_by_value(x):
    floor, apart = x.w * x.v + (1 - x.w) * x.u, x.w * (1 - x.w) * (x.m - x.n) ** 2
    return [("as in within_and_between_modes", floor + apart)]


value_by_value.control("the floor", lambda x: x.w * x.v + (1 - x.w) * x.u, why="an open bottleneck")


def _coded(s):
    def of(n):
        return s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 2)] * n), s.tuples(*[s.integers(0, 2)] * n))

    return s.integers(2, 4).flatmap(of)


@narrow.observed(instances=_coded)
def code_by_code(m, weights, laws, codes):
    """The variance of all Y with the same code, weighted."""
    total = 0
    for code in set(codes):
        part = [(w, p) for w, p, c in zip(weights, laws, codes, strict=True) if c == code]
        share, first, second = (sum(w * m.expect(p, lambda y, j=j: y**j) for w, p in part) for j in (0, 1, 2))
        total += second - first**2 / share
    return total


code_by_code.control("the floor", lambda w, laws, codes: location.irreducible_risk(w, laws), why="an open bottleneck")

# --- networks -----------------------------------------------------------------------------------------------------------

WIDTHS, SHARE = (4, 32, 256), 0.95


@below.experiment(
    rule=Agreement(0.03, "of the floor, at the worst width"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 3 * 24 * 600, "full": 3 * 48 * 3000},
    reason="short training leaves up to 2.5 %, the population risk is exact; the bottleneck shut costs 40 %",
)
def widths(run):
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.targets.two_branch import two_branch
    from toys.train import fit

    problem, steps = two_branch(SHARE), 600 if run.quick else 3000
    x, y = np.arange(64) / 64, np.linspace(-3, 3, 601)
    joint = np.exp(problem.logpdf(np.stack(np.broadcast_arrays(x[:, None], y), axis=-1).reshape(-1, 2))).reshape(
        64, 601
    )
    risk = lambda f: np.mean([((y - f[:, [k]]) ** 2) @ joint[k] * (y[1] - y[0]) for k in range(64)], axis=0)  # noqa: E731
    risks = {}
    for width in WIDTHS:
        learner = Regressor(problem, (width, 16), gain=3.0)  # a whole period of the sine is far from linear
        rule = Adam(0.1 / np.sqrt(width), beta2=0.95, decay="cosine")
        fitted = fit(learner, seeds=run.seeds, steps=steps, batch=64, optimiser=rule)
        shown = fitted.evaluate(learner.predict, x[:, None])[..., 0]
        risks[f"width_{width}"] = risk(shown)
    return risks | {"shut": risk(np.broadcast_to(shown.mean(axis=1, keepdims=True), shown.shape))}


def _two_branch(count=64):
    """P(x) and the laws of y given x of the two-branch problem, written out; g over whole periods, so exact."""
    g = 1 + np.sin(2 * np.pi * np.arange(count) / count) / 2
    return np.full(count, 1 / count), [GaussianMixture([SHARE, 1 - SHARE], [-h, h], stds=[0.2, 0.2]) for h in g]


@widths.measure
def excess(claimed, data):
    floor = claimed(*_two_branch())
    every = np.stack([data[f"width_{w}"] for w in WIDTHS], axis=1) / floor - 1
    worst = np.take_along_axis(every, np.abs(every).argmax(axis=1)[:, None], axis=1)[:, 0]
    return {"network": worst, "control": data["shut"] / floor - 1}


@claim.curves
def exact():
    weights, laws = _two_branch()
    within = weights @ [location.within_mode_var(p) for p in laws]
    return {"floor": location.irreducible_risk(weights, laws), "within": within, "all": float(_all(weights, laws).var)}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["widths"]
    (axes,), wide = panels(figure, 1), figure.get_figwidth() > 5
    axes.axhline(exact["floor"], color=COLOUR["exact"], label="floor: within + between modes")
    axes.axhline(exact["within"], color=COLOUR["exact"], ls=":", label="within modes alone")
    axes.axhline(exact["all"], color=COLOUR["data"], ls="--", lw=0.8, label="Var $Y$: bottleneck shut")
    rows = np.stack([nets[f"width_{w}"] for w in WIDTHS], axis=1)
    spread(axes, WIDTHS, rows, COLOUR["network"], "networks under L2")
    spread(axes, [256], nets["shut"][:, None], COLOUR["control"], "control: the same, bottleneck shut", "s")
    axes.set(
        xlabel="width of the first hidden layer", ylabel="E$(Y-f)^2$", xscale="log", ylim=(0, 0.62 if wide else 0.85)
    )
    axes.set_xticks(WIDTHS, [str(w) for w in WIDTHS])
    axes.minorticks_off()
    axes.legend(loc="upper right", ncols=2 if wide else 1, title=f"{len(rows)} seeds, median and range")
