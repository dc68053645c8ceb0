"""Gradients."""

from random import Random

import numpy as np

from training.graphics.texture.gradient import gradient, share


def test_shares_span_0_to_1() -> None:
    for seed in range(20):
        field = share(Random(seed), (60, 50))
        assert field.shape == (50, 60) and field.dtype == np.float32
        assert abs(field.min()) < 1e-6 and abs(field.max() - 1) < 1e-5


def test_some_are_smooth_some_are_banded() -> None:
    images = [gradient(Random(seed), (200, 200)) for seed in range(60)]
    colours = np.array([len(image.getcolors(40000) or []) for image in images])
    assert 8 < (colours <= 40).sum() < 40
    assert (colours > 100).sum() > 8
    steps = [np.abs(np.diff(np.asarray(image).astype(int), axis=1)).max() for image in images]
    assert sum(step <= 4 for step in steps) > 8
