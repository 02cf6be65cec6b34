"""Faults put into the formulas that claims stand on: each must turn its claim refuted or broken."""

import subprocess
import sys

import pytest

from tests.mutants import FAULTS, RECORD, ROOT, entries, planted

LISTED = entries(FAULTS)
HOLES = {"(z - e.detach()).square()"}
"""Faults, by the text they replace, that no verdict notices: the commitment loss of `toys.learners.vq` at quick level."""
CLAIMS = sorted({line.split(" | ")[3].strip() for line in LISTED})


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_listed_fault_is_noticed(claim: str) -> None:
    """One sign, constant or index changed in `theory` or `toys`: the verdict notices, at quick level."""
    command = [sys.executable, "-m", "tests.mutants", claim, "--faults", str(FAULTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("caught  ") == sum(line.endswith(f"| {claim}") for line in LISTED), done.stdout


def test_no_fault_is_lost() -> None:
    """The text that a fault replaces, marked or not, stands in its file exactly once: else it would test nothing."""
    assert all(planted(entry).source for entry in entries(FAULTS, marked=True))


def test_the_record_knows_what_noticed_every_fault() -> None:
    """Each listed fault was run, by its claim's verdict alone, and refuted or broke something but for the open holes."""
    noticed = dict(line.rsplit(" | ", 1) for line in RECORD.read_text(encoding="utf-8").splitlines()[1:])
    assert set(noticed) == set(entries(FAULTS, marked=True))
    missed = {
        entry.split(" | ")[1] for entry, answer in noticed.items() if not answer.startswith(("refuted", "broken"))
    }
    assert missed == HOLES
