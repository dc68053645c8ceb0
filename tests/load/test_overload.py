"""Twice the load that the service can take: it answers in time what it accepts, and refuses the rest at once.

The load lasts OVERLOAD_SECONDS, 4 by default; ``make test-timing`` asks for 30.
"""

import asyncio
import itertools
import os
import statistics
import time

import pytest

from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.traffic.wire import Answer, exchange, request
from tests.load.watched import Watched

pytestmark = pytest.mark.timing

SECONDS = float(os.environ.get("OVERLOAD_SECONDS", "4"))
DEADLINE = 5
WORK = request("POST", "/encode", demanding(4))


def stage(answer: Answer, name: str) -> float:
    """Milliseconds that an answer says it spent in a stage."""
    told = dict(each.split(";dur=") for each in answer.headers["server-timing"].split(", "))
    return float(told[name])


async def capacity(process: Watched) -> float:
    """Requests a second that 4 callers get answered, each asking again when it has its answer."""
    end = time.monotonic() + 1

    async def call() -> int:
        for count in itertools.count():
            if time.monotonic() > end:
                return count
            assert (await exchange(process.port, WORK)).status == 200
        raise AssertionError

    return sum(await asyncio.gather(*(call() for _ in range(4))))


async def offer(process: Watched, rate: float) -> list[Answer]:
    """``rate`` requests a second for SECONDS, without waiting for the answers to those before."""
    began, sent = time.monotonic(), []
    for number in range(round(rate * SECONDS)):
        await asyncio.sleep(began + number / rate - time.monotonic())
        sent.append(asyncio.ensure_future(exchange(process.port, WORK)))
    return await asyncio.gather(*sent)


async def one_after_another(process: Watched) -> list[Answer]:
    return [await exchange(process.port, WORK) for _ in range(9)]


def test_twice_the_load_it_can_take(watch: Watch) -> None:
    process = watch(
        HOURGLASS_THREADS="1",
        HOURGLASS_MAX_BATCH="1",
        HOURGLASS_QUEUE_IMAGES="16",
        HOURGLASS_DEADLINE_SECONDS=str(DEADLINE),
    )
    assert process.ready().status_code == 200
    rate = asyncio.run(capacity(process))
    before = process.resident_bytes
    answers = asyncio.run(offer(process, 2 * rate))
    accepted = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 429]
    assert len(accepted) + len(refused) == len(answers)
    assert accepted
    assert refused
    assert all(answer.seconds < DEADLINE for answer in accepted)
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    waited = statistics.median(answer.seconds for answer in accepted)
    assert statistics.median(answer.seconds for answer in refused) < waited
    assert process.resident_bytes < 1.2 * before

    afterwards = asyncio.run(one_after_another(process))
    assert {answer.status for answer in afterwards} == {200}
    queue, inference = (
        statistics.median(stage(answer, name) for answer in afterwards) for name in ("queue", "inference")
    )
    assert queue < inference  # nobody waits for the work of others any more
    assert process.metric("queue_items") == process.metric("held_bytes") == 0
