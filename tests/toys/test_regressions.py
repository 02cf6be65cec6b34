"""What regressors are off by, where it is worst."""

import numpy as np
import pytest

from toys.regressions import farthest


def test_the_farthest_keeps_its_sign():
    """Of each row the entry of the largest size, as it is."""
    assert farthest(np.array([[0.1, -0.3], [0.2, 0.1]])).tolist() == [-0.3, 0.2]


@pytest.mark.parametrize("off", [[0.1, 0.2], np.zeros((0, 2)), 0.3])
def test_anything_but_a_matrix_is_refused(off):
    """A row alone, nothing and a number have no worst column a seed."""
    with pytest.raises(ValueError, match="off: expected"):
        farthest(np.asarray(off))
