"""Fences and nets."""

from math import pi
from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, gray, vivid
from training.graphics.fields import Field, Size, axes, ramp, to_image
from training.graphics.texture.gradient import share


def mesh(random: Random, size: Size) -> Image.Image:
    """A fence or a net before a blurred background: square, of diamonds, of hexagons, bars or a louvre."""
    period = random.uniform(8, 60)
    wire = random.uniform(0.08, 0.35)
    x, y = axes(size, random.choice((0, 45, random.uniform(-10, 10))))
    if random.random() < 0.3:
        y = y * (1 + x / (2.5 * size[0]))
    style = random.choice(("square", "diamonds", "hexagons", "bars", "chain"))
    if style == "square":
        distance = np.minimum(_to_line(x, period), _to_line(y, period))
    elif style == "diamonds":
        distance = np.minimum(_to_line(x + 0.6 * y, period), _to_line(x - 0.6 * y, period))
    elif style == "hexagons":
        distance = _to_hexagon(x / period, y / period)
    elif style == "bars":
        distance = _to_line(x, period)
    else:
        wobble = 0.12 * period * np.sin(2 * pi * y / period)
        distance = np.minimum(_to_line(x + y + wobble, 2 * period), _to_line(x - y - wobble, 2 * period))
    cover = ((wire / 2 - distance) * period + 0.5).clip(0, 1)[..., None]
    light = (1 - (2 * distance / wire).clip(0, 1) ** 2) ** 0.5
    metal = ramp([gray(random.uniform(0, 0.4)), any_colour(random)], np.asarray(light, np.float32))
    behind = ramp([any_colour(random), vivid(random), any_colour(random)], share(random, size))
    return to_image(behind + (metal - behind) * cover)


def _to_line(x: Field, period: float) -> Field:
    """Distance from the nearest of the lines, in periods."""
    return np.asarray(np.abs((x / period + 0.5) % 1 - 0.5), np.float32)


def _to_hexagon(x: Field, y: Field) -> Field:
    """Distance from the nearest edge of a honeycomb whose cells are 1 wide."""
    cells = []
    for shift in (0.0, 0.5):
        dx, dy = (x + shift) % 1 - 0.5, (y + shift * 3**0.5) % 3**0.5 - 0.5 * 3**0.5
        cells.append(np.maximum(np.abs(dx), 0.5 * np.abs(dx) + 0.866 * np.abs(dy)))
    return np.asarray(0.5 - np.minimum(*cells), np.float32)
