"""Blocks of named shapes inside a member's flat row.

Each block is padded to a multiple of 16 numbers, so that every block of every member begins at the same alignment
and meets the same vector instructions: a member's rounding must not depend on its place in the stack.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

    Buffer = TypeVar("Buffer", np.ndarray, Tensor)

ALIGNMENT = 16  # numbers: 64 bytes in float32, the width of a cache line


@dataclass(frozen=True)
class Layout:
    """Blocks `shapes`, one after the other, in rows of `length` numbers."""

    shapes: tuple[tuple[int, ...], ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where each block begins, and last where the row ends."""
        return list(accumulate((_padded(math.prod(shape)) for shape in self.shapes), initial=0))

    @property
    def length(self) -> int:
        """Numbers in a row, the padding included."""
        return self.starts[-1]

    def unpack(self, theta: Buffer) -> list[Buffer]:
        """Views (members, *shape) of each block of a buffer (members, length); tensors or NumPy arrays."""
        return [
            theta[:, start : start + math.prod(shape)].reshape(theta.shape[0], *shape)
            for start, shape in zip(self.starts, self.shapes, strict=False)
        ]

    def matrices(self, theta: Tensor) -> list[Tensor]:
        """`unpack` for matrix-shaped blocks and outside of autograd, where one call a view is half the time."""
        members, origin = theta.shape[0], theta.storage_offset()
        return [
            theta.as_strided((members, m, n), (theta.stride(0), n, 1), origin + start)
            for start, (m, n) in zip(self.starts, self.shapes, strict=False)
        ]

    def row(self, *blocks: np.ndarray) -> np.ndarray:
        """One member's row (length,) in float64 holding the given blocks, and zeros between them."""
        row = np.zeros((1, self.length))
        for view, block in zip(self.unpack(row), blocks, strict=True):
            view[0] = block
        return row[0]


def _padded(n: int) -> int:
    return -(-n // ALIGNMENT) * ALIGNMENT
