"""Pictures as print has them."""

from math import pi
from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, gray
from training.graphics.fields import Field, Size, axes, blend, clouds, numbers, to_image
from training.graphics.texture.gradient import gradient


def halftone(random: Random, size: Size) -> Image.Image:
    """A shaded picture as print has it: dots or lines whose size says how dark, of one ink or of four."""
    period = random.uniform(2.5, 14)
    picture = np.asarray(gradient(random, size), np.float32) / 255
    if random.random() < 0.5:
        picture = picture * (0.4 + 0.6 * clouds(numbers(random), size, 3, 5)[..., None])
    hard = random.random() < 0.5
    lines = random.random() < 0.25
    if random.random() < 0.5:
        tone = _screen(picture.mean(-1), period, random.choice((45.0, 0.0, random.uniform(0, 90))), hard, lines)
        ink, paper = random.choice(((gray(0), gray(1)), (any_colour(random), any_colour(random))))
        return to_image(blend(ink, paper, tone))
    black = picture.max(-1)
    tones = [
        _screen(picture[..., i] / np.maximum(black, 1e-3), period, angle, hard, lines)
        for i, angle in enumerate((15, 75, 0))
    ]
    return to_image(255 * np.stack(tones, -1) * _screen(black, period, 45, hard, lines)[..., None])


def _screen(tone: Field, period: float, degrees: float, hard: bool, lines: bool) -> Field:
    x, y = axes((tone.shape[1], tone.shape[0]), degrees)
    u, v = np.sin(2 * pi * x / period), np.sin(2 * pi * y / period)
    threshold = 0.5 + 0.5 * (u if lines else (u + v) / 2)
    difference = np.asarray(tone - threshold, np.float32)
    return (difference > 0).astype(np.float32) if hard else (0.5 + difference * period / 2).clip(0, 1)
