"""Mixtures that differ by as little as 1e-13: every digit of their distance is kept, and bounds stay useful."""

from fractions import Fraction
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from theory import GaussianMixture, divergence, transport
from theory._coupling import couple, matched, rounding

BASE = GaussianMixture([0.2, 0.5, 0.3], [-3.0, 0.1, 4.0], stds=[0.3, 1.0, 0.5])
CHANGES = [("weights", 1e-5), ("means", 1e-5), ("means", 1e-13), ("stds", 1e-9), ("all", 1e-2), ("all", 1e-13)]


def gaussian(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


def moved(kind, size):
    """BASE with parameters moved by about `size`, its components in another order."""
    rng = np.random.default_rng(3)
    w, m, s = (rng.normal(size=3) if kind in (name, "all") else np.zeros(3) for name in ("weights", "means", "stds"))
    w = BASE.weights * (1 + size * w)
    return GaussianMixture((w / w.sum())[::-1], (BASE.means + size * m)[::-1], stds=(BASE.stds * (1 + size * s))[::-1])


class Exact:
    """Densities, distribution functions and integrals at 40 digits, weights w/Σw."""

    def __init__(self, p, q):
        self.sides = [
            [(mp.mpf(w) / mp.fsum(g.weights.tolist()), mp.mpf(m), mp.mpf(s)) for w, m, s in self.parts(g)]
            for g in (p, q)
        ]
        steps = np.arange(-12, 12.01, 0.5)
        self.grid = sorted({mp.mpf(m + s * t) for g in (p, q) for _, m, s in self.parts(g) for t in steps})

    @staticmethod
    def parts(g):
        return zip(g.weights.tolist(), g.means.tolist(), g.stds.tolist(), strict=True)

    def pdf(self, x):
        return [mp.fsum(w * mp.npdf((x - m) / s) / s for w, m, s in side) for side in self.sides]

    def cdf(self, x):
        return [mp.fsum(w * mp.ncdf((x - m) / s) for w, m, s in side) for side in self.sides]

    def zeros(self, f):
        """Where f changes its sign on the grid, by bisection."""
        found = []
        values = [f(x) for x in self.grid]
        for (a, b), (low, high) in zip(pairwise(self.grid), pairwise(values), strict=True):
            if low * high < 0:
                for _ in range(90):
                    c = (a + b) / 2
                    a, b = (c, b) if f(c) * low > 0 else (a, c)
                found.append((a + b) / 2)
        return found

    def tv(self):
        cuts = self.zeros(lambda x: mp.fsub(*self.pdf(x)))
        gaps = [mp.mpf(0), *(mp.fsub(*self.cdf(x)) for x in cuts), mp.mpf(0)]
        return mp.fsum(abs(b - a) for a, b in pairwise(gaps)) / 2

    def w1(self):
        """∫ |F - G|, by ∫ Φ = zΦ + φ between the zeros of F - G."""
        cuts = self.zeros(lambda x: mp.fsub(*self.cdf(x)))
        ends = [self.grid[0], *cuts, self.grid[-1]]
        rises = [mp.fsub(*(mp.fsum(w * s * mean_part((x - m) / s) for w, m, s in g) for g in self.sides)) for x in ends]
        return mp.fsum(abs(b - a) for a, b in pairwise(rises))

    def energy(self):
        """2E|X-Y| - E|X-X'| - E|Y-Y'|, E|N(m, s²)| = 2 s mean_part(m/s) - m."""
        p, q = self.sides

        def apart(a, b):
            terms = [(w * v, m - n, mp.hypot(s, t)) for w, m, s in a for v, n, t in b]
            return mp.fsum(w * (2 * s * mean_part(m / s) - m) for w, m, s in terms)

        return mp.sqrt(2 * apart(p, q) - apart(p, p) - apart(q, q))

    def integral(self, f):
        """∫ f by 16 Gauss nodes a panel."""
        ends = self.grid[::2]
        total = mp.mpf(0)
        for a, b in pairwise(ends):
            total += (b - a) / 2 * mp.fsum(w * f((a + b) / 2 + (b - a) / 2 * t) for t, w in GAUSS)
        return total


def mean_part(z):
    """zΦ(z) + φ(z)."""
    return z * mp.ncdf(z) + mp.npdf(z)


def gauss(n):
    """Nodes and weights of Gauss-Legendre at the working precision."""
    rule = []
    for start in np.polynomial.legendre.leggauss(n)[0]:
        x = mp.findroot(lambda t: mp.legendre(n, t), mp.mpf(start))
        slope = n * (x * mp.legendre(n, x) - mp.legendre(n - 1, x)) / (x * x - 1)
        rule.append((x, 2 / ((1 - x * x) * slope**2)))
    return rule


with mp.workdps(40):
    GAUSS = gauss(16)


def close(found, expected):
    """Relative 1e-10, 1e-8 below 1e-9, and within the error that is claimed."""
    off = abs(mp.mpf(found.value) - expected)
    return off <= (1e-10 if expected > 1e-9 else 1e-8) * expected and off <= found.error + 1e-14 * expected


@pytest.mark.parametrize(("kind", "size"), CHANGES)
def test_total_variation_keeps_its_digits(kind, size):
    """TV is that of 40 digits, and the proved ball holds it and is narrower than 1e-12 of it."""
    p, q = BASE, moved(kind, size)
    with mp.workdps(40):
        expected = Exact(p, q).tv()
        found, proved = divergence.tv(p, q), divergence.tv(p, q, rigorous=True)
        assert close(found, expected)
        assert found.error <= 1e-8 * found.value
        assert abs(mp.mpf(proved.value) - expected) <= proved.error
    assert proved.error <= 1e-12 * proved.value
    assert proved.kind == "enclosed"


@pytest.mark.parametrize("size", [1e-3, 3e-6])
def test_squared_divergences_keep_their_digits(size):
    """KL and JS down to 1e-13 are those of 40 digits."""
    p, q = BASE, moved("all", size)
    with mp.workdps(40):
        exact = Exact(p, q)

        def kl(x):
            a, b = exact.pdf(x)
            return a * mp.log(a / b)

        def js(x):
            a, b = exact.pdf(x)
            return (a * mp.log(2 * a / (a + b)) + b * mp.log(2 * b / (a + b))) / 2

        assert close(divergence.kl(p, q), exact.integral(kl))
        assert close(divergence.js(p, q), exact.integral(js))


@pytest.mark.parametrize(("kind", "size"), CHANGES)
def test_w1_and_energy_distance_keep_their_digits(kind, size):
    """W1 and energy distance are those of 60 digits in closed form."""
    p, q = BASE, moved(kind, size)
    with mp.workdps(60):
        exact = Exact(p, q)
        assert close(transport.wasserstein(p, q), exact.w1())
        assert close(transport.energy_distance(p, q), exact.energy())


@pytest.mark.parametrize("size", [1e-3, 1e-8, 1e-13])
def test_w2_of_gaussians_keeps_its_digits(size):
    """W2 = √((μ-ν)² + (s-t)²), also between mixtures moved as a whole: W2 = |shift|."""
    p, q = gaussian(1.0, 0.7), gaussian(1.0 + size, 0.7 * (1 - size))
    expected = np.hypot(q.means[0] - p.means[0], q.stds[0] - p.stds[0])
    found = transport.wasserstein(p, q, 2)
    assert found.value == pytest.approx(expected, rel=1e-10, abs=0)
    assert abs(found.value - expected) <= found.error + 1e-14 * expected
    near = GaussianMixture([0.3, 0.7], [0.0, 2.0], stds=[0.5, 1.0])
    shift = np.exp2(np.round(np.log2(size)))
    pushed = near.affine(1, shift)
    assert transport.wasserstein(near, pushed, 2).value == pytest.approx(shift, rel=1e-8, abs=0)


def test_a_crossing_between_the_last_node_and_a_panel_end_is_seen():
    """Densities that cross 3e-4 deviations beside a mean, where two panels meet: the estimate is within its error."""
    p = GaussianMixture(
        [0.9384946967866215, 0.06150530321337861], [-56.65957465656169, -33.09608907064621], stds=[4, 2]
    )
    q = GaussianMixture(p.weights, [-56.682708934555286, -33.09630732134424], stds=[4, 2])
    with mp.workdps(40):
        assert close(divergence.tv(p, q), Exact(p, q).tv())
        assert abs(divergence.tv(p, q).value - divergence.tv(p, q, rigorous=True).value) <= divergence.tv(p, q).error


@pytest.mark.parametrize("name", ["tv", "kl", "js", "hellinger2", "jeffrey", "pearson", "nonsaturating"])
def test_the_same_mixture_written_differently_is_at_distance_zero(name):
    """Components permuted and split exactly: 0, and not its rounding."""
    q = GaussianMixture([0.3, 0.25, 0.25, 0.2], [4.0, 0.1, 0.1, -3.0], stds=[0.5, 1.0, 1.0, 0.3])
    assert getattr(divergence, name)(BASE, q).value == 0
    assert divergence.tv(BASE, q, rigorous=True).value <= 1e-30


def test_a_coupling_has_the_weights_as_margins():
    """Sums over links are w_k/Σw and v_j/Σv exactly, no mass is negative, and equal components keep theirs."""
    q = moved("weights", 1e-3)
    links = couple(BASE, q)
    for side, g in (("k", BASE), ("j", q)):
        total = sum(map(Fraction, g.weights.tolist()))
        for i, w in enumerate(g.weights.tolist()):
            assert sum(link.mass for link in links if getattr(link, side) == i) == Fraction(w) / total
    assert all(link.mass > 0 for link in links)
    kept = {(link.k, link.j): link.mass for link in links}
    for k in range(3):
        assert kept[k, 2 - k] == min(
            Fraction(g.weights[i]) / sum(map(Fraction, g.weights.tolist())) for g, i in ((BASE, k), (q, 2 - k))
        )


@pytest.mark.parametrize("size", [3.0, 0.3, 1e-6])
def test_matched_differences_are_the_plain_ones_where_those_are_good(size):
    """ln(p/q) and F - G by links agree with their definitions at moderate distances, to the error they claim."""
    p, q = BASE, moved("all", size * 0.1)
    links = matched(p, q, 1.0, 0.0)
    x = np.linspace(-6, 7, 131)
    offset = x - links.mean
    L, noise = links.log_ratio(offset, p.logpdf(x), q.logpdf(x))
    slack = 1e-15 * (4 + np.abs(p.logpdf(x)) + np.abs(q.logpdf(x)))
    assert (np.abs(L - (p.logpdf(x) - q.logpdf(x))) <= noise + slack).all()
    # Never believed to be worse than the plain difference, but for the rounding of L itself.
    plain = rounding(p.logpdf(x), q.logpdf(x))
    assert (noise <= plain * (1 + np.abs(L))).all()
    assert (noise >= 4e-16 * np.abs(L)).all()
    assert (plain <= 5e-16 * (2 + np.abs(p.logpdf(x)) + np.abs(q.logpdf(x)))).all()
    assert (noise[np.abs(L) > 0.6] == plain[np.abs(L) > 0.6]).all()
    if size < 1e-3:
        assert (noise < 1e-14 * np.abs(L).max()).any()
    gap, noise = links.tail_gap(offset)
    plain = np.where(p.cdf(x) < 0.5, p.cdf(x) - q.cdf(x), q.sf(x) - p.sf(x))
    assert (np.abs(gap - plain) <= noise + 4e-16).all()
    assert (noise >= 1e-16 * np.abs(gap)).all()
