"""Pixels to x and back: nothing is lost, and nothing impossible is left."""

import numpy as np

from hourglass.models.levels import to_input, to_pixels
from tests.conftest import Labelled


def test_pixels_survive_the_way_to_a_model_and_back(fashion: Labelled) -> None:
    pixels = fashion.images[:16, :, :, None]
    x = to_input(pixels)
    assert x.shape == (16, 1, 28, 28)
    assert 0 <= x.min() <= x.max() <= 1
    assert np.array_equal(to_pixels(x), pixels)


def test_impossible_output_becomes_pixels_all_the_same() -> None:
    x = np.array([np.nan, np.inf, -np.inf, -3, 3, 0.5], np.float32).reshape(1, 1, 1, 6)
    assert to_pixels(x).ravel().tolist() == [0, 255, 0, 0, 255, 128]
