"""The power of every experiment at the effect that it declares, beside that effect as fresh seeds show it.

    python -m proofs.run.calibration [CLAIM ...] [--seed N] [--seeds N] [--declared]

For each experiment: how many seeds at its interim analyses, the share of seeds declared to succeed, the power there at each
level, and how many of so many fresh seeds did succeed at level quick, with an exact interval of 99 %. What the interval
excludes from above is a declaration that promises too much. `--declared` trains nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import AGREE, Paired, Rule, share_interval
from proofs.core.statement import Evidence
from proofs.evidence import power
from proofs.evidence.experiment import Experiment, at_level, diverged_in, measured
from proofs.evidence.kind import Conditions

FRESH, SEED = 64, 30_000
"""Seeds to estimate the effect on, and the number of the run that they are of, which no other run has used."""


@dataclass(frozen=True)
class Line:
    """One experiment: its interim analyses at quick, the declared effect, the power, and what fresh seeds show (k of n)."""

    claim: str
    name: str
    rule: Rule
    looks: tuple[int, ...]
    effect: float
    power: tuple[float, ...]
    successes: int | None = None
    n: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share of seeds that succeed, at 99 %; (0, 1) where nothing was trained."""
        return (0.0, 1.0) if self.successes is None else share_interval(self.successes, self.n, AGREE)

    @property
    def fault(self) -> str:
        """What is wrong with the declaration; empty where nothing is."""
        if min(self.power) < power.ENOUGH:
            rule = self.rule
            needed = power.pairs_needed(rule) if isinstance(rule, Paired) else power.needed(rule, self.effect)
            return f"too few seeds: a single analysis takes {needed or 'more than 400'}"
        return "fewer seeds succeed than is declared" if self.interval[1] < self.effect else ""

    def __str__(self) -> str:
        low, high = self.interval
        seen = "" if self.successes is None else f"{self.successes} of {self.n} ({low:.3f}–{high:.3f})"
        powers = "  ".join(f"{p:.4f}" for p in self.power)
        looks = ", ".join(map(str, self.looks))
        return f"{self.claim:38} {self.name:26} {looks:12} {self.effect:<6g} {powers:16} {seen:26} {self.fault}"


def lines(claims: Sequence[Claim], *, seed: int = SEED, fresh: int = FRESH) -> Iterator[Line]:
    """A line for every experiment; fresh: on how many seeds to estimate its effect, 0 for none."""
    for claim in claims:
        evidence = (e for statement in claim.statements for e in statement.evidence)
        for host in (e for e in evidence if e.kind == "experiment" and e.trained_by is None):
            shown = Experiment(host, Conditions(seed=seed))
            if fresh:
                shown.look(fresh)
            for one in (host, *host.riders):
                yield line(claim.id, one, shown.analyses.get(fresh), fresh)


def line(claim: str, evidence: Evidence, data: Mapping[str, np.ndarray] | None, fresh: int) -> Line:
    """What is declared, its power, and what the data of `fresh` seeds show; of an `Each` the column that fares worst."""
    rule = evidence.options["rule"]
    effect = rule.share if isinstance(rule, Paired) else evidence.options["effect"]
    looks = tuple(at_level(evidence.options["seeds"], "quick"))
    columns, shown = 1, {}
    if data is not None:
        values = measured(evidence, data)["network"]
        good = np.atleast_2d(rule.succeeds(values).T) & ~diverged_in(evidence, data, "network", fresh)
        columns, shown = len(good), {"successes": int(good.sum(axis=1).min()), "n": fresh}
    powers = tuple(power.power(evidence, level, columns=columns)["holds"] for level in power.LEVELS)
    return Line(claim, evidence.name, rule, looks, effect, powers, **shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a declaration is at fault."""
    from proofs.run import discovery

    parser = argparse.ArgumentParser(prog="calibration", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("claims", nargs="*")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--seeds", type=int, default=FRESH)
    parser.add_argument("--declared", action="store_true", help="train nothing")
    told = parser.parse_args(arguments)
    found = [f for f in discovery.find() if not told.claims or f.id in told.claims]
    claims, _ = discovery.load(found)
    faults = 0
    print(f"{'claim':38} {'experiment':26} {'seeds':12} {'effect':6} {'quick   full':16} {'fresh seeds':26}")
    for one in lines(claims, seed=told.seed, fresh=0 if told.declared else told.seeds):
        faults += bool(one.fault)
        print(one, flush=True)
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
