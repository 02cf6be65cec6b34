"""Destinations: looked at before the work, written when it is done.

A file that cannot be written is wrong usage and said first (`ready`). What stands in it stays until all that replaces it
lies beside it, so that neither a kill nor a full disk leaves half a document. Files are UTF-8 whatever the locale.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from proofs.run.surroundings import SurroundingsError, cause


def ready(option: str, path: Path) -> None:
    """Open `path` for writing and leave it as it was; raises ValueError, naming the option, where that cannot be done."""
    try:
        if _passes_on(path):  # a pipe takes its closing for the end of all that is written
            if not os.access(path, os.W_OK):
                raise PermissionError(None, "Permission denied")
            return
        real = Path(os.path.realpath(path))  # what a link points to, though it be not there yet
        new = not real.exists()
        real.open("ab").close()
        if new:
            real.unlink()
    except OSError as error:
        expected = "a file in an existing folder that can be written"
        raise ValueError(f"{option}: expected {expected}, got {str(path)!r} ({cause(error)})") from error


def folder(option: str, path: Path) -> None:
    """Make the folder where it is not there; raises ValueError, naming the option, where that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"{option}: expected a folder, got {str(path)!r} ({cause(error)})") from error


def write(path: Path, content: str | bytes) -> None:
    """Put `content` where `path` is, whole or not at all; raises SurroundingsError where it fails, naming the path."""
    # half a letter has no UTF-8: it is written as JSON writes it
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    try:
        if _passes_on(path):
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise SurroundingsError(f"{str(path)!r} could not be written ({cause(error)})") from error


def _passes_on(path: Path) -> bool:
    """Whether it is a pipe or a device, which keeps nothing."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{os.getpid()}.part")
    try:
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except PermissionError:  # the file may be written, its folder may not
        path.write_bytes(data)
    finally:
        part.unlink(missing_ok=True)
