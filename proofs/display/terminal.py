"""Standard output and standard error as they are where the command runs.

A letter that the terminal lacks is replaced. A stream that fails, its reader gone or its disk full, is named: that is the
surroundings' doing, and no result. Lines are wrapped for people and never for pipes.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, TypeVar

from rich.console import Console

from proofs.run.surroundings import SurroundingsError, cause

UNBROKEN = 10_000
"""The width of what is no terminal: no line of ours is as long."""

T = TypeVar("T")


class _Stream:
    """A standard stream that writes what it can."""

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream, self._name = stream, name
        self._failure: SurroundingsError | None = None
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

    def write(self, text: str) -> int:
        """Write `text`; raises SurroundingsError where the stream fails or has failed."""
        return self._tried(lambda: self._stream.write(text))

    def flush(self) -> None:
        """Write what waits; raises SurroundingsError where the stream fails or has failed."""
        self._tried(self._stream.flush)

    def _tried(self, work: Callable[[], T]) -> T:
        if self._failure:
            raise self._failure
        try:
            return work()
        except OSError as error:
            # what still waits goes nowhere, else Python would stumble over it on its way out
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            self._failure = SurroundingsError(f"{self._name} takes nothing more ({cause(error)})")
            raise self._failure from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def ours() -> Generator[None, None, None]:
    """Standard output and standard error as `_Stream`s; one that is closed stays so."""
    before = sys.stdout, sys.stderr
    names = "standard output", "standard error"
    sys.stdout, sys.stderr = (_Stream(s, n) if s else s for s, n in zip(before, names, strict=True))  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def complain(line: str) -> None:
    """One line on standard error, if there is one."""
    if sys.stderr:
        with suppress(SurroundingsError):
            print(f"blurproof: {' '.join(line.split())}", file=sys.stderr, flush=True)


def is_read(stderr: bool = False) -> bool:
    """Whether a person looks at the stream."""
    stream = sys.stderr if stderr else sys.stdout
    return bool(stream) and stream.isatty()


def console(stderr: bool = False) -> Console:
    """A console that wraps for people and does not for pipes."""
    if is_read(stderr):
        return Console(stderr=stderr, highlight=False)
    return Console(stderr=stderr, highlight=False, force_terminal=False, no_color=True, width=UNBROKEN)
