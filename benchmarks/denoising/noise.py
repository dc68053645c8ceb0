"""The noise to be removed: added to levels of 0..255, neither clipped nor rounded, the same in every run."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""A photograph, float32 [height, width, 3], 0..255 except for its noise."""


@dataclass(frozen=True)
class Noise:
    """Noise of variance ``gain`` x + ``read``² at a pixel of level x, 0..255, like that of a camera's sensor.

    A photon counted is worth ``gain`` levels, and reading adds a Gaussian of standard deviation ``read``. Without gain,
    it is white Gaussian noise.
    """

    name: str
    gain: float
    read: float

    def add(self, x: Floats, image: str) -> Floats:
        """x̃ of x. It is always the same for the same ``image``, which is a name, and the same noise."""
        random = np.random.default_rng(crc32(f"{image} {self.name}".encode()))
        counted = self.gain * random.poisson(x / self.gain) if self.gain else x
        return (counted + random.normal(0, self.read, x.shape)).astype(np.float32)

    def sigma(self, x: Floats) -> float:
        """The root mean square of the noise of x, in levels."""
        return float(np.sqrt(self.gain * x.mean(dtype=np.float64) + self.read**2))


GAUSSIAN = tuple(Noise(f"σ = {sigma}", 0, sigma) for sigma in (15, 25, 50))
CAMERA = Noise("Poisson-Gaussian", 4, 8)
NOISES = (*GAUSSIAN, CAMERA)
