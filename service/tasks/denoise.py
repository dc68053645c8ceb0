"""Denoise: x̂ = g(f(x̃)), mixed with x̃ for less."""

import numpy as np

from service.batching import Batcher
from service.imaging import Pixels
from service.repository import Model, to_input, to_pixels

FULL_STRENGTH = 100


async def denoise(batcher: Batcher, model: Model, pixels: Pixels, strength: int) -> Pixels:
    """The clean image, uint8 [height, width, channels]: (1 − s) x̃ + s x̂ with s = strength / 100; 0 returns x̃."""
    if strength == 0:
        return pixels
    x_hat = await batcher.run(model, Model.reconstruct, pixels)
    x_tilde = to_input(pixels[None])
    mixed = x_tilde + np.float32(strength / FULL_STRENGTH) * (x_hat[None] - x_tilde)
    return np.asarray(to_pixels(mixed)[0])
