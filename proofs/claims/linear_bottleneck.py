"""Through k linear numbers, what is lost is the variance beyond the k leading directions; samples need lose nothing.

    min over A (k, D), B (D, k) of E|x - BAx|² = Σ_{i>k} λ_i          (Eckart & Young 1936)

The k leading principal directions attain it. In the plane one sees why nothing does better: with b = (cos φ, sin φ),

    E|x - b aᵀx|² = λ₂ + (λ₁-λ₂) sin²φ + E(aᵀx - bᵀx)²,  λ₁ ≥ λ₂

So reconstructions are low-passed, and no training helps. But a bottleneck bounds what is known of an input, not what
a decoder can draw: one number z ~ N(0, 1), put through Φ and Hilbert's order of the 4ⁿ cells of the unit square, gives
each cell equally often, with all of the variance in every direction, of which one linear number keeps half.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, integers
from proofs.sentences import bottleneck_makes_the_mean
from proofs.textbook import bottleneck as textbook
from proofs.words import expectation, sp
from theory import hilbert, water_filling

claim = Claim(topic="bottleneck", after="bandwidth_helps_reconstruction", references=("eckart1936", "baldi1989"))

# --- reconstruction: x = (X, Y) of variances l + h and l ----------------------------------------------------------------


def squared_error(l, h, b, a):
    """E|x - b aᵀx|², to be worked out."""
    X, Y = sp.symbols("X Y")
    code = a[0] * X + a[1] * Y
    moments = {X: 0, Y: 0, X**2: l + h, X * Y: 0, Y**2: l}
    return expectation((X - b[0] * code) ** 2 + (Y - b[1] * code) ** 2, moments)


def of_rank(spectrum, Q, B, A):
    return spectrum, len(A)


def of_root(R, B, A):
    """The spectrum of x = Rξ, and k."""
    return np.linalg.svd(R, compute_uv=False) ** 2, len(A)


def one_less(spectrum, k):
    return water_filling.best_rank_distortion(spectrum, max(k - 1, 0))


@claim.states(water_filling.best_rank_distortion, at=lambda l, h: ([l, l + h], 1))
def leading_directions_lose_the_rest(l: Positive, h: Positive):
    """A = Bᵀ = the k leading principal directions: E|x - BAx|² = Σ_{i>k} λ_i

    x of mean zero and finite variance; derived for D = 2, k = 1, checked up to D = 5"""
    Y = sp.Symbol("Y")
    yield squared_error(l, h, (1, 0), (1, 0))
    yield "the first coordinate is kept", expectation(Y**2, {Y**2: l})
    yield "the second is lost", l


leading_directions_lose_the_rest.check(
    textbook.error, on=textbook.leading, at=of_rank, error=1e-14, scale=textbook.size
)
leading_directions_lose_the_rest.wrong("λ₁ in place of λ₂", symbolic=lambda l, h: l + h)
leading_directions_lose_the_rest.wrong("k - 1: an index", claimed=one_less)
leading_directions_lose_the_rest.wrong(
    "the trailing ones kept", claimed=lambda v, k: v.sum() - water_filling.best_rank_distortion(v, len(v) - k)
)


@claim.reads(bottleneck_makes_the_mean, "a reconstruction loses the directions that have no latent")
def the_rest_is_lost(s):
    return leading_directions_lose_the_rest(s**2, 1) > 0


@claim.states(water_filling.best_rank_distortion, at=lambda l, h: ([l + h, l], 1), relation=">=")
def nothing_of_rank_k_loses_less(l: Positive, h: Positive, t: Real, a: Real, c: Real):
    """E|x - BAx|² ≥ Σ_{i>k} λ_i for all A (k, D) and B (D, k)

    derived for D = 2, k = 1 and every direction b = (cos φ, sin φ), t = tan φ/2, whose length goes into a; checked up to
    D = 5"""
    cos, sin = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    along, across = (l + h) * (a - cos) ** 2, l * (c - sin) ** 2
    yield squared_error(l, h, (cos, sin), (a, c))
    yield "x - bbᵀx is orthogonal to b", l + h * sin**2 + along + across
    yield "sin²φ ≥ 0: the leading direction is best", l + along + across
    yield "a = b is best along the first axis", l + across
    yield "and along the second", l


nothing_of_rank_k_loses_less.check(
    textbook.error_of_root, on=textbook.anywhere, at=of_root, error=1e-14, scale=textbook.size_of_root, name="error"
)
nothing_of_rank_k_loses_less.wrong("λ₁ in place of λ₂", symbolic=lambda l, h: l + h)
nothing_of_rank_k_loses_less.wrong("k - 1: an index", claimed=one_less)

# --- samples ------------------------------------------------------------------------------------------------------------


def spread(order, direction):
    """Var of direction · c_j over the vertices c_j of Hilbert's curve, equally likely."""
    return float(np.var(hilbert.vertices(order) @ np.asarray(direction)))


@claim.states(spread, at=lambda n, a, b: (n, (a, b)))
def one_number_fills_every_direction(n: Annotated[Letter, integers(0, 5)], a: Real, b: Real):
    """g(z) = c_⌊4ⁿΦ(z)⌋, c Hilbert's 4ⁿ cells, z ~ N(0, 1): Var ωᵀg(z) = |ω|² (1-4⁻ⁿ)/12, that of the uniform law on all of
    the cells: λ₁ = λ₂, of which a reconstruction from one linear number loses one

    Φ(z) is uniform, so each cell is as likely; g jumps, its continuous relative is in narrow_latent_can_be_sharp"""
    i, j = sp.symbols("i j")
    centre = lambda index: (2 * index + 1) / 2 ** (n + 1) - sp.S.Half  # noqa: E731
    both = sp.Sum((a * centre(i) + b * centre(j)) ** 2, (i, 0, 2**n - 1), (j, 0, 2**n - 1))
    yield both / 2 ** (2 * n)
    yield "Σ_i (i-th centre - ½) = 0", (a**2 + b**2) * sp.Sum(centre(i) ** 2, (i, 0, 2**n - 1)) / 2**n
    yield "sums of squares", (a**2 + b**2) * (1 - 2 ** (-2 * n)) / 12


def rank_one(order, direction):
    """Var of what one linear number reconstructs."""
    return spread(order, (direction[0], 0.0))


one_number_fills_every_direction.check(
    textbook.cell_by_cell, on=textbook.orders, error=1e-13, scale=textbook.size_of_squares
)
one_number_fills_every_direction.wrong(
    "4ⁿ cells a side", symbolic=lambda n, a, b: (a**2 + b**2) * (1 - 2 ** (-4 * n)) / 12
)
one_number_fills_every_direction.wrong(
    "reconstructed through rank 1: a linear number keeps one direction", b=lambda b: 0, claimed=rank_one
)
one_number_fills_every_direction.wrong(
    "the next order", n=lambda n: n + 1, claimed=lambda n, direction: spread(n + 1, direction)
)

# --- figure -------------------------------------------------------------------------------------------------------------


def spectrum_of(power):
    """The variances of 32 directions."""
    return np.arange(1.0, 33.0) ** -power


@claim.curves
def projected(*, power=1.5, draws=4000):
    """The share of the variance lost by so many draws on their own k leading directions; and on average on k random ones."""
    spectrum, rng = spectrum_of(power), np.random.default_rng(5)
    D = len(spectrum)
    x = rng.standard_normal((draws, D)) * np.sqrt(spectrum)
    own = np.linalg.svd(x, full_matrices=False)[2]
    lost = [np.mean(np.sum((x - x @ own[:k].T @ own[:k]) ** 2, axis=1)) for k in range(D + 1)]

    def kept(k):
        Q = np.linalg.qr(rng.standard_normal((D, max(k, 1))))[0][:, :k]
        return float(np.trace(Q.T * spectrum @ Q))

    random = spectrum.sum() - np.array([[kept(k) for k in range(D + 1)] for _ in range(20)])
    return {"principal": np.array(lost) / spectrum.sum(), "random": random / spectrum.sum()}


@claim.figure("One linear number rebuilds one direction; one number can draw in all of them")
def draw(saved, panels, *, power=1.5, draws=4000, order=4):
    spectrum, some, cells = spectrum_of(power), slice(0, None, 2), hilbert.vertices(order)
    ranks = np.arange(len(spectrum) + 1)
    left, right = panels(2)
    least = np.array([water_filling.best_rank_distortion(spectrum, int(k)) for k in ranks]) / spectrum.sum()
    random = saved["curves"]["random"]
    left.exact(ranks, least, "least possible")
    left.points(
        ranks[some], saved["curves"]["principal"][some], "data", "principal directions of draws", marker="o", ms=3
    )
    left.seeds(ranks[some], random[:, some], "control", "control: random directions")
    heading = f"{len(random)} draws, median and range"
    left.axes("directions kept, $k$ of 32", "lost / total variance", legend="above", heading=heading)
    right.exact(*cells.T, "sampled", lw=0.8)
    columns = np.unique(cells[:, 0])
    right.points(columns, np.full(len(columns), 0.5), "control", "rebuilt, linearly", ms=4)
    ticks = (0, 0.5, 1)
    right.axes(
        "$x_1$",
        "$x_2$",
        x=(0, 1),
        y=(0, 1),
        x_ticks=ticks,
        y_ticks=ticks,
        equal=True,
        legend="above",
        heading="from one number",
    )
    off = np.abs(saved["curves"]["principal"] - least).max()
    half = len(spectrum) // 2
    return (
        f"(a) The share of the variance that is lost when a signal is rebuilt from k linear numbers: the principal "
        f"directions lose what is exactly least, up to {off:.3f} for {draws:,} draws; at k = {half} they lose "
        f"{least[half]:.3f}, random directions (control) {np.median(random[:, half]):.2f}. (b) A square rebuilt from "
        f"one linear number is a line (crosses); drawn from one number along Hilbert's curve, here through "
        f"{len(cells)} cells, it is all there."
    )
