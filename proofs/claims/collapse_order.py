"""Unequal modes and three or more modes lose their code at other pressures than they find it: a first-order transition.

    2 modes, τ = |1-2w|:  the best code leaves collapse at u = artanh(τ)/τ, a faint signal pays from 1/(1-τ²) on
    K equidistant modes:  the rate jumps at d²/4βσ² = (K-1) ln(K-1)/(K-2), a faint signal pays from K/2 on

u = a²/βσ². Between the two couplings collapse is no longer the best, and yet every faint improvement on it costs.
Two equal modes are the exception: both couplings are 1. The more unequal two modes are, the more coupling they need:
minorities collapse first. With any encoder the optimum of two unequal modes moves continuously all the same; Gaussian
encoders, which must move faintly, jump (w = 0.9: between u = 1.98 and 1.99) and show hysteresis: codes survive down to
1.9196 (by scan, from about 2.07 down they differ in posterior variance more than in mean, from 1.924 down in variance
alone: of those none below 1.9195 is stationary), collapse is stable up to 2.78, and KL annealing of VAEs from below and
from above ends in different states between.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Count, Letter, Positive, Root, Run, Share, Unit, between, carried, over
from proofs.textbook import collapse as textbook
from proofs.textbook import modes
from proofs.words import codes, slope_at, sp
from theory import collapse

claim = Claim(
    topic="kl-pressure",
    after="small_noise_beats_kl",
    references=("rose1990", "wu1982 section I.C", "bowman2016 (KL annealing)"),
)
Coupling = Annotated[Letter, between(1.99, 3)]


def at_its_coupling(y, f):
    """u and w where y = ut, hence u = y/tanh y, and τ = ft."""
    return y / np.tanh(y), (1 - f * np.tanh(y)) / 2


# --- two unequal modes, any encoder -----------------------------------------------------------------------------------


@claim.states(collapse.separation_beyond, at=lambda y, f: (collapse.self_coupled(y), at_its_coupling(y, f)[1]))
def best_code_of_unequal_modes(y: Positive, f: Unit):
    """two outputs with posteriors (1±t)/2: t = tanh(ut) from u = artanh(τ)/τ on, where t = τ and the rate leaves 0

    y = ut, τ = ft; the rate ρ(t) - ρ(τ) is continuous in u since t is; what is claimed takes u - 1 = y coth y - 1"""
    u = y / sp.tanh(y)
    t = yield Root(sp.tanh(y))
    yield codes.slope_of_cost(u, t)
    yield "F' = artanh t - ut", codes.artanh(t) - u * t


best_code_of_unequal_modes.check(
    textbook.where_the_slope_vanishes,
    on=textbook.couplings,
    at=lambda w, u: (u - 1, w),
    error=1e-9,
    claimed_error=1e-13,
)
best_code_of_unequal_modes.wrong("tanh 2ut: a factor 2", symbolic=lambda y: sp.tanh(2 * y))
best_code_of_unequal_modes.wrong("that of equal modes: forgets τ", claimed=lambda e, w: collapse.separation_beyond(e))


@claim.states(collapse.least_objective, at=at_its_coupling)
def least_cost(y: Positive, f: Unit):
    """min over all codes of E|x-E[x|z]|²/2βσ² + I(x; z) = (u/2)(1-t²) + ρ(t) - ρ(τ), t = tanh(ut) ≥ τ

    where t > τ; otherwise collapsed: u(1-τ²)/2"""
    t = sp.tanh(y)
    yield codes.guesses(t, y / t) - sp.log(2) + codes.entropy(f * t)
    yield "h_b = ln 2 - ρ", codes.cost(t, y / t) - codes.gain(f * t)
    yield "F(t) at u = y/t", y * (t + 1 / t) / 2 - sp.log(sp.cosh(y)) - codes.gain(f * t)


least_cost.check(textbook.blahut_arimoto, on=textbook.descents, at="u w", error=1e-10, claimed_error=1e-14)
least_cost.wrong("that of equal modes: forgets τ", f=lambda f: 0 * f, claimed=lambda u, w: collapse.least_objective(u))
least_cost.wrong("u(1-τ²)/2, collapsed: true up to the threshold", claimed=lambda u, w: u / 2 * 4 * w * (1 - w))

# --- from when on a code pays -----------------------------------------------------------------------------------------


@claim.states(collapse.global_threshold, at=lambda tau: (1 - tau) / 2)
def collapse_is_best_up_to(tau: Unit):
    """a code whose posteriors just leave the larger weight, t → τ, pays from u = artanh(τ)/τ on: the best there is

    no code pays earlier: see faint_signals_pay_later"""
    u = yield Root(codes.any_pays(tau))
    yield codes.slope_of_cost(u, tau)
    yield "F' = artanh t - ut", codes.artanh(tau) - u * tau


collapse_is_best_up_to.check(textbook.of_rare_outputs, on=textbook.unequal, error=1e-9)
collapse_is_best_up_to.wrong("not over τ", symbolic=lambda tau: codes.artanh(tau))
collapse_is_best_up_to.wrong("of faint signals", symbolic=codes.faint_pays, claimed=collapse.local_threshold)


@claim.states(collapse.local_threshold, at=lambda tau: (1 - tau) / 2)
def collapse_is_stable_up_to(tau: Unit):
    """posteriors w ± ε, ε → 0: a faint signal, whatever the encoder, pays from u = 1/(1-τ²) = 1/4w(1-w) on

    stable against codes all of whose posteriors are near the prior; F'(τ)(E T - τ) = 0"""
    u = yield Root(codes.faint_pays(tau))
    yield codes.slope_of_cost(u, tau, 2)
    yield "F'' = 1/(1-t²) - u", 1 / (1 - tau**2) - u


collapse_is_stable_up_to.check(textbook.of_faint_signals, on=textbook.unequal, error=1e-9)
collapse_is_stable_up_to.wrong("without the square", symbolic=lambda tau: 1 / (1 - tau))
collapse_is_stable_up_to.wrong("of the best code", symbolic=codes.any_pays, claimed=collapse.global_threshold)


@claim.states(
    collapse.global_threshold,
    at=lambda tau: (1 - tau) / 2,
    relation=">=",
    enclosed=over(tau=carried(lambda s: 1 - s, 0, 1, contact=1), factor=lambda tau: (1 - tau) * tau * (2 - tau)),
)
def faint_signals_pay_later(tau: Unit):
    """any code of two modes pays from u ≥ artanh(τ)/τ on only, a faint one from 1/(1-τ²) ≥ artanh(τ)/τ

    enclosed for faint signals; it says that artanh(t)/t rises, so ρ is convex in t² and every code pays later"""
    yield codes.faint_pays(tau)
    yield "both are 1 at τ = 0", codes.any_pays(tau)


faint_signals_pay_later.check(
    textbook.any_code, on=textbook.codes, at="w", error=1e-11, detects=1e-3,
    why="a rare output that pays from 1e-6 above the threshold on saves so little that rounding hides it",
)  # fmt: skip
faint_signals_pay_later.wrong("crossed near τ = 0", symbolic=lambda tau: codes.any_pays(tau) * sp.Rational(101, 100))
faint_signals_pay_later.wrong("of faint signals for any code", claimed=collapse.local_threshold)

# --- K equidistant modes ----------------------------------------------------------------------------------------------


@claim.states(collapse.equidistant_jump, at=lambda n: n + 2)
def rate_of_k_modes_jumps_to(n: Count):
    """of codes that favour one of K modes by t, that with t = (K-2)/(K-1) pays first: the rate jumps to (K-2)/K ln(K-1)

    K = n + 2 ≥ 3 equiprobable modes, all at distance d, u = d²/4βσ²"""
    told, saved = codes.among_informs(n + 2), codes.among_saves(n + 2)
    t = yield Root(n / (n + 1))
    yield codes.slope_of_ratio(told, saved, t)
    yield "ρ(t) and (1-1/K)t²", codes.slope_of_ratio(*codes.among_closed(n + 2, sp.Symbol("t")), t)


rate_of_k_modes_jumps_to.check(textbook.by_its_slope, on=textbook.numbers_of_modes, error=1e-9)
rate_of_k_modes_jumps_to.wrong("(K-2)/K", symbolic=lambda n: n / (n + 2), claimed=lambda K: (K - 2) / K)
rate_of_k_modes_jumps_to.wrong("the rank of the simplex", claimed=lambda K: 1 - 1 / K)


@claim.states(collapse.equidistant_global_threshold, at=lambda n: n + 2)
def rate_of_k_modes_jumps_at(n: Count):
    """the least d²/4βσ² at which a code of K modes pays is (K-1) ln(K-1)/(K-2)

    a posterior p that pays most has no p_i = 0, as p ln p is steep there; ln p_i - 2u p_i is the same for all its entries
    and concave in p_i, so they have two values at most; and the larger, where 1/p_i < 2u, one entry only, since of two it
    would pay to give mass to one: it favours one mode. All modes in turn make a code of it"""
    told, saved = codes.among_closed(n + 2, n / (n + 1))
    price = codes.among_informs(n + 2) / codes.among_saves(n + 2)
    yield sp.Subs(price, sp.Symbol("t"), n / (n + 1))
    yield "ρ(t)/(1-1/K)t²", told / saved
    yield "posteriors (K-1)/K and 1/K(K-1)", (n + 1) * sp.log(n + 1) / n


rate_of_k_modes_jumps_at.check(textbook.by_golden_sections, on=textbook.numbers_of_modes, error=1e-11)
rate_of_k_modes_jumps_at.wrong("an index: K ln(K)/(K-1)", n=lambda n: n + 1, claimed=lambda K: K * np.log(K) / (K - 1))
rate_of_k_modes_jumps_at.wrong(
    "of faint signals", symbolic=lambda n: (n + 2) / 2, claimed=collapse.equidistant_local_threshold
)


@claim.states(collapse.equidistant_local_threshold, at=lambda n: n + 2)
def collapse_of_k_modes_is_stable_up_to(n: Count):
    """K modes, t → 0: a faint signal pays from d²/4βσ² = K/2 on

    stable against codes all of whose posteriors are near the prior"""
    t = sp.Symbol("t")
    u = yield Root((n + 2) / 2)
    yield slope_at(codes.among(n + 2, t, u), t, 0, 2)
    yield "ρ'' - 2u(1-1/K)", n + 1 - 2 * u * (1 - 1 / (n + 2))


collapse_of_k_modes_is_stable_up_to.check(
    textbook.of_faint_favours, on=textbook.simplices, at="K", error=4e-9, claimed_error=0.0
)
collapse_of_k_modes_is_stable_up_to.wrong("an index: (K-1)/2", n=lambda n: n - 1, claimed=lambda K: (K - 1) / 2)
collapse_of_k_modes_is_stable_up_to.wrong("of the best code", claimed=collapse.equidistant_global_threshold)


@claim.states(
    lambda K: collapse.equidistant_global_threshold(K) / collapse.equidistant_local_threshold(K),
    at=lambda t: 3,
    relation=">=",
    enclosed=over(
        t=carried(lambda s: 1 - s, 0, 1, contact=(0.5, 1)), factor=lambda t: (1 - t) ** 2, detects=1e-2,
        why="what is a millionth too high is crossed in so narrow a range that the search takes seconds",
    ),
)  # fmt: skip
def three_modes_cannot_leave_earlier(t: Unit):
    """no code of K modes pays below d²/4βσ² = (K-1) ln(K-1)/(K-2), which is less than K/2

    relative to K/2; enclosed for codes of K = 3 that favour one mode by t, which meet the bound at t = ½"""
    favoured, other = (1 + 2 * t) / 3, (1 - t) / 3
    yield (favoured * sp.log(1 + 2 * t) + 2 * other * sp.log(1 - t)) / t**2
    yield "least at t = ½", 4 * sp.log(2) / 3


three_modes_cannot_leave_earlier.check(textbook.any_code_of_many, on=textbook.codes_of_many, at=len, error=1e-11)
three_modes_cannot_leave_earlier.wrong("crossed at t = ½", symbolic=lambda: sp.Rational(134, 100) * sp.log(2))
three_modes_cannot_leave_earlier.wrong("1, as for K = 2: second order", claimed=lambda K: np.ones(()))

# --- Gaussian encoders: w = 0.9 ---------------------------------------------------------------------------------------

HEAVY = textbook.HEAVY


@claim.states(
    lambda u: collapse.objective(2 * HEAVY - 1, u, HEAVY),
    relation="<=",
    enclosed=over(detects=1e-3, why="at u = 1.99 the code gains 1e-3 of what collapse costs, and more beyond"),
)
def gaussian_code_beats_collapse(u: Coupling):
    """w = 0.9: from u = 1.99 on a Gaussian code, m = (0.0591, -0.532), s = (0.9428, 1.2982), costs less than collapse

    prior N(0, 1), rate E KL(q(z|x)‖p(z)); tails beyond |z| = 12 counted with 1e-18"""
    yield codes.gaussian_cost(u, (sp.Rational(9, 10), sp.Rational(1, 10)), textbook.CODE)
    yield "collapse leaves 4w(1-w)", sp.Rational(9, 50) * u


gaussian_code_beats_collapse.check(
    textbook.of_its_neighbours, on=textbook.neighbours, error=1e-11, detects=1e-2,
    why="at u = 1.99 the code gains 1e-3 of what collapse costs, its neighbours less",
)  # fmt: skip
gaussian_code_beats_collapse.wrong(
    "w = 0.91: less to gain", symbolic=lambda u: u / 2 * sp.Rational(3276, 10**4), claimed=lambda u: u / 2 * 0.3276
)


@claim.states(
    lambda c, d: 1 / 1.98,
    relation="<=",
    enclosed=over(detects=1e-2, why="the best code comes within 2.3e-3 of the bound, from u = 1.9846 on"),
)
def no_gaussian_code_pays_earlier(c: Unit, d: Unit):
    """w = 0.9: below u = 1.98 no Gaussian code costs less than collapse: saved error/2a² ≤ rate/1.98

    rarer mode N(m₁, v₁), other N(m₂, v₂); the error saved does not depend on where z begins nor on its unit, the rate is
    the least over both, and c = v₁/(v₁+v₂), |m₁-m₂|/√v₂ = 4d/(1-d) are all that is left of a code"""
    from proofs.words.gaussian_codes import saved_per_rate

    yield saved_per_rate(sp.Rational(1, 10), c, d)
    yield "from u = 1.98 on", sp.Rational(50, 99)


no_gaussian_code_pays_earlier.check(
    textbook.saved_per_rate, on=textbook.shapes, at="c d", error=1e-9, detects=1e-2,
    why="the best code comes within 2.3e-3 of the bound, from u = 1.9846 on",
)  # fmt: skip
no_gaussian_code_pays_earlier.wrong(
    "below u = 2: crossed by the best code", symbolic=lambda: sp.Rational(1, 2), claimed=lambda c, d: 0.5
)


@claim.states(collapse.gaussian_objective)
def gaussian_codes_cost():
    """(u/2) E(x-E[x|z])² + E KL(q(z|x)‖N(0, 1)) of Gaussian encoders of modes ±a

    no closed form; the least u at which one of them pays at w = 0.9 lies between 1.98 and 1.99, see both statements above"""


gaussian_codes_cost.check(
    textbook.of_random_codes, on=textbook.gaussian_codes, error=1e-11,
    at=lambda codes, u, w: (*[(mean, std**2) for mean, std in codes], u, w),
)  # fmt: skip
gaussian_codes_cost.wrong("w for 1-w", claimed=lambda a, b, u, w: collapse.gaussian_objective(b, a, u, w))


@claim.states(
    lambda c: 1 / 1.9195,
    relation="<=",
    enclosed=over(detects=1e-3, why="the first comes within 4e-5 of the bound, at u = 1.91958"),
)
def no_code_by_variance_lasts_below(c: Unit):
    """w = 0.9: of codes that differ in variance alone none is stationary at u < 1.9195: d(saved error/2a²) ≤ d(rate)/1.9195

    by c = v₁/(v₁+v₂), of which both rise away from ½; that one is at u = 1.9196: see annealing_shows_hysteresis; that
    no code whose means differ is stationary below is found by scan and not proved"""
    from proofs.words.gaussian_codes import saved_per_rate_by_variance

    yield saved_per_rate_by_variance(sp.Rational(1, 10), c)
    yield "from u = 1.9195 on", sp.Rational(2000, 3839)


no_code_by_variance_lasts_below.check(
    textbook.by_variance, on=textbook.variances, error=1e-9, detects=1e-3,
    why="the first comes within 4e-5 of the bound, at u = 1.91958",
)  # fmt: skip
no_code_by_variance_lasts_below.wrong(
    "from u = 1.925 on", symbolic=lambda: sp.Rational(1000, 1925), claimed=lambda c: 1 / 1.925
)


def equal_branch(u):
    """Mean and variance of either code, and what they cost over β."""
    code = collapse.separated_branch(u)
    return np.array([code.minor[0], code.minor[1], code.value])


@claim.states(equal_branch)
def equal_modes_part_without_a_jump(u: Annotated[Letter, between(0.1, 10)]):
    """two equal modes: Gaussian codes N(±m, 1-m²), m where their cost is stationary; m = 0, collapse, up to u = 1

    prior N(0, 1): E z² = 1 costs least"""


equal_modes_part_without_a_jump.check(
    textbook.of_equal_modes, on=textbook.equal_couplings, error=2e-9, claimed_error=1e-12
)
equal_modes_part_without_a_jump.wrong("2u for u", claimed=lambda u: equal_branch(2 * u))
equal_modes_part_without_a_jump.wrong(
    "means as far apart as any code separates: Curie and Weiss",
    claimed=lambda u: np.array([collapse.separation(u), *equal_branch(u)[1:]]),
)

# --- annealing --------------------------------------------------------------------------------------------------------

LOW, HIGH, MARKS = 1.2, 6.0, 40


@claim.states(collapse.hysteresis, relation="trend")
def annealing_shows_hysteresis():
    """w = 0.9: half-way between the end of the separated branch, u = 1.92, and that of the collapsed one, 1/(1-τ²) = 2.78,
    VAEs are collapsed when u has risen and separated when it has fallen

    Gaussian encoders, prior N(0, 1), modes ±1 of deviation 0.001, σ = 1, β = 1/u"""


annealing_shows_hysteresis.check(
    textbook.where_branches_end, on=textbook.heavy, error=np.array([5e-10, 1e-9]), claimed_error=1e-12
)
annealing_shows_hysteresis.wrong("any code's threshold", claimed=lambda w: (collapse.global_threshold(w), 2.78))


@annealing_shows_hysteresis.experiment(
    rule=Share(0.5),
    seeds=(24, 48),
    steps=(1000, 8000),
    batch=64,
    reason="most networks must show it; one that is slow to leave collapse, at the top of the loop, does not",
    history={1: "16 quick seeds leave one run in twenty undecided if nineteen networks of twenty do so"},
)
def loops(run: Run):
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair

    at = np.arange(run.steps) * 5 / run.steps - 1  # one part of five to settle, two up, two down
    u = LOW * (HIGH / LOW) ** (np.clip(at / 2, 0, 1) - np.clip(at / 2 - 1, 0, 1))
    marks = np.linspace(run.steps // 5, run.steps, MARKS + 1).astype(int)
    saved = {"u": u[np.minimum(marks, run.steps - 1)]}
    for name, w, arm in (("unequal", HEAVY, "network"), ("equal", 0.5, "control")):
        learner = VAE(symmetric_pair(1.0, 1e-3, weight=w), 1, (8,), beta=1 / u[None], std=1.0, activation="tanh")
        fitted = run.fit(learner, Adam(0.02), arm=arm, record=marks[:-1].tolist())
        x = np.repeat([-1.0, 1.0], 8)[:, None]
        found = np.stack([fitted.evaluate(learner.encode, x, at=k)[:, ::8] for k in range(MARKS + 1)], axis=1)
        rates = (found[..., 0] ** 2 + found[..., 1] ** 2 - 1) / 2 - np.log(found[..., 1])
        saved[name] = rates @ modes.pair_weights(w)
    return saved


@loops.measure
def both_states(claimed, data):
    """At the same u, less than a fifth of the separated branch's rate on the way up and more than half on the way down."""
    middle, half = float(np.mean(claimed(HEAVY))), MARKS // 2
    up, down = (np.abs(np.log(data["u"][part] / middle)).argmin() for part in (slice(half), slice(half, None)))
    rate, arms = collapse.separated_rate(middle, HEAVY), {"network": data["unequal"], "control": data["equal"]}
    return {arm: (seen[:, up] < rate / 5) & (seen[:, half + down] > rate / 2) for arm, seen in arms.items()}


SPLIT = 2.07
"""Here descent from separated modes stops ending in the loose branch."""


@claim.curves
def branches(*, points=25, furthest=4.2):
    saved = {"ends": np.array(collapse.hysteresis(HEAVY))}
    for name, u in (
        ("loose", np.linspace(1.92, SPLIT - 0.01, 15)),
        ("tight", np.linspace(SPLIT + 0.01, furthest, points)),
    ):
        saved |= {f"u_{name}": u, f"rate_{name}": np.array([collapse.separated_rate(float(v), HEAVY) for v in u])}
    return saved


@claim.figure(
    "Unequal modes lose their code at another pressure than they find it",
    where=r"modes at $\pm a$ with weights $w$ and $1-w$; $\beta$ weighs the KL term; $\sigma^2$: variance of the decoder",
)
def draw(saved, panels, *, inequality: Annotated[float, between(0, 1)] = 0.97):
    nets, exact, tau = saved["loops"], saved["curves"], np.linspace(0.0, inequality, 120)
    ends, coupling = exact["ends"], r"coupling $u=a^2/\beta\sigma^2$"
    left, right = panels(2)
    left.exact(tau, collapse.local_threshold((1 - tau) / 2), "collapse stable up to here", "--")
    left.exact(tau, collapse.global_threshold((1 - tau) / 2), "some code pays from here on")
    left.exact([2 * HEAVY - 1] * 2, ends, "Gaussian codes: two stable states", ":", marker="o")
    left.axes(r"inequality $\tau=|1-2w|$ of the weights", coupling, log="y", y_ticks=(1, 2, 5, 10), legend="above")
    right.exact(exact["u_tight"], exact["rate_tight"], "apart, exact")
    right.exact(exact["u_loose"], exact["rate_loose"], "apart by variance", "-.")
    right.exact([LOW, ends[1]], [0, 0], "collapsed, exact", "--", lw=3)
    half, u, equal, unequal = (
        MARKS // 2,
        nets["u"],
        np.median(nets["equal"], axis=0),
        np.median(nets["unequal"], axis=0),
    )
    right.line(u[: half + 1], equal[: half + 1], "control", "control: equal, rising", ":")
    right.line(u[half:], equal[half:], "control", "control: equal, falling", "--")
    right.line(u, unequal, "vae", lw=0.8)
    right.seeds(u[:half], nets["unequal"][:, :half], "vae", "VAEs, $u$ rising", fmt=">")
    right.seeds(u[half:], nets["unequal"][:, half:], "vae", "VAEs, $u$ falling", fmt="<")
    for first, last, lift in ((half - 7, half - 5, 0.0), (half + 5, half + 8, 0.11)):
        way = {"xy": (u[last], unequal[last] + lift), "xytext": (u[first], unequal[first] + lift)}
        right.ax.annotate(
            "", **way, arrowprops={"arrowstyle": "-|>", "color": right.colour("vae"), "lw": 1.8, "mutation_scale": 12}
        )
    right.axes(coupling, "rate (nats)", legend="above", columns=2)
    up, down = (np.abs(np.log(u[part] / np.mean(ends))).argmin() for part in (slice(half), slice(half, None)))
    late = u[: half + 1][unequal[: half + 1] >= unequal[half] / 2][0]
    return (
        f"(a) Two modes of unequal weights are best coded from the solid line on, while collapse stays stable up to the dashed "
        f"one; Gaussian codes have both states along the bar, u = {ends[0]:.2f} to {ends[1]:.2f} at weights {HEAVY:g} and "
        f"{1 - HEAVY:.1g}. (b) VAEs at these weights, u raised from {u[0]:.1f} to {u.max():.1f} and lowered again: at u = "
        f"{u[up]:.1f} their median rate is {unequal[up]:.3f} nats on the way up and {unequal[half + down]:.2f} on the way down, "
        f"that of equal modes (control) {equal[up]:.2f} and {equal[half + down]:.2f}. They are late to leave collapse, which is "
        f"stable up to {ends[1]:.2f}: the median passes half of its last rate at u = {late:.1f}."
    )
