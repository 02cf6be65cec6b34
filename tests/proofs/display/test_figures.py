"""Every claim's figure as it is printed: nothing overlaps, nothing is too small, all of it is told apart in grey.

The arrays are made as a run makes them, with the claim's own curves and experiments, on a few seeds and judged by
nobody: figures are functions of them.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from matplotlib.figure import Figure

from proofs.core import Positive
from proofs.core.claim import Claim
from proofs.display import figures
from proofs.evidence.experiment import Experiment
from proofs.evidence.kind import Conditions
from proofs.run import discovery
from proofs.words import drawing
from tests.proofs.display import looked, pictures
from theory import collapse, gap

SEEDS = 16
"""One chunk of networks; fewer take as long."""
NAMES = [found.id for found in discovery.find() if found.module]


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {claim.id: claim for claim in discovery.load(discovery.find())[0]}


def saved(claim: Claim) -> dict[str, dict[str, np.ndarray]]:
    """What the ledger would hold for the claim's figure after a run on a few seeds."""
    arrays: dict[str, dict[str, np.ndarray]] = {}
    for evidence in (e for s in claim.statements for e in s.evidence if e.trains):
        experiment = Experiment(evidence, Conditions())
        experiment.look(SEEDS)
        made = (experiment, *experiment.riders())
        arrays[evidence.name] = {name: array for one in made for name, array in one.arrays().items()}
    if claim.plotted:
        arrays["curves"] = {name: np.asarray(array) for name, array in claim.plotted().items()}
    return arrays


class Shown(NamedTuple):
    """A claim with what a run saves for its figure, and what of `theory` was asked for it."""

    claim: Claim
    arrays: dict[str, dict[str, np.ndarray]]
    drawn: set[looked.Name]


@pytest.fixture(scope="module", params=NAMES)
def shown(request: pytest.FixtureRequest, claims: dict[str, Claim]) -> Shown:
    claim, drawn = claims[request.param], set[looked.Name]()
    with looked.calls(drawn):
        arrays = saved(claim)
    return Shown(claim, arrays, drawn)


@pytest.fixture(scope="module")
def catalogue(claims: dict[str, Claim]) -> looked.Catalogue:
    return looked.Catalogue(claims.values())


def test_every_figure_can_be_printed(shown: Shown) -> None:
    """At both widths: no text over another, outside, under 7 or over 9 pt; axes named; series told apart in grey.

    And what is plotted has a name and follows what was saved: drawing again gives the same, other arrays another picture.
    """
    claim, arrays, _ = shown
    assert claim.drawn is not None
    for width, inches in drawing.WIDTHS.items():
        figure = figures.draw(claim, arrays, width)
        assert figure.get_figwidth() == inches
        assert pictures.offences(figure) == [], width
        assert all(series for _, series, _, _ in figures.plotted(figure))
        assert figures.table(figure) == figures.table(figures.draw(claim, arrays, width))
        other = figures.table(figures.draw(claim, pictures.moved(arrays), width))
        assert (figures.table(figure) != other) == bool(arrays)


def test_what_a_figure_draws_is_looked_at(shown: Shown, catalogue: looked.Catalogue) -> None:
    """Some evidence would notice if a function of `theory` that a figure draws, or its interactive plot, were wrong."""
    drawn = set(shown.drawn)
    with looked.calls(drawn):
        figures.draw(shown.claim, shown.arrays, "single")
    assert catalogue.unnoticed(drawn, shown.claim.id, shown.arrays) == []


def test_what_nobody_looks_at_is_noticed() -> None:
    """A curve of a function that no evidence runs, or runs and throws away, is not looked at; one that it states is."""
    claim = Claim(topic="ways-out", id="drawn", title="A curve is drawn.")

    def discarding(r: float) -> float:
        collapse.onset(r)
        return float(gap.centre_against_component(r))

    @claim.states(discarding)
    def density_at_the_mean(r: Positive):
        """of two modes"""

    @claim.figure
    def draw(saved, figure):
        axes, x = figure.subplots(), np.linspace(1, 2, 9)
        for curve in (gap.centre_against_component, collapse.onset, collapse.local_threshold):
            axes.plot(x, curve(x / 3))

    drawn = set[looked.Name]()
    with looked.calls(drawn):
        figures.draw(claim, {})
    wrong = [("theory.collapse", "local_threshold"), ("theory.collapse", "onset")]
    assert sorted(drawn) == [*wrong, ("theory.gap", "centre_against_component")]
    assert looked.Catalogue([claim]).unnoticed(drawn) == wrong


def _draw(*laws: str) -> Iterator[tuple[str, Figure]]:
    """Figures that each break one law."""
    for law in laws:
        figure = Figure(figsize=(3.5, 2.5), layout="constrained")
        axes = figure.subplots()
        axes.set(xlabel="$x$ (nats)", ylabel="$y$")
        axes.plot([0, 1], [0, 1], color="#00518C", label="one")
        if law == "overlaps":
            axes.text(0.5, 0.5, "a long word", fontsize=8)
            axes.text(0.52, 0.5, "another", fontsize=8)
        if law == "leaves":
            axes.text(0.98, 0.5, "a long word that does not end here", fontsize=8, in_layout=False)
        if law == "points":
            axes.text(0.5, 0.1, "small", fontsize=6)
        if law == "no label":
            axes.set_ylabel("")
        if law == "alike":
            axes.plot([0, 1], [1, 0], color="#7A3B00", label="two")
        if law == "runs through":
            axes.legend(loc="upper right")
        yield law, figure


@pytest.mark.parametrize("law", ["overlaps", "leaves", "points", "no label", "alike", "runs through"])
def test_what_offends_is_noticed(law: str) -> None:
    """A picture with one fault has that one, and the same without it has none."""
    ((_, figure),) = _draw(law)
    for text in figure.findobj(lambda artist: hasattr(artist, "set_fontsize") and artist.get_fontsize() > 9):
        text.set_fontsize(8)
    found = pictures.offences(figure)
    assert len(found) == 1
    assert law in found[0]
    ((_, fine),) = _draw("nothing")
    for text in fine.findobj(lambda artist: hasattr(artist, "set_fontsize") and artist.get_fontsize() > 9):
        text.set_fontsize(8)
    assert pictures.offences(fine) == []


def test_the_table_holds_what_is_drawn() -> None:
    """Lines, points, both ends of intervals, bars by their length, stairs, images cell by cell; nothing else.

    What stands in no legend goes by its role.
    """
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1.0, 2.0], [3.0, 4.0], label="line")
    axes.errorbar([5.0], [6.0], [[1.0], [2.0]], fmt="o", capsize=2, label="points")
    axes.bar([7.0], [8.0], label="bar")
    axes.barh([9.0], [10.0], label="lying")
    axes.stairs([11.0], [12.0, 13.0], label="stair")
    axes.scatter([14.0], [15.0], label="dots")
    axes.imshow([[0.25]])
    drawing.Panel(axes).points([16.0], [17.0], "vae")
    drawing.Panel(axes).between(19.0, 18.0, 20.0, 21.0, "gan")
    rows = [(s, float(x), float(y)) for _, s, x, y in list(csv.reader(io.StringIO(figures.table(figure))))[1:]]
    assert sorted(rows) == sorted(
        [
            ("line", 1, 3), ("line", 2, 4), ("points", 5, 6), ("points, interval", 5, 5), ("points, interval", 5, 8),
            ("bar", 7, 8), ("lying", 10, 9), ("stair", 12, 11), ("dots", 14, 15), ("cells", 0, 0), ("values", 0, 0.25),
            ("vae", 16, 17), ("gan", 19, 21), ("gan, interval", 18, 21), ("gan, interval", 20, 21),
        ]
    )  # fmt: skip


def test_metadata_and_text_of_a_file(tmp_path: Path, claims: dict[str, Claim]) -> None:
    """An SVG has title and description and no text but paths; a PDF its fonts as TrueType."""
    claim = claims["leak_bound"]
    arrays = saved(claim)
    svg = next(figures.save(claim, arrays, [], tmp_path, "svg", "single")).read_text(encoding="utf-8")
    assert f"<dc:title>{claim.title}" in svg
    assert "<text" not in svg
    pdf = next(figures.save(claim, arrays, [], tmp_path, "pdf", "single")).read_bytes()
    assert b"/Type3" not in pdf
    assert b"/Subtype /CIDFontType2" in pdf or b"/Subtype /TrueType" in pdf
