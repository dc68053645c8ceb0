"""Windows."""

from random import Random

import numpy as np

from training.graphics.drawing.screen import screen
from training.graphics.lettering.fonts import Fonts


def test_screens_have_flat_areas_and_long_straight_edges(fonts: Fonts) -> None:
    straight = 0
    for seed in range(12):
        pixels = np.asarray(screen(Random(seed), (320, 240), fonts)).astype(int)
        same = (np.diff(pixels, axis=1) == 0).all(-1)
        assert same.mean() > 0.4
        straight += bool(((np.diff(pixels, axis=0) != 0).any(-1).mean(1) > 0.3).any())
    assert straight >= 8


def test_screens_differ_in_colours(fonts: Fonts) -> None:
    assert len({screen(Random(seed), (64, 64), fonts).getpixel((60, 30)) for seed in range(20)}) > 10
