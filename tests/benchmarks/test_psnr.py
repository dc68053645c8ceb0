"""PSNR of photographs."""

import math

import numpy as np
import pytest

from benchmarks.psnr import psnr_db

GRAY = np.full((64, 96, 3), 100, np.uint8)


def test_equal_photographs_have_no_error() -> None:
    assert psnr_db(GRAY, GRAY) == math.inf


def test_one_level_everywhere_is_48_db_either_way() -> None:
    assert psnr_db(GRAY, GRAY + np.uint8(1)) == pytest.approx(48.1308, abs=1e-4)
    assert psnr_db(GRAY + np.uint8(1), GRAY) == pytest.approx(48.1308, abs=1e-4)


def test_levels_may_be_between_the_integers() -> None:
    assert psnr_db(GRAY, GRAY + np.float32(25.5)) == pytest.approx(20)


def test_error_is_the_mean_over_all_samples() -> None:
    one = GRAY.copy()
    one[0, 0, 0] += 1
    assert psnr_db(GRAY, one) == pytest.approx(48.1308 + 10 * math.log10(GRAY.size), abs=1e-3)
