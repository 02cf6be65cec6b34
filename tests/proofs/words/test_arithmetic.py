"""The two arithmetics in which observed sides are written say the same, and what mathematics says."""

import math

import mpmath as mp
import numpy as np
import pytest

from proofs.words.arithmetic import DOUBLE, PRECISE, precise_legendre
from theory import GaussianMixture

P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.3])
Q = GaussianMixture([0.6, 0.4], [-2.0, 1.0], stds=[0.7, 1.1])
PLANE = GaussianMixture([0.4, 0.6], [[0.0, 1.0], [2.0, -1.0]], covs=[np.diag([1.0, 0.25]), [[1.0, 0.3], [0.3, 0.5]]])

WORDS = {
    "density": lambda m: m.pdf(P, m.number(0.3)),
    "log density": lambda m: m.logpdf(P, m.number(0.3)),
    "distribution function": lambda m: m.cdf(P, m.number(0.3)),
    "moment": lambda m: m.expect(P, lambda y: (y - m.number(0.25)) ** 4),
    "planar moment": lambda m: m.expect(PLANE, lambda y: y[..., 0] ** 2 * y[..., 1]),
    "Kullback-Leibler": lambda m: m.integrate(lambda x: m.pdf(P, x) * (m.logpdf(P, x) - m.logpdf(Q, x)), m.line(P, Q)),
    "atoms": lambda m: m.kl(m.number(0.25), m.number(0.5)) + m.over(m.number(3), m.number(4)),
    "root": lambda m: m.root(lambda x: x**2 - 2, 0, 4),
    "least value": lambda m: m.least(lambda x: (x - 1) ** 2 + 3, 0, 4)[1],
    "vertex": lambda m: m.vertex(lambda x: 3 * (x - m.number(0.7)) ** 2, 0.0, 2.0),
    "slope": lambda m: m.slope(m.exp, m.number(1)),
    "linear equations": lambda m: m.solve(*(np.array(a) * m.number(0.3) for a in ([[2, 1], [1, -3]], [1, 4])))[1],
    "pieces": lambda m: m.where_positive(lambda t: m.sin(7 * t), 0, 1)[1][0],
}


@pytest.mark.parametrize("word", WORDS)
def test_both_arithmetics_agree(word: str) -> None:
    """Whatever an observed side says in double precision it says at 50 digits too."""
    with PRECISE.digits():
        precise = float(WORDS[word](PRECISE))
    assert float(WORDS[word](DOUBLE)) == pytest.approx(precise, rel=1e-11)


def test_precise_words_are_precise() -> None:
    """√2, Φ, a moment and an integral come out to more than 30 digits."""
    with PRECISE.digits():
        assert abs(WORDS["root"](PRECISE) - mp.sqrt(2)) < 1e-45
        assert abs(PRECISE.normal_cdf(mp.mpf(1)) - mp.ncdf(1)) < 1e-45
        assert abs(PRECISE.expect(GaussianMixture([1.0], [0.0], stds=[1.0]), lambda y: y**10) - 945) < 1e-40
        assert abs(PRECISE.integrate(PRECISE.exp, [0.0, 1.0]) - (mp.e - 1)) < 1e-45


def test_conventions_for_atoms() -> None:
    """0 ln 0 = 0, 0/0 = 0, and what has mass where the other has none is infinite."""
    for m in (DOUBLE, PRECISE):
        assert m.kl(m.number(0), m.number(0.5)) == 0
        assert m.kl(m.number(0.5), m.number(0)) == math.inf
        assert m.over(m.number(0), m.number(0)) == 0
        assert m.over(m.number(1), m.number(0)) == math.inf


def test_log_density_does_not_underflow() -> None:
    """At 60 deviations, where the density is zero in double precision."""
    assert DOUBLE.logpdf(GaussianMixture([1.0], [0.0], stds=[1.0]), 60.0) == pytest.approx(
        -1800 - math.log(2 * math.pi) / 2
    )


AWKWARD = {
    "steep": (lambda x: x**9 - 1e-9, -3, 2, 0.1),
    "a jump": (lambda x: 1.0 if x > 0.3 else -1.0, 0, 1, 0.3),
    "huge at one end": (lambda x: 1e300 * (x - 0.2) if x > 0.5 else x - 0.2, 0, 1, 0.2),
    "tiny": (lambda x: 1e-300 * (0.7 - x), 0, 1, 0.7),
    "at an end": (lambda x: x, 0, 1, 0.0),
    "ends exchanged": (lambda x: x**3 - 8, 5, -1, 2.0),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_functions_have_their_root_found(name: str) -> None:
    """Flat, steep, jumping, huge and tiny functions, by both arithmetics."""
    f, low, high, root = AWKWARD[name]
    assert DOUBLE.root(f, low, high) == pytest.approx(root, rel=1e-13, abs=1e-16)
    with PRECISE.digits():
        assert abs(PRECISE.root(f, low, high) - PRECISE.number(root)) < 1e-15


def test_a_root_needs_a_change_of_sign() -> None:
    """A bracket without one is refused, naming it."""
    with pytest.raises(ValueError, match="root: expected a change of sign"):
        DOUBLE.root(lambda x: x**2 + 1, -1, 1)


def test_gauss_legendre_nodes_and_weights_to_48_digits() -> None:
    """The nodes are the zeros of P₄₀, by its own recurrence in 70 digits, and the weights 2(1-x²)/(40 P₃₉(x))²."""
    nodes, weights = precise_legendre()
    assert len(nodes) == 40
    assert np.all(np.diff(nodes) > 0)
    with mp.workdps(70):
        for x, w in zip(nodes, weights, strict=True):
            below, here = mp.mpf(1), x
            for n in range(1, 40):
                below, here = here, ((2 * n + 1) * x * here - n * below) / (n + 1)
            slope = 40 * (below - x * here) / (1 - x**2)
            assert abs(here / slope) < mp.mpf(10) ** -48
            assert abs(w - 2 * (1 - x**2) / (40 * below) ** 2) < mp.mpf(10) ** -48
