"""Waiting items → batches → a worker thread.

The policy: an idle worker takes what waits at once, so an idle service adds no delay; while all workers are busy, work
gathers, and the next free worker takes up to ``max_batch`` items of the kind that has waited longest. The queue is
bounded in items and bytes. Whoever stops waiting, by deadline or hang-up, leaves the queue before work is spent on it.
"""

import asyncio
import itertools
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service import timing
from service.errors import NotReady, QueueFull
from service.metrics import Metrics

Array = NDArray[Any]
Work = Callable[[Array], Array]
"""Maps a batch [n, ...] to results [n, ...], item by item."""


@dataclass(slots=True, eq=False)
class _Job:
    item: Array
    number: int
    future: asyncio.Future[Array]
    arrived: float = field(default_factory=time.perf_counter)
    started: float = 0.0


class Batcher:
    """Runs items through ``Work``, together where they can be: same work, same shape, same dtype."""

    def __init__(self, workers: int, max_batch: int, max_items: int, max_bytes: int, metrics: Metrics) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="inference")
        self._workers, self._idle = workers, workers
        self._max_batch, self._max_items, self._max_bytes = max_batch, max_items, max_bytes
        self._metrics = metrics
        self._numbers = itertools.count()
        self._waiting: dict[tuple[Work, tuple[int, ...], str], deque[_Job]] = {}
        self._items = self._bytes = 0
        self._seconds_per_item = 0.001
        self._closed = False
        self._settled = asyncio.Event()

    async def run(self, work: Work, item: Array) -> Array:
        """The result of ``work`` on one item [...]. Cancel it to leave the queue.

        Raises QueueFull where too much waits already, NotReady once closed, and whatever ``work`` raises.
        """
        self._admit(item)
        job = _Job(item, next(self._numbers), asyncio.get_running_loop().create_future())
        key = (work, item.shape, item.dtype.str)
        self._waiting.setdefault(key, deque()).append(job)
        self._count(1, item.nbytes)
        self._dispatch()
        try:
            result = await job.future
            timing.add("queue", job.started - job.arrived)
            timing.add("inference", time.perf_counter() - job.started)
            return result
        except asyncio.CancelledError:
            queue = self._waiting.get(key, ())
            if job in queue:
                self._waiting[key].remove(job)
                self._count(-1, -item.nbytes)
                self._metrics.abandoned.inc()
            raise

    async def close(self) -> None:
        """Takes no more work, finishes what is in flight, and ends the worker threads."""
        self._closed = True
        self._settle()
        await self._settled.wait()
        self._pool.shutdown()

    def _admit(self, item: Array) -> None:
        if self._closed:
            raise NotReady("the service is shutting down")
        if self._items >= self._max_items or self._bytes + item.nbytes > self._max_bytes:
            seconds = math.ceil(self._items * self._seconds_per_item / self._workers)
            raise QueueFull(f"{self._items} images are waiting already", retry_after=max(1, seconds))

    def _count(self, items: int, size: int) -> None:
        self._items += items
        self._bytes += size
        self._metrics.queue_items.set(self._items)
        self._metrics.queue_bytes.set(self._bytes)

    def _dispatch(self) -> None:
        while self._idle and self._items:
            key = min(
                (key for key, jobs in self._waiting.items() if jobs), key=lambda key: self._waiting[key][0].number
            )
            queue = self._waiting[key]
            jobs = [queue.popleft() for _ in range(min(len(queue), self._max_batch))]
            if not queue:
                del self._waiting[key]
            self._count(-len(jobs), -sum(job.item.nbytes for job in jobs))
            self._idle -= 1
            self._metrics.busy_workers.set(self._workers - self._idle)
            now = time.perf_counter()
            for job in jobs:
                job.started = now
            batch = asyncio.get_running_loop().run_in_executor(self._pool, _run, key[0], [job.item for job in jobs])
            batch.add_done_callback(partial(self._finish, jobs))

    def _finish(self, jobs: list[_Job], done: "asyncio.Future[Array]") -> None:
        seconds = time.perf_counter() - jobs[0].started
        self._seconds_per_item += 0.1 * (seconds / len(jobs) - self._seconds_per_item)
        self._idle += 1
        self._metrics.busy_workers.set(self._workers - self._idle)
        self._metrics.batch_size.observe(len(jobs))
        error = done.exception()
        for index, job in enumerate(jobs):
            if job.future.done():
                continue
            if error:
                job.future.set_exception(error)
            else:
                job.future.set_result(done.result()[index])
        self._dispatch()
        self._settle()

    def _settle(self) -> None:
        if self._closed and not self._items and self._idle == self._workers:
            self._settled.set()


def _run(work: Work, items: list[Array]) -> Array:
    return work(np.stack(items))
