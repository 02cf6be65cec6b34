"""What the KL term prices is information about x plus a misfit of the prior; with the distortion it covers H.

    E KL(q(z|x)‖p(z)) = I(x; z) + KL(q(z)‖p(z)) = R          q(z) = E q(z|x), the aggregated posterior
    R + D = H(x) + KL(p(x) q(z|x)‖p(z) p(x|z)) ≥ H(x)        D = -E ln p(x|z)

Both add and subtract one logarithm. So a rate of R nats tells at most R nats about x, and less where the aggregated
posterior misses the prior; and pressing the rate below H - D is impossible: less rate is more distortion. Equality
needs the model's own joint law: the prior q(z) and the decoder q(x|z) of Bayes' rule.
"""

import numpy as np

from proofs.core import Claim, Unit, given
from proofs.textbook import rate_parts as textbook
from proofs.words import sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.channels import gap, information, model_gap, models, pairs
from proofs.words.information import bit, total
from theory import GaussianMixture, divergence
from theory import rate as rates

claim = Claim(topic="kl-pressure", after="collapse_order", references=("hoffman2016", "alemi2018"))


def information_and_gap(source, encoder, prior):
    """Of a channel, or of Gaussian encoders with a Gaussian prior."""
    if not isinstance(prior, GaussianMixture):
        return rates.information(source, encoder), rates.prior_gap(source, encoder, prior)
    aggregated = GaussianMixture(source, [mean for mean, _ in encoder], stds=[std for _, std in encoder])
    told = [float(divergence.kl(GaussianMixture([1.0], [at], stds=[std]), aggregated)) for at, std in encoder]
    return np.dot(source, told), float(divergence.kl(aggregated, prior))


def information_plus_gap(source, encoder, prior):
    """What a rate consists of."""
    return sum(information_and_gap(source, encoder, prior))


# --- what a rate consists of ------------------------------------------------------------------------------------------


@claim.states(information_plus_gap, at=lambda w, p, q, r: ([w, 1 - w], [[p, 1 - p], [q, 1 - q]], [r, 1 - r]))
def rate_is_information_plus_gap(w: Unit, p: Unit, q: Unit, r: Unit):
    """E KL(q(z|x)‖p(z)) = I(x; z) + KL(q(z)‖p(z))

    p(z) > 0 where q(z) > 0; derived for two x and two z, checked for more and for Gaussian encoders"""
    cells = list(pairs(w, p, q, r))
    yield total(*[at * told * sp.log(told / prior) for at, told, _, prior in cells])
    split = sum(at * told * (sp.log(told / mean) + sp.log(mean / prior)) for at, told, mean, prior in cells)
    yield "ln q(z|x)/p(z) = ln q(z|x)/q(z) + ln q(z)/p(z)", split
    yield "summed one by one", information(w, p, q, r) + gap(w, p, q, r)


rate_is_information_plus_gap.check(
    textbook.rate,
    on=textbook.channels,
    error=1e-13,
    scale=1.0,
    why="nats of a channel, 0 where nothing is told: a sum of logarithms of size 1",
)
rate_is_information_plus_gap.check(textbook.gaussian_rate, on=textbook.gaussian, error=1e-10)
rate_is_information_plus_gap.wrong(
    "a prior that fits", symbolic=information, claimed=lambda *parts: information_and_gap(*parts)[0]
)
rate_is_information_plus_gap.wrong(
    "a sign",
    symbolic=lambda w, p, q, r: information(w, p, q, r) - gap(w, p, q, r),
    claimed=lambda *parts: np.subtract(*information_and_gap(*parts)),
)
rate_is_information_plus_gap.wrong("a factor 2", claimed=lambda *parts: 2 * information_plus_gap(*parts))
rate_is_information_plus_gap.wrong(
    "KL turned: the gap of the prior",
    claimed=lambda p, q, r: rates.information(p, q) + np.sum(r * np.log(r / (p @ q))),
    on="rate",
)

# --- rate and distortion cover the entropy ----------------------------------------------------------------------------


def covered(source, encoder, prior, decoder):
    """The entropy, and how far a model lies above it."""
    return rates.source_entropy(source) + rates.model_gap(source, encoder, prior, decoder)


@claim.states(
    covered, at=lambda w, p, q, r, a, b: ([w, 1 - w], [[p, 1 - p], [q, 1 - q]], [r, 1 - r], [[a, 1 - a], [b, 1 - b]])
)
def rate_plus_distortion(w: Unit, p: Unit, q: Unit, r: Unit, a: Unit, b: Unit):
    """R + D = H(x) + KL(p(x) q(z|x)‖p(z) p(x|z)), D = -E ln p(x|z)

    the negative ELBO is R + D at β = 1"""
    four = list(models(w, p, q, r, a, b))
    yield total(*[at * told * sp.log(told / model) for at, told, model in four])
    yield "× p(x) ÷ p(x)", sum(at * told * (sp.log(at * told / model) - sp.log(at)) for at, told, model in four)
    yield "Σ q(z|x) = 1", bit(w) + model_gap(w, p, q, r, a, b)


rate_plus_distortion.check(textbook.rate_and_distortion, on=textbook.models, error=1e-13)
rate_plus_distortion.wrong(
    "half the gap",
    symbolic=lambda w, p, q, r, a, b: bit(w) + model_gap(w, p, q, r, a, b) / 2,
    claimed=lambda *model: (covered(*model) + rates.source_entropy(model[0])) / 2,
)
rate_plus_distortion.wrong(
    "the entropy alone: Bayes' model only", symbolic=lambda w: bit(w), claimed=lambda p, *_: rates.source_entropy(p)
)


@claim.states(rates.source_entropy, at=lambda w: [w, 1 - w], relation=">=")
def entropy_is_covered(w: Unit, p: Unit, q: Unit, r: Unit, a: Unit, b: Unit):
    """R + D ≥ H(x), attained where p(z) = q(z) and p(x|z) = q(x|z)

    discrete x; for densities H and D change by the same constant with the unit of x"""
    yield total(*[at * told * sp.log(told / model) for at, told, model in models(w, p, q, r, a, b)])
    yield "rate_plus_distortion", bit(w) + model_gap(w, p, q, r, a, b)
    yield given("gibbs", "a divergence is not negative"), bit(w)


entropy_is_covered.check(textbook.rate_and_distortion, on=textbook.models, at="source", error=1e-13)
entropy_is_covered.wrong(
    "half a nat more: Bayes' model attains H",
    symbolic=lambda w: bit(w) + sp.Rational(1, 2),
    claimed=lambda p: rates.source_entropy(p) + 0.5,
)
entropy_is_covered.wrong("in bits", claimed=lambda p: rates.source_entropy(p) / np.log(2))

SOURCE = np.array([0.1, 0.2, 0.3, 0.4])


def shifts(furthest):
    """Distances of two codes from 0."""
    return np.linspace(0, furthest, 61)


@claim.curves
def points_of_models(*, s=0.5, furthest=3.0, models=12):
    rng = np.random.default_rng(3)
    points = {"bayes": [], "own": []}
    for e in np.linspace(0.02, 0.98, models):
        code = (1 - e) * np.eye(4) + e / 4
        joint = SOURCE[:, None] * code
        other, back = rng.dirichlet(np.full(4, 2.0)), (joint / joint.sum(0)).T
        for name, prior, decoder in (("bayes", joint.sum(0), back), ("own", other, 0.8 * back + 0.05)):
            R = float(textbook.rate(DOUBLE, SOURCE, code, prior))
            both = float(textbook.rate_and_distortion(DOUBLE, SOURCE, code, prior, decoder))
            points[name].append((R, both - R))
    prior = GaussianMixture([1.0], [0.0], stds=[1.0])
    parts = [information_and_gap([0.5, 0.5], ((-m, s), (m, s)), prior) for m in shifts(furthest).tolist()]
    return {"parts": np.array(parts), **{name: np.array(found) for name, found in points.items()}}


@claim.figure(
    "The KL term pays for information, and for a prior that does not fit",
    where="$x$: data; $z$: their code; $I$: what one tells of the other",
)
def draw(saved, panels, *, s=0.5, furthest=3.0):
    found, H = saved["curves"], rates.source_entropy(SOURCE)
    (told, gap), m = found["parts"].T, shifts(furthest)
    rate = (m**2 + s**2 - 1) / 2 - np.log(s)
    left, right = panels(2)
    left.band(m, 0, told, "exact", "information $I(x;z)$", alpha=0.8)
    left.band(m, told, told + gap, "exact", "misfit of the prior", alpha=0.3)
    left.points(m[::5], rate[::5], "data", "KL term, by definition", marker="o")
    left.axes("distance $m$ of the codes from 0", "nats", legend="above")
    right.exact([0, H], [H, 0], "rate + distortion = entropy")
    right.points(*found["bayes"].T, "data", "prior and decoder that fit", marker="o")
    right.points(*found["own"].T, "control", "control: another model")
    right.axes("rate (nats)", "distortion (nats)", legend="above")
    above = found["own"].sum(axis=1) - H
    return (
        f"(a) Gaussian codes at ±m of two modes: the KL term (dots) is their information about the mode, {np.log(2):.2f} nats "
        f"at most, and what the prior misses of them, {gap[-1]:.1f} nats at m = {furthest:g}. (b) Codes of four symbols, more "
        f"and more noisy: with the prior and the decoder that fit the code (dots), rate and distortion add up to the entropy of the "
        f"data, {H:.2f} nats; with others (control) they lie {above.min():.2f} to {above.max():.2f} nats above it, never below."
    )
