"""Precision, recall, density and coverage of 10,000 × 10,000 points of the plane, against prdc."""

import contextlib
import io

import numpy as np
from prdc import compute_prdc

from tests.benchmarks._race import race, row
from theory import ring, scores

POINTS, K = 10_000, 5


def measure():
    real, fake = ring().sample(POINTS, 0), ring(std=0.02).sample(POINTS, 1)
    assert np.allclose(ours(real, fake), peer(real, fake), rtol=0, atol=1e-12)
    sides = race(lambda: ours(real, fake), lambda: peer(real, fake))
    return [row("prec., rec., density, coverage, 10,000 × 10,000, 2D", sides[0], "prdc", sides[1], "30x", "100x")]


def ours(real, fake):
    return (*scores.precision_recall(real, fake, K), *scores.density_coverage(real, fake, K))


def peer(real, fake):
    with contextlib.redirect_stdout(io.StringIO()):  # it announces its sizes
        found = compute_prdc(real, fake, K)
    return tuple(float(found[name]) for name in ("precision", "recall", "density", "coverage"))
