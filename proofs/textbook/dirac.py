"""The Dirac-GAN by definition: losses written out once, differentiated by SymPy; the observed side of what is claimed.

Data are a point at 0, the generator a point at θ, the discriminator D(x) = ψx. A method is what its two players
descend (`losses`); its field v, steps and Jacobians follow by differentiation, as unevaluated expressions for
derivations and as numbers of an arithmetic m (proofs.words.arithmetic) for checks. No formula here is shared with
`theory.dirac`, which states the results, or with the toy, which differentiates by autograd.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from proofs.words import expectation, sp
from proofs.words.arithmetic import DOUBLE

PLAIN = ("minimax", "nonsaturating", "wgan")
"""Methods without a knob."""
FIXED = ("instance_noise", "consensus", "r1", "r2", "wgan_r1")
"""Methods whose knob, σ or γ, dampens the game."""


def strength(method: str, knob: Any) -> Any:
    """σ or γ, 0 for the methods without."""
    return 0 if method in PLAIN else knob


def losses(method: str, theta: Any, psi: Any, knob: Any, fake: Any, real: Any) -> tuple[Any, Any]:
    """What generator and discriminator descend; instance noise adds σ·fake to the fake point and σ·real to the real."""
    f = (lambda t: t) if "wgan" in method else lambda t: -sp.log(1 + sp.exp(-t))
    noise, x = knob if method == "instance_noise" else 0, sp.Symbol("x")
    slope = sp.diff(psi * x, x)  # ∇D: the same on real data (R1), on fakes (R2), between them
    excess = sp.sqrt(slope**2) - 1 if method == "wgan_gp" else slope
    penalty = knob / 2 * excess**2 if method in ("r1", "r2", "wgan_r1", "wgan_gp") else 0
    value = f(psi * (theta + noise * fake)) + f(-psi * noise * real)
    generator = -f(-psi * (theta + noise * fake)) if method == "nonsaturating" else value
    return generator, penalty - value


def field(method: str, knob: Any) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    """v = -∇ of each player's loss, unevaluated, and the letters θ, ψ, fake, real; consensus adds -γ∇½|v|²."""
    theta, psi, fake, real = letters = sp.symbols("theta psi e r", real=True)
    generator, discriminator = losses(method, theta, psi, knob, fake, real)
    v = (-sp.Derivative(generator, theta), -sp.Derivative(discriminator, psi))
    if method == "consensus":
        energy = (v[0].doit() ** 2 + v[1].doit() ** 2) / 2
        v = (v[0] - knob * sp.Derivative(energy, theta), v[1] - knob * sp.Derivative(energy, psi))
    return v, letters


def step(method: str, knob: Any, h: Any, alternating: bool) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    """Both players after one step, and the letters; alternating, ψ meets the moved θ."""
    (v_theta, v_psi), letters = field(method, knob)
    theta, psi = letters[:2]
    moved = theta + h * v_theta
    return (moved, psi + h * (sp.Subs(v_psi, theta, moved) if alternating else v_psi)), letters


def answer_of_r1(h: Any, gamma: Any, theta: Any, psi: Any) -> Any:
    """ψ after one simultaneous step of R1 from (θ, ψ)."""
    (_, moved), letters = step("r1", gamma, h, alternating=False)
    return sp.Subs(moved, letters[:2], (theta, psi))


def jump(theta: Any, gamma: Any) -> Any:
    """v_ψ(θ, 0⁺) - v_ψ(θ, 0⁻) of WGAN-GP."""
    (_, v), letters = field("wgan_gp", gamma)
    right, left = (sp.Limit(sp.Subs(v, letters[0], theta), letters[1], 0, side) for side in "+-")
    return right - left


def drained() -> Any:
    """-Ṙ/R² of R = θ²+ψ² under the non-saturating loss, to leading order and averaged over the angle.

    -Ṙ depends on y = θψ alone, and begins with y²; over a turn of R = 1 that is (cos sin)².
    """
    (v_theta, v_psi), (theta, psi, *_) = field("nonsaturating", 0)
    y, angle = sp.symbols("y angle", real=True)
    loss = sp.Subs(-2 * (theta * v_theta + psi * v_psi), (theta, psi), (y, 1))
    mean = sp.Integral((sp.cos(angle) * sp.sin(angle)) ** 2, (angle, 0, 2 * sp.pi)) / (2 * sp.pi)
    return mean * sp.Subs(sp.Derivative(loss, y, 2) / 2, y, 0)


def characteristic(maps: tuple[Any, Any], letters: tuple[Any, ...], level: Any) -> Any:
    """det(level - J), J the Jacobian of the maps at (0, 0), averaged over the noise (E and ∂ commute: ∂ is bounded)."""
    theta, psi, e, r = letters
    t, moments = sp.Symbol("t", real=True), {e: 0, e**2: 1, r: 0, r**2: 1}

    def along(g: Any, point: Any) -> Any:
        # SymPy takes Subs of two different partial derivatives at (0, 0) for equal; derivatives along axes it does not
        return expectation(sp.Subs(sp.Derivative(sp.Subs(g, (theta, psi), point), t), t, 0), moments)

    return determinant([[along(g, point) for point in ((t, 0), (0, t))] for g in maps], level)


def determinant(j: Any, level: Any = 0) -> Any:
    """det(level - j) of a 2×2 matrix."""
    return (level - j[0][0]) * (level - j[1][1]) - j[0][1] * j[1][0]


@cache
def _numeric(method: str, double: bool) -> Any:
    """The field (θ, ψ, knob, fake, real) ↦ (v_θ, v_ψ) in numbers."""
    v, letters = field(method, sp.Symbol("knob"))
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


def polynomial(m: Any, level: Any, knob: Any, method: str) -> Any:
    """det(level - v') at (0, 0)."""
    return determinant(jacobian(m, method, strength(method, knob)), level)


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


# --- what is looked at, and where ---------------------------------------------------------------------------------------


def walks(s: Any, orders: Any, noise: Any) -> Any:
    """A step, a knob, a start, any method and order, and the noise; as `walk` takes them."""
    kinds = s.one_of([(method, order) for method in (*PLAIN, *FIXED, "wgan_gp") for order in orders])
    draws = s.tuples(kinds, s.reals(0.01, 0.1), s.scales(0.05, 0.8), *[s.inside(-1.2, 1.2)] * 2, noise)
    return draws.map(lambda d: (d[1], strength(d[0][0], d[2]), *d[3:5], *d[0], d[5]))


def averaged_walks(s: Any) -> Any:
    """Two steps, over all the noise there is."""
    return walks(s, ((False, 2, 1), (True, 2, 1)), s.one_of([None]))


def drawn_walks(s: Any) -> Any:
    """One step at once, or with two answers in turn, on a minibatch of two draws each."""
    draws = s.tuples(*[s.reals(-2.0, 2.0)] * 4).map(np.array)
    return walks(s, ((False, 1, 1), (True, 1, 2)), draws.map(lambda d: (d[:2], d[2:], np.full(2, 0.5))))


def levels(s: Any, methods: Any) -> Any:
    """A level, a knob and a method, as `polynomial` takes them."""
    return s.tuples(s.reals(-2.0, 2.0), s.scales(0.05, 3.0), s.one_of(methods))


def slopes_of_gp(s: Any) -> Any:
    """θ and γ."""
    return s.tuples(s.reals(-3.0, 3.0), s.scales(0.05, 3.0))


def jumped(m: Any, theta: Any, gamma: Any) -> Any:
    """The jump at ψ = 0 by extrapolation: v_ψ is linear on either side."""
    v = observed(m, "wgan_gp", gamma, theta, [0.125, 0.25, -0.125, -0.25])[1]
    return 2 * v[0] - v[1] - (2 * v[2] - v[3])


def sizes(s: Any, methods: Any, alternating: bool) -> Any:
    """A step, a knob, a method and the order, as `growth` takes them."""
    draws = s.tuples(s.one_of(methods), s.scales(0.05, 3.0), s.reals(0.05, 6.0))
    return draws.map(lambda d: (d[2], strength(d[0], d[1]), d[0], alternating))


def steps_at_once(s: Any) -> Any:
    """Of every method with a Jacobian."""
    return sizes(s, (*PLAIN, *FIXED), False)


def steps_in_turn(s: Any) -> Any:
    """The same, in the other order."""
    return sizes(s, (*PLAIN, *FIXED), True)


def knobs(s: Any, methods: Any, alternating: bool) -> Any:
    """A knob, a method and the order, as `edge` takes them."""
    draws = s.tuples(s.one_of(methods), s.scales(0.05, 3.0))
    return draws.map(lambda d: (strength(d[0], d[1]), d[0], alternating))


def knobs_at_once(s: Any) -> Any:
    """Of the methods with a knob: without, no step is short enough."""
    return knobs(s, FIXED, False)


def knobs_in_turn(s: Any) -> Any:
    """Of all, more often of those with a knob."""
    return knobs(s, (*PLAIN, *FIXED * 4), True)


def rounding(h: Any, knob: Any, method: str, alternating: bool) -> Any:
    """Of the eigenvalues of a step: ε over their distance."""
    distance = apart(linear_step(jacobian(DOUBLE, method, knob), h, alternating))
    return 1e-13 * (1 + h * h) * (1 + 1 / max(distance, 1e-9))


def games(s: Any) -> Any:
    """A level and a noise, of the game that has it or of one without, as `polynomial` takes them."""
    noisy, free = s.reals(0.05, 2.5), s.tuples(s.one_of((0.0,)), s.one_of(("minimax", "nonsaturating")))
    kinds = s.either(s.tuples(noisy, s.one_of(("instance_noise",))), free)
    return s.tuples(s.reals(-2.0, 2.0), kinds).map(lambda d: (d[0], *d[1]))


def noisy_steps(s: Any) -> Any:
    """A step size, and a noise, in half of the instances none."""
    return s.tuples(s.reals(0.02, 4.0), s.either(s.one_of((0.0,)), s.reals(0.05, 1.35)))


def growth_under_noise(m: Any, h: Any, std: Any) -> tuple[Any, Any, Any]:
    """The largest |eigenvalue|² of a simultaneous step; then its size, and the noise."""
    return growth(m, h, std, "instance_noise", False), h, std


def falls(s: Any) -> Any:
    """Where θ²+ψ² begins, and by how much its logarithm falls."""
    return s.tuples(s.scales(0.05, 4.0), s.reals(0.0, 3.0))


def fallen(m: Any, start: Any, fall: Any) -> tuple[Any, Any, Any]:
    """start·e^{-fall}; then the start, and the time that takes: ∫ dR/(drain·R²), the drain that of the observed field."""
    time = DOUBLE.integrate(np.exp, (0.0, float(fall))) / (drain(DOUBLE) * float(start))
    return start * m.exp(-fall), start, time
