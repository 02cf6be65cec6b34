"""How much of a set A a model must keep when its KL(p‖q) is at most ε: maximum likelihood may not drop.

Merging everything into A and its complement cannot increase a divergence (data processing), so with w = p(A)

    KL(p‖q) ≥ kl(w‖q(A)),    kl(w‖v) = w ln(w/v) + (1-w) ln((1-w)/(1-v))

and KL ≤ ε forces q(A) to at least the smaller root v of kl(w‖v) = ε. That root is at least exp(-(ε +
h_b(w))/w) > 0, since the second term of kl is at least (1-w) ln(1-w). All in nats.
"""

import numpy as np

from theory.binary import entropy
from theory.numerics.logarithm import beyond_tangent
from theory.validation.arrays import at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.shapes import Numbers, Values

BISECTIONS = 100


@elementwise
def least_kept(w: Numbers, epsilon: Numbers) -> Values:
    """The smaller root v of kl(w‖v) = ε: the least q(A) of any q with KL(p‖q) ≤ ε and p(A) = w in (0, 1).

    By bisection of δ = ln(v/w) between its simple bound and 0; kl = w f(e^δ - 1) + (1-w) f(-w(e^δ - 1)/(1-w)), f(x) = x - ln(1+x).

    Raises ValueError unless 0 < w < 1 and epsilon ≥ 0.
    """
    w, epsilon = np.broadcast_arrays(strictly_between("w", w, 0, 1), at_least("epsilon", epsilon))
    low, high = log_simple_bound(w, epsilon) - np.log(w), np.zeros_like(w)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        away = np.expm1(middle)
        inside = np.where(away > -0.5, beyond_tangent(np.maximum(away, -0.5)), away - middle)
        above = w * inside + (1 - w) * beyond_tangent(-w * away / (1 - w)) > epsilon
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return w * np.exp(high)


@elementwise
def log_simple_bound(w: Numbers, epsilon: Numbers) -> Values:
    """-(ε + h_b(w))/w: a lower bound on ln `least_kept`, in closed form and finite however small.

    Raises ValueError unless 0 < w < 1 and epsilon ≥ 0.
    """
    w = strictly_between("w", w, 0, 1)
    return -(at_least("epsilon", epsilon) + entropy(w)) / w
