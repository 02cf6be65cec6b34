"""The Hilbert curve: its cells, its speed, its reach."""

import numpy as np
import pytest

from theory import hilbert


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_every_cell_is_visited_once_by_unit_steps(order):
    """The vertices are the 4ⁿ cell centres, consecutive ones are neighbours, the ends the lower corners."""
    c, side = hilbert.vertices(order), 2**order
    cells = (c * side - 0.5).round().astype(int)
    np.testing.assert_allclose((cells + 0.5) / side, c, atol=1e-15)
    assert len(set(map(tuple, cells))) == 4**order
    assert (np.abs(np.diff(cells, axis=0)).sum(axis=1) == 1).all()
    assert cells[0].tolist() == [0, 0]
    assert cells[-1].tolist() == [side - 1, 0]


def test_order_one_is_a_cup():
    """Up, right, down."""
    np.testing.assert_allclose(hilbert.vertices(1), [[0.25, 0.25], [0.25, 0.75], [0.75, 0.75], [0.75, 0.25]])


@pytest.mark.parametrize("order", [1, 3, 6])
def test_curve_runs_at_its_lipschitz_constant(order):
    """Nearby points are apart by at most L|t-s|, with equality along a straight piece."""
    t = np.sort(np.random.default_rng(order).uniform(size=2000))
    x, L = hilbert.curve(t, order), hilbert.lipschitz(order)
    assert (np.linalg.norm(np.diff(x, axis=0), axis=1) <= L * np.diff(t) * (1 + 1e-9) + 1e-15).all()
    piece = 1 / (4**order - 1)
    ends = hilbert.curve([3 * piece, 2 * piece], order)
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(L * piece, rel=1e-12, abs=0)
    np.testing.assert_allclose(hilbert.curve([0.0, 1.0], order), hilbert.vertices(order)[[0, -1]])


def test_lipschitz_constant_is_of_order_two_to_the_n():
    """(4ⁿ-1)/2ⁿ, tending to 2ⁿ."""
    assert hilbert.lipschitz(1) == 1.5
    assert hilbert.lipschitz(10) / 2**10 == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("order", [1, 4])
def test_every_point_is_near_the_curve(order):
    """No corner of a cell is further than 2⁻ⁿ/√2, and the square's corners are exactly that far."""
    x = np.random.default_rng(0).uniform(size=(3000, 2))
    c = hilbert.vertices(order)
    distance = np.linalg.norm(x[:, None] - c, axis=-1).min(1)
    assert distance.max() <= hilbert.covering_radius(order)
    assert np.linalg.norm(c - [0, 0], axis=1).min() == pytest.approx(hilbert.covering_radius(order), rel=1e-12, abs=0)


BAD = [
    (lambda: hilbert.vertices(-1), "order"),
    (lambda: hilbert.vertices(11), "order"),
    (lambda: hilbert.curve(1.1, 2), "t"),
    (lambda: hilbert.lipschitz(-1), "order"),
    (lambda: hilbert.covering_radius(1.5), "order"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Orders and times out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
