"""Packs of a law on cells: the laws of every target, and bad input by name."""

import numpy as np
import pytest

from toys.targets.laws import violations
from toys.targets.packs import Packs


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("law", [((0.0, 0.2, 1.0), (0.0, 1.0)), ((0.0, 0.3, 0.5, 1.0), (0.5, 0.1, 0.4))])
def test_packs_obey_the_laws_of_targets(law, dim):
    """Sampler, moments, density and independence belong together."""
    assert violations(Packs(*law, dim=dim), np.random.default_rng(3)) == []


def test_density_is_a_product():
    """ln of the heights, summed over the pack; -∞ where no mass is."""
    target = Packs((0.0, 0.2, 1.0), (0.0, 1.0), dim=2)
    found = target.logpdf(np.array([[0.5, 0.9], [0.1, 0.9], [0.5, 1.5]]))
    np.testing.assert_allclose(found, [2 * np.log(1.25), -np.inf, -np.inf])


@pytest.mark.parametrize(
    ("law", "named"),
    [(((0.0, 0.5), (1.0,)), "edges"), (((0.0, 0.5, 1.0), (0.5, 0.6)), "masses"), (((0.0, 1.0), (1.0,), 0), "dim")],
)
def test_bad_input_is_named(law, named):
    """Edges, masses and sizes out of range are refused by name."""
    with pytest.raises(ValueError, match=named):
        Packs(*law)
