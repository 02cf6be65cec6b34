"""What k linear numbers keep of x = Qξ√λ, Q orthonormal and ξ uncorrelated, and what one number draws cell by cell.

Observed sides of `linear_bottleneck`. A problem is a spectrum in no order, its directions Q, and B (D, k), A (k, D); or any
root R = Q√λ of a covariance in place of both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook.vae import signs


def error(m: Any, spectrum: Any, Q: Any, B: Any, A: Any) -> Any:
    """E|x - BAx|², exactly: signs ξ have the second moments."""
    return error_of_root(m, m.table(Q) * m.sqrt(m.table(spectrum)), B, A)


def error_of_root(m: Any, R: Any, B: Any, A: Any) -> Any:
    """The same for x = Rξ."""
    R, B, A = map(m.table, (R, B, A))
    x = signs(len(R)) @ R.T
    return ((x - x @ A.T @ B.T) ** 2).sum(1).mean()


def size(spectrum: Any, Q: Any, B: Any, A: Any) -> float:
    """Of what is added up."""
    return float(spectrum.sum() * (1 + np.linalg.norm(B) * np.linalg.norm(A)) ** 2)


def size_of_root(R: Any, B: Any, A: Any) -> float:
    """The same."""
    return size(np.sum(R**2, keepdims=True), R, B, A)


def leading(s: Any) -> Any:
    """B and Aᵀ are the k leading directions."""
    return _near(s, s.one_of((0.0,)))


def anywhere(s: Any) -> Any:
    """R, and B and Aᵀ near its leading directions, often at them."""
    near = _near(s, s.either(s.one_of((0.0,)), s.scales(1e-3, 1.0)))
    return near.map(lambda d: (d[1] * np.sqrt(d[0]), *d[2:]))


def _near(s: Any, far: Any) -> Any:
    def build(drawn: Any) -> tuple[Any, ...]:
        spectrum, k, seed, away = drawn
        D, k, rng = len(spectrum), min(k, len(spectrum)), np.random.default_rng(seed)
        Q = np.linalg.qr(rng.standard_normal((D, D)))[0]
        first = Q[:, np.argsort(spectrum)[::-1][:k]]
        B, A = first + away * rng.standard_normal((2, D, k))
        return spectrum, Q, B, A.T

    return s.tuples(s.spectra(2, 5), s.integers(0, 4), s.steps(2**31), far).map(build)


def cell_by_cell(m: Any, order: int, direction: Any) -> Any:
    """Var of direction · centre for z at the quantiles of the 4ⁿ cells, whose bits give the row and the column."""
    cells = np.arange(4**order)
    columns, rows = (sum(((cells >> 2 * bit + side & 1) << bit for bit in range(order)), 0 * cells) for side in (0, 1))
    a, b = map(m.number, direction)
    height = (a * (2 * columns + 1) + b * (2 * rows + 1)) / 2 ** (order + 1) - (a + b) / 2
    return (height**2).sum() / 4**order


def size_of_squares(order: int, direction: Any) -> float:
    """Of what is added up there."""
    return 1 + float(np.sum(np.square(direction)))


def orders(s: Any) -> Any:
    """The order of the curve, and a direction."""
    return s.tuples(s.integers(0, 4), s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0)))
