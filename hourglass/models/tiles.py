"""Tiles: an image of any size in pieces of bounded size, each seen with as much around it as its result depends on.

A convolution's result depends on a neighbourhood only. A tile is therefore computed from itself and a halo, and the
halo's results are dropped: what is left equals the whole image's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of a grid of ``height`` × ``width`` positions: rows from ``top`` to before ``bottom``, and so on."""

    top: int
    bottom: int
    left: int
    right: int
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    def grown(self, halo: int) -> "Tile":
        """With ``halo`` more positions on each side, as far as the grid goes."""
        return Tile(
            max(0, self.top - halo),
            min(self.height, self.bottom + halo),
            max(0, self.left - halo),
            min(self.width, self.right + halo),
            self.height,
            self.width,
        )

    def scaled(self, up: int = 1, down: int = 1) -> "Tile":
        """The same place on a grid ``up`` times as fine, or ``down`` times as coarse."""
        sides = (self.top, self.bottom, self.left, self.right, self.height, self.width)
        return Tile(*(side * up // down for side in sides))

    def of(self, whole: Array) -> Array:
        """This part of [..., height, width]: a view."""
        return whole[..., self.top : self.bottom, self.left : self.right]

    def within(self, outer: "Tile", result: Array) -> Array:
        """This tile's part of a ``result`` [..., rows, columns] that was computed for ``outer``: a view."""
        top, left = self.top - outer.top, self.left - outer.left
        rows, columns = self.size
        return result[..., top : top + rows, left : left + columns]


def tiles(height: int, width: int, side: int, multiple: int, halo: int = 0) -> Iterator[Tile]:
    """Covers a grid by tiles of at most ``side`` each way, of about the same size, cut at multiples of ``multiple``.

    What is no longer than a tile within its ``halo`` is not cut: its parts would take more work, and no less memory.
    """
    for top, bottom in _cuts(height, side, multiple, halo):
        for left, right in _cuts(width, side, multiple, halo):
            yield Tile(top, bottom, left, right, height, width)


def part(planes: Array, place: Tile) -> Array:
    """A place of ``planes`` [channels, height, width]; beyond them, the last row and column are repeated."""
    found = place.of(planes)
    rows, columns = place.size
    return np.pad(found, ((0, 0), (0, rows - found.shape[1]), (0, columns - found.shape[2])), mode="edge")


def _cuts(length: int, side: int, multiple: int, halo: int) -> list[tuple[int, int]]:
    count = -(-length // side) if length > side + 2 * halo else 1
    places = [length * i // count // multiple * multiple for i in range(count)] + [length]
    return list(pairwise(places))
