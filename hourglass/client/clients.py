"""The two clients: ``Hourglass`` waits for each answer, ``AsyncHourglass`` is awaited."""

import asyncio
import time
from typing import Self

import httpx

from hourglass.client.calls import Call, Outcome, T
from hourglass.client.methods import Methods
from hourglass.client.tries import Tries


class Hourglass(Methods[httpx.Client]):
    """A client that threads may share. Close it, or use it as a context manager."""

    _kind = httpx.Client

    def _make(self, call: Call[T]) -> T:
        tries, body = Tries(self._timeout, self._retries), call.body()
        while True:
            try:
                outcome: Outcome = self._http.send(call.request(self._http, body, tries.seconds))
            except httpx.TransportError as error:
                outcome = error
            pause = tries.pause(outcome)
            if pause is None:
                return call.result(outcome)
            time.sleep(pause)

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncHourglass(Methods[httpx.AsyncClient]):
    """A client that tasks may share. Await its methods; close it, or use it with ``async with``."""

    _kind = httpx.AsyncClient

    async def _make(self, call: Call[T]) -> T:
        tries, body = Tries(self._timeout, self._retries), await asyncio.to_thread(call.body)
        while True:
            try:
                outcome: Outcome = await self._http.send(call.request(self._http, body, tries.seconds))
            except httpx.TransportError as error:
                outcome = error
            pause = tries.pause(outcome)
            if pause is None:
                return call.result(outcome)
            await asyncio.sleep(pause)

    async def aclose(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
