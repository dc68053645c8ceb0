"""A request to the service, and how its answer is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import httpx
from pydantic import ValidationError

from hourglass.client.answers import HourglassProblem, Problem

Image = bytes | Path
"""The bytes of a file, or the path to it."""

Outcome = httpx.Response | httpx.TransportError
"""What came of sending a request once."""

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and ``read``, which turns its answer into what the caller gets."""

    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, str | float | None] = field(default_factory=dict)
    files: tuple[Image, ...] = ()
    method: Literal["GET", "POST"] = "POST"

    def body(self) -> dict[str, Any]:
        """The files as arguments of ``build_request``. Reads those given as paths; raises OSError if one cannot be."""
        files = [file.read_bytes() if isinstance(file, Path) else file for file in self.files]
        if len(files) > 1:
            return {"files": [("file", ("image", file, "application/octet-stream")) for file in files]}
        return {"content": files[0]} if files else {}

    def request(self, http: httpx.Client | httpx.AsyncClient, body: dict[str, Any], seconds: float) -> httpx.Request:
        """The request with ``body()`` as its body; the service is told that the answer is wanted in ``seconds``."""
        return http.build_request(
            self.method,
            self.path,
            params={name: value for name, value in self.query.items() if value is not None and value is not False},
            headers={"Hourglass-Deadline": f"{seconds:.3f}"},
            timeout=seconds,
            **body,
        )

    def result(self, outcome: Outcome) -> T:
        """What ``read`` makes of a good answer.

        Raises HourglassProblem if the answer is an error, ValidationError if it is not one of this service, and
        ``outcome`` itself if there is no answer.
        """
        if isinstance(outcome, httpx.TransportError):
            raise outcome
        if outcome.is_success:
            return self.read(outcome)
        try:
            problem = Problem.model_validate_json(outcome.content)
        except ValidationError:  # a gateway may speak HTML
            problem = Problem(status=outcome.status_code, title=outcome.reason_phrase, detail=outcome.text[:200])
        raise HourglassProblem(problem)
