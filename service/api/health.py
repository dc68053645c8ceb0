"""GET /healthz, /readyz, /metrics: for orchestrators and Prometheus; no key is asked for."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.api import problems
from service.context import Service
from service.errors import NotReady

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
async def ready(service: Service) -> str:
    if service.unready:
        raise NotReady(service.unready)
    return "ready\n"


@router.get("/metrics", operation_id="metrics", summary="Prometheus series", response_class=PlainTextResponse)
async def metrics(service: Service) -> Response:
    return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)
