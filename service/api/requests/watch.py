"""Work is for somebody, and for a while: it is cancelled when the caller leaves, or would be answered too late."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from hourglass.errors import DeadlinePassed

MOMENT_SECONDS = 0.1


async def while_connected(request: Request, work: Coroutine[Any, Any, Response], seconds: float) -> Response:
    """The answer of ``work``, which is cancelled when ``seconds`` have passed or the caller hangs up.

    Raises DeadlinePassed or ClientDisconnect then.
    """
    watch = _Watch(request, seconds)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.verdict is None:
            raise
        raise watch.verdict from None
    finally:
        watch.end()


class _Watch:
    """Cancels the task that makes it once the caller has hung up, or the answer would come too late.

    It looks for a hang-up only after a moment: most answers are ready by then, and cost no second task.
    """

    def __init__(self, request: Request, seconds: float) -> None:
        self.verdict: Exception | None = None
        self._request, self._seconds, self._working = request, seconds, asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        moment = min(MOMENT_SECONDS, seconds)
        self._timer = asyncio.get_running_loop().call_later(moment, self._begin, seconds - moment)

    def end(self) -> None:
        self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _begin(self, left: float) -> None:
        self._task = asyncio.ensure_future(self._look(left))

    async def _look(self, left: float) -> None:
        try:
            async with asyncio.timeout(left):
                while (await self._request.receive())["type"] != "http.disconnect":
                    pass
            self.verdict = ClientDisconnect()
        except TimeoutError:
            self.verdict = DeadlinePassed(f"the answer was not ready within {self._seconds:g} seconds")
        if self._working:
            self._working.cancel()
