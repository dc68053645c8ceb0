"""POST /decode: the compressed file in, the image out."""

import math

from fastapi import Response

from hourglass.bitstream.container import Container
from hourglass.errors import BadBitstream, NoSuchModel, NotAcceptable, TooLarge
from hourglass.imaging import FORMATS, named, spoken
from service.api import problems
from service.api.answers import BITSTREAM, PICTURES, binary, negotiate, picture
from service.api.names import stem
from service.api.requests.bodies import ANYTHING, file_body, read_one
from service.api.requests.forms import Arrived
from service.api.requests.guard import guarded_router
from service.context import RequestContext
from service.timing import measured

router = guarded_router("compress")


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
    openapi_extra=file_body(BITSTREAM),
)
async def decode_image(request: Arrived, context: RequestContext) -> Response:
    """Takes what `/encode` answered, whatever its Content-Type, and nothing else: the file names its model itself."""
    kind = negotiate(request, PICTURES)
    file = await read_one(request, ANYTHING)
    if named(file.data) in FORMATS:
        raise BadBitstream(f"this is {spoken(file.data)}, not a compressed file: send it to /encode")
    with measured("decode"):
        container = Container.unpack(file.data)
    model = context.repository.identified(container.model)
    size, most = (container.height, container.width), context.settings.max_pixels
    if math.prod(size) > most:
        raise TooLarge(f"the image has {container.width}x{container.height} pixels; at most {most} are shown")
    with context.tasks.begin(model, "decode", *size) as task:
        shown = await context.engine.do(task, model.decoding(container))
        return await picture(shown, kind, stem(file.name), files=context.files, hold=task.hold)
