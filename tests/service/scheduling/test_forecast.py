"""How long a photo will take: as the model says, then as measured; and beside others."""

import time

import pytest

from hourglass.errors import Overloaded, TooLarge
from service.metrics import Metrics
from service.scheduling import forecast
from service.scheduling.forecast import Forecast, check, finish
from service.scheduling.ledger import Hold, Ledger, Order

MILLION = 1_000_000


def order(seconds: float, caller: str = "a") -> Order:
    made = Order(caller, Hold(Ledger(1, Metrics())))
    made.due(seconds)
    return made


def test_what_the_model_says_holds_until_a_task_was_measured() -> None:
    times = Forecast()
    assert times.expected("m", "encode", MILLION, 2.0) == 2
    times.learn("m", "encode", MILLION, spent=6.0, expected=2.0, whole=True)
    assert times.expected("m", "encode", 2 * MILLION, 4.0) == pytest.approx(6, rel=0.01)
    assert times.expected("m", "decode", MILLION, 2.0) == 2


def test_task_cut_short_tells_the_least_it_takes() -> None:
    times = Forecast()
    times.learn("m", "encode", MILLION, spent=1.0, expected=2.0, whole=False)
    assert times.expected("m", "encode", MILLION, 2.0) == 2
    times.learn("m", "encode", MILLION, spent=9.0, expected=2.0, whole=False)
    assert times.expected("m", "encode", MILLION, 2.0) == pytest.approx(9, rel=0.01)


def test_what_was_measured_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    times = Forecast()
    times.learn("m", "encode", MILLION, spent=900.0, expected=2.0, whole=False)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 20 * forecast.FORGET_SECONDS)
    assert times.expected("m", "encode", MILLION, 2.0) == pytest.approx(2, rel=0.01)


def test_small_images_teach_nothing() -> None:
    times = Forecast()
    times.learn("m", "encode", 784, spent=1.0, expected=0.001, whole=True)
    assert times.expected("m", "encode", MILLION, 2.0) == 2


def test_alone_a_task_takes_what_it_takes_on_one_core() -> None:
    assert finish(10, "a", [], cores=4) == 10


def test_tasks_share_the_cores() -> None:
    others = [("b", 100.0), ("c", 5.0), ("d", 100.0)]
    assert finish(10, "a", others, cores=1) == 10 + 10 + 5 + 10
    assert finish(10, "a", others, cores=2) == 17.5
    assert finish(10, "a", others, cores=64) == 10


def test_one_callers_tasks_share_its_turn() -> None:
    assert finish(10, "a", [("b", 30.0)] * 20, cores=1) == 20
    assert finish(10, "a", [("a", 30.0)] * 4, cores=1) == 50
    assert finish(10, "a", [("a", 30.0)] * 4 + [("b", 999.0)], cores=1) == 100


def test_what_never_fits_is_too_large() -> None:
    with pytest.raises(TooLarge, match=r"about 44 s for 20\.0 megapixels, even alone, and the deadline is 5 s"):
        check("encode", 20 * MILLION, 44.0, order(5), [], cores=2)


def test_what_does_not_fit_now_may_be_tried_again() -> None:
    with pytest.raises(Overloaded, match=r"in about 88 s .* 60 s are left") as caught:
        check("encode", 20 * MILLION, 44.0, order(60), [("b", 99.0)], cores=1)
    assert caught.value.retry_after in {28, 29}
    check("encode", 20 * MILLION, 44.0, order(60), [("b", 99.0)], cores=2)


def test_small_work_is_let_in_without_a_look_at_the_clock() -> None:
    check("encode", 784, 0.001, order(1e-9), [("b", 1e9)], cores=1)
