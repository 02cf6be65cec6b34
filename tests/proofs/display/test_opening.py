"""The opening picture: what it counts, what it circles, how it is printed, and the small image by hand."""

import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from proofs.display import figures, opening, opening_data, rows
from proofs.display.opening_data import ARMS, PLACES, SIDE, TARGETS, WIDE
from proofs.display.redrawn import redrawn
from proofs.words.drawing import WIDTHS
from tests.proofs.display import pictures
from theory import GaussianMixture, ring


@pytest.fixture(scope="module")
def trained() -> opening.Data:
    """A few networks, hardly trained."""
    return {name: np.asarray(value) for name, value in opening_data.opening([3, 5, 8], 16).items()}


@pytest.fixture(scope="module")
def passed() -> opening.Data:
    """The same networks at the start, half way and at the end."""
    return {name: np.asarray(value) for name, value in opening_data.passing([3, 5, 8], [0, 8, 16]).items()}


def test_the_film_ends_with_the_picture(trained: opening.Data, passed: opening.Data) -> None:
    """Its last frame shows the samples of the picture, the same seeds and the same modes circled; the first ones others."""
    for k in range(len(ARMS)):
        for target in TARGETS:
            shown = passed[f"{target}_{k}"]
            assert np.allclose(shown[-1], trained[f"{target}_{k}"], atol=6e-4)
            assert not np.allclose(shown[0], shown[-1], atol=0.05)
        assert np.flatnonzero(passed[f"ring_{k}_lost"][-1]).tolist() == trained[f"ring_{k}_lost"].tolist()
    assert np.array_equal(passed["ring_data"], trained["ring_data"])


@pytest.mark.parametrize("apng", [False, True], ids=["gif", "apng"])
def test_the_film_is_small_and_calm(passed: opening.Data, tmp_path: Path, apng: bool) -> None:
    """All frames offend nobody within the same axes; what is exact does not move; 30 of them take less than 4 MB."""
    drawn = [figures.styled(partial(opening.draw_frame, passed, k=k), "double") for k in range(3)]
    assert all(pictures.offences(figure) == [] for figure in drawn)
    limits = [[(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes] for figure in drawn]
    assert limits[0] == limits[1] == limits[2]
    exact = [[row for row in rows.plotted(figure) if row.role == "exact"] for figure in drawn]
    assert exact[0] == exact[1] == exact[2]
    film, told = opening.save_film(passed, "quick", 0, tmp_path, "double", apng=apng)
    assert film.stat().st_size / 3 * opening.FRAMES < 4_000_000
    assert "3 frames, minibatch 0 to 16, level quick, seed 0" in told.read_text(encoding="utf-8")
    with Image.open(film) as frames:
        assert frames.n_frames == 3  # type: ignore[attr-defined]


def test_the_films_are_of_different_networks_by_level_and_seed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Measured once each; the ledger answers the second time."""
    told = tmp_path / "told"  # what a measurement refers to is part of its key: no list that grows

    def passing(seeds, marks):
        with told.open("a") as file:
            file.write(f"{len(seeds)} {marks[-1]}\n")
        return {"steps": np.array(marks)}

    monkeypatch.setattr(opening_data, "passing", passing)
    for level, seed in (("quick", 0), ("full", 0), ("quick", 1), ("quick", 0)):
        found = opening.filmed(level, seed, tmp_path)
        assert found["steps"][[0, -1]].tolist() == [0, opening.SIZES[level][1]]
    expected = [opening.SIZES[level] for level in ("quick", "full", "quick")]
    assert [tuple(map(int, line.split())) for line in told.read_text().splitlines()] == expected


def test_every_model_is_shown_on_both_targets(trained: opening.Data) -> None:
    """Samples of one seed, and of every seed how many modes it has and what share of its samples is good."""
    for target, modes in zip(TARGETS, (8, 2), strict=True):
        assert trained[f"{target}_modes"] == modes
        for score in ("captured", "quality"):
            assert trained[f"{target}_{score}"].shape == (len(ARMS), 3)
        for key in ("data", *map(str, range(len(ARMS)))):
            assert trained[f"{target}_{key}"].shape == (opening_data.SHOWN, 2)
    seen = {len(trained[f"ring_{k}_lost"]) for k in range(len(ARMS))}
    assert seen - {0}, "so short a training drops modes"


def test_the_seed_in_the_middle_is_shown(trained: opening.Data) -> None:
    """Half of the seeds have no more modes than it has, and half no fewer; among equals its share of good samples decides."""
    for k in range(len(ARMS)):
        captured, quality = (trained[f"ring_{score}"][k] for score in ("captured", "quality"))
        assert (
            8 - len(trained[f"ring_{k}_lost"])
            == np.median(captured)
            == captured[opening_data.median_of(captured, quality)]
        )
    assert opening_data.median_of(np.array([8, 7, 8, 8, 2]), np.array([0.1, 0.9, 0.3, 0.2, 0.9])) == 0
    assert opening_data.median_of(np.array([8, 8, 8]), np.array([0.1, 0.9, 0.3])) == 2


def test_a_mode_is_lost_where_no_sample_is_good() -> None:
    """Within three deviations one sample is enough; the modes stand unequal and off centre."""
    law = GaussianMixture([0.2, 0.3, 0.5], [[3.0, 1.0], [4.0, 2.0], [9.0, 1.0]], stds=[0.1, 0.1, 0.1])
    x = np.array([[3.0, 1.29], [9.0, 1.31], [8.0, 1.0]])
    assert opening_data.lost(x, law).tolist() == [1, 2]
    assert opening_data.good(x, law).tolist() == [[True, False, False], [False] * 3, [False] * 3]


@pytest.mark.parametrize("width", WIDTHS)
def test_it_can_be_printed(trained: opening.Data, width: str) -> None:
    """No text over another; every sample has its role, lies inside or is counted; and the caption counts the seeds."""
    figure, caption = opening.pictured(trained, "quick", 0, width)
    assert pictures.offences(figure) == []
    assert pictures.unfit(figure) == []
    plotted = list(rows.plotted(figure))
    assert {row.role for row in plotted} == {"data", "exact", "vae", "gan", "network"}
    assert len({row.panel for row in plotted}) == 2 * (1 + len(ARMS)) + len(opening_data.images())
    assert rows.table(redrawn(rows.table(figure))) == rows.table(figure)
    for k, (_, name, _) in enumerate(ARMS):
        lost = int((trained["ring_captured"][k] < 8).sum())
        assert re.search(rf"{re.escape(name)} {lost} of 3\b", caption)


def test_what_lies_outside_is_counted(trained: opening.Data) -> None:
    """Points beyond a panel are not drawn, and their number stands in it; dropped modes are circled, in black."""
    far = {**trained, "ring_2": np.concatenate([trained["ring_2"][:-3], [[5.0, 0.0], [0.0, -7.0], [np.inf, 0.0]]])}
    far |= {"ring_2_lost": np.array([1, 6]), "ring_0_lost": np.array([], int)}
    figure, _ = opening.pictured(far, "quick", 0, "double")
    panels = [axes for axes in figure.axes if axes.get_title() == "GAN"]
    assert "3 outside" in [text.get_text() for text in panels[0].texts]
    circles = [line.get_xydata() for line in panels[0].lines if getattr(line, "role", "") == "data"]
    assert np.allclose(circles, [ring().means[[1, 6]]])


def test_the_image_is_what_the_theorems_say() -> None:
    """Mean, median and the linear VAE at each noise, pixel by pixel from the definition; without noise it is the image itself."""
    x = np.zeros((len(PLACES), SIDE, SIDE))
    for k, at in enumerate(PLACES):
        x[k, 2:14, at : at + WIDE] = 1
    shown = dict(opening_data.images())
    truth = shown["truth"]
    assert any(np.array_equal(truth, image) for image in x)
    assert any(np.array_equal(shown["a sample"], image) for image in x)
    assert not np.array_equal(shown["a sample"], truth)
    assert np.allclose(shown["$L_2$: the mean"], x.mean(axis=0))
    assert np.array_equal(shown["$L_1$: the median"], (x.mean(axis=0) > 0.5).astype(float))
    assert not shown["$L_1$: the median"].any(), "a bar that stands anywhere in few of its places vanishes"
    flat = x.reshape(len(x), -1)
    values, vectors = np.linalg.eigh(np.cov(flat.T, bias=True))
    for name, level in zip([n for n in shown if n.startswith("VAE")], opening_data.NOISES, strict=True):
        kept = np.maximum(values - level * values[-1], 0) / np.where(values > 1e-12, values, 1)
        expected = flat.mean(axis=0) + vectors @ (kept * (vectors.T @ (truth.ravel() - flat.mean(axis=0))))
        assert np.allclose(shown[name].ravel(), expected, atol=1e-9)
    assert not np.array_equal(shown["GAN, one mode"], truth)


def test_the_readme_shows_the_run_that_is_shipped() -> None:
    """The committed picture has the caption of the shipped arrays, and stands on top of the README."""
    root = Path(__file__).parents[3]
    figure, caption = opening.shipped("double")
    assert pictures.offences(figure) == []
    assert (root / "docs" / "opening.txt").read_text(encoding="utf-8") == caption + "\n"
    assert (root / "docs" / "opening.svg").stat().st_size < 500_000
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert readme.index("](docs/opening.svg)") < readme.index("```")
