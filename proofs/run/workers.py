"""Worker processes: each answers one call at a time, and none outlives who started it, however that one ends.

A worker is a fresh interpreter with one thread for linear algebra. It does not import the script that it is started from,
reads calls from its standard input, and what is printed in it goes to standard error. The workers of a pool, and whatever
they start, are one process group. A keeper in it waits for the end of a pipe from the parent and then kills the group, so
a pool that is closed and a parent that is killed end alike. Where there are no process groups a worker watches by itself.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any, BinaryIO, Self

from proofs.run.surroundings import SurroundingsError

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
GROUPS = hasattr(os, "killpg")
KEEPER = """
import os, signal, sys
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
sys.stdin.buffer.read()
os.killpg(0, signal.SIGKILL)
"""
WORKER = "import sys; sys.path[:] = {path!r}; from proofs.run.workers import serve; serve()"
LAST_WORDS = 2.0
"""Seconds that a process which no longer answers is given to end by itself, so that it can be said how it ended."""


class DiedError(Exception):
    """The worker ended in the midst of a call."""


class RaisedError(Exception):
    """The call raised, with the traceback: a fault of ours, or of a process that a guest has put out of order."""


class LateError(Exception):
    """The call took longer than it may, and its worker was stopped."""


class Worker:
    """One process, in a process group where it is given one."""

    def __init__(self, prepare: Callable[[], Any], group: int | None = None) -> None:
        """Start it and let it `prepare`; raises SurroundingsError where it ends before anything else was asked of it."""
        code = WORKER.format(path=[os.path.abspath(entry) for entry in sys.path])
        flags = [*(f"-W{option}" for option in sys.warnoptions), *(["-B"] if sys.dont_write_bytecode else [])]
        environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
        try:
            self.process = Popen(
                [sys.executable, *flags, "-c", code], stdin=PIPE, stdout=PIPE, env=environment, process_group=group
            )
        except OSError as error:
            raise SurroundingsError(
                f"a worker process cannot be started ({error}); what was found before is kept"
            ) from error
        try:
            self.ask(prepare)
        except DiedError as error:
            raise SurroundingsError(
                f"a worker process ended before it could begin, {error}; what was found before is kept"
            ) from error

    def ask(self, call: Callable[..., Any], *arguments: Any, seconds: float | None = None) -> Any:
        """What `call` returns over there.

        Raises RaisedError where it raises, DiedError where the process ends instead or says what cannot be understood, and
        LateError after so many seconds.
        """
        asked, late = pickle.dumps((call, arguments)), threading.Event()
        clock = threading.Timer(seconds or 0, lambda: (late.set(), self.process.kill()))
        clock.daemon = True
        try:
            if seconds:
                clock.start()
            pickle.dump(asked, self._pipe("stdin"))
            self._pipe("stdin").flush()
            answer, raised = pickle.load(self._pipe("stdout"))
        except Exception as error:  # the end of the pipe, or anything that may come of bytes that are no answer
            ended = self.end()
            raise LateError(f"stopped after {seconds:g} s") if late.is_set() else DiedError(ended) from error
        finally:
            clock.cancel()
        if raised is not None:
            raise RaisedError(raised)
        return answer

    def end(self) -> str:
        """End it, if it does not by itself, and say how it ended."""
        for pipe in ("stdin", "stdout"):
            with suppress(OSError):  # what it did not hear any more
                self._pipe(pipe).close()
        try:
            self.process.wait(LAST_WORDS)
        except TimeoutExpired:
            self.process.kill()
        code = self.process.wait()
        return f"by signal {-code}" if code < 0 else f"with exit code {code}"

    def _pipe(self, name: str) -> BinaryIO:
        return getattr(self.process, name)


class Pool:
    """At most `width` workers, each with a thread here that waits for it; a context, at the end of which none is left."""

    def __init__(self, width: int, prepare: Callable[[], Any]) -> None:
        """Each worker calls `prepare` before anything else, outside of what a call may take."""
        self._threads, self._prepare = ThreadPoolExecutor(width), prepare
        self._own = threading.local()
        self._keeper = self._kept() if GROUPS else None
        self._workers: list[Worker] = []

    @staticmethod
    def _kept() -> Popen[bytes]:
        try:
            command = [sys.executable, "-I", "-S", "-c", KEEPER]
            return Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, process_group=0)
        except OSError as error:
            raise SurroundingsError(f"a worker process cannot be started ({error})") from error

    def submit(
        self, call: Callable[..., Any], *arguments: Any, seconds: float | None = None, of: Hashable = None
    ) -> Future[Any]:
        """`call(*arguments)` in a worker that has only worked for the same `of` before; see `Worker.ask` and `Worker`."""
        return self._threads.submit(self.ask, call, *arguments, seconds=seconds, of=of)

    def ask(self, call: Callable[..., Any], *arguments: Any, seconds: float | None = None, of: Hashable = None) -> Any:
        """The same at once, in the worker of this thread."""
        worker = getattr(self._own, "worker", None)
        if worker is None or worker.process.poll() is not None or self._own.of != of:
            if worker is not None:
                worker.end()
            self._own.worker = worker = Worker(self._prepare, self._keeper.pid if self._keeper else None)
            self._own.of = of
            self._workers.append(worker)
        return worker.ask(call, *arguments, seconds=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait()
        for worker in self._workers:
            worker.process.kill()
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()


def serve() -> None:
    """Answer calls until there are no more, or nobody is left to ask. What is called cannot speak in our place."""
    calls, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2 if sys.stderr is not None else nothing, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C is for the parent
    if GROUPS:  # a fork would hold our pipes open
        os.register_at_fork(after_in_child=lambda: (os.dup2(nothing, calls), os.dup2(nothing, answers)))
    process, asked = os.getpid(), SimpleQueue[bytes]()
    threading.Thread(target=_listen, args=(calls, asked), daemon=True).start()
    with os.fdopen(answers, "wb", closefd=False) as mouth:
        while True:
            answer = _answer(asked.get())
            if os.getpid() != process:  # a fork that came back in our place
                os._exit(1)
            _say(mouth, answer)


def _listen(calls: int, asked: SimpleQueue[bytes]) -> None:
    """Take in calls, until the end of the pipe tells that the parent is gone."""
    with os.fdopen(calls, "rb", closefd=False) as ear:
        try:
            while True:
                asked.put(pickle.load(ear))
        except EOFError:
            os._exit(0)


def _answer(asked: bytes) -> bytes:
    """(what the call returned, the traceback where it raised)."""
    try:
        call, arguments = pickle.loads(asked)
        return pickle.dumps((call(*arguments), None))
    except BaseException as error:
        try:
            return pickle.dumps((None, traceback.format_exc()))
        except BaseException:  # nothing works any more
            return pickle.dumps((None, type(error).__name__))


def _say(mouth: BinaryIO, message: bytes) -> None:
    mouth.write(message)
    mouth.flush()
