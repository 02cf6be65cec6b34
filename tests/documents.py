"""The Python that a page shows, taken out and run as a reader would run it: from the top, in an empty folder.

A block is what stands between a line "```python" and the next "```"; blocks of one page share their names, so that a page
may tell its story in steps. A block marked "```python file=NAME" is a file, written beside what runs.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FENCED = re.compile(r"^```python(?: file=(\S+))?\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """Code of a page, and the name of the file that it is (empty where it is run)."""

    file: str
    code: str


def blocks(page: str | Path) -> list[Block]:
    """The fenced blocks of Python of a page, which is named from the repository's root."""
    found = [Block(*parts) for parts in FENCED.findall((ROOT / page).read_text(encoding="utf-8"))]
    assert found, f"{page} shows no Python"
    return found


def files(page: str | Path, folder: Path) -> list[Path]:
    """The files that a page shows, written to a folder."""
    written = [(folder / block.file, block.code) for block in blocks(page) if block.file]
    for path, code in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    return [path for path, _ in written]


def run(page: str | Path, folder: Path, *, seconds: float = 120) -> str:
    """Run a page's Python in a process of its own in that folder, its files beside it; what it prints.

    Fails where it does, and where it warns, with what it said.
    """
    files(page, folder)
    code = "\n".join(block.code for block in blocks(page) if not block.file)
    return python(["-W", "error", "-c", code], folder, seconds=seconds)


def python(arguments: Sequence[str], folder: Path, *, seconds: float = 120, code: int = 0) -> str:
    """What Python says when it is started in that folder, this repository and the folder importable; asserts its exit code."""
    paths = (str(ROOT), str(folder), os.environ.get("PYTHONPATH", ""))
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=seconds
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr
