"""Palettes, and pictures dithered to them."""

from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, gray, hsv
from training.graphics.fields import Field, Size, clouds, numbers, ramp, to_image
from training.graphics.texture.gradient import gradient, share


def palette(random: Random) -> list[tuple[int, int, int]]:
    """2 to 32 colours: any, shades of a hue, grays, or the corners of the cube of colours."""
    count = round(2 * 16 ** random.random())
    hue = random.random()
    return random.choice(
        (
            [any_colour(random) for _ in range(count)],
            [hsv(hue + 0.1 * i / count, 1 - 0.7 * i / count, (i + 1) / count) for i in range(count)],
            [gray(i / (count - 1)) for i in range(count)],
            [(255 * (i & 1), 255 * (i >> 1 & 1), 255 * (i >> 2 & 1)) for i in range(8)],
        )
    )


def dithered(random: Random, size: Size) -> Image.Image:
    """A shaded picture in a palette: diffused, ordered, or plainly the nearest colours; enlarged by 1 to 4."""
    zoom = random.choice((1, 1, 1, 2, 3, 4))
    cells = -(-size[0] // zoom), -(-size[1] // zoom)
    chosen = palette(random)
    ends = random.sample(chosen, min(len(chosen), random.randint(2, 5)))
    picture = to_image(ramp(ends, share(random, cells))) if random.random() < 0.7 else gradient(random, cells)
    if random.random() < 0.5:
        shade = (255 * clouds(numbers(random), cells, 3, 5)).astype(np.uint8)
        picture = Image.composite(picture, Image.new("RGB", cells, any_colour(random)), Image.fromarray(shade))
    colours = Image.new("P", (1, 1))
    colours.putpalette([channel for colour in chosen for channel in colour])
    style = random.choice(("diffused", "ordered", "nearest"))
    if style == "ordered":
        lift = np.tile(_bayer(random.choice((1, 2, 3))), (-(-cells[1] // 2), -(-cells[0] // 2)))[: cells[1], : cells[0]]
        lifted = np.asarray(picture, np.float32) + random.uniform(30, 120) * (lift - 0.5)[..., None]
        picture = Image.fromarray(lifted.clip(0, 255).astype(np.uint8))
    dither = Image.Dither.FLOYDSTEINBERG if style == "diffused" else Image.Dither.NONE
    found = picture.quantize(palette=colours, dither=dither).convert("RGB")
    return found.resize((cells[0] * zoom, cells[1] * zoom), Image.Resampling.NEAREST).crop((0, 0, *size))


def _bayer(doublings: int) -> Field:
    """Bayer's matrix of thresholds, 2^doublings wide, in 0..1."""
    matrix = np.zeros((1, 1), np.float32)
    for _ in range(doublings):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return np.asarray((matrix + 0.5) / matrix.size, np.float32)
