"""What may be worked on at once."""

import pytest

from service.admission import Admission
from service.errors import QueueFull
from service.metrics import Metrics


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
        with pytest.raises(QueueFull, match="60 bytes"), admission.hold() as second:
            second(30)
            second(11)
        assert metrics.registry.get_sample_value("hourglass_held_bytes") == 60
        with admission.hold() as second:
            second(40)
    assert metrics.registry.get_sample_value("hourglass_held_bytes") == 0


def test_who_is_alone_may_take_more_than_there_is() -> None:
    admission = Admission(10, 100, Metrics())
    with admission.hold() as alone:
        alone(1000)
        with pytest.raises(QueueFull), admission.hold() as other:
            other(1)
