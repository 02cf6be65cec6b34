"""Lemmas of one's own: a module that says one is cited, probed and printed like those here."""

import sys
from types import ModuleType
from typing import Any

import pytest

from proofs.core import Claim, Unit, given
from proofs.core.statement import Statement
from proofs.evidence import derivation
from proofs.words import sp


def module(name: str, sides: Any, monkeypatch: pytest.MonkeyPatch, source: str = "a textbook, section 1") -> ModuleType:
    """A module as a user writes and imports it."""
    made = ModuleType(name, "w² ≤ w for 0 < w < 1.")
    vars(made).update(SOURCE=source, sides=sides)
    monkeypatch.setitem(sys.modules, name, made)
    return made


def stated(lemma: ModuleType) -> Statement:
    """w² + w ≤ 2w."""
    claim = Claim(topic="trade-offs")

    @claim.states(lambda w: 2 * w, relation="<=")
    def at_most_twice(w: Unit):
        """∫2u du up to w, and w, are at most 2w"""
        u = sp.Symbol("u")
        yield sp.Integral(2 * u, (u, 0, w)) + w
        yield "integrate", w**2 + w
        yield given(lemma), 2 * w

    return at_most_twice


@pytest.mark.parametrize("name", ["squares_are_less", "my.lemmas.squares", "gibbs"])
def test_a_lemma_of_ones_own_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a reason under the name of its module, be that one of ours too."""
    given("gibbs")
    mine = module(name, lambda draw: ((w := draw.random()) ** 2, w), monkeypatch)
    outcome = derivation.decide(stated(mine).evidence[0])
    assert outcome.outcome == "holds", outcome.detail
    assert any(link["reason"] == "w² ≤ w for 0 < w < 1." for link in outcome.chain)


def test_a_lemma_of_ones_own_is_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails at its own reading refutes the step."""
    mine = module("squares_are_more", lambda draw: ((w := draw.random()), w**2), monkeypatch)
    outcome = derivation.decide(stated(mine).evidence[0])
    assert outcome.outcome == "refuted"
    assert "squares_are_more" in outcome.detail


def test_a_lemma_of_ones_own_must_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a source or a reading it is none."""
    for parts in ({"sides": None}, {"sides": lambda draw: (0, draw.random()), "source": ""}):
        with pytest.raises(ValueError, match="half_a_lemma"):
            given(module("half_a_lemma", monkeypatch=monkeypatch, **parts))
