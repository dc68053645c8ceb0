"""The photo denoiser, tile by tile: x̂ = x̃ − min(s, 1) σ / (σ + σ₀) ε̂(x̃, σ), σ = max(s, 1) σ̂."""

import math
from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np

from hourglass.imaging import Picture, Pixels
from hourglass.models.installed import Installed, Needs, Strength, Taken
from hourglass.models.levels import to_levels
from hourglass.models.manifest import DenoiserManifest, Task
from hourglass.models.results import Denoised
from hourglass.models.runtime import Array, Session
from hourglass.models.tiles import Tile, part, tiles
from hourglass.models.work import Work

CELL = 8
"""Images are padded to multiples of it; σ̂ is told for cells of 8×8 pixels."""

TILE = 768
"""Pixels a tile may have each way, before its halo: a step takes 1.6 s of a core. Of 512 px it takes 0.9 s, but all a
third longer."""

HALO = 152
"""What the networks see around a tile, in pixels."""

AS_ESTIMATED = 50
"""The strength that takes away the noise as estimated. 25 takes away half of it; 100 treats it as twice as strong."""

BYTES_PER_PIXEL = 14
"""Memory for a photo while it is cleaned and written: its pixels, the clean ones, Pillow's, and the file. Tiles come on
top."""

SECONDS_PER_PIXEL = 1.6e-6
"""On one core of a server's processor with AVX-512."""


class Denoiser(Installed):
    """An installed photo denoiser, ready to run. Images may have any size."""

    schema = DenoiserManifest
    manifest: DenoiserManifest
    _loaded: Session

    def _load(self, files: Mapping[str, bytes]) -> Session:
        return Session(files["graph"], self._device, self._threads)

    def _warm_up(self) -> None:
        self.denoise(np.zeros((1, 1, 3), np.uint8))

    @property
    def _sessions(self) -> tuple[Session, ...]:
        return (self._loaded,)

    def take(self, picture: Picture, resize: bool = False) -> Taken:
        return Taken(picture, picture.height, picture.width)

    def needs(self, task: Task, height: int, width: int) -> Needs:
        return Needs(BYTES_PER_PIXEL * height * width, SECONDS_PER_PIXEL * height * width)

    def denoising(self, taken: Taken, strength: Strength) -> Work[Denoised]:
        """A tile a step. ``auto`` is 50; 0 returns the picture as it is."""
        picture = taken.picture
        if strength == 0:
            return Denoised(picture)
        height, width, channels = picture.pixels.shape
        noisy = np.broadcast_to(picture.pixels, (height, width, 3)).transpose(2, 0, 1)
        clean = np.empty((height, width, channels), np.uint8)
        times = 1.0 if strength == "auto" else strength / AS_ESTIMATED
        power = 0.0
        for place in _places(height, width):
            yield None
            x_hat, sigma = self._tile(noisy, place, times)
            levels = to_levels(x_hat).transpose(1, 2, 0)
            place.of(clean.transpose(2, 0, 1))[:] = (levels if channels == 3 else _gray(levels)).transpose(2, 0, 1)
            power += _power(sigma)
        sigma_hat = 255 * _root_mean(power, height, width)
        return Denoised(replace(picture, pixels=clean), sigma_hat)

    def clean(self, x: Array, times: float = 1.0) -> tuple[Array, float]:
        """Cleans float32 [3, height, width], 0..1 but for its noise, and not rounded to levels: for measurements.

        ``times`` 1 takes away the noise that is estimated; a lower one that share of it; 2 cleans as if it were twice
        as strong. The second result is the root mean square σ̂, in 0..1.
        """
        clean, power = np.empty_like(x), 0.0
        for place in _places(*x.shape[1:]):
            x_hat, sigma = self._tile(x, place, times)
            place.of(clean)[:] = x_hat
            power += _power(sigma)
        return clean, _root_mean(power, x.shape[1], x.shape[2])

    def _tile(self, planes: Pixels | Array, place: Tile, times: float) -> tuple[Array, Array]:
        """A tile's x̂ [3, rows, columns], as far as the image goes, and the σ̂ of its cells."""
        height, width = planes.shape[1:]
        outer = place.grown(HALO)
        x = np.array(part(planes, outer)[None], np.float32, order="C")
        if planes.dtype == np.uint8:
            x /= 255
        x_hat, sigma = self._loaded(x, np.array([times], np.float32))
        shown = place.within(outer, x_hat[0])[:, : height - place.top, : width - place.left]
        return shown, place.scaled(down=CELL).within(outer.scaled(down=CELL), sigma[0])


def _places(height: int, width: int) -> Generator[Tile]:
    yield from tiles(_padded(height), _padded(width), TILE, CELL, HALO)


def _padded(side: int) -> int:
    return -(-side // CELL) * CELL


def _power(sigma: Array) -> float:
    return float(np.square(sigma, dtype=np.float64).sum())


def _root_mean(power: float, height: int, width: int) -> float:
    return math.sqrt(power / (_padded(height) // CELL * (_padded(width) // CELL)))


def _gray(pixels: Pixels) -> Pixels:
    """The mean of three channels, rounded, as one."""
    total = pixels.sum(2, dtype=np.uint16, keepdims=True)
    return np.asarray((total + 1) // 3, np.uint8)
