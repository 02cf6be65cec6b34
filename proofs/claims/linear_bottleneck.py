"""Through k linear numbers, what is lost is the variance beyond the k leading directions; samples need lose nothing.

    min over A (k, D), B (D, k) of E|x - BAx|² = Σ_{i>k} λ_i          (Eckart & Young 1936)

The k leading principal directions attain it. In the plane one sees why nothing does better: with b = (cos φ, sin φ),

    E|x - b aᵀx|² = λ₂ + (λ₁-λ₂) sin²φ + E(aᵀx - bᵀx)²,  λ₁ ≥ λ₂

So reconstructions are low-passed, and no training helps. But a bottleneck bounds what is known of an input, not what
a decoder can draw: one number z ~ N(0, 1), put through Φ and Hilbert's order of the 4ⁿ cells of the unit square, gives
each cell equally often, with all of the variance in every direction, of which one linear number keeps half.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk, Step
from proofs.core.letters import POSITIVE, REAL, Domain, integers
from proofs.textbook.vae import signs
from proofs.words.arithmetic import DOUBLE
from theory import hilbert, water_filling

claim = Claim(
    topic="bottleneck",
    folk=Folk(
        "The information of input is so hard to pass through this bottleneck: VAE can only have a mean and blurry output.",
        "A1",
        Conditional(
            "what is shown is a reconstruction, not a sample",
            true_when=("leading_directions_lose_the_rest", "nothing_of_rank_k_loses_less"),
            false_when=("one_number_fills_every_direction",),
        ),
    ),
    references=("eckart1936", "baldi1989"),
)

# --- reconstruction: x = Qξ√λ with orthonormal Q and uncorrelated ξ of variance 1 ---------------------------------------


def _error(m, spectrum, Q, B, A):
    """E|x - BAx|², exactly: signs ξ have the second moments."""
    numbers = np.vectorize(m.number, otypes=[float if m is DOUBLE else object])
    root, B, A = numbers(Q) * m.sqrt(numbers(spectrum)), numbers(B), numbers(A)
    x = signs(len(spectrum)) @ root.T
    return ((x - x @ A.T @ B.T) ** 2).sum(1).mean()


def _problems(s, far=None):
    """A spectrum in no order, its directions Q, and B, A near the k leading ones, often at them."""

    def build(drawn):
        spectrum, k, seed, away = drawn
        D, k, rng = len(spectrum), min(k, len(spectrum)), np.random.default_rng(seed)
        Q = np.linalg.qr(rng.standard_normal((D, D)))[0]
        leading = Q[:, np.argsort(spectrum)[::-1][:k]]
        B, A = leading + away * rng.standard_normal((2, D, k))
        return spectrum, Q, B, A.T

    anywhere = s.either(s.one_of((0.0,)), s.scales(1e-3, 1.0))
    return s.tuples(s.spectra(2, 5), s.integers(0, 4), s.steps(2**31), anywhere if far is None else far).map(build)


def _size(spectrum, Q, B, A):
    return float(spectrum.sum() * (1 + np.linalg.norm(B) * np.linalg.norm(A)) ** 2)


def _of_rank(claimed, spectrum, Q, B, A):
    return claimed(spectrum, len(A))


def _one_less(spectrum, k):
    return water_filling.best_rank_distortion(spectrum, max(k - 1, 0))


def _squared_error(x, b, a):
    """E|x - b aᵀx|² for variances l + h and l, to be worked out."""
    X, Y = x.Symbol("X"), x.Symbol("Y")
    code = a[0] * X + a[1] * Y
    moments = x.Tuple((X, 0), (Y, 0), (X**2, x.l + x.h), (X * Y, 0), (Y**2, x.l))
    return x.Expectation((X - b[0] * code) ** 2 + (Y - b[1] * code) ** 2, moments)


def _unit(x):
    """(cos φ, sin φ), t = tan φ/2."""
    return (1 - x.t**2) / (1 + x.t**2), 2 * x.t / (1 + x.t**2)


attained = claim.statement(
    "leading_directions_lose_the_rest",
    "A = Bᵀ = the k leading principal directions: E|x - BAx|² = Σ_{i>k} λ_i",
    claimed=water_filling.best_rank_distortion,
    domain=Domain(l=POSITIVE, h=POSITIVE),
    definition=lambda x: _squared_error(x, (1, 0), (1, 0)),
    symbolic=lambda x: x.l,
    anchor=lambda claimed, l, h: claimed([l, l + h], 1),
    assumptions="x of mean zero and finite variance; derived for D = 2, k = 1, checked up to D = 5",
)


@attained.derivation
def coordinate_by_coordinate(x):
    return [("the first coordinate is kept", x.Expectation(x.Symbol("Y") ** 2, x.Tuple((x.Symbol("Y") ** 2, x.l))))]


coordinate_by_coordinate.control("the other direction", lambda x: x.l + x.h, why="λ₁ in place of λ₂")


@attained.observed(instances=lambda s: _problems(s, s.one_of((0.0,))), error=1e-14, scale=_size, call=_of_rank)
def with_true_directions(m, *problem):
    return _error(m, *problem)


with_true_directions.control("k - 1", _one_less, why="an index")
with_true_directions.control(
    "trailing kept", lambda v, k: v.sum() - water_filling.best_rank_distortion(v, len(v) - k), why="the wrong end"
)

bound = claim.statement(
    "nothing_of_rank_k_loses_less",
    "E|x - BAx|² ≥ Σ_{i>k} λ_i for all A (k, D) and B (D, k)",
    claimed=water_filling.best_rank_distortion,
    relation=">=",
    domain=Domain(l=POSITIVE, h=POSITIVE, t=REAL, a=REAL, c=REAL),
    definition=lambda x: _squared_error(x, _unit(x), (x.a, x.c)),
    symbolic=lambda x: x.l,
    anchor=lambda claimed, l, h, t, a, c: claimed([l + h, l], 1),
    assumptions="derived for D = 2, k = 1 and every direction b = (cos φ, sin φ), whose length goes into a; checked up to D = 5",
)


@bound.derivation
def by_pythagoras(x):
    b, first = _unit(x), x.l + x.h
    off = first * (x.a - b[0]) ** 2, x.l * (x.c - b[1]) ** 2
    return [
        ("x - bbᵀx is orthogonal to b", x.l + x.h * b[1] ** 2 + off[0] + off[1]),
        Step("sin²φ ≥ 0: the leading direction is best", x.l + off[0] + off[1], ">="),
        Step("a = b is best along the first axis", x.l + off[1], ">="),
        Step("and along the second", x.l, ">="),
    ]


by_pythagoras.control("the leading variance", lambda x: x.l + x.h, why="λ₁ in place of λ₂")


@bound.observed(instances=_problems, error=1e-14, scale=_size, call=_of_rank)
def beside_the_best(m, *problem):
    return _error(m, *problem)


beside_the_best.control("k - 1", _one_less, why="an index")

# --- samples ------------------------------------------------------------------------------------------------------------


def _spread(order, direction):
    """Var of direction · c_j over the vertices c_j of Hilbert's curve, equally likely."""
    return float(np.var(hilbert.vertices(order) @ np.asarray(direction)))


def _grid(x, index):
    """The centre of cell `index` of 2ⁿ on [0, 1], less ½."""
    return (2 * index + 1) / 2 ** (x.n + 1) - x.S.Half


samples = claim.statement(
    "one_number_fills_every_direction",
    "g(z) = c_⌊4ⁿΦ(z)⌋, c Hilbert's 4ⁿ cells, z ~ N(0, 1): Var ωᵀg(z) = |ω|² (1-4⁻ⁿ)/12, that of the uniform law on "
    "all of the cells: λ₁ = λ₂, of which a reconstruction from one linear number loses one",
    claimed=_spread,
    domain=Domain(n=integers(0, 5), a=REAL, b=REAL),
    definition=lambda x: (
        x.Sum(
            (x.a * _grid(x, x.Symbol("i")) + x.b * _grid(x, x.Symbol("j"))) ** 2,
            (x.Symbol("i"), 0, 2**x.n - 1),
            (x.Symbol("j"), 0, 2**x.n - 1),
        )
        / 2 ** (2 * x.n)
    ),
    symbolic=lambda x: (x.a**2 + x.b**2) * (1 - 2 ** (-2 * x.n)) / 12,
    anchor=lambda claimed, n, a, b: claimed(n, (a, b)),
    assumptions="Φ(z) is uniform, so each cell is as likely; g jumps, its continuous relative is in narrow_latent_can_be_sharp",
)


@samples.derivation
def over_the_cells(x):
    i = x.Symbol("i")
    return [("Σ_i (i-th centre - ½) = 0", (x.a**2 + x.b**2) * x.Sum(_grid(x, i) ** 2, (i, 0, 2**x.n - 1)) / 2**x.n)]


over_the_cells.control(
    "4ⁿ cells a side", lambda x: (x.a**2 + x.b**2) * (1 - 2 ** (-4 * x.n)) / 12, why="cells in place of cells a side"
)


@samples.observed(
    instances=lambda s: s.tuples(s.integers(0, 4), s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))),
    error=1e-13,
    scale=lambda n, direction: 1 + float(np.sum(np.square(direction))),
)
def cell_by_cell(m, order, direction):
    """z at the quantiles of the 4ⁿ cells, whose bits give the row and the column."""
    cells = np.arange(4**order)
    columns, rows = (sum(((cells >> 2 * bit + side & 1) << bit for bit in range(order)), 0 * cells) for side in (0, 1))
    a, b = map(m.number, direction)
    height = (a * (2 * columns + 1) + b * (2 * rows + 1)) / 2 ** (order + 1) - (a + b) / 2
    return (height**2).sum() / 4**order


def _rank_one(order, direction):
    """Var of what one linear number reconstructs."""
    c = hilbert.vertices(order)
    return float(np.var(c[:, 0]) * direction[0] ** 2)


cell_by_cell.control("reconstructed through rank 1", _rank_one, why="a linear number keeps one direction")
cell_by_cell.control("the next order", lambda n, direction: _spread(n + 1, direction), why="an index")

# --- figure -------------------------------------------------------------------------------------------------------------


@claim.curves
def exact():
    D, rng = 32, np.random.default_rng(5)
    spectrum, ranks = np.arange(1.0, D + 1) ** -1.5, np.arange(0, D + 1)
    x = rng.standard_normal((4000, D)) * np.sqrt(spectrum)
    measured = [np.mean(np.sum((x - _projected(x, x[:, :k].shape[1])) ** 2, axis=1)) for k in ranks]
    random = [[_random_rank(spectrum, k, rng) for k in ranks] for _ in range(20)]
    c = hilbert.vertices(4)
    return {
        "rank": ranks,
        "least": np.array([water_filling.best_rank_distortion(spectrum, int(k)) for k in ranks]),
        "principal": np.array(measured),
        "random": np.array(random),
        "total": spectrum.sum(),
        "cells": c,
        "reconstructed": np.stack([c[:, 0], np.full(len(c), 0.5)], axis=1),
    }


def _projected(x, rank):
    """x on its own `rank` leading principal directions."""
    V = np.linalg.svd(x, full_matrices=False)[2][:rank]
    return x @ V.T @ V


def _random_rank(spectrum, rank, rng):
    """What is left by projecting on `rank` random directions."""
    Q = np.linalg.qr(rng.standard_normal((len(spectrum), max(rank, 1))))[0][:, :rank]
    return spectrum.sum() - float(np.trace(Q.T * spectrum @ Q))


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact = saved["curves"]
    left, right = panels(figure, 2)
    some, unit = slice(0, None, 2), exact["total"]
    left.plot(exact["rank"], exact["least"] / unit, color=COLOUR["exact"], label=r"$\sum_{i>k}\lambda_i$")
    left.plot(
        exact["rank"][some], exact["principal"][some] / unit, "o", color=COLOUR["network"], label="principal directions"
    )
    spread(
        left, exact["rank"][some], exact["random"][:, some] / unit, COLOUR["control"], "control: random directions", "s"
    )
    left.set(xlabel="rank $k$ of 32", ylabel="lost / total variance", ylim=(-0.02, 1.25))
    left.legend(loc="upper right")
    right.plot(*exact["cells"].T, color=COLOUR["exact"], lw=0.8, label="drawn from one number $z$")
    right.plot(*exact["reconstructed"].T, "s", color=COLOUR["control"], ms=3, label="rebuilt from one linear number")
    right.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(0, 1), ylim=(0, 1.3), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    right.legend(loc="upper center")
