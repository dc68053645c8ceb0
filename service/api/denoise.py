"""POST /denoise: a noisy image in, a clean one out."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hourglass.errors import BadImage, NoSuchModel, NotAcceptable, TooLarge, UnsupportedMedia
from hourglass.models.vector import FULL_STRENGTH
from service.api import problems
from service.api.answers import PICTURES, binary, negotiate, picture
from service.api.names import stem
from service.api.requests.bodies import file_body, read_one, taken_of
from service.api.requests.forms import Arrived
from service.api.requests.guard import guarded_router
from service.api.requests.parameters import Frame, Metadata, ModelName, Resize
from service.context import RequestContext

router = guarded_router("denoise")


def _parsed(value: object) -> object:
    if value == "auto" or (str(value).isascii() and str(value).isdigit() and int(str(value)[:9]) <= FULL_STRENGTH):
        return value
    raise PydanticCustomError("strength", "must be auto, or a whole number of 0 to {most}", {"most": FULL_STRENGTH})


Strength = Annotated[
    Literal["auto"] | Annotated[int, Field(ge=0, le=FULL_STRENGTH)],
    BeforeValidator(_parsed),
    Query(
        description="how hard to push: 0 returns the image as it is; of photos, 50 is what auto does, 25 takes half of "
        "the noise away, 100 takes it for twice as strong as it looks; of a model of one size, 100 is what auto does"
    ),
]


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
            Hourglass_Sigma="of a photo: the standard deviation of its noise, of 255, as estimated",
        ),
    },
    openapi_extra=file_body("image/*"),
)
async def denoise_image(
    request: Arrived,
    context: RequestContext,
    model: ModelName = None,
    strength: Strength = "auto",
    resize: Resize = False,
    frame: Frame = None,
    metadata: Metadata = "keep",
) -> Response:
    """Takes the noise out of a photo of any size; the 28x28 models also fill in pixels that were blacked out."""
    kind = negotiate(request, PICTURES)
    chosen = context.repository.pick("denoise", model)
    file = await read_one(request)
    task, taken = await taken_of(file.data, chosen, "denoise", resize, context, frame, metadata)
    with task:
        denoised = await context.engine.do(task, chosen.denoising(taken, strength))
        shown, named = denoised.picture, stem(file.name, "-clean")
        answer = await picture(shown, kind, named, chosen.name, shown.dropped, files=context.files, hold=task.hold)
    if denoised.sigma is not None:
        answer.headers["Hourglass-Sigma"] = f"{denoised.sigma:.2f}"
    return answer
