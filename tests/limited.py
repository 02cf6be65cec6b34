"""Code run in a process of its own, which may take only so much time and memory."""

import os
import resource
import subprocess
import sys


def printed(code: str, *, seconds: float = 60, gigabytes: float = 3) -> str:
    """What `code` prints; raises AssertionError with the last line of its complaint where it fails or takes too much."""

    def cap() -> None:
        most = int(gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, preexec_fn=cap, env=one_thread, check=False
        )
    except subprocess.TimeoutExpired:
        raise AssertionError(f"nothing after {seconds} s") from None
    assert done.returncode == 0, (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    return done.stdout.strip()
