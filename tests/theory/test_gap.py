"""What stands where the mean falls: closed forms against the densities of `theory.standard` and their modes."""

import numpy as np
import pytest

from theory import gap, ring, symmetric_pair


@pytest.mark.parametrize("r", [0.3, 1.0, 1.7, 4.0])
def test_centre_against_component_is_a_ratio_of_densities(r):
    """p(0)/p(a), whatever the unit."""
    p = symmetric_pair(2.5 * r, 2.5)
    np.testing.assert_allclose(gap.centre_against_component(r), p.pdf(0.0) / p.pdf(2.5 * r), rtol=1e-13)


def test_pair_turns_bimodal():
    """One mode just below a = s, two just above."""
    a = gap.bimodal_from(0.7)
    assert [len(symmetric_pair(float(a) * f, 0.7).modes()) for f in (0.999, 1.001)] == [1, 2]
    assert gap.greatest_curvature(1.0) == 0


def test_centre_ties_with_a_component():
    """p(0) = p(a) at 1.1040 s; T is the tribonacci constant."""
    a = float(gap.centre_ties_at(2.0))
    p = symmetric_pair(a, 2.0)
    assert a / 2 == pytest.approx(1.10397, abs=1e-5)
    np.testing.assert_allclose(p.pdf(0.0), p.pdf(a), rtol=1e-13)
    np.testing.assert_allclose(gap.TRIBONACCI**3, gap.TRIBONACCI**2 + gap.TRIBONACCI + 1, rtol=1e-14)


@pytest.mark.parametrize("modes", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("ratio", [0.5, 1.5, 3.0])
def test_ring_centre_lies_below_its_bound(modes, ratio):
    """p(0)/max p ≤ bound, the maximum taken over a fine grid."""
    p = ring(modes, ratio, 1.0)
    line = np.linspace(-0.1, ratio + 0.1, 4001)
    seen = p.pdf(np.zeros(2)) / p.pdf(np.stack([line, 0 * line], axis=1)).max()
    assert seen <= gap.ring_centre_bound(modes, ratio) * (1 + 1e-6)


def test_ring_turns_hollow():
    """The centre is a mode below √2 s and none above."""
    radius = float(gap.ring_hollow_from(0.3))
    assert [np.linalg.norm(ring(6, radius * f, 0.3).modes(), axis=1).min() < 1e-3 for f in (0.99, 1.01)] == [
        True,
        False,
    ]
    np.testing.assert_allclose(gap.ring_fourth_derivative(4, [0.0, np.pi / 4]), [-1, -2])
    np.testing.assert_allclose(gap.ring_fourth_derivative(7, [0.0, 0.3]), -1.5)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: gap.centre_against_component(0.0), "ratio"),
        (lambda: gap.bimodal_from(-1.0), "std"),
        (lambda: gap.ring_centre_bound(0, 1.0), "modes"),
        (lambda: gap.ring_fourth_derivative(3, 0.0), "modes"),
    ],
)
def test_bad_input_is_named(call, name):
    """ValueError names the argument."""
    with pytest.raises(ValueError, match=rf"^{name}: expected .*, got "):
        call()
