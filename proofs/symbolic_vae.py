"""One direction of a linear VAE in symbols, from its definition: what derivations about it begin with.

    x of variance λ, z = mx + sε with ε of variance 1, reconstruction wz, decoder variance σ² = x.v, weight β = x.b

`x` is the vocabulary of a domain that has the letters b and v. Nothing is worked out here: these are expectations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def expect(x: Any, lam: Any, f: Callable[[Any, Any], Any]) -> Any:
    """E f(x, ε), f quadratic."""
    X, E = x.Symbol("X"), x.Symbol("E")
    return x.Expectation(f(X, E), x.Tuple((X, 0), (E, 0), (X**2, lam), (X * E, 0), (E**2, 1)))


def error(x: Any, lam: Any, w: Any, m: Any, s: Any) -> Any:
    """E(x-wz)²."""
    return expect(x, lam, lambda X, E: (X - w * (m * X + s * E)) ** 2)


def kl(x: Any, lam: Any, m: Any, s: Any) -> Any:
    """E[ln q(z|x) - ln p(z)], nats."""
    return expect(x, lam, lambda X, E: -(E**2) / 2 - x.log(s) + (m * X + s * E) ** 2 / 2)


def objective(x: Any, lam: Any, w: Any, m: Any, s: Any) -> Any:
    """E(x-wz)²/2σ² + ½ ln 2πσ² + β E[ln q(z|x) - ln p(z)], nats."""
    return error(x, lam, w, m, s) / (2 * x.v) + x.log(2 * x.pi * x.v) / 2 + x.b * kl(x, lam, m, s)
