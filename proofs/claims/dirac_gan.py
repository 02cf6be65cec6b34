"""The Dirac-GAN: without a fix training circles its equilibrium or leaves it; with R1 it converges, if h < 4γ.

Data are a point at 0, the generator a point at θ, the discriminator D(x) = ψx, and both players follow the gradient of

    L(θ, ψ) = f(θψ) + f(0),    f(t) = -ln(1+e^{-t})    (Wasserstein: f(t) = t)

Every method is its losses, written out below once. Differentiating them gives the field v; the eigenvalues of v' at
(0, 0) say whether training turns (imaginary) or is drawn in (negative real part), and those of one step of size h, both
players at once or one after the other, whether the steps are too long. The eigenvalues of a 2×2 matrix are stated by its
characteristic polynomial; where they are conjugate their squared modulus is its determinant. The non-saturating loss
turns as well, but its cubic terms drain the radius slowly: θ²+ψ² ≈ 8/t. All of this is compared with autograd.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from proofs.claim import Claim
from proofs.domain import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, above, between
from proofs.rules import Agreement, Share
from proofs.sides import Sides
from theory import dirac

claim = Claim(
    topic="mode-dropping",
    references=(
        "Mescheder, Geiger & Nowozin 2018, Which training methods for GANs do actually converge?",
        "Mescheder, Nowozin & Geiger 2017, The numerics of GANs (consensus optimisation)",
    ),
)

# --- the methods, from their losses -------------------------------------------------------------------------------------

PLAIN = ("minimax", "nonsaturating", "wgan")
FIXED = ("instance_noise", "consensus", "r1", "r2", "wgan_r1")
METHODS = (*PLAIN, *FIXED, "wgan_gp")


def _losses(m, method, theta, psi, knob, fake, real):
    """What generator and discriminator descend, given the noise on fake and real; m is SymPy or the vocabulary."""
    f = (lambda t: t) if "wgan" in method else lambda t: -m.log(1 + m.exp(-t))
    noise = knob if method == "instance_noise" else 0
    slope = m.diff(psi * m.Symbol("x"), m.Symbol("x"))  # ∇D, on real data (R1), on fakes (R2) and between them alike
    excess = m.sqrt(slope**2) - 1 if method == "wgan_gp" else slope
    penalty = knob / 2 * excess**2 if method in ("r1", "r2", "wgan_r1", "wgan_gp") else 0
    value = f(psi * (theta + noise * fake)) + f(-psi * noise * real)
    generator = -f(-psi * (theta + noise * fake)) if method == "nonsaturating" else value
    return generator, penalty - value


def _field(m, method, knob):
    """v as unevaluated derivatives of the losses, and the letters θ, ψ, fake, real."""
    theta, psi, fake, real = letters = m.symbols("theta psi e r", real=True)
    generator, discriminator = _losses(m, method, theta, psi, knob, fake, real)
    v = (-m.Derivative(generator, theta), -m.Derivative(discriminator, psi))
    if method == "consensus":
        energy = (v[0] ** 2 + v[1] ** 2) / 2
        v = tuple(v_i - knob * m.Derivative(energy, z) for v_i, z in zip(v, (theta, psi), strict=True))
    return v, letters


def _step(m, method, knob, h, alternating):
    """One step of both players as an expression, and its letters."""
    (v_theta, v_psi), letters = _field(m, method, knob)
    theta, psi = letters[:2]
    moved = theta + h * v_theta
    return (moved, psi + h * (m.Subs(v_psi, theta, moved) if alternating else v_psi)), letters


def _jacobian(x, maps, letters):
    """∂maps/∂(θ, ψ) at (0, 0), averaged over the noise (E commutes with derivatives: bounded ones)."""
    theta, psi, e, r = letters
    moments = x.Tuple((e, 0), (e**2, 1), (r, 0), (r**2, 1))


    def at_0(g, z):  # one letter at a time: SymPy takes Subs of different derivatives at equal points for equal
        return x.Expectation(x.Subs(x.Subs(x.Derivative(g, z), theta, 0), psi, 0), moments)

    return [[at_0(g, z) for z in (theta, psi)] for g in maps]


def _determinant(j, level=0):
    """det(level - j)."""
    return (level - j[0][0]) * (level - j[1][1]) - j[0][1] * j[1][0]


@cache
def _numeric(method, module):
    """The field (θ, ψ, knob, fake, real) ↦ (v_θ, v_ψ) in the numbers of numpy or mpmath."""
    import sympy as sp

    knob = sp.Symbol("knob", positive=True)
    v, (theta, psi, fake, real) = _field(sp, method, knob)
    f = sp.lambdify((theta, psi, knob, fake, real), tuple(v_i.doit() for v_i in v), module)
    return f if module == "numpy" else np.vectorize(f, otypes="OO")


def _observed(method, knob, theta, psi, maths=np, noise=None):
    """The field averaged over N(0, 1) noise by trapezoids (exponentially accurate), or over the draws given."""
    if noise is None:
        e = np.array([k / maths.mpf(4) if maths is not np else k / 4 for k in range(-64, 65)])
        w = np.array([maths.exp(-v * v / 2) for v in e]) / (4 * maths.sqrt(2 * maths.pi))
        noise = e, e, w
    fake, real, w = noise
    return [np.sum(w * v) for v in _numeric(method, maths.__name__)(theta, psi, knob, fake, real)]


def _walk(method, knob, theta, psi, h, alternating, steps, maths=np, noise=None, turns=1):
    """Training as a plain loop over the observed field."""
    for _ in range(steps):
        old, theta = theta, theta + h * _observed(method, knob, theta, psi, maths, noise)[0]
        for _ in range(turns):
            psi = psi + h * _observed(method, knob, theta if alternating else old, psi, maths, noise)[1]
    return [theta, psi]


def _differentiated(g, maths=np):
    """The Jacobian of the analytic map g at (0, 0), by Cauchy's formula on circles of radius 1/50."""
    circle = [maths.exp(2j * maths.pi * k / 12) / 50 for k in range(12)]
    columns = [sum(np.array(g(*([c, 0], [0, c])[i])) / c for c in circle) / 12 for i in (0, 1)]
    return np.array([[z.real for z in row] for row in np.array(columns).T])


def _precisely(observed):
    """`observed` at 50 digits."""

    def confirm(instance):
        import mpmath as mp

        with mp.workdps(50):
            return np.array(observed(instance, mp), dtype=object)

    return confirm


def _knobs(s, *methods):
    """A method and its knob: σ or γ, 0 for those without."""
    plain = [name for name in methods if name in PLAIN]
    fixed = [name for name in methods if name not in PLAIN]
    bare, turned = s.tuples(s.one_of(plain), s.one_of([0.0])), s.tuples(s.one_of(fixed), s.scales(0.05, 1.2))
    return s.either(bare, turned) if plain and fixed else turned if fixed else bare


# --- one training step --------------------------------------------------------------------------------------------------


def _autograd(method, knob, theta, psi, h, alternating, steps, turns=1, noise=None):
    """The toy's players after `steps` steps of plain gradient descent, the noise on the minibatch given."""
    import torch

    from toys.dirac_gan import DiracGAN

    learner = DiracGAN(method=method, strength=knob, alternating=alternating, discriminator_steps=turns)
    rows = {name: torch.zeros(1, n, dtype=torch.float64) for name, n in learner.players.items()}
    rows["generator"][0, 0], rows["discriminator"][0, 0] = theta, psi
    draws = [torch.tensor(v).reshape(1, 1, -1) for v in (noise or (np.zeros(1), np.zeros(1)))[:2]]
    strength = {"strength": torch.tensor([knob], dtype=torch.float64)}
    for _ in range(steps):
        for move in learner.moves(strength):
            batch = {"fake": draws[0], "real": draws[1]}
            _, gradients = learner.gradients(move, rows, batch, strength)
            rows = {name: row - h * gradients[name] if name in gradients else row for name, row in rows.items()}
    return learner.point(rows, strength)[0].numpy()


def _orbit(method, knob, theta, psi, h, alternating, steps):
    return dirac.orbit(method, theta, psi, h, steps, knob, alternating=alternating)[-1]


def _r1_step(x, first=None):
    """ψ after one step of R1, from the losses."""
    (_, psi), letters = _step(x, "r1", x.g, x.h, alternating=False)
    return x.Subs(psi, letters[:2], (x.t, x.p))


STEP = {
    "domain": Domain(t=REAL, p=REAL, g=POSITIVE, h=POSITIVE),
    "definition": _r1_step,
    "symbolic": lambda x: x.p + x.h * (x.t / (1 + x.exp(x.t * x.p)) - x.g * x.p),
    "anchor": lambda claimed, t, p, g, h: claimed("r1", g, t, p, h, False, 1)[1],
    "assumptions": "derived for R1, checked for all nine methods, both orders and several steps",
}
theory_steps = claim.statement(
    "players_descend_their_losses", "R1: ψ ← ψ + h(θ/(1+e^{θψ}) - γψ)", claimed=_orbit, **STEP
)
autograd_steps = claim.statement(
    "autograd_takes_these_steps", "the toy, differentiated by autograd: ψ ← ψ + h(θ/(1+e^{θψ}) - γψ)",
    claimed=_autograd, **STEP,
)  # fmt: skip


def _by_differentiation(x):
    return [("f' = 1/(1+e^t)", x.p + x.h * x.t * x.exp(-x.t * x.p) / (1 + x.exp(-x.t * x.p)) - x.h * x.g * x.p)]


def _walks(s):
    point = s.either(s.reals(-1.5, -0.2), s.reals(0.2, 1.5))
    return s.tuples(
        _knobs(s, *METHODS), point, point, s.reals(0.01, 0.1), s.one_of([False, True]), s.integers(1, 3)
    ).map(lambda d: (*d[0], *d[1:]))


def _batches(s):
    """The same with up to two answers of the discriminator, and the noise of a minibatch of four."""
    draws = s.vectors(s.reals(-2.0, 2.0), 4, 4)
    noise = s.tuples(draws, draws, s.one_of([0.25]))
    return s.tuples(_walks(s), s.integers(1, 2), noise).map(lambda d: (*d[0], d[1] if d[0][5] else 1, d[2]))


def _walked(instance, maths=np):
    method, knob, theta, psi, h, alternating, steps, *more = instance
    turns, noise = more or (1, None)
    theta, psi, knob, h = (maths.mpf(v) if maths is not np else v for v in (theta, psi, knob, h))
    return _walk(method, knob, theta, psi, h, alternating, steps, maths, noise, turns)


def _compared(claimed, instance):
    return Sides(_walked(instance), claimed(*instance), 1e-13, 1e-11, scale=1.0)  # noise in theory: 1e-12


for _statement, _instances in ((theory_steps, _walks), (autograd_steps, _batches)):
    _derived = _statement.derivation(_by_differentiation)
    _derived.control("f'(-t)", lambda x: x.p + x.h * (x.t / (1 + x.exp(-x.t * x.p)) - x.g * x.p), why="non-saturating")
    _derived.control("2γ", lambda x: x.p + x.h * (x.t / (1 + x.exp(x.t * x.p)) - 2 * x.g * x.p), why="γψ², not ½γψ²")
    _checked = _statement.check(instances=_instances, confirm=_precisely(_walked))(_compared)
    _checked.control(
        "other order",
        lambda *a, f=_statement.claimed: f(*a[:5], not a[5], a[6], *([1, *a[8:]] if len(a) > 7 else [])),
        why="simultaneous for alternating",
    )

# --- eigenvalues at the equilibrium -------------------------------------------------------------------------------------


def _characteristic(method, l, g=0.0):
    """det(λ - v') by the eigenvalues."""
    return np.polyval(np.poly(dirac.eigenvalues(method, g)), l)


def _spectrum(method, formula, root, dampings):
    """The statement that v' has the eigenvalues `root(x, ±1)`; `dampings` are its entries -v'₁₁, v'₂₁, -v'₂₂."""
    knob = (lambda x: x.g) if method in FIXED else lambda x: 0
    statement = claim.statement(
        f"eigenvalues_{method}",
        f"eigenvalues of v' at (0, 0): {formula}",
        claimed=partial(_characteristic, method),
        domain=Domain(l=REAL, g=POSITIVE) if method in FIXED else Domain(l=REAL),
        definition=lambda x: _determinant(_jacobian(x, *_field(x, method, knob(x))), x.l),
        symbolic=lambda x: x.expand((x.l - root(x, 1)) * (x.l - root(x, -1))),
    )

    def from_the_loss(x):
        a, b, c = dampings(x)
        return [("differentiate the losses twice", (x.l + a) * (x.l + c) + b**2)]

    def observed(instance, maths=np):
        l, g = (maths.mpf(v) if maths is not np else v for v in instance)
        return _determinant(_differentiated(lambda t, p: _observed(method, g, t, p, maths), maths), l)

    def from_the_field(claimed, instance):
        return Sides(observed(instance), claimed(*instance), 1e-13, 1e-14, scale=1.0)

    derived = statement.derivation(from_the_loss)
    derived.control("f'' = 1", lambda x: (x.l - 2 * root(x, 1)) * (x.l - 2 * root(x, -1)), why="twice the rate")
    gammas = (lambda s: s.scales(0.05, 1.2)) if method in FIXED else lambda s: s.one_of([0.0])
    checked = statement.check(
        instances=lambda s: s.tuples(s.reals(-2.0, 2.0), gammas(s)), confirm=_precisely(observed)
    )(from_the_field)
    other = "wgan" if method in PLAIN[:2] else "minimax"
    checked.control(
        f"those of {other}", lambda l, g: _characteristic(other, l) if method not in PLAIN or g == 0 else 0.0,
        why="the neighbouring method",
    )  # fmt: skip


def _half(x):
    return x.Rational(1, 2)


for _method, _formula, _root, _dampings in (
    ("minimax", "±i/2", lambda x, e: e * x.I / 2, lambda x: (0, _half(x), 0)),
    ("nonsaturating", "±i/2", lambda x, e: e * x.I / 2, lambda x: (0, _half(x), 0)),
    ("wgan", "±i", lambda x, e: e * x.I, lambda x: (0, 1, 0)),
    ("instance_noise", "-σ²/4 ± ½√(σ⁴/4 - 1)",
     lambda x, e: -x.g**2 / 4 + e * x.sqrt(x.g**4 / 4 - 1) / 2, lambda x: (0, _half(x), x.g**2 / 2)),
    ("consensus", "-γ/4 ± i/2", lambda x, e: -x.g / 4 + e * x.I / 2, lambda x: (x.g / 4, _half(x), x.g / 4)),
    ("r1", "-γ/2 ± ½√(γ²-1)", lambda x, e: -x.g / 2 + e * x.sqrt(x.g**2 - 1) / 2, lambda x: (0, _half(x), x.g)),
    ("r2", "-γ/2 ± ½√(γ²-1)", lambda x, e: -x.g / 2 + e * x.sqrt(x.g**2 - 1) / 2, lambda x: (0, _half(x), x.g)),
    ("wgan_r1", "-γ/2 ± ½√(γ²-4)", lambda x, e: -x.g / 2 + e * x.sqrt(x.g**2 - 4) / 2, lambda x: (0, 1, x.g)),
):  # fmt: skip
    _spectrum(_method, _formula, _root, _dampings)
