"""POST /encode: an image in, the compressed file out."""

import base64

from fastapi import Request, Response
from pydantic import BaseModel, Field

from service.api import problems
from service.api.answers import BITSTREAM, JSON, binary, negotiate, told
from service.api.bodies import fitted, image_body, read_one
from service.api.guard import guarded_router
from service.api.parameters import ModelName, Quality, Resize
from service.context import Service
from service.errors import BadImage, NoSuchModel, NotAcceptable, TooLarge, UnsupportedMedia
from service.tasks.encode import DEFAULT_QUALITY, encode

router = guarded_router("compress")


class Latent(BaseModel):
    """z = f(x), before quantisation."""

    shape: list[int] = Field(examples=[[32]])
    dtype: str = Field(examples=["float32"])
    values: list[float]


class Encoded(BaseModel):
    """What became of an image."""

    model: str = Field(examples=["fashion-undercomplete"])
    latent: Latent
    bitstream: str = Field(description="the compressed file, base64")
    bytes: int = Field(description="its length", examples=[30])
    bits_per_pixel: float = Field(examples=[0.306])
    ratio: float = Field(description="bytes of the raw pixels over bytes of the file", examples=[26.1])
    dropped: list[str] = Field(description="what of the image the model does not keep", examples=[["alpha"]])


@router.post(
    "/encode",
    operation_id="encode",
    summary="Compress an image",
    response_class=Response,
    responses={
        **problems.documented(NotAcceptable, NoSuchModel, TooLarge, UnsupportedMedia, BadImage),
        200: {
            **binary(
                BITSTREAM,
                description="the compressed file, or with Accept: application/json its latent",
                Hourglass_Model="the model that made it",
                Hourglass_Dropped="what of the image it does not keep",
                Hourglass_Bits_Per_Pixel="its size",
            )[200],
            "model": Encoded,
        },
    },
    openapi_extra=image_body(),
)
async def encode_image(
    request: Request,
    service: Service,
    model: ModelName = None,
    quality: Quality = DEFAULT_QUALITY,
    resize: Resize = False,
) -> Response:
    """Sends back `application/vnd.hourglass` bytes, all that `/decode` needs to show the image again."""
    kind = negotiate(request, (BITSTREAM, JSON))
    chosen = service.repository.pick("encode", model)
    pixels, dropped = await fitted(await read_one(request, service), chosen, resize, service)
    encoded = await encode(service.batcher, chosen, pixels, quality)
    service.metrics.bits_per_pixel.labels(chosen.name).observe(encoded.bits_per_pixel)
    headers = {
        **told(chosen.name, dropped),
        "Hourglass-Bits-Per-Pixel": f"{encoded.bits_per_pixel:.4f}",
        "Vary": "Accept",
    }
    if kind == BITSTREAM:
        return Response(encoded.bitstream, media_type=BITSTREAM, headers=headers)
    answer = Encoded(
        model=chosen.name,
        latent=Latent(shape=list(encoded.z.shape), dtype="float32", values=encoded.z.tolist()),
        bitstream=base64.b64encode(encoded.bitstream).decode(),
        bytes=len(encoded.bitstream),
        bits_per_pixel=encoded.bits_per_pixel,
        ratio=encoded.ratio,
        dropped=dropped,
    )
    return Response(answer.model_dump_json(), media_type=JSON, headers=headers)
