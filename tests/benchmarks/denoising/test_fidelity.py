"""SSIM of photographs."""

import pytest

from benchmarks.denoising.fidelity import ssim
from benchmarks.denoising.noise import GAUSSIAN, Floats


def test_ssim_is_1_of_equal_photographs_and_falls_with_noise(photo: Floats) -> None:
    assert ssim(photo, photo) == pytest.approx(1, abs=1e-6)
    likenesses = [ssim(photo, noise.add(photo, "a.png")) for noise in GAUSSIAN]
    assert likenesses == sorted(likenesses, reverse=True)
    assert 0 < likenesses[-1] < likenesses[0] < 0.95
