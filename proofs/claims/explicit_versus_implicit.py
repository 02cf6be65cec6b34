"""Implicit models are sampled as directly as explicit ones, in one pass; what they may lack is a density.

    z ~ N(0, I_k),  x = g(z)  or  x = g(z) + σε:     one draw of z (and ε) is one draw of the model, no chain, no rejection

What differs is what can be said of x. With noise it has a density, at most (2πσ²)^{-d/2}. Without, g: R^k → R^d, k < d,
L-Lipschitz on the cube [-R, R]^k, boxes of volume (2LR)^d n^{k-d} in all hold its image. Any density p gives them α → 0,
the generator all but τ = P(|z|_∞ > R), and one event tells: JS ≥ js(α, τ) → ln 2, KL(p‖q) → ∞, KL(q‖p) → ∞. L may grow
with R: locally Lipschitz suffices, as every network is. Continuous does not: Hilbert's curve of order m, L ≈ 2^m, tends to
a continuous map of one latent onto the uniform law of the square, at JS 0 on every fixed grid.
"""

from itertools import cycle
from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Each, Letter, Positive, Real, Run, Share, Slack, Unit, above, between
from proofs.core import given, integers
from proofs.sentences import gans_need_a_small_latent_too, implicit_cannot_be_sampled
from proofs.textbook import thin_images as textbook
from proofs.words import Phi, gaussian_mass, phi, sp
from proofs.words.information import bit, curve_cells, event, half, kl, total
from theory import binary, thin_images
from theory.thin_images import boxed_js, curve_on_grid, event_js
from toys import piecewise

claim = Claim(
    topic="trade-offs",
    after="precision_recall",
    references=("mohamed2016", "arjovsky2017principled lemma 1", "hilbert1891"),
)
Latents = Annotated[Letter, integers(1, 4)]
Extra = Annotated[Letter, integers(0, 4)]
Parts = Annotated[Letter, integers(1, 12)]
Escaping = Annotated[Letter, between(0, "1-a")]
Order = Annotated[Letter, integers(1, 8)]
Refinement = Annotated[Letter, integers(0, 20)]
Cells = Annotated[Letter, above(3)]

# --- both are sampled -----------------------------------------------------------------------------------------------------


@claim.states(
    lambda layers, y: piecewise.of_layers(layers).mass_up_to(y),
    at=lambda v, w, y: (piecewise.two_units(v, w, -1.0, 1.0), y),
)
def one_pass_has_the_law(v: Positive, w: Positive, y: Positive):
    """x = g(z) of one z ~ N(0, 1) is a draw of the implicit model, by definition; its law P{z: g(z) ≤ y} is known without a
    density: for z ↦ v·max(0, -z) + w·max(0, z), which has no inverse, ½[erf(y/√2v) + erf(y/√2w)]

    networks of two layers are checked"""
    yield gaussian_mass(-y / v, y / w)
    yield "z < 0 and z > 0", gaussian_mass(0, y / v) + gaussian_mass(0, y / w)
    yield "integrate", (sp.erf(y / (v * sp.sqrt(2))) + sp.erf(y / (w * sp.sqrt(2)))) / 2


one_pass_has_the_law.check(textbook.mass_up_to, on=textbook.networks, at="layers low", error=1e-11)
one_pass_has_the_law.wrong("as if g were even", symbolic=lambda w, y: sp.erf(y / (w * sp.sqrt(2))))
one_pass_has_the_law.wrong("the other side", claimed=lambda layers, y: piecewise.of_layers(layers).mass_from(y))


@claim.states(thin_images.folded_density, at=lambda t, a, s: (t * np.hypot(a, s), a, s))
def noise_gives_a_density(t: Real, a: Positive, s: Positive):
    """x = g(z) + σε of one z and one ε, g(z) = a|z|: the density at ct is (2/c) φ(t) Φ(at/σ), c² = a² + σ²

    of az + σε on z > 0, which has the mass Φ(at/σ) given x, z being N(at/c, σ²/c²); σ = s; checked by quadrature of the product of both densities"""
    c = sp.sqrt(a**2 + s**2)
    yield 2 * phi(t) / c * (sp.Rational(1, 2) + gaussian_mass(0, a * t / s))
    yield "integrate", 2 * phi(t) / c * Phi(a * t / s)


noise_gives_a_density.check(textbook.blurred_fold, on=textbook.folds, at="y a std", error=1e-12)
noise_gives_a_density.wrong("g(z) = az: no fold", symbolic=lambda t, a, s: phi(t) / sp.sqrt(a**2 + s**2))
noise_gives_a_density.wrong(
    "1 % more noise", s=lambda s: 101 * s / 100, claimed=lambda y, a, s: thin_images.folded_density(y, a, 1.01 * s)
)


@claim.observes()
def trained_models_are_drawn_in_one_pass():
    """2,000 draws of a GAN by g(z), and of a VAE by g(z) + σε, are no farther from its law than draws of a law are"""


# --- few latents have thin images -----------------------------------------------------------------------------------------


@claim.states(thin_images.covered_volume, at=lambda k, c, L, R, n: (k, k + c, L, R, n), relation="<=")
def the_image_is_thin(k: Latents, c: Extra, L: Positive, R: Positive, n: Parts, f: Unit):
    """g: R^k → R^d, L-Lipschitz in the largest coordinate: the image of [-R, R]^k has volume ≤ (2LR)^d n^{k-d} for every n, so
    0 for k < d, and the image of R^k too: it has no density

    d = k + c; in a small cube of side 2R/n every output varies by a part f of 2LR/n at most; a density gives a set without
    volume no mass, and R^k is a union of cubes"""
    side = 2 * f * L * R / n
    yield sp.Sum(side ** (k + c), (sp.Symbol("j"), 1, n**k))
    yield "n^k boxes alike", n**k * side ** (k + c)
    yield given("powers_rise", "f ≤ 1"), (2 * L * R) ** (k + c) * n ** (-c)


the_image_is_thin.check(textbook.bounding_boxes, on=textbook.maps, error=1e-12)
the_image_is_thin.wrong("radius LR/n, half the side of a cube", L=lambda L: L / 2)

# --- one event tells --------------------------------------------------------------------------------------------------------


@claim.states(event_js, at="a t", relation=">=")
def one_event_tells(a: Unit, t: Escaping, e: Slack):
    """p(E) ≤ α, q(Eᶜ) ≤ τ, α + τ ≤ 1: JS(p, q) ≥ ln 2 - ½[(1+α-τ) h_b(α/(1+α-τ)) + (1-α+τ) h_b(τ/(1-α+τ))]

    told with A on E and with B off it, A - B = (1-α-τ)/(1-p(E)-q(Eᶜ)), B = α - p(E)(A-B), both in [0, 1], a coin shows α under
    p and 1-τ under q; e ≥ 0 is what it loses"""
    yield total(*event(a, t)) + e
    yield given("data_processing", "data processing: e ≥ 0"), sum(event(a, t))
    met, unmet = 1 + a - t, 1 - a + t
    yield "JS = ln 2 - H(which|E or not)", sp.log(2) - (met * bit(a / met) + unmet * bit(t / unmet)) / 2


one_event_tells.check(textbook.js_of_laws, on=textbook.events, error=1e-14, claimed_error=1e-13)
one_event_tells.wrong("half of α", a=lambda a: a / 2)
one_event_tells.wrong(
    "a sum in place of the half-sum",
    symbolic=lambda a, t: 2 * sum(event(a, t)),
    claimed=lambda a, t: 2 * event_js(a, t),
)


@claim.states(lambda a: binary.kl(a, 1.0), infinite=True)
def kl_of_the_data_is_infinite(a: Unit):
    """KL(p‖q) ≥ kl(α‖1-τ) → ∞ as τ → 0, for any α < 1

    by data processing, as in leak_bound; a = α; E the boxes: what p has outside of them, q has not"""
    t = sp.Symbol("t", positive=True)
    yield sp.Limit(kl(a, 1 - t), t, 0, "+")
    yield "split the logarithms", sp.Limit(-bit(a) - a * sp.log(1 - t) - (1 - a) * sp.log(t), t, 0, "+")
    yield "ln t → -∞", sp.oo


kl_of_the_data_is_infinite.check(textbook.cells_not_met, on=textbook.finer_grids)
kl_of_the_data_is_infinite.wrong("one bit: finite, as JS is", symbolic=lambda: sp.log(2))
kl_of_the_data_is_infinite.wrong(
    "the other way round: finite", symbolic=lambda a: -sp.log(1 - a), claimed=lambda a: binary.kl(1.0, 1 - a)
)


@claim.states(lambda t: binary.kl(1 - t, 0.0), infinite=True)
def kl_of_the_generator_is_infinite(t: Unit):
    """KL(q‖p) ≥ kl(1-τ‖α) → ∞ as α → 0, for any τ < 1

    by data processing; t = τ; one cube suffices: its image has no volume, so p gives it nothing"""
    a = sp.Symbol("a", positive=True)
    yield sp.Limit(kl(1 - t, a), a, 0, "+")
    yield "split the logarithms", sp.Limit(-bit(t) - (1 - t) * sp.log(a) - t * sp.log(1 - a), a, 0, "+")
    yield "ln a → -∞", sp.oo


kl_of_the_generator_is_infinite.check(textbook.on_a_line, on=textbook.off_the_line)
kl_of_the_generator_is_infinite.wrong("one bit: finite, as JS is", symbolic=lambda: sp.log(2))
kl_of_the_generator_is_infinite.wrong(
    "a neighbourhood for the line: finite", symbolic=lambda t: -sp.log(1 - t), claimed=lambda t: binary.kl(1.0, 1 - t)
)


@claim.states(boxed_js, at=lambda A: (1, 2, 0.5, 9.0, A, 10**80))
def js_is_ln_two(A: Positive):
    """k < d: js(M (2LR)^d n^{k-d}, P(|z|_∞ > R)) → ln 2 as n → ∞, then R → ∞: JS = ln 2, the most it can be

    A = M (2LR)^d, M bounds p, n for n^{d-k}; L may depend on R, for n → ∞ comes first; unbounded p: cut off at M, then M → ∞
    """
    n, t = sp.symbols("n tau", positive=True)
    yield sp.Limit(sp.Limit(sum(event(A / n, t)), n, sp.oo), t, 0, "+")
    yield "α → 0", sp.Limit((2 * sp.log(2) + t * sp.log(t) - (1 + t) * sp.log(1 + t)) / 2, t, 0, "+")
    yield "τ → 0", sp.log(2)


js_is_ln_two.check(textbook.boxed_js, on=textbook.generators, error=1e-13)
js_is_ln_two.wrong(
    "a sum in place of the half-sum", symbolic=lambda: 2 * sp.log(2), claimed=lambda *at: 2 * boxed_js(*at)
)
js_is_ln_two.wrong("radius for side", claimed=lambda k, d, L, *rest: boxed_js(k, d, L / 2, *rest))
js_is_ln_two.wrong("another density", claimed=lambda k, d, L, r, A, n: boxed_js(k, d, L, r, 2 * A, n))


@claim.reads(
    gans_need_a_small_latent_too,
    "one number is enough for a locally Lipschitz generator to have a density in the plane: no event tells it from one for sure",
)
def has_a_density():
    return js_is_ln_two(1) <= 0.69


# --- merely continuous ------------------------------------------------------------------------------------------------------


@claim.states(lambda m, f: curve_on_grid(m, f), at=lambda m, h: (m, 2 * h + 1))
def curve_on_a_grid(m: Order, h: Refinement):
    """Hilbert's curve of order m and the uniform law on f·2^m cells a side, f odd: JS is that of f(4^m-1) + 1 cells met evenly
    (the ends half as long) and f² 4^m: nearly 0 for f = 1, nearly ln 2 for large f

    f = 2h + 1"""
    f = 2 * h + 1
    N = f * (4**m - 1)
    yield curve_cells(m, f, sp.Sum(1, (sp.Symbol("j"), 2, N)))
    yield "one step a cell", curve_cells(m, f, N - 1)


curve_on_a_grid.check(textbook.walked_js, on=textbook.grids, error=1e-12)
curve_on_a_grid.wrong("off by a cell", symbolic=lambda m, h: curve_cells(m, 2 * h + 1, (2 * h + 1) * (4**m - 1)))
curve_on_a_grid.wrong("another order", m=lambda m: m + 1, claimed=lambda m, f: curve_on_grid(m + 1, f))
curve_on_a_grid.wrong(
    "ends as long as the rest", claimed=lambda m, f: event_js((4.0**m - 1 + 1 / f) / (4.0**m * f), 0.0)
)


@claim.states(lambda: float(event_js(1.0, 0.0)), at=lambda h: ())
def continuous_is_not_enough(h: Cells):
    """on every fixed grid, 4^n cells, Hilbert's curve of order m has JS → 0 from the uniform law as m → ∞: in the limit one
    latent fills the square, with a density

    h = 4^n, e = 1/(4^m-1): the curve is (1+e)/h of its time in every cell, in the first and the last e/2 less; L ≈ 2^m, so
    that the 4^m boxes of side 2^{-m} do not thin out"""
    e = sp.Symbol("e", positive=True)
    yield sp.Limit((h - 2) * half(1 / h, (1 + e) / h) + 2 * half(1 / h, (1 + e) / h - e / 2), e, 0, "+")
    yield "every cell in turn", (h - 2) * half(1 / h, 1 / h) + 2 * half(1 / h, 1 / h)
    yield "1/h for 1/h", 0 * h


continuous_is_not_enough.check(
    textbook.visits, on=textbook.orders, error=1e-9, claimed_error=0.0, scale=1.0, why="it falls to 0, of at most ln 2"
)
continuous_is_not_enough.wrong(
    "ln 2, what any fixed order tends to", symbolic=lambda: sp.log(2), claimed=lambda: np.log(2)
)

# --- trained networks -------------------------------------------------------------------------------------------------------

DRAWS, STD = 2000, 0.1
"""Draws of every model, and the deviation of the eight modes, which is that of the VAE's noise."""
ALLOWED = float(np.sqrt(np.log(200) / (2 * DRAWS)))
"""What |F_n - F| exceeds with a probability of 1 % at most."""


@trained_models_are_drawn_in_one_pass.experiment(
    rule=Each(Share(0.5)),
    seeds=(32, 64),
    steps=(300, 3000),
    batch=64,
    reason="by Dvoretzky, Kiefer, Wolfowitz and Massart draws of the law pass in 99 of 100 seeds; of a slip in hardly any",
    looks_at={"network": ("gan", "vae"), "control": ("gan", "vae")},
)
def drawn(run: Run, *, modes: Annotated[int, integers(1)] = 8, hidden: Annotated[int, integers(1)] = 16):
    from toys.learners.gan import GAN
    from toys.learners.vae import VAE
    from toys.one_latent import ancestral
    from toys.optimisers import Adam
    from toys.targets import ring

    target, rule = ring(modes, 1.0, STD), Adam(0.01, beta1=0.5)
    gan = GAN(target, latents=1, generator_hidden=(hidden, hidden), discriminator_hidden=(hidden, hidden), noise=0.5)
    vae = VAE(target, latents=1, hidden=(hidden, hidden), std=STD)
    return {
        "gan": ancestral(run.fit(gan, rule, arm="gan"), DRAWS),
        "vae": ancestral(run.fit(vae, rule, arm="vae"), DRAWS, STD),
    }


@drawn.reads(
    implicit_cannot_be_sampled,
    "one pass through the model does not give a draw from its law",
    rule=Share(0.5),
    universal=True,
)
def one_pass_is_not_a_draw(data):
    return [({"model": model}, data[model.lower()].gap > ALLOWED) for model in ("GAN", "VAE")]


@drawn.measure
def passes(data):
    """The exact arm: draws of the uniform law."""
    seen = [data[name] for name in ("gan", "vae")]
    exact = [[textbook.gap_of_uniforms(DRAWS, (arm, k)) for k in range(len(seen[0].gap))] for arm in range(len(seen))]
    return {
        "network": [one.gap <= ALLOWED for one in seen],
        "control": [one.wrong <= ALLOWED for one in seen],
        "exact": [np.array(gaps) <= ALLOWED for gaps in exact],
    }


@js_is_ln_two.measured_on(
    drawn,
    rule=Agreement(0.02, "of ln 2"),
    reason="the curve with 1e-4 about it, some 10 long, gets about 1e-3 of the data: 0.6 %; a VAE's draws leave its curve",
    looks_at={"network": "gan", "control": "vae"},
)
def told_by_the_curve(claimed, data):
    bound, arms = claimed(1, 2, 1.0, 9.0, 1.0, 10**80), {"network": data["gan"], "control": data["vae"]}
    return {arm: event_js(seen.near_data, 1 - seen.near) / bound - 1 for arm, seen in arms.items()}


@claim.figure(
    "GANs and VAEs are both sampled in one pass; a GAN's samples only fill a curve", where="$z$: the latent number"
)
def draw(saved, panels, *, orders=(1, 3, 5), highest=10):
    gan, vae = saved["drawn"]["gan"], saved["drawn"]["vae"]
    plane, grids, tests = panels(3)
    strays = np.abs(gan.x).max(axis=(1, 2))
    median = int(np.argsort(strays)[len(strays) // 2])
    for label, (x, role) in {
        "data": (gan.data, "data"), "VAE": (vae.x, "vae"), "GAN": (gan.x, "gan"),
    }.items():  # fmt: skip
        plane.points(*x[median].T, role, label, ms=2, mew=0.5, mfc="none")
    near = np.concatenate([gan.data[median], vae.x[median]])  # a generator may stray anywhere
    (left, low), (right, high) = near.min(axis=0) - 0.1, near.max(axis=0) + 0.1
    plane.axes("$x_1$", "$x_2$", x=(left, right), y=(low, high), equal=True, legend="above", columns=2,
               heading=f"{len(gan.x[median])} draws each")  # fmt: skip
    for order, style in zip(orders, cycle(("-", "--", ":")), strict=False):
        f = np.unique((np.geomspace(1, 3000 / 2**order, 40) // 2).astype(int)) * 2 + 1
        grids.exact(f * 2**order, [curve_on_grid(order, int(v)) for v in f], f"order {order}", style)
    rising = [curve_on_grid(order) for order in range(1, highest + 1)]
    grids.points([2**order for order in range(1, highest + 1)], rising, "exact", "rising order", ms=2.5)
    grids.level(np.log(2), label=r"$\ln 2$", style="-.", lw=0.6)
    grids.axes("cells to a side of the square", "JS: full square, curve (nats)", log="x", legend="above", columns=2,
               heading="curves, by their order")  # fmt: skip
    arms = {
        "VAE": (vae.gap, "vae"), "GAN": (gan.gap, "gan"),
        "VAE,\nnoise\nleft out": (vae.wrong, "control"), "GAN,\nanother\nlaw of $z$": (gan.wrong, "control"),
    }  # fmt: skip
    for place, (seen, role) in enumerate(arms.values()):
        tests.seeds(place + np.linspace(-0.25, 0.25, len(seen)), seen, role, "control: wrong" if place == 3 else "")
    tests.level(ALLOWED, "exact", "99 % of true ones", "--")
    tests.axes("", "distance of samples from the law", log="y", x_ticks=dict(enumerate(arms)), legend="above")
    passed = {name: int((seen <= ALLOWED).sum()) for name, (seen, _) in arms.items()}
    vaes, gans, *wrong = passed.values()
    return (
        f"(a) Draws of one GAN, of those that stray as far as the median one, and one VAE, of one latent each, and the data: those of the GAN lie on a curve, those of the VAE about one. "
        f"(b) Why that tells: the Jensen-Shannon divergence of Hilbert's curve and the uniform square, which tends to ln 2 on ever finer grids if "
        f"the curve's order is fixed, and is {rising[-1]:.1g} where the order rises with the grid, to {len(rising)}. (c) Of {len(vae.gap)} VAEs {vaes} and of "
        f"{len(gan.gap)} GANs {gans} have {DRAWS:,} draws, in one pass, no farther from their law than true samples; of the controls, drawn wrongly, {sum(wrong)}."
    )
