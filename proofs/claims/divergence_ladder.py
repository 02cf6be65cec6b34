"""Which divergence makes the best single Gaussian cover two modes, and which makes it pick one.

    p = ½N(-a, s²) + ½N(a, s²), r = a/s;   q = N(m, σ²), mean and width free;   minimise D(p, q)

Two fits compete: one covers both modes (m = 0, wide), one sits on a mode. Under forward KL the covering fit, mean and
variance of p, is the only optimum at every r. Under reverse KL it always *stays* a local minimum (there
∂²D/∂m² = 1/σ² exactly), but the fit on a mode overtakes it at r = 2.80008: a first-order jump, not a gradual
loss of a mode, and a descent that starts by covering never notices. The others jump at 2.38 (non-saturating), 4.24 (JS)
and 4.74 (Hellinger); along the α-divergences the jump moves to infinity as α → 1, maximum likelihood.

The best Gaussian for a mixture of your own, and the jump of a divergence:

    from theory import GaussianMixture, ladder, projection
    p = GaussianMixture([0.3, 0.7], [-2.0, 3.0], stds=[0.5, 1.0])
    projection.best_gaussian(p, "js")            # or kl, reverse_kl, nonsaturating, hellinger2, jeffrey, pearson, neyman
    projection.best_gaussian(p, "alpha", a=0.3)  # .mean, .std, .value; .minima holds its rivals
    ladder.jump("js")                            # 4.2447
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from proofs.claim import Claim
from proofs.contributions import DIVERGENCES, NUMBERS, Divergence, alpha, precise
from proofs.domain import POSITIVE, REAL, Domain, above, between
from proofs.sides import Sides
from theory import GaussianMixture, divergence, ladder, projection, symmetric_pair

claim = Claim(
    topic="trade-offs",
    references=(
        "Minka 2005, Divergence measures and message passing",
        "Trefethen & Weideman 2014, The exponentially convergent trapezoidal rule, theorem 5.1",
    ),
)

# --- forward KL never jumps -------------------------------------------------------------------------------------------


def _moments(x):
    """E X and E X² of a law with mean M and variance V."""
    X = x.Symbol("X")
    return x.Tuple((X, x.M), (X**2, x.V + x.M**2))


def _cross_entropy(x, m, v):
    """E_p of -ln N(X; m, v), all of KL(p‖N(m, v)) that depends on m and v."""
    X = x.Symbol("X")
    return x.log(2 * x.pi * v) / 2 + x.Expectation((X - m) ** 2, _moments(x)) / (2 * v)


def _slope(x, letter, value):
    """The slope of KL(p‖N(m, v)) along m or v, where both are optimal but for `value` in place of one."""
    m, v = x.Symbol("m", real=True), x.Symbol("v", positive=True)
    slope = x.Derivative(_cross_entropy(x, m, v), {"m": m, "v": v}[letter])
    return x.Subs(slope, (m, v), (value, x.V) if letter == "m" else (x.M, value))


def _two_moments(M: float, V: float) -> GaussianMixture:
    """An asymmetric mixture with mean M and variance V."""
    d = math.sqrt(V) / 2
    return GaussianMixture([0.75, 0.25], [M - d, M + 3 * d], stds=[d, d])


mean = claim.statement(
    "forward_kl_matches_the_mean",
    "arg-min_m KL(p‖N(m, v)) = E_p X, for any p",
    claimed=lambda p: projection.best_gaussian(p, "kl").mean,
    domain=Domain(M=REAL, V=POSITIVE),
    definition=lambda x, value: _slope(x, "m", value),
    symbolic=lambda x: x.M,
    root=True,
    anchor=lambda claimed, M, V: claimed(_two_moments(M, V)),
    assumptions="E_p X² finite",
)
variance = claim.statement(
    "forward_kl_matches_the_variance",
    "arg-min_v KL(p‖N(E_p X, v)) = Var_p X, for any p",
    claimed=lambda p: projection.best_gaussian(p, "kl").std ** 2,
    domain=Domain(M=REAL, V=POSITIVE),
    definition=lambda x, value: _slope(x, "v", value),
    symbolic=lambda x: x.V,
    root=True,
    anchor=lambda claimed, M, V: claimed(_two_moments(M, V)),
    assumptions="E_p X² finite",
)
alone = claim.statement(
    "forward_kl_has_no_other_optimum",
    "KL(p‖q) - KL(p‖q*) = KL(q*‖q) for Gaussian q and q* = N(E_p X, Var_p X): positive unless q = q*",
    claimed=lambda p, q: float(divergence.kl(p, q)),
    domain=Domain(M=REAL, V=POSITIVE, m=REAL, v=POSITIVE),
    definition=lambda x: _cross_entropy(x, x.m, x.v) - _cross_entropy(x, x.M, x.V),
    symbolic=lambda x: x.log(x.v / x.V) / 2 + (x.V + (x.M - x.m) ** 2) / (2 * x.v) - x.Rational(1, 2),
    anchor=lambda claimed, M, V, m, v: claimed(_normal(M, math.sqrt(V)), _normal(m, math.sqrt(v))),
    assumptions="E_p X² finite",
)


def _normal(mean: float, std: float) -> GaussianMixture:
    return GaussianMixture([1.0], [mean], stds=[std])


@mean.derivation
def mean_by_stationarity(x, value):
    return [("the slope is E(m - X)/v", x.Expectation(value - x.Symbol("X"), _moments(x)) / x.V)]


@variance.derivation
def variance_by_stationarity(x, value):
    spread = x.Expectation((x.Symbol("X") - x.M) ** 2, _moments(x))
    return [("the slope is (v - E(X-M)²)/2v²", (value - spread) / (2 * value**2))]


@alone.derivation
def by_completing_the_square(x):
    excess = x.Expectation((x.Symbol("X") - x.M) ** 2, _moments(x)) + (x.M - x.m) ** 2
    return [("E(X-m)² = V + (M-m)²", x.log(x.v / x.V) / 2 + excess / (2 * x.v) - x.Rational(1, 2))]


mean_by_stationarity.control("half", lambda x: x.M / 2, why="a factor 2")
variance_by_stationarity.control("E X²", lambda x: x.V + x.M**2, why="the second moment about 0")
by_completing_the_square.control(
    "KL(q‖q*)", lambda x: x.log(x.V / x.v) / 2 + (x.v + (x.M - x.m) ** 2) / (2 * x.V) - x.Rational(1, 2), why="swapped"
)


class Law(NamedTuple):
    """Two modes: weights, means, standard deviations."""

    weights: tuple[float, float]
    means: tuple[float, float]
    stds: tuple[float, float]

    def mixture(self) -> GaussianMixture:
        return GaussianMixture(self.weights, self.means, stds=self.stds)


def _laws(s):
    """Two modes that are off-centre, unequal, in no particular order, and now and then almost one."""
    parts = s.tuples(s.reals(0.25, 0.48), s.reals(0.5, 3.5), s.scales(0.8, 1.25), s.one_of((-1, 1)), s.reals(-5.0, 5.0))
    return parts.map(_as_law)


def _as_law(parts):
    w, r, std, side, shift = parts
    return Law((w, 1 - w), (shift - side * r, shift + side * r), (1.0, std))


def _mixtures(s):
    return _laws(s).map(Law.mixture)


def _spread(p, m):
    """E(X-m)² by quadrature."""
    from proofs.reference import expect_polynomial

    return float(expect_polynomial(p, lambda X: (X - m) ** 2))


def _lowest_mean(p):
    """The vertex of E(X-m)²/2v, a parabola in m."""
    low, middle, high = (_spread(p, m) for m in (-1, 0, 1))
    return (low - high) / (2 * (low - 2 * middle + high))


def _lowest_variance(p):
    """e^t where t/2 + E(X-M)²/2e^t, of which KL is the sum with a constant, is the same a little to both sides."""
    from scipy.optimize import brentq

    spread, step = _spread(p, _lowest_mean(p)), 1e-4
    loss = lambda t: t / 2 + spread / (2 * math.exp(t))  # noqa: E731
    return math.exp(brentq(lambda t: loss(t + step) - loss(t - step), -8.0, 8.0))  # type: ignore[arg-type]


def _expect_precisely(p, f):
    """E f(X) for a polynomial f, by trapezoidal sums: exact to 50 digits at a quarter of a deviation."""
    import mpmath as mp

    nodes = [mp.mpf(k) / 4 for k in range(-64, 65)]
    parts = zip(p.weights, p.means, p.stds, strict=True)
    return mp.fsum(w / 4 * mp.npdf(z) * f(mp.mpf(m) + mp.mpf(s) * z) for w, m, s in parts for z in nodes)


def _moments_precisely(p):
    import mpmath as mp

    with mp.workdps(50):
        M = _expect_precisely(p, lambda X: X)
        return M, _expect_precisely(p, lambda X: (X - M) ** 2)


@mean.check(instances=_mixtures, confirm=lambda p: _moments_precisely(p)[0])
def mean_by_brute_force(claimed, p):
    return Sides(_lowest_mean(p), claimed(p), observed_error=1e-13 * (8 + p.var), scale=p.std + abs(p.mean))


@variance.check(instances=_mixtures, confirm=lambda p: _moments_precisely(p)[1], resolution=1e-7)
def variance_by_brute_force(claimed, p):
    return Sides(_lowest_variance(p), claimed(p), observed_error=4e-9 * p.var)


mean_by_brute_force.control("likeliest component", lambda p: p.means[np.argmax(p.weights)], why="a mode")
variance_by_brute_force.control(
    "within the modes", lambda p: p.weights @ p.stds**2, why="forgets the spread of the means"
)


def _with_a_gaussian(s):
    return s.tuples(_mixtures(s), s.reals(-4.0, 4.0), s.scales(0.3, 3.0))


def _log_normal(X, m, s, log):
    return -(((X - m) / s) ** 2) / 2 - log(s)


def _excess_precisely(instance):
    import mpmath as mp

    p, m, s = instance
    with mp.workdps(50):
        M, V = _moments_precisely(p)
        m, s, S = mp.mpf(m), mp.mpf(s), mp.sqrt(V)
        return _expect_precisely(p, lambda X: _log_normal(X, M, S, mp.log) - _log_normal(X, m, s, mp.log))


@alone.check(instances=_with_a_gaussian, confirm=_excess_precisely)
def by_quadrature(claimed, instance):
    """E_p ln(q*/q), the moments of p by quadrature too."""
    from proofs.reference import expect_polynomial as expect

    p, m, s = instance
    M = float(expect(p, lambda X: X))
    S = math.sqrt(float(expect(p, lambda X: (X - M) ** 2)))
    observed = expect(p, lambda X: _log_normal(X, M, S, math.log) - _log_normal(X, m, s, math.log))
    size = 1 + (S**2 + (M - m) ** 2) / s**2
    value = claimed(_normal(M, S), _normal(m, s))
    return Sides(float(observed), value, observed_error=1e-14 * size, claimed_error=1e-12 * abs(value))


by_quadrature.control("swapped", lambda p, q: float(divergence.kl(q, p)), why="KL(q‖q*)")

# --- the observed side of all the rest: quadrature and descent of our own -----------------------------------------------


def _named(name: str) -> Divergence:
    """A divergence by name; "alpha 0.3" is the α-divergence at 0.3."""
    return alpha(float(name.split()[1])) if name.startswith("alpha") else DIVERGENCES[name]


def _pair(r):
    """The symmetric pair, s = 1."""
    return Law((0.5, 0.5), (-r, r), (1.0, 1.0))


def _lattice(p, m, s, reach, fine):
    """Points of a trapezoidal rule: fine enough for ln p, which is singular where p vanishes, πs²/2a off the line."""
    step = fine * min(p.stds) / max(2.0, np.ptp(p.means) / min(p.stds))
    wide = reach * max(np.max(s), max(p.stds))
    return np.arange(min(np.min(m), min(p.means)) - wide, max(np.max(m), max(p.means)) + wide, step), step


def _normal_density(m, x, mean, std):
    return m.exp(-(((x - mean) / std) ** 2) / 2) / std / m.sqrt(2 * m.pi)


def _values(name, p, m, s):
    """D(p, N(m, s²)) at arrays of m and s, by the trapezoidal rule: about 1e-12."""
    m, s = (np.reshape(v, (-1, 1)) for v in (m, s))
    x, step = _lattice(p, m, s, 7, 0.8)
    p_x = sum(w * _normal_density(np, x, *at) for w, *at in zip(p.weights, p.means, p.stds, strict=True))
    p_x = np.maximum(p_x, 1e-300)  # 37 deviations out, where only a step too far looks
    return step * _named(name).contribution(NUMBERS, p_x, _normal_density(np, x, m, s)).sum(1)


def _precise_value(name, p, m, s):
    """The same at 50 digits, on more and finer points."""
    import mpmath as mp

    with mp.workdps(50):
        points, step = _lattice(p, m, s, 9, 0.7)
        parts = [tuple(map(mp.mpf, map(float, part))) for part in zip(p.weights, p.means, p.stds, strict=True)]
        total, m, s = mp.mpf(0), mp.mpf(m), mp.mpf(s)
        for x in map(mp.mpf, map(float, points)):
            p_x = mp.fsum(w * _normal_density(mp, x, *at) for w, *at in parts)
            total += _named(name).contribution(precise(), p_x, _normal_density(mp, x, m, s))
        return total * mp.mpf(float(step))


def _descend(name, p, m, s):
    """The local optimum below N(m, s²): (m, s, value), by quasi-Newton steps in m and ln s."""
    from scipy.optimize import minimize

    h = 1e-5

    def value_and_slope(at):
        m, s = at[0] + h * np.array([0, 1, -1, 0, 0]), np.exp(at[1] + h * np.array([0, 0, 0, 1, -1]))
        value = _values(name, p, m, s)
        return value[0], (value[[1, 3]] - value[[2, 4]]) / (2 * h)

    widest = 0.6 * np.ptp(p.means) + max(p.stds)
    bounds = [(min(p.means), max(p.means)), (math.log(min(p.stds) / 2), math.log(widest))]
    options = {"gtol": 1e-10, "ftol": 0.0, "maxls": 40}
    found = minimize(value_and_slope, [m, math.log(s)], jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(found.x[0]), math.exp(found.x[1]), float(found.fun)


def _fit(name, r, fit):
    """The local optimum that covers both modes, or the one on the right mode: mean, width, value.

    Newton steps in m and ln s, from nearby, with differences for derivatives.
    """
    h, p = 1e-3, _pair(r)
    at = np.array([0.0, math.log(0.9 * math.hypot(r, 1))]) if fit == "cover" else np.array([r, 0.02])
    grid = h * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]])
    for _ in range(6):
        here, right, left, up, down, both, neither = _values(name, p, at[0] + grid[:, 0], np.exp(at[1] + grid[:, 1]))
        mixed = both + neither + 2 * here - right - left - up - down
        hessian = np.array([[right + left - 2 * here, mixed / 2], [mixed / 2, up + down - 2 * here]]) / h**2
        at = at - np.linalg.solve(hessian, np.array([right - left, up - down]) / (2 * h))
    return float(at[0]), math.exp(at[1]), float(_values(name, p, at[0], math.exp(at[1]))[0])


# --- under reverse KL the covering fit stays a local minimum -----------------------------------------------------------

stays = claim.statement(
    "reverse_kl_cover_stays_a_minimum",
    "∂²D/∂m² - 2 ∂D/∂(σ²) = 1/σ² for D = KL(N(m,σ²)‖p): at a fit of free width ∂²D/∂m² = 1/σ² > 0, at every r",
    claimed=lambda r: 1 / _cover(r).std ** 2,
    domain=Domain(v=above(1), m=REAL, b=REAL, c=REAL, k=POSITIVE),
    definition=lambda x: _curvature_less_slope(x),
    symbolic=lambda x: 1 / x.v,
    anchor=lambda claimed, v, m, b, c, k: claimed(_separation(v)),
    assumptions="derived for ln p = -bx²/2 + c cos kx, one frequency at a time: both sides are linear in ln p, so it holds "
    "for superpositions; at m = 0 the pair's mixed derivative vanishes, and the covering width is the best one",
)


def _curvature_less_slope(x):
    m, w = x.Symbol("mean", real=True), x.Symbol("width", positive=True)
    D = -x.log(w) / 2 + x.b * (m**2 + w) / 2 - x.c * x.exp(-(x.k**2) * w / 2) * x.cos(x.k * m)
    return x.Subs(x.Derivative(D, m, 2) - 2 * x.Derivative(D, w), (m, w), (x.m, x.v))


@stays.derivation
def frequency_by_frequency(x):
    """E cos k(m + σZ) = e^{-k²σ²/2} cos km: it obeys the heat equation, whose time is σ²/2."""
    wave = x.c * x.k**2 * x.exp(-(x.k**2) * x.v / 2) * x.cos(x.k * x.m)
    return [("twice in m, once in σ²", (x.b + wave) - 2 * (x.b / 2 - 1 / (2 * x.v) + wave / 2))]


frequency_by_frequency.control("half", lambda x: 1 / (2 * x.v), why="a factor 2")


def _cover(r):
    """The local minimum of reverse KL below the moment-matched Gaussian."""
    p = symmetric_pair(r, 1.0)
    found = projection.best_gaussian(p, "reverse_kl", starts=[(0.0, 0.9 * p.std)])
    if abs(found.mean) > 1e-6:
        raise ValueError(f"r: expected a covering fit at mean 0, got {found}")
    return found


def _separation(v):
    """The r at which the covering fit has variance v: 1/v = 1 - r² E sech²(r√v Z)."""
    from scipy.optimize import brentq

    z = np.linspace(-8, 8, 1601)
    mass = _normal_density(np, z, 0, 1) / 100
    flat = lambda y: y**2 * float(mass @ np.cosh(np.minimum(np.abs(y * z), 300)) ** -2.0)  # noqa: E731
    y = brentq(lambda y: 1 + flat(y) - v, 1e-3, 40.0)
    return y / math.sqrt(v)  # type: ignore[operator]


def _curvature(r):
    """-∫(∂²q/∂m²) ln p, which is ∂²D/∂m², at m = 0 and the width where ∂D/∂σ = ∫(∂q/∂σ) ln(q/p) vanishes."""
    from scipy.optimize import brentq

    def moment(s, of_p_and_q):
        x, step = _lattice(_pair(r), 0.0, s, 7, 0.8)
        p_x, q_x = (_normal_density(np, x, -r, 1) + _normal_density(np, x, r, 1)) / 2, _normal_density(np, x, 0, s)
        return step * float(np.sum(q_x * ((x / s) ** 2 - 1) * of_p_and_q(p_x, q_x)))

    s = brentq(lambda s: moment(s, lambda p_x, q_x: np.log(q_x / p_x)), 0.9, math.hypot(r, 1), xtol=1e-14)
    return -moment(s, lambda p_x, _: np.log(p_x)) / s**2  # type: ignore[operator]


def _curvature_precisely(r):
    import mpmath as mp

    with mp.workdps(50):
        r = mp.mpf(r)
        z = [mp.mpf(k) / 64 for k in range(1, 64 * 14)]
        flat = lambda s: mp.fsum(mp.npdf(t) * mp.sech(r * s * t) ** 2 for t in z) / 32 + mp.npdf(0) / 64  # noqa: E731
        return 1 - r**2 * flat(mp.findroot(lambda s: s**-2 - 1 + r**2 * flat(s), float(_curvature(float(r)) ** -0.5)))


@stays.check(instances=lambda s: s.reals(0.3, 5.0), confirm=_curvature_precisely, resolution=1e-7, examples=110)
def by_second_derivatives(claimed, r):
    return Sides(_curvature(r), claimed(r), observed_error=1e-9, claimed_error=1e-9)


by_second_derivatives.control("moments", lambda r: 1 / (1 + r**2), why="the width of forward KL's covering fit")

# --- and is overtaken at r = 2.80008 -----------------------------------------------------------------------------------

CENTRE, NEAR, RADIUS = Fraction("2.80008"), Fraction(2, 10**5), Fraction(1, 10**4)
CONVEXITY = Fraction(1, 2)


def _trial(x, fit):
    """Mean and width of a fit for r near CENTRE, accurate to 1e-9."""
    d = x.r - x.Rational("2.80008")
    if fit == "cover":
        return x.S(0), x.Rational("2.6014954225") + x.Rational("0.70826") * d
    mean = x.Rational("2.7679975247") + x.Rational("1.11801") * d
    return mean, x.Rational("1.0443112086") - x.Rational("0.14525") * d


def _average(x, f, power, mean, std):
    """E[Z^power f(r(m + σZ))]."""
    from proofs.averages import mean_of

    return mean_of(f, power)(x.r * mean, x.r * std)


def _at_least(x, fit):
    """KL(N(m, σ²)‖p) = (m² + σ² + r² - 1)/2 - ln σ - E ln cosh r(m + σZ) at the trial fit."""
    m, s = _trial(x, fit)
    return (m**2 + s**2 + x.r**2 - 1) / 2 - x.log(s) - _average(x, "log_cosh", 0, m, s)


def _at_most(x, fit):
    """The same less RADIUS |∇D|: no more than any value within RADIUS of the trial fit, where D is convex."""
    m, s = _trial(x, fit)
    slope = x.Abs(s - 1 / s - x.r * _average(x, "tanh", 1, m, s))
    slope += x.Abs(m - x.r * _average(x, "tanh", 0, m, s)) if fit == "mode" else 0
    return _at_least(x, fit) - x.Rational(1, 10**4) * slope


convex = claim.statement(
    "both_fits_lie_in_convex_basins",
    "∇²D ≥ ½ for reverse KL, m and σ within 1e-4 of either fit, |r - 2.80008| ≤ 2e-5 (of the covering one: along σ)",
    claimed=lambda r, dm, ds: float(CONVEXITY),
    relation=">=",
    domain=Domain(
        r=between(CENTRE - NEAR, CENTRE + NEAR), dm=between(-RADIUS, RADIUS), ds=between(-RADIUS, RADIUS)
    ),
    symbolic=lambda x: x.Rational(1, 2),
)  # fmt: skip


@convex.enclosure(detects=1.0, why="what is enclosed, by Gershgorin's circles, is 0.7 at least")
def gershgorin(x):
    """∇²D = (1, 0; 0, 1 + 1/σ²) - r² E (1, Z; Z, Z²) sech² X, where |E Z sech² X| ≤ E (1 + Z²)/2 sech² X."""
    (m, s), (_, wide) = _trial(x, "mode"), _trial(x, "cover")
    one, square = (_average(x, "sech2", power, m + x.dm, s + x.ds) for power in (0, 2))
    across = 1 - x.r**2 * (3 * one + square) / 2
    along = 1 + 1 / (s + x.ds) ** 2 - x.r**2 * (one + 3 * square) / 2
    return x.Min(across, along, 1 + 1 / (wide + x.ds) ** 2 - x.r**2 * _average(x, "sech2", 2, 0, wide + x.ds))


@convex.check(
    instances=lambda s: s.tuples(s.reals(2.80006, 2.8001), s.reals(-1e-4, 1e-4), s.reals(-1e-4, 1e-4)),
    confirm=lambda instance: _least_eigenvalue(*instance), resolution=1e-3, detects=1.0, why="as above",
)  # fmt: skip
def by_second_differences(claimed, instance):
    return Sides(_least_eigenvalue(*instance), claimed(*instance), observed_error=1e-4)


def _least_eigenvalue(r, dm, ds):
    """Of ∇²D at the fit on the mode, and ∂²D/∂σ² at the covering one, from differences of D."""
    d, h = r - 2.80008, 1e-3
    p, grid = _pair(r), h * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [0, 0]])
    m, s = 2.7679975 + 1.118 * d + dm + grid[:, 0], 1.0443112 - 0.145 * d + ds + grid[:, 1]
    left, right, down, up, both, neither, here = _values("reverse_kl", p, m, s)
    mixed = (both + neither + 2 * here - left - right - down - up) / (2 * h**2)
    hessian = np.array([[left + right - 2 * here, 0], [0, down + up - 2 * here]]) / h**2 + mixed * np.eye(2)[::-1]
    wide = _values("reverse_kl", p, np.zeros(3), 2.6014954 + 0.708 * d + ds + h * np.array([-1, 0, 1]))
    return min(float(np.linalg.eigvalsh(hessian)[0]), float(wide @ [1, -2, 1]) / h**2)


gershgorin.control("1", lambda x: x.S(1), why="the curvature across if p were one Gaussian")
by_second_differences.control("1", lambda r, dm, ds: 1.0, why="the curvature across if p were one Gaussian")


def _fit_value(fit, r):
    p = symmetric_pair(r, 1.0)
    start = (0.0, 0.876 * p.std) if fit == "cover" else (0.9885 * r, 1.044)
    return projection.best_gaussian(p, "reverse_kl", starts=[start]).value


def declare_order(better: str, worse: str, r_from: str, r_to: str) -> None:
    """State and enclose that one fit's local optimum lies below the other's on a window of r."""
    side = "below" if better == "cover" else "above"
    statement = claim.statement(
        f"{better}_wins_{side}_the_jump",
        f"reverse KL: the least value near the {better} fit ≤ the least near the {worse} fit, r from {r_from} to {r_to}",
        claimed=partial(_fit_value, worse),
        relation="<=",
        domain=Domain(r=between(Fraction(r_from), Fraction(r_to))),
        symbolic=lambda x: _at_most(x, worse),
        assumptions="least values within 1e-4 of the fits, by both_fits_lie_in_convex_basins",
    )
    why = "the two values differ by 1e-5 of themselves on this window"

    @statement.enclosure(detects=1e-4, why=why)
    def by_balls(x):
        return _at_least(x, better)

    @statement.check(
        instances=lambda s: s.reals(float(r_from), float(r_to)),
        confirm=partial(_least_precisely, better),
        examples=102,
        detects=1e-4,
        why=why,
    )
    def by_descent(claimed, r):
        return Sides(_fit("reverse_kl", r, better)[2], claimed(r), observed_error=1e-11, claimed_error=1e-11)

    by_balls.control("2e-5 lower", lambda x: _at_most(x, worse) - x.Rational(2, 10**5), why="the jump 3e-5 further on")
    by_descent.control("2e-5 lower", lambda r: _fit_value(worse, r) - 2e-5, why="the jump 3e-5 further on")


def _least_precisely(fit, r):
    return _precise_value("reverse_kl", _pair(r), *_fit("reverse_kl", r, fit)[:2])


declare_order("cover", "mode", "2.80006", "2.80007")
declare_order("mode", "cover", "2.80009", "2.8001")

# --- the jumps --------------------------------------------------------------------------------------------------------

JUMPS = {
    "nonsaturating": "2.379548",
    "reverse_kl": "2.800082",
    "alpha 0.25": "3.328168",
    "js": "4.244711",
    "hellinger2": "4.741417",
}


def _about(centre):
    """Separations on both sides of `centre`, 5 % to 3e-7 away."""
    return lambda s: s.tuples(s.one_of((-1, 1)), s.reals(1.3, 6.5)).map(lambda t: centre * (1 + t[0] * 10 ** -t[1]))


def _winner(name, r, value):
    """1 where the fit on a mode is better, -1 where the covering one is."""
    cover, mode = (value(name, _pair(r), *_fit(name, r, fit)[:2]) for fit in ("cover", "mode"))
    return float(np.sign(float(cover - mode)))


def declare_jump(name: str, digits: str) -> None:
    """State where the best Gaussian gives up a mode: on either side, however near, the values of both fits decide."""
    kind, *a = name.split()
    statement = claim.statement(
        f"{name.replace(' ', '_')}_jumps",
        f"{_named(name).symbol}: the best Gaussian covers both modes for r < {digits} and sits on one for r > {digits}",
        claimed=partial(ladder.jump, kind, a=float(a[0]) if a else None),
    )

    @statement.check(
        instances=_about(float(digits)),
        confirm=lambda r: np.array([_winner(name, r, _precise_value), float(digits)]),
        examples=110,
    )
    def by_descent(claimed, r):
        observed = np.array([_winner(name, r, lambda *fit: _values(*fit)[0]), float(digits)])
        return Sides(observed, np.array([np.sign(r - claimed()), np.round(claimed(), 6)]))

    by_descent.control("1e-5 further", lambda: float(digits) * (1 + 1e-5), why="the sixth digit")


for name in JUMPS:
    declare_jump(name, JUMPS[name])

never = claim.statement(
    "forward_kl_never_jumps",
    "under KL(p‖q) the best Gaussian covers both modes at every r",
    claimed=partial(ladder.jump, "kl"),
    infinite=True,
)


def _given_up(r, tolerance=1e-3):
    """r where a descent that starts on a mode stays there, else ∞."""
    return math.inf if abs(_descend("kl", _pair(r), r, 1.02)[0]) < tolerance else r


@never.check(instances=lambda s: s.reals(0.5, 6.0), confirm=_given_up, examples=110)
def from_one_mode(claimed, r):
    return Sides(_given_up(r), claimed())


from_one_mode.control("reverse KL's", partial(ladder.jump, "reverse_kl"), why="KL with its arguments exchanged")

# --- for two modes of any weights and widths ---------------------------------------------------------------------------

SEARCHED = ("kl", "reverse_kl", "nonsaturating", "js", "hellinger2", "jeffrey", "alpha 0.3", "alpha 0.8")

best = claim.statement(
    "best_gaussian_is_the_least",
    "arg-min of D(p, N(m,σ²)) over m and σ, and its value, for two modes of unequal weight and width",
    claimed=lambda name, p: _best(name, p),
)


def _best(name, p):
    """Mean, width and value from theory.projection."""
    kind, *a = name.split()
    found = projection.best_gaussian(p, kind, a=float(a[0]) if a else None)
    return np.array([found.mean, found.std, found.value])


def _searched(s):
    """A divergence and two modes."""
    return s.tuples(s.one_of(SEARCHED), _laws(s))


def _least(name, law):
    """The best of the descents from both modes and from between them, and how far the next one is."""
    mean = float(np.dot(law.weights, law.means))
    std = math.sqrt(float(np.dot(law.weights, np.square(law.stds) + np.square(np.subtract(law.means, mean)))))
    starts = [(mean, 0.9 * std), *zip(law.means, law.stds, strict=True)]
    fits = sorted((_descend(name, law, *start) for start in starts), key=lambda fit: fit[2])
    others = [fit[2] for fit in fits if abs(fit[0] - fits[0][0]) > 1e-3]
    return np.array(fits[0]), min(others, default=math.inf) - fits[0][2]


def _least_fit_precisely(instance):
    (m, s, _), _ = _least(*instance)
    return np.array([m, s, float(_precise_value(instance[0], instance[1], m, s))])


@best.check(instances=_searched, confirm=_least_fit_precisely, resolution=1e-6, examples=110)
def by_descents(claimed, instance):
    name, law = instance
    found, margin = _least(name, law)
    error = np.array([1e-7, 1e-7, 1e-11]) if margin > 1e-6 else 1.0  # a tie: either may be called the best
    value = claimed(name, law.mixture())
    return Sides(found, value, observed_error=error, scale=np.array([1.0, 1.0, found[2]]))


by_descents.control(
    "moments", lambda name, p: np.array([p.mean, p.std, _best(name, p)[2]]), why="right for forward KL only"
)

# --- figure -----------------------------------------------------------------------------------------------------------

DRAWN = ("nonsaturating", "reverse_kl", "js", "hellinger2", "kl")


@claim.curves
def ladders():
    """The jump of each divergence and over α, and under reverse KL the values of both fits; beside descents of our own."""
    few, alphas = np.arange(1.25, 6.0, 0.5), np.linspace(0.0, 0.84, 13)
    data = {"few": few, "alpha": alphas, "few_alphas": np.array([0.1, 0.3, 0.5]), "v": np.linspace(2.45, 3.6, 24)}
    data["rungs"] = np.array([ladder.jump(name) for name in DRAWN])
    data["rungs_measured"] = np.array([[_gives_up(name, r) for r in few] for name in DRAWN])
    data["jumps"] = np.array([ladder.jump("alpha", a=float(v), tolerance=1e-4) for v in alphas])
    data["jumps_measured"] = np.array([_measured_jump(f"alpha {v}") for v in data["few_alphas"]])
    data["few_v"] = np.linspace(2.5, 3.5, 6)
    for fit in ("cover", "mode"):
        data[fit] = np.array([_fit_value(fit, r) for r in data["v"]])
        data[f"{fit}_measured"] = np.array([_fit("reverse_kl", r, fit)[2] for r in data["few_v"]])
    return data


def _gives_up(name, r):
    """Whether the fit on a mode is better, by descents of our own."""
    cover, mode = (_descend(name, _pair(r), m, s)[2] for m, s in ((0.0, 0.9 * math.hypot(r, 1)), (r, 1.02)))
    return mode < cover - 1e-9


def _measured_jump(name):
    low, high = 2.0, 8.0
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (low, middle) if _gives_up(name, middle) else (middle, high)
    return (low + high) / 2


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels

    data, end = saved["curves"], 6.0
    a, b, c = panels(figure, 3)
    butt = {"solid_capstyle": "butt"}
    for rung, (jump, gone) in enumerate(zip(data["rungs"], data["rungs_measured"], strict=True)):
        first = {} if rung else {"both": "covers both modes", "one": "sits on one", "dots": "our own descents"}
        a.plot(
            [1, min(jump, end)], [rung, rung], color=COLOUR["exact"], lw=5, alpha=0.45, label=first.get("both"), **butt
        )
        a.plot([min(jump, end), end], [rung, rung], color=COLOUR["network"], lw=5, label=first.get("one"), **butt)
        a.plot(data["few"][~gone], np.full((~gone).sum(), rung), "o", color="black", ms=2.5, label=first.get("dots"))
        a.plot(data["few"][gone], np.full(gone.sum(), rung), "^", color="black", ms=3)
    a.set_yticks(range(len(DRAWN)), [DIVERGENCES[name].symbol for name in DRAWN])
    a.set(xlabel="$r = a/s$", ylim=(-0.6, len(DRAWN) + 2.2), xlim=(1, end))
    a.legend(loc="upper left", labelspacing=0.2)
    alphas, jumps = np.append(data["alpha"], 1.0), np.append(data["jumps"], 1e3)
    b.fill_between(alphas, 2, jumps, color=COLOUR["exact"], alpha=0.25, lw=0)
    b.fill_between(alphas, jumps, 1e3, color=COLOUR["network"], alpha=0.45, lw=0)
    b.plot(data["alpha"], data["jumps"], color=COLOUR["data"])
    b.plot(data["few_alphas"], data["jumps_measured"], "o", color="black", ms=2.5)
    b.text(0.1, 12.0, "sits on one")
    b.text(0.36, 2.4, "covers both modes")
    b.set(xlabel="α  (0 reverse KL, ½ Hellinger, 1 KL)", ylabel="$r = a/s$", yscale="log", xlim=(0, 1), ylim=(2, 60))
    b.set_yticks([2, 3, 5, 10, 20, 50], ["2", "3", "5", "10", "20", "50"])
    b.minorticks_off()
    best = data["v"] <= data["rungs"][DRAWN.index("reverse_kl")]
    for fit, colour, label in (("cover", "exact", "covering fit"), ("mode", "network", "fit on a mode")):
        c.plot(data["v"], data[fit], "--", color=COLOUR[colour], lw=0.8)
        c.plot(data["v"][best], data[fit][best], color=COLOUR[colour], lw=1.6, label=label)
        c.plot(data["few_v"], data[f"{fit}_measured"], "o", color="black", ms=2.5)
        best = ~best
    c.set(xlabel="$r = a/s$", ylabel="KL(q‖p) at either fit, nats")
    c.legend(loc="upper left", title="solid: the better one", title_fontsize=7)
