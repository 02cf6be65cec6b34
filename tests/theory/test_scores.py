"""Sample scores: loops over all pairs as twins, symmetry under exchange, and the table of failures."""

from pathlib import Path

import numpy as np
import pytest
from prdc import compute_prdc

from theory import diagnosis, prd, scores
from theory.mixture import GaussianMixture
from theory.standard import ring

TARGET = ring(modes=8, radius=1.3, std=0.05)
N = 800


def ball_matrix(centres, x, k):
    """Which x lie in the open k-neighbour ball of which centre, by all distances."""
    own = np.sort(np.linalg.norm(centres[:, None] - centres, axis=-1), axis=1)[:, k]
    return np.linalg.norm(centres[:, None] - x, axis=-1) < own[:, None] * (1 - 1e-12)


def clouds(seed, n=60, m=45, dim=2):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, dim)), rng.normal(0.4, 1.5, size=(m, dim))


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_neighbour_scores_by_all_pairs(k, dim):
    """Precision, recall, density and coverage by the definition over all pairs, also with outliers and duplicates."""
    real, fake = clouds(k, dim=dim)
    real[:3] = real[3]
    real[5] = 12.0  # one enormous ball
    fake[:4] = real[7]
    of_real, of_fake = ball_matrix(real, fake, k), ball_matrix(fake, real, k)
    assert scores.precision_recall(real, fake, k) == pytest.approx((of_real.any(0).mean(), of_fake.any(0).mean()))
    assert scores.density_coverage(real, fake, k) == pytest.approx(
        (of_real.sum() / (k * len(fake)), of_real.any(1).mean())
    )


@pytest.mark.parametrize("k", [2, 5])
def test_neighbour_scores_are_prdcs(k):
    """The four scores of the prdc package, of unequal numbers of points."""
    real, fake = clouds(7, 300, 200)
    theirs = compute_prdc(real, fake, k)
    ours = (*scores.precision_recall(real, fake, k), *scores.density_coverage(real, fake, k))
    assert ours == pytest.approx(
        [theirs[name] for name in ("precision", "recall", "density", "coverage")], rel=1e-12, abs=0
    )


def test_exchanging_sets_exchanges_precision_and_recall():
    """precision(a, b) = recall(b, a)."""
    a, b = clouds(1)
    assert scores.precision_recall(a, b) == scores.precision_recall(b, a)[::-1]


def test_scores_ignore_order_and_scale():
    """Permuting samples, shifting and scaling both sets changes nothing."""
    a, b = clouds(2)
    rng = np.random.default_rng(0)
    c, d = 7 - 3 * rng.permutation(a), 7 - 3 * rng.permutation(b)
    assert scores.precision_recall(a, b) == scores.precision_recall(c, d)
    assert scores.density_coverage(a, b) == scores.density_coverage(c, d)


def test_mode_report_by_loops():
    """Counts by loops over samples and modes; unequal weights in the reverse KL."""
    p = GaussianMixture([0.5, 0.3, 0.2], [[0.0, 0.0], [2.0, 0.0], [0.0, 3.0]], stds=[0.1, 0.2, 0.3])
    x = np.array([[0.0, 0.29], [0.0, 0.31], [2.0, 0.59], [2.5, 0.5], [0.1, -0.1]])
    report = scores.mode_report(x, p)
    assert (report.captured, report.high_quality) == (2, pytest.approx(3 / 5))
    assert report.reverse_kl == pytest.approx(0.6 * np.log(0.6 / 0.5) + 0.4 * np.log(0.4 / 0.3))
    assert scores.mode_report(x, p, 3.2).high_quality == pytest.approx(4 / 5)


def test_true_samples_are_almost_all_of_high_quality():
    """98.9 % of the true samples of a 2D mode lie within 3 deviations, not 100 %."""
    report = scores.mode_report(TARGET.sample(100_000, 0), TARGET)
    assert report.captured == 8
    assert report.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.001)
    assert report.reverse_kl < 1e-3


def test_sample_prd_of_equal_and_disjoint_sets():
    """Equal sets reach (1, 1); disjoint ones stay at 0; a dropped half has recall one half at precision one."""
    a, _ = clouds(3, n=400)
    assert prd.f_scores(*scores.sample_prd(a, a.copy(), 0)) == pytest.approx((1, 1), abs=1e-5)
    assert max(prd.f_scores(*scores.sample_prd(a, a + 100, 0))) == 0
    both = np.concatenate([a, a + 100])
    precision, recall = scores.sample_prd(both, np.concatenate([a, a]), 0)
    assert (precision.max(), recall.max()) == pytest.approx((1, 0.5), abs=2e-3)


def failures(rng):
    """The table's rows: what a generator made, or would make, of the ring, beside the real samples."""
    truth = lambda n: TARGET.sample(n, rng)  # noqa: E731
    real, constant = truth(N), np.tile(TARGET.means[2], (N, 1))
    return {
        "truth": (real, truth(N)),
        "collapse": (real, TARGET.means[2] + 0.05 * rng.normal(size=(N, 2))),
        "blur": (real, np.sqrt(TARGET.var) * rng.normal(size=(N, 2))),
        "Dirac": (real, constant),
        "wide uniform": (real, rng.uniform(-4, 4, size=(N, 2))),
        "two equal constants": (constant, constant.copy()),
        "six samples": (real, truth(6)),
    }


def scored():
    """name -> captured, high quality, precision, recall, density, coverage, faults that the diagnosis finds."""
    rows = {}
    for name, (real, fake) in failures(np.random.default_rng(7)).items():
        report = scores.mode_report(fake, TARGET)
        published = (*scores.precision_recall(real, fake), *scores.density_coverage(real, fake))
        faults = diagnosis.diagnose(fake, TARGET).present if len(fake) >= diagnosis.LEAST else None
        rows[name] = (report.captured, report.high_quality, *published, faults)
    return rows


def printed(rows):
    """The table as the documentation has it."""
    titles = ["samples", "captured", "high quality", "precision", "recall", "density", "coverage", "`diagnose` finds"]
    lines = [titles, ["---"] + ["---:"] * 6 + ["---"]]
    for name, (captured, *published, faults) in rows.items():
        found = "too few samples" if faults is None else ", ".join(faults) or "nothing"
        lines.append([name, str(captured), *(f"{v:.2f}" for v in published), found])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def test_documentation_has_the_table():
    """docs/scores.md holds the table as it is computed now; what should stand there is in the message."""
    table = printed(scored())
    assert table in (Path(__file__).parents[2] / "docs" / "scores.md").read_text(), "\n" + table


def test_table_of_failures():
    """What the published scores and the diagnosis say of each failure."""
    rows = scored()
    captured, _, precision, recall, density, coverage, faults = map(
        dict, ({name: row[i] for name, row in rows.items()} for i in range(7))
    )
    assert (captured["truth"], captured["collapse"], captured["Dirac"]) == (8, 1, 1)
    assert faults["truth"] == ()
    assert {"dropped", "reweighted"} == set(faults["collapse"])
    assert recall["blur"] > 0.95  # says nothing is missing,
    assert precision["blur"] < 0.2  # and
    assert {"blurred", "invented"} <= set(faults["blur"])  # what it is
    assert density["Dirac"] > 0.5  # hardly less than the truth
    assert coverage["Dirac"] < 0.05
    assert {"dropped", "shrunk", "copied"} <= set(faults["Dirac"])
    assert recall["wide uniform"] > 0.9
    assert "invented" in faults["wide uniform"]
    nothing = [m["two equal constants"] for m in (precision, recall, density, coverage)]
    assert nothing == [0, 0, 0, 0]


def test_two_equal_constants_score_nothing():
    """Identical points have empty open balls: every neighbour score is 0, although the sets are equal."""
    constant = np.full((20, 2), 0.7)
    assert scores.precision_recall(constant, constant.copy()) == (0, 0)
    assert scores.density_coverage(constant, constant.copy()) == (0, 0)
    assert scores.sample_prd(constant, constant.copy(), 0)[0].max() == pytest.approx(1)


def test_birthday_test_counts_groups():
    """Groups in order, closed radius, an incomplete last group left out."""
    x = [0.0, 5.0, 9.0, 0.0, 0.5, 9.0, 3.0, 3.0]
    assert scores.birthday_test(x, 3, 0.5) == 0.5  # (0, 5, 9) and (0, 0.5, 9)
    assert scores.birthday_test(x, 2, 0.4) == 0.25  # (3, 3) alone


def test_birthdays_of_equal_atoms():
    """Seven atoms, four draws: 1 - 7·6·5·4/7⁴, to five standard errors."""
    x = np.random.default_rng(0).integers(0, 7, (40_000, 1)) * [[1.0, -2.0]]
    due = 1 - 7 * 6 * 5 * 4 / 7**4
    assert scores.birthday_test(x, 4, 0.1) == pytest.approx(due, abs=5 * np.sqrt(due * (1 - due) / 10_000))


A, B = clouds(0)
BAD = [
    (lambda: scores.birthday_test(A, 1, 0.1), "draws"),
    (lambda: scores.birthday_test(A, 10**6, 0.1), "draws"),
    (lambda: scores.birthday_test(A, 2, 0.0), "radius"),
    (lambda: scores.precision_recall(A, B[:3]), "k"),
    (lambda: scores.density_coverage(A, B, 45), "k"),
    (lambda: scores.precision_recall(A, B[:, :1]), "fake"),
    (lambda: scores.precision_recall(A[None], B), "real"),
    (lambda: scores.precision_recall(A * np.nan, B), "real"),
    (lambda: scores.mode_report(np.zeros((3, 1)), TARGET), "samples"),
    (lambda: scores.mode_report(A, TARGET, 0.0), "deviations"),
    (lambda: scores.mode_report(A, GaussianMixture([1.0], [[0.0, 0.0]], stds=[[1.0, 2.0]])), "p"),
    (lambda: scores.sample_prd(A, B, 0, clusters=0), "clusters"),
    (lambda: scores.sample_prd(A, B, 0, count=0), "count"),
    (lambda: scores.sample_prd(A, B, -1), "rng"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Shapes, neighbours and deviations that do not fit are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
