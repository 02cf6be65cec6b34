"""What changes nothing of a diagnosis: another unit, another origin, a rotation, another order; and what it costs."""

import json
import tracemalloc

import numpy as np
import pytest

from tests.power import TARGETS
from theory import GaussianMixture
from theory.diagnosis import diagnose
from theory.diagnosis.faults import blurred, bridged, collapsed, invented

N = 1_000


def numbers(found):
    """Sizes and intervals of all faults, and values of checks."""
    ends = [(fault.size, fault.low, fault.high) for fault in found.faults]
    return np.array(ends), [fault.word for fault in found.faults], [check.value for check in found.checks]


def same(one, other):
    """Two diagnoses that agree to rounding."""
    (a, words, values), (b, others, theirs) = numbers(one), numbers(other)
    np.testing.assert_allclose(b, a, rtol=1e-6, atol=1e-7)
    assert words == others
    np.testing.assert_allclose(theirs, values, rtol=1e-4)


def turned(dim, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((dim, dim)))[0]


@pytest.mark.parametrize(
    ("target", "sampler"), [("ring", bridged), ("unequal", invented), ("unequal", collapsed), ("eight", blurred)]
)
def test_a_rotation_in_another_unit_changes_nothing(target, sampler):
    """Samples and law scaled, turned and shifted; samples and components in another order."""
    p, rng = TARGETS[target], np.random.default_rng(1)
    x = sampler(p, N, 1)
    matrix, shift, order = 250.0 * turned(p.dim), rng.standard_normal(p.dim), rng.permutation(len(p))
    covs = matrix @ p.covs @ matrix.T
    q = GaussianMixture(
        p.weights[order], (p.means @ matrix.T + shift)[order], covs=0.5 * (covs + covs.transpose(0, 2, 1))[order]
    )
    y = x @ matrix.T + shift
    base, moved = diagnose(x, p), diagnose(y, q)
    same(base, moved)
    np.testing.assert_array_equal(np.where(moved.labels >= 0, order[moved.labels], moved.labels), base.labels)
    np.testing.assert_allclose(moved.masses, base.masses[order])
    np.testing.assert_allclose(moved.spreads, base.spreads[order], rtol=1e-6)
    assert sorted(part.size for part in base.fault("dropped").parts) == pytest.approx(
        sorted(part.size for part in moved.fault("dropped").parts)
    )
    same(base, diagnose(rng.permutation(x), p))


def test_a_scale_on_the_line_changes_nothing():
    """From 1e-60 to 1e60, with either sign."""
    p = TARGETS["pair"]
    x = blurred(p, N, 2)[:, 0]
    for factor in (-1e-60, 3.0, 1e60):
        same(diagnose(x, p), diagnose(factor * x + factor, p.affine(factor, factor)))


def test_single_precision_is_not_copying():
    """Twenty thousand float32 numbers of one width at a thousand coincide now and then, and nothing is wrong with them."""
    p = GaussianMixture([1.0], [1_000.0], stds=[0.1])
    x = p.sample(20_000, 1).astype(np.float32)
    assert len(np.unique(x)) < 0.9 * len(x)
    assert diagnose(x, p).present == ()


def test_constants_are_named():
    """All at one mode: dropped, shrunk to nothing, repeated. All at the mean: collapsed. All far away: invented."""
    p = TARGETS["ring"]
    middle = p.means.mean(axis=0)
    for point, names in ((p.means[0], {"dropped", "shrunk", "copied"}), (middle, {"collapsed", "dropped", "copied"})):
        assert names <= set(diagnose(np.tile(point, (1_000, 1)), p).present)
    far = diagnose(np.full((1_000, 2), 1e6), p)
    assert {"invented", "dropped", "copied"} == set(far.present)
    assert (far.labels == -2).all()


@pytest.mark.parametrize("target", TARGETS)
def test_the_record_is_json(target):
    """Whatever was found: no NaN, infinities as text, and the same again with the same seed."""
    p = TARGETS[target]
    x = p.sample(30, 1)
    record = json.dumps(diagnose(x, p, seed=3).record(), allow_nan=False)
    assert record == json.dumps(diagnose(x, p, seed=3).record(), allow_nan=False)
    assert json.loads(record)["n"] == 30


def test_a_hundred_thousand_samples_take_little_memory():
    """Against 25 modes: memory of the order of the samples, not of samples times modes."""
    p = TARGETS["grid"]
    x = p.sample(100_000, 1)
    diagnose(x[:100], p)
    tracemalloc.start()
    found = diagnose(x, p)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.present == ()
    assert most < 60 * x.nbytes


def test_sixteen_dimensions_and_one_mode():
    """A single mode has its width and place checked as many have; a weight of zero is no mode."""
    p = GaussianMixture([1.0, 0.0], [np.zeros(16), np.ones(16)], stds=[2.0, 1.0])
    assert diagnose(p.sample(500, 1), p).present == ()
    wide = diagnose(1.5 * p.sample(500, 1), p)
    assert wide.present == ("blurred",)
    assert wide.fault("blurred").size == pytest.approx(0.5, abs=0.1)


def test_samples_that_are_not_numbers_are_counted():
    """Refused, with how many they are."""
    p = TARGETS["ring"]
    x = p.sample(100, 1)
    x[3:7, 1] = np.nan
    with pytest.raises(ValueError, match="4 of 100 samples"):
        diagnose(x, p)
    with pytest.raises(ValueError, match="at least 30 samples"):
        diagnose(x[10:20], p)
