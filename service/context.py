"""What every request works with: the one object that ``app.py`` makes and the endpoints are handed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.batching import Batcher
from service.metrics import Metrics
from service.repository import Repository
from service.settings import Settings


@dataclass(slots=True)
class Context:
    """``ready`` is False before start-up is done and once shutdown has begun."""

    settings: Settings
    metrics: Metrics
    repository: Repository
    batcher: Batcher
    ready: bool = False


async def _of_request(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Service = Annotated[Context, Depends(_of_request)]
