"""A uniform latent of two values: its two local optima."""

import numpy as np
import pytest

from theory import discrete_latent as dl
from theory import divergence, symmetric_pair
from theory.mixture import GaussianMixture


@pytest.mark.parametrize("fit", [dl.diffusing, dl.separate])
def test_value_is_the_divergence_and_least_nearby(fit):
    """KL of the fit itself, and more at every parameter moved either way."""
    p, best = symmetric_pair(4.0, 1.0, 0.9), fit(0.9, 4.0)
    kl = lambda at: divergence.kl(p, GaussianMixture([0.5, 0.5], at[:2], stds=at[2:])).value  # noqa: E731
    at = np.concatenate([best.means, best.stds])
    assert kl(at) == pytest.approx(best.value, rel=1e-9, abs=0)
    for step in 0.02 * np.concatenate([np.eye(4), -np.eye(4)]):
        assert kl(at + step) > best.value


def test_far_modes_are_misweighted():
    """With a component on each, the cost is kl(w‖½)."""
    assert dl.separate(0.8, 15.0).value == pytest.approx(dl.misweighting(0.8), rel=1e-9, abs=0)
    assert dl.separate(0.9, 10.0).value < dl.diffusing(0.9, 10.0).value


@pytest.mark.parametrize(("call", "named"), [(lambda: dl.diffusing(0.5, 4.0), "w"), (lambda: dl.separate(0.9, 0.0), "r"), (lambda: dl.misweighting(1.1), "w")])  # fmt: skip
def test_bad_input_is_named(call, named):
    """Weights and distances out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
