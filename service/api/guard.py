"""What holds for every endpoint that does work: who may call, how much and how long, and what if the caller leaves."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Message

from service.context import Context
from service.errors import (
    BadParameter,
    DeadlinePassed,
    NotReady,
    QueueFull,
    SlowUpload,
    TooLarge,
    Unauthorized,
)
from service.settings import Settings

CLIENT_CLOSED_REQUEST = 499
"""The status, in logs and metrics only, of a request whose caller left (nginx's convention)."""

REFUSALS = (BadParameter, Unauthorized, NotReady, TooLarge, SlowUpload, QueueFull, DeadlinePassed)
"""What any of these endpoints may answer with."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """Checks the API key, then reads the body within limits, then answers before the deadline or not at all."""

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            context: Context = request.app.state.context
            authorize(request, context.settings)
            if not context.ready:
                raise NotReady("the service is starting or shutting down")
            try:
                body = await _read_body(request, context.settings)
                return await _while_connected(request, answer(Request(request.scope, _replay(body))), context.settings)
            except ClientDisconnect:
                return Response(status_code=CLIENT_CLOSED_REQUEST)

        return guarded


def authorize(request: Request, settings: Settings) -> None:
    """Raises Unauthorized unless the request bears one of the API keys; without keys, all are let in.

    Every key is compared, each in constant time, so the answer's timing tells nothing of them.
    """
    if not settings.api_keys:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    matches = [hmac.compare_digest(key.get_secret_value().encode(), given.encode()) for key in settings.api_keys]
    if scheme.lower() != "bearer" or not any(matches):
        raise Unauthorized("send an API key: Authorization: Bearer KEY")


async def _read_body(request: Request, settings: Settings) -> bytes:
    limit = settings.max_body_bytes
    try:
        declared = int(request.headers.get("content-length", 0))
    except ValueError:
        declared = 0
    if declared > limit:
        raise TooLarge(f"the body has {declared} bytes; at most {limit} are taken")
    body = bytearray()
    try:
        async with asyncio.timeout(settings.upload_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise TooLarge(f"the body has more than the {limit} bytes that are taken")
    except TimeoutError:
        raise SlowUpload(f"the body did not arrive within {settings.upload_seconds:g} seconds") from None
    return bytes(body)


def _replay(body: bytes) -> Callable[[], Awaitable[Message]]:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.get_running_loop().create_future()

    return receive


async def _while_connected(request: Request, work: Coroutine[Any, Any, Response], settings: Settings) -> Response:
    """The answer of ``work``, which is cancelled when the deadline passes or the caller hangs up."""
    answer = asyncio.ensure_future(work)
    hung_up = asyncio.ensure_future(_hang_up(request))
    try:
        await asyncio.wait({answer, hung_up}, timeout=settings.deadline_seconds, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        if hung_up.done():
            raise ClientDisconnect
        raise DeadlinePassed(f"the answer was not ready within {settings.deadline_seconds:g} seconds")
    finally:
        for task in (answer, hung_up):
            task.cancel()
        await asyncio.gather(answer, hung_up, return_exceptions=True)


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
