"""Laws in words: what is written is the law that is meant, and what is wrong in it is named."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proofs.diagnosis import targets
from proofs.display.show import target_names
from theory import GaussianMixture
from toys.targets.bishop_inverse import bishop_inverse
from toys.targets.line_in_plane import line_in_plane
from toys.targets.mixtures import ring, symmetric_pair
from toys.targets.random_edge import random_edge

NEEDED = {"symmetric_pair": ":a=1.5,s=0.2"}


@pytest.mark.parametrize("name", target_names())
def test_every_target_has_a_word(name: str) -> None:
    """By its name alone, or with what it cannot do without."""
    assert targets.target("target", name + NEEDED.get(name, "")).name == name


def test_options_are_what_the_signature_says() -> None:
    """Integers, numbers, infinity, pairs of numbers; blanks around them do not count."""
    ours, theirs = targets.target("target", "ring:modes=5, std = 0.02").mixture, ring(modes=5, std=0.02).mixture
    np.testing.assert_array_equal(ours.means, theirs.means)
    np.testing.assert_array_equal(ours.stds, theirs.stds)
    assert targets.target("target", "symmetric_pair:s=0.2,a=2").mixture.means.tolist() == [-2, 2]
    assert targets.target("target", "line_in_plane:centre=0.1/-2e0,std=1") == line_in_plane(centre=(0.1, -2.0), std=1.0)
    assert targets.target("target", "random_edge:width=inf,dim=8") == random_edge(8, width=math.inf)
    assert targets.target("target", "bishop_inverse") == bishop_inverse()
    assert symmetric_pair(2.0, 0.2).dim == 1


WRONG = {
    "rng": "did you mean 'ring'", "": "expected one of bishop_inverse", "Ring": "did you mean 'ring'", "ring:": "after the colon", "ring:8": "OPTION=VALUE, got '8'",
    "ring:mode=8": "(modes, radius, std), got 'mode'; did you mean 'modes'", "ring:modes=8.5": "an integer, got '8.5'", "ring:modes=eight": "an integer",
    "ring:std=wide": "ring: std: expected a number, got 'wide'", "ring:std=": "a number, got ''", "ring:std=-1": "ring: std", "ring:std=nan": "ring: std",
    "ring:modes=0": "ring: modes", "symmetric_pair": "without a and s", "symmetric_pair:a=1": "without s", "bishop_inverse:x=1": "an option of bishop_inverse (none)",
    "line_in_plane:centre=1": "2 numbers with / between", "line_in_plane:centre=1/x": "a number, got 'x'", "ring:modes=8,,": "OPTION=VALUE", "Target": "expected one of",
}  # fmt: skip


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_target_is_named(written: str) -> None:
    """Names and options that there are, what was near, what is missing."""
    with pytest.raises(ValueError, match=r"^target: ") as caught:
        targets.target("target", written)
    assert WRONG[written] in str(caught.value)


PLANE = {"weights": [0.3, 0.7], "means": [[0, 0], [2, 1]], "covs": [[[1, 0.5], [0.5, 2]], [[0.1, 0], [0, 0.2]]]}
MEANT: list[tuple[dict[str, Any], GaussianMixture]] = [
    (PLANE, GaussianMixture(PLANE["weights"], PLANE["means"], covs=PLANE["covs"])),
    ({"means": [-1, 2.5], "stds": [1, 2]}, GaussianMixture([0.5, 0.5], [-1, 2.5], stds=[1, 2])),
    ({"means": [[-1], [2.5]], "stds": [[1], [2]]}, GaussianMixture([0.5, 0.5], [-1, 2.5], stds=[1, 2])),
    ({"means": [[-1], [2.5]], "covs": [[[4]], [[9]]]}, GaussianMixture([0.5, 0.5], [-1, 2.5], stds=[2, 3])),
    ({"means": np.eye(16).tolist(), "stds": [0.1] * 16}, GaussianMixture([1 / 16] * 16, np.eye(16), stds=[0.1] * 16)),
    ({"means": [[0, 0]], "stds": [[1, 2]]}, GaussianMixture([1], [[0, 0]], stds=[[1, 2]])),
]


@pytest.mark.parametrize(("written", "meant"), MEANT, ids=["covs", "line", "rows of one", "variances", "16D", "one"])
def test_a_mixture_in_a_file_is_the_mixture(written: dict[str, Any], meant: GaussianMixture, tmp_path: Path) -> None:
    """From 1 to 16 dimensions, by deviations or covariances; a mapping says the same."""
    (tmp_path / "law.json").write_text(json.dumps(written))
    for found in (targets.mixture("mixture", tmp_path / "law.json"), targets.mixture("mixture", written)):
        for name in ("weights", "means", "covs"):
            np.testing.assert_allclose(getattr(found, name), getattr(meant, name), rtol=1e-15)
    assert targets.mixture("mixture", meant) is meant


NONE = {
    '{"mean": [1], "stds": [1]}': "got 'mean'; did you mean 'means'", '{"means": [1]}': 'one of "stds" and "covs", got \'means\'', "{}": "got none",
    '{"means": [1], "stds": [1], "covs": [[[1]]]}': "one of", "[1]": "an object", "3": "an object", "{": "JSON", '{"means": [NaN], "stds": [1]}': "means: expected finite",
    '{"means": [[1], [1, 2]], "stds": [1, 1]}': "rows of one length", '{"means": ["1"], "stds": [1]}': "means: expected numbers", '{"means": [], "stds": []}': "means:",
    '{"means": [[[1]]], "stds": [1]}': "means:", '{"weights": [0.5, 0.6], "means": [1, 2], "stds": [1, 1]}': "weights: expected a sum of one",
    '{"weights": [1], "means": [1, 2], "stds": [1, 1]}': "means", '{"means": [1, 2], "stds": [1]}': "stds: expected 2 numbers", '{"means": [1], "stds": [0]}': "stds: expected numbers > 0",
    '{"means": [1], "covs": [[[0]]]}': "variances > 0", '{"means": [[0, 0]], "covs": [[[1, 2], [2, 1]]]}': "covs: expected positive definite", '{"means": null, "stds": [1]}': "means",
    '{"means": [[0, 0]], "covs": [[[1, 0.5], [0.1, 1]]]}': "symmetric", '{"means": [1], "stds": [1], "name": "x"}': "got 'name'", "[" * 10**5: "JSON",
    json.dumps({"means": [[0] * 17], "stds": [1]}): "1 to 16 dimensions", "\xff": "JSON",
}  # fmt: skip


@pytest.mark.parametrize("text", NONE, ids=lambda text: text[:40])
def test_what_is_no_mixture_is_named(text: str, tmp_path: Path) -> None:
    """The file first, then the key, then what came."""
    path = tmp_path / "law.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=": expected ") as caught:
        targets.mixture("mixture", path)
    assert str(caught.value).startswith(f"{path}: ")
    assert NONE[text] in str(caught.value)


def test_a_mixture_from_python_that_is_none_is_named() -> None:
    """Something else, a file that is not there, and too many dimensions."""
    for value, why in ((3, "an object"), (None, "an object"), ("nowhere.json", "No such file"), (object, "an object")):
        with pytest.raises(ValueError, match=why):
            targets.mixture("mixture", value)
    with pytest.raises(ValueError, match=r"mixture: expected a mixture of 1 to 16 dimensions, got '17 dimensions'"):
        targets.mixture("mixture", GaussianMixture([1.0], np.zeros((1, 17)), stds=[1.0]))


def test_a_function_is_found_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By package.module:function; the search path is as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "law_of_mine.py").write_text("def law(x):\n    return x\n\nclass Home:\n    law = law\n\nnumber = 3\n")
    before = list(sys.path)
    assert targets.function("law", "law_of_mine:law")(4) == 4
    assert targets.function("law", "law_of_mine:Home.law")(4) == 4
    assert sys.path == before
    (tmp_path / "raises_at_once.py").write_text("raise SystemError('mine')")
    for written, why in {
        "law_of_mine": "package.module:function", "law_of_mine:": "package", ":law": "package", "nowhere_at_all:law": "No module", "law_of_mine:no": "no attribute",
        "law_of_mine:number": "a function", "raises_at_once:law": "SystemError: mine", "a b:c": "package",
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=r"^law: expected") as caught:
            targets.function("law", written)
        assert why in str(caught.value)
