"""Processes that share long work."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor


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
