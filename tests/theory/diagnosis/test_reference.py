"""Beside samples of the truth: modes of one half, judged on the other; without modes by what needs none."""

import numpy as np
import pytest

from tests.power import TARGETS
from theory.diagnosis import FAULTS, diagnose_reference
from theory.diagnosis.faults import SAMPLERS
from theory.diagnosis.fit import fitted

N = 2_500
P = TARGETS["unequal"]
REFERENCE = P.sample(8_000, 21)


def test_modes_are_found_again():
    """Means, weights and covariances of four components, from 8,000 samples."""
    found = fitted(REFERENCE, 4, np.random.default_rng(0))
    order = [int(np.linalg.norm(found.means - mean, axis=1).argmin()) for mean in P.means]
    np.testing.assert_allclose(found.means[order], P.means, atol=0.05)
    np.testing.assert_allclose(found.weights[order], P.weights, atol=0.02)
    np.testing.assert_allclose(found.covs[order], P.covs, atol=0.02)


def test_right_samples_have_no_fault():
    """Nor has the reference itself, held against a half of its own law."""
    found = diagnose_reference(P.sample(N, 22), REFERENCE, modes=4)
    assert found.present == ()
    assert [check.word for check in found.checks] == ["absent", "absent"]
    assert diagnose_reference(P.sample(N, 22), REFERENCE).present == ()


@pytest.mark.parametrize("name", ["dropped", "blurred", "shrunk", "bridged", "invented", "collapsed"])
def test_faults_are_told_apart_without_a_law(name):
    """Each is present, and what else is follows from it."""
    found = diagnose_reference(SAMPLERS[name](P, N, 23), REFERENCE, modes=4)
    assert name in found.present
    assert set(found.present) - {name} <= set(FAULTS[name].implies)


def test_without_modes_only_copies_and_checks():
    """A dropped mode shows in both checks; repetition in the one fault that is looked for, whatever mode is missing."""
    found = diagnose_reference(SAMPLERS["dropped"](P, N, 24), REFERENCE)
    assert [fault.name for fault in found.faults] == ["copied"]
    assert found.fault("copied").word == "absent"
    assert [check.word for check in found.checks] == ["present", "present"]
    assert found.modes is found.masses is found.spreads is None
    assert diagnose_reference(SAMPLERS["copied"](P, N, 24), REFERENCE).present == ("copied",)


def test_training_points_are_recognised():
    """A tenth of samples are training points; the reference holds others."""
    train, x = P.sample(1_000, 25), P.sample(1_000, 26)
    assert diagnose_reference(x, REFERENCE, train=train).present == ()
    x[::10] = train[::10]
    assert diagnose_reference(x, REFERENCE, train=train).present == ("copied",)


def test_scale_and_shift_change_nothing():
    """Of samples and reference together."""
    x = SAMPLERS["blurred"](P, 1_000, 27)
    one = diagnose_reference(x, REFERENCE, modes=4)
    other = diagnose_reference(8 * x + 64, 8 * REFERENCE + 64, modes=4)
    assert [f.word for f in one.faults] == [f.word for f in other.faults]
    assert [f.size for f in one.faults] == pytest.approx([f.size for f in other.faults], rel=1e-3, abs=1e-3)
