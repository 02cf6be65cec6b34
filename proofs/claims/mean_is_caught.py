"""An averaged output is caught by a discriminator as surely as the modes are apart; so are dropped modes, of many.

    best accuracy (1+TV)/2        average q = N(0, s²) against the pair: TV ≥ 1 - 3Φ(-r/2)
    one mode kept: TV = Φ(r) - ½           m of K far modes kept: TV → 1 - m/K

The event |x| < a/2 gives the average away. Of two far modes one may be kept at an accuracy of ¾, not 1: there dropping is
tolerated more than blur. But 1 - m/K → 1 as K grows: one of many modes kept is caught as surely as their average. And
where modes overlap, the average is not caught either: TV ≤ r²/√(2πe), to which it comes down as r → 0.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, UNIT, Domain, integers
from proofs.core.rules import Agreement
from theory import GaussianMixture, discriminator, divergence, symmetric_pair

claim = Claim(
    topic="mean-collapse",
    folk=Folk(
        "Blurry images will not be tolerated since they look obviously fake.",
        "A3, quoting Isola et al. 2017, section 1",
        Conditional(
            "the modes are far apart (r well above 1); an average of overlapping modes passes. Blur is caught more surely "
            "than a drop for few modes only: for large K dropping is caught alike",
            true_when=("average_is_caught", "one_mode_kept"),
            false_when=("average_of_close_modes_passes", "few_of_many_kept"),
        ),
    ),
    references=("isola2017", "lin2018"),
)


def _integral(x, low, high, *terms):
    """∫ Σ weight φ(u-mean) du."""
    u = x.Symbol("u", real=True)
    return x.Integral(sum(w * x.exp(-((u - c) ** 2) / 2) for w, c in terms) / x.sqrt(2 * x.pi), (u, low, high))


def _tail(x, t):
    """Φ(-t)."""
    return (1 - x.erf(t / x.sqrt(2))) / 2


def _tv(m, p, q, cuts):
    """½∫|p-q|, cut where p - q changes its sign."""
    edges = sorted({*map(float, m.line(p, q)), *cuts}, key=float)
    return m.integrate(lambda x: m.size(m.pdf(p, x) - m.pdf(q, x)), edges, 1) / 2


# --- accuracy -----------------------------------------------------------------------------------------------------------

accuracy = claim.statement(
    "accuracy_is_total_variation",
    "best accuracy = (1+TV)/2 when reals and fakes are equally likely",
    claimed=discriminator.best_accuracy,
    domain=Domain(f=UNIT, t=UNIT),
    definition=lambda x: (
        x.Integral(x.Rational(1, 2), (x.Symbol("u"), 0, x.f + (1 - x.f) * x.t))
        + x.Integral(x.Rational(1, 2), (x.Symbol("u"), x.f, 1))
    ),
    symbolic=lambda x: (1 + x.t * (1 - x.f)) / 2,
    anchor=lambda claimed, f, t: claimed(t * (1 - f)),
    assumptions="says real on {p > q}: of reals a part f + (1-f)t is there, of fakes a part f, and TV is the difference",
)


@accuracy.derivation
def right_on_either_side(x):
    return [("reals there, fakes elsewhere", (x.f + (1 - x.f) * x.t) / 2 + (1 - x.f) / 2)]


right_on_either_side.control("TV", lambda x: x.t * (1 - x.f), why="accuracy ½, not 0, at TV = 0")


def _histograms(s):
    return s.integers(2, 6).flatmap(lambda n: s.tuples(s.weights(n, n), s.weights(n, n)))


@accuracy.observed(
    instances=_histograms, call=lambda f, p, q: f(float(np.abs(p - q).sum() / 2)), error=1e-14,
)  # fmt: skip
def by_every_rule(m, p, q):
    """The best of all rules: each of the cells called real or fake."""
    n = len(p)
    return max(sum((p[k] if rule >> k & 1 else q[k]) for k in range(n)) for rule in range(2**n)) / m.number(2)


by_every_rule.control("without ½", lambda tv: (1 + 2 * tv) / 2, why="∫|p-q| in place of TV")
by_every_rule.control("TV", lambda tv: tv, why="accuracy ½, not 0, at TV = 0")

# --- the average --------------------------------------------------------------------------------------------------------

caught = claim.statement(
    "average_is_caught",
    "TV(pair, N(0, s²)) ≥ 1 - 3Φ(-r/2), by the event |x| < a/2: accuracy → 1 as r grows",
    claimed=discriminator.averaged_tv_bound,
    relation=">=",
    domain=Domain(r=POSITIVE, o=NONNEGATIVE),
    definition=lambda x: (
        _integral(x, -x.r / 2, x.r / 2, (1, 0))
        - _integral(x, -x.r / 2, x.r / 2, (x.Rational(1, 2), x.r), (x.Rational(1, 2), -x.r))
        + x.o
    ),
    symbolic=lambda x: 1 - 3 * _tail(x, x.r / 2),
    anchor=lambda claimed, r, o: claimed(r),
    assumptions="TV is the largest q(A) - p(A) over events A: that of |x| < a/2, and o ≥ 0 more",
)


@caught.derivation
def by_one_event(x):
    return [
        ("integrate", 1 - 2 * _tail(x, x.r / 2) - (_tail(x, x.r / 2) - _tail(x, 3 * x.r / 2)) + x.o),
        Step("Φ(-3r/2) + o ≥ 0", 1 - 3 * _tail(x, x.r / 2), ">=", given="Φ > 0"),
    ]


by_one_event.control("2Φ", lambda x: 1 - _tail(x, x.r / 2) / 2, why="a smaller multiple of Φ(-r/2)")


def _separations(s):
    return s.scales(0.3, 14.0)


@caught.observed(instances=_separations, error=1e-12, scale=1.0)
def by_quadrature(m, r):
    """p = q where cosh(ru) = e^{r²/2}."""
    cut = m.root(lambda u: m.log((m.exp(r * (u - r / 2)) + m.exp(-r * (u + r / 2))) / 2), 0, 2 + r)
    return _tv(m, symmetric_pair(float(r), 1.0), GaussianMixture([1.0], [0.0], stds=[1.0]), (-cut, cut))


by_quadrature.control("one Φ", lambda r: 1 - (1 - discriminator.averaged_tv_bound(r)) / 3, why="Φ(-r/2) thrice")

passes = claim.statement(
    "average_of_close_modes_passes",
    "TV(pair, N(0, s²)) ≤ r²/√(2πe), equal in the limit r → 0: the average of overlapping modes is hardly caught",
    claimed=discriminator.averaged_tv_ceiling,
    relation="<=",
    domain=Domain(r=POSITIVE, c=POSITIVE),
    definition=lambda x: (
        _integral(x, -x.c, x.c, (1, 0)) - _integral(x, -x.c, x.c, (x.Rational(1, 2), x.r), (x.Rational(1, 2), -x.r))
    ),
    symbolic=lambda x: x.r**2 / x.sqrt(2 * x.pi * x.exp(1)),
    anchor=lambda claimed, r, c: claimed(r),
    assumptions="p/q = e^{-r²/2} cosh(ru) rises with |u|, so q exceeds p on some |u| < c and TV is q less p of it",
)


@passes.derivation
def by_the_steepest_slope(x):
    t = x.Symbol("t", positive=True)
    phi = lambda u: x.exp(-(u**2) / 2) / x.sqrt(2 * x.pi)  # noqa: E731
    steepest = Step(
        "by at most 2t times the steepest slope",
        x.Integral(2 * t * phi(x.Integer(1)), (t, 0, x.r)),
        "<=",
        given="the mean value theorem; |φ'(u)| = |u| φ(u) is largest at u = ±1",
    )
    return [("what it gains as the modes part", x.Integral(phi(x.c - t) - phi(x.c + t), (t, 0, x.r))), steepest]


by_the_steepest_slope.control("e", lambda x: x.r**2 / x.sqrt(2 * x.pi) / x.exp(1), why="e for √e")


@passes.observed(
    instances=lambda s: s.scales(0.005, 3.0), error=1e-12, scale=1.0, detects=1e-4,
    why="equality in the limit r → 0 only; TV is about 1e-5 at r = 0.005",
)  # fmt: skip
def by_quadrature_again(m, r):
    cut = m.root(lambda u: m.log((m.exp(r * (u - r / 2)) + m.exp(-r * (u + r / 2))) / 2), 0, 3)
    return _tv(m, symmetric_pair(float(r), 1.0), GaussianMixture([1.0], [0.0], stds=[1.0]), (-cut, cut))


by_quadrature_again.control(
    "0.999", lambda r: discriminator.averaged_tv_ceiling(r) * (1 - 1e-3), why="a thousandth less"
)

# --- modes dropped ------------------------------------------------------------------------------------------------------

one = claim.statement(
    "one_mode_kept",
    "TV(pair, one mode) = Φ(r) - ½: accuracy → ¾",
    claimed=discriminator.one_mode_tv,
    domain=Domain(r=POSITIVE),
    anchor=lambda claimed, r: claimed(r),
    definition=lambda x: _integral(x, -x.r, x.r, (x.Rational(1, 2), 0)),
    symbolic=lambda x: x.erf(x.r / x.sqrt(2)) / 2,
    assumptions="q exceeds p where x > 0, by half of the kept mode less half of the other: of φ about its mean t > -r less t > r",
)


@one.derivation
def half_of_the_difference(x):
    return [("φ is even", 2 * _integral(x, 0, x.r, (x.Rational(1, 2), 0)))]


half_of_the_difference.control("whole", lambda x: x.erf(x.r / x.sqrt(2)), why="a factor 2")


@one.observed(instances=_separations, error=1e-12, scale=1.0)
def by_quadrature_of_one(m, r):
    return _tv(m, symmetric_pair(float(r), 1.0), GaussianMixture([1.0], [float(r)], stds=[1.0]), (0.0,))


by_quadrature_of_one.control("Φ(r/2)", lambda r: discriminator.one_mode_tv(r / 2), why="half the distance")

few = claim.statement(
    "few_of_many_kept",
    "m of K far modes kept in equal shares: TV → 1 - m/K, so accuracy → 1 as K grows: caught as surely as the average",
    claimed=discriminator.kept_modes_tv,
    domain=Domain(m=integers(1), d=integers(0)),
    definition=lambda x: (
        (x.Sum(1 / x.m - 1 / (x.m + x.d), (x.Symbol("k"), 1, x.m)) + x.Sum(1 / (x.m + x.d), (x.Symbol("k"), 1, x.d)))
        / 2
    ),
    symbolic=lambda x: 1 - x.m / (x.m + x.d),
    anchor=lambda claimed, m, d: claimed(m, m + d),
    assumptions="K = m + d; far modes overlap nowhere",
)


@few.derivation
def kept_and_dropped(x):
    return [("m kept modes have too much, d dropped ones nothing", (x.d / (x.m + x.d) + x.d / (x.m + x.d)) / 2)]


kept_and_dropped.control("m/K", lambda x: x.m / (x.m + x.d), why="the share that is kept")


@few.observed(
    instances=lambda s: s.tuples(s.integers(1, 12), s.integers(0, 13)), call=lambda f, m, d: f(m, m + d), error=1e-11,
    scale=1.0,
)  # fmt: skip
def mode_by_mode(m, kept, dropped):
    """½∫|p-q| for modes 40 deviations apart."""
    places = [40.0 * k for k in range(kept + dropped)]
    p = GaussianMixture(np.full(len(places), 1 / len(places)), places, stds=np.ones(len(places)))
    q = GaussianMixture(np.full(kept, 1 / kept), places[:kept], stds=np.ones(kept))
    near = lambda law, x, c: sum(w * m.normal(x, mean) for w, mean, _ in m.parts(law) if float(mean) == c)  # noqa: E731
    parts = (m.integrate(lambda x, c=c: m.size(near(p, x, c) - near(q, x, c)), [c - 12, c, c + 12], 4) for c in places)
    return sum(parts) / 2


mode_by_mode.control("m/K", lambda m, K: m / K, why="the share that is kept")
mode_by_mode.control("one more", lambda m, K: 1 - (m + 1) / K, why="off by a mode")

# --- discriminators -----------------------------------------------------------------------------------------------------

R = 3.0


@accuracy.experiment(
    rule=Agreement(0.03, "of the best accuracy, at the worse generator"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 400, "full": 3000},
    batch=64,
    reason="5,000 held-out points of each kind; a linear discriminator, which cannot see the middle, guesses: -46 %",
)
def frozen_generators(run):
    from toys.learners.discriminator import Discriminator
    from toys.optimisers import Adam
    from toys.targets import MixtureTarget
    from toys.targets import symmetric_pair as pair

    real, seen = pair(R, 1.0), {}
    frozen = {name: MixtureTarget(name, law, "blurproof") for name, law in _frozen().items()}
    for name, hidden in (("average", (16, 16)), ("one_mode", (16, 16)), ("linear", ())):
        fake = frozen["one_mode" if name == "one_mode" else "average"]
        learner = Discriminator(real, fake, hidden)
        fitted = run.fit(learner, Adam(0.02, decay="cosine"), arm="network" if hidden else "control")
        logits = [
            fitted.evaluate(learner.logit, own=[np.stack([law.sample(5_000, g) for g in fitted.generators(k)])])
            for k, law in enumerate((real, fake))
        ]
        seen[name] = ((logits[0] > 0).mean(axis=1) + (logits[1] <= 0).mean(axis=1)) / 2
    return seen


def _frozen():
    """What the generators give: the average of the modes, or one of them."""
    return {name: GaussianMixture([1.0], [at], stds=[1.0]) for name, at in (("average", 0.0), ("one_mode", R))}


@frozen_generators.measure
def shortfall(claimed, data):
    best = {name: claimed(float(divergence.tv(symmetric_pair(R, 1.0), law))) for name, law in _frozen().items()}
    off = np.stack([data[name] / best[name] - 1 for name in best], axis=1)
    worst = np.take_along_axis(off, np.abs(off).argmax(axis=1)[:, None], axis=1)[:, 0]
    return {"network": worst, "control": data["linear"] / best["average"] - 1}


@claim.curves
def exact():
    r, K = np.linspace(0.05, 6.0, 120), np.arange(1, 26)
    tv = [float(divergence.tv(symmetric_pair(a, 1.0), GaussianMixture([1.0], [0.0], stds=[1.0]))) for a in r]
    return {
        "r": r,
        "average": discriminator.best_accuracy(tv),
        "bound": discriminator.best_accuracy(np.maximum(discriminator.averaged_tv_bound(r), 0)),
        "ceiling": discriminator.best_accuracy(np.minimum(discriminator.averaged_tv_ceiling(r), 1)),
        "one": discriminator.best_accuracy(discriminator.one_mode_tv(r)),
        "K": K,
        "few": [discriminator.best_accuracy(discriminator.kept_modes_tv(1, int(k))) for k in K],
    }


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["frozen_generators"]
    left, right = panels(figure, 2)
    left.plot(exact["r"], exact["average"], color=COLOUR["exact"], label="average, best")
    left.plot(exact["r"], exact["bound"], ":", color=COLOUR["exact"], lw=0.8, label="its bounds")
    left.plot(exact["r"], exact["ceiling"], ":", color=COLOUR["exact"], lw=0.8)
    left.plot(exact["r"], exact["one"], "--", color=COLOUR["other"], label="one mode kept, best")
    for name, colour, label, marker in (
        ("average", "network", "networks, average", "o"), ("one_mode", "fifth", "networks, one mode", "^"),
        ("linear", "control", "control: linear", "s"),
    ):  # fmt: skip
        spread(left, [R], nets[name][:, None], COLOUR[colour], label, marker)
    left.set(xlabel="$r=a/s$", ylabel="accuracy", ylim=(0.45, 1.6))
    left.set_yticks((0.5, 0.75, 1.0))
    left.legend(loc="upper left", ncols=2)
    right.plot(exact["K"], exact["few"], "o-", color=COLOUR["other"], label="one of $K$ far modes kept")
    right.axhline(1, color=COLOUR["exact"], label="average of far modes")
    right.set(xlabel="modes $K$", ylabel="best accuracy", ylim=(0.45, 1.1))
    right.legend(loc="lower right")
