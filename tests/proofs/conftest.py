"""Small claims in folders of their own, and the command as a user runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

QUICK_CLAIM = '''"""A square is a product."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.reals(-3.0, 3.0), confirm=lambda a: a * a)
def by_addition(claimed, a):
    return Sides((a + 1) ** 2 - 2 * a - 1, claimed(a), observed_error=1e-14 * (1 + abs(a)) ** 2, scale=1.0)


by_addition.control("the cube", lambda a: a**3, why="a wrong power")
'''


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """A folder with one claim that holds."""
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "square.py").write_text(QUICK_CLAIM)
    return folder


@pytest.fixture
def blurproof(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a folder of its own, as a user would."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from proofs.cli import main; main()", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def verified(blurproof, claims: Path) -> Callable[..., dict]:
    """The document of `verify square --claims ... --json -`, parsed."""

    def run(*arguments: str) -> dict:
        done = blurproof("verify", *(arguments or ("square",)), "--claims", str(claims), "--json", "-")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    return run
