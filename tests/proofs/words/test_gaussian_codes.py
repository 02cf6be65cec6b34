"""What Gaussian codes save for their rate: balls hold the number, and over a box all its numbers."""

import numpy as np
import pytest
from flint import acb, arb, ctx
from scipy.stats import norm

from proofs.words import gaussian_codes
from proofs.words.gaussian_codes import saved_per_rate, saved_per_rate_by_variance


def by_hand(w: float, c: float, d: float) -> float:
    """From the definition, in double precision, to 1e-6."""
    v, g = c / (1 - c), 4 * d / (1 - d)

    x = np.linspace(-12, 12, 20001)
    z = np.unique([x, g + v**0.5 * x])
    a, b = w * norm.pdf(z, g, v**0.5), (1 - w) * norm.pdf(z)
    left = np.trapezoid(4 * a * b / np.maximum(a + b, 1e-300), z)
    rate = np.log(w * v + 1 - w + w * (1 - w) * g**2) / 2 - w * np.log(v) / 2
    return (4 * w * (1 - w) - left) / (2 * rate)


def ball(w: float, c: float | tuple[float, float], d: float | tuple[float, float]) -> arb:
    with ctx.workdps(30):
        letters = (arb(x) if isinstance(x, float) else arb(x[0]).union(arb(x[1])) for x in (w, c, d))
        return saved_per_rate.ball(*map(acb, letters)).real


@pytest.mark.parametrize("w", [0.1, 0.3])
def test_the_ball_of_a_code_holds_its_number(w: float) -> None:
    """Narrow or wide, near or far; where it is surely small, from 0 on."""
    draw = np.random.default_rng(3)
    for c, d in draw.uniform([0.2, 0.05], [0.9, 0.5], (12, 2)).tolist():
        number, found = by_hand(w, c, d), ball(w, c, d)
        assert found.lower() <= number + 1e-6
        assert found.upper() >= number - 1e-6
        assert found.rad() < 1e-3 or found.upper() < gaussian_codes.PLAIN + 1e-6


@pytest.mark.parametrize("w", [0.1, 0.3])
@pytest.mark.parametrize("size", [0.3, 0.02])
def test_the_ball_of_a_box_holds_all_its_numbers(w: float, size: float) -> None:
    """Wherever it lies: next to collapse, at the edges of all codes, about the best one."""
    draw = np.random.default_rng(5)
    for c, d in [(0.5 - size / 2, 0.0), (0.0, 0.1), (1 - size, 0.1), (0.65, 0.13), *draw.uniform(0, 1 - size, (8, 2))]:
        high = ball(w, (float(c), float(c + size)), (float(d), float(d + size))).upper()
        for at, far in draw.uniform([c, d], [c + size, d + size], (10, 2)).tolist():
            assert by_hand(w, at, far) <= high + 1e-6


def test_each_bound_holds_and_is_needed() -> None:
    """On small boxes each of the four bounds is above what is there, and somewhere the least of them."""
    draw, best = np.random.default_rng(7), set[str]()
    for c, d in draw.uniform([0.02, 0.0], [0.95, 0.8], (60, 2)).tolist():
        with ctx.workprec(gaussian_codes.BITS):
            corners = [(arb(x) / (1 - arb(x)), 4 * arb(y) / (1 - arb(y))) for x, y in ((c, d), (c + 0.01, d + 0.01))]
            box = gaussian_codes._Codes(arb(0.1), *corners)
            told = [gaussian_codes._code(arb(0.1), arb(x), arb(y)) for x in (c, c + 0.01) for y in (d, d + 0.01)]
            bounds = {"surely": gaussian_codes._surely(box), "by corners": gaussian_codes._by_corners(box, told)}
        most = max(by_hand(0.1, x, y) for x in (c, c + 0.01) for y in (d, d + 0.01))
        assert all(float(bound.upper()) >= most - 1e-6 for bound in bounds.values())
        best.add(min(bounds, key=lambda name: float(bounds[name].upper())))
    assert best == {"surely", "by corners"}


def by_differences(w: float, c: float) -> float:
    """saved_ρ/2R_ρ where the codes have one mean, from `by_hand`."""
    steps = np.array([1e-3, -1e-3])
    v = c / (1 - c) * np.exp(2 * steps)
    rates = np.log(w * v + 1 - w) / 2 - w * np.log(v) / 2
    saved = [2 * rate * by_hand(w, at / (1 + at), 0.0) for rate, at in zip(rates, v, strict=True)]
    return float(np.diff(saved)[0] / (2 * np.diff(rates)[0]))


@pytest.mark.parametrize("w", [0.1, 0.3])
@pytest.mark.parametrize("size", [0.0, 0.01, 0.2])
def test_balls_by_variance_hold_all_numbers_of_their_range(w: float, size: float) -> None:
    """One code, and ranges of them: far, narrow, about collapse."""
    for low in (0.001, 0.03, 0.2, 0.45, 0.497, 0.52, 0.64, 0.75, 0.79):
        with ctx.workdps(30):
            found = saved_per_rate_by_variance.ball(acb(arb(w)), acb(arb(low).union(arb(low + size)))).real
        for c in np.linspace(low, low + size, 9).tolist():
            if abs(c - 0.5) > 0.01:
                assert found.lower() - 1e-4 <= by_differences(w, c) <= found.upper() + 1e-4


def test_what_is_not_known_is_no_number() -> None:
    """A letter without bounds gives none."""
    with ctx.workdps(30):
        assert not saved_per_rate.ball(acb(arb(0.1)), acb(arb("inf")), acb(arb(0.5))).real.is_finite()
