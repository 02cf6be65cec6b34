"""More latents help a linear VAE as long as the next principal direction is above the water level βσ², and no further.

    E|x - Wz|² with k latents = Σ_{i≤k} min(λ_i, βσ²) + Σ_{i>k} λ_i        λ₁ ≥ λ₂ ≥ ...

The k-th latent saves λ_k - βσ² where that is positive. Where it is not, the objective is least at weight 0: the latent
is drowned, carries no rate, and whatever width is added the distortion stays at j βσ² + Σ_{i>j} λ_i, j directions being
above water. To go lower one must lower β or σ², not widen the latent. σ² is fixed and data are centred; that the
leading directions are coded, and how, is derived in linear_vae_is_water_filling.
"""

import numpy as np

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.letters import POSITIVE, UNIT, Domain
from proofs.core.rules import Agreement
from proofs.textbook import vae as textbook
from theory import water_filling as vae

claim = Claim(
    topic="bottleneck",
    folk=Folk(
        "If you increase the bandwidth of the bottleneck, VAE can get a high reconstruction quality.",
        "A1",
        Conditional(
            "the next principal direction has more variance than βσ²",
            true_when=("a_latent_above_water_helps",),
            false_when=("none_under_water_does",),
        ),
    ),
    references=("lucas2019", "dai2018"),
)

# --- from the definition: β = b, σ² = v, λ = βσ² + g above water and fβσ² under it ----------------------------------------


def _level(x):
    return x.b * x.v


def _left(x, var, weight):
    """E(x - wz)² with the encoder that minimises the objective for this weight, to be worked out."""
    V = weight**2 + _level(x)
    return textbook.in_symbols(x, var, x.v, x.b).error(weight, weight / V, x.sqrt(_level(x) / V))


def _coded(x, var):
    """What is left of a direction above water, w² = λ - βσ²."""
    return _left(x, var, x.sqrt(var - _level(x)))


def _codes(m, spectrum, noise_var, beta):
    """(gain in the objective, distortion, variance) of every direction by itself, found by search."""
    found = []
    for var in spectrum:
        direction = textbook.in_numbers(m, var, noise_var, beta)
        code = direction.optimum()
        found.append((direction.objective(0, 0, 1) - direction.objective(*code), direction.error(*code), m.number(var)))
    return found


def _searched(m, spectrum, latents, noise_var, beta):
    """E|x - Wz|² where the k directions that gain most are coded."""
    found = sorted(_codes(m, spectrum, noise_var, beta), key=lambda code: -code[0])
    return sum(code[1] for code in found[:latents]) + sum(code[2] for code in found[latents:])


def _problems(s, least=0):
    """A spectrum in no order, each variance 2 % or more off the level; k, σ² and β."""

    def build(drawn):
        ratios, k, noise_var, beta = drawn
        return np.array(ratios) * noise_var * beta, min(k, len(ratios)), noise_var, beta

    ratio = s.either(s.scales(1.02, 60.0), s.scales(1 / 60, 0.98))
    spectra = s.integers(2, 4).flatmap(lambda n: s.tuples(*[ratio] * n))
    return s.tuples(spectra, s.integers(least, 4), s.scales(0.05, 5.0), s.scales(0.1, 8.0)).map(build)


def _size(spectrum, latents, noise_var, beta):
    return float(np.sum(spectrum) + len(spectrum) * noise_var * beta)


total = claim.statement(
    "distortion_of_k_latents",
    "E|x - Wz|² = Σ_{i≤k} min(λ_i, βσ²) + Σ_{i>k} λ_i at the optimum with k latents",
    claimed=vae.bottleneck_distortion,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE, h=POSITIVE),
    definition=lambda x: _coded(x, _level(x) + x.g + x.h) + _left(x, _level(x) + x.g, 0),
    symbolic=lambda x: 2 * _level(x) + x.g,
    anchor=lambda claimed, b, v, g, h: claimed([b * v + g, b * v + g + h], 1, v, b),
    assumptions="derived for two directions above water and one latent, checked for up to four anywhere",
)


@total.derivation
def leading_direction_coded(x):
    var = _level(x) + x.g + x.h
    shrunk = var * (1 - (x.g + x.h) / var) ** 2 + (x.g + x.h) * _level(x) / var
    return [("E xε = 0", shrunk + _level(x) + x.g)]


leading_direction_coded.control("the other one coded", lambda x: 2 * _level(x) + x.g + x.h, why="λ₁ in place of λ₂")


@total.observed(instances=_problems, error=1e-11, claimed_error=1e-14, scale=_size)
def by_search(m, *problem):
    return _searched(m, *problem)


def _without_kl(spectrum, latents, noise_var, beta):
    return vae.best_rank_distortion(spectrum, latents)


by_search.control("β = 1", lambda v, k, s2, b: vae.bottleneck_distortion(v, k, s2, 1.0), why="another water level")
by_search.control("no KL", _without_kl, why="principal components")

# --- the next latent ------------------------------------------------------------------------------------------------------


def _saved(spectrum, latents, noise_var, beta):
    """What the k-th latent takes off the distortion."""
    before, after = (vae.bottleneck_distortion(spectrum, k, noise_var, beta) for k in (latents - 1, latents))
    return before - after


helps = claim.statement(
    "a_latent_above_water_helps",
    "λ_k > βσ²: the k-th latent takes λ_k - βσ² > 0 off the distortion",
    claimed=_saved,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE),
    definition=lambda x: _left(x, _level(x) + x.g, 0) - _coded(x, _level(x) + x.g),
    symbolic=lambda x: x.g,
    anchor=lambda claimed, b, v, g: claimed([b * v + g], 1, v, b),
    assumptions="the other directions keep their codes",
)


@helps.derivation
def from_nothing_to_the_level(x):
    var = _level(x) + x.g
    return [("E xε = 0", var - (var * (1 - x.g / var) ** 2 + x.g * _level(x) / var))]


from_nothing_to_the_level.control("all of λ_k", lambda x: x.g + _level(x), why="coded without noise")


def _afloat(s):
    """At least one direction above water, and k no more than are."""

    def build(drawn):
        (spectrum, k, noise_var, beta), lift = drawn
        spectrum = np.append(spectrum[1:], lift * noise_var * beta)
        return spectrum, min(max(k, 1), int((spectrum > noise_var * beta).sum())), noise_var, beta

    return s.tuples(_problems(s), s.scales(1.02, 60.0)).map(build)


@helps.observed(instances=_afloat, error=1e-11, claimed_error=1e-14, scale=_size)
def one_latent_more(m, spectrum, latents, *level):
    return _searched(m, spectrum, latents - 1, *level) - _searched(m, spectrum, latents, *level)


one_latent_more.control(
    "decoding the mean",
    lambda v, k, *level: _saved(v, k, *level) + np.subtract(*_of_kth(v, k, *level)),
    why="E(x - wmx)², the neighbouring distortion",
)


def _of_kth(spectrum, latents, *level):
    var = np.sort(spectrum)[-latents]
    return vae.distortion(var, *level), vae.mean_distortion(var, *level)


one_latent_more.control("the first's", lambda v, k, *level: _saved(v, 1, *level), why="an index")


floor = claim.statement(
    "none_under_water_does",
    "j directions above water: all k ≥ j leave jβσ² + Σ_{i>j} λ_i, for what is under it is coded by w = 0 or not at all",
    claimed=vae.bottleneck_distortion,
    domain=Domain(b=POSITIVE, v=POSITIVE, g=POSITIVE, f=UNIT),
    definition=lambda x: _coded(x, _level(x) + x.g) + _left(x, x.f * _level(x), 0),
    symbolic=lambda x: (1 + x.f) * _level(x),
    anchor=lambda claimed, b, v, g, f: claimed([b * v + g, f * b * v], 2, v, b),
    assumptions="derived for one direction above and one under water; that w = 0 is best there: linear_vae_is_water_filling",
)


@floor.derivation
def one_above_one_under(x):
    var = _level(x) + x.g
    return [
        ("E xε = 0; at w = 0 all of λ₂ is left", var * (1 - x.g / var) ** 2 + x.g * _level(x) / var + x.f * _level(x))
    ]


one_above_one_under.control("coded all the same", lambda x: 2 * _level(x), why="βσ² in place of λ₂")


def _wide(s):
    """As many latents as there are directions above water, or more."""

    def build(drawn):
        (spectrum, _, noise_var, beta), more = drawn
        above = int((spectrum > noise_var * beta).sum())
        return spectrum, min(above + more, len(spectrum)), noise_var, beta

    return s.tuples(_problems(s), s.integers(0, 4)).map(build)


@floor.observed(instances=_wide, error=1e-11, claimed_error=1e-14, scale=_size)
def as_many_as_above(m, spectrum, latents, noise_var, beta):
    above = [code for code in _codes(m, spectrum, noise_var, beta) if code[2] > m.number(noise_var) * m.number(beta)]
    under = [m.number(var) for var in spectrum if m.number(var) <= m.number(noise_var) * m.number(beta)]
    return sum(code[1] for code in above) + sum(under)


as_many_as_above.control(
    "all at the level", lambda v, k, s2, b: k * s2 * b + vae.best_rank_distortion(v, k), why="βσ² in place of λ"
)
as_many_as_above.control("no KL", _without_kl, why="principal components, which more latents always help")

# --- networks -------------------------------------------------------------------------------------------------------------

WIDTHS, DIM, NOISE_VAR, BETAS = (1, 2, 3, 4), 5, 0.1, (2.0, 3.0)
"""Latents, data dimensions, σ², and β of the networks and of their control arm."""


@total.experiment(
    rule=Agreement(0.02),
    seeds={"quick": [24], "full": [48]},
    steps={"quick": 200, "full": 2000},
    batch=16,
    reason="exact gradients leave Adam a percent from its optimum after a few hundred steps; β half as large again costs 10 %",
)
def linear_vaes(run):
    from toys.learners.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets.power_law_signal import power_law_signal

    target, n, totals, losses = power_law_signal(DIM, 1.5), len(run.seeds), [], []
    for k in WIDTHS:
        learner = LinearVAE(target, k, np.repeat(BETAS, n), NOISE_VAR**0.5, full=True, population=True, spread=0.3)
        fitted = run.fit(learner, Adam(0.05, decay="cosine"), arm=("network", "control"))
        totals.append(fitted.evaluate(learner.rate_distortion).reshape(len(BETAS), n, 2))
        losses.append(fitted.loss["vae"][:, -1].reshape(len(BETAS), n))
    return {
        "spectrum": target.spectrum,
        "rates": np.array(totals)[..., 0].transpose(2, 1, 0),
        "distortions": np.array(totals)[..., 1].transpose(2, 1, 0),
        "losses": np.transpose(losses, (2, 1, 0)),
    }


@linear_vaes.measure
def farthest(claimed, data):
    """The largest relative deviation over the widths; the control arm is trained with another β."""
    exact = np.array([claimed(data["spectrum"], k, NOISE_VAR, BETAS[0]) for k in WIDTHS])
    off = np.abs(data["distortions"] / exact - 1).max(axis=2)
    return {"network": off[:, 0], "control": off[:, 1]}


@total.measured_on(
    linear_vaes,
    rule=Agreement(0.02),
    reason="the loss is exact, so what it leaves after KL and constant is the distortion one update before the end",
)
def in_the_loss(claimed, data):
    """The distortion that the loss holds, 2σ²(loss - β·rate - (D/2) ln 2πσ²)."""
    exact = np.array([claimed(data["spectrum"], k, NOISE_VAR, BETAS[0]) for k in WIDTHS])
    fit = data["losses"] - np.array(BETAS)[:, None] * data["rates"] - DIM / 2 * np.log(2 * np.pi * NOISE_VAR)
    off = np.abs(2 * NOISE_VAR * fit / exact - 1).max(axis=2)
    return {"network": off[:, 0], "control": off[:, 1]}


@claim.curves
def exact():
    from toys.targets.power_law_signal import power_law_signal

    spectrum, k = power_law_signal(DIM, 1.5).spectrum, np.arange(DIM + 1)
    distortions = [[vae.bottleneck_distortion(spectrum, int(j), NOISE_VAR, b) for j in k] for b in BETAS]
    return {
        "k": k, "spectrum": spectrum, "distortions": np.array(distortions),
        "pca": np.array([vae.best_rank_distortion(spectrum, int(j)) for j in k]),
        "rates": np.append(0, np.cumsum(vae.rate(spectrum, NOISE_VAR, BETAS[0]))),
    }  # fmt: skip


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR, panels, spread

    exact, nets, level = saved["curves"], saved["linear_vaes"], NOISE_VAR * BETAS[0]
    water, falls, rate = panels(figure, 3)
    order = exact["k"][1:]
    water.bar(order, exact["spectrum"], color=COLOUR["control"], width=0.6, label=r"$\lambda_k$")
    water.axhline(level, color=COLOUR["exact"], label=r"water level $\beta\sigma^2$")
    water.set(xlabel="direction $k$", ylabel="variance (data units²)", xticks=order)
    water.legend(loc="upper right")
    falls.plot(exact["k"], exact["pca"], ":", color=COLOUR["data"], label=r"without KL, $\sum_{i>k}\lambda_i$")
    for arm, (name, marker) in enumerate((("network", "o"), ("control", "s"))):
        falls.plot(exact["k"], exact["distortions"][arm], "-" if not arm else "--", lw=1.2 if not arm else 0.8,
                   color=COLOUR["exact"], label=rf"closed form, $\beta = {BETAS[arm]:g}$")  # fmt: skip
        label = "linear VAEs" if not arm else r"control: another $\beta$"
        spread(falls, WIDTHS, nets["distortions"][:, arm], COLOUR[name], label, marker)
    falls.set(xlabel="latents $k$", ylabel="$E|x-Wz|^2$ (data units²)", ylim=(0, 3.6), xticks=exact["k"])
    falls.legend(loc="upper right")
    rate.plot(exact["k"], exact["rates"], color=COLOUR["exact"], label="closed form")
    spread(rate, WIDTHS, nets["rates"][:, 0], COLOUR["network"], "linear VAEs")
    rate.set(xlabel="latents $k$", ylabel="rate (nats)", ylim=(0, None), xticks=exact["k"])
    rate.legend(loc="lower right")
