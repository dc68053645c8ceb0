"""Denoise: x̂ = g(f(x̃)), mixed with x̃ for less; of a photo, x̃ without its noise."""

from typing import Literal

import numpy as np

from hourglass.imaging import Picture, Pixels
from hourglass.models.denoiser import Denoised, Denoiser
from hourglass.models.levels import to_input, to_pixels
from hourglass.models.repository import Model
from service.scheduling.batching import Batcher

FULL_STRENGTH = 100
AS_ESTIMATED = 50
"""The strength at which a photo's noise is taken away as estimated; at 25, half of it; at 100 as if twice as strong."""

Strength = Literal["auto"] | int
"""0..100, or whatever suits the model: all of x̂, or for photos noise as estimated."""


async def denoise(batcher: Batcher, model: Model, pixels: Pixels, strength: Strength) -> Pixels:
    """The clean image, uint8 [height, width, channels]: (1 − s) x̃ + s x̂ with s = strength / 100; 0 returns x̃."""
    if strength == 0:
        return pixels
    share = (FULL_STRENGTH if strength == "auto" else strength) / FULL_STRENGTH
    x_hat = await batcher.run(model, Model.reconstruct, pixels)
    x_tilde = to_input(pixels[None])
    mixed = x_tilde + np.float32(share) * (x_hat[None] - x_tilde)
    return np.asarray(to_pixels(mixed)[0])


async def denoise_photo(
    batcher: Batcher, denoiser: Denoiser, picture: Picture, strength: Strength
) -> tuple[Picture, float | None]:
    """The clean picture, gray, alpha and profile as they were, and σ̂ of 0..255; 0 returns it, not looked at."""
    if strength == 0:
        return picture, None
    height, width, channels = picture.pixels.shape
    noisy = np.broadcast_to(picture.pixels, (height, width, 3))
    times = 1.0 if strength == "auto" else strength / AS_ESTIMATED

    def call(denoiser: Denoiser) -> Denoised:
        return denoiser.denoise(noisy, times)

    done = await batcher.run_alone(denoiser, call)
    clean = done.pixels if channels == 3 else _gray(done.pixels)
    return Picture(clean, picture.alpha, picture.icc), 255 * done.sigma


def _gray(pixels: Pixels) -> Pixels:
    """The mean of three channels, rounded, as one."""
    total = pixels.sum(2, dtype=np.uint16, keepdims=True)
    return np.asarray((total + 1) // 3, np.uint8)
