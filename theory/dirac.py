"""The Dirac-GAN (Mescheder et al. 2018): the smallest game that shows why GAN training circles.

Data are a point mass at 0, the generator's a point mass at θ, the discriminator D(x) = ψx. With f(t) =
-ln(1+e^{-t}),

    L(θ, ψ) = f(θψ) + f(0),    the generator descends L, the discriminator ascends it.

Each method is a vector field v(θ, ψ), the direction of training, with the equilibrium at (0, 0). There

    v' = [[-a, -b], [b, -c]],    eigenvalues -(a+c)/2 ± √((a-c)²/4 - b²)

with coupling b and dampings a, c. `strength` is the knob of the method: the standard deviation σ of
instance noise, else the weight γ. Methods: minimax, nonsaturating, wgan (no knob); instance_noise;
consensus; r1 and r2, which are the same field here since ∇D = ψ everywhere; wgan_r1; wgan_gp, discontinuous
at ψ = 0 and therefore without a Jacobian.

Training takes steps of size h. Simultaneous: both players move from the same point, eigenvalues 1 + hμ.
Alternating: the generator first, then the discriminator against the moved generator. Both orders of
alternation have the same spectrum.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float
from numpy.typing import NDArray
from scipy.special import expit

from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, choice, flag, integer, nonnegative, positive, reject
from theory.validation.shapes import Numbers, Values
from theory.validation.told import told

Field = Callable[[Array, Array, float], tuple[Array, Array]]

NODES, MASSES = np.polynomial.hermite_e.hermegauss(128)  # instance noise: 1e-12 for σ|ψ| ≤ 2
WEIGHTS = MASSES / np.sqrt(2 * np.pi)


@told
@dataclass(frozen=True)
class Method:
    """A field and its linearisation (a, b, c) at the equilibrium, absent where the field is discontinuous."""

    field: Field
    linearisation: Callable[[float], tuple[float, float, float]] | None


def slope(t: Numbers) -> Values:
    """f'(t) = 1/(1+e^t).

    Raises ValueError unless t is finite.
    """
    return expit(-array("t", t))


def _minimax(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    return -psi * slope(theta * psi), theta * slope(theta * psi)


def _nonsaturating(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """The generator ascends f(-θψ) instead of descending f(θψ)."""
    return -psi * slope(-theta * psi), theta * slope(theta * psi)


def _wgan(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """f(t) = t."""
    return -psi, theta


def _instance_noise(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """Both point masses blurred by N(0, σ²): the gradients of E f((θ+σε)ψ) + E f(-σεψ)."""
    fake = theta[..., None] + strength * NODES
    real = strength * NODES
    slopes = slope(fake * psi[..., None])
    # E[-x f'(-xψ)] = E[x f'(xψ)] by the symmetry of the noise
    return -psi * (slopes @ WEIGHTS), (fake * slopes + real * slope(real * psi[..., None])) @ WEIGHTS


def _consensus(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """v - γ ∇½|v|² with |v|² = (θ²+ψ²) f'(θψ)², v the minimax field."""
    f1 = slope(theta * psi)
    f2 = -f1 * (1 - f1)
    shared = (theta**2 + psi**2) * f1 * f2
    v_theta, v_psi = _minimax(theta, psi, strength)
    penalty_theta, penalty_psi = theta * f1**2 + shared * psi, psi * f1**2 + shared * theta
    return v_theta - strength * penalty_theta, v_psi - strength * penalty_psi


def _r1(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """The discriminator pays (γ/2) ∇D(x)² = (γ/2) ψ²."""
    v_theta, v_psi = _minimax(theta, psi, strength)
    return v_theta, v_psi - strength * psi


def _wgan_r1(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    return -psi, theta - strength * psi


def _wgan_gp(theta: Array, psi: Array, strength: float) -> tuple[Array, Array]:
    """The discriminator pays (γ/2)(|∇D| - 1)² = (γ/2)(|ψ| - 1)²."""
    return -psi, theta - strength * np.sign(psi) * (np.abs(psi) - 1)


METHODS: dict[str, Method] = {
    "minimax": Method(_minimax, lambda _: (0, 1 / 2, 0)),
    "nonsaturating": Method(_nonsaturating, lambda _: (0, 1 / 2, 0)),
    "wgan": Method(_wgan, lambda _: (0, 1, 0)),
    "instance_noise": Method(_instance_noise, lambda std: (0, 1 / 2, std**2 / 2)),
    "consensus": Method(_consensus, lambda gamma: (gamma / 4, 1 / 2, gamma / 4)),
    "r1": Method(_r1, lambda gamma: (0, 1 / 2, gamma)),
    "r2": Method(_r1, lambda gamma: (0, 1 / 2, gamma)),
    "wgan_r1": Method(_wgan_r1, lambda gamma: (0, 1, gamma)),
    "wgan_gp": Method(_wgan_gp, None),
}
FAR = 1e18
"""Where training has left for good: fourth powers of it are floats still."""
PLAIN = {"minimax", "nonsaturating", "wgan"}  # methods without a knob


@elementwise
def field(method: str, theta: Numbers, psi: Numbers, strength: float = 0.0) -> tuple[Values, Values]:
    """v(θ, ψ), the direction (dθ, dψ) in which training moves; arrays of matching shapes.

    Raises ValueError unless method is in `METHODS`, strength ≥ 0, 0 for a method without a knob, and theta and psi are
    finite.
    """
    chosen, knob = _method(method, strength)
    return chosen.field(array("theta", theta), array("psi", psi), knob)


def jacobian(method: str, strength: float = 0.0) -> Float[Array, "2 2"]:
    """v' at the equilibrium, [[-a, -b], [b, -c]].

    Raises ValueError unless method is in `METHODS` and has a Jacobian, and strength ≥ 0, 0 for a method without a knob.
    """
    a, b, c = _linearisation(method, strength)
    return np.array([[-a, -b], [b, -c]], dtype=float)


def eigenvalues(method: str, strength: float = 0.0) -> Complex[NDArray[np.complex128], "2"]:
    """Eigenvalues of v' at the equilibrium, shape (2,), complex, +√ first: -(a+c)/2 ± √((a-c)²/4 - b²).

    Raises ValueError unless method is in `METHODS` and has a Jacobian, and strength ≥ 0, 0 for a method without a knob.
    """
    a, b, c = _linearisation(method, strength)
    middle, square = -(a + c) / 2, ((a - c) / 2 - b) * ((a - c) / 2 + b)
    if square < 0:
        return middle + np.sqrt(-square) * np.array([1j, -1j])
    far = middle - np.sqrt(square)
    return np.array([(a * c + b**2) / far, far], dtype=complex)  # the near one from their product: nothing cancels


@elementwise
def step(
    method: str, theta: Numbers, psi: Numbers, h: float, strength: float = 0.0, *, alternating: bool
) -> tuple[Values, Values]:
    """One training step of size h from (θ, ψ), both players at once or the generator first.

    Raises ValueError unless method is in `METHODS`, strength ≥ 0, 0 for a method without a knob, theta and psi are
    finite, h > 0 and small enough for both to stay within ±1e18, and alternating is a bool.
    """
    chosen, knob = _method(method, strength)
    v, h = chosen.field, positive("h", h)
    theta, psi = array("theta", theta), array("psi", psi)
    moved = _stays(theta + h * v(theta, psi, knob)[0], h)
    return moved, _stays(psi + h * v(moved if flag("alternating", alternating) else theta, psi, knob)[1], h)


def _stays(moved: Array, h: float) -> Array:
    if np.abs(moved).max() > FAR:
        reject("h", f"a step after which θ and ψ are within ±{FAR:g}", h)
    return moved


@elementwise
def orbit(
    method: str,
    theta: Numbers,
    psi: Numbers,
    h: float,
    steps: int,
    strength: float = 0.0,
    *,
    alternating: bool,
) -> Float[Array, "{steps+1} ... 2"]:
    """The points (θ, ψ) of training from a start, shape (steps+1, ..., 2).

    Raises ValueError unless method is in `METHODS`, strength ≥ 0, 0 for a method without a knob, theta and psi are
    finite, h > 0 and small enough for the orbit to stay within ±1e18, steps is an integer ≥ 0, and alternating is a bool.
    """
    flag("alternating", alternating)
    points: list[tuple[Values, Values]] = [(array("theta", theta), array("psi", psi))]
    for _ in range(integer("steps", steps, 0, 10**5)):
        points.append(step(method, *points[-1], h, strength, alternating=alternating))
    return np.moveaxis(np.array([np.broadcast_arrays(*point) for point in points]), 1, -1)


def step_jacobian(method: str, h: float, strength: float = 0.0, *, alternating: bool) -> Float[Array, "2 2"]:
    """The derivative of one step at the equilibrium.

    Simultaneous: I + hv'. Alternating: the discriminator's row acts on the moved generator.

    Raises ValueError unless method is in `METHODS` and has a Jacobian, strength ≥ 0, 0 for a method without a knob, h >
    0, and alternating is a bool.
    """
    h = positive("h", h)
    generator, discriminator = np.eye(2), np.eye(2)
    generator[0] += h * jacobian(method, strength)[0]
    discriminator[1] += h * jacobian(method, strength)[1]
    return discriminator @ generator if flag("alternating", alternating) else generator + discriminator - np.eye(2)


def spectral_radius(method: str, h: float, strength: float = 0.0, *, alternating: bool) -> float:
    """The largest modulus of an eigenvalue of `step_jacobian`: below 1 training converges locally.

    Raises ValueError unless method is in `METHODS` and has a Jacobian, strength ≥ 0, 0 for a method without a knob, h >
    0, and alternating is a bool.
    """
    return float(np.abs(np.linalg.eigvals(step_jacobian(method, h, strength, alternating=alternating))).max())


def largest_step(method: str, strength: float = 0.0, *, alternating: bool) -> float:
    """The h below which every eigenvalue of the linearised step stays in the unit disc.

    Simultaneous: min over eigenvalues μ of v' of -2 Re μ/|μ|², and convergence is strict below. So R1: 4γ
    for γ ≤ 1 and 4(γ-√(γ²-1)) above; consensus: 8γ/(γ²+4); 0 for the methods without damping, which diverge
    at every h. Alternating (trace and determinant of the step, Jury): 4/(a+c+√((a-c)²+4b²)). So R1:
    4(√(1+γ²)-γ); WGAN+R1: √(γ²+4)-γ; consensus: 8/(γ+2). Without damping, 4 (minimax, non-saturating) or 2
    (WGAN), the modulus below it is 1 exactly: the linearisation turns, and does not decide.

    Raises ValueError unless method is in `METHODS` and has a Jacobian, strength ≥ 0, 0 for a method without a knob, and
    alternating is a bool.
    """
    a, b, c = _linearisation(method, strength)
    if flag("alternating", alternating):
        return float(4 / (a + c + np.sqrt((a - c) ** 2 + 4 * b**2)))
    mu = eigenvalues(method, strength)
    return float(np.min(-2 * mu.real / np.abs(mu) ** 2))


@elementwise
def nonsaturating_radius2(start: Numbers, time: Numbers) -> Values:
    """θ²+ψ² of the non-saturating method near the equilibrium: 1/(1/start + t/8), t = `time`; at last 8/t.

    Along the flow d(θ²+ψ²)/dt = -2θψ tanh(θψ/2) ≈ -(θψ)², and over a turn (θψ)² averages (θ²+ψ²)²/8. Holds
    for the continuous flow and, averaged over a turn, for alternating steps of every h < 4, t = h·steps:
    the linear step keeps Q = θ² - hθψ/2 + ψ², the cubic terms drain Q at the mean rate Q²/8(1-h²/16), and
    the mean of θ²+ψ² at a given Q is Q/(1-h²/16). Not for simultaneous steps, see
    `simultaneous_limit_radius2`.

    Raises ValueError unless start > 0 and time ≥ 0.
    """
    return 1 / (1 / above("start", start) + at_least("time", time) / 8)


def simultaneous_limit_radius2(h: Numbers) -> Values:
    """2h: where θ²+ψ² settles under simultaneous non-saturating steps, to first order in h.

    Each step multiplies it by 1 + h²/4 and drains h(θ²+ψ²)²/8 of it: the orbit ends on a circle, not at the
    solution.

    Raises ValueError unless h > 0.
    """
    return 2 * above("h", h)


def _method(name: str, strength: float) -> tuple[Method, float]:
    method, knob = METHODS[choice("method", name, METHODS)], nonnegative("strength", strength)
    if knob > 0 and name in PLAIN:
        reject("strength", f"0, since {name} has no knob", strength)
    return method, knob


def _linearisation(name: str, strength: float) -> tuple[float, float, float]:
    method, knob = _method(name, strength)
    if method.linearisation is None:
        reject("method", "one whose field is continuous at the equilibrium", name)
    return method.linearisation(knob)
