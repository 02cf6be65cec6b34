"""Entropy of a coin and its inverse against 30 digits."""

import mpmath as mp
import numpy as np
import pytest

from theory import binary


@pytest.mark.parametrize("w", [0.0, 1e-300, 1e-12, 0.2, 0.5, 0.9, 1 - 1e-12, 1.0])
def test_entropy(w):
    """h_b is the definition's, at tiny weights too, and zero for a sure thing."""
    with mp.workdps(40):
        x = mp.mpf(w)
        twin = (-x * mp.log(x) if x else 0) - ((1 - x) * mp.log1p(-x) if x < 1 else 0)
    assert binary.entropy(w) == pytest.approx(float(twin), rel=1e-14, abs=0)


@pytest.mark.parametrize("nats", [0.0, 1e-300, 1e-15, 0.01, 0.3, 0.69, np.log(2)])
def test_inverse_entropy(nats):
    """The inverse lies in [0, ½] and has that entropy."""
    e = binary.inverse_entropy(nats)
    assert 0 <= e <= 0.5
    assert binary.entropy(e) == pytest.approx(nats, rel=1e-12, abs=0)
    assert (e == 0) == (nats == 0)


def test_inverse_entropy_of_arrays():
    """Entries are inverted one by one; near ln 2 to the square root of a rounding."""
    e = np.array([[0.01, 0.2], [0.4999, 0.3]])
    np.testing.assert_allclose(binary.inverse_entropy(binary.entropy(e)), e, rtol=1e-12, atol=1e-12)
    assert binary.inverse_entropy(np.log(2)) == pytest.approx(0.5, abs=1e-7)


def test_kl_of_two_coins():
    """kl by its definition, not symmetric, zero on the diagonal, infinite where the second coin cannot."""
    assert binary.kl(0.3, 0.6) == pytest.approx(0.3 * np.log(0.5) + 0.7 * np.log(0.7 / 0.4), rel=1e-14, abs=0)
    assert binary.kl(0.6, 0.3) != pytest.approx(float(binary.kl(0.3, 0.6)))
    assert binary.kl([0.2, 0.0, 1.0], [0.2, 0.5, 0.5]).tolist() == pytest.approx([0, np.log(2), np.log(2)])
    assert np.isinf(binary.kl([0.2, 0.2], [0.0, 1.0])).all()


BAD = [
    (lambda: binary.entropy(1.1), "w"),
    (lambda: binary.kl(-0.1, 0.5), "w"),
    (lambda: binary.kl(1.5, 0.5), "w"),
    (lambda: binary.kl(0.1, -0.1), "v"),
    (lambda: binary.kl(0.1, 1.5), "v"),
    (lambda: binary.inverse_entropy(0.7), "nats"),
    (lambda: binary.inverse_entropy(-0.1), "nats"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Probabilities and entropies out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_the_smallest_share_there_is() -> None:
    """Of 5e-324 against a half nothing is left but ln 2, without a warning."""
    assert binary.kl(5e-324, 0.5) == pytest.approx(np.log(2), rel=1e-15)


@pytest.mark.parametrize("w", [5e-324, 1e-300, 1e-20, 1e-9, 0.3, 1 - 1e-9, 1.0])
@pytest.mark.parametrize("v", [1e-305, 3e-300, 4e-20, 1e-9, 3e-9, 0.7, 1 - 4e-9])
def test_kl_of_rare_sides(w, v):
    """Of two coins that nearly always fall alike all digits are there too, and none is below zero."""
    with mp.workdps(340):
        x, y = mp.mpf(w), mp.mpf(v)
        twin = float(x * mp.log(x / y) + ((1 - x) * mp.log((1 - x) / (1 - y)) if w < 1 else 0))
    assert binary.kl(w, v) == pytest.approx(twin, rel=1e-13, abs=1e-322)
    assert binary.kl(w, v) >= 0
