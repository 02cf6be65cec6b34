"""Two cells: sums over them in symbols are those of numbers."""

import numpy as np
import pytest
import sympy as sp

from proofs.words.cells import both, divergence, of_two, over_cells
from theory import GaussianMixture
from theory import divergence as divergences

P, Q = sp.Rational(3, 10), sp.Rational(4, 5)


@pytest.mark.parametrize("name", ["kl", "reverse_kl", "js", "tv", "nonsaturating"])
def test_divergences_of_two_cells(name):
    """Worked out or written out, they are those of two modes that lie far apart."""
    p, q = (GaussianMixture([float(w), 1 - float(w)], [-60.0, 60.0], stds=[1.0, 1.0]) for w in (P, Q))
    expected = float(getattr(divergences, name)(p, q))
    summed, written = over_cells(divergence(name), P, Q), sum(both(divergence(name), P, Q))
    assert summed.has(sp.Sum)
    assert float(summed.doit()) == pytest.approx(expected, rel=1e-9)
    assert float(written) == pytest.approx(expected, rel=1e-9)


def test_the_second_cell_holds_the_rest():
    """Of every law; a sum of two terms is left to be worked out."""
    assert both(lambda p, q: (p, q), P, Q) == ((P, Q), (1 - P, 1 - Q))
    assert np.isclose(float(of_two(P, Q).doit()), 1.1)
