"""The ledger: one append-only SQLite file of finished evidence, keyed by the content of the code it depends on.

A key hashes what a piece of evidence depends on (proofs.run.dependencies), device, seed, level and protocol. What has not
changed is not run twice; a changed formula has another key and is never served an old verdict. What was trained lies in
rows of its own under the key of the training, by the number of seeds: it is judged again without being trained again.
Each piece is committed as it arrives, in WAL mode, so a killed run loses nothing that was finished.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import sqlite3
import zipfile
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.outcome import Finding, Outcome

FILE = "ledger.sqlite"
VERSIONED = ("numpy", "scipy", "python-flint", "sympy", "mpmath", "hypothesis", "torch")
"""Packages whose versions a document names."""

_TABLES = """
create table if not exists finding (
    id integer primary key, key text not null, claim text not null, name text not null, outcomes text not null,
    arrays blob not null, trained integer references training (id), written text not null default current_timestamp
);
create table if not exists training (
    id integer primary key, key text not null, count integer not null,
    arrays blob not null, written text not null default current_timestamp
);
create index if not exists finding_by_key on finding (key);
create index if not exists training_by_key on training (key, count);
"""


class Ledger:
    """Finished evidence in `folder`/ledger.sqlite; raises ValueError where the folder or the file cannot be used."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(folder / FILE, timeout=60)
            self.connection.execute("pragma journal_mode = wal")
            self.connection.executescript(_TABLES)
            self.connection.execute("select key, claim, name, outcomes, arrays, trained from finding limit 0")
            self.connection.execute("select key, count, arrays from training limit 0")
        except (OSError, sqlite3.Error) as error:
            raise ValueError(
                f"--results: expected a folder to keep results in, got {str(folder)!r} ({error})"
            ) from error

    def get(self, key: str) -> Finding | None:
        """The newest finding under `key`, or None; its arrays include what it was trained on last."""
        row = self.connection.execute(
            "select f.outcomes, f.arrays, t.arrays from finding f left join training t on t.id = f.trained "
            "where f.key = ? order by f.id desc limit 1",
            (key,),
        ).fetchone()
        if row is None:
            return None
        return Finding(
            [Outcome(**o) for o in json.loads(row[0])], {**(_unpacked(row[2]) if row[2] else {}), **_unpacked(row[1])}
        )

    def trained(self, key: str) -> dict[int, dict[str, np.ndarray]]:
        """The newest arrays that were trained under `key`, by the number of seeds."""
        rows = self.connection.execute("select count, arrays from training where key = ? order by id", (key,))
        return {count: _unpacked(arrays) for count, arrays in rows}

    def put(
        self,
        key: str,
        claim: str,
        name: str,
        finding: Finding,
        training: str | None = None,
        known: Collection[int] = (),
    ) -> None:
        """Append `finding` and, under `training`, what was trained for it but for `known`; on disk when this returns."""
        outcomes = json.dumps([o.record() for o in finding.outcomes], allow_nan=False)
        with self.connection:
            if training is not None:
                self.connection.executemany(
                    "insert into training (key, count, arrays) values (?, ?, ?)",
                    [(training, n, _packed(arrays)) for n, arrays in finding.trained.items() if n not in known],
                )
            arrays, row = self._apart(finding, training)
            self.connection.execute(
                "insert into finding (key, claim, name, outcomes, arrays, trained) values (?, ?, ?, ?, ?, ?)",
                (key, claim, name, outcomes, _packed(arrays), row),
            )

    def _apart(self, finding: Finding, training: str | None) -> tuple[Mapping[str, np.ndarray], int | None]:
        """The finding's arrays without those that lie in the newest row of its training, and that row."""
        if training is None or not finding.arrays or not finding.trained:
            return finding.arrays, None
        count = list(finding.trained)[-1]
        row = self.connection.execute(
            "select id from training where key = ? and count = ? order by id desc limit 1", (training, count)
        ).fetchone()
        stored = finding.trained[count] if row else {}
        own = {name: array for name, array in finding.arrays.items() if array is not stored.get(name)}
        whole = len(finding.arrays) - len(own) == len(stored)
        return (own, row[0]) if row and whole else (finding.arrays, None)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def _packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    """A file as `numpy.savez_compressed` writes it, which leaves some names to its own arguments."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, array in arrays.items():
            with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def _unpacked(blob: bytes) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(io.BytesIO(blob)) as packed:
        return {name.removesuffix(".npy"): _member(packed, name) for name in packed.namelist()}


def _member(packed: zipfile.ZipFile, name: str) -> np.ndarray:
    with packed.open(name) as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def key(content: str, **facts: Any) -> str:
    """The key of what depends on `content` (a digest of code, values and versions) and on the `facts` of the run."""
    machine = platform.python_version(), platform.machine(), platform.system()
    return hashlib.sha256(json.dumps([content, machine, facts], sort_keys=True).encode()).hexdigest()


@cache
def versions() -> dict[str, str]:
    """Python, the machine's architecture, and the packages that change numbers."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
