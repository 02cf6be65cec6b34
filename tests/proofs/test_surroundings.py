"""The command in surroundings that are not ours: terminals, folders, notebooks and scripts as users have them."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-c", "from proofs.cli import main; main()")
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a folder of its own, in another environment where some is given."""

    def run(*command: object, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[bytes]:
        called = [*prefix, *map(str, command)]
        return subprocess.run(
            called, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, timeout=200, check=False
        )

    return run


@pytest.mark.xfail(strict=True, reason="until a terminal that cannot show a letter gets a replacement")
def test_a_terminal_of_ascii_gets_replacements(run, claims, tmp_path) -> None:
    """What the terminal cannot show is replaced, and the document that was asked for is written."""
    done = run(*COMMAND, "verify", "square", "--claims", claims, "--json", "out.json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["tally"]["supported"] == 1


@pytest.mark.xfail(strict=True, reason="until destinations are opened before the work")
def test_a_destination_that_may_not_be_written_is_refused_before_the_work(run, claims, tmp_path) -> None:
    """Wrong usage, in one line, and nothing was run."""
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    done = run(*COMMAND, "verify", "square", "--claims", claims, "--json", locked / "out.json", prefix=AS_A_USER)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()


def test_the_backend_of_a_notebook_is_not_ours(run, claims, tmp_path) -> None:
    """A report is written though MPLBACKEND names a module of another environment."""
    done = run(*COMMAND, "report", "square", "--claims", claims, "-o", "r.html", MPLBACKEND="module://not_here.backend")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.html").exists()


@pytest.mark.xfail(strict=True, reason="until the printed command names the folder and the results")
def test_the_printed_command_runs_the_failure_again(run, claims, tmp_path) -> None:
    """Pasted into the same shell it finds the same claims, though their folder has a space, and the same results."""
    claims.rename(tmp_path / "own claims")
    file = tmp_path / "own claims" / "square.py"
    file.write_text(
        file.read_text(encoding="utf-8").replace("claimed=lambda a: a * a", "claimed=lambda a: a * a + 1"),
        encoding="utf-8",
    )
    first = run(*COMMAND, "verify", "square", "--claims", "own claims", "--results", "here", "--json", "d.json")
    again = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["claims"][0]["evidence"][0]["rerun"]
    second = run(*COMMAND, *shlex.split(again)[1:])
    assert (first.returncode, second.returncode) == (1, 1), again


@pytest.mark.xfail(strict=True, reason="until a ledger that may not be written is read")
def test_what_is_saved_is_shown_from_a_folder_that_may_not_be_written(run, claims, tmp_path) -> None:
    """Reading needs no leave to write."""
    assert run(*COMMAND, "verify", "square", "--claims", claims).returncode == 0
    for path in (tmp_path / "results").iterdir():
        path.chmod(0o444)
    (tmp_path / "results").chmod(0o555)
    shown = run(*COMMAND, "show", "square", "--claims", claims, prefix=AS_A_USER)
    reported = run(*COMMAND, "report", "square", "--claims", claims, "-o", "r.html", prefix=AS_A_USER)
    assert (shown.returncode, reported.returncode) == (0, 0), shown.stderr + reported.stderr


@pytest.mark.xfail(strict=True, reason="until workers that cannot start are told from evidence that fails")
def test_a_script_without_a_guard_is_told_so_and_spoils_nothing(run, claims, tmp_path) -> None:
    """One line names the guard; the same script with it then gets the verdict of a sound claim."""
    call = f"print(verify('square', claims={str(claims)!r}, jobs=2).verdicts, flush=True)\n"
    (tmp_path / "bare.py").write_text("from proofs.session import verify\n" + call)
    (tmp_path / "guarded.py").write_text(f"from proofs.session import verify\nif __name__ == '__main__':\n    {call}")
    bare, guarded = run(sys.executable, "bare.py"), run(sys.executable, "guarded.py")
    assert b"supported" in guarded.stdout, guarded.stderr
    told = bare.returncode != 0 and b"__main__" in bare.stderr and bare.stderr.count(b"Traceback") <= 1
    assert told or b"supported" in bare.stdout, bare.stderr
