"""Noise in the model does not make learning hard, and its absence does not make it easy.

    linear VAE, noise and all:  curvature β(V-λ)/(θV) < 0 wherever a larger direction λ is dropped;  V = λ' coded, or θ
    Dirac-GAN, no noise:        one step multiplies θ²+ψ² by 1 + h²/4 - hσ²/2 at its equilibrium;  σ = 0: it grows

A variational autoencoder samples in its middle layer. Its linear version, θ = βσ², has many stationary points, one for
every choice of directions; all that leave out a leading one are strict saddles, so no local minimum is bad. The
Dirac-GAN samples nothing: its eigenvalues are ±i/2 and it diverges under simultaneous descent, at every step size. It
is noise, σ on both of its sides, that makes it converge. Both are trained from many starts.
"""

from fractions import Fraction
from functools import cache

import numpy as np

from proofs.core.claim import Claim, Fails, Folk
from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, Interval
from proofs.core.rules import Share
from proofs.textbook import dirac as game
from proofs.textbook import saddles as saddle
from proofs.textbook import vae
from theory import dirac, saddles

claim = Claim(
    topic="mode-dropping",
    folk=Folk(
        "You can get sharper images, since the model doesn't have to explicitly deal with the noise injected into it "
        "due to samplings, hence this could be a simpler learning problem.",
        "A2",
        Fails("noise_decides_convergence"),
    ),
    references=("lucas2019 theorem 1", "tipping1999 appendix A", "mescheder2018"),
)

# --- the linear VAE: no local minimum that is not global ------------------------------------------------------------------


def _curvature(x):
    e, (_, width) = x.Symbol("e"), saddle.widths(x)
    return x.Subs(x.Derivative(saddle.in_symbols(x, saddle.beside(x, e), width, width + x.h), (e, 2)), e, 0)


def _escape(x, factor: int | Fraction = 1):
    level, width = saddle.widths(x)
    return -factor * x.b * x.h / (level * width)


leaves = claim.statement(
    "dropping_a_leading_direction_is_a_strict_saddle",
    "at a stationary point the least curvature is min(0, β(V-λ)/θV), V the least λ coded, θ with an idle latent, λ the "
    "largest dropped: < 0 unless the directions coded lead, and then the minimum is global",
    claimed=saddles.escape,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=NONNEGATIVE, h=POSITIVE),
    definition=_curvature,
    symbolic=_escape,
    anchor=lambda claimed, b, v, g, h: claimed([b * v + g, b * v + g + h], [float(g > 0), 0.0], 1, v, b),
    assumptions="encoder the best one; that stationary points code principal directions is theorem 1 of Lucas et al. 2019; "
    "derived for the two directions that matter, one coded or (g = 0) idle, checked for up to four",
)


@leaves.derivation
def along_the_dropped_direction(x):
    level, width = saddle.widths(x)
    return [("det C = θ(V+e²)", x.b / 2 * (2 / width - 2 * (level + x.h) / (level * width)))]


along_the_dropped_direction.control("half", lambda x: _escape(x, Fraction(1, 2)), why="a factor 2")


@leaves.observed(
    instances=saddle.points, error=1e-9, scale=lambda *d: d[4] * max(d[0].max(), d[3] * d[4]) / (d[3] * d[4]) ** 2,
    call=lambda claimed, *point: claimed(*point[:5]),
)  # fmt: skip
def least_eigenvalue(m, *point):
    """Of the Hessian in all entries of W."""
    return min(0.0, float(np.linalg.eigvalsh(saddle.hessian(m, *saddle.matrices(*point), *point[3:5]))[0]))


least_eigenvalue.control("no escape", lambda *point: 0.0, why="a minimum at every stationary point")
least_eigenvalue.control(
    "V for θ",
    lambda spectrum, coded, k, v, b: (
        saddles.escape(spectrum, coded, k, v, b) * min([1.0, *(v * b / spectrum[coded == 1])])
    ),
    why="an idle latent taken for a busy one, and the other way round",
)

turns = claim.statement(
    "only_principal_directions_are_stationary",
    "a latent of weight w turned by φ from direction λ₁ to λ₂: dF/d sin²φ = (β/2)(λ₁-λ₂)(1/θ - 1/(w²+θ)), the same at "
    "every φ: nothing stops it in between, and it goes to the larger one",
    claimed=saddles.turning,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE, l=POSITIVE, h=POSITIVE, a=UNIT),
    definition=lambda x: x.Derivative(saddle.in_symbols(x, saddle.turned(x), x.l + x.h, x.l), x.a),
    symbolic=lambda x: _price(x),
    anchor=lambda claimed, b, v, g, l, h, a: claimed(l + h, l, g**0.5, v, b),
    assumptions="derived and checked for one latent and two directions",
)


def _price(x, sign=1):
    level, width = saddle.widths(x)
    return sign * x.b * x.h / 2 * (1 / level - 1 / width)


@turns.derivation
def by_trace(x):
    level, width = saddle.widths(x)
    return [("det C = θV; tr C⁻¹Σ is linear in sin²φ", x.b * ((x.l + x.h) * x.g - x.l * x.g) / (2 * level * width))]


by_trace.control("to the smaller", lambda x: _price(x, -1), why="a sign")


@turns.observed(
    instances=lambda s: s.tuples(*[s.scales(0.3, 8.0)] * 2, s.scales(0.2, 3.0), s.reals(0.4, 1.5), s.scales(0.2, 2.0), s.scales(0.3, 3.0)),
    error=1e-12, scale=lambda first, second, w, angle, v, b: (21 + (first + second) / v) / np.sin(angle) ** 2,
    call=lambda claimed, first, second, w, angle, v, b: claimed(first, second, w, v, b),
)  # fmt: skip
def by_two_decoders(m, first, second, w, angle, noise_var, beta):
    """The objective with Bayes' encoder, turned and straight."""
    A = np.diag([float(first) ** 0.5, float(second) ** 0.5])
    decoders = [vae.two_axes(at, float(w) ** 2, 0.0)[:, :1] for at in (0.0, float(angle))]
    straight, turned = (
        vae.objective(m, A, W, *vae.posterior(W, float(noise_var * beta)), noise_var, beta) for W in decoders
    )
    return (turned - straight) / decoders[1][1, 0] ** 2 * float(w) ** 2


by_two_decoders.control("1/θ alone", lambda first, second, w, v, b: (first - second) / (2 * v), why="no weight")

value = claim.statement(
    "value_of_a_stationary_point",
    "F = (D/2) ln 2πσ² + (β/2)[Σ coded (1 + ln λ/θ) + Σ dropped λ/θ]: every exchange for a larger direction lowers it",
    claimed=saddles.objective,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE, l=POSITIVE),
    definition=lambda x: _coded(x) + vae.in_symbols(x, x.l, x.v, x.b).objective(0, 0, 1),
    symbolic=lambda x: _value(x),
    anchor=lambda claimed, b, v, g, l: claimed([b * v + g, l], [1.0, 0.0], v, b),
    assumptions="derived for two directions, one of them coded; checked for up to four",
)


def _coded(x):
    """The objective of a direction of variance V = θ + g, at w² = g and the best encoder."""
    level, width = saddle.widths(x)
    return vae.in_symbols(x, width, x.v, x.b).objective(x.sqrt(x.g), x.sqrt(x.g) / width, x.sqrt(level / width))


def _value(x, coded=1):
    level, width = saddle.widths(x)
    return x.log(2 * x.pi * x.v) + x.b / 2 * (coded + x.log(width / level) + x.l / level)


@value.derivation
def direction_by_direction(x):
    level, width = saddle.widths(x)
    kept = (level / x.v + x.log(2 * x.pi * x.v)) / 2 + x.b * x.log(width / level) / 2
    return [("distortion θ or λ, rate ½ ln λ/θ or 0", kept + (x.l / x.v + x.log(2 * x.pi * x.v)) / 2)]


direction_by_direction.control("no distortion", lambda x: _value(x, 0), why="what is coded is still noisy")


@value.observed(
    instances=saddle.points, error=1e-13, scale=lambda *d: 30 + d[0].sum() / d[3],
    call=lambda claimed, *point: claimed(*point[:2], *point[3:5]),
)  # fmt: skip
def by_definition(m, *point):
    A, W = saddle.matrices(*point)
    return vae.objective(m, A, W, *vae.posterior(W, float(point[3] * point[4])), *point[3:5])


by_definition.control(
    "all dropped", lambda spectrum, coded, *level: saddles.objective(spectrum, 0 * coded, *level), why="another saddle"
)

NOISE_VAR, BETA, LEADING, SADDLE = 0.1, 1.0, (1, 1, 0, 0), (1, 0, 0, 0)


@value.experiment(
    rule=Share(0.85), detects=0.05, seeds={"quick": [40], "full": [96]}, steps={"quick": 400, "full": 2500}, batch=96,
    reason="of every start, so of nearly every seed: drawn codes and minibatches leave some percent of the way to the "
    "nearest saddle, a tenth is granted; one direction dropped costs all of it",
)  # fmt: skip
def from_many_starts(run):
    """Half of the starts are wide, half all but on the saddle where nothing is coded; in the control a latent is missing."""
    from toys.learners.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets.power_law_signal import power_law_signal

    target, rule = power_law_signal(4, 1.0), Adam(0.08, beta2=0.95, decay="cosine")
    shown = [int(k) for k in np.linspace(0, run.steps, 16)]
    found = {"spectrum": target.spectrum, "steps": shown}
    for arm, latents in (("network", 2), ("control", 1)):
        paths = np.empty((len(run.seeds), len(shown)))
        for start, spread in enumerate((1.0, 0.01)):
            members = slice(start, None, 2)
            learner = LinearVAE(target, latents, BETA, NOISE_VAR**0.5, sampled=True, spread=spread)
            fitted = run.fit(learner, rule, arm=arm, rows=members, record=shown)
            terms = [fitted.evaluate(learner.rate_distortion, at=k).astype(float) for k in range(len(shown))]
            paths[members] = np.stack([_objective(t[:, 0], t[:, 1], target.dim) for t in terms], axis=1)
        found[arm] = paths
    return found


def _objective(rate, distortion, dim):
    """The objective, from its two terms."""
    return distortion / (2 * NOISE_VAR) + dim / 2 * np.log(2 * np.pi * NOISE_VAR) + BETA * rate


@from_many_starts.measure
def reaches_the_optimum(claimed, data):
    """Whether a seed ended within a tenth of the way from the optimum to the nearest saddle."""
    best, saddle = (claimed(data["spectrum"], coded, NOISE_VAR, BETA) for coded in (LEADING, SADDLE))
    return {arm: np.abs(data[arm][:, -1] - best) < 0.1 * abs(saddle - best) for arm in ("network", "control")}


# --- the Dirac-GAN: without noise it diverges, with noise it converges -----------------------------------------------------


NOISE = Interval(0, Fraction(7, 5), closed_below=True)


def _polynomial(l, std, method="instance_noise"):
    """det(l - v') from the eigenvalues."""
    return np.polyval(np.poly(dirac.eigenvalues(method, std)).real, l)


circles = claim.statement(
    "eigenvalues_are_imaginary_without_noise_alone",
    "Dirac-GAN, instance noise σ: v' at the equilibrium has the eigenvalues -σ²/4 ± ½√(σ⁴/4-1), the roots of l² + ½σ²l + ¼; "
    "at σ = 0, minimax and non-saturating: ±i/2",
    claimed=_polynomial,
    domain=Domain(l=REAL, s=NOISE),
    definition=lambda x: game.characteristic(*game.field("instance_noise", x.s), x.l),
    symbolic=lambda x: x.l**2 + x.s**2 * x.l / 2 + x.Rational(1, 4),
    anchor=lambda claimed, l, s: claimed(l, s),
)


@circles.derivation
def from_the_losses(x):
    return [("v' = [[0, -½], [½, -σ²/2]]", x.l * (x.l + x.s**2 / 2) + x.Rational(1, 2) ** 2)]


def _games(s):
    noisy, free = s.reals(0.05, 2.5), s.tuples(s.one_of((0.0,)), s.one_of(("minimax", "nonsaturating")))
    kinds = s.either(s.tuples(noisy, s.one_of(("instance_noise",))), free)
    return s.tuples(s.reals(-2.0, 2.0), kinds).map(lambda d: (d[0], *d[1]))


@circles.observed(instances=_games, error=1e-12, scale=1.0)
def from_the_field(m, l, std, method):
    return game.determinant(game.jacobian(m, method, std), l)


from_the_losses.control("half", lambda x: x.l**2 + x.s**2 * x.l / 4 + x.Rational(1, 4), why="noise on one side")
from_the_field.control("±i", lambda l, std, method: _polynomial(l, 0.0, "wgan"), why="Wasserstein's")


def _modulus2(h, std):
    return dirac.spectral_radius("instance_noise", h, std, alternating=False) ** 2


@cache
def _determinant(std):
    """det J of one simultaneous step, h a letter."""
    x = Domain(h=POSITIVE).vocabulary()
    return game.characteristic(*game.step("instance_noise", std, x.h, False), 0)


decides = claim.statement(
    "noise_decides_convergence",
    "instance noise σ² < 2, one simultaneous step of size h: |eigenvalues|² = 1 + h²/4 - hσ²/2: without noise it diverges "
    "at every h, with noise it converges for h < 2σ²",
    claimed=_modulus2,
    domain=Domain(h=POSITIVE, s=NOISE),
    definition=lambda x: _determinant(x.s),
    symbolic=lambda x: 1 + x.h**2 / 4 - x.h * x.s**2 / 2,
    anchor=lambda claimed, h, s: claimed(h, s),
    assumptions="minimax loss; conjugate eigenvalues, whose product is the determinant",
)


@decides.derivation
def by_the_determinant(x):
    return [("J = [[1, -h/2], [h/2, 1 - hσ²/2]]", 1 * (1 - x.h * x.s**2 / 2) + (x.h / 2) ** 2)]


@decides.observed(
    instances=lambda s: s.tuples(s.reals(0.02, 4.0), s.either(s.one_of((0.0,)), s.reals(0.05, 1.35))),
    error=1e-12,
    scale=1.0,
)
def from_the_noisy_field(m, h, std):
    return game.growth(m, h, std, "instance_noise", False)


by_the_determinant.control("σ on one side", lambda x: 1 + x.h**2 / 4 - x.h * x.s**2 / 4, why="half the noise")
from_the_noisy_field.control("without noise", lambda h, std: _modulus2(h, 0.0), why="always above 1")
from_the_noisy_field.control(
    "alternating",
    lambda h, std: dirac.spectral_radius("instance_noise", h, std, alternating=True) ** 2,
    why="the other order",
)

H, STD, STEPS, END = 0.2, 1.0, 120, 40
"""A step of the authors' notebook; two turns; rates are taken early, before drawn noise holds the players at a distance."""


@decides.experiment(
    rule=Share(0.85), detects=0.05, seeds={"quick": [64], "full": [192]},
    steps={"quick": STEPS}, batch=512,
    reason="a local theorem with drawn noise: of nearly every start, not provably of each; the phase of the orbit and the "
    "nonlinear terms may take two fifths of the rate",
)  # fmt: skip
def players_from_many_starts(run):
    from toys.learners.dirac_gan import DiracGAN
    from toys.optimisers import SGD

    found = {}
    for arm, method, std in (("noise", "instance_noise", STD), ("none", "minimax", 0.0)):
        learner = DiracGAN(method, std, (0.5, 0.5), jitter=0.3)
        fitted = run.fit(learner, SGD(H), record=range(STEPS + 1), dtype="float64")
        found[arm] = np.stack([fitted.players[p][:, :, 0].T for p in learner.players], axis=-1)
    return found


@players_from_many_starts.measure
def both_at_their_rates(claimed, data):
    """Whether θ²+ψ² shrank with noise and grew without, at the claimed rates within two fifths."""
    rates = [END * np.log(claimed(H, std)) for std in (STD, 0.0)]
    seen = [np.log((data[arm][:, END] ** 2).sum(-1) / (data[arm][:, 0] ** 2).sum(-1)) for arm in ("noise", "none")]
    near = lambda seen: np.all([np.abs(s / rate - 1) < 0.4 for s, rate in zip(seen, rates, strict=True)], axis=0)  # noqa: E731
    return {"network": near(seen), "control": near(seen[::-1])}


@claim.curves
def exact():
    steps = np.arange(STEPS + 1)
    curves = {name: _modulus2(H, std) ** steps for name, std in (("noise", STD), ("none", 0.0))}
    saddle_values = [
        saddles.objective(_spectrum(), coded, NOISE_VAR, BETA) for coded in (LEADING, SADDLE, (0, 0, 0, 0))
    ]
    return {"steps": steps, "values": np.array(saddle_values), **curves}


def _spectrum():
    from toys.targets.power_law_signal import power_law_signal

    return power_law_signal(4, 1.0).spectrum


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, players, exact = saved["from_many_starts"], saved["players_from_many_starts"], saved["curves"]
    values, radii, plane = panels(figure, 3)
    best, saddle, silent = exact["values"]
    values.axhline(silent - best, color=COLOUR["exact"], lw=0.8, ls=":", label="saddle: nothing coded")
    values.axhline(saddle - best, color=COLOUR["exact"], lw=0.8, ls="--", label="saddle: second dropped")
    spread(values, nets["steps"], nets["control"] - best, COLOUR["control"], "control: one latent", "s")
    spread(values, nets["steps"], nets["network"] - best, COLOUR["network"], "two latents")
    values.set(xlabel="training step", ylabel="excess objective (nats)", yscale="log", ylim=(1e-3, 1e6))
    values.legend(loc="upper right", title=f"linear VAE, {len(nets['network'])} starts")
    some = slice(0, None, 8)
    for arm, line, role, label, marker in (
        ("none", COLOUR["data"], "control", "without noise", "s"), ("noise", COLOUR["exact"], "network", r"noise $\sigma = 1$", "o")
    ):  # fmt: skip
        r2 = (players[arm] ** 2).sum(-1)
        radii.plot(exact["steps"], exact[arm], color=line, lw=0.9)
        spread(radii, exact["steps"][some], (r2 / r2[:, :1])[:, some], COLOUR[role], label, marker)
        plane.plot(*players[arm][0].T, "--" if arm == "none" else "-", color=COLOUR[role], lw=0.9, label=label)
        plane.plot(*players[arm][0, -1], marker, color=COLOUR[role])
    plane.plot(0, 0, "+", color=COLOUR["data"], ms=6, label="equilibrium")
    radii.set(
        xlabel="simultaneous step, $h = 0.2$", ylabel=r"$R/R_0$,  $R = \theta^2+\psi^2$", yscale="log", ylim=(1e-5, 1e7)
    )
    radii.legend(loc="upper left", title=f"Dirac-GAN, {len(players['none'])} starts;\nlines: eigenvalues of a step")
    plane.set(xlabel=r"generator $\theta$", ylabel=r"discriminator $\psi$", xlim=(-1.2, 1.2), ylim=(-0.9, 2.9))
    plane.legend(loc="upper left", title="the first start")
