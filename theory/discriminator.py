"""The exact discriminator, what it catches, and what it teaches the generator.

    D*(x) = p/(p+q), logit ln p - ln q; value E_p ln D* + E_q ln(1-D*) = -ln 4 + 2 JS(p, q); best accuracy
    (1+TV)/2

Against the symmetric pair ½N(-a, s²) + ½N(a, s²), r = a/s: the averaged output q = N(0, s²) has TV ≥ 1 -
3Φ(-r/2), by the event |x| < a/2; one mode kept has TV = Φ(r) - ½, and m of K far modes kept has TV → 1 -
m/K. So for large K dropping is caught as surely as averaging.

With logit ℓ on a fake, the generator's descent direction is σ(ℓ)∇ℓ under the minimax loss and (1-σ(ℓ))∇ℓ
under the non-saturating one: where the fake is recognised, ℓ → -∞, only the second still moves.
"""

import numpy as np
from scipy.special import expit, ndtr, rel_entr

from theory.mixture import GaussianMixture
from theory.validation.arrays import above, from_to
from theory.validation.inputs import array, integer, numbers, reject, weights
from theory.validation.laws import alike, positions
from theory.validation.shapes import Numbers, Points, Values, Vector, Weights


def optimal_logit(p: GaussianMixture, q: GaussianMixture, x: Points) -> Values:
    """ln p(x) - ln q(x) nats: the logit of D*, p real and q fake.

    Raises ValueError unless p and q are mixtures of one dimension and x is finite points of it.
    """
    p, q = alike(p, q)
    x = positions("x", x, p)
    return p.logpdf(x) - q.logpdf(x)


def optimal_discriminator(p: GaussianMixture, q: GaussianMixture, x: Points) -> Values:
    """D*(x) = p/(p+q).

    Raises ValueError unless p and q are mixtures of one dimension and x has the shape of points of it, without NaN.
    """
    return expit(optimal_logit(p, q, x))


def value(p: Weights, q: Weights, d: Vector) -> float:
    """E_p ln D + E_q ln(1-D) on n cells, nats, for any discriminator d (n,) in [0, 1]; largest at p/(p+q).

    Raises ValueError unless p and q are distributions on as many cells as d has, and 0 ≤ d ≤ 1.
    """
    p, q, d = weights("p", p), weights("q", q), from_to("d", d, 0, 1)
    for name, value in (("q", q), ("d", d)):
        if np.shape(value) != p.shape:
            reject(name, f"one number for each of {len(p)} cells", f"shape {np.shape(value)}")
    return float(-(rel_entr(p, p * d) + rel_entr(q, q * (1 - d))).sum())


def optimal_value(js: Numbers) -> Values:
    """-ln 4 + 2 JS nats, JS in [0, ln 2].

    Raises ValueError unless 0 ≤ js ≤ ln 2.
    """
    return 2 * from_to("js", js, 0, np.log(2)) - np.log(4)


def best_accuracy(tv: Numbers) -> Values:
    """(1+TV)/2: the share that the best discriminator gets right when reals and fakes are equally likely.

    Raises ValueError unless 0 ≤ tv ≤ 1.
    """
    return (1 + from_to("tv", tv, 0, 1)) / 2


def averaged_tv_bound(ratio: Numbers) -> Values:
    """1 - 3Φ(-r/2), a lower bound on TV(pair, N(0, s²)), r = a/s.

    Raises ValueError unless ratio > 0.
    """
    return 1 - 3 * ndtr(-above("ratio", ratio) / 2)


def averaged_tv_ceiling(ratio: Numbers) -> Values:
    """r²/√(2πe), an upper bound on the same, to which it comes down as r → 0: φ(1) is the steepest slope of φ.

    Raises ValueError unless ratio > 0.
    """
    return above("ratio", ratio) ** 2 / np.sqrt(2 * np.pi * np.e)


def one_mode_tv(ratio: Numbers) -> Values:
    """Φ(r) - ½: TV between the pair and one of its modes.

    Raises ValueError unless ratio > 0.
    """
    return ndtr(above("ratio", ratio)) - 0.5


def kept_modes_tv(kept: int, modes: int) -> float:
    """1 - m/K: the limit of TV when m = `kept` of K = `modes` equal, far modes are kept in equal shares.

    Raises ValueError unless kept and modes are integers with 1 ≤ kept ≤ modes.
    """
    m, K = integer("kept", kept, 1), integer("modes", modes, 1)
    return 1 - m / K if m <= K else reject("kept", f"at most {K}", kept)


def minimax_pull(logit: Numbers) -> Values:
    """σ(ℓ): the weight of ∇ℓ in the minimax descent direction at a fake with logit ℓ.

    Raises ValueError unless logit has no NaN.
    """
    return expit(numbers("logit", logit))


def nonsaturating_pull(logit: Numbers) -> Values:
    """1 - σ(ℓ) = σ(-ℓ): the same for the non-saturating loss.

    Raises ValueError unless logit has no NaN.
    """
    return expit(-numbers("logit", logit))


def nonsaturating_slope(p: Weights, q: Weights, tangent: Vector) -> float:
    """-Σ q' ln D*: how E[-ln D*(g(z))] moves with the generator, D* = p/(p+q) held, on n cells.

    tangent: q' (n,), how the generator's law q moves with its parameter; sums to 0.  Every p_i > 0.

    Raises ValueError unless p > 0 and q are distributions on as many cells as tangent has.
    """
    p, q, moved = weights("p", p), weights("q", q), array("tangent", tangent, ndim=1)
    for name, value in (("q", q), ("tangent", moved)):
        if value.shape != p.shape:
            reject(name, f"one number for each of {len(p)} cells", f"shape {value.shape}")
    if (p == 0).any():
        reject("p", "positive weights", p)
    return float(moved @ np.log1p(q / p))


def best_response_loss(logits: Vector) -> float:
    """min_q E_q ln(1-σ(ℓ)) = -ln(1+e^{max ℓ}), nats, ℓ = `logits` (n,) on cells: what any law on arg-max ℓ pays.

    Against a fixed D = σ(ℓ), in its logits, since ln(1-D) has no digits where D is next to 1.

    Raises ValueError unless logits is a vector without NaN.
    """
    return float(-np.logaddexp(0, numbers("logits", array("logits", logits, ndim=1)).max()))
