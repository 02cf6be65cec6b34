"""Processes that work for us: none outlives its parent, and none speaks, dies or is late for another."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proofs.run.surroundings import SurroundingsError
from proofs.run.workers import DiedError, LateError, Pool, RaisedError
from tests.processes import hears, left_after, living, mark

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see who lives")

BUSY = {
    "sleeping": "import time; time.sleep(600)",
    "looping": "while True: pass",
    "holding_the_interpreter": "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')",
    "with_a_fork": "import os, time; os.fork(); time.sleep(600)",
    "with_a_child": "import subprocess; subprocess.run(['sleep', '600'])",
    "with_a_detached_child": "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)",
    "deaf": "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 3, 15)]; time.sleep(600)",
}
PARENT = """
from proofs.run.workers import Pool
with Pool(2, int) as pool:
    calls = [pool.submit(exec, f"from pathlib import Path; Path('busy{k}').touch()\\n" + CODE) for k in range(2)]
    for call in calls: call.result()
"""


def started(folder: Path, code: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A parent whose two workers are at it."""
    script = f"CODE = {code!r}" + PARENT
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=hears)  # fmt: skip
    until = time.monotonic() + 60
    while not all((folder / f"busy{k}").exists() for k in range(2)):
        assert time.monotonic() < until
        assert parent.poll() is None, parent.stdout and parent.stdout.read()
        time.sleep(0.05)
    return parent


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGINT], ids=lambda s: s.name)
@pytest.mark.parametrize("busy", BUSY)
def test_workers_end_with_their_parent(tmp_path: Path, busy: str, how: signal.Signals) -> None:
    """Whatever ends the parent alone and whatever they are at, all are gone and let go of its pipe."""
    environment = mark()
    parent = started(tmp_path, BUSY[busy], environment)
    assert len(living(environment)) >= 4  # with the keeper
    parent.send_signal(how)
    out, _ = parent.communicate(timeout=30)  # to the end of the pipe
    assert left_after(environment, 10) == []
    assert parent.returncode in (-how, 1, 130), out


def test_workers_end_with_their_parent_though_their_keeper_is_gone(tmp_path: Path) -> None:
    """Each watches by itself too."""
    environment = mark()
    parent = started(tmp_path, BUSY["sleeping"], environment)
    for process in living(environment):
        if b"killpg" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)
    parent.kill()
    parent.communicate(timeout=30)
    assert left_after(environment, 10) == []


def test_a_pipe_behind_a_time_limit_ends(tmp_path: Path, claims: Path) -> None:
    """`timeout 5 blurproof verify ... | cat` is over soon after, though evidence takes for ever."""
    text = (claims / "square.py").read_text().replace("    return (a + a)", "    while True: pass\n    return (a + a)")
    (claims / "square.py").write_text(text)
    environment, start = mark(), time.monotonic()
    command = f"timeout 5 {sys.executable} -c 'from proofs.cli import main; main()' verify square --claims {claims} 2>&1 | cat"
    subprocess.run(command, shell=True, cwd=tmp_path, env=environment, check=False, timeout=60)
    assert time.monotonic() - start < 30
    assert left_after(environment, 10) == []


def test_a_call_meets_its_own_end_only() -> None:
    """One returns, one raises, one is late, one ends its process, in one pool: each is told so, and the next is served."""
    with Pool(1, int) as pool:
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
        with pytest.raises(RaisedError, match="ZeroDivisionError"):
            pool.submit(divmod, 7, 0).result()
        with pytest.raises(LateError, match=r"after 0\.5 s"):
            pool.submit(time.sleep, 60, seconds=0.5).result()
        with pytest.raises(DiedError, match="exit code 3"):
            pool.submit(os._exit, 3).result()
        with pytest.raises(DiedError, match="by signal"):
            pool.submit(os.abort).result()
        assert pool.submit(divmod, 7, 2).result() == (3, 1)


def test_guests_have_a_process_each() -> None:
    """One who works for another is a new one; for the same it is the same."""
    with Pool(1, int) as pool:
        ours, theirs, again, back = (pool.submit(os.getpid, of=who).result() for who in (None, "a", "a", None))
    assert len({ours, theirs, back}) == 3
    assert theirs == again


def test_a_worker_that_cannot_begin_is_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends before anything was asked of it is nobody's fault who asks."""
    with Pool(1, os.abort) as pool, pytest.raises(SurroundingsError, match="before it could begin"):
        pool.submit(divmod, 7, 2).result()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(SurroundingsError, match="cannot be started"):
        Pool(1, int)
