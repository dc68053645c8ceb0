"""Waiting items: like ones together, kinds in turn, and of slow models only a few."""

import asyncio

import numpy as np
import pytest

from service.scheduling.batches import BATCH_SECONDS, Array, Batches, Item, Kind, run_batch


class Backend:
    def __init__(self, name: str) -> None:
        self.name = name

    def stop(self, thread: int | None = None) -> None:
        pass

    def rebuild(self) -> None:
        pass


def double(backend: Backend, batch: Array) -> Array:
    return 2 * batch


def kind(name: str) -> Kind:
    return Kind(Backend(name), double, (3,), "<f4")


def fill(batches: Batches, kind: Kind, count: int) -> list[Item]:
    items = [Item(np.full(3, number, np.float32)) for number in range(count)]
    for item in items:
        batches.join(kind, item)
    return items


def names(batches: Batches, count: int) -> list[tuple[str, int]]:
    taken = (batches.next(lambda _: True) for _ in range(count))
    return [(each[0].backend.name, len(each[1])) for each in taken if each]


def test_kinds_take_turns() -> None:
    async def steps() -> None:
        batches = Batches(4)
        fill(batches, kind("many"), 12)
        fill(batches, kind("few"), 2)
        assert names(batches, 5) == [("many", 4), ("few", 2), ("many", 4), ("many", 4)]
        assert len(batches) == 0

    asyncio.run(steps())


def test_slow_models_get_small_batches() -> None:
    async def steps() -> None:
        batches, slow = Batches(64), kind("slow")
        batches.took(slow, 64, 64 * BATCH_SECONDS / 3)
        fill(batches, slow, 10)
        assert names(batches, 1) == [("slow", 3)]
        assert batches.seconds == pytest.approx(7 * BATCH_SECONDS / 3, rel=0.01)

    asyncio.run(steps())


def test_one_slow_batch_of_one_says_little() -> None:
    async def steps() -> None:
        batches, usual = Batches(64), kind("usual")
        batches.took(usual, 1, 0.02)
        fill(batches, usual, 64)
        [(_, count)] = names(batches, 1)
        assert count > 16

    asyncio.run(steps())


def test_who_leaves_waits_no_more() -> None:
    async def steps() -> None:
        batches, only = Batches(64), kind("only")
        [item] = fill(batches, only, 1)
        assert batches.leave(only, item)
        assert not batches.leave(only, item)
        assert batches.next(lambda _: True) is None

    asyncio.run(steps())


def test_what_is_not_ready_waits() -> None:
    async def steps() -> None:
        batches, ill = Batches(64), kind("ill")
        items = fill(batches, ill, 2)
        assert batches.next(lambda _: False) is None
        assert batches.all(ill.backend) == items
        assert len(batches) == 0

    asyncio.run(steps())


def test_batch_must_answer_each_item() -> None:
    async def steps() -> None:
        items = [Item(np.ones(3, np.float32))] * 2
        assert len(run_batch(kind("whole"), items)) == 2
        with pytest.raises(ValueError, match="1 results for a batch of 2"):
            run_batch(Kind(Backend("short"), lambda _, batch: batch[:1], (3,), "<f4"), items)

    asyncio.run(steps())
