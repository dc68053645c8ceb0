"""Clients of the service: ``Hourglass``, and ``AsyncHourglass`` to await. They need only httpx and pydantic.

What a method sends, and how its answer is read, stands once in ``_Methods``; how often it is tried, in ``_Tries``.
"""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import MethodType
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Self, TypeVar, overload

import httpx
from pydantic import ValidationError

from hourglass.client.answers import Box, Changes, Denoised, HourglassProblem, Listing, Model, Problem, Score, Scores

__all__ = [
    "AsyncHourglass",
    "Box",
    "Changes",
    "Denoised",
    "Hourglass",
    "HourglassProblem",
    "Model",
    "Problem",
    "Score",
    "Scores",
]

Image = bytes | Path
"""A file's bytes, or where it lies."""

BACKOFF_SECONDS = 0.25
"""The first pause is at most so much longer than the service asks for, the second at most twice that, and so on."""

CUT_OFF = (httpx.NetworkError, httpx.RemoteProtocolError)
"""Refused, reset, or hung up on. A call may be made again: made twice, it does what it does once."""

Outcome = httpx.Response | httpx.TransportError
P = ParamSpec("P")
T = TypeVar("T")
Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)


@dataclass(frozen=True)
class _Call(Generic[T]):
    """A request, and how to read what answers it."""

    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, str | float | None] = field(default_factory=dict)
    files: tuple[Image, ...] = ()
    method: Literal["GET", "POST"] = "POST"

    def body(self) -> dict[str, Any]:
        """As httpx takes it. Reads files: raises OSError where there are none."""
        files = [file.read_bytes() if isinstance(file, Path) else file for file in self.files]
        if len(files) > 1:
            return {"files": [("file", ("image", file, "application/octet-stream")) for file in files]}
        return {"content": files[0]} if files else {}

    def request(self, http: httpx.Client | httpx.AsyncClient, body: dict[str, Any], seconds: float) -> httpx.Request:
        return http.build_request(
            self.method,
            self.path,
            params={name: value for name, value in self.query.items() if value is not None and value is not False},
            headers={"Hourglass-Deadline": f"{seconds:.3f}"},
            timeout=seconds,
            **body,
        )

    def result(self, outcome: Outcome) -> T:
        """Raises HourglassProblem, ValidationError where an answer is not one of this service, or ``outcome``."""
        if isinstance(outcome, httpx.TransportError):
            raise outcome
        if outcome.is_success:
            return self.read(outcome)
        try:
            problem = Problem.model_validate_json(outcome.content)
        except ValidationError:  # a gateway may speak HTML
            problem = Problem(status=outcome.status_code, title=outcome.reason_phrase, detail=outcome.text[:200])
        raise HourglassProblem(problem)


class _Tries:
    """The time and the tries that one call has left."""

    def __init__(self, timeout: float, retries: int) -> None:
        self._end, self._retries, self._made = time.monotonic() + timeout, retries, 0

    @property
    def seconds(self) -> float:
        return max(self._end - time.monotonic(), 0.001)  # the service takes no deadline of 0

    def pause(self, outcome: Outcome) -> float | None:
        """Seconds until the next try; None where another would not help, or there is no time or try left for it."""
        if isinstance(outcome, httpx.TransportError):
            asked = "0" if isinstance(outcome, CUT_OFF) else ""
        else:
            asked = outcome.headers.get("Retry-After", "") if outcome.status_code in {429, 503} else ""
        if not (asked.isascii() and asked.isdecimal()) or self._made >= self._retries:
            return None
        self._made += 1
        # Drawn by lot, so that those who were refused together do not come back together.
        pause = float(asked) + random.uniform(0, BACKOFF_SECONDS * self._made)
        return pause if pause < self.seconds else None


class _Method(Generic[P, T]):
    """A method of both clients: what it is given makes a call, and the client makes that call."""

    def __init__(self, call: Callable[Concatenate[Any, P], _Call[T]]) -> None:
        self._call = call

    @overload
    def __get__(self, client: "Hourglass", owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: "AsyncHourglass", owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, client: "Hourglass | AsyncHourglass | None", owner: type) -> Any:
        if client is None:
            return self._call  # whose signature and docstring help() shows
        call = MethodType(self._call, client)

        @wraps(call)
        def made(*args: P.args, **kwargs: P.kwargs) -> T | Coroutine[Any, Any, T]:
            return client._make(call(*args, **kwargs))

        return made


def _content(answer: httpx.Response) -> bytes:
    return answer.content


class _Methods(Generic[Http]):
    """What both clients can do. ``model`` names an installed one; what is left out is as the service has it by default.

    All raise HourglassProblem, and httpx.TransportError where the service cannot be reached, or not in time.
    """

    _kind: type[Http]

    def __init__(
        self, base_url: str = "http://127.0.0.1:8000", api_key: str | None = None, timeout: float = 60, retries: int = 3
    ) -> None:
        """A call may take ``timeout`` seconds, with its pauses and up to ``retries`` more tries."""
        self._timeout, self._retries = timeout, retries
        headers = {"Authorization": f"Bearer {api_key}"} if api_key is not None else {}
        self._http: Http = self._kind(base_url=base_url, headers=headers)

    @_Method
    def encode(
        self, image: Image, *, quality: int | None = None, model: str | None = None, resize: bool = False
    ) -> _Call[bytes]:
        """The compressed file of an image; ``quality`` 1 to 100."""
        return _Call("/encode", _content, {"quality": quality, "model": model, "resize": resize}, (image,))

    @_Method
    def decode(self, file: Image) -> _Call[bytes]:
        """The image of a compressed file, as PNG."""
        return _Call("/decode", _content, files=(file,))

    @_Method
    def denoise(
        self, image: Image, *, strength: int | None = None, model: str | None = None, resize: bool = False
    ) -> _Call[Denoised]:
        """A noisy image, clean; ``strength`` 0 to 100, None as the service finds best."""

        def read(answer: httpx.Response) -> Denoised:
            return Denoised.model_validate({"image": answer.content, "sigma": answer.headers.get("Hourglass-Sigma")})

        return _Call("/denoise", read, {"strength": strength, "model": model, "resize": resize}, (image,))

    @_Method
    def sample(
        self, count: int = 16, seed: int = 0, temperature: float = 1.0, *, model: str | None = None
    ) -> _Call[bytes]:
        """New images on a contact sheet, as PNG; ``count`` 1 to 256, ``temperature`` 0 to 2."""
        return _Call(
            "/sample",
            _content,
            {"count": count, "seed": seed, "temperature": temperature, "model": model},
            method="GET",
        )

    @_Method
    def anomaly_score(
        self,
        image: Image,
        /,
        *more: Image,
        model: str | None = None,
        resize: bool = False,
        heatmap: bool = False,
        false_alarm_rate: float | None = None,
    ) -> _Call[Scores]:
        """How unusual each image is. Of several, a broken one has its own problem; that of a single one is raised.

        ``false_alarm_rate``, in 0..1, is the share of normal images that the threshold is to take for anomalous.
        """
        query = {"model": model, "resize": resize, "heatmap": heatmap, "false_alarm_rate": false_alarm_rate}
        return _Call("/anomaly-score", lambda answer: Scores.model_validate_json(answer.content), query, (image, *more))

    @_Method
    def models(self) -> _Call[tuple[Model, ...]]:
        """What is installed."""
        return _Call("/models", lambda answer: Listing.model_validate_json(answer.content).models, method="GET")

    @_Method
    def reload(self) -> _Call[Changes]:
        """Installs what the models folder holds now. Where a model does not hold, that is raised, and all stays."""
        return _Call("/models/reload", lambda answer: Changes.model_validate_json(answer.content))


class Hourglass(_Methods[httpx.Client]):
    """A client that threads may share. Close it, or use it as a context manager."""

    _kind = httpx.Client

    def _make(self, call: _Call[T]) -> T:
        tries, body = _Tries(self._timeout, self._retries), call.body()
        while True:
            try:
                outcome: Outcome = self._http.send(call.request(self._http, body, tries.seconds))
            except httpx.TransportError as error:
                outcome = error
            pause = tries.pause(outcome)
            if pause is None:
                return call.result(outcome)
            time.sleep(pause)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncHourglass(_Methods[httpx.AsyncClient]):
    """A client that tasks may share. Await its methods; close it, or use it by ``async with``."""

    _kind = httpx.AsyncClient

    async def _make(self, call: _Call[T]) -> T:
        tries, body = _Tries(self._timeout, self._retries), await asyncio.to_thread(call.body)
        while True:
            try:
                outcome: Outcome = await self._http.send(call.request(self._http, body, tries.seconds))
            except httpx.TransportError as error:
                outcome = error
            pause = tries.pause(outcome)
            if pause is None:
                return call.result(outcome)
            await asyncio.sleep(pause)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
