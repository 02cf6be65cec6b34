"""Distances from a flat manifold against sampling, known special cases, and bad input."""

import numpy as np
import pytest
from scipy.special import erfc
from scipy.stats import chi

from theory import off_manifold


@pytest.mark.parametrize("codimension", [1, 2, 7])
def test_distance_is_chi_distributed(codimension):
    """SciPy's chi law, scaled."""
    t, std = np.array([0.2, 1.1, 4.0]), 0.7
    np.testing.assert_allclose(off_manifold.beyond(t, codimension, std), chi.sf(t / std, codimension), rtol=1e-12)
    expected = chi.pdf(t / std, codimension) / std
    np.testing.assert_allclose(off_manifold.density(t, codimension, std), expected, rtol=1e-12)
    assert off_manifold.mean_square(codimension, std) == pytest.approx(chi.moment(2, codimension) * std**2, rel=1e-9)


def test_low_codimensions():
    """erfc on a line across, a Gaussian in a plane across."""
    assert off_manifold.beyond(1.3, 1, 0.5) == pytest.approx(erfc(1.3 / 0.5 / np.sqrt(2)), rel=1e-13)
    assert off_manifold.beyond(1.3, 2, 0.5) == pytest.approx(np.exp(-((1.3 / 0.5) ** 2) / 2), rel=1e-13)
    assert off_manifold.beyond(0.0, 3, 0.5) == 1


BAD = [
    (lambda: off_manifold.beyond(-0.1, 1, 1.0), "t"),
    (lambda: off_manifold.beyond(1.0, 0, 1.0), "codimension"),
    (lambda: off_manifold.density(0.0, 1, 1.0), "t"),
    (lambda: off_manifold.mean_square(2, 0.0), "std"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
