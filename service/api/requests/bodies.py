"""Images out of request bodies: raw bytes, or the ``file`` parts of a form."""

from contextlib import ExitStack, closing
from typing import Any

from hourglass.errors import BadParameter, UnsupportedMedia
from hourglass.imaging import Opened, Wanted, open_image, peak_bytes, read_picture
from hourglass.models.installed import Installed, Taken
from hourglass.models.manifest import Task as Name
from service.api.requests.forms import FILE, Arrived, Upload
from service.context import Context
from service.scheduling.ledger import Order
from service.scheduling.tasks import Task
from service.timing import measured

INLINE_BYTES, INLINE_PIXELS = 16 << 10, 256 * 256
"""An image up to this size is decoded at once; a larger one in a thread, so that others are answered meanwhile."""

TAKEN = ("image/", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded")
"""The last is what ``curl --data-binary`` says of any bytes."""

ANYTHING = ("",)

_BINARY = {"schema": {"type": "string", "format": "binary"}}


def file_body(media_type: str, many: bool = False) -> dict[str, Any]:
    """The OpenAPI description of a body that is a file of ``media_type``, or a form with one or ``many``."""
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    if many:
        form["properties"] = {"file": {"type": "array", "items": file, "minItems": 1}}
    content = dict.fromkeys((media_type, "application/octet-stream"), _BINARY)
    return {"requestBody": {"required": True, "content": content | {"multipart/form-data": {"schema": form}}}}


async def read_files(request: Arrived, types: tuple[str, ...] = TAKEN) -> list[Upload]:
    """The files of a request, in order, at least one; of a body that is no form its type begins with one of these."""
    form = await request.sent_form()
    if form is not None:
        if not form.files:
            raise BadParameter(FILE, "the form has no part called file that is a file")
        return form.files
    if not request.media_type.startswith(types):
        kind = request.media_type[:64]
        raise UnsupportedMedia(f"Content-Type {kind!r} is not taken; send an image, or multipart/form-data")
    return [Upload(await request.body())]


async def read_one(request: Arrived, types: tuple[str, ...] = TAKEN) -> Upload:
    """The one file of a request."""
    files = await read_files(request, types)
    if len(files) != 1:
        raise BadParameter(FILE, f"{len(files)} files were sent; this endpoint takes one")
    return files[0]


async def taken_of(
    data: bytes,
    model: Installed,
    name: Name,
    resize: bool,
    context: Context,
    frame: int | None = None,
    metadata: Wanted = "keep",
) -> tuple[Task, Taken]:
    """The task of ``model`` on an image file, in hand from now on, and what the model takes of the image.

    That is of the ``frame`` that is asked for, and with what is wanted of its metadata.

    Raises as Tasks does, before a pixel is decoded.
    """
    settings, files = context.settings, context.files

    def opened() -> Opened:
        return open_image(data, settings.formats, settings.max_pixels, frame)

    def decoded() -> Taken:
        with closing(image):  # threads keep what they opened until their next call
            return model.take(read_picture(image).with_metadata(metadata), resize)

    with measured("decode"):
        small = len(data) <= INLINE_BYTES
        image = opened() if small else await files.run(opened, Order.in_hand().hold)
        pixels = image.width * image.height
        beside = len(data) + peak_bytes(image)  # what of the file holds the pixels is put together anew
        task = context.tasks.begin(model, name, image.height, image.width, beside)
        with ExitStack() as failed:
            failed.push(task)
            taken = decoded() if small and pixels <= INLINE_PIXELS else await files.run(decoded, task.hold)
            failed.pop_all()
    task.hold.shrink(model.needs(name, taken.height, taken.width).bytes)
    return task, taken
