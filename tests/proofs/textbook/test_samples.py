"""The observed sides of what samples show, against other libraries and known numbers."""

import numpy as np
import pytest
from scipy.stats import kstwo

from proofs.textbook import samples as ts
from proofs.words.arithmetic import DOUBLE


@pytest.mark.parametrize(("n", "epsilon"), [(1, 0.7), (7, 0.4), (20, 0.21), (40, 0.2)])
def test_exact_law_of_the_supremum(n, epsilon):
    """SciPy's Kolmogorov distribution at finite n."""
    assert ts.exceeded(DOUBLE, n, epsilon) == pytest.approx(kstwo.sf(epsilon, n), rel=1e-9, abs=0)


def test_birthdays():
    """23 of 365 by the chain; 1 - e^{-1/2} at m = √n."""
    assert ts.repeated(DOUBLE, 23, 365) == pytest.approx(0.507297, abs=1e-6)
    assert ts.repeated(DOUBLE, 4, 3) == 1
    assert ts.repeated_in_the_limit(DOUBLE, 1.0) == pytest.approx(1 - np.exp(-0.5), rel=1e-10, abs=0)


def test_one_sample_of_a_coin():
    """K = identity, n = 1: E |p̂-p|² = 1 - |p|²."""
    law = np.array([0.3, 0.7])
    assert ts.mean_square_gap(DOUBLE, law, np.eye(2), 1) == pytest.approx(1 - 0.09 - 0.49)
