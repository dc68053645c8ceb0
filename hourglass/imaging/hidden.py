"""The colors of pixels that nobody sees, since they are fully transparent: made cheap to code."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hourglass.imaging.picture import Pixels

CELL = 8
"""Pixels each way that one color stands for, beside those that are seen."""

ROWS = 32 * CELL
"""Rows that are worked on at once."""

Seen = NDArray[np.bool_]
Means = NDArray[np.float32]
"""[rows, columns, channels] of cells; 0 where nothing of a cell is seen."""


def smoothed(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """Pixels [height, width, channels] whose fully transparent ones continue those beside them, ever more smoothly.

    Holes are filled from the means of ever larger cells (pull and push; Gortler et al., The Lumigraph, 1996).
    """
    height, width, _ = pixels.shape
    if alpha.min() > 0:
        return pixels
    strips = [slice(top, min(top + ROWS, height)) for top in range(0, height, ROWS)]
    cells = [_pulled(pixels[rows], alpha[rows] > 0, CELL) for rows in strips]
    ground = _filled(np.concatenate([means for means, _ in cells]), np.concatenate([seen for _, seen in cells]))
    smooth = pixels.copy()
    for rows in strips:
        shown = _pushed(ground, (rows.stop - rows.start, width), rows.start, CELL)
        np.copyto(smooth[rows], (shown + 0.5).astype(np.uint8), where=alpha[rows, :, None] == 0)
    return smooth


def _filled(means: Means, seen: Seen) -> Means:
    """Cells, those of which nothing is seen like those around them."""
    if seen.all() or max(seen.shape) == 1:
        return means
    ground = _pushed(_filled(*_pulled(means, seen, 2)), seen.shape, 0, 2)
    return np.where(seen[:, :, None], means, ground)


def _pulled(values: NDArray[np.uint8] | Means, seen: Seen, size: int) -> tuple[Means, Seen]:
    """The means of what is seen in cells of ``size`` × ``size``, and whether anything is."""
    places = [np.arange(0, side, size) for side in seen.shape]

    def total(each: Means) -> Means:
        return np.asarray(np.add.reduceat(np.add.reduceat(each, places[0], axis=0), places[1], axis=1), np.float32)

    share = seen[:, :, None].astype(np.float32)
    weight = total(share)
    means = np.asarray(total(values * share) / np.maximum(weight, 1), np.float32)
    return means, weight[:, :, 0] > 0


def _pushed(ground: Means, shape: tuple[int, ...], top: int, size: int) -> Means:
    """What cells of ``size`` × ``size`` show, bilinear, in ``shape`` pixels from the row ``top`` on."""
    height, width = shape
    box = 0, top / size, width / size, (top + height) / size
    planes = [Image.fromarray(plane) for plane in np.ascontiguousarray(ground.transpose(2, 0, 1))]
    shown = [plane.resize((width, height), Image.Resampling.BILINEAR, box=box) for plane in planes]
    return np.dstack([np.asarray(plane) for plane in shown])
