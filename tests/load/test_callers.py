"""Callers who leave, and callers who cannot wait: no work is done for them, and nobody else notices."""

import asyncio
import socket

import pytest

from tests.conftest import wait_until
from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.traffic.wire import Answer, exchange, request
from tests.load.watched import Watched

pytestmark = pytest.mark.timing  # the one worker is busy for a second: all of it happens meanwhile

WAITING = 20
LONG = demanding(100)
USUAL = demanding(0)

Waiting = list["asyncio.Task[Answer]"]


def post(process: Watched, image: bytes, **headers: str) -> "asyncio.Task[Answer]":
    return asyncio.ensure_future(exchange(process.port, request("POST", "/encode", image, **headers)))


async def until(process: Watched, series: str, value: float) -> None:
    await asyncio.to_thread(wait_until, lambda: process.metric(series) == value)


async def occupy(process: Watched) -> "asyncio.Task[Answer]":
    """Keeps the one worker busy for a second, and returns once it is."""
    task = post(process, LONG)
    await until(process, "busy_workers", 1)
    return task


def test_who_hangs_up_costs_nothing(narrow: Watched) -> None:
    run, abandoned = narrow.metric("batch_size_sum"), narrow.metric("abandoned_total")

    async def scenario() -> None:
        holder = await occupy(narrow)
        leaving = [post(narrow, USUAL) for _ in range(WAITING)]
        stays = post(narrow, USUAL)
        await until(narrow, "queue_items", WAITING + 1)
        for caller in leaving:
            caller.cancel()
        await until(narrow, "queue_items", 1)
        assert narrow.metric("busy_workers") == 1
        assert (await holder).status == (await stays).status == 200

    asyncio.run(scenario())
    assert narrow.metric("abandoned_total") == abandoned + WAITING
    assert narrow.metric("batch_size_sum") == run + 2


def test_who_cannot_wait_is_told_so_and_costs_nothing(narrow: Watched) -> None:
    run, abandoned = narrow.metric("batch_size_sum"), narrow.metric("abandoned_total")

    async def scenario() -> None:
        holder = await occupy(narrow)
        stays = post(narrow, USUAL)
        hurried = await asyncio.gather(*(post(narrow, USUAL, Hourglass_Deadline="0.2") for _ in range(WAITING)))
        assert narrow.metric("busy_workers") == 1
        assert [answer.status for answer in hurried] == [504] * WAITING
        assert (await holder).status == (await stays).status == 200

    asyncio.run(scenario())
    assert narrow.metric("abandoned_total") == abandoned + WAITING
    assert narrow.metric("batch_size_sum") == run + 2


def test_no_caller_waits_longer_than_the_setting(watch: Watch) -> None:
    process = watch(HOURGLASS_THREADS="1", HOURGLASS_MAX_BATCH="1", HOURGLASS_DEADLINE_SECONDS="0.5")

    async def scenario() -> None:
        holder = await occupy(process)
        patient = [post(process, USUAL, Hourglass_Deadline="3600") for _ in range(WAITING)]
        answers = await asyncio.gather(holder, *patient)
        assert process.metric("busy_workers") == 1
        assert [answer.status for answer in answers] == [504] * (1 + WAITING)

    asyncio.run(scenario())
    wait_until(lambda: process.metric("busy_workers") == 0)
    assert process.metric("batch_size_sum") == 1
    assert process.metric("abandoned_total") == WAITING


def test_who_leaves_with_more_requests_behind_is_noticed(narrow: Watched) -> None:
    run = narrow.metric("batch_size_sum")
    head = f"POST /encode HTTP/1.1\r\nHost: x\r\nContent-Length: {len(LONG)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", narrow.port)) as connection:
        connection.sendall((head + LONG) * 5)
        wait_until(lambda: narrow.metric("busy_workers") == 1)
    wait_until(lambda: narrow.metric("requests_in_flight") == 0)
    assert narrow.metric("batch_size_sum") <= run + 1
    assert "Traceback" not in narrow.log
