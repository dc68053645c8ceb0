"""Where heat lies in an image: its map against the formula, and boxes pixel by pixel."""

import numpy as np
import pytest
from numpy.typing import NDArray

from hourglass.models.heat import TILE, heat_map, hot_boxes
from hourglass.models.runtime import Array

HEAT = np.random.default_rng(0).random((7, 5)).astype(np.float32)


def along(length: int, count: int) -> NDArray[np.float64]:
    """Where the centres of ``length`` pixels lie among those of ``count`` cells, 0 the first."""
    places = (np.arange(length) + 0.5) / length * (count + 1) - 1
    return np.asarray(places.clip(0, count - 1))


def interpolated(heat: Array, height: int, width: int) -> NDArray[np.float64]:
    rows, columns = heat.shape
    across = np.stack([np.interp(along(width, columns), np.arange(columns), row) for row in heat])
    return np.stack([np.interp(along(height, rows), np.arange(rows), column) for column in across.T], axis=1)


@pytest.mark.parametrize("size", [(80, 60), (61, 333), (9, 7), (1, 300), (TILE + 1, TILE + 50), (TILE**2 + 7, 1)])
def test_map_is_bilinear_between_the_centres_of_cells(size: tuple[int, int]) -> None:
    heat = HEAT[: size[0], : size[1]]  # of a smaller image each pixel would be the mean of several cells
    shown = heat_map(heat, 0.5, *size)
    assert shown.shape == (*size, 1)
    assert shown.dtype == np.uint8
    meant = np.sqrt(interpolated(heat, *size) / 0.5) * 127.5
    assert np.abs(shown[:, :, 0] - meant).max() < 0.51


@pytest.mark.parametrize(("heat", "level"), [(0, 0), (-1, 0), (0.125, 64), (0.5, 128), (2, 255), (1e30, 255)])
def test_levels_are_of_what_is_hot(heat: float, level: int) -> None:
    assert np.unique(heat_map(np.full((7, 7), heat, np.float32), 0.5, 30, 40)).tolist() == [level]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 1)])
def test_map_of_a_tiny_image_is_of_its_mean(size: tuple[int, int]) -> None:
    shown = heat_map(np.full((7, 7), 0.5, np.float32), 0.5, *size)
    assert shown.shape == (*size, 1)
    assert (shown == 128).all()


def grid(*rows: str) -> Array:
    """Heat of tenths."""
    return np.array([[int(each) / 10 for each in row] for row in rows], np.float32)


def boxes(heat: Array, height: int, width: int) -> list[tuple[int, int, int, int]]:
    return [(box.left, box.top, box.right, box.bottom) for box in hot_boxes(heat, 0.5, height, width)]


def test_cell_reaches_half_way_to_the_next() -> None:
    assert boxes(grid("000", "090", "000"), 80, 160) == [(60, 30, 100, 50)]


def test_outermost_cell_reaches_to_the_border() -> None:
    assert boxes(grid("900", "000", "000"), 80, 160) == [(0, 0, 60, 30)]
    assert boxes(grid("000", "000", "009"), 80, 160) == [(100, 50, 160, 80)]
    assert boxes(grid("9"), 80, 160) == [(0, 0, 160, 80)]


def test_cells_that_touch_along_a_side_share_a_box() -> None:
    assert boxes(grid("990", "090", "000"), 80, 160) == [(0, 0, 100, 50)]
    assert boxes(grid("900", "090", "000"), 80, 160) == [(0, 0, 60, 30), (60, 30, 100, 50)]
    ring = grid("00000", "07770", "07070", "07770", "00000")
    assert boxes(ring, 60, 60) == [(15, 15, 45, 45)]
    assert boxes(grid("999", "999", "999"), 80, 160) == [(0, 0, 160, 80)]


def test_hottest_box_comes_first() -> None:
    found = hot_boxes(grid("60007", "00000", "80009"), 0.5, 60, 60)
    assert [box.heat for box in found] == pytest.approx([1.8, 1.6, 1.4, 1.2])


def test_what_is_just_hot_has_no_box() -> None:
    assert boxes(np.full((7, 7), 0.5, np.float32), 70, 70) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (5, 2), (33, 17)])
def test_boxes_lie_in_the_image_and_are_not_empty(size: tuple[int, int]) -> None:
    height, width = size
    for cell in range(49):
        heat = np.zeros(49, np.float32)
        heat[cell] = 1
        [(left, top, right, bottom)] = boxes(heat.reshape(7, 7), height, width)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
