"""Maximum likelihood with one Gaussian matches mean and variance, and so fills the gap between modes with 38 % of its mass.

    KL(p‖N(m, v)) = least + (EX-m)²/2v + ½(t-1-ln t),  t = Var X/v:      q* = N(EX, Var X)

    pair ½N(-a, s²) + ½N(a, s²), r = a/s:   q*(|x| < a/2) → 2Φ(½) - 1 = 0.38292,   p(|x| < a/2) → 0     as r → ∞

That is the folk's diffuse mass, and it comes from the one mode that the decoder has, not from maximum likelihood: the
same training with two components finds p itself, which no model beats, and leaves the gap as empty as it is.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, Domain
from proofs.core.rules import Agreement
from theory import GaussianMixture, divergence, projection, symmetric_pair
from theory import moment_matching as matching

claim = Claim(
    topic="mass-diffusion",
    folk=Folk(
        "Maximum likelihood, with a conditional independence assumption on the output given the latent variables, tends "
        "to distribute probability mass diffusely over the data space.",
        "a comment on A2, citing Dumoulin et al. 2017, page 1",
        Conditional(
            "the decoder has one mode where the data have several",
            true_when=("moments_are_matched", "fitted_mass_stays_in_the_gap", "data_leave_the_gap"),
            false_when=("two_modes_diffuse_nothing",),
        ),
    ),
    references=("bishop2006 section 10.1.2",),
)

# --- the best Gaussian ------------------------------------------------------------------------------------------------


def _cross_entropy(x, m, v):
    """-E_p ln N(X; m, v), nats, to be worked out."""
    X = x.Symbol("X")
    moments = x.Tuple((X, x.e), (X**2, x.w + x.e**2))
    return x.Expectation((X - m) ** 2 / (2 * v), moments) + x.log(2 * x.pi * v) / 2


PARAMETERS = Domain(e=REAL, w=POSITIVE, m=REAL, v=POSITIVE)


def _log_likelihood_loss(m, p, mean, var):
    """-E_p ln N(X; mean, var), by quadrature."""
    return m.expect(p, lambda x: (x - mean) ** 2 / (2 * var)) + m.log(2 * m.pi * var) / 2


gap = claim.statement(
    "excess_is_a_square_and_a_gap",
    "KL(p‖N(m, v)) - KL(p‖N(EX, Var X)) = (EX-m)²/2v + ½(t-1-ln t), t = Var X/v: no other minimum",
    claimed=lambda p, m, v: matching.excess(p.mean, p.var, m, v),
    domain=PARAMETERS,
    definition=lambda x: _cross_entropy(x, x.m, x.v) - _cross_entropy(x, x.e, x.w),
    symbolic=lambda x: (x.e - x.m) ** 2 / (2 * x.v) + (x.w / x.v - 1 - x.log(x.w / x.v)) / 2,
    anchor=lambda claimed, e, w, m, v: claimed(_with_moments(e, w), m, v),
    assumptions="Var X finite; e = EX, w = Var X; the entropy of p cancels; t - 1 - ln t ≥ 0, and 0 only at t = 1",
)


def _with_moments(mean, variance):
    """An asymmetric mixture with these moments: modes at m - d and m + 3d, weights ¾ and ¼."""
    d = np.sqrt(variance / 4)
    return GaussianMixture([0.75, 0.25], [mean - d, mean + 3 * d], stds=[d, d])


@gap.derivation
def by_moments(x):
    square = (x.w + (x.e - x.m) ** 2) / (2 * x.v) - x.Rational(1, 2)
    return [("E(X-m)² = Var X + (EX-m)²", square + x.log(x.v) / 2 - x.log(x.w) / 2)]


by_moments.control(
    "t for √t", lambda x: (x.e - x.m) ** 2 / (2 * x.v) + x.w / x.v - 1 - x.log(x.w / x.v), why="a factor 2"
)


@gap.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 4), s.reals(-6.0, 6.0), s.scales(0.05, 30.0)),
    error=1e-12,
    scale=lambda p, m, v: 1 + float(np.max(p.means**2 + p.stds**2) + m**2) / min(v, float(np.min(p.stds)) ** 2),
)
def difference_by_quadrature(m, p, mean, var):
    first = m.expect(p, lambda x: x)
    second = m.expect(p, lambda x: (x - first) ** 2)
    return _log_likelihood_loss(m, p, mean, var) - _log_likelihood_loss(m, p, first, second)


difference_by_quadrature.control("half", lambda p, m, v: gap.claimed(p, m, v) / 2, why="a factor 2")


def _normal(p):
    return GaussianMixture([1.0], [p.mean], stds=[p.std])


def _best(p):
    best = projection.best_gaussian(p, "kl")
    return np.array([best.mean, best.std, best.value])


matched = claim.statement(
    "moments_are_matched",
    "arg-min KL(p‖N(m, σ²)) = (EX, √Var X), and the least is ½ ln 2πe Var X less the entropy of p",
    claimed=_best,
    domain=Domain(e=REAL, w=POSITIVE),
    definition=lambda x, value: x.Subs(x.Derivative(_cross_entropy(x, x.e, _u(x) ** 2), _u(x)), _u(x), value),
    symbolic=lambda x: x.sqrt(x.w),
    root=True,
    anchor=lambda claimed, e, w: claimed(_with_moments(e, w))[1],
    assumptions="Var X finite; derived for σ at m = EX, which excess_is_a_square_and_a_gap shows to be best at every σ",
)


def _u(x):
    return x.Symbol("u", positive=True)


@matched.derivation
def slope_in_the_width(x, value):
    return [("1/σ - E(X-m)²/σ³", 1 / value - x.w / value**3)]


slope_in_the_width.control("variance for width", lambda x: x.w, why="a missing root")


@matched.observed(instances=lambda s: s.mixtures(1, 4), error=1e-9, claimed_error=1e-13, scale=4.0)
def roots_of_the_slopes(m, p):
    """In m by a parabola, in ln σ by halvings."""
    centre = m.vertex(lambda c: _log_likelihood_loss(m, p, c, 1), p.means[0], 4.0)
    error = m.expect(p, lambda x: (x - centre) ** 2)
    loss = lambda t: error / (2 * m.exp(2 * t)) + t  # noqa: E731
    std = m.exp(m.root(lambda t: m.slope(loss, t), -4, 4))
    gap = lambda x: m.pdf(p, x) * (m.logpdf(p, x) + ((x - centre) / std) ** 2 / 2 + m.log(2 * m.pi * std**2) / 2)  # noqa: E731
    return np.array([centre, std, m.integrate(gap, m.line(p))])


roots_of_the_slopes.control("one mode", lambda p: np.array([p.means[0], p.stds[0], 0.0]), why="where reverse KL goes")

# --- the gap ----------------------------------------------------------------------------------------------------------


def _between(x, mean, std):
    """N(mean, std²) of |X| < ½, for modes at ±1: ∫φ, in standard units."""
    t, half = x.Symbol("t", real=True), x.Rational(1, 2)
    return x.Integral(x.exp(-(t**2) / 2) / x.sqrt(2 * x.pi), (t, (-half - mean) / std, (half - mean) / std))


def _phi(x, t):
    return (1 + x.erf(t / x.sqrt(2))) / 2


fitted = claim.statement(
    "fitted_mass_in_the_gap",
    "q* = N(0, a² + s²): q*(|x| < a/2) = 2Φ(½/√(1 + r⁻²)) - 1",
    claimed=matching.fitted_between,
    domain=Domain(r=POSITIVE),
    definition=lambda x: _between(x, 0, x.sqrt(1 + x.r**-2)),
    symbolic=lambda x: 2 * _phi(x, 1 / (2 * x.sqrt(1 + x.r**-2))) - 1,
)
really = claim.statement(
    "data_in_the_gap",
    "p(|x| < a/2) = Φ(-r/2) - Φ(-3r/2)",
    claimed=matching.pair_between,
    domain=Domain(r=POSITIVE),
    definition=lambda x: (_between(x, 1, 1 / x.r) + _between(x, -1, 1 / x.r)) / 2,
    symbolic=lambda x: _phi(x, -x.r / 2) - _phi(x, -3 * x.r / 2),
)
stays = claim.statement(
    "fitted_mass_stays_in_the_gap",
    "q*(|x| < a/2) → 2Φ(½) - 1 = 0.38292 as r → ∞",
    claimed=lambda r: matching.far_fitted_between(),
    domain=Domain(r=POSITIVE),
    definition=lambda x: x.Limit(2 * _phi(x, 1 / (2 * x.sqrt(1 + x.r**-2))) - 1, x.r, x.oo),
    symbolic=lambda x: 2 * _phi(x, x.Rational(1, 2)) - 1,
    assumptions="checked at r ≥ 10⁷, where no more than 10⁻¹⁴ is left",
)
leaves = claim.statement(
    "data_leave_the_gap",
    "p(|x| < a/2) → 0 as r → ∞",
    claimed=lambda r: 0.0,
    domain=Domain(r=POSITIVE),
    definition=lambda x: x.Limit(_phi(x, -x.r / 2) - _phi(x, -3 * x.r / 2), x.r, x.oo),
    symbolic=lambda x: x.Integer(0),
    assumptions="checked at r ≥ 20, where what is left is below 10⁻²²",
)


@fitted.derivation
def fitted_in_units(x):
    return [("Φ is odd about ½", x.erf(1 / (2 * x.sqrt(2) * x.sqrt(1 + x.r**-2))))]


@really.derivation
def mode_by_mode(x):
    tail = lambda t: x.erf(t / x.sqrt(2)) / 2  # noqa: E731
    return [("both modes give the same", tail(3 * x.r / 2) - tail(x.r / 2))]


@stays.derivation
def far_modes(x):
    return [("1 + r⁻² → 1", x.erf(x.sqrt(2) / 4))]


@leaves.derivation
def far_tails(x):
    return [("Φ(-∞) = 0", _phi(x, -x.oo) - _phi(x, -3 * x.oo))]


fitted_in_units.control("s for √(a²+s²)", lambda x: 2 * _phi(x, x.r / 2) - 1, why="the width of one mode")
mode_by_mode.control("one tail", lambda x: _phi(x, -x.r / 2), why="forgets the far edge of the gap")
far_modes.control("2Φ(1) - 1", lambda x: 2 * _phi(x, 1) - 1, why="|x| < a")
far_tails.control("a half", lambda x: x.Rational(1, 2), why="Φ at the centre")


def gap_by_integration(m, r):
    std = m.sqrt(1 + 1 / r**2)
    return m.integrate(lambda x: m.normal(x, 0, std), (-0.5, 0.5))


fitted_by_integration = fitted.observed(instances=lambda s: s.scales(0.05, 50.0), error=1e-12)(gap_by_integration)
far_by_integration = stays.observed(instances=lambda s: s.scales(1e7, 1e12), error=1e-13)(gap_by_integration)


@really.observed(instances=lambda s: s.scales(0.05, 12.0), error=1e-12)
def pair_by_integration(m, r):
    return m.integrate(lambda x: m.normal(x, 1, 1 / r) / 2 + m.normal(x, -1, 1 / r) / 2, (-0.5, 0, 0.5), panels=8)


@leaves.observed(instances=lambda s: s.scales(20.0, 1e4), error=1e-15, scale=1.0)
def far_by_distribution(m, r):
    return m.normal_cdf(-r / 2) - m.normal_cdf(-3 * r / 2)


fitted_by_integration.control("s for √(a²+s²)", lambda r: matching.fitted_between(r * 1.001), why="a nearby r")
pair_by_integration.control("Φ(-r)", lambda r: matching.pair_between(2 * r), why="|x| < 0")
far_by_integration.control("2Φ(1) - 1", lambda r: matching.fitted_between(0.5774), why="|x| < a")
far_by_distribution.control("q*", lambda r: matching.fitted_between(r), why="what the Gaussian leaves there")

# --- the other side: a decoder with as many modes ---------------------------------------------------------------------

two_modes = claim.statement(
    "two_modes_diffuse_nothing",
    "KL(p‖q) ≥ 0 = KL(p‖p): a decoder of two modes does best at p itself, with p's own mass in the gap",
    claimed=lambda p, q: 0.0,
    relation=">=",
    domain=Domain(g=NONNEGATIVE),
    definition=lambda x: x.Expectation(x.Symbol("T") + 1 - x.Symbol("Q"), ((x.Symbol("T"), x.g), (x.Symbol("Q"), 1))),
    symbolic=lambda x: x.Integer(0),
    anchor=lambda claimed, g: claimed(symmetric_pair(2.0, 0.25), None),
    assumptions="q any density, Q = q(X)/p(X), T = Q - 1 - ln Q ≥ 0, g = E T; p has a density, and q > 0 where p > 0",
)


@two_modes.derivation
def by_gibbs(x):
    return [("E Q = 1", x.g), Step("T ≥ 0", x.Integer(0), ">=")]


by_gibbs.control("1 nat", lambda x: x.Integer(1), why="E Q forgotten")


def _pairs(s):
    pair = s.tuples(s.scales(0.5, 4.0), s.scales(0.2, 1.0), s.inside(0.1, 0.9)).map(lambda t: symmetric_pair(*t))
    return s.tuples(pair, pair, s.steps(3)).map(lambda d: (d[0], d[1] if d[2] else d[0]))


@two_modes.observed(instances=_pairs, error=1e-12, scale=1.0)
def by_integration(m, p, q):
    return m.integrate(lambda x: m.pdf(p, x) * (m.logpdf(p, x) - m.logpdf(q, x)), m.line(p, q))


by_integration.control("the best Gaussian's", lambda p, q: float(divergence.kl(p, _normal(p))), why="one mode too few")


A, S = 2.0, 0.25


@fitted.experiment(
    rule=Agreement(0.02, "of the mass in the gap"),
    seeds={"quick": [24], "full": [48]},
    budget={"quick": 2 * 24 * 300, "full": 2 * 48 * 2000},
    reason="256 samples a step, averaged over the last steps by the cosine schedule, leave the width, and so the mass, an error below 1 %",
)
def maximum_likelihood(run):
    """Gradient descent on -ln q(x): one component, and two for the control arm, of which a few keep both on one Gaussian."""
    from toys.learners.mixture_network import MixtureNetwork
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair as target
    from toys.train import fit

    steps, rule, saved = 300 if run.quick else 2000, Adam(0.1, decay="cosine"), {}
    for name, components in (("one", 1), ("two", 2)):
        learner = MixtureNetwork(target(A, S), components, hidden=(), gain=2.0)
        fitted = fit(learner, seeds=run.seeds, steps=steps, batch=256, optimiser=rule, device=run.device)
        saved[name] = fitted.evaluate(learner.mixture, np.ones((1, 1)))[:, 0]
        saved["diverged"] = saved.get("diverged", False) | (fitted.diverged >= 0)
    return saved


@maximum_likelihood.measure
def mass_in_the_gap(claimed, data):
    """Relative deviation of q(|x| < a/2) from the closed form."""
    exact = claimed(A / S)
    return {arm: _gap_mass(data[name]) / exact - 1 for arm, name in (("network", "one"), ("control", "two"))}


def _gap_mass(rows):
    """q(|x| < a/2) of mixtures given as rows w, μ, σ."""
    laws = [
        GaussianMixture(w / w.sum(), mu, stds=std) for w, mu, std in (np.split(row, 3) for row in rows.astype(float))
    ]
    return np.array([q.cdf(A / 2) - q.cdf(-A / 2) for q in laws])


@claim.curves
def analytic():
    x, r, p = np.linspace(-3.5, 3.5, 401), np.linspace(0.3, 10, 120), symmetric_pair(A, S)
    return {
        "x": x, "p": p.pdf(x), "q": _normal(p).pdf(x), "r": r, "far": matching.far_fitted_between(),
        "fitted": matching.fitted_between(r), "really": matching.pair_between(r),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["maximum_likelihood"], saved["curves"]
    left, right = panels(figure, 2)
    left.plot(exact["x"], exact["p"], color=COLOUR["data"], lw=0.8, label=r"data, $a/s = 8$")
    left.plot(exact["x"], exact["q"], color=COLOUR["exact"], label=r"best Gaussian $q^*$")
    every = exact["x"][::20]
    for name, colour, label, marker in (("one", "network", "one component", "o"), ("two", "control", "two", "s")):
        w, mu, std = np.split(nets[name][:, :, None], 3, axis=1)
        density = (w * np.exp(-(((every - mu) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))).sum(axis=1)
        spread(left, every, density, COLOUR[colour], f"trained: {label}", marker)
    left.set(xlabel="$x$", ylabel="density (per unit of $x$)", ylim=(0, 1.5))
    left.legend(loc="upper center", ncols=2)
    right.plot(exact["r"], exact["fitted"], color=COLOUR["exact"], label=r"$q^*(|x| < a/2)$")
    right.axhline(exact["far"], color=COLOUR["exact"], ls=":", lw=0.8, label=r"$2\Phi(\frac{1}{2}) - 1$")
    right.plot(exact["r"], exact["really"], color=COLOUR["data"], lw=0.8, label=r"$p(|x| < a/2)$")
    for arm, label, marker in (("network", "trained: one component", "o"), ("control", "control: two", "s")):
        mass = matching.fitted_between(A / S) * (1 + nets[f"measured_{arm}"][:, None])
        spread(right, [A / S], mass, COLOUR[arm], label, marker)
    right.set(xlabel="$r = a/s$", ylabel="mass in the gap", ylim=(-0.02, 0.7))
    right.legend(loc="upper right", ncols=2)
