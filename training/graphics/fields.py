"""Smooth fields and coordinates, float32 [height, width], that patterns are made of."""

from math import cos, radians, sin
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.graphics.colours import Colour

Size = tuple[int, int]
"""Width and height, as Pillow has it."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Field = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def numbers(random: Random) -> np.random.Generator:
    """Numpy's numbers, seeded by the next of ``random``."""
    return np.random.default_rng(random.getrandbits(64))


def axes(size: Size, degrees: float = 0) -> tuple[Field, Field]:
    """Coordinates of the pixels about the centre, turned."""
    width, height = size
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x - width / 2, y - height / 2
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return c * x + s * y, c * y - s * x


def clouds(rng: np.random.Generator, size: Size, coarsest: int = 3, octaves: int = 4) -> Field:
    """Noise in 0..1 with detail at ``octaves`` scales, each half as strong as the one before."""
    total = np.zeros(size[::-1], np.float32)
    for octave in range(octaves):
        cells = coarsest << octave
        grid = rng.random((cells + 1, cells + 1), np.float32)
        total += np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)) / (1 << octave)
    low, high = total.min(), total.max()
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


def blend(one: Colour, other: Colour, share: Field) -> Field:
    """From colour to colour by ``share`` in 0..1: float32 [height, width, 3]."""
    a, b = (np.array(colour, np.float32) for colour in (one, other))
    return np.asarray(a + (b - a) * share[..., None], np.float32)


def ramp(colours: list[Colour], share: Field) -> Field:
    """Through several colours, evenly: float32 [height, width, 3]."""
    stops = np.linspace(0, 1, len(colours))
    table = np.stack([np.interp(np.linspace(0, 1, 1025), stops, channel) for channel in np.transpose(colours)], -1)
    return np.asarray(table[(share.clip(0, 1) * 1024).astype(np.int32)], np.float32)


def to_image(pixels: NDArray[np.generic]) -> Image.Image:
    """RGB from float [height, width, 3], or from gray [height, width]; rounds, and clips to 0..255."""
    eight = np.asarray(pixels, np.float32).clip(0, 255).round().astype(np.uint8)
    return Image.fromarray(eight).convert("RGB")
