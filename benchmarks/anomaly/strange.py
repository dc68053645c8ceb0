"""Images that show no tile at all: a detector of tiles should find them stranger than any tile."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.anomaly.tiles import read_gray
from hourglass.imaging import Pixels
from hourglass.models.levels import to_levels

NOISES = 20
"""Images of each kind of noise."""

SIGMA = 40
"""Levels."""

FIELDS = (1, 2, 4, 8, 16, 32, 64)
"""Pixels a side of the fields of each checkerboard."""

SEED = 0


def strange_images(height: int, width: int, photographs: Sequence[Path]) -> dict[str, list[Pixels]]:
    """By kind, uint8 [height, width, 1]; photographs are gray and keep their size."""
    random = np.random.default_rng(SEED)
    shape = (height, width, 1)
    rows, columns = np.indices((height, width))
    gaussian = (random.normal(128, SIGMA, shape) for _ in range(NOISES))
    kinds = {
        "black": [np.zeros(shape, np.uint8)],
        "white": [np.full(shape, 255, np.uint8)],
        "uniform noise": [random.integers(0, 256, shape, np.uint8) for _ in range(NOISES)],
        f"Gaussian noise, σ = {SIGMA}": [to_levels(image / 255) for image in gaussian],
        f"checkerboards of {FIELDS[0]} to {FIELDS[-1]} pixels": [
            ((rows // field + columns // field) % 2 * 255).astype(np.uint8)[:, :, None] for field in FIELDS
        ],
    }
    return kinds | ({"photographs": [read_gray(path) for path in photographs]} if photographs else {})
