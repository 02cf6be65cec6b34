"""A continuous generator that serves two modes leaves mass between them: it bridges, drops a mode, or grows ever steeper.

g is L-Lipschitz on z ~ N(0, I_k), any k; sets A, B at distance d receive β_A, β_B. Their preimages are d/L apart, and of
all sets of one mass the half-space grows least (Borell 1975):

    two sets    Φ⁻¹(β_A) + Φ⁻¹(β_B) ≤ -d/L        gap of width w: mass ≥ Φ(w/L + Φ⁻¹(β_A)) - β_A (Salmona et al. 2022)
    β_A = β_B   outside ≥ 1 - 2Φ(-d/2L)            K sets: Σ Φ(Φ⁻¹(β_i) + d/2L) ≤ 1

A line clipped at 0 and d attains it, and so do trained generators with one latent, which cross a gap in one straight piece.
Unequal masses are cheaper: at d/L = 2 shares of 0.9 and less leave 0.0995 outside, equal ones 0.683, so dropping pays. To
reach ½N(-m, σ²) + ½N(m, σ²) exactly takes a slope of σ e^{m²/2σ²}. All of it binds the means of a VAE's decoder as well;
a coin beside z escapes. With more latents L is only known to be below a product of spectral norms: within 2 here, useless for five layers.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Each, Letter, NonNegative, Positive, Real, Run, Share, Slack, Unit, between
from proofs.core import given
from proofs.sentences import successful_training_is_sharp
from proofs.textbook import lipschitz as textbook
from proofs.words import Phi, Phi_inverse, gaussian_mass, slope_at, sp
from theory import GaussianMixture, isoperimetry
from toys import piecewise

claim = Claim(
    topic="mode-dropping",
    after="dropped_mode_is_stable_for_translation",
    references=("borell1975", "salmona2022", "issenhuth2023"),
)
Separation = Annotated[Letter, between(0, "20*s")]
half_space = given("gaussian_isoperimetry", "no set grows less than a half-space")


def interval(b, f):
    """Ends of an interval of mass b, with a share f of the rest below it: a preimage."""
    return Phi_inverse(f * (1 - b)), Phi_inverse(f * (1 - b) + b)


# --- two sets and many ----------------------------------------------------------------------------------------------------


@claim.states(isoperimetry.largest_second_mass, at="b r", relation="<=")
def two_sets_apart(b: Unit, r: Positive, f: Unit):
    """β_B ≤ Φ(-d/L - Φ⁻¹(β_A)), that is Φ⁻¹(β_A) + Φ⁻¹(β_B) ≤ -d/L

    b = β_A, r = d/L; derived where A's preimage is an interval with a share f of the rest below it and B's all that lies
    beyond, checked for others"""
    low, high = interval(b, f)
    yield gaussian_mass(high + r, sp.oo)
    yield "what is neither within r of A's preimage nor below", 1 - (Phi(high + r) - Phi(low - r)) - Phi(low - r)
    yield given("positive_integrand", "below is no negative mass"), 1 - (Phi(high + r) - Phi(low - r))
    yield half_space, 1 - Phi(Phi_inverse(b) + r)


two_sets_apart.check(textbook.apart, on=textbook.sets, error=1e-13, claimed_error=1e-12)
two_sets_apart.wrong("a factor 2", r=lambda r: 2 * r)
two_sets_apart.wrong("a sign: Φ⁻¹(1-β)", b=lambda b: 1 - b)


@claim.states(isoperimetry.least_equal_outside, at="r", relation=">=")
def equal_masses_bridge(r: Positive, s: Slack):
    """β_A = β_B: the mass outside is ≥ 1 - 2Φ(-d/2L), for every dimension of the latent

    r = d/L; by two_sets_apart the common mass is Φ(-r/2 - s), and what is outside is what is left"""
    yield gaussian_mass(-r / 2 - s, r / 2 + s)
    yield "φ is even", 2 * gaussian_mass(0, r / 2 + s)
    yield given("positive_integrand", "φ > 0"), 2 * Phi(r / 2) - 1
    yield "Φ(t) = ½(1 + erf(t/√2))", sp.erf(r / sp.sqrt(8))


equal_masses_bridge.check(textbook.shells, on=textbook.shell_sizes, error=1e-15, claimed_error=1e-13)
equal_masses_bridge.wrong("d for d/2", r=lambda r: 2 * r)
equal_masses_bridge.wrong("one set at d for two at d/2", symbolic=lambda r: 2 * sp.erf(r / sp.sqrt(2)))


@claim.states(isoperimetry.enlarged_mass, at=lambda b, c, f, r: ([b, c, f], r), relation=">=")
def many_sets_apart(b: Unit, c: Unit, f: Unit, r: Positive, g: Unit):
    """1 ≥ the mass within d/2L of K preimages ≥ Σ Φ(Φ⁻¹(β_i) + d/2L)

    r = d/L; the neighbourhoods are disjoint; derived for K = 3 and intervals, each with a share g of the rest below it, checked
    to 6"""
    ends = [interval(v, g) for v in (b, c, f)]
    yield sum(gaussian_mass(low - r / 2, high + r / 2) for low, high in ends)
    yield "integrate", sum(Phi(high + r / 2) - Phi(low - r / 2) for low, high in ends)
    yield half_space, sum(Phi(Phi_inverse(v) + r / 2) for v in (b, c, f))


many_sets_apart.check(textbook.row, on=textbook.rows, at=textbook.row_arguments, error=1e-12)
many_sets_apart.wrong(
    "neighbourhoods that overlap",
    symbolic=lambda b, c, f, r: r + sum(Phi(Phi_inverse(v) + r) for v in (b, c, f)),
    claimed=lambda masses, r: isoperimetry.enlarged_mass(masses, 2 * r),
)


@claim.reads(successful_training_is_sharp, "it serves two modes alike and leaves less than a twentieth between them")
def serves_both_sharply(r):
    """Attained, by clipped_line_attains_it."""
    return equal_masses_bridge(r) <= 0.05


# --- one latent: gaps, ramps, broken lines ----------------------------------------------------------------------------------


@claim.states(isoperimetry.least_outside, at="b r", relation=">=")
def gap_mass_is_at_least(b: Unit, r: Positive, f: Unit):
    """a gap of width w with mass β to its left receives ≥ Φ(w/L + Φ⁻¹(β)) - β

    r = w/L; derived where the left part's preimage is an interval with a share f of the rest below it, and the gap's as near as
    it may be"""
    low, high = interval(b, f)
    yield gaussian_mass(low - r, low) + gaussian_mass(high, high + r)
    yield "within r of the left part's preimage, and not in it", Phi(high + r) - Phi(low - r) - b
    yield half_space, Phi(Phi_inverse(b) + r) - b


gap_mass_is_at_least.check(textbook.crossing, on=textbook.crossed, error=1e-13, claimed_error=1e-11)
gap_mass_is_at_least.wrong("a factor 2", r=lambda r: 2 * r)
gap_mass_is_at_least.wrong("forgets β", claimed=lambda b, r: isoperimetry.least_equal_outside(r))


@claim.states(piecewise.clipped_mass, at=lambda b, r, L: (b, r * L, L))
def clipped_line_attains_it(b: Unit, r: Positive, L: Positive):
    """g(z) = min(max(L(z - Φ⁻¹(β)), 0), d) sends exactly Φ(d/L + Φ⁻¹(β)) - β between 0 and d"""
    yield gaussian_mass(Phi_inverse(b), Phi_inverse(b) + r)
    yield "0 < L(z - Φ⁻¹(β)) < d", gaussian_mass(-sp.oo, Phi_inverse(b) + r) - b
    yield "integrate", Phi(Phi_inverse(b) + r) - b


clipped_line_attains_it.check(textbook.clipped, on=textbook.ramps, error=1e-12)
clipped_line_attains_it.wrong("equal masses for any", symbolic=lambda r: sp.erf(r / sp.sqrt(8)))
clipped_line_attains_it.wrong("the slope inverted", claimed=lambda b, d, L: piecewise.clipped_mass(b, d, 1 / L))


@claim.states(piecewise.anatomy, at=lambda t, v, w, h: (piecewise.one_unit(t, v, w), 0.0, h, 0.0), part=2)
def relu_generator_is_a_broken_line(t: Real, v: Positive, w: Positive, h: Positive):
    """the Lipschitz constant, the mass in a gap and the slope of a ReLU network with one input follow from its knots

    the mass is derived for one unit v·max(0, w(z - t)) between 0 and h; two layers of three are checked"""
    yield gaussian_mass(t, t + h / (v * w))
    yield "0 < vw(z - t) < h", Phi(t + h / (v * w)) - Phi(t)


relu_generator_is_a_broken_line.check(textbook.piece_by_piece, on=textbook.networks, error=1e-11)
relu_generator_is_a_broken_line.wrong("forgets a layer", symbolic=lambda t, v, h: Phi(t + h / v) - Phi(t))
relu_generator_is_a_broken_line.wrong("spectral norms: an upper bound only", claimed=piecewise.anatomy_by_norms)

# --- what a generator is paid for -------------------------------------------------------------------------------------------


@claim.states(isoperimetry.least_equal_outside, at="r", relation="<=")
def unequal_masses_are_cheaper(r: Positive, t: NonNegative):
    """β_A = Φ(t - d/2L): Φ(d/L + Φ⁻¹(β_A)) - β_A ≤ 1 - 2Φ(-d/2L), equal only at t = 0, and → 0 as β_A → 1: 0.0995 ≤ 0.683
    at β_A = 0.9, d/L = 2

    r = d/L; attained on either side by clipped lines; t < 0 is the same with A and B exchanged"""
    lost, won = gaussian_mass(-r / 2, t - r / 2), gaussian_mass(r / 2, t + r / 2)
    yield gaussian_mass(t - r / 2, t + r / 2)
    yield "moving it by t loses on the left and wins on the right", sp.erf(r / sp.sqrt(8)) - lost + won
    yield given("density_falls_with_distance", "φ(s - r/2) ≥ φ(s + r/2), s ≥ 0"), sp.erf(r / sp.sqrt(8))


unequal_masses_are_cheaper.check(textbook.shifted_interval, on=textbook.shifts, at="r", error=1e-13)
unequal_masses_are_cheaper.wrong("a factor 2", r=lambda r: r / 2)
unequal_masses_are_cheaper.wrong("half of it", symbolic=lambda r: sp.erf(r / sp.sqrt(8)) / 2)


@claim.states(isoperimetry.middle_slope, at="m s")
def exactness_costs_an_exponential_slope(s: Positive, m: Separation):
    """the increasing map of N(0, 1) onto ½N(-m, σ²) + ½N(m, σ²) has slope σ e^{m²/2σ²} at 0, and by two_sets_apart no exact
    generator of any latent is less steep"""
    y = sp.Symbol("y")
    pulled = Phi_inverse((Phi((y - m) / s) + Phi((y + m) / s)) / 2)
    yield 1 / slope_at(pulled, y, 0)
    yield "φ(0)/p(0)", s * sp.sqrt(2 * sp.pi) / sp.exp(-(m**2) / (2 * s**2)) / sp.sqrt(2 * sp.pi)
    yield "which is", s * sp.exp(m**2 / (2 * s**2))


exactness_costs_an_exponential_slope.check(textbook.slope_of_the_map, on=textbook.pairs, error=1e-9)
exactness_costs_an_exponential_slope.check(
    textbook.slope_by_the_bound, on=textbook.pairs, error=1e-7, claimed_error=0, resolution=2e-7,
    why="a limit, at a gap of 2·10⁻⁴ σ",
)  # fmt: skip
exactness_costs_an_exponential_slope.wrong("a factor 2 in the exponent", m=lambda m: sp.sqrt(2) * m)
exactness_costs_an_exponential_slope.wrong(
    "the shape of a mode only", claimed=lambda m, s: isoperimetry.middle_slope(m, s) / s
)


@claim.states(piecewise.spectral_product, at=lambda p, q, u, w: piecewise.two_units(p, q, u, w), relation="<=")
def spectral_norms_bound_the_slope(p: Positive, q: Positive, u: Positive, w: Positive, f: Unit, g: Unit):
    """|g(z) - g(z')| ≤ Π‖W_ℓ‖₂ |z - z'| for a network of rectifiers with any number of latents

    f, g are the slopes of the units; derived for two units, checked for layers of up to four"""
    z = sp.Symbol("z")
    yield sp.Derivative((p * f * u + q * g * w) * z, z)
    yield "differentiate", p * f * u + q * g * w
    yield "slopes are at most 1", p * u + q * w
    yield given("cauchy_schwarz"), sp.sqrt((p**2 + q**2) * (u**2 + w**2))


spectral_norms_bound_the_slope.check(textbook.chord, on=textbook.chords, at="layers", error=1e-12)
spectral_norms_bound_the_slope.wrong(
    "largest entries: no norm of operators",
    symbolic=lambda p, u: p * u / 2,
    claimed=lambda layers: float(np.prod([np.abs(w).max() for w, _ in layers])),
)

# --- what networks do: modes at ±A of deviation S; the gap (-EDGE, EDGE) is as wide as a mode is far from the middle --------

A, S, EDGE = 3.0, 0.5, 1.5


@gap_mass_is_at_least.experiment(
    rule=Each(Agreement(0.03, "of the bound")),
    effect=0.8,
    seeds=(96, 192),
    steps=(300, 3000),
    batch=64,
    reason="a gap crossed in one straight piece attains the bound to all digits; bends in it cost a few per cent, other ways "
    "round more; two generators of half the data each and a coin leave it empty: -100 %",
    looks_at={"network": ("gan", "vae"), "control": "coin"},
    history={
        1: "a quarter of the GANs without noise was to drop a mode, and norms were to be within a factor 2 for five layers "
        "too: quick runs had left the former undecided and spoken against the latter",
        2: "32 seeds, 64 at full: a quick run left the VAEs undecided, their excess 0.005 with an interval up to 0.04",
    },
)
def generators(run: Run):
    from toys import GAN, VAE, one_latent
    from toys.optimisers import Adam
    from toys.targets import MixtureTarget, symmetric_pair

    pair, one = symmetric_pair(A, S), MixtureTarget("one_mode", GaussianMixture([1.0], [A], stds=[S]), "blurproof")
    size = {"noise": 1.2, "generator_hidden": (16, 16), "discriminator_hidden": (16, 16)}
    arms = {
        "gan": GAN(pair, latents=1, **size), "vae": VAE(pair, latents=1, hidden=(16, 16), std=S),
        "coin": GAN(one, latents=1, **size), "plain": GAN(pair, latents=1, **{**size, "noise": 0.0}),
        "two": GAN(pair, latents=2, **size), "eight": GAN(pair, latents=8, **size),
        "deep": GAN(pair, latents=8, **{**size, "generator_hidden": (32,) * 5}),
    }  # fmt: skip
    rules = {GAN: Adam(0.01, beta1=0.5), VAE: Adam(0.02, decay="cosine")}
    fits = {name: run.fit(learner, rules[type(learner)], arm=name) for name, learner in arms.items()}
    return {name: one_latent.anatomy(fitted, -EDGE, EDGE) for name, fitted in fits.items()}


@generators.measure
def over_the_bound(claimed, data):
    from toys.one_latent import excess

    seen = {name: excess(claimed, data[name], 2 * EDGE, coin=name == "coin") for name in ("gan", "vae", "coin")}
    return {"network": [seen["gan"], seen["vae"]], "control": [seen["coin"]] * 2}


@unequal_masses_are_cheaper.measured_on(
    generators,
    rule=Share(0.2),
    effect=0.6,
    reason="half of what equal masses would cost at that slope is far below them; one GAN in five is a habit, and no VAE does it",
    looks_at={"network": "plain", "control": "vae"},
)
def drops_instead(claimed, data):
    arms = {"network": data["plain"], "control": data["vae"]}
    return {arm: seen.between < claimed(2 * EDGE / seen.steepest) / 2 for arm, seen in arms.items()}


@claim.observes()
def norms_are_near_the_slope():
    """trained generators of two hidden layers: Π‖W_ℓ‖₂ is within a factor 2 of the steepest slope in most"""


@norms_are_near_the_slope.measured_on(
    generators,
    rule=Each(Share(0.5)),
    effect=0.8,
    reason="within a factor 2 of the steepest slope that is found (the exact one for one latent) a bound says something; "
    "every layer more loosens it, five of 32 units by ten and more",
    looks_at={"network": ("gan", "two", "eight"), "control": "deep"},
)
def within_a_factor_two(data):
    """The exact arm: two units whose weights in and out are alike, so that the product is the slope."""
    tight = {name: data[name].norms <= 2 * data[name].steepest for name in ("gan", "two", "eight", "deep")}
    alike = piecewise.spectral_product(piecewise.two_units(3.0, 1.0, 3.0, 1.0)) <= 2 * (3.0 * 3.0 + 1.0 * 1.0)
    exact = np.full(len(tight["deep"]), alike)
    return {
        "network": [tight[name] for name in ("gan", "two", "eight")],
        "control": [tight["deep"]] * 3,
        "exact": [exact] * 3,
    }


def even(ratio):
    """What each of two sets at that distance over the slope gets at most, if both get the same."""
    return (1 - float(isoperimetry.least_equal_outside(ratio))) / 2


@claim.figure("A continuous generator bridges two modes, drops one, or grows ever steeper")
def draw(saved, panels, *, ratios=(0.3, 2.0), share=0.9):
    nets = saved["generators"]
    ways, bridge, norms = panels(3)
    z, steep, flat = np.linspace(-3.5, 3.5, 701), min(ratios), max(ratios)
    for mode in (0.0, 1.0):
        ways.band(z, mode - 0.06, mode + 0.06, "data", "" if mode else "modes A and B")
    choices = ("bridges", even(flat), flat, "-"), ("drops B", share, flat, "--"), ("is steep", even(steep), steep, ":")
    for does, mass, r, style in choices:
        told = f"{does}: {100 * float(isoperimetry.least_outside(mass, r)):.0f} % between"
        ways.exact(z, isoperimetry.clipped_line(z, mass, 1.0, 1 / r), told, style)
    y_ticks = {0: "A", 0.5: "between", 1: "B"}
    ways.axes("latent $z$, drawn from $N(0, 1)$", "what is generated", y_ticks=y_ticks, legend="above")
    looks = {
        "gan": ("gan", "GANs, instance noise"),
        "vae": ("vae", "VAEs, decoder means"),
        "plain": ("second", "GANs, no noise"),
        "coin": ("control", "control: with a coin"),
    }
    gaps = {name: 2 * EDGE / nets[name].steepest for name in looks}
    ratio = np.geomspace(min(map(np.min, gaps.values())), max(map(np.max, gaps.values())), 200)
    bridge.exact(ratio, isoperimetry.least_equal_outside(ratio), "bound, equal masses")
    for name, (role, label) in looks.items():
        bridge.seeds(gaps[name], nets[name].between, role, label)
    bridge.axes("gap, by the steepest slope of the generator", "mass between the modes", log="x", legend="above")
    kinds = {
        "gan": ("gan", "1 latent, exact"),
        "two": ("third", "2 latents"),
        "eight": ("fourth", "8 latents"),
        "deep": ("control", "control: 8, five layers"),
    }
    for name, (role, label) in kinds.items():
        norms.seeds(nets[name].steepest, nets[name].norms, role, label)
    every = np.concatenate([nets[name].steepest for name in kinds])
    norms.diagonal("equal", min(nets[name].norms.min() for name in kinds), every.max())
    norms.axes("steepest slope found", "product of spectral norms", log="xy", legend="above")
    over = {name: nets[name].between / isoperimetry.least_equal_outside(gaps[name]) - 1 for name in looks}
    outside = [float(isoperimetry.least_outside(mass, flat)) for mass in (even(flat), share)]
    dropped = int((over["plain"] < -0.5).sum())
    loose = {name: 1 / np.median(nets[name].steepest / nets[name].norms) for name in kinds}
    return (
        f"(a) Two sets at distance d, and what a generator of slope L may do with them: at d/L = {flat:g} it leaves at least "
        f"{outside[0]:.2f} between them if both get the same and {outside[1]:.2f} if one gets {share:g}, so dropping pays; at d/L = {steep:g} "
        f"{float(isoperimetry.least_equal_outside(steep)):.2f}, by a steep slope. (b) Mass that trained generators of two equal modes leave between them, by the gap over their "
        f"steepest slope: the median GAN lies {100 * abs(np.median(over['gan'])):.1g} % from the bound (line), the median VAE "
        f"{100 * abs(np.median(over['vae'])):.1g} %, single ones up to {100 * over['gan'].max():.0f} and {100 * over['vae'].max():.0f} % above it. "
        f"Without instance noise {dropped} of {len(over['plain'])} GANs leave less than half of it: they have dropped a mode; a "
        f"coin beside the latent (control) escapes. (c) The product "
        f"of the layers' spectral norms bounds the slope from above: its median is {loose['gan']:.2f}, {loose['two']:.2f} and "
        f"{loose['eight']:.2f} times the slope with 1, 2 and 8 latents, and {loose['deep']:.0f} times with five layers (control)."
    )
