"""Published protocols: what was printed is declared as printed, sizes shrink as stated, samples count as defined."""

from dataclasses import replace

import numpy as np
import pytest

from theory import scores
from toys import protocols, rerun
from toys.protocols import LEVELS, NAMES, SCORES, Counting, Size, named
from toys.targets import MixtureTarget, ring

TINY = Size(2, ("ring",), steps=10_000, widths=16)


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_is_complete(name: str) -> None:
    """Every level names known targets; every published row has an arm and a cell for each score, or a reason."""
    protocol = named(name)
    assert protocol.name == name
    assert set(protocol.scores) <= set(SCORES)
    assert {"GAN", "VAE"} <= set(protocol.arms)
    for level in LEVELS:
        size = protocol.size(level)
        assert size.targets
        assert set(size.targets) <= set(protocol.targets)
        assert protocol.batch_at(level) % 16 == 0
    assert set(protocol.size("long").targets) == set(protocol.targets)
    assert protocol.steps_at("long") == protocol.steps
    for target, rows in protocol.published.items():
        assert target in protocol.targets
        for arm, cells in rows.items():
            assert arm in protocol.arms or arm in protocol.not_run
            assert len(cells) == len(protocol.scores)
    assert not set(protocol.arms) & set(protocol.not_run)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_arm_can_be_made_at_every_level(name: str, level: str) -> None:
    """Learner and optimisers, with widths divided as stated and never below four."""
    protocol = named(name)
    for arm in protocol.arms:
        made = protocol.arm_at(arm, level)
        for key, net in protocol.arms[arm].nets.items():
            assert made.nets[key].hidden == tuple(max(4, n // protocol.size(level).widths) for n in net.hidden)
        for target in protocol.size(level).targets:
            learner = rerun.learner(made, protocol.targets[target]())
            assert set(learner.players) == set(made.rules)
        for rule in made.rules.values():
            assert rerun.rule(rule.kind, rule.rate, rule.options)


@pytest.mark.parametrize("name", NAMES)
def test_the_scaling_is_said_in_numbers(name: str) -> None:
    """Long is the full size; what quick and full divide stands in their sentence."""
    protocol = named(name)
    assert protocol.scaling("long") == "long: full size"
    for level in ("quick", "full"):
        size, said = protocol.size(level), protocol.scaling(level)
        assert said.startswith(f"{level}: ")
        assert f"{protocol.steps:,} / {size.steps} = {protocol.steps // size.steps:,}" in said
        if size.widths > 1:
            assert f"widths / {size.widths}" in said
        if size.rates != 1:
            assert f"× {size.rates:g}" in said


def test_pacgan_is_as_published() -> None:
    """Table 1 and the set-up, number by number where they are most easily mistaken."""
    protocol = named("pacgan")
    assert protocol.published["ring"]["GAN"] == ((6.3, 0.5), 98.2, 0.45)
    assert protocol.published["grid"]["PacGAN4"] == (24.8, 93.6, 0.04)
    assert protocol.counting == Counting(2500, "distance", 3.0, strict=True)
    assert len(protocol.targets["ring"]().mixture) == 8
    assert np.allclose(np.unique(protocol.targets["grid"]().centres), [-4, -2, 0, 2, 4])
    arm = protocol.arm_at("PacGAN3", "long")
    made = rerun.learner(arm, ring())
    assert made.generator.sizes == (2, 400, 400, 400, 400, 2)
    assert made.discriminator.sizes == (6, 200, 200, 200, 1)
    assert made.discriminator.layers[1] == (200, 1000)
    assert arm.rules["generator"].rate == 1e-4
    assert arm.rules["generator"].options == {"beta1": 0.8}


def test_an_arm_runs_and_is_scored() -> None:
    """A tiny run of the whole protocol: an array a target, arm and score, each in its range."""
    tiny = replace(named("pacgan"), sizes={"quick": TINY})
    for arm in tiny.arms:
        scored = rerun.run_arm(tiny, arm, ring(), "quick", seeds=(3, 4))
        assert set(scored) == {"captured", "quality", "reverse_kl"}
        assert all(values.shape == (2,) for values in scored.values())
        assert ((scored["quality"] >= 0) & (scored["quality"] <= 1)).all()
        assert ((scored["reverse_kl"] >= -1e-12) & (scored["reverse_kl"] <= np.log(8) + 1e-12)).all()


def test_counts_follow_the_definition() -> None:
    """Sample by sample against `theory.scores`, strictly or not, and by responsibility all of them."""
    target, rng = ring(8, 1.0, 0.1), np.random.default_rng(0)
    x = target.sample(500, rng) + 0.3 * rng.standard_normal((500, 2))
    report = scores.mode_report(x, target.mixture)
    found = rerun.counts(x, target, Counting())
    assert (found > 0).sum() == report.captured
    assert found.sum() / 500 == pytest.approx(report.high_quality)
    edge = target.centres[:1] + np.array([0.3 * 0.999999, 0])
    assert rerun.counts(edge, target, Counting(strict=True)).sum() == 1
    assert rerun.counts(edge + np.array([1e-3, 0]), target, Counting()).sum() == 0
    at = np.array([[1.25, 0.0]])
    square = replace(target, mixture=ring(4, 1.0, 0.125).mixture)
    assert rerun.counts(at, square, Counting(deviations=2.0)).sum() == 1
    assert rerun.counts(at, square, Counting(deviations=2.0, strict=True)).sum() == 0
    assert rerun.counts(x, target, Counting(by="responsibility")).sum() == 500


def test_the_data_themselves_win_and_failures_lose() -> None:
    """True samples capture all with a small reverse KL; a diverged seed has 0, 0 and ln K."""
    target = ring()
    told = rerun.score(target.sample(20_000, np.random.default_rng(0)), target, Counting())
    assert told["captured"] == 8
    assert told["quality"] == pytest.approx(1 - np.exp(-4.5), abs=3e-3)
    assert told["reverse_kl"] < 1e-3
    for lost in (None, np.full((50, 2), 9.0)):
        assert rerun.score(lost, target, Counting()) == {
            "captured": 0, "quality": 0, "reverse_kl": pytest.approx(np.log(8)),
        }  # fmt: skip
    one = np.tile(target.centres[:1], (50, 1))
    assert rerun.score(one, target, Counting())["reverse_kl"] == pytest.approx(np.log(8))


def test_unknown_names_are_refused() -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match="pacgan"):
        named("nobody2099")
    with pytest.raises(ValueError, match="level"):
        named("pacgan").size("slow")


def test_declaring_needs_no_torch() -> None:
    """So that the command can name its protocols without waiting."""
    import subprocess
    import sys

    code = "import sys, toys.protocols; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    assert isinstance(protocols.named("pacgan").targets["grid"](), MixtureTarget)
