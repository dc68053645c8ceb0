"""The queue: batches while busy, no wait when idle, bounded, and free of work that nobody waits for any more."""

import asyncio

import numpy as np
import pytest

from hourglass.errors import BadBitstream, NotReady, QueueFull
from service.metrics import Metrics
from service.scheduling.batches import Array
from service.scheduling.engine import Engine
from tests.service.scheduling.doubles import ONE, Gate, alone, make, occupy, start


def test_idle_service_waits_for_nobody() -> None:
    async def scenario() -> None:
        engine, gate = make(), Gate()
        gate.open()
        for _ in range(3):
            assert np.array_equal(await engine.run(gate, Gate.double, ONE), 2 * ONE)
        assert gate.sizes == [1, 1, 1]
        await engine.close()

    asyncio.run(scenario())


def test_batches_form_while_the_worker_is_busy() -> None:
    async def scenario() -> None:
        engine, gate = make(max_batch=4), Gate()
        first = await occupy(engine, gate)
        rest = [await start(engine.run(gate, Gate.double, number * ONE)) for number in range(6)]
        gate.open()
        await first
        results = await asyncio.gather(*rest)
        assert gate.sizes == [1, 4, 2]
        assert [float(result[0]) for result in results] == [0, 2, 4, 6, 8, 10]
        await engine.close()

    asyncio.run(scenario())


def test_each_worker_takes_a_batch() -> None:
    async def scenario() -> None:
        engine, gates = make(workers=2), (Gate(), Gate())
        tasks = [await occupy(engine, gate) for gate in gates]
        for gate in gates:
            gate.open()
        await asyncio.gather(*tasks)
        await engine.close()

    asyncio.run(scenario())


def test_only_like_shapes_kinds_and_works_go_together() -> None:
    async def scenario() -> None:
        engine, gate, other = make(), Gate(), Gate()
        other.open()
        first = await occupy(engine, gate)
        wide, whole = np.ones(5, np.float32), np.ones(3, np.int32)
        rest = [await start(engine.run(gate, Gate.double, item)) for item in (ONE, wide, ONE, whole, wide)]
        rest.append(await start(engine.run(other, Gate.double, ONE)))
        gate.open()
        await asyncio.gather(first, *rest)
        assert [(batch.shape, batch.dtype.name) for batch in gate.batches] == [
            ((1, 3), "float32"),
            ((2, 3), "float32"),
            ((2, 5), "float32"),
            ((1, 3), "int32"),
        ]
        assert other.sizes == [1]
        await engine.close()

    asyncio.run(scenario())


def test_calls_that_share_no_batch_run_one_by_one() -> None:
    async def scenario() -> None:
        engine, gate = make(), Gate()
        first = await occupy(engine, gate)
        calls = [await start(alone(engine, gate, lambda gate: gate.double(ONE))) for _ in range(3)]
        gate.open()
        await asyncio.gather(first, *calls)
        assert [batch.shape for batch in gate.batches] == [(1, 3), (3,), (3,), (3,)]
        assert np.array_equal(await alone(engine, gate, lambda gate: gate.double(ONE)), 2 * ONE)
        await engine.close()

    asyncio.run(scenario())


def test_call_may_answer_anything() -> None:
    async def scenario() -> None:
        engine, gate = make(), Gate()
        assert await alone(engine, gate, lambda gate: (gate.name, 3)) == ("gate", 3)
        await engine.close()

    asyncio.run(scenario())


def test_call_that_refuses_its_input_harms_no_backend() -> None:
    def refuse(gate: Gate) -> Array:
        raise BadBitstream("damaged")

    async def scenario() -> None:
        engine, gate = make(), Gate()
        with pytest.raises(BadBitstream, match="damaged"):
            await alone(engine, gate, refuse)
        assert engine.recovery.ailing == []
        assert await alone(engine, gate, lambda gate: gate.name) == "gate"
        await engine.close()

    asyncio.run(scenario())


def test_queue_is_bounded() -> None:
    async def scenario() -> None:
        engine, gate = make(max_items=2), Gate()
        running = await occupy(engine, gate)
        waiting = [await start(engine.run(gate, Gate.double, ONE)) for _ in range(2)]
        with pytest.raises(QueueFull) as caught:
            await engine.run(gate, Gate.double, ONE)
        assert caught.value.retry_after >= 1
        gate.open()
        await asyncio.gather(running, *waiting)
        await engine.run(gate, Gate.double, ONE)
        await engine.close()

    asyncio.run(scenario())


def test_who_stops_waiting_leaves_before_work_is_spent() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        engine, gate = Engine(1, 8, 2, metrics), Gate()
        running = await occupy(engine, gate)
        leaves, stays = [await start(engine.run(gate, Gate.double, number * ONE)) for number in (7, 5)]
        leaves.cancel()
        await asyncio.sleep(0)
        assert metrics.registry.get_sample_value("hourglass_abandoned_total") == 1
        joins = await start(engine.run(gate, Gate.double, 6 * ONE))
        gate.open()
        await asyncio.gather(running, stays, joins)
        assert leaves.cancelled()
        assert [batch[:, 0].tolist() for batch in gate.batches] == [[1], [5, 6]]
        await engine.close()
        assert metrics.registry.get_sample_value("hourglass_queue_items") == 0

    asyncio.run(scenario())


def test_who_leaves_a_running_batch_harms_no_neighbour() -> None:
    async def scenario() -> None:
        engine, gate = make(), Gate()
        leaves = await occupy(engine, gate)
        stays = await start(engine.run(gate, Gate.double, ONE))
        leaves.cancel()
        await asyncio.sleep(0)
        gate.open()
        assert np.array_equal(await stays, 2 * ONE)
        await engine.close()

    asyncio.run(scenario())


def test_close_finishes_what_waits_and_then_refuses() -> None:
    async def scenario() -> None:
        engine, gate = make(max_batch=1), Gate()
        tasks = [await occupy(engine, gate), *[await start(engine.run(gate, Gate.double, ONE)) for _ in range(3)]]
        closing = asyncio.ensure_future(engine.close())
        await asyncio.sleep(0)
        with pytest.raises(NotReady):
            await engine.run(gate, Gate.double, ONE)
        assert not closing.done()
        gate.open()
        await closing
        assert all(task.done() for task in tasks)
        assert gate.sizes == [1, 1, 1, 1]

    asyncio.run(scenario())


def test_idle_engine_closes_at_once() -> None:
    asyncio.run(make().close())
