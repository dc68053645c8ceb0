"""Noise has the variance it claims, and is the same in every run."""

import numpy as np
import pytest

from benchmarks.denoising.noise import GAUSSIAN, NOISES, Floats, Noise

FIRST = 71.2817
"""The first level of gray 90 with the weakest noise, of an image named a.png."""

NOISE_NAMES = [noise.name for noise in NOISES]


def gray(level: float) -> Floats:
    return np.full((256, 256, 3), level, np.float32)


@pytest.mark.parametrize("noise", NOISES, ids=NOISE_NAMES)
@pytest.mark.parametrize("level", [0, 40, 255])
def test_noise_has_the_variance_it_says_and_no_bias(noise: Noise, level: float) -> None:
    added = noise.add(gray(level), "a.png") - level
    assert added.std(dtype=np.float64) == pytest.approx(np.sqrt(noise.gain * level + noise.read**2), rel=0.01)
    assert added.std(dtype=np.float64) == pytest.approx(noise.sigma(gray(level)), rel=0.01)
    assert added.mean(dtype=np.float64) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("noise", NOISES, ids=NOISE_NAMES)
def test_noise_is_neither_clipped_nor_rounded(noise: Noise) -> None:
    dark, bright = noise.add(gray(0), "a.png"), noise.add(gray(255), "a.png")
    assert dark.min() < 0
    assert bright.max() > 255
    assert (bright != bright.round()).any()
    assert bright.dtype == np.float32


def test_noise_is_the_same_in_every_run_and_another_for_each_image_and_kind() -> None:
    weak, strong = GAUSSIAN[0], GAUSSIAN[1]
    np.testing.assert_array_equal(weak.add(gray(90), "a.png"), weak.add(gray(90), "a.png"))
    assert weak.add(gray(90), "a.png")[0, 0, 0] == pytest.approx(FIRST)
    units = [(noise.add(gray(0), image) / noise.read) for noise, image in ((weak, "a"), (weak, "b"), (strong, "a"))]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(units[one].ravel(), units[other].ravel())[0, 1]) < 0.02
