"""A real Dask cluster of two workers, some of which die: nothing is lost, and the numbers are the same as here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster

from tests.processes import left_after, mark
from tests.proofs.run.test_runner import DEADLY, SLOW, finished, timeless
from toys.learners.regressor import Regressor
from toys.targets import two_branch
from toys.train import fit


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers of one process and one thread each; one that dies is replaced."""
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def test_training_survives_a_killed_worker(cluster: LocalCluster) -> None:
    """Six chunks on two workers, one killed after the first chunk: every seed arrives, bitwise as trained here."""
    learner = Regressor(two_branch(), hidden=(8,))
    settings = {"seeds": range(96), "steps": 200, "batch": 64}
    victim, done = cluster.workers[0], []

    def kill(finished: int, of: int) -> None:
        if not done:
            os.kill(victim.pid, signal.SIGKILL)  # type: ignore[union-attr]
        done.append((finished, of))

    with Client(cluster) as client:
        there = fit(learner, executor=client.get_executor(), progress=kill, **settings)
    here = fit(learner, **settings)
    assert done == [(n, 6) for n in range(1, 7)]
    assert np.array_equal(there.seeds, here.seeds)
    assert np.array_equal(there.players["network"], here.players["network"])
    assert np.array_equal(there.loss["network"], here.loss["network"])


def test_evidence_meets_the_same_ends_as_here(cluster: LocalCluster, verified, claims: Path) -> None:
    """`--cluster` gives the document of a local run; what ends its process is run again, or broken, and so is what exits."""
    (claims / "exits.py").write_text(
        (claims / "square.py").read_text().replace("return (a", "raise SystemExit(0)\n    return (a")
    )
    (claims / "once.py").write_text(DEADLY.replace("ALWAYS", "False"))
    (claims / "always.py").write_text(DEADLY.replace("ALWAYS", "True"))
    names = ("always", "exits", "once", "square", "--fresh", "--jobs", "2")
    there = verified(*names, "--cluster", cluster.scheduler_address)
    verdicts = {claim["claim"]: claim["verdict"] for claim in there["claims"]}
    assert verdicts == {"always": "broken", "exits": "broken", "once": "supported", "square": "supported"}
    (claims / "once.died").touch()
    assert timeless(verified(*names)) == timeless(there)


def test_a_cluster_that_is_not_there_is_wrong_usage(blurproof, claims: Path) -> None:
    """An address that means nothing is refused by name with exit code 2."""
    done = blurproof("verify", "square", "--claims", str(claims), "--cluster", "nonsense")
    assert done.returncode == 2
    assert "--cluster: expected" in done.stderr


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start parts of a cluster by hand, in a folder of their own; what is left of them ends with the test."""
    environment, parts = mark(), []
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def begin(*command: str) -> subprocess.Popen[bytes]:
        told = {"cwd": elsewhere, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        parts.append(subprocess.Popen([sys.executable, "-m", "dask", *command], **told))
        return parts[-1]

    yield begin
    for part in parts:
        part.kill()
        part.wait()
    assert left_after(environment, 20) == []


def until(there: Callable[[], bool], seconds: float = 100.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("lost", ["scheduler", "worker"])
def test_a_cluster_that_is_lost_is_the_surroundings(begun, claims: Path, tmp_path: Path, lost: str) -> None:
    """Its scheduler or its only worker killed in mid-work: one line within 30 s, exit 4, what had come back is kept."""
    file = str(tmp_path / "scheduler.json")
    parts = {
        "scheduler": begun(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file
        )
    }
    until(Path(file).exists)
    address = json.loads(Path(file).read_text())["address"]
    parts["worker"] = begun("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    (claims / "slow.py").write_text(SLOW)
    command = [
        sys.executable,
        "-c",
        "from proofs.cli import main; main()",
        "verify",
        "slow",
        "--claims",
        "claims",
        "--cluster",
        address,
    ]
    run = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until((claims / "reached").exists)
    until(lambda: finished(tmp_path) == ["at_once"])
    parts[lost].kill()
    killed = time.monotonic()
    _, said = run.communicate(timeout=60)
    assert time.monotonic() - killed < 30
    assert run.returncode == 4
    assert len(said.strip().splitlines()) == 1, said
    assert {"scheduler": "scheduler", "worker": "no worker left"}[lost] in said
    assert finished(tmp_path) == ["at_once"]
