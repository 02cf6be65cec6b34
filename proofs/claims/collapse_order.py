"""Unequal modes and three or more modes lose their code at other pressures than they find it: a first-order transition.

    2 modes, τ = |1-2w|:  the best code leaves collapse at u = artanh(τ)/τ, a faint signal pays from 1/(1-τ²) on
    K equidistant modes:  the rate jumps at d²/4βσ² = (K-1) ln(K-1)/(K-2), a faint signal pays from K/2 on

u = a²/βσ². Between the two couplings collapse is no longer the best, and yet every faint improvement on it costs.
Two equal modes are the exception: both couplings are 1. The more unequal two modes are, the more coupling they need:
minorities collapse first. With any encoder the optimum of two unequal modes still moves continuously, and rare but
certain outputs lead to it downhill; Gaussian encoders, which must move faintly, jump (w = 0.9: near u = 1.98) and show
hysteresis: codes survive down to 1.9196, collapse is stable up to 1/(1-τ²) = 2.78. By scan, there are two branches of
them: one that tells the modes apart down to about 2.07, and a loose one in which they differ in posterior variance
more than in mean, and from 1.924 down in variance alone. KL annealing of VAEs from below and from above therefore ends
in different states between, for w = 0.9 but not for w = 0.5.
"""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, UNIT, Domain, between, integers
from proofs.core.rules import Share
from proofs.textbook import collapse as textbook
from proofs.textbook import modes
from proofs.words import codes as symbols
from theory import collapse

claim = Claim(
    topic="kl-pressure",
    references=("rose1990", "wu1982 section I.C", "bowman2016 (KL annealing)"),
)
OF_TAU = {"domain": Domain(tau=UNIT), "anchor": lambda claimed, tau: claimed((1 - tau) / 2)}
OF_K = {"domain": Domain(n=integers(1)), "anchor": lambda claimed, n: claimed(n + 2)}


def _at_coupling(claimed, y, f):
    """y = ut, hence u = y/tanh y, and τ = ft."""
    return claimed(y / np.tanh(y), (1 - f * np.tanh(y)) / 2)


def declare_threshold(id, formula, *, step, wrong, **sides):
    """A coupling, or a code, at which a slope or a curvature of the cost vanishes: worked out in one `step`."""
    statement = claim.statement(id, formula, root=True, **sides)

    @statement.derivation
    def by_differentiation(x, value):
        return [step(x, value)]

    by_differentiation.control(*wrong, why="a near miss")
    return statement


# --- two unequal modes, any encoder -----------------------------------------------------------------------------------

separation = claim.statement(
    "best_code_of_unequal_modes",
    "two outputs with posteriors (1±t)/2: t = tanh(ut) from u = artanh(τ)/τ on, where t = τ and the rate leaves 0",
    claimed=collapse.separation, domain=Domain(y=POSITIVE, f=UNIT), root=True, anchor=_at_coupling,
    definition=lambda x, value: symbols.slope_of_cost(x, x.y / x.tanh(x.y), value), symbolic=lambda x: x.tanh(x.y),
    assumptions="y = ut, τ = ft; the rate ρ(t) - ρ(τ) is continuous in u since t is",
)  # fmt: skip


@separation.derivation
def by_stationarity(x, value):
    return [("F' = artanh t - ut", symbols.artanh(x, value) - x.y / x.tanh(x.y) * value)]


by_stationarity.control("tanh(2ut)", lambda x: x.tanh(2 * x.y), why="a factor 2: a²/2βσ² for u")

where_the_slope_vanishes = separation.observed(
    instances=textbook.couplings, call=lambda claimed, w, u: claimed(u, w), error=1e-9, claimed_error=1e-13, scale=1.0
)(textbook.where_the_slope_vanishes)
where_the_slope_vanishes.control("equal modes", lambda u, w: collapse.separation(u), why="forgets τ")

least = claim.statement(
    "least_cost",
    "min over all codes of E|x-E[x|z]|²/2βσ² + I(x; z) = (u/2)(1-t²) + ρ(t) - ρ(τ), t = tanh(ut) ≥ τ",
    claimed=lambda u, w: collapse.objective(collapse.separation(u, w), u, w), domain=Domain(y=POSITIVE, f=UNIT),
    definition=lambda x: _summed(x, x.tanh(x.y)), symbolic=lambda x: _closed(x, x.tanh(x.y)), anchor=_at_coupling,
    assumptions="where t > τ; otherwise collapsed: u(1-τ²)/2",
)  # fmt: skip


def _summed(x, t):
    return symbols.guesses(x, t, x.y / t) - x.log(2) + symbols.entropy(x, x.f * t)


def _closed(x, t):
    return symbols.cost(x, t, x.y / t) - symbols.gain(x, x.f * t)


@least.derivation
def mode_by_mode(x):
    return [("h_b = ln 2 - ρ", _closed(x, x.tanh(x.y)))]


mode_by_mode.control("equal weights", lambda x: symbols.cost(x, x.tanh(x.y), x.y / x.tanh(x.y)), why="forgets τ")

blahut_arimoto = least.observed(
    instances=textbook.descents, call=lambda claimed, channel, w, u: claimed(u, w),
    error=1e-10, claimed_error=1e-14, scale=1.0,
)(textbook.blahut_arimoto)  # fmt: skip
blahut_arimoto.control("collapsed", lambda u, w: u / 2 * 4 * w * (1 - w), why="true up to the threshold")

# --- from when on a code pays -----------------------------------------------------------------------------------------

global_threshold = declare_threshold(
    "collapse_is_best_up_to",
    "a code whose posteriors just leave the larger weight, t → τ, pays from u = artanh(τ)/τ on: the best there is",
    claimed=collapse.global_threshold,
    **OF_TAU,
    definition=lambda x, value: symbols.slope_of_cost(x, value, x.tau),
    step=lambda x, value: ("F' = artanh t - ut", symbols.artanh(x, x.tau) - value * x.tau),
    symbolic=lambda x: symbols.artanh(x, x.tau) / x.tau,
    wrong=("artanh τ", lambda x: symbols.artanh(x, x.tau)),
    assumptions="no code pays earlier: see faint_signals_pay_later",
)
of_rare_outputs = global_threshold.observed(instances=textbook.unequal, error=1e-9)(textbook.of_rare_outputs)
of_rare_outputs.control("of faint signals", collapse.local_threshold, why="the other threshold")

local_threshold = declare_threshold(
    "collapse_is_stable_up_to",
    "posteriors w ± ε, ε → 0: a faint signal, whatever the encoder, pays from u = 1/(1-τ²) = 1/4w(1-w) on",
    claimed=collapse.local_threshold,
    **OF_TAU,
    definition=lambda x, value: symbols.slope_of_cost(x, value, x.tau, 2),
    step=lambda x, value: ("F'' = 1/(1-t²) - u", 1 / (1 - x.tau**2) - value),
    symbolic=lambda x: 1 / (1 - x.tau**2),
    wrong=("without the square", lambda x: 1 / (1 - x.tau)),
    assumptions="stable against codes all of whose posteriors are near the prior; F'(τ)(E T - τ) = 0",
)
of_faint_signals = local_threshold.observed(instances=textbook.unequal, error=1e-9)(textbook.of_faint_signals)
of_faint_signals.control("of the best code", collapse.global_threshold, why="the other threshold")

later = claim.statement(
    "faint_signals_pay_later",
    "any code of two modes pays from u ≥ artanh(τ)/τ on only, a faint one from 1/(1-τ²) ≥ artanh(τ)/τ",
    claimed=collapse.global_threshold, relation=">=", **OF_TAU,
    symbolic=lambda x: symbols.artanh(x, x.tau) / x.tau,
    assumptions="enclosed for faint signals; it says that artanh(t)/t rises, so ρ is convex in t² and every code pays later",
)  # fmt: skip


@later.enclosure(
    change={"tau": (lambda s: 1 - s, (0, 1))}, contact={"tau_t": 1}, factor=lambda tau_t: (1 - tau_t) * tau_t * (2 - tau_t)
)  # fmt: skip
def faint_signals(x):
    return 1 / (1 - x.tau**2)


faint_signals.control(
    "1% more", lambda x: symbols.artanh(x, x.tau) / x.tau * x.Rational(101, 100), why="crossed near τ = 0"
)

any_code = later.observed(
    instances=textbook.codes, call=lambda claimed, w, channel: claimed(w), error=1e-11, detects=1e-3,
    why="a rare output that pays from 1e-6 above the threshold on saves so little that rounding hides it",
)(textbook.any_code)  # fmt: skip
any_code.control("1/(1-τ²)", collapse.local_threshold, why="the other threshold")

# --- K equidistant modes ----------------------------------------------------------------------------------------------


def _price(x):
    """What a code tells that favours one of n+2 modes by t, and what it saves."""
    return symbols.among_informs(x, x.n + 2), symbols.among_saves(x, x.n + 2)


jump = declare_threshold(
    "rate_of_k_modes_jumps_to",
    "of codes that favour one of K modes by t, that with t = (K-2)/(K-1) pays first: the rate jumps to (K-2)/K ln(K-1)",
    claimed=collapse.equidistant_jump,
    **OF_K,
    definition=lambda x, value: symbols.slope_of_ratio(x, *_price(x), value),
    step=lambda x, value: (
        "ρ(t) and (1-1/K)t²",
        symbols.slope_of_ratio(x, *symbols.among_closed(x, x.n + 2, x.Symbol("t")), value),
    ),
    symbolic=lambda x: x.n / (x.n + 1),
    wrong=("(K-2)/K", lambda x: x.n / (x.n + 2)),
    assumptions="K = n + 2 ≥ 3 equiprobable modes, all at distance d, u = d²/4βσ²",
)
by_its_slope = jump.observed(instances=lambda s: s.integers(3, 400), error=1e-9)(textbook.by_its_slope)
by_its_slope.control("1 - 1/K", lambda K: 1 - 1 / K, why="the rank of the simplex")

jump_at = claim.statement(
    "rate_of_k_modes_jumps_at",
    "the least d²/4βσ² at which a code of K modes pays is (K-1) ln(K-1)/(K-2)",
    claimed=collapse.equidistant_global_threshold, **OF_K,
    definition=lambda x: x.Subs(_price(x)[0] / _price(x)[1], x.Symbol("t"), x.n / (x.n + 1)),
    symbolic=lambda x: (x.n + 1) * x.log(x.n + 1) / x.n,
    assumptions="a posterior p that pays most has no p_i = 0, as p ln p is steep there; ln p_i - 2u p_i is the same for all "
    "its entries and concave in p_i, so they have two values at most; and the larger, where 1/p_i < 2u, one entry only, since "
    "of two it would pay to give mass to one: it favours one mode. All modes in turn make a code of it",
)  # fmt: skip


@jump_at.derivation
def at_the_jump(x):
    information, saved = symbols.among_closed(x, x.n + 2, x.n / (x.n + 1))
    return [("ρ(t)/(1-1/K)t²", information / saved)]


at_the_jump.control("K ln(K)/(K-1)", lambda x: (x.n + 2) * x.log(x.n + 2) / (x.n + 1), why="an index")

by_golden_sections = jump_at.observed(instances=lambda s: s.integers(3, 400), error=1e-11)(textbook.by_golden_sections)
by_golden_sections.control("of faint signals", collapse.equidistant_local_threshold, why="the other threshold")

stable = declare_threshold(
    "collapse_of_k_modes_is_stable_up_to",
    "K modes, t → 0: a faint signal pays from d²/4βσ² = K/2 on",
    claimed=collapse.equidistant_local_threshold,
    **OF_K,
    definition=lambda x, value: symbols.slope_at(
        x, symbols.among(x, x.n + 2, x.Symbol("t"), value), x.Symbol("t"), 0, 2
    ),
    step=lambda x, value: ("ρ'' - 2u(1-1/K)", x.n + 1 - 2 * value * (1 - 1 / (x.n + 2))),
    symbolic=lambda x: (x.n + 2) / 2,
    wrong=("(K-1)/2", lambda x: (x.n + 1) / 2),
    assumptions="stable against codes all of whose posteriors are near the prior",
)
of_faint_favours = stable.observed(
    instances=lambda s: s.tuples(s.integers(3, 6), s.scales(0.3, 3.0)), call=lambda claimed, K, side: claimed(K),
    error=4e-9, claimed_error=0.0,
)(textbook.of_faint_favours)  # fmt: skip
of_faint_favours.control("of the best code", collapse.equidistant_global_threshold, why="the other threshold")

first = claim.statement(
    "three_modes_cannot_leave_earlier",
    "no code of K modes pays below d²/4βσ² = (K-1) ln(K-1)/(K-2), which is less than K/2",
    claimed=lambda K: collapse.equidistant_global_threshold(K) / collapse.equidistant_local_threshold(K),
    relation=">=", domain=Domain(t=UNIT), symbolic=lambda x: 4 * x.log(2) / 3, anchor=lambda claimed, t: claimed(3),
    assumptions="relative to K/2; enclosed for codes of K = 3 that favour one mode by t, which meet the bound at t = ½",
)  # fmt: skip


@first.enclosure(
    change={"t": (lambda s: 1 - s, (0, 1))}, contact={"t_t": (0.5, 1)}, factor=lambda t_t: (1 - t_t) ** 2,
    detects=1e-2, why="what is a millionth too high is crossed in so narrow a range that the search takes seconds",
)  # fmt: skip
def codes_of_three(x):
    favoured, other = (1 + 2 * x.t) / 3, (1 - x.t) / 3
    return (favoured * x.log(1 + 2 * x.t) + 2 * other * x.log(1 - x.t)) / x.t**2


codes_of_three.control("one half per cent more", lambda x: x.log(2) * x.Rational(134, 100), why="crossed at t = ½")

any_code_of_many = first.observed(
    instances=textbook.codes_of_many, call=lambda claimed, c: claimed(len(c)), error=1e-11, scale=1.0
)(textbook.any_code_of_many)
any_code_of_many.control("K/2 is least", lambda K: np.ones(()), why="second order")

# --- Gaussian encoders: w = 0.9 ---------------------------------------------------------------------------------------

HEAVY = 0.9
CODE = ((0.0591, 0.9428), (-0.532, 1.2982))
"""Mean and deviation of z for the mode of weight 0.9 and for the other, about the best near u = 1.98."""

jumps = claim.statement(
    "gaussian_code_beats_collapse",
    "w = 0.9: from u = 1.99 on a Gaussian code, m = (0.0591, -0.532), s = (0.9428, 1.2982), costs less than collapse",
    claimed=lambda u: collapse.objective(2 * HEAVY - 1, u, HEAVY), relation="<=",
    domain=Domain(u=between(1.99, 3)), symbolic=lambda x: x.Rational(9, 50) * x.u,
    assumptions="prior N(0, 1), rate E KL(q(z|x)‖p(z)); tails beyond |z| = 12 counted with 1e-18",
)  # fmt: skip


@jumps.enclosure(detects=1e-3, why="at u = 1.99 the code gains 1e-3 of what collapse costs, and more beyond")
def cost_of_the_code(x):
    z, weights = x.Symbol("z"), (x.Rational(9, 10), x.Rational(1, 10))
    lost = x.Integral(symbols.gaussian_lost(x, z, weights, CODE), (z, -12, 12)) + x.Rational(1, 10**18)
    return x.u / 2 * lost + symbols.gaussian_rate(x, weights, CODE)


cost_of_the_code.control(
    "w = 0.91", lambda x: x.u / 2 * 4 * x.Rational(91, 100) * x.Rational(9, 100), why="less to gain"
)


@jumps.observed(
    instances=lambda s: s.tuples(s.reals(1.99, 3.0), s.reals(-0.01, 0.01)), call=lambda claimed, u, _: claimed(u),
    error=1e-11, detects=1e-2, why="at u = 1.99 the code gains 1e-3 of what collapse costs, its neighbours less",
)  # fmt: skip
def cost_by_quadrature(m, u, shift):
    """Of the code and of its neighbours."""
    return textbook.of_random_codes(m, [(mean + shift / 10, std) for mean, std in CODE], u, m.number(HEAVY))


cost_by_quadrature.control("w = 0.91", lambda u: u / 2 * 4 * 0.91 * 0.09, why="less to gain")

cost = claim.statement(
    "gaussian_codes_cost",
    "(u/2) E(x-E[x|z])² + E KL(q(z|x)‖N(0, 1)) of Gaussian encoders of modes ±a",
    claimed=collapse.gaussian_objective, domain=Domain(),
    assumptions="no closed form; the least u at which one of them pays at w = 0.9, 1.985, is found by scan and not proved",
)  # fmt: skip
of_random_codes = cost.observed(
    instances=lambda s: s.tuples(modes.gaussian_codes(s), s.scales(0.3, 4.0), s.inside(0.05, 0.95)),
    call=lambda claimed, codes, u, w: claimed(*[(mean, std**2) for mean, std in codes], u, w), error=1e-11, scale=1.0,
)(textbook.of_random_codes)  # fmt: skip
of_random_codes.control("modes exchanged", lambda a, b, u, w: collapse.gaussian_objective(b, a, u, w), why="w for 1-w")

# --- annealing --------------------------------------------------------------------------------------------------------

LOW, HIGH, MARKS = 1.2, 6.0, 40

hysteresis = claim.statement(
    "annealing_shows_hysteresis",
    "w = 0.9: half-way between the end of the separated branch, u = 1.92, and that of the collapsed one, 1/(1-τ²) = 2.78,"
    " VAEs are collapsed when u has risen and separated when it has fallen",
    claimed=lambda w: (collapse.separated_branch_end(w).value, float(collapse.local_threshold(w))),
    relation="trend", assumptions="Gaussian encoders, prior N(0, 1), modes ±1 of deviation 0.001, σ = 1, β = 1/u",
)  # fmt: skip


end_at_equal_means = hysteresis.observed(
    instances=lambda s: s.inside(0.6, 0.92), call=lambda claimed, w: claimed(w)[0], error=5e-10, claimed_error=1e-12,
)(textbook.end_at_equal_means)  # fmt: skip
end_at_equal_means.control("the global switch", lambda w: (collapse.global_threshold(w), 2.78), why="any code's")


@hysteresis.experiment(
    rule=Share(0.5), seeds={"quick": [16], "full": [48]},
    steps={"quick": 1000, "full": 8000}, batch=64,
    reason="most networks must show it; one that is slow to leave collapse, at the top of the loop, does not",
    detects=None, why="which of two states a network is in tells no percentages of u",
)  # fmt: skip
def loops(run):
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.targets import symmetric_pair

    steps = run.steps
    at = np.arange(steps) * 5 / steps - 1  # one part of five to settle, two up, two down
    u = LOW * (HIGH / LOW) ** (np.clip(at / 2, 0, 1) - np.clip(at / 2 - 1, 0, 1))
    marks = np.linspace(steps // 5, steps, MARKS + 1).astype(int)
    saved = {"u": u[np.minimum(marks, steps - 1)]}
    for name, w, arm in (("unequal", HEAVY, "network"), ("equal", 0.5, "control")):
        learner = VAE(symmetric_pair(1.0, 1e-3, weight=w), 1, (8,), beta=1 / u[None], std=1.0, activation="tanh")
        fitted = run.fit(learner, Adam(0.02), arm=arm, record=marks[:-1].tolist())
        x = np.repeat([-1.0, 1.0], 8)[:, None]
        codes = np.stack([fitted.evaluate(learner.encode, x, at=k)[:, ::8] for k in range(MARKS + 1)], axis=1)
        rates = (codes[..., 0] ** 2 + codes[..., 1] ** 2 - 1) / 2 - np.log(codes[..., 1])
        saved[name] = rates @ modes.pair_weights(w)
    return saved


@loops.measure
def both_states(claimed, data):
    """At the same u, less than a fifth of the separated branch's rate on the way up and more than half on the way down."""
    middle = float(np.mean(claimed(HEAVY)))
    half = MARKS // 2
    up, down = (np.abs(np.log(data["u"][part] / middle)).argmin() for part in (slice(half), slice(half, None)))
    rate = _branch_rate(middle)

    def shown(rates):
        return ((rates[:, up] < rate / 5) & (rates[:, half + down] > rate / 2)).astype(float)

    return {"network": shown(data["unequal"]), "control": shown(data["equal"])}


def _branch_rate(u):
    code = collapse.separated_branch(u, HEAVY)
    first, second = ((mean**2 + v - 1 - np.log(v)) / 2 for mean, v in (code.minor, code.major))
    return HEAVY * first + (1 - HEAVY) * second


SPLIT = 2.07
"""Here descent from separated modes stops ending in the loose branch."""


@claim.curves
def branches():
    tau = np.linspace(0.0, 0.97, 120)
    saved = {
        "tau": tau,
        "best": collapse.global_threshold((1 - tau) / 2),
        "faint": collapse.local_threshold((1 - tau) / 2),
        "ends": np.array([collapse.separated_branch_end(HEAVY).value, float(collapse.local_threshold(HEAVY))]),
    }
    for name, u in (("loose", np.linspace(1.92, SPLIT - 0.01, 15)), ("tight", np.linspace(SPLIT + 0.01, 4.2, 25))):
        saved |= {f"u_{name}": u, f"rate_{name}": np.array([_branch_rate(float(one)) for one in u])}
    return saved


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    nets, exact = saved["loops"], saved["curves"]
    left, right = panels(figure, 2)
    left.plot(exact["tau"], exact["faint"], "--", color=COLOUR["exact"], label=r"faint signals pay: $1/(1-\tau^2)$")
    left.plot(exact["tau"], exact["best"], color=COLOUR["exact"], label=r"some code pays: artanh$(\tau)/\tau$")
    left.plot([2 * HEAVY - 1] * 2, exact["ends"], "o-", color=COLOUR["other"], label="Gaussian hysteresis, $w$ = 0.9")
    left.set(xlabel=r"inequality $\tau=|1-2w|$ of the weights", ylabel=r"coupling $u=a^2/\beta\sigma^2$", ylim=(0, 8))
    left.legend(loc="upper left")
    half = MARKS // 2
    right.plot(exact["u_tight"], exact["rate_tight"], color=COLOUR["exact"], label="separated, exact")
    right.plot(exact["u_loose"], exact["rate_loose"], "-.", color=COLOUR["exact"], label="by variance")
    right.plot([LOW, exact["ends"][1]], [0, 0], color=COLOUR["exact"], lw=2.5, label="collapsed, stable")
    middle = np.median(nets["equal"], axis=0)
    right.plot(nets["u"][:half], middle[:half], ":", color=COLOUR["control"], label="control, $w$ = 0.5, rising")
    right.plot(nets["u"][half:], middle[half:], "--", color=COLOUR["control"], label="and falling")
    spread(right, nets["u"][:half], nets["unequal"][:, :half], COLOUR["network"], "$u$ rising, $w$ = 0.9")
    spread(right, nets["u"][half:], nets["unequal"][:, half:], COLOUR["network"], "$u$ falling, $w$ = 0.9", "s")
    right.set(
        xlabel=r"coupling $u=a^2/\beta\sigma^2$", ylabel="rate (nats)", xlim=(LOW - 0.05, 4.2), ylim=(-0.03, 1.35)
    )
    right.legend(loc="upper left", ncols=2)
