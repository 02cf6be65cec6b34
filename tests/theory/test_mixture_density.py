"""Gains of a mixture head: by entropies and by losses."""

import numpy as np
import pytest

from theory import mixture_density as md
from theory.mixture import GaussianMixture

LAWS = [GaussianMixture([0.7, 0.3], [-1.0, 2.0], stds=[0.5, 0.3]), GaussianMixture([1.0], [3.0], stds=[2.0])]
W = [0.4, 0.6]


def test_gain_is_a_difference_of_entropies():
    """½ ln 2πe V less the entropy, for every x."""
    own = [np.log(2 * np.pi * np.e * p.var) / 2 - p.entropy().value for p in LAWS]
    assert md.own_variance_gain(W, LAWS) == pytest.approx(np.dot(W, own), rel=1e-9, abs=0)


def test_constant_variance_costs_the_spread_of_the_variances():
    """Nothing where all variances are equal; otherwise the gap in Jensen's inequality."""
    assert md.constant_variance_gain(W, [LAWS[0], LAWS[0]]) == pytest.approx(0, abs=1e-15)
    v = [p.var for p in LAWS]
    loss = np.log(np.dot(W, v)) / 2 - np.dot(W, np.log(v)) / 2
    assert md.constant_variance_gain(W, LAWS) == pytest.approx(loss, rel=1e-13, abs=0)


@pytest.mark.parametrize(("w", "laws", "named"), [([0.5, 0.6], LAWS, "weights"), ([1.0], LAWS, "laws"), (W, [0, 1], "laws")])  # fmt: skip
def test_bad_input_is_named(w, laws, named):
    """Weights that are no probabilities and laws that do not match them are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        md.constant_variance_gain(w, laws)
