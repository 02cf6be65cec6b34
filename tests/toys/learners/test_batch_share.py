"""A share learned from batches: losses and slopes against enumeration, batches of every size, independence of neighbours."""

import numpy as np
import pytest
import torch

from toys.learners.batch_share import LOSSES, BatchShare
from toys.optimisers import Adam
from toys.targets.two_points import TwoPoints
from toys.train import fit

TWO = TwoPoints(0.3, 2.0)


def value(loss_of, k, j, n, d):
    """L of counts k and j."""
    if loss_of == "wasserstein":
        return d * abs(k - j) / n
    square = 2 * d * ((k - j) / n) ** 2
    spread = 2 * d * (k * (n - k) + j * (n - j)) / n**2
    return square - spread / (n - 1) if loss_of == "unbiased" else square


@pytest.mark.parametrize("loss_of", LOSSES)
@pytest.mark.parametrize("size", [2, 3, 5])
def test_loss_and_slope_are_those_written_out(loss_of, size):
    """Batch by batch, with both places of the last sample, and what does not fill a batch left out."""
    learner = BatchShare(TWO, loss_of, size)
    rng = np.random.default_rng(2)
    x, level = TWO.sample(16, rng).T[None], rng.random((1, 1, 16))
    players = {"share": torch.tensor(learner.initialise(rng)["share"][None]).requires_grad_()}
    hyper = {"size": torch.tensor([float(size)], dtype=torch.float64)}
    loss = learner.loss("share", players, {"x": torch.tensor(x), "level": torch.tensor(level)}, hyper)
    theta = float(learner.share(players, hyper).detach())
    means, slopes = [], []
    for start in range(0, 16 - size + 1, size):
        k = (x[0, 0, start : start + size] > 0).sum()
        j = (level[0, 0, start : start + size - 1] < theta).sum()
        off, on = (value(loss_of, k, j + one, size, 2.0) for one in (0, 1))
        means.append(theta * on + (1 - theta) * off)
        slopes.append(size * (on - off) * theta * (1 - theta))
    assert float(loss.detach()) == pytest.approx(np.mean(means), rel=1e-6)
    (slope,) = torch.autograd.grad(loss.sum(), players["share"])
    assert float(slope[0, 0]) == pytest.approx(np.mean(slopes), rel=1e-6)


@pytest.mark.parametrize("loss_of", LOSSES)
def test_a_seed_is_bitwise_independent_of_its_neighbours(loss_of):
    """A seed and size give the same share alone and among thirty, of sizes of their own."""
    sizes = np.tile([2.0, 5.0, 16.0], 10)
    crowd = fit(BatchShare(TWO, loss_of, sizes), seeds=range(30), steps=6, batch=16, optimiser=Adam(0.1))
    alone = fit(BatchShare(TWO, loss_of, sizes[13:14]), seeds=[13], steps=6, batch=16, optimiser=Adam(0.1))
    assert np.array_equal(crowd.players["share"][:, 13], alone.players["share"][:, 0])


def test_the_share_starts_near_a_half():
    """Within a few jitters."""
    learner = BatchShare(TWO, jitter=0.1)
    rows = np.stack([learner.initialise(np.random.default_rng(seed))["share"] for seed in range(50)])
    shares = learner.share({"share": torch.tensor(rows)}, {}).numpy()
    assert abs(shares.mean() - 0.5) < 0.02
    assert 0.01 < shares.std() < 0.04


BAD = [
    (lambda: BatchShare(TWO, "sinkhorn"), "loss_of"), (lambda: BatchShare(TWO, size=0), "size"),
    (lambda: BatchShare(TWO, size=2.5), "size"), (lambda: BatchShare(TWO, "unbiased", 1), "size"),
    (lambda: BatchShare(TWO, jitter=-0.1), "jitter"), (lambda: TwoPoints(0.0), "weight"), (lambda: TwoPoints(0.3, 0.0), "distance"),
    (lambda: fit(BatchShare(TWO, size=32), seeds=[0], steps=1, batch=16), "batch"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
