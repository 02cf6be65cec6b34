"""The table of powers: what is declared, what fresh seeds show, and what is wrong with it."""

from pathlib import Path

import numpy as np
import pytest

from proofs.core import Claim, Share
from proofs.core.rules import REFUTE, REFUTE_BUDGET
from proofs.core.statement import Statement
from proofs.run import calibration, discovery

CHANCE = 0.9
"""The probability that a seed succeeds."""


def coin(effect: float, seeds: int) -> Claim:
    """A claim on coins that fall on heads nine times in ten."""
    claim = Claim(topic="trade-offs")

    @claim.observes()
    def heads() -> None:
        """P(heads) ≥ 1/2"""

    statement: Statement = heads

    @statement.experiment(rule=Share(0.5), seeds=seeds, effect=effect, reason="a planted example")
    def thrown(run):
        return {"heads": np.array([np.random.default_rng(seed).random() < CHANCE for seed in run.seeds])}

    @thrown.measure
    def falls(data):
        return {"network": data["heads"], "exact": 0 * data["heads"] + 1, "control": 0 * data["heads"]}

    claim.id = "coin"
    return claim


@pytest.mark.parametrize(
    ("effect", "seeds", "fault"),
    [
        (0.85, 48, ""),
        (0.85, 16, "too few seeds: a single analysis takes 39"),
        (0.999, 48, "fewer seeds succeed than is declared"),
    ],
)
def test_a_declaration_is_held_against_fresh_seeds(effect: float, seeds: int, fault: str) -> None:
    """Power by the rule's law, and the share of successes by 64 seeds that no run has used."""
    (line,) = calibration.lines([coin(effect, seeds)])
    assert line.fault == fault, str(line)
    assert line.successes is not None
    assert line.interval[0] < CHANCE < line.interval[1]
    assert str(line.successes) in str(line)


def test_what_is_declared_alone_trains_nothing() -> None:
    """No seeds, no estimate, the same power."""
    (line,) = calibration.lines([coin(0.85, 48)], fresh=0)
    assert (line.successes, line.fault) == (None, "")
    assert min(line.power) > 0.99


def test_the_command_ends_badly_where_a_declaration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """One line an experiment; what `make calibrate` calls is this module."""
    assert calibration.main(["irreducible_risk", "--declared"]) in (0, 1)
    assert "irreducible_risk" in capsys.readouterr().out
    assert "proofs.run.calibration" in (Path(__file__).parents[3] / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [found.id for found in discovery.find()])
def test_every_experiment_has_enough_seeds_for_its_effect(name: str) -> None:
    """At quick and at full, by the law of its rule."""
    claim = next(found for found in discovery.find() if found.id == name).load()
    assert [str(line) for line in calibration.lines([claim], fresh=0) if line.fault] == []


def test_the_budget_has_room_for_every_experiment() -> None:
    """What one may refute wrongly, times their number."""
    claims = [found.load() for found in discovery.find()]
    experiments = [e for claim in claims for s in claim.statements for e in s.evidence if e.kind == "experiment"]
    assert len(experiments) > 50
    assert len(experiments) * REFUTE <= REFUTE_BUDGET
