"""The Dirac-GAN with a relativistic paired loss: data at c, a generator at θ, a discriminator D(x) = ψx.

    paired: L = f(D(c) - D(θ)),  plain: L = f(D(c)) + f(-D(θ)),  f(t) = -ln(1+e^{-t}),  ψ up and θ down,
    and of ψ the penalties (γ₁/2) E|∇D|² at real and (γ₂/2) E|∇D|² at fake points, (γ₁+γ₂) ψ²/2 in all

At c = 0 both are one field. At the equilibrium (c, 0) the plain loss damps ψ by c²/2, the paired one by nothing, and with
it R = (θ-c)²+ψ² is kept for ever: dR/dt = -2(γ₁+γ₂)ψ². Source: Huang et al. 2024 (the question).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from theory.validation.arrays import at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, nonnegative, real
from theory.validation.shapes import Numbers, Values

Complex = NDArray[np.complex128]


@elementwise
def field(theta: Numbers, psi: Numbers, c: Numbers, penalty: Numbers = 0.0) -> tuple[Values, Values]:
    """(θ', ψ') of the paired loss: (ψh, (c-θ)h - γψ), h = 1/(1+e^{ψ(c-θ)}), γ = `penalty` = γ₁+γ₂.

    Raises ValueError unless theta, psi and c are finite, and penalty ≥ 0.
    """
    theta, psi, c, penalty = _players(theta, psi, c, penalty)
    push = expit(-psi * (c - theta))
    return psi * push, (c - theta) * push - penalty * psi


@elementwise
def plain_field(theta: Numbers, psi: Numbers, c: Numbers, penalty: Numbers = 0.0) -> tuple[Values, Values]:
    """(θ', ψ') of the plain loss: (ψ/(1+e^{-θψ}), c/(1+e^{cψ}) - θ/(1+e^{-θψ}) - γψ).

    Raises ValueError unless theta, psi and c are finite, and penalty ≥ 0.
    """
    theta, psi, c, penalty = _players(theta, psi, c, penalty)
    fake = expit(theta * psi)
    return psi * fake, c * expit(-c * psi) - theta * fake - penalty * psi


def eigenvalues(c: float, penalty: float = 0.0) -> Complex:
    """Of the paired field at (c, 0), +√ first: -γ/2 ± ½√(γ²-1), wherever the data are.

    Raises ValueError unless c is finite, and penalty ≥ 0.
    """
    real("c", c)
    return _roots(nonnegative("penalty", penalty))


def plain_eigenvalues(c: float, penalty: float = 0.0) -> Complex:
    """Of the plain field there: -Γ/2 ± ½√(Γ²-1), Γ = γ + c²/2.

    Raises ValueError unless c is finite, and penalty ≥ 0.
    """
    return _roots(nonnegative("penalty", penalty) + real("c", c) ** 2 / 2)


def _roots(damping: float) -> Complex:
    """Of l² + Γl + ¼; the nearer one from the product of both."""
    if damping < 1:
        turn = np.sqrt((1 - damping) * (1 + damping)) / 2
        return -damping / 2 + turn * np.array([1j, -1j])
    far = -(damping + np.sqrt(damping - 1) * np.sqrt(damping + 1)) / 2
    return np.array([0.25 / far, far], dtype=complex)


def _players(theta: Numbers, psi: Numbers, c: Numbers, penalty: Numbers) -> tuple[Array, Array, Array, Array]:
    """θ, ψ, c, γ₁+γ₂."""
    return array("theta", theta), array("psi", psi), array("c", c), at_least("penalty", penalty)
