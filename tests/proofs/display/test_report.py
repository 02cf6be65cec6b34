"""What the report embeds: rounded to stay small, and still the same picture."""

import json
import re

import pytest

from proofs.core.verdict import WORST_FIRST
from proofs.display import front, places
from proofs.display.report import render, rounded
from proofs.run import sentences

DRAWN = (
    '<path id="M" d="M 1.2345678 -20.3456789e-01" transform="scale(0.015625)"/>'
    '<use href="#M" transform="translate(54.984375 0) scale(0.0703125 -0.0703125)"/>'
)


def test_coordinates_are_rounded_and_scales_are_not() -> None:
    """Glyphs keep their size: a scale of 1/64 rounded to hundredths would be a quarter too large."""
    short = rounded(DRAWN, "{:.2f}")
    assert re.findall(r"scale\([^)]*\)", short) == re.findall(r"scale\([^)]*\)", DRAWN)
    assert "M 1.23 -2.03" in short
    assert "translate(54.98 0)" in short


@pytest.mark.parametrize("value", [3.3976731247300535e-06, 123456.789012345, 0.123456789])
def test_data_keep_six_digits(value: float) -> None:
    """Whatever their size."""
    row = rounded(f"a,mean,{value!r},0.25", "{:.6g}")
    assert float(row.split(",")[2]) == pytest.approx(value, rel=1e-5)
    assert row.endswith(",0.25")


def test_the_whole_catalogue_opens_with_the_picture_and_what_comes_of_it() -> None:
    """Before any table; a run of a few claims does not have it."""
    record = sentences.recorded()
    told = {
        "blurproof": "0", "level": "quick", "seed": 0, "tally": {}, "claims": [], "environment": {}, "sentences": record["sentences"],
        "budget": {"agree": 0.01, "refuted_whole_run": 1e-3, "refuted_each_experiment": 1e-5, "seed_steps": 1},
    }  # fmt: skip
    page = render([], json.loads(json.dumps(told)))
    assert page.index('id="opening"') < page.index("<table")
    ruled = [s["ruling"] for s in record["sentences"]]
    assert f"{ruled.count('holds')} hold and {ruled.count('fails')} fail" in page
    assert 'id="opening"' not in render([], {**told, "sentences": record["sentences"][1:]})


def read(boundary: dict | None, true: list[dict], false: list[dict]) -> dict:
    return {"boundary": boundary, "true": true, "false": false, "reason": "nothing was run"}


def test_a_boundary_is_told_by_its_sides() -> None:
    """Above or below, for the words at which it lies; where the sides are mixed or there is no number, point by point."""
    at = [{"r": 3.0, "loss": "L1"}, {"r": 9.0, "loss": "L1"}, {"r": 0.1, "loss": "L2"}]
    off = [{"r": 0.5, "loss": "L1"}, {"r": 7.0, "loss": "L2"}]
    assert front.told(read({"r": 2.0, "loss": "L1"}, at, off)) == "for loss = L1, true above r = 2, false below"
    assert front.told(read({"r": 2.0, "loss": "L1"}, off, at)) == "for loss = L1, true below r = 2, false above"
    mixed = read({"r": 2.0}, [{"r": 3.0}, {"r": 1.0}], [{"r": 0.5}])
    assert front.told(mixed) == "true at r = 3, false at r = 0.5, boundary at r = 2"
    assert front.told(read(None, [{"r": 3.0}], [])) == "true at r = 3"
    assert front.told(read(None, [], [])) == "nothing was run"


def test_every_verdict_can_be_read() -> None:
    """One line a word, best first; and every ruling is counted."""
    assert tuple(front.VERDICTS) == WORST_FIRST[::-1]
    assert all(0 < len(line) < 120 for line in front.VERDICTS.values())
    assert front.counted([{"ruling": "holds"}, {"ruling": "open"}, {"ruling": "holds"}]) == {
        "holds": 2, "fails": 0, "conditional": 0, "open": 1,
    }  # fmt: skip


def test_what_lies_in_a_folder_lies_beside_the_pages() -> None:
    """Addresses are those of the files, whatever their names have in them; in one file they are the content."""
    where = places.Folder()
    address = where.picture("claim-a b", "<svg/>")
    assert where.files == {"claim-a b.svg": "<svg/>"}
    assert (address, where.claim("a b"), where.front("story")) == (
        "claim-a%20b.svg",
        "claim-a%20b.html",
        "index.html#story",
    )
    assert where.table("t", "x,y")["address"] == "t.csv"
    assert places.OneFile().table("t", "x,y")["file"] == "t.csv.gz"
    assert not {'"', "&", "#"} & set(places.OneFile().picture("p", "<svg a='&#1;' b=\"c\"/>"))
