"""SymPy, and the words that derivations miss in it: Gaussian masses, quantiles, expectations, derivatives at a point.

`sp` is SymPy itself, imported when it is first used, because listing claims must stay fast.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    sp: Any  # what its types give for a sum or an integral cannot be added
else:

    def _lazily(name: str) -> ModuleType:
        """The module, loaded when something in it is first asked for."""
        if name in sys.modules:
            return sys.modules[name]
        spec = find_spec(name)
        spec.loader = LazyLoader(spec.loader)
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    sp = _lazily("sympy")


def phi(t: Any) -> Any:
    """φ(t) = e^{-t²/2}/√(2π)."""
    return sp.exp(-(t**2) / 2) / sp.sqrt(2 * sp.pi)


def Phi(t: Any) -> Any:
    """Φ(t), the standard normal distribution function."""
    return (1 + sp.erf(t / sp.sqrt(2))) / 2


def Phi_inverse(mass: Any) -> Any:
    """Φ⁻¹(mass)."""
    return sp.sqrt(2) * sp.erfinv(2 * mass - 1)


def gaussian_mass(low: Any, high: Any) -> Any:
    """∫ φ from low to high, to be worked out."""
    z = sp.Symbol("z", real=True)
    return sp.Integral(phi(z), (z, low, high))


def expectation(e: Any, moments: Mapping[Any, Any]) -> Any:
    """E[e], to be worked out, linear: `expectation((Y - c)**2, {Y: m, Y**2: v + m**2})` names the moments of Y."""
    from proofs.words.moments import Expectation

    return Expectation(e, sp.Tuple(*moments.items()))


def slope_at(e: Any, letter: Any, value: Any, order: int = 1) -> Any:
    """The derivative of `e` in `letter` at `value`, to be worked out."""
    return sp.Subs(sp.Derivative(e, (letter, order)), letter, value)
