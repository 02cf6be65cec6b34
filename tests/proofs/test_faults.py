"""Faults put into the formulas that claims stand on: each must turn its claim refuted or broken."""

import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parent / "faults.txt"
FAULTS = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
CLAIMS = sorted({line.split(" | ")[3].strip() for line in FAULTS})


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_listed_fault_is_noticed(claim: str) -> None:
    """One sign, constant or index changed in `theory` or `toys`: the verdict notices, at quick level."""
    command = [sys.executable, "-m", "tests.mutants", claim, "--faults", str(FILE)]
    done = subprocess.run(command, cwd=FILE.parent.parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("caught  ") == sum(line.endswith(f"| {claim}") for line in FAULTS), done.stdout
