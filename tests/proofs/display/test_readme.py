"""The README's table of claims as a reader of Markdown sees it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from proofs.display import readme
from proofs.run import sentences

HOSTILE = [
    "E[Y|x]", "`a|b`", "``a`|b``", "`unclosed | code", "two\nlines", "\r\n| a | b |", "ends in \\", "an escaped \\| already",
    "two backslashes \\\\|", "`code \\| code`", "|", "||", "a\u2028b", "\x0b|\x0c", "", "<b>|</b>",
]  # fmt: skip


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables in `text`."""
    found: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "tr_open":
            found.append([])
        elif token.type == "inline" and token.level > 1:  # deeper than a heading between two tables
            found[-1].append("".join(child.content for child in token.children or []))
    return found


def framed(*texts: str) -> list[list[str]]:
    """Two rows of the table as a reader sees them: the texts, and three words to be found where they were put."""
    table = "\n".join(
        [readme.row("one", "two", "three"), "|---|---|---|", readme.row(*texts), readme.row("x", "y", "z")]
    )
    return rows(table)


def test_every_sentence_has_a_row_and_no_text_opens_or_closes_a_cell() -> None:
    """One row a sentence beneath the heading, of three cells."""
    found = rows(readme.tables()["sentences"])
    assert len(found) == len(sentences.shipped()) + 1
    assert {len(row) for row in found} == {3}


def test_every_claim_has_a_row_and_a_place_in_its_chapter() -> None:
    """Two cells a claim, its title whatever is in it; the README's lines name the same ones in the same order."""
    found = [row for row in rows(readme.tables()["claims"]) if row != ["claim", "what holds"]]
    assert {len(row) for row in found} == {2}
    assert any("E[Y|x]" in title for _, title in found)
    assert [f"`{name}`" for name, _ in found] == re.findall(r"`\w+`", readme.tables()["chapters"])


def test_rulings_are_recorded_of_whole_runs_only() -> None:
    """A document without one of our sentences is refused; a record holds nothing but what was asked and found."""
    with pytest.raises(ValueError, match="expected a run of the whole catalogue"):
        readme.record({"level": "quick", "seed": 0, "sentences": []})
    assert set(sentences.recorded()) == {"level", "seed", "sentences"}
    assert {entry["id"] for entry in sentences.recorded()["sentences"]} == set(sentences.shipped())


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    """Pipes, in code or not, escaped or not, line breaks and lone backticks cut no row and leak into no neighbour."""
    for place in range(3):
        cells = ["left", "middle", "right"]
        cells[place] = text
        _, row, after = framed(*cells)
        assert len(row) == 3
        assert after == ["x", "y", "z"]
        assert all(row[i] == word for i, word in enumerate(("left", "middle", "right")) if i != place)
        assert row[place].count("|") == text.count("|")


@settings(deadline=None, database=None, derandomize=True)
@given(st.lists(st.text(st.sampled_from("a |`\\\n\r\t*<&"), max_size=8), min_size=3, max_size=3))
def test_any_texts_make_three_cells(texts: list[str]) -> None:
    """Whatever the cells say, the row has as many, and the next row is untouched."""
    _, row, after = framed(*texts)
    assert len(row) == 3
    assert after == ["x", "y", "z"]
