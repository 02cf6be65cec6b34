"""`blurproof diagnose`: exit codes, destinations, standard input and output, one clear line for what is wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from proofs.diagnosis import asking, document
from tests.proofs.diagnosis.conftest import RING

Command = Callable[..., tuple[int, str, str]]
LAW = json.dumps({"means": RING.means.tolist(), "stds": RING.stds.tolist()})


@pytest.fixture
def room(tmp_path: Path, right: np.ndarray, dropping: np.ndarray) -> Path:
    """A folder with right samples, ones that lack a mode, and the law."""
    np.save(tmp_path / "right.npy", right)
    np.save(tmp_path / "fakes.npy", dropping)
    (tmp_path / "law.json").write_text(LAW)
    return tmp_path


def test_exit_codes_and_what_is_written(blurproof: Command, room: Path) -> None:
    """0 where no fault is present, 1 where one is; table and document say the same, and the figure is there."""
    code, out, err = blurproof("diagnose", "right.npy", "--mixture", "law.json")
    assert (code, err) == (0, "")
    assert "no fault is present" in out
    options = ("-o", "fakes.svg", "--width", "single", "--json", "fakes.json")
    code, out, err = blurproof("diagnose", "fakes.npy", "--mixture", "law.json", *options)
    assert (code, err) == (1, "")
    told = json.loads((room / "fakes.json").read_text())
    jsonschema.validate(told, document.schema())
    assert f"present: {', '.join(p for p in told['present'] if ' ' not in p)}" in " ".join(out.split())
    assert "dropped" in told["present"]
    assert out.splitlines()[-1] == "fakes.svg"
    assert max(map(len, out.splitlines())) <= 80
    assert (room / "fakes.svg").read_text().startswith("<?xml")
    assert "<svg" in (room / "fakes.svg").read_text()


def test_several_files_and_a_folder_are_seeds(blurproof: Command, room: Path) -> None:
    """The same probabilities, whether the files are named or their folder."""
    (room / "runs").mkdir()
    for k in range(3):
        np.save(room / f"runs/seed_{k}.npy", RING.sample(200, k))
    _, out, _ = blurproof("diagnose", "runs", "--mixture", "law.json")
    _, named, _ = blurproof("diagnose", *(f"runs/seed_{k}.npy" for k in range(3)), "--mixture", "law.json")
    assert out == named
    assert "0 of 3" in out
    assert "runs/seed_2.npy  none" in out


def test_the_document_goes_to_standard_output_alone(blurproof: Command, room: Path) -> None:
    """With `--json -` the table goes to standard error."""
    code, out, err = blurproof("diagnose", "fakes.npy", "--mixture", "law.json", "--json", "-")
    assert code == 1
    assert "dropped" in json.loads(out)["present"]
    assert "dropped" in err


def test_samples_come_in_by_a_pipe(room: Path) -> None:
    """`-` is standard input, whatever is in it."""
    lines = "\n".join(f"{x},{y}" for x, y in np.load(room / "fakes.npy").tolist())
    command = [sys.executable, "-m", "blurproof", "diagnose", "-", "--mixture", "law.json", "--json", "-"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, input=lines, cwd=room, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["samples"][0]["name"] == "standard input"


WRONG = [
    (["diagnose"], "SAMPLES"),
    (["diagnose", "right.npy"], "--target, --mixture, --reference, --law: expected one of"),
    (["diagnose", "nowhere.npy", "--mixture", "law.json"], "nowhere.npy: expected a file that can be read"),
    (["diagnose", "x" * 300, "--mixture", "law.json"], f"{'x' * 300}: expected a file that can be read"),
    (["diagnose", "law.json", "--mixture", "law.json"], "law.json: expected"),
    (["diagnose", "right.npy", "--mixture", "right.npy"], "right.npy: expected JSON"),
    (["diagnose", "right.npy", "--target", "rng"], "--target: expected one of"),
    (["diagnose", "right.npy", "--target", "ring", "--mixture", "law.json"], "--target, --mixture: expected one of"),
    (["diagnose", "right.npy", "--target", "symmetric_pair:a=1,s=0.1"], "right.npy: expected 1 column"),
    (["diagnose", "right.npy", "--target", "ring", "--modes", "3"], "--modes: expected a reference"),
    (["diagnose", "right.npy", "--target", "ring", "--given", "right.npy"], "--given: expected a target that gives"),
    (["diagnose", "right.npy", "--target", "ring", "--confidence", "2"], "--confidence: expected"),
    (["diagnose", "right.npy", "--target", "ring", "--seed", "-1"], "--seed"),
    (["diagnose", "right.npy", "--target", "ring", "--width", "wide"], "--width"),
    (["diagnose", "right.npy", "--law", "nowhere:law", "--given", "right.npy"], "--law: expected a function"),
    (["diagnose", "right.npy", "--target", "ring", "-o", "figure.bmp"], "--figure: expected a file that ends in"),
    (["diagnose", "right.npy", "--target", "ring", "-o", "nowhere/figure.svg"], "--figure: expected a file in"),
    (["diagnose", "right.npy", "--target", "ring", "--html", "nowhere/x.html"], "--html: expected a file in"),
    (["diagnose", "right.npy", "--target", "ring", "--json", "nowhere/x.json"], "--json: expected a file in"),
    (["diagnose", "right.npy", "--target", "ring", "--json", "right.npy"], "--json: expected a file that nothing else"),
    (
        ["diagnose", "right.npy", "--target", "ring", "--json", "x", "--html", "./x"],
        "expected a file that nothing else",
    ),
]


@pytest.mark.parametrize(("words", "why"), WRONG, ids=[" ".join(words[1:]) for words, _ in WRONG])
def test_wrong_usage_is_one_line_before_any_work(
    blurproof: Command, room: Path, words: list[str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, one line on standard error that names the culprit, and nothing is written."""
    before = {path: path.read_bytes() for path in room.iterdir()}
    monkeypatch.setattr(asking.diagnosis, "diagnose", lambda *_, **__: pytest.fail("it went to work"))
    code, out, err = blurproof(*words)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert why in err
    assert {path: path.read_bytes() for path in room.iterdir()} == before


def test_a_figure_in_every_format(blurproof: Command, room: Path) -> None:
    """PDF and PNG, each as it begins; what else lies there is left alone."""
    (room / "f.csv").write_text("mine")
    for form, beginning in ((".pdf", b"%PDF"), (".png", b"\x89PNG")):
        assert (
            blurproof("diagnose", "right.npy", "--mixture", "law.json", "-o", f"f{form}", "--width", "single")[0] == 0
        )
        assert (room / f"f{form}").read_bytes().startswith(beginning)
    assert (room / "f.csv").read_text() == "mine"


def test_a_disk_that_is_full_is_the_surroundings_doing(blurproof: Command, room: Path) -> None:
    """Exit code 4, whatever was found."""
    code, _, err = blurproof("diagnose", "fakes.npy", "--mixture", "law.json", "--json", "/dev/full")
    assert code == 4
    assert "/dev/full" in err


def test_an_interrupt_ends_it_with_130(blurproof: Command, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of the work: one line, and nothing is written."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking.diagnosis, "diagnose", interrupted)
    code, out, err = blurproof("diagnose", "right.npy", "--mixture", "law.json", "--html", "x.html")
    assert (code, out, err) == (130, "", "blurproof: interrupted\n")
    assert not (room / "x.html").exists()
