"""Kills at random moments: whether anything survives, is held, lost or changed by them (Linux; some minutes).

    python -m tests.kill [--kills 60] [--seed 0]

A run of a small claim is killed at a moment that the seed draws: its parent alone, one process that works for it, or all
of them at once, by TERM, KILL, HUP or INT. After each kill no process of it may live and its pipe must end; the ledger must be whole and
hold what was finished before; and the next run of the same command, undisturbed, must end with the document that a run in
another folder gave that was never killed, but for times. A run whose worker alone was killed must do so itself.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from proofs.run.ledger import FILE
from tests.processes import hears, left_after, living, mark

CLAIM = '''"""A square is a product, a piece at a time."""

import time

from proofs.core import Claim, Real

claim = Claim(topic="trade-offs")
'''
PIECE = '''

@claim.states(lambda a: a * a)
def square_{k}(a: Real):
    """a²"""


def observed_{k}(m, a):
    time.sleep(0.0002)
    return a**2


square_{k}.check(
    observed_{k}, on=lambda s: s.either(s.scales(1e-8, 1e8), s.scales(1e-8, 1e8).map(lambda a: -a)), error=1e-14
)
'''
CLAIMS, PIECES = 1, 4
VICTIMS = {
    "parent": (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP),
    "worker": (signal.SIGTERM, signal.SIGKILL),
    "group": (signal.SIGTERM, signal.SIGKILL, signal.SIGINT),
}
ENDED = 20.0
"""Seconds after a kill in which everything must be over, on a machine that has other things to do."""


class Run:
    """The command in a folder, in a process group of its own, its output a pipe."""

    def __init__(self, folder: Path) -> None:
        self.environment, self.folder = mark(), folder
        names = [f"squares_{k}" for k in range(CLAIMS)]
        command = [
            sys.executable,
            "-c",
            "from proofs.cli import main; main()",
            "verify",
            *names,
            "--claims",
            "claims",
        ]
        self.process = subprocess.Popen(
            [*command, "--jobs", "2", "--json", "out.json"],
            cwd=folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=hears,
        )  # fmt: skip

    def kill(self, victim: str, how: signal.Signals, draw: random.Random) -> bool:
        """Kill it, if it is still there to be killed."""
        if self.process.poll() is not None:
            return False
        if victim == "parent":
            self.process.send_signal(how)
            return True
        workers = sorted(set(living(self.environment)) - {self.process.pid})
        chosen = [self.process.pid, *workers] if victim == "group" else workers and [draw.choice(workers)]
        for process in chosen:
            with suppress(ProcessLookupError):
                os.kill(process, how)
        return bool(chosen)

    def over(self) -> str:
        """What it printed, up to the end of its pipe; raises TimeoutExpired while somebody holds that."""
        return self.process.communicate(timeout=300)[0].decode(errors="replace")


def begun(folder: Path) -> Path:
    """A folder with the claims."""
    (folder / "claims").mkdir(parents=True)
    for claim in range(CLAIMS):
        text = CLAIM + "".join(PIECE.format(k=k) for k in range(PIECES))
        (folder / "claims" / f"squares_{claim}.py").write_text(text, encoding="utf-8")
    return folder


def timeless(value: Any) -> Any:
    """A document without its times."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def told(folder: Path) -> Any:
    """The document there, without its times."""
    return timeless(json.loads((folder / "out.json").read_text(encoding="utf-8")))


def kept(folder: Path) -> set[tuple[str, str]]:
    """The finished evidence in the ledger, which must be whole."""
    if not (folder / "results" / FILE).exists():
        return set()
    connection = sqlite3.connect(folder / "results" / FILE)
    try:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        if not connection.execute("select name from sqlite_master where name = 'finding'").fetchone():
            return set()
        return set(connection.execute("select claim, name from finding"))
    finally:
        connection.close()


def struck(folder: Path, usual: float, expected: Any, draw: random.Random) -> tuple[str, str] | None:
    """One kill and what must be so after it; None where the run was over before."""
    victim = draw.choice(sorted(VICTIMS))
    how = draw.choice(VICTIMS[victim])
    run = Run(folder)
    time.sleep(draw.uniform(0.0, usual))
    before = kept(folder)
    hit = run.kill(victim, how, draw)
    start = time.monotonic()
    said = run.over()
    if victim != "worker":
        assert time.monotonic() - start < ENDED, f"{victim} {how.name}: the pipe was held"
    left = left_after(run.environment, ENDED)
    assert left == [], f"{victim} {how.name}: {left} survive"
    assert before <= kept(folder), f"{victim} {how.name}: lost {before - kept(folder)}"
    if not hit:
        return None
    if victim != "worker" or run.process.returncode == 4:  # a worker that had not yet begun is the surroundings'
        again = Run(folder)
        said = again.over()
        assert again.process.returncode == 0, said
    else:
        assert run.process.returncode == 0, said
    assert told(folder) == expected, f"{victim} {how.name}: another document"
    return victim, how.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill so many times and count; raises AssertionError at the first thing that is not so."""
    parser = argparse.ArgumentParser(prog="kill", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    draw, counts, early = random.Random(chosen.seed), Counter[tuple[str, str]](), 0
    with tempfile.TemporaryDirectory() as place:
        calm = begun(Path(place) / "calm")
        start = time.monotonic()
        undisturbed = Run(calm)
        said = undisturbed.over()
        assert undisturbed.process.returncode == 0, said
        usual, expected = time.monotonic() - start, told(calm)
        while counts.total() < chosen.kills:
            folder = begun(Path(place) / f"run_{counts.total() + early}")
            found = struck(folder, usual, expected, draw)
            counts, early = counts + Counter([found] if found else []), early + (found is None)
            shutil.rmtree(folder)
            print(f"\r{counts.total()} kills", end="", file=sys.stderr, flush=True)
    print(
        f"\n{counts.total()} kills, seed {chosen.seed}; {early} runs were over before. Nothing survived, was held, lost or changed."
    )
    for (victim, how), n in sorted(counts.items()):
        print(f"{victim:8} {how:8} {n}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
