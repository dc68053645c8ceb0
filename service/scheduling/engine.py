"""What runs next: items that wait → batches, and work → steps, on worker threads.

Batches form while their workers are busy; what arrives in one turn of the event loop goes together, and an idle service
makes nobody wait. Of the photos, the one whose caller has had the least time gets the next step. Between two steps
whoever has left, or has run out of time, is gone: it is the request's own task that asks for the next step.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from hourglass.errors import NotReady, QueueFull
from hourglass.models.work import NOTHING, Batchable, Work
from service import timing
from service.metrics import Metrics
from service.scheduling.batches import Array, Batches, Item, Kind, run_batch
from service.scheduling.pool import Pool, Run, failed
from service.scheduling.recovery import Backend, Recovery
from service.scheduling.tasks import Task
from service.scheduling.turns import Turns
from service.scheduling.waiting import Waiting
from service.scheduling.workers import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Done:
    """What work has come to."""

    result: Any


Asked = Batchable | None | _Done
"""What work yields, or has come to."""


@dataclass(slots=True, eq=False)
class _Step(Waiting):
    """The next step of ``work``; it ``goes_on`` where it was run, somebody waits, and there is more to do."""

    task: Task
    work: Work[Any]
    run: Run | None = None
    goes_on: bool = False


class Engine:
    """Runs items through models, together where they can be, and work step by step."""

    def __init__(
        self, cores: int, max_batch: int, max_items: int, metrics: Metrics, stall_seconds: float = 30.0
    ) -> None:
        """``max_items`` may wait for a batch; a batch or a step longer than ``stall_seconds`` is taken never to end."""
        self._cores, self._max_items, self._metrics = cores, max_items, metrics
        self._pool = Pool(cores, stall_seconds, metrics, self._dispatch_soon, self._tried)
        self._batches, self._steps = Batches(max_batch), Turns[_Step]()
        self._sweeper = Worker()
        self._awaited = 0
        self._closed = False
        self._settled = asyncio.Event()
        metrics.queue_items.set_function(lambda: len(self._batches) + len(self._steps))

    @property
    def recovery(self) -> Recovery:
        return self._pool.recovery

    async def do(self, task: Task, work: Work[T]) -> T:
        """The result of ``work``. Cancel it, and no more of it is done than the step in hand.

        What the work does before its first yield, and between batches, is short and runs here, on the event loop. From
        where it yields None on, all runs on workers; what ``task`` holds, it holds until they have let go of it, too.
        Raises as ``run``, and what the work raises.
        """
        with timing.measured("decode"):
            asked = _advance(work)
        while isinstance(asked, Batchable):
            results = await self._batched(asked)
            with timing.measured("encode"):
                asked = _advance(work, results)
        if asked is None:
            self._begin()
            try:
                while not isinstance(asked, _Done):
                    asked = await self._stepped(_Step(task, work))
            finally:
                self._end()
        result: T = asked.result
        return result

    async def run(self, backend: Backend, function: Callable[[Any, Array], Any], value: Array) -> Array:
        """The result of ``function`` on one item [...], in a batch. Cancel it to leave the queue.

        Raises QueueFull where too much waits already, NotReady once closed, and ModelFailed if the batch fails.
        """
        if len(self._batches) >= self._max_items:
            seconds = math.ceil(self._batches.seconds / self._cores)
            raise QueueFull(f"{len(self._batches)} images are waiting already", retry_after=max(1, seconds))
        self._begin()
        kind, item = Kind(backend, function, value.shape, value.dtype.str), Item(value)
        self._batches.join(kind, item)
        self._dispatch_soon()  # once those that arrived together have joined, too
        try:
            result: Array = await item.future
        except asyncio.CancelledError:
            self._metrics.abandoned.inc(self._batches.leave(kind, item))
            raise
        finally:
            self._end()
        timing.overlapped("queue", item.started - item.arrived)
        timing.overlapped("inference", time.perf_counter() - item.started)
        return result

    async def close(self) -> None:
        """Takes no more work, finishes what somebody waits for, and ends the worker threads."""
        self._closed = True
        self._settle()
        await self._settled.wait()
        self._pool.close()
        self._sweeper.dismiss()

    async def _batched(self, asked: Batchable) -> Array:
        """The results of all items. If one fails, the rest leave the queue."""
        if len(asked.items) == 1:
            result: Array = await self.run(asked.model, asked.function, asked.items[0])
            return result[None]
        waiting = [asyncio.ensure_future(self.run(asked.model, asked.function, item)) for item in asked.items]
        try:
            return np.stack(await asyncio.gather(*waiting))
        finally:
            for item in waiting:
                item.cancel()

    async def _stepped(self, step: _Step) -> Asked:
        """What ``step`` comes to. If nobody waits for that any more, its work is closed."""
        step.task.hold.keep()
        self._steps.add(step.task.caller, step)
        self._dispatch_soon()  # once those whose steps have just ended have come back
        try:
            asked: Asked = await step.future
        except asyncio.CancelledError:
            if self._steps.remove(step.task.caller, step):
                self._close(step)
            elif step.goes_on:  # it has ended, but there it ends
                step.task.hold.keep()
                self._close(step)
            elif step.run and step.left:
                self._pool.drop(step.run)
            raise
        timing.add("queue", step.started - step.arrived)
        timing.add("inference", time.perf_counter() - step.started)
        return asked

    def _dispatch_soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        ready = self.recovery.well
        while self._pool.free("batch") and (batch := self._batches.next(ready)):
            self._start_batch(*batch)
        while self._pool.free("step") and (step := self._steps.next(lambda step: ready(step.task.model))):
            self._start_step(step)

    def _start_batch(self, kind: Kind, items: list[Item]) -> None:
        for item in items:
            item.started = time.perf_counter()
        self._metrics.batch_size.observe(len(items))

        def settle(outcome: object, seconds: float) -> None:
            results = outcome if isinstance(outcome, list) else [outcome] * len(items)
            if results is outcome:
                self._batches.took(kind, len(items), seconds)
            for item, result in zip(items, results, strict=True):
                item.settle(result)

        self._pool.start(Run("batch", kind.backend, lambda: run_batch(kind, items), settle))

    def _start_step(self, step: _Step) -> None:
        step.started = time.perf_counter()

        def settle(outcome: object, seconds: float) -> None:
            step.task.spent += seconds
            self._steps.charge(step.task.caller, seconds)
            step.goes_on = not isinstance(outcome, _Done | Exception) and not step.left
            step.settle(outcome)

        def ended() -> None:
            if step.goes_on:
                step.task.hold.let_go()
            else:
                self._close(step)

        step.run = Run("step", step.task.model, lambda: _advance(step.work, NOTHING, alone=True), settle, ended)
        self._pool.start(step.run)

    def _tried(self, backend: Backend) -> None:
        """A rebuilt model takes its work up again; who waits for one that cannot be rebuilt is told so."""
        if not self.recovery.well(backend):
            for item in self._batches.all(backend):
                item.settle(failed(backend))
            for step in self._steps.all(lambda step: step.task.model is backend):
                step.settle(failed(backend))
                self._close(step)
        self._dispatch_soon()

    def _close(self, step: _Step) -> None:
        """Has the work of ``step`` let go of its memory, on a thread: that takes its time. Only then is it not held."""

        def sweep() -> None:
            step.work.close()
            step.task.hold.let_go()

        self._sweeper.submit(sweep)

    def _begin(self) -> None:
        if self._closed:
            raise NotReady("the service is shutting down")
        self._awaited += 1

    def _end(self) -> None:
        self._awaited -= 1
        self._settle()

    def _settle(self) -> None:
        if self._closed and not self._awaited:
            self._settled.set()


def _advance(work: Work[Any], results: Array | None = None, alone: bool = False) -> Asked:
    """Sends ``results`` to ``work``; nothing to begin it. ``alone``, no batch is waited for: it goes by itself."""
    try:
        asked = next(work) if results is None else work.send(results)
        while alone and asked:
            asked = work.send(asked.run())
    except StopIteration as done:
        return _Done(done.value)
    return asked
