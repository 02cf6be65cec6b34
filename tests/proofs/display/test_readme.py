"""The README's table of claims as a reader of Markdown sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from proofs.display import readme

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
        elif token.type == "inline" and found:
            found[-1].append("".join(child.content for child in token.children or []))
    return found


def framed(*texts: str) -> list[list[str]]:
    """Two rows of the table as a reader sees them: the texts, and three words to be found where they were put."""
    table = "\n".join(
        [readme.row("one", "two", "three"), "|---|---|---|", readme.row(*texts), readme.row("x", "y", "z")]
    )
    return rows(table)


def test_every_row_of_the_table_has_five_cells() -> None:
    """One row a claim beneath the heading, and no text of a claim opens or closes a cell."""
    found = rows(readme.table())
    assert len(found) == readme.table().count("\n")
    assert {len(row) for row in found} == {5}
    assert any("E[Y|x]" in row[4] for row in found)


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
