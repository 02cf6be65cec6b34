"""What reverse KL under noise pulls at: places and shares, against slow twins and divergences themselves."""

import mpmath as mp
import numpy as np
import pytest

from theory import GaussianMixture, distillation, divergence, symmetric_pair

PULLS = [
    (0.5, 4.0, 1.0, 0.02),
    (2.0, 3.0, 0.5, 5.0),
    (-1.0, 0.5, 1.0, 0.0),
    (1e-7, 2.0, 0.1, 0.0),
    (7.0, 30.0, 1.0, 0.3),
]


@pytest.mark.parametrize(("mu", "a", "s", "std"), PULLS)
def test_pull_at_thirty_digits(mu, a, s, std):
    """μ - a E tanh by mpmath; where both nearly cancel, to rounding of a + |μ|."""
    with mp.workdps(30):
        root = mp.sqrt(mp.mpf(s) ** 2 + mp.mpf(std) ** 2)
        middle, width = -mu / root, root / a
        edges = sorted({mp.mpf(k) for k in range(-13, 14)} | {middle + width * k for k in range(-16, 17, 2)})
        edges = [at for at in edges if abs(at) <= 13]
        exact = mu - a * mp.quad(lambda z: mp.tanh(a * (mu + root * z) / root**2) * mp.npdf(z), edges)
    assert distillation.pull(mu, a, s, std) == pytest.approx(float(exact), abs=1e-13 * (a + abs(mu)))


def test_pull_is_the_slope_of_reverse_kl():
    """By central differences of the divergence of the noisy laws; odd in μ, and of the dimension of a length."""
    a, s, std, mu, h = 2.0, 0.7, 0.9, 1.1, 1e-4
    p = symmetric_pair(a, s).smooth(std)

    def kl(at):
        return float(divergence.kl(GaussianMixture([1.0], [at], stds=[s]).smooth(std), p))

    slope = (s**2 + std**2) * (kl(mu + h) - kl(mu - h)) / (2 * h)
    assert distillation.pull(mu, a, s, std) == pytest.approx(slope, rel=1e-6)
    assert distillation.pull(-mu, a, s, std) == -distillation.pull(mu, a, s, std)
    assert distillation.pull(3e9 * mu, 3e9 * a, 3e9 * s, 3e9 * std) == pytest.approx(3e9 * slope, rel=1e-6)


def test_far_levels_lead_to_the_mean():
    """The floor is below the pull, and positive where v ≥ a²."""
    mu, std = np.meshgrid(np.geomspace(0.01, 6, 30), np.geomspace(0.01, 20, 30))
    floor = distillation.pull_floor(mu, 3.0, 1.0, std)
    assert (floor <= distillation.pull(mu, 3.0, 1.0, std) + 1e-12).all()
    assert (floor[1 + std**2 >= 9] > 0).all()


def test_places():
    """Those of a = 4 s under three weights; in any unit; the pull changes sign there; next to a single level it is that level's."""
    assert distillation.place(4.0, 1.0, 0.02, 80.0) == pytest.approx(2.35505253, abs=1e-8)
    assert distillation.place(4.0, 1.0, 0.02, 80.0, "none") == pytest.approx(3.94820455, abs=1e-8)
    assert distillation.place(4.0, 1.0, 0.02, 80.0, "noise") == 0
    assert distillation.place(4e8, 1e8, 2e6, 8e9) == pytest.approx(2.35505253e8, rel=1e-8)
    level = distillation.place(2.0, 0.5, 0.8, 0.8 * (1 + 1e-9))
    assert distillation.pull(level, 2.0, 0.5, 0.8) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    ("v", "w", "r"), [(0.3, 0.6, 3.0), (0.0, 0.2, 2.0), (0.999, 0.4, 0.05), (0.5, 0.5 + 1e-9, 1.3), (1e-9, 0.7, 8.0)]
)
def test_slope_of_shares_at_thirty_digits(v, w, r):
    """∫(N - N') ln(q/p) by mpmath."""
    with mp.workdps(40):
        v, w, r = map(mp.mpf, (v, w, r))

        def seen(x):
            near, far = (mp.npdf(x, side * r, 1) for side in (1, -1))
            return (near - far) * mp.log((v * near + (1 - v) * far) / (w * near + (1 - w) * far))

        exact = mp.quad(seen, [k * (r + 12) / 24 for k in range(-24, 25)])
    assert distillation.share_slope(float(v), float(w), float(r)) == pytest.approx(
        float(exact), rel=1e-8 if w - v < 1e-8 else 1e-11, abs=0
    )


def test_slope_of_shares_is_that_of_reverse_kl():
    """By central differences; it vanishes at the true share and rises by at least the pull on either side."""
    w, r, h = 0.3, 1.4, 1e-4
    p = symmetric_pair(r, 1.0, weight=1 - w)
    for v in (0.1, 0.55):
        ends = [float(divergence.kl(symmetric_pair(r, 1.0, weight=1 - at), p)) for at in (v - h, v + h)]
        assert distillation.share_slope(v, w, r) == pytest.approx((ends[1] - ends[0]) / (2 * h), rel=1e-6)
    v = np.linspace(0, 0.999, 60)
    slope = distillation.share_slope(v, w, r)
    assert (np.sign(slope) == np.sign(v - w)).all()
    assert (np.abs(slope) >= distillation.share_pull(np.abs(v - w), r)).all()
    assert distillation.share_slope(w, w, r) == 0


def test_empty_modes():
    """-2r² where shares are equal, at any r; exchanged modes give the negative."""
    r = np.array([1e-3, 0.5, 3.0, 59.0, 61.0, 1e6])
    assert distillation.share_slope(0.0, 0.5, r) == pytest.approx(-2 * r**2, rel=1e-11)
    assert distillation.share_slope(0.2, 0.7, r) == pytest.approx(-distillation.share_slope(0.8, 0.3, r), rel=1e-11)


BAD = [
    (lambda: distillation.pull(np.inf, 1.0, 1.0, 0.5), "mu"),
    (lambda: distillation.pull([0.1, 0.2], 1.0, 1.0, [0.1, 0.2, 0.3]), "mu, std"),
    (lambda: distillation.place(1.0, 1.0, 2.0, 1.0), "high"),
    (lambda: distillation.place(1.0, 1.0, 1.0, 2.0, "even"), "weight"),
    (lambda: distillation.share_slope(1.0, 0.5, 1.0), "v"),
    (lambda: distillation.share_pull(1.5, 1.0), "gap"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What is out of range is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
