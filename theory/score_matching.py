"""What scores tell of the weights of two modes ±a of deviation s, at one noise level and at all of them; r = a/s.

    ∂ ln p_w - ∂ ln p_v = (2a/s²)(π_w - π_v),       π_w(x) = w e^{2ax/s²}/(w e^{2ax/s²} + 1-w),  w the share of the mode at a

The difference lives between the modes, where there are hardly any data: its mean square over p_w is at most
√(π/2) r e^{-r²/2} (√(w(1-v)) - √(v(1-w)))²/(s²√(v(1-v))), while KL(p_w‖p_v) tends to kl(w‖v). Under noise s² becomes s²+σ²,
r falls, and what all levels tell is the likelihood:

    ½ ∫₀ᵀ E_{p_t} |∇ ln p_t - ∇ ln q_t|² dt = KL(p‖q) - KL(p_T‖q_T),    p_t = p * N(0, t),   t = σ²

for any p and q, and for the pair r dKL/dr = s² E(∂ ln p_w - ∂ ln p_v)². Nats.

Source: Song, Durkan, Murray & Ermon (2021) for the integral; Wenliang & Kanagawa (2020) for the question.
"""

import numpy as np

from theory import binary, divergence
from theory.mixture import GaussianMixture
from theory.validation.arrays import above, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, positive
from theory.validation.laws import alike
from theory.validation.shapes import Numbers, Values

MOST = 1e6
"""The largest a/s."""
HALVINGS, BELOW, STEP = 50, 60.0, 0.2
"""To find the peak of the integrand; how far below it, in the logarithm, it is left out; nodes are so far apart in ax/s²."""


@elementwise
def score_difference(x: Numbers, a: Numbers, s: Numbers, w: Numbers, v: Numbers) -> Values:
    """∂ ln p_w(x) - ∂ ln p_v(x) = (2a/s²)(π_w - π_v) = (2a/s²)(w-v)/((we^y+(1-w)e^{-y})(ve^y+(1-v)e^{-y})), y = ax/s².

    Raises ValueError unless x is finite, a > 0, s > 0, and w and v are in (0, 1).
    """
    x, a, s, (w, v) = array("x", x), above("a", a), above("s", s), _shares(w, v)
    y = a / s * (x / s)
    far = np.exp(-2 * np.abs(y))
    parts = [np.where(y > 0, u + (1 - u) * far, u * far + 1 - u) for u in (w, v)]
    return 2 * (a / s) / s * (w - v) * far / parts[0] / parts[1]


@elementwise
def mean_square(w: Numbers, v: Numbers, r: Numbers) -> Values:
    """s² E_{p_w}(∂ ln p_w - ∂ ln p_v)² = 4r²(w-v)² e^{-r²/2} E u^{3/2}/((wu+1-w)(vu+1-v)²), u = e^{2rN}; r dKL(p_w‖p_v)/dr.

    By the trapezoidal rule about the peak of the integrand, whose logarithm is concave: to 1e-11, relatively.

    Raises ValueError unless w and v are in (0, 1), and 0 < r ≤ 1e6.
    """
    (w, v), r = _shares(w, v), above("r", r, within=MOST)
    w, v, r = np.broadcast_arrays(w, v, r)
    odds = [np.log1p(-u) - np.log(u) for u in (w, v)]  # 0 where wu = 1-w

    def other(z: Array, at: Array) -> Array:
        """1-π."""
        return 1 / (1 + np.exp(np.minimum(2 * r * z - at, 700)))

    low, high = -3 * r, 3 * r
    for _ in range(HALVINGS):
        z = (low + high) / 2
        rises = 2 * r * other(z, odds[0]) + 4 * r * other(z, odds[1]) - 3 * r > z
        low, high = np.where(rises, z, low), np.where(rises, high, z)
    peak = (low + high) / 2
    reach = np.minimum(9.5, (BELOW + np.abs(odds[0] - odds[1])) / r)
    count = int(np.ceil(np.max(reach / np.minimum(0.5, STEP / r), initial=1.0)))
    total = np.zeros_like(peak)
    for k in range(-count, count + 1):
        z = peak + reach * (k / count)
        logs = [np.logaddexp(np.log(u) + r * z, np.log1p(-u) - r * z) for u in (w, v)]
        total = total + np.exp(-(z**2 + r**2) / 2 - logs[0] - 2 * logs[1])
    return 4 * (r * (w - v)) ** 2 * total * (reach / count) / np.sqrt(2 * np.pi)


@elementwise
def ceiling(w: Numbers, v: Numbers, r: Numbers) -> Values:
    """√(π/2) r e^{-r²/2} (√(w(1-v)) - √(v(1-w)))²/√(v(1-v)), which `mean_square` does not exceed, and nears for large r.

    Raises ValueError unless w and v are in (0, 1), and 0 < r ≤ 1e6.
    """
    (w, v), r = _shares(w, v), above("r", r, within=MOST)
    apart = (w - v) / (np.sqrt(w) * np.sqrt(1 - v) + np.sqrt(v) * np.sqrt(1 - w))
    return np.sqrt(np.pi / 2) * r * np.exp(-(r**2) / 2) * apart**2 / (np.sqrt(v) * np.sqrt(1 - v))


@elementwise
def nats_floor(w: Numbers, v: Numbers, r: Numbers) -> Values:
    """kl(w‖v) - √(π/8) e^{-r²/2} (w-v)²/(r v(1-v) √(w(1-w))) ≤ KL(p_w‖p_v), which meets it for large r.

    Raises ValueError unless w and v are in (0, 1), and 0 < r ≤ 1e6.
    """
    (w, v), r = _shares(w, v), above("r", r, within=MOST)
    overlap = np.sqrt(np.pi / 8) * np.exp(-(r**2) / 2) / r / (np.sqrt(w) * np.sqrt(1 - w))
    return binary.kl(w, v) - overlap * (w - v) ** 2 / v / (1 - v)


def over_levels(p: GaussianMixture, q: GaussianMixture, top: float) -> float:
    """½ ∫₀ᵀ E_{p_t} |∇ ln p_t - ∇ ln q_t|² dt = KL(p‖q) - KL(p_T‖q_T), T = `top`, in units of x².

    Raises ValueError unless p and q are mixtures both on the line or both in the plane, and top > 0.
    """
    p, q = alike(p, q)
    std = np.sqrt(positive("top", top))
    return float(divergence.kl(p, q)) - float(divergence.kl(p.smooth(std), q.smooth(std)))


def _shares(w: Numbers, v: Numbers) -> tuple[Array, Array]:
    return strictly_between("w", w, 0, 1), strictly_between("v", v, 0, 1)
