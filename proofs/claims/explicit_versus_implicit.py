"""Implicit models are sampled as directly as explicit ones, in one pass; what they may lack is a density.

    z ~ N(0, I_k),  x = g(z)  or  x = g(z) + σε:     one draw of z (and ε) is one draw of the model, no chain, no rejection

What differs is what can be said of x. With noise it has a density, at most (2πσ²)^{-d/2}. Without, g: R^k → R^d, k < d,
L-Lipschitz on the cube [-R, R]^k, the n^k small cubes have images in boxes of volume (2LR)^d n^{k-d} in all: → 0. A
density p gives them α → 0, the generator all but τ = P(|z|_∞ > R), and one event tells, by data processing,

    JS ≥ js(α, τ) → ln 2,   KL(p‖q) ≥ kl(α‖1-τ) → ∞,   KL(q‖p) ≥ kl(1-τ‖α) → ∞

whatever p is. L may grow with R: locally Lipschitz suffices, as every network is. Continuous does not: Hilbert's curve of
order m, L ≈ 2^m, tends to a continuous map of one latent onto the uniform law of the square, at JS 0 on every fixed grid.
"""

import numpy as np

from proofs.core.claim import Claim, Fails, Folk, Step
from proofs.core.letters import NONNEGATIVE, POSITIVE, UNIT, Domain, above, between, integers
from proofs.core.rules import Agreement, Each, Share
from proofs.textbook import lipschitz
from proofs.textbook import thin_images as textbook
from proofs.words.arithmetic import DOUBLE
from proofs.words.information import bit, kl, mean
from theory import binary, thin_images
from toys import piecewise

claim = Claim(
    topic="trade-offs",
    folk=Folk(
        "Generative Adversarial Networks learn an implicit distribution of data meaning that you cannot directly sample them.",
        "A2",
        Fails("one_pass_has_the_law"),
    ),
    references=("mohamed2016", "arjovsky2017principled lemma 1", "hilbert1891"),
)
PROCESSING = "data processing: Csiszár & Shields 2004, Information theory and statistics, lemma 4.1"

# --- both are sampled -----------------------------------------------------------------------------------------------------


def _mass(x, low, high):
    """∫φ from low to high, to be worked out."""
    z = x.Symbol("z", real=True)
    return x.Integral(x.exp(-(z**2) / 2) / x.sqrt(2 * x.pi), (z, low, high))


def _folded(v, w):
    """The layers of z ↦ v·max(0, -z) + w·max(0, z)."""
    return [(np.array([[-1.0], [1.0]]), np.zeros(2)), (np.array([[v, w]]), np.zeros(1))]


one_pass = claim.statement(
    "one_pass_has_the_law",
    "x = g(z) of one z ~ N(0, 1) has P(x ≤ y) = P{z: g(z) ≤ y}, the law of the implicit model; so too x = g(z) + σε",
    claimed=lambda layers, y: piecewise.of_layers(layers).mass_up_to(y),
    domain=Domain(v=POSITIVE, w=POSITIVE, y=POSITIVE),
    definition=lambda x: _mass(x, -x.y / x.v, x.y / x.w),
    symbolic=lambda x: (x.erf(x.y / (x.v * x.sqrt(2))) + x.erf(x.y / (x.w * x.sqrt(2)))) / 2,
    anchor=lambda claimed, v, w, y: claimed(_folded(v, w), y),
    assumptions="derived for z ↦ v·max(0, -z) + w·max(0, z), which has no inverse; networks of two layers are checked",
)


@one_pass.derivation
def side_by_side(x):
    return [("z < 0 and z > 0", _mass(x, 0, x.y / x.v) + _mass(x, 0, x.y / x.w))]


side_by_side.control("one side", lambda x: x.erf(x.y / (x.w * x.sqrt(2))), why="as if g were even")


@one_pass.observed(
    instances=lipschitz.networks, error=1e-11, scale=1.0,
    call=lambda claimed, layers, low, high, at: claimed(layers, low),
)  # fmt: skip
def piece_by_piece(m, layers, low, high, at):
    return lipschitz.worked_out(m, layers, low, high)[1]


piece_by_piece.control("P(x ≥ y)", lambda layers, y: piecewise.of_layers(layers).mass_from(y), why="the other side")

# --- few latents have thin images -----------------------------------------------------------------------------------------

thin = claim.statement(
    "the_image_is_thin",
    "g: R^k → R^d, L-Lipschitz in the largest coordinate: the image of [-R, R]^k has volume ≤ (2LR)^d n^{k-d} for every n, "
    "so 0 for k < d, and the image of R^k too: it has no density",
    claimed=thin_images.covered_volume,
    relation="<=",
    domain=Domain(k=integers(1, 4), c=integers(0, 4), L=POSITIVE, R=POSITIVE, n=integers(1, 12), f=UNIT),
    definition=lambda x: x.Sum((2 * x.f * x.L * x.R / x.n) ** (x.k + x.c), (x.Symbol("j"), 1, x.n**x.k)),
    symbolic=lambda x: (2 * x.L * x.R) ** (x.k + x.c) * x.n ** (-x.c),
    anchor=lambda claimed, k, c, L, R, n, f: claimed(k, k + c, L, R, n),
    assumptions="d = k + c; in a small cube of side 2R/n every output varies by a part f of 2LR/n at most; a density gives a "
    "set without volume no mass, and R^k is a union of cubes",
)


@thin.derivation
def box_by_box(x):
    return [
        ("n^k boxes alike", x.n**x.k * (2 * x.f * x.L * x.R / x.n) ** (x.k + x.c)),
        Step("f ≤ 1", (2 * x.L * x.R) ** (x.k + x.c) * x.n ** (-x.c), "<=", "t^d grows with t > 0"),
    ]


box_by_box.control("side LR/n", lambda x: (x.L * x.R) ** (x.k + x.c) * x.n ** (-x.c) / 2, why="half the side of a cube")


@thin.observed(
    instances=textbook.maps, error=1e-12,
    call=lambda claimed, w, c, R, n: claimed(w.shape[1], len(w), np.abs(w).sum(axis=1).max(), R, n),
)  # fmt: skip
def by_bounding_boxes(m, *map_and_cube):
    return textbook.bounding_boxes(m, *map_and_cube)


by_bounding_boxes.control(
    "radius LR/n", lambda k, d, L, R, n: thin_images.covered_volume(k, d, L / 2, R, n), why="half of the side"
)

# --- one event tells --------------------------------------------------------------------------------------------------------


def _half(x, p, q):
    """What a cell with masses p and q adds to JS: half of p ln(2p/(p+q)) + q ln(2q/(p+q))."""
    return (p * x.log(2 * p / (p + q)) + q * x.log(2 * q / (p + q))) / 2


def _js(x, a, t):
    """E and its complement: p(E) = a, q(E) = 1-t."""
    return _half(x, a, 1 - t) + _half(x, 1 - a, t)


def _told(x, a, t):
    return x.log(2) - ((1 + a - t) * bit(x, a / (1 + a - t)) + (1 - a + t) * bit(x, t / (1 - a + t))) / 2


told = claim.statement(
    "one_event_tells",
    "p(E) ≤ α, q(Eᶜ) ≤ τ, α + τ ≤ 1: JS(p, q) ≥ ln 2 - ½[(1+α-τ) h_b(α/(1+α-τ)) + (1-α+τ) h_b(τ/(1-α+τ))]",
    claimed=thin_images.event_js,
    relation=">=",
    domain=Domain(a=UNIT, t=between(0, "1-a"), f=UNIT, g=UNIT, e=NONNEGATIVE),
    definition=lambda x: mean(x, _js(x, x.f * x.a, x.g * x.t) + x.e),
    symbolic=lambda x: _told(x, x.a, x.t),
    anchor=lambda claimed, a, t, f, g, e: claimed(a, t),
    assumptions="p(E) = fα, q(Eᶜ) = gτ; e ≥ 0 is what merging everything into E and Eᶜ loses",
)


@told.derivation
def by_merging(x):
    return [
        Step("e ≥ 0", _js(x, x.f * x.a, x.g * x.t), ">=", PROCESSING),
        Step("f, g ≤ 1", _js(x, x.a, x.t), ">=", "JS is convex and 0 where α + τ = 1, so that it falls towards there"),
    ]


by_merging.control("twice", lambda x: 2 * _told(x, x.a, x.t), why="a sum in place of the half-sum")


@told.observed(
    instances=textbook.events, error=1e-14, claimed_error=1e-13, scale=1.0,
    call=lambda claimed, p, q, alpha, tau: claimed(alpha, tau),
)  # fmt: skip
def by_summation(m, p, q, alpha, tau):
    return textbook.js(m, *lipschitz.exactly(m, [p, q]))


by_summation.control("half of α", lambda a, t: thin_images.event_js(a / 2, t), why="a factor 2")
by_summation.control("twice", lambda a, t: 2 * thin_images.event_js(a, t), why="a sum in place of the half-sum")

forward = claim.statement(
    "kl_of_the_data_is_infinite",
    "KL(p‖q) ≥ kl(α‖1-τ) → ∞ as τ → 0, for any α < 1",
    claimed=lambda a: binary.kl(a, 1.0),
    domain=Domain(a=UNIT),
    infinite=True,
    definition=lambda x: x.Limit(kl(x, x.a, 1 - x.Symbol("t", positive=True)), x.Symbol("t", positive=True), 0, "+"),
    symbolic=lambda x: x.oo,
    assumptions="by data processing, as in leak_bound; a = α; E the boxes: what p has outside of them, q has not",
)
backward = claim.statement(
    "kl_of_the_generator_is_infinite",
    "KL(q‖p) ≥ kl(1-τ‖α) → ∞ as α → 0, for any τ < 1",
    claimed=lambda t: binary.kl(1 - t, 0.0),
    domain=Domain(t=UNIT),
    infinite=True,
    definition=lambda x: x.Limit(kl(x, 1 - x.t, x.Symbol("a", positive=True)), x.Symbol("a", positive=True), 0, "+"),
    symbolic=lambda x: x.oo,
    assumptions="by data processing; t = τ; one cube suffices: its image has no volume, so p gives it nothing",
)


@forward.derivation
def outside_the_boxes(x):
    t = x.Symbol("t", positive=True)
    return [("split the logarithms", x.Limit(-bit(x, x.a) - x.a * x.log(1 - t) - (1 - x.a) * x.log(t), t, 0, "+"))]


@backward.derivation
def inside_the_boxes(x):
    a = x.Symbol("a", positive=True)
    return [("split the logarithms", x.Limit(-bit(x, x.t) - (1 - x.t) * x.log(a) - x.t * x.log(1 - a), a, 0, "+"))]


outside_the_boxes.control("one bit", lambda x: x.log(2), why="finite, as JS is")
inside_the_boxes.control("one bit", lambda x: x.log(2), why="finite, as JS is")


@forward.observed(
    instances=lambda s: textbook.grids(s, refinement=3),
    call=lambda claimed, order, f: claimed(float(textbook.walked(DOUBLE, order, f)[0][1:].sum())),
)  # fmt: skip
def cells_not_met(m, order, f):
    """p is uniform on the square, q = g(z) on Hilbert's curve of some order, seen on a grid finer than its own."""
    return m.kl(*textbook.walked(m, order, f)).sum()


@backward.observed(
    instances=lambda s: s.tuples(s.inside(0.0, 1.0), s.reals(-3.0, 3.0), s.scales(0.1, 3.0)),
    call=lambda claimed, t, at, std: claimed(t),
)  # fmt: skip
def on_a_line(m, t, at, std):
    """q has 1-t on a line; p = N(0, std²) across it has there what lies between its two sides."""
    on = m.normal_cdf(at / std) - m.normal_cdf(at / std)
    return m.kl(1 - m.number(t), on) + m.kl(m.number(t), 1 - on)


cells_not_met.control("kl(1‖α)", lambda a: binary.kl(1.0, 1 - a), why="finite: the other way round")
on_a_line.control("kl(1‖α)", lambda t: binary.kl(1.0, 1 - t), why="finite: a neighbourhood for the line")


def _boxed(k, d, L, R, M, n):
    """What the event of n^k boxes tells, for a density of at most M."""
    return thin_images.event_js(M * thin_images.covered_volume(k, d, L, R, n), thin_images.escaping(k, R))


def _symbols(x):
    return x.Symbol("n", positive=True), x.Symbol("tau", positive=True)


limit = claim.statement(
    "js_is_ln_two",
    "k < d: js(M (2LR)^d n^{k-d}, P(|z|_∞ > R)) → ln 2 as n → ∞, then R → ∞: JS = ln 2, the most it can be",
    claimed=_boxed,
    domain=Domain(A=POSITIVE),
    definition=lambda x: x.Limit(
        x.Limit(_js(x, x.A / _symbols(x)[0], _symbols(x)[1]), _symbols(x)[0], x.oo), _symbols(x)[1], 0, "+"
    ),
    symbolic=lambda x: x.log(2),
    anchor=lambda claimed, A: claimed(1, 2, 0.5, 9.0, A, 10**80),
    assumptions="A = M (2LR)^d, M bounds p, n for n^{d-k}; L may depend on R, for n → ∞ comes first; unbounded p: cut off at M, "
    "then M → ∞",
)


@limit.derivation
def cells_first(x):
    t = _symbols(x)[1]
    return [("α → 0", x.Limit((2 * x.log(2) + t * x.log(t) - (1 + t) * x.log(1 + t)) / 2, t, 0, "+"))]


cells_first.control("2 ln 2", lambda x: 2 * x.log(2), why="a sum in place of the half-sum")


@limit.observed(instances=textbook.generators, error=1e-13, scale=1.0)
def by_counting_boxes(m, *generator):
    return textbook.boxed_js(m, *generator)


by_counting_boxes.control("half the side", lambda k, d, L, R, M, n: _boxed(k, d, L / 2, R, M, n), why="radius for side")
by_counting_boxes.control("another density", lambda k, d, L, R, M, n: _boxed(k, d, L, R, 2 * M, n), why="2M for M")

# --- merely continuous ------------------------------------------------------------------------------------------------------

grid = claim.statement(
    "curve_on_a_grid",
    "Hilbert's curve of order m and the uniform law on f·2^m cells a side, f odd: JS is that of f(4^m-1) + 1 cells met evenly "
    "(the ends half as long) and f² 4^m: nearly 0 for f = 1, nearly ln 2 for large f",
    claimed=lambda m, f: thin_images.curve_on_grid(m, f),
    domain=Domain(m=integers(1, 8), h=integers(0, 20)),
    definition=lambda x: _seen(x, x.Sum(1, (x.Symbol("j"), 2, _steps(x)))),
    symbolic=lambda x: _seen(x, _steps(x) - 1),
    anchor=lambda claimed, m, h: claimed(m, 2 * h + 1),
    assumptions="f = 2h + 1",
)


def _steps(x):
    return (2 * x.h + 1) * (4**x.m - 1)


def _seen(x, between_ends):
    """JS cell by cell: those met in between, the two at the ends, those that are not met."""
    C, N = (2 * x.h + 1) ** 2 * 4**x.m, _steps(x)
    met = between_ends * _half(x, 1 / C, 1 / N) + 2 * _half(x, 1 / C, 1 / (2 * N))
    return met + (1 - (between_ends + 2) / C) * x.log(2) / 2


@grid.derivation
def cell_by_cell(x):
    return [("one step a cell", _seen(x, (2 * x.h + 1) * 4**x.m - 2 * x.h - 2))]


cell_by_cell.control("one cell more", lambda x: _seen(x, _steps(x)), why="off by a cell")


@grid.observed(instances=textbook.grids, error=1e-12, scale=1.0)
def by_walking(m, order, f):
    return textbook.js(m, *textbook.walked(m, order, f))


by_walking.control("another order", lambda m, f: thin_images.curve_on_grid(m + 1, f), why="an index")
by_walking.control(
    "even ends",
    lambda m, f: thin_images.event_js((4.0**m - 1 + 1 / f) / (4.0**m * f), 0.0),
    why="ends as long as the rest",
)

onto = claim.statement(
    "continuous_is_not_enough",
    "on every fixed grid, 4^n cells, Hilbert's curve of order m has JS → 0 from the uniform law as m → ∞: in the limit one "
    "latent fills the square, with a density",
    claimed=lambda: float(thin_images.event_js(1.0, 0.0)),
    domain=Domain(h=above(3)),
    definition=lambda x: x.Limit(_coarse(x, _piece(x)), _piece(x), 0, "+"),
    symbolic=lambda x: 0 * x.h,
    anchor=lambda claimed, h: claimed(),
    assumptions="h = 4^n, e = 1/(4^m-1): the curve is (1+e)/h of its time in every cell, in the first and the last e/2 less; "
    "L ≈ 2^m, so that the 4^m boxes of side 2^{-m} do not thin out",
)


def _piece(x):
    return x.Symbol("e", positive=True)


def _coarse(x, e):
    """JS of the times in 4^n cells, where a piece takes e."""
    return (x.h - 2) * _half(x, 1 / x.h, (1 + e) / x.h) + 2 * _half(x, 1 / x.h, (1 + e) / x.h - e / 2)


@onto.derivation
def cells_fill_evenly(x):
    return [("every cell in turn", _coarse(x, x.S.Zero))]


cells_fill_evenly.control("ln 2", lambda x: x.log(2), why="what any fixed order tends to")


@onto.observed(
    instances=lambda s: s.integers(1, 6).flatmap(lambda n: s.tuples(s.one_of((n,)), s.integers(16, 60))),
    error=1e-9, claimed_error=0.0, scale=1.0, call=lambda claimed, n, order: claimed(),
)  # fmt: skip
def by_visits(m, n, order):
    return textbook.js(m, *textbook.visited(m, n, order))


by_visits.control("ln 2", lambda: np.log(2), why="what any fixed order tends to")

# --- trained networks -------------------------------------------------------------------------------------------------------

DRAWS, S = 2000, 0.1
"""Draws of every model, and the deviation of the eight modes, which is that of the VAE's noise."""


@one_pass.experiment(
    rule=Each(Share(0.5)), seeds={"quick": [32], "full": [64]},
    steps={"quick": 300, "full": 3000}, batch=64, looks_at=dict.fromkeys(("network", "control"), ("gan", "vae")),
    reason="by Dvoretzky, Kiefer, Wolfowitz and Massart draws of the law itself pass in 99 of 100 seeds; z uniform on (-1, 1), "
    "a slip often met, or a VAE without its noise, in hardly any",
    detects=None, why="a test of draws: what it resolves is the distance √(ln 200/2n) of distribution functions",
)  # fmt: skip
def drawn(run):
    from toys.learners.gan import GAN
    from toys.learners.vae import VAE
    from toys.one_latent import ancestral
    from toys.optimisers import Adam
    from toys.targets import ring

    target, shown = ring(8, 1.0, S), {}
    gan = GAN(target, latents=1, generator_hidden=(16, 16), discriminator_hidden=(16, 16), noise=0.5)
    for name, learner, std in (("gan", gan, 0.0), ("vae", VAE(target, latents=1, hidden=(16, 16), std=S), S)):
        seen = ancestral(run.fit(learner, Adam(0.01, beta1=0.5), arm=name), DRAWS, std)
        shown |= {f"{name}_{key}": value[:, :500] if value.ndim > 1 else value for key, value in seen.items()}
    return shown


@drawn.measure
def passes(claimed, data):
    words = {"network": "gap", "control": "wrong"}
    return {
        arm: np.stack([data[f"{name}_{word}"] <= _allowed() for name in ("gan", "vae")], axis=1) * 1.0
        for arm, word in words.items()
    }


def _allowed():
    """√(ln 200/2n): what |F_n - F| exceeds with a probability of 1 % at most."""
    return np.sqrt(np.log(200) / (2 * DRAWS))


@limit.measured_on(
    drawn, rule=Agreement(0.02, "of ln 2"),
    reason="the curve with 1e-4 about it, some 10 long, gets about 1e-3 of the data: 0.6 %; a VAE's draws leave its curve",
    looks_at={"network": ("gan",), "control": ("vae",)},
)  # fmt: skip
def told_by_the_curve(claimed, data):
    told = lambda name: thin_images.event_js(data[f"{name}_near_data"], 1 - data[f"{name}_near"])  # noqa: E731
    return {
        arm: told(name) / claimed(1, 2, 1.0, 9.0, 1.0, 10**80) - 1
        for arm, name in (("network", "gan"), ("control", "vae"))
    }


@claim.curves
def exact():
    orders, shown = (1, 3, 5), {}
    for order in orders:
        f = np.unique((np.geomspace(1, 3000 / 2**order, 40) // 2).astype(int)) * 2 + 1
        shown[f"side_{order}"] = f * 2**order
        shown[f"js_{order}"] = np.array([thin_images.curve_on_grid(order, int(v)) for v in f])
    m = np.arange(1, 11)
    shown["side_limit"], shown["js_limit"] = 2.0**m, np.array([thin_images.curve_on_grid(int(v)) for v in m])
    return shown


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels

    exact, nets = saved["curves"], saved["drawn"]
    plane, grids, tests = panels(figure, 3)
    for name, colour, marker, label in (
        ("gan_data", "data", ".", "data"), ("vae_x", "control", "x", "VAE: mean and noise"), ("gan_x", "network", "o", "GAN"),
    ):  # fmt: skip
        x = nets[name][0]
        plane.plot(*x.T, marker, color=COLOUR[colour], ms=2, mew=0.5, mfc="none", label=label)
    points = np.concatenate([nets[name][0] for name in ("gan_data", "vae_x", "gan_x")])
    (left, low), (right, high) = points.min(axis=0) - 0.2, points.max(axis=0) + 0.2
    top = high + 0.75 * (high - low)  # a generator may stray anywhere; the legend stands above it
    plane.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(left, right), ylim=(low, top))
    plane.legend(loc="upper left", title="500 draws each", frameon=True, framealpha=0.9, edgecolor="none")
    grids.axhline(np.log(2), color=COLOUR["data"], lw=0.6)
    grids.annotate(r"$\ln 2$", (2.1, np.log(2)), xytext=(0, -8), textcoords="offset points", fontsize=7)
    for order, style in ((1, "-"), (3, "--"), (5, ":")):
        grids.plot(exact[f"side_{order}"], exact[f"js_{order}"], style, color=COLOUR["exact"], label=f"order {order}")
    grids.plot(exact["side_limit"], exact["js_limit"], "s", color=COLOUR["control"], label="order rising with the grid")
    grids.set(xlabel="cells to a side", ylabel="JS, square and curve (nats)", xscale="log", ylim=(-0.02, 1.45))
    grids.legend(loc="upper left")
    arms = {"gan_gap": "GAN", "vae_gap": "VAE", "gan_wrong": "GAN,\nuniform\n$z$", "vae_wrong": "VAE,\nmeans\nonly"}
    for place, name in enumerate(arms):
        marker, colour = ("s", "control") if "wrong" in name else ("o", "network")
        aside = place + np.linspace(-0.25, 0.25, len(nets[name]))
        tests.plot(aside, nets[name], marker, color=COLOUR[colour], ms=2.2)
    tests.axhline(_allowed(), color=COLOUR["exact"], lw=0.9, label="99 % of true samples")
    tests.set(ylabel="distance of draws from the law", yscale="log", ylim=(4e-3, 3))
    tests.set_xticks(range(len(arms)), list(arms.values()))
    tests.legend(loc="upper left")
