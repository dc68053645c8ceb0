"""Pictures of few large pixels."""

from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.graphics.fields import Size, clouds, numbers
from training.graphics.texture.palette import palette

Indices = NDArray[np.int64]


def pixel_art(random: Random, size: Size) -> Image.Image:
    """Sprites on tiles, or a landscape, enlarged by 1 to 12 without smoothing."""
    zoom = random.choice((1, 1, 2, 2, 3, 4, 6, 8, 12))
    cells = -(-size[0] // zoom), -(-size[1] // zoom)
    colours = np.array(palette(random), np.uint8)
    rng = numbers(random)
    side = random.choice((8, 8, 16))
    tiles = np.stack([_tile(rng, random, side, len(colours)) for _ in range(6)])
    across, down = -(-cells[0] // side), -(-cells[1] // side)
    chosen = rng.integers(0, len(tiles), (down, across))
    if random.random() < 0.5:
        chosen = (clouds(rng, (across, down), 2, 2) * 5.99).astype(np.int64)
    indices = tiles[chosen].transpose(0, 2, 1, 3).reshape(down * side, across * side)
    for _ in range(random.randint(0, across * down // 3)):
        sprite = _sprite(rng, random, side, len(colours))
        y, x = random.randrange(down) * side, random.randrange(across) * side
        spot = indices[y : y + side, x : x + side]
        indices[y : y + side, x : x + side] = np.where(sprite < 0, spot, sprite)
    pixels = colours[indices].repeat(zoom, 0).repeat(zoom, 1)
    return Image.fromarray(np.ascontiguousarray(pixels[: size[1], : size[0]]))


def _tile(rng: np.random.Generator, random: Random, side: int, colours: int) -> Indices:
    tile = np.full((side, side), random.randrange(colours))
    other = random.randrange(colours)
    style = random.choice(("plain", "plain", "specks", "bricks", "checks", "frame"))
    row, column = np.mgrid[:side, :side]
    if style == "specks":
        tile[rng.random((side, side)) < 0.2] = other
    elif style == "bricks":
        tile[(row % 4 == 3) | ((column + row // 4 % 2 * 4) % 8 == 7)] = other
    elif style == "checks":
        tile[(row + column) % 2 == 0] = other
    elif style == "frame":
        tile[[0, -1]] = tile[:, [0, -1]] = other
    return tile


def _sprite(rng: np.random.Generator, random: Random, side: int, colours: int) -> Indices:
    """Symmetric, outlined; -1 where one sees through it."""
    half = np.full((side, side // 2), -1)
    shape = clouds(rng, (side // 2 - 1, side - 2), 3, 2) + np.linspace(0, 0.5, side // 2 - 1)
    inks = rng.integers(0, colours, 3)
    half[1:-1, 1:] = np.where(shape < 0.6, -1, inks[(shape * 8).astype(np.int64) % 3])
    sprite = np.concatenate([half, half[:, ::-1]], 1)
    filled = np.pad(sprite >= 0, 1)
    near = filled[:-2, 1:-1] | filled[2:, 1:-1] | filled[1:-1, :-2] | filled[1:-1, 2:]
    sprite[(sprite < 0) & near] = random.randrange(colours)
    return sprite
