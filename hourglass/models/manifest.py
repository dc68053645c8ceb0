"""What ``models/<name>/manifest.json`` says: the contract between training, which writes it, and the service.

Its ``family`` says which shape the rest has: ``vector``, for images of one size and a latent vector, where it says
nothing; ``codec``, for images of any size and latents on a grid; ``denoiser``, for images of any size; ``anomaly``, for
images of any size, stretched to one.
"""

from abc import ABC, abstractmethod
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationInfo, field_validator, model_validator

from hourglass.models.scale import AnomalyScale

Task = Literal["encode", "decode", "denoise", "sample", "anomaly-score"]
Type = Literal["undercomplete", "overcomplete", "sparse", "denoising", "variational", "contractive"]

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Part):
    """A file beside the manifest, and the SHA-256 of its bytes."""

    file: FileName
    sha256: Sha256


class Graphs(_Part):
    """The ONNX graphs: ``encoder`` is z = f(x), ``decoder`` is x̂ = g(z); float32, batch axis first."""

    encoder: File
    decoder: File


class Input(_Part):
    """What x is: float32 in 0..1, shape [batch, channels, height, width]."""

    channels: Literal[1, 3]
    height: Annotated[int, Field(ge=1, le=65535)]
    width: Annotated[int, Field(ge=1, le=65535)]


class Latent(_Part):
    """What z is: float32, shape [batch, size]."""

    size: Annotated[int, Field(ge=1, le=65536)]


class Origin(_Part):
    """How the weights were made, so that they can be made again."""

    dataset: str
    licence: str
    images: int
    command: str
    began_with: str = Field("", exclude_if=lambda said: not said)
    """Whose weights they began as, and how long those were trained; ``steps`` and ``seconds`` come on top."""

    seed: int
    steps: int
    seconds: float
    device: str
    torch: str


class Described(_Part, ABC):
    """What every installed model says of itself. Every number that is relied on is checked when it is loaded."""

    format: Literal[1] = 1
    name: Name
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    type: Type
    summary: str
    tasks: list[Task]
    default_for: list[Task] = []

    @property
    @abstractmethod
    def files(self) -> dict[str, File]:
        """All files that the manifest vouches for, by the names of its fields."""

    @field_validator("default_for")
    @classmethod
    def _able(cls, default_for: list[Task], info: ValidationInfo) -> list[Task]:
        unable = [task for task in default_for if task not in info.data.get("tasks", default_for)]
        if unable:
            raise ValueError(f"{unable[0]} is not among its tasks")
        return default_for


class VectorManifest(Described):
    """A model of images of one size, z a vector."""

    family: Annotated[Literal["vector"], Field(exclude=True)] = "vector"
    input: Input
    latent: Latent
    graphs: Graphs
    entropy: File
    anomaly: AnomalyScale
    origin: Origin
    metrics: dict[str, FiniteFloat]

    @property
    def files(self) -> dict[str, File]:
        return {**dict(self.graphs), "entropy": self.entropy}


class AnyInput(_Part):
    """What x is: float32 in 0..1, shape [batch, 3, height, width], padded to ``multiple_of`` pixels each way."""

    channels: Literal[3] = 3
    height: Literal["any"] = "any"
    width: Literal["any"] = "any"
    multiple_of: Literal[8, 64]


class LatentGrid(_Part):
    """What y and z are: [batch, channels, height / stride, width / stride], z the hyper-latent.

    ``groups``: how many channels each group of y has, strongest first; of none, all are told in one, and the decoder
    graph does not take ẑ, as until version 1.1.0.
    """

    channels: Annotated[int, Field(ge=1, le=4096)]
    groups: Annotated[
        list[Annotated[int, Field(ge=2, multiple_of=2)]], Field(exclude_if=lambda groups: not groups)
    ] = []
    stride: Literal[16] = 16
    hyper_channels: Annotated[int, Field(ge=1, le=4096)]
    hyper_stride: Literal[64] = 64


class CodecGraphs(_Part):
    """The ONNX graphs: transforms ``encoder`` and ``decoder``, and the entropy model's ``expand`` and ``correct``.

    ``early`` and ``late`` are the entropy model's, too, one of each for every group of channels but the first; as
    files, they are ``early-2``, ``early-3`` and so on.
    """

    encoder: File
    expand: File
    correct: File
    early: Annotated[list[File], Field(exclude_if=lambda files: not files)] = []
    late: Annotated[list[File], Field(exclude_if=lambda files: not files)] = []
    decoder: File


class CodecManifest(Described):
    """A codec of images of any size."""

    family: Literal["codec"]
    input: AnyInput
    latent: LatentGrid
    graphs: CodecGraphs
    entropy: File
    origin: Origin
    metrics: dict[str, FiniteFloat]

    @property
    def files(self) -> dict[str, File]:
        files = {}
        for name, found in self.graphs:
            if isinstance(found, File):
                files[name] = found
            else:
                files |= {f"{name}-{group}": file for group, file in enumerate(found, 2)}
        return {**files, "entropy": self.entropy}

    @field_validator("tasks")
    @classmethod
    def _codes(cls, tasks: list[Task]) -> list[Task]:
        if not set(tasks) <= {"encode", "decode"}:
            raise ValueError("a codec can encode and decode")
        return tasks

    @model_validator(mode="after")
    def _fits(self) -> Self:
        groups, refined = self.latent.groups, max(0, len(self.latent.groups) - 1)
        if groups and sum(groups) != self.latent.channels:
            raise ValueError(f"groups of {sum(groups)} channels, not {self.latent.channels}")
        if (len(self.graphs.early), len(self.graphs.late)) != (refined, refined):
            raise ValueError(f"{len(groups)} groups need {refined} early and late graphs each")
        return self


class DenoiserManifest(Described):
    """A denoiser of images of any size.

    ``graph`` is x̃ and strength → x̂ and σ̂ [batch, 1, height / 8, width / 8]; float32, batch axis first.
    """

    family: Literal["denoiser"]
    input: AnyInput
    graph: File
    origin: Origin
    metrics: dict[str, FiniteFloat]

    @property
    def files(self) -> dict[str, File]:
        return {"graph": self.graph}

    @field_validator("tasks")
    @classmethod
    def _denoises(cls, tasks: list[Task]) -> list[Task]:
        if tasks != ["denoise"]:
            raise ValueError("a denoiser can denoise")
        return tasks


class AnomalyManifest(Described):
    """A detector of what is unusual in images of any size, stretched to the square of its ``input``.

    ``graph`` is x → heat [batch, rows, columns], at least 0, whose mean is the score; float32, batch axis first. Of the
    cells of normal images, ``false_alarm_rate`` are hotter than ``hot``.
    """

    family: Literal["anomaly"]
    input: Input
    graph: File
    anomaly: AnomalyScale
    hot: Annotated[FiniteFloat, Field(gt=0)]
    origin: Origin
    metrics: dict[str, FiniteFloat]

    @property
    def files(self) -> dict[str, File]:
        return {"graph": self.graph}

    @field_validator("tasks")
    @classmethod
    def _scores(cls, tasks: list[Task]) -> list[Task]:
        if tasks != ["anomaly-score"]:
            raise ValueError("a detector can anomaly-score")
        return tasks

    @field_validator("input")
    @classmethod
    def _square(cls, given: Input) -> Input:
        if given.height != given.width:
            raise ValueError(f"images are stretched to a square, not to {given.width}x{given.height}")
        return given


AnyManifest = VectorManifest | CodecManifest | DenoiserManifest | AnomalyManifest
