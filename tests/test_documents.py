"""The helper that runs the Python of a page finds it, runs it, and fails where it fails."""

from pathlib import Path

import pytest

from tests import documents

PAGE = "Say\n```python\na = 2\n```\nthen\n```python file=own.py\nb = 3\n```\n```sh\nls\n```\n```python\nfrom own import b\nprint(a * b)\n```\n"


def test_the_blocks_of_a_page_are_run_in_order_beside_its_files(tmp_path: Path) -> None:
    """Blocks share their names, a block that is a file is one, and another language is left alone."""
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert [block.file for block in documents.blocks(page)] == ["", "own.py", ""]
    assert documents.run(page, tmp_path) == "6\n"


@pytest.mark.parametrize("wrong", ["a = 1 / 0", "import warnings; warnings.warn('old')"])
def test_a_page_that_does_not_run_fails(tmp_path: Path, wrong: str) -> None:
    """What raises or warns fails with what it says, and so does a page without Python."""
    page = tmp_path / "page.md"
    page.write_text(f"```python\n{wrong}\n```\n")
    with pytest.raises(AssertionError, match=r"ZeroDivisionError|old"):
        documents.run(page, tmp_path)
    page.write_text("nothing")
    with pytest.raises(AssertionError, match="shows no Python"):
        documents.blocks(page)
