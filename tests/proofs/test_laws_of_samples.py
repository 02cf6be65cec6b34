"""Metrics, sample scores and generators: the laws hold for the house's own, and each catches the fault it is there for."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from proofs import laws, strategies
from theory import GaussianMixture, divergence, scores, transport
from toys import targets

QUIET = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.1])
Q = GaussianMixture([0.6, 0.4], [0.5, 3.0], stds=[1.0, 0.7])
R = GaussianMixture([0.5, 0.5], [-4.0, 1.5], stds=[0.3, 0.6])
FIVE = GaussianMixture([0.1, 0.15, 0.2, 0.25, 0.3], [[0, 0], [5, 1], [-4, 3], [2, -6], [8, 7]], stds=[0.3] * 5)
LINE = GaussianMixture([0.4, 0.6], [-2.0, 3.0], stds=[0.4, 0.7])
DRAWS = [P.sample(60, np.random.default_rng(seed)) + shift for seed, shift in ((0, 0.0), (1, 0.4), (2, -1.0))]


def energy(x: np.ndarray, y: np.ndarray) -> float:
    """√(2E|X-Y| - E|X-X'| - E|Y-Y'|) of two samples on the line, from its definition."""
    apart = [np.abs(a[:, None] - b).mean() for a, b in ((x, y), (x, x), (y, y))]
    return np.sqrt(max(2 * apart[0] - apart[1] - apart[2], 0.0))


@QUIET
@given(pair=strategies.planar_pairs(low=1, high=2))
def test_divergences_in_the_plane_obey_their_laws(pair) -> None:
    """To 1e-6, and whatever the axes."""
    laws.divergence(divergence.js, *pair, symmetric=True, rel=1e-6)


def test_a_divergence_that_depends_on_the_axes_is_caught() -> None:
    """What looks along the first axis only is told that the axes do not matter."""
    p = GaussianMixture([1.0], [[0.0, 0.0]], covs=[[[1.0, 0.3], [0.3, 2.0]]])
    q = GaussianMixture([1.0], [[1.0, 2.0]], covs=[[[1.5, 0.0], [0.0, 0.7]]])

    def marginal(a: GaussianMixture, b: GaussianMixture) -> float:
        first = (GaussianMixture(m.weights, m.means[:, 0], stds=np.sqrt(m.covs[:, 0, 0])) for m in (a, b))
        return float(divergence.kl(*first))

    laws.divergence(divergence.kl, p, q, rel=1e-6)
    with pytest.raises(laws.LawBroken, match="the axes do not matter"):
        laws.divergence(marginal, p, q)


@QUIET
@given(p=strategies.mixtures(1, 3), q=strategies.mixtures(1, 3), r=strategies.separated_mixtures(2, 3))
def test_distances_of_laws_are_metrics(p, q, r) -> None:
    """Wasserstein's has degree 1, the energy distance ½."""
    laws.metric(transport.wasserstein, p, q, r, degree=1.0, rel=1e-6)
    laws.metric(transport.energy_distance, p, q, r, degree=0.5, rel=1e-6)


def test_a_distance_of_samples_is_a_metric() -> None:
    """The energy distance of samples, whatever their order."""
    laws.metric(energy, *DRAWS, degree=0.5, rel=1e-6)


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (lambda x, y: energy(x, y) - 0.1, "from itself is zero"),
        (lambda x, y: -energy(x, y), "nonnegative"),
        (lambda x, y: energy(x, y) * (1.1 if x.mean() > y.mean() else 1.0), "symmetric"),
        (lambda x, y: energy(x, y) ** 2, "triangle"),
        (lambda x, y: abs(x.mean() - y.mean()), "0.4"),
        (lambda x, y: energy(x, y) ** 0.5, "3.1"),
        (lambda x, y: energy(x, y) * (1 + abs(x.mean() + y.mean())), "X, |triangle"),
        (lambda x, y: abs(np.sort(x)[::2] - np.sort(y)[::2]).mean() if x[0] < x[-1] else energy(x, y), "."),
        (lambda x, y: 0.0, "what differs is apart"),
    ],
)
def test_a_wrong_metric_breaks_a_law(wrong, law: str) -> None:
    """Each law catches the fault it is there for, and says which law it is."""
    far = [DRAWS[0], DRAWS[1] + 3, DRAWS[2] + 6]
    with pytest.raises(laws.LawBroken, match=law):
        laws.metric(wrong, *far, degree=0.5, rel=1e-6)


@pytest.mark.parametrize(("p", "sees"), [(LINE, ("drop", "blur")), (FIVE, ("drop",))], ids=["line", "plane"])
def test_the_energy_distance_of_samples_is_a_score(p: GaussianMixture, sees: tuple[str, ...]) -> None:
    """Of 300 draws it sees a dropped mode, and a blur where modes are not much farther apart than they are wide."""

    def distance(x: np.ndarray, real: np.ndarray) -> float:
        a, b = (np.reshape(part, (len(part), -1)) for part in (x, real))
        apart = [np.linalg.norm(u[:, None] - v, axis=-1).mean() for u, v in ((a, b), (a, a), (b, b))]
        return 2 * apart[0] - apart[1] - apart[2]

    laws.sample_score(distance, p, n=300, reference=300, degree=1.0, sees=sees)


def captured(x: np.ndarray, p: GaussianMixture) -> float:
    return scores.mode_report(x, p).captured


def good(x: np.ndarray, p: GaussianMixture) -> float:
    return scores.mode_report(x, p).high_quality


def test_published_scores_see_what_they_promise_and_no_more() -> None:
    """Modes captured sees a drop and no blur, good samples a blur and no drop; precision and recall share them likewise."""
    laws.sample_score(captured, FIVE, better="higher", sees=("drop",))
    laws.sample_score(good, FIVE, better="higher", sees=("blur",))
    with pytest.raises(laws.LawBroken, match="a blur is seen"):
        laws.sample_score(captured, FIVE, better="higher")
    with pytest.raises(laws.LawBroken, match=r"a drop is seen|a drop scores better"):
        laws.sample_score(good, FIVE, better="higher")
    laws.sample_score(
        lambda x, real: scores.precision_recall(real, x)[1], FIVE, better="higher", sees=("drop",), n=200, reference=200
    )


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (lambda x, p: float(x[0, 0]), "order of samples"),
        (lambda x, p: scores.mode_report(x / 2, p).high_quality, "X"),
        (lambda x, p: -good(x, p), "truth scores best"),
        (lambda x, p: float(np.random.default_rng().random()), "same samples"),
        (lambda x, p: float("inf"), "a number"),
        (lambda x, p: 1.0, "is seen"),
    ],
)
def test_a_wrong_score_breaks_a_law(wrong, law: str) -> None:
    """Order, units, what is best, chance, an infinity, and a score that sees nothing."""
    with pytest.raises(laws.LawBroken, match=law):
        laws.sample_score(wrong, FIVE, better="higher", sees=("blur",))


def test_samplers_of_the_house_have_their_laws() -> None:
    """Mixtures on the line and in the plane, and a target without a mixture."""
    for law in (P, FIVE, targets.two_moons()):
        laws.sampler(law.sample, law)


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (lambda n, rng: FIVE.sample(n - 1, rng), "rows"),
        (lambda n, rng: FIVE.sample(n, rng)[:, :1], "shape"),
        (lambda n, rng: FIVE.sample(n, np.random.default_rng()), "the seed decides"),
        (lambda n, rng: FIVE.sample(n, np.random.default_rng(3)), "another seed"),
        (lambda n, rng: np.repeat(FIVE.sample((n + 3) // 4, rng), 4, axis=0)[:n], "repeated"),
        (lambda n, rng: FIVE.sample(n, rng) + np.array([0.6, 0.0]), "law"),
        (lambda n, rng: FIVE.smooth(0.2).sample(n, rng), "law, in its density"),
        (
            lambda n, rng: np.vstack([FIVE.means[rng.integers(5, size=1)]] * n) + 0.3 * rng.standard_normal((n, 2)),
            "law",
        ),
        (lambda n, rng: np.full((n, 2), np.nan), "finite"),
    ],
)
def test_a_wrong_sampler_breaks_a_law(wrong, law: str) -> None:
    """Shape, seed, copies, a shift, a blur that only the density shows, and one component a batch."""
    with pytest.raises(laws.LawBroken, match=law):
        laws.sampler(wrong, FIVE)


@settings(QUIET, max_examples=2)
@given(law=strategies.conditionals())
def test_conditional_generators_have_their_law_or_are_caught(law) -> None:
    """A law of branches samples itself; the mean of its branches, a dropped one, and what ignores x do not."""
    x = np.linspace(-1.0, 1.5, 1000)
    laws.conditional_sampler(law.sample, law, x)
    for wrong in (
        lambda x, rng: (
            law.weights @ (law.offsets[:, None] + law.slopes[:, None] * x) + 1e-3 * rng.standard_normal(len(x))
        ),
        lambda x, rng: law.offsets[0] + law.slopes[0] * x + law.stds[0] * rng.standard_normal(len(x)) + 20,
    ):
        with pytest.raises(laws.LawBroken, match="given x"):
            laws.conditional_sampler(wrong, law, x)
    with pytest.raises(laws.LawBroken, match="one y for each x"):
        laws.conditional_sampler(lambda x, rng: law.sample(x, rng)[:-1], law, x)
    with pytest.raises(laws.LawBroken, match="the seed decides"):
        laws.conditional_sampler(lambda x, rng: law.sample(x, np.random.default_rng()), law, x)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_separated_modes_keep_apart(dim: int) -> None:
    """The least distance between means over the wider one's largest deviation is what was asked for or more, and not always the same."""
    found: list[float] = []

    @settings(QUIET, max_examples=25)
    @given(strategies.separated_mixtures(2, 4, widths=5.0, dim=dim))
    def collect(p: GaussianMixture) -> None:
        assert p.dim == dim
        means = p.means.reshape(len(p), dim)
        sizes = p.stds if dim == 1 else np.sqrt(np.linalg.eigvalsh(p.covs)[:, -1])
        for i in range(len(p)):
            for j in range(i):
                found.append(np.linalg.norm(means[i] - means[j]) / max(sizes[i], sizes[j]))

    collect()
    assert min(found) >= 5.0 * (1 - 1e-9)
    assert max(found) > 10
    assert len(set(found)) > 10


def test_spectra_and_channels_reach_their_ends_and_no_farther() -> None:
    """Variances from 0.03 to 30, as many as asked; a channel of one output is certain."""
    seen: list[np.ndarray] = []

    @settings(QUIET, max_examples=60)
    @given(strategies.spectra(2, 5), strategies.channels(3, 1))
    def collect(spectrum: np.ndarray, channel: np.ndarray) -> None:
        seen.append(spectrum)
        assert np.array_equal(channel, np.ones((3, 1)))

    collect()
    assert {len(spectrum) for spectrum in seen} == {2, 3, 4, 5}
    every = np.concatenate(seen)
    assert (every.min(), every.max() <= 30) == (0.03, True)
    assert every.max() > 3
