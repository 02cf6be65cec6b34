"""What the denoiser still remembers under much noise."""

import numpy as np
import pytest

from theory import probability_flow as pf
from theory.mixture import GaussianMixture

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])


def test_far_noise_is_the_first_order():
    """σ²(D - EX) tends to it like σ⁻²."""
    x = np.array([-3.0, 0.4, 5.0])
    errors = [s**2 * (P.denoise(x, s) - P.mean) - pf.far_noise(P, x) for s in (50.0, 100.0)]
    assert np.abs(errors[1]).max() < 0.05
    np.testing.assert_allclose(errors[0] / errors[1], 4, rtol=0.05)


@pytest.mark.parametrize(("p", "x", "named"), [(P.smooth(1.0), np.nan, "x"), (None, 0.0, "p")])
def test_bad_input_is_named(p, x, named):
    """Points that are not numbers and laws that are not mixtures are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        pf.far_noise(p, x)
