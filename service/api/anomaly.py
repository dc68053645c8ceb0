"""POST /anomaly-score: images in, how unusual each is out."""

import asyncio
import base64
from dataclasses import asdict, dataclass, field
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from hourglass.errors import (
    BadImage,
    BadParameter,
    HourglassError,
    NoSuchModel,
    NotAcceptable,
    TooLarge,
    UnsupportedMedia,
)
from hourglass.imaging import Picture, write_image
from hourglass.models.installed import Installed
from hourglass.models.results import Scored
from service.api import problems
from service.api.answers import INLINE_BYTES, JSON, binary, negotiate, told
from service.api.names import disposition, stem
from service.api.requests.bodies import file_body, read_files, taken_of
from service.api.requests.forms import Arrived, Upload
from service.api.requests.guard import guarded_router
from service.api.requests.parameters import Frame, ModelName, Resize
from service.context import Context, RequestContext
from service.timing import measured

router = guarded_router("inspect")

MAPPED_BYTES_PER_PIXEL = 10
"""What the heat map of a photo takes while it is drawn and written, as measured of one a pixel wide; of others 2."""

FalseAlarmRate = Annotated[
    float | None,
    Query(
        gt=0,
        lt=1,
        description="share of normal images that may be called anomalous: sets the threshold; by default the model's",
        examples=[0.01],
    ),
]


class Region(BaseModel):
    """A hot part of an image, in pixels of it, counted from its top left corner as it is seen."""

    left: int = Field(description="its first column", examples=[96])
    top: int = Field(description="its first row", examples=[32])
    right: int = Field(description="the column after its last", examples=[160])
    bottom: int = Field(description="the row after its last", examples=[96])
    heat: float = Field(description="the highest there, in multiples of what is hot", examples=[2.7])


class Score(BaseModel):
    """How unusual one image is."""

    score: float = Field(
        description="mean squared reconstruction error, pixels in 0..1; of a model that takes images of any size, "
        "their mean heat",
        examples=[0.0051],
    )
    threshold: float = Field(description="scores above it are anomalous", examples=[0.0213])
    anomalous: bool
    percentile: float = Field(description="share of normal images below it, in %", examples=[57.3])
    heatmap: str | None = Field(
        None,
        description="where the error is: PNG, base64; with heatmap=true. Of a model that takes images of any size, the "
        "image's own size: 128 is hot, as few cells of normal images are, and white four times that",
    )
    boxes: list[Region] | None = Field(
        None,
        description="where it is hot, the hottest first; with heatmap=true, of a model that takes images of any size",
    )
    dropped: list[str] = Field(description="what of the image the model does not see", examples=[["color"]])


class Results(BaseModel):
    """One entry an image, in the order they were sent: its score, or the problem it has."""

    model: str = Field(examples=["fashion-undercomplete"])
    version: str = Field(examples=["1.0.0"])
    results: list[Score | problems.Problem]


@router.post(
    "/anomaly-score",
    operation_id="anomalyScore",
    summary="Tell how unusual images are",
    response_class=Response,
    responses={
        **problems.documented(NotAcceptable, NoSuchModel, TooLarge, UnsupportedMedia, BadImage),
        200: {
            **binary(JSON, "image/png", description="the scores; with Accept: image/png the heat map of one image")[
                200
            ],
            "model": Results,
        },
    },
    openapi_extra=file_body("image/*", many=True),
)
async def anomaly_score(
    request: Arrived,
    context: RequestContext,
    model: ModelName = None,
    resize: Resize = False,
    heatmap: Annotated[
        bool, Query(description="add the heat map to each result, and where it is hot if the model tells")
    ] = False,
    false_alarm_rate: FalseAlarmRate = None,
    frame: Frame = None,
) -> Response:
    """Takes one image, or several `file` parts: then a broken one has its own error and harms no other."""
    kind = negotiate(request, (JSON, "image/png"))
    chosen = context.repository.pick("anomaly-score", model)
    threshold = chosen.threshold(false_alarm_rate)
    files = await read_files(request)
    if len(files) > 1 and kind != JSON:
        raise BadParameter("file", "a heat map as PNG is of one image; ask for JSON to send several")
    asked = _Asked(context, chosen, threshold, resize, heatmap, frame)
    if kind != JSON:
        scored = await asked.scored(files[0])
        named = disposition(stem(files[0].name, "-heatmap"), "image/png")
        headers = {**told(chosen.name, scored.dropped), **named, "Vary": "Accept"}
        return Response(await asked.drawn(scored), media_type="image/png", headers=headers)
    one = asked.result if len(files) == 1 else asked.result_or_problem
    results = await asyncio.gather(*(one(file) for file in files))
    answer = Results(model=chosen.name, version=chosen.manifest.version, results=results)
    headers = {**told(chosen.name, []), "Vary": "Accept"}
    return Response(answer.model_dump_json(exclude_none=True), media_type=JSON, headers=headers)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What holds for every image of a request."""

    context: Context
    model: Installed
    threshold: float
    resize: bool
    heatmap: bool
    frame: int | None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For what takes memory by the pixel: large images of one request must not refuse each other the room."""

    async def result_or_problem(self, file: Upload) -> Score | problems.Problem:
        try:
            return await self.result(file)
        except HourglassError as error:
            return problems.of_error(error)

    async def result(self, file: Upload) -> Score:
        scored = await self.scored(file)
        found = scored.boxes if self.heatmap else None
        return Score(
            score=scored.score,
            threshold=scored.threshold,
            anomalous=scored.anomalous,
            percentile=scored.percentile,
            heatmap=base64.b64encode(await self.drawn(scored)).decode() if self.heatmap else None,
            boxes=None if found is None else [Region(**asdict(box)) for box in found],
            dropped=list(scored.dropped),
        )

    async def scored(self, file: Upload) -> Scored:
        context, model = self.context, self.model
        async with self._turn:
            try:
                task, taken = await taken_of(file.data, model, "anomaly-score", self.resize, context, self.frame)
            except BadParameter as error:
                if error.parameter != "resize":
                    raise
                able = context.repository.of_any_size("anomaly-score")
                raise BadParameter(error.parameter, f"{error.message}{_or_name(able)}") from error
        with task:
            scored = await context.engine.do(task, model.scoring(taken, self.threshold))
        context.metrics.anomaly_percentile.labels(model.name).observe(scored.percentile)
        return scored

    async def drawn(self, scored: Scored) -> bytes:
        """The heat map as a PNG file."""
        height, width = scored.height, scored.width

        def draw() -> bytes:
            return write_image(Picture(scored.heatmap), "image/png")

        async with self._turn:
            with measured("encode"), self.context.ledger.hold(MAPPED_BYTES_PER_PIXEL * height * width) as hold:
                return draw() if height * width <= INLINE_BYTES else await self.context.files.run(draw, hold)


def _or_name(able: list[str]) -> str:
    """What to add to the message that a model does not take an image: the models that do."""
    return f", or name a model that takes any size: {', '.join(able)}" if able else ""
