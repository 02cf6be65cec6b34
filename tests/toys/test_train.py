"""The training loop: seeds decide alone, hyper-parameters differ, divergence stays at home."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, fields

import numpy as np
import pytest
import torch

from toys.learner import Hyper, Learner, Move
from toys.learners.denoiser import Denoiser
from toys.learners.dirac_gan import DiracGAN
from toys.learners.discriminator import Discriminator
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.learners.mixture_network import MixtureNetwork
from toys.learners.regressor import Regressor
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE, VectorQuantiser
from toys.optimisers import SGD, Adam, RMSProp
from toys.targets import bishop_inverse, power_law_signal, ring, symmetric_pair, two_branch
from toys.targets.target import Target
from toys.train import Fitted, Interrupted, fit, local_processes, stream

LEARNERS = [
    Regressor(bishop_inverse(), hidden=(17, 9)),
    Regressor(two_branch(), hidden=(80,), activation="relu", power=1.0),
    FlowMatching(ring(), hidden=(33,)),
    VectorQuantiser(ring(), 5),
    VQVAE(ring(), 5, hidden=(13,)),
    LinearVAE(power_law_signal(5), 3),
    LinearVAE(power_law_signal(5), 3, full=True, sampled=True, learned_std=True),
    LinearVAE(power_law_signal(5), 3, population=True),
    VAE(two_branch(), 2, hidden=(11, 6), noise="factorised"),
    VAE(ring(), 3, hidden=(17,), noise="isotropic", beta=0.3),
    MixtureNetwork(bishop_inverse(), 3, hidden=(19,)),
    Denoiser(ring(), hidden=(21,)),
    Discriminator(symmetric_pair(1.0, 0.5), symmetric_pair(2.0, 0.3), hidden=(23,)),
    DiracGAN("instance_noise", 0.5),
    DiracGAN("r1", 0.5, alternating=True, jitter=1.0),
]


def rows(fitted, seed):
    """All that is known of the member of one seed."""
    i = list(fitted.seeds).index(seed)
    return [*(v[:, i] for v in fitted.players.values()), *(v[i] for v in fitted.loss.values())]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: type(learner).__name__)
def test_a_seed_trains_bitwise_alike_alone_and_in_company(learner, dtype):
    """Seed k alone decides network k: alone, in another order and place, and among 21."""
    settings = {"steps": 40, "batch": 48, "record": [5], "dtype": dtype, "points": 100}
    crowd = fit(learner, seeds=range(100, 121), **settings)
    for seeds in ([107], [119, 107], [100, 101, 107, 120]):
        some = fit(learner, seeds=seeds, **settings)
        for seed in seeds:
            assert all(np.array_equal(a, b) for a, b in zip(rows(some, seed), rows(crowd, seed), strict=True))


@pytest.fixture(scope="module")
def two_processes():
    with local_processes(2) as executor:
        yield executor


@pytest.mark.parametrize(
    "learner", [*LEARNERS, GAN(ring()), GAN(ring(), r1=0.5, pack=2)], ids=lambda learner: type(learner).__name__
)
def test_processes_change_nothing(learner, two_processes):
    """Two processes give bitwise what one gives, and the caller's settings of PyTorch survive."""
    settings = {"seeds": range(learner.chunk + 3), "steps": 5, "batch": 16}
    threads = torch.get_num_threads()
    here = fit(learner, **settings)
    there = fit(learner, executor=two_processes, **settings)
    for seed in (0, learner.chunk, learner.chunk + 2):
        assert all(np.array_equal(a, b) for a, b in zip(rows(here, seed), rows(there, seed), strict=True))
    assert torch.get_num_threads() == threads
    assert float(torch.tensor(1e-45) * 1) > 0


def test_local_processes_have_one_thread_and_ours_are_untouched(two_processes):
    """NumPy's and PyTorch's libraries are told so in the environment of the workers, which is not that of the parent."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    assert two_processes.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


MEMORY = """
import resource
from toys.learners.gan import GAN
from toys.targets import ring
from toys.train import fit
peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
for members in (16, 96):
    fit(GAN(ring()), seeds=range(members), steps=33)
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(*peaks)
"""


def test_memory_is_that_of_one_chunk():
    """Sixteen GANs train in 64 MB, and 96 of them in 4 MB more, of which their results are one."""
    done = subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True, timeout=120)
    before, sixteen, many = (int(kilobytes) / 1024 for kilobytes in done.stdout.split())
    assert sixteen - before < 64
    assert many - sixteen < 4


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: type(learner).__name__)
def test_a_gpu_changes_rounding_and_not_the_draw(learner):
    """In float64 the members of a GPU are those of the CPU to 1e-6 after ten steps, evaluated there too."""
    settings = {"seeds": [3, 1, 2], "steps": 10, "batch": 48, "dtype": "float64"}
    here, there = (fit(learner, device=device, **settings) for device in ("cpu", "cuda"))
    for name in learner.players:
        assert np.allclose(here.players[name], there.players[name], rtol=1e-6, atol=1e-8)
        own = {"own": [np.ones((3, 1))]}
        assert there.evaluate(lambda p, h, x, name=name: p[name][:, :1] * x, **own).shape == (3, 1)


def test_different_seeds_differ():
    """No two seeds share weights or data."""
    fitted = fit(Regressor(two_branch(), hidden=(8,)), seeds=range(20), steps=2, batch=16, record=[0])
    for checkpoint in fitted.players["network"]:
        assert len(np.unique(checkpoint, axis=0)) == 20


def test_a_prefix_of_training_is_a_shorter_training():
    """The checkpoint at step s is what training for s steps gives."""
    learner = FlowMatching(ring(), hidden=(8,))
    long = fit(learner, seeds=[3, 4], steps=70, batch=16, record=[0, 33])
    short = fit(learner, seeds=[3, 4], steps=33, batch=16)
    assert list(long.record) == [0, 33, 70]
    assert np.array_equal(long.players["velocity"][1], short.players["velocity"][0])
    assert np.array_equal(long.loss["velocity"][:, :33], short.loss["velocity"])


def test_hyper_parameters_per_member_equal_those_of_a_run_of_their_own():
    """A row of β, σ and learning rates trains each member as if the whole run had its values."""
    betas, rates = [0.5, 2.0, 4.0], [1e-2, 3e-3, 1e-1]
    target = power_law_signal(4)
    mixed = fit(LinearVAE(target, 2, beta=betas), seeds=[1, 2, 3], steps=20, batch=16, optimiser=Adam(rates))
    for i, (beta, rate) in enumerate(zip(betas, rates, strict=True)):
        own = fit(LinearVAE(target, 2, beta=beta), seeds=[i + 1], steps=20, batch=16, optimiser=Adam(rate))
        assert np.array_equal(mixed.players["vae"][-1, i], own.players["vae"][-1, 0])


def test_a_table_of_hyper_parameters_is_followed_step_by_step():
    """β given as a (seeds, steps) table acts at its own step: constant tables are constants, others are not."""
    target = power_law_signal(4)
    tables = np.array([[2.0] * 6, [2.0] * 3 + [5.0] * 3])
    moving = fit(LinearVAE(target, 2, beta=tables), seeds=[1, 2], steps=6, batch=16)
    still = fit(LinearVAE(target, 2, beta=2.0), seeds=[1, 2], steps=6, batch=16)
    assert np.array_equal(moving.players["vae"][0, 0], still.players["vae"][0, 0])
    assert np.array_equal(moving.loss["vae"][1, :3], still.loss["vae"][1, :3])
    assert (moving.loss["vae"][1, 3:] > still.loss["vae"][1, 3:]).all()


def test_a_member_that_diverges_is_frozen_and_recorded_and_disturbs_nobody():
    """An absurd learning rate ends as a finite frozen state with its step; the neighbour is bitwise untouched."""
    learner = Regressor(two_branch(), hidden=(8,), activation="relu")
    fitted = fit(learner, seeds=[1, 2], steps=200, batch=16, optimiser=SGD([1e12, 1e-2]), record=[100])
    alone = fit(learner, seeds=[2], steps=200, batch=16, optimiser=SGD(1e-2), record=[100])
    assert fitted.diverged[0] >= 0
    assert fitted.diverged[1] == -1
    first_bad = np.flatnonzero(~np.isfinite(fitted.loss["network"][0]))[0]
    assert fitted.diverged[0] in (first_bad, first_bad - 1)
    assert np.isfinite(fitted.players["network"]).all()
    assert np.array_equal(fitted.players["network"][0, 0], fitted.players["network"][1, 0])
    assert np.array_equal(fitted.players["network"][:, 1], alone.players["network"][:, 0])


def test_a_training_set_is_the_members_own_and_of_the_size_asked_for():
    """With `points` data are drawn once: two codewords on one point coincide with it; seeds have different points."""
    fitted = fit(VectorQuantiser(ring(), 1), seeds=[5, 6], steps=400, batch=16, points=1, optimiser=SGD(0.1))
    learner = VectorQuantiser(ring(), 1)
    assert np.allclose(fitted.loss["codebook"][:, -1], 0, atol=1e-12)
    first, second = fitted.evaluate(learner.codebook)
    assert not np.allclose(first, second)


@pytest.mark.parametrize("alike", [True, False])
def test_adam_and_sgd_are_those_of_pytorch(alike):
    """Forty steps of either, in one pass or row by row, equal `torch.optim` on the same gradients, in float64."""
    rates = np.full(3, 1e-2) if alike else np.array([1e-2, 3e-3, 5e-2])
    for rule, constants, peer in [
        (Adam(), {"beta1": 0.8, "beta2": 0.95}, lambda p, rate: torch.optim.Adam([p], rate, (0.8, 0.95))),
        (SGD(), {"momentum": 0.7}, lambda p, rate: torch.optim.SGD([p], rate, momentum=0.7)),
    ]:
        start = torch.tensor(np.random.default_rng(0).standard_normal((3, 48)))
        mine, state = start.clone(), rule.start(start)
        hyper = {"learning_rate": rates, **{k: np.full(3, v) for k, v in constants.items()}}
        for step in range(40):
            rule.step(mine, torch.cos(mine * (step + 1)), state, hyper, 0.5, alike)
        for row, rate in enumerate(rates):
            theta = torch.nn.Parameter(start[row].clone())
            optimiser = peer(theta, 0.5 * rate)
            for step in range(40):
                theta.grad = torch.cos(theta.detach() * (step + 1))
                optimiser.step()
            assert torch.allclose(mine[row], theta.detach(), rtol=1e-11, atol=1e-13)


def test_rmsprop_is_that_of_pytorch():
    """Forty steps at three rates; the gradients turn slowly, as dividing by their size makes fast ones chaotic."""
    start = torch.tensor(np.random.default_rng(0).standard_normal((3, 48)))
    rates, mine = np.array([1e-2, 3e-3, 5e-2]), start.clone()
    rule, state = RMSProp(), RMSProp().start(start)
    constants = {"learning_rate": rates, "smoothing": np.full(3, 0.8)}
    for step in range(40):
        rule.step(mine, torch.cos(mine + step), state, constants, 0.5, False)
    for row, rate in enumerate(rates):
        theta = torch.nn.Parameter(start[row].clone())
        peer = torch.optim.RMSprop([theta], 0.5 * rate, alpha=0.8)
        for step in range(40):
            theta.grad = torch.cos(theta.detach() + step)
            peer.step()
        assert torch.allclose(mine[row], theta.detach(), rtol=1e-11, atol=1e-13)


@dataclass(frozen=True)
class Uneven(Learner):
    """½|θ-1|², descended once by everybody and once more by those whose `more` is 1."""

    target: Target
    more: Hyper
    players = {"point": 16}  # noqa: RUF012

    def initialise(self, rng):
        return {"point": rng.standard_normal(16)}

    def draw(self, steps, batch, data, rng):
        return {"unused": np.zeros((steps, 1, 1))}

    def loss(self, player, players, batch, hyper):
        return 0.5 * (players["point"] - 1).square().sum(1)

    def moves(self, hyper):
        return [Move(("point",)), Move(("point",), 0, hyper["more"] > 0)]


def test_members_that_move_more_often_count_their_own_steps():
    """Adam's corrections go by a member's own updates: each equals `torch.optim.Adam` with as many."""
    fitted = fit(Uneven(ring(), [0.0, 1.0, 0.0]), seeds=[4, 5, 6], steps=7, batch=16, record=[0], dtype="float64")
    for (start, end), updates in zip(fitted.players["point"].swapaxes(0, 1), (7, 14, 7), strict=True):
        theta = torch.nn.Parameter(torch.tensor(start))
        adam = torch.optim.Adam([theta], 1e-3)
        for _ in range(updates):
            theta.grad = theta.detach() - 1
            adam.step()
        assert np.allclose(end, theta.detach(), rtol=1e-12)


def test_streams_of_a_seed_are_apart():
    """Weights, data, noise and two purposes of evaluation: five generators a seed, no two alike."""
    fitted = fit(VectorQuantiser(ring(), 1), seeds=[1, 2], steps=1, batch=16)
    generators = [stream(seed, purpose) for seed in (1, 2) for purpose in (0, 1, 2)]
    generators += [*fitted.generators(), *fitted.generators(1)]
    assert len({generator.random() for generator in generators}) == 10


def test_checkpoints_are_evaluated_by_their_place():
    """`at` chooses the checkpoint, the last by default, whose parameters are those recorded."""
    learner = VectorQuantiser(ring(), 2)
    fitted = fit(learner, seeds=[1, 2], steps=6, batch=16, record=[0, 3])
    words = [fitted.evaluate(learner.codebook, at=at) for at in (0, 1, 2)]
    assert np.array_equal(words[2], fitted.evaluate(learner.codebook))
    for at, found in enumerate(words):
        row = fitted.players["codebook"][at, :, : found[0].size]
        assert np.array_equal(found.swapaxes(1, 2).reshape(2, -1), row)
    assert not np.array_equal(words[0], words[1])


def test_cosine_decay_ends_at_rest():
    """The learning rate falls from η to nearly zero along half a cosine, through η/2 in the middle."""
    rule = Adam(decay="cosine")
    assert [rule.factor(s, 100) for s in (0, 50, 100)] == pytest.approx([1, 0.5, 0], abs=1e-15)
    assert Adam().factor(99, 100) == 1


@pytest.mark.parametrize("kind", [SGD, RMSProp, Adam])
def test_decay_slows_every_optimiser(kind):
    """With it the last of two steps moves half as far as without, from the same place under the same slope."""
    ends = {}
    for decay in ("constant", "cosine"):
        rule, theta = kind(0.1, decay=decay), torch.zeros(1, 3)
        state = rule.start(theta)
        hyper = {f.name: np.array([getattr(rule, f.name)]) for f in fields(rule) if f.name != "decay"}
        for step in range(2):
            before = theta.clone()
            rule.step(theta, torch.ones(1, 3), state, hyper, rule.factor(step, 2), True)
        ends[decay] = theta - before
    assert torch.allclose(ends["cosine"], ends["constant"] / 2)


def test_ctrl_c_leaves_finished_members():
    """An interrupt after the first chunk hands over its members, complete."""

    def stop(done, of):
        assert of == 2
        raise KeyboardInterrupt

    learner = Regressor(two_branch(), hidden=(8,))
    with pytest.raises(Interrupted) as caught:
        fit(learner, seeds=range(20), steps=5, batch=16, progress=stop)
    partial = caught.value.fitted
    whole = fit(learner, seeds=range(20), steps=5, batch=16)
    assert list(partial.seeds) == list(range(16))
    assert np.array_equal(partial.players["network"], whole.players["network"][:, :16])


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us deaf to it
from toys.learners.regressor import Regressor
from toys.targets import two_branch
from toys.train import Interrupted, fit
def shown(done, of):
    print(done, "of", of, flush=True)
try:
    fit(Regressor(two_branch(), hidden=(8,)), seeds=range(16 * 2000), steps=100, batch=16, progress=shown)
except Interrupted as stop:
    stop.fitted.save(sys.argv[1])
"""


def test_a_signal_leaves_finished_members_saved(tmp_path):
    """A real SIGINT while chunks go by: what was announced as finished can be loaded, bitwise as trained here."""
    file, learner = tmp_path / "part.npz", Regressor(two_branch(), hidden=(8,))
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "1 of 2000\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    announced = 1 + len(process.communicate(timeout=60)[0].splitlines())
    part = Fitted.load(learner, file)
    assert len(part.seeds) in (16 * announced, 16 * announced + 16)
    assert len(part.seeds) < 16 * 2000
    whole = fit(learner, seeds=range(16), steps=100, batch=16)
    assert np.array_equal(part.players["network"][:, :16], whole.players["network"])
    assert np.array_equal(
        part.evaluate(learner.predict, np.ones((16, 1)))[:16], whole.evaluate(learner.predict, np.ones((16, 1)))
    )


def test_what_is_saved_is_loaded(tmp_path):
    """Every field comes back, hyper-parameters and checkpoints of both players included."""
    fitted = fit(GAN(ring(), r1=[0.1, 0.2]), seeds=[3, 1], steps=4, batch=16, record=[0, 2])
    fitted.save(tmp_path / "gan.npz")
    loaded = Fitted.load(fitted.learner, tmp_path / "gan.npz")
    for name in ("seeds", "record", "diverged"):
        assert np.array_equal(getattr(fitted, name), getattr(loaded, name))
    for name in ("players", "loss", "hyper"):
        one, other = getattr(fitted, name), getattr(loaded, name)
        assert one.keys() == other.keys()
        assert all(np.array_equal(one[k], other[k]) for k in one)
    assert loaded.device == "cpu"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"seeds": []}, "seeds"), ({"seeds": [1, 1]}, "seeds"), ({"seeds": [-1]}, "seeds"),
        ({"steps": 0}, "steps"), ({"batch": 100}, "batch"), ({"record": [11]}, "record"),
        ({"points": 0}, "points"), ({"dtype": "float16"}, "dtype"),
        ({"optimiser": {"generator": Adam()}}, "optimiser"), ({"optimiser": Adam([1.0, 2.0])}, "learning_rate"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused_by_name(change, word):
    """`fit` names the argument that is wrong."""
    settings = {"seeds": [1], "steps": 10, "batch": 16} | change
    with pytest.raises(ValueError, match=word):
        fit(Regressor(two_branch(), hidden=(8,)), **settings)


@pytest.mark.parametrize("make", [lambda: Adam(-1.0), lambda: Adam(beta1=1.0), lambda: SGD(momentum=-0.1),
                                  lambda: Adam(epsilon=0.0), lambda: SGD(decay="linear")])  # fmt: skip
def test_bad_optimisers_are_refused(make):
    """Learning rates are positive, momenta lie in [0, 1), decays have names."""
    with pytest.raises(ValueError, match="expected"):
        make()
