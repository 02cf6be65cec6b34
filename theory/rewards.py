"""What a reward does to modes, fine-tuned under a penalty of β times a KL divergence from a reference, or picked best of n.

    arg-max_π E_π R - β KL(π‖π_ref) ∝ π_ref e^{R/β}, of value β ln E_ref e^{R/β}

so that odds between modes are multiplied by the ratio of their E e^{R/β}: by 1 if R is the same constant on both, by
e^{Δ/β} for a gap Δ. Under β KL(π_ref‖π) a mode that falls short by Δ keeps v with w/v - (1-w)/(1-v) = Δ/β: about βw/Δ,
where π ∝ π_ref e^{R/β} leaves e^{-Δ/β}. The best of n draws, by a reward without ties: KL = ln n - (n-1)/n. Nats.
"""

import numpy as np
from scipy.special import expit, logsumexp

from theory.validation.arrays import at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, integer, positive, reject
from theory.validation.inputs import weights as law
from theory.validation.shapes import Numbers, Values, Vector, Weights


def tilted(weights: Weights, rewards: Vector, beta: float) -> Array:
    """π_ref e^{R/β} over its sum: the shares that a KL penalty of strength β leaves.

    Raises ValueError unless weights is a law, rewards has its length, and beta > 0.
    """
    w, R, b = _told(weights, rewards, beta)
    with np.errstate(divide="ignore"):
        logs = np.log(w) + R / b
    return np.exp(logs - np.asarray(logsumexp(logs)))


def best_value(weights: Weights, rewards: Vector, beta: float) -> float:
    """β ln Σ π_ref e^{R/β} = max over π of E_π R - β KL(π‖π_ref).

    Raises ValueError unless weights is a law, rewards has its length, and beta > 0.
    """
    w, R, b = _told(weights, rewards, beta)
    return float(b * np.asarray(logsumexp(R / b, b=w)))


def _told(weights: Weights, rewards: Vector, beta: float) -> tuple[Array, Array, float]:
    w, R = law("weights", weights), array("rewards", rewards, ndim=1)
    if R.shape != w.shape:
        reject("rewards", f"as many as weights, {len(w)}", f"shape {R.shape}")
    return w, R, positive("beta", beta)


@elementwise
def log_odds(w: Numbers, gap: Numbers, beta: float) -> Values:
    """ln(w/(1-w)) + Δ/β: of a mode of share w whose reward is higher by Δ = `gap`, constant on either mode.

    Raises ValueError unless 0 < w < 1, gap is finite, and beta > 0.
    """
    share, b = strictly_between("w", w, 0, 1), positive("beta", beta)
    return np.log(share) - np.log1p(-share) + array("gap", gap) / b


@elementwise
def noisy_log_odds(w: Numbers, tau: Numbers, beta: float) -> Values:
    """ln(w/(1-w)) + τ²/2β²: of a mode whose reward is N(μ, τ²), the other's being μ everywhere.

    Raises ValueError unless 0 < w < 1, tau ≥ 0, and beta > 0.
    """
    share, b = strictly_between("w", w, 0, 1), positive("beta", beta)
    return np.log(share) - np.log1p(-share) + (at_least("tau", tau) / b) ** 2 / 2


@elementwise
def share_left(w: Numbers, ratio: Numbers) -> Values:
    """we^{-x}/(1-w+we^{-x}): what KL(π‖π_ref) leaves of a share w that falls short by x = Δ/β = `ratio`.

    Raises ValueError unless 0 < w < 1 and ratio ≥ 0.
    """
    share = strictly_between("w", w, 0, 1)
    return expit(np.log(share) - np.log1p(-share) - at_least("ratio", ratio))


@elementwise
def forward_share_left(w: Numbers, ratio: Numbers) -> Values:
    """2w/(1+x+√((1-x)²+4x(1-w))): what KL(π_ref‖π) leaves of it, the v with w/v - (1-w)/(1-v) = x.

    Raises ValueError unless 0 < w < 1 and ratio ≥ 0.
    """
    share, x = strictly_between("w", w, 0, 1), at_least("ratio", ratio)
    return 2 * share / (1 + x + np.sqrt((1 - x) ** 2 + 4 * x * (1 - share)))


@elementwise
def forward_pull(w: Numbers, fraction: Numbers) -> Values:
    """(1-k)²(1-2w)/2k: below the slope of E_π R/β - KL(π_ref‖π) at the share kw that KL(π‖π_ref) leaves.

    Of a minority w, of which k = `fraction` is left; positive, so that the other direction leaves more.

    Raises ValueError unless 0 < w < 1/2 and 0 < fraction < 1.
    """
    share, k = strictly_between("w", w, 0, 0.5), strictly_between("fraction", fraction, 0, 1)
    return (1 - k) ** 2 * (1 - 2 * share) / (2 * k)


def best_of_kl(n: int) -> float:
    """ln n - (n-1)/n = KL(best of n‖one draw), nats, where rewards have no ties; with ties it is at most that.

    Raises ValueError unless n is an integer ≥ 1.
    """
    n = integer("n", n, 1)
    return float(np.log(n) - (n - 1) / n)
