"""Experiments: networks trained over many seeds, decided by a rule that was declared before the run.

The seeds follow from `--seed`, the revision and k alone, so none can be picked, by hand or by name. Up to three interim
analyses are made (more seeds each time); the error allowed is split evenly over them. The evidence function trains and
saves arrays; its `.measure` turns them, and what is claimed, into one number a seed for the arm `network` and for the
arm `control`, which the same rule must reject.

A seed that diverged stays in n: in the network's arm it is a failure whatever its frozen parameters measure; in the
control arm it speaks for the control, since what broke down is not what was to be shown wrong, and a tenth of such seeds
leaves the control undecided. Where to diverge is the control's declared fault it is rejected by it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, final

import numpy as np

from proofs.core.comparison import Scaled
from proofs.core.outcome import Outcome
from proofs.core.parameters import BUDGET, taken
from proofs.core.readings import Reading
from proofs.core.records import Saved, flat
from proofs.core.rules import AGREE, REFUTE, Fewer, Share, no_spread
from proofs.core.statement import Evidence
from proofs.core.training import DIVERGED, Run, lost, seeds_of
from proofs.evidence import near_misses
from proofs.evidence.kind import Arrays, Conditions, Kind
from proofs.words.told import told

EXACT = "exact"
"""The arm that is known to do what is stated, which the rule must accept."""
OTHERWISE = (0.5, 2.0, 1e3, -1.0)
"""Times what is claimed: a measurement that gives the same for all of them never looks at it."""
UNUSED = "the measurement never looks at what is claimed: it gives the same numbers whatever that is"
CONTROL_LOST = 0.1
"""Share of diverged seeds from which on a control arm decides nothing."""


@final
class Experiment(Kind):
    """Trains once (in at most three interim analyses); variants only measure the same networks again."""

    proves = "on seeds"

    def __init__(self, evidence: Evidence, conditions: Conditions) -> None:
        super().__init__(evidence, conditions)
        options, wanted = evidence.options, conditions.protocol
        self.protocol = wanted if wanted in options.get("protocols", ()) else None
        self.analyses: dict[int, Arrays] = {}
        self.count = 0

    def run(self) -> Outcome:
        """Train, seeds after seeds, until the rules decide; raises ValueError unless one to three analyses are declared."""
        if self.evidence.trained_by is not None:  # the networks are there already
            return self._looked(self.decided(None))
        counts = self.counts()
        if not 1 <= len(counts) <= 3:
            raise ValueError(f"seeds: expected one to three interim analyses, got {counts}")
        outcome: Outcome | None = None
        with self._processes() as executor:
            for count in counts:
                self.look(count, executor)
                outcome = self.decided(None)
                waiting = [rider.decided(None).outcome for rider in self.riders()]
                if "inconclusive" not in (outcome.outcome, *waiting):
                    break
        assert outcome is not None  # there is at least one analysis
        return self._looked(outcome)

    def _looked(self, outcome: Outcome) -> Outcome:
        """Vacuous in place of "holds" where a formula is claimed on which the numbers do not depend."""
        looks = outcome.outcome != "holds" or self.evidence.statement.empirical or depends(self.evidence, self._data)
        return outcome if looks else _settle(outcome, "vacuous", UNUSED)

    def look(self, count: int, executor: Executor | None = None) -> None:
        """Train the first `count` seeds, unless they were before."""
        self.count, known = count, self.conditions.trained.get(count)
        self.analyses[count] = known if known is not None else train(self.evidence, self.told(executor))

    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        return self.decided(wrong)

    def decided(self, wrong: Callable[..., Any] | None) -> Outcome:
        """What is claimed is refuted only on its share of a run's budget; a false variant at 1 %."""
        return decide(
            self.evidence, self._data, self.seeds, claimed=wrong, analyses=len(self.counts()), protocol=self.protocol,
            refute=REFUTE if wrong is None else AGREE,
        )  # fmt: skip

    def scaled(self, relative: float) -> Callable[..., Any]:
        return Scaled(self.evidence.statement.claimed, relative)

    def own_controls(self) -> Iterator[Outcome]:
        """The control arm; and where there is one, or no formula is claimed, the arm that is known to do what is stated."""
        for arm, decided in (("control", decide_control_arm), (EXACT, decide_exact_arm)):
            if arm == "control" or self.evidence.statement.empirical or EXACT in measured(self.evidence, self._data):
                name = f"{self.evidence.name}: {arm} arm"
                yield near_misses.guarded(
                    lambda d=decided: d(self.evidence, self._data, self.seeds), self.evidence, name, arm
                )

    def read(self, reading: Reading) -> Outcome:
        """By the rule of the reading, at the points of which the data tell."""
        from proofs.evidence.reading import of_data

        if self.protocol:
            return Outcome(reading.name, None, "reading", "not run", f"{self.protocol} is shown, not read")
        return of_data(reading, Saved(self._data), self.count)

    def riders(self) -> Sequence[Experiment]:
        """Measured on the same networks, after the same number of interim analyses."""
        riding = [Experiment(rider, self.conditions) for rider in self.evidence.riders]
        for rider in riding:
            rider.analyses, rider.count = self.analyses, self.count
        return riding

    def arrays(self) -> Arrays:
        found = measured(self.evidence, self._data)
        if self.evidence.trained_by is None:
            return {**self._data, **{f"measured_{name}": values for name, values in found.items()}}
        return {f"{self.evidence.name}_{name}": values for name, values in found.items()}

    def trained(self) -> Mapping[int, Arrays]:
        return self.analyses

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those of the newest interim analysis."""
        return seeds_of(self.conditions.seed, self.evidence.options["revision"], self.count)

    def told(self, executor: Executor | None) -> Run:
        """The means of training that the conditions and what is declared give."""
        c, options = self.conditions, self.evidence.options
        steps = at_level(options["steps"], c.level)
        return Run(c.level, self.seeds, c.device, self.protocol, steps, options["batch"], executor)

    @property
    def _data(self) -> Arrays:
        return self.analyses[self.count]

    def _processes(self) -> AbstractContextManager[Executor | None]:
        """Processes to share the training; quick training is over before they have started."""
        if self.conditions.jobs == 1 or self.conditions.level == "quick":
            return nullcontext()
        from toys.train import local_processes

        return local_processes(self.conditions.jobs)

    def counts(self) -> list[int]:
        """How many seeds at each interim analysis; a protocol brings its own."""
        if self.protocol is not None:
            from toys import protocols

            return [protocols.named(self.protocol).size(self.conditions.level).trials]
        return list(at_level(self.evidence.options["seeds"], self.conditions.level) or ())


def at_level(plan: Mapping[str, Any], level: str) -> Any:
    """What is declared for a level: for long what full has, for either what quick has, unless it says so itself."""
    order = {"quick": ("quick",), "full": ("full", "quick"), "long": ("long", "full", "quick")}[level]
    return next((plan[name] for name in order if name in plan), None)


def train(evidence: Evidence, run: Run) -> dict[str, np.ndarray]:
    """Run the experiment; every array that it saves has the seeds along its first axis or none at all."""
    return flat({**evidence.function(run), **run.records()})


def retrained(evidence: Evidence, conditions: Conditions, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What a figure draws of the experiment with some of its parameters moved, "seeds" and "steps" among them; nobody judges it."""
    options = {name: {"quick": (n,) if name == "seeds" else n} for name in BUDGET if (n := values.get(name))}
    function = partial(evidence.function, **taken(evidence.function, values))
    anew = replace(evidence, function=function, options={**evidence.options, **options})
    experiment = Experiment(anew, conditions)
    experiment.look(experiment.counts()[0])
    made = (experiment, *experiment.riders())
    return {name: array for one in made for name, array in one.arrays().items()}


def measured(evidence: Evidence, data: Arrays) -> dict[str, np.ndarray]:
    """One number a seed and arm, by the arm's name; empty where nothing can be measured."""
    if evidence.measured_by is None or lacking(evidence, data):
        return {}
    return numbers(evidence, evidence.statement.claimed, data)


def numbers(evidence: Evidence, claimed: Callable[..., Any], data: Arrays) -> dict[str, np.ndarray]:
    """What the measurement makes of the data, arm by arm; a list of numbers a seed makes columns."""
    assert evidence.measured_by is not None
    told = (Saved(data),) if evidence.statement.empirical else (claimed, Saved(data))
    arms = evidence.measured_by(*told)
    tables = {name: (np.asarray(values, float), isinstance(values, list)) for name, values in arms.items()}
    return {name: np.moveaxis(t, 0, 1) if listed and t.ndim > 1 else t for name, (t, listed) in tables.items()}


def depends(evidence: Evidence, data: Arrays) -> bool:
    """Whether some number is another one where something else is claimed; what cannot be measured then depends on it."""
    if evidence.measured_by is None or lacking(evidence, data):
        return True
    claimed = evidence.statement.claimed
    arms = numbers(evidence, claimed, data)
    for factor in OTHERWISE:
        try:
            with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                other = numbers(evidence, Scaled(claimed, factor - 1), data)
        except (ValueError, ArithmeticError):
            return True
        if any(not np.array_equal(values, other[arm], equal_nan=True) for arm, values in arms.items()):
            return True
    return False


def lacking(evidence: Evidence, data: Arrays) -> list[str]:
    """The arms that the statement compares and a protocol did not train."""
    return [arm for arm in evidence.options["compares"] if arm not in data.get("arms", ())]


def decide(
    evidence: Evidence,
    data: Arrays,
    seeds: Sequence[int],
    *,
    claimed: Callable[..., Any] | None = None,
    analyses: int = 1,
    protocol: str | None = None,
    refute: float = REFUTE,
) -> Outcome:
    """Apply the declared rule to the arms; `claimed` replaces what the statement claims (controls)."""
    statement, rule = evidence.statement, evidence.options["rule"]
    outcome = Outcome(evidence.name, statement.id, "experiment", "holds", relation=statement.relation)
    outcome.n, outcome.seeds, outcome.threshold = len(seeds), list(seeds), rule.threshold
    if evidence.measured_by is None:
        return _settle(outcome, "vacuous", "nothing is measured: the experiment has no `.measure`")
    if missing := lacking(evidence, data):
        return _settle(
            outcome, "not run", f"{protocol} has no arm {' or '.join(missing)}: its numbers are shown, not judged"
        )
    arms = numbers(evidence, claimed or statement.claimed, data)
    if "network" not in arms:
        return _settle(outcome, "vacuous", "the measurement gives no arm named `network`")
    if fault := next(filter(None, (_fault(evidence, data, *arm, len(seeds)) for arm in arms.items())), None):
        return _settle(outcome, "broken", fault)
    if not isinstance(getattr(rule, "rule", rule), Share | Fewer) and no_spread(arms["network"]):
        return _settle(outcome, "inconclusive", "zero variance decides nothing: every seed gave the same number")
    diverged = diverged_in(evidence, data, "network", len(seeds))
    decided = rule.decide(_marked(arms["network"], diverged, np.nan), AGREE / analyses, refute / analyses)
    outcome.observed, outcome.interval = decided.observed, list(decided.interval)
    under = f", set up as in {protocol}" if protocol else ""
    failed = f", {diverged.sum()} of them diverged" if diverged.any() else ""
    return _settle(outcome, decided.outcome, f"{decided.detail}; n = {len(seeds)}{failed}{under}")


def decide_control_arm(evidence: Evidence, data: Arrays, seeds: Sequence[int]) -> Outcome:
    """The control arm, which the same rule must reject: by three margins where the rule has one."""
    outcome = Outcome(f"{evidence.name}: control arm", evidence.statement.id, "control", "rejected")
    outcome.n, outcome.seeds = len(seeds), list(seeds)
    arms = measured(evidence, data)
    if "control" not in arms:
        return _settle(outcome, "vacuous", "the experiment has no control arm")
    rule, diverged = evidence.options["rule"], diverged_in(evidence, data, "control", len(seeds))
    faulty = evidence.options["control_diverges"]
    if diverged.mean() >= CONTROL_LOST and not faulty:
        return _settle(outcome, "inconclusive", f"{diverged.sum()} of {len(seeds)} seeds of the control arm diverged")
    values = _marked(arms["control"], diverged, np.nan)
    if not faulty:
        values = rule.granted(values)
    known = values[~np.isnan(values).reshape(len(values), -1).any(axis=1)]
    outcome.observed = np.median(known, axis=0) if len(known) else None
    middle = "nowhere" if outcome.observed is None else told(outcome.observed, 3)
    said = rule.rejects_control(values)
    if said == "rejected":
        return _settle(outcome, "rejected", f"median {middle}")
    if said == "passed":
        return _settle(outcome, "broken", f"the control arm passed: median {middle}; the arms do not differ")
    return _settle(outcome, "inconclusive", f"the control arm was not rejected: median {middle}")


def decide_exact_arm(evidence: Evidence, data: Arrays, seeds: Sequence[int]) -> Outcome:
    """The arm that is known to do what is stated, which the same rule must accept."""
    outcome = Outcome(f"{evidence.name}: exact arm", evidence.statement.id, EXACT, "holds")
    outcome.n, outcome.seeds = len(seeds), list(seeds)
    arms = measured(evidence, data)
    if EXACT not in arms:
        return _settle(
            outcome,
            "vacuous",
            f"no formula is claimed, and the measurement has no arm `{EXACT}` that is known to do it",
        )
    decided = evidence.options["rule"].decide(arms[EXACT], AGREE, REFUTE)
    outcome.observed, outcome.interval = decided.observed, list(decided.interval)
    word = "broken" if decided.outcome == "refuted" else decided.outcome
    refused = "the rule refuses what is known to do what is stated: " if word == "broken" else ""
    return _settle(outcome, word, refused + decided.detail)


def _fault(evidence: Evidence, data: Arrays, arm: str, values: np.ndarray, n: int) -> str | None:
    """What makes an arm unusable: rows that are not seeds, fits that nobody made, NaN where nothing diverged."""
    if values.shape[:1] != (n,):
        return f"arm {arm!r}: expected one row a seed ({n}), got shape {values.shape}"
    named = evidence.options["looks_at"].get(arm, ())
    if named and not any(DIVERGED + label in data for label in named):
        return f"arm {arm!r}: looks at {', '.join(named)}, of which nothing was trained"
    odd = np.isnan(values).reshape(n, -1).any(axis=1) & ~diverged_in(evidence, data, arm, n)
    return f"arm {arm!r}: NaN for {odd.sum()} seeds that did not diverge" if odd.any() else None


def diverged_in(evidence: Evidence, data: Arrays, arm: str, n: int) -> np.ndarray:
    """Which seeds diverged in what the arm looks at: the fits of its own name, or those that the measurement names."""
    return lost(data, evidence.options["looks_at"].get(arm, (arm,)), n)


def _marked(values: np.ndarray, rows: np.ndarray, mark: float) -> np.ndarray:
    return np.where(rows.reshape(-1, *[1] * (values.ndim - 1)), mark, values)


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome
