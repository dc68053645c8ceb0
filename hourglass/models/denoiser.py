"""The photo denoiser as the service runs it, tile by tile: x̂ = x̃ − min(s, 1) σ / (σ + σ₀) ε̂(x̃, σ), σ = max(s, 1) σ̂."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hourglass.errors import BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.manifest import DenoiserManifest, read_manifest, read_verified
from hourglass.models.runtime import Array, Device, Session
from hourglass.models.tiles import Tile, part, tiles

CELL = 8
"""Images are padded to multiples of it; σ̂ is told for cells of 8×8 pixels."""

TILE = 1024
"""Pixels a tile may have each way, before its halo."""

HALO = 152
"""What the networks see around a tile, in pixels."""


@dataclass(frozen=True, slots=True)
class Denoised:
    """``pixels`` uint8 [height, width, 3]; ``sigma``, in 0..1, the root mean square of the noise that was estimated."""

    pixels: Pixels
    sigma: float


class Denoiser:
    """An installed photo denoiser, ready to run. Images may have any size.

    A strength of 1 takes away the noise that is estimated; a lower one, that share of it; one of 2 cleans as if the
    noise were twice as strong.
    """

    def __init__(self, folder: Path, device: Device, threads: int) -> None:
        """Loads ``folder``. Raises BrokenModel, naming the file, if anything in it does not hold, or NoCuda."""
        self._folder, self._device, self._threads = folder, device, threads
        manifest = read_manifest(folder)
        if not isinstance(manifest, DenoiserManifest):
            raise BrokenModel(f"{folder}: its family is {manifest.family}, not denoiser")
        self.manifest = manifest
        try:
            self._graph = Session(read_verified(folder, manifest.graph), device, threads)
        except BrokenModel as error:
            raise BrokenModel(f"{folder}: {error}") from error
        try:
            self.denoise(np.zeros((1, 1, 3), np.uint8))  # warms it up, too
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"{folder}: its graph does not fit: {error!r:.200}") from error

    @property
    def name(self) -> str:
        return self.manifest.name

    def stop(self) -> None:
        """Ends the runs in progress: they raise."""
        self._graph.stop()

    def rebuild(self) -> None:
        """Loads the graph again from its file. Raises as at first, and if it is another file than then."""
        fresh = Denoiser(self._folder, self._device, self._threads)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than the one that runs; reload")
        self._graph = fresh._graph

    def denoise(self, pixels: Pixels, strength: float = 1.0) -> Denoised:
        """Cleans uint8 [height, width, 3]."""
        clean, power = np.empty(pixels.shape, np.uint8), 0.0
        for place, x_hat, sigma in self._tiles(pixels.transpose(2, 0, 1), strength):
            levels = np.nan_to_num(np.clip(x_hat, 0, 1)) * np.float32(255)
            place.of(clean.transpose(2, 0, 1))[:] = np.rint(levels, out=levels)
            power += float(np.square(sigma, dtype=np.float64).sum())
        return Denoised(clean, _mean_sigma(power, pixels.shape[0], pixels.shape[1]))

    def clean(self, x: Array, strength: float = 1.0) -> tuple[Array, float]:
        """Cleans float32 [3, height, width], 0..1 but for its noise; also tells ``sigma``, as ``denoise`` does."""
        clean, power = np.empty_like(x), 0.0
        for place, x_hat, sigma in self._tiles(x, strength):
            place.of(clean)[:] = x_hat
            power += float(np.square(sigma, dtype=np.float64).sum())
        return clean, _mean_sigma(power, x.shape[1], x.shape[2])

    def _tiles(self, planes: Pixels | Array, strength: float) -> Iterator[tuple[Tile, Array, Array]]:
        """Each tile, its x̂ [3, rows, columns], as far as the image goes, and the σ̂ of its cells."""
        height, width = planes.shape[1:]
        for place in tiles(_padded(height), _padded(width), TILE, CELL):
            outer = place.grown(HALO)
            x = np.array(part(planes, outer)[None], np.float32, order="C")
            if planes.dtype == np.uint8:
                x /= 255
            x_hat, sigma = self._graph(x, np.array([strength], np.float32))
            shown = place.within(outer, x_hat[0])[:, : height - place.top, : width - place.left]
            cells = place.scaled(down=CELL).within(outer.scaled(down=CELL), sigma[0])
            yield place, shown, cells


def _padded(side: int) -> int:
    return -(-side // CELL) * CELL


def _mean_sigma(power: float, height: int, width: int) -> float:
    return math.sqrt(power / (_padded(height) // CELL * (_padded(width) // CELL)))
