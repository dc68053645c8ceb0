"""How many requests may be worked on at once."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hourglass.errors import QueueFull
from service.metrics import Metrics


class Admission:
    """Lets requests in while there is room, and refuses the rest at once, so that what was let in stays quick."""

    def __init__(self, max_requests: int, metrics: Metrics) -> None:
        self._max_requests, self._requests = max_requests, 0
        self._usual_seconds = 0.0
        metrics.requests_in_flight.set_function(lambda: self._requests)

    def check(self) -> None:
        """Raises QueueFull if no request can be let in: try again when those that are in will have been answered."""
        if self._requests >= self._max_requests:
            message = f"{self._requests} requests are being worked on already"
            raise QueueFull(message, retry_after=max(1, math.ceil(self._usual_seconds)))

    @contextmanager
    def request(self) -> Iterator[None]:
        """A place among the requests being worked on. Raises QueueFull if there is none."""
        self.check()
        self._requests += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            self._requests -= 1
            self._usual_seconds += 0.05 * (time.perf_counter() - began - self._usual_seconds)
