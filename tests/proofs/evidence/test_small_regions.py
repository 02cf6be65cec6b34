"""Inequalities that fail by a millionth on a ten-thousandth of the range, somewhere, are refuted."""

from typing import Any

import numpy as np
import pytest

from proofs.core import Claim, Unit
from proofs.core.letters import Domain, between
from proofs.core.statement import Statement
from proofs.evidence import check, lowest
from proofs.words import sp

CURVATURE, EXCESS = 400, 1e-6
"""1 - 400 |w - c|² exceeds 1 - 1e-6 where |w - c| < 5e-5."""
LETTERS = "abcd"
SEEDS = range(3)
every_number = pytest.mark.parametrize("letters", range(1, 5))
every_seed = pytest.mark.parametrize("seed", SEEDS)


def place(letters: int, seed: int) -> list[float]:
    """Where the inequality fails: anywhere."""
    return [float(c) for c in np.random.default_rng([letters, seed]).uniform(0.02, 0.98, letters)]


def peak(centre: list[float], *w: Any) -> Any:
    """1 - 400 |w - c|²"""
    return 1 - CURVATURE * sum((v - c) ** 2 for v, c in zip(w, centre, strict=True))


def stated(letters: int) -> Statement:
    """That the peak stays below 1 - 1e-6."""
    parameters = ", ".join(f"{name}: Unit" for name in LETTERS[:letters])
    names: dict[str, Any] = {"Unit": Unit}
    exec(f"def below({parameters}):\n    'the peak is below'", names)
    names["below"].__module__ = __name__
    return Claim(topic="trade-offs").states(lambda *_w: 1 - EXCESS, relation="<=")(names["below"])


@every_seed
@every_number
def test_a_check_follows_an_inequality_down_to_where_it_fails(letters: int, seed: int) -> None:
    """From the worst instances, in one to four letters."""
    centre = place(letters, seed)
    evidence = stated(letters).check(
        lambda m, *w: (peak(centre, *w), *w),
        name="at_points",
        on=lambda s: s.reals(0.001, 0.999) if letters == 1 else s.tuples(*[s.reals(0.001, 0.999)] * letters),
    )
    outcome, _ = check.search(evidence, seed=seed)
    assert outcome.outcome == "refuted", outcome.detail


@every_seed
@every_number
def test_a_step_that_fails_somewhere_is_different(letters: int, seed: int) -> None:
    """Downhill, and by balls in one and two letters; what is just true is not refuted."""
    domain = Domain(**dict.fromkeys(LETTERS[:letters], between(0, 1)))
    w = [getattr(domain.vocabulary(), name) for name in domain]
    left = peak([sp.Rational(c) for c in place(letters, seed)], *w)
    found = lowest.violated(left, 1 - sp.Rational(1, 10**6), domain, seed)
    assert found is not None
    assert float(sum((v - c) ** 2 for v, c in zip(found[0].values(), place(letters, seed), strict=True))) < 5e-9
    assert lowest.violated(left, sp.Integer(1), domain, seed) is None


@every_seed
@pytest.mark.parametrize("letters", [1, 2])
def test_balls_find_a_needle_to_which_no_slope_leads(letters: int, seed: int) -> None:
    """½ + ½ exp(-10⁸|w - c|²), half of it but for a ten-thousandth of the range, exceeds 1 - 1e-6 at c; and is at most 1."""
    domain = Domain(**dict.fromkeys(LETTERS[:letters], between(0, 1)))
    w = [getattr(domain.vocabulary(), name) for name in domain]
    away = sum((v - sp.Rational(c)) ** 2 for v, c in zip(w, place(letters, seed), strict=True))
    needle = (1 + sp.exp(-(10**8) * away)) / 2
    assert lowest.violated(needle, 1 - sp.Rational(1, 10**6), domain, seed) is not None
    assert lowest.violated(needle, 1 + sp.Rational(1, 10**6), domain, seed) is None
