"""POST /anomaly-score: images in, how unusual each is out."""

import asyncio
import base64
from collections.abc import Awaitable
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from service.api import problems
from service.api.answers import JSON, binary, negotiate, picture, told
from service.api.bodies import fitted, image_body, read_files
from service.api.guard import guarded_router
from service.api.parameters import ModelName, Resize
from service.context import Context, Service
from service.errors import (
    BadImage,
    BadParameter,
    HourglassError,
    NoSuchModel,
    NotAcceptable,
    TooLarge,
    UnsupportedMedia,
)
from service.imaging import Picture, write_image
from service.repository import Model
from service.tasks.anomaly import Scored, score

router = guarded_router("inspect")


FalseAlarmRate = Annotated[
    float | None,
    Query(
        gt=0,
        lt=1,
        description="share of normal images that may be called anomalous: sets the threshold; by default the model's",
        examples=[0.01],
    ),
]


class Score(BaseModel):
    """How unusual one image is."""

    score: float = Field(description="mean squared reconstruction error, pixels in 0..1", examples=[0.0051])
    threshold: float = Field(description="scores above it are anomalous", examples=[0.0213])
    anomalous: bool
    percentile: float = Field(description="share of normal images below it, in %", examples=[57.3])
    heatmap: str | None = Field(None, description="where the error is: PNG, base64; with heatmap=true")
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
            **binary("image/png", description="the scores; with Accept: image/png the heat map of one image")[200],
            "model": Results,
        },
    },
    openapi_extra=image_body(many=True),
)
async def anomaly_score(
    request: Request,
    service: Service,
    model: ModelName = None,
    resize: Resize = False,
    heatmap: Annotated[bool, Query(description="add the heat map to each result")] = False,
    false_alarm_rate: FalseAlarmRate = None,
) -> Response:
    """Takes one image, or several `file` parts: then a broken one has its own error and harms no other."""
    kind = negotiate(request, (JSON, "image/png"))
    chosen = service.repository.pick("anomaly-score", model)
    threshold = chosen.manifest.anomaly.threshold(false_alarm_rate)
    files = await read_files(request, service)
    if len(files) > 1 and kind != JSON:
        raise BadParameter("file", "a heat map as PNG is of one image; ask for JSON to send several")
    if len(files) == 1:
        scored, dropped = await _score(files[0], chosen, threshold, resize, service)
        if kind != JSON:
            return await picture(Picture(scored.heatmap), "image/png", chosen.name, dropped)
        results: list[Score | problems.Problem] = [_told(scored, dropped, heatmap)]
    else:
        pending = (_score(file, chosen, threshold, resize, service) for file in files)
        results = await asyncio.gather(*(_result(each, heatmap) for each in pending))
    answer = Results(model=chosen.name, version=chosen.manifest.version, results=results)
    headers = {**told(chosen.name, []), "Vary": "Accept"}
    return Response(answer.model_dump_json(exclude_none=True), media_type=JSON, headers=headers)


async def _score(
    file: bytes, model: Model, threshold: float, resize: bool, service: Context
) -> tuple[Scored, list[str]]:
    pixels, dropped = await fitted(file, model, resize, service)
    scored = await score(service.batcher, model, pixels, threshold)
    service.metrics.anomaly_percentile.labels(model.name).observe(scored.percentile)
    return scored, dropped


async def _result(pending: Awaitable[tuple[Scored, list[str]]], heatmap: bool) -> Score | problems.Problem:
    try:
        scored, dropped = await pending
    except HourglassError as error:
        return problems.of_error(error)
    return _told(scored, dropped, heatmap)


def _told(scored: Scored, dropped: list[str], heatmap: bool) -> Score:
    return Score(
        score=scored.score,
        threshold=scored.threshold,
        anomalous=scored.anomalous,
        percentile=scored.percentile,
        heatmap=base64.b64encode(write_image(Picture(scored.heatmap), "image/png")).decode() if heatmap else None,
        dropped=dropped,
    )
