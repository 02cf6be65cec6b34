"""Of a linear VAE the decoder means are low-passed and the samples noisy; only together have they the data's variance.

    direction of variance λ > βσ²:   means of prior draws  λ - βσ²,    samples  λ - βσ² + σ²   (λ at β = 1)
    λ ≤ βσ²:                         means 0,                          samples  σ²

With z ~ N(0, 1) the decoder mean is wz and the sample wz + σε. The part βσ² that the encoder does not tell is missing
from the means, at high frequencies all of it; the noise puts σ² back, at the right variance and without structure.
What is shown decides: "VAEs blur" is said of pictures of means.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, UNIT, Domain, above
from proofs.core.rules import Agreement
from proofs.textbook import vae as textbook
from theory import water_filling as vae

claim = Claim(
    topic="mass-diffusion",
    references=("tipping1999", "lucas2019"),
)


def _expect(x, f):
    """E f(z, ε) for quadratic f and independent z, ε of mean 0 and variance 1."""
    Z, E = x.Symbol("Z"), x.Symbol("E")
    return x.Expectation(f(Z, E), x.Tuple((Z, 0), (E, 0), (Z * E, 0), (Z**2, 1), (E**2, 1)))


def _level(x):
    return x.b * x.v


def _directions(s, low=1 / 60, high=60.0):
    """λ, σ², β with λ/βσ² in a range, 2 % off the water level, where w turns like a root."""
    ratios = [s.scales(*ends) for ends in ((low, min(high, 0.98)), (max(low, 1.02), high)) if ends[0] < ends[1]]
    return s.tuples(s.either(*ratios), s.scales(0.05, 5.0), s.scales(0.1, 8.0)).map(
        lambda d: (d[0] * d[1] * d[2], *d[1:])
    )


def _weight(m, *direction):
    """The decoder's w at the least of the objective, by search."""
    return textbook.in_numbers(m, *direction).optimum()[0]


# --- means ------------------------------------------------------------------------------------------------------------

means = claim.statement(
    "means_lack_what_is_not_told",
    "decoder means of prior draws: Var wz = w² = λ - βσ² where λ > βσ²",
    claimed=vae.squared_weight,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE),
    definition=lambda x, value: x.Subs(x.Derivative(_reduced(x, _u(x)), _u(x)), _u(x), value),
    symbolic=lambda x: x.g,
    root=True,
    anchor=lambda claimed, b, v, g: claimed(b * v + g, v, b),
    assumptions="g = λ - βσ²; σ² fixed, data centred, z ~ N(0, 1); the derivation begins at the objective with the best "
    "encoder for every w; checked on both sides of λ = βσ², where below it w = 0",
)


def _u(x):
    return x.Symbol("u", positive=True)


def _reduced(x, square):
    """(β/2)[ln V + E X²/V], V = w² + βσ²: the objective but for a constant."""
    V, X = square + _level(x), x.Symbol("X")
    return x.b / 2 * (x.log(V) + x.Expectation(X**2, x.Tuple((X**2, _level(x) + x.g))) / V)


@means.derivation
def by_stationarity(x, value):
    V = value + _level(x)
    return [("differentiate", x.b / 2 * (1 / V - (_level(x) + x.g) / V**2))]


by_stationarity.control("λ", lambda x: x.g + _level(x), why="the data's variance")
by_stationarity.control("β = 1", lambda x: x.g + (x.b - 1) * x.v, why="β left out")


@means.observed(instances=_directions, error=1e-10, claimed_error=1e-13, scale=lambda var, *_: var)
def by_search(m, *direction):
    return _weight(m, *direction) ** 2


by_search.control("samples", vae.sample_var, why="with the noise")

# --- samples ----------------------------------------------------------------------------------------------------------

samples = claim.statement(
    "samples_have_the_noise_back",
    "samples: Var(wz + σε) = λ - βσ² + σ² where λ > βσ²",
    claimed=vae.sample_var,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE),
    definition=lambda x: _expect(x, lambda Z, E: (x.sqrt(x.g) * Z + x.sqrt(x.v) * E) ** 2),
    symbolic=lambda x: (_level(x) + x.g) - _level(x) + x.v,
    anchor=lambda claimed, b, v, g: claimed(b * v + g, v, b),
    assumptions="w² = g = λ - βσ² by means_lack_what_is_not_told; checked on both sides of λ = βσ²",
)
exact = claim.statement(
    "samples_have_the_data_variance",
    "β = 1: samples have variance λ where λ > σ², whatever σ²",
    claimed=lambda var, noise_var: vae.sample_var(var, noise_var, 1.0),
    domain=Domain(v=POSITIVE, l=above("v")),
    definition=lambda x: _expect(x, lambda Z, E: (x.sqrt(x.l - x.v) * Z + x.sqrt(x.v) * E) ** 2),
    symbolic=lambda x: x.l,
    anchor=lambda claimed, v, l: claimed(l, v),
)
drowned = claim.statement(
    "under_water_samples_are_noise",
    "λ ≤ βσ²: means have variance 0 and samples σ², at β = 1 more than the data",
    claimed=lambda var, noise_var, beta: np.array(
        [vae.squared_weight(var, noise_var, beta), vae.sample_var(var, noise_var, beta)]
    ),
    domain=Domain(b=POSITIVE, v=POSITIVE, f=UNIT),
    definition=lambda x: _expect(x, lambda Z, E: (0 * Z + x.sqrt(x.v) * E) ** 2),
    symbolic=lambda x: x.v,
    anchor=lambda claimed, b, v, f: claimed(f * b * v, v, b)[1],
    assumptions="λ = fβσ²; w = 0 there: the reduced objective rises with w² as βσ² ≥ λ",
)


@samples.derivation
def independent_noise(x):
    return [("E zε = 0", x.g + x.v)]


@exact.derivation
def at_beta_one(x):
    return [("E zε = 0", (x.l - x.v) + x.v)]


@drowned.derivation
def only_noise(x):
    return [("w = 0", x.v * _expect(x, lambda Z, E: E**2))]


independent_noise.control("λ", lambda x: _level(x) + x.g, why="right at β = 1 only")
at_beta_one.control("λ + σ²", lambda x: x.l + x.v, why="means of the data's variance, and noise besides")
only_noise.control("λ", lambda x: x.f * _level(x), why="the data's variance")


def _sampled(m, *direction):
    """E(wz + σε)² over signs z, ε = ±1, whose second moments are those of N(0, 1)."""
    w, std = _weight(m, *direction), m.sqrt(m.number(direction[1]))
    return sum((w * z + std * e) ** 2 for z in (1, -1) for e in (1, -1)) / 4


@samples.observed(instances=_directions, error=1e-10, claimed_error=1e-13)
def by_search_and_noise(m, *direction):
    return _sampled(m, *direction)


@exact.observed(instances=lambda s: _directions(s, low=1.02).map(lambda d: (d[0] / d[2], d[1])), error=1e-10)
def at_one_by_search(m, var, noise_var):
    return _sampled(m, var, noise_var, m.number(1))


@drowned.observed(instances=lambda s: _directions(s, high=0.98), error=1e-10, scale=lambda var, v, b: v)
def under_water(m, *direction):
    return np.array([_weight(m, *direction) ** 2, _sampled(m, *direction)])


by_search_and_noise.control("λ", lambda var, v, b: var, why="right at β = 1 only")
at_one_by_search.control("means", lambda var, v: vae.squared_weight(var, v, 1.0), why="without the noise")
under_water.control("λ", lambda var, v, b: np.array([0.0, var]), why="the data's variance")

# --- frequencies ------------------------------------------------------------------------------------------------------


def _gain(frequency, exponent, noise_var, beta):
    """Var of means over Var of data at a frequency of spectrum k^-α."""
    return vae.squared_weight(frequency**-exponent, noise_var, beta) / frequency**-exponent


low_pass = claim.statement(
    "means_are_low_passed",
    "spectrum λ_k = k^-α: means have 1 - βσ²k^α of the data's power, falling to 0 at k = (βσ²)^{-1/α}; samples all of it "
    "at β = 1",
    claimed=_gain,
    domain=Domain(k=above(1), e=POSITIVE, b=POSITIVE, f=UNIT),
    definition=lambda x: _expect(x, lambda Z, E: (x.k**-x.e - x.f * x.k**-x.e) * Z**2) / x.k**-x.e,
    symbolic=lambda x: 1 - x.b * (x.f * x.k**-x.e / x.b) * x.k**x.e,
    anchor=lambda claimed, k, e, b, f: claimed(k, e, f * k**-e / b, b),
    assumptions="σ² = f k^-α/β, f < 1, so that frequency k is coded; checked for k ≤ 16, α ≤ 2.5",
)


@low_pass.derivation
def power_by_power(x):
    return [("w² = λ - βσ²", 1 - x.f)]


power_by_power.control("amplitude", lambda x: x.sqrt(1 - x.f), why="a root")


@low_pass.observed(
    instances=lambda s: s.tuples(s.reals(1.0, 16.0), s.reals(0.5, 2.5), s.inside(0.02, 0.98), s.scales(0.1, 8.0)).map(
        lambda d: (d[0], d[1], d[2] * d[0] ** -d[1] / d[3], d[3])
    ),
    error=1e-9,
    claimed_error=1e-12,
    scale=1.0,
)
def by_search_at_a_frequency(m, frequency, exponent, noise_var, beta):
    var = m.exp(-exponent * m.log(frequency))
    return _weight(m, var, noise_var, beta) ** 2 / var


by_search_at_a_frequency.control("amplitude", lambda *at: np.sqrt(_gain(*at)), why="a root")

# --- networks ---------------------------------------------------------------------------------------------------------

NOISE_VAR, DRAWS = 0.1, 4096


@means.experiment(
    rule=Agreement(0.02, "of λ, averaged over frequencies"),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 500, "full": 2500},
    batch=16,
    reason="4096 draws scatter by 1 % a seed; minibatches would take another 1 % off the weakest direction, hence the "
    "population loss; samples in place of means are off by 0.4",
)
def linear_vaes(run):
    from toys.learners.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets.power_law_signal import power_law_signal

    target = power_law_signal(4, 1.5)
    learner = LinearVAE(target, 4, 1.0, NOISE_VAR**0.5, full=True, population=True, spread=0.3)
    fitted = run.fit(learner, Adam(0.05, beta2=0.95, decay="cosine"))
    noise = np.stack([rng.standard_normal((DRAWS, 8)) for rng in fitted.generators()])
    shown = noise[..., :4] @ fitted.evaluate(learner.decoder).mT
    power = lambda x: (x @ target.basis).var(axis=1)  # noqa: E731
    return {
        "spectrum": target.spectrum, "means": power(shown), "samples": power(shown + NOISE_VAR**0.5 * noise[..., 4:]),
    }  # fmt: skip


@linear_vaes.measure
def deviation(claimed, data):
    exact = claimed(data["spectrum"], NOISE_VAR, 1.0)
    arms = {"network": data["means"], "control": data["samples"]}
    return {arm: ((power - exact) / data["spectrum"]).mean(axis=1) for arm, power in arms.items()}


@claim.curves
def signals():
    """A prior draw of the optimum for signals of 64 numbers, its mean and its sample, at σ² = 0.01, β = 1."""
    from toys.targets.power_law_signal import power_law_signal

    signal, rng, k = power_law_signal(64, 2.0), np.random.default_rng(11), np.linspace(1, 4.3, 100)
    mean = signal.basis @ (np.sqrt(vae.squared_weight(signal.spectrum, 0.01, 1.0)) * rng.standard_normal(64))
    data = signal.basis @ (np.sqrt(signal.spectrum) * rng.standard_normal(64))
    at = (k**-1.5, NOISE_VAR, 1.0)
    return {
        "k": k, "means": vae.squared_weight(*at), "samples": vae.sample_var(*at), "data": data, "mean": mean,
        "sample": mean + 0.1 * rng.standard_normal(64),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact, k = saved["linear_vaes"], saved["curves"], np.arange(1, 5)
    left, right = panels(figure, 2)
    left.plot(exact["k"], exact["samples"], color=COLOUR["data"], lw=0.8, label=r"data, and samples: $\lambda$")
    left.plot(exact["k"], exact["means"], color=COLOUR["exact"], label=r"decoder means: $\lambda - \sigma^2$")
    spread(left, k, nets["means"], COLOUR["network"], "means of trained VAEs")
    spread(left, k, nets["samples"], COLOUR["control"], "control: their samples", "s")
    left.set(xlabel="frequency $k$", ylabel="variance", yscale="log", xticks=k, ylim=(0.01, 8))
    left.legend(loc="upper right")
    for name, colour, shift in (("data", "data", 0.4), ("sample", "other", 0.0), ("mean", "exact", -0.4)):
        right.plot(
            exact[name] + shift,
            color=COLOUR[colour],
            lw=0.8,
            label={"data": "data", "sample": "sample"}.get(name, "its mean"),
        )
    right.set(xlabel="place in the signal", ylabel="value, shifted", ylim=(-0.9, 1.2))
    right.legend(loc="upper right", ncols=3)
