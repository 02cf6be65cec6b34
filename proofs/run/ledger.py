"""The ledger: one append-only SQLite file of finished evidence, keyed by the content of the code it depends on.

A key hashes what a piece of evidence depends on (proofs.run.dependencies), device, seed, level and protocol. What has not
changed is not run twice; a changed formula has another key and is never served an old verdict. What was trained lies in
rows of its own under the key of the training, by the number of seeds: it is judged again without being trained again.
Each piece is committed as it arrives, in WAL mode, so a killed run loses nothing that was finished.

A ledger that may not be written is read. A row that does not unpack is not there: it is run again, and stays. Whether
anything can be added is asked before the work; what fails after that is the surroundings' (proofs.run.surroundings).
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import sqlite3
import zipfile
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from proofs.core.outcome import OUTCOMES, Finding, Outcome
from proofs.run.surroundings import SurroundingsError

FILE = "ledger.sqlite"
SCHEMA = 1
"""The version of the tables; a ledger made before they had one says 0."""
AT_FIRST, IN_MID_WORK = 10, 60
"""Seconds that another process may hold the file before the work, and when there is something to lose."""
VERSIONED = ("numpy", "scipy", "python-flint", "sympy", "mpmath", "hypothesis", "torch")
"""Packages whose versions a document names."""

_MAKING = """
pragma journal_mode = wal;
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
_MAY_NOT = (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_COLUMNS = {"finding": "key, claim, name, outcomes, arrays, trained", "training": "key, count, arrays"}


class Ledger:
    """Finished evidence in `folder`/ledger.sqlite, made where there is none, read where it may not be written.

    Raises ValueError where it cannot be used: no folder, no ledger, one of another make or of a later version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder.absolute() / FILE
        self.kept: list[tuple[Any, ...]] = []
        """What this run has put."""
        try:
            self.connection = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise self._refused(str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        """A connection to a ledger of ours; one that reads where none can write."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = self._connected(_MAKING)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _MAY_NOT or not self.path.is_file():
                raise
            return self._for_reading()
        self.identity = _identity(self.path)
        return connection

    def _for_reading(self) -> sqlite3.Connection:
        try:
            return self._connected("", "?mode=ro")
        except sqlite3.OperationalError:
            waiting = self.path.with_name(f"{FILE}-wal")
            if waiting.is_file() and waiting.stat().st_size:  # what came last would be missing
                raise
        # nobody can write the index of a write-ahead log here, so nobody is changing the file
        return self._connected("", "?immutable=1")

    def _connected(self, prepare: str, mode: str = "") -> sqlite3.Connection:
        """A connection to tables of ours; those of others are left alone."""
        connection = sqlite3.connect(f"{self.path.as_uri()}{mode}", uri=True, timeout=AT_FIRST)
        try:
            (made,) = connection.execute("pragma user_version").fetchone()
            if made > SCHEMA:
                raise self._refused(f"it was written by a later version, whose tables are {made}, ours {SCHEMA}")
            there = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
            for table, columns in _COLUMNS.items():
                if table in there:
                    connection.execute(f"select {columns} from {table} limit 0")
            connection.executescript(prepare)
            if prepare and not made:
                connection.execute(f"pragma user_version = {SCHEMA}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _refused(self, why: str) -> ValueError:
        return ValueError(f"--results: expected a folder to keep results in, got {str(self.folder)!r} ({why})")

    def ready(self) -> None:
        """Raise ValueError unless findings can be added: said before the work."""
        try:
            (sound,) = self.connection.execute("pragma quick_check (1)").fetchone()
            if sound != "ok":
                raise self._refused(f"{FILE} is damaged: {' '.join(sound.split())}")
            self._insert("", "", "", Finding([]), None, ())
        except sqlite3.Error as error:
            raise self._refused(f"nothing can be added to it: {error}") from error
        finally:
            self.connection.rollback()
        self.connection.execute(f"pragma busy_timeout = {1000 * IN_MID_WORK}")

    def get(self, key: str) -> Finding | None:
        """The newest finding under `key` that is whole, or None; its arrays include what it was trained on last.

        Raises ValueError for a file that is damaged.
        """
        found = self._read(
            "select cast(f.outcomes as blob), f.arrays, f.trained, t.arrays from finding f left join training t on t.id = f.trained "
            "where f.key = ? order by f.id desc",
            key,
        )
        return next((finding for row in found if (finding := _whole(_finding, *row))), None)

    def trained(self, key: str) -> dict[int, dict[str, np.ndarray]]:
        """The newest arrays that were trained under `key`, by the number of seeds."""
        rows = self._read("select count, arrays from training where key = ? order by id", key)
        return {count: arrays for count, blob in rows if (arrays := _whole(_unpacked, blob)) is not None}

    def _read(self, question: str, key: str) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(question, (key,)).fetchall()
        except sqlite3.Error as error:
            raise self._refused(str(error)) from error

    def put(
        self,
        key: str,
        claim: str,
        name: str,
        finding: Finding,
        training: str | None = None,
        known: Collection[int] = (),
    ) -> None:
        """Append `finding` and, under `training`, what was trained for it but for `known`; on disk when this returns.

        Raises SurroundingsError where there is no room for it, another process holds the file, or the file is gone.
        """
        row = key, claim, name, finding, training, known
        try:
            with self.connection:
                self._insert(*row)
        except sqlite3.Error as error:
            raise SurroundingsError(
                f"{str(self.path)!r} takes nothing more ({error}); what was found before is kept"
            ) from error
        self.kept.append(row)
        self._still_there()

    def _insert(
        self, key: str, claim: str, name: str, finding: Finding, training: str | None, known: Collection[int]
    ) -> None:
        outcomes = json.dumps([o.record() for o in finding.outcomes], allow_nan=False)
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

    def _still_there(self) -> None:
        """Raise SurroundingsError where the file is no longer the one that was opened; what this run has put is put anew."""
        if not self.kept or _identity(self.path) == self.identity:
            return
        rows, self.kept = self.kept, []
        gone = f"{str(self.path)!r} was deleted or replaced in mid-work"
        try:
            self.connection.close()
            self.connection = self._opened()
            with self.connection:
                for row in rows:
                    self._insert(*row)
        except (OSError, ValueError, sqlite3.Error) as error:
            raise SurroundingsError(f"{gone}, and cannot be made anew ({error})") from error
        raise SurroundingsError(f"{gone}; what this run has found is kept in a new one")

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
        """Let go of the file; raises SurroundingsError where it is gone since something was put."""
        try:
            self._still_there()
        finally:
            self.connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


T = TypeVar("T")


def _whole(read: Callable[..., T], *parts: Any) -> T | None:
    """What is read of a row, or None where it does not unpack: bytes that are no longer ours raise whatever they like."""
    try:
        return read(*parts)
    except Exception:
        return None


def _finding(outcomes: bytes, arrays: bytes, trained: int | None, learned: bytes | None) -> Finding:
    told = [Outcome(**record) for record in json.loads(outcomes)]
    if any(outcome.outcome not in OUTCOMES for outcome in told):
        raise ValueError("outcomes: expected words that are known")
    return Finding(told, {**(_unpacked(learned) if trained is not None else {}), **_unpacked(arrays)})  # pyright: ignore[reportArgumentType]  a training that is gone does not unpack


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
