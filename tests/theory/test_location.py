"""Mean, median and the Lp ladder, against quadrature, grids and a root finder on the definition."""

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from theory import location
from theory.mixture import GaussianMixture

P = GaussianMixture([0.55, 0.3, 0.15], [-1.3, 2.1, 4.0], stds=[0.4, 0.9, 0.2])
FULL = GaussianMixture(
    [0.7, 0.3], [[1.0, -2.0], [3.0, 0.5]], covs=[[[0.5, 0.2], [0.2, 0.4]], [[1.0, -0.3], [-0.3, 0.2]]]
)
POWERS = [1.0, 1.01, 1.5, 2.0, 2.7, 3.0, 6.0, 11.5, 32.0]


def expected(p, f, kinks=()):
    """E f(Y) at 18 digits by tanh-sinh quadrature, panel by panel."""
    with mp.workdps(18):
        terms = list(zip(p.weights.tolist(), p.means.tolist(), p.stds.tolist(), strict=True))
        edges = sorted({*kinks, *(m + k * s for _, m, s in terms for k in (-13, -5, 0, 5, 13))})
        density = lambda y: mp.fsum(w * mp.npdf(y, m, s) for w, m, s in terms)  # noqa: E731
        return float(mp.quad(lambda y: f(y) * density(y), edges))


def risk_by_components(p, c):
    """E|Y-c|² from components: Σ_k w_k (tr Σ_k + |μ_k-c|²)."""
    return sum(w * (np.trace(cov) + np.sum((m - c) ** 2)) for w, m, cov in zip(p.weights, p.means, p.covs, strict=True))


def test_squared_risk_by_quadrature():
    """E(Y-c)² is the variance plus the squared distance of c from the mean."""
    for c in (-2.0, 0.3, 5.0):
        assert location.squared_risk(P, c) == pytest.approx(expected(P, lambda y, c=c: (y - c) ** 2), rel=1e-13, abs=0)


def test_squared_risk_in_the_plane():
    """In D dimensions the variance is the trace of the covariance; predictions broadcast."""
    c = np.random.default_rng(2).normal(size=(4, 3, 2))
    twin = np.array([[risk_by_components(FULL, point) for point in row] for row in c])
    np.testing.assert_allclose(location.squared_risk(FULL, c), twin, rtol=1e-13)


def test_variance_splits_into_modes():
    """Within-mode plus between-mode variance is the variance, in one dimension and in two."""
    for p in (P, FULL):
        assert location.within_mode_var(p) + location.between_mode_var(p) == pytest.approx(
            np.sum(p.var), rel=1e-13, abs=0
        )
    assert location.within_mode_var(P) == pytest.approx(0.55 * 0.16 + 0.3 * 0.81 + 0.15 * 0.04, rel=1e-14, abs=0)


def test_conditional_risk_by_the_law_of_total_expectation():
    """E|Y-f(X)|² is the risk averaged over x; the conditional mean reaches the floor E Var(Y|X)."""
    laws = [P, GaussianMixture([1.0], [0.7], stds=[1.1])]
    predictions = np.array([0.2, -1.0])
    twin = 0.35 * expected(P, lambda y: (y - 0.2) ** 2) + 0.65 * (1.1**2 + 1.7**2)
    assert location.conditional_risk([0.35, 0.65], laws, predictions) == pytest.approx(twin, rel=1e-13, abs=0)
    floor = location.irreducible_risk([0.35, 0.65], laws)
    assert location.conditional_risk([0.35, 0.65], laws, [p.mean for p in laws]) == pytest.approx(
        floor, rel=1e-13, abs=0
    )
    assert floor == pytest.approx(0.35 * P.var + 0.65 * 1.21, rel=1e-13, abs=0)


def test_conditional_risk_in_the_plane():
    """Vector-valued Y: one prediction a row."""
    risk = location.conditional_risk([0.5, 0.5], [FULL, FULL], [[0.0, 1.0], [2.0, 2.0]])
    twin = (risk_by_components(FULL, np.array([0.0, 1.0])) + risk_by_components(FULL, np.array([2.0, 2.0]))) / 2
    assert risk == pytest.approx(twin, rel=1e-13, abs=0)


def test_absolute_risk_by_quadrature():
    """E|Y-c| in closed form is its integral, for an array of c."""
    c = np.array([-3.0, 0.1, 2.5])
    twin = [expected(P, lambda y, k=k: abs(y - k), kinks=[k]) for k in c.tolist()]
    np.testing.assert_allclose(location.absolute_risk(P, c), twin, rtol=1e-13)


@pytest.mark.parametrize("power", POWERS)
def test_lp_risk_by_quadrature(power):
    """E|Y-c|^p in closed form is its integral, for whole and broken powers."""
    twin = expected(P, lambda y: abs(y - 0.4) ** power, kinks=[0.4])
    assert location.lp_risk(P, 0.4, power) == pytest.approx(twin, rel=1e-11, abs=0)
    assert location.lp_risk(P, [0.4, 1.0], power).shape == (2,)


def test_risks_agree_where_they_meet():
    """The Lp risk at 1 and 2 is the absolute and the squared risk."""
    assert location.lp_risk(P, 0.8, 1.0) == pytest.approx(location.absolute_risk(P, 0.8), rel=1e-13, abs=0)
    assert location.lp_risk(P, 0.8, 2.0) == pytest.approx(location.squared_risk(P, 0.8), rel=1e-13, abs=0)


def test_median_halves_the_mass():
    """Half of the mass lies below the median, and no other c has a smaller absolute risk."""
    m = location.median(P)
    assert P.cdf(m) == pytest.approx(0.5, rel=1e-13, abs=0)
    c = np.linspace(-4, 5, 2001)
    assert location.absolute_risk(P, c).min() >= location.absolute_risk(P, m)


@pytest.mark.parametrize("power", POWERS)
def test_lp_minimiser_minimises(power):
    """A bounded scalar search on the risk finds no lower value; nearby points are higher on either side."""
    c = location.lp_minimiser(P, power)
    least = location.lp_risk(P, c, power)
    found = minimize_scalar(lambda x: float(location.lp_risk(P, x, power)), bounds=(-2, 5), method="bounded")
    assert found.fun >= least * (1 - 1e-13)
    assert c == pytest.approx(found.x, abs=1e-4)
    assert location.lp_risk(P, c - 1e-3, power) > least < location.lp_risk(P, c + 1e-3, power)


def test_ladder_meets_median_and_mean():
    """Power 2 gives the mean; powers near 1 approach the median."""
    assert location.lp_minimiser(P, 2.0) == pytest.approx(P.mean, rel=1e-13, abs=0)
    assert location.lp_minimiser(P, 1.0) == location.median(P)
    assert location.lp_minimiser(P, 1 + 1e-7) == pytest.approx(location.median(P), abs=1e-5)


@pytest.mark.parametrize("power", [1.0, 1.3, 4.5])
def test_lp_minimiser_moves_with_the_law(power):
    """Shifting, scaling and mirroring Y shift, scale and mirror the minimiser; components may be permuted."""
    c = location.lp_minimiser(P, power)
    moved = GaussianMixture(P.weights[::-1], P.means[::-1], stds=P.stds[::-1]).affine(-300, 7)
    assert location.lp_minimiser(moved, power) == pytest.approx(7 - 300 * c, rel=1e-12, abs=0)


def test_lp_minimiser_of_one_component_is_its_centre():
    """A single Gaussian has the same centre under every power."""
    one = GaussianMixture([1.0], [3.7], stds=[0.2])
    assert [location.lp_minimiser(one, q) for q in (1.0, 1.2, 2.0, 9.0)] == pytest.approx([3.7] * 4, rel=1e-14, abs=0)


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.83])
@pytest.mark.parametrize("power", [1.2, 2.0, 3.0, 40.0])
def test_two_point_ladder_by_bisection(weight, power):
    """The tanh is where the two pulls w(c+a)^{p-1} and (1-w)(a-c)^{p-1} balance."""
    with mp.workdps(30):
        pull = lambda c: weight * (c + 1.7) ** (power - 1) - (1 - weight) * (1.7 - c) ** (power - 1)  # noqa: E731
        twin = float(mp.findroot(pull, (-1.7, 1.7), solver="bisect", tol=1e-20, maxsteps=200, verify=False))
    assert location.two_point_lp_minimiser(1.7, weight, power) == pytest.approx(twin, rel=1e-11, abs=1e-14)


def test_two_point_ladder_has_the_stated_ends():
    """p → 1 the majority value, p = 2 the mean, p → ∞ the midrange; exchanging the points mirrors it."""
    ladder = location.two_point_lp_minimiser(2.0, 0.7, [1.001, 2.0, 1e9])
    np.testing.assert_allclose(ladder, [-2.0, 2.0 * (0.3 - 0.7), 0.0], atol=1e-8)
    assert location.two_point_lp_minimiser(2.0, 0.3, 1.8) == pytest.approx(
        -location.two_point_lp_minimiser(2.0, 0.7, 1.8)
    )


def test_narrow_pair_lands_on_the_ladder():
    """A pair of very narrow modes has the minimiser of its two points."""
    pair = GaussianMixture([0.7, 0.3], [-1.0, 1.0], stds=[1e-4, 1e-4])
    for power in (1.5, 3.0, 8.0):
        assert location.lp_minimiser(pair, power) == pytest.approx(
            float(location.two_point_lp_minimiser(1.0, 0.7, power)), abs=1e-7
        )


@pytest.mark.parametrize("weight", [0.6, 0.75, 0.95])
def test_far_median_is_approached_from_below(weight):
    """The median lies below its limit, by the stated first-order gap."""
    for ratio in (1.5, 2.0, 3.0):
        pair = GaussianMixture([weight, 1 - weight], [-ratio * 0.3, ratio * 0.3], stds=[0.3, 0.3])
        gap = (location.far_median(ratio * 0.3, 0.3, weight) - location.median(pair)) / 0.3
        first = float(location.far_median_gap(ratio, weight))
        assert gap > 0
        assert gap == pytest.approx(first, rel=10 * first, abs=1e-14)


def test_far_median_of_a_slight_majority():
    """Any majority counts: at w = 0.51 the limit is far out in the gap, and the gap to it far from small."""
    assert location.far_median(5.0, 1.0, 0.51) == pytest.approx(-5 + 2.0619, abs=1e-4)
    assert location.far_median_gap(5.0, 0.51) > 0


BAD = [
    (lambda: location.squared_risk(P, np.nan), "c"),
    (lambda: location.squared_risk(FULL, 1.0), "c"),
    (lambda: location.conditional_risk([0.5, 0.6], [P, P], [0, 0]), "x_weights"),
    (lambda: location.conditional_risk([0.5, 0.5], [P], [0, 0]), "conditionals"),
    (lambda: location.irreducible_risk([1.0], [P, P]), "conditionals"),
    (lambda: location.conditional_risk([1.0], [P], [0.0, 0.0]), "predictions"),
    (lambda: location.absolute_risk(FULL, 0.0), "p"),
    (lambda: location.lp_risk(FULL, 0.0, 2.0), "p"),
    (lambda: location.lp_risk(P, 0.0, 0.5), "power"),
    (lambda: location.median(FULL), "p"),
    (lambda: location.lp_minimiser(P, 0.99), "power"),
    (lambda: location.lp_minimiser(P, 33.0), "power"),
    (lambda: location.lp_minimiser(FULL, 3.0), "p"),
    (lambda: location.two_point_lp_minimiser(-1.0, 0.5, 2.0), "a"),
    (lambda: location.two_point_lp_minimiser(1.0, 1.0, 2.0), "weight"),
    (lambda: location.two_point_lp_minimiser(1.0, 0.5, 1.0), "power"),
    (lambda: location.far_median(1.0, 0.0, 0.7), "s"),
    (lambda: location.far_median(1.0, 1.0, 0.5), "weight"),
    (lambda: location.far_median_gap(0.0, 0.7), "ratio"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Wrong shapes, weights, powers and dimensions are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_two_point_bound_holds_and_is_nearly_attained():
    """|arg-min| ≤ a |ln((1-w)/w)|/2(p-1), to 1e-6 at p = 1000; → 0."""
    for w in (0.1, 0.45, 0.8):
        least = np.abs(location.two_point_lp_minimiser(2.0, w, [1.5, 4.0, 1000.0]))
        bound = location.two_point_lp_bound(2.0, w, [1.5, 4.0, 1000.0])
        assert (least < bound).all()
        assert least[2] == pytest.approx(bound[2], rel=1e-6, abs=0)
