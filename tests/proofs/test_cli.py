"""The command line as it is promised: names, exit codes, one clear line for bad input, a fast start."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs.run import discovery

FAULTS = Path(__file__).parent / "gone_wrong"


def test_help_names_every_command_and_gives_an_example_for_each(blurproof) -> None:
    """list, show, verify, plot, report, diagnose, diff and new are there, and each help text ends in an example."""
    text = blurproof("--help").stdout
    for command in ("list", "show", "verify", "plot", "report", "diagnose", "diff", "new"):
        assert re.search(rf"\b{command}\b", text)
        page = blurproof(command, "--help")
        assert page.returncode == 0
        assert f"Example: blurproof {command}" in page.stdout


@pytest.mark.parametrize(
    "command", [["--help"], ["list"], ["show", "l2_optimum_is_mean"], ["diagnose", "--help"]], ids=" ".join
)
def test_a_question_is_answered_without_heavy_imports(command: list[str], tmp_path: Path) -> None:
    """`--help`, `list` and `show` import neither torch nor matplotlib, nor SymPy, nor Hypothesis."""
    code = (
        f"import sys; sys.argv = ['blurproof', *{command!r}]\n"
        "import proofs.cli\n"
        "try: proofs.cli.main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'matplotlib', 'sympy.core', 'hypothesis', 'scipy.stats'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert done.stdout


BAD = [
    (["frobnicate"], "frobnicate"),
    (["verify", "no_such_claim"], "no_such_claim"),
    (["verify", "--level", "slow"], "--level"),
    (["verify", "--jobs", "0"], "--jobs"),
    (["verify", "--seed", "-1"], "--seed"),
    (["verify", "--topic", "weather"], "--topic"),
    (["verify", "--claims", "nowhere"], "--claims"),
    (["verify", "--json", "nowhere/result.json"], "--json"),
    (["verify", "--results", "claims/square.py"], "--results"),
    (["verify", "--device", "abacus"], "--device"),
    (["verify", "--protocol", "nobody2099"], "--protocol"),
    (["list", "--topic", "weather"], "--topic"),
    (["list", "--only"], "--claims DIR"),
    (["show", "no_such_claim"], "no_such_claim"),
    (["plot", "no_such_claim"], "no_such_claim"),
    (["plot", "--format", "bmp"], "--format"),
    (["plot", "dirac_gan", "--story"], "--story"),
    (["plot", "dirac_gan", "--opening"], "--opening"),
    (["plot", "--story", "--opening"], "--opening"),
    (["plot", "--animate", "--story"], "--story"),
    (["report", "-o", "nowhere/report.html"], "--output"),
    (["report", "-o", "/dev/null/"], "--output"),
    (["diff", "nowhere.json", "claims/square.py"], "A.json"),
    (["new", "Not-A-Name"], "Not-A-Name"),
    (["new", "square", "--claims", "claims"], "square"),
]


@pytest.mark.parametrize(("arguments", "named"), BAD, ids=lambda v: " ".join(v) if isinstance(v, list) else v)
def test_bad_input_is_one_clear_line_and_exit_code_2(blurproof, claims: Path, arguments: list[str], named: str) -> None:
    """Wrong usage gives exit code 2 and one line on standard error that names the culprit."""
    done = blurproof(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert named in lines[0]


@pytest.mark.parametrize(
    ("fault", "strict", "code"),
    [
        ("experiment_that_agrees", False, 0), ("false_derivation", False, 1), ("nan", False, 1),
        ("does_not_import", False, 1), ("too_few_instances", False, 0), ("too_few_instances", True, 3),
        ("no_evidence", True, 3), ("false_derivation", True, 1),
    ],
)  # fmt: skip
def test_exit_codes(blurproof, fault: str, strict: bool, code: int) -> None:
    """0: nothing refuted or broken; 1: something is; 3 only with --strict, for what is undecided or vacuous."""
    done = blurproof("verify", fault, "--claims", str(FAULTS), *(["--strict"] if strict else []))
    assert done.returncode == code, done.stdout


def test_what_is_amiss_comes_with_its_reason_and_a_command(blurproof) -> None:
    """A refuted claim prints why and how to run it again."""
    text = blurproof("verify", "false_derivation", "--claims", str(FAULTS)).stdout
    assert "forget a constant" in text
    assert "blurproof verify false_derivation --level quick --seed 0" in text
    assert "1 refuted" in text


def test_json_goes_to_standard_output_and_tables_to_standard_error(blurproof, claims: Path) -> None:
    """With `--json -` standard output is the document and nothing else."""
    done = blurproof("verify", "square", "--claims", str(claims), "--json", "-")
    assert json.loads(done.stdout)["claims"][0]["claim"] == "square"
    assert "square" in done.stderr


def test_a_file_gets_the_same_document(blurproof, claims: Path, tmp_path: Path) -> None:
    """`--json FILE` writes the document and leaves the table on standard output."""
    done = blurproof("verify", "square", "--claims", str(claims), "--json", "result.json")
    assert json.loads((tmp_path / "result.json").read_text())["tally"]["supported"] == 1
    assert "square" in done.stdout


def test_new_writes_a_claim_that_is_derived_and_drawn_and_reported(blurproof, tmp_path: Path) -> None:
    """The template runs as it is: derived, drawn in every format, and in a report."""
    assert blurproof("new", "my_claim", "--claims", "mine").returncode == 0
    done = blurproof("verify", "my_claim", "--claims", "mine")
    assert "derived" in done.stdout, done.stdout
    for form in ("svg", "pdf", "png"):
        drawn = blurproof("plot", "my_claim", "--claims", "mine", "--format", form)
        assert drawn.stdout.split() == [f"figures/my_claim.{end}" for end in (form, "csv", "txt")]
        assert (tmp_path / f"figures/my_claim.{form}").stat().st_size > 1000
    assert (tmp_path / "figures/my_claim.csv").read_text().startswith("panel,series,role,kind,part,x,y,")
    assert "The variance grows with the square of the length" in (tmp_path / "figures/my_claim.txt").read_text()
    assert blurproof("report", "my_claim", "--claims", "mine").returncode == 0
    page = (tmp_path / "report.html").read_text()
    assert "my_claim" in page
    assert "data:image/svg+xml" in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)


def test_a_name_that_no_file_can_have_is_the_names_fault(blurproof, tmp_path: Path) -> None:
    """Of 253 letters a claim's name is refused by name, and nothing is written; of 252 it is taken."""
    done = blurproof("new", "x" * 253, "--claims", "mine")
    assert done.returncode == 2
    assert "NAME: expected one that a file can have" in done.stderr
    assert not (tmp_path / "mine").exists()
    assert blurproof("new", "x" * 252, "--claims", "mine").returncode == 0


@pytest.mark.parametrize(
    ("kind", "verdict"), [("enclosure", "derived"), ("experiment", "derived"), ("contest", "supported")]
)
def test_every_template_runs_as_it_is(blurproof, tmp_path: Path, kind: str, verdict: str) -> None:
    """Each kind of claim that `new` writes is borne out by its own evidence, and drawn."""
    assert blurproof("new", "mine", "--claims", "mine", "--kind", kind).returncode == 0
    done = blurproof("verify", "mine", "--claims", "mine")
    assert verdict in done.stdout, done.stdout
    assert blurproof("plot", "mine", "--claims", "mine").returncode == 0
    assert (tmp_path / "figures/mine.svg").stat().st_size > 1000


def test_report_escapes_what_a_claim_contributes(blurproof, claims: Path, tmp_path: Path) -> None:
    """Markup in a claim's text stays text."""
    path = claims / "square.py"
    path.write_text(path.read_text().replace("A square is a product.", "A <script>alert(1)</script> square."))
    assert blurproof("report", "square", "--claims", str(claims)).returncode == 0
    page = (tmp_path / "report.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_only_the_claims_of_the_folder_are_listed(blurproof, claims: Path) -> None:
    """`list --claims DIR --only` names those and no other."""
    text = blurproof("list", "--claims", str(claims), "--only").stdout
    assert text.splitlines()[1].split()[:2] == ["square", "trade-offs"]
    assert "dirac_gan" not in text


def test_what_is_missing_for_a_better_verdict_is_said(blurproof, claims: Path, tmp_path: Path) -> None:
    """`verify`, its document, `show` and the report say what `square` lacks to be derived, and that it has no figure."""
    said = "a complete derivation, or an enclosure of the whole domain"
    done = blurproof("verify", "square", "--claims", str(claims), "--json", "found.json")
    assert f"supported     square  missing for derived: square: {said}" in done.stdout
    (found,) = json.loads((tmp_path / "found.json").read_text())["claims"]
    assert found["missing"] == f"square: {said}"
    assert found["statements"][0]["missing"] == said
    shown = blurproof("show", "square", "--claims", str(claims)).stdout
    assert f"verdict     supported, missing for derived: {said}" in shown
    assert "no figure is declared" in shown
    assert "square: no figure is declared" in blurproof("plot", "square", "--claims", str(claims)).stderr
    assert blurproof("report", "square", "--claims", str(claims)).returncode == 0
    page = (tmp_path / "report.html").read_text()
    assert f"missing for derived: square: {said}" in page
    assert "Not drawn: no figure is declared" in page


def test_show_prints_a_claim_and_a_target(blurproof, claims: Path) -> None:
    """A claim's statements, evidence and controls; a target's weights, separation and entropy."""
    text = blurproof("show", "square", "--claims", str(claims)).stdout
    assert "by_addition" in text
    assert "a wrong power" in text
    ring = blurproof("show", "ring").stdout
    assert "entropy" in ring
    assert "8 components" in ring


def test_claims_are_found_in_a_folder_and_by_entry_point(claims: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Third parties add claims by a folder and by an entry point; two claims of one name are an error."""
    assert "square" in [found.id for found in discovery.find(claims)]
    monkeypatch.syspath_prepend(str(claims.parent))
    (claims / "__init__.py").touch()
    entry = type("Entry", (), {"value": "claims", "name": "third"})()
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry] if group == "blurproof.claims" else [])
    assert "square" in [found.id for found in discovery.find()]
    with pytest.raises(ValueError, match="square"):
        discovery.find(claims)


def test_a_broken_package_of_claims_hurts_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point that does not import is one failed claim."""
    entry = type("Entry", (), {"value": "no_such_package", "name": "third"})()
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry])
    claims, failed = discovery.load(discovery.find())
    assert [item.id for item in failed] == ["third"]
    assert claims
