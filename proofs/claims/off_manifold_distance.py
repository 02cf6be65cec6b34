"""Samples of a Gaussian decoder lie off the manifold of its means by σ times the root of its codimension, and hardly nearer.

    x = g(z) + σε, g flat, c = D - k:    P(dist > t) = Q(c/2, t²/2σ²),    E dist² = cσ²

Noise along the manifold moves a sample on it; only the c components across count, and their squares sum to σ² times a
χ² of c degrees of freedom. Q is the regularised upper incomplete gamma function: erfc for c = 1, e^{-t²/2σ²} for c = 2.
With many more outputs than latents every sample is about σ√c away: noise that no single output shows is sure overall.
"""

import itertools

import numpy as np

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain, integers
from theory import off_manifold

claim = Claim(
    topic="mass-diffusion",
    references=("dlmf §8.2 and §8.8", "loaiza2022"),
)


def _sphere(x):
    """The area of the unit sphere in c dimensions: 2π^{c/2}/Γ(c/2)."""
    return 2 * x.pi ** (x.c / x.Integer(2)) / x.gamma(x.c / x.Integer(2))


def _radial(x):
    """Density of |σε|, ε in c dimensions: N(0, σ²I) times the area of the sphere of radius t."""
    normal = (2 * x.pi * x.s**2) ** (-x.c / x.Integer(2)) * x.exp(-(x.t**2) / (2 * x.s**2))
    return _sphere(x) * x.t ** (x.c - 1) * normal


def _tail(x, codimension, square):
    """Q(c/2, square) = Γ(c/2, square)/Γ(c/2)."""
    return x.uppergamma(codimension / x.Integer(2), square) / x.gamma(codimension / x.Integer(2))


def _square(x):
    return x.t**2 / (2 * x.s**2)


ANYWHERE = Domain(c=integers(1), t=POSITIVE, s=POSITIVE)

# --- the law of the distance ------------------------------------------------------------------------------------------

tail = claim.statement(
    "distance_has_an_incomplete_gamma_tail",
    "P(dist > t) = Q(c/2, t²/2σ²)",
    claimed=off_manifold.beyond,
    domain=ANYWHERE,
    definition=lambda x, value: x.Derivative(value, x.t) + _radial(x),
    symbolic=lambda x: _tail(x, x.c, _square(x)),
    root=True,
    anchor=lambda claimed, c, t, s: claimed(t, c, s),
    assumptions="g maps z to an affine subspace of codimension c, of any slope; σ the same for all outputs. The tail is the "
    "function with minus the radial density for slope and 0 at infinity, as Q has (DLMF 8.2.4)",
)


@tail.derivation
def by_its_slope(x, value):
    gamma = 2 / x.t * _square(x) ** (x.c / x.Integer(2)) * x.exp(-_square(x)) / x.gamma(x.c / x.Integer(2))
    return [("∂Γ(a, u)/∂u = -u^{a-1} e^{-u}", x.Derivative(value, x.t) + gamma)]


by_its_slope.control("Q(c, ...)", lambda x: _tail(x, 2 * x.c, _square(x)), why="c for c/2")
by_its_slope.control("t²/σ²", lambda x: _tail(x, x.c, 2 * _square(x)), why="the missing ½")
by_its_slope.control("c + 1", lambda x: _tail(x, x.c + 1, _square(x)), why="one degree of freedom more")


def _radial_mass(m, codimension, low):
    """∫ r^{c-1} e^{-r²/2} dr from `low` on, scaled by its peak."""
    peak = max(float(codimension - 1) ** 0.5, 1e-3)
    top = max(float(low), peak) + 12
    edges = sorted({float(low), *[e for e in np.linspace(0, top, 25) if e > float(low)], top})
    height = lambda r: m.exp((codimension - 1) * m.log(r / m.number(peak)) - (r**2 - m.number(peak) ** 2) / 2)  # noqa: E731
    return m.integrate(height, [low, *edges[1:]], panels=1)


def _tails(s):
    """t up to three standard deviations of the noise about σ√c, c, σ."""
    return s.tuples(s.inside(-3.0, 3.0), s.integers(1, 40), s.scales(0.01, 10.0)).map(
        lambda d: (max(d[1] ** 0.5 + d[0], 0.05) * d[2], d[1], d[2])
    )


@tail.observed(instances=_tails, error=1e-10, claimed_error=1e-12)
def by_radial_integration(m, t, codimension, std):
    return _radial_mass(m, codimension, t / std) / _radial_mass(m, codimension, m.number(0.0) * t)


by_radial_integration.control("c + 1", lambda t, c, s: off_manifold.beyond(t, c + 1, s), why="one degree more")
by_radial_integration.control("t²/σ²", lambda t, c, s: off_manifold.beyond(t * 2**0.5, c, s), why="the missing ½")

slope = claim.statement(
    "density_of_the_distance",
    "the density of the distance at t is 2 (2σ²)^{-c/2} t^{c-1} e^{-t²/2σ²}/Γ(c/2)",
    claimed=off_manifold.density,
    domain=ANYWHERE,
    definition=lambda x: -x.Derivative(_tail(x, x.c, _square(x)), x.t),
    symbolic=_radial,
    anchor=lambda claimed, c, t, s: claimed(t, c, s),
)


@slope.derivation
def by_differentiation(x):
    half = x.c / x.Integer(2)
    return [
        ("∂Γ(a, u)/∂u = -u^{a-1} e^{-u}", x.t / x.s**2 * _square(x) ** (half - 1) * x.exp(-_square(x)) / x.gamma(half))
    ]


by_differentiation.control("t^c", lambda x: _radial(x) * x.t / x.s, why="one dimension more")


@slope.observed(instances=_tails, error=1e-10, claimed_error=1e-12)
def by_normalising(m, t, codimension, std):
    peak, r = m.number(max(float(codimension - 1) ** 0.5, 1e-3)), t / std
    height = m.exp((codimension - 1) * m.log(r / peak) - (r**2 - peak**2) / 2)
    return height / _radial_mass(m, codimension, m.number(0.0) * t) / std


by_normalising.control("c + 1", lambda t, c, s: off_manifold.density(t, c + 1, s), why="one degree more")

# --- its size ---------------------------------------------------------------------------------------------------------

size = claim.statement(
    "mean_square_distance",
    "E dist² = cσ²",
    claimed=off_manifold.mean_square,
    domain=Domain(c=integers(1), s=POSITIVE),
    definition=lambda x: x.Sum(
        x.s**2 * x.Expectation(x.Symbol("E") ** 2, x.Tuple((x.Symbol("E") ** 2, 1))), (x.Symbol("k"), 1, x.c)
    ),
    symbolic=lambda x: x.c * x.s**2,
    anchor=lambda claimed, c, s: claimed(c, s),
    assumptions="in coordinates with c axes across the subspace; checked for subspaces of any slope",
)


@size.derivation
def axis_by_axis(x):
    return [("E ε² = 1", x.Sum(x.s**2, (x.Symbol("k"), 1, x.c)))]


axis_by_axis.control("one output more", lambda x: (x.c + 1) * x.s**2, why="a direction along the manifold counted")


def _subspaces(s):
    """The projector across a random k-dimensional subspace of D dimensions, and σ."""

    def build(drawn):
        seed, latents, across, std = drawn
        frame = np.linalg.qr(np.random.default_rng(seed).standard_normal((latents + across, latents)))[0]
        return np.eye(latents + across) - frame @ frame.T, across, std

    return s.tuples(s.steps(2**31), s.integers(1, 3), s.integers(1, 4), s.scales(0.01, 10.0)).map(build)


@size.observed(
    instances=_subspaces, error=1e-12, call=lambda claimed, across, codimension, std: claimed(codimension, std)
)
def over_signs(m, across, codimension, std):
    """E|P σε|² over signs ε = ±1, whose second moments are those of N(0, I)."""
    signs = np.array(list(itertools.product((1, -1), repeat=len(across))))
    return ((std * (signs @ across)) ** 2).sum(axis=1).mean()


over_signs.control("one output more", lambda c, s: off_manifold.mean_square(c + 1, s), why="a direction along counted")

# --- figure -----------------------------------------------------------------------------------------------------------

CODIMENSIONS = (1, 4, 16, 64)


@claim.curves
def distances():
    """Tails in units of σ, and distances of 2000 samples about random planes of means."""
    t, rng, shown = np.linspace(0, 11, 221), np.random.default_rng(8), np.linspace(0.5, 10.5, 21)
    seen = []
    for c in CODIMENSIONS:
        frame = np.linalg.qr(rng.standard_normal((c + 2, 2)))[0]
        x = rng.standard_normal((2000, 2)) @ (3 * frame.T) + rng.standard_normal((2000, c + 2))
        distance = np.linalg.norm(x - x @ frame @ frame.T, axis=1)
        seen.append((distance[:, None] > shown).mean(axis=0))
    tails = np.array([off_manifold.beyond(t, c, 1.0) for c in CODIMENSIONS])
    return {"t": t, "shown": shown, "seen": np.array(seen), "tails": tails}


@claim.figure
def draw(saved, figure):
    from proofs.words.drawing import COLOUR

    exact, axes = saved["curves"], figure.subplots()
    for k, (c, colour) in enumerate(zip(CODIMENSIONS, ("exact", "other", "fifth", "data"), strict=True)):
        axes.plot(exact["t"], exact["tails"][k], color=COLOUR[colour], label=rf"$c = {c}$")
        axes.plot(exact["shown"], exact["seen"][k], "osD^"[k], color=COLOUR[colour], ms=2.5)
        axes.axvline(c**0.5, color=COLOUR[colour], ls=":", lw=0.6)
    axes.plot([], [], "o", color=COLOUR["control"], ms=2.5, label="samples")
    axes.plot([], [], ":", color=COLOUR["control"], lw=0.8, label=r"$\sigma\sqrt{c}$")
    axes.set(
        xlabel=r"distance $t$ from the manifold, in $\sigma$",
        ylabel=r"$P(\mathrm{dist} > t)$",
        xlim=(0, 11),
        ylim=(0, 1.45),
    )
    axes.legend(loc="upper right", ncols=3)
