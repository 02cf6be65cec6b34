"""The near misses of the harness have the declared size, on every side that is false, and what does not notice them says so."""

from typing import Any

import pytest

from proofs.core import Claim, Positive
from proofs.core.comparison import Sides
from proofs.core.outcome import Outcome
from proofs.core.statement import Statement
from proofs.evidence.gather import gather
from proofs.evidence.kind import Conditions

SIGNS = {"==": "+-", "<=": "-", ">=": "+"}
"""What is claimed of an upper bound is false where it is less, of a lower bound where it is more."""
every_relation = pytest.mark.parametrize("relation", SIGNS)


def outcomes(relation: str, error: float, **options: Any) -> list[Outcome]:
    """A right statement, s = s, observed with so large an error, and its near misses."""
    names: dict[str, Any] = {"Positive": Positive}
    exec("def same(s: Positive):\n    's is itself'", names)
    names["same"].__module__ = __name__
    statement: Statement = Claim(topic="trade-offs").states(lambda s: 1.0 * s, relation=relation)(names["same"])
    evidence = statement.check(
        lambda m, s: (s * (1 + 0.1) / 1.1, s), name="seen", on=lambda s: s.scales(1e-8, 1e8), error=error, **options
    )
    return gather(evidence, Conditions()).outcomes


@every_relation
@pytest.mark.parametrize("eta", [1e-3, 1e-7])
def test_they_are_as_large_as_declared_on_every_false_side(relation: str, eta: float) -> None:
    """One control a side, by its name and by what it claims at its counterexample; and the smallest one is told."""
    main, *controls = outcomes(relation, 1e-13, detects=eta, why="as planted")
    assert main.outcome == "holds", main.detail
    assert [control.name for control in controls] == [f"seen: claimed × (1 {sign} {eta:g})" for sign in SIGNS[relation]]
    for control, sign in zip(controls, SIGNS[relation], strict=True):
        assert control.outcome == "rejected", control.detail
        assert control.claimed / control.observed - 1 == pytest.approx(eta if sign == "+" else -eta, rel=1e-4)
    assert main.detects is not None
    assert main.detects <= 1e-11


@every_relation
@pytest.mark.parametrize("error", [3e-9, 3e-6])
def test_one_within_the_tolerance_is_not_noticed(relation: str, error: float) -> None:
    """An error three times the declared one is tolerated: nothing may pass for having detected it."""
    main, *controls = outcomes(relation, error, resolution=1e-3, detects=error / 3, why="as planted")
    assert main.outcome == "holds", main.detail
    assert [control.outcome for control in controls] == ["inconclusive"] * len(SIGNS[relation])
    assert "is not noticed" in controls[0].detail


@pytest.mark.parametrize(("relation", "worse"), [("<=", 1.5), (">=", 0.5), ("==", 1.5), ("==", 0.5)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_entry_of_an_array_must_agree(relation: str, worse: float, place: int) -> None:
    """One that does not speaks against all."""
    observed = [1.0, 1.0, 1.0]
    assert Sides(observed, [1.0, 1.0, 1.0]).agree(relation)
    observed[place] = worse
    assert not Sides(observed, [1.0, 1.0, 1.0]).agree(relation)
