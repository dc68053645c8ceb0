"""What both clients can do, a method a call. What a method sends and how its answer is read stands here, once."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

import httpx

from hourglass.client.answers import Changes, Denoised, Listing, Model, Scores
from hourglass.client.calls import Call, Image, T

P = ParamSpec("P")
Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)


class Method(Generic[P, T]):
    """A method of both clients. The function under it makes a call of its arguments; the client sends that call."""

    def __init__(self, call: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self._call = call

    @overload
    def __get__(self, client: "Methods[httpx.Client]", owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: "Methods[httpx.AsyncClient]", owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, client: "Methods[Any] | None", owner: type) -> Any:
        if client is None:
            return self._call  # help() shows its signature and docstring
        call = MethodType(self._call, client)

        @wraps(call)
        def made(*args: P.args, **kwargs: P.kwargs) -> T | Coroutine[Any, Any, T]:
            return client._make(call(*args, **kwargs))

        return made


def _content(answer: httpx.Response) -> bytes:
    return answer.content


class Methods(ABC, Generic[Http]):
    """What both clients can do. ``model`` names an installed one; the service decides what is left out.

    All raise HourglassProblem if the service answers with an error, httpx.TransportError if it cannot be reached or
    not in time, and OSError if a path cannot be read.
    """

    _kind: type[Http]

    def __init__(
        self, base_url: str = "http://127.0.0.1:8000", api_key: str | None = None, timeout: float = 60, retries: int = 3
    ) -> None:
        """A call may take ``timeout`` seconds, with its pauses and up to ``retries`` more tries."""
        self._timeout, self._retries = timeout, retries
        headers = {"Authorization": f"Bearer {api_key}"} if api_key is not None else {}
        self._http: Http = self._kind(base_url=base_url, headers=headers)

    @abstractmethod
    def _make(self, call: Call[T]) -> T | Coroutine[Any, Any, T]:
        """Sends a call until it has its result, or no try is left."""

    @Method
    def encode(
        self, image: Image, *, quality: int | None = None, model: str | None = None, resize: bool = False
    ) -> Call[bytes]:
        """The compressed file of an image; ``quality`` 1 to 100."""
        return Call("/encode", _content, {"quality": quality, "model": model, "resize": resize}, (image,))

    @Method
    def decode(self, file: Image) -> Call[bytes]:
        """The image of a compressed file, as PNG."""
        return Call("/decode", _content, files=(file,))

    @Method
    def denoise(
        self, image: Image, *, strength: int | None = None, model: str | None = None, resize: bool = False
    ) -> Call[Denoised]:
        """A noisy image, cleaned; ``strength`` 0 to 100, None for what suits its noise."""

        def read(answer: httpx.Response) -> Denoised:
            return Denoised.model_validate({"image": answer.content, "sigma": answer.headers.get("Hourglass-Sigma")})

        return Call("/denoise", read, {"strength": strength, "model": model, "resize": resize}, (image,))

    @Method
    def sample(
        self, count: int = 16, seed: int = 0, temperature: float = 1.0, *, model: str | None = None
    ) -> Call[bytes]:
        """New images on a contact sheet, as PNG; ``count`` 1 to 256, ``temperature`` 0 to 2."""
        query = {"count": count, "seed": seed, "temperature": temperature, "model": model}
        return Call("/sample", _content, query, method="GET")

    @Method
    def anomaly_score(
        self,
        image: Image,
        /,
        *more: Image,
        model: str | None = None,
        resize: bool = False,
        heatmap: bool = False,
        false_alarm_rate: float | None = None,
    ) -> Call[Scores]:
        """How unusual each image is. A broken one among several has its own problem; a single broken one raises it.

        ``false_alarm_rate``, in 0..1, is the share of normal images that may score above the threshold.
        """
        query = {"model": model, "resize": resize, "heatmap": heatmap, "false_alarm_rate": false_alarm_rate}
        return Call("/anomaly-score", lambda answer: Scores.model_validate_json(answer.content), query, (image, *more))

    @Method
    def models(self) -> Call[tuple[Model, ...]]:
        """What is installed."""
        return Call("/models", lambda answer: Listing.model_validate_json(answer.content).models, method="GET")

    @Method
    def reload(self) -> Call[Changes]:
        """Installs what the models folder holds now. If a model there is broken, that is raised and nothing changes."""
        return Call("/models/reload", lambda answer: Changes.model_validate_json(answer.content))
