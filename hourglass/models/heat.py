"""Where heat lies in an image. Of n cells in a row, the i-th is centred at (i + 1) / (n + 1) of the image's width."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hourglass.imaging import Pixels
from hourglass.models.runtime import Array
from hourglass.models.tiles import tiles

TILE = 1024
"""Squared, the pixels that are worked out at once: floats of all of a large image would take four times its map."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels from ``left`` to before ``right`` and from ``top`` to before ``bottom``.

    ``heat`` is the highest there, in multiples of what is hot: more than 1.
    """

    left: int
    top: int
    right: int
    bottom: int
    heat: float


def heat_map(heat: Array, hot: float, height: int, width: int) -> Pixels:
    """A map of float32 [rows, columns], uint8 [height, width, 1]: black is none, 128 ``hot``, white four times that.

    It is bilinear between the centres of cells, and constant beyond the outermost.
    """
    times = np.clip(heat / np.float64(hot), 0, 1e6).astype(np.float32)
    grid = Image.fromarray(np.pad(times, 1, mode="edge"))
    down, across = (heat.shape[0] + 1) / height, (heat.shape[1] + 1) / width  # cells a pixel
    shown = np.empty((height, width), np.uint8)
    side = TILE**2 // min(TILE, height, width)
    for tile in tiles(height, width, side, 1):
        box = (  # of the grid, on which Pillow has the centres at 0.5, 1.5, ...
            0.5 + across * tile.left,
            0.5 + down * tile.top,
            0.5 + across * tile.right,
            0.5 + down * tile.bottom,
        )
        rows, columns = tile.size
        levels = np.sqrt(np.asarray(grid.resize((columns, rows), Image.Resampling.BILINEAR, box)))
        levels *= np.float32(127.5)
        tile.of(shown)[:] = np.rint(levels, out=levels).clip(0, 255)
    return shown[:, :, None]


def hot_boxes(heat: Array, hot: float, height: int, width: int) -> list[Box]:
    """The regions of cells hotter than ``hot`` that touch along a side, each in its box, the hottest first.

    A cell reaches half-way to the next, and an outermost one to the border. Boxes are of whole pixels, outwards.
    """
    found = []
    for region in _regions(heat > hot):
        left, right = _span(region[:, 1], heat.shape[1], width)
        top, bottom = _span(region[:, 0], heat.shape[0], height)
        found.append(Box(left, top, right, bottom, float(heat[tuple(region.T)].max()) / hot))
    return sorted(found, key=lambda box: -box.heat)


def _regions(marked: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The places [n, 2] of each region of marked cells."""
    left = {(int(row), int(column)) for row, column in np.argwhere(marked)}
    regions = []
    for start in sorted(left):
        if start not in left:
            continue
        left.remove(start)
        region = [start]
        for row, column in region:  # which grows meanwhile
            near = {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)} & left
            left -= near
            region += near
        regions.append(np.array(region))
    return regions


def _span(cells: NDArray[np.intp], count: int, length: int) -> tuple[int, int]:
    """The pixels, of ``length``, of the cells of a row of ``count``: from the first to before the last."""
    first, last = int(cells.min()), int(cells.max())
    start = (2 * first + 1) * length // (2 * count + 2) if first else 0
    end = -(-(2 * last + 3) * length // (2 * count + 2)) if last < count - 1 else length
    return start, end
