"""At R nats a code of two modes leaves D = 4a²ε(1-ε), h_b(ε) = h_b(w) - R: KL pressure is partial mean collapse.

    reproductions ±a(1-2ε),   dD/dR = -2a²t/artanh t, t = 1-2ε (-2a² at R = 0, w = ½)

whatever the encoder, the decoder and the latent. An output z of posterior (1±T)/2 tells ρ(T) = ln 2 - h_b((1+T)/2) and
leaves a²(1-T²); ρ is convex in T², so by Jensen's inequality it is best to favour the likelier mode by the same t always.
A little pressure therefore moves both reproductions towards the mean; the smaller h_b(w), the sooner: minorities blur first.
Of K ≥ 3 equidistant modes the outputs favour one by t, but ρ_K is not convex in t²: below R_c = ((K-2)/K) ln(K-1), where
t = (K-2)/(K-1), the best code is shared in time between that one and none: some samples are collapsed altogether.
"""

import numpy as np

from proofs import symbolic_modes as symbols
from proofs import textbook_modes as textbook
from proofs.claim import Claim, Step
from proofs.domain import POSITIVE, UNIT, Domain, between, integers
from theory import rate_distortion as rd
from theory.binary import entropy

claim = Claim(
    topic="kl-pressure",
    references=(
        "Cover & Thomas 2006, Elements of information theory, chapter 10",
        "Blahut 1972, Computation of channel capacity and rate-distortion functions",
        "Harremoës & Topsøe 2001, Inequalities between entropy and index of coincidence",
    ),
)


def _weights(w):
    return np.array([w, 1 - w])


def _modes(a):
    return np.array([-a, a])


def _t(x):
    return x.Symbol("t")


# --- the code that favours the likelier mode by 1-2ε ------------------------------------------------------------------

CODES = Domain(a=POSITIVE, w=between(0, 0.5), f=UNIT)


def _at(claimed, a, w, f):
    """Crossover ε = fw, hence the rate h_b(w) - h_b(ε)."""
    return claimed(entropy(w) - entropy(f * w), a, w)


def _drawn(s):
    """w, t from |1-2w| to 1 and a; now and then equal weights."""
    w = s.either(s.inside(0.03, 0.97), s.one_of((0.5,)))
    part = s.tuples(w, s.inside(0.02, 0.98), s.scales(0.3, 3.0))
    return part.map(lambda d: (d[0], abs(1 - 2 * d[0]) * (1 - d[1]) + d[1], d[2]))


def _at_its_rate(claimed, w, t, a):
    return claimed(_double_information(textbook.favouring(t, w), w), a, w)


def _double_information(channel, w):
    from proofs.arithmetic import DOUBLE

    return max(float(textbook.information(DOUBLE, _weights(w), channel)), 0.0)


curve = claim.statement(
    "distortion_at_a_rate",
    "two outputs with posteriors ε and 1-ε: E|x-E[x|z]|² = 4a²ε(1-ε) at the rate h_b(w) - h_b(ε)",
    claimed=rd.two_modes,
    domain=CODES,
    definition=lambda x: x.a**2 * symbols.guess_error(x, 1 - 2 * x.f * x.w),
    symbolic=lambda x: 4 * x.a**2 * x.f * x.w * (1 - x.f * x.w),
    anchor=_at,
    assumptions="ε = fw < w ≤ ½; rates up to h_b(w)",
)


@curve.derivation
def right_and_wrong(x):
    e = x.f * x.w
    return [("(1-ε)(2ε)² + ε(2-2ε)²", x.a**2 * ((1 - e) * (2 * e) ** 2 + e * (2 - 2 * e) ** 2))]


right_and_wrong.control("2 for 4", lambda x: 2 * x.a**2 * x.f * x.w * (1 - x.f * x.w), why="a factor 2")


@curve.observed(instances=_drawn, call=_at_its_rate, error=1e-10, claimed_error=1e-11, scale=lambda w, t, a: a**2)
def by_summation(m, w, t, a):
    return textbook.error(_weights(w), _modes(a), textbook.favouring(t, w))


by_summation.control("equal weights", lambda R, a, w: rd.two_modes(min(R, 0.69), a), why="ln 2 for h_b(w)")


def _pressed(s):
    """w, a channel near a perfect one, and the inverse of θ/a² well above what collapses the code."""
    channel = textbook.channels(s).map(lambda c: 0.02 * c + 0.98 * np.eye(*c.shape))
    return s.tuples(s.inside(0.1, 0.9), channel, s.scales(2.6, 8.0))


def _end_of_descent(m, w, channel, u):
    return textbook.descended(m, _weights(w), _modes(m.number(1)), channel, 1 / u)


def _at_rate_of_the_end(claimed, w, channel, u):
    from proofs.arithmetic import DOUBLE

    return claimed(_double_information(_end_of_descent(DOUBLE, w, channel, u), w), 1.0, w)


@curve.observed(instances=_pressed, call=_at_rate_of_the_end, error=1e-9, claimed_error=1e-11, scale=1.0)
def blahut_arimoto(m, w, channel, u):
    """Where Blahut's steps end that start from a random code of up to five outputs."""
    return textbook.error(_weights(w), _modes(m.number(1)), _end_of_descent(m, w, channel, u))


blahut_arimoto.control("ε for 4ε(1-ε)", lambda R, a, w: rd.crossover(R, w), why="the error probability")

reproductions = claim.statement(
    "reproductions_move_to_the_mean",
    "E[x|z] = ±a(1-2ε)",
    claimed=lambda rate, a, w: a * (1 - 2 * rd.crossover(rate, w)),
    domain=CODES,
    definition=lambda x: x.Sum(
        symbols.over_two(x, (1 - x.f * x.w) * x.a, -x.f * x.w * x.a), (x.Symbol("k"), 0, 1)
    ),
    symbolic=lambda x: x.a * (1 - 2 * x.f * x.w),
    anchor=_at,
)  # fmt: skip


@reproductions.derivation
def posterior_mean(x):
    return [("right and wrong", (1 - x.f * x.w) * x.a - x.f * x.w * x.a)]


posterior_mean.control("a(1-ε)", lambda x: x.a * (1 - x.f * x.w), why="a factor 2")


@reproductions.observed(instances=_drawn, call=_at_its_rate, error=1e-9, claimed_error=1e-9, scale=lambda w, t, a: a)
def by_posterior(m, w, t, a):
    return -textbook.decoded(_weights(w), _modes(a), textbook.favouring(t, w))[0, 0]


by_posterior.control("the modes", lambda rate, a, w: a, why="no shrinkage")

# --- no channel does better -------------------------------------------------------------------------------------------


def _rate(distortion, a, w=0.5):
    """h_b(w) - h_b(ε) at 4a²ε(1-ε) = D."""
    t = np.sqrt(np.maximum(1 - distortion / a**2, 0))
    return entropy(w) - entropy(np.minimum((1 - t) / 2, w if w < 0.5 else 1 - w))


def _root_mean(x):
    return x.sqrt(x.q * x.r**2 + (1 - x.q) * x.s**2)


converse = claim.statement(
    "no_channel_does_better",
    "I(x; z) ≥ h_b(w) - h_b(ε), 4a²ε(1-ε) = E|x-E[x|z]|², for every channel",
    claimed=_rate,
    relation=">=",
    domain=Domain(q=UNIT, r=UNIT, s=UNIT),
    definition=lambda x: x.Sum(symbols.over_two(x, x.q * _told(x, x.r), (1 - x.q) * _told(x, x.s)), (x.Symbol("k"), 0, 1)),
    symbolic=lambda x: _told(x, _root_mean(x)),
    anchor=lambda claimed, q, r, s: claimed(q * (1 - r**2) + (1 - q) * (1 - s**2), 1.0),
    assumptions="derived for outputs that favour some mode by r with probability q, else by s; ± both, for E T = 1-2w",
)  # fmt: skip


def _told(x, t):
    return symbols.gain(x, t)


@converse.derivation
def by_jensen(x):
    mixed = x.q * _told(x, x.r) + (1 - x.q) * _told(x, x.s)
    return [
        ("I = E ρ(T)", mixed),
        Step("ρ is convex in t²", _told(x, _root_mean(x)), ">=", "Jensen 1906; convexity: told_more_the_farther"),
    ]


by_jensen.control("ρ((r+s)/2) of equal shares × 2", lambda x: 2 * _told(x, _root_mean(x)), why="a factor 2")


def _any_code(s):
    best = s.tuples(s.inside(0.51, 0.97), s.inside(0.02, 0.98)).map(
        lambda d: (d[0], textbook.favouring((2 * d[0] - 1) * (1 - d[1]) + d[1], d[0]))
    )
    return s.tuples(s.either(s.tuples(s.inside(0.03, 0.97), textbook.faint_channels(s)), best), s.scales(0.3, 3.0)).map(
        lambda d: (*d[0], d[1])
    )


def _at_its_distortion(claimed, w, channel, a):
    return claimed(textbook.error(_weights(w), _modes(a), channel), a, w)


@converse.observed(instances=_any_code, call=_at_its_distortion, error=1e-13, claimed_error=1e-13, scale=1.0)
def random_channels(m, w, channel, a):
    return textbook.information(m, _weights(w), channel)


random_channels.control("twice the rate", lambda D, a, w: 2 * _rate(D, a, w), why="a factor 2")
random_channels.control("equal weights", lambda D, a, w: _rate(D, a), why="ln 2 for h_b(w)")

convex = claim.statement(
    "told_more_the_farther",
    "2a²/|dD/dR| = artanh(t)/t ≤ 1/(1-t²): it rises with t, so ρ is convex in t² and D in R",
    claimed=lambda rate, a: -2 * a**2 / rd.two_modes_slope(rate, a),
    relation=">=",
    domain=Domain(t=UNIT),
    symbolic=lambda x: (x.log(1 + x.t) - x.log(1 - x.t)) / (2 * x.t),
    anchor=lambda claimed, t: claimed(np.log(2) - entropy((1 - t) / 2), 1.0),
    assumptions="d/dt (artanh t/t) = (1/(1-t²) - artanh t/t)/t",
)


@convex.enclosure(
    change={"t": (lambda s: 1 - s, (0, 1))}, contact={"t_t": 1}, factor=lambda t_t: (1 - t_t) * t_t * (2 - t_t)
)
def slope_of_artanh(x):
    return 1 / (1 - x.t**2)


slope_of_artanh.control(
    "1% more", lambda x: (x.log(1 + x.t) - x.log(1 - x.t)) / (2 * x.t) * x.Rational(101, 100), why="crossed near 0"
)


@convex.observed(
    instances=lambda s: s.tuples(s.scales(1e-3, 0.95), s.scales(0.3, 3.0)), error=1e-9, claimed_error=1e-9,
    call=lambda claimed, t, a: claimed(_double_information(textbook.favouring(t, 0.5), 0.5), a),
)  # fmt: skip
def curvature_of_information(m, t, a):
    """d²I/dt², by Cauchy's formula, which is 1/(1-t²)."""

    def told(step):
        return sum(p * m.log(2 * p) for p in ((1 + t + step) / 2, (1 - t - step) / 2))

    return textbook.curvature(m, told, (1 - t) / 3, 40)


curvature_of_information.control("2 artanh(t)/t", lambda R, a: -4 * a**2 / rd.two_modes_slope(R, a), why="a factor 2")

# --- how much a nat saves ---------------------------------------------------------------------------------------------

slope = claim.statement(
    "slope",
    "dD/dR = -2a²t/artanh t = -4a²(1-2ε)/ln((1-ε)/ε)",
    claimed=rd.two_modes_slope,
    domain=CODES,
    definition=lambda x: (
        x.a**2
        * symbols.slope_at(x, symbols.guess_error(x, _t(x)), _t(x), 1 - 2 * x.f * x.w)
        / symbols.slope_at(x, symbols.guesses(x, _t(x), 0), _t(x), 1 - 2 * x.f * x.w)
    ),
    symbolic=lambda x: -4 * x.a**2 * (1 - 2 * x.f * x.w) / (x.log(1 - x.f * x.w) - x.log(x.f * x.w)),
    anchor=_at,
)


@slope.derivation
def by_the_chain_rule(x):
    t = 1 - 2 * x.f * x.w
    return [("(1-t²)'/ρ'", x.a**2 * (-2 * t) / ((x.log(1 + t) - x.log(1 - t)) / 2))]


by_the_chain_rule.control(
    "half", lambda x: -2 * x.a**2 * (1 - 2 * x.f * x.w) / (x.log(1 - x.f * x.w) - x.log(x.f * x.w)), why="a factor 2"
)


@slope.observed(
    instances=lambda s: _drawn(s).map(lambda d: (d[0], abs(1 - 2 * d[0]) * 0.9 + 0.05 + 0.03 * d[1], d[2]))
    .filter(lambda d: d[1] > abs(1 - 2 * d[0]) + 0.01),
    call=_at_its_rate, error=1e-8 / 3, claimed_error=1e-9, scale=lambda w, t, a: a**2,
)  # fmt: skip
def by_differences(m, w, t, a):
    def code(favour):
        return textbook.favouring(favour, w)

    size = (1 - t) / 8
    saved = m.slope(lambda at: textbook.error(_weights(w), _modes(a), code(at)), t, size)
    return saved / m.slope(lambda at: textbook.information(m, _weights(w), code(at)), t, size)


by_differences.control("-2a²", lambda R, a, w: -2 * a**2, why="the slope at rate 0")

start = claim.statement(
    "first_nats_save_most",
    "dD/dR → -2a² as R → 0, equal weights",
    claimed=lambda a: rd.two_modes_slope(0.0, a),
    domain=Domain(a=POSITIVE),
    definition=lambda x: x.Limit(-4 * x.a**2 * _t(x) / (x.log(1 + _t(x)) - x.log(1 - _t(x))), _t(x), 0),
    symbolic=lambda x: -2 * x.a**2,
)


@start.derivation
def artanh_over_t(x):
    return [("artanh t = t + O(t³)", -2 * x.a**2 * x.Limit((1 - _t(x) ** 2), _t(x), 0))]


artanh_over_t.control("-4a²", lambda x: -4 * x.a**2, why="a factor 2")


@start.observed(instances=lambda s: s.scales(0.1, 10.0), error=2e-9)
def of_faint_codes(m, a):
    half = m.number(0.5)

    def saved_per_nat(square):
        code = textbook.favouring(m.sqrt(square), half)
        return (textbook.error(_weights(half), _modes(a), code) - a**2) / textbook.information(m, _weights(half), code)

    return textbook.limit(m, saved_per_nat, m.number(0.1))


of_faint_codes.control("-a²", lambda a: -(a**2), why="a factor 2")

# --- K equidistant modes ----------------------------------------------------------------------------------------------

THREE_UP = Domain(n=integers(1))


def _favoured_error(x, t):
    """E|x-E[x|z]|² in units of d²: Σ p_k (posterior of all others)/2."""
    K = x.n + 2
    first, other = (1 + t * (K - 1)) / K, (1 - t) / K
    pairs = symbols.over_two(x, first * (K - 1) * other, (K - 1) * other * (first + (K - 2) * other))
    return x.Sum(pairs, (x.Symbol("k"), 0, 1)) / 2


bend = claim.statement(
    "rate_at_the_bend",
    "t = (K-2)/(K-1) tells R_c = ((K-2)/K) ln(K-1)",
    claimed=rd.critical_rate,
    domain=THREE_UP,
    definition=lambda x: symbols.among(x, x.n + 2, x.n / (x.n + 1), 0),
    symbolic=lambda x: x.n / (x.n + 2) * x.log(x.n + 1),
    anchor=lambda claimed, n: claimed(n + 2),
    assumptions="K = n + 2; that this code pays first is claim collapse_order's",
)


@bend.derivation
def favoured_and_others(x):
    K = x.n + 2
    return [("posteriors (K-1)/K and 1/K(K-1)", (K - 1) / K * x.log(K - 1) - x.log(K - 1) / K)]


favoured_and_others.control("K for K-2", lambda x: x.log(x.n + 1), why="an index")


@bend.observed(instances=lambda s: s.integers(3, 400), error=1e-12)
def of_the_posterior(m, K):
    posterior = np.array([m.number(K - 1) / K, *[m.number(1) / (K * (K - 1))] * (K - 1)])
    return (posterior * m.log(K * posterior)).sum()


of_the_posterior.control("ln(K-1)", lambda K: np.log(K - 1), why="an index")


def _favour(K, above):
    """t between the bend and 1."""
    return ((K - 2) + above) / (K - 1)


equidistant = claim.statement(
    "k_modes_beyond_the_bend",
    "R ≥ R_c: D = (d²/2)(1-1/K)(1-t²) at the rate ρ_K(t)",
    claimed=rd.equidistant_modes,
    domain=Domain(d=POSITIVE, f=UNIT, **THREE_UP),
    definition=lambda x: x.d**2 * _favoured_error(x, _favour(x.n + 2, x.f)),
    symbolic=lambda x: x.d**2 / 2 * (1 - 1 / (x.n + 2)) * (1 - _favour(x.n + 2, x.f) ** 2),
    anchor=lambda claimed, d, f, n: claimed(rd.favour_rate(_favour(n + 2, f), n + 2), d, n + 2),
)


@equidistant.derivation
def pair_by_pair(x):
    K, t = x.n + 2, _favour(x.n + 2, x.f)
    square = ((1 + t * (K - 1)) / K) ** 2 + (K - 1) * ((1 - t) / K) ** 2
    return [("Σ_{i<j} p_i p_j = (1 - Σ p²)/2", x.d**2 / 2 * (1 - square))]


pair_by_pair.control(
    "without 1-1/K", lambda x: x.d**2 / 2 * (1 - _favour(x.n + 2, x.f) ** 2), why="the variance of K modes"
)


def _shared(m, K, share, above, d):
    """Modes at the corners of a simplex; with probability `share` an output that favours by t, else an erasure."""
    channel = share * textbook.favoured(K, _favour(K, above))
    if share < 1:
        channel = np.hstack([channel, (1 - share) * np.ones((K, 1))])
    return [m.number(1) / K] * K, textbook.simplex(K) * (d / m.sqrt(m.number(2))), channel


def _at_shared_rate(claimed, K, share, above, d):
    from proofs.arithmetic import DOUBLE

    weights, _, channel = _shared(DOUBLE, K, share, above, d)
    return claimed(float(textbook.information(DOUBLE, weights, channel)), d, K)


@equidistant.observed(
    instances=lambda s: s.tuples(s.integers(3, 6), s.one_of((1.0,)), s.inside(0.02, 0.98), s.scales(0.3, 3.0)),
    call=_at_shared_rate, error=1e-11, scale=lambda K, share, above, d: d**2,
)  # fmt: skip
def at_the_corners(m, K, share, above, d):
    weights, points, channel = _shared(m, K, share, above, d)
    return textbook.error(weights, points, channel)


at_the_corners.control("K+1 modes", lambda R, d, K: rd.equidistant_modes(R, d, K + 1), why="an index")

sharing = claim.statement(
    "time_sharing_below_the_bend",
    "R < R_c: D = (d²/2)(1-1/K)(1 - (R/R_c) ((K-2)/(K-1))²), linear in R: R/R_c of the samples are coded",
    claimed=rd.equidistant_modes,
    domain=Domain(d=POSITIVE, f=UNIT, **THREE_UP),
    definition=lambda x: (
        x.d**2 * (x.f * _favoured_error(x, _favour(x.n + 2, 0)) + (1 - x.f) * _favoured_error(x, 0))
    ),
    symbolic=lambda x: x.d**2 / 2 * (1 - 1 / (x.n + 2)) * (1 - x.f * (x.n / (x.n + 1)) ** 2),
    anchor=lambda claimed, d, f, n: claimed(f * rd.critical_rate(n + 2), d, n + 2),
    assumptions="R = f R_c",
)  # fmt: skip


@sharing.derivation
def coded_or_not(x):
    K, t2 = x.n + 2, (x.n / (x.n + 1)) ** 2
    return [("both leave (1-1/K)(1-t²)/2", x.d**2 / 2 * (1 - 1 / K) * (x.f * (1 - t2) + 1 - x.f))]


coded_or_not.control(
    "t for t²", lambda x: x.d**2 / 2 * (1 - 1 / (x.n + 2)) * (1 - x.f * x.n / (x.n + 1)), why="a power"
)


@sharing.observed(
    instances=lambda s: s.tuples(s.integers(3, 6), s.inside(0.02, 0.98), s.one_of((0.0,)), s.scales(0.3, 3.0)),
    call=_at_shared_rate, error=1e-11, scale=lambda K, share, above, d: d**2,
)  # fmt: skip
def with_erasures(m, K, share, above, d):
    weights, points, channel = _shared(m, K, share, above, d)
    return textbook.error(weights, points, channel)


with_erasures.control("K+1 modes", lambda R, d, K: rd.equidistant_modes(R, d, K + 1), why="an index")


def _favour_of(posterior):
    """t of the posterior that favours one mode and has the same Σ p²."""
    K = len(posterior)
    return np.sqrt(np.clip((K * np.sum(posterior**2) - 1) / (K - 1), 0.0, 1.0))


def _shares(x):
    return x.p, (1 - x.p) * x.q, (1 - x.p) * (1 - x.q)


def _favour_of_three(x):
    return x.sqrt((3 * sum(p**2 for p in _shares(x)) - 1) / 2)


least = claim.statement(
    "favouring_one_mode_tells_least",
    "ln K - H(posterior) ≥ ρ_K(t) of the posterior that favours one mode and leaves the same error",
    claimed=lambda posterior: rd.favour_rate(_favour_of(posterior), len(posterior)),
    relation=">=",
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: x.log(3) + x.Sum(
        x.Piecewise(*[(p * x.log(p), x.Eq(x.Symbol("k"), k)) for k, p in enumerate(_shares(x))]), (x.Symbol("k"), 0, 2)
    ),
    symbolic=lambda x: _one_of_three(x, _favour_of_three(x)),
    anchor=lambda claimed, p, q: claimed(np.array([p, (1 - p) * q, (1 - p) * (1 - q)])),
    assumptions="cited for K = 3, checked up to K = 6; the error is (d²/2)(1 - Σ p²)",
)  # fmt: skip


def _one_of_three(x, t):
    return (1 + 2 * t) / 3 * x.log(1 + 2 * t) + 2 * (1 - t) / 3 * x.log(1 - t)


@least.derivation
def by_coincidence(x):
    told = x.log(3) + sum(p * x.log(p) for p in _shares(x))
    lemma = "Harremoës & Topsøe 2001: the range of (index of coincidence, entropy)"
    return [("summed", told), Step("as uneven as Σ p²", _one_of_three(x, _favour_of_three(x)), ">=", lemma)]


by_coincidence.control("twice as much", lambda x: 2 * _one_of_three(x, _favour_of_three(x)), why="a factor 2")


def _posteriors(s):
    favoured = s.tuples(s.integers(3, 6), s.inside(0.0, 1.0)).map(lambda d: textbook.favoured(*d)[0])
    return s.either(s.weights(3, 6), favoured)


@least.observed(instances=_posteriors, error=1e-12, claimed_error=1e-12, scale=1.0)
def random_posteriors(m, p):
    return (p * m.log(p)).sum() + m.log(m.number(len(p)))


random_posteriors.control("against one", lambda p: rd.favour_rate(_favour_of(p), len(p)) * 1.01, why="attained")


@claim.curves
def curves():
    from proofs.arithmetic import DOUBLE

    R, t = np.linspace(0, 2.079, 301), np.linspace(0, 1, 200)
    saved = {"R": R, "equal": rd.two_modes(R, 1.0), "unequal": rd.two_modes(R, 1.0, 0.9)}
    saved |= {"eight": rd.equidistant_modes(R, 1.0, 8), "favoured": rd.favour_rate(t, 8), "left": 7 / 16 * (1 - t**2)}
    for name, w, couplings in (
        ("equal", 0.5, (1.1, 1.3, 1.6, 2.0, 2.6, 3.5)),
        ("unequal", 0.9, (1.5, 1.7, 2.0, 2.6, 3.5)),
    ):
        ends = [
            textbook.descended(DOUBLE, _weights(w), _modes(1.0), 0.02 + 0.96 * np.eye(2), 1 / u, 400) for u in couplings
        ]
        saved[f"{name}_points"] = np.array([_point(_weights(w), _modes(1.0), c) for c in ends])
    rng = np.random.default_rng(7)
    codes = [rng.dirichlet(np.full(3, 0.5), size=2) for _ in range(60)]
    saved["random"] = np.array([_point(_weights(0.5), _modes(1.0), c) for c in codes])
    shares = [_shared(DOUBLE, 8, share, 0.0, 1.0) for share in (0.25, 0.5, 0.75, 1.0)]
    saved["shared"] = np.array([_point(*parts) for parts in shares])
    return saved


def _point(weights, points, channel):
    from proofs.arithmetic import DOUBLE

    return float(textbook.information(DOUBLE, weights, channel)), float(textbook.error(weights, points, channel))


@claim.figure
def draw(saved, figure):
    from proofs.figures import COLOUR, panels

    data = saved["curves"]
    left, right = panels(figure, 2)
    inside = data["R"] < np.log(2)
    left.plot(*data["random"].T, ".", ms=3, color=COLOUR["control"], label="random channels, $w$ = ½")
    left.plot(data["R"][inside], data["equal"][inside], color=COLOUR["exact"], label="exact, $w$ = ½")
    left.plot(data["R"][inside], data["unequal"][inside], "--", color=COLOUR["exact"], label="exact, $w$ = 0.9")
    left.plot(*data["equal_points"].T, "o", color=COLOUR["data"], label="Blahut-Arimoto")
    left.plot(*data["unequal_points"].T, "o", color=COLOUR["data"])
    left.set(xlabel="rate (nats)", ylabel="distortion / $a^2$", ylim=(0, 1.05))
    left.legend(loc="upper right")
    right.plot(data["R"], data["eight"], color=COLOUR["exact"], label="exact, 8 equidistant modes")
    right.plot(data["favoured"], data["left"], "--", color=COLOUR["control"], label="always coded")
    right.plot(*data["shared"].T, "o", color=COLOUR["data"], label="shared with an erasure")
    right.axvline(data["shared"][-1, 0], ymax=0.4, color=COLOUR["other"], lw=0.6, ls=":", label="$R_c$")
    right.set(xlabel="rate (nats)", ylabel="distortion / $d^2$", ylim=(-0.01, 0.56))
    right.legend(loc="upper right")
