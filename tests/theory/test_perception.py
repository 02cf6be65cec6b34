"""The perception-distortion trade-off against couplings solved as assignments between quantiles."""

import numpy as np
import pytest
from scipy.integrate import quad

from theory import location, perception
from theory.mixture import GaussianMixture

LAWS = [
    GaussianMixture([0.4, 0.6], [-1.0, 2.0], stds=[0.3, 0.5]),
    GaussianMixture([1.0], [5.0], stds=[0.7]),
    GaussianMixture([0.9, 0.1], [-3.0, 0.5], stds=[0.2, 0.4]),
]
WEIGHTS = [0.5, 0.2, 0.3]


def quantile_midpoints(p, n=200_000):
    return p.ppf((np.arange(n) + 0.5) / n)


def test_marginal_is_the_average_of_the_conditionals():
    """Its density is the weighted sum of theirs."""
    x = np.array([-2.9, 0.3, 5.2])
    twin = sum(w * p.pdf(x) for w, p in zip(WEIGHTS, LAWS, strict=True))
    np.testing.assert_allclose(perception.marginal(WEIGHTS, LAWS).pdf(x), twin, rtol=1e-13)


def test_posterior_sampling_costs_twice_the_floor():
    """E|Y-Y*|² of two independent draws, integrated from the first two moments, is twice the floor."""
    twin = 0.0
    for w, p in zip(WEIGHTS, LAWS, strict=True):
        m1, m2 = (quad(lambda y, k=k, p=p: y**k * p.pdf(y), -12, 12, limit=300)[0] for k in (1, 2))
        twin += w * (2 * m2 - 2 * m1**2)
    assert perception.posterior_sampling_risk(WEIGHTS, LAWS) == pytest.approx(twin, rel=1e-9, abs=0)


def test_w2_to_atoms_by_quantiles():
    """The monotone coupling of finely cut quantiles."""
    law, atoms, shares = perception.marginal(WEIGHTS, LAWS), np.array([4.0, -2.0, 0.5]), np.array([0.25, 0.6, 0.15])
    n = 200_000
    matched = np.repeat(atoms[[1, 2, 0]], (shares[[1, 2, 0]] * n).astype(int))
    twin = np.mean((quantile_midpoints(law, n) - matched) ** 2)
    assert perception.squared_w2_to_atoms(law, atoms, shares) == pytest.approx(twin, rel=1e-4, abs=0)


def test_one_atom_is_a_squared_risk():
    """W2² to a single atom is E(Y-c)², to two atoms of Lloyd's kind their distortion."""
    law = perception.marginal(WEIGHTS, LAWS)
    assert perception.squared_w2_to_atoms(law, [0.3], [1.0]) == pytest.approx(
        float(location.squared_risk(law, 0.3)), rel=1e-12, abs=0
    )
    pair = GaussianMixture([0.5, 0.5], [-20.0, 20.0], stds=[0.5, 0.5])
    assert perception.squared_w2_to_atoms(pair, [20.0, -20.0], [0.5, 0.5]) == pytest.approx(0.25, rel=1e-10, abs=0)


def test_tiny_upper_share_keeps_its_digits():
    """An atom with 1e-18 of the mass at the top still takes the top of the law."""
    normal = GaussianMixture([1.0], [0.0], stds=[1.0])
    moved = perception.squared_w2_to_atoms(normal, [0.0, 1e9], [1 - 1e-15, 1e-15])
    assert moved - 1 == pytest.approx(1e18 * 1e-15, rel=1e-2, abs=0)


def test_tradeoff_runs_from_the_right_law_to_the_floor():
    """P = 0 costs MMSE + W2², P ≥ W2 nothing more than the floor, halfway a quarter of W2²; sampling costs more."""
    floor = location.irreducible_risk(WEIGHTS, LAWS)
    law = perception.marginal(WEIGHTS, LAWS)
    w2 = np.sqrt(perception.squared_w2_to_atoms(law, [p.mean for p in LAWS], WEIGHTS))
    curve = perception.tradeoff(WEIGHTS, LAWS, [0.0, w2 / 2, w2, 2 * w2])
    np.testing.assert_allclose(curve - floor, [w2**2, w2**2 / 4, 0, 0], atol=1e-13)
    assert perception.right_law_risk(WEIGHTS, LAWS) == pytest.approx(floor + w2**2, rel=1e-13, abs=0)
    assert floor < perception.right_law_risk(WEIGHTS, LAWS) < perception.posterior_sampling_risk(WEIGHTS, LAWS)


def test_uninformed_regressor_pays_twice():
    """With a single x, E[Y|X] is a constant and the right law costs exactly twice the variance."""
    assert perception.right_law_risk([1.0], LAWS[:1]) == pytest.approx(2 * LAWS[0].var, rel=1e-12, abs=0)


PLANE = GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0])
BAD = [
    (lambda: perception.marginal([0.5, 0.5], LAWS), "conditionals"),
    (lambda: perception.marginal([1.0], [PLANE]), "conditionals"),
    (lambda: perception.posterior_sampling_risk([0.5, 0.6], LAWS[:2]), "x_weights"),
    (lambda: perception.squared_w2_to_atoms(LAWS[0], [0.0, 1.0], [1.0]), "atom_weights"),
    (lambda: perception.squared_w2_to_atoms(LAWS[0], [[0.0]], [1.0]), "atoms"),
    (lambda: perception.tradeoff(WEIGHTS, LAWS, -0.1), "perception"),
    (lambda: perception.right_law_risk([1.0], LAWS), "conditionals"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Weights, atoms and dimensions that do not fit are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
