"""Declarations: what cannot be meant is refused where it is written."""

import math

import numpy as np
import pytest

from proofs.core import Agreement, Claim, Mean, Positive, Real, Share, Slack, Trend, sentence
from proofs.core.verdict import of_claim


def stated(**options):
    """A statement about r and a slack, with a check."""

    def area(r: Positive, s: Slack):
        """r²"""

    statement = Claim(topic="trade-offs").states(lambda r: r * r, **options)(area)
    statement.check(lambda m, r: r * r, on=lambda s: s.reals(0.1, 1.0), name="seen")
    return statement


@pytest.mark.parametrize("at", ["q", "s", "r r", lambda q: q, lambda r, s: (r, s), lambda r, k=2: r])
def test_what_is_claimed_is_called_at_letters_of_the_statement(at):
    """A letter that is none, a slack, one that is named twice, or a parameter that is no letter."""
    with pytest.raises(ValueError, match="expected letters of r, each once"):
        stated(at=at)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"on": "seem", "claimed": lambda r: r}, "expected evidence of area, seen, got 'seem'"),
        ({"symbolic": lambda q: q}, "expected a formula in r, got a letter 'q'"),
        ({"symbolic": lambda pi: pi}, "expected a formula in r, got a letter 'pi'"),
        ({"s": lambda s: 2 * s}, "expected letters of r"),
        ({}, "expected a wrong letter, formula or function"),
    ],
)
def test_a_near_miss_is_of_letters_and_evidence_that_there_are(wrong, expected):
    """Any other would be put through nothing, or would be wrong for a reason that nobody gave."""
    with pytest.raises(ValueError, match=expected):
        stated().wrong("a miss", **wrong)


@pytest.mark.parametrize(
    "rule",
    [
        lambda: Share(0.0), lambda: Share(1.0), lambda: Share(0.5, "=>"), lambda: Agreement(math.inf), lambda: Agreement(0.0),
        lambda: Agreement(np.nan), lambda: Mean(0.0, (0.0, 1.0)), lambda: Mean(0.5, (0.0, 1.0), "≥"),
        lambda: Trend((1, 2, 3), "fall", factor=0.5), lambda: Trend((1, 2, 3), "falls", factor=0.95), lambda: Trend((1, 2, 3), "falls", factor=2.0),
        lambda: Trend((1, 2, 3), "rises", factor=0.5),
    ],
)  # fmt: skip
def test_no_rule_is_met_by_everything(rule):
    """A threshold at the edge of what there is decides nothing, and a direction has one spelling."""
    with pytest.raises(ValueError, match="expected"):
        rule()


def test_two_readings_of_one_name_are_broken():
    """The ruling on one would be taken for that on the other."""

    @sentence("a planted one")
    def said(r: Real):
        """It is so."""

    statement = stated()
    claim = Claim(topic="trade-offs", statements=[statement])
    experiment = statement.experiment(rule=Share(0.5), seeds=8, reason="none")(lambda run: {})
    for function in (lambda data: [], lambda data: [({}, 1)]):
        experiment.reads(said, "so", rule=Share(0.5))(function)
    assert of_claim(claim, [])[0].word == "broken"
