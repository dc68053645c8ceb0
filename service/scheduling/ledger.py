"""What is held in memory: every byte that requests, and the threads that work for them, have not let go of yet."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from hourglass.errors import QueueFull, TooLarge
from service.metrics import Metrics


class Hold:
    """Bytes in memory. They count until all who use them have let go: the block it is opened in, and every thread.

    ``within`` is the request's own hold, which is not let go before those within it are.
    """

    def __init__(self, ledger: "Ledger", within: "Hold | None" = None) -> None:
        self.bytes = 0
        """What it holds, and what those within it do."""

        self._ledger, self._within = ledger, within
        self._own, self._users = 0, 1
        if within:
            within.keep()

    def take(self, count: int) -> None:
        """Holds so many more bytes.

        Raises QueueFull where others hold too many, and TooLarge where the request needs more than there are.
        """
        self._ledger.admit(self._within or self, count)
        self.add(count)

    def add(self, count: int) -> None:
        """Holds so many more bytes that are there already, whatever the limit."""
        with self._ledger.lock:
            self._own += count
            self._count(count)

    def shrink(self, count: int) -> None:
        """Holds no more than ``count`` bytes any longer."""
        with self._ledger.lock:
            more = max(0, self._own - count)
            self._own -= more
            self._count(-more)

    def keep(self) -> None:
        """One more uses what is held, and will let go of it."""
        with self._ledger.lock:
            self._users += 1

    def let_go(self) -> None:
        """One of those who use it does no longer."""
        with self._ledger.lock:
            self._users -= 1
            last = self._users == 0
            if last:
                self._count(-self._own)
        if last and self._within:
            self._within.let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()

    def _count(self, count: int) -> None:
        self.bytes += count
        if self._within:
            self._within.bytes += count
        self._ledger.bytes += count


class Order:
    """A request in hand: whose it is, until when an answer is of use (``time.monotonic``), and what it holds."""

    def __init__(self, caller: str, hold: Hold) -> None:
        self.caller, self.hold = caller, hold
        self.seconds = self.until = float("inf")

    @staticmethod
    def in_hand() -> "Order":
        """The request that is worked on here. Raises LookupError outside of one."""
        return _order.get()

    def due(self, seconds: float) -> None:
        """An answer is of use for so many seconds from now."""
        self.seconds, self.until = seconds, time.monotonic() + seconds


_order: ContextVar[Order] = ContextVar("order")


class Ledger:
    """Counts what is held, and refuses what does not fit at once, so that memory is bounded."""

    def __init__(self, max_bytes: int, metrics: Metrics) -> None:
        self.bytes, self._max_bytes = 0, max_bytes
        self.lock = threading.Lock()  # threads let go, too
        metrics.held_bytes.set_function(lambda: self.bytes)

    @contextmanager
    def order(self, caller: str) -> Iterator[Order]:
        """A request of ``caller``, for as long as the block lasts: all that is held in it counts as the request's."""
        with Hold(self) as hold:
            order = Order(caller, hold)
            within = _order.set(order)
            try:
                yield order
            finally:
                _order.reset(within)

    def hold(self, count: int) -> Hold:
        """So many bytes for the request in hand. Raises as ``Hold.take`` does."""
        hold = Hold(self, Order.in_hand().hold)
        try:
            hold.take(count)
        except Exception:
            hold.let_go()
            raise
        return hold

    def admit(self, request: Hold, count: int) -> None:
        """Raises QueueFull or TooLarge where ``count`` more bytes of a ``request`` do not fit."""
        needed = request.bytes + count
        if needed > self._max_bytes:
            raise TooLarge(f"the request needs {needed} bytes of memory; at most {self._max_bytes} may be held")
        if self.bytes + count > self._max_bytes:
            raise QueueFull(f"other requests hold {self.bytes - request.bytes} bytes already", retry_after=1)
