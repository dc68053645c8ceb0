"""Calls an endpoint with its query parameters. FastAPI's solver does that and much more, for 0.1 ms a request."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError, create_model

from service.api.requests.forms import Arrived
from service.api.requests.given import fields_of, given

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Answer = Callable[[Arrived], Coroutine[Any, Any, Response]]


def strictly(route: APIRoute, answer: Handler) -> Answer:
    """``answer``, but that it refuses what ``given`` does."""
    known = [each.name for each in route.dependant.query_params]

    async def strict(request: Arrived) -> Response:
        given(request.query_params.multi_items(), known)
        return await answer(request)

    return strict


def directly(route: APIRoute) -> Answer | None:
    """What answers requests of ``route``; None where it needs more than a query and a Response: FastAPI's own then.

    The endpoint is handed ``request``, ``context`` and its query parameters, as its signature declares them to OpenAPI.
    If it takes a body, they may be fields of a form as well. Raises RequestValidationError as FastAPI does.
    """
    needs = route.dependant
    if needs.path_params or needs.body_params or route.response_model is not None:
        return None
    fields: dict[str, Any] = {each.name: (each.field_info.annotation, each.field_info) for each in needs.query_params}
    query = create_model("Query", **fields)
    defaults = _values(query())

    takes_body = "POST" in (route.methods or ())

    async def answer(request: Arrived) -> Response:
        form = await request.sent_form() if takes_body else None
        pairs = [*request.query_params.multi_items(), *(fields_of(form, fields) if form else ())]
        values = _validated(query, given(pairs, fields)) if pairs else defaults
        response: Response = await route.endpoint(request=request, context=request.app.state.context, **values)
        return response

    return answer


def _validated(query: type[BaseModel], values: dict[str, str]) -> dict[str, Any]:
    try:
        return _values(query.model_validate(values))
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("query", *each["loc"])} for each in error.errors()]) from error


def _values(query: BaseModel) -> dict[str, Any]:
    return dict(query)
