"""Models fed on their own samples: losses against densities, what generations learn from and come to, independence of neighbours."""

import numpy as np
import pytest
import torch

from theory import GaussianMixture
from toys.learners.own_samples import START, OwnSamples
from toys.optimisers import Adam
from toys.targets import MixtureTarget, ring, symmetric_pair
from toys.targets.two_points import TwoPoints
from toys.train import fit

ONE = MixtureTarget("one_mode", GaussianMixture([1.0], [0.7], stds=[1.4]), "off-centre")
TARGETS = {"flow": ONE, "vae": ONE, "shares": TwoPoints(0.3, 2.0)}
TURNS = np.clip(np.arange(160) // 40, 1, 3)[None].astype(float)
POINTS, LAST, MANY = 5, 3, 4


def trained(model, pooled):
    """Two seeds until nothing moves, and their players in double precision."""
    learner = OwnSamples(TARGETS[model], model, pooled, POINTS, LAST, MANY, TURNS)
    decay = 0.5 * (1 + np.cos(np.pi * (np.arange(160) % 40) / 40))[None] + 1e-6
    rule = Adam((4.0 if model == "shares" else 0.3) * decay, beta1=0.5, beta2=0.9)
    fitted = fit(learner, seeds=[3, 8], steps=160, optimiser=rule, dtype="float64")
    return fitted, learner, {name: torch.tensor(rows[-1]) for name, rows in fitted.players.items()}


def points_of(players, moments, model, k):
    """Batch k (members, points, lineages), from the random numbers, in the data's own units."""
    if k == 1:
        return players["real"][:, : POINTS * MANY].reshape(-1, POINTS, MANY).numpy()
    count = {"flow": 1, "vae": 2, "shares": 1}[model]
    shape = (-1, LAST - 1, count, POINTS, MANY)
    noise = players["noise"][:, : (LAST - 1) * count * POINTS * MANY].reshape(shape)[:, k - 2].numpy()
    mean, var = (moments[:, i, k - 2][:, None] for i in (0, 1))
    if model == "shares":
        return 2.0 * (noise[:, 0] < mean / 2.0)
    theta = players[str(k - 1)][:, : len(START[model]) * MANY].reshape(-1, len(START[model]), 1, MANY).numpy()
    if model == "flow":
        return mean + np.sqrt(var) * noise[:, 0]
    w, std = theta[:, 1], np.exp(theta[:, 2])
    return mean + np.sqrt(var) * (w * noise[:, 0] + std * noise[:, 1]) / np.hypot(w, std)


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("model", list(START))
def test_generations_fit_their_points(model, pooled):
    """Mean and variance of what each learns from: the batch of the last generation, or all so far."""
    fitted, learner, players = trained(model, pooled)
    moments = fitted.evaluate(learner.moments)
    batches = [points_of(players, moments, model, k) for k in range(1, LAST + 1)]
    for k in range(1, LAST + 1):
        seen = np.concatenate(batches[:k] if pooled else batches[k - 1 : k], axis=1)
        assert moments[:, 0, k - 1] == pytest.approx(seen.mean(1), abs=2e-3)
        assert moments[:, 1, k - 1] == pytest.approx(seen.var(1), abs=6e-3)


@pytest.mark.parametrize("model", list(START))
def test_losses_are_minus_log_densities(model):
    """Of the real points, summed one by one; a VAE's where its encoder is the posterior, and more elsewhere."""
    learner = OwnSamples(TARGETS[model], model, points=7, generations=2, lineages=2)
    rows = learner.initialise(np.random.default_rng(1))
    players = {name: torch.tensor(row[None]) for name, row in rows.items()}
    x = rows["real"][:14].reshape(7, 2)
    theta = {"flow": [0.3, -0.4], "shares": [0.9], "vae": [0.3, 0.8, np.log(0.6), 0.8, np.log(0.6)]}[model]
    players["1"][0, : 2 * len(theta)] = torch.tensor(np.repeat(theta, 2))
    loss = float(learner.loss("1", players, {}, {}))
    if model == "shares":
        p = 1 / (1 + np.exp(-0.9))
        expected = -np.log(np.where(x > 1, p, 1 - p)).mean()
    else:
        std = np.exp(-0.4) if model == "flow" else np.hypot(0.8, 0.6)
        expected = -GaussianMixture([1.0], [0.3], stds=[std]).logpdf(x.ravel()).mean()
    assert loss == pytest.approx(expected, rel=1e-12)
    if model == "vae":
        players["1"][0, 6:8] += 0.1
        r = x - 0.3
        code = 0.9 * r
        error = ((r - 0.8 * code) ** 2 + 0.8**2 * 0.36) / (2 * 0.36)
        kl = (code**2 + 0.36 - 1) / 2 - np.log(0.6)
        assert float(learner.loss("1", players, {}, {})) == pytest.approx(
            np.mean(error + np.log(0.6) + 0.5 * np.log(2 * np.pi) + kl), rel=1e-12
        )


@pytest.mark.parametrize("model", list(START))
def test_all_start_from_the_same(model):
    """N(0, 1), or equal shares; each generation as a copy of the one before."""
    learner = OwnSamples(TARGETS[model], model, points=3, generations=3, lineages=2)
    players = {k: torch.tensor(v[None]) for k, v in learner.initialise(np.random.default_rng(0)).items()}
    expected = (1.0, 1.0) if model == "shares" else (0.0, 1.0)
    for i, value in enumerate(expected):
        assert learner.moments(players, {})[:, i].numpy() == pytest.approx(np.full((1, 3, 2), value), abs=1e-6)


def test_one_generation_learns_at_a_time():
    """What is real and random never moves, and who has had its turn stays."""
    learner = OwnSamples(ONE, "flow", True, 3, 2, 2, np.repeat([1.0, 2.0], 20)[None])
    fitted = fit(learner, seeds=[0, 1], steps=40, optimiser=Adam(0.1), record=[0, 20])
    for name, (first, middle, last) in fitted.players.items():
        assert np.array_equal(first, middle) == (name != "1")
        assert np.array_equal(middle, last) == (name != "2")


@pytest.mark.parametrize("model", list(START))
def test_a_seed_is_bitwise_independent_of_its_neighbours(model):
    """A seed gives the same generations alone and among seventy."""
    learner = OwnSamples(TARGETS[model], model, True, 3, 2, 5, np.repeat([1.0, 2.0], 4)[None])
    crowd, alone = (fit(learner, seeds=s, steps=8, optimiser=Adam(0.1)) for s in (range(70), [67]))
    for name, rows in crowd.players.items():
        assert np.array_equal(rows[:, 67], alone.players[name][:, 0])


BAD = [
    (lambda: OwnSamples(ONE, "gan"), "model"), (lambda: OwnSamples(ring()), "target"),
    (lambda: OwnSamples(symmetric_pair(1.0, 0.2), "shares"), "target"), (lambda: OwnSamples(ONE, points=0), "points"),
    (lambda: OwnSamples(ONE, generations=0), "generations"), (lambda: OwnSamples(ONE, lineages=0), "lineages"),
    (lambda: OwnSamples(ONE, generation=9.0), "generation"), (lambda: OwnSamples(ONE, generation=1.5), "generation"),
    (lambda: OwnSamples(ONE, generation=np.array([[2.0, 1.0]])), "generation"),
    (lambda: OwnSamples(ONE, generation=[1.0, 2.0]), "generation"),
    (lambda: OwnSamples(ONE, generation=np.array([[1.0, 1.0], [1.0, 2.0]])), "generation"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
