"""What both clients can do, a method a call. What a method sends and how its answer is read stands here, once."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, overload

import httpx

from hourglass.client.answers import Changes, Denoised, Encoded, File, Latent, Listing, Model, Scores
from hourglass.client.calls import Call, Image, T, as_file

Metadata = Literal["keep", "private", "strip"]
"""All of it, all but what tells who took a picture, with which camera and where, or nothing."""

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
        self,
        image: Image,
        *,
        quality: int | None = None,
        model: str | None = None,
        resize: bool = False,
        frame: int | None = None,
        metadata: Metadata | None = None,
    ) -> Call[File]:
        """The compressed file of an image; ``quality`` 1 to 100.

        ``frame``, from 0, is the one to take of an image of several; ``metadata`` what of EXIF and XMP goes on.
        """
        query = {"quality": quality, "model": model, "resize": resize, "frame": frame, "metadata": metadata}
        return Call("/encode", as_file, query, (image,))

    @Method
    def latent(
        self, image: Image, *, model: str | None = None, resize: bool = False, frame: int | None = None
    ) -> Call[Latent]:
        """z = f(x) of an image, before it is quantised."""

        def read(answer: httpx.Response) -> Latent:
            return Encoded.model_validate_json(answer.content).latent

        query = {"model": model, "resize": resize, "frame": frame}
        return Call("/encode", read, query, (image,), accept="application/json")

    @Method
    def decode(self, file: Image, *, media_type: str = "image/png") -> Call[File]:
        """The image of a compressed file, as ``image/png``, ``image/webp``, ``image/jpeg`` or ``image/avif``."""
        return Call("/decode", as_file, files=(file,), accept=media_type)

    @Method
    def denoise(
        self,
        image: Image,
        *,
        strength: int | None = None,
        model: str | None = None,
        resize: bool = False,
        frame: int | None = None,
        metadata: Metadata | None = None,
        media_type: str = "image/png",
    ) -> Call[Denoised]:
        """A noisy image, cleaned; ``strength`` 0 to 100, None for what suits its noise.

        ``frame`` and ``metadata`` are as for ``encode``, ``media_type`` as for ``decode``.
        """

        def read(answer: httpx.Response) -> Denoised:
            file, sigma = as_file(answer), answer.headers.get("Hourglass-Sigma")
            return Denoised.model_validate({"image": answer.content, "name": file.name, "sigma": sigma})

        query = {"strength": strength, "model": model, "resize": resize, "frame": frame, "metadata": metadata}
        return Call("/denoise", read, query, (image,), accept=media_type)

    @Method
    def sample(
        self, count: int = 16, seed: int = 0, temperature: float = 1.0, *, model: str | None = None
    ) -> Call[File]:
        """New images on a contact sheet, as PNG; ``count`` 1 to 256, ``temperature`` 0 to 2."""
        query = {"count": count, "seed": seed, "temperature": temperature, "model": model}
        return Call("/sample", as_file, query, method="GET")

    @Method
    def sample_at(self, z: Sequence[Sequence[float]], *, model: str | None = None) -> Call[File]:
        """The images x̂ = g(z) of up to 256 given z, on a contact sheet, as PNG."""
        return Call("/sample", as_file, {"model": model}, json={"z": [list(each) for each in z]})

    @Method
    def walk(
        self, start: Sequence[float], end: Sequence[float], steps: int = 8, *, model: str | None = None
    ) -> Call[File]:
        """The images on the straight way from one z to another, on a contact sheet, as PNG; ``steps`` 2 to 256."""
        way = {"start": list(start), "end": list(end), "steps": steps}
        return Call("/sample", as_file, {"model": model}, json=way)

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
        frame: int | None = None,
    ) -> Call[Scores]:
        """How unusual each image is. A broken one among several has its own problem; a single broken one raises it.

        ``false_alarm_rate``, in 0..1, is the share of normal images that may score above the threshold.
        """
        query = {
            "model": model,
            "resize": resize,
            "heatmap": heatmap,
            "false_alarm_rate": false_alarm_rate,
            "frame": frame,
        }
        return Call("/anomaly-score", lambda answer: Scores.model_validate_json(answer.content), query, (image, *more))

    @Method
    def models(self) -> Call[tuple[Model, ...]]:
        """What is installed."""
        return Call("/models", lambda answer: Listing.model_validate_json(answer.content).models, method="GET")

    @Method
    def reload(self) -> Call[Changes]:
        """Installs what the models folder holds now. If a model there is broken, that is raised and nothing changes."""
        return Call("/models/reload", lambda answer: Changes.model_validate_json(answer.content))
