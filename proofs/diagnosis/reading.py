"""Samples as they come: files of four formats, folders of them, standard input, arrays and tensors.

    fakes.npy  fakes.npz  fakes.npz:second  fakes.csv  fakes.csv:x,y  fakes.parquet  runs/  -

A file is rows of points, or several such tables stacked, one a seed; a folder is one file a seed, in the order in which
a person counts them (`seed_2` before `seed_10`). After a colon stands the name of an array, or those of columns. Nothing
is unpickled. What cannot be used is a ValueError that begins with the file's name, or the argument's, and says what came.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from proofs.run.surroundings import cause
from theory.validation.inputs import Array, floats, reject
from theory.validation.unchanging import Unchanging

MOST = 2**31
"""Bytes that an array packed in an .npz may have once it is unpacked."""
MAGIC = {b"\x93NUMPY": ".npy", b"PK\x03\x04": ".npz", b"PK\x05\x06": ".npz", b"PAR1": ".parquet"}
"""What files begin with; a file that begins with none of them is text."""
ENDINGS = (".npy", ".npz", ".csv", ".parquet")
TEXTS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Sample(Unchanging):
    """Rows (n, D) under the name by which whoever gave them knows them; `columns` have names where a file says them."""

    name: str
    rows: Array
    columns: tuple[str, ...] = ()

    def of(self, dim: int) -> Array:
        """The rows, if they are of so many columns; raises ValueError, naming file or argument, where they are not."""
        if self.rows.shape[1] != dim:
            named = f" ({', '.join(repr(c) for c in self.columns[:6])})" if self.columns else ""
            hint = "; FILE:NAME,NAME chooses some" if self.columns and self.rows.shape[1] > dim else ""
            plural = "columns" if dim > 1 else "column"
            _reject(self.name, f"{dim} {plural}, as the law has", f"{self.rows.shape[1]}{named}{hint}")
        return self.rows


def samples(argument: str, value: object) -> list[Sample]:
    """Everything that `value` holds, one a seed: a path, an array or tensor, or a sequence of these.

    Arrays are (n,) or (n, D), or (seeds, n, D). A list of arrays is one a seed, a list of numbers or of rows one array.

    Raises ValueError, naming the argument or the file, for what is neither, or holds no finite numbers in rows.
    """
    if isinstance(value, str | os.PathLike):
        return _at(argument, os.fspath(value))
    if isinstance(value, list | tuple) and value and any(_stands_alone(part) for part in value):
        parts = [samples(f"{argument}[{k}]", part) for k, part in enumerate(value)]
        return _distinct([sample for part in parts for sample in part])
    return _stacked(argument, _numbers(argument, value), ())


def sample(argument: str, value: object) -> Sample:
    """The one table that `value` holds.

    Raises ValueError, naming the argument or the file, for what `samples` refuses, and where there are several.
    """
    found = samples(argument, value)
    if len(found) > 1:
        reject(argument, "one table", f"{len(found)}: {', '.join(s.name for s in found[:3])}, …")
    return found[0]


def _reject(name: str, expected: str, got: str) -> NoReturn:
    """The same refusal, of what came in words."""
    raise ValueError(f"{name}: expected {expected}, got {got}")


def _stands_alone(part: object) -> bool:
    """Whether it is an array, a tensor or a path of its own, not a number or a row of numbers."""
    return isinstance(part, str | os.PathLike) or getattr(part, "ndim", 0) > 0


def _distinct(found: list[Sample]) -> list[Sample]:
    """With a number where two have one name."""
    names = [s.name for s in found]
    return [
        Sample(f"{s.name} ({names[:k].count(s.name) + 1})", s.rows, s.columns) if names.count(s.name) > 1 else s
        for k, s in enumerate(found)
    ]


def _numbers(name: str, value: Any) -> Array:
    """The numbers of an array or a tensor of any precision, on any device, with or without a history."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        try:
            value = value.detach().cpu()
            value = (value if value.is_complex() else value.double()).numpy()
        except Exception as error:  # whatever a stranger's tensor raises: sparse ones, fake ones
            _reject(name, "numbers", f"a tensor that has none to be read ({error})")
    kept = floats(name, value, "an array of numbers")
    return kept if kept.ndim else reject(name, "an array of numbers", value)


def _stacked(name: str, array: Array, columns: tuple[str, ...]) -> list[Sample]:
    """One table (n,) or (n, D), or one a seed (seeds, n, D)."""
    if array.ndim not in (1, 2, 3):
        _reject(name, "shape (n,), (n, D) or (seeds, n, D)", f"shape {array.shape}")
    if not array.size:
        _reject(name, "at least one sample", f"shape {array.shape}")
    if array.ndim == 3:
        return [Sample(f"{name}[{k}]", _finite(f"{name}[{k}]", table), columns) for k, table in enumerate(array)]
    return [Sample(name, _finite(name, array.reshape(len(array), -1)), columns)]


def _finite(name: str, rows: Array) -> Array:
    wrong = ~np.isfinite(rows)
    if wrong.any():
        kinds = [(int(np.isnan(rows).sum()), "NaN"), (int(np.isinf(rows).sum()), "infinite")]
        counts = " and ".join(f"{count:,} {kind}" for count, kind in kinds if count)
        first = int(np.argmax(wrong.any(axis=1)))
        _reject(name, "finite numbers", f"{counts} of {rows.size:,}, the first in row {first + 1:,}")
    return rows


# --- files ----------------------------------------------------------------------------------------------------------------


def _at(argument: str, where: str) -> list[Sample]:
    """What lies at a path, at standard input, or in a folder."""
    if where == "-":
        if not sys.stdin:
            _reject(argument, "standard input to be open", "it closed")
        return _contents("standard input", sys.stdin.buffer.read(), "", None)
    path, chosen = _parted(argument, where)
    if os.path.isdir(path):
        return [s for file in _inside(where, path) for s in _file(str(file), file, chosen)]
    return _file(where, path, chosen)


def _parted(argument: str, where: str) -> tuple[Path, str | None]:
    """The path and what of it is chosen; a colon that belongs to a file's name is no sign."""
    if "\0" in where or not where:
        reject(argument, "a path", where)
    path, _, chosen = where.rpartition(":")
    return (Path(path), chosen) if path and chosen and not os.path.exists(where) else (Path(where), None)


def _inside(where: str, folder: Path) -> list[Path]:
    try:
        files = [file for file in folder.iterdir() if not file.name.startswith(".") and file.suffix.lower() in ENDINGS]
    except OSError as error:
        _reject(where, "a folder that can be read", cause(error))
    if not files:
        _reject(where, f"a folder with files that end in {', '.join(ENDINGS)}", "one without")
    return sorted(files, key=lambda file: [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", file.name)])


def _file(name: str, path: Path, chosen: str | None) -> list[Sample]:
    try:
        content = path.read_bytes()
    except (OSError, MemoryError) as error:
        _reject(name, "a file that can be read", cause(error) if isinstance(error, OSError) else "one too large")
    return _contents(name, content, path.suffix.lower(), chosen)


def _contents(name: str, content: bytes, ending: str, chosen: str | None) -> list[Sample]:
    """The tables in the bytes of a file, told by its ending, or by how it begins where that says nothing."""
    if not content:
        _reject(name, "samples", "an empty file")
    kind = (
        ending if ending in (*ENDINGS, *TEXTS) else next((k for m, k in MAGIC.items() if content.startswith(m)), ".csv")
    )
    array, columns = READERS.get(kind, _csv)(name, content, chosen)
    return _stacked(name, array, columns)


Read = tuple[Array, tuple[str, ...]]


def _npy(name: str, content: bytes, chosen: str | None) -> Read:
    if chosen is not None:
        _reject(name, "no name after a .npy, which holds one array", repr(chosen))
    return _loaded(name, lambda: np.load(io.BytesIO(content), allow_pickle=False)), ()


def _npz(name: str, content: bytes, chosen: str | None) -> Read:
    with _opened(name, content) as archive:
        arrays = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        if not arrays:
            _reject(name, "an array", "an .npz without any")
        known = ", ".join(sorted(arrays)[:8])
        if chosen is None and len(arrays) > 1:
            _reject(name, "one array, or FILE:NAME to choose", f"{len(arrays)} ({known})")
        if chosen is not None and chosen not in arrays:
            _reject(name, f"one of the arrays in it ({known})", repr(chosen))
        info = arrays[chosen] if chosen is not None else next(iter(arrays.values()))
        if info.file_size > MOST:
            _reject(name, f"an array of at most {MOST:,} bytes", f"{info.file_size:,}")
        return _loaded(name, lambda: np.load(io.BytesIO(archive.read(info)), allow_pickle=False)), ()


def _opened(name: str, content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        _reject(name, "an .npz, as numpy.savez writes it", str(error))


def _loaded(name: str, load: Callable[[], Any]) -> Array:
    """What numpy reads; nothing is unpickled, and a header that promises more than there is is no array."""
    try:
        found = load()
    except Exception as error:  # whatever numpy, zipfile and zlib raise of bytes that anybody has made
        told = (
            "objects that would have to be unpickled" if "allow_pickle" in str(error) else " ".join(str(error).split())
        )
        _reject(name, "an array as numpy.save writes it", told[:160] or type(error).__name__)
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "biuf":
        _reject(name, "an array of real numbers", f"one of {getattr(found, 'dtype', type(found).__name__)}")
    return np.asarray(found, dtype=float)


def _csv(name: str, content: bytes, chosen: str | None) -> Read:
    """Numbers in rows, parted by commas, semicolons, tabs or blanks; a first row without any number names the columns."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _reject(name, "text in UTF-8", f"byte {error.object[error.start]:#04x} at {error.start:,}")
    rows = _rows(name, text)
    if not rows:
        _reject(name, "rows of numbers", "nothing but empty lines")
    line, first = rows[0]
    header = tuple(cell.strip() for cell in first) if not any(_is_number(cell) for cell in first) else ()
    body = rows[1:] if header else rows
    if not body:
        _reject(
            name,
            "rows of numbers",
            f"a first row without numbers, {', '.join(map(repr, first[:4]))}, and nothing below",
        )
    for line, cells in body:
        if len(cells) != len(first):
            _reject(name, f"{len(first)} cells in every row, as in the first", f"{len(cells)} in row {line:,}")
    picked = _picked(name, header, chosen)
    columns = [c for k, c in enumerate(header) if k in picked] if header else []
    at = picked if header else range(len(first))
    return _cells(name, body, at), tuple(columns)


def _rows(name: str, text: str) -> list[tuple[int, list[str]]]:
    """(number of the line, cells) of every row that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = next((m for m in ";\t," if m in first), " ")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            kept = [cell for cell in cells if cell] if mark == " " else cells
            if any(cell.strip() for cell in kept):
                found.append((reader.line_num, kept))
    except csv.Error as error:
        _reject(name, "comma-separated values", f"row {reader.line_num:,}: {error}")
    return found


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _cells(name: str, body: Sequence[tuple[int, list[str]]], at: Sequence[int]) -> Array:
    whole = list(at) == list(range(len(body[0][1])))
    try:
        array = np.array([cells if whole else [cells[k] for k in at] for _, cells in body], dtype=float)
    except ValueError:
        array = None
    if array is None or any("_" in cell for _, cells in body for k, cell in enumerate(cells) if k in at):
        for line, cells in body:
            for k in at:
                if not _is_number(cells[k]):
                    came = f"{cells[k][:40]!r}" if cells[k].strip() else "an empty cell"
                    _reject(name, "numbers alone", f"{came} in row {line:,}, column {k + 1}")
    return array if array is not None else reject(name, "numbers alone", body[0][1])


def _picked(name: str, columns: Sequence[str], chosen: str | None) -> list[int]:
    """Where the columns of these names stand, all without any."""
    if chosen is None:
        return list(range(len(columns)))
    wanted = [c.strip() for c in chosen.split(",")]
    for one in wanted:
        if list(columns).count(one) != 1:
            there = f"columns named {', '.join(map(repr, columns[:8]))}" if columns else "columns without names"
            _reject(name, f"a column of the name {one!r}, once", there)
    return [list(columns).index(one) for one in wanted]


def _parquet(name: str, content: bytes, chosen: str | None) -> Read:
    """Columns of numbers; needs pyarrow."""
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ValueError(
            f"{name}: expected a format that is installed, got Parquet, which needs pyarrow: pip install 'blurproof[parquet]'"
        ) from error
    try:
        table: Any = parquet.read_table(io.BytesIO(content))
        columns = [str(c) for c in table.column_names if not re.fullmatch(r"__index_level_\d+__", str(c))]
        kinds = {str(field.name): str(field.type) for field in table.schema}
    except Exception as error:  # whatever pyarrow raises of bytes that anybody has made
        _reject(name, "a Parquet file", " ".join(str(error).split())[:160])
    at = _picked(name, columns, chosen)
    wanted = [columns[k] for k in at]
    for column in wanted:
        if not re.match(r"u?int|float|double|halffloat|bool|decimal", kinds[column]):
            _reject(name, "columns of numbers", f"column {column!r} of {kinds[column]}")
    if not wanted or not table.num_rows:
        _reject(name, "at least one sample", f"{table.num_rows} rows of {len(wanted)} columns")
    return np.stack([_column(table.column(c)) for c in wanted], axis=1), tuple(wanted)


def _column(column: Any) -> Array:
    """Numbers, NaN where there is none."""
    return np.asarray(column.to_numpy(), dtype=float)


READERS: dict[str, Callable[[str, bytes, str | None], Read]] = {".npy": _npy, ".npz": _npz, ".parquet": _parquet}
