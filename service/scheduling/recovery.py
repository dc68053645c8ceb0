"""Rebuilds the models that failed a batch."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol
from weakref import WeakSet

import structlog

from service.metrics import Metrics, Reason

log = structlog.get_logger(name="hourglass.recovery")

RETRY_SECONDS = 1.0


class Backend(Protocol):
    """What batches run on: a model."""

    @property
    def name(self) -> str: ...

    def stop(self, thread: int | None = None) -> None:
        """Ends what runs on it now, all or on a ``thread``: it raises, and so comes to an end."""

    def rebuild(self) -> None:
        """Replaces what may be spoilt. Blocks, and raises if it cannot."""


class Recovery:
    """The backends that failed a batch. Each is rebuilt on a thread of its own, again and again until that works."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._ailing: dict[Backend, Callable[[Backend], None]] = {}
        self._retired: WeakSet[Backend] = WeakSet()

    def __contains__(self, backend: Backend) -> bool:
        return backend in self._ailing

    def well(self, backend: Backend) -> bool:
        """Whether ``backend`` can be used now."""
        return backend not in self._ailing

    @property
    def ailing(self) -> list[str]:
        """The names of the backends that cannot be used now."""
        return sorted(backend.name for backend in self._ailing)

    def begin(self, backend: Backend, reason: Reason, tried: Callable[[Backend], None]) -> None:
        """Rebuilds ``backend`` unless that is under way, or it is retired.

        ``tried`` is called after each attempt, good or not, and when it is retired first.
        """
        if backend in self._ailing or backend in self._retired:
            return
        self._ailing[backend] = tried
        self._metrics.rebuilds.labels(backend.name, reason).inc()
        log.error("a model failed a batch and is loaded anew", model=backend.name, reason=reason)
        self._attempt(backend)

    def retire(self, backend: Backend) -> None:
        """``backend`` is no longer installed: it is not rebuilt, now or ever. What still runs on it may finish."""
        self._retired.add(backend)
        if backend in self._ailing:
            self._ailing[backend](backend)  # while it ails, so that who waits for it is told
            del self._ailing[backend]

    def _attempt(self, backend: Backend) -> None:
        if backend in self._retired:
            return
        loop = asyncio.get_running_loop()

        def rebuild() -> None:
            error: Exception | None = None
            try:
                backend.rebuild()
            except Exception as raised:  # whatever the runtime raises, the next attempt may go better
                error = raised
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, error)

        def settle(error: Exception | None) -> None:
            if backend in self._retired:
                return
            tried = self._ailing[backend]
            if error is None:
                del self._ailing[backend]
                log.info("the model works again", model=backend.name)
            else:
                log.error("the model cannot be loaded", model=backend.name, reason=str(error))
                loop.call_later(RETRY_SECONDS, self._attempt, backend)
            tried(backend)

        threading.Thread(target=rebuild, name="rebuild", daemon=True).start()
