"""The contest is fair: same size, same data, right scores."""

import numpy as np
import pytest

from toys import contest
from toys.targets import bishop_inverse, ring
from toys.targets.target import Target
from toys.train import Fit, fitting

RING = ring()
SEEDS = (3, 4)
CONDITIONAL = ("VAE", "VAE, fixed σ", "GAN", "GAN, R1", "mixture network")


@pytest.mark.parametrize("name", contest.ARMS)
def test_every_arm_runs_and_is_scored(name: str) -> None:
    """One number per seed and score, in its range."""
    scores = contest.run(RING, name, fitting(SEEDS), steps=32)
    assert scores.captured.shape == scores.quality.shape == scores.off.shape == (2,)
    assert ((scores.captured >= 0) & (scores.captured <= 8)).all()
    for share in (scores.quality, scores.off, scores.precision, scores.recall):
        assert ((share >= 0) & (share <= 1)).all()


@pytest.mark.parametrize("name", contest.MAIN)
def test_arms_are_of_one_size(name: str) -> None:
    """Within a tenth of 2,440 parameters."""
    assert sum(contest.ARMS[name](RING).learner.players.values()) == pytest.approx(2440, rel=0.1)


@pytest.mark.parametrize("name", CONDITIONAL)
def test_conditional_arms_answer_at_the_fork(name: str) -> None:
    """On Bishop's problem samples are drawn at an input with two branches."""
    arm = contest.ARMS[name](bishop_inverse())
    scores = contest.run(bishop_inverse(), name, fitting(SEEDS), steps=32)
    assert scores.captured.max() <= contest.modes(bishop_inverse()) == 2
    assert arm.learner.target.inputs == 1


def test_the_data_themselves_win() -> None:
    """True samples capture everything; 98.9 % of them are within three deviations."""
    captured, quality, _ = contest.scored(RING, RING.sample(20_000, np.random.default_rng(0)))
    assert captured == 8
    assert quality == pytest.approx(1 - np.exp(-4.5), abs=3e-3)
    assert min(contest.summaries(RING, RING.sample(2_512, np.random.default_rng(3)), np.random.default_rng(4))) > 0.9
    x = bishop_inverse().sample(200_000, np.random.default_rng(1))
    near = x[np.abs(x[:, 0] - contest.FORK) < 2e-4]
    captured, quality, off = contest.scored(bishop_inverse(), near)
    assert captured == 2
    assert quality > 0.98
    assert off == pytest.approx(1 - quality)


def test_a_mixture_network_draws_what_it_says() -> None:
    """Its samples have the mean and deviation of its own mixture."""
    rng = np.random.default_rng(2)
    chosen = contest._one_each(np.tile([0.2, 0.5, 0.3], (20_000, 1)), rng)
    assert np.bincount(chosen, minlength=3) / 20_000 == pytest.approx([0.2, 0.5, 0.3], abs=0.02)


def test_a_comparison_is_every_arm_on_every_target_it_fits() -> None:
    """As `run` scores them, by target and place among the arms; `fit` is told what for."""
    asked = []

    def fit(target: Target, arm: str) -> Fit:
        asked.append((target.name, arm))
        return fitting(SEEDS)

    found = contest.compare(("ring", "bishop_inverse"), ("VAE", "VQ"), fit, steps=8)
    assert asked == [("ring", "VAE"), ("ring", "VQ"), ("bishop_inverse", "VAE")]
    assert (found["arms"].tolist(), found["targets"].tolist()) == (["VAE", "VQ"], ["ring", "bishop_inverse"])
    assert (found["modes_ring"], found["modes_bishop_inverse"]) == (8, 2)
    alone = contest.run(bishop_inverse(), "VAE", fitting(SEEDS), steps=8)
    assert found["quality_bishop_inverse_0"].tolist() == alone.quality.tolist()
    assert "quality_ring_1" in found
    assert "quality_bishop_inverse_1" not in found


def test_unknown_arms_are_refused() -> None:
    """The error names the argument and what there is."""
    with pytest.raises(ValueError, match="arm"):
        contest.run(RING, "diffusion", fitting(SEEDS), steps=1)
