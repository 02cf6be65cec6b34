"""A bounded discriminator is content with a memorised handful: n samples in place of the law; the birthday test is not.

    E MMD²(p, p̂_n) = (E k(X,X) - E k(X,X'))/n,     sup_t |F - F̂_n| ≤ √(ln(2/δ)/2n) with probability 1-δ

So a kernel or a threshold sees n memorised samples at a rate that forgets what p is: whether it has eight modes or a
million, n of its samples pass within n^-½. The bound for thresholds cannot be improved: in the limit it is exceeded with
probability between δ - δ⁴/8 and δ. What sees the memory is a discriminator of packs: a support of n equal atoms shows a
duplicate among m draws with probability 1 - Π_{i<m}(1-i/n), 39 % at m = √n and 50 % at 1.18√n, where a law with a density
shows none. Samples of GANs are put to that test, with "duplicate" for two samples within 0.3 on a circle of eight modes
of deviation 0.05, neighbours 0.77 apart: those of a collapsed GAN repeat more often than four equal atoms would.
"""

from itertools import cycle
from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Root, Run, Share, Slack, Unit, given, integers
from proofs.textbook import samples as textbook
from proofs.words import sp
from theory import GaussianMixture, kernel_discriminator

claim = Claim(
    topic="mode-dropping",
    after="paired_loss_has_no_bad_basin",
    references=("arora2017generalization", "arora2017actually (the birthday test)", "massart1990", "marsaglia2003"),
)
Size = Annotated[Letter, integers(1, 60)]

# --- kernels -------------------------------------------------------------------------------------------------------------


@claim.states(kernel_discriminator.expected_mmd2)
def kernels_see_one_nth(d: Positive, c: Positive, n: Size):
    """E MMD²(p, p̂_n) = (E k(X,X) - E k(X,X'))/n for every kernel

    n independent samples; d = E k(X,X) and c = E k(X,X') finite"""
    i, j = sp.symbols("i j")
    within = sp.Sum(d + sp.Sum(c, (j, 2, n)), (i, 1, n)) / n**2
    yield within - 2 * sp.Sum(c, (i, 1, n)) / n + c
    yield "n pairs are of a sample with itself", (n * d + n * (n - 1) * c) / n**2 - 2 * c + c
    yield "collect", (d - c) / n


kernels_see_one_nth.check(
    textbook.every_sample, on=textbook.kernels, error=1e-13, scale=lambda law, root, n: np.trace(textbook.gram(root))
)
kernels_see_one_nth.wrong(
    "n-1 for n, nearly",
    symbolic=lambda d, c, n: (d - c) / (n - 1 + 1 / n),
    claimed=lambda d, c, n: (d - c) / (n - 0.999),
)
kernels_see_one_nth.wrong("forgets E k(X,X)", symbolic=lambda c, n: c / n, claimed=lambda d, c, n: c / n)


@claim.states(kernel_discriminator.sample_mmd2, at=lambda s, h, n: (GaussianMixture([1.0], [0.3], stds=[s]), n, h))
def gaussian_kernel_of_mixtures(s: Positive, h: Positive, n: Size):
    """k = e^{-|x-y|²/2h²}: E MMD²(p, p̂_n) = (1 - E k(X,X'))/n; (1 - h/√(h²+2s²))/n for N(μ, s²)

    derived for one component, checked for mixtures of up to three"""
    t, v = sp.Symbol("t"), 1 / (1 / (2 * s**2) + 1 / h**2)
    alike = sp.Integral(sp.exp(-(t**2) / (4 * s**2) - t**2 / (2 * h**2)), (t, -sp.oo, sp.oo)) / sp.sqrt(
        4 * sp.pi * s**2
    )
    yield (1 - alike) / n
    yield "X-X' is N(0, 2s²)", (1 - sp.sqrt(2 * sp.pi * v) / sp.sqrt(4 * sp.pi * s**2)) / n
    yield "1/v = 1/2s² + 1/h²", (1 - h / sp.sqrt(h**2 + 2 * s**2)) / n


gaussian_kernel_of_mixtures.check(textbook.of_differences, on=textbook.mixtures, error=1e-11)
gaussian_kernel_of_mixtures.wrong(
    "s² for 2s²", s=lambda s: s / sp.sqrt(2), claimed=lambda p, n, h: kernel_discriminator.sample_mmd2(p, n, 2**0.5 * h)
)
gaussian_kernel_of_mixtures.wrong(
    "half the bandwidth", h=lambda h: h / 2, claimed=lambda p, n, h: kernel_discriminator.sample_mmd2(p, n, h / 2)
)

# --- thresholds ----------------------------------------------------------------------------------------------------------


@claim.states(kernel_discriminator.threshold_bound, relation="<=")
def thresholds_are_fooled(n: Size, d: Unit):
    """P(sup_t |F(t) - F̂_n(t)| > √(ln(2/δ)/2n)) ≤ δ

    any law on the line; the exact law of the supremum, checked, is that of continuous F, the worst"""
    bound = yield Root(sp.sqrt(sp.log(2 / d) / (2 * n)))
    yield sp.Sum(sp.exp(-2 * n * bound**2), (sp.Symbol("side"), 1, 2)) - d
    yield (
        given("dvoretzky_kiefer_wolfowitz", "either side is exceeded with probability ≤ e^{-2nε²}"),
        2 * sp.exp(-2 * n * bound**2) - d,
    )


thresholds_are_fooled.check(
    textbook.quantile, on=textbook.gaps, error=1e-15, claimed_error=5e-9, detects=0.05,
    why="at n = 50 the law of the supremum is below its limit by a sixth; in the limit see the next statement",
)  # fmt: skip
thresholds_are_fooled.wrong(
    "one side: P(sup > ε) ≤ e^{-2nε²}",
    symbolic=lambda n, d: sp.sqrt(sp.log(1 / d) / (2 * n)),
    claimed=lambda n, d: np.sqrt(np.log(1 / d) / (2 * n)),
)


@claim.states(kernel_discriminator.threshold_miss, at="d", relation=">=")
def thresholds_bound_is_tight(d: Unit, o: Slack):
    """lim P(sup_t |F - F̂_n| > √(ln(2/δ)/2n)) = 2 Σ (-1)^{k-1} (δ/2)^{k²} ≥ δ - δ⁴/8

    F continuous; o is the rest of an alternating series of falling terms"""
    k = sp.Symbol("k")
    yield sp.Sum(-2 * (-1) ** k * (d / 2) ** (k**2), (k, 1, 2)) + o
    yield given("kolmogorov_law", "λ² = ln(2/δ)/2, two terms"), d - d**4 / 8 + o
    yield "o ≥ 0", d - d**4 / 8


thresholds_bound_is_tight.check(textbook.by_the_other_series, on=lambda s: s.inside(0.02, 0.98), error=1e-13)
thresholds_bound_is_tight.wrong("a sign", symbolic=lambda d: d + d**4 / 8, claimed=lambda d: d + d**4 / 8)
thresholds_bound_is_tight.wrong("attained: all of δ", symbolic=lambda d: d, claimed=lambda d: d)

# --- birthdays -----------------------------------------------------------------------------------------------------------


@claim.states(kernel_discriminator.duplicate_probability, at=lambda m, e: (m, m + e))
def duplicates_show(m: Annotated[Letter, integers(1, 12)], e: Annotated[Letter, integers(0, 40)]):
    """P(a duplicate among m draws from n equal atoms) = 1 - Π_{i<m}(1-i/n)

    n = m + e; the draws are told in reverse: the last misses the m-1 before it with probability (e+1)/n"""
    i = sp.Symbol("i", integer=True)
    yield 1 - sp.Product((e + 1 + i) / (m + e), (i, 0, m - 1))
    yield "all atoms are alike", 1 - sp.Product(e + 1 + i, (i, 0, m - 1)) / (m + e) ** m
    yield "a rising factorial", 1 - sp.RisingFactorial(e + 1, m) / (m + e) ** m


duplicates_show.check(textbook.repeated, on=textbook.birthdays, error=1e-13)
duplicates_show.wrong("an index: one atom fewer", symbolic=lambda m, e: 1 - sp.RisingFactorial(e, m) / (m + e) ** m)
duplicates_show.wrong(
    "an index: one draw more", claimed=lambda m, n: kernel_discriminator.duplicate_probability(m + 1, n)
)


@claim.states(kernel_discriminator.duplicate_limit)
def birthdays_in_the_limit(c: Positive):
    """m = c√n, n → ∞: P(a duplicate) → 1 - e^{-c²/2}, 39 % at c = 1

    -ln(1-t) = t + O(t²): of Σ -ln(1-i/n) only Σ i/n is left as n = m²/c² → ∞"""
    i, m = sp.Symbol("i"), sp.Symbol("draws", positive=True)
    yield 1 - sp.exp(-sp.Limit(sp.Sum(i * c**2 / m**2, (i, 0, m - 1)), m, sp.oo))
    yield "Σ i = m(m-1)/2", 1 - sp.exp(-sp.Limit(c**2 * (m - 1) / (2 * m), m, sp.oo))
    yield "(m-1)/m → 1", 1 - sp.exp(-(c**2) / 2)


birthdays_in_the_limit.check(textbook.repeated_in_the_limit, on=lambda s: s.inside(0.05, 2.0), error=1e-9)
birthdays_in_the_limit.wrong("c² for c²/2", c=lambda c: sp.sqrt(2) * c, claimed=lambda c: -np.expm1(-(c**2)))


def draws(n, P):
    """Of any number n > 0 of atoms, in proportion to √n."""
    return kernel_discriminator.birthday_draws(n + 1, P) * np.sqrt(n / (n + 1))


@claim.states(draws)
def draws_needed(n: Positive, P: Unit):
    """P(a duplicate) → P at m = √(2n ln 1/(1-P)): one half at 1.18√n

    ∫₀ᶜ t e^{-t²/2} dt = 1 - e^{-c²/2}, the limit above"""
    m, t = (yield Root(sp.sqrt(2 * n * sp.log(1 / (1 - P))))), sp.Symbol("t")
    yield sp.Integral(t * sp.exp(-(t**2) / 2), (t, 0, m / sp.sqrt(n))) - P
    yield "the limit at c = m/√n", 1 - sp.exp(-(m**2) / (2 * n)) - P


draws_needed.check(
    textbook.draws_by_bisection, on=lambda s: s.tuples(s.scales(1.0, 1e6), s.inside(0.02, 0.95)), error=1e-12
)
draws_needed.wrong("n for 2n", n=lambda n: n / 2, claimed=lambda n, P: draws(n / 2, P))
draws_needed.wrong("P for 1-P", P=lambda P: 1 - P, claimed=lambda n, P: draws(n, 1 - P))

# --- the birthday test of GANs -------------------------------------------------------------------------------------------

DRAWS, RADIUS = np.arange(2, 7), 0.3


@duplicates_show.experiment(
    rule=Share(0.5),
    seeds=(48, 64),
    history={1: "of 16 quick seeds 12 did so, which leaves one half undecided"},
    steps=(400, 3000),
    batch=64,
    reason="most runs with a slow discriminator must repeat more often than four equal atoms, 5/8; eight atoms show 0.34",
    looks_at={"network": "collapsed", "control": "healthy"},
)
def birthday(run: Run):
    from theory import scores
    from toys import contest
    from toys.targets import ring

    target, shown = ring(8, 1.0, 0.05), {}
    for name, options in (("collapsed", {"ratio": 0.1}), ("healthy", {"r1": 1.0})):
        arm = contest.gan(2e-3, **options)(target)
        samples = arm.draw(run.fit(arm.learner, arm.optimiser, arm=name), np.empty((contest.SAMPLES, 0)))
        shown[name] = np.array([[scores.birthday_test(x, int(m), RADIUS) for m in DRAWS] for x in samples])
    return shown


@birthday.measure
def repeats_itself(claimed, data):
    """Whether three draws show a duplicate more often than of four equal atoms."""
    return {arm: data[name][:, 1] > claimed(3, 4) for arm, name in (("network", "collapsed"), ("control", "healthy"))}


@claim.figure("Memorised samples pass a bounded discriminator; they show when they repeat")
def draw(saved, panels, *, most=1000, drawn=30, error=0.05, atoms=(1, 4, 8)):
    nets, n = saved["birthday"], np.unique(np.round(np.geomspace(1, most, 40)).astype(int))
    ring = GaussianMixture(np.full(8, 1 / 8), np.arange(8.0), stds=np.full(8, 0.05))
    threshold, kernel, pair = (
        np.array([f(int(k)) for k in n])
        for f in (
            lambda k: kernel_discriminator.threshold_bound(k, error),
            lambda k: kernel_discriminator.sample_mmd2(ring, k, 1.0) ** 0.5,
            lambda k: kernel_discriminator.duplicate_probability(drawn, k),
        )
    )
    seen, repeats, gans = panels(3)
    seen.exact(n, threshold, f"threshold, {100 * (1 - error):g} % bound")
    seen.exact(n, kernel, "kernel, root mean square", "--")
    seen.axes("memorised samples $n$", "distance that is seen", log="xy", legend="above")
    repeats.exact(n, pair, f"of {drawn} draws")
    repeats.axes("memorised samples $n$", "probability of a duplicate", log="x", legend="above")
    for count, style in zip(atoms, cycle((":", "--", "-")), strict=False):
        law = [kernel_discriminator.duplicate_probability(int(m), count) for m in DRAWS]
        gans.exact(DRAWS, law, "one atom" if count == 1 else f"{count} equal atoms", style)
    gans.seeds(DRAWS - 0.06, nets["collapsed"], "gan", "GANs, slow discriminator")
    gans.seeds(DRAWS + 0.06, nets["healthy"], "control", "control: GANs with R1")
    gans.axes("draws $m$", "probability of a near duplicate", x_ticks=DRAWS, legend="above")
    at, three = np.abs(n - 100).argmin(), float(kernel_discriminator.duplicate_probability(3, 4))
    slow, healthy = (np.median(nets[name][:, 1]) for name in ("collapsed", "healthy"))
    more = (nets["collapsed"][:, 1] > three).mean()
    return (
        f"(a) How far n memorised samples are from the law, to a discriminator that is a threshold or a kernel: at n = "
        f"{n[at]} at most {threshold[at]:.2f} with {100 * (1 - error):g} % probability, and {kernel[at]:.2f}; both fall like 1/√n. "
        f"(b) Among {drawn} draws of theirs two are the same with probability {pair[at]:.2f} at n = {n[at]} and "
        f"{pair[-1]:.2f} at {n[-1]:,}. (c) GANs on eight modes: among three draws near duplicates have the median "
        f"probability {slow:.2f} with a slow discriminator and {healthy:.2f} with R1 (control); four equal atoms would give "
        f"{three:.2f}, which {100 * more:.0f} % of the slow ones exceed."
    )
