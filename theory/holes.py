"""What a decoder does with the prior's holes: between two modes it must cross the gap.

The best decoder of `encoder_noise`, g(z) = a tanh(mz/v), fed with z ~ N(0, 1) instead of encodings, lands
within a fraction f of the way from the centre to the modes with probability

    P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1.

Where m² + v = 1 and γ = m²/v grows, half-way bridging falls only like 0.438/γ while the reconstruction
error falls like e^{-γ/2}: reconstruction is not generation.
"""

import numpy as np
from scipy.special import erf

from theory.validation.arrays import above, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.shapes import Numbers, Values


@elementwise
def bridged(m: Numbers, v: Numbers, fraction: Numbers = 0.5) -> Values:
    """P(|g(z)| < fa) = 2Φ(artanh(f) v/m) - 1, f = `fraction` in (0, 1).

    Raises ValueError unless m, v > 0 and 0 < fraction < 1.
    """
    return erf(np.arctanh(strictly_between("fraction", fraction, 0, 1)) * above("v", v) / above("m", m) / np.sqrt(2))


@elementwise
def balanced_bridged(gamma: Numbers, fraction: Numbers = 0.5) -> Values:
    """The same at m² + v = 1: v/m = 1/√(γ(1+γ)).

    Raises ValueError unless gamma > 0 and 0 < fraction < 1.
    """
    gamma = above("gamma", gamma)
    return bridged(np.sqrt(gamma * (1 + gamma)), 1.0, fraction)


@elementwise
def far_bridged(gamma: Numbers, fraction: Numbers = 0.5) -> Values:
    """√(2/π) artanh(f)/γ: what it tends to, 0.438/γ half-way.

    Raises ValueError unless gamma > 0 and 0 < fraction < 1.
    """
    reach = np.arctanh(strictly_between("fraction", fraction, 0, 1))
    return np.sqrt(2 / np.pi) * reach / above("gamma", gamma)
