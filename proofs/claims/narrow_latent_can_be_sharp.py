"""One latent number suffices for any law on the line, exactly, and for the unit square as nearly as one likes.

    on the line    g = F⁻¹∘Φ:  P(g(z) ≤ y) = P(z ≤ Φ⁻¹(F(y))) = F(y),  z ~ N(0, 1)
    in the plane   Hilbert's curve of order n after Φ: every point of the square within 2⁻ⁿ/√2 of it,
                   at the price of a Lipschitz constant (4ⁿ-1) 2⁻ⁿ ≈ 2ⁿ

So the width of the latent does not decide how sharp samples are: GANs have narrow latents, too, and so might VAEs. What
narrowness costs is slope: the curve visits 4ⁿ cells in unit time. For no n does it reach the uniform law itself, since
no Lipschitz image of a line has a density in the plane; both limits, distance and slope, are bounds that are attained.
"""

from typing import Annotated

import numpy as np

from proofs.core import Claim, Letter, Positive, Real, Unit, between, integers
from proofs.sentences import gans_need_a_small_latent_too
from proofs.textbook import hilbert as textbook
from proofs.words import Phi_inverse, gaussian_mass, sp
from proofs.words.information import total
from theory import GaussianMixture, flow, hilbert

claim = Claim(topic="bottleneck", after="linear_bottleneck", references=("hilbert1891", "skilling2004"))
Deviations = Annotated[Letter, between(-5, 5)]
Order = Annotated[Letter, integers(1, 12)]
AnyOrder = Annotated[Letter, integers(0, 12)]

# --- on the line ----------------------------------------------------------------------------------------------------------


def reached(p, z, g=flow.exact_map):
    """Where g carries z, and what of the law is below."""
    return np.array([g(p, z), p.cdf(g(p, z))])


@claim.states(reached, at=textbook.where_two_modes_meet, part=1)
def any_law_on_the_line(y: Real, s: Positive, u: Positive, w: Unit, a: Deviations, c: Deviations):
    """g = F⁻¹∘Φ carries N(0, 1) onto the mixture with distribution function F: P(g(z) ≤ y) = F(y)

    F increases, so that g(z) ≤ y iff z ≤ Φ⁻¹(F(y)); derived for two modes with y = m + sa = n + uc, checked up to four"""
    yield gaussian_mass(-sp.oo, Phi_inverse(textbook.below(w, a, c)))
    yield "Φ(Φ⁻¹(F)) = F, mode by mode", w * gaussian_mass(-sp.oo, a) + (1 - w) * gaussian_mass(-sp.oo, c)
    yield "integrate", textbook.below(w, a, c)


any_law_on_the_line.check(
    textbook.by_halvings, on=textbook.laws, error=1e-9, claimed_error=1e-10, scale=textbook.width_of_the_law
)
any_law_on_the_line.wrong("weights swapped", symbolic=lambda w, a, c: textbook.below(1 - w, a, c))
any_law_on_the_line.wrong(
    "the best linear map of z", claimed=lambda p, z: reached(p, z, lambda p, z: p.mean + p.std * z)
)
any_law_on_the_line.wrong("the law of -z", claimed=lambda p, z: reached(p, z, lambda p, z: flow.exact_map(p, -z)))


# --- in the plane ---------------------------------------------------------------------------------------------------------


def curve(t, order, axes=None):
    """Hilbert's curve at t; of times (k,) what `axes` (k, 2) of their points add up to."""
    points = hilbert.curve(t, order)
    return points if axes is None else (points * axes).sum()


@claim.states(curve, at=textbook.thirds)
def curve_visits_cell_after_cell(f: Unit, p: Real, q: Real, r: Real):
    """Hilbert's curve of order n is at the j-th of the 4ⁿ cell centres at time j/(4ⁿ-1), and goes straight in between

    derived for n = 1: up, right and down, what moves in each third; checked up to n = 6"""

    def moved(since):
        return sp.Rational(1, 4) + sp.Integral(sp.Rational(3, 2), (sp.Symbol("r"), since, since + f / 3))

    yield p * moved(0) + q * moved(sp.Rational(1, 3)) + r * (1 - moved(sp.Rational(2, 3)))
    yield "three sides of ½ in unit time", (p + q) * (1 + 2 * f) / 4 + r * (3 - 2 * f) / 4


curve_visits_cell_after_cell.check(textbook.curve, on=textbook.times, error=1e-13)
curve_visits_cell_after_cell.wrong(
    "4ⁿ sides, not 4ⁿ-1", symbolic=lambda f, p, q, r: (p + q) * (3 + 8 * f) / 12 + r * (9 - 8 * f) / 12
)
curve_visits_cell_after_cell.wrong("backwards", claimed=lambda t, n: hilbert.curve(1 - t, n))
curve_visits_cell_after_cell.wrong("axes swapped: right, up, left", claimed=lambda t, n: hilbert.curve(t, n)[::-1])
curve_visits_cell_after_cell.wrong("an index: order n-1", claimed=lambda t, n: hilbert.curve(t, n - 1))


def squared_radius(order):
    """The greatest squared distance from the curve."""
    return hilbert.covering_radius(order) ** 2


@claim.states(squared_radius, at="n", relation="<=")
def every_point_is_near(n: AnyOrder, f: Unit, g: Unit):
    """every point of the unit square is within 2⁻ⁿ/√2 of the curve: squared distance ≤ 4⁻ⁿ/2, attained at the corners

    the point lies at (f, g) of the side of its cell; at the square's corners the curve comes no nearer"""
    cell, half = 2 ** (-2 * n), sp.Rational(1, 2)
    yield total((2**-n * (f - half)) ** 2, (2**-n * (g - half)) ** 2)
    yield "both axes", cell * ((f - half) ** 2 + (g - half) ** 2)
    yield "|f - ½| ≤ ½", cell * (half**2 + (g - half) ** 2)
    yield "|g - ½| ≤ ½", cell / 2


every_point_is_near.check(
    textbook.from_the_nearest_cell, on=textbook.points, at="order", scale=lambda order, x, y: 4.0**-order
)
every_point_is_near.wrong(
    "the middle of a side", symbolic=lambda n: 2 ** (-2 * n) / 4, claimed=lambda order: squared_radius(order) / 2
)


def squared_reach(order, span):
    """How far the curve may go in a span of time, squared."""
    return (hilbert.lipschitz(order) * span) ** 2


@claim.reads(
    gans_need_a_small_latent_too,
    "one number is enough for a continuous generator to come within a side of a cell, however small, of every point of a square",
)
def one_number_comes_near(n):
    """With every fold the squared distance falls by four."""
    return every_point_is_near(n) * 4**n <= 1


@claim.states(squared_reach, at=lambda n, p, q: (n, (p + q) / (4**n - 1)), relation="<=")
def slope_is_of_order_two_to_the_n(n: Order, p: Positive, q: Positive):
    """|c(t) - c(s)| ≤ L|t-s|, L = (4ⁿ-1) 2⁻ⁿ = 2ⁿ(1-4⁻ⁿ), with equality along every piece (both sides squared)

    the curve goes p pieces of 2⁻ⁿ along one axis and q along the other in (p+q)/(4ⁿ-1) of the time, at most"""
    cell = 2 ** (-2 * n)
    yield total((2**-n * p) ** 2, (2**-n * q) ** 2)
    yield "both axes", cell * (p**2 + q**2)
    yield "2pq ≥ 0: around a corner the way is longer", cell * (p + q) ** 2


slope_is_of_order_two_to_the_n.check(
    textbook.chord, on=textbook.spans, at=lambda order, s, t: (order, t - s),
    error=1e-10, claimed_error=1e-14, scale=lambda order, s, t: 4.0**-order,
)  # fmt: skip
slope_is_of_order_two_to_the_n.wrong(
    "half the square of the chord",
    symbolic=lambda n, p, q: 2 ** (-2 * n) * (p**2 + q**2) / 2,
    claimed=lambda order, span: squared_reach(order, span) / 2,
)
slope_is_of_order_two_to_the_n.wrong(
    "cells a side for their number: 2ⁿ - 1", claimed=lambda order, span: ((2**order - 1) * span) ** 2
)

# --- figure ---------------------------------------------------------------------------------------------------------------

LAW = GaussianMixture([0.6, 0.25, 0.15], [-2.0, 0.5, 2.5], stds=[0.35, 0.2, 0.5])
EDGES = np.linspace(-4.2, 4.6, 45)


@claim.curves
def simulated(*, draws=20000, highest=6):
    rng = np.random.default_rng(4)
    z, x = rng.standard_normal(draws), rng.uniform(size=(2000, 2))
    x[:4] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    pushed, linear = (np.histogram(y, EDGES, density=True)[0] for y in (flow.exact_map(LAW, z), LAW.mean + LAW.std * z))
    centres = [hilbert.vertices(n) for n in range(highest + 1)]
    near = [np.sqrt((((x[:, None] - c) ** 2).sum(-1)).min(1).max()) for c in centres]
    fast = [np.linalg.norm(np.diff(c, axis=0), axis=1).max() * (len(c) - 1) for c in centres[1:]]
    return {"pushed": pushed, "linear": linear, "near": np.array(near), "fast": np.array(fast)}


@claim.figure(
    "One latent number draws any law on the line, and nearly fills a square",
    where=r"$z$: one number from $N(0, 1)$; $\Phi$, $F$: distribution functions of $z$ and of the data",
)
def draw(saved, panels, *, draws=20000, highest=6, order=3):
    seen, y, middles = saved["curves"], np.linspace(-4.2, 4.6, 400), (EDGES[1:] + EDGES[:-1]) / 2
    line, square, price = panels(3)
    line.line(y, LAW.pdf(y), "data", "law of the data", lw=0.9)
    line.points(middles, seen["pushed"], "exact", r"drawn by $F^{-1}(\Phi(z))$", ms=2.5)
    line.points(middles, seen["linear"], "control", "control: linear in $z$", ms=2.5)
    line.axes("$y$", "density", legend="above")
    square.exact(*hilbert.vertices(order).T, f"curve of order {order}", lw=0.9)
    square.points(*hilbert.vertices(order).T, "data", "cells' centres", marker="o", ms=1.5)
    ticks = (0, 0.5, 1)
    square.axes("$x_1$", "$x_2$", x=(0, 1), y=(0, 1), x_ticks=ticks, y_ticks=ticks, equal=True, legend="above")
    orders = range(1, highest + 1)
    price.exact([hilbert.lipschitz(n) for n in orders], [hilbert.covering_radius(n) for n in orders], "exact")
    price.points(seen["fast"], seen["near"][1:], "data", "measured", marker="o", ms=3)
    for n, slope, near in zip(orders, seen["fast"], seen["near"][1:], strict=True):
        price.note(f"{n}", slope, near)
    price.axes(
        "slope of the curve",
        "distance left (sides)",
        log="xy",
        x_ticks=(2, 8, 32),
        y_ticks=(0.01, 0.03, 0.1, 0.3),
        legend="above",
        heading="numbers: order of the curve",
    )
    return (
        f"(a) {draws:,} latent numbers carried onto three modes by the exact map, and by the best linear map (control). "
        f"(b) A curve, hence one number, that passes all {len(hilbert.vertices(order))} cells of a square. (c) What "
        f"nearness costs: with each order, from {orders[0]} to {orders[-1]}, the farthest of 2,000 points halves its "
        f"distance, down to {seen['near'][-1]:.3f} sides, and the slope doubles, up to {seen['fast'][-1]:.0f}."
    )
