"""Loss landscapes of n points against maximisation over the discriminator's values."""

from itertools import product
from math import factorial

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_expit

from theory import landscapes as ls

ASSIGNMENTS = [(0, 1, 2), (0, 0, 2), (1, 1, 1), (0, -1, 2), (-1, -1, -1), (1, 2, 0), (1, 0, -1), (2, 2, 1), (0, 0, 1)]


def maximised(n, terms, points):
    """The largest mean of ln σ over discriminator logits within ±25, by descent from several starts."""
    loss = lambda d: -sum(w * log_expit(term @ d) for w, term in terms)  # noqa: E731
    ends = [
        minimize(loss, s * np.linspace(-1, 1, points), bounds=[(-25, 25)] * points, tol=1e-14).fun for s in (0.0, 1.0)
    ]
    return -min(ends)


def place(y, i, n):
    """The row that picks D at fake i: a real point's, or one of its own."""
    return np.eye(2 * n)[y[i] if y[i] >= 0 else n + i]


@pytest.mark.parametrize("y", ASSIGNMENTS)
def test_fixed_pairs_by_maximisation(y):
    """The cycle count gives what a free discriminator can reach."""
    terms = [(1 / 3, np.eye(6)[i] - place(y, i, 3)) for i in range(3)]
    assert ls.fixed_pairs(y) == pytest.approx(maximised(3, terms, 6), abs=1e-6)


@pytest.mark.parametrize("y", ASSIGNMENTS)
def test_all_pairs_by_maximisation(y):
    """The same for all n² pairs."""
    terms = [(1 / 9, np.eye(6)[i] - place(y, j, 3)) for i in range(3) for j in range(3)]
    assert ls.all_pairs(y) == pytest.approx(maximised(3, terms, 6), abs=1e-6)


@pytest.mark.parametrize("y", ASSIGNMENTS)
def test_separable_by_maximisation(y):
    """(1/2n)[Σ ln D(x_i) + Σ ln(1-D(y_j))] maximised over D."""
    terms = [(1 / 6, np.eye(6)[i]) for i in range(3)] + [(1 / 6, -place(y, j, 3)) for j in range(3)]
    assert ls.separable(y) == pytest.approx(maximised(3, terms, 6), abs=1e-6)


def test_published_values_of_two_points():
    """n = 2: covered, collapsed, one astray, for each loss, and the barrier out of collapse."""
    collapsed, astray, covered = (0, 0), (0, -1), (0, 1)
    path = [collapsed, astray, covered]
    assert [ls.separable(y) for y in path] == pytest.approx(
        [(2 * np.log(2) - 3 * np.log(3)) / 4, -np.log(2) / 2, -np.log(2)]
    )
    assert ls.climb(ls.separable, path) == pytest.approx(0.1308, abs=5e-5)
    assert [ls.fixed_pairs(y) for y in path] == pytest.approx([-np.log(2) / 2, -np.log(2) / 2, -np.log(2)])
    assert ls.climb(ls.fixed_pairs, path) == 0
    assert [ls.all_pairs(y) for y in path] == pytest.approx([-np.log(2) / 2, -np.log(2) / 4, -np.log(2)])
    assert ls.climb(ls.all_pairs, path) == pytest.approx(0.1733, abs=5e-5)


@pytest.mark.parametrize("loss", [ls.separable, ls.fixed_pairs, ls.all_pairs])
def test_everything_covered_is_the_global_minimum(loss):
    """Over all assignments of three fakes none is below -ln 2, and only permutations reach it."""
    values = {y: loss(y) for y in product(range(-1, 3), repeat=3)}
    assert min(values.values()) == pytest.approx(-np.log(2))
    assert sum(v < -np.log(2) + 1e-9 for v in values.values()) == 6
    assert values[(-1, -1, -1)] == 0


def test_bad_minima_of_the_separable_loss():
    """Every assignment onto the points is a strict local minimum: moving any fake astray raises the loss."""
    onto = list(product(range(3), repeat=3))
    for y in onto:
        for j in range(3):
            moved = tuple(-1 if i == j else k for i, k in enumerate(y))
            assert ls.separable(moved) > ls.separable(y)
    assert ls.bad_minima(3) == sum(ls.separable(y) > -np.log(2) + 1e-9 for y in onto) == 27 - factorial(3)


@pytest.mark.parametrize("loss", [ls.separable, ls.all_pairs])
def test_order_of_points_does_not_matter(loss):
    """Renaming points, or fakes, changes nothing where they are not paired."""
    assert loss((0, 0, 2, 3)) == pytest.approx(loss((3, 1, 0, 3)))
    assert ls.fixed_pairs((1, 0, -1)) == pytest.approx(ls.fixed_pairs((-1, 2, 1)))


BAD = [
    (lambda: ls.separable([0, 2]), "assignment"),
    (lambda: ls.fixed_pairs([0.5, 0]), "assignment"),
    (lambda: ls.all_pairs([-2, 0]), "assignment"),
    (lambda: ls.separable([[0, 1]]), "assignment"),
    (lambda: ls.bad_minima(0), "n"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Points that do not exist are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
