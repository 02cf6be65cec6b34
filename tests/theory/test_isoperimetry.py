"""Isoperimetric bounds: attained by the clipped line, respected by random Lipschitz generators."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from theory import isoperimetry as iso
from theory.mixture import GaussianMixture


def test_stated_numbers():
    """β_A = 0.9 and d/L = 2 leave 0.0995 outside, against 0.683 for equal masses."""
    assert iso.least_outside(0.9, 2.0) == pytest.approx(0.0995, abs=5e-5)
    assert iso.least_equal_outside(2.0) == pytest.approx(0.683, abs=5e-4)
    assert iso.least_equal_outside([0.0, 2.0]) == pytest.approx([0, 1 - 2 * ndtr(-1.0)], rel=1e-13, abs=0)


@pytest.mark.parametrize(("mass", "distance", "lipschitz"), [(0.3, 1.7, 0.9), (0.8, 0.5, 2.0)])
def test_clipped_line_attains_the_bound(mass, distance, lipschitz):
    """It is L-Lipschitz, gives A its mass and B the largest possible one."""
    z = np.linspace(-7, 7, 140001)
    x = iso.clipped_line(z, mass, distance, lipschitz)
    assert np.abs(np.diff(x)).max() <= lipschitz * (z[1] - z[0]) * (1 + 1e-9)
    assert ndtr(z[x <= 0].max()) == pytest.approx(mass, abs=1e-4)
    assert ndtr(-z[x >= distance].min()) == pytest.approx(
        float(iso.largest_second_mass(mass, distance / lipschitz)), abs=1e-4
    )
    assert (x.min(), x.max()) == (0, distance)


def test_random_generators_respect_two_and_three_sets():
    """Piecewise linear generators of slope at most L put no more into sets at distance d than allowed."""
    rng = np.random.default_rng(3)
    z = np.linspace(-6, 6, 24001)
    weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    for _ in range(200):
        x = np.cumsum(rng.uniform(-1, 1, 60)[np.minimum((z + 6) / 0.2, 59.9).astype(int)]) * (z[1] - z[0])
        d = rng.uniform(0.2, 1.5)
        cuts = np.quantile(x, [0.2, 0.6]) + np.array([0, rng.uniform(0, 0.3)])
        masses = [weight[x <= cuts[0]].sum(), weight[x >= cuts[0] + d].sum()]
        if min(masses) > 0:
            assert masses[1] <= iso.largest_second_mass(masses[0], d) + 1e-3
            assert iso.least_lipschitz(*masses, d) <= 1.01
        three = [weight[x <= cuts[0]].sum(), weight[(x >= cuts[0] + d) & (x <= cuts[1] + d)].sum()]
        three.append(weight[x >= cuts[1] + 2 * d].sum())
        if min(three) > 0:
            assert iso.enlarged_mass(three, d) <= 1 + 2e-3


def test_two_of_many_is_two():
    """The bound for K equal sets is the pair's at K = 2, and at it the enlarged masses fill everything."""
    assert iso.least_equal_outside_of_many(2, 1.3) == pytest.approx(
        float(iso.least_equal_outside(1.3)), rel=1e-13, abs=0
    )
    outside = float(iso.least_equal_outside_of_many(5, 1.3))
    assert iso.enlarged_mass(np.full(5, (1 - outside) / 5), 1.3) == pytest.approx(1, rel=1e-13, abs=0)


def test_least_lipschitz_inverts_the_bound():
    """At the least L the second mass is the largest possible; with nothing outside no L suffices."""
    second = iso.largest_second_mass(0.4, 1.7 / 0.6)
    assert iso.least_lipschitz(0.4, second, 1.7) == pytest.approx(0.6, rel=1e-12, abs=0)
    assert iso.least_lipschitz([0.5, 0.3], [0.5, 0.7], 1.0).tolist() == [np.inf, np.inf]


def test_slope_of_the_monotone_map():
    """φ/p∘map by differences on an unequal mixture; in the middle of a pair σ e^{m²/2σ²}."""
    p = GaussianMixture([0.3, 0.7], [-1.0, 1.5], stds=[0.4, 0.6])
    z, h = np.array([-1.2, -0.5, 0.3, 2.0]), 1e-5
    x = lambda y: np.array([float(p.ppf(ndtr(v))) for v in y])  # noqa: E731
    np.testing.assert_allclose(iso.monotone_slope(p, z), (x(z + h) - x(z - h)) / (2 * h), rtol=1e-6)
    pair = GaussianMixture([0.5, 0.5], [-1.2, 1.2], stds=[0.4, 0.4])
    assert iso.middle_slope(1.2, 0.4) == pytest.approx(0.4 * np.exp(4.5), rel=1e-14, abs=0)
    assert iso.monotone_slope(pair, 0.0) == pytest.approx(float(iso.middle_slope(1.2, 0.4)), rel=1e-9, abs=0)
    assert ndtri(0.5) == 0


BAD = [
    (lambda: iso.largest_second_mass(0.0, 1.0), "mass"),
    (lambda: iso.least_outside(0.5, -1.0), "ratio"),
    (lambda: iso.least_equal_outside(-1.0), "ratio"),
    (lambda: iso.enlarged_mass([0.5, 0.0], 1.0), "masses"),
    (lambda: iso.least_equal_outside_of_many(1, 1.0), "sets"),
    (lambda: iso.least_lipschitz(1.0, 0.1, 1.0), "mass_a"),
    (lambda: iso.least_lipschitz(0.6, 0.6, 1.0), "mass_a"),
    (lambda: iso.least_lipschitz(0.6, 0.2, 0.0), "distance"),
    (lambda: iso.clipped_line(0.0, 0.5, 1.0, 0.0), "lipschitz"),
    (lambda: iso.clipped_line(0.0, 0.5, 0.0, 1.0), "distance"),
    (lambda: iso.middle_slope(1.0, 0.0), "std"),
    (lambda: iso.monotone_slope(GaussianMixture([1.0], [0.0], stds=[1.0]), np.nan), "z"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Masses, distances and slopes out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
