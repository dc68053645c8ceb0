"""The anomaly detector as the service runs it: an image, stretched to a square, in; heat on a coarse grid out."""

from pathlib import Path

import numpy as np

from hourglass.errors import BrokenModel
from hourglass.imaging import Pixels
from hourglass.models.levels import to_input
from hourglass.models.manifest import AnomalyManifest, read_manifest, read_verified
from hourglass.models.runtime import Array, Device, Graph

MOST_PIXELS = 1 << 18
"""Of the images that go through the graph at once, if they are more than one: so memory is bounded, not the batch."""


class Detector:
    """An installed anomaly detector, ready to run."""

    def __init__(self, folder: Path, device: Device) -> None:
        """Loads ``folder``. Raises BrokenModel, naming the file, if anything in it does not hold, or NoCuda."""
        self._folder, self._device = folder, device
        manifest = read_manifest(folder)
        if not isinstance(manifest, AnomalyManifest):
            raise BrokenModel(f"{folder}: its family is {manifest.family}, not anomaly")
        self.manifest = manifest
        try:
            self._graph = Graph(read_verified(folder, manifest.graph), device)
        except BrokenModel as error:
            raise BrokenModel(f"{folder}: {error}") from error
        expected = (self.channels, self.side, self.side)
        if self._graph.input_shape != expected:
            raise BrokenModel(f"{folder}: its graph takes {self._graph.input_shape}, not {expected}")
        try:
            self.heats(np.zeros((2, self.side, self.side, self.channels), np.uint8))  # warms it up, too
        except Exception as error:  # onnxruntime's exceptions share no base class
            raise BrokenModel(f"{folder}: its graph does not fit: {error!r:.200}") from error

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def channels(self) -> int:
        return self.manifest.input.channels

    @property
    def side(self) -> int:
        """Of the square that images are stretched to, in pixels."""
        return self.manifest.input.height

    def stop(self) -> None:
        """Ends the runs in progress: they raise."""
        self._graph.stop()

    def rebuild(self) -> None:
        """Loads the graph again from its file. Raises as at first, and if it is another file than then."""
        fresh = Detector(self._folder, self._device)
        if fresh.manifest != self.manifest:
            raise BrokenModel(f"{self._folder}: it is another model than the one that runs; reload")
        self._graph = fresh._graph

    def heats(self, pixels: Pixels) -> Array:
        """How strange each part of each image is: uint8 [n, side, side, channels] → float32 [n, rows, columns].

        Raises ValueError where the graph gives anything else, or what is no number.
        """
        step = max(1, MOST_PIXELS // self.side**2)
        return np.concatenate([self._heats(pixels[start : start + step]) for start in range(0, len(pixels), step)])

    def _heats(self, pixels: Pixels) -> Array:
        heats = self._graph(to_input(pixels))
        if heats.ndim != 3 or len(heats) != len(pixels) or heats.size == 0:
            raise ValueError(f"heat of shape {heats.shape} for {len(pixels)} images")
        if not np.isfinite(heats).all():
            raise ValueError("heat that is no number")
        return heats
