"""Palettes and dithering."""

from random import Random

import numpy as np

from training.graphics.texture.palette import _bayer, dithered, palette


def test_palettes_have_2_to_32_colours() -> None:
    sizes = [len(palette(Random(seed))) for seed in range(100)]
    assert min(sizes) == 2 and 20 < max(sizes) <= 32


def test_dithered_pictures_have_few_colours_and_seldom_one() -> None:
    numbers = [len(dithered(Random(seed), (90, 80)).getcolors(8000) or []) for seed in range(40)]
    assert max(numbers) <= 32 and sum(number == 1 for number in numbers) <= 4


def test_bayer_s_thresholds_are_all_different_and_even() -> None:
    assert np.array_equal(_bayer(1), np.array([[0.125, 0.625], [0.875, 0.375]], np.float32))
    assert np.allclose(np.sort(_bayer(3).ravel()), (np.arange(64) + 0.5) / 64)
