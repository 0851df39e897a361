"""Processes that share long work."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")


def shared(
    work: Callable[[J], R], jobs: Sequence[J], workers: int, begin: Callable[[], None] | None = None
) -> Iterator[tuple[int, R]]:
    """Results as they come, each with the number of its job; what was not begun is left once one fails.

    Args:
        work: importable by name.
        jobs: what each is given.
        workers: processes that share it; for one, all is done in this process.
        begin: what each does first; importable by name.
    """
    if workers <= 1:
        if begin is not None:
            begin()
        for number, job in enumerate(jobs):
            yield number, work(job)
        return
    with worker_pool(workers, begin) as pool:
        numbers = {pool.submit(work, job): number for number, job in enumerate(jobs)}
        try:
            for done in as_completed(numbers):
                yield numbers[done], done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def worker_pool(workers: int, begin: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Workers that end as soon as the process that asked for them does, however that ends.

    They are started anew and not forked: threads of libraries do not survive a fork.

    Args:
        workers: how many, 1 or more.
        begin: what each does first; importable by name.
    """
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(begin,))


def _begin(begin: Callable[[], None] | None) -> None:
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    if begin is not None:
        begin()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
