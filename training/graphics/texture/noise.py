"""Noise of several kinds."""

from random import Random

import numpy as np
from PIL import Image

from training.graphics.colours import any_colour, gray
from training.graphics.fields import Field, Size, blend, clouds, numbers, to_image


def noise(random: Random, size: Size) -> Image.Image:
    """Gray or coloured noise: white, of a spectrum, smooth, in blocks, of salt and pepper, or of lines."""
    rng = numbers(random)
    width, height = size
    channels = random.choice((1, 1, 3))
    style = random.choice(("white", "normal", "spectrum", "clouds", "blocks", "salt", "lines", "binary"))
    shape = (height, width, channels)
    if style == "white":
        field = rng.random(shape, np.float32)
    elif style == "normal":
        field = 0.5 + random.uniform(0.02, 0.4) * rng.standard_normal(shape, np.float32)
    elif style == "spectrum":
        field = np.stack([_spectrum(rng, size, random.uniform(0.3, 2)) for _ in range(channels)], -1)
    elif style == "clouds":
        field = np.stack([clouds(rng, size, random.randint(2, 6), 7) for _ in range(channels)], -1)
    elif style == "blocks":
        block = random.choice((2, 2, 3, 4, 8, 16))
        cells = rng.random((-(-height // block), -(-width // block), channels), np.float32)
        field = cells.repeat(block, 0).repeat(block, 1)[:height, :width]
    elif style == "salt":
        field = np.full(shape, random.random(), np.float32)
        dots = rng.random(shape, np.float32)
        density = random.uniform(0.01, 0.3)
        field[dots < density], field[dots > 1 - density] = 0, 1
    elif style == "lines":
        field = np.broadcast_to(rng.random((height, 1, channels), np.float32), shape)
        field = field.transpose(1, 0, 2) if width == height and random.random() < 0.5 else field
    else:
        field = (rng.random(shape, np.float32) < random.uniform(0.1, 0.9)).astype(np.float32)
    if channels == 3:
        return to_image(255 * field)
    return to_image(
        blend(*random.choice(((gray(0), gray(1)), (any_colour(random), any_colour(random)))), field[..., 0])
    )


def _spectrum(rng: np.random.Generator, size: Size, slope: float) -> Field:
    """Noise whose amplitude falls as 1 / frequency^slope."""
    width, height = size
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.standard_normal((height, width), np.float32)) / frequency**slope
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(height, width))
    return np.asarray(0.5 + 0.2 * field / max(field.std(), 1e-9), np.float32)
