"""The eight pictures: one set, drawn from saved arrays, with captions that say what is in them."""

import fcntl
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proofs.display import figures, rows, story, story_data
from proofs.display.redrawn import redrawn
from proofs.run import discovery
from proofs.words.drawing import WIDTHS
from tests.proofs.display import looked, pictures, plain
from toys import train

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, story.Data]:
    """What the pictures draw, trained once, by whichever process of the test run comes first; the ledger answers the rest."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "story"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return {picture.name: data for picture, data in story.measured(0, shared)}


def drawn(picture: story.Picture, data: story.Data, width: str) -> tuple[Any, str]:
    told: list[str] = []
    return figures.styled(lambda canvas: told.append(picture.draw(canvas, data)), width), told[0]


def test_the_story_has_eight_chapters_that_the_readme_shows() -> None:
    """Each picture is committed, small, and shown under its title."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(story.PICTURES) == 8
    for picture in story.PICTURES:
        path = ROOT / "docs/story" / f"{picture.name}.svg"
        assert path.stat().st_size < 200_000
        assert f"](docs/story/{picture.name}.svg)" in readme
        assert f"**{picture.number} {picture.title}.**" in readme


@pytest.mark.parametrize("picture", story.PICTURES, ids=lambda p: p.name)
def test_the_committed_picture_is_of_the_run_that_seed_0_gives(picture: story.Picture, measured: dict) -> None:
    """Its caption says the same, and the same numbers but for what another processor rounds."""
    committed = (ROOT / "docs/story" / f"{picture.name}.txt").read_text(encoding="utf-8")
    told = drawn(picture, measured[picture.name], "double")[1]
    number = r"\d+(?:\.\d+)?"
    ours, theirs = ([float(v) for v in re.findall(number, text)] for text in (told, committed))
    assert re.sub(number, "#", told) in re.sub(number, "#", committed)
    title = len(re.findall(number, picture.title))
    assert np.allclose(ours, theirs[title : title + len(ours)], rtol=0.05, atol=0.02)


def test_the_package_has_the_run_that_the_readme_shows() -> None:
    """The arrays that are shipped give the committed captions, at either width."""
    for width in WIDTHS:
        for picture, figure, told in story.shipped(width):
            committed = (ROOT / "docs/story" / f"{picture.name}.txt").read_text(encoding="utf-8")
            assert committed == f"{picture.title}. {told}\n"
            assert figure.get_figwidth() == WIDTHS[width]
    assert story.RECORD.stat().st_size < 150_000


def test_what_is_shipped_is_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays and picture of one run, to single precision."""
    told = {"ends": np.array([1 / 3]), "steps": np.arange(3)}
    monkeypatch.setattr(story, "PICTURES", (story.Picture("Two lines", lambda figure, d: f"{d['ends'][0]:.3f}"),))
    monkeypatch.setattr(story, "RECORD", tmp_path / "story.npz")
    monkeypatch.setattr(story, "measured", lambda seed, results, said: [(story.PICTURES[0], told)])
    story.ship(4, tmp_path, tmp_path)
    ((_, _, caption),) = story.shipped("single")
    assert caption == "0.333 Seeds: 16 that follow from --seed 4."
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".npz", ".svg", ".txt"]


def test_what_is_measured_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time the ledger answers; another seed is another measurement."""
    told = tmp_path / "told"

    def stable(seeds):
        with told.open("a") as file:
            file.write(f"{seeds[0]}\n")
        return {"x": np.arange(3)}

    monkeypatch.setattr(story_data, "stable", stable)
    monkeypatch.setattr(story, "PICTURES", story.PICTURES[4:5])
    for seed in (0, 0, 1):
        ((_, data),) = story.measured(seed, tmp_path)
        assert data["x"].tolist() == [0, 1, 2]
    calls = told.read_text().split()
    assert len(calls) == len(set(calls)) == 2


@pytest.mark.parametrize("picture", story.PICTURES, ids=lambda p: p.name)
def test_a_picture_is_a_function_of_its_arrays(picture: story.Picture, measured: dict[str, story.Data]) -> None:
    """The same arrays give the same picture and caption; every caption counts its networks, and no number is typed."""
    data = measured[picture.name]
    for width in WIDTHS:
        (one, told), (two, again) = (drawn(picture, data, width) for _ in range(2))
        assert rows.table(one) == rows.table(two)
        assert told == again
        assert str(story.SEEDS) in told
        assert pictures.offences(one) == []
        assert [line for law in pictures.FITTING for line in law(one)] == []
        assert one.get_figwidth() == WIDTHS[width]
        assert rows.table(redrawn(rows.table(one))) == rows.table(one)
        assert plain.alike(redrawn(rows.table(two)), two)
    plotted = np.array([(row.x, row.y) for row in rows.plotted(one)])
    assert len(plotted) > 100
    saved = np.concatenate([np.ravel(v) for v in data.values() if v.dtype.kind == "f"])
    assert np.isin(plotted, saved).any(axis=1).mean() > 0.5


@pytest.fixture(scope="module")
def catalogue() -> looked.Catalogue:
    return looked.Catalogue(discovery.load(discovery.find())[0])


@pytest.mark.parametrize("picture", story.PICTURES, ids=lambda p: p.name)
def test_what_a_picture_draws_is_looked_at(
    picture: story.Picture, catalogue: looked.Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence of some claim would notice if a function of `theory` that a picture draws were wrong; networks learn for two steps."""
    fit, seen = train.fit, set[looked.Name]()
    monkeypatch.setattr(train, "fit", lambda *parts, **options: fit(*parts, **options | {"steps": 2}))
    with looked.calls(seen):
        drawn(picture, picture.measure(0), "single")
    assert seen
    assert catalogue.unnoticed(seen) == []


@pytest.mark.parametrize("format", ["svg", "pdf", "png"])
def test_a_picture_comes_with_its_data_and_its_caption(
    format: str, tmp_path: Path, measured: dict[str, story.Data]
) -> None:
    """Three files in every format; an SVG has title and description and its text as paths."""
    picture = story.PICTURES[4]
    paths = list(story.save(picture, measured[picture.name], 0, tmp_path, format, "single"))
    assert [path.suffix for path in paths] == [f".{format}", ".csv", ".txt"]
    assert paths[2].read_text().startswith("Dropping is stable. (a)")
    if format == "svg":
        text = paths[0].read_text()
        assert re.search("<dc:title>Dropping is stable</dc:title>", text)
        assert "<text" not in text


def test_the_pictures_say_what_their_titles_say(measured: dict[str, story.Data]) -> None:
    """The sentences of the README, on the arrays: the mean is where nothing is, dropping stays, the bound binds, ..."""
    gap, _, water, kl, stay, bridge, walk, guided = measured.values()
    assert np.median(gap["density"][-1]) < 1e-3 < np.median(gap["sampled"][-1])
    assert np.allclose(
        np.median(water["wide"], axis=1), water["exact"][0][np.searchsorted(water["fine"], water["levels"])], atol=0.06
    )
    assert np.median(kl["kept"][1]) < 0.1 < 0.6 < np.median(kl["kept"][3])
    assert np.allclose(np.abs(stay["ends"]), 1, atol=0.05)
    assert np.abs(stay["likelihood"][-1]).max() < 0.3
    even = bridge["gan_light"] > 0.4
    least = np.interp(bridge["distance"] / bridge["gan_slope"], bridge["ratio"], bridge["exact"])
    outside = 1 - bridge["gan_light"] - bridge["gan_heavy"]
    assert even.sum() > story.SEEDS / 2
    assert (outside[even] > 0.8 * least[even]).all()
    assert np.median(walk["network"][-1]) < 0.1 * np.median(walk["network"][0])
    assert np.median(guided["median"][-1]) > 1.05 * np.median(guided["median"][0])
    wide = guided["right"] - guided["left"]
    assert np.median(wide[-1]) < 0.7 * np.median(wide[0])
    assert guided["middle"][0] == pytest.approx(story_data.A, abs=0.02)
    assert guided["middle"][-1] > 1.15 * story_data.A
    assert guided["high"][-1] - guided["low"][-1] < 0.7 * (guided["high"][0] - guided["low"][0])
