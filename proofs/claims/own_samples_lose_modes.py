"""Trained on the samples of the last generation alone a model loses its modes; trained on all so far it keeps most of them.

    replaced   E H_t = (1-1/n)^t H₀,    pooled   E H_t = Π_{k≤t} (1 - 1/nk²) H₀ → sin(π/√n)/(π/√n) H₀,    H = 1 - Σ p_k²

The model is the empirical law of n samples. Replaced, it drifts until one mode is left, that of weight w with probability
w. Pooled with all earlier batches, of which the first is real, every new batch weighs less than the one before, and what
is lost adds up to a finite factor: 0.84 at n = 10. A mode in the first batch stays; one that is missing, with probability
(1-w)^n, never returns.

A Gaussian fitted by maximum likelihood to n samples of the last one loses (1-1/n) of its variance on average, and its
typical variance falls faster, by ψ((n-1)/2) + ln(2/n) in the logarithm.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Count, Each, Letter, Run, Unit, given, integers
from proofs.sentences import own_samples_collapse
from proofs.textbook import own_samples as textbook
from proofs.words import expectation, sp
from theory import GaussianMixture, own_samples

claim = Claim(
    topic="after-the-gan", references=("shumailov2024 (the question)", "gerstgrasser2024 (the question, pooled)")
)
Size = Annotated[Letter, integers(2)]
Few = Annotated[Letter, integers(1, 30)]

# --- diversity ----------------------------------------------------------------------------------------------------------


@claim.states(own_samples.kept_replaced)
def replaced_diversity_dies_out(n: Size, t: Count):
    """E H_t/H₀ = (1-1/n)^t → 0

    H = 1 - Σ p_k², the probability that two draws with replacement differ: of the n² pairs of one generation, those of a
    sample with itself do not, the others do as two draws of the last generation do"""
    i, j, k = sp.symbols("i j k", integer=True)
    yield sp.Product(sp.Sum(sp.Sum(1, (j, 2, n)), (i, 1, n)) / n**2, (k, 1, t))
    yield "n(n-1) of n² pairs", (1 - 1 / n) ** t


replaced_diversity_dies_out.check(textbook.replaced, on=textbook.histories, at="n steps", error=1e-13)
replaced_diversity_dies_out.wrong(
    "a generation fewer", symbolic=lambda n, t: (1 - 1 / n) ** (t - 1),
    claimed=lambda n, t: own_samples.kept_replaced(n, t - 1),
)  # fmt: skip
replaced_diversity_dies_out.wrong(
    "one sample more", n=lambda n: n + 1, claimed=lambda n, t: own_samples.kept_replaced(n + 1, t)
)


def rising(z, t):
    """Π_{k≤t} (1 - z²/k²)."""
    return sp.RisingFactorial(1 - z, t) * sp.RisingFactorial(1 + z, t) / sp.factorial(t) ** 2


@claim.states(own_samples.kept_pooled)
def pooled_diversity_stays(n: Size, t: Few):
    """E H_t/H₀ = Π_{k≤t} (1 - 1/nk²)

    batch 1 is n real draws, every later one n draws from all before; of the k²n² pairs in k batches only the n of a new
    sample with itself differ less than pairs of the pool before; checked for two modes"""
    k = sp.Symbol("k", integer=True, positive=True)
    old, mixed, new = (
        (k - 1) ** 2,
        2 * (k - 1),
        sp.Sum(sp.Sum(1, (sp.Symbol("j"), 2, n)), (sp.Symbol("i"), 1, n)) / n**2,
    )
    yield sp.Product((old + mixed + new) / k**2, (k, 1, t))
    yield "1 - 1/nk² of each", sp.Product(1 - 1 / (n * k**2), (k, 1, t))
    yield "rising factorials, z = 1/√n", rising(1 / sp.sqrt(n), t)


pooled_diversity_stays.check(textbook.pooled, on=textbook.histories, at="n steps", error=1e-13)
pooled_diversity_stays.wrong(
    "as if replaced", symbolic=lambda n, t: (1 - 1 / n) ** t, claimed=own_samples.kept_replaced
)
pooled_diversity_stays.wrong(
    "a new batch of weight 1/k, not 1/k²",
    symbolic=lambda n, t: sp.Product(1 - 1 / (n * sp.Symbol("k")), (sp.Symbol("k"), 1, t)),
    claimed=lambda n, t: float(np.prod(1 - 1 / (n * np.arange(1.0, t + 1)))),
)


@claim.states(own_samples.kept_for_ever, at="n", relation=">=")
def pooled_diversity_stays_for_ever(n: Size, t: Count):
    """E H_t/H₀ ≥ sin(π/√n)/(π/√n) > 0 for every t, to which it falls; checked after a thousand generations and more"""
    k, z = sp.Symbol("k", integer=True, positive=True), 1 / sp.sqrt(n)
    yield sp.Product(1 - 1 / (n * k**2), (k, 1, t))
    yield "rising factorials", rising(z, t)
    yield given("jensen", "ln Γ is convex: Γ(t+1-z) Γ(t+1+z) ≥ Γ(t+1)²"), 1 / (sp.gamma(1 - z) * sp.gamma(1 + z))
    yield given("gamma_reflection"), sp.sin(sp.pi * z) / (sp.pi * z)


def product_of_many(m, n):
    """A thousand factors, and the sum of the logarithms beyond to 1e-13."""
    product = m.number(1)
    for k in range(1, 1001):
        product *= 1 - m.number(1) / (n * k * k)
    middle = m.number(2001) / 2
    rest = (1 / middle - 1 / (12 * middle**3)) / n + 1 / (6 * middle**3 * n * n)
    return product * m.exp(-rest)


pooled_diversity_stays_for_ever.check(product_of_many, on=lambda s: s.integers(2, 400), error=1e-12)
pooled_diversity_stays_for_ever.wrong(
    "1 % more", symbolic=lambda n: sp.Rational(101, 100) * sp.sin(sp.pi / sp.sqrt(n)) * sp.sqrt(n) / sp.pi,
    claimed=lambda n: 1.01 * own_samples.kept_for_ever(n),
)  # fmt: skip
pooled_diversity_stays_for_ever.wrong(
    "all but the share of the first batch, 1 - 1/n",
    symbolic=lambda n: 1 - 1 / n,
    claimed=lambda n: own_samples.kept_replaced(n, 1),
)


@claim.reads(
    own_samples_collapse, "after ten generations for each sample, or ever, a hundredth of the diversity is left at most"
)
def diversity_is_lost(data, n):
    return (
        replaced_diversity_dies_out(n, 10 * n) if data == "replaced" else pooled_diversity_stays_for_ever(n)
    ) <= 0.01


# --- modes --------------------------------------------------------------------------------------------------------------


@claim.states(lambda w, n: w)
def one_mode_is_left(w: Unit, n: Size):
    """replaced, a mode of weight w is the last one left with probability w

    n draws of a share w have it again on average, generation after generation, and at the end the share is 0 or 1"""
    yield sp.Sum(w, (sp.Symbol("i"), 1, n)) / n
    yield "E N/n = w", w


one_mode_is_left.check(textbook.last_one, on=textbook.starts, error=1e-12)
one_mode_is_left.wrong("the likeliest more often: w²/(w²+(1-w)²)", symbolic=lambda w: w**2 / (w**2 + (1 - w) ** 2),
                       claimed=lambda w, n: w**2 / (w**2 + (1 - w) ** 2))  # fmt: skip
one_mode_is_left.wrong("either alike", symbolic=lambda: sp.Rational(1, 2), claimed=lambda w, n: 0.5)


@claim.states(own_samples.missed)
def missed_once_is_missed_for_ever(w: Unit, n: Count):
    """pooled, a mode of weight w is missing with probability (1-w)^n, after one batch or many"""
    yield sp.Product(1 - w, (sp.Symbol("i"), 1, n))
    yield "n draws, each of another mode", (1 - w) ** n


missed_once_is_missed_for_ever.check(textbook.missing, on=textbook.histories, at="w n", error=1e-13)
missed_once_is_missed_for_ever.wrong(
    "e^{-nw}", symbolic=lambda w, n: sp.exp(-n * w), claimed=lambda w, n: np.exp(-n * w)
)
missed_once_is_missed_for_ever.wrong(
    "a draw more", n=lambda n: n + 1, claimed=lambda w, n: own_samples.missed(w, n + 1)
)

# --- a Gaussian ---------------------------------------------------------------------------------------------------------


@claim.states(lambda n: own_samples.kept_replaced(n, 1))
def variance_falls_on_average(n: Size):
    """E σ̂²/σ² = 1 - 1/n, maximum likelihood from n samples of N(μ, σ²)

    every generation, so E σ² falls to 0 as (1-1/n)^t; for n samples E X̄² = 1/n about the mean"""
    X, M = sp.symbols("X M")
    yield expectation(X**2 - M**2, {X**2: 1, M**2: 1 / n})
    yield "mean square less squared mean", 1 - 1 / n


variance_falls_on_average.check(textbook.variance, on=lambda s: s.integers(2, 150), error=1e-11)
variance_falls_on_average.wrong("divisor n-1: kept", symbolic=lambda: sp.Integer(1), claimed=lambda n: 1.0)
variance_falls_on_average.wrong(
    "twice the loss", symbolic=lambda n: 1 - 2 / n, claimed=lambda n: 2 * own_samples.kept_replaced(n, 1) - 1
)


@claim.states(own_samples.log_variance_drift, at=lambda k: (k + 1,))
def typical_variance_falls_faster(k: Count):
    """E ln σ̂²/σ² = ψ((n-1)/2) + ln(2/n), below ln(1-1/n)

    n = k + 1; nσ̂²/σ² is χ² of k degrees of freedom, with E Y^s = 2^s Γ(k/2+s)/Γ(k/2), and E ln Y is its slope at s = 0"""
    s = sp.Symbol("s")
    yield sp.Subs(sp.Derivative((2 / (k + 1)) ** s * sp.gamma(k / 2 + s) / sp.gamma(k / 2), s), s, 0)
    yield "Γ' = Γψ", sp.digamma(k / 2) + sp.log(2 / (k + 1))


typical_variance_falls_faster.check(
    textbook.log_variance, on=lambda s: s.integers(2, 150), error=1e-11, scale=lambda n: 1.0 / n
)
typical_variance_falls_faster.wrong(
    "the logarithm of the mean, ln(1-1/n)", symbolic=lambda k: sp.log(k / (k + 1)), claimed=lambda n: np.log1p(-1 / n)
)
typical_variance_falls_faster.wrong(
    "divisor n-1",
    symbolic=lambda k: sp.digamma(k / 2) + sp.log(2 / k),
    claimed=lambda n: own_samples.log_variance_drift(n) - np.log1p(-1 / n),
)

# --- what models do -----------------------------------------------------------------------------------------------------

POINTS, WEIGHT, LAST = 6, 0.3, 8
"""Samples a generation, weight of the rarer mode, generations."""
MEAN, STD = 0.5, 1.5
DATA = {"network": "replaced", "control": "pooled"}
LEARNT = {"flow": (32, 0.3), "vae": (32, 0.3), "shares": (128, 4.0)}
"""Lineages a seed, rate."""


@typical_variance_falls_faster.experiment(
    rule=Each(Agreement(0.1, "nats of variance a generation")),
    seeds=(32, 48),
    effect=0.9,
    steps=(180, 1800),
    reason="32 lineages over seven generations leave a deviation of 0.047 to the drift of ln σ², so that 96 of 100 seeds are within "
    "the margin; pooled, models are 0.37 away, and ln(1-1/n) is 0.21 away",
    detects=0.4,
    why="0.4 of a drift of 0.4 nats is beyond the margin by more than the median of 32 seeds is uncertain",
    looks_at={arm: tuple(f"{model} {data}" for model in ("flow", "vae")) for arm, data in DATA.items()},
    history={
        1: "shares learned at half the rate, which left 0.003 of a mode that is missing: enough for some to return, and for quick "
        "runs not to tell 1.5 times what is left of the diversity, which was to be noticed; 96 lineages, and a margin of 0.08 for it"
    },
)
def lineages(run: Run):
    """Means and variances of flows, VAEs and shares of two modes over generations, both ways; the first learns twice as long."""
    from toys.learners.own_samples import OwnSamples
    from toys.optimisers import Adam
    from toys.targets.mixtures import MixtureTarget
    from toys.targets.two_points import TwoPoints

    one = MixtureTarget("one_mode", GaussianMixture([1.0], [MEAN], stds=[STD]), "blurproof")
    turn, step = np.divmod(np.arange(run.steps), run.steps // (LAST + 1))
    turn = np.clip(turn, 1, LAST)[None].astype(float)
    decay = 0.5 * (1 + np.cos(np.pi * step[None] * (LAST + 1) / run.steps)) + 1e-6
    found = {}
    for model, (many, rate) in LEARNT.items():
        target = TwoPoints(WEIGHT) if model == "shares" else one
        for data in DATA.values():
            learner = OwnSamples(target, model, data == "pooled", POINTS, LAST, many, turn)
            fitted = run.fit(learner, Adam(rate * decay, beta1=0.5, beta2=0.9), arm=f"{model} {data}")
            found[f"{model}_{data}"] = fitted.evaluate(learner.moments)
    return found


def log_variances(data, model, kind):
    """Of ln σ² over that of the data, the mean over lineages (seeds, generations)."""
    return np.log(data[f"{model}_{kind}"][:, 1] / STD**2).mean(axis=2)


@lineages.measure
def drift_off(claimed, data):
    """A generation, from the first on; flows and VAEs."""
    ends = {
        (model, kind): log_variances(data, model, kind)[:, [0, -1]]
        for model in ("flow", "vae")
        for kind in DATA.values()
    }
    return {
        arm: [np.diff(ends[model, kind])[:, 0] / (LAST - 1) - claimed(POINTS) for model in ("flow", "vae")]
        for arm, kind in DATA.items()
    }


ONE, OTHER = (
    {"network": f"shares {kinds[0]}", "control": f"shares {kinds[1]}"}
    for kinds in (("replaced", "pooled"), ("pooled", "replaced"))
)


def diversities(data, kind):
    """H_t/H₀, the mean over lineages (seeds, generations)."""
    share = data[f"shares_{kind}"][:, 0]
    return (share * (1 - share)).mean(axis=2) / (WEIGHT * (1 - WEIGHT))


def missing(data, kind):
    """In how many lineages the rarer mode is (seeds, generations): one of 48 points is a share of 0.02, none one of 0.0002, which training leaves."""
    return (data[f"shares_{kind}"][:, 0] < 0.01).mean(axis=2)


@replaced_diversity_dies_out.measured_on(
    lineages,
    rule=Agreement(0.1, "of the diversity of the data"),
    effect=0.9,
    reason="128 lineages leave a deviation of 0.04; pooled, 0.53 more is left",
    looks_at=ONE,
    detects=0.75,
    why="three quarters of what is left, 0.23, are beyond the margin by more than the median of 32 seeds is uncertain",
)
def diversity_off(claimed, data):
    """After the last generation."""
    return {arm: diversities(data, kind)[:, -1] - claimed(POINTS, LAST) for arm, kind in DATA.items()}


@pooled_diversity_stays.measured_on(
    lineages,
    rule=Agreement(0.1, "of the diversity of the data"),
    effect=0.9,
    reason="as where samples are replaced, which is the control",
    looks_at=OTHER,
    detects=0.2,
    why="a fifth of what is left, 0.76, is beyond the margin",
)
def pooled_diversity_off(claimed, data):
    """The arms change places."""
    kinds = zip(DATA, reversed(DATA.values()), strict=True)
    return {arm: diversities(data, kind)[:, -1] - claimed(POINTS, LAST) for arm, kind in kinds}


@missed_once_is_missed_for_ever.measured_on(
    lineages,
    rule=Agreement(0.07, "of the lineages"),
    reason="128 lineages leave a deviation of 0.033; replaced, the mode is missing in half of the lineages, not in 0.12",
    effect=0.9,
    looks_at=OTHER,
    detects=1.0,
    why="twice as often, in 0.24 of the lineages, is beyond the margin, and never as well",
)
def misses_off(claimed, data):
    """After the last generation, pooled; where samples are replaced the mode goes missing later too."""
    kinds = zip(DATA, reversed(DATA.values()), strict=True)
    return {arm: missing(data, kind)[:, -1] - claimed(WEIGHT, POINTS) for arm, kind in kinds}


# --- the figure ---------------------------------------------------------------------------------------------------------


@claim.figure(
    "A model fed on its own samples loses its modes; with the old ones kept it does not",
    where=r"$n$: samples a generation; $w$: weight of a mode; $\sigma^2$: variance of a Gaussian model, 1 at first",
)
def draw(saved, panels, *, n=POINTS, w=WEIGHT, generations=20):
    t, nets = np.arange(generations + 1), saved["lineages"]
    kept, gone, narrow = panels(3)
    alone, pooled = (np.array([f(n, int(k)) for k in t]) for f in (own_samples.kept_replaced, own_samples.kept_pooled))
    kept.line(t, alone, "gan", "the last samples alone")
    kept.line(t, pooled, "exact", "all samples so far", "--")
    kept.level(own_samples.kept_for_ever(n), "exact", "its limit", ":")
    k = np.arange(n + 1)
    step = np.array([_binomial(n, c / n) for c in k])
    law, lost = _binomial(n, w), []
    for _ in t[1:]:
        lost.append(law[0])
        law = law @ step
    gone.line(t[1:], lost, "gan", "the last samples alone")
    gone.line(t[1:], np.full(generations, own_samples.missed(w, n)), "exact", "all samples so far", "--")
    gone.level(1 - w, "gan", "its limit, $1-w$", ":")
    drift = own_samples.log_variance_drift(n)
    narrow.line(t, drift * t, "gan", "the last samples alone")
    narrow.line(t, np.log1p(-1 / n) * t, "data", "its mean's logarithm", ":")
    shown = np.arange(1, LAST + 1)
    for arm, kind in DATA.items() if n == POINTS else ():
        if w == WEIGHT:
            kept.seeds(shown, diversities(nets, kind), arm, f"shares, {kind}")
            gone.seeds(shown, missing(nets, kind), arm, f"shares, {kind}")
        for model, size in (("flow", 5), ("vae", 2.5)):
            narrow.seeds(
                shown, log_variances(nets, model, kind), arm, f"{model.replace('vae', 'VAE')}s, {kind}", ms=size
            )
    kept.axes("generation", "diversity left, mean", y=(0, 1.02), legend="above", columns=1)
    gone.axes("generation", f"absence of the mode of $w = {w:g}$", legend="above", columns=1)
    narrow.axes("generation", r"$\ln\,\sigma^2$, mean", legend="above", columns=1)
    return (
        f"Each generation of samples has n = {n}. (a) After {generations} generations {alone[-1]:.2g} of the diversity is left if each learns "
        f"from the last alone, {pooled[-1]:.2f} if from all, where the first were real; for ever {own_samples.kept_for_ever(n):.2f}. "
        f"(b) A mode of weight {w:g} is missing with probability {lost[-1]:.2f} after {generations} generations, in the end "
        f"{1 - w:g}; if all samples are kept with {own_samples.missed(w, n):.2f}, from the first on. (c) The typical variance falls by "
        f"{-drift:.2f} nats a generation. " + _of_networks(nets)
    )


def _of_networks(nets):
    """What those that were trained came to."""
    left, gone = ({kind: np.median(of(nets, kind)[:, -1]) for kind in DATA.values()} for of in (diversities, missing))
    fell = {
        (m, kind): np.median(log_variances(nets, m, kind)[:, -1]) for m in ("flow", "vae") for kind in DATA.values()
    }
    return (
        f"Shares trained on {POINTS} samples a generation keep {left['replaced']:.2f} of the diversity of two modes after {LAST}, pooled "
        f"{left['pooled']:.2f}, and lose the mode of weight {WEIGHT:g} in {gone['replaced']:.2f} of the lineages, pooled {gone['pooled']:.2f}; ln σ² of "
        f"flows comes to {fell['flow', 'replaced']:.1f}, pooled {fell['flow', 'pooled']:.1f}, of VAEs to {fell['vae', 'replaced']:.1f}, pooled "
        f"{fell['vae', 'pooled']:.1f}."
    )


def _binomial(n, share):
    """P(k of n)."""
    from scipy.stats import binom

    return binom.pmf(np.arange(n + 1), n, share)
