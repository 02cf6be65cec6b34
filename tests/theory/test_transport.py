"""Laws of the transport distances."""

from itertools import pairwise

import numpy as np
import ot
import pytest
from scipy import stats
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import ndtr

from tests.limited import printed
from theory import GaussianMixture, transport

P = GaussianMixture([0.2, 0.5, 0.3], [-3.0, 0.1, 4.0], stds=[0.3, 1.0, 0.5])
Q = GaussianMixture([0.6, 0.4], [-1.0, 3.0], stds=[1.3, 2.0])
FAR = GaussianMixture([0.6, 0.4], [-1.0, 40.0], stds=[0.3, 1.0])


def gaussian(m, s):
    return GaussianMixture([1.0], [m], stds=[s])


DISTANCES = {
    "W1": lambda p, q: transport.wasserstein(p, q),
    "W2": lambda p, q: transport.wasserstein(p, q, order=2),
    "energy": transport.energy_distance,
}


def test_gaussians_are_apart_by_means_and_widths():
    """W2² = (μ-ν)² + (s-t)²; W1 = E|(μ-ν) + (s-t)N|, a folded normal mean."""
    p, q = gaussian(0.3, 0.7), gaussian(1.5, 2.0)
    assert transport.wasserstein(p, q, 2).value == pytest.approx(np.hypot(1.2, 1.3), rel=1e-11, abs=0)
    d, t = 1.2, 1.3
    folded = t * np.sqrt(2 / np.pi) * np.exp(-((d / t) ** 2) / 2) + d * (1 - 2 * ndtr(-d / t))
    assert transport.wasserstein(p, q, 1).value == pytest.approx(folded, rel=1e-11, abs=0)


@pytest.mark.parametrize("q", [Q, FAR])
@pytest.mark.parametrize("order", [1, 2])
def test_wasserstein_is_the_distance_of_quantiles(q, order):
    """W_p^p = ∫₀¹ |F⁻¹(u) - G⁻¹(u)|^p du, between the gaps by the trapezoidal rule in t, u = a + (b-a) Φ(t)."""
    t, h = np.linspace(-8, 8, 8001, retstep=True)
    expected = 0.0
    for a, b in pairwise([0.0, 0.2, 0.6, 0.7, 1.0]):
        u = a + (b - a) * ndtr(t)
        expected += (b - a) * h * (np.abs(P.ppf(u) - q.ppf(u)) ** order) @ stats.norm.pdf(t)
    found = transport.wasserstein(P, q, order)
    # The rule is wrong by h²/12 times the jump of slope at a crossing.
    assert found.value == pytest.approx(expected ** (1 / order), rel=h**2, abs=0)
    assert found.error < 1e-10 * found.value


@pytest.mark.parametrize("q", [Q, FAR])
def test_energy_distance_is_its_definition(q):
    """D² = 2E|X-Y| - E|X-X'| - E|Y-Y'| with E|N(μ, s²)| in closed form, component by component."""

    def mean_distance(a, b):
        m = a.means[:, None] - b.means
        s = np.hypot(a.stds[:, None], b.stds)
        folded = s * np.sqrt(2 / np.pi) * np.exp(-((m / s) ** 2) / 2) + m * (1 - 2 * ndtr(-m / s))
        return a.weights @ folded @ b.weights

    square = 2 * mean_distance(P, q) - mean_distance(P, P) - mean_distance(q, q)
    found = transport.energy_distance(P, q)
    assert found.value**2 == pytest.approx(square, rel=1e-12, abs=0)
    assert abs(found.value - np.sqrt(square)) <= found.error + 1e-13


def test_samples_agree_with_scipy_within_their_noise():
    """On 20,000 samples scipy's W1 and energy distance are near ours: the same conventions."""
    x, y = P.sample(20_000, 0), Q.sample(20_000, 1)
    assert stats.wasserstein_distance(x, y) == pytest.approx(transport.wasserstein(P, Q).value, rel=0.05, abs=0)
    assert stats.energy_distance(x, y) == pytest.approx(transport.energy_distance(P, Q).value, rel=0.05, abs=0)


@pytest.mark.parametrize("name", DISTANCES)
def test_symmetry_shift_scale_and_mirror(name):
    """A distance is symmetric, does not see a common shift or mirror, and scales (energy: by the root)."""
    d, power = DISTANCES[name], 0.5 if name == "energy" else 1.0
    base = d(P, FAR).value
    for found in (
        d(FAR, P).value,
        d(P.affine(1, 77.7), FAR.affine(1, 77.7)).value,
        d(P.affine(-1), FAR.affine(-1)).value,
        d(P.affine(300), FAR.affine(300)).value / 300**power,
    ):
        assert found == pytest.approx(base, rel=1e-10, abs=0)


@pytest.mark.parametrize("name", DISTANCES)
def test_translation_by_a_little_keeps_its_digits(name):
    """W(p, p+δ) = δ for δ = 1e-6, and the energy distance is of order δ; nothing is at distance 0 from itself."""
    d = DISTANCES[name]
    q = P.affine(1, 1e-6)
    if name == "energy":
        # 2∫(F-G)² ≈ 2δ² ∫p².
        x = np.linspace(-8, 10, 180_001)
        expected = 1e-6 * np.sqrt(2 * (P.pdf(x) ** 2).sum() * (18 / 180_000))
        assert d(P, q).value == pytest.approx(expected, rel=1e-6, abs=0)
    else:
        assert d(P, q).value == pytest.approx(1e-6, rel=1e-8, abs=0)
    assert d(P, P).value < 1e-14


def test_dropping_a_mode_costs_its_weight_times_its_distance():
    """W1(p, p without A) = w W1(p|A, p|Aᶜ) for monotone rearrangements: here far modes, w = 0.3, distance 100."""
    p = GaussianMixture([0.7, 0.3], [0.0, 100.0], stds=[0.5, 0.5])
    assert transport.wasserstein(p, gaussian(0.0, 0.5)).value == pytest.approx(30.0, rel=1e-10, abs=0)


def test_sliced_distance_of_a_translation():
    """Samples moved by d in the plane: sliced W2² → |d|²/2; the same seed gives the same number."""
    x = np.random.default_rng(0).normal(size=(60, 2))
    d = np.array([3.0, 4.0])
    found = transport.sliced_wasserstein(x, x + d, 2, slices=4000, rng=1)
    assert found == pytest.approx(5 / np.sqrt(2), rel=0.03, abs=0)
    assert found == transport.sliced_wasserstein(x, x + d, 2, slices=4000, rng=1)


@pytest.mark.parametrize(("n", "m"), [(7, 7), (7, 12), (5, 1)])
def test_slices_of_one_dimension_are_exact(n, m):
    """In one dimension every slice is the line: W1 is scipy's, also for samples of different sizes."""
    x, y = np.random.default_rng(0).normal(size=n), 1 + np.random.default_rng(1).normal(size=m)
    found = transport.sliced_wasserstein(x[:, None], y[:, None], 1, slices=3, rng=0)
    assert found == pytest.approx(stats.wasserstein_distance(x, y), rel=1e-12, abs=0)
    grid = (np.arange(n * m) + 0.5) / (n * m)
    quantiles = [np.quantile(a, grid, method="inverted_cdf") for a in (x, y)]
    squares = np.mean((quantiles[0] - quantiles[1]) ** 2)
    assert transport.sliced_wasserstein(x[:, None], y[:, None], 2, slices=3, rng=0) == pytest.approx(np.sqrt(squares))


@pytest.mark.parametrize("order", [1, 2])
def test_equal_samples_are_matched_by_assignment(order):
    """Between n points and n points the best plan is a permutation: scipy's assignment, in the plane."""
    x, y = np.random.default_rng(0).normal(size=(2, 40, 2)) * [[[1.0, 2.0]], [[0.3, 0.7]]] + [
        [[0.0, 0.0]],
        [[1.0, -3.0]],
    ]
    cost = cdist(x, y) ** order
    best = cost[linear_sum_assignment(cost)].mean() ** (1 / order)
    assert transport.sample_wasserstein(x, y, order) == pytest.approx(best, rel=1e-12, abs=0)
    assert transport.sample_wasserstein(y, x[::-1], order) == pytest.approx(best, rel=1e-12, abs=0)


@pytest.mark.parametrize("order", [1, 2])
def test_unequal_samples_on_a_line_in_the_plane(order):
    """Along a direction the plan is the monotone one, whatever the numbers of points: POT's answer on the line."""
    rng = np.random.default_rng(1)
    x, y, u = rng.normal(size=7), 1 + rng.normal(size=12), np.array([0.6, -0.8])
    line = ot.wasserstein_1d(x, y, p=order) ** (1 / order)
    assert transport.sample_wasserstein(x[:, None] * u, y[:, None] * u, order) == pytest.approx(line, rel=1e-10, abs=0)
    assert transport.sliced_wasserstein(x[:, None], y[:, None], order, rng=0) == pytest.approx(line, rel=1e-10, abs=0)


@pytest.mark.parametrize("order", [1, 2])
def test_slices_are_pots(order):
    """The sliced distance is POT's, up to the noise of 4000 directions of either."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(50, 2)), rng.normal(1.0, 2.0, size=(80, 2))
    theirs = ot.sliced_wasserstein_distance(x, y, n_projections=4000, p=order, seed=3)
    assert transport.sliced_wasserstein(x, y, order, slices=4000, rng=4) == pytest.approx(theirs, rel=0.05, abs=0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: transport.wasserstein(P, Q, 3), "order"),
        (lambda: transport.wasserstein(P, GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0])), "q"),
        (lambda: transport.energy_distance(None, Q), "p"),
        (lambda: transport.sliced_wasserstein([[0.0, 1.0]], [[0.0]], rng=0), "y"),
        (lambda: transport.sliced_wasserstein([0.0], [[0.0]], rng=0), "x"),
        (lambda: transport.sliced_wasserstein([[0.0]], [[0.0]], slices=0, rng=0), "slices"),
        (lambda: transport.sliced_wasserstein([[0.0]], [[0.0]], 3, rng=0), "order"),
        (lambda: transport.sample_wasserstein([[0.0]], [[0.0]], 0), "order"),
    ],
)
def test_bad_input_is_named(call, name):
    """A bad argument raises ValueError that begins with its name."""
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        call()


def test_distance_on_the_line_needs_no_table_of_pairs() -> None:
    """W₁ of two samples of 60,000 on the line is the mean distance of the sorted ones: 29 GB of pairs are not made."""
    code = """
import numpy as np
from theory import transport
rng = np.random.default_rng(5)
x, y = rng.normal(size=(60_000, 1)), rng.normal(1, 2, size=(60_000, 1))
print(float(transport.sample_wasserstein(x, y)), np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).mean())
"""
    value, exact = map(float, printed(code).split())
    assert value == pytest.approx(exact, rel=1e-9)
