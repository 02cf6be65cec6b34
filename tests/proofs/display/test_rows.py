"""The table of a figure: what it holds, and that it is enough."""

import csv
import io
from math import nan

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from proofs.display import rows
from proofs.display.redrawn import KINDS, read, redrawn
from proofs.words import drawing
from tests.proofs.display import plain


def every_kind() -> Figure:
    """A figure with everything that a table knows, nothing of it centred, square or of one size."""
    figure = Figure()
    axes, other = figure.subplots(1, 2)
    axes.plot([1.0, 2.0], [3.0, 4.0], label="line")
    axes.plot([1.0, 2.5], [3.5, nan], "o", label="some, of $\\beta^2$, and 10,000\nmore")
    axes.plot([1.0, 2.0], [3.0, 4.5], "s-", label="both")
    axes.errorbar([5.0], [6.0], [[1.0], [2.0]], fmt="o", capsize=2, label="points")
    axes.errorbar([5.0, 5.5], [6.0, 7.0], [0.5, 0.25], [0.125, 1.0], fmt="o-", label="crosses")
    axes.bar([7.0], [8.0], label="bar")
    axes.barh([9.0], [10.0], 0.5, left=1.0, label="lying")
    axes.stairs([11.0, 3.0], [12.0, 13.0, 13.25], baseline=1.0, label="stair")
    axes.scatter([14.0], [15.0], label="dots")
    axes.fill_between([1.0, 2.0, 4.0], [0.5, 0.25, 0.0], [1.0, 2.0, 1.5], label="band")
    axes.fill_betweenx([1.0, 2.0], [0.5, 0.25], [1.0, 2.0], label="lying band")
    axes.axhline(2.5, label="level")
    axes.axvline(3.5, ymax=0.5, label="upright")
    axes.axvspan(4.5, 5.0, label="span")
    axes.vlines([1.0, 2.0], [0.0, 0.5], [3.0, 2.5], label="strokes")
    axes.add_patch(Polygon([(0.0, 0.0), (1.0, 0.5), (0.5, 2.0)], label="corners"))
    drawing.Panel(axes).points([16.0], [17.0], "vae")
    drawing.Panel(axes).between(19.0, 18.0, 20.0, 21.0, "gan")
    image = other.imshow([[0.25, 0.5, 1.0], [0.0, 0.75, 0.125]], extent=(-1.0, 2.0, 4.0, 8.0), label="=1+1")
    figure.colorbar(image, label="how dark")
    return figure


def test_the_table_holds_what_is_drawn() -> None:
    """Every point with its ends, images cell by cell, in plain words; what stands in no legend goes by its role; no scale."""
    found = {row.series: row for row in rows.plotted(every_kind())}
    assert found["line"][2:4] + found["line"][5:7] == ("other", "line", 2.0, 4.0)
    assert "some; of β^2; and 10000 more" in found
    assert found["points"][3] == "interval"
    assert found["points"][5:7] + found["points"][9:11] == (5.0, 6.0, 5.0, 8.0)
    assert found["crosses"][3] == "line with intervals"
    assert found["crosses"][5:11] == (5.5, 7.0, 4.5, 6.5, 6.75, 7.25)
    assert found["bar"][5:11] == pytest.approx((7.0, 8.0, 6.6, 7.4, 0.0, 8.0))
    assert found["lying"][5:11] == (11.0, 9.0, 1.0, 11.0, 8.75, 9.25)
    assert found["stair"][5:10] == (13.125, 3.0, 13.0, 13.25, 1.0)
    assert (found["band"].kind, found["band"].x, *found["band"][9:11]) == ("band", 4.0, 0.0, 1.5)
    assert (found["level"].y, found["upright"].x, found["span"].x_low, found["span"].x_high) == (2.5, 3.5, 4.5, 5.0)
    assert (found["strokes"].x, found["strokes"].y_low, found["strokes"].y_high) == (2.0, 0.5, 2.5)
    assert (found["vae"].role, found["gan"].role) == ("vae", "gan")
    assert (found["gan"].x_low, found["gan"].x, found["gan"].x_high, found["gan"].y) == (18.0, 19.0, 20.0, 21.0)
    cells = {(row.x, row.y): row.value for row in rows.plotted(every_kind()) if row.kind == "image"}
    assert cells == {
        (-0.5, 7.0): 0.25,
        (0.5, 7.0): 0.5,
        (1.5, 7.0): 1.0,
        (-0.5, 5.0): 0.0,
        (0.5, 5.0): 0.75,
        (1.5, 5.0): 0.125,
    }


def test_every_kind_is_drawn_again() -> None:
    """The figure of a table has the same table and, but for points of other sizes, the same pixels."""
    text = rows.table(every_kind())
    assert rows.table(redrawn(text)) == text
    assert {row.kind for row in read(text)} == {*KINDS}
    figure = every_kind()
    for collection in [c for c in figure.axes[0].collections if c.get_label() == "dots"]:
        collection.remove()
    assert plain.alike(redrawn(rows.table(figure)), figure)


def test_a_figure_that_differs_is_told_apart() -> None:
    """By a point that is elsewhere, and by one that is missing."""
    text = rows.table(every_kind())
    moved = text.replace(",14.0,15.0,", ",13.0,12.0,")
    assert moved != text
    assert not plain.alike(redrawn(moved), redrawn(text))
    assert not plain.alike(
        redrawn("".join(line for line in text.splitlines(True) if ",bar," not in line)), redrawn(text)
    )


def test_no_cell_is_broken_or_begins_like_a_formula() -> None:
    """What is no number is left empty; what is infinite is a word."""
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1.0, 2.0, 3.0], [nan, np.inf, -np.inf], label="=1+1, or\nless")
    header, *lines = csv.reader(io.StringIO(rows.table(figure), newline=""))
    assert [line[header.index("series")] for line in lines] == ["'=1+1; or less"] * 3
    assert [line[header.index("y")] for line in lines] == ["", "inf", "'-inf"]
    assert rows.table(redrawn(rows.table(figure))) == rows.table(figure)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns panel, series"),
        ("panel,series,x,y\n", "columns panel, series"),
        (f"{','.join(rows.Row._fields)}\na,b\n", "line 2, got 2 cells"),
        (f"{','.join(rows.Row._fields)}\na,b,vae,smile,1,0,0,,,,,\n", "kind is one of line, .* got 'smile'"),
        (f"{','.join(rows.Row._fields)}\na,b,vae,line,1,zero,0,,,,,\n", "line 2, got .*'zero'"),
    ],
)  # fmt: skip
def test_another_text_is_refused(text: str, said: str) -> None:
    """By what was expected and what came."""
    with pytest.raises(ValueError, match=f"text: expected a .*{said}"):
        redrawn(text)


def test_a_stroke_without_points_takes_no_number() -> None:
    """What is not there cannot be drawn again, and would be counted only the first time."""
    figure = Figure()
    axes = figure.subplots()
    axes.plot([], [], "o")
    axes.plot([1.0, 2.0], [3.0, 4.0], "o")
    assert [row.part for row in rows.plotted(figure)] == [1, 1]
