"""Bridging of the prior's hole, by counting the prior mass between the crossings."""

import numpy as np
import pytest
from scipy.integrate import quad

from theory import encoder_noise, holes


@pytest.mark.parametrize(("m", "v", "fraction"), [(0.9, 0.19, 0.5), (0.4, 1.3, 0.8), (2.0, 0.1, 0.25)])
def test_bridged_mass_by_integration(m, v, fraction):
    """The prior mass that the best decoder maps into the middle."""
    density = lambda z: np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)  # noqa: E731
    inside = lambda z: float(abs(encoder_noise.decoder(z, 1.6, m, v)) < fraction * 1.6)  # noqa: E731
    edge = np.arctanh(fraction) * v / m
    assert inside(edge * 0.999) == 1.0
    assert inside(edge * 1.001) == 0.0
    assert holes.bridged(m, v, fraction) == pytest.approx(quad(density, -edge, edge)[0], rel=1e-12, abs=0)


def test_half_way_is_the_default():
    """All three speak of half-way unless told otherwise."""
    assert holes.bridged(0.8, 0.3) == holes.bridged(0.8, 0.3, 0.5)
    assert holes.balanced_bridged(3.0) == holes.balanced_bridged(3.0, 0.5)
    assert holes.far_bridged(3.0) == holes.far_bridged(3.0, 0.5)


def test_balanced_bridging():
    """At m² + v = 1 with m²/v = γ, m = √(γ/(1+γ)) and v = 1/(1+γ)."""
    for gamma in (0.3, 4.0, 50.0):
        m, v = np.sqrt(gamma / (1 + gamma)), 1 / (1 + gamma)
        assert holes.balanced_bridged(gamma, 0.3) == pytest.approx(float(holes.bridged(m, v, 0.3)), rel=1e-13, abs=0)


def test_bridging_falls_like_one_over_gamma():
    """Half-way bridging tends to 0.438/γ, far slower than the reconstruction error."""
    gamma = 1e6
    assert holes.balanced_bridged(gamma) * gamma == pytest.approx(0.438, abs=5e-4)
    assert holes.balanced_bridged(gamma, 0.9) == pytest.approx(float(holes.far_bridged(gamma, 0.9)), rel=1e-5, abs=0)
    assert holes.far_bridged(gamma) == pytest.approx(float(holes.balanced_bridged(gamma)), rel=1e-5, abs=0)
    assert encoder_noise.error(1.0, 30.0) < 1e-5 * holes.balanced_bridged(30.0)


BAD = [
    (lambda: holes.bridged(0.0, 1.0), "m"),
    (lambda: holes.bridged(1.0, 0.0), "v"),
    (lambda: holes.bridged(1.0, 1.0, 1.0), "fraction"),
    (lambda: holes.balanced_bridged(0.0), "gamma"),
    (lambda: holes.far_bridged(0.0), "gamma"),
    (lambda: holes.far_bridged(1.0, 0.0), "fraction"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Fractions and noises out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
