"""The page on learners of one's own runs as it stands."""

from pathlib import Path

from tests.documents import run


def test_the_page_runs(tmp_path: Path) -> None:
    """Every block, from the top, warnings being errors."""
    run("docs/learners.md", tmp_path, seconds=300)
