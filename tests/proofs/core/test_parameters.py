"""Parameters of a figure: what they are, what they take, what they refuse, and whom they belong to."""

from typing import Annotated, Any

import numpy as np
import pytest

from proofs.core import Agreement, Claim, Real, between, integers, one_of
from proofs.core.parameters import Parameter, moved, said, taken
from theory.validation.inputs import reject


def claim_of(*, default: float = 3.0) -> Claim:
    claim = Claim(topic="trade-offs", id="own")

    @claim.states(lambda a: a)
    def itself(a: Real):
        """a"""

    @itself.experiment(rule=Agreement(0.1, "of it"), seeds=(8, 16), steps=(10, 20), reason="none")
    def networks(run, *, hidden=32, a=3.0):
        return {"a": np.full(len(run.seeds), a * hidden * run.steps)}

    @claim.curves
    def curves(*, a=3.0, names: Annotated[tuple[str, ...], one_of("js", "kl")] = ("js",)):
        return {"a": np.array([a])}

    @claim.figure("It is itself")
    def draw(saved, panels, *, a=default, w: Annotated[float, between(0, 1)] = 0.5, counts=(1, 2)):
        return f"{a}"

    return claim


def test_a_claim_has_the_parameters_of_its_functions() -> None:
    """Each keyword-only one with a default once, with all that it belongs to; and the budget of what trains."""
    found = claim_of().parameters
    assert {name: (one.default, one.of) for name, one in found.items()} == {
        "a": (3.0, ("figure", "curves", "networks")), "w": (0.5, ("figure",)), "counts": ((1, 2), ("figure",)),
        "names": (("js",), ("curves",)), "hidden": (32, ("networks",)), "seeds": (8, ("networks",)), "steps": (10, ("networks",)),
    }  # fmt: skip
    assert Claim(topic="trade-offs").parameters == {}


def test_one_name_has_one_default() -> None:
    """Two defaults of one name are refused, with the claim's name and where they stand."""
    with pytest.raises(ValueError, match=r"own, parameter a of curves: expected the default 2.0 .* of figure, got 3.0"):
        claim_of(default=2.0).parameters  # noqa: B018


@pytest.mark.parametrize("name", ["level", "seed", "width", "title", "labels", "palette", "results"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    """What else is said of a figure is no parameter."""
    with pytest.raises(ValueError, match="name of a parameter"):
        Parameter(name, 1.0)


@pytest.mark.parametrize("default", [None, True, (), (1, 2.0), {"a": 1}, 1j, np.ones(2), [1.0], ((1,),)])
def test_a_default_says_of_which_type_values_are(default: Any) -> None:
    """A number, an integer, a text, or a tuple of one of these; nothing else."""
    with pytest.raises(ValueError, match="default of a: expected a number, an integer, a text"):
        Parameter("a", default)


@pytest.mark.parametrize(
    ("default", "given", "text", "value"),
    [
        (3.0, 2, "2", 2.0), (3.0, np.float32(0.5), "0.5", 0.5), (3, np.int64(4), "4", 4), ("ring", "grid", "grid", "grid"),
        ((1.0, 2.0), [1, 0.5, 3], "1, 0.5,3", (1.0, 0.5, 3.0)), ((1.0,), 2.0, "2", (2.0,)), ((1, 2), np.array([3, 4]), "3,4", (3, 4)),
        (("js", "kl"), ["kl"], "kl", ("kl",)), (1e4, 2e5, "2e5", 2e5),
    ],
)  # fmt: skip
def test_a_value_is_read_as_it_is_given(default: Any, given: Any, text: str, value: Any) -> None:
    """From Python and from the command line alike."""
    one = Parameter("a", default)
    for found in (one.checked(given), one.read(text)):
        assert found == value
        assert type(found) is type(value)


@pytest.mark.parametrize(
    ("default", "given", "text"),
    [
        (3.0, "3", "x"), (3.0, float("nan"), "nan"), (3.0, float("inf"), "inf"), (3.0, True, ""), (3.0, [3.0], "3,4"), (3, 2.5, "2.5"),
        (3, True, "x"), ("a", 3, None), ((1.0, 2.0), [], ""), ((1.0, 2.0), [1.0, "x"], "1,x"), ((1, 2), [1.5], "1.5"), (3.0, None, "None"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(default: Any, given: Any, text: str | None) -> None:
    """By its name, with what was expected."""
    one = Parameter("a", default)
    with pytest.raises(ValueError, match=f"^a: expected {one.said}, got "):
        one.checked(given)
    if text is not None:
        with pytest.raises(ValueError, match=f"^a: expected {one.said}, got "):
            one.read(text)


@pytest.mark.parametrize(
    ("one", "within", "outside", "words"),
    [
        (Parameter("w", 0.5, between(0, 1)), 0.9, 1.0, "number in (0, 1)"),
        (Parameter("n", 3, integers(1, 4)), 4, 5, "integer from 1 to 4"),
        (Parameter("n", (3,), integers(1)), (1, 2), (1, 0), "integers ≥ 1, with commas between them"),
        (Parameter("d", "js", one_of("js", "kl")), "kl", "tv", "text js or kl"),
    ],
)
def test_a_range_is_kept_to(one: Parameter, within: Any, outside: Any, words: str) -> None:
    """That of letters, and one of some words."""
    assert one.said == words
    assert one.checked(within) == within
    with pytest.raises(ValueError, match="expected"):
        one.checked(outside)


def test_defaults_are_not_moved() -> None:
    """What is given at its default changes nothing; a budget is always a new one; an unknown name is refused with those there are."""
    claim = claim_of()
    assert moved(claim, {"a": 3, "w": 0.5, "counts": [1, 2]}) == {}
    assert moved(claim, {"a": 4, "seeds": 8}) == {"a": 4.0, "seeds": 8}
    with pytest.raises(ValueError, match=r"own: expected a parameter of its figure \(a = 3 \(number\), .*got 'b'"):
        moved(claim, {"b": 1})
    with pytest.raises(ValueError, match="did you mean 'hidden'"):
        moved(claim, {"hiden": 1})


def test_values_are_said_as_they_are_typed() -> None:
    """What is said below a figure can be typed again."""
    assert said({"a": 0.1 + 0.2, "n": 3, "ratios": (1.0, 0.5)}) == "a = 0.3, n = 3, ratios = 1,0.5"
    assert taken(lambda x, *, a=1: reject("a", "", x), {"a": 2, "b": 3}) == {"a": 2}
