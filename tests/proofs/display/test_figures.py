"""Every claim's figure as it is printed: nothing overlaps, nothing is too small, all of it is told apart in grey.

The arrays are made as a run makes them, with the claim's own curves and experiments, on a few seeds and judged by
nobody: figures are functions of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from matplotlib.figure import Figure

from proofs.core import Positive
from proofs.core.claim import Claim
from proofs.core.parameters import BUDGET, Parameter, moved, said, taken
from proofs.core.records import flat
from proofs.display import figures, rows
from proofs.display.redrawn import redrawn
from proofs.display.wanted import Wanted
from proofs.evidence.experiment import at_level, retrained
from proofs.evidence.kind import Conditions
from proofs.run import discovery
from proofs.words import drawing
from tests.proofs.display import looked, pictures, plain
from theory import collapse, gap

SEEDS = 16
"""One chunk of networks; fewer take as long."""
NAMES = [found.id for found in discovery.find() if found.module]


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {claim.id: claim for claim in discovery.load(discovery.find())[0]}


def saved(claim: Claim) -> dict[str, dict[str, np.ndarray]]:
    """What the ledger would hold for the claim's figure after a run on a few seeds, a third as long as a quick one.

    But no shorter than 100 steps, and as long as it is where all levels train alike.
    """
    arrays: dict[str, dict[str, np.ndarray]] = {}
    for evidence in (e for s in claim.statements for e in s.evidence if e.trains):
        steps, full = (at_level(evidence.options.get("steps") or {}, level) for level in ("quick", "full"))
        shorter = {"steps": max(steps // 3, min(steps, 100))} if steps != full else {}
        budget = {"seeds": SEEDS} | shorter
        arrays[evidence.name] = retrained(evidence, Conditions(), budget)
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

    Over it stands what it says; each series has the colour of its role, no point is lost beyond the axes, and these are not
    half empty. What is plotted follows what was saved: drawing again gives the same, other arrays another picture.
    """
    claim, arrays, _ = shown
    assert claim.drawn is not None
    for width, inches in drawing.WIDTHS.items():
        figure = figures.draw(claim, arrays, width, "level quick, seed 0")
        assert figure.get_figwidth() == inches
        assert pictures.faults(figure) == [], width
    again, other = (rows.table(figures.draw(claim, some, "double")) for some in (arrays, pictures.moved(arrays)))
    assert again == rows.table(figure)
    assert (again != other) == bool(arrays)


def test_a_figure_is_drawn_again_from_its_table_alone(shown: Shown) -> None:
    """Every point where it was, in the colour of its role, pixel by pixel in one look; series have names without commas."""
    figure = figures.draw(shown.claim, shown.arrays, "single")
    again = redrawn(rows.table(figure))
    assert rows.table(again) == rows.table(figure)
    plotted = list(rows.plotted(figure))
    assert all(row.series and not set(row.series) & set(",\n\r") for row in plotted)
    assert {row.role for row in plotted} <= {*drawing.COLOUR}
    assert not list(pictures.without_role(again))
    assert plain.alike(again, figure)


def elsewhere(one: Parameter) -> Any:
    """Another value of a parameter: a little more, or less where that is not in its range, or words in another order."""
    last = one.default[-1] if one.several else one.default
    last = last or type(last)(0.1)  # a tenth of nothing would be nothing
    others = (
        [last * 1.1, last * 0.9] if isinstance(last, float) else [last + 1, last - 1] if isinstance(last, int) else []
    )
    for other in others:
        value = (*one.default[:-1], other) if one.several else other
        try:
            return one.checked(value)
        except ValueError:
            continue
    return one.default[:-1]


def test_every_parameter_moves_what_is_drawn(shown: Shown) -> None:
    """Each parameter of its curves and of itself at another value changes the table, the caption or the texts; the caption says so."""
    claim, arrays, _ = shown
    before = figures.draw(claim, arrays, "double", "level quick, seed 0")
    own = [one for one in claim.parameters.values() if {"curves", "figure"} & {*one.of}]
    assert 1 <= len(own) <= 4
    for one in own:
        values = moved(claim, {one.name: elsewhere(one)})
        assert values
        taken_by = taken(claim.plotted, values)
        curves = {"curves": flat(claim.plotted(**taken_by))} if claim.plotted and taken_by else {}
        figure = figures.draw(claim, arrays | curves, "double", "level quick, seed 0", Wanted(values))
        told, plain = (f.told.partition(" Drawn with ")[0] for f in (figure, before))
        texts = [[text for text in f.shown_texts if "not what was judged" not in text] for f in (figure, before)]
        assert rows.table(figure) != rows.table(before) or told != plain or texts[0] != texts[1], one.name
        assert figure.told.endswith(f"Drawn with {said(values)}, not what was judged.")


TRAINED = [
    ("gans_drop_where_vaes_diffuse", "contest", "target", "grid", 20), ("explicit_versus_implicit", "drawn", "modes", 5, 20),
    ("explicit_versus_implicit", "drawn", "hidden", 8, 20), ("l2_optimum_is_mean", "two_branches", "hidden", 8, 20),
    ("learned_variance_sharpens", "on_a_curve", "hidden", 8, 450),
]  # fmt: skip
"""Parameters of experiments, another value of each, and steps enough to see it."""


@pytest.mark.parametrize(("name", "home", "parameter", "value", "steps"), TRAINED)
def test_every_parameter_of_what_trains_moves_what_is_saved(
    claims: dict[str, Claim], name: str, home: str, parameter: str, value: Any, steps: int
) -> None:
    """All there are; other networks are trained, and their arrays are others."""
    claim, budget = claims[name], {"seeds": 2, "steps": steps}
    assert home in claim.parameters[parameter].of
    (evidence,) = (e for s in claim.statements for e in s.evidence if e.name == home)
    before, after = (retrained(evidence, Conditions(), {**budget, **more}) for more in ({}, {parameter: value}))
    assert any(not np.array_equal(before[key], after.get(key)) for key in before)


def test_no_parameter_of_what_trains_is_left_out(claims: dict[str, Claim]) -> None:
    """Of those above; seeds and steps are every experiment's."""
    own = {
        (claim.id, home, name)
        for claim in claims.values()
        for name, one in claim.parameters.items()
        for home in {*one.of} - {"curves", "figure"}
        if name not in BUDGET
    }
    assert own == {(name, home, parameter) for name, home, parameter, *_ in TRAINED}


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


@pytest.mark.parametrize(
    "law", ["message", "s is explained nowhere", "no role", "colour of vae", "1 points lie beyond", "of y are empty"]
)
def test_what_hides_something_is_noticed(law: str) -> None:
    """A figure with one of these faults has that one, and the same without it has none."""
    for wrong in (law, ""):
        figure = Figure(figsize=(3.5, 2.5), layout="constrained")
        panel = drawing.Panel(figure.subplots())
        panel.points([0.0, 0.4, 1.0], [0.0, 3.0 if wrong.startswith("1") else 0.5, 1.0], "vae", "a VAE")
        width = "$x/s$" if wrong.startswith("s") else "$x$ by deviations $s$"
        panel.axes(width, "$y$", y=(0.0, 9.0 if wrong.startswith("of") else 1.0))
        if wrong.startswith("1"):
            panel.ax.lines[-1].remove()
        if wrong == "no role":
            panel.ax.plot([0.0, 1.0], [0.0, 1.0])
        if wrong.startswith("colour"):
            panel.ax.lines[0].set_color("red")
        figure.told = "A VAE."
        figures.framed(figure, "VAEs blur." if wrong == "message" else "VAEs blur", "")
        found = pictures.unfit(figure)
        assert [law in line for line in found] == [True] * bool(wrong), found


def test_what_is_beyond_the_axes_is_marked_and_counted() -> None:
    """On its side, at its place along the edge, once a point; what is not positive lies below a logarithmic axis; NaN nowhere."""
    figure = Figure(figsize=(3.5, 2.5), layout="constrained")
    panel = drawing.Panel(figure.subplots())
    panel.points([1.0, 2.0, 3.0, 4.0, 99.0, np.nan], [1.0, 100.0, 0.0, -3.0, 2.0, 2.0], "gan", "a GAN")
    panel.axes("$x$", "$y$", log="y", x=(0.0, 10.0), y=(0.1, 10.0))
    marks = [line for line in panel.ax.lines if line.get_label() == drawing.MARK]
    places = sorted((float(x), float(y), line.get_marker()) for line in marks for x, y in line.get_xydata())
    expected = [(0.2, 1.0, 6), (0.3, 0.0, 7), (0.4, 0.0, 7), (1.0, np.log(20) / np.log(100), 5)]
    assert np.allclose(places, expected)
    assert "▸ 1 further right, ▴ 1 above, ▾ 2 below" in [text.get_text() for text in panel.ax.texts]
    assert len(list(rows.plotted(figure))) == 6


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    """Each beside its line, in its order from the lowest to the highest, a line's height apart, in its colour."""
    figure = Figure(figsize=(3.5, 2.5), layout="constrained")
    panel, x = drawing.Panel(figure.subplots()), np.linspace(0.0, 1.0, 9)
    for slope, role in ((1.0, "exact"), (0.99, "vae"), (0.2, "gan"), (0.98, "network")):
        panel.line(x, slope * x, role, f"{slope:g}")
    panel.axes("$x$", "$y$", legend="ends")
    named = sorted(panel.ax.texts, key=lambda text: text.xyann[1])
    assert [text.get_text() for text in named] == ["0.2", "0.98", "0.99", "1"]
    assert [text.get_color() for text in named] == [drawing.COLOUR[role] for role in ("gan", "network", "vae", "exact")]
    for text in named:
        text.set_fontsize(7)
    assert not list(pictures.overlapping(figure))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]), ([0.5, 0.5], [0.45, 0.55]), ([0.0, 0.0, 0.8], [0.0, 0.1, 0.8]),
        ([0.4, 0.95, 1.0], [0.4, 0.9, 1.0]), ([0.3, 0.32, 0.6, 0.6, 0.6], [0.26, 0.36, 0.5, 0.6, 0.7]),
    ],
)  # fmt: skip
def test_crowded_names_move_as_little_as_they_can(places: list[float], expected: list[float]) -> None:
    """A tenth apart, those with room stay where they are, and a crowd keeps its middle but for the edges of the panel."""
    assert drawing._apart(places, 0.1) == pytest.approx(expected)


def test_roles_have_markers_of_their_own() -> None:
    """Shape tells them apart as well as colour, of which the laws of palettes are (test_own_figures)."""
    assert len({drawing.MARKER[role] for role in drawing.COLOUR} - {"."}) >= len(drawing.COLOUR) - 2


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
