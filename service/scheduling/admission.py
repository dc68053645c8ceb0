"""How much may be worked on at once: so many requests, and so many bytes of bodies and pixels among them."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hourglass.errors import QueueFull, TooLarge
from service.metrics import Metrics

Take = Callable[[int], None]


@dataclass(slots=True)
class _Request:
    """What a request holds in all."""

    bytes: int = 0


_request: ContextVar[_Request | None] = ContextVar("request", default=None)
"""The one that is worked on, in threads that work for it, too."""


class Admission:
    """Lets work in while there is room, and refuses the rest at once, so that what was let in stays quick."""

    def __init__(self, max_requests: int, max_bytes: int, metrics: Metrics) -> None:
        self._max_requests, self._max_bytes = max_requests, max_bytes
        self._requests = self._bytes = 0
        self._usual_seconds = 0.0
        self._lock = threading.Lock()  # images are decoded, and their bytes taken, in threads
        metrics.requests_in_flight.set_function(lambda: self._requests)
        metrics.held_bytes.set_function(lambda: self._bytes)

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

    @contextmanager
    def hold(self) -> Iterator[Take]:
        """Bytes, given back when the block ends. What it yields takes so many more for the request.

        That raises QueueFull where others hold too many, and TooLarge where the request needs more than there are: all
        it holds counts, in every block that it is in.
        """
        held, request = 0, _request.get() or _Request()
        within = _request.set(request)

        def take(count: int) -> None:
            nonlocal held
            with self._lock:
                needed = request.bytes + count
                if needed > self._max_bytes:
                    raise TooLarge(f"the request needs {needed} bytes of memory; at most {self._max_bytes} may be held")
                if self._bytes + count > self._max_bytes:
                    others = self._bytes - request.bytes
                    raise QueueFull(f"other requests hold {others} bytes already", retry_after=1)
                held += count
                request.bytes += count
                self._bytes += count

        try:
            yield take
        finally:
            with self._lock:
                request.bytes -= held
                self._bytes -= held
            _request.reset(within)
