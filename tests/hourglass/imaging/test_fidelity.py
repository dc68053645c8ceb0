"""PSNR, against values worked out by hand."""

import math

import numpy as np
import pytest

from hourglass.imaging.fidelity import psnr, psnr_of_error

GRAY = np.full((64, 96, 3), 100, np.uint8)


def test_equal_images_have_no_error() -> None:
    assert psnr(GRAY, GRAY, peak=255) == math.inf
    assert psnr_of_error(0.0, peak=1) == math.inf


def test_error_of_a_thousandth_of_the_squared_peak_is_30_db() -> None:
    assert psnr_of_error(1.0, peak=1) == 0
    assert psnr_of_error(0.001 * 255**2, peak=255) == pytest.approx(30)


def test_one_level_everywhere_is_48_db_either_way() -> None:
    assert psnr(GRAY, GRAY + np.uint8(1), peak=255) == pytest.approx(48.1308, abs=1e-4)
    assert psnr(GRAY + np.uint8(1), GRAY, peak=255) == pytest.approx(48.1308, abs=1e-4)


def test_levels_may_be_between_the_integers() -> None:
    assert psnr(GRAY, GRAY + np.float32(25.5), peak=255) == pytest.approx(20)


def test_error_is_the_mean_over_all_samples() -> None:
    one = GRAY.copy()
    one[0, 0, 0] += 1
    assert psnr(GRAY, one, peak=255) == pytest.approx(48.1308 + 10 * math.log10(GRAY.size), abs=1e-3)


def test_the_scale_does_not_matter_if_the_peak_follows_it() -> None:
    x, x_hat = np.random.default_rng(0).random((2, 5, 7))
    assert psnr(x, x_hat, peak=1) == pytest.approx(psnr(255 * x, 255 * x_hat, peak=255))
    assert psnr(x, x_hat, peak=1) == pytest.approx(psnr_of_error(np.square(x - x_hat).mean(), peak=1))


def test_images_of_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(64, 96, 3\) and \(96, 3\) differ"):
        psnr(GRAY, GRAY[0], peak=255)
