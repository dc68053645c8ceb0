"""How slowly bytes may come or go before whoever sends or takes them is given up."""

import asyncio
import fcntl
import struct
import termios
from collections.abc import Callable

GRACE_SECONDS = 10.0
"""How long nothing at all may move."""

LOOK_SECONDS = 1.0
"""Between two looks at whether an answer is read."""


class Pace:
    """A bucket of patience: each second takes one out, each byte puts 1 / ``rate`` seconds in, up to GRACE_SECONDS."""

    def __init__(self, rate: float, now: float) -> None:
        """``rate``: the least bytes a second. ``now``: of a monotonic clock, seconds, here and below."""
        self._rate = rate
        self.due = now + GRACE_SECONDS
        """When the patience ends, unless more bytes move."""

    def moved(self, count: float, now: float) -> None:
        """Tells that so many bytes have come or gone."""
        self.due = min(self.due + count / self._rate, now + GRACE_SECONDS)

    def behind(self, now: float) -> float:
        """Seconds of patience that are used up."""
        return now + GRACE_SECONDS - self.due


class Reader:
    """Whoever reads a connection's answers. It is cut off once it reads less than ``rate`` bytes a second."""

    def __init__(self, transport: asyncio.Transport, rate: float, given_up: Callable[[], None]) -> None:
        """``given_up`` is called before the connection is cut off."""
        self._transport, self._rate, self._given_up = transport, rate, given_up
        self._loop = asyncio.get_running_loop()
        self._pace: Pace | None = None
        self._rests_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unsent = 0

    def watch(self) -> None:
        """From now on there is something to read, if anything is left. That there was nothing costs no patience."""
        if not self._transport.get_write_buffer_size():
            return
        now, self._unsent = self._loop.time(), self._outstanding()
        if self._pace is None:
            self._pace = Pace(self._rate, now)
        elif self._rests_since is not None:
            self._pace.moved((now - self._rests_since) * self._rate, now)
        self._rests_since = None
        if self._timer is None:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def rest(self) -> None:
        """It has read nearly all there is, and waits for more."""
        self._note()
        self._rests_since = self._loop.time()

    def end(self) -> None:
        """The connection has ended."""
        if self._timer:
            self._timer.cancel()

    def _note(self) -> None:
        if self._pace:
            unsent = self._outstanding()
            self._pace.moved(max(0, self._unsent - unsent), self._loop.time())
            self._unsent = unsent

    def _look(self) -> None:
        self._timer, now = None, self._loop.time()
        if self._rests_since is None:
            self._note()
        if not self._transport.get_write_buffer_size():
            self._rests_since = now
        elif self._pace and self._rests_since is None and now >= self._pace.due:
            self._given_up()
            self._transport.abort()
        else:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def _outstanding(self) -> int:
        """Bytes that the reader's side has not acknowledged: ours, and those that the kernel holds for us."""
        descriptor = self._transport.get_extra_info("socket").fileno()
        (kernels,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)))
        return self._transport.get_write_buffer_size() + int(kernels)
