"""Smooth shapes."""

import numpy as np
from PIL import Image, ImageDraw

from training.graphics.drawing.shapes import disc, reduced, rounded


def levels(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(image)[..., 0]


def test_reducing_smooths_edges() -> None:
    def paint(draw: ImageDraw.ImageDraw, factor: int) -> None:
        draw.line((0, 0, 40 * factor, 23 * factor), (255, 255, 255), factor)

    hard, smooth = (levels(reduced((40, 24), factor, (0, 0, 0), paint)) for factor in (1, 3))
    assert hard.shape == smooth.shape == (24, 40)
    assert len(np.unique(hard)) == 2 < len(np.unique(smooth))


def test_corners_are_round_and_the_rest_is_filled() -> None:
    image = Image.new("RGB", (40, 30))
    rounded(image, (5, 4, 35, 26), 8, (200, 0, 0))
    found = levels(image)
    assert found[4, 5] == found[25, 34] == found[4, 34] == found[25, 5] == 0
    assert found[15, 5] == found[15, 34] == found[4, 20] == found[25, 20] == 200
    assert np.array_equal(found[4:26, 5:35], found[4:26, 5:35][::-1, ::-1])


def test_a_disc_covers_its_area() -> None:
    image = Image.new("RGB", (60, 60))
    disc(image, 30, 30, 20, (255, 255, 255))
    assert abs(levels(image).sum() / 255 - np.pi * 400) < 15


def test_opacity_mixes() -> None:
    image = Image.new("RGB", (20, 20))
    rounded(image, (0, 0, 20, 20), 0, (200, 200, 200), 0.25)
    assert abs(int(levels(image)[10, 10]) - 50) <= 1


def test_an_empty_box_draws_nothing() -> None:
    image = Image.new("RGB", (20, 20))
    rounded(image, (10, 10, 10, 5), 3, (255, 255, 255))
    assert not levels(image).any()
