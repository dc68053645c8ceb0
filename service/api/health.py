"""GET /healthz, /readyz, /metrics: for orchestrators and Prometheus; no key is asked for."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hourglass.errors import NotReady
from service.api import problems
from service.context import RequestContext

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="live", summary="Is the process alive", response_class=PlainTextResponse)
async def live() -> str:
    return "ok\n"


@router.get(
    "/readyz",
    operation_id="ready",
    summary="Does it take work",
    response_class=PlainTextResponse,
    responses=problems.documented(NotReady),
)
async def ready(context: RequestContext) -> str:
    if context.unready:
        raise NotReady(context.unready)
    return "ready\n"


@router.get("/metrics", operation_id="metrics", summary="Prometheus series", response_class=PlainTextResponse)
async def metrics(context: RequestContext) -> Response:
    return Response(generate_latest(context.metrics.registry), media_type=CONTENT_TYPE_LATEST)
