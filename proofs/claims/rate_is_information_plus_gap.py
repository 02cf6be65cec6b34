"""What the KL term prices is information about x plus a misfit of the prior; with the distortion it covers H.

    E KL(q(z|x)‖p(z)) = I(x; z) + KL(q(z)‖p(z)) = R          q(z) = E q(z|x), the aggregated posterior
    R + D = H(x) + KL(p(x) q(z|x)‖p(z) p(x|z)) ≥ H(x)        D = -E ln p(x|z)

Both add and subtract one logarithm. So a rate of R nats tells at most R nats about x, and less where the aggregated
posterior misses the prior; and pressing the rate below H - D is impossible: less rate is more distortion. Equality
needs the model's own joint law: the prior q(z) and the decoder q(x|z) of Bayes' rule.
"""

import numpy as np

from proofs.core.claim import Claim, Step
from proofs.core.letters import UNIT, Domain
from proofs.textbook import modes as textbook
from theory import GaussianMixture, divergence
from theory import rate as rates

claim = Claim(
    topic="kl-pressure",
    references=("hoffman2016", "alemi2018"),
)
CODES = Domain(w=UNIT, p=UNIT, q=UNIT, r=UNIT)
"""p(x=0), q(z=0|x=0), q(z=0|x=1), p(z=0)."""


def _cells(x):
    """p(x), q(z|x), q(z), p(z) of the four pairs."""
    for weight, first, other, second in ((x.w, x.p, 1 - x.w, x.q), (1 - x.w, x.q, x.w, x.p)):
        for q, beside, prior in ((first, second, x.r), (1 - first, 1 - second, 1 - x.r)):
            yield weight, q, weight * q + other * beside, prior


def _sum(x, terms):
    """Σ over the pairs (x, z), the letter k counting them."""
    return x.Sum(x.Piecewise(*[(term, x.Eq(x.Symbol("k"), k)) for k, term in enumerate(terms)]), (x.Symbol("k"), 0, 3))


def _rate(x):
    return _sum(x, [w * q * x.log(q / prior) for w, q, _, prior in _cells(x)])


def _information(x):
    return sum(w * q * (x.log(q) - x.log(marginal)) for w, q, marginal, _ in _cells(x))


def _gap(x):
    return sum(w * q * (x.log(marginal) - x.log(prior)) for w, q, marginal, prior in _cells(x))


def _arrays(w, p, q, r):
    return [w, 1 - w], [[p, 1 - p], [q, 1 - q]], [r, 1 - r]


# --- what a rate consists of ------------------------------------------------------------------------------------------


def _information_plus_gap(source, encoder, prior):
    """Of a channel, or of Gaussian encoders with a Gaussian prior."""
    if not isinstance(prior, GaussianMixture):
        return rates.information(source, encoder) + rates.prior_gap(source, encoder, prior)
    aggregated = GaussianMixture(source, [mean for mean, _ in encoder], stds=[std for _, std in encoder])
    told = [float(divergence.kl(GaussianMixture([1.0], [at], stds=[std]), aggregated)) for at, std in encoder]
    return np.dot(source, told) + float(divergence.kl(aggregated, prior))


surgery = claim.statement(
    "rate_is_information_plus_gap",
    "E KL(q(z|x)‖p(z)) = I(x; z) + KL(q(z)‖p(z))",
    claimed=_information_plus_gap,
    domain=CODES,
    definition=_rate,
    symbolic=lambda x: _information(x) + _gap(x),
    anchor=lambda claimed, w, p, q, r: claimed(*_arrays(w, p, q, r)),
    assumptions="p(z) > 0 where q(z) > 0; derived for two x and two z, checked for more and for Gaussian encoders",
)


@surgery.derivation
def add_and_subtract(x):
    split = sum(w * q * (x.log(q / marginal) + x.log(marginal / prior)) for w, q, marginal, prior in _cells(x))
    return [("ln q(z|x)/p(z) = ln q(z|x)/q(z) + ln q(z)/p(z)", split)]


add_and_subtract.control("information alone", _information, why="a prior that fits")
add_and_subtract.control("minus the gap", lambda x: _information(x) - _gap(x), why="a sign")


def _finite(s):
    """Source, channel and prior."""
    size = s.tuples(s.integers(2, 5), s.integers(2, 5))
    return size.flatmap(lambda n: s.tuples(s.weights(n[0], n[0]), s.channels(*n), s.weights(n[1], n[1])))


@surgery.observed(instances=_finite, error=1e-13, scale=1.0)
def by_summation(m, source, channel, prior):
    return (source[:, None] * m.kl(channel, np.broadcast_to(prior, channel.shape))).sum()


by_summation.control("information alone", lambda p, q, _: rates.information(p, q), why="forgets the prior")
by_summation.control("gap of the prior", lambda p, q, r: rates.information(p, q) + _turned(p @ q, r), why="KL turned")


def _turned(marginal, prior):
    return float(np.sum(prior * np.log(prior / marginal)))


def _gaussian(s):
    """Weights of two x, their encoders (mean, std), prior N(0, 1)."""
    return s.tuples(s.weights(2, 2), textbook.gaussian_codes(s)).map(
        lambda d: (*d, GaussianMixture([1.0], [0.0], stds=[1.0]))
    )


@surgery.observed(instances=_gaussian, error=1e-10, scale=1.0)
def gaussian_encoders(m, source, codes, prior):
    return textbook.gaussian_rate(m, source, codes)


gaussian_encoders.control("twice the gap", lambda *a: 2 * _information_plus_gap(*a), why="a factor 2")

# --- rate and distortion cover the entropy ----------------------------------------------------------------------------

MODELS = Domain(w=UNIT, p=UNIT, q=UNIT, r=UNIT, a=UNIT, b=UNIT)
"""The same, and p(x=0|z=0) and p(x=0|z=1)."""


def _decoder(x):
    """p(x|z) of the four pairs."""
    return (x.a, x.b, 1 - x.a, 1 - x.b)


def _rate_plus_distortion(x):
    cells = zip(_cells(x), _decoder(x), strict=True)
    return _sum(x, [w * q * (x.log(q / prior) - x.log(back)) for (w, q, _, prior), back in cells])


def _entropy(x):
    return -x.w * x.log(x.w) - (1 - x.w) * x.log(1 - x.w)


def _model_gap(x):
    cells = zip(_cells(x), _decoder(x), strict=True)
    return sum(w * q * x.log(w * q / (prior * back)) for (w, q, _, prior), back in cells)


def _models(s):
    """Source, channel, prior and decoder; now and then those of Bayes' rule."""

    def bayes(parts):
        source, channel, _ = parts
        joint = source[:, None] * channel
        return source, channel, joint.sum(0), (joint / joint.sum(0)).T

    random = _finite(s).flatmap(lambda d: s.tuples(*map(s.one_of, [[e] for e in d]), s.channels(len(d[2]), len(d[0]))))
    return s.either(random, _finite(s).map(bayes))


def _sum_of_both(m, source, channel, prior, decoder):
    joint = source[:, None] * channel
    return (joint * (m.log(channel) - m.log(prior) - m.log(decoder).T)).sum()


exact = claim.statement(
    "rate_plus_distortion",
    "R + D = H(x) + KL(p(x) q(z|x)‖p(z) p(x|z)), D = -E ln p(x|z)",
    claimed=lambda p, q, r, d: rates.source_entropy(p) + rates.model_gap(p, q, r, d),
    domain=MODELS,
    definition=_rate_plus_distortion,
    symbolic=lambda x: _entropy(x) + _model_gap(x),
    anchor=lambda claimed, w, p, q, r, a, b: claimed(*_arrays(w, p, q, r), [[a, 1 - a], [b, 1 - b]]),
    assumptions="the negative ELBO is R + D at β = 1",
)


@exact.derivation
def add_and_subtract_the_source(x):
    cells = zip(_cells(x), _decoder(x), strict=True)
    split = sum(w * q * (x.log(w * q / (prior * back)) - x.log(w)) for (w, q, _, prior), back in cells)
    return [("q(z|x)/p(z) p(x|z) = p(x) q(z|x)/p(z) p(x|z) ÷ p(x)", split)]


add_and_subtract_the_source.control("half the gap", lambda x: _entropy(x) + _model_gap(x) / 2, why="a factor 2")


@exact.observed(instances=_models, error=1e-13, scale=1.0)
def of_random_models(m, *model):
    return _sum_of_both(m, *model)


of_random_models.control("entropy alone", lambda p, *_: rates.source_entropy(p), why="Bayes' model only")

bound = claim.statement(
    "entropy_is_covered",
    "R + D ≥ H(x), attained where p(z) = q(z) and p(x|z) = q(x|z)",
    claimed=lambda p: rates.source_entropy(p),
    relation=">=",
    domain=MODELS,
    definition=_rate_plus_distortion,
    symbolic=_entropy,
    anchor=lambda claimed, w, p, q, r, a, b: claimed([w, 1 - w]),
    assumptions="discrete x; for densities H and D change by the same constant with the unit of x",
)


@bound.derivation
def by_gibbs(x):
    return [
        ("rate_plus_distortion", _entropy(x) + _model_gap(x)),
        Step(
            "a divergence is not negative", _entropy(x), ">=", "Gibbs' inequality; Cover & Thomas 2006, theorem 2.6.3"
        ),
    ]


by_gibbs.control("half a nat more", lambda x: _entropy(x) + x.Rational(1, 2), why="Bayes' model attains H")


@bound.observed(instances=_models, call=lambda claimed, p, *_: claimed(p), error=1e-13, scale=1.0)
def of_models(m, *model):
    return _sum_of_both(m, *model)


of_models.control("bits", lambda p: rates.source_entropy(p) / np.log(2), why="a unit")


@claim.curves
def random_models():
    from proofs.words.arithmetic import DOUBLE

    rng = np.random.default_rng(3)
    source, shifts = np.array([0.1, 0.2, 0.3, 0.4]), np.linspace(0, 3, 61)
    codes = [(1 - e) * np.eye(4) + e / 4 for e in np.linspace(0.02, 0.98, 12)]
    points = {"bayes": [], "own": []}
    for code in codes:
        joint = source[:, None] * code
        other = rng.dirichlet(np.full(4, 2.0))
        back = (joint / joint.sum(0)).T
        for name, prior, decoder in (("bayes", joint.sum(0), back), ("own", other, 0.8 * back + 0.05)):
            R = float((source[:, None] * DOUBLE.kl(code, np.broadcast_to(prior, code.shape))).sum())
            points[name].append((R, float(_sum_of_both(DOUBLE, source, code, prior, decoder)) - R))
    parts = [_parts(float(m)) for m in shifts]
    return {
        "entropy": np.array(rates.source_entropy(source)), "shift": shifts,
        "parts": np.array(parts), **{name: np.array(p) for name, p in points.items()},
    }  # fmt: skip


def _parts(shift):
    """Rate, information and gap of z | x ~ N(±m, ½²)."""
    codes = ((-shift, 0.5), (shift, 0.5))
    prior = GaussianMixture([1.0], [0.0], stds=[1.0])
    both = GaussianMixture([0.5, 0.5], [-shift, shift], stds=[0.5, 0.5])
    gap = float(divergence.kl(both, prior))
    whole = float(_information_plus_gap([0.5, 0.5], codes, prior))
    return (shift**2 + 0.25 - 1) / 2 - np.log(0.5), whole - gap, gap


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    data = saved["curves"]
    left, right = panels(figure, 2)
    whole, told, gap = data["parts"].T
    left.stackplot(
        data["shift"],
        told,
        gap,
        colors=[COLOUR["exact"], COLOUR["control"]],
        alpha=0.6,
        labels=["$I(x;z)$", "prior gap"],
    )
    left.plot(data["shift"][::5], whole[::5], "o", color=COLOUR["data"], label="rate, by definition")
    left.set(xlabel="encoder mean $m$ ($s$ = ½, two modes)", ylabel="nats")
    left.legend(loc="upper left")
    H = float(data["entropy"])
    right.plot([0, H], [H, 0], color=COLOUR["exact"], label="$R + D = H$")
    right.plot(*data["bayes"].T, "o", color=COLOUR["data"], label="prior and decoder of Bayes' rule")
    right.plot(*data["own"].T, "s", color=COLOUR["control"], label="other prior and decoder")
    right.set(xlabel="rate $R$ (nats)", ylabel="distortion $D$ (nats)", ylim=(0, 2.4))
    right.legend(loc="upper right")
