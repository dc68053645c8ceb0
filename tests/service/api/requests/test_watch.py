"""Work ends when its caller hangs up or its time is over, and the answer comes through otherwise."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Message

from hourglass.errors import DeadlinePassed
from service.api.requests.watch import while_connected
from tests.conftest import PATIENCE


class Caller:
    """Sends the parts of a body, then nothing until it hangs up; ``heard`` once all it sent was received."""

    def __init__(self, *parts: bytes) -> None:
        self.asked = 0
        self._messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        self.heard, self._leaves = asyncio.Event(), asyncio.Event()

    def hang_up(self) -> None:
        self._leaves.set()

    @property
    def request(self) -> Request:
        return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, self._receive)

    async def _receive(self) -> Message:
        self.asked += 1
        if self._messages:
            return self._messages.pop(0)
        self.heard.set()
        await self._leaves.wait()
        return {"type": "http.disconnect"}


class Work:
    """Work that lasts until it is released, and notes whether it was cancelled."""

    def __init__(self) -> None:
        self.begun, self.release = asyncio.Event(), asyncio.Event()
        self.cancelled = False

    async def run(self) -> Response:
        self.begun.set()
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return Response("done")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch looks for a hang-up without waiting for its moment."""
    monkeypatch.setattr("service.api.requests.watch.MOMENT_SECONDS", 0)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(PATIENCE):
            await scenario()
            assert asyncio.all_tasks() == {asyncio.current_task()}  # the watch leaves none behind

    asyncio.run(main())


async def settled(task: Awaitable[Response]) -> BaseException | Response:
    [result] = await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)  # the watch's own task ends in the next turn
    return result


def test_quick_answer_comes_through_and_nobody_is_watched() -> None:
    async def scenario() -> None:
        caller, work = Caller(), Work()
        work.release.set()
        answer = await while_connected(caller.request, work.run(), PATIENCE)
        assert answer.body == b"done"
        assert caller.asked == 0

    run(scenario)


@pytest.mark.usefixtures("at_once")
def test_slow_answer_comes_through_too() -> None:
    async def scenario() -> None:
        caller, work = Caller(b"rest of a body"), Work()
        task = asyncio.ensure_future(while_connected(caller.request, work.run(), PATIENCE))
        await caller.heard.wait()
        work.release.set()
        answer = await settled(task)
        assert isinstance(answer, Response)
        assert not work.cancelled

    run(scenario)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("parts", [(), (b"one", b"two")], ids=["silent", "still sending"])
def test_work_is_cancelled_when_the_caller_hangs_up(parts: tuple[bytes, ...]) -> None:
    async def scenario() -> None:
        caller, work = Caller(*parts), Work()
        task = asyncio.ensure_future(while_connected(caller.request, work.run(), PATIENCE))
        await work.begun.wait()
        caller.hang_up()
        assert isinstance(await settled(task), ClientDisconnect)
        assert work.cancelled

    run(scenario)


@pytest.mark.parametrize("seconds", [0.001, 0.15])
def test_work_is_cancelled_when_its_time_is_over(seconds: float) -> None:
    async def scenario() -> None:
        caller, work = Caller(), Work()
        error = await settled(asyncio.ensure_future(while_connected(caller.request, work.run(), seconds)))
        assert isinstance(error, DeadlinePassed)
        assert str(error) == f"the answer was not ready within {seconds:g} seconds"
        assert work.cancelled

    run(scenario)


@pytest.mark.usefixtures("at_once")
def test_cancelling_from_outside_is_passed_on() -> None:
    async def scenario() -> None:
        caller, work = Caller(), Work()
        task = asyncio.ensure_future(while_connected(caller.request, work.run(), PATIENCE))
        await work.begun.wait()
        task.cancel()
        assert isinstance(await settled(task), asyncio.CancelledError)
        assert work.cancelled

    run(scenario)


@pytest.mark.usefixtures("at_once")
def test_error_of_the_work_is_passed_on() -> None:
    async def fail() -> Response:
        await asyncio.sleep(0)
        raise LookupError("no such thing")

    async def scenario() -> None:
        error = await settled(asyncio.ensure_future(while_connected(Caller().request, fail(), PATIENCE)))
        assert isinstance(error, LookupError)

    run(scenario)
