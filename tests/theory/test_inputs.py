"""Validation: what is wrong is named, what is right comes back as floats."""

import numpy as np
import pytest

from theory.estimate import Estimate
from theory.validation import inputs as valid


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: valid.array("means", []), "means"),
        (lambda: valid.array("means", ["a"]), "means"),
        (lambda: valid.array("means", [np.nan]), "means"),
        (lambda: valid.array("means", [[1.0]], ndim=1), "means"),
        (lambda: valid.points("x", [1.0, 2.0, 3.0], 2), "x"),
        (lambda: valid.points("x", 1.0, 2), "x"),
        (lambda: valid.numbers("x", [np.nan]), "x"),
        (lambda: valid.real("a", np.inf), "a"),
        (lambda: valid.real("a", "one"), "a"),
        (lambda: valid.positive("s", 0.0), "s"),
        (lambda: valid.nonnegative("s", -1e-300), "s"),
        (lambda: valid.between("u", 1.5, 0, 1), "u"),
        (lambda: valid.between("u", 1.0, 0, 1, open=True), "u"),
        (lambda: valid.integer("n", 2.0, 0), "n"),
        (lambda: valid.integer("n", True, 0), "n"),
        (lambda: valid.integer("n", 0, 1), "n"),
        (lambda: valid.choice("name", "KL", ["kl"]), "name"),
        (lambda: valid.weights("w", [0.5, -0.5, 1.0]), "w"),
        (lambda: valid.weights("w", [0.5, 0.5 + 2e-9]), "w"),
        (lambda: valid.weights("w", [[1.0]]), "w"),
        (lambda: valid.generator("rng", -1), "rng"),
        (lambda: valid.generator("rng", None), "rng"),
    ],
)
def test_bad_input_is_named(call, name):
    """A bad argument raises ValueError that begins with its name and says what was expected and what came."""
    with pytest.raises(ValueError, match=rf"^{name}: expected .*, got "):
        call()


def test_a_long_argument_is_shown_in_part():
    """What came is shown up to 200 characters, shorter things whole."""
    for length, shown in ((150, "'" + "x" * 150 + "'"), (300, "'" + "x" * 199 + "…")):
        with pytest.raises(ValueError, match="a real number") as caught:
            valid.real("a", "x" * length)
        assert str(caught.value).endswith("got " + shown)


def test_weights_within_1e_9_of_one_are_normalised():
    """Weights that sum to one within 1e-9 are accepted, zeros included, and returned with sum one."""
    w = valid.weights("w", [0.25, 0.75 + 9e-10, 0.0])
    assert abs(w.sum() - 1) < 1e-15
    assert w[2] == 0


def test_edges_of_intervals():
    """Closed intervals contain their ends, `nonnegative` contains zero, an integer may equal its least value."""
    assert valid.between("u", 0, 0, 1) == 0
    assert valid.between("u", 1, 0, 1) == 1
    assert valid.nonnegative("s", 0) == 0
    assert valid.integer("n", np.int64(3), 3) == 3


def test_a_seed_starts_the_generator_that_numpy_would():
    """A seed and the Generator it starts draw the same numbers; a Generator is used, not copied."""
    rng = np.random.default_rng(5)
    assert valid.generator("rng", rng) is rng
    assert valid.generator("rng", 5).random() == np.random.default_rng(5).random()


def test_estimate_is_its_value_unless_that_does_not_fit():
    """float() of an Estimate is its value, infinity included, but a finite value above 1e308 raises."""
    assert float(Estimate(2.0, 0.0, "exact")) == 2.0
    assert Estimate(2.0, 0.0, "exact").log_value == np.log(2.0)
    assert Estimate(0.5, 0.0, "exact").log_value == np.log(0.5)
    assert Estimate(0.0, 0.0, "exact").log_value == -np.inf
    assert float(Estimate(np.inf, 0.0, "exact", np.inf)) == np.inf
    with pytest.raises(OverflowError, match=r"1600\.0"):
        float(Estimate(np.inf, np.inf, "estimated", 1600.0))
