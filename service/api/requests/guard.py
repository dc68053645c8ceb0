"""What holds for every endpoint that does work: who may call, how much and how long, and what if the caller leaves."""

import hmac
import math
import sys
from functools import cached_property
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import WithJsonSchema
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from hourglass.errors import (
    BadParameter,
    DeadlinePassed,
    ModelFailed,
    NotReady,
    Overloaded,
    QueueFull,
    SlowUpload,
    TooLarge,
    Unauthorized,
)
from service.api import problems
from service.api.answers import in_pieces
from service.api.requests.direct import Answer, Handler, directly, strictly
from service.api.requests.forms import Arrived
from service.api.requests.watch import while_connected
from service.context import Context
from service.scheduling.ledger import Order
from service.settings import Settings

CLIENT_CLOSED_REQUEST = 499
"""The status, in logs and metrics only, of a request whose caller left (nginx's convention)."""

DEADLINE = "Hourglass-Deadline"
"""The request header in which a caller says how many seconds an answer is of use to it."""

MAX_JSON_BYTES = 1 << 20
"""Of a body that FastAPI parses, which it does while all others wait."""

MOST_MARKS = {b",": 1 << 15, b"[": 1 << 10, b"{": 1 << 5, b":": 1 << 5}
"""In such a body: 256 vectors have 256 commas a number, and few names. A million marks take a second to be refused."""

REFUSALS = (
    BadParameter,
    Unauthorized,
    NotReady,
    ModelFailed,
    TooLarge,
    SlowUpload,
    QueueFull,
    Overloaded,
    DeadlinePassed,
)
"""What any of these endpoints may answer with."""


class GuardedRoute(APIRoute):
    """Checks the API key, then reads the body within limits, then answers before the deadline or not at all."""

    def get_route_handler(self) -> Handler:
        return self._guarded(strictly(self, super().get_route_handler()), MAX_JSON_BYTES)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: Context = scope["app"].state.context
        with context.ledger.order(caller(scope, context.settings)):
            await self._handle(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._direct is None or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response = await self._direct(Request(scope, receive, send))
        Order.in_hand().hold.add(len(response.body))  # it is there already
        await in_pieces(response, scope, receive, send)

    @cached_property
    def _direct(self) -> Handler | None:
        answer = directly(self)
        return self._guarded(answer) if answer else None

    def _guarded(self, answer: Answer, most_bytes: int | None = None) -> Handler:
        async def guarded(request: Request) -> Response:
            context: Context = request.app.state.context
            limit = min(context.settings.max_body_bytes, most_bytes or sys.maxsize)
            authorize(request, context.settings)
            seconds = deadline(request, context.settings)
            context.admission.check()
            order = Order.in_hand()
            try:
                body = await context.uploads.read(request, limit, order.hold.take)
                if most_bytes:
                    _check_marks(body)
                arrived = Arrived(request.scope, body, context.settings.max_files)
                order.due(seconds)
                with context.admission.request():
                    return await while_connected(request, answer(arrived), seconds)
            except ClientDisconnect:
                return Response(status_code=CLIENT_CLOSED_REQUEST)

        return guarded


async def _deadline_header(
    hourglass_deadline: Annotated[
        float | None,
        Header(description="seconds that the answer is of use to you; then it is a 504"),
        WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),  # a header is never null
    ] = None,
) -> None:
    pass


def guarded_router(tag: str) -> APIRouter:
    """A router of endpoints that do work.

    Its dependencies are for OpenAPI to show: ``authorize`` is what checks the key, ``deadline`` what reads the header.
    """
    return APIRouter(
        route_class=GuardedRoute,
        tags=[tag],
        dependencies=[Depends(HTTPBearer(auto_error=False)), Depends(_deadline_header)],
        responses=problems.documented(*REFUSALS),
    )


def authorize(request: Request, settings: Settings) -> None:
    """Raises Unauthorized unless the request bears one of the API keys; without keys, all are let in.

    Every key is compared, each in constant time, so the answer's timing tells nothing of them.
    """
    if not settings.api_keys:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    matches = [
        hmac.compare_digest(key.get_secret_value().encode(), given.lstrip(" ").encode()) for key in settings.api_keys
    ]
    if scheme.lower() != "bearer" or not any(matches):
        raise Unauthorized("send an API key: Authorization: Bearer KEY")


def caller(scope: Scope, settings: Settings) -> str:
    """Whose turn it is when callers take turns: that of the API key, or where none is asked for, of the address."""
    if settings.api_keys:
        return Headers(scope=scope).get("authorization", "")
    client = scope.get("client")
    return client[0] if client else ""


def deadline(request: Request, settings: Settings) -> float:
    """Seconds until the answer is of no use: the setting's, or fewer if the caller says so.

    Raises BadParameter for what is not a positive number.
    """
    asked = request.headers.get(DEADLINE)
    if asked is None:
        return settings.deadline_seconds
    try:
        seconds = float(asked)
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise BadParameter(DEADLINE, "must be a positive number of seconds")
    return min(seconds, settings.deadline_seconds)


def _check_marks(body: bytes) -> None:
    """Raises BadParameter for JSON of far more parts than any that is asked for."""
    for mark, most in MOST_MARKS.items():
        if body.count(mark) > most:
            raise BadParameter("body", f"has more than {most} of the mark {mark.decode()!r}, as no JSON for this has")
