"""Diagnosing from Python: what is asked of which law, by which name it is refused, and what is said of several seeds."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import torch
from rich.console import Console

import blurproof
from proofs.diagnosis import document, explained, table
from proofs.diagnosis.against import against
from proofs.diagnosis.asking import diagnose
from proofs.diagnosis.reading import sample
from proofs.run import discovery
from tests.proofs.diagnosis.conftest import RING
from theory import GaussianMixture, diagnosis
from toys import targets
from toys.targets.mixtures import MixtureTarget

RNG = np.random.default_rng
FAULTS = ("dropped", "reweighted", "blurred", "shrunk", "shifted", "bridged", "invented", "collapsed", "copied")


def test_the_front_says_what_the_statistics_say(dropping: np.ndarray) -> None:
    """The same faults with the same numbers as theory.diagnosis, at the same confidence; nothing is rounded on the way."""
    found = diagnose(dropping, target=RING, confidence=0.95, seed=3)
    assert found.first.record() == diagnosis.diagnose(dropping, RING, confidence=0.95, seed=3).record()
    assert "dropped" in found.present
    assert found.words["dropped"] == "present"
    assert tuple(found.words) == (*FAULTS, "energy distance")


def test_every_way_to_name_the_law_is_the_same_law(dropping: np.ndarray, tmp_path: Path) -> None:
    """A mixture as target, as mixture, as a mapping, in a file, as a target of toys."""
    written = {"weights": RING.weights.tolist(), "means": RING.means.tolist(), "covs": RING.covs.tolist()}
    (tmp_path / "ring.json").write_text(json.dumps(written))
    records = [
        diagnose(dropping, **{name: value}).first.record()
        for name, value in (
            ("target", RING), ("mixture", RING), ("mixture", written), ("mixture", tmp_path / "ring.json"),
            ("target", MixtureTarget("own", RING, "here")),
        )
    ]  # fmt: skip
    whole = [json.dumps({k: v for k, v in r.items() if k in ("present", "labels")}) for r in records]
    assert whole == [whole[0]] * len(whole)
    sizes = [[fault["size"] for fault in r["faults"]] for r in records]
    np.testing.assert_allclose(sizes, [sizes[0]] * len(sizes), rtol=1e-6, atol=1e-9)


def test_the_front_takes_tensors_and_files(dropping: np.ndarray, tmp_path: Path) -> None:
    """A tensor that requires grad, a file, and blurproof.diagnose: the same words."""
    np.save(tmp_path / "x.npy", dropping)
    ours = diagnose(dropping, target=RING)
    for value in (torch.tensor(dropping, requires_grad=True), tmp_path / "x.npy", str(tmp_path / "x.npy")):
        assert blurproof.diagnose(value, target=RING).words == ours.words


def test_one_dimension_is_a_line_of_numbers() -> None:
    """(n,) and (n, 1) are the same."""
    pair = GaussianMixture([0.3, 0.7], [-1.0, 3.0], stds=[0.2, 0.4])
    x = pair.sample(300, 1)
    assert diagnose(x, target=pair).first.record() == diagnose(x[:, None], target=pair).first.record()


def test_several_seeds_share_the_confidence(right: np.ndarray, dropping: np.ndarray) -> None:
    """Each is judged at 1 - (1 - confidence)/seeds; how often a fault is present has the exact interval."""
    found = diagnose([dropping, right, right[::-1], dropping], target=RING, confidence=0.98)
    assert found.several is not None
    assert found.first.confidence == pytest.approx(0.995)
    rate = found.several.rate("dropped")
    assert (rate.k, rate.n) == (2, 4)
    exact = diagnosis.several(found.diagnoses, confidence=0.98).rate("dropped")
    assert (rate.low, rate.high) == (exact.low, exact.high)
    assert found.words["dropped"] == "present"
    assert found.document["rates"][0] == {"name": "dropped", "k": 2, "n": 4, "low": rate.low, "high": rate.high}
    assert found.verdict.startswith("present: dropped in 2 of 4")


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no law": (lambda: diagnose(np.zeros((50, 2))), "target, mixture, reference, law: expected one of"),
    "two laws": (lambda: diagnose(np.zeros((50, 2)), target=RING, mixture=RING), "target, mixture: expected one of"),
    "no target": (lambda: diagnose(np.zeros((50, 2)), target=3), "target: expected"),
    "other columns": (lambda: diagnose(np.zeros((50, 3)), target=RING), "samples: expected 2 columns, as the law has, got 3"),
    "too few": (lambda: diagnose(np.zeros((3, 2)), target=RING), "samples: expected at least 30 samples"),
    "confidence": (lambda: diagnose(np.zeros((50, 2)), target=RING, confidence=1), "confidence: expected"),
    "seed": (lambda: diagnose(np.zeros((50, 2)), target=RING, seed=-1), "seed: expected"),
    "modes of a law": (lambda: diagnose(np.zeros((50, 2)), target=RING, modes=3), "modes: expected a reference"),
    "modes": (lambda: diagnose(np.zeros((50, 2)), reference=np.zeros((50, 2)), modes=0), "modes: expected an integer"),
    "given": (lambda: diagnose(np.zeros((50, 2)), target=RING, given=np.zeros(50)), "given: expected a target that gives"),
    "training points": (lambda: diagnose(np.zeros((50, 2)), target=RING, train=np.zeros((9, 3))), "train: expected 2 columns"),
    "reference": (lambda: diagnose(np.zeros((50, 2)), reference=np.zeros((50, 3))), "samples: expected 3 columns"),
    "references": (lambda: diagnose(np.zeros((50, 2)), reference=np.zeros((2, 50, 2))), "reference: expected one table"),
    "law": (lambda: diagnose(np.zeros(50), law=3), "law: expected a function"),
    "law without x": (lambda: diagnose(np.zeros(50), law=lambda x: RING), "given: expected the x of every sample"),
    "law of nothing": (lambda: diagnose(np.zeros(50), law=lambda x: x, given=np.zeros(50)), "law: expected a GaussianMixture"),
    "law that raises": (lambda: diagnose(np.zeros(50), law=lambda x: 1 / x, given=np.zeros(50)), "law: expected a law at x = 0.0"),
    "x of others": (lambda: diagnose(np.zeros(50), target="two_branch", given=np.zeros(49)), "given: expected one row for each"),
    "three x": (lambda: diagnose(np.zeros((2, 50)).tolist(), target="two_branch", given=[np.zeros(2)] * 3), "given: expected one table"),
    "half a row": (lambda: diagnose(np.zeros((50, 3)), target="two_branch"), "samples: expected 2 columns"),
    "where nothing is": (lambda: diagnose(np.zeros(50), target="bishop_inverse", given=np.full(50, 7.0)), "given: expected x at which"),
    "training for y": (lambda: diagnose(np.zeros((50, 2)), target="two_branch", train=np.zeros((9, 2))), "train: expected samples without"),
    "edges": (lambda: diagnose(np.zeros((50, 7)), target="random_edge"), "samples: expected 64 columns"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_named(case: str) -> None:
    """What is missing, too much, or does not fit."""
    call, why = REFUSED[case]
    with pytest.raises(ValueError, match=": expected ") as caught:
        call()
    assert str(caught.value).startswith(why)


def test_a_file_is_refused_by_its_own_name(tmp_path: Path) -> None:
    """Also by what the statistics say of it."""
    np.save(tmp_path / "few.npy", np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"few.npy: expected at least 30 samples, got 3"):
        diagnose(tmp_path / "few.npy", target=RING)


KINDS = {
    "ring": "mixture", "grid": "mixture", "notebook_ring": "mixture", "symmetric_pair:a=1,s=0.1": "mixture", "power_law_signal": "mixture",
    "line_in_plane:std=0.1": "mixture", "line_in_plane": "reference", "two_moons": "reference", "checkerboard": "reference", "spiral": "reference",
    "pinwheel": "reference", "two_clusters": "reference", "bishop_inverse": "conditional", "two_branch": "conditional", "noisy_code": "conditional",
    "random_edge": "conditional",
}  # fmt: skip


@pytest.mark.parametrize("written", KINDS)
def test_what_is_known_of_a_target_is_used(written: str) -> None:
    """Its own law where that is a mixture, that of y given x, else many samples of it; none is missing here."""
    assert {name.partition(":")[0] for name in KINDS} == {n for n in dir(targets) if n.islower()}
    held = against(target=written)
    assert held.kind == KINDS[written]
    assert written.partition(":")[0] in held.said
    if held.reference is not None:
        assert held.reference.shape == (20_000, held.columns)


def test_the_law_of_y_given_x_is_that_of_the_target() -> None:
    """At each x the mean of the law is the conditional mean; what is discrete keeps its mean when it is spread."""
    x = np.linspace(0.05, 0.95, 19)[:, None]
    for name in ("bishop_inverse", "two_branch", "noisy_code"):
        known = against(target=name).conditional
        assert known is not None
        means = [
            np.sum(law.weights * (law.means if isinstance(law, GaussianMixture) else middles(law)))
            for law in known.laws(x)
        ]
        np.testing.assert_allclose(means, getattr(targets, name)().conditional_mean(x[:, 0]), rtol=1e-12, atol=1e-14)
    edge = targets.random_edge(width=0.3)
    known = against(target=edge).conditional
    assert known is not None
    means = [float(np.sum(law.weights * middles(law))) for law in known.laws(edge.times[:, None])]
    np.testing.assert_allclose(means, edge.mean, atol=1e-12)


def middles(law: Any) -> np.ndarray:
    return 0.5 * (np.ravel(law.low) + np.ravel(law.high))


def test_branches_that_touch_are_one_piece() -> None:
    """The pieces of t given x are the branches that the target joins."""
    known, target = against(target="bishop_inverse").conditional, targets.bishop_inverse()
    assert known is not None
    for x in np.linspace(0.0, 1.0, 41):
        (law,) = known.laws(np.array([[x]]))
        ends = np.stack([np.ravel(law.low), np.ravel(law.high)], axis=1)
        np.testing.assert_allclose(ends, target.branches(x), atol=1e-12)


def test_the_document_is_valid_and_whole(dropping: np.ndarray, right: np.ndarray) -> None:
    """By the Schema that is shipped, without a number that JSON lacks; the same for the same seed but for the seconds."""
    for made in (lambda: diagnose(dropping, target=RING), lambda: diagnose([right, dropping[:40]], target=RING)):
        told = made().document
        jsonschema.Draft202012Validator.check_schema(document.schema())
        jsonschema.validate(told, document.schema())
        json.dumps(told, allow_nan=False)
        assert {**told, "seconds": 0} == {**made().document, "seconds": 0}
        lying = {**told, "present": [3]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(lying, document.schema())


def test_the_table_fits_eighty_columns(dropping: np.ndarray) -> None:
    """However long names, however many seeds and modes; every fault and check is in it, and the claims that explain."""
    means = RNG(0).normal(size=(120, 2)) * 30
    many = GaussianMixture(np.full(120, 1 / 120), means, stds=np.full(120, 0.1))
    cases = [
        diagnose(dropping, target=RING),
        diagnose(many.sample(3000, 1)[:2000] * 1e4, target=many),
        diagnose([dropping, dropping + 0.02], target=RING),
    ]
    for found in cases:
        lines = str(found).splitlines()
        assert max(map(len, lines)) <= 80
        for name in FAULTS:
            assert any(line.startswith(name) for line in lines)
    text = str(cases[0])
    for word in ("energy distance", "mode 0", "blurproof show", "gans_drop_where_vaes_diffuse", "present: dropped"):
        assert word in text


def test_the_table_is_no_wider_in_a_pipe(dropping: np.ndarray) -> None:
    """What is no terminal gets the same lines."""
    text = io.StringIO()
    table.show(diagnose(dropping, target=RING), Console(file=text, width=10_000))
    assert max(len(line.rstrip()) for line in text.getvalue().splitlines()) <= 80


def test_numbers_are_short() -> None:
    """At most seven letters, of any size, and none is rounded to nothing that is something."""
    for x in (0.0, 1.0, -1.0, 0.12345, -0.98765, 123.456, 1e5, -1.5e12, 9.99999, 1e300, 0.0001, -0.5):
        assert len(table.number(x)) <= 7
        assert float(table.number(x)) == pytest.approx(x, rel=0.01, abs=5e-5)
    assert [table.number(x) for x in (float("inf"), float("-inf"), 1e-9)] == ["∞", "-∞", "0"]


def test_every_claim_that_explains_is_there(dropping: np.ndarray) -> None:
    """Each is a claim of the catalogue, and its title is the one that it bears."""
    ids = {c for fault in diagnose(dropping, target=RING).first.faults for c in fault.claims}
    known = {found.id for found in discovery.find()}
    assert ids
    assert ids <= known
    assert explained.titles(ids).keys() == ids
    loaded, _ = discovery.load([f for f in discovery.find() if f.id == "mean_falls_in_gap"])
    assert explained.titles(["mean_falls_in_gap", "nobody"]) == {"mean_falls_in_gap": loaded[0].title}


def test_the_page_is_one_file_that_obeys_nobody(tmp_path: Path, dropping: np.ndarray) -> None:
    """Nothing is fetched, no script runs, and a name is text, not markup."""
    path = tmp_path / "<script>alert(1)<script>.npy"
    np.save(path, dropping)
    page = diagnose(path, target=RING).page()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src &#39;none&#39;" in page
    assert "data:image/svg+xml" in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    for name in FAULTS:
        assert f">{name}<" in page


def test_the_same_seed_says_the_same(dropping: np.ndarray) -> None:
    """A seed decides all that is drawn; another changes no interval that is exact."""
    first, again, other = (diagnose(dropping, target=RING, seed=k) for k in (1, 1, 2))
    assert first.first.record() == again.first.record()
    assert first.first.fault("dropped") == other.first.fault("dropped")


def test_a_reference_in_a_file_is_as_one_in_an_array(tmp_path: Path) -> None:
    """To the last bit, and named after its file."""
    np.save(tmp_path / "real.npy", np.ones((40, 2)))
    held = against(reference=tmp_path / "real.npy")
    assert held.reference is not None
    np.testing.assert_array_equal(held.reference, sample("x", np.ones((40, 2))).rows)
    assert held.said == f"40 samples, {tmp_path}/real.npy"
