"""A code of R nats must confuse K modes as long as R < ln K; from there on it need not, but it may.

    h_b(P_e) + P_e ln(K-1) ≥ H(C|Z) = ln K - I(C; Z) ≥ ln K - R,   C one of K equiprobable modes, R = E KL(q(z|x)‖p(z))

The first is Fano's inequality, with equality where errors fall evenly on the other modes; the second is the prior's gap.
So the KL term mixes classes when it presses the rate below ln K, and only then by necessity: K separate codes that fill
the prior cost ln K and are never confused. Rate is no guarantee, though: q(z|x) = N(m, 1) for all x has any rate and
P_e = 1 - 1/K. Trained VAEs stay on the right side of the bound at every β.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, integers
from proofs.core.rules import Share
from proofs.textbook import modes as textbook
from proofs.words import codes as symbols
from theory import GaussianMixture, encoder_noise
from theory import rate as rates

claim = Claim(
    topic="kl-pressure",
    folk=Folk(
        "The KL divergence loss aims to mix different classes in the latent space to conform to a standard normal.",
        "A5",
        Conditional(
            "the rate is pressed below ln K nats",
            true_when=("rate_limits_what_is_known", "fano", "evenly_confused_modes_attain_it"),
            false_when=("separate_codes_cost_ln_k",),
        ),
    ),
    references=("fano1961", "cover2006 section 2.10", "hoffman2016"),
)


def _even(K):
    return np.full(K, 1 / K)


def _over(x, terms):
    """Σ of terms, the letter k counting them."""
    return x.Sum(
        x.Piecewise(*[(e, x.Eq(x.Symbol("k"), k)) for k, e in enumerate(terms)]), (x.Symbol("k"), 0, len(terms) - 1)
    )


# --- rate and what remains unknown of the mode ------------------------------------------------------------------------


def _pairs(x):
    """q(z|c), q(z), p(z) of two modes and two outputs."""
    for p, q, prior in ((x.p, x.q, x.r), (1 - x.p, 1 - x.q, 1 - x.r)):
        yield p, (p + q) / 2, prior
        yield q, (p + q) / 2, prior


known = claim.statement(
    "rate_limits_what_is_known",
    "H(C|Z) = ln K - I(C; Z) ≥ ln K - R, with equality where p(z) = q(z)",
    claimed=lambda channel, prior: (
        np.log(len(channel))
        - rates.information(_even(len(channel)), channel)
        - rates.prior_gap(_even(len(channel)), channel, prior)
    ),
    relation=">=",
    domain=Domain(p=UNIT, q=UNIT, r=UNIT),
    definition=lambda x: _over(x, [-q / 2 * x.log(q / (2 * marginal)) for q, marginal, _ in _pairs(x)]),
    symbolic=lambda x: x.log(2) - sum(q / 2 * x.log(q / prior) for q, _, prior in _pairs(x)),
    anchor=lambda claimed, p, q, r: claimed([[p, 1 - p], [q, 1 - q]], [r, 1 - r]),
    assumptions="K equiprobable modes; derived for two modes and outputs, checked for up to six",
)


@known.derivation
def by_gibbs(x):
    told = sum(q / 2 * x.log(q / prior) for q, _, prior in _pairs(x))
    gap = sum(q / 2 * x.log(marginal / prior) for q, marginal, prior in _pairs(x))
    lemma = "Gibbs' inequality; Cover & Thomas 2006, theorem 2.6.3"
    return [("R is I(C; Z) and KL(q(z)‖p(z))", x.log(2) - told + gap), Step("KL ≥ 0", x.log(2) - told, ">=", lemma)]


by_gibbs.control(
    "half the rate", lambda x: x.log(2) - sum(q / 4 * x.log(q / r) for q, _, r in _pairs(x)), why="a factor 2"
)


def _codes(s):
    """A channel of two to six modes, and a prior; now and then the aggregated posterior."""
    channel = s.integers(2, 6).flatmap(lambda K: textbook.channels(s, K))
    own = channel.map(lambda c: (c, c.mean(0)))
    return s.either(channel.flatmap(lambda c: s.tuples(s.one_of([c]), s.weights(c.shape[1], c.shape[1]))), own)


@known.observed(instances=_codes, error=1e-13, scale=1.0)
def conditional_entropy(m, channel, prior):
    posterior = channel / channel.sum(0)
    return -(channel * m.log(posterior)).sum() / len(channel)


conditional_entropy.control("rate halved", lambda c, r: (np.log(len(c)) + known.claimed(c, r)) / 2, why="a factor 2")

fano = claim.statement(
    "fano",
    "H(C|z) ≤ h_b(P_e) + P_e ln(K-1), P_e = 1 - P(guess|z), for every guess",
    claimed=rates.fano,
    relation="<=",
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: _over(x, [-e * x.log(e) for e in (x.p, (1 - x.p) * x.q, (1 - x.p) * (1 - x.q))]),
    symbolic=lambda x: _binary(x, x.p) + (1 - x.p) * x.log(2),
    anchor=lambda claimed, p, q: claimed(1 - p, 3),
    assumptions="derived for K = 3, checked up to 6; h_b is concave, so it holds on average over z as well",
)


def _binary(x, e):
    return -e * x.log(e) - (1 - e) * x.log(1 - e)


@fano.derivation
def right_or_not(x):
    lemma = "the uniform law has the most entropy; Cover & Thomas 2006, theorem 2.6.4"
    return [
        ("first whether the guess is right, then which other", _binary(x, x.p) + (1 - x.p) * _binary(x, x.q)),
        Step("at most ln(K-1)", _binary(x, x.p) + (1 - x.p) * x.log(2), "<=", lemma),
    ]


right_or_not.control("without ln(K-1)", lambda x: _binary(x, x.p), why="errors that are not told apart")


def _posteriors(s):
    """Posteriors of any shape, and those that favour the guess; the guess is the first mode."""
    even = s.tuples(s.integers(3, 6), s.inside(0.0, 1.0)).map(lambda d: textbook.favoured(*d)[0])
    return s.either(s.weights(2, 6), even)


@fano.observed(
    instances=_posteriors, call=lambda claimed, p: claimed(min(p[1:].sum(), 1.0), len(p)), error=1e-13, scale=1.0
)  # fmt: skip
def entropy_of_posterior(m, p):
    return -(p * m.log(p)).sum()


entropy_of_posterior.control("without ln(K-1)", lambda e, K: rates.fano(e, 2), why="errors that are not told apart")

# --- on the bound -----------------------------------------------------------------------------------------------------

symmetric = claim.statement(
    "evenly_confused_modes_attain_it",
    "K-ary symmetric channel: H(C|Z) = h_b(P_e) + P_e ln(K-1)",
    claimed=rates.fano,
    domain=Domain(f=UNIT, n=integers(1)),
    definition=lambda x: x.log(x.n + 2) - symbols.among(x, x.n + 2, x.f, 0),
    symbolic=lambda x: _binary(x, _error(x)) + _error(x) * x.log(x.n + 1),
    anchor=lambda claimed, f, n: claimed((1 - f) * (n + 1) / (n + 2), n + 2),
    assumptions="K = n + 2; posteriors (1+f(K-1))/K and (1-f)/K, hence P_e = (1-f)(K-1)/K",
)


def _error(x):
    return (1 - x.f) * (x.n + 1) / (x.n + 2)


@symmetric.derivation
def summed(x):
    e = _error(x)
    return [("posteriors 1-P_e and P_e/(K-1)", -(1 - e) * x.log(1 - e) - e * x.log(e / (x.n + 1)))]


summed.control("ln K for ln(K-1)", lambda x: _binary(x, _error(x)) + _error(x) * x.log(x.n + 2), why="an index")


@symmetric.observed(
    instances=lambda s: s.tuples(s.integers(2, 8), s.inside(0.0, 1.0)),
    call=lambda claimed, K, f: claimed((1 - f) * (K - 1) / K, K), error=1e-13, scale=1.0,
)  # fmt: skip
def of_the_channel(m, K, f):
    return m.log(m.number(K)) - textbook.information(m, [m.number(1) / K] * K, textbook.favoured(K, f))


of_the_channel.control("ln K for ln(K-1)", lambda e, K: rates.fano(e, K + 1), why="an index")

separate = claim.statement(
    "separate_codes_cost_ln_k",
    "one output for each mode: R = ln K with the prior that fits, and P_e = 0",
    claimed=lambda K: rates.source_entropy(_even(K)) + rates.least_error(np.log(K) + 1e-12, K),
    domain=Domain(K=integers(2)),
    definition=lambda x: x.Sum(-x.log(1 / x.K) / x.K, (x.Symbol("c"), 1, x.K)),
    symbolic=lambda x: x.log(x.K),
    assumptions="finite z; Gaussian posteriors overlap a little, and cost more",
)


@separate.derivation
def all_alike(x):
    return [("K times the same", x.log(x.K) / x.K * x.K)]


all_alike.control("ln(K-1)", lambda x: x.log(x.K - 1), why="an index")


def _blocks(s):
    """Every mode has outputs of its own, one to three of them."""
    rows = s.integers(2, 8).flatmap(lambda K: s.tuples(*[s.weights(1, 3)] * K))
    return rows.map(lambda blocks: _beside(blocks))


def _beside(blocks):
    ends = np.cumsum([len(block) for block in blocks])
    channel = np.zeros((len(blocks), ends[-1]))
    for row, block, end in zip(channel, blocks, ends, strict=True):
        row[end - len(block) : end] = block
    return channel


@separate.observed(instances=_blocks, call=lambda claimed, channel: claimed(len(channel)), error=1e-13)
def of_separate_outputs(m, channel):
    """The rate for the prior q(z), and the probability of a wrong best guess."""
    joint = channel / m.number(len(channel))
    prior = joint.sum(0)
    return m.kl(joint, prior / len(channel)).sum() + joint.sum() - joint.max(0).sum()


of_separate_outputs.control("ln(K-1)", lambda K: np.log(K - 1), why="an index")

# --- rate is no guarantee ---------------------------------------------------------------------------------------------


def _wasted(m, v, K):
    """Rate and error of q(z|x) = N(m, v) for all x."""
    return encoder_noise.rate(m, v) + rates.least_error(0.0, K)


def _in_symbols(x, rate):
    return rate + 1 - 1 / x.K


wasted = claim.statement(
    "rate_without_identity",
    "q(z|x) = N(m, v) for all x, prior N(0, 1): R = ½(m² + v - 1 - ln v), however large, and P_e = 1 - 1/K; their sum",
    claimed=_wasted,
    domain=Domain(m=REAL, s=POSITIVE, K=integers(2)),
    definition=lambda x: _shifted_rate(x) + 1 - x.Sum(1 / x.K**2, (x.Symbol("c"), 1, x.K)),
    symbolic=lambda x: _in_symbols(x, (x.m**2 + x.s**2 - 1) / 2 - x.log(x.s)),
    anchor=lambda claimed, m, s, K: claimed(m, s**2, K),
    assumptions="v = s²; N(m, 1) has R = m²/2",
)


def _shifted_rate(x):
    """E ln q/p of z = m + sε."""
    e = x.Symbol("e")
    return x.Expectation(((x.m + x.s * e) ** 2 - e**2) / 2 - x.log(x.s), x.Tuple((e, 0), (e**2, 1)))


@wasted.derivation
def by_moments(x):
    rate = (x.m**2 + x.s**2) / 2 - x.Rational(1, 2) - x.log(x.s)
    return [("E ε = 0, E ε² = 1; a guess is right once in K", rate + 1 - x.K / x.K**2)]


by_moments.control("m²", lambda x: _in_symbols(x, x.m**2 + (x.s**2 - 1) / 2 - x.log(x.s)), why="a factor 2")


@wasted.observed(
    instances=lambda s: s.tuples(s.reals(-6.0, 6.0), s.scales(0.1, 5.0), s.integers(2, 8)),
    error=1e-12,
    scale=lambda m, v, K: 1 + m**2 + v,
)
def by_quadrature(m, shift, v, K):
    law = GaussianMixture([1.0], [float(shift)], stds=[float(v) ** 0.5])
    silent = np.ones((K, 1)) * (m.number(1) / K)
    told = m.expect(law, lambda z: (z**2 - (z - shift) ** 2 / v) / 2) - m.log(v) / 2
    return told + 1 - silent.max(0).sum()


by_quadrature.control("m²", lambda m, v, K: _wasted(m, v, K) + m**2 / 2, why="a factor 2")

# --- networks ---------------------------------------------------------------------------------------------------------

MODES, BETAS, DRAWS = 8, (0.1, 0.5, 1.5, 4.0), 400


@fano.experiment(
    rule=Share(0.6),
    seeds={"quick": [16], "full": [48]},
    steps={"quick": 400, "full": 4000},
    batch=64,
    reason="a theorem: every seed must do, but for 0.05 nats of sampling error in P_e from 3200 draws",
    detects=None,
    why="whether a seed lies above the bound at all β tells no percentages of it",
)
def over_beta(run):
    """VAEs with two latents on eight narrow modes: exact rates, and errors of the best guess of the mode from z."""
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.targets import ring

    target, found = ring(MODES, 1.0, 1e-3), []
    for beta in BETAS:
        learner = VAE(target, 2, (16,), beta=beta, std=0.3, activation="tanh")
        fitted = run.fit(learner, Adam(0.02, decay="cosine"))
        codes = fitted.evaluate(learner.encode, np.repeat(target.centres, 2, axis=0))[:, ::2]
        draws = [rng.standard_normal((DRAWS, MODES, 2)) for rng in fitted.generators()]
        found.append([_rate_and_error(code, noise) for code, noise in zip(codes, draws, strict=True)])
    rate, error = np.array(found).T
    return {"rate": rate, "error": error}


def _rate_and_error(code, noise):
    """R and P_e of z | c ~ N(m_c, diag s_c²), code (K, 4)."""
    mean, std = code[:, :2], code[:, 2:]
    rate = ((mean**2 + std**2 - 1) / 2 - np.log(std)).sum(1).mean()
    z = mean + std * noise
    log_density = -(((z[:, :, None] - mean) / std) ** 2 / 2 + np.log(std)).sum(-1)
    posterior = np.exp(log_density - log_density.max(-1, keepdims=True))
    return rate, 1 - (posterior.max(-1) / posterior.sum(-1)).mean()


@over_beta.measure
def above_the_bound(claimed, data):
    """At all β: h_b(P_e) + P_e ln(K-1) ≥ ln K - R; for the control, the error is that of the next smaller β."""
    arms = {"network": data["error"], "control": np.roll(data["error"], 1, axis=1)}
    arms["control"][:, 0] = data["error"][:, 0]
    slack = {arm: claimed(np.clip(e, 0, 1), MODES) - np.log(MODES) + data["rate"] for arm, e in arms.items()}
    return {arm: (over > -0.05).all(1).astype(float) for arm, over in slack.items()}


@claim.curves
def bound():
    rate = np.linspace(0, 3.8, 200)
    return {"rate": rate, "least": rates.least_error(rate, MODES)}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    nets, exact = saved["over_beta"], saved["curves"]
    (axes,) = panels(figure, 1)
    axes.plot(exact["rate"], exact["least"], color=COLOUR["exact"], label="least error at a rate, 8 modes")
    axes.axvline(np.log(MODES), ymax=0.55, color=COLOUR["other"], lw=0.6, ls=":", label="ln 8")
    shifted = np.roll(nets["error"], 1, axis=1)[:, 1:]
    axes.plot(
        nets["rate"][:, 1:].ravel(),
        shifted.ravel(),
        "s",
        ms=2.5,
        color=COLOUR["control"],
        label="control: error of the next smaller $\\beta$",
    )
    axes.plot(
        nets["rate"].ravel(), nets["error"].ravel(), "o", ms=2.5, color=COLOUR["network"], label="VAEs, four $\\beta$"
    )
    axes.plot(
        exact["rate"][::20],
        0 * exact["rate"][::20] + 1 - 1 / MODES,
        "x",
        color=COLOUR["data"],
        label="$q(z|x)=N(m,1)$ for all $x$",
    )
    axes.set(
        xlabel="rate (nats)", ylabel="probability of a wrong mode", ylim=(-0.03, 1.8), yticks=(0, 0.25, 0.5, 0.75, 1)
    )
    axes.legend(loc="upper right")
