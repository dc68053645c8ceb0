"""Denoisers on a real photograph."""

import numpy as np
import pytest

from benchmarks.denoising.contender import Contender, Hourglass, cleaned
from benchmarks.denoising.fidelity import ssim
from benchmarks.denoising.noise import CAMERA, GAUSSIAN, Floats, Noise
from hourglass.imaging.fidelity import psnr
from tests.conftest import FIXTURES

CONTENDERS = ("Hourglass", "BM3D", "Non-local means", "Median", "Noisy input")

KITTEN = FIXTURES / "photos" / "kitten.webp"


def test_these_are_compared(contenders: dict[str, Contender]) -> None:
    assert tuple(contenders) == CONTENDERS


@pytest.mark.parametrize("name", CONTENDERS[:-1])
@pytest.mark.parametrize("noise", [GAUSSIAN[1], CAMERA], ids=lambda noise: noise.name)
def test_contender_brings_a_noisy_photograph_nearer(
    contenders: dict[str, Contender], name: str, noise: Noise, photo: Floats
) -> None:
    noisy = noise.add(photo, KITTEN.name)
    given = noisy.copy()
    x_hat = cleaned(contenders[name], noisy, noise.sigma(photo))
    assert x_hat.shape == photo.shape
    assert x_hat.dtype == np.float32
    assert 0 <= x_hat.min() < x_hat.max() <= 255
    assert psnr(photo, x_hat, peak=255) > psnr(photo, noisy.clip(0, 255), peak=255) + 2
    assert ssim(photo, x_hat) > ssim(photo, noisy.clip(0, 255))
    np.testing.assert_array_equal(noisy, given)


def test_colours_stay_in_their_places(contenders: dict[str, Contender]) -> None:
    orange = np.array([200, 120, 40], np.float32)
    noisy = GAUSSIAN[0].add(np.tile(orange, (64, 64, 1)), "orange")
    for contender in contenders.values():
        np.testing.assert_allclose(cleaned(contender, noisy, 15).mean((0, 1)), orange, atol=4)


def test_hourglass_is_blind_and_obeys_its_strength(ours: Hourglass, photo: Floats) -> None:
    noisy = GAUSSIAN[1].add(photo, KITTEN.name)
    np.testing.assert_array_equal(ours.clean(noisy, 0), ours.clean(noisy, 50))
    np.testing.assert_allclose(ours.at(noisy, 0), noisy, atol=1e-3)
    taken = [float(np.square(ours.at(noisy, strength) - noisy).mean()) for strength in (0.5, 1.0)]
    assert 0 < taken[0] < taken[1]
