"""Errors as RFC 9457 ``application/problem+json``: one table from exception to status."""

from collections.abc import Iterable
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from hourglass.errors import (
    BadBitstream,
    BadImage,
    BadParameter,
    BrokenModel,
    DeadlinePassed,
    HourglassError,
    ModelFailed,
    NoCuda,
    NoSuchModel,
    NotAcceptable,
    NotReady,
    Overloaded,
    QueueFull,
    SlowUpload,
    TooLarge,
    Unauthorized,
    UnsupportedMedia,
)
from service.api.requests.methods import allowed

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[HourglassError], HTTPStatus] = {
    BadBitstream: HTTPStatus.BAD_REQUEST,
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    NoSuchModel: HTTPStatus.NOT_FOUND,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    SlowUpload: HTTPStatus.REQUEST_TIMEOUT,
    BrokenModel: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BadImage: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadParameter: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueueFull: HTTPStatus.TOO_MANY_REQUESTS,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    ModelFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    NoCuda: HTTPStatus.SERVICE_UNAVAILABLE,
    DeadlinePassed: HTTPStatus.GATEWAY_TIMEOUT,
}


class Problem(BaseModel):
    """An error, as RFC 9457 lays it out."""

    type: str = Field("about:blank", description="a URI of the kind of problem")
    title: str = Field(description="the status in words", examples=["Unprocessable Content"])
    status: int = Field(description="the HTTP status", examples=[422])
    detail: str = Field(description="what was wrong", examples=["quality: must be at most 100"])
    parameter: str | None = Field(None, description="the parameter that was wrong", examples=["quality"])


def problem(status: HTTPStatus, detail: str, parameter: str | None = None) -> Problem:
    return Problem(type="about:blank", title=status.phrase, status=status, detail=detail, parameter=parameter)


def of_error(error: HourglassError) -> Problem:
    """The problem that tells an error to the caller."""
    parameter = error.parameter if isinstance(error, BadParameter) else None
    return problem(STATUS[type(error)], str(error), parameter)


def response(told: Problem, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(told.model_dump(exclude_none=True), told.status, headers, MEDIA_TYPE)


def nearest(word: str, known: Iterable[str]) -> str:
    """What to add to the message that ``word`` is unknown: the known one that it is most like, if it is like any."""
    like = get_close_matches(word, known, 1)
    return f"; did you mean {like[0]}?" if like else ""


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(MemoryError, _no_memory)

    @app.exception_handler(HourglassError)
    async def _ours(request: Request, error: HourglassError) -> Response:
        headers = {}
        if isinstance(error, Unauthorized):
            headers["WWW-Authenticate"] = 'Bearer realm="hourglass"'
        if isinstance(error, QueueFull | Overloaded):
            headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, ModelFailed):
            headers["Retry-After"] = "1"
        return response(of_error(error), headers)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        name = place[0] if first["type"] == "json_invalid" else ".".join(place[1:]) or place[0]
        return response(problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: {first['msg']}", name))

    @app.exception_handler(HTTPException)
    async def _starlette(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        if status == HTTPStatus.BAD_REQUEST:  # FastAPI's answer to JSON that is not UTF-8
            return response(problem(HTTPStatus.UNPROCESSABLE_ENTITY, "body: not JSON in UTF-8", "body"))
        if status == HTTPStatus.NOT_FOUND:
            return _no_path(request)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            return _other_method(request)
        return response(problem(status, str(error.detail)), dict(error.headers or {}))


async def _no_memory(request: Request, error: Exception) -> Response:
    told = problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service lacks the memory for this now; try again")
    return response(told, {"Retry-After": "1"})


def _no_path(request: Request) -> Response:
    path = request.url.path[:100]
    paths = {getattr(route, "path", "") for route in request.app.routes}
    return response(problem(HTTPStatus.NOT_FOUND, f"there is no path {path!r}{nearest(path, paths)}"))


def _other_method(request: Request) -> Response:
    allow = {"Allow": allowed(request)}
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=allow)
    detail = f"{request.method} is not taken here; taken are: {allow['Allow']}"
    return response(problem(HTTPStatus.METHOD_NOT_ALLOWED, detail), allow)


def documented(*errors: type[HourglassError]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of the errors an operation can answer with."""
    schema = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    found: dict[int | str, dict[str, Any]] = {}
    for status in sorted({STATUS[error] for error in errors}):
        found[int(status)] = {"description": status.phrase, **schema}
    return found
