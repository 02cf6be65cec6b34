"""The best variance of a Gaussian decoder is its mean squared error; at fixed σ, β only changes σ. Blur is a choice of σ.

    arg-min_σ² E|x-g(z)|²/2σ² + (D/2) ln 2πσ² = M/D,  M = E|x-g(z)|²;     there it is (D/2)(ln 2πM/D + 1)

So "squared error summed over outputs, plus KL" silently sets σ² = ½, whatever the scale of the data; and a β-VAE at
fixed σ is a VAE at σ²_eff = βσ² with another name. A linear VAE that learns σ as well ends at

    σ² = Σ_{i>k} λ_i/(D - βk)        where λ_k > βσ², βk < D

which at β = 1 is the mean of the discarded eigenvalues. With a latent for every dimension and β < 1 nothing holds σ
up: each e-fold of σ² gains D(1-β)/2 nats for ever.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, UNIT, Domain, between, integers
from proofs.core.rules import Agreement
from proofs.textbook import decoder
from proofs.textbook import learned_variance as searched
from proofs.textbook import vae as textbook
from theory import decoder_variance as variance
from theory import water_filling as vae

claim = Claim(
    topic="mass-diffusion",
    references=("rybkin2021", "lucas2019", "tipping1999 equation 8"),
)

# --- σ² for a given decoder mean: M = E|x-g(z)|² ------------------------------------------------------------------------

GIVEN = Domain(D=integers(1), M=POSITIVE)


def _loss(x, v):
    """-E ln p(x|z), to be worked out."""
    e = x.Symbol("e")
    return x.Expectation(e**2 / (2 * v), x.Tuple((e**2, x.M))) + x.D / 2 * x.log(2 * x.pi * v)


def _slope(x, loss, value):
    u = x.Symbol("u", positive=True)
    return x.Subs(x.Derivative(loss(u), u), u, value)


def _start(residuals):
    """ln σ² within a few units of the answer: the largest residual."""
    return float(np.log(np.max(residuals**2)))


def _squared(claimed, residuals):
    return claimed(float((residuals**2).sum(axis=1).mean()), residuals.shape[1])


best = claim.statement(
    "variance_is_the_mean_squared_error",
    "arg-min_σ² E|x-g(z)|²/2σ² + (D/2) ln 2πσ² = E|x-g(z)|²/D",
    claimed=variance.best_noise_var,
    domain=GIVEN,
    definition=lambda x, value: _slope(x, lambda u: _loss(x, u), value),
    symbolic=lambda x: x.M / x.D,
    root=True,
    anchor=lambda claimed, D, M: claimed(M, D),
    assumptions="one σ for all outputs and z; in ln σ² the loss is convex, so the root of its slope is the minimum",
)


@best.derivation
def by_stationarity(x, value):
    return [("differentiate", x.D / (2 * value) - x.M / (2 * value**2))]


by_stationarity.control("summed, not averaged", lambda x: x.M, why="forgets D")


@best.observed(instances=decoder.residuals, error=1e-9, claimed_error=1e-14, call=_squared)
def by_slopes(m, residuals):
    top = _start(residuals)
    return m.exp(m.root(lambda t: m.slope(lambda u: decoder.loss(m, residuals, u), t), top - 8, top + 2))


by_slopes.control("twice", lambda M, D: 2 * variance.best_noise_var(M, D), why="forgets the ½ of the exponent")

profile = claim.statement(
    "profile_is_logarithmic",
    "min_σ² E|x-g(z)|²/2σ² + (D/2) ln 2πσ² = (D/2)(ln 2πM/D + 1): the logarithm of the mean squared error",
    claimed=variance.profile_loss,
    domain=GIVEN,
    definition=lambda x: _loss(x, x.M / x.D),
    symbolic=lambda x: x.D / 2 * (x.log(2 * x.pi * x.M / x.D) + 1),
    anchor=lambda claimed, D, M: claimed(M, D),
)


@profile.derivation
def at_the_best(x):
    return [("M/2σ² = D/2", x.D / 2 + x.D / 2 * x.log(2 * x.pi * x.M / x.D))]


at_the_best.control("ln M", lambda x: x.D / 2 * (x.log(2 * x.pi * x.M) + 1), why="forgets D")


@profile.observed(instances=decoder.residuals, error=1e-12, scale=1.0, claimed_error=1e-13, call=_squared)
def by_golden_sections(m, residuals):
    top = _start(residuals)
    return m.least(lambda u: decoder.loss(m, residuals, u), top - 8, top + 2)[1]


by_golden_sections.control(
    "without the squared error", lambda M, D: variance.profile_loss(M, D) - D / 2, why="only the normalisation"
)

# --- what fixed σ means -----------------------------------------------------------------------------------------------

half = claim.statement(
    "summed_error_sets_one_half",
    "|x-g(z)|² + KL is the negative ELBO at σ² = ½ less (D/2) ln π",
    claimed=variance.summed_loss_offset,
    domain=Domain(D=integers(1), M=POSITIVE, K=POSITIVE),
    definition=lambda x: _loss(x, x.Rational(1, 2)) + x.K - (x.M + x.K),
    symbolic=lambda x: x.D / 2 * x.log(x.pi),
    anchor=lambda claimed, D, M, K: claimed(D),
    assumptions="summed over outputs; averaged over them it is σ² = D/2",
)


@half.derivation
def term_by_term(x):
    return [("2σ² = 1", x.M + x.D / 2 * x.log(x.pi) + x.K - (x.M + x.K))]


term_by_term.control("(D/2) ln 2π", lambda x: x.D / 2 * x.log(2 * x.pi), why="σ² = 1")


@half.observed(instances=textbook.vaes, error=1e-12, scale=100.0, call=lambda claimed, A, *_: claimed(len(A)))
def by_averaging(m, A, W, M, L, noise_var, beta):
    error, kl = textbook.terms(m, A, W, M, L)
    return textbook.objective(m, A, W, M, L, m.number(0.5), 1) - error - kl


by_averaging.control("D ln π", lambda D: 2 * variance.summed_loss_offset(D), why="a factor 2")

shift = claim.statement(
    "beta_is_noise",
    "M/2σ² + (D/2) ln 2πσ² + β KL = β[M/2βσ² + (D/2) ln 2πβσ² + KL] + (D/2)(ln 2πσ² - β ln 2πβσ²): the encoder and "
    "decoder mean of a β-VAE at σ² are those of a VAE at βσ²",
    claimed=variance.beta_shift,
    domain=Domain(D=integers(1), b=POSITIVE, v=POSITIVE, M=POSITIVE, K=POSITIVE),
    definition=lambda x: _loss(x, x.v) + x.b * x.K - x.b * (_loss(x, x.b * x.v) + x.K),
    symbolic=lambda x: x.D / 2 * (x.log(2 * x.pi * x.v) - x.b * x.log(2 * x.pi * x.b * x.v)),
    anchor=lambda claimed, D, b, v, M, K: claimed(D, v, b),
    assumptions="σ fixed, not learned; M and KL are any functions of encoder and decoder mean, nonlinear too",
)


@shift.derivation
def errors_cancel(x):
    noise = lambda v: x.D / 2 * x.log(2 * x.pi * v)  # noqa: E731
    return [("β M/2βσ² = M/2σ²", x.M / (2 * x.v) - x.M / (2 * x.v) + noise(x.v) - x.b * noise(x.b * x.v))]


errors_cancel.control(
    "σ²/β", lambda x: x.D / 2 * (x.log(2 * x.pi * x.v) - x.b * x.log(2 * x.pi * x.v / x.b)), why="the other way"
)


@shift.observed(
    instances=textbook.vaes, error=1e-12, scale=lambda *vae: (1 + vae[5]) * (10 + 1 / vae[4]),
    call=lambda claimed, A, W, M, L, v, b: claimed(len(A), v, b),
)  # fmt: skip
def by_two_objectives(m, A, W, M, L, noise_var, beta):
    objective = lambda *level: textbook.objective(m, A, W, M, L, *level)  # noqa: E731
    return objective(noise_var, beta) - beta * objective(noise_var * beta, 1)


by_two_objectives.control("σ²_eff = σ²/β", lambda D, v, b: variance.beta_shift(D, v / b**2, b), why="the other way")

# --- σ² learned with the rest of a linear VAE -----------------------------------------------------------------------------


def _coded(x, v, count, logs):
    """What `linear_vae_is_water_filling` derives for `count` active directions, Σ ln λ = `logs`: errors and rates."""
    return count * x.b * v / (2 * v) + x.b / 2 * (logs - count * x.log(x.b * v))


def _learned(x, v):
    return _coded(x, v, x.k, x.l) + x.R / (2 * v) + (x.k + x.c) / 2 * x.log(2 * x.pi * v)


learned = claim.statement(
    "learned_variance_of_a_linear_vae",
    "σ learned too: σ² = Σ_{i>k} λ_i/(D - βk) where λ_k > βσ² and βk < D, k the number of active latents",
    claimed=vae.learned_noise_var,
    domain=Domain(k=integers(1), c=integers(1), b=between(0, "(k + c)/k"), R=POSITIVE, l=POSITIVE),
    definition=lambda x, value: _slope(x, lambda u: _learned(x, u), value),
    symbolic=lambda x: x.R / (x.k + x.c - x.b * x.k),
    root=True,
    anchor=lambda claimed, k, c, b, R, l: claimed([2 * b * R / (k + c - b * k) + R / c] * k + [R / c] * c, k, b),
    assumptions="D = k + c, R = Σ_{i>k} λ_i, l = Σ_{i≤k} ln λ_i; the active set is given in the derivation, found in the check",
)


@learned.derivation
def by_slope_in_the_variance(x, value):
    return [("differentiate", (x.k + x.c - x.b * x.k) / (2 * value) - x.R / (2 * value**2))]


by_slope_in_the_variance.control("β = 1", lambda x: x.R / x.c, why="probabilistic PCA's")


@learned.observed(instances=searched.bounded, error=1e-10, claimed_error=1e-13)
def by_false_position(m, *instance):
    return searched.learned(m, *instance)


by_false_position.control("β = 1", lambda var, k, b: vae.learned_noise_var(var, k, 1.0), why="probabilistic PCA's")
by_false_position.control("k - 1", lambda var, k, b: vae.learned_noise_var(var, k - 1, b), why="one latent less")

unbounded = claim.statement(
    "unbounded_with_all_directions",
    "k = D, λ_i > βσ²: from σ² to σ²e^{-f} the optimum falls by f D(1-β)/2, so that at β < 1 it is unbounded below",
    claimed=variance.gain_below,
    domain=Domain(D=integers(1), b=UNIT, f=POSITIVE, v=POSITIVE, l=POSITIVE),
    definition=lambda x: _all_coded(x, x.v) - _all_coded(x, x.v * x.exp(-x.f)),
    symbolic=lambda x: x.D / 2 * (1 - x.b) * x.f,
    anchor=lambda claimed, D, b, f, v, l: claimed(D, b, f),
    assumptions="l = Σ ln λ_i; at β = 1 nothing is gained or lost",
)


def _all_coded(x, v):
    e = x.Symbol("e")
    return _coded(x, v, x.D, x.l) + x.Expectation(e, x.Tuple((e, x.D / 2 * x.log(2 * x.pi * v))))


@unbounded.derivation
def fold_by_fold(x):
    fold = x.log(x.v) - x.log(x.v * x.exp(-x.f))
    return [("all but ln σ² cancels", x.D / 2 * fold - x.D * x.b / 2 * fold)]


fold_by_fold.control("D/2 f", lambda x: x.D / 2 * x.f, why="forgets the rate that it costs")


@unbounded.observed(
    instances=searched.all_coded, error=1e-9, claimed_error=1e-14, scale=1.0,
    call=lambda claimed, spectrum, noise_var, beta, folds: claimed(len(spectrum), beta, folds),
)  # fmt: skip
def by_searched_codes(m, spectrum, noise_var, beta, folds):
    at, below = (searched.objective(m, spectrum, noise_var * m.exp(-f), beta) for f in (0 * folds, folds))
    return at - below


by_searched_codes.control("(D/2) f", lambda D, b, f: variance.gain_below(D, 1e-12, f), why="forgets the rate")

# --- networks ---------------------------------------------------------------------------------------------------------

BETAS, LATENTS = (0.5, 1.0, 1.25), 2


@learned.experiment(
    rule=Agreement(0.025, "of σ²"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 350, "full": 2500},
    reason="minibatches leave σ² a bias of about 1 %; training at 1.5 β moves it by two thirds",
)
def linear_vaes(run):
    from toys.learners.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets.power_law_signal import power_law_signal

    target, arms, n = power_law_signal(4, 1.5), (*BETAS, 1.5 * BETAS[1]), len(run.seeds)
    beta = np.repeat(arms, n)
    learner = LinearVAE(target, LATENTS, beta, 1.0, full=True, sampled=True, learned_std=True, spread=0.3)
    rule = Adam(0.05, beta2=0.95, decay="cosine")
    fitted = run.fit(learner, rule, arm=(*["network"] * len(BETAS), "control"))
    return {
        "spectrum": target.spectrum,
        "noise_var": fitted.evaluate(learner.noise_std).reshape(len(arms), n).T ** 2,
    }


@linear_vaes.measure
def deviation(claimed, data):
    """Of σ² from the closed form, averaged over β."""
    exact = [claimed(data["spectrum"], LATENTS, beta) for beta in BETAS]
    network = (data["noise_var"][:, : len(BETAS)] / exact - 1).mean(axis=1)
    return {"network": network, "control": data["noise_var"][:, -1] / exact[1] - 1}


@claim.curves
def analytic():
    from toys.targets.power_law_signal import power_law_signal

    spectrum, betas, v = power_law_signal(4, 1.5).spectrum, np.linspace(0.1, 1.9, 91), np.geomspace(1e-3, 2, 120)

    def least(k, beta):
        rest = spectrum[k:] / (2 * v[:, None]) + np.log(2 * np.pi * v[:, None]) / 2
        return vae.optimal_objective(spectrum[:k], v[:, None], beta).sum(axis=1) + rest.sum(axis=1)

    learned = np.array([vae.learned_noise_var(spectrum, LATENTS, b) for b in betas])
    return {"betas": betas, "v": v, "learned": learned, "least": np.array([least(*shown) for shown in SHOWN])}


SHOWN = ((LATENTS, 1.0), (LATENTS, 0.5), (4, 1.0), (4, 0.5))
"""k, β of the objectives drawn."""


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["linear_vaes"], saved["curves"]
    left, right = panels(figure, 2)
    label = r"$\Sigma_{i>k}\lambda_i/(D-\beta k)$, $D = 4$, $k \leq 2$ active"
    left.plot(exact["betas"], exact["learned"], color=COLOUR["exact"], label=label)
    spread(left, BETAS, nets["noise_var"][:, : len(BETAS)], COLOUR["network"], r"linear VAEs, learned $\sigma$")
    spread(left, BETAS[1:2], nets["noise_var"][:, -1:], COLOUR["control"], r"control: trained at $1.5\beta$", "s")
    left.set(xlabel=r"$\beta$", ylabel=r"decoder variance $\sigma^2$", ylim=(0, 0.6))
    left.legend(loc="upper left")
    for (k, beta), row in zip(SHOWN, exact["least"], strict=True):
        colour, line = COLOUR["exact" if beta == 1 else "other"], "-" if k == LATENTS else "--"
        right.plot(exact["v"], row, line, color=colour, label=rf"$k = {k}$, $\beta = {beta:g}$")
        if k == LATENTS:
            right.plot(exact["v"][row.argmin()], row.min(), "D", color=colour)
    right.set(
        xlabel=r"decoder variance $\sigma^2$, fixed", ylabel="least objective (nats)", xscale="log", ylim=(-2, 12)
    )
    right.legend(loc="upper right")
