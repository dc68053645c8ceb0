"""Woven cloth."""

from math import pi
from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour
from training.graphics.fields import Size, axes, clouds, numbers, to_image

WEAVES = {  # 1 where the warp lies on top
    "plain": ((1, 0), (0, 1)),
    "twill": ((1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 1, 1), (1, 0, 0, 1)),
    "denim": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "basket": ((1, 1, 0, 0), (1, 1, 0, 0), (0, 0, 1, 1), (0, 0, 1, 1)),
    "satin": ((1, 0, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 0, 1), (0, 1, 0, 0, 0), (0, 0, 0, 1, 0)),
    "herringbone": (
        (1, 1, 0, 0, 0, 1, 1, 0),
        (0, 1, 1, 0, 1, 1, 0, 0),
        (0, 0, 1, 1, 1, 0, 0, 1),
        (1, 0, 0, 1, 0, 0, 1, 1),
    ),
}


def fabric(random: Random, size: Size) -> Image.Image:
    """Woven threads, each round and shaded, of one colour or striped both ways as tartan is, and a little uneven."""
    rng = numbers(random)
    x, y = axes(size, random.choice((0, 0, random.uniform(-20, 20), 45)))
    bend = random.uniform(0, 3)
    x = x + bend * (clouds(rng, size, 4, 3) - 0.5) * 8
    y = y + bend * (clouds(rng, size, 4, 3) - 0.5) * 8
    thread = random.uniform(1.6, 12)
    column, row = x / thread, y / thread
    i, j = np.floor(column).astype(np.int32), np.floor(row).astype(np.int32)
    weave = np.array(random.choice(list(WEAVES.values())))
    warp = weave[j % len(weave), i % weave.shape[1]] == 1
    across, along = np.where(warp, column - i, row - j), np.where(warp, row - j, column - i)
    light = np.sin(pi * across) ** 0.7 * (0.75 + 0.25 * np.sin(pi * along))
    palette = np.array([any_colour(random) for _ in range(random.choice((1, 2, 2, 4)))], np.float32)
    stripes = rng.integers(0, len(palette), 64).repeat(random.choice((1, 4, 8, 12)))
    colour = np.where(warp[..., None], palette[stripes[i % len(stripes)]], palette[stripes[(j + 7) % len(stripes)]])
    uneven = 1 + random.uniform(0, 0.12) * rng.standard_normal(light.shape)
    depth = random.uniform(0.2, 0.9)
    return to_image(colour * (1 - depth + depth * light)[..., None] * uneven[..., None])
