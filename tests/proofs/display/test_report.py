"""What the report embeds: rounded to stay small, and still the same picture."""

import json
import re

import pytest

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
