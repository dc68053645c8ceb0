"""What every request works with: the one object that ``app.py`` makes and the endpoints are handed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.admission import Admission
from service.batching import Batcher
from service.metrics import Metrics
from service.repository import Repository
from service.settings import Settings


@dataclass(slots=True)
class Context:
    """``fallback`` says why the CPU is used where CUDA was wanted; ``leaving`` is True once shutdown has begun."""

    settings: Settings
    metrics: Metrics
    repository: Repository
    fallback: str
    admission: Admission
    batcher: Batcher
    leaving: bool = False

    def leave(self) -> None:
        """Tells whoever sends traffic to send it elsewhere. Work is still taken, until the sockets close."""
        self.leaving = True
        self.metrics.ready.set(0)


async def _of_request(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Service = Annotated[Context, Depends(_of_request)]
