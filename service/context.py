"""What the endpoints work with: one object, which ``app.py`` makes and FastAPI passes to each of them."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import structlog
from fastapi import Depends, Request

from hourglass.errors import HourglassError
from hourglass.models.repository import Changes, Repository
from service.metrics import Metrics
from service.scheduling.admission import Admission
from service.scheduling.engine import Engine
from service.scheduling.files import Files
from service.scheduling.ledger import Ledger
from service.scheduling.tasks import Tasks
from service.settings import Settings
from service.uploads import Uploads

log = structlog.get_logger(name="hourglass.models")

T = TypeVar("T")


@dataclass(slots=True)
class Context:
    """``fallback`` says why the CPU is used where CUDA was wanted; ``leaving`` is True once shutdown has begun."""

    settings: Settings
    metrics: Metrics
    repository: Repository
    fallback: str
    admission: Admission
    uploads: Uploads
    ledger: Ledger
    tasks: Tasks
    files: Files
    engine: Engine
    leaving: bool = False
    _reloading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    @property
    def unready(self) -> str:
        """Why traffic should go elsewhere; empty if it should not. Work is taken as long as the sockets are open."""
        if self.leaving:
            return "the service is shutting down"
        ailing = self.engine.recovery.ailing
        return f"being loaded anew after a failure: {', '.join(ailing)}" if ailing else ""

    async def reload(self) -> Changes:
        """Installs what the models folder holds now. Raises as Repository does, and then changes nothing.

        Reloads take turns. Cancelling one that waits takes it out of the queue; one that has begun is finished.
        """
        await self._reloading.acquire()
        return await asyncio.shield(self._reload())

    async def _reload(self) -> Changes:
        try:
            renewed = await _aside(self.repository.renewed)
            changes = renewed.since(self.repository)
            self._install(renewed, changes)
        except HourglassError as error:
            log.error("the models were not reloaded", reason=str(error))
            raise
        finally:
            self._reloading.release()
        log.info("the models were reloaded", added=changes.added, replaced=changes.replaced, removed=changes.removed)
        return changes

    def _install(self, renewed: Repository, changes: Changes) -> None:
        """New requests find the models of ``renewed``. A request that has its model already goes on with that one."""
        gone = set(self.repository).difference(renewed)
        self.repository = renewed
        for model in gone:
            self.engine.recovery.retire(model)
        self.metrics.installed(renewed, changes.removed)


def _aside(call: Callable[[], T]) -> asyncio.Future[T]:
    """Runs ``call`` on a daemon thread, which does not keep the process from ending if the call never returns."""
    done: concurrent.futures.Future[T] = concurrent.futures.Future()

    def run() -> None:
        try:
            done.set_result(call())
        except Exception as error:  # the caller gets it, whatever it is
            done.set_exception(error)

    done.set_running_or_notify_cancel()  # it cannot be cancelled any more
    threading.Thread(target=run, name="reload", daemon=True).start()
    return asyncio.wrap_future(done)


async def _of_request(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


RequestContext = Annotated[Context, Depends(_of_request)]
