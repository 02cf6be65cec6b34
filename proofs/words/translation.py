"""A Gaussian moved along the symmetric pair, from the definition of a divergence, in the words of SymPy.

    p = ½N(-r, 1) + ½N(r, 1),  q = N(μ, 1),  D = ∫ c(p, q) (proofs.words.divergences);  h = ∂c/∂q
    dD/dμ = E_q h'(x),   d²D/dμ² = E_q[h''(x) + (x-μ)² q c_qq]

Averages over Z ~ N(0, 1) are derived point by point, `averaged`: where f(z) - Σ c g(z) is the same at every z, E f is
that plus Σ c E g. Nothing here is shared with `theory.translation`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from proofs.words.algebra import expectation, phi, sp
from proofs.words.divergences import DIVERGENCES

Known = list[tuple[Any, Any, Any]]
"""c, g(z), E g(Z) of each term."""


def mean_of(f: str, power: int = 0) -> Any:
    """That of proofs.words.gaussian_averages, which imports SymPy: only where it is used."""
    from proofs.words import gaussian_averages as averages

    return averages.mean_of(f, power)


def contribution(name: str, p: Any, q: Any) -> Any:
    """c(p, q)."""
    return DIVERGENCES[name].contribution(SimpleNamespace(kl=lambda a, b: a * sp.log(a / b)), p, q)


def variation(name: str, order: int, p: Any, q: Any) -> Any:
    """∂c/∂q, or ∂²c/∂q², at densities p and q: of degree 0 or -1, so that any common unit will do."""
    P, Q = sp.Symbol("P", positive=True), sp.Symbol("Q", positive=True)
    return sp.diff(contribution(name, P, Q), Q, order).subs({P: p, Q: q}, simultaneous=True)


def averaged(f: Any, known: Known) -> Any:
    """E f(Z): f(z) + Σ c (E g - g(z)), which a derivation finds to be the same at every z."""
    return f + sum(c * (average - g) for c, g, average in known)


# --- at μ = r -----------------------------------------------------------------------------------------------------------


def ratio(z: Any, mean: Any) -> Any:
    """N(z; mean, 1)/N(z; 0, 1)."""
    return sp.exp(mean * z - mean**2 / 2)


def on_a_mode(r: Any, z: Any, name: str = "js") -> Known:
    """Of the slope: h' times the density of N(r, 1) over that of N(0, 1)."""
    c, a = r * sp.exp(-(r**2) / 2), sp.log(3) / 2
    known = [(c / (2 * sp.sqrt(3)), 1 / sp.cosh(a + r * z), mean_of("sech")(a, r))]
    if name == "js":
        return known
    return [(c, 1 / sp.cosh(r * z), mean_of("sech")(0, r)), *((-2 * c, g, average) for c, g, average in known)]


def held(r: Any, name: str = "js") -> Any:
    """dD/dμ in closed form."""
    return sum(c * average for c, _, average in on_a_mode(r, 0, name))


def slope_on_a_mode(r: Any, z: Any, name: str = "js") -> Any:
    """dD/dμ, to be worked out."""
    p, q = (ratio(z, -r) + ratio(z, r)) / 2, ratio(z, r)
    return averaged(q * sp.Derivative(variation(name, 1, p, q), z), on_a_mode(r, z, name))


def pull_on_a_mode(r: Any, z: Any, name: str = "js") -> Any:
    """The same with h' as a function of u = e^{-2rz}."""
    u = sp.exp(-2 * r * z)
    pull = u / (3 + u) if name == "js" else 2 * u / (1 + u) - 2 * u / (3 + u)
    return averaged(ratio(z, r) * r * pull, on_a_mode(r, z, name))


def far(r: Any) -> Any:
    """(π/2√3) φ(r)."""
    return sp.pi / (2 * sp.sqrt(3)) * phi(r)


def shape_on_a_mode() -> Any:
    """E[Z² q c_qq] of JS where q = 2p: far from the dropped mode."""
    Z = sp.Symbol("Z")
    return expectation(Z**2 * variation("js", 2, sp.Rational(1, 2), sp.S(1)), {Z: 0, Z**2: 1})


def dear() -> Any:
    """1.1 times JS of dropping half of p, in closed form."""
    return sp.Rational(11, 10) * (3 * sp.log(2) / 2 - 3 * sp.log(3) / 4)


# --- at μ = 0: cosh b = e^{r²/2} ----------------------------------------------------------------------------------------


def by_b(b: Any) -> tuple[Any, Any, Any]:
    """r, b and coth b."""
    return sp.sqrt(2 * sp.log(sp.cosh(b))), b, sp.cosh(b) / sp.sinh(b)


def at_the_centre(name: str, r: Any, b: Any, z: Any, coth: Any) -> Known:
    """Of the curvature."""
    if name == "reverse_kl":
        return [(1, z**2, 1), (-(r**2), 1 / sp.cosh(r * z) ** 2, mean_of("sech2")(0, r))]
    T, S, both = mean_of("tanh", 2)(b / 2, r / 2), mean_of("sech2")(b / 2, r / 2), [(b + r * z) / 2, (b - r * z) / 2]
    tanhs = [(-coth / 4, z**2 * sp.tanh(v), T) for v in both]
    return [(sp.Rational(1, 2), z**2, 1), *tanhs, *((-(r**2) / 8, 1 / sp.cosh(v) ** 2, S) for v in both)]


def curvature(name: str, r: Any, b: Any, coth: Any) -> Any:
    """d²D/dμ² in closed form."""
    if name == "nonsaturating":
        return curvature("reverse_kl", r, b, coth) - 2 * curvature("js", r, b, coth)
    return sum(c * average for c, _, average in at_the_centre(name, r, b, 0, coth))


def curvature_at_the_centre(name: str, b: Any, z: Any) -> Any:
    """d²D/dμ², to be worked out: E[h''(Z) + Z² q c_qq] in units of N(0, 1)."""
    r, b, coth = by_b(b)
    p, q = sp.cosh(r * z) / sp.cosh(b), sp.S(1)
    bend = sp.Derivative(variation(name, 1, p, q), (z, 2))
    return averaged(bend + z**2 * variation(name, 2, p, q), at_the_centre(name, r, b, z, coth))


def bend_at_the_centre(name: str, b: Any, z: Any) -> Any:
    """The same differentiated, by ρ = p/q = cosh rz/cosh b."""
    r, b, coth = by_b(b)
    rho, t = sp.cosh(r * z) / sp.cosh(b), sp.tanh(r * z)
    fall = (rho * (1 + rho) - (rho * t) ** 2) / (1 + rho) ** 2
    f = (z**2 * rho / (1 + rho) - r**2 * fall) / 2 if name == "js" else z**2 - r**2 * (1 - t**2)
    return averaged(f, at_the_centre(name, r, b, z, coth))


def by_separation(name: str, r: Any) -> Any:
    """d²D/dμ² in closed form as a function of r."""
    e = sp.exp(r**2 / 2)
    return curvature(name, r, sp.log(e + sp.sqrt(e**2 - 1)), 1 / sp.sqrt(1 - 1 / e**2))


# --- a weight on the dropped mode: y = e^{2rz} --------------------------------------------------------------------------


def on_either_mode(r: Any, y: Any) -> Known:
    """Of ½ ln(3+u) at z-r less that at z+r, u = e^{-2rx}."""

    def term(sign: int) -> tuple[Any, Any, Any]:
        a = sp.log(3) / 2 + sign * r**2
        log_cosh = a + sp.log(y) / 2 + sp.log((1 + sp.exp(-2 * a) / y) / 2)
        return sp.Rational(sign, 2), log_cosh, mean_of("log_cosh")(a, r)

    return [term(1), term(-1)]


def share_slope(r: Any, y: Any) -> Any:
    """E_{-r} h - E_r h at q = N(r, 1), to be worked out: what moving mass to the dropped mode changes."""
    P, Q = sp.Symbol("P", positive=True), sp.Symbol("Q", positive=True)
    h = sp.Derivative(contribution("js", P, Q), Q)
    dropped, kept = (sp.Subs(h, (P, Q), ((1 + sp.exp(-2 * r * at) / y) / 2, 1)) for at in (-r, r))
    return averaged(dropped - kept, on_either_mode(r, y))


def pull_of_the_share(r: Any, y: Any) -> Any:
    """The same with h as a function of u = e^{-2rx}."""
    dropped, kept = (sp.log(4 / (3 + sp.exp(-2 * r * at) / y)) / 2 for at in (-r, r))
    return averaged(dropped - kept, on_either_mode(r, y))


def freed(r: Any) -> Any:
    """The same in closed form."""
    return -(r**2) + sum(c * average for c, _, average in on_either_mode(r, 1))
