"""The page about diagnosing runs as it stands: its Python, its files, its commands, from the top in an empty folder."""

import io
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/diagnose.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|sh)(?: file=(\S+))?\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_page_runs(
    blurproof: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block does what it says: what it asserts holds, each command ends with the exit code beside it."""
    names: dict[str, object] = {}
    commands = 0
    for kind, file, code in BLOCKS:
        if file:
            (tmp_path / file).write_text(code)
        elif kind == "python":
            exec(compile(code, "docs/diagnose.md", "exec"), names)
        else:
            for line, ends in re.findall(r"^(.*?)\s+# exits with (\d)$", code, flags=re.MULTILINE):
                piped, _, command = line.rpartition(" | ")
                if piped:
                    content = (tmp_path / piped.removeprefix("cat ")).read_bytes()
                    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
                done = blurproof(*shlex.split(command)[1:])
                assert done[0] == int(ends), (line, done)
                commands += 1
    assert commands == len(re.findall(r"^(?:cat.*)?blurproof diagnose", PAGE, flags=re.MULTILINE)) > 8
    for name in ("fakes.svg", "fakes.html", "fakes.json", "ours.pdf"):
        assert (tmp_path / name).stat().st_size > 1000
