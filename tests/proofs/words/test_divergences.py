"""The definitions of the divergences say the same in every arithmetic, zeros included."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from proofs.words.arithmetic import DOUBLE, PRECISE
from proofs.words.divergences import DIVERGENCES, alpha, symbols

EVERY = {**DIVERGENCES, "alpha": alpha(0.3)}
P, Q = [0.2, 0.05, 0.75], [0.5, 0.4, 0.1]


@pytest.mark.parametrize("name", EVERY)
def test_numpy_mpmath_and_sympy_agree(name):
    """Summed over three atoms, the three arithmetics give one number."""
    contribution = EVERY[name].contribution
    floats = contribution(DOUBLE, np.array(P), np.array(Q)).sum()
    balls = mp.fsum(contribution(PRECISE, mp.mpf(p), mp.mpf(q)) for p, q in zip(P, Q, strict=True))
    exact = sum(contribution(symbols(), sp.Float(p, 30), sp.Float(q, 30)) for p, q in zip(P, Q, strict=True))
    assert floats == pytest.approx(float(balls), rel=1e-14)
    assert floats == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(("p", "q"), [(0.25, 0.0), (0.0, 0.25), (0.0, 0.0)])
def test_a_vanishing_mass_contributes_the_limit(name, p, q):
    """Where p or q is 0 a contribution is the limit along which that mass vanishes, ∞ included."""
    contribution = EVERY[name].contribution
    e = sp.Symbol("e", positive=True)
    limit = sp.limit(contribution(symbols(), p or e, q or e), e, 0, "+")
    assert float(contribution(DOUBLE, np.array(p), np.array(q))) == pytest.approx(float(limit), rel=1e-12)
    assert float(contribution(PRECISE, mp.mpf(p), mp.mpf(q))) == pytest.approx(float(limit), rel=1e-12)
