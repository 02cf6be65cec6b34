"""The front: one import that costs nothing, `python -m blurproof`, and what a shell completes."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import blurproof
from proofs.core.claim import TOPICS
from proofs.run import discovery, installed
from toys.protocols import NAMES

ROOT = Path(__file__).parent.parent
HEAVY = {"torch", "matplotlib", "sympy.core", "hypothesis", "scipy", "numpy", "typer", "proofs", "theory", "toys"}
CLAIMS = [found.id for found in discovery.find()]
PARTS = [name for kind in installed.KINDS for name in installed.named(kind)]


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def completed(line: str) -> list[str]:
    """What Bash would offer for the last word of a line."""
    words = line.split(" ")
    spoken = {"_BLURPROOF_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = python("-m", "blurproof", **spoken)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_importing_the_front_imports_nothing_else() -> None:
    """Neither a heavy library nor a package of ours is loaded by the import; each is by its first use."""
    code = (
        f"import sys, blurproof; heavy = {HEAVY!r}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert set(blurproof.__all__) <= set(dir(blurproof)); assert not heavy & set(sys.modules)\n"
        "blurproof.__version__, blurproof.theory, blurproof.toys, blurproof.proofs, blurproof.verify\n"
        "assert {'theory', 'toys', 'proofs'} <= set(sys.modules)\n"
        "assert not {'torch', 'matplotlib', 'sympy.core', 'hypothesis'} & set(sys.modules)\n"
        "blurproof.strategies, blurproof.laws"
    )
    done = python("-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr


def test_the_front_gives_the_things_themselves() -> None:
    """Every name of `__all__` is there and is the object of its own home; another name is an AttributeError."""
    import proofs.contest.asking
    import proofs.diagnosis.asking
    import proofs.figure
    import proofs.laws
    import proofs.session
    import proofs.strategies
    import theory
    import toys

    homes = {
        "contest": proofs.contest.asking.contest,
        "laws": proofs.laws, "proofs": proofs, "strategies": proofs.strategies, "theory": theory, "toys": toys,
        "diagnose": proofs.diagnosis.asking.diagnose, "figure": proofs.figure.figure, "verify": proofs.session.verify,
    }  # fmt: skip
    for name in blurproof.__all__:
        assert getattr(blurproof, name) is homes.get(name, blurproof.__version__) or name == "__version__"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == blurproof.__version__
    with pytest.raises(AttributeError, match="diagnosis"):
        blurproof.diagnosis  # noqa: B018


def test_the_front_is_shipped() -> None:
    """The wheel has the module, the bibliography and the Schema."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert tools["py-modules"] == ["blurproof"]
    assert {"references.bib", "run/*.json"} <= set(tools["package-data"]["proofs"])


def test_the_module_is_the_command() -> None:
    """`python -m blurproof` says what the command says: version, help, and one line for what it does not know."""
    assert python("-m", "blurproof", "--version").stdout == f"blurproof {blurproof.__version__}\n"
    assert "Usage: blurproof" in python("-m", "blurproof").stdout
    done = python("-m", "blurproof", "frobnicate")
    assert (done.returncode, done.stdout) == (2, "")
    assert "frobnicate" in done.stderr


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("blurproof sh", ["show"]),
        ("blurproof verify ", CLAIMS),
        ("blurproof verify --seed 1 dirac_gan l1_", ["l1_optimum_is_median"]),
        ("blurproof plot edge", ["edge_blur"]),
        ("blurproof report dirac", ["dirac_gan"]),
        ("blurproof show ", [*dict.fromkeys([*CLAIMS, *installed.KINDS, *PARTS])]),
        ("blurproof show lea", ["leak_bound", "learned_variance_sharpens", "learners"]),
        ("blurproof show notebook", ["notebook_ring"]),
        ("blurproof show nobody", []),
        ("blurproof diagnose fakes.npy --target two", ["two_branch", "two_clusters", "two_moons"]),
        ("blurproof list --topic m", [name for name in TOPICS if name.startswith("m")]),
        ("blurproof verify --topic ", list(TOPICS)),
        ("blurproof verify --level ", ["quick", "full", "long"]),
        ("blurproof verify --protocol ", list(NAMES)),
        ("blurproof report --protocol w", ["wgan-gp"]),
        ("blurproof verify --claims nowhere dirac", ["dirac_gan"]),
        ("blurproof verify --claims tests/proofs/gone_wrong na", ["nan", "narrow_latent_can_be_sharp"]),
    ],
)
def test_tab_completes(line: str, offered: list[str]) -> None:
    """Commands, claims, targets, chapters, levels and protocols, by click's protocol of environment variables."""
    assert sorted(completed(line)) == sorted(offered)


def test_completing_imports_nothing_heavy() -> None:
    """Claims and targets are named without PyTorch, matplotlib, SymPy or Hypothesis, and no claim is loaded."""
    code = (
        "import sys, proofs.cli\n"
        "try: proofs.cli.main()\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m in ('torch', 'matplotlib', 'sympy.core', 'hypothesis') or m.startswith('proofs.claims.')])"
    )
    done = python("-c", code, _BLURPROOF_COMPLETE="complete_bash", COMP_WORDS="blurproof show ", COMP_CWORD="2")
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    assert "dirac_gan" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_read_before_it_is_installed(shell: str) -> None:
    """`--show-completion` prints the script of a shell, which speaks the variable tested here."""
    done = python("-m", "blurproof", "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert "_BLURPROOF_COMPLETE" in done.stdout
