"""What is seen of every request: its id, its timing, its metrics, its one line in the log."""

import asyncio
import random
import re
import time
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hourglass.errors import NotReady
from service import timing
from service.api import problems
from service.context import Context

log = structlog.get_logger(name="hourglass.access")

_ASKED_ALL_DAY = {"/healthz", "/readyz", "/metrics"}

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


_CHOSEN_FROM = {b"accept", b"content-type"}

MOST_CHOICES_BYTES = 2 << 10
"""Of the headers that tell media types, which are read while all others wait."""

MOST_QUERY_BYTES = 8 << 10


def fault(scope: Scope) -> problems.Problem | None:
    """What is wrong with a request's head, whatever it asks for."""
    hosts = choices = 0
    for name, value in scope["headers"]:
        hosts += name == b"host"
        choices += len(value) if name in _CHOSEN_FROM else 0
    if hosts > 1 or (hosts == 0 and scope["http_version"] != "1.0"):
        return problems.problem(HTTPStatus.BAD_REQUEST, f"a request has one Host header, this one {hosts or 'none'}")
    if choices > MOST_CHOICES_BYTES:
        told = f"Accept and Content-Type have {choices} bytes; at most {MOST_CHOICES_BYTES} are taken"
        return problems.problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, told)
    if len(scope["query_string"]) > MOST_QUERY_BYTES:
        told = f"the query has {len(scope['query_string'])} bytes; at most {MOST_QUERY_BYTES} are taken"
        return problems.problem(HTTPStatus.REQUEST_URI_TOO_LONG, told)
    return None


class Observe:
    """ASGI middleware, outermost, so that it also sees what goes wrong inside."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app, self.context, self.metrics = app, context, context.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        identity, stages, status = request_id(Headers(scope=scope)), timing.start(), 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                spent = [*stages.items(), ("total", time.perf_counter() - began)]
                took = ", ".join(f"{name};dur={1000 * seconds:.3f}" for name, seconds in spent)
                message["headers"] += [(b"x-request-id", identity.encode()), (b"server-timing", took.encode())]
                if self.context.leaving:  # so that the caller's next request goes to another replica
                    message["headers"] += [(b"connection", b"close")]
            await send(message)

        try:
            if wrong := fault(scope):
                await problems.response(wrong)(scope, receive, observed)
            else:
                await self.app(scope, receive, observed)
        except asyncio.CancelledError:  # all that is in flight is given up
            if status:
                raise
            told = problems.of_error(NotReady("the service is shutting down"))
            await problems.response(told)(scope, receive, observed)
        except Exception:
            log.exception("unexpected error", request_id=identity)
            if not status:
                told = problems.problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"a bug; its log has the id {identity}")
                await problems.response(told)(scope, receive, observed)
        finally:
            self._count(scope, status, time.perf_counter() - began, stages, identity)

    def _count(
        self, scope: Scope, status: int, seconds: float, stages: dict[timing.Stage, float], identity: str
    ) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        allowed = getattr(scope.get("route"), "methods", None) or ()
        method = scope["method"] if scope["method"] in allowed else "ANY"  # strangers invent methods
        self.metrics.answered(route, method, status, seconds, stages)
        tell = log.debug if route in _ASKED_ALL_DAY and status == HTTPStatus.OK else log.info
        tell(
            "request",
            request_id=identity,
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(1000 * seconds, 3),
        )


def request_id(headers: Headers) -> str:
    """The caller's X-Request-ID, else the trace id of its traceparent (W3C Trace Context), else a new one."""
    given = headers.get("x-request-id", "")
    if _ID.fullmatch(given):
        return given
    trace = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return trace[1] if trace else f"{random.getrandbits(128):032x}"
