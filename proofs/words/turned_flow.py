"""J₁₂ - J₂₁ of a flow's map in the plane, as a SymPy function that balls can evaluate: rigorous, by the defect of a path.

Three modes .5 N((0, 0), ¼I) + .3 N((3, 0), ¼I) + .2 N((½, 2), ¼I), independent noise N(0, I), and with responsibilities r_k

    v(x, t) = m + b (x - tm),   m = Σ r_k μ_k,   b = (ts² - (1-t))/c,   c = (1-t)² + t²s²
    A = ∂v/∂x = b I + t(1-t)/c² Σ r_k (μ_k-m)(μ_k-m)ᵀ,    |∂A/∂x| ≤ t²(1-t)/c³ Σ r_k |μ_k-m|³

A cubic spline follows x' = v, J' = AJ from a point. By how much its slope is not what it ought to be, its defect, is bounded
over each of its pieces by balls, to third order in the time; so is the largest eigenvalue λ of A (which is symmetric) in a tube
about it, and errors then grow by λ at most (Hairer, Nørsett & Wanner 1993, section I.10):

    |x - x̃|' ≤ λ |x - x̃| + defect,    |J - J̃|' ≤ λ |J - J̃| + |∂A/∂x| |x - x̃| |J̃| + defect
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from flint import acb, arb, arb_series, ctx

MODES = ((0.5, 0.0, 0.0), (0.3, 3.0, 0.0), (0.2, 0.5, 2.0))
"""Weight and mean."""
VARIANCE = 0.25
PIECES = 400
TUBE = 3.0
"""Its radius, in errors at the start of a piece."""


class Turned(sp.Function):
    """J₁₂ - J₂₁ at (x, y)."""

    nargs = 2

    @staticmethod
    def ball(x: acb, y: acb) -> acb:
        """Around all of its values over a rectangle."""
        return acb(enclosed(x.real, y.real))


def field(x: Any, y: Any, t: Any) -> tuple[Any, ...]:
    """v₁, v₂, A₁₁, A₁₂, A₂₂ and the bound on ∂A/∂x: of numbers, balls, or series of balls."""
    rest = 1 - t
    c = rest * rest + t * t * VARIANCE
    b = (t * VARIANCE - rest) / c
    shares = [w * _exp(-((x - t * m) * (x - t * m) + (y - t * n) * (y - t * n)) / (2 * c)) for w, m, n in MODES]
    total = sum(shares[1:], shares[0])
    shares = [share / total for share in shares]
    first = sum((r * m for r, (_, m, _) in zip(shares, MODES, strict=True)), 0 * x)
    second = sum((r * n for r, (_, _, n) in zip(shares, MODES, strict=True)), 0 * x)
    off = [(r, m - first, n - second) for r, (_, m, n) in zip(shares, MODES, strict=True)]
    gain = t * rest / (c * c)
    a11, a12, a22 = (sum((r * d * e for r, d, e in part), 0 * x) for part in _products(off))
    third = sum((r * _cube(d, e) for r, d, e in off), 0 * x) if isinstance(x, arb) else None
    bend = None if third is None else gain * t / c * third
    return first + b * (x - t * first), second + b * (y - t * second), b + gain * a11, gain * a12, b + gain * a22, bend


def _products(off: Any) -> Any:
    return [(r, d, d) for r, d, _ in off], off, [(r, e, e) for r, _, e in off]


def _exp(value: Any) -> Any:
    return value.exp() if hasattr(value, "exp") else np.exp(value)


def _cube(d: Any, e: Any) -> Any:
    square = d * d + e * e
    return square * square.abs_upper().sqrt()


def followed(t: float, state: np.ndarray) -> np.ndarray:
    """x', y', J₁₁', J₁₂', J₂₁', J₂₂' in floats."""
    v1, v2, a11, a12, a22, _ = field(state[0], state[1], t)
    return np.concatenate([[v1, v2], (np.array([[a11, a12], [a12, a22]]) @ state[2:].reshape(2, 2)).ravel()])


@lru_cache(maxsize=8)
def _spline(x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes of an approximate path (PIECES+1, 6)."""
    from scipy.integrate import solve_ivp

    times = np.arange(PIECES + 1) / PIECES
    start = np.array([x, y, 1.0, 0.0, 0.0, 1.0])
    found = solve_ivp(followed, (0, 1), start, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-12).y.T
    return found, np.array([followed(t, state) for t, state in zip(times, found, strict=True)])


@contextmanager
def _of_three() -> Generator[None, None, None]:
    """Series of three terms meanwhile."""
    before, ctx.cap = ctx.cap, 3
    try:
        yield
    finally:
        ctx.cap = before


def enclosed(x: arb, y: arb) -> arb:
    """J₁₂ - J₂₁ over the rectangle."""
    if not (x.is_finite() and y.is_finite()):
        return arb("nan")
    values, slopes = _spline(float(x.mid()), float(y.mid()))
    start = (x - values[0, 0]).abs_upper().max((y - values[0, 1]).abs_upper())
    off, turned, h = arb(2).sqrt() * start, arb(0), arb(1) / PIECES
    with _of_three():
        for k in range(PIECES):
            wrong = _defects(values[k : k + 2], slopes[k : k + 2], k, h)
            grown = _grown(values[k : k + 2], slopes[k : k + 2], k, h, off, wrong)
            if grown is None:
                return arb("nan")
            growth, bend, size = grown
            worst = (off + h * wrong[0]) * growth
            turned = ((turned + h * (wrong[1] + bend * worst * size)) * growth).upper()
            off = worst.upper()
    error = arb(2).sqrt() * turned
    return arb(values[-1, 3]) - arb(values[-1, 4]) + (-error).union(error)


def _cubics(values: np.ndarray, slopes: np.ndarray, h: arb) -> list[list[arb]]:
    """The coefficients in the time since the piece's start of each component."""
    rows = []
    for (p, q), (u, v) in zip(values.T, slopes.T, strict=True):
        p, q, u, v = arb(p), arb(q), arb(u), arb(v)
        rows.append([p, u, (3 * (q - p) / h - 2 * u - v) / h, (2 * (p - q) / h + u + v) / (h * h)])
    return rows


def _at(row: list[arb], time: Any) -> Any:
    return ((row[3] * time + row[2]) * time + row[1]) * time + row[0]


def _slope(row: list[arb], time: Any) -> Any:
    return (3 * row[3] * time + 2 * row[2]) * time + row[1]


def _defect(rows: list[list[arb]], begin: arb, since: Any) -> list[Any]:
    """P' - v(P) and P_J' - A(P) P_J at a time, or as a series about it."""
    x, y, j11, j12, j21, j22 = (_at(row, since) for row in rows)
    v1, v2, a11, a12, a22, _ = field(x, y, since + begin)
    right = (v1, v2, a11 * j11 + a12 * j21, a11 * j12 + a12 * j22, a12 * j11 + a22 * j21, a12 * j12 + a22 * j22)
    return [_slope(row, since) - value for row, value in zip(rows, right, strict=True)]


def _defects(values: np.ndarray, slopes: np.ndarray, k: int, h: arb) -> tuple[arb, arb]:
    """Of x and of J (Frobenius) over a piece: |D| + h/2 |D'| in the middle, + h²/8 |D''| anywhere."""
    rows, begin, half = _cubics(values, slopes, h), arb(k) / PIECES, h / 2
    middle = _defect(rows, begin, arb_series([half, 1]))
    anywhere = _defect(rows, begin, arb_series([half + (-half).union(half), 1]))
    most = [
        abs(at[0]) + half * abs(at[1]) + half * half * abs(over[2]) for at, over in zip(middle, anywhere, strict=True)
    ]
    return _norm(most[:2]), _norm(most[2:])


def _norm(parts: Any) -> arb:
    return sum((part.abs_upper() ** 2 for part in parts), arb(0)).sqrt().upper()


def _grown(values: Any, slopes: Any, k: int, h: arb, off: arb, wrong: Any) -> tuple[arb, arb, arb] | None:
    """e^{hλ}, the bound on ∂A/∂x in the tube and that on |J̃|; None where the path may leave the tube."""
    rows, since = _cubics(values, slopes, h), h / 2 + (-h / 2).union(h / 2)
    x, y, *j = (_at(row, since) for row in rows)
    radius = (TUBE * (off + h * wrong[0])).upper()
    about = (-radius).union(radius)
    _, _, a11, a12, a22, bend = field(x + about, y + about, since + arb(k) / PIECES)
    half = (a11 - a22) / 2
    largest = (a11 + a22) / 2 + (half * half + a12 * a12).abs_upper().sqrt()
    growth = (h * largest.upper().max(arb(0))).exp().upper()
    if not (off + h * wrong[0]) * growth <= radius:
        return None
    return growth, bend.abs_upper(), _norm(j)
