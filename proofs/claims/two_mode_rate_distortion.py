"""At R nats a code of two modes leaves D = 4a²ε(1-ε), h_b(ε) = h_b(w) - R: KL pressure is partial mean collapse.

    reproductions ±a(1-2ε),   dD/dR = -2a²t/artanh t, t = 1-2ε (-2a² at R = 0, w = ½)

whatever the encoder, the decoder and the latent. An output z of posterior (1±T)/2 tells ρ(T) = ln 2 - h_b((1+T)/2) and
leaves a²(1-T²); ρ is convex in T², so by Jensen's inequality it is best to favour the likelier mode by the same t always.
A little pressure therefore moves both reproductions towards the mean; the smaller h_b(w), the sooner: minorities blur first.
Of K ≥ 3 equidistant modes the outputs favour one by t, but ρ_K is not convex in t²: below R_c = ((K-2)/K) ln(K-1), where
t = (K-2)/(K-1), the best code is shared in time between that one and none: some samples are collapsed altogether.
"""

import numpy as np

from proofs.core.claim import Claim, Step
from proofs.core.letters import POSITIVE, UNIT, Domain, between, integers
from proofs.textbook import modes
from proofs.textbook import rate as textbook
from proofs.words import codes as symbols
from proofs.words.arithmetic import DOUBLE
from theory import rate_distortion as rd
from theory.binary import entropy

claim = Claim(
    topic="kl-pressure",
    references=("cover2006 chapter 10", "blahut1972", "harremoes2001"),
)
CODES = Domain(a=POSITIVE, w=between(0, 0.5), f=UNIT)
THREE_UP = Domain(n=integers(1))


def declare_worked_out(id, formula, *, step, wrong, **sides):
    """A statement that one `step` (name, reason, expression) derives from the definition; `wrong` is (name, expression, why)."""
    statement = claim.statement(id, formula, **sides)
    name, reason, expression = step

    def worked_out(x):
        return [(reason, expression(x))]

    worked_out.__name__ = name
    statement.derivation(worked_out).control(*wrong[:2], why=wrong[2])
    return statement


def _at(claimed, a, w, f):
    """Crossover ε = fw, hence the rate h_b(w) - h_b(ε)."""
    return claimed(entropy(w) - entropy(f * w), a, w)


def _at_its_rate(claimed, w, t, a):
    return claimed(textbook.rate(modes.favouring(t, w), w), a, w)


# --- the code that favours the likelier mode by 1-2ε ------------------------------------------------------------------

curve = declare_worked_out(
    "distortion_at_a_rate",
    "two outputs with posteriors ε and 1-ε: E|x-E[x|z]|² = 4a²ε(1-ε) at the rate h_b(w) - h_b(ε)",
    claimed=rd.two_modes,
    domain=CODES,
    definition=lambda x: x.a**2 * symbols.guess_error(x, 1 - 2 * x.f * x.w),
    step=(
        "right_and_wrong",
        "(1-ε)(2ε)² + ε(2-2ε)²",
        lambda x: x.a**2 * sum((1 - e) * (2 * e) ** 2 for e in (x.f * x.w, 1 - x.f * x.w)),
    ),
    symbolic=lambda x: 4 * x.a**2 * x.f * x.w * (1 - x.f * x.w),
    wrong=("2 for 4", lambda x: 2 * x.a**2 * x.f * x.w * (1 - x.f * x.w), "a factor 2"),
    anchor=_at,
    assumptions="ε = fw < w ≤ ½; rates up to h_b(w)",
)
by_summation = curve.observed(
    instances=textbook.favouring_codes, call=_at_its_rate,
    error=1e-10, claimed_error=1e-11, scale=lambda w, t, a: a**2,
)(textbook.by_summation)  # fmt: skip
by_summation.control("equal weights", lambda R, a, w: rd.two_modes(min(R, 0.69), a), why="ln 2 for h_b(w)")

blahut_arimoto = curve.observed(
    instances=textbook.pressed_codes, error=1e-9, claimed_error=1e-11, scale=1.0,
    call=lambda claimed, w, c, u: claimed(textbook.rate(textbook.end_of_descent(DOUBLE, w, c, u), w), 1.0, w),
)(textbook.blahut_arimoto)  # fmt: skip
blahut_arimoto.control("ε for 4ε(1-ε)", lambda R, a, w: rd.crossover(R, w), why="the error probability")

reproductions = declare_worked_out(
    "reproductions_move_to_the_mean",
    "E[x|z] = ±a(1-2ε)",
    claimed=lambda rate, a, w: a * (1 - 2 * rd.crossover(rate, w)),
    domain=CODES,
    definition=lambda x: x.Sum(symbols.over_two(x, (1 - x.f * x.w) * x.a, -x.f * x.w * x.a), (x.Symbol("k"), 0, 1)),
    step=("posterior_mean", "right and wrong", lambda x: (1 - x.f * x.w) * x.a - x.f * x.w * x.a),
    symbolic=lambda x: x.a * (1 - 2 * x.f * x.w),
    wrong=("a(1-ε)", lambda x: x.a * (1 - x.f * x.w), "a factor 2"),
    anchor=_at,
)
by_posterior = reproductions.observed(
    instances=textbook.favouring_codes, call=_at_its_rate, error=1e-9, claimed_error=1e-9, scale=lambda w, t, a: a
)(textbook.by_posterior)
by_posterior.control("the modes", lambda rate, a, w: a, why="no shrinkage")

# --- no channel does better -------------------------------------------------------------------------------------------


def _rate(distortion, a, w=0.5):
    """h_b(w) - h_b(ε) at 4a²ε(1-ε) = D."""
    t = np.sqrt(np.maximum(1 - distortion / a**2, 0))
    return entropy(w) - entropy(np.minimum((1 - t) / 2, w if w < 0.5 else 1 - w))


def _both(x):
    """What either output tells, by its share."""
    return x.q * symbols.gain(x, x.r), (1 - x.q) * symbols.gain(x, x.s)


def _mean(x):
    """What one output tells that leaves the same error."""
    return symbols.gain(x, x.sqrt(x.q * x.r**2 + (1 - x.q) * x.s**2))


converse = claim.statement(
    "no_channel_does_better",
    "I(x; z) ≥ h_b(w) - h_b(ε), 4a²ε(1-ε) = E|x-E[x|z]|², for every channel",
    claimed=_rate,
    relation=">=",
    domain=Domain(q=UNIT, r=UNIT, s=UNIT),
    definition=lambda x: x.Sum(symbols.over_two(x, *_both(x)), (x.Symbol("k"), 0, 1)),
    symbolic=_mean,
    anchor=lambda claimed, q, r, s: claimed(q * (1 - r**2) + (1 - q) * (1 - s**2), 1.0),
    assumptions="derived for outputs that favour some mode by r with probability q, else by s; ± both, for E T = 1-2w",
)


@converse.derivation
def by_jensen(x):
    return [
        ("I = E ρ(T)", sum(_both(x))),
        Step("ρ is convex in t²", _mean(x), ">=", "Jensen 1906; convexity: told_more_the_farther"),
    ]


by_jensen.control("ρ((r+s)/2) of equal shares × 2", lambda x: 2 * _mean(x), why="a factor 2")

random_channels = converse.observed(
    instances=textbook.any_codes, call=lambda claimed, w, channel, a: claimed(textbook.left(channel, w, a), a, w),
    error=1e-13, claimed_error=1e-13, scale=1.0,
)(textbook.random_channels)  # fmt: skip
random_channels.control("twice the rate", lambda D, a, w: 2 * _rate(D, a, w), why="a factor 2")
random_channels.control("equal weights", lambda D, a, w: _rate(D, a), why="ln 2 for h_b(w)")

convex = claim.statement(
    "told_more_the_farther",
    "2a²/|dD/dR| = artanh(t)/t ≤ 1/(1-t²): it rises with t, so ρ is convex in t² and D in R",
    claimed=lambda rate, a: -2 * a**2 / rd.two_modes_slope(rate, a),
    relation=">=",
    domain=Domain(t=UNIT),
    symbolic=lambda x: symbols.artanh(x, x.t) / x.t,
    anchor=lambda claimed, t: claimed(np.log(2) - entropy((1 - t) / 2), 1.0),
    assumptions="d/dt (artanh t/t) = (1/(1-t²) - artanh t/t)/t",
)


@convex.enclosure(
    change={"t": (lambda s: 1 - s, (0, 1))}, contact={"t_t": 1}, factor=lambda t_t: (1 - t_t) * t_t * (2 - t_t)
)
def slope_of_artanh(x):
    return 1 / (1 - x.t**2)


slope_of_artanh.control("1% more", lambda x: symbols.artanh(x, x.t) / x.t * x.Rational(101, 100), why="crossed near 0")

curvature_of_information = convex.observed(
    instances=lambda s: s.tuples(s.scales(1e-3, 0.95), s.scales(0.3, 3.0)), error=1e-9, claimed_error=1e-9,
    call=lambda claimed, t, a: claimed(textbook.rate(modes.favouring(t, 0.5), 0.5), a),
)(textbook.curvature_of_information)  # fmt: skip
curvature_of_information.control("2 artanh(t)/t", lambda R, a: -4 * a**2 / rd.two_modes_slope(R, a), why="a factor 2")

# --- how much a nat saves ---------------------------------------------------------------------------------------------


def _falls(x, e):
    """-2a²(1-2ε)/ln((1-ε)/ε)."""
    return -2 * x.a**2 * (1 - 2 * e) / (x.log(1 - e) - x.log(e))


slope = declare_worked_out(
    "slope",
    "dD/dR = -2a²t/artanh t = -4a²(1-2ε)/ln((1-ε)/ε)",
    claimed=rd.two_modes_slope,
    domain=CODES,
    definition=lambda x: x.a**2 * symbols.error_per_nat(x, 1 - 2 * x.f * x.w),
    step=("by_the_chain_rule", "(1-t²)'/ρ'", lambda x: _chained(x, 1 - 2 * x.f * x.w)),
    symbolic=lambda x: 2 * _falls(x, x.f * x.w),
    wrong=("half", lambda x: _falls(x, x.f * x.w), "a factor 2"),
    anchor=_at,
)


def _chained(x, t):
    return x.a**2 * (-2 * t) / symbols.artanh(x, t)


by_differences = slope.observed(
    instances=textbook.telling_codes, call=_at_its_rate,
    error=1e-8 / 3, claimed_error=1e-9, scale=lambda w, t, a: a**2,
)(textbook.by_differences)  # fmt: skip
by_differences.control("-2a²", lambda R, a, w: -2 * a**2, why="the slope at rate 0")

start = declare_worked_out(
    "first_nats_save_most",
    "dD/dR → -2a² as R → 0, equal weights",
    claimed=lambda a: rd.two_modes_slope(0.0, a),
    domain=Domain(a=POSITIVE),
    definition=lambda x: x.Limit(_chained(x, x.Symbol("t")), x.Symbol("t"), 0),
    step=(
        "artanh_over_t",
        "artanh t = t + O(t³)",
        lambda x: -2 * x.a**2 * x.Limit((1 - x.Symbol("t") ** 2), x.Symbol("t"), 0),
    ),
    symbolic=lambda x: -2 * x.a**2,
    wrong=("-4a²", lambda x: -4 * x.a**2, "a factor 2"),
)
of_faint_codes = start.observed(instances=lambda s: s.scales(0.1, 10.0), error=2e-9)(textbook.of_faint_codes)
of_faint_codes.control("-a²", lambda a: -(a**2), why="a factor 2")

# --- K equidistant modes ----------------------------------------------------------------------------------------------

bend = declare_worked_out(
    "rate_at_the_bend",
    "t = (K-2)/(K-1) tells R_c = ((K-2)/K) ln(K-1)",
    claimed=rd.critical_rate,
    domain=THREE_UP,
    definition=lambda x: symbols.among(x, x.n + 2, x.n / (x.n + 1), 0),
    step=(
        "favoured_and_others",
        "posteriors (K-1)/K and 1/K(K-1)",
        lambda x: (x.n + 1) / (x.n + 2) * x.log(x.n + 1) - x.log(x.n + 1) / (x.n + 2),
    ),
    symbolic=lambda x: x.n / (x.n + 2) * x.log(x.n + 1),
    wrong=("K for K-2", lambda x: x.log(x.n + 1), "an index"),
    anchor=lambda claimed, n: claimed(n + 2),
    assumptions="K = n + 2; that this code pays first is claim collapse_order's",
)
of_the_posterior = bend.observed(instances=lambda s: s.integers(3, 400), error=1e-12)(textbook.of_the_posterior)
of_the_posterior.control("ln(K-1)", lambda K: np.log(K - 1), why="an index")


def _silent(x):
    """(d²/2)(1-1/K), what is left without a code."""
    return x.d**2 / 2 * (1 - 1 / (x.n + 2))


def _left_by(x, t):
    return symbols.among_leaves(x, x.n + 2, t)


def _favour(x):
    return textbook.beyond_the_bend(x.n + 2, x.f)


def _by_squares(x, K, t):
    return x.d**2 / 2 * (1 - ((1 + t * (K - 1)) / K) ** 2 - (K - 1) * ((1 - t) / K) ** 2)


def check_shared(statement, name, share, above):
    """By modes at the corners of a simplex, where outputs that favour one by t are shared in time with erasures."""

    def left(m, K, share, above, d):
        return modes.error(*textbook.shared(m, K, share, above, d))

    left.__name__ = name
    statement.observed(
        instances=lambda s: s.tuples(s.integers(3, 6), share(s), above(s), s.scales(0.3, 3.0)),
        call=lambda claimed, *at: claimed(textbook.point(*textbook.shared(DOUBLE, *at))[0], at[-1], at[0]),
        error=1e-11, scale=lambda K, share, above, d: d**2,
    )(left).control("K+1 modes", lambda R, d, K: rd.equidistant_modes(R, d, K + 1), why="an index")  # fmt: skip


equidistant = declare_worked_out(
    "k_modes_beyond_the_bend",
    "R ≥ R_c: D = (d²/2)(1-1/K)(1-t²) at the rate ρ_K(t)",
    claimed=rd.equidistant_modes,
    domain=Domain(d=POSITIVE, f=UNIT, **THREE_UP),
    definition=lambda x: x.d**2 * _left_by(x, _favour(x)),
    step=("pair_by_pair", "Σ_{i<j} p_i p_j = (1 - Σ p²)/2", lambda x: _by_squares(x, x.n + 2, _favour(x))),
    symbolic=lambda x: _silent(x) * (1 - _favour(x) ** 2),
    wrong=("without 1-1/K", lambda x: x.d**2 / 2 * (1 - _favour(x) ** 2), "the variance of K modes"),
    anchor=lambda claimed, d, f, n: claimed(rd.favour_rate(textbook.beyond_the_bend(n + 2, f), n + 2), d, n + 2),
)
check_shared(equidistant, "at_the_corners", lambda s: s.one_of((1.0,)), lambda s: s.inside(0.02, 0.98))

sharing = declare_worked_out(
    "time_sharing_below_the_bend",
    "R < R_c: D = (d²/2)(1-1/K)(1 - (R/R_c) ((K-2)/(K-1))²), linear in R: R/R_c of the samples are coded",
    claimed=rd.equidistant_modes,
    domain=Domain(d=POSITIVE, f=UNIT, **THREE_UP),
    definition=lambda x: x.d**2 * (x.f * _left_by(x, x.n / (x.n + 1)) + (1 - x.f) * _left_by(x, 0)),
    step=(
        "coded_or_not",
        "both leave (1-1/K)(1-t²)/2",
        lambda x: _silent(x) * (x.f * (1 - (x.n / (x.n + 1)) ** 2) + 1 - x.f),
    ),
    symbolic=lambda x: _silent(x) * (1 - x.f * (x.n / (x.n + 1)) ** 2),
    wrong=("t for t²", lambda x: _silent(x) * (1 - x.f * x.n / (x.n + 1)), "a power"),
    anchor=lambda claimed, d, f, n: claimed(f * rd.critical_rate(n + 2), d, n + 2),
    assumptions="R = f R_c",
)
check_shared(sharing, "with_erasures", lambda s: s.inside(0.02, 0.98), lambda s: s.one_of((0.0,)))


def _favour_rate(posterior):
    """ρ_K of the t at which one mode is favoured with the same Σ p²."""
    K = len(posterior)
    t = np.sqrt(np.clip((K * np.sum(posterior**2) - 1) / (K - 1), 0.0, 1.0))
    return rd.favour_rate(t, K)


def _shares(x):
    return x.p, (1 - x.p) * x.q, (1 - x.p) * (1 - x.q)


def _told_by_one_of_three(x):
    return symbols.among_closed(x, 3, x.sqrt((3 * sum(p**2 for p in _shares(x)) - 1) / 2))[0]


least = claim.statement(
    "favouring_one_mode_tells_least",
    "ln K - H(posterior) ≥ ρ_K(t) of the posterior that favours one mode and leaves the same error",
    claimed=_favour_rate,
    relation=">=",
    domain=Domain(p=UNIT, q=UNIT),
    definition=lambda x: x.log(3) + x.Sum(
        x.Piecewise(*[(p * x.log(p), x.Eq(x.Symbol("k"), k)) for k, p in enumerate(_shares(x))]), (x.Symbol("k"), 0, 2)
    ),
    symbolic=_told_by_one_of_three,
    anchor=lambda claimed, p, q: claimed(np.array([p, (1 - p) * q, (1 - p) * (1 - q)])),
    assumptions="cited for K = 3, checked up to K = 6; the error is (d²/2)(1 - Σ p²)",
)  # fmt: skip


@least.derivation
def by_coincidence(x):
    lemma = "Harremoës & Topsøe 2001: the range of (index of coincidence, entropy)"
    return [
        ("summed", x.log(3) + sum(p * x.log(p) for p in _shares(x))),
        Step("as uneven as Σ p²", _told_by_one_of_three(x), ">=", lemma),
    ]


by_coincidence.control("twice as much", lambda x: 2 * _told_by_one_of_three(x), why="a factor 2")

random_posteriors = least.observed(instances=textbook.posteriors, error=1e-12, claimed_error=1e-12, scale=1.0)(
    textbook.random_posteriors
)
random_posteriors.control("against one", lambda p: _favour_rate(p) * 1.01, why="attained")

COUPLINGS = {"equal": (0.5, (1.1, 1.3, 1.6, 2.0, 2.6, 3.5)), "unequal": (0.9, (1.5, 1.7, 2.0, 2.6, 3.5))}
"""Weight and couplings of the points in the figure."""


@claim.curves
def curves():
    R, t = np.linspace(0, 2.079, 301), np.linspace(0, 1, 200)
    saved = {"R": R, "equal": rd.two_modes(R, 1.0), "unequal": rd.two_modes(R, 1.0, 0.9)}
    saved |= {"eight": rd.equidistant_modes(R, 1.0, 8), "favoured": rd.favour_rate(t, 8), "left": 7 / 16 * (1 - t**2)}
    for name, (w, couplings) in COUPLINGS.items():
        ends = [textbook.end_of_descent(DOUBLE, w, 0.02 + 0.96 * np.eye(2), u, 400) for u in couplings]
        saved[f"{name}_points"] = np.array([textbook.point(modes.pair_weights(w), modes.pair(1.0), c) for c in ends])
    rng = np.random.default_rng(7)
    codes = [rng.dirichlet(np.full(3, 0.5), size=2) for _ in range(60)]
    saved["random"] = np.array([textbook.point(modes.pair_weights(0.5), modes.pair(1.0), c) for c in codes])
    shares = [textbook.shared(DOUBLE, 8, share, 0.0, 1.0) for share in (0.25, 0.5, 0.75, 1.0)]
    saved["shared"] = np.array([textbook.point(*parts) for parts in shares])
    return saved


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

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
