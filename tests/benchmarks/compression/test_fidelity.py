"""MS-SSIM of photographs."""

import numpy as np
import pytest

from benchmarks.compression.fidelity import LEAST_SIDE, ms_ssim
from benchmarks.photographs import Pixels


def test_ms_ssim_is_1_of_equal_photographs_and_less_with_noise(photo: Pixels) -> None:
    assert ms_ssim(photo, photo) == pytest.approx(1, abs=1e-6)
    noisy = np.random.default_rng(0).normal(photo, 20).clip(0, 255).astype(np.uint8)
    assert 0.8 < ms_ssim(photo, noisy) < 0.99


def test_least_side_is_just_enough(photo: Pixels) -> None:
    least = photo[:LEAST_SIDE, :LEAST_SIDE]
    assert ms_ssim(least, least) == pytest.approx(1, abs=1e-6)
    less = photo[: LEAST_SIDE - 1]
    with pytest.raises(ValueError, match="larger than 160"):
        ms_ssim(less, less)
