"""Sample: new images x̂ = g(z), with z drawn from the prior, given, or on the line between two ends."""

import asyncio
import math

import numpy as np

from hourglass.errors import BadParameter
from hourglass.imaging import Pixels
from hourglass.models.repository import Model
from hourglass.models.runtime import Array
from service.scheduling.batching import Batcher


def draw(model: Model, count: int, seed: int, temperature: float) -> Array:
    """``count`` latents z ~ N(0, T²I), float32 [count, size]; the same for the same seed on every machine."""
    normal = np.random.default_rng(seed).standard_normal((count, model.manifest.latent.size))
    return (temperature * normal).astype(np.float32)


def walk(start: Array, end: Array, steps: int) -> Array:
    """``steps`` latents from ``start`` to ``end``, both included: float32 [steps, size]."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return (1 - share) * start + share * end


def as_latents(model: Model, parameter: str, vectors: list[list[float]]) -> Array:
    """Latents from a request, float32 [n, size]. Raises BadParameter for another length or a number too large."""
    size = model.manifest.latent.size
    for index, vector in enumerate(vectors):
        if len(vector) != size:
            raise BadParameter(parameter, f"vector {index} has {len(vector)} numbers; z of {model.name} has {size}")
        if not all(math.isfinite(number) and abs(number) <= 1e6 for number in vector):
            raise BadParameter(parameter, f"vector {index} holds a number beyond a million")
    return np.asarray(vectors, np.float32)


async def sample(batcher: Batcher, model: Model, z: Array) -> Pixels:
    """The images of latents [n, size]: uint8 [n, height, width, channels]. If one fails, the rest leave the queue."""
    waiting = [asyncio.ensure_future(batcher.run(model, Model.decode_pixels, each)) for each in z]
    try:
        return np.stack(await asyncio.gather(*waiting))
    finally:
        for image in waiting:
            image.cancel()


def contact_sheet(images: Pixels) -> Pixels:
    """Images [n, height, width, channels] side by side, row by row, nearly square, 1 black pixel between."""
    count, height, width, channels = images.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    sheet = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1, channels), np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    return sheet
