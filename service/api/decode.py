"""POST /decode: the compressed file in, the image out."""

from fastapi import Request, Response

from service.api import problems
from service.api.answers import BITSTREAM, PICTURES, binary, negotiate, picture
from service.api.guard import guarded_router
from service.context import Service
from service.errors import BadBitstream, NoSuchModel, NotAcceptable, TooLarge
from service.tasks.decode import decode

router = guarded_router("compress")

_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/decode",
    operation_id="decode",
    summary="Show a compressed image again",
    response_class=Response,
    responses={
        **problems.documented(BadBitstream, NotAcceptable, NoSuchModel, TooLarge),
        **binary(*PICTURES, description="the image, as Accept asks; PNG by default"),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {BITSTREAM: _BYTES, "application/octet-stream": _BYTES}}
    },
)
async def decode_image(request: Request, service: Service) -> Response:
    """Takes what `/encode` answered, whatever its Content-Type, and nothing else: the file names its model itself."""
    kind = negotiate(request, PICTURES)
    pixels = await decode(service.batcher, service.repository, await request.body())
    return picture(pixels, kind, {})
