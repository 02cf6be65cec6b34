"""Rectified flow: when its paths are straight, and when its map is a gradient.

Noise and data paired independently have the velocity of `flow`; a path that is straight ends where one Euler step does, at
E X_1. On the line the flow's map T = F⁻¹∘Φ rises, so that pairs (X_0, T(X_0)) never cross: x_t = (1-t) x_0 + t T(x_0) tells
x_0, and after one reflow

    v(x_t, t) = E[X_1 - X_0 | X_t = x_t] = T(x_0) - x_0:    straight, at constant speed, and exact in one Euler step.

In the plane T need not be a gradient, hence not optimal transport (Brenier): J_12 - J_21 ≠ 0 for its Jacobian J, which
follows J' = (∂v/∂x) J.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import log_ndtr, ndtri_exp

from theory.flow import exact_map
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, array, between, integer, positive, reject
from theory.validation.laws import mixture, on_line, positions
from theory.validation.shapes import Numbers, Values, Vector

HALVINGS = 64


def bend(p: GaussianMixture, start: Numbers) -> Values:
    """T(x) - E X_1 on the line: by how much the path from x misses the end of the straight one that it sets out on.

    Of the law about its mean, lest a far mean take the digits. Raises ValueError unless p is a mixture on the line and start
    is finite.
    """
    on_line("p", p)
    return exact_map(GaussianMixture(p.weights, p.means - p.mean, stds=p.stds), start)


def reflowed_velocity(p: GaussianMixture, x: Numbers, t: float) -> Values:
    """T(x_0) - x_0 where (1-t) x_0 + t T(x_0) = x, on the line: by bisection between x and T(x), in the end.

    Raises ValueError unless p is a mixture on the line, x is finite, and 0 ≤ t ≤ 1.
    """
    at, t = positions("x", x, on_line("p", p)), between("t", t, 0, 1)
    first = exact_map(p, at)
    low, high = np.minimum(at, first), np.maximum(at, first)
    for _ in range(HALVINGS):
        end = low + (high - low) / 2
        above = (1 - t) * _start(p, end) + t * end > at
        low, high = np.where(above, low, end), np.where(above, end, high)
    end = low + (high - low) / 2
    return (end - at) / (1 - t) if t < 0.5 else (at - _start(p, end)) / t


def _start(p: GaussianMixture, end: Array) -> Array:
    """T⁻¹ = Φ⁻¹∘F, from the nearer tail."""
    off = (end[..., None] - p.means) / p.stds
    lower, upper = (np.logaddexp.reduce(np.log(p.weights) + log_ndtr(sign * off), axis=-1) for sign in (1, -1))
    return np.where(lower < upper, ndtri_exp(np.minimum(lower, -0.1)), -ndtri_exp(np.minimum(upper, -0.1)))


def reflowed_euler(p: GaussianMixture, start: Numbers, steps: int) -> Values:
    """The end of n = `steps` Euler steps of the reflowed velocity from t = 0, on the line: T(x) for every n.

    Raises ValueError unless p is a mixture on the line, start is finite, and steps is an integer from 1 to 1000.
    """
    n = integer("steps", steps, 1, 1000)
    x = positions("start", start, on_line("p", p))
    for i in range(n):
        x = x + reflowed_velocity(p, x, i / n) / n
    return x


def two_mode_map(w: float, first: Vector, second: Vector, std: float, start: Vector) -> Array:
    """Where the flow leads from `start` (2,) towards w N(first, s²I) + (1-w) N(second, s²I): along the line through both by the
    map of the line, across it by the factor s, to what both have across. It is a gradient.

    Raises ValueError unless 0 < w < 1, first, second and start are points (2,), the former two not the same, and std > 0.
    """
    w, s = between("w", w, 0, 1, open=True), positive("std", std)
    at, one, other = (_point(name, v) for name, v in (("start", start), ("first", first), ("second", second)))
    length = float(np.hypot(*(other - one)))
    if length == 0:
        reject("second", "another point than first", second)
    unit = (other - one) / length
    normal = np.array([-unit[1], unit[0]])
    line = GaussianMixture([w, 1 - w], [unit @ one, unit @ other], stds=[s, s])
    return float(exact_map(line, unit @ at)) * unit + (normal @ one + s * (normal @ at)) * normal


def _point(name: str, value: Vector) -> Array:
    at = array(name, value, ndim=1)
    return at if at.shape == (2,) else reject(name, "a point (2,)", value)


def asymmetry(p: GaussianMixture, start: Vector) -> float:
    """J_12 - J_21 of the flow's map in the plane at `start` (2,), integrated to about 1e-9.

    Raises ValueError unless p is a mixture in the plane and start is a finite point.
    """
    if mixture("p", p).scalar or p.dim != 2:
        reject("p", "a mixture in the plane", p)
    begin = np.concatenate([_point("start", start), np.eye(2).ravel()])

    def slope(t: float, state: Array) -> Array:
        v, jacobian = _field(p, state[:2], t)
        return np.concatenate([v, (jacobian @ state[2:].reshape(2, 2)).ravel()])

    end = solve_ivp(slope, (0.0, 1.0), begin, method="DOP853", rtol=1e-11, atol=1e-12).y[:, -1]
    return float(end[3] - end[4])


def _field(p: GaussianMixture, x: Array, t: float) -> tuple[Array, Array]:
    """v and ∂v/∂x: Σ r_k [B_k + v_k (g_k - Σ r g)ᵀ], g_k = -C_k⁻¹(x - tμ_k), B_k = (tΣ_k - (1-t)I) C_k⁻¹, v_k = μ_k - (…) g_k."""
    eye = np.eye(2)
    covs = (1 - t) ** 2 * eye + t**2 * p.covs
    pull = -np.einsum("kij,kj->ki", np.linalg.inv(covs), x - t * p.means)
    square = -np.sum((x - t * p.means) * pull, axis=1)
    log = np.log(p.weights) - (square + np.linalg.slogdet(covs)[1]) / 2
    shares = np.exp(log - log.max())
    shares /= shares.sum()
    turned = t * p.covs - (1 - t) * eye
    each = p.means - np.einsum("kij,kj->ki", turned, pull)
    linear = np.einsum("k,kij,kjl->il", shares, turned, np.linalg.inv(covs))
    return shares @ each, linear + np.einsum("k,ki,kj->ij", shares, each, pull - shares @ pull)
