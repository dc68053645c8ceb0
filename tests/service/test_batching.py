"""The queue: batches while busy, no wait when idle, bounded, and free of work that nobody waits for any more."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest

from service.batching import Array, Batcher
from service.errors import NotReady, QueueFull
from service.metrics import Metrics

ONE = np.ones(3, np.float32)


class Gate:
    """Work that doubles its batch once the gate is open, and tells what it was given."""

    def __init__(self) -> None:
        self.batches: list[Array] = []
        self.entered = threading.Event()
        self._open = threading.Event()

    def __call__(self, batch: Array) -> Array:
        self.batches.append(batch)
        self.entered.set()
        self._open.wait()
        return 2 * batch

    def open(self) -> None:
        self._open.set()

    @property
    def sizes(self) -> list[int]:
        return [len(batch) for batch in self.batches]


class Broken(Exception):
    pass


def broken(batch: Array) -> Array:
    raise Broken


def make(workers: int = 1, max_batch: int = 8, max_items: int = 100, max_bytes: int = 1 << 20) -> Batcher:
    return Batcher(workers, max_batch, max_items, max_bytes, Metrics())


async def start(work: Coroutine[Any, Any, Array]) -> "asyncio.Task[Array]":
    """``work`` as a task that has joined the queue."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    return task


async def occupy(batcher: Batcher, gate: Gate) -> "asyncio.Task[Array]":
    """Keeps one worker busy until the gate is opened."""
    task = await start(batcher.run(gate, ONE))
    await asyncio.to_thread(gate.entered.wait)
    return task


def test_idle_service_waits_for_nobody() -> None:
    async def scenario() -> None:
        batcher, gate = make(), Gate()
        gate.open()
        for _ in range(3):
            assert np.array_equal(await batcher.run(gate, ONE), 2 * ONE)
        assert gate.sizes == [1, 1, 1]
        await batcher.close()

    asyncio.run(scenario())


def test_batches_form_while_the_worker_is_busy() -> None:
    async def scenario() -> None:
        batcher, gate = make(max_batch=4), Gate()
        first = await occupy(batcher, gate)
        rest = [await start(batcher.run(gate, number * ONE)) for number in range(6)]
        gate.open()
        await first
        results = await asyncio.gather(*rest)
        assert gate.sizes == [1, 4, 2]
        assert [float(result[0]) for result in results] == [0, 2, 4, 6, 8, 10]
        await batcher.close()

    asyncio.run(scenario())


def test_each_worker_takes_a_batch() -> None:
    async def scenario() -> None:
        batcher, gates = make(workers=2), (Gate(), Gate())
        tasks = [await occupy(batcher, gate) for gate in gates]
        for gate in gates:
            gate.open()
        await asyncio.gather(*tasks)
        await batcher.close()

    asyncio.run(scenario())


def test_only_like_shapes_kinds_and_works_go_together() -> None:
    async def scenario() -> None:
        batcher, gate, other = make(), Gate(), Gate()
        other.open()
        first = await occupy(batcher, gate)
        wide, whole = np.ones(5, np.float32), np.ones(3, np.int32)
        rest = [await start(batcher.run(gate, item)) for item in (ONE, wide, ONE, whole, wide)]
        rest.append(await start(batcher.run(other, ONE)))
        gate.open()
        await asyncio.gather(first, *rest)
        assert [(batch.shape, batch.dtype.name) for batch in gate.batches] == [
            ((1, 3), "float32"),
            ((2, 3), "float32"),
            ((2, 5), "float32"),
            ((1, 3), "int32"),
        ]
        assert other.sizes == [1]
        await batcher.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(("max_items", "max_bytes"), [(2, 1 << 20), (100, 2 * ONE.nbytes)], ids=["items", "bytes"])
def test_queue_is_bounded(max_items: int, max_bytes: int) -> None:
    async def scenario() -> None:
        batcher, gate = make(max_items=max_items, max_bytes=max_bytes), Gate()
        running = await occupy(batcher, gate)
        waiting = [await start(batcher.run(gate, ONE)) for _ in range(2)]
        with pytest.raises(QueueFull) as caught:
            await batcher.run(gate, ONE)
        assert caught.value.retry_after >= 1
        gate.open()
        await asyncio.gather(running, *waiting)
        await batcher.run(gate, ONE)
        await batcher.close()

    asyncio.run(scenario())


def test_who_stops_waiting_leaves_before_work_is_spent() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        batcher, gate = Batcher(1, 8, 2, 1 << 20, metrics), Gate()
        running = await occupy(batcher, gate)
        leaves, stays = [await start(batcher.run(gate, number * ONE)) for number in (7, 5)]
        leaves.cancel()
        await asyncio.sleep(0)
        assert metrics.registry.get_sample_value("hourglass_abandoned_total") == 1
        joins = await start(batcher.run(gate, 6 * ONE))
        gate.open()
        await asyncio.gather(running, stays, joins)
        assert leaves.cancelled()
        assert [batch[:, 0].tolist() for batch in gate.batches] == [[1], [5, 6]]
        await batcher.close()
        assert metrics.registry.get_sample_value("hourglass_queue_items") == 0
        assert metrics.registry.get_sample_value("hourglass_queue_bytes") == 0

    asyncio.run(scenario())


def test_who_leaves_a_running_batch_harms_no_neighbour() -> None:
    async def scenario() -> None:
        batcher, gate = make(), Gate()
        leaves = await occupy(batcher, gate)
        stays = await start(batcher.run(gate, ONE))
        leaves.cancel()
        await asyncio.sleep(0)
        gate.open()
        assert np.array_equal(await stays, 2 * ONE)
        await batcher.close()

    asyncio.run(scenario())


def test_work_that_raises_fails_its_own_batch_only() -> None:
    async def scenario() -> None:
        batcher, gate = make(), Gate()
        running = await occupy(batcher, gate)
        doomed = [await start(batcher.run(broken, ONE)) for _ in range(2)]
        fine = await start(batcher.run(gate, ONE))
        gate.open()
        for task in doomed:
            with pytest.raises(Broken):
                await task
        assert np.array_equal(await running, await fine)
        await batcher.close()

    asyncio.run(scenario())


def test_close_finishes_what_waits_and_then_refuses() -> None:
    async def scenario() -> None:
        batcher, gate = make(max_batch=1), Gate()
        tasks = [await occupy(batcher, gate), *[await start(batcher.run(gate, ONE)) for _ in range(3)]]
        closing = asyncio.ensure_future(batcher.close())
        await asyncio.sleep(0)
        with pytest.raises(NotReady):
            await batcher.run(gate, ONE)
        assert not closing.done()
        gate.open()
        await closing
        assert all(task.done() for task in tasks)
        assert gate.sizes == [1, 1, 1, 1]

    asyncio.run(scenario())


def test_idle_batcher_closes_at_once() -> None:
    asyncio.run(make().close())
