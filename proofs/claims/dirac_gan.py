"""The Dirac-GAN: without a fix training circles its equilibrium or leaves it; with R1 it converges if h < 4γ.

Data are a point at 0, the generator a point at θ, the discriminator D(x) = ψx; both follow the gradient of

    L(θ, ψ) = f(θψ) + f(0),    f(t) = -ln(1+e^{-t})    (Wasserstein: f(t) = t)

A method is its two losses (proofs.textbook.dirac writes them out); everything observed here is differentiated from them.
The eigenvalues of v', v the field at (0, 0), say whether training turns (imaginary) or is drawn in (negative real part);
they are stated by det(λ-v'). Those of one step of size h, both players at once or one after the other, say whether h is
too long; where they are conjugate, their squared modulus is the determinant. The non-saturating loss turns as well, but
its cubic terms drain the radius: θ²+ψ² ≈ 8/t. Players trained by autograd from random starts do all of this.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, between
from proofs.core.rules import Agreement, Share
from proofs.textbook import dirac as game
from proofs.textbook.dirac import FIXED, PLAIN
from proofs.words.arithmetic import DOUBLE
from theory import dirac

claim = Claim(
    topic="mode-dropping",
    references=("mescheder2018", "mescheder2017 (consensus optimisation)"),
)
EVERY = (*PLAIN, *FIXED, "wgan_gp")


def _knob(method, knob):
    """σ or γ, 0 for the methods without."""
    return 0 if method in PLAIN else knob


# --- a training step --------------------------------------------------------------------------------------------------


def _orbit(h, knob, theta, psi, method="r1", order=(False, 1, 1), noise=None):
    """Where the second of three starts ends."""
    starts = [0.0, theta, 1.0], [0.0, psi, 1.0]
    return dirac.orbit(method, *starts, h, order[1], knob, alternating=order[0])[-1, 1]


def _autograd(h, knob, theta, psi, method="r1", order=(False, 1, 1), noise=None):
    from toys.learners.dirac_gan import DiracGAN

    learner = DiracGAN(method, knob, (theta, psi), alternating=order[0], discriminator_steps=order[2])
    return learner.descend(h, order[1], *(noise or (np.zeros(1), np.zeros(1)))[:2])


def _stated_step(x, damping=1, sign=1):
    return x.p + x.h * (x.t / (1 + x.exp(sign * x.t * x.p)) - damping * x.g * x.p)


def declare_step(id: str, who: str, claimed: Callable[..., Any], orders: Any, noise: Callable[..., Any]) -> None:
    """State a step, derived for R1, and check all methods in both orders by walking."""
    statement = claim.statement(
        id, f"{who}: ψ ← ψ + h(θ/(1+e^{{θψ}}) - γψ)", claimed=claimed,
        domain=Domain(h=POSITIVE, g=POSITIVE, t=REAL, p=REAL), definition=game.discriminator_step, symbolic=_stated_step,
        anchor=lambda claimed, h, g, t, p: claimed(h, g, t, p)[1],
        assumptions="derived for R1, checked for all nine methods and both orders",
    )  # fmt: skip

    @statement.derivation
    def by_differentiation(x):
        damped = x.p - x.h * x.g * x.p
        return [("f' = 1/(1+e^t)", damped + x.h * x.t * x.exp(-x.t * x.p) / (1 + x.exp(-x.t * x.p)))]

    def walks(s):
        kinds = s.one_of([(method, order) for method in EVERY for order in orders])
        draws = s.tuples(kinds, s.reals(0.01, 0.1), s.scales(0.05, 0.8), *[s.inside(-1.2, 1.2)] * 2, noise(s))
        return draws.map(lambda d: (d[1], _knob(d[0][0], d[2]), *d[3:5], *d[0], d[5]))

    by_differentiation.control("f'(-t)", lambda x: _stated_step(x, sign=-1), why="a sign")
    by_differentiation.control("2γ", lambda x: _stated_step(x, damping=2), why="½ forgotten")
    statement.observed(instances=walks, error=1e-11, scale=1.0)(game.walk).control(
        "at once", lambda *a: claimed(*a[:5], (False, a[5][1], 1), a[6]), why="simultaneous for alternating"
    )


def _minibatch(s):
    draws = s.tuples(*[s.reals(-2.0, 2.0)] * 4).map(np.array)
    return draws.map(lambda d: (d[:2], d[2:], np.full(2, 0.5)))


AVERAGED, GIVEN = ((False, 2, 1), (True, 2, 1)), ((False, 1, 1), (True, 1, 2))
declare_step("players_descend_their_losses", "R1", _orbit, AVERAGED, lambda s: s.one_of([None]))
declare_step("autograd_takes_these_steps", "the toy, R1", _autograd, GIVEN, _minibatch)

# --- eigenvalues at the equilibrium -----------------------------------------------------------------------------------


def declare_spectrum(names: str, says: str, roots: Callable[..., Any], entries: Callable[..., Any]) -> None:
    """State that v' = [[-a, -b], [b, -c]] has the eigenvalues m ± √q; `roots(γ)` gives m and q, `entries(γ)` a, b, c."""
    methods = names.split()

    def definition(x):
        """Where two methods share a spectrum, their determinants with weights u and 1-u: equal for every u."""
        each = [game.characteristic(x, *game.field(x, m, _knob(m, x.g)), x.l) for m in methods]
        return x.u * each[0] + (1 - x.u) * each[-1]

    def by_eigenvalues(l, g, method=methods[0]):
        return np.polyval(np.poly(dirac.eigenvalues(method, _knob(method, g))), l)

    statement = claim.statement(
        f"eigenvalues_{'_and_'.join(methods)}", f"eigenvalues of v' at (0, 0): {says}", claimed=by_eigenvalues,
        domain=Domain(l=REAL, g=POSITIVE, u=REAL), definition=definition,
        symbolic=lambda x: x.expand((x.l - roots(x.g)[0]) ** 2 - roots(x.g)[1]),
        anchor=lambda claimed, l, g, u: claimed(l, g),
    )  # fmt: skip

    @statement.derivation
    def from_the_losses(x):
        a, b, c = entries(x.g)
        return [("differentiate twice", (x.l + a) * (x.l + c) + b**2)]

    @statement.observed(
        instances=lambda s: s.tuples(s.reals(-2.0, 2.0), s.scales(0.05, 3.0), s.one_of(methods)),
        error=1e-13, scale=1.0,
    )  # fmt: skip
    def from_the_field(m, l, g, method):
        return game.determinant(game.jacobian(m, method, _knob(method, g)), l)

    twice = lambda x: (x.l - 2 * roots(x.g)[0]) ** 2 - 4 * roots(x.g)[1]  # noqa: E731
    from_the_losses.control("twice as fast", twice, why="f'' for f''/2")
    from_the_field.control("neighbour", lambda l, g, _: by_eigenvalues(l, g + 0.1, "wgan_r1"), why="another method's")


HALF = Fraction(1, 2)
declare_spectrum("minimax nonsaturating", "±i/2", lambda _: (0, -(HALF**2)), lambda _: (0, HALF, 0))
declare_spectrum("wgan", "±i", lambda _: (0, -1), lambda _: (0, 1, 0))
declare_spectrum(
    "instance_noise", "-σ²/4 ± ½√(σ⁴/4-1)", lambda s: (-(s**2) / 4, (s**4 / 4 - 1) / 4), lambda s: (0, HALF, s**2 / 2)
)
declare_spectrum("consensus", "-γ/4 ± i/2", lambda g: (-g / 4, -(HALF**2)), lambda g: (g / 4, HALF, g / 4))
declare_spectrum("r1 r2", "-γ/2 ± ½√(γ²-1)", lambda g: (-g / 2, (g**2 - 1) / 4), lambda g: (0, HALF, g))
declare_spectrum("wgan_r1", "-γ/2 ± ½√(γ²-4)", lambda g: (-g / 2, (g**2 - 4) / 4), lambda g: (0, 1, g))

jump = claim.statement(
    "wgan_gp_is_discontinuous",
    "WGAN-GP: v_ψ(θ, 0⁺) - v_ψ(θ, 0⁻) = 2γ for every θ: there are no eigenvalues at the equilibrium",
    claimed=lambda t, g: np.subtract(*dirac.field("wgan_gp", [t, t], [1e-300, -1e-300], g)[1]),
    domain=Domain(t=REAL, g=POSITIVE), definition=game.jump, symbolic=lambda x: 2 * x.g,
)  # fmt: skip


@jump.derivation
def from_both_sides(x):
    return [("d|ψ|/dψ = ±1", (x.t + x.g) - (x.t - x.g))]


@jump.observed(instances=lambda s: s.tuples(s.reals(-3.0, 3.0), s.scales(0.05, 3.0)), scale=1.0)
def by_extrapolation(m, t, g):
    """v_ψ is linear on either side of ψ = 0."""
    v = game.observed(m, "wgan_gp", g, t, [0.125, 0.25, -0.125, -0.25])[1]
    return 2 * v[0] - v[1] - (2 * v[2] - v[3])


from_both_sides.control("γ", lambda x: x.g, why="one side only")
by_extrapolation.control("γ", lambda t, g: g, why="one side only")

# --- one step of size h -----------------------------------------------------------------------------------------------

SMOOTH = (*PLAIN, *FIXED)


def _modulus2(h, g=0.0, method="minimax", alternating=False):
    return dirac.spectral_radius(method, h, g, alternating=alternating) ** 2


def _largest(g, method="r1", alternating=False):
    return dirac.largest_step(method, g, alternating=alternating)


@cache
def _step_at(method, alternating, level, knob=0):
    """det(level - one step's Jacobian), h a letter."""
    x = Domain(h=POSITIVE).vocabulary()
    return game.characteristic(x, *game.step(x, method, knob, x.h, alternating), level)


def _rounding(h, g, method, alternating):
    """Of eigenvalues: ε over their distance."""
    apart = game.apart(game.linear_step(game.jacobian(DOUBLE, method, g), h, alternating))
    return 1e-13 * (1 + h * h) * (1 + 1 / max(apart, 1e-9))


def declare_size(
    id: str, formula: str, definition: Any, symbolic: Any, step: Any, near_miss: Any, why: str,
    methods: Any = SMOOTH, alternating: bool = False, root: bool = False, **domain: Any,
) -> Any:  # fmt: skip
    """State the squared modulus of a step's eigenvalues, or as a root the h at which they leave the unit disc."""
    general: Any = _largest if root else _modulus2
    statement = claim.statement(
        id, formula, claimed=partial(general, alternating=alternating), domain=Domain(**domain), root=root,
        definition=definition, symbolic=symbolic, assumptions=f"derived for one method, checked for {len(set(methods))}",
    )  # fmt: skip

    @statement.derivation
    def from_the_losses(x, *h):
        return [(step[0], step[1](x, *h))]

    def where(s):
        draws = s.tuples(s.one_of(methods), s.scales(0.05, 3.0), *[] if root else [s.reals(0.05, 6.0)])
        return draws.map(lambda d: (*d[2:], _knob(d[0], d[1]), d[0], alternating))

    from_the_losses.control("near miss", near_miss, why=why)
    statement.observed(
        instances=where, call=lambda claimed, *d: claimed(*d[:-1], alternating=d[-1]), scale=1.0,
        error=1e-9 if root else _rounding,  # of bisection: of the determinant, over its slope in h
    )(game.edge if root else game.growth).control(
        "the other order", lambda *d, alternating: general(*d, not alternating), why="at once for in turn"
    )  # fmt: skip
    return statement


diverges = declare_size(
    "without_a_fix_simultaneous_steps_diverge",
    "minimax, non-saturating: modulus √(1+h²/4) > 1 at every h; Wasserstein: √(1+h²)",
    lambda x: _step_at("minimax", False, 0), lambda x: 1 + x.h**2 / 4,
    ("1 + h tr v' + h² det v'", lambda x: (1 + x.I * x.h / 2) * (1 - x.I * x.h / 2)),
    lambda x: 1 + x.h**2, "Wasserstein's", h=POSITIVE,
)  # fmt: skip
declare_size(
    "without_a_fix_alternating_steps_turn",
    "minimax, non-saturating: modulus 1 for h < 4; Wasserstein: for h < 2; more beyond. Of the linear game: the orbits "
    "of the nonlinear one drift and do not close",
    lambda x: _step_at("minimax", True, 0), lambda x: x.Integer(1),
    ("each player shears the plane", lambda x: x.Integer(1) * 1),
    lambda x: 1 + x.h**2 / 4, "the other order", alternating=True, h=between(0, 4),
)  # fmt: skip
declare_size(
    "r1_converges_below_4γ", "R1, simultaneous, γ < 1: modulus² = 1 - h(4γ-h)/4 reaches 1 at h = 4γ",
    lambda x, h: x.Subs(_step_at("r1", False, 0, x.g), x.Symbol("h", positive=True), h) - 1, lambda x: 4 * x.g,
    ("h tr v' + h² det v'", lambda x, h: -x.g * h + h**2 / 4),
    lambda x: 2 * x.g, "a factor 2 in the threshold", FIXED, root=True, g=UNIT,
)  # fmt: skip
declare_size(
    "r1_alternating_edge", "R1, alternating: eigenvalue -1 at h = 4(√(1+γ²)-γ)",
    lambda x, h: x.Subs(_step_at("r1", True, -1, x.g), x.Symbol("h", positive=True), h),
    lambda x: 4 * (x.sqrt(1 + x.g**2) - x.g), ("1 + tr + det", lambda x, h: 4 - 2 * x.g * h - h**2 / 4),
    lambda x: 4 * x.g, "the other order", (*PLAIN, *FIXED * 4), alternating=True, root=True, g=POSITIVE,
)  # fmt: skip

# --- the slow decay of the non-saturating loss ------------------------------------------------------------------------

decay = claim.statement(
    "nonsaturating_decays_like_8_over_t",
    "R = θ²+ψ²: Ṙ = -2θψ tanh(θψ/2) ≈ -(θψ)², averaged over a turn -R²/8: R = 1/(1/R₀ + t/8) ~ 8/t",
    claimed=dirac.nonsaturating_radius2, domain=Domain(s=POSITIVE, t=NONNEGATIVE), root=True,
    definition=lambda x, value: value - x.s + game.drained(x) * _squared(x, value),
    symbolic=lambda x: 1 / (1 / x.s + x.t / 8), anchor=lambda claimed, s, t: claimed(s, t),
    assumptions="to the leading order in R; for alternating steps of every h < 4 too, with t = h·steps",
)  # fmt: skip


def _squared(x, value):
    """∫₀ᵗ R²."""
    u = x.Symbol("u", nonnegative=True)
    return x.Integral(value.subs(x.t, u) ** 2, (u, 0, x.t))


@decay.derivation
def by_averaging(x, value):
    return [("2y tanh(y/2) ~ y²; ⟨cos² sin²⟩ = 1/8", value - x.s + _squared(x, value) / 8)]


def _time_to_fall(start, v):
    """∫ dR/(drain·R²) from start·e^{-v} to start, the drain measured on the observed field."""
    return DOUBLE.integrate(np.exp, (0.0, v)) / (game.drain(DOUBLE) * start)


@decay.observed(
    instances=lambda s: s.tuples(s.scales(0.05, 4.0), s.reals(0.0, 3.0)),
    call=lambda claimed, start, v: claimed(start, _time_to_fall(start, v)),
)
def by_falling(m, start, v):
    return start * m.exp(-v)


by_averaging.control("4/t", lambda x: 1 / (1 / x.s + x.t / 4), why="⟨cos²⟩⟨sin²⟩ for ⟨cos² sin²⟩")
by_falling.control("from infinity", lambda start, t: 8 / (t + 1e-3), why="forgets the start")

# --- players trained by autograd, from random starts ------------------------------------------------------------------

H, GAMMA, STEPS = 0.2, 0.3, 300
"""Step and penalty of the authors' notebook; enough steps for three turns."""
SHOWN = range(0, STEPS + 1, 4)
LONG, WINDOW = 600, range(488, 600)
"""Alternating steps at h = 1, and the last 18 times round in θ²+ψ²."""
SLOW = (*(int(k) for k in np.geomspace(2, 400, 9)), *WINDOW)
ORDERS = ("alternating", "simultaneous")


@diverges.experiment(
    rule=Share(0.85), detects=0.05, seeds={"quick": [64], "full": [192]},
    reason="a local theorem: of nearly every start, not provably of each; the phase of the orbit and the nonlinear terms "
    "may take a fifth of the rate",
)  # fmt: skip
def from_random_starts(run):
    from toys.learners.dirac_gan import DiracGAN, trajectories

    arms = {"r1": ("r1", GAMMA), "none": ("minimax", 0.0)}
    players = {arm: DiracGAN(*method, start=(0.0, 0.0), jitter=0.25) for arm, method in arms.items()}
    paths = {arm: trajectories(players[arm], run.fit, SHOWN, STEPS, H) for arm in arms}
    theta, psi = paths["r1"][0, 0]  # of the first seed: the same with and without
    exact = {f"exact_{a}": dirac.orbit(m, theta, psi, H, STEPS, g, alternating=False) for a, (m, g) in arms.items()}
    return paths | exact


@from_random_starts.measure
def _both_at_their_rates(claimed, data):
    """Whether a seed's radius shrank with R1 and grew without a fix, at the claimed rates within a fifth."""
    rates = [STEPS * np.log(claimed(H, g, m)) for m, g in (("r1", GAMMA), ("minimax", 0.0))]
    sizes = [(data[name][:, [0, -1]] ** 2).sum(-1) for name in ("r1", "none")]
    seen = [np.log(r[:, 1] / r[:, 0]) for r in sizes]
    near = lambda seen: np.all([np.abs(s / rate - 1) < 0.2 for s, rate in zip(seen, rates, strict=True)], axis=0)  # noqa: E731
    return {"network": near(seen), "control": near(seen[::-1])}


@decay.experiment(
    rule=Agreement(0.03), seeds={"quick": [64], "full": [192]},
    reason="the start and the terms beyond the leading one are worth about 1 of 1/(θ²+ψ²) = t/8 = 68",
    looks_at={"network": ("alternating",), "control": ("simultaneous",)},
)  # fmt: skip
def slow_decay(run):
    from toys.learners.dirac_gan import DiracGAN, trajectories

    players = {o: DiracGAN("nonsaturating", jitter=0.3, alternating=o == "alternating") for o in ORDERS}
    return {o: (trajectories(players[o], run.arm(o), SLOW, LONG, 1.0) ** 2).sum(-1) for o in ORDERS}


@slow_decay.measure
def _against_the_law(claimed, data):
    last = [data[order][:, -len(WINDOW) :] / claimed(2.0, np.array(WINDOW)) for order in ORDERS]
    return {arm: path.mean(1) - 1 for arm, path in zip(("network", "control"), last, strict=True)}


@claim.curves
def fields():
    theta, psi = (grid.ravel() for grid in np.meshgrid(*[np.linspace(-1.5, 1.5, 7)] * 2))
    t = np.geomspace(1.5, LONG, 80)
    return {
        "theta": theta, "psi": psi, "t": t, "law": dirac.nonsaturating_radius2(2.0, t),
        "none": np.array(dirac.field("minimax", theta, psi)), "r1": np.array(dirac.field("r1", theta, psi, GAMMA)),
    }  # fmt: skip


def film(run):
    """The Dirac-GAN from the same starts without a fix and with R1."""
    from toys.learners.dirac_gan import DiracGAN, trajectories

    steps = list(range(0, 301, 6))
    players = {"none": DiracGAN("minimax", start=(0.0, 0.0), jitter=0.35), "r1": DiracGAN("r1", 0.3, (0.0, 0.0), 0.35)}
    paths = {name: trajectories(player, run.fit, steps, 300, 0.2)[:5] for name, player in players.items()}
    return {"steps": np.array(steps), **paths}


moving = claim.animation(film)


@moving.frame
def draw_frame(data, figure, k):
    """Where five starts have gone so far."""
    from proofs.words.drawing import COLOUR, panels

    looks = (("none", "control", "without a fix", "s"), ("r1", "network", "with R1", "o"))
    for axes, (name, colour, label, marker) in zip(panels(figure, 2), looks, strict=True):
        for path in data[name]:
            axes.plot(*path[: k + 1].T, color=COLOUR[colour], lw=0.7)
        axes.plot(*data[name][:, k].T, marker, color=COLOUR[colour], mec=COLOUR["data"], mew=0.5, ms=4, label=label)
        axes.plot(0, 0, "+", color=COLOUR["data"], ms=8, label="equilibrium")
        axes.set(xlim=(-3, 3), ylim=(-3, 4), xlabel=r"generator $\theta$", ylabel=r"discriminator $\psi$")
        axes.legend(loc="upper center", ncols=2)


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, starts, slow = saved["curves"], saved["from_random_starts"], saved["slow_decay"]
    plane, fast, long = panels(figure, 3)
    t, some = H * np.array(SHOWN), slice(0, None, 8)
    for name, line, role, label, marker in (
        ("none", COLOUR["data"], "control", "without a fix", "s"), ("r1", COLOUR["exact"], "network", "with R1", "o")
    ):  # fmt: skip
        v = exact[name] / (np.hypot(*exact[name]) + (exact[name] == 0).all(0))
        plane.quiver(exact["theta"], exact["psi"], *v, color=line, alpha=0.35, width=0.005, scale=14, angles="xy")
        plane.plot(*starts[f"exact_{name}"].T, color=line, lw=0.8)
        plane.plot(*starts[name][0].T, marker, color=COLOUR[role], ms=2.2)
        r2, exact_r2 = (starts[name] ** 2).sum(-1), (starts[f"exact_{name}"] ** 2).sum(-1)
        fast.plot(H * np.arange(STEPS + 1), exact_r2 / exact_r2[0], color=line, lw=0.8)
        spread(fast, t[some], (r2 / r2[:, :1])[:, some], COLOUR[role], label, marker)
    plane.set(xlabel=r"generator $\theta$", ylabel=r"discriminator $\psi$", xlim=(-1.9, 1.9), ylim=(-1.9, 1.9))
    plane.set_aspect("equal", adjustable="box")
    fast.set(xlabel="time $t$ = $h$ · steps", ylabel=r"$R/R_0$,  $R = \theta^2+\psi^2$", yscale="log")
    title = f"{len(starts['r1'])} seeds, range;\nlines: exact"
    fast.legend(loc="center right", bbox_to_anchor=(1.04, 0.62), title=title)
    long.plot(exact["t"], exact["law"], color=COLOUR["exact"], lw=0.8, label="$1/(1/R_0 + t/8)$")
    for order, role, marker in (("alternating", "network", "o"), ("simultaneous", "control", "s")):
        spread(long, SLOW[:9], slow[order][:, :9], COLOUR[role], order, marker)
    long.set(xlabel="time $t$ = $h$ · steps", ylabel="$R$, non-saturating", xscale="log", yscale="log")
    long.legend(loc="lower left")
