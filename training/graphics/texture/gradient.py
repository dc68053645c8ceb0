"""Smooth and banded gradients."""

from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, mix
from training.graphics.fields import Field, Size, axes, clouds, numbers, ramp, to_image


def share(random: Random, size: Size) -> Field:
    """A smooth field in 0..1: linear, radial, conic, or of clouds."""
    x, y = axes(size, random.uniform(0, 360))
    shape = random.choice(("linear", "linear", "radial", "conic", "waves", "clouds"))
    if shape == "linear":
        field = x
    elif shape == "radial":
        field = np.hypot(x - random.uniform(-0.3, 0.3) * size[0], y * random.uniform(0.5, 1.5))
    elif shape == "conic":
        field = np.abs(np.arctan2(y, x))
    elif shape == "waves":
        field = np.sin(x * random.uniform(3, 20) / size[0]) + np.sin(y * random.uniform(3, 20) / size[1])
    else:
        return clouds(numbers(random), size, random.randint(1, 4), random.randint(1, 2))
    low, high = field.min(), field.max()
    return np.asarray((field - low) / max(high - low, 1e-6), np.float32)


def gradient(random: Random, size: Size) -> Image.Image:
    """Smooth, or banded in 3 to 40 steps, or smooth with a little noise that hides the bands."""
    field = share(random, size)
    style = random.choices(("smooth", "banded", "noisy"), (6, 3, 1))[0]
    if style == "banded":
        steps = round(3 * 13 ** random.random())
        field = np.floor(field * (steps - 0.001)) / max(1, steps - 1)
    first = any_colour(random)
    colours = [first, *(any_colour(random) for _ in range(random.choice((1, 1, 2, 4))))]
    if random.random() < 0.3:
        colours[1:] = [mix(first, colour, random.uniform(0.05, 0.3)) for colour in colours[1:]]
    pixels = ramp(colours, field)
    if style == "noisy":
        pixels += random.uniform(0.5, 4) * numbers(random).standard_normal(pixels.shape, np.float32)
    return to_image(pixels)
