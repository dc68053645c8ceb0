"""Noise."""

from random import Random

import numpy as np

from training.graphics.texture.noise import _spectrum, noise


def test_noise_is_gray_two_coloured_or_of_all_colours() -> None:
    images = [np.asarray(noise(Random(seed), (64, 48))) for seed in range(60)]
    assert all(pixels.shape == (48, 64, 3) for pixels in images)
    grays = sum(bool((pixels == pixels[..., :1]).all()) for pixels in images)
    assert 8 < grays < 45
    assert sum(float(pixels.std()) > 2 for pixels in images) > 50


def test_a_steeper_spectrum_is_smoother() -> None:
    rough, smooth = (_spectrum(np.random.default_rng(0), (128, 128), slope) for slope in (0.3, 2))
    assert abs(rough.std() - 0.2) < 0.01 and abs(smooth.std() - 0.2) < 0.01
    assert np.abs(np.diff(smooth)).mean() < 0.3 * np.abs(np.diff(rough)).mean()
