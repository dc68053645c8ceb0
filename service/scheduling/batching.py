"""Waiting items → batches → a worker thread.

The policy: an idle worker takes what waits at once, so an idle service adds no delay; what arrives in one turn of the
event loop goes together; while all workers are busy, work gathers, and the next free worker takes up to ``max_batch``
items of the kind that has waited longest. A call that shares no batch, as that for a photo, waits in the same queue.
The queue is bounded. Whoever stops waiting, by deadline or hang-up, leaves the queue before work is spent on it. A
batch that raises or never returns fails alone: its worker is replaced, its model rebuilt, and the rest goes on.
"""

import asyncio
import itertools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from hourglass.errors import HourglassError, ModelFailed, NotReady, QueueFull
from service import timing
from service.metrics import Metrics, Reason
from service.scheduling.recovery import Backend, Recovery
from service.scheduling.workers import Worker

log = structlog.get_logger(name="hourglass.batching")

Array = NDArray[Any]
B = TypeVar("B", bound=Backend)
T = TypeVar("T")

_NO_ITEM = np.empty(0)


class _Kind(NamedTuple):
    """What may share a batch. ``work`` maps a backend and a batch [n, ...] to results [n, ...], item by item."""

    backend: Backend
    work: Callable[[Any, Array], Iterable[Any]]
    shape: tuple[int, ...]
    dtype: str


@dataclass(slots=True, eq=False)
class _Job:
    item: Array
    number: int
    future: asyncio.Future[Any]
    arrived: float = field(default_factory=time.perf_counter)
    started: float = 0.0


@dataclass(slots=True, eq=False)
class _Batch:
    kind: _Kind
    jobs: list[_Job]
    worker: Worker
    stall: asyncio.TimerHandle | None = None
    given_up: bool = False

    def run(self) -> list[Any]:
        results = list(self.kind.work(self.kind.backend, np.stack([job.item for job in self.jobs])))
        if len(results) != len(self.jobs):
            raise ValueError(f"{len(results)} results for a batch of {len(self.jobs)}")
        return results


class Batcher:
    """Runs items through a model, together where they can be: same model, same work, same shape, same dtype."""

    def __init__(
        self, workers: int, max_batch: int, max_items: int, metrics: Metrics, stall_seconds: float = 30.0
    ) -> None:
        """``stall_seconds``: a batch that runs longer is taken never to return."""
        self._max_batch, self._max_items, self._stall_seconds = max_batch, max_items, stall_seconds
        self._metrics = metrics
        self._workers = workers
        metrics.queue_items.set_function(lambda: self._items)
        metrics.busy_workers.set_function(lambda: workers - len(self._idle))
        self._idle = [Worker() for _ in range(workers)]
        self._numbers = itertools.count()
        self._waiting: dict[_Kind, deque[_Job]] = {}
        self._items = self._awaited = 0
        self._seconds_per_item = 0.001
        self._closed = False
        self._settled = asyncio.Event()
        self.recovery = Recovery(metrics)

    async def run(self, backend: B, work: Callable[[B, Array], Array], item: Array) -> Array:
        """The result of ``work`` on one item [...]. Cancel it to leave the queue.

        Raises QueueFull where too much waits already, NotReady once closed, and ModelFailed if the batch fails.
        """
        done = await self._done(_Kind(backend, work, item.shape, item.dtype.str), item)
        result: Array = done.result()
        return result

    async def run_alone(self, backend: B, call: Callable[[B], T]) -> T:
        """The result of one call, which shares no batch with another. Cancel it to leave the queue.

        Raises as ``run`` does, and what ``call`` does of Hourglass's own errors: of its input, not of the backend.
        """
        kind = _Kind(backend, lambda backend, _: [call(backend)], _NO_ITEM.shape, _NO_ITEM.dtype.str)  # no other's
        done = await self._done(kind, _NO_ITEM)
        result: T = done.result()
        return result

    async def _done(self, kind: _Kind, item: Array) -> asyncio.Future[Any]:
        self._admit()
        job = _Job(item, next(self._numbers), asyncio.get_running_loop().create_future())
        self._waiting.setdefault(kind, deque()).append(job)
        self._items += 1
        self._awaited += 1
        asyncio.get_running_loop().call_soon(self._dispatch)  # once those that arrived together have joined, too
        try:
            await job.future
        except asyncio.CancelledError:
            if job in self._waiting.get(kind, ()):
                self._leave(kind, job)
            raise
        finally:
            self._awaited -= 1
            self._settle()
        timing.overlapped("queue", job.started - job.arrived)
        timing.overlapped("inference", time.perf_counter() - job.started)
        return job.future

    async def close(self) -> None:
        """Takes no more work, finishes what somebody waits for, and ends the worker threads."""
        self._closed = True
        self._settle()
        await self._settled.wait()
        while self._idle:
            self._idle.pop().dismiss()

    def _admit(self) -> None:
        if self._closed:
            raise NotReady("the service is shutting down")
        if self._items >= self._max_items:
            seconds = math.ceil(self._items * self._seconds_per_item / self._workers)
            raise QueueFull(f"{self._items} images are waiting already", retry_after=max(1, seconds))

    def _leave(self, kind: _Kind, job: _Job) -> None:
        self._waiting[kind].remove(job)
        if not self._waiting[kind]:
            del self._waiting[kind]
        self._items -= 1
        self._metrics.abandoned.inc()

    def _next(self) -> _Kind | None:
        ready = [kind for kind in self._waiting if kind.backend not in self.recovery]
        return min(ready, key=lambda kind: self._waiting[kind][0].number, default=None)

    def _dispatch(self) -> None:
        while self._idle and (kind := self._next()):
            queue = self._waiting[kind]
            jobs = [queue.popleft() for _ in range(min(len(queue), self._max_batch))]
            if not queue:
                del self._waiting[kind]
            self._items -= len(jobs)
            self._start(_Batch(kind, jobs, self._idle.pop()))

    def _start(self, batch: _Batch) -> None:
        loop = asyncio.get_running_loop()
        now = time.perf_counter()
        for job in batch.jobs:
            job.started = now
        self._metrics.batch_size.observe(len(batch.jobs))

        def call() -> None:
            try:
                outcome: list[Any] | Exception = batch.run()
            except Exception as error:  # a session raises whatever it likes; the batch fails, not the worker
                outcome = error
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._finish, batch, outcome)

        batch.stall = loop.call_later(self._stall_seconds, self._give_up, batch)
        batch.worker.submit(call)

    def _finish(self, batch: _Batch, outcome: list[Any] | Exception) -> None:
        if batch.given_up:
            return
        if batch.stall:
            batch.stall.cancel()
        if isinstance(outcome, HourglassError):
            _refuse(batch.jobs, outcome)
        elif isinstance(outcome, Exception):
            log.error("a batch failed", model=batch.kind.backend.name, exc_info=outcome)
            self._fail(batch, "error")
        else:
            seconds = time.perf_counter() - batch.jobs[0].started
            self._seconds_per_item += 0.1 * (seconds / len(batch.jobs) - self._seconds_per_item)
            for job, result in zip(batch.jobs, outcome, strict=True):
                if not job.future.done():
                    job.future.set_result(result)
        self._release(batch.worker)

    def _give_up(self, batch: _Batch) -> None:
        batch.given_up = True
        batch.worker.dismiss()
        batch.kind.backend.stop()
        self._fail(batch, "stall")
        self._release(Worker())

    def _release(self, worker: Worker) -> None:
        if self._settled.is_set():
            worker.dismiss()
            return
        self._idle.append(worker)
        self._dispatch()

    def _fail(self, batch: _Batch, reason: Reason) -> None:
        _refuse(batch.jobs, _failed(batch.kind.backend))
        self.recovery.begin(batch.kind.backend, reason, self._tried)

    def _tried(self, backend: Backend) -> None:
        """A rebuilt backend takes its work up again; who waits for one that cannot be rebuilt is told so."""
        if backend in self.recovery:
            for kind in [kind for kind in self._waiting if kind.backend is backend]:
                jobs = self._waiting.pop(kind)
                self._items -= len(jobs)
                _refuse(jobs, _failed(backend))
        self._dispatch()

    def _settle(self) -> None:
        if self._closed and not self._awaited:
            self._settled.set()


def _failed(backend: Backend) -> ModelFailed:
    return ModelFailed(f"{backend.name} failed and is being loaded anew; try again")


def _refuse(jobs: Iterable[_Job], error: Exception) -> None:
    for job in jobs:
        if not job.future.done():
            job.future.set_exception(error)
