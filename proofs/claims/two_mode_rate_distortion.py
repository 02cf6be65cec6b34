"""At R nats a code of two modes leaves D = 4a²ε(1-ε), h_b(ε) = h_b(w) - R: KL pressure is partial mean collapse.

    reproductions ±a(1-2ε),   dD/dR = -2a²t/artanh t, t = 1-2ε (-2a² at R = 0, w = ½)

whatever the encoder, the decoder and the latent. An output z of posterior (1±T)/2 tells ρ(T) = ln 2 - h_b((1+T)/2) and
leaves a²(1-T²); ρ is convex in T², so by Jensen's inequality it is best to favour the likelier mode by the same t always.
A little pressure therefore moves both reproductions towards the mean; the smaller h_b(w), the sooner: minorities blur first.
Of K ≥ 3 equidistant modes the outputs favour one by t, but ρ_K is not convex in t²: below R_c = ((K-2)/K) ln(K-1), where
t = (K-2)/(K-1), the best code is shared in time between that one and none: some samples are collapsed altogether.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Count, Letter, Positive, Unit, between, carried, given, over
from proofs.core.letters import Interval
from proofs.textbook import modes
from proofs.textbook import rate as textbook
from proofs.words import codes, sp
from proofs.words.arithmetic import DOUBLE
from proofs.words.information import total
from theory import rate_distortion as rd
from theory.binary import entropy

NOTHING_TOLD = "nats, 0 where nothing is told: a difference of entropies of size 1"

claim = Claim(
    topic="kl-pressure",
    after="rate_limits_mode_identity",
    references=("cover2006 chapter 10", "blahut1972", "harremoes2001"),
)
Minority = Annotated[Letter, between(0, 0.5)]


def at_crossover(a, w, f):
    """Rate, a and w of the crossover ε = fw."""
    return entropy(w) - entropy(f * w), a, w


def reproduction(rate, a, w):
    """Where the likelier mode is decoded after an output."""
    return a * (1 - 2 * rd.crossover(rate, w))


def least_rate(distortion, a, w=0.5):
    """h_b(w) - h_b(ε) at 4a²ε(1-ε) = D."""
    t = np.sqrt(np.maximum(1 - distortion / a**2, 0))
    return entropy(w) - entropy(np.minimum((1 - t) / 2, w if w < 0.5 else 1 - w))


# --- the code that favours the likelier mode by 1-2ε ------------------------------------------------------------------


@claim.states(rd.two_modes, at=at_crossover)
def distortion_at_a_rate(a: Positive, w: Minority, f: Unit):
    """two outputs with posteriors ε and 1-ε: E|x-E[x|z]|² = 4a²ε(1-ε) at the rate h_b(w) - h_b(ε)

    ε = fw < w ≤ ½; rates up to h_b(w)"""
    e = f * w
    yield a**2 * codes.guess_error(1 - 2 * e)
    yield "(1-ε)(2ε)² + ε(2-2ε)²", a**2 * ((1 - e) * (2 * e) ** 2 + e * (2 - 2 * e) ** 2)
    yield "(1-ε)ε² + ε(1-ε)² = ε(1-ε)", 4 * a**2 * e * (1 - e)


distortion_at_a_rate.check(
    textbook.by_summation, on=textbook.favouring_codes, at=textbook.at_its_rate,
    error=1e-10, claimed_error=1e-11, scale=lambda w, t, a: a**2,
)  # fmt: skip
distortion_at_a_rate.check(
    textbook.blahut_arimoto, on=textbook.pressed_codes, at=textbook.at_the_end,
    error=1e-9, claimed_error=1e-11,
)  # fmt: skip
distortion_at_a_rate.wrong("a factor 2", a=lambda a: a / sp.sqrt(2), claimed=lambda *at: rd.two_modes(*at) / 2)
distortion_at_a_rate.wrong("ln 2 for h_b(w)", claimed=lambda rate, a, w: rd.two_modes(min(rate, 0.69), a))
distortion_at_a_rate.wrong("the error probability, ε for 4ε(1-ε)", claimed=lambda rate, a, w: rd.crossover(rate, w))


@claim.states(reproduction, at=at_crossover)
def reproductions_move_to_the_mean(a: Positive, w: Minority, f: Unit):
    """E[x|z] = ±a(1-2ε)"""
    right, wrong = (1 - f * w) * a, -f * w * a
    yield total(right, wrong)
    yield "right and wrong", right + wrong
    yield "1-ε-ε", a * (1 - 2 * f * w)


reproductions_move_to_the_mean.check(
    textbook.by_posterior, on=textbook.favouring_codes, at=textbook.at_its_rate, error=1e-9, scale=lambda w, t, a: a
)
reproductions_move_to_the_mean.wrong(
    "ε for 2ε", f=lambda f: f / 2, claimed=lambda rate, a, w: a * (1 - rd.crossover(rate, w))
)
reproductions_move_to_the_mean.wrong("the modes: no shrinkage", f=lambda f: 0 * f, claimed=lambda rate, a, w: a)

# --- no channel does better -------------------------------------------------------------------------------------------


@claim.states(least_rate, at=lambda q, r, s: (q * (1 - r**2) + (1 - q) * (1 - s**2), 1.0), relation=">=")
def no_channel_does_better(q: Unit, r: Unit, s: Unit):
    """I(x; z) ≥ h_b(w) - h_b(ε), 4a²ε(1-ε) = E|x-E[x|z]|², for every channel

    derived for outputs that favour some mode by r with probability q, else by s; ± both, for E T = 1-2w"""
    either = q * codes.gain(r), (1 - q) * codes.gain(s)
    yield total(*either)
    yield "I = E ρ(T)", sum(either)
    yield given("jensen", "Jensen: ρ is convex in t², by told_more_the_farther"), told_alike(q, r, s)


def told_alike(q, r, s):
    """What outputs all alike tell that leave the same error."""
    return codes.gain(sp.sqrt(q * r**2 + (1 - q) * s**2))


no_channel_does_better.check(
    textbook.random_channels, on=textbook.any_codes, at=textbook.at_its_error, error=1e-13, scale=1.0, why=NOTHING_TOLD
)
no_channel_does_better.wrong(
    "a factor 2", symbolic=lambda q, r, s: 2 * told_alike(q, r, s), claimed=lambda *at: 2 * least_rate(*at)
)
no_channel_does_better.wrong("ln 2 for h_b(w)", claimed=lambda distortion, a, w: least_rate(distortion, a))


@claim.states(
    lambda rate, a: -2 * a**2 / rd.two_modes_slope(rate, a),
    at=lambda t: (np.log(2) - entropy((1 - t) / 2), 1.0),
    relation=">=",
    enclosed=over(t=carried(lambda s: 1 - s, 0, 1, contact=1), factor=lambda t: (1 - t) * t * (2 - t)),
)
def told_more_the_farther(t: Unit):
    """2a²/|dD/dR| = artanh(t)/t ≤ 1/(1-t²): it rises with t, so ρ is convex in t² and D in R

    d/dt (artanh t/t) = (1/(1-t²) - artanh t/t)/t"""
    yield 1 / (1 - t**2)
    yield "both are 1 at t = 0", codes.artanh(t) / t


told_more_the_farther.check(
    textbook.curvature_of_information, on=textbook.equal_codes, error=1e-9,
    at=lambda t, a: textbook.at_its_rate(0.5, t, a)[:2],
)  # fmt: skip
told_more_the_farther.wrong("1 % more: crossed near 0", symbolic=lambda t: sp.Rational(101, 100) * codes.artanh(t) / t)
told_more_the_farther.wrong(
    "a factor 2",
    symbolic=lambda t: 2 * codes.artanh(t) / t,
    claimed=lambda rate, a: -4 * a**2 / rd.two_modes_slope(rate, a),
)

# --- how much a nat saves ---------------------------------------------------------------------------------------------


@claim.states(rd.two_modes_slope, at=at_crossover)
def slope(a: Positive, w: Minority, f: Unit):
    """dD/dR = -2a²t/artanh t = -4a²(1-2ε)/ln((1-ε)/ε)"""
    e = f * w
    t = 1 - 2 * e
    yield a**2 * codes.error_per_nat(t)
    yield "(1-t²)'/ρ'", -2 * a**2 * t / codes.artanh(t)
    yield "artanh t = ½ ln((1+t)/(1-t))", -4 * a**2 * (1 - 2 * e) / (sp.log(1 - e) - sp.log(e))


slope.check(
    textbook.by_differences, on=textbook.telling_codes, at=textbook.at_its_rate,
    error=1e-8 / 3, claimed_error=1e-9, scale=lambda w, t, a: a**2,
)  # fmt: skip
slope.wrong("a factor 2", a=lambda a: a / sp.sqrt(2), claimed=lambda *at: rd.two_modes_slope(*at) / 2)
slope.wrong("the slope at rate 0", symbolic=lambda a: -2 * a**2, claimed=lambda rate, a, w: -2 * a**2)


@claim.states(lambda a: rd.two_modes_slope(0.0, a))
def first_nats_save_most(a: Positive):
    """dD/dR → -2a² as R → 0, equal weights"""
    t = sp.Symbol("t")
    yield sp.Limit(-2 * a**2 * t / codes.artanh(t), t, 0)
    yield "artanh t = t + O(t³)", -2 * a**2 * sp.Limit(1 - t**2, t, 0)
    yield "at t = 0", -2 * a**2


first_nats_save_most.check(textbook.of_faint_codes, on=textbook.half_distances, error=2e-9)
first_nats_save_most.wrong("a factor 2: the distance for a", a=lambda a: sp.sqrt(2) * a)
first_nats_save_most.wrong("half of it", a=lambda a: a / sp.sqrt(2))

# --- K equidistant modes ----------------------------------------------------------------------------------------------


@claim.states(rd.critical_rate, at=lambda n: n + 2)
def rate_at_the_bend(n: Count):
    """t = (K-2)/(K-1) tells R_c = ((K-2)/K) ln(K-1)

    K = n + 2; that this code pays first is claim collapse_order's"""
    yield codes.among(n + 2, n / (n + 1), 0)
    yield "posteriors (K-1)/K and 1/K(K-1)", (n + 1) / (n + 2) * sp.log(n + 1) - sp.log(n + 1) / (n + 2)
    yield "(K-1)/K - 1/K", n / (n + 2) * sp.log(n + 1)


rate_at_the_bend.check(textbook.of_the_posterior, on=textbook.numbers_of_modes, error=1e-12)
rate_at_the_bend.wrong("ln(K-1): K for K-2", symbolic=lambda n: sp.log(n + 1), claimed=lambda K: np.log(K - 1))


def silent(d, n):
    """(d²/2)(1-1/K), what is left without a code."""
    return d**2 / 2 * (1 - 1 / (n + 2))


@claim.states(
    rd.equidistant_modes, at=lambda d, f, n: (rd.favour_rate(textbook.beyond_the_bend(n + 2, f), n + 2), d, n + 2)
)
def k_modes_beyond_the_bend(d: Positive, f: Unit, n: Count):
    """R ≥ R_c: D = (d²/2)(1-1/K)(1-t²) at the rate ρ_K(t)"""
    K, t = n + 2, textbook.beyond_the_bend(n + 2, f)
    yield d**2 * codes.among_leaves(K, t)
    yield "Σ_{i<j} p_i p_j = (1 - Σ p²)/2", d**2 / 2 * (1 - ((1 + t * (K - 1)) / K) ** 2 - (K - 1) * ((1 - t) / K) ** 2)
    yield "Σ p² = 1/K + (1-1/K) t²", silent(d, n) * (1 - t**2)


k_modes_beyond_the_bend.check(
    textbook.left_of_many, on=textbook.coded_always, at=textbook.at_the_shared_rate, error=1e-11, scale=textbook.squared
)
k_modes_beyond_the_bend.wrong(
    "an index: K+1 modes", n=lambda n: n + 1, claimed=lambda rate, d, K: rd.equidistant_modes(rate, d, K + 1)
)
k_modes_beyond_the_bend.wrong(
    "without 1-1/K: the variance of K modes",
    symbolic=lambda d, f, n: d**2 / 2 * (1 - textbook.beyond_the_bend(n + 2, f) ** 2),
)


@claim.states(rd.equidistant_modes, at=lambda d, f, n: (f * rd.critical_rate(n + 2), d, n + 2))
def time_sharing_below_the_bend(d: Positive, f: Unit, n: Count):
    """R < R_c: D = (d²/2)(1-1/K)(1 - (R/R_c) ((K-2)/(K-1))²), linear in R: R/R_c of the samples are coded

    R = f R_c"""
    t = n / (n + 1)
    yield d**2 * (f * codes.among_leaves(n + 2, t) + (1 - f) * codes.among_leaves(n + 2, 0))
    yield "both leave (1-1/K)(1-t²)/2", silent(d, n) * (f * (1 - t**2) + 1 - f)
    yield "f of the samples save t²", silent(d, n) * (1 - f * t**2)


time_sharing_below_the_bend.check(
    textbook.left_of_many, on=textbook.coded_at_times, at=textbook.at_the_shared_rate, error=1e-11,
    scale=textbook.squared,
)  # fmt: skip
time_sharing_below_the_bend.wrong(
    "an index: K+1 modes", n=lambda n: n + 1, claimed=lambda rate, d, K: rd.equidistant_modes(rate, d, K + 1)
)
time_sharing_below_the_bend.wrong("a power: t for t²", symbolic=lambda d, f, n: silent(d, n) * (1 - f * n / (n + 1)))


def told_by_favouring(posterior):
    """ρ_K of the t at which one mode is favoured with the same Σ p²."""
    K = len(posterior)
    t = np.sqrt(np.clip((K * np.sum(posterior**2) - 1) / (K - 1), 0.0, 1.0))
    return rd.favour_rate(t, K)


def told_by_one_of_three(p, q):
    """The same, in symbols."""
    squares = p**2 + ((1 - p) * q) ** 2 + ((1 - p) * (1 - q)) ** 2
    return codes.among_closed(3, sp.sqrt((3 * squares - 1) / 2))[0]


@claim.states(told_by_favouring, at=lambda p, q: np.array([p, (1 - p) * q, (1 - p) * (1 - q)]), relation=">=")
def favouring_one_mode_tells_least(p: Unit, q: Unit):
    """ln K - H(posterior) ≥ ρ_K(t) of the posterior that favours one mode and leaves the same error

    cited for K = 3, checked up to K = 6; the error is (d²/2)(1 - Σ p²)"""
    told = [v * sp.log(v) for v in (p, (1 - p) * q, (1 - p) * (1 - q))]
    yield sp.log(3) + total(*told)
    yield "summed", sp.log(3) + sum(told)
    yield given("entropy_at_a_coincidence", "as uneven as Σ p²"), told_by_one_of_three(p, q)


favouring_one_mode_tells_least.check(
    textbook.random_posteriors, on=textbook.posteriors, error=1e-12, scale=1.0, why=NOTHING_TOLD
)
favouring_one_mode_tells_least.wrong(
    "a factor 2", symbolic=lambda p, q: 2 * told_by_one_of_three(p, q), claimed=lambda p: 2 * told_by_favouring(p)
)
favouring_one_mode_tells_least.wrong("1 % more: it is attained", claimed=lambda p: 1.01 * told_by_favouring(p))

COUPLINGS = {"equal": (0.5, (1.1, 1.3, 1.6, 2.0, 2.6, 3.5)), "unequal": (0.9, (1.5, 1.7, 2.0, 2.6, 3.5))}
"""Weight and couplings of the points in the figure."""


@claim.curves
def codes_found(
    *, codes=60, shares: Annotated[tuple[float, ...], Interval(0, 1, closed_above=True)] = (0.25, 0.5, 0.75, 1.0)
):
    saved = {}
    for name, (w, couplings) in COUPLINGS.items():
        ends = [textbook.end_of_descent(DOUBLE, w, 0.02 + 0.96 * np.eye(2), u, 400) for u in couplings]
        saved[name] = np.array([textbook.point(modes.pair_weights(w), modes.pair(1.0), c) for c in ends])
    rng = np.random.default_rng(7)
    channels = [rng.dirichlet(np.full(3, 0.5), size=2) for _ in range(codes)]
    saved["random"] = np.array([textbook.point(modes.pair_weights(0.5), modes.pair(1.0), c) for c in channels])
    shared = [textbook.shared(DOUBLE, 8, share, 0.0, 1.0) for share in shares]
    saved["shared"] = np.array([textbook.point(*parts) for parts in shared])
    return saved


@claim.figure(
    "No code of two or of eight modes leaves less error than the curve at its rate",
    where="$a$: half the distance of two modes; $d$: the distance of eight",
)
def draw(saved, panels, *, points=201):
    found, t = saved["curves"], np.linspace(0, 1, 200)
    few, many = np.linspace(0, np.log(2), points), np.linspace(0, 2.079, 301)
    left, right = panels(2)
    left.points(*found["random"].T, "control", "random codes", marker=".", ms=3)
    left.exact(few, rd.two_modes(few, 1.0), "exact, equal")
    left.exact(few, rd.two_modes(few, 1.0, 0.9), "exact, nine to one", "--")
    left.points(*found["equal"].T, "data", "found by search", marker="o")
    left.points(*found["unequal"].T, "data", marker="o")
    left.axes("rate (nats)", "distortion / $a^2$", legend="above", columns=2)
    bend, bent = rd.critical_rate(8), rd.equidistant_modes(rd.critical_rate(8), 1.0, 8)
    right.line(rd.favour_rate(t, 8), 7 / 16 * (1 - t**2), "control", "one code for all", "--")
    right.exact(many, rd.equidistant_modes(many, 1.0, 8), "exact, eight modes")
    right.points(*found["shared"].T, "data", "code for some", marker="o")
    right.exact([bend], [bent], "bend", mfc="none", ms=8, marker="o", ls="none")
    right.axes("rate (nats)", "distortion / $d^2$", legend="above", columns=2)
    over = found["random"][:, 1] - rd.two_modes(found["random"][:, 0], 1.0)
    lost = 7 / 16 * (1 - t**2) - rd.equidistant_modes(rd.favour_rate(t, 8), 1.0, 8)
    halved = float(few[np.abs(rd.two_modes(few, 1.0) - 0.5).argmin()])
    return (
        f"(a) Least error of two modes ±a at a rate: half of it is gone at {halved:.2f} nats of {np.log(2):.2f}; {len(over)} random "
        f"codes leave up to {over.max():.2f} a² more and {int((over < -1e-9).sum())} less, and a search for the best ones ends on the curves. (b) Of "
        f"eight modes, distance d, the curve is a straight line up to {bend:.2f} nats (circle): there the best code is used for "
        f"some of the samples and none for the rest, which leaves up to {lost.max():.3f} d² less than one code for all."
    )
