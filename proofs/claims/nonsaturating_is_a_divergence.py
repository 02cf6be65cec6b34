"""The non-saturating generator descends KL(q‖p) - 2 JS(p, q), which is a divergence: nothing in it pushes apart.

    ∇ E[-ln D*(g(z))] = ∇ [KL(q‖p) - 2 JS(p, q)] at the current parameters,      KL(q‖p) - 2 JS = 2 KL(m‖p) ≥ TV(p, q)²

m = (p+q)/2. D* is held while the generator moves; moving it along gives another slope. Read term by term, "minus 2 JS"
seems to drive the laws apart (Arjovsky & Bottou 2017, after theorem 2.5). But the sum is twice the divergence of the
half-way mixture from p: nonnegative, zero only at q = p, at least the squared total variation. What drops modes is its
asymmetry (price_of_dropping_and_inventing), not its sign.
"""

import numpy as np

from proofs.core import Claim, Positive, Root, Unit, given
from proofs.textbook import adversary as textbook
from proofs.words import sp
from proofs.words.cells import both, divergence, over_cells
from proofs.words.discriminators import middle, slope_of_kl
from theory import GaussianMixture, discriminator, symmetric_pair
from theory import divergence as divergences

AT_EQUAL_LAWS = "it is 0 at p = q, a difference of terms of size 1"

claim = Claim(topic="mode-dropping", after="optimal_discriminator", references=("arjovsky2017principled theorem 2.5",))
kl_less_2js = divergence("nonsaturating")

# --- the slope, for any family on cells ------------------------------------------------------------------------------------


@claim.states(discriminator.nonsaturating_slope, at=lambda p, q: ([p, 1 - p], [q, 1 - q], [1.0, -1.0]))
def slope_is_that_of_a_divergence(p: Unit, q: Unit):
    """∇E[-ln D*(g(z))] = ∇[KL(q‖p) - 2JS] at the current parameters, D* = p/(p+q) held

    q > 0 where it moves, p > 0; derived for two cells, checked on up to six and on binned generators"""
    js = sp.log(2 * q / (p + q)) - sp.log(2 * (1 - q) / (2 - p - q))
    yield sp.Derivative(sum(both(kl_less_2js, p, q)), q)
    yield "∇KL(q‖p) less ∇2JS; what D* itself would do cancels", slope_of_kl(p, q) - js
    yield "-ln D* in either cell", sp.log((p + q) / p) - sp.log((2 - p - q) / (1 - p))


slope_is_that_of_a_divergence.check(
    textbook.along_exponential_paths, on=textbook.tilted, at=textbook.tilting, error=1e-9, scale=1.0, why=AT_EQUAL_LAWS
)
slope_is_that_of_a_divergence.check(textbook.of_a_generator, on=textbook.binned, at=textbook.moving_bins, error=1e-9)
slope_is_that_of_a_divergence.wrong(
    "KL alone, without minus 2 JS", symbolic=slope_of_kl, claimed=lambda p, q, moved: float(moved @ np.log(q / p))
)
slope_is_that_of_a_divergence.wrong(
    "minimax: the slope of E ln(1-D*), that of 2 JS",
    symbolic=lambda p, q: sp.log(q / (p + q)) - sp.log((1 - q) / (2 - p - q)),
    claimed=lambda p, q, moved: float(-moved @ np.log1p(p / q)),
)
slope_is_that_of_a_divergence.wrong(
    "D* moved along, too", claimed=lambda p, q, moved: float(moved @ np.log1p(q / p) + (q * moved / (p + q)).sum())
)
slope_is_that_of_a_divergence.wrong("half of it", claimed=lambda *at: discriminator.nonsaturating_slope(*at) / 2)
slope_is_that_of_a_divergence.wrong("ascent, not descent", claimed=lambda *at: -discriminator.nonsaturating_slope(*at))

# --- and point by point ----------------------------------------------------------------------------------------------------


@claim.states(discriminator.optimal_discriminator, at=textbook.of_densities)
def slope_at_a_point(p: Positive, q: Positive):
    """∂/∂q of the integrand of KL(q‖p) - 2JS is 1 - ln 2 - ln D*(x): the constant drops out, for ∫q = 1 whatever moves

    p and q have densities"""
    D = yield Root(p / (p + q))
    slopes = sp.log(q / p) + 1 + p / (p + q) - sp.log(2 * q / (p + q)) - 1 + q / (p + q)
    yield sp.Derivative(kl_less_2js(p, q), q) - (1 - sp.log(2) - sp.log(D))
    yield "the product rule", slopes - 1 + sp.log(2) + sp.log(D)
    yield "collect", sp.log((p + q) / p) + sp.log(D)


slope_at_a_point.check(textbook.with_that_slope, on=textbook.slopes, error=textbook.noise, claimed_error=1e-12)
slope_at_a_point.wrong(
    "1 - D*: real and fake exchanged", symbolic=lambda p, q: q / (p + q), claimed=textbook.share_of_fakes
)
slope_at_a_point.wrong("q counted twice", q=lambda q: 2 * q, claimed=textbook.share_against_two_fakes)

# --- which divergence ------------------------------------------------------------------------------------------------------


def descended(p, q):
    """KL(q‖p) - 2 JS."""
    return float(divergences.nonsaturating(p, q))


def squared_tv(p, q):
    """TV²."""
    return float(divergences.tv(p, q)) ** 2


@claim.states(descended, at=textbook.two_cells)
def twice_the_divergence_of_the_middle(p: Unit, q: Unit):
    """KL(q‖p) - 2JS(p, q) = 2KL(m‖p), m = (p+q)/2

    derived for two cells, checked on densities"""
    yield over_cells(kl_less_2js, p, q)
    yield "ln q cancels", sum(both(lambda p, q: (p + q) * (sp.log(p + q) - sp.log(2)) - (p + q) * sp.log(p), p, q))
    yield "2m = p + q", middle(p, q)


twice_the_divergence_of_the_middle.check(
    textbook.to_the_middle, on=textbook.densities, error=1e-10, scale=1.0, why=AT_EQUAL_LAWS
)
twice_the_divergence_of_the_middle.wrong(
    "KL(m‖p), a factor 2", symbolic=lambda p, q: middle(p, q) / 2, claimed=lambda p, q: descended(p, q) / 2
)
twice_the_divergence_of_the_middle.wrong(
    "JS once", claimed=lambda p, q: float(divergences.reverse_kl(p, q)) - float(divergences.js(p, q))
)
twice_the_divergence_of_the_middle.wrong(
    "2KL(m‖q)", symbolic=lambda p, q: middle(q, p), claimed=lambda p, q: descended(q, p)
)


@claim.states(squared_tv, at=textbook.two_cells, relation=">=")
def never_pushes_apart(p: Unit, q: Unit):
    """KL(q‖p) - 2JS(p, q) ≥ TV(p, q)² ≥ 0, with 0 at q = p only; equality in the limit of small changes of two halves

    derived for two cells, checked on densities"""
    yield over_cells(kl_less_2js, p, q)
    yield "twice_the_divergence_of_the_middle", middle(p, q)
    yield given("pinsker", "2KL(m‖p) ≥ 4TV(m, p)², TV(m, p) = ½TV(q, p)"), (p - q) ** 2


never_pushes_apart.check(
    textbook.of_the_middle, on=textbook.nearly_equal, error=1e-10, scale=1.0, detects=0.05,
    why="equality is reached in the limit p, q → ½ only, where both are 0, differences of terms of size 1",
)  # fmt: skip
never_pushes_apart.wrong(
    "TV(q, p) for TV(m, p): 4 TV²", symbolic=lambda p, q: 4 * (p - q) ** 2, claimed=lambda p, q: 4 * squared_tv(p, q)
)
never_pushes_apart.wrong("a tenth more", claimed=lambda p, q: 1.1 * squared_tv(p, q))

# --- what a generator x = μ + z computes from 2,000 draws ------------------------------------------------------------------

SHIFTS, TERMS = np.linspace(-6.0, 6.0, 121), ("reverse_kl", "js", "nonsaturating")
FEW = SHIFTS[4::8]


def at(mean):
    """The generator's law."""
    return GaussianMixture([1.0], [mean], stds=[1.0])


@claim.curves
def drawn(*, a=3.0, draws=2000):
    p, rng = symmetric_pair(a, 1.0), np.random.default_rng(0)
    q = [at(mean) for mean in SHIFTS]
    terms = {name: [e.value for e in getattr(divergences, name).many([p] * len(q), q)] for name in TERMS}
    points = []
    for mean in FEW:  # directions of descent
        x = mean + rng.standard_normal(draws)
        pull = discriminator.nonsaturating_pull(discriminator.optimal_logit(p, at(mean), x))
        points.append(float(np.mean(-pull * (p.score(x) - at(mean).score(x)))))
    return {**terms, "points": points}


@claim.figure(
    "What the non-saturating generator descends is a divergence, never below zero",
    where="$p$: data; $q$: law of the generator $g(z)$; $D^*$: the best discriminator",
)
def draw(saved, panels, *, a=3.0, draws=2000):
    found = saved["curves"]
    kl, js, both = (np.array(found[name]) for name in TERMS)
    left, right = panels(2)
    left.exact(SHIFTS, kl, r"KL$(q\Vert p)$", "--")
    left.exact(SHIFTS, both, "their sum", lw=1.6)
    left.exact(SHIFTS, -2 * js, "$-2$ JS", ":")
    left.level(0, "data", lw=0.5)
    left.axes("mean of $q$", "nats", legend="ends")
    right.exact(SHIFTS, np.gradient(both, SHIFTS), "slope of the sum", lw=1.6)
    right.line(SHIFTS, np.gradient(kl, SHIFTS), "control", r"control: slope of KL$(q\Vert p)$", "--")
    right.points(FEW, found["points"], "gan", rf"slope of $E[-\ln D^*(g(z))]$, {draws:,} draws", ms=3.5)
    right.axes("mean of $q$", "slope in the mean, nats per unit", legend="above")
    exact = np.interp(FEW, SHIFTS, np.gradient(both, SHIFTS))
    off = np.abs(np.array(found["points"]) - exact)
    return (
        f"Data of two modes at {-a:g} and {a:g}, a generator of one, which moves. (a) The two terms that its loss descends, "
        f"and their sum: minus 2 JS alone is negative, the sum is at least {both.min():.2f}. (b) Slope of the sum, and "
        f"that of the loss with the best discriminator held, from {draws:,} draws at {len(FEW)} places: they differ by "
        f"{off.max():.2f} at most, from KL alone (control) by up to "
        f"{np.abs(np.array(found['points']) - np.interp(FEW, SHIFTS, np.gradient(kl, SHIFTS))).max():.2f}."
    )
