"""POST /denoise: a noisy image in, a clean one out."""

from typing import Annotated

from fastapi import Query, Request, Response

from service.api import problems
from service.api.answers import PICTURES, binary, negotiate, picture
from service.api.bodies import fitted, image_body, read_one
from service.api.guard import guarded_router
from service.api.parameters import ModelName, Resize
from service.context import Service
from service.errors import BadImage, NoSuchModel, NotAcceptable, TooLarge, UnsupportedMedia
from service.imaging import Picture
from service.tasks.denoise import FULL_STRENGTH, denoise

router = guarded_router("denoise")

Strength = Annotated[int, Query(ge=0, le=FULL_STRENGTH, description="0 returns the image as it is")]


@router.post(
    "/denoise",
    operation_id="denoise",
    summary="Clean a noisy image",
    response_class=Response,
    responses={
        **problems.documented(NotAcceptable, NoSuchModel, TooLarge, UnsupportedMedia, BadImage),
        **binary(
            *PICTURES,
            description="the clean image, as Accept asks; PNG by default",
            Hourglass_Model="the model that cleaned it",
            Hourglass_Dropped="what of the image it does not keep",
        ),
    },
    openapi_extra=image_body(),
)
async def denoise_image(
    request: Request,
    service: Service,
    model: ModelName = None,
    strength: Strength = FULL_STRENGTH,
    resize: Resize = False,
) -> Response:
    """Removes noise, and fills in pixels that were blacked out."""
    kind = negotiate(request, PICTURES)
    chosen = service.repository.pick("denoise", model)
    pixels, dropped = await fitted(await read_one(request, service), chosen, resize, service)
    clean = await denoise(service.batcher, chosen, pixels, strength)
    return await picture(Picture(clean), kind, chosen.name, dropped)
