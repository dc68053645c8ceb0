"""SIGTERM under load: the gateway learns first, all that was accepted is answered, and nothing is left behind."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests.load.conftest import Watch
from tests.load.faults import demanding
from tests.load.traffic.wire import Answer, exchange, request
from tests.load.watched import Watched

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
