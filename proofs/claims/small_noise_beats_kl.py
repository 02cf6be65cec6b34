"""Keeping modes apart costs a KL that hardly grows as the noise falls, merging them costs 1/σ²: small noise beats the KL.

    K codes κ posterior deviations apart on a line, prior N(0, 1):   rate ½ ln(1 + κ²(K²-1)/12),  ln K at the very least
    two modes ±a, codes N(±m, v), γ = m²/v = κ²/4, u = a²/βσ²:       cost/β = (u/2) error/a² + ½ ln(1+γ)  at m²+v = 1

Merging costs u/2. Where κ = 2√(2 ln u) the error costs ¼√(π/ln u) at most, the rate is ½ ln(1+2 ln u), ½ ln ln(1/σ)
as σ → 0: no match for 1/σ². The best code leaves an error of at most 2βσ²/(1+γ), less than the decoder's own variance
if γ > 2β - 1. Reconstruction and KL are antagonists indeed, but images are blurred only where σ is chosen large.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Count, Letter, Positive, Root, above, carried, given, integers, over
from proofs.sentences import sharp_images_are_unlikely
from proofs.textbook import noisy_code
from proofs.textbook import separate_codes as textbook
from proofs.words import expectation, slope_at, sp
from proofs.words.arithmetic import DOUBLE
from theory import encoder_noise, separate_codes
from theory import rate as rates

claim = Claim(topic="kl-pressure", after="collapse_threshold", references=("guo2011", "alemi2018"))
Several = Annotated[Letter, integers(2)]
Coupling = Annotated[Letter, above(1)]
Ratio = Annotated[Letter, above(1.25)]
LOOSE = {"error": 1e-8, "resolution": 1e-7, "detects": 0.01, "why": "the bound is approached like 1/γ, down to γ = 200"}

# --- the price of K codes -------------------------------------------------------------------------------------------------


@claim.states(lambda K: rates.source_entropy(np.full(K, 1 / K)))
def separate_codes_cost_ln_k(K: Several):
    """K equiprobable modes, an output for each: R = ln K, the least with which they can be told apart without error

    any encoder, with the prior that fits; that less does not do is Fano's inequality, rate_limits_mode_identity"""
    yield sp.Sum(-sp.log(1 / K) / K, (sp.Symbol("c"), 1, K))
    yield "K times the same", sp.log(K) / K * K


separate_codes_cost_ln_k.check(textbook.of_two_outputs_each, on=textbook.shares)
separate_codes_cost_ln_k.wrong("an index: ln(K-1)", symbolic=lambda K: sp.log(K - 1), claimed=lambda K: np.log(K - 1))


@claim.states(separate_codes.line_scale, at=lambda k, n: (k, n + 1))
def best_scale(k: Positive, n: Count):
    """arg-min over s of the mean rate of N(m_k, s²), m_k equispaced by κs: s² = 1/(1 + κ²(K²-1)/12), so that E z² = 1

    centred: a shift c adds c²/2; the rate is convex in s, so its stationary point is the minimum; K = n+1"""
    t = sp.Symbol("s", positive=True)
    s = yield Root(1 / sp.sqrt(1 + textbook.spread(k, n)))
    yield slope_at(textbook.line(k, n, t), t, s)
    yield "Σ (k-(K+1)/2)² = K(K²-1)/12", s * (1 + textbook.spread(k, n)) - 1 / s


best_scale.check(textbook.scale_of_least_rate, on=textbook.lines, error=1e-10)
best_scale.wrong("an index: (K+1)²", n=lambda n: n + 1, claimed=lambda k, K: separate_codes.line_scale(k, K + 1))


@claim.states(separate_codes.line_rate, at=lambda k, n: (k, n + 1))
def codes_on_a_line(k: Positive, n: Count):
    """equispaced by κ posterior deviations on the prior N(0, 1), K codes cost at least R = ½ ln(1 + κ²(K²-1)/12)

    attained at best_scale; K = n+1"""
    s = 1 / sp.sqrt(1 + textbook.spread(k, n))
    yield textbook.line(k, n, s)
    yield "E z² = 1", (s**2 * (1 + textbook.spread(k, n)) - 1) / 2 - sp.log(s**2) / 2
    yield "put s in", sp.log(1 + textbook.spread(k, n)) / 2


codes_on_a_line.check(textbook.least_rate, on=textbook.lines, scale=textbook.size_of_rate)
codes_on_a_line.wrong(
    "without the ½", symbolic=lambda k, n: sp.log(1 + textbook.spread(k, n)),
    claimed=lambda k, K: 2 * separate_codes.line_rate(k, K),
)  # fmt: skip
codes_on_a_line.wrong(
    "K² for K²-1: codes spread evenly", symbolic=lambda k, n: sp.log(1 + k**2 * (n + 1) ** 2 / 12) / 2,
    claimed=lambda k, K: np.log1p(k**2 * K**2 / 12) / 2,
)  # fmt: skip


@claim.states(separate_codes.line_overhead)
def overhead(k: Positive):
    """½ ln(1 + κ²(K²-1)/12) - ln K → ½ ln(κ²/12) as K → ∞: with κ = 2√(2 ln u), ½ ln(⅔ ln u)"""
    yield textbook.with_many(lambda K: (1 + k**2 * (K**2 - 1) / 12) / K**2)
    yield "1/K² → 0", textbook.with_many(lambda K: k**2 / 12 + (1 - k**2 / 12) / K**2)
    yield "the limit", sp.log(k**2 / 12) / 2


overhead.check(
    textbook.overhead_of_many, on=textbook.many_lines, error=2e-6, claimed_error=0.0, resolution=1e-5,
    detects=1e-4, why="the limit, seen from K = 800 on",
)  # fmt: skip
overhead.wrong("κ²/6: a factor 2", k=lambda k: sp.sqrt(2) * k)

# --- two modes ------------------------------------------------------------------------------------------------------------


@claim.states(lambda gamma: encoder_noise.rate(np.sqrt(gamma / (1 + gamma)), 1 / (1 + gamma)))
def two_modes(g: Positive):
    """codes N(±m, v) with γ = m²/v: the rate is least where m² + v = 1, and there ½ ln(1+γ)

    codes_on_a_line for K = 2, κ = 2√γ; the error depends on γ alone, so the best code has m² + v = 1"""
    yield textbook.kl(*textbook.balanced(sp, g))
    yield "m² + v = 1", -sp.log(1 / (1 + g)) / 2
    yield "-ln v", sp.log(1 + g) / 2


two_modes.check(textbook.least_rate_of_two, on=textbook.ratios(0.05, 60.0))
two_modes.wrong("without the ½", symbolic=lambda g: sp.log(1 + g), claimed=lambda g: np.log1p(g))
two_modes.wrong("½ ln γ: without the 1", symbolic=lambda g: sp.log(g) / 2, claimed=lambda g: np.log(g) / 2)


@claim.states(
    separate_codes.merging_cost,
    relation="<=",
    enclosed=over(u=carried(lambda t: 1 / t, 0, 1, contact=1), factor=lambda u: u),
)
def apart_is_cheaper(u: Coupling):
    """u ≥ 1: some code N(±m, v) costs at most ½(1 + ln u) ≤ u/2, the cost of merging, which grows like 1/σ²

    γ = u-1, m² + v = 1; the bound is what the decoder E x z/E z² · z costs, and the best decoder costs less"""
    s, e = sp.symbols("s e")
    spread, std = textbook.balanced(sp, u - 1)
    missed = expectation((s - spread * (spread * s + std * e)) ** 2, {s**2: 1, e**2: 1, s * e: 0})
    yield sp.simplify(u / 2 * missed.doit() + textbook.kl(spread, std).doit())
    yield "both are ½ at u = 1", u / 2


apart_is_cheaper.check(textbook.cost_apart, on=textbook.beyond_one)
apart_is_cheaper.wrong("0.45 u: a constant", symbolic=lambda u: 9 * u / 20, claimed=lambda u: 0.45 * u)


@claim.reads(
    sharp_images_are_unlikely, "beyond the threshold merging two modes is cheaper than a code that keeps them apart",
    over=over(e=carried(lambda t: (1 - t) / t, 0, 1, contact=1), factor=lambda e: e),
)  # fmt: skip
def merging_is_cheaper(e):
    """Than the code of apart_is_cheaper, which costs ½(1 + ln u) at most."""
    return apart_is_cheaper(1 + e) < (1 + sp.log(1 + e)) / 2


@claim.states(separate_codes.apart_cost_at, at=lambda g: g / 2, relation="<=")
def spacing_suffices(g: Positive):
    """κ = 2√(2 ln u), u > 1: the two modes cost at most ¼√(π/ln u) + ½ ln(1+2 ln u)

    γ = 2 ln u, m² + v = 1"""
    rate = sp.log(1 + g) / 2
    yield sp.exp(g / 2) / 2 * noisy_code.missed(g) + textbook.kl(*textbook.balanced(sp, g))
    yield "seen from the middle", noisy_code.mean_sech(g) / 2 + rate
    yield given("flat_density", "E sech√γN ≤ √(π/2γ)"), noisy_code.flat(g) / 2 + rate
    yield "∫ sech = π", sp.sqrt(sp.pi / (2 * g)) / 2 + rate


spacing_suffices.check(
    textbook.cost_at_that_spacing, on=textbook.large_couplings, at="log_u", error=1e-9, detects=1e-3,
    why="the bound exceeds the cost by √(π/2γ)π²/16γ, 1e-5 of it at γ = 600",
)  # fmt: skip
spacing_suffices.wrong("√(π/4γ): a factor √2", symbolic=lambda g: sp.sqrt(sp.pi / g) / 4 + sp.log(1 + g) / 2)
spacing_suffices.wrong(
    "½ ln(2 ln u): the leading term alone",
    symbolic=lambda g: sp.log(g) / 2,
    claimed=lambda log_u: np.log(2 * log_u) / 2,
)

# --- the best code --------------------------------------------------------------------------------------------------------


def least(g):
    """√(8γ/π) e^{γ/2}/(1+γ)."""
    return sp.sqrt(8 * g / sp.pi) * sp.exp(g / 2) / (1 + g)


@claim.states(separate_codes.least_coupling, relation=">=")
def best_spacing(g: Positive):
    """where the cost is stationary in γ = κ²/4, u = 1/((1+γ) E Var(x|z)²/a⁴) ≥ √(8γ/π) e^{γ/2}/(1+γ)

    d(error)/dγ = -E Var(x|z)²/a² (Guo et al. 2011; differences are checked), so u/2 · it = -½/(1+γ)"""
    yield textbook.best_coupling(g)
    yield "seen from the middle", sp.exp(g / 2) / ((1 + g) * noisy_code.mean_sech(g, 3))
    yield given("flat_density", "E sech³√γN ≤ √(π/8γ)"), sp.exp(g / 2) / ((1 + g) * noisy_code.flat(g, 3))
    yield "∫ sech³ = π/2", least(g)


best_spacing.check(textbook.coupling, on=textbook.ratios(1.0, 200.0), **LOOSE)
best_spacing.wrong(
    "without 1/(1+γ), the rate's", symbolic=lambda g: least(g) * (1 + g),
    claimed=lambda g: separate_codes.least_coupling(g) * (1 + g),
)  # fmt: skip
best_spacing.wrong(
    "e^{γ/2}: the leading order alone", symbolic=lambda g: sp.exp(g / 2), claimed=lambda g: np.exp(g / 2)
)


@claim.states(separate_codes.largest_coupling, relation="<=")
def best_spacing_is_no_less(g: Ratio):
    """and u ≤ √(8γ/π) e^{γ/2}/((1+γ)(1-π²/8γ)) for γ > π²/8: so ln u = γ/2 - ½ ln γ + O(1), and κ ~ 2√(2 ln u)"""
    share = sp.exp(g / 2) / (1 + g)
    yield textbook.best_coupling(g)
    yield "seen from the middle", share / noisy_code.mean_sech(g, 3)
    yield given("sech_spreads"), 2 * share / noisy_code.mean_sech(g)
    yield given("parabola_under_density"), 2 * share / (noisy_code.flat(g) * (1 - sp.pi**2 / (8 * g)))
    yield "∫ sech = π", least(g) / (1 - sp.pi**2 / (8 * g))


best_spacing_is_no_less.check(textbook.coupling, on=textbook.ratios(1.3, 200.0), **LOOSE)
best_spacing_is_no_less.wrong(
    "the lower bound, what it tends to", symbolic=lambda g: least(g), claimed=separate_codes.least_coupling
)


@claim.states(separate_codes.largest_blur, relation="<=")
def best_code_is_sharp(g: Positive):
    """there E(x - E[x|z])² ≤ 2βσ²/(1+γ): the blur of the best code is below that, and vanishes with σ

    u of best_spacing times error/a²; for u > 1 merging is not the best (apart_is_cheaper), and γ → ∞ with u"""
    yield textbook.best_coupling(g) * noisy_code.missed(g)
    yield "seen from the middle", noisy_code.mean_sech(g) / ((1 + g) * noisy_code.mean_sech(g, 3))
    yield given("sech_spreads"), 2 / (1 + g)


best_code_is_sharp.check(textbook.blur, on=textbook.ratios(0.2, 200.0), **LOOSE)
best_code_is_sharp.wrong("1/(1+γ): a factor 2", symbolic=lambda g: 1 / (1 + g), claimed=lambda g: 1 / (1 + g))
best_code_is_sharp.wrong("2/(2+γ): an index", symbolic=lambda g: 2 / (2 + g), claimed=lambda g: 2 / (2 + g))

# --- figure ---------------------------------------------------------------------------------------------------------------


@claim.curves
def found(*, furthest=1e4, points=9):
    """What a search over ln γ finds, and what it leaves."""
    some = np.geomspace(1.5, furthest, points)
    best = np.array([DOUBLE.least(lambda t, u=u: textbook.cost(DOUBLE, u, np.exp(t)), -6, 4.3) for u in some])
    blur = [u * noisy_code.error(DOUBLE, 1, np.exp(t / 2), 1) for u, t in zip(some, best[:, 0], strict=True)]
    return {"some": some, "cost": best[:, 1], "blur": np.array(blur)}


@claim.figure(
    "As the noise falls, merging modes costs far more than keeping them apart",
    where=r"data $\pm a$; $\beta$ weighs the KL term; $\sigma^2$: variance of the decoder",
)
def draw(saved, panels, *, furthest=1e4):
    found, gamma, u = saved["curves"], np.geomspace(1e-3, 80, 3000), np.geomspace(0.3, 3 * furthest, 120)
    costs = u[:, None] / 2 * encoder_noise.error(1.0, gamma) + np.log1p(gamma) / 2
    best, apart = gamma[costs.argmin(1)], u > 1.05
    far = u[apart]
    cost, blur = panels(2)
    cost.line(u, separate_codes.merging_cost(u), "control", "merged", ":")
    cost.exact(u, np.minimum(costs.min(1), u / 2), r"best Gaussian code")
    cost.exact(far, separate_codes.apart_cost_at(np.log(far)), "bound above", "--", lw=0.8)
    cost.level(np.log(2), "exact", "apart: ln 2 at least", "-.")
    blur.line(far, 2 * separate_codes.merging_cost(far), "control", "merged", ":")
    blur.exact(far, (u * encoder_noise.error(1.0, best))[apart], "best Gaussian code")
    blur.exact(far, separate_codes.largest_blur(best[apart]), "bound above", "--", lw=0.8)
    for panel, name, label in ((cost, "cost", r"cost / $\beta$ (nats)"), (blur, "blur", r"error / $\beta\sigma^2$")):
        panel.points(found["some"], found[name], "data", "found by search", marker="o")
        panel.axes(r"$u = a^2/\beta\sigma^2$, larger for less noise", label, log="xy", legend="above", columns=2)
    u, dearest, least = found["some"][-1], found["cost"][-1], found["blur"].argmax()
    return (
        f"(a) What two modes ±a cost, against their squared distance over β and the noise variance σ² of the decoder: at u = "
        f"{u:,.0f}, merged, {separate_codes.merging_cost(u):,.0f} nats; kept apart by the best Gaussian code {dearest:.1f}, "
        f"below its bound (a rate of ln 2 is needed by any encoder). (b) The error that this code leaves: {found['blur'][least]:.2f} βσ² at u = "
        f"{found['some'][least]:.1f} and {found['blur'][-1]:.2f} βσ² at u = {u:,.0f}, where merging leaves {u:,.0f} βσ²."
    )
