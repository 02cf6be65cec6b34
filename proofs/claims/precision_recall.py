"""What blur, dropping and collapse to a point look like in a precision-recall curve, and how clusters flatter them.

    α(λ) = ∫ min(λp, q),     β(λ) = α(λ)/λ          p the data's law, q the generator's, λ in (0, ∞)

Dropping a share w keeps precision 1 up to recall 1-w; inventing does the reverse; blur costs both; a Dirac has neither,
against any density. The published curve is not that of the laws but of histograms over 20 clusters, which lie above it:
it meets the closed form where clusters resolve what is wrong (a drop; a blur on the line, ten clusters a mode) and on
the ring of eight, two or three clusters a mode, overrates a blur of factor 2 by 0.4 and a Dirac's precision by 1.
Networks on the ring: in most runs the VAE has a larger F₈, which weighs recall, than the GAN; declared before the judged
run, after a pilot on other seeds. There the larger F_⅛, which weighs precision, was the VAE's after 600 minibatches of 64
(0.47 to 0.25), the GAN's after 3,000 of 128 (0.75 to 0.67), medians of 16 and more: of it nothing is declared.
"""

from typing import Annotated, Any

import numpy as np

from proofs.core import Agreement, Claim, Each, Letter, Positive, Share, Slack, Unit, above, between
from proofs.textbook import recall as textbook
from proofs.words import phi, sp
from theory import GaussianMixture, prd

claim = Claim(topic="trade-offs", after="divergence_ladder", empirical=True, references=("sajjadi2018",))
EXACT: dict[str, Any] = {"error": 1e-13}


def over(*parts):
    """∫ of a constant over a part of [0, 1] of some length, summed over (length, constant), to be worked out."""
    t = sp.Symbol("t")
    return sum(sp.Integral(height, (t, 0, length)) for length, height in parts)


# --- dropping, inventing, a Dirac ----------------------------------------------------------------------------------------


@claim.states(prd.drop, part=0)
def drop(w: Unit, l: Annotated[Letter, between(0, "1/(1-w)")]):
    """q = p(·|Aᶜ), p(A) = w: α = min(λ(1-w), 1), β = α/λ

    for λ < 1/(1-w), the density q/p off A, beyond which α = 1"""
    yield over((w, 0), (1 - w, l))
    yield "q = 0 on A, p/(1-w) elsewhere", l * (1 - w)


drop.check(textbook.dropped, on=textbook.one_more_cell, at="w slope", **EXACT)
drop.wrong("what is dropped for what is kept", w=lambda w: 1 - w)
drop.wrong("precision for recall: an invention", claimed=prd.invent)


@claim.states(prd.invent, part=0)
def invent(w: Unit, l: Annotated[Letter, above("1-w")]):
    """q = (1-w)p + w·junk: α = min(λ, 1-w), β = α/λ

    for λ > 1-w, below which α = λ"""
    yield over((1 - w, 1), (w, 0))
    yield "by shares of q: λp/q = λ/(1-w) > 1 off the junk, 0 on it", 1 - w


invent.check(textbook.invented, on=textbook.one_more_cell, at="w slope", **EXACT)
invent.wrong("the junk for the rest", w=lambda w: 1 - w)
invent.wrong("recall for precision: a drop", claimed=prd.drop)


@claim.states(lambda e, l: prd.drop(1 - e, l), at="e l", part=0, relation="<=")
def dirac(e: Unit, l: Annotated[Letter, between(0, "1/e")], o: Slack):
    """q on a set of p-mass ε: α ≤ min(λε, 1), β ≤ min(ε, 1/λ), attained by p(·|set); a Dirac, ε → 0: nothing

    derived for λ < 1/ε; o ≥ 0 is what min(λp, q) lacks of λp on the set"""
    yield over((e, l)) - o
    yield "∫ λp over the set", e * l - o
    yield "o ≥ 0", e * l


dirac.check(textbook.of_laws_on_a_set, on=textbook.on_a_set, at=textbook.mass_of_the_set, **EXACT)
dirac.wrong("half the mass", e=lambda e: e / 2)

# --- blur ----------------------------------------------------------------------------------------------------------------


def crosses(b, c, dim):
    """The λ at which λp = q at a distance c."""
    return sp.exp(c**2 * (1 - 1 / b**2) / 2) / b**dim


def log_crossing(b, c, dim):
    """Its logarithm."""
    return c**2 * (1 - 1 / b) * (1 + 1 / b) / 2 - dim * np.log(b)


@claim.states(prd.gaussian_blur, at=lambda b, c: (b, log_crossing(b, c, 1)), part=0)
def blur_on_the_line(b: Annotated[Letter, above(1)], c: Positive):
    """N(μ, (bs)²) against N(μ, s²): α = erf(c/b√2) + λ erfc(c/√2), λ = e^{c²(1-1/b²)/2}/b"""
    t, slope = sp.Symbol("t", positive=True), crosses(b, c, 1)
    yield 2 * sp.Integral(phi(t / b) / b, (t, 0, c)) + slope * 2 * sp.Integral(phi(t), (t, c, sp.oo))
    yield "Gaussian integrals", sp.erf(c / (b * sp.sqrt(2))) + slope - slope * sp.erf(c / sp.sqrt(2))
    yield "erfc = 1 - erf", sp.erf(c / (b * sp.sqrt(2))) + slope * (1 - sp.erf(c / sp.sqrt(2)))


blur_on_the_line.check(textbook.on_the_line, on=textbook.blurs, at=lambda b, slope: (b, np.log(slope)), error=1e-12)
blur_on_the_line.wrong("p's mass inside alone", symbolic=lambda c: sp.erf(c / sp.sqrt(2)))
blur_on_the_line.wrong("in the plane", claimed=prd.planar_blur)


@claim.states(prd.planar_blur, at=lambda b, c: (b, log_crossing(b, c, 2)), part=0)
def blur_in_the_plane(b: Annotated[Letter, above(1)], c: Positive):
    """isotropic, in the plane: α = 1 - e^{-c²/2b²} + λ e^{-c²/2}, λ = e^{c²(1-1/b²)/2}/b²"""
    t, slope = sp.Symbol("t", positive=True), crosses(b, c, 2)
    inside = sp.Integral(t / b**2 * sp.exp(-(t**2) / (2 * b**2)), (t, 0, c))
    yield inside + slope * sp.Integral(t * sp.exp(-(t**2) / 2), (t, c, sp.oo))
    yield "-e^{-r²/2b²} and -e^{-r²/2}", 1 - sp.exp(-(c**2) / (2 * b**2)) + slope * sp.exp(-(c**2) / 2)


blur_in_the_plane.check(textbook.by_radius, on=textbook.blurs, at=lambda b, slope: (b, np.log(slope)), error=1e-12)
blur_in_the_plane.wrong("forgets the outside", symbolic=lambda b, c: 1 - sp.exp(-(c**2) / (2 * b**2)))
blur_in_the_plane.wrong("on the line", claimed=prd.gaussian_blur)

# --- what clusters make of it --------------------------------------------------------------------------------------------


@claim.states(prd.curve, relation=">=")
def clusters_flatter():
    """on coarser cells α and β are at least what they are on finer ones"""


clusters_flatter.check(
    textbook.merged, on=textbook.two_laws, **EXACT, detects=0.05,
    why="merged cells seldom keep the same order of λp and q",
)  # fmt: skip
clusters_flatter.wrong("twice the slope: another point", claimed=lambda p, q, slope: prd.curve(p, q, 2 * slope))

FACTOR, SLOPES = 2.0, prd.slopes(101)
CLOSED = {
    "half": lambda: prd.drop(0.5, SLOPES)[0], "pair": lambda: prd.gaussian_blur(FACTOR, np.log(SLOPES))[0],
    "ring": lambda: prd.planar_blur(FACTOR, np.log(SLOPES))[0], "dirac": lambda: 0 * SLOPES,
}  # fmt: skip


@claim.states(lambda name: CLOSED[name]())
def exact_members_reach_the_curves():
    """on 20 clusters: half a ring, and a pair blurred by 2, within 0.1 of the closed α; a blurred ring and a Dirac on a mode
    beyond 0.3

    samples of the exact denoiser stopped early (blur), and of half the modes"""


@exact_members_reach_the_curves.experiment(
    rule=Each(Agreement(0.1, "in precision")),
    seeds=(24, 48),
    reason="1,600 samples know the masses of 20 clusters to 0.05 together; what the clusters hide is four times that",
    detects=None,
    why="5 % of α is within the margin",
)
def exact_members(run):
    from theory import scores
    from toys import exact, targets

    ring, pair, n = targets.ring(8, 1.0, 0.05), targets.symmetric_pair(10.0, 1.0), 1600
    p = ring.mixture
    half = targets.MixtureTarget("half", GaussianMixture(2 * p.weights[:4], p.means[:4], covs=p.covs[:4]), "blurproof")

    def blurred(target, std, rng):
        """By the denoiser of the target's own law, stopped where it has made the deviation FACTOR times as large."""
        levels, member = std * np.geomspace(8.0, np.sqrt(FACTOR**2 - 1), 7), exact.ExactDenoiser(target)
        start = target.sample(n, rng) + levels[0] * rng.standard_normal((n, target.dim))
        return member.evaluate(lambda p, h, at, x: member.sample(p, h, x, at), levels, own=[start[None]])[0]

    shown = {name: [] for name in CLOSED}
    for rng in map(np.random.default_rng, run.seeds):
        made = {"half": half.sample(n, rng), "ring": blurred(ring, 0.05, rng), "pair": blurred(pair, 1.0, rng)}
        made["dirac"] = np.repeat(ring.centres[:1], n, axis=0)
        for name, fake in made.items():
            real = (pair if name == "pair" else ring).sample(n, rng)
            shown[name].append(scores.sample_prd(real, fake, rng, count=101))
    return {name: np.array(curves) for name, curves in shown.items()}


@exact_members.measure
def off_the_curve(claimed, data):
    off = {name: np.abs(data[name][:, 0] - claimed(name)).max(axis=1) for name in CLOSED}
    return {"network": [off["half"], off["pair"]], "control": [off["ring"], off["dirac"]]}


# --- networks: a quick run has the first target alone, on which the statement is judged, a full one the first three --------

TARGETS = "ring", "grid", "two_moons", "pinwheel", "spiral", "checkerboard", "symmetric_pair"


@claim.observes()
def vae_recalls_more_than_gan():
    """P(F₈(VAE) > F₈(GAN)) ≥ ½ on the ring

    one VAE with learned σ and one non-saturating GAN, 2,400 parameters each, Adam at 1e-3"""


@vae_recalls_more_than_gan.experiment(
    rule=Share(0.5),
    seeds=(39, 39),
    effect=0.85,
    steps=(600, 2000),
    looks_at={"network": ("VAE, ring", "GAN, ring"), "control": ("VAE, ring", "GAN, ring")},
    reason="more often than not; the control exchanges the two",
    history={
        1: "sixteen quick seeds had been seen to be too few to say so",
        2: "32 seeds; of 64 fresh ones 59 had been seen to do so",
    },
)
def learners(run):
    from toys import contest, targets

    names = {"quick": TARGETS[:1], "full": TARGETS[:3]}.get(run.level, TARGETS)
    arms = ("VAE", "GAN") if run.quick else contest.MAIN if run.level == "full" else tuple(contest.ARMS)
    shown = {"arms": np.array(arms), "targets": np.array(names)}
    for target in names:
        law = targets.ring(8, 1.0, 0.05) if target == "ring" else getattr(targets, target)()
        for index, name in enumerate(arms):
            curves = measured_curves(law, name, run.arm(f"{name}, {target}"), run)
            shown[f"curve_{target}_{index}"] = curves
            shown[f"f_{target}_{index}"] = np.array([prd.f_scores(*curve) for curve in curves])
    return shown


def measured_curves(target, arm, fit, run):
    """The PRD curve of every seed of one arm, (seeds, 2, 101); samples that are not finite have none."""
    from theory import scores
    from toys import contest

    samples, fitted = contest.sample(target, arm, fit, steps=run.steps, batch=64 if run.quick else 128)
    curves = []
    for x, rng in zip(samples, fitted.generators(2), strict=True):
        real, fine = target.sample(len(x), rng), np.isfinite(x).all()
        curves.append(scores.sample_prd(real, x, rng, count=101) if fine else np.zeros((2, 101)))
    return np.array(curves)


@learners.measure
def larger_f8(data):
    """The exact arm: in closed form, of the ring blurred by 2 against the ring without half of it."""
    of = {name: data[f"f_ring_{list(data['arms']).index(name)}"][:, 1] for name in ("VAE", "GAN")}
    laws = prd.planar_blur(FACTOR, np.log(SLOPES)), prd.drop(0.5, SLOPES)
    blurred, halved = (prd.f_scores(*law)[1] for law in laws)
    exact = np.full(len(of["VAE"]), blurred > halved)
    return {"network": of["VAE"] > of["GAN"], "control": of["GAN"] > of["VAE"], "exact": exact}


@claim.figure(
    "On a ring of eight modes VAEs have the better recall; clusters flatter a blur",
    where="$F_8$, $F_{1/8}$: one number for a whole curve",
)
def draw(saved, panels, *, every=8):
    nets, members = saved["learners"], saved["exact_members"]
    curves, plane = panels(2)
    looks = {
        "half": ("half dropped (squares)", "s", "-"),
        "pair": ("pair blurred (circles)", "o", "--"),
        "ring": ("ring blurred (triangles)", "^", ":"),
    }
    for name, (label, _, style) in looks.items():
        curves.exact(CLOSED[name]() / SLOPES, CLOSED[name](), label, style)
    apart = {}
    for name, (_, marker, _) in looks.items():
        alpha, beta = np.median(members[name], axis=0)
        apart[name] = np.abs(alpha - CLOSED[name]()).max()
        curves.points(beta[::every], alpha[::every], "data", marker=marker, ms=3, mfc="none")
    ticks, heading = (0, 0.5, 1), "points: by 20 clusters"
    curves.axes(
        r"recall $\beta$",
        r"precision $\alpha$",
        x_ticks=ticks,
        y_ticks=ticks,
        equal=True,
        legend="above",
        heading=heading,
    )
    scored = {str(arm): nets[f"f_ring_{index}"].T for index, arm in enumerate(nets["arms"])}
    for role, name in (("vae", "VAE"), ("gan", "GAN")):
        plane.seeds(*scored[name][::-1], role, f"{name}s")
        others = [np.median(f, axis=1) for arm, f in scored.items() if name in arm and arm != name]
        if others:
            plane.points(*np.transpose(others)[::-1], role, f"other {name}s, medians", ms=4.5)
    plane.axes("$F_8$ (weighs recall)", "$F_{1/8}$ (weighs precision)", equal=True, legend="above")
    vae, gan = (scored[name][1] for name in ("VAE", "GAN"))
    return (
        f"(a) Precision and recall of exact samples: half of a ring's modes dropped, a pair and a ring of modes "
        f"blurred by {FACTOR:g}. Estimated on 20 clusters (points, medians of {len(members['ring'])} seeds) they meet "
        f"the laws (lines) within {max(apart['half'], apart['pair']):.2f} for the first two, and overrate the blurred "
        f"ring by up to {apart['ring']:.2f}, as clusters are wider than its modes. (b) Networks on the ring, a point a "
        f"seed: F₈ is larger for the VAE in {int((vae > gan).sum())} of {len(vae)} seeds, with medians of "
        f"{np.median(vae):.2f} and, for GANs, {np.median(gan):.2f}."
    )
