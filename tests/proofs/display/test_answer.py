"""The README's first picture and the numbers beside it come from one run."""

import csv
import json
from pathlib import Path

from proofs.display import answer

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOLD = json.loads((ROOT / "docs" / "contest.json").read_text(encoding="utf-8"))


def points(panel: str) -> list[tuple[str, float]]:
    """Series and x of what the picture plots in a panel."""
    with (ROOT / "docs" / "contest.csv").open(encoding="utf-8") as file:
        return [(row["series"], float(row["x"])) for row in csv.DictReader(file) if row["panel"] == panel]


def test_the_table_is_that_of_the_run() -> None:
    """`make answer` writes it; nothing in it is typed by hand."""
    assert answer.with_table(README, TOLD) == README
    assert "](docs/contest.svg)" in README


def test_the_picture_says_which_run_it_shows() -> None:
    """Level, seed and seeds an arm stand in the picture and above the table."""
    assert answer.caption(TOLD) in (ROOT / "docs" / "contest.svg").read_text(encoding="utf-8")
    assert f"level {TOLD['level']}, seed {TOLD['seed']}" in README


def test_the_picture_plots_what_the_table_counts() -> None:
    """Of every arm as many seeds as the table has, of which as many lack a mode, at the share that the interval shows."""
    captured, shares = points("a"), [x for series, x in points("c") if "interval" not in series]
    for index, arm in enumerate(TOLD["arms"]):
        seeds = [x for series, x in captured if series == arm["arm"]]
        assert len(seeds) == arm["n"]
        assert sum(x < 8 for x in seeds) == arm["dropped"]
        assert abs(shares[index] - arm["dropped"] / arm["n"]) < 1e-9


def test_a_number_that_is_changed_is_noticed() -> None:
    """One seed more that drops a mode gives another table."""
    arms = [{**TOLD["arms"][0], "dropped": TOLD["arms"][0]["dropped"] + 1}, *TOLD["arms"][1:]]
    assert answer.with_table(README, {**TOLD, "arms": arms}) != README
