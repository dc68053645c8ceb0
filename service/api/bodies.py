"""Images out of request bodies: raw bytes, or the ``file`` parts of a form."""

from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from typing import Any, TypeVar

import anyio.to_thread
from fastapi import Request
from PIL.Image import Image
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from hourglass.errors import BadParameter, TooLarge, UnsupportedMedia
from hourglass.imaging import open_image, read_picture
from hourglass.models.installed import Installed, Taken
from service.context import Context
from service.timing import measured

INLINE_BYTES, INLINE_PIXELS = 16 << 10, 256 * 256
"""An image up to this size is decoded at once; a larger one in a thread, so that others are answered meanwhile."""

BYTES_PER_PIXEL = 12
"""What decoding and scaling take at their peak, as measured: Pillow's 4 a pixel, the array's 3, and copies."""

TAKEN = ("image/", "application/octet-stream", "application/x-www-form-urlencoded")
"""The last is what ``curl --data-binary`` says of any bytes."""

T = TypeVar("T")

_BINARY = {"schema": {"type": "string", "format": "binary"}}


def image_body(many: bool = False) -> dict[str, Any]:
    """The OpenAPI description of a body that is an image, or a form with one or ``many``."""
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    if many:
        form["properties"] = {"file": {"type": "array", "items": file, "minItems": 1}}
    content = dict.fromkeys(("image/*", "application/octet-stream"), _BINARY)
    return {"requestBody": {"required": True, "content": content | {"multipart/form-data": {"schema": form}}}}


async def read_files(request: Request, context: Context) -> list[bytes]:
    """The image files of a request, in order, at least one."""
    body = await request.body()
    kind = request.headers.get("content-type", "application/octet-stream").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _form_files(request, body, context.settings.max_files)
    if not kind.startswith(TAKEN):
        raise UnsupportedMedia(f"Content-Type {kind[:64]!r} is not taken; send an image, or multipart/form-data")
    return [body]


async def read_one(request: Request, context: Context) -> bytes:
    """The one image file of a request."""
    files = await read_files(request, context)
    if len(files) != 1:
        raise BadParameter("file", f"{len(files)} images were sent; this endpoint takes one")
    return files[0]


async def taken_of(data: bytes, model: Installed, resize: bool, context: Context) -> Taken:
    """What ``model`` takes of an image file."""
    settings = context.settings

    def opened() -> Image:
        return open_image(data, settings.formats, settings.max_pixels)

    def decoded() -> Taken:
        with closing(image), context.admission.hold() as take:  # threads keep what they opened until their next call
            take(BYTES_PER_PIXEL * image.width * image.height)
            return model.take(read_picture(image), resize)

    with measured("decode"):
        small = len(data) <= INLINE_BYTES
        image = opened() if small else await _in_thread(opened)
        small = small and image.width * image.height <= INLINE_PIXELS
        return decoded() if small else await _in_thread(decoded)


async def _in_thread(call: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(call, abandon_on_cancel=True)


async def _form_files(request: Request, body: bytes, limit: int) -> list[bytes]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=limit, max_fields=limit).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        message = getattr(error, "message", "") or "no boundary, or a broken part"
        if message.startswith("Too many"):
            raise TooLarge(f"the form has too many parts; at most {limit} are taken") from error
        raise BadParameter("file", f"the form cannot be read: {message}") from error
    try:
        files = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        if not files:
            raise BadParameter("file", "the form has no part called file that is a file")
        return [await part.read() for part in files]
    finally:
        await form.close()
