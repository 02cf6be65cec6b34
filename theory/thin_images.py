"""What a Lipschitz generator of few latents reaches of many dimensions: nothing, in volume.

g: R^k → R^d changes by at most L per unit (largest coordinates in both). The cube [-R, R]^k falls into n^k cubes of
side 2R/n, the image of each into a box of side 2LR/n:

    volume of the image of the cube  ≤  (2LR)^d n^{k-d}  → 0 for k < d, as n → ∞

A density gives it ever less, α, while the generator puts all but τ = P(|z|_∞ > R) there, so one event tells them apart:

    JS ≥ js(α, τ) = ln 2 - ½[(1+α-τ) h_b(α/(1+α-τ)) + (1-α+τ) h_b(τ/(1-α+τ))] → ln 2        nats

L may depend on R, so locally Lipschitz is enough. Continuous is not: Hilbert's curve of order m has L ≈ 2^m, and on a
grid of f·2^m cells a side, f odd, it is at JS `curve_on_grid` from the uniform law: → 0 for f = 1 as m → ∞, → ln 2 for
any m as f → ∞.
"""

import math

import numpy as np
from scipy.special import erfc, log_ndtr, rel_entr

from theory.validation.arrays import above, from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, integer, numbers, reject
from theory.validation.shapes import Numbers, Values


@elementwise
def covered_volume(latents: int, dim: int, lipschitz: Numbers, radius: Numbers, cells: int) -> Values:
    """(2LR)^d n^{k-d}: the boxes that hold the image of [-R, R]^k when every side is cut into n = `cells` parts; ∞ beyond 1e308.

    Raises ValueError unless latents, dim and cells are integers ≥ 1 and lipschitz, radius > 0.
    """
    k, d, n = integer("latents", latents, 1), integer("dim", dim, 1), integer("cells", cells, 1, 10**300)
    side = 2 * above("lipschitz", lipschitz) * above("radius", radius)
    with np.errstate(over="ignore"):
        return np.exp(d * np.log(side) + (k - d) * math.log(n))


@elementwise
def folded_density(y: Numbers, slope: Numbers, noise: Numbers) -> Values:
    """(2/c) φ(y/c) Φ(ay/cσ), c² = a² + σ²: the density of a|z| + σε at y, a = `slope`, σ = `noise`; Azzalini's skew normal.

    Raises ValueError unless y has no NaN, slope > 0 and noise > 0.
    """
    y, a, s = numbers("y", y), above("slope", slope), above("noise", noise)
    c = np.hypot(a, s)
    return 2 * np.exp(log_ndtr(a / c * (y / s)) - (y / c) ** 2 / 2) / (c * np.sqrt(2 * np.pi))


def escaping(latents: int, radius: Numbers) -> Values:
    """τ = 1 - (1 - erfc(R/√2))^k: what N(0, I_k) has outside [-R, R]^k.

    Raises ValueError unless latents is an integer ≥ 1 and radius > 0.
    """
    k = integer("latents", latents, 1)
    return -np.expm1(k * np.log1p(-erfc(above("radius", radius) / np.sqrt(2))))


@elementwise
def event_js(alpha: Numbers, tau: Numbers) -> Values:
    """JS of two coins, P(E) = α under the one and 1-τ under the other; nats.

    Raises ValueError unless 0 ≤ alpha ≤ 1 and 0 ≤ tau ≤ 1.
    """
    a, t = from_to("alpha", alpha, 0, 1), from_to("tau", tau, 0, 1)
    return (_told(a, 1 - t) + _told(1 - a, t)) / 2


@elementwise
def boxed_js(latents: int, dim: int, lipschitz: Numbers, radius: Numbers, density: Numbers, cells: int) -> Values:
    """`event_js` of the boxes of `covered_volume`, α = M (2LR)^d n^{k-d} for a density of at most M, τ = `escaping`; nats.

    Raises ValueError unless latents, dim and cells are integers ≥ 1, lipschitz, radius, density > 0, and α ≤ 1.
    """
    alpha = above("density", density) * covered_volume(latents, dim, lipschitz, radius, cells)
    if np.any(alpha > 1):
        reject("density", "one that gives the boxes 1 at most", density)
    return event_js(alpha, escaping(latents, radius))


def _told(p: Array, q: Array) -> Array:
    """p ln(p/m) + q ln(q/m), m = (p+q)/2: with u = (q-p)/(q+p), m [2u artanh u + ln(1-u²)], which keeps its digits as u → 0."""
    m = (p + q) / 2
    u = np.divide(q - p, 2 * m, out=np.zeros(np.shape(m)), where=m > 0)
    alike = np.where(np.abs(u) < 0.5, u, 0.0)
    return np.where(
        np.abs(u) < 0.5,
        m * (2 * alike * np.arctanh(alike) + np.log1p(-(alike**2))),
        rel_entr(p, m) + rel_entr(q, m),
    )


def curve_on_grid(order: int, refinement: int = 1) -> float:
    """JS of the uniform law and of Hilbert's curve of that order, on f·2^m cells a side, f = `refinement` odd; nats.

    Of the C = f² 4^m cells it meets N + 1, N = f(4^m - 1): the two at its ends for ½/N of the time, the others for 1/N.

    Raises ValueError unless order is an integer from 1 to 250 and refinement an odd one up to 10⁶.
    """
    m, f = integer("order", order, 1, 250), integer("refinement", refinement, 1, 10**6)
    if f % 2 == 0:
        reject("refinement", "an odd integer", refinement)
    C, N = f**2 * 4.0**m, f * (4.0**m - 1)
    r = C / N
    of_square = (N - 1) * np.log(2 / (1 + r)) + 2 * np.log(4 / (2 + r)) + (C - N - 1) * np.log(2)
    of_curve = (N - 1) * np.log(2 * r / (1 + r)) + np.log(2 * r / (2 + r))
    return float(of_square / C + of_curve / N) / 2
