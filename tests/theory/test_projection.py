"""Laws of the best Gaussian: global, complete, stationary, on the right side of every jump."""

from functools import partial

import numpy as np
import pytest

from theory import GaussianMixture, divergence, symmetric_pair
from theory.numerics import tangents
from theory.projection import FAMILY, Descent, best_gaussian

P = GaussianMixture([0.2, 0.5, 0.3], [-3.0, 0.1, 4.0], stds=[0.3, 1.0, 0.5])
NAMES = ["kl", *FAMILY]


def gaussian(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def test_kl_matches_moments():
    """Under KL(p‖q) the best Gaussian has the mean and the variance of p, and is alone; a fixed width moves nothing."""
    free, fixed = best_gaussian(P, "kl"), best_gaussian(P, "kl", std=0.5)
    assert (free.mean, free.std) == (P.mean, P.std)
    assert (fixed.mean, fixed.std) == (P.mean, 0.5)
    assert len(free.minima) == 1
    assert free.value == divergence.kl(P, gaussian(P.mean, P.std)).value


@pytest.mark.parametrize("name", NAMES)
def test_every_minimum_is_lower_than_around_it(name):
    """D rises from each minimum in eight directions, to second order, and the values are those of the divergence."""
    function = getattr(divergence, name)
    found = best_gaussian(P, name)
    for at in found.minima:
        value = function(P, gaussian(at.mean, at.std)).value
        assert at.value == pytest.approx(value, rel=1e-12, abs=0)
        h = 1e-3
        for turn in np.arange(8) * np.pi / 4:
            m, s = at.mean + h * np.cos(turn) * at.std, at.std * np.exp(h * np.sin(turn))
            rise = function(P, gaussian(m, s)).value - value
            back = function(P, gaussian(2 * at.mean - m, at.std**2 / s)).value - value
            assert rise > 0
            # Stationary: what is odd in h is of third order.
            assert abs(rise - back) < 0.1 * (rise + back)


@pytest.mark.parametrize("name", NAMES)
def test_no_lattice_point_lies_below_the_global_minimum(name):
    """On a 40 × 30 lattice of means and widths no Gaussian is better than the first minimum; minima are ranked."""
    found = best_gaussian(P, name)
    m, s = (a.ravel() for a in np.meshgrid(np.linspace(-4, 5, 40), np.geomspace(0.2, 5, 30)))
    values = getattr(divergence, name).many([P] * len(m), [gaussian(*a) for a in zip(m, s, strict=True)])
    assert min(e.value for e in values) >= found.value
    assert found.value == pytest.approx(min(at.value for at in found.minima), rel=1e-11, abs=0)
    ranked = np.array([at.value for at in found.minima])
    assert (ranked[1:] >= ranked[:-1] * (1 - 1e-11)).all()
    assert (found.mean, found.std) == (found.minima[0].mean, found.minima[0].std)


@pytest.mark.parametrize(
    ("name", "jump"), [("reverse_kl", 2.80008), ("nonsaturating", 2.3794), ("js", 4.2453), ("hellinger2", 4.7418)]
)
def test_the_global_optimum_jumps_on_the_right_side(name, jump):
    """On the pair, off-centre, the best Gaussian covers both modes below the jump and sits on one above it."""
    for r, covers in ((jump - 2e-3, True), (jump + 2e-3, False)):
        p = GaussianMixture([0.5, 0.5], [3.0 - 0.7 * r, 3.0 + 0.7 * r], stds=[0.7, 0.7])
        found = best_gaussian(p, name)
        assert len(found.minima) == 3
        assert (abs(found.mean - 3.0) < 1e-6) is covers
        assert found.std > 1.2 if covers else found.std < 0.8
        single = [at for at in found.minima if abs(at.mean - 3.0) > 1]
        assert single[0].value == pytest.approx(single[1].value, rel=1e-11, abs=0)
        assert single[0].mean < single[1].mean


def test_the_covering_fit_under_reverse_kl_is_always_a_local_minimum():
    """From r = 1 to 8 the covering Gaussian stays among the minima."""
    for r in (1.0, 2.0, 5.0, 8.0):
        means = [at.mean for at in best_gaussian(symmetric_pair(r, 1.0), "reverse_kl").minima]
        assert min(abs(m) for m in means) < 1e-6


@pytest.mark.parametrize(("name", "fork"), [("js", 1.62624), ("reverse_kl", 1.46083), ("nonsaturating", 1.31268)])
def test_fixed_width_pitchforks(name, fork):
    """With the width fixed at s the single minimum at the centre splits in two at the r of CLAIMS.md."""
    for r, count in ((fork - 2e-3, 1), (fork + 2e-3, 2)):
        minima = best_gaussian(symmetric_pair(r, 1.0), name, std=1.0).minima
        assert len(minima) == count
        assert all(at.std == 1.0 for at in minima)
        assert sum(at.mean for at in minima) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_shift_scale_and_mirror(name):
    """Moving p by x → 5 - 2x moves every minimum with it and changes no value."""
    base = best_gaussian(P, name)
    other = best_gaussian(P.affine(-2, 5), name)
    assert len(base.minima) == len(other.minima)
    for a, b in zip(base.minima, other.minima, strict=True):
        assert b.mean == pytest.approx(5 - 2 * a.mean, abs=1e-7)
        assert b.std == pytest.approx(2 * a.std, rel=1e-7, abs=0)
        assert b.value == pytest.approx(a.value, rel=1e-10, abs=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_gaussian_is_its_own_projection(name):
    """The best Gaussian for a Gaussian is itself, at value 0."""
    found = best_gaussian(gaussian(0.3, 0.7), name)
    assert found.mean == pytest.approx(0.3, abs=1e-6)
    assert found.std == pytest.approx(0.7, rel=1e-6, abs=0)
    assert found.value < 1e-12


def test_alpha_agrees_with_its_members():
    """alpha at 0, ½ and 2 gives the minima of reverse KL, Hellinger and Pearson."""
    for a, name in ((0.0, "reverse_kl"), (0.5, "hellinger2"), (2.0, "pearson")):
        x, y = best_gaussian(P, "alpha", a=a), best_gaussian(P, name)
        assert x.mean == pytest.approx(y.mean, abs=1e-7)
        assert x.std == pytest.approx(y.std, rel=1e-7, abs=0)


@pytest.mark.parametrize("name", ["reverse_kl", "js", "jeffrey", "nonsaturating"])
def test_descents_know_their_slope_and_curvature(name):
    """Gradient and Hessian of D in (m/s, ln s) are its differences, away from any minimum."""
    descent = Descent(P, *FAMILY[name], (0.1, 20.0))
    m, s, h = 0.7, 1.6, 1e-3

    def value(a, b):
        return descent.at(np.array([m + s * a]), np.array([s * np.exp(b)]))[0][0]

    _, gradient, hessian = (x[0] for x in descent.at(np.array([m]), np.array([s])))
    slope = [(value(h, 0) - value(-h, 0)) / (2 * h), (value(0, h) - value(0, -h)) / (2 * h)]
    cross = (value(h, h) - value(h, -h) - value(-h, h) + value(-h, -h)) / (4 * h * h)
    bends = [
        (value(h, 0) - 2 * value(0, 0) + value(-h, 0)) / h**2,
        (value(0, h) - 2 * value(0, 0) + value(0, -h)) / h**2,
    ]
    np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.diag(hessian), bends, rtol=1e-4, atol=1e-6)
    assert hessian[0, 1] == hessian[1, 0]
    assert hessian[0, 1] == pytest.approx(cross, rel=1e-3, abs=1e-5)


TANGENTS = {name: (getattr(divergence, name).integrand, FAMILY[name][1]) for name in ("js", "jeffrey", "nonsaturating")}
TANGENTS |= {
    f"alpha {a}": (divergence.alpha_family(a).integrand, partial(tangents.alpha, a)) for a in (-1.0, 0.0, 0.3, 0.5)
}


@pytest.mark.parametrize("name", TANGENTS)
def test_tangents_are_derivatives_of_the_integrands(name):
    """∂f/∂ln q and ∂²f/∂(ln q)² are the central differences of f, up to the constant multiple of q that integrates away."""
    f, tangent = TANGENTS[name]
    lp, lq, h = np.full(9, -1.0), np.linspace(-4.0, 2.0, 9), 1e-4
    first, second = tangent(lp, lq)
    low, mid, high = (f(lp, lq + d, lp - lq - d) for d in (-h, 0.0, h))
    np.testing.assert_allclose(first, (high - low) / (2 * h), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(second, (high - 2 * mid + low) / h**2, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: best_gaussian(P, "tv"), "name"),
        (lambda: best_gaussian(None, "kl"), "p"),
        (lambda: best_gaussian(P, "alpha"), "a"),
        (lambda: best_gaussian(P, "js", a=1.0), "a"),
        (lambda: best_gaussian(P, "js", std=0.0), "std"),
        (lambda: best_gaussian(P, "pearson", std=0.5), "std"),
    ],
)
def test_bad_input_is_named(call, name):
    """A bad argument raises ValueError that begins with its name."""
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()
