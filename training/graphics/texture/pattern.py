"""Checks, stripes, grids and the like."""

from math import pi
from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, gray, mix
from training.graphics.fields import Field, Size, axes, blend, to_image


def _edges(random: Random, wave: Field, period: float) -> Field:
    """Where the wave is positive, 0..1: with hard edges, with smooth ones of about a pixel, or the wave itself."""
    style = random.choice(("hard", "smooth", "smooth", "wave"))
    if style == "hard":
        return (wave > 0).astype(np.float32)
    return (0.5 + wave * (0.5 if style == "wave" else period / (2 * pi))).clip(0, 1)


def _period(random: Random) -> float:
    """In pixels: from 2 to 100, small ones more often; whole at times."""
    period = 2 * 50 ** (random.random() ** 1.3)
    return float(round(period)) if random.random() < 0.5 else period


def pattern(random: Random, size: Size) -> Image.Image:
    """Checks, stripes, grids, dots, rings, chirps, bricks, waves or hexagons in two colours."""
    period = _period(random)
    x, y = axes(size, random.choice((0, 0, 0, 45, 90, random.uniform(0, 180))))
    u, v = np.sin(2 * pi * (x + 0.25) / period), np.sin(2 * pi * (y + 0.25) / period)
    style = random.choice(
        ("checks", "checks", "stripes", "stripes", "grid", "dots", "rings", "chirp", "bricks", "zigzag", "hexagons")
    )
    if style == "checks":
        wave = u * v
    elif style == "stripes":
        wave = u - random.choice((0, 0, random.uniform(-0.9, 0.9)))
    elif style == "grid":
        wave = np.maximum(u, v) - random.uniform(0.6, 0.95)
    elif style == "dots":
        wave = u + v - random.uniform(-1, 1.5)
    elif style == "rings":
        wave = np.sin(2 * pi * np.hypot(x, y) / period)
    elif style == "chirp":
        wave = np.sin((x * x + random.choice((0, 1, 1)) * y * y) * pi / (max(size) * random.uniform(2, 8)))
    elif style == "bricks":
        row = np.floor(y / period)
        wave = np.minimum(np.abs(np.sin(pi * y / period)), np.abs(np.sin(pi * (x / 2 + row % 2 * period / 2) / period)))
        wave = wave - random.uniform(0.1, 0.4)
    elif style == "zigzag":
        wave = np.sin(2 * pi * (y + np.abs(x % (2 * period) - period)) / period)
    else:
        wave = sum(np.cos(4 * pi / 3 / period * axis) for axis in _three_axes(x, y)) - random.uniform(-1.2, 2)
    one, other = random.choice(((gray(0), gray(1)), (any_colour(random), any_colour(random))))
    if random.random() < 0.15:
        other = mix(one, other, random.uniform(0.05, 0.3))
    return to_image(blend(one, other, _edges(random, np.asarray(wave, np.float32), period)))


def _three_axes(x: Field, y: Field) -> tuple[Field, Field, Field]:
    return y, np.asarray(-0.5 * y + 0.866 * x, np.float32), np.asarray(-0.5 * y - 0.866 * x, np.float32)
