"""The exported strategies draw what they say, the exported laws hold for the house, and catch what breaks them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from proofs import laws, strategies
from theory import divergence, location

QUIET = settings(
    max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SYMMETRIC = {"js": True, "jeffrey": True, "tv": True, "hellinger2": True, "kl": False, "reverse_kl": False}


@pytest.mark.parametrize("name", sorted(SYMMETRIC))
@QUIET
@given(pair=strategies.pairs(high=3))
def test_divergences_obey_their_laws(name: str, pair) -> None:
    """Nonnegative, zero on equals, blind to units, order and writing."""
    laws.divergence(getattr(divergence, name), *pair, symmetric=SYMMETRIC[name], rel=1e-8)


@pytest.mark.parametrize("name", ["median", "mean"])
@QUIET
@given(p=strategies.mixtures(2, 4))
def test_locations_obey_their_laws(name: str, p) -> None:
    """Mean and median move with the origin and scale with the unit."""
    laws.location(location.median if name == "median" else lambda law: law.mean, p)


@QUIET
@given(p=strategies.mixtures(1, 4), x=strategies.vectors(strategies.reals(-8.0, 8.0), 5, 20))
def test_mixtures_are_distributions(p, x) -> None:
    """Density, cdf and quantiles belong together."""
    laws.distribution(p, x)


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        (lambda p, q: float(divergence.kl(p, q)) + 1e-6, "from itself"),
        (lambda p, q: -float(divergence.kl(p, q)), "nonnegative"),
        (lambda p, q: float(divergence.kl(p, q)) * p.std, "units"),
        (lambda p, q: float(divergence.kl(p, q)) * len(p), "written"),
        (lambda p, q: float(divergence.kl(p, q)) * p.weights[0], "order"),
    ],
)
def test_a_wrong_divergence_breaks_a_law(wrong, law: str) -> None:
    """Each law catches the fault it is there for, and says which law it is."""
    p = strategies.GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.1])
    q = strategies.GaussianMixture([0.6, 0.4], [0.5, 3.0], stds=[1.0, 0.7])
    with pytest.raises(laws.LawBroken, match=law):
        laws.divergence(wrong, p, q)


def test_kl_is_not_symmetric_and_a_midrange_is_no_location_of_a_law() -> None:
    """Asymmetry is caught where symmetry is promised; what depends on the writing is no location."""
    p = strategies.GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.1])
    q = strategies.GaussianMixture([0.6, 0.4], [0.5, 3.0], stds=[1.0, 0.7])
    with pytest.raises(laws.LawBroken, match="symmetric"):
        laws.divergence(divergence.kl, p, q, symmetric=True)
    with pytest.raises(laws.LawBroken, match="written"):
        laws.location(lambda law: float(law.means.mean()), p)


def draws(strategy, count: int = 60) -> list:
    """Draws of a strategy, collected."""
    found: list = []

    @settings(max_examples=count, deadline=None, database=None, derandomize=True)
    @given(strategy)
    def collect(value) -> None:
        found.append(value)

    collect()
    return found


def test_reals_reach_their_ends_and_stay_inside() -> None:
    """`reals` includes both ends of its interval, `inside` neither."""
    assert all(-1 <= x <= 2 for x in draws(strategies.reals(-1.0, 2.0)))
    assert min(draws(strategies.reals(-1.0, 2.0))) == -1
    assert all(-1 < x < 2 for x in draws(strategies.inside(-1.0, 2.0)))


def test_weights_and_channels_are_probabilities() -> None:
    """Weight vectors and the rows of channels are positive and sum to one."""
    for w in draws(strategies.weights(1, 5)):
        assert w.min() > 0
        assert w.sum() == pytest.approx(1, abs=1e-12)
    for m in draws(strategies.channels(2, 3)):
        assert m.shape == (2, 3)
        assert np.allclose(m.sum(axis=1), 1)


def test_draws_do_not_depend_on_the_modules_that_are_loaded(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis mixes constants of loaded local modules into its draws; ours stay the same beside another module."""
    before = draws(strategies.tuples(strategies.reals(-5.0, 5.0), strategies.integers(0, 1000)))
    (tmp_path / "module_full_of_constants.py").write_text("VALUES = [17, 4711, 65536, 12345, 999, 0.125, 3.75]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("module_full_of_constants")
    assert draws(strategies.tuples(strategies.reals(-5.0, 5.0), strategies.integers(0, 1000))) == before


def test_collapsed_generators_drop_and_blurred_ones_spread() -> None:
    """A collapsed generator has fewer components of the target; a blurred one the same mean and more variance."""
    target = strategies.GaussianMixture([0.2, 0.5, 0.3], [-3.0, 0.0, 4.0], stds=[0.3, 0.5, 0.2])
    for p in draws(strategies.collapsed(target), 30):
        assert 1 <= len(p) < len(target)
        assert set(p.means) < set(target.means)
    for p in draws(strategies.blurred(target), 30):
        assert p.mean == pytest.approx(target.mean)
        assert p.var > target.var
    assert all(len(p) >= 2 for p in draws(strategies.targets(), 30))
