"""The computation that every contender does: an image file → its anomaly score. Needs nothing of Hourglass.

The servers of the peers import it too, each in its own environment.
"""

import io
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image


class Scorer:
    """‖x − x̂‖² / n by the graphs of a model folder, on the thread that calls it. Safe to run from many threads."""

    def __init__(self, folder: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._encoder, self._decoder = (
            ort.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
            for name in ("encoder", "decoder")
        )
        (self._x,), (self._z,) = self._encoder.get_inputs(), self._decoder.get_inputs()
        self._mode = "L" if self._x.shape[1] == 1 else "RGB"

    def decode(self, file: bytes) -> NDArray[np.uint8]:
        """An image file → uint8 [channels, height, width], of the size it has."""
        pixels = np.asarray(Image.open(io.BytesIO(file)).convert(self._mode))
        return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)

    def score(self, batch: list[NDArray[np.uint8]]) -> list[float]:
        """Decoded images of one size → the score of each."""
        x = np.stack(batch).astype(np.float32) / np.float32(255)
        (z,) = self._encoder.run(None, {self._x.name: x})
        (x_hat,) = self._decoder.run(None, {self._z.name: z})
        scores: list[float] = np.square(x - x_hat).mean(axis=(1, 2, 3)).tolist()
        return scores
