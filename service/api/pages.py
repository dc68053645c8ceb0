"""GET / and /docs: the pages for browsers. All they need comes from here; no other host is asked for anything."""

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from hourglass import __version__
from service.api.answers import JSON, negotiate
from service.context import RequestContext

FOLDER = Path(__file__).parents[1] / "pages"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing runs in a page but its own files, and it may call nothing but this service."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # asks each time whether the file is still the same
}

LINKS = {
    "title": "Hourglass",
    "version": __version__,
    "docs": "/docs",
    "openapi": "/openapi.json",
    "models": "/models",
    "ready": "/readyz",
    "metrics": "/metrics",
}

router = APIRouter(include_in_schema=False)
_files = StaticFiles(directory=FOLDER)


@router.get("/")
async def open_studio(request: Request, context: RequestContext) -> Response:
    """The studio for who prefers HTML, as browsers do; for everybody else where things are."""
    if context.settings.studio and negotiate(request, (JSON, "text/html")) == "text/html":
        answer = await _file(request, "studio/index.html")
    else:
        answer = JSONResponse(LINKS)
    answer.headers["Vary"] = "Accept"
    return answer


@router.get("/studio/{path:path}")
async def part_of_studio(request: Request, context: RequestContext, path: str) -> Response:
    if not context.settings.studio:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return await _file(request, f"studio/{path}")


@router.get("/docs")
async def show_calls(request: Request) -> Response:
    return await _file(request, "docs/index.html")


@router.get("/docs/{path:path}")
async def part_of_calls(request: Request, path: str) -> Response:
    return await _file(request, f"docs/{path}")


async def _file(request: Request, path: str) -> Response:
    """A file of a page. Raises HTTPException where there is none."""
    answer = await _files.get_response(path, request.scope)
    answer.headers.update(HEADERS)
    return answer
