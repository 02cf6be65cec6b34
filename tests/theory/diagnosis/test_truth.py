"""Truth by construction: one fault of known size is found at that size and no other is blamed; the truth is not accused."""

import numpy as np
import pytest

from tests.power import SIZE, TARGETS
from theory import GaussianMixture
from theory.diagnosis import FAULTS, diagnose
from theory.diagnosis.faults import SAMPLERS, blurred, bridged, dropped, shrunk

N = 2_500


@pytest.mark.parametrize("target", TARGETS)
def test_the_truth_is_not_accused(target):
    """Right samples have no fault, and every size lies in its interval."""
    p = TARGETS[target]
    found = diagnose(p.sample(N, 7), p)
    assert found.present == ()
    assert {check.word for check in found.checks} <= {"absent", "undecided"}
    for fault in found.faults:
        assert fault.low <= fault.size <= fault.high
        assert fault.null[0] <= fault.null[1]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SAMPLERS)
def test_a_fault_is_found_at_its_size_and_no_other_blamed(name, target):
    """What is made wrong is present, its size in the interval, and whatever else is present follows from it by the table."""
    p = TARGETS[target]
    due = SIZE.get(name, float(p.weights[0]))
    found = diagnose(SAMPLERS[name](p, N, 3), p)
    fault = found.fault(name)
    assert fault.word == "present"
    assert fault.low - 0.01 <= due <= fault.high + 0.01
    assert set(found.present) - {name} <= set(FAULTS[name].implies)
    assert all(name in found.fault(other).implied_by for other in set(found.present) - {name})


@pytest.mark.parametrize(("name", "factor"), [("blurred", 1.6), ("shrunk", 0.4)])
def test_one_mode_of_eight_is_told_from_the_rest(name, factor):
    """Where a single mode has another width, it is that one which is named, at its factor."""
    p, rng = TARGETS["ring"], np.random.default_rng(1)
    mode = rng.integers(8, size=8 * N)
    noise = p.stds[0] * rng.standard_normal((8 * N, 2))
    x = p.means[mode] + np.where(mode == 5, factor, 1.0)[:, None] * noise
    found = diagnose(x, p)
    told = {part.mode for part in found.fault(name).parts if part.word == "present"}
    assert told <= {5, None}
    assert 5 in told
    assert found.spreads[5] == pytest.approx(factor, rel=0.1)
    assert found.spread_low[5] < factor < found.spread_high[5]


@pytest.mark.parametrize("dim", [5, 8, 16])
def test_wide_bridges_stretch_no_mode_toward_themselves(dim):
    """Three in ten samples lie on segments that end in modes: they are a bridge of that size, and no mode is wide, moved, or copied."""
    rng = np.random.default_rng(dim)
    means, roots = rng.standard_normal((6, dim)), np.eye(dim) + 0.3 * rng.standard_normal((6, dim, dim)) / np.sqrt(dim)
    p = GaussianMixture(rng.dirichlet(np.full(6, 4.0)), 5 + 3 * means, covs=0.09 * roots @ roots.transpose(0, 2, 1))
    found = diagnose(bridged(p, 4 * N, 5, 0.3), p)
    assert found.fault("bridged").low < 0.3 < found.fault("bridged").high
    assert set(found.present) <= {"bridged", "reweighted", "dropped"}


def test_a_mode_shrunk_in_one_direction_is_shrunk():
    """Halved along one axis and right along the other: shrunk in one direction, by a half."""
    p = TARGETS["ring"]
    rng = np.random.default_rng(4)
    x = p.means[rng.integers(8, size=N)] + p.stds[0] * rng.standard_normal((N, 2)) * [0.5, 1.0]
    found = diagnose(x, p).fault("shrunk")
    part = next(each for each in found.parts if each.name == "all modes, in one direction")
    assert found.word == part.word == "present"
    assert part.size == pytest.approx(0.5, abs=0.03)


def test_jitter_in_the_plane_is_sized_as_it_adds_up():
    """Noise of 0.3 deviations widens by √1.09 in every dimension, so by as much in the plane as on the line."""
    for target in ("pair", "unequal", "eight"):
        p = TARGETS[target]
        found = diagnose(blurred(p, 40_000, 5, np.sqrt(1.09) - 1), p).fault("blurred").parts[0]
        assert found.size == pytest.approx(np.sqrt(1.09) - 1, abs=0.012)
        assert found.low < np.sqrt(1.09) - 1 < found.high


def test_modes_that_overlap_are_not_told_apart():
    """Of two components that overlap none is called dropped, shrunk or shifted: their masses together are what is known."""
    p = GaussianMixture([0.4, 0.6], [-1.0, 1.0], stds=[0.6, 0.5])
    right, half = diagnose(p.sample(N, 1), p), diagnose(dropped(p, N, 1), p)
    assert right.present == half.present == ()
    assert right.fault("dropped").word == "absent"
    assert half.fault("shrunk").word == half.fault("shifted").word == "undecided"
    assert half.checks[0].word == "present"


def test_a_mean_at_a_mode_is_undecided_and_never_absent():
    """The mean of a grid of odd side is its middle mode: whether samples collapsed to it cannot be told."""
    p = TARGETS["grid"]
    found = diagnose(p.sample(10_000, 1), p).fault("collapsed")
    assert found.parts[0].name == "of all"
    assert found.word == found.parts[0].word == "undecided"


def test_a_missing_mode_needs_samples():
    """Twenty samples due are too few to call a mode dropped, and `smallest` says so; at a hundred it is found."""
    p = TARGETS["grid"]
    few, many = (diagnose(dropped(p, n, 1), p).fault("dropped") for n in (500, N))
    assert (few.word, few.smallest) == ("undecided", np.inf)
    assert (many.word, many.smallest) == ("present", pytest.approx(0.04))


def test_training_points_repeated_are_found_whatever_else_is_wrong():
    """A twentieth of samples near training points is copied; shrunk or reweighted samples that know none are not."""
    p = TARGETS["ring"]
    train, x = p.sample(1_000, 11), p.sample(1_000, 12)
    x[:100] = train[:100] + 1e-5
    found = diagnose(x, p, train=train).fault("copied")
    assert found.word == "present"
    assert found.parts[1].size == pytest.approx(0.1, abs=0.03)
    for other in (shrunk, dropped):
        assert diagnose(other(p, 1_000, 13), p, train=train).fault("copied").parts[1].word != "present"
