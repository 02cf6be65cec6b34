"""Two parallel lines in the plane: laws (0, U) and (θ, U), U uniform on [0, 1], that share no point unless θ = 0.

    JS = ln 2,    KL = ∞ either way,    W_1 = |θ|         for θ ≠ 0, and all of them 0 for θ = 0

The first two are the same however near the lines are and have no slope in θ; the distance of transport has one.

Source: Arjovsky, Chintala & Bottou (2017), Wasserstein GAN, example 1.
"""

import numpy as np

from theory.validation.inputs import numbers
from theory.validation.shapes import Numbers, Values


def js(theta: Numbers) -> Values:
    """ln 2 for θ ≠ 0, nats.

    Raises ValueError unless theta has no NaN.
    """
    return np.where(numbers("theta", theta) == 0, 0.0, np.log(2))


def kl(theta: Numbers) -> Values:
    """∞ for θ ≠ 0, in either order.

    Raises ValueError unless theta has no NaN.
    """
    return np.where(numbers("theta", theta) == 0, 0.0, np.inf)


def wasserstein(theta: Numbers) -> Values:
    """|θ|.

    Raises ValueError unless theta has no NaN.
    """
    return np.abs(numbers("theta", theta))
