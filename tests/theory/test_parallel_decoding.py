"""Steps of exact conditionals, against the law that they draw from, sequence by sequence."""

from itertools import pairwise, product

import numpy as np
import pytest

from theory import binary, parallel_decoding, total_correlation

TABLE = np.random.default_rng(6).dirichlet(np.full(24, 0.5)).reshape(2, 3, 4)


def chain(length, e):
    """The law of a chain of fair bits."""
    p = np.zeros((2,) * length)
    for x in product((0, 1), repeat=length):
        p[x] = 0.5 * np.prod([e if a != b else 1 - e for a, b in pairwise(x)])
    return p


def test_two_steps_by_the_law_that_they_draw_from():
    """KL(p‖q), q = p(x₂) p(x₁|x₂) p(x₃|x₂)."""
    q = TABLE.sum(2, keepdims=True) * TABLE.sum(0, keepdims=True) / TABLE.sum((0, 2), keepdims=True)
    assert parallel_decoding.cost(TABLE, [[1], [0, 2]]) == pytest.approx(np.sum(TABLE * np.log(TABLE / q)), rel=1e-10)
    assert parallel_decoding.cost(TABLE, [[1], [2, 0]]) == pytest.approx(np.sum(TABLE * np.log(TABLE / q)), rel=1e-10)


def test_one_at_a_time_is_free_and_all_at_once_is_the_total():
    """In any order."""
    assert parallel_decoding.cost(TABLE, [[2], [0], [1]]) == pytest.approx(0, abs=1e-14)
    assert parallel_decoding.cost(TABLE, [[2, 0, 1]]) == pytest.approx(total_correlation.total_correlation(TABLE))


def test_copies():
    """A table of four copies, three of them first; the last is then known."""
    p = np.zeros((2,) * 4)
    p[0, 0, 0, 0], p[1, 1, 1, 1] = 0.7, 0.3
    assert parallel_decoding.cost(p, [[0, 1, 2], [3]]) == pytest.approx(
        parallel_decoding.copies_cost(0.3, 3), rel=1e-12
    )
    assert parallel_decoding.contradiction(0.3, 3) == pytest.approx(1 - 0.3**3 - 0.7**3)
    assert parallel_decoding.contradiction([1e-20, 0.0, 1.0], 5) == pytest.approx([5e-20, 0, 0], rel=1e-12)
    assert parallel_decoding.contradiction(0.3, 1) == parallel_decoding.copies_cost(0.3, 1) == 0


@pytest.mark.parametrize("e", [0.0, 0.1, 0.47, 0.5, 0.9])
def test_chains(e):
    """Seven bits at once, and every second one first."""
    p = chain(7, e)
    at_once, first = parallel_decoding.chain_cost_at_once(7, e), parallel_decoding.chain_cost(4, e)
    assert parallel_decoding.cost(p, [list(range(7))]) == pytest.approx(at_once, rel=1e-9, abs=1e-14)
    assert parallel_decoding.cost(p, [[0, 2, 4, 6], [1, 3, 5]]) == pytest.approx(first, rel=1e-9, abs=1e-14)


def test_nearly_independent_bits():
    """ln 2 - h_b((1-c)/2) where it is ½c², and where series and logarithms meet."""
    assert parallel_decoding.chain_cost_at_once(2, 0.5 - 5e-9) == pytest.approx(0.5e-16, rel=1e-7)
    c = np.array([0.04, 0.0499, 0.0501, 0.9])
    exact = np.log(2) - binary.entropy((1 - c) / 2)
    assert parallel_decoding.chain_cost_at_once(2, (1 - c) / 2) == pytest.approx(exact, rel=1e-10)


BAD = [
    (lambda: parallel_decoding.cost([[0.5, 0.6]], [[0], [1]]), "table"),
    (lambda: parallel_decoding.cost(TABLE, [[0], [1]]), "groups"),
    (lambda: parallel_decoding.copies_cost(1.1, 2), "theta"),
    (lambda: parallel_decoding.contradiction(0.1, 0), "k"),
    (lambda: parallel_decoding.chain_cost(0, 0.1), "count"),
    (lambda: parallel_decoding.chain_cost_at_once(2, -0.1), "error"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Tables, groups and counts out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
