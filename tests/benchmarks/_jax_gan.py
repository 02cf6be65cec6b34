"""The same GAN in JAX: jit of vmap of scan, compiled before it is timed."""

import jax
import jax.numpy as jnp
import numpy as np
import torch

from toys.train import TrainingData, stream


def forward(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight.T + bias)
    weight, bias = layers[-1]
    return x @ weight.T + bias


def judge_loss(d, g, real, z):
    return (jax.nn.softplus(-forward(d, real)) + jax.nn.softplus(forward(d, forward(g, z)))).mean()


def forge_loss(g, d, z):
    return jax.nn.softplus(-forward(d, forward(g, z))).mean()


def adam(layers, slopes, state, rate):
    m, v, t = state
    t = t + 1
    m = jax.tree.map(lambda m, s: 0.9 * m + 0.1 * s, m, slopes)
    v = jax.tree.map(lambda v, s: 0.999 * v + 0.001 * s * s, v, slopes)
    rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    eps = 1e-8 * jnp.sqrt(1 - 0.999**t)
    moved = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + eps), layers, m, v)
    return moved, (m, v, t)


def step(carry, real, z, rate):
    g, d, g_state, d_state = carry
    d, d_state = adam(d, jax.grad(judge_loss)(d, g, real, z), d_state, rate)
    g, g_state = adam(g, jax.grad(forge_loss)(g, d, z), g_state, rate)
    return g, d, g_state, d_state


def start(learner, seed):
    def layers(name):
        net, row = getattr(learner, name), torch.tensor(learner.initialise(stream(seed, 0))[name][None])
        return [
            (jnp.array(w[0].numpy(), jnp.float32), jnp.array(b[0, :, 0].numpy(), jnp.float32))
            for w, b in net.unpack(row)
        ]

    g, d = layers("generator"), layers("discriminator")
    rest = [(jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p), jnp.float32(0)) for p in (g, d)]
    return g, d, *rest


def check(learner, batch, rate):
    """Ten steps on the draws of seed 3 give the stacked network's samples, to single precision."""
    from toys.optimisers import Adam
    from toys.train import fit

    draws = learner.draw(32, batch, TrainingData(learner.target, 3, None), stream(3, 2))
    carry = start(learner, 3)
    for t in range(10):
        carry = jax.jit(step)(carry, jnp.array(draws["real"][t].T), jnp.array(draws["z"][t].T), rate)
    z = np.random.default_rng(0).standard_normal((64, learner.latents))
    fitted = fit(learner, seeds=[3], steps=10, batch=batch, optimiser=Adam(rate))
    assert np.allclose(fitted.evaluate(learner.sample, z)[0], forward(carry[0], jnp.array(z)), atol=1e-4)


def prepare(learner, batch, steps, members, rate):
    """A compiled function training `members` networks for `steps` steps; returns the seed-steps done."""
    check(learner, batch, rate)
    means = jnp.array(learner.target.centres, jnp.float32)
    std = float(learner.target.mixture.stds.max())

    def train(carry, key):
        def body(carry, key):
            which, noise, latent = jax.random.split(key, 3)
            centres = means[jax.random.randint(which, (batch,), 0, len(means))]
            real = centres + std * jax.random.normal(noise, (batch, 2))
            return step(carry, real, jax.random.normal(latent, (batch, learner.latents)), rate), None

        return jax.lax.scan(body, carry, jax.random.split(key, steps))[0]

    carries = jax.tree.map(lambda *a: jnp.stack(a), *(start(learner, s) for s in range(members)))
    keys = jax.random.split(jax.random.key(0), members)
    compiled = jax.jit(jax.vmap(train)).lower(carries, keys).compile()

    def run():
        jax.block_until_ready(compiled(carries, keys))
        return members * steps

    return run
