"""The Dirac-GAN under the paired loss: what is kept, what is damped, and where orbits go."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory import dirac, relativistic


def flow(field, start, c, penalty, time=30.0):
    """Where the field leads."""
    move = lambda _, y: field(y[0], y[1], c, penalty)  # noqa: E731
    return solve_ivp(move, (0.0, time), start, method="DOP853", rtol=1e-11, atol=1e-12).y[:, -1]


def test_at_the_centre_it_is_the_plain_game():
    """Data at 0: paired, plain, and the non-saturating Dirac-GAN's discriminator are one."""
    theta, psi = np.meshgrid(np.linspace(-3, 3, 7), np.linspace(-2, 2, 5))
    paired, plain = relativistic.field(theta, psi, 0.0), relativistic.plain_field(theta, psi, 0.0)
    mirrored = dirac.field("minimax", theta, -psi)
    for ours, same, other in zip(paired, plain, (mirrored[0], -mirrored[1]), strict=True):
        assert ours == pytest.approx(same, abs=1e-14)
        assert ours == pytest.approx(other, abs=1e-14)


@pytest.mark.parametrize("c", [-1.5, 0.0, 2.0])
def test_paired_orbits_are_circles(c):
    """Without penalties the distance from the equilibrium is kept, however far out."""
    for out in (0.1, 1.0, 5.0):
        theta, psi = flow(relativistic.field, (c + out, 0.0), c, 0.0)
        assert np.hypot(theta - c, psi) == pytest.approx(out, rel=1e-8)


@pytest.mark.parametrize("c", [0.0, 2.0])
def test_with_penalties_they_come_to_rest(c):
    """And the plain loss rests off the centre without them."""
    assert flow(relativistic.field, (c + 1.0, 0.0), c, 0.6, 120.0) == pytest.approx([c, 0.0], abs=1e-6)
    ends = flow(relativistic.plain_field, (c + 1.0, 0.0), c, 0.0, 120.0)
    assert np.hypot(ends[0] - c, ends[1]) < 1e-6 if c else np.hypot(*ends) == pytest.approx(1.0, rel=1e-8)


@pytest.mark.parametrize("penalty", [0.0, 0.3, 1.0, 1.0 + 1e-12, 7.0, 1e6])
def test_eigenvalues_are_roots_of_their_polynomial(penalty):
    """Their sum is the damping, their product a quarter."""
    for c, values in ((0.7, relativistic.eigenvalues), (1.3, relativistic.plain_eigenvalues)):
        found = values(c, penalty)
        damping = penalty + (c**2 / 2 if values is relativistic.plain_eigenvalues else 0)
        assert found.sum() == pytest.approx(-damping, rel=1e-12, abs=1e-15)
        assert found.prod() == pytest.approx(0.25, rel=1e-12)
