"""What is held: bounded, told apart by request, and counted until the last who uses it has let go."""

import asyncio
import threading

import pytest

from hourglass.errors import QueueFull, TooLarge
from service.metrics import Metrics
from service.scheduling.ledger import Hold, Ledger, Order


def test_bytes_are_bounded_and_given_back() -> None:
    metrics = Metrics()
    ledger = Ledger(100, metrics)
    with ledger.order("one") as first:
        first.hold.take(60)
        with ledger.order("other") as second:
            second.hold.take(30)
            with pytest.raises(QueueFull, match="60 bytes"):
                second.hold.take(11)
            second.hold.take(10)
        assert metrics.registry.get_sample_value("hourglass_held_bytes") == 60
    assert metrics.registry.get_sample_value("hourglass_held_bytes") == 0


def test_who_needs_more_than_there_is_need_not_try_again() -> None:
    ledger = Ledger(100, Metrics())
    with ledger.order("") as order:
        order.hold.take(60)
        with ledger.hold(40):
            assert ledger.bytes == 100
        with pytest.raises(TooLarge, match="needs 101 bytes of memory; at most 100"):
            ledger.hold(41)
        assert ledger.bytes == 60
    assert ledger.bytes == 0


def test_what_is_there_already_counts_whatever_the_limit() -> None:
    ledger = Ledger(100, Metrics())
    with ledger.order("") as order:
        order.hold.add(150)
        assert ledger.bytes == 150
        with pytest.raises(QueueFull), ledger.order("other"):
            ledger.hold(1)
    assert ledger.bytes == 0


def test_what_is_no_longer_needed_is_given_back() -> None:
    ledger = Ledger(100, Metrics())
    with ledger.order(""), ledger.hold(70) as hold:
        hold.shrink(80)
        assert ledger.bytes == 70
        hold.shrink(30)
        assert ledger.bytes == 30
    assert ledger.bytes == 0


def test_bytes_count_until_the_thread_that_uses_them_has_let_go() -> None:
    ledger, working = Ledger(100, Metrics()), threading.Event()

    def work(hold: Hold) -> None:
        working.wait()
        hold.let_go()

    with ledger.order("") as order:
        order.hold.take(10)
        with ledger.hold(50) as hold:
            hold.keep()
            thread = threading.Thread(target=work, args=(hold,))
            thread.start()
    assert ledger.bytes == 60  # its body, too: what is decoded is read from it
    working.set()
    thread.join()
    assert ledger.bytes == 0


def test_requests_side_by_side_are_told_apart() -> None:
    ledger = Ledger(100, Metrics())

    async def work(caller: str) -> str:
        with ledger.order(caller):
            await asyncio.sleep(0)
            with ledger.hold(60):
                await asyncio.sleep(0)
            return Order.in_hand().caller

    async def both() -> None:
        outcomes = await asyncio.gather(work("a"), work("b"), return_exceptions=True)
        assert outcomes[0] == "a"
        assert isinstance(outcomes[1], QueueFull)

    asyncio.run(both())
    assert ledger.bytes == 0


def test_outside_of_a_request_nothing_is_in_hand() -> None:
    with pytest.raises(LookupError):
        Order.in_hand()
