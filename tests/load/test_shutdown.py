"""SIGTERM under load: the gateway learns first, all that was accepted is answered, and nothing is left behind."""

import asyncio
import contextlib
import signal
import socket
import time
from pathlib import Path

import pytest

from service.pace import GRACE_SECONDS
from tests.conftest import wait_until
from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.traffic.wire import Answer, exchange, request
from tests.load.watched import Watched
from tests.service.test_connection import asking_for_much

pytestmark = pytest.mark.timing  # the service leaves a second after it says so

CALLERS = 8
READY = request("GET", "/readyz")
SHORT, LONG = (request("POST", "/encode", demanding(demand)) for demand in (1, 10))


async def call_until(turned_away: asyncio.Event, process: Watched) -> list[Answer]:
    """The answers to a caller who sends one request after the other while the gateway sends them here."""
    answers = []
    while not turned_away.is_set():
        answers.append(await exchange(process.port, SHORT))
    return answers


async def probe(turned_away: asyncio.Event, process: Watched) -> Answer:
    """A gateway's health check: when it fails, nobody is sent here any more."""
    while (answer := await exchange(process.port, READY)).status == 200:
        pass
    turned_away.set()
    return answer


def test_nothing_is_dropped_and_nothing_is_left(watch: Watch) -> None:
    process = watch(HOURGLASS_THREADS="1", HOURGLASS_MAX_BATCH="1", HOURGLASS_LEAVE_SECONDS="1")
    assert process.ready().status_code == 200
    children = process.children

    async def scenario() -> list[Answer]:
        turned_away = asyncio.Event()
        callers = [asyncio.ensure_future(call_until(turned_away, process)) for _ in range(CALLERS)]
        probing = asyncio.ensure_future(probe(turned_away, process))
        await asyncio.sleep(0.2)
        process.terminate()
        uploading = exchange(process.port, LONG[:-10], LONG[-10:], pause=0.5)
        more = [exchange(process.port, LONG) for _ in range(2 * CALLERS)]  # more work than fits before it leaves
        answers = await asyncio.gather(uploading, *more)
        assert (await probing).status == 503
        return [*answers, *(answer for each in await asyncio.gather(*callers) for answer in each)]

    answers = asyncio.run(scenario())
    assert {answer.status for answer in answers} == {200}
    assert process.wait() == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", process.port))
    assert not process.errors
    assert "Traceback" not in process.log


def test_second_sigint_ends_all_work_and_says_so(watch: Watch) -> None:
    process = watch(HOURGLASS_THREADS="1", HOURGLASS_MAX_BATCH="1")
    assert process.ready().status_code == 200

    async def scenario() -> list[Answer]:
        work = request("POST", "/encode", demanding(250))  # some seconds each, and one after the other
        waiting = [asyncio.ensure_future(exchange(process.port, work)) for _ in range(CALLERS)]
        await asyncio.to_thread(wait_until, lambda: process.metric("requests_in_flight") == CALLERS)
        process.send(signal.SIGINT)
        await asyncio.to_thread(wait_until, lambda: "Shutting down" in process.log)
        process.send(signal.SIGINT)
        return await asyncio.gather(*waiting)

    answers = asyncio.run(scenario())
    assert {answer.status for answer in answers} == {503}
    assert all(b"shutting down" in answer.body for answer in answers)
    assert process.wait() == 0
    assert not process.errors
    assert "Traceback" not in process.log


def test_answers_that_nobody_reads_do_not_hold_it_up(watch: Watch) -> None:
    process = watch(HOURGLASS_LEAVE_SECONDS="0.1", HOURGLASS_DRAIN_SECONDS="60")
    with contextlib.ExitStack() as connections:
        for _ in range(8):
            connections.enter_context(asking_for_much(process))
        time.sleep(1)
        process.terminate()
        began = time.monotonic()
        assert process.wait() == 0
        assert time.monotonic() - began < 2 * GRACE_SECONDS
