"""What all families of models share: how they are loaded, warmed up, stopped, rebuilt and called.

A family says what it takes of a picture (``take``), what that needs (``needs``), and does its tasks as ``Work``:
``encoding``, ``decoding``, ``denoising``, ``scoring``, ``sampling``. A service drives these step by step; ``encode``,
``decode``, ``denoise``, ``score`` and ``sample`` run them at once.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, NoReturn, Self

from hourglass.bitstream.container import IDENTITY_BYTES, Container
from hourglass.errors import BadBitstream, BadParameter, BrokenModel
from hourglass.imaging import Picture, Pixels, Source, Wanted, to_picture
from hourglass.models.files import read_manifest, read_verified
from hourglass.models.manifest import AnyManifest, Task
from hourglass.models.results import Bitstream, Denoised, Scored
from hourglass.models.runtime import Array, Device, Graph, Session
from hourglass.models.scale import AnomalyScale
from hourglass.models.work import Work, finish

DEFAULT_QUALITY = 50

Strength = Literal["auto"] | int
"""0..100, or what suits the model best."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a model sees of a picture of ``height`` × ``width`` pixels; ``picture.dropped`` names what it does not."""

    picture: Picture
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What a task takes: ``bytes`` of memory beside its graphs', and about so many ``seconds`` of one core."""

    bytes: int
    seconds: float


class Installed(ABC):
    """A model of a folder, ready to run. Tasks that its family cannot do raise BadParameter."""

    schema: ClassVar[type[AnyManifest]]
    """Of the manifests of its family."""

    manifest: AnyManifest
    _loaded: Any
    any_size: ClassVar[bool] = True
    """Whether ``take`` takes a picture of any size as it is."""

    def __init__(self, folder: Path, manifest: AnyManifest, device: Device, threads: int) -> None:
        """Loads ``folder``, of which ``manifest`` was read, and warms it up.

        Raises BrokenModel, naming the file, if anything in it does not hold, or NoCuda.
        """
        self.manifest = manifest
        self._folder, self._device, self._threads = folder, device, threads
        files = {name: read_verified(folder, file) for name, file in manifest.files.items()}
        self._digest = hashlib.sha256(b"".join(files[name] for name in self.decodes)).digest()
        try:
            self._loaded = self._load(files)
        except BrokenModel as error:
            raise BrokenModel(f"{folder}: {error}") from error
        try:
            self._warm_up()
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"{folder}: its graphs do not run: {error!r:.200}") from error

    @classmethod
    def open(cls, folder: Path, device: Device = "cpu", threads: int = 1) -> Self:
        """The model of a folder. Raises BrokenModel as ``__init__`` does, and where it is of another family."""
        manifest = read_manifest(folder)
        if not isinstance(manifest, cls.schema):
            raise BrokenModel(f"{folder}: it is not a model of {cls.__name__}, but of family {manifest.family}")
        return cls(folder, manifest, device, threads)

    @abstractmethod
    def _load(self, files: Mapping[str, bytes]) -> object:
        """What the ``files`` hold, by their names in the manifest. Raises BrokenModel where they do not fit."""

    @property
    @abstractmethod
    def _sessions(self) -> tuple[Session | Graph, ...]:
        """All that may be running."""

    @abstractmethod
    def _warm_up(self) -> None:
        """Runs every graph once, on as little as possible. Raises whatever they do."""

    @abstractmethod
    def take(self, picture: Picture, resize: bool = False) -> Taken:
        """What the model sees of ``picture``. Raises BadParameter for a size it does not take, unless ``resize``."""

    @abstractmethod
    def needs(self, task: Task, height: int, width: int) -> Needs:
        """What ``task`` takes on an image of that size, as measured."""

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def decodes(self) -> tuple[str, ...]:
        """The files, by their names in the manifest, that decode its bitstreams: they make its ``identity``."""
        return ()

    @property
    def identity(self) -> bytes:
        """What its bitstreams carry: the first bytes of the SHA-256 of what decodes them. Empty if it makes none."""
        return self._digest[:IDENTITY_BYTES] if self.decodes else b""

    @property
    def scale(self) -> AnomalyScale | None:
        """What its anomaly scores are held against, if it has any."""
        return None

    @property
    def latent_size(self) -> int | None:
        """How many numbers z has; None where that depends on the image, or there is no z."""
        return None

    def threshold(self, false_alarm_rate: float | None = None) -> float:
        """The score that only this share of normal images exceeds; by default the manifest's share."""
        if self.scale is None:
            self._cannot("anomaly-score")
        return self.scale.threshold(false_alarm_rate)

    def stop(self, thread: int | None = None) -> None:
        """Ends the runs in progress, or the one on a ``thread``: they raise."""
        for session in self._sessions:
            session.stop(thread)

    def rebuild(self) -> None:
        """Loads the graphs again from their files. Raises as at first, and if they are other files than then."""
        fresh = self.open(self._folder, self._device, self._threads)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than the one that runs; reload")
        self._loaded = fresh._loaded

    def encoding(self, taken: Taken, quality: int) -> Work[Bitstream]:
        """Compresses what was taken of a picture, at a quality of 1..100."""
        self._cannot("encode")

    def decoding(self, container: Container) -> Work[Picture]:
        """Shows what ``encoding`` made. Raises BadBitstream for a file that it did not make."""
        self._cannot("decode")

    def denoising(self, taken: Taken, strength: Strength) -> Work[Denoised]:
        """Takes the noise out of a picture."""
        self._cannot("denoise")

    def scoring(self, taken: Taken, threshold: float) -> Work[Scored]:
        """Tells how unusual a picture is; scores above ``threshold`` are anomalous."""
        self._cannot("anomaly-score")

    def draw(self, count: int, seed: int, temperature: float) -> Array:
        """Latents to sample: z ~ N(0, T²I), float32 [count, size]; the same for the same seed on every machine."""
        self._cannot("sample")

    def latents(self, parameter: str, vectors: Sequence[Sequence[float]]) -> Array:
        """Given latents to sample, float32 [n, size].

        Raises BadParameter, naming ``parameter``, for another length or a number too large.
        """
        self._cannot("sample")

    def sampling(self, z: Array) -> Work[Pixels]:
        """The images of latents float32 [n, size]: uint8 [n, height, width, channels]."""
        self._cannot("sample")

    def _cannot(self, task: Task) -> NoReturn:
        raise BadParameter("model", f"{self.name} cannot {task}")

    def encode(
        self,
        image: Source,
        quality: int = DEFAULT_QUALITY,
        resize: bool = False,
        frame: int | None = None,
        metadata: Wanted = "keep",
    ) -> Bitstream:
        """The compressed file of an image, at a quality of 1 (smallest) to 100 (closest).

        ``frame``, from 0, is the one to take of a file of several; ``metadata`` what of EXIF and XMP goes on.
        """
        if not 1 <= quality <= 100:
            raise BadParameter("quality", f"must be 1 to 100, not {quality}")
        return finish(self.encoding(self.take(to_picture(image, frame).with_metadata(metadata), resize), quality))

    def decode(self, file: bytes | Path) -> Picture:
        """The image of a compressed file. Raises BadBitstream where it is damaged, or of another model."""
        container = Container.unpack(file.read_bytes() if isinstance(file, Path) else file)
        if container.model != self.identity:
            raise BadBitstream(f"the bitstream was made by model {container.model.hex()}, not by {self.name}")
        return finish(self.decoding(container))

    def denoise(
        self,
        image: Source,
        strength: Strength = "auto",
        resize: bool = False,
        frame: int | None = None,
        metadata: Wanted = "keep",
    ) -> Denoised:
        """A noisy image, clean. 0 returns it as it is; what 1 to 100 do depends on the family.

        ``frame`` and ``metadata`` are as for ``encode``.
        """
        if strength != "auto" and not 0 <= strength <= 100:
            raise BadParameter("strength", f"must be auto, or 0 to 100, not {strength}")
        return finish(self.denoising(self.take(to_picture(image, frame).with_metadata(metadata), resize), strength))

    def score(
        self,
        image: Source,
        false_alarm_rate: float | None = None,
        resize: bool = False,
        frame: int | None = None,
    ) -> Scored:
        """How unusual an image is. ``false_alarm_rate``, in 0..1, is the share of normal images above the threshold.

        ``frame`` is as for ``encode``.
        """
        return finish(self.scoring(self.take(to_picture(image, frame), resize), self.threshold(false_alarm_rate)))

    def sample(self, count: int = 16, seed: int = 0, temperature: float = 1.0) -> Pixels:
        """New images, uint8 [count, height, width, channels], of latents that ``draw`` draws."""
        return finish(self.sampling(self.draw(count, seed, temperature)))
