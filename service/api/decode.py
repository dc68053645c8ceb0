"""POST /decode: the compressed file in, the image out."""

from fastapi import Request, Response

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, NoSuchModel, NotAcceptable, TooLarge
from hourglass.models.codec import Codec
from service.api import problems
from service.api.answers import BITSTREAM, PICTURES, binary, negotiate, picture
from service.api.bodies import CODED_BYTES_PER_PIXEL
from service.api.guard import guarded_router
from service.context import Context, RequestContext
from service.tasks.decode import decode
from service.timing import measured

router = guarded_router("compress")

_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/decode",
    operation_id="decode",
    summary="Show a compressed image again",
    response_class=Response,
    responses={
        **problems.documented(BadBitstream, NotAcceptable, NoSuchModel, TooLarge),
        **binary(
            *PICTURES,
            description="the image, as Accept asks; PNG by default",
            Hourglass_Dropped="what of it that format cannot hold",
        ),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {BITSTREAM: _BYTES, "application/octet-stream": _BYTES}}
    },
)
async def decode_image(request: Request, context: RequestContext) -> Response:
    """Takes what `/encode` answered, whatever its Content-Type, and nothing else: the file names its model itself."""
    kind = negotiate(request, PICTURES)
    data = await request.body()
    with measured("decode"):
        pixels = _photo_pixels(data, context)
    with context.admission.hold() as take:
        take(CODED_BYTES_PER_PIXEL * pixels)
        return await picture(await decode(context.batcher, context.repository, data), kind)


def _photo_pixels(data: bytes, context: Context) -> int:
    """How many pixels a photo has, by the header of its file; 0 for an image of a fixed size, which its model knows.

    Raises TooLarge for more than are taken.
    """
    container, _ = Container.unpack(data)
    if not isinstance(context.repository.identified(container.model), Codec):
        return 0
    pixels, most = container.width * container.height, context.settings.max_pixels
    if pixels > most:
        raise TooLarge(f"the image has {container.width}x{container.height} pixels; at most {most} are shown")
    return pixels
