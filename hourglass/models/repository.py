"""The one list of installed models: found, verified, loaded."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, overload

import numpy as np

from hourglass.bitstream.container import IDENTITY_BYTES
from hourglass.bitstream.tables import LatentTables
from hourglass.errors import BadParameter, BrokenModel, NoCuda, NoSuchModel
from hourglass.imaging import Pixels
from hourglass.models.codec import Codec
from hourglass.models.denoiser import Denoiser
from hourglass.models.detector import Detector
from hourglass.models.levels import to_input, to_pixels
from hourglass.models.manifest import (
    FILENAME,
    AnomalyManifest,
    CodecManifest,
    DenoiserManifest,
    Manifest,
    Task,
    read_manifest,
    read_verified,
)
from hourglass.models.runtime import Array, Device, Graph


class Model:
    """An installed model, ready to run: x̂ = g(f(x)).

    ``identity`` is the first bytes of the SHA-256 of what decodes its bitstreams: decoder graph and tables.
    """

    def __init__(self, folder: Path, device: Device) -> None:
        """Loads ``folder``. Raises BrokenModel, naming the file, if anything in it does not hold, or NoCuda."""
        self._folder, self._device = folder, device
        manifest = read_manifest(folder)
        if not isinstance(manifest, Manifest):
            raise BrokenModel(f"{folder}: its family is {manifest.family}, not vector")
        self.manifest = manifest
        encoder, decoder, entropy = (
            read_verified(folder, file)
            for file in (self.manifest.graphs.encoder, self.manifest.graphs.decoder, self.manifest.entropy)
        )
        self.identity = hashlib.sha256(decoder + entropy).digest()[:IDENTITY_BYTES]
        size = self.manifest.latent.size
        try:
            self.tables = LatentTables.read(entropy, size)
            self.encoder, self.decoder = Graph(encoder, device), Graph(decoder, device)
        except BrokenModel as error:
            raise BrokenModel(f"{folder}: {error}") from error
        expected = (self.shape, (size,))
        for graph, shapes in ((self.encoder, expected), (self.decoder, expected[::-1])):
            if (graph.input_shape, graph.output_shape) != shapes:
                raise BrokenModel(f"{folder}: a graph maps {graph.input_shape} to {graph.output_shape}, not {shapes}")
        channels, height, width = self.shape
        try:
            self.reconstruct(np.zeros((1, height, width, channels), np.uint8))  # warms it up, too
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"{folder}: its graphs do not run: {error!r:.200}") from error

    def stop(self) -> None:
        """Ends the runs in progress: they raise."""
        self.encoder.stop()
        self.decoder.stop()

    def rebuild(self) -> None:
        """Loads the graphs again from their files. Raises as at first, and if they are other files than then."""
        fresh = Model(self._folder, self._device)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than the one that runs; reload")
        self.encoder, self.decoder = fresh.encoder, fresh.decoder

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width of x."""
        given = self.manifest.input
        return given.channels, given.height, given.width

    def encode(self, pixels: Pixels) -> Array:
        """z = f(x): uint8 [n, height, width, channels] → float32 [n, size]."""
        return self.encoder(to_input(pixels))

    def decode_pixels(self, z: Array) -> Pixels:
        """x̂ = g(z): float32 [n, size] → uint8 [n, height, width, channels]."""
        return to_pixels(self.decoder(z))

    def reconstruct(self, pixels: Pixels) -> Array:
        """x̂ = g(f(x)): uint8 [n, height, width, channels] → float32 [n, channels, height, width] in 0..1."""
        return self.decoder(self.encode(pixels))


Coder = Model | Codec
"""What has a bitstream."""

Installed = Model | Codec | Denoiser | Detector


def load(folder: Path, device: Device, threads: int, held: Installed | None = None) -> Installed:
    """The model of one folder, of whichever family; a photo's has all ``threads``. Raises BrokenModel or NoCuda.

    Where the manifest, and so the SHA-256 of every file, is still that of the model ``held``, it is that one.
    """
    manifest = read_manifest(folder)
    if held and held.manifest == manifest:
        return held
    match manifest:
        case CodecManifest():
            return Codec(folder, device, threads)
        case DenoiserManifest():
            return Denoiser(folder, device, threads)
        case AnomalyManifest():
            return Detector(folder, device)
        case Manifest():
            return Model(folder, device)


@dataclass(frozen=True, slots=True)
class Changes:
    """From one repository to the next: names of models. Those removed are no longer installed, all others are."""

    added: list[str]
    replaced: list[str]
    removed: list[str]
    kept: list[str]


class Repository:
    """The models of one folder, by name, by task and by identity, all on one ``device``."""

    def __init__(
        self, folder: Path, device: Device, threads: int = 1, held: Mapping[str, Installed] | None = None
    ) -> None:
        """Loads every model of ``folder``. Raises BrokenModel if there is none or any does not hold, or NoCuda.

        ``threads`` are those of the models of photos, which have one photo on all of them; a batch runs on one.
        Models ``held`` already, by name, are not loaded again where their manifest is as it was.
        """
        self.device, self._folder, self._threads = device, folder, threads
        if not folder.is_dir():
            raise BrokenModel(f"the models folder {folder} does not exist; HOURGLASS_MODELS says where it is")
        folders = sorted(manifest.parent for manifest in folder.glob(f"*/{FILENAME}"))
        if not folders:
            raise BrokenModel(f"the models folder {folder} holds no model: no {FILENAME} one level down")
        held = held or {}
        self._models = {each.name: load(each, device, threads, held.get(each.name)) for each in folders}
        self._defaults: dict[Task, str] = {}
        for model in self:
            for task in model.manifest.default_for:
                if task in self._defaults:
                    raise BrokenModel(f"{self._defaults[task]} and {model.name} are both the default for {task}")
                self._defaults[task] = model.name
        coders = [model for model in self if isinstance(model, Coder)]
        self._by_identity = {model.identity: model for model in coders}
        if len(self._by_identity) != len(coders):
            raise BrokenModel(f"two models of {folder} decode with the same files")

    def renewed(self) -> "Repository":
        """What the folder holds now, on the same device. Raises as at first; this one stays as it is."""
        return Repository(self._folder, self.device, self._threads, self._models)

    def since(self, earlier: "Repository") -> Changes:
        """How it came from an ``earlier`` one. A model is kept if it is the very same object."""
        now, then = self._models, earlier._models
        return Changes(
            added=[name for name in now if name not in then],
            replaced=[name for name in now if name in then and now[name] is not then[name]],
            removed=[name for name in then if name not in now],
            kept=[name for name in now if now[name] is then.get(name)],
        )

    def __iter__(self) -> Iterator[Installed]:
        return iter(self._models.values())

    def named(self, name: str) -> Installed:
        """Raises NoSuchModel, with the names there are."""
        if name not in self._models:
            raise NoSuchModel(f"no model {name[:64]!r} is installed; there are: {', '.join(self._models)}")
        return self._models[name]

    @overload
    def pick(self, task: Literal["sample"], name: str | None) -> Model: ...

    @overload
    def pick(self, task: Literal["anomaly-score"], name: str | None) -> Model | Detector: ...

    @overload
    def pick(self, task: Literal["encode", "decode"], name: str | None) -> Coder: ...

    @overload
    def pick(self, task: Literal["denoise"], name: str | None) -> Model | Denoiser: ...

    def pick(self, task: Task, name: str | None) -> Installed:
        """The model called ``name``, or the default for ``task``. Raises NoSuchModel, or BadParameter if it cannot."""
        if name is None and task not in self._defaults:
            raise BadParameter("model", f"no installed model is the default for {task}; name one")
        model = self.named(name or self._defaults[task])
        if task not in model.manifest.tasks:
            able = ", ".join(other.name for other in self if task in other.manifest.tasks) or "none"
            raise BadParameter("model", f"{model.name} cannot {task}; these can: {able}")
        return model

    def identified(self, identity: bytes) -> Coder:
        """The model that decodes a bitstream. Raises NoSuchModel."""
        if identity not in self._by_identity:
            raise NoSuchModel(f"the bitstream was made by model {identity.hex()}, which is not installed here")
        return self._by_identity[identity]


def open_repository(folder: Path, wanted: Literal["auto", "cpu", "cuda"], threads: int) -> tuple[Repository, str]:
    """The models on the device ``wanted``, and why ``auto`` took the CPU, empty if it did not.

    Raises BrokenModel as Repository does, and NoCuda where ``cuda`` does not run.
    """
    if wanted == "cpu":
        return Repository(folder, "cpu", threads), ""
    try:
        return Repository(folder, "cuda", threads), ""
    except NoCuda as error:
        if wanted == "cuda":
            raise
        return Repository(folder, "cpu", threads), str(error)
