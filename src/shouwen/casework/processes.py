"""One piece of work by several processes (多进程处理).

Imports nothing of the bank: a new process finds its first function here before the models can be loaded.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

import django

Part = TypeVar("Part")
Result = TypeVar("Result")

WAITING = 2
"""Parts a process that lie ready, so that none stands idle and no long file is held in memory."""


def spread(work: Callable[[Part], Result], parts: Iterable[Part], processes: int) -> Iterator[Result]:
    """What `work` makes of each part, in the order of the parts. One process means this one.

    `work`, parts and results go between processes: they must pickle. What is raised in one is raised here, and no further
    part is begun; those under way are finished first, also on Ctrl-C.
    """
    if processes < 2:
        yield from map(work, parts)
        return
    coming = iter(parts)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin) as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            ahead.extend(pool.submit(work, part) for part in islice(coming, processes * WAITING))
            while ahead:
                yield ahead.popleft().result()
                ahead.extend(pool.submit(work, part) for part in islice(coming, 1))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the first process decides what it means
    django.setup()
