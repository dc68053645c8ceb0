"""Flat colours."""

from random import Random

import numpy as np

from training.graphics.texture.flat import flat


def test_most_neighbours_are_the_same() -> None:
    for seed in range(40):
        pixels = np.asarray(flat(Random(seed), (200, 160))).astype(int)
        assert (np.diff(pixels, axis=1) == 0).all(-1).mean() > 0.75


def test_colours_are_saturated_and_seldom_one_alone() -> None:
    images = [np.asarray(flat(Random(seed), (100, 100))).astype(int) for seed in range(40)]
    assert np.mean([(pixels.max(-1) - pixels.min(-1)).mean() for pixels in images]) > 120
    assert sum(len(np.unique(pixels.reshape(-1, 3), axis=0)) == 1 for pixels in images) < 12
