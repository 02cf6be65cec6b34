"""Scores of two modes whose weights differ: at one noise level against slow twins, at all levels against the likelihood."""

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad

from theory import GaussianMixture, binary, divergence, score_matching, symmetric_pair

CASES = [(0.5, 0.9, 2.0), (0.2, 0.7, 0.05), (0.97, 0.3, 5.0), (1e-6, 0.4, 8.0), (0.3, 1e-9, 3.0), (0.4, 0.4001, 1.0)]


def pair(w, r):
    """The share w is that of the mode at r."""
    return symmetric_pair(r, 1.0, weight=1 - w)


@pytest.mark.parametrize(("w", "v", "r"), CASES)
def test_mean_square_at_forty_digits(w, v, r):
    """E_{p_w} of the squared difference of scores, by mpmath from densities."""
    with mp.workdps(40):
        w, v, r = map(mp.mpf, (w, v, r))

        def seen(x):
            near, far = (mp.npdf(x, side * r, 1) for side in (1, -1))
            p, q = (u * near + (1 - u) * far for u in (w, v))
            return p * (2 * r * (w - v) * near * far / p / q) ** 2

        edges = [k * r / 8 for k in range(-16, 17)] + [side * (2 * r + k) for k in (1, 3, 6, 12) for side in (-1, 1)]
        exact = float(mp.quad(seen, sorted(edges)))
    assert score_matching.mean_square(float(w), float(v), float(r)) == pytest.approx(exact, rel=1e-11, abs=0)


def test_difference_is_that_of_scores():
    """Of mixtures off the origin, too, once x is taken from their middle; in any unit."""
    x = np.linspace(-3, 5, 41)
    p, q = (GaussianMixture([w, 1 - w], [2.5, -0.5], stds=[0.8, 0.8]) for w in (0.3, 0.9))
    found = score_matching.score_difference(x - 1.0, 1.5, 0.8, 0.3, 0.9)
    assert found == pytest.approx(p.score(x) - q.score(x), abs=1e-12)
    assert score_matching.score_difference(1e-9 * x, 1.5e-9, 8e-10, 0.3, 0.9) == pytest.approx(
        1e9 * score_matching.score_difference(x, 1.5, 0.8, 0.3, 0.9), rel=1e-10
    )


def test_exchanging_modes_changes_nothing():
    """x ↦ -x: shares become 1-w and 1-v, the difference its negative, the mean square the same."""
    x = np.linspace(-4, 4, 17)
    there = score_matching.score_difference(-x, 1.0, 0.7, 0.8, 0.4)
    assert score_matching.score_difference(x, 1.0, 0.7, 0.2, 0.6) == pytest.approx(-there, rel=1e-12)
    assert score_matching.mean_square(0.2, 0.6, 2.0) == pytest.approx(
        score_matching.mean_square(0.8, 0.4, 2.0), rel=1e-12
    )


def test_mean_square_is_the_slope_of_kl():
    """r dKL/dr by central differences."""
    for w, v, r in ((0.5, 0.9, 2.0), (0.15, 0.7, 0.6)):
        h = 1e-4
        ends = [float(divergence.kl(pair(w, at), pair(v, at))) for at in (r - h, r + h)]
        assert score_matching.mean_square(w, v, r) == pytest.approx(r * (ends[1] - ends[0]) / (2 * h), rel=1e-6)


def test_ceiling_is_kept_and_neared():
    """At every r, to π²/8r² or so at large ones; the mean square is a number where the pair is far apart."""
    w, v = 0.5, 0.9
    r = np.geomspace(0.01, 30, 200)
    ratio = score_matching.mean_square(w, v, r) / score_matching.ceiling(w, v, r)
    assert (ratio < 1).all()
    assert ratio[-1] == pytest.approx(1, abs=2e-3)
    assert score_matching.mean_square(w, v, 1e6) == score_matching.ceiling(w, v, 1e6) == 0


def test_nats_lie_between_the_floor_and_labelled_modes():
    """KL(p_w‖p_v) is at most kl(w‖v) and meets the floor as the modes part."""
    for w, v in ((0.5, 0.9), (0.03, 0.6)):
        for r in (0.5, 2.0, 4.0, 6.0):
            nats = float(divergence.kl(pair(w, r), pair(v, r)))
            assert score_matching.nats_floor(w, v, r) <= nats <= binary.kl(w, v)
        assert score_matching.nats_floor(w, v, 6.0) == pytest.approx(nats, rel=1e-6)


def test_levels_add_up_to_kl():
    """½ ∫ of the mean square over the variance of the noise, by SciPy: for the pair at s = 1 it is a function of r/√(1+t)."""
    w, v, r = 0.3, 0.8, 3.0
    found = quad(lambda t: score_matching.mean_square(w, v, r / np.sqrt(1 + t)) / (1 + t) / 2, 0, 7.0, epsabs=1e-12)[0]
    assert score_matching.over_levels(pair(w, r), pair(v, r), 7.0) == pytest.approx(found, rel=1e-9)


def test_levels_of_gaussians():
    """Off-centre, of unequal widths: both divergences in closed form."""
    p, q = GaussianMixture([1.0], [0.3], stds=[0.7]), GaussianMixture([1.0], [-1.1], stds=[1.9])

    def kl(s2, t2):
        return (np.log(t2 / s2) + (s2 + 1.4**2) / t2 - 1) / 2

    expected = kl(0.49, 3.61) - kl(0.49 + 2.0, 3.61 + 2.0)
    assert score_matching.over_levels(p, q, 2.0) == pytest.approx(expected, rel=1e-10)


BAD = [
    (lambda: score_matching.score_difference(np.nan, 1.0, 1.0, 0.5, 0.4), "x"),
    (lambda: score_matching.mean_square(0.0, 0.5, 1.0), "w"),
    (lambda: score_matching.mean_square([0.1, 0.2], 0.5, [1.0, 2.0, 3.0]), "w, r"),
    (lambda: score_matching.ceiling(0.5, 1.0, 1.0), "v"),
    (lambda: score_matching.nats_floor(0.5, 0.4, 0.0), "r"),
    (lambda: score_matching.over_levels(pair(0.5, 1.0), None, 1.0), "q"),
    (lambda: score_matching.over_levels(pair(0.5, 1.0), pair(0.5, 1.0), -1.0), "top"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What is out of range is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
