"""When a call is tried again, and after how long."""

import httpx
import pytest

from hourglass.client.calls import Outcome
from hourglass.client.tries import BACKOFF_SECONDS, Tries


def refusal(status: int, retry_after: str = "0") -> httpx.Response:
    return httpx.Response(status, headers={b"Retry-After": retry_after.encode("latin-1")})


@pytest.mark.parametrize(
    "outcome",
    [refusal(429), refusal(503), httpx.ConnectError("refused"), httpx.RemoteProtocolError("hung up")],
    ids=["429", "503", "refused", "hung up"],
)
def test_what_may_pass_is_tried_again(outcome: Outcome) -> None:
    pause = Tries(60, 1).pause(outcome)
    assert pause is not None
    assert 0 <= pause <= BACKOFF_SECONDS


@pytest.mark.parametrize(
    "outcome",
    [
        httpx.Response(200),
        httpx.Response(503),
        refusal(500),
        refusal(422),
        refusal(429, "Wed, 25 Nov 2026 07:28:00 GMT"),
        refusal(429, "-1"),
        refusal(429, "²"),
        httpx.ReadTimeout("late"),
    ],
    ids=["answer", "not told when", "bug", "wrong call", "date", "negative", "not ASCII", "late"],
)
def test_what_stays_as_it_is_is_not(outcome: Outcome) -> None:
    assert Tries(60, 9).pause(outcome) is None


def test_pause_is_at_least_what_the_service_asks_for_and_grows() -> None:
    tries = Tries(600, 100)
    for number in range(1, 101):
        pause = tries.pause(refusal(429, "3"))
        assert pause is not None
        assert 3 <= pause <= 3 + number * BACKOFF_SECONDS


def test_pauses_differ_so_that_callers_do_not_come_back_together() -> None:
    assert len({Tries(60, 1).pause(refusal(429)) for _ in range(10)}) > 1


def test_tries_end() -> None:
    tries = Tries(600, 2)
    assert [tries.pause(refusal(429)) is None for _ in range(4)] == [False, False, True, True]
    assert Tries(600, 0).pause(refusal(429)) is None


def test_pause_longer_than_the_time_left_is_not_begun() -> None:
    assert Tries(60, 9).pause(refusal(429, "61")) is None


def test_time_left_is_never_nothing() -> None:
    assert Tries(-5, 0).seconds == 0.001
    assert 59 < Tries(60, 0).seconds <= 60
