"""Values are told in words and numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.words.told import placed, told
from theory import GaussianMixture

PROGRAM = ("array(", "np.", "float64", "int64", "dtype", "{", "}", "'", "<", "True", "False", "None", "\n")


@dataclass(frozen=True)
class Point:
    x: float
    rows: np.ndarray


TOLD = [
    (np.float64(0.5), "0.5"),
    (np.int64(3), "3"),
    (np.bool_(True), "yes"),
    (None, "nothing"),
    (float("-inf"), "-∞"),
    (np.nan, "no number"),
    (Fraction(1, 3), "1/3"),
    (np.array([1.5, -2.0]), "(1.5, -2.0)"),
    (np.array(2.0), "2.0"),
    (np.array([[1, 2], [3, 4]]), "((1, 2), (3, 4))"),
    ((np.float64(1.0), (2, [np.array([3.0, 4.0])])), "(1.0, (2, (3.0, 4.0)))"),
    ({"a": np.float32(0.5), "b": (1, 2)}, "a = 0.5, b = (1, 2)"),
    (Point(1.0, np.arange(2)), "Point of x = 1.0, rows = (0, 1)"),
    (GaussianMixture([0.25, 0.75], [-1.0, 1.0], stds=[1.0, 2.0]), "a mixture of weights (0.25, 0.75), means (-1.0, 1.0), deviations (1.0, 2.0)"),
    (np.sin, "sin"),
    (object(), "a object"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "said"), TOLD, ids=lambda v: v if isinstance(v, str) else "")
def test_a_value_is_told(value: object, said: str) -> None:
    """Exactly, and in the words of no program."""
    assert told(value) == said
    assert not any(sign in said for sign in PROGRAM)


SCALARS = st.one_of(
    st.floats(), st.integers(), st.booleans(), st.none(),
    st.floats().map(np.float64), st.integers(-9, 9).map(np.int64),
    st.lists(st.floats(allow_nan=False), max_size=4).map(np.array),
)  # fmt: skip


@given(
    st.recursive(
        SCALARS,
        lambda inside: st.lists(inside, max_size=4).map(tuple) | st.dictionaries(st.sampled_from("abc"), inside),
    )
)
def test_whatever_is_nested_is_told_without_the_signs_of_a_program(value: object) -> None:
    """Mixtures of rows, mappings and numbers of any kind."""
    assert not any(sign in told(value) for sign in PROGRAM)
    assert not any(sign in told(value, 6) for sign in PROGRAM)


def test_long_rows_are_cut() -> None:
    """A hundred numbers are told by the first dozen and the last."""
    said = told(np.arange(100))
    assert said.count(",") == 13
    assert said.endswith("87 more, 99)")


@pytest.mark.parametrize("nest", [list, lambda row: {"w": row}, lambda row: (1.0, row)], ids=["row", "mapping", "pair"])
def test_a_counterexample_is_told_whole(nest: Callable[[list[float]], object]) -> None:
    """Each of a hundred entries, to every digit, however deep it lies."""
    entries = np.random.default_rng(0).random(100).tolist()
    said = told(nest(entries), most=inf)
    assert all(repr(entry) in said for entry in entries)


def test_parts_of_an_instance_have_names() -> None:
    """Where each has one; else the row itself."""
    assert placed((1.5, np.float64(2.0)), ["a", "s"]) == "a = 1.5, s = 2.0"
    assert placed((1.5, 2.0), ["instance"]) == "(1.5, 2.0)"
