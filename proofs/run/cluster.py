"""Evidence on a Dask cluster: there too each piece runs in a process of its own, as it would here, with the same ends.

A worker of the cluster hands its tasks on to processes that it keeps for them, so evidence that prints, exits, takes for
ever or ends its process meets what it meets here. What is the cluster's own is the surroundings': a scheduler that is gone,
or one whose last worker is, ends the run, and what had come back is kept.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from proofs.core.outcome import Finding
from proofs.run.surroundings import SurroundingsError
from proofs.run.workers import Pool

if TYPE_CHECKING:
    from proofs.run.runner import Task

Job = TypeVar("Job")
Done = TypeVar("Done")
REACHED, LOOK, EMPTY = 10.0, 2.0, 20.0
"""Seconds until a scheduler must have answered, between two looks at it, and for which it may be without any worker."""


def on_cluster(address: str, tasks: list[Task]) -> Iterator[tuple[Task, Finding]]:
    """Finished tasks in the order of finishing.

    Raises ValueError for a cluster that cannot be reached, SurroundingsError for one that is lost.
    """
    from proofs.run.runner import settled

    yield from spread(address, tasks, there, settled)


def spread(
    address: str,
    jobs: Sequence[Job],
    there: Callable[[Job], Done],
    settled: Callable[
        [Iterable[Future[Done]], Mapping[Future[Done], Job], Callable[[Job], Done]], Iterator[tuple[Job, Done]]
    ],
) -> Iterator[tuple[Job, Done]]:
    """`there(job)` on the workers of a cluster; `settled` makes of the futures, as they are done, what comes of each job.

    Raises ValueError for a cluster that cannot be reached, SurroundingsError for one that is lost.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        expected = "the extra blurproof[cluster] to be installed"
        raise ValueError(f"--cluster: expected {expected}, got no `distributed`") from error
    try:
        client = Client(address, timeout=REACHED)
    except (OSError, ValueError) as error:
        raise ValueError(f"--cluster: expected the address of a Dask scheduler, got {address!r}") from error
    levels = {name: logging.getLogger(name).level for name in ("distributed", "distributed.client")}
    for name in levels:  # what is lost is said once, by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        executor = client.get_executor(pure=False)  # a task that is run again must not be answered from memory
        flying: dict[Future[Done], Job] = {executor.submit(there, job): job for job in jobs}

        def again(job: Job) -> Done:
            (future,) = _watched(client, [executor.submit(there, job)])
            return future.result()

        yield from settled(_watched(client, flying), flying, again)
    except KilledWorker as error:
        raise SurroundingsError(
            f"the cluster at {address} loses its workers ({error}); what was found before is kept"
        ) from error
    except CancelledError as error:
        raise SurroundingsError(f"the scheduler at {address} is gone; what was found before is kept") from error
    finally:
        client.close(timeout=LOOK)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _watched(client: Any, flying: Collection[Future[Done]]) -> Iterator[Future[Done]]:
    """The futures as they are done, as long as there is somebody to do them."""
    waiting, empty = set(flying), 0.0
    while waiting:
        done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
        yield from done
        empty = 0.0 if done or _workers(client) else empty + LOOK
        if empty >= EMPTY:
            raise SurroundingsError(
                f"the cluster at {client.scheduler.address} has no worker left; what was found before is kept"
            )


def _workers(client: Any) -> int:
    """How many workers the scheduler has; raises SurroundingsError where it does not say so."""
    try:
        return len(client.sync(client.scheduler.ncores, callback_timeout=REACHED))
    except (OSError, RuntimeError) as error:
        raise SurroundingsError(
            "the scheduler of the cluster does not answer any more; what was found before is kept"
        ) from error


def there(task: Task) -> Finding:
    """One task, in a process of this worker's; raises what `Worker.ask` does."""
    from proofs.run.runner import prepare, work

    if not task.found.path.is_file():
        raise SurroundingsError(f"the cluster's worker on {socket.gethostname()} has no file {task.found.path}")
    return pool(prepare).ask(work, task, seconds=task.seconds, of=task.guest)


@cache
def pool(prepare: Callable[[], Any]) -> Pool:
    """Of this process, until it ends: one process for each of its threads that asks."""
    return Pool(1, prepare)
