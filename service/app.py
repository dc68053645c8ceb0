"""create_app(settings): the wiring, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from hourglass import __version__
from hourglass.models.repository import open_repository
from hourglass.models.runtime import usable_cores
from service.api import anomaly, decode, denoise, encode, health, models, pages, problems, sample
from service.api.observe import Observe
from service.api.requests.methods import with_head
from service.context import Context
from service.metrics import Metrics
from service.scheduling.admission import Admission
from service.scheduling.engine import Engine
from service.scheduling.files import Files
from service.scheduling.ledger import Ledger
from service.scheduling.tasks import Tasks
from service.settings import Settings
from service.uploads import Uploads

DESCRIPTION = """Autoencoders over HTTP: compress an image, clean a noisy one, draw new ones, tell how unusual one is.

An image is the whole body of a request, or the part `file` of a form; the form's fields are parameters as those of the
query are. `Accept` picks among the media types of an answer, the first of which is the default. Errors are
RFC 9457 problem details. `Server-Timing` tells where the time of an answer went."""


def create_app(settings: Settings) -> FastAPI:
    """The application. Loads and verifies every model; raises BrokenModel if one does not hold, or NoCuda."""
    metrics = Metrics()
    cores = settings.threads or usable_cores()
    repository, fallback = open_repository(settings.models, settings.device, cores)
    ledger = Ledger(settings.queue_bytes, metrics)
    context = Context(
        settings=settings,
        metrics=metrics,
        repository=repository,
        fallback=fallback,
        admission=Admission(settings.max_requests, metrics),
        uploads=Uploads(settings.queue_bytes // 2, settings.upload_rate, settings.upload_seconds),
        ledger=ledger,
        tasks=Tasks(ledger, cores),
        files=Files(cores),
        engine=Engine(cores, settings.max_batch, settings.queue_images, metrics, settings.stall_seconds),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        context.leaving = True
        await context.engine.close()
        context.files.close()

    app = FastAPI(
        title="Hourglass",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's asks another host for its parts
        redoc_url=None,
        redirect_slashes=False,  # the Host header would say where to
        telemetry={"tracing": False, "metrics": False, "logs": False},  # Observe does that
    )
    app.state.context = context
    metrics.ready.set_function(lambda: not context.unready)
    problems.install(app)
    parts = (anomaly, encode, decode, denoise, sample, models, health, pages)
    # Ahead of the documentation's, in the order of how often they are called; include_router() would nest them.
    app.router.routes[:0] = with_head(route for part in parts for route in part.router.routes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["*"],
        )
    app.add_middleware(Observe, context=context)
    metrics.describe(settings, repository, cores, bool(fallback))
    return app
