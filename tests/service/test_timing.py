"""Time by stage: gathered where it is spent, and only within a request."""

import asyncio

from service import timing


def test_stages_add_up_within_a_request() -> None:
    stages = timing.start()
    timing.add("queue", 0.25)
    timing.add("queue", 0.5)
    with timing.measured("encode"):
        pass
    assert stages["queue"] == 0.75
    assert stages["encode"] >= 0


def test_what_overlaps_counts_once() -> None:
    stages = timing.start()
    for seconds in (0.25, 0.5, 0.125):
        timing.overlapped("queue", seconds)
    assert stages == {"queue": 0.5}


def test_requests_do_not_share() -> None:
    async def request(seconds: float) -> float:
        stages = timing.start()
        await asyncio.sleep(0)
        timing.add("inference", seconds)
        await asyncio.sleep(0)
        return stages["inference"]

    async def both() -> list[float]:
        return list(await asyncio.gather(request(1), request(2)))

    assert asyncio.run(both()) == [1, 2]


def test_failed_stage_is_counted_too() -> None:
    stages = timing.start()
    try:
        with timing.measured("decode"):
            raise LookupError
    except LookupError:
        assert "decode" in stages
