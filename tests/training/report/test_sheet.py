"""Sheets of images: the colours of cells, and where each is drawn."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from training.report.sheet import DPI, LABEL, LINE, PITCH, SCALE, SIDE, Row, gray, heat, sheet, signed


def drawn(figure: Figure) -> NDArray[np.uint8]:
    """uint8 [height, width, 3], read back from the file that is written."""
    file = io.BytesIO()
    figure.savefig(file, dpi=DPI)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def test_gray_is_clipped_to_black_and_white() -> None:
    assert gray([[-1, 0.5, 2]]).tolist() == [[[0, 0, 0], [0.5] * 3, [1] * 3]]


def test_signs_are_red_and_blue_about_white() -> None:
    ((red, green, blue), middle, (red_of_most, _, blue_of_most)) = signed([[-3, 0, 3]], 3)[0]
    assert red > 0.3 > max(green, blue)
    assert middle.min() > 0.95
    assert blue_of_most > 0.3 > red_of_most


def test_heat_is_brightest_from_half_the_range_on() -> None:
    none, half, more = heat([[0, 0.25, 1]])[0]
    assert none.max() < 0.02
    assert half.tolist() == more.tolist() and half.min() > 0.6


def test_cells_are_enlarged_by_whole_pixels_at_their_places() -> None:
    cells = [gray(np.random.default_rng(i).random((28, 28))) for i in range(2)]
    figure = drawn(sheet([Row("first", [None]), Row("second", [cells[0], cells[1]])]))
    assert figure.shape == (4 + 2 * PITCH, LABEL + 2 * PITCH, 3)
    for column, cell in enumerate(cells):
        top, left = 4 + PITCH, LABEL + column * PITCH
        shown = figure[top : top + SIDE, left : left + SIDE]
        assert np.abs(shown / 255 - cell.repeat(SCALE, 0).repeat(SCALE, 1)).max() < 1 / 254
    assert (figure[4 : 4 + SIDE, LABEL:] == 255).all()


def test_a_smaller_image_is_in_the_middle_of_its_cell() -> None:
    figure = drawn(sheet([Row("", [gray(np.zeros((24, 28)))])]))
    inside = figure[4 : 4 + SIDE, LABEL : LABEL + SIDE]
    assert (inside[2 * SCALE : -2 * SCALE] == 0).all()
    assert (inside[: 2 * SCALE] == 255).all() and (inside[-2 * SCALE :] == 255).all()


@pytest.mark.parametrize(
    ("row", "columns", "height"),
    [
        (Row("", [None]), (), 4 + PITCH),
        (Row("", [None], ["below"]), (), 4 + PITCH + LINE),
        (Row("", [None]), ("above",), 4 + LINE + PITCH),
        (Row("", [None], gap=True), (), 4 + PITCH),
    ],
)
def test_captions_and_titles_take_a_line_and_the_last_gap_none(row: Row, columns: tuple[str, ...], height: int) -> None:
    assert drawn(sheet([row], columns)).shape[0] == height
