"""A bounded discriminator is content with a memorised handful: n samples in place of the law; the birthday test is not.

    E MMD²(p, p̂_n) = (E k(X,X) - E k(X,X'))/n,     sup_t |F - F̂_n| ≤ √(ln(2/δ)/2n) with probability 1-δ

So a kernel or a threshold sees n memorised samples at a rate that forgets what p is: whether it has eight modes or a
million, n of its samples pass within n^-½. The bound for thresholds cannot be improved: in the limit it is exceeded with
probability between δ - δ⁴/8 and δ. What sees the memory is a discriminator of packs: a support of n equal atoms shows a
duplicate among m draws with probability 1 - Π_{i<m}(1-i/n), 39 % at m = √n and 50 % at 1.18√n, where a law with a density
shows none. Samples of GANs are put to that test, with "duplicate" for two samples within 0.3 on a circle of eight modes
of deviation 0.05, neighbours 0.77 apart: those of a collapsed GAN repeat more often than four equal atoms would.
"""

import math

import numpy as np

from proofs.core.claim import Claim, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, UNIT, Domain, integers
from proofs.core.rules import Share
from proofs.textbook import samples as textbook
from theory import GaussianMixture, kernel_discriminator

claim = Claim(
    topic="mode-dropping",
    references=("arora2017generalization", "arora2017actually (the birthday test)", "massart1990", "marsaglia2003"),
)

# --- kernels -------------------------------------------------------------------------------------------------------------

kernels = claim.statement(
    "kernels_see_one_nth",
    "E MMD²(p, p̂_n) = (E k(X,X) - E k(X,X'))/n for every kernel",
    claimed=kernel_discriminator.expected_mmd2,
    domain=Domain(d=POSITIVE, c=POSITIVE, n=integers(1, 60)),
    definition=lambda x: (
        x.Sum(x.d + x.Sum(x.c, (x.Symbol("j"), 2, x.n)), (x.Symbol("i"), 1, x.n)) / x.n**2
        - 2 * x.Sum(x.c, (x.Symbol("i"), 1, x.n)) / x.n
        + x.c
    ),
    symbolic=lambda x: (x.d - x.c) / x.n,
    anchor=lambda claimed, d, c, n: claimed(d, c, n),
    assumptions="n independent samples; d = E k(X,X) and c = E k(X,X') finite",
)


@kernels.derivation
def pair_by_pair(x):
    return [("n pairs are of a sample with itself", (x.n * x.d + x.n * (x.n - 1) * x.c) / x.n**2 - 2 * x.c + x.c)]


pair_by_pair.control("without themselves", lambda x: (x.d - x.c) / (x.n - 1 + 1 / x.n), why="n-1 for n, nearly")
pair_by_pair.control("no diagonal", lambda x: x.c / x.n, why="forgets E k(X,X)")


def _kernels(s):
    """A law on atoms, the root of a Gram matrix on them, and a sample's size."""
    return s.tuples(s.integers(2, 3), s.integers(1, 4)).flatmap(
        lambda a: s.tuples(
            s.weights(a[0], a[0]), s.vectors(s.reals(-2.0, 2.0), a[0] ** 2, a[0] ** 2), s.steps(1).map(lambda _: a[1])
        )
    )


def _of_gram(claimed, law, root, n):
    gram = _gram(root)
    return claimed(law @ np.diag(gram), law @ gram @ law, n)


def _gram(root):
    half = root.reshape(math.isqrt(root.size), -1)
    return half @ half.T


@kernels.observed(instances=_kernels, error=1e-13, scale=lambda law, root, n: np.trace(_gram(root)), call=_of_gram)
def sample_by_sample(m, law, root, n):
    return textbook.mean_square_gap(m, law, _gram(root), n)


sample_by_sample.control("n - 1", lambda d, c, n: (d - c) / (n - 0.999), why="an index")

gaussian = claim.statement(
    "gaussian_kernel_of_mixtures",
    "k = e^{-|x-y|²/2h²}: E MMD²(p, p̂_n) = (1 - E k(X,X'))/n; (1 - h/√(h²+2s²))/n for N(μ, s²)",
    claimed=kernel_discriminator.sample_mmd2,
    domain=Domain(s=POSITIVE, h=POSITIVE, n=integers(1, 60)),
    definition=lambda x: (
        (
            1
            - x.Integral(
                x.exp(-(x.Symbol("t") ** 2) / (4 * x.s**2) - x.Symbol("t") ** 2 / (2 * x.h**2)),
                (x.Symbol("t"), -x.oo, x.oo),
            )
            / x.sqrt(4 * x.pi * x.s**2)
        )
        / x.n
    ),
    symbolic=lambda x: (1 - x.h / x.sqrt(x.h**2 + 2 * x.s**2)) / x.n,
    anchor=lambda claimed, s, h, n: claimed(GaussianMixture([1.0], [0.3], stds=[s]), n, h),
    assumptions="derived for one component, checked for mixtures of up to three",
)


@gaussian.derivation
def of_the_difference(x):
    v = 1 / (1 / (2 * x.s**2) + 1 / x.h**2)
    return [("X-X' is N(0, 2s²)", (1 - x.sqrt(2 * x.pi * v) / x.sqrt(4 * x.pi * x.s**2)) / x.n)]


of_the_difference.control("s²", lambda x: (1 - x.h / x.sqrt(x.h**2 + x.s**2)) / x.n, why="a factor 2")


@gaussian.observed(instances=lambda s: s.tuples(s.mixtures(1, 3), s.integers(1, 60), s.scales(0.3, 3.0)), error=1e-11)
def by_quadrature(m, p, n, h):
    """∫ (1 - e^{-t²/2h²}) over the law of X-X'."""
    pairs = [(u * v, a - b, m.sqrt(s**2 + t**2)) for u, a, s in m.parts(p) for v, b, t in m.parts(p)]
    reach = float(2 * np.abs(p.means).max() + 13 * p.stds.max())
    see = lambda t: (1 - m.exp(-((t / h) ** 2) / 2)) * sum(w * m.normal(t, a, s) for w, a, s in pairs)  # noqa: E731
    return m.integrate(see, m.grid(-reach, reach, 61)) / n


by_quadrature.control(
    "half the bandwidth", lambda p, n, h: kernel_discriminator.sample_mmd2(p, n, h / 2), why="h for 2h"
)

# --- thresholds ----------------------------------------------------------------------------------------------------------

thresholds = claim.statement(
    "thresholds_are_fooled",
    "P(sup_t |F(t) - F̂_n(t)| > √(ln(2/δ)/2n)) ≤ δ",
    claimed=kernel_discriminator.threshold_bound,
    relation="<=",
    domain=Domain(n=integers(1, 60), d=UNIT),
    definition=lambda x, bound: x.Sum(x.exp(-2 * x.n * bound**2), (x.Symbol("side"), 1, 2)) - x.d,
    symbolic=lambda x: x.sqrt(x.log(2 / x.d) / (2 * x.n)),
    root=True,
    anchor=lambda claimed, n, d: claimed(n, d),
    assumptions="any law on the line; the exact law of the supremum, checked, is that of continuous F, the worst",
)


@thresholds.derivation
def from_both_sides(x, bound):
    two = "Dvoretzky, Kiefer & Wolfowitz 1956 with Massart's constant 1990: P(sup > ε) ≤ 2 e^{-2nε²}"
    return [Step("each side is exceeded with probability ≤ e^{-2nε²}", 2 * x.exp(-2 * x.n * bound**2) - x.d, given=two)]


from_both_sides.control("one side", lambda x: x.sqrt(x.log(1 / x.d) / (2 * x.n)), why="a factor 2")


def _delta(claimed, n, epsilon):
    """The δ at which the claimed bound is ε."""
    low, high = math.log(1e-300), -1e-12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if claimed(n, math.exp(middle)) > epsilon else (low, middle)
    return math.exp(middle)


def _exceeded(s):
    """n and an ε that the bound takes for some δ in (0.002, 1)."""
    return s.tuples(s.integers(1, 50), s.inside(0.6, 1.85)).map(lambda a: (a[0], a[1] / math.sqrt(a[0])))


@thresholds.observed(
    instances=_exceeded, error=1e-11, scale=1.0, call=_delta, detects=0.05,
    why="at n = 50 the law of the supremum is below its limit by a sixth; in the limit see the next statement",
)  # fmt: skip
def by_the_exact_law(m, n, epsilon):
    return textbook.exceeded(m, n, epsilon)


by_the_exact_law.control(
    "one side", lambda n, d: np.sqrt(np.log(1 / d) / (2 * n)), why="P(sup > ε) ≤ e^{-2nε²} is false"
)

tight = claim.statement(
    "thresholds_bound_is_tight",
    "lim P(sup_t |F - F̂_n| > √(ln(2/δ)/2n)) = 2 Σ (-1)^{k-1} (δ/2)^{k²} ≥ δ - δ⁴/8",
    claimed=kernel_discriminator.threshold_miss,
    relation=">=",
    domain=Domain(d=UNIT, o=NONNEGATIVE),
    definition=lambda x: (
        x.Sum(-2 * (-1) ** x.Symbol("k") * (x.d / 2) ** (x.Symbol("k") ** 2), (x.Symbol("k"), 1, 2)) + x.o
    ),
    symbolic=lambda x: x.d - x.d**4 / 8,
    anchor=lambda claimed, d, o: claimed(d),
    assumptions="F continuous; o ≥ 0 is the rest of an alternating series of falling terms",
)


@tight.derivation
def two_terms(x):
    law = "Kolmogorov 1933: P(√n sup > λ) → 2 Σ (-1)^{k-1} e^{-2k²λ²}"
    return [
        ("λ² = ln(2/δ)/2, two terms", x.d - x.d**4 / 8 + x.o),
        Step("o ≥ 0", x.d - x.d**4 / 8, ">=", given=law),
    ]


two_terms.control("all of δ", lambda x: x.d + x.d**4 / 8, why="a sign")


@tight.observed(instances=lambda s: s.inside(0.02, 0.98), error=1e-13, scale=1.0)
def by_the_other_series(m, d):
    """1 - (√(2π)/λ) Σ e^{-(2k-1)²π²/8λ²}, the same law by Poisson's summation."""
    level = m.sqrt(m.log(2 / d) / 2)
    terms = [m.exp(-(((2 * k - 1) * m.pi / level) ** 2) / 8) for k in range(1, 12)]
    return 1 - m.sqrt(2 * m.pi) / level * sum(terms)


by_the_other_series.control("δ", lambda d: d, why="the bound is not attained, only nearly")

# --- birthdays -----------------------------------------------------------------------------------------------------------

duplicates = claim.statement(
    "duplicates_show",
    "P(a duplicate among m draws from n equal atoms) = 1 - Π_{i<m}(1-i/n)",
    claimed=kernel_discriminator.duplicate_probability,
    domain=Domain(m=integers(1, 12), e=integers(0, 40)),
    definition=lambda x: 1 - x.Product((x.e + 1 + x.Symbol("i", integer=True)) / (x.m + x.e), (x.Symbol("i", integer=True), 0, x.m - 1)),
    symbolic=lambda x: 1 - x.RisingFactorial(x.e + 1, x.m) / (x.m + x.e) ** x.m,
    anchor=lambda claimed, m, e: claimed(m, m + e),
    assumptions="n = m + e; the draws are told in reverse: the last misses the m-1 before it with probability (e+1)/n",
)  # fmt: skip


@duplicates.derivation
def draw_by_draw(x):
    i = x.Symbol("i", integer=True)
    return [("all atoms are alike", 1 - x.Product(x.e + 1 + i, (i, 0, x.m - 1)) / (x.m + x.e) ** x.m)]


draw_by_draw.control("one more", lambda x: 1 - x.RisingFactorial(x.e, x.m) / (x.m + x.e) ** x.m, why="an index")


@duplicates.observed(instances=lambda s: s.tuples(s.integers(2, 14), s.integers(1, 60)), error=1e-13, scale=1.0)
def by_occupied_atoms(m, draws, atoms):
    return textbook.repeated(m, draws, atoms)


by_occupied_atoms.control(
    "one draw more", lambda m, n: kernel_discriminator.duplicate_probability(m + 1, n), why="an index"
)

limit = claim.statement(
    "birthdays_in_the_limit",
    "m = c√n, n → ∞: P(a duplicate) → 1 - e^{-c²/2}, 39 % at c = 1",
    claimed=kernel_discriminator.duplicate_limit,
    domain=Domain(c=POSITIVE),
    definition=lambda x: 1 - x.exp(-x.Limit(x.Sum(x.Symbol("i") * x.c**2 / _draws(x) ** 2, (x.Symbol("i"), 0, _draws(x) - 1)), _draws(x), x.oo)),
    symbolic=lambda x: 1 - x.exp(-(x.c**2) / 2),
    anchor=lambda claimed, c: claimed(c),
    assumptions="-ln(1-t) = t + O(t²): of Σ -ln(1-i/n) only Σ i/n is left as n = m²/c² → ∞",
)  # fmt: skip


def _draws(x):
    return x.Symbol("draws", positive=True)


@limit.derivation
def by_the_first_term(x):
    m = _draws(x)
    return [("Σ i = m(m-1)/2", 1 - x.exp(-x.Limit(x.c**2 * (m - 1) / (2 * m), m, x.oo)))]


by_the_first_term.control("c²", lambda x: 1 - x.exp(-(x.c**2)), why="a factor 2")


@limit.observed(instances=lambda s: s.inside(0.05, 2.0), error=1e-9)
def by_extrapolation(m, c):
    return textbook.repeated_in_the_limit(m, c)


by_extrapolation.control("c²", lambda c: -np.expm1(-(c**2)), why="a factor 2")

half = claim.statement(
    "draws_needed",
    "P(a duplicate) → P at m = √(2n ln 1/(1-P)): one half at 1.18√n",
    claimed=kernel_discriminator.birthday_draws,
    domain=Domain(n=POSITIVE, P=UNIT),
    definition=lambda x, m: x.Integral(x.Symbol("t") * x.exp(-(x.Symbol("t") ** 2) / 2), (x.Symbol("t"), 0, m / x.sqrt(x.n))) - x.P,
    symbolic=lambda x: x.sqrt(2 * x.n * x.log(1 / (1 - x.P))),
    root=True,
    anchor=lambda claimed, n, P: claimed(n + 1, P) * math.sqrt(n / (n + 1)),
    assumptions="∫₀ᶜ t e^{-t²/2} dt = 1 - e^{-c²/2}, the limit above",
)  # fmt: skip


@half.derivation
def by_its_inverse(x, m):
    return [("the limit at c = m/√n", 1 - x.exp(-(m**2) / (2 * x.n)) - x.P)]


by_its_inverse.control("without 2", lambda x: x.sqrt(x.n * x.log(1 / (1 - x.P))), why="a factor 2")


@half.observed(instances=lambda s: s.tuples(s.scales(1.0, 1e6), s.inside(0.02, 0.95)), error=1e-12)
def by_bisection(m, n, P):
    return m.sqrt(n) * m.root(lambda c: m.exp(-(c**2) / 2) - (1 - P), 0, 3)


by_bisection.control("P for 1-P", lambda n, P: np.sqrt(2 * n * np.log(1 / P)), why="the other side")

# --- the birthday test of GANs -------------------------------------------------------------------------------------------

DRAWS, RADIUS = 3, 0.3


@duplicates.experiment(
    rule=Share(0.5),
    seeds={"quick": [48], "full": [64]},
    history={1: "of 16 quick seeds 12 did so, which leaves one half undecided"},
    steps={"quick": 400, "full": 3000},
    batch=64,
    reason="most runs with a slow discriminator must repeat more often than four equal atoms, 5/8; eight atoms show 0.34",
    detects=None,
    why="a share over seeds: its interval says how finely it is known",
    looks_at={"network": ("collapsed",), "control": ("healthy",)},
)
def birthday(run):
    from theory import scores
    from toys import contest
    from toys.targets import ring

    target, shown = ring(8, 1.0, 0.05), {}
    for name, options in (("collapsed", {"ratio": 0.1}), ("healthy", {"r1": 1.0})):
        arm = contest.gan(2e-3, **options)(target)
        fitted = run.fit(arm.learner, arm.optimiser, arm=name)
        samples = arm.draw(fitted, np.empty((contest.SAMPLES, 0)))
        shown[name] = np.array([[scores.birthday_test(x, m, RADIUS) for m in (2, 3, 4, 5, 6)] for x in samples])
    return shown


@birthday.measure
def repeats_itself(claimed, data):
    few = claimed(DRAWS, 4)
    return {"network": (data["collapsed"][:, 1] > few) * 1.0, "control": (data["healthy"][:, 1] > few) * 1.0}


@claim.curves
def exact():
    n, m = np.unique(np.round(np.geomspace(1, 1000, 40)).astype(int)), np.arange(2, 7)
    ring = GaussianMixture(np.full(8, 1 / 8), np.arange(8.0), stds=np.full(8, 0.05))
    law = {f"atoms{k}": [kernel_discriminator.duplicate_probability(int(i), k) for i in m] for k in (1, 4, 8)}
    return {
        "n": n,
        "m": m,
        **law,
        "kernel": [np.sqrt(kernel_discriminator.sample_mmd2(ring, int(k), 1.0)) for k in n],
        "threshold": [kernel_discriminator.threshold_bound(int(k), 0.05) for k in n],
        "birthday": [kernel_discriminator.duplicate_probability(30, int(k)) for k in n],
    }


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets = saved["curves"], saved["birthday"]
    left, right = panels(figure, 2)
    left.plot(exact["n"], np.minimum(exact["threshold"], 1), color=COLOUR["exact"], label=r"threshold, $\delta$ = 0.05")
    left.plot(exact["n"], exact["kernel"], "--", color=COLOUR["network"], label="kernel, root mean square")
    left.plot(exact["n"], exact["birthday"], ":", color=COLOUR["data"], label="birthday test, 30 draws")
    left.set(xlabel="memorised samples $n$", ylabel="what is seen of them", xscale="log", ylim=(0, 1.7))
    left.set_yticks((0, 0.5, 1))
    left.legend(loc="upper right")
    for atoms, style in ((1, ":"), (4, "--"), (8, "-")):
        right.plot(
            exact["m"],
            exact[f"atoms{atoms}"],
            style,
            color=COLOUR["exact"],
            label=f"{atoms} equal atoms" if atoms > 1 else "one atom",
        )
    spread(right, exact["m"] - 0.06, nets["collapsed"], COLOUR["network"], "GAN, slow discriminator")
    spread(right, exact["m"] + 0.06, nets["healthy"], COLOUR["control"], "control: GAN with R1", "s")
    right.set(xlabel="draws $m$", ylabel="P(near duplicate)", ylim=(0, 1.75))
    right.set_yticks((0, 0.5, 1))
    right.legend(loc="upper left", ncols=2)
