"""Encode: z = f(x), quantised and entropy-coded into a bitstream."""

from dataclasses import dataclass

import numpy as np

from service.batching import Batcher
from service.bitstream import entropy
from service.bitstream.container import Container
from service.imaging import Pixels
from service.repository import Model
from service.runtime import Array
from service.timing import measured

DEFAULT_QUALITY = 50


@dataclass(frozen=True, slots=True)
class Encoded:
    """``bitstream`` is the whole file; ``z`` float32 [size] the latent before quantisation."""

    bitstream: bytes
    z: Array
    pixels: int

    @property
    def bits_per_pixel(self) -> float:
        return 8 * len(self.bitstream) / self.pixels

    @property
    def ratio(self) -> float:
        """How many times smaller than 8 bits a pixel and channel."""
        return self.pixels / len(self.bitstream)


async def encode(batcher: Batcher, model: Model, pixels: Pixels, quality: int) -> Encoded:
    """Compresses uint8 [height, width, channels] at a quality of 1..100."""
    z = await batcher.run(model, Model.encode, pixels)
    with measured("encode"):
        return Encoded(compress(model, z, quality), z, pixels.size)


def compress(model: Model, z: Array, quality: int) -> bytes:
    """The file for a latent z, float32 [size]."""
    symbols = model.tables.quantise(z, quality)
    section = entropy.encode(symbols, model.tables.frequencies(quality))
    _, height, width = model.shape
    return Container(model.identity, quality, width, height, (section,)).pack(np.asarray(symbols))
