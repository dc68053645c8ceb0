"""Models of images of one size, whose latent is a vector: z = f(x), x̂ = g(z). The six types are of this family."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hourglass.bitstream import entropy
from hourglass.bitstream.container import Container
from hourglass.bitstream.tables import LatentTables
from hourglass.errors import BadBitstream, BadParameter, BrokenModel
from hourglass.imaging import Picture, Pixels, fit_picture
from hourglass.models.installed import Installed, Needs, Strength, Taken
from hourglass.models.levels import to_input, to_pixels
from hourglass.models.manifest import Task, VectorManifest
from hourglass.models.results import Bitstream, Denoised, Scored
from hourglass.models.runtime import Array, Graph
from hourglass.models.scale import AnomalyScale
from hourglass.models.work import Batchable, Work

FULL_STRENGTH = 100

LARGEST_LATENT = 1e6
"""Of the numbers of a z that a caller gives."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    encoder: Graph
    decoder: Graph
    tables: LatentTables


class VectorModel(Installed):
    """A model of images of one size, ready to run."""

    schema = VectorManifest
    manifest: VectorManifest
    any_size = False
    _loaded: _Loaded

    @property
    def decodes(self) -> tuple[str, ...]:
        return "decoder", "entropy"

    def _load(self, files: Mapping[str, bytes]) -> _Loaded:
        size = self.manifest.latent.size
        tables = LatentTables.read(files["entropy"], size)
        encoder, decoder = Graph(files["encoder"], self._device), Graph(files["decoder"], self._device)
        expected = (self.shape, (size,))
        for graph, shapes in ((encoder, expected), (decoder, expected[::-1])):
            if (graph.input_shape, graph.output_shape) != shapes:
                raise BrokenModel(f"a graph maps {graph.input_shape} to {graph.output_shape}, not {shapes}")
        return _Loaded(encoder, decoder, tables)

    def _warm_up(self) -> None:
        channels, height, width = self.shape
        self.reconstruct(np.zeros((1, height, width, channels), np.uint8))

    @property
    def _sessions(self) -> tuple[Graph, ...]:
        return self._loaded.encoder, self._loaded.decoder

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width of x."""
        given = self.manifest.input
        return given.channels, given.height, given.width

    @property
    def tables(self) -> LatentTables:
        """How z is quantised, and how likely each symbol is."""
        return self._loaded.tables

    @property
    def scale(self) -> AnomalyScale:
        return self.manifest.anomaly

    @property
    def latent_size(self) -> int:
        return self.manifest.latent.size

    def take(self, picture: Picture, resize: bool = False) -> Taken:
        channels, height, width = self.shape
        pixels, dropped = fit_picture(picture, channels, height, width, resize)
        return Taken(Picture(pixels, dropped=tuple(dropped)), height, width)

    def needs(self, task: Task, height: int, width: int) -> Needs:
        return Needs(bytes=0, seconds=0.001)

    def f(self, x: Array) -> Array:
        """z = f(x): float32 [n, channels, height, width] in 0..1 → float32 [n, size]."""
        return self._loaded.encoder(x)

    def g(self, z: Array) -> Array:
        """x̂ = g(z): float32 [n, size] → float32 [n, channels, height, width] in 0..1."""
        return self._loaded.decoder(z)

    def encode_pixels(self, pixels: Pixels) -> Array:
        """z = f(x): uint8 [n, height, width, channels] → float32 [n, size]."""
        return self.f(to_input(pixels))

    def decode_pixels(self, z: Array) -> Pixels:
        """x̂ = g(z): float32 [n, size] → uint8 [n, height, width, channels]."""
        return to_pixels(self.g(z))

    def reconstruct(self, pixels: Pixels) -> Array:
        """x̂ = g(f(x)): uint8 [n, height, width, channels] → float32 [n, channels, height, width] in 0..1."""
        return self.g(self.encode_pixels(pixels))

    def errors(self, pixels: Pixels) -> Array:
        """What reconstruction misses of each pixel: uint8 [n, height, width, channels] → float32 [n, height, width]."""
        return squared_error(to_input(pixels), self.reconstruct(pixels))

    def compress(self, z: Array, quality: int) -> bytes:
        """The file for a latent z, float32 [size]."""
        symbols = self.tables.quantise(z, quality)
        section = entropy.encode(symbols, self.tables.frequencies(quality))
        _, height, width = self.shape
        return Container(self.identity, quality, width, height, (section,)).pack(np.asarray(symbols))

    def decompress(self, container: Container) -> Array:
        """The latent z, float32 [size], of a file that this model made. Raises BadBitstream."""
        _, height, width = self.shape
        if (container.width, container.height, container.version) != (width, height, 1) or len(container.sections) != 1:
            raise BadBitstream(f"{self.name} makes one section of {width}x{height} pixels, the header says otherwise")
        symbols = entropy.decode(container.sections[0], self.tables.frequencies(container.quality))
        container.verify(symbols)
        return self.tables.dequantise(symbols, container.quality)

    def encoding(self, taken: Taken, quality: int) -> Work[Bitstream]:
        """z = f(x), quantised and entropy-coded."""
        pixels = taken.picture.pixels
        [z] = yield Batchable(self, VectorModel.encode_pixels, pixels[None])
        return Bitstream.of(self.compress(z, quality), pixels, z.shape, z, dropped=taken.picture.dropped)

    def decoding(self, container: Container) -> Work[Picture]:
        z = self.decompress(container)
        [pixels] = yield Batchable(self, VectorModel.decode_pixels, z[None])
        return Picture(pixels)

    def denoising(self, taken: Taken, strength: Strength) -> Work[Denoised]:
        """(1 − s) x̃ + s g(f(x̃)) with s = strength / 100; ``auto`` is 100, and 0 returns x̃."""
        pixels = taken.picture.pixels
        share = (FULL_STRENGTH if strength == "auto" else strength) / FULL_STRENGTH
        if share:
            x_hat = yield Batchable(self, VectorModel.reconstruct, pixels[None])
            x_tilde = to_input(pixels[None])
            [pixels] = to_pixels(x_tilde + np.float32(share) * (x_hat - x_tilde))
        return Denoised(Picture(pixels, dropped=taken.picture.dropped))

    def scoring(self, taken: Taken, threshold: float) -> Work[Scored]:
        """‖x − x̂‖² / n: how badly the autoencoder, which knows only normal images, reconstructs this one."""
        [heat] = yield Batchable(self, VectorModel.errors, taken.picture.pixels[None])
        score = float(heat.sum() / heat.size)
        percentile = self.scale.percentile(score)
        return Scored(score, threshold, percentile, heat, taken.height, taken.width, dropped=taken.picture.dropped)

    def draw(self, count: int, seed: int, temperature: float) -> Array:
        normal = np.random.default_rng(seed).standard_normal((count, self.latent_size))
        return (temperature * normal).astype(np.float32)

    def latents(self, parameter: str, vectors: Sequence[Sequence[float]]) -> Array:
        size = self.latent_size
        for index, vector in enumerate(vectors):
            if len(vector) != size:
                raise BadParameter(parameter, f"vector {index} has {len(vector)} numbers; z of {self.name} has {size}")
            if not all(math.isfinite(number) and abs(number) <= LARGEST_LATENT for number in vector):
                raise BadParameter(parameter, f"vector {index} holds a number beyond a million")
        return np.asarray(vectors, np.float32)

    def sampling(self, z: Array) -> Work[Pixels]:
        return (yield Batchable(self, VectorModel.decode_pixels, z))


def walk(start: Array, end: Array, steps: int) -> Array:
    """``steps`` latents from ``start`` to ``end``, both included: float32 [steps, size]."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def squared_error(x: Array, x_hat: Array) -> Array:
    """(x − x̂)² averaged over channels: float32 [n, channels, height, width] → [n, height, width]."""
    error = x - x_hat
    return np.asarray(np.square(error, out=error).mean(axis=1), np.float32)
