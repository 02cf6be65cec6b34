"""Arguments that are mixtures, and sequences of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, instance, numbers, points, reject


def mixture(name: str, value: object) -> GaussianMixture:
    """A mixture, in any dimension."""
    return instance(name, value, GaussianMixture, "a GaussianMixture")


def on_line(name: str, value: object) -> GaussianMixture:
    """A mixture in one dimension."""
    p = value if isinstance(value, GaussianMixture) else None
    return p if p is not None and p.scalar else reject(name, "a GaussianMixture in one dimension", value)


def positions(name: str, value: ArrayLike, p: GaussianMixture) -> Array:
    """Finite points of the space of a mixture: of any shape on the line, (..., D) in D."""
    a = numbers(name, value) if p.scalar else points(name, value, p.dim)
    return a if np.isfinite(a).all() else reject(name, "finite numbers", value)


def alike(p: object, q: object) -> tuple[GaussianMixture, GaussianMixture]:
    """Two mixtures p and q of one dimension, both on the line or both in R^D."""
    p, q = mixture("p", p), mixture("q", q)
    if p.means.shape[1:] != q.means.shape[1:]:
        reject("q", f"a GaussianMixture in {p.dim} dimension(s), like p", q)
    return p, q


def sequence(name: str, values: object, length: int | None = None) -> list[GaussianMixture]:
    """A sequence of mixtures, so many if asked."""
    if isinstance(values, (str, GaussianMixture)) or not isinstance(values, Sequence):
        reject(name, "a sequence of GaussianMixture", values)
    if length is not None and len(values) != length:
        reject(name, f"{length} of GaussianMixture", f"{len(values)}")
    return [mixture(name, value) for value in values]
