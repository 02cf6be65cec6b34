"""The page on the contest: its four learners run as they stand there, and its table is of a run that was held."""

import re
from pathlib import Path

from tests import documents

PAGE = "docs/contest.md"


def test_the_learners_of_the_page_are_in_a_contest(tmp_path: Path) -> None:
    """Every block runs from the top in an empty folder; each learner is a row, with as many points as all others."""
    said = documents.run(PAGE, tmp_path, seconds=240)
    rows = re.findall(r"^(.+): dropped on \d of 2 seeds, (\d+) parameters, (\d+) points$", said, flags=re.MULTILINE)
    assert {name: int(points) for name, _, points in rows} == {
        "own GAN": 24 * 128, "hinge GAN": 24 * 128, "own VAE": 24 * 128 + 1, "flow": 24 * 128,
    }  # fmt: skip
    assert "failed" not in said


def test_lines_of_code_are_counted_on_the_page() -> None:
    """The table says of each file how many lines of code it has."""
    text = (documents.ROOT / PAGE).read_text(encoding="utf-8")
    counted = dict(re.findall(r"^\| `(\w+):\w+` \| (\d+) \|", text, flags=re.MULTILINE))
    written = {Path(block.file).stem: block.code for block in documents.blocks(PAGE) if block.file}
    assert counted.keys() == written.keys()
    for name, code in written.items():
        assert int(counted[name]) == sum(bool(line.strip()) for line in code.splitlines()), name
