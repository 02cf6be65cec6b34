"""Figures with parameters, labels, palettes of one's own: from Python, and as one part of them after the other."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import blurproof
from proofs import figure, session
from proofs.cli import answered
from proofs.core import parameters
from proofs.core.claim import Claim
from proofs.display import figures, labels, rows
from proofs.display.wanted import Wanted
from proofs.run import discovery
from proofs.words import drawing, palettes
from tests.proofs.display import pictures

OWN = '''"""Everything is as tall as it is told."""

from typing import Annotated

import numpy as np

from proofs.core import Agreement, Claim, Real, between

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a)
def itself(a: Real):
    """a"""


@itself.experiment(rule=Agreement(0.1, "of it"), seeds=8, steps=10, reason="none")
def networks(run, *, hidden=32):
    return {"tall": np.full(len(run.seeds), float(hidden * run.steps))}


@networks.measure
def measured(claimed, data):
    return {"network": data["tall"] * claimed(1.0), "control": 0 * data["tall"]}


@claim.curves
def curves(*, a=3.0):
    if a < 0:
        raise ValueError(f"a: expected a number >= 0, got {a}")
    return {"tall": np.array([a, np.sqrt(a - 0.5)])}


@claim.figure("It is as tall as it is told")
def draw(saved, panels, *, a=3.0, w: Annotated[float, between(0, 1)] = 0.5):
    (panel,) = panels(1)
    panel.exact([0, 1], saved["curves"]["tall"] * w, "exact")
    panel.seeds([0], saved["networks"]["tall"][:, None], "network", "networks")
    panel.axes("nothing", "height", x_ticks={0: "here", 1: "there"})
    return f"At a = {a:g} it is {w * a:g} tall."
'''


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A claim of somebody's own, and where its results are kept from one test to the next."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "tall.py").write_text(OWN)
    return {"claims": folder, "results": tmp_path_factory.mktemp("results"), "jobs": 1}


def points(figure: Any, name: str) -> list[float]:
    return [row.y for row in rows.plotted(figure) if row.series == name]


def below(figure: Any) -> str:
    """What stands below it."""
    return figure.get_supxlabel()


def test_defaults_give_the_figure_of_the_run(own: dict[str, Any]) -> None:
    """Without parameters, and with all of them at their defaults, it is what `verify` saves and its session draws."""
    done = blurproof.verify("tall", **own)
    found = done.figure("tall")
    assert repr(done) == f"Session(tall: {done.verdicts['tall']})"
    page = done._repr_html_()
    for part in ("<b>", "<h4>", "<img", "image/svg+xml"):
        assert part in page
    assert "<code>networks</code>" in done.results[0]._repr_html_()
    assert "0x" not in repr(done.results[0]) + repr(found)
    for values in ({}, {"a": 3.0, "w": 0.5, "hidden": 32}):
        drawn = blurproof.figure("tall", **own, **values)
        assert rows.table(drawn) == rows.table(found)
        assert (
            (below(drawn), drawn.told)
            == (below(found), found.told)
            == ("level quick, --seed 0; 8 seeds each", drawn.told)
        )
        assert "judged" not in drawn.told


def test_a_parameter_of_curves_and_figure_is_told_to_both(
    own: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, training nothing anew; the figure and its caption say that nobody judged it."""
    blurproof.figure("tall", **own)
    capsys.readouterr()
    drawn = blurproof.figure("tall", **own, a=5.0)
    assert points(drawn, "exact") == [2.5, 0.5 * np.sqrt(4.5)]
    assert capsys.readouterr().err == ""
    assert below(drawn) == "level quick, --seed 0; 8 seeds each; with a = 5, not what was judged"
    assert drawn.told == "At a = 5 it is 2.5 tall. Drawn with a = 5, not what was judged."


def test_a_parameter_of_an_experiment_trains_anew(
    own: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is said beforehand, with how long it will take once a run is saved, and kept nowhere."""
    elsewhere = {**own, "results": tmp_path}
    first = blurproof.figure("tall", **elsewhere, hidden=5)
    assert "training networks anew, which takes as long as it takes" in capsys.readouterr().err
    assert points(first, "networks")[0] == 50
    assert points(blurproof.figure("tall", **own), "networks")[0] == 320
    capsys.readouterr()
    more = blurproof.figure("tall", **own, seeds=16, steps=7)
    assert "training networks anew, about 1 s" in capsys.readouterr().err
    assert points(more, "networks")[0] == 32 * 7
    assert below(more) == "level quick, --seed 0; 16 seeds each; with seeds = 16, steps = 7, not what was judged"
    assert points(blurproof.figure("tall", **own), "networks")[0] == 320


def test_nothing_is_judged_of_it(own: dict[str, Any]) -> None:
    """What `verify` finds is the same, to the letter, before and after."""

    def found() -> str:
        told = blurproof.verify("tall", **own).document
        for claim in told["claims"]:
            for piece in claim["evidence"]:
                piece["seconds"] = 0
        return json.dumps(told["claims"])

    before = found()
    blurproof.figure("tall", **own, a=9.0, hidden=1)
    assert found() == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"b": 1}, r"tall: expected a parameter of its figure \(a = 3 \(number\), w = 0.5 \(number in \(0, 1\)\)"),
        ({"a": "x"}, "a: expected number, got 'x'"), ({"w": 1.5}, r"w: expected number in \(0, 1\), got 1.5"),
        ({"a": -1}, r"a = -1: expected what the figure of tall can be drawn with, .*expected a number >= 0, got -1"),
        ({"a": 0.25}, r"a = 0.25: expected what .*RuntimeWarning: invalid value"), ({"seeds": 0}, "seeds: expected integer ≥ 1, got 0"),
        ({"level": "slow"}, "level"), ({"width": "wide"}, "width"), ({"seed": -1}, "seed"), ({"title": 3}, "title: expected a text"),
        ({"labels": 3}, "labels"), ({"palette": 3}, "palette"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(own: dict[str, Any], values: dict[str, Any], words: str) -> None:
    """By the name of what is wrong, whether it is unknown, of another type, outside, or refused by what computes."""
    with pytest.raises(ValueError, match=words):
        blurproof.figure("tall", **own, **values)


def test_what_stands_below_stays_within_the_figure(own: dict[str, Any]) -> None:
    """However much was moved, in a single column too, where it takes two lines."""
    drawn = blurproof.figure("tall", **own, width="single", a=2.123456, w=0.123456, seeds=12, steps=123)
    assert not list(pictures.outside(drawn))
    assert below(drawn).count("\n") == 1


def test_a_title_and_labels_take_the_place_of_texts(own: dict[str, Any], tmp_path: Path) -> None:
    """Of axes, series, ticks, title and what stands below, in the picture and in the table; what is unknown is named with the nearest."""
    plain = blurproof.figure("tall", **own)
    assert set(plain.shown_texts) == {
        "It is as tall as it is told", "level quick, --seed 0; 8 seeds each", "nothing", "height", "exact", "networks", "here", "there",
        "8 seeds, median and range",
    }  # fmt: skip
    table = {text: f"<{text}>" for text in plain.shown_texts}
    (file := tmp_path / "own.json").write_text(json.dumps(table))
    for given in (table, file):
        drawn = blurproof.figure("tall", **own, labels=given)
        axes = drawn.axes[0]
        assert drawn.get_suptitle() == "<It is as tall as it is told>"
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("<nothing>", "<height>")
        assert [t.get_text() for t in axes.get_xticklabels()] == ["<here>", "<there>"]
        assert [t.get_text() for t in axes.get_legend().get_texts()] == ["<exact>", "<networks>"]
        assert points(drawn, "<exact>") == points(plain, "exact")
        assert drawn.shown_texts == plain.shown_texts
    assert blurproof.figure("tall", **own, title="Mine").get_suptitle() == "Mine"
    with pytest.raises(ValueError, match="'heigth', nearest to 'height'"):
        blurproof.figure("tall", **own, labels={"heigth": "x"})


@pytest.mark.parametrize("suffix", [".json", ".toml"])
def test_a_template_reads_back(tmp_path: Path, suffix: str) -> None:
    """Each text stands for itself, whatever signs are in it."""
    texts = ["$\\sigma$", 'a "quoted" one', "two\nlines", "KL(q‖p)", "= #", "50 %", "a\\b"]
    (file := tmp_path / f"t{suffix}").write_text(labels.template(texts, suffix), encoding="utf-8")
    assert labels.read(file) == {text: text for text in texts}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "", "a file .json or .toml"), ("a.json", "[", "expected a table of texts"), ("a.json", "[1]", "texts by the texts"),
        ("a.json", '{"a": 1}', "texts by the texts"), ("a.toml", "a = ", "expected a table of texts"),
        ("a.json", '{"a": "$\\\\frac$"}', "mathematics that can be set"), ("none.json", None, "expected a table of texts"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: str | None, words: str) -> None:
    """With what was expected."""
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=words):
        labels.read(tmp_path / name)


@pytest.mark.parametrize("name", palettes.NAMED)
def test_every_named_palette_can_be_told_apart(name: str) -> None:
    """By contrast and to every eye; a palette of its own it is, whole."""
    assert (palettes.CONTRAST, palettes.APART) == (3.0, 0.09)
    assert palettes.MAIN == ("exact", "vae", "gan", "network", "control")
    assert len(palettes.SEEN) == 4
    assert list(palettes.faults(palettes.NAMED[name])) == []
    assert set(palettes.NAMED[name]) == set(drawing.COLOUR)


def test_contrast_and_distance_are_those_of_the_books() -> None:
    """Black and white have a contrast of 21, grey #777777 to white 4.48 (WCAG 2); white and black are 1 apart in Oklab, red and green 0.52."""
    assert palettes.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palettes.contrast("#ffffff", "#777777") == pytest.approx(4.478, abs=1e-3)
    assert palettes.distance("#000000", "#ffffff", np.eye(3)) == pytest.approx(1, abs=1e-6)
    assert palettes.distance("#ff0000", "#00ff00", np.eye(3)) == pytest.approx(0.5197, abs=1e-3)
    assert palettes.distance("#cc0000", "#557700", palettes.SEEN["protanopes"]) < 0.2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"exact": "#ffff00"}, r"exact #ffff00 has a contrast of 1\.\d\d to #ffffff, not 3"),
        ({"gan": "#300000"}, r"gan #300000 has a contrast of 1\.\d\d to #161616, not 3"),
        ({"data": "#222222"}, r"data #222222 has a contrast of 1\.\d\d to #161616"),
        ({"vae": "#177EF0"}, r"exact and vae are 0\.\d\d\d apart to everybody, not 0\.09"),
        ({"nobody": "#107A6E"}, "roles of data"), ({"vae": "green"}, 'a colour "#rrggbb", got'), ({"vae": 3}, 'a colour "#rrggbb", got'),
        ("grey", "one of default, tol, or a JSON file"),
        (dict(zip(palettes.MAIN, ("#777777", "#7f7f7f", "#878787", "#8f8f8f", "#6f6f6f"), strict=True)), "apart to everybody"),
    ],
)  # fmt: skip
def test_a_palette_that_cannot_be_told_apart_is_refused(given: Any, words: str) -> None:
    """With the number by which it fails."""
    with pytest.raises(ValueError, match=words):
        palettes.chosen(given)


def test_a_palette_colours_what_is_drawn(own: dict[str, Any], tmp_path: Path) -> None:
    """Lines, points and their bars by their roles; from a name, a file, or as it is given."""
    (file := tmp_path / "p.json").write_text(json.dumps(palettes.TOL))
    for given in ("tol", file, palettes.TOL):
        line, bar = blurproof.figure("tall", **own, palette=given).axes[0].lines[:2]
        assert [line.get_color(), bar.get_color()] == [palettes.TOL["exact"], palettes.TOL["network"]]


def test_no_claim_draws_a_colour_by_itself() -> None:
    """With every role in another colour, no colour of the default is left in a figure that needs no training."""
    claims, _ = discovery.load([found for found in discovery.find() if found.module])
    other = {role: f"#{k + 1:02x}0{k}f0" for k, role in enumerate(drawing.COLOUR)}
    drawn = [claim for claim in claims if not any(e.trains for s in claim.statements for e in s.evidence)][:6]
    for claim in drawn:
        saved = {"curves": {k: np.asarray(v) for k, v in claim.plotted().items()}} if claim.plotted else {}
        page = figures.pictured(
            figures.draw(claim, saved, wanted=Wanted(palette=other)), "svg", title="", description="", subject=""
        ).decode()
        left = [role for role, colour in drawing.COLOUR.items() if role != "data" and colour.lower() in page.lower()]
        assert left == [], claim.id


def test_a_claim_without_a_figure_has_no_parameters() -> None:
    """A claim that draws nothing says so."""
    with pytest.raises(ValueError, match="it has none"):
        parameters.moved(Claim(topic="trade-offs", id="bare"), {"a": 1})


def plot(*arguments: object) -> int:
    """The exit code of `blurproof plot`."""
    return answered(["plot", *map(str, arguments)])


def test_the_command_draws_as_python_does(
    own: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figure, table, caption and the texts to translate; the labels of that table are taken, in every format."""
    where = ("--claims", own["claims"], "--results", own["results"], "-o", tmp_path)
    assert (
        plot(
            "tall",
            "--set",
            "a=5",
            "--set",
            "w = 0.25",
            "--title",
            "Mine",
            "--write-labels",
            tmp_path / "t.toml",
            *where,
        )
        == 0
    )
    paths = capsys.readouterr().out.split()
    assert [Path(path).name for path in paths] == ["t.toml", "tall.svg", "tall.csv", "tall.txt"]
    assert (
        tmp_path / "tall.txt"
    ).read_text() == "Mine. At a = 5 it is 1.25 tall. Drawn with a = 5, w = 0.25, not what was judged.\n"
    assert (tmp_path / "tall.csv").read_text() == rows.table(blurproof.figure("tall", **own, a=5, w=0.25))
    table = labels.read(tmp_path / "t.toml") | {"height": "hoch"}
    (tmp_path / "u.toml").write_text(
        labels.template(table, ".toml").replace('"height" = "height"', '"height" = "hoch"')
    )
    assert (
        plot("tall", "--set", "a=5", "--set", "w=0.25", "--title", "Mine", "--labels", tmp_path / "u.toml", *where) == 0
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("saturation", "--set", "blurr=2"), "did you mean 'blur'"), (("saturation", "--set", "blur"), "--set: expected NAME=VALUE, got 'blur'"),
        (("saturation", "--set", "blur=wide"), "blur: expected number, got 'wide'"), (("saturation", "leak_bound", "--set", "blur=1"), "leak_bound"),
        (("--set", "nobody=1"), "nobody"), (("saturation", "--set", "blur=-1"), "blur = -1: expected what the figure of saturation"),
        (("saturation", "--palette", "grey"), "palette: expected one of default"), (("saturation", "--labels", "none.json"), "labels"),
        (("saturation", "--write-labels", "a.txt"), "write-labels: expected a file .json or .toml"),
        (("--story", "--set", "blur=1"), "--set: expected the figure of a claim"), (("--opening", "--palette", "tol"), "--palette"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_and_ends_with_2(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is written."""
    monkeypatch.chdir(tmp_path)
    assert plot(*arguments) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not list(tmp_path.rglob("*.svg"))


def test_a_parameter_of_several_claims_is_given_to_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To those that were named, and without names to all that have it; what was not asked for is not drawn."""
    monkeypatch.chdir(tmp_path)
    claims, _ = discovery.load([found for found in discovery.find() if found.module])
    having = [claim.id for claim in claims if "furthest" in claim.parameters]
    selection = session.select(None, None, None)
    chosen, values = figure.asked(selection, ["furthest=3.5"], named=False)
    assert len(having) > 5
    assert sorted(claim.id for claim in chosen.claims) == sorted(having)
    assert values == {name: {"furthest": 3.5} for name in having}
    assert sorted(item.id for item in chosen.found) == sorted(having)
