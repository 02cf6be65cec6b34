"""y given x: right samples of every problem are silent, their conditional mean and a lost branch are seen for what they are."""

import sys
from pathlib import Path

import numpy as np
import pytest

from proofs.diagnosis.asking import diagnose
from theory import GaussianMixture
from toys import targets
from toys.targets.target import Target

RNG = np.random.default_rng
PROBLEMS: dict[str, Target] = {
    "bishop_inverse": targets.bishop_inverse(), "two_branch": targets.two_branch(), "noisy_code": targets.noisy_code(), "random_edge": targets.random_edge(),
}  # fmt: skip


def averaged(target: Target, rows: np.ndarray) -> np.ndarray:
    """What squared error makes of the problem: of each x its conditional mean, of signals their mean."""
    if isinstance(target, targets.RandomEdge):
        return np.tile(target.mean, (len(rows), 1))
    return np.stack([rows[:, 0], target.conditional_mean(rows[:, 0])], axis=1)


@pytest.mark.parametrize("name", PROBLEMS)
def test_right_samples_are_silent_and_a_regression_is_seen(name: str) -> None:
    """Nothing is present in the one; the other has collapsed to the conditional mean."""
    rows = PROBLEMS[name].sample(1200, RNG(1))
    assert diagnose(rows, target=name).present == ()
    assert "collapsed" in diagnose(averaged(PROBLEMS[name], rows), target=PROBLEMS[name]).present


def test_a_lost_branch_is_dropped_by_its_name() -> None:
    """Only the lower branch of two_branch is ever given."""
    rows = PROBLEMS["two_branch"].sample(1200, RNG(1))
    found = diagnose(np.stack([rows[:, 0], -np.abs(rows[:, 1])], axis=1), target="two_branch")
    assert "dropped" in found.present
    assert [p.name for p in found.first.fault("dropped").parts if p.word == "present"] == ["branch 2 of 2"]


def test_a_blurred_edge_is_between_black_and_white() -> None:
    """Edges smoothed over nine samples: greys are bridged, and nothing else is."""
    edges = PROBLEMS["random_edge"].sample(3000, RNG(1))
    padded = np.pad(edges, ((0, 0), (4, 4)), mode="edge")
    smooth = np.stack([padded[:, k : k + 64] for k in range(9)]).mean(axis=0)
    assert diagnose(smooth, target="random_edge").present == ("bridged",)


def test_x_beside_y_is_as_x_apart() -> None:
    """Rows (x, y), and y with given: the same diagnosis, for one seed and for two with x of their own."""
    rows = [PROBLEMS["two_branch"].sample(300, RNG(k)) for k in range(2)]
    together = diagnose(rows, target="two_branch")
    apart = diagnose([r[:, 1] for r in rows], target="two_branch", given=[r[:, :1] for r in rows])
    assert [one.record() for one in together.diagnoses] == [one.record() for one in apart.diagnoses]


def fork(x: np.ndarray) -> GaussianMixture:
    """In the plane, at two numbers x: one mode on either side."""
    return GaussianMixture([0.4, 0.6], np.array([x, x + 2.0]), covs=np.array([[[0.02, 0.01], [0.01, 0.02]]] * 2))


def test_a_law_of_ones_own_may_have_several_x_and_y() -> None:
    """Rows of x go to the function as rows; right samples are silent, one mode alone is not."""
    x = RNG(1).random((600, 2))
    y = np.stack([fork(row).sample(1, RNG(k))[0] for k, row in enumerate(x)])
    assert diagnose(y, law=fork, given=x).present == ()
    one = x + 0.1 * RNG(2).normal(size=x.shape)
    assert "dropped" in diagnose(one, law=fork, given=x).present


def test_a_law_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """package.module:function says the same as the function."""
    (tmp_path / "law_by_name.py").write_text(
        "from theory import GaussianMixture\ndef law(x):\n    return GaussianMixture([1.0], [x], stds=[0.5])\n"
    )
    monkeypatch.chdir(tmp_path)
    x = RNG(1).random(100)
    found = diagnose(x + 0.5 * RNG(2).normal(size=100), law="law_by_name:law", given=x)
    assert found.present == ()
    assert "law_by_name:law" in found.heading
    del sys.modules["law_by_name"]
