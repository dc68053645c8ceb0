"""Encode: z = f(x), quantised and entropy-coded into a bitstream."""

from dataclasses import dataclass

import numpy as np

from hourglass.bitstream import entropy
from hourglass.bitstream.container import MAX_SIDE, Container
from hourglass.bitstream.extras import MAX_PROFILE_BYTES, Extras
from hourglass.errors import TooLarge
from hourglass.imaging import Picture, Pixels
from hourglass.models.codec import Codec
from hourglass.models.codec.latents import UNIT
from hourglass.models.repository import Model
from hourglass.models.runtime import Array
from service.scheduling.batching import Batcher
from service.timing import measured

DEFAULT_QUALITY = 50

MOST_NUMBERS = 65536
"""Of a latent that is told: a photo's are too many to be read, and would take longer to write than to code."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """``bitstream`` is the whole file.

    ``z`` float32 is the latent: [size], before quantisation; of a photo [channels, height / 16, width / 16], in
    quantisation steps, as it is decoded. None where it has more than ``MOST_NUMBERS``; ``shape`` is its shape
    all the same. ``psnr`` in dB, of the channels that the file decodes to: a gray photo has three there, and is shown
    as their mean, no further from it. None where that was not looked at.
    """

    bitstream: bytes
    pixels: int
    channels: int
    shape: tuple[int, ...]
    z: Array | None
    psnr: float | None = None

    @property
    def bits_per_pixel(self) -> float:
        return 8 * len(self.bitstream) / self.pixels

    @property
    def ratio(self) -> float:
        """How many times smaller than 8 bits a pixel and channel."""
        return self.pixels * self.channels / len(self.bitstream)


async def encode(batcher: Batcher, model: Model, pixels: Pixels, quality: int) -> Encoded:
    """Compresses uint8 [height, width, channels] at a quality of 1..100."""
    z = await batcher.run(model, Model.encode, pixels)
    height, width, channels = pixels.shape
    with measured("encode"):
        return Encoded(compress(model, z, quality), height * width, channels, z.shape, z)


async def encode_photo(batcher: Batcher, codec: Codec, picture: Picture, quality: int) -> tuple[Encoded, list[str]]:
    """Compresses a picture of any size at a quality of 1..100, and tells what of it the file does not hold.

    Raises TooLarge for a side of more than 65535 pixels.
    """
    if max(picture.height, picture.width) > MAX_SIDE:
        size = f"{picture.width}x{picture.height}"
        raise TooLarge(f"the image has {size} pixels; at most {MAX_SIDE} a side are taken")
    height, width, channels = picture.pixels.shape
    icc = picture.icc if picture.icc and len(picture.icc) <= MAX_PROFILE_BYTES else None
    dropped = [*picture.dropped, *(["color profile"] if picture.icc != icc else [])]
    pixels = np.broadcast_to(picture.pixels, (height, width, 3))
    extras = Extras(channels == 1, picture.alpha, icc)
    coded = await batcher.run_alone(codec, lambda codec: codec.compress(pixels, quality, extras))
    told = coded.latents.size <= MOST_NUMBERS
    z = coded.latents.astype(np.float32) / np.float32(UNIT) if told else None
    return Encoded(coded.bitstream, height * width, channels, coded.latents.shape, z, coded.psnr), dropped


def compress(model: Model, z: Array, quality: int) -> bytes:
    """The file for a latent z, float32 [size]."""
    symbols = model.tables.quantise(z, quality)
    section = entropy.encode(symbols, model.tables.frequencies(quality))
    _, height, width = model.shape
    return Container(model.identity, quality, width, height, (section,)).pack(np.asarray(symbols))
