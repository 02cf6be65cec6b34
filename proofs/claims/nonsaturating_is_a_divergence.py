"""The non-saturating generator descends KL(q‖p) - 2 JS(p, q), which is a divergence: nothing in it pushes apart.

    ∇ E[-ln D*(g(z))] = ∇ [KL(q‖p) - 2 JS(p, q)] at the current parameters,      KL(q‖p) - 2 JS = 2 KL(m‖p) ≥ TV(p, q)²

m = (p+q)/2. D* is held while the generator moves; moving it along gives another slope. Read term by term, "minus 2 JS"
seems to drive the laws apart (Arjovsky & Bottou 2017, after theorem 2.5). But the sum is twice the divergence of the
half-way mixture from p: nonnegative, zero only at q = p, at least the squared total variation. What drops modes is its
asymmetry (price_of_dropping_and_inventing), not its sign.
"""

import numpy as np

from proofs.core.claim import Claim, Step
from proofs.core.letters import POSITIVE, UNIT, Domain
from theory import GaussianMixture, discriminator, divergence, symmetric_pair

claim = Claim(
    topic="mode-dropping",
    references=("arjovsky2017principled theorem 2.5",),
)


def _sum(x, term):
    """Σ term(p, q) over the two cells (p, q) and (1-p, 1-q), to be worked out."""
    k = x.Symbol("k", integer=True)
    p, q = (x.Piecewise((a, x.Eq(k, 0)), (1 - a, True)) for a in (x.p, x.q))
    return x.Sum(term(p, q), (k, 0, 1))


def _integrand(log, p, q):
    """Of KL(q‖p) - 2 JS."""
    return q * log(q / p) - p * log(2 * p / (p + q)) - q * log(2 * q / (p + q))


# --- the slope, for any family on cells ------------------------------------------------------------------------------------

slope = claim.statement(
    "slope_is_that_of_a_divergence",
    "∇E[-ln D*(g(z))] = ∇[KL(q‖p) - 2JS] at the current parameters, D* = p/(p+q) held",
    claimed=discriminator.nonsaturating_slope,
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: x.Derivative(_integrand(x.log, x.p, x.q) + _integrand(x.log, 1 - x.p, 1 - x.q), x.q),
    symbolic=lambda x: x.log((x.p + x.q) / x.p) - x.log((2 - x.p - x.q) / (1 - x.p)),
    anchor=lambda claimed, p, q: claimed([float(p), float(1 - p)], [float(q), float(1 - q)], [1.0, -1.0]),
    assumptions="q > 0 where it moves, p > 0; derived for two cells, checked on up to six and on binned generators",
)


@slope.derivation
def by_the_product_rule(x):
    p, q = x.p, x.q
    kl = x.log(q / p) - x.log((1 - q) / (1 - p))
    js = x.log(2 * q / (p + q)) - x.log(2 * (1 - q) / (2 - p - q))
    return [("∇KL(q‖p) less ∇2JS; what D* itself would do cancels", kl - js)]


by_the_product_rule.control(
    "KL alone", lambda x: x.log(x.q / x.p) - x.log((1 - x.q) / (1 - x.p)), why="without minus 2 JS"
)
by_the_product_rule.control(
    "minimax",
    lambda x: x.log(x.q / (x.p + x.q)) - x.log((1 - x.q) / (2 - x.p - x.q)),
    why="the slope of E ln(1-D*), that of 2 JS",
)


def _tilted(s):
    """p, q and the exponents u of a path q_t ∝ q e^{tu}."""
    return s.integers(2, 6).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.weights(n, n), s.vectors(s.reals(-2.0, 2.0), n, n))
    )


@slope.observed(
    instances=_tilted, error=1e-9, scale=1.0, call=lambda claimed, p, q, u: claimed(p, q, q * (u - q @ u)),
)  # fmt: skip
def along_exponential_paths(m, p, q, u):
    def at(t):
        moved = q * m.exp(t * u)
        moved = moved / moved.sum()
        return _integrand(m.log, p, moved).sum()

    return m.slope(at, m.number(0))


def _through_d(p, q, moved):
    """The slope when D* is moved along with the generator."""
    return float(moved @ np.log1p(q / p) + (q * moved / (p + q)).sum())


along_exponential_paths.control(
    "half", lambda p, q, d: discriminator.nonsaturating_slope(p, q, d) / 2, why="a factor 2"
)
along_exponential_paths.control("through D*", _through_d, why="D* differentiated as well")


EDGES = np.arange(-4.0, 4.5)
"""Through these the generator m + s z is seen: nine bins."""


def _binned(m, mean, std):
    """Masses of N(mean, std²) in the bins."""
    below = [m.number(0), *(m.normal_cdf((m.number(e) - mean) / std) for e in EDGES), m.number(1)]
    return np.diff(np.array(below))


def _tangent(mean, std):
    """How those masses move with the mean."""
    heights = np.exp(-(((EDGES - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))
    return -np.diff(np.concatenate([[0.0], heights, [0.0]]))


def _seen(claimed, p, mean, std):
    from scipy.special import ndtr

    return claimed(p, np.diff(np.concatenate([[0.0], ndtr((EDGES - mean) / std), [1.0]])), _tangent(mean, std))


@slope.observed(
    instances=lambda s: s.tuples(s.weights(10, 10), s.reals(-2.0, 2.0), s.reals(1.0, 3.0)),
    error=1e-9, scale=1.0, call=_seen,
)  # fmt: skip
def of_a_generator(m, p, mean, std):
    """E[-ln D*(g_θ(z))], D* held at θ = mean: what the generator really descends."""
    q = _binned(m, mean, std)
    loss = -m.log(p / (p + q))
    return m.slope(lambda at: (_binned(m, at, std) * loss).sum(), mean, std)


of_a_generator.control("other sign", lambda p, q, d: -discriminator.nonsaturating_slope(p, q, d), why="ascent")
of_a_generator.control("minimax", lambda p, q, d: float(-d @ np.log1p(p / q)), why="the slope of E ln(1-D*)")

# --- and point by point ----------------------------------------------------------------------------------------------------


def _with_density(height):
    """A Gaussian whose density at 0 is `height`."""
    return GaussianMixture([1.0], [0.0], stds=[1 / (float(height) * np.sqrt(2 * np.pi))])


pointwise = claim.statement(
    "slope_at_a_point",
    "∂/∂q of the integrand of KL(q‖p) - 2JS is 1 - ln 2 - ln D*(x): the constant drops out, for ∫q = 1 whatever moves",
    claimed=discriminator.optimal_discriminator,
    domain=Domain(p=POSITIVE, q=POSITIVE),
    definition=lambda x, D: x.Derivative(_integrand(x.log, x.p, x.q), x.q) - (1 - x.log(2) - x.log(D)),
    symbolic=lambda x: x.p / (x.p + x.q),
    root=True,
    anchor=lambda claimed, p, q: claimed(_with_density(p), _with_density(q), 0.0),
    assumptions="p and q have densities",
)


@pointwise.derivation
def term_by_term(x, D):
    p, q = x.p, x.q
    slopes = x.log(q / p) + 1 + p / (p + q) - x.log(2 * q / (p + q)) - 1 + q / (p + q)
    return [("the product rule", slopes - 1 + x.log(2) + x.log(D)), ("collect", x.log((p + q) / p) + x.log(D))]


term_by_term.control("q first", lambda x: x.q / (x.p + x.q), why="1 - D*")


def _noise(p, q, x):
    """What differences of a loss of size p/q leave of a slope of size one."""
    return 1e-9 + 1e-12 * float(p.pdf(x) / q.pdf(x))


@pointwise.observed(
    instances=lambda s: s.tuples(*[s.mixtures(1, 3, spread=2.0, std=(0.7, 2.0))] * 2, s.reals(-3.0, 3.0)),
    error=_noise, claimed_error=1e-12,
)  # fmt: skip
def by_differences(m, p, q, x):
    """The D with that slope, p and q in units of q."""
    ratio = m.exp(m.logpdf(p, m.number(x)) - m.logpdf(q, m.number(x)))
    return m.exp(1 - m.log(m.number(2)) - m.slope(lambda q: _integrand(m.log, ratio, q), m.number(1), m.number(1) / 4))


by_differences.control("exchanged", lambda p, q, x: discriminator.optimal_discriminator(q, p, x), why="1 - D*")
by_differences.control("the odds", lambda p, q, x: p.pdf(x) / (p.pdf(x) + 2 * q.pdf(x)), why="q counted twice")

# --- which divergence ------------------------------------------------------------------------------------------------------


def _far(weight):
    """Two modes so far apart that they are two cells."""
    return GaussianMixture([float(weight), 1 - float(weight)], [-60.0, 60.0], stds=[1.0, 1.0])


twice = claim.statement(
    "twice_the_divergence_of_the_middle",
    "KL(q‖p) - 2JS(p, q) = 2KL(m‖p), m = (p+q)/2",
    claimed=lambda p, q: float(divergence.nonsaturating(p, q)),
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: _sum(x, lambda p, q: _integrand(x.log, p, q)),
    symbolic=lambda x: (
        (x.p + x.q) * x.log((x.p + x.q) / (2 * x.p)) + (2 - x.p - x.q) * x.log((2 - x.p - x.q) / (2 - 2 * x.p))
    ),
    anchor=lambda claimed, p, q: claimed(_far(p), _far(q)),
    assumptions="derived for two cells, checked on densities",
)


@twice.derivation
def collected(x):
    term = lambda p, q: (p + q) * (x.log(p + q) - x.log(2)) - (p + q) * x.log(p)  # noqa: E731
    return [("ln q cancels", term(x.p, x.q) + term(1 - x.p, 1 - x.q))]


collected.control(
    "KL(m‖p)",
    lambda x: (
        (x.p + x.q) * x.log((x.p + x.q) / (2 * x.p)) / 2 + (2 - x.p - x.q) * x.log((2 - x.p - x.q) / (2 - 2 * x.p)) / 2
    ),
    why="a factor 2",
)


def _densities(s):
    return s.pairs(low=1, high=3, std=(0.5, 2.0))


@twice.observed(instances=_densities, error=1e-10, scale=1.0)
def by_quadrature(m, p, q):
    """KL(q‖p) - KL(p‖m) - KL(q‖m)."""

    def terms(x):
        lp, lq = m.logpdf(p, x), m.logpdf(q, x)
        top = m.largest(lp, lq)
        lm = top + m.log((m.exp(lp - top) + m.exp(lq - top)) / 2)
        return m.exp(lq) * (lq - lp) - m.exp(lp) * (lp - lm) - m.exp(lq) * (lq - lm)

    return m.integrate(terms, m.line(p, q))


by_quadrature.control("JS once", lambda p, q: float(divergence.reverse_kl(p, q)) - float(divergence.js(p, q)), why="JS")
by_quadrature.control("p first", lambda p, q: float(divergence.nonsaturating(q, p)), why="2KL(m‖q)")

together = claim.statement(
    "never_pushes_apart",
    "KL(q‖p) - 2JS(p, q) ≥ TV(p, q)² ≥ 0, with 0 at q = p only; equality in the limit of small changes of two halves",
    claimed=lambda p, q: float(divergence.tv(p, q)) ** 2,
    relation=">=",
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: _sum(x, lambda p, q: _integrand(x.log, p, q)),
    symbolic=lambda x: (x.p - x.q) ** 2,
    anchor=lambda claimed, p, q: claimed(_far(p), _far(q)),
    assumptions="derived for two cells, checked on densities",
)


@together.derivation
def by_pinsker(x):
    p, q = x.p, x.q
    middle = (p + q) * x.log((p + q) / (2 * p)) + (2 - p - q) * x.log((2 - p - q) / (2 - 2 * p))
    pinsker = Step(
        "2KL(m‖p) ≥ 4TV(m, p)², TV(m, p) = ½TV(q, p)", (p - q) ** 2, ">=", given="Pinsker 1964; Csiszár 1967"
    )
    return [("twice_the_divergence_of_the_middle", middle), pinsker]


by_pinsker.control("4 TV²", lambda x: 4 * (x.p - x.q) ** 2, why="TV(q, p) in place of TV(m, p)")


def _halves(s):
    """Densities at random, and two nearly equal far modes whose weights change a little: Pinsker's equality."""
    near = s.tuples(s.reals(0.45, 0.55), s.reals(0.45, 0.55)).map(lambda w: (_far(w[0]), _far(w[1])))
    return s.either(near, _densities(s))


@together.observed(
    instances=_halves, error=1e-10, scale=1.0, detects=0.05,
    why="equality is reached in the limit p, q → ½ only",
)  # fmt: skip
def by_quadrature_of_the_middle(m, p, q):
    """2KL(m‖p)."""

    def terms(x):
        lp, lq = m.logpdf(p, x), m.logpdf(q, x)
        top = m.largest(lp, lq)
        s = m.exp(lp - top) + m.exp(lq - top)
        return m.exp(top) * s * (top + m.log(s / 2) - lp)

    return m.integrate(terms, m.line(p, q))


by_quadrature_of_the_middle.control("1.1 TV²", lambda p, q: 1.1 * float(divergence.tv(p, q)) ** 2, why="a tenth more")


@claim.curves
def exact():
    p, shifts = symmetric_pair(3.0, 1.0), np.linspace(-6.0, 6.0, 121)
    q = [GaussianMixture([1.0], [at], stds=[1.0]) for at in shifts]
    kl, js, both = ([e.value for e in d.many([p] * len(q), q)] for d in (
        divergence.reverse_kl, divergence.js, divergence.nonsaturating))  # fmt: skip
    rng, points, few = np.random.default_rng(0), [], shifts[4::8]
    for at in few:  # descent directions as a generator x = μ + z computes them from 2,000 draws
        law = GaussianMixture([1.0], [at], stds=[1.0])
        x = at + rng.standard_normal(2000)
        pull = discriminator.nonsaturating_pull(discriminator.optimal_logit(p, law, x))
        points.append(float(np.mean(-pull * (p.score(x) - law.score(x)))))
    return {
        "shifts": shifts, "kl": kl, "js": -2 * np.array(js), "both": both, "slope": np.gradient(both, shifts),
        "slope_kl": np.gradient(kl, shifts), "few": few, "points": points,
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    left, right = panels(figure, 2)
    left.plot(exact["shifts"], exact["kl"], "--", color=COLOUR["other"], label="KL$(q\\Vert p)$")
    left.plot(exact["shifts"], exact["js"], ":", color=COLOUR["control"], label="$-2$ JS")
    left.plot(exact["shifts"], exact["both"], color=COLOUR["exact"], label="their sum, $2$ KL$(m\\Vert p)$")
    left.axhline(0, color=COLOUR["data"], lw=0.5)
    left.set(xlabel="mean of $q$", ylabel="nats", ylim=(-2.2, 9))
    left.legend(loc="upper center")
    right.plot(exact["shifts"], exact["slope"], color=COLOUR["exact"], label="slope of the sum")
    right.plot(exact["shifts"], exact["slope_kl"], "--", color=COLOUR["control"], label="control: of KL$(q\\Vert p)$")
    right.plot(exact["few"], exact["points"], "o", color=COLOUR["network"], label="of $-\\ln D^*(g(z))$, 2,000 draws")
    right.set(xlabel="mean of $q$", ylabel="slope in it, nats per unit", ylim=(-4, 6.5))
    right.legend(loc="upper left")
