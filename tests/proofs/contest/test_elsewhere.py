"""A contest that is killed, or held on a cluster: no finished seed is lost, and the numbers are the same."""

import importlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from distributed import LocalCluster

import blurproof
from proofs.run.ledger import FILE
from tests.processes import left_after, mark

ROOT = Path(__file__).parents[3]
SMALL = {"target": "ring:modes=8,std=0.1", "seeds": 8, "steps": 4, "batch": 64, "samples": 208}


def kept(folder: Path) -> int:
    """How many seeds the ledger has samples of."""
    if not (folder / FILE).exists():
        return 0
    with sqlite3.connect(folder / FILE) as connection:
        there = connection.execute("select name from sqlite_master where name = 'finding'").fetchone()
        rows = (
            connection.execute("select count(*) from finding where name = 'others:slow'").fetchone() if there else (0,)
        )
    connection.close()
    return int(rows[0])


def test_what_was_finished_before_a_kill_is_not_trained_again(others: Path, tmp_path: Path) -> None:
    """Killed by signal 9 after its first four seeds: nobody survives, and the same command takes those four from the ledger."""
    words = [part for key, value in SMALL.items() for part in (f"--{key}", str(value))]
    command = [
        sys.executable,
        "-m",
        "blurproof",
        "contest",
        "others:slow",
        *words,
        "--results",
        str(tmp_path),
        "--jobs",
        "1",
    ]
    environment = {**mark(), "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    options = {"cwd": others, "env": environment, "text": True}
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    until = time.monotonic() + 200
    while kept(tmp_path) < 4:
        assert time.monotonic() < until
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert left_after(environment, 20) == []
    finished = kept(tmp_path)
    assert 4 <= finished < 8
    again = subprocess.run(command, capture_output=True, check=False, timeout=200, **options)
    assert again.returncode == 0, again.stderr
    assert f"others:slow: all seeds are there, {finished} of them from the ledger" in again.stderr
    assert kept(tmp_path) == 8


def test_a_cluster_gives_the_numbers_of_here(others: Path, tmp_path: Path, monkeypatch) -> None:
    """Its workers import what was named from the same folder; samples and words are those of the object here, bit by bit."""
    monkeypatch.chdir(others)
    monkeypatch.syspath_prepend(str(others))
    half = importlib.import_module("others").half
    with LocalCluster(1, threads_per_worker=1, dashboard_address=None) as cluster:
        there = blurproof.contest("others:half", cluster=cluster.scheduler_address, results=tmp_path / "there", **SMALL)
    here = blurproof.contest({"others:half": half}, results=tmp_path / "here", **SMALL)
    assert np.array_equal(there.samples["others:half"], here.samples["others:half"])
    for one, other in zip(there.seeds["others:half"], here.seeds["others:half"], strict=True):
        assert one.score is not None
        assert other.score is not None
        assert np.array_equal(one.score.words, other.score.words)
