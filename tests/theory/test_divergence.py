"""Laws of the divergences, with a textbook twin at 30 digits and proved enclosures."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tests.limited import printed
from theory import GaussianMixture, divergence, ring, symmetric_pair
from theory.numerics import integrands, rigorous

EPS = np.finfo(float).eps


def G(w, m, s):
    return GaussianMixture(w, m, stds=s)


def gaussian(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


PAIRS = {
    "plain": (G([0.2, 0.5, 0.3], [-3.0, 0.1, 4.0], [0.3, 1.0, 0.5]), G([0.6, 0.4], [-1.0, 3.0], [1.3, 2.0])),
    "scales 1e4": (G([0.3, 0.7], [0.0, 0.001], [1e-4, 1.0]), G([0.5, 0.5], [2e-4, -0.5], [2e-4, 1.2])),
    "40 sd": (G([0.3, 0.7], [0.0, 40.0], [1.0, 1.0]), G([0.6, 0.4], [0.0, 39.5], [1.1, 0.9])),
    "weight 1e-12": (gaussian(0.0, 1.0), G([1 - 1e-12, 1e-12], [0.0, 40.0], [1.0, 1e-3])),
    "narrow far": (G([0.5, 0.5], [40.0, 0.0], [1e-4, 1.0]), G([0.5, 0.5], [40 + 2e-5, 0.0], [1.1e-4, 1.0])),
}
# Textbook integrands; the twin of total variation is in closed form further below.
TWINS = {
    "kl": lambda p, q: p * np.log(p / q),
    "reverse_kl": lambda p, q: q * np.log(q / p),
    "js": lambda p, q: (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2,
    "jeffrey": lambda p, q: (p - q) * np.log(p / q),
    "hellinger2": lambda p, q: (np.sqrt(p) - np.sqrt(q)) ** 2 / 2,
    "pearson": lambda p, q: (p - q) ** 2 / q,
    "neyman": lambda p, q: (p - q) ** 2 / p,
    "nonsaturating": lambda p, q: q * np.log(q / p) - p * np.log(2 * p / (p + q)) - q * np.log(2 * q / (p + q)),
}
NAMES = [*TWINS, "tv"]


def twin(p, q, f):
    """∫ f(p, q) dx by 40 Gauss nodes on panels of half a deviation of every component, in 80-bit numbers."""
    x, w = np.polynomial.legendre.leggauss(40)
    steps = np.concatenate([np.arange(-12, 12.1, 0.5), [-37, -30, -24, -18, -15, 15, 18, 24, 30, 37]])
    knots = np.unique([m + s * steps for g in (p, q) for m, s in zip(g.means, g.stds, strict=True)])
    half = np.diff(knots).astype(np.longdouble)[:, None] / 2
    x = knots[:-1, None] + half * (1 + x)

    def density(g):
        parts = zip(*(a.astype(np.longdouble) for a in (g.weights / g.weights.sum(), g.means, g.stds)), strict=True)
        return sum(w / s * np.exp(-(((x - m) / s) ** 2) / 2) for w, m, s in parts) / np.sqrt(2 * np.longdouble(np.pi))

    return float((half * w * f(density(p), density(q))).sum())


@pytest.mark.parametrize("pair", ["plain", "scales 1e4", "40 sd", "narrow far"])
@pytest.mark.parametrize("name", TWINS)
def test_divergence_is_the_textbook_integral(pair, name):
    """Each divergence equals its textbook integral in longer arithmetic, to 1e-10 and to its own error."""
    p, q = PAIRS[pair]
    found = getattr(divergence, name)(p, q)
    if found.value == np.inf:
        return
    expected = twin(p, q, TWINS[name])
    assert abs(found.value - expected) <= 1e-10 * expected
    assert abs(found.value - expected) <= found.error + 1e-13 * expected
    assert found.error <= 1e-11 * expected


ENCLOSED = {
    "kl": PAIRS["plain"],
    "tv": PAIRS["plain"],
    "hellinger2": PAIRS["plain"],
    "pearson": PAIRS["plain"],
    "neyman": PAIRS["plain"][::-1],
    "reverse_kl": (gaussian(0.3, 1.0), gaussian(0.9, 1.0)),
    "js": (gaussian(0.3, 1.0), gaussian(0.9, 1.0)),
    "jeffrey": (gaussian(0.3, 1.0), gaussian(0.9, 1.0)),
    "nonsaturating": (gaussian(0.3, 1.0), gaussian(0.9, 1.0)),
}


@pytest.mark.parametrize("name", ENCLOSED)
def test_enclosures_hold_the_estimates(name):
    """A proved ball and the quadrature overlap, and the ball is no wider than 1e-14 of the value."""
    function = getattr(divergence, name)
    found, proved = function(*ENCLOSED[name]), function(*ENCLOSED[name], rigorous=True)
    assert proved.kind == "enclosed"
    assert proved.error < 1e-14 * proved.value
    assert abs(found.value - proved.value) <= found.error + proved.error


@pytest.mark.parametrize("name", ENCLOSED)
@pytest.mark.parametrize("span", [2, 4])
def test_enclosures_hold_what_lies_beyond_their_ends(name, span, monkeypatch):
    """With the ends drawn in to where tails matter, the balls grow, and still hold the value."""
    function = getattr(divergence, name)
    value = function(*ENCLOSED[name], rigorous=True).value
    monkeypatch.setattr(rigorous, "SPAN", span)
    proved = function(*ENCLOSED[name], rigorous=True)
    assert abs(value - proved.value) <= proved.error
    assert 1e-30 < proved.error < (4.0 if span == 2 else 0.1)


@pytest.mark.parametrize("name", ["kl", "hellinger2"])
def test_enclosures_hold_weights_of_1e_12(name):
    """Where a component of weight 1e-12 makes all the difference, the estimate of 1e-12 is right to 1e-8."""
    function = getattr(divergence, name)
    found, proved = (function(*PAIRS["weight 1e-12"], rigorous=r) for r in (False, True))
    assert abs(found.value - proved.value) <= found.error + proved.error
    assert found.value == pytest.approx(proved.value, rel=1e-8, abs=0)


def test_closed_forms_of_two_gaussians():
    """Every divergence between N(0.3, 0.7²) and N(-0.4, 0.9²) that has a closed form."""
    m, s, n, t = 0.3, 0.7, -0.4, 0.9
    p, q = gaussian(m, s), gaussian(n, t)
    kl = np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5
    back = np.log(s / t) + (t**2 + (m - n) ** 2) / (2 * s**2) - 0.5
    affinity = np.sqrt(2 * s * t / (s**2 + t**2)) * np.exp(-0.25 * (m - n) ** 2 / (s**2 + t**2))
    v = 2 * t**2 - s**2
    pearson = t**2 / (s * np.sqrt(v)) * np.exp((m - n) ** 2 / v) - 1
    for found, expected in (
        (divergence.kl(p, q), kl),
        (divergence.reverse_kl(p, q), back),
        (divergence.jeffrey(p, q), kl + back),
        (divergence.hellinger2(p, q), 1 - affinity),
        (divergence.pearson(p, q), pearson),
        (divergence.neyman(q, p), pearson),
        (divergence.alpha(p, q, 2), pearson / 2),
        (divergence.alpha(p, q, 1), kl),
        (divergence.alpha(p, q, 0), back),
        (divergence.alpha(p, q, 0.5), 4 * (1 - affinity)),
    ):
        assert found.value == pytest.approx(expected, rel=1e-11, abs=0)
        assert abs(found.value - expected) <= found.error + 1e-14


def test_total_variation_of_two_gaussians():
    """Equal widths: 2Φ(|μ-ν|/2s) - 1; unequal: |ΔF - ΔG| between the two crossings, roots of a quadratic."""
    assert divergence.tv(gaussian(1.0, 0.5), gaussian(1.7, 0.5)).value == pytest.approx(
        2 * ndtr(0.7) - 1, rel=1e-12, abs=0
    )
    m, s, n, t = 0.3, 0.7, -0.4, 0.9
    a = np.sort(
        np.roots([1 / t**2 - 1 / s**2, 2 * (m / s**2 - n / t**2), n**2 / t**2 - m**2 / s**2 - 2 * np.log(s / t)])
    )
    mass = np.diff(ndtr((a - m) / s)) - np.diff(ndtr((a - n) / t))
    assert divergence.tv(gaussian(m, s), gaussian(n, t)).value == pytest.approx(abs(mass[0]), rel=1e-11, abs=0)


@pytest.mark.parametrize("shift", [1e-2, 1e-4, 4.5e-7])
def test_nearly_equal_arguments_do_not_cancel(shift):
    """Gaussians δ apart: KL = δ²/2s² down to 1e-13, with JS, 2KL(m‖p) and Hellinger a quarter, half and quarter of it."""
    p, q = gaussian(0.3, 1.0), gaussian(0.3 + shift, 1.0)
    d = q.means[0] - p.means[0]
    kl = d**2 / 2
    rel = 1e-10 if kl > 1e-9 else 1e-8
    assert divergence.kl(p, q).value == pytest.approx(kl, rel=rel, abs=0)
    assert divergence.jeffrey(p, q).value == pytest.approx(2 * kl, rel=rel, abs=0)
    assert divergence.pearson(p, q).value == pytest.approx(np.expm1(d**2), rel=rel, abs=0)
    assert divergence.hellinger2(p, q).value == pytest.approx(-np.expm1(-(d**2) / 8), rel=rel, abs=0)
    # Beyond the leading order the relative change is O(δ²).
    assert divergence.js(p, q).value == pytest.approx(kl / 4, rel=rel + d**2, abs=0)
    assert divergence.nonsaturating(p, q).value == pytest.approx(kl / 2, rel=rel + d**2, abs=0)
    for a in (-1.5, 0.25, 0.7, 3.0):
        assert divergence.alpha(p, q, a).value == pytest.approx(
            np.expm1(-a * (1 - a) * d**2 / 2) / (-a * (1 - a)), rel=rel, abs=0
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_law_is_at_no_distance_from_itself(name):
    """D(p, p) = 0, also with components permuted or split in two, up to rounding that the error admits."""
    p = PAIRS["plain"][0]
    permuted = GaussianMixture(p.weights[::-1], p.means[::-1], stds=p.stds[::-1])
    split = G([0.2, 0.25, 0.25, 0.3], [-3.0, 0.1, 0.1, 4.0], [0.3, 1.0, 1.0, 0.5])
    for q in (p, permuted, split):
        found = getattr(divergence, name)(p, q)
        assert 0 <= found.value <= (1e-15 if name == "tv" else 1e-28)
        assert found.value <= found.error or found.value == 0


MIXTURES = st.builds(
    lambda w, m, s: GaussianMixture(np.array(w) / sum(w), m, stds=s),
    *[st.lists(e, min_size=3, max_size=3) for e in (st.integers(1, 9), st.integers(-40, 40), st.integers(1, 5))],
)


@settings(max_examples=25, database=None, deadline=None, derandomize=True)
@given(MIXTURES, MIXTURES)
def test_identities_between_divergences(p, q):
    """Jeffrey = KL + KL back; 2KL(m‖p) = KL back - 2 JS; JS, TV, Hellinger, Jeffrey are symmetric; order and bounds."""
    d = {name: getattr(divergence, name)(p, q) for name in NAMES}
    v = {name: e.value for name, e in d.items()}
    tolerance = 1e-11 * (1 + v["jeffrey"])
    assert v["jeffrey"] == pytest.approx(v["kl"] + v["reverse_kl"], abs=tolerance)
    assert v["nonsaturating"] == pytest.approx(v["reverse_kl"] - 2 * v["js"], abs=tolerance)
    for name in ("js", "tv", "hellinger2", "jeffrey"):
        assert getattr(divergence, name)(q, p).value == pytest.approx(v[name], rel=1e-11, abs=1e-14)
    assert divergence.pearson(q, p).value == pytest.approx(v["neyman"], rel=1e-10, abs=0)
    assert v["hellinger2"] <= v["tv"] * (1 + 1e-11) + 1e-14
    assert v["tv"] <= np.sqrt(v["hellinger2"] * (2 - v["hellinger2"])) * (1 + 1e-11) + 1e-14
    assert 2 * v["tv"] ** 2 <= v["kl"] * (1 + 1e-11) + 1e-14
    assert 0 <= v["js"] <= min(np.log(2), v["tv"] * np.log(2) * (1 + 1e-11) + 1e-14)
    assert v["hellinger2"] <= 1
    assert v["tv"] <= 1
    assert np.log1p(v["pearson"]) >= v["kl"] * (1 - 1e-11) - 1e-14


@pytest.mark.parametrize("a", [-1.0, -0.3, 0.2, 0.5, 1.7])
def test_alpha_exchanges_with_its_arguments(a):
    """D_a(p, q) = D_{1-a}(q, p), and the family is continuous at KL."""
    p, q = gaussian(0.3, 1.0), gaussian(1.0, 1.1)
    assert divergence.alpha(p, q, a).value == pytest.approx(divergence.alpha(q, p, 1 - a).value, rel=1e-12, abs=0)
    for limit, kl in ((0.0, divergence.reverse_kl), (1.0, divergence.kl)):
        near = divergence.alpha(p, q, limit + 1e-7).value
        assert near == pytest.approx(kl(p, q).value, rel=1e-6, abs=0)
        assert near != kl(p, q).value


@pytest.mark.parametrize("name", NAMES)
def test_shift_and_scale_do_not_matter(name):
    """D is the same after x → 3e5 + 1.7e-3 x in both arguments, to the rounding of the moved parameters."""
    p, q = PAIRS["plain"] if name != "neyman" else PAIRS["plain"][::-1]
    moved = [g.affine(1.7e-3, 3e2) for g in (p, q)]
    function = getattr(divergence, name)
    # Means near 300 are rounded to 3e-14, 1e-10 of the narrowest width 5e-4.
    assert function(*moved).value == pytest.approx(function(p, q).value, rel=1e-9, abs=0)


@pytest.mark.parametrize("name", NAMES)
def test_many_pairs_at_once_are_each_as_alone(name):
    """`many` agrees with one call a pair, in order, whatever the sizes beside it and however the batch is split."""
    rng = np.random.default_rng(1)
    sides = [[], []]
    for _ in range(300):
        for side in sides:
            k = rng.integers(1, 5)
            side.append(G(rng.dirichlet(np.ones(k)), 5 * rng.normal(size=k), np.exp(0.5 * rng.normal(size=k))))
    function = getattr(divergence, name)
    together = function.many(*sides)
    for i in (0, 7, 299):
        alone = function(sides[0][i], sides[1][i])
        assert together[i].value == pytest.approx(alone.value, rel=1e-12, abs=0) or together[i] == alone


def test_integrals_that_diverge_are_infinite():
    """∫p²/q between centred Gaussians is finite iff 2/s² > 1/t²."""
    assert divergence.pearson(gaussian(0.0, 1.0), gaussian(0.0, 0.70)).value == np.inf
    assert float(divergence.pearson(gaussian(0.0, 1.0), gaussian(0.0, 0.70))) == np.inf
    expected = 0.71**2 / np.sqrt(2 * 0.71**2 - 1) - 1
    assert divergence.pearson(gaussian(0.0, 1.0), gaussian(0.0, 0.71)).value == pytest.approx(
        expected, rel=1e-10, abs=0
    )
    assert divergence.neyman(gaussian(0.0, 0.70), gaussian(0.0, 1.0)).value == np.inf
    assert divergence.neyman(gaussian(0.0, 0.70), gaussian(0.0, 1.0), rigorous=True).value == np.inf


def test_a_tie_of_widths_is_broken_by_the_outermost_means():
    """a = -1/8, t = 3s: no curvature is left in the tails, and e^{Bx} must fall on both sides."""
    a, q = -0.125, gaussian(0.0, 3.0)
    around = G([0.5, 0.5], [-5.0, 5.0], [1.0, 1.0])
    assert divergence.alpha(gaussian(0.0, 1.0), q, a).value == np.inf
    assert divergence.alpha(gaussian(5.0, 1.0), q, a).value == np.inf
    assert divergence.alpha(gaussian(-5.0, 1.0), q, a).value == np.inf
    assert divergence.alpha(around, gaussian(6.0, 3.0), a).value == np.inf
    assert divergence.alpha(around, gaussian(-6.0, 3.0), a).value == np.inf
    found = divergence.alpha(around, q, a).value
    power = twin(around, q, lambda p, q: np.exp(a * np.log(p) + (1 - a) * np.log(q)))
    assert found == pytest.approx((1 - power) / (a * (1 - a)), rel=1e-10, abs=0)


def test_widest_component_decides_not_the_heaviest():
    """A component of q of weight 1e-12 that is wide enough makes ∫p²/q finite; p's widest makes it infinite."""
    p = gaussian(0.0, 1.0)
    assert divergence.pearson(p, G([1 - 1e-12, 1e-12], [0.0, 0.0], [0.5, 2.0])).value < np.inf
    assert divergence.pearson(p, gaussian(0.0, 0.5)).value == np.inf
    assert divergence.pearson(G([1 - 1e-12, 1e-12], [0.0, 0.0], [1.0, 3.0]), gaussian(0.0, 2.0)).value == np.inf


def test_a_finite_divergence_above_the_largest_float_has_a_logarithm():
    """∫p²/q = e^{d²} for unit Gaussians d = 40 apart: 1600 in `log_value`, OverflowError from float()."""
    found = divergence.pearson(gaussian(0.0, 1.0), gaussian(40.0, 1.0))
    assert found.log_value == pytest.approx(1600, rel=1e-13, abs=0)
    with pytest.raises(OverflowError):
        float(found)
    below = divergence.pearson(gaussian(0.0, 1.0), gaussian(26.0, 1.0))
    assert float(below) == pytest.approx(np.exp(676.0), rel=1e-11, abs=0)
    assert below.error <= 1e-9 * below.value


def test_far_modes_cost_kl_their_distance_squared():
    """KL(pair ‖ one mode) = r² - ln 2 and KL(one mode ‖ pair) = ln 2 for far modes (one half on each side)."""
    r = 38.0
    one = gaussian(r, 1.0)
    assert divergence.kl(symmetric_pair(r, 1.0), one).value == pytest.approx(r**2 - np.log(2), rel=1e-13, abs=0)
    assert divergence.reverse_kl(symmetric_pair(r, 1.0), one).value == pytest.approx(np.log(2), rel=1e-13, abs=0)
    assert divergence.js(symmetric_pair(r, 1.0), one).value == pytest.approx(
        0.5 * (0.5 * np.log(2) + 0.5 * np.log(2 / 3) + np.log(4 / 3)), rel=1e-13, abs=0
    )


def test_integrands_are_homogeneous_and_never_negative():
    """f(ln p - M, ln q - M) = e^{-M} f(ln p, ln q) ≥ 0 from far above to far below p = q, through the series too."""
    lp = np.full(200, -1.3)
    lq = lp + np.concatenate([-np.geomspace(1e-9, 50, 100), np.geomspace(1e-9, 50, 100)])
    for name in ("kl", "js", "jeffrey", "tv", "hellinger2", "nonsaturating"):
        f = getattr(integrands, name)
        L = lp - lq
        assert (f(lp, lq, L) >= 0).all()
        np.testing.assert_allclose(f(lp - 2, lq - 2, L), np.exp(-2) * f(lp, lq, L), rtol=1e-14)


@pytest.mark.parametrize("z", [-30.0, -0.51, -0.49, -1e-3, 1e-8, 0.49, 0.51, 20.0])
def test_remainder_of_the_exponential(z):
    """e^z - 1 - z at 30 digits, by series and by formula, to a few ε."""
    with mp.workdps(30):
        expected = float(2 * (mp.exp(z) - 1 - mp.mpf(z)))
    r = np.array([2.0])
    assert integrands.remainder(r, r * np.exp(z), np.array([z]))[0] == pytest.approx(expected, rel=2e-15, abs=0)


# In the plane.


def product(p, q):
    """The law of two independent coordinates."""
    means = [[a, b] for a in p.means for b in q.means]
    return GaussianMixture(np.outer(p.weights, q.weights).ravel(), means, stds=[[s, t] for s in p.stds for t in q.stds])


P1, Q1 = G([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0]), G([0.5, 0.5], [0.0, 2.0], [0.6, 1.2])
P2, Q2 = G([0.6, 0.4], [0.0, 4.0], [0.2, 1.0]), G([0.5, 0.5], [0.0, 3.0], [0.6, 1.2])


def test_plane_divergences_of_independent_coordinates():
    """KL adds, affinity 1-H² and 1+χ² multiply over independent coordinates, to 1e-6."""
    p, q = product(P1, P2), product(Q1, Q2)
    line = {n: [getattr(divergence, n)(*a).value for a in ((P1, Q1), (P2, Q2))] for n in NAMES}
    expected = {n: sum(line[n]) for n in ("kl", "reverse_kl", "jeffrey")}
    expected["hellinger2"] = 1 - np.prod(1 - np.array(line["hellinger2"]))
    expected["pearson"] = np.prod(1 + np.array(line["pearson"])) - 1
    for name, value in expected.items():
        found = getattr(divergence, name)(p, q)
        assert found.value == pytest.approx(value, rel=1e-7, abs=0)
        assert abs(found.value - value) <= found.error + 1e-12
    assert divergence.nonsaturating(p, q).value == pytest.approx(
        expected["reverse_kl"] - 2 * divergence.js(p, q).value, rel=1e-7, abs=0
    )


def test_plane_divergences_along_a_line():
    """Where p and q share an independent second coordinate, every divergence is that of the first, rotated too."""
    p, q, other = P1, Q1, gaussian(1.0, 0.05)
    c, s = np.cos(0.7), np.sin(0.7)
    R = np.array([[c, -s], [s, c]])
    turned = [product(g, other).affine(R) for g in (p, q)]
    for name in ("kl", "js", "tv", "pearson"):
        function = getattr(divergence, name)
        found, expected = function(*turned), function(p, q).value
        assert found.value == pytest.approx(expected, rel=1e-6, abs=0)
        assert abs(found.value - expected) <= found.error


def test_plane_divergence_of_a_ring():
    """KL(ring ‖ N(0, t²I)) = -H + ln 2πt² + E|x|²/2t² (H the entropy), for modes a hundred times narrower."""
    t, p = 0.7, ring(8, 1.0, 0.01)
    expected = -p.entropy().value + np.log(2 * np.pi * t**2) + (1 + 2e-4) / (2 * t**2)
    found = divergence.kl(p, GaussianMixture([1.0], [[0.0, 0.0]], stds=[t]))
    assert found.value == pytest.approx(expected, rel=1e-6, abs=0)


def test_plane_divergences_that_are_infinite():
    """Pearson in the plane is infinite as soon as one direction is: there 2/s² ≤ 1/t²."""
    p = GaussianMixture([1.0], [[0.0, 0.0]], stds=[[1.0, 1.0]])
    thin = GaussianMixture([1.0], [[0.0, 0.0]], covs=[[[2.0, 1.6], [1.6, 2.0]]])
    assert divergence.pearson(p, thin).value == np.inf
    assert divergence.neyman(thin, p).value == np.inf
    assert divergence.pearson(p, GaussianMixture([1.0], [[0.0, 0.0]], covs=[[[2.0, 1.4], [1.4, 2.0]]])).value < np.inf


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: divergence.kl(P1, product(P1, P2)), "q"),
        (lambda: divergence.kl(P1, [Q1]), "q"),
        (lambda: divergence.kl.many(P1, Q1), "ps"),
        (lambda: divergence.kl.many([P1], [Q1, Q2]), "ps, qs"),
        (lambda: divergence.kl.many([], []), "ps, qs"),
        (lambda: divergence.alpha(P1, Q1, np.inf), "a"),
        (lambda: divergence.kl(product(P1, P2), product(Q1, Q2), rigorous=True), "p"),
    ],
)
def test_bad_input_is_named(call, name):
    """A bad argument raises ValueError that begins with its name."""
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()


PLANES = {
    "flat": ("kl", "stds=[[1.0, 1e-6]]", "[[0.0, 0.0]]", (1e-12 - 1 - 2 * np.log(1e-6)) / 2),
    "far": ("js", "stds=[[1.0, 1.0]]", "[[1e6, 0.0]]", np.log(2)),
}


@pytest.mark.parametrize("case", PLANES)
def test_planes_of_any_shape_take_no_more(case) -> None:
    """Nearly flat, or a million deviations apart: the closed form, within a minute and 2 GB."""
    name, spread, means, exact = PLANES[case]
    code = f"""
from theory import GaussianMixture, divergence
p, q = GaussianMixture([1.0], {means}, {spread}), GaussianMixture([1.0], [[0.0, 0.0]], stds=[[1.0, 1.0]])
print(divergence.{name}(p, q).value)
"""
    assert float(printed(code, gigabytes=2)) == pytest.approx(exact, rel=1e-5)
