"""A model's work, driven by the batcher: items join batches, steps run one after the other on a worker."""

import asyncio
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hourglass.models.installed import Installed
from hourglass.models.work import Batchable, Work, finish
from service.scheduling.batching import Batcher
from service.timing import measured

T = TypeVar("T")


async def drive(batcher: Batcher, model: Installed, work: Work[T]) -> T:
    """The result of ``work`` of ``model``. Cancel it to leave the queue.

    What it does before its first yield, and between batches, is short and runs here, on the event loop. From where it
    yields None on, the rest runs on a worker. Raises as the batcher does, and what the work does.
    """
    try:
        with measured("decode"):
            asked = next(work)
        while asked:
            results = await _batched(batcher, asked)
            with measured("encode"):
                asked = work.send(results)
    except StopIteration as done:
        result: T = done.value
        return result
    return await batcher.run_alone(model, lambda _: finish(work))


async def _batched(batcher: Batcher, asked: Batchable) -> NDArray[Any]:
    """The results of all items. If one fails, the rest leave the queue."""
    if len(asked.items) == 1:
        return (await batcher.run(asked.model, asked.function, asked.items[0]))[None]
    waiting = [asyncio.ensure_future(batcher.run(asked.model, asked.function, item)) for item in asked.items]
    try:
        return np.stack(await asyncio.gather(*waiting))
    finally:
        for item in waiting:
            item.cancel()
