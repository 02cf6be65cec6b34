"""Two sides timed in turns, and the row of the table that they make."""

import time
from collections.abc import Callable


def race(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 3) -> tuple[float, float]:
    """Seconds of both, in turns, the best of each after one turn to warm up."""
    best = [float("inf"), float("inf")]
    for turn in range(rounds + 1):
        for side, run in enumerate((ours, peer)):
            start = time.perf_counter()
            run()
            if turn:
                best[side] = min(best[side], time.perf_counter() - start)
    return best[0], best[1]


def row(work: str, ours: float, name: str, peer: float, required: str, stretch: str) -> tuple[str, ...]:
    """A line of the table from seconds."""
    return (work, f"{ours:.3g} s", f"{name} {peer:.3g} s", f"{peer / ours:.1f}x", required, stretch)
