"""How many requests may be worked on at once."""

import pytest

from hourglass.errors import QueueFull
from service.metrics import Metrics
from service.scheduling.admission import Admission


def test_requests_are_bounded_and_give_their_place_back() -> None:
    admission = Admission(2, Metrics())
    with admission.request(), admission.request():
        with pytest.raises(QueueFull, match="2 requests") as caught, admission.request():
            pass
        assert caught.value.retry_after >= 1
    with admission.request():
        admission.check()


def test_failed_request_gives_its_place_back() -> None:
    admission = Admission(1, Metrics())
    for _ in range(3):
        with pytest.raises(LookupError), admission.request():
            raise LookupError
