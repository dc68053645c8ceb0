"""Answers: what the caller accepts, and images in it."""

from collections.abc import Sequence
from typing import Any, TypeVar, get_args

import mimeparse
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from hourglass.errors import NotAcceptable
from hourglass.imaging import MediaType, Picture, lost_in, write_image
from service.api.names import disposition
from service.scheduling.files import Files
from service.scheduling.ledger import Hold
from service.timing import measured

BITSTREAM = "application/vnd.hourglass"
JSON = "application/json"
PICTURES: tuple[MediaType, ...] = get_args(MediaType)
"""What an image can be answered as, the default first."""

INLINE_BYTES = 256 * 256
"""Of pixels: so many are written at once; more in a thread, so that others are answered meanwhile."""

PIECE_BYTES = 64 << 10
"""Of an answer that are sent at once: when a reader has taken them, the next follow."""

T = TypeVar("T", bound=str)

DROPPED = "Hourglass-Dropped"
MODEL = "Hourglass-Model"


def negotiate(request: Request, offered: tuple[T, ...]) -> T:
    """The offered media type of the highest quality in ``Accept``; the first of several (RFC 9110, 12.5.1).

    Raises NotAcceptable if it likes none.
    """
    accept = (
        b", ".join(value for name, value in request.scope["headers"] if name == b"accept").decode("latin-1").lower()
    )
    if accept in {"", "*/*"}:
        return offered[0]
    try:
        ranges = [mimeparse.parse_media_range(each) for each in accept.split(",") if each.strip()]
    except mimeparse.MimeTypeParseException:
        ranges = []
    best = max(offered, key=lambda media_type: mimeparse.quality_parsed(media_type, ranges))
    if mimeparse.quality_parsed(best, ranges) > 0:
        return best
    raise NotAcceptable(f"Accept: {accept[:100]} cannot be met; there are: {', '.join(offered)}")


async def picture(
    shown: Picture,
    media_type: MediaType,
    stem: str,
    model: str | None = None,
    dropped: Sequence[str] = (),
    *,
    files: Files,
    hold: Hold,
) -> Response:
    """An image answer, a file called ``stem``; its headers name the model where it is new, and all that was dropped."""
    with measured("encode"):
        if shown.pixels.size <= INLINE_BYTES:
            data = write_image(shown, media_type)
        else:
            data = await files.run(lambda: write_image(shown, media_type), hold)
    headers = told(model, [*dropped, *lost_in(shown, media_type)]) | disposition(stem, media_type)
    return Response(data, media_type=media_type, headers={**headers, "Vary": "Accept"})


async def in_pieces(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends an answer, and returns when all but a piece or two is on its way: until then somebody still holds it."""
    body = response.body
    if len(body) <= PIECE_BYTES:
        await response(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    for start in range(0, len(body), PIECE_BYTES):
        more = start + PIECE_BYTES < len(body)
        await send({"type": "http.response.body", "body": body[start : start + PIECE_BYTES], "more_body": more})


def told(model: str | None, dropped: Sequence[str]) -> dict[str, str]:
    """Headers that say which model answered and what of the image it did not keep."""
    return ({MODEL: model} if model else {}) | ({DROPPED: ", ".join(dropped)} if dropped else {})


def binary(*media_types: str, description: str, **headers: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of a 200 and of its headers: the default first; of JSON FastAPI adds the schema."""
    return {
        200: {
            "description": description,
            "content": {
                kind: {} if kind == JSON else {"schema": {"type": "string", "format": "binary"}} for kind in media_types
            },
            "headers": {
                "Content-Disposition": {"description": "a name for the file (RFC 6266)", "schema": {"type": "string"}},
                **{
                    name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
                    for name, text in headers.items()
                },
            },
        }
    }
