"""How surely an experiment decides: by enumeration against simulated runs, and what each rule calls a success."""

from collections.abc import Callable

import numpy as np
import pytest

from proofs.core.rules import AGREE, REFUTE, Agreement, Each, Fewer, Mean, Rule, Share, Smaller, Trend
from proofs.evidence import power

RULES: dict[str, Rule] = {
    "share above": Share(0.5),
    "share below": Share(0.25, "<="),
    "agreement": Agreement(0.03),
    "mean": Mean(0.5, (0.0, 1.0)),
    "trend": Trend((1, 2, 4), "falls", factor=0.5),
    "rise": Trend((1, 2, 4, 8), "rises", factor=3.0),
    "each": Each(Share(0.5)),
    "fewer": Fewer(0.3),
    "smaller": Smaller(0.3),
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@every_rule
def test_the_numbers_of_a_success_are_one(rule: Rule) -> None:
    """What is made up for so many successes counts as so many."""
    good = np.arange(12) < 7
    found = rule.succeeds(rule.worst_case(good))
    assert np.array_equal(found.reshape(12, -1)[:, 0], good)


@every_rule
def test_more_successes_never_speak_against(rule: Rule) -> None:
    """With every further success the outcome stays or becomes better; all of 64 hold, and none of them is refuted."""
    words = [power.decided(rule, k, 64) for k in range(65)]
    order = [("refuted", "inconclusive", "holds").index(word) for word in words]
    assert order == sorted(order)
    assert (words[0], words[-1]) == ("refuted", "holds")


@pytest.mark.parametrize("looks", [(24,), (16, 32), (16, 32, 64)])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_the_enumeration_is_what_simulated_runs_come_to(looks: tuple[int, ...], share: float) -> None:
    """Ten thousand runs, look after look, against the sum over all numbers of successes."""
    rule, draw, runs = Share(0.6), np.random.default_rng(7), 10_000
    flags = draw.random((runs, looks[-1])) < share
    counts = {"holds": 0, "refuted": 0, "inconclusive": 0}
    known: dict[tuple[int, int], str] = {}
    for run in flags:
        word = ""
        for n in looks:
            k = int(run[:n].sum())
            if (n, k) not in known:
                values = np.arange(n) < k
                known[n, k] = rule.decide(values, AGREE / len(looks), REFUTE / len(looks)).outcome
            word = known[n, k]
            if word != "inconclusive":
                break
        counts[word] += 1
    exact = power.of_rule(rule, looks, share)
    assert sum(exact.values()) == pytest.approx(1)
    for word, p in exact.items():
        assert abs(counts[word] / runs - p) <= 4.5 * np.sqrt(p * (1 - p) / runs) + 1e-4


LAWS: dict[str, tuple[Rule, Callable[[np.random.Generator, int], np.ndarray]]] = {
    "a normal deviation off-centre": (Agreement(1.0), lambda g, n: g.normal(0.3, 0.5, n)),
    "a heavy tail": (Agreement(1.0), lambda g, n: 0.3 * g.standard_t(2, n)),
    "a noisy fall": (Trend((1, 2, 4), "falls", factor=0.5), lambda g, n: np.exp(-np.arange(3) + 0.3 * g.normal(size=(n, 3)))),
    "ties": (Trend((1, 2, 3, 4), "falls", factor=0.5), lambda g, n: np.maximum(1, np.array([3, 2, 1, 1]) + g.integers(-1, 2, (n, 4)))),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "law"), LAWS.values(), ids=LAWS)
def test_the_power_is_a_lower_bound(rule: Rule, law: Callable[[np.random.Generator, int], np.ndarray]) -> None:
    """Other laws of which as many seeds succeed decide at least as often."""
    draw, n, runs = np.random.default_rng(11), 32, 400
    share = float(rule.succeeds(law(draw, 20_000)).mean())
    held = np.mean([rule.decide(law(draw, n), AGREE, REFUTE).outcome == "holds" for _ in range(runs)])
    assert 0.7 < share < 1
    assert held >= power.of_rule(rule, (n,), share - 0.01)["holds"] - 4 * np.sqrt(0.25 / runs)


def test_the_needed_number_is_the_least() -> None:
    """One seed fewer has not the power."""
    n = power.needed(Share(0.5), 0.9)
    assert n is not None
    assert (
        power.of_rule(Share(0.5), (n,), 0.9)["holds"]
        >= power.ENOUGH
        > power.of_rule(Share(0.5), (n - 1,), 0.9)["holds"]
    )
    assert power.needed(Share(0.5), 0.5) is None


@pytest.mark.parametrize("rule", [Fewer(0.4), Fewer(0.4, least=0.1), Smaller(1.0, "", 1.5), Smaller(1.0, "", 1.5, 0.4)])
@pytest.mark.parametrize("looks", [(40,), (20, 40)])
def test_the_power_of_two_arms_is_what_simulated_runs_come_to(looks: tuple[int, ...], rule: Fewer | Smaller) -> None:
    """Four hundred runs of two arms at the effect, look after look, against the sum over all counts, or other draws of ranks."""
    draw, runs = np.random.default_rng(3), 400
    if isinstance(rule, Fewer):
        drawn = (draw.random((runs, looks[-1], 2)) < rule.rates).astype(float)
    else:
        shift = rule.by + rule.scatter * draw.standard_normal((runs, looks[-1]))
        drawn = np.stack([np.zeros_like(shift), shift], axis=2)
    said = []
    for values in drawn:
        words = [rule.decide(values[:n], AGREE / len(looks), REFUTE / len(looks)).outcome for n in looks]
        said.append(next((word for word in words if word != "inconclusive"), "inconclusive"))
    exact = power.of_pairs(rule, looks)
    assert sum(exact.values()) == pytest.approx(1)
    for word, p in exact.items():
        assert abs(said.count(word) / runs - p) <= 4.5 * np.sqrt(p * (1 - p) / runs) + 1e-4


@pytest.mark.parametrize(
    "rule", [Fewer(0.5), Fewer(0.3, 0.35), Smaller(1.0), Fewer(0.6, least=0.2), Smaller(1.0, least=0.5)]
)
def test_so_many_pairs_are_needed(rule: Fewer | Smaller) -> None:
    """With them the power is there, with one fewer it is not; what a thousand do not tell takes more than a thousand."""
    n = power.pairs_needed(rule)
    assert n is not None
    assert power.of_pairs(rule, (n,))["holds"] >= power.ENOUGH > power.of_pairs(rule, (n - 1,))["holds"]
    assert power.pairs_needed(Fewer(0.02), most=100) is None
