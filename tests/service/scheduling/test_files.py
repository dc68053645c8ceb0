"""Calls for files: a few at a time, callers in turn, and what they hold until they have returned."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from hourglass.errors import BadImage
from service.metrics import Metrics
from service.scheduling.files import Files
from service.scheduling.ledger import Ledger
from tests.conftest import wait_until


def scenario(steps: Callable[[Files, Ledger], Awaitable[None]], threads: int = 1) -> None:
    async def run() -> None:
        files = Files(threads)
        await steps(files, Ledger(100, Metrics()))
        files.close()

    asyncio.run(run())


async def asked(files: Files, ledger: Ledger, call: Callable[[], int], caller: str = "", count: int = 10) -> int:
    with ledger.order(caller), ledger.hold(count) as hold:
        return await files.run(call, hold)


def test_calls_run_beside_the_event_loop_and_tell_what_they_return() -> None:
    async def steps(files: Files, ledger: Ledger) -> None:
        assert await asked(files, ledger, threading.get_ident) != threading.get_ident()
        assert ledger.bytes == 0

    scenario(steps)


def test_what_a_call_raises_is_raised() -> None:
    def fail() -> int:
        raise BadImage("broken")

    async def steps(files: Files, ledger: Ledger) -> None:
        with pytest.raises(BadImage, match="broken"):
            await asked(files, ledger, fail)
        assert await asked(files, ledger, lambda: 3) == 3

    scenario(steps)


def test_no_more_calls_are_made_at_once_than_there_are_threads() -> None:
    working, most, gate = [0], [0], threading.Lock()

    def call() -> int:
        with gate:
            working[0] += 1
            most[0] = max(most[0], working[0])
        threading.Event().wait(0.01)
        with gate:
            working[0] -= 1
        return 0

    async def steps(files: Files, ledger: Ledger) -> None:
        await asyncio.gather(*(asked(files, ledger, call, count=1) for _ in range(20)))

    scenario(steps, threads=2)
    assert most == [2]


def test_callers_take_turns() -> None:
    made: list[str] = []

    def noted(caller: str) -> Callable[[], int]:
        def call() -> int:
            made.append(caller)
            threading.Event().wait(0.005)
            return 0

        return call

    async def steps(files: Files, ledger: Ledger) -> None:
        greedy = [asked(files, ledger, noted("greedy"), "greedy", 1) for _ in range(8)]
        await asyncio.gather(*greedy, asked(files, ledger, noted("modest"), "modest", 1))

    scenario(steps)
    assert "modest" in made[:3]


def test_who_leaves_the_queue_has_no_call_made_and_holds_nothing() -> None:
    entered, gate = threading.Event(), threading.Event()

    def never() -> int:
        raise AssertionError("nobody waits for it")

    def first() -> int:
        entered.set()
        gate.wait()
        return 0

    async def steps(files: Files, ledger: Ledger) -> None:
        working = asyncio.ensure_future(asked(files, ledger, first))
        await asyncio.to_thread(entered.wait)
        waiting = asyncio.ensure_future(asked(files, ledger, never, count=50))
        await asyncio.sleep(0)
        assert ledger.bytes == 60
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert ledger.bytes == 10
        gate.set()
        await working

    scenario(steps)


def test_what_a_call_holds_counts_until_it_has_returned_whoever_left() -> None:
    entered, gate = threading.Event(), threading.Event()

    def call() -> int:
        entered.set()
        gate.wait()
        return 0

    async def steps(files: Files, ledger: Ledger) -> None:
        working = asyncio.ensure_future(asked(files, ledger, call))
        await asyncio.to_thread(entered.wait)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        assert ledger.bytes == 10
        gate.set()
        await asyncio.to_thread(wait_until, lambda: ledger.bytes == 0)
        assert await asked(files, ledger, lambda: 3) == 3

    scenario(steps)
