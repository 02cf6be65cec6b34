"""Every target obeys the laws; two planted bad ones do not; facts agree with brute force."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.datasets import make_moons

import theory
from theory import flow, pairing
from toys.targets import (
    LabelledMoons,
    MixtureTarget,
    Target,
    bishop_inverse,
    checkerboard,
    grid,
    line_in_plane,
    noisy_code,
    notebook_ring,
    pinwheel,
    power_law_signal,
    random_edge,
    ring,
    spiral,
    symmetric_pair,
    two_branch,
    two_clusters,
    two_moons,
)
from toys.targets.bishop_inverse import NOISE, TURN, curve
from toys.targets.checkerboard import SIDE
from toys.targets.laws import violations
from toys.targets.pairs import Pairs
from toys.targets.pinwheel import BLADES, RADIAL, RATE, TANGENTIAL
from toys.targets.point import Point
from toys.targets.two_branch import branch
from toys.targets.two_points import TwoPoints

UNEQUAL = theory.GaussianMixture([0.7, 0.3], [-2.0, 1.5], stds=[0.3, 0.6])
TARGETS = [
    symmetric_pair(2.0, 0.3, 0.3), ring(), ring(5, 2.0, 0.4), grid(), bishop_inverse(), two_branch(),
    notebook_ring(), notebook_ring(6, 2.0, 0.3), two_clusters(3.6, 0.4), two_clusters(1.5, 0.9),
    two_branch(0.2, 0.5), checkerboard(), spiral(), two_moons(), two_moons(0.6, 3.0, -1.0), LabelledMoons(),
    LabelledMoons(0.6, 3.0, -1.0), pinwheel(), line_in_plane(), line_in_plane(2.0, 0.3),
    power_law_signal(5), random_edge(), random_edge(width=0.12), Point(), Point(-1.3), noisy_code(), noisy_code(0.7, 0.4, 1.3),
    TwoPoints(), TwoPoints(0.7, 2.5),
    Pairs(), Pairs(None, 3), Pairs(None, None), Pairs(UNEQUAL), Pairs(UNEQUAL, 5), Pairs(UNEQUAL, None),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
def test_every_target_obeys_the_laws(target):
    """Shapes, distinct modes, moments, independence and the joint density hold."""
    assert violations(target, np.random.default_rng(7)) == []
    assert target.source


def test_the_seven_mode_ring_is_caught():
    """Control: `linspace(0, 2π, 8)` puts the last mode on the first."""
    angle = np.linspace(0, 2 * np.pi, 8)
    means = np.stack([np.cos(angle), np.sin(angle)], 1)
    bad = MixtureTarget("ring", theory.GaussianMixture(np.full(8, 1 / 8), means, stds=np.full(8, 0.01)), "copied")
    assert any("distinct" in law for law in violations(bad, np.random.default_rng(7)))


@dataclass(frozen=True)
class PerBatch(MixtureTarget):
    """Draws one component for a whole batch."""

    def sample(self, n, rng):
        k = rng.integers(len(self.centres))
        return self.centres[k] + self.mixture.stds[k] * rng.standard_normal((n, self.dim))


def test_one_component_per_batch_is_caught():
    """Control: draws of one call that share a component are not independent."""
    good = ring()
    bad = PerBatch(good.name, good.mixture, good.source)
    assert any("independent" in law for law in violations(bad, np.random.default_rng(7)))


@dataclass(frozen=True)
class Tilted(MixtureTarget):
    """Right marginals, wrong joint law: the second coordinate is shuffled."""

    def sample(self, n, rng):
        x = super().sample(n, rng)
        return np.stack([x[:, 0], rng.permutation(x[:, 1])], 1)


def test_a_wrong_joint_law_is_caught():
    """Control: marginals alone do not satisfy the battery."""
    good = ring()
    broken = violations(Tilted(good.name, good.mixture, good.source), np.random.default_rng(7))
    assert any("density" in law for law in broken)


@dataclass(frozen=True)
class Faint(MixtureTarget):
    """A density that is ten thousand times too small."""

    def logpdf(self, x):
        return super().logpdf(x) - np.log(1e4)


def test_a_density_that_is_nowhere_is_caught():
    """Control: no cell expects a count, so that only the integral can tell."""
    good = symmetric_pair(1.0, 0.5)
    broken = violations(Faint(good.name, good.mixture, good.source), np.random.default_rng(7))
    assert any("integrates to 0.0001" in law for law in broken)


def test_labelled_moons_are_the_moons():
    """Without their labels they are `two_moons`; each label has the points of its own half circle, and no other has any."""
    labelled, plain = LabelledMoons(0.2, 2.0, 0.5), two_moons(0.2, 2.0, 0.5)
    assert np.allclose(labelled.mean[1:], plain.mean, atol=1e-12)
    assert np.allclose(labelled.cov[1:, 1:], plain.cov, atol=1e-12)
    x = plain.sample(50, np.random.default_rng(0))
    both = [labelled.logpdf(np.column_stack([np.full(50, k), x])) for k in (0.0, 1.0, 0.5)]
    assert np.allclose(np.logaddexp(*both[:2]), plain.logpdf(x), atol=1e-9)
    assert (both[2] == -np.inf).all()
    upper = labelled.moons[0].sample(5000, np.random.default_rng(0))
    assert np.allclose(upper.mean(0), [0.5, 2 * 2 / np.pi + 0.5], atol=0.1)


def test_defaults_are_the_published_ones():
    """Ring of 8, radius 1, deviation 0.01; grid {-4..4}², 0.05; Bishop's 0.3 and 0.1."""
    assert ring().centres.shape == (8, 2)
    assert np.allclose(np.hypot(*ring().centres.T), 1)
    assert ring().mixture.stds.max() == 0.01
    assert sorted(set(grid().centres[:, 1].round(9))) == [-4, -2, 0, 2, 4]
    assert grid().separation == pytest.approx(40)
    assert curve(np.array([0.25])) == pytest.approx(0.55)
    assert NOISE == 0.1
    assert (BLADES, RADIAL, TANGENTIAL, RATE) == (5, 0.3, 0.1, 0.25)
    assert (SIDE, len(checkerboard().corners)) == (2, 8)


def test_the_separation_is_in_units_of_the_largest_deviation():
    """Unequal modes at 0, 3, 10 with deviations up to 2: 1.5."""
    mixture = theory.GaussianMixture([0.2, 0.3, 0.5], [0.0, 3.0, 10.0], stds=[1.0, 2.0, 0.5])
    assert MixtureTarget("three", mixture, "here").separation == pytest.approx(1.5)


# Bishop's inverse problem.


def slice_of(x, points=400_001):
    """t that are possible given x, on a fine grid."""
    t = (np.arange(points) + 0.5) / points
    return t[np.abs(t + 0.3 * np.sin(2 * np.pi * t) - x) <= 0.1]


@pytest.mark.parametrize("x", [-0.05, 0.1, 0.33, 0.5, 0.61, 0.68, 0.85, 1.04])
def test_bishop_conditionals_are_those_of_the_slice(x):
    """Density, mean, median and branches of t given x agree with a fine grid of t."""
    target, t, point = bishop_inverse(), slice_of(x), np.array([x])
    assert target.input_pdf(point)[0] == pytest.approx(len(t) / 400_001 / 0.2, abs=5e-5)
    assert target.conditional_mean(point)[0] == pytest.approx(t.mean(), abs=2e-5)
    assert target.conditional_median(point)[0] == pytest.approx(np.median(t), abs=2e-5)
    jumps = np.flatnonzero(np.diff(t) > 2 / 400_001)
    branches = target.branches(x)
    assert len(branches) == len(jumps) + 1
    assert branches[0, 0] == pytest.approx(t[0], abs=1e-5)
    assert branches[-1, 1] == pytest.approx(t[-1], abs=1e-5)
    inside = branches.mean(1)
    assert target.on_support(np.full(len(inside), x), inside).all()


def test_bishop_has_two_branches_at_some_inputs_and_one_at_others():
    """The noise is wide enough to join the middle branch to one of the others, or to both (at x = ½)."""
    target = bishop_inverse()
    counts = {len(target.branches(x)) for x in np.linspace(-0.09, 1.09, 200)}
    assert counts == {1, 2}
    assert target.branches(-0.2).shape == (0, 2)
    assert np.isnan(target.conditional_mean(np.array([-0.2, 1.3]))).all()


def test_bishop_is_symmetric_about_its_middle():
    """(x, t) ↦ (1-x, 1-t) leaves the law unchanged: means and medians reflect."""
    target, x = bishop_inverse(), np.linspace(-0.08, 0.49, 50)
    assert np.allclose(target.conditional_mean(1 - x), 1 - target.conditional_mean(x), atol=1e-12)
    median = target.conditional_median(x)
    assert np.allclose(target.conditional_median(1 - x), 1 - median, atol=1e-12)


def test_bishop_risks_are_the_known_ones():
    """Bayes L2 risk 0.0383; at 20.8 % of the inputs the conditional mean is impossible; both by brute force."""
    target = bishop_inverse()
    t = (np.arange(500) + 0.5) / 500
    u = (np.arange(200) + 0.5) / 200 * 0.2 - 0.1
    x = (curve(t)[:, None] + u).ravel()
    mean, pairs = target.conditional_mean(x), np.repeat(t, 200)
    assert target.bayes_risk == pytest.approx(((pairs - mean) ** 2).mean(), abs=5e-5)
    assert target.share_off_support == pytest.approx((np.abs(curve(mean) - x) > NOISE).mean(), abs=5e-3)
    assert target.bayes_risk == pytest.approx(0.038304506, abs=2e-9)
    assert target.share_off_support == pytest.approx(0.20831, abs=1e-5)


def test_bishop_moments_are_those_of_a_fine_grid():
    """Mean and covariance of (x, t) by midpoints in t and in the noise."""
    t, u = (np.arange(2000) + 0.5) / 2000, (np.arange(200) + 0.5) / 200 * 0.2 - 0.1
    rows = np.stack([(curve(t)[:, None] + u).ravel(), np.repeat(t, 200)], 1)
    assert np.allclose(rows.mean(0), bishop_inverse().mean, atol=1e-12)
    assert np.allclose(np.cov(rows.T, bias=True), bishop_inverse().cov, atol=1e-6)


def test_bishop_turns_where_its_slope_vanishes():
    """h'(t₁) = 0, h rises before and falls after."""
    slope = np.diff(curve(np.array([TURN - 1e-6, TURN, TURN + 1e-6])))
    assert slope[0] > 0 > slope[1]


# The two-branch problem.


@pytest.mark.parametrize(("weight", "std"), [(0.7, 0.2), (0.2, 0.5), (0.55, 0.1)])
def test_two_branch_conditionals_are_those_of_its_mixture(weight, std):
    """Mean and median of y given x are those `theory` finds for the mixture at that x."""
    target, x = two_branch(weight, std), np.array([0.03, 0.4, 0.77])
    for point, mean, median in zip(x, target.conditional_mean(x), target.conditional_median(x), strict=True):
        p = theory.GaussianMixture([weight, 1 - weight], np.array([-1, 1]) * branch(point), stds=[std, std])
        assert mean == pytest.approx(p.mean, abs=1e-14)
        assert median == pytest.approx(float(p.ppf(0.5)), abs=1e-9)


def test_two_branch_risks_are_integrals_of_their_conditionals():
    """L2 and L1 risk agree with quadrature over x and y from the definition."""
    target = two_branch(0.3, 0.4)

    def risk(power, predict):
        def inner(x):
            c, g = float(predict(np.array([x]))[0]), float(branch(x))

            def f(y):
                low, high = (math.exp(-0.5 * ((y - m) / 0.4) ** 2) for m in (-g, g))
                return abs(y - c) ** power * (0.3 * low + 0.7 * high) / (0.4 * math.sqrt(2 * math.pi))

            return quad(f, -5, 5, points=sorted([-g, c, g]), epsabs=1e-10)[0]

        return quad(inner, 0, 1, epsabs=1e-8)[0]

    assert target.bayes_risk == pytest.approx(risk(2, target.conditional_mean), abs=1e-7)
    assert target.bayes_risk_l1 == pytest.approx(risk(1, target.conditional_median), abs=1e-7)


# The others.


def test_power_law_directions_are_orthonormal_cosines_of_rising_frequency():
    """C is orthonormal, Cov = C diag(k^-α) Cᵀ, and column k changes sign k-1 times."""
    target = power_law_signal(12, 1.5)
    assert np.allclose(target.basis.T @ target.basis, np.eye(12), atol=1e-14)
    assert np.allclose(np.diag(target.basis.T @ target.cov @ target.basis), np.arange(1, 13) ** -1.5)
    assert [(np.diff(np.sign(c)) != 0).sum() for c in target.basis.T] == list(range(12))


def test_a_thin_line_has_median_zero_and_a_thick_one_does_not():
    """The median line vanishes iff b ≤ 2Φ⁻¹(¾)σ (on a grid fine enough to see the middle)."""
    critical = 2 * norm.ppf(0.75) * 0.1
    assert random_edge(4001, width=0.999 * critical).median.sum() == 0
    assert random_edge(4001, width=1.001 * critical).median.sum() > 0
    assert random_edge(64).median.sum() == (random_edge(64).times >= 0.45).sum()


def test_curves_have_the_density_of_a_slow_quadrature():
    """p(x) of moons and spiral at single points, by adaptive quadrature over the curve."""
    for target in (two_moons(), spiral()):
        points = target.sample(4, np.random.default_rng(3))
        for x in points:

            def f(u, x=x, target=target):
                d = x - target.curve(np.array([u]))[0]
                return np.exp(-(d @ d) / (2 * target.std**2)) / (2 * np.pi * target.std**2)

            nearest = np.linspace(0, 1, 20001)
            centre = nearest[np.argmin(((target.curve(nearest) - x) ** 2).sum(1))]
            value = quad(f, 0, 1, points=[centre, 0.5], limit=500, epsabs=1e-10)[0]
            assert np.exp(target.logpdf(x[None]))[0] == pytest.approx(value, rel=1e-6)


def test_curves_are_the_published_ones():
    """Without noise the moons are scikit-learn's, and the spiral is its swiss roll seen from the side, over 7.5."""
    both, _ = make_moons(100, shuffle=False)
    u = np.linspace(0, 0.5, 50)
    ends = np.concatenate([u[:-1], [0.5 - 1e-15], u[:-1] + 0.5, [1.0]])
    assert np.allclose(two_moons().curve(ends), both, atol=1e-12)
    u = np.linspace(0, 1, 9)
    angle = np.linspace(1.5 * np.pi, 4.5 * np.pi, 9)
    points = spiral().curve(u)
    assert np.allclose(np.hypot(*points.T), angle / 7.5, rtol=1e-12)
    assert np.allclose(np.arctan2(points[:, 1], points[:, 0]), np.angle(np.exp(1j * angle)), atol=1e-9)
    assert spiral().std == pytest.approx(0.25 / 7.5)


def test_the_notebooks_ring_has_seven_modes():
    """Eight angles `linspace(0, 2π, 8)` as the notebook has them, the first and the last in one place."""
    theta = np.linspace(0, 2 * np.pi, 8)
    drawn = np.stack([np.sin(theta), np.cos(theta)], axis=1)
    target = notebook_ring()
    assert len(target.mixture) == 7
    owner = np.linalg.norm(drawn[:, None] - target.centres, axis=2).argmin(axis=1)
    assert np.allclose(target.centres[owner], drawn, atol=1e-12)
    assert np.allclose(target.mixture.weights, np.bincount(owner) / 8)


def test_two_clusters_are_where_they_are_said_to_be():
    """U[0, 0.3] and U[4, 4.3], half of the mass each."""
    x = two_clusters().sample(4000, np.random.default_rng(0))[:, 0]
    low = x < 2
    assert low.mean() == pytest.approx(0.5, abs=0.04)
    for part, start in ((x[low], 0.0), (x[~low], 4.0)):
        assert start <= part.min() < start + 0.01
        assert start + 0.29 < part.max() <= start + 0.3


def test_a_target_without_density_says_so():
    """Points, edges and lines refuse `logpdf` by name."""
    for target in (Point(), Point(2.0), random_edge(), line_in_plane(), noisy_code(), Pairs()):
        with pytest.raises(ValueError, match="density"):
            target.logpdf(np.zeros((1, target.dim)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: two_clusters(0.2), lambda: two_clusters(width=0.0), lambda: notebook_ring(std=0.0),
        lambda: two_branch(1.0), lambda: two_branch(std=0.0), lambda: power_law_signal(0), lambda: two_moons(0.0),
        lambda: power_law_signal(4, -1.0), lambda: random_edge(0), lambda: random_edge(std=-1.0),
        lambda: random_edge(width=0.0), lambda: line_in_plane(0.0), lambda: line_in_plane(std=-0.1),
        lambda: ring(0), lambda: grid(std=0.0), lambda: symmetric_pair(1.0, -1.0), lambda: noisy_code(v=0.0),
        lambda: Pairs(batch=0), lambda: Pairs(batch=257), lambda: Pairs(theory.ring()),
    ],
)  # fmt: skip
def test_bad_constants_are_refused(make):
    """Each target checks its numbers."""
    with pytest.raises(ValueError, match="expected"):
        make()


def test_targets_are_values():
    """Two targets of the same numbers sample the same, and hold no state of their own."""
    for target in TARGETS:
        assert isinstance(target, Target)
        a, b = (target.sample(50, np.random.default_rng(11)) for _ in range(2))
        assert np.array_equal(a, b)


def test_noisy_code_answers():
    """The conditional mean is Bayes' rule on the densities; the median is the likelier mode."""
    a, m, v, z = 0.7, 0.4, 1.3, np.array([-1.5, 0.2, 2.0])
    plus, minus = (np.exp(-((z - side * m) ** 2) / (2 * v)) for side in (1, -1))
    target = noisy_code(a, m, v)
    np.testing.assert_allclose(target.conditional_mean(z), a * (plus - minus) / (plus + minus), rtol=1e-14)
    np.testing.assert_array_equal(target.conditional_median(z), [-a, a, a])


def test_pairs_are_joined_as_they_say():
    """Sorted in a batch as a matched sort of the whole would have them; joined by the map of the flow, in both tails."""
    rng, size = np.random.default_rng(5), 6
    noise, data = np.sort(rng.random((40_000, size)), axis=1), np.sort(rng.random((40_000, size)), axis=1)
    rows = Pairs(None, size).sample(40_000, rng)
    for power in (1, 2):
        found, whole = (np.mean(x * y**power) for x, y in ((rows[:, 0], rows[:, 1]), (noise, data)))
        assert found == pytest.approx(whole, abs=5e-3)
    assert np.std(rows[:, 1] - rows[:, 0]) == pytest.approx(np.std(data - noise), rel=2e-2)
    joined = Pairs(UNEQUAL, None).sample(5000, rng)
    np.testing.assert_allclose(flow.exact_map(UNEQUAL, joined[:, 0]), joined[:, 1], atol=1e-11)
    alike = Pairs(None, None).sample(50, rng)
    np.testing.assert_array_equal(alike[:, 0], alike[:, 1])


def test_what_pairs_have_in_common_is_what_the_theory_of_sorted_ones_says():
    """The slope of the conditional mean times 1/12 for uniform pairs; for one mode its deviation, and that times 1/π for two."""
    for size in (1, 2, 7, 40):
        slope = pairing.sorted_mean(1.0, size) - pairing.sorted_mean(0.0, size)
        assert Pairs(None, size).cov[0, 1] == pytest.approx(slope / 12, abs=1e-15)
    one = theory.GaussianMixture([1.0], [2.0], stds=[0.5])
    assert Pairs(one, None).cov[0, 1] == pytest.approx(0.5, abs=1e-9)
    assert Pairs(one, 2).cov[0, 1] == pytest.approx(0.5 / np.pi, abs=1e-12)
    assert Pairs(one, 1).cov[0, 1] == pytest.approx(0.0, abs=1e-12)
