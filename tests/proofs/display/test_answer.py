"""The README's first picture and the numbers beside it come from one run."""

import json
from pathlib import Path

import numpy as np

from proofs.core.rules import share_interval
from proofs.display import answer
from proofs.display.redrawn import read
from proofs.display.rows import Row

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOLD = json.loads((ROOT / "docs" / "contest.json").read_text(encoding="utf-8"))


def points(panel: str) -> list[Row]:
    """What the picture plots in a panel."""
    text = (ROOT / "docs" / "contest.csv").read_text(encoding="utf-8")
    return [row for row in read(text) if row.panel == panel]


def test_the_table_is_that_of_the_run() -> None:
    """`make answer` writes it; nothing in it is typed by hand."""
    assert answer.with_table(README, TOLD) == README
    assert "](docs/contest.svg)" in README


def test_the_picture_says_which_run_it_shows() -> None:
    """Level, seed and seeds an arm stand in the picture and above the table."""
    assert answer.caption(TOLD) in (ROOT / "docs" / "contest.svg").read_text(encoding="utf-8")
    assert f"level {TOLD['level']}, seed {TOLD['seed']}" in README


def test_the_picture_plots_what_the_table_counts() -> None:
    """Of every arm as many seeds as the table has, of which as many lack a mode, at the share and interval beside it."""
    samples, captured, shares = points("a"), points("b"), points("d")
    assert {row.series for row in samples} == {"modes", "VAE", "GAN"}
    for index, arm in enumerate(TOLD["arms"]):
        seeds = [row.x for row in captured if row.series == arm["arm"].replace(",", ";")]
        assert len(seeds) == arm["n"]
        assert sum(x < 8 for x in seeds) == arm["dropped"]
        (bar,) = [(row.x_low, row.x, row.x_high) for row in shares if row.y == index]
        share, interval = arm["dropped"] / arm["n"], share_interval(arm["dropped"], arm["n"], 0.01)
        assert np.allclose(bar, (interval[0], share, interval[1]), rtol=0, atol=1e-9)


def test_a_number_that_is_changed_is_noticed() -> None:
    """One seed more that drops a mode gives another table."""
    arms = [{**TOLD["arms"][0], "dropped": TOLD["arms"][0]["dropped"] + 1}, *TOLD["arms"][1:]]
    assert answer.with_table(README, {**TOLD, "arms": arms}) != README
