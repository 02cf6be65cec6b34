"""What a claim cannot mean is refused where it is declared, by a message that says what was expected and what came."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from proofs.core import Agreement, Claim, Each, Mean, Positive, Root, Share, Trend, between, carried, over, sentence
from proofs.core.chain import written


def stated(claimed: Any = lambda b: b, **options: Any) -> Any:
    @Claim(topic="trade-offs").states(claimed, **options)
    def itself(b: Positive):
        """b = b"""
        yield b

    return itself


EXPERIMENT = {"rule": Share(0.5), "seeds": 4, "reason": "a half"}
PATH = carried(lambda w: w / (1 - w), 0, 1)
REFUSED: dict[str, Callable[[], Any]] = {
    "claimed": lambda: stated(2.0),
    "enclosed, over": lambda: stated(relation="<=", enclosed={"b": PATH}),
    "expected the relation": lambda: stated(enclosed=over(b=PATH)),
    "over: expected letters of b": lambda: stated(relation="<=", enclosed=over(c=PATH)),
    "factor: expected letters of b": lambda: stated(relation="<=", enclosed=over(b=PATH, factor=lambda c: 1 - c)),
    "contact: expected letters of b": lambda: stated(relation="<=", enclosed=over(b=PATH, contact={"c": 1})),
    "over 'b'": lambda: over(b=(0, 1)),  # type: ignore[arg-type]
    "detects: ": lambda: over(detects=-1),
    "low < high": lambda: carried(lambda w: w, 1, 0),
    "as path": lambda: carried(0, 0, 1),  # type: ignore[arg-type]
    "range of a letter": lambda: between(3, 1),
    "function as b": lambda: stated().wrong("two", b=2),
    "expected a formula in b, got a letter 'c'": lambda: stated().wrong("another letter", symbolic=lambda c: c),
    "on of a check": lambda: stated().check(lambda m, b: b, on=(1, 2)),
    "error of a check": lambda: stated().check(lambda m, b: b, on=lambda s: s.scales(1, 2), error=-1.0),
    "scale of a check": lambda: stated().check(lambda m, b: b, on=lambda s: s.scales(1, 2), scale=1.0),
    "detects of a check": lambda: stated().check(lambda m, b: b, on=lambda s: s.scales(1, 2), detects=0.0),
    "detects of an experiment": lambda: stated().experiment(**EXPERIMENT, detects=0),
    "effect of an experiment": lambda: stated().experiment(**EXPERIMENT, effect=1.5),
    "rule: ": lambda: stated().experiment(**EXPERIMENT | {"rule": 0.5}),
    "seeds and steps": lambda: stated().experiment(**EXPERIMENT | {"seeds": (8, (8, 0))}),
    "whole numbers": lambda: stated().experiment(**EXPERIMENT, steps=-3),
    "margin": lambda: Each(Agreement(0.0)),
    "threshold of a rule: expected a number between 0 and 1": lambda: Share(2.0),
    "direction.*>= or <=": lambda: Share(0.5, ">"),
    "range of a rule": lambda: Mean(0.5, (1.0, 0.0)),
    "threshold of a rule: expected a number between 0.0 and 1.0": lambda: Mean(2.0, (0.0, 1.0)),
    "grid": lambda: Trend((1.0,), factor=0.5),
    "falls or rises": lambda: Trend((1.0, 2.0), "down", factor=0.5),
    "references": lambda: Claim(topic="trade-offs", references="lucas2019"),  # type: ignore[arg-type]
    "sentence of a reading": lambda: Claim(topic="trade-offs").reads("a sentence", "its meaning"),  # type: ignore[arg-type]
    "source of a sentence": lambda: sentence(lambda: None),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_meant_is_refused_at_the_door(message: str) -> None:
    """The error names the argument, what was expected and what came."""
    with pytest.raises(ValueError, match=message) as error:
        REFUSED[message]()
    assert "expected" in str(error.value)
    assert "got" in str(error.value)


@pytest.mark.parametrize(
    "said", ["integrate", None, ("a reason", "b"), ("a reason", None), ("a", "b", "c"), Root(sp.E), [1]]
)
def test_only_expressions_are_yielded(said: Any) -> None:
    """A reason without its expression, nothing, or a text in place of a formula is no link, first or later."""

    def first():
        yield said
        yield "again", sp.E

    def later():
        yield sp.E
        yield said

    for body in (later, *([] if isinstance(said, Root) else [first])):
        with pytest.raises(ValueError, match="yield: expected an expression"):
            written(body, {})


def test_a_root_needs_its_residual() -> None:
    """What is said to solve an equation says which one."""

    def body():
        yield Root(sp.E)

    with pytest.raises(ValueError, match="residual"):
        written(body, {})
