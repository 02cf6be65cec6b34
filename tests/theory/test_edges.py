"""Edges and lines of uncertain position: means and medians against draws of the position, one by one."""

import numpy as np
import pytest
from scipy.integrate import quad

from theory import edges

POSITION, STD = 1.7, 0.6
T = np.array([-0.5, 1.2, 1.7, 2.3, 3.9])


def expect(event):
    """E event(U) by quadrature over U, split wherever a kink can be."""
    density = lambda u: np.exp(-((u - POSITION) ** 2) / (2 * STD**2)) / (STD * np.sqrt(2 * np.pi))  # noqa: E731
    return quad(lambda u: event(u) * density(u), POSITION - 9, POSITION + 9, limit=400, points=[*T, POSITION])[0]


def test_mean_edge_is_the_expected_step():
    """E 1[t ≥ U] by integration over U."""
    np.testing.assert_allclose(edges.mean_edge(T, POSITION, STD), [expect(lambda u, t=t: t >= u) for t in T], atol=1e-8)


def test_mean_edge_is_the_step_convolved():
    """Its slope is the density of U."""
    slope = (edges.mean_edge(T + 1e-5, POSITION, STD) - edges.mean_edge(T - 1e-5, POSITION, STD)) / 2e-5
    np.testing.assert_allclose(slope, np.exp(-((T - POSITION) ** 2) / 0.72) / (0.6 * np.sqrt(2 * np.pi)), rtol=1e-6)


def test_rise_spans_ten_to_ninety_percent():
    """The mean edge climbs from 10 % to 90 % over 2.5631σ."""
    half = edges.rise(STD) / 2
    np.testing.assert_allclose(edges.mean_edge(POSITION + np.array([-half, half]), POSITION, STD), [0.1, 0.9])
    assert edges.rise(1.0) == pytest.approx(2.5631, abs=5e-5)
    np.testing.assert_allclose(edges.mean_edge(POSITION + edges.rise(STD, 0.75) / 2, POSITION, STD), 0.75)


def test_median_edge_is_sharp():
    """The median of 1[t ≥ U] jumps at med U."""
    np.testing.assert_array_equal(edges.median_edge(T, POSITION), [0, 0, 1, 1, 1])
    np.testing.assert_array_equal(edges.median_edge(T, POSITION), edges.mean_edge(T, POSITION, STD) >= 0.5)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0])
def test_mean_line_is_the_probability_of_being_on(width):
    """P(|t-U| ≤ b/2) as a difference of two edges."""
    twin = edges.mean_edge(T + width / 2, POSITION, STD) - edges.mean_edge(T - width / 2, POSITION, STD)
    np.testing.assert_allclose(edges.mean_line(T, width, POSITION, STD), twin, atol=1e-15)


def test_far_line_keeps_its_digits():
    """Twelve deviations away the line's probability is still relatively exact, on both sides."""
    far = edges.mean_line([POSITION - 7.2, POSITION + 7.2], 0.3, POSITION, STD)
    density = lambda u: np.exp(-(u**2) / 0.72) / (0.6 * np.sqrt(2 * np.pi))  # noqa: E731
    np.testing.assert_allclose(far, quad(density, 7.05, 7.35, epsabs=0)[0], rtol=1e-11)


def test_thin_lines_vanish_from_the_median():
    """Just below 1.349σ the median is empty, just above it is not; what remains is narrower."""
    t = np.linspace(POSITION - 3, POSITION + 3, 60001)
    width = edges.vanishing_width(STD)
    assert width == pytest.approx(1.349 * STD, rel=1e-4, abs=0)
    assert edges.median_line(t, width * (1 - 1e-9), POSITION, STD).sum() == 0
    assert edges.median_line(t, width * (1 + 1e-6), POSITION, STD).sum() > 0
    kept = edges.median_line(t, 2 * width, POSITION, STD).sum() * 1e-4
    assert 0.7 * 2 * width < kept < 2 * width


TEMPLATE = np.array([0.0, 3.0, 1.0, -2.0, 0.5, 0.0, 0.0, 4.0])
SHIFTS = np.array([0.3, 0.25, 0.05, 0.0, 0.0, 0.0, 0.1, 0.3])


def test_mean_template_is_the_average_over_shifts():
    """E f(·-U) is the weighted sum of rolled templates, rolled to the right."""
    twin = sum(w * np.roll(TEMPLATE, j) for j, w in enumerate(SHIFTS))
    np.testing.assert_allclose(edges.mean_template(TEMPLATE, SHIFTS), twin, atol=1e-14)


def test_median_template_pixel_by_pixel():
    """At every pixel, at least half of the weight lies at or below the median, and at or above it."""
    rolled = np.array([np.roll(TEMPLATE, j) for j in range(8)])
    median = edges.median_template(TEMPLATE, SHIFTS)
    assert all(SHIFTS[rolled[:, i] <= median[i]].sum() >= 0.5 - 1e-12 for i in range(8))
    assert all(SHIFTS[rolled[:, i] >= median[i]].sum() >= 0.5 - 1e-12 for i in range(8))
    assert set(median) <= set(TEMPLATE)


def test_median_of_a_monotone_template_is_the_template_shifted():
    """Away from the seam, a rising template is only shifted by med U, not smeared."""
    ramp = np.arange(30.0) ** 2
    shifts = np.zeros(30)
    shifts[[1, 2, 5]] = [0.3, 0.3, 0.4]
    np.testing.assert_array_equal(edges.median_template(ramp, shifts)[6:], np.roll(ramp, 2)[6:])


def test_median_takes_the_lower_of_two():
    """With the weight split evenly the lower value is reported."""
    assert edges.median_template([0.0, 1.0], [0.5, 0.5]).tolist() == [0.0, 0.0]


BAD = [
    (lambda: edges.mean_edge(np.nan, 0.0, 1.0), "t"),
    (lambda: edges.mean_edge(0.0, np.inf, 1.0), "position"),
    (lambda: edges.mean_edge(0.0, 0.0, 0.0), "std"),
    (lambda: edges.median_edge(np.nan, 0.0), "t"),
    (lambda: edges.rise(1.0, 0.5), "fraction"),
    (lambda: edges.rise(-1.0), "std"),
    (lambda: edges.mean_line(0.0, 0.0, 0.0, 1.0), "width"),
    (lambda: edges.median_line(0.0, 1.0, 0.0, -1.0), "std"),
    (lambda: edges.vanishing_width(0.0), "std"),
    (lambda: edges.mean_template([1.0, 2.0], [1.0]), "shift_weights"),
    (lambda: edges.median_template([1.0, 2.0], [1.0]), "shift_weights"),
    (lambda: edges.mean_template([[1.0, 2.0]], [1.0]), "template"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Widths, deviations and weights that cannot be are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_median_of_a_monotone_template():
    """Half of all f(t-U) lie below f(t - med U), rising or falling."""
    u = POSITION + STD * np.random.default_rng(0).standard_normal(100_001)
    for f in (np.tanh, lambda age: -age):
        np.testing.assert_allclose(edges.median_shift(f, 2.0, POSITION), np.median(f(2.0 - u)), atol=0.02)
