"""Noise in the model does not make learning hard, and its absence does not make it easy.

    linear VAE, noise and all:  curvature β(V-λ)/(θV) < 0 wherever a larger direction λ is dropped;  V = λ' coded, or θ
    Dirac-GAN, no noise:        one step multiplies θ²+ψ² by 1 + h²/4 - hσ²/2 at its equilibrium;  σ = 0: it grows

A variational autoencoder samples in its middle layer. Its linear version, θ = βσ², has many stationary points, one for
every choice of directions; all that leave out a leading one are strict saddles, so no local minimum is bad. The
Dirac-GAN samples nothing: its eigenvalues are ±i/2 and it diverges under simultaneous descent, at every step size. It
is noise, σ on both of its sides, that makes it converge. Both are trained from many starts.
"""

from fractions import Fraction
from typing import Annotated

import numpy as np

from proofs.core import Claim, Each, Letter, NonNegative, Positive, Real, Run, Share, Unit, integers
from proofs.core.letters import Interval
from proofs.sentences import no_noise_is_a_simpler_problem
from proofs.textbook import dirac as game
from proofs.textbook import saddles as textbook
from proofs.words import slope_at, sp
from theory import dirac, saddles

claim = Claim(
    topic="mode-dropping",
    after="dirac_gan",
    references=("lucas2019 theorem 1", "tipping1999 appendix A", "mescheder2018"),
)

# --- the linear VAE: no local minimum that is not global ------------------------------------------------------------------


@claim.states(saddles.escape, at=lambda b, v, g, h: ([b * v + g, b * v + g + h], [float(g > 0), 0.0], 1, v, b))
def dropping_a_leading_direction_is_a_strict_saddle(b: Positive, v: Positive, g: NonNegative, h: Positive):
    """at a stationary point the least curvature is min(0, β(V-λ)/θV), V the least λ coded, θ with an idle latent, λ the
    largest dropped: < 0 unless the directions coded lead, and then the minimum is global

    encoder the best one; that stationary points code principal directions is theorem 1 of Lucas et al. 2019; derived for
    the two directions that matter, one coded or (g = 0) idle, checked for up to four"""
    e, (level, width) = sp.Symbol("e"), textbook.widths(b, v, g)
    yield slope_at(textbook.in_symbols(textbook.beside(b, v, g, e), width, width + h, b), e, 0, 2)
    yield "det C = θ(V+e²)", b / 2 * (2 / width - 2 * (level + h) / (level * width))
    yield "collect", -b * h / (level * width)


dropping_a_leading_direction_is_a_strict_saddle.check(
    textbook.least_eigenvalue, on=textbook.points, at=lambda *point: point[:5], error=1e-9,
    scale=lambda *d: d[4] * max(d[0].max(), d[3] * d[4]) / (d[3] * d[4]) ** 2,
)  # fmt: skip
dropping_a_leading_direction_is_a_strict_saddle.wrong(
    "a factor 2", h=lambda h: h / 2, claimed=lambda *d: saddles.escape(*d) / 2
)
dropping_a_leading_direction_is_a_strict_saddle.wrong("a minimum at every stationary point", claimed=lambda *point: 0.0)
dropping_a_leading_direction_is_a_strict_saddle.wrong(
    "an idle latent taken for a busy one, and the other way round",
    claimed=lambda spectrum, coded, k, v, b: (
        saddles.escape(spectrum, coded, k, v, b) * min([1.0, *(v * b / spectrum[coded == 1])])
    ),
)


@claim.states(saddles.turning, at=lambda b, v, g, l, h: (l + h, l, g**0.5, v, b))
def only_principal_directions_are_stationary(b: Positive, v: Positive, g: Positive, l: Positive, h: Positive, a: Unit):
    """a latent of weight w turned by φ from direction λ₁ to λ₂: dF/d sin²φ = (β/2)(λ₁-λ₂)(1/θ - 1/(w²+θ)), the same at
    every φ: nothing stops it in between, and it goes to the larger one

    derived and checked for one latent and two directions"""
    level, width = textbook.widths(b, v, g)
    yield sp.Derivative(textbook.in_symbols(textbook.turned(b, v, g, a), l + h, l, b), a)
    yield "det C = θV; tr C⁻¹Σ is linear in sin²φ", b * ((l + h) * g - l * g) / (2 * level * width)
    yield "w²/θV = 1/θ - 1/V", b * h / 2 * (1 / level - 1 / width)


only_principal_directions_are_stationary.check(
    textbook.by_two_decoders, on=textbook.turns, at="first second w noise_var beta", error=1e-12,
    scale=lambda first, second, w, angle, v, b: (21 + (first + second) / v) / np.sin(angle) ** 2,
)  # fmt: skip
only_principal_directions_are_stationary.wrong("a sign", h=lambda h: -h, claimed=lambda *d: -saddles.turning(*d))
only_principal_directions_are_stationary.wrong(
    "1/θ alone: no weight",
    symbolic=lambda v, h: h / (2 * v),
    claimed=lambda first, second, w, v, b: (first - second) / (2 * v),
)


@claim.states(saddles.objective, at=lambda b, v, g, l: ([b * v + g, l], [1.0, 0.0], v, b))
def value_of_a_stationary_point(b: Positive, v: Positive, g: Positive, l: Positive):
    """F = (D/2) ln 2πσ² + (β/2)[Σ coded (1 + ln λ/θ) + Σ dropped λ/θ]: every exchange for a larger direction lowers it

    derived for two directions, one of them coded; checked for up to four"""
    level, width = textbook.widths(b, v, g)
    kept = (level / v + sp.log(2 * sp.pi * v)) / 2 + b * sp.log(width / level) / 2
    yield textbook.coded(b, v, g) + textbook.dropped(b, v, l)
    yield "distortion θ or λ, rate ½ ln λ/θ or 0", kept + (l / v + sp.log(2 * sp.pi * v)) / 2
    yield "1/σ² = β/θ", sp.log(2 * sp.pi * v) + b / 2 * (1 + sp.log(width / level) + l / level)


value_of_a_stationary_point.check(
    textbook.by_definition, on=textbook.points, at=lambda *point: (*point[:2], *point[3:5]), error=1e-13,
    scale=lambda *d: 30 + d[0].sum() / d[3],
)  # fmt: skip
value_of_a_stationary_point.wrong(
    "what is coded is noiseless",
    symbolic=lambda b, v, g, l: sp.log(2 * sp.pi * v) + b / 2 * (sp.log(1 + g / (b * v)) + l / (b * v)),
    claimed=lambda spectrum, coded, v, b: saddles.objective(spectrum, coded, v, b) - b / 2 * sum(coded),
)
value_of_a_stationary_point.wrong(
    "another saddle: all dropped", claimed=lambda spectrum, coded, v, b: saddles.objective(spectrum, 0 * coded, v, b)
)

NOISE_VAR, BETA, LEADING, SADDLE = 0.1, 1.0, (1, 1, 0, 0), (1, 0, 0, 0)


@value_of_a_stationary_point.experiment(
    rule=Share(0.85),
    effect=0.985,
    detects=0.05,
    seeds=(96, 96),
    steps=(400, 2500),
    batch=96,
    reason="of every start, so of nearly every seed: drawn codes and minibatches leave some percent of the way to the "
    "nearest saddle, a tenth is granted; one direction dropped costs all of it",
    history={
        1: "wide starts had too few steps; the steps and the tenth were settled after that had been seen",
        2: "40 quick seeds had to show 0.85, which they do only if hardly one fails; of 64 fresh ones none had been seen to",
        3: "the threshold had been lowered to seven in ten, by 56 seeds; more of them serve as well",
    },
)
def from_many_starts(run: Run):
    """Half of the starts are wide, half all but on the saddle where nothing is coded; codes are drawn as VAEs draw them, or
    their noise is averaged out; in the control a latent is missing."""
    from toys import LinearVAE
    from toys.optimisers import Adam
    from toys.targets.power_law_signal import power_law_signal

    target, rule = power_law_signal(4, 1.0), Adam(0.08, beta2=0.95, decay="cosine")
    shown = [int(k) for k in np.linspace(0, run.steps, 16)]
    found = {"spectrum": target.spectrum, "steps": shown}
    for arm, latents, drawn in (("network", 2, True), ("averaged", 2, False), ("control", 1, True)):
        found[arm] = np.empty((len(run.seeds), len(shown)))
        for start, spread in enumerate((1.0, 0.01)):
            members = slice(start, None, 2)
            learner = LinearVAE(target, latents, BETA, NOISE_VAR**0.5, sampled=drawn, spread=spread)
            fitted = run.fit(learner, rule, arm=arm, rows=members, record=shown)
            terms = [fitted.evaluate(learner.rate_distortion, at=k).astype(float).T for k in range(len(shown))]
            costs = [distortion / (2 * NOISE_VAR) + BETA * rate for rate, distortion in terms]
            found[arm][members] = np.stack(costs, axis=1) + target.dim / 2 * np.log(2 * np.pi * NOISE_VAR)
    return found


def near_the_optimum(claimed, data, arm):
    """Whether a seed ended within a tenth of the way from the optimum to the nearest saddle."""
    best, saddle = (claimed(data["spectrum"], coded, NOISE_VAR, BETA) for coded in (LEADING, SADDLE))
    return np.abs(data[arm][:, -1] - best) < 0.1 * abs(saddle - best)


@from_many_starts.measure
def reaches_the_optimum(claimed, data):
    return {arm: near_the_optimum(claimed, data, arm) for arm in ("network", "control")}


@value_of_a_stationary_point.measured_on(
    from_many_starts,
    rule=Each(Share(0.85)),
    effect=0.985,
    detects=0.05,
    reason="as for the drawn codes alone, and with less noise in the gradient not less often: both have one optimum",
    looks_at={"network": ("network", "averaged"), "control": "control"},
)
def drawn_or_averaged_alike(claimed, data):
    drawn, averaged, control = (near_the_optimum(claimed, data, arm) for arm in ("network", "averaged", "control"))
    return {"network": [drawn, averaged], "control": [control] * 2}


@from_many_starts.reads(
    no_noise_is_a_simpler_problem,
    "an autoencoder whose codes are not drawn is nearer to its optimum after as many steps than one whose codes are",
    rule=Share(0.5),
)
def nearer_without_sampling(data):
    best = saddles.objective(data["spectrum"], LEADING, NOISE_VAR, BETA)
    return [({}, np.abs(data["averaged"][:, -1] - best) < np.abs(data["network"][:, -1] - best))]


# --- the Dirac-GAN: without noise it diverges, with noise it converges -----------------------------------------------------

Noise = Annotated[Letter, Interval(0, Fraction(7, 5), closed_below=True)]


def polynomial(l, std, method="instance_noise"):
    """det(l - v') from the eigenvalues."""
    return np.polyval(np.poly(dirac.eigenvalues(method, std)).real, l)


@claim.states(polynomial)
def eigenvalues_are_imaginary_without_noise_alone(l: Real, s: Noise):
    """Dirac-GAN, instance noise σ: v' at the equilibrium has the eigenvalues -σ²/4 ± ½√(σ⁴/4-1), the roots of
    l² + ½σ²l + ¼; at σ = 0, minimax and non-saturating: ±i/2"""
    yield game.characteristic(*game.field("instance_noise", s), l)
    yield "v' = [[0, -½], [½, -σ²/2]]", l * (l + s**2 / 2) + sp.Rational(1, 2) ** 2
    yield "multiply", l**2 + s**2 * l / 2 + sp.Rational(1, 4)


eigenvalues_are_imaginary_without_noise_alone.check(game.polynomial, on=game.games, error=1e-12)
eigenvalues_are_imaginary_without_noise_alone.wrong(
    "noise on one side", s=lambda s: s / sp.sqrt(2), claimed=lambda l, std, method: polynomial(l, std / 2**0.5, method)
)
eigenvalues_are_imaginary_without_noise_alone.wrong(
    "Wasserstein's ±i", claimed=lambda l, std, method: polynomial(l, 0.0, "wgan")
)


def modulus2(h, std):
    """The largest |eigenvalue|² of a simultaneous step."""
    return dirac.spectral_radius("instance_noise", h, std, alternating=False) ** 2


@claim.states(modulus2)
def noise_decides_convergence(h: Positive, s: Noise):
    """instance noise σ² < 2, one simultaneous step of size h: |eigenvalues|² = 1 + h²/4 - hσ²/2: without noise it diverges
    at every h, with noise it converges for h < 2σ²

    minimax loss; conjugate eigenvalues, whose product is the determinant"""
    yield game.characteristic(*game.step("instance_noise", s, h, alternating=False), 0)
    yield "J = [[1, -h/2], [h/2, 1 - hσ²/2]]", 1 * (1 - h * s**2 / 2) + (h / 2) ** 2
    yield "multiply", 1 + h**2 / 4 - h * s**2 / 2


noise_decides_convergence.check(game.growth_under_noise, on=game.noisy_steps, error=1e-12)
noise_decides_convergence.wrong("half the noise: σ on one side", s=lambda s: s / sp.sqrt(2))
noise_decides_convergence.wrong("without noise, always above 1", s=lambda s: 0 * s)
noise_decides_convergence.wrong(
    "the other order", claimed=lambda h, std: dirac.spectral_radius("instance_noise", h, std, alternating=True) ** 2
)

H, STEPS, END, ARMS = 0.2, 120, 40, {"none": ("minimax", 0.0), "noise": ("instance_noise", 1.0)}
"""A step of the authors' notebook; two turns; rates are taken early, before drawn noise holds the players at a distance."""


@noise_decides_convergence.experiment(
    rule=Share(0.85),
    detects=0.05,
    seeds=(208, 208),
    steps=STEPS,
    batch=512,
    reason="a local theorem with drawn noise: of nearly every start, not provably of each; the phase of the orbit and the "
    "nonlinear terms may take two fifths of the rate",
    history={
        1: "less of the rate was granted; at the first seeds the phase of the orbit had been seen to take more",
        2: "64 quick seeds had to show 0.85; of 64 fresh ones 62 had been seen to do so, at which share a run in six is undecided",
        3: "the threshold had been lowered to three in four, by 72 seeds; more of them serve as well",
    },
)
def players_from_many_starts(run: Run):
    from toys import DiracGAN
    from toys.optimisers import SGD

    found = {}
    for arm, (method, std) in ARMS.items():
        learner = DiracGAN(method, std, (0.5, 0.5), jitter=0.3)
        fitted = run.fit(learner, SGD(H), record=range(STEPS + 1), dtype="float64")
        found[arm] = np.stack([fitted.players[p][:, :, 0].T for p in learner.players], axis=-1)
    return found


@players_from_many_starts.reads(
    no_noise_is_a_simpler_problem,
    "a generator and its adversary come nearer to rest without noise than with it",
    rule=Share(0.5),
)
def nearer_without_instance_noise(data):
    """After END steps."""
    without, with_noise = (np.sum(data[arm][:, END] ** 2, axis=-1) for arm in ARMS)
    return [({}, without < with_noise)]


@players_from_many_starts.measure
def both_at_their_rates(claimed, data):
    """Whether θ²+ψ² shrank with noise and grew without, at the claimed rates within two fifths."""
    from toys.learners.dirac_gan import at_their_rates

    rates, paths = (
        [END * np.log(claimed(H, std)) for _, std in ARMS.values()],
        [data[arm][:, : END + 1] for arm in ARMS],
    )
    return {"network": at_their_rates(paths, rates, 0.4), "control": at_their_rates(paths[::-1], rates, 0.4)}


@claim.figure(
    "A VAE finds its optimum despite its noise; a GAN without noise runs away",
    where=r"GAN: data at 0, generator at $\theta$, discriminator $\psi x$; $h$: length of a step; $R_0$: $R$ at the start; $\sigma$: of the noise on data and fakes",
)
def draw(saved, panels, *, member: Annotated[int, integers(0)] = 0, every=8):
    nets, players, steps = saved["from_many_starts"], saved["players_from_many_starts"], np.arange(STEPS + 1)
    values, radii, plane = panels(3)
    coded = LEADING, (0, 0, 0, 0), SADDLE
    best, nothing, second = (saddles.objective(nets["spectrum"], which, NOISE_VAR, BETA) for which in coded)
    values.level(nothing - best, label="saddle: nothing coded", style=":")
    values.level(second - best, label="saddle: second dropped", style="--")
    values.seeds(nets["steps"], nets["control"] - best, "control", "control: one latent")
    values.seeds(nets["steps"], nets["network"] - best, "vae", "linear VAEs, two latents")
    values.axes("training step", "excess objective (nats)", log="y", legend="above")
    grown = {}
    for arm, role, label, style in (
        ("none", "control", "without noise", "--"),
        ("noise", "gan", r"noise $\sigma = 1$", "-"),
    ):
        r2, first = (players[arm] ** 2).sum(-1), players[arm][member]
        radii.exact(steps, modulus2(H, ARMS[arm][1]) ** steps, f"exact, {label}", style, lw=0.9)
        radii.seeds(steps[::every], (r2 / r2[:, :1])[:, ::every], role, label)
        plane.line(*first.T, role, label, style, lw=0.9)
        plane.points(*first[-1:].T, role)
        grown[arm] = np.median(r2[:, -1] / r2[:, 0])
    plane.points([0], [0], "data", "equilibrium", marker="+", ms=6)
    radii.axes("simultaneous step, $h = 0.2$", r"$R/R_0$,  $R = \theta^2+\psi^2$", log="y", legend="above")
    plane.axes(r"generator $\theta$", r"discriminator $\psi$", equal=True, legend="above")
    rates = {arm: modulus2(H, std) ** STEPS for arm, (_, std) in ARMS.items()}
    left, one = (np.median(nets[arm][:, -1] - best) for arm in ("network", "control"))
    near = int((nets["network"][:, -1] - best < 0.1 * (second - best)).sum())
    return (
        f"(a) Linear VAEs, codes drawn with noise, from {len(nets['network'])} wide and narrow starts: {near} end within a tenth "
        f"of the way from the optimum to the nearest saddle (dashed), at a median excess of {left:.2g} nats; with one latent "
        f"(control) {one:.2g} remain. (b) The Dirac-GAN from {len(players['none'])} starts: in {STEPS} steps the squared distance "
        f"to its equilibrium becomes {grown['none']:.1f} times as large without noise, {grown['noise']:.1g} times with it; the "
        f"eigenvalues of a step give {rates['none']:.1f} and {rates['noise']:.0e}, which drawn noise does not let "
        f"them reach. (c) {f'Start {member + 1}' if member else 'The first'} of these starts."
    )
