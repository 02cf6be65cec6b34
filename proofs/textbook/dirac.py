"""The Dirac-GAN by definition: losses written out once, differentiated by SymPy; the observed side of what is claimed.

Data are a point at 0, the generator a point at θ, the discriminator D(x) = ψx. A method is what its two players
descend (`losses`); its field v, steps and Jacobians follow by differentiation, as unevaluated expressions for
derivations (x is the vocabulary of a domain) and as numbers of an arithmetic m (proofs.words.arithmetic) for checks. No
formula here is shared with `theory.dirac`, which states the results, or with the toy, which differentiates by autograd.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE

PLAIN = ("minimax", "nonsaturating", "wgan")
"""Methods without a knob."""
FIXED = ("instance_noise", "consensus", "r1", "r2", "wgan_r1")
"""Methods whose knob, σ or γ, dampens the game."""


def losses(x: Any, method: str, theta: Any, psi: Any, knob: Any, fake: Any, real: Any) -> tuple[Any, Any]:
    """What generator and discriminator descend; instance noise adds σ·fake to the fake point and σ·real to the real."""
    f = (lambda t: t) if "wgan" in method else lambda t: -x.log(1 + x.exp(-t))
    noise = knob if method == "instance_noise" else 0
    slope = x.diff(psi * x.Symbol("x"), x.Symbol("x"))  # ∇D: the same on real data (R1), on fakes (R2), between them
    excess = x.sqrt(slope**2) - 1 if method == "wgan_gp" else slope
    penalty = knob / 2 * excess**2 if method in ("r1", "r2", "wgan_r1", "wgan_gp") else 0
    value = f(psi * (theta + noise * fake)) + f(-psi * noise * real)
    generator = -f(-psi * (theta + noise * fake)) if method == "nonsaturating" else value
    return generator, penalty - value


def field(x: Any, method: str, knob: Any) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    """v = -∇ of each player's loss, unevaluated, and the letters θ, ψ, fake, real; consensus adds -γ∇½|v|²."""
    theta, psi, fake, real = letters = x.symbols("theta psi e r", real=True)
    generator, discriminator = losses(x, method, theta, psi, knob, fake, real)
    v = (-x.Derivative(generator, theta), -x.Derivative(discriminator, psi))
    if method == "consensus":
        energy = (v[0].doit() ** 2 + v[1].doit() ** 2) / 2
        v = (v[0] - knob * x.Derivative(energy, theta), v[1] - knob * x.Derivative(energy, psi))
    return v, letters


def step(x: Any, method: str, knob: Any, h: Any, alternating: bool) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    """Both players after one step, and the letters; alternating, ψ meets the moved θ."""
    (v_theta, v_psi), letters = field(x, method, knob)
    theta, psi = letters[:2]
    moved = theta + h * v_theta
    return (moved, psi + h * (x.Subs(v_psi, theta, moved) if alternating else v_psi)), letters


def discriminator_step(x: Any) -> Any:
    """ψ after one simultaneous step of R1 from (θ, ψ) = (t, p), with the letters g for γ and h."""
    (_, psi), letters = step(x, "r1", x.g, x.h, alternating=False)
    return x.Subs(psi, letters[:2], (x.t, x.p))


def jump(x: Any) -> Any:
    """v_ψ(t, 0⁺) - v_ψ(t, 0⁻) of WGAN-GP."""
    (_, v), (theta, psi, *_) = field(x, "wgan_gp", x.g)
    right, left = (x.Limit(x.Subs(v, theta, x.t), psi, 0, side) for side in "+-")
    return right - left


def drained(x: Any) -> Any:
    """-Ṙ/R² of R = θ²+ψ² under the non-saturating loss, to leading order and averaged over the angle.

    -Ṙ depends on y = θψ alone, and begins with y²; over a turn of R = 1 that is (cos sin)².
    """
    (v_theta, v_psi), (theta, psi, *_) = field(x, "nonsaturating", 0)
    y, angle = x.Symbol("y", real=True), x.Symbol("angle", real=True)
    loss = x.Subs(-2 * (theta * v_theta + psi * v_psi), (theta, psi), (y, 1))
    mean = x.Integral((x.cos(angle) * x.sin(angle)) ** 2, (angle, 0, 2 * x.pi)) / (2 * x.pi)
    return mean * x.Subs(x.Derivative(loss, y, 2) / 2, y, 0)


def characteristic(x: Any, maps: tuple[Any, Any], letters: tuple[Any, ...], level: Any) -> Any:
    """det(level - J), J the Jacobian of the maps at (0, 0), averaged over the noise (E and ∂ commute: ∂ is bounded)."""
    theta, psi, e, r = letters
    t, moments = x.Symbol("t", real=True), x.Tuple((e, 0), (e**2, 1), (r, 0), (r**2, 1))

    def along(g: Any, point: Any) -> Any:
        # SymPy takes Subs of two different partial derivatives at (0, 0) for equal; derivatives along axes it does not
        return x.Expectation(x.Subs(x.Derivative(x.Subs(g, (theta, psi), point), t), t, 0), moments)

    return determinant([[along(g, point) for point in ((t, 0), (0, t))] for g in maps], level)


def determinant(j: Any, level: Any = 0) -> Any:
    """det(level - j) of a 2×2 matrix."""
    return (level - j[0][0]) * (level - j[1][1]) - j[0][1] * j[1][0]


@cache
def _numeric(method: str, double: bool) -> Any:
    """The field (θ, ψ, knob, fake, real) ↦ (v_θ, v_ψ) in numbers."""
    import sympy as sp

    v, letters = field(sp, method, sp.Symbol("knob"))
    f = sp.lambdify(
        (*letters[:2], "knob", *letters[2:]), tuple(v_i.doit() for v_i in v), "numpy" if double else "mpmath"
    )
    return f if double else np.vectorize(f, otypes="OO")


@cache
def _gauss(noisy: bool, m: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes for fake and real and weights of E over N(0, 1): trapezoids, exponentially accurate; one node if no noise."""
    e = m.grid(-9, 9, 37) if noisy else m.grid(0, 0, 2)[:1]
    w = m.exp(-(e**2) / 2)
    return e, e, w / w.sum()


def observed(m: Any, method: str, knob: Any, theta: Any, psi: Any, noise: Any = None) -> list[Any]:
    """v at points of any shape, averaged over the noise N(0, 1), or over the draws (fake, real, weights) given."""
    fake, real, w = noise or _gauss(method == "instance_noise", m)
    theta, psi = np.asarray(theta)[..., None], np.asarray(psi)[..., None]
    return [(w * v).sum(-1) for v in _numeric(method, m is DOUBLE)(theta, psi, knob, fake, real)]


def walk(m: Any, h: Any, knob: Any, theta: Any, psi: Any, method: str, order: Any, noise: Any = None) -> list[Any]:
    """Training as a plain loop; `order` is (alternating, steps, the discriminator's answers to each)."""
    alternating, steps, answers = order
    for _ in range(steps):
        old, theta = theta, theta + h * observed(m, method, knob, theta, psi, noise)[0]
        for _ in range(answers):
            psi = psi + h * observed(m, method, knob, theta if alternating else old, psi, noise)[1]
    return [theta, psi]


@cache
def _circle(m: Any) -> Any:
    """Twelve points around 0, of radius 1/50, for Cauchy's formula."""
    return np.array([m.exp(2j * m.pi * k / 12) / 50 for k in range(12)])


def jacobian(m: Any, method: str, knob: Any) -> list[list[Any]]:
    """v' at (0, 0), by Cauchy's formula."""
    circle = _circle(m)
    at = observed(m, method, knob, [circle, 0 * circle], [0 * circle, circle])
    return [[(column / circle).sum().real / 12 for column in v] for v in at]


def drain(m: Any) -> Any:
    """What `drained` says, in numbers: the coefficient by Cauchy's formula, the mean of (cos sin)² over 16 angles."""
    y, angles = _circle(m), [m.pi * k / 8 for k in range(16)]
    v_theta, v_psi = observed(m, "nonsaturating", 0, y, 1 + 0 * y)
    coefficient = (-2 * (y * v_theta + v_psi) / y**2).sum().real / 12
    return coefficient * sum((m.exp(1j * a).real * m.exp(1j * a).imag) ** 2 for a in angles) / 16


def linear_step(j: Any, h: Any, alternating: bool) -> list[Any]:
    """The step of the linear game v = j(θ, ψ), a matrix: its columns are where the two unit vectors go."""
    ends = []
    for t, p in ((1, 0), (0, 1)):
        moved = t + h * (j[0][0] * t + j[0][1] * p)
        ends.append((moved, p + h * (j[1][0] * (moved if alternating else t) + j[1][1] * p)))
    return list(zip(*ends, strict=True))


def modulus2(m: Any) -> Any:
    """The largest |eigenvalue|² of a 2×2 matrix."""
    half, det = (m[0][0] + m[1][1]) / 2, determinant(m)
    return det if det > half**2 else (abs(half) + (half**2 - det) ** 0.5) ** 2


def apart(m: Any) -> Any:
    """How far apart the two eigenvalues of a 2×2 matrix lie."""
    return abs((m[0][0] - m[1][1]) ** 2 + 4 * m[0][1] * m[1][0]) ** 0.5


def stays(m: Any) -> bool:
    """Whether both eigenvalues lie in the closed unit disc, but for rounding: det ≤ 1 and |tr| < 1 + det (Jury)."""
    det = determinant(m)
    return bool(det < 1 + 1e-13 and abs(m[0][0] + m[1][1]) < 1 + det)


def growth(m: Any, h: Any, knob: Any, method: str, alternating: bool) -> Any:
    """The largest |eigenvalue|² of a step of size h at (0, 0)."""
    return modulus2(linear_step(jacobian(m, method, knob), h, alternating))


def edge(m: Any, knob: Any, method: str, alternating: bool) -> Any:
    """The h up to which both eigenvalues of a step stay in the unit disc, between 1/1000 and 9."""
    j = jacobian(m, method, knob)
    return m.root(lambda h: -1 if stays(linear_step(j, h, alternating)) else 1, 0.001, 9.0)
