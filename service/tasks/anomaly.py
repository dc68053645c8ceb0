"""Anomaly score: how badly the autoencoder, which knows only normal images, reconstructs this one."""

from dataclasses import dataclass

import numpy as np

from hourglass.imaging import Pixels
from hourglass.models.detector import Detector
from hourglass.models.heat import Box, heat_map, hot_boxes
from hourglass.models.levels import to_input
from hourglass.models.repository import Model
from hourglass.models.runtime import Array
from service.scheduling.batching import Batcher


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
    def size(self) -> tuple[int, int]:
        """Height and width of the heat map."""
        return self.heat.shape[0], self.heat.shape[1]

    @property
    def heatmap(self) -> Pixels:
        """The error of each pixel, uint8 [height, width, 1]: black is none, white half the pixel range or more."""
        return (np.sqrt(self.heat) * 2 * 255).clip(0, 255).astype(np.uint8)[:, :, None]

    @property
    def boxes(self) -> list[Box] | None:
        """Where it is hot; None of a model that does not say what is."""
        return None


@dataclass(frozen=True, slots=True)
class Located(Scored):
    """Of an image of any size: ``score`` is the mean of ``heat`` float32 [rows, columns], which ``hot`` sets apart."""

    hot: float
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        return self.height, self.width

    @property
    def heatmap(self) -> Pixels:
        return heat_map(self.heat, self.hot, self.height, self.width)

    @property
    def boxes(self) -> list[Box]:
        return hot_boxes(self.heat, self.hot, self.height, self.width)


async def score(batcher: Batcher, model: Model, pixels: Pixels, threshold: float) -> Scored:
    """Scores uint8 [height, width, channels] against normal images that the model was not trained on."""
    heat = await batcher.run(model, heats, pixels)
    value = float(heat.sum() / heat.size)
    return Scored(value, threshold, model.manifest.anomaly.percentile(value), heat)


async def score_stretched(
    batcher: Batcher, detector: Detector, pixels: Pixels, height: int, width: int, threshold: float
) -> Located:
    """Scores uint8 [side, side, channels], stretched from ``height`` × ``width``, against normal images."""
    heat = await batcher.run(detector, Detector.heats, pixels)
    value = float(heat.mean(dtype=np.float64))
    says = detector.manifest
    return Located(value, threshold, says.anomaly.percentile(value), heat, says.hot, height, width)


def heats(model: Model, pixels: Pixels) -> Array:
    """What reconstruction misses of each pixel: uint8 [n, height, width, channels] → float32 [n, height, width]."""
    x = to_input(pixels)
    return squared_error(x, model.decoder(model.encoder(x)))


def squared_error(x: Array, x_hat: Array) -> Array:
    """(x − x̂)² averaged over channels: float32 [n, channels, height, width] → [n, height, width]."""
    error = x - x_hat
    return np.asarray(np.square(error, out=error).mean(axis=1), np.float32)
