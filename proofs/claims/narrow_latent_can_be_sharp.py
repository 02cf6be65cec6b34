"""One latent number suffices for any law on the line, exactly, and for the unit square as nearly as one likes.

    on the line    g = F⁻¹∘Φ:  P(g(z) ≤ y) = P(z ≤ Φ⁻¹(F(y))) = F(y),  z ~ N(0, 1)
    in the plane   Hilbert's curve of order n after Φ: every point of the square within 2⁻ⁿ/√2 of it,
                   at the price of a Lipschitz constant (4ⁿ-1) 2⁻ⁿ ≈ 2ⁿ

So the width of the latent does not decide how sharp samples are: GANs have narrow latents, too, and so might VAEs. What
narrowness costs is slope: the curve visits 4ⁿ cells in unit time. For no n does it reach the uniform law itself, since
no Lipschitz image of a line has a density in the plane; both limits, distance and slope, are bounds that are attained.
"""

import numpy as np

from proofs.core.claim import Claim, Folk, Holds, Step
from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, between, integers
from proofs.textbook.hilbert import cells
from theory import GaussianMixture, flow, hilbert

claim = Claim(
    topic="bottleneck",
    folk=Folk("GAN also requires a low-dimensional vector to generate images.", "a comment under A1", Holds()),
    references=("hilbert1891", "skilling2004"),
)

# --- on the line ----------------------------------------------------------------------------------------------------------


def _phi(x, upto):
    """Φ as the integral of the normal density."""
    t = x.Symbol("t", real=True)
    return x.Integral(x.exp(-(t**2) / 2) / x.sqrt(2 * x.pi), (t, -x.oo, upto))


def _cdf(x):
    """F(y) for modes a and c deviations below y."""
    return x.w * (1 - x.erfc(x.a / x.sqrt(2)) / 2) + (1 - x.w) * (1 - x.erfc(x.c / x.sqrt(2)) / 2)


def _reached(claimed, y, s, u, w, a, c):
    """F(g(z)) at the z that g should carry to y."""
    from scipy.special import ndtr, ndtri

    p = GaussianMixture([w, 1 - w], [y - a * s, y - c * u], stds=[s, u])
    return p.cdf(claimed(p, ndtri(w * ndtr(a) + (1 - w) * ndtr(c))))


line = claim.statement(
    "any_law_on_the_line",
    "g = F⁻¹∘Φ carries N(0, 1) onto the mixture with distribution function F: P(g(z) ≤ y) = F(y)",
    claimed=flow.exact_map,
    domain=Domain(y=REAL, s=POSITIVE, u=POSITIVE, w=UNIT, a=between(-5, 5), c=between(-5, 5)),
    definition=lambda x: _phi(x, x.sqrt(2) * x.erfinv(2 * _cdf(x) - 1)),
    symbolic=_cdf,
    anchor=_reached,
    assumptions="F increases, so that g(z) ≤ y iff z ≤ Φ⁻¹(F(y)); derived for two modes with y = m + sa = n + uc, checked up to four",
)


@line.derivation
def by_inversion(x):
    return [("Φ(Φ⁻¹(F)) = F, mode by mode", x.w * _phi(x, x.a) + (1 - x.w) * _phi(x, x.c))]


by_inversion.control("weights swapped", lambda x: _cdf(x).subs(x.w, 1 - x.w, simultaneous=True), why="w for 1-w")


@line.observed(
    instances=lambda s: s.tuples(s.mixtures(1, 4, spread=2.0, std=(0.4, 2.0)), s.reals(-7.0, 7.0)),
    error=1e-9,
    claimed_error=1e-10,
    scale=lambda p, z: float(np.abs(p.means).max() + p.stds.max()),
)
def by_halvings(m, p, z):
    """Where F(y) = Φ(z), from the nearer tail."""
    side = -1 if z < 0 else 1
    tail = lambda y: sum(w * m.normal_cdf(side * (mean - y) / std) for w, mean, std in m.parts(p))  # noqa: E731
    return m.root(lambda y: tail(y) - m.normal_cdf(-side * m.number(z)), -60, 60)


by_halvings.control("matched moments", lambda p, z: p.mean + p.std * z, why="the best linear map of z")
by_halvings.control("the law of -z", lambda p, z: flow.exact_map(p, -z), why="a sign")

# --- in the plane ---------------------------------------------------------------------------------------------------------


def _at(m, order, t):
    """The curve at t, from cell centre to cell centre in equal times."""
    along = m.number(t) * (4**order - 1)
    step = min(int(along), 4**order - 2)
    here, there = ((2 * cells(order, np.array(j)) + 1) for j in (step, step + 1))
    numbers = [a + (along - step) * (b - a) for a, b in zip(here.tolist(), there.tolist(), strict=True)]
    return np.array([v / 2 ** (order + 1) for v in numbers])


def _moved(x, start, since):
    """From `start` at time `since` on for a share f of a third, at three sides of ½ in unit time."""
    return start + x.Integral(x.Rational(3, 2), (x.Symbol("r"), since, since + x.f / 3))


curve = claim.statement(
    "curve_visits_cell_after_cell",
    "Hilbert's curve of order n is at the j-th of the 4ⁿ cell centres at time j/(4ⁿ-1), and goes straight in between",
    claimed=hilbert.curve,
    domain=Domain(f=UNIT, p=REAL, q=REAL, r=REAL),
    definition=lambda x: (
        x.p * _moved(x, x.Rational(1, 4), 0)
        + x.q * _moved(x, x.Rational(1, 4), x.Rational(1, 3))
        + x.r * (1 - _moved(x, x.Rational(1, 4), x.Rational(2, 3)))
    ),
    symbolic=lambda x: (x.p + x.q) * (1 + 2 * x.f) / 4 + x.r * (3 - 2 * x.f) / 4,
    anchor=lambda claimed, f, p, q, r: sum(
        weight * claimed((third + f) / 3, 1)[axis] for third, (weight, axis) in enumerate(((p, 1), (q, 0), (r, 1)))
    ),
    assumptions="derived for n = 1: up, right and down, what moves in each third; checked up to n = 6",
)


@curve.derivation
def at_constant_speed(x):
    quarter = x.Rational(1, 4)
    return [("three sides of ½ in unit time", (x.p + x.q) * (quarter + x.f / 2) + x.r * (1 - quarter - x.f / 2))]


at_constant_speed.control(
    "four sides", lambda x: (x.p + x.q) * (3 + 8 * x.f) / 12 + x.r * (9 - 8 * x.f) / 12, why="4ⁿ sides, not 4ⁿ-1"
)


@curve.observed(instances=lambda s: s.tuples(s.reals(0.0, 1.0), s.integers(1, 6)), error=1e-13, scale=1.0)
def by_bits(m, t, order):
    return _at(m, order, t)


by_bits.control("backwards", lambda t, n: hilbert.curve(1 - t, n), why="the other orientation")
by_bits.control("axes swapped", lambda t, n: hilbert.curve(t, n)[::-1], why="right, up, left: another curve")
by_bits.control("order n-1", lambda t, n: hilbert.curve(t, n - 1), why="an index")

near = claim.statement(
    "every_point_is_near",
    "every point of the unit square is within 2⁻ⁿ/√2 of the curve: squared distance ≤ 4⁻ⁿ/2, attained at the corners",
    claimed=lambda order: hilbert.covering_radius(order) ** 2,
    relation="<=",
    domain=Domain(n=integers(0, 12), f=UNIT, g=UNIT),
    definition=lambda x: x.Sum(_offset(x) ** 2, (x.Symbol("k"), 0, 1)),
    symbolic=lambda x: 2 ** (-2 * x.n) / 2,
    anchor=lambda claimed, n, f, g: claimed(n),
    assumptions="the point lies at (f, g) of the side of its cell; at the square's corners the curve comes no nearer",
)


def _offset(x):
    """From the cell's centre, along either axis."""
    return 2**-x.n * (x.Piecewise((x.f, x.Eq(x.Symbol("k"), 0)), (x.g, True)) - x.S.Half)


@near.derivation
def within_the_cell(x):
    quarter, cell = x.Rational(1, 4), 2 ** (-2 * x.n)
    return [
        ("both axes", cell * ((x.f - x.S.Half) ** 2 + (x.g - x.S.Half) ** 2)),
        Step("|f - ½| ≤ ½", cell * (quarter + (x.g - x.S.Half) ** 2), "<="),
        Step("|g - ½| ≤ ½", cell * (quarter + quarter), "<="),
    ]


within_the_cell.control("half the side", lambda x: 2 ** (-2 * x.n) / 4, why="a side's middle, not the corner")


def _points(s):
    """An order and a point of the square, on its edges and at its corners too."""
    coordinate = s.either(s.reals(0.0, 1.0), s.one_of((0.0, 1.0)))
    return s.tuples(s.integers(0, 4), coordinate, coordinate)


@near.observed(
    instances=_points, scale=lambda order, x, y: 4.0**-order, call=lambda claimed, order, x, y: claimed(order)
)
def from_the_nearest_cell(m, order, x, y):
    centres = (2 * cells(order, np.arange(4**order)) + 1) / m.number(2 ** (order + 1))
    return (((centres.T - np.array([x, y])) ** 2).sum(1)).min()


from_the_nearest_cell.control(
    "half the side", lambda order: hilbert.covering_radius(order) ** 2 / 2, why="a side's middle, not the corner"
)


def _reach(order, span):
    return (hilbert.lipschitz(order) * span) ** 2


slope = claim.statement(
    "slope_is_of_order_two_to_the_n",
    "|c(t) - c(s)| ≤ L|t-s|, L = (4ⁿ-1) 2⁻ⁿ = 2ⁿ(1-4⁻ⁿ), with equality along every piece (both sides squared)",
    claimed=_reach,
    relation="<=",
    domain=Domain(n=integers(1, 12), p=POSITIVE, q=POSITIVE),
    definition=lambda x: x.Sum(
        (2**-x.n * x.Piecewise((x.p, x.Eq(x.Symbol("k"), 0)), (x.q, True))) ** 2, (x.Symbol("k"), 0, 1)
    ),
    symbolic=lambda x: 2 ** (-2 * x.n) * (x.p + x.q) ** 2,
    anchor=lambda claimed, n, p, q: claimed(n, (p + q) / (4**n - 1)),
    assumptions="the curve goes p pieces of 2⁻ⁿ along one axis and q along the other in (p+q)/(4ⁿ-1) of the time, at most",
)


@slope.derivation
def around_corners(x):
    cell = 2 ** (-2 * x.n)
    return [
        ("both axes", cell * (x.p**2 + x.q**2)),
        Step("2pq ≥ 0: around a corner the way is longer", cell * (x.p + x.q) ** 2, "<="),
    ]


around_corners.control("the chord", lambda x: 2 ** (-2 * x.n) * (x.p**2 + x.q**2) / 2, why="a factor 2")


def _spans(s):
    """An order and two times, often on the same piece."""

    def build(drawn):
        order, a, b, same = drawn
        pieces = 4**order - 1
        j = min(int(a * pieces), pieces - 1)
        return order, (j + a) / pieces if same else a, (j + b) / pieces if same else b

    return s.tuples(s.integers(1, 5), s.reals(0.0, 1.0), s.reals(0.0, 1.0), s.one_of((True, False))).map(build)


@slope.observed(
    instances=_spans,
    error=1e-10,
    claimed_error=1e-14,
    scale=lambda order, s, t: 4.0**-order,
    call=lambda claimed, order, s, t: claimed(order, t - s),
)
def by_chords(m, order, s, t):
    return ((_at(m, order, t) - _at(m, order, s)) ** 2).sum()


by_chords.control("2ⁿ - 1", lambda n, span: ((2**n - 1) * span) ** 2, why="cells a side for their number")

# --- figure ---------------------------------------------------------------------------------------------------------------


@claim.curves
def exact():
    rng, p = np.random.default_rng(4), GaussianMixture([0.6, 0.25, 0.15], [-2.0, 0.5, 2.5], stds=[0.35, 0.2, 0.5])
    z, edges = rng.standard_normal(20000), np.linspace(-4.2, 4.6, 45)
    counts = [np.histogram(x, edges, density=True)[0] for x in (flow.exact_map(p, z), p.mean + p.std * z)]
    y, orders, x = np.linspace(-4.2, 4.6, 400), np.arange(7), rng.uniform(size=(2000, 2))
    x[:4] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    centres = [hilbert.vertices(int(n)) for n in orders]
    near = [np.sqrt((((x[:, None] - c) ** 2).sum(-1)).min(1).max()) for c in centres]
    steps = [np.linalg.norm(np.diff(c, axis=0), axis=1).max() * (len(c) - 1) for c in centres[1:]]
    return {
        "y": y, "density": p.pdf(y), "centres": (edges[1:] + edges[:-1]) / 2,
        "pushed": counts[0], "linear": counts[1], "curve": centres[3], "orders": orders,
        "near": np.array(near), "radius": np.array([hilbert.covering_radius(int(n)) for n in orders]),
        "fast": np.array(steps), "slope": np.array([hilbert.lipschitz(int(n)) for n in orders[1:]]),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact = saved["curves"]
    line, square, price = panels(figure, 3)
    line.plot(exact["y"], exact["density"], color=COLOUR["exact"], label="law of the data")
    line.plot(exact["centres"], exact["pushed"], "o", color=COLOUR["network"], ms=2.5, label=r"$F^{-1}(\Phi(z))$")
    line.plot(exact["centres"], exact["linear"], "s", color=COLOUR["control"], ms=2, label="control: linear in $z$")
    line.set(xlabel="$y$", ylabel="density", ylim=(-0.02, 1.05))
    line.legend(loc="upper right")
    square.plot(*exact["curve"].T, color=COLOUR["exact"], lw=0.9, label="curve of order 3")
    square.plot(*exact["curve"].T, "o", color=COLOUR["data"], ms=1.5, label="cells' centres")
    square.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(0, 1), ylim=(0, 1.3), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    square.legend(loc="upper center", ncols=2, handlelength=1.2)
    price.plot(exact["orders"], exact["radius"], color=COLOUR["exact"], label=r"$2^{-n}/\sqrt{2}$")
    price.plot(exact["orders"], exact["near"], "o", color=COLOUR["data"], label="farthest of 2000 points")
    price.plot(exact["orders"][1:], exact["slope"], "--", color=COLOUR["other"], label=r"slope, $(4^n-1)\,2^{-n}$")
    price.plot(exact["orders"][1:], exact["fast"], "^", color=COLOUR["other"], label="longest piece / its time")
    price.set(xlabel="order $n$", ylabel="distance (sides), slope", yscale="log", ylim=(7e-3, 2e4))
    price.legend(loc="upper left")
