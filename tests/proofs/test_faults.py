"""Faults put into the formulas that claims stand on: each must turn its claim refuted or broken."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import takewhile

import pytest

from tests.mutants import FAULTS, ROOT, entries, planted, recorded

LISTED = entries(FAULTS)
HOLES = {"(z - e.detach()).square()"}
"""Faults, by the text they replace, that no verdict notices: the commitment loss of `toys.learners.vq` at quick level."""
CLAIMS = sorted({line.split(" | ")[3].strip() for line in LISTED})


@pytest.fixture(scope="module")
def asked() -> Iterator[Callable[[str], list[str]]]:
    """What one process, which has imported what is slow to import, says of the faults listed for a claim."""
    command = [sys.executable, "-m", "tests.mutants", "-", "--faults", str(FAULTS)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(claim: str) -> list[str]:
            print(claim, file=process.stdin, flush=True)
            return list(takewhile(lambda line: line != "\n", process.stdout))

        yield ask
        process.stdin.close()
    assert process.returncode == 0


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_listed_fault_is_noticed(asked: Callable[[str], list[str]], claim: str) -> None:
    """One sign, constant or index changed in `theory` or `toys`: the verdict notices, at quick level."""
    *answers, tally = asked(claim)
    expected = sum(line.endswith(f"| {claim}") for line in LISTED)
    assert tally == f"{expected} of {expected} caught\n"
    assert [answer[:8] for answer in answers] == ["caught  "] * expected


def test_no_fault_is_lost() -> None:
    """The text that a fault replaces, marked or not, stands in its file exactly once: else it would test nothing."""
    assert all(planted(entry).source for entry in entries(FAULTS, marked=True))


def test_the_record_knows_what_noticed_every_fault() -> None:
    """Each listed fault was run, by its claim's verdict alone, and refuted or broke something but for the open holes."""
    noticed = recorded()
    assert set(noticed) == set(entries(FAULTS, marked=True))
    missed = {
        entry.split(" | ")[1] for entry, answer in noticed.items() if not answer.startswith(("refuted", "broken"))
    }
    assert missed == HOLES
