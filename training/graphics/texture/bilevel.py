"""Black and white only."""

from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.graphics.colours import BLACK, WHITE
from training.graphics.fields import Size, clouds, numbers
from training.graphics.lettering.fonts import Fonts
from training.graphics.lettering.pen import Pen
from training.graphics.lettering.text import ALIGNS, letter_size, set_text
from training.graphics.texture.gradient import share

Bits = NDArray[np.bool_]


def bilevel(random: Random, size: Size, fonts: Fonts) -> Image.Image:
    """Black and white only: modules as of matrix codes, bars, mazes, tiles, automata, dithering, or text."""
    style = random.choice(("modules", "bars", "maze", "arcs", "automaton", "dither", "text", "stipple"))
    if style == "text":
        image = Image.new("RGB", size, WHITE)
        font = fonts.pick(random, letter_size(random, 8, 30))
        set_text(Pen(image, "sharp"), random, (5, 2, size[0] - 5, size[1]), font, BLACK, random.choice(ALIGNS))
    elif style == "dither":
        image = Image.fromarray((255 * share(random, size)).astype(np.uint8)).convert("1").convert("RGB")
    elif style == "arcs":
        image = _arcs(random, size)
    else:
        zoom = random.choice((1, 2, 3, 4, 6, 10))
        cells = -(-size[0] // zoom), -(-size[1] // zoom)
        bits = _BITS[style](random, cells).repeat(zoom, 0).repeat(zoom, 1)[: size[1], : size[0]]
        image = Image.fromarray(np.ascontiguousarray(bits.astype(np.uint8) * 255)).convert("RGB")
    return image.point(lambda level: 255 - level) if random.random() < 0.3 else image


def _modules(random: Random, size: Size) -> Bits:
    bits = numbers(random).random(size[::-1]) < 0.5
    row, column = np.mgrid[:9, :9] - 4
    finder = np.isin(np.maximum(np.abs(row), np.abs(column)), (2, 4))
    for _ in range(1 + bits.size // 900 if min(size) > 9 else 0):
        y, x = random.randrange(size[1] - 8), random.randrange(size[0] - 8)
        bits[y : y + 9, x : x + 9] = finder
    return bits


def _bars(random: Random, size: Size) -> Bits:
    widths = numbers(random).integers(1, 5, size[0])
    bars = np.arange(size[0]).repeat(widths)[: size[0]] % 2 == 0
    bits = np.tile(bars, (size[1], 1))
    for y in range(random.randrange(20, 60), size[1], 60):
        bits[y : y + 12] = True
    return bits


def _maze(random: Random, size: Size) -> Bits:
    bits = np.zeros(size[::-1], bool)
    bits[1::2, 1::2] = True
    down = numbers(random).random((size[1] // 2, size[0] // 2)) < 0.5
    bits[2::2, 1::2] |= _fitted(down, bits[2::2, 1::2].shape)
    bits[1::2, 2::2] |= _fitted(~down, bits[1::2, 2::2].shape)
    return bits


def _fitted(bits: Bits, shape: tuple[int, ...]) -> Bits:
    return np.pad(bits, 1, mode="wrap")[: shape[0], : shape[1]]


def _automaton(random: Random, size: Size) -> Bits:
    rule = np.array([*f"{random.choice((30, 45, 73, 90, 110, 150, 184)):08b}"][::-1]) == "1"
    row = numbers(random).random(size[0]) < random.choice((0.02, 0.5))
    rows = []
    for _ in range(size[1]):
        rows.append(row)
        row = rule[4 * np.roll(row, 1) + 2 * row + np.roll(row, -1)]
    return np.stack(rows)


def _stipple(random: Random, size: Size) -> Bits:
    return np.asarray(numbers(random).random(size[::-1]) < 0.1 + 0.9 * clouds(numbers(random), size, 2, 3))


_BITS = {"modules": _modules, "bars": _bars, "maze": _maze, "automaton": _automaton, "stipple": _stipple}


def _arcs(random: Random, size: Size) -> Image.Image:
    """Truchet's tiles: two quarter circles each, turned at random."""
    image = Image.new("1", size, 1)
    side = random.choice((8, 16, 32, 64))
    line = max(1, side // random.choice((3, 6, 12)))
    for x in range(0, size[0], side):
        for y in range(0, size[1], side):
            corners = ((x, y), (x + side, y + side)) if random.random() < 0.5 else ((x + side, y), (x, y + side))
            tile = Image.new("1", (side, side), 1)
            inside = ImageDraw.Draw(tile)
            for cx, cy in corners:
                radius = (side + line) / 2
                box = (cx - x - radius, cy - y - radius, cx - x + radius, cy - y + radius)
                inside.ellipse(box, None, 0, line)
            image.paste(tile, (x, y))
    return image.convert("RGB")
