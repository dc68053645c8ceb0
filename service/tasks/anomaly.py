"""Anomaly score: how badly the autoencoder, which knows only normal images, reconstructs this one."""

from dataclasses import dataclass

import numpy as np

from service.batching import Batcher
from service.imaging import Pixels
from service.repository import Model, to_input
from service.runtime import Array


@dataclass(frozen=True, slots=True)
class Scored:
    """``score`` = ‖x − x̂‖² / n, in squared pixel ranges; ``heat`` float32 [height, width] its share of each pixel."""

    score: float
    threshold: float
    percentile: float
    heat: Array

    @property
    def anomalous(self) -> bool:
        return self.score > self.threshold

    @property
    def heatmap(self) -> Pixels:
        """The error of each pixel, uint8 [height, width, 1]: black is none, white half the pixel range or more."""
        return (np.sqrt(self.heat) * 2 * 255).clip(0, 255).astype(np.uint8)[:, :, None]


async def score(batcher: Batcher, model: Model, pixels: Pixels, threshold: float) -> Scored:
    """Scores uint8 [height, width, channels] against normal images that the model was not trained on."""
    heat = await batcher.run(model, heats, pixels)
    value = float(heat.sum() / heat.size)
    return Scored(value, threshold, model.manifest.anomaly.percentile(value), heat)


def heats(model: Model, pixels: Pixels) -> Array:
    """What reconstruction misses of each pixel: uint8 [n, height, width, channels] → float32 [n, height, width]."""
    x = to_input(pixels)
    return squared_error(x, model.decoder(model.encoder(x)))


def squared_error(x: Array, x_hat: Array) -> Array:
    """(x − x̂)² averaged over channels: float32 [n, channels, height, width] → [n, height, width]."""
    error = x - x_hat
    return np.asarray(np.square(error, out=error).mean(axis=1), np.float32)
