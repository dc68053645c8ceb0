"""Bodies that are on their way: how fast they must come, and how much of the memory they may hold."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request
from starlette.requests import ClientDisconnect

from hourglass.errors import QueueFull, SlowUpload, TooLarge
from service.pace import Pace

FREE_BYTES = 64 << 10
"""Of each body: so much of it counts towards no share, so that large uploads never keep small ones out."""

JOINED_ASIDE_BYTES = 1 << 20
"""From here on Python joins bytes without its lock, so that others can be answered meanwhile."""

STALLED_SECONDS = 1.0
"""Who is so far behind the least rate gives its place to another, if there is none left."""


@dataclass(slots=True, eq=False)
class _Upload:
    pace: Pace
    timer: asyncio.Timeout
    end: float
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0
    gone: bool = False
    """Whether it gave its place to another."""

    @property
    def counted(self) -> int:
        return max(0, self.size - FREE_BYTES)


class Uploads:
    """All incomplete bodies. Together they hold ``most_bytes`` at the most: the rest is for complete ones."""

    def __init__(self, most_bytes: int, rate: int, seconds: float) -> None:
        """``rate``: bytes a second that each must make, but for a grace; ``seconds``: that it may take in all."""
        self._most_bytes, self._rate, self._seconds = most_bytes, rate, seconds
        self._arriving: set[_Upload] = set()
        self._bytes = 0

    async def read(self, request: Request, limit: int, take: Callable[[int], None]) -> bytes:
        """The body of ``request``, whose bytes ``take`` counts as they come.

        Raises TooLarge for more than ``limit`` bytes, SlowUpload if they come too slowly, QueueFull if other bodies
        hold all that incomplete ones may, ClientDisconnect, and what ``take`` does.
        """
        declared = int(request.headers.get("content-length", 0))  # a number: the parser has refused all else
        if declared > limit:
            raise TooLarge(f"the body has {declared} bytes; at most {limit} are taken")
        now = asyncio.get_running_loop().time()
        pace, end = Pace(self._rate, now), now + self._seconds
        try:
            async with asyncio.timeout_at(min(pace.due, end)) as timer:
                upload = _Upload(pace, timer, end)
                try:
                    while await self._more(upload, request, limit, take):
                        pass
                finally:
                    self._leave(upload)
        except TimeoutError:
            raise SlowUpload(self._said(upload)) from None
        if upload.size < JOINED_ASIDE_BYTES:
            return b"".join(upload.chunks)
        return await asyncio.to_thread(b"".join, upload.chunks)

    async def _more(self, upload: _Upload, request: Request, limit: int, take: Callable[[int], None]) -> bool:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body = message.get("body", b"")
        if upload.size + len(body) > limit:
            raise TooLarge(f"the body has more than the {limit} bytes that are taken")
        take(len(body))
        upload.chunks.append(body)
        if not message.get("more_body", False):
            return False
        self._grow(upload, len(body))
        return True

    def _grow(self, upload: _Upload, count: int) -> None:
        if upload.gone:
            raise TimeoutError
        now = asyncio.get_running_loop().time()
        self._arriving.add(upload)
        before = upload.counted
        upload.size += count
        self._bytes += upload.counted - before
        if self._bytes > self._most_bytes and upload.counted:
            self._make_room(upload, now)
        upload.pace.moved(count, now)
        upload.timer.reschedule(min(upload.pace.due, upload.end))

    def _make_room(self, upload: _Upload, now: float) -> None:
        """Ends the uploads that are furthest behind their rate until there is room for the one that comes."""
        behind = sorted(self._arriving - {upload}, key=lambda each: each.pace.due)
        for other in behind:
            if self._bytes <= self._most_bytes or other.pace.behind(now) < STALLED_SECONDS:
                break
            if other.counted:
                self._leave(other)
                other.gone = True
                other.timer.reschedule(now)
        if self._bytes > self._most_bytes:
            raise QueueFull(f"incomplete bodies hold {self._bytes - upload.counted} bytes already", retry_after=1)

    def _leave(self, upload: _Upload) -> None:
        if upload in self._arriving:
            self._arriving.remove(upload)
            self._bytes -= upload.counted

    def _said(self, upload: _Upload) -> str:
        if upload.gone:
            return "the body stood still while others needed the room"
        now = asyncio.get_running_loop().time()
        if now >= upload.end:
            return f"the body did not arrive within {self._seconds:g} seconds"
        return f"the body came at less than {self._rate} bytes a second"
