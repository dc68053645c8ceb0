"""Colors that nobody sees."""

import numpy as np
import pytest

from hourglass.imaging import smoothed

ROWS, COLUMNS = np.mgrid[:100, :150]
DISC = np.where(np.hypot(ROWS - 50, COLUMNS - 75) < 30, 255, 0).astype(np.uint8)
NOISE = np.random.default_rng(0).integers(0, 256, (100, 150, 3), np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_seen_stays_and_what_is_not_is_smooth(channels: int) -> None:
    pixels = NOISE[:, :, :channels]
    smooth = smoothed(pixels, DISC)
    assert smooth.shape == pixels.shape
    assert np.array_equal(smooth[DISC > 0], pixels[DISC > 0])
    far = smooth[:15].astype(int)
    assert np.abs(np.diff(far, axis=1)).max() <= 12
    assert np.abs(np.diff(far, axis=0)).max() <= 12


def test_holes_look_like_what_is_around_them() -> None:
    pixels = np.where((DISC > 0)[:, :, None], np.array([250, 240, 60], np.uint8), np.uint8(0))
    smooth = smoothed(pixels, DISC)
    assert np.abs(smooth.astype(int) - [250, 240, 60]).max() <= 2


def test_barely_visible_pixels_stay() -> None:
    assert np.array_equal(smoothed(NOISE, np.maximum(DISC, 1)), NOISE)
    faint = DISC.copy()
    faint[0, 0] = 1
    assert np.array_equal(smoothed(NOISE, faint)[0, 0], NOISE[0, 0])


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (9, 7), (513, 2)])
def test_any_shape_may_be_all_hidden_or_all_but_one(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 77, np.uint8)
    alpha = np.zeros(shape, np.uint8)
    assert smoothed(pixels, alpha).max() == 0
    alpha[-1, -1] = 255
    assert np.abs(smoothed(pixels, alpha).astype(int) - 77).max() <= 1


def test_strips_meet_without_a_seam() -> None:
    rows = np.arange(1400)[:, None]
    pixels = np.repeat(np.broadcast_to(rows * 255 // 1400, (1400, 40))[:, :, None], 3, axis=2).astype(np.uint8)
    alpha = np.zeros((1400, 40), np.uint8)
    alpha[:, :4] = 255
    smooth = smoothed(pixels, alpha)[:, 20].astype(int)
    assert np.abs(np.diff(smooth, axis=0)).max() <= 3
