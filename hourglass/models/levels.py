"""Pixels of 0..255 ↔ x, what models take and give: float32 in 0..1, channels first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hourglass.imaging import Pixels
from hourglass.models.runtime import Array


def to_input(pixels: Pixels) -> Array:
    """uint8 [n, height, width, channels] → x, float32 [n, channels, height, width] in 0..1."""
    x = np.array(pixels.transpose(0, 3, 1, 2), np.float32, order="C")
    x /= 255
    return x


def to_pixels(x: Array) -> Pixels:
    """float32 [n, channels, height, width] in 0..1 → uint8 [n, height, width, channels], rounded."""
    return np.ascontiguousarray(to_levels(x).transpose(0, 2, 3, 1))


def to_levels(x: NDArray[Any]) -> NDArray[np.uint8]:
    """Floats in 0..1, whatever their shape → uint8 0..255, the nearest; what is no number is 0."""
    scaled = np.clip(np.nan_to_num(x), 0, 1) * np.float32(255)
    return np.asarray(np.rint(scaled, out=scaled), np.uint8)
