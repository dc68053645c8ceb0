"""A request to the service, and how its answer is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import unquote

import httpx
from pydantic import ValidationError

from hourglass.client.answers import File, HourglassProblem, Problem

Image = bytes | Path
"""The bytes of a file, or the path to it."""

Outcome = httpx.Response | httpx.TransportError
"""What came of sending a request once."""

T = TypeVar("T")

_FULL_NAME = re.compile(r"filename\*=UTF-8''([^;\s]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and ``read``, which turns its answer into what the caller gets."""

    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, str | float | None] = field(default_factory=dict)
    files: tuple[Image, ...] = ()
    method: Literal["GET", "POST"] = "POST"
    accept: str = "*/*"
    json: Mapping[str, object] | None = None

    def body(self) -> dict[str, Any]:
        """What is sent, as arguments of ``build_request``: one file without a name as it is, all others as a form.

        Reads those given as paths; raises OSError if one cannot be.
        """
        if self.json is not None:
            return {"json": self.json}
        if len(self.files) == 1 and isinstance(self.files[0], bytes):
            return {"content": self.files[0]}
        return {"files": [("file", (_name(file), _read(file), "application/octet-stream")) for file in self.files]}

    def request(self, http: httpx.Client | httpx.AsyncClient, body: dict[str, Any], seconds: float) -> httpx.Request:
        """The request with ``body()`` as its body; the service is told that the answer is wanted in ``seconds``."""
        return http.build_request(
            self.method,
            self.path,
            params={name: value for name, value in self.query.items() if value is not None and value is not False},
            headers={"Hourglass-Deadline": f"{seconds:.3f}", "Accept": self.accept},
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


def as_file(answer: httpx.Response) -> File:
    """The body of an answer, under the name that the service gives it (RFC 6266)."""
    told = answer.headers.get("Content-Disposition", "")
    full, plain = _FULL_NAME.search(told), _PLAIN_NAME.search(told)
    name = unquote(full[1]) if full else plain[1] if plain else ""
    return File(answer.content, PureWindowsPath(name).name.lstrip("."))


def _read(file: Image) -> bytes:
    return file.read_bytes() if isinstance(file, Path) else file


def _name(file: Image) -> str:
    name = file.name if isinstance(file, Path) else "image"
    return name.encode(errors="replace").decode()  # a system may know names that are no Unicode
