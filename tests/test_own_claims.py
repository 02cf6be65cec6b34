"""The page on claims, metrics and scores of one's own is true as it stands."""

from pathlib import Path

from tests import documents

PAGE = "docs/own_claims.md"


def test_the_suite_of_ten_lines_finds_the_bug_and_only_the_bug(tmp_path: Path) -> None:
    """What the page prints is what it says it prints; without the bug the suite has nothing to say."""
    said = documents.run(PAGE, tmp_path).splitlines()
    assert said == ["a metric is symmetric: array([-5., -5.]), array([-5., -5., -4.])", "a blur is seen"]
    (suite,) = [block.code for block in documents.blocks(PAGE) if "laws.metric" in block.code]
    assert len([line for line in suite.splitlines() if line.strip()]) <= 10
    foreign = tmp_path / "foreign.py"
    text = foreign.read_text()
    right = text.replace(" if len(x) == len(y) else 2 * apart(x, x)", "")
    assert right != text
    foreign.write_text(right)
    (tmp_path / "test_foreign.py").write_text(suite)
    assert "1 passed" in documents.python(["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_foreign.py"], tmp_path)


def test_the_page_names_what_there_is() -> None:
    """Every battery of `proofs.laws` and every kind that can be added stands on it."""
    from proofs import laws
    from proofs.run import installed

    text = (documents.ROOT / PAGE).read_text(encoding="utf-8")
    batteries = [
        name for name, f in vars(laws).items() if getattr(f, "__module__", "") == laws.__name__ and name[0] != "_"
    ]
    for name in {*batteries} - {"LawBroken", "permuted", "split"}:
        assert f"`laws.{name}(" in text
    for kind in ("claims", *installed.KINDS):
        assert f'entry-points."blurproof.{kind}"' in text
