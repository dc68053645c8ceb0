"""A sheet of small images in rows, each enlarged by whole pixels, with labels: the kind of picture most used in docs/.

The images are laid out in pixels, not in axes: a hundred axes are slow, and blur what they show.
"""

from dataclasses import dataclass, field

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

Cell = NDArray[np.float64] | None
"""Red, green, blue in 0..1, [height, width, 3], at most 28×28; None is left blank."""

DPI = 100
SCALE = 3
SIDE = 28 * SCALE
PITCH = SIDE + 6
LABEL = 130
LINE = 18


@dataclass(frozen=True)
class Row:
    """Images side by side. ``captions`` stand under them; ``gap`` sets the next row apart."""

    label: str
    cells: list[Cell]
    captions: list[str] = field(default_factory=list)
    gap: bool = False

    @property
    def height(self) -> int:
        return PITCH + (LINE if self.captions else 0) + (LINE // 2 if self.gap else 0)


def gray(image: ArrayLike) -> NDArray[np.float64]:
    """An image [height, width] in 0..1: 0 is black."""
    return np.repeat(np.clip(np.asarray(image, np.float64), 0, 1)[:, :, None], 3, axis=2)


def signed(values: ArrayLike, limit: float) -> NDArray[np.float64]:
    """Numbers [height, width] of both signs: −limit is red, 0 white, +limit blue."""
    return _coloured("RdBu", 0.5 + np.asarray(values, np.float64) / (2 * limit))


def heat(error: ArrayLike) -> NDArray[np.float64]:
    """Squared errors [height, width]: none is black, half the pixel range or more is the brightest."""
    return _coloured("inferno", 2 * np.sqrt(np.asarray(error, np.float64)))


def _coloured(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(matplotlib.colormaps[name](values), np.float64)[:, :, :3]


def sheet(rows: list[Row], columns: tuple[str, ...] = ()) -> Figure:
    """The rows below one another, ``columns`` as titles above the first."""
    width = LABEL + PITCH * max(len(row.cells) for row in rows)
    top = LINE + 4 if columns else 4
    height = top + sum(row.height for row in rows) - (LINE // 2 if rows[-1].gap else 0)
    canvas = np.ones((height, width, 3))
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)

    def write(text: str, x: float, y: float, align: str = "center") -> None:
        figure.text(x / width, 1 - y / height, text, ha=align, va="center", fontsize=9)

    for column, title in enumerate(columns):
        write(title, LABEL + column * PITCH + SIDE / 2, top / 2)
    for row in rows:
        write(row.label, LABEL - 10, top + SIDE / 2, "right")
        for column, cell in enumerate(row.cells):
            if cell is not None:
                _paste(canvas, cell, top, LABEL + column * PITCH)
        for column, caption in enumerate(row.captions):
            write(caption, LABEL + column * PITCH + SIDE / 2, top + SIDE + LINE / 2)
        top += row.height
    figure.figimage(canvas)
    return figure


def _paste(canvas: NDArray[np.float64], cell: NDArray[np.float64], top: int, left: int) -> None:
    enlarged = cell.repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    height, width = enlarged.shape[:2]
    top, left = top + (SIDE - height) // 2, left + (SIDE - width) // 2
    canvas[top : top + height, left : left + width] = enlarged
