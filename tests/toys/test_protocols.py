"""Published protocols: what was printed is declared as printed, sizes shrink as stated, samples count as defined."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from theory import scores
from toys import protocols, replication
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.networks import MLP
from toys.protocols import LEVELS, NAMES, SCORES, Counting, Size, named
from toys.targets import (
    LabelledMoons,
    MixtureTarget,
    notebook_ring,
    ring,
    spiral,
    symmetric_pair,
    two_clusters,
    two_moons,
)
from toys.train import fit, fitting


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_is_complete(name: str) -> None:
    """Every level names known targets; every published row has an arm and a cell for each score."""
    protocol = named(name)
    assert protocol.name == name
    assert set(protocol.scores) <= set(SCORES)
    judged = {"GAN", "VAE"} <= set(protocol.arms)
    assert judged or any("not judged" in note.replace("\n", " ") for note in protocol.notes)
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
            assert arm in protocol.arms
            assert len(cells) == len(protocol.scores)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_arm_can_be_made_at_every_level(name: str, level: str) -> None:
    """Learner and optimisers, with widths divided as stated and never below four."""
    protocol = named(name)
    for arm in protocol.arms:
        for target in protocol.size(level).targets:
            made = protocol.arm_at(arm, target, level)
            for key, net in protocol.arm(arm, target).nets.items():
                assert made.nets[key].hidden == tuple(max(4, n // protocol.size(level).widths) for n in net.hidden)
            learner = replication.learner(made, protocol.targets[target]())
            assert set(learner.players) == set(made.rules)
            for rule in made.rules.values():
                assert replication.rule(rule, made, range(3))
    assert all(arm in protocol.arms and target in protocol.targets for target, arm in protocol.overrides)


@pytest.mark.parametrize("name", NAMES)
def test_the_scaling_is_said_in_numbers(name: str) -> None:
    """Long is the full size; what quick and full divide stands in their sentence."""
    protocol = named(name)
    assert protocol.scaling("long").startswith("long: full size")
    for level in ("quick", "full"):
        size, said = protocol.size(level), protocol.scaling(level)
        assert said.startswith(f"{level}: ")
        if size.steps > 1:
            assert f"{protocol.steps:,} / {size.steps} = {protocol.steps // size.steps:,}" in said
        if size.batch > 1:
            assert f"{protocol.batch} / {size.batch} = {protocol.batch // size.batch}" in said
        for target in set(protocol.targets) - set(size.targets):
            assert target in said
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
    arm = protocol.arm_at("PacGAN3", "ring", "long")
    made = replication.learner(arm, ring())
    assert made.generator.sizes == (2, 400, 400, 400, 400, 2)
    assert made.discriminator.sizes == (6, 200, 200, 200, 1)
    assert made.discriminator.layers[1] == (200, 1000)
    assert arm.rules["generator"].rate == 1e-4
    assert arm.rules["generator"].options == {"beta1": 0.8}


def test_the_others_are_as_published() -> None:
    """What is most easily mistaken: tables, numbers of modes, scales, networks, who unrolls what."""
    veegan, ali = named("veegan"), named("ali")
    assert veegan.published["ring"]["VEEGAN"] == (8.0, 52.9)
    assert veegan.published["grid"]["unrolled"] == (23.6, 16.0)
    assert veegan.counting == Counting(2500, "distance", 3.0)
    assert ali.published["grid"] == {"GAN": ((10.4, 9.2), None), "ALI": ((13.4, 5.8), None)}
    assert (ali.counting.by, ali.counting.samples) == ("responsibility", 10_000)
    unrolled = named("unrolled")
    assert len(unrolled.targets["notebook_ring"]().mixture) == 7
    for target, steps, activation in (("notebook_ring", 5, "tanh"), ("ring_of_the_paper", 10, "relu")):
        arm = unrolled.arm_at("unrolled", target, "long")
        made = replication.learner(arm, unrolled.targets[target]())
        assert (made.unroll, made.latents, made.unroll_rate, made.unroll_betas) == (steps, 256, 1e-4, (0.5, 0.999))
        assert arm.nets["generator"].activation == activation
    assert (
        replication.learner(unrolled.arm_at("unrolled", "notebook_ring", "quick"), notebook_ring()).unroll_rate == 5e-4
    )
    wgan, sun = named("wgan-gp"), named("sun")
    assert np.allclose(np.linalg.norm(wgan.targets["8_gaussians"]().centres, axis=1), 2 / 1.414)
    assert wgan.targets["25_gaussians"]().mixture.stds.max() == pytest.approx(0.05 / 2.828)
    assert wgan.targets["swiss_roll"]().std == pytest.approx(0.25 / 7.5)
    assert wgan.arms["WGAN, clipped"].options["clip"] == 0.01
    assert wgan.arms["WGAN-GP"].options["discriminator_steps"] == 5
    assert wgan.arms["WGAN-GP"].options["penalty"] == 0.1
    assert len(sun.targets["5_gaussians"]().mixture) == 5
    assert sun.arm("paired", "two_clusters").options["uniform"] == 5.0
    transport = named("c2ot")
    assert transport.published["labelled_moons"]["minibatch transport"] == ((0.483, 0.059), (0.462, 0.025))
    assert transport.arms["conditional transport"].options["source"].mixture.stds.max() == pytest.approx(0.1**0.5)
    assert list(named("salmona").targets) == [f"m={m}" for m in range(11)]


def test_each_seed_of_ali_draws_its_rate_from_its_own_number() -> None:
    """Within the declared range, the same whatever seeds run beside it, and the same for both players."""
    protocol = named("ali")
    arm = protocol.arm_at("ALI", "grid", "long")
    rules = [replication.rule(arm.rules[p], arm, seeds) for p, seeds in (("generator", range(9)), ("encoder", (4,)))]
    assert rules[0].learning_rate[4] == rules[1].learning_rate[0]
    assert rules[0].beta1[4] == rules[1].beta1[0]
    assert len(set(rules[0].learning_rate)) == 9
    assert ((rules[0].learning_rate >= 0.3e-4) & (rules[0].learning_rate <= 3e-4)).all()
    assert ((rules[0].beta1 >= 0.3) & (rules[0].beta1 <= 0.8)).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_arm_runs_and_is_scored(name: str) -> None:
    """A tiny run on every kind of target: an array an arm and score, each in its range."""
    protocol = named(name)
    targets = list(protocol.targets)[:1] if name == "salmona" else list(protocol.targets)
    tiny = replace(protocol, sizes={"quick": Size(2, tuple(targets), protocol.steps // 4, 64, protocol.batch // 16)})
    for target in targets:
        most = max(1, len(replication.shares(protocol.targets[target]())))
        for arm in tiny.arms:
            scored = replication.run_arm(tiny, arm, target, "quick", fitting((3, 4)), (3, 4))
            assert scored
            assert set(scored) <= set(protocol.scores)
            assert all(values.shape == (2,) and np.isfinite(values).all() for values in scored.values())
            assert all(0 <= v <= most for v in scored.get("captured", ()))
            assert all(0 <= v <= 1 for key in ("quality", "gap", "between", "elsewhere") for v in scored.get(key, ()))
            assert all(v > 0 for key in ("one_step", "w2") for v in scored.get(key, ()))
            assert all(-1e-12 <= v <= np.log(most) + 1e-12 for v in scored.get("reverse_kl", ()))


def test_curves_and_clusters_count_what_lies_on_them() -> None:
    """Of true samples of the swiss roll about 99.7 % lie within three deviations of it; of clusters all are inside."""
    rng = np.random.default_rng(0)
    roll = replication.score(spiral().sample(4000, rng), spiral(), Counting())
    assert set(roll) == {"quality"}
    assert 0.985 < roll["quality"] < 1
    assert replication.score(np.full((9, 2), 5.0), spiral(), Counting())["quality"] == 0
    assert replication.score(None, spiral(), Counting())["quality"] == 0
    x = two_clusters().sample(1000, rng)
    assert replication.score(x, two_clusters(), Counting())["captured"] == 2
    assert replication.score(x, two_clusters(), Counting())["quality"] == 1
    assert list(replication.counts(np.array([[0.1], [0.2], [2.0], [4.29], [4.31]]), two_clusters(), Counting())) == [
        2,
        1,
    ]


def test_the_bridge_of_the_steepest_map_is_the_bound() -> None:
    """clip(Lz + b) between the modes attains Φ(w/L + Φ⁻¹(A)) - A; a constant left of the gap leaves nothing there."""
    z = np.random.default_rng(0).standard_normal((2, 200_000, 1))
    m, slope = 4.0, 8.0
    made = np.clip(slope * z, -m / 2, m / 2)
    told = replication.bridged(made, np.full(2, slope), m)
    assert [t["gap"] for t in told] == pytest.approx([t["gap_bound"] for t in told], abs=3e-3)
    assert told[0]["gap"] > 0.15
    lost = replication.bridged(np.full((2, 50, 1), -m), np.array([0.0, 1.0]), m)
    assert all(t["gap"] == 0 and t["gap_bound"] == pytest.approx(0) for t in lost)
    assert "gap_bound" not in replication.bridged(made, None, m)[0]


def test_distances_of_flows_are_those_to_the_data() -> None:
    """A flow that stays is as far as its source; two samples of the data are 0.5 apart, but not where labels are to be met."""
    law = two_moons(0.6, 3.0, -1.0)
    still = FlowMatching(law, (4,), source=ring(8, 5.0, 0.1**0.5))
    stays = fit(still, seeds=[1, 2], steps=1, batch=16)
    stays = replace(stays, players={"velocity": np.zeros_like(stays.players["velocity"])})
    rng = np.random.default_rng(0)
    x, y = still.source.sample(512, rng), law.sample(512, rng)
    found = replication.distances(stays, 512)
    costs = cdist(x, y, "sqeuclidean")
    due = np.sqrt(costs[linear_sum_assignment(costs)].mean())
    assert found["one_step"] == pytest.approx(found["w2"])
    assert found["one_step"] == pytest.approx(due, rel=0.1)
    for target, source in ((law, law), (LabelledMoons(0.6, 3.0, -1.0), law)):
        learner = FlowMatching(target, (4,), source=source)
        zeros = np.zeros((1, 2, learner.net.length), np.float32)
        apart = replication.distances(replace(stays, learner=learner, players={"velocity": zeros}), 512)["w2"]
        assert apart == pytest.approx(0.5, abs=0.15) if target is law else (apart > 1).all()


def test_neighbours_have_no_third_mode_between_them() -> None:
    """On the line the next ones, on the grid those beside and above, on a ring those along it."""
    line = named("aithal").targets["four"]()
    assert replication.neighbours(line.centres) == [(0, 1), (1, 2), (2, 3)]
    square = named("aithal").targets["grid"]().centres
    pairs = replication.neighbours(square)
    assert len(pairs) == 40
    assert all(np.linalg.norm(square[i] - square[j]) == pytest.approx(2) for i, j in pairs)
    assert len(replication.neighbours(ring(8).centres)) == 8


def test_what_lies_between_neighbours_and_what_elsewhere_is_told_apart() -> None:
    """Middles of neighbours, of diagonals and points outside, each where it is; the data hardly anywhere."""
    law, rule = named("aithal").targets["grid"](), named("aithal").counting
    made = np.array([[1.0, 0.0], [0.0, -3.0], [1.0, 1.0], [6.0, 0.0], [0.1, 0.0]])
    assert replication.interpolated(made, law, rule) == {"between": 2 / 5, "elsewhere": 2 / 5}
    true = replication.interpolated(law.sample(100_000, np.random.default_rng(0)), law, rule)
    assert sum(true.values()) == pytest.approx(np.exp(-8), abs=2.6e-4)
    assert replication.interpolated(None, law, rule) == {"between": 0.0, "elsewhere": 0.0}


def test_the_steepest_slope_is_that_of_the_generator() -> None:
    """Of a network without hidden kinks, its weight."""
    protocol = named("salmona")
    target = symmetric_pair(2.0, 1.0)
    arm = replace(protocol.arm_at("GAN", "m=2", "quick"), options={"latents": 1})
    linear = GAN(target, latents=1, generator_form=lambda sizes: MLP((1, 1)))
    fitted = fit(linear, seeds=[1, 2], steps=1, batch=16)
    weights = np.abs(fitted.players["generator"][-1, :, 0])
    assert replication.steepest(fitted, arm) == pytest.approx(weights, rel=1e-2)


def test_counts_follow_the_definition() -> None:
    """Sample by sample against `theory.scores`, strictly or not, and by responsibility all of them."""
    target, rng = ring(8, 1.0, 0.1), np.random.default_rng(0)
    x = target.sample(500, rng) + 0.3 * rng.standard_normal((500, 2))
    report = scores.mode_report(x, target.mixture)
    found = replication.counts(x, target, Counting())
    assert (found > 0).sum() == report.captured
    assert found.sum() / 500 == pytest.approx(report.high_quality)
    edge = target.centres[:1] + np.array([0.3 * 0.999999, 0])
    assert replication.counts(edge, target, Counting(strict=True)).sum() == 1
    assert replication.counts(edge + np.array([1e-3, 0]), target, Counting()).sum() == 0
    at = np.array([[1.25, 0.0]])
    square = replace(target, mixture=ring(4, 1.0, 0.125).mixture)
    assert replication.counts(at, square, Counting(deviations=2.0)).sum() == 1
    assert replication.counts(at, square, Counting(deviations=2.0, strict=True)).sum() == 0
    likely = Counting(by="responsibility")
    assert replication.counts(x, target, likely).sum() == 500
    assert replication.score(x, target, likely)["quality"] == pytest.approx(report.high_quality)


def test_the_data_themselves_win_and_failures_lose() -> None:
    """True samples capture all with a small reverse KL; a diverged seed has 0, 0 and ln K."""
    target = ring()
    told = replication.score(target.sample(20_000, np.random.default_rng(0)), target, Counting())
    assert told["captured"] == 8
    assert told["quality"] == pytest.approx(1 - np.exp(-4.5), abs=3e-3)
    assert told["reverse_kl"] < 1e-3
    for lost in (None, np.full((50, 2), 9.0)):
        assert replication.score(lost, target, Counting()) == {
            "captured": 0, "quality": 0, "reverse_kl": pytest.approx(np.log(8)),
        }  # fmt: skip
    one = np.tile(target.centres[:1], (50, 1))
    assert replication.score(one, target, Counting())["reverse_kl"] == pytest.approx(np.log(8))


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
