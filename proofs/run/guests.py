"""Claims of others, which are guests: what they do while they are imported hurts nobody else.

Each is imported by a scout first, a process of its own. One that raises, ends its process, does not come back, leaves a
thread running or puts something in the place of a function that we rely on is `broken` and never imported here. The
others are, and what they may have changed on the way is put back. Claims of this package are imported as they are.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from inspect import currentframe
from itertools import count
from pathlib import Path
from typing import Any

from proofs.core.outcome import told
from proofs.run import discovery
from proofs.run.discovery import Failed, Given, Loads
from proofs.run.workers import DiedError, LateError, Pool, RaisedError

PATIENCE = 120.0
"""Seconds that a module may take to import."""
OURS = ("proofs", "theory", "toys", "blurproof")
GUARDED = (*OURS, "builtins", "hashlib", "html", "io", "json", "math", "os", "pickle", "re", "sqlite3", "subprocess", "sys",
           "threading", "time", "zipfile", "flint", "mpmath", "numpy", "scipy", "sympy")  # fmt: skip
"""Packages on which a verdict, and whether it is told, depends in this process."""


def load(found: Sequence[Loads[Given]], seconds: float | None = None) -> tuple[list[Given], list[Failed]]:
    """Load each on its own as `discovery.load` does, those of others once they have been tried, for so many seconds."""
    strangers = [item for item in found if not item.shipped]
    refused = _tried(strangers, min(seconds or PATIENCE, PATIENCE)) if strangers else {}
    claims: list[Given] = []
    failed: list[Failed] = []
    process = os.getpid()
    for item in found:
        if item.id in refused:
            failed.append(Failed(item.id, f"does not import: {refused[item.id]}", item.path))
            continue
        with contained():
            known, broken = discovery.load([item])
        if os.getpid() != process:  # a fork of its own
            os._exit(0)
        claims += known
        failed += broken
    return claims, failed


def _tried(strangers: Sequence[Loads[Any]], seconds: float) -> dict[str, str]:
    """Why some of them cannot be used, by their ids; after each of those the scout is a new one."""
    refused, lost = {}, count()
    with Pool(1, discovery.prepare) as pool:
        scout = next(lost)
        for item in strangers:
            reason = _asked(pool, item, seconds, scout)
            if reason:
                refused[item.id], scout = reason, next(lost)
    return refused


def _asked(pool: Pool, item: Loads[Any], seconds: float, scout: int) -> str:
    try:
        try:
            return pool.ask(scouted, item, seconds=seconds, of=scout)
        except DiedError:  # perhaps for another's reason
            return pool.ask(scouted, item, seconds=seconds, of=scout)
    except LateError as error:
        return str(error)
    except DiedError as error:
        return f"ends its process, {error}"
    except RaisedError as error:
        return f"puts its process out of order: {str(error).strip().splitlines()[-1]}"


def scouted(item: Loads[Any]) -> str:
    """Why a claim cannot be used, found out by importing it; empty where it can."""
    others, functions = set(threading.enumerate()), dict(_functions())
    try:
        _, failed = discovery.load([item])
    except KeyboardInterrupt as error:  # its own: a terminal's does not get here
        return told(error)
    if failed:
        return failed[0].reason.removeprefix("does not import: ")
    now = dict(_functions())
    own = item.imported_as.partition(".")[0]
    replaced = [name for name, value in functions.items() if _by_guest(now.get(name, item), value, own)]
    if replaced:
        return f"replaces {replaced[0]}"
    return left_running(others, daemons=True)


def left_running(others: Collection[threading.Thread], *, daemons: bool = False) -> str:
    """Which threads were left running that would keep the process from ending (or daemons too); empty where none were."""
    strays = [t.name for t in threading.enumerate() if t not in others and (daemons or not t.daemon)]
    return f"leaves threads running: {', '.join(strays)}" if strays else ""


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """What can be called in the modules that are guarded, and in their classes."""
    for module, part in list(sys.modules.items()):
        if module.partition(".")[0] in GUARDED:
            for name, value in list(getattr(part, "__dict__", {}).items()):
                if callable(value):
                    yield f"{module}.{name}", value
                    if isinstance(value, type) and value.__module__ == module:
                        yield from ((f"{module}.{name}.{n}", v) for n, v in list(vars(value).items()) if callable(v))


def _by_guest(now: Any, before: Any, own: str) -> bool:
    """Whether something else stands there, and no library that patches another has put it there, but the guest's own package."""
    if now is before:
        return False
    top = str(getattr(now, "__module__", "")).partition(".")[0]
    return (
        top == own or top in sys.stdlib_module_names or top in OURS or top.startswith(discovery.FROM_FILES) or not top
    )


@contextmanager
def contained() -> Generator[None]:
    """Meanwhile what is printed goes to standard error; afterwards the process is as it was."""
    folder, environment, limit = Path.cwd(), dict(os.environ), sys.getrecursionlimit()
    streams = sys.stdin, sys.stdout, sys.stderr
    handlers = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr), _no_output(), _no_last_words():
            yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        sys.setrecursionlimit(limit)
        os.chdir(folder)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        if threading.current_thread() is threading.main_thread():
            for one, handler in handlers.items():
                if signal.getsignal(one) is not handler:
                    signal.signal(one, handler)


@contextmanager
def at_most(seconds: float) -> Generator[None]:
    """Raise TimeoutError in what takes longer, and again each second; only where a process has such an alarm to set."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"takes more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _no_last_words() -> Generator[None]:
    """What claims of others register to be done at the exit is not."""
    register = atexit.register

    def registered(function: Any, *arguments: Any, **named: Any) -> Any:
        caller = getattr(currentframe(), "f_back", None)
        by_guest = caller is not None and str(caller.f_globals.get("__name__")).startswith(discovery.FROM_FILES)
        return function if by_guest else register(function, *arguments, **named)

    atexit.register = registered
    try:
        yield
    finally:
        atexit.register = register


@contextmanager
def _no_output() -> Generator[None]:
    """What is written to the descriptor itself goes to that of standard error."""
    if sys.stdout:
        sys.stdout.flush()
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of them is closed
        yield
        return
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
