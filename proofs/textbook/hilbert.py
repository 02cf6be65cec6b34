"""Hilbert's curve from the bits of an index (Skilling 2004), for observed sides; `theory.hilbert` builds it by copies."""

from __future__ import annotations

from typing import Any

import numpy as np


def cells(order: int, index: Any) -> Any:
    """Column and row of the index-th cell: two bits a level, from the finest, turning what is inside (Skilling 2004)."""
    x, y, side = 0 * index, 0 * index, 1
    for _ in range(order):
        right = index // 2 & 1
        up = (index ^ right) & 1
        first, last = (up == 0) & (right == 0), (up == 0) & (right == 1)
        x, y = np.where(first, y, np.where(last, side - 1 - y, x)), np.where(first, x, np.where(last, side - 1 - x, y))
        x, y, side, index = x + side * right, y + side * up, 2 * side, index // 4
    return np.stack([x, y])


def half_steps(order: int, refinement: int) -> np.ndarray:
    """How many half steps of 2⁻ᵐ/f the curve of order m spends in each cell that it meets, of f·2^m a side, f odd."""
    centres = refinement * cells(order, np.arange(4**order)) + refinement // 2
    steps = np.repeat(np.diff(centres, axis=1) // refinement, refinement, axis=1)
    walk = np.cumsum(np.concatenate([centres[:, :1], steps], axis=1), axis=1)
    cell = walk[0] * refinement * 2**order + walk[1]
    visits = 2 * np.bincount(cell)
    visits[cell[[0, -1]]] -= 1
    return visits[visits > 0]
