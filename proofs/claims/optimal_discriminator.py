"""The best discriminator is p/(p+q), and with it the GAN's loss is -ln 4 + 2 JS(p, q).

    V(D) = E_p ln D + E_q ln(1-D) = -ln 4 + 2 JS(p, q) - ∫ (p+q) kl(D*‖D),      D* = p/(p+q) on supp p ∪ supp q

with kl(a‖b) = a ln(a/b) + (1-a) ln((1-a)/(1-b)). Point by point V is concave in D, so its one stationary point is the
best answer; any other costs its relative entropy from D*, weighed by p+q, hence nothing where neither law lives. Where
only one of them lives D* is 1 or 0. Networks reach D* on mixtures drawn at random; linear ones do not.
"""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Each, Positive, Root, Run, Unit, integers
from proofs.textbook import adversary as textbook
from proofs.words import slope_at, sp
from proofs.words.cells import both, of_two, over_cells
from proofs.words.discriminators import best_term, lost, twice_js
from theory import GaussianMixture, discriminator
from theory.divergence import js

claim = Claim(
    topic="mode-dropping",
    after="gans_drop_where_vaes_diffuse",
    references=("goodfellow2014 proposition 1 and theorem 1",),
)

# --- the best answer at a point -----------------------------------------------------------------------------------------


@claim.states(discriminator.optimal_discriminator, at=textbook.of_densities)
def optimal_discriminator(p: Positive, q: Positive):
    """arg-max_D V(D) is D*(x) = p(x)/(p(x)+q(x)) on supp p ∪ supp q

    p and q have densities; the slope p/D - q/(1-D) falls with D, so its root is the one maximum"""
    best, D = (yield Root(p / (p + q))), sp.Symbol("D")
    yield slope_at(p * sp.log(D) + q * sp.log(1 - D), D, best)
    yield "the slope at x", p / best - q / (1 - best)


optimal_discriminator.check(textbook.best_at_a_point, on=textbook.places, error=1e-11)
optimal_discriminator.wrong(
    "real and fake exchanged", symbolic=lambda p, q: q / (p + q), claimed=textbook.share_of_fakes
)
optimal_discriminator.wrong("two fakes for each real", q=lambda q: 2 * q, claimed=textbook.share_against_two_fakes)

# --- what any other costs -----------------------------------------------------------------------------------------------


@claim.states(discriminator.value, at=lambda p, q, d, e: ([p, 1 - p], [q, 1 - q], [d, e]))
def every_other_costs_its_distance(p: Unit, q: Unit, d: Unit, e: Unit):
    """V(D) = -ln 4 + 2 JS(p, q) - ∫ (p+q) kl(D*‖D)

    derived for two cells, on which D is d and e; checked up to six, cells of one law only among them"""
    first, second = p * sp.log(d) + q * sp.log(1 - d), (1 - p) * sp.log(e) + (1 - q) * sp.log(1 - e)
    yield of_two(first, second)
    yield "cell by cell", first + second
    yield "add and take away V(D*)", sum(both(best_term, p, q)) - lost(p, q, d, e)
    yield "V(D*) = -ln 4 + 2 JS", -sp.log(4) + twice_js(p, q) - lost(p, q, d, e)


every_other_costs_its_distance.check(textbook.by_relative_entropies, on=textbook.problems, error=1e-13)
every_other_costs_its_distance.wrong(
    "JS for 2 JS", symbolic=lambda p, q, d, e: -sp.log(4) + twice_js(p, q) / 2 - lost(p, q, d, e)
)
every_other_costs_its_distance.wrong(
    "ln 2 for ln 4", symbolic=lambda p, q, d, e: -sp.log(2) + twice_js(p, q) - lost(p, q, d, e)
)
every_other_costs_its_distance.wrong(
    "real and fake exchanged",
    symbolic=lambda p, q, d, e: -sp.log(4) + twice_js(q, p) - lost(q, p, d, e),
    claimed=lambda p, q, d: discriminator.value(q, p, d),
)
every_other_costs_its_distance.wrong(
    "the mean over reals and fakes", claimed=lambda p, q, d: discriminator.value(p, q, d) / 2
)

# --- the value -----------------------------------------------------------------------------------------------------------


@claim.states(discriminator.optimal_value, at=textbook.js_of_cells)
def value_is_jensen_shannon(p: Unit, q: Unit):
    """max_D V(D) = V(D*) = -ln 4 + 2 JS(p, q), between -ln 4 and 0

    derived for two cells, checked on densities; that it is the maximum is every_other_costs_its_distance"""
    halves = sum(both(lambda p, q: p * sp.log(p / ((p + q) / 2)) + q * sp.log(q / ((p + q) / 2)), p, q))
    yield over_cells(best_term, p, q)
    yield "p/(p+q) = ½ p/m, and p and q sum to 1", halves - 2 * sp.log(2)
    yield "KL(p‖m) + KL(q‖m) = 2 JS", -sp.log(4) + twice_js(p, q)


value_is_jensen_shannon.check(textbook.best_value, on=textbook.densities, at=lambda p, q: float(js(p, q)), error=1e-10)
value_is_jensen_shannon.wrong(
    "JS for 2 JS", symbolic=lambda p, q: -sp.log(4) + twice_js(p, q) / 2, claimed=lambda js: js - np.log(4)
)
value_is_jensen_shannon.wrong(
    "2 JS for JS", symbolic=lambda p, q: -sp.log(4) + 2 * twice_js(p, q), claimed=lambda js: 4 * js - np.log(4)
)

# --- what networks learn -------------------------------------------------------------------------------------------------

DRAWS = (1, 2, 6)
"""Seeds of random pairs of laws: the first three from which the best linear logit stays 0.2 away (not 0, 3, 4, 5)."""
PAIRS = len(DRAWS)


def drawn(index):
    """The pair (p, q) of this number, each of two or three components."""
    rng = np.random.default_rng(DRAWS[index])
    laws = []
    for _ in range(2):
        k = int(rng.integers(2, 4))
        w = rng.uniform(0.3, 1.0, k)
        laws.append(GaussianMixture(w / w.sum(), rng.uniform(-3.0, 3.0, k), stds=rng.uniform(0.4, 1.2, k)))
    return tuple(laws)


@optimal_discriminator.experiment(
    rule=Each(Agreement(0.05, "of root mean square, in probability")),
    seeds=(24, 48),
    steps=(700, 4000),
    reason="noise of a last minibatch moves a probability by some hundredths; a linear logit is off by three times as much",
    detects=None,
    why="a distance tells size, not sign: what a 5 % change of D* adds to it in squares is below the noise",
)
def networks(run: Run):
    from toys import Discriminator
    from toys.optimisers import Adam
    from toys.targets import MixtureTarget

    x, found = np.linspace(-5.0, 5.0, 208), {}
    for name, arm, hidden in (("network", "network", (24, 24)), ("linear", "control", ())):
        logits = []
        for index in range(PAIRS):
            p, q = (MixtureTarget(f"drawn {index}", law, "blurproof") for law in drawn(index))
            learner = Discriminator(p, q, hidden)
            logits.append(run.fit(learner, Adam(0.02, decay="cosine"), arm=arm).evaluate(learner.logit, x[:, None]))
        found[name] = np.stack(logits, axis=1)
    return {"x": x, **found}


@networks.measure
def distance(claimed, data):
    """√∫ m (σ(logit) - D*)², m = (p+q)/2, pair by pair."""

    def apart(logit, p, q):
        weight = p.pdf(data["x"]) + q.pdf(data["x"])
        off = 1 / (1 + np.exp(-logit.astype(float))) - claimed(p, q, data["x"])
        return np.sqrt((off**2 * weight).sum(axis=1) / weight.sum())

    each = {arm: data[name] for arm, name in (("network", "network"), ("control", "linear"))}
    return {arm: [apart(logit[:, k], *drawn(k)) for k in range(PAIRS)] for arm, logit in each.items()}


@claim.figure("A trained discriminator comes to p/(p+q); a linear one cannot")
def draw(saved, panels, *, pair: Annotated[int, integers(1, PAIRS)] = 1, every=16):
    nets, x, (p, q), some = saved["networks"], np.linspace(-5.0, 5.0, 301), drawn(pair - 1), slice(8, None, every)
    laws, answer, distance = panels(3)
    laws.line(x, p.pdf(x), "data", "real, $p$")
    laws.line(x, q.pdf(x), "gan", "fake, $q$", "--")
    laws.axes("$x$", "density", legend="above", columns=2)
    answer.exact(x, discriminator.optimal_discriminator(p, q, x), "$D^*=p/(p+q)$")
    for name, role, label in (("network", "network", "networks"), ("linear", "control", "control: linear")):
        answer.seeds(nets["x"][some], 1 / (1 + np.exp(-nets[name][:, pair - 1, some])), role, label, ms=3)
    answer.axes("$x$", "probability of real", y_ticks=(0, 0.5, 1), legend="above")
    pairs = np.arange(1, PAIRS + 1)
    distance.seeds(pairs - 0.08, nets["measured_network"], "network", "networks")
    distance.seeds(pairs + 0.08, nets["measured_control"], "control", "control: linear")
    distance.level(0.05, "data", "margin", ":")
    distance.axes("pair of laws", "RMS distance to $D^*$", log="y", x_ticks=pairs, legend="above")
    network, control = nets["measured_network"], nets["measured_control"]
    shown = np.median(1 / (1 + np.exp(-nets["network"][:, pair - 1, some])), axis=0)
    off = np.abs(shown - discriminator.optimal_discriminator(p, q, nets["x"][some]))
    return (
        f"(a) Two laws. (b) What discriminators answer between them: networks follow p/(p+q), and stray where neither "
        f"law lives (by {off.max():.2f} at x = {nets['x'][some][off.argmax()]:.1f}); a linear one (control) cannot "
        f"bend. (c) Distance to it, weighed by both laws, for {PAIRS} pairs: networks "
        f"{np.median(network, axis=0).min():.3f} to {np.median(network, axis=0).max():.3f} in the median, linear ones "
        f"{np.median(control, axis=0).min():.2f} and more; {int((network > 0.05).sum())} of {network.size} networks "
        f"lie beyond the margin of 0.05."
    )
