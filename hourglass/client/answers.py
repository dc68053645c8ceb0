"""What the service answers, as ``hourglass.client`` hands it over. What a newer service adds is passed over."""

from typing import Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict


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


class Denoised(Answer):
    """``image`` is a PNG; ``sigma`` the standard deviation of a photo's noise, of 255, None where it was not told."""

    image: bytes
    sigma: float | None


class Box(Answer):
    """Pixels of an image, from ``left`` to before ``right`` and from ``top`` to before ``bottom``, that are hot.

    ``heat`` is the highest there, in multiples of what is hot.
    """

    left: int
    top: int
    right: int
    bottom: int
    heat: float


class Score(Answer):
    """How unusual one image is: ``anomalous`` where its ``score`` is above ``threshold``.

    ``percentile`` is the share of normal images below it, in %; ``heatmap`` a PNG of where the error is, if it was
    asked for, and then ``boxes`` where it is hot, the hottest first, of models that tell; ``dropped`` what of the image
    the model does not see.
    """

    score: float
    threshold: float
    anomalous: bool
    percentile: float
    heatmap: Base64Bytes | None = None
    boxes: tuple[Box, ...] = ()
    dropped: tuple[str, ...] = ()


class Scores(Answer):
    """One entry an image, in the order they were sent: its score, or the problem it has."""

    model: str
    version: str
    results: tuple[Score | Problem, ...]


class Input(Answer):
    """The images a model takes, in pixels, or what it stretches images of any size to."""

    channels: int
    height: int | Literal["any"]
    width: int | Literal["any"]


class Model(Answer):
    """An installed model; ``latent_size`` is None where it depends on the image, or none is told."""

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
    """Names of models, by what a reload did to them."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
