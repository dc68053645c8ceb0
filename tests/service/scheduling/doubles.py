"""Backends that wait, fail or never return, and engines to run them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import numpy as np

from hourglass.models.work import Work
from service.metrics import Metrics
from service.scheduling.batches import Array
from service.scheduling.engine import Engine
from tests.service.scheduling.conftest import task_of

T = TypeVar("T")

ONE = np.ones(3, np.float32)


class Gate:
    """A backend that doubles its batch once it is open, and tells what it was given."""

    name = "gate"

    def __init__(self) -> None:
        self.batches: list[Array] = []
        self.entered = threading.Event()
        self._open = threading.Event()

    def double(self, batch: Array) -> Array:
        self.batches.append(batch)
        self.entered.set()
        self._open.wait()
        return 2 * batch

    def rebuild(self) -> None:
        raise AssertionError("it has not failed")

    def stop(self, thread: int | None = None) -> None:
        raise AssertionError("it has not failed")

    def open(self) -> None:
        self._open.set()

    @property
    def sizes(self) -> list[int]:
        return [len(batch) for batch in self.batches]


class Fragile:
    """A backend that raises on negative numbers, and from then on always, until it is rebuilt."""

    name = "fragile"

    def __init__(self, repairs: int = 1) -> None:
        """``repairs``: how many attempts at a rebuild it takes."""
        self.spoilt = False
        self.parts = threading.Event()
        self._repairs = repairs

    def double(self, batch: Array) -> Array:
        self.spoilt |= bool((batch < 0).any())
        if self.spoilt:
            raise ArithmeticError
        return 2 * batch

    def stop(self, thread: int | None = None) -> None:
        raise AssertionError("it has not failed")

    def rebuild(self) -> None:
        self.parts.wait()
        self._repairs -= 1
        if self._repairs > 0:
            raise OSError("its files are gone")
        self.spoilt = False


def make(workers: int = 1, max_batch: int = 8, max_items: int = 100, stall_seconds: float = 60) -> Engine:
    return Engine(workers, max_batch, max_items, Metrics(), stall_seconds)


D = TypeVar("D", Gate, Fragile)


async def alone(engine: Engine, backend: D, call: Callable[[D], T]) -> T:
    """The result of a call in a step of its own."""

    def work() -> Work[T]:
        yield None
        return call(backend)

    return await engine.do(task_of(backend), work())


async def start(work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """``work`` as a task that has joined the queue."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    return task


async def occupy(engine: Engine, gate: Gate) -> "asyncio.Task[Array]":
    """Keeps one worker busy until the gate is opened."""
    task = await start(engine.run(gate, Gate.double, ONE))
    await asyncio.to_thread(gate.entered.wait)
    return task
