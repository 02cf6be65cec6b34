"""The searches that claims on quantisers and Gaussian fits observe with, against answers known beforehand."""

import math

import numpy as np
import pytest

from proofs.textbook.projection import descend, least_curvature, pair, slopes, value
from proofs.textbook.quantiser import cells, least
from proofs.words.arithmetic import DOUBLE
from theory import GaussianMixture


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-3.0, 0.2), (5.0, 4.0)])
@pytest.mark.parametrize(("levels", "left"), [(1, 1.0), (2, 1 - 2 / math.pi), (3, 0.190174)])
def test_a_gaussian_is_quantised_as_in_the_tables(mean, std, levels, left):
    """One, two and three levels leave what Max 1960, table I, gives: 1, 0.3634 and 0.1902 of the variance."""
    assert least(DOUBLE, GaussianMixture([1.0], [mean], stds=[std]), levels) == pytest.approx(left * std**2, rel=2e-6)


def test_cells_share_out_the_moments():
    """Masses and first moments of the cells sum to 1 and to the mean."""
    p = GaussianMixture([0.3, 0.7], [-1.0, 2.5], stds=[0.5, 1.0])
    assert np.sum(cells(DOUBLE, p, [-0.7, 1.3, 2.0]), axis=0) == pytest.approx([1.0, 1.45, 0.3 * 1.25 + 0.7 * 7.25])


def kl_of_normals(m, s, M, S):
    """KL(N(m, s²)‖N(M, S²))."""
    return math.log(S / s) + (s**2 + (m - M) ** 2) / (2 * S**2) - 0.5


@pytest.mark.parametrize(("name", "swapped"), [("kl", False), ("reverse_kl", True)])
def test_between_gaussians_the_value_is_the_closed_form(name, swapped):
    """Both KL divergences of two Gaussians, at several fits at once."""
    p, fits = GaussianMixture([1.0], [0.7], stds=[1.3]), np.array([[0.0, 1.0], [2.0, 0.6], [-1.0, 2.0]])
    exact = [kl_of_normals(m, s, 0.7, 1.3) if swapped else kl_of_normals(0.7, 1.3, m, s) for m, s in fits]
    assert value(DOUBLE, name, p, fits[:, :1], fits[:, 1:]) == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("name", ["kl", "reverse_kl", "js", "alpha 0.4"])
def test_descents_end_at_the_gaussian_itself(name):
    """The best fit to a Gaussian is that Gaussian, from either side, at no cost."""
    found = descend(name, GaussianMixture([1.0], [0.7], stds=[1.3]), (0.7, 1.0), (0.7, 2.0), rounds=12)
    assert found == pytest.approx(np.array([[0.7, 1.3, 0.0]] * 2), abs=1e-6)


def test_curvatures_between_gaussians_are_the_closed_form():
    """For p = N(0, 1), reverse KL has ∇² = diag(1, 1 + 1/σ²) in m and σ."""
    p = GaussianMixture([1.0], [0.0], stds=[1.0])
    gradient, hessian = slopes("reverse_kl", p, np.array([[0.3, math.log(0.8)]]))
    assert gradient[0] == pytest.approx([0.3, 0.64 - 1], abs=1e-6)
    assert hessian[0] == pytest.approx(np.diag([1.0, 2 * 0.64]), abs=1e-5)
    assert least_curvature("reverse_kl", p, 0.5, 0.1, 2.0) == pytest.approx(1.0, abs=1e-5)


def test_the_pair_is_symmetric():
    """Means -r and r, equal weights, deviation 1."""
    p = pair(2.5)
    assert (p.weights.tolist(), p.means.tolist(), p.stds.tolist()) == ([0.5, 0.5], [-2.5, 2.5], [1.0, 1.0])
