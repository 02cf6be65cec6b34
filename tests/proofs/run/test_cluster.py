"""A real Dask cluster of two workers, some of which die: nothing is lost, and the numbers are the same as here."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster

from tests.proofs.run.test_runner import DEADLY, timeless
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


def test_evidence_survives_a_dying_worker(cluster: LocalCluster, verified, claims: Path) -> None:
    """`--cluster` gives the document of a local run; evidence that kills its worker is run again, or broken."""
    cluster.scheduler.allowed_failures = 0  # so that the runner, not the scheduler, gives the second chance
    (claims / "once.py").write_text(DEADLY.replace("ALWAYS", "False"))
    (claims / "always.py").write_text(DEADLY.replace("ALWAYS", "True"))
    names = ("always", "once", "square", "--fresh", "--jobs", "2")
    there = verified(*names, "--cluster", cluster.scheduler_address)
    verdicts = {claim["claim"]: claim["verdict"] for claim in there["claims"]}
    assert verdicts == {"always": "broken", "once": "supported", "square": "supported"}
    (claims / "once.died").touch()
    assert timeless(verified(*names)) == timeless(there)


def test_a_cluster_that_is_not_there_is_wrong_usage(blurproof, claims: Path) -> None:
    """An address that means nothing is refused by name with exit code 2."""
    done = blurproof("verify", "square", "--claims", str(claims), "--cluster", "nonsense")
    assert done.returncode == 2
    assert "--cluster: expected" in done.stderr
