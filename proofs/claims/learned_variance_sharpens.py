"""A VAE that learns its decoder variance is as sharp as the data: off a k-dimensional subspace σ² is what the data have there.

    σ²_ML = Σ_{i>k} λ_i/(D-k)     the mean of the discarded eigenvalues (probabilistic PCA; β = 1)

Data with variance s² off a k-dimensional affine subspace get σ² = s², and as s → 0 the samples lie on the subspace.
At s = 0 each e-fold of σ² gains (D-k)/2 nats, so that the ELBO is unbounded: no optimum is blurry. The folk sentence
describes a decoder whose σ is fixed, or whose latents are too few; networks on a curve in the plane sharpen alike.
"""

import numpy as np

from proofs.core.claim import Claim, Fails, Folk
from proofs.core.letters import POSITIVE, REAL, Domain, integers
from proofs.core.rules import Trend
from proofs.textbook import learned_variance as searched
from theory import decoder_variance as variance
from theory import water_filling as vae

claim = Claim(
    topic="mass-diffusion",
    folk=Folk("VAE can only have a mean and blurry output.", "A1", Fails("variance_falls_to_that_of_the_data")),
    references=("tipping1999 equation 8", "dai2019 theorem 1"),
)


def _likelihood_loss(x, v, left):
    """½[k + Σ ln λ_i + c ln v + left/v + D ln 2π]: -ln N(x; 0, C), C with eigenvalues λ_i coded and v, averaged."""
    X, D = x.Symbol("X"), x.k + x.c
    quadratic = x.Expectation(X / v, x.Tuple((X, left)))
    return (x.k + x.l + x.c * x.log(v) + quadratic + D * x.log(2 * x.pi)) / 2


def _slope(x, left, value):
    u = x.Symbol("u", positive=True)
    return x.Subs(x.Derivative(_likelihood_loss(x, u, left), u), u, value)


# --- probabilistic PCA ------------------------------------------------------------------------------------------------

discarded = claim.statement(
    "mean_of_the_discarded_eigenvalues",
    "σ²_ML = Σ_{i>k} λ_i/(D-k)",
    claimed=lambda spectrum, latents: vae.learned_noise_var(spectrum, latents, 1.0),
    domain=Domain(k=integers(1), c=integers(1), R=POSITIVE, l=POSITIVE),
    definition=lambda x, value: _slope(x, x.R, value),
    symbolic=lambda x: x.R / x.c,
    root=True,
    anchor=lambda claimed, k, c, R, l: claimed([1.5 * R / c] * k + [R / c] * c, k),
    assumptions="k < D; R = Σ_{i>k} λ_i, c = D-k, l = Σ_{i≤k} ln λ_i, the k leading directions coded with w² = λ_i - σ²; "
    "checked with codes that are searched for",
)


@discarded.derivation
def by_stationarity(x, value):
    return [("differentiate", (x.c / value - x.R / value**2) / 2)]


by_stationarity.control("/D", lambda x: x.R / (x.k + x.c), why="coded directions counted too")
by_stationarity.control("their sum", lambda x: x.R, why="not averaged")


def _spectra(s):
    """λ, unequal and in no order, and k < D."""
    return s.tuples(s.spectra(2, 4), s.integers(0, 5)).map(lambda d: (d[0], 1 + d[1] % (len(d[0]) - 1)))


@discarded.observed(instances=_spectra, error=1e-10, claimed_error=1e-13)
def by_searched_codes(m, spectrum, latents):
    return searched.learned(m, spectrum, latents, m.number(1))


by_searched_codes.control(
    "largest discarded",
    lambda var, k: np.sort(var)[::-1][k],
    why="the neighbouring statistic: equal for k = D - 1 only",
)

falls = claim.statement(
    "variance_falls_to_that_of_the_data",
    "data with variance s² off a k-dimensional affine subspace: σ²_ML = s², and → 0 with it",
    claimed=lambda s2, along, dim: vae.learned_noise_var(
        [*(s2 + np.asarray(along)), *[s2] * (dim - len(along))], len(along), 1.0
    ),
    domain=Domain(k=integers(1), c=integers(1), w=POSITIVE, l=POSITIVE),
    definition=lambda x, value: _slope(x, x.c * x.w, value),
    symbolic=lambda x: x.w,
    root=True,
    anchor=lambda claimed, k, c, w, l: claimed(w, [l] * k, k + c),
    assumptions="w = s²; k latents, k < D; the covariance of the model is then that of the data",
)


@falls.derivation
def off_the_subspace(x, value):
    return [("c directions of variance s²", x.c * (1 / value - x.w / value**2) / 2)]


off_the_subspace.control("s²(D-k)/D", lambda x: x.w * x.c / (x.k + x.c), why="coded directions counted too")
off_the_subspace.control("a floor", lambda x: x.w + x.Rational(1, 100), why="σ² that stays up")


@falls.observed(
    instances=lambda s: s.tuples(s.scales(1e-4, 1.0), s.vectors(s.scales(0.3, 10.0), 1, 2), s.integers(1, 3)).map(
        lambda d: (d[0], d[1], len(d[1]) + d[2])
    ),
    error=1e-9,
    claimed_error=1e-13,
)
def with_the_noise(m, s2, along, dim):
    spectrum = [s2 + m.number(a) for a in along] + [s2] * (dim - len(along))
    return searched.learned(m, spectrum, len(along), m.number(1))


with_the_noise.control(
    "of all outputs", lambda s2, along, dim: s2 * (dim - len(along)) / dim, why="coded ones counted too"
)

unbounded = claim.statement(
    "elbo_is_unbounded_on_a_subspace",
    "data on the subspace, λ_i > σ² along it: from σ² to σ²e^{-f} the negative ELBO falls by f(D-k)/2, without end",
    claimed=variance.subspace_gain,
    domain=Domain(k=integers(1), c=integers(1), f=POSITIVE, v=POSITIVE, l=POSITIVE),
    definition=lambda x: _likelihood_loss(x, x.v, 0) - _likelihood_loss(x, x.v * x.exp(-x.f), 0),
    symbolic=lambda x: x.c * x.f / 2,
    anchor=lambda claimed, k, c, f, v, l: claimed(k + c, k, f),
    assumptions="β = 1, k < D; the ELBO is the likelihood at the best encoder",
)


@unbounded.derivation
def fold_by_fold(x):
    return [("only c ln v is left", x.c / 2 * (x.log(x.v) - x.log(x.v * x.exp(-x.f))))]


fold_by_fold.control("D f/2", lambda x: (x.k + x.c) * x.f / 2, why="forgets the rate that finer codes cost")


def _on_a_subspace(s):
    """λ along it, its codimension, a σ² below them all, e-folds."""
    drawn = s.tuples(s.vectors(s.scales(0.1, 10.0), 1, 3), s.integers(1, 3), s.inside(0.02, 0.95), s.scales(0.1, 5.0))
    return drawn.map(lambda d: (d[0], d[1], d[2] * float(d[0].min()), d[3]))


@unbounded.observed(
    instances=_on_a_subspace, error=1e-9, scale=1.0, claimed_error=1e-14,
    call=lambda claimed, along, rest, v, f: claimed(len(along) + rest, len(along), f),
)  # fmt: skip
def by_searched_objectives(m, along, rest, noise_var, folds):
    """Directions without variance cost ½ ln 2πσ² each."""
    at, below = (
        searched.objective(m, along, v, m.number(1)) + rest * m.log(2 * m.pi * v) / 2
        for v in (noise_var, noise_var * m.exp(-folds))
    )
    return at - below


by_searched_objectives.control("D f/2", lambda D, k, f: variance.subspace_gain(D, 0, f), why="forgets the rate")

# --- networks ---------------------------------------------------------------------------------------------------------


def _toy(x, gain, std, weight, noise_var, beta):
    """The loss of the toy with linear networks at one x: its average over noises ε = ±1."""
    import torch

    from toys.learners.vae import VAE
    from toys.targets import symmetric_pair

    learner = VAE(symmetric_pair(1.0, 1.0), 1, (), noise="isotropic", std=0.5)
    encoder = learner.encoder.layout.row(np.array([[gain], [0.0]]), np.array([[0.0], [np.log(std)]]))
    decoder = learner.decoder.layout.row(np.array([[weight]]), np.zeros((1, 1)))
    players = {"encoder": encoder, "decoder": learner.layout.row(decoder, np.log(np.array([noise_var**0.5 / 0.5])))}
    batch = {"x": np.array([[x, x]]), "noise": np.array([[1.0, -1.0]])}
    hyper = {"beta": torch.tensor([float(beta)], dtype=torch.float64), "std": torch.tensor([0.5], dtype=torch.float64)}
    rows, draws = ({k: torch.tensor(v)[None] for k, v in part.items()} for part in (players, batch))
    return learner.loss("encoder", rows, draws, hyper).item()


toy = claim.statement(
    "networks_descend_the_negative_elbo",
    "the loss of the toy, z = gx + sε, output N(wz, σ²): ½ ln 2πσ² + [(x-wgx)² + w²s²]/2σ² + (β/2)(s² + g²x² - 1 - ln s²)",
    claimed=_toy,
    domain=Domain(t=REAL, g=REAL, s=POSITIVE, w=REAL, v=POSITIVE, b=POSITIVE),
    definition=lambda x: x.Expectation(
        _pointwise(x, x.Symbol("E")), x.Tuple((x.Symbol("E"), 0), (x.Symbol("E") ** 2, 1))
    ),
    symbolic=lambda x: (
        (x.log(2 * x.pi * x.v) + ((x.t - x.w * x.g * x.t) ** 2 + (x.w * x.s) ** 2) / x.v) / 2
        + x.b / 2 * (x.s**2 + (x.g * x.t) ** 2 - 1 - 2 * x.log(x.s))
    ),
    anchor=lambda claimed, t, g, s, w, v, b: claimed(t, g, s, w, v, b),
    assumptions="one output, one latent, no hidden layer",
)


def _pointwise(x, noise):
    """-ln N(x; wz, σ²) + β[ln q(z|x) - ln p(z)] at one ε."""
    z = x.g * x.t + x.s * noise
    return ((x.t - x.w * z) ** 2 / x.v + x.log(2 * x.pi * x.v)) / 2 + x.b * (z**2 / 2 - noise**2 / 2 - x.log(x.s))


def _averaged(x, beta):
    fit = (x.t**2 * (1 - x.w * x.g) ** 2 + x.w**2 * x.s**2) / x.v
    return (x.log(2 * x.pi * x.v) + fit) / 2 + beta * ((x.g**2 * x.t**2 + x.s**2 - 1) / 2 - x.log(x.s))


@toy.derivation
def noise_averaged_out(x):
    return [("E ε = 0, E ε² = 1", _averaged(x, x.b))]


noise_averaged_out.control("KL doubled", lambda x: _averaged(x, 2 * x.b), why="a factor 2")


def _points(s):
    """x, g, s, w, σ², β."""
    real = s.reals(-2.0, 2.0)
    return s.tuples(real, real, s.scales(0.1, 3.0), real, s.scales(0.05, 5.0), s.one_of((0.25, 1.0, 2.5)))


@toy.observed(instances=_points, error=1e-12, scale=lambda x, g, s, w, v, b: 10 + 40 * (1 + s) ** 2 / v)
def by_two_noises(m, x, gain, std, weight, noise_var, beta):
    def loss(noise):
        z = gain * x + std * noise
        codes = (z**2 - m.number(noise) ** 2) / 2 - m.log(std)
        return ((x - weight * z) ** 2 / noise_var + m.log(2 * m.pi * noise_var)) / 2 + beta * codes

    return (loss(1) + loss(-1)) / 2


by_two_noises.control("2β", lambda x, g, s, w, v, b: _toy(x, g, s, w, v, 2 * b), why="a factor 2")

STEPS, FIXED, NOISE = (50, 150, 450), 0.3, 0.02
"""Checkpoints; σ of the control arm and at the start; s of the data about the curve."""


def _arc():
    """A half circle in the plane, with noise."""
    from toys.targets.curves import CurveTarget

    return CurveTarget("arc", _half_circle, 1, NOISE, "blurproof")


def _half_circle(u):
    return np.stack([np.cos(np.pi * u), np.sin(np.pi * u)], axis=1)


@falls.experiment(
    rule=Trend(STEPS, "falls", factor=0.5),
    seeds={"quick": [16], "full": [48]},
    steps={"quick": STEPS[-1]},
    reason="samples of fixed σ = 0.3 can never come nearer to the curve than 0.2; learned σ is still falling at the end",
    detects=None,
    why="a distance that falls tells direction, not size; the floor s = 0.02 is beyond this budget",
)
def on_a_curve(run):
    from toys.learners.vae import VAE
    from toys.optimisers import Adam

    saved = {}
    for arm, name, noise in (("network", "learned", "isotropic"), ("control", "fixed", "fixed")):
        learner = VAE(_arc(), 1, (16,), std=FIXED, noise=noise, activation="tanh")
        fitted = run.fit(learner, Adam(0.02), arm=arm, record=STEPS)
        drawn = np.stack([rng.standard_normal((512, 3)) for rng in fitted.generators()])
        for at in range(len(STEPS)):
            g, std = np.split(fitted.evaluate(learner.decode, own=[drawn[..., :1]], at=at), 2, axis=-1)
            saved.setdefault(name, []).append(g + std * drawn[..., 1:])
    return {name: np.stack(samples, axis=1) for name, samples in saved.items()}


@on_a_curve.measure
def distance(claimed, data):
    """RMS distance of samples from the curve."""
    curve = _half_circle(np.linspace(0, 1, 129))

    def off(samples):
        squares = ((samples[..., None, :] - curve) ** 2).sum(axis=-1).min(axis=-1)
        return np.sqrt(squares.mean(axis=-1))

    return {arm: off(data[name]) for arm, name in (("network", "learned"), ("control", "fixed"))}


@claim.curves
def losses():
    """The least objective at fixed σ², D = 3, k = 1, along 1, for several s²; where each is least."""
    v, off = np.geomspace(1e-4, 1, 120), np.array([0.1, 0.01, 0.0])
    coded = vae.optimal_objective(1.0, v, 1.0)
    return {
        "v": v, "off": off, "curve": _half_circle(np.linspace(0, 1, 129)),
        "loss": np.array([coded + s2 / v + np.log(2 * np.pi * v) for s2 in off]),
        "learned": np.array([vae.learned_noise_var([1.0, s2, s2], 1, 1.0) for s2 in off]),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["on_a_curve"], saved["curves"]
    left, middle, right = panels(figure, 3)
    for k, (s2, colour) in enumerate(zip(exact["off"], ("exact", "other", "data"), strict=True)):
        left.plot(exact["v"], exact["loss"][k], color=COLOUR[colour], label=rf"$s^2 = {s2:g}$")
        if s2:
            left.plot(
                exact["learned"][k],
                np.interp(exact["learned"][k], exact["v"], exact["loss"][k]),
                "D",
                color=COLOUR[colour],
            )
    left.set(xlabel=r"decoder variance $\sigma^2$", ylabel="negative ELBO (nats)", xscale="log", ylim=(-8, 25))
    left.legend(loc="upper right", title="$D = 3$, $k = 1$")
    for name, colour, marker in (("fixed", "control", "s"), ("learned", "network", "o")):
        middle.plot(*nets[name][0, -1, :200].T, marker, ms=1, color=COLOUR[colour], label=rf"samples, {name} $\sigma$")
    middle.plot(*exact["curve"].T, color=COLOUR["data"], lw=0.8, label="the curve")
    middle.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(-1, 3.2), xlim=(-2, 2))
    middle.legend(loc="upper right")
    spread(right, STEPS, nets["measured_network"], COLOUR["network"], r"learned $\sigma$")
    spread(right, STEPS, nets["measured_control"], COLOUR["control"], rf"control: $\sigma = {FIXED:g}$", "s")
    right.axhline(NOISE, color=COLOUR["data"], ls=":", lw=0.8, label="data, $s$")
    right.set(xlabel="steps", ylabel="RMS distance from the curve", xscale="log", yscale="log", ylim=(0.01, 3))
    right.set_xticks(STEPS, [str(step) for step in STEPS])
    right.tick_params(axis="x", which="minor", labelbottom=False)
    right.legend(loc="upper right")
