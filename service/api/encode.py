"""POST /encode: an image in, the compressed file out."""

import base64

from fastapi import Response
from pydantic import BaseModel, Field

from hourglass.errors import BadImage, NoSuchModel, NotAcceptable, TooLarge, UnsupportedMedia
from hourglass.models.codec.codec import MOST_NUMBERS
from hourglass.models.installed import DEFAULT_QUALITY
from service.api import problems
from service.api.answers import BITSTREAM, JSON, binary, negotiate, told
from service.api.names import disposition, stem
from service.api.requests.bodies import file_body, read_one, taken_of
from service.api.requests.forms import Arrived
from service.api.requests.guard import guarded_router
from service.api.requests.parameters import Frame, Metadata, ModelName, Quality, Resize
from service.context import RequestContext

router = guarded_router("compress")


class Latent(BaseModel):
    """z = f(x) before quantisation; of a photo the latent as it is decoded, in quantisation steps."""

    shape: list[int] = Field(examples=[[32]], description="[size]; of a photo [channels, height / 16, width / 16]")
    dtype: str = Field(examples=["float32"])
    values: list[float] | None = Field(description=f"row by row; null where there are more than {MOST_NUMBERS}")


class Encoded(BaseModel):
    """What became of an image."""

    model: str = Field(examples=["photo-codec"])
    latent: Latent
    bitstream: str = Field(description="the compressed file, base64")
    bytes: int = Field(description="its length", examples=[30])
    bits_per_pixel: float = Field(examples=[0.306])
    psnr: float | None = Field(
        description="dB, of what /decode will show; null where all is shown as it was, or that was not looked at",
        examples=[33.2],
    )
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
                JSON,
                description="the compressed file, or with Accept: application/json its latent",
                Hourglass_Model="the model that made it",
                Hourglass_Dropped="what of the image it does not keep",
                Hourglass_Bits_Per_Pixel="its size",
                Hourglass_PSNR="of a photo: how close to it is what /decode will show, in dB",
            )[200],
            "model": Encoded,
        },
    },
    openapi_extra=file_body("image/*"),
)
async def encode_image(
    request: Arrived,
    context: RequestContext,
    model: ModelName = None,
    quality: Quality = DEFAULT_QUALITY,
    resize: Resize = False,
    frame: Frame = None,
    metadata: Metadata = "keep",
) -> Response:
    """Sends back `application/vnd.hourglass` bytes, all that `/decode` needs to show the image again."""
    kind = negotiate(request, (BITSTREAM, JSON))
    chosen = context.repository.pick("encode", model)
    upload = await read_one(request)
    task, taken = await taken_of(upload.data, chosen, "encode", resize, context, frame, metadata)
    with task:
        file = await context.engine.do(task, chosen.encoding(taken, quality))
    context.metrics.bits_per_pixel.labels(chosen.name).observe(file.bits_per_pixel)
    headers = {
        **told(chosen.name, file.dropped),
        "Hourglass-Bits-Per-Pixel": f"{file.bits_per_pixel:.4f}",
        **({"Hourglass-PSNR": f"{file.psnr:.2f}"} if file.psnr is not None else {}),
        "Vary": "Accept",
    }
    if kind == BITSTREAM:
        return Response(file, media_type=BITSTREAM, headers=headers | disposition(stem(upload.name), BITSTREAM))
    answer = Encoded(
        model=chosen.name,
        latent=Latent(
            shape=list(file.shape),
            dtype="float32",
            values=file.latent.ravel().tolist() if file.latent is not None else None,
        ),
        bitstream=base64.b64encode(file).decode(),
        bytes=len(file),
        bits_per_pixel=file.bits_per_pixel,
        psnr=file.psnr,
        ratio=file.ratio,
        dropped=list(file.dropped),
    )
    return Response(answer.model_dump_json(), media_type=JSON, headers=headers)
