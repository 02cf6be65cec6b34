"""Small claims in folders of their own, and the command as a user runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HARMLESS = "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-dac_override,-dac_read_search,-fowner"
AS_A_USER = ("setpriv", *HARMLESS) if os.geteuid() == 0 else ()
"""Root writes where nobody may: these take that away."""

QUICK_CLAIM = '''"""A square is a product."""

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_addition(m, a):
    return (a + a) * a - a * a


square.check(by_addition, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)), error=1e-14)
square.wrong("a wrong power", claimed=lambda a: a**3)
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
