"""uvicorn, made to leave politely."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from service.connection import Protocol
from service.context import Context

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than gateways keep theirs, so that they are the ones to close it."""


@contextmanager
def on_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Has ``handler`` called for what asks a process to end. SIGHUP stays ignored where it is, as by nohup."""
    asked = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        asked.remove(signal.SIGHUP)
    former = {each: signal.signal(each, handler) for each in asked}
    try:
        yield
    finally:
        for each, its in former.items():
            signal.signal(each, its)


class Server(uvicorn.Server):
    """On SIGTERM or SIGHUP it first says that it leaves, and for a while still takes work: gateways are slow to notice.

    SIGINT, or another of them, ends that while; a SIGINT after that ends all work, which is told so.
    """

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
                http=Protocol.of(settings, self._context.metrics),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=settings.drain_seconds,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._loop = asyncio.get_running_loop()
        with on_signals(self.handle_exit):  # and no signal is raised again afterwards: the process ends as it should
            yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            if sig == signal.SIGINT:
                self._loop.call_soon_threadsafe(self._give_up)
        elif sig == signal.SIGINT or self._leave_at is not None:
            self.should_exit = True
        else:
            self._context.leaving = True
            self._leave_at = time.monotonic() + self._context.settings.leave_seconds

    async def on_tick(self, counter: int) -> bool:
        if self._leave_at is not None and time.monotonic() >= self._leave_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._context.leaving = True
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()

    def _give_up(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()
        self.force_exit = True
