"""Backends that fail: each fails alone, is rebuilt, and the rest goes on."""

import asyncio

import numpy as np
import pytest

from hourglass.errors import ModelFailed
from tests.service.scheduling.doubles import ONE, Fragile, Gate, alone, make, occupy, start


def test_call_that_fails_has_its_backend_rebuilt() -> None:
    async def scenario() -> None:
        engine, fragile = make(), Fragile()
        fragile.parts.set()
        with pytest.raises(ModelFailed, match="fragile"):
            await alone(engine, fragile, lambda fragile: fragile.double(-ONE))
        assert np.array_equal(await alone(engine, fragile, lambda fragile: fragile.double(ONE)), 2 * ONE)
        await engine.close()

    asyncio.run(scenario())


def test_batch_that_raises_fails_alone_and_its_backend_is_rebuilt() -> None:
    async def scenario() -> None:
        engine, gate, fragile = make(), Gate(), Fragile()
        running = await occupy(engine, gate)
        doomed = [await start(engine.run(fragile, Fragile.double, number * ONE)) for number in (1, -1)]
        fine = await start(engine.run(gate, Gate.double, ONE))
        gate.open()
        for task in doomed:
            with pytest.raises(ModelFailed, match="fragile"):
                await task
        assert engine.recovery.ailing == ["fragile"]
        assert np.array_equal(await running, await fine)
        fragile.parts.set()
        assert np.array_equal(await engine.run(fragile, Fragile.double, ONE), 2 * ONE)
        assert engine.recovery.ailing == []
        await engine.close()

    asyncio.run(scenario())


def test_backend_that_cannot_be_rebuilt_refuses_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.scheduling.recovery.RETRY_SECONDS", 0.01)

    async def scenario() -> None:
        engine, fragile = make(), Fragile(repairs=3)
        fragile.parts.set()
        for number in (-1, 1, 1):
            with pytest.raises(ModelFailed):
                await engine.run(fragile, Fragile.double, number * ONE)
        assert np.array_equal(await engine.run(fragile, Fragile.double, ONE), 2 * ONE)
        await engine.close()

    asyncio.run(scenario())


def test_batch_that_never_returns_is_given_up_and_its_worker_replaced() -> None:
    class Stuck(Gate):
        name = "stuck"

        def stop(self, thread: int | None = None) -> None:
            self.open()

        def rebuild(self) -> None:
            pass

    async def scenario() -> None:
        engine, stuck, gate = make(stall_seconds=0.5), Stuck(), Gate()
        gate.open()
        with pytest.raises(ModelFailed, match="stuck"):
            await engine.run(stuck, Stuck.double, ONE)
        assert np.array_equal(await engine.run(gate, Gate.double, ONE), 2 * ONE)
        assert np.array_equal(await engine.run(stuck, Stuck.double, ONE), 2 * ONE)
        await engine.close()

    asyncio.run(scenario())
