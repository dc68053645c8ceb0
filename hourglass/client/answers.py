"""What the service answers, as the clients hand it over. Fields that a newer service adds are ignored."""

from typing import Annotated, Literal, Self

from pydantic import Base64Bytes, BaseModel, BeforeValidator, ConfigDict


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(Answer):
    """Why there is no answer, or none for one image of several (RFC 9457)."""

    status: int
    title: str = ""
    detail: str = ""
    parameter: str | None = None


class HourglassProblem(Exception):
    """The service, or a gateway before it, answered with a problem. docs/operations.md has each status."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.status, self.title = problem.status, problem.title
        self.detail, self.parameter = problem.detail, problem.parameter

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"


class File(bytes):
    """The bytes of a file; ``name`` is what the service calls it, after the file it was made of if that had a name."""

    name: str

    def __new__(cls, data: bytes, name: str = "") -> Self:
        made = super().__new__(cls, data)
        made.name = name
        return made


class Denoised(Answer):
    """``image`` is a file called ``name``; ``sigma`` is the standard deviation of a photo's noise, of 255, if known."""

    image: bytes
    name: str = ""
    sigma: float | None


class Latent(Answer):
    """z of an image: ``values`` row by row, empty where there are too many to be told."""

    shape: tuple[int, ...]
    values: Annotated[tuple[float, ...], BeforeValidator(lambda values: values or ())]


class Encoded(Answer):
    latent: Latent


class Box(Answer):
    """A hot region of an image: its pixels from ``left`` to before ``right`` and from ``top`` to before ``bottom``.

    ``heat`` is the highest in it, in multiples of the heat from which a pixel counts as hot.
    """

    left: int
    top: int
    right: int
    bottom: int
    heat: float


class Score(Answer):
    """How unusual one image is: ``anomalous`` if its ``score`` is above ``threshold``.

    ``percentile`` is the share of normal images that score lower, in %. If a heat map was asked for, ``heatmap`` is a
    PNG of where the image is unusual, and ``boxes`` are its hot regions, the hottest first, from models that find them.
    ``dropped`` lists what the model does not see of the image, such as its color.
    """

    score: float
    threshold: float
    anomalous: bool
    percentile: float
    heatmap: Base64Bytes | None = None
    boxes: tuple[Box, ...] = ()
    dropped: tuple[str, ...] = ()


class Scores(Answer):
    """For each image, in the order they were sent, its score or the problem with it."""

    model: str
    version: str
    results: tuple[Score | Problem, ...]


class Input(Answer):
    """The images that a model takes, or to which it stretches those it gets: their size, in pixels."""

    channels: int
    height: int | Literal["any"]
    width: int | Literal["any"]


class Model(Answer):
    """An installed model; ``latent_size`` is None if it depends on the image or is unknown."""

    name: str
    version: str
    type: str
    summary: str
    tasks: tuple[str, ...]
    default_for: tuple[str, ...]
    input: Input
    latent_size: int | None


class Listing(Answer):
    models: tuple[Model, ...]


class Changes(Answer):
    """The names of the models that a reload added, replaced, removed and kept."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
