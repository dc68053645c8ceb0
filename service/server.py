"""uvicorn, made to leave politely and to wait for no request for ever."""

import asyncio
import signal
import time
from http import HTTPStatus
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.api import problems
from service.context import Context

MAX_HEAD_BYTES = 64 << 10
"""Of a request's head: its method, path and headers."""

NO_HTTP = "this is no valid HTTP/1.1 request; what is not ASCII in its path or query must be percent-encoded"

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than gateways keep theirs, so that they are the ones to close it."""


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 with bounds on a request's head, which uvicorn leaves to a proxy: its size, and the time it takes."""

    head_seconds = 60.0
    _in_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:  # where a head begins amid the data, what stands before it is not its own
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._in_head:
            return
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()
        elif self._head_timer is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # and not in the trailers, which may go on for as long as the body
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Tells what is no HTTP as every other error is told."""
        answer = problems.response(problems.problem(HTTPStatus.BAD_REQUEST, NO_HTTP), {"Connection": "close"})
        headers = [*self.server_state.default_headers, *answer.raw_headers]
        lines = [b"HTTP/1.1 400 Bad Request", *(name + b": " + value for name, value in headers), b"", answer.body]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class Server(uvicorn.Server):
    """On SIGTERM it first says that it leaves, and for a while still takes work: gateways are slow to notice."""

    def __init__(self, app: FastAPI) -> None:
        """Serves what ``create_app`` made, where its settings say."""
        self._context: Context = app.state.context
        self._leave_at: float | None = None
        settings = self._context.settings
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                ws="none",
                http=type("Protocol", (Protocol,), {"head_seconds": settings.upload_seconds}),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=settings.drain_seconds,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGTERM or self._leave_at is not None:
            super().handle_exit(sig, frame)
            return
        self._context.leaving = True
        self._leave_at = time.monotonic() + self._context.settings.leave_seconds

    async def on_tick(self, counter: int) -> bool:
        if self._leave_at is not None and time.monotonic() >= self._leave_at and not self.should_exit:
            super().handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)
