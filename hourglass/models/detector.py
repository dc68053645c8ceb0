"""Anomaly detectors: an image, stretched to a square, in; heat on a coarse grid out."""

from collections.abc import Mapping

import numpy as np

from hourglass.errors import BrokenModel
from hourglass.imaging import Picture, Pixels, stretched
from hourglass.models.installed import Installed, Needs, Taken
from hourglass.models.levels import to_input
from hourglass.models.manifest import AnomalyManifest, Task
from hourglass.models.results import Scored
from hourglass.models.runtime import Array, Graph
from hourglass.models.scale import AnomalyScale
from hourglass.models.work import Batchable, Work

MOST_PIXELS = 1 << 18
"""Of the images that go through the graph at once, if they are more than one: this bounds memory, not the batch."""


class Detector(Installed):
    """An installed anomaly detector, ready to run."""

    schema = AnomalyManifest
    manifest: AnomalyManifest
    _loaded: Graph

    def _load(self, files: Mapping[str, bytes]) -> Graph:
        graph = Graph(files["graph"], self._device)
        expected = (self.channels, self.side, self.side)
        if graph.input_shape != expected:
            raise BrokenModel(f"its graph takes {graph.input_shape}, not {expected}")
        return graph

    def _warm_up(self) -> None:
        self.heats(np.zeros((2, self.side, self.side, self.channels), np.uint8))

    @property
    def _sessions(self) -> tuple[Graph, ...]:
        return (self._loaded,)

    @property
    def channels(self) -> int:
        return self.manifest.input.channels

    @property
    def side(self) -> int:
        """Of the square that images are stretched to, in pixels."""
        return self.manifest.input.height

    @property
    def scale(self) -> AnomalyScale:
        return self.manifest.anomaly

    def take(self, picture: Picture, resize: bool = False) -> Taken:
        pixels, dropped = stretched(picture, self.channels, self.side)
        return Taken(Picture(pixels, dropped=tuple(dropped)), picture.height, picture.width)

    def needs(self, task: Task, height: int, width: int) -> Needs:
        pixels = self.side**2 * self.channels
        return Needs(bytes=2 * pixels, seconds=0.1)  # while it waits, and in its batch

    def heats(self, pixels: Pixels) -> Array:
        """How strange each part of each image is: uint8 [n, side, side, channels] → float32 [n, rows, columns].

        Raises ValueError where the graph gives anything else, or what is no number.
        """
        step = max(1, MOST_PIXELS // self.side**2)
        return np.concatenate([self._heats(pixels[start : start + step]) for start in range(0, len(pixels), step)])

    def _heats(self, pixels: Pixels) -> Array:
        heats = self._loaded(to_input(pixels))
        if heats.ndim != 3 or len(heats) != len(pixels) or heats.size == 0:
            raise ValueError(f"heat of shape {heats.shape} for {len(pixels)} images")
        if not np.isfinite(heats).all():
            raise ValueError("heat that is no number")
        return heats

    def scoring(self, taken: Taken, threshold: float) -> Work[Scored]:
        """The mean heat of the image."""
        [heat] = yield Batchable(self, Detector.heats, taken.picture.pixels[None])
        score = float(heat.mean(dtype=np.float64))
        percentile = self.scale.percentile(score)
        size = taken.height, taken.width
        return Scored(score, threshold, percentile, heat, *size, self.manifest.hot, taken.picture.dropped)
