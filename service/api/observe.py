"""What is seen of every request: its id, its timing, its metrics, its one line in the log."""

import re
import time
import uuid
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import timing
from service.api import problems
from service.metrics import Metrics

log = structlog.get_logger("hourglass.access")

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Observe:
    """ASGI middleware, outermost, so that it also sees what goes wrong inside."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

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
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identity
                total = time.perf_counter() - began
                spent = [*stages.items(), ("total", total)]
                headers["Server-Timing"] = ", ".join(f"{name};dur={1000 * s:.3f}" for name, s in spent)
            await send(message)

        self.metrics.in_flight.inc()
        try:
            await self.app(scope, receive, observed)
        except Exception:
            log.exception("unexpected error", request_id=identity)
            if not status:
                told = problems.problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"a bug; its log has the id {identity}")
                await problems.response(told)(scope, receive, observed)
        finally:
            self.metrics.in_flight.dec()
            self._count(scope, status, time.perf_counter() - began, stages, identity)

    def _count(
        self, scope: Scope, status: int, seconds: float, stages: dict[timing.Stage, float], identity: str
    ) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        allowed = getattr(scope.get("route"), "methods", None) or ()
        method = scope["method"] if scope["method"] in allowed else "ANY"  # strangers invent methods
        self.metrics.requests.labels(route, method, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        for stage, spent in stages.items():
            self.metrics.stage_seconds.labels(stage).observe(spent)
        log.info(
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
    return trace[1] if trace else uuid.uuid4().hex
