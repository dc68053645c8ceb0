"""How much may be worked on at once."""

import asyncio
import contextvars

import anyio
import anyio.to_thread
import pytest

from hourglass.errors import QueueFull, TooLarge
from service.metrics import Metrics
from service.scheduling.admission import Admission


def by_another_request(admission: Admission, *counts: int) -> None:
    def take() -> None:
        with admission.hold() as more:
            for count in counts:
                more(count)

    contextvars.Context().run(take)


def test_requests_are_bounded_and_give_their_place_back() -> None:
    admission = Admission(2, 100, Metrics())
    with admission.request(), admission.request():
        with pytest.raises(QueueFull, match="2 requests") as caught, admission.request():
            pass
        assert caught.value.retry_after >= 1
    with admission.request():
        admission.check()


def test_failed_request_gives_its_place_back() -> None:
    admission = Admission(1, 100, Metrics())
    for _ in range(3):
        with pytest.raises(LookupError), admission.request():
            raise LookupError


def test_bytes_are_bounded_and_given_back() -> None:
    metrics = Metrics()
    admission = Admission(10, 100, metrics)
    with admission.hold() as first:
        first(60)
        with pytest.raises(QueueFull, match="60 bytes"):
            by_another_request(admission, 30, 11)
        assert metrics.registry.get_sample_value("hourglass_held_bytes") == 60
        by_another_request(admission, 30, 10)
    assert metrics.registry.get_sample_value("hourglass_held_bytes") == 0


def test_who_needs_more_than_there_is_need_not_try_again() -> None:
    admission = Admission(10, 100, Metrics())
    with admission.hold() as body:
        body(60)
        with admission.hold() as image:
            image(40)
        with pytest.raises(TooLarge, match="needs 101 bytes of memory; at most 100"), admission.hold() as image:
            image(41)


def test_what_a_request_holds_counts_in_threads_that_work_for_it() -> None:
    admission = Admission(10, 100, Metrics())

    async def decode(count: int) -> None:
        def hold() -> None:
            with admission.hold() as image:
                image(count)

        with admission.hold() as body:
            body(60)
            await anyio.to_thread.run_sync(hold)

    anyio.run(decode, 40)
    with pytest.raises(TooLarge):
        anyio.run(decode, 41)


def test_requests_side_by_side_are_told_apart() -> None:
    admission = Admission(10, 100, Metrics())

    async def work() -> None:
        with admission.hold() as body:
            body(60)
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(work(), work())

    with pytest.raises(QueueFull, match="60 bytes"):
        asyncio.run(both())
