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

    @property
    def unready(self) -> str:
        """Why traffic should go elsewhere; empty if it should not. Work is taken as long as the sockets are open."""
        if self.leaving:
            return "the service is shutting down"
        ailing = self.batcher.recovery.ailing
        return f"being loaded anew after a failure: {', '.join(ailing)}" if ailing else ""


async def _of_request(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Service = Annotated[Context, Depends(_of_request)]
