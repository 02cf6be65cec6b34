"""Samples as they come: what is written in any format is read back, and what cannot be used is named."""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow
import pytest
import torch
from pyarrow import parquet

from proofs.diagnosis import reading

X = np.random.default_rng(0).normal(size=(7, 2))
NPY = io.BytesIO()
np.save(NPY, X)


def table(**columns: object) -> bytes:
    """A Parquet file."""
    sink = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), sink)
    return sink.getvalue()


def text(rows: np.ndarray, mark: str = ",", header: str = "") -> bytes:
    lines = [mark.join(map(repr, row.tolist())) for row in rows]
    return "\n".join([*([header] if header else []), *lines, ""]).encode()


def packed(**arrays: np.ndarray) -> bytes:
    sink = io.BytesIO()
    np.savez_compressed(sink, **arrays)
    return sink.getvalue()


RIGHT = {
    "x.npy": NPY.getvalue(), "x.npz": packed(x=X), "x.csv": text(X), "header.csv": text(X, header="first, second"), "semicolons.csv": text(X, ";"),
    "tabs.tsv": text(X, "\t"), "blanks.txt": text(X, "  "), "bom.csv": b"\xef\xbb\xbf" + text(X, header='"a","b"'), "crlf.csv": text(X).replace(b"\n", b"\r\n\r\n"),
    "x.parquet": table(a=X[:, 0], b=X[:, 1]), "noEnding": NPY.getvalue(), "packed.dat": packed(x=X), "parquet.dat": table(a=X[:, 0], b=X[:, 1]),
    "UPPER.NPY": NPY.getvalue(), "a:b.npy": NPY.getvalue(),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_every_format_gives_back_the_numbers(name: str, tmp_path: Path) -> None:
    """To the last bit, under the file's name."""
    (tmp_path / name).write_bytes(RIGHT[name])
    (found,) = reading.samples("samples", tmp_path / name)
    np.testing.assert_array_equal(found.rows, X)
    assert found.name == str(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "chosen", "expected"),
    [
        ("x.npz", packed(x=X, y=2 * X), "y", 2 * X),
        ("x.csv", text(X, header="x,y"), "y", X[:, 1:]),
        ("x.csv", text(X, header="x,y"), "y,x", X[:, ::-1]),
        ("x.parquet", table(x=X[:, 0], label=list("abcdefg")), "x", X[:, :1]),
    ],
    ids=["array", "column", "order", "beside text"],
)
def test_a_name_after_the_colon_chooses(
    name: str, content: bytes, chosen: str, expected: np.ndarray, tmp_path: Path
) -> None:
    """An array of an .npz, columns of a table in the order that is asked for."""
    (tmp_path / name).write_bytes(content)
    np.testing.assert_array_equal(reading.sample("samples", f"{tmp_path / name}:{chosen}").rows, expected)


def test_narrower_numbers_are_the_same_numbers(tmp_path: Path) -> None:
    """float32, integers, truths and big-endian numbers are what they are as float64."""
    for dtype in ("float32", "float16", "int8", "bool", ">f8"):
        np.save(tmp_path / "x.npy", (3 * X).astype(dtype))
        np.testing.assert_array_equal(reading.sample("x", tmp_path / "x.npy").rows, (3 * X).astype(dtype).astype(float))


def test_a_folder_is_one_file_a_seed_in_the_order_of_counting(tmp_path: Path) -> None:
    """seed_2 before seed_10; what is no sample, and what is hidden, is left alone."""
    for k in (10, 2, 1):
        np.save(tmp_path / f"seed_{k}.npy", np.full((3, 2), k))
    (tmp_path / "notes.md").write_text("mine")
    (tmp_path / ".hidden.npy").write_text("mine")
    found = reading.samples("samples", tmp_path)
    assert [Path(one.name).name for one in found] == ["seed_1.npy", "seed_2.npy", "seed_10.npy"]
    assert [one.rows[0, 0] for one in found] == [1, 2, 10]


def test_standard_input_is_told_by_how_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """An .npy, an .npz, a Parquet file and lines of numbers, all as `-`."""
    for content in (NPY.getvalue(), packed(x=X), text(X), table(a=X[:, 0], b=X[:, 1])):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        (found,) = reading.samples("samples", "-")
        np.testing.assert_array_equal(found.rows, X)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ValueError, match="samples: expected standard input to be open"):
        reading.samples("samples", "-")


def test_arrays_and_tensors_of_every_kind() -> None:
    """A line of numbers is one column; a tensor may have a history, be half as precise, or a view."""
    for value in (
        X,
        X.tolist(),
        tuple(map(tuple, X)),
        torch.tensor(X, requires_grad=True),
        torch.tensor(X.T).T,
        np.asfortranarray(X),
    ):
        np.testing.assert_array_equal(reading.sample("samples", value).rows, X)
    assert reading.sample("samples", X[:, 0]).rows.shape == (7, 1)
    half = torch.tensor(X).bfloat16()
    np.testing.assert_array_equal(reading.sample("samples", half).rows, half.double().numpy())


def test_several_arrays_are_several_seeds() -> None:
    """A list of arrays, of tensors and paths among them, or three axes."""
    for value in ([X, X + 1], (torch.tensor(X), X + 1), np.stack([X, X + 1])):
        found = reading.samples("samples", value)
        assert [one.name for one in found] == ["samples[0]", "samples[1]"]
        np.testing.assert_array_equal(found[1].rows, X + 1)


def header(shape: str) -> bytes:
    """An .npy that promises a shape and holds eight bytes."""
    told = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(told).to_bytes(2, "little") + told + bytes(8)


def pickled() -> bytes:
    sink = io.BytesIO()
    np.save(sink, np.array([print], dtype=object), allow_pickle=True)
    return sink.getvalue()


def bomb() -> bytes:
    """Four gigabytes of zeros, as it says of itself."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", NPY.getvalue())
    said = (len(NPY.getvalue())).to_bytes(4, "little")
    return sink.getvalue().replace(said, (2**32 - 2).to_bytes(4, "little"))


NAN = X.copy()
NAN[3, 1] = np.nan
NAN[5] = np.nan
WRONG = [
    ("empty.npy", b"", "an empty file"),
    ("cut.npy", NPY.getvalue()[:-9], "as numpy.save writes it"),
    ("text.npy", b"1,2\n3,4\n", "as numpy.save writes it"),
    ("promises.npy", header("(10000000000000, 2)"), "as numpy.save writes it"),
    ("negative.npy", header("(-1, 2)"), "got"),
    ("odd.npy", header("lambda: 3"), "as numpy.save writes it"),
    ("pickle.npy", pickled(), "unpickled"),
    ("nan.npy", NAN, "3 NaN of 14, the first in row 4"),
    ("inf.npy", np.array([[1.0, np.inf], [2, 3]]), "1 infinite of 4, the first in row 1"),
    ("complex.npy", X + 1j, "complex128"),
    ("words.npy", np.array(["a", "b"]), "<U1"),
    ("records.npy", np.zeros(3, "i4,f8"), "real numbers"),
    ("none.npy", np.zeros((0, 2)), "shape (0, 2)"),
    ("number.npy", np.array(3.0), "shape ()"),
    ("four.npy", np.zeros((2, 2, 2, 2)), "shape (2, 2, 2, 2)"),
    ("two.npz", packed(x=X, y=X), "2 (x, y)"),
    ("empty.npz", packed(), "without any"),
    ("broken.npz", packed(x=X)[:-30], "an .npz"),
    ("bomb.npz", bomb(), "at most 2,147,483,648 bytes"),
    ("ragged.csv", b"1,2\n3,4\n5\n", "1 in row 3"),
    ("longer.csv", b"x,y\n1,2\n3,4,5\n", "3 in row 3"),
    ("word.csv", b"x,y\n1,2\n3,oops\n", "'oops' in row 3, column 2"),
    ("hole.csv", b"x,y\n1,2\n\n3,\n", "an empty cell in row 4, column 2"),
    ("underscore.csv", b"1_0,2\n3,4\n", "'1_0' in row 1, column 1"),
    ("half header.csv", b"x,1\n2,3\n", "'x' in row 1, column 1"),
    ("nan.csv", b"1,nan\n2,3\n", "1 NaN of 4, the first in row 1"),
    ("header.csv", b"x,y\n", "nothing below"),
    ("lines.csv", b"\n\n \n", "empty lines"),
    ("quote.csv", b'1,"2\n3,4\n', "comma-separated values"),
    ("latin.csv", b"caf\xe9,y\n1,2\n", "byte 0xe9 at 3"),
    ("binary.csv", bytes(range(256)), "expected"),
    ("broken.parquet", table(a=X[:, 0])[:-8], "a Parquet file"),
    ("text.parquet", table(a=list("abc")), "column 'a' of string"),
    ("lists.parquet", table(a=[[1.0], [2.0]]), "column 'a' of list"),
    ("null.parquet", table(a=[1.0, None]), "1 NaN of 2"),
    ("empty.parquet", table(a=np.zeros(0)), "0 rows"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "why"), WRONG, ids=[name for name, _, _ in WRONG])
def test_what_cannot_be_used_is_named(name: str, content: object, why: str, tmp_path: Path) -> None:
    """The message begins with the file, and says what came in it."""
    path = tmp_path / name
    path.write_bytes(content) if isinstance(content, bytes) else np.save(path, content)
    with pytest.raises(ValueError, match=": expected ") as caught:
        reading.samples("samples", str(path))
    assert str(caught.value).startswith(f"{path}: expected ")
    assert why in str(caught.value)
    assert len(str(caught.value)) < 500 + len(str(path))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "an array of numbers"), ("", "a path"), ("no\0where", "a path"), (3.0, "an array"), ({}, "an array"), ([], "at least one"), (X + 1j, "an array"),
        (torch.zeros(3, 2, dtype=torch.complex64), "an array"), (torch.zeros(0, 2), "shape (0, 2)"), (NAN, "3 NaN of 14"), ([[1.0], [2.0, 3.0]], "an array"),
        (["no such file"], "No such file"), (torch.eye(2).to_sparse(), "tensor"), (np.array(["1"]), "an array"), (b"1,2", "an array"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_sample_is_named(value: object, why: str) -> None:
    """From Python: the argument, or the file, and what came."""
    with pytest.raises(ValueError, match=r"^(samples|no such file)") as caught:
        reading.samples("samples", value)
    assert why in str(caught.value)


def test_a_folder_without_samples_and_a_column_that_is_not_there(tmp_path: Path) -> None:
    """Each is named, with what is there."""
    with pytest.raises(ValueError, match=r"a folder with files that end in \.npy, .* got one without"):
        reading.samples("samples", tmp_path)
    (tmp_path / "x.csv").write_bytes(text(X, header="x,y"))
    with pytest.raises(ValueError, match=r"expected a column of the name 'z', once, got columns named 'x', 'y'"):
        reading.samples("samples", f"{tmp_path}/x.csv:z")
    np.savez(tmp_path / "x.npz", x=X)
    with pytest.raises(ValueError, match=r"one of the arrays in it \(x\), got 'y'"):
        reading.samples("samples", f"{tmp_path}/x.npz:y")


def test_other_columns_than_the_laws_are_told_by_name(tmp_path: Path) -> None:
    """An index column is seen for what it is."""
    (tmp_path / "x.csv").write_bytes(text(np.c_[np.arange(7), X], header=",x,y"))
    one = reading.sample("samples", tmp_path / "x.csv")
    with pytest.raises(
        ValueError, match=r"x.csv: expected 2 columns, as the law has, got 3 \('', 'x', 'y'\); FILE:NAME,NAME"
    ):
        one.of(2)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the extra's name."""
    (tmp_path / "x.parquet").write_bytes(table(a=X[:, 0]))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r"x.parquet: .*blurproof\[parquet\]"):
        reading.samples("samples", tmp_path / "x.parquet")
