"""The ledger: one append-only SQLite file of finished evidence, keyed by the content of the code it depends on.

A key hashes every module of `theory`, `toys` and `proofs`, the claim's own file, installed versions, device, seed,
level and protocol. What has not changed is not run twice; a changed formula has another key and is never served an
old verdict. Each piece is committed as it arrives, in WAL mode, so a killed run loses nothing that was finished.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.outcome import Finding, Outcome

FILE = "ledger.sqlite"
VERSIONED = ("numpy", "scipy", "python-flint", "sympy", "mpmath", "hypothesis", "torch")
"""Packages whose version can change a number."""

_TABLE = """
create table if not exists evidence (
    id integer primary key, key text not null, claim text not null, name text not null,
    outcomes text not null, arrays blob not null, written text not null default current_timestamp
);
create index if not exists by_key on evidence (key);
"""


class Ledger:
    """Finished evidence in `folder`/ledger.sqlite; raises ValueError where the folder or the file cannot be used."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(folder / FILE, timeout=60)
            self.connection.execute("pragma journal_mode = wal")
            self.connection.executescript(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise ValueError(
                f"--results: expected a folder to keep results in, got {str(folder)!r} ({error})"
            ) from error

    def get(self, key: str) -> Finding | None:
        """The newest finding under `key`, or None."""
        row = self.connection.execute(
            "select outcomes, arrays from evidence where key = ? order by id desc limit 1", (key,)
        ).fetchone()
        if row is None:
            return None
        return Finding([Outcome(**o) for o in json.loads(row[0])], _unpacked(row[1]))

    def put(self, key: str, claim: str, name: str, finding: Finding) -> None:
        """Append `finding`; it is on disk when this returns."""
        outcomes = json.dumps([o.record() for o in finding.outcomes], allow_nan=False)
        with self.connection:
            row = (key, claim, name, outcomes, _packed(finding.arrays))
            self.connection.execute(
                "insert into evidence (key, claim, name, outcomes, arrays) values (?, ?, ?, ?, ?)", row
            )

    def close(self) -> None:
        self.connection.close()


def _packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: np.asarray(array) for name, array in arrays.items()})  # type: ignore[arg-type]
    return buffer.getvalue()


def _unpacked(blob: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(blob), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def key(claim_file: Path, **facts: Any) -> str:
    """The key of one piece of evidence: code, versions, and the `facts` of the run (claim, name, seed, level, ...)."""
    digest = hashlib.sha256(code_digest().encode())
    for path in [claim_file, *sorted(claim_file.parent.glob("_*.py"))]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    digest.update(json.dumps({**facts, **versions()}, sort_keys=True, default=str).encode())
    return digest.hexdigest()


@cache
def code_digest() -> str:
    """A hash of every module of theory, toys and proofs, the claims excepted."""
    digest = hashlib.sha256()
    for root in ("theory", "toys", "proofs"):
        for path in _modules(root):
            digest.update(f"{root}/{path.name}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _modules(package: str) -> Iterator[Path]:
    spec = find_spec(package)
    assert spec is not None
    for folder in spec.submodule_search_locations or []:
        yield from sorted(p for p in Path(folder).rglob("*.py") if "claims" not in p.relative_to(folder).parts)


@cache
def versions() -> dict[str, str]:
    """Python, the machine's architecture, and every package that can change a number."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
