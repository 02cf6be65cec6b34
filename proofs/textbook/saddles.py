"""Stationary points of the linear VAE from the definition: in symbols and in numbers; nothing here knows their stability.

    F(W) = β E[-ln N(x; 0, C)] up to a constant, C = WWᵀ + θI, θ = βσ²: the objective at the best encoder, nats

In symbols there are two directions and one latent, of weight w² = gain. `theory.saddles` states the results.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import vae
from proofs.words import sp


def in_symbols(C: Any, first: Any, second: Any, beta: Any) -> Any:
    """(β/2)[ln det C + tr C⁻¹Σ]: the objective at the best encoder, up to a constant."""
    return beta / 2 * (sp.log(C.det()) + (C.adjugate() * sp.diag(first, second)).trace() / C.det())


def widths(beta: Any, noise_var: Any, gain: Any) -> Any:
    """θ and V = w² + θ."""
    return beta * noise_var, beta * noise_var + gain


def beside(beta: Any, noise_var: Any, gain: Any, e: Any) -> Any:
    """C of the weight √gain along the first direction and e along the second."""
    level, width = widths(beta, noise_var, gain)
    return sp.Matrix([[width, sp.sqrt(gain) * e], [sp.sqrt(gain) * e, e**2 + level]])


def turned(beta: Any, noise_var: Any, gain: Any, a: Any) -> Any:
    """C, a = sin²φ."""
    (level, width), across = widths(beta, noise_var, gain), sp.sqrt(a * (1 - a)) * gain
    return sp.Matrix([[width - a * gain, across], [across, level + a * gain]])


def coded(beta: Any, noise_var: Any, gain: Any) -> Any:
    """The objective of a direction of variance V at the weight √gain and the best encoder, to be worked out."""
    level, width = widths(beta, noise_var, gain)
    direction = vae.in_symbols(sp, width, noise_var, beta)
    return direction.objective(sp.sqrt(gain), sp.sqrt(gain) / width, sp.sqrt(level / width))


def dropped(beta: Any, noise_var: Any, var: Any) -> Any:
    """That of a direction that is not coded."""
    return vae.in_symbols(sp, var, noise_var, beta).objective(0, 0, 1)


def points(s: Any) -> Any:
    """Spectrum, what is coded, latents, σ², β, and a seed that turns the axes of data and latents."""

    def build(drawn: Any) -> Any:
        spectrum, flags, spare, noise_var, beta, seed = drawn
        above = spectrum > noise_var * beta
        coded = np.where(above, np.array(flags[: len(spectrum)]), 0.0)
        return spectrum, coded, max(1, min(int(coded.sum()) + spare, len(spectrum))), noise_var, beta, seed

    flags, level = s.tuples(*[s.one_of((0.0, 1.0))] * 4), (s.scales(0.2, 2.0), s.scales(0.3, 3.0))
    return s.tuples(s.vectors(s.scales(0.3, 8.0), 2, 4), flags, s.one_of((0, 1)), *level, s.steps(2**31)).map(build)


def matrices(spectrum: Any, coded: Any, latents: Any, noise_var: Any, beta: Any, seed: Any) -> Any:
    """Σ^½ and W in turned axes."""
    rng = np.random.default_rng(seed)
    axes, turn = (np.linalg.qr(rng.standard_normal((n, n)))[0] for n in (len(spectrum), latents))
    weights = np.zeros((len(spectrum), latents))
    for column, i in enumerate(np.flatnonzero(coded)):
        weights[i, column] = np.sqrt(spectrum[i] - noise_var * beta)
    return axes * np.sqrt(spectrum), axes @ weights @ turn


def reduced(m: Any, A: Any, W: Any, noise_var: Any, beta: Any) -> Any:
    """β E[-ln N(x; 0, C)], C = WWᵀ + βσ²I, up to a constant: the objective at the best encoder; W (..., D, k), complex too."""
    D, cov = len(A), A @ A.T
    C = W @ W.swapaxes(-1, -2) + noise_var * beta * np.eye(D)
    rows = np.concatenate([C, np.broadcast_to(cov, C.shape)], axis=-1)
    log_det: Any = 0
    for i in range(D):  # by elimination, which leaves C⁻¹Σ on the right
        log_det = log_det + m.log(rows[..., i, i])
        rows[..., i, :] = rows[..., i, :] / rows[..., i, i, None]
        for j in set(range(D)) - {i}:
            rows[..., j, :] = rows[..., j, :] - rows[..., j, i, None] * rows[..., i, :]
    return beta / 2 * (log_det + rows[..., range(D), range(D, 2 * D)].sum(-1))


def hessian(m: Any, A: Any, W: Any, noise_var: Any, beta: Any) -> np.ndarray:
    """Of `reduced` in the entries of W, by Cauchy's formula along every entry and every two of them."""
    radius, w = m.sqrt(m.number(noise_var * beta)) / 10, [m.exp(1j * m.pi * k / 6) for k in range(7)]
    weights = [1, 2, 2, 2, 2, 2, 1]  # of the upper half of a circle of twelve points
    entries = np.eye(W.size).reshape(W.size, *W.shape)
    first, second = np.triu_indices(W.size)
    along = entries[first] + np.where((first == second)[:, None, None], 0, entries[second])
    around = (reduced(m, A, W + radius * u * along, noise_var, beta) / u**2 for u in w)
    bends = np.sum([c * value for c, value in zip(weights, around, strict=True)], axis=0)
    bends = np.array([float(b.real) for b in bends]) / float(6 * radius**2)
    out = np.zeros((W.size, W.size))
    out[first, second] = bends
    diagonal = np.diag(out).copy()
    mixed = (out - diagonal[:, None] - diagonal) / 2
    return np.triu(mixed, 1) + np.triu(mixed, 1).T + np.diag(diagonal)


def least_eigenvalue(m: Any, *point: Any) -> float:
    """Of the Hessian in all entries of W, or 0."""
    return min(0.0, float(np.linalg.eigvalsh(hessian(m, *matrices(*point), *point[3:5]))[0]))


def by_definition(m: Any, *point: Any) -> Any:
    """The objective with Bayes' encoder."""
    A, W = matrices(*point)
    return vae.objective(m, A, W, *vae.posterior(W, float(point[3] * point[4])), *point[3:5])


def turns(s: Any) -> Any:
    """Two variances, a weight, an angle, σ² and β."""
    return s.tuples(
        *[s.scales(0.3, 8.0)] * 2, s.scales(0.2, 3.0), s.reals(0.4, 1.5), s.scales(0.2, 2.0), s.scales(0.3, 3.0)
    )


def by_two_decoders(m: Any, first: Any, second: Any, w: Any, angle: Any, noise_var: Any, beta: Any) -> Any:
    """The objective with Bayes' encoder, turned and straight."""
    A = np.diag([float(first) ** 0.5, float(second) ** 0.5])
    decoders = [vae.two_axes(at, float(w) ** 2, 0.0)[:, :1] for at in (0.0, float(angle))]
    straight, turned = (
        vae.objective(m, A, W, *vae.posterior(W, float(noise_var * beta)), noise_var, beta) for W in decoders
    )
    return (turned - straight) / decoders[1][1, 0] ** 2 * float(w) ** 2
