"""The relativistic loss circles its equilibrium for ever: what makes the GAN converge is R1 and R2.

    L = f(D(x) - D(y)),   f(t) = -ln(1+e^{-t}),   data pinned at c, generator at θ, D(x) = ψx

At c = 0 this is the very game of the plain Dirac-GAN. Elsewhere pairing takes something away: the plain loss feels D(c),
which damps ψ by c²/2 at the equilibrium; the difference D(c) - D(θ) does not know where the data are, and
R = (θ-c)² + ψ² is constant along its field, however far out. The penalties (γ₁/2) E|∇D|² at real and (γ₂/2) E|∇D|² at
fake points take 2(γ₁+γ₂)ψ² a unit of time from R, with eigenvalues -(γ₁+γ₂)/2 ± ½√((γ₁+γ₂)²-1).

Eigenvalues speak of convergence to one point. Of modes that are dropped speaks `paired_loss_has_no_bad_basin`.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Letter, Real, Run, between
from proofs.sentences import relativistic_loss_converges
from proofs.textbook import relativistic as textbook
from proofs.words import sp
from proofs.words.arithmetic import DOUBLE
from theory import relativistic

claim = Claim(topic="after-the-gan", references=("huang2024 (the question)", "mescheder2018 section 2"))
Penalty = Annotated[Letter, between(0, 10)]
Place = Annotated[Letter, between(-100, 100)]


def f(t):
    """-ln(1+e^{-t})."""
    return -sp.log(1 + sp.exp(-t))


def paired(c, t, p):
    """Of D(c) - D(θ)."""
    return f(p * c - p * t)


def plain(c, t, p):
    """Of D(c), and of -D(θ)."""
    return f(p * c) + f(-p * t)


def taken(p, first, second):
    """Both penalties."""
    return (first + second) * p**2 / 2


@claim.states(lambda t, p: relativistic.field(t, p, 0.0), part=1)
def at_zero_it_is_the_plain_game(t: Real, p: Real):
    """data at 0: ψ' = -θ/(1+e^{-θψ}) for the plain and the paired loss alike   (θ = t, ψ = p)"""
    x = sp.Symbol("x")
    yield sp.Subs(sp.Derivative(plain(0, t, x), x), x, p)
    yield "f(0) is constant", sp.Subs(sp.Derivative(paired(0, t, x), x), x, p)
    yield "f' = 1/(1+e^t)", -t / (1 + sp.exp(-t * p))


at_zero_it_is_the_plain_game.check(textbook.plain_at_centre, on=textbook.centres, error=1e-10)
at_zero_it_is_the_plain_game.wrong(
    "a sign: f'(-t)",
    symbolic=lambda t, p: -t / (1 + sp.exp(t * p)),
    claimed=lambda t, p: relativistic.field(t, -p, 0.0),
)
at_zero_it_is_the_plain_game.wrong(
    "data at 1/10",
    symbolic=lambda t, p: (sp.S(1) / 10 - t) / (1 + sp.exp(p * (sp.S(1) / 10 - t))),
    claimed=lambda t, p: relativistic.field(t, p, 0.1),
)


def by_radius(c, t, p, k, q):
    """dR/dt of the field."""
    down, up = relativistic.field(t, p, c, k + q)
    return 2 * (t - c) * down + 2 * p * up


@claim.states(by_radius)
def only_penalties_take_from_the_radius(
    c: Place, t: Place, p: Annotated[Letter, between(-10, 10)], k: Penalty, q: Penalty
):
    """d/dt [(θ-c)²+ψ²] = -2(γ₁+γ₂)ψ² everywhere: constant without penalties

    θ = t, ψ = p, γ₁ = k, γ₂ = q; θ descends L, ψ ascends it less (γ₁+γ₂)ψ²/2"""
    loss = paired(c, t, p)
    down, up = -sp.Derivative(loss, t), sp.Derivative(loss - taken(p, k, q), p)
    push = 1 / (1 + sp.exp(p * (c - t)))
    yield 2 * (t - c) * down + 2 * p * up
    yield "f' = 1/(1+e^t)", 2 * (t - c) * p * push + 2 * p * ((c - t) * push - (k + q) * p)
    yield "the push turns", -2 * (k + q) * p**2


only_penalties_take_from_the_radius.check(
    textbook.spun, on=textbook.places, error=1e-9, scale=1.0, why="without penalties it is 0"
)
only_penalties_take_from_the_radius.wrong(
    "½ forgotten",
    symbolic=lambda p, k, q: -4 * (k + q) * p**2,
    claimed=lambda c, t, p, k, q: 2 * by_radius(c, t, p, k, q),
)
only_penalties_take_from_the_radius.wrong(
    "R1 alone", symbolic=lambda p, k: -2 * k * p**2, claimed=lambda c, t, p, k, q: by_radius(c, t, p, k, 0.0)
)


def jacobian(loss, c, k, q):
    """v' at (c, 0), to be worked out."""
    t, p = sp.symbols("theta psi")
    down, up = -sp.diff(loss(c, t, p), t), sp.diff(loss(c, t, p) - taken(p, k, q), p)
    return [[sp.Subs(sp.Derivative(v, x), (t, p), (c, 0)) for x in (t, p)] for v in (down, up)]


def determinant(loss, l, c, k, q):
    """det(l - v') at (c, 0)."""
    slopes = jacobian(loss, c, k, q)
    return (l - slopes[0][0]) * (l - slopes[1][1]) - slopes[0][1] * slopes[1][0]


def trace(loss, c, k, q):
    """tr v' at (c, 0)."""
    slopes = jacobian(loss, c, k, q)
    return slopes[0][0] + slopes[1][1]


def from_roots(eigenvalues):
    """Π (l - eigenvalue)."""
    return lambda l, c, k, q: float(np.prod(l - eigenvalues(c, k + q)).real)


def declare_spectrum(name, loss, eigenvalues, seen, formula, damping):
    """State the characteristic polynomial l² + Γl + ¼ of a field at (c, 0)."""

    @claim.states(from_roots(eigenvalues), name=name, formula=formula)
    def spectrum(l: Real, c: Annotated[Letter, between(-1000, 1000)], k: Penalty, q: Penalty):
        yield determinant(loss, l, c, k, q)
        yield "f'(0) = ½, f''(0) = -¼", l**2 + damping(c, k + q) * l + sp.S(1) / 4

    spectrum.check(seen, on=textbook.levels, error=1e-7, resolution=1e-5, scale=lambda l, c, *_: 1 + c**2)
    spectrum.wrong(
        "the penalty at real points alone", symbolic=lambda l, c, k: l**2 + damping(c, k) * l + sp.S(1) / 4,
        claimed=lambda l, c, k, q: from_roots(eigenvalues)(l, c, k, 0.0),
    )  # fmt: skip
    spectrum.wrong(
        "both eigenvalues twice as large", symbolic=lambda l, c, k, q: l**2 + 2 * damping(c, k + q) * l + 1,
        claimed=lambda l, c, k, q: 4 * from_roots(eigenvalues)(l / 2, c, k, q),
    )  # fmt: skip


declare_spectrum(
    "eigenvalues_paired", paired, relativistic.eigenvalues, textbook.paired_polynomial,
    "det(l - v') = l² + (γ₁+γ₂) l + ¼ at (c, 0): -(γ₁+γ₂)/2 ± ½√((γ₁+γ₂)²-1), wherever the data are\n\nγ₁ = k, γ₂ = q",
    lambda c, g: g,
)  # fmt: skip
declare_spectrum(
    "eigenvalues_plain", plain, relativistic.plain_eigenvalues, textbook.plain_polynomial,
    "det(l - v') = l² + (γ₁+γ₂+c²/2) l + ¼ at (c, 0) for the plain loss, which data off the centre damp\n\nγ₁ = k, γ₂ = q",
    lambda c, g: g + c**2 / 2,
)  # fmt: skip


@claim.states(lambda c, k, q: float(relativistic.eigenvalues(c, k + q).sum().real))
def what_damps_is_the_penalties(c: Real, k: Penalty, q: Penalty):
    """the eigenvalues of the paired field at (c, 0) sum to -(γ₁+γ₂), their product is ¼: it converges there iff γ₁+γ₂ > 0

    γ₁ = k, γ₂ = q"""
    yield trace(paired, c, k, q)
    yield "neither player bends its own loss", -(k + q)


what_damps_is_the_penalties.check(textbook.damping, on=textbook.penalties, error=1e-7, resolution=1e-5)
what_damps_is_the_penalties.wrong(
    "R1 alone", symbolic=lambda k: -k, claimed=lambda c, k, q: float(relativistic.eigenvalues(c, k).sum().real)
)
what_damps_is_the_penalties.wrong(
    "½ for each", symbolic=lambda k, q: -(k + q) / 2, claimed=lambda c, k, q: -(k + q) / 2
)


@claim.states(lambda c, k, q: float(relativistic.plain_eigenvalues(c, k + q).sum().real))
def what_damps_the_plain_loss(c: Place, k: Penalty, q: Penalty):
    """the eigenvalues of the plain field at (c, 0) sum to -(γ₁+γ₂) - c²/2

    γ₁ = k, γ₂ = q"""
    yield trace(plain, c, k, q)
    yield "f''(0) = -¼ at real and at fake", -(k + q) - c**2 / 2


what_damps_the_plain_loss.check(
    textbook.damping_plain, on=textbook.penalties, error=1e-7, resolution=1e-5, scale=lambda c, *_: 1 + c**2
)
what_damps_the_plain_loss.wrong(
    "the paired one",
    symbolic=lambda k, q: -(k + q),
    claimed=lambda c, k, q: float(relativistic.eigenvalues(c, k + q).sum().real),
)
what_damps_the_plain_loss.wrong(
    "real points alone", symbolic=lambda c, k, q: -(k + q) - c**2 / 4, claimed=lambda c, k, q: -(k + q) - c**2 / 4
)


@claim.reads(relativistic_loss_converges, "the relativistic loss damps at least as the plain one does", universal=True)
def the_loss_does_it(c, p, q):
    return what_damps_is_the_penalties(c, p, q) <= what_damps_the_plain_loss(c, p, q)


@claim.reads(relativistic_loss_converges, "with R1 and R2 what turns about the equilibrium is damped")
def r1_and_r2_do_it(c, p, q):
    return what_damps_is_the_penalties(c, p, q) < 0


# --- players trained by autograd, from random starts about data off the centre -----------------------------------------------

C, H, WEIGHT, SPREAD = 1.0, 0.2, 0.2, 0.6
"""Place of the data, step, weight of R1 and of R2, deviation of the starts about the equilibrium."""
FROM = 40
"""The step from which on rates are taken: terms beyond the linear ones have shrunk with the distance."""


@what_damps_is_the_penalties.experiment(
    rule=Agreement(0.03),
    seeds=(32, 96),
    steps=(140, 200),
    reason="terms beyond the linear ones shrink with the distance and leave some thousandths; without penalties nothing is taken, all of the rate off",
    looks_at={"network": "penalised", "control": "paired"},
)
def players(run: Run):
    """Alternating steps, generator first: the paired loss without and with penalties, the plain one without.

    The learner's discriminator is high on what is generated: its ψ is minus the one of the statements.
    """
    from toys.learners.dirac_gan import DiracGAN
    from toys.optimisers import SGD
    from toys.targets.point import Point

    arms = {("paired", "penalised"): ("paired", np.repeat([0.0, WEIGHT], len(run.seeds))), ("plain",): ("minimax", 0.0)}
    shown, saved = range(run.steps + 1), {"steps": np.arange(run.steps + 1)}
    for names, (method, weights) in arms.items():
        learner = DiracGAN(method, weights, (C, 0.0), SPREAD, alternating=True, target=Point(C))
        fitted = run.fit(learner, SGD(H), arm=names, record=shown, batch=16, dtype="float64")
        paths = np.stack([fitted.players[name][:, :, 0].T for name in learner.players], axis=-1) * (1, -1)
        saved |= dict(zip(names, np.split(paths, len(names)), strict=True))
    return saved


def radius2(path):
    """(θ-c)² + ψ² of every seed and step."""
    return (path[..., 0] - C) ** 2 + path[..., 1] ** 2


def off_the_rate(data, claimed, arms):
    """A step multiplies the triangle of the equilibrium and two successive points by its determinant, 1 + h tr v', as the
    generator moves first: off by how much, relative to the logarithm."""
    found = {}
    for arm, name in arms.items():
        x, y = data[name][..., 0] - C, data[name][..., 1]
        area = np.log(np.abs(x[:, :-1] * y[:, 1:] - x[:, 1:] * y[:, :-1]))
        with np.errstate(divide="ignore"):
            found[arm] = (area[:, -1] - area[:, FROM]) / (area.shape[1] - 1 - FROM) / np.log1p(H * claimed) - 1
    return found


@players.measure
def of_the_penalties(claimed, data):
    return off_the_rate(data, claimed(C, WEIGHT, WEIGHT), {"network": "penalised", "control": "paired"})


@what_damps_the_plain_loss.measured_on(
    players,
    rule=Agreement(0.03),
    reason="as with penalties; terms beyond the linear ones leave a hundredth",
    looks_at={"network": "plain", "control": "paired"},
)
def of_the_place(claimed, data):
    """Without penalties: data off the centre damp the plain loss, the paired one they do not."""
    return off_the_rate(data, claimed(C, 0.0, 0.0), {"network": "plain", "control": "paired"})


@only_penalties_take_from_the_radius.measured_on(
    players,
    rule=Agreement(0.1),
    detects=0.2,
    why="a step of finite length adds up to 7 % of the start's R, with either sign, by the phase of the start",
    reason="the sum over steps stands for an integral: half of the starts are off by 4 %, the median by less",
    looks_at={"network": "penalised", "control": "paired"},
)
def of_the_radius(claimed, data):
    """What R loses from its start on, far out too, against the sum of what is claimed at every step."""
    found = {}
    for arm, name in (("network", "penalised"), ("control", "paired")):
        rates = claimed(C, *np.moveaxis(data[name], -1, 0), WEIGHT, WEIGHT)
        taken_in_all = H * (rates[:, 1:] + rates[:, :-1]).sum(axis=1) / 2
        radii = radius2(data[name])
        found[arm] = (radii[:, -1] - radii[:, 0]) / taken_in_all - 1
    return found


def plain_play(theta, psi, c, _):
    """θ' and ψ' of the plain loss, as observed."""
    return textbook.plain_at(DOUBLE, c, theta, psi)


TRAINED = ("control", "paired loss", "-"), ("network", "with R1, R2", "-."), ("gan", "plain loss", "--")
"""Role and label of each arm, and the style of what is claimed."""


@claim.curves
def orbits(*, c=1.0, penalty=0.5, out=1.5):
    """Orbits from (c + out, 0), by a Runge-Kutta pair of order 8."""
    from scipy.integrate import solve_ivp

    times, found = np.linspace(0.0, 40.0, 400), {}
    for name, field, strength in (
        ("paired", relativistic.field, 0.0), ("plain", plain_play, 0.0), ("penalised", relativistic.field, penalty),
    ):  # fmt: skip
        move = lambda _, y, field=field, strength=strength: field(y[0], y[1], c, strength)  # noqa: E731
        found[name] = solve_ivp(
            move, (0.0, 40.0), (c + out, 0.0), method="DOP853", t_eval=times, rtol=1e-9, atol=1e-9
        ).y
    return {"times": times, **found}


@claim.figure(
    "The relativistic loss turns for ever; R1 and R2 bring it to rest",
    where="$R$: squared distance from the equilibrium",
)
def draw(saved, panels, *, c=1.0, penalty=0.5, out=1.5):
    plane, fast, learned = panels(3)
    told, ends = saved["curves"], []
    arms = (("paired", "gan", "paired loss", "-"), ("plain", "control", "plain loss", "--"),
            ("penalised", "exact", "with R1, R2", "-."))  # fmt: skip
    for name, role, label, style in arms:
        theta, psi = told[name]
        plane.line(theta, psi, role, label, style, lw=0.9)
        remaining = (theta - c) ** 2 + psi**2
        fast.line(told["times"], remaining / remaining[0], role, label, style)
        ends.append(remaining[-1] / remaining[0])
    plane.points([c], [0], "data", "equilibrium", marker="+", ms=7)
    plane.axes(r"generator", r"slope of the discriminator", equal=True, legend="above")
    fast.axes("time", "$R$ over $R$ at the start", log="y", legend="above")
    found, left = saved["players"], {}
    rates = {"paired": 0.0, "penalised": -2 * WEIGHT, "plain": -(C**2) / 2}
    for (name, rate), (role, label, style) in zip(rates.items(), TRAINED, strict=True):
        ratio = radius2(found[name]) / radius2(found[name][:, :1])
        learned.seeds(H * found["steps"][::10], ratio[:, ::10], role, label)
        learned.exact(H * found["steps"], (1 + H * rate) ** found["steps"], "", style, lw=0.8)
        left[name] = np.median(ratio[:, -1])
    learned.axes("time $t$ = step length · steps", "$R$ over $R$ at the start", log="y", legend="above")
    return (
        f"Data at {c:g}, a generator that starts {out:g} off. (a) The paired loss circles; the plain one, which data off the "
        f"centre damp, and the paired one with penalties, {penalty:g} in all, come to rest. (b) Of the squared distance from the equilibrium "
        f"there is left at time {told['times'][-1]:g}: {ends[0]:.3f} with the paired loss, {ends[1]:.1e} with the plain one, "
        f"{ends[2]:.1e} with penalties. (c) {len(found['plain'])} players a line, trained from random starts about data at {C:g}: "
        f"at time {H * found['steps'][-1]:g} there is left {left['paired']:.2f} with the paired loss, {left['penalised']:.1e} with R1 and R2 of "
        f"{WEIGHT:g} each, {left['plain']:.1e} with the plain loss; thin lines: the sums of the eigenvalues."
    )
