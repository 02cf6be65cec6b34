"""What both sides of a check execute is seen wherever it lives, however it was made, and whoever calls it."""

import functools
import importlib
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy as sp

from proofs.core.statement import Statement
from proofs.evidence import check, sharing
from theory import GaussianMixture, symmetric_pair

x = sp.Symbol("x")
lambdified = sp.lambdify(x, sp.exp(-x))
made: dict[str, Any] = {"math": math}
exec("def executed(v):\n    return math.exp(-v)", made)


def helper(v: float) -> float:
    """e^{-v}"""
    return math.exp(-v)


class Holder:
    """A formula as a method, and as one that is remembered."""

    @staticmethod
    @functools.cache
    def remembered(v: float) -> float:
        """e^{-v}"""
        return math.exp(-v)

    def method(self, v: float) -> float:
        """e^{-v}"""
        return math.exp(-v)


kept = functools.cache(lambda v: math.exp(-v))
SHARED: dict[str, Callable[[float], float]] = {
    "a function of the file": helper,
    "a partial one": functools.partial(helper),
    "a method": Holder().method,
    "a cached one": kept,
    "a cached method": Holder.remembered,
    "what sympy has made": lambdified,
    "what exec has made": made["executed"],
    "one that numpy calls": lambda v: float(np.vectorize(helper)(v)),
}


def compared(claimed: Callable[..., float], observed: Callable[..., float]) -> Any:
    evidence = Statement("s", "…", claimed).check(observed, name="seen", on=lambda s: s.reals(0.1, 2.0))
    return check.search(evidence)[0]


@pytest.mark.parametrize("shared", SHARED.values(), ids=SHARED)
def test_common_code_is_broken(shared: Callable[[float], float]) -> None:
    """Called by either side under a name of its own."""
    outcome = compared(lambda v: 2 * shared(v), lambda m, v: shared(v) + shared(v))
    assert outcome.outcome == "broken", outcome.detail
    assert "the two sides share code" in outcome.detail


def test_common_code_of_a_package_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sibling of the claim, or a package of the user's."""
    (tmp_path / "a_users_package.py").write_text("import math\n\ndef tail(v):\n    return math.exp(-v)\n")
    monkeypatch.syspath_prepend(tmp_path)
    tail = importlib.import_module("a_users_package").tail
    try:
        assert compared(lambda v: 2 * tail(v), lambda m, v: tail(v) + tail(v)).outcome == "broken"
    finally:
        del sys.modules["a_users_package"]


def test_what_the_arithmetic_calls_back_is_seen() -> None:
    """A common function hidden in an equation of either side."""
    from proofs.words.arithmetic import DOUBLE

    outcome = compared(
        lambda v: float(DOUBLE.root(lambda t: helper(t) - v / 3, 0.0, 9.0)),
        lambda m, v: m.root(lambda t: 3 * helper(t) - v, 0.0, 9.0),
    )
    assert outcome.outcome == "broken", outcome.detail


class Pair(NamedTuple):
    """A record."""

    v: float


@dataclass(frozen=True)
class Record:
    """Another."""

    v: float


FREE: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "libraries": (lambda v: math.exp(-v), lambda m, v: 1 / m.exp(v)),
    "records": (lambda v: math.exp(-Pair(v).v * Record(1.0).v), lambda m, v: 1 / m.exp(Pair(v).v * Record(1.0).v)),
    "a mixture's density and parameters": (
        lambda v: float(symmetric_pair(v, 1.0).pdf(0.0)),
        lambda m, v: float(GaussianMixture([0.5, 0.5], [-v, v], stds=[1.0, 1.0]).pdf(0.0)),
    ),
}


@pytest.mark.parametrize(("claimed", "observed"), FREE.values(), ids=FREE)
def test_what_is_free_may_be_common(claimed: Callable[..., float], observed: Callable[..., float]) -> None:
    """Libraries of numbers, what makes a record, and what a mixture is."""
    outcome = compared(claimed, observed)
    assert outcome.outcome == "holds", outcome.detail


def test_other_methods_of_a_mixture_are_not_free() -> None:
    """Its distribution function on both sides proves nothing."""
    outcome = compared(
        lambda v: float(symmetric_pair(1.0, 1.0).cdf(v)), lambda m, v: float(symmetric_pair(1.0, 1.0).cdf(v))
    )
    assert outcome.outcome == "broken", outcome.detail


def test_a_name_is_told_of_what_is_claimed() -> None:
    """A function that wraps another has the name of the other."""

    @functools.wraps(helper)
    def wrapped(v: float) -> float:
        return helper(v)

    assert sharing.name_of(wrapped) == "helper"
    assert sharing.name_of(np.exp) == ""
