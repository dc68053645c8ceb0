"""Answers: what the caller accepts, and images in it."""

from typing import Any, TypeVar, get_args

import mimeparse
from fastapi import Request, Response

from service.errors import NotAcceptable
from service.imaging import MediaType, Pixels, write_image
from service.timing import measured

BITSTREAM = "application/vnd.hourglass"
JSON = "application/json"
PICTURES: tuple[MediaType, ...] = get_args(MediaType)
"""What an image can be answered as, the default first."""

T = TypeVar("T", bound=str)

DROPPED = "Hourglass-Dropped"
MODEL = "Hourglass-Model"


def negotiate(request: Request, offered: tuple[T, ...]) -> T:
    """The offered media type that ``Accept`` likes best; the first where it has no preference (RFC 9110, 12.5.1).

    Raises NotAcceptable if it likes none.
    """
    accept = (
        b", ".join(value for name, value in request.scope["headers"] if name == b"accept").decode("latin-1").lower()
    )
    if accept in {"", "*/*"}:
        return offered[0]
    try:
        best = mimeparse.best_match(reversed(offered), accept)
    except mimeparse.MimeTypeParseException:
        best = ""
    for media_type in offered:
        if media_type == best:
            return media_type
    raise NotAcceptable(f"Accept: {accept[:100]} cannot be met; there are: {', '.join(offered)}")


def picture(pixels: Pixels, media_type: MediaType, headers: dict[str, str]) -> Response:
    """An image answer from uint8 [height, width, channels]."""
    with measured("encode"):
        data = write_image(pixels, media_type)
    return Response(data, media_type=media_type, headers={**headers, "Vary": "Accept"})


def told(model: str, dropped: list[str]) -> dict[str, str]:
    """Headers that say which model answered and what of the image it did not keep."""
    return {MODEL: model} | ({DROPPED: ", ".join(dropped)} if dropped else {})


def binary(*media_types: str, description: str, **headers: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of a binary 200, and of its headers."""
    return {
        200: {
            "description": description,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types},
            "headers": {
                name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
                for name, text in headers.items()
            },
        }
    }
