"""Samples of a Gaussian decoder lie off the manifold of its means by σ times the root of its codimension, and hardly nearer.

    x = g(z) + σε, g flat, c = D - k:    P(dist > t) = Q(c/2, t²/2σ²),    E dist² = cσ²

Noise along the manifold moves a sample on it; only the c components across count, and their squares sum to σ² times a
χ² of c degrees of freedom. Q is the regularised upper incomplete gamma function: erfc for c = 1, e^{-t²/2σ²} for c = 2.
With many more outputs than latents every sample is about σ√c away: noise that no single output shows is sure overall.
"""

from itertools import cycle
import numpy as np

from proofs.core import Claim, Count, Positive, Root
from proofs.textbook import thin_noise as textbook
from proofs.words import expectation, sp
from theory import off_manifold

claim = Claim(topic="mass-diffusion", after="mean_versus_sample", references=("dlmf §8.2 and §8.8", "loaiza2022"))


def radial(c, t, s):
    """Density of |σε|, ε in c dimensions: N(0, σ²I) times 2π^{c/2}/Γ(c/2) t^{c-1}, the area of the sphere of radius t."""
    half = c / sp.Integer(2)
    normal = (2 * sp.pi * s**2) ** -half * sp.exp(-(t**2) / (2 * s**2))
    return 2 * sp.pi**half / sp.gamma(half) * t ** (c - 1) * normal


def tail(c, t, s):
    """Q(c/2, t²/2σ²) = Γ(c/2, t²/2σ²)/Γ(c/2)."""
    half = c / sp.Integer(2)
    return sp.uppergamma(half, t**2 / (2 * s**2)) / sp.gamma(half)


# --- the law of the distance ------------------------------------------------------------------------------------------


@claim.states(off_manifold.beyond, at="t c s")
def distance_has_an_incomplete_gamma_tail(c: Count, t: Positive, s: Positive):
    """P(dist > t) = Q(c/2, t²/2σ²)

    g maps z to an affine subspace of codimension c, of any slope; σ the same for all outputs. The tail is the function
    with minus the radial density for slope and 0 at infinity, as Q has (DLMF 8.2.4)"""
    half, u = c / sp.Integer(2), t**2 / (2 * s**2)
    Q = yield Root(tail(c, t, s))
    yield sp.Derivative(Q, t) + radial(c, t, s)
    yield "area times density", sp.Derivative(Q, t) + 2 / t * u**half * sp.exp(-u) / sp.gamma(half)


distance_has_an_incomplete_gamma_tail.check(textbook.tail, on=textbook.distances, error=1e-10, claimed_error=1e-12)
distance_has_an_incomplete_gamma_tail.wrong("c for c/2", symbolic=lambda c, t, s: tail(2 * c, t, s))
distance_has_an_incomplete_gamma_tail.wrong("t²/σ²: the missing ½", t=lambda t: sp.sqrt(2) * t)
distance_has_an_incomplete_gamma_tail.wrong(
    "one degree of freedom more", c=lambda c: c + 1, claimed=lambda t, c, s: off_manifold.beyond(t, c + 1, s)
)


@claim.states(off_manifold.density, at="t c s")
def density_of_the_distance(c: Count, t: Positive, s: Positive):
    """the density of the distance at t is 2 (2σ²)^{-c/2} t^{c-1} e^{-t²/2σ²}/Γ(c/2)"""
    half, u = c / sp.Integer(2), t**2 / (2 * s**2)
    yield -sp.Derivative(tail(c, t, s), t)
    yield "∂Γ(a, u)/∂u = -u^{a-1} e^{-u}", t / s**2 * u ** (half - 1) * sp.exp(-u) / sp.gamma(half)
    yield "area times density", radial(c, t, s)


density_of_the_distance.check(textbook.density, on=textbook.distances, error=1e-10, claimed_error=1e-12)
density_of_the_distance.wrong("t^c: one dimension more in the area", symbolic=lambda c, t, s: radial(c, t, s) * t / s)
density_of_the_distance.wrong(
    "one degree of freedom more", c=lambda c: c + 1, claimed=lambda t, c, s: off_manifold.density(t, c + 1, s)
)

# --- its size ---------------------------------------------------------------------------------------------------------


@claim.states(off_manifold.mean_square)
def mean_square_distance(c: Count, s: Positive):
    """E dist² = cσ²

    in coordinates with c axes across the subspace; checked for subspaces of any slope"""
    E, k = sp.symbols("E k")
    yield sp.Sum(s**2 * expectation(E**2, {E**2: 1}), (k, 1, c))
    yield "E ε² = 1", sp.Sum(s**2, (k, 1, c))
    yield "c times the same", c * s**2


mean_square_distance.check(textbook.mean_square_over_signs, on=textbook.subspaces, at="codimension std")
mean_square_distance.wrong(
    "a direction along the manifold counted", c=lambda c: c + 1,
    claimed=lambda c, s: off_manifold.mean_square(c + 1, s),
)  # fmt: skip

# --- figure -----------------------------------------------------------------------------------------------------------


@claim.curves
def samples(*, codimensions=(1, 4, 16, 64), draws=2000):
    """Shares of samples about random planes of means that are further off than t, in units of σ."""
    rng, shown = np.random.default_rng(8), np.linspace(0.5, 10.5, 21)
    seen = []
    for c in codimensions:
        frame = np.linalg.qr(rng.standard_normal((c + 2, 2)))[0]
        x = rng.standard_normal((draws, 2)) @ (3 * frame.T) + rng.standard_normal((draws, c + 2))
        distance = np.linalg.norm(x - x @ frame @ frame.T, axis=1)
        seen.append((distance[:, None] > shown).mean(axis=0))
    return {"shown": shown, "seen": np.array(seen)}


@claim.figure(
    "The more dimensions noise has, the farther off the manifold samples lie",
    where=r"$\sigma$: deviation of the noise in each of $c$ directions across the manifold",
)
def draw(saved, panels, *, codimensions=(1, 4, 16, 64), draws=2000):
    found, t, (panel,) = saved["curves"], np.linspace(0, 11, 221), panels(1)
    for k, (c, style) in enumerate(zip(codimensions, cycle(("-", "--", "-.", ":")), strict=False)):
        last = k == len(codimensions) - 1
        panel.exact(t, off_manifold.beyond(t, c, 1.0), rf"exact, $c = {c}$", style)
        panel.points(found["shown"], found["seen"][k], "data", f"{draws:,} samples" * last, marker="o", ms=2)
        panel.points(
            [c**0.5], [off_manifold.beyond(c**0.5, c, 1.0)], "exact", r"at $\sigma\sqrt{c}$" * last, marker="D", ms=5
        )
    panel.axes(r"distance $t$ from the manifold, in $\sigma$", "share that lies farther", legend="above", columns=3)
    off = [
        np.abs(seen - off_manifold.beyond(found["shown"], c, 1.0)).max()
        for c, seen in zip(codimensions, found["seen"], strict=True)
    ]
    low, high = codimensions[0], codimensions[-1]
    near = [1 - float(off_manifold.beyond(0.75 * c**0.5, c, 1.0)) for c in (low, high)]
    return (
        f"Share of the samples of a Gaussian decoder that lie farther than t from the flat manifold of its means, for c dimensions "
        f"of noise across it. It drops about σ√c (diamonds), the steeper the larger c is against the distance: nearer than three quarters of σ√c "
        f"lie {100 * near[0]:.0f} % at c = {low} and {100 * near[1]:.1g} % at c = {high}. Samples about random planes (points) keep to the "
        f"curves to within {max(off):.3f}."
    )
