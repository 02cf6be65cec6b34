"""The bibliography: every claim's references are found in it, and nothing stands in it twice or for nothing."""

import re
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

from proofs.core.claim import Claim
from proofs.run import discovery, references
from proofs.words import lemmas

CLAIMS = discovery.load([f for f in discovery.find() if (f.module or "").startswith("proofs.claims.")])[0]
LEMMAS = [lemmas.given(module.name) for module in iter_modules(lemmas.__path__)]
CITED = {text.split()[0] for texts in (*(c.references for c in CLAIMS), *(m.source for m in LEMMAS)) for text in texts}
OWN = """@article{euler1748, author = {Euler, Leonhard}, title = {Introductio {\\"i}n analysin}, year = {1748}}
@misc{many, author = {A, A. and B, B. and others}, title = {Many}}
@misc{van, author = {van der Waals, Johannes and {The Others Ltd} and Doe, Jr., John}, title = {Three}, year = 1900}
"""


def letters(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def a_claim(*cited: str, folder: Path | None = None) -> Claim:
    return Claim(topic="trade-offs", references=cited, id="mine", folder=folder)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_reference_is_written_out(claim: Claim) -> None:
    """Author, year, title and place of each, with no key and no brace left over, and none twice in a claim."""
    written = references.cited(claim)
    assert len(written) == len(set(written)) == len(claim.references)
    for reference, text in zip(claim.references, written, strict=True):
        key, _, place = reference.partition(" ")
        assert key not in text
        assert text.endswith(place)
        assert not set("{}\\") & set(text)


def test_every_work_is_cited() -> None:
    """The bibliography holds what claims and lemmas cite, and nothing else."""
    assert set(references.ours()) == CITED


def test_no_work_stands_there_twice() -> None:
    """No two entries share a title, nor author and year and the beginning of a title."""
    titles = [letters(entry.fields["title"]) for entry in references.ours().values()]
    works = [letters(references.work(key, entry))[:40] for key, entry in references.ours().items()]
    assert len(set(titles)) == len(titles)
    assert len(set(works)) == len(works)


def test_a_key_is_made_of_surname_and_year() -> None:
    """So that who knows the work knows the key; only what has no year is named otherwise."""
    for key, entry in references.ours().items():
        if "year" in entry.fields:
            surname, year = re.fullmatch(r"([a-z]+)(\d{4})[a-z]*", key).groups()  # type: ignore[union-attr]
            plain = letters(references.work(key, entry)).translate(str.maketrans("áëńöøú", "aenoou"))
            assert surname in plain
            assert year == entry.fields["year"]


@pytest.mark.parametrize(
    ("reference", "near"),
    [("borel1975", "'borell1975'"), ("Borell1975 theorem 3.1", "'borell1975'"), ("Borell 1975, The", "references.bib"), ("", "references.bib")],
)  # fmt: skip
def test_an_unknown_key_names_the_claim_and_what_is_near(reference: str, near: str) -> None:
    """Plain text, a wrong letter and an empty string are errors that name the claim, the string and near keys."""
    with pytest.raises(ValueError, match=re.escape(repr(reference))) as error:
        references.cited(a_claim("lucas2019", reference))
    assert "'mine'" in str(error.value)
    assert near in str(error.value)


def test_one_string_is_no_tuple_of_references() -> None:
    """A forgotten comma is said."""
    with pytest.raises(ValueError, match=r"tuple.*'lucas2019'"):
        references.cited(Claim(topic="trade-offs", references="lucas2019", id="mine"))  # type: ignore[arg-type]


def test_a_folder_may_bring_its_own_bibliography(tmp_path: Path) -> None:
    """Works beside a claim are found, ours too; accents, particles, institutions and others are written as one writes them."""
    (tmp_path / "references.bib").write_text(OWN, encoding="utf-8")
    cited = a_claim("euler1748 chapter 7", "many", "van (p. 3)", "borell1975", folder=tmp_path)
    assert references.cited(cited) == [
        "Euler 1748, Introductio ïn analysin, chapter 7",
        "A et al., Many",
        "van der Waals, The Others Ltd & Doe Jr. 1900, Three (p. 3)",
        "Borell 1975, The Brunn-Minkowski inequality in Gauss space",
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [("@article{a, title = ", "references.bib"), ("@misc{mine1, title = {No author}}", "mine1"), ("@misc{mine1, author = {A, B}}", "mine1"),
     ("@misc{mine1, author={A}, title={T}}\n@misc{mine1, author={B}, title={U}}", "mine1")],
)  # fmt: skip
def test_a_faulty_bibliography_is_named(text: str, named: str, tmp_path: Path) -> None:
    """A file that does not parse, a key given twice, an entry without author or title: a ValueError that says which."""
    (tmp_path / "references.bib").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=named):
        references.cited(a_claim("mine1", folder=tmp_path))


def test_listing_reads_no_bibliography() -> None:
    """Declaring a claim and listing all of them leave the .bib and its reader alone."""
    code = (
        "import sys; sys.argv = ['blurproof', 'list']\nimport proofs.cli\n"
        "try: proofs.cli.main()\nexcept SystemExit: pass\nassert not [m for m in sys.modules if m.startswith('pybtex')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def test_show_prints_references_and_refuses_unknown_ones(blurproof, claims: Path) -> None:
    """A page ends in the works written out; an unknown key is one line and exit code 2, before anything is printed."""
    path, text = claims / "square.py", (claims / "square.py").read_text()
    path.write_text(text.replace('topic="trade-offs"', 'topic="trade-offs", references=("bishop2006 section 1.2",)'))
    page = blurproof("show", "square", "--claims", str(claims)).stdout
    assert "Bishop 2006, Pattern recognition and machine learning, section 1.2" in page
    path.write_text(text.replace('topic="trade-offs"', 'topic="trade-offs", references=("bishop2007",)'))
    for command in ("show", "report"):
        done = blurproof(command, "square", "--claims", str(claims))
        assert (done.returncode, done.stdout) == (2, "")
        assert "'square'" in done.stderr
        assert "'bishop2006'" in done.stderr
