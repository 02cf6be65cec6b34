"""A Gaussian moved along the symmetric pair, from the definition of a divergence: in symbols and in numbers.

    p = ½N(-r, 1) + ½N(r, 1),  q = N(μ, 1),  D = ∫ c(p, q) (proofs.words.divergences);  h = ∂c/∂q
    dD/dμ = E_q h'(x),   d²D/dμ² = E_q[h''(x) + (x-μ)² q c_qq]

In symbols averages over Z ~ N(0, 1) are derived point by point, `averaged`: where f(z) - Σ c g(z) is the same at every
z, E f is that plus Σ c E g. In numbers D is a trapezoidal sum and its derivatives come from Cauchy's formula. Nothing
here is shared with `theory.translation`.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from proofs.words.divergences import DIVERGENCES

Known = list[tuple[Any, Any, Any]]
"""c, g(z), E g(Z) of each term."""


def words(m: Any) -> Any:
    """For contributions at complex q too."""
    return SimpleNamespace(kl=lambda a, b: a * (m.log(a) - m.log(b)))


def mean_of(f: str, power: int = 0) -> Any:
    """That of proofs.words.gaussian_averages, which imports SymPy: only where it is used."""
    from proofs.words import gaussian_averages as averages

    return averages.mean_of(f, power)


# --- in symbols, x the vocabulary of a domain ---------------------------------------------------------------------------


def contribution(x: Any, name: str, p: Any, q: Any) -> Any:
    """c(p, q)."""
    return DIVERGENCES[name].contribution(SimpleNamespace(kl=lambda a, b: a * x.log(a / b)), p, q)


def variation(x: Any, name: str, order: int, p: Any, q: Any) -> Any:
    """∂c/∂q, or ∂²c/∂q², at densities p and q: of degree 0 or -1, so that any common unit will do."""
    P, Q = x.Symbol("P", positive=True), x.Symbol("Q", positive=True)
    return x.diff(contribution(x, name, P, Q), Q, order).subs({P: p, Q: q}, simultaneous=True)


def averaged(f: Any, known: Known) -> Any:
    """E f(Z): f(z) + Σ c (E g - g(z)), which a derivation finds to be the same at every z."""
    return f + sum(c * (average - g) for c, g, average in known)


def ratio(x: Any, mean: Any) -> Any:
    """N(z; mean, 1)/N(z; 0, 1)."""
    return x.exp(mean * x.z - mean**2 / 2)


def on_a_mode(x: Any, name: str = "js") -> Known:
    """Of the slope at μ = r: h' times the density of N(r, 1) over that of N(0, 1)."""
    c, a = x.r * x.exp(-(x.r**2) / 2), x.log(3) / 2
    known = [(c / (2 * x.sqrt(3)), 1 / x.cosh(a + x.r * x.z), mean_of("sech")(a, x.r))]
    if name == "js":
        return known
    return [(c, 1 / x.cosh(x.r * x.z), mean_of("sech")(0, x.r)), *((-2 * c, g, average) for c, g, average in known)]


def slope_on_a_mode(x: Any, name: str = "js") -> Any:
    """dD/dμ at μ = r, to be worked out."""
    p, q = (ratio(x, -x.r) + ratio(x, x.r)) / 2, ratio(x, x.r)
    return averaged(q * x.Derivative(variation(x, name, 1, p, q), x.z), on_a_mode(x, name))


def far(x: Any, factor: Any = 1) -> Any:
    """(π/2√3) φ(r)."""
    return factor * x.pi / (2 * x.sqrt(3)) * x.exp(-(x.r**2) / 2) / x.sqrt(2 * x.pi)


def shape_on_a_mode(x: Any) -> Any:
    """E[Z² q c_qq] of JS where q = 2p: far from the dropped mode."""
    Z = x.Symbol("Z")
    return x.Expectation(Z**2 * variation(x, "js", 2, x.Rational(1, 2), x.S(1)), x.Tuple((Z, 0), (Z**2, 1)))


def at_the_centre(x: Any, name: str, r: Any, b: Any, z: Any, coth: Any) -> Known:
    """Of the curvature at μ = 0, where cosh b = e^{r²/2}."""
    if name == "reverse_kl":
        return [(1, z**2, 1), (-(r**2), 1 / x.cosh(r * z) ** 2, mean_of("sech2")(0, r))]
    T, S, both = mean_of("tanh", 2)(b / 2, r / 2), mean_of("sech2")(b / 2, r / 2), [(b + r * z) / 2, (b - r * z) / 2]
    tanhs = [(-coth / 4, z**2 * x.tanh(v), T) for v in both]
    return [(x.Rational(1, 2), z**2, 1), *tanhs, *((-(r**2) / 8, 1 / x.cosh(v) ** 2, S) for v in both)]


def curvature(x: Any, name: str, r: Any, b: Any, coth: Any) -> Any:
    """d²D/dμ² at μ = 0 in closed form."""
    if name == "nonsaturating":
        return curvature(x, "reverse_kl", r, b, coth) - 2 * curvature(x, "js", r, b, coth)
    return sum(c * average for c, _, average in at_the_centre(x, name, r, b, 0, coth))


def by_b(x: Any) -> tuple[Any, Any, Any, Any]:
    """r, b, z, coth b where b is a letter and cosh b = e^{r²/2}."""
    return x.sqrt(2 * x.log(x.cosh(x.b))), x.b, x.z, x.cosh(x.b) / x.sinh(x.b)


def curvature_at_the_centre(x: Any, name: str) -> Any:
    """d²D/dμ² at μ = 0, to be worked out: E[h''(Z) + Z² q c_qq] in units of N(0, 1)."""
    p, q = x.cosh(by_b(x)[0] * x.z) / x.cosh(x.b), x.S(1)
    bend = x.Derivative(variation(x, name, 1, p, q), (x.z, 2))
    return averaged(bend + x.z**2 * variation(x, name, 2, p, q), at_the_centre(x, name, *by_b(x)))


def by_separation(x: Any, name: str) -> Any:
    """The same as a function of the letter r."""
    e = x.exp(x.r**2 / 2)
    return curvature(x, name, x.r, x.log(e + x.sqrt(e**2 - 1)), 1 / x.sqrt(1 - 1 / e**2))


def on_either_mode(x: Any) -> Known:
    """Of ½ ln(3+u) at z-r less that at z+r, u = e^{-2rx}; the letter y is e^{2rz}."""

    def term(sign: int) -> tuple[Any, Any, Any]:
        a = x.log(3) / 2 + sign * x.r**2
        log_cosh = a + x.log(x.y) / 2 + x.log((1 + x.exp(-2 * a) / x.y) / 2)
        return x.Rational(sign, 2), log_cosh, mean_of("log_cosh")(a, x.r)

    return [term(1), term(-1)]


def share_slope(x: Any) -> Any:
    """E_{-r} h - E_r h at q = N(r, 1), to be worked out: what moving mass to the dropped mode changes."""
    P, Q = x.Symbol("P", positive=True), x.Symbol("Q", positive=True)
    h = x.Derivative(contribution(x, "js", P, Q), Q)
    dropped, kept = (x.Subs(h, (P, Q), ((1 + x.exp(-2 * x.r * at) / x.y) / 2, 1)) for at in (-x.r, x.r))
    return averaged(dropped - kept, on_either_mode(x))


# --- in numbers, m an arithmetic ----------------------------------------------------------------------------------------


def density(r: float) -> float:
    """φ(r)."""
    return math.exp(-(r**2) / 2) / math.sqrt(2 * math.pi)


def _line(m: Any, r: Any) -> tuple[Any, Any]:
    """Points and their distance; ln p is singular at x = iπ/2r."""
    reach = float(r) + 9.5
    x = m.grid(-reach, reach, int(8 * reach * max(1.0, float(r))))
    return x, 2 * m.number(reach) / (len(x) - 1)


def moved(m: Any, name: str, r: Any, means: Any) -> Any:
    """D(p, N(mean, 1)) at an array of means, complex ones too."""
    x, step = _line(m, r)
    p, q = (m.normal(x, -r) + m.normal(x, r)) / 2, m.normal(x, means[:, None])
    return DIVERGENCES[name].contribution(words(m), p, q).sum(-1) * step


def derivatives(m: Any, name: str, r: Any, mean: Any) -> tuple[Any, Any]:
    """dD/dμ and d²D/dμ², from the upper half of a circle of radius 1/20: eight points of it in all."""
    w = np.array([m.exp(1j * m.pi * k / 4) for k in range(5)])
    around = moved(m, name, r, mean + w / 20) * np.array([1, 2, 2, 2, 1]) / 8
    return (around / w).sum().real * 20, (around / w**2).sum().real * 800


def minimum(m: Any, r: Any) -> Any:
    """The μ > 0 where the slope of JS vanishes, by Newton's method from the mode."""
    mean, shift = r, m.number(1)
    while abs(shift) > 1e-9:  # the next step would be of the order of its square
        slope, bend = derivatives(m, "js", r, mean)
        shift = slope / bend
        mean = mean - shift
    return mean


def shared(m: Any, r: Any) -> Any:
    """dJS/dα at α = 0 for q = αN(-r, 1) + (1-α)N(r, 1): ½∫(N(-r, 1) - N(r, 1)) ln(2q/(p+q))."""
    x, step = _line(m, r)
    dropped, kept = m.normal(x, -r), m.normal(x, r)
    return ((dropped - kept) * m.log(2 * kept / ((dropped + kept) / 2 + kept))).sum() * step / 2


def mixed(m: Any, r: Any, share: Any) -> Any:
    """JS of the pair and αN(-r, 1) + (1-α)N(r, 1)."""
    x, step = _line(m, r)
    left, right = m.normal(x, -r), m.normal(x, r)
    return DIVERGENCES["js"].contribution(words(m), (left + right) / 2, share * left + (1 - share) * right).sum() * step


def descended(m: Any, name: str, r: Any) -> Any:
    """Where gradient descent from the mode comes to rest."""
    mean, step = r, 2.0 if name == "js" else 1.0
    for _ in range(120):
        mean = mean - step * derivatives(m, name, r, mean)[0]
    return mean
