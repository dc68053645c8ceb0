"""Methods that no endpoint declares: HEAD is answered as GET is, without a body; OPTIONS with what a path takes."""

from collections.abc import Iterable, Iterator
from copy import copy

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match


def with_head(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """The ``routes``, and after each that takes GET one that takes HEAD, which OpenAPI does not show."""
    for route in routes:
        yield route
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            head = copy(route)
            head.methods, head.include_in_schema = {"HEAD"}, False
            yield head


def allowed(request: Request) -> str:
    """The methods that the path of a request takes, as the ``Allow`` header lists them."""
    methods = {"OPTIONS"}
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))
