"""Blocks of named shapes inside a member's flat row.

Each block is padded to a multiple of 16 numbers, so that every block of every member begins at the same alignment
and meets the same vector instructions: a member's rounding must not depend on its place in the stack.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

ALIGNMENT = 16  # numbers: 64 bytes in float32, the width of a cache line


@dataclass(frozen=True)
class Layout:
    """Blocks `shapes`, one after the other, in rows of `length` numbers."""

    shapes: tuple[tuple[int, ...], ...]

    @property
    def length(self) -> int:
        return sum(_padded(math.prod(shape)) for shape in self.shapes)

    def unpack(self, theta: Any) -> list[Any]:
        """Views (members, *shape) of each block of a buffer (members, length); tensors or NumPy arrays."""
        start, views = 0, []
        for shape in self.shapes:
            size = math.prod(shape)
            views.append(theta[:, start : start + size].reshape(theta.shape[0], *shape))
            start += _padded(size)
        return views

    def row(self, *blocks: np.ndarray) -> np.ndarray:
        """One member's row (length,) in float64 holding the given blocks."""
        row = np.zeros((1, self.length))
        for view, block in zip(self.unpack(row), blocks, strict=True):
            view[0] = block
        return row[0]


def _padded(n: int) -> int:
    return -(-n // ALIGNMENT) * ALIGNMENT
