"""The repository is under test: README, CONTRIBUTING, import contracts, and what the package ships."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from proofs.display import readme
from proofs.run import discovery, installed, sentences
from tests import documents

ROOT = Path(__file__).parent.parent
COMMAND = ["-c", "from proofs.cli import main; main()"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(
    r"^blurproof [^#\n]*", (ROOT / "docs/commands.md").read_text(encoding="utf-8") + README, flags=re.MULTILINE
)


@pytest.mark.parametrize("page", readme.PAGES)
def test_the_rulings_and_the_tables_are_fresh(page: str) -> None:
    """What README and page of claims say by machine is what the record and the claims say; `make readme` writes it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert readme.written(page, text) == text


def test_the_readme_opens_with_the_pitch_and_the_two_commands() -> None:
    """Two lines, the picture, `make verify` and `make test`, and how to install it; every claim; no more than one can read."""
    places = [
        README.index(part)
        for part in ("blurproof**", "](docs/opening.svg)", "make verify", "make test", "pip install", "## ")
    ]
    assert places == sorted(places)
    assert README[: places[-1]].count("\n") <= 25
    assert README.count("\n") < 250
    for claim in discovery.find():
        assert f"`{claim.id}`" in README


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    """Every file that it names in a link or shows as a picture is there."""
    text = re.sub(r"^```.*?^```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_readme_answers_every_sentence_once() -> None:
    """Each sentence with its ruling, and with every claim that reads it."""
    answers = re.findall(r"^- \*\*\w+\*\* <!-- (\w+) -->(.*?)(?=^- |^#)", README, flags=re.MULTILINE | re.DOTALL)
    assert [said for said, _ in answers] == [*dict(answers)]
    assert set(dict(answers)) == set(sentences.shipped())
    for said, text in answers:
        assert {claim for claim, _ in sentences.shipped()[said]} <= set(re.findall(r"`(\w+)`", text))


def test_every_sentence_is_named_where_types_are_checked() -> None:
    """A type checker, which runs nothing, knows each file of `proofs/sentences` as a sentence."""
    tree = ast.parse((ROOT / "proofs/sentences/__init__.py").read_text(encoding="utf-8"))
    named = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)]
    files = (ROOT / "proofs/sentences").glob("[!_]*.py")
    assert named == [f"{name}: Sentence" for name in sorted(path.stem for path in files)]


def test_no_ruling_is_typed_in_the_readme() -> None:
    """A wrong word is overwritten, and a sentence that nobody knows is refused."""
    wrong = README.replace("**conditional** <!-- kl_mixes", "**holds** <!-- kl_mixes")
    assert wrong != README
    assert readme.written("README.md", wrong) == README
    with pytest.raises(ValueError, match="text: expected sentences that the record knows, got nobody_says_it"):
        readme.written("README.md", README + "- **holds** <!-- nobody_says_it --> *No.*")


@pytest.mark.parametrize("command", COMMANDS, ids=str.strip)
def test_the_commands_of_the_readme_are_understood(command: str, tmp_path: Path) -> None:
    """Every command shown exists with its options: each parses, and its claims are known."""
    words = command.split()[1:]
    code = "from proofs.cli import main; main()"
    help_page = subprocess.run(
        [sys.executable, "-c", code, words[0], "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    for word in words[1:]:
        if word.startswith("-"):
            assert word in help_page
    if words[0] in ("show", "verify") and len(words) > 1 and not words[1].startswith("-"):
        assert words[1] in [*(c.id for c in discovery.find()), *installed.KINDS, "ring"]


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    """Every excerpt in Python works as it stands; a loss as a learner of the contest, and the claim is derived."""
    documents.run("README.md", tmp_path)
    arguments = ["--target", "ring:std=0.05", "--seeds", "2", "--steps", "16", "--samples", "304"]
    assert "hinge:learner" in documents.python([*COMMAND, "contest", "hinge:learner", "GAN", *arguments], tmp_path)
    said = documents.python([*COMMAND, "verify", "middle", "--claims", "my_claims"], tmp_path)
    (shown,) = re.findall(r"^middle .* controls", README, flags=re.MULTILINE)
    assert shown in said
    assert "1 derived" in said


def test_the_claim_of_contributing_is_derived(tmp_path: Path) -> None:
    """The complete claim that CONTRIBUTING shows is verified as it stands there."""
    (block,) = documents.blocks("CONTRIBUTING.md")
    (tmp_path / "middle.py").write_text(block.code)
    assert "1 derived" in documents.python([*COMMAND, "verify", "middle", "--claims", "."], tmp_path)


def test_every_dependency_says_why_it_is_there() -> None:
    """In pyproject.toml each dependency stands on its own line with a reason."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)["project"]
    extras = [name for group in settings["optional-dependencies"].values() for name in group]
    for requirement in [*settings["dependencies"], *extras]:
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f'"{requirement}"')]
        assert "#" in line


def test_the_tested_versions_are_pinned_once() -> None:
    """constraints.txt pins exact versions, torch among them, and names no place to get them from."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[^=]+", line) for line in lines)
    assert "torch==2.13.0" in lines


STRICT = {"theory": 3, "toys": 16, "proofs/core": 1, "proofs/words": 0, "proofs/evidence": 0, "proofs/run": 1}
"""What pyright checks strictly, and how many lines there are excused."""


@pytest.mark.parametrize("room", STRICT)
def test_what_the_type_checker_is_told_to_ignore_has_a_rule_and_a_reason(room: str) -> None:
    """Where a line is excused from pyright, it names the rules and, after them, says why; no more lines are than here."""
    lines = [line for path in (ROOT / room).rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    excused = [line for line in lines if re.search(r"#\s*(type|pyright):", line)]
    assert len(excused) == STRICT[room]
    for line in excused:
        assert re.search(r"# pyright: ignore\[report\w+(, report\w+)*\]  \S+( \S+){3,}$", line), line


def test_only_the_rest_of_proofs_is_checked_less_strictly() -> None:
    """Of the rooms of proofs that are strict none has a rule relaxed, and every relaxation of the rest has its reason."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rooms = {room["root"]: room for room in tomllib.loads(text)["tool"]["pyright"]["executionEnvironments"]}
    assert [*rooms] == [*(room for room in STRICT if room.startswith("proofs/")), "proofs"]
    assert all(rooms[room].keys() == {"root", "extraPaths"} for room in rooms if room != "proofs")
    relaxed = [line for line in text.splitlines() if re.match(r"(report|strict)\w+ += false", line)]
    assert {line.split()[0] for line in relaxed if "# " in line} == rooms["proofs"].keys() - {"root", "extraPaths"}


def test_tests_import_no_private_names() -> None:
    """What a test needs is public, modules as well as names: what it tests is what others may rely on."""
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("theory", "toys", "proofs"):
                parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
                assert not [part for part in parts if part.startswith("_") and not part.startswith("__")], path
