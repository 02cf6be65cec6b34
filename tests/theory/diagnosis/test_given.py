"""Conditional laws: branches dropped, blurred and collapsed, on the line and in the plane, Gaussian and uniform."""

import numpy as np
import pytest

from theory import GaussianMixture
from theory.diagnosis import FAULTS, Pieces, diagnose_given

N = 1_600


def turning(x):
    """Two unequal branches in the plane that go round each other."""
    at = np.array([np.cos(2 * np.pi * x[0]), np.sin(2 * np.pi * x[0])])
    return GaussianMixture([0.4, 0.6], [7 + 3 * at, 5 - 3 * at], stds=[0.2, 0.1])


def split(x):
    """One interval or two, by x."""
    return Pieces([0.3, 0.7], [0.0, 2.0 + x[0]], [0.5, 3.0 + x[0]]) if x[0] > 0.3 else Pieces([1.0], [1.0], [2.0])


LAWS = {"turning": turning, "split": split}


@pytest.fixture(params=LAWS)
def case(request):
    """A law, inputs, and right samples."""
    rng = np.random.default_rng(5)
    law, x = LAWS[request.param], rng.random((N, 1))
    return law, x, np.array([law(each).sample(1, rng)[0] for each in x])


def test_right_samples_have_no_fault(case):
    """Nor do their quantile residuals say so; a list of laws says the same as a function."""
    law, x, y = case
    found = diagnose_given(y, x, law)
    assert found.present == ()
    assert all(check.word == "absent" for check in found.checks)
    assert len(found.checks) == (y.ndim == 1)
    assert found.record() == diagnose_given(y, x[:, 0], [law(each) for each in x]).record()


def test_the_conditional_mean_is_a_collapse(case):
    """All samples at E[y|x]: where it can be told, all are; three in ten are three in ten."""
    law, x, y = case
    mean = np.array([law(each).mean for each in x])
    whole = diagnose_given(mean, x, law)
    assert "collapsed" in whole.present
    assert whole.fault("collapsed").size > 0.97
    some = np.random.default_rng(1).random(N) < 0.3
    part = diagnose_given(np.where(some[:, None] if y.ndim > 1 else some, mean, y), x, law)
    assert part.fault("collapsed").low < 0.3 < part.fault("collapsed").high
    assert set(part.present) - {"collapsed"} <= set(FAULTS["collapsed"].implies)


def test_a_branch_never_taken_is_dropped(case):
    """Always the last one: the first has lost its weight, pooled over x."""
    law, x, _ = case
    rng = np.random.default_rng(2)
    y = []
    for each in x:
        p = law(each)
        if isinstance(p, Pieces):
            y.append(rng.uniform(p.low[-1], p.high[-1]))
        else:
            y.append(p.means[-1] + p.stds[-1] * rng.standard_normal(2))
    found = diagnose_given(np.array(y), x, law)
    assert found.fault("dropped").word == "present"
    assert [part.name for part in found.fault("dropped").parts if part.word == "present"] == ["branch 1 of 2"]
    assert set(found.present) <= {"dropped", "reweighted"}


def test_jitter_is_sized_alike_in_the_plane():
    """Noise of 0.6 of a branch's deviation widens it by √1.36, whichever the branch."""
    rng = np.random.default_rng(3)
    x = rng.random((N, 1))
    mode = rng.choice(2, size=N, p=[0.4, 0.6])
    y = np.array([turning(each).means[k] for each, k in zip(x, mode, strict=True)])
    y += np.sqrt(1.36) * np.array([0.2, 0.1])[mode][:, None] * rng.standard_normal((N, 2))
    found = diagnose_given(y, x, turning)
    assert found.present == ("blurred",)
    assert found.fault("blurred").parts[0].size == pytest.approx(np.sqrt(1.36) - 1, abs=0.03)
    np.testing.assert_allclose(found.spreads, np.sqrt(1.36), rtol=0.06)


def test_what_is_off_the_support_is_counted():
    """A tenth of samples at 9, beyond every interval."""
    rng = np.random.default_rng(4)
    x = rng.random((N, 1))
    y = np.array([split(each).sample(1, rng)[0] for each in x])
    found = diagnose_given(np.where(rng.random(N) < 0.1, 9.0, y), x, split)
    assert found.present == ("invented",)
    assert found.fault("invented").size == pytest.approx(0.1, abs=0.02)


def test_a_wrong_law_is_named():
    """A function that raises, gives something else, or another dimension."""
    x, y = np.zeros(40), np.zeros(40)
    for law in (lambda x: 1 / 0, lambda x: 3, turning, [turning(x)] * 3):
        with pytest.raises(ValueError, match=r"^law: expected"):
            diagnose_given(y, x, law)
    with pytest.raises(ValueError, match=r"^given: expected"):
        diagnose_given(y, x[:35], lambda x: GaussianMixture([1.0], [0.0], stds=[1.0]))


def test_pieces_are_intervals_in_order():
    """Draws lie in them by weight; the mean is theirs; what overlaps is refused."""
    p = Pieces([0.25, 0.75], [0.0, 2.0], [1.0, 3.0])
    x = p.sample(20_000, 1)
    assert p.mean == pytest.approx(2.0)
    assert np.mean(x < 1) == pytest.approx(0.25, abs=0.02)
    assert (((x >= 0) & (x <= 1)) | ((x >= 2) & (x <= 3))).all()
    with pytest.raises(ValueError, match="high"):
        Pieces([0.25, 0.75], [0.0, 0.5], [1.0, 3.0])
