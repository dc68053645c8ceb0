"""HTTP/1.1 with bounds on what one connection may cost, which uvicorn leaves to a proxy."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from service.api import problems
from service.metrics import Metrics
from service.pace import Reader
from service.settings import Settings

MAX_HEAD_BYTES = 64 << 10
"""Of a request's head: its method, path and headers."""

NO_HTTP = "this is no valid HTTP/1.1 request; what is not ASCII in its path or query must be percent-encoded"

SLICE_BYTES = 2 << 10
"""Parsed before one looks whether to go on: a hundred requests without a body at the most, which take a millisecond."""

SLICES_AT_ONCE = 32
"""Of a body: then others have their turn. In chunks of a byte each, these take some milliseconds."""

BACKLOG_BYTES = 16 << 10
"""Of requests behind one that is worked on: while they are no more, it is seen when the caller leaves."""

LINGER_BYTES, LINGER_SECONDS = 256 << 10, 2.0
"""What is still read, and dropped, of a caller who was refused while sending, so that it comes to read the answer."""


class Protocol(HttpToolsProtocol):
    """Bounds a head's size and time, what is parsed at once, what is read after a refusal, and how slowly one reads."""

    head_seconds: float
    download_rate: int
    unread: Callable[[], None]

    _in_head = True
    _head_bytes = 0
    _worked_on: RequestResponseCycle | None = None
    _head_timer: asyncio.TimerHandle | None = None
    _lingering: asyncio.TimerHandle | None = None

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> type["Protocol"]:
        """The protocol of a service, for uvicorn to make its connections of."""
        own = {
            "head_seconds": settings.upload_seconds,
            "download_rate": settings.download_rate,
            "unread": metrics.unread.inc,
        }
        return type("Protocol", (cls,), own)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self.flow = self._flow = _Flow(transport, self._parse_soon)
        self._reader = Reader(transport, self.download_rate, self.unread)
        self._unparsed = bytearray()
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head_timer, self._lingering):
            if timer:
                timer.cancel()
        self._reader.end()
        self._unparsed.clear()
        self.pipeline.clear()
        if self._worked_on:  # uvicorn tells the latest request alone
            self._worked_on.disconnected = True
            self._worked_on.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingering:
            self._linger_bytes -= len(data)
            if self._linger_bytes < 0:
                self.transport.pause_reading()
        elif len(data) <= SLICE_BYTES and not (self._unparsed or self.pipeline):
            self._feed(data)
        else:
            self._unparsed += data
            self._parse()

    def _parse_soon(self) -> None:
        self.loop.call_soon(self._parse)

    def _parse(self) -> None:
        """Goes on with what was read, slice by slice, until a caller's earlier requests or its body must be served."""
        for _ in range(SLICES_AT_ONCE):
            if not self._unparsed or self._must_wait:
                break
            piece = bytes(self._unparsed[:SLICE_BYTES])
            del self._unparsed[:SLICE_BYTES]
            self._feed(piece)
        if len(self._unparsed) > BACKLOG_BYTES:
            self._flow.stop()
        elif not (self._flow.read_paused or self._ending):
            self._flow.read_on()
        if self._unparsed and not self._must_wait:
            self._parse_soon()

    @property
    def _must_wait(self) -> bool:
        return self._flow.read_paused or bool(self.pipeline) or self._ending

    @property
    def _ending(self) -> bool:
        return self._lingering is not None or self.transport.is_closing()

    def _feed(self, data: bytes) -> None:
        if self._in_head:  # where a head begins amid the data, what stands before it is not its own
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._in_head or self._lingering:
            return
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"the head has more than {MAX_HEAD_BYTES} bytes")
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

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, NO_HTTP)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """Answers what no application is asked about. An answer that is due before this one is the last instead."""
        if self.pipeline:
            self.transport.close()
        elif self.cycle and not self.cycle.response_complete and not self.cycle.more_body:
            self.cycle.keep_alive = False
            self._flow.pause_reading()
            self._stop_waiting()
        else:
            answer = problems.response(problems.problem(status, why), {"Connection": "close"})
            headers = [*self.server_state.default_headers, *answer.raw_headers]
            lines = [STATUS_LINE[status].rstrip(), *(name + b": " + value for name, value in headers), b"", answer.body]
            self.transport.write(b"\r\n".join(lines))
            self._linger()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """An answer to a request whose body has not been read is the connection's last."""

        async def closing(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            async def sending(message: ASGISendEvent) -> None:
                if cycle.more_body:
                    cycle.keep_alive = message["type"] != "http.response.start"  # uvicorn must not close it itself
                await send(message)

            await app(scope, receive, sending)

        self._worked_on = cycle
        super()._start_asgi_task(cycle, closing)

    def on_response_complete(self) -> None:
        if self.cycle.response_complete and self.cycle.more_body:
            self.server_state.total_requests += 1
            self._linger()
        else:
            super().on_response_complete()
            if self._unparsed or self._flow.stopped:
                self._parse_soon()
        self._reader.watch()

    def _linger(self) -> None:
        """Ends the connection so that the caller gets the answer: to close it on data not read would undo that."""
        self._stop_waiting()
        self._unparsed.clear()
        self._linger_bytes = LINGER_BYTES
        self._lingering = self.loop.call_later(LINGER_SECONDS, self.transport.close)
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._reader.rest()


class _Flow(FlowControl):
    """Has what was read already parsed before more is read."""

    def __init__(self, transport: asyncio.Transport, go_on: Callable[[], None]) -> None:
        super().__init__(transport)
        self._go_on = go_on
        self.stopped = False
        """Whether nothing is read from the socket now."""

    def pause_reading(self) -> None:
        self.stopped = True
        super().pause_reading()

    def stop(self) -> None:
        """Reads no more from the socket until ``read_on``."""
        if not self.stopped:
            self.stopped = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self._go_on()

    def read_on(self) -> None:
        """Reads from the socket again."""
        if self.stopped:
            self.stopped = False
            self._transport.resume_reading()
