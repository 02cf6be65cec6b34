"""What diverged never counts as a success, whatever its frozen parameters measure; device and seeds are the run's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proofs.core import verdict
from proofs.core.claim import Claim
from proofs.core.rules import Agreement, Each, Mean, Rule, Share, Trend, share_interval
from proofs.core.statement import Evidence, Statement
from proofs.core.training import EVERY_ARM, Run, seeds_of
from proofs.evidence import gather
from proofs.evidence.experiment import Experiment, decide, decide_control_arm
from proofs.evidence.kind import Conditions
from proofs.run import discovery

N = 64
WILD = 1e6
"""A learning rate at which the linear game overflows within seven steps."""
GRID = np.array([1.0, 2.0, 4.0])

# rule, what a distance r of about 0.14 measures as (a success), and a failure
CASES: dict[str, tuple[Rule, Callable[[np.ndarray], np.ndarray], Any]] = {
    "share above": (Share(0.5), lambda r: r < 1, 0.0),
    "share below": (Share(0.5, "<="), lambda r: r > 1, 1.0),
    "agreement": (Agreement(1.0), lambda r: r, np.inf),
    "mean above": (Mean(0.5, (0.0, 1.0)), lambda r: 1 - r, 0.0),
    "mean below": (Mean(0.5, (0.0, 1.0), "<="), lambda r: r, 1.0),
    "falling by a factor": (Trend((0, 1, 2), "falls", factor=0.5), lambda r: r[:, None] / GRID, GRID),
    "rising by a factor": (Trend((0, 1, 2), "rises", factor=2.0), lambda r: r[:, None] * GRID, 1 / GRID),
    "each share": (Each(Share(0.5)), lambda r: np.stack([r < 1, r < 2], axis=1), np.zeros(2)),
    "each agreement": (Each(Agreement(1.0)), lambda r: np.stack([r, -r], axis=1), np.full(2, np.inf)),
}
every_rule = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def trained(run: Run, arm: str | Sequence[str], bad: np.ndarray, **options: Any) -> np.ndarray:
    """Distances from the equilibrium of Dirac-GANs (f(t) = t) that start at 0.14; those marked `bad` diverge and stay there."""
    from toys.learners.dirac_gan import DiracGAN
    from toys.optimisers import SGD

    learner = DiracGAN("wgan", start=(0.1, 0.1), jitter=0.01)
    fitted = run.fit(learner, SGD(np.where(bad, WILD, 0.01)), arm=arm, **options)
    r = np.hypot(*(fitted.players[player][-1, :, 0] for player in learner.players))
    assert np.array_equal(fitted.diverged >= 0, bad), "expected those, and those alone, to diverge"
    assert np.all(np.abs(r - 0.15) < 0.1), "expected frozen parameters that look well"
    return r


def one_level(claim: Claim) -> Statement:
    """A statement that claims 1."""

    def level() -> None:
        """the level is 1"""

    return claim.states(lambda: 1.0)(level)


def experiment(rule: Rule, function: Callable[..., Any], measure: Callable[..., Any], **options: Any) -> Evidence:
    declared = {"seeds": N, "steps": 40, "batch": 16, "reason": "a planted example"}
    evidence = one_level(Claim(topic="trade-offs")).experiment(rule=rule, **declared, **options)(function)
    evidence.measure(measure)
    return evidence


def planted(case: tuple, network: int = 0, control: int = 0, *, decoy: bool = False, **options: Any) -> Experiment:
    """A well-behaved network arm, and a control arm of failures (a `decoy`: of successes), whose first seeds diverge."""
    rule, success, failure = case

    def train(run: Run) -> dict[str, np.ndarray]:
        return {arm: trained(run, arm, np.arange(N) < k) for arm, k in (("network", network), ("control", control))}

    def measure(claimed: object, data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        network, control = (np.asarray(success(data[arm]), float) for arm in ("network", "control"))
        return {"network": network, "control": control if decoy else np.broadcast_to(failure, control.shape)}

    shown = Experiment(experiment(rule, train, measure, **options), Conditions())
    shown.look(N)
    return shown


def without_flags(shown: Experiment) -> dict[str, np.ndarray]:
    """The same arrays, as if nothing had diverged."""
    return {name: a for name, a in shown.analyses[N].items() if not name.startswith("diverged/")}


def of_control(shown: Experiment) -> Any:
    return decide_control_arm(shown.evidence, shown.analyses[N], shown.seeds)


# --- the network's arm ------------------------------------------------------------------------------------------------


@every_rule
@pytest.mark.parametrize("lost", [3, 30, N])
def test_a_diverged_seed_is_a_failure_whatever_it_measures(case: tuple, lost: int) -> None:
    """Marked by the harness or measured as failures, diverged seeds come to the same; all of them refute."""
    rule, success, failure = case
    shown = planted(case, network=lost)
    assert decide(shown.evidence, without_flags(shown), shown.seeds).outcome == "holds"
    values = np.array(success(shown.analyses[N]["network"]), float)
    values[:lost] = failure
    outcome = shown.decided(None)
    assert outcome.n == N
    assert f"{lost} of them diverged" in outcome.detail
    assert outcome.outcome == rule.decide(values, 0.01, 1e-5).outcome
    assert outcome.outcome == {3: "holds", N: "refuted"}.get(lost, outcome.outcome)
    if lost > 3:
        assert outcome.outcome != "holds"


# --- the control arm --------------------------------------------------------------------------------------------------


@every_rule
def test_a_control_that_diverges_is_not_rejected(case: tuple) -> None:
    """From a tenth of diverged seeds on a control decides nothing, though what it froze at would be rejected."""
    shown = planted(case, control=7)
    assert decide_control_arm(shown.evidence, without_flags(shown), shown.seeds).outcome == "rejected"
    assert of_control(shown).outcome == "inconclusive"
    assert "7 of 64 seeds of the control arm diverged" in of_control(shown).detail
    assert shown.decided(None).outcome == "holds"


@every_rule
def test_fewer_diverged_seeds_speak_for_the_control(case: tuple) -> None:
    """Below a tenth they count as successes: the outcome is that of a control of which these seeds succeed."""
    rule, success, failure = case
    shown = planted(case, control=6)
    values = np.array(success(shown.analyses[N]["control"]), float)
    values[6:] = failure
    said = {"rejected": "rejected", "passed": "broken", "undecided": "inconclusive"}[rule.rejects_control(values)]
    assert of_control(shown).outcome == said


def test_one_diverged_seed_can_keep_a_control_from_being_rejected() -> None:
    """At a threshold between the intervals of 4 and of 5 of 16, four successes are rejected; a fifth seed that diverged is not."""
    threshold = (share_interval(4, 16, 0.01)[1] + share_interval(5, 16, 0.01)[1]) / 2
    evidence = experiment(Share(threshold), lambda run: {}, lambda claimed, data: data)
    arms = {"network": np.ones(16), "control": (np.arange(16) < 4) * 1.0}
    assert decide_control_arm(evidence, arms, range(16)).outcome == "rejected"
    assert decide_control_arm(evidence, arms | _flags("control", 15), range(16)).outcome == "inconclusive"


@every_rule
def test_a_control_meant_to_diverge_is_rejected_by_it(case: tuple) -> None:
    """With the reason declared, and without it inconclusive; where nothing diverges its successes pass, which is a fault."""
    reason = "without the penalty the game spirals out"
    assert of_control(planted(case, control=N, decoy=True, control_diverges=reason)).outcome == "rejected"
    assert of_control(planted(case, control=N, decoy=True)).outcome == "inconclusive"
    passed = of_control(planted(case, decoy=True, control_diverges=reason))
    assert (passed.outcome, "the control arm passed" in passed.detail) == ("broken", True)


# --- which arm looks at what ------------------------------------------------------------------------------------------


def _flags(arm: str, *seeds: int, n: int = 16) -> dict[str, np.ndarray]:
    return {f"diverged/{arm}": np.isin(np.arange(n), seeds)}


BY_NAME = {"network": ("fixed", "shared"), "control": ("fresh", "shared")}
LABELS = [
    ("network", {}, (True, False)),
    ("control", {}, (False, True)),
    (EVERY_ARM, {}, (True, True)),
    ("only drawn", {}, (False, False)),
    ("fixed", BY_NAME, (True, False)),
    ("fresh", BY_NAME, (False, True)),
    ("shared", BY_NAME, (True, True)),
    ("network", BY_NAME, (False, False)),
    (EVERY_ARM, BY_NAME, (True, True)),
    ("network", {"control": ("network",)}, (True, True)),
    ("network", {"control": ()}, (True, False)),
    (EVERY_ARM, {"control": ()}, (True, True)),
]


@pytest.mark.parametrize(("label", "looks_at", "touched"), LABELS)
def test_a_fit_touches_the_arms_that_look_at_it(label: str, looks_at: dict, touched: tuple[bool, bool]) -> None:
    """By its label, by `looks_at` where that says otherwise, and all arms where it has none."""

    def train(run: Run) -> dict[str, np.ndarray]:
        options = {} if label == EVERY_ARM else {"arm": label}
        for other in {name for names in looks_at.values() for name in names}:
            run.note(np.zeros(N, bool), other)
        return {"r": trained(run, **{"arm": EVERY_ARM, **options}, bad=np.ones(N, bool))}

    measure = lambda claimed, data: {"network": data["r"], "control": 9 + data["r"]}  # noqa: E731
    shown = Experiment(experiment(Agreement(1.0), train, measure, looks_at=looks_at), Conditions())
    shown.look(N)
    assert shown.decided(None).outcome == ("refuted" if touched[0] else "holds")
    assert of_control(shown).outcome == ("inconclusive" if touched[1] else "rejected")


def test_a_rider_looks_where_it_says_itself() -> None:
    """What is measured on the same networks inherits `looks_at` unless it has its own."""

    def train(run: Run) -> dict[str, np.ndarray]:
        run.note(np.zeros(N, bool), "fresh")
        return {"r": trained(run, "fixed", np.ones(N, bool))}

    evidence = experiment(Agreement(1.0), train, as_network, looks_at={"network": ("fixed",)})
    riding = {"alike": None, "otherwise": {"network": ("fresh",)}}
    for looks_at in riding.values():
        one_level(Claim(topic="trade-offs")).measured_on(
            evidence, rule=Agreement(1.0), reason="planted", looks_at=looks_at
        )(as_network)
    shown = Experiment(evidence, Conditions())
    shown.look(N)
    assert [one.decided(None).outcome for one in (shown, *shown.riders())] == ["refuted", "refuted", "holds"]


def as_network(claimed: object, data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"network": data["r"]}


def test_members_in_blocks_and_rows_are_told_apart() -> None:
    """A label a block, and flags at the seeds that were trained; a seed lost once in an arm is lost to it."""
    run = Run("quick", seeds_of(0, 1, 8), steps=40, batch=16)
    trained(run, ("network", "control"), np.repeat([False, True], 8))
    assert not run.diverged["network"].any()
    assert run.diverged["control"].all()
    trained(run, "rows", np.array([True, False, False, True]), rows=slice(1, None, 2))
    trained(run, "rows", np.array([False, True, False, False]), rows=slice(0, None, 2))
    trained(run, "rows", np.zeros(8, bool))
    assert np.array_equal(np.flatnonzero(run.diverged["rows"]), [1, 2, 7])
    assert run.seed_steps == 40 * (16 + 4 + 4 + 8)


@pytest.mark.parametrize("arm", ["network", "control"])
def test_nan_is_excused_by_divergence_of_its_own_arm_alone(arm: str) -> None:
    """NaN of a seed that did not diverge there is broken, whatever happened to it in the other arm."""
    evidence = experiment(Agreement(1.0), lambda run: {}, lambda claimed, data: {k: data[k] for k in arms})
    arms = {"network": np.linspace(0, 0.1, 16), "control": np.linspace(9, 9.1, 16)}
    arms[arm][3] = np.nan
    other = "control" if arm == "network" else "network"
    outcome = lambda flags: decide(evidence, arms | flags, range(16)).outcome  # noqa: E731
    assert outcome({}) == "broken"
    assert outcome(_flags(other, 3)) == "broken"
    assert outcome(_flags(arm, 2)) == "broken"
    assert outcome(_flags(arm, 3)) == "holds"
    assert outcome(_flags(EVERY_ARM, 3)) == "holds"


# --- the run's device, processes and seeds reach every training ---------------------------------------------------------


class Reached(Exception):
    """Raised in place of training, with what it was told."""


NOWHERE = "nowhere"
UNTRAINED = {"precision_recall.exact_members"}
"""Experiments on exact members of a family, which nothing is trained for."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    from toys import train

    def fit(learner: object, **options: Any) -> None:
        raise Reached(options)

    monkeypatch.setattr(train, "fit", fit)


@pytest.mark.parametrize("found", discovery.find(), ids=lambda found: found.id)
def test_no_experiment_ignores_where_it_is_to_train(found: discovery.Found, told: None) -> None:
    """At every level and in every protocol training is asked for on the run's device, processes and seeds; nothing trains before."""
    claim = found.load()
    for evidence in (e for s in claim.statements for e in s.evidence if e.trains):
        if f"{claim.id}.{evidence.name}" in UNTRAINED:
            evidence.function(Run("quick", (1, 2)))  # trains nothing, or `told` would have heard of it
            continue
        for level in ("quick", "full", "long"):
            for protocol in (None, *evidence.options["protocols"]):
                reaches(Experiment(evidence, Conditions(level=level, device=NOWHERE, protocol=protocol)))


def reaches(shown: Experiment) -> None:
    executor: Any = object()
    with pytest.raises(Reached) as reached:
        shown.look(8, executor)
    (options,) = reached.value.args
    assert options["device"] == NOWHERE
    assert options["executor"] is executor
    assert {seed & (2**31 - 1) for seed in options["seeds"]} <= set(shown.seeds)
    assert options["steps"] > 0
    assert options["batch"] % 16 == 0


def test_training_on_an_unknown_device_fails() -> None:
    """It raises, and does not fall back on the processor."""
    case = CASES["agreement"]
    evidence = planted(case).evidence
    with pytest.raises(ValueError, match=NOWHERE):
        Experiment(evidence, Conditions(device=NOWHERE)).look(N)


# --- seeds ------------------------------------------------------------------------------------------------------------


def test_seeds_follow_from_the_seed_and_the_revision_alone() -> None:
    """More of them begin with the same; another seed or revision has others, all below 2³¹ and distinct."""
    assert seeds_of(0, 1, 64)[:16] == seeds_of(0, 1, 16)
    many = [seed for given in ((0, 1), (1, 1), (0, 2), (10, 1), (1, 0), (0, 11)) for seed in seeds_of(*given, 500)]
    assert len(set(many)) == len(many)
    assert 0 <= min(many) <= max(many) < 2**31


COIN = (Path(__file__).parents[1] / "gone_wrong" / "fair_coin.py").read_text()


def claims_named(names: Sequence[str], folder: Path) -> list[Claim]:
    """The same claim in files of these names."""
    for name in names:
        (folder / f"{name}.py").write_text(COIN)
    return [discovery.Found(name, folder / f"{name}.py", None).load() for name in names]


def test_a_name_chooses_no_seeds(tmp_path: Path) -> None:
    """Two claims of other names train on the same seeds; only the run's seed changes them."""
    (one,), (other,) = (claim.statements[0].evidence for claim in claims_named(["heads", "tails"], tmp_path))
    looked = [Experiment(e, Conditions(seed=seed)) for e, seed in ((one, 0), (other, 0), (other, 1))]
    for shown in looked:
        shown.look(16)
    assert looked[0].seeds == looked[1].seeds
    assert not set(looked[0].seeds) & set(looked[2].seeds)


def test_no_name_is_lucky(tmp_path: Path) -> None:
    """A fair coin said to fall on heads three times in five gets one verdict under fifty names, and it is not a good one."""
    words = set()
    for claim in claims_named([f"coin_{k}" for k in range(50)], tmp_path):
        (evidence,) = claim.statements[0].evidence
        outcomes = gather.gather(evidence, Conditions()).outcomes
        words.add(verdict.of_claim(claim, outcomes)[0].word)
    assert words == {"inconclusive"}


def test_an_arm_that_looks_at_nothing_trained_is_broken() -> None:
    """A label that no fit bears, misspelt say, would shield its arm from every divergence: it breaks the experiment."""
    claim = Claim(topic="trade-offs", empirical=True)
    level = one_level(claim)

    @level.experiment(rule=Share(0.5), seeds=24, reason="a test", looks_at={"network": ("netwrok",)})
    def trained(run):
        run.note(np.ones(24, bool), "network")
        return {"seen": np.ones(24)}

    trained.measure(lambda claimed, data: {"network": data["seen"], "control": 0 * data["seen"]})
    experiment = Experiment(level.evidence[0], Conditions())
    assert experiment.run().outcome == "broken"
    assert "netwrok" in experiment.run().detail
