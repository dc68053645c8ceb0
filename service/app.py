"""create_app(settings): the wiring, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPBearer

from service.api import anomaly, decode, denoise, encode, guard, health, models, problems, sample
from service.api.observe import Observe
from service.batching import Batcher
from service.context import Context
from service.metrics import Metrics
from service.repository import Repository
from service.runtime import choose_device, usable_cores
from service.settings import Settings

DESCRIPTION = """Autoencoders over HTTP: compress an image, clean a noisy one, draw new ones, tell how unusual one is.

Errors are RFC 9457 problem details. `Server-Timing` tells where the time of an answer went."""


def create_app(settings: Settings) -> FastAPI:
    """The application. Loads and verifies every model; raises BrokenModel if one does not hold."""
    metrics = Metrics()
    repository = Repository(settings.models, choose_device(settings.device))
    workers = settings.threads or usable_cores()
    batcher = Batcher(workers, settings.max_batch, settings.queue_images, settings.queue_bytes, metrics)
    context = Context(settings, metrics, repository, batcher)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        context.ready = True
        metrics.ready.set(1)
        yield
        context.ready = False
        metrics.ready.set(0)
        await batcher.close()

    app = FastAPI(
        title="Hourglass", version=version("hourglass"), description=DESCRIPTION, lifespan=lifespan, redoc_url=None
    )
    app.state.context = context
    problems.install(app)
    for task in (encode, decode, denoise, sample, anomaly, models):
        app.include_router(
            task.router,
            dependencies=[Depends(HTTPBearer(auto_error=False))],
            responses=problems.documented(*guard.REFUSALS),
        )
    app.include_router(health.router)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"]
        )
    app.add_middleware(Observe, metrics=metrics)
    metrics.describe(repository, workers)
    return app
