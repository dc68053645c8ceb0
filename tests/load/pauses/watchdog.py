"""python -m tests.load.pauses.watchdog: the service; GET /pause tells the longest pause of its loop since last asked.

What the machine gave to others does not count: Linux tells how long a thread was ready to run and had no core.
"""

import asyncio
import sys
import time
from pathlib import Path

from fastapi import FastAPI

from service import __main__ as program
from service.server import Server

TICK_SECONDS = 0.001


class Watchdog:
    """A task that wants to be woken every millisecond, and notes how late it is."""

    longest = 0.0

    async def watch(self) -> None:
        while True:
            began, waited = time.monotonic(), _without_core()
            await asyncio.sleep(TICK_SECONDS)
            late = time.monotonic() - began - TICK_SECONDS - (_without_core() - waited)
            self.longest = max(self.longest, late)


def _without_core() -> float:
    """Seconds that this thread was ready to run, and others had the cores."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


class Watched(Server):
    """The service's own server, and the watchdog beside it."""

    def __init__(self, app: FastAPI) -> None:
        self._watchdog = watchdog = Watchdog()

        @app.get("/pause")
        async def pause() -> float:
            watchdog.longest, longest = 0.0, watchdog.longest
            return longest

        super().__init__(app)

    async def main_loop(self) -> None:
        task = asyncio.ensure_future(self._watchdog.watch())
        await super().main_loop()
        task.cancel()


if __name__ == "__main__":
    setattr(program, "Server", Watched)  # noqa: B010  # it imports the name, and does not export it
    sys.exit(program.main(sys.argv[1:]))
