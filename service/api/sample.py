"""GET and POST /sample: new images, out of nothing but numbers."""

import base64
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from hourglass.errors import BadParameter, NoSuchModel, NotAcceptable
from hourglass.imaging import Picture, contact_sheet, write_image
from hourglass.models.installed import Installed
from hourglass.models.runtime import Array
from hourglass.models.vector import walk
from service.api import problems
from service.api.answers import JSON, binary, negotiate, picture, told
from service.api.requests.guard import guarded_router
from service.api.requests.parameters import ModelName
from service.context import Context, RequestContext

router = guarded_router("sample")

MOST = 256
MOST_NUMBERS = 1 << 15
"""Of all z of a walk together, as of those that a body can bring: they are written as JSON while all others wait."""

Vector = Annotated[list[float], Field(fail_fast=True)]  # of a million wrong numbers, one is told


class Latents(BaseModel):
    """Which images to make: those of ``z``, or ``steps`` on the way from ``start`` to ``end``."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"z": [[0.0] * 40]}]})

    z: Annotated[list[Vector], Field(min_length=1, max_length=MOST, fail_fast=True)] | None = None
    start: Vector | None = None
    end: Vector | None = None
    steps: Annotated[int, Field(ge=2, le=MOST)] = 8

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Latents":
        if (self.z is None) == (self.start is None) or (self.start is None) != (self.end is None):
            raise PydanticCustomError("latents", "send either z, or both start and end")
        return self

    def vectors(self, model: Installed) -> Array:
        """float32 [n, size]. Raises BadParameter where they do not fit ``model``."""
        if self.z is not None:
            return model.latents("z", self.z)
        if self.steps * (model.latent_size or 0) > MOST_NUMBERS:
            raise BadParameter("steps", f"{self.steps} of z have more than {MOST_NUMBERS} numbers together")
        start = model.latents("start", [self.start or []])
        end = model.latents("end", [self.end or []])
        return walk(start, end, self.steps)


class Drawn(BaseModel):
    """One new image and the numbers it came from."""

    z: Vector
    image: str = Field(description="PNG, base64")


class Samples(BaseModel):
    model: str = Field(examples=["mnist-variational"])
    samples: list[Drawn]


_RESPONSES = {
    **problems.documented(NotAcceptable, NoSuchModel),
    200: {
        **binary("image/png", JSON, description="a contact sheet; with Accept: application/json each image and its z")[
            200
        ],
        "model": Samples,
    },
}


@router.get("/sample", operation_id="sample", summary="Draw new images", response_class=Response, responses=_RESPONSES)
async def draw_samples(
    request: Request,
    context: RequestContext,
    model: ModelName = None,
    count: Annotated[int, Query(ge=1, le=MOST, description="how many images")] = 16,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1, description="the same seed gives the same images")] = 0,
    temperature: Annotated[float, Query(ge=0, le=2, description="below 1 typical, above 1 odd")] = 1.0,
) -> Response:
    """Draws z from the prior N(0, T²I) and decodes it."""
    chosen = context.repository.pick("sample", model)
    return await _answer(request, context, chosen, chosen.draw(count, seed, temperature))


@router.post(
    "/sample",
    operation_id="sampleAt",
    summary="Decode given latents, or walk between two",
    response_class=Response,
    responses=_RESPONSES,
)
async def sample_at(request: Request, context: RequestContext, latents: Latents, model: ModelName = None) -> Response:
    """Takes z as `/encode` tells it in JSON, so one can walk from one real image to another.

    Any model of 28x28 pixels takes it, whether new images can be drawn from it or not.
    """
    repository = context.repository
    chosen = repository.pick("sample", None) if model is None else repository.pick("decode", model)
    return await _answer(request, context, chosen, latents.vectors(chosen))


async def _answer(request: Request, context: Context, model: Installed, z: Array) -> Response:
    kind = negotiate(request, ("image/png", JSON))
    with context.tasks.begin(model, "sample", 1, 1) as task:
        images = await context.engine.do(task, model.sampling(z))
        if kind != JSON:
            sheet = Picture(contact_sheet(images))
            return await picture(sheet, "image/png", "samples", model.name, files=context.files, hold=task.hold)
    drawn = [
        Drawn(z=vector.tolist(), image=base64.b64encode(write_image(Picture(image), "image/png")).decode())
        for vector, image in zip(z, images, strict=True)
    ]
    answer = Samples(model=model.name, samples=drawn)
    headers = {**told(model.name, []), "Vary": "Accept"}
    return Response(answer.model_dump_json(), media_type=JSON, headers=headers)
