"""Who is left: the processes of a command, told by a mark in their environment that they inherit (Linux)."""

from __future__ import annotations

import os
import signal
import time
import uuid
from pathlib import Path


def hears() -> None:
    """Before a command begins, as its `preexec_fn`: it is to be killed by what whoever runs the tests may have it ignore."""
    for each in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)


def mark() -> dict[str, str]:
    """An environment for a command whose processes are to be found again."""
    return {**os.environ, "BLURPROOF_MARK": uuid.uuid4().hex}


def living(environment: dict[str, str]) -> list[int]:
    """The processes that have this environment's mark, but for those that have ended and are not yet collected."""
    wanted, found = f"BLURPROOF_MARK={environment['BLURPROOF_MARK']}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def left_after(environment: dict[str, str], seconds: float) -> list[int]:
    """Those that still live when none does, or after so many seconds."""
    until = time.monotonic() + seconds
    while (left := living(environment)) and time.monotonic() < until:
        time.sleep(0.05)
    return left
