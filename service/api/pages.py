"""GET /docs: the pages for browsers. All they need comes from here; no other host is asked for anything."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles

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

router = APIRouter(include_in_schema=False)
_files = StaticFiles(directory=FOLDER)


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
