"""The one list of installed models: found, verified, loaded."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, overload

import numpy as np

from service.bitstream.container import IDENTITY_BYTES
from service.bitstream.tables import LatentTables
from service.codec import Codec
from service.denoiser import Denoiser
from service.errors import BadParameter, BrokenModel, NoCuda, NoSuchModel
from service.imaging import Pixels
from service.manifest import FILENAME, CodecManifest, DenoiserManifest, Manifest, Task, read_manifest, read_verified
from service.runtime import Array, Device, Graph


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
        self.reconstruct(np.zeros((1, height, width, channels), np.uint8))  # the first request need not warm it up

    def stop(self) -> None:
        """Ends the runs in progress: they raise."""
        self.encoder.stop()
        self.decoder.stop()

    def rebuild(self) -> None:
        """Loads the graphs again from their files. Raises as at first, and if they are other files than then."""
        fresh = Model(self._folder, self._device)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than when the service started; restart")
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


def to_input(pixels: Pixels) -> Array:
    """uint8 [n, height, width, channels] → x, float32 [n, channels, height, width] in 0..1."""
    x = np.array(pixels.transpose(0, 3, 1, 2), np.float32, order="C")
    x /= 255
    return x


def to_pixels(x: Array) -> Pixels:
    """float32 [n, channels, height, width] in 0..1 → uint8 [n, height, width, channels], rounded."""
    scaled = np.clip(np.nan_to_num(x), 0, 1) * np.float32(255) + np.float32(0.5)
    return np.ascontiguousarray(scaled.transpose(0, 2, 3, 1)).astype(np.uint8)


Coder = Model | Codec
"""What has a bitstream."""

Installed = Model | Codec | Denoiser


def load(folder: Path, device: Device, threads: int) -> Installed:
    """The model of one folder, of whichever family; a photo's has all ``threads``. Raises BrokenModel or NoCuda."""
    match read_manifest(folder):
        case CodecManifest():
            return Codec(folder, device, threads)
        case DenoiserManifest():
            return Denoiser(folder, device, threads)
        case Manifest():
            return Model(folder, device)


class Repository:
    """The models of one folder, by name, by task and by identity, all on one ``device``."""

    def __init__(self, folder: Path, device: Device, threads: int = 1) -> None:
        """Loads every model of ``folder``. Raises BrokenModel if there is none or any does not hold, or NoCuda.

        ``threads`` are those of the models of photos, which have one photo on all of them; a batch runs on one.
        """
        self.device = device
        if not folder.is_dir():
            raise BrokenModel(f"the models folder {folder} does not exist; HOURGLASS_MODELS says where it is")
        folders = sorted(manifest.parent for manifest in folder.glob(f"*/{FILENAME}"))
        if not folders:
            raise BrokenModel(f"the models folder {folder} holds no model: no {FILENAME} one level down")
        self._models = {each.name: load(each, device, threads) for each in folders}
        self._defaults: dict[Task, str] = {}
        for model in self:
            for task in model.manifest.default_for:
                if task in self._defaults:
                    raise BrokenModel(f"{self._defaults[task]} and {model.name} are both the default for {task}")
                self._defaults[task] = model.name
        coders = [model for model in self if not isinstance(model, Denoiser)]
        self._by_identity = {model.identity: model for model in coders}
        if len(self._by_identity) != len(coders):
            raise BrokenModel(f"two models of {folder} decode with the same files")

    def __iter__(self) -> Iterator[Installed]:
        return iter(self._models.values())

    def named(self, name: str) -> Installed:
        """Raises NoSuchModel, with the names there are."""
        if name not in self._models:
            raise NoSuchModel(f"no model {name[:64]!r} is installed; there are: {', '.join(self._models)}")
        return self._models[name]

    @overload
    def pick(self, task: Literal["sample", "anomaly-score"], name: str | None) -> Model: ...

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
