"""Total variation of packs: published examples, brute force, and the range over random pairs."""

from itertools import product

import numpy as np
import pytest

from theory import packing


def test_published_examples():
    """U[0.2, 1] and the tilted law against U[0, 1]: 0.2 alone, 0.36 and 0.24 in pairs, 0.488 and 0.284 in threes."""
    drop, tilt = ([0.2, 0.8], [0.0, 1.0]), ([0.5, 0.5], [0.3, 0.7])
    assert [packing.pack_tv(*drop, m) for m in (1, 2, 3)] == pytest.approx([0.2, 0.36, 0.488])
    assert [packing.pack_tv(*tilt, m) for m in (1, 2, 3)] == pytest.approx([0.2, 0.24, 0.284])


def test_pack_tv_pack_by_pack():
    """The sum over all packs, one by one."""
    p, q = np.array([0.2, 0.5, 0.3]), np.array([0.4, 0.1, 0.5])
    twin = sum(abs(np.prod(p[list(i)]) - np.prod(q[list(i)])) for i in product(range(3), repeat=4)) / 2
    assert packing.pack_tv(p, q, 4) == pytest.approx(twin, rel=1e-12, abs=0)


def test_coins_by_counting_heads():
    """Packs of coins need only the number of heads."""
    for size in (1, 2, 5):
        twin = [packing.pack_tv([a, 1 - a], [a + 0.3, 0.7 - a], size) for a in (0.0, 0.25, 0.7)]
        np.testing.assert_allclose(packing.binary_pack_tv([0.0, 0.25, 0.7], 0.3, size), twin, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("tau", [0.07, 0.4, 0.8])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_least_is_the_least_over_coins(tau, size):
    """No coin on a fine grid is lower, and the nearest comes close; dropping is the highest."""
    grid = packing.binary_pack_tv(np.linspace(0, 1 - tau, 4001), tau, size)
    least = packing.least_pack_tv(tau, size)
    assert grid.min() >= least - 1e-14
    assert grid.min() == pytest.approx(least, rel=1e-3, abs=0)
    assert grid.max() <= packing.largest_pack_tv(tau, size) + 1e-14
    assert packing.largest_pack_tv(tau, size) == pytest.approx(grid[0], rel=1e-12, abs=0)


def test_even_packs_are_hardest_in_the_middle():
    """α = (1-τ)/2 for even m; for m = 3 another coin is harder."""
    middle = lambda m: float(packing.binary_pack_tv(0.4, 0.2, m))  # noqa: E731
    assert packing.least_pack_tv(0.2, 2) == pytest.approx(0.2)
    assert packing.least_pack_tv(0.2, 4) == pytest.approx(middle(4))
    assert packing.least_pack_tv(0.2, 3) < middle(3) - 0.03


def test_random_pairs_stay_in_the_range():
    """Laws on four cells with TV = τ never leave it."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        p, q = rng.dirichlet(np.full(4, 0.5), size=2)
        tau = packing.pack_tv(p, q, 1)
        for size in (2, 3, 4):
            tv = packing.pack_tv(p, q, size)
            assert packing.least_pack_tv(tau, size) - 1e-12 <= tv <= packing.largest_pack_tv(tau, size) + 1e-12


BAD = [
    (lambda: packing.pack_tv([0.5, 0.6], [0.5, 0.5], 2), "p"),
    (lambda: packing.pack_tv([0.5, 0.5], [1.0], 2), "q"),
    (lambda: packing.pack_tv([1.0], [1.0], 0), "size"),
    (lambda: packing.binary_pack_tv(0.9, 0.2, 2), "alpha"),
    (lambda: packing.binary_pack_tv(0.1, 1.2, 2), "tau"),
    (lambda: packing.least_pack_tv(0.0, 2), "tau"),
    (lambda: packing.largest_pack_tv(1.0, 2), "tau"),
    (lambda: packing.largest_pack_tv(0.5, 0), "size"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Laws and pack sizes that do not fit are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
