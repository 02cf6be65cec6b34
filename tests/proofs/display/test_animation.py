"""Training on film: every frame from saved arrays, the same bytes every time, small enough to send round."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from proofs.core.claim import Claim
from proofs.core.training import Run, seeds_of
from proofs.display import animation, figures
from proofs.run import discovery
from proofs.run.discovery import Found
from proofs.words import drawing
from tests.proofs.display import looked, pictures

CLAIMS = discovery.load(discovery.find())[0]
HAVING = [claim for claim in CLAIMS if claim.film]
CATALOGUE = looked.Catalogue(CLAIMS)


@pytest.fixture
def moving() -> Claim:
    """A claim in which a point moves, as a third party would declare it."""
    claim = Claim(topic="ways-out", id="moving", title="A point moves.")

    @claim.animation
    def training(run):
        return {"steps": np.array([0, 5, 10]), "x": np.linspace(0, 1, 3) + 0 * run.seeds[0]}

    @training.frame
    def draw(data, figure, k):
        axes = figure.subplots()
        axes.plot(data["x"][k], 0.5, "o")
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="$x$", ylabel="$y$")

    return claim


@pytest.mark.parametrize("apng", [False, True], ids=["gif", "apng"])
@pytest.mark.parametrize("width", drawing.WIDTHS)
def test_a_film_is_a_function_of_its_arrays(moving: Claim, tmp_path: Path, width: str, apng: bool) -> None:
    """One frame a step, in a loop, the last one held; twice the same bytes; small."""
    data = animation.measured(moving, Found("moving", tmp_path / "moving.py", None), 0, tmp_path)
    written = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        path, told = animation.save(moving, data, folder, width, apng=apng)
        written.append(path.read_bytes())
        assert "3 frames, training step 0 to 10" in told.read_text()
    assert written[0] == written[1]
    assert len(written[0]) < 2_000_000
    with Image.open(path) as film:
        assert film.n_frames == 3  # type: ignore[attr-defined]
        assert film.width == animation.PIXELS[width]
        assert film.info["loop"] == 0
        shown = []
        for k in range(3):
            film.seek(k)
            shown.append((np.asarray(film.convert("L")), film.info["duration"]))
    assert shown[-1][1] == animation.PAUSE > shown[0][1]
    assert (shown[0][0] != shown[1][0]).any()
    assert shown[0][0].max() == 255


def test_what_was_trained_is_not_trained_again(moving: Claim, tmp_path: Path) -> None:
    """The ledger answers the second time, and not for another seed."""
    inner, told = moving.film.measure, tmp_path / "told"  # type: ignore[union-attr]

    def telling(run):
        with told.open("a") as file:
            file.write(f"{run.seeds[0]}\n")
        return inner(run)

    moving.film.measure = telling  # type: ignore[union-attr]
    for seed in (0, 0, 1):
        animation.measured(moving, Found("moving", tmp_path / "moving.py", None), seed, tmp_path)
    calls = told.read_text().split()
    assert len(set(calls)) == len(calls) == 2


def test_keeping_steps_changes_nothing_in_the_training() -> None:
    """With and without `record`, networks end bitwise where they end, and the last record is the end."""
    from toys import targets
    from toys.learners.gan import GAN
    from toys.train import fit

    learner = GAN(targets.ring(), generator_hidden=(8,), discriminator_hidden=(8,))
    plain, kept = (fit(learner, seeds=[3, 5], steps=70, batch=16, record=r) for r in ((), (0, 7, 33, 70)))
    assert kept.record.tolist() == [0, 7, 33, 70]
    for name, rows in plain.players.items():
        assert np.array_equal(rows[-1], kept.players[name][-1])
        assert not np.array_equal(kept.players[name][0], kept.players[name][1])


def test_learners_of_every_kind_are_filmed() -> None:
    """GAN beside VAE, the Dirac-GAN, a linear VAE, a denoiser's samples, codewords."""
    assert len(HAVING) >= 5
    assert {"gans_drop_where_vaes_diffuse", "dirac_gan", "vector_quantisation"} <= {claim.id for claim in HAVING}


@pytest.mark.parametrize("claim", HAVING, ids=lambda claim: claim.id)
@pytest.mark.parametrize("width", drawing.WIDTHS)
def test_frames_are_figures(claim: Claim, width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """First and last frame offend nobody, count their steps, and have the same limits: nothing jumps."""
    monkeypatch.setattr(drawing, "moments", lambda steps, frames: [0, 32, 64])
    data = _short(claim)
    limits = []
    for k in (0, len(data["steps"]) - 1):
        figure = figures.styled(lambda canvas, k=k: claim.film.draw(data, canvas, k), width)  # type: ignore[union-attr,misc]
        assert pictures.offences(figure) == []
        limits.append([(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes])
    assert limits[0] == limits[1]


@pytest.mark.parametrize("claim", HAVING, ids=lambda claim: claim.id)
def test_what_a_film_draws_is_looked_at(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """The evidence of some claim would notice if a function of `theory` that a film draws were wrong."""
    monkeypatch.setattr(drawing, "moments", lambda steps, frames: [0, 32, 64])
    data = _short(claim)
    drawn = _asked[claim.id]
    with looked.calls(drawn):
        figures.styled(lambda canvas: claim.film.draw(data, canvas, 0), "single")  # type: ignore[union-attr,misc]
    assert CATALOGUE.unnoticed(drawn) == []


_trained: dict[str, dict[str, np.ndarray]] = {}
_asked: dict[str, set[looked.Name]] = {}
"""What of `theory` was asked for what was trained."""


def _short(claim: Claim) -> dict[str, np.ndarray]:
    if claim.id not in _trained:
        with looked.calls(_asked.setdefault(claim.id, set())):
            found = claim.film.measure(Run("quick", seeds_of(0, 1, 4)))  # type: ignore[union-attr]
        _trained[claim.id] = {name: np.asarray(array) for name, array in found.items()}
    return _trained[claim.id]


def test_a_claim_without_a_film_is_an_error_that_names_those_with_one(blurproof) -> None:
    """One clear line, exit code 2."""
    done = blurproof("plot", "leak_bound", "--animate")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert "leak_bound" in line
    assert all(claim.id in line for claim in HAVING)


FILMED = """
'A point moves.'
import errno, os, sys
import numpy as np
from proofs.core import Claim
claim = Claim(topic="ways-out", empirical=True)

@claim.animation
def moving(run):
    {measured}
    return {{"steps": np.array([0, 5]), "x": np.array([0.0, 1.0])}}

@moving.frame
def draw(saved, figure, k):
    {drawn}
    figure.subplots().plot(saved["x"][k], 0.5, "o")
"""
FILMS = {
    "afine": ("print('hello')", "pass"), "ends": ("sys.exit(3)", "pass"), "ends_late": ("pass", "sys.exit(3)"),
    "raises": ("pass", "raise RuntimeError"), "bare": ("return {}", "pass"),
}  # fmt: skip


def test_a_film_of_a_guest_hurts_nobody_else(tmp_path: Path, blurproof) -> None:
    """Those that end the process or raise are each said in a line, the others are written; exit code 1."""
    folder = tmp_path / "films"
    folder.mkdir()
    for name, (measured, drawn) in FILMS.items():
        (folder / f"{name}.py").write_text(FILMED.format(measured=measured, drawn=drawn))
    done = blurproof("plot", *FILMS, "--animate", "--claims", str(folder), "-o", str(tmp_path / "out"))
    assert done.returncode == 1
    assert done.stdout.split() == [str(tmp_path / "out" / f"afine_animated.{end}") for end in ("gif", "txt")]
    said = [line for line in done.stderr.splitlines() if line.startswith("blurproof: ")]
    assert [line.split(": ")[1] for line in said] == sorted(FILMS.keys() - {"afine"})
    assert "SystemExit" in said[1]


def test_a_disk_that_fills_under_a_film_is_the_surroundings(tmp_path: Path, blurproof) -> None:
    """Exit code 4, in one line that names the claim."""
    full = "raise OSError(errno.ENOSPC, 'No space left on device', 'scratch')"
    (tmp_path / "full.py").write_text(FILMED.format(measured=full, drawn="pass"))
    done = blurproof("plot", "full", "--animate", "--claims", str(tmp_path))
    assert done.returncode == 4
    assert done.stderr.strip().splitlines()[-1].startswith("blurproof: full: its film finds no room")
